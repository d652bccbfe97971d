//! Signals: which arrived, what happens with them, timers that send them.
//!
//! The handler that is installed only notes the number in a table of the process and writes a byte
//! to the wake-up descriptor; running Python is the interpreter's affair, at its next safepoint.

use crate::{Capability, Fd, Host, Released, Result, check};
use std::ffi::c_int;
use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, AtomicU32, Ordering};

/// One more than the greatest signal number.
pub(crate) const SIGNALS: usize = 65;

// Handlers can reach nothing but statics, so these few are the process's own.
static ARRIVED: [AtomicBool; SIGNALS] = [const { AtomicBool::new(false) }; SIGNALS];
static ANY_ARRIVED: AtomicBool = AtomicBool::new(false);
static WAKEUP: AtomicI32 = AtomicI32::new(-1);
static BREAKER: AtomicPtr<AtomicU32> = AtomicPtr::new(std::ptr::null_mut());
static BREAKER_BIT: AtomicU32 = AtomicU32::new(0);

extern "C" fn note(signal: c_int) {
    let Some(arrived) = ARRIVED.get(signal as usize) else { return };
    arrived.store(true, Ordering::Release);
    ANY_ARRIVED.store(true, Ordering::Release);
    let breaker = BREAKER.load(Ordering::Acquire);
    if !breaker.is_null() {
        // SAFETY: `watch_signals` took a reference that lives as long as the program.
        unsafe { (*breaker).fetch_or(BREAKER_BIT.load(Ordering::Relaxed), Ordering::Release) };
    }
    let fd = WAKEUP.load(Ordering::Acquire);
    if fd >= 0 {
        let byte = signal as u8;
        // SAFETY: one byte is readable; write may be called in a handler. errno is put back.
        unsafe {
            let errno = *libc::__errno_location();
            libc::write(fd, (&raw const byte).cast(), 1);
            *libc::__errno_location() = errno;
        }
    }
}

/// What happens when a signal arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// What the system does by itself.
    Default,
    /// Nothing.
    Ignore,
    /// It is noted, for [`Host::take_signal`].
    Note,
    /// A handler that something else installed.
    Foreign,
}

impl Host {
    /// Lets arriving signals set `bit` in `breaker`, the word that the interpreter polls.
    pub fn watch_signals(&self, breaker: &'static AtomicU32, bit: u32) {
        BREAKER_BIT.store(bit, Ordering::Relaxed);
        BREAKER.store(std::ptr::from_ref(breaker).cast_mut(), Ordering::Release);
    }

    /// Lets arriving signals set nothing any more: before the word that they set goes.
    pub fn forget_signals(&self) {
        BREAKER.store(std::ptr::null_mut(), Ordering::Release);
    }

    /// Sets what happens with a signal; what happened before.
    pub fn set_disposition(&self, signal: i32, disposition: Disposition) -> Result<Disposition> {
        self.allow(Capability::SIGNALS)?;
        let handler = match disposition {
            Disposition::Default => libc::SIG_DFL,
            Disposition::Ignore => libc::SIG_IGN,
            Disposition::Note => note as *const () as usize,
            Disposition::Foreign => return Err(crate::Errno::EINVAL),
        };
        // SAFETY: zero is a value of every field; the handler is a function that may run at any
        // time. No flag: a system call that is interrupted comes back with EINTR.
        unsafe {
            let mut action: libc::sigaction = MaybeUninit::zeroed().assume_init();
            let mut old: libc::sigaction = MaybeUninit::zeroed().assume_init();
            action.sa_sigaction = handler;
            libc::sigemptyset(&raw mut action.sa_mask);
            check(libc::sigaction(signal, &raw const action, &raw mut old))?;
            Ok(disposition_of(old.sa_sigaction))
        }
    }

    /// What happens with a signal.
    pub fn disposition(&self, signal: i32) -> Result<Disposition> {
        // SAFETY: zero is a value of every field; only the old action is asked for.
        unsafe {
            let mut old: libc::sigaction = MaybeUninit::zeroed().assume_init();
            check(libc::sigaction(signal, std::ptr::null(), &raw mut old))?;
            Ok(disposition_of(old.sa_sigaction))
        }
    }

    /// The least signal that was noted and not yet taken.
    pub fn take_signal(&self) -> Option<i32> {
        if !ANY_ARRIVED.swap(false, Ordering::AcqRel) {
            return None;
        }
        let signal = (1..SIGNALS).find(|&signal| ARRIVED[signal].swap(false, Ordering::AcqRel))?;
        // More may wait behind it.
        ANY_ARRIVED.store(true, Ordering::Release);
        Some(signal as i32)
    }

    /// Notes a signal as if it had arrived, `_thread.interrupt_main`.
    pub fn simulate_signal(&self, signal: i32) {
        note(signal);
    }

    /// Sets the descriptor that gets a byte for each signal (-1: none); the old one.
    pub fn set_wakeup(&self, fd: Fd) -> Result<Fd> {
        self.allow(Capability::SIGNALS)?;
        Ok(WAKEUP.swap(fd, Ordering::AcqRel))
    }

    /// Sends a signal to the calling thread.
    pub fn raise(&self, _: Released<'_>, signal: i32) -> Result<()> {
        self.allow(Capability::SIGNALS)?;
        // SAFETY: no memory is passed.
        if unsafe { libc::raise(signal) } == 0 { Ok(()) } else { Err(crate::Errno::last()) }
    }

    /// Sends `SIGALRM` after some seconds; how many were left of the last call.
    pub fn alarm(&self, seconds: u32) -> Result<u32> {
        self.allow(Capability::SIGNALS)?;
        // SAFETY: no memory is passed.
        Ok(unsafe { libc::alarm(seconds) })
    }

    /// Waits for a signal.
    pub fn pause(&self, _: Released<'_>) {
        // SAFETY: no memory is passed.
        unsafe { libc::pause() };
    }

    /// Sets an interval timer: the first interval and the one it repeats with, in microseconds;
    /// the values before.
    pub fn set_timer(&self, which: i32, value: i64, interval: i64) -> Result<(i64, i64)> {
        self.allow(Capability::SIGNALS)?;
        let time = |us: i64| libc::timeval { tv_sec: us / 1_000_000, tv_usec: us % 1_000_000 };
        let new = libc::itimerval { it_value: time(value), it_interval: time(interval) };
        let mut old = libc::itimerval { it_value: time(0), it_interval: time(0) };
        // SAFETY: both structures live through the call.
        check(unsafe { libc::setitimer(which as _, &raw const new, &raw mut old) })?;
        Ok((microseconds(old.it_value), microseconds(old.it_interval)))
    }

    /// The rest of an interval timer, and the interval it repeats with, in microseconds.
    pub fn timer(&self, which: i32) -> Result<(i64, i64)> {
        let zero = libc::timeval { tv_sec: 0, tv_usec: 0 };
        let mut now = libc::itimerval { it_value: zero, it_interval: zero };
        // SAFETY: the structure lives through the call.
        check(unsafe { libc::getitimer(which as _, &raw mut now) })?;
        Ok((microseconds(now.it_value), microseconds(now.it_interval)))
    }
}

const fn microseconds(time: libc::timeval) -> i64 {
    time.tv_sec * 1_000_000 + time.tv_usec
}

fn disposition_of(handler: usize) -> Disposition {
    match handler {
        libc::SIG_DFL => Disposition::Default,
        libc::SIG_IGN => Disposition::Ignore,
        _ if handler == note as *const () as usize => Disposition::Note,
        _ => Disposition::Foreign,
    }
}
