//! The interpreter's table of interned strings.

use std::cell::RefCell;

use hashbrown::HashTable;
use taipan_layout::Word;

use super::{INTERNED, Str};
use crate::thread::Interpreter;
use crate::value::{Ref, Value};

/// Strings of which one object exists per text. The table keeps them alive.
#[derive(Default)]
pub struct Interned(RefCell<HashTable<Word>>);

impl Interned {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.borrow().len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    /// The interned string with the text of `value`, which becomes it when it is the first.
    pub fn intern(&self, interp: &Interpreter, value: Value) -> Value {
        let Some(text) = value.as_ref().exact::<Str>() else { return value };
        if text.is_interned() {
            return value;
        }
        let hash = text.hash(interp) as u64;
        if let Some(found) = self.find(hash, |other| other.eq(text)) {
            return found;
        }
        self.add(interp, hash, value)
    }

    /// The interned string of a text; none when memory has run out.
    pub fn intern_str(&self, interp: &Interpreter, text: &str) -> Option<Value> {
        if text.is_ascii() {
            let hash = super::hash_bytes(interp, text.as_bytes()) as u64;
            if let Some(found) = self.find(hash, |other| other.as_ascii() == Some(text)) {
                return Some(found);
            }
        }
        Some(self.intern(interp, Str::from_str(interp, text)?))
    }

    pub(super) fn intern_point(&self, interp: &Interpreter, point: u32) -> Option<Value> {
        Some(self.intern(interp, Str::from_points(interp, 1, point, std::iter::once(point))?))
    }

    fn find(&self, hash: u64, matches: impl Fn(&Str) -> bool) -> Option<Value> {
        let table = self.0.borrow();
        // SAFETY: the table owns a count of each of its strings.
        let found = table.find(hash, |&word| unsafe { matches(&*word.header().cast::<Str>()) })?;
        // SAFETY: as above.
        Some(unsafe { Ref::from_word(*found) }.to_value())
    }

    fn add(&self, interp: &Interpreter, hash: u64, value: Value) -> Value {
        let text = value.as_ref().exact::<Str>().expect("checked by the caller");
        text.flags.set(text.flags.get() | INTERNED);
        let word = value.clone().into_word();
        // SAFETY: as in `find`.
        self.0
            .borrow_mut()
            .insert_unique(hash, word, |&word| unsafe { (*word.header().cast::<Str>()).hash(interp) as u64 });
        value
    }
}
