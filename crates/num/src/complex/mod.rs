//! `complex`: arithmetic, and text and back.
//!
//! Answers for CPython's `Objects/complexobject.c`.

mod arith;

pub use arith::{Complex, ComplexError, Operand, add, divide, multiply, power, subtract};

use crate::float::{self, Form, Style, parse_prefix};
use crate::int::trim_start;

/// The text of `repr(complex(real, imag))`.
pub fn repr(real: f64, imag: f64) -> String {
    let style = Style::default();
    if real == 0.0 && real.is_sign_positive() {
        return float::format(imag, Form::Repr, style) + "j";
    }
    let real = float::format(real, Form::Repr, style);
    let imag = float::format(imag, Form::Repr, Style { plus: true, ..style });
    format!("({real}{imag}j)")
}

/// The number that the whole of `text` spells, as `complex(text)` reads it. Decimal digits and
/// blanks that are not ASCII must have been replaced before.
pub fn parse(text: &[u8]) -> Option<(f64, f64)> {
    if memchr::memchr(b'_', text).is_none() {
        return parse_plain(text);
    }
    parse_plain(&float::without_underscores(text)?)
}

fn parse_plain(text: &[u8]) -> Option<(f64, f64)> {
    let text = trim_start(text);
    let (bracket, text) = match text {
        [b'(', rest @ ..] => (true, trim_start(rest)),
        _ => (false, text),
    };
    let (value, rest) = parse_parts(text)?;
    let rest = trim_start(rest);
    let rest = if bracket { trim_start(rest.strip_prefix(b")")?) } else { rest };
    rest.is_empty().then_some(value)
}

/// `<float>`, `<float>j`, `<float><signed float>j`, `<float><sign>j`, `<sign>j` or `j`.
fn parse_parts(text: &[u8]) -> Option<((f64, f64), &[u8])> {
    let unit = |text: &[u8]| if text.first() == Some(&b'-') { -1.0 } else { 1.0 };
    let Some((first, length)) = parse_prefix(text) else {
        let signed = usize::from(matches!(text.first(), Some(b'+' | b'-')));
        return Some(((0.0, unit(text)), strip_j(&text[signed..])?));
    };
    let rest = &text[length..];
    match rest.first() {
        Some(b'+' | b'-') => {
            let (imag, length) = parse_prefix(rest).unwrap_or((unit(rest), 1));
            Some(((first, imag), strip_j(&rest[length..])?))
        }
        Some(b'j' | b'J') => Some(((0.0, first), &rest[1..])),
        _ => Some(((first, 0.0), rest)),
    }
}

fn strip_j(text: &[u8]) -> Option<&[u8]> {
    match text {
        [b'j' | b'J', rest @ ..] => Some(rest),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repr_as_python_writes_it() {
        for (real, imag, expected) in [
            (0.0, 1.0, "1j"),
            (-0.0, 1.0, "(-0+1j)"),
            (1.0, -0.0, "(1-0j)"),
            (1.5, f64::NAN, "(1.5+nanj)"),
            (f64::INFINITY, f64::NEG_INFINITY, "(inf-infj)"),
            (0.0, 1e100, "1e+100j"),
        ] {
            assert_eq!(repr(real, imag), expected);
        }
    }

    #[test]
    fn parsed_as_complex_reads() {
        for (text, expected) in [
            ("1+2j", Some((1.0, 2.0))),
            (" ( 1-j ) ", Some((1.0, -1.0))),
            ("j", Some((0.0, 1.0))),
            ("-J", Some((0.0, -1.0))),
            ("3", Some((3.0, 0.0))),
            ("1_0e1_0j", Some((0.0, 10e10))),
            ("1 + 2j", None),
            ("(1", None),
            ("1+2", None),
            ("", None),
            ("+", None),
            ("infj", Some((0.0, f64::INFINITY))),
            ("1e5+infinityj", Some((1e5, f64::INFINITY))),
        ] {
            assert_eq!(parse(text.as_bytes()), expected, "{text:?}");
        }
    }
}
