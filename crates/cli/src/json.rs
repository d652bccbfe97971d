//! JSON: a writer for `--json`, and a reader for recorded sources.
//!
//! Not a general library: numbers are integers, and strings may hold lone surrogates (Python's
//! `json` writes them as single `\u` escapes, most libraries refuse them).

use std::num::IntErrorKind;
use taipan::text::{Text, TextBuf};

/// Writes one JSON value into a buffer, adding the commas.
#[derive(Default)]
pub struct Writer {
    out: Vec<u8>,
    comma: bool,
}

impl Writer {
    pub fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    /// `{…}`; the body calls [`Writer::key`] before each value.
    pub fn object(&mut self, body: impl FnOnce(&mut Writer)) {
        self.enclose(b'{', b'}', body);
    }

    /// `[…]`
    pub fn array(&mut self, body: impl FnOnce(&mut Writer)) {
        self.enclose(b'[', b']', body);
    }

    /// The name of the member whose value is written next.
    pub fn key(&mut self, name: &str) -> &mut Writer {
        self.string(Text::new(name));
        self.out.push(b':');
        self.comma = false;
        self
    }

    pub fn string(&mut self, text: &Text) {
        self.separate();
        self.out.push(b'"');
        for point in text.code_points() {
            self.character(point);
        }
        self.out.push(b'"');
    }

    pub fn str(&mut self, text: &str) {
        self.string(Text::new(text));
    }

    pub fn int(&mut self, value: impl Into<i128>) {
        self.literal(&value.into().to_string());
    }

    pub fn bool(&mut self, value: bool) {
        self.literal(if value { "true" } else { "false" });
    }

    pub fn null(&mut self) {
        self.literal("null");
    }

    /// Digits or a word that is JSON already.
    pub fn literal(&mut self, value: &str) {
        self.separate();
        self.out.extend_from_slice(value.as_bytes());
    }

    /// Ends a line between values, so that long documents can be read and compared by line.
    pub fn line(&mut self) {
        self.separate();
        self.out.push(b'\n');
        self.comma = false;
    }

    fn enclose(&mut self, open: u8, close: u8, body: impl FnOnce(&mut Writer)) {
        self.separate();
        self.out.push(open);
        self.comma = false;
        body(self);
        self.out.push(close);
        self.comma = true;
    }

    fn separate(&mut self) {
        if std::mem::replace(&mut self.comma, true) {
            self.out.push(b',');
        }
    }

    fn character(&mut self, point: u32) {
        let escape = match point {
            0x22 => "\\\"",
            0x5c => "\\\\",
            0x0a => "\\n",
            0x0d => "\\r",
            0x09 => "\\t",
            0..0x20 | 0x7f | 0xd800..=0xdfff => {
                self.out.extend_from_slice(format!("\\u{point:04x}").as_bytes());
                return;
            }
            _ => {
                let mut one = TextBuf::new();
                one.push(point);
                self.out.extend_from_slice(one.as_bytes());
                return;
            }
        };
        self.out.extend_from_slice(escape.as_bytes());
    }
}

/// A JSON value that was read.
#[derive(Debug, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    /// Numbers beyond the range are its end.
    Int(i64),
    String(TextBuf),
    Array(Vec<Value>),
    Object(Vec<(TextBuf, Value)>),
}

/// Reads one JSON document; the error says what was expected at which byte.
pub fn read(input: &[u8]) -> Result<Value, String> {
    let mut reader = Reader { input, at: 0 };
    let value = reader.value(0)?;
    reader.space();
    if reader.at == input.len() { Ok(value) } else { Err(reader.expected("the end")) }
}

/// The depth of arrays and objects that is read.
const DEEPEST: usize = 64;

struct Reader<'i> {
    input: &'i [u8],
    at: usize,
}

impl Reader<'_> {
    fn expected(&self, what: &str) -> String {
        format!("JSON: expected {what} at byte {}", self.at)
    }

    fn space(&mut self) {
        while self.input.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }

    fn take(&mut self, token: &[u8]) -> bool {
        let found = self.input[self.at..].starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn value(&mut self, depth: usize) -> Result<Value, String> {
        self.space();
        if depth > DEEPEST {
            return Err(self.expected("less depth"));
        }
        match self.input.get(self.at) {
            Some(b'"') => self.string().map(Value::String),
            Some(b'[') => self.array(depth),
            Some(b'{') => self.object(depth),
            Some(b'-' | b'0'..=b'9') => self.int(),
            _ if self.take(b"null") => Ok(Value::Null),
            _ if self.take(b"true") => Ok(Value::Bool(true)),
            _ if self.take(b"false") => Ok(Value::Bool(false)),
            _ => Err(self.expected("a value")),
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, String> {
        let mut items = Vec::new();
        self.at += 1;
        self.space();
        if self.take(b"]") {
            return Ok(Value::Array(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.space();
            if self.take(b"]") {
                return Ok(Value::Array(items));
            }
            if !self.take(b",") {
                return Err(self.expected("`,` or `]`"));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, String> {
        let mut members = Vec::new();
        self.at += 1;
        self.space();
        if self.take(b"}") {
            return Ok(Value::Object(members));
        }
        loop {
            self.space();
            let name = self.string()?;
            self.space();
            if !self.take(b":") {
                return Err(self.expected("`:`"));
            }
            members.push((name, self.value(depth + 1)?));
            self.space();
            if self.take(b"}") {
                return Ok(Value::Object(members));
            }
            if !self.take(b",") {
                return Err(self.expected("`,` or `}`"));
            }
        }
    }

    fn int(&mut self) -> Result<Value, String> {
        let rest = &self.input[self.at..];
        let len = rest.iter().take_while(|byte| matches!(byte, b'-' | b'0'..=b'9')).count();
        let digits = std::str::from_utf8(&rest[..len]).unwrap_or_default();
        let value = match digits.parse::<i64>() {
            Ok(value) => value,
            Err(error) if *error.kind() == IntErrorKind::PosOverflow => i64::MAX,
            Err(error) if *error.kind() == IntErrorKind::NegOverflow => i64::MIN,
            Err(_) => return Err(self.expected("an integer")),
        };
        self.at += len;
        Ok(Value::Int(value))
    }

    fn string(&mut self) -> Result<TextBuf, String> {
        if !self.take(b"\"") {
            return Err(self.expected("a string"));
        }
        let mut text = TextBuf::new();
        loop {
            let rest = &self.input[self.at..];
            let plain = rest.iter().take_while(|byte| !matches!(byte, b'"' | b'\\')).count();
            let Ok(run) = std::str::from_utf8(&rest[..plain]) else { return Err(self.expected("UTF-8")) };
            text.push_str(run);
            self.at += plain;
            if self.take(b"\"") {
                return Ok(text);
            }
            self.at += 1;
            let Some(&letter) = self.input.get(self.at) else { return Err(self.expected("an escape")) };
            self.at += 1;
            match letter {
                b'n' => text.push_str("\n"),
                b'r' => text.push_str("\r"),
                b't' => text.push_str("\t"),
                b'b' => text.push_str("\u{8}"),
                b'f' => text.push_str("\u{c}"),
                b'u' => text.push(self.code_point()?),
                b'"' | b'\\' | b'/' => text.push(u32::from(letter)),
                _ => return Err(self.expected("an escape")),
            }
        }
    }

    /// The code point of a `\u` escape, two of which may be a surrogate pair.
    fn code_point(&mut self) -> Result<u32, String> {
        let high = self.hex4()?;
        if (0xd800..0xdc00).contains(&high) && self.input[self.at..].starts_with(b"\\u") {
            let before = self.at;
            self.at += 2;
            let low = self.hex4()?;
            if (0xdc00..0xe000).contains(&low) {
                return Ok(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
            }
            self.at = before;
        }
        Ok(high)
    }

    fn hex4(&mut self) -> Result<u32, String> {
        let digits = self.input.get(self.at..self.at + 4).and_then(|digits| std::str::from_utf8(digits).ok());
        let value = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let value = value.ok_or_else(|| self.expected("four hexadecimal digits"))?;
        self.at += 4;
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let mut text = TextBuf::from("a\"\\\n\u{1}é\u{1f600}");
        text.push(0xdc80);
        let mut writer = Writer::default();
        writer.array(|w| {
            w.string(&text);
            w.object(|w| {
                w.key("n").int(-5);
                w.key("b").bool(true);
            });
            w.array(|_| {});
            w.null();
        });
        let members = vec![(TextBuf::from("n"), Value::Int(-5)), (TextBuf::from("b"), Value::Bool(true))];
        assert_eq!(
            read(&writer.into_bytes()),
            Ok(Value::Array(vec![
                Value::String(text),
                Value::Object(members),
                Value::Array(vec![]),
                Value::Null
            ]))
        );
    }

    #[test]
    fn surrogate_escapes_join_only_in_pairs() {
        let points = |json: &str| match read(json.as_bytes()) {
            Ok(Value::String(text)) => text.code_points().collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        assert_eq!(points(r#""\ud83d\ude00""#), [0x1f600]);
        assert_eq!(points(r#""\ud83d\ud83d""#), [0xd83d, 0xd83d]);
        assert_eq!(points(r#""\udc80x""#), [0xdc80, 0x78]);
    }

    #[test]
    fn nonsense_is_refused() {
        for nonsense in ["", "[1,]", "{\"a\" 1}", "\"\\u12\"", "nul", "[1] 2", &"[".repeat(100)] {
            assert!(read(nonsense.as_bytes()).is_err(), "{nonsense}");
        }
    }
}
