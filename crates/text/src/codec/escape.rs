//! Escape sequences: `unicode_escape`, `raw_unicode_escape`, and those of bytes.

use super::{CodecError, DecodeHandler};
use crate::unicode::{self, Name};
use crate::{Chars, CharsBuf};

/// An escape that is none, for which there is a warning: the first one of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidEscape {
    /// `\q`: a backslash and something that it does not go with, which starts there.
    Letter {
        /// The code point behind the backslash; only its first byte in UTF-8.
        letter: u8,
        /// Where the backslash is.
        at: usize,
    },
    /// `\400` and above: more than a byte.
    Octal {
        /// The value.
        value: u16,
        /// Where the backslash is.
        at: usize,
    },
}

/// What an escape of one character stands for, where that is the same for strings and bytes.
fn simple(letter: u8) -> Option<u8> {
    Some(match letter {
        b'\\' | b'\'' | b'"' => letter,
        b'b' => 0x08,
        b'f' => 0x0c,
        b't' => b'\t',
        b'n' => b'\n',
        b'r' => b'\r',
        b'v' => 0x0b,
        b'a' => 0x07,
        _ => return None,
    })
}

/// Up to three octal digits, the first of which is at `at`: the value and where they end.
fn octal(input: &[u8], at: usize) -> (u16, usize) {
    let digits = input[at..].iter().take(3).take_while(|b| matches!(b, b'0'..=b'7')).count();
    let value = input[at..at + digits].iter().fold(0, |value, &b| value << 3 | u16::from(b - b'0'));
    (value, at + digits)
}

/// What hexadecimal digits are.
enum Hex {
    Value(u32),
    /// Where the first byte is that is no digit.
    Wrong(usize),
    /// The input ends.
    Incomplete,
}

fn hexadecimal(input: &[u8], at: usize, count: usize) -> Hex {
    let mut value = 0;
    for i in at..at + count {
        let Some(&byte) = input.get(i) else { return Hex::Incomplete };
        let Some(digit) = char::from(byte).to_digit(16) else { return Hex::Wrong(i) };
        value = value << 4 | digit;
    }
    Hex::Value(value)
}

/// Decodes `unicode_escape`; the result is how many bytes were used, and the first escape to warn
/// about.
pub fn decode_unicode_escape<H: DecodeHandler>(
    input: &[u8],
    last: bool,
    out: &mut CharsBuf,
    handler: &mut H,
) -> Result<(usize, Option<InvalidEscape>), H::Error> {
    let mut invalid = None;
    let mut at = 0;
    while at < input.len() && !out.failed() {
        let plain = memchr::memchr(b'\\', &input[at..]).unwrap_or(input.len() - at);
        out.push_bytes(&input[at..at + plain]);
        at += plain;
        if at == input.len() {
            break;
        }
        let start = at;
        let (end, reason, incomplete) = match unicode_escape(input, start, out, &mut invalid) {
            Ok(next) => {
                at = next;
                continue;
            }
            Err(wrong) => wrong,
        };
        if incomplete && !last {
            return Ok((start, invalid));
        }
        at = handler.handle(&CodecError { encoding: "unicodeescape", start, end, reason }, input, out)?;
    }
    Ok((at, invalid))
}

/// Decodes the escape whose backslash is at `start`: where it ends, or where the error does, with
/// its reason and whether only the end of the input is to blame.
fn unicode_escape(
    input: &[u8],
    start: usize,
    out: &mut CharsBuf,
    invalid: &mut Option<InvalidEscape>,
) -> Result<usize, (usize, &'static str, bool)> {
    let Some(&letter) = input.get(start + 1) else {
        return Err((input.len(), "\\ at end of string", true));
    };
    let at = start + 2;
    let hex = |count: usize, reason: &'static str| match hexadecimal(input, at, count) {
        Hex::Incomplete => Err((input.len(), reason, true)),
        Hex::Wrong(end) => Err((end, reason, false)),
        Hex::Value(0x11_0000..) => Err((at + count, "illegal Unicode character", false)),
        Hex::Value(point) => Ok((point, at + count)),
    };
    let (point, end) = match letter {
        b'\n' => return Ok(at),
        b'0'..=b'7' => {
            let (value, end) = octal(input, start + 1);
            if value > 0xff {
                invalid.get_or_insert(InvalidEscape::Octal { value, at: start });
            }
            (value.into(), end)
        }
        b'x' => hex(2, "truncated \\xXX escape")?,
        b'u' => hex(4, "truncated \\uXXXX escape")?,
        b'U' => hex(8, "truncated \\UXXXXXXXX escape")?,
        b'N' => named(input, at)?,
        _ => match simple(letter) {
            Some(byte) => (byte.into(), at),
            None => {
                invalid.get_or_insert(InvalidEscape::Letter { letter, at: start });
                out.push(b'\\'.into());
                (letter.into(), at)
            }
        },
    };
    out.push(point);
    Ok(end)
}

/// `{name}` at `at`.
fn named(input: &[u8], at: usize) -> Result<(u32, usize), (usize, &'static str, bool)> {
    let malformed = "malformed \\N character escape";
    match input.get(at) {
        None => return Err((input.len(), malformed, true)),
        Some(b'{') => {}
        Some(_) => return Err((at, malformed, false)),
    }
    let Some(length) = memchr::memchr(b'}', &input[at + 1..]) else {
        return Err((input.len(), malformed, true));
    };
    if length == 0 {
        return Err((at + 1, malformed, false));
    }
    let end = at + 1 + length + 1;
    match unicode::lookup(&input[at + 1..end - 1]) {
        Some(Name::Character(point) | Name::Alias(point)) => Ok((point, end)),
        _ => Err((end, "unknown Unicode character name", false)),
    }
}

/// Decodes `raw_unicode_escape`; the result is how many bytes were used.
pub fn decode_raw_unicode_escape<H: DecodeHandler>(
    input: &[u8],
    last: bool,
    out: &mut CharsBuf,
    handler: &mut H,
) -> Result<usize, H::Error> {
    let mut at = 0;
    while at < input.len() && !out.failed() {
        let plain = memchr::memchr(b'\\', &input[at..]).unwrap_or(input.len() - at);
        out.push_bytes(&input[at..at + plain]);
        at += plain;
        let start = at;
        let (count, reason) = match input.get(start..).unwrap_or_default() {
            [] => break,
            [_] if !last => return Ok(start),
            [_, b'u', ..] => (4, "truncated \\uXXXX escape"),
            [_, b'U', ..] => (8, "truncated \\UXXXXXXXX escape"),
            both => {
                let taken = both.len().min(2);
                out.push_bytes(&both[..taken]);
                at += taken;
                continue;
            }
        };
        let (end, reason) = match hexadecimal(input, start + 2, count) {
            Hex::Value(0x11_0000..) => (start + 2 + count, "\\Uxxxxxxxx out of range"),
            Hex::Value(point) => {
                out.push(point);
                at = start + 2 + count;
                continue;
            }
            Hex::Wrong(end) => (end, reason),
            Hex::Incomplete if !last => return Ok(start),
            Hex::Incomplete => (input.len(), reason),
        };
        at = handler.handle(&CodecError { encoding: "rawunicodeescape", start, end, reason }, input, out)?;
    }
    Ok(at)
}

/// Encodes as `unicode_escape`.
pub fn encode_unicode_escape(input: Chars<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(input.len());
    for point in input.iter() {
        match point {
            0x5c => out.extend_from_slice(b"\\\\"),
            0x09 => out.extend_from_slice(b"\\t"),
            0x0a => out.extend_from_slice(b"\\n"),
            0x0d => out.extend_from_slice(b"\\r"),
            0x20..0x7f => out.push(point as u8),
            _ => out.extend_from_slice(super::escape_point(point).as_bytes()),
        }
    }
    out
}

/// Encodes as `raw_unicode_escape`.
pub fn encode_raw_unicode_escape(input: Chars<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(input.len());
    for point in input.iter() {
        match u8::try_from(point) {
            Ok(byte) => out.push(byte),
            Err(_) => out.extend_from_slice(super::escape_point(point).as_bytes()),
        }
    }
    out
}

/// What `codecs.escape_decode` does about a wrong `\x`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BytesErrors {
    /// Fails.
    Strict,
    /// Writes a question mark.
    Replace,
    /// Leaves it out.
    Ignore,
}

/// Why bytes are not decoded: the words of a ValueError.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BytesEscapeError {
    /// "Trailing \ in string".
    TrailingBackslash,
    /// "invalid \x escape at position …".
    InvalidHex {
        /// Where the backslash is.
        at: usize,
    },
}

impl std::fmt::Display for BytesEscapeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            BytesEscapeError::TrailingBackslash => f.write_str("Trailing \\ in string"),
            BytesEscapeError::InvalidHex { at } => write!(f, "invalid \\x escape at position {at}"),
        }
    }
}

/// Decodes the escapes of a bytes literal, and tells the first one to warn about.
pub fn decode_bytes_escape(
    input: &[u8],
    errors: BytesErrors,
) -> Result<(Vec<u8>, Option<InvalidEscape>), BytesEscapeError> {
    let mut out = Vec::with_capacity(input.len());
    let mut invalid = None;
    let mut at = 0;
    while let Some(plain) = memchr::memchr(b'\\', &input[at..]) {
        out.extend_from_slice(&input[at..at + plain]);
        let start = at + plain;
        let Some(&letter) = input.get(start + 1) else { return Err(BytesEscapeError::TrailingBackslash) };
        at = start + 2;
        match letter {
            b'\n' => {}
            b'0'..=b'7' => {
                let (value, end) = octal(input, start + 1);
                if value > 0xff {
                    invalid.get_or_insert(InvalidEscape::Octal { value, at: start });
                }
                out.push(value as u8);
                at = end;
            }
            b'x' => match (hexadecimal(input, at, 2), errors) {
                (Hex::Value(value), _) => {
                    out.push(value as u8);
                    at += 2;
                }
                (_, BytesErrors::Strict) => return Err(BytesEscapeError::InvalidHex { at: start }),
                (_, errors) => {
                    if errors == BytesErrors::Replace {
                        out.push(b'?');
                    }
                    at += usize::from(input.get(at).is_some_and(u8::is_ascii_hexdigit));
                }
            },
            _ => match simple(letter) {
                Some(byte) => out.push(byte),
                None => {
                    invalid.get_or_insert(InvalidEscape::Letter { letter, at: start });
                    out.push(b'\\');
                    at -= 1;
                }
            },
        }
    }
    out.extend_from_slice(&input[at..]);
    Ok((out, invalid))
}

/// Encodes bytes as `codecs.escape_encode` does: the inside of a literal in single quotes.
pub fn encode_bytes_escape(input: &[u8]) -> String {
    let literal = crate::repr::repr_bytes_quoted(input, b'\'');
    literal[2..literal.len() - 1].to_owned()
}
