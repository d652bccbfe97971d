//! Instruction sequences: what code generation hands to the flow graph, and the flow graph to the
//! assembler.
//!
//! A sequence is flat; jumps name labels, and a table maps labels to instruction indices. It is not
//! a graph and knows nothing of blocks. Invariant: a label is used (placed) at most once.
//!
//! Answers for CPython's `Python/instruction_sequence.c`.

use taipan_asdl::Location;
use taipan_opcode::Opcode;

/// The location of an instruction that belongs to no place in the source.
pub const NO_LOCATION: Location = Location { lineno: -1, col_offset: -1, end_lineno: -1, end_col_offset: -1 };

/// The location of an instruction that takes over the one of its successor.
pub const NEXT_LOCATION: Location =
    Location { lineno: -2, col_offset: -2, end_lineno: -2, end_col_offset: -2 };

/// A jump target that need not be placed yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Label(pub i32);

impl Label {
    /// No label.
    pub const NONE: Label = Label(-1);
}

/// One instruction, real or pseudo, without cache entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// The operation.
    pub opcode: Opcode,
    /// The operand; for instructions with a target the number of a [`Label`].
    pub oparg: i32,
    /// The place in the source, or [`NO_LOCATION`], or [`NEXT_LOCATION`].
    pub location: Location,
}

/// A growing list of instructions with labels.
#[derive(Clone, Debug, Default)]
pub struct InstructionSequence {
    /// The instructions in order.
    pub instrs: Vec<Instruction>,
    /// For each label made so far, the index of the instruction it precedes; -1 if not placed.
    pub labels: Vec<i32>,
    /// Instructions that take the place of `ANNOTATIONS_PLACEHOLDER`; their labels are their own.
    pub annotations_code: Option<Box<InstructionSequence>>,
}

impl InstructionSequence {
    /// An empty sequence.
    pub fn new() -> InstructionSequence {
        InstructionSequence::default()
    }

    /// Makes a label, to be placed by [`InstructionSequence::use_label`].
    pub fn new_label(&mut self) -> Label {
        self.labels.push(-1);
        Label(self.labels.len() as i32 - 1)
    }

    /// Places `label` before the next instruction.
    pub fn use_label(&mut self, label: Label) {
        debug_assert_eq!(self.labels[label.0 as usize], -1, "a label is placed once");
        self.labels[label.0 as usize] = self.instrs.len() as i32;
    }

    /// Appends an instruction.
    pub fn add(&mut self, opcode: Opcode, oparg: i32, location: Location) {
        self.instrs.push(Instruction { opcode, oparg, location });
    }

    /// Inserts an instruction before the one at `position`; labels move with their instructions,
    /// those of the one at `position` too.
    pub fn insert(&mut self, position: usize, opcode: Opcode, oparg: i32, location: Location) {
        self.instrs.insert(position, Instruction { opcode, oparg, location });
        for index in &mut self.labels {
            if *index >= position as i32 {
                *index += 1;
            }
        }
    }

    /// Forgets all content but keeps the allocations, for reuse.
    pub fn clear(&mut self) {
        self.instrs.clear();
        self.labels.clear();
        self.annotations_code = None;
    }
}
