//! Replaces instructions that exist inside the compiler only.
//!
//! Answers for `convert_pseudo_conditional_jumps` and `convert_pseudo_ops` of CPython's
//! `Python/flowgraph.c`.

use super::graph::{BlockId, Graph, Instr};
use super::nops::remove_redundant_nops_and_jumps;
use super::opcode_class::is_block_push;
use taipan_opcode::Opcode;

/// Makes jumps that keep the value they test into a copy, a test and a jump that pops.
pub(super) fn convert_pseudo_conditional_jumps(graph: &mut Graph) {
    if !graph.occurring.contains_any(&[Opcode::JumpIfFalse, Opcode::JumpIfTrue]) {
        return;
    }
    let mut id = BlockId::ENTRY;
    while id.is_some() {
        if let Some(&last) = graph.last(id)
            && matches!(last.opcode, Opcode::JumpIfFalse | Opcode::JumpIfTrue)
        {
            let at = graph.block(id).len() - 1;
            let popping = if last.opcode == Opcode::JumpIfFalse {
                Opcode::PopJumpIfFalse
            } else {
                Opcode::PopJumpIfTrue
            };
            graph.instrs_mut(id)[at].opcode = popping;
            graph.occurring.insert(popping);
            let copy = Instr { opcode: Opcode::Copy, oparg: 1, ..last };
            let test = Instr { opcode: Opcode::ToBool, oparg: 0, ..last };
            graph.insert_all(id, at, &[copy, test]);
        }
        id = graph.next(id);
    }
}

/// Replaces the other pseudo instructions but jumps, and removes what becomes redundant by that.
pub(super) fn convert_pseudo_ops(graph: &mut Graph) {
    use Opcode::{LoadClosure, LoadFast, Nop, StoreFast, StoreFastMaybeNull};
    let variables = graph.occurring.contains_any(&[LoadClosure, StoreFastMaybeNull]);
    graph.occurring.insert(LoadFast);
    graph.occurring.insert(StoreFast);
    let mut id = BlockId::ENTRY;
    while id.is_some() {
        if graph.block(id).may_push_blocks {
            graph.note_nops(id);
        }
        if variables || graph.block(id).may_push_blocks {
            for instr in graph.instrs_mut(id) {
                match instr.opcode {
                    LoadClosure => instr.opcode = LoadFast,
                    StoreFastMaybeNull => instr.opcode = StoreFast,
                    opcode if is_block_push(opcode) => instr.set_op0(Nop),
                    _ => {}
                }
            }
        }
        id = graph.next(id);
    }
    remove_redundant_nops_and_jumps(graph);
}
