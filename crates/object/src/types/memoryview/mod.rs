//! `memoryview`: bytes of another object, seen as items in any number of dimensions.
//!
//! Views of views share one [`ManagedBuffer`], which holds the buffer of the exporter until the last
//! of them is released.
//!
//! Invariants: a view that is not released is counted by its managed buffer, which then holds the
//! buffer; `view` reaches nothing outside of that buffer.
//!
//! Answers for CPython's `Objects/memoryobject.c`.
#![allow(unsafe_code)] // bytes by pointer; see the invariants

mod compare;
mod item;
mod iterator;
mod methods;
mod slots;
mod wrapper;

use std::cell::Cell;

use taipan_layout::Header;

pub use slots::MEMORYVIEW;
pub(crate) use slots::release_view;
pub(crate) use wrapper::wrap_python_buffer;

use crate::inside::Inside;
use crate::native::{Buffer, BufferFlags, Exports, View};
use crate::object;
use crate::thread::Thread;
use crate::typeobject::{Slots, Type, TypeDef, TypeFlags};
use crate::value::{Outcome, Ref, Value};

/// A memoryview object.
#[repr(C)]
pub struct MemoryView {
    head: Header,
    managed: Value,
    view: View,
    exports: Exports,
    released: Cell<bool>,
    /// Whether no other view may be made of this one.
    restricted: Cell<bool>,
    hash: Cell<i64>,
}
object!(MemoryView, MEMORYVIEW, holds: managed);

/// The buffer behind one or more memoryviews.
#[repr(C)]
pub struct ManagedBuffer {
    head: Header,
    /// None once released.
    buffer: Inside<Option<Buffer>>,
    /// The views that are not released.
    views: Exports,
}
object!(ManagedBuffer, MANAGED_BUFFER, holds: buffer);

/// The type `managedbuffer`, which no program sees.
static MANAGED_BUFFER: Type = Type::new::<ManagedBuffer>(
    &TypeDef::new("managedbuffer"),
    TypeFlags::CONTAINER.union(TypeFlags::NO_NEW),
    Slots { new: None, ..Slots::holding::<ManagedBuffer>() },
);

impl Drop for MemoryView {
    fn drop(&mut self) {
        self.end();
    }
}

impl MemoryView {
    /// A memoryview of `managed`'s buffer or of a part of it.
    fn make(thread: &mut Thread, managed: &Value, view: View) -> Outcome {
        let made = thread.new_object(|head| MemoryView {
            head,
            managed: managed.clone(),
            view,
            exports: Exports::new(),
            released: Cell::new(false),
            restricted: Cell::new(false),
            hash: Cell::new(-1),
        })?;
        managed.downcast::<ManagedBuffer>().expect("a managed buffer").views.enter();
        Ok(made)
    }

    /// Another view of the same buffer.
    fn derive(&self, thread: &mut Thread, view: View) -> Outcome {
        MemoryView::make(thread, &self.managed, view)
    }

    fn managed(&self) -> &ManagedBuffer {
        self.managed.downcast().expect("a managed buffer")
    }

    /// Releases the view, and with the last one the buffer.
    fn end(&self) {
        if self.released.replace(true) {
            return;
        }
        let managed = self.managed();
        if managed.views.leave() == 0 {
            // SAFETY: nobody looks into a managed buffer for longer than one of its own functions,
            // none of which ends views.
            let buffer = unsafe { (*managed.buffer.get()).take() };
            drop(buffer);
        }
    }

    fn is_accessible(&self, thread: &Thread) -> bool {
        !self.released.get() && self.managed().buffer.view(thread).is_some()
    }

    fn check_released(&self, thread: &mut Thread) -> Outcome<()> {
        if self.is_accessible(thread) {
            return Ok(());
        }
        Err(thread.value_error("operation forbidden on released memoryview object"))
    }

    fn check_restricted(&self, thread: &mut Thread) -> Outcome<()> {
        if self.restricted.get() {
            return Err(thread.value_error("cannot create new view on restricted memoryview"));
        }
        Ok(())
    }

    /// The exporter; none once released.
    fn owner(&self, thread: &Thread) -> Option<Value> {
        self.managed().buffer.view(thread).as_ref().map(|buffer| buffer.owner.clone())
    }

    /// The bytes of the item `offset` bytes from the first one.
    fn item_at<'a>(&'a self, thread: &'a Thread, offset: isize) -> &'a [u8] {
        assert!(self.is_accessible(thread), "the caller checked");
        // SAFETY: offsets are made of indices within the shape, so the invariant holds; the buffer
        // keeps the bytes in place, the thread guards them.
        unsafe { bytes_at(&self.view, offset) }
    }

    /// As [`MemoryView::item_at`], to be changed.
    fn item_mut<'a>(&'a self, thread: &'a mut Thread, offset: isize) -> &'a mut [u8] {
        assert!(self.is_accessible(thread) && !self.view.readonly, "the caller checked");
        // SAFETY: as above, and the exclusive borrow of the thread.
        unsafe { std::slice::from_raw_parts_mut(self.view.start.offset(offset), self.view.item_size) }
    }
}

/// The bytes of an item.
///
/// # Safety
/// The view's bytes are in place and guarded for `'a`; `offset` leads to an item.
unsafe fn bytes_at<'a>(view: &View, offset: isize) -> &'a [u8] {
    // SAFETY: the caller's promise.
    unsafe { std::slice::from_raw_parts(view.start.offset(offset), view.item_size) }
}

/// Calls `each` with the offset of every item, the last index running fastest.
fn for_each_offset(shape: &[usize], strides: &[isize], offset: isize, each: &mut dyn FnMut(isize)) {
    match (shape, strides) {
        ([count, inner @ ..], [stride, inner_strides @ ..]) => {
            for index in 0..*count {
                for_each_offset(inner, inner_strides, offset + index as isize * stride, each);
            }
        }
        _ => each(offset),
    }
}

/// Calls `each` with the bytes of every item in C's order.
pub(crate) fn for_each_item(_thread: &Thread, view: &View, each: &mut dyn FnMut(&[u8])) {
    for_each_offset(&view.shape, &view.strides, 0, &mut |offset| {
        // SAFETY: the offset leads to an item; whoever holds the view has a buffer that keeps its
        // bytes in place, and the thread guards them.
        each(unsafe { bytes_at(view, offset) });
    });
}

/// The memoryview of a buffer.
pub fn from_buffer(thread: &mut Thread, buffer: Buffer) -> Outcome {
    let view = buffer.view.clone();
    let managed = thread.new_object(|head| ManagedBuffer {
        head,
        buffer: Inside::new(Some(buffer)),
        views: Exports::new(),
    })?;
    MemoryView::make(thread, &managed, view)
}

/// `memoryview(object)`
pub fn from_object(thread: &mut Thread, object: Ref<'_>, flags: BufferFlags) -> Outcome {
    if let Some(own) = object.downcast::<MemoryView>() {
        own.check_released(thread)?;
        own.check_restricted(thread)?;
        return own.derive(thread, own.view.clone());
    }
    if object.ty().slots().buffer.is_none() {
        let ty = object.ty().name().into_owned();
        let message = format!("memoryview: a bytes-like object is required, not '{ty}'");
        return Err(thread.type_error(message));
    }
    let buffer = Buffer::of(thread, object, flags)?;
    from_buffer(thread, buffer)
}
