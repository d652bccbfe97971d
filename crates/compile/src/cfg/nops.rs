//! Removes what does nothing: `NOP`s that no line needs, values that are loaded only to be
//! dropped, jumps to what follows anyway.
//!
//! Answers for `remove_redundant_nops`, `remove_redundant_nops_and_pairs` and
//! `remove_redundant_jumps` of CPython's `Python/flowgraph.c`.

use super::graph::{BlockId, Graph};
use super::opcode_class::{has_jump, is_unconditional_jump};
use taipan_opcode::Opcode;

/// Removes `NOP`s and jumps until there is none left to remove.
pub(super) fn remove_redundant_nops_and_jumps(graph: &mut Graph) {
    loop {
        let nops_removed = remove_redundant_nops(graph);
        let jumps_removed = remove_redundant_jumps(graph);
        if !jumps_removed && !nops_removed {
            return;
        }
    }
}

/// Removes `NOP`s from all blocks; whether there were any.
pub(super) fn remove_redundant_nops(graph: &mut Graph) -> bool {
    if !graph.occurring.contains(Opcode::Nop) {
        return false;
    }
    let mut changed = false;
    let mut id = BlockId::ENTRY;
    while id.is_some() {
        changed |= remove_nops_of_block(graph, id);
        id = graph.next(id);
    }
    changed
}

/// Removes the block's `NOP`s unless a line would get lost; whether there were any.
fn remove_nops_of_block(graph: &mut Graph, id: BlockId) -> bool {
    let range = graph.block(id).range();
    let instrs = &graph.instrs[range.clone()];
    let Some(first) = instrs.iter().position(|instr| instr.opcode == Opcode::Nop) else { return false };
    let mut kept = range.start + first;
    let mut prev_lineno = if first == 0 { -1 } else { instrs[first - 1].lineno() };
    for at in range.start + first..range.end {
        let instr = graph.instrs[at];
        if instr.opcode == Opcode::Nop && nop_is_redundant(graph, id, at, prev_lineno) {
            continue;
        }
        graph.instrs[kept] = instr;
        kept += 1;
        prev_lineno = instr.lineno();
    }
    graph.truncate(id, kept - range.start);
    kept != range.end
}

/// Whether the `NOP` at `at` can go, behind an instruction on line `prev_lineno`.
fn nop_is_redundant(graph: &mut Graph, id: BlockId, at: usize, prev_lineno: i32) -> bool {
    let location = graph.instrs[at].location;
    if location.lineno < 0 || prev_lineno == location.lineno {
        return true;
    }
    if at + 1 < graph.block(id).range().end {
        let next = &mut graph.instrs[at + 1];
        if next.lineno() < 0 {
            next.location = location;
            return true;
        }
        return next.lineno() == location.lineno;
    }
    // It is the last of its block: does the next one begin on its line? What has no line and will
    // be removed itself does not count.
    let next = graph.next_nonempty(graph.next(id));
    next.is_some()
        && graph
            .instrs(next)
            .iter()
            .find(|instr| instr.opcode != Opcode::Nop || instr.lineno() >= 0)
            .is_some_and(|instr| instr.lineno() == location.lineno)
}

/// Removes `NOP`s, and constants and copies that are popped at once.
pub(super) fn remove_redundant_nops_and_pairs(graph: &mut Graph) {
    if !graph.occurring.contains(Opcode::PopTop) {
        remove_redundant_nops(graph);
        return;
    }
    while remove_nops_and_find_pairs(graph) {}
}

/// Removes `NOP`s and makes redundant pairs into such; whether there were pairs.
fn remove_nops_and_find_pairs(graph: &mut Graph) -> bool {
    let may_have_nops = graph.occurring.contains(Opcode::Nop);
    let mut found = false;
    // Where the instruction stands that control comes from.
    let mut previous: Option<usize> = None;
    let mut id = BlockId::ENTRY;
    while id.is_some() {
        if may_have_nops {
            remove_nops_of_block(graph, id);
        }
        if graph.block(id).is_labelled {
            previous = None;
        }
        let range = graph.block(id).range();
        for at in range.clone() {
            if graph.instrs[at].opcode == Opcode::PopTop
                && let Some(previous) = previous
            {
                let pushed = graph.instrs[previous];
                let is_copy = pushed.opcode == Opcode::Copy && pushed.oparg == 1;
                if is_copy || matches!(pushed.opcode, Opcode::LoadConst | Opcode::LoadSmallInt) {
                    graph.instrs[previous].set_op0(Opcode::Nop);
                    graph.instrs[at].set_op0(Opcode::Nop);
                    found = true;
                }
            }
            previous = Some(at);
        }
        if let Some(at) = previous
            && (has_jump(graph.instrs[at].opcode) || !graph.falls_through(id))
        {
            previous = None;
        }
        id = graph.next(id);
    }
    if found {
        graph.occurring.insert(Opcode::Nop);
    }
    found
}

/// Makes jumps to the block that follows into `NOP`s; whether there were any.
fn remove_redundant_jumps(graph: &mut Graph) -> bool {
    if !graph.occurring.contains_any(&[Opcode::Jump, Opcode::JumpNoInterrupt]) {
        return false;
    }
    let mut changed = false;
    let mut id = BlockId::ENTRY;
    while id.is_some() {
        let next = graph.next(id);
        if let Some(&last) = graph.last(id)
            && is_unconditional_jump(last.opcode)
        {
            let target = graph.next_nonempty(last.target());
            if target.is_some() && target == graph.next_nonempty(next) {
                changed = true;
                graph.instrs_mut(id).last_mut().expect("the block ends in a jump").set_op0(Opcode::Nop);
            }
        }
        id = next;
    }
    if changed {
        graph.occurring.insert(Opcode::Nop);
    }
    changed
}
