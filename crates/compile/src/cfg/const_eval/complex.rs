//! Operations with complex results, as constants.

use taipan_code::Const;
use taipan_num::complex::{add, divide, multiply, power, subtract};
use taipan_opcode::BinaryOperator;

pub(super) use taipan_num::complex::{Complex, Operand};

/// The result as a constant; none where running the operation would raise.
pub(super) fn binary(operator: BinaryOperator, left: Operand, right: Operand) -> Option<Const> {
    let result = match operator {
        BinaryOperator::Add => Some(add(left, right)),
        BinaryOperator::Subtract => Some(subtract(left, right)),
        BinaryOperator::Multiply => Some(multiply(left, right)),
        BinaryOperator::TrueDivide => divide(left, right).ok(),
        BinaryOperator::Power => power(left.widen(), right.widen()).ok(),
        _ => None,
    };
    result.map(constant)
}

/// A complex constant.
pub(super) const fn constant(value: Complex) -> Const {
    Const::Complex { real: value.real, imag: value.imag }
}
