//! [`Int`]: a Python integer of any size.

mod arith;
mod bits;
mod convert;
mod modpow;
#[cfg(test)]
mod tests;
mod text;

use dashu_int::{IBig, Sign};

pub use arith::bound;
pub use bits::{ByteOrder, ToBytesError};
pub use convert::TrueDivError;
pub(crate) use convert::decode;
pub use modpow::PowModError;
pub use text::{IntParseError, TooManyDigits};
pub(crate) use text::{is_space, trim_start};

/// A Python integer. Canonical: a value that fits an `i64` is always [`Int::Small`], so equality of
/// values is equality of representations.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Int {
    /// A value that fits.
    Small(i64),
    /// Any other; boxed, to keep the type two words.
    Big(Box<IBig>),
}

impl From<IBig> for Int {
    fn from(value: IBig) -> Int {
        match i64::try_from(&value) {
            Ok(small) => Int::Small(small),
            Err(_) => Int::Big(Box::new(value)),
        }
    }
}

impl Int {
    /// Whether the value is below zero.
    pub fn is_negative(&self) -> bool {
        match self {
            Int::Small(value) => *value < 0,
            Int::Big(value) => value.sign() == Sign::Negative,
        }
    }

    /// Whether the value is zero.
    pub fn is_zero(&self) -> bool {
        matches!(self, Int::Small(0))
    }

    /// `int.bit_length`: how many bits the magnitude needs.
    pub fn bit_length(&self) -> u64 {
        match self {
            Int::Small(value) => u64::from(u64::BITS - value.unsigned_abs().leading_zeros()),
            Int::Big(value) => value.as_sign_words().1.last().map_or(0, |&top| {
                let words = value.as_sign_words().1.len() as u64;
                words * u64::BITS as u64 - u64::from(top.leading_zeros())
            }),
        }
    }
}
