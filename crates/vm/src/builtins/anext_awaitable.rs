//! `anext_awaitable`: what `anext(iterator, default)` answers.
//!
//! Answers for `_PyAnextAwaitable_Type` of CPython's `Objects/iterobject.c`.

use taipan_object::native::{Args, Binding, MethodDef, NativeCall};
use taipan_object::typeobject::{Slots, Type, TypeDef, TypeFlags};
use taipan_object::types::exception::STOP_ASYNC_ITERATION;
use taipan_object::{Header, Outcome, Raised, Ref, Thread, Value, object, protocol};

/// Awaits the next item, and answers the default when there is none.
#[repr(C)]
pub struct AnextAwaitable {
    head: Header,
    wrapped: Value,
    default: Value,
}

object!(AnextAwaitable, ANEXT_AWAITABLE, holds: wrapped, default);

/// The type `anext_awaitable`.
pub static ANEXT_AWAITABLE: Type = Type::new::<AnextAwaitable>(
    &TypeDef { methods: &[&[SEND, THROW, CLOSE]], ..TypeDef::new("anext_awaitable") },
    TypeFlags::CONTAINER,
    Slots {
        new: None,
        r#await: Some(|_, object| Ok(object.to_value())),
        iter: Some(|_, object| Ok(object.to_value())),
        next: Some(next),
        ..Slots::holding::<AnextAwaitable>()
    },
);

const SEND: MethodDef = MethodDef {
    name: "send",
    doc: Some(
        "send(arg) -> send 'arg' into the wrapped iterator,\nreturn next yielded value or raise StopIteration.",
    ),
    signature: None,
    call: NativeCall::One(|thread, this, argument| delegate(thread, this, "send", &[argument])),
    binding: Binding::Instance,
};

const THROW: MethodDef = MethodDef {
    name: "throw",
    doc: Some(
        "throw(value)\nthrow(typ[,val[,tb]])\n\nraise exception in the wrapped iterator, return next yielded value\nor raise StopIteration.\nthe (type, val, tb) signature is deprecated, \nand may be removed in a future version of Python.",
    ),
    signature: None,
    call: NativeCall::Many(throw),
    binding: Binding::Instance,
};

const CLOSE: MethodDef = MethodDef {
    name: "close",
    doc: Some("close() -> raise GeneratorExit inside generator."),
    signature: None,
    call: NativeCall::Many(|thread, this, _| delegate(thread, this, "close", &[])),
    binding: Binding::Instance,
};

fn throw<'a>(thread: &mut Thread, this: Ref<'a>, args: Args<'a>) -> Outcome {
    args.no_keywords(thread, "throw")?;
    delegate(thread, this, "throw", args.all())
}

fn awaitable<'a>(this: Ref<'a>) -> &'a AnextAwaitable {
    this.downcast::<AnextAwaitable>().expect("the descriptor checks the receiver")
}

/// The iterator behind what `__anext__` answered.
fn wrapped_iterator(thread: &mut Thread, own: &AnextAwaitable) -> Outcome {
    let wrapped = own.wrapped.as_ref();
    if wrapped.ty().slots().next.is_some() && wrapped.ty().slots().r#await.is_none() {
        return Ok(own.wrapped.clone());
    }
    let Some(get) = wrapped.ty().slots().r#await else {
        let ty = wrapped.ty().name().into_owned();
        return Err(thread.type_error(format!("'{ty}' object can't be awaited")));
    };
    let iterator = get(thread, wrapped)?;
    if iterator.as_ref().ty().slots().next.is_none() {
        let ty = iterator.as_ref().ty().name().into_owned();
        return Err(thread.type_error(format!("__await__() returned non-iterator of type '{ty}'")));
    }
    Ok(iterator)
}

/// Turns the end of the asynchronous iteration into the default.
fn ended(thread: &mut Thread, own: &AnextAwaitable, raised: Raised) -> Raised {
    if !thread.exception_is(&STOP_ASYNC_ITERATION) {
        return raised;
    }
    drop(thread.take_exception());
    thread.stop_iteration(Some(own.default.clone()))
}

fn next(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = awaitable(object);
    let iterator = wrapped_iterator(thread, own)?;
    protocol::next_or_end(thread, iterator.as_ref()).map_err(|raised| ended(thread, own, raised))
}

fn delegate(thread: &mut Thread, this: Ref<'_>, method: &str, arguments: &[Ref<'_>]) -> Outcome {
    let own = awaitable(this);
    let iterator = wrapped_iterator(thread, own)?;
    protocol::call_method(thread, iterator.as_ref(), method, arguments)
        .map_err(|raised| ended(thread, own, raised))
}

/// `anext(iterator, default)`, given what `__anext__` answered.
pub(super) fn anext_awaitable(thread: &mut Thread, wrapped: Value, default: Ref<'_>) -> Outcome {
    let default = default.to_value();
    thread.new_object(|head| AnextAwaitable { head, wrapped, default })
}
