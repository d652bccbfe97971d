//! The module `select`: waiting for several descriptors at once.
//!
//! Answers for CPython's `Modules/selectmodule.c`.

mod epoll;
mod poll;

use taipan_host::constants;
use taipan_macros::native;
use taipan_object::native::{FromArgument, ModuleDef};
use taipan_object::types::exception::{OS_ERROR, TYPE_ERROR};
use taipan_object::types::list::List;
use taipan_object::{Outcome, Ref, Thread, Value, protocol};

use crate::failure::OrRaise;
use crate::path::FileNo;
use crate::timestamp::{Rounding, nanoseconds_of};

/// The module `select`.
pub static SELECT: ModuleDef = ModuleDef {
    name: "select",
    doc: Some(
        "This module supports asynchronous I/O on multiple file descriptors.\n\n*** IMPORTANT NOTICE ***\nOn Windows, only sockets are supported; on Unix, all file descriptors.",
    ),
    functions: &[&[SELECT_FUNCTION, poll::POLL]],
    exec: Some(exec),
};

fn exec(thread: &mut Thread, module: Ref<'_>) -> Outcome<()> {
    crate::add_numbers(thread, module, constants::SELECT)?;
    thread.module_add(module, "epoll", epoll::EPOLL.as_ref().to_value())?;
    thread.module_add(module, "error", OS_ERROR.as_ref().to_value())
}

/// The monotonic clock.
pub(crate) const MONOTONIC: i32 = 1;

/// When to stop waiting, on the monotonic clock; none for never. `unit` are the nanoseconds that the
/// argument counts in, `message` what is said of something else than a number.
pub(crate) fn deadline(
    thread: &mut Thread,
    timeout: Option<Ref<'_>>,
    unit: i64,
    message: &str,
) -> Outcome<Option<i64>> {
    let Some(timeout) = timeout.filter(|timeout| !timeout.is_none()) else { return Ok(None) };
    let duration = match nanoseconds_of(thread, timeout, unit, Rounding::Up) {
        Err(_) if thread.exception_is(&TYPE_ERROR) => {
            drop(thread.take_exception());
            return Err(thread.type_error(message));
        }
        result => result?,
    };
    let now = thread.interp().host.clock(MONOTONIC).or_raise(thread)?;
    Ok(Some(if duration < 0 { i64::MIN } else { now.saturating_add(duration) }))
}

/// Milliseconds until the deadline, rounded up; -1 for never.
pub(crate) fn milliseconds_left(host: &taipan_host::Host, deadline: Option<i64>) -> i32 {
    let Some(deadline) = deadline else { return -1 };
    let left = deadline.saturating_sub(host.clock(MONOTONIC).unwrap_or(deadline)).max(0);
    i32::try_from(Rounding::Ceiling.divide(left, 1_000_000)).unwrap_or(i32::MAX)
}

/// Bits of a number of events that must fit 16 bits.
pub(crate) struct Events(pub(crate) u16);

impl<'a> FromArgument<'a> for Events {
    fn from_argument(thread: &mut Thread, value: Ref<'a>, _: &str, _: usize) -> Outcome<Events> {
        let number = protocol::index(thread, value)?;
        let is_negative = crate::path::is_negative(number.as_ref());
        match crate::path::narrow(number.as_ref()) {
            _ if is_negative => Err(thread.value_error("Cannot convert negative int")),
            Some(number) if number <= 0xffff => Ok(Events(number as u16)),
            _ => Err(thread.overflow_error("Python int too large for C unsigned short")),
        }
    }
}

/// The descriptors of a sequence, with the objects that stood for them.
fn descriptors(thread: &mut Thread, sequence: Ref<'_>) -> Outcome<(Vec<Value>, Vec<i32>)> {
    if sequence.ty().slots().iter.is_none() && !protocol::is_sequence(sequence) {
        return Err(thread.type_error("arguments 1-3 must be sequences"));
    }
    // A list is looked at as it is: `fileno()` may shorten it.
    let is_list = sequence.downcast::<List>();
    let all = if is_list.is_some() { Vec::new() } else { protocol::collect(thread, sequence)? };
    let (mut objects, mut fds) = (Vec::new(), Vec::new());
    loop {
        let next = match is_list {
            Some(list) => list.get(thread, objects.len()),
            None => all.get(objects.len()).cloned(),
        };
        let Some(object) = next else { break };
        let fd = FileNo::from_argument(thread, object.as_ref(), "select", 1)?.0;
        if fd as usize >= taipan_host::SELECT_LIMIT {
            return Err(thread.value_error("filedescriptor out of range in select()"));
        }
        fds.push(fd);
        objects.push(object);
    }
    Ok((objects, fds))
}

/// Wait until one or more file descriptors are ready for some kind of I/O.
///
/// The first three arguments are iterables of file descriptors to be waited
/// for:
/// rlist -- wait until ready for reading
/// wlist -- wait until ready for writing
/// xlist -- wait for an "exceptional condition"
/// If only one kind of condition is required, pass [] for the other lists.
///
/// A file descriptor is either a socket or file object, or a small integer
/// gotten from a fileno() method call on one of those.
///
/// The optional 4th argument specifies a timeout in seconds; it may be
/// a floating-point number to specify fractions of seconds.  If it is absent
/// or None, the call will never time out.
///
/// The return value is a tuple of three lists corresponding to the first
/// three arguments; each contains the subset of the corresponding file
/// descriptors that are ready.
///
/// *** IMPORTANT NOTICE ***
/// On Windows, only sockets are supported; on Unix, all file
/// descriptors can be used.
#[native(signature = "($module, rlist, wlist, xlist, timeout=None, /)", name = "select")]
fn select_function(
    thread: &mut Thread,
    rlist: Ref<'_>,
    wlist: Ref<'_>,
    xlist: Ref<'_>,
    timeout: Option<Ref<'_>>,
) -> Outcome {
    let deadline = deadline(thread, timeout, 1_000_000_000, "timeout must be a float or None")?;
    if deadline == Some(i64::MIN) {
        return Err(thread.value_error("timeout must be non-negative"));
    }
    let (readers, reading) = descriptors(thread, rlist)?;
    let (writers, writing) = descriptors(thread, wlist)?;
    let (others, excepting) = descriptors(thread, xlist)?;
    let host = &thread.interp().host;
    let ready = thread.blocking(|lock| {
        let left = deadline
            .map(|deadline| deadline.saturating_sub(host.clock(MONOTONIC).unwrap_or(deadline)).max(0));
        host.select(lock, [&reading, &writing, &excepting], left)
    })?;
    let ready = ready.or_raise(thread)?;
    let mut lists = Vec::with_capacity(3);
    for (objects, ready) in [readers, writers, others].into_iter().zip(ready) {
        let found = objects.into_iter().zip(ready).filter(|(_, ready)| *ready).map(|(object, _)| object);
        lists.push(thread.list(found.collect())?);
    }
    thread.tuple(lists)
}
