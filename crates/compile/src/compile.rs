//! The whole way from a tree to a code object, and the parts of it that others need alone.

use crate::cfg::Assembler;
use crate::codegen::{self, Assemble};
use crate::error::Result;
use crate::future::future_features;
use crate::instruction_sequence::InstructionSequence;
use crate::mangle::Mangler;
use crate::preprocess::{self, preprocess};
use crate::recursion::{DEFAULT_STACK_BUDGET, StackLimit};
use crate::symtable::{self, SymbolTable};
use crate::unit::CodeUnitMetadata;
use crate::well_known::WellKnown;
use std::rc::Rc;
use taipan_asdl::diagnostic::WarningSink;
use taipan_asdl::{Bump, Mod, NameTable};
use taipan_code::CodeObject;
use taipan_text::Text;

/// How a tree is compiled.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// `CO_FUTURE_*` flags that are in force from outside, and `PyCF_*` flags.
    pub flags: u32,
    /// 0, 1 for `-O`, 2 for `-OO`.
    pub optimize: u8,
    /// How many bytes of native stack the compiler may use; a tree too deep for it is answered
    /// with RecursionError.
    pub stack_budget: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options { flags: 0, optimize: 0, stack_budget: DEFAULT_STACK_BUDGET }
    }
}

/// Compiles a tree.
pub fn compile<'a>(
    tree: &'a Mod<'a>,
    arena: &'a Bump,
    names: &mut NameTable,
    filename: &Rc<Text>,
    options: Options,
    warnings: &mut dyn WarningSink,
) -> Result<Rc<CodeObject>> {
    let mut assembler = AssembleFor { assembler: Assembler::new(), filename };
    compile_with(tree, arena, names, options, warnings, &mut assembler)
}

/// The assembler with the name of the file that its code objects get.
struct AssembleFor<'f> {
    assembler: Assembler,
    filename: &'f Rc<Text>,
}

impl Assemble for AssembleFor<'_> {
    fn assemble(
        &mut self,
        names: &NameTable,
        unit: &mut CodeUnitMetadata,
        sequence: &mut InstructionSequence,
    ) -> Result<Rc<CodeObject>> {
        self.assembler.optimize_and_assemble(unit, sequence, names, self.filename, None)
    }
}

/// Compiles a tree, with `assemble` as the passes behind code generation.
pub fn compile_with<'a>(
    tree: &'a Mod<'a>,
    arena: &'a Bump,
    names: &mut NameTable,
    options: Options,
    warnings: &mut dyn WarningSink,
    assemble: &mut dyn Assemble,
) -> Result<Rc<CodeObject>> {
    let limit = StackLimit::from_here(options.stack_budget);
    let known = WellKnown::new(names);
    let mut mangler = Mangler::default();
    let mut future = future_features(tree, names, &known)?;
    future.features |= options.flags;
    let preprocessing = preprocess::Options {
        optimize: options.optimize,
        features: future.features,
        syntax_check_only: false,
        warnings: Some(&mut *warnings),
    };
    let tree = preprocess(tree, arena, &known, limit, preprocessing)?;
    let table = symtable::build(tree, names, &mut mangler, &known, &future, limit)?;
    codegen::generate(
        tree,
        codegen::Input {
            names,
            mangler: &mut mangler,
            known,
            table,
            flags: future.features,
            optimize: options.optimize,
            warnings,
            limit,
            assemble,
        },
    )
}

/// The symbol table of a tree, as the `symtable` module shows it: the tree is taken as it is.
pub fn symbol_table(tree: &Mod<'_>, names: &mut NameTable, options: Options) -> Result<SymbolTable> {
    let limit = StackLimit::from_here(options.stack_budget);
    let known = WellKnown::new(names);
    let mut future = future_features(tree, names, &known)?;
    future.features |= options.flags;
    symtable::build(tree, names, &mut Mangler::default(), &known, &future, limit)
}

/// The tree as code generation gets it, for `ast.parse(optimize=…)`; with `syntax_check_only` just
/// its warnings.
pub fn preprocess_tree<'a>(
    tree: &'a Mod<'a>,
    arena: &'a Bump,
    names: &mut NameTable,
    options: Options,
    syntax_check_only: bool,
    warnings: Option<&mut dyn WarningSink>,
) -> Result<&'a Mod<'a>> {
    let limit = StackLimit::from_here(options.stack_budget);
    let known = WellKnown::new(names);
    let future = future_features(tree, names, &known)?;
    let features = future.features | options.flags;
    let preprocessing =
        preprocess::Options { optimize: options.optimize, features, syntax_check_only, warnings };
    preprocess(tree, arena, &known, limit, preprocessing)
}
