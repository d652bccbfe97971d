//! `cell`: a variable that functions share.
//!
//! Answers for CPython's `Objects/cellobject.c`.
#![allow(unsafe_code)] // traversal

use taipan_layout::Header;

use crate::inside::Inside;
use crate::thread::Thread;
use crate::typeobject::{Slots, Type, TypeDef, TypeFlags, Visitor, drop_object};
use crate::types::object::OBJECT_SLOTS;
use crate::value::{Object, Outcome, Ref, Value};

/// A cell object. `repr(C)`: the interpreter loop reads the content.
#[repr(C)]
pub struct Cell {
    head: Header,
    /// The content; none while unbound.
    pub content: Inside<Option<Value>>,
}

// SAFETY: `repr(C)`, the header first.
unsafe impl Object for Cell {
    const TYPE: &'static Type = &CELL;
}

/// The type `cell`.
pub static CELL: Type = Type::new::<Cell>(
    &TypeDef::new("cell"),
    TypeFlags::CONTAINER,
    Slots { drop: drop_object::<Cell>, traverse: traverse_cell, clear: Some(clear_cell), ..OBJECT_SLOTS },
);

unsafe fn traverse_cell(object: *const Header, visitor: &mut Visitor<'_>) {
    // SAFETY: the object is a live cell, not changed meanwhile.
    unsafe { visitor.option(&*(*object.cast::<Cell>()).content.get()) }
}

unsafe fn clear_cell(object: *mut Header, thread: &mut Thread) {
    // SAFETY: the object is a cell that only its cycle refers to.
    drop(unsafe { (*object.cast::<Cell>()).set(thread, None) });
}

impl Cell {
    /// The content.
    pub fn get(&self, thread: &Thread) -> Option<Value> {
        self.content.view(thread).clone()
    }

    /// Sets the content and gives back the old one.
    pub fn set(&self, thread: &mut Thread, value: Option<Value>) -> Option<Value> {
        std::mem::replace(self.content.change(thread), value)
    }

    /// The cell as a value.
    pub fn as_ref(&self) -> Ref<'_> {
        Ref::of(self)
    }
}

impl Thread {
    /// A new cell.
    pub fn cell(&mut self, content: Option<Value>) -> Outcome {
        self.new_object(|head| Cell { head, content: Inside::new(content) })
    }
}
