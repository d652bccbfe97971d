//! Where instructions start, what leads where, and what a code object begins with.

use taipan_opcode::{Kind, Opcode};

use super::{VerifyError, operand};
use crate::{CodeObject, ExceptionEntry, Instruction, co};

/// No instruction starts here.
const NONE: u32 = u32::MAX;

/// The instructions of a code object; EXTENDED_ARG counts as part of the instruction after it.
pub struct Layout {
    pub instructions: Vec<Instruction>,
    /// By code unit: the instruction that starts there.
    starts: Vec<u32>,
    pub handlers: Vec<ExceptionEntry>,
    /// By instruction: the handler that guards it.
    guards: Vec<u32>,
    /// By instruction: whether a jump or a handler leads there.
    pub is_target: Vec<bool>,
    /// By slot: whether it holds a cell from the start.
    pub is_cell: Vec<bool>,
    /// How many instructions at the start make cells and copy free variables.
    pub prologue: usize,
}

impl Layout {
    pub fn new(code: &CodeObject) -> Result<Layout, VerifyError> {
        let units = code.code.len() / 2;
        if units == 0 || units >= NONE as usize {
            return Err(VerifyError::new("no instructions"));
        }
        let mut layout = Layout {
            instructions: Vec::new(),
            starts: vec![NONE; units],
            handlers: Vec::new(),
            guards: Vec::new(),
            is_target: Vec::new(),
            is_cell: vec![false; code.localsplusnames.len()],
            prologue: 0,
        };
        layout.read_instructions(code)?;
        layout.is_target = vec![false; layout.instructions.len()];
        for i in 0..layout.instructions.len() {
            if let Some(target) = layout.target(i)? {
                layout.is_target[target] = true;
            }
        }
        layout.read_handlers(code)?;
        layout.read_prologue(code)?;
        for instruction in &layout.instructions {
            operand::check(code, &layout, instruction)?;
        }
        Ok(layout)
    }

    /// What an instruction is. All are known once the layout exists.
    pub fn opcode(&self, index: usize) -> Opcode {
        self.instructions[index].opcode.expect("unknown instructions are refused at once")
    }

    /// The instruction that starts at a code unit.
    fn at(&self, unit: i64) -> Option<usize> {
        let start = *self.starts.get(usize::try_from(unit).ok()?)?;
        (start != NONE).then_some(start as usize)
    }

    /// The instruction that another one jumps to.
    pub fn target(&self, index: usize) -> Result<Option<usize>, VerifyError> {
        let instruction = &self.instructions[index];
        let Some(unit) = instruction.target() else { return Ok(None) };
        let target = self.at(unit);
        let target =
            target.ok_or_else(|| VerifyError::at(instruction.unit, "jump to no instruction's start"))?;
        if instruction.opcode == Some(Opcode::ForIter) && self.opcode(target) != Opcode::EndFor {
            return Err(VerifyError::at(instruction.unit, "FOR_ITER does not lead to END_FOR"));
        }
        Ok(Some(target))
    }

    /// The handler that guards an instruction.
    pub fn guard(&self, index: usize) -> Option<usize> {
        let guard = self.guards[index];
        (guard != NONE).then_some(guard as usize)
    }

    /// The instruction that a handler starts with.
    pub fn handler_target(&self, handler: usize) -> usize {
        self.at(self.handlers[handler].target.into()).expect("handlers were checked")
    }

    fn read_instructions(&mut self, code: &CodeObject) -> Result<(), VerifyError> {
        let units = self.starts.len();
        let mut end = 0;
        for instruction in code.instructions() {
            let at = |reason| VerifyError::at(instruction.unit, reason);
            let opcode = instruction.opcode.ok_or_else(|| at("unknown instruction"))?;
            if opcode.row().kind != Kind::Base || is_internal(opcode) {
                return Err(at("instruction that no compiler emits"));
            }
            if instruction.end() > units {
                return Err(at("inline cache cut off"));
            }
            end = instruction.end();
            let extensions = instruction.unit - instruction.start;
            if extensions > 3 || instruction.oparg < 0 {
                return Err(at("operand too large"));
            }
            if opcode == Opcode::ExtendedArg {
                continue;
            }
            if extensions > 0 && !opcode.has_arg() {
                return Err(at("EXTENDED_ARG before an instruction without operand"));
            }
            self.starts[instruction.start] = self.instructions.len() as u32;
            self.instructions.push(instruction);
        }
        match self.instructions.last() {
            Some(last) if last.end() == end => Ok(()),
            _ => Err(VerifyError::new("ends in EXTENDED_ARG")),
        }
    }

    fn read_handlers(&mut self, code: &CodeObject) -> Result<(), VerifyError> {
        let mut entries = code.handlers();
        self.handlers = entries.by_ref().collect();
        let bad = || VerifyError::new("malformed exception table");
        if entries.is_cut_off() {
            return Err(bad());
        }
        self.guards = vec![NONE; self.instructions.len()];
        let mut previous = 0;
        for (number, entry) in self.handlers.iter().enumerate() {
            let first = self.at(entry.start.into()).ok_or_else(bad)?;
            let end = match entry.end as usize {
                end if end == self.starts.len() => self.instructions.len(),
                _ => self.at(entry.end.into()).ok_or_else(bad)?,
            };
            if first < previous || end <= first || self.at(entry.target.into()).is_none() {
                return Err(bad());
            }
            self.guards[first..end].fill(number as u32);
            previous = end;
        }
        for handler in 0..self.handlers.len() {
            let target = self.handler_target(handler);
            self.is_target[target] = true;
        }
        Ok(())
    }

    /// COPY_FREE_VARS, then MAKE_CELL for each cell: what happens before anything else.
    fn read_prologue(&mut self, code: &CodeObject) -> Result<(), VerifyError> {
        let free = code.nfreevars();
        for (index, instruction) in self.instructions.iter().enumerate() {
            match instruction.opcode {
                Some(Opcode::CopyFreeVars) if index == 0 && instruction.oparg as usize == free => {
                    for (slot, kind) in code.localspluskinds.iter().enumerate() {
                        self.is_cell[slot] |= kind & co::FAST_FREE != 0;
                    }
                }
                Some(Opcode::MakeCell) => {
                    if let Some(cell) = self.is_cell.get_mut(instruction.oparg as usize) {
                        *cell = true;
                    }
                }
                _ => break,
            }
            if self.is_target[index] {
                return Err(VerifyError::at(instruction.unit, "jump to where cells are made"));
            }
            self.prologue = index + 1;
        }
        Ok(())
    }
}

/// Instructions that exist for the interpreter's own use.
fn is_internal(opcode: Opcode) -> bool {
    matches!(opcode, Opcode::Cache | Opcode::Reserved | Opcode::InterpreterExit | Opcode::ExitInitCheck)
}
