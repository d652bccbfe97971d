//! Arithmetic of `float` where Python's results or errors differ from the processor's.
//!
//! Answers for `_float_div_mod`, `float_pow` and `double_round` of CPython's `Objects/floatobject.c`.

use super::Digits;
use crate::Int;

/// `x // y`; `None` when `y` is zero.
#[inline]
pub fn floor_div(x: f64, y: f64) -> Option<f64> {
    div_mod(x, y).map(|(quotient, _)| quotient)
}

/// `x % y`, with the sign of `y`; `None` when `y` is zero.
#[inline]
pub fn modulo(x: f64, y: f64) -> Option<f64> {
    if y == 0.0 {
        return None;
    }
    let rest = x % y;
    Some(if rest == 0.0 {
        0.0_f64.copysign(y)
    } else if (y < 0.0) != (rest < 0.0) {
        rest + y
    } else {
        rest
    })
}

/// `divmod(x, y)`; `None` when `y` is zero.
pub fn div_mod(x: f64, y: f64) -> Option<(f64, f64)> {
    if y == 0.0 {
        return None;
    }
    let mut rest = x % y;
    let mut quotient = (x - rest) / y;
    if rest == 0.0 {
        rest = 0.0_f64.copysign(y);
    } else if (y < 0.0) != (rest < 0.0) {
        rest += y;
        quotient -= 1.0;
    }
    let quotient = if quotient == 0.0 {
        0.0_f64.copysign(x / y)
    } else {
        let floor = quotient.floor();
        if quotient - floor > 0.5 { floor + 1.0 } else { floor }
    };
    Some((quotient, rest))
}

/// Why a power is not a float.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PowError {
    /// Zero to a negative power: ZeroDivisionError.
    ZeroToNegative,
    /// The result is too large: OverflowError.
    Overflow,
    /// A negative base with a fraction as exponent: the result is complex.
    Complex,
}

/// `base ** exponent`.
pub fn pow(base: f64, exponent: f64) -> Result<f64, PowError> {
    if exponent == 0.0 {
        return Ok(1.0);
    }
    if base.is_nan() {
        return Ok(base);
    }
    if exponent.is_nan() {
        return Ok(if base == 1.0 { 1.0 } else { exponent });
    }
    if exponent.is_infinite() {
        let magnitude = base.abs();
        return Ok(if magnitude == 1.0 {
            1.0
        } else if (exponent > 0.0) == (magnitude > 1.0) {
            f64::INFINITY
        } else {
            0.0
        });
    }
    let odd = exponent.abs() % 2.0 == 1.0;
    if base.is_infinite() {
        return Ok(match (exponent > 0.0, odd) {
            (true, true) => base,
            (true, false) => base.abs(),
            (false, true) => 0.0_f64.copysign(base),
            (false, false) => 0.0,
        });
    }
    if base == 0.0 {
        if exponent < 0.0 {
            return Err(PowError::ZeroToNegative);
        }
        return Ok(if odd { base } else { 0.0 });
    }
    if base < 0.0 && exponent != exponent.floor() {
        return Err(PowError::Complex);
    }
    let negative = base < 0.0 && odd;
    let magnitude = base.abs();
    if magnitude == 1.0 {
        return Ok(if negative { -1.0 } else { 1.0 });
    }
    let result = magnitude.powf(exponent);
    if result.is_infinite() {
        return Err(PowError::Overflow);
    }
    Ok(if negative { -result } else { result })
}

/// `round(x, places)` of a finite float; `None` when the result is too large for one.
pub fn round(x: f64, places: i64) -> Option<f64> {
    // Beyond these nothing changes, or nothing remains.
    if places > 323 || x == 0.0 || !x.is_finite() {
        return Some(x);
    }
    if places < -308 {
        return Some(0.0_f64.copysign(x));
    }
    let digits = Digits::fraction(x, places);
    let mut text = String::with_capacity(32);
    text.push_str(std::str::from_utf8(&digits.digits).expect("digits are ASCII"));
    if text.is_empty() {
        return Some(0.0_f64.copysign(x));
    }
    text.push('e');
    text.push_str(&(digits.point - digits.digits.len() as i32).to_string());
    let value: f64 = text.parse().expect("a literal");
    value.is_finite().then(|| value.copysign(x))
}

/// The nearest integer, to even when two are; `None` of what is not finite.
pub fn round_to_int(x: f64) -> Option<Int> {
    Int::from_f64(x.round_ties_even())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn division_rounds_down() {
        assert_eq!(div_mod(7.0, 2.0), Some((3.0, 1.0)));
        assert_eq!(div_mod(-7.0, 2.0), Some((-4.0, 1.0)));
        assert_eq!(div_mod(7.0, -2.0), Some((-4.0, -1.0)));
        assert_eq!(div_mod(1.0, 0.0), None);
        assert_eq!(div_mod(1.0, 0.1), Some((9.0, 0.09999999999999995)));
        assert_eq!(modulo(-1e-20, 1.0), Some(1.0));
        assert!(modulo(4.0, -2.0).is_some_and(|rest| rest == 0.0 && rest.is_sign_negative()));
    }

    #[test]
    fn powers() {
        assert_eq!(pow(0.0, -1.0), Err(PowError::ZeroToNegative));
        assert_eq!(pow(-8.0, 0.5), Err(PowError::Complex));
        assert_eq!(pow(10.0, 400.0), Err(PowError::Overflow));
        assert_eq!(pow(-2.0, 3.0), Ok(-8.0));
        assert_eq!(pow(f64::NAN, 0.0), Ok(1.0));
        assert_eq!(pow(1.0, f64::NAN), Ok(1.0));
        assert_eq!(pow(-0.5, f64::NEG_INFINITY), Ok(f64::INFINITY));
    }

    #[test]
    fn rounding_is_exact() {
        for (x, places, expected) in [
            (2.675, 2, Some(2.67)),
            (0.5, 0, Some(0.0)),
            (1.5, 0, Some(2.0)),
            (25.0, -1, Some(20.0)),
            (35.0, -1, Some(40.0)),
            (5.0, -1, Some(0.0)),
            (6.0, -1, Some(10.0)),
            (1.7976931348623157e308, -308, None),
            (1e300, -400, Some(0.0)),
        ] {
            assert_eq!(round(x, places), expected, "round({x}, {places})");
        }
        assert_eq!(round_to_int(2.5), Some(Int::Small(2)));
        assert_eq!(round_to_int(f64::NAN), None);
    }
}
