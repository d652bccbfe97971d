//! What `memoryview` can do as an operand.

use super::item::{is_byte, letter, native_letter, pack, unpack};
use super::methods::{self, copied};
use super::{MemoryView, compare, from_object, iterator};
use crate::native::{Args, Buffer, BufferFlags, Parameters, View};
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{Slots, Type, TypeDef, TypeFlags};
use crate::types::slice::{Slice, adjust};
use crate::types::str::hash_bytes;
use crate::types::tuple::Tuple;
use crate::value::{Outcome, Ref};

/// The type `memoryview`.
pub static MEMORYVIEW: Type = Type::new::<MemoryView>(
    &TypeDef {
        doc: Some("Create a new memoryview object which references the given object."),
        signature: Some("(object)"),
        methods: &[methods::METHODS],
        getset: &[methods::GETSET],
        ..TypeDef::new("memoryview")
    },
    TypeFlags::CONTAINER.union(TypeFlags::SEQUENCE).union(TypeFlags::WEAKREF),
    Slots {
        new: Some(new),
        repr: Some(repr),
        hash: Some(hash),
        compare: Some(compare::compare),
        iter: Some(iterator::iter),
        length: Some(length),
        item: Some(item),
        subscript: Some(subscript),
        set_subscript: Some(set_subscript),
        buffer: Some(export),
        release_buffer: Some(release_view),
        ..Slots::holding::<MemoryView>()
    },
);

fn memory<'a>(object: Ref<'a>) -> &'a MemoryView {
    object.downcast::<MemoryView>().expect("the slot of memoryviews")
}

fn new<'a>(thread: &mut Thread, _: &'a Type, args: Args<'a>) -> Outcome {
    static PARAMETERS: Parameters = Parameters {
        function: "memoryview",
        names: &["object"],
        positional_only: 0,
        positional: 1,
        required: 1,
        required_keywords: 0,
    };
    let [object] = PARAMETERS.parse::<1>(thread, args)?;
    from_object(thread, object.expect("a required parameter"), BufferFlags::FULL_RO)
}

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let released = if memory(object).released.get() { "released " } else { "" };
    let address = protocol::id(object);
    thread.str(&format!("<{released}memory at {address:#x}>"))
}

fn hash(thread: &mut Thread, object: Ref<'_>) -> Outcome<i64> {
    let own = memory(object);
    if own.hash.get() != -1 {
        return Ok(own.hash.get());
    }
    own.check_released(thread)?;
    if !own.view.readonly {
        return Err(thread.value_error("cannot hash writable memoryview object"));
    }
    if !native_letter(&own.view.format).is_some_and(is_byte) {
        return Err(thread.value_error("memoryview: hashing is restricted to formats 'B', 'b' or 'c'"));
    }
    if let Some(owner) = own.owner(thread) {
        // Held by an export, since Python may run.
        let held = Buffer::of(thread, object, BufferFlags::FULL_RO)?;
        protocol::hash(thread, owner.as_ref())?;
        drop(held);
    }
    own.check_released(thread)?;
    let content = copied(thread, &own.view)?;
    own.hash.set(hash_bytes(thread.interp(), &content));
    Ok(own.hash.get())
}

fn length(thread: &mut Thread, object: Ref<'_>) -> Outcome<usize> {
    let own = memory(object);
    own.check_released(thread)?;
    match own.view.shape.first() {
        Some(count) => Ok(*count),
        None => Err(thread.type_error("0-dim memory has no length")),
    }
}

/// The offset of an index in one dimension.
fn lookup(thread: &mut Thread, view: &View, dimension: usize, index: isize) -> Outcome<isize> {
    let count = view.shape[dimension] as isize;
    let place = if index < 0 { index + count } else { index };
    if place < 0 || place >= count {
        let dimension = dimension + 1;
        return Err(thread.index_error(format!("index out of bounds on dimension {dimension}")));
    }
    Ok(place * view.strides[dimension])
}

/// `view[index]`
pub(super) fn item(thread: &mut Thread, object: Ref<'_>, index: isize) -> Outcome {
    let own = memory(object);
    own.check_released(thread)?;
    let letter = letter(thread, &own.view)?;
    match own.view.shape.len() {
        0 => Err(thread.type_error("invalid indexing of 0-dim memory")),
        1 => {
            let offset = lookup(thread, &own.view, 0, index)?;
            unpack(thread, own, offset, letter)
        }
        _ => Err(thread.not_implemented_error("multi-dimensional sub-views are not implemented")),
    }
}

/// What a subscript is.
enum Key<'a> {
    Index,
    Slice(&'a Slice),
    Indices(&'a Tuple),
    Slices,
    Other,
}

fn key_of(key: Ref<'_>) -> Key<'_> {
    if key.ty().slots().index.is_some() {
        return Key::Index;
    }
    if let Some(slice) = key.downcast::<Slice>() {
        return Key::Slice(slice);
    }
    let Some(tuple) = key.downcast::<Tuple>() else { return Key::Other };
    if tuple.items().iter().all(|item| item.ty().slots().index.is_some()) {
        return Key::Indices(tuple);
    }
    if tuple.items().iter().all(|item| item.downcast::<Slice>().is_some()) {
        return Key::Slices;
    }
    Key::Other
}

fn is_empty_tuple(key: Ref<'_>) -> bool {
    key.downcast::<Tuple>().is_some_and(|tuple| tuple.items().is_empty())
}

/// An index as a number; IndexError if it is too large.
fn index_of(thread: &mut Thread, key: Ref<'_>) -> Outcome<isize> {
    protocol::index_isize(thread, key)
}

/// The offset of an item by its indices in all dimensions.
fn offset_of(thread: &mut Thread, own: &MemoryView, indices: &Tuple) -> Outcome<isize> {
    let given = indices.items().len();
    let dimensions = own.view.shape.len();
    if given < dimensions {
        return Err(thread.not_implemented_error("sub-views are not implemented"));
    }
    if given > dimensions {
        return Err(
            thread.type_error(format!("cannot index {dimensions}-dimension view with {given}-element tuple"))
        );
    }
    let mut offset = 0;
    for (dimension, index) in indices.items().iter().enumerate() {
        let index = index_of(thread, *index)?;
        offset += lookup(thread, &own.view, dimension, index)?;
    }
    Ok(offset)
}

/// The part of a view that a slice of its first dimension means.
fn sliced(thread: &mut Thread, own: &MemoryView, slice: &Slice) -> Outcome<View> {
    let parts = slice.unpack(thread)?;
    let mut view = own.view.clone();
    let indices = adjust(parts, view.shape[0]);
    let stride = view.strides[0];
    if indices.count != 0 {
        view.start = view.start.wrapping_offset(stride * indices.start);
    }
    view.shape[0] = indices.count;
    view.strides[0] = stride.wrapping_mul(indices.step);
    view.length = view.shape.iter().product::<usize>() * view.item_size;
    Ok(view)
}

fn subscript(thread: &mut Thread, object: Ref<'_>, key: Ref<'_>) -> Outcome {
    let own = memory(object);
    own.check_released(thread)?;
    if own.view.shape.is_empty() {
        if is_empty_tuple(key) {
            let letter = letter(thread, &own.view)?;
            return unpack(thread, own, 0, letter);
        }
        if key.is(Ref::ellipsis()) {
            return Ok(object.to_value());
        }
        return Err(thread.type_error("invalid indexing of 0-dim memory"));
    }
    match key_of(key) {
        Key::Index => {
            let index = index_of(thread, key)?;
            item(thread, object, index)
        }
        Key::Slice(slice) => {
            own.check_restricted(thread)?;
            // The slice's numbers may release the view; another one keeps the buffer.
            let keeper = own.derive(thread, own.view.clone())?;
            let view = sliced(thread, own, slice)?;
            let made = own.derive(thread, view);
            drop(keeper);
            made
        }
        Key::Indices(indices) => {
            let letter = letter(thread, &own.view)?;
            let offset = offset_of(thread, own, indices)?;
            unpack(thread, own, offset, letter)
        }
        Key::Slices => Err(thread.not_implemented_error("multi-dimensional slicing is not implemented")),
        Key::Other => Err(thread.type_error("memoryview: invalid slice key")),
    }
}

fn set_subscript(thread: &mut Thread, object: Ref<'_>, key: Ref<'_>, value: Option<Ref<'_>>) -> Outcome<()> {
    let own = memory(object);
    own.check_released(thread)?;
    let letter = letter(thread, &own.view)?;
    if own.view.readonly {
        return Err(thread.type_error("cannot modify read-only memory"));
    }
    let Some(value) = value else { return Err(thread.type_error("cannot delete memory")) };
    let dimensions = own.view.shape.len();
    if dimensions == 0 {
        if key.is(Ref::ellipsis()) || is_empty_tuple(key) {
            return pack(thread, own, 0, value, letter);
        }
        return Err(thread.type_error("invalid indexing of 0-dim memory"));
    }
    match key_of(key) {
        Key::Index if dimensions > 1 => Err(thread.not_implemented_error("sub-views are not implemented")),
        Key::Index => {
            let index = index_of(thread, key)?;
            let offset = lookup(thread, &own.view, 0, index)?;
            pack(thread, own, offset, value, letter)
        }
        Key::Slice(slice) if dimensions == 1 => set_slice(thread, own, slice, value),
        Key::Indices(indices) => {
            let offset = offset_of(thread, own, indices)?;
            pack(thread, own, offset, value, letter)
        }
        Key::Slice(_) | Key::Slices => {
            Err(thread
                .not_implemented_error("memoryview slice assignments are currently restricted to ndim = 1"))
        }
        Key::Other => Err(thread.type_error("memoryview: invalid slice key")),
    }
}

fn set_slice(thread: &mut Thread, own: &MemoryView, slice: &Slice, value: Ref<'_>) -> Outcome<()> {
    let source = Buffer::of(thread, value, BufferFlags::FULL_RO)?;
    let view = sliced(thread, own, slice)?;
    own.check_released(thread)?;
    let plain = |view: &View| view.format.strip_prefix('@').unwrap_or(&view.format).to_owned();
    let new = &source.view;
    if plain(&view) != plain(new) || view.item_size != new.item_size || view.shape != new.shape {
        return Err(thread.value_error("memoryview assignment: lvalue and rvalue have different structures"));
    }
    // Copied first, since source and target may overlap.
    let bytes = source.to_vec(thread)?;
    for (index, item) in bytes.chunks_exact(view.item_size).enumerate() {
        // SAFETY: the slice lies within the view, which is not released; no Python ran since that was
        // checked, and the thread is borrowed exclusively.
        unsafe {
            let target = view.start.offset(index as isize * view.strides[0]);
            target.copy_from_nonoverlapping(item.as_ptr(), item.len());
        }
    }
    Ok(())
}

fn export(thread: &mut Thread, object: Ref<'_>, flags: BufferFlags) -> Outcome<Buffer> {
    let own = memory(object);
    own.check_released(thread)?;
    own.check_restricted(thread)?;
    let mut view = own.view.clone();
    let (c, f) = (view.is_c_contiguous(), view.is_f_contiguous());
    let wrong = if flags.contains(BufferFlags::WRITABLE) && view.readonly {
        Some("memoryview: underlying buffer is not writable")
    } else if flags.contains(BufferFlags::C_CONTIGUOUS) && !c {
        Some("memoryview: underlying buffer is not C-contiguous")
    } else if flags.contains(BufferFlags::F_CONTIGUOUS) && !f {
        Some("memoryview: underlying buffer is not Fortran contiguous")
    } else if flags.contains(BufferFlags::ANY_CONTIGUOUS) && !c && !f {
        Some("memoryview: underlying buffer is not contiguous")
    } else if !flags.contains(BufferFlags::STRIDES) && !c {
        Some("memoryview: underlying buffer is not C-contiguous")
    } else if !flags.contains(BufferFlags::ND) && flags.contains(BufferFlags::FORMAT) {
        Some("memoryview: cannot cast to unsigned bytes if the format flag is present")
    } else {
        None
    };
    if let Some(wrong) = wrong {
        return Err(thread.buffer_error(wrong));
    }
    if !flags.contains(BufferFlags::FORMAT) {
        view.format = "B".into();
    }
    if !flags.contains(BufferFlags::ND) {
        let count = view.length / view.item_size;
        view.strides = smallvec::smallvec![view.item_size as isize];
        view.shape = smallvec::smallvec![count];
    }
    // SAFETY: a memoryview with exports is not released, so the buffer behind it stays.
    Ok(unsafe { Buffer::new(object, Some(&own.exports), view) })
}

/// `__release_buffer__` of native exporters: releases a memoryview of the object.
pub(crate) fn release_view(thread: &mut Thread, object: Ref<'_>, view: Ref<'_>) -> Outcome<()> {
    let Some(own) = view.downcast::<MemoryView>() else {
        return Err(thread.type_error("expected a memoryview object"));
    };
    let Some(owner) = own.owner(thread) else { return Ok(()) };
    if !owner.as_ref().is(object) {
        return Err(thread.value_error("memoryview's buffer is not this object"));
    }
    if own.released.get() {
        return Err(thread.value_error("memoryview's buffer has already been released"));
    }
    methods::release(thread, own)
}
