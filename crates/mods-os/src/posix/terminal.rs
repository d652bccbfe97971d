//! Terminals and pseudo-terminals.

use taipan_macros::native;
use taipan_object::native::MethodDef;
use taipan_object::{Outcome, Thread, Value, structseq};

use crate::failure::OrRaise;
use crate::path::FileNo;
use crate::posix::files::number;

//@functions

structseq! {
    /// The type `os.terminal_size`.
    pub(super) static TERMINAL_SIZE = "os.terminal_size", visible 2, slots SLOTS,
    doc Some("A tuple of (columns, lines) for holding terminal window size"),
    fields {
        "columns": "width of the terminal window in characters",
        "lines": "height of the terminal window in characters",
    }
}

#[py("posix.get_terminal_size")]
fn get_terminal_size(thread: &mut Thread, fd: Option<i32>) -> Outcome {
    let (columns, lines) = thread.interp().host.terminal_size(fd.unwrap_or(1)).or_raise(thread)?;
    let fields = [columns, lines].map(|size| Value::small_int(i64::from(size)));
    thread.structseq(&TERMINAL_SIZE, fields.into())
}

#[py("posix.ttyname")]
fn ttyname(thread: &mut Thread, fd: i32) -> Outcome {
    let name = thread.interp().host.terminal_name(fd).or_raise(thread)?;
    thread.fs_decode(&name)
}

#[py("posix.ctermid")]
fn ctermid(_: &mut Thread) -> &'static str {
    "/dev/tty"
}

#[py("posix.tcgetpgrp")]
fn tcgetpgrp(thread: &mut Thread, fd: i32) -> Outcome<i32> {
    thread.interp().host.foreground_group(fd).or_raise(thread)
}

#[py("posix.tcsetpgrp")]
fn tcsetpgrp(thread: &mut Thread, fd: i32, pgid: i32) -> Outcome<()> {
    thread.interp().host.set_foreground_group(fd, pgid).or_raise(thread)
}

#[py("posix.posix_openpt")]
fn posix_openpt(thread: &mut Thread, oflag: i32) -> Outcome<i32> {
    thread.interp().host.open_terminal_master(oflag).or_raise(thread)
}

#[py("posix.grantpt")]
fn grantpt(thread: &mut Thread, fd: FileNo) -> Outcome<()> {
    thread.interp().host.grant_terminal(fd.0).or_raise(thread)
}

#[py("posix.unlockpt")]
fn unlockpt(thread: &mut Thread, fd: FileNo) -> Outcome<()> {
    thread.interp().host.unlock_terminal(fd.0).or_raise(thread)
}

#[py("posix.ptsname")]
fn ptsname(thread: &mut Thread, fd: FileNo) -> Outcome {
    let name = thread.interp().host.slave_name(fd.0).or_raise(thread)?;
    thread.fs_decode(&name)
}

#[py("posix.openpty")]
fn openpty(thread: &mut Thread) -> Outcome {
    let (master, slave) = thread.interp().host.open_terminal_pair().or_raise(thread)?;
    thread.tuple([number(master), number(slave)])
}

#[py("posix.login_tty")]
fn login_tty(thread: &mut Thread, fd: FileNo) -> Outcome<()> {
    thread.interp().host.login_terminal(fd.0).or_raise(thread)
}
