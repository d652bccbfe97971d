//! Signal masks, and waiting for signals without handlers.

use crate::{Capability, Errno, Host, Released, Result, check};
use std::mem::MaybeUninit;

/// What is known of a signal that was waited for, as `siginfo_t` tells it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct SignalInfo {
    pub signal: i32,
    pub code: i32,
    pub errno: i32,
    pub process: i32,
    pub user: u32,
    pub status: i32,
    pub band: i64,
}

fn set_of(signals: &[i32]) -> libc::sigset_t {
    let mut set = MaybeUninit::uninit();
    // SAFETY: the set is initialised by the first call; a number that is none changes nothing.
    unsafe {
        libc::sigemptyset(set.as_mut_ptr());
        for &signal in signals {
            libc::sigaddset(set.as_mut_ptr(), signal);
        }
        set.assume_init()
    }
}

fn members(set: &libc::sigset_t) -> Vec<i32> {
    // SAFETY: the set is initialised.
    (1..crate::signal::SIGNALS as i32)
        .filter(|&signal| unsafe { libc::sigismember(set, signal) } == 1)
        .collect()
}

impl Host {
    /// Changes the calling thread's mask; what was blocked before.
    pub fn change_mask(&self, how: i32, signals: &[i32]) -> Result<Vec<i32>> {
        self.allow(Capability::SIGNALS)?;
        let new = set_of(signals);
        let mut old = MaybeUninit::uninit();
        // SAFETY: both sets live through the call, which fills the second.
        unsafe {
            match libc::pthread_sigmask(how, &raw const new, old.as_mut_ptr()) {
                0 => Ok(members(&old.assume_init())),
                error => Err(Errno(error)),
            }
        }
    }

    /// The signals that wait because they are blocked.
    pub fn pending_signals(&self) -> Result<Vec<i32>> {
        let mut set = MaybeUninit::uninit();
        // SAFETY: the call fills the set.
        unsafe {
            check(libc::sigpending(set.as_mut_ptr()))?;
            Ok(members(&set.assume_init()))
        }
    }

    /// The signals that programs may use.
    pub fn valid_signals(&self) -> Vec<i32> {
        let mut set = MaybeUninit::uninit();
        // SAFETY: the call fills the set.
        unsafe {
            libc::sigfillset(set.as_mut_ptr());
            members(&set.assume_init())
        }
    }

    /// Waits for one of the signals, for at most that many nanoseconds.
    pub fn wait_for_signal(
        &self,
        _: Released<'_>,
        signals: &[i32],
        nanoseconds: Option<i64>,
    ) -> Result<SignalInfo> {
        self.allow(Capability::SIGNALS)?;
        let set = set_of(signals);
        let time =
            nanoseconds.map(|ns| libc::timespec { tv_sec: ns / 1_000_000_000, tv_nsec: ns % 1_000_000_000 });
        let time = time.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
        let mut info = MaybeUninit::<libc::siginfo_t>::zeroed();
        // SAFETY: everything lives through the call, which fills the information.
        unsafe {
            check(libc::sigtimedwait(&raw const set, info.as_mut_ptr(), time))?;
            let info = info.assume_init();
            Ok(SignalInfo {
                signal: info.si_signo,
                code: info.si_code,
                errno: info.si_errno,
                process: info.si_pid(),
                user: info.si_uid(),
                status: info.si_status(),
                band: 0,
            })
        }
    }

    /// Sends a signal to a thread of this process.
    pub fn signal_thread(&self, thread: u64, signal: i32) -> Result<()> {
        self.allow(Capability::SIGNALS)?;
        // SAFETY: no memory is passed; the caller vouches for the identity as in C.
        match unsafe { libc::pthread_kill(thread as libc::pthread_t, signal) } {
            0 => Ok(()),
            error => Err(Errno(error)),
        }
    }

    /// Sends a signal to the process behind a descriptor.
    pub fn signal_process_by(&self, fd: i32, signal: i32, flags: u32) -> Result<()> {
        self.allow(Capability::PROCESSES)?;
        let nothing = std::ptr::null::<libc::siginfo_t>();
        // SAFETY: no information is passed.
        let result = unsafe { libc::syscall(libc::SYS_pidfd_send_signal, fd, signal, nothing, flags) };
        check(result).map(drop)
    }

    /// Whether system calls that the signal interrupts begin anew.
    pub fn set_restart(&self, signal: i32, restart: bool) -> Result<()> {
        self.allow(Capability::SIGNALS)?;
        // SAFETY: the structure is filled before it is used.
        unsafe {
            let mut action = MaybeUninit::<libc::sigaction>::zeroed().assume_init();
            check(libc::sigaction(signal, std::ptr::null(), &raw mut action))?;
            if restart {
                action.sa_flags |= libc::SA_RESTART;
            } else {
                action.sa_flags &= !libc::SA_RESTART;
            }
            check(libc::sigaction(signal, &raw const action, std::ptr::null_mut())).map(drop)
        }
    }

    /// What the system calls a signal.
    pub fn describe_signal(&self, signal: i32) -> Option<String> {
        // SAFETY: the text is copied before anything else can change it.
        let text = unsafe {
            let text = libc::strsignal(signal);
            if text.is_null() {
                return None;
            }
            std::ffi::CStr::from_ptr(text).to_string_lossy().into_owned()
        };
        (!text.starts_with("Unknown signal")).then_some(text)
    }
}
