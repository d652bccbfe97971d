//! The first pass over expressions.

use super::build::Builder;
use super::flags::*;
use super::*;
use crate::error::{Result, syntax_error};
use taipan_asdl::{Comprehension as ComprehensionNode, Expr, ExprContext, ExprKind, Keyword};

impl Builder<'_> {
    pub(super) fn visit_exprs(&mut self, exprs: &[&Expr<'_>]) -> Result {
        exprs.iter().try_for_each(|e| self.visit_expr(e))
    }

    pub(super) fn visit_optional(&mut self, e: Option<&Expr<'_>>) -> Result {
        e.map_or(Ok(()), |e| self.visit_expr(e))
    }

    pub(super) fn visit_optionals(&mut self, exprs: &[Option<&Expr<'_>>]) -> Result {
        exprs.iter().try_for_each(|e| self.visit_optional(*e))
    }

    pub(super) fn visit_expr(&mut self, e: &Expr<'_>) -> Result {
        self.limit.check()?;
        match e.kind {
            ExprKind::Name { id, ctx } => self.visit_name(e.location, id, ctx),
            ExprKind::Constant { .. } => Ok(()),
            ExprKind::Attribute { value, attr, ctx } => {
                self.check_name(attr, e.location, ctx)?;
                self.visit_expr(value)
            }
            ExprKind::Call { func, args, keywords } => {
                self.visit_expr(func)?;
                self.visit_exprs(args)?;
                self.check_keywords(keywords)?;
                keywords.iter().try_for_each(|keyword| self.visit_expr(keyword.value))
            }
            ExprKind::NamedExpr { target, value } => {
                self.forbid_in_annotation("named expression", e.location)?;
                self.visit_named_expr(e, target, value)
            }
            ExprKind::BoolOp { values, .. } => self.visit_exprs(values),
            ExprKind::BinOp { left, right, .. } => {
                self.visit_expr(left)?;
                self.visit_expr(right)
            }
            ExprKind::UnaryOp { operand, .. } => self.visit_expr(operand),
            ExprKind::Lambda { args, body } => {
                self.visit_exprs(args.defaults)?;
                self.visit_optionals(args.kw_defaults)?;
                self.enter(self.known.lambda, ScopeKind::Function, ScopeKey::of(e), e.location)?;
                self.visit_arguments(args)?;
                self.visit_expr(body)?;
                self.exit();
                Ok(())
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.visit_expr(test)?;
                self.visit_expr(body)?;
                self.visit_expr(orelse)
            }
            ExprKind::Dict { keys, values } => {
                self.visit_optionals(keys)?;
                self.visit_exprs(values)
            }
            ExprKind::Set { elts } | ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => {
                self.visit_exprs(elts)
            }
            ExprKind::GeneratorExp { elt, generators } => {
                self.visit_comprehension(e, Comprehension::Generator, generators, elt, None)
            }
            ExprKind::ListComp { elt, generators } => {
                self.visit_comprehension(e, Comprehension::List, generators, elt, None)
            }
            ExprKind::SetComp { elt, generators } => {
                self.visit_comprehension(e, Comprehension::Set, generators, elt, None)
            }
            ExprKind::DictComp { key, value, generators } => {
                self.visit_comprehension(e, Comprehension::Dict, generators, key, Some(value))
            }
            ExprKind::Yield { value } => {
                self.forbid_in_annotation("yield expression", e.location)?;
                self.visit_optional(value)?;
                self.note_yield(e.location)
            }
            ExprKind::YieldFrom { value } => {
                self.forbid_in_annotation("yield expression", e.location)?;
                self.visit_expr(value)?;
                self.note_yield(e.location)
            }
            ExprKind::Await { value } => {
                self.check_await(e.location)?;
                self.visit_expr(value)?;
                self.scope().coroutine = true;
                Ok(())
            }
            ExprKind::Compare { left, comparators, .. } => {
                self.visit_expr(left)?;
                self.visit_exprs(comparators)
            }
            ExprKind::FormattedValue { value, format_spec, .. }
            | ExprKind::Interpolation { value, format_spec, .. } => {
                self.visit_expr(value)?;
                self.visit_optional(format_spec)
            }
            ExprKind::JoinedStr { values } | ExprKind::TemplateStr { values } => self.visit_exprs(values),
            ExprKind::Subscript { value, slice, .. } => {
                self.visit_expr(value)?;
                self.visit_expr(slice)
            }
            ExprKind::Starred { value, .. } => self.visit_expr(value),
            ExprKind::Slice { lower, upper, step } => {
                self.visit_optional(lower)?;
                self.visit_optional(upper)?;
                self.visit_optional(step)
            }
        }
    }

    fn visit_name(&mut self, location: Location, name: Name, context: ExprContext) -> Result {
        if self.scope().state.in_unevaluated_annotation {
            return Ok(());
        }
        let load = context == ExprContext::Load;
        self.add_def_in_context(name, if load { USE } else { DEF_LOCAL }, location, context)?;
        // `super` counts as a use of `__class__`.
        if load && name == self.known.super_ && self.scope().is_function_like() {
            self.add_def(self.known.class, USE, location)?;
        }
        Ok(())
    }

    fn note_yield(&mut self, location: Location) -> Result {
        let scope = self.scope();
        scope.generator = true;
        let message = match scope.comprehension {
            Comprehension::None => return Ok(()),
            Comprehension::List => "'yield' inside list comprehension",
            Comprehension::Set => "'yield' inside set comprehension",
            Comprehension::Dict => "'yield' inside dict comprehension",
            Comprehension::Generator => "'yield' inside generator expression",
        };
        Err(syntax_error(location, message))
    }

    fn check_await(&mut self, location: Location) -> Result {
        self.forbid_in_annotation("await expression", location)?;
        if self.allows_top_level_await() {
            return Ok(());
        }
        let scope = self.scope();
        if !scope.is_function_like() {
            return Err(syntax_error(location, "'await' outside function"));
        }
        let in_coroutine = scope.kind == ScopeKind::Function && scope.coroutine;
        if !in_coroutine && scope.comprehension == Comprehension::None {
            return Err(syntax_error(location, "'await' outside async function"));
        }
        Ok(())
    }

    /// Rejects what would bind or suspend in scopes that are evaluated lazily.
    fn forbid_in_annotation(&mut self, what: &str, location: Location) -> Result {
        let scope = self.scope();
        let place = match scope.kind {
            ScopeKind::Annotation => "an annotation",
            ScopeKind::TypeVariable => scope.state.info,
            ScopeKind::TypeAlias => "a type alias",
            ScopeKind::TypeParameters => "the definition of a generic",
            ScopeKind::Function | ScopeKind::Class | ScopeKind::Module => return Ok(()),
        };
        Err(syntax_error(location, format!("{what} cannot be used within {place}")))
    }

    pub(super) fn check_keywords(&self, keywords: &[&Keyword<'_>]) -> Result {
        for keyword in keywords {
            if let Some(name) = keyword.arg {
                self.check_name(name, keyword.location, ExprContext::Store)?;
            }
        }
        Ok(())
    }

    fn visit_named_expr(&mut self, e: &Expr<'_>, target: &Expr<'_>, value: &Expr<'_>) -> Result {
        let scope = self.scope();
        if scope.state.comp_iter_expr > 0 {
            let message = "assignment expression cannot be used in a comprehension iterable expression";
            return Err(syntax_error(e.location, message));
        }
        if scope.comprehension != Comprehension::None
            && let ExprKind::Name { id, .. } = target.kind
        {
            self.bind_outside_comprehension(id, target.location)?;
        }
        self.visit_expr(value)?;
        self.visit_expr(target)
    }

    /// The target of an assignment expression within comprehensions belongs to the scope around
    /// them.
    fn bind_outside_comprehension(&mut self, name: Name, location: Location) -> Result {
        for i in (0..self.stack.len()).rev() {
            let id = self.stack[i];
            let scope = self.table.scope(id);
            if scope.comprehension != Comprehension::None {
                let symbol = self.lookup_in(id, name);
                if symbol & DEF_COMP_ITER != 0 && symbol & DEF_LOCAL != 0 {
                    let before = "assignment expression cannot rebind comprehension iteration variable '";
                    return Err(self.name_error(location, before, name, "'"));
                }
                continue;
            }
            let message = match scope.kind {
                ScopeKind::Function => {
                    let symbol = self.lookup_in(id, name);
                    let flag = if symbol & DEF_GLOBAL != 0 { DEF_GLOBAL } else { DEF_NONLOCAL };
                    self.add_def(name, flag, location)?;
                    self.record_directive(name, location);
                    return self.add_def_to(name, DEF_LOCAL, id, location);
                }
                ScopeKind::Module => {
                    self.add_def(name, DEF_GLOBAL, location)?;
                    self.record_directive(name, location);
                    return self.add_def_to(name, DEF_GLOBAL, id, location);
                }
                ScopeKind::Annotation => continue,
                ScopeKind::Class => {
                    "assignment expression within a comprehension cannot be used in a class body"
                }
                ScopeKind::TypeParameters => {
                    "assignment expression within a comprehension cannot be used within the definition of a generic"
                }
                ScopeKind::TypeAlias => {
                    "assignment expression within a comprehension cannot be used in a type alias"
                }
                ScopeKind::TypeVariable => {
                    "assignment expression within a comprehension cannot be used in a TypeVar bound"
                }
            };
            return Err(syntax_error(location, message));
        }
        Ok(())
    }

    #[inline(never)]
    fn visit_comprehension(
        &mut self,
        e: &Expr<'_>,
        kind: Comprehension,
        generators: &[&ComprehensionNode<'_>],
        element: &Expr<'_>,
        value: Option<&Expr<'_>>,
    ) -> Result {
        let [outermost, inner @ ..] = generators else {
            return Err(crate::error::system_error("comprehension with no generators"));
        };
        // The outermost iterable is evaluated in the scope around.
        self.scope().state.comp_iter_expr += 1;
        self.visit_expr(outermost.iter)?;
        self.scope().state.comp_iter_expr -= 1;
        let name = match kind {
            Comprehension::List => self.known.listcomp,
            Comprehension::Set => self.known.setcomp,
            Comprehension::Dict => self.known.dictcomp,
            Comprehension::Generator | Comprehension::None => self.known.genexpr,
        };
        self.enter(name, ScopeKind::Function, ScopeKey::of(e), e.location)?;
        let scope = self.scope();
        scope.comprehension = kind;
        scope.coroutine = outermost.is_async != 0;
        self.add_def(self.known.dot_0, DEF_PARAM, e.location)?;
        self.visit_target(outermost.target)?;
        self.visit_exprs(outermost.ifs)?;
        for generator in inner {
            self.visit_target(generator.target)?;
            self.scope().state.comp_iter_expr += 1;
            self.visit_expr(generator.iter)?;
            self.scope().state.comp_iter_expr -= 1;
            self.visit_exprs(generator.ifs)?;
            if generator.is_async != 0 {
                self.scope().coroutine = true;
            }
        }
        self.visit_optional(value)?;
        self.visit_expr(element)?;
        let is_generator = kind == Comprehension::Generator;
        let scope = self.scope();
        scope.generator = is_generator;
        let is_async = scope.coroutine && !is_generator;
        self.exit();
        if !is_async {
            return Ok(());
        }
        let top_level = self.allows_top_level_await();
        let scope = self.scope();
        let in_coroutine = scope.kind == ScopeKind::Function && scope.coroutine;
        if !in_coroutine && scope.comprehension == Comprehension::None && !top_level {
            let message = "asynchronous comprehension outside of an asynchronous function";
            return Err(syntax_error(e.location, message));
        }
        scope.coroutine = true;
        Ok(())
    }

    fn visit_target(&mut self, target: &Expr<'_>) -> Result {
        self.scope().state.comp_iter_target = true;
        self.visit_expr(target)?;
        self.scope().state.comp_iter_target = false;
        Ok(())
    }
}
