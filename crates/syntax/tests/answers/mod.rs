//! Recorded sources, and what the parser answers for them, as lines of JSON.
//!
//! A record is `[source, mode, flags, …]`, where a source is a string or `{"bytes": "hex"}`. An answer is
//! `["ok", warnings]` or `[type, message, lineno, offset, end_lineno, end_offset, text, warnings]`.

use std::fmt::Write as _;
use taipan_asdl::diagnostic::{Error, ErrorKind, ErrorLocation, Warning};
use taipan_asdl::{Bump, NameTable};
use taipan_syntax::{Mode, Options, Source, parse};
use taipan_text::{Text, TextBuf};

const DONT_IMPLY_DEDENT: i64 = 0x200;
const TYPE_COMMENTS: i64 = 0x1000;
const ALLOW_INCOMPLETE_INPUT: i64 = 0x4000;
const BARRY_AS_BDFL: i64 = 0x40_0000;

/// Reads JSON.
pub fn read_json(text: &[u8]) -> Json {
    Reader { text, at: 0 }.value()
}

/// What the parser says of the source in a record.
pub fn answer_record(record: &Json) -> String {
    let Json::Array(fields) = record else { panic!("a record is an array") };
    let Json::String(mode) = &fields[1] else { panic!("a mode") };
    let Json::Number(flags) = fields[2] else { panic!("flags") };
    let bytes;
    let source = match &fields[0] {
        Json::String(text) => Source::Text(text),
        Json::Object(hex) => {
            bytes = unhex(hex);
            Source::Bytes(&bytes)
        }
        _ => panic!("a source"),
    };
    answer(source, mode.to_str().unwrap_or(""), flags)
}

fn answer(source: Source<'_>, mode: &str, flags: i64) -> String {
    let mode = match mode {
        "eval" => Mode::Eval,
        "single" => Mode::Single,
        _ => Mode::Exec,
    };
    let mut warnings: Vec<Warning> = Vec::new();
    let options = Options {
        type_comments: flags & TYPE_COMMENTS != 0,
        dont_imply_dedent: flags & DONT_IMPLY_DEDENT != 0,
        allow_incomplete_input: flags & ALLOW_INCOMPLETE_INPUT != 0,
        barry_as_flufl: flags & BARRY_AS_BDFL != 0,
        ..Options::default()
    };
    let (arena, mut names) = (Bump::new(), NameTable::new());
    let result = parse(source, mode, options, &arena, &mut names, &mut warnings);
    let mut line = String::from("[");
    match result {
        Ok(_) => line.push_str("\"ok\""),
        Err(error) => write_error(&mut line, &error),
    }
    line.push_str(", [");
    for (index, warning) in warnings.iter().enumerate() {
        if index > 0 {
            line.push_str(", ");
        }
        let category = format!("{:?}", warning.category);
        let _ = write!(line, "[\"{category}\", {}, {}]", quote(&warning.message), warning.lineno);
    }
    line.push_str("]]");
    line
}

fn write_error(line: &mut String, error: &Error) {
    let _ = write!(line, "\"{}\", {}", error.kind.class_name(), quote(&error.message));
    let is_syntax_error = matches!(
        error.kind,
        ErrorKind::SyntaxError
            | ErrorKind::IndentationError
            | ErrorKind::TabError
            | ErrorKind::IncompleteInputError
    );
    if !is_syntax_error {
        return;
    }
    let number =
        |value: i32| if value == ErrorLocation::NONE { "null".to_owned() } else { value.to_string() };
    match error.location {
        Some(at) => {
            for value in [at.lineno, at.offset, at.end_lineno, at.end_offset] {
                let _ = write!(line, ", {}", number(value));
            }
        }
        None => line.push_str(", null, null, null, null"),
    }
    match &error.text {
        Some(text) => {
            let _ = write!(line, ", {}", quote(text));
        }
        None => line.push_str(", null"),
    }
}

/// JSON in ASCII, as Python's `json.dumps` writes it.
fn quote(text: &Text) -> String {
    let mut quoted = String::from("\"");
    for point in text.code_points() {
        match point {
            0x22 => quoted.push_str("\\\""),
            0x5c => quoted.push_str("\\\\"),
            0x0a => quoted.push_str("\\n"),
            0x0d => quoted.push_str("\\r"),
            0x09 => quoted.push_str("\\t"),
            0x08 => quoted.push_str("\\b"),
            0x0c => quoted.push_str("\\f"),
            0x20..=0x7e => quoted.push(point as u8 as char),
            0x1_0000.. => {
                let rest = point - 0x1_0000;
                let _ = write!(quoted, "\\u{:04x}\\u{:04x}", 0xd800 + (rest >> 10), 0xdc00 + (rest & 0x3ff));
            }
            _ => {
                let _ = write!(quoted, "\\u{point:04x}");
            }
        }
    }
    quoted.push('"');
    quoted
}

fn unhex(hex: &str) -> Vec<u8> {
    let digit = |b: u8| char::from(b).to_digit(16).expect("a hexadecimal digit") as u8;
    hex.as_bytes().chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}

/// As much of JSON as the records need.
pub enum Json {
    Array(Vec<Json>),
    String(TextBuf),
    Number(i64),
    Null,
    /// The value of an object's only key, a plain string.
    Object(String),
}

impl std::fmt::Display for Json {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Json::Null => f.write_str("null"),
            Json::Number(number) => write!(f, "{number}"),
            Json::String(text) => f.write_str(&quote(text)),
            Json::Object(text) => f.write_str(text),
            Json::Array(items) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if index > 0 { ", " } else { "" })?;
                }
                f.write_str("]")
            }
        }
    }
}

struct Reader<'t> {
    text: &'t [u8],
    at: usize,
}

impl Reader<'_> {
    fn next(&mut self) -> u8 {
        while matches!(self.text[self.at], b' ' | b'\n' | b',' | b':') {
            self.at += 1;
        }
        self.text[self.at]
    }

    fn value(&mut self) -> Json {
        match self.next() {
            b'[' => {
                self.at += 1;
                let mut items = Vec::new();
                while self.next() != b']' {
                    items.push(self.value());
                }
                self.at += 1;
                Json::Array(items)
            }
            b'{' => {
                self.at += 1;
                self.value();
                let Json::String(value) = self.value() else { panic!("a string") };
                self.next();
                self.at += 1;
                Json::Object(value.to_str().expect("hexadecimal digits").to_owned())
            }
            b'"' => Json::String(self.string()),
            b'n' => {
                self.at += "null".len();
                Json::Null
            }
            _ => {
                let start = self.at;
                while matches!(self.text[self.at], b'-' | b'0'..=b'9') {
                    self.at += 1;
                }
                let digits = std::str::from_utf8(&self.text[start..self.at]).expect("digits");
                Json::Number(digits.parse().unwrap_or(i64::MAX))
            }
        }
    }

    fn string(&mut self) -> TextBuf {
        self.at += 1;
        // As WTF-8, since a recorded source may hold lone surrogates.
        let mut bytes = Vec::new();
        loop {
            let byte = self.text[self.at];
            self.at += 1;
            match byte {
                b'"' => return Text::from_bytes(&bytes).to_owned(),
                b'\\' => {
                    let letter = self.text[self.at];
                    self.at += 1;
                    match letter {
                        b'n' => bytes.push(b'\n'),
                        b't' => bytes.push(b'\t'),
                        b'r' => bytes.push(b'\r'),
                        b'b' => bytes.push(8),
                        b'f' => bytes.push(12),
                        b'u' => {
                            let mut point = self.unit();
                            if (0xd800..0xdc00).contains(&point) && self.text[self.at..].starts_with(b"\\u") {
                                let before = self.at;
                                self.at += 2;
                                let low = self.unit();
                                if (0xdc00..0xe000).contains(&low) {
                                    point = 0x1_0000 + ((point - 0xd800) << 10) + (low - 0xdc00);
                                } else {
                                    self.at = before;
                                }
                            }
                            push_point(&mut bytes, point);
                        }
                        other => bytes.push(other),
                    }
                }
                other => bytes.push(other),
            }
        }
    }

    fn unit(&mut self) -> u32 {
        let digits = std::str::from_utf8(&self.text[self.at..self.at + 4]).expect("digits");
        self.at += 4;
        u32::from_str_radix(digits, 16).expect("hexadecimal digits")
    }
}

/// Appends a code point, surrogates included.
fn push_point(bytes: &mut Vec<u8>, point: u32) {
    match char::from_u32(point) {
        Some(c) => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        None => bytes.extend([
            0xe0 | (point >> 12) as u8,
            0x80 | (point >> 6 & 0x3f) as u8,
            0x80 | (point & 0x3f) as u8,
        ]),
    }
}
