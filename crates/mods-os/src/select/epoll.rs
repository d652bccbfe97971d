//! `select.epoll`.

use taipan_host::{OwnedDescriptor, constants};
use taipan_macros::{getter, native};
use taipan_object::native::{Args, FromArgument, MethodDef, Parameters};
use taipan_object::typeobject::{Slots, Type, TypeDef, TypeFlags, allocate_instance};
use taipan_object::types::exception::OS_ERROR;
use taipan_object::{Header, Outcome, Ref, Thread, Value, object};

use crate::failure::OrRaise;
use crate::path::FileNo;
use crate::posix::BitwiseUnsigned;
use crate::select::{deadline, milliseconds_left};

/// An epoll descriptor, closed with the object.
#[repr(C)]
struct Epoll {
    head: Header,
    descriptor: OwnedDescriptor,
}
object!(Epoll, EPOLL);

/// The type `select.epoll`.
pub(super) static EPOLL: Type = Type::new::<Epoll>(
    &TypeDef {
        doc: Some(
            "select.epoll(sizehint=-1, flags=0)\n\nReturns an epolling object\n\nsizehint must be a positive integer or -1 for the default size. The\nsizehint is used to optimize internal data structures. It doesn't limit\nthe maximum number of monitored events.",
        ),
        methods: &[METHODS],
        getset: &[&[CLOSED]],
        ..TypeDef::new("select.epoll")
    },
    TypeFlags::empty(),
    Slots { new: Some(new), ..Slots::plain::<Epoll>() },
);

const METHODS: &[MethodDef] =
    &[FROMFD, CLOSE, FILENO, MODIFY, REGISTER, UNREGISTER, POLL, __ENTER__, __EXIT__];

/// As many events as one call gives by default.
const EVENTS: i32 = 1023;

fn new<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    const PARAMETERS: Parameters = Parameters {
        function: "epoll",
        names: &["sizehint", "flags"],
        positional_only: 0,
        positional: 2,
        required: 0,
        required_keywords: 0,
    };
    let [size, flags] = PARAMETERS.parse::<2>(thread, args)?;
    let size = size.map_or(Ok(-1), |size| i32::from_argument(thread, size, "epoll", 1))?;
    let flags = flags.map_or(Ok(0), |flags| i32::from_argument(thread, flags, "epoll", 2))?;
    if size != -1 && size <= 0 {
        return Err(thread.value_error("negative sizehint"));
    }
    if flags != 0 && flags != constants::O_CLOEXEC {
        return Err(thread.raise_new(&OS_ERROR, "invalid flags"));
    }
    let fd = thread.interp().host.epoll_create(constants::O_CLOEXEC).or_raise(thread)?;
    make(thread, ty, fd)
}

fn make(thread: &mut Thread, ty: &Type, fd: i32) -> Outcome {
    let descriptor = OwnedDescriptor::new(fd);
    allocate_instance(thread, ty, |head| Epoll { head, descriptor })
}

impl Epoll {
    fn fd(&self, thread: &mut Thread) -> Outcome<i32> {
        match self.descriptor.get() {
            Some(fd) => Ok(fd),
            None => Err(thread.value_error("I/O operation on closed epoll object")),
        }
    }
}

/// True if the epoll handler is closed
#[getter]
fn closed(_: &mut Thread, this: &Epoll) -> bool {
    this.descriptor.get().is_none()
}

/// Create an epoll object from a given control fd.
#[native(signature = "($type, fd, /)")]
fn fromfd(thread: &mut Thread, ty: &Type, fd: i32) -> Outcome {
    make(thread, ty, fd)
}

/// Close the epoll control file descriptor.
///
/// Further operations on the epoll object will raise an exception.
#[native(signature = "($self, /)")]
fn close(thread: &mut Thread, this: &Epoll) -> Outcome<()> {
    let Some(fd) = this.descriptor.take() else { return Ok(()) };
    let host = &thread.interp().host;
    thread.released(|lock| host.close(lock, fd)).or_raise(thread)
}

/// Return the epoll control file descriptor.
#[native(signature = "($self, /)")]
fn fileno(thread: &mut Thread, this: &Epoll) -> Outcome<i32> {
    this.fd(thread)
}

/// Operations of `epoll_ctl`.
const ADD: i32 = 1;
const DELETE: i32 = 2;
const CHANGE: i32 = 3;

fn control(thread: &mut Thread, this: &Epoll, operation: i32, fd: i32, events: u32) -> Outcome<()> {
    let epoll = this.fd(thread)?;
    thread.interp().host.epoll_control(epoll, operation, fd, events).or_raise(thread)
}

/// Registers a new fd or raises an OSError if the fd is already registered.
///
///   fd
///     the target file descriptor of the operation
///   eventmask
///     a bit set composed of the various EPOLL constants
///
/// The epoll interface supports all file descriptors that support poll.
#[native(
    signature = "($self, /, fd,\n         eventmask=select.EPOLLIN | select.EPOLLPRI | select.EPOLLOUT)"
)]
fn register(
    thread: &mut Thread,
    this: &Epoll,
    fd: FileNo,
    eventmask: Option<BitwiseUnsigned>,
) -> Outcome<()> {
    // Reading, urgent data, writing.
    control(thread, this, ADD, fd.0, eventmask.map_or(1 | 2 | 4, |events| events.0))
}

/// Modify event mask for a registered file descriptor.
///
///   fd
///     the target file descriptor of the operation
///   eventmask
///     a bit set composed of the various EPOLL constants
#[native(signature = "($self, /, fd, eventmask)")]
fn modify(thread: &mut Thread, this: &Epoll, fd: FileNo, eventmask: BitwiseUnsigned) -> Outcome<()> {
    control(thread, this, CHANGE, fd.0, eventmask.0)
}

/// Remove a registered file descriptor from the epoll object.
///
///   fd
///     the target file descriptor of the operation
#[native(signature = "($self, /, fd)")]
fn unregister(thread: &mut Thread, this: &Epoll, fd: FileNo) -> Outcome<()> {
    control(thread, this, DELETE, fd.0, 0)
}

/// Wait for events on the epoll file descriptor.
///
///   timeout
///     the maximum time to wait in seconds (as float);
///     a timeout of None or -1 makes poll wait indefinitely
///   maxevents
///     the maximum number of events returned; -1 means no limit
///
/// Returns a list containing any descriptors that have events to
/// report, as a list of (fd, events) 2-tuples.
#[native(signature = "($self, /, timeout=None, maxevents=-1)")]
fn poll(thread: &mut Thread, this: &Epoll, timeout: Option<Ref<'_>>, maxevents: Option<i32>) -> Outcome {
    let epoll = this.fd(thread)?;
    let deadline = deadline(thread, timeout, 1_000_000_000, "timeout must be an integer or None")?;
    let deadline = deadline.filter(|&deadline| deadline != i64::MIN);
    let host = &thread.interp().host;
    if deadline.is_some() && milliseconds_left(host, deadline) == i32::MAX {
        return Err(thread.overflow_error("timeout is too large"));
    }
    let most = match maxevents.unwrap_or(-1) {
        -1 => EVENTS,
        most if most < 1 => {
            return Err(thread.value_error(format!("maxevents must be greater than 0, got {most}")));
        }
        most => most,
    };
    let events = thread.blocking(|lock| {
        host.epoll_wait(lock, epoll, milliseconds_left(host, deadline), most.min(1 << 16) as usize)
    })?;
    let mut found = Vec::new();
    for (fd, events) in events.or_raise(thread)? {
        let pair = [Value::small_int(i64::from(fd)), Value::small_int(i64::from(events))];
        found.push(thread.tuple(pair)?);
    }
    thread.list(found)
}

#[native(signature = "($self, /)")]
fn __enter__(thread: &mut Thread, this: &Epoll) -> Outcome {
    this.fd(thread)?;
    Ok(Ref::of(this).to_value())
}

#[native(signature = "($self, exc_type=None, exc_value=None, exc_tb=None, /)")]
fn __exit__(
    thread: &mut Thread,
    this: &Epoll,
    _exc_type: Option<Ref<'_>>,
    _exc_value: Option<Ref<'_>>,
    _exc_tb: Option<Ref<'_>>,
) -> Outcome<()> {
    close(thread, this)
}
