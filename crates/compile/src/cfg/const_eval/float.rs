//! Operations on `float`.

use super::complex::{self, Operand};
use taipan_code::Const;
use taipan_num::float::{self, PowError};
use taipan_opcode::BinaryOperator;

pub(super) fn binary(operator: BinaryOperator, left: f64, right: f64) -> Option<Const> {
    Some(Const::Float(match operator {
        BinaryOperator::Add => left + right,
        BinaryOperator::Subtract => left - right,
        BinaryOperator::Multiply => left * right,
        BinaryOperator::TrueDivide if right != 0.0 => left / right,
        BinaryOperator::FloorDivide => float::floor_div(left, right)?,
        BinaryOperator::Remainder => float::modulo(left, right)?,
        BinaryOperator::Power => return power(left, right),
        _ => return None,
    }))
}

/// A power; a complex number if the base is negative and the exponent no integer.
pub(super) fn power(base: f64, exponent: f64) -> Option<Const> {
    match float::pow(base, exponent) {
        Ok(result) => Some(Const::Float(result)),
        Err(PowError::Complex) => {
            complex::binary(BinaryOperator::Power, Operand::Real(base), Operand::Real(exponent))
        }
        Err(PowError::ZeroToNegative | PowError::Overflow) => None,
    }
}
