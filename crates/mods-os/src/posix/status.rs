//! What the encoded status of a process that ended or stopped says.

use taipan_macros::native;
use taipan_object::native::MethodDef;
use taipan_object::{Outcome, Thread};

pub(super) const FUNCTIONS: &[MethodDef] = &[
    WCOREDUMP,
    WIFCONTINUED,
    WIFSTOPPED,
    WIFSIGNALED,
    WIFEXITED,
    WEXITSTATUS,
    WTERMSIG,
    WSTOPSIG,
    WAITSTATUS_TO_EXITCODE,
];

const fn signal_of(status: i32) -> i32 {
    status & 0x7f
}

const fn code_of(status: i32) -> i32 {
    status >> 8 & 0xff
}

const fn exited(status: i32) -> bool {
    signal_of(status) == 0
}

const fn signaled(status: i32) -> bool {
    matches!(signal_of(status), 1..=0x7e)
}

const fn stopped(status: i32) -> bool {
    status & 0xff == 0x7f
}

/// Return True if the process returning status was dumped to a core file.
#[native(signature = "($module, status, /)", name = "WCOREDUMP")]
fn wcoredump(_: &mut Thread, status: i32) -> bool {
    status & 0x80 != 0
}

/// Return True if a particular process was continued from a job control stop.
///
/// Return True if the process returning status was continued from a
/// job control stop.
#[native(signature = "($module, /, status)", name = "WIFCONTINUED")]
fn wifcontinued(_: &mut Thread, status: i32) -> bool {
    status == 0xffff
}

/// Return True if the process returning status was stopped.
#[native(signature = "($module, /, status)", name = "WIFSTOPPED")]
fn wifstopped(_: &mut Thread, status: i32) -> bool {
    stopped(status)
}

/// Return True if the process returning status was terminated by a signal.
#[native(signature = "($module, /, status)", name = "WIFSIGNALED")]
fn wifsignaled(_: &mut Thread, status: i32) -> bool {
    signaled(status)
}

/// Return True if the process returning status exited via the exit() system call.
#[native(signature = "($module, /, status)", name = "WIFEXITED")]
fn wifexited(_: &mut Thread, status: i32) -> bool {
    exited(status)
}

/// Return the process return code from status.
#[native(signature = "($module, /, status)", name = "WEXITSTATUS")]
fn wexitstatus(_: &mut Thread, status: i32) -> i32 {
    code_of(status)
}

/// Return the signal that terminated the process that provided the status value.
#[native(signature = "($module, /, status)", name = "WTERMSIG")]
fn wtermsig(_: &mut Thread, status: i32) -> i32 {
    signal_of(status)
}

/// Return the signal that stopped the process that provided the status value.
#[native(signature = "($module, /, status)", name = "WSTOPSIG")]
fn wstopsig(_: &mut Thread, status: i32) -> i32 {
    code_of(status)
}

/// Convert a wait status to an exit code.
///
/// On Unix:
///
/// * If WIFEXITED(status) is true, return WEXITSTATUS(status).
/// * If WIFSIGNALED(status) is true, return -WTERMSIG(status).
/// * Otherwise, raise a ValueError.
///
/// On Windows, return status shifted right by 8 bits.
///
/// On Unix, if the process is being traced or if waitpid() was called with
/// WUNTRACED option, the caller must first check if WIFSTOPPED(status) is
/// true.  This function must not be called if WIFSTOPPED(status) is true.
#[native(signature = "($module, /, status)")]
fn waitstatus_to_exitcode(thread: &mut Thread, status: i32) -> Outcome<i32> {
    if exited(status) {
        return Ok(code_of(status));
    }
    if signaled(status) {
        return Ok(-signal_of(status));
    }
    Err(if stopped(status) {
        thread.value_error(format!("process stopped by delivery of signal {}", code_of(status)))
    } else {
        thread.value_error(format!("invalid wait status: {status}"))
    })
}
