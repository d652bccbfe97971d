//! Expressions: dispatch, operators, comparisons and attributes.

use super::Compiler;
use super::constants::type_name;
use super::unit::ScopeType;
use crate::error::{Result, syntax_error};
use crate::instruction_sequence::NO_LOCATION;
use taipan_asdl::{BoolOp, CmpOp, Constant, Expr, ExprContext, ExprKind, Location, Name, Operator, UnaryOp};
use taipan_opcode::{BinaryOperator, Comparison, Intrinsic1, Opcode, ResumeLocation};

impl<'a> Compiler<'a, '_> {
    pub(super) fn exprs(&mut self, exprs: &'a [&'a Expr<'a>]) -> Result {
        exprs.iter().try_for_each(|e| self.expr(e))
    }

    pub(super) fn expr(&mut self, e: &'a Expr<'a>) -> Result {
        self.limit.check()?;
        let location = e.location;
        match e.kind {
            ExprKind::Name { id, ctx } => self.name_op(location, id, ctx),
            ExprKind::Constant { value, .. } => self.load_constant(value, location),
            ExprKind::Attribute { value, attr, ctx } => self.attribute(e, value, attr, ctx),
            ExprKind::Call { func, args, keywords } => self.call(e, func, args, keywords),
            ExprKind::NamedExpr { target, value } => {
                self.expr(value)?;
                self.op_arg(Opcode::Copy, 1, location);
                self.expr(target)
            }
            ExprKind::BoolOp { op, values } => self.bool_op(location, op, values),
            ExprKind::BinOp { left, op, right } => {
                self.expr(left)?;
                self.expr(right)?;
                self.binary(op, false, location);
                Ok(())
            }
            ExprKind::UnaryOp { op, operand } => {
                self.expr(operand)?;
                match op {
                    UnaryOp::UAdd => {
                        self.op_arg(Opcode::CallIntrinsic1, Intrinsic1::UnaryPositive as usize, location);
                    }
                    UnaryOp::Not => {
                        self.op(Opcode::ToBool, location);
                        self.op(Opcode::UnaryNot, location);
                    }
                    UnaryOp::Invert => self.op(Opcode::UnaryInvert, location),
                    UnaryOp::USub => self.op(Opcode::UnaryNegative, location),
                }
                Ok(())
            }
            ExprKind::Lambda { args, body } => self.lambda(e, args, body),
            ExprKind::IfExp { test, body, orelse } => {
                let end = self.new_label();
                let otherwise = self.new_label();
                self.jump_if(location, test, otherwise, false)?;
                self.expr(body)?;
                self.op_jump(Opcode::JumpNoInterrupt, end, NO_LOCATION);
                self.use_label(otherwise);
                self.expr(orelse)?;
                self.use_label(end);
                Ok(())
            }
            ExprKind::Dict { keys, values } => self.dict(location, keys, values),
            ExprKind::Set { elts } => self.set(location, elts),
            ExprKind::List { elts, ctx } => self.list(location, elts, ctx),
            ExprKind::Tuple { elts, ctx } => self.tuple(location, elts, ctx),
            ExprKind::GeneratorExp { .. }
            | ExprKind::ListComp { .. }
            | ExprKind::SetComp { .. }
            | ExprKind::DictComp { .. } => self.comprehension(e),
            ExprKind::Yield { value } => self.yield_(location, value),
            ExprKind::YieldFrom { value } => self.yield_from_expr(location, value),
            ExprKind::Await { value } => {
                self.expr(value)?;
                self.await_value(0, location);
                Ok(())
            }
            ExprKind::Compare { left, ops, comparators } => self.compare(location, left, ops, comparators),
            ExprKind::JoinedStr { values } => self.joined_str(location, values),
            ExprKind::TemplateStr { values } => self.template_str(location, values),
            ExprKind::FormattedValue { value, conversion, format_spec } => {
                self.formatted_value(location, value, conversion, format_spec)
            }
            ExprKind::Interpolation { value, str, conversion, format_spec } => {
                self.interpolation(location, value, str, conversion, format_spec)
            }
            ExprKind::Subscript { value, slice, ctx } => self.subscript(location, value, slice, ctx),
            ExprKind::Starred { ctx, .. } => {
                // Where one may stand, whoever generates the whole has dealt with it.
                let message = match ctx {
                    ExprContext::Store => "starred assignment target must be in a list or tuple",
                    _ => "can't use starred expression here",
                };
                Err(syntax_error(location, message))
            }
            ExprKind::Slice { lower, upper, step } => self.slice(e, lower, upper, step),
        }
    }

    fn attribute(&mut self, e: &'a Expr<'a>, value: &'a Expr<'a>, attr: Name, ctx: ExprContext) -> Result {
        if ctx == ExprContext::Load && self.load_super_attribute(e, value, attr)? {
            return Ok(());
        }
        if ctx == ExprContext::Store {
            self.note_static_attribute(value, attr);
        }
        self.expr(value)?;
        let location = self.location_of_attribute(e.location, e, attr);
        match ctx {
            ExprContext::Load => self.load_attr(attr, location),
            ExprContext::Store => self.names_op(Opcode::StoreAttr, attr, location),
            ExprContext::Del => self.names_op(Opcode::DeleteAttr, attr, location),
        }
        Ok(())
    }

    /// `self.attr = …` within a method: the class lists it in `__static_attributes__`.
    fn note_static_attribute(&mut self, value: &Expr<'_>, attr: Name) {
        let ExprKind::Name { id, .. } = value.kind else { return };
        if id != self.known.self_ {
            return;
        }
        let classes = self.outer_units.iter_mut().rev();
        if let Some(class) = classes.into_iter().find(|unit| unit.scope_type == ScopeType::Class) {
            class.static_attributes.push(attr);
        }
    }

    /// Where an attribute access stands if its object begins on another line: at the name.
    pub(super) fn location_of_attribute(&self, location: Location, e: &Expr<'_>, attr: Name) -> Location {
        let mut location = location;
        if location.lineno != e.location.end_lineno {
            location.lineno = e.location.end_lineno;
            let length = self.names.text(attr).code_points().count() as i32;
            if length <= e.location.end_col_offset {
                location.col_offset = e.location.end_col_offset - length;
            } else {
                // A tree that no parser made.
                location.col_offset = -1;
                location.end_col_offset = -1;
            }
            location.end_lineno = location.lineno.max(location.end_lineno);
            if location.lineno == location.end_lineno {
                location.end_col_offset = location.col_offset.max(location.end_col_offset);
            }
        }
        location
    }

    pub(super) fn binary(&mut self, operator: Operator, inplace: bool, location: Location) {
        use BinaryOperator as B;
        let (plain, in_place) = match operator {
            Operator::Add => (B::Add, B::InplaceAdd),
            Operator::Sub => (B::Subtract, B::InplaceSubtract),
            Operator::Mult => (B::Multiply, B::InplaceMultiply),
            Operator::MatMult => (B::MatrixMultiply, B::InplaceMatrixMultiply),
            Operator::Div => (B::TrueDivide, B::InplaceTrueDivide),
            Operator::Mod => (B::Remainder, B::InplaceRemainder),
            Operator::Pow => (B::Power, B::InplacePower),
            Operator::LShift => (B::Lshift, B::InplaceLshift),
            Operator::RShift => (B::Rshift, B::InplaceRshift),
            Operator::BitOr => (B::Or, B::InplaceOr),
            Operator::BitXor => (B::Xor, B::InplaceXor),
            Operator::BitAnd => (B::And, B::InplaceAnd),
            Operator::FloorDiv => (B::FloorDivide, B::InplaceFloorDivide),
        };
        let number = if inplace { in_place } else { plain };
        self.op_arg(Opcode::BinaryOp, number as usize, location);
    }

    pub(super) fn subscript_op(&mut self, location: Location) {
        self.op_arg(Opcode::BinaryOp, BinaryOperator::Subscr as usize, location);
    }

    fn bool_op(&mut self, location: Location, op: BoolOp, values: &'a [&'a Expr<'a>]) -> Result {
        let opcode = if op == BoolOp::And { Opcode::JumpIfFalse } else { Opcode::JumpIfTrue };
        let end = self.new_label();
        if let Some((last, rest)) = values.split_last() {
            for value in rest {
                self.expr(value)?;
                self.op_jump(opcode, end, location);
                self.op(Opcode::PopTop, location);
            }
            self.expr(last)?;
        }
        self.use_label(end);
        Ok(())
    }

    pub(super) fn compare_op(&mut self, op: CmpOp, location: Location) {
        let comparison = match op {
            CmpOp::Eq => Comparison::Eq,
            CmpOp::NotEq => Comparison::Ne,
            CmpOp::Lt => Comparison::Lt,
            CmpOp::LtE => Comparison::Le,
            CmpOp::Gt => Comparison::Gt,
            CmpOp::GtE => Comparison::Ge,
            CmpOp::Is => return self.op_arg(Opcode::IsOp, 0, location),
            CmpOp::IsNot => return self.op_arg(Opcode::IsOp, 1, location),
            CmpOp::In => return self.op_arg(Opcode::ContainsOp, 0, location),
            CmpOp::NotIn => return self.op_arg(Opcode::ContainsOp, 1, location),
        };
        self.op_arg(Opcode::CompareOp, comparison.to_oparg() as usize, location);
    }

    fn compare(
        &mut self,
        location: Location,
        left: &'a Expr<'a>,
        ops: &[CmpOp],
        comparators: &'a [&'a Expr<'a>],
    ) -> Result {
        self.check_compare(location, left, ops, comparators)?;
        self.expr(left)?;
        let (Some((&last_op, ops)), Some((last, comparators))) = (ops.split_last(), comparators.split_last())
        else {
            return Ok(());
        };
        if ops.is_empty() {
            self.expr(last)?;
            self.compare_op(last_op, location);
            return Ok(());
        }
        let cleanup = self.new_label();
        for (&op, comparator) in ops.iter().zip(comparators) {
            self.expr(comparator)?;
            self.op_arg(Opcode::Swap, 2, location);
            self.op_arg(Opcode::Copy, 2, location);
            self.compare_op(op, location);
            self.op_arg(Opcode::Copy, 1, location);
            self.op(Opcode::ToBool, location);
            self.op_jump(Opcode::PopJumpIfFalse, cleanup, location);
            self.op(Opcode::PopTop, location);
        }
        self.expr(last)?;
        self.compare_op(last_op, location);
        let end = self.new_label();
        self.op_jump(Opcode::JumpNoInterrupt, end, NO_LOCATION);
        self.use_label(cleanup);
        self.op_arg(Opcode::Swap, 2, location);
        self.op(Opcode::PopTop, location);
        self.use_label(end);
        Ok(())
    }

    /// Warns of `is` with a literal.
    pub(super) fn check_compare(
        &mut self,
        location: Location,
        left: &Expr<'_>,
        ops: &[CmpOp],
        comparators: &[&Expr<'_>],
    ) -> Result {
        let mut left = left;
        for (&op, &right) in ops.iter().zip(comparators) {
            if matches!(op, CmpOp::Is | CmpOp::IsNot)
                && let Some(literal) = literal_type(left).or_else(|| literal_type(right))
            {
                let message = match op {
                    CmpOp::Is => format!("\"is\" with '{literal}' literal. Did you mean \"==\"?"),
                    _ => format!("\"is not\" with '{literal}' literal. Did you mean \"!=\"?"),
                };
                return self.warn(location, &message);
            }
            left = right;
        }
        Ok(())
    }

    fn yield_(&mut self, location: Location, value: Option<&'a Expr<'a>>) -> Result {
        if !self.scope().is_function_like() {
            return Err(syntax_error(location, "'yield' outside function"));
        }
        match value {
            Some(value) => self.expr(value)?,
            None => self.load_none(location),
        }
        self.yield_value(location);
        Ok(())
    }

    fn yield_from_expr(&mut self, location: Location, value: &'a Expr<'a>) -> Result {
        if !self.scope().is_function_like() {
            return Err(syntax_error(location, "'yield from' outside function"));
        }
        if self.unit.scope_type == ScopeType::AsyncFunction {
            return Err(syntax_error(location, "'yield from' inside async function"));
        }
        self.expr(value)?;
        self.op(Opcode::GetYieldFromIter, location);
        self.load_none(location);
        self.yield_from(location, false);
        Ok(())
    }

    /// Yields the value on top of the stack.
    pub(super) fn yield_value(&mut self, location: Location) {
        let scope = self.scope();
        if scope.generator && scope.coroutine {
            self.op_arg(Opcode::CallIntrinsic1, Intrinsic1::AsyncGenWrap as usize, location);
        }
        self.op_arg(Opcode::YieldValue, 0, location);
        self.op_arg(Opcode::Resume, ResumeLocation::AfterYield as usize, location);
    }

    /// Awaits the value on top of the stack; `origin` is the operand of GET_AWAITABLE.
    pub(super) fn await_value(&mut self, origin: usize, location: Location) {
        self.op_arg(Opcode::GetAwaitable, origin, location);
        self.load_none(location);
        self.yield_from(location, true);
    }

    /// Delegates to the iterator below the top of the stack.
    pub(super) fn yield_from(&mut self, location: Location, is_await: bool) {
        let send = self.new_label();
        let fail = self.new_label();
        let exit = self.new_label();
        self.use_label(send);
        self.op_jump(Opcode::Send, exit, location);
        // A virtual try/except, for a StopIteration that `close` or `throw` raise at the yield.
        self.op_jump(Opcode::SetupFinally, fail, location);
        self.op_arg(Opcode::YieldValue, 1, location);
        self.op(Opcode::PopBlock, NO_LOCATION);
        let resume = if is_await { ResumeLocation::AfterAwait } else { ResumeLocation::AfterYieldFrom };
        self.op_arg(Opcode::Resume, resume as usize, location);
        self.op_jump(Opcode::JumpNoInterrupt, send, location);
        self.use_label(fail);
        self.op(Opcode::CleanupThrow, location);
        self.use_label(exit);
        self.op(Opcode::EndSend, location);
    }
}

/// The type of an expression that `is` should not compare: a literal that is no singleton.
fn literal_type(e: &Expr<'_>) -> Option<&'static str> {
    match &e.kind {
        ExprKind::Tuple { elts, .. } => {
            elts.iter().all(|elt| matches!(elt.kind, ExprKind::Constant { .. })).then_some("tuple")
        }
        ExprKind::Constant { value: Constant::None | Constant::Bool(_) | Constant::Ellipsis, .. } => None,
        ExprKind::Constant { value, .. } => Some(type_name(value)),
        _ => None,
    }
}

/// The type of an expression's value, where its form alone tells.
pub(super) fn infer_type(e: &Expr<'_>) -> Option<&'static str> {
    match &e.kind {
        ExprKind::Tuple { .. } => Some("tuple"),
        ExprKind::List { .. } | ExprKind::ListComp { .. } => Some("list"),
        ExprKind::Dict { .. } | ExprKind::DictComp { .. } => Some("dict"),
        ExprKind::Set { .. } | ExprKind::SetComp { .. } => Some("set"),
        ExprKind::GeneratorExp { .. } => Some("generator"),
        ExprKind::Lambda { .. } => Some("function"),
        ExprKind::TemplateStr { .. } | ExprKind::Interpolation { .. } => Some("string.templatelib.Template"),
        ExprKind::JoinedStr { .. } | ExprKind::FormattedValue { .. } => Some("str"),
        ExprKind::Constant { value, .. } => Some(type_name(value)),
        _ => None,
    }
}
