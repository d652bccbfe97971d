//! [`Held`]: what a field of an object holds, so that safe code can declare containers.
//!
//! `object!(Counter, COUNTER, holds: items, attributes)` makes a struct the layout of a type's
//! instances and tells the collector of the named fields; [`Slots::holding`] are the slots that
//! belong to it. A field that is an [`Inside`] is emptied when its object is part of a garbage
//! cycle, hence the `Default`; other fields never change and stay.
#![allow(unsafe_code)] // the attribute word owns a count

use std::cell::Cell;
use std::collections::VecDeque;

use taipan_layout::Word;

use super::{NO_ATTRIBUTES, Slots, Traverse, Visitor, clear_object, drop_object, traverse_object};
use crate::heap;
use crate::inside::Inside;
use crate::thread::Thread;
use crate::types::object::OBJECT_SLOTS;
use crate::value::{Object, Value};

/// A field that may hold references.
pub trait Held {
    /// Reports every reference.
    fn report(&self, visitor: &mut Visitor<'_>);

    /// Drops the references that could be part of a cycle.
    fn forget(&self, _thread: &mut Thread) {}
}

impl Held for Value {
    #[inline]
    fn report(&self, visitor: &mut Visitor<'_>) {
        visitor.visit(self);
    }
}

impl<T: Held> Held for Option<T> {
    #[inline]
    fn report(&self, visitor: &mut Visitor<'_>) {
        if let Some(held) = self {
            held.report(visitor);
        }
    }
}

macro_rules! sequences {
    ($($(#[$meta:meta])* [$($bound:tt)*] $ty:ty;)*) => {$(
        impl<$($bound)*> Held for $ty {
            fn report(&self, visitor: &mut Visitor<'_>) {
                self.iter().for_each(|held| held.report(visitor));
            }
        }
    )*};
}

sequences! {
    [T: Held] Vec<T>;
    [T: Held] VecDeque<T>;
    [T: Held] Box<[T]>;
    [T: Held, const N: usize] [T; N];
}

impl<A: Held, B: Held> Held for (A, B) {
    fn report(&self, visitor: &mut Visitor<'_>) {
        self.0.report(visitor);
        self.1.report(visitor);
    }
}

impl<T: Held + Default> Held for Inside<T> {
    fn report(&self, visitor: &mut Visitor<'_>) {
        self.traversed(visitor).report(visitor);
    }

    fn forget(&self, thread: &mut Thread) {
        let old = std::mem::take(self.change(thread));
        drop(old);
    }
}

/// The attribute word of a static type whose instances have a `__dict__`: name its place with
/// [`Type::with_attributes`](super::Type::with_attributes), add [`TypeFlags::HAS_DICT`] and the
/// attribute `__dict__`.
///
/// [`TypeFlags::HAS_DICT`]: super::TypeFlags::HAS_DICT
#[repr(transparent)]
pub struct AttributeWord(Cell<Word>);

impl AttributeWord {
    /// No attributes yet.
    pub const fn new() -> AttributeWord {
        AttributeWord(Cell::new(NO_ATTRIBUTES))
    }
}

impl Default for AttributeWord {
    fn default() -> AttributeWord {
        AttributeWord::new()
    }
}

impl Drop for AttributeWord {
    fn drop(&mut self) {
        let word = self.0.replace(NO_ATTRIBUTES);
        if word.0 & 1 == 0 {
            // SAFETY: an even word holds a count of the dictionary, given up here.
            unsafe { heap::release(word) };
        }
    }
}

impl Held for AttributeWord {
    fn report(&self, visitor: &mut Visitor<'_>) {
        if self.0.get().0 & 1 == 0 {
            visitor.word(self.0.get());
        }
    }

    fn forget(&self, _: &mut Thread) {
        drop(AttributeWord(Cell::new(self.0.replace(NO_ATTRIBUTES))));
    }
}

impl Slots {
    /// The slots of a type whose struct holds references: `Slots { repr: …, ..Slots::holding::<T>() }`.
    pub const fn holding<T: Traverse>() -> Slots {
        Slots {
            drop: drop_object::<T>,
            traverse: traverse_object::<T>,
            clear: Some(clear_object::<T>),
            ..OBJECT_SLOTS
        }
    }

    /// The slots of a type whose struct holds no reference.
    pub const fn plain<T: Object>() -> Slots {
        Slots { drop: drop_object::<T>, ..OBJECT_SLOTS }
    }
}
