//! Open file descriptors: reading, writing, positions, flags, pipes.

use crate::{Errno, Host, Released, Result, check};
use std::ffi::c_int;

/// A file descriptor's number.
pub type Fd = i32;

/// The origin of a seek; any number may come from a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeekFrom(pub i32);

/// Linux transfers at most this much in one call; longer buffers are shortened, as CPython does.
pub const MAX_TRANSFER: usize = 0x7fff_f000;

/// What descriptors can do. Holding a descriptor is the right to use it: these calls need no
/// capability, opening did.
impl Host {
    /// Reads into `buffer`; 0 at the end of the file.
    pub fn read(&self, _: Released<'_>, fd: Fd, buffer: &mut [u8]) -> Result<usize> {
        let length = buffer.len().min(MAX_TRANSFER);
        // SAFETY: the buffer is writable for `length` bytes.
        check(unsafe { libc::read(fd, buffer.as_mut_ptr().cast(), length) }).map(|n| n as usize)
    }

    /// Writes from `data`; how much was written.
    pub fn write(&self, _: Released<'_>, fd: Fd, data: &[u8]) -> Result<usize> {
        let length = data.len().min(MAX_TRANSFER);
        // SAFETY: the data is readable for `length` bytes.
        check(unsafe { libc::write(fd, data.as_ptr().cast(), length) }).map(|n| n as usize)
    }

    /// Reads at a position, which does not move.
    pub fn pread(&self, _: Released<'_>, fd: Fd, buffer: &mut [u8], offset: i64) -> Result<usize> {
        let length = buffer.len().min(MAX_TRANSFER);
        // SAFETY: the buffer is writable for `length` bytes.
        check(unsafe { libc::pread(fd, buffer.as_mut_ptr().cast(), length, offset) }).map(|n| n as usize)
    }

    /// Writes at a position, which does not move.
    pub fn pwrite(&self, _: Released<'_>, fd: Fd, data: &[u8], offset: i64) -> Result<usize> {
        let length = data.len().min(MAX_TRANSFER);
        // SAFETY: the data is readable for `length` bytes.
        check(unsafe { libc::pwrite(fd, data.as_ptr().cast(), length, offset) }).map(|n| n as usize)
    }

    /// Closes a descriptor. Never to be retried: after `EINTR` it is closed all the same.
    pub fn close(&self, _: Released<'_>, fd: Fd) -> Result<()> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::close(fd) }).map(drop)
    }

    /// Moves the position; the new one.
    pub fn seek(&self, _: Released<'_>, fd: Fd, offset: i64, from: SeekFrom) -> Result<i64> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::lseek(fd, offset, from.0) })
    }

    /// Cuts or extends a file.
    pub fn ftruncate(&self, _: Released<'_>, fd: Fd, length: i64) -> Result<()> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::ftruncate(fd, length) }).map(drop)
    }

    /// Writes data and metadata to the device.
    pub fn fsync(&self, _: Released<'_>, fd: Fd) -> Result<()> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::fsync(fd) }).map(drop)
    }

    /// Writes data to the device.
    pub fn fdatasync(&self, _: Released<'_>, fd: Fd) -> Result<()> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::fdatasync(fd) }).map(drop)
    }

    /// A second descriptor for the same file, not inherited by programs that are started.
    pub fn dup(&self, fd: Fd) -> Result<Fd> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) })
    }

    /// Makes `to` a descriptor for the same file as `from`.
    pub fn dup2(&self, _: Released<'_>, from: Fd, to: Fd, inheritable: bool) -> Result<Fd> {
        if inheritable || from == to {
            // SAFETY: no memory is passed.
            let fd = check(unsafe { libc::dup2(from, to) })?;
            if from == to && !inheritable {
                self.set_inheritable(fd, false)?;
            }
            return Ok(fd);
        }
        // SAFETY: no memory is passed.
        check(unsafe { libc::dup3(from, to, libc::O_CLOEXEC) })
    }

    /// A pipe: the end to read from and the end to write to, with `flags` such as `O_CLOEXEC`.
    pub fn pipe(&self, flags: i32) -> Result<(Fd, Fd)> {
        let mut ends: [c_int; 2] = [0; 2];
        // SAFETY: room for two numbers.
        check(unsafe { libc::pipe2(ends.as_mut_ptr(), flags) })?;
        Ok((ends[0], ends[1]))
    }

    /// A call of `fcntl` with a number. Commands whose argument is an address answer `EINVAL`:
    /// see [`Host::fcntl_buffer`].
    pub fn fcntl(&self, _: Released<'_>, fd: Fd, command: i32, argument: i64) -> Result<i32> {
        use libc::{
            F_ADD_SEALS, F_DUPFD, F_DUPFD_CLOEXEC, F_GET_SEALS, F_GETFD, F_GETFL, F_GETLEASE, F_GETOWN,
            F_GETPIPE_SZ, F_NOTIFY, F_SETFD, F_SETFL, F_SETLEASE, F_SETOWN, F_SETPIPE_SZ,
        };
        const F_SETSIG: c_int = 10;
        const F_GETSIG: c_int = 11;
        match command {
            F_DUPFD | F_DUPFD_CLOEXEC | F_GETFD | F_SETFD | F_GETFL | F_SETFL | F_GETOWN | F_SETOWN
            | F_SETSIG | F_GETSIG | F_SETLEASE | F_GETLEASE | F_NOTIFY | F_SETPIPE_SZ | F_GETPIPE_SZ
            | F_ADD_SEALS | F_GET_SEALS => {
                // SAFETY: the commands of the list take a number or nothing.
                check(unsafe { libc::fcntl(fd, command, argument) })
            }
            _ => Err(Errno::EINVAL),
        }
    }

    /// A call of `fcntl` with the address of a buffer, which the kernel may change.
    pub fn fcntl_buffer(
        &self,
        _: Released<'_>,
        fd: Fd,
        command: i32,
        buffer: &mut [u8; 1024],
    ) -> Result<i32> {
        // SAFETY: no structure that a command of fcntl reads or writes is as long as the buffer.
        check(unsafe { libc::fcntl(fd, command, buffer.as_mut_ptr()) })
    }

    /// Locks a whole file, `flock`.
    pub fn flock(&self, _: Released<'_>, fd: Fd, operation: i32) -> Result<()> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::flock(fd, operation) }).map(drop)
    }

    /// Whether programs that are started inherit the descriptor.
    pub fn inheritable(&self, fd: Fd) -> Result<bool> {
        // SAFETY: no memory is passed.
        Ok(check(unsafe { libc::fcntl(fd, libc::F_GETFD) })? & libc::FD_CLOEXEC == 0)
    }

    /// Sets whether programs that are started inherit the descriptor.
    pub fn set_inheritable(&self, fd: Fd, inheritable: bool) -> Result<()> {
        self.change_flags(fd, (libc::F_GETFD, libc::F_SETFD), libc::FD_CLOEXEC, !inheritable)
    }

    /// Whether reading and writing wait.
    pub fn blocking(&self, fd: Fd) -> Result<bool> {
        // SAFETY: no memory is passed.
        Ok(check(unsafe { libc::fcntl(fd, libc::F_GETFL) })? & libc::O_NONBLOCK == 0)
    }

    /// Sets whether reading and writing wait.
    pub fn set_blocking(&self, fd: Fd, blocking: bool) -> Result<()> {
        self.change_flags(fd, (libc::F_GETFL, libc::F_SETFL), libc::O_NONBLOCK, !blocking)
    }

    fn change_flags(&self, fd: Fd, (get, set): (c_int, c_int), flag: c_int, on: bool) -> Result<()> {
        // SAFETY: no memory is passed.
        let old = check(unsafe { libc::fcntl(fd, get) })?;
        let new = if on { old | flag } else { old & !flag };
        if new != old {
            // SAFETY: no memory is passed.
            check(unsafe { libc::fcntl(fd, set, new) })?;
        }
        Ok(())
    }

    /// Whether the descriptor is a terminal.
    pub fn is_terminal(&self, fd: Fd) -> bool {
        // SAFETY: no memory is passed.
        unsafe { libc::isatty(fd) == 1 }
    }

    /// Bytes that can be read at once, `FIONREAD`.
    pub fn readable_bytes(&self, fd: Fd) -> Result<usize> {
        let mut count: c_int = 0;
        // SAFETY: FIONREAD writes one int.
        check(unsafe { libc::ioctl(fd, libc::FIONREAD, &raw mut count) })?;
        usize::try_from(count).map_err(|_| Errno::EINVAL)
    }

    /// Copies within the kernel from one file to another; `None` uses and moves the position.
    pub fn sendfile(
        &self,
        _: Released<'_>,
        out: Fd,
        input: Fd,
        offset: Option<i64>,
        count: usize,
    ) -> Result<usize> {
        let mut place = offset.unwrap_or(0);
        let pointer = if offset.is_some() { &raw mut place } else { std::ptr::null_mut() };
        // SAFETY: the pointer is null or points to `place`.
        check(unsafe { libc::sendfile(out, input, pointer, count) }).map(|n| n as usize)
    }

    /// Copies a range between files.
    pub fn copy_file_range(
        &self,
        _: Released<'_>,
        (from, from_offset): (Fd, Option<i64>),
        (to, to_offset): (Fd, Option<i64>),
        count: usize,
    ) -> Result<usize> {
        let (mut source, mut target) = (from_offset.unwrap_or(0), to_offset.unwrap_or(0));
        let source = if from_offset.is_some() { &raw mut source } else { std::ptr::null_mut() };
        let target = if to_offset.is_some() { &raw mut target } else { std::ptr::null_mut() };
        // SAFETY: the pointers are null or point to live numbers.
        check(unsafe { libc::copy_file_range(from, source, to, target, count, 0) }).map(|n| n as usize)
    }
}

/// A descriptor that is closed when its owner is dropped, unless it was taken before.
#[derive(Debug)]
pub struct OwnedDescriptor(std::cell::Cell<Fd>);

impl OwnedDescriptor {
    /// Takes a descriptor over.
    pub const fn new(fd: Fd) -> OwnedDescriptor {
        OwnedDescriptor(std::cell::Cell::new(fd))
    }

    /// The descriptor; none once it was taken.
    pub fn get(&self) -> Option<Fd> {
        (self.0.get() >= 0).then(|| self.0.get())
    }

    /// Gives the descriptor up.
    pub fn take(&self) -> Option<Fd> {
        let fd = self.0.replace(-1);
        (fd >= 0).then_some(fd)
    }
}

impl Drop for OwnedDescriptor {
    fn drop(&mut self) {
        if let Some(fd) = self.take() {
            // SAFETY: no memory is passed.
            unsafe { libc::close(fd) };
        }
    }
}
