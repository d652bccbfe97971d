//! The disassembler: what `python -m dis` prints, and the same as JSON.
//!
//! Answers for CPython's `Lib/dis.py`. Code objects are shown with a small number where CPython
//! prints their address: their place in a walk over the tree, from 1.

mod format;
mod json;
mod resolve;

use std::rc::Rc;

pub use json::to_json;
pub use resolve::{Argument, Entry, Listing};

use crate::repr::repr_code;
use crate::{CodeObject, Const};

/// The options of `python -m dis`; all off by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DisOptions {
    /// `-C`, `--show-caches`
    pub show_caches: bool,
    /// `-O`, `--show-offsets`
    pub show_offsets: bool,
    /// `-P`, `--show-positions`
    pub show_positions: bool,
    /// `-S`, `--specialized`: as the interpreter would first see it.
    pub specialized: bool,
}

/// The text for a code object and all code objects among its constants.
pub fn disassemble(code: &Rc<CodeObject>, options: DisOptions) -> String {
    let numbers = Numbers::new(code);
    let mut out = String::new();
    let mut first = true;
    for code in numbers.codes() {
        if !std::mem::take(&mut first) {
            out.push_str("\nDisassembly of ");
            out.push_str(&repr_code(code, numbers.of(code)));
            out.push_str(":\n");
        }
        let listing = Listing::new(code, options.specialized, &|code| numbers.of(code));
        format::write_listing(&mut out, &listing, options);
    }
    out
}

/// The code objects of a tree in the order in which they are shown.
struct Numbers<'a> {
    codes: Vec<&'a Rc<CodeObject>>,
    /// By address.
    numbers: rustc_hash::FxHashMap<*const CodeObject, u64>,
}

impl<'a> Numbers<'a> {
    fn new(root: &'a Rc<CodeObject>) -> Numbers<'a> {
        let mut codes = Vec::new();
        let mut numbers = rustc_hash::FxHashMap::default();
        let mut pending = vec![root];
        while let Some(code) = pending.pop() {
            codes.push(code);
            let next = numbers.len() as u64 + 1;
            numbers.entry(Rc::as_ptr(code)).or_insert(next);
            pending.extend(code.consts.iter().rev().filter_map(|constant| match constant {
                Const::Code(code) => Some(code),
                _ => None,
            }));
        }
        Numbers { codes, numbers }
    }

    fn codes(&self) -> impl Iterator<Item = &'a Rc<CodeObject>> {
        self.codes.iter().copied()
    }

    /// The number of a code object; 0 for one inside a tuple, which no compiler makes.
    fn of(&self, code: &Rc<CodeObject>) -> u64 {
        self.numbers.get(&Rc::as_ptr(code)).copied().unwrap_or(0)
    }
}
