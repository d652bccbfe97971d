//! [`CodeObject`]: the fields and what is derived from them.

use std::rc::Rc;

use taipan_text::Text;

use crate::{Consts, co};

/// A code object, with the fields that CPython keeps.
///
/// Two are equal when CPython says so: file name and qualified name, stack size and the kinds of
/// variables do not count.
#[derive(Clone, Debug)]
pub struct CodeObject {
    /// The number of positional parameters, defaults included, `*args` not.
    pub argcount: u32,
    /// How many of them are positional-only.
    pub posonlyargcount: u32,
    /// The number of keyword-only parameters.
    pub kwonlyargcount: u32,
    /// The number of stack slots that it needs.
    pub stacksize: u32,
    /// Bits of [`crate::co`].
    pub flags: u32,
    /// The instructions with their inline caches: pairs of number and operand.
    pub code: Box<[u8]>,
    /// The constants.
    pub consts: Consts,
    /// The names of globals, attributes and the like.
    pub names: Box<[Rc<Text>]>,
    /// The names of local variables, cells and free variables, in the order of their slots.
    pub localsplusnames: Box<[Rc<Text>]>,
    /// Their kinds: bits of [`crate::co`].
    pub localspluskinds: Box<[u8]>,
    /// The file that it was compiled from.
    pub filename: Rc<Text>,
    /// Its name.
    pub name: Rc<Text>,
    /// Its name with those of the scopes around it.
    pub qualname: Rc<Text>,
    /// The number of its first line.
    pub firstlineno: i32,
    /// The location table.
    pub linetable: Box<[u8]>,
    /// The exception table.
    pub exceptiontable: Box<[u8]>,
}

impl CodeObject {
    fn variables(&self, kind: u8) -> impl Iterator<Item = &Rc<Text>> {
        let of_kind = move |kinds: &u8| kinds & kind != 0;
        self.localsplusnames
            .iter()
            .zip(&self.localspluskinds)
            .filter(move |(_, kinds)| of_kind(kinds))
            .map(|(name, _)| name)
    }

    /// The local variables, parameters first.
    pub fn varnames(&self) -> impl Iterator<Item = &Rc<Text>> {
        self.variables(co::FAST_LOCAL)
    }

    /// The variables that inner functions share.
    pub fn cellvars(&self) -> impl Iterator<Item = &Rc<Text>> {
        self.variables(co::FAST_CELL)
    }

    /// The variables of outer functions.
    pub fn freevars(&self) -> impl Iterator<Item = &Rc<Text>> {
        self.variables(co::FAST_FREE)
    }

    /// The number of local variables.
    pub fn nlocals(&self) -> usize {
        self.varnames().count()
    }

    /// The number of cells that inner functions share.
    pub fn ncellvars(&self) -> usize {
        self.cellvars().count()
    }

    /// The number of free variables.
    pub fn nfreevars(&self) -> usize {
        self.freevars().count()
    }

    /// The number of parameters, `*args` and `**kwargs` included.
    pub fn total_args(&self) -> u64 {
        let of_flag = |flag| u64::from(self.flags & flag != 0);
        let named = u64::from(self.argcount) + u64::from(self.kwonlyargcount);
        named + of_flag(co::VARARGS) + of_flag(co::VARKEYWORDS)
    }
}
