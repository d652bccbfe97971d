//! What can be done about single constants: small integers become operands, tests of constants are
//! decided, comparisons with `None` become part of the jump.
//!
//! Answers for `optimize_load_const` of CPython's `Python/flowgraph.c`.

use super::graph::{BlockId, Graph, Instr};
use crate::unit::ConstantTable;
use taipan_code::Const;
use taipan_num::Int;
use taipan_opcode::Opcode;

/// Whether the instruction pushes a constant that is known here.
#[inline]
pub(super) fn loads_const(opcode: Opcode) -> bool {
    matches!(opcode, Opcode::LoadConst | Opcode::LoadSmallInt)
}

/// The constant that an instruction pushes, of those that [`loads_const`] accepts.
pub(super) fn const_value(consts: &ConstantTable, opcode: Opcode, oparg: i32) -> Const {
    if opcode == Opcode::LoadSmallInt {
        Const::from(i64::from(oparg))
    } else {
        consts.items()[oparg as usize].clone()
    }
}

/// The operand of `LOAD_SMALL_INT` that pushes `constant`, if there is one.
#[inline]
pub(super) fn as_small_int(constant: &Const) -> Option<i32> {
    match constant {
        Const::Int(Int::Small(value @ 0..=255)) => Some(*value as i32),
        _ => None,
    }
}

/// Whether the constant is true in a test.
pub(super) fn is_true(constant: &Const) -> bool {
    match constant {
        Const::None => false,
        Const::Ellipsis | Const::Slice(_) | Const::Code(_) => true,
        Const::Bool(value) => *value,
        Const::Int(value) => !value.is_zero(),
        Const::Float(value) => *value != 0.0,
        Const::Complex { real, imag } => *real != 0.0 || *imag != 0.0,
        Const::Str(text) => !text.is_empty(),
        Const::Bytes(bytes) => !bytes.is_empty(),
        Const::Tuple(items) | Const::FrozenSet(items) => !items.is_empty(),
    }
}

pub(super) fn optimize_load_const(graph: &mut Graph, consts: &mut ConstantTable) {
    if !graph.occurring.contains(Opcode::LoadConst) {
        return;
    }
    let mut id = BlockId::ENTRY;
    while id.is_some() {
        if optimize_block(graph.instrs_mut(id), consts) {
            graph.note_nops(id);
            // One of these may be new now.
            for opcode in [Opcode::Jump, Opcode::PopJumpIfNone, Opcode::PopJumpIfNotNone] {
                graph.occurring.insert(opcode);
            }
        }
        id = graph.next(id);
    }
    graph.occurring.insert(Opcode::LoadSmallInt);
}

/// Whether instructions were made into others than loads of small integers.
fn optimize_block(instrs: &mut [Instr], consts: &mut ConstantTable) -> bool {
    let mut changed = false;
    let mut i = 0;
    while i < instrs.len() {
        let instr = &mut instrs[i];
        if instr.opcode == Opcode::LoadConst {
            if let Some(value) = as_small_int(&consts.items()[instr.oparg as usize]) {
                instr.set_op1(Opcode::LoadSmallInt, value);
            }
        } else if instr.opcode != Opcode::LoadSmallInt {
            i += 1;
            continue;
        }
        let Instr { opcode, oparg, .. } = *instr;
        changed |= use_const(instrs, i, opcode, oparg, consts);
        i += 1;
        // What copies the constant pushes it as well.
        while opcode == Opcode::LoadConst
            && instrs.get(i).is_some_and(|instr| instr.opcode == Opcode::Copy && instr.oparg == 1)
        {
            changed |= use_const(instrs, i, opcode, oparg, consts);
            i += 1;
        }
    }
    changed
}

/// The instruction `i` pushes what `opcode` and `oparg` say: does the next one become simpler?
fn use_const(instrs: &mut [Instr], i: usize, opcode: Opcode, oparg: i32, consts: &mut ConstantTable) -> bool {
    let Some(&Instr { opcode: next, .. }) = instrs.get(i + 1) else { return false };
    match next {
        Opcode::PopJumpIfFalse | Opcode::PopJumpIfTrue | Opcode::JumpIfFalse | Opcode::JumpIfTrue => {
            let truth = is_true(&const_value(consts, opcode, oparg));
            if matches!(next, Opcode::PopJumpIfFalse | Opcode::PopJumpIfTrue) {
                instrs[i].set_op0(Opcode::Nop);
            }
            if truth == matches!(next, Opcode::PopJumpIfTrue | Opcode::JumpIfTrue) {
                instrs[i + 1].opcode = Opcode::Jump;
            } else {
                instrs[i + 1].set_op0(Opcode::Nop);
            }
            true
        }
        Opcode::IsOp => {
            let is_none =
                opcode == Opcode::LoadConst && matches!(consts.items()[oparg as usize], Const::None);
            is_none && test_none_in_jump(&mut instrs[i..])
        }
        Opcode::ToBool => {
            let truth = is_true(&const_value(consts, opcode, oparg));
            let index = consts.add(Const::Bool(truth));
            instrs[i].set_op0(Opcode::Nop);
            instrs[i + 1].set_op1(Opcode::LoadConst, index as i32);
            true
        }
        _ => false,
    }
}

/// Makes `None`, `IS_OP`, perhaps `TO_BOOL`, and a jump into one jump that tests for `None`.
fn test_none_in_jump(instrs: &mut [Instr]) -> bool {
    let mut jump = 2;
    let Some(instr) = instrs.get_mut(jump) else { return false };
    let has_to_bool = instr.opcode == Opcode::ToBool;
    if has_to_bool {
        instr.set_op0(Opcode::Nop);
        jump += 1;
    }
    let Some(instr) = instrs.get(jump) else { return has_to_bool };
    let is_not = instrs[1].oparg != 0;
    let jumps_if_none = match instr.opcode {
        Opcode::PopJumpIfFalse => is_not,
        Opcode::PopJumpIfTrue => !is_not,
        _ => return has_to_bool,
    };
    instrs[0].set_op0(Opcode::Nop);
    instrs[1].set_op0(Opcode::Nop);
    instrs[jump].opcode = if jumps_if_none { Opcode::PopJumpIfNone } else { Opcode::PopJumpIfNotNone };
    true
}
