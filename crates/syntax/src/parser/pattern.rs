//! Patterns of `match` statements.

use super::{BRACKET_COST, Failed, Parse, Parser};
use crate::token::TokenKind;
use smallvec::SmallVec;
use taipan_asdl::node::*;
use taipan_asdl::{Constant, Name};

type Patterns<'a> = SmallVec<[&'a Pattern<'a>; 8]>;

impl<'a> Parser<'_, 'a> {
    fn pattern(&self, start: usize, kind: PatternKind<'a>) -> &'a Pattern<'a> {
        self.arena.alloc(Pattern { kind, location: self.span(start) })
    }

    /// `patterns`: what stands behind `case`.
    pub(super) fn parse_patterns(&mut self) -> Parse<&'a Pattern<'a>> {
        let start = self.pos;
        let first = self.parse_maybe_star_pattern()?;
        if self.peek() == TokenKind::Comma {
            let patterns = self.finish_open_sequence(first)?;
            return Ok(self.pattern(start, PatternKind::MatchSequence { patterns }));
        }
        if matches!(first.kind, PatternKind::MatchStar { .. }) { Err(Failed) } else { Ok(first) }
    }

    /// Reads the rest of a sequence behind its first pattern, a comma being next.
    fn finish_open_sequence(&mut self, first: &'a Pattern<'a>) -> Parse<&'a [&'a Pattern<'a>]> {
        let mut patterns = Patterns::new();
        patterns.push(first);
        while self.accept(TokenKind::Comma) {
            if matches!(self.peek(), TokenKind::RightParen | TokenKind::Colon | TokenKind::If) {
                break;
            }
            patterns.push(self.parse_maybe_star_pattern()?);
        }
        Ok(self.arena.alloc_slice_copy(&patterns))
    }

    fn parse_maybe_star_pattern(&mut self) -> Parse<&'a Pattern<'a>> {
        let start = self.pos;
        if !self.accept(TokenKind::Star) {
            return self.parse_pattern();
        }
        let name = if self.at_word(b"_") {
            self.pos += 1;
            None
        } else {
            Some(self.parse_capture_target()?)
        };
        Ok(self.pattern(start, PatternKind::MatchStar { name }))
    }

    /// `pattern_capture_target`
    fn parse_capture_target(&mut self) -> Parse<Name> {
        if self.at_word(b"_")
            || matches!(self.peek_at(1), TokenKind::Dot | TokenKind::LeftParen | TokenKind::Equal)
        {
            return Err(Failed);
        }
        self.expect_name()
    }

    /// `pattern`
    fn parse_pattern(&mut self) -> Parse<&'a Pattern<'a>> {
        let start = self.pos;
        let pattern = self.parse_or_pattern()?;
        if !self.accept(TokenKind::As) {
            return Ok(pattern);
        }
        let name = Some(self.parse_capture_target()?);
        Ok(self.pattern(start, PatternKind::MatchAs { pattern: Some(pattern), name }))
    }

    fn parse_or_pattern(&mut self) -> Parse<&'a Pattern<'a>> {
        let start = self.pos;
        let first = self.parse_closed_pattern()?;
        if self.peek() != TokenKind::VerticalBar {
            return Ok(first);
        }
        let mut patterns = Patterns::new();
        patterns.push(first);
        while self.accept(TokenKind::VerticalBar) {
            patterns.push(self.parse_closed_pattern()?);
        }
        let patterns = self.arena.alloc_slice_copy(&patterns);
        Ok(self.pattern(start, PatternKind::MatchOr { patterns }))
    }

    fn parse_closed_pattern(&mut self) -> Parse<&'a Pattern<'a>> {
        let start = self.pos;
        match self.peek() {
            TokenKind::Name => self.parse_name_pattern(),
            TokenKind::None => self.parse_singleton_pattern(Constant::None),
            TokenKind::True => self.parse_singleton_pattern(Constant::Bool(true)),
            TokenKind::False => self.parse_singleton_pattern(Constant::Bool(false)),
            TokenKind::LeftParen => self.parse_parenthesized_pattern(),
            TokenKind::LeftBracket => self.parse_list_pattern(),
            TokenKind::LeftBrace => self.parse_mapping_pattern(),
            _ => {
                let value = self.parse_pattern_literal()?;
                Ok(self.pattern(start, PatternKind::MatchValue { value }))
            }
        }
    }

    fn parse_singleton_pattern(&mut self, value: Constant<'a>) -> Parse<&'a Pattern<'a>> {
        self.pos += 1;
        Ok(self.pattern(self.pos - 1, PatternKind::MatchSingleton { value }))
    }

    /// A number, maybe complex, or strings.
    fn parse_pattern_literal(&mut self) -> Parse<&'a Expr<'a>> {
        if matches!(self.peek(), TokenKind::String | TokenKind::FStringStart | TokenKind::TStringStart) {
            return self.parse_strings();
        }
        let start = self.pos;
        let negative = self.accept(TokenKind::Minus);
        let mut real = self.parse_number()?;
        let is_real = !is_imaginary(real);
        if negative {
            real = self.expr(start, ExprKind::UnaryOp { op: UnaryOp::USub, operand: real });
        }
        let op = match self.peek() {
            TokenKind::Plus => Operator::Add,
            TokenKind::Minus => Operator::Sub,
            _ => return Ok(real),
        };
        if !is_real {
            return self.raise();
        }
        self.pos += 1;
        let imaginary = self.parse_number()?;
        if !is_imaginary(imaginary) {
            return self.raise();
        }
        Ok(self.expr(start, ExprKind::BinOp { left: real, op, right: imaginary }))
    }

    /// A capture, the wildcard, a dotted name or a class pattern.
    fn parse_name_pattern(&mut self) -> Parse<&'a Pattern<'a>> {
        let start = self.pos;
        if self.at_word(b"_") {
            self.pos += 1;
            return Ok(self.pattern(start, PatternKind::MatchAs { pattern: None, name: None }));
        }
        if !matches!(self.peek_at(1), TokenKind::Dot | TokenKind::LeftParen | TokenKind::Equal) {
            let name = Some(self.expect_name()?);
            return Ok(self.pattern(start, PatternKind::MatchAs { pattern: None, name }));
        }
        let value = self.parse_name_or_attribute()?;
        match self.peek() {
            TokenKind::LeftParen => self.parse_class_pattern(start, value),
            TokenKind::Equal => Err(Failed),
            _ => Ok(self.pattern(start, PatternKind::MatchValue { value })),
        }
    }

    /// `name_or_attr`
    fn parse_name_or_attribute(&mut self) -> Parse<&'a Expr<'a>> {
        let start = self.pos;
        let id = self.expect_name()?;
        let mut value = self.expr(start, ExprKind::Name { id, ctx: ExprContext::Load });
        while self.accept(TokenKind::Dot) {
            let attr = self.expect_name()?;
            value = self.expr(start, ExprKind::Attribute { value, attr, ctx: ExprContext::Load });
        }
        Ok(value)
    }

    /// `group_pattern` or `sequence_pattern` in parentheses.
    fn parse_parenthesized_pattern(&mut self) -> Parse<&'a Pattern<'a>> {
        let start = self.pos;
        self.pos += 1;
        if self.accept(TokenKind::RightParen) {
            return Ok(self.pattern(start, PatternKind::MatchSequence { patterns: &[] }));
        }
        self.enter(BRACKET_COST)?;
        let first = self.parse_maybe_star_pattern()?;
        self.leave(BRACKET_COST);
        if self.peek() == TokenKind::Comma {
            let patterns = self.finish_open_sequence(first)?;
            self.expect(TokenKind::RightParen)?;
            return Ok(self.pattern(start, PatternKind::MatchSequence { patterns }));
        }
        self.expect(TokenKind::RightParen)?;
        // A star needs a sequence. A group around a star pattern can't come from within.
        if self.tokens[start + 1].kind == TokenKind::Star { Err(Failed) } else { Ok(first) }
    }

    /// `sequence_pattern` in brackets.
    fn parse_list_pattern(&mut self) -> Parse<&'a Pattern<'a>> {
        let start = self.pos;
        self.pos += 1;
        self.enter(BRACKET_COST)?;
        let mut patterns = Patterns::new();
        while !self.accept(TokenKind::RightBracket) {
            patterns.push(self.parse_maybe_star_pattern()?);
            if !self.accept(TokenKind::Comma) {
                self.expect(TokenKind::RightBracket)?;
                break;
            }
        }
        self.leave(BRACKET_COST);
        let patterns = self.arena.alloc_slice_copy(&patterns);
        Ok(self.pattern(start, PatternKind::MatchSequence { patterns }))
    }

    fn parse_mapping_pattern(&mut self) -> Parse<&'a Pattern<'a>> {
        let start = self.pos;
        self.pos += 1;
        self.enter(BRACKET_COST)?;
        let mark = self.exprs.len();
        let mut patterns = Patterns::new();
        let mut rest = None;
        while !self.accept(TokenKind::RightBrace) {
            if self.accept(TokenKind::DoubleStar) {
                rest = Some(self.parse_capture_target()?);
                self.accept(TokenKind::Comma);
                self.expect(TokenKind::RightBrace)?;
                break;
            }
            let key = self.parse_mapping_key()?;
            self.exprs.push(key);
            self.expect(TokenKind::Colon)?;
            patterns.push(self.parse_pattern()?);
            if !self.accept(TokenKind::Comma) {
                self.expect(TokenKind::RightBrace)?;
                break;
            }
        }
        self.leave(BRACKET_COST);
        let keys = self.take_exprs(mark);
        let patterns = self.arena.alloc_slice_copy(&patterns);
        Ok(self.pattern(start, PatternKind::MatchMapping { keys, patterns, rest }))
    }

    /// `literal_expr | attr`
    fn parse_mapping_key(&mut self) -> Parse<&'a Expr<'a>> {
        match self.peek() {
            TokenKind::None | TokenKind::True | TokenKind::False => self.parse_atom(),
            TokenKind::Name => {
                let key = self.parse_name_or_attribute()?;
                if matches!(key.kind, ExprKind::Attribute { .. }) { Ok(key) } else { Err(Failed) }
            }
            _ => self.parse_pattern_literal(),
        }
    }

    fn parse_class_pattern(&mut self, start: usize, cls: &'a Expr<'a>) -> Parse<&'a Pattern<'a>> {
        self.pos += 1;
        self.enter(BRACKET_COST)?;
        let mut patterns = Patterns::new();
        let mut kwd_attrs = SmallVec::<[Name; 4]>::new();
        let mut kwd_patterns = Patterns::new();
        while !self.accept(TokenKind::RightParen) {
            if self.peek() == TokenKind::Name && self.peek_at(1) == TokenKind::Equal {
                kwd_attrs.push(self.expect_name()?);
                self.pos += 1;
                kwd_patterns.push(self.parse_pattern()?);
            } else if kwd_attrs.is_empty() {
                patterns.push(self.parse_pattern()?);
            } else {
                return Err(Failed);
            }
            if !self.accept(TokenKind::Comma) {
                self.expect(TokenKind::RightParen)?;
                break;
            }
        }
        self.leave(BRACKET_COST);
        let kind = PatternKind::MatchClass {
            cls,
            patterns: self.arena.alloc_slice_copy(&patterns),
            kwd_attrs: self.arena.alloc_slice_copy(&kwd_attrs),
            kwd_patterns: self.arena.alloc_slice_copy(&kwd_patterns),
        };
        Ok(self.pattern(start, kind))
    }
}

fn is_imaginary(expr: &Expr<'_>) -> bool {
    matches!(expr.kind, ExprKind::Constant { value: Constant::Complex { .. }, .. })
}
