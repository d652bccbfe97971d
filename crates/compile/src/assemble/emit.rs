//! Writes the bytecode, the location table and the exception table.
//!
//! Answers for `assemble_emit` of CPython's `Python/assemble.c`.

use super::jumps::{Layout, extended_args};
use crate::cfg::{BlockId, Graph, Instr, is_terminator};
use crate::instruction_sequence::{NEXT_LOCATION, NO_LOCATION};
use taipan_code::{ExceptionEntry, ExceptionWriter, Location, LocationWriter};
use taipan_opcode::Opcode;

/// Buffers, kept between code units.
#[derive(Default)]
pub(super) struct Buffers {
    code: Vec<u8>,
}

/// What is written.
pub(super) struct Emitted {
    pub code: Box<[u8]>,
    pub linetable: Box<[u8]>,
    pub exceptiontable: Box<[u8]>,
}

/// Writes a graph whose jumps have their operands.
pub(super) fn emit(graph: &mut Graph, layout: &Layout, firstlineno: i32, buffers: &mut Buffers) -> Emitted {
    resolve_next_locations(graph);
    let code = &mut buffers.code;
    code.clear();
    let mut locations = LocationWriter::new(firstlineno);
    let mut handlers = HandlerRanges { layout, table: ExceptionWriter::new(), current: None };
    for (id, _) in graph.layout() {
        for instr in graph.instrs(id) {
            let start = code.len() / 2;
            write_instr(code, instr.opcode, instr.oparg);
            let location = Location {
                lineno: instr.location.lineno.max(-1),
                end_lineno: instr.location.end_lineno,
                col_offset: instr.location.col_offset,
                end_col_offset: instr.location.end_col_offset,
            };
            locations.push(location, code.len() / 2 - start);
            handlers.next(graph, instr, start as u32);
        }
    }
    handlers.close(code.len() as u32 / 2);
    Emitted {
        code: code.as_slice().into(),
        linetable: locations.finish(),
        exceptiontable: handlers.table.finish(),
    }
}

fn write_instr(code: &mut Vec<u8>, opcode: Opcode, oparg: i32) {
    let bytes = oparg.to_le_bytes();
    for i in (1..=extended_args(oparg) as usize).rev() {
        code.extend([Opcode::ExtendedArg as u8, bytes[i]]);
    }
    code.extend([opcode as u8, bytes[0]]);
    code.resize(code.len() + 2 * opcode.caches(), 0);
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
