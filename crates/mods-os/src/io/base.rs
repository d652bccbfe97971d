//! `_IOBase` and `_RawIOBase`: what every stream can do in terms of the methods that classes add.
//!
//! Instances have a `__dict__`; the flag that `close()` ran is in it under `__IOBase_closed`, as in
//! CPython, apart from whatever `closed` answers.
//!
//! Answers for CPython's `Modules/_io/iobase.c`.

use taipan_macros::{getter, native};
use taipan_object::native::{Args, Binding, MethodDef, NativeCall};
use taipan_object::typeobject::{
    AttributeWord, Slots, Traverse, TypeDef, TypeFlags, allocate_instance, object_init,
};
use taipan_object::types::bytes::Bytes;
use taipan_object::types::exception::NOT_IMPLEMENTED_ERROR;
use taipan_object::types::object::DICT_GETSET;
use taipan_object::{Header, Object, Outcome, Ref, Thread, Type, Value, object, protocol};

use super::support::{
    Size, attribute, both, call0, find_attribute, os_message, set_aside, set_attribute, trap_interrupt,
    unsupported,
};

/// A stream without a state of its own. Every stream's struct begins with these two fields.
#[repr(C)]
pub struct IoBase {
    head: Header,
    attributes: AttributeWord,
}
object!(IoBase, IO_BASE, holds: attributes);

/// The flags of every stream type.
pub const FLAGS: TypeFlags = TypeFlags::BASE
    .union(TypeFlags::CONTAINER)
    .union(TypeFlags::HAS_DICT)
    .union(TypeFlags::WEAKREF)
    .union(TypeFlags::FINALIZES);

/// The slots of a stream type, but for `new`.
pub const fn slots<T: Traverse>() -> Slots {
    Slots { iter: Some(iter), next: Some(next), finalize: Some(finalize), ..Slots::holding::<T>() }
}

/// A stream type, whose struct begins as [`IoBase`] does.
pub const fn stream_type<T: Object>(def: &'static TypeDef, base: *const Type, slots: Slots) -> Type {
    Type::derived::<T>(def, base, FLAGS, slots).with_attributes(std::mem::offset_of!(IoBase, attributes))
}

/// A stream type whose instances end without being closed, as nothing but memory is behind them. A
/// class derived from it inherits the finaliser of `_IOBase`.
pub const fn memory_stream_type<T: Object>(def: &'static TypeDef, base: *const Type, slots: Slots) -> Type {
    Type::derived::<T>(def, base, FLAGS.difference(TypeFlags::FINALIZES), Slots { finalize: None, ..slots })
        .with_attributes(std::mem::offset_of!(IoBase, attributes))
}

/// The type `_io._IOBase`.
pub static IO_BASE: Type = Type::new::<IoBase>(
    &TypeDef {
        doc: Some(include_str!("doc/IOBase.txt")),
        methods: &[METHODS],
        getset: &[DICT_GETSET, &[CLOSED]],
        ..TypeDef::new("_io._IOBase")
    },
    FLAGS,
    Slots { new: Some(new), ..slots::<IoBase>() },
)
.with_attributes(std::mem::offset_of!(IoBase, attributes));

/// The type `_io._RawIOBase`.
pub static RAW_IO_BASE: Type = stream_type::<IoBase>(
    &TypeDef {
        doc: Some("Base class for raw binary I/O."),
        methods: &[RAW_METHODS],
        ..TypeDef::new("_io._RawIOBase")
    },
    &IO_BASE,
    Slots { new: Some(new), ..slots::<IoBase>() },
);

/// `__new__` of the base classes.
pub fn new<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    let plain_init = object_init as *const () as usize;
    if !args.is_empty() && ty.slots().init.is_none_or(|init| init as usize == plain_init) {
        let name = ty.name().into_owned();
        return Err(thread.type_error(format!("{name}() takes no arguments")));
    }
    allocate_instance(thread, ty, |head| IoBase { head, attributes: AttributeWord::new() })
}

const METHODS: &[MethodDef] = &[
    SEEK,
    TELL,
    TRUNCATE,
    FLUSH,
    CLOSE,
    SEEKABLE,
    READABLE,
    WRITABLE,
    CHECK_CLOSED_METHOD,
    CHECK_SEEKABLE_METHOD,
    CHECK_READABLE_METHOD,
    CHECK_WRITABLE_METHOD,
    FILENO,
    ISATTY,
    __ENTER__,
    EXIT,
    READLINE,
    READLINES,
    WRITELINES,
];

const RAW_METHODS: &[MethodDef] = &[RAW_READ, READALL, not_implemented("readinto"), not_implemented("write")];

const EXIT: MethodDef = MethodDef {
    name: "__exit__",
    doc: None,
    signature: None,
    call: NativeCall::Many(|thread, this, _| call0(thread, this, "close")),
    binding: Binding::Instance,
};

const fn not_implemented(name: &'static str) -> MethodDef {
    MethodDef {
        name,
        doc: None,
        signature: None,
        call: NativeCall::Many(|thread, _, _| {
            match protocol::call(thread, NOT_IMPLEMENTED_ERROR.as_ref(), &[]) {
                Ok(error) => Err(thread.raise(error)),
                Err(raised) => Err(raised),
            }
        }),
        binding: Binding::Instance,
    }
}

/// Change the stream position to the given byte offset.
///
///   offset
///     The stream position, relative to 'whence'.
///   whence
///     The relative position to seek from.
///
/// The offset is interpreted relative to the position indicated by
/// whence.  Values for whence are:
///
/// * os.SEEK_SET or 0 -- start of stream (the default); offset should
///   be zero or positive
/// * os.SEEK_CUR or 1 -- current stream position; offset may be
///   negative
/// * os.SEEK_END or 2 -- end of stream; offset is usually negative
///
/// Return the new absolute position.
#[native(signature = "($self, offset, whence=os.SEEK_SET, /)")]
fn seek(thread: &mut Thread, _: Ref<'_>, _: Ref<'_>, _: Option<Ref<'_>>) -> Outcome<()> {
    Err(unsupported(thread, "seek"))
}

/// Return current stream position.
#[native(signature = "($self, /)")]
fn tell(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    let (zero, one) = (Value::small_int(0), Value::small_int(1));
    protocol::call_method(thread, this, "seek", &[zero.as_ref(), one.as_ref()])
}

/// Truncate file to size bytes.
///
/// File pointer is left unchanged.  Size defaults to the current IO
/// position as reported by tell().  Return the new size.
#[native(signature = "($self, size=None, /)")]
fn truncate(thread: &mut Thread, _: Ref<'_>, _: Option<Ref<'_>>) -> Outcome<()> {
    Err(unsupported(thread, "truncate"))
}

fn was_closed(thread: &mut Thread, this: Ref<'_>) -> Outcome<bool> {
    Ok(find_attribute(thread, this, "__IOBase_closed")?.is_some())
}

/// Flush write buffers, if applicable.
///
/// This is not implemented for read-only and non-blocking streams.
#[native(signature = "($self, /)")]
fn flush(thread: &mut Thread, this: Ref<'_>) -> Outcome<()> {
    if was_closed(thread, this)? {
        return Err(thread.value_error("I/O operation on closed file."));
    }
    Ok(())
}

#[getter]
fn closed(thread: &mut Thread, this: Ref<'_>) -> Outcome<bool> {
    was_closed(thread, this)
}

/// Raises ValueError if the stream says that it is closed.
pub fn check_closed(thread: &mut Thread, this: Ref<'_>) -> Outcome<()> {
    let Some(closed) = find_attribute(thread, this, "closed")? else { return Ok(()) };
    if protocol::is_true(thread, closed.as_ref())? {
        return Err(thread.value_error("I/O operation on closed file."));
    }
    Ok(())
}

#[native(signature = "($self, /)", name = "_checkClosed")]
fn check_closed_method(thread: &mut Thread, this: Ref<'_>) -> Outcome<()> {
    check_closed(thread, this)
}

fn check(thread: &mut Thread, stream: Ref<'_>, method: &str, message: &str) -> Outcome {
    let answer = call0(thread, stream, method)?;
    if !answer.as_ref().is(Ref::bool(true)) {
        return Err(unsupported(thread, message));
    }
    Ok(answer)
}

/// Raises UnsupportedOperation unless the stream is seekable.
pub fn check_seekable(thread: &mut Thread, stream: Ref<'_>) -> Outcome {
    check(thread, stream, "seekable", "File or stream is not seekable.")
}

/// Raises UnsupportedOperation unless the stream is readable.
pub fn check_readable(thread: &mut Thread, stream: Ref<'_>) -> Outcome {
    check(thread, stream, "readable", "File or stream is not readable.")
}

/// Raises UnsupportedOperation unless the stream is writable.
pub fn check_writable(thread: &mut Thread, stream: Ref<'_>) -> Outcome {
    check(thread, stream, "writable", "File or stream is not writable.")
}

#[native(signature = "($self, /)", name = "_checkSeekable")]
fn check_seekable_method(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    check_seekable(thread, this)
}

#[native(signature = "($self, /)", name = "_checkReadable")]
fn check_readable_method(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    check_readable(thread, this)
}

#[native(signature = "($self, /)", name = "_checkWritable")]
fn check_writable_method(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    check_writable(thread, this)
}

/// Flush and close the IO object.
///
/// This method has no effect if the file is already closed.
#[native(signature = "($self, /)")]
pub fn close(thread: &mut Thread, this: Ref<'_>) -> Outcome<()> {
    if was_closed(thread, this)? {
        return Ok(());
    }
    let flushed = call0(thread, this, "flush");
    let error = set_aside(thread, flushed);
    let noted = set_attribute(thread, this, "__IOBase_closed", Ref::bool(true));
    both(thread, error, noted)
}

/// The end of a stream: it is closed, whoever wrote its class.
fn finalize(thread: &mut Thread, this: Ref<'_>) {
    let outer = thread.take_exception();
    let closed = match attribute(thread, this, "closed") {
        Ok(closed) => protocol::is_true(thread, closed.as_ref()),
        Err(raised) => Err(raised),
    };
    if closed.is_err() {
        drop(thread.take_exception());
    }
    if closed == Ok(false) {
        if set_attribute(thread, this, "_finalizing", Ref::bool(true)).is_err() {
            drop(thread.take_exception());
        }
        if call0(thread, this, "close").is_err() {
            thread.unraisable(this);
        }
    }
    thread.exception = outer;
}

/// Return whether object supports random access.
///
/// If False, seek(), tell() and truncate() will raise OSError.
/// This method may need to do a test seek().
#[native(signature = "($self, /)")]
fn seekable(_: &mut Thread, _: Ref<'_>) -> bool {
    false
}

/// Return whether object was opened for reading.
///
/// If False, read() will raise OSError.
#[native(signature = "($self, /)")]
fn readable(_: &mut Thread, _: Ref<'_>) -> bool {
    false
}

/// Return whether object was opened for writing.
///
/// If False, write() will raise OSError.
#[native(signature = "($self, /)")]
fn writable(_: &mut Thread, _: Ref<'_>) -> bool {
    false
}

#[native(signature = "($self, /)", name = "__enter__")]
fn __enter__(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    check_closed(thread, this)?;
    Ok(this.to_value())
}

/// Return underlying file descriptor if one exists.
///
/// Raise OSError if the IO object does not use a file descriptor.
#[native(signature = "($self, /)")]
fn fileno(thread: &mut Thread, _: Ref<'_>) -> Outcome<()> {
    Err(unsupported(thread, "fileno"))
}

/// Return whether this is an 'interactive' stream.
///
/// Return False if it can't be determined.
#[native(signature = "($self, /)")]
fn isatty(thread: &mut Thread, this: Ref<'_>) -> Outcome<bool> {
    check_closed(thread, this)?;
    Ok(false)
}

/// Calls a method that returns bytes, again after a signal.
fn call_for_bytes(
    thread: &mut Thread,
    callable: &mut dyn FnMut(&mut Thread) -> Outcome,
    name: &str,
) -> Outcome<Value> {
    loop {
        match callable(thread) {
            Ok(made) if made.downcast::<Bytes>().is_some() => return Ok(made),
            Ok(made) => {
                let ty = made.as_ref().ty().name().into_owned();
                let message = format!("{name}() should have returned a bytes object, not '{ty}'");
                return Err(os_message(thread, message));
            }
            Err(raised) => {
                if !trap_interrupt(thread) {
                    return Err(raised);
                }
            }
        }
    }
}

/// How many bytes to ask for next, so as not to read past the end of the line.
fn wanted(ahead: &[u8], limit: Option<usize>) -> usize {
    let window = limit.map_or(ahead, |limit| &ahead[..limit.min(ahead.len())]);
    memchr::memchr(b'\n', window).map_or(window.len(), |at| at + 1)
}

/// Read and return a line from the stream.
///
/// If size is specified, at most size bytes will be read.
///
/// The line terminator is always b'\n' for binary files; for text
/// files, the newlines argument to open can be used to select the line
/// terminator(s) recognized.
#[native(signature = "($self, size=-1, /)")]
fn readline(thread: &mut Thread, this: Ref<'_>, size: Option<Size>) -> Outcome {
    let limit = usize::try_from(Size::of(size)).ok();
    let peek = find_attribute(thread, this, "peek")?;
    let mut line = Vec::new();
    while limit.is_none_or(|limit| line.len() < limit) {
        let mut more = 1;
        if let Some(peek) = &peek {
            let one = Value::small_int(1);
            let ahead = call_for_bytes(
                thread,
                &mut |thread| protocol::call(thread, peek.as_ref(), &[one.as_ref()]),
                "peek",
            )?;
            let ahead = ahead.downcast::<Bytes>().expect("checked").content();
            if !ahead.is_empty() {
                more = wanted(ahead, limit);
            }
        }
        let count = thread.int(more as i128)?;
        let part = call_for_bytes(
            thread,
            &mut |thread| protocol::call_method(thread, this, "read", &[count.as_ref()]),
            "read",
        )?;
        let part = part.downcast::<Bytes>().expect("checked").content();
        if part.is_empty() {
            break;
        }
        if line.try_reserve(part.len()).is_err() {
            return Err(thread.no_memory());
        }
        line.extend_from_slice(part);
        if line.ends_with(b"\n") {
            break;
        }
    }
    thread.bytes_from(line)
}

fn iter(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    check_closed(thread, this)?;
    Ok(this.to_value())
}

/// The next line, by the method `readline`.
pub fn next(thread: &mut Thread, this: Ref<'_>) -> Outcome<Option<Value>> {
    let line = call0(thread, this, "readline")?;
    if protocol::length(thread, line.as_ref())? == 0 {
        return Ok(None);
    }
    Ok(Some(line))
}

/// Return a list of lines from the stream.
///
/// hint can be specified to control the number of lines read: no more
/// lines will be read if the total size (in bytes/characters) of all
/// lines so far exceeds hint.
#[native(signature = "($self, hint=-1, /)")]
fn readlines(thread: &mut Thread, this: Ref<'_>, hint: Option<Size>) -> Outcome {
    let hint = Size::of(hint);
    let iterator = protocol::iter(thread, this)?;
    let mut lines = Vec::new();
    let mut total = 0_isize;
    while let Some(line) = protocol::next(thread, iterator.as_ref())? {
        let length = if hint > 0 { protocol::length(thread, line.as_ref())? as isize } else { 0 };
        if lines.try_reserve(1).is_err() {
            return Err(thread.no_memory());
        }
        lines.push(line);
        if hint > 0 && length > hint - total {
            break;
        }
        total += length;
    }
    thread.list(lines)
}

/// Write a list of lines to stream.
///
/// Line separators are not added, so it is usual for each of the
/// lines provided to have a line separator at the end.
#[native(signature = "($self, lines, /)")]
fn writelines(thread: &mut Thread, this: Ref<'_>, lines: Ref<'_>) -> Outcome<()> {
    check_closed(thread, this)?;
    let iterator = protocol::iter(thread, lines)?;
    while let Some(line) = protocol::next(thread, iterator.as_ref())? {
        loop {
            match protocol::call_method(thread, this, "write", &[line.as_ref()]) {
                Ok(_) => break,
                Err(raised) => {
                    if !trap_interrupt(thread) {
                        return Err(raised);
                    }
                }
            }
        }
    }
    Ok(())
}

#[native(signature = "($self, size=-1, /)", name = "read")]
fn raw_read(thread: &mut Thread, this: Ref<'_>, size: Option<isize>) -> Outcome {
    let size = size.unwrap_or(-1);
    let Ok(size) = usize::try_from(size) else { return call0(thread, this, "readall") };
    thread.charge(size)?;
    thread.heap().discharge(size);
    let buffer = thread.bytearray_from(vec![0; size])?;
    let count = protocol::call_method(thread, this, "readinto", &[buffer.as_ref()])?;
    if count.as_ref().is_none() {
        return Ok(count);
    }
    let count = super::support::offset(thread, count.as_ref())?;
    let content = taipan_object::types::bytes::bytes_like(thread, buffer.as_ref())?;
    let Some(part) = usize::try_from(count).ok().and_then(|count| content.get(..count)) else {
        let length = content.len();
        return Err(thread.value_error(format!("readinto returned {count} outside buffer size {length}")));
    };
    thread.bytes(part)
}

/// Read until EOF, using multiple read() call.
#[native(signature = "($self, /)")]
fn readall(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    let mut all = Vec::new();
    let mut any = false;
    let size = Value::small_int(super::DEFAULT_BUFFER_SIZE as i64);
    loop {
        let data = match protocol::call_method(thread, this, "read", &[size.as_ref()]) {
            Ok(data) => data,
            Err(raised) => {
                if trap_interrupt(thread) {
                    continue;
                }
                return Err(raised);
            }
        };
        if data.as_ref().is_none() {
            if !any {
                return Ok(data);
            }
            break;
        }
        let Some(part) = data.downcast::<Bytes>() else {
            return Err(thread.type_error("read() should return bytes"));
        };
        if part.content().is_empty() {
            break;
        }
        any = true;
        if all.try_reserve(part.content().len()).is_err() {
            return Err(thread.no_memory());
        }
        all.extend_from_slice(part.content());
    }
    thread.bytes_from(all)
}
