//! The buffer protocol: [`Buffer`] is a view of an object's bytes that ends when it is dropped.
//!
//! An exporter counts its views in an [`Exports`] and does not move its bytes while there are any;
//! [`ExportedBytes`] is that for a vector. Looking at the bytes borrows the thread, changing them
//! borrows it exclusively, as with [`Inside`]: several views of the same bytes can exist, several
//! Rust slices of which one is exclusive cannot.
//!
//! Invariants: between `start` and the items that shape and strides reach lie bytes of the exporter,
//! in place for as long as the buffer lives. Indirect memory (suboffsets) is not supported, since no
//! type of the library offers any.
//!
//! Answers for CPython's `Include/pybuffer.h`, PEP 3118 and the buffer functions of
//! `Objects/abstract.c`.
#![allow(unsafe_code)] // bytes by pointer; see the invariants

use std::borrow::Cow;
use std::cell::Cell;
use std::ptr;

use smallvec::{SmallVec, smallvec};

use super::FromArgument;
use crate::heap::Heap;
use crate::inside::Inside;
use crate::thread::Thread;
use crate::value::{Outcome, Ref, Value};

bitflags::bitflags! {
    /// What a consumer asks for: CPython's `PyBUF_*`.
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub struct BufferFlags: i32 {
        /// Bytes that can be changed.
        const WRITABLE = 0x1;
        /// The format of an item.
        const FORMAT = 0x4;
        /// The shape.
        const ND = 0x8;
        /// The strides, and so the shape.
        const STRIDES = 0x10 | 0x8;
        /// Contiguous in C's order.
        const C_CONTIGUOUS = 0x20 | 0x18;
        /// Contiguous in Fortran's order.
        const F_CONTIGUOUS = 0x40 | 0x18;
        /// Contiguous in either order.
        const ANY_CONTIGUOUS = 0x80 | 0x18;
        /// Pointers to pointers.
        const INDIRECT = 0x100 | 0x18;
        /// Everything, without the wish to write.
        const FULL_RO = 0x100 | 0x18 | 0x4;
        const _ = !0;
    }
}

impl BufferFlags {
    /// Contiguous bytes.
    pub const SIMPLE: BufferFlags = BufferFlags::empty();
}

/// How many views of an object's bytes there are.
#[derive(Default)]
pub struct Exports(Cell<usize>);

impl Exports {
    /// No view.
    pub const fn new() -> Exports {
        Exports(Cell::new(0))
    }

    /// How many there are.
    #[inline]
    pub fn count(&self) -> usize {
        self.0.get()
    }

    /// One more, until [`Exports::leave`].
    pub(crate) fn enter(&self) {
        self.0.set(self.0.get() + 1);
    }

    /// One less; how many are left.
    pub(crate) fn leave(&self) -> usize {
        self.0.set(self.0.get() - 1);
        self.0.get()
    }
}

/// Where the items of a buffer are, and what they are.
#[derive(Clone)]
pub struct View {
    /// The first item.
    pub(crate) start: *mut u8,
    /// Bytes of all items.
    pub(crate) length: usize,
    /// Whether the bytes may not be changed.
    pub(crate) readonly: bool,
    /// Whether nobody ever changes the bytes.
    pub(crate) constant: bool,
    /// Bytes of an item.
    pub(crate) item_size: usize,
    /// The format of an item, as the `struct` module writes it.
    pub(crate) format: Cow<'static, str>,
    /// The number of items in each dimension.
    pub(crate) shape: SmallVec<[usize; 1]>,
    /// The distance in bytes of two items in each dimension.
    pub(crate) strides: SmallVec<[isize; 1]>,
}

impl View {
    /// Items one after the other.
    fn flat(start: *mut u8, length: usize, format: &'static str, item_size: usize) -> View {
        View {
            start,
            length,
            readonly: false,
            constant: false,
            item_size,
            format: Cow::Borrowed(format),
            shape: smallvec![length / item_size],
            strides: smallvec![item_size as isize],
        }
    }

    /// Whether the items lie one after the other with the last index running fastest.
    pub(crate) fn is_c_contiguous(&self) -> bool {
        self.runs(self.shape.iter().zip(&self.strides).rev())
    }

    /// Whether the items lie one after the other with the first index running fastest.
    pub(crate) fn is_f_contiguous(&self) -> bool {
        self.runs(self.shape.iter().zip(&self.strides))
    }

    fn runs<'v>(&self, dimensions: impl Iterator<Item = (&'v usize, &'v isize)>) -> bool {
        if self.length == 0 {
            return true;
        }
        let mut wanted = self.item_size as isize;
        for (&count, &stride) in dimensions {
            if count > 1 && stride != wanted {
                return false;
            }
            wanted *= count as isize;
        }
        true
    }
}

/// A view of an object's bytes; dropping it tells the object.
pub struct Buffer {
    pub(crate) owner: Value,
    exports: Option<ptr::NonNull<Exports>>,
    pub(crate) view: View,
}

impl Buffer {
    /// What `object` exports, or TypeError, or the BufferError that it raises.
    pub fn of(thread: &mut Thread, object: Ref<'_>, flags: BufferFlags) -> Outcome<Buffer> {
        let Some(get) = object.ty().slots().buffer else {
            let ty = object.ty().name().into_owned();
            return Err(thread.type_error(format!("a bytes-like object is required, not '{ty}'")));
        };
        if flags.bits() == 0x100 || flags.bits() == 0x200 {
            return Err(thread.system_error("bad argument to internal function"));
        }
        let buffer = get(thread, object, flags)?;
        if flags.contains(BufferFlags::WRITABLE) && buffer.view.readonly {
            return Err(thread.buffer_error("Object is not writable."));
        }
        Ok(buffer)
    }

    /// Contiguous bytes of `object` that can be changed.
    pub fn writable(thread: &mut Thread, object: Ref<'_>) -> Outcome<Buffer> {
        Buffer::of(thread, object, BufferFlags::WRITABLE)
    }

    /// A view that `owner` is told of through `exports`.
    ///
    /// # Safety
    /// What `view` reaches is memory of `owner`, in place while `exports` counts a view (always, if
    /// there is none), initialised, and free of references in Rust that the thread does not guard;
    /// `exports` belongs to `owner`.
    pub(crate) unsafe fn new(owner: Ref<'_>, exports: Option<&Exports>, view: View) -> Buffer {
        if let Some(exports) = exports {
            exports.enter();
        }
        Buffer { owner: owner.to_value(), exports: exports.map(ptr::NonNull::from), view }
    }

    /// A view of bytes that never change: `content` belongs to `owner`.
    ///
    /// # Safety
    /// `content` lives as long as `owner` and is never changed.
    pub(crate) unsafe fn constant(owner: Ref<'_>, content: &[u8]) -> Buffer {
        let mut view = View::flat(content.as_ptr().cast_mut(), content.len(), "B", 1);
        (view.readonly, view.constant) = (true, true);
        // SAFETY: the caller's promise.
        unsafe { Buffer::new(owner, None, view) }
    }

    /// The same view, kept alive by another object, which holds this one.
    ///
    /// # Safety
    /// `owner` keeps a buffer with this view for as long as it lives.
    pub(crate) unsafe fn kept_by(owner: Ref<'_>, view: View) -> Buffer {
        // SAFETY: the caller's promise.
        unsafe { Buffer::new(owner, None, view) }
    }

    /// The object whose bytes these are.
    pub fn owner(&self) -> Ref<'_> {
        self.owner.as_ref()
    }

    /// How many bytes there are.
    pub fn len(&self) -> usize {
        self.view.length
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.view.length == 0
    }

    /// Bytes of an item.
    pub fn item_size(&self) -> usize {
        self.view.item_size
    }

    /// The format of an item, as the `struct` module writes it.
    pub fn format(&self) -> &str {
        &self.view.format
    }

    /// How many dimensions there are.
    pub fn dimensions(&self) -> usize {
        self.view.shape.len()
    }

    /// The number of items in each dimension.
    pub fn shape(&self) -> &[usize] {
        &self.view.shape
    }

    /// Whether the bytes may not be changed.
    pub fn is_readonly(&self) -> bool {
        self.view.readonly
    }

    /// Whether the items lie one after the other, as they do unless strides were asked for.
    pub fn is_contiguous(&self) -> bool {
        self.view.is_c_contiguous()
    }

    /// The bytes of a contiguous buffer, while the thread is borrowed.
    pub fn bytes<'a>(&'a self, _thread: &'a Thread) -> &'a [u8] {
        assert!(self.is_contiguous(), "the bytes of a contiguous buffer");
        // SAFETY: a contiguous view reaches exactly `length` bytes; the thread guards them.
        unsafe { std::slice::from_raw_parts(self.view.start, self.view.length) }
    }

    /// The bytes of a contiguous, writable buffer, to be changed.
    pub fn bytes_mut<'a>(&'a self, _thread: &'a mut Thread) -> &'a mut [u8] {
        assert!(self.is_contiguous() && !self.view.readonly, "the bytes of a writable buffer");
        // SAFETY: as above; whoever else looks borrows the thread, which is borrowed exclusively.
        unsafe { std::slice::from_raw_parts_mut(self.view.start, self.view.length) }
    }

    /// The bytes of a contiguous buffer if nobody ever changes them, as those of `bytes`.
    pub fn constant_bytes(&self) -> Option<&[u8]> {
        if !self.view.constant || !self.is_contiguous() {
            return None;
        }
        // SAFETY: as above; nobody changes them.
        Some(unsafe { std::slice::from_raw_parts(self.view.start, self.view.length) })
    }

    /// The bytes of a contiguous buffer for use while Python runs or the lock is given up: copied
    /// unless nobody ever changes them.
    pub fn stable_bytes(&self, thread: &mut Thread) -> Outcome<Cow<'_, [u8]>> {
        match self.constant_bytes() {
            Some(constant) => Ok(Cow::Borrowed(constant)),
            None => self.to_vec(thread).map(Cow::Owned),
        }
    }

    /// A copy of the items in C's order.
    pub fn to_vec(&self, thread: &mut Thread) -> Outcome<Vec<u8>> {
        thread.charge(self.view.length)?;
        thread.heap().discharge(self.view.length);
        let mut copy = Vec::new();
        if copy.try_reserve_exact(self.view.length).is_err() {
            return Err(thread.no_memory());
        }
        if self.is_contiguous() {
            copy.extend_from_slice(self.bytes(thread));
        } else {
            let each = &mut |item: &[u8]| copy.extend_from_slice(item);
            crate::types::memoryview::for_each_item(thread, &self.view, each);
        }
        Ok(copy)
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        if let Some(exports) = self.exports {
            // SAFETY: `exports` belongs to `owner`, which lives until this returns.
            unsafe { exports.as_ref() }.leave();
        }
    }
}

impl crate::typeobject::Held for Buffer {
    fn report(&self, visitor: &mut crate::typeobject::Visitor<'_>) {
        visitor.visit(&self.owner);
    }
}

/// A parameter that takes any bytes-like object.
impl<'a> FromArgument<'a> for Buffer {
    fn from_argument(thread: &mut Thread, value: Ref<'a>, _: &str, _: usize) -> Outcome<Buffer> {
        Buffer::of(thread, value, BufferFlags::SIMPLE)
    }
}

/// A parameter that takes any bytes-like object whose bytes can be changed.
pub struct WritableBuffer(pub Buffer);

impl<'a> FromArgument<'a> for WritableBuffer {
    fn from_argument(
        thread: &mut Thread,
        value: Ref<'a>,
        function: &str,
        place: usize,
    ) -> Outcome<WritableBuffer> {
        if value.ty().slots().buffer.is_some()
            && let Ok(buffer) = Buffer::writable(thread, value)
        {
            return Ok(WritableBuffer(buffer));
        }
        drop(thread.take_exception());
        let got = if value.is_none() { "None".into() } else { value.ty().name() };
        let place = if place == 0 { String::new() } else { format!(" {place}") };
        Err(thread.type_error(format!(
            "{function}() argument{place} must be read-write bytes-like object, not {got}"
        )))
    }
}

/// Bytes inside an object that can be viewed through the buffer protocol, and be resized while
/// nobody does. What they take is charged to the heap. A field of the object itself, which is never
/// replaced by another.
pub struct ExportedBytes {
    content: Inside<Vec<u8>>,
    charged: Cell<usize>,
    heap: Cell<*const Heap>,
    exports: Exports,
}

impl ExportedBytes {
    /// Takes a vector over.
    pub fn new(thread: &mut Thread, content: Vec<u8>) -> Outcome<ExportedBytes> {
        let bytes = content.capacity();
        thread.charge(bytes)?;
        Ok(ExportedBytes {
            content: Inside::new(content),
            charged: Cell::new(bytes),
            heap: Cell::new(thread.heap()),
            exports: Exports::new(),
        })
    }

    /// The bytes.
    #[inline]
    pub fn view<'a>(&'a self, thread: &'a Thread) -> &'a [u8] {
        self.content.view(thread)
    }

    /// The bytes, to be changed in place.
    #[inline]
    pub fn change<'a>(&'a self, thread: &'a mut Thread) -> &'a mut [u8] {
        self.content.change(thread)
    }

    /// For how many bytes there is room.
    pub fn capacity(&self, thread: &Thread) -> usize {
        self.content.view(thread).capacity()
    }

    /// How many views there are.
    pub fn exports(&self) -> usize {
        self.exports.count()
    }

    /// Raises BufferError while somebody views the bytes.
    pub fn check_resizable(&self, thread: &mut Thread) -> Outcome<()> {
        if self.exports.count() != 0 {
            return Err(thread.buffer_error("Existing exports of data: object cannot be re-sized"));
        }
        Ok(())
    }

    /// Makes room for `more` bytes; with some to spare, so that appending stays cheap.
    pub fn reserve(&self, thread: &mut Thread, more: usize) -> Outcome<()> {
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
    pub fn append(&self, thread: &mut Thread, more: &[u8]) -> Outcome<()> {
        if more.is_empty() {
            return Ok(());
        }
        self.reserve(thread, more.len())?;
        self.content.change(thread).extend_from_slice(more);
        Ok(())
    }

    /// Cuts off, or appends zeros.
    pub fn resize(&self, thread: &mut Thread, wanted: usize) -> Outcome<()> {
        let length = self.content.view(thread).len();
        if wanted == length {
            return Ok(());
        }
        self.check_resizable(thread)?;
        if wanted > length {
            self.reserve(thread, wanted - length)?;
        }
        self.content.change(thread).resize(wanted, 0);
        Ok(())
    }

    /// Puts other content in the place of the old.
    pub fn set(&self, thread: &mut Thread, content: Vec<u8>) -> Outcome<()> {
        if self.content.view(thread).len() != content.len() {
            self.check_resizable(thread)?;
        }
        if self.exports.count() != 0 {
            self.content.change(thread).copy_from_slice(&content);
            return Ok(());
        }
        let bytes = content.capacity();
        thread.charge(bytes)?;
        thread.heap().discharge(self.charged.replace(bytes));
        *self.content.change(thread) = content;
        Ok(())
    }

    /// Takes the content out and leaves nothing.
    pub fn take(&self, thread: &mut Thread) -> Outcome<Vec<u8>> {
        self.check_resizable(thread)?;
        thread.heap().discharge(self.charged.replace(0));
        Ok(std::mem::take(self.content.change(thread)))
    }

    /// Puts bytes in the place of a part.
    pub fn replace(&self, thread: &mut Thread, part: std::ops::Range<usize>, new: &[u8]) -> Outcome<()> {
        if part.len() == new.len() {
            self.content.change(thread)[part].copy_from_slice(new);
            return Ok(());
        }
        self.reserve(thread, new.len().saturating_sub(part.len()))?;
        let content = self.content.change(thread);
        content.splice(part, new.iter().copied()).for_each(drop);
        Ok(())
    }

    /// A view for the slot `buffer` of `owner`, the object that these bytes are inside of.
    pub fn export(
        &self,
        thread: &mut Thread,
        owner: Ref<'_>,
        format: &'static str,
        item_size: usize,
    ) -> Buffer {
        let object = owner.header().map_or(0, |header| ptr::from_ref(header) as usize);
        let inside = (ptr::from_ref(self) as usize).wrapping_sub(object);
        assert!(inside < owner.ty().size.get() as usize, "an object exports its own bytes");
        let content = self.content.change(thread);
        let view = View::flat(content.as_mut_ptr(), content.len(), format, item_size);
        // SAFETY: the vector lies inside the owner and is neither moved nor resized while there are
        // exports: what would do so asks `check_resizable`. The thread guards what is inside.
        unsafe { Buffer::new(owner, Some(&self.exports), view) }
    }
}

impl Drop for ExportedBytes {
    fn drop(&mut self) {
        assert!(self.exports.count() == 0, "a view keeps the object alive, and these bytes in it");
        // SAFETY: objects are dropped before their heap.
        unsafe { (*self.heap.get()).discharge(self.charged.get()) };
    }
}
