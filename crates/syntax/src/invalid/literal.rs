//! Literals that CPython's parser refuses, or warns of, while it builds their values.
//!
//! Makes no values. Answers for CPython's `Parser/string_parser.c`, for the escapes of
//! `Objects/unicodeobject.c` and `bytesobject.c`, and for numbers in `Parser/pegen.c`.

use super::Failure;
use super::engine::{Machine, Raised, Step};
use super::node::Value;
use super::table::NodeKind;
use crate::token::TokenKind;
use taipan_asdl::diagnostic::{Error, ErrorKind, Warning, WarningCategory, WarningOutcome};

/// An escape sequence that Python does not know.
struct InvalidEscape {
    /// Where its character stands in the text that was scanned.
    at: usize,
    is_octal: bool,
}

/// An escape sequence that cannot be decoded: the bytes it spans, and why.
struct BadEscape {
    start: usize,
    end: usize,
    reason: &'static str,
}

impl Machine<'_> {
    /// A `STRING` token: its value exists or an error is raised.
    pub fn string_literal(&mut self, value: Value) -> Step<Value> {
        let index = value.as_token().expect("a STRING is a token");
        let text = self.token_text(index);
        let quote_at = text.iter().position(|b| matches!(b, b'\'' | b'"')).unwrap_or(0);
        let (prefix, quoted) = text.split_at(quote_at);
        let has = |letter: u8| prefix.iter().any(|b| b.eq_ignore_ascii_case(&letter));
        let is_triple = quoted.len() >= 6 && quoted[1] == quoted[0] && quoted[2] == quoted[0];
        let width = if is_triple { 3 } else { 1 };
        let content = quoted.get(width..quoted.len().saturating_sub(width)).unwrap_or(b"");
        let is_raw = has(b'r') || memchr::memchr(b'\\', content).is_none();
        let kind = if has(b'b') {
            if !content.is_ascii() {
                let words = "bytes can only contain ASCII literal characters";
                return self.raise_range(ErrorKind::SyntaxError, value, value, words);
            }
            if !is_raw {
                self.check_bytes_escapes(content, index)?;
            }
            NodeKind::BytesLiteral
        } else {
            if !is_raw && let Err(words) = self.check_escapes(content, index)? {
                return self.raise_at_last_token(ErrorKind::SyntaxError, format!("(unicode error) {words}"));
            }
            NodeKind::StrLiteral
        };
        Ok(self.nodes.add(kind, index, index, [Value::NOTHING; 2]))
    }

    /// The text parts of an f- or t-string from `start` to `end`.
    pub fn check_interpolated_parts(&mut self, start: Value, parts: Value, end: Value) -> Step<()> {
        if self.text(start).contains(['r', 'R']) {
            return Ok(());
        }
        let end = end.as_token().expect("the end of an f-string is a token");
        for at in 0..self.nodes.values(parts).len() {
            let Some(index) = self.nodes.values(parts)[at].as_token() else { continue };
            let content = self.token_text(index);
            if memchr::memchr(b'\\', content).is_none() {
                continue;
            }
            if let Err(words) = self.check_escapes(content, end)? {
                return self.raise_at_last_token(ErrorKind::SyntaxError, format!("(unicode error) {words}"));
            }
        }
        Ok(())
    }

    /// A text part of a format specification.
    pub fn check_format_text(&mut self, value: Value) -> Step<()> {
        let index = value.as_token().expect("a text part is a token");
        let content = self.token_text(index);
        match self.check_escapes(content, index)? {
            Ok(()) => Ok(()),
            Err(words) => self.fail(Error::new(ErrorKind::UnicodeDecodeError, words)),
        }
    }

    /// Checks the escapes of a str; `Err` holds the decoder's words.
    fn check_escapes(&mut self, content: &[u8], token: u32) -> Step<Result<(), String>> {
        let buffer = escaped(content);
        let mut invalid = None;
        if let Err(bad) = scan_unicode_escapes(&buffer, &mut invalid) {
            return Ok(Err(bad.words()));
        }
        if let Some(invalid) = invalid {
            self.warn_of_escape(&buffer, invalid, token)?;
        }
        Ok(Ok(()))
    }

    fn check_bytes_escapes(&mut self, content: &[u8], token: u32) -> Step<()> {
        let mut invalid = None;
        let mut at = 0;
        while let Some(found) = memchr::memchr(b'\\', &content[at..]) {
            let escape = at + found + 1;
            let Some(&letter) = content.get(escape) else { break };
            at = escape + 1;
            match letter {
                b'x' => {
                    let digits = content[at..].iter().take(2).take_while(|b| b.is_ascii_hexdigit()).count();
                    if digits < 2 {
                        let words = format!("(value error) invalid \\x escape at position {}", escape - 1);
                        return self.raise_at_last_token(ErrorKind::SyntaxError, words);
                    }
                    at += 2;
                }
                _ => at = scan_simple_escape(content, escape, &mut invalid),
            }
        }
        match invalid {
            Some(invalid) => self.warn_of_escape(content, invalid, token),
            None => Ok(()),
        }
    }

    /// Warns of an unknown escape, unless mistakes are looked for (`warn_invalid_escape_sequence`).
    fn warn_of_escape(&mut self, buffer: &[u8], invalid: InvalidEscape, token: u32) -> Step<()> {
        let letter = buffer[invalid.at];
        let at = self.token(token);
        let is_brace = matches!(letter, b'{' | b'}');
        let is_interpolated = matches!(
            at.kind,
            TokenKind::FStringMiddle
                | TokenKind::FStringEnd
                | TokenKind::TStringMiddle
                | TokenKind::TStringEnd
        );
        if self.error_pass || (is_interpolated && is_brace) {
            // The tokenizer has spoken of these already.
            return Ok(());
        }
        let shown = if invalid.is_octal {
            let end = (invalid.at + 3).min(buffer.len());
            String::from_utf8_lossy(&buffer[invalid.at..end]).into_owned()
        } else {
            char::from(letter).to_string()
        };
        let octal = if invalid.is_octal { "octal " } else { "" };
        let message = |what: &str| {
            format!(
                "\"\\{shown}\" is an invalid {octal}escape sequence. {what}Did you mean \"\\\\{shown}\"? \
                 A raw string is also an option."
            )
        };
        let before = &buffer[..invalid.at];
        let newlines = memchr::memchr_iter(b'\n', before).count() as i32;
        let lineno = at.location.lineno + newlines;
        let category = if self.input.feature_version >= 12 {
            WarningCategory::SyntaxWarning
        } else {
            WarningCategory::DeprecationWarning
        };
        let warning = Warning {
            category,
            message: message("Such sequences will not work in the future. ").into(),
            lineno,
        };
        match self.sink.warn(warning) {
            WarningOutcome::Reported => Ok(()),
            WarningOutcome::Raised => {
                self.error = Some(Failure::Sink);
                Err(Raised)
            }
            WarningOutcome::Error => {
                self.known_error_token = Some(token);
                let mut column = match memchr::memrchr(b'\n', before) {
                    Some(newline) => (before.len() - newline - 1) as i32,
                    None => at.location.col_offset + before.len() as i32,
                };
                if newlines == 0 {
                    column += self.opening_quotes(token);
                }
                let error = self.error_at(
                    ErrorKind::SyntaxError,
                    (lineno, column),
                    (lineno, column + 2),
                    message(""),
                );
                self.fail(error)
            }
        }
    }

    /// How many quotes a token begins with.
    fn opening_quotes(&self, token: u32) -> i32 {
        let text = self.token_text(token);
        match text.first() {
            Some(first @ (b'\'' | b'"')) => text.iter().take_while(|b| *b == first).count() as i32,
            _ => 0,
        }
    }

    /// A `NUMBER` token: refuses what CPython cannot convert.
    pub fn check_number(&mut self, index: u32) -> Step<()> {
        let text = self.token_text(index);
        if self.input.feature_version < 6 && memchr::memchr(b'_', text).is_some() {
            let words = "Underscores in numeric literals are only supported in Python 3.6 and greater";
            return self.raise_at_last_token(ErrorKind::SyntaxError, words);
        }
        let limit = self.input.max_int_digits;
        if limit == 0 || text.len() <= limit {
            return Ok(());
        }
        let digits = text.iter().filter(|b| **b != b'_').count();
        let is_decimal = text.iter().all(|b| b.is_ascii_digit() || *b == b'_');
        if !is_decimal || digits <= limit || text[0] == b'0' {
            return Ok(());
        }
        let words = format!(
            "Exceeds the limit ({limit} digits) for integer string conversion: value has {digits} digits; \
             use sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge \
             integer literals to avoid decimal conversion limits."
        );
        let at = self.token(index).location;
        let error = self.error_at(ErrorKind::SyntaxError, (at.lineno, 0), (at.end_lineno, 0), words);
        self.fail(error)
    }
}

impl BadEscape {
    /// `str()` of the UnicodeDecodeError.
    fn words(&self) -> String {
        let BadEscape { start, end, reason } = self;
        if *end == start + 1 {
            return format!("'unicodeescape' codec can't decode byte 0x5c in position {start}: {reason}");
        }
        format!("'unicodeescape' codec can't decode bytes in position {start}-{}: {reason}", end - 1)
    }
}

/// The text with all but ASCII spelled as escapes, in which CPython counts positions.
fn escaped(content: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(content);
    let mut buffer = Vec::with_capacity(content.len());
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        if c == '\\' {
            buffer.push(b'\\');
            match characters.peek() {
                Some(next) if next.is_ascii() => {
                    buffer.push(*next as u8);
                    characters.next();
                }
                _ => buffer.extend_from_slice(b"u005c"),
            }
        } else if c.is_ascii() {
            buffer.push(c as u8);
        } else {
            buffer.extend_from_slice(format!("\\U{:08x}", c as u32).as_bytes());
        }
    }
    buffer
}

/// Finds the first escape that cannot be decoded, and the first unknown one before it.
fn scan_unicode_escapes(text: &[u8], invalid: &mut Option<InvalidEscape>) -> Result<(), BadEscape> {
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', &text[at..]) {
        let start = at + found;
        let Some(&letter) = text.get(start + 1) else {
            return Err(BadEscape { start, end: start + 1, reason: "\\ at end of string" });
        };
        at = start + 2;
        let (digits, reason) = match letter {
            b'x' => (2, "truncated \\xXX escape"),
            b'u' => (4, "truncated \\uXXXX escape"),
            b'U' => (8, "truncated \\UXXXXXXXX escape"),
            b'N' => {
                at = scan_named_escape(text, start)?;
                continue;
            }
            _ => {
                at = scan_simple_escape(text, start + 1, invalid);
                continue;
            }
        };
        let hex = text[at..].iter().take(digits).take_while(|b| b.is_ascii_hexdigit()).count();
        if hex < digits {
            return Err(BadEscape { start, end: at + hex, reason });
        }
        let spelled = std::str::from_utf8(&text[at..at + digits]).unwrap_or("0");
        at += digits;
        if u32::from_str_radix(spelled, 16).unwrap_or(0) > 0x10_ffff {
            return Err(BadEscape { start, end: at, reason: "illegal Unicode character" });
        }
    }
    Ok(())
}

/// Reads `\N{name}`, whose backslash is at `start`; where it ends.
fn scan_named_escape(text: &[u8], start: usize) -> Result<usize, BadEscape> {
    let malformed = |end| BadEscape { start, end, reason: "malformed \\N character escape" };
    let open = start + 2;
    if text.get(open) != Some(&b'{') {
        return Err(malformed(open));
    }
    let name_start = open + 1;
    let Some(length) = memchr::memchr(b'}', &text[name_start..]) else { return Err(malformed(text.len())) };
    if length == 0 {
        return Err(malformed(name_start));
    }
    let end = name_start + length + 1;
    Ok(end)
}

/// Reads an escape whose letter is at `at` and which is no more than that letter or octal digits;
/// where it ends.
fn scan_simple_escape(text: &[u8], at: usize, invalid: &mut Option<InvalidEscape>) -> usize {
    match text[at] {
        b'\n' | b'\\' | b'\'' | b'"' | b'b' | b'f' | b't' | b'n' | b'r' | b'v' | b'a' => at + 1,
        b'0'..=b'7' => {
            let digits = text[at..].iter().take(3).take_while(|b| matches!(b, b'0'..=b'7')).count();
            if digits == 3 && text[at] > b'3' && invalid.is_none() {
                *invalid = Some(InvalidEscape { at, is_octal: true });
            }
            at + digits
        }
        _ => {
            if invalid.is_none() {
                *invalid = Some(InvalidEscape { at, is_octal: false });
            }
            at + 1
        }
    }
}
