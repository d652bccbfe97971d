//! Statements: dispatch, and the simple ones.

use super::Compiler;
use crate::error::{Result, system_error};
use crate::instruction_sequence::NO_LOCATION;
use taipan_asdl::diagnostic::Error;
use taipan_asdl::{Constant, Expr, ExprContext, ExprKind, Location, Operator, Stmt, StmtKind};
use taipan_opcode::{CommonConstant, Intrinsic1, Opcode};

impl<'a> Compiler<'a, '_> {
    pub(super) fn statements(&mut self, statements: &'a [&'a Stmt<'a>]) -> Result {
        statements.iter().try_for_each(|s| self.stmt(s))
    }

    /// Generates statements that may not be executed, or in part.
    fn conditionally(&mut self, generate: impl FnOnce(&mut Self) -> Result) -> Result {
        self.unit.in_conditional_block += 1;
        generate(self)?;
        self.unit.in_conditional_block -= 1;
        Ok(())
    }

    pub(super) fn stmt(&mut self, s: &'a Stmt<'a>) -> Result {
        self.limit.check()?;
        let location = s.location;
        match s.kind {
            StmtKind::FunctionDef { .. } | StmtKind::AsyncFunctionDef { .. } => self.function_def(s),
            StmtKind::ClassDef { .. } => self.class_def(s),
            StmtKind::TypeAlias { .. } => self.type_alias(s),
            StmtKind::Return { value } => self.return_(location, value),
            StmtKind::Delete { targets } => self.exprs(targets),
            StmtKind::Assign { targets, value, .. } => {
                self.expr(value)?;
                for (i, target) in targets.iter().enumerate() {
                    if i + 1 < targets.len() {
                        self.op_arg(Opcode::Copy, 1, location);
                    }
                    self.expr(target)?;
                }
                Ok(())
            }
            StmtKind::AugAssign { target, op, value } => {
                self.augmented_assignment(location, target, op, value)
            }
            StmtKind::AnnAssign { .. } => self.annotated_assignment(s),
            StmtKind::For { target, iter, body, orelse, .. } => {
                self.conditionally(|c| c.for_(location, target, iter, body, orelse))
            }
            StmtKind::AsyncFor { target, iter, body, orelse, .. } => {
                self.conditionally(|c| c.async_for(location, target, iter, body, orelse))
            }
            StmtKind::While { test, body, orelse } => {
                self.conditionally(|c| c.while_(location, test, body, orelse))
            }
            StmtKind::If { test, body, orelse } => {
                self.conditionally(|c| c.if_(location, test, body, orelse))
            }
            StmtKind::With { items, body, .. } => self.conditionally(|c| c.with(items, body)),
            StmtKind::AsyncWith { items, body, .. } => self.conditionally(|c| c.async_with(items, body)),
            StmtKind::Match { subject, cases } => self.conditionally(|c| c.match_(subject, cases)),
            StmtKind::Raise { exc, cause } => {
                let mut count = 0;
                if let Some(exc) = exc {
                    self.expr(exc)?;
                    count += 1;
                    if let Some(cause) = cause {
                        self.expr(cause)?;
                        count += 1;
                    }
                }
                self.op_arg(Opcode::RaiseVarargs, count, location);
                Ok(())
            }
            StmtKind::Try { body, handlers, orelse, finalbody } => {
                self.conditionally(|c| c.try_(location, body, handlers, orelse, finalbody))
            }
            StmtKind::TryStar { body, handlers, orelse, finalbody } => {
                self.conditionally(|c| c.try_star(location, body, handlers, orelse, finalbody))
            }
            StmtKind::Assert { test, msg } => self.assert(location, test, msg),
            StmtKind::Import { names } => self.import(location, names),
            StmtKind::ImportFrom { module, names, level } => {
                self.import_from(location, module, names, level.unwrap_or(0))
            }
            StmtKind::Global { .. } | StmtKind::Nonlocal { .. } => Ok(()),
            StmtKind::Expr { value } => self.expression_statement(location, value),
            StmtKind::Pass {} => {
                self.op(Opcode::Nop, location);
                Ok(())
            }
            StmtKind::Break {} => self.break_(location),
            StmtKind::Continue {} => self.continue_(location),
        }
    }

    fn expression_statement(&mut self, location: Location, value: &'a Expr<'a>) -> Result {
        if self.interactive && self.outer_units.is_empty() {
            self.expr(value)?;
            self.op_arg(Opcode::CallIntrinsic1, Intrinsic1::Print as usize, location);
            self.op(Opcode::PopTop, NO_LOCATION);
            return Ok(());
        }
        if let ExprKind::Constant { .. } = value.kind {
            self.op(Opcode::Nop, location); // Only its line is of interest.
            return Ok(());
        }
        self.expr(value)?;
        self.op(Opcode::PopTop, NO_LOCATION);
        Ok(())
    }

    fn assert(&mut self, location: Location, test: &'a Expr<'a>, message: Option<&'a Expr<'a>>) -> Result {
        let always_true = match test.kind {
            ExprKind::Tuple { elts, .. } => !elts.is_empty(),
            ExprKind::Constant { value: Constant::Tuple(items), .. } => !items.is_empty(),
            _ => false,
        };
        if always_true {
            self.warn(location, "assertion is always true, perhaps remove parentheses?")?;
        }
        if self.optimize > 0 {
            return Ok(());
        }
        let end = self.new_label();
        self.jump_if(location, test, end, true)?;
        self.op_arg(Opcode::LoadCommonConstant, CommonConstant::AssertionError as usize, location);
        if let Some(message) = message {
            self.expr(message)?;
            self.op_arg(Opcode::Call, 0, location);
        }
        self.op_arg(Opcode::RaiseVarargs, 1, test.location);
        self.use_label(end);
        Ok(())
    }

    fn augmented_assignment(
        &mut self,
        statement: Location,
        target: &'a Expr<'a>,
        operator: Operator,
        operand: &'a Expr<'a>,
    ) -> Result {
        let location = target.location;
        match target.kind {
            ExprKind::Attribute { value, attr, .. } => {
                self.expr(value)?;
                self.op_arg(Opcode::Copy, 1, location);
                let at_attribute = self.location_of_attribute(location, target, attr);
                self.load_attr(attr, at_attribute);
                self.expr(operand)?;
                self.binary(operator, true, statement);
                self.op_arg(Opcode::Swap, 2, at_attribute);
                self.names_op(Opcode::StoreAttr, attr, at_attribute);
            }
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value)?;
                if let Some((lower, upper)) = super::collections::two_part_slice(slice) {
                    self.slice_parts(slice.location, lower, upper)?;
                    for _ in 0..3 {
                        self.op_arg(Opcode::Copy, 3, location);
                    }
                    self.op(Opcode::BinarySlice, location);
                    self.expr(operand)?;
                    self.binary(operator, true, statement);
                    for depth in [4, 3, 2] {
                        self.op_arg(Opcode::Swap, depth, location);
                    }
                    self.op(Opcode::StoreSlice, location);
                } else {
                    self.expr(slice)?;
                    self.op_arg(Opcode::Copy, 2, location);
                    self.op_arg(Opcode::Copy, 2, location);
                    self.subscript_op(location);
                    self.expr(operand)?;
                    self.binary(operator, true, statement);
                    self.op_arg(Opcode::Swap, 3, location);
                    self.op_arg(Opcode::Swap, 2, location);
                    self.op(Opcode::StoreSubscr, location);
                }
            }
            ExprKind::Name { id, .. } => {
                self.name_op(location, id, ExprContext::Load)?;
                self.expr(operand)?;
                self.binary(operator, true, statement);
                self.name_op(location, id, ExprContext::Store)?;
            }
            _ => return Err(invalid_target(target, "augmented")),
        }
        Ok(())
    }
}

/// A target that no parser makes.
pub(super) fn invalid_target(target: &Expr<'_>, statement: &str) -> Box<Error> {
    let number = match target.kind {
        ExprKind::Starred { .. } => 25,
        ExprKind::List { .. } => 27,
        _ => 28,
    };
    system_error(format!("invalid node type ({number}) for {statement} assignment"))
}
