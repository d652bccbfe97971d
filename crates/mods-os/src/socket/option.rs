//! Options of sockets.

use taipan_macros::native;
use taipan_object::native::{Args, Buffer, BufferFlags, FromArgument, MethodDef};
use taipan_object::types::exception::OS_ERROR;
use taipan_object::{Outcome, Thread, Value};

use super::object::Socket;
use crate::failure::OrRaise;
use crate::path::IsInt;

pub(super) const METHODS: &[MethodDef] = &[GETSOCKOPT, SETSOCKOPT];

/// getsockopt(level, option[, buffersize]) -> value
///
/// Get a socket option.  See the Unix manual for level and option.
/// If a nonzero buffersize argument is given, the return value is a
/// string of that length; otherwise it is an integer.
#[native(signature = "($self, level, option, buffersize=0, /)", hidden)]
fn getsockopt(
    thread: &mut Thread,
    this: &Socket,
    level: i32,
    option: i32,
    buffersize: Option<i32>,
) -> Outcome {
    let host = &thread.interp().host;
    match buffersize.unwrap_or(0) {
        0 => {
            let value = host.socket_option(this.fd.get(), level, option).or_raise(thread)?;
            Ok(Value::small_int(i64::from(value)))
        }
        length @ 1..=1024 => {
            let bytes = host.socket_option_bytes(this.fd.get(), level, option, length as usize);
            let bytes = bytes.or_raise(thread)?;
            thread.bytes_from(bytes)
        }
        _ => Err(thread.raise_new(&OS_ERROR, "getsockopt buflen out of range")),
    }
}

/// setsockopt(level, option, value: int)
/// setsockopt(level, option, value: buffer)
/// setsockopt(level, option, None, optlen: int)
///
/// Set a socket option.  See the Unix manual for level and option.
/// The value argument can either be an integer, a string buffer, or
/// None, optlen.
#[native(signature = "($self, *args)", hidden)]
fn setsockopt(thread: &mut Thread, this: &Socket, args: Args<'_>) -> Outcome<()> {
    args.no_keywords(thread, "_socket.socket.setsockopt")?;
    let given = args.positionals();
    let count = given.len();
    if count > 4 {
        return Err(thread.type_error(format!("setsockopt() takes at most 4 arguments ({count} given)")));
    }
    if count < 3 {
        return Err(thread.type_error(format!("setsockopt() takes exactly 3 arguments ({count} given)")));
    }
    let level = i32::from_argument(thread, given[0], "setsockopt", 1)?;
    let option = i32::from_argument(thread, given[1], "setsockopt", 2)?;
    let (value, fd) = (given[2], this.fd.get());
    if let Some(length) = given.get(3) {
        if !value.is_none() {
            let ty = value.ty().name().into_owned();
            return Err(thread.type_error(format!("setsockopt() argument 3 must be None, not {ty}")));
        }
        let length = u32::from_argument(thread, *length, "setsockopt", 4)?;
        return thread.interp().host.set_socket_option_length(fd, level, option, length).or_raise(thread);
    }
    if value.downcast_int() {
        let number = i32::from_argument(thread, value, "setsockopt", 3)?;
        return thread.interp().host.set_socket_option(fd, level, option, number).or_raise(thread);
    }
    let bytes = Buffer::of(thread, value, BufferFlags::SIMPLE)?.to_vec(thread)?;
    thread.interp().host.set_socket_option_bytes(fd, level, option, &bytes).or_raise(thread)
}
