//! Numbers: where they end, and what may not stand behind them.

use super::cursor::is_identifier_byte;
use super::{Lexer, Step};
use crate::token::{TokenKind, TokenWarning};
use taipan_asdl::diagnostic::{Warning, WarningCategory};

impl Lexer<'_> {
    /// Reads `.`, `...` or a number that begins with a point.
    pub(super) fn read_dot(&mut self, start: usize) -> Step {
        self.pos += 1;
        match (self.peek(), self.peek_at(1)) {
            (b'0'..=b'9', _) => self.read_fraction(start),
            (b'.', b'.') => {
                self.pos += 2;
                self.push(TokenKind::Ellipsis, start, self.pos);
                Ok(())
            }
            (_, ahead) => {
                if self.pos >= self.bytes.len() || (ahead == 0 && self.peek() == b'.') {
                    self.note_end_of_source();
                }
                self.push(TokenKind::Dot, start, self.pos);
                Ok(())
            }
        }
    }

    /// Reads a number that begins with a digit.
    pub(super) fn read_number(&mut self, start: usize) -> Step {
        if self.peek() == b'0' {
            let kind = self.peek_at(1) | 0x20;
            return match kind {
                b'x' => self.read_based(start, "hexadecimal", |b| b.is_ascii_hexdigit()),
                b'o' => self.read_based(start, "octal", |b| matches!(b, b'0'..=b'7')),
                b'b' => self.read_based(start, "binary", |b| matches!(b, b'0' | b'1')),
                _ => self.read_zeros(start),
            };
        }
        self.read_decimal_tail()?;
        match self.peek() {
            b'.' => {
                self.pos += 1;
                self.read_fraction(start)
            }
            b'e' | b'E' => self.read_exponent(start),
            b'j' | b'J' => self.read_imaginary(start),
            _ => self.end_number(start, "decimal"),
        }
    }

    /// Reads digits with single underscores between them, the first of which is here.
    #[inline]
    fn read_decimal_tail(&mut self) -> Step {
        loop {
            while self.peek().is_ascii_digit() {
                self.pos += 1;
            }
            if self.peek() != b'_' {
                return Ok(());
            }
            self.pos += 1;
            if !self.peek().is_ascii_digit() {
                return Err(self.raise("invalid decimal literal"));
            }
        }
    }

    /// Reads the digits of a literal with a prefix.
    fn read_based(&mut self, start: usize, name: &str, is_digit: fn(u8) -> bool) -> Step {
        self.pos += 2;
        loop {
            if self.peek() == b'_' {
                self.pos += 1;
            }
            if !is_digit(self.peek()) {
                return Err(self.wrong_digit(name));
            }
            while is_digit(self.peek()) {
                self.pos += 1;
            }
            if self.peek() != b'_' {
                break;
            }
        }
        if self.peek().is_ascii_digit() {
            return Err(self.wrong_digit(name));
        }
        self.end_number(start, name)
    }

    #[cold]
    fn wrong_digit(&mut self, name: &str) -> super::Stop {
        let byte = self.peek();
        if byte.is_ascii_digit() {
            self.pos += 1;
            return self.raise(format!("invalid digit '{}' in {name} literal", char::from(byte)));
        }
        self.raise(format!("invalid {name} literal"))
    }

    /// Reads a number that begins with zero and has no prefix.
    fn read_zeros(&mut self, start: usize) -> Step {
        let mut zeros_end;
        loop {
            if self.peek() == b'_' {
                self.pos += 1;
                if !self.peek().is_ascii_digit() {
                    return Err(self.raise("invalid decimal literal"));
                }
            }
            zeros_end = self.pos;
            if self.peek() != b'0' {
                break;
            }
            self.pos += 1;
        }
        let nonzero = self.peek().is_ascii_digit();
        if nonzero {
            self.read_decimal_tail()?;
        }
        match self.peek() {
            b'.' => {
                self.pos += 1;
                self.read_fraction(start)
            }
            b'e' | b'E' => self.read_exponent(start),
            b'j' | b'J' => self.read_imaginary(start),
            _ if nonzero && !self.options.extra_tokens => {
                let offset = self.offset_of(start) + 1;
                // The tokenizer has read the first digit behind the zeros.
                let end_offset = self.offset_of(zeros_end + 1);
                Err(self.raise_range(
                    offset,
                    end_offset,
                    "leading zeros in decimal integer literals are not permitted; \
                     use an 0o prefix for octal integers",
                ))
            }
            _ => self.end_number(start, "decimal"),
        }
    }

    /// Reads what follows the point.
    fn read_fraction(&mut self, start: usize) -> Step {
        if self.peek().is_ascii_digit() {
            self.read_decimal_tail()?;
        }
        match self.peek() {
            b'e' | b'E' => self.read_exponent(start),
            b'j' | b'J' => self.read_imaginary(start),
            _ => self.end_number(start, "decimal"),
        }
    }

    /// Reads from the `e` on, which may belong to what follows the number.
    fn read_exponent(&mut self, start: usize) -> Step {
        let signed = matches!(self.peek_at(1), b'+' | b'-');
        let digit = self.peek_at(if signed { 2 } else { 1 });
        if !digit.is_ascii_digit() {
            if signed {
                self.pos += 2;
                return Err(self.raise("invalid decimal literal"));
            }
            return self.end_number(start, "decimal");
        }
        self.pos += if signed { 2 } else { 1 };
        self.read_decimal_tail()?;
        match self.peek() {
            b'j' | b'J' => self.read_imaginary(start),
            _ => self.end_number(start, "decimal"),
        }
    }

    fn read_imaginary(&mut self, start: usize) -> Step {
        self.pos += 1;
        self.end_number(start, "imaginary")
    }

    /// Checks what stands behind the number and makes the token.
    #[inline]
    fn end_number(&mut self, start: usize, name: &str) -> Step {
        if is_identifier_byte(self.peek()) {
            self.check_number_end(name)?;
        } else if self.pos >= self.bytes.len() {
            self.note_end_of_source();
        }
        self.push(TokenKind::Number, start, self.pos);
        Ok(())
    }

    /// A keyword that may follow a number is only warned of, other letters are an error.
    #[cold]
    fn check_number_end(&mut self, name: &str) -> Step {
        if self.options.extra_tokens || self.peek() >= 128 {
            return Ok(());
        }
        let rest = &self.bytes[self.pos..];
        let is_word = |word: &[u8]| {
            rest.starts_with(word) && !rest.get(word.len()).is_some_and(|&b| is_identifier_byte(b))
        };
        let warned = is_word(b"and")
            || is_word(b"else")
            || is_word(b"for")
            || is_word(b"or")
            || is_word(b"not")
            || matches!(rest, [b'i', b'f' | b'n' | b's', ..]);
        let message = format!("invalid {name} literal");
        if !warned {
            return Err(self.raise(message));
        }
        if matches!(rest, b"and" | b"else" | b"for" | b"or" | b"not") {
            // CPython has looked behind the word.
            self.note_end_of_source();
        }
        let warning = Warning {
            category: WarningCategory::SyntaxWarning,
            message: message.as_str().into(),
            lineno: self.lineno,
        };
        self.warn(warning);
        Ok(())
    }

    /// Keeps a warning that belongs to the token being read.
    pub(super) fn warn(&mut self, warning: Warning) {
        let index = self.output.tokens.len() as u32;
        let line_start = self.line_start as u32;
        self.output.warnings.push((index, TokenWarning { warning, line_start, cursor: self.pos as u32 }));
    }
}
