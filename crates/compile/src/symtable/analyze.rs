//! The second pass: decides for each name of each scope how it is found.
//!
//! CPython hands copies of name sets from scope to scope. Here each name has one byte that says
//! what the enclosing scopes make of it; a scope changes the bytes of its names, remembers what
//! they were, and restores them when it is done, so the cost is one step per symbol.

use super::flags::*;
use super::*;
use crate::error::{Result, syntax_error};
use crate::recursion::StackLimit;
use crate::well_known::WellKnown;
use taipan_asdl::NameTable;
use taipan_asdl::diagnostic::Error;
use taipan_text::TextBuf;

/// A function around binds the name.
const BOUND: u8 = 1;
/// A scope around declares it global.
const GLOBAL: u8 = 2;
/// The binding is a type parameter.
const TYPE_PARAM: u8 = 4;

type NameSet = FxHashSet<Name>;

/// Decides all names of the table.
pub(super) fn analyze(
    table: &mut SymbolTable,
    names: &NameTable,
    known: &WellKnown,
    limit: StackLimit,
) -> Result {
    let mut analyzer = Analyzer {
        table,
        names,
        known,
        limit,
        state: vec![0; names.len()],
        undo: Vec::new(),
        spare_sets: Vec::new(),
    };
    analyzer.block(SymbolTable::TOP, None)?;
    Ok(())
}

struct Analyzer<'t> {
    table: &'t mut SymbolTable,
    names: &'t NameTable,
    known: &'t WellKnown,
    limit: StackLimit,
    /// What the scopes around say of each name.
    state: Vec<u8>,
    /// Former states, to be restored.
    undo: Vec<(Name, u8)>,
    /// Empty sets for reuse.
    spare_sets: Vec<NameSet>,
}

impl Analyzer<'_> {
    fn set_state(&mut self, name: Name, state: u8) {
        let old = std::mem::replace(&mut self.state[name.index()], state);
        if old != state {
            self.undo.push((name, old));
        }
    }

    fn take_set(&mut self) -> NameSet {
        self.spare_sets.pop().unwrap_or_default()
    }

    fn give_back(&mut self, mut set: NameSet) {
        set.clear();
        self.spare_sets.push(set);
    }

    /// Decides the names of a scope and of all scopes inside; answers with the names that it or
    /// they leave free.
    fn block(&mut self, id: ScopeId, class: Option<ScopeId>) -> Result<NameSet> {
        self.limit.check()?;
        let undo_start = self.undo.len();
        let scope = self.table.scope(id);
        let (kind, function_like, sees_class) =
            (scope.kind, scope.is_function_like(), scope.can_see_class_scope);
        let mut free = self.take_set();
        for i in 0..self.table.scope(id).symbols.len() {
            let symbol = self.table.scope(id).symbols[i];
            let decided = self.name(id, symbol, kind, class)?;
            if decided == NameScope::Free {
                free.insert(symbol.name);
            }
            self.table.scope_mut(id).symbols[i].flags = symbol.flags | (decided as u32) << SCOPE_OFFSET;
        }
        if kind == ScopeKind::Class {
            for name in [self.known.class, self.known.classdict, self.known.conditional_annotations] {
                self.set_state(name, self.state[name.index()] | BOUND);
            }
        }

        let mut children_free = self.take_set();
        let mut inlined_cells = self.take_set();
        let mut any_inlined = false;
        let mut needs_classdict = false;
        for i in 0..self.table.scope(id).children.len() {
            let child_id = self.table.scope(id).children[i];
            let child = self.table.scope(child_id);
            let class_of_child = match child.can_see_class_scope {
                true if kind == ScopeKind::Class => {
                    needs_classdict = true;
                    Some(id)
                }
                true => class,
                false => None,
            };
            // All comprehensions but generator expressions become part of the code around them,
            // except in annotation scopes within classes.
            let inline = child.comprehension != Comprehension::None && !child.generator && !sees_class;
            let mut child_free = self.block(child_id, class_of_child)?;
            if inline {
                self.inline_comprehension(id, child_id, &mut child_free, &mut inlined_cells);
                self.table.scope_mut(child_id).comp_inlined = true;
                any_inlined = true;
            }
            children_free.extend(child_free.iter().copied());
            self.give_back(child_free);
        }
        if any_inlined {
            self.splice_children(id);
        }

        while self.undo.len() > undo_start {
            let (name, old) = self.undo.pop().expect("longer than at the start");
            self.state[name.index()] = old;
        }
        if function_like {
            self.mark_cells(id, &mut children_free, &inlined_cells);
        } else if kind == ScopeKind::Class {
            let scope = self.table.scope_mut(id);
            scope.needs_class_closure |= children_free.remove(&self.known.class);
            scope.needs_classdict |= needs_classdict | children_free.remove(&self.known.classdict);
            scope.has_conditional_annotations |= children_free.remove(&self.known.conditional_annotations);
        }
        self.finish(id, &children_free, &inlined_cells, kind == ScopeKind::Class || sees_class);
        free.extend(children_free.iter().copied());
        self.give_back(children_free);
        self.give_back(inlined_cells);
        Ok(free)
    }

    /// Decides one name.
    fn name(
        &mut self,
        id: ScopeId,
        symbol: Symbol,
        kind: ScopeKind,
        class: Option<ScopeId>,
    ) -> Result<NameScope> {
        let Symbol { name, flags } = symbol;
        let outer = self.state[name.index()];
        let in_class = kind == ScopeKind::Class;
        if flags & DEF_GLOBAL != 0 {
            if flags & DEF_NONLOCAL != 0 {
                return Err(self.directive_error(id, "name '", name, "' is nonlocal and global"));
            }
            if !in_class {
                self.set_state(name, (outer | GLOBAL) & !BOUND);
            }
            return Ok(NameScope::GlobalExplicit);
        }
        if flags & DEF_NONLOCAL != 0 {
            if kind == ScopeKind::Module {
                let location = self.directive_location(id, name);
                return Err(syntax_error(location, "nonlocal declaration not allowed at module level"));
            }
            if outer & BOUND == 0 {
                return Err(self.directive_error(id, "no binding for nonlocal '", name, "' found"));
            }
            if outer & TYPE_PARAM != 0 {
                let before = "nonlocal binding not allowed for type parameter '";
                return Err(self.directive_error(id, before, name, "'"));
            }
            return Ok(NameScope::Free);
        }
        if flags & DEF_BOUND != 0 {
            let mut state = outer & !TYPE_PARAM;
            if flags & DEF_TYPE_PARAM != 0 {
                state |= TYPE_PARAM;
            }
            if !in_class {
                state &= !GLOBAL;
                if kind != ScopeKind::Module {
                    state |= BOUND;
                }
            }
            self.set_state(name, state);
            return Ok(NameScope::Local);
        }
        // A name that both the class and a function around it bind: the class comes first at run
        // time, then the globals, never the function's variable.
        if let Some(class) = class {
            let in_class = self.table.symbol(class, name);
            if in_class & DEF_GLOBAL != 0 {
                return Ok(NameScope::GlobalExplicit);
            }
            if in_class & DEF_BOUND != 0 && in_class & DEF_NONLOCAL == 0 {
                return Ok(NameScope::GlobalImplicit);
            }
        }
        if outer & BOUND != 0 && kind != ScopeKind::Module {
            return Ok(NameScope::Free);
        }
        Ok(NameScope::GlobalImplicit)
    }

    /// Merges the names of an inlined comprehension into the scope around it.
    fn inline_comprehension(
        &mut self,
        id: ScopeId,
        comp: ScopeId,
        comp_free: &mut NameSet,
        cells: &mut NameSet,
    ) {
        let kind = self.table.scope(id).kind;
        let never_free = [self.known.class, self.known.classdict, self.known.conditional_annotations];
        let mut removed = Vec::new();
        for i in 0..self.table.scope(comp).symbols.len() {
            let Symbol { name, flags } = self.table.scope(comp).symbols[i];
            if flags & DEF_PARAM != 0 {
                continue;
            }
            let mut scope = NameScope::of(flags);
            let only_flags = flags & ((1 << SCOPE_OFFSET) - 1);
            if scope == NameScope::Cell || flags & DEF_COMP_CELL != 0 {
                cells.insert(name);
            }
            // The cells that classes add are never free through a class.
            if scope == NameScope::Free && kind == ScopeKind::Class && never_free.contains(&name) {
                scope = NameScope::GlobalImplicit;
                if !self.is_free_in_children(comp, name) {
                    comp_free.remove(&name);
                }
                removed.push(name);
            }
            if self.table.position(id, name).is_none() {
                self.table.set_symbol(id, name, only_flags | (scope as u32) << SCOPE_OFFSET);
            } else if self.table.symbol(id, name) & DEF_BOUND != 0
                && kind != ScopeKind::Class
                && !self.is_free_in_children(comp, name)
            {
                // What is free in the comprehension and bound around it is now simply local.
                comp_free.remove(&name);
            }
        }
        for name in removed {
            self.table.remove_symbol(comp, name);
        }
    }

    fn is_free_in_children(&self, id: ScopeId, name: Name) -> bool {
        self.table
            .scope(id)
            .children
            .iter()
            .any(|&child| self.table.name_scope(child, name) == NameScope::Free)
    }

    /// The scopes inside inlined comprehensions become those of the scope around.
    fn splice_children(&mut self, id: ScopeId) {
        let children = std::mem::take(&mut self.table.scope_mut(id).children);
        let mut spliced = Vec::with_capacity(children.len());
        for child in children {
            if self.table.scope(child).comp_inlined {
                spliced.extend_from_slice(&self.table.scope(child).children);
            } else {
                spliced.push(child);
            }
        }
        self.table.scope_mut(id).children = spliced;
    }

    /// Local variables that inner scopes leave free are cells, and free no longer.
    fn mark_cells(&mut self, id: ScopeId, free: &mut NameSet, inlined_cells: &NameSet) {
        if free.is_empty() && inlined_cells.is_empty() {
            return;
        }
        for symbol in &mut self.table.scope_mut(id).symbols {
            if NameScope::of(symbol.flags) == NameScope::Local {
                let is_free = free.remove(&symbol.name);
                if is_free || inlined_cells.contains(&symbol.name) {
                    let only_flags = symbol.flags & ((1 << SCOPE_OFFSET) - 1);
                    symbol.flags = only_flags | (NameScope::Cell as u32) << SCOPE_OFFSET;
                }
            }
        }
    }

    /// Records cells of inlined comprehensions, and names that are only passed on to inner scopes.
    fn finish(&mut self, id: ScopeId, free: &NameSet, inlined_cells: &NameSet, class_like: bool) {
        if !inlined_cells.is_empty() {
            for symbol in &mut self.table.scope_mut(id).symbols {
                if inlined_cells.contains(&symbol.name) {
                    symbol.flags |= DEF_COMP_CELL;
                }
            }
        }
        for &name in free {
            match self.table.position(id, name) {
                // A method's free variable has the name of something in the class.
                Some(position) if class_like => {
                    self.table.scopes[id.index()].symbols[position as usize].flags |= DEF_FREE_CLASS;
                }
                Some(_) => {}
                None if id == SymbolTable::TOP || self.state[name.index()] & BOUND != 0 => {
                    self.table.set_symbol(id, name, (NameScope::Free as u32) << SCOPE_OFFSET);
                }
                None => {}
            }
        }
    }

    fn directive_location(&self, id: ScopeId, name: Name) -> Location {
        let directives = &self.table.scope(id).state.directives;
        directives
            .iter()
            .find(|(directive, _)| *directive == name)
            .map_or(Location::default(), |&(_, location)| location)
    }

    fn directive_error(&self, id: ScopeId, before: &str, name: Name, after: &str) -> Box<Error> {
        let mut message = TextBuf::from(before);
        message.push_text(self.names.text(name));
        message.push_str(after);
        syntax_error(self.directive_location(id, name), message)
    }
}
