//! Code units: opening, finishing and closing the code object that is being generated.

use super::Compiler;
use super::frame_block::FrameBlock;
use crate::error::{Result, system_error};
use crate::instruction_sequence::{InstructionSequence, NO_LOCATION};
use crate::symtable::flags::{DEF_COMP_CELL, DEF_FREE_CLASS};
use crate::symtable::{NameScope, Scope, ScopeId, ScopeKey, SymbolTable};
use crate::unit::{CodeUnitMetadata, ConstantTable, NameIndex};
use std::rc::Rc;
use taipan_asdl::{Location, Name, NameTable, Stmt};
use taipan_code::{CodeObject, co};
use taipan_opcode::{Opcode, ResumeLocation};
use taipan_text::{Text, TextBuf};

/// The flags of a compilation that code objects keep.
const INHERITED_FLAGS: u32 = 0x1fe_0000;

/// The passes behind code generation: flow graph and assembler, or what tests put in their place.
pub trait Assemble {
    /// Makes the code object of a finished unit, whose constants and instructions may be taken.
    fn assemble(
        &mut self,
        names: &NameTable,
        unit: &mut CodeUnitMetadata,
        sequence: &mut InstructionSequence,
    ) -> Result<Rc<CodeObject>>;
}

/// What a unit is generated from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ScopeType {
    Module,
    Class,
    Function,
    AsyncFunction,
    Lambda,
    Comprehension,
    Annotations,
}

/// The numbers of parameters.
#[derive(Clone, Copy, Default)]
pub(super) struct ArgCounts {
    pub args: usize,
    pub posonlyargs: usize,
    pub kwonlyargs: usize,
}

/// The state of one code object in the making.
pub(super) struct Unit<'a> {
    pub scope: ScopeId,
    pub scope_type: ScopeType,
    /// Whether names are local variables, not entries of a dictionary.
    pub function_like: bool,
    /// The class whose name mangles.
    pub private: Option<Name>,
    /// Of a class: the attributes that methods assign to `self`.
    pub static_attributes: Vec<Name>,
    /// Annotated assignments whose annotations come at the end, with their numbers if conditional.
    pub deferred_annotations: Vec<(&'a Stmt<'a>, Option<i64>)>,
    pub next_conditional_annotation: i64,
    pub sequence: InstructionSequence,
    /// The unit's sequence while its annotations are generated into another.
    pub stashed_sequence: Option<InstructionSequence>,
    pub frame_blocks: Vec<FrameBlock<'a>>,
    pub in_inlined_comprehension: u32,
    pub in_conditional_block: u32,
    pub metadata: CodeUnitMetadata,
}

/// A code object and what closing over its free variables needs.
pub(super) struct Finished {
    pub code: Rc<CodeObject>,
    pub freevars: NameIndex,
}

impl Unit<'_> {
    pub(super) fn new(
        table: &SymbolTable,
        id: ScopeId,
        name: Name,
        scope_type: ScopeType,
        firstlineno: i32,
    ) -> Self {
        let scope = table.scope(id);
        Unit {
            scope: id,
            scope_type,
            function_like: scope.is_function_like(),
            private: None,
            static_attributes: Vec::new(),
            deferred_annotations: Vec::new(),
            next_conditional_annotation: 0,
            sequence: InstructionSequence::default(),
            stashed_sequence: None,
            frame_blocks: Vec::new(),
            in_inlined_comprehension: 0,
            in_conditional_block: 0,
            metadata: CodeUnitMetadata {
                name,
                qualname: EMPTY.with(Rc::clone),
                consts: ConstantTable::default(),
                names: NameIndex::default(),
                varnames: scope.varnames.iter().copied().collect(),
                cellvars: NameIndex::default(),
                freevars: NameIndex::default(),
                fast_hidden: Vec::new(),
                argcount: 0,
                posonlyargcount: 0,
                kwonlyargcount: 0,
                nparams: scope.varnames.len(),
                firstlineno,
                flags: 0,
                rename_first_local: None,
            },
        }
    }
}

thread_local! {
    static EMPTY: Rc<Text> = Text::new("").to_rc();
}

impl Compiler<'_, '_> {
    /// Opens a unit for the scope that `key` opened.
    pub(super) fn enter_scope(
        &mut self,
        name: Name,
        scope_type: ScopeType,
        key: ScopeKey,
        firstlineno: i32,
        private: Option<Name>,
        counts: ArgCounts,
    ) -> Result {
        let Some(id) = self.table.lookup(key) else {
            return Err(system_error("unknown symbol table entry"));
        };
        let mut unit = Unit::new(&self.table, id, name, scope_type, firstlineno);
        unit.private = private.or(self.unit.private);
        unit.metadata.argcount = counts.args as u32;
        unit.metadata.posonlyargcount = counts.posonlyargs as u32;
        unit.metadata.kwonlyargcount = counts.kwonlyargs as u32;
        if let Some(sequence) = self.spare_sequences.pop() {
            unit.sequence = sequence;
        }
        let outer = std::mem::replace(&mut self.unit, unit);
        self.outer_units.push(outer);
        self.finish_new_unit();
        Ok(())
    }

    /// What every unit starts with.
    pub(super) fn finish_new_unit(&mut self) {
        self.collect_cells();
        let lineno = self.unit.metadata.firstlineno;
        let mut location = Location { lineno, col_offset: 0, end_lineno: lineno, end_col_offset: 0 };
        let is_module = self.unit.scope_type == ScopeType::Module;
        if is_module {
            self.unit.metadata.qualname = Rc::clone(self.names.shared(self.unit.metadata.name));
            location.lineno = 0;
        } else {
            self.unit.metadata.qualname = self.qualified_name();
        }
        self.op_arg(Opcode::Resume, ResumeLocation::FunctionStart as usize, location);
        if is_module {
            self.op(Opcode::AnnotationsPlaceholder, location);
        }
    }

    /// Cell and free variables, in the order of their names.
    fn collect_cells(&mut self) {
        let scope = self.table.scope(self.unit.scope);
        let cellvars = names_by_scope(scope, self.names, NameScope::Cell, DEF_COMP_CELL);
        let freevars = names_by_scope(scope, self.names, NameScope::Free, DEF_FREE_CLASS);
        let metadata = &mut self.unit.metadata;
        metadata.cellvars = cellvars;
        metadata.freevars = freevars;
        for (needed, name) in [
            (scope.needs_class_closure, self.known.class),
            (scope.needs_classdict, self.known.classdict),
            (scope.has_conditional_annotations, self.known.conditional_annotations),
        ] {
            if needed {
                metadata.cellvars.add(name);
            }
        }
    }

    fn qualified_name(&mut self) -> Rc<Text> {
        let name = self.unit.metadata.name;
        let Some(mut parent) = self.outer_units.last() else { return Rc::clone(self.names.shared(name)) };
        let mut depth = self.outer_units.len();
        if parent.scope_type == ScopeType::Annotations {
            // Annotation scopes do not show in qualified names.
            if depth == 2 {
                return Rc::clone(self.names.shared(name));
            }
            depth -= 1;
            parent = &self.outer_units[depth - 1];
        }
        if depth == 1 && parent.scope_type == ScopeType::Module {
            return Rc::clone(self.names.shared(name));
        }
        let named =
            matches!(self.unit.scope_type, ScopeType::Function | ScopeType::AsyncFunction | ScopeType::Class);
        if named {
            let mangled = self.mangler.mangle(self.names, parent.private, name);
            if self.table.name_scope(parent.scope, mangled) == NameScope::GlobalExplicit {
                return Rc::clone(self.names.shared(name));
            }
        }
        let mut qualname = TextBuf::new();
        qualname.push_text(&parent.metadata.qualname);
        if matches!(parent.scope_type, ScopeType::Function | ScopeType::AsyncFunction | ScopeType::Lambda) {
            qualname.push_str(".<locals>");
        }
        qualname.push_str(".");
        qualname.push_text(self.names.text(name));
        qualname.to_rc()
    }

    /// Adds the return at the end and makes the code object.
    pub(super) fn assemble_unit(&mut self, add_none: bool) -> Result<Rc<CodeObject>> {
        if add_none {
            self.load_none(NO_LOCATION);
        }
        self.op(Opcode::ReturnValue, NO_LOCATION);
        self.unit.metadata.flags = self.code_flags();
        self.assemble.assemble(self.names, &mut self.unit.metadata, &mut self.unit.sequence)
    }

    /// Makes the code object of the current unit and returns to the one around it.
    pub(super) fn exit_scope(&mut self, add_none: bool) -> Result<Finished> {
        let code = self.assemble_unit(add_none)?;
        let Some(outer) = self.outer_units.pop() else {
            return Err(system_error("no unit around this one"));
        };
        let mut finished = std::mem::replace(&mut self.unit, outer);
        finished.sequence.clear();
        self.spare_sequences.push(finished.sequence);
        Ok(Finished { code, freevars: finished.metadata.freevars })
    }

    fn code_flags(&self) -> u32 {
        let scope = self.table.scope(self.unit.scope);
        let mut flags = 0;
        if scope.is_function_like() {
            flags |= co::NEWLOCALS | co::OPTIMIZED;
            for (set, flag) in [
                (scope.nested, co::NESTED),
                (scope.generator && !scope.coroutine, co::GENERATOR),
                (scope.generator && scope.coroutine, co::ASYNC_GENERATOR),
                (scope.varargs, co::VARARGS),
                (scope.varkeywords, co::VARKEYWORDS),
                (scope.has_docstring, co::HAS_DOCSTRING),
                (scope.method, co::METHOD),
            ] {
                if set {
                    flags |= flag;
                }
            }
        }
        if scope.coroutine && !scope.generator {
            flags |= co::COROUTINE;
        }
        flags | self.flags & INHERITED_FLAGS
    }

    /// The scope of the current unit.
    pub(super) fn scope(&self) -> &Scope {
        self.table.scope(self.unit.scope)
    }

    /// Makes a function of a code object: closure, code, attributes.
    pub(super) fn make_closure(
        &mut self,
        location: Location,
        finished: Finished,
        mut flags: usize,
    ) -> Result {
        let freevars = finished.freevars.names();
        if !freevars.is_empty() {
            for &name in freevars {
                let position = self.closure_position(name)?;
                self.op_arg(Opcode::LoadClosure, position, location);
            }
            flags |= function_flags::CLOSURE;
            self.op_arg(Opcode::BuildTuple, freevars.len(), location);
        }
        self.load_const(taipan_code::Const::Code(finished.code), location);
        self.op(Opcode::MakeFunction, location);
        use function_flags::*;
        for flag in [CLOSURE, ANNOTATIONS, ANNOTATE, KWDEFAULTS, DEFAULTS] {
            if flags & flag != 0 {
                self.op_arg(Opcode::SetFunctionAttribute, flag, location);
            }
        }
        Ok(())
    }

    /// Where the variable that an inner function closes over is.
    fn closure_position(&mut self, name: Name) -> Result<usize> {
        let is_cell = self.is_implicit_class_cell(name)
            || self.table.name_scope(self.unit.scope, name) == NameScope::Cell;
        let metadata = &self.unit.metadata;
        let position = if is_cell {
            metadata.cellvars.get(name)
        } else {
            metadata.freevars.get(name).map(|i| i + metadata.cellvars.len())
        };
        position.ok_or_else(|| system_error("a closure variable is neither cell nor free"))
    }

    /// Whether the unit is a class and `name` one of the cells that the compiler adds.
    pub(super) fn is_implicit_class_cell(&self, name: Name) -> bool {
        let known = &self.known;
        self.unit.scope_type == ScopeType::Class
            && [known.class, known.classdict, known.conditional_annotations].contains(&name)
    }
}

/// The flags of a function in the making, operands of `SET_FUNCTION_ATTRIBUTE`.
pub(super) mod function_flags {
    use taipan_opcode::FunctionAttribute;
    pub const DEFAULTS: usize = FunctionAttribute::Defaults as usize;
    pub const KWDEFAULTS: usize = FunctionAttribute::KwDefaults as usize;
    pub const ANNOTATIONS: usize = FunctionAttribute::Annotations as usize;
    pub const CLOSURE: usize = FunctionAttribute::Closure as usize;
    pub const ANNOTATE: usize = FunctionAttribute::Annotate as usize;
}

/// The names of a scope that are found in a certain way or carry `flag`, sorted.
fn names_by_scope(scope: &Scope, names: &NameTable, wanted: NameScope, flag: u32) -> NameIndex {
    let mut found: Vec<Name> = Vec::new();
    for symbol in &scope.symbols {
        if NameScope::of(symbol.flags) == wanted || symbol.flags & flag != 0 {
            found.push(symbol.name);
        }
    }
    // Generalised UTF-8 sorts as code points do.
    found.sort_unstable_by(|&a, &b| names.text(a).cmp(names.text(b)));
    found.into_iter().collect()
}
