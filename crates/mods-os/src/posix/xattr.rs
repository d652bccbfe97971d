//! Extended attributes of files.

use taipan_macros::native;
use taipan_object::native::{Buffer, MethodDef};
use taipan_object::{Outcome, Ref, Thread};

use crate::failure::OrRaise;
use crate::path::{Path, Target, path_of};
use crate::posix::files::{check_descriptor, number};

pub(super) const FUNCTIONS: &[MethodDef] = &[GETXATTR, SETXATTR, REMOVEXATTR, LISTXATTR];

fn attribute_of(
    thread: &mut Thread,
    function: &'static str,
    path: Ref<'_>,
    attribute: Ref<'_>,
    follow: bool,
) -> Outcome<(Path, Path)> {
    let path = path_of(function).or_fd().get(thread, path)?;
    let attribute = path_of(function).named("attribute").get(thread, attribute)?;
    check_descriptor(thread, function, &path, None, follow)?;
    Ok((path, attribute))
}

/// Return the value of extended attribute attribute on path.
///
/// path may be either a string, a path-like object, or an open file
/// descriptor.
/// If follow_symlinks is False, and the last element of the path is
/// a symbolic link, getxattr will examine the symbolic link itself
/// instead of the file the link points to.
#[native(signature = "($module, /, path, attribute, *, follow_symlinks=True)")]
fn getxattr(
    thread: &mut Thread,
    path: Ref<'_>,
    attribute: Ref<'_>,
    follow_symlinks: Option<bool>,
) -> Outcome {
    let follow = follow_symlinks.unwrap_or(true);
    let (path, attribute) = attribute_of(thread, "getxattr", path, attribute, follow)?;
    thread.audit("os.getxattr", &[path.object.as_ref(), attribute.object.as_ref()])?;
    let host = &thread.interp().host;
    let value = thread.released(|lock| match path.fd() {
        Some(fd) => host.fgetxattr(lock, fd, attribute.name()),
        None => host.getxattr(lock, path.name(), attribute.name(), follow),
    });
    let value = value.or_raise_for(thread, &path)?;
    thread.bytes_from(value)
}

/// Set extended attribute attribute on path to value.
///
/// path may be either a string, a path-like object,  or an open file
/// descriptor.
/// If follow_symlinks is False, and the last element of the path is
/// a symbolic link, setxattr will modify the symbolic link itself instead
/// of the file the link points to.
#[native(signature = "($module, /, path, attribute, value, flags=0, *,\n         follow_symlinks=True)")]
fn setxattr(
    thread: &mut Thread,
    path: Ref<'_>,
    attribute: Ref<'_>,
    value: Buffer,
    flags: Option<i32>,
    follow_symlinks: Option<bool>,
) -> Outcome<()> {
    let (flags, follow) = (flags.unwrap_or(0), follow_symlinks.unwrap_or(true));
    let (path, attribute) = attribute_of(thread, "setxattr", path, attribute, follow)?;
    let bytes = value.stable_bytes(thread)?;
    let shown = thread.bytes(&bytes)?;
    thread.audit(
        "os.setxattr",
        &[path.object.as_ref(), attribute.object.as_ref(), shown.as_ref(), number(flags).as_ref()],
    )?;
    let host = &thread.interp().host;
    let result = thread.released(|lock| match path.fd() {
        Some(fd) => host.fsetxattr(lock, fd, (attribute.name(), &bytes), flags),
        None => host.setxattr(lock, path.name(), (attribute.name(), &bytes), flags, follow),
    });
    result.or_raise_for(thread, &path)
}

/// Remove extended attribute attribute on path.
///
/// path may be either a string, a path-like object, or an open file
/// descriptor.
/// If follow_symlinks is False, and the last element of the path is
/// a symbolic link, removexattr will modify the symbolic link itself
/// instead of the file the link points to.
#[native(signature = "($module, /, path, attribute, *, follow_symlinks=True)")]
fn removexattr(
    thread: &mut Thread,
    path: Ref<'_>,
    attribute: Ref<'_>,
    follow_symlinks: Option<bool>,
) -> Outcome<()> {
    let follow = follow_symlinks.unwrap_or(true);
    let (path, attribute) = attribute_of(thread, "removexattr", path, attribute, follow)?;
    thread.audit("os.removexattr", &[path.object.as_ref(), attribute.object.as_ref()])?;
    let host = &thread.interp().host;
    let result = thread.released(|lock| match path.fd() {
        Some(fd) => host.fremovexattr(lock, fd, attribute.name()),
        None => host.removexattr(lock, path.name(), attribute.name(), follow),
    });
    result.or_raise_for(thread, &path)
}

/// Return a list of extended attributes on path.
///
/// path may be either None, a string, a path-like object, or an open file
/// descriptor.  If path is None, listxattr will examine the current
/// directory.
/// If follow_symlinks is False, and the last element of the path is
/// a symbolic link, listxattr will examine the symbolic link itself instead
/// of the file the link points to.
#[native(signature = "($module, /, path=None, *, follow_symlinks=True)")]
fn listxattr(thread: &mut Thread, path: Option<Ref<'_>>, follow_symlinks: Option<bool>) -> Outcome {
    let follow = follow_symlinks.unwrap_or(true);
    let path = path_of("listxattr").or_fd().or_none().get_or_nothing(thread, path)?;
    check_descriptor(thread, "listxattr", &path, None, follow)?;
    thread.audit("os.listxattr", &[path.object.as_ref()])?;
    let host = &thread.interp().host;
    let names = thread.released(|lock| match &path.target {
        Target::Descriptor(fd) => host.flistxattr(lock, *fd),
        Target::Name(name) => host.listxattr(lock, name, follow),
        Target::Nothing => host.listxattr(lock, b".", follow),
    });
    let names = names.or_raise_for(thread, &path)?;
    let mut list = Vec::new();
    for name in names.split(|&byte| byte == 0).filter(|name| !name.is_empty()) {
        list.push(thread.fs_decode(name)?);
    }
    thread.list(list)
}
