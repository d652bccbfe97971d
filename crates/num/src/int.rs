//! [`Int`]: a Python integer of any size.

use dashu_int::IBig;

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

impl From<i64> for Int {
    fn from(value: i64) -> Int {
        Int::Small(value)
    }
}
