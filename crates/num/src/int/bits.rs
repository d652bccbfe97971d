//! Bits: shifts, logic on two's complement, counts, and bytes.

use dashu_int::ops::BitTest;
use dashu_int::{IBig, Sign, UBig};

use super::Int;

/// Which end of a number comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    /// The least significant byte.
    Little,
    /// The most significant byte.
    Big,
}

/// Why a number does not go into some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToBytesError {
    /// It is negative and the bytes are unsigned.
    Negative,
    /// There are too few.
    TooBig,
}

macro_rules! logic {
    ($($(#[$doc:meta])* $name:ident $op:tt;)*) => {$(
        $(#[$doc])*
        #[inline]
        pub fn $name(&self, other: &Int) -> Int {
            match (self, other) {
                (Int::Small(a), Int::Small(b)) => Int::Small(a $op b),
                (Int::Small(a), Int::Big(b)) => Int::from(IBig::from(*a) $op &**b),
                (Int::Big(a), Int::Small(b)) => Int::from(&**a $op IBig::from(*b)),
                (Int::Big(a), Int::Big(b)) => Int::from(&**a $op &**b),
            }
        }
    )*};
}

impl Int {
    logic! {
        /// `self & other`.
        and &;
        /// `self | other`.
        or |;
        /// `self ^ other`.
        xor ^;
    }

    /// `~self`.
    #[inline]
    pub fn invert(&self) -> Int {
        match self {
            Int::Small(value) => Int::Small(!value),
            Int::Big(value) => Int::from(!&**value),
        }
    }

    /// `self << count`.
    #[inline]
    pub fn shl(&self, count: u64) -> Int {
        if let Int::Small(value) = self {
            if *value == 0 || (count < 63 && value << count >> count == *value) {
                return Int::Small(if *value == 0 { 0 } else { value << count });
            }
            if count < 64 {
                return Int::from(i128::from(*value) << count);
            }
        }
        Int::from(&*self.to_ibig() << count as usize)
    }

    /// `self >> count`, rounded down.
    #[inline]
    pub fn shr(&self, count: u64) -> Int {
        match self {
            Int::Small(value) => Int::Small(value >> count.min(63)),
            Int::Big(_) if count >= self.bit_length() => Int::Small(-i64::from(self.is_negative())),
            Int::Big(value) => Int::from(&**value >> count as usize),
        }
    }

    /// Whether the lowest bit is set.
    #[inline]
    pub fn is_odd(&self) -> bool {
        match self {
            Int::Small(value) => value & 1 == 1,
            Int::Big(value) => value.bit(0),
        }
    }

    /// `int.bit_count`: how many bits of the magnitude are set.
    pub fn bit_count(&self) -> u64 {
        match self {
            Int::Small(value) => value.unsigned_abs().count_ones().into(),
            Int::Big(value) => value.as_sign_words().1.iter().map(|w| u64::from(w.count_ones())).sum(),
        }
    }

    /// How many bits below the lowest one set; 0 of zero.
    pub fn trailing_zeros(&self) -> u64 {
        match self {
            Int::Small(0) => 0,
            Int::Small(value) => value.trailing_zeros().into(),
            Int::Big(value) => value.trailing_zeros().unwrap_or(0) as u64,
        }
    }

    /// `int.from_bytes`.
    pub fn from_bytes(bytes: &[u8], order: ByteOrder, signed: bool) -> Int {
        let top = match order {
            ByteOrder::Little => bytes.last(),
            ByteOrder::Big => bytes.first(),
        };
        let negative = signed && top.is_some_and(|&b| b & 0x80 != 0);
        if bytes.len() <= 8 {
            let mut buffer = [if negative { 0xff } else { 0 }; 16];
            buffer[..bytes.len()].copy_from_slice(bytes);
            if order == ByteOrder::Big {
                buffer[..bytes.len()].reverse();
            }
            return Int::from(i128::from_le_bytes(buffer));
        }
        let magnitude = match order {
            ByteOrder::Little => UBig::from_le_bytes(bytes),
            ByteOrder::Big => UBig::from_be_bytes(bytes),
        };
        let value = IBig::from(magnitude);
        Int::from(if negative { value - (IBig::ONE << (8 * bytes.len())) } else { value })
    }

    /// `int.to_bytes`, into all of `out`.
    pub fn to_bytes(&self, out: &mut [u8], order: ByteOrder, signed: bool) -> Result<(), ToBytesError> {
        let negative = self.is_negative();
        if negative && !signed {
            return Err(ToBytesError::Negative);
        }
        // With a sign, one bit more; a power of two below zero is the exception.
        let bits = match (signed, negative) {
            (false, _) => self.bit_length(),
            (true, false) => self.bit_length() + u64::from(!self.is_zero()),
            (true, true) => self.invert().bit_length() + 1,
        };
        if bits > out.len() as u64 * 8 {
            return Err(ToBytesError::TooBig);
        }
        match self {
            Int::Small(value) => {
                let all = i128::from(*value).to_le_bytes();
                let count = out.len().min(all.len());
                out[..count].copy_from_slice(&all[..count]);
                out[count..].fill(if negative { 0xff } else { 0 });
            }
            Int::Big(value) => self.big_to_bytes(value.as_sign_words(), out),
        }
        if order == ByteOrder::Big {
            out.reverse();
        }
        Ok(())
    }

    fn big_to_bytes(&self, (sign, words): (Sign, &[u64]), out: &mut [u8]) {
        let mut borrow = sign == Sign::Negative;
        let flip = if borrow { u64::MAX } else { 0 };
        let words = words.iter().copied().chain(std::iter::repeat(0));
        for (chunk, word) in out.chunks_mut(8).zip(words) {
            // -x is !(x - 1).
            let (less, wrapped) = word.overflowing_sub(u64::from(borrow));
            borrow = wrapped;
            chunk.copy_from_slice(&(less ^ flip).to_le_bytes()[..chunk.len()]);
        }
    }
}
