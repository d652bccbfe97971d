//! f-strings and t-strings (PEP 701, PEP 750): their text, and where expressions begin and end.

use super::{Lexer, Step};
use crate::token::TokenKind;
use taipan_asdl::diagnostic::{Warning, WarningCategory};
use taipan_asdl::node::Location;

/// How many f- and t-strings may be nested, the code around them counted as one.
const MAX_INTERPOLATED_LEVEL: usize = 150;
/// How deep replacement fields may be nested in format specifications.
const MAX_EXPRESSION_NESTING: i32 = 3;

/// Where the tokenizer is within an f- or t-string.
pub(super) struct InterpolatedMode {
    /// In its text or a format specification, not in an expression.
    pub(super) in_text: bool,
    /// The brackets open in it, the braces of replacement fields among them.
    pub(super) bracket_depth: i32,
    /// How many replacement fields are open, less one.
    pub(super) expression_depth: i32,
    pub(super) quote: u8,
    pub(super) quote_size: usize,
    raw: bool,
    template: bool,
    in_format_spec: bool,
    /// Its first byte, the line that holds it, and where that line begins.
    start: usize,
    lineno: i32,
    line_start: usize,
}

impl Lexer<'_> {
    /// Reads the quote of a string that begins at `start`.
    pub(super) fn begin_interpolated(&mut self, start: usize, template: bool, raw: bool) -> Step {
        let quote = self.peek();
        let triple = self.peek_at(1) == quote && self.peek_at(2) == quote;
        // How far CPython looks for more quotes.
        let looked_at = if self.peek_at(1) == quote { 2 } else { 1 };
        if self.pos + looked_at >= self.bytes.len() {
            self.note_end_of_source();
        }
        let quote_size = if triple { 3 } else { 1 };
        self.pos += quote_size;
        if self.modes.len() + 1 >= MAX_INTERPOLATED_LEVEL {
            return Err(self.raise("too many nested f-strings or t-strings"));
        }
        let kind = if template { TokenKind::TStringStart } else { TokenKind::FStringStart };
        self.push(kind, start, self.pos);
        self.modes.push(InterpolatedMode {
            in_text: true,
            bracket_depth: 0,
            expression_depth: -1,
            quote,
            quote_size,
            raw,
            template,
            in_format_spec: false,
            start,
            lineno: self.lineno,
            line_start: self.line_start,
        });
        Ok(())
    }

    /// Reads a piece of text, or the end of the string, or the brace that begins an expression.
    /// Never ends the source: true is not returned.
    pub(super) fn read_interpolated_text(&mut self) -> Step<bool> {
        if self.peek() == b'{' && self.peek_at(1) != b'{' {
            self.note_brace_at_end();
            self.begin_expression()?;
            return Ok(false);
        }
        let mode = self.mode();
        let (quote, quote_size, template) = (mode.quote, mode.quote_size, mode.template);
        if (0..quote_size).all(|ahead| self.peek_at(ahead) == quote) {
            let start = self.pos;
            self.pos += quote_size;
            self.modes.pop();
            let kind = if template { TokenKind::TStringEnd } else { TokenKind::FStringEnd };
            self.push(kind, start, self.pos);
            return Ok(false);
        }
        let kind = if template { TokenKind::TStringMiddle } else { TokenKind::FStringMiddle };
        let start = self.pos;
        let mut location = Location {
            lineno: self.lineno,
            col_offset: (start - self.line_start) as i32,
            end_lineno: 0,
            end_col_offset: 0,
        };
        let end = self.scan_text()?;
        location.end_lineno = self.lineno;
        // Of a doubled brace the text holds one, the columns both.
        location.end_col_offset = (self.pos - self.line_start) as i32;
        self.push_at(kind, start, end, location);
        Ok(false)
    }

    /// Reads text up to a brace, the end of the string or the end of a `\N{…}`. Returns the end of
    /// the token's text.
    fn scan_text(&mut self) -> Step<usize> {
        let mode = self.mode();
        let (quote, quote_size, raw) = (mode.quote, mode.quote_size, mode.raw);
        let in_format_spec = mode.in_format_spec && mode.expression_depth >= 0;
        let at_top = mode.bracket_depth == 0;
        let mut quotes = 0;
        let mut named_escape = false;
        loop {
            let byte = self.peek();
            if byte == quote {
                quotes += 1;
                self.pos += 1;
                if quotes == quote_size {
                    self.pos -= quote_size;
                    return Ok(self.pos);
                }
                continue;
            }
            quotes = 0;
            match byte {
                b'\n' if quote_size == 1 => return Err(self.unterminated(in_format_spec)),
                0 if self.pos >= self.bytes.len() => return Err(self.unterminated(false)),
                b'\n' => {
                    self.pos += 1;
                    self.next_line();
                }
                b'{' if self.peek_at(1) == b'{' && !in_format_spec => {
                    self.pos += 2;
                    return Ok(self.pos - 1);
                }
                b'{' => {
                    self.note_brace_at_end();
                    self.begin_expression()?;
                    return Ok(self.pos);
                }
                b'}' if named_escape => {
                    self.pos += 1;
                    return Ok(self.pos);
                }
                b'}' if self.peek_at(1) == b'}' && !in_format_spec && at_top => {
                    self.pos += 2;
                    return Ok(self.pos - 1);
                }
                b'}' => {
                    self.note_brace_at_end();
                    let mode = self.mode_mut();
                    mode.in_text = false;
                    mode.in_format_spec = false;
                    return Ok(self.pos);
                }
                b'\\' => named_escape |= self.scan_escape(raw),
                _ => self.pos += 1,
            }
        }
    }

    /// CPython has looked behind the brace that comes next, for another one.
    fn note_brace_at_end(&mut self) {
        if self.pos + 1 >= self.bytes.len() {
            self.note_end_of_source();
        }
    }

    /// Reads a backslash and what it escapes as far as the tokenizer cares. True for `\N{`.
    fn scan_escape(&mut self, raw: bool) -> bool {
        self.pos += 1;
        if self.peek() == b'\r' {
            self.pos += 1;
        }
        match self.peek() {
            b'{' | b'}' if raw => {}
            byte @ (b'{' | b'}') => {
                let c = char::from(byte);
                let message = format!(
                    "\"\\{c}\" is an invalid escape sequence. Such sequences will not work in the future. \
                     Did you mean \"\\\\{c}\"? A raw string is also an option."
                );
                let (category, lineno) = (WarningCategory::SyntaxWarning, self.lineno);
                self.pos += 1;
                self.warn(Warning { category, message: message.into(), lineno });
                self.pos -= 1;
            }
            b'N' if !raw => {
                self.pos += 1;
                if self.peek() == b'{' {
                    self.pos += 1;
                    return true;
                }
            }
            b'\n' => {
                self.pos += 1;
                self.next_line();
            }
            _ if self.pos < self.bytes.len() => self.pos += 1,
            _ => {}
        }
        false
    }

    /// At the brace of a replacement field: from here on there is code.
    fn begin_expression(&mut self) -> Step {
        let mode = self.mode_mut();
        mode.expression_depth += 1;
        if mode.expression_depth >= MAX_EXPRESSION_NESTING {
            let message = format!("{}-string: expressions nested too deeply", self.string_letter());
            return Err(self.raise(message));
        }
        mode.in_text = false;
        mode.in_format_spec = false;
        Ok(())
    }

    /// At a colon: whether a format specification begins, which the tokenizer enters.
    #[inline]
    pub(super) fn begin_format_spec(&mut self) -> bool {
        let Some(mode) = self.modes.last_mut() else { return false };
        if mode.expression_depth < 0 || mode.bracket_depth - 1 != mode.expression_depth {
            return false;
        }
        mode.in_text = true;
        mode.in_format_spec = true;
        true
    }

    /// A closing bracket was read. True if it ends a replacement field.
    pub(super) fn leave_bracket(&mut self, byte: u8) -> Step<bool> {
        let Some(mode) = self.modes.last_mut() else { return Ok(false) };
        mode.bracket_depth -= 1;
        if mode.bracket_depth < 0 {
            let message = format!("{}-string: unmatched '{}'", self.string_letter(), char::from(byte));
            return Err(self.raise(message));
        }
        if byte != b'}' || mode.bracket_depth != mode.expression_depth {
            return Ok(false);
        }
        mode.expression_depth -= 1;
        mode.in_text = true;
        mode.in_format_spec = false;
        Ok(true)
    }

    /// `f` or `t`, for messages about the innermost string.
    pub(super) fn string_letter(&self) -> char {
        if self.modes.last().is_some_and(|mode| mode.template) { 't' } else { 'f' }
    }

    #[cold]
    fn unterminated(&mut self, in_format_spec: bool) -> super::Stop {
        let letter = self.string_letter();
        if in_format_spec {
            self.pos += 1;
            return self.raise(format!(
                "{letter}-string: newlines are not allowed in format specifiers for single quoted {letter}-strings"
            ));
        }
        let detected = self.lineno;
        let mode = self.mode();
        let (start, line_start, lineno, triple) =
            (mode.start, mode.line_start, mode.lineno, mode.quote_size == 3);
        (self.pos, self.line_start, self.lineno) = (start + 1, line_start, lineno);
        if triple {
            let message =
                format!("unterminated triple-quoted {letter}-string literal (detected at line {detected})");
            let stop = self.raise(message);
            return self.at_end_of_source(stop);
        }
        self.raise(format!("unterminated {letter}-string literal (detected at line {detected})"))
    }

    fn mode(&self) -> &InterpolatedMode {
        self.modes.last().expect("only called within an f- or t-string")
    }

    fn mode_mut(&mut self) -> &mut InterpolatedMode {
        self.modes.last_mut().expect("only called within an f- or t-string")
    }
}
