//! `traceback`: the frames that an exception has left, outermost first.
//!
//! Answers for the type of CPython's `Python/traceback.c`.
#![allow(unsafe_code)] // the record of the running frame

use taipan_layout::{Frame, Header};
use taipan_macros::native;

use crate::inside::Inside;
use crate::native::{Args, FromArgument, GetSetDef, Parameters};
use crate::thread::Thread;
use crate::typeobject::{Slots, Type, TypeDef, TypeFlags};
use crate::types::exception::Exception;
use crate::types::frame::{FrameObject, frame_object};
use crate::value::{Outcome, Ref, Value};

/// A traceback object.
#[repr(C)]
pub struct Traceback {
    head: Header,
    next: Inside<Option<Value>>,
    frame: Value,
    /// The offset of the instruction, in bytes.
    lasti: i32,
    /// The line, or -1: computed.
    line: i32,
}

crate::object!(Traceback, TRACEBACK, holds: next, frame);

/// The type `traceback`.
pub static TRACEBACK: Type = Type::new::<Traceback>(
    &TypeDef {
        doc: Some("Create a new traceback object."),
        signature: Some("(tb_next, tb_frame, tb_lasti, tb_lineno)"),
        methods: &[&[__DIR__]],
        getset: &[GETSET],
        ..TypeDef::new("traceback")
    },
    TypeFlags::CONTAINER,
    Slots { new: Some(new), ..Slots::holding::<Traceback>() },
);

impl Traceback {
    /// `tb_frame`
    pub fn frame(&self) -> &FrameObject {
        self.frame.downcast::<FrameObject>().expect("made with a frame")
    }

    /// `tb_lineno`, if there is one.
    pub fn line(&self) -> Option<i32> {
        if self.line != -1 {
            return Some(self.line);
        }
        let offset = usize::try_from(self.lasti).ok()?;
        let line = self.frame().code().source.location_at(offset).lineno;
        (line >= 0).then_some(line)
    }

    /// `tb_next`
    pub fn next(&self, thread: &Thread) -> Option<Value> {
        self.next.view(thread).clone()
    }
}

fn traceback(object: Ref<'_>) -> &Traceback {
    object.downcast::<Traceback>().expect("the descriptor checks the receiver")
}

fn make(thread: &mut Thread, next: Option<Value>, frame: Value, lasti: i32, line: i32) -> Outcome {
    thread.new_object(|head| Traceback { head, next: Inside::new(next), frame, lasti, line })
}

fn new<'a>(thread: &mut Thread, _: &'a Type, args: Args<'a>) -> Outcome {
    static PARAMETERS: Parameters = Parameters {
        function: "traceback",
        names: &["tb_next", "tb_frame", "tb_lasti", "tb_lineno"],
        positional_only: 0,
        positional: 4,
        required: 4,
        required_keywords: 0,
    };
    let slots = PARAMETERS.parse::<4>(thread, args)?;
    let [next, frame, lasti, line] = slots.map(|slot| slot.expect("all are required"));
    if frame.downcast::<FrameObject>().is_none() {
        let got = if frame.is_none() { "None".into() } else { frame.ty().name() };
        let message = format!("traceback() argument 'tb_frame' must be frame, not {got}");
        return Err(thread.type_error(message));
    }
    let lasti = i32::from_argument(thread, lasti, "traceback", 3)?;
    let line = i32::from_argument(thread, line, "traceback", 4)?;
    let next = if next.is_none() {
        None
    } else if next.downcast::<Traceback>().is_some() {
        Some(next.to_value())
    } else {
        let ty = next.ty().name().into_owned();
        return Err(thread.type_error(format!("expected traceback object or None, got '{ty}'")));
    };
    make(thread, next, frame.to_value(), lasti, line)
}

#[native(signature = "($self, /)", name = "__dir__")]
fn __dir__(thread: &mut Thread, _this: &Traceback) -> Outcome {
    let names = ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"];
    let names = names.into_iter().map(|name| thread.intern(name)).collect::<Outcome<Vec<_>>>()?;
    thread.list(names)
}

const GETSET: &[GetSetDef] = &[
    GetSetDef {
        name: "tb_frame",
        doc: None,
        get: Some(|_, object| Ok(traceback(object).frame.clone())),
        set: None,
    },
    GetSetDef {
        name: "tb_lasti",
        doc: None,
        get: Some(|_, object| Ok(Value::small_int(i64::from(traceback(object).lasti)))),
        set: None,
    },
    GetSetDef {
        name: "tb_next",
        doc: None,
        get: Some(|thread, object| Ok(traceback(object).next(thread).unwrap_or_else(Value::none))),
        set: Some(set_next),
    },
    GetSetDef {
        name: "tb_lineno",
        doc: None,
        get: Some(|_, object| {
            Ok(traceback(object).line().map_or_else(Value::none, |line| Value::small_int(i64::from(line))))
        }),
        set: None,
    },
];

fn set_next(thread: &mut Thread, object: Ref<'_>, value: Option<Ref<'_>>) -> Outcome<()> {
    let Some(value) = value else { return Err(thread.type_error("can't delete tb_next attribute")) };
    let next = if value.is_none() {
        None
    } else if value.downcast::<Traceback>().is_some() {
        Some(value.to_value())
    } else {
        let ty = value.ty().name().into_owned();
        return Err(thread.type_error(format!("expected traceback object, got '{ty}'")));
    };
    let mut cursor = next.clone();
    while let Some(at) = cursor {
        if at.as_ref().is(object) {
            return Err(thread.value_error("traceback loop detected"));
        }
        cursor = traceback(at.as_ref()).next(thread);
    }
    let old = std::mem::replace(traceback(object).next.change(thread), next);
    drop(old);
    Ok(())
}

/// Notes in the traceback of the exception being raised that it passes through an activation, where
/// its record says that it stands. Nothing is noted if memory has run out.
///
/// # Safety
/// `record` is live.
pub unsafe fn here(thread: &mut Thread, record: *mut Frame) {
    let Some(exception) = thread.take_exception() else { return };
    if let Some(own) = exception.downcast::<Exception>() {
        let next = own.traceback(thread);
        // SAFETY: the caller's promise.
        let made = unsafe { frame_object(thread, record) }.and_then(|frame| {
            let offset = frame.downcast::<FrameObject>().expect("just made").offset();
            make(thread, next, frame, offset as i32 * 2, -1)
        });
        if let Ok(made) = made {
            own.set_traceback(thread, Some(made));
        }
    }
    thread.exception = Some(exception);
}
