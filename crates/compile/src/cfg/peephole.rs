//! Improves short sequences within a block: folds constants, removes what undoes itself, leads
//! jumps to jumps straight to their end.
//!
//! Answers for `optimize_basic_block` of CPython's `Python/flowgraph.c`.

use super::fold;
use super::graph::{BlockId, Graph, Instr};
use super::opcode_class::{has_jump, may_start_pattern};
use super::swaps::optimize_swaps;
use crate::unit::ConstantTable;
use taipan_opcode::{Intrinsic1, Opcode};

/// Buffer of the pass, kept between code units.
pub(super) type Buffer = Vec<usize>;

pub(super) fn optimize_basic_blocks(graph: &mut Graph, consts: &mut ConstantTable, buffer: &mut Buffer) {
    // What is made of other instructions here; to list them once is cheaper than to note each.
    for opcode in [Opcode::Nop, Opcode::LoadConst, Opcode::LoadSmallInt, Opcode::PopTop] {
        graph.occurring.insert(opcode);
    }
    let mut id = BlockId::ENTRY;
    while id.is_some() {
        optimize_block(graph, id, consts);
        id = graph.next(id);
    }
    // `BUILD_TUPLE` and `UNPACK_SEQUENCE` make swaps, which are noted in `occurring`.
    if graph.occurring.contains(Opcode::Swap) {
        let mut id = BlockId::ENTRY;
        while id.is_some() {
            if optimize_swaps(graph.instrs_mut(id), buffer) {
                graph.note_nops(id);
            }
            id = graph.next(id);
        }
    }
}

fn optimize_block(graph: &mut Graph, id: BlockId, consts: &mut ConstantTable) {
    let instrs = graph.instrs_mut(id);
    let mut improved = false;
    let mut swaps = false;
    let mut lacks_lines = false;
    for i in 0..instrs.len() {
        if !may_start_pattern(instrs[i].opcode) {
            continue;
        }
        match optimize_at(instrs, i, consts) {
            Improvement::None => continue,
            Improvement::Nop => {}
            Improvement::Swap => swaps = true,
            Improvement::Lineless => lacks_lines = true,
        }
        improved = true;
    }
    // Jumps stand last.
    let jumps = instrs.last().is_some_and(|last| has_jump(last.opcode));
    improved |= jumps && optimize_jump(graph, id);
    if improved {
        graph.note_nops(id);
    }
    if swaps {
        graph.occurring.insert(Opcode::Swap);
    }
    graph.lacks_lines |= lacks_lines;
}

/// What [`optimize_at`] did.
enum Improvement {
    None,
    /// It made a `NOP`, or may have.
    Nop,
    /// It made a `SWAP` as well.
    Swap,
    /// It may also have made another instruction without a line.
    Lineless,
}

/// Improves the sequence that begins with instruction `i`, unless that jumps.
#[inline]
fn optimize_at(instrs: &mut [Instr], i: usize, consts: &mut ConstantTable) -> Improvement {
    let Instr { opcode, oparg, .. } = instrs[i];
    let next = instrs.get(i + 1).map_or(Opcode::Nop, |instr| instr.opcode);
    match opcode {
        Opcode::BuildTuple => {
            if next == Opcode::UnpackSequence && oparg == instrs[i + 1].oparg && (1..=3).contains(&oparg) {
                instrs[i].set_op0(Opcode::Nop);
                if oparg == 1 {
                    instrs[i + 1].set_op0(Opcode::Nop);
                } else {
                    instrs[i + 1].opcode = Opcode::Swap;
                    return Improvement::Swap;
                }
            } else {
                fold::tuple_of_constants(instrs, i, consts);
            }
        }
        Opcode::BuildList | Opcode::BuildSet => {
            fold::list_or_set(instrs, i, next, consts);
            return Improvement::Lineless;
        }
        Opcode::ListAppend | Opcode::SetAdd if matches!(next, Opcode::GetIter | Opcode::ContainsOp) => {
            fold::display_to_look_through(instrs, i, consts);
            return Improvement::Lineless;
        }
        Opcode::StoreFast
            if next == Opcode::StoreFast
                && oparg == instrs[i + 1].oparg
                && instrs[i].lineno() == instrs[i + 1].lineno() =>
        {
            instrs[i].set_op0(Opcode::PopTop);
        }
        Opcode::Swap if oparg == 1 => instrs[i].set_op0(Opcode::Nop),
        Opcode::LoadGlobal if next == Opcode::PushNull && oparg & 1 == 0 => {
            instrs[i].oparg |= 1;
            instrs[i + 1].set_op0(Opcode::Nop);
        }
        Opcode::CompareOp if next == Opcode::ToBool => {
            instrs[i].set_op0(Opcode::Nop);
            instrs[i + 1].set_op1(Opcode::CompareOp, oparg | COMPARE_TO_BOOL);
        }
        Opcode::ContainsOp | Opcode::IsOp if next == Opcode::ToBool => {
            instrs[i].set_op0(Opcode::Nop);
            instrs[i + 1].set_op1(opcode, oparg);
        }
        Opcode::ContainsOp | Opcode::IsOp if next == Opcode::UnaryNot => {
            instrs[i].set_op0(Opcode::Nop);
            instrs[i + 1].set_op1(opcode, oparg ^ 1);
        }
        Opcode::ToBool if next == Opcode::ToBool => instrs[i].set_op0(Opcode::Nop),
        Opcode::UnaryNot if next == Opcode::ToBool => {
            instrs[i].set_op0(Opcode::Nop);
            instrs[i + 1].set_op0(Opcode::UnaryNot);
        }
        Opcode::UnaryNot if next == Opcode::UnaryNot => {
            instrs[i].set_op0(Opcode::Nop);
            instrs[i + 1].set_op0(Opcode::Nop);
        }
        Opcode::UnaryNot | Opcode::UnaryInvert | Opcode::UnaryNegative => {
            fold::unary_operation(instrs, i, consts);
        }
        Opcode::CallIntrinsic1 if oparg == Intrinsic1::ListToTuple as i32 => {
            if !fold::list_to_tuple(instrs, i, consts) && next == Opcode::GetIter {
                // The list serves as well.
                instrs[i].set_op0(Opcode::Nop);
            }
        }
        Opcode::CallIntrinsic1 if oparg == Intrinsic1::UnaryPositive as i32 => {
            fold::unary_operation(instrs, i, consts);
        }
        Opcode::BinaryOp => {
            if !fold::binary_operation(instrs, i, consts) {
                return Improvement::None;
            }
        }
        _ => return Improvement::None,
    }
    Improvement::Nop
}

/// The bit of the operand of `COMPARE_OP` that asks for a `bool`.
const COMPARE_TO_BOOL: i32 = 16;

/// Improves the jump at the end of the block, as long as it leads to another.
///
/// CPython rescans the block after each step; no cycle of jumps keeps it busy for ever, since a
/// jump is not replaced by one to where it leads already. In a longer cycle the steps repeat: so
/// many blocks at most are followed. Whether there was a step.
fn optimize_jump(graph: &mut Graph, id: BlockId) -> bool {
    let most = graph.blocks.len();
    let mut steps = 0;
    while steps < most && follow_jump(graph, id) {
        steps += 1;
    }
    steps > 0
}

/// One step of [`optimize_jump`]; whether another may follow.
fn follow_jump(graph: &mut Graph, id: BlockId) -> bool {
    let Some(&jump) = graph.last(id) else { return false };
    let Some(&target) = graph.instrs(jump.target()).first() else { return false };
    match (jump.opcode, target.opcode) {
        (
            Opcode::PopJumpIfNotNone | Opcode::PopJumpIfNone | Opcode::PopJumpIfFalse | Opcode::PopJumpIfTrue,
            Opcode::Jump,
        )
        | (Opcode::JumpIfFalse, Opcode::Jump | Opcode::JumpIfFalse)
        | (Opcode::JumpIfTrue, Opcode::Jump | Opcode::JumpIfTrue)
        | (Opcode::Jump | Opcode::JumpNoInterrupt, Opcode::JumpNoInterrupt) => {
            thread_jump(graph, id, jump.opcode)
        }
        (Opcode::Jump | Opcode::JumpNoInterrupt, Opcode::Jump) => thread_jump(graph, id, Opcode::Jump),
        // Where the other test fails, control runs into the block behind.
        (Opcode::JumpIfFalse, Opcode::JumpIfTrue) | (Opcode::JumpIfTrue, Opcode::JumpIfFalse) => {
            let next = graph.next(jump.target());
            graph.instrs_mut(id).last_mut().expect("the block ends in a jump").set_target(next);
            true
        }
        _ => false,
    }
}

/// Replaces the block's jump, which leads to a jump, by one to where that leads. The old one stays
/// as `NOP`, in case its line is needed.
fn thread_jump(graph: &mut Graph, id: BlockId, opcode: Opcode) -> bool {
    let jump = *graph.last(id).expect("the block ends in a jump");
    let through = graph.instrs(jump.target())[0];
    if jump.target() == through.target() {
        return false;
    }
    graph.instrs_mut(id).last_mut().expect("the block ends in a jump").set_op0(Opcode::Nop);
    graph.append_jump(id, opcode, through.target(), through.location);
    true
}
