//! Files by path: making, linking, renaming, removing, permissions, owners, times.

use taipan_host::{Errno, FileTime};
use taipan_macros::native;
use taipan_object::native::MethodDef;
use taipan_object::types::tuple::Tuple;
use taipan_object::{Outcome, Raised, Ref, Thread, Value, protocol};

use crate::failure::{OrRaise, os_error_about};
use crate::path::{DirFd, FileNo, GroupId, Path, Target, UserId, directory, path_of};
use crate::timestamp::{SECOND, integer_seconds, seconds_and_nanoseconds};

pub(super) const FUNCTIONS: &[MethodDef] = &[
    ACCESS, CHDIR, FCHDIR, CHMOD, FCHMOD, CHOWN, FCHOWN, LCHOWN, CHROOT, GETCWD, GETCWDB, LINK, MKDIR,
    RENAME, REPLACE, RMDIR, UNLINK, REMOVE, UMASK, UTIME, READLINK, SYMLINK, MKFIFO, MKNOD, MAJOR, MINOR,
    MAKEDEV, TRUNCATE, SYNC,
];

/// How a directory is shown to audit hooks.
pub(super) fn shown(directory: Option<i32>) -> Value {
    Value::small_int(i64::from(directory.unwrap_or(-1)))
}

pub(super) fn number(value: i32) -> Value {
    Value::small_int(i64::from(value))
}

/// Refuses combinations of a descriptor with what belongs to names.
pub(super) fn check_descriptor(
    thread: &mut Thread,
    function: &str,
    path: &Path,
    directory: Option<i32>,
    follow: bool,
) -> Outcome<()> {
    let message = match path.target {
        Target::Nothing if directory.is_some() => "can't specify dir_fd without matching path",
        Target::Descriptor(_) if directory.is_some() => "can't specify both dir_fd and fd",
        Target::Descriptor(fd) if fd >= 0 && !follow => "cannot use fd and follow_symlinks together",
        _ => return Ok(()),
    };
    Err(thread.value_error(format!("{function}: {message}")))
}

/// Use the real uid/gid to test for access to a path.
///
///   path
///     Path to be tested; can be string, bytes, or a path-like object.
///   mode
///     Operating-system mode bitfield.  Can be F_OK to test existence,
///     or the inclusive-OR of R_OK, W_OK, and X_OK.
///   dir_fd
///     If not None, it should be a file descriptor open to a directory,
///     and path should be relative; path will then be relative to that
///     directory.
///   effective_ids
///     If True, access will use the effective uid/gid instead of
///     the real uid/gid.
///   follow_symlinks
///     If False, and the last element of the path is a symbolic link,
///     access will examine the symbolic link itself instead of the file
///     the link points to.
///
/// dir_fd, effective_ids, and follow_symlinks may not be implemented
///   on your platform.  If they are unavailable, using them will raise a
///   NotImplementedError.
///
/// Note that most operations will use the effective uid/gid, therefore this
///   routine can be used in a suid/sgid environment to test if the invoking user
///   has the specified access to the path.
#[native(
    signature = "($module, /, path, mode, *, dir_fd=None, effective_ids=False,\n       follow_symlinks=True)"
)]
fn access(
    thread: &mut Thread,
    path: Ref<'_>,
    mode: i32,
    dir_fd: Option<DirFd>,
    effective_ids: Option<bool>,
    follow_symlinks: Option<bool>,
) -> Outcome<bool> {
    let path = path_of("access").get(thread, path)?;
    let how = (effective_ids.unwrap_or(false), follow_symlinks.unwrap_or(true));
    let host = &thread.interp().host;
    Ok(thread.released(|lock| host.access(lock, directory(dir_fd), path.name(), mode, how)).is_ok())
}

/// Change the current working directory to the specified path.
///
/// path may always be specified as a string.  On some platforms, path may
/// also be specified as an open file descriptor.  If this functionality is
/// unavailable, using it raises an exception.
#[native(signature = "($module, /, path)")]
fn chdir(thread: &mut Thread, path: Ref<'_>) -> Outcome<()> {
    let path = path_of("chdir").or_fd().get(thread, path)?;
    thread.audit("os.chdir", &[path.object.as_ref()])?;
    let host = &thread.interp().host;
    let result = thread.released(|lock| match path.fd() {
        Some(fd) => host.fchdir(lock, fd),
        None => host.chdir(lock, path.name()),
    });
    result.or_raise_for(thread, &path)
}

/// Change to the directory of the given file descriptor.
///
/// fd must be opened on a directory, not a file.
/// Equivalent to os.chdir(fd).
#[native(signature = "($module, /, fd)")]
fn fchdir(thread: &mut Thread, fd: FileNo) -> Outcome<()> {
    thread.audit("os.chdir", &[number(fd.0).as_ref()])?;
    let host = &thread.interp().host;
    thread.blocking(|lock| host.fchdir(lock, fd.0))?.or_raise(thread)
}

/// Change the access permissions of a file.
///
///   path
///     Path to be modified.  May always be specified as a str, bytes, or
///     a path-like object.  On some platforms, path may also be specified
///     as an open file descriptor.  If this functionality is unavailable,
///     using it raises an exception.
///   mode
///     Operating-system mode bitfield.
///     Be careful when using number literals for *mode*. The conventional
///     UNIX notation for numeric modes uses an octal base, which needs to
///     be indicated with a ``0o`` prefix in Python.
///   dir_fd
///     If not None, it should be a file descriptor open to a directory,
///     and path should be relative; path will then be relative to that
///     directory.
///   follow_symlinks
///     If False, and the last element of the path is a symbolic link,
///     chmod will modify the symbolic link itself instead of the file
///     the link points to.
///
/// It is an error to use dir_fd or follow_symlinks when specifying path as
///   an open file descriptor.
/// dir_fd and follow_symlinks may not be implemented on your platform.
///   If they are unavailable, using them will raise a NotImplementedError.
#[native(signature = "($module, /, path, mode, *, dir_fd=None,\n      follow_symlinks=(os.name != 'nt'))")]
fn chmod(
    thread: &mut Thread,
    path: Ref<'_>,
    mode: i32,
    dir_fd: Option<DirFd>,
    follow_symlinks: Option<bool>,
) -> Outcome<()> {
    let path = path_of("chmod").or_fd().get(thread, path)?;
    let (directory, follow) = (directory(dir_fd), follow_symlinks.unwrap_or(true));
    thread.audit("os.chmod", &[path.object.as_ref(), number(mode).as_ref(), shown(directory).as_ref()])?;
    let host = &thread.interp().host;
    let result = thread.released(|lock| match path.fd() {
        Some(fd) => host.fchmod(lock, fd, mode as u32),
        None => host.chmod(lock, directory, path.name(), mode as u32, follow),
    });
    if result == Err(Errno::EOPNOTSUPP) && !follow {
        return Err(match directory {
            Some(_) => thread.value_error("chmod: cannot use dir_fd and follow_symlinks together"),
            None => unavailable(thread, "chmod: follow_symlinks"),
        });
    }
    result.or_raise_for(thread, &path)
}

fn unavailable(thread: &mut Thread, what: &str) -> Raised {
    thread.not_implemented_error(format!("{what} unavailable on this platform"))
}

/// Change the access permissions of the file given by file descriptor fd.
///
///   fd
///     The file descriptor of the file to be modified.
///   mode
///     Operating-system mode bitfield.
///     Be careful when using number literals for *mode*.  The conventional
///     UNIX notation for numeric modes uses an octal base, which needs to
///     be indicated with a ``0o`` prefix in Python.
///
/// Equivalent to os.chmod(fd, mode).
#[native(signature = "($module, /, fd, mode)")]
fn fchmod(thread: &mut Thread, fd: i32, mode: i32) -> Outcome<()> {
    thread.audit("os.chmod", &[number(fd).as_ref(), number(mode).as_ref(), number(-1).as_ref()])?;
    let host = &thread.interp().host;
    thread.blocking(|lock| host.fchmod(lock, fd, mode as u32))?.or_raise(thread)
}

fn audit_chown(thread: &mut Thread, path: Ref<'_>, owner: (u32, u32), directory: Option<i32>) -> Outcome<()> {
    let (user, group) = (Value::small_int(i64::from(owner.0)), Value::small_int(i64::from(owner.1)));
    thread.audit("os.chown", &[path, user.as_ref(), group.as_ref(), shown(directory).as_ref()])
}

/// Change the owner and group id of path to the numeric uid and gid.
///
///   path
///     Path to be examined; can be string, bytes, a path-like object, or
///     open-file-descriptor int.
///   dir_fd
///     If not None, it should be a file descriptor open to a directory,
///     and path should be relative; path will then be relative to that
///     directory.
///   follow_symlinks
///     If False, and the last element of the path is a symbolic link,
///     stat will examine the symbolic link itself instead of the file
///     the link points to.
///
/// path may always be specified as a string.  On some platforms, path may
/// also be specified as an open file descriptor.  If this functionality is
/// unavailable, using it raises an exception.
/// If dir_fd is not None, it should be a file descriptor open to
/// a directory, and path should be relative; path will then be relative to
/// that directory.
/// If follow_symlinks is False, and the last element of the path is
/// a symbolic link, chown will modify the symbolic link itself instead of
/// the file the link points to.
/// It is an error to use dir_fd or follow_symlinks when specifying path as
/// an open file descriptor.
/// dir_fd and follow_symlinks may not be implemented on your platform.  If
/// they are unavailable, using them will raise a NotImplementedError.
#[native(signature = "($module, /, path, uid, gid, *, dir_fd=None, follow_symlinks=True)")]
fn chown(
    thread: &mut Thread,
    path: Ref<'_>,
    uid: UserId,
    gid: GroupId,
    dir_fd: Option<DirFd>,
    follow_symlinks: Option<bool>,
) -> Outcome<()> {
    let path = path_of("chown").or_fd().get(thread, path)?;
    let (directory, follow) = (directory(dir_fd), follow_symlinks.unwrap_or(true));
    check_descriptor(thread, "chown", &path, directory, follow)?;
    let owner = (uid.0, gid.0);
    audit_chown(thread, path.object.as_ref(), owner, directory)?;
    let host = &thread.interp().host;
    let result = thread.released(|lock| match path.fd() {
        Some(fd) => host.fchown(lock, fd, owner.0, owner.1),
        None => host.chown(lock, directory, path.name(), owner, follow),
    });
    result.or_raise_for(thread, &path)
}

/// Change the owner and group id of the file specified by file descriptor.
///
/// Equivalent to os.chown(fd, uid, gid).
#[native(signature = "($module, /, fd, uid, gid)")]
fn fchown(thread: &mut Thread, fd: i32, uid: UserId, gid: GroupId) -> Outcome<()> {
    audit_chown(thread, number(fd).as_ref(), (uid.0, gid.0), None)?;
    let host = &thread.interp().host;
    thread.blocking(|lock| host.fchown(lock, fd, uid.0, gid.0))?.or_raise(thread)
}

/// Change the owner and group id of path to the numeric uid and gid.
///
/// This function will not follow symbolic links.
/// Equivalent to os.chown(path, uid, gid, follow_symlinks=False).
#[native(signature = "($module, /, path, uid, gid)")]
fn lchown(thread: &mut Thread, path: Ref<'_>, uid: UserId, gid: GroupId) -> Outcome<()> {
    let path = path_of("lchown").get(thread, path)?;
    audit_chown(thread, path.object.as_ref(), (uid.0, gid.0), None)?;
    let host = &thread.interp().host;
    let result = thread.released(|lock| host.chown(lock, None, path.name(), (uid.0, gid.0), false));
    result.or_raise_for(thread, &path)
}

/// Change root directory to path.
#[native(signature = "($module, /, path)")]
fn chroot(thread: &mut Thread, path: Ref<'_>) -> Outcome<()> {
    let path = path_of("chroot").get(thread, path)?;
    let host = &thread.interp().host;
    thread.released(|lock| host.chroot(lock, path.name())).or_raise_for(thread, &path)
}

fn working_directory(thread: &mut Thread) -> Outcome<Vec<u8>> {
    let host = &thread.interp().host;
    let path = thread.released(|lock| host.getcwd(lock)).or_raise(thread)?;
    if path.first() != Some(&b'/') {
        // The kernel says "(unreachable)" of a directory outside the root.
        let shown = thread.fs_decode(&path)?;
        return Err(os_error_about(thread, Errno::ENOENT, &shown));
    }
    Ok(path)
}

/// Return a unicode string representing the current working directory.
#[native(signature = "($module, /)")]
fn getcwd(thread: &mut Thread) -> Outcome {
    let path = working_directory(thread)?;
    thread.fs_decode(&path)
}

/// Return a bytes string representing the current working directory.
#[native(signature = "($module, /)")]
fn getcwdb(thread: &mut Thread) -> Outcome {
    let path = working_directory(thread)?;
    thread.bytes_from(path)
}

fn audit_two(
    thread: &mut Thread,
    event: &str,
    (from, to): (&Path, &Path),
    (from_directory, to_directory): (Option<i32>, Option<i32>),
) -> Outcome<()> {
    let (first, second) = (shown(from_directory), shown(to_directory));
    thread.audit(event, &[from.object.as_ref(), to.object.as_ref(), first.as_ref(), second.as_ref()])
}

/// Create a hard link to a file.
///
/// If either src_dir_fd or dst_dir_fd is not None, it should be a file
/// descriptor open to a directory, and the respective path string (src or
/// dst) should be relative; the path will then be relative to that
/// directory.
/// If follow_symlinks is False, and the last element of src is a symbolic
/// link, link will create a link to the symbolic link itself instead of the
/// file the link points to.
/// src_dir_fd, dst_dir_fd, and follow_symlinks may not be implemented on
/// your platform.  If they are unavailable, using them will raise
/// a NotImplementedError.
#[native(
    signature = "($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None,\n     follow_symlinks=(os.name != 'nt'))"
)]
fn link(
    thread: &mut Thread,
    src: Ref<'_>,
    dst: Ref<'_>,
    src_dir_fd: Option<DirFd>,
    dst_dir_fd: Option<DirFd>,
    follow_symlinks: Option<bool>,
) -> Outcome<()> {
    let from = path_of("link").named("src").get(thread, src)?;
    let to = path_of("link").named("dst").get(thread, dst)?;
    let directories = (directory(src_dir_fd), directory(dst_dir_fd));
    audit_two(thread, "os.link", (&from, &to), directories)?;
    let follow = follow_symlinks.unwrap_or(true);
    let host = &thread.interp().host;
    let result = thread
        .released(|lock| host.link(lock, (directories.0, from.name()), (directories.1, to.name()), follow));
    result.or_raise_for_two(thread, &from, &to)
}

/// Create a directory.
///
/// If dir_fd is not None, it should be a file descriptor open to
/// a directory, and path should be relative; path will then be relative to
/// that directory.
/// dir_fd may not be implemented on your platform.  If it is unavailable,
/// using it will raise a NotImplementedError.
///
/// The mode argument is ignored on Windows.  Where it is used, the current
/// umask value is first masked out.
#[native(signature = "($module, /, path, mode=511, *, dir_fd=None)")]
fn mkdir(thread: &mut Thread, path: Ref<'_>, mode: Option<i32>, dir_fd: Option<DirFd>) -> Outcome<()> {
    let path = path_of("mkdir").get(thread, path)?;
    let (mode, directory) = (mode.unwrap_or(0o777), directory(dir_fd));
    thread.audit("os.mkdir", &[path.object.as_ref(), number(mode).as_ref(), shown(directory).as_ref()])?;
    let host = &thread.interp().host;
    let result = thread.released(|lock| host.mkdir(lock, directory, path.name(), mode as u32));
    result.or_raise_for(thread, &path)
}

fn move_file(
    thread: &mut Thread,
    function: &'static str,
    (src, dst): (Ref<'_>, Ref<'_>),
    directories: (Option<i32>, Option<i32>),
) -> Outcome<()> {
    let from = path_of(function).named("src").get(thread, src)?;
    let to = path_of(function).named("dst").get(thread, dst)?;
    audit_two(thread, "os.rename", (&from, &to), directories)?;
    let host = &thread.interp().host;
    let result =
        thread.released(|lock| host.rename(lock, (directories.0, from.name()), (directories.1, to.name())));
    result.or_raise_for_two(thread, &from, &to)
}

/// Rename a file or directory.
///
/// If either src_dir_fd or dst_dir_fd is not None, it should be a file
/// descriptor open to a directory, and the respective path string (src or
/// dst) should be relative; the path will then be relative to that
/// directory.
/// src_dir_fd and dst_dir_fd, may not be implemented on your platform.
/// If they are unavailable, using them will raise a NotImplementedError.
#[native(signature = "($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
fn rename(
    thread: &mut Thread,
    src: Ref<'_>,
    dst: Ref<'_>,
    src_dir_fd: Option<DirFd>,
    dst_dir_fd: Option<DirFd>,
) -> Outcome<()> {
    move_file(thread, "rename", (src, dst), (directory(src_dir_fd), directory(dst_dir_fd)))
}

/// Rename a file or directory, overwriting the destination.
///
/// If either src_dir_fd or dst_dir_fd is not None, it should be a file
/// descriptor open to a directory, and the respective path string (src or
/// dst) should be relative; the path will then be relative to that
/// directory.
/// src_dir_fd and dst_dir_fd, may not be implemented on your platform.
/// If they are unavailable, using them will raise a NotImplementedError.
#[native(signature = "($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
fn replace(
    thread: &mut Thread,
    src: Ref<'_>,
    dst: Ref<'_>,
    src_dir_fd: Option<DirFd>,
    dst_dir_fd: Option<DirFd>,
) -> Outcome<()> {
    move_file(thread, "replace", (src, dst), (directory(src_dir_fd), directory(dst_dir_fd)))
}

fn remove_path(
    thread: &mut Thread,
    function: &'static str,
    path: Ref<'_>,
    directory: Option<i32>,
) -> Outcome<()> {
    let path = path_of(function).get(thread, path)?;
    let is_directory = function == "rmdir";
    let event = if is_directory { "os.rmdir" } else { "os.remove" };
    thread.audit(event, &[path.object.as_ref(), shown(directory).as_ref()])?;
    let host = &thread.interp().host;
    let result = thread.released(|lock| host.unlink(lock, directory, path.name(), is_directory));
    result.or_raise_for(thread, &path)
}

/// Remove a directory.
///
/// If dir_fd is not None, it should be a file descriptor open to
/// a directory, and path should be relative; path will then be relative
/// to that directory.
/// dir_fd may not be implemented on your platform.
/// If it is unavailable, using it will raise a NotImplementedError.
#[native(signature = "($module, /, path, *, dir_fd=None)")]
fn rmdir(thread: &mut Thread, path: Ref<'_>, dir_fd: Option<DirFd>) -> Outcome<()> {
    remove_path(thread, "rmdir", path, directory(dir_fd))
}

/// Remove a file (same as remove()).
///
/// If dir_fd is not None, it should be a file descriptor open to
/// a directory, and path should be relative; path will then be relative to
/// that directory.
/// dir_fd may not be implemented on your platform.
/// If it is unavailable, using it will raise a NotImplementedError.
#[native(signature = "($module, /, path, *, dir_fd=None)")]
fn unlink(thread: &mut Thread, path: Ref<'_>, dir_fd: Option<DirFd>) -> Outcome<()> {
    remove_path(thread, "unlink", path, directory(dir_fd))
}

/// Remove a file (same as unlink()).
///
/// If dir_fd is not None, it should be a file descriptor open to
/// a directory, and path should be relative; path will then be relative
/// to that directory.
/// dir_fd may not be implemented on your platform.
/// If it is unavailable, using it will raise a NotImplementedError.
#[native(signature = "($module, /, path, *, dir_fd=None)")]
fn remove(thread: &mut Thread, path: Ref<'_>, dir_fd: Option<DirFd>) -> Outcome<()> {
    remove_path(thread, "remove", path, directory(dir_fd))
}

/// Set the current numeric umask and return the previous umask.
#[native(signature = "($module, mask, /)")]
fn umask(thread: &mut Thread, mask: i32) -> Outcome<u32> {
    thread.interp().host.umask(mask as u32).or_raise(thread)
}

/// An integer of nanoseconds as a time.
fn split_nanoseconds(thread: &mut Thread, value: Ref<'_>) -> Outcome<FileTime> {
    let billion = Value::small_int(SECOND);
    let Some(divmod) = value.ty().slots().divmod else {
        let ty = value.ty().name().into_owned();
        let message = format!("unsupported operand type(s) for divmod(): '{ty}' and 'int'");
        return Err(thread.type_error(message));
    };
    let pair = divmod(thread, value, billion.as_ref())?;
    let Some([seconds, nanoseconds]) = pair.downcast::<Tuple>().map(Tuple::items) else {
        let (ty, got) = (value.ty().name().into_owned(), pair.as_ref().ty().name().into_owned());
        return Err(thread.type_error(format!("{ty}.__divmod__() must return a 2-tuple, not {got}")));
    };
    let (seconds, nanoseconds) = (*seconds, *nanoseconds);
    let seconds = integer_seconds(thread, seconds)?;
    Ok(FileTime { seconds, nanoseconds: protocol::index_i64(thread, nanoseconds)? })
}

fn file_times(
    thread: &mut Thread,
    times: Ref<'_>,
    ns: Option<Ref<'_>>,
) -> Outcome<Option<(FileTime, FileTime)>> {
    if !times.is_none() && ns.is_some() {
        return Err(thread.value_error("utime: you may specify either 'times' or 'ns' but not both"));
    }
    if !times.is_none() {
        let Some([access, change]) = times.exact::<Tuple>().map(Tuple::items) else {
            return Err(thread.type_error("utime: 'times' must be either a tuple of two ints or None"));
        };
        let (first, second) =
            (seconds_and_nanoseconds(thread, *access)?, seconds_and_nanoseconds(thread, *change)?);
        let time = |(seconds, nanoseconds)| FileTime { seconds, nanoseconds };
        return Ok(Some((time(first), time(second))));
    }
    let Some(ns) = ns else { return Ok(None) };
    let Some([access, change]) = ns.exact::<Tuple>().map(Tuple::items) else {
        return Err(thread.type_error("utime: 'ns' must be a tuple of two ints"));
    };
    Ok(Some((split_nanoseconds(thread, *access)?, split_nanoseconds(thread, *change)?)))
}

/// Set the access and modified time of path.
///
/// path may always be specified as a string.  On some platforms, path may
/// also be specified as an open file descriptor.  If this functionality is
/// unavailable, using it raises an exception.
///
/// If times is not None, it must be a tuple (atime, mtime);
/// atime and mtime should be expressed as float seconds since the epoch.
/// If ns is specified, it must be a tuple (atime_ns, mtime_ns);
/// atime_ns and mtime_ns should be expressed as integer nanoseconds
/// since the epoch.
/// If times is None and ns is unspecified, utime uses the current time.
/// Specifying tuples for both times and ns is an error.
///
/// If dir_fd is not None, it should be a file descriptor open to
/// a directory, and path should be relative; path will then be relative to
/// that directory.
/// If follow_symlinks is False, and the last element of the path is
/// a symbolic link, utime will modify the symbolic link itself instead of
/// the file the link points to.
/// It is an error to use dir_fd or follow_symlinks when specifying path as
/// an open file descriptor.
/// dir_fd and follow_symlinks may not be available on your platform.
/// If they are unavailable, using them will raise a NotImplementedError.
#[native(
    signature = "($module, /, path, times=None, *, ns=<unrepresentable>,\n      dir_fd=None, follow_symlinks=True)"
)]
fn utime(
    thread: &mut Thread,
    path: Ref<'_>,
    times: Option<Ref<'_>>,
    ns: Option<Ref<'_>>,
    dir_fd: Option<DirFd>,
    follow_symlinks: Option<bool>,
) -> Outcome<()> {
    let path = path_of("utime").or_fd().get(thread, path)?;
    let (directory, follow) = (directory(dir_fd), follow_symlinks.unwrap_or(true));
    let times = times.unwrap_or(Ref::none());
    let pair = file_times(thread, times, ns)?;
    check_descriptor(thread, "utime", &path, directory, follow)?;
    thread.audit(
        "os.utime",
        &[path.object.as_ref(), times, ns.unwrap_or(Ref::none()), shown(directory).as_ref()],
    )?;
    let host = &thread.interp().host;
    let result = thread.released(|lock| match path.fd() {
        Some(fd) => host.futime(lock, fd, pair),
        None => host.utime(lock, directory, path.name(), pair, follow),
    });
    result.or_raise_for(thread, &path)
}

/// Return a string representing the path to which the symbolic link points.
///
/// If dir_fd is not None, it should be a file descriptor open to
/// a directory, and path should be relative; path will then be relative to
/// that directory.
///
/// dir_fd may not be implemented on your platform.  If it is unavailable,
/// using it will raise a NotImplementedError.
#[native(signature = "($module, /, path, *, dir_fd=None)")]
fn readlink(thread: &mut Thread, path: Ref<'_>, dir_fd: Option<DirFd>) -> Outcome {
    let path = path_of("readlink").get(thread, path)?;
    let directory = directory(dir_fd);
    let host = &thread.interp().host;
    let target = thread.released(|lock| host.readlink(lock, directory, path.name()));
    let target = target.or_raise_for(thread, &path)?;
    if path.is_bytes() { thread.bytes_from(target) } else { thread.fs_decode(&target) }
}

/// Create a symbolic link pointing to src named dst.
///
/// target_is_directory is required on Windows if the target is to be
/// interpreted as a directory.  (On Windows, symlink requires Windows 6.0
/// or greater, and raises a NotImplementedError otherwise.)
/// target_is_directory is ignored on non-Windows platforms.
///
/// If dir_fd is not None, it should be a file descriptor open to
/// a directory, and path should be relative; path will then be relative
/// to that directory.
/// dir_fd may not be implemented on your platform.  If it is unavailable,
/// using it will raise a NotImplementedError.
#[native(signature = "($module, /, src, dst, target_is_directory=False, *, dir_fd=None)")]
fn symlink(
    thread: &mut Thread,
    src: Ref<'_>,
    dst: Ref<'_>,
    _target_is_directory: Option<bool>,
    dir_fd: Option<DirFd>,
) -> Outcome<()> {
    let from = path_of("symlink").named("src").get(thread, src)?;
    let to = path_of("symlink").named("dst").get(thread, dst)?;
    let directory = directory(dir_fd);
    thread.audit("os.symlink", &[from.object.as_ref(), to.object.as_ref(), shown(directory).as_ref()])?;
    let host = &thread.interp().host;
    let result = thread.released(|lock| host.symlink(lock, from.name(), directory, to.name()));
    result.or_raise_for_two(thread, &from, &to)
}

/// Create a "fifo" (a POSIX named pipe).
///
/// If dir_fd is not None, it should be a file descriptor open to
/// a directory, and path should be relative; path will then be relative to
/// that directory.
/// dir_fd may not be implemented on your platform.  If it is unavailable,
/// using it will raise a NotImplementedError.
#[native(signature = "($module, /, path, mode=438, *, dir_fd=None)")]
fn mkfifo(thread: &mut Thread, path: Ref<'_>, mode: Option<i32>, dir_fd: Option<DirFd>) -> Outcome<()> {
    let path = path_of("mkfifo").get(thread, path)?;
    let (mode, directory) = (mode.unwrap_or(0o666), directory(dir_fd));
    let host = &thread.interp().host;
    thread
        .blocking(|lock| host.mkfifo(lock, directory, path.name(), mode as u32))?
        .or_raise_for(thread, &path)
}

/// Create a node in the file system.
///
/// Create a node in the file system (file, device special file or named
/// pipe) at path.  mode specifies both the permissions to use and the
/// type of node to be created, being combined (bitwise OR) with one of
/// S_IFREG, S_IFCHR, S_IFBLK, and S_IFIFO.  If S_IFCHR or S_IFBLK is set
/// on mode, device defines the newly created device special file (probably
/// using os.makedev()).  Otherwise device is ignored.
///
/// If dir_fd is not None, it should be a file descriptor open to
/// a directory, and path should be relative; path will then be relative
/// to that directory.
/// dir_fd may not be implemented on your platform.  If it is unavailable,
/// using it will raise a NotImplementedError.
#[native(signature = "($module, /, path, mode=384, device=0, *, dir_fd=None)")]
fn mknod(
    thread: &mut Thread,
    path: Ref<'_>,
    mode: Option<i32>,
    device: Option<Device>,
    dir_fd: Option<DirFd>,
) -> Outcome<()> {
    let path = path_of("mknod").get(thread, path)?;
    let (mode, directory) = (mode.unwrap_or(0o600), directory(dir_fd));
    let device = device.map_or(0, |device| device.0);
    let host = &thread.interp().host;
    thread
        .blocking(|lock| host.mknod(lock, directory, path.name(), mode as u32, device))?
        .or_raise_for(thread, &path)
}

/// The number of a device; -1 is none.
struct Device(u64);

impl<'a> taipan_object::native::FromArgument<'a> for Device {
    fn from_argument(thread: &mut Thread, value: Ref<'a>, _: &str, _: usize) -> Outcome<Device> {
        let number = protocol::index(thread, value)?;
        match crate::path::narrow(number.as_ref()) {
            Some(-1) => Ok(Device(u64::MAX)),
            Some(small) if small < 0 => Err(thread.overflow_error("can't convert negative int to unsigned")),
            Some(small) => match u64::try_from(small) {
                Ok(device) => Ok(Device(device)),
                Err(_) => Err(thread.overflow_error("int too big to convert")),
            },
            None => Err(thread.overflow_error("int too big to convert")),
        }
    }
}

/// The number of a device, or of a part of one, as a value.
fn device_value(thread: &mut Thread, device: u64) -> Outcome {
    if device == u64::MAX { Ok(Value::small_int(-1)) } else { thread.int(i128::from(device)) }
}

/// Extracts a device major number from a raw device number.
#[native(signature = "($module, device, /)")]
fn major(thread: &mut Thread, device: Device) -> Outcome {
    let major = if device.0 == u64::MAX { u64::MAX } else { u64::from(taipan_host::device_major(device.0)) };
    device_value(thread, major)
}

/// Extracts a device minor number from a raw device number.
#[native(signature = "($module, device, /)")]
fn minor(thread: &mut Thread, device: Device) -> Outcome {
    let minor = if device.0 == u64::MAX { u64::MAX } else { u64::from(taipan_host::device_minor(device.0)) };
    device_value(thread, minor)
}

/// Composes a raw device number from the major and minor device numbers.
#[native(signature = "($module, major, minor, /)")]
fn makedev(thread: &mut Thread, major: Device, minor: Device) -> Outcome {
    if major.0 == u64::MAX && minor.0 == u64::MAX {
        return Ok(Value::small_int(-1));
    }
    let mut parts = [0; 2];
    for (part, device) in parts.iter_mut().zip([major, minor]) {
        *part = match device.0 {
            // -1 is none, of either part.
            u64::MAX => u32::MAX,
            number => u32::try_from(number)
                .map_err(|_| thread.overflow_error("Python int too large to convert to C unsigned int"))?,
        };
    }
    thread.int(i128::from(taipan_host::make_device(parts[0], parts[1])))
}

/// Truncate a file, specified by path, to a specific length.
///
/// On some platforms, path may also be specified as an open file
/// descriptor.  If this functionality is unavailable, using it raises
/// an exception.
#[native(signature = "($module, /, path, length)")]
fn truncate(thread: &mut Thread, path: Ref<'_>, length: i64) -> Outcome<()> {
    let path = path_of("truncate").or_fd().get(thread, path)?;
    let length_value = thread.int(i128::from(length))?;
    match path.fd() {
        Some(fd) => {
            thread.audit("os.truncate", &[number(fd).as_ref(), length_value.as_ref()])?;
            let host = &thread.interp().host;
            thread.blocking(|lock| host.ftruncate(lock, fd, length))?.or_raise(thread)
        }
        None => {
            thread.audit("os.truncate", &[path.object.as_ref(), length_value.as_ref()])?;
            let host = &thread.interp().host;
            thread.released(|lock| host.truncate(lock, path.name(), length)).or_raise_for(thread, &path)
        }
    }
}

/// Force write of everything to disk.
#[native(signature = "($module, /)")]
fn sync(thread: &mut Thread) {
    let host = &thread.interp().host;
    thread.released(|lock| host.sync(lock));
}
