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
use taipan_compile::symtable::{ScopeKind, SymbolTable};
use taipan_compile::unit::CodeUnitMetadata;
use taipan_compile::{Assemble, compile_with, preprocess_tree};
use taipan_syntax::SourceText;
use taipan_text::{Text, TextBuf};
use taipan_vm::frontend::{FrontEnd, SymbolScope, TokenData, TokenStream};

pub use taipan_vm::frontend::{Flags, Mode, Options, Result, Source};

/// What the stages of the compiler need to know of the options.
fn of_compiler(options: &Options) -> taipan_compile::Options {
    taipan_compile::Options {
        flags: options.flags.bits(),
        optimize: options.optimize,
        stack_budget: options.stack_budget,
    }
}

/// What the parser needs to know of them.
fn of_parser(options: &Options) -> taipan_syntax::Options {
    taipan_syntax::Options {
        type_comments: options.flags.contains(Flags::TYPE_COMMENTS),
        dont_imply_dedent: options.flags.contains(Flags::DONT_IMPLY_DEDENT),
        allow_incomplete_input: options.flags.contains(Flags::ALLOW_INCOMPLETE_INPUT),
        barry_as_flufl: options.flags.contains(Flags::FUTURE_BARRY_AS_BDFL),
        feature_version: options.feature_version,
        int_max_str_digits: options.int_max_str_digits,
    }
}

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
    taipan_syntax::parse(source, options.mode, of_parser(options), arena, names, warnings)
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
    preprocess_tree(tree, arena, names, of_compiler(options), check_only, None)
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
    taipan_compile::symbol_table(tree, names, of_compiler(options))
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
    taipan_compile::compile(tree, arena, names, &options.filename, of_compiler(options), warnings)
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
    compile_with(tree, &arena, &mut names, of_compiler(options), warnings, &mut observed)
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

/// The tokens of a text as `_tokenize.TokenizerIter` yields them.
fn token_stream(text: &Text, extra_tokens: bool) -> TokenStream {
    let mut stream = TokenStream::default();
    let text = match SourceText::for_tokenize(text) {
        Ok(text) => text,
        Err(error) => return TokenStream { error: Some(error), ..stream },
    };
    let mut line: Option<(*const u8, usize, Rc<Text>)> = None;
    for token in taipan_syntax::tokenize::Tokenizer::new(&text, extra_tokens) {
        let token = match token {
            Ok(token) => token,
            Err(error) => {
                stream.error = Some(error);
                break;
            }
        };
        let place = (token.line.as_bytes().as_ptr(), token.line.byte_len());
        let shared = match &line {
            Some((start, length, shared)) if (*start, *length) == place => shared.clone(),
            _ => {
                let shared = token.line.to_rc();
                line = Some((place.0, place.1, shared.clone()));
                shared
            }
        };
        stream.tokens.push(TokenData {
            number: token.number,
            string: token.string.to_owned(),
            start: token.start,
            end: token.end,
            line: shared,
        });
    }
    stream
}

/// The scopes of a table, each behind the one around it.
fn symbol_scopes(table: &SymbolTable, names: &NameTable) -> Vec<SymbolScope> {
    let mut scopes: Vec<SymbolScope> = Vec::new();
    // Scopes may be nested as deep as the source is long: no recursion.
    let mut pending = vec![(SymbolTable::TOP, None)];
    while let Some((id, parent)) = pending.pop() {
        let scope = table.scope(id);
        let index = scopes.len();
        if let Some(parent) = parent {
            let parent: &mut SymbolScope = &mut scopes[parent];
            parent.children.push(index);
        }
        scopes.push(SymbolScope {
            kind: match scope.kind {
                ScopeKind::Function => 0,
                ScopeKind::Class => 1,
                ScopeKind::Module => 2,
                ScopeKind::Annotation => 3,
                ScopeKind::TypeAlias => 4,
                ScopeKind::TypeParameters => 5,
                ScopeKind::TypeVariable => 6,
            },
            name: names.shared(scope.name).clone(),
            lineno: scope.location.lineno,
            nested: scope.nested,
            symbols: (scope.symbols.iter())
                .map(|symbol| (names.shared(symbol.name).clone(), symbol.flags))
                .collect(),
            varnames: scope.varnames.iter().map(|&name| names.shared(name).clone()).collect(),
            children: Vec::new(),
        });
        pending.extend(scope.children.iter().rev().map(|&child| (child, Some(index))));
    }
    scopes
}

/// The front end as the interpreter reaches it.
#[derive(Clone, Copy, Debug)]
pub struct Compiler;

impl FrontEnd for Compiler {
    fn compile(
        &self,
        source: Source<'_>,
        options: &Options,
        warnings: &mut dyn WarningSink,
    ) -> Result<Rc<CodeObject>> {
        compile(source, options, warnings)
    }

    fn tree<'a>(
        &self,
        source: Source<'_>,
        options: &Options,
        arena: &'a Bump,
        names: &mut NameTable,
        warnings: &mut dyn WarningSink,
    ) -> Result<&'a Mod<'a>> {
        tree(source, options, arena, names, warnings)
    }

    fn validate(&self, tree: &Mod<'_>, options: &Options, names: &NameTable) -> Result<()> {
        taipan_compile::validate(tree, names, of_compiler(options))
    }

    fn preprocess<'a>(
        &self,
        tree: &'a Mod<'a>,
        options: &Options,
        arena: &'a Bump,
        names: &mut NameTable,
    ) -> Result<&'a Mod<'a>> {
        let check_only = !options.flags.contains(Flags::OPTIMIZED_AST);
        preprocess_tree(tree, arena, names, of_compiler(options), check_only, None)
    }

    fn compile_tree<'a>(
        &self,
        tree: &'a Mod<'a>,
        options: &Options,
        arena: &'a Bump,
        names: &mut NameTable,
        warnings: &mut dyn WarningSink,
    ) -> Result<Rc<CodeObject>> {
        compile_tree(tree, options, arena, names, warnings)
    }

    fn tokenize(&self, text: &Text, extra_tokens: bool) -> TokenStream {
        token_stream(text, extra_tokens)
    }

    fn symbol_table(
        &self,
        source: Source<'_>,
        options: &Options,
        warnings: &mut dyn WarningSink,
    ) -> Result<Vec<SymbolScope>> {
        let mut names = NameTable::new();
        let table = symbol_table(source, options, &mut names, warnings)?;
        Ok(symbol_scopes(&table, &names))
    }

    fn source_line(&self, source: Source<'_>, lineno: i32) -> Option<TextBuf> {
        source_line(source, lineno)
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
