//! From an instruction sequence to a graph: blocks begin where jumps lead and behind what ends a
//! block; labels become blocks.
//!
//! Answers for `_PyCfg_FromInstructionSequence`, `translate_jump_labels_to_targets` and
//! `mark_except_handlers` of CPython's `Python/flowgraph.c`.

use super::graph::{BlockId, Graph, Instr};
use super::opcode_class::{has_target, is_block_push, is_terminator};
use crate::instruction_sequence::InstructionSequence;
use taipan_opcode::Opcode;

/// Buffers of [`build`], kept between code units.
#[derive(Default)]
pub(super) struct Buffers {
    /// By instruction index: the block that begins there, `NOT_TARGET` or `TARGET`.
    starts: Vec<BlockStart>,
    /// Where instructions with a target stand in the graph's storage.
    with_target: Vec<u32>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum BlockStart {
    /// No jump leads here.
    NotTarget,
    /// A jump leads here; the block does not exist yet.
    Target,
    /// The block.
    At(BlockId),
}

/// Fills the empty `graph` from `sequence`.
pub(super) fn build(graph: &mut Graph, sequence: &InstructionSequence, buffers: &mut Buffers) {
    let Buffers { starts, with_target } = buffers;
    starts.clear();
    with_target.clear();
    // Without labels there are no jumps.
    if !sequence.labels.is_empty() {
        starts.resize(sequence.instrs.len(), BlockStart::NotTarget);
        for instr in &sequence.instrs {
            if has_target(instr.opcode) {
                starts[sequence.labels[instr.oparg as usize] as usize] = BlockStart::Target;
            }
        }
    }
    graph.new_block();
    let mut builder = Builder { graph, last: BlockId::ENTRY, terminated: false };
    builder.graph.instrs.reserve(sequence.instrs.len());
    for (i, instr) in sequence.instrs.iter().enumerate() {
        if instr.opcode == Opcode::AnnotationsPlaceholder {
            for instr in sequence.annotations_code.iter().flat_map(|code| &code.instrs) {
                debug_assert!(!has_target(instr.opcode), "setting up annotations does not jump");
                builder.push(Instr::new(instr.opcode, instr.oparg, instr.location));
            }
            continue;
        }
        if starts.get(i) == Some(&BlockStart::Target) {
            starts[i] = BlockStart::At(builder.begin_labelled());
        }
        if has_target(instr.opcode) {
            // Storage grows at its end only, while building.
            with_target.push(builder.graph.instrs.len() as u32);
        }
        builder.push(Instr::new(instr.opcode, instr.oparg, instr.location));
    }
    builder.graph.end_last_block();
    for &at in with_target.iter() {
        let instr = &mut graph.instrs[at as usize];
        let label = sequence.labels[instr.oparg as usize];
        let BlockStart::At(target) = starts[label as usize] else {
            unreachable!("every target was given a block");
        };
        instr.set_target(target);
        if is_block_push(instr.opcode) {
            graph.block_mut(target).is_except_handler = true;
        }
    }
}

struct Builder<'a> {
    graph: &'a mut Graph,
    last: BlockId,
    /// Whether the last block can take no more.
    terminated: bool,
}

impl Builder<'_> {
    fn begin_block(&mut self) {
        self.graph.end_last_block();
        let block = self.graph.new_block();
        self.graph.block_mut(self.last).next = block;
        self.last = block;
        self.terminated = false;
    }

    /// The block that begins here, because jumps lead here.
    fn begin_labelled(&mut self) -> BlockId {
        let is_empty = self.graph.start(self.last) as usize == self.graph.instrs.len();
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
        self.terminated = is_terminator(instr.opcode);
        if instr.opcode == Opcode::Nop {
            self.graph.block_mut(self.last).may_have_nops = true;
        } else if is_block_push(instr.opcode) {
            self.graph.block_mut(self.last).may_push_blocks = true;
        }
        self.graph.instrs.push(instr);
    }
}
