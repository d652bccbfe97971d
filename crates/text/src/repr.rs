//! `repr` and `ascii` of strings and bytes.
//!
//! Answers for `unicode_repr`, `PyObject_ASCII` and `PyBytes_Repr` of CPython.

use crate::{Text, TextBuf, unicode};

/// Which characters are shown as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// What can be printed: `repr`.
    Printable,
    /// Only what is ASCII: `ascii`.
    Ascii,
}

/// The literal of a string.
pub fn repr_text(text: &Text, keep: Keep) -> TextBuf {
    let quote = preferred_quote(text.as_bytes());
    let mut out = TextBuf::new();
    out.push_str(if quote == b'"' { "\"" } else { "'" });
    for point in text.code_points() {
        push_escaped(point, quote, keep, |shown| out.push(shown));
    }
    out.push_str(if quote == b'"' { "\"" } else { "'" });
    out
}

/// The literal of a string given as code points; `push` takes the result's, one by one.
pub fn repr_points(points: impl Iterator<Item = u32> + Clone, keep: Keep, mut push: impl FnMut(u32)) {
    let mut single = false;
    let mut double = false;
    for point in points.clone() {
        single |= point == u32::from(b'\'');
        double |= point == u32::from(b'"');
    }
    let quote = if single && !double { b'"' } else { b'\'' };
    push(quote.into());
    for point in points {
        push_escaped(point, quote, keep, &mut push);
    }
    push(quote.into());
}

/// The literal of bytes, always ASCII.
pub fn repr_bytes(bytes: &[u8]) -> String {
    repr_bytes_quoted(bytes, preferred_quote(bytes))
}

/// The literal of bytes between quotes of the given kind.
pub fn repr_bytes_quoted(bytes: &[u8], quote: u8) -> String {
    let mut out = String::with_capacity(bytes.len() + 3);
    out.push('b');
    out.push(quote.into());
    for &byte in bytes {
        push_escaped(byte.into(), quote, Keep::Ascii, |shown| out.extend(char::from_u32(shown)));
    }
    out.push(quote.into());
    out
}

/// A single quote, unless that would have to be escaped and a double one would not.
pub fn preferred_quote(bytes: &[u8]) -> u8 {
    if memchr::memchr(b'\'', bytes).is_some() && memchr::memchr(b'"', bytes).is_none() { b'"' } else { b'\'' }
}

/// Gives `push` what stands for one code point inside a literal.
#[inline]
fn push_escaped(point: u32, quote: u8, keep: Keep, mut push: impl FnMut(u32)) {
    let mut push_all = |text: &[u8]| text.iter().for_each(|&b| push(b.into()));
    match point {
        0x27 | 0x22 if point == u32::from(quote) => push_all(&[b'\\', quote]),
        0x5c => push_all(b"\\\\"),
        0x09 => push_all(b"\\t"),
        0x0a => push_all(b"\\n"),
        0x0d => push_all(b"\\r"),
        0x20..0x7f => push(point),
        0..0x80 => push_all(&escape::<2>(b'x', point)[..4]),
        _ if keep == Keep::Printable && unicode::is_printable(point) => push(point),
        0x80..0x100 => push_all(&escape::<2>(b'x', point)[..4]),
        0x100..0x1_0000 => push_all(&escape::<4>(b'u', point)[..6]),
        _ => push_all(&escape::<8>(b'U', point)[..10]),
    }
}

/// `\x00`, `\u0000` or `\U00000000`, as many bytes of it as `DIGITS` + 2.
fn escape<const DIGITS: usize>(letter: u8, point: u32) -> [u8; 10] {
    let mut text = [b'\\'; 10];
    text[1] = letter;
    for (i, digit) in text[2..2 + DIGITS].iter_mut().enumerate() {
        *digit = b"0123456789abcdef"[(point >> (4 * (DIGITS - 1 - i)) & 0xf) as usize];
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings() {
        for (text, expected, ascii) in [
            ("", "''", "''"),
            ("it's", "\"it's\"", "\"it's\""),
            ("\"it's\"", "'\"it\\'s\"'", "'\"it\\'s\"'"),
            ("a\\\t\n\r\0\x7f", "'a\\\\\\t\\n\\r\\x00\\x7f'", "'a\\\\\\t\\n\\r\\x00\\x7f'"),
            ("é\u{a0}\u{ad}", "'é\\xa0\\xad'", "'\\xe9\\xa0\\xad'"),
            ("π\u{2028}\u{378}", "'π\\u2028\\u0378'", "'\\u03c0\\u2028\\u0378'"),
            ("🐍\u{e0001}", "'🐍\\U000e0001'", "'\\U0001f40d\\U000e0001'"),
        ] {
            assert_eq!(repr_text(Text::new(text), Keep::Printable).to_str(), Some(expected));
            assert_eq!(repr_text(Text::new(text), Keep::Ascii).to_str(), Some(ascii));
            let mut collected = String::new();
            let points = text.chars().map(u32::from);
            repr_points(points, Keep::Printable, |p| collected.extend(char::from_u32(p)));
            assert_eq!(collected, expected);
        }
        let mut lone = TextBuf::new();
        lone.push(0xd800);
        assert_eq!(repr_text(&lone, Keep::Printable).to_str(), Some("'\\ud800'"));
    }

    #[test]
    fn bytes() {
        assert_eq!(repr_bytes(b"a'b\x00\xff\n"), "b\"a'b\\x00\\xff\\n\"");
        assert_eq!(repr_bytes(b"'\""), "b'\\'\"'");
    }
}
