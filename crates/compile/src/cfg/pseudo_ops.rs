//! Replaces instructions that exist inside the compiler only.
//!
//! Answers for `convert_pseudo_conditional_jumps` and `convert_pseudo_ops` of CPython's
//! `Python/flowgraph.c`.

use super::graph::{BlockId, Graph, Instr};
use super::nops::remove_redundant_nops_and_jumps;
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
    use Opcode::{
        LoadClosure, LoadFast, Nop, SetupCleanup, SetupFinally, SetupWith, StoreFast, StoreFastMaybeNull,
    };
    if graph.occurring.contains_any(&[SetupFinally, SetupWith, SetupCleanup, LoadClosure, StoreFastMaybeNull])
    {
        for opcode in [Nop, LoadFast, StoreFast] {
            graph.occurring.insert(opcode);
        }
        let mut id = BlockId::ENTRY;
        while id.is_some() {
            for instr in graph.instrs_mut(id) {
                match instr.opcode {
                    SetupFinally | SetupWith | SetupCleanup => instr.set_op0(Nop),
                    LoadClosure => instr.opcode = LoadFast,
                    StoreFastMaybeNull => instr.opcode = StoreFast,
                    _ => {}
                }
            }
            id = graph.next(id);
        }
    }
    remove_redundant_nops_and_jumps(graph);
}
