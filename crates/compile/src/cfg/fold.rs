//! Replaces instructions that compute a constant from constants by a load of the result.
//!
//! What was folded becomes `NOP`s without a location; the last instruction becomes the load.
//! What the values are, and which are too large, is in [`super::const_eval`].
//!
//! Answers for the `fold_*` functions and `optimize_lists_and_sets` of CPython's
//! `Python/flowgraph.c`.

use super::const_eval;
use super::graph::Instr;
use super::load_const::{as_small_int, const_value, loads_const};
use crate::instruction_sequence::NO_LOCATION;
use crate::unit::ConstantTable;
use smallvec::SmallVec;
use taipan_code::Const;
use taipan_opcode::Opcode;

/// Displays with more elements than this are built piece by piece, to bound the stack.
const STACK_USE_GUIDELINE: usize = 30;

/// Lists and sets with fewer constants than this are built from the stack.
const MIN_CONST_SEQUENCE_SIZE: usize = 3;

/// Positions of instructions, in ascending order.
type Positions = SmallVec<[usize; STACK_USE_GUIDELINE]>;

/// The `count` instructions before `end`, without counting `NOP`s, if all of them load constants.
fn const_loads(instrs: &[Instr], end: usize, count: usize) -> Option<Positions> {
    let mut found = Positions::new();
    for at in (0..end).rev() {
        if found.len() == count {
            break;
        }
        match instrs[at].opcode {
            Opcode::Nop => {}
            opcode if loads_const(opcode) => found.push(at),
            _ => return None,
        }
    }
    found.reverse();
    (found.len() == count).then_some(found)
}

fn value_at(instrs: &[Instr], at: usize, consts: &ConstantTable) -> Const {
    const_value(consts, instrs[at].opcode, instrs[at].oparg)
}

fn nop_out(instr: &mut Instr) {
    instr.set_op0(Opcode::Nop);
    instr.location = NO_LOCATION;
}

fn nop_out_all(instrs: &mut [Instr], positions: &Positions) {
    for &at in positions {
        nop_out(&mut instrs[at]);
    }
}

/// Makes `instr` push `value`.
fn make_load(instr: &mut Instr, value: Const, consts: &mut ConstantTable) {
    if let Some(small) = as_small_int(&value) {
        instr.set_op1(Opcode::LoadSmallInt, small);
        return;
    }
    let is_nan = match value {
        Const::Float(value) => value.is_nan(),
        Const::Complex { real, imag } => real.is_nan() || imag.is_nan(),
        _ => false,
    };
    let index = if is_nan { consts.add_new(value) } else { consts.add(value) };
    instr.set_op1(Opcode::LoadConst, index as i32);
}

/// `BUILD_TUPLE` of constants.
pub(super) fn tuple_of_constants(instrs: &mut [Instr], i: usize, consts: &mut ConstantTable) {
    let size = instrs[i].oparg as usize;
    if size > STACK_USE_GUIDELINE {
        return;
    }
    let Some(loads) = const_loads(instrs, i, size) else { return };
    let tuple = loads.iter().map(|&at| value_at(instrs, at, consts)).collect();
    nop_out_all(instrs, &loads);
    make_load(&mut instrs[i], Const::Tuple(tuple), consts);
}

/// `BUILD_LIST` and appending constants one by one, made into a tuple at last. Whether it was that.
pub(super) fn list_to_tuple(instrs: &mut [Instr], i: usize, consts: &mut ConstantTable) -> bool {
    let Some(start) = start_of_display(&instrs[..i], Opcode::BuildList) else { return false };
    let items = take_constants(&mut instrs[start..i], consts);
    make_load(&mut instrs[i], Const::Tuple(items.into()), consts);
    true
}

/// `BUILD_LIST` or `BUILD_SET` and adding constants one by one, the last by instruction `i`, only
/// to be looked through. The load that replaces it has no location.
pub(super) fn display_to_look_through(instrs: &mut [Instr], i: usize, consts: &mut ConstantTable) {
    let is_list = instrs[i].opcode == Opcode::ListAppend;
    let build = if is_list { Opcode::BuildList } else { Opcode::BuildSet };
    let Some(start) = start_of_display(&instrs[..=i], build) else { return };
    let items = take_constants(&mut instrs[start..=i], consts);
    let constant =
        if is_list { Const::Tuple(items.into()) } else { Const::FrozenSet(const_eval::distinct(items)) };
    make_load(&mut instrs[i], constant, consts);
}

/// Where the empty list or set is built to which the instructions behind add constants alone.
fn start_of_display(instrs: &[Instr], build: Opcode) -> Option<usize> {
    let add = if build == Opcode::BuildList { Opcode::ListAppend } else { Opcode::SetAdd };
    let mut expect_add = true;
    for (at, instr) in instrs.iter().enumerate().rev() {
        match instr.opcode {
            Opcode::Nop => continue,
            opcode if opcode == build && instr.oparg == 0 => return expect_add.then_some(at),
            opcode if opcode == add && expect_add && instr.oparg == 1 => {}
            opcode if !expect_add && loads_const(opcode) => {}
            _ => return None,
        }
        expect_add = !expect_add;
    }
    None
}

/// The constants that instructions load, all of which become `NOP`s.
fn take_constants(instrs: &mut [Instr], consts: &ConstantTable) -> Vec<Const> {
    let mut items = Vec::new();
    for instr in instrs {
        if loads_const(instr.opcode) {
            items.push(const_value(consts, instr.opcode, instr.oparg));
        }
        if instr.opcode != Opcode::Nop {
            nop_out(instr);
        }
    }
    items
}

/// `BUILD_LIST` and `BUILD_SET`: of constants, or only looked through.
pub(super) fn list_or_set(instrs: &mut [Instr], i: usize, next: Opcode, consts: &mut ConstantTable) {
    let only_looked_through = matches!(next, Opcode::GetIter | Opcode::ContainsOp);
    let build = instrs[i];
    let size = build.oparg as usize;
    if size > STACK_USE_GUIDELINE || (size < MIN_CONST_SEQUENCE_SIZE && !only_looked_through) {
        return;
    }
    let Some(loads) = const_loads(instrs, i, size) else {
        if only_looked_through && build.opcode == Opcode::BuildList {
            instrs[i].opcode = Opcode::BuildTuple;
        }
        return;
    };
    let items: Vec<Const> = loads.iter().map(|&at| value_at(instrs, at, consts)).collect();
    let constant = if build.opcode == Opcode::BuildSet {
        Const::FrozenSet(const_eval::distinct(items))
    } else {
        Const::Tuple(items.into())
    };
    let index = consts.add(constant) as i32;
    nop_out_all(instrs, &loads);
    if only_looked_through {
        instrs[i].set_op1(Opcode::LoadConst, index);
    } else {
        let extend = if build.opcode == Opcode::BuildList { Opcode::ListExtend } else { Opcode::SetUpdate };
        instrs[i - 2].location = build.location;
        instrs[i - 2].set_op1(build.opcode, 0);
        instrs[i - 1].set_op1(Opcode::LoadConst, index);
        instrs[i].set_op1(extend, 1);
    }
}

/// An operation on one constant.
pub(super) fn unary_operation(instrs: &mut [Instr], i: usize, consts: &mut ConstantTable) {
    let Some(loads) = const_loads(instrs, i, 1) else { return };
    let operand = value_at(instrs, loads[0], consts);
    let Some(value) = const_eval::unary(instrs[i].opcode, &operand) else { return };
    nop_out_all(instrs, &loads);
    make_load(&mut instrs[i], value, consts);
}

/// An operation on two constants. Whether it was that.
pub(super) fn binary_operation(instrs: &mut [Instr], i: usize, consts: &mut ConstantTable) -> bool {
    let Some(loads) = const_loads(instrs, i, 2) else { return false };
    let left = value_at(instrs, loads[0], consts);
    let right = value_at(instrs, loads[1], consts);
    let Some(value) = const_eval::binary(instrs[i].oparg, &left, &right) else { return false };
    nop_out_all(instrs, &loads);
    make_load(&mut instrs[i], value, consts);
    true
}
