//! Files by path: opening, linking, renaming, removing, permissions, extended attributes.

use crate::{Capability, Errno, Fd, FileTime, Host, Released, Result, c_path, check};
use std::ffi::c_int;

/// The directory that relative paths start from: a descriptor, or the working directory.
fn base(directory: Option<Fd>) -> c_int {
    directory.unwrap_or(libc::AT_FDCWD)
}

/// The capability that opening with `flags` needs.
const fn access_of(flags: i32) -> Capability {
    let writes = flags & (libc::O_WRONLY | libc::O_RDWR | libc::O_CREAT | libc::O_TRUNC) != 0;
    if writes { Capability::WRITE_FILES } else { Capability::READ_FILES }
}

/// Paths are bytes; `directory` is a descriptor that relative paths start from, `None` the working
/// directory; `follow` says whether a symbolic link at the end is followed.
impl Host {
    /// Opens a file; the descriptor is not inherited by programs that are started.
    pub fn open(
        &self,
        _: Released<'_>,
        directory: Option<Fd>,
        path: &[u8],
        flags: i32,
        mode: u32,
    ) -> Result<Fd> {
        self.allow(access_of(flags))?;
        let path = c_path(path)?;
        // SAFETY: the path lives through the call.
        check(unsafe { libc::openat(base(directory), path.as_ptr(), flags | libc::O_CLOEXEC, mode) })
    }

    /// Whether the path may be used in the ways of `mode` (`R_OK` and so on).
    pub fn access(
        &self,
        _: Released<'_>,
        directory: Option<Fd>,
        path: &[u8],
        mode: i32,
        (effective, follow): (bool, bool),
    ) -> Result<()> {
        self.allow(Capability::READ_FILES)?;
        let path = c_path(path)?;
        let mut flags = if effective { libc::AT_EACCESS } else { 0 };
        flags |= if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        // SAFETY: the path lives through the call.
        check(unsafe { libc::faccessat(base(directory), path.as_ptr(), mode, flags) }).map(drop)
    }

    /// Removes a file, or with `is_directory` an empty directory.
    pub fn unlink(
        &self,
        _: Released<'_>,
        directory: Option<Fd>,
        path: &[u8],
        is_directory: bool,
    ) -> Result<()> {
        self.allow(Capability::WRITE_FILES)?;
        let path = c_path(path)?;
        let flags = if is_directory { libc::AT_REMOVEDIR } else { 0 };
        // SAFETY: the path lives through the call.
        check(unsafe { libc::unlinkat(base(directory), path.as_ptr(), flags) }).map(drop)
    }

    /// Renames; an existing target is replaced.
    pub fn rename(
        &self,
        _: Released<'_>,
        (from_directory, from): (Option<Fd>, &[u8]),
        (to_directory, to): (Option<Fd>, &[u8]),
    ) -> Result<()> {
        self.allow(Capability::WRITE_FILES)?;
        let (from, to) = (c_path(from)?, c_path(to)?);
        // SAFETY: both paths live through the call.
        check(unsafe { libc::renameat(base(from_directory), from.as_ptr(), base(to_directory), to.as_ptr()) })
            .map(drop)
    }

    /// Makes a second name for a file.
    pub fn link(
        &self,
        _: Released<'_>,
        (from_directory, from): (Option<Fd>, &[u8]),
        (to_directory, to): (Option<Fd>, &[u8]),
        follow: bool,
    ) -> Result<()> {
        self.allow(Capability::WRITE_FILES)?;
        let (from, to) = (c_path(from)?, c_path(to)?);
        let flags = if follow { libc::AT_SYMLINK_FOLLOW } else { 0 };
        // SAFETY: both paths live through the call.
        check(unsafe {
            libc::linkat(base(from_directory), from.as_ptr(), base(to_directory), to.as_ptr(), flags)
        })
        .map(drop)
    }

    /// Makes a symbolic link at `path` that says `target`.
    pub fn symlink(&self, _: Released<'_>, target: &[u8], directory: Option<Fd>, path: &[u8]) -> Result<()> {
        self.allow(Capability::WRITE_FILES)?;
        let (target, path) = (c_path(target)?, c_path(path)?);
        // SAFETY: both strings live through the call.
        check(unsafe { libc::symlinkat(target.as_ptr(), base(directory), path.as_ptr()) }).map(drop)
    }

    /// What a symbolic link says.
    pub fn readlink(&self, _: Released<'_>, directory: Option<Fd>, path: &[u8]) -> Result<Vec<u8>> {
        self.allow(Capability::READ_FILES)?;
        let path = c_path(path)?;
        let mut buffer = vec![0u8; libc::PATH_MAX as usize];
        // SAFETY: the path lives through the call, the buffer is as long as stated.
        let length = check(unsafe {
            libc::readlinkat(base(directory), path.as_ptr(), buffer.as_mut_ptr().cast(), buffer.len())
        })?;
        buffer.truncate(length as usize);
        Ok(buffer)
    }

    /// Makes a directory.
    pub fn mkdir(&self, _: Released<'_>, directory: Option<Fd>, path: &[u8], mode: u32) -> Result<()> {
        self.allow(Capability::WRITE_FILES)?;
        let path = c_path(path)?;
        // SAFETY: the path lives through the call.
        check(unsafe { libc::mkdirat(base(directory), path.as_ptr(), mode) }).map(drop)
    }

    /// Makes a named pipe.
    pub fn mkfifo(&self, _: Released<'_>, directory: Option<Fd>, path: &[u8], mode: u32) -> Result<()> {
        self.allow(Capability::WRITE_FILES)?;
        let path = c_path(path)?;
        // SAFETY: the path lives through the call.
        check(unsafe { libc::mkfifoat(base(directory), path.as_ptr(), mode) }).map(drop)
    }

    /// Makes a file of any kind, `mknod`.
    pub fn mknod(
        &self,
        _: Released<'_>,
        directory: Option<Fd>,
        path: &[u8],
        mode: u32,
        device: u64,
    ) -> Result<()> {
        self.allow(Capability::WRITE_FILES)?;
        let path = c_path(path)?;
        // SAFETY: the path lives through the call.
        check(unsafe { libc::mknodat(base(directory), path.as_ptr(), mode, device) }).map(drop)
    }

    /// Sets permissions by path.
    pub fn chmod(
        &self,
        _: Released<'_>,
        directory: Option<Fd>,
        path: &[u8],
        mode: u32,
        follow: bool,
    ) -> Result<()> {
        self.allow(Capability::WRITE_FILES)?;
        let path = c_path(path)?;
        let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        // SAFETY: the path lives through the call.
        check(unsafe { libc::fchmodat(base(directory), path.as_ptr(), mode, flags) }).map(drop)
    }

    /// Sets permissions of an open file.
    pub fn fchmod(&self, _: Released<'_>, fd: Fd, mode: u32) -> Result<()> {
        self.allow(Capability::WRITE_FILES)?;
        // SAFETY: no memory is passed.
        check(unsafe { libc::fchmod(fd, mode) }).map(drop)
    }

    /// Sets owner and group by path; `u32::MAX` leaves one as it is.
    pub fn chown(
        &self,
        _: Released<'_>,
        directory: Option<Fd>,
        path: &[u8],
        (user, group): (u32, u32),
        follow: bool,
    ) -> Result<()> {
        self.allow(Capability::WRITE_FILES)?;
        let path = c_path(path)?;
        let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        // SAFETY: the path lives through the call.
        check(unsafe { libc::fchownat(base(directory), path.as_ptr(), user, group, flags) }).map(drop)
    }

    /// Sets owner and group of an open file.
    pub fn fchown(&self, _: Released<'_>, fd: Fd, user: u32, group: u32) -> Result<()> {
        self.allow(Capability::WRITE_FILES)?;
        // SAFETY: no memory is passed.
        check(unsafe { libc::fchown(fd, user, group) }).map(drop)
    }

    /// Sets the times of last access and change; `None` means now.
    pub fn utime(
        &self,
        _: Released<'_>,
        directory: Option<Fd>,
        path: &[u8],
        times: Option<(FileTime, FileTime)>,
        follow: bool,
    ) -> Result<()> {
        self.allow(Capability::WRITE_FILES)?;
        let path = c_path(path)?;
        let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        let pair = times.map(|(access, change)| [access.timespec(), change.timespec()]);
        let pointer = pair.as_ref().map_or(std::ptr::null(), |pair| pair.as_ptr());
        // SAFETY: path and times live through the call.
        check(unsafe { libc::utimensat(base(directory), path.as_ptr(), pointer, flags) }).map(drop)
    }

    /// As [`Host::utime`] for an open file.
    pub fn futime(&self, _: Released<'_>, fd: Fd, times: Option<(FileTime, FileTime)>) -> Result<()> {
        self.allow(Capability::WRITE_FILES)?;
        let pair = times.map(|(access, change)| [access.timespec(), change.timespec()]);
        let pointer = pair.as_ref().map_or(std::ptr::null(), |pair| pair.as_ptr());
        // SAFETY: the times live through the call.
        check(unsafe { libc::futimens(fd, pointer) }).map(drop)
    }

    /// Cuts or extends a file by path.
    pub fn truncate(&self, _: Released<'_>, path: &[u8], length: i64) -> Result<()> {
        self.allow(Capability::WRITE_FILES)?;
        let path = c_path(path)?;
        // SAFETY: the path lives through the call.
        check(unsafe { libc::truncate(path.as_ptr(), length) }).map(drop)
    }

    /// The working directory.
    pub fn getcwd(&self, _: Released<'_>) -> Result<Vec<u8>> {
        self.allow(Capability::READ_FILES)?;
        let mut buffer = vec![0u8; 4 * libc::PATH_MAX as usize];
        // SAFETY: the buffer is as long as stated.
        if unsafe { libc::getcwd(buffer.as_mut_ptr().cast(), buffer.len()) }.is_null() {
            return Err(Errno::last());
        }
        let length = buffer.iter().position(|&byte| byte == 0).unwrap_or(buffer.len());
        buffer.truncate(length);
        Ok(buffer)
    }

    /// Changes the working directory.
    pub fn chdir(&self, _: Released<'_>, path: &[u8]) -> Result<()> {
        self.allow(Capability::READ_FILES)?;
        let path = c_path(path)?;
        // SAFETY: the path lives through the call.
        check(unsafe { libc::chdir(path.as_ptr()) }).map(drop)
    }

    /// Changes the working directory to an open one.
    pub fn fchdir(&self, _: Released<'_>, fd: Fd) -> Result<()> {
        self.allow(Capability::READ_FILES)?;
        // SAFETY: no memory is passed.
        check(unsafe { libc::fchdir(fd) }).map(drop)
    }

    /// The mask of permissions for new files; the old one.
    pub fn umask(&self, mask: u32) -> Result<u32> {
        self.allow(Capability::WRITE_FILES)?;
        // SAFETY: no memory is passed; it cannot fail.
        Ok(unsafe { libc::umask(mask) })
    }

    /// The names of the extended attributes, each ended by a null byte.
    pub fn listxattr(&self, _: Released<'_>, path: &[u8], follow: bool) -> Result<Vec<u8>> {
        self.allow(Capability::READ_FILES)?;
        let path = c_path(path)?;
        let call = if follow { libc::listxattr } else { libc::llistxattr };
        read_sized(|buffer| {
            // SAFETY: the path lives through the call, the buffer is as long as stated.
            unsafe { call(path.as_ptr(), buffer.as_mut_ptr().cast(), buffer.len()) }
        })
    }

    /// The value of an extended attribute.
    pub fn getxattr(&self, _: Released<'_>, path: &[u8], name: &[u8], follow: bool) -> Result<Vec<u8>> {
        self.allow(Capability::READ_FILES)?;
        let (path, name) = (c_path(path)?, c_path(name)?);
        let call = if follow { libc::getxattr } else { libc::lgetxattr };
        read_sized(|buffer| {
            // SAFETY: the strings live through the call, the buffer is as long as stated.
            unsafe { call(path.as_ptr(), name.as_ptr(), buffer.as_mut_ptr().cast(), buffer.len()) }
        })
    }

    /// Sets an extended attribute.
    pub fn setxattr(
        &self,
        _: Released<'_>,
        path: &[u8],
        (name, value): (&[u8], &[u8]),
        flags: i32,
        follow: bool,
    ) -> Result<()> {
        self.allow(Capability::WRITE_FILES)?;
        let (path, name) = (c_path(path)?, c_path(name)?);
        let call = if follow { libc::setxattr } else { libc::lsetxattr };
        // SAFETY: strings and value live through the call.
        check(unsafe { call(path.as_ptr(), name.as_ptr(), value.as_ptr().cast(), value.len(), flags) })
            .map(drop)
    }

    /// Removes an extended attribute.
    pub fn removexattr(&self, _: Released<'_>, path: &[u8], name: &[u8], follow: bool) -> Result<()> {
        self.allow(Capability::WRITE_FILES)?;
        let (path, name) = (c_path(path)?, c_path(name)?);
        let call = if follow { libc::removexattr } else { libc::lremovexattr };
        // SAFETY: both strings live through the call.
        check(unsafe { call(path.as_ptr(), name.as_ptr()) }).map(drop)
    }
}

/// Calls with growing buffers until the answer fits.
pub(crate) fn read_sized(mut call: impl FnMut(&mut [u8]) -> isize) -> Result<Vec<u8>> {
    let mut buffer = vec![0u8; 256];
    loop {
        match check(call(&mut buffer)) {
            Ok(length) => {
                buffer.truncate(length as usize);
                return Ok(buffer);
            }
            Err(Errno::ERANGE) if buffer.len() < 1 << 20 => buffer.resize(buffer.len() * 4, 0),
            Err(error) => return Err(error),
        }
    }
}
