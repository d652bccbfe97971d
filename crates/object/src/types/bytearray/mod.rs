//! `bytearray`: an array of bytes that can change, unless somebody views its memory.
//!
//! Answers for CPython's `Objects/bytearrayobject.c`.
#![allow(unsafe_code)] // the layout

mod methods;
mod slots;

use taipan_layout::Header;

pub use slots::BYTEARRAY;

use crate::native::ExportedBytes;
use crate::thread::Thread;
use crate::typeobject::{Type, allocate_instance};
use crate::value::{Object, Outcome, Ref};

/// A bytearray object.
#[repr(C)]
pub struct ByteArray {
    head: Header,
    content: ExportedBytes,
}

// SAFETY: `repr(C)`, the header first.
unsafe impl Object for ByteArray {
    const TYPE: &'static Type = &BYTEARRAY;
}

/// A bytearray of `bytearray` or a type that derives from it.
pub(crate) fn bytearray_of(thread: &mut Thread, ty: &Type, content: Vec<u8>) -> Outcome {
    let content = ExportedBytes::new(thread, content)?;
    allocate_instance(thread, ty, |head| ByteArray { head, content })
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
}

fn bytearray<'a>(object: Ref<'a>) -> &'a ByteArray {
    object.downcast::<ByteArray>().expect("the slot of bytearrays")
}
