//! `dict`: a compact, ordered table.
//!
//! Answers for CPython's `Objects/dictobject.c`.
#![allow(unsafe_code)] // traversal

mod iterator;
mod methods;
mod proxy;
mod table;
mod update;
pub mod view;

use taipan_layout::Header;

pub use methods::{DICT, DICT_SLOTS};
pub use proxy::{MAPPING_PROXY, mapping_proxy};
pub use table::{Entry, Plain, Table};

use crate::heap;
use crate::inside::Inside;
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{CompareOp, Held, Slots, Traverse, Type, Visitor, clear_object, traverse_object};
use crate::types::exception::TYPE_ERROR;
use crate::types::int::hash_of_immediate;
use crate::types::str::Str;
use crate::value::{Object, Outcome, Ref, Value};

/// A dictionary object.
#[repr(C)]
pub struct Dict {
    head: Header,
    /// The table.
    pub table: Inside<Table>,
}

// SAFETY: `repr(C)`, the header first.
unsafe impl Object for Dict {
    const TYPE: &'static Type = &DICT;
}

/// A struct that begins with a [`Dict`].
///
/// # Safety
/// As it says; `object!` checks it.
pub unsafe trait DerivedDict: Traverse {}

impl Held for Dict {
    fn report(&self, visitor: &mut Visitor<'_>) {
        self.table.traversed(visitor).visit(visitor);
    }

    fn forget(&self, thread: &mut Thread) {
        self.clear(thread);
    }
}

unsafe fn drop_derived<T: DerivedDict>(object: *mut Header) {
    // SAFETY: the object is dead and begins with a `T`, that with a dictionary, which is left empty.
    unsafe {
        drop_dict(object);
        std::ptr::drop_in_place(object.cast::<T>());
    }
}

impl Slots {
    /// The slots of a type derived from `dict` whose struct is a `T`.
    pub const fn deriving_dict<T: DerivedDict>() -> Slots {
        Slots {
            drop: drop_derived::<T>,
            traverse: traverse_object::<T>,
            clear: Some(clear_object::<T>),
            ..DICT_SLOTS
        }
    }
}

/// The hash of a key; what cannot be hashed cannot be a key.
pub fn hash_key(thread: &mut Thread, key: Ref<'_>) -> Outcome<i64> {
    match protocol::hash(thread, key) {
        Err(raised) => {
            let exactly = thread.exception.as_ref().is_some_and(|e| e.as_ref().ty().is(&TYPE_ERROR));
            let Some(cause) = exactly.then(|| thread.take_exception()).flatten() else { return Err(raised) };
            let (ty, cause) = (key.ty().name().into_owned(), protocol::str_string(thread, cause.as_ref())?);
            Err(thread.type_error(format!("cannot use '{ty}' as a dict key ({cause})")))
        }
        hash => hash,
    }
}

impl Dict {
    /// The empty dictionary that begins a struct of a derived type.
    pub fn new(head: Header) -> Dict {
        Dict { head, table: Inside::new(Table::default()) }
    }

    /// How many keys there are.
    #[inline(always)]
    pub fn len(&self, thread: &Thread) -> usize {
        self.table.view(thread).len()
    }

    /// The value of a string key, found without running Python: for tables of names. Keys that are
    /// not exact strings are skipped.
    pub fn get_str<'a>(&'a self, thread: &'a Thread, key: &Str) -> Option<Ref<'a>> {
        let table = self.table.view(thread);
        let index = table.find_str(key, key.hash(thread.interp()))?;
        Some(table.value(index))
    }

    /// Sets the value of a string key. The key should be interned.
    pub fn set_str(&self, thread: &mut Thread, key: Ref<'_>, value: Value) -> Outcome<()> {
        let Some(text) = key.exact::<Str>() else { return self.set(thread, key, value) };
        let hash = text.hash(thread.interp());
        let table = self.table.change(thread);
        match table.find_str(text, hash) {
            Some(index) => drop(table.replace(index, value)),
            None => self.insert_new(thread, key, hash, value)?,
        }
        Ok(())
    }

    fn insert_new(&self, thread: &mut Thread, key: Ref<'_>, hash: i64, value: Value) -> Outcome<()> {
        let heap = thread.heap();
        let inserted = self.table.change(thread).insert(heap, hash, key.to_value(), value);
        thread.or_no_memory(inserted)
    }

    /// Adds a key that [`Table::find_plain`] called absent.
    pub fn add_plain(&self, thread: &mut Thread, key: Ref<'_>, value: Value) -> Outcome<()> {
        let hash = match key.exact::<Str>() {
            Some(text) => text.hash(thread.interp()),
            None => hash_of_immediate(key.word().int()),
        };
        self.insert_new(thread, key, hash, value)
    }

    /// The place of a key. May run Python.
    pub fn find(&self, thread: &mut Thread, key: Ref<'_>, hash: i64) -> Outcome<Option<usize>> {
        if let Some(text) = key.exact::<Str>()
            && self.table.view(thread).only_strings()
        {
            return Ok(self.table.view(thread).find_str(text, hash));
        }
        'restart: loop {
            let stamp = self.table.view(thread).stamp();
            let mut probe = self.table.view(thread).probe(hash);
            loop {
                let table = self.table.view(thread);
                let Some(index) = table.next_candidate(&mut probe, hash) else { return Ok(None) };
                let candidate = table.key(index);
                if candidate.is(key) {
                    return Ok(Some(index));
                }
                if let (Some(a), Some(b)) = (candidate.exact::<Str>(), key.exact::<Str>()) {
                    if a.eq(b) {
                        return Ok(Some(index));
                    }
                    continue;
                }
                if candidate.word().is_int() && key.word().is_int() {
                    continue;
                }
                let candidate = candidate.to_value();
                let equal = protocol::compare_bool(thread, candidate.as_ref(), key, CompareOp::Eq)?;
                if equal && self.table.view(thread).holds(index, candidate.as_ref()) {
                    return Ok(Some(index)); // Whatever else the comparison changed.
                }
                if self.table.view(thread).stamp() != stamp {
                    continue 'restart;
                }
                if equal {
                    return Ok(Some(index));
                }
            }
        }
    }

    /// The value of a key. May run Python.
    pub fn get(&self, thread: &mut Thread, key: Ref<'_>) -> Outcome<Option<Value>> {
        let hash = hash_key(thread, key)?;
        let found = self.find(thread, key, hash)?;
        Ok(found.map(|index| self.table.view(thread).value(index).to_value()))
    }

    /// Sets the value of a key. May run Python.
    pub fn set(&self, thread: &mut Thread, key: Ref<'_>, value: Value) -> Outcome<()> {
        let hash = hash_key(thread, key)?;
        self.set_hashed(thread, key, hash, value)
    }

    /// Sets the value of a key whose hash is known. May run Python.
    pub fn set_hashed(&self, thread: &mut Thread, key: Ref<'_>, hash: i64, value: Value) -> Outcome<()> {
        match self.find(thread, key, hash)? {
            Some(index) => drop(self.table.change(thread).replace(index, value)),
            None => self.insert_new(thread, key, hash, value)?,
        }
        Ok(())
    }

    /// Takes a key out, with its value. May run Python.
    pub fn remove(&self, thread: &mut Thread, key: Ref<'_>) -> Outcome<Option<Value>> {
        let hash = hash_key(thread, key)?;
        let found = self.find(thread, key, hash)?;
        Ok(found.map(|index| self.table.change(thread).remove(index).1))
    }

    /// Takes every key out.
    pub fn clear(&self, thread: &mut Thread) {
        let heap = thread.heap();
        let old = std::mem::take(self.table.change(thread));
        old.release(heap);
    }

    /// The entry at or after `position`, and the position after it: iteration that survives
    /// changes, item by item.
    pub fn next_entry(&self, thread: &Thread, position: usize) -> Option<(usize, Value, Value)> {
        let table = self.table.view(thread);
        let index = table.next_index(position)?;
        Some((index + 1, table.key(index).to_value(), table.value(index).to_value()))
    }

    /// A copy with the same order.
    pub fn copy(&self, thread: &mut Thread) -> Outcome {
        let table = self.table.view(thread).copy(thread.heap());
        let table = thread.or_no_memory(table)?;
        thread.new_object(|head| Dict { head, table: Inside::new(table) })
    }

    /// A version of the set of keys, for caches; 0 when there is none to give.
    pub fn keys_version(&self, thread: &mut Thread) -> u32 {
        let interp = thread.interp();
        let table = self.table.change(thread);
        if table.keys_version == 0 {
            table.keys_version = interp.take_keys_version();
        }
        table.keys_version
    }
}

pub(crate) unsafe fn drop_dict(object: *mut Header) {
    // SAFETY: the object is a dead dictionary, on its heap until this returns.
    unsafe {
        let table = std::mem::take((*object.cast::<Dict>()).table.get_mut());
        table.release(heap::heap_of(object));
    }
}

pub(crate) unsafe fn traverse_dict(object: *const Header, visitor: &mut Visitor<'_>) {
    // SAFETY: the object is a live dictionary, not changed meanwhile.
    unsafe { (*(*object.cast::<Dict>()).table.get()).visit(visitor) }
}

pub(crate) unsafe fn clear_dict(object: *mut Header, thread: &mut Thread) {
    // SAFETY: the object is a dictionary that only its cycle refers to.
    unsafe { (*object.cast::<Dict>()).clear(thread) }
}

impl Thread {
    /// A new, empty dictionary.
    pub fn dict(&mut self) -> Outcome {
        self.new_object(|head| Dict { head, table: Inside::new(Table::default()) })
    }
}
