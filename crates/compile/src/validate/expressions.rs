//! Expressions.

use super::{Validator, positions, type_error, value_error};
use crate::error::Result;
use taipan_asdl::{Arg, Arguments, Comprehension, Expr, ExprContext, ExprKind, Keyword};

impl Validator<'_> {
    pub(super) fn exprs(&self, exprs: &[&Expr<'_>], context: ExprContext) -> Result {
        exprs.iter().try_for_each(|e| self.expr(e, context))
    }

    pub(super) fn loaded(&self, e: Option<&Expr<'_>>) -> Result {
        e.map_or(Ok(()), |e| self.expr(e, ExprContext::Load))
    }

    fn holed(&self, exprs: &[Option<&Expr<'_>>]) -> Result {
        exprs.iter().try_for_each(|e| self.loaded(*e))
    }

    pub(super) fn expr(&self, e: &Expr<'_>, context: ExprContext) -> Result {
        positions(e.location)?;
        self.limit.check()?;
        self.check_context(e, context)?;
        let load = ExprContext::Load;
        match e.kind {
            ExprKind::Name { .. } | ExprKind::Constant { .. } => Ok(()),
            ExprKind::BoolOp { values, .. } => {
                if values.len() < 2 {
                    return Err(value_error("BoolOp with less than 2 values"));
                }
                self.exprs(values, load)
            }
            ExprKind::NamedExpr { target, value } => {
                if !matches!(target.kind, ExprKind::Name { .. }) {
                    return Err(type_error("NamedExpr target must be a Name"));
                }
                self.expr(value, load)
            }
            ExprKind::BinOp { left, right, .. } => {
                self.expr(left, load)?;
                self.expr(right, load)
            }
            ExprKind::UnaryOp { operand, .. } => self.expr(operand, load),
            ExprKind::Lambda { args, body } => {
                self.arguments(args)?;
                self.expr(body, load)
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.expr(test, load)?;
                self.expr(body, load)?;
                self.expr(orelse, load)
            }
            ExprKind::Dict { keys, values } => {
                if keys.len() != values.len() {
                    return Err(value_error("Dict doesn't have the same number of keys as values"));
                }
                self.holed(keys)?;
                self.exprs(values, load)
            }
            ExprKind::Set { elts } => self.exprs(elts, load),
            ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => self.exprs(elts, context),
            ExprKind::ListComp { elt, generators }
            | ExprKind::SetComp { elt, generators }
            | ExprKind::GeneratorExp { elt, generators } => {
                self.generators(generators)?;
                self.expr(elt, load)
            }
            ExprKind::DictComp { key, value, generators } => {
                self.generators(generators)?;
                self.expr(key, load)?;
                self.expr(value, load)
            }
            ExprKind::Yield { value } => self.loaded(value),
            ExprKind::YieldFrom { value } | ExprKind::Await { value } => self.expr(value, load),
            ExprKind::Compare { left, ops, comparators } => {
                if comparators.is_empty() {
                    return Err(value_error("Compare with no comparators"));
                }
                if comparators.len() != ops.len() {
                    return Err(value_error("Compare has a different number of comparators and operands"));
                }
                self.exprs(comparators, load)?;
                self.expr(left, load)
            }
            ExprKind::Call { func, args, keywords } => {
                self.expr(func, load)?;
                self.exprs(args, load)?;
                self.keywords(keywords)
            }
            ExprKind::JoinedStr { values } | ExprKind::TemplateStr { values } => self.exprs(values, load),
            ExprKind::FormattedValue { value, format_spec, .. }
            | ExprKind::Interpolation { value, format_spec, .. } => {
                self.expr(value, load)?;
                self.loaded(format_spec)
            }
            ExprKind::Attribute { value, .. } => self.expr(value, load),
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(slice, load)?;
                self.expr(value, load)
            }
            ExprKind::Starred { value, .. } => self.expr(value, context),
            ExprKind::Slice { lower, upper, step } => {
                self.loaded(lower)?;
                self.loaded(upper)?;
                self.loaded(step)
            }
        }
    }

    fn check_context(&self, e: &Expr<'_>, context: ExprContext) -> Result {
        let actual = match e.kind {
            ExprKind::Name { id, ctx } => {
                self.name(id)?;
                ctx
            }
            ExprKind::Attribute { ctx, .. }
            | ExprKind::Subscript { ctx, .. }
            | ExprKind::Starred { ctx, .. }
            | ExprKind::List { ctx, .. }
            | ExprKind::Tuple { ctx, .. } => ctx,
            _ if context == ExprContext::Load => return Ok(()),
            _ => {
                let context = context.class_name();
                return Err(value_error(format!(
                    "expression which can't be assigned to in {context} context"
                )));
            }
        };
        if actual == context {
            return Ok(());
        }
        let (context, actual) = (context.class_name(), actual.class_name());
        Err(value_error(format!("expression must have {context} context but has {actual} instead")))
    }

    fn generators(&self, generators: &[&Comprehension<'_>]) -> Result {
        if generators.is_empty() {
            return Err(value_error("comprehension with no generators"));
        }
        for generator in generators {
            self.expr(generator.target, ExprContext::Store)?;
            self.expr(generator.iter, ExprContext::Load)?;
            self.exprs(generator.ifs, ExprContext::Load)?;
        }
        Ok(())
    }

    pub(super) fn keywords(&self, keywords: &[&Keyword<'_>]) -> Result {
        keywords.iter().try_for_each(|keyword| self.expr(keyword.value, ExprContext::Load))
    }

    fn args(&self, args: &[&Arg<'_>]) -> Result {
        args.iter().try_for_each(|arg| {
            positions(arg.location)?;
            self.loaded(arg.annotation)
        })
    }

    pub(super) fn arguments(&self, args: &Arguments<'_>) -> Result {
        self.args(args.posonlyargs)?;
        self.args(args.args)?;
        self.loaded(args.vararg.and_then(|arg| arg.annotation))?;
        self.args(args.kwonlyargs)?;
        self.loaded(args.kwarg.and_then(|arg| arg.annotation))?;
        if args.defaults.len() > args.posonlyargs.len() + args.args.len() {
            return Err(value_error("more positional defaults than args on arguments"));
        }
        if args.kw_defaults.len() != args.kwonlyargs.len() {
            return Err(value_error("length of kwonlyargs is not the same as kw_defaults on arguments"));
        }
        self.exprs(args.defaults, ExprContext::Load)?;
        self.holed(args.kw_defaults)
    }
}
