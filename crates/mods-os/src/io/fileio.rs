//! `FileIO`: a stream of bytes over a file descriptor, without a buffer.
//!
//! Every call of the operating system goes through the host and gives up the interpreter lock; so it
//! reads into memory that no object shares, and what is read into is copied.
//!
//! Answers for CPython's `Modules/_io/fileio.c`.

use std::cell::Cell;

use taipan_host::{Errno, Fd, SeekFrom};
use taipan_macros::{getter, native};
use taipan_object::native::{Args, Buffer, GetSetDef, MethodDef, Parameters, WritableBuffer};
use taipan_object::typeobject::{AttributeWord, Slots, TypeDef, allocate_instance};
use taipan_object::types::exception::{RUNTIME_WARNING, WARNING};
use taipan_object::types::int::to_int;
use taipan_object::types::str::Str;
use taipan_object::{Header, Outcome, Raised, Ref, Thread, Type, Value, object, protocol};

use super::DEFAULT_BUFFER_SIZE;
use super::base::{self, RAW_IO_BASE, stream_type};
use super::support::{
    Size, both, find_attribute, full_name, set_aside, set_attribute, unsupported, warn_unclosed,
};

/// `_SC` of the flags of `open`, Linux.
mod flags {
    pub const RDONLY: i32 = 0;
    pub const WRONLY: i32 = 1;
    pub const RDWR: i32 = 2;
    pub const CREAT: i32 = 0o100;
    pub const EXCL: i32 = 0o200;
    pub const TRUNC: i32 = 0o1000;
    pub const APPEND: i32 = 0o2000;
    pub const CLOEXEC: i32 = 0o2_000_000;
}

/// The first size that a read of unknown length asks for.
const SMALL_CHUNK: usize = DEFAULT_BUFFER_SIZE;

/// A file object without a buffer.
#[repr(C)]
pub struct FileIo {
    head: Header,
    attributes: AttributeWord,
    /// -1 while closed.
    fd: Cell<Fd>,
    created: Cell<bool>,
    readable: Cell<bool>,
    writable: Cell<bool>,
    appending: Cell<bool>,
    /// None while unknown.
    seekable: Cell<Option<bool>>,
    close_fd: Cell<bool>,
    finalizing: Cell<bool>,
    block_size: Cell<i64>,
    /// The size when the file was opened, until a write or seek makes it doubtful; a hint.
    size_at_open: Cell<Option<i64>>,
    /// Whether the file was found to be none of the kinds that can be a terminal.
    never_terminal: Cell<bool>,
}
object!(FileIo, FILE_IO, holds: attributes);

/// The type `_io.FileIO`.
pub static FILE_IO: Type = stream_type::<FileIo>(
    &TypeDef {
        doc: Some(include_str!("doc/FileIO.txt")),
        signature: Some("(file, mode='r', closefd=True, opener=None)"),
        methods: &[METHODS],
        getset: &[GETSET],
        ..TypeDef::new("_io.FileIO")
    },
    &RAW_IO_BASE,
    Slots { new: Some(new), init: Some(init), repr: Some(repr), ..base::slots::<FileIo>() },
);

const METHODS: &[MethodDef] = &[
    READ,
    READALL,
    READINTO,
    WRITE,
    SEEK,
    TELL,
    TRUNCATE,
    CLOSE,
    SEEKABLE,
    READABLE,
    WRITABLE,
    FILENO,
    ISATTY,
    ISATTY_OPEN_ONLY,
    DEALLOC_WARN,
    super::GETSTATE,
];

const GETSET: &[GetSetDef] = &[FINALIZING, CLOSED, CLOSEFD, MODE, BLKSIZE];

fn new<'a>(thread: &mut Thread, ty: &'a Type, _: Args<'a>) -> Outcome {
    allocate_instance(thread, ty, |head| FileIo {
        head,
        attributes: AttributeWord::new(),
        fd: Cell::new(-1),
        created: Cell::new(false),
        readable: Cell::new(false),
        writable: Cell::new(false),
        appending: Cell::new(false),
        seekable: Cell::new(None),
        close_fd: Cell::new(true),
        finalizing: Cell::new(false),
        block_size: Cell::new(0),
        size_at_open: Cell::new(None),
        never_terminal: Cell::new(false),
    })
}

fn init<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    static PARAMETERS: Parameters = Parameters {
        function: "FileIO",
        names: &["file", "mode", "closefd", "opener"],
        positional_only: 0,
        positional: 4,
        required: 1,
        required_keywords: 0,
    };
    let [file, mode, close_fd, opener] = PARAMETERS.parse::<4>(thread, args)?;
    let file = file.expect("a required parameter");
    let own = object.downcast::<FileIo>().expect("the slot of files");
    let mode = match mode {
        None => "r".to_owned(),
        Some(mode) => match mode.downcast::<Str>() {
            Some(mode) => mode.to_string_lossy().into_owned(),
            None => {
                let ty = if mode.is_none() { "None".into() } else { mode.ty().name() };
                let message = format!("FileIO() argument 'mode' must be str, not {ty}");
                return Err(thread.type_error(message));
            }
        },
    };
    let close_fd = match close_fd {
        Some(close_fd) => protocol::is_true(thread, close_fd)?,
        None => true,
    };
    open(thread, own, file, &mode, close_fd, opener.filter(|opener| !opener.is_none()))
}

/// `FileIO.__init__`
fn open(
    thread: &mut Thread,
    own: &FileIo,
    file: Ref<'_>,
    mode: &str,
    close_fd: bool,
    opener: Option<Ref<'_>>,
) -> Outcome<()> {
    if own.fd.get() >= 0 {
        if own.close_fd.get() {
            internal_close(thread, own)?;
        } else {
            own.fd.set(-1);
        }
    }
    let given = given_descriptor(thread, file)?;
    let path = if given.is_none() { Some(thread.fs_path(file)?) } else { None };
    let flags = parse_mode(thread, own, mode)?;
    if thread.is_audited() {
        let mode = thread.str(mode)?;
        let flags = Value::small_int(flags.into());
        thread.audit("open", &[file, mode.as_ref(), flags.as_ref()])?;
    }
    let opened = match (given, path) {
        (Some(fd), _) => {
            own.fd.set(fd);
            own.close_fd.set(close_fd);
            Ok(())
        }
        (None, path) => {
            own.close_fd.set(true);
            open_path(thread, own, file, &path.unwrap_or_default(), flags, close_fd, opener)
        }
    };
    let done = opened.and_then(|()| finish_open(thread, own, file));
    if done.is_err() {
        if given.is_some() {
            own.fd.set(-1);
        }
        if own.fd.get() >= 0 {
            let error = thread.take_exception();
            let closed = internal_close(thread, own);
            return both(thread, error, closed);
        }
    }
    done
}

/// The number of a descriptor, if the file is given as one.
fn given_descriptor(thread: &mut Thread, file: Ref<'_>) -> Outcome<Option<Fd>> {
    if file.is(Ref::bool(true)) || file.is(Ref::bool(false)) {
        thread.warn(&RUNTIME_WARNING, "bool is used as a file descriptor", 1)?;
    }
    if file.ty().slots().index.is_none() {
        return Ok(None);
    }
    let number = protocol::index(thread, file)?;
    let small = match to_int(number.as_ref()).as_deref() {
        Some(taipan_num::Int::Small(small)) => i32::try_from(*small).ok(),
        _ => None,
    };
    match small {
        Some(fd) if fd < 0 => Err(thread.value_error("negative file descriptor")),
        Some(fd) => Ok(Some(fd)),
        None => Ok(None),
    }
}

fn parse_mode(thread: &mut Thread, own: &FileIo, mode: &str) -> Outcome<i32> {
    const BAD: &str = "Must have exactly one of create/read/write/append mode and at most one plus";
    let (mut kind, mut plus, mut flags) = (false, false, 0);
    let fields = [&own.created, &own.readable, &own.writable, &own.appending];
    fields.iter().for_each(|field| field.set(false));
    for letter in mode.chars() {
        match letter {
            'x' | 'r' | 'w' | 'a' => {
                if kind {
                    return Err(thread.value_error(BAD));
                }
                kind = true;
                own.created.set(letter == 'x');
                own.readable.set(letter == 'r');
                own.writable.set(letter != 'r');
                own.appending.set(letter == 'a');
                flags |= match letter {
                    'x' => flags::EXCL | flags::CREAT,
                    'w' => flags::CREAT | flags::TRUNC,
                    'a' => flags::APPEND | flags::CREAT,
                    _ => 0,
                };
            }
            'b' => {}
            '+' => {
                if plus {
                    return Err(thread.value_error(BAD));
                }
                plus = true;
            }
            _ => return Err(thread.value_error(format!("invalid mode: {mode}"))),
        }
    }
    if !kind {
        return Err(thread.value_error(BAD));
    }
    if plus {
        own.readable.set(true);
        own.writable.set(true);
    }
    flags |= match (own.readable.get(), own.writable.get()) {
        (true, true) => flags::RDWR,
        (true, false) => flags::RDONLY,
        _ => flags::WRONLY,
    };
    Ok(flags | flags::CLOEXEC)
}

fn open_path(
    thread: &mut Thread,
    own: &FileIo,
    file: Ref<'_>,
    path: &[u8],
    flags: i32,
    close_fd: bool,
    opener: Option<Ref<'_>>,
) -> Outcome<()> {
    if !close_fd {
        return Err(thread.value_error("Cannot use closefd=False with file name"));
    }
    let host = &thread.interp().host;
    let Some(opener) = opener else {
        return match thread.blocking(|released| host.open(released, None, path, flags, 0o666))? {
            Ok(fd) => {
                own.fd.set(fd);
                Ok(())
            }
            Err(errno) => Err(thread.os_error(errno, Some(file), None)),
        };
    };
    let number = Value::small_int(flags.into());
    let opened = protocol::call(thread, opener, &[file, number.as_ref()])?;
    if to_int(opened.as_ref()).is_none() {
        return Err(thread.type_error("expected integer from opener"));
    }
    let fd = protocol::index_i64(thread, opened.as_ref())?;
    let Ok(fd) = Fd::try_from(fd) else {
        return Err(thread.overflow_error("Python int too large to convert to C int"));
    };
    if fd < 0 {
        return Err(thread.value_error(format!("opener returned {fd}")));
    }
    own.fd.set(fd);
    match host.set_inheritable(fd, false) {
        Ok(()) => Ok(()),
        Err(errno) => Err(thread.os_error(errno, None, None)),
    }
}

/// Looks at the file that was opened, and gives the object its name.
fn finish_open(thread: &mut Thread, own: &FileIo, file: Ref<'_>) -> Outcome<()> {
    const KIND: u32 = 0o170_000;
    own.block_size.set(DEFAULT_BUFFER_SIZE as i64);
    let (host, fd) = (&thread.interp().host, own.fd.get());
    match thread.released(|released| host.fstat(released, fd)) {
        Err(Errno::EBADF) => return Err(thread.os_error(Errno::EBADF, None, None)),
        Err(_) => {}
        Ok(status) => {
            let kind = status.mode & KIND;
            if kind == 0o040_000 {
                return Err(thread.os_error(Errno::EISDIR, Some(file), None));
            }
            own.never_terminal.set(kind != 0o020_000);
            own.size_at_open.set((kind == 0o100_000).then_some(status.size));
            if status.block_size > 1 {
                own.block_size.set(status.block_size);
            }
        }
    }
    set_attribute(thread, Ref::of(own), "name", file)?;
    if own.appending.get() {
        match seek_raw(thread, own, 0, 2) {
            Ok(_) | Err(Errno::ESPIPE) => {}
            Err(errno) => return Err(thread.os_error(errno, None, None)),
        }
    }
    Ok(())
}

#[cold]
fn closed_file(thread: &mut Thread) -> Raised {
    thread.value_error("I/O operation on closed file")
}

impl FileIo {
    /// Whether the descriptor is closed.
    pub fn is_closed(&self) -> bool {
        self.fd.get() < 0
    }

    /// The block size of the file.
    pub fn block_size(&self) -> i64 {
        self.block_size.get()
    }

    /// The descriptor, or ValueError.
    pub fn descriptor(&self, thread: &mut Thread) -> Outcome<Fd> {
        if self.is_closed() {
            return Err(closed_file(thread));
        }
        Ok(self.fd.get())
    }

    /// Reads into memory that no object shares; none if the stream would block.
    pub fn read_into(&self, thread: &mut Thread, memory: &mut [u8]) -> Outcome<Option<usize>> {
        let fd = self.descriptor(thread)?;
        if !self.readable.get() {
            return Err(unsupported(thread, "File not open for reading"));
        }
        let host = &thread.interp().host;
        match thread.blocking(|released| host.read(released, fd, memory))? {
            Ok(count) => Ok(Some(count)),
            Err(Errno::EAGAIN) => Ok(None),
            Err(errno) => Err(thread.os_error(errno, None, None)),
        }
    }

    /// Writes from memory that no object changes; none if the stream would block.
    pub fn write_from(&self, thread: &mut Thread, memory: &[u8]) -> Outcome<Option<usize>> {
        let fd = self.descriptor(thread)?;
        if !self.writable.get() {
            return Err(unsupported(thread, "File not open for writing"));
        }
        let host = &thread.interp().host;
        match thread.blocking(|released| host.write(released, fd, memory))? {
            Ok(count) => Ok(Some(count)),
            Err(Errno::EAGAIN) => Ok(None),
            Err(errno) => Err(thread.os_error(errno, None, None)),
        }
    }

    /// The position; moves to it first.
    pub fn seek_to(&self, thread: &mut Thread, target: i64, whence: i32) -> Outcome<i64> {
        self.descriptor(thread)?;
        match seek_raw(thread, self, target, whence) {
            Ok(place) => Ok(place),
            Err(errno) => Err(thread.os_error(errno, None, None)),
        }
    }
}

fn seek_raw(thread: &mut Thread, own: &FileIo, target: i64, whence: i32) -> taipan_host::Result<i64> {
    let (host, fd) = (&thread.interp().host, own.fd.get());
    let moved = thread.released(|released| host.seek(released, fd, target, SeekFrom(whence)));
    if own.seekable.get().is_none() {
        own.seekable.set(Some(moved.is_ok()));
    }
    moved
}

fn internal_close(thread: &mut Thread, own: &FileIo) -> Outcome<()> {
    let fd = own.fd.replace(-1);
    if fd < 0 {
        return Ok(());
    }
    let host = &thread.interp().host;
    match thread.released(|released| host.close(released, fd)) {
        Ok(()) => Ok(()),
        Err(errno) => Err(thread.os_error(errno, None, None)),
    }
}

/// Read at most size bytes, returned as bytes.
///
/// If size is less than 0, read all bytes in the file making multiple
/// read calls.  See ``FileIO.readall``.
///
/// Attempts to make only one system call, retrying only per PEP 475
/// (EINTR).  This means less data may be returned than requested.
///
/// In non-blocking mode, returns None if no data is available.  Return
/// an empty bytes object at EOF.
#[native(signature = "($self, size=-1, /)")]
fn read(thread: &mut Thread, this: &FileIo, size: Option<Size>) -> Outcome {
    const MAX: usize = 0x7fff_f000;
    this.descriptor(thread)?;
    if !this.readable.get() {
        return Err(unsupported(thread, "File not open for reading"));
    }
    let Ok(size) = usize::try_from(Size::of(size)) else { return readall(thread, this) };
    let mut content = room(thread, size.min(MAX))?;
    match this.read_into(thread, &mut content)? {
        None => Ok(Value::none()),
        Some(count) => {
            content.truncate(count);
            thread.bytes_from(content)
        }
    }
}

/// Zeros to read into.
pub fn room(thread: &mut Thread, size: usize) -> Outcome<Vec<u8>> {
    thread.charge(size)?;
    thread.heap().discharge(size);
    if size > isize::MAX as usize / 2 {
        return Err(thread.no_memory());
    }
    Ok(vec![0; size])
}

/// Read all data from the file, returned as bytes.
///
/// Reads until either there is an error or read() returns size 0
/// (indicates EOF).  If the file is already at EOF, returns an empty
/// bytes object.
///
/// In non-blocking mode, returns as much data as could be read before
/// EAGAIN.  If no data is available (EAGAIN is returned before bytes
/// are read) returns None.
#[native(signature = "($self, /)")]
fn readall(thread: &mut Thread, this: &FileIo) -> Outcome {
    match read_to_end(thread, this, Vec::new())? {
        Some(content) => thread.bytes_from(content),
        None => Ok(Value::none()),
    }
}

/// Reads until the end, behind what there is already; none if nothing came since the stream would
/// block.
pub fn read_to_end(thread: &mut Thread, own: &FileIo, mut content: Vec<u8>) -> Outcome<Option<Vec<u8>>> {
    own.descriptor(thread)?;
    if !own.readable.get() {
        return Err(unsupported(thread, "File not open for reading"));
    }
    let mut used = content.len();
    let mut chunk = SMALL_CHUNK;
    if let Some(end) = own.size_at_open.get() {
        let place = if end > 65536 { seek_raw(thread, own, 0, 1).unwrap_or(0) } else { 0 };
        chunk = usize::try_from(end.saturating_sub(place)).unwrap_or(0) + 1;
    }
    loop {
        let size = used.saturating_add(chunk);
        thread.charge(size)?;
        thread.heap().discharge(size);
        if content.try_reserve_exact(size - content.len()).is_err() {
            return Err(thread.no_memory());
        }
        content.resize(size, 0);
        while used < content.len() {
            match own.read_into(thread, &mut content[used..])? {
                Some(0) => {
                    content.truncate(used);
                    return Ok(Some(content));
                }
                Some(count) => used += count,
                None if used == 0 => return Ok(None),
                None => {
                    content.truncate(used);
                    return Ok(Some(content));
                }
            }
        }
        chunk = if used > 65536 { used >> 3 } else { 256 + used }.max(SMALL_CHUNK);
    }
}

/// Same as RawIOBase.readinto().
#[native(signature = "($self, buffer, /)")]
fn readinto(thread: &mut Thread, this: &FileIo, buffer: WritableBuffer) -> Outcome<Option<usize>> {
    let mut memory = room(thread, buffer.0.len())?;
    let count = this.read_into(thread, &mut memory)?;
    if let Some(count) = count {
        buffer.0.bytes_mut(thread)[..count].copy_from_slice(&memory[..count]);
    }
    Ok(count)
}

/// Write buffer b to file, return number of bytes written.
///
/// Only makes one system call, so not all of the data may be written.
/// The number of bytes actually written is returned.  In non-blocking
/// mode, returns None if the write would block.
#[native(signature = "($self, b, /)")]
fn write(thread: &mut Thread, this: &FileIo, b: Buffer) -> Outcome<Option<usize>> {
    this.descriptor(thread)?;
    let content = b.stable_bytes(thread)?;
    this.size_at_open.set(None);
    this.write_from(thread, &content)
}

/// Move to new file position and return the file position.
///
/// Argument offset is a byte count.  Optional argument whence defaults
/// to SEEK_SET or 0 (offset from start of file, offset should be >= 0);
/// other values are SEEK_CUR or 1 (move relative to current position,
/// positive or negative), and SEEK_END or 2 (move relative to end of
/// file, usually negative, although many platforms allow seeking beyond
/// the end of a file).
///
/// Note that not all file objects are seekable.
#[native(signature = "($self, pos, whence=0, /)")]
fn seek(thread: &mut Thread, this: &FileIo, pos: Ref<'_>, whence: Option<i32>) -> Outcome<i64> {
    this.descriptor(thread)?;
    let target = protocol::index_i64(thread, pos)?;
    this.seek_to(thread, target, whence.unwrap_or(0))
}

/// Current file position.
///
/// Can raise OSError for non seekable files.
#[native(signature = "($self, /)")]
fn tell(thread: &mut Thread, this: &FileIo) -> Outcome<i64> {
    this.seek_to(thread, 0, 1)
}

/// Truncate the file to at most size bytes and return the truncated size.
///
/// Size defaults to the current file position, as returned by tell().
/// The current file position is changed to the value of size.
#[native(signature = "($self, size=None, /)")]
fn truncate(thread: &mut Thread, this: &FileIo, size: Option<Ref<'_>>) -> Outcome<i64> {
    let fd = this.descriptor(thread)?;
    if !this.writable.get() {
        return Err(unsupported(thread, "File not open for writing"));
    }
    let size = match size.filter(|size| !size.is_none()) {
        Some(size) => protocol::index_i64(thread, size)?,
        None => this.seek_to(thread, 0, 1)?,
    };
    this.size_at_open.set(None);
    let host = &thread.interp().host;
    match thread.released(|released| host.ftruncate(released, fd, size)) {
        Ok(()) => Ok(size),
        Err(errno) => Err(thread.os_error(errno, None, None)),
    }
}

/// Close the file.
///
/// A closed file cannot be used for further I/O operations.  close()
/// may be called more than once without error.
#[native(signature = "($self, /)")]
fn close(thread: &mut Thread, this: &FileIo) -> Outcome<()> {
    let closed = base::close(thread, Ref::of(this));
    if !this.close_fd.get() {
        this.fd.set(-1);
        return closed;
    }
    let error = set_aside(thread, closed);
    if this.finalizing.get() && dealloc_warn(thread, this, Ref::of(this)).is_err() {
        drop(thread.take_exception());
    }
    let done = internal_close(thread, this);
    both(thread, error, done)
}

/// True if file supports random-access.
#[native(signature = "($self, /)")]
pub fn seekable(thread: &mut Thread, this: &FileIo) -> Outcome<bool> {
    this.descriptor(thread)?;
    if this.seekable.get().is_none() {
        let _ = seek_raw(thread, this, 0, 1);
    }
    Ok(this.seekable.get() == Some(true))
}

/// True if file was opened in a read mode.
#[native(signature = "($self, /)")]
fn readable(thread: &mut Thread, this: &FileIo) -> Outcome<bool> {
    this.descriptor(thread)?;
    Ok(this.readable.get())
}

/// True if file was opened in a write mode.
#[native(signature = "($self, /)")]
fn writable(thread: &mut Thread, this: &FileIo) -> Outcome<bool> {
    this.descriptor(thread)?;
    Ok(this.writable.get())
}

/// Return the underlying file descriptor (an integer).
#[native(signature = "($self, /)")]
fn fileno(thread: &mut Thread, this: &FileIo) -> Outcome<i32> {
    this.descriptor(thread)
}

/// True if the file is connected to a TTY device.
#[native(signature = "($self, /)")]
fn isatty(thread: &mut Thread, this: &FileIo) -> Outcome<bool> {
    let fd = this.descriptor(thread)?;
    Ok(thread.interp().host.is_terminal(fd))
}

#[native(signature = "($self, /)", name = "_isatty_open_only")]
fn isatty_open_only(thread: &mut Thread, this: &FileIo) -> Outcome<bool> {
    if this.never_terminal.get() {
        return Ok(false);
    }
    isatty(thread, this)
}

#[native(signature = "($self, object, /)", name = "_dealloc_warn")]
fn dealloc_warn(thread: &mut Thread, this: &FileIo, object: Ref<'_>) -> Outcome<()> {
    if this.is_closed() || !this.close_fd.get() {
        return Ok(());
    }
    let outer = thread.take_exception();
    if warn_unclosed(thread, object).is_err() {
        if thread.exception_is(&WARNING) {
            thread.unraisable(Ref::of(this));
        }
        drop(thread.take_exception());
    }
    thread.exception = outer;
    Ok(())
}

#[getter(name = "_finalizing", set = set_finalizing)]
fn finalizing(_: &mut Thread, this: &FileIo) -> bool {
    this.finalizing.get()
}

fn set_finalizing(thread: &mut Thread, this: &FileIo, value: Option<Ref<'_>>) -> Outcome<()> {
    let on = super::flag_value(thread, value)?;
    this.finalizing.set(on);
    Ok(())
}

/// True if the file is closed
#[getter]
fn closed(_: &mut Thread, this: &FileIo) -> bool {
    this.is_closed()
}

/// True if the file descriptor will be closed by close().
#[getter]
fn closefd(_: &mut Thread, this: &FileIo) -> bool {
    this.close_fd.get()
}

fn mode_of(own: &FileIo) -> &'static str {
    match (own.created.get(), own.appending.get(), own.readable.get(), own.writable.get()) {
        (true, _, true, _) => "xb+",
        (true, _, false, _) => "xb",
        (_, true, true, _) => "ab+",
        (_, true, false, _) => "ab",
        (_, _, true, true) => "rb+",
        (_, _, true, false) => "rb",
        _ => "wb",
    }
}

/// String giving the file mode
#[getter]
fn mode(_: &mut Thread, this: &FileIo) -> &'static str {
    mode_of(this)
}

/// Stat st_blksize if available
#[getter(name = "_blksize")]
fn blksize(_: &mut Thread, this: &FileIo) -> i64 {
    this.block_size.get()
}

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let own = object.downcast::<FileIo>().expect("the slot of files");
    let ty = full_name(thread, object);
    if own.is_closed() {
        return thread.str(&format!("<{ty} [closed]>"));
    }
    let name = find_attribute(thread, object, "name")?;
    let close_fd = if own.close_fd.get() { "True" } else { "False" };
    let (mode, fd) = (mode_of(own), own.fd.get());
    let Some(name) = name else {
        return thread.str(&format!("<{ty} fd={fd} mode='{mode}' closefd={close_fd}>"));
    };
    if !thread.enter_repr(object) {
        return Err(thread.runtime_error(format!("reentrant call inside {ty}.__repr__")));
    }
    let name = protocol::repr(thread, name.as_ref());
    thread.leave_repr(object);
    let name = name?;
    let name = name.downcast::<Str>().map(Str::to_text).unwrap_or_default();
    let mut text = taipan_text::TextBuf::from(format!("<{ty} name=").as_str());
    text.push_text(&name);
    text.push_str(&format!(" mode='{mode}' closefd={close_fd}>"));
    thread.str_from_text(&text)
}
