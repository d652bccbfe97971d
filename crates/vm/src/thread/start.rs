//! Starting threads, and what is done with exceptions that leave them.

use taipan_macros::native;
use taipan_object::native::MethodDef;
use taipan_object::types::exception::SYSTEM_EXIT;
use taipan_object::types::tuple::Tuple;
use taipan_object::{Outcome, Raised, Ref, Thread, protocol, structseq};

use crate::pythonrun;

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

/// There is no second thread yet.
fn refuse(thread: &mut Thread) -> Raised {
    thread.runtime_error("can't start new thread")
}

/// Return the number of currently running Python threads, excluding
/// the main thread. The returned number comprises all threads created
/// through `start_new_thread()` as well as `threading.Thread`, and not
/// yet finished.
///
/// This function is meant for internal and specialized purposes only.
/// In most applications `threading.enumerate()` should be used instead.
#[native(signature = "($module, /)")]
fn _count(_: &mut Thread) -> usize {
    0
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
fn _shutdown(_: &mut Thread) {}

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
        _ => Ok(0),
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
    _function: Ref<'_>,
    _handle: Option<Ref<'_>>,
    _daemon: Option<bool>,
) -> Outcome {
    Err(refuse(thread))
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
    _function: Ref<'_>,
    _args: Ref<'_>,
    _kwargs: Option<Ref<'_>>,
) -> Outcome {
    Err(refuse(thread))
}

/// An obsolete synonym of start_new_thread().
#[native(signature = "($module, function, args, kwargs={}, /)")]
fn start_new(thread: &mut Thread, _function: Ref<'_>, _args: Ref<'_>, _kwargs: Option<Ref<'_>>) -> Outcome {
    Err(refuse(thread))
}
