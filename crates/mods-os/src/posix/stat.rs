//! What the file system knows of files: `stat`, `statvfs`.

use taipan_host::{FileSystemStatus, FileTime, Metadata};
use taipan_macros::native;
use taipan_object::native::{Args, MethodDef};
use taipan_object::types::structseq::{self, SLOTS};
use taipan_object::{Outcome, Ref, Thread, Type, Value, structseq};

use crate::failure::OrRaise;
use crate::path::{DirFd, directory, path_of};
use crate::posix::files::check_descriptor;

pub(super) const FUNCTIONS: &[MethodDef] = &[STAT, LSTAT, FSTAT, STATVFS, FSTATVFS];

/// The slots of `stat_result`: times that are not given as floats are those given as integers.
const STAT_SLOTS: taipan_object::typeobject::Slots =
    taipan_object::typeobject::Slots { new: Some(new_stat_result), ..SLOTS };

structseq! {
    /// The type `os.stat_result`.
    pub(crate) static STAT_RESULT = "os.stat_result", visible 10, slots STAT_SLOTS,
    doc Some("stat_result: Result from stat, fstat, or lstat.\n\nThis object may be accessed either as a tuple of\n  (mode, ino, dev, nlink, uid, gid, size, atime, mtime, ctime)\nor via the attributes st_mode, st_ino, st_dev, st_nlink, and so on.\n\nPosix/windows: If your platform supports st_blksize, st_blocks, st_rdev,\nor st_flags, they are available as attributes only.\n\nSee os.stat for more information."),
    fields {
        "st_mode": "protection bits",
        "st_ino": "inode",
        "st_dev": "device",
        "st_nlink": "number of hard links",
        "st_uid": "user ID of owner",
        "st_gid": "group ID of owner",
        "st_size": "total size, in bytes",
        "": "integer time of last access",
        "": "integer time of last modification",
        "": "integer time of last change",
        "st_atime": "time of last access",
        "st_mtime": "time of last modification",
        "st_ctime": "time of last change",
        "st_atime_ns": "time of last access in nanoseconds",
        "st_mtime_ns": "time of last modification in nanoseconds",
        "st_ctime_ns": "time of last change in nanoseconds",
        "st_blksize": "blocksize for filesystem I/O",
        "st_blocks": "number of blocks allocated",
        "st_rdev": "device type (if inode device)",
    }
}

structseq! {
    /// The type `os.statvfs_result`.
    pub(super) static STATVFS_RESULT = "os.statvfs_result", visible 10, slots SLOTS,
    doc Some("statvfs_result: Result from statvfs or fstatvfs.\n\nThis object may be accessed either as a tuple of\n  (bsize, frsize, blocks, bfree, bavail, files, ffree, favail, flag, namemax),\nor via the attributes f_bsize, f_frsize, f_blocks, f_bfree, and so on.\n\nSee os.statvfs for more information."),
    fields {
        "f_bsize": "", "f_frsize": "", "f_blocks": "", "f_bfree": "", "f_bavail": "",
        "f_files": "", "f_ffree": "", "f_favail": "", "f_flag": "", "f_namemax": "", "f_fsid": "",
    }
}

fn new_stat_result<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    let _ = ty;
    let made = structseq::new(thread, &STAT_RESULT, args)?;
    let mut values: Vec<Value> =
        structseq::all_fields(made.as_ref()).iter().map(|value| value.to_value()).collect();
    for index in 7..10 {
        if values[index + 3].as_ref().is_none() {
            values[index + 3] = values[index].clone();
        }
    }
    thread.structseq(&STAT_RESULT, values)
}

/// Metadata as `os.stat_result`.
pub(crate) fn stat_result(thread: &mut Thread, metadata: &Metadata) -> Outcome {
    let mut values = Vec::with_capacity(19);
    for number in [
        i128::from(metadata.mode),
        i128::from(metadata.inode),
        i128::from(metadata.device),
        i128::from(metadata.links),
        i128::from(metadata.user),
        i128::from(metadata.group),
        i128::from(metadata.size),
    ] {
        values.push(thread.int(number)?);
    }
    let times = [metadata.access, metadata.modification, metadata.change];
    for FileTime { seconds, .. } in times {
        values.push(thread.int(i128::from(seconds))?);
    }
    for FileTime { seconds, nanoseconds } in times {
        values.push(thread.float(seconds as f64 + 1e-9 * nanoseconds as f64)?);
    }
    for FileTime { seconds, nanoseconds } in times {
        values.push(thread.int(i128::from(seconds) * 1_000_000_000 + i128::from(nanoseconds))?);
    }
    values.push(thread.int(i128::from(metadata.block_size))?);
    values.push(thread.int(i128::from(metadata.blocks))?);
    values.push(thread.int(i128::from(metadata.device_kind))?);
    thread.structseq(&STAT_RESULT, values)
}

fn stat_path(thread: &mut Thread, path: &crate::path::Path, directory: Option<i32>, follow: bool) -> Outcome {
    check_descriptor(thread, "stat", path, directory, follow)?;
    let host = &thread.interp().host;
    let metadata = thread.released(|lock| match path.fd() {
        Some(fd) => host.fstat(lock, fd),
        None => host.stat(lock, directory, path.name(), follow),
    });
    let metadata = metadata.or_raise_for(thread, path)?;
    stat_result(thread, &metadata)
}

/// Perform a stat system call on the given path.
///
///   path
///     Path to be examined; can be string, bytes, a path-like object or
///     open-file-descriptor int.
///   dir_fd
///     If not None, it should be a file descriptor open to a directory,
///     and path should be a relative string; path will then be relative to
///     that directory.
///   follow_symlinks
///     If False, and the last element of the path is a symbolic link,
///     stat will examine the symbolic link itself instead of the file
///     the link points to.
///
/// dir_fd and follow_symlinks may not be implemented
///   on your platform.  If they are unavailable, using them will raise a
///   NotImplementedError.
///
/// It's an error to use dir_fd or follow_symlinks when specifying path as
///   an open file descriptor.
#[native(signature = "($module, /, path, *, dir_fd=None, follow_symlinks=True)")]
fn stat(thread: &mut Thread, path: Ref<'_>, dir_fd: Option<DirFd>, follow_symlinks: Option<bool>) -> Outcome {
    let path = path_of("stat").or_fd().get(thread, path)?;
    stat_path(thread, &path, directory(dir_fd), follow_symlinks.unwrap_or(true))
}

/// Perform a stat system call on the given path, without following symbolic links.
///
/// Like stat(), but do not follow symbolic links.
/// Equivalent to stat(path, follow_symlinks=False).
#[native(signature = "($module, /, path, *, dir_fd=None)")]
fn lstat(thread: &mut Thread, path: Ref<'_>, dir_fd: Option<DirFd>) -> Outcome {
    let path = path_of("lstat").get(thread, path)?;
    stat_path(thread, &path, directory(dir_fd), false)
}

/// Perform a stat system call on the given file descriptor.
///
/// Like stat(), but for an open file descriptor.
/// Equivalent to os.stat(fd).
#[native(signature = "($module, /, fd)")]
fn fstat(thread: &mut Thread, fd: i32) -> Outcome {
    let host = &thread.interp().host;
    let metadata = thread.blocking(|lock| host.fstat(lock, fd))?.or_raise(thread)?;
    stat_result(thread, &metadata)
}

fn statvfs_result(thread: &mut Thread, status: &FileSystemStatus) -> Outcome {
    let mut values = Vec::with_capacity(11);
    for number in [
        status.block_size,
        status.fragment_size,
        status.blocks,
        status.free_blocks,
        status.available_blocks,
        status.files,
        status.free_files,
        status.available_files,
        status.flags,
        status.longest_name,
        status.id,
    ] {
        values.push(thread.int(i128::from(number))?);
    }
    thread.structseq(&STATVFS_RESULT, values)
}

/// Perform a statvfs system call on the given path.
///
/// path may always be specified as a string.
/// On some platforms, path may also be specified as an open file
/// descriptor.  If this functionality is unavailable, using it raises
/// an exception.
#[native(signature = "($module, /, path)")]
fn statvfs(thread: &mut Thread, path: Ref<'_>) -> Outcome {
    let path = path_of("statvfs").or_fd().get(thread, path)?;
    let host = &thread.interp().host;
    let status = thread.released(|lock| match path.fd() {
        Some(fd) => host.fstatvfs(lock, fd),
        None => host.statvfs(lock, path.name()),
    });
    let status = status.or_raise_for(thread, &path)?;
    statvfs_result(thread, &status)
}

/// Perform an fstatvfs system call on the given fd.
///
/// Equivalent to statvfs(fd).
#[native(signature = "($module, fd, /)")]
fn fstatvfs(thread: &mut Thread, fd: i32) -> Outcome {
    let host = &thread.interp().host;
    let status = thread.blocking(|lock| host.fstatvfs(lock, fd))?.or_raise(thread)?;
    statvfs_result(thread, &status)
}
