//! `tuple`: items inside the object.
//!
//! Answers for CPython's `Objects/tupleobject.c`.
#![allow(unsafe_code)] // the items lie behind the struct

mod methods;

use std::cell::Cell;

use taipan_layout::{Header, Word};

pub use methods::{TUPLE, TUPLE_SLOTS};

use crate::heap::Kind;
use crate::thread::Thread;
use crate::typeobject::{Type, Visitor, added_size, finish_behind_items};
use crate::value::{Object, Outcome, Ref, Value};

/// A tuple object.
#[repr(C)]
pub struct Tuple {
    head: Header,
    length: usize,
    /// The cached hash, -1 while unknown.
    pub(crate) hash: Cell<i64>,
    // The items follow.
}

// SAFETY: `repr(C)`, the header first.
unsafe impl Object for Tuple {
    const TYPE: &'static Type = &TUPLE;
}

impl Tuple {
    /// The items.
    #[inline(always)]
    pub fn items(&self) -> &[Ref<'_>] {
        // SAFETY: `length` words follow the struct; each holds a count for the tuple's life.
        unsafe { std::slice::from_raw_parts((&raw const *self).add(1).cast(), self.length) }
    }

    /// How many items there are.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there is none.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }
}

pub(crate) unsafe fn drop_tuple(object: *mut Header) {
    // SAFETY: the object is a dead tuple; each word's count is given up once.
    unsafe {
        let tuple = object.cast::<Tuple>();
        let items = tuple.add(1).cast::<Word>();
        for index in (0..(*tuple).length).rev() {
            crate::heap::release(*items.add(index));
        }
    }
}

pub(crate) unsafe fn traverse_tuple(object: *const Header, visitor: &mut Visitor<'_>) {
    // SAFETY: the object is a live tuple.
    for item in unsafe { (*object.cast::<Tuple>()).items() }.iter().rev() {
        visitor.word(item.word());
    }
}

impl Thread {
    /// A new tuple.
    pub fn tuple(&mut self, items: impl IntoIterator<Item = Value, IntoIter: ExactSizeIterator>) -> Outcome {
        self.tuple_of(&TUPLE, items)
    }

    /// A new tuple of borrowed items.
    pub fn tuple_from_refs(&mut self, items: &[Ref<'_>]) -> Outcome {
        self.tuple(items.iter().map(|item| item.to_value()))
    }

    /// A new tuple of a type derived from `tuple` that adds nothing to its layout.
    pub fn tuple_of(
        &mut self,
        ty: &Type,
        items: impl IntoIterator<Item = Value, IntoIter: ExactSizeIterator>,
    ) -> Outcome {
        let mut items = items.into_iter();
        let length = items.len();
        if length == 0 && ty.is(&TUPLE) {
            let empty = self.interp().empty_tuple();
            if let Some(empty) = empty.get() {
                return Ok(empty.clone());
            }
            let made = self.allocate_tuple(ty, 0, |_| {})?;
            return Ok(empty.get_or_init(|| made).clone());
        }
        self.allocate_tuple(ty, length, |to| {
            for index in 0..length {
                let item = items.next().map_or(Value::none().into_word(), Value::into_word);
                // SAFETY: there is room for `length` words.
                unsafe { to.add(index).write(item) };
            }
        })
    }

    /// A tuple whose words `fill` writes, all of them.
    pub(crate) fn allocate_tuple(
        &mut self,
        ty: &Type,
        length: usize,
        fill: impl FnOnce(*mut Word),
    ) -> Outcome {
        self.allocate_with_hidden(ty, length, length, fill)
    }

    /// A tuple with `total - length` words behind its items, which its type takes care of; `fill`
    /// writes all of them.
    pub(crate) fn allocate_with_hidden(
        &mut self,
        ty: &Type,
        length: usize,
        total: usize,
        fill: impl FnOnce(*mut Word),
    ) -> Outcome {
        let added = if ty.is_heap() { added_size(ty) } else { 0 };
        let size = total.checked_mul(8).and_then(|bytes| bytes.checked_add(size_of::<Tuple>() + added));
        let memory = size.and_then(|size| self.heap().allocate(size, Kind::Container));
        let Some(memory) = memory else { return Err(self.no_memory()) };
        ty.count_instance();
        let object = memory.cast::<Tuple>();
        // SAFETY: fresh memory of the right size; the count goes to the value.
        unsafe {
            object.write(Tuple {
                head: Header::new(std::ptr::from_ref(ty).cast()),
                length,
                hash: Cell::new(-1),
            });
            fill(object.add(1).cast());
            if added != 0 {
                finish_behind_items(object.cast(), ty);
            }
            Ok(Value::from_word(Word::counted(object.cast())))
        }
    }
}
