//! Threads of the operating system, and how they wait for each other.
//!
//! A [`Parker`] waits on a futex, so that a signal handler that runs in the waiting thread ends the
//! wait with `EINTR`: what the interpreter does about signals is its own decision.

use crate::{Errno, Host, Released, Result};
use std::os::unix::thread::JoinHandleExt;
use std::sync::atomic::{AtomicU32, Ordering};

/// A place where one thread waits until another wakes it.
#[derive(Debug, Default)]
pub struct Parker {
    woken: AtomicU32,
}

impl Parker {
    /// Waits to be woken, at most until `deadline` (nanoseconds of the monotonic clock); whether it
    /// was. `EINTR` when a signal arrived.
    pub fn park(&self, _: Released<'_>, deadline: Option<i64>) -> Result<bool> {
        let time =
            deadline.map(|at| libc::timespec { tv_sec: at / 1_000_000_000, tv_nsec: at % 1_000_000_000 });
        let time = time.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
        loop {
            if self.woken.load(Ordering::Acquire) != 0 {
                return Ok(true);
            }
            // SAFETY: the word and the time live through the call.
            let result = unsafe {
                libc::syscall(
                    libc::SYS_futex,
                    self.woken.as_ptr(),
                    libc::FUTEX_WAIT_BITSET | libc::FUTEX_PRIVATE_FLAG,
                    0u32,
                    time,
                    std::ptr::null::<u32>(),
                    !0u32,
                )
            };
            if result == 0 {
                continue;
            }
            match Errno::last() {
                Errno::EAGAIN => {}
                Errno(libc::ETIMEDOUT) => return Ok(self.woken.load(Ordering::Acquire) != 0),
                error => return Err(error),
            }
        }
    }

    /// Wakes the thread that waits, or the next one that would.
    pub fn unpark(&self) {
        self.woken.store(1, Ordering::Release);
        // SAFETY: the word lives through the call.
        unsafe {
            libc::syscall(
                libc::SYS_futex,
                self.woken.as_ptr(),
                libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG,
                1,
            )
        };
    }
}

impl Host {
    /// Starts a thread with that many bytes of native stack; its identity.
    pub fn start_thread(&self, stack: usize, body: impl FnOnce() + Send + 'static) -> Result<u64> {
        let started = std::thread::Builder::new().stack_size(stack).spawn(body);
        match started {
            Ok(handle) => Ok(handle.as_pthread_t()),
            Err(error) => Err(Errno(error.raw_os_error().unwrap_or(libc::EAGAIN))),
        }
    }
}
