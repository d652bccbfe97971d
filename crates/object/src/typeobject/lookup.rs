//! Attribute lookup through a type's method resolution order, cached by version.
#![allow(unsafe_code)] // the object layout: see the module head and the notes at each block

use std::cell::Cell;
use std::sync::atomic::Ordering;

use taipan_layout::Word;

use super::{FIRST_HEAP_VERSION, Type};
use crate::thread::Thread;
use crate::types::str::Str;
use crate::value::{Outcome, Ref, Value};

const SIZE: usize = 4096;

#[derive(Clone, Copy)]
struct Line {
    version: u32,
    name: u64,
    value: Word,
}

/// What lookups found, by type version and interned name. Nothing in it is counted: an entry whose
/// version is current is alive, since a change of the dictionaries that hold it changes the version.
pub struct MethodCache(Box<[Cell<Line>; SIZE]>);

impl MethodCache {
    pub(crate) fn new() -> MethodCache {
        let empty = || Cell::new(Line { version: 0, name: 0, value: Word::NULL });
        MethodCache(Box::new(std::array::from_fn(|_| empty())))
    }
}

impl Type {
    /// What the type or a base has under `name`, without descriptors being asked.
    #[inline]
    pub fn lookup<'a>(&'a self, thread: &'a Thread, name: &Str) -> Option<Ref<'a>> {
        let version = self.version.load(Ordering::Relaxed);
        let address = std::ptr::from_ref(name) as u64;
        let line = &thread.interp().method_cache.0[(version as usize ^ (address >> 4) as usize) % SIZE];
        let cached = line.get();
        if version != 0 && cached.version == version && cached.name == address {
            // SAFETY: the version is current, so the dictionary still holds the value.
            return unsafe { Ref::from_slot(cached.value) };
        }
        let found = self.lookup_uncached(thread, name);
        if name.is_interned() {
            let version = self.assign_version(thread);
            if version != 0 {
                let value = found.map_or(Word::NULL, |found| found.word().borrowed());
                let line =
                    &thread.interp().method_cache.0[(version as usize ^ (address >> 4) as usize) % SIZE];
                line.set(Line { version, name: address, value });
            }
        }
        found
    }

    fn lookup_uncached<'a>(&'a self, thread: &'a Thread, name: &Str) -> Option<Ref<'a>> {
        // SAFETY: types in the order are kept alive by the type.
        self.state(thread)
            .mro
            .borrow()
            .iter()
            .find_map(|&ty| unsafe { &*ty }.dict(thread).get_str(thread, name))
    }

    /// What the type has under one of the well-known names, as an owned value.
    pub fn lookup_value(&self, thread: &Thread, name: &Value) -> Option<Value> {
        let name = name.downcast::<Str>()?;
        self.lookup(thread, name).map(|found| found.to_value())
    }

    /// The type in the order that has `name`, for `super` and messages.
    pub fn lookup_after<'a>(&'a self, thread: &'a Thread, after: &Type, name: &Str) -> Option<Ref<'a>> {
        let mro = self.state(thread).mro.borrow();
        let start = mro.iter().position(|&ty| std::ptr::eq(ty, after)).map_or(mro.len(), |index| index + 1);
        // SAFETY: types in the order are kept alive by the type.
        mro[start..].iter().find_map(|&ty| unsafe { &*ty }.dict(thread).get_str(thread, name))
    }
}

/// Forgets what was cached of a type and of all that derive from it.
pub fn type_modified(thread: &Thread, ty: &Type) {
    if ty.version.load(Ordering::Relaxed) < FIRST_HEAP_VERSION {
        // Never given since the last change, so nothing below was cached through it either.
        if !ty.is_heap() || ty.version.load(Ordering::Relaxed) == 0 {
            return;
        }
    }
    let mut todo = vec![std::ptr::from_ref(ty)];
    while let Some(ty) = todo.pop() {
        // SAFETY: subclasses are taken off the list when they die.
        let ty = unsafe { &*ty };
        ty.version.store(0, Ordering::Relaxed);
        ty.init_cache.set(std::ptr::null());
        todo.extend(ty.state(thread).subclasses.borrow().iter());
    }
}

/// Calls what the object's type has under `name`, bound to the object; none if there is nothing.
pub fn call_special(
    thread: &mut Thread,
    object: Ref<'_>,
    name: &Value,
    arguments: &[Ref<'_>],
) -> Outcome<Option<Value>> {
    let Some(method) = object.ty().lookup_value(thread, name) else { return Ok(None) };
    let mut values = smallvec::SmallVec::<[Ref<'_>; 4]>::new();
    if method.as_ref().ty().flags().contains(super::TypeFlags::METHOD_DESCRIPTOR) {
        values.push(object);
        values.extend_from_slice(arguments);
        return crate::protocol::call(thread, method.as_ref(), &values).map(Some);
    }
    let get = method.as_ref().ty().slots().descr_get;
    let bound = match get {
        Some(get) => get(thread, method.as_ref(), Some(object), Some(object.ty().as_ref()))?,
        None => method,
    };
    values.extend_from_slice(arguments);
    crate::protocol::call(thread, bound.as_ref(), &values).map(Some)
}
