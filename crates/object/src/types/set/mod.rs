//! `set` and `frozenset`.
//!
//! Answers for CPython's `Objects/setobject.c`.
#![allow(unsafe_code)] // traversal, and the layout that both types share

mod algebra;
mod iterator;
mod methods;
mod table;

use std::cell::Cell;

use taipan_layout::Header;

pub use methods::{FROZENSET, SET};
pub use table::Table;

use crate::heap;
use crate::inside::Inside;
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{CompareOp, Type, Visitor, allocate_instance};
use crate::types::dict::Dict;
use crate::types::exception::TYPE_ERROR;
use crate::value::{Object, Outcome, Ref, Value};

/// The hash of a frozen set that was not computed yet.
const NO_HASH: i64 = -1;

/// A set or frozen set.
#[repr(C)]
pub struct Set {
    head: Header,
    /// The elements.
    pub table: Inside<Table>,
    hash: Cell<i64>,
}

// SAFETY: `repr(C)`, the header first.
unsafe impl Object for Set {
    const TYPE: &'static Type = &SET;
}

/// The struct of `frozenset`: that of [`Set`], of another type.
#[repr(transparent)]
struct Frozen(Set);

// SAFETY: `repr(C)` within, the header first.
unsafe impl Object for Frozen {
    const TYPE: &'static Type = &FROZENSET;
}

/// The set behind an object of either type or of one that derives from them.
pub fn any_set<'a>(object: Ref<'a>) -> Option<&'a Set> {
    object.downcast::<Set>().or_else(|| object.downcast::<Frozen>().map(|frozen| &frozen.0))
}

/// Whether the object is a `frozenset` or of a type that derives from it.
pub fn is_frozen(object: Ref<'_>) -> bool {
    object.downcast::<Frozen>().is_some()
}

/// The hash of an element; what cannot be hashed cannot be one.
fn element_hash(thread: &mut Thread, element: Ref<'_>) -> Outcome<i64> {
    match protocol::hash(thread, element) {
        Err(raised) => {
            let exactly = thread.exception.as_ref().is_some_and(|e| e.as_ref().ty().is(&TYPE_ERROR));
            let Some(cause) = exactly.then(|| thread.take_exception()).flatten() else { return Err(raised) };
            let (ty, cause) =
                (element.ty().name().into_owned(), protocol::str_string(thread, cause.as_ref())?);
            Err(thread.type_error(format!("cannot use '{ty}' as a set element ({cause})")))
        }
        hash => hash,
    }
}

impl Set {
    /// How many elements there are.
    pub fn len(&self, thread: &Thread) -> usize {
        self.table.view(thread).len()
    }

    /// The place of an element. May run Python.
    fn find(&self, thread: &mut Thread, key: Ref<'_>, hash: i64) -> Outcome<Option<usize>> {
        'restart: loop {
            let stamp = self.table.view(thread).stamp();
            let Some(mut probe) = self.table.view(thread).probe(hash) else { return Ok(None) };
            loop {
                let table = self.table.view(thread);
                let Some((at, candidate)) = table.next_candidate(&mut probe, hash) else { return Ok(None) };
                if candidate.is(key) {
                    return Ok(Some(at));
                }
                let candidate = candidate.to_value();
                let equal = protocol::compare_bool(thread, candidate.as_ref(), key, CompareOp::Eq)?;
                if self.table.view(thread).stamp() != stamp {
                    continue 'restart;
                }
                if equal {
                    return Ok(Some(at));
                }
            }
        }
    }

    /// Whether an element with a known hash is there. May run Python.
    pub fn contains_hashed(&self, thread: &mut Thread, key: Ref<'_>, hash: i64) -> Outcome<bool> {
        Ok(self.find(thread, key, hash)?.is_some())
    }

    /// Whether an element is there. May run Python.
    pub fn contains(&self, thread: &mut Thread, key: Ref<'_>) -> Outcome<bool> {
        let hash = element_hash(thread, key)?;
        self.contains_hashed(thread, key, hash)
    }

    /// Adds an element whose hash is known. May run Python.
    pub fn add_hashed(&self, thread: &mut Thread, key: Ref<'_>, hash: i64) -> Outcome<()> {
        if self.find(thread, key, hash)?.is_none() {
            let heap = thread.heap();
            let inserted = self.table.change(thread).insert(heap, key.to_value(), hash);
            thread.or_no_memory(inserted)?;
        }
        Ok(())
    }

    /// Adds an element. May run Python.
    pub fn add(&self, thread: &mut Thread, key: Ref<'_>) -> Outcome<()> {
        let hash = element_hash(thread, key)?;
        self.add_hashed(thread, key, hash)
    }

    /// Takes an element whose hash is known out; whether it was there. May run Python.
    pub fn discard_hashed(&self, thread: &mut Thread, key: Ref<'_>, hash: i64) -> Outcome<bool> {
        match self.find(thread, key, hash)? {
            Some(at) => {
                drop(self.table.change(thread).remove(at));
                Ok(true)
            }
            None => Ok(false),
        }
    }

    /// Takes every element out.
    pub fn clear(&self, thread: &mut Thread) {
        let heap = thread.heap();
        let old = std::mem::take(self.table.change(thread));
        old.release(heap);
    }

    /// The element at or after a place, counted, with its hash, and the place after it.
    pub fn next(&self, thread: &Thread, from: usize) -> Option<(usize, Value, i64)> {
        let (after, key, hash) = self.table.view(thread).next(from)?;
        Some((after, key.to_value(), hash))
    }

    /// Calls `each` with every element; changes that `each` makes to the set are met as they come.
    fn for_each(
        &self,
        thread: &mut Thread,
        mut each: impl FnMut(&mut Thread, Ref<'_>, i64) -> Outcome<()>,
    ) -> Outcome<()> {
        let mut place = 0;
        while let Some((after, key, hash)) = self.next(thread, place) {
            thread.poll()?;
            each(thread, key.as_ref(), hash)?;
            place = after;
        }
        Ok(())
    }

    /// Adds the elements of any iterable. May run Python.
    pub fn update(&self, thread: &mut Thread, other: Ref<'_>) -> Outcome<()> {
        if let Some(set) = any_set(other) {
            return self.merge(thread, set);
        }
        if let Some(dict) = other.exact::<Dict>() {
            let (heap, more) = (thread.heap(), dict.len(thread));
            let reserved = self.table.change(thread).reserve(heap, more);
            thread.or_no_memory(reserved)?;
            let mut position = 0;
            while let Some((after, key, _)) = dict.next_entry(thread, position) {
                self.add(thread, key.as_ref())?;
                position = after;
            }
            return Ok(());
        }
        protocol::for_each(thread, other, |thread, item| self.add(thread, item.as_ref()))
    }

    fn merge(&self, thread: &mut Thread, other: &Set) -> Outcome<()> {
        if std::ptr::eq(self, other) || other.len(thread) == 0 {
            return Ok(());
        }
        let (heap, more) = (thread.heap(), other.len(thread));
        let table = self.table.change(thread);
        let reserved = table.reserve(heap, more);
        let is_empty = table.is_empty() && table.holes() == 0;
        thread.or_no_memory(reserved)?;
        if is_empty {
            let mut copy = std::mem::take(self.table.change(thread));
            let copied = copy.copy_from(heap, other.table.view(thread));
            *self.table.change(thread) = copy;
            return thread.or_no_memory(copied);
        }
        other.for_each(thread, |thread, key, hash| self.add_hashed(thread, key, hash))
    }
}

unsafe fn drop_set(object: *mut Header) {
    // SAFETY: the object is a dead set, on its heap until this returns.
    unsafe {
        let table = std::mem::take((*object.cast::<Set>()).table.get_mut());
        table.release(heap::heap_of(object));
    }
}

unsafe fn traverse_set(object: *const Header, visitor: &mut Visitor<'_>) {
    // SAFETY: the object is a live set, not changed meanwhile.
    unsafe { (*(*object.cast::<Set>()).table.get()).visit(visitor) }
}

unsafe fn clear_set(object: *mut Header, thread: &mut Thread) {
    // SAFETY: the object is a set that only its cycle refers to.
    unsafe { (*object.cast::<Set>()).clear(thread) }
}

/// An empty set of a type that is or derives from `set` or `frozenset`.
fn empty_of(thread: &mut Thread, ty: &Type) -> Outcome {
    let make = |head| Set { head, table: Inside::new(Table::default()), hash: Cell::new(NO_HASH) };
    if ty.has_layout_of(&SET) {
        allocate_instance(thread, ty, make)
    } else {
        allocate_instance(thread, ty, |head| Frozen(make(head)))
    }
}

/// A set of `ty` with the elements of `other`.
fn set_of(thread: &mut Thread, ty: &Type, other: Option<Ref<'_>>) -> Outcome {
    let made = empty_of(thread, ty)?;
    if let Some(other) = other {
        any_set(made.as_ref()).expect("just made").update(thread, other)?;
    }
    Ok(made)
}

impl Thread {
    /// A new, empty set.
    pub fn set(&mut self) -> Outcome {
        empty_of(self, &SET)
    }

    /// A new frozen set with the elements of an iterable.
    pub fn frozenset(&mut self, elements: Ref<'_>) -> Outcome {
        set_of(self, &FROZENSET, Some(elements))
    }
}
