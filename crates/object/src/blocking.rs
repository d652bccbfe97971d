//! Calls of the host that may block: the interpreter lock is given up while they last.
//!
//! Nothing here knows what is called. [`Thread::blocking`] goes on after a signal whose handler
//! raised nothing (PEP 475); [`Thread::released`] is for calls that must not be repeated.
//!
//! Answers for `Py_BEGIN_ALLOW_THREADS` and the loops around `PyErr_CheckSignals` in CPython.

use taipan_host::{Errno, Released};

use crate::thread::Thread;
use crate::value::Outcome;

impl Thread {
    /// Gives up the interpreter lock while `call` runs. No object can be touched meanwhile: the
    /// thread is borrowed.
    pub fn released<T>(&mut self, call: impl FnOnce(Released<'_>) -> T) -> T {
        self.unlocked(|| call(Released::assert()))
    }

    /// As [`Thread::released`], and begins anew after `EINTR` unless a signal handler raises. The
    /// inner result is the operating system's.
    pub fn blocking<T>(
        &mut self,
        mut call: impl FnMut(Released<'_>) -> taipan_host::Result<T>,
    ) -> Outcome<taipan_host::Result<T>> {
        loop {
            match self.released(&mut call) {
                Err(Errno::EINTR) => self.poll()?,
                result => return Ok(result),
            }
        }
    }
}
