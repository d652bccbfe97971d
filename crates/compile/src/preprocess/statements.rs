//! Statements.

use super::finally::FinallyContext;
use super::{Preprocessor, same, same_option};
use crate::error::Result;
use crate::future::docstring;
use taipan_asdl::{
    ExceptHandler, ExceptHandlerKind, Expr, ExprKind, Location, MatchCase, Stmt, StmtKind, TypeParam,
    TypeParamKind, WithItem,
};

type Body<'a> = &'a [&'a Stmt<'a>];

impl<'a> Preprocessor<'a, '_> {
    pub(super) fn statements(&mut self, body: Body<'a>) -> Result<Body<'a>> {
        self.list(body, Self::statement)
    }

    /// A body that may have a docstring.
    pub(super) fn body(&mut self, body: Body<'a>) -> Result<Body<'a>> {
        let mut body = body;
        let mut has_docstring = docstring(body).is_some();
        if has_docstring && self.optimize >= 2 {
            has_docstring = false;
            body = self.without_docstring(body);
        }
        let new = self.statements(body)?;
        if has_docstring || docstring(new).is_none() {
            return Ok(new);
        }
        // A string that was not the docstring must not become one.
        let Some((first, rest)) = new.split_first() else { return Ok(new) };
        let StmtKind::Expr { value } = first.kind else { return Ok(new) };
        let values = self.arena.alloc_slice_copy(&[value]);
        let location = first.location;
        let value = self.arena.alloc(Expr { kind: ExprKind::JoinedStr { values }, location });
        let statement: &'a Stmt<'a> = self.arena.alloc(Stmt { kind: StmtKind::Expr { value }, location });
        let mut copy = vec![statement];
        copy.extend_from_slice(rest);
        Ok(self.arena.alloc_slice_copy(&copy))
    }

    fn without_docstring(&self, body: Body<'a>) -> Body<'a> {
        let [only] = body else { return &body[1..] };
        let Location { lineno, col_offset, .. } = only.location;
        let location =
            Location { lineno, col_offset, end_lineno: lineno, end_col_offset: col_offset.wrapping_add(4) };
        let pass: &'a Stmt<'a> = self.arena.alloc(Stmt { kind: StmtKind::Pass {}, location });
        self.arena.alloc_slice_copy(&[pass])
    }

    fn replaced_statement(&self, s: &'a Stmt<'a>, unchanged: bool, kind: StmtKind<'a>) -> &'a Stmt<'a> {
        if unchanged { s } else { self.arena.alloc(Stmt { kind, location: s.location }) }
    }

    fn statement(&mut self, s: &'a Stmt<'a>) -> Result<&'a Stmt<'a>> {
        self.limit.check()?;
        match s.kind {
            StmtKind::FunctionDef { .. } | StmtKind::AsyncFunctionDef { .. } => self.function(s),
            StmtKind::ClassDef { .. } => self.class(s),
            StmtKind::For { .. } | StmtKind::AsyncFor { .. } | StmtKind::While { .. } => self.loop_(s),
            StmtKind::Try { .. } | StmtKind::TryStar { .. } => self.try_(s),
            StmtKind::Break {} => {
                self.check_leaves_finally("break", s.location)?;
                Ok(s)
            }
            StmtKind::Continue {} => {
                self.check_leaves_finally("continue", s.location)?;
                Ok(s)
            }
            StmtKind::Import { .. }
            | StmtKind::ImportFrom { .. }
            | StmtKind::Global { .. }
            | StmtKind::Nonlocal { .. }
            | StmtKind::Pass {} => Ok(s),
            _ => self.other_statement(s),
        }
    }

    fn other_statement(&mut self, s: &'a Stmt<'a>) -> Result<&'a Stmt<'a>> {
        Ok(match s.kind {
            StmtKind::Expr { value } => {
                let new = self.expr(value)?;
                self.replaced_statement(s, same(new, value), StmtKind::Expr { value: new })
            }
            StmtKind::Assign { targets, value, type_comment } => {
                let (t, v) = (self.exprs(targets)?, self.expr(value)?);
                let kind = StmtKind::Assign { targets: t, value: v, type_comment };
                self.replaced_statement(s, same(t, targets) && same(v, value), kind)
            }
            StmtKind::Return { value } => {
                self.check_leaves_finally("return", s.location)?;
                let new = self.optional(value)?;
                self.replaced_statement(s, same_option(new, value), StmtKind::Return { value: new })
            }
            StmtKind::If { test, body, orelse } => {
                let (t, b, o) = (self.expr(test)?, self.statements(body)?, self.statements(orelse)?);
                let unchanged = same(t, test) && same(b, body) && same(o, orelse);
                self.replaced_statement(s, unchanged, StmtKind::If { test: t, body: b, orelse: o })
            }
            StmtKind::Delete { targets } => {
                let new = self.exprs(targets)?;
                self.replaced_statement(s, same(new, targets), StmtKind::Delete { targets: new })
            }
            StmtKind::AugAssign { target, op, value } => {
                let (t, v) = (self.expr(target)?, self.expr(value)?);
                let kind = StmtKind::AugAssign { target: t, op, value: v };
                self.replaced_statement(s, same(t, target) && same(v, value), kind)
            }
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                let t = self.expr(target)?;
                let a = if self.future_annotations { annotation } else { self.expr(annotation)? };
                let v = self.optional(value)?;
                let unchanged = same(t, target) && same(a, annotation) && same_option(v, value);
                let kind = StmtKind::AnnAssign { target: t, annotation: a, value: v, simple };
                self.replaced_statement(s, unchanged, kind)
            }
            StmtKind::TypeAlias { name, type_params, value } => {
                let n = self.expr(name)?;
                let t = self.list(type_params, Self::type_param)?;
                let v = self.expr(value)?;
                let unchanged = same(n, name) && same(t, type_params) && same(v, value);
                self.replaced_statement(
                    s,
                    unchanged,
                    StmtKind::TypeAlias { name: n, type_params: t, value: v },
                )
            }
            StmtKind::With { items, body, type_comment } => {
                let (i, b) = (self.list(items, Self::with_item)?, self.statements(body)?);
                let kind = StmtKind::With { items: i, body: b, type_comment };
                self.replaced_statement(s, same(i, items) && same(b, body), kind)
            }
            StmtKind::AsyncWith { items, body, type_comment } => {
                let (i, b) = (self.list(items, Self::with_item)?, self.statements(body)?);
                let kind = StmtKind::AsyncWith { items: i, body: b, type_comment };
                self.replaced_statement(s, same(i, items) && same(b, body), kind)
            }
            StmtKind::Raise { exc, cause } => {
                let (e, c) = (self.optional(exc)?, self.optional(cause)?);
                let unchanged = same_option(e, exc) && same_option(c, cause);
                self.replaced_statement(s, unchanged, StmtKind::Raise { exc: e, cause: c })
            }
            StmtKind::Assert { test, msg } => {
                let (t, m) = (self.expr(test)?, self.optional(msg)?);
                self.replaced_statement(
                    s,
                    same(t, test) && same_option(m, msg),
                    StmtKind::Assert { test: t, msg: m },
                )
            }
            StmtKind::Match { subject, cases } => {
                let (su, c) = (self.expr(subject)?, self.list(cases, Self::match_case)?);
                let unchanged = same(su, subject) && same(c, cases);
                self.replaced_statement(s, unchanged, StmtKind::Match { subject: su, cases: c })
            }
            _ => s,
        })
    }

    fn function(&mut self, s: &'a Stmt<'a>) -> Result<&'a Stmt<'a>> {
        let (StmtKind::FunctionDef { name, args, body, decorator_list, returns, type_comment, type_params }
        | StmtKind::AsyncFunctionDef {
            name,
            args,
            body,
            decorator_list,
            returns,
            type_comment,
            type_params,
        }) = s.kind
        else {
            return Ok(s);
        };
        let t = self.list(type_params, Self::type_param)?;
        let a = self.arguments(args)?;
        let b = self.within(FinallyContext::Function, |p| p.body(body))?;
        let d = self.exprs(decorator_list)?;
        let r = if self.future_annotations { returns } else { self.optional(returns)? };
        let unchanged = same(t, type_params)
            && same(a, args)
            && same(b, body)
            && same(d, decorator_list)
            && same_option(r, returns);
        let kind = if matches!(s.kind, StmtKind::FunctionDef { .. }) {
            StmtKind::FunctionDef {
                name,
                args: a,
                body: b,
                decorator_list: d,
                returns: r,
                type_comment,
                type_params: t,
            }
        } else {
            StmtKind::AsyncFunctionDef {
                name,
                args: a,
                body: b,
                decorator_list: d,
                returns: r,
                type_comment,
                type_params: t,
            }
        };
        Ok(self.replaced_statement(s, unchanged, kind))
    }

    fn class(&mut self, s: &'a Stmt<'a>) -> Result<&'a Stmt<'a>> {
        let StmtKind::ClassDef { name, bases, keywords, body, decorator_list, type_params } = s.kind else {
            return Ok(s);
        };
        let t = self.list(type_params, Self::type_param)?;
        let b = self.exprs(bases)?;
        let k = self.list(keywords, Self::keyword)?;
        let new_body = self.body(body)?;
        let d = self.exprs(decorator_list)?;
        let unchanged = same(t, type_params)
            && same(b, bases)
            && same(k, keywords)
            && same(new_body, body)
            && same(d, decorator_list);
        let kind = StmtKind::ClassDef {
            name,
            bases: b,
            keywords: k,
            body: new_body,
            decorator_list: d,
            type_params: t,
        };
        Ok(self.replaced_statement(s, unchanged, kind))
    }

    fn loop_(&mut self, s: &'a Stmt<'a>) -> Result<&'a Stmt<'a>> {
        Ok(match s.kind {
            StmtKind::While { test, body, orelse } => {
                let t = self.expr(test)?;
                let b = self.within(FinallyContext::Loop, |p| p.statements(body))?;
                let o = self.statements(orelse)?;
                let unchanged = same(t, test) && same(b, body) && same(o, orelse);
                self.replaced_statement(s, unchanged, StmtKind::While { test: t, body: b, orelse: o })
            }
            StmtKind::For { target, iter, body, orelse, type_comment }
            | StmtKind::AsyncFor { target, iter, body, orelse, type_comment } => {
                let (t, i) = (self.expr(target)?, self.expr(iter)?);
                let b = self.within(FinallyContext::Loop, |p| p.statements(body))?;
                let o = self.statements(orelse)?;
                let unchanged = same(t, target) && same(i, iter) && same(b, body) && same(o, orelse);
                let kind = if matches!(s.kind, StmtKind::For { .. }) {
                    StmtKind::For { target: t, iter: i, body: b, orelse: o, type_comment }
                } else {
                    StmtKind::AsyncFor { target: t, iter: i, body: b, orelse: o, type_comment }
                };
                self.replaced_statement(s, unchanged, kind)
            }
            _ => s,
        })
    }

    fn try_(&mut self, s: &'a Stmt<'a>) -> Result<&'a Stmt<'a>> {
        let (StmtKind::Try { body, handlers, orelse, finalbody }
        | StmtKind::TryStar { body, handlers, orelse, finalbody }) = s.kind
        else {
            return Ok(s);
        };
        let b = self.statements(body)?;
        let h = self.list(handlers, Self::handler)?;
        let o = self.statements(orelse)?;
        let f = self.within(FinallyContext::Finally, |p| p.statements(finalbody))?;
        let unchanged = same(b, body) && same(h, handlers) && same(o, orelse) && same(f, finalbody);
        let kind = if matches!(s.kind, StmtKind::Try { .. }) {
            StmtKind::Try { body: b, handlers: h, orelse: o, finalbody: f }
        } else {
            StmtKind::TryStar { body: b, handlers: h, orelse: o, finalbody: f }
        };
        Ok(self.replaced_statement(s, unchanged, kind))
    }

    fn handler(&mut self, handler: &'a ExceptHandler<'a>) -> Result<&'a ExceptHandler<'a>> {
        let ExceptHandlerKind::ExceptHandler { type_, name, body } = handler.kind;
        let (t, b) = (self.optional(type_)?, self.statements(body)?);
        if same_option(t, type_) && same(b, body) {
            return Ok(handler);
        }
        let kind = ExceptHandlerKind::ExceptHandler { type_: t, name, body: b };
        Ok(self.arena.alloc(ExceptHandler { kind, location: handler.location }))
    }

    fn with_item(&mut self, item: &'a WithItem<'a>) -> Result<&'a WithItem<'a>> {
        let context_expr = self.expr(item.context_expr)?;
        let optional_vars = self.optional(item.optional_vars)?;
        if same(context_expr, item.context_expr) && same_option(optional_vars, item.optional_vars) {
            return Ok(item);
        }
        Ok(self.arena.alloc(WithItem { context_expr, optional_vars }))
    }

    fn match_case(&mut self, case: &'a MatchCase<'a>) -> Result<&'a MatchCase<'a>> {
        let pattern = self.pattern(case.pattern)?;
        let guard = self.optional(case.guard)?;
        let body = self.statements(case.body)?;
        if same(pattern, case.pattern) && same_option(guard, case.guard) && same(body, case.body) {
            return Ok(case);
        }
        Ok(self.arena.alloc(MatchCase { pattern, guard, body }))
    }

    fn type_param(&mut self, param: &'a TypeParam<'a>) -> Result<&'a TypeParam<'a>> {
        let (kind, unchanged) = match param.kind {
            TypeParamKind::TypeVar { name, bound, default_value } => {
                let (b, d) = (self.optional(bound)?, self.optional(default_value)?);
                let unchanged = same_option(b, bound) && same_option(d, default_value);
                (TypeParamKind::TypeVar { name, bound: b, default_value: d }, unchanged)
            }
            TypeParamKind::ParamSpec { name, default_value } => {
                let d = self.optional(default_value)?;
                (TypeParamKind::ParamSpec { name, default_value: d }, same_option(d, default_value))
            }
            TypeParamKind::TypeVarTuple { name, default_value } => {
                let d = self.optional(default_value)?;
                (TypeParamKind::TypeVarTuple { name, default_value: d }, same_option(d, default_value))
            }
        };
        if unchanged {
            return Ok(param);
        }
        Ok(self.arena.alloc(TypeParam { kind, location: param.location }))
    }
}
