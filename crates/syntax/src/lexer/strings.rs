//! String and bytes literals: where they end. What they hold is decoded by the parser.

use super::{Lexer, Step};
use crate::token::TokenKind;
use memchr::memchr3;
use taipan_asdl::node::Location;

impl Lexer<'_> {
    /// Reads a literal that begins at `start` and whose quote stands at `quote_at`.
    #[inline]
    pub(super) fn read_string(&mut self, start: usize, quote_at: usize) -> Step {
        let quote = self.bytes[quote_at];
        self.pos = quote_at + 1;
        let mut location = Location {
            lineno: self.lineno,
            col_offset: (start - self.line_start) as i32,
            end_lineno: self.lineno,
            end_col_offset: 0,
        };
        if self.peek() != quote {
            self.read_single_quoted(start, quote)?;
        } else if self.peek_at(1) == quote {
            self.pos += 2;
            self.read_triple_quoted(start, quote)?;
        } else {
            self.pos += 1;
            if self.pos >= self.bytes.len() {
                self.note_end_of_source();
            }
        }
        location.end_lineno = self.lineno;
        location.end_col_offset = (self.pos - self.line_start) as i32;
        self.push_at(TokenKind::String, start, self.pos, location);
        Ok(())
    }

    #[inline]
    fn read_single_quoted(&mut self, start: usize, quote: u8) -> Step {
        let (line_start, lineno) = (self.line_start, self.lineno);
        let mut escaped_quote = false;
        loop {
            let byte = self.peek();
            if byte == quote {
                self.pos += 1;
                return Ok(());
            }
            match byte {
                b'\\' => {
                    self.pos += 1;
                    if self.peek() == b'\r' {
                        self.pos += 1;
                    }
                    let escaped = self.peek();
                    escaped_quote |= escaped == quote;
                    if self.pos < self.bytes.len() {
                        self.pos += 1;
                    }
                    if escaped == b'\n' {
                        self.next_line();
                    }
                }
                b'\n' => break,
                0 if self.pos >= self.bytes.len() => break,
                _ => self.pos += 1,
            }
        }
        let at_end = self.pos >= self.bytes.len();
        let detected = self.lineno;
        (self.pos, self.line_start, self.lineno) = (start + 1, line_start, lineno);
        if self.modes.last().is_some_and(|mode| mode.quote == quote && mode.quote_size == 1) {
            let message = format!("{}-string: expecting '}}'", self.string_letter());
            return Err(self.raise(message));
        }
        let mut message = format!("unterminated string literal (detected at line {detected})");
        if escaped_quote {
            message += "; perhaps you escaped the end quote?";
        }
        let stop = self.raise(message);
        Err(if at_end { self.at_end_of_source(stop) } else { stop })
    }

    fn read_triple_quoted(&mut self, start: usize, quote: u8) -> Step {
        let (line_start, lineno) = (self.line_start, self.lineno);
        while let Some(at) = memchr3(quote, b'\\', b'\n', &self.bytes[self.pos..]) {
            self.pos += at;
            match self.bytes[self.pos] {
                b'\\' => {
                    self.pos += 1;
                    if self.peek() == b'\r' {
                        self.pos += 1;
                    }
                    if self.pos < self.bytes.len() {
                        let escaped = self.bytes[self.pos];
                        self.pos += 1;
                        if escaped == b'\n' {
                            self.next_line();
                        }
                    }
                }
                b'\n' => {
                    self.pos += 1;
                    self.next_line();
                }
                _ if self.peek_at(1) == quote && self.peek_at(2) == quote => {
                    self.pos += 3;
                    return Ok(());
                }
                _ => self.pos += 1,
            }
        }
        let detected = self.lineno;
        (self.pos, self.line_start, self.lineno) = (start + 1, line_start, lineno);
        if self.modes.last().is_some_and(|mode| mode.quote == quote && mode.quote_size == 3) {
            let message = format!("{}-string: expecting '}}'", self.string_letter());
            return Err(self.raise(message));
        }
        let stop =
            self.raise(format!("unterminated triple-quoted string literal (detected at line {detected})"));
        Err(self.at_end_of_source(stop))
    }
}
