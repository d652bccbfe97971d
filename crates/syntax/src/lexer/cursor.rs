//! Reading bytes and keeping count of lines.

use super::Lexer;

/// What a byte can be in an identifier.
const START: u8 = 1;
const CONTINUE: u8 = 2;

/// The class of each byte; bytes beyond ASCII count as letters until the identifier is checked.
static CLASS: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        if b.is_ascii_alphabetic() || b == b'_' || b >= 128 {
            table[byte] = START | CONTINUE;
        } else if b.is_ascii_digit() {
            table[byte] = CONTINUE;
        }
        byte += 1;
    }
    table
};

/// Whether an identifier may begin with `byte`.
#[inline]
pub(super) fn is_identifier_start(byte: u8) -> bool {
    CLASS[usize::from(byte)] & START != 0
}

/// Whether `byte` may stand in an identifier.
#[inline]
pub(super) fn is_identifier_byte(byte: u8) -> bool {
    CLASS[usize::from(byte)] & CONTINUE != 0
}

impl Lexer<'_> {
    /// The next byte; 0 at the end, which no source holds.
    #[inline]
    pub(super) fn peek(&self) -> u8 {
        self.bytes.get(self.pos).copied().unwrap_or(0)
    }

    /// The byte `ahead` of the next one; 0 beyond the end.
    #[inline]
    pub(super) fn peek_at(&self, ahead: usize) -> u8 {
        self.bytes.get(self.pos + ahead).copied().unwrap_or(0)
    }

    /// A line feed was read: the next byte is the first of a line. At the end of the source
    /// CPython's tokenizer stays on the last line.
    #[inline]
    pub(super) fn next_line(&mut self) {
        if self.pos < self.bytes.len() {
            self.line_start = self.pos;
            self.lineno += 1;
        }
    }

    /// The end of the current line, behind its line feed if it has one.
    pub(super) fn line_end(&self) -> usize {
        memchr::memchr(b'\n', &self.bytes[self.line_start..])
            .map_or(self.bytes.len(), |newline| self.line_start + newline + 1)
    }

    /// The current token met the end of the source.
    pub(super) fn note_end_of_source(&mut self) {
        if self.output.end_of_source_seen_at == u32::MAX {
            self.output.end_of_source_seen_at = self.output.tokens.len() as u32;
        }
    }
}
