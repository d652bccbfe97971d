//! `_thread._ThreadHandle`: a thread to wait for.

use std::cell::Cell;

use taipan_layout::Header;
use taipan_macros::native;
use taipan_object::native::{Args, Binding, GetSetDef, MethodDef, NativeCall, Parameters};
use taipan_object::typeobject::{Slots, TypeDef, TypeFlags};
use taipan_object::{Outcome, Ref, Thread, Type, Value, object, protocol};

use super::lock::{Patience, Waiters, wait};

pub(super) const FUNCTIONS: &[MethodDef] = &[_MAKE_THREAD_HANDLE];

/// A handle of a thread.
#[repr(C)]
pub struct Handle {
    head: Header,
    /// The thread's identity; 0 before it was started.
    ident: Cell<u64>,
    done: Cell<bool>,
    waiters: Waiters,
}

impl Handle {
    /// A handle of a thread that was not started yet.
    pub(super) fn is_new(&self) -> bool {
        self.ident.get() == 0
    }

    /// The thread's identity; 0 before it was started.
    pub(super) fn ident(&self) -> u64 {
        self.ident.get()
    }

    /// Whether the thread has ended.
    pub(super) fn is_over(&self) -> bool {
        self.done.get()
    }

    /// Notes the thread's identity.
    pub(super) fn start(&self, ident: u64) {
        self.ident.set(ident);
    }

    /// Notes the thread's end, and wakes those who wait for it.
    pub(super) fn end(&self, thread: &mut Thread) {
        self.done.set(true);
        self.waiters.wake_all(thread);
    }

    /// Waits for the thread's end.
    pub(super) fn wait(&self, thread: &mut Thread, patience: &Patience) -> Outcome<bool> {
        wait(thread, patience, &self.waiters, || self.done.get())
    }
}

object!(Handle, HANDLE);

/// The type `_thread._ThreadHandle`.
pub static HANDLE: Type = Type::new::<Handle>(
    &TypeDef {
        methods: &[METHODS],
        getset: &[&[GetSetDef {
            name: "ident",
            doc: None,
            get: Some(|thread, object| thread.int(own(object).ident.get().into())),
            set: None,
        }]],
        ..TypeDef::new("_thread._ThreadHandle")
    },
    TypeFlags::empty(),
    Slots {
        new: Some(|thread, _, args| {
            if !args.is_empty() {
                return Err(thread.type_error("_ThreadHandle() takes no arguments"));
            }
            make(thread, 0)
        }),
        repr: Some(|thread, object| {
            let ident = own(object).ident.get();
            thread.str(&format!("<_ThreadHandle object: ident={ident}>"))
        }),
        ..Slots::plain::<Handle>()
    },
);

const METHODS: &[MethodDef] = &[JOIN, _SET_DONE, IS_DONE];

fn own(object: Ref<'_>) -> &Handle {
    object.downcast().expect("the slots of handles")
}

pub(super) fn make(thread: &mut Thread, ident: u64) -> Outcome {
    thread.new_object(|head| Handle {
        head,
        ident: Cell::new(ident),
        done: Cell::new(false),
        waiters: Waiters::default(),
    })
}

const JOIN: MethodDef = MethodDef {
    name: "join",
    doc: None,
    signature: None,
    call: NativeCall::Many(join),
    binding: Binding::Instance,
};

fn join<'a>(thread: &mut Thread, receiver: Ref<'a>, args: Args<'a>) -> Outcome {
    const PARAMETERS: Parameters = Parameters {
        function: "join",
        names: &["timeout"],
        positional_only: 1,
        positional: 1,
        required: 0,
        required_keywords: 0,
    };
    let [timeout] = PARAMETERS.parse::<1>(thread, args)?;
    let this = own(receiver);
    if this.ident.get() == 0 {
        return Err(thread.runtime_error("thread not started"));
    }
    if !this.done.get() && this.ident.get() == thread.interp().host.thread_id() {
        return Err(thread.runtime_error("Cannot join current thread"));
    }
    let patience = match timeout.filter(|timeout| !timeout.is_none()) {
        None => Patience::Forever,
        Some(timeout) => {
            let seconds = protocol::to_f64(thread, timeout)?;
            if seconds < 0.0 { Patience::Forever } else { Patience::For((seconds * 1e9).ceil() as i64) }
        }
    };
    this.wait(thread, &patience)?;
    Ok(Value::none())
}

#[native(signature = "($self, /)")]
fn _set_done(thread: &mut Thread, this: &Handle) -> Outcome<()> {
    if this.is_new() {
        return Err(thread.runtime_error("thread not started"));
    }
    this.end(thread);
    Ok(())
}

#[native(signature = "($self, /)")]
fn is_done(_: &mut Thread, this: &Handle) -> bool {
    this.done.get()
}

/// Internal only. Make a thread handle for threads not spawned
/// by the _thread or threading module.
#[native(signature = "($module, ident, /)")]
fn _make_thread_handle(thread: &mut Thread, ident: u64) -> Outcome {
    make(thread, ident)
}
