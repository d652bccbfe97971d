//! Constants that are computed.

use super::{check, constants};
use crate::cfg::const_eval::{binary, unary};
use crate::cfg::load_const::optimize_load_const;
use crate::cfg::peephole::optimize_basic_blocks;
use taipan_code::Const;
use taipan_num::Int;
use taipan_opcode::{BinaryOperator, Opcode};

fn int(text: &str) -> Const {
    Const::Int(Int::parse(text.as_bytes(), 0, 0).unwrap_or_else(|_| panic!("{text} is an integer")))
}

fn tuple(items: &[Const]) -> Const {
    Const::Tuple(items.to_vec().into())
}

fn slice(start: Const, stop: Const, step: Const) -> Const {
    Const::Slice(std::rc::Rc::new([start, stop, step]))
}

fn complex(real: f64, imag: f64) -> Const {
    Const::Complex { real, imag }
}

#[track_caller]
fn gives(
    left: impl Into<Const>,
    operator: BinaryOperator,
    right: impl Into<Const>,
    result: impl Into<Const>,
) {
    assert_eq!(binary(operator as i32, &left.into(), &right.into()), Some(result.into()));
}

#[track_caller]
fn is_left(left: impl Into<Const>, operator: BinaryOperator, right: impl Into<Const>) {
    assert_eq!(binary(operator as i32, &left.into(), &right.into()), None);
}

#[test]
fn integers() {
    use BinaryOperator::{Add, And, FloorDivide, Lshift, Multiply, Power, Remainder, Rshift, TrueDivide};
    gives(i64::MAX, Add, 1, int("9223372036854775808"));
    gives(-7, FloorDivide, 2, -4);
    gives(-7, Remainder, 2, 1);
    gives(7, TrueDivide, 2, Const::Float(3.5));
    gives(2, Power, -1, Const::Float(0.5));
    gives(true, And, false, false);
    gives(true, And, 3, 1);
    gives(-1, Rshift, int("1180591620717411303424"), -1);
    is_left(1, FloorDivide, 0);
    is_left(0, Power, -1);
    // Up to 128 bits.
    gives(2, Power, 63, int("9223372036854775808"));
    is_left(2, Power, 65);
    is_left(1, Lshift, 128);
    is_left(int("18446744073709551616"), Multiply, int("18446744073709551616"));
}

#[test]
fn floats_and_complex_numbers() {
    use BinaryOperator::{Add, FloorDivide, Multiply, Power, Remainder, Subtract, TrueDivide};
    gives(Const::Float(-1.0), Remainder, Const::Float(3.0), Const::Float(2.0));
    gives(Const::Float(-1.0), FloorDivide, Const::Float(3.0), Const::Float(-1.0));
    gives(1, Subtract, complex(0.0, 0.0), complex(1.0, -0.0));
    gives(Const::Float(-0.0), Add, complex(-0.0, 1.0), complex(-0.0, 1.0));
    gives(complex(0.0, 2.0), Multiply, complex(0.0, 2.0), complex(-4.0, 0.0));
    is_left(Const::Float(1.0), TrueDivide, Const::Float(0.0));
    is_left(Const::Float(1e300), Power, 2);
    is_left(complex(1.0, 0.0), TrueDivide, complex(0.0, 0.0));
}

#[test]
fn sequences() {
    use BinaryOperator::{Add, Multiply, Remainder, Subscr};
    gives("ab", Add, "c", "abc");
    gives("ab", Multiply, 2, "abab");
    gives(true, Multiply, "ab", "ab");
    gives("", Multiply, -5, "");
    is_left("ab", Multiply, -1);
    is_left("ab", Multiply, 2049);
    is_left("%s", Remainder, 1);
    let one = tuple(&[Const::from(1)]);
    gives(one.clone(), Multiply, 2, tuple(&[Const::from(1), Const::from(1)]));
    is_left(one.clone(), Multiply, 257);
    let nested = tuple(&[tuple(&vec![Const::None; 256])]);
    is_left(nested, Multiply, 4);
    gives("a\u{e9}\u{1f600}", Subscr, -1, "\u{1f600}");
    gives(Const::Bytes((*b"az").into()), Subscr, 1, i64::from(b'z'));
    is_left("abc", Subscr, 3);
    gives("abcd", Subscr, slice(Const::None, Const::None, Const::from(-2)), "db");
    gives("abcd", Subscr, slice(Const::from(-3), int("99999999999999999999"), Const::None), "bcd");
    is_left("abcd", Subscr, slice(Const::None, Const::None, Const::from(0)));
}

#[test]
fn unary_operations() {
    assert_eq!(unary(Opcode::UnaryNegative, &Const::from(true)), Some(Const::from(-1)));
    assert_eq!(unary(Opcode::UnaryInvert, &Const::from(5)), Some(Const::from(-6)));
    assert_eq!(unary(Opcode::UnaryNot, &Const::from("")), Some(Const::from(true)));
    assert_eq!(unary(Opcode::CallIntrinsic1, &Const::from(true)), Some(Const::from(1)));
    // It warns when it runs.
    assert_eq!(unary(Opcode::UnaryInvert, &Const::from(true)), None);
    assert_eq!(unary(Opcode::UnaryNegative, &Const::from("a")), None);
}

#[test]
fn tests_of_constants_are_decided() {
    let mut consts = constants([Const::None, Const::from("a"), Const::from(3)]);
    check(
        "B0:
            1 LOAD_CONST 0
            1 IS_OP 1
            1 TO_BOOL
            1 POP_JUMP_IF_FALSE B2
        B1:
            2 LOAD_CONST 1
            2 COPY 1
            2 TO_BOOL
            2 POP_JUMP_IF_TRUE B2
        B2: label
            3 LOAD_CONST 2
            3 POP_JUMP_IF_TRUE B0
        B3:
            4 RETURN_VALUE",
        |graph| optimize_load_const(graph, &mut consts),
        "B0:
            1 NOP
            1 NOP
            1 NOP
            1 POP_JUMP_IF_NONE B2
        B1:
            2 LOAD_CONST 1
            2 NOP
            2 NOP
            2 JUMP B2
        B2: label
            3 NOP
            3 JUMP B0
        B3:
            4 RETURN_VALUE",
    );
}

#[test]
fn displays_of_constants_become_constants() {
    let mut consts = constants([Const::from("a"), Const::from("b")]);
    check(
        "B0:
            1 LOAD_CONST 0
            1 LOAD_CONST 1
            1 LOAD_SMALL_INT 5
            1 BUILD_LIST 3
            2 LOAD_CONST 0
            2 LOAD_CONST 0
            2 BUILD_SET 2
            2 CONTAINS_OP 0
            3 LOAD_FAST 0
            3 BUILD_LIST 1
            3 GET_ITER
            4 BUILD_LIST 0
            4 LOAD_CONST 1
            4 LIST_APPEND 1
            4 GET_ITER
            5 RETURN_VALUE",
        |graph| optimize_basic_blocks(graph, &mut consts, &mut Vec::new()),
        "B0:
            - NOP
            1 BUILD_LIST 0
            - LOAD_CONST 2
            1 LIST_EXTEND 1
            - NOP
            - NOP
            2 LOAD_CONST 3
            2 CONTAINS_OP 0
            3 LOAD_FAST 0
            3 BUILD_TUPLE 1
            3 GET_ITER
            - NOP
            - NOP
            - LOAD_CONST 4
            4 GET_ITER
            5 RETURN_VALUE",
    );
    assert_eq!(consts.items()[3], Const::FrozenSet(vec![Const::from("a")].into()));
}
