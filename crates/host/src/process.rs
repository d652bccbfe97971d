//! Starting, signalling and waiting for processes.

use crate::{Capability, Errno, Host, Released, Result, c_path, check};
use std::ffi::{CString, c_char, c_int};
use std::mem::MaybeUninit;

/// The side of a `fork` that goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForkOutcome {
    /// In the process that forked, with the number of the new one.
    Parent(i32),
    /// In the new process.
    Child,
}

/// A process whose state changed, with the encoded status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitStatus {
    /// The process; 0 when `WNOHANG` was given and none was ready.
    pub process: i32,
    /// The status, as `os.waitpid` shows it.
    pub status: i32,
}

/// What a child used, from `wait4`.
#[derive(Clone, Copy, Debug)]
pub struct ChildUsage(pub libc::rusage);

pub(crate) fn strings(texts: &[Vec<u8>]) -> Result<Vec<CString>> {
    texts.iter().map(|text| c_path(text)).collect()
}

pub(crate) fn pointers(strings: &[CString]) -> Vec<*const c_char> {
    strings.iter().map(|s| s.as_ptr()).chain([std::ptr::null()]).collect()
}

impl Host {
    /// Makes a copy of the process in which only the calling thread goes on.
    ///
    /// # Safety
    /// Whatever locks other threads hold stay held in the child: the caller holds all that the
    /// child will take, and the child touches nothing else of the other threads.
    pub unsafe fn fork(&self) -> Result<ForkOutcome> {
        self.allow(Capability::PROCESSES)?;
        // SAFETY: as the caller states.
        match check(unsafe { libc::fork() })? {
            0 => Ok(ForkOutcome::Child),
            process => Ok(ForkOutcome::Parent(process)),
        }
    }

    /// Replaces the program of the process; comes back only with an error.
    pub fn execute(
        &self,
        path: &[u8],
        arguments: &[Vec<u8>],
        environment: Option<&[Vec<u8>]>,
    ) -> Result<std::convert::Infallible> {
        self.allow(Capability::PROCESSES)?;
        let path = c_path(path)?;
        let arguments = strings(arguments)?;
        let arguments = pointers(&arguments);
        match environment {
            Some(environment) => {
                let environment = strings(environment)?;
                let environment = pointers(&environment);
                // SAFETY: all strings and both null-ended lists live through the call.
                unsafe { libc::execve(path.as_ptr(), arguments.as_ptr(), environment.as_ptr()) };
            }
            None => {
                // SAFETY: the strings and the null-ended list live through the call.
                unsafe { libc::execv(path.as_ptr(), arguments.as_ptr()) };
            }
        }
        Err(Errno::last())
    }

    /// Waits for a child, `waitpid`.
    pub fn wait(&self, _: Released<'_>, process: i32, options: i32) -> Result<WaitStatus> {
        self.allow(Capability::PROCESSES)?;
        let mut status: c_int = 0;
        // SAFETY: the number lives through the call.
        let process = check(unsafe { libc::waitpid(process, &raw mut status, options) })?;
        Ok(WaitStatus { process, status })
    }

    /// Waits for a child and tells what it used.
    pub fn wait_with_usage(
        &self,
        _: Released<'_>,
        process: i32,
        options: i32,
    ) -> Result<(WaitStatus, ChildUsage)> {
        self.allow(Capability::PROCESSES)?;
        let mut status: c_int = 0;
        let mut usage = MaybeUninit::zeroed();
        // SAFETY: both live through the call; all zeros is a value of `rusage`.
        let (process, usage) = unsafe {
            let process = check(libc::wait4(process, &raw mut status, options, usage.as_mut_ptr()))?;
            (process, usage.assume_init())
        };
        Ok((WaitStatus { process, status }, ChildUsage(usage)))
    }

    /// Sends a signal to a process or, with a negative number, to a process group.
    pub fn kill(&self, process: i32, signal: i32) -> Result<()> {
        self.allow(Capability::PROCESSES)?;
        // SAFETY: no memory is passed.
        check(unsafe { libc::kill(process, signal) }).map(drop)
    }

    /// Sends a signal to a process group.
    pub fn kill_group(&self, group: i32, signal: i32) -> Result<()> {
        self.allow(Capability::PROCESSES)?;
        // SAFETY: no memory is passed.
        check(unsafe { libc::killpg(group, signal) }).map(drop)
    }

    /// Runs a command in the shell; the encoded status.
    pub fn system(&self, _: Released<'_>, command: &[u8]) -> Result<i32> {
        self.allow(Capability::PROCESSES)?;
        let command = c_path(command)?;
        // SAFETY: the string lives through the call.
        check(unsafe { libc::system(command.as_ptr()) })
    }

    /// Ends the process at once, without any cleaning up.
    pub fn exit_now(&self, status: i32) -> ! {
        // SAFETY: no memory is passed; nothing of the process goes on.
        unsafe { libc::_exit(status) }
    }

    /// Lets another thread run.
    pub fn yield_processor(&self, _: Released<'_>) {
        std::thread::yield_now();
    }

    /// A descriptor for a process, `pidfd_open`.
    pub fn open_process(&self, process: i32, flags: u32) -> Result<i32> {
        self.allow(Capability::PROCESSES)?;
        // SAFETY: no memory is passed.
        let fd = check(unsafe { libc::syscall(libc::SYS_pidfd_open, process, flags) })?;
        i32::try_from(fd).map_err(|_| Errno::EBADF)
    }
}

/// What `waitid` says of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct WaitInfo {
    pub process: i32,
    pub user: u32,
    pub signal: i32,
    pub status: i32,
    pub code: i32,
}

impl Host {
    /// Waits for a child in the way of `waitid`; none when `WNOHANG` was given and none was ready.
    pub fn wait_by(&self, _: Released<'_>, kind: u32, id: u32, options: i32) -> Result<Option<WaitInfo>> {
        self.allow(Capability::PROCESSES)?;
        let mut info = MaybeUninit::<libc::siginfo_t>::zeroed();
        // SAFETY: the structure lives through the call; zeros are a value of it, and of a child it
        // has these fields.
        unsafe {
            check(libc::waitid(kind, id, info.as_mut_ptr(), options))?;
            let info = info.assume_init();
            if info.si_pid() == 0 {
                return Ok(None);
            }
            Ok(Some(WaitInfo {
                process: info.si_pid(),
                user: info.si_uid(),
                signal: info.si_signo,
                status: info.si_status(),
                code: info.si_code,
            }))
        }
    }

    /// As [`Host::execute`] for a program that is open.
    pub fn execute_open(
        &self,
        fd: i32,
        arguments: &[Vec<u8>],
        environment: &[Vec<u8>],
    ) -> Result<std::convert::Infallible> {
        self.allow(Capability::PROCESSES)?;
        let (arguments, environment) = (strings(arguments)?, strings(environment)?);
        let (arguments, environment) = (pointers(&arguments), pointers(&environment));
        // SAFETY: all strings and both null-ended lists live through the call.
        unsafe { libc::fexecve(fd, arguments.as_ptr(), environment.as_ptr()) };
        Err(Errno::last())
    }

    /// Ends the process by `SIGABRT`.
    pub fn abort(&self) -> ! {
        std::process::abort()
    }

    /// Moves into the namespace that a descriptor stands for.
    pub fn enter_namespace(&self, _: Released<'_>, fd: i32, kind: i32) -> Result<()> {
        self.allow(Capability::PROCESSES)?;
        // SAFETY: no memory is passed.
        check(unsafe { libc::setns(fd, kind) }).map(drop)
    }

    /// Moves out of shared namespaces.
    pub fn leave_namespaces(&self, _: Released<'_>, flags: i32) -> Result<()> {
        self.allow(Capability::PROCESSES)?;
        // SAFETY: no memory is passed.
        check(unsafe { libc::unshare(flags) }).map(drop)
    }
}
