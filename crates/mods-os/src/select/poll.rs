//! `select.poll`: the object behind the function.

use std::cell::Cell;

use taipan_host::PollFd;
use taipan_macros::native;
use taipan_object::native::MethodDef;
use taipan_object::typeobject::{Slots, Type, TypeDef, TypeFlags};
use taipan_object::{Header, Inside, Outcome, Ref, Thread, Value, object};

use crate::failure::{OrRaise, os_error};
use crate::path::FileNo;
use crate::select::{Events, deadline, milliseconds_left};

/// Descriptors and what is waited for, in the order in which they were registered.
#[repr(C)]
struct Poll {
    head: Header,
    registered: Inside<Vec<(i32, u16)>>,
    running: Cell<bool>,
}
object!(Poll, POLL_TYPE);

static POLL_TYPE: Type = Type::new::<Poll>(
    &TypeDef { methods: &[METHODS], ..TypeDef::new("select.poll") },
    TypeFlags::NO_NEW,
    Slots { new: None, ..Slots::plain::<Poll>() },
);

const METHODS: &[MethodDef] = &[REGISTER, MODIFY, UNREGISTER, POLL_METHOD];

/// Reading, urgent data, writing.
const DEFAULT: u16 = 1 | 2 | 4;

/// Returns a polling object.
///
/// This object supports registering and unregistering file descriptors, and
/// then polling them for I/O events.
#[native(signature = "($module, /)")]
fn poll(thread: &mut Thread) -> Outcome {
    thread.new_object(|head| Poll { head, registered: Inside::new(Vec::new()), running: Cell::new(false) })
}

impl Poll {
    fn set(&self, thread: &mut Thread, fd: i32, events: u16) {
        let registered = self.registered.change(thread);
        match registered.iter_mut().find(|(own, _)| *own == fd) {
            Some((_, own)) => *own = events,
            None => registered.push((fd, events)),
        }
    }
}

/// Register a file descriptor with the polling object.
///
///   fd
///     either an integer, or an object with a fileno() method returning an int
///   eventmask
///     an optional bitmask describing the type of events to check for
#[native(signature = "($self, fd,\n         eventmask=select.POLLIN | select.POLLPRI | select.POLLOUT, /)")]
fn register(thread: &mut Thread, this: &Poll, fd: FileNo, eventmask: Option<Events>) {
    this.set(thread, fd.0, eventmask.map_or(DEFAULT, |events| events.0));
}

/// Modify an already registered file descriptor.
///
///   fd
///     either an integer, or an object with a fileno() method returning
///     an int
///   eventmask
///     a bitmask describing the type of events to check for
#[native(signature = "($self, fd, eventmask, /)")]
fn modify(thread: &mut Thread, this: &Poll, fd: FileNo, eventmask: Events) -> Outcome<()> {
    if !this.registered.view(thread).iter().any(|(own, _)| *own == fd.0) {
        return Err(os_error(thread, taipan_host::Errno::ENOENT));
    }
    this.set(thread, fd.0, eventmask.0);
    Ok(())
}

/// Remove a file descriptor being tracked by the polling object.
#[native(signature = "($self, fd, /)")]
fn unregister(thread: &mut Thread, this: &Poll, fd: FileNo) -> Outcome<()> {
    let registered = this.registered.change(thread);
    match registered.iter().position(|(own, _)| *own == fd.0) {
        Some(index) => {
            registered.remove(index);
            Ok(())
        }
        None => {
            let fd = Value::small_int(i64::from(fd.0));
            Err(thread.key_error(fd.as_ref()))
        }
    }
}

/// Polls the set of registered file descriptors.
///
///   timeout
///     The maximum time to wait in milliseconds, or else None (or a negative
///     value) to wait indefinitely.
///
/// Returns a list containing any descriptors that have events or errors to
/// report, as a list of (fd, event) 2-tuples.
#[native(signature = "($self, timeout=None, /)", name = "poll")]
fn poll_method(thread: &mut Thread, this: &Poll, timeout: Option<Ref<'_>>) -> Outcome {
    let deadline = deadline(thread, timeout, 1_000_000, "timeout must be an integer or None")?;
    let deadline = deadline.filter(|&deadline| deadline != i64::MIN);
    let host = &thread.interp().host;
    if deadline.is_some() && milliseconds_left(host, deadline) == i32::MAX {
        return Err(thread.overflow_error("timeout is too large"));
    }
    if this.running.replace(true) {
        return Err(thread.runtime_error("concurrent poll() invocation"));
    }
    let mut fds: Vec<PollFd> = this
        .registered
        .view(thread)
        .iter()
        .map(|&(fd, events)| PollFd { fd, events: events as i16, revents: 0 })
        .collect();
    let result = thread.blocking(|lock| host.poll(lock, &mut fds, milliseconds_left(host, deadline)));
    this.running.set(false);
    result?.or_raise(thread)?;
    let mut found = Vec::new();
    for fd in fds.iter().filter(|fd| fd.revents != 0) {
        let events = i64::from(fd.revents as u16);
        found.push(thread.tuple([Value::small_int(i64::from(fd.fd)), Value::small_int(events)])?);
    }
    thread.list(found)
}
