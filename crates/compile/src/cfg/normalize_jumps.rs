//! Makes conditional jumps lead forward, and marks the way on which they are not taken.
//!
//! Answers for `normalize_jumps` of CPython's `Python/flowgraph.c`.

use super::graph::{BlockId, Graph};
use taipan_opcode::Opcode;

/// The order of the blocks is final when this is called.
pub(super) fn normalize_jumps(graph: &mut Graph) {
    use Opcode::{PopJumpIfFalse, PopJumpIfNone, PopJumpIfNotNone, PopJumpIfTrue};
    if !graph.occurring.contains_any(&[PopJumpIfFalse, PopJumpIfTrue, PopJumpIfNone, PopJumpIfNotNone]) {
        return;
    }
    graph.clear_visited();
    let mut id = BlockId::ENTRY;
    while id.is_some() {
        // What was visited lies behind.
        graph.block_mut(id).visited = true;
        normalize_block(graph, id);
        id = graph.next(id);
    }
}

fn normalize_block(graph: &mut Graph, id: BlockId) {
    let Some(&last) = graph.last(id) else { return };
    let reversed = match last.opcode {
        Opcode::PopJumpIfNotNone => Opcode::PopJumpIfNone,
        Opcode::PopJumpIfNone => Opcode::PopJumpIfNotNone,
        Opcode::PopJumpIfFalse => Opcode::PopJumpIfTrue,
        Opcode::PopJumpIfTrue => Opcode::PopJumpIfFalse,
        _ => return,
    };
    let target = last.target();
    if !graph.block(target).visited {
        graph.append(id, Opcode::NotTaken, 0, last.location);
        return;
    }
    let backward = graph.new_block();
    graph.append(backward, Opcode::NotTaken, 0, last.location);
    graph.append_jump(backward, Opcode::Jump, target, last.location);
    let start_depth = graph.block(target).start_depth;
    let (is_cold, next) = (graph.block(id).is_cold, graph.next(id));
    let block = graph.block_mut(backward);
    block.start_depth = start_depth;
    block.is_cold = is_cold;
    let jump = graph.instrs_mut(id).last_mut().expect("the block ends in a jump");
    jump.opcode = reversed;
    jump.set_target(next);
    graph.link_after(id, backward);
}
