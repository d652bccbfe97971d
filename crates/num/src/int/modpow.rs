//! `pow(base, exponent, modulus)`.

use dashu_int::fast_div::ConstDivisor;
use dashu_int::{IBig, UBig};

use super::Int;

/// Why there is no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PowModError {
    /// The modulus is zero.
    ZeroModulus,
    /// The exponent is negative and the base has no inverse.
    NotInvertible,
}

impl Int {
    /// `pow(self, exponent, modulus)`: between zero and the modulus, with its sign.
    pub fn pow_mod(&self, exponent: &Int, modulus: &Int) -> Result<Int, PowModError> {
        if modulus.is_zero() {
            return Err(PowModError::ZeroModulus);
        }
        let positive = modulus.abs();
        if positive == Int::Small(1) {
            return Ok(Int::Small(0));
        }
        let base = self.modulo(&positive).expect("the modulus is not zero");
        let result = match (&base, exponent, &positive) {
            (Int::Small(base), Int::Small(exponent @ 0..), Int::Small(modulus)) => {
                Int::Small(small(*base as u64, *exponent as u64, *modulus as u64) as i64)
            }
            _ => big(&base, exponent, &positive)?,
        };
        let negative = modulus.is_negative() && !result.is_zero();
        Ok(if negative { result.add(modulus) } else { result })
    }
}

fn small(mut base: u64, mut exponent: u64, modulus: u64) -> u64 {
    let mul = |a: u64, b: u64| {
        if modulus <= u64::from(u32::MAX) {
            a * b % modulus
        } else {
            (u128::from(a) * u128::from(b) % u128::from(modulus)) as u64
        }
    };
    let mut result = 1;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = mul(result, base);
        }
        base = mul(base, base);
        exponent >>= 1;
    }
    result
}

fn big(base: &Int, exponent: &Int, modulus: &Int) -> Result<Int, PowModError> {
    let ring = ConstDivisor::new(modulus.magnitude());
    let mut base = ring.reduce(base.magnitude());
    if exponent.is_negative() {
        base = base.inv().ok_or(PowModError::NotInvertible)?;
    }
    let exponent: UBig = exponent.magnitude();
    Ok(Int::from(IBig::from(base.pow(&exponent).residue())))
}
