//! Timers that send signals, and waiting for any.

use taipan_macros::native;
use taipan_object::native::MethodDef;
use taipan_object::types::exception::OS_ERROR;
use taipan_object::{Outcome, Ref, Thread, Value, protocol};

pub(super) const FUNCTIONS: &[MethodDef] = &[ALARM, GETITIMER, PAUSE, SETITIMER];

static ITIMER_ERROR: u8 = 0;

/// The exception `ItimerError` of the interpreter.
pub(super) fn itimer_error(thread: &mut Thread) -> Outcome {
    if let Some(known) = thread.interp().slot(&ITIMER_ERROR) {
        return Ok(known);
    }
    let meta = taipan_object::types::type_::TYPE.as_ref();
    let name = thread.str("ItimerError")?;
    let bases = thread.tuple_from_refs(&[OS_ERROR.as_ref()])?;
    let dict = thread.dict()?;
    let module = thread.str("signal")?;
    let key = thread.names().__module__.clone();
    protocol::set_item(thread, dict.as_ref(), key.as_ref(), module.as_ref())?;
    let made = protocol::call(thread, meta, &[name.as_ref(), bases.as_ref(), dict.as_ref()])?;
    thread.interp().set_slot(&ITIMER_ERROR, made.clone());
    Ok(made)
}

fn fail(thread: &mut Thread, errno: taipan_host::Errno) -> taipan_object::Raised {
    let made = (|| {
        let error = itimer_error(thread)?;
        let number = Value::small_int(errno.0.into());
        let text = thread.str(&errno.message())?;
        protocol::call(thread, error.as_ref(), &[number.as_ref(), text.as_ref()])
    })();
    match made {
        Ok(error) => thread.raise(error),
        Err(raised) => raised,
    }
}

fn pair(thread: &mut Thread, (value, interval): (i64, i64)) -> Outcome {
    let parts = [thread.float(value as f64 / 1e6)?, thread.float(interval as f64 / 1e6)?];
    thread.tuple(parts)
}

fn microseconds(thread: &mut Thread, seconds: Ref<'_>) -> Outcome<i64> {
    let seconds = protocol::to_f64(thread, seconds)?;
    if !(seconds.abs() < 9e12) {
        return Err(thread.overflow_error("timestamp out of range for platform time_t"));
    }
    // Not less than what was asked for.
    Ok((seconds * 1e6).ceil() as i64)
}

/// Arrange for SIGALRM to arrive after the given number of seconds.
#[native(signature = "($module, seconds, /)")]
fn alarm(thread: &mut Thread, seconds: i32) -> Outcome<u32> {
    match thread.interp().host.alarm(seconds as u32) {
        Ok(left) => Ok(left),
        Err(errno) => Err(thread.os_error(errno, None, None)),
    }
}

/// Wait until a signal arrives.
#[native(signature = "($module, /)")]
fn pause(thread: &mut Thread) -> Outcome<()> {
    let host = thread.interp().host.clone();
    thread.released(|released| host.pause(released));
    thread.poll()
}

/// Sets given itimer (one of ITIMER_REAL, ITIMER_VIRTUAL or ITIMER_PROF).
///
/// The timer will fire after value seconds and after that every interval
/// seconds.  The itimer can be cleared by setting seconds to zero.
///
/// Returns old values as a tuple: (delay, interval).
#[native(signature = "($module, which, seconds, interval=0.0, /)")]
fn setitimer(thread: &mut Thread, which: i32, seconds: Ref<'_>, interval: Option<Ref<'_>>) -> Outcome {
    let value = microseconds(thread, seconds)?;
    let interval = match interval {
        Some(interval) => microseconds(thread, interval)?,
        None => 0,
    };
    match thread.interp().host.set_timer(which, value, interval) {
        Ok(old) => pair(thread, old),
        Err(errno) => Err(fail(thread, errno)),
    }
}

/// Returns current value of given itimer.
#[native(signature = "($module, which, /)")]
fn getitimer(thread: &mut Thread, which: i32) -> Outcome {
    match thread.interp().host.timer(which) {
        Ok(now) => pair(thread, now),
        Err(errno) => Err(fail(thread, errno)),
    }
}
