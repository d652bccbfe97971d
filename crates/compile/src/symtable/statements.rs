//! The first pass over statements and patterns.

use super::build::Builder;
use super::flags::*;
use super::*;
use crate::error::{Result, syntax_error};
use crate::future::docstring;
use taipan_asdl::{
    Alias, Arguments, ExceptHandler, ExceptHandlerKind, Expr, ExprKind, MatchCase, Pattern, PatternKind,
    Stmt, StmtKind, TypeParam, TypeParamKind, WithItem,
};
use taipan_text::Text;

/// The parts of a function definition, `async` or not.
struct FunctionParts<'s, 'a> {
    name: Name,
    args: &'s Arguments<'a>,
    body: &'s [&'a Stmt<'a>],
    decorators: &'s [&'a Expr<'a>],
    returns: Option<&'a Expr<'a>>,
    type_params: &'s [&'a TypeParam<'a>],
}

impl Builder<'_> {
    pub(super) fn visit_statements(&mut self, statements: &[&Stmt<'_>]) -> Result {
        statements.iter().try_for_each(|statement| self.visit_statement(statement))
    }

    /// Visits statements that may not be executed, or in part.
    fn visit_conditionally(&mut self, visit: impl FnOnce(&mut Self) -> Result) -> Result {
        let state = &mut self.scope().state;
        let outer = std::mem::replace(&mut state.in_conditional_block, true);
        visit(self)?;
        self.scope().state.in_conditional_block = outer;
        Ok(())
    }

    fn visit_statement(&mut self, s: &Stmt<'_>) -> Result {
        self.limit.check()?;
        match s.kind {
            StmtKind::FunctionDef { name, args, body, decorator_list, returns, type_params, .. } => {
                let parts =
                    FunctionParts { name, args, body, decorators: decorator_list, returns, type_params };
                self.visit_function(s, &parts, false)
            }
            StmtKind::AsyncFunctionDef { name, args, body, decorator_list, returns, type_params, .. } => {
                let parts =
                    FunctionParts { name, args, body, decorators: decorator_list, returns, type_params };
                self.visit_function(s, &parts, true)
            }
            StmtKind::ClassDef { .. } => self.visit_class(s),
            StmtKind::TypeAlias { name, type_params, value } => {
                self.visit_type_alias(s, name, type_params, value)
            }
            StmtKind::Return { value } => {
                if let Some(value) = value {
                    self.visit_expr(value)?;
                    self.scope().returns_value = true;
                }
                Ok(())
            }
            StmtKind::Delete { targets } => self.visit_exprs(targets),
            StmtKind::Assign { targets, value, .. } => {
                self.visit_exprs(targets)?;
                self.visit_expr(value)
            }
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                self.visit_annotated_assignment(s, target, annotation, value, simple != 0)
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.visit_expr(target)?;
                self.visit_expr(value)
            }
            StmtKind::For { target, iter, body, orelse, .. } => {
                self.visit_expr(target)?;
                self.visit_expr(iter)?;
                self.visit_conditionally(|b| {
                    b.visit_statements(body)?;
                    b.visit_statements(orelse)
                })
            }
            StmtKind::AsyncFor { target, iter, body, orelse, .. } => {
                self.require_coroutine("'async for' outside async function", s.location)?;
                self.visit_expr(target)?;
                self.visit_expr(iter)?;
                self.visit_conditionally(|b| {
                    b.visit_statements(body)?;
                    b.visit_statements(orelse)
                })
            }
            StmtKind::While { test, body, orelse } | StmtKind::If { test, body, orelse } => {
                self.visit_expr(test)?;
                self.visit_conditionally(|b| {
                    b.visit_statements(body)?;
                    b.visit_statements(orelse)
                })
            }
            StmtKind::Match { subject, cases } => {
                self.visit_expr(subject)?;
                self.visit_conditionally(|b| cases.iter().try_for_each(|case| b.visit_match_case(case)))
            }
            StmtKind::Raise { exc, cause } => {
                if let Some(exc) = exc {
                    self.visit_expr(exc)?;
                    self.visit_optional(cause)?;
                }
                Ok(())
            }
            StmtKind::Try { body, handlers, orelse, finalbody }
            | StmtKind::TryStar { body, handlers, orelse, finalbody } => self.visit_conditionally(|b| {
                b.visit_statements(body)?;
                handlers.iter().try_for_each(|handler| b.visit_except_handler(handler))?;
                b.visit_statements(orelse)?;
                b.visit_statements(finalbody)
            }),
            StmtKind::Assert { test, msg } => {
                self.visit_expr(test)?;
                self.visit_optional(msg)
            }
            StmtKind::Import { names } => names.iter().try_for_each(|alias| self.visit_alias(alias)),
            StmtKind::ImportFrom { module, names, level } => {
                names.iter().try_for_each(|alias| self.visit_alias(alias))?;
                self.check_import_from(s.location, module, level.unwrap_or(0))
            }
            StmtKind::Global { names } => self.visit_global(s.location, names),
            StmtKind::Nonlocal { names } => self.visit_nonlocal(s.location, names),
            StmtKind::Expr { value } => self.visit_expr(value),
            StmtKind::Pass {} | StmtKind::Break {} | StmtKind::Continue {} => Ok(()),
            StmtKind::With { items, body, .. } => self.visit_conditionally(|b| {
                items.iter().try_for_each(|item| b.visit_with_item(item))?;
                b.visit_statements(body)
            }),
            StmtKind::AsyncWith { items, body, .. } => {
                self.require_coroutine("'async with' outside async function", s.location)?;
                self.visit_conditionally(|b| {
                    items.iter().try_for_each(|item| b.visit_with_item(item))?;
                    b.visit_statements(body)
                })
            }
        }
    }

    #[inline(never)]
    fn visit_function(&mut self, s: &Stmt<'_>, f: &FunctionParts<'_, '_>, is_async: bool) -> Result {
        self.add_def(f.name, DEF_LOCAL, s.location)?;
        self.visit_exprs(f.args.defaults)?;
        self.visit_optionals(f.args.kw_defaults)?;
        self.visit_exprs(f.decorators)?;
        let generic = !f.type_params.is_empty();
        if generic {
            let has_kwdefaults = f.args.kw_defaults.iter().any(Option::is_some);
            // `.defaults` is there even if there are none.
            let defaults = (true, has_kwdefaults);
            self.enter_type_params(f.name, ScopeKey::of(f.type_params), defaults, false, s.location)?;
            f.type_params.iter().try_for_each(|param| self.visit_type_param(param))?;
        }
        let function = self.new_scope(f.name, ScopeKind::Function, ScopeKey::of(s), s.location);
        self.table.scope_mut(function).has_docstring = docstring(f.body).is_some();
        self.visit_function_annotations(s.location, f.args, f.returns)?;
        self.enter_existing(function);
        self.scope().coroutine = is_async;
        self.visit_arguments(f.args)?;
        self.visit_statements(f.body)?;
        self.exit();
        if generic {
            self.exit();
        }
        Ok(())
    }

    #[inline(never)]
    fn visit_class(&mut self, s: &Stmt<'_>) -> Result {
        let StmtKind::ClassDef { name, bases, keywords, body, decorator_list, type_params } = s.kind else {
            return Ok(());
        };
        self.add_def(name, DEF_LOCAL, s.location)?;
        self.visit_exprs(decorator_list)?;
        let outer_private = self.private;
        let generic = !type_params.is_empty();
        if generic {
            self.enter_type_params(name, ScopeKey::of(type_params), (false, false), true, s.location)?;
            self.private = Some(name);
            let set = self.table.mangled_sets.len() as u32;
            self.table.mangled_sets.push(FxHashSet::default());
            self.scope().state.mangled_names = Some(set);
            type_params.iter().try_for_each(|param| self.visit_type_param(param))?;
        }
        self.visit_exprs(bases)?;
        self.check_keywords(keywords)?;
        keywords.iter().try_for_each(|keyword| self.visit_expr(keyword.value))?;
        self.enter(name, ScopeKind::Class, ScopeKey::of(s), s.location)?;
        self.private = Some(name);
        if generic {
            self.add_def(self.known.type_params, DEF_LOCAL, s.location)?;
            self.add_def(self.known.dot_type_params, USE, s.location)?;
        }
        self.scope().has_docstring = docstring(body).is_some();
        self.visit_statements(body)?;
        self.exit();
        if generic {
            self.exit();
        }
        self.private = outer_private;
        Ok(())
    }

    fn visit_type_alias(
        &mut self,
        s: &Stmt<'_>,
        name: &Expr<'_>,
        params: &[&TypeParam<'_>],
        value: &Expr<'_>,
    ) -> Result {
        self.visit_expr(name)?;
        let ExprKind::Name { id, .. } = name.kind else {
            return Err(crate::error::system_error("a type alias needs a name"));
        };
        let in_class = self.scope().kind == ScopeKind::Class;
        let generic = !params.is_empty();
        if generic {
            self.enter_type_params(id, ScopeKey::of(params), (false, false), false, s.location)?;
            params.iter().try_for_each(|param| self.visit_type_param(param))?;
        }
        self.enter(id, ScopeKind::TypeAlias, ScopeKey::of(s), s.location)?;
        self.scope().can_see_class_scope = in_class;
        if in_class {
            self.add_def(self.known.classdict, USE, value.location)?;
        }
        self.visit_expr(value)?;
        self.exit();
        if generic {
            self.exit();
        }
        Ok(())
    }

    fn visit_annotated_assignment(
        &mut self,
        s: &Stmt<'_>,
        target: &Expr<'_>,
        annotation: &Expr<'_>,
        value: Option<&Expr<'_>>,
        simple: bool,
    ) -> Result {
        self.scope().annotations_used = true;
        if let ExprKind::Name { id, .. } = target.kind {
            let symbol = self.lookup_in(self.current, id);
            if symbol & (DEF_GLOBAL | DEF_NONLOCAL) != 0 && self.current != SymbolTable::TOP && simple {
                let after =
                    if symbol & DEF_GLOBAL != 0 { "' can't be global" } else { "' can't be nonlocal" };
                return Err(self.name_error(s.location, "annotated name '", id, after));
            }
            if simple {
                self.add_def(id, DEF_ANNOT | DEF_LOCAL, target.location)?;
            }
            if value.is_some() {
                self.add_def(id, DEF_LOCAL, target.location)?;
            }
        } else {
            self.visit_expr(target)?;
        }
        let key = self.table.scope(self.current).key.second();
        self.visit_annotation(annotation, key)?;
        self.visit_optional(value)
    }

    fn require_coroutine(&mut self, message: &str, location: Location) -> Result {
        if self.allows_top_level_await() {
            self.scope().coroutine = true;
        }
        if self.scope().coroutine { Ok(()) } else { Err(syntax_error(location, message)) }
    }

    fn check_import_from(&self, location: Location, module: Option<Name>, level: i32) -> Result {
        let future = self.future.location;
        if module == Some(self.known.future)
            && level == 0
            && (location.lineno > future.lineno
                || location.lineno == future.end_lineno && location.col_offset > future.end_col_offset)
        {
            return Err(syntax_error(
                location,
                "from __future__ imports must occur at the beginning of the file",
            ));
        }
        Ok(())
    }

    fn visit_global(&mut self, location: Location, names: &[Name]) -> Result {
        for &name in names {
            let symbol = self.lookup_in(self.current, name);
            if symbol & (DEF_PARAM | DEF_LOCAL | USE | DEF_ANNOT) != 0 {
                let (before, after) = if symbol & DEF_PARAM != 0 {
                    ("name '", "' is parameter and global")
                } else if symbol & USE != 0 {
                    ("name '", "' is used prior to global declaration")
                } else if symbol & DEF_ANNOT != 0 {
                    ("annotated name '", "' can't be global")
                } else {
                    ("name '", "' is assigned to before global declaration")
                };
                return Err(self.name_error(location, before, name, after));
            }
            self.add_def(name, DEF_GLOBAL, location)?;
            self.record_directive(name, location);
        }
        Ok(())
    }

    fn visit_nonlocal(&mut self, location: Location, names: &[Name]) -> Result {
        for &name in names {
            let symbol = self.lookup_in(self.current, name);
            if symbol & (DEF_PARAM | DEF_LOCAL | USE | DEF_ANNOT) != 0 {
                let (before, after) = if symbol & DEF_PARAM != 0 {
                    ("name '", "' is parameter and nonlocal")
                } else if symbol & USE != 0 {
                    ("name '", "' is used prior to nonlocal declaration")
                } else if symbol & DEF_ANNOT != 0 {
                    ("annotated name '", "' can't be nonlocal")
                } else {
                    ("name '", "' is assigned to before nonlocal declaration")
                };
                return Err(self.name_error(location, before, name, after));
            }
            self.add_def(name, DEF_NONLOCAL, location)?;
            self.record_directive(name, location);
        }
        Ok(())
    }

    fn visit_except_handler(&mut self, handler: &ExceptHandler<'_>) -> Result {
        let ExceptHandlerKind::ExceptHandler { type_, name, body } = handler.kind;
        self.visit_optional(type_)?;
        if let Some(name) = name {
            self.add_def(name, DEF_LOCAL, handler.location)?;
        }
        self.visit_statements(body)
    }

    fn visit_with_item(&mut self, item: &WithItem<'_>) -> Result {
        self.visit_expr(item.context_expr)?;
        self.visit_optional(item.optional_vars)
    }

    fn visit_match_case(&mut self, case: &MatchCase<'_>) -> Result {
        self.visit_pattern(case.pattern)?;
        self.visit_optional(case.guard)?;
        self.visit_statements(case.body)
    }

    fn visit_alias(&mut self, alias: &Alias) -> Result {
        let name = alias.asname.unwrap_or(alias.name);
        if name == self.known.star {
            if self.scope().kind != ScopeKind::Module {
                return Err(syntax_error(alias.location, "import * only allowed at module level"));
            }
            return Ok(());
        }
        // `import a.b.c` binds `a`.
        let text = self.names.text(name).as_bytes();
        let bound = match text.iter().position(|&b| b == b'.') {
            None => name,
            Some(dot) => {
                let package = text[..dot].to_vec();
                self.names.intern(Text::from_bytes(&package))
            }
        };
        self.add_def(bound, DEF_IMPORT, alias.location)
    }

    pub(super) fn visit_type_param(&mut self, param: &TypeParam<'_>) -> Result {
        self.limit.check()?;
        let key = ScopeKey::of(param);
        match param.kind {
            TypeParamKind::TypeVar { name, bound, default_value } => {
                self.add_def(name, DEF_TYPE_PARAM | DEF_LOCAL, param.location)?;
                let constrained = bound.is_some_and(|bound| matches!(bound.kind, ExprKind::Tuple { .. }));
                let info = if constrained { "a TypeVar constraint" } else { "a TypeVar bound" };
                self.visit_bound_or_default(bound, name, key, info, param.location)?;
                self.visit_bound_or_default(
                    default_value,
                    name,
                    key.second(),
                    "a TypeVar default",
                    param.location,
                )
            }
            TypeParamKind::TypeVarTuple { name, default_value } => {
                self.add_def(name, DEF_TYPE_PARAM | DEF_LOCAL, param.location)?;
                self.visit_bound_or_default(
                    default_value,
                    name,
                    key,
                    "a TypeVarTuple default",
                    param.location,
                )
            }
            TypeParamKind::ParamSpec { name, default_value } => {
                self.add_def(name, DEF_TYPE_PARAM | DEF_LOCAL, param.location)?;
                self.visit_bound_or_default(default_value, name, key, "a ParamSpec default", param.location)
            }
        }
    }

    fn visit_bound_or_default(
        &mut self,
        value: Option<&Expr<'_>>,
        name: Name,
        key: ScopeKey,
        info: &'static str,
        location: Location,
    ) -> Result {
        if name == self.known.classdict {
            return Err(self.name_error(
                location,
                "reserved name '",
                name,
                "' cannot be used for type parameter",
            ));
        }
        let Some(value) = value else { return Ok(()) };
        let in_class = self.scope().can_see_class_scope;
        self.enter(name, ScopeKind::TypeVariable, key, value.location)?;
        self.scope().can_see_class_scope = in_class;
        if in_class {
            self.add_def(self.known.classdict, USE, value.location)?;
        }
        self.scope().state.info = info;
        self.visit_expr(value)?;
        self.exit();
        Ok(())
    }

    fn visit_pattern(&mut self, p: &Pattern<'_>) -> Result {
        self.limit.check()?;
        match p.kind {
            PatternKind::MatchValue { value } => self.visit_expr(value),
            PatternKind::MatchSingleton { .. } => Ok(()),
            PatternKind::MatchSequence { patterns } | PatternKind::MatchOr { patterns } => {
                self.visit_patterns(patterns)
            }
            PatternKind::MatchStar { name } => self.bind_in_pattern(name, p.location),
            PatternKind::MatchMapping { keys, patterns, rest } => {
                self.visit_exprs(keys)?;
                self.visit_patterns(patterns)?;
                self.bind_in_pattern(rest, p.location)
            }
            PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
                self.visit_expr(cls)?;
                self.visit_patterns(patterns)?;
                for (&name, pattern) in kwd_attrs.iter().zip(kwd_patterns) {
                    self.check_name(name, pattern.location, taipan_asdl::ExprContext::Store)?;
                }
                self.visit_patterns(kwd_patterns)
            }
            PatternKind::MatchAs { pattern, name } => {
                if let Some(pattern) = pattern {
                    self.visit_pattern(pattern)?;
                }
                self.bind_in_pattern(name, p.location)
            }
        }
    }

    fn visit_patterns(&mut self, patterns: &[&Pattern<'_>]) -> Result {
        patterns.iter().try_for_each(|pattern| self.visit_pattern(pattern))
    }

    fn bind_in_pattern(&mut self, name: Option<Name>, location: Location) -> Result {
        match name {
            Some(name) => self.add_def(name, DEF_LOCAL, location),
            None => Ok(()),
        }
    }
}
