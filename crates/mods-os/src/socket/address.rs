//! Addresses between Python's tuples and the host.

use taipan_host::constants;
use taipan_host::socket::{ResolveError, SocketAddress, UNIX_PATH, inet_ntop, inet_pton};
use taipan_object::native::{Buffer, BufferFlags, FromArgument};
use taipan_object::types::bytearray::ByteArray;
use taipan_object::types::bytes::Bytes;
use taipan_object::types::exception::{OS_ERROR, OVERFLOW_ERROR};
use taipan_object::types::str::Str;
use taipan_object::types::tuple::Tuple;
use taipan_object::{Outcome, Ref, Thread, Value, protocol};

use super::resolve_error;

/// Families by their numbers on Linux.
pub(super) const UNSPECIFIED: i32 = 0;
pub(super) const UNIX: i32 = 1;
pub(super) const INET: i32 = 2;
pub(super) const INET6: i32 = 10;
const NETLINK: i32 = 16;
pub(super) const ALGORITHM: i32 = 38;
const VSOCK: i32 = 40;

/// The name of a host as bytes: ASCII as it is, other strings by IDNA.
pub(super) fn host_name(thread: &mut Thread, name: Ref<'_>) -> Outcome<Vec<u8>> {
    let bytes = if let Some(bytes) = name.downcast::<Bytes>() {
        bytes.content().to_vec()
    } else if let Some(bytes) = name.downcast::<ByteArray>() {
        bytes.content(thread).to_vec()
    } else if let Some(text) = name.downcast::<Str>() {
        match text.as_ascii() {
            Some(text) => text.as_bytes().to_vec(),
            None => {
                let encoding = thread.str("idna")?;
                match protocol::call_method(thread, name, "encode", &[encoding.as_ref()]) {
                    Ok(encoded) => match encoded.downcast::<Bytes>() {
                        Some(bytes) => bytes.content().to_vec(),
                        None => return Err(thread.type_error("encoding of hostname failed")),
                    },
                    Err(_) => {
                        drop(thread.take_exception());
                        return Err(thread.type_error("encoding of hostname failed"));
                    }
                }
            }
        }
    } else {
        let ty = name.ty().name().into_owned();
        return Err(thread.type_error(format!("str, bytes or bytearray expected, not {ty}")));
    };
    if bytes.contains(&0) {
        return Err(thread.type_error("host name must not contain null character"));
    }
    Ok(bytes)
}

/// The address of a host: none for any, numbers as they are, other names by asking.
pub(super) fn host_address(thread: &mut Thread, name: &[u8], family: i32) -> Outcome<SocketAddress> {
    let host = &thread.interp().host;
    if name.is_empty() {
        const PASSIVE: i32 = 1;
        const DATAGRAM: i32 = 2;
        let hints = (family, DATAGRAM, 0, PASSIVE);
        let found = thread.released(|lock| host.resolve(lock, None, Some(b"0"), hints));
        let found = found.map_err(|error| resolve_error(thread, error))?;
        return match &found[..] {
            [one] => Ok(one.address.clone()),
            _ => Err(thread.raise_new(&OS_ERROR, "wildcard resolved to multiple address")),
        };
    }
    if name == b"255.255.255.255" || name == b"<broadcast>" {
        if family != INET && family != UNSPECIFIED {
            return Err(thread.raise_new(&OS_ERROR, "address family mismatched"));
        }
        return Ok(SocketAddress::Inet { host: [255; 4], port: 0 });
    }
    if let Some(address) = numeric(name, family) {
        return Ok(address);
    }
    let found = thread.released(|lock| host.resolve(lock, Some(name), None, (family, 0, 0, 0)));
    let found = found.map_err(|error| resolve_error(thread, error))?;
    match found.into_iter().next() {
        Some(first) => Ok(first.address),
        None => Err(resolve_error(thread, ResolveError::Address(-2))),
    }
}

/// An address that is written in numbers.
fn numeric(name: &[u8], family: i32) -> Option<SocketAddress> {
    let is = |own: i32| family == own || family == UNSPECIFIED;
    if is(INET)
        && let Ok(Some(bytes)) = inet_pton(INET, name)
    {
        return Some(SocketAddress::Inet { host: bytes.try_into().ok()?, port: 0 });
    }
    if is(INET6)
        && !name.contains(&b'%')
        && let Ok(Some(bytes)) = inet_pton(INET6, name)
    {
        return Some(SocketAddress::Inet6 { host: bytes.try_into().ok()?, port: 0, flow: 0, scope: 0 });
    }
    None
}

/// The text of an address of a host.
pub(super) fn host_text(address: &SocketAddress) -> String {
    let text = match address {
        SocketAddress::Inet { host, .. } => inet_ntop(INET, host),
        SocketAddress::Inet6 { host, .. } => inet_ntop(INET6, host),
        _ => None,
    };
    text.unwrap_or_default()
}

/// An address as Python shows it.
pub(super) fn address_value(thread: &mut Thread, address: &SocketAddress) -> Outcome {
    let number = |value: u32| Value::small_int(i64::from(value));
    match address {
        SocketAddress::None => Ok(Value::none()),
        SocketAddress::Inet { port, .. } => {
            let host = thread.str(&host_text(address))?;
            thread.tuple([host, number(u32::from(*port))])
        }
        SocketAddress::Inet6 { port, flow, scope, .. } => {
            let host = thread.str(&host_text(address))?;
            thread.tuple([host, number(u32::from(*port)), number(*flow), number(*scope)])
        }
        SocketAddress::Unix(path) if path.first() == Some(&0) => thread.bytes(path),
        SocketAddress::Unix(path) => thread.fs_decode(path),
        SocketAddress::Netlink { process, groups } => thread.tuple([number(*process), number(*groups)]),
        SocketAddress::Vsock { context, port } => thread.tuple([number(*context), number(*port)]),
        SocketAddress::Other(family, rest) => {
            let rest = thread.bytes(rest)?;
            thread.tuple([number(u32::from(*family)), rest])
        }
    }
}

/// The items of an address that has to be a tuple.
fn tuple_items<'a>(
    thread: &mut Thread,
    address: Ref<'a>,
    (caller, family): (&str, &str),
) -> Outcome<&'a [Ref<'a>]> {
    match address.downcast::<Tuple>() {
        Some(tuple) => Ok(tuple.items()),
        None => {
            let ty = address.ty().name().into_owned();
            Err(thread.type_error(format!("{caller}(): {family} address must be tuple, not {ty}")))
        }
    }
}

fn port_of(thread: &mut Thread, caller: &str, port: Ref<'_>) -> Outcome<u16> {
    let wrong = format!("{caller}(): port must be 0-65535.");
    match i32::from_argument(thread, port, caller, 0) {
        Ok(port) => u16::try_from(port).map_err(|_| thread.overflow_error(wrong)),
        Err(_) if thread.exception_is(&OVERFLOW_ERROR) => {
            drop(thread.take_exception());
            Err(thread.overflow_error(wrong))
        }
        Err(raised) => Err(raised),
    }
}

/// The flow of an IPv6 address.
pub(super) fn flow_of(thread: &mut Thread, caller: &str, flow: Ref<'_>) -> Outcome<u32> {
    let number = protocol::index(thread, flow)?;
    match crate::path::narrow(number.as_ref()) {
        Some(flow @ 0..=0xfffff) => Ok(flow as u32),
        _ => Err(thread.overflow_error(format!("{caller}(): flowinfo must be 0-1048575."))),
    }
}

/// An address as an argument of the method `caller` of a socket of a family.
pub(super) fn address_argument(
    thread: &mut Thread,
    family: i32,
    address: Ref<'_>,
    caller: &str,
) -> Outcome<SocketAddress> {
    match family {
        UNIX => unix_address(thread, address),
        INET => {
            let items = tuple_items(thread, address, (caller, "AF_INET"))?;
            let [name, port] = items else {
                return Err(thread.type_error("AF_INET address must be a pair (host, port)"));
            };
            let name = host_name(thread, *name)?;
            protocol::index(thread, *port)?;
            let found = host_address(thread, &name, INET)?;
            let port = port_of(thread, caller, *port)?;
            match found {
                SocketAddress::Inet { host, .. } => Ok(SocketAddress::Inet { host, port }),
                _ => Err(thread.raise_new(&OS_ERROR, "address family mismatched")),
            }
        }
        INET6 => {
            let items = tuple_items(thread, address, (caller, "AF_INET6"))?;
            let (name, port, rest) = match items {
                [name, port, rest @ ..] if rest.len() <= 2 => (*name, *port, rest),
                _ => {
                    return Err(thread
                        .type_error("AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])"));
                }
            };
            let name = host_name(thread, name)?;
            protocol::index(thread, port)?;
            let found = host_address(thread, &name, INET6)?;
            let port = port_of(thread, caller, port)?;
            let flow = rest.first().map_or(Ok(0), |flow| flow_of(thread, caller, *flow))?;
            let given = rest.get(1).map_or(Ok(0), |scope| u32::from_argument(thread, *scope, caller, 0))?;
            match found {
                SocketAddress::Inet6 { host, scope, .. } => {
                    let scope = if given == 0 { scope } else { given };
                    Ok(SocketAddress::Inet6 { host, port, flow, scope })
                }
                _ => Err(thread.raise_new(&OS_ERROR, "address family mismatched")),
            }
        }
        NETLINK => {
            let items = tuple_items(thread, address, (caller, "AF_NETLINK"))?;
            let [process, groups] = items else {
                return Err(thread.type_error("AF_NETLINK address must be a pair (pid, groups)"));
            };
            let process = u32::from_argument(thread, *process, caller, 0)?;
            Ok(SocketAddress::Netlink { process, groups: u32::from_argument(thread, *groups, caller, 0)? })
        }
        VSOCK => {
            let items = tuple_items(thread, address, (caller, "AF_VSOCK"))?;
            let [context, port] = items else {
                return Err(thread.type_error("AF_VSOCK address must be a pair (cid, port)"));
            };
            let context = u32::from_argument(thread, *context, caller, 0)?;
            Ok(SocketAddress::Vsock { context, port: u32::from_argument(thread, *port, caller, 0)? })
        }
        _ => Err(thread.raise_new(&OS_ERROR, format!("{caller}(): bad family"))),
    }
}

fn unix_address(thread: &mut Thread, address: Ref<'_>) -> Outcome<SocketAddress> {
    let path = match address.downcast::<Str>() {
        Some(text) => thread.fs_encode(text)?.into_owned(),
        None => Buffer::of(thread, address, BufferFlags::SIMPLE)?.to_vec(thread)?,
    };
    let most = if path.first().is_some_and(|&first| first != 0) { UNIX_PATH - 1 } else { UNIX_PATH };
    if path.len() > most {
        return Err(thread.raise_new(&OS_ERROR, "AF_UNIX path too long"));
    }
    Ok(SocketAddress::Unix(path))
}

/// Flags that a new socket may have.
pub(super) const NON_BLOCKING: i32 = 0o4000;
pub(super) const CLOSE_ON_EXEC: i32 = constants::O_CLOEXEC;
