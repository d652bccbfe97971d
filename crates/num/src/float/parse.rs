//! Text to `float`, correctly rounded.
//!
//! Answers for `PyOS_string_to_double`, `_Py_string_to_number_with_underscores` and
//! `float_from_string_inner` of CPython.

use smallvec::SmallVec;

use crate::int::{is_space, trim_start};

/// The number that the whole of `text` spells, as `float(text)` reads it: blanks around it, a sign,
/// `inf`, `infinity` and `nan` in any case, single underscores between digits. Decimal digits and
/// blanks that are not ASCII must have been replaced before.
pub fn parse(text: &[u8]) -> Option<f64> {
    let text = trim(text);
    if memchr::memchr(b'_', text).is_none() {
        let (value, length) = parse_prefix(text)?;
        return (length == text.len()).then_some(value);
    }
    let plain = without_underscores(text)?;
    let (value, length) = parse_prefix(&plain)?;
    (length == plain.len()).then_some(value)
}

pub(crate) fn trim(text: &[u8]) -> &[u8] {
    let text = trim_start(text);
    let end = text.iter().rposition(|&b| !is_space(b)).map_or(0, |last| last + 1);
    &text[..end]
}

/// The text without its underscores, each of which must stand between two digits.
pub(crate) fn without_underscores(text: &[u8]) -> Option<SmallVec<[u8; 64]>> {
    let mut plain = SmallVec::new();
    let mut previous = 0_u8;
    for &byte in text {
        if byte == b'_' {
            if !previous.is_ascii_digit() {
                return None;
            }
        } else {
            if previous == b'_' && !byte.is_ascii_digit() {
                return None;
            }
            plain.push(byte);
        }
        previous = byte;
    }
    (previous != b'_').then_some(plain)
}

/// The number at the front of `text` and how many bytes it takes; no blanks, no underscores.
pub fn parse_prefix(text: &[u8]) -> Option<(f64, usize)> {
    let sign = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    let digits = |from: usize| from + text[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let whole = digits(sign);
    let mut end = whole;
    let mut count = whole - sign;
    if text.get(whole) == Some(&b'.') {
        end = digits(whole + 1);
        count += end - (whole + 1);
    }
    if count == 0 {
        return parse_special(text, sign);
    }
    if matches!(text.get(end), Some(b'e' | b'E')) {
        let first = end + 1 + usize::from(matches!(text.get(end + 1), Some(b'+' | b'-')));
        if matches!(text.get(first), Some(b'0'..=b'9')) {
            end = digits(first);
        }
    }
    let number = std::str::from_utf8(&text[..end]).expect("only ASCII was scanned");
    Some((number.parse().expect("Rust reads every literal that Python reads"), end))
}

fn parse_special(text: &[u8], sign: usize) -> Option<(f64, usize)> {
    let rest = &text[sign..];
    let is = |word: &[u8]| rest.len() >= word.len() && rest[..word.len()].eq_ignore_ascii_case(word);
    let (value, length) = if is(b"infinity") {
        (f64::INFINITY, 8)
    } else if is(b"inf") {
        (f64::INFINITY, 3)
    } else if is(b"nan") {
        (f64::NAN.abs(), 3)
    } else {
        return None;
    };
    Some((if text[0] == b'-' { -value } else { value }, sign + length))
}
