//! From an instruction sequence to a graph: blocks begin where jumps lead and behind what ends a
//! block; labels become blocks.
//!
//! Answers for `_PyCfg_FromInstructionSequence`, `translate_jump_labels_to_targets` and
//! `mark_except_handlers` of CPython's `Python/flowgraph.c`.

use super::graph::{BlockId, Graph, Instr};
use super::opcode_class::{has_target, is_block_push, is_plain, is_terminator};
use crate::instruction_sequence::{InstructionSequence, NEXT_LOCATION};
use taipan_opcode::Opcode;

/// Buffers of [`build`], kept between code units.
#[derive(Default)]
pub(super) struct Buffers {
    /// By instruction index: the block that begins there, [`NOT_TARGET`] or [`TARGET`].
    starts: Vec<BlockId>,
    /// Where instructions with a target stand in the graph's storage.
    with_target: Vec<u32>,
}

/// No jump leads here.
const NOT_TARGET: BlockId = BlockId::NONE;
/// A jump leads here; the block does not exist yet, so that no block can be mistaken for it.
const TARGET: BlockId = BlockId::ENTRY;

/// Fills the empty `graph` from `sequence`.
pub(super) fn build(graph: &mut Graph, sequence: &InstructionSequence, buffers: &mut Buffers) {
    let Buffers { starts, with_target } = buffers;
    mark_targets(sequence, starts);
    with_target.clear();
    let mut builder = Builder {
        instrs: std::mem::take(&mut graph.instrs),
        last: graph.new_block(),
        graph,
        terminated: false,
        has_nops: false,
        pushes_blocks: false,
        has_next_locations: false,
    };
    builder.instrs.reserve(sequence.instrs.len());
    for (instr, start) in sequence.instrs.iter().zip(starts.iter_mut()) {
        if instr.opcode == Opcode::AnnotationsPlaceholder {
            for instr in sequence.annotations_code.iter().flat_map(|code| &code.instrs) {
                debug_assert!(!has_target(instr.opcode), "setting up annotations does not jump");
                builder.push(Instr::new(instr.opcode, instr.oparg, instr.location));
            }
            continue;
        }
        if *start == TARGET {
            *start = builder.begin_labelled();
        }
        builder.push(Instr::new(instr.opcode, instr.oparg, instr.location));
        if has_target(instr.opcode) {
            with_target.push(builder.instrs.len() as u32 - 1);
        }
    }
    builder.finish();
    for &at in with_target.iter() {
        let instr = &mut graph.instrs[at as usize];
        let target = starts[sequence.labels[instr.oparg as usize] as usize];
        instr.set_target(target);
        if is_block_push(instr.opcode) {
            graph.block_mut(target).is_except_handler = true;
        }
    }
}

/// Finds out where instructions lead.
fn mark_targets(sequence: &InstructionSequence, starts: &mut Vec<BlockId>) {
    starts.clear();
    starts.resize(sequence.instrs.len(), NOT_TARGET);
    // Without labels there are no jumps.
    if sequence.labels.is_empty() {
        return;
    }
    for instr in &sequence.instrs {
        if has_target(instr.opcode) {
            starts[sequence.labels[instr.oparg as usize] as usize] = TARGET;
        }
    }
}

struct Builder<'a> {
    graph: &'a mut Graph,
    /// The graph's storage, until it is finished.
    instrs: Vec<Instr>,
    last: BlockId,
    /// Whether the last block can take no more.
    terminated: bool,
    /// Whether the last block has a `NOP`.
    has_nops: bool,
    /// Whether the last block has an instruction that begins the range of a handler.
    pushes_blocks: bool,
    has_next_locations: bool,
}

impl Builder<'_> {
    fn end_block(&mut self) {
        let block = self.graph.block_mut(self.last);
        block.end_at(self.instrs.len());
        block.may_have_nops = std::mem::take(&mut self.has_nops);
        block.may_push_blocks = std::mem::take(&mut self.pushes_blocks);
    }

    fn begin_block(&mut self) {
        self.end_block();
        let block = self.graph.new_block_at(self.instrs.len());
        self.graph.block_mut(self.last).next = block;
        self.last = block;
        self.terminated = false;
    }

    /// The block that begins here, because jumps lead here.
    fn begin_labelled(&mut self) -> BlockId {
        let is_empty = self.graph.start(self.last) as usize == self.instrs.len();
        if self.terminated || !is_empty {
            self.begin_block();
        }
        self.graph.block_mut(self.last).is_labelled = true;
        self.last
    }

    #[inline]
    fn push(&mut self, instr: Instr) {
        if self.terminated {
            self.begin_block();
        }
        self.graph.occurring.insert(instr.opcode);
        self.has_next_locations |= instr.lineno() == NEXT_LOCATION.lineno;
        self.has_nops |= instr.opcode == Opcode::Nop;
        if !is_plain(instr.opcode) {
            self.terminated = is_terminator(instr.opcode);
            self.pushes_blocks |= is_block_push(instr.opcode);
        }
        self.instrs.push(instr);
    }

    fn finish(mut self) {
        self.end_block();
        self.graph.has_next_locations = self.has_next_locations;
        self.graph.instrs = self.instrs;
    }
}
