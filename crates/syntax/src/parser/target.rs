//! Targets of assignments, loops, `with` and `del`.

use super::{Failed, Parse, Parser};
use crate::token::TokenKind;
use taipan_asdl::node::*;

impl<'a> Parser<'_, 'a> {
    /// `star_targets`: what a `for` assigns to.
    pub(super) fn parse_star_targets(&mut self) -> Parse<&'a Expr<'a>> {
        let start = self.pos;
        let first = self.parse_star_target()?;
        if self.peek() != TokenKind::Comma {
            return Ok(first);
        }
        let mark = self.exprs.len();
        self.exprs.push(first);
        while self.accept(TokenKind::Comma) {
            if !super::expression::starts_expression(self.peek()) {
                break;
            }
            let next = self.parse_star_target()?;
            self.exprs.push(next);
        }
        let elts = self.take_exprs(mark);
        Ok(self.expr(start, ExprKind::Tuple { elts, ctx: ExprContext::Store }))
    }

    /// `star_target`
    pub(super) fn parse_star_target(&mut self) -> Parse<&'a Expr<'a>> {
        let start = self.pos;
        let starred = self.accept(TokenKind::Star);
        let value = self.parse_primary()?;
        let value = self.as_target(value, ExprContext::Store)?;
        if !starred {
            return Ok(value);
        }
        Ok(self.expr(start, ExprKind::Starred { value, ctx: ExprContext::Store }))
    }

    /// `del_targets`
    pub(super) fn parse_del_targets(&mut self) -> Parse<&'a [&'a Expr<'a>]> {
        let mark = self.exprs.len();
        loop {
            let target = self.parse_primary()?;
            let target = self.as_target(target, ExprContext::Del)?;
            self.exprs.push(target);
            if !self.accept(TokenKind::Comma)
                || matches!(self.peek(), TokenKind::Newline | TokenKind::Semicolon)
            {
                break;
            }
        }
        Ok(self.take_exprs(mark))
    }

    /// `expr`, read as a value, as a target; fails if it can't be one.
    pub(super) fn as_target(&mut self, expr: &'a Expr<'a>, ctx: ExprContext) -> Parse<&'a Expr<'a>> {
        let kind = match expr.kind {
            ExprKind::Name { id, .. } => ExprKind::Name { id, ctx },
            ExprKind::Attribute { value, attr, .. } => ExprKind::Attribute { value, attr, ctx },
            ExprKind::Subscript { value, slice, .. } => ExprKind::Subscript { value, slice, ctx },
            ExprKind::Tuple { elts, .. } => ExprKind::Tuple { elts: self.as_targets(elts, ctx)?, ctx },
            ExprKind::List { elts, .. } => ExprKind::List { elts: self.as_targets(elts, ctx)?, ctx },
            ExprKind::Starred { value, .. } if ctx == ExprContext::Store => {
                if matches!(value.kind, ExprKind::Starred { .. }) {
                    return Err(Failed);
                }
                ExprKind::Starred { value: self.as_target(value, ctx)?, ctx }
            }
            _ => return Err(Failed),
        };
        Ok(self.arena.alloc(Expr { kind, location: expr.location }))
    }

    fn as_targets(&mut self, elts: &'a [&'a Expr<'a>], ctx: ExprContext) -> Parse<&'a [&'a Expr<'a>]> {
        let mark = self.exprs.len();
        for &element in elts {
            let target = self.as_target(element, ctx)?;
            self.exprs.push(target);
        }
        Ok(self.take_exprs(mark))
    }
}
