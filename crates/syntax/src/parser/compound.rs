//! Compound statements but definitions: `if`, `while`, `for`, `with`, `try`, `match`.

use super::{Failed, Parse, Parser};
use crate::token::TokenKind;
use smallvec::SmallVec;
use taipan_asdl::node::*;
use taipan_text::Text;

/// Whether a statement begins with `async`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flavor {
    Plain,
    Async,
}

/// An `if` or `elif` whose `else` has not been read.
struct OpenIf<'a> {
    start: usize,
    test: &'a Expr<'a>,
    body: &'a [&'a Stmt<'a>],
}

impl<'a> Parser<'_, 'a> {
    /// `compound_stmt`, if one begins here.
    #[inline]
    pub(super) fn parse_compound_statement(&mut self) -> Parse<Option<&'a Stmt<'a>>> {
        let stmt = match self.peek() {
            TokenKind::Name if self.at_word(b"match") => return self.parse_match(),
            TokenKind::Name => return Ok(None),
            TokenKind::Def => self.parse_function(&[])?,
            TokenKind::If => self.parse_if()?,
            TokenKind::Class => self.parse_class(&[])?,
            TokenKind::For => self.parse_for(Flavor::Plain)?,
            TokenKind::With => self.parse_with(Flavor::Plain)?,
            TokenKind::Try => self.parse_try()?,
            TokenKind::While => self.parse_while()?,
            TokenKind::At => self.parse_decorated()?,
            TokenKind::Async => match self.peek_at(1) {
                TokenKind::Def => self.parse_function(&[])?,
                TokenKind::For => self.parse_for(Flavor::Async)?,
                TokenKind::With => self.parse_with(Flavor::Async)?,
                _ => return Err(Failed),
            },
            _ => return Ok(None),
        };
        Ok(Some(stmt))
    }

    /// `if_stmt`. A chain of `elif` nests in the tree but is read by a loop.
    fn parse_if(&mut self) -> Parse<&'a Stmt<'a>> {
        let level = self.level;
        let mut open = SmallVec::<[OpenIf<'a>; 4]>::new();
        let mut orelse: &'a [&'a Stmt<'a>] = loop {
            let start = self.pos;
            self.pos += 1;
            let test = self.parse_named_expression()?;
            self.expect(TokenKind::Colon)?;
            let body = self.parse_block()?;
            open.push(OpenIf { start, test, body });
            if self.peek() != TokenKind::Elif {
                break self.parse_else()?;
            }
            self.enter(1)?;
        };
        self.level = level;
        loop {
            let OpenIf { start, test, body } =
                open.pop().expect("the loop pushed one and returns at the last");
            let stmt = self.block_stmt(start, StmtKind::If { test, body, orelse });
            if open.is_empty() {
                return Ok(stmt);
            }
            orelse = self.arena.alloc_slice_copy(&[stmt]);
        }
    }

    /// `[else_block]`
    fn parse_else(&mut self) -> Parse<&'a [&'a Stmt<'a>]> {
        if !self.accept(TokenKind::Else) {
            return Ok(&[]);
        }
        self.expect(TokenKind::Colon)?;
        self.parse_block()
    }

    fn parse_while(&mut self) -> Parse<&'a Stmt<'a>> {
        let start = self.expect(TokenKind::While)?;
        let test = self.parse_named_expression()?;
        self.expect(TokenKind::Colon)?;
        let body = self.parse_block()?;
        let orelse = self.parse_else()?;
        Ok(self.block_stmt(start, StmtKind::While { test, body, orelse }))
    }

    fn parse_for(&mut self, flavor: Flavor) -> Parse<&'a Stmt<'a>> {
        let start = self.pos;
        self.pos += if flavor == Flavor::Async { 2 } else { 1 };
        let target = self.parse_star_targets()?;
        self.expect(TokenKind::In)?;
        let iter = self.parse_star_expressions()?;
        self.expect(TokenKind::Colon)?;
        let type_comment = self.parse_type_comment();
        let body = self.parse_block()?;
        let orelse = self.parse_else()?;
        let kind = match flavor {
            Flavor::Plain => StmtKind::For { target, iter, body, orelse, type_comment },
            Flavor::Async => {
                self.check_version(5)?;
                StmtKind::AsyncFor { target, iter, body, orelse, type_comment }
            }
        };
        Ok(self.block_stmt(start, kind))
    }

    fn parse_with(&mut self, flavor: Flavor) -> Parse<&'a Stmt<'a>> {
        let start = self.pos;
        self.pos += if flavor == Flavor::Async { 2 } else { 1 };
        let checkpoint = self.checkpoint();
        let header = match self.peek() {
            TokenKind::LeftParen => match self.parse_parenthesized_with_items(flavor) {
                Ok(header) => Ok(header),
                Err(Failed) => {
                    self.rewind(&checkpoint)?;
                    self.parse_with_items()
                }
            },
            _ => self.parse_with_items(),
        };
        let (items, type_comment) = header?;
        let body = self.parse_block()?;
        let kind = match flavor {
            Flavor::Plain => StmtKind::With { items, body, type_comment },
            Flavor::Async => {
                self.check_version(5)?;
                StmtKind::AsyncWith { items, body, type_comment }
            }
        };
        Ok(self.block_stmt(start, kind))
    }

    /// The items of a `with` in parentheses, the colon and the type comment. Fails where the
    /// parentheses belong to the first item.
    #[allow(clippy::type_complexity)]
    fn parse_parenthesized_with_items(
        &mut self,
        flavor: Flavor,
    ) -> Parse<(&'a [&'a WithItem<'a>], Option<&'a Text>)> {
        self.expect(TokenKind::LeftParen)?;
        self.enter(super::BRACKET_COST)?;
        let mut items = SmallVec::<[&'a WithItem<'a>; 4]>::new();
        loop {
            items.push(self.parse_with_item()?);
            if self.accept(TokenKind::RightParen) {
                break;
            }
            self.expect(TokenKind::Comma)?;
            if self.accept(TokenKind::RightParen) {
                break;
            }
        }
        self.leave(super::BRACKET_COST);
        self.expect(TokenKind::Colon)?;
        if flavor == Flavor::Async && self.peek() == TokenKind::TypeComment {
            return Err(Failed);
        }
        let type_comment = self.parse_type_comment();
        Ok((self.arena.alloc_slice_copy(&items), type_comment))
    }

    #[allow(clippy::type_complexity)]
    fn parse_with_items(&mut self) -> Parse<(&'a [&'a WithItem<'a>], Option<&'a Text>)> {
        let mut items = SmallVec::<[&'a WithItem<'a>; 4]>::new();
        loop {
            items.push(self.parse_with_item()?);
            if !self.accept(TokenKind::Comma) {
                break;
            }
        }
        self.expect(TokenKind::Colon)?;
        let type_comment = self.parse_type_comment();
        Ok((self.arena.alloc_slice_copy(&items), type_comment))
    }

    fn parse_with_item(&mut self) -> Parse<&'a WithItem<'a>> {
        let context_expr = self.parse_expression()?;
        let mut optional_vars = None;
        if self.accept(TokenKind::As) {
            optional_vars = Some(self.parse_star_target()?);
            if !matches!(self.peek(), TokenKind::Comma | TokenKind::RightParen | TokenKind::Colon) {
                return Err(Failed);
            }
        }
        Ok(self.arena.alloc(WithItem { context_expr, optional_vars }))
    }

    fn parse_try(&mut self) -> Parse<&'a Stmt<'a>> {
        let start = self.expect(TokenKind::Try)?;
        self.expect(TokenKind::Colon)?;
        let body = self.parse_block()?;
        let starred = self.peek() == TokenKind::Except && self.peek_at(1) == TokenKind::Star;
        let mut handlers = SmallVec::<[&'a ExceptHandler<'a>; 4]>::new();
        while self.peek() == TokenKind::Except && (self.peek_at(1) == TokenKind::Star) == starred {
            handlers.push(self.parse_handler(starred)?);
        }
        let orelse = if handlers.is_empty() { &[][..] } else { self.parse_else()? };
        let mut finalbody: &'a [&'a Stmt<'a>] = &[];
        if self.accept(TokenKind::Finally) {
            self.expect(TokenKind::Colon)?;
            finalbody = self.parse_block()?;
        } else if handlers.is_empty() {
            return Err(Failed);
        }
        let handlers = self.arena.alloc_slice_copy(&handlers);
        let kind = if starred {
            self.check_version(11)?;
            StmtKind::TryStar { body, handlers, orelse, finalbody }
        } else {
            StmtKind::Try { body, handlers, orelse, finalbody }
        };
        Ok(self.block_stmt(start, kind))
    }

    /// `except_block` or `except_star_block`
    fn parse_handler(&mut self, starred: bool) -> Parse<&'a ExceptHandler<'a>> {
        let start = self.pos;
        self.pos += if starred { 2 } else { 1 };
        let (mut type_, mut name) = (None, None);
        let mut unparenthesized = false;
        if starred || self.peek() != TokenKind::Colon {
            let first = self.pos;
            let expr = self.parse_expressions()?;
            unparenthesized = matches!(expr.kind, ExprKind::Tuple { .. })
                && expr.location == self.span(first)
                && { self.tokens[first].kind != TokenKind::LeftParen || !self.spans_parentheses(first) };
            type_ = Some(expr);
            if !unparenthesized && self.accept(TokenKind::As) {
                name = Some(self.expect_name()?);
            }
        }
        self.expect(TokenKind::Colon)?;
        let body = self.parse_block()?;
        if unparenthesized {
            self.check_version(14)?;
        }
        let kind = ExceptHandlerKind::ExceptHandler { type_, name, body };
        Ok(self.arena.alloc(ExceptHandler { kind, location: self.block_span(start) }))
    }

    /// Whether the tokens from `first` to the last one taken are one pair of parentheses.
    fn spans_parentheses(&self, first: usize) -> bool {
        let outside = self.tokens[first].level - 1;
        let inner = &self.tokens[first..self.pos - 1];
        self.tokens[self.pos - 1].kind == TokenKind::RightParen
            && inner.iter().all(|token| token.level > outside)
    }

    /// `match_stmt`, at the word `match`; nothing if that is a plain name here.
    fn parse_match(&mut self) -> Parse<Option<&'a Stmt<'a>>> {
        let start = self.pos;
        if !super::expression::starts_expression(self.peek_at(1)) {
            return Ok(None);
        }
        let checkpoint = self.checkpoint();
        self.pos += 1;
        let Ok(subject) = self.parse_match_header() else {
            self.rewind(&checkpoint)?;
            return Ok(None);
        };
        let mut cases = SmallVec::<[&'a MatchCase<'a>; 8]>::new();
        self.enter(super::BLOCK_COST)?;
        while !self.accept(TokenKind::Dedent) {
            cases.push(self.parse_case()?);
        }
        self.leave(super::BLOCK_COST);
        self.check_version(10)?;
        let cases = self.arena.alloc_slice_copy(&cases);
        Ok(Some(self.block_stmt(start, StmtKind::Match { subject, cases })))
    }

    /// The subject and what stands up to the first `case`.
    fn parse_match_header(&mut self) -> Parse<&'a Expr<'a>> {
        let start = self.pos;
        let mut subject = self.parse_star_named_expression()?;
        if self.accept(TokenKind::Comma) {
            let mark = self.exprs.len();
            self.exprs.push(subject);
            while super::expression::starts_expression(self.peek()) {
                let next = self.parse_star_named_expression()?;
                self.exprs.push(next);
                if !self.accept(TokenKind::Comma) {
                    break;
                }
            }
            let elts = self.take_exprs(mark);
            subject = self.expr(start, ExprKind::Tuple { elts, ctx: ExprContext::Load });
        } else if matches!(subject.kind, ExprKind::Starred { .. }) {
            return Err(Failed);
        }
        self.expect(TokenKind::Colon)?;
        self.expect(TokenKind::Newline)?;
        self.expect(TokenKind::Indent)?;
        if self.at_word(b"case") { Ok(subject) } else { Err(Failed) }
    }

    /// `case_block`
    fn parse_case(&mut self) -> Parse<&'a MatchCase<'a>> {
        if !self.at_word(b"case") {
            return Err(Failed);
        }
        self.pos += 1;
        let pattern = self.parse_patterns()?;
        let guard = if self.accept(TokenKind::If) { Some(self.parse_named_expression()?) } else { None };
        self.expect(TokenKind::Colon)?;
        let body = self.parse_block()?;
        Ok(self.arena.alloc(MatchCase { pattern, guard, body }))
    }
}
