//! What the encoded status of a process that ended or stopped says.

use taipan_macros::native;
use taipan_object::native::MethodDef;
use taipan_object::{Outcome, Thread};

//@functions

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

#[py("posix.WCOREDUMP", name="WCOREDUMP")]
fn wcoredump(_: &mut Thread, status: i32) -> bool {
    status & 0x80 != 0
}

#[py("posix.WIFCONTINUED", name="WIFCONTINUED")]
fn wifcontinued(_: &mut Thread, status: i32) -> bool {
    status == 0xffff
}

#[py("posix.WIFSTOPPED", name="WIFSTOPPED")]
fn wifstopped(_: &mut Thread, status: i32) -> bool {
    stopped(status)
}

#[py("posix.WIFSIGNALED", name="WIFSIGNALED")]
fn wifsignaled(_: &mut Thread, status: i32) -> bool {
    signaled(status)
}

#[py("posix.WIFEXITED", name="WIFEXITED")]
fn wifexited(_: &mut Thread, status: i32) -> bool {
    exited(status)
}

#[py("posix.WEXITSTATUS", name="WEXITSTATUS")]
fn wexitstatus(_: &mut Thread, status: i32) -> i32 {
    code_of(status)
}

#[py("posix.WTERMSIG", name="WTERMSIG")]
fn wtermsig(_: &mut Thread, status: i32) -> i32 {
    signal_of(status)
}

#[py("posix.WSTOPSIG", name="WSTOPSIG")]
fn wstopsig(_: &mut Thread, status: i32) -> i32 {
    code_of(status)
}

#[py("posix.waitstatus_to_exitcode")]
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
