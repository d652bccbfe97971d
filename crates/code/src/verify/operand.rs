//! Are operands in range?

use taipan_opcode::{
    ArgKind, BinaryOperator, CommonConstant, Comparison, ConvertValue, FunctionAttribute, Intrinsic1,
    Intrinsic2, Opcode, SpecialMethod,
};

use super::VerifyError;
use super::layout::Layout;
use crate::{CodeObject, Instruction, co};

const GENERATORS: u32 = co::GENERATOR | co::COROUTINE | co::ASYNC_GENERATOR;

/// Checks an instruction's operand, and that it stands where it may.
pub fn check(code: &CodeObject, layout: &Layout, instruction: &Instruction) -> Result<(), VerifyError> {
    let opcode = instruction.opcode.expect("unknown instructions are refused at once");
    if !in_range(code, opcode, instruction.oparg as u32) {
        return Err(VerifyError::at(instruction.unit, "operand out of range"));
    }
    let after_prologue = layout.instructions.get(layout.prologue).map(|after| after.unit);
    let fits = match opcode {
        Opcode::CopyFreeVars => instruction.start == 0 && layout.prologue > 0,
        Opcode::ReturnGenerator => {
            Some(instruction.unit) == after_prologue && code.flags & GENERATORS != 0 && {
                !layout.is_target[layout.prologue]
            }
        }
        Opcode::YieldValue => {
            after_prologue.is_some() && layout.opcode(layout.prologue) == Opcode::ReturnGenerator
        }
        _ => true,
    };
    if fits { Ok(()) } else { Err(VerifyError::at(instruction.unit, "instruction out of place")) }
}

fn in_range(code: &CodeObject, opcode: Opcode, oparg: u32) -> bool {
    let index = oparg as usize;
    let local = |slot: usize| slot < code.localsplusnames.len();
    match opcode.arg_kind() {
        ArgKind::Const => index < code.consts.len(),
        ArgKind::Name => index < code.names.len(),
        ArgKind::LoadAttr | ArgKind::LoadGlobal => index >> 1 < code.names.len(),
        ArgKind::LoadSuperAttr => index >> 2 < code.names.len(),
        ArgKind::Local | ArgKind::Free => local(index),
        ArgKind::LocalPair => index < 256 && local(index >> 4) && local(index & 15),
        ArgKind::BinaryOp => BinaryOperator::from_oparg(oparg).is_some(),
        ArgKind::CompareOp => Comparison::from_oparg(oparg >> 5).is_some(),
        ArgKind::IsOp | ArgKind::ContainsOp | ArgKind::Yield => oparg <= 1,
        ArgKind::Reraise => oparg <= 2,
        ArgKind::Intrinsic1 => Intrinsic1::from_oparg(oparg).is_some_and(|which| which as u8 != 0),
        ArgKind::Intrinsic2 => Intrinsic2::from_oparg(oparg).is_some_and(|which| which as u8 != 0),
        ArgKind::CommonConstant => CommonConstant::from_oparg(oparg).is_some(),
        ArgKind::Special => SpecialMethod::from_oparg(oparg).is_some(),
        ArgKind::FunctionAttribute => FunctionAttribute::from_oparg(oparg).is_some(),
        ArgKind::ConvertValue => ConvertValue::from_oparg(oparg).is_some_and(|which| which as u8 != 0),
        ArgKind::SmallInt => oparg < 256,
        ArgKind::Interpolation => oparg >> 2 <= 3,
        ArgKind::Awaitable => oparg <= 2,
        ArgKind::StackIndex => oparg >= if opcode == Opcode::Swap { 2 } else { 1 },
        ArgKind::Count => match opcode {
            Opcode::BuildSlice => matches!(oparg, 2 | 3),
            Opcode::RaiseVarargs => oparg <= 2,
            _ => true,
        },
        _ => true,
    }
}
