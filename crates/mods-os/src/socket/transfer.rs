//! Sending and receiving.

use taipan_macros::native;
use taipan_object::native::Args;
use taipan_object::native::{Buffer, FromArgument, MethodDef, WritableBuffer};
use taipan_object::{Outcome, Ref, Thread};

use super::address::{address_argument, address_value};
use super::object::{READ, Socket, WRITE};
use crate::posix::room;

pub(super) const METHODS: &[MethodDef] = &[RECV, RECV_INTO, RECVFROM, RECVFROM_INTO, SEND, SENDALL, SENDTO];

fn size(thread: &mut Thread, length: isize, function: &str) -> Outcome<usize> {
    usize::try_from(length).map_err(|_| thread.value_error(format!("negative buffersize in {function}")))
}

/// recv(buffersize[, flags]) -> data
///
/// Receive up to buffersize bytes from the socket.  For the optional flags
/// argument, see the Unix manual.  When no data is available, block until
/// at least one byte is available or until the remote end is closed.  When
/// the remote end is closed and all data is read, return the empty string.
#[native(signature = "($self, bufsize, flags=0, /)", hidden)]
fn recv(thread: &mut Thread, this: &Socket, bufsize: isize, flags: Option<i32>) -> Outcome {
    let length = size(thread, bufsize, "recv")?;
    let mut buffer = room(thread, length)?;
    let flags = flags.unwrap_or(0);
    if !buffer.is_empty() {
        let count = this.call(thread, READ, |host, lock, fd| host.receive(lock, fd, &mut buffer, flags))?;
        buffer.truncate(count);
        buffer.shrink_to_fit();
    }
    thread.bytes_from(buffer)
}

/// recv_into(buffer, [nbytes[, flags]]) -> nbytes_read
///
/// A version of recv() that stores its data into a buffer rather than creating
/// a new string.  Receive up to buffersize bytes from the socket.  If buffersize
/// is not specified (or 0), receive up to the size available in the given buffer.
///
/// See recv() for documentation about the flags.
#[native(signature = "($self, /, buffer, nbytes=0, flags=0)", hidden)]
fn recv_into(
    thread: &mut Thread,
    this: &Socket,
    buffer: WritableBuffer,
    nbytes: Option<isize>,
    flags: Option<i32>,
) -> Outcome<usize> {
    let mut wanted = size(thread, nbytes.unwrap_or(0), "recv_into")?;
    if wanted == 0 {
        wanted = buffer.0.len();
    }
    if wanted > buffer.0.len() {
        return Err(thread.value_error("buffer too small for requested bytes"));
    }
    if wanted == 0 {
        return Ok(0);
    }
    let (mut bytes, flags) = (room(thread, wanted)?, flags.unwrap_or(0));
    let count = this.call(thread, READ, |host, lock, fd| host.receive(lock, fd, &mut bytes, flags))?;
    buffer.0.bytes_mut(thread)[..count].copy_from_slice(&bytes[..count]);
    Ok(count)
}

/// recvfrom(buffersize[, flags]) -> (data, address info)
///
/// Like recv(buffersize, flags) but also return the sender's address info.
#[native(signature = "($self, bufsize, flags=0, /)", hidden)]
fn recvfrom(thread: &mut Thread, this: &Socket, bufsize: isize, flags: Option<i32>) -> Outcome {
    let length = size(thread, bufsize, "recvfrom")?;
    let mut buffer = room(thread, length)?;
    let flags = flags.unwrap_or(0);
    let (count, address) =
        this.call(thread, READ, |host, lock, fd| host.receive_from(lock, fd, &mut buffer, flags))?;
    buffer.truncate(count);
    buffer.shrink_to_fit();
    let bytes = thread.bytes_from(buffer)?;
    let address = address_value(thread, &address)?;
    thread.tuple([bytes, address])
}

/// recvfrom_into(buffer[, nbytes[, flags]]) -> (nbytes, address info)
///
/// Like recv_into(buffer[, nbytes[, flags]]) but also return the sender's address info.
#[native(signature = "($self, /, buffer, nbytes=0, flags=0)", hidden)]
fn recvfrom_into(
    thread: &mut Thread,
    this: &Socket,
    buffer: WritableBuffer,
    nbytes: Option<isize>,
    flags: Option<i32>,
) -> Outcome {
    let mut wanted = size(thread, nbytes.unwrap_or(0), "recvfrom_into")?;
    if wanted == 0 {
        wanted = buffer.0.len();
    }
    if wanted > buffer.0.len() {
        return Err(thread.value_error("nbytes is greater than the length of the buffer"));
    }
    let (mut bytes, flags) = (room(thread, wanted)?, flags.unwrap_or(0));
    let (count, address) =
        this.call(thread, READ, |host, lock, fd| host.receive_from(lock, fd, &mut bytes, flags))?;
    buffer.0.bytes_mut(thread)[..count].copy_from_slice(&bytes[..count]);
    let count = thread.int(count as i128)?;
    let address = address_value(thread, &address)?;
    thread.tuple([count, address])
}

/// send(data[, flags]) -> count
///
/// Send a data string to the socket.  For the optional flags
/// argument, see the Unix manual.  Return the number of bytes
/// sent; this may be less than len(data) if the network is busy.
#[native(signature = "($self, data, flags=0, /)", hidden)]
fn send(thread: &mut Thread, this: &Socket, data: Buffer, flags: Option<i32>) -> Outcome<usize> {
    let (bytes, flags) = (data.stable_bytes(thread)?, flags.unwrap_or(0));
    this.call(thread, WRITE, |host, lock, fd| host.send(lock, fd, &bytes, flags))
}

/// sendall(data[, flags])
///
/// Send a data string to the socket.  For the optional flags
/// argument, see the Unix manual.  This calls send() repeatedly
/// until all data is sent.  If an error occurs, it's impossible
/// to tell how much data has been sent.
#[native(signature = "($self, data, flags=0, /)", hidden)]
fn sendall(thread: &mut Thread, this: &Socket, data: Buffer, flags: Option<i32>) -> Outcome<()> {
    let (bytes, flags) = (data.stable_bytes(thread)?, flags.unwrap_or(0));
    let deadline = this.deadline(thread)?;
    let mut rest = &bytes[..];
    loop {
        let count =
            this.call_until(thread, WRITE, deadline, |host, lock, fd| host.send(lock, fd, rest, flags))?;
        rest = &rest[count..];
        // A handler may want to end what takes long.
        thread.poll()?;
        if rest.is_empty() {
            return Ok(());
        }
    }
}

/// sendto(data[, flags], address) -> count
///
/// Like send(data, flags) but allows specifying the destination address.
/// For IP sockets, the address is a pair (hostaddr, port).
#[native(signature = "($self, *args)", hidden)]
fn sendto(thread: &mut Thread, this: &Socket, args: Args<'_>) -> Outcome<usize> {
    args.no_keywords(thread, "_socket.socket.sendto")?;
    let (data, flags, address): (Ref<'_>, _, _) = match args.positionals() {
        [data, address] => (*data, None, *address),
        [data, flags, address] => (*data, Some(*flags), *address),
        many => {
            let count = many.len();
            return Err(thread.type_error(format!("sendto() takes 2 or 3 arguments ({count} given)")));
        }
    };
    let data = Buffer::from_argument(thread, data, "sendto", 1)?;
    let flags = flags.map_or(Ok(0), |flags| i32::from_argument(thread, flags, "sendto", 2))?;
    let target = address_argument(thread, this.family.get(), address, "sendto")?;
    thread.audit("socket.sendto", &[Ref::of(this), address])?;
    let bytes = data.stable_bytes(thread)?;
    this.call(thread, WRITE, |host, lock, fd| host.send_to(lock, fd, &bytes, flags, &target))
}
