//! Timers as descriptors.

use taipan_host::TimerSetting;
use taipan_macros::native;
use taipan_object::native::MethodDef;
use taipan_object::{Outcome, Thread};

use crate::failure::OrRaise;
use crate::path::FileNo;

pub(super) const FUNCTIONS: &[MethodDef] =
    &[TIMERFD_CREATE, TIMERFD_SETTIME, TIMERFD_SETTIME_NS, TIMERFD_GETTIME, TIMERFD_GETTIME_NS];

/// Create and return a timer file descriptor.
///
///   clockid
///     A valid clock ID constant as timer file descriptor.
///
///     time.CLOCK_REALTIME
///     time.CLOCK_MONOTONIC
///     time.CLOCK_BOOTTIME
///   flags
///     0 or a bit mask of os.TFD_NONBLOCK or os.TFD_CLOEXEC.
///
///     os.TFD_NONBLOCK
///         If *TFD_NONBLOCK* is set as a flag, read doesn't blocks.
///         If *TFD_NONBLOCK* is not set as a flag, read block until the timer fires.
///
///     os.TFD_CLOEXEC
///         If *TFD_CLOEXEC* is set as a flag, enable the close-on-exec flag
#[native(signature = "($module, clockid, /, *, flags=0)")]
fn timerfd_create(thread: &mut Thread, clockid: i32, flags: Option<i32>) -> Outcome<i32> {
    thread.interp().host.timer_create(clockid, flags.unwrap_or(0)).or_raise(thread)
}

const SECOND: f64 = 1e9;

fn in_seconds(thread: &mut Thread, setting: TimerSetting) -> Outcome {
    let pair = [thread.float(setting.next as f64 / SECOND)?, thread.float(setting.interval as f64 / SECOND)?];
    thread.tuple(pair)
}

fn in_nanoseconds(thread: &mut Thread, setting: TimerSetting) -> Outcome {
    let pair = [thread.int(i128::from(setting.next))?, thread.int(i128::from(setting.interval))?];
    thread.tuple(pair)
}

/// Seconds as nanoseconds, rounded down.
fn scaled(thread: &mut Thread, seconds: f64) -> Outcome<i64> {
    let scaled = (seconds * SECOND).floor();
    if scaled.is_nan() || scaled < i64::MIN as f64 || scaled >= -(i64::MIN as f64) {
        return Err(crate::failure::os_error(thread, taipan_host::Errno::EINVAL));
    }
    Ok(scaled as i64)
}

/// Alter a timer file descriptor's internal timer in seconds.
///
///   fd
///     A timer file descriptor.
///   flags
///     0 or a bit mask of TFD_TIMER_ABSTIME or TFD_TIMER_CANCEL_ON_SET.
///   initial
///     The initial expiration time, in seconds.
///   interval
///     The timer's interval, in seconds.
#[native(signature = "($module, fd, /, *, flags=0, initial=0.0, interval=0.0)")]
fn timerfd_settime(
    thread: &mut Thread,
    fd: FileNo,
    flags: Option<i32>,
    initial: Option<f64>,
    interval: Option<f64>,
) -> Outcome {
    let (next, interval) =
        (scaled(thread, initial.unwrap_or(0.0))?, scaled(thread, interval.unwrap_or(0.0))?);
    let setting = TimerSetting { next, interval };
    let old = thread.interp().host.timer_set(fd.0, flags.unwrap_or(0), setting).or_raise(thread)?;
    in_seconds(thread, old)
}

/// Alter a timer file descriptor's internal timer in nanoseconds.
///
///   fd
///     A timer file descriptor.
///   flags
///     0 or a bit mask of TFD_TIMER_ABSTIME or TFD_TIMER_CANCEL_ON_SET.
///   initial
///     initial expiration timing in nanoseconds.
///   interval
///     interval for the timer in nanoseconds.
#[native(signature = "($module, fd, /, *, flags=0, initial=0, interval=0)")]
fn timerfd_settime_ns(
    thread: &mut Thread,
    fd: FileNo,
    flags: Option<i32>,
    initial: Option<i64>,
    interval: Option<i64>,
) -> Outcome {
    let setting = TimerSetting { next: initial.unwrap_or(0), interval: interval.unwrap_or(0) };
    let old = thread.interp().host.timer_set(fd.0, flags.unwrap_or(0), setting).or_raise(thread)?;
    in_nanoseconds(thread, old)
}

/// Return a tuple of a timer file descriptor's (next expiration, interval) in float seconds.
///
///   fd
///     A timer file descriptor.
#[native(signature = "($module, fd, /)")]
fn timerfd_gettime(thread: &mut Thread, fd: FileNo) -> Outcome {
    let setting = thread.interp().host.timer_get(fd.0).or_raise(thread)?;
    in_seconds(thread, setting)
}

/// Return a tuple of a timer file descriptor's (next expiration, interval) in nanoseconds.
///
///   fd
///     A timer file descriptor.
#[native(signature = "($module, fd, /)")]
fn timerfd_gettime_ns(thread: &mut Thread, fd: FileNo) -> Outcome {
    let setting = thread.interp().host.timer_get(fd.0).or_raise(thread)?;
    in_nanoseconds(thread, setting)
}
