//! Integers to text and back: `int(text, base)`, `str(int)`, `hex`, `oct`, `bin`.
//!
//! Answers for `PyLong_FromString` and `long_format_binary`, `long_to_decimal_string` of CPython's
//! `Objects/longobject.c`.

use dashu_int::{IBig, Sign, UBig};

use super::Int;

/// Below this number of digits the limit on digits is never looked at
/// (`sys.int_info.str_digits_check_threshold`).
const DIGITS_THRESHOLD: usize = 640;

/// A number's text in decimal is longer than the limit (`sys.set_int_max_str_digits`) allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyDigits;

/// Why a text is not an integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntParseError {
    /// The base is neither 0 nor between 2 and 36.
    Base,
    /// Not a literal in that base.
    Invalid,
    /// Over the limit on digits.
    TooManyDigits {
        /// How many digits the text has.
        digits: usize,
    },
}

impl Int {
    /// The integer that `text` spells, as `int(text, base)` reads it: blanks around it, a sign, a
    /// prefix that fits the base, single underscores between digits. Decimal digits and blanks that
    /// are not ASCII must have been replaced before. `max_digits` is the limit on digits for bases
    /// that are no power of two; 0 means none.
    pub fn parse(text: &[u8], base: u32, max_digits: usize) -> Result<Int, IntParseError> {
        if base == 1 || base > 36 {
            return Err(IntParseError::Base);
        }
        let (negative, rest) = match trim_start(text) {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            rest => (false, rest),
        };
        let (base, digits, only_zero) = split_prefix(rest, base);
        let (digits, count) = split_digits(digits, base)?;
        if !base.is_power_of_two() && over_limit(count, max_digits) {
            return Err(IntParseError::TooManyDigits { digits: count });
        }
        let value = magnitude(digits, count, base, negative);
        if only_zero && value != Int::Small(0) {
            return Err(IntParseError::Invalid);
        }
        Ok(value)
    }

    /// The text of `str(self)`, unless it has more than `max_digits` digits; 0 means no limit.
    pub fn to_decimal(&self, max_digits: usize) -> Result<String, TooManyDigits> {
        match self {
            Int::Small(value) => Ok(value.to_string()),
            Int::Big(value) => {
                // Refused on the estimate first: the conversion is what the limit is to prevent.
                let bits = self.bit_length() as f64;
                if max_digits > 0 && bits * std::f64::consts::LOG10_2 > max_digits as f64 + 2.0 {
                    return Err(TooManyDigits);
                }
                let text = value.to_string();
                let digits = text.len() - usize::from(text.starts_with('-'));
                if over_limit(digits, max_digits) { Err(TooManyDigits) } else { Ok(text) }
            }
        }
    }

    /// The digits of the magnitude in `base` (2 to 36, lower case), without sign or prefix.
    pub fn magnitude_digits(&self, base: u8) -> String {
        match self {
            Int::Small(value) => match base {
                10 => value.unsigned_abs().to_string(),
                16 => format!("{:x}", value.unsigned_abs()),
                8 => format!("{:o}", value.unsigned_abs()),
                2 => format!("{:b}", value.unsigned_abs()),
                _ => UBig::from(value.unsigned_abs()).in_radix(base).to_string(),
            },
            Int::Big(value) => {
                let (sign, words) = value.as_sign_words();
                match sign {
                    Sign::Positive => value.in_radix(base).to_string(),
                    Sign::Negative => UBig::from_words(words).in_radix(base).to_string(),
                }
            }
        }
    }

    /// The text of `bin`, `oct` or `hex`, by `base` 2, 8 or 16.
    pub fn to_prefixed(&self, base: u8) -> String {
        let sign = if self.is_negative() { "-" } else { "" };
        let prefix = match base {
            2 => "0b",
            8 => "0o",
            _ => "0x",
        };
        format!("{sign}{prefix}{}", self.magnitude_digits(base))
    }
}

fn over_limit(digits: usize, max_digits: usize) -> bool {
    digits > DIGITS_THRESHOLD && max_digits > 0 && digits > max_digits
}

/// What C's `isspace` calls a blank.
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

pub(crate) fn trim_start(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|&b| !is_space(b)).unwrap_or(text.len());
    &text[start..]
}

/// Takes the prefix off. The flag says that the digits must all be zero: `012` in base 0.
fn split_prefix(text: &[u8], base: u32) -> (u32, &[u8], bool) {
    let named = match text {
        [b'0', letter, ..] => match letter | 0x20 {
            b'x' => 16,
            b'o' => 8,
            b'b' => 2,
            _ => 0,
        },
        _ => 0,
    };
    if named != 0 && (base == 0 || base == named) {
        let rest = &text[2..];
        return (named, rest.strip_prefix(b"_").unwrap_or(rest), false);
    }
    match base {
        0 => (10, text, text.first() == Some(&b'0')),
        _ => (base, text, false),
    }
}

fn digit_value(byte: u8) -> u32 {
    match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        b'a'..=b'z' => u32::from(byte - b'a') + 10,
        b'A'..=b'Z' => u32::from(byte - b'A') + 10,
        _ => 36,
    }
}

/// The digits with their underscores, and how many digits there are.
fn split_digits(text: &[u8], base: u32) -> Result<(&[u8], usize), IntParseError> {
    let mut previous = b'_'; // none in front
    let mut count = 0;
    let mut end = 0;
    for &byte in text {
        if byte == b'_' {
            if previous == b'_' {
                return Err(IntParseError::Invalid);
            }
        } else if digit_value(byte) < base {
            count += 1;
        } else {
            break;
        }
        previous = byte;
        end += 1;
    }
    if previous == b'_' || !trim_start(&text[end..]).is_empty() {
        return Err(IntParseError::Invalid);
    }
    Ok((&text[..end], count))
}

fn magnitude(digits: &[u8], count: usize, base: u32, negative: bool) -> Int {
    // 12 digits in base 36 stay below 2⁶³, and so do 18 in base 10.
    if count <= 12 || (base <= 10 && count <= 18) {
        let value = (digits.iter().filter(|&&b| b != b'_'))
            .fold(0_i64, |value, &b| value * i64::from(base) + i64::from(digit_value(b)));
        return Int::Small(if negative { -value } else { value });
    }
    let plain: String = digits.iter().filter(|&&b| b != b'_').map(|&b| char::from(b)).collect();
    let value = IBig::from_str_radix(&plain, base).expect("only digits of the base are left");
    Int::from(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, base: u32) -> Option<String> {
        let value = Int::parse(text.as_bytes(), base, 4300).ok()?;
        Some(value.to_decimal(0).expect("no limit"))
    }

    #[test]
    fn as_int_reads() {
        for (text, base, expected) in [
            ("0", 10, Some("0")),
            (" \t-1_000\n", 10, Some("-1000")),
            ("+12", 10, Some("12")),
            ("1__0", 10, None),
            ("_1", 10, None),
            ("1_", 10, None),
            ("", 10, None),
            ("-", 10, None),
            ("- 1", 10, None),
            ("1 2", 10, None),
            ("0x_ff", 0, Some("255")),
            ("0x_ff", 16, Some("255")),
            ("0X__ff", 16, None),
            ("0x", 16, None),
            ("0b1", 16, Some("177")),
            ("0o17", 8, Some("15")),
            ("0o18", 8, None),
            ("012", 0, None),
            ("0_0", 0, Some("0")),
            ("-0", 0, Some("0")),
            ("zZ", 36, Some("1295")),
            ("zzzzzzzzzzzzz", 36, Some("170581728179578208255")),
            ("9223372036854775807", 10, Some("9223372036854775807")),
            ("-9223372036854775808", 10, Some("-9223372036854775808")),
            ("1\0", 10, None),
        ] {
            assert_eq!(parse(text, base).as_deref(), expected, "int({text:?}, {base})");
        }
        assert_eq!(Int::parse(b"1", 37, 0), Err(IntParseError::Base));
        let minimum = Int::parse(b"-9223372036854775808", 10, 0);
        assert_eq!(minimum, Ok(Int::Small(i64::MIN)));
    }

    #[test]
    fn digits_are_limited() {
        let long = "1".repeat(4301);
        assert_eq!(Int::parse(long.as_bytes(), 10, 4300), Err(IntParseError::TooManyDigits { digits: 4301 }));
        assert_eq!(Int::parse(format!("{long}x").as_bytes(), 10, 4300), Err(IntParseError::Invalid));
        assert!(Int::parse(long.as_bytes(), 16, 4300).is_ok());
        let value = Int::parse(long.as_bytes(), 10, 0).expect("no limit");
        assert_eq!(value.to_decimal(4300), Err(TooManyDigits));
        assert_eq!(value.to_decimal(4301), Ok(long));
    }

    #[test]
    fn with_prefix() {
        assert_eq!(Int::Small(-255).to_prefixed(16), "-0xff");
        assert_eq!(Int::Small(8).to_prefixed(8), "0o10");
        assert_eq!(Int::Small(i64::MIN).to_prefixed(2), format!("-0b1{}", "0".repeat(63)));
        let big = Int::parse(b"-0xffeeddccbbaa99887766", 0, 0).expect("a literal");
        assert_eq!(big.to_prefixed(16), "-0xffeeddccbbaa99887766");
    }
}
