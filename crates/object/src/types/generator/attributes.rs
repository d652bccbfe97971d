//! The attributes of generators, coroutines and asynchronous generators.

use super::{Generator, State, generator};
use crate::native::{GetSetDef, MemberDef};
use crate::thread::Thread;
use crate::types::frame::frame_object;
use crate::types::str::Str;
use crate::value::{Outcome, Ref, Value};

/// `__name__` and `__qualname__`, with the docstrings of one kind, and the attributes with its prefix.
macro_rules! attributes {
    ($const:ident $kind:literal $code:literal $frame:literal $suspended:literal $await:literal $doc:literal) => {
        pub(super) const $const: &[GetSetDef] = &[
            GetSetDef {
                name: "__name__",
                doc: Some(concat!("name of the ", $kind)),
                get: Some(|thread, object| Ok(generator(object).names.view(thread)[0].clone())),
                set: Some(|thread, object, value| set_name(thread, object, value, 0)),
            },
            GetSetDef {
                name: "__qualname__",
                doc: Some(concat!("qualified name of the ", $kind)),
                get: Some(|thread, object| Ok(generator(object).names.view(thread)[1].clone())),
                set: Some(|thread, object, value| set_name(thread, object, value, 1)),
            },
            GetSetDef { name: $await, doc: Some($doc), get: Some(delegate), set: None },
            GetSetDef { name: $frame, doc: None, get: Some(frame), set: None },
            GetSetDef {
                name: $suspended,
                doc: None,
                get: Some(|_, object| {
                    let suspended =
                        matches!(generator(object).state.get(), State::Suspended | State::Delegating);
                    Ok(Value::bool(suspended))
                }),
                set: None,
            },
            GetSetDef {
                name: $code,
                doc: None,
                get: Some(|_, object| Ok(generator(object).code.clone())),
                set: None,
            },
        ];
    };
}

attributes!(GENERATOR_GETSET "generator" "gi_code" "gi_frame" "gi_suspended" "gi_yieldfrom"
    "object being iterated by yield from, or None");
attributes!(COROUTINE_GETSET "coroutine" "cr_code" "cr_frame" "cr_suspended" "cr_await"
    "object being awaited on, or None");
attributes!(ASYNC_GETSET "async generator" "ag_code" "ag_frame" "ag_suspended" "ag_await"
    "object being awaited on, or None");

pub(super) const GENERATOR_RUNNING: &[GetSetDef] =
    &[GetSetDef { name: "gi_running", doc: None, get: Some(running), set: None }];
pub(super) const COROUTINE_RUNNING: &[GetSetDef] =
    &[GetSetDef { name: "cr_running", doc: None, get: Some(running), set: None }];

pub(super) const COROUTINE_MEMBERS: &[MemberDef] = &[MemberDef {
    name: "cr_origin",
    doc: None,
    get: |thread, object| Ok(Some(generator(object).extra.view(thread).clone().unwrap_or_else(Value::none))),
}];

pub(super) const ASYNC_MEMBERS: &[MemberDef] = &[MemberDef {
    name: "ag_running",
    doc: None,
    get: |_, object| Ok(Some(Value::bool(generator(object).iterating.get()))),
}];

fn running(_: &mut Thread, object: Ref<'_>) -> Outcome {
    Ok(Value::bool(generator(object).state.get() == State::Running))
}

fn delegate(_: &mut Thread, object: Ref<'_>) -> Outcome {
    Ok(generator(object).delegate().unwrap_or_else(Value::none))
}

fn frame(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let own: &Generator = generator(object);
    if own.state.get() == State::Closed {
        return Ok(Value::none());
    }
    // SAFETY: the frame of a generator that is not closed is live.
    unsafe { frame_object(thread, own.frame) }
}

fn set_name(thread: &mut Thread, object: Ref<'_>, value: Option<Ref<'_>>, place: usize) -> Outcome<()> {
    let Some(value) = value.filter(|value| value.downcast::<Str>().is_some()) else {
        let name = ["__name__", "__qualname__"][place];
        return Err(thread.type_error(format!("{name} must be set to a string object")));
    };
    let value = value.to_value();
    let old = std::mem::replace(&mut generator(object).names.change(thread)[place], value);
    drop(old);
    Ok(())
}
