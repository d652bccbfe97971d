//! `match` statements and all patterns but alternatives.
//!
//! Each pattern consumes the subject on top of the stack, and jumps to one of the places that pop
//! the right number of values if it does not match. Captured values stay on the stack, below what
//! is still needed, until the whole pattern matched: then all names are bound.
//!
//! Answers for PEP 634.

use super::Compiler;
use crate::error::{Result, syntax_error};
use crate::instruction_sequence::{Label, NEXT_LOCATION, NO_LOCATION};
use rustc_hash::FxHashSet;
use taipan_asdl::{
    CmpOp, Constant, Expr, ExprContext, ExprKind, Location, MatchCase, Name, Operator, Pattern, PatternKind,
};
use taipan_code::Const;
use taipan_opcode::Opcode;
use taipan_text::{Text, TextBuf};

type Patterns<'a> = &'a [&'a Pattern<'a>];

/// The state of one pattern.
#[derive(Default)]
pub(super) struct Context {
    /// The names captured so far, in the order of their values on the stack.
    pub stores: Vec<Name>,
    /// Whether a pattern that always matches is allowed.
    pub allow_irrefutable: bool,
    /// Where to jump on failure: `fail_pop[n]` pops `n` values.
    pub fail_pop: Vec<Label>,
    /// How many values above the captured ones are still needed.
    pub on_top: usize,
}

const fn is_wildcard(pattern: &Pattern<'_>) -> bool {
    matches!(pattern.kind, PatternKind::MatchAs { name: None, .. })
}

impl<'a> Compiler<'a, '_> {
    pub(super) fn match_(&mut self, subject: &'a Expr<'a>, cases: &'a [&'a MatchCase<'a>]) -> Result {
        self.expr(subject)?;
        let end = self.new_label();
        let Some((last, others)) = cases.split_last() else { return Ok(()) };
        let has_default = is_wildcard(last.pattern) && !others.is_empty();
        let tested = if has_default { others } else { cases };
        for (i, case) in tested.iter().enumerate() {
            let location = case.pattern.location;
            let is_last = i + 1 == tested.len();
            if !is_last {
                self.op_arg(Opcode::Copy, 1, location);
            }
            // What always matches has to be guarded or last.
            let allow_irrefutable = case.guard.is_some() || i + 1 == cases.len();
            let mut context = Context { allow_irrefutable, ..Context::default() };
            self.pattern(case.pattern, &mut context)?;
            for name in std::mem::take(&mut context.stores) {
                self.name_op(location, name, ExprContext::Store)?;
            }
            if let Some(guard) = case.guard {
                self.ensure_fail_pop(&mut context, 0);
                let fail = context.fail_pop[0];
                self.jump_if(location, guard, fail, false)?;
            }
            if !is_last {
                // The next location makes better events of branches.
                self.op(Opcode::PopTop, NEXT_LOCATION);
            }
            self.statements(case.body)?;
            self.op_jump(Opcode::Jump, end, NO_LOCATION);
            // Belongs to the pattern that failed, not to the end of the body.
            self.emit_fail_pop(&mut context, location);
        }
        if has_default {
            // Covers the line of the case, which has no other instruction.
            let location = last.pattern.location;
            self.op(Opcode::Nop, location);
            if let Some(guard) = last.guard {
                self.jump_if(location, guard, end, false)?;
            }
            self.statements(last.body)?;
        }
        self.use_label(end);
        Ok(())
    }

    pub(super) fn pattern(&mut self, p: &'a Pattern<'a>, context: &mut Context) -> Result {
        self.limit.check()?;
        let location = p.location;
        match p.kind {
            PatternKind::MatchValue { value } => {
                if !matches!(value.kind, ExprKind::Constant { .. } | ExprKind::Attribute { .. }) {
                    let message = "patterns may only match literals and attribute lookups";
                    return Err(syntax_error(location, message));
                }
                self.expr(value)?;
                self.compare_op(CmpOp::Eq, location);
                self.op(Opcode::ToBool, location);
                self.jump_to_fail_pop(context, Opcode::PopJumpIfFalse, location);
                Ok(())
            }
            PatternKind::MatchSingleton { value } => {
                self.load_constant(value, location)?;
                self.compare_op(CmpOp::Is, location);
                self.jump_to_fail_pop(context, Opcode::PopJumpIfFalse, location);
                Ok(())
            }
            PatternKind::MatchSequence { patterns } => self.sequence_pattern(location, patterns, context),
            PatternKind::MatchMapping { keys, patterns, rest } => {
                self.mapping_pattern(p, keys, patterns, rest, context)
            }
            PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
                self.class_pattern(location, cls, patterns, (kwd_attrs, kwd_patterns), context)
            }
            PatternKind::MatchStar { name } => self.capture(location, name, context),
            PatternKind::MatchAs { pattern, name } => self.as_pattern(location, pattern, name, context),
            PatternKind::MatchOr { patterns } => self.or_pattern(location, patterns, context),
        }
    }

    /// A pattern within another, where always matching does no harm.
    fn subpattern(&mut self, p: &'a Pattern<'a>, context: &mut Context) -> Result {
        let outer = std::mem::replace(&mut context.allow_irrefutable, true);
        self.pattern(p, context)?;
        context.allow_irrefutable = outer;
        Ok(())
    }

    fn ensure_fail_pop(&mut self, context: &mut Context, pops: usize) {
        while context.fail_pop.len() <= pops {
            let label = self.new_label();
            context.fail_pop.push(label);
        }
    }

    /// Jumps to where everything of this pattern is popped.
    pub(super) fn jump_to_fail_pop(&mut self, context: &mut Context, opcode: Opcode, location: Location) {
        let pops = context.on_top + context.stores.len();
        self.ensure_fail_pop(context, pops);
        self.op_jump(opcode, context.fail_pop[pops], location);
    }

    /// Generates the places to jump to on failure, each falling through to the next.
    pub(super) fn emit_fail_pop(&mut self, context: &mut Context, location: Location) {
        let labels = std::mem::take(&mut context.fail_pop);
        let Some((&nothing, pops)) = labels.split_first() else { return };
        for &label in pops.iter().rev() {
            self.use_label(label);
            self.op(Opcode::PopTop, location);
        }
        self.use_label(nothing);
    }

    /// Moves the top of the stack below `count - 1` others.
    pub(super) fn rotate(&mut self, location: Location, count: usize) {
        for depth in (2..=count).rev() {
            self.op_arg(Opcode::Swap, depth, location);
        }
    }

    pub(super) fn duplicate_capture(&self, location: Location, name: Name) -> Result {
        let mut message = TextBuf::from("multiple assignments to name ");
        push_repr(&mut message, self.names.text(name));
        message.push_str(" in pattern");
        Err(syntax_error(location, message))
    }

    /// Keeps the top of the stack for `name`, or drops it.
    fn capture(&mut self, location: Location, name: Option<Name>, context: &mut Context) -> Result {
        let Some(name) = name else {
            self.op(Opcode::PopTop, location);
            return Ok(());
        };
        if context.stores.contains(&name) {
            return self.duplicate_capture(location, name);
        }
        self.rotate(location, context.on_top + context.stores.len() + 1);
        context.stores.push(name);
        Ok(())
    }

    fn as_pattern(
        &mut self,
        location: Location,
        pattern: Option<&'a Pattern<'a>>,
        name: Option<Name>,
        context: &mut Context,
    ) -> Result {
        let Some(pattern) = pattern else {
            if context.allow_irrefutable {
                return self.capture(location, name, context);
            }
            let Some(name) = name else {
                return Err(syntax_error(location, "wildcard makes remaining patterns unreachable"));
            };
            let mut message = TextBuf::from("name capture ");
            push_repr(&mut message, self.names.text(name));
            message.push_str(" makes remaining patterns unreachable");
            return Err(syntax_error(location, message));
        };
        // A copy to be stored.
        context.on_top += 1;
        self.op_arg(Opcode::Copy, 1, location);
        self.pattern(pattern, context)?;
        context.on_top -= 1;
        self.capture(location, name, context)
    }

    fn sequence_pattern(
        &mut self,
        location: Location,
        patterns: Patterns<'a>,
        context: &mut Context,
    ) -> Result {
        let mut star = None;
        let mut only_wildcards = true;
        let mut star_is_wildcard = false;
        for (i, pattern) in patterns.iter().enumerate() {
            if let PatternKind::MatchStar { name } = pattern.kind {
                if star.is_some() {
                    return Err(syntax_error(location, "multiple starred names in sequence pattern"));
                }
                star_is_wildcard = name.is_none();
                only_wildcards &= star_is_wildcard;
                star = Some(i);
            } else {
                only_wildcards &= is_wildcard(pattern);
            }
        }
        let size = patterns.len();
        context.on_top += 1;
        self.op(Opcode::MatchSequence, location);
        self.jump_to_fail_pop(context, Opcode::PopJumpIfFalse, location);
        let check = match star {
            None => Some((size, CmpOp::Eq)),
            Some(_) if size > 1 => Some((size - 1, CmpOp::GtE)),
            Some(_) => None,
        };
        if let Some((length, comparison)) = check {
            self.op(Opcode::GetLen, location);
            self.load_const(Const::from(length as i64), location);
            self.compare_op(comparison, location);
            self.jump_to_fail_pop(context, Opcode::PopJumpIfFalse, location);
        }
        context.on_top -= 1;
        match star {
            _ if only_wildcards => {
                self.op(Opcode::PopTop, location);
                Ok(())
            }
            Some(star) if star_is_wildcard => self.sequence_by_subscript(location, patterns, star, context),
            _ => self.sequence_by_unpacking(location, patterns, context),
        }
    }

    fn sequence_by_unpacking(
        &mut self,
        location: Location,
        patterns: Patterns<'a>,
        context: &mut Context,
    ) -> Result {
        let size = patterns.len();
        let is_star = |pattern: &&Pattern<'_>| matches!(pattern.kind, PatternKind::MatchStar { .. });
        match patterns.iter().position(is_star) {
            Some(star) => {
                let after = size - star - 1;
                if star >= 1 << 8 || after >= (i32::MAX >> 8) as usize {
                    let message = "too many expressions in star-unpacking sequence pattern";
                    return Err(syntax_error(location, message));
                }
                self.op_arg(Opcode::UnpackEx, star + (after << 8), location);
            }
            None => self.op_arg(Opcode::UnpackSequence, size, location),
        }
        context.on_top += size;
        for pattern in patterns {
            context.on_top -= 1;
            self.subpattern(pattern, context)?;
        }
        Ok(())
    }

    /// Fetches single items, where a star that binds nothing makes the others uninteresting.
    fn sequence_by_subscript(
        &mut self,
        location: Location,
        patterns: Patterns<'a>,
        star: usize,
        context: &mut Context,
    ) -> Result {
        context.on_top += 1;
        let size = patterns.len();
        for (i, pattern) in patterns.iter().enumerate() {
            if i == star || is_wildcard(pattern) {
                continue;
            }
            self.op_arg(Opcode::Copy, 1, location);
            if i < star {
                self.load_const(Const::from(i as i64), location);
            } else {
                // The subject need not know negative indices.
                self.op(Opcode::GetLen, location);
                self.load_const(Const::from((size - i) as i64), location);
                self.binary(Operator::Sub, false, location);
            }
            self.subscript_op(location);
            self.subpattern(pattern, context)?;
        }
        context.on_top -= 1;
        self.op(Opcode::PopTop, location);
        Ok(())
    }

    fn class_pattern(
        &mut self,
        location: Location,
        class: &'a Expr<'a>,
        patterns: Patterns<'a>,
        (attrs, attr_patterns): (&'a [Name], Patterns<'a>),
        context: &mut Context,
    ) -> Result {
        if attrs.len() != attr_patterns.len() {
            let (attrs, patterns) = (attrs.len(), attr_patterns.len());
            let message =
                format!("kwd_attrs ({attrs}) / kwd_patterns ({patterns}) length mismatch in class pattern");
            return Err(syntax_error(location, message));
        }
        self.check_attributes_differ(attrs, attr_patterns)?;
        self.expr(class)?;
        let names = attrs.iter().map(|&name| Const::Str(self.names.shared(name).clone())).collect();
        self.load_const(Const::Tuple(names), location);
        self.op_arg(Opcode::MatchClass, patterns.len(), location);
        self.op_arg(Opcode::Copy, 1, location);
        self.load_none(location);
        self.op_arg(Opcode::IsOp, 1, location);
        // A tuple of attributes, or None.
        context.on_top += 1;
        self.jump_to_fail_pop(context, Opcode::PopJumpIfFalse, location);
        let count = patterns.len() + attrs.len();
        self.op_arg(Opcode::UnpackSequence, count, location);
        context.on_top = context.on_top + count - 1;
        for pattern in patterns.iter().chain(attr_patterns) {
            context.on_top -= 1;
            if is_wildcard(pattern) {
                self.op(Opcode::PopTop, location);
            } else {
                self.subpattern(pattern, context)?;
            }
        }
        Ok(())
    }

    fn check_attributes_differ(&self, attrs: &[Name], patterns: &[&Pattern<'_>]) -> Result {
        let mut seen = FxHashSet::default();
        if attrs.iter().all(|&name| seen.insert(name)) {
            return Ok(());
        }
        for (i, &name) in attrs.iter().enumerate() {
            if let Some(other) = attrs[i + 1..].iter().position(|&other| other == name) {
                let mut message = TextBuf::from("attribute name repeated in class pattern: ");
                message.push_text(self.names.text(name));
                return Err(syntax_error(patterns[i + 1 + other].location, message));
            }
        }
        Ok(())
    }

    fn mapping_pattern(
        &mut self,
        p: &'a Pattern<'a>,
        keys: &'a [&'a Expr<'a>],
        patterns: Patterns<'a>,
        rest: Option<Name>,
        context: &mut Context,
    ) -> Result {
        let location = p.location;
        let size = keys.len();
        if size != patterns.len() {
            let patterns = patterns.len();
            let message = format!("keys ({size}) / patterns ({patterns}) length mismatch in mapping pattern");
            return Err(syntax_error(location, message));
        }
        context.on_top += 1;
        self.op(Opcode::MatchMapping, location);
        self.jump_to_fail_pop(context, Opcode::PopJumpIfFalse, location);
        if size == 0 && rest.is_none() {
            // `{}` matches any mapping.
            context.on_top -= 1;
            self.op(Opcode::PopTop, location);
            return Ok(());
        }
        if size > 0 {
            self.op(Opcode::GetLen, location);
            self.load_const(Const::from(size as i64), location);
            self.compare_op(CmpOp::GtE, location);
            self.jump_to_fail_pop(context, Opcode::PopJumpIfFalse, location);
        }
        self.mapping_keys(location, keys)?;
        self.op_arg(Opcode::BuildTuple, size, location);
        self.op(Opcode::MatchKeys, location);
        // A tuple of keys and one of values above the subject.
        context.on_top += 2;
        self.op_arg(Opcode::Copy, 1, location);
        self.load_none(location);
        self.op_arg(Opcode::IsOp, 1, location);
        self.jump_to_fail_pop(context, Opcode::PopJumpIfFalse, location);
        self.op_arg(Opcode::UnpackSequence, size, location);
        context.on_top = context.on_top + size - 1;
        for pattern in patterns {
            context.on_top -= 1;
            self.subpattern(pattern, context)?;
        }
        // The tuple of keys and the subject are consumed by what follows.
        context.on_top -= 2;
        let Some(rest) = rest else {
            self.op(Opcode::PopTop, location);
            self.op(Opcode::PopTop, location);
            return Ok(());
        };
        // A copy of the subject without the keys.
        self.op_arg(Opcode::BuildMap, 0, location);
        self.op_arg(Opcode::Swap, 3, location);
        self.op_arg(Opcode::DictUpdate, 2, location);
        self.op_arg(Opcode::UnpackSequence, size, location);
        for depth in (1..=size).rev() {
            self.op_arg(Opcode::Copy, 1 + depth, location);
            self.op_arg(Opcode::Swap, 2, location);
            self.op(Opcode::DeleteSubscr, location);
        }
        self.capture(location, Some(rest), context)
    }

    fn mapping_keys(&mut self, location: Location, keys: &'a [&'a Expr<'a>]) -> Result {
        let mut seen = FxHashSet::default();
        for key in keys {
            match key.kind {
                ExprKind::Constant { value, .. } => {
                    let constant = self.convert_constant(value)?;
                    if !seen.insert(key_identity(constant)) {
                        let mut message = TextBuf::from("mapping pattern checks duplicate key (");
                        push_constant_repr(&mut message, &value);
                        message.push_str(")");
                        return Err(syntax_error(location, message));
                    }
                }
                ExprKind::Attribute { .. } => {}
                _ => {
                    let message = "mapping pattern keys may only match literals and attribute lookups";
                    return Err(syntax_error(location, message));
                }
            }
            self.expr(key)?;
        }
        Ok(())
    }
}

/// Numbers that are equal as keys of a dict become one: `1`, `1.0`, `1+0j` and `True`.
fn key_identity(constant: Const) -> Const {
    let constant = match constant {
        Const::Complex { real, imag: 0.0 } => Const::Float(real),
        other => other,
    };
    match constant {
        Const::Bool(value) => Const::from(i64::from(value)),
        Const::Float(value) if value.fract() == 0.0 && value.abs() < 9e15 => Const::from(value as i64),
        other => other,
    }
}

fn push_constant_repr(message: &mut TextBuf, constant: &Constant<'_>) {
    crate::unparse::push_constant(message, constant);
}

fn push_repr(message: &mut TextBuf, text: &Text) {
    crate::unparse::push_constant(message, &Constant::Str(text));
}
