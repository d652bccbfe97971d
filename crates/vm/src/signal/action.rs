//! What happens when a signal arrives, and sending one.

use taipan_host::Disposition;
use taipan_macros::native;
use taipan_object::native::MethodDef;
use taipan_object::types::builtin;
use taipan_object::types::exception::KEYBOARD_INTERRUPT;
use taipan_object::{Outcome, Ref, Thread, Value};

use super::{NSIG, SIG_DFL, SIG_IGN, number};
use crate::state::State;

pub(super) const FUNCTIONS: &[MethodDef] = &[
    DEFAULT_INT_HANDLER,
    GETSIGNAL,
    PIDFD_SEND_SIGNAL,
    PTHREAD_KILL,
    RAISE_SIGNAL,
    SET_WAKEUP_FD,
    SIGINTERRUPT,
    SIGNAL,
];

/// `default_int_handler` as the module has it.
pub(super) fn default_int_handler_function(thread: &mut Thread, module: Ref<'_>) -> Outcome {
    let name = thread.intern("_signal")?;
    let function = builtin::native_function(thread, &DEFAULT_INT_HANDLER, Some(module), Some(name.as_ref()))?;
    thread.module_add(module, DEFAULT_INT_HANDLER.name, function.clone())?;
    Ok(function)
}

/// Takes over what the process came with.
pub(super) fn remember_dispositions(thread: &mut Thread, default_int_handler: Value) -> Outcome<()> {
    let mut handlers = vec![Value::none()];
    for signal in 1..NSIG {
        handlers.push(match thread.interp().host.disposition(signal) {
            Ok(Disposition::Default) => Value::small_int(SIG_DFL),
            Ok(Disposition::Ignore) => Value::small_int(SIG_IGN),
            Ok(Disposition::Note) if signal == libc::SIGINT => default_int_handler.clone(),
            _ => Value::none(),
        });
    }
    let old = State::of(thread).signal_handlers.replace(handlers);
    drop(old);
    Ok(())
}

/// The default handler for SIGINT installed by Python.
///
/// It raises KeyboardInterrupt.
#[native(signature = "($module, signalnum, frame, /)")]
fn default_int_handler(thread: &mut Thread, signalnum: i32, _frame: Ref<'_>) -> Outcome<()> {
    let _ = signalnum;
    Err(thread.raise_bare(&KEYBOARD_INTERRUPT))
}

/// Set the action for the given signal.
///
/// The action can be SIG_DFL, SIG_IGN, or a callable Python object.
/// The previous action is returned.  See getsignal() for possible return
/// values.
///
/// *** IMPORTANT NOTICE ***
/// A signal handler function is called with two arguments: the first is
/// the signal number, the second is the interrupted stack frame.
#[native(signature = "($module, signalnum, handler, /)")]
fn signal(thread: &mut Thread, signalnum: i32, handler: Ref<'_>) -> Outcome {
    if !thread.is_main {
        return Err(thread.value_error("signal only works in main thread of the main interpreter"));
    }
    let signal = number(thread, signalnum)?;
    let disposition = if handler.word().is_int() && handler.word().int() == SIG_DFL {
        Disposition::Default
    } else if handler.word().is_int() && handler.word().int() == SIG_IGN {
        Disposition::Ignore
    } else if handler.ty().slots().call.is_some() {
        Disposition::Note
    } else {
        return Err(
            thread.type_error("signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object")
        );
    };
    super::deliver(thread)?;
    if let Err(errno) = thread.interp().host.set_disposition(signal, disposition) {
        return Err(thread.os_error(errno, None, None));
    }
    let mut handlers = State::of(thread).signal_handlers.borrow_mut();
    Ok(std::mem::replace(&mut handlers[signal as usize], handler.to_value()))
}

/// Return the current action for the given signal.
///
/// The return value can be:
///   SIG_IGN -- if the signal is being ignored
///   SIG_DFL -- if the default action for the signal is in effect
///   None    -- if an unknown handler is in effect
///   anything else -- the callable Python object used as a handler
#[native(signature = "($module, signalnum, /)")]
fn getsignal(thread: &mut Thread, signalnum: i32) -> Outcome {
    let signal = number(thread, signalnum)?;
    Ok(State::of(thread).signal_handlers.borrow()[signal as usize].clone())
}

/// Send a signal to the executing process.
#[native(signature = "($module, signalnum, /)")]
fn raise_signal(thread: &mut Thread, signalnum: i32) -> Outcome<()> {
    let host = thread.interp().host.clone();
    if let Err(errno) = thread.released(|released| host.raise(released, signalnum)) {
        return Err(thread.os_error(errno, None, None));
    }
    thread.poll()
}

/// Send a signal to a thread.
#[native(signature = "($module, thread_id, signalnum, /)")]
fn pthread_kill(thread: &mut Thread, thread_id: u64, signalnum: i32) -> Outcome<()> {
    let arguments = [thread.int(thread_id.into())?, Value::small_int(signalnum.into())];
    thread.audit("signal.pthread_kill", &[arguments[0].as_ref(), arguments[1].as_ref()])?;
    if let Err(errno) = thread.interp().host.signal_thread(thread_id, signalnum) {
        return Err(thread.os_error(errno, None, None));
    }
    thread.poll()
}

/// Send a signal to a process referred to by a pid file descriptor.
#[native(signature = "($module, pidfd, signalnum, siginfo=None, flags=0, /)")]
fn pidfd_send_signal(
    thread: &mut Thread,
    pidfd: i32,
    signalnum: i32,
    siginfo: Option<Ref<'_>>,
    flags: Option<i32>,
) -> Outcome<()> {
    if siginfo.is_some_and(|siginfo| !siginfo.is_none()) {
        return Err(thread.type_error("siginfo must be None"));
    }
    let flags = flags.unwrap_or(0) as u32;
    match thread.interp().host.signal_process_by(pidfd, signalnum, flags) {
        Ok(()) => Ok(()),
        Err(errno) => Err(thread.os_error(errno, None, None)),
    }
}

/// Change system call restart behaviour.
///
/// If flag is False, system calls will be restarted when interrupted by
/// signal sig, else system calls will be interrupted.
#[native(signature = "($module, signalnum, flag, /)")]
fn siginterrupt(thread: &mut Thread, signalnum: i32, flag: i32) -> Outcome<()> {
    let signal = number(thread, signalnum)?;
    match thread.interp().host.set_restart(signal, flag == 0) {
        Ok(()) => Ok(()),
        Err(errno) => Err(thread.os_error(errno, None, None)),
    }
}

/// Sets the fd to be written to (with the signal number) when a signal comes in.
///
/// A library can use this to wakeup select or poll.
/// The previous fd or -1 is returned.
///
/// The fd must be non-blocking.
#[native(signature = "($module, fd, /, *, warn_on_full_buffer=True)")]
fn set_wakeup_fd(thread: &mut Thread, fd: i32, warn_on_full_buffer: Option<bool>) -> Outcome<i32> {
    let _ = warn_on_full_buffer;
    if !thread.is_main {
        return Err(thread.value_error("set_wakeup_fd only works in main thread of the main interpreter"));
    }
    let host = &thread.interp().host;
    if fd != -1 {
        let blocking = match host.blocking(fd) {
            Ok(blocking) => blocking,
            Err(errno) => return Err(thread.os_error(errno, None, None)),
        };
        if blocking {
            return Err(thread.value_error(format!("the fd {fd} must be in non-blocking mode")));
        }
    }
    match host.set_wakeup(fd) {
        Ok(old) => Ok(old),
        Err(errno) => Err(thread.os_error(errno, None, None)),
    }
}
