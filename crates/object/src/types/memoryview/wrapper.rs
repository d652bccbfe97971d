//! Buffers of classes written in Python: `__buffer__` and `__release_buffer__` (PEP 688).
//!
//! A [`BufferWrapper`] stands between the memoryview that `__buffer__` returned and the consumer; its
//! end is the consumer's, and only then does `__release_buffer__` run.
//!
//! Answers for `slot_bf_getbuffer` in CPython's `Objects/typeobject.c`.
#![allow(unsafe_code)] // a buffer kept alive by the wrapper

use taipan_layout::Header;

use super::MemoryView;
use crate::inside::Inside;
use crate::native::{Buffer, BufferFlags};
use crate::object;
use crate::thread::Thread;
use crate::typeobject::{Slots, Type, TypeDef, TypeFlags, releases_in_python};
use crate::value::{Outcome, Ref, Value};

#[repr(C)]
struct BufferWrapper {
    head: Header,
    inner: Inside<Option<Buffer>>,
    memoryview: Value,
    object: Value,
}
object!(BufferWrapper, BUFFER_WRAPPER, holds: inner, memoryview, object);

static BUFFER_WRAPPER: Type = Type::new::<BufferWrapper>(
    &TypeDef::new("_buffer_wrapper"),
    TypeFlags::CONTAINER.union(TypeFlags::NO_NEW).union(TypeFlags::FINALIZES),
    Slots { new: None, finalize: Some(finalize), ..Slots::holding::<BufferWrapper>() },
);

/// The consumer's view is over.
fn finalize(thread: &mut Thread, wrapper: Ref<'_>) {
    let own = wrapper.downcast::<BufferWrapper>().expect("the slot of wrappers");
    let inner = own.inner.change(thread).take();
    drop(inner);
    let object = own.object.as_ref();
    let ty = object.ty();
    let (Some(view), Some(release)) = (own.memoryview.downcast::<MemoryView>(), ty.slots().release_buffer)
    else {
        return;
    };
    // A view of the object itself reaches its native exporter by being released.
    let of_itself = view.owner(thread).is_some_and(|owner| owner.as_ref().is(object));
    if of_itself || !releases_in_python(ty) {
        return;
    }
    let outer = thread.take_exception();
    if release(thread, object, own.memoryview.as_ref()).is_err() {
        thread.unraisable(object);
    }
    thread.exception = outer;
}

/// The buffer of `object`, whose `__buffer__` returned `memoryview`.
pub(crate) fn wrap_python_buffer(
    thread: &mut Thread,
    object: Ref<'_>,
    memoryview: Value,
    flags: BufferFlags,
) -> Outcome<Buffer> {
    if memoryview.downcast::<MemoryView>().is_none() {
        return Err(thread.type_error("__buffer__ returned non-memoryview object"));
    }
    let inner = Buffer::of(thread, memoryview.as_ref(), flags)?;
    let view = inner.view.clone();
    let wrapper = thread.new_object(|head| BufferWrapper {
        head,
        inner: Inside::new(Some(inner)),
        memoryview,
        object: object.to_value(),
    })?;
    // SAFETY: the wrapper keeps the buffer until it is finalised, which its owner outlives.
    Ok(unsafe { Buffer::kept_by(wrapper.as_ref(), view) })
}
