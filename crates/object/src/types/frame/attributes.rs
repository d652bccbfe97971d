//! Attributes and methods of frame objects.
#![allow(unsafe_code)] // the namespace is a word of the record

use taipan_code::co;
use taipan_macros::native;

use super::{FrameObject, generator_state, has_hidden, locals};
use crate::native::{GetSetDef, MethodDef};
use crate::protocol;
use crate::thread::Thread;
use crate::types::exception::ATTRIBUTE_ERROR;
use crate::types::generator::State;
use crate::value::{Outcome, Ref, Value};

fn frame(object: Ref<'_>) -> &FrameObject {
    object.downcast::<FrameObject>().expect("the descriptor checks the receiver")
}

/// `<frame at …, file '…', line …, code …>`
pub(super) fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let own = frame(object);
    let line = own.line().unwrap_or(-1);
    let file = own.code().filename();
    let file = protocol::repr_string(thread, file.as_ref())?;
    let name = &own.code().source.name;
    thread.str(&format!("<frame at {:#x}, file {file}, line {line}, code {name}>", protocol::id(object)))
}

pub(super) const METHODS: &[MethodDef] = &[CLEAR, __SIZEOF__];

/// Clear all references held by the frame.
#[native(signature = "($self, /)")]
fn clear(thread: &mut Thread, this: &FrameObject) -> Outcome<()> {
    match generator_state(this) {
        Some(State::Running) => return Err(thread.runtime_error("cannot clear an executing frame")),
        Some(State::Suspended | State::Delegating) => {
            return Err(thread.runtime_error("cannot clear a suspended frame"));
        }
        Some(State::Created) => {
            let generator = this.generator().expect("it has a state");
            let alive = Ref::of(generator).to_value();
            if let Some(finalize) = alive.as_ref().ty().slots().finalize {
                finalize(thread, alive.as_ref());
            }
        }
        Some(State::Closed) => {}
        None if !this.is_over() => return Err(thread.runtime_error("cannot clear an executing frame")),
        None => {}
    }
    this.clear_variables(thread);
    let parts = (this.trace.change(thread).take(), this.extra.change(thread).take());
    drop(parts);
    Ok(())
}

/// Return the size of the frame in memory, in bytes.
#[native(signature = "($self, /)", name = "__sizeof__")]
fn __sizeof__(_: &mut Thread, this: &FrameObject) -> usize {
    size_of::<FrameObject>() + this.code().frame_words as usize * 8
}

/// `f_locals`
pub(super) fn f_locals(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let own = frame(object);
    if own.code().flags & co::OPTIMIZED == 0 && !has_hidden(thread, own) {
        // SAFETY: the record is live and owns its namespace.
        let namespace =
            unsafe { Ref::from_slot((*own.record()).namespace).map(|namespace| namespace.to_value()) };
        return match namespace {
            Some(namespace) => Ok(namespace),
            None => thread.dict(),
        };
    }
    locals::proxy(thread, object)
}

fn set_trace(thread: &mut Thread, object: Ref<'_>, value: Option<Ref<'_>>) -> Outcome<()> {
    let value = value.filter(|value| !value.is_none()).map(|value| value.to_value());
    let own = frame(object);
    let opcodes = value.is_some() && own.trace_opcodes.get();
    let old = std::mem::replace(own.trace.change(thread), value);
    drop(old);
    if opcodes { trace_opcodes(thread, own, true) } else { Ok(()) }
}

fn trace_opcodes(thread: &mut Thread, frame: &FrameObject, on: bool) -> Outcome<()> {
    (thread.interp().engine.trace_opcodes)(thread, frame.code(), on)
}

fn boolean(thread: &mut Thread, value: Option<Ref<'_>>) -> Outcome<bool> {
    match value {
        None => Err(thread.type_error("can't delete numeric/char attribute")),
        Some(value) if value.is(Ref::bool(true)) => Ok(true),
        Some(value) if value.is(Ref::bool(false)) => Ok(false),
        Some(_) => Err(thread.type_error("attribute value type must be bool")),
    }
}

/// A computed attribute that cannot be set.
macro_rules! getter {
    ($name:literal $doc:expr, |$thread:ident, $frame:ident| $value:expr) => {
        GetSetDef {
            name: $name,
            doc: $doc,
            get: Some(|$thread, object| {
                let $frame = frame(object);
                $value
            }),
            set: None,
        }
    };
}

pub(super) const GETSET: &[GetSetDef] = &[
    GetSetDef {
        name: "f_trace_lines",
        doc: None,
        get: Some(|_, object| Ok(Value::bool(frame(object).trace_lines.get()))),
        set: Some(|thread, object, value| {
            let on = boolean(thread, value)?;
            frame(object).trace_lines.set(on);
            Ok(())
        }),
    },
    getter!("f_back" None, |thread, frame| Ok(frame.back(thread)?.unwrap_or_else(Value::none))),
    GetSetDef {
        name: "f_locals",
        doc: Some("Return the mapping used by the frame to look up local variables."),
        get: Some(f_locals),
        set: None,
    },
    GetSetDef {
        name: "f_lineno",
        doc: Some("Return the current line number in the frame."),
        get: Some(|_, object| {
            Ok(frame(object).line().map_or_else(Value::none, |line| Value::small_int(i64::from(line))))
        }),
        set: Some(super::jump::set_line),
    },
    GetSetDef {
        name: "f_trace",
        doc: Some("Return the trace function for this frame, or None if no trace function is set."),
        get: Some(|thread, object| Ok(frame(object).trace.view(thread).clone().unwrap_or_else(Value::none))),
        set: Some(set_trace),
    },
    getter!(
        "f_lasti" Some("Return the index of the last attempted instruction in the frame."),
        |_thread, frame| Ok(Value::small_int(frame.offset() as i64 * 2))
    ),
    getter!(
        "f_globals" Some("Return the global variables in the frame."),
        |_thread, frame| Ok(frame.function().map_or_else(Value::none, |function| Ref::of(function.globals()).to_value()))
    ),
    getter!(
        "f_builtins" Some("Return the built-in variables in the frame."),
        |_thread, frame| Ok(frame.function().map_or_else(Value::none, |function| Ref::of(function.builtins()).to_value()))
    ),
    getter!(
        "f_code" Some("Return the code object being executed in this frame."),
        |_thread, frame| Ok(Ref::of(frame.code()).to_value())
    ),
    GetSetDef {
        name: "f_trace_opcodes",
        doc: Some("Return True if opcode tracing is enabled, False otherwise."),
        get: Some(|_, object| Ok(Value::bool(frame(object).trace_opcodes.get()))),
        set: Some(|thread, object, value| {
            if value.is_none() {
                return Err(thread.raise_new(
                    &ATTRIBUTE_ERROR,
                    "attribute 'f_trace_opcodes' of 'frame' objects cannot be deleted",
                ));
            }
            let on = boolean(thread, value)?;
            let own = frame(object);
            own.trace_opcodes.set(on);
            if on && own.trace.view(thread).is_none() {
                return Ok(());
            }
            trace_opcodes(thread, own, on)
        }),
    },
    getter!(
        "f_generator" Some("Return the generator or coroutine associated with this frame, or None."),
        |_thread, frame| Ok(frame.generator().map_or_else(Value::none, |generator| Ref::of(generator).to_value()))
    ),
];
