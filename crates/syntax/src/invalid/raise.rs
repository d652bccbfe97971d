//! Errors of the parser: words, place and text.
//!
//! Answers for `_PyPegen_raise_error` and `_PyPegen_raise_error_known_location` of CPython's
//! `Parser/pegen_errors.c`, whose conventions the numbers follow: columns count bytes from 0 until an
//! error is made, then characters from 1.

use super::Failure;
use super::engine::{Machine, Raised, Step};
use super::node::Value;
use super::table::{Anchor, Message, MessagePart, NodeKind, Place, Slot};
use crate::source::character_offset;
use crate::token::TokenKind;
use taipan_asdl::diagnostic::{Error, ErrorKind, ErrorLocation};
use taipan_asdl::node::Location;
use taipan_text::{Text, identifier};

/// Where the tokenizer stands when the last token fetched is the newest.
struct Reader {
    lineno: i32,
    /// How far it has read.
    cursor: usize,
    line_start: usize,
}

impl Machine<'_> {
    /// Records `error` as what ends the pass.
    pub fn fail<T>(&mut self, error: Box<Error>) -> Step<T> {
        self.error = Some(Failure::Error(error));
        Err(Raised)
    }

    /// Raises an action's error.
    pub fn raise_at(
        &mut self,
        kind: ErrorKind,
        place: Place,
        values: &[Value],
        message: &Message,
    ) -> Step<Value> {
        let words = self.words(message, values);
        match place {
            Place::LastToken => self.raise_at_last_token(kind, words),
            Place::NextToken => {
                self.peek()?;
                let token = self.mark;
                self.raise_at_token(kind, token, words)
            }
            Place::Range(from, to) => {
                let (from, to) = (self.anchor(from, values), self.anchor(to, values));
                self.raise_range(kind, from, to, words)
            }
            Place::From(from) => {
                let from = self.anchor(from, values);
                self.raise_from(from, words)
            }
        }
    }

    fn words(&self, message: &Message, values: &[Value]) -> String {
        let at = |slot: &Slot| values[*slot as usize];
        let mut words = String::new();
        for part in &message.parts {
            match part {
                MessagePart::Words(text) => words.push_str(text),
                MessagePart::Kind(slot) => words.push_str(self.expression_kind(at(slot))),
                MessagePart::Text(slot) => words.push_str(&self.text(at(slot))),
                MessagePart::Line(slot) => words.push_str(&self.location(at(slot)).lineno.to_string()),
            }
        }
        words
    }

    fn anchor(&self, anchor: Anchor, values: &[Value]) -> Value {
        let at = |slot: Slot| values[slot as usize];
        let first_or = |list: Value, found: Option<&Value>| found.copied().unwrap_or(list);
        match anchor {
            Anchor::Value(slot) => at(slot),
            Anchor::First(slot) => first_or(at(slot), self.nodes.values(at(slot)).first()),
            Anchor::Last(slot) => first_or(at(slot), self.nodes.values(at(slot)).last()),
            Anchor::LastIterable(slot) => self.last_iterable(at(slot)),
        }
    }

    /// The last expression of the last of `clauses`.
    pub fn last_iterable(&self, clauses: Value) -> Value {
        let last = self.nodes.values(clauses).last().copied().unwrap_or(clauses);
        let Some(clause) = self.nodes.node(last) else { return last };
        self.nodes.values(clause.child(1)).last().copied().unwrap_or(clause.child(0))
    }

    /// The text of a matched token, or of the first of several; of a name, its normal form.
    pub fn text(&self, value: Value) -> String {
        let index = value.as_token().or_else(|| self.nodes.node(value).map(|node| node.first));
        let Some(index) = index else { return String::new() };
        let text = Text::from_bytes(self.token_text(index));
        match identifier::normalize(text).filter(|_| self.token(index).kind == TokenKind::Name) {
            Some(normal) => normal.to_string_lossy().into_owned(),
            None => text.to_string_lossy().into_owned(),
        }
    }

    /// From where to where a value reaches.
    pub fn location(&self, value: Value) -> Location {
        if let Some(index) = value.as_token() {
            return self.token(index).location;
        }
        match self.nodes.node(value) {
            Some(node) if node.kind != NodeKind::Dummy => {
                let (first, last) = (self.token(node.first).location, self.token(node.last).location);
                Location {
                    lineno: first.lineno,
                    col_offset: first.col_offset,
                    end_lineno: last.end_lineno,
                    end_col_offset: last.end_col_offset,
                }
            }
            _ => Location { lineno: 1, col_offset: 0, end_lineno: 1, end_col_offset: 0 },
        }
    }

    /// `RAISE_SYNTAX_ERROR_KNOWN_RANGE`
    pub fn raise_range<T>(
        &mut self,
        kind: ErrorKind,
        from: Value,
        to: Value,
        words: impl Into<String>,
    ) -> Step<T> {
        let (from, to) = (self.location(from), self.location(to));
        let error = self.error_at(
            kind,
            (from.lineno, from.col_offset + 1),
            (to.end_lineno, to.end_col_offset + 1),
            words.into(),
        );
        self.fail(error)
    }

    /// `RAISE_SYNTAX_ERROR_STARTING_FROM`
    pub fn raise_from<T>(&mut self, from: Value, words: impl Into<String>) -> Step<T> {
        let from = self.location(from);
        let reader = self.reader();
        let end = (reader.lineno, (reader.cursor - reader.line_start) as i32);
        let error =
            self.error_at(ErrorKind::SyntaxError, (from.lineno, from.col_offset + 1), end, words.into());
        self.fail(error)
    }

    /// `RAISE_SYNTAX_ERROR` and `RAISE_INDENTATION_ERROR`
    pub fn raise_at_last_token<T>(&mut self, kind: ErrorKind, words: impl Into<String>) -> Step<T> {
        let token = self.known_error_token.unwrap_or(self.fill - 1);
        self.raise_at_token(kind, token, words)
    }

    fn raise_at_token<T>(&mut self, kind: ErrorKind, token: u32, words: impl Into<String>) -> Step<T> {
        let at = self.token(token).location;
        let column = if at.col_offset == -1 {
            let reader = self.reader();
            (reader.cursor - reader.line_start) as i32
        } else {
            at.col_offset + 1
        };
        let end_column = if at.end_col_offset == -1 { -1 } else { at.end_col_offset + 1 };
        let error = self.error_at(kind, (at.lineno, column), (at.end_lineno, end_column), words.into());
        self.fail(error)
    }

    /// A forced token is missing.
    pub fn raise_expected<T>(&mut self, token: u32, wanted: &str) -> Step<T> {
        let token = Value::token(token);
        self.raise_range(ErrorKind::SyntaxError, token, token, format!("expected '{wanted}'"))
    }

    /// An error from `start` to `end`, which are lines and byte columns counted from 1.
    pub fn error_at(&self, kind: ErrorKind, start: (i32, i32), end: (i32, i32), words: String) -> Box<Error> {
        let line = self.error_line(start.0);
        let offset = |column: i32| character_offset(line, column.max(0) as usize);
        let mut error = Error::new(kind, words);
        error.location = Some(ErrorLocation {
            lineno: start.0,
            offset: offset(start.1),
            end_lineno: end.0,
            end_offset: if end.1 > 0 { offset(end.1) } else { end.1 },
        });
        error.text = Some(Text::from_bytes(line).to_owned());
        error
    }

    /// The text that goes with an error in line `lineno`: the whole current line, or an earlier one
    /// without its line feed.
    fn error_line(&self, lineno: i32) -> &[u8] {
        let source = self.input.source;
        let reader = self.reader();
        if reader.lineno <= lineno {
            let rest = &source[reader.line_start..];
            if self.token(self.fill - 1).kind == TokenKind::Error {
                // The tokenizer has gone back to where a string begins, but holds all of it.
                return rest;
            }
            return &rest[..memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1)];
        }
        // Lines before the reader's, so at least that many line feeds precede.
        let mut end = reader.line_start;
        let mut current = reader.lineno;
        loop {
            let before = &source[..end.saturating_sub(1)];
            let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
            current -= 1;
            if current <= lineno || start == 0 {
                return &source[start..before.len()];
            }
            end = start;
        }
    }

    fn reader(&self) -> Reader {
        let source = self.input.source;
        let token = self.token(self.fill - 1);
        let end = token.end as usize;
        let is_newline = token.kind == TokenKind::Newline && token.location.col_offset != -1;
        let at_end = end == source.len() && !is_newline;
        // At the end of the source the last line stays the current one.
        let line_end = if at_end && source.last() == Some(&b'\n') { end - 1 } else { end };
        let line_start = memchr::memrchr(b'\n', &source[..line_end]).map_or(0, |at| at + 1);
        let reads_newline = is_newline && source.get(end) == Some(&b'\n');
        Reader { lineno: token.location.end_lineno, cursor: end + usize::from(reads_newline), line_start }
    }
}
