//! Statements.

use super::{Validator, not_empty, positions, type_error, value_error};
use crate::error::Result;
use taipan_asdl::{
    Alias, ExceptHandler, ExceptHandlerKind, Expr, ExprContext, ExprKind, Stmt, StmtKind, TypeParam,
    TypeParamKind, WithItem,
};

impl Validator<'_> {
    pub(super) fn statements(&self, body: &[&Stmt<'_>]) -> Result {
        body.iter().try_for_each(|s| self.statement(s))
    }

    pub(super) fn body(&self, body: &[&Stmt<'_>], owner: &str) -> Result {
        not_empty(body, "body", owner)?;
        self.statements(body)
    }

    fn statement(&self, s: &Stmt<'_>) -> Result {
        positions(s.location)?;
        self.limit.check()?;
        let (load, store) = (ExprContext::Load, ExprContext::Store);
        match s.kind {
            StmtKind::FunctionDef { name, args, body, decorator_list, returns, type_params, .. }
            | StmtKind::AsyncFunctionDef { name, args, body, decorator_list, returns, type_params, .. } => {
                let is_async = matches!(s.kind, StmtKind::AsyncFunctionDef { .. });
                self.body(body, if is_async { "AsyncFunctionDef" } else { "FunctionDef" })?;
                self.name(name)?;
                self.type_params(type_params)?;
                self.arguments(args)?;
                self.exprs(decorator_list, load)?;
                self.loaded(returns)
            }
            StmtKind::ClassDef { name, bases, keywords, body, decorator_list, type_params } => {
                self.body(body, "ClassDef")?;
                self.name(name)?;
                self.type_params(type_params)?;
                self.exprs(bases, load)?;
                self.keywords(keywords)?;
                self.exprs(decorator_list, load)
            }
            StmtKind::Return { value } => self.loaded(value),
            StmtKind::Delete { targets } => {
                not_empty(targets, "targets", "Delete")?;
                self.exprs(targets, ExprContext::Del)
            }
            StmtKind::Assign { targets, value, .. } => {
                not_empty(targets, "targets", "Assign")?;
                self.exprs(targets, store)?;
                self.expr(value, load)
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target, store)?;
                self.expr(value, load)
            }
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                if simple != 0 && !is_name(target) {
                    return Err(type_error("AnnAssign with simple non-Name target"));
                }
                self.expr(target, store)?;
                self.loaded(value)?;
                self.expr(annotation, load)
            }
            StmtKind::TypeAlias { name, type_params, value } => {
                if !is_name(name) {
                    return Err(type_error("TypeAlias with non-Name name"));
                }
                self.expr(name, store)?;
                self.type_params(type_params)?;
                self.expr(value, load)
            }
            StmtKind::For { target, iter, body, orelse, .. } => {
                self.expr(target, store)?;
                self.expr(iter, load)?;
                self.body(body, "For")?;
                self.statements(orelse)
            }
            StmtKind::AsyncFor { target, iter, body, orelse, .. } => {
                self.expr(target, store)?;
                self.expr(iter, load)?;
                self.body(body, "AsyncFor")?;
                self.statements(orelse)
            }
            StmtKind::While { test, body, orelse } => {
                self.expr(test, load)?;
                self.body(body, "While")?;
                self.statements(orelse)
            }
            StmtKind::If { test, body, orelse } => {
                self.expr(test, load)?;
                self.body(body, "If")?;
                self.statements(orelse)
            }
            StmtKind::With { items, body, .. } => self.with(items, body, "With"),
            StmtKind::AsyncWith { items, body, .. } => self.with(items, body, "AsyncWith"),
            StmtKind::Match { subject, cases } => {
                self.expr(subject, load)?;
                not_empty(cases, "cases", "Match")?;
                cases.iter().try_for_each(|case| {
                    self.pattern(case.pattern, false)?;
                    self.loaded(case.guard)?;
                    self.body(case.body, "match_case")
                })
            }
            StmtKind::Raise { exc: None, cause: Some(_) } => {
                Err(value_error("Raise with cause but no exception"))
            }
            StmtKind::Raise { exc, cause } => {
                self.loaded(exc)?;
                self.loaded(cause)
            }
            StmtKind::Try { body, handlers, orelse, finalbody } => {
                self.try_("Try", body, handlers, orelse, finalbody)
            }
            StmtKind::TryStar { body, handlers, orelse, finalbody } => {
                self.try_("TryStar", body, handlers, orelse, finalbody)
            }
            StmtKind::Assert { test, msg } => {
                self.expr(test, load)?;
                self.loaded(msg)
            }
            StmtKind::Import { names } => {
                not_empty(names, "names", "Import")?;
                self.aliases(names)
            }
            StmtKind::ImportFrom { names, level, .. } => {
                if level.unwrap_or(0) < 0 {
                    return Err(value_error("Negative ImportFrom level"));
                }
                not_empty(names, "names", "ImportFrom")?;
                self.aliases(names)
            }
            StmtKind::Global { names } => not_empty(names, "names", "Global"),
            StmtKind::Nonlocal { names } => not_empty(names, "names", "Nonlocal"),
            StmtKind::Expr { value } => self.expr(value, load),
            StmtKind::Pass {} | StmtKind::Break {} | StmtKind::Continue {} => Ok(()),
        }
    }

    fn with(&self, items: &[&WithItem<'_>], body: &[&Stmt<'_>], owner: &str) -> Result {
        not_empty(items, "items", owner)?;
        for item in items {
            self.expr(item.context_expr, ExprContext::Load)?;
            if let Some(target) = item.optional_vars {
                self.expr(target, ExprContext::Store)?;
            }
        }
        self.body(body, owner)
    }

    fn try_(
        &self,
        owner: &str,
        body: &[&Stmt<'_>],
        handlers: &[&ExceptHandler<'_>],
        orelse: &[&Stmt<'_>],
        finalbody: &[&Stmt<'_>],
    ) -> Result {
        self.body(body, owner)?;
        if handlers.is_empty() && finalbody.is_empty() {
            return Err(value_error(format!("{owner} has neither except handlers nor finalbody")));
        }
        if handlers.is_empty() && !orelse.is_empty() {
            return Err(value_error(format!("{owner} has orelse but no except handlers")));
        }
        for handler in handlers {
            let ExceptHandlerKind::ExceptHandler { type_, name, body } = handler.kind;
            // CPython forgets two checks for `except*`.
            let checked = owner == "Try";
            if checked {
                positions(handler.location)?;
            }
            self.loaded(type_)?;
            if checked {
                self.optional_name(name)?;
            }
            self.body(body, "ExceptHandler")?;
        }
        self.statements(finalbody)?;
        self.statements(orelse)
    }

    fn aliases(&self, aliases: &[&Alias]) -> Result {
        aliases.iter().try_for_each(|alias| {
            self.name(alias.name)?;
            self.optional_name(alias.asname)
        })
    }

    fn type_params(&self, params: &[&TypeParam<'_>]) -> Result {
        params.iter().try_for_each(|param| {
            positions(param.location)?;
            let (name, bound, default) = match param.kind {
                TypeParamKind::TypeVar { name, bound, default_value } => (name, bound, default_value),
                TypeParamKind::ParamSpec { name, default_value }
                | TypeParamKind::TypeVarTuple { name, default_value } => (name, None, default_value),
            };
            self.name(name)?;
            self.loaded(bound)?;
            self.loaded(default)
        })
    }
}

const fn is_name(e: &Expr<'_>) -> bool {
    matches!(e.kind, ExprKind::Name { .. })
}
