//! Lists of statements, and the simple statements but assignments and imports.

use super::{Failed, Parse, Parser};
use crate::parser::expression::starts_expression;
use crate::token::TokenKind;
use taipan_asdl::node::*;

impl<'a> Parser<'_, 'a> {
    /// `statements` up to `end`, which stays.
    pub(super) fn parse_statements(&mut self, end: TokenKind) -> Parse<&'a [&'a Stmt<'a>]> {
        let mark = self.stmts.len();
        while self.peek() != end {
            self.parse_statement()?;
        }
        Ok(self.take_stmts(mark))
    }

    /// `interactive`: one statement.
    pub(super) fn parse_interactive(&mut self) -> Parse<&'a [&'a Stmt<'a>]> {
        let mark = self.stmts.len();
        if self.accept(TokenKind::Newline) {
            let pass = self.stmt(self.pos - 1, StmtKind::Pass {});
            self.stmts.push(pass);
        } else if let Some(stmt) = self.parse_compound_statement()? {
            self.stmts.push(stmt);
            self.expect(TokenKind::Newline)?;
        } else {
            self.parse_simple_statements()?;
        }
        Ok(self.take_stmts(mark))
    }

    /// Takes one `statement`, which may be several of them on a line.
    fn parse_statement(&mut self) -> Parse<()> {
        match self.parse_compound_statement()? {
            Some(stmt) => {
                self.stmts.push(stmt);
                Ok(())
            }
            None => self.parse_simple_statements(),
        }
    }

    /// `block`
    pub(super) fn parse_block(&mut self) -> Parse<&'a [&'a Stmt<'a>]> {
        let mark = self.stmts.len();
        if !self.accept(TokenKind::Newline) {
            self.parse_simple_statements()?;
            return Ok(self.take_stmts(mark));
        }
        self.expect(TokenKind::Indent)?;
        self.enter(super::BLOCK_COST)?;
        loop {
            self.parse_statement()?;
            if self.accept(TokenKind::Dedent) {
                break;
            }
        }
        self.leave(super::BLOCK_COST);
        Ok(self.take_stmts(mark))
    }

    fn take_stmts(&mut self, mark: usize) -> &'a [&'a Stmt<'a>] {
        let list = self.arena.alloc_slice_copy(&self.stmts[mark..]);
        self.stmts.truncate(mark);
        list
    }

    /// `simple_stmts`: statements up to the end of the line.
    fn parse_simple_statements(&mut self) -> Parse<()> {
        loop {
            let stmt = self.parse_simple_statement()?;
            self.stmts.push(stmt);
            if self.accept(TokenKind::Newline) {
                return Ok(());
            }
            self.expect(TokenKind::Semicolon)?;
            if self.accept(TokenKind::Newline) {
                return Ok(());
            }
        }
    }

    fn parse_simple_statement(&mut self) -> Parse<&'a Stmt<'a>> {
        let start = self.pos;
        match self.peek() {
            TokenKind::Return => {
                self.pos += 1;
                let value = self.parse_optional_star_expressions()?;
                Ok(self.stmt(start, StmtKind::Return { value }))
            }
            TokenKind::Import => self.parse_import(),
            TokenKind::From => self.parse_import_from(),
            TokenKind::Raise => self.parse_raise(),
            TokenKind::Pass => self.parse_keyword_statement(StmtKind::Pass {}),
            TokenKind::Break => self.parse_keyword_statement(StmtKind::Break {}),
            TokenKind::Continue => self.parse_keyword_statement(StmtKind::Continue {}),
            TokenKind::Del => {
                self.pos += 1;
                let targets = self.parse_del_targets()?;
                if !matches!(self.peek(), TokenKind::Semicolon | TokenKind::Newline) {
                    return Err(Failed);
                }
                Ok(self.stmt(start, StmtKind::Delete { targets }))
            }
            TokenKind::Yield => {
                let value = self.parse_yield()?;
                Ok(self.stmt(start, StmtKind::Expr { value }))
            }
            TokenKind::Assert => {
                self.pos += 1;
                let test = self.parse_expression()?;
                let msg = if self.accept(TokenKind::Comma) { Some(self.parse_expression()?) } else { None };
                Ok(self.stmt(start, StmtKind::Assert { test, msg }))
            }
            TokenKind::Global => {
                let names = self.parse_scope_names()?;
                Ok(self.stmt(start, StmtKind::Global { names }))
            }
            TokenKind::Nonlocal => {
                let names = self.parse_scope_names()?;
                Ok(self.stmt(start, StmtKind::Nonlocal { names }))
            }
            TokenKind::Name if self.peek_at(1) == TokenKind::Name && self.at_word(b"type") => {
                self.parse_type_alias()
            }
            _ => self.parse_expression_statement(),
        }
    }

    fn parse_keyword_statement(&mut self, kind: StmtKind<'a>) -> Parse<&'a Stmt<'a>> {
        self.pos += 1;
        Ok(self.stmt(self.pos - 1, kind))
    }

    fn parse_optional_star_expressions(&mut self) -> Parse<Option<&'a Expr<'a>>> {
        if starts_expression(self.peek()) { self.parse_star_expressions().map(Some) } else { Ok(None) }
    }

    fn parse_raise(&mut self) -> Parse<&'a Stmt<'a>> {
        let start = self.expect(TokenKind::Raise)?;
        let (mut exc, mut cause) = (None, None);
        if starts_expression(self.peek()) {
            exc = Some(self.parse_expression()?);
            if self.accept(TokenKind::From) {
                cause = Some(self.parse_expression()?);
            }
        }
        Ok(self.stmt(start, StmtKind::Raise { exc, cause }))
    }

    /// The names behind `global` or `nonlocal`.
    fn parse_scope_names(&mut self) -> Parse<&'a [taipan_asdl::Name]> {
        self.pos += 1;
        let mut names = smallvec::SmallVec::<[taipan_asdl::Name; 4]>::new();
        loop {
            names.push(self.expect_name()?);
            if !self.accept(TokenKind::Comma) {
                return Ok(self.arena.alloc_slice_copy(&names));
            }
        }
    }

    /// `type_alias`, at the word `type`.
    fn parse_type_alias(&mut self) -> Parse<&'a Stmt<'a>> {
        let start = self.pos;
        self.pos += 1;
        let name_at = self.pos;
        let id = self.expect_name()?;
        let name = self.expr(name_at, ExprKind::Name { id, ctx: ExprContext::Store });
        let type_params = self.parse_type_params()?;
        self.expect(TokenKind::Equal)?;
        let value = self.parse_expression()?;
        self.check_version(12)?;
        Ok(self.stmt(start, StmtKind::TypeAlias { name, type_params, value }))
    }
}
