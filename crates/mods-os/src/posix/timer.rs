//! Timers as descriptors.

use taipan_host::TimerSetting;
use taipan_macros::native;
use taipan_object::native::MethodDef;
use taipan_object::{Outcome, Thread};

use crate::failure::OrRaise;
use crate::path::FileNo;

//@functions

#[py("posix.timerfd_create")]
fn timerfd_create(thread: &mut Thread, clockid: i32, flags: Option<i32>) -> Outcome<i32> {
    thread.interp().host.timer_create(clockid, flags.unwrap_or(0)).or_raise(thread)
}

const SECOND: f64 = 1e9;

fn in_seconds(thread: &mut Thread, setting: TimerSetting) -> Outcome {
    let pair = [
        thread.float(setting.next as f64 / SECOND)?,
        thread.float(setting.interval as f64 / SECOND)?,
    ];
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

#[py("posix.timerfd_settime")]
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

#[py("posix.timerfd_settime_ns")]
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

#[py("posix.timerfd_gettime")]
fn timerfd_gettime(thread: &mut Thread, fd: FileNo) -> Outcome {
    let setting = thread.interp().host.timer_get(fd.0).or_raise(thread)?;
    in_seconds(thread, setting)
}

#[py("posix.timerfd_gettime_ns")]
fn timerfd_gettime_ns(thread: &mut Thread, fd: FileNo) -> Outcome {
    let setting = thread.interp().host.timer_get(fd.0).or_raise(thread)?;
    in_nanoseconds(thread, setting)
}
