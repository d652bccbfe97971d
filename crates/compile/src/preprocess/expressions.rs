//! Expressions.

use super::{Preprocessor, same, same_option};
use crate::error::Result;
use taipan_asdl::{Arg, Arguments, Comprehension, Constant, Expr, ExprContext, ExprKind, Keyword, Operator};

impl<'a> Preprocessor<'a, '_> {
    pub(super) fn exprs(&mut self, exprs: &'a [&'a Expr<'a>]) -> Result<&'a [&'a Expr<'a>]> {
        self.list(exprs, Self::expr)
    }

    pub(super) fn optional(&mut self, e: Option<&'a Expr<'a>>) -> Result<Option<&'a Expr<'a>>> {
        e.map(|e| self.expr(e)).transpose()
    }

    /// The node, or a copy of it with another kind.
    pub(super) fn replaced(&self, e: &'a Expr<'a>, unchanged: bool, kind: ExprKind<'a>) -> &'a Expr<'a> {
        if unchanged { e } else { self.arena.alloc(Expr { kind, location: e.location }) }
    }

    pub(super) fn expr(&mut self, e: &'a Expr<'a>) -> Result<&'a Expr<'a>> {
        self.limit.check()?;
        Ok(match e.kind {
            ExprKind::Constant { .. } => e,
            ExprKind::Name { id, ctx } => {
                if ctx == ExprContext::Load && id == self.known.debug && !self.syntax_check_only {
                    let value = Constant::Bool(self.optimize == 0);
                    return Ok(self.replaced(e, false, ExprKind::Constant { value, kind: None }));
                }
                e
            }
            ExprKind::Attribute { value, attr, ctx } => {
                let new = self.expr(value)?;
                self.replaced(e, same(new, value), ExprKind::Attribute { value: new, attr, ctx })
            }
            ExprKind::Call { func, args, keywords } => {
                let (f, a, k) = (self.expr(func)?, self.exprs(args)?, self.list(keywords, Self::keyword)?);
                let unchanged = same(f, func) && same(a, args) && same(k, keywords);
                self.replaced(e, unchanged, ExprKind::Call { func: f, args: a, keywords: k })
            }
            ExprKind::BinOp { left, op, right } => self.binary(e, left, op, right)?,
            ExprKind::BoolOp { op, values } => {
                let new = self.exprs(values)?;
                self.replaced(e, same(new, values), ExprKind::BoolOp { op, values: new })
            }
            ExprKind::UnaryOp { op, operand } => {
                let new = self.expr(operand)?;
                self.replaced(e, same(new, operand), ExprKind::UnaryOp { op, operand: new })
            }
            ExprKind::NamedExpr { target, value } => {
                let new = self.expr(value)?;
                self.replaced(e, same(new, value), ExprKind::NamedExpr { target, value: new })
            }
            ExprKind::Lambda { args, body } => {
                let (a, b) = (self.arguments(args)?, self.expr(body)?);
                self.replaced(e, same(a, args) && same(b, body), ExprKind::Lambda { args: a, body: b })
            }
            ExprKind::IfExp { test, body, orelse } => {
                let (t, b, o) = (self.expr(test)?, self.expr(body)?, self.expr(orelse)?);
                let unchanged = same(t, test) && same(b, body) && same(o, orelse);
                self.replaced(e, unchanged, ExprKind::IfExp { test: t, body: b, orelse: o })
            }
            ExprKind::Dict { keys, values } => {
                let (k, v) = (self.optional_list(keys, Self::expr)?, self.exprs(values)?);
                self.replaced(e, same(k, keys) && same(v, values), ExprKind::Dict { keys: k, values: v })
            }
            ExprKind::Set { elts } => {
                let new = self.exprs(elts)?;
                self.replaced(e, same(new, elts), ExprKind::Set { elts: new })
            }
            ExprKind::List { elts, ctx } => {
                let new = self.exprs(elts)?;
                self.replaced(e, same(new, elts), ExprKind::List { elts: new, ctx })
            }
            ExprKind::Tuple { elts, ctx } => {
                let new = self.exprs(elts)?;
                self.replaced(e, same(new, elts), ExprKind::Tuple { elts: new, ctx })
            }
            ExprKind::ListComp { elt, generators } => {
                let (el, g) = (self.expr(elt)?, self.list(generators, Self::generator)?);
                self.replaced(
                    e,
                    same(el, elt) && same(g, generators),
                    ExprKind::ListComp { elt: el, generators: g },
                )
            }
            ExprKind::SetComp { elt, generators } => {
                let (el, g) = (self.expr(elt)?, self.list(generators, Self::generator)?);
                self.replaced(
                    e,
                    same(el, elt) && same(g, generators),
                    ExprKind::SetComp { elt: el, generators: g },
                )
            }
            ExprKind::GeneratorExp { elt, generators } => {
                let (el, g) = (self.expr(elt)?, self.list(generators, Self::generator)?);
                let unchanged = same(el, elt) && same(g, generators);
                self.replaced(e, unchanged, ExprKind::GeneratorExp { elt: el, generators: g })
            }
            ExprKind::DictComp { key, value, generators } => {
                let (k, v, g) = (self.expr(key)?, self.expr(value)?, self.list(generators, Self::generator)?);
                let unchanged = same(k, key) && same(v, value) && same(g, generators);
                self.replaced(e, unchanged, ExprKind::DictComp { key: k, value: v, generators: g })
            }
            ExprKind::Await { value } => {
                let new = self.expr(value)?;
                self.replaced(e, same(new, value), ExprKind::Await { value: new })
            }
            ExprKind::Yield { value } => {
                let new = self.optional(value)?;
                self.replaced(e, same_option(new, value), ExprKind::Yield { value: new })
            }
            ExprKind::YieldFrom { value } => {
                let new = self.expr(value)?;
                self.replaced(e, same(new, value), ExprKind::YieldFrom { value: new })
            }
            ExprKind::Compare { left, ops, comparators } => {
                let (l, c) = (self.expr(left)?, self.exprs(comparators)?);
                let unchanged = same(l, left) && same(c, comparators);
                self.replaced(e, unchanged, ExprKind::Compare { left: l, ops, comparators: c })
            }
            ExprKind::FormattedValue { value, conversion, format_spec } => {
                let (v, f) = (self.expr(value)?, self.optional(format_spec)?);
                let unchanged = same(v, value) && same_option(f, format_spec);
                self.replaced(e, unchanged, ExprKind::FormattedValue { value: v, conversion, format_spec: f })
            }
            ExprKind::Interpolation { value, str, conversion, format_spec } => {
                let (v, f) = (self.expr(value)?, self.optional(format_spec)?);
                let unchanged = same(v, value) && same_option(f, format_spec);
                self.replaced(
                    e,
                    unchanged,
                    ExprKind::Interpolation { value: v, str, conversion, format_spec: f },
                )
            }
            ExprKind::JoinedStr { values } => {
                let new = self.exprs(values)?;
                self.replaced(e, same(new, values), ExprKind::JoinedStr { values: new })
            }
            ExprKind::TemplateStr { values } => {
                let new = self.exprs(values)?;
                self.replaced(e, same(new, values), ExprKind::TemplateStr { values: new })
            }
            ExprKind::Subscript { value, slice, ctx } => {
                let (v, s) = (self.expr(value)?, self.expr(slice)?);
                self.replaced(
                    e,
                    same(v, value) && same(s, slice),
                    ExprKind::Subscript { value: v, slice: s, ctx },
                )
            }
            ExprKind::Starred { value, ctx } => {
                let new = self.expr(value)?;
                self.replaced(e, same(new, value), ExprKind::Starred { value: new, ctx })
            }
            ExprKind::Slice { lower, upper, step } => {
                let (l, u, s) = (self.optional(lower)?, self.optional(upper)?, self.optional(step)?);
                let unchanged = same_option(l, lower) && same_option(u, upper) && same_option(s, step);
                self.replaced(e, unchanged, ExprKind::Slice { lower: l, upper: u, step: s })
            }
        })
    }

    fn binary(
        &mut self,
        e: &'a Expr<'a>,
        left: &'a Expr<'a>,
        op: Operator,
        right: &'a Expr<'a>,
    ) -> Result<&'a Expr<'a>> {
        let (l, r) = (self.expr(left)?, self.expr(right)?);
        if op == Operator::Mod
            && !self.syntax_check_only
            && let ExprKind::Constant { value: Constant::Str(format), .. } = l.kind
            && let ExprKind::Tuple { elts, .. } = r.kind
            && !elts.iter().any(|elt| matches!(elt.kind, ExprKind::Starred { .. }))
            && let Some(formatted) = self.format(e.location, format, elts)
        {
            return Ok(formatted);
        }
        Ok(self.replaced(e, same(l, left) && same(r, right), ExprKind::BinOp { left: l, op, right: r }))
    }

    pub(super) fn keyword(&mut self, keyword: &'a Keyword<'a>) -> Result<&'a Keyword<'a>> {
        let value = self.expr(keyword.value)?;
        if same(value, keyword.value) {
            return Ok(keyword);
        }
        Ok(self.arena.alloc(Keyword { value, ..*keyword }))
    }

    fn generator(&mut self, generator: &'a Comprehension<'a>) -> Result<&'a Comprehension<'a>> {
        let target = self.expr(generator.target)?;
        let iter = self.expr(generator.iter)?;
        let ifs = self.exprs(generator.ifs)?;
        if same(target, generator.target) && same(iter, generator.iter) && same(ifs, generator.ifs) {
            return Ok(generator);
        }
        Ok(self.arena.alloc(Comprehension { target, iter, ifs, ..*generator }))
    }

    pub(super) fn arguments(&mut self, args: &'a Arguments<'a>) -> Result<&'a Arguments<'a>> {
        let new = Arguments {
            posonlyargs: self.list(args.posonlyargs, Self::arg)?,
            args: self.list(args.args, Self::arg)?,
            vararg: args.vararg.map(|arg| self.arg(arg)).transpose()?,
            kwonlyargs: self.list(args.kwonlyargs, Self::arg)?,
            kw_defaults: self.optional_list(args.kw_defaults, Self::expr)?,
            kwarg: args.kwarg.map(|arg| self.arg(arg)).transpose()?,
            defaults: self.exprs(args.defaults)?,
        };
        let unchanged = same(new.posonlyargs, args.posonlyargs)
            && same(new.args, args.args)
            && same_option(new.vararg, args.vararg)
            && same(new.kwonlyargs, args.kwonlyargs)
            && same(new.kw_defaults, args.kw_defaults)
            && same_option(new.kwarg, args.kwarg)
            && same(new.defaults, args.defaults);
        Ok(if unchanged { args } else { self.arena.alloc(new) })
    }

    fn arg(&mut self, arg: &'a Arg<'a>) -> Result<&'a Arg<'a>> {
        // Annotations that become strings are shown as they were written.
        if self.future_annotations {
            return Ok(arg);
        }
        let annotation = self.optional(arg.annotation)?;
        if same_option(annotation, arg.annotation) {
            return Ok(arg);
        }
        Ok(self.arena.alloc(Arg { annotation, ..*arg }))
    }
}
