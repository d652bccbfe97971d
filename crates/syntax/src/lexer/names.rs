//! Identifiers, keywords and string prefixes.

use super::cursor::{is_identifier_byte, is_identifier_start};
use super::{Lexer, Step};
use crate::token::TokenKind;
use taipan_text::unicode;

impl Lexer<'_> {
    /// Reads an identifier, a keyword or a string with a prefix. True if an f-string's text follows.
    #[inline]
    pub(super) fn read_name_or_string(&mut self) -> Step<bool> {
        let start = self.pos;
        let mut end = start + 1;
        let mut all = self.bytes[start];
        while let Some(&byte) = self.bytes.get(end) {
            if !is_identifier_byte(byte) {
                break;
            }
            all |= byte;
            end += 1;
        }
        self.pos = end;
        let length = end - start;
        // Up to five letters, so that prefixes that exclude each other get their error.
        if length <= 5
            && matches!(self.peek(), b'\'' | b'"')
            && let Some(prefix) = Prefix::parse(&self.bytes[start..end])
        {
            self.check_prefix(prefix, start)?;
            if prefix.f || prefix.t {
                self.begin_interpolated(start, prefix.t, prefix.r)?;
                return Ok(true);
            }
            self.read_string(start, end)?;
            return Ok(false);
        }
        if end >= self.bytes.len() {
            self.note_end_of_source();
        }
        if all >= 128 && !self.options.extra_tokens {
            self.check_identifier(start, end)?;
        }
        let kind = if self.options.extra_tokens { TokenKind::Name } else { keyword(&self.bytes[start..end]) };
        self.push(kind, start, end);
        Ok(false)
    }

    /// Raises an error for the first character that no identifier may hold at its place.
    #[cold]
    fn check_identifier(&mut self, start: usize, end: usize) -> Step {
        let text = std::str::from_utf8(&self.bytes[start..end])
            .expect("the source was decoded, and bytes beyond ASCII stay together");
        for (at, c) in text.char_indices() {
            let valid = if at == 0 {
                unicode::is_xid_start(u32::from(c))
            } else {
                unicode::is_xid_continue(u32::from(c))
            };
            if valid {
                continue;
            }
            self.pos = start + at + c.len_utf8();
            let point = u32::from(c);
            return Err(if unicode::is_printable(point) {
                self.raise(format!("invalid character '{c}' (U+{point:04X})"))
            } else {
                self.raise(format!("invalid non-printable character U+{point:04X}"))
            });
        }
        Ok(())
    }

    fn check_prefix(&mut self, prefix: Prefix, start: usize) -> Step {
        let Prefix { b, f, r, t, u } = prefix;
        let pairs = [(u && b, 'u', 'b'), (u && r, 'u', 'r'), (u && f, 'u', 'f'), (u && t, 'u', 't')];
        let more = [(b && f, 'b', 'f'), (b && t, 'b', 't'), (f && t, 'f', 't')];
        let Some((_, one, other)) = pairs.into_iter().chain(more).find(|pair| pair.0) else { return Ok(()) };
        let offset = self.offset_of(start) + 1;
        // The tokenizer has read the quote.
        self.pos += 1;
        let end_offset = self.offset_of(self.pos);
        Err(self.raise_range(offset, end_offset, format!("'{one}' and '{other}' prefixes are incompatible")))
    }
}

/// The letters before a string's quote.
#[derive(Clone, Copy, Default)]
struct Prefix {
    b: bool,
    f: bool,
    r: bool,
    t: bool,
    u: bool,
}

impl Prefix {
    /// The letters of a prefix; none may come twice.
    fn parse(letters: &[u8]) -> Option<Prefix> {
        let mut prefix = Prefix::default();
        for letter in letters {
            let seen = match letter.to_ascii_lowercase() {
                b'b' => &mut prefix.b,
                b'f' => &mut prefix.f,
                b'r' => &mut prefix.r,
                b't' => &mut prefix.t,
                b'u' => &mut prefix.u,
                _ => return None,
            };
            if std::mem::replace(seen, true) {
                return None;
            }
        }
        Some(prefix)
    }
}

/// The kind of the word `text`.
#[inline]
fn keyword(text: &[u8]) -> TokenKind {
    use TokenKind::*;
    debug_assert!(is_identifier_start(text[0]));
    match text {
        b"if" => If,
        b"in" => In,
        b"is" => Is,
        b"or" => Or,
        b"as" => As,
        b"and" => And,
        b"def" => Def,
        b"del" => Del,
        b"for" => For,
        b"not" => Not,
        b"try" => Try,
        b"None" => None,
        b"True" => True,
        b"elif" => Elif,
        b"else" => Else,
        b"from" => From,
        b"pass" => Pass,
        b"with" => With,
        b"False" => False,
        b"async" => Async,
        b"await" => Await,
        b"break" => Break,
        b"class" => Class,
        b"raise" => Raise,
        b"while" => While,
        b"yield" => Yield,
        b"assert" => Assert,
        b"except" => Except,
        b"global" => Global,
        b"import" => Import,
        b"lambda" => Lambda,
        b"return" => Return,
        b"finally" => Finally,
        b"continue" => Continue,
        b"nonlocal" => Nonlocal,
        _ => Name,
    }
}
