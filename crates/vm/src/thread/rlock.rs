//! `_thread.RLock`: a lock that its owner can take several times.

use std::cell::Cell;

use taipan_layout::Header;
use taipan_macros::native;
use taipan_object::native::{Args, MethodDef};
use taipan_object::typeobject::{Slots, TypeDef, TypeFlags, allocate_instance};
use taipan_object::types::tuple::Tuple;
use taipan_object::{Outcome, Ref, Thread, Type, object, protocol};

use super::lock::{Patience, Waiters, patience, wait};

/// A lock with an owner.
#[repr(C)]
pub struct RLock {
    head: Header,
    /// The identity of the thread that holds it; 0 for none.
    owner: Cell<u64>,
    /// How often it was taken.
    count: Cell<u64>,
    waiters: Waiters,
}

object!(RLock, RLOCK);

/// The type `_thread.RLock`.
pub static RLOCK: Type = Type::new::<RLock>(
    &TypeDef { methods: &[METHODS], ..TypeDef::new("_thread.RLock") },
    TypeFlags::BASE.union(TypeFlags::WEAKREF),
    Slots {
        new: Some(|thread, ty, args| {
            if !args.is_empty() && ty.is(&RLOCK) {
                return Err(thread.type_error("RLock() takes no arguments"));
            }
            allocate_instance(thread, ty, |head| RLock {
                head,
                owner: Cell::new(0),
                count: Cell::new(0),
                waiters: Waiters::default(),
            })
        }),
        repr: Some(repr),
        ..Slots::plain::<RLock>()
    },
);

const METHODS: &[MethodDef] = &[
    __ENTER__,
    __EXIT__,
    _ACQUIRE_RESTORE,
    _AT_FORK_REINIT,
    _IS_OWNED,
    _RECURSION_COUNT,
    _RELEASE_SAVE,
    ACQUIRE,
    LOCKED,
    RELEASE,
];

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let own: &RLock = object.downcast().expect("the slot of locks");
    let state = if own.count.get() > 0 { "locked" } else { "unlocked" };
    let (owner, count) = (own.owner.get(), own.count.get());
    let (ty, address) = (object.ty().qualified_name(thread), protocol::id(object));
    thread.str(&format!("<{state} {ty} object owner={owner} count={count} at {address:#x}>"))
}

/// Takes the lock if it is free or the thread's own.
fn take(this: &RLock, me: u64) -> bool {
    if this.count.get() > 0 && this.owner.get() != me {
        return false;
    }
    this.owner.set(me);
    this.count.set(this.count.get() + 1);
    true
}

/// Lock the lock.  `blocking` indicates whether we should wait
/// for the lock to be available or not.  If `blocking` is False
/// and another thread holds the lock, the method will return False
/// immediately.  If `blocking` is True and another thread holds
/// the lock, the method will wait for the lock to be released,
/// take it and then return True.
/// (note: the blocking operation is interruptible.)
///
/// In all other cases, the method will return True immediately.
/// Precisely, if the current thread already holds the lock, its
/// internal counter is simply incremented. If nobody holds the lock,
/// the lock is taken and its internal counter initialized to 1.
#[native(signature = "($self, /, blocking=True, timeout=-1)")]
fn acquire(
    thread: &mut Thread,
    this: &RLock,
    blocking: Option<bool>,
    timeout: Option<Ref<'_>>,
) -> Outcome<bool> {
    let patience = patience(thread, blocking, timeout)?;
    let me = thread.interp().host.thread_id();
    wait(thread, &patience, &this.waiters, || take(this, me))
}

/// Release the lock, allowing another thread that is blocked waiting for
/// the lock to acquire the lock.  The lock must be in the locked state,
/// and must be locked by the same thread that unlocks it; otherwise a
/// `RuntimeError` is raised.
///
/// Do note that if the lock was acquire()d several times in a row by the
/// current thread, release() needs to be called as many times for the lock
/// to be available for other threads.
#[native(signature = "($self, /)")]
fn release(thread: &mut Thread, this: &RLock) -> Outcome<()> {
    if this.count.get() == 0 || this.owner.get() != thread.interp().host.thread_id() {
        return Err(thread.runtime_error("cannot release un-acquired lock"));
    }
    this.count.set(this.count.get() - 1);
    if this.count.get() == 0 {
        this.owner.set(0);
        this.waiters.wake_one(thread);
    }
    Ok(())
}

/// locked()
///
/// Return a boolean indicating whether this object is locked right now.
#[native(signature = "($self, /)")]
fn locked(_: &mut Thread, this: &RLock) -> bool {
    this.count.get() > 0
}

/// For internal use by `threading.Condition`.
#[native(signature = "($self, /)")]
fn _is_owned(thread: &mut Thread, this: &RLock) -> bool {
    this.count.get() > 0 && this.owner.get() == thread.interp().host.thread_id()
}

/// For internal use by `threading.Condition`.
#[native(signature = "($self, state, /)")]
fn _acquire_restore(thread: &mut Thread, this: &RLock, state: &Tuple) -> Outcome<()> {
    let &[count, owner] = state.items() else {
        return Err(thread.type_error("function takes exactly 2 arguments"));
    };
    let (count, owner) = (protocol::index_i64(thread, count)?, protocol::index_i64(thread, owner)?);
    let me = thread.interp().host.thread_id();
    wait(thread, &Patience::Forever, &this.waiters, || take(this, me))?;
    this.count.set(count.max(0) as u64);
    this.owner.set(owner as u64);
    Ok(())
}

/// For internal use by `threading.Condition`.
#[native(signature = "($self, /)")]
fn _release_save(thread: &mut Thread, this: &RLock) -> Outcome {
    if this.count.get() == 0 {
        return Err(thread.runtime_error("cannot release un-acquired lock"));
    }
    let (count, owner) = (this.count.replace(0), this.owner.replace(0));
    this.waiters.wake_one(thread);
    let state = [thread.int(count.into())?, thread.int(owner.into())?];
    thread.tuple(state)
}

/// For internal use by reentrancy checks.
#[native(signature = "($self, /)")]
fn _recursion_count(thread: &mut Thread, this: &RLock) -> u64 {
    if this.owner.get() == thread.interp().host.thread_id() { this.count.get() } else { 0 }
}

/// Lock the lock.
#[native(signature = "($self, /)")]
fn __enter__(thread: &mut Thread, this: &RLock) -> Outcome<bool> {
    let me = thread.interp().host.thread_id();
    wait(thread, &Patience::Forever, &this.waiters, || take(this, me))
}

/// Release the lock.
#[native(signature = "($self, /, *exc_info)")]
fn __exit__(thread: &mut Thread, this: &RLock, _exc_info: Args<'_>) -> Outcome<()> {
    release(thread, this)
}

#[native(signature = "($self, /)")]
fn _at_fork_reinit(thread: &mut Thread, this: &RLock) {
    this.waiters.forget(thread);
    this.owner.set(0);
    this.count.set(0);
}
