//! A row of the table as a value.

use crate::{ArgKind, Flags, Opcode};

/// Which part of the table an instruction stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// As the compiler emits it.
    Base,
    /// Put in place of its family's base by the interpreter.
    Specialized,
    /// Put in place of another instruction while somebody observes, or of compiled code.
    Instrumented,
    /// Used inside the compiler only.
    Pseudo,
}

/// A value, or an array of values, that an instruction takes or leaves.
#[derive(Clone, Copy, Debug)]
pub struct StackItem {
    /// Its name.
    pub name: &'static str,
    /// For an array: its length, given the operand.
    pub count: Option<fn(i32) -> i32>,
}

impl StackItem {
    /// Whether the value may be absent, as the `self` of a call; the name says so.
    pub fn may_be_null(&self) -> bool {
        self.name == "null" || self.name.ends_with("_or_null")
    }
}

/// A field of an instruction's inline cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cache {
    /// Its name.
    pub name: &'static str,
    /// Its width in code units of 16 bits.
    pub units: u8,
}

/// All that the table says about an instruction.
#[derive(Debug)]
pub struct Row {
    /// The instruction.
    pub opcode: Opcode,
    /// Its name in CPython.
    pub name: &'static str,
    /// The part of the table that it stands in.
    pub kind: Kind,
    /// What its operand means.
    pub arg: ArgKind,
    /// What it takes from the stack, the deepest first.
    pub inputs: &'static [StackItem],
    /// What it leaves on the stack, the deepest first.
    pub outputs: &'static [StackItem],
    /// Its inline cache.
    pub caches: &'static [Cache],
    /// What it may do.
    pub flags: Flags,
    /// For a specialised or instrumented instruction: what it stands for; otherwise itself.
    pub base: Opcode,
    /// For a pseudo instruction: what it becomes.
    pub targets: &'static [Opcode],
    /// One sentence.
    pub doc: &'static str,
}
