//! From source text to code objects: the stages of the front end, one call each.
//!
//! What Python's `compile()` is asked for is in [`Options`]. Trees live in an arena and name their
//! identifiers through a table, both the caller's, so that a tree can be looked at, changed and
//! compiled. Warnings go to a sink as they come up.
//!
//! Answers for the front half of CPython's `Python/pythonrun.c` and for `builtin_compile`.

use std::rc::Rc;
use taipan_asdl::diagnostic::{Error, ErrorKind, Warning, WarningOutcome, WarningSink};
use taipan_asdl::{Bump, Mod, NameTable};
use taipan_code::CodeObject;
use taipan_compile::cfg::{Assembler, View};
use taipan_compile::instruction_sequence::InstructionSequence;
use taipan_compile::symtable::SymbolTable;
use taipan_compile::unit::CodeUnitMetadata;
use taipan_compile::{Assemble, compile_with, preprocess_tree};
use taipan_syntax::SourceText;
use taipan_text::{Text, TextBuf};

pub use taipan_syntax::{Mode, Source};

bitflags::bitflags! {
    /// The flags of `compile()`: `PyCF_*` and `CO_FUTURE_*`, with CPython's numbers.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub struct Flags: u32 {
        /// Leave blocks of a `single` statement open (`codeop`).
        const DONT_IMPLY_DEDENT = 0x200;
        /// A tree is wanted, not a code object.
        const ONLY_AST = 0x400;
        /// Read type comments.
        const TYPE_COMMENTS = 0x1000;
        /// `await` outside of functions.
        const ALLOW_TOP_LEVEL_AWAIT = 0x2000;
        /// Tell input that is incomplete from input that is wrong (`codeop`).
        const ALLOW_INCOMPLETE_INPUT = 0x4000;
        /// A tree as the code generator gets it.
        const OPTIMIZED_AST = 0x8000 | 0x400;
        /// `from __future__ import barry_as_FLUFL`
        const FUTURE_BARRY_AS_BDFL = 0x40_0000;
        /// `from __future__ import annotations`
        const FUTURE_ANNOTATIONS = 0x100_0000;
    }
}

/// What `compile()` is asked for.
#[derive(Clone, Debug)]
pub struct Options {
    /// `co_filename`.
    pub filename: Rc<Text>,
    /// What kind of source it is.
    pub mode: Mode,
    /// 0, 1 for `-O`, 2 for `-OO`.
    pub optimize: u8,
    /// Anything else.
    pub flags: Flags,
    /// The minor version of Python 3 whose syntax is allowed.
    pub feature_version: u8,
    /// How many digits a decimal literal may have (`sys.set_int_max_str_digits`); 0 for any number.
    pub int_max_str_digits: usize,
    /// How much native stack the recursion over the tree may use.
    pub stack_budget: usize,
}

impl Options {
    /// A module, not optimised, in the language of today.
    pub fn new(filename: &Text) -> Options {
        Options {
            filename: filename.to_rc(),
            mode: Mode::Exec,
            optimize: 0,
            flags: Flags::empty(),
            feature_version: 14,
            int_max_str_digits: 4300,
            stack_budget: taipan_compile::Options::default().stack_budget,
        }
    }

    const fn of_compiler(&self) -> taipan_compile::Options {
        taipan_compile::Options {
            flags: self.flags.bits(),
            optimize: self.optimize,
            stack_budget: self.stack_budget,
        }
    }

    const fn of_parser(&self) -> taipan_syntax::Options {
        taipan_syntax::Options {
            type_comments: self.flags.contains(Flags::TYPE_COMMENTS),
            dont_imply_dedent: self.flags.contains(Flags::DONT_IMPLY_DEDENT),
            allow_incomplete_input: self.flags.contains(Flags::ALLOW_INCOMPLETE_INPUT),
            barry_as_flufl: self.flags.contains(Flags::FUTURE_BARRY_AS_BDFL),
            feature_version: self.feature_version,
            int_max_str_digits: self.int_max_str_digits,
        }
    }
}

/// What every stage returns.
pub type Result<T> = std::result::Result<T, Box<Error>>;

/// A sink for warnings that nobody wants.
#[derive(Clone, Copy, Debug)]
pub struct Ignore;

impl WarningSink for Ignore {
    fn warn(&mut self, _warning: Warning) -> WarningOutcome {
        WarningOutcome::Reported
    }
}

/// The tree of a source, as it was written.
pub fn parse<'a>(
    source: Source<'_>,
    options: &Options,
    arena: &'a Bump,
    names: &mut NameTable,
    warnings: &mut dyn WarningSink,
) -> Result<&'a Mod<'a>> {
    taipan_syntax::parse(source, options.mode, options.of_parser(), arena, names, warnings)
}

/// The tree that `compile()` answers with under `PyCF_ONLY_AST`: folded if the flags say so, its
/// future features checked. Leaving a `finally` clause is warned of when code is made of it, not
/// here.
pub fn tree<'a>(
    source: Source<'_>,
    options: &Options,
    arena: &'a Bump,
    names: &mut NameTable,
    warnings: &mut dyn WarningSink,
) -> Result<&'a Mod<'a>> {
    let tree = parse(source, options, arena, names, warnings)?;
    let check_only = !options.flags.contains(Flags::OPTIMIZED_AST);
    preprocess_tree(tree, arena, names, options.of_compiler(), check_only, None)
}

/// The symbol table of a source. Its names are in `names`.
pub fn symbol_table(
    source: Source<'_>,
    options: &Options,
    names: &mut NameTable,
    warnings: &mut dyn WarningSink,
) -> Result<SymbolTable> {
    let arena = Bump::new();
    let tree = parse(source, options, &arena, names, warnings)?;
    taipan_compile::symbol_table(tree, names, options.of_compiler())
}

/// The code object of a source.
pub fn compile(
    source: Source<'_>,
    options: &Options,
    warnings: &mut dyn WarningSink,
) -> Result<Rc<CodeObject>> {
    check_mode(options)?;
    let arena = arena_for(source);
    let mut names = NameTable::new();
    let tree = parse(source, options, &arena, &mut names, warnings)?;
    compile_tree(tree, options, &arena, &mut names, warnings)
}

/// The code object of a tree, which the parser made or which is as valid as if it had.
pub fn compile_tree<'a>(
    tree: &'a Mod<'a>,
    options: &Options,
    arena: &'a Bump,
    names: &mut NameTable,
    warnings: &mut dyn WarningSink,
) -> Result<Rc<CodeObject>> {
    taipan_compile::compile(tree, arena, names, &options.filename, options.of_compiler(), warnings)
}

/// Whether `compile()` would accept a source: its errors and warnings, and nothing else.
pub fn check(source: Source<'_>, options: &Options, warnings: &mut dyn WarningSink) -> Result<()> {
    if options.flags.contains(Flags::ONLY_AST) {
        return tree(source, options, &Bump::new(), &mut NameTable::new(), warnings).map(drop);
    }
    compile(source, options, warnings).map(drop)
}

/// `func_type` makes trees only.
fn check_mode(options: &Options) -> Result<()> {
    if options.mode == Mode::FuncType {
        let message = "compile() mode 'func_type' requires flag PyCF_ONLY_AST";
        return Err(Error::new(ErrorKind::ValueError, message));
    }
    Ok(())
}

/// An arena whose first chunk holds the tree of an ordinary source.
fn arena_for(source: Source<'_>) -> Bump {
    let length = match source {
        Source::Text(text) => text.byte_len(),
        Source::Bytes(bytes) => bytes.len(),
    };
    Bump::with_capacity(length.saturating_mul(6).clamp(1 << 12, 1 << 24))
}

/// Line `lineno` of a source, decoded, with its line feed; `None` if the source does not decode.
/// Takes time in proportion to the source: for reports only.
pub fn source_line(source: Source<'_>, lineno: i32) -> Option<TextBuf> {
    let text = SourceText::decode(source, Mode::Exec).ok()?;
    if lineno < 1 {
        return None;
    }
    let mut line = text.line(lineno).to_owned();
    line.push_str("\n");
    Some(line)
}

/// Compiles as [`compile`] does and shows each code unit after each pass over its flow graph.
pub fn flow_graphs(
    source: Source<'_>,
    options: &Options,
    warnings: &mut dyn WarningSink,
    see: &mut dyn FnMut(&View<'_>),
) -> Result<Rc<CodeObject>> {
    check_mode(options)?;
    let arena = arena_for(source);
    let mut names = NameTable::new();
    let tree = parse(source, options, &arena, &mut names, warnings)?;
    let filename = &options.filename;
    let mut observed = Observed { assembler: Assembler::new(), filename, see };
    compile_with(tree, &arena, &mut names, options.of_compiler(), warnings, &mut observed)
}

/// The assembler with somebody who looks on.
struct Observed<'o> {
    assembler: Assembler,
    filename: &'o Rc<Text>,
    see: &'o mut dyn FnMut(&View<'_>),
}

impl Assemble for Observed<'_> {
    fn assemble(
        &mut self,
        names: &NameTable,
        unit: &mut CodeUnitMetadata,
        sequence: &mut InstructionSequence,
    ) -> Result<Rc<CodeObject>> {
        self.assembler.optimize_and_assemble(unit, sequence, names, self.filename, Some(self.see))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use taipan_asdl::diagnostic::Warning;

    const LEAVES_FINALLY: &[u8] = b"def f():\n  try: pass\n  finally: return 1\n";

    fn warnings_of(flags: Flags) -> Vec<Warning> {
        let mut warnings = Vec::new();
        let options = Options { flags, ..Options::new(Text::new("<string>")) };
        check(Source::Bytes(LEAVES_FINALLY), &options, &mut warnings).expect("valid");
        warnings
    }

    #[test]
    fn leaving_finally_is_warned_of_when_code_is_made() {
        assert_eq!(warnings_of(Flags::empty()).len(), 1);
        assert_eq!(warnings_of(Flags::ONLY_AST), []);
        assert_eq!(warnings_of(Flags::OPTIMIZED_AST), []);
    }
}
