//! The first pass: a walk over the tree that records what it sees.

use super::flags::*;
use super::*;
use crate::error::{Result, syntax_error};
use crate::future::{FUTURE_ANNOTATIONS, FutureFeatures, docstring};
use crate::mangle::Mangler;
use crate::recursion::StackLimit;
use crate::well_known::WellKnown;
use taipan_asdl::diagnostic::{Error, ErrorKind};
use taipan_asdl::{ExprContext, Mod, ModKind, NameTable};
use taipan_text::TextBuf;

/// `PyCF_ALLOW_TOP_LEVEL_AWAIT`
pub const ALLOW_TOP_LEVEL_AWAIT: u32 = 0x2000;

/// Builds the symbol table of `tree`, which has been preprocessed.
///
/// `future.features` also carries the flags of the compilation.
pub fn build(
    tree: &Mod<'_>,
    names: &mut NameTable,
    mangler: &mut Mangler,
    known: &WellKnown,
    future: &FutureFeatures,
    limit: StackLimit,
) -> Result<SymbolTable> {
    let mut builder = Builder {
        table: SymbolTable::default(),
        names,
        mangler,
        known: *known,
        future: *future,
        limit,
        stack: Vec::new(),
        current: SymbolTable::TOP,
        private: None,
    };
    builder.table.positions.reserve(2 * builder.names.len());
    let start = Location::default();
    builder.enter(known.top, ScopeKind::Module, ScopeKey::of(tree), start)?;
    match tree.kind {
        ModKind::Module { body, .. } => {
            builder.scope().has_docstring = docstring(body).is_some();
            builder.visit_statements(body)?;
        }
        ModKind::Interactive { body } => builder.visit_statements(body)?,
        ModKind::Expression { body } => builder.visit_expr(body)?,
        ModKind::FunctionType { .. } => {
            return Err(Error::new(ErrorKind::SystemError, "this compiler does not handle FunctionTypes"));
        }
    }
    let mut table = builder.table;
    analyze::analyze(&mut table, names, known, limit)?;
    Ok(table)
}

pub(super) struct Builder<'n> {
    pub(super) table: SymbolTable,
    pub(super) names: &'n mut NameTable,
    pub(super) mangler: &'n mut Mangler,
    pub(super) known: WellKnown,
    pub(super) future: FutureFeatures,
    pub(super) limit: StackLimit,
    /// The open scopes, the current one last.
    pub(super) stack: Vec<ScopeId>,
    pub(super) current: ScopeId,
    /// The class whose name mangles.
    pub(super) private: Option<Name>,
}

impl Builder<'_> {
    /// The current scope.
    #[inline]
    pub(super) fn scope(&mut self) -> &mut Scope {
        let current = self.current;
        self.table.scope_mut(current)
    }

    pub(super) fn future_annotations(&self) -> bool {
        self.future.features & FUTURE_ANNOTATIONS != 0
    }

    /// Makes a scope without entering it.
    pub(super) fn new_scope(
        &mut self,
        name: Name,
        kind: ScopeKind,
        key: ScopeKey,
        location: Location,
    ) -> ScopeId {
        let (nested, method) = if self.stack.is_empty() {
            (false, false)
        } else {
            let parent = self.table.scope(self.current);
            (
                parent.nested || parent.is_function_like(),
                parent.kind == ScopeKind::Class && kind == ScopeKind::Function,
            )
        };
        let id = ScopeId(self.table.scopes.len() as u32);
        self.table.scopes.push(Scope {
            key,
            name,
            kind,
            symbols: Vec::new(),
            varnames: Vec::new(),
            children: Vec::new(),
            location,
            nested,
            generator: false,
            coroutine: false,
            annotations_used: false,
            comprehension: Comprehension::None,
            varargs: false,
            varkeywords: false,
            returns_value: false,
            needs_class_closure: false,
            needs_classdict: false,
            comp_inlined: false,
            can_see_class_scope: false,
            has_docstring: false,
            method,
            has_conditional_annotations: false,
            annotation_scope: None,
            state: BuildState::default(),
        });
        self.table.by_key.insert(key, id);
        id
    }

    /// Makes the scope `id` the current one, and a child of the one before.
    pub(super) fn enter_existing(&mut self, id: ScopeId) {
        let previous = self.stack.last().copied();
        self.enter_again(id);
        // Annotations that become strings leave no trace in the table.
        if self.future_annotations() && self.table.scope(id).kind == ScopeKind::Annotation {
            return;
        }
        if let Some(previous) = previous {
            self.table.scope_mut(previous).children.push(id);
        }
    }

    /// Makes the scope `id`, which has a parent already, the current one.
    pub(super) fn enter_again(&mut self, id: ScopeId) {
        let previous = self.stack.last().copied();
        self.stack.push(id);
        self.current = id;
        let kind = self.table.scope(id).kind;
        if let Some(previous) = previous {
            let outer = &self.table.scope(previous).state;
            // No assignment expressions in the outermost iterable of a comprehension, not even
            // within nested scopes.
            let (comp_iter_expr, mangled_names) = (outer.comp_iter_expr, outer.mangled_names);
            let state = &mut self.scope().state;
            state.comp_iter_expr = comp_iter_expr;
            // In classes all names are mangled, so they inherit no set.
            if mangled_names.is_some() && kind != ScopeKind::Class {
                state.mangled_names = mangled_names;
            }
        }
    }

    /// Makes a scope and makes it the current one.
    pub(super) fn enter(&mut self, name: Name, kind: ScopeKind, key: ScopeKey, location: Location) -> Result {
        let id = self.new_scope(name, kind, key, location);
        self.enter_existing(id);
        if matches!(kind, ScopeKind::Annotation | ScopeKind::TypeVariable | ScopeKind::TypeAlias) {
            // The format is a parameter that the generated code reads.
            let format = self.known.dot_format;
            self.add_def(format, DEF_PARAM, location)?;
            self.add_def(format, USE, location)?;
        }
        Ok(())
    }

    /// Leaves the current scope.
    pub(super) fn exit(&mut self) {
        self.stack.pop();
        if let Some(&outer) = self.stack.last() {
            self.current = outer;
        }
    }

    /// The name as it is known in `scope`.
    #[inline]
    pub(super) fn mangle_in(&mut self, scope: ScopeId, name: Name) -> Name {
        if self.private.is_none() || !self.table.is_mangled_in(scope, name) {
            return name;
        }
        self.mangler.mangle(self.names, self.private, name)
    }

    pub(super) fn lookup_in(&mut self, scope: ScopeId, name: Name) -> u32 {
        let mangled = self.mangle_in(scope, name);
        self.table.symbol(scope, mangled)
    }

    pub(super) fn add_def(&mut self, name: Name, flag: u32, location: Location) -> Result {
        let context = if flag == USE { ExprContext::Load } else { ExprContext::Store };
        self.add_def_in_context(name, flag, location, context)
    }

    #[inline]
    pub(super) fn add_def_in_context(
        &mut self,
        name: Name,
        flag: u32,
        location: Location,
        context: ExprContext,
    ) -> Result {
        if flag & (DEF_PARAM | DEF_LOCAL | DEF_IMPORT) != 0 {
            self.check_name(name, location, context)?;
        }
        if flag & DEF_TYPE_PARAM != 0
            && let Some(set) = self.scope().state.mangled_names
        {
            self.table.mangled_sets[set as usize].insert(name);
        }
        self.add_def_to(name, flag, self.current, location)
    }

    /// Records `flag` for `name` in `scope`.
    pub(super) fn add_def_to(&mut self, name: Name, flag: u32, scope: ScopeId, location: Location) -> Result {
        let mangled = self.mangle_in(self.current, name);
        let old = self.table.symbol(scope, mangled);
        if flag & DEF_PARAM != 0 && old & DEF_PARAM != 0 {
            return Err(self.name_error(location, "duplicate argument '", name, "' in function definition"));
        }
        if flag & DEF_TYPE_PARAM != 0 && old & DEF_TYPE_PARAM != 0 {
            return Err(self.name_error(location, "duplicate type parameter '", name, "'"));
        }
        let mut value = old | flag;
        if self.table.scope(scope).state.comp_iter_target {
            // An iteration variable of a comprehension: it must not be the target of an assignment
            // expression inside too.
            if value & (DEF_GLOBAL | DEF_NONLOCAL) != 0 {
                return Err(self.name_error(
                    location,
                    "comprehension inner loop cannot rebind assignment expression target '",
                    name,
                    "'",
                ));
            }
            value |= DEF_COMP_ITER;
        }
        if value != old || old == 0 {
            self.table.set_symbol(scope, mangled, value);
        }
        if flag & DEF_PARAM != 0 {
            self.table.scope_mut(scope).varnames.push(mangled);
        } else if flag & DEF_GLOBAL != 0 {
            let global = self.table.symbol(SymbolTable::TOP, mangled);
            self.table.set_symbol(SymbolTable::TOP, mangled, global | flag);
        }
        Ok(())
    }

    /// Rejects binding or deleting `__debug__`.
    pub(super) fn check_name(&self, name: Name, location: Location, context: ExprContext) -> Result {
        if name != self.known.debug {
            return Ok(());
        }
        match context {
            ExprContext::Store => Err(syntax_error(location, "cannot assign to __debug__")),
            ExprContext::Del => Err(syntax_error(location, "cannot delete __debug__")),
            ExprContext::Load => Ok(()),
        }
    }

    pub(super) fn record_directive(&mut self, name: Name, location: Location) {
        let mangled = self.mangle_in(self.current, name);
        self.scope().state.directives.push((mangled, location));
    }

    /// A syntax error whose message holds a name.
    pub(super) fn name_error(&self, location: Location, before: &str, name: Name, after: &str) -> Box<Error> {
        let mut message = TextBuf::from(before);
        message.push_text(self.names.text(name));
        message.push_str(after);
        syntax_error(location, message)
    }

    pub(super) fn allows_top_level_await(&self) -> bool {
        self.future.features & ALLOW_TOP_LEVEL_AWAIT != 0
            && self.table.scope(self.current).kind == ScopeKind::Module
    }
}
