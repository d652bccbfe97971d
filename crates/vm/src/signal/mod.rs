//! Signals: the module `_signal`, and the handlers' turn at the main thread's safepoints.
//!
//! The host notes what arrives and sets a bit of the main thread's safepoint word; [`deliver`] calls
//! what `signal.signal` was given. A handler that raises ends what the main thread was doing.
//!
//! Answers for CPython's `Modules/signalmodule.c`.

mod action;
mod mask;
mod timer;

use taipan_host::Disposition;
use taipan_macros::native;
use taipan_object::native::{MethodDef, ModuleDef};
use taipan_object::thread::events;
use taipan_object::types::exception::KEYBOARD_INTERRUPT;
use taipan_object::types::set::Set;
use taipan_object::{Outcome, Ref, Thread, Value, protocol};

use crate::state::State;

/// One more than the greatest signal number.
const NSIG: i32 = 65;
/// The handler that means: what the system does by itself.
const SIG_DFL: i64 = 0;
/// The handler that means: nothing.
const SIG_IGN: i64 = 1;

/// The module `_signal`.
pub static SIGNAL: ModuleDef = ModuleDef {
    name: "_signal",
    doc: Some(include_str!("about.txt")),
    functions: &[action::FUNCTIONS, mask::FUNCTIONS, timer::FUNCTIONS, FUNCTIONS],
    exec: Some(exec),
};

const FUNCTIONS: &[MethodDef] = &[STRSIGNAL, VALID_SIGNALS];

const CONSTANTS: &[(&str, i32)] = &[
    ("ITIMER_PROF", 2),
    ("ITIMER_REAL", 0),
    ("ITIMER_VIRTUAL", 1),
    ("NSIG", NSIG),
    ("SIGABRT", libc::SIGABRT),
    ("SIGALRM", libc::SIGALRM),
    ("SIGBUS", libc::SIGBUS),
    ("SIGCHLD", libc::SIGCHLD),
    ("SIGCLD", libc::SIGCHLD),
    ("SIGCONT", libc::SIGCONT),
    ("SIGFPE", libc::SIGFPE),
    ("SIGHUP", libc::SIGHUP),
    ("SIGILL", libc::SIGILL),
    ("SIGINT", libc::SIGINT),
    ("SIGIO", libc::SIGIO),
    ("SIGIOT", libc::SIGABRT),
    ("SIGKILL", libc::SIGKILL),
    ("SIGPIPE", libc::SIGPIPE),
    ("SIGPOLL", libc::SIGIO),
    ("SIGPROF", libc::SIGPROF),
    ("SIGPWR", libc::SIGPWR),
    ("SIGQUIT", libc::SIGQUIT),
    ("SIGRTMAX", 64),
    ("SIGRTMIN", 34),
    ("SIGSEGV", libc::SIGSEGV),
    ("SIGSTKFLT", libc::SIGSTKFLT),
    ("SIGSTOP", libc::SIGSTOP),
    ("SIGSYS", libc::SIGSYS),
    ("SIGTERM", libc::SIGTERM),
    ("SIGTRAP", libc::SIGTRAP),
    ("SIGTSTP", libc::SIGTSTP),
    ("SIGTTIN", libc::SIGTTIN),
    ("SIGTTOU", libc::SIGTTOU),
    ("SIGURG", libc::SIGURG),
    ("SIGUSR1", libc::SIGUSR1),
    ("SIGUSR2", libc::SIGUSR2),
    ("SIGVTALRM", libc::SIGVTALRM),
    ("SIGWINCH", libc::SIGWINCH),
    ("SIGXCPU", libc::SIGXCPU),
    ("SIGXFSZ", libc::SIGXFSZ),
    ("SIG_BLOCK", libc::SIG_BLOCK),
    ("SIG_DFL", SIG_DFL as i32),
    ("SIG_IGN", SIG_IGN as i32),
    ("SIG_SETMASK", libc::SIG_SETMASK),
    ("SIG_UNBLOCK", libc::SIG_UNBLOCK),
];

fn exec(thread: &mut Thread, module: Ref<'_>) -> Outcome<()> {
    for &(name, number) in CONSTANTS {
        thread.module_add(module, name, Value::small_int(number.into()))?;
    }
    let error = timer::itimer_error(thread)?;
    thread.module_add(module, "ItimerError", error)?;
    let info = mask::STRUCT_SIGINFO.as_ref().to_value();
    thread.module_add(module, "struct_siginfo", info)?;
    let default = action::default_int_handler_function(thread, module)?;
    action::remember_dispositions(thread, default)
}

/// When the interpreter starts: Ctrl-C interrupts Python, and nobody is killed by a closed pipe.
pub(crate) fn start(thread: &mut Thread) {
    let host = &thread.interp().host;
    let _ = host.set_disposition(libc::SIGPIPE, Disposition::Ignore);
    let _ = host.set_disposition(libc::SIGXFSZ, Disposition::Ignore);
    if host.disposition(libc::SIGINT) == Ok(Disposition::Default) {
        let _ = host.set_disposition(libc::SIGINT, Disposition::Note);
    }
    watch(thread);
}

#[allow(unsafe_code)]
fn watch(thread: &Thread) {
    // SAFETY: `stop` makes the host forget the word before the thread goes.
    let breaker: &'static std::sync::atomic::AtomicU32 = unsafe { &*std::ptr::from_ref(&thread.breaker) };
    thread.interp().host.watch_signals(breaker, events::SIGNAL);
}

/// When the interpreter ends, before its main thread goes.
pub(crate) fn stop(thread: &Thread) {
    thread.interp().host.forget_signals();
}

/// Calls the handlers of the signals that arrived. Handlers run in the main thread only.
pub(crate) fn deliver(thread: &mut Thread) -> Outcome<()> {
    if !thread.is_main {
        return Ok(());
    }
    while let Some(signal) = thread.interp().host.take_signal() {
        let handler = State::of(thread).signal_handlers.borrow().get(signal as usize).cloned();
        let Some(handler) = handler else {
            // Nobody has imported the module yet.
            if signal == libc::SIGINT {
                return Err(thread.raise_bare(&KEYBOARD_INTERRUPT));
            }
            continue;
        };
        if handler.as_ref().is_none() || handler.as_ref().word().is_int() {
            continue;
        }
        let frame = thread.frame_at(0)?.unwrap_or_else(Value::none);
        let number = Value::small_int(signal.into());
        protocol::call(thread, handler.as_ref(), &[number.as_ref(), frame.as_ref()])?;
    }
    Ok(())
}

/// A signal number, checked.
fn number(thread: &mut Thread, signal: i32) -> Outcome<i32> {
    if (1..NSIG).contains(&signal) {
        return Ok(signal);
    }
    Err(thread.value_error("signal number out of range"))
}

/// A set of signal numbers.
fn signal_set(thread: &mut Thread, signals: &[i32]) -> Outcome {
    let value = thread.set()?;
    for &signal in signals {
        let number = Value::small_int(signal.into());
        value.downcast::<Set>().expect("just made").add(thread, number.as_ref())?;
    }
    Ok(value)
}

/// Return the system description of the given signal.
///
/// Returns the description of signal *signalnum*, such as "Interrupt"
/// for :const:`SIGINT`. Returns :const:`None` if *signalnum* has no
/// description. Raises :exc:`ValueError` if *signalnum* is invalid.
#[native(signature = "($module, signalnum, /)")]
fn strsignal(thread: &mut Thread, signalnum: i32) -> Outcome<Option<String>> {
    let signal = number(thread, signalnum)?;
    Ok(thread.interp().host.describe_signal(signal))
}

/// Return a set of valid signal numbers on this platform.
///
/// The signal numbers returned by this function can be safely passed to
/// functions like `pthread_sigmask`.
#[native(signature = "($module, /)")]
fn valid_signals(thread: &mut Thread) -> Outcome {
    let all = thread.interp().host.valid_signals();
    signal_set(thread, &all)
}
