//! Atoms: names, literals, and everything in brackets.

use super::{BRACKET_COST, Failed, Parse, Parser};
use crate::literal::number;
use crate::token::TokenKind;
use taipan_asdl::Constant;
use taipan_asdl::node::*;
use taipan_text::Text;

impl<'a> Parser<'_, 'a> {
    /// The atom here, if it is a single token that no error can come of.
    #[inline(always)]
    pub(super) fn parse_simple_atom(&mut self) -> Option<&'a Expr<'a>> {
        let kind = match self.peek() {
            TokenKind::Name => {
                let id = self.intern_token(self.pos);
                ExprKind::Name { id, ctx: ExprContext::Load }
            }
            TokenKind::None => constant(Constant::None),
            TokenKind::True => constant(Constant::Bool(true)),
            TokenKind::False => constant(Constant::Bool(false)),
            TokenKind::Ellipsis => constant(Constant::Ellipsis),
            _ => return None,
        };
        let location = self.tokens[self.pos].location;
        self.pos += 1;
        Some(self.arena.alloc(Expr { kind, location }))
    }

    /// `atom`
    #[inline]
    pub(super) fn parse_atom(&mut self) -> Parse<&'a Expr<'a>> {
        if let Some(expr) = self.parse_simple_atom() {
            return Ok(expr);
        }
        match self.peek() {
            TokenKind::Number => self.parse_number(),
            TokenKind::String | TokenKind::FStringStart | TokenKind::TStringStart => self.parse_strings(),
            TokenKind::LeftParen => self.in_bracket(Self::parse_parenthesized),
            TokenKind::LeftBracket => self.in_bracket(Self::parse_list),
            TokenKind::LeftBrace => self.in_bracket(Self::parse_braces),
            _ => Err(Failed),
        }
    }

    /// Reads something in brackets, counting the depth.
    #[inline]
    fn in_bracket(&mut self, read: fn(&mut Self) -> Parse<&'a Expr<'a>>) -> Parse<&'a Expr<'a>> {
        self.enter(BRACKET_COST)?;
        let expr = read(self)?;
        self.leave(BRACKET_COST);
        Ok(expr)
    }

    /// A number.
    pub(super) fn parse_number(&mut self) -> Parse<&'a Expr<'a>> {
        let start = self.expect(TokenKind::Number)?;
        let text = self.token_bytes(start);
        if self.options.feature_version < 6 && text.contains(&b'_') {
            return self.raise();
        }
        match number::parse(text, self.options.int_max_str_digits, self.arena) {
            Ok(value) => Ok(self.expr(start, constant(value))),
            Err(_) => self.raise(),
        }
    }

    /// `tuple`, `group` or `genexp`.
    fn parse_parenthesized(&mut self) -> Parse<&'a Expr<'a>> {
        let start = self.pos;
        self.pos += 1;
        if self.accept(TokenKind::RightParen) {
            return Ok(self.expr(start, ExprKind::Tuple { elts: &[], ctx: ExprContext::Load }));
        }
        if self.peek() == TokenKind::Yield {
            let value = self.parse_yield()?;
            self.expect(TokenKind::RightParen)?;
            return Ok(value);
        }
        let first = self.parse_star_named_expression()?;
        match self.peek() {
            TokenKind::Comma => {
                let elts = self.parse_elements(first, TokenKind::RightParen)?;
                Ok(self.expr(start, ExprKind::Tuple { elts, ctx: ExprContext::Load }))
            }
            _ if matches!(first.kind, ExprKind::Starred { .. }) => Err(Failed),
            TokenKind::RightParen => {
                self.pos += 1;
                Ok(first)
            }
            TokenKind::For | TokenKind::Async => {
                let generators = self.parse_for_if_clauses()?;
                self.expect(TokenKind::RightParen)?;
                Ok(self.expr(start, ExprKind::GeneratorExp { elt: first, generators }))
            }
            _ => Err(Failed),
        }
    }

    /// Reads the elements behind the first one, and the bracket `close`.
    fn parse_elements(&mut self, first: &'a Expr<'a>, close: TokenKind) -> Parse<&'a [&'a Expr<'a>]> {
        let mark = self.exprs.len();
        self.exprs.push(first);
        while !self.accept(close) {
            self.expect(TokenKind::Comma)?;
            if self.accept(close) {
                break;
            }
            let next = self.parse_star_named_expression()?;
            self.exprs.push(next);
        }
        Ok(self.take_exprs(mark))
    }

    /// `list` or `listcomp`.
    fn parse_list(&mut self) -> Parse<&'a Expr<'a>> {
        let start = self.pos;
        self.pos += 1;
        if self.accept(TokenKind::RightBracket) {
            return Ok(self.expr(start, ExprKind::List { elts: &[], ctx: ExprContext::Load }));
        }
        let first = self.parse_star_named_expression()?;
        if matches!(self.peek(), TokenKind::For | TokenKind::Async) {
            if matches!(first.kind, ExprKind::Starred { .. }) {
                return Err(Failed);
            }
            let generators = self.parse_for_if_clauses()?;
            self.expect(TokenKind::RightBracket)?;
            return Ok(self.expr(start, ExprKind::ListComp { elt: first, generators }));
        }
        let elts = self.parse_elements(first, TokenKind::RightBracket)?;
        Ok(self.expr(start, ExprKind::List { elts, ctx: ExprContext::Load }))
    }

    /// `dict`, `set`, `dictcomp` or `setcomp`.
    fn parse_braces(&mut self) -> Parse<&'a Expr<'a>> {
        let start = self.pos;
        self.pos += 1;
        if self.accept(TokenKind::RightBrace) {
            return Ok(self.expr(start, ExprKind::Dict { keys: &[], values: &[] }));
        }
        if self.peek() == TokenKind::DoubleStar {
            return self.parse_dict(start, None);
        }
        let named = self.peek_at(1) == TokenKind::ColonEqual;
        let first = self.parse_star_named_expression()?;
        let starred =
            matches!(first.kind, ExprKind::Starred { .. }) && self.tokens[start + 1].kind == TokenKind::Star;
        match self.peek() {
            TokenKind::Colon if !starred && !named => self.parse_dict(start, Some(first)),
            TokenKind::For | TokenKind::Async if !starred => {
                let generators = self.parse_for_if_clauses()?;
                self.expect(TokenKind::RightBrace)?;
                Ok(self.expr(start, ExprKind::SetComp { elt: first, generators }))
            }
            _ => {
                let elts = self.parse_elements(first, TokenKind::RightBrace)?;
                Ok(self.expr(start, ExprKind::Set { elts }))
            }
        }
    }

    /// Reads a dict display or comprehension from behind its first key, or from `**` on.
    fn parse_dict(&mut self, start: usize, first_key: Option<&'a Expr<'a>>) -> Parse<&'a Expr<'a>> {
        let mark = self.exprs.len();
        let key_mark = self.optional_exprs.len();
        let mut pending_key = first_key;
        loop {
            if pending_key.is_none() && self.accept(TokenKind::DoubleStar) {
                let value = self.parse_bitwise_or()?;
                self.optional_exprs.push(None);
                self.exprs.push(value);
            } else {
                let key = match pending_key {
                    Some(key) => key,
                    None => self.parse_expression()?,
                };
                self.expect(TokenKind::Colon)?;
                let value = self.parse_expression()?;
                if pending_key.is_some() && matches!(self.peek(), TokenKind::For | TokenKind::Async) {
                    let generators = self.parse_for_if_clauses()?;
                    self.expect(TokenKind::RightBrace)?;
                    return Ok(self.expr(start, ExprKind::DictComp { key, value, generators }));
                }
                self.optional_exprs.push(Some(key));
                self.exprs.push(value);
            }
            pending_key = None;
            if self.accept(TokenKind::RightBrace) {
                break;
            }
            self.expect(TokenKind::Comma)?;
            if self.accept(TokenKind::RightBrace) {
                break;
            }
        }
        let values = self.take_exprs(mark);
        let keys = self.take_optional_exprs(key_mark);
        Ok(self.expr(start, ExprKind::Dict { keys, values }))
    }
}

/// A constant without the prefix `u`.
#[inline]
pub(super) fn constant(value: Constant<'_>) -> ExprKind<'_> {
    ExprKind::Constant { value, kind: None::<&Text> }
}
