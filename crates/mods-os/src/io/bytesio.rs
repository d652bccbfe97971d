//! `BytesIO`: a stream of bytes in memory.
//!
//! The content is the bytes object that it was made of or that `getvalue()` answered, until something
//! is written; then it is the stream's own, which `getbuffer()` lends.
//!
//! Answers for CPython's `Modules/_io/bytesio.c`.

use std::cell::Cell;

use taipan_macros::{getter, native};
use taipan_object::native::{
    Args, Buffer, BufferFlags, ExportedBytes, MethodDef, Parameters, WritableBuffer,
};
use taipan_object::typeobject::{AttributeWord, Slots, TypeDef, TypeFlags, allocate_instance};
use taipan_object::types::bytes::Bytes;
use taipan_object::types::memoryview;
use taipan_object::{Header, Inside, Outcome, Ref, Thread, Type, Value, object, protocol};

use super::base::{self, memory_stream_type};
use super::buffered::BUFFERED_IO_BASE;
use super::state;
use super::support::Size;

/// A stream of bytes in memory.
#[repr(C)]
pub struct BytesIo {
    head: Header,
    attributes: AttributeWord,
    closed: Cell<bool>,
    position: Cell<usize>,
    /// The content while it is a bytes object.
    shared: Inside<Option<Value>>,
    own: ExportedBytes,
}
object!(BytesIo, BYTES_IO, holds: attributes, shared);

/// The type `_io.BytesIO`.
pub static BYTES_IO: Type = memory_stream_type::<BytesIo>(
    &TypeDef {
        doc: Some(include_str!("doc/BytesIO.txt")),
        signature: Some("(initial_bytes=b'')"),
        methods: &[METHODS],
        getset: &[&[CLOSED]],
        ..TypeDef::new("_io.BytesIO")
    },
    &BUFFERED_IO_BASE,
    Slots {
        new: Some(new),
        init: Some(init),
        iter: Some(|_, object| Ok(object.to_value())),
        next: Some(next),
        ..base::slots::<BytesIo>()
    },
);

/// What `getbuffer()` exports through.
#[repr(C)]
struct BytesIoBuffer {
    head: Header,
    source: Value,
}
object!(BytesIoBuffer, BYTES_IO_BUFFER, holds: source);

/// The type `_io._BytesIOBuffer`.
pub static BYTES_IO_BUFFER: Type = Type::new::<BytesIoBuffer>(
    &TypeDef::new("_io._BytesIOBuffer"),
    TypeFlags::CONTAINER.union(TypeFlags::NO_NEW),
    Slots {
        new: None,
        buffer: Some(|thread, object, _| {
            let own = object.downcast::<BytesIoBuffer>().expect("the slot of these buffers");
            let source = own.source.downcast::<BytesIo>().expect("made with a stream");
            Ok(source.own.export(thread, own.source.as_ref(), "B", 1))
        }),
        ..Slots::holding::<BytesIoBuffer>()
    },
);

const METHODS: &[MethodDef] = &[
    READABLE,
    SEEKABLE,
    WRITABLE,
    CLOSE,
    FLUSH,
    ISATTY,
    TELL,
    WRITE,
    WRITELINES,
    READ1,
    READINTO,
    READLINE,
    READLINES,
    READ,
    GETBUFFER,
    GETVALUE,
    SEEK,
    TRUNCATE,
    __GETSTATE__,
    __SETSTATE__,
    __SIZEOF__,
];

fn new<'a>(thread: &mut Thread, ty: &'a Type, _: Args<'a>) -> Outcome {
    let own = ExportedBytes::new(thread, Vec::new())?;
    allocate_instance(thread, ty, |head| BytesIo {
        head,
        attributes: AttributeWord::new(),
        closed: Cell::new(false),
        position: Cell::new(0),
        shared: Inside::new(None),
        own,
    })
}

fn init<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    static PARAMETERS: Parameters = Parameters {
        function: "BytesIO",
        names: &["initial_bytes"],
        positional_only: 0,
        positional: 1,
        required: 0,
        required_keywords: 0,
    };
    let [initial] = PARAMETERS.parse::<1>(thread, args)?;
    let stream = object.downcast::<BytesIo>().expect("the slot of these streams");
    stream.own.check_resizable(thread)?;
    stream.closed.set(false);
    stream.clear(thread)?;
    let Some(initial) = initial.filter(|initial| !initial.is_none()) else { return Ok(()) };
    if initial.exact::<Bytes>().is_some() {
        *stream.shared.change(thread) = Some(initial.to_value());
        return Ok(());
    }
    let buffer = Buffer::of(thread, initial, BufferFlags::SIMPLE)?;
    let content = buffer.to_vec(thread)?;
    drop(buffer);
    stream.own.set(thread, content)
}

impl BytesIo {
    fn check_closed(&self, thread: &mut Thread) -> Outcome<()> {
        if self.closed.get() {
            return Err(thread.value_error("I/O operation on closed file."));
        }
        Ok(())
    }

    fn clear(&self, thread: &mut Thread) -> Outcome<()> {
        self.position.set(0);
        let old = self.shared.change(thread).take();
        drop(old);
        self.own.take(thread).map(drop)
    }

    fn content<'a>(&'a self, thread: &'a Thread) -> &'a [u8] {
        match self.shared.view(thread) {
            Some(bytes) => bytes.downcast::<Bytes>().expect("a bytes object").content(),
            None => self.own.view(thread),
        }
    }

    /// What is between the position and the end.
    fn rest<'a>(&'a self, thread: &'a Thread) -> &'a [u8] {
        self.content(thread).get(self.position.get()..).unwrap_or(&[])
    }

    /// Makes the content the stream's own.
    fn unshare(&self, thread: &mut Thread) -> Outcome<()> {
        let Some(bytes) = self.shared.change(thread).take() else { return Ok(()) };
        let content = bytes.downcast::<Bytes>().expect("a bytes object").content();
        self.own.append(thread, content)
    }

    fn take(&self, thread: &mut Thread, count: usize) -> Outcome {
        let rest = self.rest(thread);
        let count = count.min(rest.len());
        if count == self.content(thread).len()
            && let Some(bytes) = self.shared.view(thread).clone()
        {
            self.position.set(count);
            return Ok(bytes);
        }
        let part = self.rest(thread)[..count].to_vec();
        self.position.set(self.position.get() + count);
        thread.bytes_from(part)
    }

    fn line_length(&self, thread: &Thread, limit: isize) -> usize {
        let rest = self.rest(thread);
        let part = &rest[..rest.len().min(usize::try_from(limit).unwrap_or(usize::MAX))];
        memchr::memchr(b'\n', part).map_or(part.len(), |at| at + 1)
    }

    fn write_bytes(&self, thread: &mut Thread, data: &[u8]) -> Outcome<usize> {
        let start = self.position.get();
        let Some(end) = start.checked_add(data.len()).filter(|end| *end <= isize::MAX as usize) else {
            return Err(thread.overflow_error("new position too large"));
        };
        if data.is_empty() {
            return Ok(0);
        }
        self.unshare(thread)?;
        let length = self.own.view(thread).len();
        if start >= length {
            self.own.resize(thread, start)?;
            self.own.append(thread, data)?;
        } else if end <= length {
            self.own.change(thread)[start..end].copy_from_slice(data);
        } else {
            self.own.replace(thread, start..length, data)?;
        }
        self.position.set(end);
        Ok(data.len())
    }
}

fn write_object(thread: &mut Thread, own: &BytesIo, value: Ref<'_>) -> Outcome<usize> {
    own.check_closed(thread)?;
    own.own.check_resizable(thread)?;
    if let Some(bytes) = value.downcast::<Bytes>() {
        return own.write_bytes(thread, bytes.content());
    }
    let buffer = Buffer::of(thread, value, BufferFlags::SIMPLE)?;
    // Asking for the buffer may have run Python.
    own.check_closed(thread)?;
    own.own.check_resizable(thread)?;
    let copy = buffer.to_vec(thread)?;
    own.write_bytes(thread, &copy)
}

/// Returns True if the IO object can be read.
#[native(signature = "($self, /)")]
fn readable(thread: &mut Thread, this: &BytesIo) -> Outcome<bool> {
    this.check_closed(thread)?;
    Ok(true)
}

/// Returns True if the IO object can be seeked.
#[native(signature = "($self, /)")]
fn seekable(thread: &mut Thread, this: &BytesIo) -> Outcome<bool> {
    this.check_closed(thread)?;
    Ok(true)
}

/// Returns True if the IO object can be written.
#[native(signature = "($self, /)")]
fn writable(thread: &mut Thread, this: &BytesIo) -> Outcome<bool> {
    this.check_closed(thread)?;
    Ok(true)
}

/// Disable all I/O operations.
#[native(signature = "($self, /)")]
fn close(thread: &mut Thread, this: &BytesIo) -> Outcome<()> {
    this.own.check_resizable(thread)?;
    let position = this.position.get();
    this.clear(thread)?;
    this.position.set(position);
    this.closed.set(true);
    Ok(())
}

/// Does nothing.
#[native(signature = "($self, /)")]
fn flush(thread: &mut Thread, this: &BytesIo) -> Outcome<()> {
    this.check_closed(thread)
}

/// Always returns False.
///
/// BytesIO objects are not connected to a TTY-like device.
#[native(signature = "($self, /)")]
fn isatty(thread: &mut Thread, this: &BytesIo) -> Outcome<bool> {
    this.check_closed(thread)?;
    Ok(false)
}

/// Current file position, an integer.
#[native(signature = "($self, /)")]
fn tell(thread: &mut Thread, this: &BytesIo) -> Outcome<usize> {
    this.check_closed(thread)?;
    Ok(this.position.get())
}

/// Write bytes to file.
///
/// Return the number of bytes written.
#[native(signature = "($self, b, /)")]
fn write(thread: &mut Thread, this: &BytesIo, b: Ref<'_>) -> Outcome<usize> {
    write_object(thread, this, b)
}

/// Write lines to the file.
///
/// Note that newlines are not added.  lines can be any iterable object
/// producing bytes-like objects.  This is equivalent to calling write()
/// for each element.
#[native(signature = "($self, lines, /)")]
fn writelines(thread: &mut Thread, this: &BytesIo, lines: Ref<'_>) -> Outcome<()> {
    this.check_closed(thread)?;
    let iterator = protocol::iter(thread, lines)?;
    while let Some(line) = protocol::next(thread, iterator.as_ref())? {
        write_object(thread, this, line.as_ref())?;
    }
    Ok(())
}

/// Read at most size bytes, returned as a bytes object.
///
/// If the size argument is negative, read until EOF is reached.
/// Return an empty bytes object at EOF.
#[native(signature = "($self, size=-1, /)")]
fn read(thread: &mut Thread, this: &BytesIo, size: Option<Size>) -> Outcome {
    this.check_closed(thread)?;
    this.take(thread, usize::try_from(Size::of(size)).unwrap_or(usize::MAX))
}

/// Read at most size bytes, returned as a bytes object.
///
/// If the size argument is negative or omitted, read until EOF is
/// reached.  Return an empty bytes object at EOF.
#[native(signature = "($self, size=-1, /)")]
fn read1(thread: &mut Thread, this: &BytesIo, size: Option<Size>) -> Outcome {
    read(thread, this, size)
}

/// Read bytes into buffer.
///
/// Returns number of bytes read (0 for EOF), or None if the object
/// is set not to block and has no data to read.
#[native(signature = "($self, buffer, /)")]
fn readinto(thread: &mut Thread, this: &BytesIo, buffer: WritableBuffer) -> Outcome<usize> {
    this.check_closed(thread)?;
    let rest = this.rest(thread);
    let part = rest[..rest.len().min(buffer.0.len())].to_vec();
    buffer.0.bytes_mut(thread)[..part.len()].copy_from_slice(&part);
    this.position.set(this.position.get() + part.len());
    Ok(part.len())
}

/// Next line from the file, as a bytes object.
///
/// Retain newline.  A non-negative size argument limits the maximum
/// number of bytes to return (an incomplete line may be returned then).
/// Return an empty bytes object at EOF.
#[native(signature = "($self, size=-1, /)")]
fn readline(thread: &mut Thread, this: &BytesIo, size: Option<Size>) -> Outcome {
    this.check_closed(thread)?;
    let count = this.line_length(thread, Size::of(size));
    this.take(thread, count)
}

/// List of bytes objects, each a line from the file.
///
/// Call readline() repeatedly and return a list of the lines so read.
/// The optional size argument, if given, is an approximate bound on the
/// total number of bytes in the lines returned.
#[native(signature = "($self, size=None, /)")]
fn readlines(thread: &mut Thread, this: &BytesIo, size: Option<Ref<'_>>) -> Outcome {
    this.check_closed(thread)?;
    let limit = match size.filter(|size| !size.is_none()) {
        None => 0,
        Some(size) if taipan_object::types::int::to_int(size).is_some() => {
            protocol::index_isize(thread, size)?
        }
        Some(size) => {
            let ty = size.ty().name().into_owned();
            return Err(thread.type_error(format!("integer argument expected, got '{ty}'")));
        }
    };
    let (mut lines, mut total) = (Vec::new(), 0_isize);
    loop {
        let count = this.line_length(thread, -1);
        if count == 0 {
            break;
        }
        let line = this.take(thread, count)?;
        if lines.try_reserve(1).is_err() {
            return Err(thread.no_memory());
        }
        lines.push(line);
        total += count as isize;
        if limit > 0 && total >= limit {
            break;
        }
    }
    thread.list(lines)
}

fn next(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = object.downcast::<BytesIo>().expect("the slot of these streams");
    own.check_closed(thread)?;
    match own.line_length(thread, -1) {
        0 => Ok(None),
        count => own.take(thread, count).map(Some),
    }
}

/// Get a read-write view over the contents of the BytesIO object.
#[native(signature = "($self, /)")]
fn getbuffer(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    let own = this.downcast::<BytesIo>().expect("the method of these streams");
    own.check_closed(thread)?;
    own.unshare(thread)?;
    let buffer = thread.new_object(|head| BytesIoBuffer { head, source: this.to_value() })?;
    memoryview::from_object(thread, buffer.as_ref(), BufferFlags::FULL_RO)
}

/// Retrieve the entire contents of the BytesIO object.
#[native(signature = "($self, /)")]
fn getvalue(thread: &mut Thread, this: &BytesIo) -> Outcome {
    this.check_closed(thread)?;
    if let Some(bytes) = this.shared.view(thread).clone() {
        return Ok(bytes);
    }
    if this.own.exports() != 0 {
        let copy = this.own.view(thread).to_vec();
        return thread.bytes_from(copy);
    }
    let content = this.own.take(thread)?;
    let bytes = thread.bytes_from(content)?;
    *this.shared.change(thread) = Some(bytes.clone());
    Ok(bytes)
}

/// Change stream position.
///
/// Seek to byte offset pos relative to position indicated by whence:
///      0  Start of stream (the default).  pos should be >= 0;
///      1  Current position - pos may be negative;
///      2  End of stream - pos usually negative.
/// Returns the new absolute position.
#[native(signature = "($self, pos, whence=0, /)")]
fn seek(thread: &mut Thread, this: &BytesIo, pos: isize, whence: Option<i32>) -> Outcome<usize> {
    this.check_closed(thread)?;
    let from = match whence.unwrap_or(0) {
        0 if pos < 0 => return Err(thread.value_error(format!("negative seek value {pos}"))),
        0 => 0,
        1 => this.position.get(),
        2 => this.content(thread).len(),
        other => {
            return Err(thread.value_error(format!("invalid whence ({other}, should be 0, 1 or 2)")));
        }
    };
    let Some(target) = (from as isize).checked_add(pos) else {
        return Err(thread.overflow_error("new position too large"));
    };
    this.position.set(target.max(0) as usize);
    Ok(this.position.get())
}

/// Truncate the file to at most size bytes.
///
/// Size defaults to the current file position, as returned by tell().
/// The current file position is unchanged.  Returns the new size.
#[native(signature = "($self, size=None, /)")]
fn truncate(thread: &mut Thread, this: &BytesIo, size: Option<Ref<'_>>) -> Outcome<usize> {
    this.check_closed(thread)?;
    this.own.check_resizable(thread)?;
    let size = match size.filter(|size| !size.is_none()) {
        None => this.position.get(),
        Some(size) => {
            let size =
                <Size as taipan_object::native::FromArgument>::from_argument(thread, size, "truncate", 0)?.0;
            match usize::try_from(size) {
                Ok(size) => size,
                Err(_) => return Err(thread.value_error(format!("negative size value {size}"))),
            }
        }
    };
    if size < this.content(thread).len() {
        this.unshare(thread)?;
        this.own.resize(thread, size)?;
    }
    Ok(size)
}

#[native(signature = "($self, /)", name = "__getstate__")]
fn __getstate__(thread: &mut Thread, this: &BytesIo) -> Outcome {
    let value = getvalue(thread, this)?;
    let attributes = state::attributes_copy(thread, Ref::of(this))?;
    let position = thread.int(this.position.get() as i128)?;
    thread.tuple([value, position, attributes])
}

#[native(signature = "($self, object, /)", name = "__setstate__")]
fn __setstate__(thread: &mut Thread, this: &BytesIo, state: Ref<'_>) -> Outcome<()> {
    let items = state::items(thread, Ref::of(this), state, 3)?;
    this.own.check_resizable(thread)?;
    this.clear(thread)?;
    write_object(thread, this, items[0])?;
    let position = state::position(thread, items[1], "second item of state must be an integer, not")?;
    this.position.set(position);
    state::set_attributes(thread, Ref::of(this), items[2], "third")
}

#[native(signature = "($self, /)", name = "__sizeof__")]
fn __sizeof__(thread: &mut Thread, this: &BytesIo) -> usize {
    Ref::of(this).ty().size.get() as usize + this.own.capacity(thread)
}

/// True if the file is closed.
#[getter]
fn closed(_: &mut Thread, this: &BytesIo) -> bool {
    this.closed.get()
}
