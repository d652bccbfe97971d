//! The module `fcntl`: control of open files.
//!
//! A number is passed on only where the command takes one: see the host.
//!
//! Answers for CPython's `Modules/fcntlmodule.c`.

use taipan_macros::native;
use taipan_object::native::{Buffer, BufferFlags, FromArgument, MethodDef, ModuleDef};
use taipan_object::types::str::Str;
use taipan_object::types::str::codec::encode_text;
use taipan_object::{Outcome, Raised, Ref, Thread, Value, protocol};

use crate::failure::OrRaise;
use crate::path::{FileNo, IsInt, narrow};

/// The module `fcntl`.
pub static FCNTL: ModuleDef = ModuleDef {
    name: "fcntl",
    doc: Some(
        "This module performs file control and I/O control on file\ndescriptors.  It is an interface to the fcntl() and ioctl() Unix\nroutines.  File descriptors can be obtained with the fileno() method of\na file or socket object.",
    ),
    functions: &[FUNCTIONS_LIST],
    exec: Some(|thread, module| crate::add_numbers(thread, module, taipan_host::constants::FCNTL)),
};

const FUNCTIONS_LIST: &[MethodDef] = &[FCNTL_FUNCTION, IOCTL, FLOCK, LOCKF];

/// The longest buffer that is passed by a copy.
const BUFFER: usize = 1024;

fn number(value: i32) -> Value {
    Value::small_int(i64::from(value))
}

fn too_long(thread: &mut Thread, function: &str) -> Raised {
    thread.value_error(format!("{function} argument 3 is too long"))
}

fn wrong_argument(thread: &mut Thread, function: &str, argument: Ref<'_>) -> Raised {
    let ty = argument.ty().name().into_owned();
    thread.type_error(format!(
        "{function}() argument 3 must be an integer, a bytes-like object, or a string, not {ty}"
    ))
}

/// The bytes of a string or a bytes-like object, none of anything else.
fn bytes_argument(thread: &mut Thread, argument: Ref<'_>) -> Outcome<Option<Vec<u8>>> {
    if let Some(text) = argument.downcast::<Str>() {
        return encode_text(thread, text, "utf-8", None).map(Some);
    }
    if argument.ty().slots().buffer.is_none() {
        return Ok(None);
    }
    Buffer::of(thread, argument, BufferFlags::SIMPLE)?.to_vec(thread).map(Some)
}

/// An integer of any size as a number of C.
fn masked(thread: &mut Thread, argument: Ref<'_>) -> Outcome<i32> {
    let value = protocol::index(thread, argument)?;
    Ok(narrow(value.as_ref()).unwrap_or(0) as i32)
}

/// Perform the operation cmd on file descriptor fd.
///
/// The values used for cmd are operating system dependent, and are
/// available as constants in the fcntl module, using the same names as used
/// in the relevant C header files.  The argument arg is optional, and
/// defaults to 0; it may be an integer, a bytes-like object or a string.
/// If arg is given as a string, it will be encoded to binary using the
/// UTF-8 encoding.
///
/// If the arg given is an integer or if none is specified, the result value
/// is an integer corresponding to the return value of the fcntl() call in
/// the C code.
///
/// If arg is given as a bytes-like object, the return value of fcntl() is a
/// bytes object of that length, containing the resulting value put in the
/// arg buffer by the operating system.  The length of the arg buffer is not
/// allowed to exceed 1024 bytes.
#[native(signature = "($module, fd, cmd, arg=0, /)", name = "fcntl")]
fn fcntl_function(thread: &mut Thread, fd: FileNo, cmd: i32, arg: Option<Ref<'_>>) -> Outcome {
    let shown = arg.unwrap_or(Ref::none());
    thread.audit("fcntl.fcntl", &[number(fd.0).as_ref(), number(cmd).as_ref(), shown])?;
    let host = &thread.interp().host;
    let argument = match arg {
        None => 0,
        Some(arg) if arg.downcast_int() || arg.ty().slots().index.is_some() => masked(thread, arg)?,
        Some(arg) => {
            let Some(mut bytes) = bytes_argument(thread, arg)? else {
                return Err(wrong_argument(thread, "fcntl", arg));
            };
            if bytes.len() > BUFFER {
                return Err(too_long(thread, "fcntl"));
            }
            let mut buffer = [0; BUFFER];
            buffer[..bytes.len()].copy_from_slice(&bytes);
            thread.blocking(|lock| host.fcntl_buffer(lock, fd.0, cmd, &mut buffer))?.or_raise(thread)?;
            let length = bytes.len();
            bytes.copy_from_slice(&buffer[..length]);
            return thread.bytes_from(bytes);
        }
    };
    let result =
        thread.blocking(|lock| host.fcntl(lock, fd.0, cmd, i64::from(argument)))?.or_raise(thread)?;
    Ok(number(result))
}

/// The low 64 bits of an integer.
struct Request(u64);

impl<'a> FromArgument<'a> for Request {
    fn from_argument(thread: &mut Thread, value: Ref<'a>, _: &str, _: usize) -> Outcome<Request> {
        let value = protocol::index(thread, value)?;
        Ok(Request(narrow(value.as_ref()).unwrap_or(0) as u64))
    }
}

/// Perform the operation request on file descriptor fd.
///
/// The values used for request are operating system dependent, and are
/// available as constants in the fcntl or termios library modules, using
/// the same names as used in the relevant C header files.
///
/// The argument arg is optional, and defaults to 0; it may be an integer, a
/// bytes-like object or a string.  If arg is given as a string, it will be
/// encoded to binary using the UTF-8 encoding.
///
/// If the arg given is an integer or if none is specified, the result value
/// is an integer corresponding to the return value of the ioctl() call in
/// the C code.
///
/// If the argument is a mutable buffer (such as a bytearray) and the
/// mutate_flag argument is true (default) then the buffer is (in effect)
/// passed to the operating system and changes made by the OS will be
/// reflected in the contents of the buffer after the call has returned.
/// The return value is the integer returned by the ioctl() system call.
///
/// If the argument is a mutable buffer and the mutable_flag argument is
/// false, the behavior is as if an immutable buffer had been passed.
///
/// If the argument is an immutable buffer then a copy of the buffer is
/// passed to the operating system and the return value is a bytes object of
/// the same length containing whatever the operating system put in the
/// buffer.  The length of the arg buffer in this case is not allowed to
/// exceed 1024 bytes.
#[native(signature = "($module, fd, request, arg=0, mutate_flag=True, /)")]
fn ioctl(
    thread: &mut Thread,
    fd: FileNo,
    request: Request,
    arg: Option<Ref<'_>>,
    mutate_flag: Option<bool>,
) -> Outcome {
    let request_value = thread.int(i128::from(request.0))?;
    let shown = arg.unwrap_or(Ref::none());
    thread.audit("fcntl.ioctl", &[number(fd.0).as_ref(), request_value.as_ref(), shown])?;
    let host = &thread.interp().host;
    let argument = match arg {
        None => 0,
        Some(arg) if arg.downcast_int() || arg.ty().slots().index.is_some() => masked(thread, arg)?,
        Some(arg) => return ioctl_buffer(thread, fd.0, request.0, (arg, mutate_flag.unwrap_or(true))),
    };
    let result = thread.blocking(|lock| host.ioctl(lock, fd.0, request.0, argument))?.or_raise(thread)?;
    Ok(number(result))
}

fn ioctl_buffer(thread: &mut Thread, fd: i32, request: u64, (arg, mutate): (Ref<'_>, bool)) -> Outcome {
    let host = &thread.interp().host;
    let is_text = arg.downcast::<Str>().is_some();
    let writable = if is_text || arg.ty().slots().buffer.is_none() {
        None
    } else {
        match Buffer::writable(thread, arg) {
            Ok(buffer) => Some(buffer),
            Err(_) => {
                drop(thread.take_exception());
                None
            }
        }
    };
    let Some(mut bytes) = bytes_argument(thread, arg)? else {
        return Err(wrong_argument(thread, "ioctl", arg));
    };
    let length = bytes.len();
    let changes = mutate && writable.is_some();
    if length > BUFFER && !changes {
        return Err(too_long(thread, "ioctl"));
    }
    // The kernel writes as much as the request says, whatever the length.
    bytes.resize(length.max(BUFFER), 0);
    let result = thread.blocking(|lock| host.ioctl_buffer(lock, fd, request, &mut bytes))?;
    if let (true, Some(buffer)) = (changes, &writable) {
        buffer.bytes_mut(thread).copy_from_slice(&bytes[..length]);
    }
    let result = result.or_raise(thread)?;
    if changes {
        return Ok(number(result));
    }
    bytes.truncate(length);
    thread.bytes_from(bytes)
}

/// Perform the lock operation on file descriptor fd.
///
/// See the Unix manual page for flock(2) for details (On some systems, this
/// function is emulated using fcntl()).
#[native(signature = "($module, fd, operation, /)")]
fn flock(thread: &mut Thread, fd: FileNo, operation: i32) -> Outcome<()> {
    thread.audit("fcntl.flock", &[number(fd.0).as_ref(), number(operation).as_ref()])?;
    let host = &thread.interp().host;
    thread.blocking(|lock| host.flock(lock, fd.0, operation))?.or_raise(thread)
}

/// Operations of `flock`, as `lockf` takes them.
const SHARED: i32 = 1;
const EXCLUSIVE: i32 = 2;
const NO_WAIT: i32 = 4;
const UNLOCK: i32 = 8;

/// A wrapper around the fcntl() locking calls.
///
/// fd is the file descriptor of the file to lock or unlock, and operation
/// is one of the following values:
///
///     LOCK_UN - unlock
///     LOCK_SH - acquire a shared lock
///     LOCK_EX - acquire an exclusive lock
///
/// When operation is LOCK_SH or LOCK_EX, it can also be bitwise ORed with
/// LOCK_NB to avoid blocking on lock acquisition.  If LOCK_NB is used and
/// the lock cannot be acquired, an OSError will be raised and the exception
/// will have an errno attribute set to EACCES or EAGAIN (depending on the
/// operating system -- for portability, check for either value).
///
/// len is the number of bytes to lock, with the default meaning to lock to
/// EOF.  start is the byte offset, relative to whence, to that the lock
/// starts.  whence is as with fileobj.seek(), specifically:
///
///     0 - relative to the start of the file (SEEK_SET)
///     1 - relative to the current buffer position (SEEK_CUR)
///     2 - relative to the end of the file (SEEK_END)
#[native(signature = "($module, fd, cmd, len=0, start=0, whence=0, /)")]
fn lockf(
    thread: &mut Thread,
    fd: FileNo,
    cmd: i32,
    len: Option<Ref<'_>>,
    start: Option<Ref<'_>>,
    whence: Option<i32>,
) -> Outcome {
    let whence = whence.unwrap_or(0);
    let none = Ref::none();
    let shown = [number(fd.0), number(cmd), number(whence)];
    thread.audit(
        "fcntl.lockf",
        &[
            shown[0].as_ref(),
            shown[1].as_ref(),
            len.unwrap_or(none),
            start.unwrap_or(none),
            shown[2].as_ref(),
        ],
    )?;
    let kind = match cmd {
        UNLOCK => taipan_host::FileLock::Unlock,
        _ if cmd & SHARED != 0 => taipan_host::FileLock::Shared,
        _ if cmd & EXCLUSIVE != 0 => taipan_host::FileLock::Exclusive,
        _ => return Err(thread.value_error("unrecognized lockf argument")),
    };
    let mut range = [0; 2];
    for (place, value) in range.iter_mut().zip([start, len]) {
        if let Some(value) = value {
            *place = i64::from_argument(thread, value, "lockf", 3)?;
        }
    }
    let [start, length] = range;
    let wait = cmd & NO_WAIT == 0;
    let host = &thread.interp().host;
    thread
        .blocking(|lock| host.lock_range(lock, fd.0, kind, (whence, start, length), wait))?
        .or_raise(thread)?;
    Ok(Value::none())
}
