//! What is known of a code unit (the future code object) beside its instructions.
//!
//! Answers for `_PyCompile_CodeUnitMetadata` of CPython's `pycore_compile.h`.

use hashbrown::HashTable;
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::{Hash, Hasher};
use std::rc::Rc;
use taipan_asdl::Name;
use taipan_code::Const;
use taipan_text::Text;

/// Names in the order of their first use, each once, with their positions.
#[derive(Clone, Debug, Default)]
pub struct NameIndex {
    names: Vec<Name>,
    /// Made once scanning the list becomes slow.
    index: Option<FxHashMap<Name, u32>>,
}

impl NameIndex {
    /// Up to this many names, looking through the list is faster than hashing.
    const SCAN: usize = 12;

    /// The position of `name`, if it is there.
    pub fn get(&self, name: Name) -> Option<usize> {
        match &self.index {
            Some(index) => index.get(&name).map(|&i| i as usize),
            None => self.names.iter().position(|&n| n == name),
        }
    }

    /// The position of `name`, which is added if new.
    pub fn add(&mut self, name: Name) -> usize {
        if let Some(i) = self.get(name) {
            return i;
        }
        let position = self.names.len();
        self.names.push(name);
        match &mut self.index {
            Some(index) => {
                index.insert(name, position as u32);
            }
            None if self.names.len() > Self::SCAN => {
                self.index = Some(self.names.iter().enumerate().map(|(i, &n)| (n, i as u32)).collect());
            }
            None => {}
        }
        position
    }

    /// The names in order.
    pub fn names(&self) -> &[Name] {
        &self.names
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

impl FromIterator<Name> for NameIndex {
    fn from_iter<I: IntoIterator<Item = Name>>(names: I) -> NameIndex {
        let mut index = NameIndex::default();
        for name in names {
            index.add(name);
        }
        index
    }
}

/// Constants in the order of their first use, each once, by the rules of `_PyCode_ConstantKey`:
/// `1`, `1.0` and `True` differ, and so do `0.0` and `-0.0`.
#[derive(Debug, Default)]
pub struct ConstantTable {
    items: Vec<Const>,
    /// Positions by the hash of the constant.
    index: HashTable<u32>,
}

impl ConstantTable {
    /// The position of `constant`, which is added if new.
    pub fn add(&mut self, constant: Const) -> usize {
        let items = &self.items;
        let hash = hash(&constant);
        if let Some(&position) = self.index.find(hash, |&i| same(&items[i as usize], &constant)) {
            return position as usize;
        }
        self.insert_new(hash, constant)
    }

    /// The position of the string `text`.
    pub fn add_str(&mut self, text: &Text) -> usize {
        let items = &self.items;
        let hash = hash_str(text);
        let is_text = |i: &u32| matches!(&items[*i as usize], Const::Str(other) if **other == *text);
        if let Some(&position) = self.index.find(hash, is_text) {
            return position as usize;
        }
        self.insert_new(hash, Const::Str(text.to_rc()))
    }

    /// The position of `constant`, which is added even if there is an equal one. NaNs that were
    /// computed apart are such: each is an object of its own.
    pub fn add_new(&mut self, constant: Const) -> usize {
        self.insert_new(hash(&constant), constant)
    }

    /// The position of a string that can be shared.
    pub fn add_shared_str(&mut self, text: &Rc<Text>) -> usize {
        let items = &self.items;
        let hash = hash_str(text);
        let is_text = |i: &u32| matches!(&items[*i as usize], Const::Str(other) if other == text);
        if let Some(&position) = self.index.find(hash, is_text) {
            return position as usize;
        }
        self.insert_new(hash, Const::Str(Rc::clone(text)))
    }

    fn insert_new(&mut self, hash_of_new: u64, constant: Const) -> usize {
        let position = self.items.len();
        self.items.push(constant);
        let items = &self.items;
        self.index.insert_unique(hash_of_new, position as u32, |&i| hash(&items[i as usize]));
        position
    }

    /// The constants in order.
    pub fn items(&self) -> &[Const] {
        &self.items
    }

    /// Hands the constants over, in order.
    pub fn take_items(&mut self) -> Vec<Const> {
        self.index.clear();
        std::mem::take(&mut self.items)
    }
}

fn same(a: &Const, b: &Const) -> bool {
    match (a, b) {
        (Const::None, Const::None) => true,
        (Const::Str(a), Const::Str(b)) => a == b,
        (Const::Int(a), Const::Int(b)) => a == b,
        (Const::Str(_) | Const::Int(_) | Const::None, _) => false,
        _ => a == b,
    }
}

fn hash_str(text: &Text) -> u64 {
    let mut hasher = FxHasher::default();
    text.as_bytes().hash(&mut hasher);
    hasher.finish()
}

fn hash(constant: &Const) -> u64 {
    match constant {
        Const::Str(text) => hash_str(text),
        Const::None => 0x9e37_79b9_7f4a_7c15,
        Const::Code(code) => {
            let mut hasher = FxHasher::default();
            (code.firstlineno, code.code.len(), &code.linetable).hash(&mut hasher);
            hasher.finish()
        }
        _ => {
            let mut hasher = FxHasher::default();
            constant.hash(&mut hasher);
            hasher.finish()
        }
    }
}

/// Metadata of one code unit.
#[derive(Debug)]
pub struct CodeUnitMetadata {
    /// `co_name`
    pub name: Name,
    /// `co_qualname`
    pub qualname: Rc<Text>,
    /// The constants so far, in order of first use.
    pub consts: ConstantTable,
    /// `co_names`
    pub names: NameIndex,
    /// Parameters, then the other local variables.
    pub varnames: NameIndex,
    /// Cell variables, parameters among them; numbered from 0.
    pub cellvars: NameIndex,
    /// Free variables; `LOAD_DEREF` and its like number them from `cellvars.len()`.
    pub freevars: NameIndex,
    /// Names that are fast locals only within an inlined comprehension; true while they are.
    pub fast_hidden: Vec<(Name, bool)>,
    /// `co_argcount` without the positional-only ones (CPython adds them when it makes the object).
    pub argcount: u32,
    /// `co_posonlyargcount`
    pub posonlyargcount: u32,
    /// `co_kwonlyargcount`
    pub kwonlyargcount: u32,
    /// All parameters, `*args` and `**kwargs` among them; they are the first local variables.
    pub nparams: usize,
    /// `co_firstlineno`
    pub firstlineno: i32,
    /// `co_flags`
    pub flags: u32,
    /// The name that `co_localsplusnames[0]` gets in place of the variable's: annotation scopes
    /// call their parameter `.format` inside and `format` outside.
    pub rename_first_local: Option<Name>,
}
