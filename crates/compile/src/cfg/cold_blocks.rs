//! Moves blocks that are reached by way of exception handlers only behind all others.
//!
//! Answers for `push_cold_blocks_to_end` of CPython's `Python/flowgraph.c`.

use super::graph::{BlockId, Graph};
use super::nops::remove_redundant_nops_and_jumps;
use super::opcode_class::has_jump;
use crate::instruction_sequence::NO_LOCATION;
use taipan_opcode::Opcode;

pub(super) fn push_cold_blocks_to_end(graph: &mut Graph) {
    // Without handlers nothing is cold.
    if !graph.has_handlers() {
        return;
    }
    mark_warm(graph);
    mark_cold(graph);
    make_falls_to_warm_blocks_explicit(graph);
    if move_cold_blocks(graph) {
        graph.order_changed();
        remove_redundant_nops_and_jumps(graph);
    }
}

impl Graph {
    fn visit(&mut self, id: BlockId) {
        let block = self.block_mut(id);
        if !block.visited {
            block.visited = true;
            self.worklist.push(id);
        }
    }
}

fn mark_warm(graph: &mut Graph) {
    graph.clear_visited();
    graph.visit(BlockId::ENTRY);
    while let Some(id) = graph.worklist.pop() {
        graph.block_mut(id).is_warm = true;
        let next = graph.next(id);
        if next.is_some() && graph.falls_through(id) {
            graph.visit(next);
        }
        if let Some(&last) = graph.last(id)
            && has_jump(last.opcode)
        {
            graph.visit(last.target());
        }
    }
}

fn mark_cold(graph: &mut Graph) {
    graph.clear_visited();
    let mut id = BlockId::ENTRY;
    while id.is_some() {
        if graph.block(id).is_except_handler {
            graph.visit(id);
        }
        id = graph.next(id);
    }
    while let Some(id) = graph.worklist.pop() {
        graph.block_mut(id).is_cold = true;
        let next = graph.next(id);
        if next.is_some() && graph.falls_through(id) && !graph.block(next).is_warm {
            graph.visit(next);
        }
        if let Some(&last) = graph.last(id)
            && has_jump(last.opcode)
            && !graph.block(last.target()).is_warm
        {
            graph.visit(last.target());
        }
    }
}

/// Where a cold block falls through into a warm one, puts a block with a jump between.
fn make_falls_to_warm_blocks_explicit(graph: &mut Graph) {
    let mut id = BlockId::ENTRY;
    while id.is_some() {
        let next = graph.next(id);
        if next.is_some() && graph.block(id).is_cold && graph.block(next).is_warm && graph.falls_through(id) {
            let jump = graph.new_block();
            graph.block_mut(next).is_labelled = true;
            graph.append_jump(jump, Opcode::JumpNoInterrupt, next, NO_LOCATION);
            graph.lacks_lines = true;
            graph.block_mut(jump).is_cold = true;
            graph.block_mut(jump).predecessors = 1;
            graph.link_after(id, jump);
        }
        id = next;
    }
}

/// Gives the blocks their order; whether there are cold ones.
fn move_cold_blocks(graph: &mut Graph) -> bool {
    let (mut cold_head, mut cold_tail) = (BlockId::NONE, BlockId::NONE);
    let mut warm_tail = BlockId::ENTRY;
    let mut id = graph.next(BlockId::ENTRY);
    while id.is_some() {
        let next = graph.next(id);
        if !graph.block(id).is_cold {
            graph.block_mut(warm_tail).next = id;
            warm_tail = id;
        } else if cold_head.is_none() {
            cold_head = id;
            cold_tail = id;
        } else {
            graph.block_mut(cold_tail).next = id;
            cold_tail = id;
        }
        id = next;
    }
    if cold_head.is_some() {
        graph.block_mut(cold_tail).next = BlockId::NONE;
        graph.block_mut(warm_tail).next = cold_head;
    }
    cold_head.is_some()
}
