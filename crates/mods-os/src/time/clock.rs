//! Clocks and sleeping.

use taipan_macros::native;
use taipan_object::native::{FromArgument, MethodDef};
use taipan_object::{Outcome, Ref, Thread, Value, protocol};

use crate::failure::OrRaise;
use crate::timestamp::{Rounding, SECOND, nanoseconds};

pub(super) const FUNCTIONS: &[MethodDef] = &[
    TIME,
    TIME_NS,
    MONOTONIC,
    MONOTONIC_NS,
    PERF_COUNTER,
    PERF_COUNTER_NS,
    PROCESS_TIME,
    PROCESS_TIME_NS,
    THREAD_TIME,
    THREAD_TIME_NS,
    SLEEP,
    CLOCK_GETTIME,
    CLOCK_GETTIME_NS,
    CLOCK_SETTIME,
    CLOCK_SETTIME_NS,
    CLOCK_GETRES,
    PTHREAD_GETCPUCLOCKID,
    GET_CLOCK_INFO,
];

/// Clocks by their numbers on Linux.
const REALTIME: i32 = 0;
const MONOTONIC_CLOCK: i32 = 1;
const PROCESS: i32 = 2;
const THREAD: i32 = 3;

fn read(thread: &mut Thread, clock: i32) -> Outcome<i64> {
    thread.interp().host.clock(clock).or_raise(thread)
}

/// Nanoseconds as a float of seconds; whole seconds stay exact.
fn seconds(nanoseconds: i64) -> f64 {
    if nanoseconds % SECOND == 0 { (nanoseconds / SECOND) as f64 } else { nanoseconds as f64 / 1e9 }
}

/// time() -> floating-point number
///
/// Return the current time in seconds since the Epoch.
/// Fractions of a second may be present if the system clock provides them.
#[native(signature = "($self, /)")]
fn time(thread: &mut Thread, _: Ref<'_>) -> Outcome<f64> {
    read(thread, REALTIME).map(seconds)
}

/// time_ns() -> int
///
/// Return the current time in nanoseconds since the Epoch.
#[native(signature = "($self, /)")]
fn time_ns(thread: &mut Thread, _: Ref<'_>) -> Outcome<i64> {
    read(thread, REALTIME)
}

/// monotonic() -> float
///
/// Monotonic clock, cannot go backward.
#[native(signature = "($self, /)")]
fn monotonic(thread: &mut Thread, _: Ref<'_>) -> Outcome<f64> {
    read(thread, MONOTONIC_CLOCK).map(seconds)
}

/// monotonic_ns() -> int
///
/// Monotonic clock, cannot go backward, as nanoseconds.
#[native(signature = "($self, /)")]
fn monotonic_ns(thread: &mut Thread, _: Ref<'_>) -> Outcome<i64> {
    read(thread, MONOTONIC_CLOCK)
}

/// perf_counter() -> float
///
/// Performance counter for benchmarking.
#[native(signature = "($self, /)")]
fn perf_counter(thread: &mut Thread, _: Ref<'_>) -> Outcome<f64> {
    read(thread, MONOTONIC_CLOCK).map(seconds)
}

/// perf_counter_ns() -> int
///
/// Performance counter for benchmarking as nanoseconds.
#[native(signature = "($self, /)")]
fn perf_counter_ns(thread: &mut Thread, _: Ref<'_>) -> Outcome<i64> {
    read(thread, MONOTONIC_CLOCK)
}

/// process_time() -> float
///
/// Process time for profiling: sum of the kernel and user-space CPU time.
#[native(signature = "($self, /)")]
fn process_time(thread: &mut Thread, _: Ref<'_>) -> Outcome<f64> {
    read(thread, PROCESS).map(seconds)
}

/// process_time() -> int
///
/// Process time for profiling as nanoseconds:
/// sum of the kernel and user-space CPU time.
#[native(signature = "($self, /)")]
fn process_time_ns(thread: &mut Thread, _: Ref<'_>) -> Outcome<i64> {
    read(thread, PROCESS)
}

/// thread_time() -> float
///
/// Thread time for profiling: sum of the kernel and user-space CPU time.
#[native(signature = "($self, /)")]
fn thread_time(thread: &mut Thread, _: Ref<'_>) -> Outcome<f64> {
    read(thread, THREAD).map(seconds)
}

/// thread_time() -> int
///
/// Thread time for profiling as nanoseconds:
/// sum of the kernel and user-space CPU time.
#[native(signature = "($self, /)")]
fn thread_time_ns(thread: &mut Thread, _: Ref<'_>) -> Outcome<i64> {
    read(thread, THREAD)
}

/// sleep(seconds)
///
/// Delay execution for a given number of seconds.  The argument may be
/// a floating-point number for subsecond precision.
#[native(signature = "($self, object, /)")]
fn sleep(thread: &mut Thread, _: Ref<'_>, object: Ref<'_>) -> Outcome<()> {
    thread.audit("time.sleep", &[object])?;
    let duration = nanoseconds(thread, object, Rounding::Up)?;
    if duration < 0 {
        return Err(thread.value_error("sleep length must be non-negative"));
    }
    let deadline = read(thread, MONOTONIC_CLOCK)?.saturating_add(duration);
    let host = &thread.interp().host;
    thread.blocking(|lock| host.sleep_until(lock, deadline))?.or_raise(thread)
}

/// The number of a clock.
struct ClockId(i32);

impl<'a> FromArgument<'a> for ClockId {
    fn from_argument(thread: &mut Thread, value: Ref<'a>, function: &str, place: usize) -> Outcome<ClockId> {
        if value.ty().slots().index.is_none() {
            let ty = value.ty().name().into_owned();
            return Err(thread.type_error(format!("clk_id should be integer, not {ty}")));
        }
        i32::from_argument(thread, value, function, place).map(ClockId)
    }
}

/// Return the time of the specified clock clk_id as a float.
#[native(signature = "($module, clk_id, /)")]
fn clock_gettime(thread: &mut Thread, clk_id: ClockId) -> Outcome<f64> {
    read(thread, clk_id.0).map(seconds)
}

/// Return the time of the specified clock clk_id as nanoseconds (int).
#[native(signature = "($module, clk_id, /)")]
fn clock_gettime_ns(thread: &mut Thread, clk_id: ClockId) -> Outcome<i64> {
    read(thread, clk_id.0)
}

/// clock_settime(clk_id, time)
///
/// Set the time of the specified clock clk_id.
#[native(signature = "($module, clk_id, time, /)", hidden)]
fn clock_settime(thread: &mut Thread, clk_id: i32, time: Ref<'_>) -> Outcome<()> {
    let time = nanoseconds(thread, time, Rounding::Floor)?;
    thread.interp().host.set_clock(clk_id, time).or_raise(thread)
}

/// clock_settime_ns(clk_id, time)
///
/// Set the time of the specified clock clk_id with nanoseconds.
#[native(signature = "($module, clk_id, time, /)", hidden)]
fn clock_settime_ns(thread: &mut Thread, clk_id: i32, time: Ref<'_>) -> Outcome<()> {
    if taipan_object::types::int::to_int(time).is_none() {
        let ty = time.ty().name().into_owned();
        return Err(thread.type_error(format!("expect int, got {ty}")));
    }
    let time = i64::from_argument(thread, time, "clock_settime_ns", 2)?;
    thread.interp().host.set_clock(clk_id, time).or_raise(thread)
}

/// clock_getres(clk_id) -> floating-point number
///
/// Return the resolution (precision) of the specified clock clk_id.
#[native(signature = "($module, clk_id, /)", hidden)]
fn clock_getres(thread: &mut Thread, clk_id: i32) -> Outcome<f64> {
    let info = thread.interp().host.clock_info(clk_id).or_raise(thread)?;
    Ok(info.resolution as f64 * 1e-9)
}

/// pthread_getcpuclockid(thread_id) -> int
///
/// Return the clk_id of a thread's CPU time clock.
#[native(signature = "($module, thread_id, /)", hidden)]
fn pthread_getcpuclockid(thread: &mut Thread, thread_id: Ref<'_>) -> Outcome<i32> {
    if taipan_object::types::int::to_int(thread_id).is_none() {
        let ty = thread_id.ty().name().into_owned();
        return Err(thread.type_error(format!("pthread_getcpuclockid() argument 1 must be int, not {ty}")));
    }
    let id = crate::path::narrow(thread_id).unwrap_or(0) as u64;
    thread.interp().host.thread_clock(id).or_raise(thread)
}

/// get_clock_info(name: str) -> dict
///
/// Get information of the specified clock.
#[native(signature = "($module, name, /)", hidden)]
fn get_clock_info(thread: &mut Thread, name: String) -> Outcome {
    let (clock, implementation) = match &*name {
        "time" => (REALTIME, "clock_gettime(CLOCK_REALTIME)"),
        "monotonic" | "perf_counter" => (MONOTONIC_CLOCK, "clock_gettime(CLOCK_MONOTONIC)"),
        "process_time" => (PROCESS, "clock_gettime(CLOCK_PROCESS_CPUTIME_ID)"),
        "thread_time" => (THREAD, "clock_gettime(CLOCK_THREAD_CPUTIME_ID)"),
        _ => return Err(thread.value_error("unknown clock")),
    };
    let info = thread.interp().host.clock_info(clock).or_raise(thread)?;
    let implementation = thread.str(implementation)?;
    let resolution = thread.float(info.resolution as f64 * 1e-9)?;
    let space = thread.namespace()?;
    for (name, value) in [
        ("implementation", implementation),
        ("monotonic", Value::bool(clock != REALTIME)),
        ("adjustable", Value::bool(clock == REALTIME)),
        ("resolution", resolution),
    ] {
        let name = thread.intern(name)?;
        protocol::set_attribute(thread, space.as_ref(), name.as_ref(), Some(value.as_ref()))?;
    }
    Ok(space)
}
