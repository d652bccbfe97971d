//! The names of local variables, cells and free variables, and what each is.
//!
//! Answers for `compute_localsplus_info` of CPython's `Python/assemble.c`.

use crate::unit::CodeUnitMetadata;
use std::rc::Rc;
use taipan_asdl::{Name, NameTable};
use taipan_code::co;
use taipan_text::Text;

/// `co_localsplusnames` and `co_localspluskinds`.
pub(super) fn names_and_kinds(
    unit: &CodeUnitMetadata,
    nlocalsplus: usize,
    names: &NameTable,
) -> (Box<[Rc<Text>]>, Box<[u8]>) {
    let mut localsplus = Vec::with_capacity(nlocalsplus);
    let mut kinds = Vec::with_capacity(nlocalsplus);
    let mut add = |name: Name, kind: u8| {
        localsplus.push(Rc::clone(names.shared(name)));
        kinds.push(kind);
    };
    for (i, &name) in unit.varnames.names().iter().enumerate() {
        let mut kind = co::FAST_LOCAL | parameter_kind(unit, i);
        if unit.fast_hidden.iter().any(|&(hidden, _)| hidden == name) {
            kind |= co::FAST_HIDDEN;
        }
        if unit.cellvars.get(name).is_some() {
            kind |= co::FAST_CELL;
        }
        let shown = if i == 0 { unit.rename_first_local.unwrap_or(name) } else { name };
        add(shown, kind);
    }
    for &name in unit.cellvars.names() {
        // Cells of parameters have the parameter's place.
        if unit.varnames.get(name).is_none() {
            add(name, co::FAST_CELL);
        }
    }
    for &name in unit.freevars.names() {
        add(name, co::FAST_FREE);
    }
    (localsplus.into(), kinds.into())
}

/// How a parameter can be passed; 0 for other variables. Parameters stand first: positional ones,
/// keyword-only ones, `*args`, `**kwargs`.
fn parameter_kind(unit: &CodeUnitMetadata, i: usize) -> u8 {
    let flag = |flag: u32| u32::from(unit.flags & flag != 0);
    let parts = [
        (unit.posonlyargcount, co::FAST_ARG_POS),
        (unit.argcount, co::FAST_ARG_POS | co::FAST_ARG_KW),
        (unit.kwonlyargcount, co::FAST_ARG_KW),
        (flag(co::VARARGS), co::FAST_ARG_VAR | co::FAST_ARG_POS),
        (flag(co::VARKEYWORDS), co::FAST_ARG_VAR | co::FAST_ARG_KW),
    ];
    let mut end = 0;
    for (count, kind) in parts {
        end += count as usize;
        if i < end {
            return kind;
        }
    }
    0
}
