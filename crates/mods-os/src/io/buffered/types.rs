//! The types of buffered streams, with their constructors.

use std::cell::Cell;

use taipan_macros::native;
use taipan_object::native::{Args, GetSetDef, MethodDef, Parameters, WritableBuffer};
use taipan_object::typeobject::{AttributeWord, Slots, TypeDef, allocate_instance};
use taipan_object::types::bytes::Bytes;
use taipan_object::{Inside, Outcome, Ref, Thread, Type, Value, protocol};

use super::super::base::{
    self, IO_BASE, IoBase, check_readable, check_seekable, check_writable, stream_type,
};
use super::super::fileio::FILE_IO;
use super::super::support::{os_message, unsupported};
use super::super::{DEFAULT_BUFFER_SIZE, GETSTATE};
use super::raw::raw_tell;
use super::{BUFFERED, Buffered, methods, reading, writing};

/// The type `_io._BufferedIOBase`.
pub static BUFFERED_IO_BASE: Type = stream_type::<IoBase>(
    &TypeDef {
        doc: Some(include_str!("../doc/BufferedIOBase.txt")),
        methods: &[BASE_METHODS],
        ..TypeDef::new("_io._BufferedIOBase")
    },
    &IO_BASE,
    Slots { new: Some(base::new), ..base::slots::<IoBase>() },
);

const BASE_METHODS: &[MethodDef] = &[DETACH, READ, READ1, READINTO, READINTO1, WRITE];

/// Disconnect this buffer from its underlying raw stream and return it.
///
/// After the raw stream has been detached, the buffer is in an unusable
/// state.
#[native(signature = "($self, /)")]
fn detach(thread: &mut Thread, _: Ref<'_>) -> Outcome<()> {
    Err(unsupported(thread, "detach"))
}

/// Read and return up to n bytes.
///
/// If the size argument is omitted, None, or negative, read and
/// return all data until EOF.
///
/// If the size argument is positive, and the underlying raw stream is
/// not 'interactive', multiple raw reads may be issued to satisfy
/// the byte count (unless EOF is reached first).
/// However, for interactive raw streams (as well as sockets and pipes),
/// at most one raw read will be issued, and a short result does not
/// imply that EOF is imminent.
///
/// Return an empty bytes object on EOF.
///
/// Return None if the underlying raw stream was open in non-blocking
/// mode and no data is available at the moment.
#[native(signature = "($self, size=-1, /)")]
fn read(thread: &mut Thread, _: Ref<'_>, _: Option<Ref<'_>>) -> Outcome<()> {
    Err(unsupported(thread, "read"))
}

/// Read and return up to size bytes, with at most one read() call to the underlying raw stream.
///
/// Return an empty bytes object on EOF.
/// A short result does not imply that EOF is imminent.
#[native(signature = "($self, size=-1, /)")]
fn read1(thread: &mut Thread, _: Ref<'_>, _: Option<Ref<'_>>) -> Outcome<()> {
    Err(unsupported(thread, "read1"))
}

/// Write buffer b to the IO stream.
///
/// Return the number of bytes written, which is always
/// the length of b in bytes.
///
/// Raise BlockingIOError if the buffer is full and the
/// underlying raw stream cannot accept more data at the moment.
#[native(signature = "($self, b, /)")]
fn write(thread: &mut Thread, _: Ref<'_>, _: Ref<'_>) -> Outcome<()> {
    Err(unsupported(thread, "write"))
}

#[native(signature = "($self, buffer, /)")]
fn readinto(thread: &mut Thread, this: Ref<'_>, buffer: WritableBuffer) -> Outcome<usize> {
    by_method(thread, this, "read", &buffer)
}

#[native(signature = "($self, buffer, /)")]
fn readinto1(thread: &mut Thread, this: Ref<'_>, buffer: WritableBuffer) -> Outcome<usize> {
    by_method(thread, this, "read1", &buffer)
}

fn by_method(thread: &mut Thread, this: Ref<'_>, name: &str, buffer: &WritableBuffer) -> Outcome<usize> {
    let wanted = buffer.0.len();
    let size = thread.int(wanted as i128)?;
    let data = protocol::call_method(thread, this, name, &[size.as_ref()])?;
    let Some(data) = data.downcast::<Bytes>() else {
        return Err(thread.type_error("read() should return bytes"));
    };
    let count = data.content().len();
    if count > wanted {
        return Err(thread.value_error(format!(
            "read() returned too much data: {wanted} bytes requested, {count} returned"
        )));
    }
    buffer.0.bytes_mut(thread)[..count].copy_from_slice(data.content());
    Ok(count)
}

const COMMON: &[MethodDef] = &[
    methods::DETACH,
    methods::CLOSE,
    methods::SEEKABLE,
    methods::FILENO,
    methods::ISATTY,
    methods::DEALLOC_WARN,
    methods::SEEK,
    methods::TELL,
    methods::TRUNCATE,
    methods::__SIZEOF__,
    GETSTATE,
];

const READING: &[MethodDef] = &[
    methods::READABLE,
    reading::READ,
    reading::READ1,
    reading::READINTO,
    reading::READINTO1,
    reading::READLINE_METHOD,
    reading::PEEK,
];

const WRITING: &[MethodDef] = &[methods::WRITABLE, writing::WRITE, methods::FLUSH];

const GETSET: &[GetSetDef] =
    &[methods::RAW_STREAM, methods::FINALIZING, methods::CLOSED, methods::NAME, methods::MODE];

const fn slots() -> Slots {
    Slots { new: Some(new), repr: Some(methods::repr), ..base::slots::<Buffered>() }
}

/// The type `_io.BufferedReader`.
pub static BUFFERED_READER: Type = stream_type::<Buffered>(
    &TypeDef {
        doc: Some("Create a new buffered reader using the given readable raw IO object."),
        signature: Some("(raw, buffer_size=DEFAULT_BUFFER_SIZE)"),
        methods: &[COMMON, READING, &[methods::SIMPLE_FLUSH]],
        getset: &[GETSET],
        ..TypeDef::new("_io.BufferedReader")
    },
    &BUFFERED_IO_BASE,
    Slots {
        init: Some(|thread, object, args| init(thread, object, args, "BufferedReader", (true, false))),
        next: Some(next),
        ..slots()
    },
)
.with_layout(&BUFFERED);

/// The type `_io.BufferedWriter`.
pub static BUFFERED_WRITER: Type = stream_type::<Buffered>(
    &TypeDef {
        doc: Some(include_str!("../doc/BufferedWriter.txt")),
        signature: Some("(raw, buffer_size=DEFAULT_BUFFER_SIZE)"),
        methods: &[COMMON, WRITING],
        getset: &[GETSET],
        ..TypeDef::new("_io.BufferedWriter")
    },
    &BUFFERED_IO_BASE,
    Slots {
        init: Some(|thread, object, args| init(thread, object, args, "BufferedWriter", (false, true))),
        ..slots()
    },
)
.with_layout(&BUFFERED);

/// The type `_io.BufferedRandom`.
pub static BUFFERED_RANDOM: Type = stream_type::<Buffered>(
    &TypeDef {
        doc: Some(include_str!("../doc/BufferedRandom.txt")),
        signature: Some("(raw, buffer_size=DEFAULT_BUFFER_SIZE)"),
        methods: &[COMMON, READING, WRITING],
        getset: &[GETSET],
        ..TypeDef::new("_io.BufferedRandom")
    },
    &BUFFERED_IO_BASE,
    Slots {
        init: Some(|thread, object, args| init(thread, object, args, "BufferedRandom", (true, true))),
        next: Some(next),
        ..slots()
    },
)
.with_layout(&BUFFERED);

fn new<'a>(thread: &mut Thread, ty: &'a Type, _: Args<'a>) -> Outcome {
    allocate_instance(thread, ty, |head| Buffered {
        head,
        attributes: AttributeWord::new(),
        raw: Inside::new(None),
        plain: Cell::new(false),
        ready: Cell::new(false),
        detached: Cell::new(false),
        readable: Cell::new(false),
        writable: Cell::new(false),
        finalizing: Cell::new(false),
        gone: Cell::new(false),
        owner: Cell::new(0),
        buffer_size: Cell::new(0),
        abs_pos: Cell::new(0),
        pos: Cell::new(0),
        raw_pos: Cell::new(0),
        read_end: Cell::new(0),
        write_pos: Cell::new(0),
        write_end: Cell::new(0),
        buffer: Inside::new(Vec::new()),
    })
}

fn init<'a>(
    thread: &mut Thread,
    object: Ref<'a>,
    args: Args<'a>,
    function: &'static str,
    (reads, writes): (bool, bool),
) -> Outcome<()> {
    let parameters = Parameters {
        function,
        names: &["raw", "buffer_size"],
        positional_only: 0,
        positional: 2,
        required: 1,
        required_keywords: 0,
    };
    let [raw, size] = parameters.parse::<2>(thread, args)?;
    let raw = raw.expect("a required parameter");
    let size = match size {
        Some(size) => protocol::index_isize(thread, size)?,
        None => DEFAULT_BUFFER_SIZE as isize,
    };
    let own = object.downcast::<Buffered>().expect("the slot of buffered streams");
    own.ready.set(false);
    own.detached.set(false);
    if reads && writes {
        check_seekable(thread, raw)?;
    }
    if reads {
        check_readable(thread, raw)?;
    }
    if writes {
        check_writable(thread, raw)?;
    }
    let old = own.raw.change(thread).replace(raw.to_value());
    drop(old);
    own.readable.set(reads);
    own.writable.set(writes);
    let Some(size) = usize::try_from(size).ok().filter(|size| *size > 0) else {
        return Err(thread.value_error("buffer size must be strictly positive"));
    };
    if size > isize::MAX as usize / 2 {
        return Err(thread.no_memory());
    }
    own.buffer_size.set(size);
    *own.buffer.change(thread) = Vec::new();
    own.gone.set(false);
    own.owner.set(0);
    if raw_tell(thread, own).is_err() {
        own.abs_pos.set(-1);
        drop(thread.take_exception());
    }
    own.reset_read();
    own.reset_write();
    own.pos.set(0);
    let is_plain = [&BUFFERED_READER, &BUFFERED_WRITER, &BUFFERED_RANDOM].iter().any(|ty| object.ty().is(ty));
    own.plain.set(is_plain && raw.ty().is(&FILE_IO));
    own.ready.set(true);
    Ok(())
}

fn next(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = object.downcast::<Buffered>().expect("the slot of buffered streams");
    own.raw(thread)?;
    let line = if object.ty().is(&BUFFERED_READER) || object.ty().is(&BUFFERED_RANDOM) {
        reading::readline(thread, own, -1)?
    } else {
        protocol::call_method(thread, object, "readline", &[])?
    };
    let Some(content) = line.downcast::<Bytes>() else {
        let ty = line.as_ref().ty().name().into_owned();
        let message = format!("readline() should have returned a bytes object, not '{ty}'");
        return Err(os_message(thread, message));
    };
    let ended = content.content().is_empty();
    Ok((!ended).then_some(line))
}
