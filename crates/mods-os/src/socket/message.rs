//! Messages with ancillary data.

use taipan_host::socket::{ControlMessage, Received};
use taipan_macros::native;
use taipan_object::native::{Args, Buffer, BufferFlags, FromArgument, MethodDef};
use taipan_object::types::exception::{OS_ERROR, TYPE_ERROR};
use taipan_object::types::tuple::Tuple;
use taipan_object::{Outcome, Ref, Thread, Value, protocol};

use super::address::{ALGORITHM, address_argument, address_value};
use super::object::{READ, Socket, WRITE};
use crate::posix::room;

pub(super) const METHODS: &[MethodDef] = &[RECVMSG, RECVMSG_INTO, SENDMSG, SENDMSG_AFALG];

/// The items of an iterable argument.
fn items(thread: &mut Thread, iterable: Ref<'_>, message: &str) -> Outcome<Vec<Value>> {
    if iterable.ty().slots().iter.is_none() && !protocol::is_sequence(iterable) {
        return Err(thread.type_error(message));
    }
    protocol::collect(thread, iterable)
}

/// Receives into buffers and makes what both functions answer from the second item on.
fn receive(
    thread: &mut Thread,
    this: &Socket,
    parts: &mut [Vec<u8>],
    (room, flags): (isize, i32),
) -> Outcome<(Received, [Value; 3])> {
    let room = match u32::try_from(room) {
        Ok(room) if room <= i32::MAX as u32 => room as usize,
        _ => return Err(thread.value_error("invalid ancillary data buffer length")),
    };
    thread.charge(room)?;
    thread.heap().discharge(room);
    let received =
        this.call(thread, READ, |host, lock, fd| host.receive_message(lock, fd, parts, room, flags))?;
    let mut control = Vec::with_capacity(received.control.len());
    for message in &received.control {
        let data = thread.bytes(&message.data)?;
        let numbers = [message.level, message.kind].map(|number| Value::small_int(i64::from(number)));
        let [level, kind] = numbers;
        control.push(thread.tuple([level, kind, data])?);
    }
    let control = thread.list(control)?;
    let flags = Value::small_int(i64::from(received.flags));
    let address = address_value(thread, &received.address)?;
    Ok((received, [control, flags, address]))
}

/// recvmsg(bufsize[, ancbufsize[, flags]]) -> (data, ancdata, msg_flags, address)
///
/// Receive normal data (up to bufsize bytes) and ancillary data from the
/// socket.  The ancbufsize argument sets the size in bytes of the
/// internal buffer used to receive the ancillary data; it defaults to 0,
/// meaning that no ancillary data will be received.  Appropriate buffer
/// sizes for ancillary data can be calculated using CMSG_SPACE() or
/// CMSG_LEN(), and items which do not fit into the buffer might be
/// truncated or discarded.  The flags argument defaults to 0 and has the
/// same meaning as for recv().
///
/// The return value is a 4-tuple: (data, ancdata, msg_flags, address).
/// The data item is a bytes object holding the non-ancillary data
/// received.  The ancdata item is a list of zero or more tuples
/// (cmsg_level, cmsg_type, cmsg_data) representing the ancillary data
/// (control messages) received: cmsg_level and cmsg_type are integers
/// specifying the protocol level and protocol-specific type respectively,
/// and cmsg_data is a bytes object holding the associated data.  The
/// msg_flags item is the bitwise OR of various flags indicating
/// conditions on the received message; see your system documentation for
/// details.  If the receiving socket is unconnected, address is the
/// address of the sending socket, if available; otherwise, its value is
/// unspecified.
///
/// If recvmsg() raises an exception after the system call returns, it
/// will first attempt to close any file descriptors received via the
/// SCM_RIGHTS mechanism.
#[native(signature = "($self, *args)", hidden)]
fn recvmsg(thread: &mut Thread, this: &Socket, args: Args<'_>) -> Outcome {
    let [size, ancillary, flags] = three(thread, args, "recvmsg")?;
    let size = isize::from_argument(thread, size.expect("required"), "recvmsg", 1)?;
    let ancillary = ancillary.map_or(Ok(0), |size| isize::from_argument(thread, size, "recvmsg", 2))?;
    let flags = flags.map_or(Ok(0), |flags| i32::from_argument(thread, flags, "recvmsg", 3))?;
    let Ok(size) = usize::try_from(size) else {
        return Err(thread.value_error("negative buffer size in recvmsg()"));
    };
    let mut parts = vec![room(thread, size)?];
    let (received, rest) = receive(thread, this, &mut parts, (ancillary, flags))?;
    let mut bytes = parts.pop().expect("one buffer");
    bytes.truncate(received.count);
    bytes.shrink_to_fit();
    let bytes = thread.bytes_from(bytes)?;
    let [control, flags, address] = rest;
    thread.tuple([bytes, control, flags, address])
}

/// One to three positional arguments.
fn three<'a>(thread: &mut Thread, args: Args<'a>, function: &str) -> Outcome<[Option<Ref<'a>>; 3]> {
    args.no_keywords(thread, &format!("_socket.socket.{function}"))?;
    let given = args.positionals();
    let count = given.len();
    if count == 0 {
        return Err(thread.type_error(format!("{function}() takes at least 1 argument (0 given)")));
    }
    if count > 3 {
        return Err(thread.type_error(format!("{function}() takes at most 3 arguments ({count} given)")));
    }
    Ok([given.first().copied(), given.get(1).copied(), given.get(2).copied()])
}

/// recvmsg_into(buffers[, ancbufsize[, flags]]) -> (nbytes, ancdata, msg_flags, address)
///
/// Receive normal data and ancillary data from the socket, scattering the
/// non-ancillary data into a series of buffers.  The buffers argument
/// must be an iterable of objects that export writable buffers
/// (e.g. bytearray objects); these will be filled with successive chunks
/// of the non-ancillary data until it has all been written or there are
/// no more buffers.  The ancbufsize argument sets the size in bytes of
/// the internal buffer used to receive the ancillary data; it defaults to
/// 0, meaning that no ancillary data will be received.  Appropriate
/// buffer sizes for ancillary data can be calculated using CMSG_SPACE()
/// or CMSG_LEN(), and items which do not fit into the buffer might be
/// truncated or discarded.  The flags argument defaults to 0 and has the
/// same meaning as for recv().
///
/// The return value is a 4-tuple: (nbytes, ancdata, msg_flags, address).
/// The nbytes item is the total number of bytes of non-ancillary data
/// written into the buffers.  The ancdata item is a list of zero or more
/// tuples (cmsg_level, cmsg_type, cmsg_data) representing the ancillary
/// data (control messages) received: cmsg_level and cmsg_type are
/// integers specifying the protocol level and protocol-specific type
/// respectively, and cmsg_data is a bytes object holding the associated
/// data.  The msg_flags item is the bitwise OR of various flags
/// indicating conditions on the received message; see your system
/// documentation for details.  If the receiving socket is unconnected,
/// address is the address of the sending socket, if available; otherwise,
/// its value is unspecified.
///
/// If recvmsg_into() raises an exception after the system call returns,
/// it will first attempt to close any file descriptors received via the
/// SCM_RIGHTS mechanism.
#[native(signature = "($self, *args)", hidden)]
fn recvmsg_into(thread: &mut Thread, this: &Socket, args: Args<'_>) -> Outcome {
    let [buffers, ancillary, flags] = three(thread, args, "recvmsg_into")?;
    let ancillary = ancillary.map_or(Ok(0), |size| isize::from_argument(thread, size, "recvmsg_into", 2))?;
    let flags = flags.map_or(Ok(0), |flags| i32::from_argument(thread, flags, "recvmsg_into", 3))?;
    let objects = items(thread, buffers.expect("required"), "recvmsg_into() argument 1 must be an iterable")?;
    let (mut targets, mut parts) = (Vec::new(), Vec::new());
    for object in &objects {
        let Ok(target) = Buffer::writable(thread, object.as_ref()) else {
            drop(thread.take_exception());
            return Err(thread.type_error(
                "recvmsg_into() argument 1 must be an iterable of single-segment read-write buffers",
            ));
        };
        parts.push(room(thread, target.len())?);
        targets.push(target);
    }
    let (received, rest) = receive(thread, this, &mut parts, (ancillary, flags))?;
    let mut left = received.count;
    for (target, part) in targets.iter().zip(&parts) {
        let count = left.min(part.len());
        target.bytes_mut(thread)[..count].copy_from_slice(&part[..count]);
        left -= count;
    }
    let count = thread.int(received.count as i128)?;
    let [control, flags, address] = rest;
    thread.tuple([count, control, flags, address])
}

/// The buffers of a message.
fn buffers(thread: &mut Thread, iterable: Ref<'_>, message: &str) -> Outcome<Vec<Buffer>> {
    let mut buffers = Vec::new();
    for object in items(thread, iterable, message)? {
        buffers.push(Buffer::of(thread, object.as_ref(), BufferFlags::SIMPLE)?);
    }
    Ok(buffers)
}

fn control_argument(thread: &mut Thread, iterable: Ref<'_>) -> Outcome<Vec<ControlMessage>> {
    const WHAT: &str = "[sendmsg() ancillary data items]() argument must be";
    let mut control = Vec::new();
    for object in items(thread, iterable, "sendmsg() argument 2 must be an iterable")? {
        let Some(tuple) = object.downcast::<Tuple>() else {
            let ty = object.as_ref().ty().name().into_owned();
            return Err(thread.type_error(format!("{WHAT} 3-item tuple, not {ty}")));
        };
        let [level, kind, data] = tuple.items() else {
            let count = tuple.len();
            return Err(thread.type_error(format!("{WHAT} tuple of length 3, not {count}")));
        };
        let level = i32::from_argument(thread, *level, "sendmsg", 2)?;
        let kind = i32::from_argument(thread, *kind, "sendmsg", 2)?;
        let data = Buffer::of(thread, *data, BufferFlags::SIMPLE)?.to_vec(thread)?;
        control.push(ControlMessage { level, kind, data });
    }
    Ok(control)
}

/// sendmsg(buffers[, ancdata[, flags[, address]]]) -> count
///
/// Send normal and ancillary data to the socket, gathering the
/// non-ancillary data from a series of buffers and concatenating it into
/// a single message.  The buffers argument specifies the non-ancillary
/// data as an iterable of bytes-like objects (e.g. bytes objects).
/// The ancdata argument specifies the ancillary data (control messages)
/// as an iterable of zero or more tuples (cmsg_level, cmsg_type,
/// cmsg_data), where cmsg_level and cmsg_type are integers specifying the
/// protocol level and protocol-specific type respectively, and cmsg_data
/// is a bytes-like object holding the associated data.  The flags
/// argument defaults to 0 and has the same meaning as for send().  If
/// address is supplied and not None, it sets a destination address for
/// the message.  The return value is the number of bytes of non-ancillary
/// data sent.
#[native(signature = "($self, *args)", hidden)]
fn sendmsg(thread: &mut Thread, this: &Socket, args: Args<'_>) -> Outcome<usize> {
    args.no_keywords(thread, "_socket.socket.sendmsg")?;
    let given = args.positionals();
    let count = given.len();
    if count == 0 {
        return Err(thread.type_error("sendmsg() takes at least 1 argument (0 given)"));
    }
    if count > 4 {
        return Err(thread.type_error(format!("sendmsg() takes at most 4 arguments ({count} given)")));
    }
    let flags = given.get(2).map_or(Ok(0), |flags| i32::from_argument(thread, *flags, "sendmsg", 3))?;
    let sources = buffers(thread, given[0], "sendmsg() argument 1 must be an iterable")?;
    let target = match given.get(3).filter(|address| !address.is_none()) {
        Some(address) => {
            let target = address_argument(thread, this.family.get(), *address, "sendmsg")?;
            thread.audit("socket.sendmsg", &[Ref::of(this), *address])?;
            Some(target)
        }
        None => {
            thread.audit("socket.sendmsg", &[Ref::of(this), Ref::none()])?;
            None
        }
    };
    let control = given.get(1).map_or(Ok(Vec::new()), |control| control_argument(thread, *control))?;
    let mut parts = Vec::with_capacity(sources.len());
    for source in &sources {
        parts.push(source.stable_bytes(thread)?);
    }
    this.call(thread, WRITE, |host, lock, fd| {
        host.send_message(lock, fd, &parts, &control, flags, target.as_ref())
    })
}

/// Numbers of the messages to the kernel's algorithms.
const SOL_ALG: i32 = 279;
const ALG_SET_IV: i32 = 2;
const ALG_SET_OP: i32 = 3;
const ALG_SET_AEAD_ASSOCLEN: i32 = 4;

/// sendmsg_afalg([msg], *, op[, iv[, assoclen[, flags=MSG_MORE]]])
///
/// Set operation mode, IV and length of associated data for an AF_ALG
/// operation socket.
#[native(signature = "($self, msg=(), /, *, op=-1, iv=b'', assoclen=-1, flags=0)", hidden)]
fn sendmsg_afalg(
    thread: &mut Thread,
    this: &Socket,
    msg: Option<Ref<'_>>,
    op: Option<i32>,
    iv: Option<Buffer>,
    assoclen: Option<Ref<'_>>,
    flags: Option<i32>,
) -> Outcome<usize> {
    if this.family.get() != ALGORITHM {
        return Err(thread.raise_new(&OS_ERROR, "algset is only supported for AF_ALG"));
    }
    let op = op.unwrap_or(-1);
    if op < 0 {
        return Err(thread.type_error("Invalid or missing argument 'op'"));
    }
    let mut control =
        vec![ControlMessage { level: SOL_ALG, kind: ALG_SET_OP, data: op.to_ne_bytes().to_vec() }];
    if let Some(iv) = iv {
        let iv = iv.to_vec(thread)?;
        let data = [&(iv.len() as u32).to_ne_bytes()[..], &iv].concat();
        control.push(ControlMessage { level: SOL_ALG, kind: ALG_SET_IV, data });
    }
    if let Some(length) = assoclen {
        let length = i32::from_argument(thread, length, "sendmsg_afalg", 4)?;
        if length < 0 {
            return Err(thread.raise_new(&TYPE_ERROR, "assoclen must be positive"));
        }
        let data = length.to_ne_bytes().to_vec();
        control.push(ControlMessage { level: SOL_ALG, kind: ALG_SET_AEAD_ASSOCLEN, data });
    }
    let sources = match msg {
        Some(msg) => buffers(thread, msg, "sendmsg_afalg() argument 1 must be an iterable")?,
        None => Vec::new(),
    };
    let mut parts = Vec::with_capacity(sources.len());
    for source in &sources {
        parts.push(source.stable_bytes(thread)?);
    }
    let flags = flags.unwrap_or(0);
    this.call(thread, WRITE, |host, lock, fd| host.send_message(lock, fd, &parts, &control, flags, None))
}
