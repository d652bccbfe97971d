//! Literals and names that CPython's parser refuses, or warns of, while it makes their values.
//!
//! Keeps no values: what they mean is [`crate::literal`]'s. Answers for CPython's
//! `Parser/string_parser.c` and for numbers and names in `Parser/pegen.c`.

use super::Failure;
use super::engine::{Machine, Raised, Step};
use super::node::Value;
use super::table::NodeKind;
use crate::literal::escape::{self, EscapeError, InvalidEscape};
use crate::literal::number;
use crate::warning::{self, PendingWarning};
use taipan_asdl::Bump;
use taipan_asdl::diagnostic::{Error, ErrorKind, WarningOutcome};
use taipan_text::{Text, identifier};

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
        let inside = quoted.get(width..quoted.len().saturating_sub(width)).unwrap_or(b"");
        let is_raw = has(b'r') || memchr::memchr(b'\\', inside).is_none();
        let kind = if has(b'b') {
            if !inside.is_ascii() {
                let words = "bytes can only contain ASCII literal characters";
                return self.raise_range(ErrorKind::SyntaxError, value, value, words);
            }
            if !is_raw {
                let decoded = escape::decode_bytes(inside).map(|(_, invalid)| invalid);
                self.check_escapes("value error", decoded, inside, index)?;
            }
            NodeKind::BytesLiteral
        } else {
            if !is_raw {
                let decoded = escape::decode_text(inside).map(|(_, invalid)| invalid);
                self.check_escapes("unicode error", decoded, inside, index)?;
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
            let inside = self.token_text(index);
            if memchr::memchr(b'\\', inside).is_some() {
                let decoded = escape::decode_text(inside).map(|(_, invalid)| invalid);
                self.check_escapes("unicode error", decoded, inside, end)?;
            }
        }
        Ok(())
    }

    /// A text part of a format specification, whose errors CPython does not turn into syntax errors.
    pub fn check_format_text(&mut self, value: Value) -> Step<()> {
        let index = value.as_token().expect("a text part is a token");
        let inside = self.token_text(index);
        match escape::decode_text(inside) {
            Ok((_, invalid)) => self.check_escapes("unicode error", Ok(invalid), inside, index),
            Err(EscapeError(words)) => self.fail(Error::new(ErrorKind::UnicodeDecodeError, words)),
        }
    }

    /// Raises the error of a literal that did not decode, or warns of the escape it does not know.
    fn check_escapes(
        &mut self,
        kind: &str,
        decoded: Result<Option<InvalidEscape>, EscapeError>,
        inside: &[u8],
        blamed: u32,
    ) -> Step<()> {
        let invalid = match decoded {
            Err(EscapeError(words)) => {
                return self.raise_at_last_token(ErrorKind::SyntaxError, format!("({kind}) {words}"));
            }
            Ok(invalid) => invalid,
        };
        // While mistakes are looked for, CPython does not warn again.
        let Some(invalid) = invalid.filter(|_| !self.error_pass) else { return Ok(()) };
        let (token, fetched, version) = (self.token(blamed), self.fill, self.input.feature_version);
        let text = self.token_text(blamed);
        match warning::invalid_escape(&token, text, inside, invalid, fetched as usize, version) {
            Some(warning) => self.warn_of_escape(warning, blamed),
            None => Ok(()),
        }
    }

    fn warn_of_escape(&mut self, pending: PendingWarning, blamed: u32) -> Step<()> {
        match self.sink.warn(pending.warning) {
            WarningOutcome::Reported => Ok(()),
            WarningOutcome::Raised => {
                self.error = Some(Failure::Sink);
                Err(Raised)
            }
            WarningOutcome::Error => {
                self.known_error_token = Some(blamed);
                let at = pending.location;
                let error = self.error_at(
                    ErrorKind::SyntaxError,
                    (at.lineno, at.col_offset + 1),
                    (at.end_lineno, at.end_col_offset + 1),
                    pending.error_message,
                );
                self.fail(error)
            }
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
        let Err(words) = number::parse(text, limit, &Bump::new()) else { return Ok(()) };
        let at = self.token(index).location;
        let error = self.error_at(ErrorKind::SyntaxError, (at.lineno, 0), (at.end_lineno, 0), words);
        self.fail(error)
    }

    /// A `NAME` token: refuses names that are a constant in their normal form.
    pub fn check_name(&mut self, index: u32) -> Step<()> {
        let Some(normal) = identifier::normalize(Text::from_bytes(self.token_text(index))) else {
            return Ok(());
        };
        match normal.to_str().filter(|name| matches!(*name, "None" | "True" | "False")) {
            Some(name) => {
                let words = format!("identifier field can't represent '{name}' constant");
                self.fail(Error::new(ErrorKind::ValueError, words))
            }
            None => Ok(()),
        }
    }
}
