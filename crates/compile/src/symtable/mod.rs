//! The symbol table: which scopes a tree has, which names they use, and how each name is found.
//!
//! Two passes, as in CPython: [`mod@build`] collects facts from the tree, [`mod@analyze`] decides from them
//! whether a name is local, a cell, free or global. Scopes are found again by the address of the
//! node that opens them; the tree must not move between the passes.
//!
//! Answers for CPython's `Python/symtable.c`.

mod analyze;
mod build;
mod declare;
mod expressions;
mod print;
mod statements;

pub use build::build;
pub use print::write_symbol_table;

use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::Cell;
use taipan_asdl::{Location, Name};

/// Facts about a name in a scope, and above [`SCOPE_OFFSET`] the decision (a [`NameScope`]).
/// The numbers are those of CPython's `_symtable` module.
pub mod flags {
    /// `global` statement.
    pub const DEF_GLOBAL: u32 = 1;
    /// Assigned in the block.
    pub const DEF_LOCAL: u32 = 2;
    /// Parameter.
    pub const DEF_PARAM: u32 = 2 << 1;
    /// `nonlocal` statement.
    pub const DEF_NONLOCAL: u32 = 2 << 2;
    /// Used.
    pub const USE: u32 = 2 << 3;
    /// Free in a method of the class that has a binding of the same name.
    pub const DEF_FREE_CLASS: u32 = 2 << 5;
    /// Bound by an import.
    pub const DEF_IMPORT: u32 = 2 << 6;
    /// Annotated.
    pub const DEF_ANNOT: u32 = 2 << 7;
    /// Iteration variable of a comprehension.
    pub const DEF_COMP_ITER: u32 = 2 << 8;
    /// Type parameter.
    pub const DEF_TYPE_PARAM: u32 = 2 << 9;
    /// Cell of an inlined comprehension.
    pub const DEF_COMP_CELL: u32 = 2 << 10;
    /// Bound in some way.
    pub const DEF_BOUND: u32 = DEF_LOCAL | DEF_PARAM | DEF_IMPORT;
    /// Where the scope starts within the flags.
    pub const SCOPE_OFFSET: u32 = 12;
    /// The bits of the scope.
    pub const SCOPE_MASK: u32 = DEF_GLOBAL | DEF_LOCAL | DEF_PARAM | DEF_NONLOCAL;
}
use flags::*;

/// How a name is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameScope {
    /// Not in the table.
    Unknown = 0,
    /// A local variable.
    Local = 1,
    /// Declared global.
    GlobalExplicit = 2,
    /// Global or built in, since nothing else binds it.
    GlobalImplicit = 3,
    /// A variable of an enclosing function.
    Free = 4,
    /// A local variable that inner functions use.
    Cell = 5,
}

impl NameScope {
    /// The scope within a symbol's flags.
    pub const fn of(symbol: u32) -> NameScope {
        match symbol >> SCOPE_OFFSET & SCOPE_MASK {
            1 => NameScope::Local,
            2 => NameScope::GlobalExplicit,
            3 => NameScope::GlobalImplicit,
            4 => NameScope::Free,
            5 => NameScope::Cell,
            _ => NameScope::Unknown,
        }
    }
}

/// The kind of a scope; the numbers are those of CPython's `_symtable` module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeKind {
    /// A function, lambda, comprehension or generator expression.
    Function,
    /// A class body.
    Class,
    /// A module, an expression or an interactive statement.
    Module,
    /// The annotations of a function, class or module (PEP 649).
    Annotation,
    /// The value of a `type` statement.
    TypeAlias,
    /// The type parameters of something generic.
    TypeParameters,
    /// Bound, constraints or default of one type parameter.
    TypeVariable,
}

/// Which comprehension a scope is, if any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Comprehension {
    None,
    List,
    Dict,
    Set,
    Generator,
}

/// The number of a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ScopeId(u32);

/// A number that no scope has.
const NO_SCOPE: ScopeId = ScopeId(u32::MAX);

impl ScopeId {
    const fn index(self) -> usize {
        self.0 as usize
    }
}

/// What finds a scope again: the address of a node, or one of the places within it that open
/// further scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ScopeKey(pub usize);

impl ScopeKey {
    /// The scope that `node` opens.
    pub fn of<T: ?Sized>(node: &T) -> ScopeKey {
        ScopeKey(std::ptr::from_ref(node).addr())
    }

    /// A second scope at the same node; nodes are larger than a byte, so nothing else is there.
    pub const fn second(self) -> ScopeKey {
        ScopeKey(self.0 + 1)
    }
}

/// A name in a scope.
#[derive(Clone, Copy, Debug)]
pub struct Symbol {
    /// The name, mangled.
    pub name: Name,
    /// See [`flags`].
    pub flags: u32,
}

/// A scope.
#[derive(Debug)]
pub struct Scope {
    /// The node that opened it; `id` in Python.
    pub key: ScopeKey,
    /// The name of the function or class, or `top`, `lambda`, `genexpr` and so on.
    pub name: Name,
    /// What kind of scope it is.
    pub kind: ScopeKind,
    /// The names, in order of first occurrence.
    pub symbols: Vec<Symbol>,
    /// The parameters in order.
    pub varnames: Vec<Name>,
    /// The scopes inside.
    pub children: Vec<ScopeId>,
    /// Where it starts.
    pub location: Location,
    /// Within a function, at any depth.
    pub nested: bool,
    /// Contains `yield`.
    pub generator: bool,
    /// Is `async` or contains asynchronous comprehensions.
    pub coroutine: bool,
    /// Has annotations.
    pub annotations_used: bool,
    /// Which comprehension.
    pub comprehension: Comprehension,
    /// Has `*args`.
    pub varargs: bool,
    /// Has `**kwargs`.
    pub varkeywords: bool,
    /// Contains `return` with a value.
    pub returns_value: bool,
    /// A method uses `__class__` or `super`.
    pub needs_class_closure: bool,
    /// An annotation or type scope inside looks names up in the class.
    pub needs_classdict: bool,
    /// The comprehension is part of the enclosing code object (PEP 709).
    pub comp_inlined: bool,
    /// An annotation or type scope that sees the names of the enclosing class.
    pub can_see_class_scope: bool,
    /// Has a docstring.
    pub has_docstring: bool,
    /// A function right in a class.
    pub method: bool,
    /// Has annotations that may or may not be executed.
    pub has_conditional_annotations: bool,
    /// The scope of its own annotations.
    pub annotation_scope: Option<ScopeId>,
    /// State while building.
    state: BuildState,
}

/// What is only of interest while the tree is visited.
#[derive(Debug, Default)]
struct BuildState {
    /// Names of `global` and `nonlocal` statements with their places.
    directives: Vec<(Name, Location)>,
    /// If set, only the names of this set are mangled.
    mangled_names: Option<u32>,
    /// For type variables, what is being defined, in words.
    info: &'static str,
    comp_iter_target: bool,
    comp_iter_expr: u32,
    in_conditional_block: bool,
    in_unevaluated_annotation: bool,
}

impl Scope {
    /// Whether names are local variables here, not entries of a dictionary.
    pub const fn is_function_like(&self) -> bool {
        !matches!(self.kind, ScopeKind::Class | ScopeKind::Module)
    }
}

/// The symbol table of a tree.
#[derive(Debug, Default)]
pub struct SymbolTable {
    scopes: Vec<Scope>,
    by_key: FxHashMap<ScopeKey, ScopeId>,
    /// Where a name is within its scope's symbols.
    positions: FxHashMap<(ScopeId, Name), u32>,
    /// For each name, the scope in which it was looked up last, and its position there: most
    /// lookups come in runs, and need no hashing then.
    recent: Vec<Cell<(ScopeId, u32)>>,
    /// The sets that [`BuildState::mangled_names`] names.
    mangled_sets: Vec<FxHashSet<Name>>,
}

impl SymbolTable {
    /// The scope of the whole tree.
    pub const TOP: ScopeId = ScopeId(0);

    /// The scope that `key` opened.
    pub fn lookup(&self, key: ScopeKey) -> Option<ScopeId> {
        self.by_key.get(&key).copied()
    }

    /// The scope of that number.
    pub fn scope(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.index()]
    }

    fn scope_mut(&mut self, id: ScopeId) -> &mut Scope {
        &mut self.scopes[id.index()]
    }

    /// The flags of `name`, which is mangled, in a scope; 0 if it has no such name.
    #[inline]
    pub fn symbol(&self, id: ScopeId, name: Name) -> u32 {
        match self.position(id, name) {
            Some(position) => self.scopes[id.index()].symbols[position as usize].flags,
            None => 0,
        }
    }

    /// Where the name is among the symbols of a scope.
    #[inline]
    fn position(&self, id: ScopeId, name: Name) -> Option<u32> {
        // Names without an entry there are in no scope.
        let recent = self.recent.get(name.index())?;
        let (scope, position) = recent.get();
        if scope == id {
            return Some(position);
        }
        let position = *self.positions.get(&(id, name))?;
        recent.set((id, position));
        Some(position)
    }

    /// How `name` is found in a scope.
    #[inline]
    pub fn name_scope(&self, id: ScopeId, name: Name) -> NameScope {
        NameScope::of(self.symbol(id, name))
    }

    /// Sets the flags of `name`, which is added if new.
    pub fn set_symbol(&mut self, id: ScopeId, name: Name, flags: u32) {
        if let Some(position) = self.position(id, name) {
            self.scopes[id.index()].symbols[position as usize].flags = flags;
            return;
        }
        let symbols = &mut self.scopes[id.index()].symbols;
        let position = symbols.len() as u32;
        symbols.push(Symbol { name, flags });
        self.positions.insert((id, name), position);
        if name.index() >= self.recent.len() {
            self.recent.resize(name.index() + 1, Cell::new((NO_SCOPE, 0)));
        }
        self.recent[name.index()].set((id, position));
    }

    fn remove_symbol(&mut self, id: ScopeId, name: Name) {
        if let Some(position) = self.positions.remove(&(id, name)) {
            self.recent[name.index()].set((NO_SCOPE, 0));
            let symbols = &mut self.scopes[id.index()].symbols;
            symbols.remove(position as usize);
            for (i, symbol) in symbols.iter().enumerate().skip(position as usize) {
                self.positions.insert((id, symbol.name), i as u32);
                self.recent[symbol.name.index()].set((NO_SCOPE, 0));
            }
        }
    }

    /// Whether `name` is to be mangled in a scope that belongs to a class.
    pub fn is_mangled_in(&self, id: ScopeId, name: Name) -> bool {
        match self.scopes[id.index()].state.mangled_names {
            None => true,
            Some(set) => self.mangled_sets[set as usize].contains(&name),
        }
    }
}
