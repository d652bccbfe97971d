//! Names of hosts, services and protocols.

use taipan_host::socket::{HostEntry, SocketAddress, inet_ntop};
use taipan_macros::native;
use taipan_object::native::{FromArgument, MethodDef};
use taipan_object::types::bytearray::ByteArray;
use taipan_object::types::bytes::Bytes;
use taipan_object::types::exception::OS_ERROR;
use taipan_object::types::str::Str;
use taipan_object::types::tuple::Tuple;
use taipan_object::{Outcome, Ref, Thread, Value, protocol};

use super::address::{INET, INET6, address_value, flow_of, host_address, host_name, host_text};
use super::resolve_error;
use crate::path::IsInt;

pub(super) const FUNCTIONS: &[MethodDef] = &[
    GETADDRINFO,
    GETNAMEINFO,
    GETHOSTBYNAME,
    GETHOSTBYNAME_EX,
    GETHOSTBYADDR,
    GETSERVBYNAME,
    GETSERVBYPORT,
    GETPROTOBYNAME,
];

fn is_name(name: Ref<'_>) -> bool {
    name.downcast::<Str>().is_some()
        || name.downcast::<Bytes>().is_some()
        || name.downcast::<ByteArray>().is_some()
}

/// A host's name as the argument of one of the older functions.
fn name_argument(thread: &mut Thread, name: Ref<'_>, function: &str) -> Outcome<Vec<u8>> {
    if !is_name(name) {
        let ty = if name.is_none() { "None".into() } else { name.ty().name().into_owned() };
        return Err(
            thread.type_error(format!("{function}() argument 1 must be str, bytes or bytearray, not {ty}"))
        );
    }
    let holds_null = name.downcast::<Str>().is_some_and(|text| text.chars().iter().any(|c| c == 0));
    if holds_null {
        return Err(thread.type_error(format!(
            "{function}() argument 1 must be encoded string without null bytes, not str"
        )));
    }
    host_name(thread, name)
}

/// getaddrinfo(host, port [, family, type, proto, flags])
///     -> list of (family, type, proto, canonname, sockaddr)
///
/// Resolve host and port into addrinfo struct.
#[native(signature = "($module, host, port, family=0, type=0, proto=0, flags=0)", hidden)]
fn getaddrinfo(
    thread: &mut Thread,
    host: Ref<'_>,
    port: Ref<'_>,
    family: Option<i32>,
    kind: Option<i32>,
    proto: Option<i32>,
    flags: Option<i32>,
) -> Outcome {
    let (family, kind) = (family.unwrap_or(0), kind.unwrap_or(0));
    let (proto, flags) = (proto.unwrap_or(0), flags.unwrap_or(0));
    let name = if host.is_none() {
        None
    } else if host.downcast::<Str>().is_some() {
        let idna = thread.str("idna")?;
        let ascii = host.downcast::<Str>().and_then(Str::as_ascii).map(|text| text.as_bytes().to_vec());
        match ascii {
            // Labels of a length that IDNA refuses are refused by it below.
            Some(ascii) if ascii.split(|&byte| byte == b'.').all(|label| label.len() < 64) => Some(ascii),
            _ => {
                let encoded = protocol::call_method(thread, host, "encode", &[idna.as_ref()])?;
                Some(encoded.downcast::<Bytes>().map(|bytes| bytes.content().to_vec()).unwrap_or_default())
            }
        }
    } else if let Some(bytes) = host.downcast::<Bytes>() {
        Some(bytes.content().to_vec())
    } else {
        return Err(thread.type_error("getaddrinfo() argument 1 must be string or None"));
    };
    let service = if port.downcast_int() {
        let number = i64::from_argument(thread, port, "getaddrinfo", 2)?;
        Some(number.to_string().into_bytes())
    } else if let Some(text) = port.downcast::<Str>() {
        Some(thread.fs_encode(text)?.into_owned())
    } else if let Some(bytes) = port.downcast::<Bytes>() {
        Some(bytes.content().to_vec())
    } else if port.is_none() {
        None
    } else {
        return Err(thread.raise_new(&OS_ERROR, "Int or String expected"));
    };
    let shown = [family, kind, proto, flags].map(|number| Value::small_int(i64::from(number)));
    thread.audit(
        "socket.getaddrinfo",
        &[host, port, shown[0].as_ref(), shown[1].as_ref(), shown[2].as_ref(), shown[3].as_ref()],
    )?;
    let system = &thread.interp().host;
    let hints = (family, kind, proto, flags);
    let found = thread.released(|lock| system.resolve(lock, name.as_deref(), service.as_deref(), hints));
    let found = found.map_err(|error| resolve_error(thread, error))?;
    let mut list = Vec::with_capacity(found.len());
    for one in found {
        let [family, kind, protocol] =
            [one.family, one.kind, one.protocol].map(|number| Value::small_int(i64::from(number)));
        let canonical = thread.fs_decode(&one.canonical)?;
        let address = address_value(thread, &one.address)?;
        list.push(thread.tuple([family, kind, protocol, canonical, address])?);
    }
    thread.list(list)
}

/// getnameinfo(sockaddr, flags) --> (host, port)
///
/// Get host and port for a sockaddr.
#[native(signature = "($module, sockaddr, flags, /)", hidden)]
fn getnameinfo(thread: &mut Thread, sockaddr: Ref<'_>, flags: i32) -> Outcome {
    let Some(tuple) = sockaddr.downcast::<Tuple>() else {
        return Err(thread.type_error("getnameinfo() argument 1 must be a tuple"));
    };
    let items = tuple.items();
    let ([name, port, ..], 2..=4) = (items, items.len()) else {
        return Err(thread.type_error("getnameinfo(): illegal sockaddr argument"));
    };
    let (name, port) = (*name, *port);
    let Some(text) = name.downcast::<Str>() else {
        return Err(thread.type_error("getnameinfo(): illegal sockaddr argument"));
    };
    let port = i32::from_argument(thread, port, "getnameinfo", 0)?;
    let flow = items.get(2).map_or(Ok(0), |flow| flow_of(thread, "getnameinfo", *flow))?;
    let scope = items.get(3).map_or(Ok(0), |scope| u32::from_argument(thread, *scope, "", 0))?;
    thread.audit("socket.getnameinfo", &[sockaddr])?;
    let name = thread.fs_encode(text)?.into_owned();
    let service = port.to_string().into_bytes();
    let system = &thread.interp().host;
    // A host by number, and datagrams, so that each address comes once.
    const NUMERIC_HOST: i32 = 4;
    let hints = (0, 2, 0, NUMERIC_HOST);
    let found = thread.released(|lock| system.resolve(lock, Some(&name), Some(&service), hints));
    let mut found = found.map_err(|error| resolve_error(thread, error))?;
    if found.len() != 1 {
        return Err(thread.raise_new(&OS_ERROR, "sockaddr resolved to multiple addresses"));
    }
    let mut address = found.remove(0).address;
    match &mut address {
        SocketAddress::Inet { .. } if items.len() != 2 => {
            return Err(thread.raise_new(&OS_ERROR, "IPv4 sockaddr must be 2 tuple"));
        }
        SocketAddress::Inet6 { flow: own_flow, scope: own_scope, .. } => {
            *own_flow = flow;
            *own_scope = scope;
        }
        _ => {}
    }
    let names = thread.released(|lock| system.names_of_address(lock, &address, flags));
    let (host, service) = names.map_err(|error| resolve_error(thread, error))?;
    let pair = [thread.fs_decode(&host)?, thread.fs_decode(&service)?];
    thread.tuple(pair)
}

/// gethostbyname(host) -> address
///
/// Return the IP address (a string of the form '255.255.255.255') for a host.
#[native(signature = "($module, hostname, /)", hidden)]
fn gethostbyname(thread: &mut Thread, hostname: Ref<'_>) -> Outcome<String> {
    let name = name_argument(thread, hostname, "gethostbyname")?;
    thread.audit("socket.gethostbyname", &[hostname])?;
    Ok(host_text(&host_address(thread, &name, INET)?))
}

/// Name, other names and addresses of a host.
fn entry_value(thread: &mut Thread, entry: &HostEntry) -> Outcome {
    let name = thread.fs_decode(&entry.name)?;
    let mut aliases = Vec::with_capacity(entry.aliases.len());
    for alias in &entry.aliases {
        aliases.push(thread.fs_decode(alias)?);
    }
    let mut addresses = Vec::with_capacity(entry.addresses.len());
    for address in &entry.addresses {
        let text = inet_ntop(entry.family, address).unwrap_or_default();
        addresses.push(thread.str(&text)?);
    }
    let parts = [name, thread.list(aliases)?, thread.list(addresses)?];
    thread.tuple(parts)
}

/// gethostbyname_ex(host) -> (name, aliaslist, addresslist)
///
/// Return the true host name, a list of aliases, and a list of IP addresses,
/// for a host.  The host argument is a string giving a host name or IP number.
#[native(signature = "($module, hostname, /)", hidden)]
fn gethostbyname_ex(thread: &mut Thread, hostname: Ref<'_>) -> Outcome {
    let name = name_argument(thread, hostname, "gethostbyname_ex")?;
    thread.audit("socket.gethostbyname", &[hostname])?;
    host_address(thread, &name, INET)?;
    let host = &thread.interp().host;
    let entry = thread.released(|lock| host.host_by_name(lock, &name));
    let entry = entry.map_err(|error| resolve_error(thread, error))?;
    entry_value(thread, &entry)
}

/// gethostbyaddr(host) -> (name, aliaslist, addresslist)
///
/// Return the true host name, a list of aliases, and a list of IP addresses,
/// for a host.  The host argument is a string giving a host name or IP number.
#[native(signature = "($module, ip_address, /)", hidden)]
fn gethostbyaddr(thread: &mut Thread, ip_address: Ref<'_>) -> Outcome {
    let name = name_argument(thread, ip_address, "gethostbyaddr")?;
    thread.audit("socket.gethostbyaddr", &[ip_address])?;
    let (family, bytes) = match host_address(thread, &name, 0)? {
        SocketAddress::Inet { host, .. } => (INET, host.to_vec()),
        SocketAddress::Inet6 { host, .. } => (INET6, host.to_vec()),
        _ => return Err(thread.raise_new(&OS_ERROR, "unsupported address family")),
    };
    let host = &thread.interp().host;
    let entry = thread.released(|lock| host.host_by_address(lock, family, &bytes));
    let entry = entry.map_err(|error| resolve_error(thread, error))?;
    entry_value(thread, &entry)
}

/// getservbyname(servicename[, protocolname]) -> integer
///
/// Return a port number from a service name and protocol name.
/// The optional protocol name, if given, should be 'tcp' or 'udp',
/// otherwise any protocol will match.
#[native(signature = "($module, servicename, protocolname=None, /)", hidden)]
fn getservbyname(thread: &mut Thread, servicename: String, protocolname: Option<String>) -> Outcome<i32> {
    let (name, protocol) = (thread.str(&servicename)?, thread.str(protocolname.as_deref().unwrap_or(""))?);
    thread.audit("socket.getservbyname", &[name.as_ref(), protocol.as_ref()])?;
    let host = &thread.interp().host;
    let protocol = protocolname.as_deref().map(str::as_bytes);
    match thread.released(|lock| host.service_port(lock, servicename.as_bytes(), protocol)) {
        Some(port) => Ok(i32::from(port)),
        None => Err(thread.raise_new(&OS_ERROR, "service/proto not found")),
    }
}

/// getservbyport(port[, protocolname]) -> string
///
/// Return the service name from a port number and protocol name.
/// The optional protocol name, if given, should be 'tcp' or 'udp',
/// otherwise any protocol will match.
#[native(signature = "($module, port, protocolname=None, /)", hidden)]
fn getservbyport(thread: &mut Thread, port: i32, protocolname: Option<String>) -> Outcome {
    let Ok(port) = u16::try_from(port) else {
        return Err(thread.overflow_error("getservbyport: port must be 0-65535."));
    };
    let shown = Value::small_int(i64::from(port));
    let protocol = thread.str(protocolname.as_deref().unwrap_or(""))?;
    thread.audit("socket.getservbyport", &[shown.as_ref(), protocol.as_ref()])?;
    let host = &thread.interp().host;
    let protocol = protocolname.as_deref().map(str::as_bytes);
    match thread.released(|lock| host.service_name(lock, port, protocol)) {
        Some(name) => thread.fs_decode(&name),
        None => Err(thread.raise_new(&OS_ERROR, "port/proto not found")),
    }
}

/// getprotobyname(name) -> integer
///
/// Return the protocol number for the named protocol.  (Rarely used.)
#[native(signature = "($module, name, /)", hidden)]
fn getprotobyname(thread: &mut Thread, name: String) -> Outcome<i32> {
    let host = &thread.interp().host;
    match thread.released(|lock| host.protocol_number(lock, name.as_bytes())) {
        Some(number) => Ok(number),
        None => Err(thread.raise_new(&OS_ERROR, "protocol not found")),
    }
}
