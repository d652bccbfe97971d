//! The location table: which source range each code unit belongs to.
//!
//! A sequence of entries of up to eight code units. An entry's first byte has its highest bit set,
//! then four bits of form and three of length; the bytes after it have the highest bit clear except
//! for the columns of the one-line forms of malformed tables, which readers accept as they come.
//! Lines are differences to the entry before.
//!
//! Readers never fail: what a table does not hold reads as zero. [`crate::verify`] tells whether a
//! table is sound.
//!
//! Answers for CPython's `InternalDocs/code_objects.md`, the location part of `Python/assemble.c`
//! and the line iterators of `Objects/codeobject.c`.

use crate::CodeObject;

/// A range of source text. A missing number is -1; columns count bytes of UTF-8, lines start at 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Location {
    /// The first line.
    pub lineno: i32,
    /// The last line.
    pub end_lineno: i32,
    /// The first column, from zero.
    pub col_offset: i32,
    /// The column after the last.
    pub end_col_offset: i32,
}

impl Location {
    /// No location.
    pub const NONE: Location = Location { lineno: -1, end_lineno: -1, col_offset: -1, end_col_offset: -1 };

    /// `lineno`, `end_lineno`, `col_offset`, `end_col_offset` as `co_positions()` gives them.
    pub fn to_options(self) -> [Option<i32>; 4] {
        [self.lineno, self.end_lineno, self.col_offset, self.end_col_offset]
            .map(|number| (number != -1).then_some(number))
    }
}

const SHORT_GROUPS: u8 = 10;
const ONE_LINE: u8 = 10;
const NO_COLUMNS: u8 = 13;
const LONG: u8 = 14;
const NONE: u8 = 15;

/// The most code units in an entry.
const ENTRY_UNITS: usize = 8;

/// Writes a location table as CPython's assembler does.
#[derive(Debug)]
pub struct LocationWriter {
    table: Vec<u8>,
    line: i32,
    /// The location whose units are being counted.
    pending: Location,
    units: usize,
}

impl LocationWriter {
    /// A writer for a code object whose first line is `firstlineno`.
    pub fn new(firstlineno: i32) -> LocationWriter {
        LocationWriter::with_buffer(firstlineno, Vec::new())
    }

    /// As [`LocationWriter::new`], with a buffer to be used, whatever it holds.
    pub fn with_buffer(firstlineno: i32, mut buffer: Vec<u8>) -> LocationWriter {
        buffer.clear();
        LocationWriter { table: buffer, line: firstlineno, pending: Location::NONE, units: 0 }
    }

    /// Says that the next `units` code units (an instruction with its extended arguments and its
    /// caches) stem from `location`.
    #[inline]
    pub fn push(&mut self, location: Location, units: usize) {
        if location != self.pending {
            self.flush();
            self.pending = location;
        }
        self.units += units;
    }

    /// The table.
    pub fn finish(self) -> Box<[u8]> {
        self.finish_keeping_buffer().0
    }

    /// The table, and the buffer for the next one.
    pub fn finish_keeping_buffer(mut self) -> (Box<[u8]>, Vec<u8>) {
        self.flush();
        (self.table.as_slice().into(), self.table)
    }

    fn flush(&mut self) {
        while self.units > 0 {
            let units = self.units.min(ENTRY_UNITS);
            self.entry(self.pending, units);
            self.units -= units;
        }
    }

    fn entry(&mut self, location: Location, units: usize) {
        let Location { lineno, end_lineno, col_offset: column, end_col_offset: end_column } = location;
        if lineno == -1 {
            return self.start(NONE, units);
        }
        let delta = lineno.wrapping_sub(self.line);
        if column < 0 || end_column < 0 {
            if end_lineno == lineno || end_lineno < 0 {
                self.start(NO_COLUMNS, units);
                write_signed_varint(&mut self.table, delta);
                self.line = lineno;
                return;
            }
        } else if end_lineno == lineno {
            if delta == 0 && column < 80 && end_column >= column && end_column - column < 16 {
                let head = head((column >> 3) as u8, units);
                self.table.extend_from_slice(&[head, ((column & 7) << 4 | (end_column - column)) as u8]);
                return;
            }
            if (0..3).contains(&delta) && column < 128 && end_column < 128 {
                let head = head(ONE_LINE + delta as u8, units);
                self.table.extend_from_slice(&[head, column as u8, end_column as u8]);
                self.line = lineno;
                return;
            }
        }
        self.start(LONG, units);
        write_signed_varint(&mut self.table, delta);
        write_varint(&mut self.table, end_lineno.wrapping_sub(lineno) as u32);
        write_varint(&mut self.table, column.wrapping_add(1) as u32);
        write_varint(&mut self.table, end_column.wrapping_add(1) as u32);
        self.line = lineno;
    }

    fn start(&mut self, form: u8, units: usize) {
        self.table.push(head(form, units));
    }
}

/// The first byte of an entry.
#[inline]
fn head(form: u8, units: usize) -> u8 {
    0x80 | form << 3 | (units - 1) as u8
}

fn write_varint(table: &mut Vec<u8>, mut value: u32) {
    while value >= 64 {
        table.push(0x40 | (value & 63) as u8);
        value >>= 6;
    }
    table.push(value as u8);
}

fn write_signed_varint(table: &mut Vec<u8>, value: i32) {
    let sign = u32::from(value < 0);
    write_varint(table, value.unsigned_abs() << 1 | sign);
}

/// An entry of a location table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocationEntry {
    /// The first code unit.
    pub start: usize,
    /// The code unit after the last.
    pub end: usize,
    /// The location of all of them.
    pub location: Location,
    /// The line that the next entry counts from; as `location.lineno` if that is not missing.
    pub computed_line: i32,
}

/// Reads a location table entry by entry.
#[derive(Clone, Debug)]
pub struct LocationEntries<'a> {
    table: &'a [u8],
    position: usize,
    unit: usize,
    line: i32,
}

impl<'a> LocationEntries<'a> {
    /// A reader of `table`, which belongs to a code object whose first line is `firstlineno`.
    pub fn new(table: &'a [u8], firstlineno: i32) -> LocationEntries<'a> {
        LocationEntries { table, position: 0, unit: 0, line: firstlineno }
    }

    fn byte(&mut self) -> u8 {
        let byte = self.table.get(self.position).copied().unwrap_or(0);
        self.position += 1;
        byte
    }

    fn varint(&mut self) -> u32 {
        let mut value = 0_u32;
        let mut shift = 0;
        loop {
            let byte = self.byte();
            value |= u32::from(byte & 63).checked_shl(shift).unwrap_or(0);
            shift += 6;
            if byte & 64 == 0 {
                return value;
            }
        }
    }

    fn signed_varint(&mut self) -> i32 {
        let value = self.varint();
        let magnitude = (value >> 1) as i32;
        if value & 1 == 0 { magnitude } else { -magnitude }
    }
}

impl Iterator for LocationEntries<'_> {
    type Item = LocationEntry;

    fn next(&mut self) -> Option<LocationEntry> {
        if self.position >= self.table.len() {
            return None;
        }
        let first = self.byte();
        let start = self.unit;
        self.unit += usize::from(first & 7) + 1;
        let form = first >> 3 & 15;
        let mut location = Location::NONE;
        match form {
            NONE => {}
            LONG => {
                self.line = self.line.wrapping_add(self.signed_varint());
                location.lineno = self.line;
                location.end_lineno = self.line.wrapping_add(self.varint() as i32);
                location.col_offset = (self.varint() as i32).wrapping_sub(1);
                location.end_col_offset = (self.varint() as i32).wrapping_sub(1);
            }
            NO_COLUMNS => {
                self.line = self.line.wrapping_add(self.signed_varint());
                location.lineno = self.line;
                location.end_lineno = self.line;
            }
            SHORT_GROUPS.. => {
                self.line = self.line.wrapping_add(i32::from(form - ONE_LINE));
                location.lineno = self.line;
                location.end_lineno = self.line;
                location.col_offset = self.byte().into();
                location.end_col_offset = self.byte().into();
            }
            group => {
                let columns = self.byte();
                location.lineno = self.line;
                location.end_lineno = self.line;
                location.col_offset = i32::from(group) << 3 | i32::from(columns >> 4);
                location.end_col_offset = location.col_offset + i32::from(columns & 15);
            }
        }
        Some(LocationEntry { start, end: self.unit, location, computed_line: self.line })
    }
}

impl CodeObject {
    /// The entries of the location table.
    pub fn locations(&self) -> LocationEntries<'_> {
        LocationEntries::new(&self.linetable, self.firstlineno)
    }

    /// `co_lines()`: first byte offset, byte offset after the last, line if there is one.
    pub fn lines(&self) -> impl Iterator<Item = (usize, usize, Option<i32>)> {
        let mut entries = self.locations().peekable();
        std::iter::from_fn(move || {
            let first = entries.next()?;
            let line = first.location.lineno;
            let mut end = first.end;
            while let Some(next) = entries.next_if(|entry| entry.location.lineno == line) {
                end = next.end;
            }
            Some((first.start * 2, end * 2, (line != -1).then_some(line)))
        })
    }

    /// `co_positions()`: the location of each code unit, caches included.
    pub fn positions(&self) -> impl Iterator<Item = Location> {
        self.locations().flat_map(|entry| std::iter::repeat_n(entry.location, entry.end - entry.start))
    }

    /// The location of the code unit at a byte offset.
    pub fn location_at(&self, offset: usize) -> Location {
        let unit = offset / 2;
        self.locations().find(|entry| unit < entry.end).map_or(Location::NONE, |entry| entry.location)
    }

    /// `co_lnotab`: the line table of Python 3.9.
    pub fn lnotab(&self) -> Vec<u8> {
        let mut lnotab = Vec::new();
        let mut offset = 0;
        let mut line = self.firstlineno;
        for entry in self.locations() {
            if entry.computed_line != line {
                let lines = i64::from(entry.computed_line) - i64::from(line);
                push_lnotab(&mut lnotab, entry.start * 2 - offset, lines);
                offset = entry.start * 2;
                line = entry.computed_line;
            }
        }
        lnotab
    }

    /// The location table without columns, as `-X no_debug_ranges` wants it.
    pub fn linetable_without_columns(&self) -> Box<[u8]> {
        let mut writer = Vec::with_capacity(self.linetable.len());
        let mut line = self.firstlineno;
        for entry in self.locations() {
            let units = (entry.end - entry.start - 1) as u8;
            if entry.location.lineno == -1 {
                writer.push(0x80 | NONE << 3 | units);
            } else {
                writer.push(0x80 | NO_COLUMNS << 3 | units);
                write_signed_varint(&mut writer, entry.computed_line.wrapping_sub(line));
            }
            line = entry.computed_line;
        }
        writer.into()
    }
}

fn push_lnotab(lnotab: &mut Vec<u8>, mut bytes: usize, mut lines: i64) {
    while bytes > 255 {
        lnotab.extend([255, 0]);
        bytes -= 255;
    }
    let mut bytes = bytes as u8;
    while lines > 127 {
        lnotab.extend([bytes, 127]);
        bytes = 0;
        lines -= 127;
    }
    while lines < -128 {
        lnotab.extend([bytes, 128]);
        bytes = 0;
        lines += 128;
    }
    lnotab.extend([bytes, lines as i8 as u8]);
}
