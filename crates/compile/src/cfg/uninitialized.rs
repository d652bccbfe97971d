//! Finds loads of local variables that may be unbound, and makes them check.
//!
//! Answers for `add_checks_for_loads_of_uninitialized_variables` of CPython's `Python/flowgraph.c`.

use super::graph::{BlockId, Graph};
use super::opcode_class::{has_jump, is_about_local};
use taipan_opcode::Opcode;

/// So many local variables are followed from block to block; the others within one block only, so
/// that the time stays linear in their number.
const TRACKED: usize = 64;

/// Buffer of the pass, kept between code units.
pub(super) type Buffer = Vec<u32>;

pub(super) fn add_checks_for_loads_of_uninitialized_variables(
    graph: &mut Graph,
    nlocals: usize,
    nparams: usize,
    buffer: &mut Buffer,
) {
    let unbinds = graph.occurring.contains_any(&[
        Opcode::DeleteFast,
        Opcode::LoadFastAndClear,
        Opcode::StoreFastMaybeNull,
    ]);
    // High locals are checked even if they are parameters.
    let all_bound = nlocals <= nparams && nlocals <= TRACKED && !unbinds;
    if all_bound || !graph.occurring.contains(Opcode::LoadFast) {
        return;
    }
    if nlocals > TRACKED {
        check_high_locals(graph, nlocals, buffer);
    }
    for block in &mut graph.blocks {
        block.visited = true;
        block.unsafe_locals = 0;
    }
    // What is not a parameter is unbound at first.
    let below = |count: usize| if count >= TRACKED { u64::MAX } else { (1 << count) - 1 };
    graph.meet(BlockId::ENTRY, below(nlocals) & !below(nparams));
    // Variables may be unbound anywhere, so each block is looked at once, in order: mostly that is
    // behind its predecessors.
    let mut id = BlockId::ENTRY;
    while id.is_some() {
        graph.block_mut(id).visited = false;
        graph.check_block(id);
        id = graph.next(id);
    }
    while let Some(id) = graph.worklist.pop() {
        graph.block_mut(id).visited = false;
        graph.check_block(id);
    }
}

impl Graph {
    /// Notes that the locals in `unsafe_locals` may be unbound upon entry of the block.
    fn meet(&mut self, id: BlockId, unsafe_locals: u64) {
        let block = self.block_mut(id);
        let both = block.unsafe_locals | unsafe_locals;
        if both == block.unsafe_locals {
            return;
        }
        block.unsafe_locals = both;
        // `visited` means that it will be looked at anyway.
        if !block.visited {
            block.visited = true;
            self.worklist.push(id);
        }
    }

    fn check_block(&mut self, id: BlockId) {
        let mut unsafe_locals = self.block(id).unsafe_locals;
        // The handler and the set that were met last: mostly the same again.
        let mut met = (BlockId::NONE, 0);
        for at in self.block(id).range() {
            let instr = &mut self.instrs[at];
            let except = instr.except;
            let before = unsafe_locals;
            if is_about_local(instr.opcode) && instr.oparg < TRACKED as i32 {
                let bit = 1 << instr.oparg;
                match instr.opcode {
                    Opcode::DeleteFast | Opcode::LoadFastAndClear | Opcode::StoreFastMaybeNull => {
                        unsafe_locals |= bit;
                    }
                    Opcode::StoreFast | Opcode::LoadFastCheck => unsafe_locals &= !bit,
                    Opcode::LoadFast => {
                        if unsafe_locals & bit != 0 {
                            instr.opcode = Opcode::LoadFastCheck;
                        }
                        unsafe_locals &= !bit;
                    }
                    _ => {}
                }
            }
            if except.is_some() && (except, before) != met {
                met = (except, before);
                self.meet(except, before);
            }
        }
        let next = self.next(id);
        if next.is_some() && self.falls_through(id) {
            self.meet(next, unsafe_locals);
        }
        if let Some(&last) = self.last(id)
            && has_jump(last.opcode)
        {
            self.meet(last.target(), unsafe_locals);
        }
    }
}

/// Variables from number [`TRACKED`] on: bound is what the same block bound or loaded before.
fn check_high_locals(graph: &mut Graph, nlocals: usize, bound_in: &mut Buffer) {
    bound_in.clear();
    bound_in.resize(nlocals - TRACKED, 0);
    let mut number = 0;
    let mut id = BlockId::ENTRY;
    while id.is_some() {
        number += 1;
        for instr in graph.instrs_mut(id) {
            if instr.oparg < TRACKED as i32 {
                continue;
            }
            let bound = match instr.opcode {
                Opcode::DeleteFast | Opcode::LoadFastAndClear | Opcode::StoreFastMaybeNull => 0,
                Opcode::StoreFast | Opcode::LoadFast => number,
                _ => continue,
            };
            let was_bound = std::mem::replace(&mut bound_in[instr.oparg as usize - TRACKED], bound);
            if instr.opcode == Opcode::LoadFast && was_bound != number {
                instr.opcode = Opcode::LoadFastCheck;
            }
        }
        id = graph.next(id);
    }
}
