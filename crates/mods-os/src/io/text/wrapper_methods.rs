//! What text streams do besides reading, writing and seeking; their attributes.

use taipan_macros::{getter, native};
use taipan_object::native::{GetSetDef, MethodDef};
use taipan_object::types::exception::VALUE_ERROR;
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Ref, Thread, Value, protocol};
use taipan_text::TextBuf;

use super::super::support::{
    attribute, attribute_is_true, both, call0, find_attribute, full_name, set_aside,
};
use super::super::{GETSTATE, flag_value};
use super::wrapper::{RECONFIGURE, TextIoWrapper};
use super::write::write_pending;
use super::{read, seek, write};

pub(super) const METHODS: &[&[MethodDef]] = &[&[
    DETACH,
    RECONFIGURE,
    write::WRITE,
    read::READ,
    read::READLINE_METHOD,
    FLUSH,
    CLOSE,
    FILENO,
    SEEKABLE,
    READABLE,
    WRITABLE,
    ISATTY,
    seek::SEEK,
    seek::TELL,
    TRUNCATE,
    GETSTATE,
]];

pub(super) const GETSET: &[GetSetDef] = &[
    ENCODING,
    BUFFER,
    LINE_BUFFERING,
    WRITE_THROUGH,
    FINALIZING,
    NAME,
    CLOSED,
    NEWLINES,
    ERRORS,
    CHUNK_SIZE,
];

#[native(signature = "($self, /)")]
fn detach(thread: &mut Thread, this: &TextIoWrapper) -> Outcome {
    this.attached(thread)?;
    call0(thread, Ref::of(this), "flush")?;
    let buffer = this.buffer.change(thread).take();
    this.detached.set(true);
    Ok(buffer.unwrap_or_default())
}

#[native(signature = "($self, /)")]
fn flush(thread: &mut Thread, this: &TextIoWrapper) -> Outcome {
    let buffer = this.attached(thread)?;
    this.check_closed(thread)?;
    this.telling.set(this.seekable.get());
    write_pending(thread, this)?;
    call0(thread, buffer.as_ref(), "flush")
}

#[native(signature = "($self, /)")]
fn close(thread: &mut Thread, this: &TextIoWrapper) -> Outcome {
    let buffer = this.attached(thread)?;
    if attribute_is_true(thread, buffer.as_ref(), "closed")? {
        return Ok(Value::none());
    }
    if this.finalizing.get()
        && protocol::call_method(thread, buffer.as_ref(), "_dealloc_warn", &[Ref::of(this)]).is_err()
    {
        drop(thread.take_exception());
    }
    let flushed = call0(thread, Ref::of(this), "flush");
    let error = set_aside(thread, flushed);
    let closed = call0(thread, buffer.as_ref(), "close");
    both(thread, error, closed)
}

macro_rules! forwards {
    ($($(#[$meta:meta])* $name:ident $text:literal;)*) => { $(
        $(#[$meta])*
        fn $name(thread: &mut Thread, this: &TextIoWrapper) -> Outcome {
            let buffer = this.attached(thread)?;
            call0(thread, buffer.as_ref(), $text)
        }
    )* };
}

forwards! {
    #[native(signature = "($self, /)")] fileno "fileno";
    #[native(signature = "($self, /)")] seekable "seekable";
    #[native(signature = "($self, /)")] readable "readable";
    #[native(signature = "($self, /)")] writable "writable";
    #[native(signature = "($self, /)")] isatty "isatty";
}

#[native(signature = "($self, pos=None, /)")]
fn truncate(thread: &mut Thread, this: &TextIoWrapper, pos: Option<Ref<'_>>) -> Outcome {
    let buffer = this.attached(thread)?;
    call0(thread, Ref::of(this), "flush")?;
    protocol::call_method(thread, buffer.as_ref(), "truncate", &[pos.unwrap_or(Ref::none())])
}

#[getter]
fn encoding(thread: &mut Thread, this: &TextIoWrapper) -> Option<Value> {
    this.encoding.view(thread).clone()
}

#[getter]
fn buffer(thread: &mut Thread, this: &TextIoWrapper) -> Option<Value> {
    this.buffer.view(thread).clone()
}

#[getter]
fn line_buffering(_: &mut Thread, this: &TextIoWrapper) -> bool {
    this.line_buffering.get()
}

#[getter]
fn write_through(_: &mut Thread, this: &TextIoWrapper) -> bool {
    this.write_through.get()
}

#[getter(name = "_finalizing", set = set_finalizing)]
fn finalizing(_: &mut Thread, this: &TextIoWrapper) -> bool {
    this.finalizing.get()
}

fn set_finalizing(thread: &mut Thread, this: &TextIoWrapper, value: Option<Ref<'_>>) -> Outcome<()> {
    let on = flag_value(thread, value)?;
    this.finalizing.set(on);
    Ok(())
}

#[getter]
fn name(thread: &mut Thread, this: &TextIoWrapper) -> Outcome {
    let buffer = this.attached(thread)?;
    attribute(thread, buffer.as_ref(), "name")
}

#[getter]
fn closed(thread: &mut Thread, this: &TextIoWrapper) -> Outcome {
    let buffer = this.attached(thread)?;
    attribute(thread, buffer.as_ref(), "closed")
}

#[getter]
fn newlines(thread: &mut Thread, this: &TextIoWrapper) -> Outcome {
    this.attached(thread)?;
    this.with_decoder(thread, |thread, decoder| decoder.newlines(thread))
}

#[getter]
fn errors(thread: &mut Thread, this: &TextIoWrapper) -> Outcome {
    if !this.is_ready() {
        return Err(thread.value_error("I/O operation on uninitialized object"));
    }
    Ok(this.errors.view(thread).clone().unwrap_or_default())
}

#[getter(name = "_CHUNK_SIZE", set = set_chunk_size)]
fn chunk_size(thread: &mut Thread, this: &TextIoWrapper) -> Outcome<usize> {
    this.attached(thread)?;
    Ok(this.chunk_size.get())
}

fn set_chunk_size(thread: &mut Thread, this: &TextIoWrapper, value: Option<Ref<'_>>) -> Outcome<()> {
    this.attached(thread)?;
    let Some(value) = value else {
        let object = Ref::of(this);
        let name = thread.intern("_CHUNK_SIZE")?;
        return Err(thread.attribute_error(object, name.as_ref(), "cannot delete attribute".to_owned()));
    };
    match usize::try_from(protocol::index_isize(thread, value)?) {
        Ok(size) if size > 0 => {
            this.chunk_size.set(size);
            Ok(())
        }
        _ => Err(thread.value_error("a strictly positive integer is required")),
    }
}

/// `repr(stream)`
pub(super) fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let own = object.downcast::<TextIoWrapper>().expect("the slot of text streams");
    let ty = full_name(thread, object);
    if !own.is_ready() {
        return Err(thread.value_error("I/O operation on uninitialized object"));
    }
    if !thread.enter_repr(object) {
        return Err(thread.runtime_error(format!("reentrant call inside {ty}.__repr__")));
    }
    let made = repr_entered(thread, own, &ty);
    thread.leave_repr(object);
    let text = made?;
    thread.str_from_text(&text)
}

fn repr_entered(thread: &mut Thread, own: &TextIoWrapper, ty: &str) -> Outcome<TextBuf> {
    let mut text = TextBuf::from(format!("<{ty}").as_str());
    let push = |thread: &mut Thread, text: &mut TextBuf, label: &str, value: &Value| -> Outcome<()> {
        let value = protocol::repr(thread, value.as_ref())?;
        text.push_str(label);
        text.push_text(&value.downcast::<Str>().map(Str::to_text).unwrap_or_default());
        Ok(())
    };
    match find_attribute(thread, Ref::of(own), "name") {
        Ok(Some(name)) => push(thread, &mut text, " name=", &name)?,
        Ok(None) => {}
        Err(raised) => {
            if !thread.exception_is(&VALUE_ERROR) {
                return Err(raised);
            }
            drop(thread.take_exception());
        }
    }
    if let Some(mode) = find_attribute(thread, Ref::of(own), "mode")? {
        push(thread, &mut text, " mode=", &mode)?;
    }
    let encoding = own.encoding.view(thread).clone().unwrap_or_default();
    push(thread, &mut text, " encoding=", &encoding)?;
    text.push_str(">");
    Ok(text)
}
