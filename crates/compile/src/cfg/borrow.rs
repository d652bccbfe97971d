//! Finds loads of local variables that may borrow the variable's reference instead of counting
//! their own.
//!
//! A load may borrow if what it pushes is consumed within its block, before the variable is
//! written, and not by being stored in a variable. Each block is run on a stack of abstract
//! references, which know the load that pushed them.
//!
//! Answers for `optimize_load_fast` of CPython's `Python/flowgraph.c`.

use super::graph::{Block, BlockId, Graph};
use super::opcode_class::{
    ends_flow, has_own_reference_rule, has_target, is_block_push, stack_effect, stack_growth,
};
use taipan_opcode::Opcode;

/// A value on the stack.
#[derive(Clone, Copy)]
struct Ref {
    /// The instruction of the block that pushed it, or `OUTSIDE`.
    instr: i32,
    /// The local variable that holds it as well, or `NOT_LOCAL`.
    local: i32,
}

/// It was pushed before the block.
const OUTSIDE: i32 = -1;
const NOT_LOCAL: i32 = -1;

const DUMMY: Ref = Ref { instr: OUTSIDE, local: NOT_LOCAL };

/// Buffers of [`optimize_load_fast`], kept between code units.
#[derive(Default)]
pub(super) struct Buffers {
    refs: Vec<Ref>,
    /// By instruction of the block: whether its reference may not be borrowed.
    owned: Vec<bool>,
}

/// No instruction may be inserted or moved after this.
pub(super) fn optimize_load_fast(graph: &mut Graph, buffers: &mut Buffers) {
    if !graph.occurring.contains_any(&[Opcode::LoadFast, Opcode::LoadFastLoadFast]) {
        return;
    }
    graph.clear_visited();
    let mut worklist = std::mem::take(&mut graph.worklist);
    graph.block_mut(BlockId::ENTRY).start_depth = 0;
    enter(graph, &mut worklist, BlockId::ENTRY);
    while let Some(id) = worklist.pop() {
        let block = *graph.block(id);
        // Handlers are named by what is gone by now; jumps stand last, or before `NOT_TAKEN`.
        let range = block.range();
        for at in range.end.saturating_sub(2).max(range.start)..range.end {
            let instr = graph.instrs[at];
            if has_target(instr.opcode) {
                enter(graph, &mut worklist, instr.target());
            }
        }
        if block.next.is_some() && graph.last(id).is_some_and(|last| !ends_flow(last.opcode)) {
            enter(graph, &mut worklist, block.next);
        }
        borrow_in_block(graph, &block, buffers);
    }
    graph.worklist = worklist;
}

fn enter(graph: &mut Graph, worklist: &mut Vec<BlockId>, id: BlockId) {
    let block = graph.block_mut(id);
    if !block.visited {
        block.visited = true;
        worklist.push(id);
    }
}

fn borrow_in_block(graph: &mut Graph, block: &Block, buffers: &mut Buffers) {
    let instrs = &mut graph.instrs[block.range()];
    if !instrs.iter().any(|instr| matches!(instr.opcode, Opcode::LoadFast | Opcode::LoadFastLoadFast)) {
        return;
    }
    buffers.reset(block);
    for (i, instr) in instrs.iter().enumerate() {
        buffers.step(i as i32, instr.opcode, instr.oparg);
    }
    for r in &buffers.refs {
        if r.instr != OUTSIDE {
            buffers.owned[r.instr as usize] = true;
        }
    }
    for (instr, owned) in instrs.iter_mut().zip(&buffers.owned) {
        match instr.opcode {
            Opcode::LoadFast if !owned => instr.opcode = Opcode::LoadFastBorrow,
            Opcode::LoadFastLoadFast if !owned => instr.opcode = Opcode::LoadFastBorrowLoadFastBorrow,
            _ => {}
        }
    }
}

impl Buffers {
    fn reset(&mut self, block: &Block) {
        self.owned.clear();
        self.owned.resize(block.len(), false);
        self.refs.clear();
        self.refs.resize(block.start_depth.max(0) as usize, DUMMY);
    }

    fn push(&mut self, instr: i32, local: i32) {
        self.refs.push(Ref { instr, local });
    }

    /// Values below what the block knows of are none of its own.
    fn pop(&mut self) -> Ref {
        self.refs.pop().unwrap_or(DUMMY)
    }

    fn pop_many(&mut self, count: i32) {
        let left = self.refs.len().saturating_sub(count as usize);
        self.refs.truncate(left);
    }

    /// The local is written: what was borrowed from it must be gone by now.
    fn kill(&mut self, local: i32) {
        for r in &self.refs {
            if r.local == local {
                self.owned[r.instr as usize] = true;
            }
        }
    }

    fn store(&mut self, local: i32) {
        let stored = self.pop();
        self.kill(local);
        if stored.instr != OUTSIDE {
            self.owned[stored.instr as usize] = true;
        }
    }

    /// Runs instruction number `i` of the block.
    #[inline]
    fn step(&mut self, i: i32, opcode: Opcode, oparg: i32) {
        if has_own_reference_rule(opcode) {
            self.step_by_rule(i, opcode, oparg);
        } else if !is_block_push(opcode) {
            let (popped, pushed) = stack_effect(opcode, oparg);
            self.pop_many(popped);
            for _ in 0..pushed {
                self.push(i, NOT_LOCAL);
            }
        }
    }

    fn step_by_rule(&mut self, i: i32, opcode: Opcode, oparg: i32) {
        match opcode {
            Opcode::LoadFast => self.push(i, oparg),
            Opcode::LoadFastAndClear => {
                self.kill(oparg);
                self.push(i, oparg);
            }
            Opcode::DeleteFast => self.kill(oparg),
            Opcode::LoadFastLoadFast => {
                self.push(i, oparg >> 4);
                self.push(i, oparg & 15);
            }
            Opcode::StoreFast => self.store(oparg),
            Opcode::StoreFastLoadFast => {
                self.store(oparg >> 4);
                self.push(i, oparg & 15);
            }
            Opcode::StoreFastStoreFast => {
                self.store(oparg >> 4);
                self.store(oparg & 15);
            }
            Opcode::Copy => {
                let copied = self.refs.len().checked_sub(oparg as usize).map_or(DUMMY, |at| self.refs[at]);
                self.refs.push(copied);
            }
            Opcode::Swap => {
                let top = self.refs.len() - 1;
                if let Some(other) = self.refs.len().checked_sub(oparg as usize) {
                    self.refs.swap(top, other);
                }
            }
            // They leave their inputs where they are and push something. CPython credits that to
            // the first instructions of the block by mistake; it shows in what they may do.
            Opcode::FormatSimple
            | Opcode::GetAnext
            | Opcode::GetLen
            | Opcode::GetYieldFromIter
            | Opcode::ImportFrom
            | Opcode::MatchKeys
            | Opcode::MatchMapping
            | Opcode::MatchSequence
            | Opcode::WithExceptStart => {
                for j in 0..stack_growth(opcode, oparg) {
                    self.push(j, NOT_LOCAL);
                }
            }
            // They leave some of their inputs where they are.
            Opcode::DictMerge
            | Opcode::DictUpdate
            | Opcode::ListAppend
            | Opcode::ListExtend
            | Opcode::MapAdd
            | Opcode::Reraise
            | Opcode::SetAdd
            | Opcode::SetUpdate => self.pop_many(-stack_growth(opcode, oparg)),
            Opcode::CheckExcMatch | Opcode::Send => {
                self.pop();
                self.push(i, NOT_LOCAL);
            }
            Opcode::ForIter => self.push(i, NOT_LOCAL),
            Opcode::LoadAttr | Opcode::LoadSuperAttr => {
                let receiver = self.pop();
                if opcode == Opcode::LoadSuperAttr {
                    self.pop_many(2);
                }
                self.push(i, NOT_LOCAL);
                if oparg & 1 != 0 {
                    // It may be a method; then the receiver stays on the stack.
                    self.refs.push(receiver);
                }
            }
            // The receiver of the method stays on the stack; so does the exception.
            Opcode::LoadSpecial | Opcode::PushExcInfo => {
                let top = self.pop();
                self.push(i, NOT_LOCAL);
                self.refs.push(top);
            }
            // They drop what is below the top.
            Opcode::EndSend | Opcode::SetFunctionAttribute => {
                let top = self.pop();
                self.pop();
                self.refs.push(top);
            }
            other => debug_assert!(false, "{} has a rule of its own", other.name()),
        }
    }
}
