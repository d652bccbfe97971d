//! The front end as the interpreter reaches it: source text to trees and code objects.
//!
//! A seam: this crate knows neither tokens nor grammar nor code generation. Whoever builds a
//! [`Runtime`](crate::Runtime) gives it a [`FrontEnd`]; what comes back is data (trees, code objects,
//! errors, warnings), which `builtins` turns into Python objects.

use std::rc::Rc;

use taipan_asdl::diagnostic::{Error, WarningSink};
use taipan_asdl::{Bump, Mod, NameTable};
use taipan_code::CodeObject;
use taipan_object::Thread;
use taipan_text::{Text, TextBuf};

pub use taipan_asdl::source::{Mode, Source};

use crate::state::State;

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

/// How much native stack the recursion over a tree may use unless [`Options`] say otherwise.
const STACK_BUDGET: usize = 1 << 20;

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
            stack_budget: STACK_BUDGET,
        }
    }
}

/// What every stage returns.
pub type Result<T> = std::result::Result<T, Box<Error>>;

/// A token as the module `tokenize` shows it.
#[derive(Clone, Debug)]
pub struct TokenData {
    /// The number of its type in the module `token`.
    pub number: u8,
    /// Its text.
    pub string: TextBuf,
    /// Line, from 1, and column in characters, from 0.
    pub start: (i32, i32),
    /// The same of its end.
    pub end: (i32, i32),
    /// The lines it stands in; tokens of one line share it.
    pub line: Rc<Text>,
}

/// All tokens of a source, and the error that ends them.
#[derive(Clone, Debug, Default)]
pub struct TokenStream {
    /// The tokens.
    pub tokens: Vec<TokenData>,
    /// Why there are no more.
    pub error: Option<Box<Error>>,
}

/// A scope of a symbol table.
#[derive(Clone, Debug)]
pub struct SymbolScope {
    /// The number of its kind: `_symtable.TYPE_FUNCTION` and so on.
    pub kind: u8,
    /// Its name.
    pub name: Rc<Text>,
    /// The number of its first line.
    pub lineno: i32,
    /// Whether it lies in a function.
    pub nested: bool,
    /// Its names with their flags.
    pub symbols: Vec<(Rc<Text>, u32)>,
    /// The parameters.
    pub varnames: Vec<Rc<Text>>,
    /// The scopes inside, by their place in the table.
    pub children: Vec<usize>,
}

/// From source text to code objects. A warning sink that answers `Raised` holds an exception, and the
/// error that comes back then means that one.
pub trait FrontEnd {
    /// The code object of a source.
    fn compile(
        &self,
        source: Source<'_>,
        options: &Options,
        warnings: &mut dyn WarningSink,
    ) -> Result<Rc<CodeObject>>;

    /// The tree that `compile()` answers with under `PyCF_ONLY_AST`.
    fn tree<'a>(
        &self,
        source: Source<'_>,
        options: &Options,
        arena: &'a Bump,
        names: &mut NameTable,
        warnings: &mut dyn WarningSink,
    ) -> Result<&'a Mod<'a>>;

    /// Checks a tree that a program built.
    fn validate(&self, tree: &Mod<'_>, options: &Options, names: &NameTable) -> Result<()>;

    /// A valid tree as `compile()` answers with it under `PyCF_ONLY_AST`: folded if the flags say so.
    fn preprocess<'a>(
        &self,
        tree: &'a Mod<'a>,
        options: &Options,
        arena: &'a Bump,
        names: &mut NameTable,
    ) -> Result<&'a Mod<'a>>;

    /// The code object of a valid tree.
    fn compile_tree<'a>(
        &self,
        tree: &'a Mod<'a>,
        options: &Options,
        arena: &'a Bump,
        names: &mut NameTable,
        warnings: &mut dyn WarningSink,
    ) -> Result<Rc<CodeObject>>;

    /// The tokens of a text; `extra_tokens` as `tokenize` wants them.
    fn tokenize(&self, text: &Text, extra_tokens: bool) -> TokenStream;

    /// The scopes of a source, the outermost first, inner ones behind those around them.
    fn symbol_table(
        &self,
        source: Source<'_>,
        options: &Options,
        warnings: &mut dyn WarningSink,
    ) -> Result<Vec<SymbolScope>>;

    /// Line `lineno` of a source, decoded, with its line feed; `None` if it does not decode.
    fn source_line(&self, source: Source<'_>, lineno: i32) -> Option<TextBuf>;
}

/// The front end of the running interpreter.
pub fn front_end<'i>(thread: &Thread) -> &'i dyn FrontEnd {
    &*State::of(thread).front_end
}

/// How much native stack is left for a recursion that bounds itself, such as the compiler's.
pub fn stack_budget(thread: &Thread) -> usize {
    let here = 0u8;
    (&raw const here as usize).saturating_sub(thread.native_limit)
}
