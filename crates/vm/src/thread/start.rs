//! Starting threads, and what is done with exceptions that leave them.
#![allow(unsafe_code)] // a thread is made from the raw parts of its interpreter

use std::sync::atomic::AtomicU32;

use taipan_macros::native;
use taipan_object::native::{Args, MethodDef};
use taipan_object::types::dict::Dict;
use taipan_object::types::exception::{PYTHON_FINALIZATION_ERROR, SYSTEM_EXIT};
use taipan_object::types::tuple::Tuple;
use taipan_object::{Interpreter, Outcome, Ref, Thread, Value, protocol, structseq};

use super::handle::Handle;
use super::lock::Patience;
use crate::state::State;
use crate::{pythonrun, runtime};

pub(super) const FUNCTIONS: &[MethodDef] = &[
    _COUNT,
    _EXCEPTHOOK,
    _SHUTDOWN,
    INTERRUPT_MAIN,
    STACK_SIZE,
    START_JOINABLE_THREAD,
    START_NEW,
    START_NEW_THREAD,
];

structseq! {
    /// The type of what `threading.excepthook` is given.
    pub(super) static EXCEPT_HOOK_ARGS = "_thread._ExceptHookArgs", visible 4, slots SLOTS,
    doc Some("ExceptHookArgs\n\nType used to pass arguments to threading.excepthook."),
    fields {
        "exc_type": "Exception type",
        "exc_value": "Exception value",
        "exc_traceback": "Exception traceback",
        "thread": "Thread",
    }
}

/// Native stack of a thread for which the program did not choose one.
const NATIVE_STACK: usize = 16 << 20;
/// The least that leaves room for native code.
const LEAST_NATIVE_STACK: usize = 1 << 20;
/// Value stack of a thread.
const VALUE_STACK: usize = 64 << 20;

/// What a new thread is given.
struct Start {
    interp: *const Interpreter,
    function: Value,
    args: Value,
    kwargs: Option<Value>,
    /// Who waits for the thread, if it was started with a handle.
    handle: Option<Value>,
    native_stack: usize,
}

// SAFETY: the values are touched under the interpreter lock only, which the new thread takes first;
// the interpreter outlives its threads: one that is still there at its end is never freed.
unsafe impl Send for Start {}

impl Start {
    /// The life of the thread.
    fn run(self) {
        // SAFETY: see above.
        let interp = unsafe { &*self.interp };
        let breaker = AtomicU32::new(0);
        interp.gil.enter(&raw const breaker);
        let Ok(stack) = runtime::reserve(VALUE_STACK) else {
            // The address space is full: the thread ends before it began.
            return interp.gil.leave();
        };
        let limit = runtime::native_limit(self.native_stack);
        // SAFETY: the interpreter outlives the thread; the stack is exclusive.
        let mut thread = unsafe { Thread::new(interp, stack, VALUE_STACK, limit) };
        interp.gil.share(&thread);
        let state = State::of(&thread);
        state.threads.set(state.threads.get() + 1);
        self.call(&mut thread);
        state.threads.set(state.threads.get() - 1);
        if let Some(handle) = self.handle.as_ref().and_then(|handle| handle.downcast::<Handle>()) {
            handle.end(&mut thread);
        }
        drop((self.function, self.args, self.kwargs, self.handle));
        thread.settle();
        end(&mut thread);
        drop(thread);
        // SAFETY: mapped above with this size.
        unsafe { libc::munmap(stack.cast(), VALUE_STACK) };
        interp.gil.leave();
    }

    fn call(&self, thread: &mut Thread) {
        let items = self.args.downcast::<Tuple>().map_or(&[][..], Tuple::items);
        let outcome = match self.kwargs.as_ref().and_then(|kwargs| kwargs.downcast::<Dict>()) {
            None => protocol::call(thread, self.function.as_ref(), items),
            Some(kwargs) => {
                let (names, values): (Vec<Value>, Vec<Value>) = kwargs
                    .table
                    .view(thread)
                    .iter()
                    .map(|(name, value)| (name.to_value(), value.to_value()))
                    .unzip();
                let mut all: Vec<Ref<'_>> = items.to_vec();
                all.extend(values.iter().map(Value::as_ref));
                thread.tuple(names).and_then(|names| {
                    let args = Args::with_names(&all, names.downcast::<Tuple>());
                    protocol::call_args(thread, self.function.as_ref(), args)
                })
            }
        };
        if outcome.is_ok() {
            return;
        }
        if thread.exception_is(&SYSTEM_EXIT) {
            drop(thread.take_exception());
            return;
        }
        thread.unraisable_while("in thread started by", self.function.as_ref());
    }
}

/// Drops what a thread holds besides its frames.
fn end(thread: &mut Thread) {
    let left = (
        thread.exception.take(),
        thread.trace.take(),
        thread.profile.take(),
        thread.async_exception.take(),
        thread.asyncgen_hooks.each_mut().map(Option::take),
        thread.context.take(),
    );
    drop(left);
    thread.settle();
}

/// Starts a thread; its identity.
fn start(
    thread: &mut Thread,
    function: Ref<'_>,
    args: Value,
    kwargs: Option<Value>,
    handle: Option<&Value>,
) -> Outcome<u64> {
    let interp = thread.interp();
    let state = State::of(thread);
    if state.finalizing.get() {
        return Err(
            thread.raise_new(&PYTHON_FINALIZATION_ERROR, "can't create new thread at interpreter shutdown")
        );
    }
    let native_stack = match state.thread_stack.get() {
        0 => NATIVE_STACK,
        size => size.max(LEAST_NATIVE_STACK),
    };
    let start =
        Start { interp, function: function.to_value(), args, kwargs, handle: handle.cloned(), native_stack };
    interp.gil.share(thread);
    match interp.host.start_thread(native_stack, move || start.run()) {
        Ok(ident) => {
            if let Some(handle) = handle.and_then(|handle| handle.downcast::<Handle>()) {
                handle.start(ident);
            }
            Ok(ident)
        }
        Err(_) => Err(thread.runtime_error("can't start new thread")),
    }
}

/// Return the number of currently running Python threads, excluding
/// the main thread. The returned number comprises all threads created
/// through `start_new_thread()` as well as `threading.Thread`, and not
/// yet finished.
///
/// This function is meant for internal and specialized purposes only.
/// In most applications `threading.enumerate()` should be used instead.
#[native(signature = "($module, /)")]
fn _count(thread: &mut Thread) -> usize {
    State::of(thread).threads.get()
}

/// Handle uncaught Thread.run() exception.
#[native(signature = "($module, args, /)")]
fn _excepthook(thread: &mut Thread, args: Ref<'_>) -> Outcome<()> {
    let parts = args.downcast::<Tuple>().filter(|_| args.ty().is(&EXCEPT_HOOK_ARGS));
    let Some(&[ty, value, traceback, of]) = parts.map(Tuple::items) else {
        return Err(thread.type_error("_thread._excepthook argument type must be ExceptHookArgs"));
    };
    if ty.is(SYSTEM_EXIT.as_ref()) {
        return Ok(());
    }
    let name = match of.is_none() {
        true => thread.interp().host.thread_id().to_string(),
        false => {
            let key = thread.names().name.clone();
            let name = protocol::get_attribute(thread, of, key.as_ref())?;
            protocol::str_string(thread, name.as_ref())?
        }
    };
    pythonrun::write_stderr(thread, &format!("Exception in thread {name}:\n"));
    pythonrun::display(thread, value, traceback);
    Ok(())
}

/// Wait for all non-daemon threads (other than the calling thread) to stop.
#[native(signature = "($module, /)")]
fn _shutdown(thread: &mut Thread) -> Outcome<()> {
    let me = thread.interp().host.thread_id();
    loop {
        let next = State::of(thread).joinable.borrow_mut().pop();
        let Some(handle) = next else { return Ok(()) };
        let own = handle.downcast::<Handle>().expect("kept by start_joinable_thread");
        if own.ident() != me {
            own.wait(thread, &Patience::Forever)?;
        }
    }
}

/// Simulate the arrival of the given signal in the main thread,
/// where the corresponding signal handler will be executed.
/// If *signum* is omitted, SIGINT is assumed.
/// A subthread can use this function to interrupt the main thread.
///
/// Note: the default signal handler for SIGINT raises ``KeyboardInterrupt``.
#[native(signature = "($module, signum=signal.SIGINT, /)")]
fn interrupt_main(thread: &mut Thread, signum: Option<i32>) -> Outcome<()> {
    let signum = signum.unwrap_or(libc::SIGINT);
    if !(1..=64).contains(&signum) {
        return Err(thread.value_error("signal number out of range"));
    }
    thread.interp().host.simulate_signal(signum);
    Ok(())
}

/// Return the thread stack size used when creating new threads.  The
/// optional size argument specifies the stack size (in bytes) to be used
/// for subsequently created threads, and must be 0 (use platform or
/// configured default) or a positive integer value of at least 32,768 (32k).
/// If changing the thread stack size is unsupported, a ThreadError
/// exception is raised.  If the specified size is invalid, a ValueError
/// exception is raised, and the stack size is unmodified.  32k bytes
///  currently the minimum supported stack size value to guarantee
/// sufficient stack space for the interpreter itself.
///
/// Note that some platforms may have particular restrictions on values for
/// the stack size, such as requiring a minimum stack size larger than 32 KiB or
/// requiring allocation in multiples of the system memory page size
/// - platform documentation should be referred to for more information
/// (4 KiB pages are common; using multiples of 4096 for the stack size is
/// the suggested approach in the absence of more specific information).
#[native(signature = "($module, size=0, /)")]
fn stack_size(thread: &mut Thread, size: Option<isize>) -> Outcome<usize> {
    match size.unwrap_or(0) {
        ..=-1 => Err(thread.value_error("size must be 0 or a positive value")),
        1..=0x7fff => {
            let size = size.unwrap_or(0);
            Err(thread.value_error(format!("size not valid: {size} bytes")))
        }
        _ => {
            let state = State::of(thread);
            let old = state.thread_stack.get();
            if let Some(size) = size {
                state.thread_stack.set(size as usize);
            }
            Ok(old)
        }
    }
}

/// *For internal use only*: start a new thread.
///
/// Like start_new_thread(), this starts a new thread calling the given function.
/// Unlike start_new_thread(), this returns a handle object with methods to join
/// or detach the given thread.
/// This function is not for third-party code, please use the
/// `threading` module instead. During finalization the runtime will not wait for
/// the thread to exit if daemon is True. If handle is provided it must be a
/// newly created thread._ThreadHandle instance.
#[native(signature = "($module, /, function, handle=None, daemon=True)")]
fn start_joinable_thread(
    thread: &mut Thread,
    function: Ref<'_>,
    handle: Option<Ref<'_>>,
    daemon: Option<bool>,
) -> Outcome {
    if function.ty().slots().call.is_none() {
        return Err(thread.type_error("thread function must be callable"));
    }
    let handle = match handle.filter(|handle| !handle.is_none()) {
        None => super::handle::make(thread, 0)?,
        Some(handle) => handle.to_value(),
    };
    let Some(own) = handle.downcast::<Handle>() else {
        return Err(thread.type_error("'handle' must be a _ThreadHandle"));
    };
    if !own.is_new() {
        return Err(thread.runtime_error("thread already started"));
    }
    thread.audit(
        "_thread.start_joinable_thread",
        &[function, Value::bool(daemon.unwrap_or(true)).as_ref(), handle.as_ref()],
    )?;
    let args = thread.tuple([])?;
    start(thread, function, args, None, Some(&handle))?;
    if daemon == Some(false) {
        let mut joinable = State::of(thread).joinable.borrow_mut();
        joinable.retain(|handle| !handle.downcast::<Handle>().is_some_and(Handle::is_over));
        joinable.push(handle.clone());
    }
    Ok(handle)
}

/// Start a new thread and return its identifier.
///
/// The thread will call the function with positional arguments from the
/// tuple args and keyword arguments taken from the optional dictionary
/// kwargs.  The thread exits when the function returns; the return value
/// is ignored.  The thread will also exit when the function raises an
/// unhandled exception; a stack trace will be printed unless the exception
/// is SystemExit.
#[native(signature = "($module, function, args, kwargs={}, /)")]
fn start_new_thread(
    thread: &mut Thread,
    function: Ref<'_>,
    args: Ref<'_>,
    kwargs: Option<Ref<'_>>,
) -> Outcome<u64> {
    if function.ty().slots().call.is_none() {
        return Err(thread.type_error("first arg must be callable"));
    }
    if args.downcast::<Tuple>().is_none() {
        return Err(thread.type_error("2nd arg must be a tuple"));
    }
    if kwargs.is_some_and(|kwargs| kwargs.downcast::<Dict>().is_none()) {
        return Err(thread.type_error("optional 3rd arg must be a dictionary"));
    }
    let given = kwargs.unwrap_or(Ref::none());
    thread.audit("_thread.start_new_thread", &[function, args, given])?;
    start(thread, function, args.to_value(), kwargs.map(|kwargs| kwargs.to_value()), None)
}

/// An obsolete synonym of start_new_thread().
#[native(signature = "($module, function, args, kwargs={}, /)")]
fn start_new(thread: &mut Thread, function: Ref<'_>, args: Ref<'_>, kwargs: Option<Ref<'_>>) -> Outcome<u64> {
    start_new_thread(thread, function, args, kwargs)
}
