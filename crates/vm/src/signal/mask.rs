//! Blocking signals, and waiting for them.

use taipan_host::SignalInfo;
use taipan_macros::native;
use taipan_object::native::MethodDef;
use taipan_object::{Outcome, Ref, Thread, Value, protocol, structseq};

use super::{NSIG, signal_set};

pub(super) const FUNCTIONS: &[MethodDef] = &[PTHREAD_SIGMASK, SIGPENDING, SIGTIMEDWAIT, SIGWAIT, SIGWAITINFO];

structseq! {
    /// The type `_signal.struct_siginfo`.
    pub(super) static STRUCT_SIGINFO = "signal.struct_siginfo", visible 7, slots SLOTS,
    doc Some("struct_siginfo: Result from sigwaitinfo or sigtimedwait.\n\nThis object may be accessed either as a tuple of\n(si_signo, si_code, si_errno, si_pid, si_uid, si_status, si_band),\nor via the attributes si_signo, si_code, and so on."),
    fields {
        "si_signo": "signal number",
        "si_code": "signal code",
        "si_errno": "errno associated with this signal",
        "si_pid": "sending process ID",
        "si_uid": "real user ID of sending process",
        "si_status": "exit value or signal",
        "si_band": "band event for SIGPOLL",
    }
}

/// The numbers of an iterable of signals.
fn numbers(thread: &mut Thread, iterable: Ref<'_>) -> Outcome<Vec<i32>> {
    let mut all = Vec::new();
    for item in protocol::collect(thread, iterable)? {
        let number = protocol::index_i64(thread, item.as_ref())?;
        if !(1..i64::from(NSIG)).contains(&number) {
            return Err(thread.value_error(format!("signal number {number} out of range [1; {}]", NSIG - 1)));
        }
        all.push(number as i32);
    }
    Ok(all)
}

/// Fetch and/or change the signal mask of the calling thread.
#[native(signature = "($module, how, mask, /)")]
fn pthread_sigmask(thread: &mut Thread, how: i32, mask: Ref<'_>) -> Outcome {
    let mask = numbers(thread, mask)?;
    match thread.interp().host.change_mask(how, &mask) {
        Ok(old) => {
            // What was unblocked has arrived.
            thread.poll()?;
            signal_set(thread, &old)
        }
        Err(errno) => Err(thread.os_error(errno, None, None)),
    }
}

/// Examine pending signals.
///
/// Returns a set of signal numbers that are pending for delivery to
/// the calling thread.
#[native(signature = "($module, /)")]
fn sigpending(thread: &mut Thread) -> Outcome {
    match thread.interp().host.pending_signals() {
        Ok(all) => signal_set(thread, &all),
        Err(errno) => Err(thread.os_error(errno, None, None)),
    }
}

fn wait(thread: &mut Thread, signals: &[i32], nanoseconds: Option<i64>) -> Outcome<Option<SignalInfo>> {
    let host = thread.interp().host.clone();
    let now = || host.clock(libc::CLOCK_MONOTONIC).unwrap_or(0);
    let deadline = nanoseconds.map(|ns| now().saturating_add(ns));
    let found = thread.blocking(|released| {
        let left = deadline.map(|deadline| (deadline - now()).max(0));
        host.wait_for_signal(released, signals, left)
    })?;
    match found {
        Ok(info) => Ok(Some(info)),
        Err(taipan_host::Errno::EAGAIN) if nanoseconds.is_some() => Ok(None),
        Err(errno) => Err(thread.os_error(errno, None, None)),
    }
}

fn info_value(thread: &mut Thread, info: SignalInfo) -> Outcome {
    let fields = [
        info.signal.into(),
        info.code.into(),
        info.errno.into(),
        info.process.into(),
        i64::from(info.user),
        info.status.into(),
        info.band,
    ];
    let values = fields.into_iter().map(Value::small_int).collect();
    thread.structseq(&STRUCT_SIGINFO, values)
}

/// Wait for a signal.
///
/// Suspend execution of the calling thread until the delivery of one of the
/// signals specified in the signal set sigset.  The function accepts the
/// signal and returns the signal number.
#[native(signature = "($module, sigset, /)")]
fn sigwait(thread: &mut Thread, sigset: Ref<'_>) -> Outcome<i32> {
    let signals = numbers(thread, sigset)?;
    Ok(wait(thread, &signals, None)?.map_or(0, |info| info.signal))
}

/// Wait synchronously until one of the signals in *sigset* is delivered.
///
/// Returns a struct_siginfo containing information about the signal.
#[native(signature = "($module, sigset, /)")]
fn sigwaitinfo(thread: &mut Thread, sigset: Ref<'_>) -> Outcome {
    let signals = numbers(thread, sigset)?;
    match wait(thread, &signals, None)? {
        Some(info) => info_value(thread, info),
        None => Ok(Value::none()),
    }
}

/// Like sigwaitinfo(), but with a timeout.
///
/// The timeout is specified in seconds, with floating-point numbers allowed.
#[native(signature = "($module, sigset, timeout, /)")]
fn sigtimedwait(thread: &mut Thread, sigset: Ref<'_>, timeout: Ref<'_>) -> Outcome {
    let signals = numbers(thread, sigset)?;
    let seconds = protocol::to_f64(thread, timeout)?;
    if seconds < 0.0 {
        return Err(thread.value_error("timeout must be non-negative"));
    }
    match wait(thread, &signals, Some((seconds * 1e9).ceil().min(9e18) as i64))? {
        Some(info) => info_value(thread, info),
        None => Ok(Value::none()),
    }
}
