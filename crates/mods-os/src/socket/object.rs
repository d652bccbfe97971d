//! The type `socket`: making, naming, connecting, closing; waiting with a time-out.

use std::cell::Cell;

use taipan_host::socket::SocketAddress;
use taipan_host::{Errno, Host, PollFd, Released};
use taipan_macros::{getter, native};
use taipan_object::native::{Args, FromArgument, MemberDef, MethodDef, Parameters};
use taipan_object::typeobject::{Slots, Type, TypeDef, TypeFlags, allocate_instance};
use taipan_object::types::exception::TIMEOUT_ERROR;
use taipan_object::{Header, Outcome, Ref, Thread, Value, object, protocol};

use super::address::{CLOSE_ON_EXEC, INET, NON_BLOCKING, UNIX, UNSPECIFIED, address_argument, address_value};
use super::{message, option, transfer};
use crate::failure::{OrRaise, os_error};
use crate::select::MONOTONIC;
use crate::timestamp::{Rounding, nanoseconds};

/// A socket, closed with the object.
#[repr(C)]
pub(super) struct Socket {
    head: Header,
    /// -1 once closed.
    pub(super) fd: Cell<i32>,
    pub(super) family: Cell<i32>,
    kind: Cell<i32>,
    protocol: Cell<i32>,
    /// Nanoseconds; negative: wait for ever, zero: never wait.
    timeout: Cell<i64>,
}
object!(Socket, SOCKET);

impl Drop for Socket {
    fn drop(&mut self) {
        drop(taipan_host::OwnedDescriptor::new(self.fd.get()));
    }
}

/// The type `_socket.socket`.
pub(super) static SOCKET: Type = Type::new::<Socket>(
    &TypeDef {
        doc: Some(SOCKET_DOC),
        methods: &[METHODS, message::METHODS, option::METHODS, transfer::METHODS],
        members: &[
            MemberDef {
                name: "family",
                doc: Some("the socket family"),
                get: |_, object| Ok(Some(Value::small_int(i64::from(socket(object).family.get())))),
            },
            MemberDef {
                name: "type",
                doc: Some("the socket type"),
                get: |_, object| Ok(Some(Value::small_int(i64::from(socket(object).kind.get())))),
            },
            MemberDef {
                name: "proto",
                doc: Some("the socket protocol"),
                get: |_, object| Ok(Some(Value::small_int(i64::from(socket(object).protocol.get())))),
            },
        ],
        getset: &[&[TIMEOUT]],
        ..TypeDef::new("_socket.socket")
    },
    TypeFlags::BASE.union(TypeFlags::FINALIZES),
    Slots {
        new: Some(new),
        init: Some(init),
        repr: Some(repr),
        finalize: Some(finalize),
        ..Slots::plain::<Socket>()
    },
);

const SOCKET_DOC: &str = "socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object\nsocket(family=-1, type=-1, proto=-1, fileno=None) -> socket object\n\nOpen a socket of the given type.  The family argument specifies the\naddress family; it defaults to AF_INET.  The type argument specifies\nwhether this is a stream (SOCK_STREAM, this is the default)\nor datagram (SOCK_DGRAM) socket.  The protocol argument defaults to 0,\nspecifying the default protocol.  Keyword arguments are accepted.\nThe socket is created as non-inheritable.\n\nWhen a fileno is passed in, family, type and proto are auto-detected,\nunless they are explicitly set.\n\nA socket object represents one endpoint of a network connection.\n\nMethods of socket objects (keyword arguments not allowed):\n\n_accept() -- accept connection, returning new socket fd and client address\nbind(addr) -- bind the socket to a local address\nclose() -- close the socket\nconnect(addr) -- connect the socket to a remote address\nconnect_ex(addr) -- connect, return an error code instead of an exception\ndup() -- return a new socket fd duplicated from fileno()\nfileno() -- return underlying file descriptor\ngetpeername() -- return remote address [*]\ngetsockname() -- return local address\ngetsockopt(level, optname[, buflen]) -- get socket options\ngettimeout() -- return timeout or None\nlisten([n]) -- start listening for incoming connections\nrecv(buflen[, flags]) -- receive data\nrecv_into(buffer[, nbytes[, flags]]) -- receive data (into a buffer)\nrecvfrom(buflen[, flags]) -- receive data and sender's address\nrecvfrom_into(buffer[, nbytes, [, flags]])\n  -- receive data and sender's address (into a buffer)\nsendall(data[, flags]) -- send all data\nsend(data[, flags]) -- send data, may not send all of it\nsendto(data[, flags], addr) -- send data to a given address\nsetblocking(bool) -- set or clear the blocking I/O flag\ngetblocking() -- return True if socket is blocking, False if non-blocking\nsetsockopt(level, optname, value[, optlen]) -- set socket options\nsettimeout(None | float) -- set or clear the timeout\nshutdown(how) -- shut down traffic in one or both directions\n\n [*] not available on all platforms!";

const METHODS: &[MethodDef] = &[
    _ACCEPT,
    BIND,
    CLOSE,
    CONNECT,
    CONNECT_EX,
    DETACH,
    FILENO,
    GETPEERNAME,
    GETSOCKNAME,
    LISTEN,
    SETBLOCKING,
    GETBLOCKING,
    SETTIMEOUT,
    GETTIMEOUT,
    SHUTDOWN,
];

pub(super) const FUNCTIONS: &[MethodDef] =
    &[SOCKETPAIR, CLOSE_FUNCTION, DUP, GETDEFAULTTIMEOUT, SETDEFAULTTIMEOUT];

fn socket(object: Ref<'_>) -> &Socket {
    object.downcast::<Socket>().expect("an attribute of sockets")
}

/// Where an interpreter keeps the time-out of new sockets, in nanoseconds.
static DEFAULT_TIMEOUT: u8 = 0;

fn default_timeout(thread: &Thread) -> i64 {
    match thread.interp().slot(&DEFAULT_TIMEOUT) {
        Some(timeout) => crate::path::narrow(timeout.as_ref()).map_or(-1, |timeout| timeout as i64),
        None => -1,
    }
}

fn new<'a>(thread: &mut Thread, ty: &'a Type, _: Args<'a>) -> Outcome {
    let timeout = default_timeout(thread);
    allocate_instance(thread, ty, |head| Socket {
        head,
        fd: Cell::new(-1),
        family: Cell::new(0),
        kind: Cell::new(0),
        protocol: Cell::new(0),
        timeout: Cell::new(timeout),
    })
}

fn init<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    const PARAMETERS: Parameters = Parameters {
        function: "socket",
        names: &["family", "type", "proto", "fileno"],
        positional_only: 0,
        positional: 4,
        required: 0,
        required_keywords: 0,
    };
    let [family, kind, protocol, fileno] = PARAMETERS.parse::<4>(thread, args)?;
    let mut numbers = [-1; 3];
    for (number, argument) in numbers.iter_mut().zip([family, kind, protocol]) {
        if let Some(argument) = argument {
            *number = i32::from_argument(thread, argument, "socket", 0)?;
        }
    }
    let [mut family, mut kind, mut protocol] = numbers;
    let shown = [family, kind, protocol].map(|number| Value::small_int(i64::from(number)));
    thread.audit("socket.__new__", &[object, shown[0].as_ref(), shown[1].as_ref(), shown[2].as_ref()])?;
    let host = &thread.interp().host;
    let fd = match fileno.filter(|fileno| !fileno.is_none()) {
        Some(fileno) => {
            let fd = i32::from_argument(thread, fileno, "socket", 4)?;
            if fd < 0 {
                return Err(thread.value_error("negative file descriptor"));
            }
            let own = host.socket_family(fd).or_raise(thread)?;
            if family == -1 {
                family = own;
            }
            let mut ask = |given: i32, option: i32| match given {
                -1 => host.socket_option(fd, SOL_SOCKET, option).or_raise(thread),
                given => Ok(given),
            };
            kind = ask(kind, SO_TYPE)?;
            protocol = ask(protocol, SO_PROTOCOL)?;
            fd
        }
        None => {
            family = if family == -1 { INET } else { family };
            kind = if kind == -1 { STREAM } else { kind };
            protocol = if protocol == -1 { 0 } else { protocol };
            host.socket(family, kind, protocol).or_raise(thread)?
        }
    };
    set_up(thread, socket(object), fd, (family, kind, protocol))
}

const STREAM: i32 = 1;
pub(super) const SOL_SOCKET: i32 = 1;
const SO_TYPE: i32 = 3;
const SO_ERROR: i32 = 4;
const SO_PROTOCOL: i32 = 38;

fn set_up(
    thread: &mut Thread,
    this: &Socket,
    fd: i32,
    (family, kind, protocol): (i32, i32, i32),
) -> Outcome<()> {
    drop(taipan_host::OwnedDescriptor::new(this.fd.replace(fd)));
    this.family.set(family);
    this.kind.set(kind & !(NON_BLOCKING | CLOSE_ON_EXEC));
    this.protocol.set(protocol);
    if kind & NON_BLOCKING != 0 {
        this.timeout.set(0);
        return Ok(());
    }
    let timeout = default_timeout(thread);
    this.timeout.set(timeout);
    if timeout >= 0 {
        thread.interp().host.set_blocking(fd, false).or_raise(thread)?;
    }
    Ok(())
}

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let own = socket(object);
    let (fd, family) = (own.fd.get(), own.family.get());
    let (kind, protocol) = (own.kind.get(), own.protocol.get());
    thread.str(&format!("<socket object, fd={fd}, family={family}, type={kind}, proto={protocol}>"))
}

fn finalize(thread: &mut Thread, object: Ref<'_>) {
    let own = socket(object);
    if own.fd.get() == -1 {
        return;
    }
    let saved = thread.take_exception();
    if let Ok(shown) = protocol::repr_string(thread, object) {
        crate::warning::resource_warning(thread, object, &format!("unclosed {shown}"));
    }
    drop(thread.take_exception());
    thread.exception = saved;
    let fd = own.fd.replace(-1);
    let host = &thread.interp().host;
    let _ = thread.released(|lock| host.close(lock, fd));
}

impl Socket {
    /// Waits until the socket can be used, at most until the deadline. False when that has passed.
    fn wait(&self, thread: &mut Thread, events: i16, deadline: Option<i64>) -> Outcome<bool> {
        let fd = self.fd.get();
        if fd == -1 {
            return Ok(true);
        }
        let host = &thread.interp().host;
        let mut fds = [PollFd { fd, events, revents: 0 }];
        let ready = thread.blocking(|lock| {
            let milliseconds = match deadline {
                None => -1,
                Some(deadline) => {
                    let left = deadline.saturating_sub(host.clock(MONOTONIC).unwrap_or(deadline));
                    i32::try_from(Rounding::Ceiling.divide(left.max(0), 1_000_000)).unwrap_or(i32::MAX)
                }
            };
            host.poll(lock, &mut fds, milliseconds)
        })?;
        Ok(ready.or_raise(thread)? > 0)
    }

    /// When to stop waiting, if the socket has a time-out.
    pub(super) fn deadline(&self, thread: &mut Thread) -> Outcome<Option<i64>> {
        let timeout = self.timeout.get();
        if timeout <= 0 {
            return Ok(None);
        }
        let now = thread.interp().host.clock(MONOTONIC).or_raise(thread)?;
        Ok(Some(now.saturating_add(timeout)))
    }

    /// Calls the host with the socket's time-out, which ends in `TimeoutError`.
    pub(super) fn call<T>(
        &self,
        thread: &mut Thread,
        events: i16,
        call: impl FnMut(&Host, Released<'_>, i32) -> taipan_host::Result<T>,
    ) -> Outcome<T> {
        let deadline = self.deadline(thread)?;
        self.call_until(thread, events, deadline, call)
    }

    /// As [`Socket::call`] with a deadline that several calls share.
    pub(super) fn call_until<T>(
        &self,
        thread: &mut Thread,
        events: i16,
        deadline: Option<i64>,
        mut call: impl FnMut(&Host, Released<'_>, i32) -> taipan_host::Result<T>,
    ) -> Outcome<T> {
        loop {
            if deadline.is_some() && !self.wait(thread, events, deadline)? {
                return Err(thread.raise_new(&TIMEOUT_ERROR, "timed out"));
            }
            let (host, fd) = (&thread.interp().host, self.fd.get());
            match thread.blocking(|lock| call(host, lock, fd))? {
                // What could be had when waiting ended is gone.
                Err(Errno::EAGAIN) if deadline.is_some() => {}
                result => return result.or_raise(thread),
            }
        }
    }
}

/// Events that are waited for.
pub(super) const READ: i16 = 1;
pub(super) const WRITE: i16 = 4;

/// _accept() -> (integer, address info)
///
/// Wait for an incoming connection.  Return a new socket file descriptor
/// representing the connection, and the address of the client.
/// For IP sockets, the address info is a pair (hostaddr, port).
#[native(signature = "($self, /)")]
fn _accept(thread: &mut Thread, this: &Socket) -> Outcome {
    let (fd, address) = this.call(thread, READ, |host, lock, fd| host.accept(lock, fd))?;
    let address = match address_value(thread, &address) {
        Ok(address) => address,
        Err(raised) => {
            drop(taipan_host::OwnedDescriptor::new(fd));
            return Err(raised);
        }
    };
    thread.tuple([Value::small_int(i64::from(fd)), address])
}

/// bind(address)
///
/// Bind the socket to a local address.  For IP sockets, the address is a
/// pair (host, port); the host must refer to the local host. For raw packet
/// sockets the address is a tuple (ifname, proto [,pkttype [,hatype [,addr]]])
#[native(signature = "($self, object, /)")]
fn bind(thread: &mut Thread, this: &Socket, object: Ref<'_>) -> Outcome<()> {
    let address = address_argument(thread, this.family.get(), object, "bind")?;
    thread.audit("socket.bind", &[Ref::of(this), object])?;
    let (host, fd) = (&thread.interp().host, this.fd.get());
    thread.released(|lock| host.bind(lock, fd, &address)).or_raise(thread)
}

/// close()
///
/// Close the socket.  It cannot be used after this call.
#[native(signature = "($self, /)")]
fn close(thread: &mut Thread, this: &Socket) -> Outcome<()> {
    let fd = this.fd.replace(-1);
    if fd == -1 {
        return Ok(());
    }
    let host = &thread.interp().host;
    match thread.released(|lock| host.close(lock, fd)) {
        // The other end is gone already, which closing does not mind.
        Err(Errno::ECONNRESET) => Ok(()),
        result => result.or_raise(thread),
    }
}

/// Connects; the inner result is the operating system's, or a time-out's.
fn connect_to(
    thread: &mut Thread,
    this: &Socket,
    address: &SocketAddress,
) -> Outcome<Result<(), Option<Errno>>> {
    let (host, fd) = (&thread.interp().host, this.fd.get());
    let deadline = this.deadline(thread)?;
    let wait = match thread.released(|lock| host.connect(lock, fd, address)) {
        Ok(()) => return Ok(Ok(())),
        Err(Errno::EINTR) => {
            thread.poll()?;
            (this.timeout.get() != 0, Errno::EINTR)
        }
        Err(errno) => (this.timeout.get() > 0 && errno == Errno::EINPROGRESS, errno),
    };
    let (true, _) = wait else { return Ok(Err(Some(wait.1))) };
    if !this.wait(thread, WRITE, deadline)? {
        return Ok(Err(None));
    }
    match host.socket_option(fd, SOL_SOCKET, SO_ERROR) {
        Ok(0) => Ok(Ok(())),
        Ok(errno) if Errno(errno) == Errno::EISCONN => Ok(Ok(())),
        Ok(errno) => Ok(Err(Some(Errno(errno)))),
        Err(errno) => Ok(Err(Some(errno))),
    }
}

/// connect(address)
///
/// Connect the socket to a remote address.  For IP sockets, the address
/// is a pair (host, port).
#[native(signature = "($self, object, /)")]
fn connect(thread: &mut Thread, this: &Socket, object: Ref<'_>) -> Outcome<()> {
    let address = address_argument(thread, this.family.get(), object, "connect")?;
    thread.audit("socket.connect", &[Ref::of(this), object])?;
    match connect_to(thread, this, &address)? {
        Ok(()) => Ok(()),
        Err(Some(errno)) => Err(os_error(thread, errno)),
        Err(None) => Err(thread.raise_new(&TIMEOUT_ERROR, "timed out")),
    }
}

/// connect_ex(address) -> errno
///
/// This is like connect(address), but returns an error code (the errno value)
/// instead of raising an exception when an error occurs.
#[native(signature = "($self, object, /)")]
fn connect_ex(thread: &mut Thread, this: &Socket, object: Ref<'_>) -> Outcome<i32> {
    let address = address_argument(thread, this.family.get(), object, "connect_ex")?;
    thread.audit("socket.connect", &[Ref::of(this), object])?;
    match connect_to(thread, this, &address)? {
        Ok(()) => Ok(0),
        Err(Some(errno)) => Ok(errno.0),
        Err(None) => Ok(Errno::EWOULDBLOCK.0),
    }
}

/// detach()
///
/// Close the socket object without closing the underlying file descriptor.
/// The object cannot be used after this call, but the file descriptor
/// can be reused for other purposes.  The file descriptor is returned.
#[native(signature = "($self, /)")]
fn detach(_: &mut Thread, this: &Socket) -> i32 {
    this.fd.replace(-1)
}

/// fileno() -> integer
///
/// Return the integer file descriptor of the socket.
#[native(signature = "($self, /)")]
fn fileno(_: &mut Thread, this: &Socket) -> i32 {
    this.fd.get()
}

/// getpeername() -> address info
///
/// Return the address of the remote endpoint.  For IP sockets, the address
/// info is a pair (hostaddr, port).
#[native(signature = "($self, /)")]
fn getpeername(thread: &mut Thread, this: &Socket) -> Outcome {
    let address = thread.interp().host.peer_address(this.fd.get()).or_raise(thread)?;
    address_value(thread, &address)
}

/// getsockname() -> address info
///
/// Return the address of the local endpoint. The format depends on the
/// address family. For IPv4 sockets, the address info is a pair
/// (hostaddr, port). For IPv6 sockets, the address info is a 4-tuple
/// (hostaddr, port, flowinfo, scope_id).
#[native(signature = "($self, /)")]
fn getsockname(thread: &mut Thread, this: &Socket) -> Outcome {
    let address = thread.interp().host.local_address(this.fd.get()).or_raise(thread)?;
    address_value(thread, &address)
}

/// listen([backlog])
///
/// Enable a server to accept connections.  If backlog is specified, it must be
/// at least 0 (if it is lower, it is set to 0); it specifies the number of
/// unaccepted connections that the system will allow before refusing new
/// connections. If not specified, a default reasonable value is chosen.
#[native(signature = "($self, backlog=128, /)", hidden)]
fn listen(thread: &mut Thread, this: &Socket, backlog: Option<i32>) -> Outcome<()> {
    let (host, fd, backlog) = (&thread.interp().host, this.fd.get(), backlog.unwrap_or(128).max(0));
    thread.released(|lock| host.listen(lock, fd, backlog)).or_raise(thread)
}

/// shutdown(flag)
///
/// Shut down the reading side of the socket (flag == SHUT_RD), the writing side
/// of the socket (flag == SHUT_WR), or both ends (flag == SHUT_RDWR).
#[native(signature = "($self, object, /)")]
fn shutdown(thread: &mut Thread, this: &Socket, object: Ref<'_>) -> Outcome<()> {
    let how = i32::from_argument(thread, object, "shutdown", 0)?;
    let (host, fd) = (&thread.interp().host, this.fd.get());
    thread.released(|lock| host.shutdown(lock, fd, how)).or_raise(thread)
}

/// A time-out as an argument, in nanoseconds; -1 for none.
fn timeout_argument(thread: &mut Thread, timeout: Ref<'_>) -> Outcome<i64> {
    if timeout.is_none() {
        return Ok(-1);
    }
    let duration = nanoseconds(thread, timeout, Rounding::Up)?;
    if duration < 0 {
        return Err(thread.value_error("Timeout value out of range"));
    }
    if duration.div_euclid(1_000_000) > i64::from(i32::MAX) {
        return Err(thread.overflow_error("timeout doesn't fit into C timeval"));
    }
    Ok(duration)
}

fn timeout_value(thread: &mut Thread, timeout: i64) -> Outcome {
    if timeout < 0 { Ok(Value::none()) } else { thread.float(timeout as f64 / 1e9) }
}

/// setblocking(flag)
///
/// Set the socket to blocking (flag is true) or non-blocking (false).
/// setblocking(True) is equivalent to settimeout(None);
/// setblocking(False) is equivalent to settimeout(0.0).
#[native(signature = "($self, object, /)")]
fn setblocking(thread: &mut Thread, this: &Socket, object: Ref<'_>) -> Outcome<()> {
    let block = protocol::is_true(thread, object)?;
    this.timeout.set(if block { -1 } else { 0 });
    thread.interp().host.set_blocking(this.fd.get(), block).or_raise(thread)
}

/// getblocking()
///
/// Returns True if socket is in blocking mode, or False if it
/// is in non-blocking mode.
#[native(signature = "($self, /)")]
fn getblocking(_: &mut Thread, this: &Socket) -> bool {
    this.timeout.get() != 0
}

/// settimeout(timeout)
///
/// Set a timeout on socket operations.  'timeout' can be a float,
/// giving in seconds, or None.  Setting a timeout of None disables
/// the timeout feature and is equivalent to setblocking(1).
/// Setting a timeout of zero is the same as setblocking(0).
#[native(signature = "($self, object, /)")]
fn settimeout(thread: &mut Thread, this: &Socket, object: Ref<'_>) -> Outcome<()> {
    let timeout = timeout_argument(thread, object)?;
    this.timeout.set(timeout);
    thread.interp().host.set_blocking(this.fd.get(), timeout < 0).or_raise(thread)
}

/// gettimeout() -> timeout
///
/// Returns the timeout in seconds (float) associated with socket
/// operations. A timeout of None indicates that timeouts on socket
/// operations are disabled.
#[native(signature = "($self, /)")]
fn gettimeout(thread: &mut Thread, this: &Socket) -> Outcome {
    timeout_value(thread, this.timeout.get())
}

/// the socket timeout
#[getter]
fn timeout(thread: &mut Thread, this: &Socket) -> Outcome {
    timeout_value(thread, this.timeout.get())
}

/// getdefaulttimeout() -> timeout
///
/// Returns the default timeout in seconds (float) for new socket objects.
/// A value of None indicates that new socket objects have no timeout.
/// When the socket module is first imported, the default is None.
#[native(signature = "($self, /)")]
fn getdefaulttimeout(thread: &mut Thread, _: Ref<'_>) -> Outcome {
    let timeout = default_timeout(thread);
    timeout_value(thread, timeout)
}

/// setdefaulttimeout(timeout)
///
/// Set the default timeout in seconds (float) for new socket objects.
/// A value of None indicates that new socket objects have no timeout.
/// When the socket module is first imported, the default is None.
#[native(signature = "($self, object, /)")]
fn setdefaulttimeout(thread: &mut Thread, _: Ref<'_>, object: Ref<'_>) -> Outcome<()> {
    let timeout = timeout_argument(thread, object)?;
    let timeout = thread.int(i128::from(timeout))?;
    thread.interp().set_slot(&DEFAULT_TIMEOUT, timeout);
    Ok(())
}

/// close(integer) -> None
///
/// Close an integer socket file descriptor.  This is like os.close(), but for
/// sockets; on some platforms os.close() won't work for socket file descriptors.
#[native(signature = "($self, object, /)", name = "close")]
fn close_function(thread: &mut Thread, _: Ref<'_>, object: Ref<'_>) -> Outcome<()> {
    let fd = i32::from_argument(thread, object, "close", 0)?;
    let host = &thread.interp().host;
    match thread.released(|lock| host.close(lock, fd)) {
        Err(Errno::ECONNRESET) => Ok(()),
        result => result.or_raise(thread),
    }
}

/// dup(integer) -> integer
///
/// Duplicate an integer socket file descriptor.  This is like os.dup(), but for
/// sockets; on some platforms os.dup() won't work for socket file descriptors.
#[native(signature = "($self, object, /)")]
fn dup(thread: &mut Thread, _: Ref<'_>, object: Ref<'_>) -> Outcome<i32> {
    let fd = i32::from_argument(thread, object, "dup", 0)?;
    thread.interp().host.dup(fd).or_raise(thread)
}

/// socketpair([family[, type [, proto]]]) -> (socket object, socket object)
///
/// Create a pair of socket objects from the sockets returned by the platform
/// socketpair() function.
/// The arguments are the same as for socket() except the default family is
/// AF_UNIX if defined on the platform; otherwise, the default is AF_INET.
#[native(signature = "($module, family=None, type=SOCK_STREAM, proto=0, /)", hidden)]
fn socketpair(thread: &mut Thread, family: Option<i32>, kind: Option<i32>, proto: Option<i32>) -> Outcome {
    let numbers = (family.unwrap_or(UNIX), kind.unwrap_or(STREAM), proto.unwrap_or(UNSPECIFIED));
    let ends = thread.interp().host.socket_pair(numbers.0, numbers.1, numbers.2).or_raise(thread)?;
    let made = (|| {
        let mut pair = Vec::with_capacity(2);
        for fd in [ends.0, ends.1] {
            let value = new(thread, &SOCKET, Args::NONE)?;
            set_up(thread, socket(value.as_ref()), fd, numbers)?;
            pair.push(value);
        }
        thread.tuple(pair)
    })();
    if made.is_err() {
        drop(taipan_host::OwnedDescriptor::new(ends.1));
    }
    made
}
