//! Walking over bytecode.

use taipan_opcode::{ArgKind, Opcode};

use crate::CodeObject;

/// An instruction in bytecode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// The code unit that it stands at.
    pub unit: usize,
    /// The code unit of the first EXTENDED_ARG before it, or its own.
    pub start: usize,
    /// Its number.
    pub number: u8,
    /// What it is, if its number is known.
    pub opcode: Option<Opcode>,
    /// Its operand with all extensions, which may wrap; 0 if it has none.
    pub oparg: i32,
}

impl Instruction {
    /// The number of code units of its inline cache.
    pub fn caches(&self) -> usize {
        self.opcode.map_or(0, Opcode::caches)
    }

    /// The code unit after it and its cache.
    pub fn end(&self) -> usize {
        self.unit + 1 + self.caches()
    }

    /// Whether it uses its operand.
    pub fn has_arg(&self) -> bool {
        self.opcode.is_some_and(|opcode| opcode.deopt().has_arg())
    }

    /// The code unit that its operand refers to, if it refers to one; malformed code may refer to
    /// places before its start.
    pub fn target(&self) -> Option<i64> {
        let end = self.end() as i64;
        match self.opcode?.arg_kind() {
            ArgKind::JumpForward => Some(end + i64::from(self.oparg)),
            ArgKind::JumpBackward | ArgKind::EndAsyncFor => Some(end - i64::from(self.oparg)),
            _ => None,
        }
    }
}

/// Walks over bytecode, EXTENDED_ARG included, inline caches left out.
#[derive(Clone, Debug)]
pub struct Instructions<'a> {
    code: &'a [u8],
    unit: usize,
    start: usize,
    extended: i32,
}

impl<'a> Instructions<'a> {
    /// A walk over `code`.
    pub fn new(code: &'a [u8]) -> Instructions<'a> {
        Instructions { code, unit: 0, start: 0, extended: 0 }
    }
}

impl Iterator for Instructions<'_> {
    type Item = Instruction;

    fn next(&mut self) -> Option<Instruction> {
        let bytes = self.code.get(self.unit * 2..self.unit * 2 + 2)?;
        let opcode = Opcode::from_u8(bytes[0]);
        let mut instruction =
            Instruction { unit: self.unit, start: self.start, number: bytes[0], opcode, oparg: 0 };
        if instruction.has_arg() {
            instruction.oparg = self.extended | i32::from(bytes[1]);
        }
        self.unit = instruction.end();
        if opcode == Some(Opcode::ExtendedArg) {
            self.extended = instruction.oparg << 8;
            instruction.start = instruction.unit;
        } else {
            self.extended = 0;
            self.start = self.unit;
        }
        Some(instruction)
    }
}

impl CodeObject {
    /// The instructions, EXTENDED_ARG included.
    pub fn instructions(&self) -> Instructions<'_> {
        Instructions::new(&self.code)
    }

    /// `co_branches()`: the byte offsets of a branch, of where it goes on when it is not taken, and
    /// of where it goes when it is.
    pub fn branches(&self) -> impl Iterator<Item = (i64, i64, i64)> {
        self.instructions().filter_map(|instruction| {
            let (at, end) = (instruction.unit as i64, instruction.end() as i64);
            let target = end + i64::from(instruction.oparg);
            let units = match instruction.opcode?.deopt() {
                // The jump skips END_FOR, which pops what a taken branch does not push.
                Opcode::ForIter => (at, end, target + 2),
                Opcode::PopJumpIfFalse
                | Opcode::PopJumpIfTrue
                | Opcode::PopJumpIfNone
                | Opcode::PopJumpIfNotNone => (at, end + 1, target),
                // The branch belongs to the SEND loop that END_ASYNC_FOR ends.
                Opcode::EndAsyncFor => {
                    let source = end - i64::from(instruction.oparg);
                    (source, source + 2, end)
                }
                _ => return None,
            };
            Some((units.0 * 2, units.1 * 2, units.2 * 2))
        })
    }
}
