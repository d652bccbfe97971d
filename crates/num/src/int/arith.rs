//! Sums, products, quotients and roots.

use dashu_int::ops::{DivRem, Gcd, SquareRoot, UnsignedAbs};
use dashu_int::{IBig, UBig};

use super::Int;

macro_rules! checked {
    ($($(#[$doc:meta])* $name:ident $checked:ident $op:tt;)*) => {$(
        $(#[$doc])*
        #[inline]
        pub fn $name(&self, other: &Int) -> Int {
            if let (Int::Small(a), Int::Small(b)) = (self, other)
                && let Some(value) = a.$checked(*b)
            {
                return Int::Small(value);
            }
            #[cold]
            #[inline(never)]
            fn big(a: &Int, b: &Int) -> Int {
                match (a, b) {
                    (Int::Small(a), Int::Small(b)) => Int::from(i128::from(*a) $op i128::from(*b)),
                    (Int::Small(a), Int::Big(b)) => Int::from(IBig::from(*a) $op &**b),
                    (Int::Big(a), Int::Small(b)) => Int::from(&**a $op IBig::from(*b)),
                    (Int::Big(a), Int::Big(b)) => Int::from(&**a $op &**b),
                }
            }
            big(self, other)
        }
    )*};
}

impl Int {
    checked! {
        /// `self + other`.
        add checked_add +;
        /// `self - other`.
        sub checked_sub -;
        /// `self * other`.
        mul checked_mul *;
    }

    /// `-self`.
    #[inline]
    pub fn neg(&self) -> Int {
        match self {
            Int::Small(value) => match value.checked_neg() {
                Some(value) => Int::Small(value),
                None => Int::from(-i128::from(*value)),
            },
            Int::Big(value) => Int::from(-&**value),
        }
    }

    /// `abs(self)`.
    #[inline]
    pub fn abs(&self) -> Int {
        if self.is_negative() { self.neg() } else { self.clone() }
    }

    /// `divmod(self, other)`, rounded down; `None` when `other` is zero.
    pub fn div_mod(&self, other: &Int) -> Option<(Int, Int)> {
        match (self, other) {
            (_, Int::Small(0)) => None,
            (Int::Small(i64::MIN), Int::Small(-1)) => Some((self.neg(), Int::Small(0))),
            (Int::Small(a), Int::Small(b)) => {
                let (quotient, rest) = (a / b, a % b);
                let down = rest != 0 && (rest < 0) != (*b < 0);
                Some(if down {
                    (Int::Small(quotient - 1), Int::Small(rest + b))
                } else {
                    (Int::Small(quotient), Int::Small(rest))
                })
            }
            _ => {
                let divisor = other.to_ibig();
                let (quotient, rest) = match self {
                    Int::Big(a) => (&**a).div_rem(&*divisor),
                    Int::Small(a) => IBig::from(*a).div_rem(&*divisor),
                };
                let zero = IBig::ZERO;
                let down = rest != zero && (rest < zero) != (*divisor < zero);
                Some(if down {
                    (Int::from(quotient - IBig::ONE), Int::from(rest + &*divisor))
                } else {
                    (Int::from(quotient), Int::from(rest))
                })
            }
        }
    }

    /// `self // other`; `None` when `other` is zero.
    #[inline]
    pub fn floor_div(&self, other: &Int) -> Option<Int> {
        match (self, other) {
            (Int::Small(a), Int::Small(b)) if *b > 0 => Some(Int::Small(a.div_euclid(*b))),
            _ => self.div_mod(other).map(|(quotient, _)| quotient),
        }
    }

    /// `self % other`, with the sign of `other`; `None` when it is zero.
    #[inline]
    pub fn modulo(&self, other: &Int) -> Option<Int> {
        match (self, other) {
            (Int::Small(a), Int::Small(b)) if *b > 0 => Some(Int::Small(a.rem_euclid(*b))),
            _ => self.div_mod(other).map(|(_, rest)| rest),
        }
    }

    /// The quotient nearest to `self / other` (to even when two are), and what remains: how `round`
    /// and `timedelta` divide. `None` when `other` is zero.
    pub fn div_mod_near(&self, other: &Int) -> Option<(Int, Int)> {
        let (quotient, rest) = self.div_mod(other)?;
        let twice = rest.add(&rest);
        let order = if other.is_negative() { other.cmp(&twice) } else { twice.cmp(other) };
        let up = order.is_gt() || (order.is_eq() && quotient.is_odd());
        Some(if up { (quotient.add(&Int::Small(1)), rest.sub(other)) } else { (quotient, rest) })
    }

    /// `round(self, digits)` for negative `digits`, given as the positive `places` before the point.
    pub fn round(&self, places: u64) -> Int {
        // Ten to that power is more than twice as large.
        if places > self.bit_length() {
            return Int::Small(0);
        }
        let power = Int::Small(10).pow(places);
        let (_, rest) = self.div_mod_near(&power).expect("a power of ten is not zero");
        self.sub(&rest)
    }

    /// The greatest common divisor, never negative.
    pub fn gcd(&self, other: &Int) -> Int {
        if let (Int::Small(a), Int::Small(b)) = (self, other) {
            let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
            while b != 0 {
                (a, b) = (b, a % b);
            }
            return Int::from(a);
        }
        if self.is_zero() || other.is_zero() {
            return self.add(other).abs();
        }
        Int::from(IBig::from(self.magnitude().gcd(other.magnitude())))
    }

    /// The least common multiple, never negative.
    pub fn lcm(&self, other: &Int) -> Int {
        match self.floor_div(&self.gcd(other)) {
            Some(quotient) => quotient.mul(other).abs(),
            None => Int::Small(0),
        }
    }

    /// The square root, rounded down; `None` of what is negative.
    pub fn isqrt(&self) -> Option<Int> {
        match self {
            Int::Small(value) => u64::try_from(*value).ok().map(|v| Int::Small(v.isqrt() as i64)),
            Int::Big(_) if self.is_negative() => None,
            Int::Big(value) => Some(Int::from(IBig::from(value.as_ubig()?.sqrt()))),
        }
    }

    /// `self ** exponent`.
    pub fn pow(&self, exponent: u64) -> Int {
        match self {
            Int::Small(base @ -1..=1) => {
                Int::Small(if *base == -1 && exponent.is_multiple_of(2) || exponent == 0 { 1 } else { *base })
            }
            Int::Small(2) => Int::Small(1).shl(exponent),
            Int::Small(base) => {
                if let Ok(exponent) = u32::try_from(exponent)
                    && let Some(value) = base.checked_pow(exponent)
                {
                    return Int::Small(value);
                }
                Int::from(IBig::from(*base).pow(exponent as usize))
            }
            Int::Big(base) => Int::from(base.pow(exponent as usize)),
        }
    }

    /// The value as a big integer.
    pub fn to_ibig(&self) -> std::borrow::Cow<'_, IBig> {
        match self {
            Int::Small(value) => std::borrow::Cow::Owned(IBig::from(*value)),
            Int::Big(value) => std::borrow::Cow::Borrowed(value),
        }
    }

    /// The magnitude as a big integer.
    pub(crate) fn magnitude(&self) -> UBig {
        match self {
            Int::Small(value) => UBig::from(value.unsigned_abs()),
            Int::Big(value) => (&**value).unsigned_abs(),
        }
    }
}

/// How large a result may get, so that a caller can refuse or charge memory before computing it:
/// bounds on the number of bits, saturating. While they work, the largest operations need a few
/// times as much.
pub mod bound {
    use super::Int;

    /// Of a sum or difference.
    pub fn add(a: &Int, b: &Int) -> u64 {
        a.bit_length().max(b.bit_length()) + 1
    }

    /// Of a product.
    pub fn mul(a: &Int, b: &Int) -> u64 {
        a.bit_length().saturating_add(b.bit_length())
    }

    /// Of a power.
    pub fn pow(base: &Int, exponent: u64) -> u64 {
        match base {
            Int::Small(-1..=1) => 1,
            _ => base.bit_length().saturating_mul(exponent),
        }
    }

    /// Of a shift to the left.
    pub fn shl(a: &Int, count: u64) -> u64 {
        if a.is_zero() { 0 } else { a.bit_length().saturating_add(count) }
    }

    /// Of the number that so many digits of a base spell.
    pub fn digits(count: usize, base: u8) -> u64 {
        (count as u64).saturating_mul(u64::from(u8::BITS - base.leading_zeros()))
    }
}
