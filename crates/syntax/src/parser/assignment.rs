//! Assignments and expression statements.

use super::{Failed, Parse, Parser};
use crate::token::TokenKind;
use taipan_asdl::node::*;

impl<'a> Parser<'_, 'a> {
    /// Reads an expression statement or any kind of assignment.
    pub(super) fn parse_expression_statement(&mut self) -> Parse<&'a Stmt<'a>> {
        let start = self.pos;
        // The commonest statement: one name that something is assigned to.
        if self.peek() == TokenKind::Name && self.peek_at(1) == TokenKind::Equal {
            let id = self.expect_name()?;
            let target = self.expr(start, ExprKind::Name { id, ctx: ExprContext::Store });
            return self.parse_assignment(start, target);
        }
        let value = self.parse_star_expressions()?;
        match self.peek() {
            TokenKind::Equal => {
                let target = self.as_target(value, ExprContext::Store)?;
                self.parse_assignment(start, target)
            }
            TokenKind::Colon => self.parse_annotated_assignment(start, value),
            kind => match augmented_operator(kind) {
                Some(op) => self.parse_augmented_assignment(start, value, op),
                None => Ok(self.stmt(start, StmtKind::Expr { value })),
            },
        }
    }

    /// Reads the rest of an assignment behind its first target.
    fn parse_assignment(&mut self, start: usize, first: &'a Expr<'a>) -> Parse<&'a Stmt<'a>> {
        let mark = self.exprs.len();
        self.exprs.push(first);
        let value = loop {
            self.expect(TokenKind::Equal)?;
            if self.peek() == TokenKind::Yield {
                break self.parse_yield()?;
            }
            let value = self.parse_star_expressions()?;
            if self.peek() != TokenKind::Equal {
                break value;
            }
            let target = self.as_target(value, ExprContext::Store)?;
            self.exprs.push(target);
        };
        let targets = self.take_exprs(mark);
        let type_comment = self.parse_type_comment();
        Ok(self.stmt(start, StmtKind::Assign { targets, value, type_comment }))
    }

    /// Whether a target such as `(a).b` or `(a[0])().b` begins with parentheses around what could be
    /// a target itself. CPython's grammar then takes the parentheses for the whole target, wants a
    /// colon behind them, and does not look further; `(a()).b` is none of these, and fine.
    fn begins_with_target_in_parentheses(&self, start: usize, target: &Expr<'_>) -> bool {
        let begin = self.tokens[start].location;
        let mut node = target;
        let mut is_whole = true;
        while (node.location.lineno, node.location.col_offset) == (begin.lineno, begin.col_offset) {
            node = match node.kind {
                ExprKind::Attribute { value, .. } | ExprKind::Subscript { value, .. } => value,
                ExprKind::Call { func, .. } => func,
                _ => return false,
            };
            is_whole = false;
        }
        !is_whole && is_single_target(node)
    }

    fn parse_annotated_assignment(&mut self, start: usize, target: &'a Expr<'a>) -> Parse<&'a Stmt<'a>> {
        if !is_single_target(target) || self.begins_with_target_in_parentheses(start, target) {
            return Err(Failed);
        }
        let target = self.as_target(target, ExprContext::Store)?;
        self.expect(TokenKind::Colon)?;
        let annotation = self.parse_expression()?;
        let value = if self.accept(TokenKind::Equal) { Some(self.parse_annotated_rhs()?) } else { None };
        let simple = i32::from(
            self.tokens[start].kind == TokenKind::Name && matches!(target.kind, ExprKind::Name { .. }),
        );
        self.check_version(6)?;
        Ok(self.stmt(start, StmtKind::AnnAssign { target, annotation, value, simple }))
    }

    fn parse_augmented_assignment(
        &mut self,
        start: usize,
        target: &'a Expr<'a>,
        op: Operator,
    ) -> Parse<&'a Stmt<'a>> {
        if !is_single_target(target) {
            return Err(Failed);
        }
        let target = self.as_target(target, ExprContext::Store)?;
        self.pos += 1;
        if op == Operator::MatMult {
            self.check_version(5)?;
        }
        let value = self.parse_annotated_rhs()?;
        Ok(self.stmt(start, StmtKind::AugAssign { target, op, value }))
    }
}

/// `single_target`, parentheses around it having left no trace.
fn is_single_target(expr: &Expr<'_>) -> bool {
    matches!(expr.kind, ExprKind::Name { .. } | ExprKind::Attribute { .. } | ExprKind::Subscript { .. })
}

fn augmented_operator(kind: TokenKind) -> Option<Operator> {
    Some(match kind {
        TokenKind::PlusEqual => Operator::Add,
        TokenKind::MinusEqual => Operator::Sub,
        TokenKind::StarEqual => Operator::Mult,
        TokenKind::AtEqual => Operator::MatMult,
        TokenKind::SlashEqual => Operator::Div,
        TokenKind::PercentEqual => Operator::Mod,
        TokenKind::AmpersandEqual => Operator::BitAnd,
        TokenKind::VerticalBarEqual => Operator::BitOr,
        TokenKind::CircumflexEqual => Operator::BitXor,
        TokenKind::LeftShiftEqual => Operator::LShift,
        TokenKind::RightShiftEqual => Operator::RShift,
        TokenKind::DoubleStarEqual => Operator::Pow,
        TokenKind::DoubleSlashEqual => Operator::FloorDiv,
        _ => return None,
    })
}
