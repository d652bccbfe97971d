//! Names of paths without a look at the file system: `fspath`, normalising, splitting.
//!
//! Answers for `_Py_normpath_and_size` and `_Py_skiproot` in CPython's `Python/fileutils.c`.

use taipan_macros::native;
use taipan_object::native::MethodDef;
use taipan_object::{Outcome, Ref, Thread};

use crate::path::{Path, path_of};

pub(super) const FUNCTIONS: &[MethodDef] = &[FSPATH, _PATH_NORMPATH, _PATH_SPLITROOT_EX];

/// The part of a name as the path's own type.
fn like(thread: &mut Thread, path: &Path, part: &[u8]) -> Outcome {
    if path.is_bytes() { thread.bytes(part) } else { thread.fs_decode(part) }
}

/// Return the file system path representation of the object.
///
/// If the object is str or bytes, then allow it to pass through as-is.  If
/// the object defines __fspath__(), then return the result of that method.
/// All other types raise a TypeError.
#[native(signature = "($module, /, path)")]
fn fspath(thread: &mut Thread, path: Ref<'_>) -> Outcome {
    thread.fspath(path)
}

/// Normalize path, eliminating double slashes, etc.
#[native(signature = "($module, /, path)")]
fn _path_normpath(thread: &mut Thread, path: Ref<'_>) -> Outcome {
    let path = path_of("_path_normpath").nonstrict().get(thread, path)?;
    let normal = normalize(path.name());
    like(thread, &path, &normal)
}

/// Split a pathname into drive, root and tail.
///
/// The tail contains anything after the root.
#[native(signature = "($module, /, p)")]
fn _path_splitroot_ex(thread: &mut Thread, p: Ref<'_>) -> Outcome {
    let path = path_of("_path_splitroot_ex").nonstrict().get(thread, p)?;
    let (root, tail) = path.name().split_at(root_length(path.name()));
    let parts = [like(thread, &path, b"")?, like(thread, &path, root)?, like(thread, &path, tail)?];
    thread.tuple(parts)
}

/// How many slashes begin an absolute path: two have a meaning of their own, three or more do not.
fn root_length(name: &[u8]) -> usize {
    match name.iter().take_while(|&&byte| byte == b'/').count() {
        0 => 0,
        2 => 2,
        _ => 1,
    }
}

/// The name without `.`, doubled slashes, and `..` after a name.
fn normalize(name: &[u8]) -> Vec<u8> {
    let (root, tail) = name.split_at(root_length(name));
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in tail.split(|&byte| byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." if parts.last().is_some_and(|last| *last != b"..") => {
                parts.pop();
            }
            b".." if !root.is_empty() && parts.is_empty() => {}
            _ => parts.push(part),
        }
    }
    let normal = [root, &parts.join(&b'/')].concat();
    if normal.is_empty() { b".".to_vec() } else { normal }
}
