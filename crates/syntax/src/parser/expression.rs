//! Expressions from `star_expressions` down to unary operators.

use super::{Failed, Parse, Parser};
use crate::token::TokenKind;
use taipan_asdl::node::*;

// Binding powers of operators, loosest first. A function that reads operands binding at least as
// tight as `p` stands for the grammar's rule of that level.
const OR: u8 = 1;
const AND: u8 = 2;
const NOT: u8 = 3;
const COMPARISON: u8 = 4;
const BIT_OR: u8 = 5;
const BIT_XOR: u8 = 6;
const BIT_AND: u8 = 7;
const SHIFT: u8 = 8;
const SUM: u8 = 9;
const TERM: u8 = 10;

/// What a lambda adds to the depth of CPython's parser.
const LAMBDA_COST: u32 = 2;

/// An expression that waits for its last operand.
enum OpenExpression<'a> {
    Conditional { start: usize, body: &'a Expr<'a>, test: &'a Expr<'a> },
    Lambda { start: usize, args: &'a Arguments<'a> },
}

/// A sign or power that waits for its right operand.
enum OpenFactor<'a> {
    Sign { start: usize, op: UnaryOp },
    Power { start: usize, base: &'a Expr<'a> },
}

/// The binding power of each token as a binary operator; 0 for those that are none.
static POWERS: [u8; 128] = {
    let mut table = [0; 128];
    table[TokenKind::Or as usize] = OR;
    table[TokenKind::And as usize] = AND;
    table[TokenKind::EqualEqual as usize] = COMPARISON;
    table[TokenKind::NotEqual as usize] = COMPARISON;
    table[TokenKind::Less as usize] = COMPARISON;
    table[TokenKind::LessEqual as usize] = COMPARISON;
    table[TokenKind::Greater as usize] = COMPARISON;
    table[TokenKind::GreaterEqual as usize] = COMPARISON;
    table[TokenKind::In as usize] = COMPARISON;
    table[TokenKind::Is as usize] = COMPARISON;
    table[TokenKind::Not as usize] = COMPARISON;
    table[TokenKind::VerticalBar as usize] = BIT_OR;
    table[TokenKind::Circumflex as usize] = BIT_XOR;
    table[TokenKind::Ampersand as usize] = BIT_AND;
    table[TokenKind::LeftShift as usize] = SHIFT;
    table[TokenKind::RightShift as usize] = SHIFT;
    table[TokenKind::Plus as usize] = SUM;
    table[TokenKind::Minus as usize] = SUM;
    table[TokenKind::Star as usize] = TERM;
    table[TokenKind::Slash as usize] = TERM;
    table[TokenKind::DoubleSlash as usize] = TERM;
    table[TokenKind::Percent as usize] = TERM;
    table[TokenKind::At as usize] = TERM;
    table
};

#[inline(always)]
fn power_of(kind: TokenKind) -> u8 {
    POWERS[kind as usize & 127]
}

impl<'a> Parser<'_, 'a> {
    /// `star_expressions`: one expression or a tuple without parentheses, stars allowed.
    #[inline]
    pub(super) fn parse_star_expressions(&mut self) -> Parse<&'a Expr<'a>> {
        let start = self.pos;
        let first = self.parse_star_expression()?;
        if self.peek() != TokenKind::Comma {
            return Ok(first);
        }
        self.finish_tuple(start, first, Self::parse_star_expression)
    }

    /// `expressions`: one expression or a tuple without parentheses.
    pub(super) fn parse_expressions(&mut self) -> Parse<&'a Expr<'a>> {
        let start = self.pos;
        let first = self.parse_expression()?;
        if self.peek() != TokenKind::Comma {
            return Ok(first);
        }
        self.finish_tuple(start, first, Self::parse_expression)
    }

    /// Reads the rest of a tuple without parentheses, from the first comma on.
    fn finish_tuple(
        &mut self,
        start: usize,
        first: &'a Expr<'a>,
        element: fn(&mut Self) -> Parse<&'a Expr<'a>>,
    ) -> Parse<&'a Expr<'a>> {
        let mark = self.exprs.len();
        self.exprs.push(first);
        while self.accept(TokenKind::Comma) {
            if !starts_expression(self.peek()) {
                break;
            }
            let next = element(self)?;
            self.exprs.push(next);
        }
        let elts = self.take_exprs(mark);
        Ok(self.expr(start, ExprKind::Tuple { elts, ctx: ExprContext::Load }))
    }

    /// `star_expression`
    #[inline]
    pub(super) fn parse_star_expression(&mut self) -> Parse<&'a Expr<'a>> {
        if self.peek() == TokenKind::Star { self.parse_starred_bitwise_or() } else { self.parse_expression() }
    }

    /// `star_named_expression`
    #[inline]
    pub(super) fn parse_star_named_expression(&mut self) -> Parse<&'a Expr<'a>> {
        if self.peek() == TokenKind::Star {
            self.parse_starred_bitwise_or()
        } else {
            self.parse_named_expression()
        }
    }

    fn parse_starred_bitwise_or(&mut self) -> Parse<&'a Expr<'a>> {
        let start = self.pos;
        self.pos += 1;
        let value = self.parse_bitwise_or()?;
        Ok(self.expr(start, ExprKind::Starred { value, ctx: ExprContext::Load }))
    }

    /// `named_expression`: an expression, or an assignment expression.
    #[inline]
    pub(super) fn parse_named_expression(&mut self) -> Parse<&'a Expr<'a>> {
        if self.peek() == TokenKind::Name && self.peek_at(1) == TokenKind::ColonEqual {
            return self.parse_assignment_expression();
        }
        self.parse_expression()
    }

    /// `assignment_expression`, at its name.
    fn parse_assignment_expression(&mut self) -> Parse<&'a Expr<'a>> {
        let start = self.pos;
        let id = self.expect_name()?;
        let target = self.expr(start, ExprKind::Name { id, ctx: ExprContext::Store });
        self.expect(TokenKind::ColonEqual)?;
        let value = self.parse_expression()?;
        self.check_version(8)?;
        Ok(self.expr(start, ExprKind::NamedExpr { target, value }))
    }

    /// `annotated_rhs`: what may stand right of an assignment.
    #[inline]
    pub(super) fn parse_annotated_rhs(&mut self) -> Parse<&'a Expr<'a>> {
        if self.peek() == TokenKind::Yield { self.parse_yield() } else { self.parse_star_expressions() }
    }

    /// `yield_expr`, at its keyword.
    pub(super) fn parse_yield(&mut self) -> Parse<&'a Expr<'a>> {
        let start = self.expect(TokenKind::Yield)?;
        if self.accept(TokenKind::From) {
            let value = self.parse_expression()?;
            return Ok(self.expr(start, ExprKind::YieldFrom { value }));
        }
        let value = if starts_expression(self.peek()) { Some(self.parse_star_expressions()?) } else { None };
        Ok(self.expr(start, ExprKind::Yield { value }))
    }

    /// `expression`: a conditional expression, a lambda, or anything that binds tighter.
    #[inline]
    pub(super) fn parse_expression(&mut self) -> Parse<&'a Expr<'a>> {
        // Most expressions are a name or a literal alone.
        if is_expression_end(self.peek_at(1))
            && let Some(expr) = self.parse_simple_atom()
        {
            return Ok(expr);
        }
        if self.peek() == TokenKind::Lambda {
            return self.parse_nested_expression(None);
        }
        let start = self.pos;
        let body = self.parse_disjunction()?;
        if self.peek() != TokenKind::If {
            return Ok(body);
        }
        self.parse_nested_expression(Some((start, body)))
    }

    /// Reads conditional expressions and lambdas, which nest to the right, without recursion. If the
    /// first disjunction was read already, with its start, the next token is an `if`.
    fn parse_nested_expression(&mut self, mut first: Option<(usize, &'a Expr<'a>)>) -> Parse<&'a Expr<'a>> {
        let level = self.level;
        let mut open = Vec::new();
        let mut innermost = loop {
            let start = self.pos;
            if first.is_none() && self.peek() == TokenKind::Lambda {
                self.pos += 1;
                self.enter(LAMBDA_COST)?;
                let args = self.parse_lambda_parameters()?;
                self.expect(TokenKind::Colon)?;
                open.push(OpenExpression::Lambda { start, args });
                continue;
            }
            let (start, body) = match first.take() {
                Some(first) => first,
                None => (start, self.parse_disjunction()?),
            };
            if !self.accept(TokenKind::If) {
                break body;
            }
            let test = self.parse_disjunction()?;
            self.expect(TokenKind::Else)?;
            self.enter(1)?;
            open.push(OpenExpression::Conditional { start, body, test });
        };
        self.level = level;
        while let Some(outer) = open.pop() {
            innermost = match outer {
                OpenExpression::Lambda { start, args } => {
                    self.expr(start, ExprKind::Lambda { args, body: innermost })
                }
                OpenExpression::Conditional { start, body, test } => {
                    self.expr(start, ExprKind::IfExp { test, body, orelse: innermost })
                }
            };
        }
        Ok(innermost)
    }

    /// `disjunction`
    #[inline]
    pub(super) fn parse_disjunction(&mut self) -> Parse<&'a Expr<'a>> {
        self.parse_operators(OR)
    }

    /// `bitwise_or`
    #[inline]
    pub(super) fn parse_bitwise_or(&mut self) -> Parse<&'a Expr<'a>> {
        self.parse_operators(BIT_OR)
    }

    /// Reads operators that bind at least as tight as `minimum`, and their operands.
    fn parse_operators(&mut self, minimum: u8) -> Parse<&'a Expr<'a>> {
        let start = self.pos;
        let mut left = match self.peek() {
            TokenKind::Not if minimum <= NOT => self.parse_not()?,
            _ => self.parse_factor()?,
        };
        loop {
            let kind = self.peek();
            let power = power_of(kind);
            if power < minimum || power == 0 {
                return Ok(left);
            }
            left = match power {
                OR => self.parse_boolean(start, left, BoolOp::Or, kind, AND)?,
                AND => self.parse_boolean(start, left, BoolOp::And, kind, NOT)?,
                COMPARISON => match self.parse_comparison(start, left)? {
                    Some(comparison) => comparison,
                    None => return Ok(left),
                },
                _ => self.parse_binary(start, left, kind, power)?,
            };
        }
    }

    /// Reads `not`, once or more, and what it negates.
    fn parse_not(&mut self) -> Parse<&'a Expr<'a>> {
        let first = self.pos;
        while self.accept(TokenKind::Not) {
            self.enter(1)?;
        }
        let count = self.pos - first;
        let mut operand = self.parse_operators(COMPARISON)?;
        self.leave(count as u32);
        for start in (first..first + count).rev() {
            operand = self.expr(start, ExprKind::UnaryOp { op: UnaryOp::Not, operand });
        }
        Ok(operand)
    }

    /// `factor`: signs and powers.
    #[inline]
    fn parse_factor(&mut self) -> Parse<&'a Expr<'a>> {
        let start = self.pos;
        if matches!(self.peek(), TokenKind::Minus | TokenKind::Plus | TokenKind::Tilde) {
            return self.parse_nested_factor(None);
        }
        let operand = self.parse_await_primary()?;
        if self.peek() != TokenKind::DoubleStar {
            return Ok(operand);
        }
        self.parse_nested_factor(Some((start, operand)))
    }

    /// Reads signs and powers, which nest to the right, without recursion. If the first operand was
    /// read already, with its start, the next token is a `**`.
    fn parse_nested_factor(&mut self, mut first: Option<(usize, &'a Expr<'a>)>) -> Parse<&'a Expr<'a>> {
        let level = self.level;
        let mut open = Vec::new();
        let mut innermost = loop {
            let start = self.pos;
            let sign = match self.peek() {
                _ if first.is_some() => None,
                TokenKind::Minus => Some(UnaryOp::USub),
                TokenKind::Plus => Some(UnaryOp::UAdd),
                TokenKind::Tilde => Some(UnaryOp::Invert),
                _ => None,
            };
            if let Some(op) = sign {
                self.pos += 1;
                self.enter(1)?;
                open.push(OpenFactor::Sign { start, op });
                continue;
            }
            let (start, operand) = match first.take() {
                Some(first) => first,
                None => (start, self.parse_await_primary()?),
            };
            if !self.accept(TokenKind::DoubleStar) {
                break operand;
            }
            self.enter(2)?;
            open.push(OpenFactor::Power { start, base: operand });
        };
        self.level = level;
        while let Some(outer) = open.pop() {
            innermost = match outer {
                OpenFactor::Sign { start, op } => {
                    self.expr(start, ExprKind::UnaryOp { op, operand: innermost })
                }
                OpenFactor::Power { start, base } => {
                    self.expr(start, ExprKind::BinOp { left: base, op: Operator::Pow, right: innermost })
                }
            };
        }
        Ok(innermost)
    }

    #[inline]
    fn parse_binary(
        &mut self,
        start: usize,
        left: &'a Expr<'a>,
        kind: TokenKind,
        power: u8,
    ) -> Parse<&'a Expr<'a>> {
        let op = match kind {
            TokenKind::VerticalBar => Operator::BitOr,
            TokenKind::Circumflex => Operator::BitXor,
            TokenKind::Ampersand => Operator::BitAnd,
            TokenKind::LeftShift => Operator::LShift,
            TokenKind::RightShift => Operator::RShift,
            TokenKind::Plus => Operator::Add,
            TokenKind::Minus => Operator::Sub,
            TokenKind::Star => Operator::Mult,
            TokenKind::Slash => Operator::Div,
            TokenKind::DoubleSlash => Operator::FloorDiv,
            TokenKind::Percent => Operator::Mod,
            TokenKind::At => Operator::MatMult,
            _ => return Err(Failed),
        };
        self.pos += 1;
        let right = if power == TERM { self.parse_factor()? } else { self.parse_operators(power + 1)? };
        if op == Operator::MatMult {
            self.check_version(5)?;
        }
        Ok(self.expr(start, ExprKind::BinOp { left, op, right }))
    }

    /// Reads all operands of a chain of one boolean operator.
    fn parse_boolean(
        &mut self,
        start: usize,
        first: &'a Expr<'a>,
        op: BoolOp,
        kind: TokenKind,
        operand: u8,
    ) -> Parse<&'a Expr<'a>> {
        let mark = self.exprs.len();
        self.exprs.push(first);
        while self.accept(kind) {
            let value = self.parse_operators(operand)?;
            self.exprs.push(value);
        }
        let values = self.take_exprs(mark);
        Ok(self.expr(start, ExprKind::BoolOp { op, values }))
    }

    /// Reads a chain of comparisons; nothing if the token here compares nothing, such as `not`
    /// without `in`.
    fn parse_comparison(&mut self, start: usize, left: &'a Expr<'a>) -> Parse<Option<&'a Expr<'a>>> {
        let mut ops = smallvec::SmallVec::<[CmpOp; 4]>::new();
        let mark = self.exprs.len();
        while let Some(op) = self.parse_comparison_operator()? {
            ops.push(op);
            let value = self.parse_bitwise_or()?;
            self.exprs.push(value);
        }
        if ops.is_empty() {
            return Ok(None);
        }
        let comparators = self.take_exprs(mark);
        let ops = self.arena.alloc_slice_copy(&ops);
        Ok(Some(self.expr(start, ExprKind::Compare { left, ops, comparators })))
    }

    fn parse_comparison_operator(&mut self) -> Parse<Option<CmpOp>> {
        let op = match self.peek() {
            TokenKind::EqualEqual => CmpOp::Eq,
            TokenKind::NotEqual => {
                if !self.check_not_equal()? {
                    return Ok(None);
                }
                CmpOp::NotEq
            }
            TokenKind::Less => CmpOp::Lt,
            TokenKind::LessEqual => CmpOp::LtE,
            TokenKind::Greater => CmpOp::Gt,
            TokenKind::GreaterEqual => CmpOp::GtE,
            TokenKind::In => CmpOp::In,
            TokenKind::Not if self.peek_at(1) == TokenKind::In => {
                self.pos += 1;
                CmpOp::NotIn
            }
            TokenKind::Is if self.peek_at(1) == TokenKind::Not => {
                self.pos += 1;
                CmpOp::IsNot
            }
            TokenKind::Is => CmpOp::Is,
            _ => return Ok(None),
        };
        self.pos += 1;
        Ok(Some(op))
    }

    /// Whether the inequality here is spelled as the source wants it (PEP 401).
    fn check_not_equal(&mut self) -> Parse<bool> {
        let diamond = self.token_bytes(self.pos) == b"<>";
        if self.barry_as_flufl && !diamond {
            return self.raise();
        }
        Ok(diamond == self.barry_as_flufl)
    }

    /// `await_primary`
    #[inline]
    fn parse_await_primary(&mut self) -> Parse<&'a Expr<'a>> {
        if self.peek() != TokenKind::Await {
            return self.parse_primary();
        }
        let start = self.pos;
        self.pos += 1;
        let value = self.parse_primary()?;
        self.check_version(5)?;
        Ok(self.expr(start, ExprKind::Await { value }))
    }

    /// `primary`: an atom with attributes, calls and subscripts behind it.
    #[inline]
    pub(super) fn parse_primary(&mut self) -> Parse<&'a Expr<'a>> {
        let start = self.pos;
        let mut value = self.parse_atom()?;
        loop {
            value = match self.peek() {
                TokenKind::Dot => {
                    self.pos += 1;
                    let attr = self.expect_name()?;
                    self.expr(start, ExprKind::Attribute { value, attr, ctx: ExprContext::Load })
                }
                TokenKind::LeftParen => self.parse_call(start, value)?,
                TokenKind::LeftBracket => {
                    let slice = self.parse_subscript()?;
                    self.expr(start, ExprKind::Subscript { value, slice, ctx: ExprContext::Load })
                }
                _ => return Ok(value),
            };
        }
    }

    /// `type_expressions` and the result of `func_type`.
    pub(super) fn parse_function_type(&mut self) -> Parse<(&'a [&'a Expr<'a>], &'a Expr<'a>)> {
        self.expect(TokenKind::LeftParen)?;
        let mark = self.exprs.len();
        let mut stars = 0;
        while self.peek() != TokenKind::RightParen {
            let star = match self.peek() {
                TokenKind::Star => 1,
                TokenKind::DoubleStar => 2,
                _ => 0,
            };
            if star <= stars && stars != 0 {
                return Err(Failed);
            }
            stars = star;
            self.pos += usize::from(star != 0);
            let value = self.parse_expression()?;
            self.exprs.push(value);
            if self.peek() == TokenKind::RightParen {
                break;
            }
            self.expect(TokenKind::Comma)?;
            if self.peek() == TokenKind::RightParen {
                return Err(Failed);
            }
        }
        self.expect(TokenKind::RightParen)?;
        let argtypes = self.take_exprs(mark);
        self.expect(TokenKind::RightArrow)?;
        Ok((argtypes, self.parse_expression()?))
    }
}

/// Whether an expression that is a lone atom ends before `kind`: none of these goes on with it.
#[inline(always)]
fn is_expression_end(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Comma
            | TokenKind::RightParen
            | TokenKind::RightBracket
            | TokenKind::RightBrace
            | TokenKind::Newline
            | TokenKind::Colon
            | TokenKind::Equal
    )
}

/// Whether an expression, maybe with a star, can begin with `kind`.
#[inline]
pub(super) fn starts_expression(kind: TokenKind) -> bool {
    use TokenKind::*;
    matches!(
        kind,
        Name | Number
            | String
            | FStringStart
            | TStringStart
            | LeftParen
            | LeftBracket
            | LeftBrace
            | Minus
            | Plus
            | Tilde
            | Star
            | Ellipsis
            | Not
            | Lambda
            | Await
            | None
            | True
            | False
    )
}
