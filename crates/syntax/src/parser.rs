//! The parser of valid sources: tokens in, tree out.
//!
//! Recursive descent by hand over the token array. It accepts exactly what CPython's grammar
//! accepts and gives every node CPython's position, but it knows no error messages: on a source that
//! does not parse it fails without words, and the error pass finds them.
//!
//! Chains are read by loops, also those that nest to the right. What else nests is counted in
//! [`Parser::level`], an estimate of the depth of CPython's own parser, which bounds the native stack;
//! where it comes near CPython's limit, the error pass decides.
//!
//! Answers for CPython's `Grammar/python.gram`, `Parser/pegen.c` and `Parser/action_helpers.c`.

mod arguments;
mod assignment;
mod atom;
mod compound;
mod comprehension;
mod definition;
mod expression;
mod import;
mod interpolated;
mod parameters;
mod pattern;
mod statement;
mod string;
mod subscript;
mod target;

use crate::options::Options;
use crate::source::{Mode, SourceText};
use crate::token::{Token, TokenKind, Tokens};
use crate::warning::PendingWarning;
use taipan_asdl::node::*;
use taipan_asdl::{Bump, Name, NameTable};
use taipan_text::{Text, identifier};

/// How deep the parser goes: beyond the limit of CPython's parser (6000), however it is estimated.
const MAX_LEVEL: u32 = 7500;
/// As long as the estimate stays below this, CPython's parser is surely not at its limit.
const SURE_LEVEL: u32 = 5600;
/// The depth of CPython's parser at the atom of an expression statement outside of all blocks.
const BASE_LEVEL: u32 = 31;
/// What a bracket adds to that depth.
const BRACKET_COST: u32 = 28;
/// What a block adds to it.
const BLOCK_COST: u32 = 6;

/// The source does not parse.
#[derive(Debug)]
pub(crate) struct Failed;

pub(crate) type Parse<T> = Result<T, Failed>;

pub(crate) struct Parser<'p, 'a> {
    source: &'p SourceText<'p>,
    tokens: &'p [Token],
    /// The next token.
    pos: usize,
    /// The depth at which CPython's parser would be.
    level: u32,
    arena: &'a Bump,
    names: &'p mut NameTable,
    options: Options,
    /// Whether `from __future__ import barry_as_FLUFL` is in force.
    barry_as_flufl: bool,
    /// Whether a grammar action raised an error, so that no other way is tried.
    raised: bool,
    /// Whether CPython's parser may be at its limit of depth.
    pub(crate) is_deep: bool,
    /// Warnings in the order in which CPython gives them; the number of the token that must have
    /// been read sorts them among the tokenizer's.
    pub(crate) warnings: Vec<PendingWarning>,
    /// Literals before this token were decoded already: a second reading warns no more.
    decoded_until: usize,
    // Elements of the lists being read; each list takes its own from the end.
    exprs: Vec<&'a Expr<'a>>,
    optional_exprs: Vec<Option<&'a Expr<'a>>>,
    stmts: Vec<&'a Stmt<'a>>,
}

/// A place to which the parser can return.
struct Checkpoint {
    pos: usize,
    level: u32,
    exprs: usize,
    optional_exprs: usize,
}

impl<'p, 'a> Parser<'p, 'a> {
    pub(crate) fn new(
        source: &'p SourceText<'p>,
        tokens: &'p Tokens,
        options: Options,
        arena: &'a Bump,
        names: &'p mut NameTable,
    ) -> Parser<'p, 'a> {
        Parser {
            source,
            tokens: &tokens.tokens,
            pos: 0,
            level: BASE_LEVEL,
            arena,
            names,
            options,
            barry_as_flufl: options.barry_as_flufl,
            raised: false,
            is_deep: false,
            warnings: Vec::new(),
            decoded_until: 0,
            exprs: Vec::new(),
            optional_exprs: Vec::new(),
            stmts: Vec::new(),
        }
    }

    /// Reads the whole source.
    pub(crate) fn parse(&mut self, mode: Mode, tokens: &Tokens) -> Parse<&'a Mod<'a>> {
        let kind = match mode {
            Mode::Exec => {
                let body = self.parse_statements(TokenKind::EndMarker)?;
                ModKind::Module { body, type_ignores: self.type_ignores(tokens) }
            }
            Mode::Single => ModKind::Interactive { body: self.parse_interactive()? },
            Mode::Eval => {
                let body = self.parse_expressions()?;
                self.skip_newlines();
                ModKind::Expression { body }
            }
            Mode::FuncType => {
                let (argtypes, returns) = self.parse_function_type()?;
                self.skip_newlines();
                ModKind::FunctionType { argtypes, returns }
            }
        };
        if mode != Mode::Single {
            self.expect(TokenKind::EndMarker)?;
        }
        if self.raised {
            return Err(Failed);
        }
        Ok(self.arena.alloc(Mod { kind }))
    }

    /// How far the parser has read: the index of the token behind the last one taken.
    pub(crate) fn position(&self) -> usize {
        self.pos
    }

    fn skip_newlines(&mut self) {
        while self.peek() == TokenKind::Newline {
            self.pos += 1;
        }
    }

    fn type_ignores(&self, tokens: &Tokens) -> &'a [&'a TypeIgnore<'a>] {
        let nodes = tokens.type_ignores.iter().map(|comment| {
            let tag = self.copy_text(self.source.slice(comment.start, comment.end));
            &*self
                .arena
                .alloc(TypeIgnore { kind: TypeIgnoreKind::TypeIgnore { lineno: comment.lineno, tag } })
        });
        self.arena.alloc_slice_fill_iter(nodes.collect::<Vec<_>>())
    }

    // Tokens.

    /// The kind of the next token.
    #[inline(always)]
    fn peek(&self) -> TokenKind {
        self.tokens[self.pos].kind
    }

    /// The kind of the token `ahead` of the next one. The array's last token repeats.
    #[inline]
    fn peek_at(&self, ahead: usize) -> TokenKind {
        self.tokens[(self.pos + ahead).min(self.tokens.len() - 1)].kind
    }

    /// Takes the next token if it is a `kind`.
    #[inline(always)]
    fn accept(&mut self, kind: TokenKind) -> bool {
        // A branch, not `pos += usize::from(found)`: LLVM 22 with LTO drops that addition in loops.
        if self.peek() != kind {
            return false;
        }
        self.pos += 1;
        true
    }

    /// Takes the next token, which must be a `kind`.
    #[inline(always)]
    fn expect(&mut self, kind: TokenKind) -> Parse<usize> {
        if self.peek() != kind {
            return Err(Failed);
        }
        self.pos += 1;
        Ok(self.pos - 1)
    }

    /// The text of the token at `index`.
    #[inline]
    fn token_bytes(&self, index: usize) -> &'p [u8] {
        let token = &self.tokens[index];
        let source: &'p SourceText<'p> = self.source;
        &source.bytes()[token.start as usize..token.end as usize]
    }

    /// Whether the next token is the name `word`, a soft keyword.
    #[inline]
    fn at_word(&self, word: &[u8]) -> bool {
        self.peek() == TokenKind::Name && self.token_bytes(self.pos) == word
    }

    /// Takes a name.
    #[inline]
    fn expect_name(&mut self) -> Parse<Name> {
        let index = self.expect(TokenKind::Name)?;
        Ok(self.intern_token(index))
    }

    /// The identifier that the token at `index` spells, normalised.
    #[inline]
    fn intern_token(&mut self, index: usize) -> Name {
        let bytes = self.token_bytes(index);
        if bytes.iter().fold(0, |all, byte| all | byte) < 0x80 {
            return self.names.intern(Text::from_bytes(bytes));
        }
        self.intern_normalized(Text::from_bytes(bytes))
    }

    #[cold]
    fn intern_normalized(&mut self, text: &Text) -> Name {
        let Some(normal) = identifier::normalize(text) else { return self.names.intern(text) };
        // No identifier may be one of these in its normal form.
        self.raised |= matches!(normal.as_bytes(), b"None" | b"True" | b"False");
        self.names.intern(&normal)
    }

    // Places.

    /// From the token at `start` to the last one taken.
    #[inline]
    fn span(&self, start: usize) -> Location {
        let first = &self.tokens[start].location;
        let last = &self.tokens[self.pos - 1].location;
        Location {
            lineno: first.lineno,
            col_offset: first.col_offset,
            end_lineno: last.end_lineno,
            end_col_offset: last.end_col_offset,
        }
    }

    /// From the token at `start` to the last one taken that is more than white space: for
    /// statements that end in a block.
    fn block_span(&self, start: usize) -> Location {
        let is_blank = |kind| {
            matches!(kind, TokenKind::Newline | TokenKind::Indent | TokenKind::Dedent | TokenKind::EndMarker)
        };
        let mut last = self.pos - 1;
        while last > start && is_blank(self.tokens[last].kind) {
            last -= 1;
        }
        let first = &self.tokens[start].location;
        let last = &self.tokens[last].location;
        Location {
            lineno: first.lineno,
            col_offset: first.col_offset,
            end_lineno: last.end_lineno,
            end_col_offset: last.end_col_offset,
        }
    }

    fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            pos: self.pos,
            level: self.level,
            exprs: self.exprs.len(),
            optional_exprs: self.optional_exprs.len(),
        }
    }

    /// Returns to `checkpoint`, unless an error was raised on the way.
    fn rewind(&mut self, checkpoint: &Checkpoint) -> Parse<()> {
        if self.raised {
            return Err(Failed);
        }
        self.pos = checkpoint.pos;
        self.level = checkpoint.level;
        self.exprs.truncate(checkpoint.exprs);
        self.optional_exprs.truncate(checkpoint.optional_exprs);
        Ok(())
    }

    // Nodes.

    #[inline]
    fn expr(&self, start: usize, kind: ExprKind<'a>) -> &'a Expr<'a> {
        self.arena.alloc(Expr { kind, location: self.span(start) })
    }

    #[inline]
    fn stmt(&self, start: usize, kind: StmtKind<'a>) -> &'a Stmt<'a> {
        self.arena.alloc(Stmt { kind, location: self.span(start) })
    }

    fn block_stmt(&self, start: usize, kind: StmtKind<'a>) -> &'a Stmt<'a> {
        self.arena.alloc(Stmt { kind, location: self.block_span(start) })
    }

    /// The list of the expressions read since `mark`.
    #[inline]
    fn take_exprs(&mut self, mark: usize) -> &'a [&'a Expr<'a>] {
        let list = self.arena.alloc_slice_copy(&self.exprs[mark..]);
        self.exprs.truncate(mark);
        list
    }

    fn take_optional_exprs(&mut self, mark: usize) -> &'a [Option<&'a Expr<'a>>] {
        let list = self.arena.alloc_slice_copy(&self.optional_exprs[mark..]);
        self.optional_exprs.truncate(mark);
        list
    }

    fn copy_text(&self, text: &Text) -> &'a Text {
        Text::from_bytes(self.arena.alloc_slice_copy(text.as_bytes()))
    }

    /// Takes a type comment.
    fn parse_type_comment(&mut self) -> Option<&'a Text> {
        if !self.accept(TokenKind::TypeComment) {
            return None;
        }
        Some(self.copy_text(Text::from_bytes(self.token_bytes(self.pos - 1))))
    }

    // Depth and errors.

    /// Goes `cost` calls of CPython's parser deeper. Matched by [`Parser::leave`] on success.
    #[inline]
    fn enter(&mut self, cost: u32) -> Parse<()> {
        self.level += cost;
        if self.level > SURE_LEVEL { self.check_level() } else { Ok(()) }
    }

    #[inline]
    fn leave(&mut self, cost: u32) {
        self.level -= cost;
    }

    #[cold]
    fn check_level(&mut self) -> Parse<()> {
        self.is_deep = true;
        if self.level > MAX_LEVEL { self.raise() } else { Ok(()) }
    }

    /// An action raises an error, which the error pass will find again.
    #[cold]
    fn raise<T>(&mut self) -> Parse<T> {
        self.raised = true;
        Err(Failed)
    }

    /// Checks that the feature version is at least 3.`minor`.
    #[inline]
    fn check_version(&mut self, minor: u8) -> Parse<()> {
        if self.options.feature_version >= minor { Ok(()) } else { self.raise() }
    }
}
