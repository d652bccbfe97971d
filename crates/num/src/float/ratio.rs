//! `float` as a fraction and as hexadecimal text, and its parts.
//!
//! Answers for `float_as_integer_ratio_impl`, `float_hex_impl` and `float_fromhex_impl`.

use crate::Int;
use crate::int::{decode, is_space, trim_start};

/// `float.as_integer_ratio`; `None` of what is not finite.
pub fn as_integer_ratio(x: f64) -> Option<(Int, Int)> {
    let (mantissa, exponent) = decode(x)?;
    if mantissa == 0 {
        return Some((Int::Small(0), Int::Small(1)));
    }
    let zeros = mantissa.trailing_zeros();
    let (mantissa, exponent) = (Int::Small(mantissa >> zeros), exponent + zeros as i32);
    let power = u64::from(exponent.unsigned_abs());
    Some(if exponent >= 0 {
        (mantissa.shl(power), Int::Small(1))
    } else {
        (mantissa, Int::Small(1).shl(power))
    })
}

/// `math.frexp`: a fraction from ½ below 1, and an exponent.
pub fn frexp(x: f64) -> (f64, i32) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    let (x, less) = if x.is_subnormal() { (x * 2.0_f64.powi(54), 54) } else { (x, 0) };
    let bits = x.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32 - 1022;
    (f64::from_bits(bits & !(0x7ff << 52) | 1022 << 52), exponent - less)
}

/// `x` times two to the `exponent`, rounded once; infinite when too large.
pub fn ldexp(x: f64, exponent: i32) -> f64 {
    let mut x = x;
    let mut exponent = exponent.clamp(-2200, 2200);
    while exponent > 1023 {
        x *= 2.0_f64.powi(1023);
        exponent -= 1023;
    }
    while exponent < -1022 {
        // 53 bits are kept in hand, so that what is subnormal is rounded at the last step only.
        x *= 2.0_f64.powi(-1022 + 53);
        exponent += 1022 - 53;
    }
    x * 2.0_f64.powi(exponent)
}

/// `float.hex`.
pub fn hex(x: f64) -> String {
    let sign = if x.is_sign_negative() && !x.is_nan() { "-" } else { "" };
    if !x.is_finite() {
        return super::repr(x);
    }
    if x == 0.0 {
        return format!("{sign}0x0.0p+0");
    }
    let bits = x.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32;
    let lead = u32::from(exponent > 0);
    format!("{sign}0x{lead}.{:013x}p{:+}", bits & 0xf_ffff_ffff_ffff, exponent.max(1) - 1023)
}

/// Why a text is not a float in hexadecimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FromHexError {
    /// Not of that form.
    Invalid,
    /// Too large for a float.
    TooLarge,
}

/// `float.fromhex`.
pub fn from_hex(text: &[u8]) -> Result<f64, FromHexError> {
    let text = trim_start(text);
    let end = text.iter().rposition(|&b| !is_space(b)).map_or(0, |last| last + 1);
    let text = &text[..end];
    if let Some((value, length)) = super::parse_prefix(text)
        && length == text.len()
        && !value.is_finite()
        && !text.iter().any(u8::is_ascii_digit)
    {
        return Ok(value);
    }
    let (negative, rest) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let rest = match rest {
        [b'0', b'x' | b'X', rest @ ..] => rest,
        rest => rest,
    };
    let value = from_hex_digits(rest)?;
    Ok(if negative { -value } else { value })
}

fn from_hex_digits(text: &[u8]) -> Result<f64, FromHexError> {
    let hex_run = |text: &[u8]| text.iter().take_while(|b| b.is_ascii_hexdigit()).count();
    let whole = hex_run(text);
    let (digits_end, fraction) = match text.get(whole) {
        Some(b'.') => (whole + 1 + hex_run(&text[whole + 1..]), hex_run(&text[whole + 1..])),
        _ => (whole, 0),
    };
    if whole + fraction == 0 {
        return Err(FromHexError::Invalid);
    }
    let (exponent, rest) = match &text[digits_end..] {
        [b'p' | b'P', rest @ ..] => parse_exponent(rest)?,
        rest => (0, rest),
    };
    // 60 bits of the leading digits, and whether any other digit counts.
    let digits = text[..digits_end].iter().filter(|&&b| b != b'.');
    let mut mantissa = 0_u64;
    let mut sticky = false;
    let mut skipped = 0_i64;
    for &digit in digits {
        let value = char::from(digit).to_digit(16).expect("only hexadecimal digits were scanned");
        if mantissa >> 56 == 0 {
            mantissa = mantissa << 4 | u64::from(value);
        } else {
            sticky |= value != 0;
            skipped += 1;
        }
    }
    let exponent = exponent.saturating_add(4 * (skipped - fraction as i64));
    // Too large is told before what follows is looked at.
    let value = if mantissa == 0 { 0.0 } else { round_scaled(mantissa, sticky, exponent)? };
    if rest.is_empty() { Ok(value) } else { Err(FromHexError::Invalid) }
}

/// `mantissa` × 2^`exponent`, with something more behind it if `sticky`, rounded to even.
fn round_scaled(mantissa: u64, sticky: bool, exponent: i64) -> Result<f64, FromHexError> {
    let bits = i64::from(u64::BITS - mantissa.leading_zeros());
    let top = exponent.saturating_add(bits);
    if top > i64::from(f64::MAX_EXP) {
        return Err(FromHexError::TooLarge);
    }
    if top < -1080 {
        return Ok(0.0);
    }
    // How many of the bits a float keeps here: fewer when subnormal.
    let kept = (top + 1074).clamp(0, 53);
    let dropped = bits - kept;
    let rounded = if dropped <= 0 {
        mantissa
    } else {
        let half = 1_u64 << (dropped - 1);
        let rest = mantissa & (2 * half - 1);
        let floor = if dropped >= 64 { 0 } else { mantissa >> dropped };
        let up = rest > half || (rest == half && (sticky || floor & 1 == 1));
        floor + u64::from(up)
    };
    let exponent = exponent + dropped.max(0);
    let value = ldexp(rounded as f64, exponent as i32);
    if value.is_infinite() { Err(FromHexError::TooLarge) } else { Ok(value) }
}

/// The exponent, and what follows it.
fn parse_exponent(text: &[u8]) -> Result<(i64, &[u8]), FromHexError> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let count = digits.iter().take_while(|b| b.is_ascii_digit()).count();
    if count == 0 {
        return Err(FromHexError::Invalid);
    }
    let (digits, rest) = digits.split_at(count);
    let value = digits.iter().fold(0_i64, |value, &digit| {
        value.saturating_mul(10).saturating_add(i64::from(digit - b'0')).min(1 << 60)
    });
    Ok((if negative { -value } else { value }, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal() {
        for (x, expected) in [
            (1.0, "0x1.0000000000000p+0"),
            (-0.1, "-0x1.999999999999ap-4"),
            (0.0, "0x0.0p+0"),
            (-0.0, "-0x0.0p+0"),
            (5e-324, "0x0.0000000000001p-1022"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(hex(x), expected);
            assert_eq!(from_hex(expected.as_bytes()), Ok(x));
        }
        for (text, expected) in [
            (" 0x.8p1 ", Ok(1.0)),
            ("ff", Ok(255.0)),
            ("0x1p-1075", Ok(0.0)),
            ("0x1.8p-1075", Ok(5e-324)),
            ("0x1.00000000000008p0", Ok(1.0)),
            ("0x1.000000000000080001p0", Ok(1.0 + f64::EPSILON)),
            ("0x1p1024", Err(FromHexError::TooLarge)),
            ("0x1p1024 x", Err(FromHexError::TooLarge)),
            ("0x", Err(FromHexError::Invalid)),
            ("0x1p", Err(FromHexError::Invalid)),
            ("", Err(FromHexError::Invalid)),
        ] {
            assert_eq!(from_hex(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn parts() {
        assert_eq!(as_integer_ratio(0.75), Some((Int::Small(3), Int::Small(4))));
        assert_eq!(as_integer_ratio(f64::NAN), None);
        assert_eq!(frexp(-10.0), (-0.625, 4));
        assert_eq!(frexp(5e-324), (0.5, -1073));
        assert_eq!(ldexp(0.75, -1074), 5e-324);
        assert_eq!(ldexp(1.0, 5000), f64::INFINITY);
    }
}
