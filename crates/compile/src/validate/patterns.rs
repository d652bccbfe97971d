//! Patterns.

use super::{Validator, positions, value_error};
use crate::error::Result;
use taipan_asdl::{Constant, Expr, ExprContext, ExprKind, Name, Operator, Pattern, PatternKind, UnaryOp};

impl Validator<'_> {
    fn patterns(&self, patterns: &[&Pattern<'_>], star_allowed: bool) -> Result {
        patterns.iter().try_for_each(|pattern| self.pattern(pattern, star_allowed))
    }

    pub(super) fn pattern(&self, p: &Pattern<'_>, star_allowed: bool) -> Result {
        positions(p.location)?;
        self.limit.check()?;
        match p.kind {
            PatternKind::MatchValue { value } => self.pattern_value(value),
            PatternKind::MatchSingleton { value: Constant::None | Constant::Bool(_) } => Ok(()),
            PatternKind::MatchSingleton { .. } => {
                Err(value_error("MatchSingleton can only contain True, False and None"))
            }
            PatternKind::MatchSequence { patterns } => self.patterns(patterns, true),
            PatternKind::MatchMapping { keys, patterns, rest } => {
                if keys.len() != patterns.len() {
                    return Err(value_error("MatchMapping doesn't have the same number of keys as patterns"));
                }
                self.capture(rest)?;
                for key in keys {
                    // Singletons are keys, though no values.
                    if !matches!(
                        key.kind,
                        ExprKind::Constant { value: Constant::None | Constant::Bool(_), .. }
                    ) {
                        self.pattern_value(key)?;
                    }
                }
                self.patterns(patterns, false)
            }
            PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
                if kwd_attrs.len() != kwd_patterns.len() {
                    let message = "MatchClass doesn't have the same number of keyword attributes as patterns";
                    return Err(value_error(message));
                }
                self.expr(cls, ExprContext::Load)?;
                let mut root = cls;
                while let ExprKind::Attribute { value, .. } = root.kind {
                    root = value;
                }
                if !matches!(root.kind, ExprKind::Name { .. }) {
                    let message = "MatchClass cls field can only contain Name or Attribute nodes.";
                    return Err(value_error(message));
                }
                kwd_attrs.iter().try_for_each(|&name| self.name(name))?;
                self.patterns(patterns, false)?;
                self.patterns(kwd_patterns, false)
            }
            PatternKind::MatchStar { name } => {
                if !star_allowed {
                    return Err(value_error("can't use MatchStar here"));
                }
                self.capture(name)
            }
            PatternKind::MatchAs { pattern, name } => {
                self.capture(name)?;
                match pattern {
                    None => Ok(()),
                    Some(_) if name.is_none() => {
                        Err(value_error("MatchAs must specify a target name if a pattern is given"))
                    }
                    Some(pattern) => self.pattern(pattern, false),
                }
            }
            PatternKind::MatchOr { patterns } => {
                if patterns.len() < 2 {
                    return Err(value_error("MatchOr requires at least 2 patterns"));
                }
                self.patterns(patterns, false)
            }
        }
    }

    fn capture(&self, name: Option<Name>) -> Result {
        let Some(name) = name else { return Ok(()) };
        if self.names.text(name).to_str() == Some("_") {
            return Err(value_error("can't capture name '_' in patterns"));
        }
        self.name(name)
    }

    fn pattern_value(&self, e: &Expr<'_>) -> Result {
        self.expr(e, ExprContext::Load)?;
        let allowed = match e.kind {
            ExprKind::Constant { value, .. } => {
                return match value {
                    Constant::Int(_)
                    | Constant::Float(_)
                    | Constant::Complex { .. }
                    | Constant::Str(_)
                    | Constant::Bytes(_) => Ok(()),
                    _ => Err(value_error("unexpected constant inside of a literal pattern")),
                };
            }
            // The code generator has the last word on strings.
            ExprKind::Attribute { .. } | ExprKind::JoinedStr { .. } | ExprKind::TemplateStr { .. } => true,
            ExprKind::UnaryOp { op: UnaryOp::USub, operand } => is_real(operand) || is_imaginary(operand),
            ExprKind::BinOp { left, op: Operator::Add | Operator::Sub, right } => {
                let left_is_real = match left.kind {
                    ExprKind::UnaryOp { op: UnaryOp::USub, operand } => is_real(operand),
                    _ => is_real(left),
                };
                left_is_real && is_imaginary(right)
            }
            _ => false,
        };
        if allowed {
            Ok(())
        } else {
            Err(value_error("patterns may only match literals and attribute lookups"))
        }
    }
}

const fn is_real(e: &Expr<'_>) -> bool {
    matches!(e.kind, ExprKind::Constant { value: Constant::Int(_) | Constant::Float(_), .. })
}

const fn is_imaginary(e: &Expr<'_>) -> bool {
    matches!(e.kind, ExprKind::Constant { value: Constant::Complex { .. }, .. })
}
