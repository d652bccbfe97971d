//! Hashes of numbers: equal for equal values of all types.
//!
//! Answers for `Include/cpython/pyhash.h`, `_Py_HashDouble` and `long_hash`: the value modulo the
//! prime 2⁶¹ − 1, where a fraction is a product with the inverse.

use dashu_int::Sign;

use crate::Int;

const BITS: u32 = 61;
const MODULUS: u64 = (1 << BITS) - 1;
/// The hash of infinity.
pub const INFINITY: i64 = 314_159;
const IMAG: u64 = 1_000_003;

/// −1 is what an error looks like in C, so no hash is.
#[inline]
fn not_error(hash: i64) -> i64 {
    if hash == -1 { -2 } else { hash }
}

/// Multiplies by a power of two: a rotation of the 61 bits.
#[inline]
fn rotate(x: u64, by: u32) -> u64 {
    (x << by & MODULUS) | x >> (BITS - by)
}

/// Takes multiples of the modulus off.
#[inline]
fn reduce(x: u64) -> u64 {
    let x = (x & MODULUS) + (x >> BITS);
    if x >= MODULUS { x - MODULUS } else { x }
}

/// `hash` of an integer that fits.
#[inline]
pub fn hash_i64(value: i64) -> i64 {
    let hash = reduce(value.unsigned_abs()) as i64;
    not_error(if value < 0 { -hash } else { hash })
}

/// `hash` of an integer.
pub fn hash_int(value: &Int) -> i64 {
    match value {
        Int::Small(value) => hash_i64(*value),
        Int::Big(value) => {
            let (sign, words) = value.as_sign_words();
            // 2⁶⁴ is 8 modulo the prime.
            let hash = words.iter().rev().fold(0, |hash, &word| reduce(rotate(hash, 3) + reduce(word)));
            not_error(if sign == Sign::Negative { -(hash as i64) } else { hash as i64 })
        }
    }
}

/// `hash` of a float; `None` of NaN, whose hash is the object's.
pub fn hash_f64(x: f64) -> Option<i64> {
    if x.is_nan() {
        return None;
    }
    if x.is_infinite() {
        return Some(if x > 0.0 { INFINITY } else { -INFINITY });
    }
    let (mantissa, exponent) = crate::int::decode(x)?;
    let power = exponent.rem_euclid(BITS as i32) as u32;
    let hash = rotate(reduce(mantissa.unsigned_abs()), power) as i64;
    Some(not_error(if mantissa < 0 { -hash } else { hash }))
}

/// `hash` of a complex number from those of its parts.
pub fn hash_complex(real: i64, imag: i64) -> i64 {
    not_error((real as u64).wrapping_add(IMAG.wrapping_mul(imag as u64)) as i64)
}
