//! Terminals and pseudo-terminals.

use taipan_macros::native;
use taipan_object::native::MethodDef;
use taipan_object::{Outcome, Thread, Value, structseq};

use crate::failure::OrRaise;
use crate::path::FileNo;
use crate::posix::files::number;

pub(super) const FUNCTIONS: &[MethodDef] = &[
    GET_TERMINAL_SIZE,
    TTYNAME,
    CTERMID,
    TCGETPGRP,
    TCSETPGRP,
    POSIX_OPENPT,
    GRANTPT,
    UNLOCKPT,
    PTSNAME,
    OPENPTY,
    LOGIN_TTY,
];

structseq! {
    /// The type `os.terminal_size`.
    pub(super) static TERMINAL_SIZE = "os.terminal_size", visible 2, slots SLOTS,
    doc Some("A tuple of (columns, lines) for holding terminal window size"),
    fields {
        "columns": "width of the terminal window in characters",
        "lines": "height of the terminal window in characters",
    }
}

/// Return the size of the terminal window as (columns, lines).
///
/// The optional argument fd (default standard output) specifies
/// which file descriptor should be queried.
///
/// If the file descriptor is not connected to a terminal, an OSError
/// is thrown.
///
/// This function will only be defined if an implementation is
/// available for this system.
///
/// shutil.get_terminal_size is the high-level function which should
/// normally be used, os.get_terminal_size is the low-level implementation.
#[native(signature = "($module, fd=<unrepresentable>, /)")]
fn get_terminal_size(thread: &mut Thread, fd: Option<i32>) -> Outcome {
    let (columns, lines) = thread.interp().host.terminal_size(fd.unwrap_or(1)).or_raise(thread)?;
    let fields = [columns, lines].map(|size| Value::small_int(i64::from(size)));
    thread.structseq(&TERMINAL_SIZE, fields.into())
}

/// Return the name of the terminal device connected to 'fd'.
///
///   fd
///     Integer file descriptor handle.
#[native(signature = "($module, fd, /)")]
fn ttyname(thread: &mut Thread, fd: i32) -> Outcome {
    let name = thread.interp().host.terminal_name(fd).or_raise(thread)?;
    thread.fs_decode(&name)
}

/// Return the name of the controlling terminal for this process.
#[native(signature = "($module, /)")]
fn ctermid(_: &mut Thread) -> &'static str {
    "/dev/tty"
}

/// Return the process group associated with the terminal specified by fd.
#[native(signature = "($module, fd, /)")]
fn tcgetpgrp(thread: &mut Thread, fd: i32) -> Outcome<i32> {
    thread.interp().host.foreground_group(fd).or_raise(thread)
}

/// Set the process group associated with the terminal specified by fd.
#[native(signature = "($module, fd, pgid, /)")]
fn tcsetpgrp(thread: &mut Thread, fd: i32, pgid: i32) -> Outcome<()> {
    thread.interp().host.set_foreground_group(fd, pgid).or_raise(thread)
}

/// Open and return a file descriptor for a master pseudo-terminal device.
///
/// Performs a posix_openpt() C function call. The oflag argument is used to
/// set file status flags and file access modes as specified in the manual
/// page of posix_openpt() of your system.
#[native(signature = "($module, oflag, /)")]
fn posix_openpt(thread: &mut Thread, oflag: i32) -> Outcome<i32> {
    thread.interp().host.open_terminal_master(oflag).or_raise(thread)
}

/// Grant access to the slave pseudo-terminal device.
///
///   fd
///     File descriptor of a master pseudo-terminal device.
///
/// Performs a grantpt() C function call.
#[native(signature = "($module, fd, /)")]
fn grantpt(thread: &mut Thread, fd: FileNo) -> Outcome<()> {
    thread.interp().host.grant_terminal(fd.0).or_raise(thread)
}

/// Unlock a pseudo-terminal master/slave pair.
///
///   fd
///     File descriptor of a master pseudo-terminal device.
///
/// Performs an unlockpt() C function call.
#[native(signature = "($module, fd, /)")]
fn unlockpt(thread: &mut Thread, fd: FileNo) -> Outcome<()> {
    thread.interp().host.unlock_terminal(fd.0).or_raise(thread)
}

/// Return the name of the slave pseudo-terminal device.
///
///   fd
///     File descriptor of a master pseudo-terminal device.
///
/// If the ptsname_r() C function is available, it is called;
/// otherwise, performs a ptsname() C function call.
#[native(signature = "($module, fd, /)")]
fn ptsname(thread: &mut Thread, fd: FileNo) -> Outcome {
    let name = thread.interp().host.slave_name(fd.0).or_raise(thread)?;
    thread.fs_decode(&name)
}

/// Open a pseudo-terminal.
///
/// Return a tuple of (master_fd, slave_fd) containing open file descriptors
/// for both the master and slave ends.
#[native(signature = "($module, /)")]
fn openpty(thread: &mut Thread) -> Outcome {
    let (master, slave) = thread.interp().host.open_terminal_pair().or_raise(thread)?;
    thread.tuple([number(master), number(slave)])
}

/// Prepare the tty of which fd is a file descriptor for a new login session.
///
/// Make the calling process a session leader; make the tty the
/// controlling tty, the stdin, the stdout, and the stderr of the
/// calling process; close fd.
#[native(signature = "($module, fd, /)")]
fn login_tty(thread: &mut Thread, fd: FileNo) -> Outcome<()> {
    thread.interp().host.login_terminal(fd.0).or_raise(thread)
}
