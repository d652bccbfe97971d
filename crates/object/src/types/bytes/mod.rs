//! `bytes`: an immutable array of bytes, and what it shares with `bytearray`.
//!
//! Answers for CPython's `Objects/bytesobject.c` and `Objects/bytes_methods.c`.
#![allow(unsafe_code)] // the layout, and views through the buffer protocol

pub(crate) mod change;
pub(crate) mod search;
pub(crate) mod slots;
pub(crate) mod split;

use std::borrow::Cow;
use std::cell::Cell;

use taipan_layout::Header;

pub use slots::BYTES;

use crate::heap;
use crate::native::{Buffer, BufferFlags};
use crate::thread::Thread;
use crate::typeobject::{Type, allocate_instance, call_special};
use crate::types::bytearray::ByteArray;
use crate::value::{Object, Outcome, Ref, Value};

/// A bytes object.
#[repr(C)]
pub struct Bytes {
    head: Header,
    hash: Cell<i64>,
    content: Box<[u8]>,
}

// SAFETY: `repr(C)`, the header first.
unsafe impl Object for Bytes {
    const TYPE: &'static Type = &BYTES;
}

impl Bytes {
    /// The bytes.
    #[inline]
    pub fn content(&self) -> &[u8] {
        &self.content
    }
}

unsafe fn drop_bytes(object: *mut Header) {
    // SAFETY: the object is dead, on its heap until this returns; its content is given up once.
    unsafe {
        let own = &mut *object.cast::<Bytes>();
        heap::heap_of(object).discharge(own.content.len());
        drop(std::mem::take(&mut own.content));
    }
}

impl Thread {
    /// A new bytes object.
    pub fn bytes(&mut self, content: &[u8]) -> Outcome {
        self.charge(content.len())?;
        self.heap().discharge(content.len());
        self.bytes_from(content.to_vec())
    }

    /// A new bytes object, which takes the vector over.
    pub fn bytes_from(&mut self, content: Vec<u8>) -> Outcome {
        bytes_of(self, &BYTES, content)
    }
}

/// A bytes object of `bytes` or a type that derives from it.
fn bytes_of(thread: &mut Thread, ty: &Type, content: Vec<u8>) -> Outcome {
    thread.charge(content.len())?;
    let content = content.into_boxed_slice();
    allocate_instance(thread, ty, |head| Bytes { head, hash: Cell::new(-1), content })
}

/// Whether the object is of one of the two types, or of one that derives from them.
pub fn is_bytes_or_bytearray(object: Ref<'_>) -> bool {
    is_bytes(object) || object.downcast::<ByteArray>().is_some()
}

/// Whether the object is of `bytes` or of a type that derives from it.
pub(crate) fn is_bytes(object: Ref<'_>) -> bool {
    object.downcast::<Bytes>().is_some()
}

/// The content of `bytes` or `bytearray`, for a look.
pub(crate) fn view<'a>(thread: &'a Thread, object: Ref<'a>) -> &'a [u8] {
    if let Some(own) = object.downcast::<Bytes>() {
        return own.content();
    }
    object.downcast::<ByteArray>().map_or(&[], |own| own.content(thread))
}

/// A new object of `bytes` or `bytearray`, whichever the receiver is.
pub(crate) fn like(thread: &mut Thread, receiver: Ref<'_>, content: Vec<u8>) -> Outcome {
    if is_bytes(receiver) { thread.bytes_from(content) } else { thread.bytearray_from(content) }
}

/// The whole receiver: itself if it is exactly `bytes`, otherwise a copy.
pub(crate) fn whole(thread: &mut Thread, receiver: Ref<'_>) -> Outcome {
    if receiver.exact::<Bytes>().is_some() {
        return Ok(receiver.to_value());
    }
    let copy = view(thread, receiver).to_vec();
    like(thread, receiver, copy)
}

/// The byte at an index of `bytes` or `bytearray`.
pub fn byte_at(thread: &Thread, object: Ref<'_>, index: usize) -> Option<u8> {
    view(thread, object).get(index).copied()
}

/// The content of anything with the buffer protocol: borrowed of `bytes`, copied of what can change.
pub fn bytes_like<'a>(thread: &mut Thread, object: Ref<'a>) -> Outcome<Cow<'a, [u8]>> {
    if let Some(own) = object.downcast::<Bytes>() {
        return Ok(Cow::Borrowed(own.content()));
    }
    let buffer = Buffer::of(thread, object, BufferFlags::SIMPLE)?;
    buffer.to_vec(thread).map(Cow::Owned)
}

/// What `object.__bytes__()` answers, if there is such a method.
pub fn call_bytes(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let name = thread.names().__bytes__.clone();
    let Some(made) = call_special(thread, object, &name, &[])? else { return Ok(None) };
    if made.downcast::<Bytes>().is_none() {
        let ty = made.as_ref().ty().name().into_owned();
        return Err(thread.type_error(format!("__bytes__ returned non-bytes (type {ty})")));
    }
    Ok(Some(made))
}
