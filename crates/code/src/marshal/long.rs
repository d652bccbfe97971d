//! Integers as `marshal` writes them: digits of 15 bits, the lowest first.

use dashu_int::{IBig, Sign, UBig};
use taipan_num::Int;

const DIGIT_BITS: u32 = 15;

/// The digits of the magnitude, and whether the number is negative.
pub fn to_digits(value: &Int) -> (Vec<u16>, bool) {
    let (negative, bytes) = match value {
        Int::Small(small) => (*small < 0, small.unsigned_abs().to_le_bytes().into()),
        Int::Big(big) => {
            let (sign, magnitude) = (**big).clone().into_parts();
            (sign == Sign::Negative, magnitude.to_le_bytes())
        }
    };
    let mut digits = Vec::with_capacity(bytes.len() * 8 / DIGIT_BITS as usize + 1);
    let (mut pending, mut bits) = (0_u32, 0);
    for byte in bytes {
        pending |= u32::from(byte) << bits;
        bits += 8;
        if bits >= DIGIT_BITS {
            digits.push((pending & 0x7fff) as u16);
            pending >>= DIGIT_BITS;
            bits -= DIGIT_BITS;
        }
    }
    digits.push(pending as u16);
    while digits.last() == Some(&0) {
        digits.pop();
    }
    (digits, negative)
}

/// The number with these digits.
pub fn from_digits(digits: impl Iterator<Item = u16>, negative: bool) -> Int {
    let mut bytes = Vec::new();
    let (mut pending, mut bits) = (0_u32, 0);
    for digit in digits {
        pending |= u32::from(digit) << bits;
        bits += DIGIT_BITS;
        while bits >= 8 {
            bytes.push(pending as u8);
            pending >>= 8;
            bits -= 8;
        }
    }
    bytes.push(pending as u8);
    let sign = if negative { Sign::Negative } else { Sign::Positive };
    Int::from(IBig::from_parts(sign, UBig::from_le_bytes(&bytes)))
}
