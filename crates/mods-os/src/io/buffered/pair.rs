//! `BufferedRWPair`: a reader and a writer over two raw streams.

use taipan_macros::{getter, native};
use taipan_object::native::{Args, Binding, MethodDef, NativeCall};
use taipan_object::typeobject::{AttributeWord, Slots, TypeDef, allocate_instance};
use taipan_object::{Header, Inside, Outcome, Ref, Thread, Type, Value, object, protocol};

use super::super::base::{self, check_readable, check_writable, stream_type};
use super::super::support::{attribute, both, set_aside};
use super::{BUFFERED_IO_BASE, BUFFERED_READER, BUFFERED_WRITER};

#[repr(C)]
pub struct BufferedRwPair {
    head: Header,
    attributes: AttributeWord,
    reader: Inside<Option<Value>>,
    writer: Inside<Option<Value>>,
}
object!(BufferedRwPair, BUFFERED_RW_PAIR, holds: attributes, reader, writer);

/// The type `_io.BufferedRWPair`.
pub static BUFFERED_RW_PAIR: Type = stream_type::<BufferedRwPair>(
    &TypeDef {
        doc: Some(include_str!("../doc/BufferedRWPair.txt")),
        signature: Some("(reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)"),
        methods: &[FORWARDED, &[FLUSH, READABLE, WRITABLE, CLOSE, ISATTY]],
        getset: &[&[CLOSED]],
        ..TypeDef::new("_io.BufferedRWPair")
    },
    &BUFFERED_IO_BASE,
    Slots { new: Some(new), init: Some(init), ..base::slots::<BufferedRwPair>() },
);

#[derive(Clone, Copy)]
enum Half {
    Reader,
    Writer,
}

const FORWARDED: &[MethodDef] = &[
    forwarded(
        "read",
        NativeCall::Many(|thread, this, args| forward(thread, this, Half::Reader, "read", args)),
    ),
    forwarded(
        "peek",
        NativeCall::Many(|thread, this, args| forward(thread, this, Half::Reader, "peek", args)),
    ),
    forwarded(
        "read1",
        NativeCall::Many(|thread, this, args| forward(thread, this, Half::Reader, "read1", args)),
    ),
    forwarded(
        "readinto",
        NativeCall::Many(|thread, this, args| forward(thread, this, Half::Reader, "readinto", args)),
    ),
    forwarded(
        "readinto1",
        NativeCall::Many(|thread, this, args| forward(thread, this, Half::Reader, "readinto1", args)),
    ),
    forwarded(
        "write",
        NativeCall::Many(|thread, this, args| forward(thread, this, Half::Writer, "write", args)),
    ),
];

const fn forwarded(name: &'static str, call: NativeCall) -> MethodDef {
    MethodDef { name, doc: None, signature: None, call, binding: Binding::Instance }
}

fn forward(thread: &mut Thread, this: Ref<'_>, half: Half, name: &str, args: Args<'_>) -> Outcome {
    let own = this.downcast::<BufferedRwPair>().expect("the method of pairs");
    args.no_keywords(thread, name)?;
    let stream = match half {
        Half::Reader => own.reader.view(thread).clone(),
        Half::Writer => own.writer.view(thread).clone(),
    };
    let Some(stream) = stream else {
        return Err(thread.value_error("I/O operation on uninitialized object"));
    };
    protocol::call_method(thread, stream.as_ref(), name, args.positionals())
}

fn new<'a>(thread: &mut Thread, ty: &'a Type, _: Args<'a>) -> Outcome {
    allocate_instance(thread, ty, |head| BufferedRwPair {
        head,
        attributes: AttributeWord::new(),
        reader: Inside::new(None),
        writer: Inside::new(None),
    })
}

fn init<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    args.no_keywords(thread, "BufferedRWPair")?;
    let given = args.positionals();
    let (reader, writer) = match given {
        [reader, writer] | [reader, writer, _] => (*reader, *writer),
        [] | [_] => {
            let count = given.len();
            let message = format!("BufferedRWPair expected at least 2 arguments, got {count}");
            return Err(thread.type_error(message));
        }
        more => {
            let count = more.len();
            let message = format!("BufferedRWPair expected at most 3 arguments, got {count}");
            return Err(thread.type_error(message));
        }
    };
    check_readable(thread, reader)?;
    check_writable(thread, writer)?;
    let own = object.downcast::<BufferedRwPair>().expect("the slot of pairs");
    let make = |thread: &mut Thread, ty: &'static Type, raw: Ref<'_>| match given.get(2) {
        Some(size) => protocol::call(thread, ty.as_ref(), &[raw, *size]),
        None => protocol::call(thread, ty.as_ref(), &[raw]),
    };
    let reader = make(thread, &BUFFERED_READER, reader)?;
    let writer = make(thread, &BUFFERED_WRITER, writer)?;
    let old = (own.reader.change(thread).replace(reader), own.writer.change(thread).replace(writer));
    drop(old);
    Ok(())
}

#[native(signature = "($self, /)")]
fn flush(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    forward(thread, this, Half::Writer, "flush", Args::NONE)
}

#[native(signature = "($self, /)")]
fn readable(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    forward(thread, this, Half::Reader, "readable", Args::NONE)
}

#[native(signature = "($self, /)")]
fn writable(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    forward(thread, this, Half::Writer, "writable", Args::NONE)
}

#[native(signature = "($self, /)")]
fn close(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    let written = forward(thread, this, Half::Writer, "close", Args::NONE);
    let error = set_aside(thread, written);
    let read = forward(thread, this, Half::Reader, "close", Args::NONE);
    both(thread, error, read)
}

#[native(signature = "($self, /)")]
fn isatty(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    let answer = forward(thread, this, Half::Writer, "isatty", Args::NONE)?;
    if !answer.as_ref().is(Ref::bool(false)) {
        return Ok(answer);
    }
    forward(thread, this, Half::Reader, "isatty", Args::NONE)
}

#[getter]
fn closed(thread: &mut Thread, this: &BufferedRwPair) -> Outcome {
    let Some(writer) = this.writer.view(thread).clone() else {
        return Err(thread.runtime_error("the BufferedRWPair object is being garbage-collected"));
    };
    attribute(thread, writer.as_ref(), "closed")
}
