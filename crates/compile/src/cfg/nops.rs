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
    if !graph.block(id).may_have_nops {
        return false;
    }
    let range = graph.block(id).range();
    let next_nop = |graph: &Graph, from: usize| {
        let rest = &graph.instrs[from..range.end];
        rest.iter().position(|instr| instr.opcode == Opcode::Nop).map_or(range.end, |i| from + i)
    };
    let mut at = next_nop(graph, range.start);
    let mut kept = at;
    let mut keeps_nops = false;
    while at < range.end {
        let prev_lineno = if kept == range.start { -1 } else { graph.instrs[kept - 1].lineno() };
        if !nop_is_redundant(graph, id, at, prev_lineno) {
            graph.instrs[kept] = graph.instrs[at];
            kept += 1;
            keeps_nops = true;
        }
        let next = next_nop(graph, at + 1);
        if at + 1 != kept {
            graph.instrs.copy_within(at + 1..next, kept);
        }
        kept += next - (at + 1);
        at = next;
    }
    graph.truncate(id, kept - range.start);
    graph.block_mut(id).may_have_nops = keeps_nops;
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
    let mut found = false;
    // Where the instruction stands that control comes from, and its block.
    let mut previous: Option<(usize, BlockId)> = None;
    let mut id = BlockId::ENTRY;
    while id.is_some() {
        remove_nops_of_block(graph, id);
        if graph.block(id).is_labelled {
            previous = None;
        }
        let range = graph.block(id).range();
        for at in range.clone() {
            if graph.instrs[at].opcode != Opcode::PopTop {
                continue;
            }
            let before = if at > range.start { Some((at - 1, id)) } else { previous };
            let Some((pushes, pushing_block)) = before else { continue };
            let pushed = graph.instrs[pushes];
            let is_copy = pushed.opcode == Opcode::Copy && pushed.oparg == 1;
            if is_copy || matches!(pushed.opcode, Opcode::LoadConst | Opcode::LoadSmallInt) {
                graph.instrs[pushes].set_op0(Opcode::Nop);
                graph.instrs[at].set_op0(Opcode::Nop);
                graph.note_nops(pushing_block);
                graph.note_nops(id);
                found = true;
            }
        }
        if !range.is_empty() {
            previous = Some((range.end - 1, id));
        }
        if let Some((at, _)) = previous
            && (has_jump(graph.instrs[at].opcode) || !graph.falls_through(id))
        {
            previous = None;
        }
        id = graph.next(id);
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
                graph.nop_out_last(id);
            }
        }
        id = next;
    }
    changed
}
