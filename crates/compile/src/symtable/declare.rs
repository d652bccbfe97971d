//! The first pass over parameters, annotations and type parameter lists.

use super::build::Builder;
use super::flags::*;
use super::*;
use crate::error::Result;
use taipan_asdl::{Arg, Arguments, Expr};

impl Builder<'_> {
    /// Opens the scope of the type parameters of something generic.
    pub(super) fn enter_type_params(
        &mut self,
        name: Name,
        key: ScopeKey,
        (has_defaults, has_kwdefaults): (bool, bool),
        is_class: bool,
        location: Location,
    ) -> Result {
        let outer = self.scope().kind;
        self.enter(name, ScopeKind::TypeParameters, key, location)?;
        if outer == ScopeKind::Class {
            self.scope().can_see_class_scope = true;
            self.add_def(self.known.classdict, USE, location)?;
        }
        if is_class {
            // Set when the tuple of type parameters is made, used when the bases are.
            for name in [self.known.dot_type_params, self.known.dot_generic_base] {
                self.add_def(name, DEF_LOCAL, location)?;
                self.add_def(name, USE, location)?;
            }
        }
        if has_defaults {
            self.add_def(self.known.dot_defaults, DEF_PARAM, location)?;
        }
        if has_kwdefaults {
            self.add_def(self.known.dot_kwdefaults, DEF_PARAM, location)?;
        }
        Ok(())
    }

    /// The parameters themselves, within the function's scope.
    pub(super) fn visit_arguments(&mut self, args: &Arguments<'_>) -> Result {
        self.visit_params(args.posonlyargs)?;
        self.visit_params(args.args)?;
        self.visit_params(args.kwonlyargs)?;
        if let Some(vararg) = args.vararg {
            self.add_def(vararg.arg, DEF_PARAM, vararg.location)?;
            self.scope().varargs = true;
        }
        if let Some(kwarg) = args.kwarg {
            self.add_def(kwarg.arg, DEF_PARAM, kwarg.location)?;
            self.scope().varkeywords = true;
        }
        Ok(())
    }

    fn visit_params(&mut self, args: &[&Arg<'_>]) -> Result {
        args.iter().try_for_each(|arg| self.add_def(arg.arg, DEF_PARAM, arg.location))
    }

    /// The annotations of a function, in a scope of their own beside the function's.
    pub(super) fn visit_function_annotations(
        &mut self,
        location: Location,
        args: &Arguments<'_>,
        returns: Option<&Expr<'_>>,
    ) -> Result {
        let scope = self.scope();
        let in_class = scope.can_see_class_scope || scope.kind == ScopeKind::Class;
        self.enter(self.known.annotate, ScopeKind::Annotation, ScopeKey::of(args), location)?;
        if in_class {
            self.scope().can_see_class_scope = true;
            self.add_def(self.known.classdict, USE, location)?;
        }
        let annotations = [args.posonlyargs, args.args]
            .into_iter()
            .flatten()
            .copied()
            .chain(args.vararg)
            .chain(args.kwarg)
            .chain(args.kwonlyargs.iter().copied())
            .filter_map(|arg| arg.annotation)
            .chain(returns);
        for annotation in annotations {
            self.scope().annotations_used = true;
            self.visit_expr(annotation)?;
        }
        self.exit();
        Ok(())
    }

    /// The annotation of a variable. All those of a scope share one scope.
    pub(super) fn visit_annotation(&mut self, annotation: &Expr<'_>, key: ScopeKey) -> Result {
        let parent = self.current;
        let scope = self.table.scope(parent);
        let kind = scope.kind;
        // Annotations of a function's local variables are not executed and bind nothing.
        let unevaluated = kind == ScopeKind::Function;
        // A module may be executed in part, so all its annotations are conditional.
        let conditional =
            kind == ScopeKind::Module || kind == ScopeKind::Class && scope.state.in_conditional_block;
        if conditional && !scope.has_conditional_annotations {
            self.scope().has_conditional_annotations = true;
            self.add_def(self.known.conditional_annotations, USE, annotation.location)?;
        }
        match self.table.scope(parent).annotation_scope {
            Some(existing) => self.enter_again(existing),
            None => {
                self.enter(self.known.annotate, ScopeKind::Annotation, key, annotation.location)?;
                self.table.scope_mut(parent).annotation_scope = Some(self.current);
                if kind == ScopeKind::Class && !self.future_annotations() {
                    self.scope().can_see_class_scope = true;
                    self.add_def(self.known.classdict, USE, annotation.location)?;
                }
            }
        }
        if unevaluated {
            self.scope().state.in_unevaluated_annotation = true;
        }
        self.visit_expr(annotation)?;
        if unevaluated {
            self.scope().state.in_unevaluated_annotation = false;
        }
        self.exit();
        Ok(())
    }
}
