//! Subscripts and slices.

use super::{BRACKET_COST, Parse, Parser};
use crate::token::TokenKind;
use taipan_asdl::node::*;

impl<'a> Parser<'_, 'a> {
    /// Reads what stands in the brackets here: `slices`.
    pub(super) fn parse_subscript(&mut self) -> Parse<&'a Expr<'a>> {
        self.expect(TokenKind::LeftBracket)?;
        self.enter(BRACKET_COST)?;
        let start = self.pos;
        let starred = self.peek() == TokenKind::Star;
        let first = self.parse_subscript_element()?;
        if !starred && self.peek() != TokenKind::Comma {
            self.expect(TokenKind::RightBracket)?;
            self.leave(BRACKET_COST);
            return Ok(first);
        }
        let mark = self.exprs.len();
        self.exprs.push(first);
        while self.accept(TokenKind::Comma) {
            if self.peek() == TokenKind::RightBracket {
                break;
            }
            let next = self.parse_subscript_element()?;
            self.exprs.push(next);
        }
        let elts = self.take_exprs(mark);
        let slice = self.expr(start, ExprKind::Tuple { elts, ctx: ExprContext::Load });
        self.expect(TokenKind::RightBracket)?;
        self.leave(BRACKET_COST);
        Ok(slice)
    }

    /// `slice | starred_expression`
    fn parse_subscript_element(&mut self) -> Parse<&'a Expr<'a>> {
        let start = self.pos;
        let lower = match self.peek() {
            TokenKind::Star => return self.parse_starred_argument(),
            TokenKind::Colon => None,
            TokenKind::Name if self.peek_at(1) == TokenKind::ColonEqual => {
                return self.parse_named_expression();
            }
            _ => {
                let value = self.parse_expression()?;
                if self.peek() != TokenKind::Colon {
                    return Ok(value);
                }
                Some(value)
            }
        };
        self.pos += 1;
        let upper = self.parse_slice_bound()?;
        let step = if self.accept(TokenKind::Colon) { self.parse_slice_bound()? } else { None };
        Ok(self.expr(start, ExprKind::Slice { lower, upper, step }))
    }

    fn parse_slice_bound(&mut self) -> Parse<Option<&'a Expr<'a>>> {
        match self.peek() {
            TokenKind::Colon | TokenKind::Comma | TokenKind::RightBracket => Ok(None),
            _ => self.parse_expression().map(Some),
        }
    }
}
