//! Open files: opening, closing, reading, writing, positions, flags.

use taipan_host::{Errno, SeekFrom};
use taipan_macros::native;
use taipan_object::native::{Buffer, MethodDef, WritableBuffer};
use taipan_object::{Outcome, Ref, Thread, Value, protocol};

use crate::failure::{OrRaise, os_error};
use crate::path::{DirFd, FileNo, directory, path_of};
use crate::posix::files::number;

//@functions

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

#[py("posix.open")]
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

#[py("posix.close")]
fn close(thread: &mut Thread, fd: i32) -> Outcome<()> {
    let host = &thread.interp().host;
    // Not repeated after EINTR: the descriptor is closed all the same.
    thread.released(|lock| host.close(lock, fd)).or_raise(thread)
}

#[py("posix.closerange")]
fn closerange(thread: &mut Thread, fd_low: i32, fd_high: i32) {
    let host = &thread.interp().host;
    thread.released(|lock| host.close_range(lock, fd_low, fd_high));
}

#[py("posix.dup")]
fn dup(thread: &mut Thread, fd: i32) -> Outcome<i32> {
    thread.interp().host.dup(fd).or_raise(thread)
}

#[py("posix.dup2")]
fn dup2(thread: &mut Thread, fd: i32, fd2: i32, inheritable: Option<bool>) -> Outcome<i32> {
    if fd < 0 || fd2 < 0 {
        return Err(os_error(thread, Errno::EBADF));
    }
    let host = &thread.interp().host;
    let inheritable = inheritable.unwrap_or(true);
    thread.released(|lock| host.dup2(lock, fd, fd2, inheritable)).or_raise(thread)
}

#[py("posix.lockf")]
fn lockf(thread: &mut Thread, fd: i32, command: i32, length: i64) -> Outcome<()> {
    let length_value = thread.int(i128::from(length))?;
    thread.audit("os.lockf", &[number(fd).as_ref(), number(command).as_ref(), length_value.as_ref()])?;
    let host = &thread.interp().host;
    thread.released(|lock| host.lockf(lock, fd, command, length)).or_raise(thread)
}

#[py("posix.lseek")]
fn lseek(thread: &mut Thread, fd: i32, position: i64, whence: i32) -> Outcome<i64> {
    let host = &thread.interp().host;
    thread.released(|lock| host.seek(lock, fd, position, SeekFrom(whence))).or_raise(thread)
}

#[py("posix.read")]
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

#[py("posix.readinto")]
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

#[py("posix.pread")]
fn pread(thread: &mut Thread, fd: i32, length: isize, offset: i64) -> Outcome {
    let Ok(length) = usize::try_from(length) else { return Err(os_error(thread, Errno::EINVAL)) };
    let mut buffer = room(thread, length)?;
    let host = &thread.interp().host;
    let count = thread.blocking(|lock| host.pread(lock, fd, &mut buffer, offset))?.or_raise(thread)?;
    shorten(&mut buffer, count);
    thread.bytes_from(buffer)
}

#[py("posix.write")]
fn write(thread: &mut Thread, fd: i32, data: Buffer) -> Outcome<usize> {
    let bytes = data.stable_bytes(thread)?;
    let host = &thread.interp().host;
    thread.blocking(|lock| host.write(lock, fd, &bytes))?.or_raise(thread)
}

#[py("posix.pwrite")]
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

#[py("posix.readv")]
fn readv(thread: &mut Thread, fd: i32, buffers: Ref<'_>) -> Outcome<usize> {
    scatter(thread, (fd, None), buffers, "readv")
}

#[py("posix.preadv")]
fn preadv(
    thread: &mut Thread,
    fd: i32,
    buffers: Ref<'_>,
    offset: i64,
    flags: Option<i32>,
) -> Outcome<usize> {
    scatter(thread, (fd, Some((offset, flags.unwrap_or(0)))), buffers, "preadv2")
}

#[py("posix.writev")]
fn writev(thread: &mut Thread, fd: i32, buffers: Ref<'_>) -> Outcome<usize> {
    gather(thread, (fd, None), buffers, "writev")
}

#[py("posix.pwritev")]
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

#[py("posix.sendfile")]
fn sendfile(thread: &mut Thread, out_fd: i32, in_fd: i32, offset: Offset, count: isize) -> Outcome<usize> {
    let host = &thread.interp().host;
    thread.blocking(|lock| host.sendfile(lock, out_fd, in_fd, offset.0, count as usize))?.or_raise(thread)
}

fn positive_count(thread: &mut Thread, count: isize) -> Outcome<usize> {
    usize::try_from(count).map_err(|_| thread.value_error("negative value for 'count' not allowed"))
}

#[py("posix.copy_file_range")]
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

#[py("posix.splice")]
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

#[py("posix.fsync")]
fn fsync(thread: &mut Thread, fd: FileNo) -> Outcome<()> {
    let host = &thread.interp().host;
    thread.blocking(|lock| host.fsync(lock, fd.0))?.or_raise(thread)
}

#[py("posix.fdatasync")]
fn fdatasync(thread: &mut Thread, fd: FileNo) -> Outcome<()> {
    let host = &thread.interp().host;
    thread.blocking(|lock| host.fdatasync(lock, fd.0))?.or_raise(thread)
}

#[py("posix.ftruncate")]
fn ftruncate(thread: &mut Thread, fd: i32, length: i64) -> Outcome<()> {
    let length_value = thread.int(i128::from(length))?;
    thread.audit("os.truncate", &[number(fd).as_ref(), length_value.as_ref()])?;
    let host = &thread.interp().host;
    thread.blocking(|lock| host.ftruncate(lock, fd, length))?.or_raise(thread)
}

#[py("posix.posix_fallocate")]
fn posix_fallocate(thread: &mut Thread, fd: i32, offset: i64, length: i64) -> Outcome<()> {
    let host = &thread.interp().host;
    thread.blocking(|lock| host.fallocate(lock, fd, offset, length))?.or_raise(thread)
}

#[py("posix.posix_fadvise")]
fn posix_fadvise(thread: &mut Thread, fd: i32, offset: i64, length: i64, advice: i32) -> Outcome<()> {
    let host = &thread.interp().host;
    thread.blocking(|lock| host.fadvise(lock, fd, offset, length, advice))?.or_raise(thread)
}

#[py("posix.isatty")]
fn isatty(thread: &mut Thread, fd: i32) -> bool {
    thread.interp().host.is_terminal(fd)
}

fn pair(thread: &mut Thread, result: taipan_host::Result<(i32, i32)>) -> Outcome {
    let (first, second) = result.or_raise(thread)?;
    thread.tuple([number(first), number(second)])
}

#[py("posix.pipe")]
fn pipe(thread: &mut Thread) -> Outcome {
    let ends = thread.interp().host.pipe(taipan_host::constants::O_CLOEXEC);
    pair(thread, ends)
}

#[py("posix.pipe2")]
fn pipe2(thread: &mut Thread, flags: i32) -> Outcome {
    let ends = thread.interp().host.pipe(flags);
    pair(thread, ends)
}

#[py("posix.get_inheritable")]
fn get_inheritable(thread: &mut Thread, fd: i32) -> Outcome<bool> {
    thread.interp().host.inheritable(fd).or_raise(thread)
}

#[py("posix.set_inheritable")]
fn set_inheritable(thread: &mut Thread, fd: i32, inheritable: i32) -> Outcome<()> {
    thread.interp().host.set_inheritable(fd, inheritable != 0).or_raise(thread)
}

#[py("posix.get_blocking")]
fn get_blocking(thread: &mut Thread, fd: i32) -> Outcome<bool> {
    thread.interp().host.blocking(fd).or_raise(thread)
}

#[py("posix.set_blocking")]
fn set_blocking(thread: &mut Thread, fd: i32, blocking: bool) -> Outcome<()> {
    thread.interp().host.set_blocking(fd, blocking).or_raise(thread)
}

#[py("posix.device_encoding")]
fn device_encoding(thread: &mut Thread, fd: i32) -> Option<&'static str> {
    thread.interp().host.is_terminal(fd).then_some("UTF-8")
}

#[py("posix.memfd_create")]
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

#[py("posix.eventfd")]
fn eventfd(thread: &mut Thread, initval: u32, flags: Option<i32>) -> Outcome<i32> {
    let flags = flags.unwrap_or(taipan_host::constants::EFD_CLOEXEC);
    thread.interp().host.event_counter(initval, flags).or_raise(thread)
}

#[py("posix.eventfd_read")]
fn eventfd_read(thread: &mut Thread, fd: FileNo) -> Outcome<u64> {
    let mut value = [0; 8];
    let host = &thread.interp().host;
    let result = thread.released(|lock| host.read(lock, fd.0, &mut value));
    result.or_raise(thread)?;
    Ok(u64::from_ne_bytes(value))
}

#[py("posix.eventfd_write")]
fn eventfd_write(thread: &mut Thread, fd: FileNo, value: u64) -> Outcome<()> {
    let host = &thread.interp().host;
    thread.released(|lock| host.write(lock, fd.0, &value.to_ne_bytes())).or_raise(thread).map(drop)
}
