//! The module `_posixshmem`: shared memory by name.
//!
//! Answers for CPython's `Modules/_multiprocessing/posixshmem.c`.

use taipan_macros::native;
use taipan_object::native::{MethodDef, ModuleDef};
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Ref, Thread};

use crate::failure::os_error_about;

/// The module `_posixshmem`.
pub static POSIXSHMEM: ModuleDef = ModuleDef {
    name: "_posixshmem",
    doc: Some("POSIX shared memory module"),
    functions: &[FUNCTIONS],
    exec: None,
};

pub(super) const FUNCTIONS: &[MethodDef] = &[SHM_OPEN, SHM_UNLINK];

fn name_bytes(thread: &mut Thread, path: &Str) -> Outcome<Vec<u8>> {
    let bytes = thread.fs_encode(path)?.into_owned();
    if bytes.contains(&0) {
        return Err(thread.value_error("embedded null character"));
    }
    Ok(bytes)
}

/// Open a shared memory object.  Returns a file descriptor (integer).
#[native(signature = "($module, /, path, flags, mode=511)")]
fn shm_open(thread: &mut Thread, path: &Str, flags: i32, mode: Option<i32>) -> Outcome<i32> {
    let (name, mode) = (name_bytes(thread, path)?, mode.unwrap_or(0o777) as u32);
    let host = &thread.interp().host;
    let result = thread.blocking(|lock| host.open_shared_memory(lock, &name, flags, mode))?;
    result.map_err(|errno| os_error_about(thread, errno, &Ref::of(path).to_value()))
}

/// Remove a shared memory object (similar to unlink()).
///
/// Remove a shared memory object name, and, once all processes have
/// unmapped the object, de-allocates and destroys the contents of the
/// associated memory region.
#[native(signature = "($module, path, /)")]
fn shm_unlink(thread: &mut Thread, path: &Str) -> Outcome<()> {
    let name = name_bytes(thread, path)?;
    let host = &thread.interp().host;
    let result = thread.blocking(|lock| host.unlink_shared_memory(lock, &name))?;
    result.map_err(|errno| os_error_about(thread, errno, &Ref::of(path).to_value()))
}
