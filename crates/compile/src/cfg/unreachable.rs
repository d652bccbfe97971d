//! Counts the ways into each block and empties those that no way leads to.
//!
//! Answers for `remove_unreachable` of CPython's `Python/flowgraph.c`.

use super::graph::{BlockId, Graph};
use super::opcode_class::has_target;

pub(super) fn remove_unreachable(graph: &mut Graph) {
    if graph.blocks.len() == 1 {
        graph.blocks[0].predecessors = 1;
        return;
    }
    for block in &mut graph.blocks {
        block.predecessors = 0;
    }
    graph.clear_visited();
    let mut worklist = std::mem::take(&mut graph.worklist);
    let reach = |graph: &mut Graph, worklist: &mut Vec<BlockId>, id: BlockId| {
        let block = graph.block_mut(id);
        if !block.visited {
            block.visited = true;
            worklist.push(id);
        }
        block.predecessors += 1;
    };
    reach(graph, &mut worklist, BlockId::ENTRY);
    while let Some(id) = worklist.pop() {
        let next = graph.next(id);
        if next.is_some() && graph.falls_through(id) {
            reach(graph, &mut worklist, next);
        }
        let block = *graph.block(id);
        let range = block.range();
        // Jumps stand last.
        let first = if block.may_push_blocks { 0 } else { range.end.saturating_sub(1) };
        for at in first.max(range.start)..range.end {
            let instr = graph.instrs[at];
            if has_target(instr.opcode) {
                reach(graph, &mut worklist, instr.target());
            }
        }
    }
    graph.worklist = worklist;
    let mut id = BlockId::ENTRY;
    while id.is_some() {
        if graph.block(id).predecessors == 0 {
            graph.truncate(id, 0);
            graph.block_mut(id).is_except_handler = false;
        }
        id = graph.next(id);
    }
}
