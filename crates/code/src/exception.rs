//! The exception table: which handler guards which code units.
//!
//! Answers for CPython's `InternalDocs/exception_handling.md`.

use crate::CodeObject;

/// An entry of an exception table. All offsets count code units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExceptionEntry {
    /// The first guarded unit.
    pub start: u32,
    /// The unit after the last guarded one.
    pub end: u32,
    /// Where the handler starts.
    pub target: u32,
    /// How many values stay on the stack.
    pub depth: u32,
    /// Whether the offset of the raising instruction is pushed before the exception.
    pub lasti: bool,
}

/// Set in the first byte of an entry.
const START: u8 = 0x80;
/// Set in each byte of a number but the last.
const MORE: u8 = 0x40;

/// Writes an exception table.
#[derive(Debug, Default)]
pub struct ExceptionWriter {
    table: Vec<u8>,
}

impl ExceptionWriter {
    /// An empty table.
    pub fn new() -> ExceptionWriter {
        ExceptionWriter::default()
    }

    /// Adds an entry. Entries must come in order and must not overlap.
    pub fn push(&mut self, entry: ExceptionEntry) {
        let first = self.table.len();
        self.number(entry.start);
        self.number(entry.end - entry.start);
        self.number(entry.target);
        self.number(entry.depth << 1 | u32::from(entry.lasti));
        self.table[first] |= START;
    }

    /// The table.
    pub fn finish(self) -> Box<[u8]> {
        self.table.into()
    }

    fn number(&mut self, value: u32) {
        for shift in [24, 18, 12, 6] {
            if value >> shift != 0 {
                self.table.push((value >> shift & 63) as u8 | MORE);
            }
        }
        self.table.push((value & 63) as u8);
    }
}

/// Reads an exception table. A cut-off last entry is left out, as by CPython's `dis`.
#[derive(Clone, Debug)]
pub struct ExceptionEntries<'a> {
    rest: std::slice::Iter<'a, u8>,
    cut_off: bool,
}

impl<'a> ExceptionEntries<'a> {
    /// A reader of `table`.
    pub fn new(table: &'a [u8]) -> ExceptionEntries<'a> {
        ExceptionEntries { rest: table.iter(), cut_off: false }
    }

    /// Whether the table ended amid an entry; known once all were read.
    pub fn is_cut_off(&self) -> bool {
        self.cut_off
    }

    fn number(&mut self) -> Option<u32> {
        let mut value = 0_u32;
        loop {
            let byte = *self.rest.next()?;
            value = value << 6 | u32::from(byte & 63);
            if byte & MORE == 0 {
                return Some(value);
            }
        }
    }
}

impl ExceptionEntries<'_> {
    fn entry(&mut self) -> Option<ExceptionEntry> {
        let start = self.number()?;
        let length = self.number()?;
        let target = self.number()?;
        let depth_lasti = self.number()?;
        Some(ExceptionEntry {
            start,
            end: start.saturating_add(length),
            target,
            depth: depth_lasti >> 1,
            lasti: depth_lasti & 1 != 0,
        })
    }
}

impl Iterator for ExceptionEntries<'_> {
    type Item = ExceptionEntry;

    fn next(&mut self) -> Option<ExceptionEntry> {
        if self.rest.as_slice().is_empty() {
            return None;
        }
        let entry = self.entry();
        self.cut_off = entry.is_none();
        entry
    }
}

impl CodeObject {
    /// The entries of the exception table.
    pub fn handlers(&self) -> ExceptionEntries<'_> {
        ExceptionEntries::new(&self.exceptiontable)
    }

    /// The handler that guards a code unit.
    pub fn handler_at(&self, unit: u32) -> Option<ExceptionEntry> {
        self.handlers().take_while(|entry| entry.start <= unit).find(|entry| unit < entry.end)
    }
}
