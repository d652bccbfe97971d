//! Numbers and addresses between the machine's form and the network's.

use taipan_host::socket::{control_length, control_space, inet_ntop as text_of, inet_pton as bytes_of};
use taipan_macros::native;
use taipan_object::native::{Buffer, FromArgument, MethodDef};
use taipan_object::types::exception::OS_ERROR;
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Ref, Thread, protocol};

use super::address::{INET, INET6};
use crate::failure::OrRaise;

pub(super) const FUNCTIONS: &[MethodDef] = &[
    NTOHS,
    HTONS,
    NTOHL,
    HTONL,
    INET_ATON,
    INET_NTOA,
    INET_PTON,
    INET_NTOP,
    CMSG_LEN,
    CMSG_SPACE,
    IF_NAMEINDEX,
    IF_NAMETOINDEX,
    IF_INDEXTONAME,
    GETHOSTNAME,
    SETHOSTNAME,
];

macro_rules! unsigned {
    ($($(#[$doc:meta])* $name:ident $ty:ident $what:literal;)*) => {$(
        $(#[$doc])*
        pub(super) struct $name(pub(super) $ty);

        impl<'a> FromArgument<'a> for $name {
            fn from_argument(thread: &mut Thread, value: Ref<'a>, _: &str, _: usize) -> Outcome<$name> {
                let number = protocol::index(thread, value)?;
                let is_negative = crate::path::is_negative(number.as_ref());
                match crate::path::narrow(number.as_ref()) {
                    _ if is_negative => Err(thread.value_error("Cannot convert negative int")),
                    Some(number) if number <= $ty::MAX as i128 => Ok($name(number as $ty)),
                    _ => Err(thread.overflow_error(concat!("Python int too large for C ", $what))),
                }
            }
        }
    )*};
}

unsigned! {
    /// 16 bits.
    Short u16 "uint16_t";
    /// 32 bits.
    Long u32 "uint32_t";
    /// The number of an interface.
    Index u32 "unsigned int";
}

/// Convert a 16-bit unsigned integer from network to host byte order.
#[native(signature = "($module, integer, /)")]
fn ntohs(_: &mut Thread, integer: Short) -> i32 {
    i32::from(u16::from_be(integer.0))
}

/// Convert a 16-bit unsigned integer from host to network byte order.
#[native(signature = "($module, integer, /)")]
fn htons(_: &mut Thread, integer: Short) -> i32 {
    i32::from(integer.0.to_be())
}

/// Convert a 32-bit unsigned integer from network to host byte order.
#[native(signature = "($module, integer, /)")]
fn ntohl(_: &mut Thread, integer: Long) -> u32 {
    u32::from_be(integer.0)
}

/// Convert a 32-bit unsigned integer from host to network byte order.
#[native(signature = "($module, integer, /)")]
fn htonl(_: &mut Thread, integer: Long) -> u32 {
    integer.0.to_be()
}

/// A number as C writes it: decimal, octal after `0`, hexadecimal after `0x`.
fn number(text: &str) -> Option<u32> {
    let (digits, base) = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => (digits, 16),
        None if text.len() > 1 && text.starts_with('0') => (&text[1..], 8),
        None => (text, 10),
    };
    if !digits.starts_with(|c: char| c.is_digit(base)) {
        return None;
    }
    u32::from_str_radix(digits, base).ok()
}

/// One to four numbers, the last of which fills the rest.
fn parse_inet(text: &str) -> Option<[u8; 4]> {
    let text = text.split(|c: char| c.is_ascii_whitespace()).next()?;
    let parts = text.split('.').map(number).collect::<Option<Vec<u32>>>()?;
    let (last, first) = parts.split_last()?;
    if first.len() > 3 || first.iter().any(|part| *part > 0xff) {
        return None;
    }
    let rest = 32 - 8 * first.len() as u32;
    if rest < 32 && *last >> rest != 0 {
        return None;
    }
    let whole = first.iter().enumerate().fold(*last, |whole, (index, part)| whole | part << (24 - 8 * index));
    Some(whole.to_be_bytes())
}

/// Convert an IP address in string format (123.45.67.89) to the 32-bit packed binary format used in low-level network functions.
#[native(signature = "($module, ip_addr, /)")]
fn inet_aton(thread: &mut Thread, ip_addr: &Str) -> Outcome {
    match parse_inet(&ip_addr.to_string_lossy()) {
        Some(bytes) => thread.bytes(&bytes),
        None => Err(thread.raise_new(&OS_ERROR, "illegal IP address string passed to inet_aton")),
    }
}

/// Convert an IP address from 32-bit packed binary format to string format.
#[native(signature = "($module, packed_ip, /)")]
fn inet_ntoa(thread: &mut Thread, packed_ip: Buffer) -> Outcome<String> {
    let bytes = packed_ip.to_vec(thread)?;
    match text_of(INET, &bytes) {
        Some(text) => Ok(text),
        None => Err(thread.raise_new(&OS_ERROR, "packed IP wrong length for inet_ntoa")),
    }
}

/// inet_pton(af, ip) -> packed IP address string
///
/// Convert an IP address from string format to a packed string suitable
/// for use with low-level network functions.
#[native(signature = "($module, af, ip, /)", hidden)]
fn inet_pton(thread: &mut Thread, af: i32, ip: &Str) -> Outcome {
    let text = ip.to_string_lossy();
    match bytes_of(af, text.as_bytes()).or_raise(thread)? {
        Some(bytes) => thread.bytes(&bytes),
        None => Err(thread.raise_new(&OS_ERROR, "illegal IP address string passed to inet_pton")),
    }
}

/// inet_ntop(af, packed_ip) -> string formatted IP address
///
/// Convert a packed IP address of the given family to string format.
#[native(signature = "($module, af, packed_ip, /)", hidden)]
fn inet_ntop(thread: &mut Thread, af: i32, packed_ip: Buffer) -> Outcome<String> {
    if af != INET && af != INET6 {
        return Err(thread.value_error(format!("unknown address family {af}")));
    }
    let bytes = packed_ip.to_vec(thread)?;
    match text_of(af, &bytes) {
        Some(text) => Ok(text),
        None => Err(thread.value_error("invalid length of packed IP address string")),
    }
}

fn control(
    thread: &mut Thread,
    length: Ref<'_>,
    of: fn(usize) -> Option<usize>,
    name: &str,
) -> Outcome<usize> {
    let number = protocol::index(thread, length)?;
    let length = crate::path::narrow(number.as_ref()).and_then(|length| usize::try_from(length).ok());
    match length.and_then(of) {
        Some(length) => Ok(length),
        None => Err(thread.overflow_error(format!("{name}() argument out of range"))),
    }
}

/// CMSG_LEN(length) -> control message length
///
/// Return the total length, without trailing padding, of an ancillary
/// data item with associated data of the given length.  This value can
/// often be used as the buffer size for recvmsg() to receive a single
/// item of ancillary data, but RFC 3542 requires portable applications to
/// use CMSG_SPACE() and thus include space for padding, even when the
/// item will be the last in the buffer.  Raises OverflowError if length
/// is outside the permissible range of values.
#[native(signature = "($module, length, /)", name = "CMSG_LEN", hidden)]
fn cmsg_len(thread: &mut Thread, length: Ref<'_>) -> Outcome<usize> {
    control(thread, length, control_length, "CMSG_LEN")
}

/// CMSG_SPACE(length) -> buffer size
///
/// Return the buffer size needed for recvmsg() to receive an ancillary
/// data item with associated data of the given length, along with any
/// trailing padding.  The buffer space needed to receive multiple items
/// is the sum of the CMSG_SPACE() values for their associated data
/// lengths.  Raises OverflowError if length is outside the permissible
/// range of values.
#[native(signature = "($module, length, /)", name = "CMSG_SPACE", hidden)]
fn cmsg_space(thread: &mut Thread, length: Ref<'_>) -> Outcome<usize> {
    control(thread, length, control_space, "CMSG_SPACE")
}

/// if_nameindex()
///
/// Returns a list of network interface information (index, name) tuples.
#[native(signature = "($self, /)")]
fn if_nameindex(thread: &mut Thread, _: Ref<'_>) -> Outcome {
    let mut list = Vec::new();
    for (index, name) in thread.interp().host.interfaces().or_raise(thread)? {
        let name = thread.fs_decode(&name)?;
        list.push(thread.tuple([taipan_object::Value::small_int(i64::from(index)), name])?);
    }
    thread.list(list)
}

/// Returns the interface index corresponding to the interface name if_name.
#[native(signature = "($module, oname, /)")]
fn if_nametoindex(thread: &mut Thread, oname: Ref<'_>) -> Outcome<u32> {
    let name = thread.fs_path(oname)?;
    thread.interp().host.interface_index(&name).or_raise(thread)
}

/// Returns the interface name corresponding to the interface index if_index.
#[native(signature = "($module, if_index, /)")]
fn if_indextoname(thread: &mut Thread, if_index: Index) -> Outcome {
    let name = thread.interp().host.interface_name(if_index.0).or_raise(thread)?;
    thread.fs_decode(&name)
}

/// gethostname() -> string
///
/// Return the current host name.
#[native(signature = "($self, /)")]
fn gethostname(thread: &mut Thread, _: Ref<'_>) -> Outcome {
    thread.audit("socket.gethostname", &[])?;
    let name = thread.interp().host.host_name().or_raise(thread)?;
    thread.fs_decode(&name)
}

/// sethostname(name)
///
/// Sets the hostname to name.
#[native(signature = "($module, name, /)", hidden)]
fn sethostname(thread: &mut Thread, name: Ref<'_>) -> Outcome<()> {
    let name = thread.fs_path(name)?;
    let shown = thread.bytes(&name)?;
    thread.audit("socket.sethostname", &[shown.as_ref()])?;
    thread.interp().host.set_host_name(&name).or_raise(thread)
}
