//! Gives cells and free variables their places behind the local variables, and puts the
//! instructions in front that set them up and that make a generator.
//!
//! A parameter that inner functions share has one place, its own, for variable and cell.
//!
//! Answers for `prepare_localsplus` of CPython's `Python/flowgraph.c`.

use super::graph::{BlockId, Graph, Instr};
use crate::instruction_sequence::NO_LOCATION;
use crate::unit::CodeUnitMetadata;
use taipan_asdl::Location;
use taipan_code::co;
use taipan_opcode::Opcode;

/// Buffer of the pass, kept between code units: by number of cell or free variable, its place.
pub(super) type Buffer = Vec<u32>;

/// Rewrites the graph and returns how many places there are.
pub(super) fn prepare_localsplus(graph: &mut Graph, unit: &CodeUnitMetadata, places: &mut Buffer) -> usize {
    let nlocals = unit.varnames.len();
    let ncells = unit.cellvars.len();
    let nfree = unit.freevars.len();
    places.clear();
    insert_generator_prefix(graph, unit);
    if ncells + nfree == 0 {
        return nlocals;
    }
    places.extend((0..ncells + nfree).map(|i| (nlocals + i) as u32));
    for (cell, &name) in unit.cellvars.names().iter().enumerate() {
        if let Some(local) = unit.varnames.get(name) {
            places[cell] = local as u32;
        }
    }
    insert_make_cells(graph, &places[..ncells]);
    if nfree > 0 {
        graph.insert(BlockId::ENTRY, 0, Instr::new(Opcode::CopyFreeVars, nfree as i32, NO_LOCATION));
    }
    let mut dropped = 0;
    for (i, place) in places.iter_mut().enumerate() {
        if *place as usize == nlocals + i {
            *place -= dropped;
        } else {
            dropped += 1;
        }
    }
    fix_offsets(graph, places);
    nlocals + ncells + nfree - dropped as usize
}

fn insert_generator_prefix(graph: &mut Graph, unit: &CodeUnitMetadata) {
    if unit.flags & (co::GENERATOR | co::COROUTINE | co::ASYNC_GENERATOR) == 0 {
        return;
    }
    let line = unit.firstlineno;
    let location = Location { lineno: line, end_lineno: line, col_offset: -1, end_col_offset: -1 };
    // The value that is popped is the one sent first, always None.
    let prefix = [Opcode::ReturnGenerator, Opcode::PopTop].map(|opcode| Instr::new(opcode, 0, location));
    graph.insert_all(BlockId::ENTRY, 0, &prefix);
}

/// One `MAKE_CELL` for each cell, in the order of their places.
fn insert_make_cells(graph: &mut Graph, places: &[u32]) {
    if places.is_empty() {
        return;
    }
    let mut by_place: Vec<(u32, i32)> = places.iter().zip(0..).map(|(&place, cell)| (place, cell)).collect();
    by_place.sort_unstable();
    let make_cells: Vec<Instr> =
        by_place.iter().map(|&(_, cell)| Instr::new(Opcode::MakeCell, cell, NO_LOCATION)).collect();
    graph.insert_all(BlockId::ENTRY, 0, &make_cells);
}

/// From numbers of cells and free variables to their places.
fn fix_offsets(graph: &mut Graph, places: &[u32]) {
    let mut id = BlockId::ENTRY;
    while id.is_some() {
        for instr in graph.instrs_mut(id) {
            if matches!(
                instr.opcode,
                Opcode::MakeCell
                    | Opcode::LoadClosure
                    | Opcode::LoadDeref
                    | Opcode::StoreDeref
                    | Opcode::DeleteDeref
                    | Opcode::LoadFromDictOrDeref
            ) {
                instr.oparg = places[instr.oparg as usize] as i32;
            }
        }
        id = graph.next(id);
    }
}
