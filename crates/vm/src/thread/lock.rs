//! `_thread.lock`: a lock without an owner.

use std::cell::Cell;
use std::collections::VecDeque;
use std::sync::Arc;

use taipan_host::Parker;
use taipan_layout::Header;
use taipan_macros::native;
use taipan_object::native::{Args, MethodDef, Parameters};
use taipan_object::typeobject::{Slots, TypeDef, TypeFlags};
use taipan_object::{Inside, Outcome, Ref, Thread, Type, Value, object, protocol};

use super::TIMEOUT_MAX;

pub(super) const FUNCTIONS: &[MethodDef] = &[ALLOCATE, ALLOCATE_LOCK];

/// A lock.
#[repr(C)]
pub struct Lock {
    head: Header,
    locked: Cell<bool>,
    waiters: Waiters,
}

object!(Lock, LOCK);

/// The type `_thread.lock`.
pub static LOCK: Type = Type::new::<Lock>(
    &TypeDef {
        doc: Some(
            "A lock object is a synchronization primitive.  To create a lock,\ncall threading.Lock().  Methods are:\n\nacquire() -- lock the lock, possibly blocking until it can be obtained\nrelease() -- unlock of the lock\nlocked() -- test whether the lock is currently locked\n\nA lock is not owned by the thread that locked it; another thread may\nunlock it.  A thread attempting to lock a lock that it has already locked\nwill block until another thread unlocks it.  Deadlocks may ensue.",
        ),
        methods: &[METHODS],
        ..TypeDef::new("_thread.lock")
    },
    TypeFlags::WEAKREF,
    Slots {
        new: Some(|thread, _, args| {
            const NONE: Parameters = Parameters {
                function: "lock",
                names: &[],
                positional_only: 0,
                positional: 0,
                required: 0,
                required_keywords: 0,
            };
            NONE.parse::<0>(thread, args)?;
            make(thread)
        }),
        repr: Some(repr),
        ..Slots::plain::<Lock>()
    },
);

const METHODS: &[MethodDef] = &[
    __ENTER__,
    __EXIT__,
    _AT_FORK_REINIT,
    ACQUIRE,
    ACQUIRE_LOCK,
    LOCKED,
    LOCKED_LOCK,
    RELEASE,
    RELEASE_LOCK,
];

fn make(thread: &mut Thread) -> Outcome {
    thread.new_object(|head| Lock { head, locked: Cell::new(false), waiters: Waiters::default() })
}

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let own: &Lock = object.downcast().expect("the slot of locks");
    let state = if own.locked.get() { "locked" } else { "unlocked" };
    let address = protocol::id(object);
    thread.str(&format!("<{state} _thread.lock object at {address:#x}>"))
}

/// How long a thread is ready to wait, in nanoseconds.
pub(super) enum Patience {
    /// Not at all.
    Never,
    /// As long as it takes.
    Forever,
    /// That long.
    For(i64),
}

/// The arguments `blocking` and `timeout`.
pub(super) fn patience(
    thread: &mut Thread,
    blocking: Option<bool>,
    timeout: Option<Ref<'_>>,
) -> Outcome<Patience> {
    let blocking = blocking.unwrap_or(true);
    let seconds = match timeout {
        Some(timeout) => protocol::to_f64(thread, timeout)?,
        None => -1.0,
    };
    if seconds.is_nan() {
        return Err(thread.value_error("Invalid value NaN (not a number)"));
    }
    if !blocking && seconds != -1.0 {
        return Err(thread.value_error("can't specify a timeout for a non-blocking call"));
    }
    if seconds < 0.0 && seconds != -1.0 {
        return Err(thread.value_error("timeout value must be a non-negative number"));
    }
    if seconds > TIMEOUT_MAX {
        return Err(thread.overflow_error("timeout value is too large"));
    }
    Ok(match (blocking, seconds) {
        (false, _) => Patience::Never,
        (true, -1.0) => Patience::Forever,
        (true, seconds) => Patience::For((seconds * 1e9).ceil() as i64),
    })
}

/// The threads that wait for something, the one that came first at the front.
#[derive(Default)]
pub(super) struct Waiters(Inside<VecDeque<Arc<Parker>>>);

impl Waiters {
    /// Wakes the thread that has waited longest.
    pub(super) fn wake_one(&self, thread: &mut Thread) {
        if let Some(parker) = self.0.change(thread).pop_front() {
            parker.unpark();
        }
    }

    /// Wakes all.
    pub(super) fn wake_all(&self, thread: &mut Thread) {
        self.0.change(thread).drain(..).for_each(|parker| parker.unpark());
    }

    /// Forgets all: in the child of a fork they do not exist.
    pub(super) fn forget(&self, thread: &mut Thread) {
        self.0.change(thread).clear();
    }
}

/// Waits until `try_take` succeeds or patience ends; whether it succeeded.
pub(super) fn wait(
    thread: &mut Thread,
    patience: &Patience,
    waiters: &Waiters,
    try_take: impl Fn() -> bool,
) -> Outcome<bool> {
    if try_take() {
        return Ok(true);
    }
    let deadline = match patience {
        Patience::Never => return Ok(false),
        Patience::Forever => None,
        Patience::For(nanoseconds) => {
            let now = thread.interp().host.clock(libc::CLOCK_MONOTONIC).unwrap_or(0);
            Some(now.saturating_add(*nanoseconds))
        }
    };
    loop {
        let parker = Arc::new(Parker::default());
        waiters.0.change(thread).push_back(parker.clone());
        let outcome = thread.blocking(|released| parker.park(released, deadline));
        waiters.0.change(thread).retain(|other| !Arc::ptr_eq(other, &parker));
        let woken = match outcome {
            Ok(woken) => woken.unwrap_or(false),
            Err(raised) => {
                // Whoever woke this thread meant to wake somebody.
                waiters.wake_one(thread);
                return Err(raised);
            }
        };
        if try_take() {
            return Ok(true);
        }
        if !woken {
            return Ok(false);
        }
    }
}

/// Lock the lock.  Without argument, this blocks if the lock is already
/// locked (even by the same thread), waiting for another thread to release
/// the lock, and return True once the lock is acquired.
/// With an argument, this will only block if the argument is true,
/// and the return value reflects whether the lock is acquired.
/// The blocking operation is interruptible.
#[native(signature = "($self, /, blocking=True, timeout=-1)")]
fn acquire(
    thread: &mut Thread,
    this: &Lock,
    blocking: Option<bool>,
    timeout: Option<Ref<'_>>,
) -> Outcome<bool> {
    let patience = patience(thread, blocking, timeout)?;
    wait(thread, &patience, &this.waiters, || !this.locked.replace(true))
}

/// An obsolete synonym of acquire().
#[native(signature = "($self, /, blocking=True, timeout=-1)")]
fn acquire_lock(
    thread: &mut Thread,
    this: &Lock,
    blocking: Option<bool>,
    timeout: Option<Ref<'_>>,
) -> Outcome<bool> {
    acquire(thread, this, blocking, timeout)
}

/// Release the lock, allowing another thread that is blocked waiting for
/// the lock to acquire the lock.  The lock must be in the locked state,
/// but it needn't be locked by the same thread that unlocks it.
#[native(signature = "($self, /)")]
fn release(thread: &mut Thread, this: &Lock) -> Outcome<()> {
    if !this.locked.replace(false) {
        return Err(thread.runtime_error("release unlocked lock"));
    }
    this.waiters.wake_one(thread);
    Ok(())
}

/// An obsolete synonym of release().
#[native(signature = "($self, /)")]
fn release_lock(thread: &mut Thread, this: &Lock) -> Outcome<()> {
    release(thread, this)
}

/// Return whether the lock is in the locked state.
#[native(signature = "($self, /)")]
fn locked(_: &mut Thread, this: &Lock) -> bool {
    this.locked.get()
}

/// An obsolete synonym of locked().
#[native(signature = "($self, /)")]
fn locked_lock(_: &mut Thread, this: &Lock) -> bool {
    this.locked.get()
}

/// Lock the lock.
#[native(signature = "($self, /)")]
fn __enter__(thread: &mut Thread, this: &Lock) -> Outcome<bool> {
    wait(thread, &Patience::Forever, &this.waiters, || !this.locked.replace(true))
}

/// Release the lock.
#[native(signature = "($self, /, *exc_info)")]
fn __exit__(thread: &mut Thread, this: &Lock, _exc_info: Args<'_>) -> Outcome<()> {
    release(thread, this)
}

#[native(signature = "($self, /)")]
fn _at_fork_reinit(thread: &mut Thread, this: &Lock) {
    this.waiters.forget(thread);
    this.locked.set(false);
}

/// Create a new lock object. See help(type(threading.Lock())) for
/// information about locks.
#[native(signature = "($module, /)")]
fn allocate_lock(thread: &mut Thread) -> Outcome<Value> {
    make(thread)
}

/// An obsolete synonym of allocate_lock().
#[native(signature = "($module, /)")]
fn allocate(thread: &mut Thread) -> Outcome<Value> {
    make(thread)
}
