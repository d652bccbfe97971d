//! Annotations, evaluated lazily by `__annotate__` functions (PEP 649, PEP 749), or kept as
//! strings under `from __future__ import annotations`.

use super::Compiler;
use super::unit::{ArgCounts, ScopeType, function_flags};
use crate::error::{Result, system_error};
use crate::symtable::{ScopeKey, ScopeKind};
use crate::unparse::unparse;
use taipan_asdl::{Arg, Arguments, Expr, ExprContext, ExprKind, Location, Name, Stmt, StmtKind};
use taipan_code::Const;
use taipan_opcode::{CommonConstant, Comparison, Opcode};

/// `annotationlib.Format.VALUE_WITH_FAKE_GLOBALS`
const VALUE_WITH_FAKE_GLOBALS: i64 = 2;

impl<'a> Compiler<'a, '_> {
    /// Opens a scope that is evaluated lazily: a function of the format that is asked for, which
    /// knows only some formats.
    pub(super) fn enter_annotations_scope(
        &mut self,
        location: Location,
        key: ScopeKey,
        name: Name,
    ) -> Result {
        let counts = ArgCounts { posonlyargs: 1, ..ArgCounts::default() };
        self.enter_scope(name, ScopeType::Annotations, key, location.lineno, None, counts)?;
        self.op_arg(Opcode::LoadFast, 0, location);
        self.load_const(Const::from(VALUE_WITH_FAKE_GLOBALS), location);
        self.op_arg(Opcode::CompareOp, Comparison::Gt.to_oparg() as usize, location);
        let body = self.new_label();
        self.op_jump(Opcode::PopJumpIfFalse, body, location);
        self.op_arg(Opcode::LoadCommonConstant, CommonConstant::NotImplementedError as usize, location);
        self.op_arg(Opcode::RaiseVarargs, 1, location);
        self.use_label(body);
        Ok(())
    }

    fn leave_annotations_scope(&mut self, location: Location) -> Result {
        self.op(Opcode::ReturnValue, location);
        // Outside, the parameter is called `format`; inside, annotations may use that name.
        self.unit.metadata.rename_first_local = Some(self.known.format);
        let finished = self.exit_scope(true)?;
        self.make_closure(location, finished, 0)
    }

    /// The annotations of a function; answers with the flag that says whether there are any.
    pub(super) fn function_annotations(
        &mut self,
        location: Location,
        args: &'a Arguments<'a>,
        returns: Option<&'a Expr<'a>>,
    ) -> Result<usize> {
        let key = ScopeKey::of(args);
        let Some(scope) = self.table.lookup(key) else {
            return Err(system_error("unknown symbol table entry"));
        };
        let scope = self.table.scope(scope);
        if !scope.annotations_used {
            return Ok(0);
        }
        let name = scope.name;
        self.enter_annotations_scope(location, key, name)?;
        let mut count = 0;
        let positional = args.args.iter().chain(args.posonlyargs).copied();
        let others = args.vararg.into_iter().chain(args.kwonlyargs.iter().copied()).chain(args.kwarg);
        for arg in positional.chain(others) {
            let Arg { arg: name, annotation, .. } = *arg;
            count += self.argument_annotation(location, name, annotation)?;
        }
        count += self.argument_annotation(location, self.known.return_, returns)?;
        self.op_arg(Opcode::BuildMap, count, location);
        self.leave_annotations_scope(location)?;
        Ok(function_flags::ANNOTATE)
    }

    fn argument_annotation(
        &mut self,
        location: Location,
        name: Name,
        annotation: Option<&'a Expr<'a>>,
    ) -> Result<usize> {
        let Some(annotation) = annotation else { return Ok(0) };
        let name = self.maybe_mangle(name);
        self.load_name_const(name, location);
        if self.future_annotations() {
            self.annotation_string(annotation)?;
        } else if let ExprKind::Starred { value, .. } = annotation.kind {
            // `*args: *Ts`
            self.expr(value)?;
            self.op_arg(Opcode::UnpackSequence, 1, location);
        } else {
            self.expr(annotation)?;
        }
        Ok(1)
    }

    fn annotation_string(&mut self, annotation: &Expr<'_>) -> Result {
        let text = unparse(annotation, self.names, self.limit)?;
        let position = self.unit.metadata.consts.add_str(&text);
        self.op_arg(Opcode::LoadConst, position, annotation.location);
        Ok(())
    }

    /// `target: annotation = value`
    pub(super) fn annotated_assignment(&mut self, s: &'a Stmt<'a>) -> Result {
        let StmtKind::AnnAssign { target, annotation, value, simple } = s.kind else { return Ok(()) };
        if let Some(value) = value {
            self.expr(value)?;
            self.expr(target)?;
        }
        let in_body = matches!(self.unit.scope_type, ScopeType::Module | ScopeType::Class);
        match target.kind {
            ExprKind::Name { id, .. } => {
                if simple != 0 && in_body {
                    self.variable_annotation(s, id, annotation)?;
                }
            }
            ExprKind::Attribute { value: object, .. } if value.is_none() => self.check_evaluates(object)?,
            ExprKind::Subscript { value: object, slice, .. } if value.is_none() => {
                self.check_evaluates(object)?;
                self.check_subscript_evaluates(slice)?;
            }
            ExprKind::Attribute { .. } | ExprKind::Subscript { .. } => {}
            _ => return Err(super::stmt::invalid_target(target, "annotated")),
        }
        Ok(())
    }

    fn variable_annotation(&mut self, s: &'a Stmt<'a>, name: Name, annotation: &'a Expr<'a>) -> Result {
        let location = s.location;
        if self.future_annotations() {
            self.annotation_string(annotation)?;
            self.names_op(Opcode::LoadName, self.known.annotations, location);
            let name = self.maybe_mangle(name);
            self.load_name_const(name, location);
            self.op(Opcode::StoreSubscr, location);
            return Ok(());
        }
        let is_class = self.unit.scope_type == ScopeType::Class;
        let conditional = !is_class || self.unit.in_conditional_block > 0;
        if !conditional {
            self.unit.deferred_annotations.push((s, None));
            return Ok(());
        }
        let number = self.unit.next_conditional_annotation;
        self.unit.next_conditional_annotation += 1;
        self.unit.deferred_annotations.push((s, Some(number)));
        // Notes that this one was executed.
        if is_class {
            self.cell_op(Opcode::LoadDeref, self.known.conditional_annotations, location);
        } else {
            self.names_op(Opcode::LoadName, self.known.conditional_annotations, location);
        }
        self.load_const(Const::from(number), location);
        self.op_arg(Opcode::SetAdd, 1, location);
        self.op(Opcode::PopTop, location);
        Ok(())
    }

    /// Evaluates and drops an expression.
    fn check_evaluates(&mut self, e: &'a Expr<'a>) -> Result {
        self.expr(e)?;
        self.op(Opcode::PopTop, e.location);
        Ok(())
    }

    fn check_subscript_evaluates(&mut self, e: &'a Expr<'a>) -> Result {
        self.limit.check()?;
        match e.kind {
            ExprKind::Slice { lower, upper, step } => {
                [lower, upper, step].into_iter().flatten().try_for_each(|part| self.check_evaluates(part))
            }
            ExprKind::Tuple { elts, .. } => {
                elts.iter().try_for_each(|elt| self.check_subscript_evaluates(elt))
            }
            _ => self.check_evaluates(e),
        }
    }

    /// The `__annotate__` function of a class or module, at the end of its body.
    pub(super) fn deferred_annotations(&mut self, location: Location) -> Result {
        let deferred = std::mem::take(&mut self.unit.deferred_annotations);
        if deferred.is_empty() {
            return Ok(());
        }
        let scope = self.scope();
        let is_class = scope.kind == ScopeKind::Class;
        let key = scope.key.second();
        let is_module = self.unit.scope_type == ScopeType::Module;
        if is_module {
            // Comes before the module's own instructions in the end.
            let sequence = std::mem::take(&mut self.unit.sequence);
            self.unit.stashed_sequence = Some(sequence);
        }
        self.enter_annotations_scope(location, key, self.known.annotate)?;
        self.op_arg(Opcode::BuildMap, 0, location);
        for (s, number) in deferred {
            self.deferred_annotation(location, s, number, is_class)?;
        }
        self.leave_annotations_scope(location)?;
        let name = if is_class { self.known.annotate_func } else { self.known.annotate };
        self.name_op(location, name, ExprContext::Store)?;
        if is_module {
            let stashed = self.unit.stashed_sequence.take().unwrap_or_default();
            let annotations = std::mem::replace(&mut self.unit.sequence, stashed);
            self.unit.sequence.annotations_code = Some(Box::new(annotations));
        }
        Ok(())
    }

    fn deferred_annotation(
        &mut self,
        scope: Location,
        s: &'a Stmt<'a>,
        number: Option<i64>,
        is_class: bool,
    ) -> Result {
        let StmtKind::AnnAssign { target, annotation, .. } = s.kind else { return Ok(()) };
        let ExprKind::Name { id, .. } = target.kind else { return Ok(()) };
        let location = s.location;
        let name = self.mangle(id);
        let not_set = self.new_label();
        if let Some(number) = number {
            self.load_const(Const::from(number), location);
            let conditional = self.known.conditional_annotations;
            if is_class {
                self.free_op(Opcode::LoadDeref, conditional, location);
            } else {
                let position = self.names_position(conditional);
                self.op_arg(Opcode::LoadGlobal, position << 1, location);
            }
            self.op_arg(Opcode::ContainsOp, 0, location);
            self.op_jump(Opcode::PopJumpIfFalse, not_set, location);
        }
        self.expr(annotation)?;
        self.op_arg(Opcode::Copy, 2, location);
        self.load_name_const(name, location);
        self.op(Opcode::StoreSubscr, scope);
        self.use_label(not_set);
        Ok(())
    }
}
