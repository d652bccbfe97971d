//! Between integers and other numbers.

use std::cmp::Ordering;

use dashu_int::{IBig, UBig};

use super::Int;
use crate::float::ldexp;

/// Why there is no quotient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrueDivError {
    /// The divisor is zero.
    Zero,
    /// The quotient is too large for a float.
    Overflow,
}

macro_rules! from_primitive {
    ($($type:ty)*) => {$(
        impl From<$type> for Int {
            fn from(value: $type) -> Int {
                match i64::try_from(value) {
                    Ok(small) => Int::Small(small),
                    Err(_) => Int::Big(Box::new(IBig::from(value))),
                }
            }
        }
    )*};
}
from_primitive! { u64 usize i128 u128 }

macro_rules! from_small {
    ($($type:ty)*) => {$(
        impl From<$type> for Int {
            fn from(value: $type) -> Int {
                Int::Small(i64::from(value))
            }
        }
    )*};
}
from_small! { bool u8 i8 u16 i16 u32 i32 i64 }

impl Int {
    /// The value, if it fits.
    #[inline]
    pub fn to_i64(&self) -> Option<i64> {
        match self {
            Int::Small(value) => Some(*value),
            Int::Big(_) => None,
        }
    }

    /// The value, if it fits.
    pub fn to_u64(&self) -> Option<u64> {
        match self {
            Int::Small(value) => u64::try_from(*value).ok(),
            Int::Big(value) => u64::try_from(&**value).ok(),
        }
    }

    /// The value, if it fits.
    pub fn to_i128(&self) -> Option<i128> {
        match self {
            Int::Small(value) => Some((*value).into()),
            Int::Big(value) => i128::try_from(&**value).ok(),
        }
    }

    /// The value modulo 2⁶⁴, as C's conversions with a mask take it.
    pub fn to_u64_wrapping(&self) -> u64 {
        match self {
            Int::Small(value) => *value as u64,
            Int::Big(value) => {
                let low = value.as_sign_words().1[0];
                if self.is_negative() { low.wrapping_neg() } else { low }
            }
        }
    }

    /// The magnitude in base 2⁶⁴, least digit first, without leading zeros.
    pub fn words(&self) -> smallvec::SmallVec<[u64; 1]> {
        match self {
            Int::Small(0) => smallvec::SmallVec::new(),
            Int::Small(value) => smallvec::smallvec![value.unsigned_abs()],
            Int::Big(value) => smallvec::SmallVec::from_slice(value.as_sign_words().1),
        }
    }

    /// From a sign and a magnitude in base 2⁶⁴, least digit first.
    pub fn from_words(negative: bool, words: &[u64]) -> Int {
        let value = IBig::from(UBig::from_words(words));
        Int::from(if negative { -value } else { value })
    }

    /// The nearest float, to even when two are; `None` when the value is too large for one.
    #[inline]
    pub fn to_f64(&self) -> Option<f64> {
        match self {
            Int::Small(value) => Some(*value as f64),
            Int::Big(value) => Some(value.to_f64().value()).filter(|x| x.is_finite()),
        }
    }

    /// The integer part; `None` of what is not finite.
    pub fn from_f64(x: f64) -> Option<Int> {
        if x.abs() < 9.2e18 {
            return Some(Int::Small(x as i64));
        }
        let (mantissa, exponent) = decode(x)?;
        Some(Int::Small(mantissa).shl(u64::try_from(exponent).ok()?))
    }

    /// Compares exactly with a float; `None` with NaN.
    pub fn partial_cmp_f64(&self, x: f64) -> Option<Ordering> {
        if let Int::Small(value @ -0x20_0000_0000_0000..=0x20_0000_0000_0000) = self {
            return (*value as f64).partial_cmp(&x);
        }
        if x.is_infinite() {
            return 0.0.partial_cmp(&x);
        }
        // Equal to the integer part means that there is no other: floats of this size have none.
        Some(self.cmp(&Int::from_f64(x)?))
    }

    /// `self / other`, correctly rounded.
    pub fn true_div(&self, other: &Int) -> Result<f64, TrueDivError> {
        // What floats hold exactly.
        const MAX: i64 = 1 << 53;
        const MIN: i64 = -MAX;
        match (self, other) {
            (_, Int::Small(0)) => Err(TrueDivError::Zero),
            (Int::Small(a @ MIN..=MAX), Int::Small(b @ MIN..=MAX)) => Ok(*a as f64 / *b as f64),
            _ => self.long_true_div(other),
        }
    }

    /// As `long_true_divide` does it: a quotient of 55 or 56 bits with a sticky one, rounded once.
    fn long_true_div(&self, other: &Int) -> Result<f64, TrueDivError> {
        let negative = self.is_negative() != other.is_negative();
        let signed = |x: f64| if negative { -x } else { x };
        if self.is_zero() {
            return Ok(signed(0.0));
        }
        let difference = self.bit_length() as i64 - other.bit_length() as i64;
        if difference > f64::MAX_EXP.into() {
            return Err(TrueDivError::Overflow);
        }
        let digits = i64::from(f64::MANTISSA_DIGITS);
        if difference < i64::from(f64::MIN_EXP) - digits - 1 {
            return Ok(signed(0.0));
        }
        let shift = difference.max(f64::MIN_EXP.into()) - digits - 2;
        let dividend = self.abs();
        let scaled = if shift <= 0 { dividend.shl(shift.unsigned_abs()) } else { dividend.shr(shift as u64) };
        let lost = shift > 0 && dividend.trailing_zeros() < shift as u64;
        let (quotient, rest) = scaled.div_mod(&other.abs()).expect("the divisor is not zero");
        let quotient = quotient.to_u64().expect("the shift leaves at most 57 bits");
        let bits = i64::from(u64::BITS - quotient.leading_zeros());
        let extra = bits.max(i64::from(f64::MIN_EXP) - shift) - digits;
        let half = 1_u64 << (extra - 1);
        let mut low = quotient | u64::from(lost || !rest.is_zero());
        if low & half != 0 && low & (3 * half - 1) != 0 {
            low += half;
        }
        let rounded = (low & !(2 * half - 1)) as f64;
        let result = ldexp(rounded, i32::try_from(shift).expect("bounded above and below"));
        if result.is_infinite() { Err(TrueDivError::Overflow) } else { Ok(signed(result)) }
    }
}

/// The float as an integer times a power of two; `None` of what is not finite.
pub(crate) fn decode(x: f64) -> Option<(i64, i32)> {
    if !x.is_finite() {
        return None;
    }
    let bits = x.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32;
    let fraction = (bits & 0xf_ffff_ffff_ffff) as i64;
    let mantissa = if exponent == 0 { fraction } else { fraction | 1 << 52 };
    let mantissa = if x.is_sign_negative() { -mantissa } else { mantissa };
    Some((mantissa, exponent.max(1) - 1075))
}

impl Ord for Int {
    #[inline]
    fn cmp(&self, other: &Int) -> Ordering {
        match (self, other) {
            (Int::Small(a), Int::Small(b)) => a.cmp(b),
            (Int::Big(a), Int::Big(b)) => a.cmp(b),
            // What does not fit is beyond all that does.
            (Int::Big(_), Int::Small(_)) if self.is_negative() => Ordering::Less,
            (Int::Big(_), Int::Small(_)) => Ordering::Greater,
            (Int::Small(_), Int::Big(_)) => other.cmp(self).reverse(),
        }
    }
}

impl PartialOrd for Int {
    #[inline]
    fn partial_cmp(&self, other: &Int) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
