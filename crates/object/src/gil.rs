//! [`Gil`]: the interpreter lock. Whoever holds it may touch objects.
//!
//! While an interpreter has one thread, taking and giving up cost nothing. A thread that waited for
//! the switch interval asks the holder to let go at its next safepoint, and the holder then waits
//! until someone else has had the lock. When the interpreter ends, threads that come back from the
//! host stay outside for ever, as in CPython 3.14.
//!
//! Answers for CPython's `Python/ceval_gil.c`.
#![allow(unsafe_code)] // a pointer to the holder's safepoint word

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::thread::{Thread, events};

/// The interpreter lock.
pub struct Gil {
    inner: Inner,
    /// Whether there ever was a second thread. Changes only while the lock is held.
    shared: Cell<bool>,
}

struct Inner {
    state: Mutex<State>,
    /// Told when the lock becomes free.
    freed: Condvar,
    /// Told when the lock was taken.
    taken: Condvar,
    /// The switch interval in microseconds.
    interval: AtomicU64,
    ending: AtomicBool,
}

#[derive(Default)]
struct State {
    held: bool,
    /// How often the lock was taken.
    turns: u64,
    waiting: usize,
    /// The holder's safepoint word.
    breaker: usize,
}

impl Inner {
    fn new(state: State) -> Inner {
        Inner {
            state: Mutex::new(state),
            freed: Condvar::new(),
            taken: Condvar::new(),
            interval: AtomicU64::new(5000),
            ending: AtomicBool::new(false),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, breaker: *const AtomicU32) {
        let mut state = self.state();
        state.waiting += 1;
        while state.held {
            let turn = state.turns;
            let interval = Duration::from_micros(self.interval.load(Ordering::Relaxed).max(1));
            let (back, result) =
                self.freed.wait_timeout(state, interval).unwrap_or_else(PoisonError::into_inner);
            state = back;
            if result.timed_out() && state.held && state.turns == turn && state.breaker != 0 {
                // SAFETY: the holder clears the word's address before it ends, under the mutex.
                unsafe { &*(state.breaker as *const AtomicU32) }.fetch_or(events::SWITCH, Ordering::Relaxed);
            }
        }
        state.waiting -= 1;
        state.held = true;
        state.turns += 1;
        state.breaker = breaker as usize;
        drop(state);
        self.taken.notify_all();
    }

    fn give_up(&self) {
        let mut state = self.state();
        state.held = false;
        state.breaker = 0;
        drop(state);
        self.freed.notify_one();
    }
}

impl Gil {
    /// A lock that the calling thread holds.
    pub fn new() -> Gil {
        let state = State { held: true, ..State::default() };
        Gil { inner: Inner::new(state), shared: Cell::new(false) }
    }

    /// Sets `sys.setswitchinterval()`.
    pub fn set_interval(&self, interval: Duration) {
        self.inner.interval.store(interval.as_micros() as u64, Ordering::Relaxed);
    }

    /// Before a second thread starts: from now on the lock is really taken and given up.
    pub fn share(&self, holder: &Thread) {
        self.shared.set(true);
        self.inner.state().breaker = &raw const holder.breaker as usize;
    }

    /// Keeps every thread but the caller outside from now on.
    pub fn end(&self) {
        self.inner.ending.store(true, Ordering::Release);
    }

    /// Takes the lock for a thread that is being made; `breaker` outlives its turn.
    pub fn enter(&self, breaker: *const AtomicU32) {
        self.inner.take(breaker);
        self.stay_outside();
    }

    /// Gives the lock up for good.
    pub fn leave(&self) {
        self.inner.give_up();
    }

    /// While the interpreter ends, nobody gets in any more.
    fn stay_outside(&self) {
        if self.inner.ending.load(Ordering::Acquire) {
            self.inner.give_up();
            loop {
                std::thread::park();
            }
        }
    }

    /// In the child of a fork: the caller is the only thread, and holds the lock.
    ///
    /// # Safety
    /// No other thread of the process uses the lock.
    pub unsafe fn after_fork(&self) {
        let interval = self.inner.interval.load(Ordering::Relaxed);
        let fresh = Inner::new(State { held: true, ..State::default() });
        fresh.interval.store(interval, Ordering::Relaxed);
        // SAFETY: the caller's promise. The old value is not dropped: its mutex may be locked by a
        // thread that does not exist here.
        unsafe { std::ptr::from_ref(&self.inner).cast_mut().write(fresh) };
        self.shared.set(false);
    }
}

impl Default for Gil {
    fn default() -> Gil {
        Gil::new()
    }
}

impl Thread {
    /// Runs `call` without the lock.
    pub(crate) fn unlocked<T>(&mut self, call: impl FnOnce() -> T) -> T {
        let gil = &self.interp().gil;
        if !gil.shared.get() {
            return call();
        }
        struct Retake<'t>(&'t Thread);
        impl Drop for Retake<'_> {
            fn drop(&mut self) {
                let interp = self.0.interp();
                interp.gil.inner.take(&raw const self.0.breaker);
                if !self.0.is_main {
                    interp.gil.stay_outside();
                }
                self.0.attach();
            }
        }
        gil.inner.give_up();
        let _retake = Retake(self);
        call()
    }

    /// At a safepoint: lets another thread have its turn, if one waits.
    pub fn yield_lock(&mut self) {
        let gil = &self.interp().gil;
        if !gil.shared.get() {
            return;
        }
        let mut state = gil.inner.state();
        if state.waiting == 0 {
            return;
        }
        let turn = state.turns;
        state.held = false;
        state.breaker = 0;
        gil.inner.freed.notify_one();
        while state.turns == turn && state.waiting > 0 {
            state = gil.inner.taken.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        drop(state);
        gil.inner.take(&raw const self.breaker);
        if !self.is_main {
            gil.stay_outside();
        }
        self.attach();
    }
}
