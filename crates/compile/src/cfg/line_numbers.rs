//! Sees to it that every instruction that may leave the scope, or look for signals, has a line
//! number, by which a frame's line is found later.
//!
//! Such blocks without a line are copied until each has but one predecessor; then lines are
//! passed on from predecessors.
//!
//! Answers for `resolve_line_numbers` of CPython's `Python/flowgraph.c` and PEP 626.

use super::graph::{BlockId, Graph};
use super::opcode_class::{ends_flow, has_eval_break, has_jump};
use crate::instruction_sequence::NO_LOCATION;

pub(super) fn resolve_line_numbers(graph: &mut Graph) {
    if !graph.lacks_lines {
        return;
    }
    duplicate_exits_without_lineno(graph);
    propagate_line_numbers(graph);
}

impl Graph {
    /// Whether none of the block's instructions has a line.
    pub(super) fn has_no_lineno(&self, id: BlockId) -> bool {
        self.instrs(id).iter().all(|instr| instr.lineno() < 0)
    }

    /// Whether the block may leave the scope or look for signals, without having a line.
    fn is_exit_or_eval_check_without_lineno(&self, id: BlockId) -> bool {
        // The first line decides almost always, so it is asked first.
        self.has_no_lineno(id)
            && (self.exits_scope(id) || self.instrs(id).iter().any(|instr| has_eval_break(instr.opcode)))
    }
}

fn duplicate_exits_without_lineno(graph: &mut Graph) {
    let mut id = BlockId::ENTRY;
    while id.is_some() {
        if let Some(&last) = graph.last(id)
            && has_jump(last.opcode)
        {
            let target = graph.next_nonempty(last.target());
            if target.is_some()
                && graph.block(target).predecessors > 1
                && graph.is_exit_or_eval_check_without_lineno(target)
            {
                let copy = graph.copy_block(target);
                graph.instrs_mut(copy)[0].location = last.location;
                graph.instrs_mut(id).last_mut().expect("the block ends in a jump").set_target(copy);
                graph.block_mut(target).predecessors -= 1;
                graph.block_mut(copy).predecessors = 1;
                graph.block_mut(copy).is_labelled = true;
                graph.link_after(target, copy);
            }
        }
        id = graph.next(id);
    }

    // What is left is reached by falling through only, thus from one place.
    let mut id = BlockId::ENTRY;
    while id.is_some() {
        let next = graph.next(id);
        if next.is_some()
            && let Some(&last) = graph.last(id)
            && graph.falls_through(id)
            && graph.is_exit_or_eval_check_without_lineno(next)
        {
            graph.instrs_mut(next)[0].location = last.location;
        }
        id = next;
    }
}

fn propagate_line_numbers(graph: &mut Graph) {
    let mut lacks_lines = false;
    let mut id = BlockId::ENTRY;
    while id.is_some() {
        let next = graph.next(id);
        let instrs = graph.instrs_mut(id);
        for i in 1..instrs.len() {
            if instrs[i].lineno() == NO_LOCATION.lineno {
                instrs[i].location = instrs[i - 1].location;
            }
        }
        lacks_lines |= instrs.first().is_some_and(|first| first.lineno() == NO_LOCATION.lineno);
        if let Some(&last) = instrs.last() {
            if next.is_some() && !ends_flow(last.opcode) {
                inherit(graph, next, last.location);
            }
            if has_jump(last.opcode) {
                inherit(graph, last.target(), last.location);
            }
        }
        id = next;
    }
    graph.lacks_lines = lacks_lines;

    fn inherit(graph: &mut Graph, id: BlockId, location: taipan_asdl::Location) {
        if graph.block(id).predecessors == 1
            && let Some(first) = graph.instrs_mut(id).first_mut()
            && first.lineno() == NO_LOCATION.lineno
        {
            first.location = location;
        }
    }
}
