//! The control-flow graph: blocks in the order in which they will be laid out, and their
//! instructions.
//!
//! It holds no constants and no names; what passes do to it is in the files beside this one.
//! Blocks and instructions live in flat vectors that are reused for the next code unit.
//!
//! Invariants: instructions that end a block ([`Opcode::is_terminator`]) stand last in it; the
//! operand of an instruction with a target is a [`BlockId`]; a block's storage never overlaps
//! another's.
//!
//! Answers for the data structures at the head of CPython's `Python/flowgraph.c`.

use super::opcode_class::{ends_flow, is_scope_exit};
use crate::instruction_sequence::NO_LOCATION;
use taipan_asdl::Location;
use taipan_opcode::Opcode;

/// A block, as an index into its graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockId(u32);

impl BlockId {
    /// No block.
    pub const NONE: BlockId = BlockId(u32::MAX);
    /// The block at which control flow begins.
    pub const ENTRY: BlockId = BlockId(0);

    /// Whether this is no block.
    #[inline]
    pub const fn is_none(self) -> bool {
        self.0 == u32::MAX
    }

    /// Whether this is a block.
    #[inline]
    pub const fn is_some(self) -> bool {
        self.0 != u32::MAX
    }

    /// The index.
    #[inline]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// One instruction of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instr {
    /// The operation.
    pub opcode: Opcode,
    /// The operand; for instructions with a target the number of a block.
    pub oparg: i32,
    /// The place in the source.
    pub location: Location,
    /// The handler that is entered when the instruction raises.
    pub except: BlockId,
}

impl Instr {
    /// An instruction that no handler covers.
    pub const fn new(opcode: Opcode, oparg: i32, location: Location) -> Instr {
        Instr { opcode, oparg, location, except: BlockId::NONE }
    }

    /// What storage that was never used holds.
    pub(super) const UNUSED: Instr = Instr::new(Opcode::Nop, 0, NO_LOCATION);

    /// The block that an instruction with a target jumps to.
    #[inline]
    pub const fn target(&self) -> BlockId {
        BlockId(self.oparg as u32)
    }

    /// Makes `target` the block that it jumps to.
    #[inline]
    pub(super) const fn set_target(&mut self, target: BlockId) {
        self.oparg = target.0 as i32;
    }

    /// Becomes an instruction without operand. Location and handler stay.
    #[inline]
    pub(super) const fn set_op0(&mut self, opcode: Opcode) {
        self.opcode = opcode;
        self.oparg = 0;
    }

    /// Becomes another instruction. Location and handler stay.
    #[inline]
    pub(super) const fn set_op1(&mut self, opcode: Opcode, oparg: i32) {
        self.opcode = opcode;
        self.oparg = oparg;
    }

    /// The first line, negative if it has none.
    #[inline]
    pub const fn lineno(&self) -> i32 {
        self.location.lineno
    }
}

/// A basic block.
#[derive(Clone, Copy, Debug)]
pub struct Block {
    /// The block that follows in the layout, which is where control falls through to.
    pub next: BlockId,
    /// Where its instructions begin in the graph's storage.
    start: u32,
    /// How many there are.
    len: u32,
    /// How many would fit without moving them.
    capacity: u32,
    /// How many ways lead here, as of the last search for unreachable code.
    pub predecessors: u32,
    /// Depth of the stack upon entry; negative if unknown.
    pub start_depth: i32,
    /// Bit *i* is set if local variable *i* may be unbound upon entry.
    pub(super) unsafe_locals: u64,
    /// A later block such that there are but empty ones between; see [`Graph::next_nonempty`].
    skip: BlockId,
    /// Whether jumps may lead here.
    pub is_labelled: bool,
    /// Whether it begins an exception handler.
    pub is_except_handler: bool,
    /// Whether, as a handler, it wants the offset of the raising instruction on the stack.
    pub preserve_lasti: bool,
    /// Whether it is reached only by way of exception handlers.
    pub is_cold: bool,
    /// Whether it is reached without them.
    pub is_warm: bool,
    /// Whether there may be a `NOP` in it.
    pub(super) may_have_nops: bool,
    /// Whether there may be an instruction in it that begins the range of a handler.
    pub(super) may_push_blocks: bool,
    /// Used by passes for themselves.
    pub(super) visited: bool,
}

impl Block {
    /// Whether it has no instruction.
    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The number of instructions.
    #[inline]
    pub const fn len(&self) -> usize {
        self.len as usize
    }

    /// Makes what stands in the storage from its start to `end` its instructions.
    pub(super) const fn end_at(&mut self, end: usize) {
        self.len = end as u32 - self.start;
        self.capacity = self.len;
    }

    /// Where its instructions stand in the storage.
    #[inline]
    pub(super) const fn range(&self) -> std::ops::Range<usize> {
        self.start as usize..self.start as usize + self.len as usize
    }
}

/// The control-flow graph of one code unit.
#[derive(Debug, Default)]
pub struct Graph {
    pub(super) blocks: Vec<Block>,
    pub(super) instrs: Vec<Instr>,
    /// The instructions that may occur.
    pub(super) occurring: OpcodeSet,
    /// Whether there may be instructions without a line.
    pub(super) lacks_lines: bool,
    /// Whether there may be instructions that take over the location of what follows.
    pub(super) has_next_locations: bool,
    /// Blocks yet to be visited; empty between passes.
    pub(super) worklist: Vec<BlockId>,
}

impl Graph {
    /// Forgets all blocks but keeps the allocations.
    pub(super) fn clear(&mut self) {
        self.blocks.clear();
        self.instrs.clear();
        self.worklist.clear();
        self.occurring = OpcodeSet::default();
        self.lacks_lines = true;
        self.has_next_locations = false;
    }

    /// Makes a block at the end of the storage, in no order yet.
    pub(super) fn new_block(&mut self) -> BlockId {
        self.new_block_at(self.instrs.len())
    }

    /// Makes a block that begins at a place in the storage, in no order yet.
    pub(super) fn new_block_at(&mut self, start: usize) -> BlockId {
        let id = BlockId(self.blocks.len() as u32);
        self.blocks.push(Block {
            next: BlockId::NONE,
            start: start as u32,
            len: 0,
            capacity: 0,
            predecessors: 0,
            start_depth: -1,
            unsafe_locals: 0,
            skip: BlockId::NONE,
            is_labelled: false,
            is_except_handler: false,
            preserve_lasti: false,
            is_cold: false,
            is_warm: false,
            may_have_nops: false,
            may_push_blocks: false,
            visited: false,
        });
        id
    }

    /// The block of this number.
    #[inline]
    pub fn block(&self, id: BlockId) -> &Block {
        &self.blocks[id.index()]
    }

    #[inline]
    pub(super) fn block_mut(&mut self, id: BlockId) -> &mut Block {
        &mut self.blocks[id.index()]
    }

    /// The block after `id` in the layout, or [`BlockId::NONE`].
    #[inline]
    pub fn next(&self, id: BlockId) -> BlockId {
        self.blocks[id.index()].next
    }

    /// The blocks in the order of the layout.
    pub fn layout(&self) -> impl Iterator<Item = (BlockId, &Block)> {
        let mut id = if self.blocks.is_empty() { BlockId::NONE } else { BlockId::ENTRY };
        std::iter::from_fn(move || {
            if id.is_none() {
                return None;
            }
            let this = id;
            id = self.next(this);
            Some((this, self.block(this)))
        })
    }

    /// The instructions of a block.
    #[inline]
    pub fn instrs(&self, id: BlockId) -> &[Instr] {
        &self.instrs[self.block(id).range()]
    }

    #[inline]
    pub(crate) fn instrs_mut(&mut self, id: BlockId) -> &mut [Instr] {
        let range = self.block(id).range();
        &mut self.instrs[range]
    }

    /// The last instruction of a block.
    #[inline]
    pub fn last(&self, id: BlockId) -> Option<&Instr> {
        self.instrs(id).last()
    }

    /// How many blocks there are, of which some may not be in the layout.
    pub(crate) fn block_count(&self) -> usize {
        self.blocks.len()
    }

    /// Whether there may be instructions that take over the location of what follows.
    pub(crate) fn has_next_locations(&self) -> bool {
        self.has_next_locations
    }

    /// Whether there were exception handlers when the graph was built.
    pub(crate) fn has_handlers(&self) -> bool {
        self.occurring.contains_any(&[Opcode::SetupFinally, Opcode::SetupWith, Opcode::SetupCleanup])
    }

    /// Where the block's instructions begin in the storage.
    pub(crate) fn start(&self, id: BlockId) -> u32 {
        self.block(id).start
    }

    /// The instruction at a place in the storage.
    #[inline]
    pub(crate) fn instr_mut(&mut self, at: u32) -> &mut Instr {
        &mut self.instrs[at as usize]
    }

    /// The blocks behind `id` in the layout.
    pub(crate) fn layout_after(&self, id: BlockId) -> impl Iterator<Item = BlockId> {
        let mut id = self.next(id);
        std::iter::from_fn(move || {
            let this = id;
            if this.is_some() {
                id = self.next(this);
            }
            this.is_some().then_some(this)
        })
    }

    /// Whether control can run from the end of the block into the next one.
    #[inline]
    pub fn falls_through(&self, id: BlockId) -> bool {
        self.last(id).is_none_or(|last| !ends_flow(last.opcode))
    }

    /// Whether the block ends by leaving the scope.
    #[inline]
    pub(super) fn exits_scope(&self, id: BlockId) -> bool {
        self.last(id).is_some_and(|last| is_scope_exit(last.opcode))
    }

    /// `id`, or the first block after it in the layout that is not empty.
    ///
    /// Remembers what it found, since code can consist of long runs of emptied blocks.
    pub(super) fn next_nonempty(&mut self, id: BlockId) -> BlockId {
        if id.is_none() || !self.block(id).is_empty() {
            return id;
        }
        let mut end = id;
        while end.is_some() && self.block(end).is_empty() {
            let block = self.block(end);
            end = if block.skip.is_some() { block.skip } else { block.next };
        }
        let mut at = id;
        while at != end && end.is_some() {
            let block = self.block_mut(at);
            let following = if block.skip.is_some() { block.skip } else { block.next };
            block.skip = end;
            at = following;
        }
        end
    }

    /// To be called after blocks were given another order.
    pub(super) fn order_changed(&mut self) {
        for block in &mut self.blocks {
            block.skip = BlockId::NONE;
        }
    }

    /// Room for another instruction at the end of the block.
    ///
    /// Fields that the caller does not set hold what an instruction that once stood there left.
    /// That is observable: CPython appends without setting the handler, so that the exception
    /// table tells where an instruction was removed before. New storage has no handler.
    fn next_slot(&mut self, id: BlockId) -> &mut Instr {
        if self.block(id).len == self.block(id).capacity {
            self.grow(id, 1);
        }
        let block = self.block_mut(id);
        let slot = block.range().end;
        block.len += 1;
        &mut self.instrs[slot]
    }

    /// Appends an instruction; its handler is what [`Graph::next_slot`] says.
    pub(super) fn append(&mut self, id: BlockId, opcode: Opcode, oparg: i32, location: Location) {
        let slot = self.next_slot(id);
        slot.opcode = opcode;
        slot.oparg = oparg;
        slot.location = location;
        self.occurring.insert(opcode);
    }

    /// Appends a jump; its handler is what [`Graph::next_slot`] says.
    pub(super) fn append_jump(&mut self, id: BlockId, opcode: Opcode, target: BlockId, location: Location) {
        self.append(id, opcode, target.0 as i32, location);
    }

    /// Inserts an instruction before the one at `position`.
    pub(super) fn insert(&mut self, id: BlockId, position: usize, instr: Instr) {
        self.insert_all(id, position, &[instr]);
    }

    /// Inserts instructions before the one at `position`.
    pub(super) fn insert_all(&mut self, id: BlockId, position: usize, new: &[Instr]) {
        let block = self.block(id);
        let count = new.len() as u32;
        if block.capacity - block.len < count {
            self.grow(id, count);
        }
        let old_len = self.block(id).len();
        self.block_mut(id).len += count;
        let instrs = self.instrs_mut(id);
        instrs.copy_within(position..old_len, position + new.len());
        instrs[position..position + new.len()].copy_from_slice(new);
        for instr in new {
            self.occurring.insert(instr.opcode);
        }
    }

    /// Appends a copy of all instructions of `from`, which may be the same block.
    pub(super) fn append_block(&mut self, id: BlockId, from: BlockId) {
        let count = self.block(from).len;
        let block = self.block(id);
        if block.capacity - block.len < count {
            self.grow(id, count);
        }
        let source = self.block(from).range();
        let end = self.block(id).range().end;
        self.instrs.copy_within(source, end);
        let Block { may_have_nops, may_push_blocks, .. } = *self.block(from);
        let block = self.block_mut(id);
        block.len += count;
        block.may_have_nops |= may_have_nops;
        block.may_push_blocks |= may_push_blocks;
    }

    /// Makes the block's last instruction a `NOP`.
    pub(super) fn nop_out_last(&mut self, id: BlockId) {
        if let Some(last) = self.instrs_mut(id).last_mut() {
            last.set_op0(Opcode::Nop);
            self.note_nops(id);
        }
    }

    /// To be called when an instruction of the block became a `NOP`.
    #[inline]
    pub(super) fn note_nops(&mut self, id: BlockId) {
        self.block_mut(id).may_have_nops = true;
        self.occurring.insert(Opcode::Nop);
    }

    /// Copies a block that does not fall through; the copy has no place in the order yet.
    pub(super) fn copy_block(&mut self, id: BlockId) -> BlockId {
        let copy = self.new_block();
        self.append_block(copy, id);
        copy
    }

    /// Puts a block into the order, behind `id`.
    pub(super) fn link_after(&mut self, id: BlockId, new: BlockId) {
        self.block_mut(new).next = self.next(id);
        self.block_mut(id).next = new;
    }

    /// Keeps the first `len` instructions of a block.
    pub(super) fn truncate(&mut self, id: BlockId, len: usize) {
        self.block_mut(id).len = len as u32;
    }

    /// Makes room for `extra` more instructions, by moving the block to the end of the storage
    /// unless it stands there.
    #[cold]
    fn grow(&mut self, id: BlockId, extra: u32) {
        let block = *self.block(id);
        let capacity = block.len + extra.max(block.len / 2).max(4);
        let old = block.start as usize..(block.start + block.capacity) as usize;
        if old.end != self.instrs.len() {
            self.block_mut(id).start = self.instrs.len() as u32;
            self.instrs.extend_from_within(old);
        }
        self.instrs.resize(self.instrs.len() + (capacity - block.capacity) as usize, Instr::UNUSED);
        self.block_mut(id).capacity = capacity;
    }

    /// Finds out anew what blocks contain.
    #[cfg(test)]
    pub(super) fn note_contents(&mut self) {
        self.lacks_lines = true;
        for block in &mut self.blocks {
            let instrs = &self.instrs[block.range()];
            block.may_have_nops = instrs.iter().any(|instr| instr.opcode == Opcode::Nop);
            block.may_push_blocks = instrs.iter().any(|instr| instr.opcode.is_block_push());
        }
    }

    /// Forgets the marks of a pass.
    pub(super) fn clear_visited(&mut self) {
        for block in &mut self.blocks {
            block.visited = false;
        }
    }
}

/// A set of instructions, so that a pass can tell at once that it has nothing to do.
#[derive(Clone, Copy, Debug)]
pub(super) struct OpcodeSet([bool; 272]);

impl Default for OpcodeSet {
    fn default() -> OpcodeSet {
        OpcodeSet([false; 272])
    }
}

impl OpcodeSet {
    #[inline]
    pub(super) const fn insert(&mut self, opcode: Opcode) {
        self.0[opcode as usize] = true;
    }

    #[inline]
    pub(super) const fn contains(&self, opcode: Opcode) -> bool {
        self.0[opcode as usize]
    }

    /// Whether one of `opcodes` is in the set.
    #[inline]
    pub(super) fn contains_any(&self, opcodes: &[Opcode]) -> bool {
        opcodes.iter().any(|&opcode| self.contains(opcode))
    }
}
