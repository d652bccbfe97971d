//! `callable_iterator`: what `iter(callable, sentinel)` answers.
//!
//! Answers for the second half of CPython's `Objects/iterobject.c`.

use taipan_macros::native;
use taipan_object::typeobject::{CompareOp, Slots, Type, TypeDef, TypeFlags};
use taipan_object::{Header, Inside, Outcome, Ref, Thread, Value, object, protocol};

/// Calls until the sentinel comes. Without parts once exhausted.
#[repr(C)]
pub struct CallableIterator {
    head: Header,
    /// The callable and the sentinel.
    parts: Inside<Option<(Value, Value)>>,
}

object!(CallableIterator, CALLABLE_ITERATOR, holds: parts);

/// The type `callable_iterator`.
pub static CALLABLE_ITERATOR: Type = Type::new::<CallableIterator>(
    &TypeDef { methods: &[&[__REDUCE__]], ..TypeDef::new("callable_iterator") },
    TypeFlags::CONTAINER,
    Slots {
        new: None,
        iter: Some(|_, object| Ok(object.to_value())),
        next: Some(next),
        ..Slots::holding::<CallableIterator>()
    },
);

fn next(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = object.downcast::<CallableIterator>().expect("the slot of callable iterators");
    let Some((callable, sentinel)) = own.parts.view(thread).clone() else { return Ok(None) };
    let result = match protocol::call(thread, callable.as_ref(), &[]) {
        Ok(result) => result,
        Err(raised) => {
            protocol::end_of_iteration(thread, raised)?;
            own.finish(thread);
            return Ok(None);
        }
    };
    // The call may have exhausted the iterator.
    if own.parts.view(thread).is_none() {
        return Ok(None);
    }
    if protocol::compare_bool(thread, sentinel.as_ref(), result.as_ref(), CompareOp::Eq)? {
        own.finish(thread);
        return Ok(None);
    }
    Ok(Some(result))
}

impl CallableIterator {
    fn finish(&self, thread: &mut Thread) {
        let parts = self.parts.change(thread).take();
        drop(parts);
    }
}

/// Return state information for pickling.
#[native(signature = "($self, /)")]
fn __reduce__(thread: &mut Thread, this: &CallableIterator) -> Outcome {
    let name = thread.intern("iter")?;
    let builtins = thread.interp().builtins().to_value();
    let iter = protocol::get_item(thread, builtins.as_ref(), name.as_ref())?;
    let arguments = match this.parts.view(thread).clone() {
        Some((callable, sentinel)) => thread.tuple([callable, sentinel])?,
        None => {
            let empty = thread.tuple([])?;
            thread.tuple([empty])?
        }
    };
    thread.tuple([iter, arguments])
}

/// `iter(callable, sentinel)`
pub(super) fn callable_iterator(thread: &mut Thread, callable: Ref<'_>, sentinel: Ref<'_>) -> Outcome {
    let parts = Inside::new(Some((callable.to_value(), sentinel.to_value())));
    thread.new_object(|head| CallableIterator { head, parts })
}
