//! Copies small blocks that leave the scope, and blocks without line numbers that do not fall
//! through, to where an unconditional jump leads to them.
//!
//! Answers for `inline_small_or_no_lineno_blocks` of CPython's `Python/flowgraph.c`.

use super::graph::{BlockId, Graph};
use super::opcode_class::is_unconditional_jump;
use taipan_opcode::Opcode;

/// A block that leaves the scope is copied up to this many instructions.
const MAX_COPY_SIZE: usize = 4;

/// The graph may become so many times larger.
const GROWTH: usize = 16;

pub(super) fn inline_small_or_no_lineno_blocks(graph: &mut Graph) {
    if !graph.occurring.contains_any(&[Opcode::Jump, Opcode::JumpNoInterrupt]) {
        return;
    }
    // Every change replaces a jump by another block's end. A ring of blocks without line numbers,
    // which only programs that build trees can make, would go on growing: it is left at some point.
    let most = graph.instrs.len() * GROWTH + 100_000;
    loop {
        let mut changed = false;
        let mut id = BlockId::ENTRY;
        while id.is_some() {
            changed |= inline_target(graph, id);
            id = graph.next(id);
        }
        if !changed || graph.instrs.len() > most {
            return;
        }
    }
}

/// Extends the block by the one that it jumps to, if that may be copied.
fn inline_target(graph: &mut Graph, id: BlockId) -> bool {
    let Some(&last) = graph.last(id) else { return false };
    if !is_unconditional_jump(last.opcode) {
        return false;
    }
    let target = last.target();
    let small_exit = graph.exits_scope(target) && graph.block(target).len() <= MAX_COPY_SIZE;
    let plain = !small_exit || last.opcode == Opcode::Jump;
    let no_lineno = plain && !graph.falls_through(target) && graph.has_no_lineno(target);
    if (!small_exit && !no_lineno) || target == id {
        return false;
    }
    graph.nop_out_last(id);
    graph.append_block(id, target);
    if no_lineno
        && last.opcode == Opcode::Jump
        && let Some(jump) = graph.instrs_mut(id).last_mut()
        && is_unconditional_jump(jump.opcode)
    {
        // Checks for signals must not get lost.
        jump.opcode = Opcode::Jump;
        graph.occurring.insert(Opcode::Jump);
    }
    let predecessors = &mut graph.block_mut(target).predecessors;
    *predecessors = predecessors.wrapping_sub(1);
    true
}
