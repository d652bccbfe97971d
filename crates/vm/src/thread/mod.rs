//! The module `_thread`.
//!
//! Locks are words that are changed under the interpreter lock, with a queue of those who wait; a
//! thread runs its function with a value stack of its own and takes the interpreter lock as all do.
//!
//! Answers for CPython's `Modules/_threadmodule.c`.

mod handle;
mod local;
mod lock;
mod rlock;
mod start;

use taipan_macros::native;
use taipan_object::native::{MethodDef, ModuleDef};
use taipan_object::types::exception::{RUNTIME_ERROR, SYSTEM_EXIT};
use taipan_object::{Outcome, Ref, Thread, Value, protocol};

use crate::state::State;

/// The module `_thread`.
pub static THREAD: ModuleDef = ModuleDef {
    name: "_thread",
    doc: Some(
        "This module provides primitive operations to write multi-threaded programs.\nThe 'threading' module provides a more convenient interface.",
    ),
    functions: &[FUNCTIONS, lock::FUNCTIONS, handle::FUNCTIONS, start::FUNCTIONS],
    exec: Some(exec),
};

const FUNCTIONS: &[MethodDef] = &[
    _GET_MAIN_THREAD_IDENT,
    _GET_NAME,
    _IS_MAIN_INTERPRETER,
    DAEMON_THREADS_ALLOWED,
    EXIT,
    EXIT_THREAD,
    GET_IDENT,
    GET_NATIVE_ID,
    SET_NAME,
];

/// The longest wait that `acquire` and `join` accept, in seconds.
const TIMEOUT_MAX: f64 = 9_223_372_036.0;
/// The length of a thread's name for the operating system.
const NAME_MAX: i64 = 15;

fn exec(thread: &mut Thread, module: Ref<'_>) -> Outcome<()> {
    for (name, ty) in [
        ("LockType", &lock::LOCK),
        ("lock", &lock::LOCK),
        ("RLock", &rlock::RLOCK),
        ("_local", &local::LOCAL),
        ("_ThreadHandle", &handle::HANDLE),
        ("_ExceptHookArgs", &start::EXCEPT_HOOK_ARGS),
        ("error", &RUNTIME_ERROR),
    ] {
        thread.module_add(module, name, ty.as_ref().to_value())?;
    }
    let longest = thread.float(TIMEOUT_MAX)?;
    thread.module_add(module, "TIMEOUT_MAX", longest)?;
    thread.module_add(module, "_NAME_MAXLEN", Value::small_int(NAME_MAX))
}

/// Internal only. Return a non-zero integer that uniquely identifies the main thread
/// of the main interpreter.
#[native(signature = "($module, /)")]
fn _get_main_thread_ident(thread: &mut Thread) -> u64 {
    State::of(thread).main_thread.get()
}

/// Get the name of the current thread.
#[native(signature = "($module, /)")]
fn _get_name(thread: &mut Thread) -> Outcome {
    let name = thread.interp().host.thread_name();
    thread.fs_decode(&name)
}

/// Return True if the current interpreter is the main Python interpreter.
#[native(signature = "($module, /)")]
fn _is_main_interpreter(_: &mut Thread) -> bool {
    true
}

/// Return True if daemon threads are allowed in the current interpreter,
/// and False otherwise.
#[native(signature = "($module, /)")]
fn daemon_threads_allowed(_: &mut Thread) -> bool {
    true
}

/// This is synonymous to ``raise SystemExit''.  It will cause the current
/// thread to exit silently unless the exception is caught.
#[native(signature = "($module, /)")]
fn exit(thread: &mut Thread) -> Outcome {
    let made = protocol::call(thread, SYSTEM_EXIT.as_ref(), &[])?;
    Err(thread.raise(made))
}

/// An obsolete synonym of exit().
#[native(signature = "($module, /)")]
fn exit_thread(thread: &mut Thread) -> Outcome {
    exit(thread)
}

/// Return a non-zero integer that uniquely identifies the current thread
/// amongst other threads that exist simultaneously.
/// This may be used to identify per-thread resources.
/// Even though on some platforms threads identities may appear to be
/// allocated consecutive numbers starting at 1, this behavior should not
/// be relied upon, and the number should be seen purely as a magic cookie.
/// A thread's identity may be reused for another thread after it exits.
#[native(signature = "($module, /)")]
fn get_ident(thread: &mut Thread) -> u64 {
    thread.interp().host.thread_id()
}

/// Return a non-negative integer identifying the thread as reported
/// by the OS (kernel). This may be used to uniquely identify a
/// particular thread within a system.
#[native(signature = "($module, /)")]
fn get_native_id(thread: &mut Thread) -> u64 {
    thread.interp().host.native_thread_id()
}

/// Set the name of the current thread.
#[native(signature = "($module, /, name)")]
fn set_name(thread: &mut Thread, name: &taipan_object::types::str::Str) -> Outcome<()> {
    let mut name = thread.fs_encode(name)?.into_owned();
    name.truncate(NAME_MAX as usize);
    thread.interp().host.set_thread_name(&name);
    Ok(())
}
