//! The values of operations on constants, as Python computes them.
//!
//! `None` means that the operation is left to the running program: it raises, its operands do not
//! support it, or its result would be large.
//!
//! Answers for `eval_const_unaryop`, `eval_const_binop` and `const_folding_safe_*` of CPython's
//! `Python/flowgraph.c`.

mod complex;
mod equality;
mod float;
mod int;
mod sequence;

pub(super) use equality::distinct;

use super::load_const::is_true;
use complex::Complex;
use taipan_code::Const;
use taipan_num::Int;
use taipan_opcode::{BinaryOperator, Opcode};

/// A number, of the three types that arithmetic mixes.
enum Number {
    Int(Int),
    Float(f64),
    Complex(Complex),
}

impl Number {
    fn of(constant: &Const) -> Option<Number> {
        Some(match constant {
            Const::Bool(value) => Number::Int(Int::from(i64::from(*value))),
            Const::Int(value) => Number::Int(value.clone()),
            Const::Float(value) => Number::Float(*value),
            Const::Complex { real, imag } => Number::Complex(Complex { real: *real, imag: *imag }),
            _ => return None,
        })
    }
}

/// `int` or `bool` as an integer.
fn as_int(constant: &Const) -> Option<Int> {
    match constant {
        Const::Bool(value) => Some(Int::from(i64::from(*value))),
        Const::Int(value) => Some(value.clone()),
        _ => None,
    }
}

/// The result of `UNARY_NOT`, `UNARY_NEGATIVE`, `UNARY_INVERT` or, as the only other, unary plus.
pub(super) fn unary(opcode: Opcode, operand: &Const) -> Option<Const> {
    if opcode == Opcode::UnaryNot {
        return Some(Const::Bool(!is_true(operand)));
    }
    // Inverting a bool is deprecated and warns where it is run.
    if opcode == Opcode::UnaryInvert && matches!(operand, Const::Bool(_)) {
        return None;
    }
    Some(match (opcode, Number::of(operand)?) {
        (Opcode::UnaryNegative, Number::Int(value)) => Const::Int(value.neg()),
        (Opcode::UnaryNegative, Number::Float(value)) => Const::Float(-value),
        (Opcode::UnaryNegative, Number::Complex(value)) => {
            Const::Complex { real: -value.real, imag: -value.imag }
        }
        (Opcode::UnaryInvert, Number::Int(value)) => Const::Int(value.invert()),
        (Opcode::UnaryInvert, _) => return None,
        (_, Number::Int(value)) => Const::Int(value),
        (_, Number::Float(value)) => Const::Float(value),
        (_, Number::Complex(value)) => complex::constant(value),
    })
}

/// The result of `BINARY_OP` with this operand.
pub(super) fn binary(operator: i32, left: &Const, right: &Const) -> Option<Const> {
    let operator = BinaryOperator::from_oparg(operator as u32)?;
    match operator {
        BinaryOperator::Subscr => return sequence::subscript(left, right),
        BinaryOperator::And | BinaryOperator::Or | BinaryOperator::Xor => {
            if let (Const::Bool(left), Const::Bool(right)) = (left, right) {
                return Some(Const::Bool(match operator {
                    BinaryOperator::And => left & right,
                    BinaryOperator::Or => left | right,
                    _ => left ^ right,
                }));
            }
        }
        _ => {}
    }
    match (Number::of(left), Number::of(right)) {
        (Some(left), Some(right)) => arithmetic(operator, left, right),
        (None, None) if operator == BinaryOperator::Add => sequence::concatenate(left, right),
        (None, Some(Number::Int(count))) if operator == BinaryOperator::Multiply => {
            sequence::repeat(left, &count)
        }
        (Some(Number::Int(count)), None) if operator == BinaryOperator::Multiply => {
            sequence::repeat(right, &count)
        }
        _ => None,
    }
}

fn arithmetic(operator: BinaryOperator, left: Number, right: Number) -> Option<Const> {
    match (left, right) {
        (Number::Int(left), Number::Int(right)) => int::binary(operator, &left, &right),
        (Number::Complex(left), right) => {
            let right = match right {
                Number::Int(right) => complex::Operand::Real(right.to_f64()?),
                Number::Float(right) => complex::Operand::Real(right),
                Number::Complex(right) => complex::Operand::Complex(right),
            };
            complex::binary(operator, complex::Operand::Complex(left), right)
        }
        (left, Number::Complex(right)) => {
            let left = match left {
                Number::Int(left) => left.to_f64()?,
                Number::Float(left) => left,
                Number::Complex(_) => return None,
            };
            complex::binary(operator, complex::Operand::Real(left), complex::Operand::Complex(right))
        }
        (Number::Int(left), Number::Float(right)) => float::binary(operator, left.to_f64()?, right),
        (Number::Float(left), Number::Int(right)) => float::binary(operator, left, right.to_f64()?),
        (Number::Float(left), Number::Float(right)) => float::binary(operator, left, right),
    }
}
