//! Calls and their arguments.

use super::{BRACKET_COST, Failed, Parse, Parser};
use crate::token::TokenKind;
use taipan_asdl::node::*;

/// The arguments of a call or of a class definition.
pub(super) struct Arguments<'a> {
    pub(super) args: &'a [&'a Expr<'a>],
    pub(super) keywords: &'a [&'a Keyword<'a>],
}

impl<'a> Parser<'_, 'a> {
    /// Reads the call of `func`, from the parenthesis on.
    pub(super) fn parse_call(&mut self, start: usize, func: &'a Expr<'a>) -> Parse<&'a Expr<'a>> {
        let open = self.pos;
        self.pos += 1;
        if self.accept(TokenKind::RightParen) {
            return Ok(self.expr(start, ExprKind::Call { func, args: &[], keywords: &[] }));
        }
        self.enter(BRACKET_COST)?;
        let Arguments { args, keywords } = self.parse_arguments(Some(open))?;
        self.leave(BRACKET_COST);
        Ok(self.expr(start, ExprKind::Call { func, args, keywords }))
    }

    /// `arguments` and the closing parenthesis. If the call's parenthesis is given, a generator
    /// expression may be the only argument and shares it.
    pub(super) fn parse_arguments(&mut self, open: Option<usize>) -> Parse<Arguments<'a>> {
        let mark = self.exprs.len();
        let mut keywords = smallvec::SmallVec::<[&'a Keyword<'a>; 4]>::new();
        let mut unpacked = false;
        loop {
            match self.peek() {
                TokenKind::DoubleStar => {
                    keywords.push(self.parse_keyword_unpacking()?);
                    unpacked = true;
                }
                TokenKind::Star => {
                    if unpacked {
                        return Err(Failed);
                    }
                    let value = self.parse_starred_argument()?;
                    self.exprs.push(value);
                }
                TokenKind::Name if self.peek_at(1) == TokenKind::Equal => {
                    keywords.push(self.parse_keyword()?)
                }
                _ => {
                    if !keywords.is_empty() {
                        return Err(Failed);
                    }
                    let first = self.exprs.len() == mark;
                    let value = self.parse_named_expression()?;
                    if matches!(self.peek(), TokenKind::For | TokenKind::Async) {
                        let (true, Some(open)) = (first, open) else { return Err(Failed) };
                        let generators = self.parse_for_if_clauses()?;
                        self.expect(TokenKind::RightParen)?;
                        let argument = self.expr(open, ExprKind::GeneratorExp { elt: value, generators });
                        let args = self.arena.alloc_slice_copy(&[argument]);
                        return Ok(Arguments { args, keywords: &[] });
                    }
                    self.exprs.push(value);
                }
            }
            if self.accept(TokenKind::RightParen) {
                break;
            }
            self.expect(TokenKind::Comma)?;
            if self.accept(TokenKind::RightParen) {
                break;
            }
        }
        let args = self.take_exprs(mark);
        Ok(Arguments { args, keywords: self.arena.alloc_slice_copy(&keywords) })
    }

    /// `'*' expression`
    pub(super) fn parse_starred_argument(&mut self) -> Parse<&'a Expr<'a>> {
        let start = self.expect(TokenKind::Star)?;
        let value = self.parse_expression()?;
        Ok(self.expr(start, ExprKind::Starred { value, ctx: ExprContext::Load }))
    }

    fn parse_keyword(&mut self) -> Parse<&'a Keyword<'a>> {
        let start = self.pos;
        let arg = Some(self.expect_name()?);
        self.pos += 1;
        let value = self.parse_expression()?;
        Ok(self.arena.alloc(Keyword { arg, value, location: self.span(start) }))
    }

    fn parse_keyword_unpacking(&mut self) -> Parse<&'a Keyword<'a>> {
        let start = self.pos;
        self.pos += 1;
        let value = self.parse_expression()?;
        Ok(self.arena.alloc(Keyword { arg: None, value, location: self.span(start) }))
    }
}
