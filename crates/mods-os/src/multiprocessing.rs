//! The module `_multiprocessing`: the semaphores behind locks that processes share.
//!
//! Answers for CPython's `Modules/_multiprocessing/multiprocessing.c` and `semaphore.c`.

use std::cell::Cell;

use taipan_host::{Errno, Semaphore};
use taipan_macros::native;
use taipan_object::native::{Args, FromArgument, MemberDef, MethodDef, ModuleDef, Parameters};
use taipan_object::typeobject::{Slots, Type, TypeDef, TypeFlags, allocate_instance};
use taipan_object::types::dict::Dict;
use taipan_object::types::exception::ASSERTION_ERROR;
use taipan_object::types::str::Str;
use taipan_object::{Header, Outcome, Ref, Thread, Value, object, protocol};

use crate::failure::OrRaise;

/// The module `_multiprocessing`.
pub static MULTIPROCESSING: ModuleDef =
    ModuleDef { name: "_multiprocessing", doc: None, functions: &[&[SEM_UNLINK]], exec: Some(exec) };

fn exec(thread: &mut Thread, module: Ref<'_>) -> Outcome<()> {
    let key = thread.intern("SEM_VALUE_MAX")?;
    let attributes = Ref::of(SEM_LOCK.dict(thread)).to_value();
    let attributes = attributes.downcast::<Dict>().expect("a dict");
    attributes.set_str(thread, key.as_ref(), Value::small_int(i64::from(i32::MAX)))?;
    thread.module_add(module, "SemLock", SEM_LOCK.as_ref().to_value())?;
    let flags = thread.dict()?;
    for name in ["HAVE_SEM_OPEN", "HAVE_SEM_TIMEDWAIT"] {
        let name = thread.intern(name)?;
        flags.downcast::<Dict>().expect("a dict").set(thread, name.as_ref(), Value::small_int(1))?;
    }
    thread.module_add(module, "flags", flags)
}

/// A lock that its thread may take again, and a semaphore.
const RECURSIVE: i32 = 0;
const SEMAPHORE: i32 = 1;

/// A semaphore with what this process knows of it.
#[repr(C)]
struct SemLock {
    head: Header,
    semaphore: Semaphore,
    kind: i32,
    most: i32,
    name: Option<Value>,
    /// How often it was taken here, and by which thread last.
    count: Cell<i32>,
    owner: Cell<u64>,
}
object!(SemLock, SEM_LOCK, holds: name);

/// The type `_multiprocessing.SemLock`.
static SEM_LOCK: Type = Type::new::<SemLock>(
    &TypeDef {
        doc: Some("Semaphore/Mutex type"),
        methods: &[METHODS],
        members: &[
            MemberDef {
                name: "handle",
                doc: Some(""),
                get: |thread, object| thread.int(sem_lock(object).semaphore.handle() as i128).map(Some),
            },
            MemberDef {
                name: "kind",
                doc: Some(""),
                get: |_, object| Ok(Some(Value::small_int(i64::from(sem_lock(object).kind)))),
            },
            MemberDef {
                name: "maxvalue",
                doc: Some(""),
                get: |_, object| Ok(Some(Value::small_int(i64::from(sem_lock(object).most)))),
            },
            MemberDef {
                name: "name",
                doc: Some(""),
                get: |_, object| Ok(Some(sem_lock(object).name.clone().unwrap_or_else(Value::none))),
            },
        ],
        ..TypeDef::new("_multiprocessing.SemLock")
    },
    TypeFlags::BASE.union(TypeFlags::CONTAINER),
    Slots { new: Some(new), ..Slots::holding::<SemLock>() },
);

fn sem_lock(object: Ref<'_>) -> &SemLock {
    object.downcast::<SemLock>().expect("an attribute of locks")
}

const METHODS: &[MethodDef] =
    &[ACQUIRE, RELEASE, _COUNT, _IS_MINE, _GET_VALUE, _IS_ZERO, _REBUILD, _AFTER_FORK, __ENTER__, __EXIT__];

fn new<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    const PARAMETERS: Parameters = Parameters {
        function: "SemLock",
        names: &["kind", "value", "maxvalue", "name", "unlink"],
        positional_only: 0,
        positional: 5,
        required: 5,
        required_keywords: 0,
    };
    let [kind, value, most, name, unlink] =
        PARAMETERS.parse::<5>(thread, args)?.map(|argument| argument.expect("required"));
    let kind = i32::from_argument(thread, kind, "SemLock", 1)?;
    let value = i32::from_argument(thread, value, "SemLock", 2)?;
    let most = i32::from_argument(thread, most, "SemLock", 3)?;
    let text = <&Str>::from_argument(thread, name, "SemLock", 4)?;
    let unlink = protocol::is_true(thread, unlink)?;
    if kind != RECURSIVE && kind != SEMAPHORE {
        return Err(thread.value_error("unrecognized kind"));
    }
    let bytes = thread.fs_encode(text)?.into_owned();
    let host = &thread.interp().host;
    let semaphore = host.create_semaphore(&bytes, value as u32).or_raise(thread)?;
    if unlink {
        host.unlink_semaphore(&bytes).or_raise(thread)?;
    }
    let name = (!unlink).then(|| name.to_value());
    make(thread, ty, semaphore, (kind, most), name)
}

fn make(
    thread: &mut Thread,
    ty: &Type,
    semaphore: Semaphore,
    (kind, most): (i32, i32),
    name: Option<Value>,
) -> Outcome {
    let (count, owner) = (Cell::new(0), Cell::new(0));
    allocate_instance(thread, ty, |head| SemLock { head, semaphore, kind, most, name, count, owner })
}

/// A number of the calling thread.
fn own_thread() -> u64 {
    taipan_host::thread_number()
}

impl SemLock {
    fn is_mine(&self) -> bool {
        self.count.get() > 0 && self.owner.get() == own_thread()
    }
}

/// Acquire the semaphore/lock.
#[native(signature = "($self, /, block=True, timeout=None)")]
fn acquire(
    thread: &mut Thread,
    this: &SemLock,
    block: Option<bool>,
    timeout: Option<Ref<'_>>,
) -> Outcome<bool> {
    if this.kind == RECURSIVE && this.is_mine() {
        this.count.set(this.count.get() + 1);
        return Ok(true);
    }
    let host = &thread.interp().host;
    let deadline = match timeout.filter(|timeout| !timeout.is_none()) {
        Some(timeout) => {
            let seconds = protocol::to_f64(thread, timeout)?.max(0.0);
            let now = host.clock(0).or_raise(thread)?;
            Some(now.saturating_add((seconds * 1e9) as i64))
        }
        None => None,
    };
    let mut result = host.try_semaphore(&this.semaphore);
    if block.unwrap_or(true) && result == Err(Errno::EAGAIN) {
        result = thread.blocking(|lock| host.wait_semaphore(lock, &this.semaphore, deadline))?;
    }
    match result {
        Err(Errno::EAGAIN | Errno::ETIMEDOUT) => return Ok(false),
        result => result.or_raise(thread)?,
    }
    this.count.set(this.count.get() + 1);
    this.owner.set(own_thread());
    Ok(true)
}

/// Release the semaphore/lock.
#[native(signature = "($self, /)")]
fn release(thread: &mut Thread, this: &SemLock) -> Outcome<()> {
    let host = &thread.interp().host;
    if this.kind == RECURSIVE {
        if !this.is_mine() {
            let message = "attempt to release recursive lock not owned by thread";
            return Err(thread.raise_new(&ASSERTION_ERROR, message));
        }
        if this.count.get() > 1 {
            this.count.set(this.count.get() - 1);
            return Ok(());
        }
    } else if host.semaphore_value(&this.semaphore).or_raise(thread)? >= this.most {
        return Err(thread.value_error("semaphore or lock released too many times"));
    }
    host.post_semaphore(&this.semaphore).or_raise(thread)?;
    this.count.set(this.count.get() - 1);
    Ok(())
}

/// Num of `acquire()`s minus num of `release()`s for this process.
#[native(signature = "($self, /)")]
fn _count(_: &mut Thread, this: &SemLock) -> i32 {
    this.count.get()
}

/// Whether the lock is owned by this thread.
#[native(signature = "($self, /)")]
fn _is_mine(_: &mut Thread, this: &SemLock) -> bool {
    this.is_mine()
}

/// Get the value of the semaphore.
#[native(signature = "($self, /)")]
fn _get_value(thread: &mut Thread, this: &SemLock) -> Outcome<i32> {
    Ok(thread.interp().host.semaphore_value(&this.semaphore).or_raise(thread)?.max(0))
}

/// Return whether semaphore has value zero.
#[native(signature = "($self, /)")]
fn _is_zero(thread: &mut Thread, this: &SemLock) -> Outcome<bool> {
    Ok(thread.interp().host.semaphore_value(&this.semaphore).or_raise(thread)? <= 0)
}

#[native(signature = "($type, handle, kind, maxvalue, name, /)")]
fn _rebuild(
    thread: &mut Thread,
    ty: &Type,
    _handle: Ref<'_>,
    kind: i32,
    maxvalue: i32,
    name: Ref<'_>,
) -> Outcome {
    // Without a name a semaphore is known to nobody else: a handle is an address of its process.
    let bytes = match name.downcast::<Str>() {
        Some(text) => thread.fs_encode(text)?.into_owned(),
        None => return Err(thread.value_error("a semaphore is found by its name")),
    };
    let semaphore = thread.interp().host.open_semaphore(&bytes).or_raise(thread)?;
    make(thread, ty, semaphore, (kind, maxvalue), Some(name.to_value()))
}

/// Rezero the net acquisition count after fork().
#[native(signature = "($self, /)")]
fn _after_fork(_: &mut Thread, this: &SemLock) {
    this.count.set(0);
}

/// Enter the semaphore/lock.
#[native(signature = "($self, /)")]
fn __enter__(thread: &mut Thread, this: &SemLock) -> Outcome<bool> {
    acquire(thread, this, None, None)
}

/// Exit the semaphore/lock.
#[native(signature = "($self, exc_type=None, exc_value=None, exc_tb=None, /)")]
fn __exit__(
    thread: &mut Thread,
    this: &SemLock,
    _exc_type: Option<Ref<'_>>,
    _exc_value: Option<Ref<'_>>,
    _exc_tb: Option<Ref<'_>>,
) -> Outcome<()> {
    release(thread, this)
}

#[native(signature = "($module, name, /)")]
fn sem_unlink(thread: &mut Thread, name: &Str) -> Outcome<()> {
    let bytes = thread.fs_encode(name)?.into_owned();
    thread.interp().host.unlink_semaphore(&bytes).or_raise(thread)
}
