//! Open files, beyond reading and writing: several buffers at once, moving data within the kernel,
//! space and advice, files in memory, ranges of descriptors.

use crate::{Capability, Errno, Fd, Host, Released, Result, c_path, check};
use std::borrow::Cow;
use std::ffi::c_int;

fn scattered(buffers: &mut [Vec<u8>]) -> Vec<libc::iovec> {
    buffers
        .iter_mut()
        .map(|buffer| libc::iovec { iov_base: buffer.as_mut_ptr().cast(), iov_len: buffer.len() })
        .collect()
}

fn gathered(buffers: &[Cow<'_, [u8]>]) -> Vec<libc::iovec> {
    buffers
        .iter()
        .map(|buffer| libc::iovec { iov_base: buffer.as_ptr().cast_mut().cast(), iov_len: buffer.len() })
        .collect()
}

fn count(parts: &[libc::iovec]) -> Result<c_int> {
    c_int::try_from(parts.len()).map_err(|_| Errno::EINVAL)
}

impl Host {
    /// Reads into several buffers.
    pub fn read_scattered(&self, _: Released<'_>, fd: Fd, buffers: &mut [Vec<u8>]) -> Result<usize> {
        let parts = scattered(buffers);
        // SAFETY: each part is a buffer that lives through the call.
        check(unsafe { libc::readv(fd, parts.as_ptr(), count(&parts)?) }).map(|n| n as usize)
    }

    /// Reads at a position into several buffers.
    pub fn pread_scattered(
        &self,
        _: Released<'_>,
        fd: Fd,
        buffers: &mut [Vec<u8>],
        offset: i64,
        flags: i32,
    ) -> Result<usize> {
        let parts = scattered(buffers);
        // SAFETY: each part is a buffer that lives through the call.
        check(unsafe { libc::preadv2(fd, parts.as_ptr(), count(&parts)?, offset, flags) }).map(|n| n as usize)
    }

    /// Writes from several buffers.
    pub fn write_gathered(&self, _: Released<'_>, fd: Fd, buffers: &[Cow<'_, [u8]>]) -> Result<usize> {
        let parts = gathered(buffers);
        // SAFETY: each part is a buffer that lives through the call and is only read.
        check(unsafe { libc::writev(fd, parts.as_ptr(), count(&parts)?) }).map(|n| n as usize)
    }

    /// Writes at a position from several buffers.
    pub fn pwrite_gathered(
        &self,
        _: Released<'_>,
        fd: Fd,
        buffers: &[Cow<'_, [u8]>],
        offset: i64,
        flags: i32,
    ) -> Result<usize> {
        let parts = gathered(buffers);
        // SAFETY: each part is a buffer that lives through the call and is only read.
        check(unsafe { libc::pwritev2(fd, parts.as_ptr(), count(&parts)?, offset, flags) })
            .map(|n| n as usize)
    }

    /// Moves data between a pipe and a file or pipe.
    pub fn splice(
        &self,
        _: Released<'_>,
        (from, from_offset): (Fd, Option<i64>),
        (to, to_offset): (Fd, Option<i64>),
        count: usize,
        flags: u32,
    ) -> Result<usize> {
        let (mut source, mut target) = (from_offset.unwrap_or(0), to_offset.unwrap_or(0));
        let source = if from_offset.is_some() { &raw mut source } else { std::ptr::null_mut() };
        let target = if to_offset.is_some() { &raw mut target } else { std::ptr::null_mut() };
        // SAFETY: the offsets live through the call.
        check(unsafe { libc::splice(from, source, to, target, count, flags) }).map(|n| n as usize)
    }

    /// Locks a part of a file from the position on, `lockf`.
    pub fn lockf(&self, _: Released<'_>, fd: Fd, command: i32, length: i64) -> Result<()> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::lockf(fd, command, length) }).map(drop)
    }

    /// Makes sure that a part of a file has space on the device.
    pub fn fallocate(&self, _: Released<'_>, fd: Fd, offset: i64, length: i64) -> Result<()> {
        // SAFETY: no memory is passed.
        match unsafe { libc::posix_fallocate(fd, offset, length) } {
            0 => Ok(()),
            error => Err(Errno(error)),
        }
    }

    /// Tells how a part of a file will be used.
    pub fn fadvise(&self, _: Released<'_>, fd: Fd, offset: i64, length: i64, advice: i32) -> Result<()> {
        // SAFETY: no memory is passed.
        match unsafe { libc::posix_fadvise(fd, offset, length, advice) } {
            0 => Ok(()),
            error => Err(Errno(error)),
        }
    }

    /// A file that lives in memory only.
    pub fn memory_file(&self, name: &[u8], flags: u32) -> Result<Fd> {
        let name = c_path(name)?;
        // SAFETY: the name lives through the call.
        check(unsafe { libc::memfd_create(name.as_ptr(), flags) })
    }

    /// Closes the descriptors from `low` to below `high`; errors are passed over.
    pub fn close_range(&self, _: Released<'_>, low: Fd, high: Fd) {
        let low = low.max(0);
        if high <= low {
            return;
        }
        // SAFETY: no memory is passed.
        if unsafe { libc::close_range(low as u32, high as u32 - 1, 0) } == 0 {
            return;
        }
        for fd in low..high {
            // SAFETY: no memory is passed.
            unsafe { libc::close(fd) };
        }
    }

    /// Writes everything that waits to the devices.
    pub fn sync(&self, _: Released<'_>) {
        // SAFETY: no memory is passed.
        unsafe { libc::sync() };
    }

    /// Changes the root of the file system.
    pub fn chroot(&self, _: Released<'_>, path: &[u8]) -> Result<()> {
        self.allow(Capability::PROCESSES | Capability::WRITE_FILES)?;
        let path = c_path(path)?;
        // SAFETY: the path lives through the call.
        check(unsafe { libc::chroot(path.as_ptr()) }).map(drop)
    }

    /// The names of the extended attributes of an open file.
    pub fn flistxattr(&self, _: Released<'_>, fd: Fd) -> Result<Vec<u8>> {
        crate::files::read_sized(|buffer| {
            // SAFETY: the buffer is as long as stated.
            unsafe { libc::flistxattr(fd, buffer.as_mut_ptr().cast(), buffer.len()) }
        })
    }

    /// The value of an extended attribute of an open file.
    pub fn fgetxattr(&self, _: Released<'_>, fd: Fd, name: &[u8]) -> Result<Vec<u8>> {
        let name = c_path(name)?;
        crate::files::read_sized(|buffer| {
            // SAFETY: the name lives through the call, the buffer is as long as stated.
            unsafe { libc::fgetxattr(fd, name.as_ptr(), buffer.as_mut_ptr().cast(), buffer.len()) }
        })
    }

    /// Sets an extended attribute of an open file.
    pub fn fsetxattr(
        &self,
        _: Released<'_>,
        fd: Fd,
        (name, value): (&[u8], &[u8]),
        flags: i32,
    ) -> Result<()> {
        self.allow(Capability::WRITE_FILES)?;
        let name = c_path(name)?;
        // SAFETY: name and value live through the call.
        check(unsafe { libc::fsetxattr(fd, name.as_ptr(), value.as_ptr().cast(), value.len(), flags) })
            .map(drop)
    }

    /// Removes an extended attribute of an open file.
    pub fn fremovexattr(&self, _: Released<'_>, fd: Fd, name: &[u8]) -> Result<()> {
        self.allow(Capability::WRITE_FILES)?;
        let name = c_path(name)?;
        // SAFETY: the name lives through the call.
        check(unsafe { libc::fremovexattr(fd, name.as_ptr()) }).map(drop)
    }
}

/// The major part of a device's number.
pub fn device_major(device: u64) -> u32 {
    libc::major(device)
}

/// The minor part of a device's number.
pub fn device_minor(device: u64) -> u32 {
    libc::minor(device)
}

/// The number of a device.
pub fn make_device(major: u32, minor: u32) -> u64 {
    libc::makedev(major, minor)
}

/// A lock of a part of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileLock {
    /// Others may have it, too.
    Shared,
    /// Nobody else has it.
    Exclusive,
    /// It is given up.
    Unlock,
}

impl Host {
    /// Locks a range of a file for the process: origin as for seeking, start, length.
    pub fn lock_range(
        &self,
        _: Released<'_>,
        fd: Fd,
        kind: FileLock,
        (whence, start, length): (i32, i64, i64),
        wait: bool,
    ) -> Result<()> {
        let kind = match kind {
            FileLock::Shared => libc::F_RDLCK,
            FileLock::Exclusive => libc::F_WRLCK,
            FileLock::Unlock => libc::F_UNLCK,
        };
        let lock = libc::flock {
            l_type: kind as libc::c_short,
            l_whence: whence as libc::c_short,
            l_start: start,
            l_len: length,
            l_pid: 0,
        };
        let command = if wait { libc::F_SETLKW } else { libc::F_SETLK };
        // SAFETY: the structure lives through the call.
        check(unsafe { libc::fcntl(fd, command, &raw const lock) }).map(drop)
    }

    /// A call of `ioctl` with a number. Requests whose argument is an address answer `EFAULT`
    /// unless it is zero: see [`Host::ioctl_buffer`].
    pub fn ioctl(&self, _: Released<'_>, fd: Fd, request: u64, argument: i32) -> Result<i32> {
        const NUMBERS: &[u64] = &[
            libc::TCSBRK,
            libc::TCXONC,
            libc::TCFLSH,
            libc::TCSBRKP,
            libc::TIOCEXCL,
            libc::TIOCNXCL,
            libc::TIOCSCTTY,
            libc::TIOCNOTTY,
            libc::TIOCSBRK,
            libc::TIOCCBRK,
            libc::TIOCCONS,
            libc::FIOCLEX,
            libc::FIONCLEX,
        ];
        if argument != 0 && !NUMBERS.contains(&request) {
            return Err(Errno::EFAULT);
        }
        // SAFETY: the argument is a number for these requests; for others it is a null pointer,
        // which the kernel refuses.
        check(unsafe { libc::ioctl(fd, request, libc::c_long::from(argument)) })
    }

    /// A call of `ioctl` with the address of a buffer, which the kernel may change. Short buffers
    /// are to be made as long as any plain request's structure, 1024 bytes.
    pub fn ioctl_buffer(&self, _: Released<'_>, fd: Fd, request: u64, buffer: &mut [u8]) -> Result<i32> {
        let wanted = (request >> 16 & 0x3fff) as usize;
        if wanted > buffer.len() {
            return Err(Errno::EFAULT);
        }
        // SAFETY: the buffer is as long as the request says that its structure is.
        check(unsafe { libc::ioctl(fd, request, buffer.as_mut_ptr()) })
    }
}
