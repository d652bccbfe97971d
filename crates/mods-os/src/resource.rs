//! The module `resource`: limits and use of the system's resources.
//!
//! Answers for CPython's `Modules/resource.c`.

use taipan_host::ChildUsage;
use taipan_macros::native;
use taipan_object::native::{FromArgument, MethodDef, ModuleDef};
use taipan_object::types::exception::{OS_ERROR, VALUE_ERROR};
use taipan_object::{Outcome, Ref, Thread, Type, Value, protocol, structseq};

use crate::failure::{OrRaise, os_error};

/// The module `resource`.
pub static RESOURCE: ModuleDef =
    ModuleDef { name: "resource", doc: None, functions: &[FUNCTIONS], exec: Some(exec) };

pub(super) const FUNCTIONS: &[MethodDef] = &[GETRUSAGE, GETRLIMIT, SETRLIMIT, PRLIMIT, GETPAGESIZE];

structseq! {
    /// The type `resource.struct_rusage`.
    pub static RUSAGE = "resource.struct_rusage", visible 16, slots SLOTS,
    doc Some("struct_rusage: Result from getrusage.\n\nThis object may be accessed either as a tuple of\n    (utime,stime,maxrss,ixrss,idrss,isrss,minflt,majflt,\n    nswap,inblock,oublock,msgsnd,msgrcv,nsignals,nvcsw,nivcsw)\nor via the attributes ru_utime, ru_stime, ru_maxrss, and so on."),
    fields {
        "ru_utime": "user time used",
        "ru_stime": "system time used",
        "ru_maxrss": "max. resident set size",
        "ru_ixrss": "shared memory size",
        "ru_idrss": "unshared data size",
        "ru_isrss": "unshared stack size",
        "ru_minflt": "page faults not requiring I/O",
        "ru_majflt": "page faults requiring I/O",
        "ru_nswap": "number of swap outs",
        "ru_inblock": "block input operations",
        "ru_oublock": "block output operations",
        "ru_msgsnd": "IPC messages sent",
        "ru_msgrcv": "IPC messages received",
        "ru_nsignals": "signals received",
        "ru_nvcsw": "voluntary context switches",
        "ru_nivcsw": "involuntary context switches",
    }
}

/// What a process used, as a struct sequence.
pub fn usage_value(thread: &mut Thread, ty: &'static Type, usage: &ChildUsage) -> Outcome {
    let mut fields = Vec::with_capacity(16);
    for seconds in usage.times() {
        fields.push(thread.float(seconds)?);
    }
    for count in usage.counts() {
        fields.push(thread.int(i128::from(count))?);
    }
    thread.structseq(ty, fields)
}

#[native(signature = "($module, who, /)")]
fn getrusage(thread: &mut Thread, who: i32) -> Outcome {
    let usage = match thread.interp().host.usage(who) {
        Ok(usage) => usage,
        Err(taipan_host::Errno::EINVAL) => {
            return Err(thread.value_error("invalid who parameter"));
        }
        Err(errno) => return Err(os_error(thread, errno)),
    };
    usage_value(thread, &RUSAGE, &usage)
}

fn check_resource(thread: &mut Thread, resource: i32) -> Outcome<()> {
    if (0..taipan_host::RESOURCE_LIMITS).contains(&resource) {
        return Ok(());
    }
    Err(thread.value_error("invalid resource specified"))
}

/// A limit, as the integer that stands for it; -1 is none.
fn limit_value(thread: &mut Thread, limit: u64) -> Outcome {
    if limit == u64::MAX { Ok(Value::small_int(-1)) } else { thread.int(i128::from(limit)) }
}

fn limit_pair(thread: &mut Thread, limits: (u64, u64)) -> Outcome {
    let pair = [limit_value(thread, limits.0)?, limit_value(thread, limits.1)?];
    thread.tuple(pair)
}

/// The limits in a pair of integers.
fn limits_of(thread: &mut Thread, limits: Ref<'_>) -> Outcome<(u64, u64)> {
    let items = protocol::collect(thread, limits)?;
    let [soft, hard] = &items[..] else {
        return Err(thread.value_error("expected a tuple of 2 integers"));
    };
    let mut numbers = [0; 2];
    for (number, item) in numbers.iter_mut().zip([soft, hard]) {
        let value = protocol::index(thread, item.as_ref())?;
        *number = match crate::path::narrow(value.as_ref()) {
            Some(-1) => u64::MAX,
            Some(_) => u64::from_argument(thread, value.as_ref(), "", 0)?,
            None => return Err(thread.overflow_error("int too big to convert")),
        };
    }
    Ok((numbers[0], numbers[1]))
}

#[native(signature = "($module, resource, /)")]
fn getrlimit(thread: &mut Thread, resource: i32) -> Outcome {
    check_resource(thread, resource)?;
    let limits = thread.interp().host.resource_limits(0, resource, None).or_raise(thread)?;
    limit_pair(thread, limits)
}

fn change(
    thread: &mut Thread,
    process: i32,
    resource: i32,
    limits: Option<(u64, u64)>,
) -> Outcome<(u64, u64)> {
    match thread.interp().host.resource_limits(process, resource, limits) {
        Ok(old) => Ok(old),
        Err(taipan_host::Errno::EINVAL) => Err(thread.value_error("current limit exceeds maximum limit")),
        Err(taipan_host::Errno::EPERM) if process == 0 => {
            Err(thread.value_error("not allowed to raise maximum limit"))
        }
        Err(errno) => Err(os_error(thread, errno)),
    }
}

#[native(signature = "($module, resource, limits, /)")]
fn setrlimit(thread: &mut Thread, resource: i32, limits: Ref<'_>) -> Outcome<()> {
    check_resource(thread, resource)?;
    let number = Value::small_int(i64::from(resource));
    thread.audit("resource.setrlimit", &[number.as_ref(), limits])?;
    let limits = limits_of(thread, limits)?;
    change(thread, 0, resource, Some(limits)).map(drop)
}

#[native(signature = "($module, pid, resource, limits=None, /)")]
fn prlimit(thread: &mut Thread, pid: i32, resource: i32, limits: Option<Ref<'_>>) -> Outcome {
    check_resource(thread, resource)?;
    let limits = limits.filter(|limits| !limits.is_none());
    let numbers = [pid, resource].map(|number| Value::small_int(i64::from(number)));
    let shown = limits.unwrap_or(Ref::none());
    thread.audit("resource.prlimit", &[numbers[0].as_ref(), numbers[1].as_ref(), shown])?;
    let limits = match limits {
        Some(limits) => Some(limits_of(thread, limits)?),
        None => None,
    };
    let old = match thread.interp().host.resource_limits(pid, resource, limits) {
        Err(taipan_host::Errno::EINVAL) => {
            return Err(thread.raise_new(&VALUE_ERROR, "current limit exceeds maximum limit"));
        }
        result => result.or_raise(thread)?,
    };
    limit_pair(thread, old)
}

#[native(signature = "($module, /)")]
fn getpagesize(thread: &mut Thread) -> usize {
    thread.interp().host.page_size()
}

fn exec(thread: &mut Thread, module: Ref<'_>) -> Outcome<()> {
    thread.module_add(module, "error", OS_ERROR.as_ref().to_value())?;
    thread.module_add(module, "struct_rusage", RUSAGE.as_ref().to_value())?;
    thread.module_add(module, "RLIM_INFINITY", Value::small_int(-1))?;
    crate::add_numbers(thread, module, taipan_host::constants::RESOURCE)
}
