//! From a finished graph to a code object: bytes, tables, tuples of names and constants.
//!
//! It changes nothing about what the code does. Answers for CPython's `Python/assemble.c`.

mod emit;
mod jumps;
mod localsplus;

use crate::cfg::Graph;
use crate::unit::CodeUnitMetadata;
use std::rc::Rc;
use taipan_asdl::NameTable;
use taipan_code::{CodeObject, Const};
use taipan_text::Text;

/// Buffers of the assembler, kept between code units.
#[derive(Default)]
pub(crate) struct Buffers {
    layout: jumps::Layout,
    emit: emit::Buffer,
}

/// What the flow graph found out about a code unit.
pub(crate) struct Facts {
    /// The depth of stack that the code needs.
    pub stack_depth: i32,
    /// How many places local variables, cells and free variables take.
    pub nlocalsplus: usize,
    /// The constants in use, in order.
    pub consts: Vec<Const>,
}

/// Makes the code object.
pub(crate) fn make_code_object(
    graph: &mut Graph,
    unit: &CodeUnitMetadata,
    facts: Facts,
    names: &NameTable,
    filename: &Rc<Text>,
    buffers: &mut Buffers,
) -> Rc<CodeObject> {
    let layout = &mut buffers.layout;
    layout.resolve(graph);
    let emitted = emit::emit(graph, layout, unit.firstlineno, &mut buffers.emit);
    let (localsplusnames, localspluskinds) = localsplus::names_and_kinds(unit, facts.nlocalsplus, names);
    Rc::new(CodeObject {
        argcount: unit.posonlyargcount + unit.argcount,
        posonlyargcount: unit.posonlyargcount,
        kwonlyargcount: unit.kwonlyargcount,
        stacksize: facts.stack_depth.max(1) as u32,
        flags: unit.flags,
        code: emitted.code,
        consts: facts.consts.into(),
        names: unit.names.names().iter().map(|&name| Rc::clone(names.shared(name))).collect(),
        localsplusnames,
        localspluskinds,
        filename: Rc::clone(filename),
        name: Rc::clone(names.shared(unit.name)),
        qualname: Rc::clone(&unit.qualname),
        firstlineno: unit.firstlineno,
        linetable: emitted.linetable,
        exceptiontable: emitted.exceptiontable,
    })
}
