//! Starting programs as `subprocess` does: everything is prepared in the parent, and the new process
//! does nothing but system calls until the program runs.
//!
//! Unless a function of the program's own runs in between, the child shares the parent's memory while
//! the parent waits (`CLONE_VFORK`), on a stack of its own: nothing is copied, nothing allocated.
//!
//! Answers for `child_exec` and `do_fork_exec` in CPython's `Modules/_posixsubprocess.c`.

use crate::process::{pointers, strings};
use crate::{Capability, Errno, Fd, Host, Result, c_path, check};
use std::ffi::{CString, c_char, c_int, c_void};
use std::mem::MaybeUninit;

/// What the new process is to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct ForkExec {
    /// Files to be tried as the program, in this order.
    pub executables: Vec<Vec<u8>>,
    pub arguments: Vec<Vec<u8>>,
    /// `NAME=value`; none for the environment of this process.
    pub environment: Option<Vec<Vec<u8>>>,
    pub directory: Option<Vec<u8>>,
    /// The ends of the pipes that become the standard descriptors, and those to be closed; -1 is none.
    pub input: (Fd, Fd),
    pub output: (Fd, Fd),
    pub error: (Fd, Fd),
    /// The pipe through which errors before the program runs are told.
    pub failure: (Fd, Fd),
    pub close_others: bool,
    /// Descriptors that stay open, sorted.
    pub keep: Vec<Fd>,
    pub restore_signals: bool,
    pub new_session: bool,
    /// The process group; negative is none.
    pub group: i32,
    pub user_id: Option<u32>,
    pub group_id: Option<u32>,
    pub groups: Option<Vec<u32>>,
    /// The mask of permissions; negative is none.
    pub mask: i32,
}

/// A plan with everything as C wants it.
struct Prepared<'a> {
    plan: &'a ForkExec,
    _strings: [Vec<CString>; 3],
    executables: Vec<*const c_char>,
    arguments: Vec<*const c_char>,
    environment: Option<Vec<*const c_char>>,
    directory: Option<CString>,
    /// The signals that were blocked before all were, when the child shares memory.
    signals: Option<libc::sigset_t>,
}

impl<'a> Prepared<'a> {
    fn new(plan: &'a ForkExec) -> Result<Prepared<'a>> {
        let executables = strings(&plan.executables)?;
        let arguments = strings(&plan.arguments)?;
        let environment = plan.environment.as_deref().map(strings).transpose()?;
        let directory = plan.directory.as_deref().map(c_path).transpose()?;
        Ok(Prepared {
            executables: pointers(&executables),
            arguments: pointers(&arguments),
            environment: environment.as_deref().map(pointers),
            _strings: [executables, arguments, environment.unwrap_or_default()],
            plan,
            directory,
            signals: None,
        })
    }
}

/// Why the program does not run.
struct Failure {
    errno: Errno,
    what: &'static [u8],
}

/// Before the program was tried.
const NO_EXEC: &[u8] = b"noexec";

fn step(status: c_int) -> std::result::Result<c_int, Failure> {
    check(status).map_err(|errno| Failure { errno, what: NO_EXEC })
}

fn set_inheritable(fd: Fd, inheritable: bool) -> std::result::Result<(), Failure> {
    // SAFETY: no memory is passed.
    unsafe {
        let flags = step(libc::fcntl(fd, libc::F_GETFD))?;
        let wanted = if inheritable { flags & !libc::FD_CLOEXEC } else { flags | libc::FD_CLOEXEC };
        if wanted != flags {
            step(libc::fcntl(fd, libc::F_SETFD, wanted))?;
        }
    }
    Ok(())
}

/// Copies a descriptor out of the way of the standard ones.
fn aside(fd: Fd) -> std::result::Result<Fd, Failure> {
    // SAFETY: no memory is passed.
    let copy = step(unsafe { libc::dup(fd) })?;
    set_inheritable(copy, false)?;
    Ok(copy)
}

fn become_standard(fd: Fd, standard: Fd) -> std::result::Result<(), Failure> {
    if fd == standard {
        return set_inheritable(fd, true);
    }
    if fd != -1 {
        // SAFETY: no memory is passed.
        step(unsafe { libc::dup2(fd, standard) })?;
    }
    Ok(())
}

/// Makes the standard descriptors, closes the parent's ends.
fn redirect(plan: &ForkExec) -> std::result::Result<(), Failure> {
    for &fd in plan.keep.iter().filter(|&&fd| fd != plan.failure.1) {
        set_inheritable(fd, true)?;
    }
    for fd in [plan.input.1, plan.output.0, plan.error.0, plan.failure.0] {
        if fd != -1 {
            // SAFETY: no memory is passed.
            step(unsafe { libc::close(fd) })?;
        }
    }
    let (mut output, mut error) = (plan.output.1, plan.error.1);
    if output == 0 {
        output = aside(output)?;
    }
    while error == 0 || error == 1 {
        error = aside(error)?;
    }
    become_standard(plan.input.0, 0)?;
    become_standard(output, 1)?;
    become_standard(error, 2)
}

/// Signals get their default, unless they are ignored or stay blocked: no handler of the parent may
/// run in the child.
fn reset_handlers(blocked: &libc::sigset_t) {
    // SAFETY: zero is a value of every field of `sigaction`; the structures live through the calls.
    unsafe {
        let default: libc::sigaction = MaybeUninit::zeroed().assume_init();
        for signal in 1..crate::signal::SIGNALS as c_int {
            if matches!(signal, libc::SIGKILL | libc::SIGSTOP) || libc::sigismember(blocked, signal) == 1 {
                continue;
            }
            let mut own: libc::sigaction = MaybeUninit::zeroed().assume_init();
            if libc::sigaction(signal, std::ptr::null(), &raw mut own) == -1
                || own.sa_sigaction == libc::SIG_IGN
                || own.sa_sigaction == libc::SIG_DFL
            {
                continue;
            }
            libc::sigaction(signal, &raw const default, std::ptr::null_mut());
        }
    }
}

/// What belongs to the process: directory, signals, session, identity.
fn settle(prepared: &Prepared<'_>) -> std::result::Result<(), Failure> {
    let plan = prepared.plan;
    // SAFETY: strings and lists live in `prepared`.
    unsafe {
        if let Some(directory) = &prepared.directory {
            check(libc::chdir(directory.as_ptr()))
                .map_err(|errno| Failure { errno, what: b"noexec:chdir" })?;
        }
        if plan.mask >= 0 {
            libc::umask(plan.mask as u32);
        }
        if plan.restore_signals {
            libc::signal(libc::SIGPIPE, libc::SIG_DFL);
            libc::signal(libc::SIGXFSZ, libc::SIG_DFL);
        }
        if let Some(signals) = &prepared.signals {
            reset_handlers(signals);
            libc::sigprocmask(libc::SIG_SETMASK, signals, std::ptr::null_mut());
        }
        if plan.new_session {
            step(libc::setsid())?;
        }
        if plan.group >= 0 {
            step(libc::setpgid(0, plan.group))?;
        }
        if let Some(groups) = &plan.groups {
            step(libc::setgroups(groups.len(), groups.as_ptr()))?;
        }
        if let Some(group) = plan.group_id {
            step(libc::setregid(group, group))?;
        }
        if let Some(user) = plan.user_id {
            step(libc::setreuid(user, user))?;
        }
    }
    Ok(())
}

/// Closes what is neither standard nor to be kept.
fn close_others(keep: &[Fd]) {
    let mut from = 3;
    for &fd in keep.iter().filter(|&&fd| fd >= 3).chain([&Fd::MAX]) {
        if fd > from {
            // SAFETY: no memory is passed.
            unsafe { libc::close_range(from as u32, fd as u32 - 1, 0) };
        }
        from = fd.saturating_add(1);
    }
}

/// Tries the programs; comes back with the first error that is more than absence.
fn execute(prepared: &Prepared<'_>) -> Failure {
    let mut found = None;
    for &executable in prepared.executables.iter().filter(|path| !path.is_null()) {
        // SAFETY: strings and null-ended lists live in `prepared`.
        unsafe {
            match &prepared.environment {
                Some(environment) => {
                    libc::execve(executable, prepared.arguments.as_ptr(), environment.as_ptr())
                }
                None => libc::execv(executable, prepared.arguments.as_ptr()),
            };
        }
        let errno = Errno::last();
        if errno != Errno::ENOENT && errno != Errno::ENOTDIR && found.is_none() {
            found = Some(errno);
        }
    }
    Failure { errno: found.unwrap_or_else(Errno::last), what: b"" }
}

/// Tells the parent why the program does not run, as `subprocess` reads it, in one piece.
fn report(fd: Fd, failure: &Failure) {
    let mut text = [0; 96];
    let mut length = 0;
    let mut add = |bytes: &[u8]| {
        for (to, from) in text[length..].iter_mut().zip(bytes) {
            *to = *from;
        }
        length += bytes.len();
    };
    let mut rest = failure.errno.0 as u32;
    if rest == 0 {
        add(b"SubprocessError:0:");
    } else {
        let mut digits = [0; 8];
        let mut start = digits.len();
        while rest != 0 {
            start -= 1;
            digits[start] = b"0123456789abcdef"[rest as usize % 16];
            rest /= 16;
        }
        add(b"OSError:");
        add(&digits[start..]);
        add(b":");
    }
    add(failure.what);
    let mut bytes = &text[..length.min(text.len())];
    while !bytes.is_empty() {
        // SAFETY: the bytes are readable.
        match unsafe { libc::write(fd, bytes.as_ptr().cast(), bytes.len()) } {
            -1 if Errno::last() == Errno::EINTR => {}
            count if count > 0 => bytes = &bytes[count as usize..],
            _ => return,
        }
    }
}

/// The child: everything in its order, then the program, or the report.
fn run_child(prepared: &Prepared<'_>, before: impl FnOnce() -> bool) -> ! {
    let failure = (|| {
        if let Err(failure) = redirect(prepared.plan).and_then(|()| settle(prepared)) {
            return failure;
        }
        if !before() {
            return Failure { errno: Errno(0), what: b"Exception occurred in preexec_fn." };
        }
        if prepared.plan.close_others {
            close_others(&prepared.plan.keep);
        }
        execute(prepared)
    })();
    report(prepared.plan.failure.1, &failure);
    // SAFETY: no memory is passed; nothing of the process goes on.
    unsafe { libc::_exit(255) }
}

/// Enough for the child's few calls.
const STACK: usize = 256 << 10;

extern "C" fn child(prepared: *mut c_void) -> c_int {
    // SAFETY: the parent passes a plan and waits.
    run_child(unsafe { &*prepared.cast::<Prepared<'_>>() }, || true)
}

impl Host {
    /// Starts a program; its process. Errors in the child are written to the failure pipe.
    pub fn fork_exec(&self, plan: &ForkExec) -> Result<i32> {
        self.allow(Capability::PROCESSES)?;
        let mut prepared = Prepared::new(plan)?;
        if plan.user_id.is_some() || plan.group_id.is_some() || plan.groups.is_some() {
            // Changing the identity is no matter of one thread, so the memory must not be shared.
            // SAFETY: the child makes system calls only.
            return match check(unsafe { libc::fork() })? {
                0 => run_child(&prepared, || true),
                process => Ok(process),
            };
        }
        let mut stack: Vec<MaybeUninit<u8>> = Vec::with_capacity(STACK);
        // SAFETY: the sets live through the calls. The child runs on a stack of its own while this
        // thread waits, reads what `prepared` holds, makes system calls only and ends by exec or exit.
        unsafe {
            let mut all: libc::sigset_t = MaybeUninit::zeroed().assume_init();
            let mut old: libc::sigset_t = MaybeUninit::zeroed().assume_init();
            libc::sigfillset(&raw mut all);
            libc::pthread_sigmask(libc::SIG_BLOCK, &raw const all, &raw mut old);
            prepared.signals = Some(old);
            let top = stack.as_mut_ptr().add(STACK & !15);
            let top = top.sub(top as usize & 15);
            let process = check(libc::clone(
                child,
                top.cast(),
                libc::CLONE_VM | libc::CLONE_VFORK | libc::SIGCHLD,
                (&raw mut prepared).cast(),
            ));
            libc::pthread_sigmask(libc::SIG_SETMASK, &raw const old, std::ptr::null_mut());
            process
        }
    }

    /// In a process that [`Host::fork`] made: goes on as the child of a plan, `before` runs last
    /// before the program and answers whether it may.
    pub fn become_program(&self, plan: &ForkExec, before: impl FnOnce() -> bool) -> ! {
        match Prepared::new(plan) {
            Ok(prepared) => run_child(&prepared, before),
            Err(errno) => {
                report(plan.failure.1, &Failure { errno, what: NO_EXEC });
                self.exit_now(255)
            }
        }
    }
}
