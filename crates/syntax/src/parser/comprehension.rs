//! The `for` and `if` clauses of comprehensions.

use super::{Failed, Parse, Parser};
use crate::token::TokenKind;
use taipan_asdl::node::*;

impl<'a> Parser<'_, 'a> {
    /// `for_if_clauses`, at the first `for` or `async`.
    pub(super) fn parse_for_if_clauses(&mut self) -> Parse<&'a [&'a Comprehension<'a>]> {
        let mut clauses = smallvec::SmallVec::<[&'a Comprehension<'a>; 2]>::new();
        while matches!(self.peek(), TokenKind::For | TokenKind::Async) {
            clauses.push(self.parse_for_if_clause()?);
        }
        if clauses.is_empty() {
            return Err(Failed);
        }
        Ok(self.arena.alloc_slice_copy(&clauses))
    }

    fn parse_for_if_clause(&mut self) -> Parse<&'a Comprehension<'a>> {
        let is_async = self.accept(TokenKind::Async);
        self.expect(TokenKind::For)?;
        let target = self.parse_star_targets()?;
        self.expect(TokenKind::In)?;
        let iter = self.parse_disjunction()?;
        let mark = self.exprs.len();
        while self.accept(TokenKind::If) {
            let condition = self.parse_disjunction()?;
            self.exprs.push(condition);
        }
        let ifs = self.take_exprs(mark);
        if is_async {
            self.check_version(6)?;
        }
        Ok(self.arena.alloc(Comprehension { target, iter, ifs, is_async: i32::from(is_async) }))
    }
}
