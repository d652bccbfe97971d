//! `bytearray`: an array of bytes that can change, unless somebody views its memory.
//!
//! Invariants: the content is not resized while `exports` is not zero; what the content may hold is
//! charged to the heap.
//!
//! Answers for CPython's `Objects/bytearrayobject.c`.
#![allow(unsafe_code)] // the layout, and the end of views

mod methods;
mod slots;

use std::cell::Cell;

use taipan_layout::Header;

pub use slots::BYTEARRAY;

use crate::heap;
use crate::inside::Inside;
use crate::thread::Thread;
use crate::typeobject::{Type, allocate_instance};
use crate::value::{Object, Outcome, Ref};

/// A bytearray object.
#[repr(C)]
pub struct ByteArray {
    head: Header,
    content: Inside<Vec<u8>>,
    /// How many bytes are charged.
    charged: Cell<usize>,
    /// How many views there are.
    exports: Cell<usize>,
}

// SAFETY: `repr(C)`, the header first.
unsafe impl Object for ByteArray {
    const TYPE: &'static Type = &BYTEARRAY;
}

unsafe fn drop_bytearray(object: *mut Header) {
    // SAFETY: the object is dead, on its heap until this returns; its content is given up once.
    unsafe {
        let own = &mut *object.cast::<ByteArray>();
        heap::heap_of(object).discharge(own.charged.get());
        drop(std::mem::take(own.content.get_mut()));
    }
}

unsafe fn end_view(object: *mut Header) {
    // SAFETY: the view that ends keeps the object alive until then.
    let own = unsafe { &*object.cast::<ByteArray>() };
    own.exports.set(own.exports.get() - 1);
}

/// A bytearray of `bytearray` or a type that derives from it.
pub(crate) fn bytearray_of(thread: &mut Thread, ty: &Type, content: Vec<u8>) -> Outcome {
    let bytes = content.capacity();
    thread.charge(bytes)?;
    allocate_instance(thread, ty, |head| ByteArray {
        head,
        content: Inside::new(content),
        charged: Cell::new(bytes),
        exports: Cell::new(0),
    })
}

impl Thread {
    /// A new bytearray, which takes the vector over.
    pub fn bytearray_from(&mut self, content: Vec<u8>) -> Outcome {
        bytearray_of(self, &BYTEARRAY, content)
    }
}

impl ByteArray {
    /// The bytes.
    pub fn content<'a>(&'a self, thread: &'a Thread) -> &'a [u8] {
        self.content.view(thread)
    }

    /// Raises BufferError while somebody views the memory.
    fn check_resizable(&self, thread: &mut Thread) -> Outcome<()> {
        if self.exports.get() != 0 {
            return Err(thread.buffer_error("Existing exports of data: object cannot be re-sized"));
        }
        Ok(())
    }

    /// Makes room for `more` bytes; with some to spare, so that appending stays cheap.
    fn reserve(&self, thread: &mut Thread, more: usize) -> Outcome<()> {
        self.check_resizable(thread)?;
        let content = self.content.view(thread);
        let (length, capacity) = (content.len(), content.capacity());
        let Some(wanted) = length.checked_add(more) else { return Err(thread.no_memory()) };
        if wanted <= capacity {
            return Ok(());
        }
        let wanted = wanted.saturating_add(wanted >> 3).saturating_add(if wanted < 9 { 3 } else { 6 });
        thread.charge(wanted.saturating_sub(self.charged.get()))?;
        self.charged.set(wanted.max(self.charged.get()));
        match self.content.change(thread).try_reserve_exact(wanted - length) {
            Ok(()) => Ok(()),
            Err(_) => Err(thread.no_memory()),
        }
    }

    /// Appends bytes.
    fn append_all(&self, thread: &mut Thread, more: &[u8]) -> Outcome<()> {
        if more.is_empty() {
            return Ok(());
        }
        self.reserve(thread, more.len())?;
        self.content.change(thread).extend_from_slice(more);
        Ok(())
    }

    /// Puts other content in the place of the old.
    fn set_content(&self, thread: &mut Thread, content: Vec<u8>) -> Outcome<()> {
        if self.content.view(thread).len() != content.len() {
            self.check_resizable(thread)?;
        }
        if self.exports.get() != 0 {
            self.content.change(thread).copy_from_slice(&content);
            return Ok(());
        }
        let bytes = content.capacity();
        thread.charge(bytes)?;
        thread.heap().discharge(self.charged.replace(bytes));
        *self.content.change(thread) = content;
        Ok(())
    }

    /// Puts bytes in the place of a part.
    fn replace(&self, thread: &mut Thread, part: std::ops::Range<usize>, new: &[u8]) -> Outcome<()> {
        if part.len() == new.len() {
            self.content.change(thread)[part].copy_from_slice(new);
            return Ok(());
        }
        self.reserve(thread, new.len().saturating_sub(part.len()))?;
        let content = self.content.change(thread);
        content.splice(part, new.iter().copied()).for_each(drop);
        Ok(())
    }
}

fn bytearray<'a>(object: Ref<'a>) -> &'a ByteArray {
    object.downcast::<ByteArray>().expect("the slot of bytearrays")
}
