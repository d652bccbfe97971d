//! Operators and delimiters, and the nesting of parentheses.

use super::{Lexer, MAX_PAREN_LEVEL, OpenParen, Step};
use crate::token::TokenKind;
use taipan_text::unicode;

impl Lexer<'_> {
    /// Reads an operator that begins with `byte`. True if an f-string's text follows it.
    #[inline]
    pub(super) fn read_operator(&mut self, byte: u8) -> Step<bool> {
        use TokenKind::*;
        let start = self.pos;
        if byte == b':' && self.begin_format_spec() {
            self.pos += 1;
            self.push(Colon, start, self.pos);
            return Ok(true);
        }
        let second = self.peek_at(1);
        let (kind, length) = match (byte, second) {
            (b'(', _) => return self.open_paren(LeftParen, byte),
            (b'[', _) => return self.open_paren(LeftBracket, byte),
            (b'{', _) => return self.open_paren(LeftBrace, byte),
            (b')', _) => return self.close_paren(RightParen, byte),
            (b']', _) => return self.close_paren(RightBracket, byte),
            (b'}', _) => return self.close_paren(RightBrace, byte),
            (b',', _) => (Comma, 1),
            (b':', b'=') => (ColonEqual, 2),
            (b':', _) => (Colon, 1),
            (b'=', b'=') => (EqualEqual, 2),
            (b'=', _) => (Equal, 1),
            (b'-', b'>') => (RightArrow, 2),
            (b'-', b'=') => (MinusEqual, 2),
            (b'-', _) => (Minus, 1),
            (b'+', b'=') => (PlusEqual, 2),
            (b'+', _) => (Plus, 1),
            (b'*', b'*') if self.peek_at(2) == b'=' => (DoubleStarEqual, 3),
            (b'*', b'*') => (DoubleStar, 2),
            (b'*', b'=') => (StarEqual, 2),
            (b'*', _) => (Star, 1),
            (b'/', b'/') if self.peek_at(2) == b'=' => (DoubleSlashEqual, 3),
            (b'/', b'/') => (DoubleSlash, 2),
            (b'/', b'=') => (SlashEqual, 2),
            (b'/', _) => (Slash, 1),
            (b'%', b'=') => (PercentEqual, 2),
            (b'%', _) => (Percent, 1),
            (b'@', b'=') => (AtEqual, 2),
            (b'@', _) => (At, 1),
            (b'&', b'=') => (AmpersandEqual, 2),
            (b'&', _) => (Ampersand, 1),
            (b'|', b'=') => (VerticalBarEqual, 2),
            (b'|', _) => (VerticalBar, 1),
            (b'^', b'=') => (CircumflexEqual, 2),
            (b'^', _) => (Circumflex, 1),
            (b'~', _) => (Tilde, 1),
            (b';', _) => (Semicolon, 1),
            (b'!', b'=') | (b'<', b'>') => (NotEqual, 2),
            (b'!', _) => (Exclamation, 1),
            (b'<', b'<') if self.peek_at(2) == b'=' => (LeftShiftEqual, 3),
            (b'<', b'<') => (LeftShift, 2),
            (b'<', b'=') => (LessEqual, 2),
            (b'<', _) => (Less, 1),
            (b'>', b'>') if self.peek_at(2) == b'=' => (RightShiftEqual, 3),
            (b'>', b'>') => (RightShift, 2),
            (b'>', b'=') => (GreaterEqual, 2),
            (b'>', _) => (Greater, 1),
            _ => {
                self.pos += 1;
                if !unicode::is_printable(u32::from(byte)) {
                    let message = format!("invalid non-printable character U+{byte:04X}");
                    return Err(self.raise(message));
                }
                (Op, 1)
            }
        };
        self.pos = start + length;
        // Behind an operator of three characters the tokenizer does not look.
        if self.pos >= self.bytes.len() && length < 3 {
            self.note_end_of_source();
        }
        self.push(kind, start, self.pos);
        Ok(false)
    }

    fn open_paren(&mut self, kind: TokenKind, byte: u8) -> Step<bool> {
        let start = self.pos;
        self.pos += 1;
        if self.pos >= self.bytes.len() {
            self.note_end_of_source();
        }
        if self.parens.len() >= MAX_PAREN_LEVEL {
            return Err(self.raise("too many nested parentheses"));
        }
        self.parens.push(OpenParen {
            byte,
            lineno: self.lineno,
            col_offset: (start - self.line_start) as i32,
            start: start as u32,
        });
        if let Some(mode) = self.modes.last_mut() {
            mode.bracket_depth += 1;
        }
        self.push(kind, start, self.pos);
        Ok(false)
    }

    /// Reads a closing parenthesis. True if it ends a replacement field.
    fn close_paren(&mut self, kind: TokenKind, byte: u8) -> Step<bool> {
        let start = self.pos;
        self.pos += 1;
        if self.pos >= self.bytes.len() {
            self.note_end_of_source();
        }
        if byte == b'}' && self.modes.last().is_some_and(|mode| mode.bracket_depth == 0) {
            let message = format!("{}-string: single '}}' is not allowed", self.string_letter());
            return Err(self.raise(message));
        }
        match self.parens.pop() {
            Some(open) => {
                if !self.options.extra_tokens && !closes(open.byte, byte) {
                    // CPython has left the level already.
                    return Err(self.mismatch(open, byte));
                }
            }
            None if self.options.extra_tokens => {}
            None => {
                let message = format!("unmatched '{}'", char::from(byte));
                return Err(self.raise(message));
            }
        }
        let text_follows = self.leave_bracket(byte)?;
        self.push(kind, start, self.pos);
        Ok(text_follows)
    }

    #[cold]
    fn mismatch(&mut self, open: OpenParen, byte: u8) -> super::Stop {
        let byte = char::from(byte);
        if let Some(mode) = self.modes.last()
            && open.byte == b'{'
            && mode.bracket_depth - 1 == mode.expression_depth
        {
            let message = format!("{}-string: unmatched '{byte}'", self.string_letter());
            return self.raise(message);
        }
        let opening = char::from(open.byte);
        let mut message =
            format!("closing parenthesis '{byte}' does not match opening parenthesis '{opening}'");
        if open.lineno != self.lineno {
            message += &format!(" on line {}", open.lineno);
        }
        self.raise(message)
    }
}

fn closes(open: u8, close: u8) -> bool {
    matches!((open, close), (b'(', b')') | (b'[', b']') | (b'{', b'}'))
}
