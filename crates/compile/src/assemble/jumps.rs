//! Lays the blocks out: decides the direction of jumps, computes their operands and, with them,
//! where everything stands.
//!
//! Answers for `resolve_unconditional_jumps` and `resolve_jump_offsets` of CPython's
//! `Python/assemble.c`.

use crate::cfg::{BlockId, Graph, has_jump, units};
use taipan_opcode::Opcode;

/// A block in its place. A block has one jump at most, with no more than `NOT_TAKEN` behind it.
#[derive(Clone, Copy)]
struct PlacedBlock {
    /// The code unit at which it begins.
    offset: u32,
    /// The size without the jump.
    size: u32,
    /// The size of the jump; 0 if there is none.
    jump_size: u32,
    /// The size of what stands behind the jump.
    behind: u32,
    /// Where the jump stands in the graph's storage.
    jump: u32,
    /// The place of the block that the jump leads to, in the layout.
    target: u32,
}

/// Where the blocks of a graph stand.
#[derive(Default)]
pub(super) struct Layout {
    placed: Vec<PlacedBlock>,
    /// By block: its place in `placed`.
    place: Vec<u32>,
}

/// How far `END_SEND` stands behind the `SEND` that `END_ASYNC_FOR` leads to.
const END_SEND_OFFSET: i32 = 5;

/// The size of an instruction with its extended arguments and caches, in code units.
#[inline]
pub(super) fn instr_size(opcode: Opcode, oparg: i32) -> u32 {
    extended_args(oparg) + units(opcode)
}

/// How many extended arguments the operand needs.
#[inline]
pub(super) const fn extended_args(oparg: i32) -> u32 {
    if oparg <= 0xff {
        return 0;
    }
    1 + (oparg > 0xffff) as u32 + (oparg > 0xff_ffff) as u32
}

impl Layout {
    /// Sets the operands of all jumps in the graph.
    pub(super) fn resolve(&mut self, graph: &mut Graph) {
        let jumps = self.place_blocks(graph);
        if jumps {
            while self.compute_offsets(graph) {}
        } else {
            // Nothing refers to what stands behind, but for handlers.
            self.set_offsets();
        }
    }

    /// The size of the whole, in code units.
    pub(super) fn size(&self) -> u32 {
        self.placed.last().map_or(0, |last| last.offset + last.size + last.jump_size)
    }

    /// The code unit at which a block begins.
    pub(super) fn offset(&self, id: BlockId) -> u32 {
        self.placed[self.place[id.index()] as usize].offset
    }

    /// Computes sizes, with the number of the target's first instruction as operand of each jump,
    /// as CPython does: where the operands' sizes settle can depend on where they start.
    fn place_blocks(&mut self, graph: &mut Graph) -> bool {
        self.placed.clear();
        self.place.clear();
        self.place.resize(graph.block_count(), 0);
        let mut first_index = 0;
        let mut jumps = false;
        for (id, block) in graph.layout() {
            self.place[id.index()] = self.placed.len() as u32;
            let mut placed =
                PlacedBlock { offset: first_index, size: 0, jump_size: 0, behind: 0, jump: 0, target: 0 };
            first_index += block.len() as u32;
            let start = graph.start(id);
            for (at, instr) in (start..).zip(graph.instrs(id)) {
                if has_jump(instr.opcode) {
                    placed.jump = at;
                    placed.jump_size = 1;
                    placed.behind = 0;
                    jumps = true;
                } else {
                    let size = instr_size(instr.opcode, instr.oparg);
                    placed.size += size;
                    placed.behind += size;
                }
            }
            self.placed.push(placed);
        }
        if !jumps {
            return false;
        }
        for place in 0..self.placed.len() {
            let PlacedBlock { jump_size: 1, jump, .. } = self.placed[place] else { continue };
            let instr = graph.instr_mut(jump);
            let target = self.place[instr.target().index()];
            let is_forward = target as usize > place;
            instr.opcode = match instr.opcode {
                Opcode::Jump | Opcode::JumpNoInterrupt if is_forward => Opcode::JumpForward,
                Opcode::Jump => Opcode::JumpBackward,
                Opcode::JumpNoInterrupt => Opcode::JumpBackwardNoInterrupt,
                other => other,
            };
            instr.oparg = self.placed[target as usize].offset as i32;
            self.placed[place].target = target;
            self.placed[place].jump_size = instr_size(instr.opcode, instr.oparg);
        }
        true
    }

    /// From sizes to offsets.
    fn set_offsets(&mut self) {
        let mut offset = 0;
        for placed in &mut self.placed {
            placed.offset = offset;
            offset += placed.size + placed.jump_size;
        }
    }

    /// From sizes to offsets to operands; whether an operand has another size than before.
    fn compute_offsets(&mut self, graph: &mut Graph) -> bool {
        self.set_offsets();
        let mut changed = false;
        for place in 0..self.placed.len() {
            let placed = self.placed[place];
            if placed.jump_size == 0 {
                continue;
            }
            let instr = graph.instr_mut(placed.jump);
            // Distances count from behind the jump.
            let behind = (placed.offset + placed.size + placed.jump_size - placed.behind) as i32;
            let target = self.placed[placed.target as usize].offset as i32;
            instr.oparg = if instr.opcode == Opcode::EndAsyncFor {
                behind - target - END_SEND_OFFSET
            } else {
                (behind - target).abs()
            };
            let size = instr_size(instr.opcode, instr.oparg);
            changed |= size != placed.jump_size;
            self.placed[place].jump_size = size;
        }
        changed
    }
}
