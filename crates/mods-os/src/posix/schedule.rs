//! The scheduler: policies, priorities, processors.

use taipan_macros::native;
use taipan_object::native::{Args, FromArgument, MethodDef, Parameters};
use taipan_object::typeobject::Slots;
use taipan_object::types::set::Set;
use taipan_object::types::structseq::{self, SLOTS};
use taipan_object::{Outcome, Ref, Thread, Type, Value, protocol, structseq};

use crate::failure::OrRaise;
use crate::path::IsInt;
use crate::posix::files::number;

pub(super) const FUNCTIONS: &[MethodDef] = &[
    SCHED_GET_PRIORITY_MAX,
    SCHED_GET_PRIORITY_MIN,
    SCHED_GETSCHEDULER,
    SCHED_SETSCHEDULER,
    SCHED_GETPARAM,
    SCHED_SETPARAM,
    SCHED_RR_GET_INTERVAL,
    SCHED_YIELD,
    SCHED_GETAFFINITY,
    SCHED_SETAFFINITY,
];

const PARAM_SLOTS: Slots = Slots { new: Some(new_param), ..SLOTS };

structseq! {
    /// The type `os.sched_param`.
    pub(super) static SCHED_PARAM = "posix.sched_param", visible 1, slots PARAM_SLOTS, signature "(sched_priority)", methods PARAM_METHODS,
    doc Some("Currently has only one field: sched_priority\n\n  sched_priority\n    A scheduling parameter."),
    fields { "sched_priority": "the scheduling priority" }
}

/// A program makes one of its priority, not of a sequence.
const PARAM_METHODS: &[MethodDef] = &[__REDUCE__];

#[native(signature = "($self, /)", hidden)]
fn __reduce__(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    let arguments = thread.tuple([structseq::all_fields(this)[0].to_value()])?;
    thread.tuple([SCHED_PARAM.as_ref().to_value(), arguments])
}

fn new_param<'a>(thread: &mut Thread, _: &'a Type, args: Args<'a>) -> Outcome {
    const PARAMETERS: Parameters = Parameters {
        function: "sched_param",
        names: &["sched_priority"],
        positional_only: 0,
        positional: 1,
        required: 1,
        required_keywords: 0,
    };
    let [priority] = PARAMETERS.parse::<1>(thread, args)?;
    let priority = priority.expect("required").to_value();
    thread.structseq(&SCHED_PARAM, vec![priority])
}

/// The priority in a `sched_param`.
pub(super) fn priority_of(thread: &mut Thread, param: Ref<'_>) -> Outcome<i32> {
    if !param.ty().is(&SCHED_PARAM) {
        return Err(thread.type_error("must have a sched_param object"));
    }
    let priority = structseq::all_fields(param)[0];
    let priority = i64::from_argument(thread, priority, "", 0)?;
    i32::try_from(priority).map_err(|_| thread.overflow_error("sched_priority out of range"))
}

/// Get the maximum scheduling priority for policy.
#[native(signature = "($module, /, policy)")]
fn sched_get_priority_max(thread: &mut Thread, policy: i32) -> Outcome<i32> {
    thread.interp().host.greatest_priority(policy).or_raise(thread)
}

/// Get the minimum scheduling priority for policy.
#[native(signature = "($module, /, policy)")]
fn sched_get_priority_min(thread: &mut Thread, policy: i32) -> Outcome<i32> {
    thread.interp().host.least_priority(policy).or_raise(thread)
}

/// Get the scheduling policy for the process identified by pid.
///
/// Passing 0 for pid returns the scheduling policy for the calling process.
#[native(signature = "($module, pid, /)")]
fn sched_getscheduler(thread: &mut Thread, pid: i32) -> Outcome<i32> {
    thread.interp().host.scheduler(pid).or_raise(thread)
}

/// Set the scheduling policy for the process identified by pid.
///
/// If pid is 0, the calling process is changed.
/// param is an instance of sched_param.
#[native(signature = "($module, pid, policy, param, /)")]
fn sched_setscheduler(thread: &mut Thread, pid: i32, policy: i32, param: Ref<'_>) -> Outcome<()> {
    let priority = priority_of(thread, param)?;
    thread.interp().host.set_scheduler(pid, policy, priority).or_raise(thread)
}

/// Returns scheduling parameters for the process identified by pid.
///
/// If pid is 0, returns parameters for the calling process.
/// Return value is an instance of sched_param.
#[native(signature = "($module, pid, /)")]
fn sched_getparam(thread: &mut Thread, pid: i32) -> Outcome {
    let priority = thread.interp().host.scheduling_priority(pid).or_raise(thread)?;
    thread.structseq(&SCHED_PARAM, vec![number(priority)])
}

/// Set scheduling parameters for the process identified by pid.
///
/// If pid is 0, sets parameters for the calling process.
/// param should be an instance of sched_param.
#[native(signature = "($module, pid, param, /)")]
fn sched_setparam(thread: &mut Thread, pid: i32, param: Ref<'_>) -> Outcome<()> {
    let priority = priority_of(thread, param)?;
    thread.interp().host.set_scheduling_priority(pid, priority).or_raise(thread)
}

/// Return the round-robin quantum for the process identified by pid, in seconds.
///
/// Value returned is a float.
#[native(signature = "($module, pid, /)")]
fn sched_rr_get_interval(thread: &mut Thread, pid: i32) -> Outcome<f64> {
    let interval = thread.interp().host.round_robin_interval(pid).or_raise(thread)?;
    Ok(interval as f64 / 1e9)
}

/// Voluntarily relinquish the CPU.
#[native(signature = "($module, /)")]
fn sched_yield(thread: &mut Thread) {
    let host = &thread.interp().host;
    thread.released(|lock| host.yield_processor(lock));
}

/// Return the affinity of the process identified by pid (or the current process if zero).
///
/// The affinity is returned as a set of CPU identifiers.
#[native(signature = "($module, pid, /)")]
fn sched_getaffinity(thread: &mut Thread, pid: i32) -> Outcome {
    let processors = thread.interp().host.affinity(pid).or_raise(thread)?;
    let values: Vec<Value> =
        processors.into_iter().map(|processor| Value::small_int(processor as i64)).collect();
    let set = thread.set()?;
    for value in values {
        set.downcast::<Set>().expect("a set").add(thread, value.as_ref())?;
    }
    Ok(set)
}

/// Set the CPU affinity of the process identified by pid to mask.
///
/// mask should be an iterable of integers identifying CPUs.
#[native(signature = "($module, pid, mask, /)")]
fn sched_setaffinity(thread: &mut Thread, pid: i32, mask: Ref<'_>) -> Outcome<()> {
    let mut processors = Vec::new();
    for item in protocol::collect(thread, mask)? {
        if !item.as_ref().downcast_int() {
            let ty = protocol::repr_string(thread, item.as_ref().ty().as_ref())?;
            return Err(thread.type_error(format!("expected an iterator of ints, but iterator yielded {ty}")));
        }
        let processor = i64::from_argument(thread, item.as_ref(), "", 0)?;
        let Ok(processor) = usize::try_from(processor) else {
            return Err(thread.value_error("negative CPU number"));
        };
        if processor > 1 << 20 {
            return Err(thread.overflow_error("CPU number too large"));
        }
        processors.push(processor);
    }
    thread.interp().host.set_affinity(pid, &processors).or_raise(thread)
}
