//! Patterns: negative and complex numbers become constants.

use super::{Preprocessor, same, same_option};
use crate::error::Result;
use taipan_asdl::{Constant, Expr, ExprKind, Int, Operator, Pattern, PatternKind, UnaryOp};

impl<'a> Preprocessor<'a, '_> {
    pub(super) fn pattern(&mut self, p: &'a Pattern<'a>) -> Result<&'a Pattern<'a>> {
        self.limit.check()?;
        let (kind, unchanged) = match p.kind {
            PatternKind::MatchValue { value } => {
                let new = self.folded_number(value)?;
                (PatternKind::MatchValue { value: new }, same(new, value))
            }
            PatternKind::MatchSingleton { .. } | PatternKind::MatchStar { .. } => return Ok(p),
            PatternKind::MatchSequence { patterns } => {
                let new = self.list(patterns, Self::pattern)?;
                (PatternKind::MatchSequence { patterns: new }, same(new, patterns))
            }
            PatternKind::MatchMapping { keys, patterns, rest } => {
                let k = self.list(keys, Self::folded_number)?;
                let ps = self.list(patterns, Self::pattern)?;
                let kind = PatternKind::MatchMapping { keys: k, patterns: ps, rest };
                (kind, same(k, keys) && same(ps, patterns))
            }
            PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
                let c = self.expr(cls)?;
                let ps = self.list(patterns, Self::pattern)?;
                let ks = self.list(kwd_patterns, Self::pattern)?;
                let kind = PatternKind::MatchClass { cls: c, patterns: ps, kwd_attrs, kwd_patterns: ks };
                (kind, same(c, cls) && same(ps, patterns) && same(ks, kwd_patterns))
            }
            PatternKind::MatchAs { pattern, name } => {
                let new = pattern.map(|pattern| self.pattern(pattern)).transpose()?;
                (PatternKind::MatchAs { pattern: new, name }, same_option(new, pattern))
            }
            PatternKind::MatchOr { patterns } => {
                let new = self.list(patterns, Self::pattern)?;
                (PatternKind::MatchOr { patterns: new }, same(new, patterns))
            }
        };
        if unchanged {
            return Ok(p);
        }
        Ok(self.arena.alloc(Pattern { kind, location: p.location }))
    }

    /// `-1`, `1+2j` and the like as constants.
    fn folded_number(&mut self, e: &'a Expr<'a>) -> Result<&'a Expr<'a>> {
        if self.syntax_check_only {
            return Ok(e);
        }
        self.limit.check()?;
        let folded = match e.kind {
            ExprKind::UnaryOp { op: UnaryOp::USub, operand } => match operand.kind {
                ExprKind::Constant { value, .. } => negative(&value),
                _ => None,
            },
            ExprKind::BinOp { left, op: op @ (Operator::Add | Operator::Sub), right } => {
                let ExprKind::Constant { value: r, .. } = right.kind else { return Ok(e) };
                let new_left = self.folded_number(left)?;
                let folded = match new_left.kind {
                    ExprKind::Constant { value: l, .. } => sum(&l, op, &r),
                    _ => None,
                };
                if folded.is_none() {
                    let kind = ExprKind::BinOp { left: new_left, op, right };
                    return Ok(self.replaced(e, same(new_left, left), kind));
                }
                folded
            }
            _ => None,
        };
        Ok(match folded {
            Some(value) => self.replaced(e, false, ExprKind::Constant { value, kind: None }),
            None => e,
        })
    }
}

fn negative<'a>(value: &Constant<'a>) -> Option<Constant<'a>> {
    Some(match *value {
        Constant::Bool(value) => Constant::Int(Int::Small(-i64::from(value))),
        Constant::Int(Int::Small(value)) => Constant::Int(Int::Small(value.checked_neg()?)),
        Constant::Int(Int::Big { negative: false, digits: [0x8000_0000_0000_0000] }) => {
            Constant::Int(Int::Small(i64::MIN))
        }
        Constant::Int(Int::Big { negative, digits }) => {
            Constant::Int(Int::Big { negative: !negative, digits })
        }
        Constant::Float(value) => Constant::Float(-value),
        Constant::Complex { real, imag } => Constant::Complex { real: -real, imag: -imag },
        _ => return None,
    })
}

/// A number with an imaginary part added or subtracted, which is all that patterns allow.
fn sum<'a>(left: &Constant<'a>, op: Operator, right: &Constant<'a>) -> Option<Constant<'a>> {
    let &Constant::Complex { real, imag } = right else { return None };
    let (real, imag) = if op == Operator::Add { (real, imag) } else { (-real, -imag) };
    Some(match *left {
        Constant::Complex { real: r, imag: i } => Constant::Complex { real: r + real, imag: i + imag },
        _ => Constant::Complex { real: to_float(left)? + real, imag },
    })
}

fn to_float(value: &Constant<'_>) -> Option<f64> {
    match *value {
        Constant::Bool(value) => Some(f64::from(u8::from(value))),
        Constant::Int(value) => match crate::codegen::int(value) {
            taipan_num::Int::Small(value) => Some(value as f64),
            big @ taipan_num::Int::Big(_) => big.to_f64(),
        },
        Constant::Float(value) => Some(value),
        _ => None,
    }
}
