//! Operations on `int`, within the limits of folding.

use super::float;
use taipan_code::Const;
use taipan_num::Int;
use taipan_opcode::BinaryOperator;

/// Products, powers and shifts of at most so many bits are computed.
const MAX_INT_SIZE: u64 = 128;

pub(super) fn binary(operator: BinaryOperator, left: &Int, right: &Int) -> Option<Const> {
    Some(Const::Int(match operator {
        BinaryOperator::Add => left.add(right),
        BinaryOperator::Subtract => left.sub(right),
        BinaryOperator::Multiply => multiply(left, right)?,
        BinaryOperator::TrueDivide => return left.true_div(right).ok().map(Const::Float),
        BinaryOperator::FloorDivide => left.floor_div(right)?,
        BinaryOperator::Remainder => left.modulo(right)?,
        BinaryOperator::Power => return power(left, right),
        BinaryOperator::Lshift => shift_left(left, right)?,
        BinaryOperator::Rshift => shift_right(left, right)?,
        BinaryOperator::And => left.and(right),
        BinaryOperator::Or => left.or(right),
        BinaryOperator::Xor => left.xor(right),
        _ => return None,
    }))
}

fn multiply(left: &Int, right: &Int) -> Option<Int> {
    let zero = left.is_zero() || right.is_zero();
    (zero || left.bit_length() + right.bit_length() <= MAX_INT_SIZE).then(|| left.mul(right))
}

fn shift_left(left: &Int, right: &Int) -> Option<Int> {
    if right.is_negative() {
        return None;
    }
    if left.is_zero() || right.is_zero() {
        return Some(left.clone());
    }
    let bits = right.to_u64().filter(|&bits| bits <= MAX_INT_SIZE)?;
    (left.bit_length() <= MAX_INT_SIZE - bits).then(|| left.shl(bits))
}

fn shift_right(left: &Int, right: &Int) -> Option<Int> {
    if right.is_negative() {
        return None;
    }
    // Behind the last bit there are but copies of the sign.
    Some(left.shr(right.to_u64().unwrap_or(u64::MAX).min(left.bit_length())))
}

fn power(base: &Int, exponent: &Int) -> Option<Const> {
    if exponent.is_negative() {
        return float::power(base.to_f64()?, exponent.to_f64()?);
    }
    if exponent.is_zero() {
        return Some(Const::from(1));
    }
    if base.is_zero() {
        return Some(Const::from(0));
    }
    let exponent = exponent.to_u64()?;
    (base.bit_length() <= MAX_INT_SIZE / exponent).then(|| Const::Int(base.pow(exponent)))
}
