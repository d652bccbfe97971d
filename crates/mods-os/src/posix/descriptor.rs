//! Open files: opening, closing, reading, writing, positions, flags.

use taipan_host::{Errno, SeekFrom};
use taipan_macros::native;
use taipan_object::native::{Buffer, MethodDef, WritableBuffer};
use taipan_object::{Outcome, Ref, Thread, Value, protocol};

use crate::failure::{OrRaise, os_error};
use crate::path::{DirFd, FileNo, directory, path_of};
use crate::posix::files::number;

pub(super) const FUNCTIONS: &[MethodDef] = &[
    OPEN,
    CLOSE,
    CLOSERANGE,
    DUP,
    DUP2,
    LOCKF,
    LSEEK,
    READ,
    READINTO,
    PREAD,
    WRITE,
    PWRITE,
    READV,
    PREADV,
    WRITEV,
    PWRITEV,
    SENDFILE,
    COPY_FILE_RANGE,
    SPLICE,
    FSYNC,
    FDATASYNC,
    FTRUNCATE,
    POSIX_FALLOCATE,
    POSIX_FADVISE,
    ISATTY,
    PIPE,
    PIPE2,
    GET_INHERITABLE,
    SET_INHERITABLE,
    GET_BLOCKING,
    SET_BLOCKING,
    DEVICE_ENCODING,
    MEMFD_CREATE,
    EVENTFD,
    EVENTFD_READ,
    EVENTFD_WRITE,
];

/// Room for `length` bytes, zeros.
pub(crate) fn room(thread: &mut Thread, length: usize) -> Outcome<Vec<u8>> {
    thread.charge(length)?;
    thread.heap().discharge(length);
    let mut buffer = Vec::new();
    if buffer.try_reserve_exact(length).is_err() {
        return Err(thread.no_memory());
    }
    buffer.resize(length, 0);
    Ok(buffer)
}

/// Open a file for low level IO.  Returns a file descriptor (integer).
///
/// If dir_fd is not None, it should be a file descriptor open to
/// a directory, and path should be relative; path will then be relative to
/// that directory.
/// dir_fd may not be implemented on your platform.  If it is unavailable,
/// using it will raise a NotImplementedError.
#[native(signature = "($module, /, path, flags, mode=511, *, dir_fd=None)")]
fn open(
    thread: &mut Thread,
    path: Ref<'_>,
    flags: i32,
    mode: Option<i32>,
    dir_fd: Option<DirFd>,
) -> Outcome<i32> {
    let path = path_of("open").get(thread, path)?;
    let (mode, directory) = (mode.unwrap_or(0o777), directory(dir_fd));
    let flags = flags | taipan_host::constants::O_CLOEXEC;
    thread.audit("open", &[path.object.as_ref(), Ref::none(), number(flags).as_ref()])?;
    let host = &thread.interp().host;
    thread
        .blocking(|lock| host.open(lock, directory, path.name(), flags, mode as u32))?
        .or_raise_for(thread, &path)
}

/// Close a file descriptor.
#[native(signature = "($module, /, fd)")]
fn close(thread: &mut Thread, fd: i32) -> Outcome<()> {
    let host = &thread.interp().host;
    // Not repeated after EINTR: the descriptor is closed all the same.
    thread.released(|lock| host.close(lock, fd)).or_raise(thread)
}

/// Closes all file descriptors in [fd_low, fd_high), ignoring errors.
#[native(signature = "($module, fd_low, fd_high, /)")]
fn closerange(thread: &mut Thread, fd_low: i32, fd_high: i32) {
    let host = &thread.interp().host;
    thread.released(|lock| host.close_range(lock, fd_low, fd_high));
}

/// Return a duplicate of a file descriptor.
#[native(signature = "($module, fd, /)")]
fn dup(thread: &mut Thread, fd: i32) -> Outcome<i32> {
    thread.interp().host.dup(fd).or_raise(thread)
}

/// Duplicate file descriptor.
#[native(signature = "($module, /, fd, fd2, inheritable=True)")]
fn dup2(thread: &mut Thread, fd: i32, fd2: i32, inheritable: Option<bool>) -> Outcome<i32> {
    if fd < 0 || fd2 < 0 {
        return Err(os_error(thread, Errno::EBADF));
    }
    let host = &thread.interp().host;
    let inheritable = inheritable.unwrap_or(true);
    thread.released(|lock| host.dup2(lock, fd, fd2, inheritable)).or_raise(thread)
}

/// Apply, test or remove a POSIX lock on an open file descriptor.
///
///   fd
///     An open file descriptor.
///   command
///     One of F_LOCK, F_TLOCK, F_ULOCK or F_TEST.
///   length
///     The number of bytes to lock, starting at the current position.
#[native(signature = "($module, fd, command, length, /)")]
fn lockf(thread: &mut Thread, fd: i32, command: i32, length: i64) -> Outcome<()> {
    let length_value = thread.int(i128::from(length))?;
    thread.audit("os.lockf", &[number(fd).as_ref(), number(command).as_ref(), length_value.as_ref()])?;
    let host = &thread.interp().host;
    thread.released(|lock| host.lockf(lock, fd, command, length)).or_raise(thread)
}

/// Set the position of a file descriptor.  Return the new position.
///
///   fd
///     An open file descriptor, as returned by os.open().
///   position
///     Position, interpreted relative to 'whence'.
///   whence
///     The relative position to seek from. Valid values are:
///     - SEEK_SET: seek from the start of the file.
///     - SEEK_CUR: seek from the current file position.
///     - SEEK_END: seek from the end of the file.
///
/// The return value is the number of bytes relative to the beginning of
/// the file.
#[native(signature = "($module, fd, position, whence, /)")]
fn lseek(thread: &mut Thread, fd: i32, position: i64, whence: i32) -> Outcome<i64> {
    let host = &thread.interp().host;
    thread.released(|lock| host.seek(lock, fd, position, SeekFrom(whence))).or_raise(thread)
}

/// Read from a file descriptor.  Returns a bytes object.
#[native(signature = "($module, fd, length, /)")]
fn read(thread: &mut Thread, fd: i32, length: isize) -> Outcome {
    let Ok(length) = usize::try_from(length) else { return Err(os_error(thread, Errno::EINVAL)) };
    let mut buffer = room(thread, length.min(taipan_host::MAX_TRANSFER))?;
    let host = &thread.interp().host;
    let count = thread.blocking(|lock| host.read(lock, fd, &mut buffer))?.or_raise(thread)?;
    shorten(&mut buffer, count);
    thread.bytes_from(buffer)
}

fn shorten(buffer: &mut Vec<u8>, count: usize) {
    buffer.truncate(count);
    buffer.shrink_to_fit();
}

/// Read into a buffer object from a file descriptor.
///
/// The buffer should be mutable and bytes-like.  On success, returns the
/// number of bytes read.  Less bytes may be read than the size of the
/// buffer.  The underlying system call will be retried when interrupted by
/// a signal, unless the signal handler raises an exception.  Other errors
/// will not be retried and an error will be raised.
///
/// Returns 0 if *fd* is at end of file or if the provided *buffer* has
/// length 0 (which can be used to check for errors without reading data).
/// Never returns negative.
#[native(signature = "($module, fd, buffer, /)")]
fn readinto(thread: &mut Thread, fd: i32, buffer: WritableBuffer) -> Outcome<usize> {
    if fd < 0 {
        return Err(os_error(thread, Errno::EBADF));
    }
    let mut room = room(thread, buffer.0.len().min(taipan_host::MAX_TRANSFER))?;
    let host = &thread.interp().host;
    let count = thread.blocking(|lock| host.read(lock, fd, &mut room))?.or_raise(thread)?;
    buffer.0.bytes_mut(thread)[..count].copy_from_slice(&room[..count]);
    Ok(count)
}

/// Read a number of bytes from a file descriptor starting at a particular offset.
///
/// Read length bytes from file descriptor fd, starting at offset bytes from
/// the beginning of the file.  The file offset remains unchanged.
#[native(signature = "($module, fd, length, offset, /)")]
fn pread(thread: &mut Thread, fd: i32, length: isize, offset: i64) -> Outcome {
    let Ok(length) = usize::try_from(length) else { return Err(os_error(thread, Errno::EINVAL)) };
    let mut buffer = room(thread, length)?;
    let host = &thread.interp().host;
    let count = thread.blocking(|lock| host.pread(lock, fd, &mut buffer, offset))?.or_raise(thread)?;
    shorten(&mut buffer, count);
    thread.bytes_from(buffer)
}

/// Write a bytes object to a file descriptor.
#[native(signature = "($module, fd, data, /)")]
fn write(thread: &mut Thread, fd: i32, data: Buffer) -> Outcome<usize> {
    let bytes = data.stable_bytes(thread)?;
    let host = &thread.interp().host;
    thread.blocking(|lock| host.write(lock, fd, &bytes))?.or_raise(thread)
}

/// Write bytes to a file descriptor starting at a particular offset.
///
/// Write buffer to fd, starting at offset bytes from the beginning of
/// the file.  Returns the number of bytes written.  Does not change the
/// current file offset.
#[native(signature = "($module, fd, buffer, offset, /)")]
fn pwrite(thread: &mut Thread, fd: i32, buffer: Buffer, offset: i64) -> Outcome<usize> {
    let bytes = buffer.stable_bytes(thread)?;
    let host = &thread.interp().host;
    thread.blocking(|lock| host.pwrite(lock, fd, &bytes, offset))?.or_raise(thread)
}

fn items_of(thread: &mut Thread, buffers: Ref<'_>, function: &str) -> Outcome<Vec<Value>> {
    if !protocol::is_sequence(buffers) {
        return Err(thread.type_error(format!("{function}() arg 2 must be a sequence")));
    }
    protocol::collect(thread, buffers)
}

/// Reads into several buffers.
fn scatter(
    thread: &mut Thread,
    (fd, position): (i32, Option<(i64, i32)>),
    buffers: Ref<'_>,
    function: &str,
) -> Outcome<usize> {
    let items = items_of(thread, buffers, function)?;
    let mut targets = Vec::with_capacity(items.len());
    let mut rooms = Vec::with_capacity(items.len());
    for item in &items {
        let target = Buffer::writable(thread, item.as_ref())?;
        rooms.push(room(thread, target.len())?);
        targets.push(target);
    }
    let host = &thread.interp().host;
    let count = thread
        .blocking(|lock| match position {
            None => host.read_scattered(lock, fd, &mut rooms),
            Some((offset, flags)) => host.pread_scattered(lock, fd, &mut rooms, offset, flags),
        })?
        .or_raise(thread)?;
    let mut left = count;
    for (target, room) in targets.iter().zip(&rooms) {
        let part = left.min(room.len());
        target.bytes_mut(thread)[..part].copy_from_slice(&room[..part]);
        left -= part;
    }
    Ok(count)
}

/// Writes from several buffers.
fn gather(
    thread: &mut Thread,
    (fd, position): (i32, Option<(i64, i32)>),
    buffers: Ref<'_>,
    function: &str,
) -> Outcome<usize> {
    let items = items_of(thread, buffers, function)?;
    let mut sources = Vec::with_capacity(items.len());
    for item in &items {
        sources.push(Buffer::of(thread, item.as_ref(), taipan_object::native::BufferFlags::SIMPLE)?);
    }
    let mut parts = Vec::with_capacity(items.len());
    for source in &sources {
        parts.push(source.stable_bytes(thread)?);
    }
    let host = &thread.interp().host;
    thread
        .blocking(|lock| match position {
            None => host.write_gathered(lock, fd, &parts),
            Some((offset, flags)) => host.pwrite_gathered(lock, fd, &parts, offset, flags),
        })?
        .or_raise(thread)
}

/// Read from a file descriptor fd into an iterable of buffers.
///
/// The buffers should be mutable buffers accepting bytes.
/// readv will transfer data into each buffer until it is full
/// and then move on to the next buffer in the sequence to hold
/// the rest of the data.
///
/// readv returns the total number of bytes read,
/// which may be less than the total capacity of all the buffers.
#[native(signature = "($module, fd, buffers, /)")]
fn readv(thread: &mut Thread, fd: i32, buffers: Ref<'_>) -> Outcome<usize> {
    scatter(thread, (fd, None), buffers, "readv")
}

/// Reads from a file descriptor into a number of mutable bytes-like objects.
///
/// Combines the functionality of readv() and pread().  As readv(), it will
/// transfer data into each buffer until it is full and then move on to the
/// next buffer in the sequence to hold the rest of the data.  Its fourth
/// argument, specifies the file offset at which the input operation is to
/// be performed.  It will return the total number of bytes read (which can
/// be less than the total capacity of all the objects).
///
/// The flags argument contains a bitwise OR of zero or more of the
/// following flags:
///
/// - RWF_HIPRI
/// - RWF_NOWAIT
///
/// Using non-zero flags requires Linux 4.6 or newer.
#[native(signature = "($module, fd, buffers, offset, flags=0, /)")]
fn preadv(thread: &mut Thread, fd: i32, buffers: Ref<'_>, offset: i64, flags: Option<i32>) -> Outcome<usize> {
    scatter(thread, (fd, Some((offset, flags.unwrap_or(0)))), buffers, "preadv2")
}

/// Iterate over buffers, and write the contents of each to a file descriptor.
///
/// Returns the total number of bytes written.
/// buffers must be a sequence of bytes-like objects.
#[native(signature = "($module, fd, buffers, /)")]
fn writev(thread: &mut Thread, fd: i32, buffers: Ref<'_>) -> Outcome<usize> {
    gather(thread, (fd, None), buffers, "writev")
}

/// Writes the contents of bytes-like objects to a file descriptor at a given offset.
///
/// Combines the functionality of writev() and pwrite(). All buffers must be
/// a sequence of bytes-like objects.  Buffers are processed in array order.
/// Entire contents of first buffer is written before proceeding to second,
/// and so on. The operating system may set a limit (sysconf() value
/// SC_IOV_MAX) on the number of buffers that can be used.
/// This function writes the contents of each object to the file descriptor
/// and returns the total number of bytes written.
///
/// The flags argument contains a bitwise OR of zero or more of the
/// following flags:
///
/// - RWF_DSYNC
/// - RWF_SYNC
/// - RWF_APPEND
///
/// Using non-zero flags requires Linux 4.7 or newer.
#[native(signature = "($module, fd, buffers, offset, flags=0, /)")]
fn pwritev(
    thread: &mut Thread,
    fd: i32,
    buffers: Ref<'_>,
    offset: i64,
    flags: Option<i32>,
) -> Outcome<usize> {
    gather(thread, (fd, Some((offset, flags.unwrap_or(0)))), buffers, "pwritev")
}

/// An offset that may be `None`.
struct Offset(Option<i64>);

impl<'a> taipan_object::native::FromArgument<'a> for Offset {
    fn from_argument(thread: &mut Thread, value: Ref<'a>, function: &str, place: usize) -> Outcome<Offset> {
        if value.is_none() {
            return Ok(Offset(None));
        }
        i64::from_argument(thread, value, function, place).map(|offset| Offset(Some(offset)))
    }
}

/// Copy count bytes from file descriptor in_fd to file descriptor out_fd.
#[native(signature = "($module, /, out_fd, in_fd, offset, count)")]
fn sendfile(thread: &mut Thread, out_fd: i32, in_fd: i32, offset: Offset, count: isize) -> Outcome<usize> {
    let host = &thread.interp().host;
    thread.blocking(|lock| host.sendfile(lock, out_fd, in_fd, offset.0, count as usize))?.or_raise(thread)
}

fn positive_count(thread: &mut Thread, count: isize) -> Outcome<usize> {
    usize::try_from(count).map_err(|_| thread.value_error("negative value for 'count' not allowed"))
}

/// Copy count bytes from one file descriptor to another.
///
///   src
///     Source file descriptor.
///   dst
///     Destination file descriptor.
///   count
///     Number of bytes to copy.
///   offset_src
///     Starting offset in src.
///   offset_dst
///     Starting offset in dst.
///
/// If offset_src is None, then src is read from the current position;
/// respectively for offset_dst.
#[native(signature = "($module, /, src, dst, count, offset_src=None,\n                offset_dst=None)")]
fn copy_file_range(
    thread: &mut Thread,
    src: i32,
    dst: i32,
    count: isize,
    offset_src: Option<Offset>,
    offset_dst: Option<Offset>,
) -> Outcome<usize> {
    let count = positive_count(thread, count)?;
    let from = (src, offset_src.and_then(|offset| offset.0));
    let to = (dst, offset_dst.and_then(|offset| offset.0));
    let host = &thread.interp().host;
    thread.blocking(|lock| host.copy_file_range(lock, from, to, count))?.or_raise(thread)
}

/// Transfer count bytes from one pipe to a descriptor or vice versa.
///
///   src
///     Source file descriptor.
///   dst
///     Destination file descriptor.
///   count
///     Number of bytes to copy.
///   offset_src
///     Starting offset in src.
///   offset_dst
///     Starting offset in dst.
///   flags
///     Flags to modify the semantics of the call.
///
/// If offset_src is None, then src is read from the current position;
/// respectively for offset_dst. The offset associated to the file
/// descriptor that refers to a pipe must be None.
#[native(signature = "($module, /, src, dst, count, offset_src=None, offset_dst=None,\n       flags=0)")]
fn splice(
    thread: &mut Thread,
    src: i32,
    dst: i32,
    count: isize,
    offset_src: Option<Offset>,
    offset_dst: Option<Offset>,
    flags: Option<u32>,
) -> Outcome<usize> {
    let count = positive_count(thread, count)?;
    let from = (src, offset_src.and_then(|offset| offset.0));
    let to = (dst, offset_dst.and_then(|offset| offset.0));
    let flags = flags.unwrap_or(0);
    let host = &thread.interp().host;
    thread.blocking(|lock| host.splice(lock, from, to, count, flags))?.or_raise(thread)
}

/// Force write of fd to disk.
#[native(signature = "($module, /, fd)")]
fn fsync(thread: &mut Thread, fd: FileNo) -> Outcome<()> {
    let host = &thread.interp().host;
    thread.blocking(|lock| host.fsync(lock, fd.0))?.or_raise(thread)
}

/// Force write of fd to disk without forcing update of metadata.
#[native(signature = "($module, /, fd)")]
fn fdatasync(thread: &mut Thread, fd: FileNo) -> Outcome<()> {
    let host = &thread.interp().host;
    thread.blocking(|lock| host.fdatasync(lock, fd.0))?.or_raise(thread)
}

/// Truncate a file, specified by file descriptor, to a specific length.
#[native(signature = "($module, fd, length, /)")]
fn ftruncate(thread: &mut Thread, fd: i32, length: i64) -> Outcome<()> {
    let length_value = thread.int(i128::from(length))?;
    thread.audit("os.truncate", &[number(fd).as_ref(), length_value.as_ref()])?;
    let host = &thread.interp().host;
    thread.blocking(|lock| host.ftruncate(lock, fd, length))?.or_raise(thread)
}

/// Ensure a file has allocated at least a particular number of bytes on disk.
///
/// Ensure that the file specified by fd encompasses a range of bytes
/// starting at offset bytes from the beginning and continuing for length
/// bytes.
#[native(signature = "($module, fd, offset, length, /)")]
fn posix_fallocate(thread: &mut Thread, fd: i32, offset: i64, length: i64) -> Outcome<()> {
    let host = &thread.interp().host;
    thread.blocking(|lock| host.fallocate(lock, fd, offset, length))?.or_raise(thread)
}

/// Announce an intention to access data in a specific pattern.
///
/// Announce an intention to access data in a specific pattern, thus
/// allowing the kernel to make optimizations.
/// The advice applies to the region of the file specified by fd starting at
/// offset and continuing for length bytes.
/// advice is one of POSIX_FADV_NORMAL, POSIX_FADV_SEQUENTIAL,
/// POSIX_FADV_RANDOM, POSIX_FADV_NOREUSE, POSIX_FADV_WILLNEED, or
/// POSIX_FADV_DONTNEED.
#[native(signature = "($module, fd, offset, length, advice, /)")]
fn posix_fadvise(thread: &mut Thread, fd: i32, offset: i64, length: i64, advice: i32) -> Outcome<()> {
    let host = &thread.interp().host;
    thread.blocking(|lock| host.fadvise(lock, fd, offset, length, advice))?.or_raise(thread)
}

/// Return True if the fd is connected to a terminal.
///
/// Return True if the file descriptor is an open file descriptor
/// connected to the slave end of a terminal.
#[native(signature = "($module, fd, /)")]
fn isatty(thread: &mut Thread, fd: i32) -> bool {
    thread.interp().host.is_terminal(fd)
}

fn pair(thread: &mut Thread, result: taipan_host::Result<(i32, i32)>) -> Outcome {
    let (first, second) = result.or_raise(thread)?;
    thread.tuple([number(first), number(second)])
}

/// Create a pipe.
///
/// Returns a tuple of two file descriptors:
///   (read_fd, write_fd)
#[native(signature = "($module, /)")]
fn pipe(thread: &mut Thread) -> Outcome {
    let ends = thread.interp().host.pipe(taipan_host::constants::O_CLOEXEC);
    pair(thread, ends)
}

/// Create a pipe with flags set atomically.
///
/// Returns a tuple of two file descriptors:
///   (read_fd, write_fd)
///
/// flags can be constructed by ORing together one or more of these values:
/// O_NONBLOCK, O_CLOEXEC.
#[native(signature = "($module, flags, /)")]
fn pipe2(thread: &mut Thread, flags: i32) -> Outcome {
    let ends = thread.interp().host.pipe(flags);
    pair(thread, ends)
}

/// Get the close-on-exe flag of the specified file descriptor.
#[native(signature = "($module, fd, /)")]
fn get_inheritable(thread: &mut Thread, fd: i32) -> Outcome<bool> {
    thread.interp().host.inheritable(fd).or_raise(thread)
}

/// Set the inheritable flag of the specified file descriptor.
#[native(signature = "($module, fd, inheritable, /)")]
fn set_inheritable(thread: &mut Thread, fd: i32, inheritable: i32) -> Outcome<()> {
    thread.interp().host.set_inheritable(fd, inheritable != 0).or_raise(thread)
}

/// Get the blocking mode of the file descriptor.
///
/// Return False if the O_NONBLOCK flag is set, True if the flag is cleared.
#[native(signature = "($module, fd, /)")]
fn get_blocking(thread: &mut Thread, fd: i32) -> Outcome<bool> {
    thread.interp().host.blocking(fd).or_raise(thread)
}

/// Set the blocking mode of the specified file descriptor.
///
/// Set the O_NONBLOCK flag if blocking is False,
/// clear the O_NONBLOCK flag otherwise.
#[native(signature = "($module, fd, blocking, /)")]
fn set_blocking(thread: &mut Thread, fd: i32, blocking: bool) -> Outcome<()> {
    thread.interp().host.set_blocking(fd, blocking).or_raise(thread)
}

/// Return a string describing the encoding of a terminal's file descriptor.
///
/// The file descriptor must be attached to a terminal.
/// If the device is not a terminal, return None.
#[native(signature = "($module, /, fd)")]
fn device_encoding(thread: &mut Thread, fd: i32) -> Option<&'static str> {
    thread.interp().host.is_terminal(fd).then_some("UTF-8")
}

#[native(signature = "($module, /, name, flags=MFD_CLOEXEC)")]
fn memfd_create(thread: &mut Thread, name: Ref<'_>, flags: Option<BitwiseUnsigned>) -> Outcome<i32> {
    let name = thread.fs_path(name)?;
    let flags = flags.map_or(taipan_host::constants::MFD_CLOEXEC, |flags| flags.0);
    thread.interp().host.memory_file(&name, flags).or_raise(thread)
}

/// The low 32 bits of an integer of any size.
pub(crate) struct BitwiseUnsigned(pub(crate) u32);

impl<'a> taipan_object::native::FromArgument<'a> for BitwiseUnsigned {
    fn from_argument(thread: &mut Thread, value: Ref<'a>, _: &str, _: usize) -> Outcome<BitwiseUnsigned> {
        let number = protocol::index(thread, value)?;
        Ok(BitwiseUnsigned(crate::path::narrow(number.as_ref()).unwrap_or(0) as u32))
    }
}

/// Creates and returns an event notification file descriptor.
#[native(signature = "($module, /, initval, flags=EFD_CLOEXEC)")]
fn eventfd(thread: &mut Thread, initval: u32, flags: Option<i32>) -> Outcome<i32> {
    let flags = flags.unwrap_or(taipan_host::constants::EFD_CLOEXEC);
    thread.interp().host.event_counter(initval, flags).or_raise(thread)
}

/// Read eventfd value
#[native(signature = "($module, /, fd)")]
fn eventfd_read(thread: &mut Thread, fd: FileNo) -> Outcome<u64> {
    let mut value = [0; 8];
    let host = &thread.interp().host;
    let result = thread.released(|lock| host.read(lock, fd.0, &mut value));
    result.or_raise(thread)?;
    Ok(u64::from_ne_bytes(value))
}

/// Write eventfd value.
#[native(signature = "($module, /, fd, value)")]
fn eventfd_write(thread: &mut Thread, fd: FileNo, value: u64) -> Outcome<()> {
    let host = &thread.interp().host;
    thread.released(|lock| host.write(lock, fd.0, &value.to_ne_bytes())).or_raise(thread).map(drop)
}
