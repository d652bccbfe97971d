//! Function and class definitions, their decorators and type parameters.

use super::{Failed, Parse, Parser};
use crate::token::TokenKind;
use smallvec::SmallVec;
use taipan_asdl::node::*;
use taipan_text::Text;

impl<'a> Parser<'_, 'a> {
    /// A definition with decorators, at the first `@`.
    pub(super) fn parse_decorated(&mut self) -> Parse<&'a Stmt<'a>> {
        let mark = self.exprs.len();
        while self.accept(TokenKind::At) {
            let decorator = self.parse_named_expression()?;
            self.exprs.push(decorator);
            self.expect(TokenKind::Newline)?;
        }
        let decorators = self.take_exprs(mark);
        match self.peek() {
            TokenKind::Def => self.parse_function(decorators),
            TokenKind::Async if self.peek_at(1) == TokenKind::Def => self.parse_function(decorators),
            TokenKind::Class => self.parse_class(decorators),
            _ => Err(Failed),
        }
    }

    /// `function_def_raw`
    pub(super) fn parse_function(&mut self, decorator_list: &'a [&'a Expr<'a>]) -> Parse<&'a Stmt<'a>> {
        let start = self.pos;
        let is_async = self.accept(TokenKind::Async);
        self.expect(TokenKind::Def)?;
        let name = self.expect_name()?;
        let type_params = self.parse_type_params()?;
        let args = self.parse_parameters()?;
        let returns = if self.accept(TokenKind::RightArrow) { Some(self.parse_expression()?) } else { None };
        self.expect(TokenKind::Colon)?;
        let type_comment = self.parse_function_type_comment();
        let body = self.parse_block()?;
        let kind = if is_async {
            self.check_version(5)?;
            StmtKind::AsyncFunctionDef {
                name,
                args,
                body,
                decorator_list,
                returns,
                type_comment,
                type_params,
            }
        } else {
            StmtKind::FunctionDef { name, args, body, decorator_list, returns, type_comment, type_params }
        };
        Ok(self.block_stmt(start, kind))
    }

    /// `func_type_comment`: on the line of the `def` or alone on the next one.
    fn parse_function_type_comment(&mut self) -> Option<&'a Text> {
        let on_next_line = self.peek() == TokenKind::Newline
            && self.peek_at(1) == TokenKind::TypeComment
            && self.peek_at(2) == TokenKind::Newline
            && self.peek_at(3) == TokenKind::Indent;
        self.pos += usize::from(on_next_line);
        self.parse_type_comment()
    }

    /// `class_def_raw`
    pub(super) fn parse_class(&mut self, decorator_list: &'a [&'a Expr<'a>]) -> Parse<&'a Stmt<'a>> {
        let start = self.expect(TokenKind::Class)?;
        let name = self.expect_name()?;
        let type_params = self.parse_type_params()?;
        let (mut bases, mut keywords): (&'a [_], &'a [_]) = (&[], &[]);
        if self.accept(TokenKind::LeftParen) && !self.accept(TokenKind::RightParen) {
            self.enter(super::BRACKET_COST)?;
            let arguments = self.parse_arguments(None)?;
            self.leave(super::BRACKET_COST);
            (bases, keywords) = (arguments.args, arguments.keywords);
        }
        self.expect(TokenKind::Colon)?;
        let body = self.parse_block()?;
        let kind = StmtKind::ClassDef { name, bases, keywords, body, decorator_list, type_params };
        Ok(self.block_stmt(start, kind))
    }

    /// `[type_params]`
    pub(super) fn parse_type_params(&mut self) -> Parse<&'a [&'a TypeParam<'a>]> {
        if !self.accept(TokenKind::LeftBracket) {
            return Ok(&[]);
        }
        self.enter(super::BRACKET_COST)?;
        let mut params = SmallVec::<[&'a TypeParam<'a>; 4]>::new();
        loop {
            params.push(self.parse_type_param()?);
            if self.accept(TokenKind::RightBracket) {
                break;
            }
            self.expect(TokenKind::Comma)?;
            if self.accept(TokenKind::RightBracket) {
                break;
            }
        }
        self.leave(super::BRACKET_COST);
        self.check_version(12)?;
        Ok(self.arena.alloc_slice_copy(&params))
    }

    fn parse_type_param(&mut self) -> Parse<&'a TypeParam<'a>> {
        let start = self.pos;
        let kind = if self.accept(TokenKind::Star) {
            let name = self.expect_name()?;
            let default_value = self.parse_type_param_default(Self::parse_star_expression)?;
            TypeParamKind::TypeVarTuple { name, default_value }
        } else if self.accept(TokenKind::DoubleStar) {
            let name = self.expect_name()?;
            let default_value = self.parse_type_param_default(Self::parse_expression)?;
            TypeParamKind::ParamSpec { name, default_value }
        } else {
            let name = self.expect_name()?;
            let bound = if self.accept(TokenKind::Colon) { Some(self.parse_expression()?) } else { None };
            let default_value = self.parse_type_param_default(Self::parse_expression)?;
            TypeParamKind::TypeVar { name, bound, default_value }
        };
        Ok(self.arena.alloc(TypeParam { kind, location: self.span(start) }))
    }

    fn parse_type_param_default(
        &mut self,
        read: fn(&mut Self) -> Parse<&'a Expr<'a>>,
    ) -> Parse<Option<&'a Expr<'a>>> {
        if !self.accept(TokenKind::Equal) {
            return Ok(None);
        }
        let value = read(self)?;
        self.check_version(13)?;
        Ok(Some(value))
    }
}
