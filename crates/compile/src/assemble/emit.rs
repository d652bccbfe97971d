//! Writes the bytecode, the location table and the exception table.
//!
//! Answers for `assemble_emit` of CPython's `Python/assemble.c`.

use super::jumps::{Layout, extended_args};
use crate::cfg::{BlockId, Graph, Instr, is_terminator, units};
use crate::instruction_sequence::{NEXT_LOCATION, NO_LOCATION};
use taipan_code::{ExceptionEntry, ExceptionWriter, Location, LocationWriter};
use taipan_opcode::Opcode;

/// What is written.
pub(super) struct Emitted {
    pub code: Box<[u8]>,
    pub linetable: Box<[u8]>,
    pub exceptiontable: Box<[u8]>,
}

/// Buffer of [`emit`], kept between code units.
pub(super) type Buffer = Vec<u8>;

/// Writes a graph whose jumps have their operands.
pub(super) fn emit(graph: &mut Graph, layout: &Layout, firstlineno: i32, buffer: &mut Buffer) -> Emitted {
    if graph.has_next_locations() {
        resolve_next_locations(graph);
    }
    let has_handlers = graph.has_handlers();
    let mut code = vec![0; 2 * layout.size() as usize].into_boxed_slice();
    let mut at = 0;
    let mut locations = LocationWriter::with_buffer(firstlineno, std::mem::take(buffer));
    // The location being read, and where it began.
    let (mut location, mut location_start) = (NO_LOCATION, 0);
    let mut handlers = HandlerRanges { layout, table: ExceptionWriter::new(), current: None };
    for (id, _) in graph.layout() {
        for instr in graph.instrs(id) {
            if instr.location != location {
                locations.push(table_location(location), (at - location_start) / 2);
                (location, location_start) = (instr.location, at);
            }
            if has_handlers {
                handlers.next(graph, instr, at as u32 / 2);
            }
            at = write_instr(&mut code, at, instr.opcode, instr.oparg);
        }
    }
    locations.push(table_location(location), (at - location_start) / 2);
    handlers.close(layout.size());
    let linetable;
    (linetable, *buffer) = locations.finish_keeping_buffer();
    Emitted { code, linetable, exceptiontable: handlers.table.finish() }
}

/// A location as the table has it, where there is but one way to have no line.
#[inline]
fn table_location(location: taipan_asdl::Location) -> Location {
    Location {
        lineno: location.lineno.max(-1),
        end_lineno: location.end_lineno,
        col_offset: location.col_offset,
        end_col_offset: location.end_col_offset,
    }
}

/// Writes an instruction at a byte offset; its caches are zero already. Returns the offset behind.
#[inline]
fn write_instr(code: &mut [u8], mut at: usize, opcode: Opcode, oparg: i32) -> usize {
    let bytes = oparg.to_le_bytes();
    for i in (1..=extended_args(oparg) as usize).rev() {
        code[at..at + 2].copy_from_slice(&[Opcode::ExtendedArg as u8, bytes[i]]);
        at += 2;
    }
    code[at..at + 2].copy_from_slice(&[opcode as u8, bytes[0]]);
    at + 2 * units(opcode) as usize
}

/// Gives instructions at [`NEXT_LOCATION`] the location of what follows.
fn resolve_next_locations(graph: &mut Graph) {
    let blocks: Vec<BlockId> = graph
        .layout()
        .filter(|&(id, _)| graph.instrs(id).iter().any(|instr| instr.location == NEXT_LOCATION))
        .map(|(id, _)| id)
        .collect();
    for &id in blocks.iter().rev() {
        let following = graph.layout_after(id).find_map(|id| graph.instrs(id).first());
        let mut location = following.map_or(NO_LOCATION, |instr| instr.location);
        for instr in graph.instrs_mut(id).iter_mut().rev() {
            if instr.location == NEXT_LOCATION {
                instr.location = if is_terminator(instr.opcode) { NO_LOCATION } else { location };
            }
            location = instr.location;
        }
    }
}

/// Joins instructions with the same handler.
struct HandlerRanges<'a> {
    layout: &'a Layout,
    table: ExceptionWriter,
    /// The range being read; its end is not known yet.
    current: Option<ExceptionEntry>,
}

impl HandlerRanges<'_> {
    /// Takes the instruction at `start`.
    #[inline]
    fn next(&mut self, graph: &Graph, instr: &Instr, start: u32) {
        if instr.except.is_none() {
            if self.current.is_some() {
                self.close(start);
            }
            return;
        }
        let target = self.layout.offset(instr.except);
        if self.current.is_some_and(|current| current.target == target) {
            return;
        }
        self.close(start);
        let handler = graph.block(instr.except);
        let pushed = 1 + u32::from(handler.preserve_lasti);
        self.current = Some(ExceptionEntry {
            start,
            end: start,
            target,
            depth: (handler.start_depth as u32).saturating_sub(pushed),
            lasti: handler.preserve_lasti,
        });
    }

    /// Ends the range that is being read.
    fn close(&mut self, end: u32) {
        if let Some(entry) = self.current.take() {
            self.table.push(ExceptionEntry { end, ..entry });
        }
    }
}
