//! Code generation: from the tree to instruction sequences, one per code object.
//!
//! Emits what CPython's code generator emits, instruction by instruction; nothing is optimised
//! here, that is the flow graph's work. Each file of this folder generates one kind of construct,
//! as methods of [`Compiler`].
//!
//! Answers for CPython's `Python/codegen.c` and the parts of `Python/compile.c` that it calls.

mod annotations;
mod body;
mod call;
mod class;
mod collections;
mod comprehension;
mod constants;
mod control;
mod docstring;
mod expr;
mod frame_block;
mod function;
mod import;
mod names;
mod pattern;
mod pattern_or;
mod stmt;
mod strings;
mod super_call;
mod try_;
mod type_params;
mod unit;
mod warn;
mod with_;

pub(crate) use constants::int;
pub use unit::Assemble;
pub(crate) use warn::syntax_warning;

use crate::error::Result;
use crate::future::FUTURE_ANNOTATIONS;
use crate::instruction_sequence::{InstructionSequence, Label};
use crate::mangle::Mangler;
use crate::recursion::StackLimit;
use crate::symtable::SymbolTable;
use crate::well_known::WellKnown;
use std::rc::Rc;
use taipan_asdl::diagnostic::WarningSink;
use taipan_asdl::{Location, Mod, ModKind, Name, NameTable};
use taipan_code::{CodeObject, Const};
use taipan_opcode::Opcode;
use unit::{ScopeType, Unit};

/// What the whole compilation is given.
pub struct Input<'n> {
    /// The identifiers of the tree.
    pub names: &'n mut NameTable,
    /// The mangled identifiers so far.
    pub mangler: &'n mut Mangler,
    /// The names of the compiler's own.
    pub known: WellKnown,
    /// The symbol table of the tree.
    pub table: SymbolTable,
    /// `CO_FUTURE_*` and `PyCF_*` flags.
    pub flags: u32,
    /// 0, 1 for `-O`, 2 for `-OO`.
    pub optimize: u8,
    /// Where warnings go.
    pub warnings: &'n mut dyn WarningSink,
    /// How deep the native stack may grow.
    pub limit: StackLimit,
    /// The passes behind code generation.
    pub assemble: &'n mut dyn Assemble,
}

/// Generates the code object of a tree.
pub fn generate<'a>(tree: &Mod<'a>, input: Input<'_>) -> Result<Rc<CodeObject>> {
    let Input { names, mangler, known, table, flags, optimize, warnings, limit, assemble } = input;
    let unit = Unit::new(&table, SymbolTable::TOP, known.anonymous_module, ScopeType::Module, 1);
    let mut compiler = Compiler {
        names,
        mangler,
        known,
        table,
        flags,
        optimize,
        warnings,
        limit,
        assemble,
        interactive: matches!(tree.kind, ModKind::Interactive { .. }),
        disabled_warnings: 0,
        unit,
        outer_units: Vec::new(),
        spare_sequences: Vec::new(),
    };
    compiler.finish_new_unit();
    match tree.kind {
        ModKind::Module { body, .. } | ModKind::Interactive { body } => compiler.module(body)?,
        ModKind::Expression { body } => compiler.expr(body)?,
        ModKind::FunctionType { .. } => {
            return Err(crate::error::system_error("module kind 4 should not be possible"));
        }
    }
    let add_none = !matches!(tree.kind, ModKind::Expression { .. });
    compiler.assemble_unit(add_none)
}

/// The state of one compilation.
pub(crate) struct Compiler<'a, 'n> {
    names: &'n mut NameTable,
    mangler: &'n mut Mangler,
    known: WellKnown,
    table: SymbolTable,
    flags: u32,
    optimize: u8,
    warnings: &'n mut dyn WarningSink,
    limit: StackLimit,
    assemble: &'n mut dyn Assemble,
    /// A statement typed at the prompt: values of expressions are printed.
    interactive: bool,
    /// How many second copies of `finally` bodies are being generated: they warn no more.
    disabled_warnings: u32,
    /// The code object being generated.
    unit: Unit<'a>,
    /// Those around it, the outermost first.
    outer_units: Vec<Unit<'a>>,
    /// Empty sequences for reuse.
    spare_sequences: Vec<InstructionSequence>,
}

/// Emitting instructions.
impl Compiler<'_, '_> {
    /// An instruction without operand.
    #[inline]
    fn op(&mut self, opcode: Opcode, location: Location) {
        self.unit.sequence.add(opcode, 0, location);
    }

    /// An instruction with operand.
    #[inline]
    fn op_arg(&mut self, opcode: Opcode, oparg: usize, location: Location) {
        self.unit.sequence.add(opcode, oparg as i32, location);
    }

    /// A jump, or a block that a handler covers.
    #[inline]
    fn op_jump(&mut self, opcode: Opcode, target: Label, location: Location) {
        self.unit.sequence.add(opcode, target.0, location);
    }

    fn new_label(&mut self) -> Label {
        self.unit.sequence.new_label()
    }

    fn use_label(&mut self, label: Label) {
        self.unit.sequence.use_label(label);
    }

    /// `LOAD_CONST`
    fn load_const(&mut self, constant: Const, location: Location) {
        let position = self.unit.metadata.consts.add(constant);
        self.op_arg(Opcode::LoadConst, position, location);
    }

    /// `LOAD_CONST` of an identifier's text.
    fn load_name_const(&mut self, name: Name, location: Location) {
        let text = self.names.shared(name);
        let position = self.unit.metadata.consts.add_shared_str(text);
        self.op_arg(Opcode::LoadConst, position, location);
    }

    fn load_none(&mut self, location: Location) {
        self.load_const(Const::None, location);
    }

    fn future_annotations(&self) -> bool {
        self.flags & FUTURE_ANNOTATIONS != 0
    }
}
