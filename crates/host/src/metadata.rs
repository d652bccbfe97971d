//! What the file system knows of files: `stat`, `statvfs`.

use crate::{Capability, Fd, Host, Released, Result, c_path, check};
use std::mem::MaybeUninit;

/// A time of a file: seconds since 1970, and nanoseconds below a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileTime {
    /// Seconds since 1970-01-01 UTC.
    pub seconds: i64,
    /// Nanoseconds, 0 to 999,999,999.
    pub nanoseconds: i64,
}

impl FileTime {
    pub(crate) const fn timespec(self) -> libc::timespec {
        libc::timespec { tv_sec: self.seconds, tv_nsec: self.nanoseconds }
    }
}

/// The fields of `struct stat`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Metadata {
    pub mode: u32,
    pub inode: u64,
    pub device: u64,
    pub links: u64,
    pub user: u32,
    pub group: u32,
    pub size: i64,
    pub access: FileTime,
    pub modification: FileTime,
    pub change: FileTime,
    pub block_size: i64,
    pub blocks: i64,
    pub device_kind: u64,
}

impl From<libc::stat> for Metadata {
    fn from(stat: libc::stat) -> Metadata {
        let time = |seconds, nanoseconds| FileTime { seconds, nanoseconds };
        Metadata {
            mode: stat.st_mode,
            inode: stat.st_ino,
            device: stat.st_dev,
            links: stat.st_nlink,
            user: stat.st_uid,
            group: stat.st_gid,
            size: stat.st_size,
            access: time(stat.st_atime, stat.st_atime_nsec),
            modification: time(stat.st_mtime, stat.st_mtime_nsec),
            change: time(stat.st_ctime, stat.st_ctime_nsec),
            block_size: stat.st_blksize,
            blocks: stat.st_blocks,
            device_kind: stat.st_rdev,
        }
    }
}

/// The fields of `struct statvfs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct FileSystemStatus {
    pub block_size: u64,
    pub fragment_size: u64,
    pub blocks: u64,
    pub free_blocks: u64,
    pub available_blocks: u64,
    pub files: u64,
    pub free_files: u64,
    pub available_files: u64,
    pub flags: u64,
    pub longest_name: u64,
    pub id: u64,
}

impl From<libc::statvfs> for FileSystemStatus {
    fn from(status: libc::statvfs) -> FileSystemStatus {
        FileSystemStatus {
            block_size: status.f_bsize,
            fragment_size: status.f_frsize,
            blocks: status.f_blocks,
            free_blocks: status.f_bfree,
            available_blocks: status.f_bavail,
            files: status.f_files,
            free_files: status.f_ffree,
            available_files: status.f_favail,
            flags: status.f_flag,
            longest_name: status.f_namemax,
            id: status.f_fsid,
        }
    }
}

impl Host {
    /// The metadata of a path.
    pub fn stat(
        &self,
        _: Released<'_>,
        directory: Option<Fd>,
        path: &[u8],
        follow: bool,
    ) -> Result<Metadata> {
        self.allow(Capability::READ_FILES)?;
        let path = c_path(path)?;
        let mut stat = MaybeUninit::uninit();
        let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        let base = directory.unwrap_or(libc::AT_FDCWD);
        // SAFETY: the path lives through the call; on success the structure was written.
        unsafe {
            check(libc::fstatat(base, path.as_ptr(), stat.as_mut_ptr(), flags))?;
            Ok(stat.assume_init().into())
        }
    }

    /// The metadata of an open file.
    pub fn fstat(&self, _: Released<'_>, fd: Fd) -> Result<Metadata> {
        let mut stat = MaybeUninit::uninit();
        // SAFETY: on success the structure was written.
        unsafe {
            check(libc::fstat(fd, stat.as_mut_ptr()))?;
            Ok(stat.assume_init().into())
        }
    }

    /// The state of the file system that holds a path.
    pub fn statvfs(&self, _: Released<'_>, path: &[u8]) -> Result<FileSystemStatus> {
        self.allow(Capability::READ_FILES)?;
        let path = c_path(path)?;
        let mut status = MaybeUninit::uninit();
        // SAFETY: the path lives through the call; on success the structure was written.
        unsafe {
            check(libc::statvfs(path.as_ptr(), status.as_mut_ptr()))?;
            Ok(status.assume_init().into())
        }
    }

    /// The state of the file system that holds an open file.
    pub fn fstatvfs(&self, _: Released<'_>, fd: Fd) -> Result<FileSystemStatus> {
        let mut status = MaybeUninit::uninit();
        // SAFETY: on success the structure was written.
        unsafe {
            check(libc::fstatvfs(fd, status.as_mut_ptr()))?;
            Ok(status.assume_init().into())
        }
    }
}
