//! The module `termios`: the settings of terminals.
//!
//! Answers for CPython's `Modules/termios.c`.

use taipan_host::{CONTROL_CHARACTERS, Errno, NUMERIC_CHARACTERS, TerminalSettings, constants};
use taipan_macros::native;
use taipan_object::native::{FromArgument, MethodDef, ModuleDef};
use taipan_object::types::bytes::Bytes;
use taipan_object::types::dict::Dict;
use taipan_object::types::exception::EXCEPTION;
use taipan_object::types::list::List;
use taipan_object::types::type_::TYPE;
use taipan_object::{Outcome, Raised, Ref, Thread, Value, protocol};

use crate::path::{FileNo, IsInt, narrow};

/// The module `termios`.
pub static TERMIOS: ModuleDef = ModuleDef {
    name: "termios",
    doc: Some(
        "This module provides an interface to the Posix calls for tty I/O control.\nFor a complete description of these calls, see the Posix or Unix manual\npages. It is only available for those Unix versions that support Posix\ntermios style tty I/O control.\n\nAll functions in this module take a file descriptor fd as their first\nargument. This can be an integer file descriptor, such as returned by\nsys.stdin.fileno(), or a file object, such as sys.stdin itself.",
    ),
    functions: &[FUNCTIONS],
    exec: Some(exec),
};

pub(super) const FUNCTIONS: &[MethodDef] =
    &[TCGETATTR, TCSETATTR, TCSENDBREAK, TCDRAIN, TCFLUSH, TCFLOW, TCGETWINSIZE, TCSETWINSIZE];

/// Where an interpreter keeps the class `termios.error`.
static ERROR: u8 = 0;

fn exec(thread: &mut Thread, module: Ref<'_>) -> Outcome<()> {
    let namespace = thread.dict()?;
    let (key, name) = (thread.names().__module__.clone(), thread.str("termios")?);
    namespace.downcast::<Dict>().expect("a dict").set(thread, key.as_ref(), name)?;
    let name = thread.str("error")?;
    let bases = thread.tuple([EXCEPTION.as_ref().to_value()])?;
    let class = protocol::call(thread, TYPE.as_ref(), &[name.as_ref(), bases.as_ref(), namespace.as_ref()])?;
    thread.interp().set_slot(&ERROR, class.clone());
    thread.module_add(module, "error", class)?;
    crate::add_numbers(thread, module, constants::TERMIOS)
}

/// Raises `termios.error` for a number.
#[cold]
fn error(thread: &mut Thread, errno: Errno) -> Raised {
    let made = (|| {
        let message = thread.str(&errno.message())?;
        let class = thread.interp().slot(&ERROR).unwrap_or_else(|| EXCEPTION.as_ref().to_value());
        let number = Value::small_int(i64::from(errno.0));
        protocol::call(thread, class.as_ref(), &[number.as_ref(), message.as_ref()])
    })();
    match made {
        Ok(exception) => thread.raise(exception),
        Err(raised) => raised,
    }
}

fn or_raise<T>(thread: &mut Thread, result: taipan_host::Result<T>) -> Outcome<T> {
    result.map_err(|errno| error(thread, errno))
}

/// Get the tty attributes for file descriptor fd.
///
/// Returns a list [iflag, oflag, cflag, lflag, ispeed, ospeed, cc]
/// where cc is a list of the tty special characters (each a string of
/// length 1, except the items with indices VMIN and VTIME, which are
/// integers when these fields are defined).  The interpretation of the
/// flags and the speeds as well as the indexing in the cc array must be
/// done using the symbolic constants defined in this module.
#[native(signature = "($module, fd, /)")]
fn tcgetattr(thread: &mut Thread, fd: FileNo) -> Outcome {
    let settings = thread.interp().host.terminal_settings(fd.0);
    let settings = or_raise(thread, settings)?;
    let mut characters = Vec::with_capacity(CONTROL_CHARACTERS);
    for (index, &character) in settings.characters.iter().enumerate() {
        let is_number = !settings.is_canonical() && NUMERIC_CHARACTERS.contains(&index);
        characters.push(if is_number {
            Value::small_int(i64::from(character))
        } else {
            thread.bytes(&[character])?
        });
    }
    let characters = thread.list(characters)?;
    let mut list: Vec<Value> = [
        settings.input,
        settings.output,
        settings.control,
        settings.local,
        settings.input_speed,
        settings.output_speed,
    ]
    .into_iter()
    .map(|number| Value::small_int(i64::from(number)))
    .collect();
    list.push(characters);
    thread.list(list)
}

/// Set the tty attributes for file descriptor fd.
///
/// The attributes to be set are taken from the attributes argument, which
/// is a list like the one returned by tcgetattr(). The when argument
/// determines when the attributes are changed: termios.TCSANOW to
/// change immediately, termios.TCSADRAIN to change after transmitting all
/// queued output, or termios.TCSAFLUSH to change after transmitting all
/// queued output and discarding all queued input.
#[native(signature = "($module, fd, when, attributes, /)")]
fn tcsetattr(thread: &mut Thread, fd: FileNo, when: i32, attributes: Ref<'_>) -> Outcome<()> {
    let items: Vec<Value> = match attributes.downcast::<List>() {
        Some(list) if list.len(thread) == 7 => list.view(thread).iter().map(|item| item.to_value()).collect(),
        _ => return Err(thread.type_error("tcsetattr, arg 3: must be 7 element list")),
    };
    let mut numbers = [0; 6];
    for (number, item) in numbers.iter_mut().zip(&items) {
        let value = protocol::index(thread, item.as_ref())?;
        *number = narrow(value.as_ref()).unwrap_or(0) as u32;
    }
    let characters: Vec<Value> = match items[6].downcast::<List>() {
        Some(list) if list.len(thread) == CONTROL_CHARACTERS => {
            list.view(thread).iter().map(|item| item.to_value()).collect()
        }
        _ => {
            let message = format!("tcsetattr: attributes[6] must be {CONTROL_CHARACTERS} element list");
            return Err(thread.type_error(message));
        }
    };
    let mut bytes = [0; CONTROL_CHARACTERS];
    for (byte, item) in bytes.iter_mut().zip(&characters) {
        *byte = match item.downcast::<Bytes>().map(Bytes::content) {
            Some([one]) => *one,
            None if item.as_ref().downcast_int() => narrow(item.as_ref()).unwrap_or(0) as u8,
            _ => {
                return Err(thread.type_error(
                    "tcsetattr: elements of attributes must be bytes objects of length 1 or integers",
                ));
            }
        };
    }
    let [input, output, control, local, input_speed, output_speed] = numbers;
    let new =
        TerminalSettings { input, output, control, local, input_speed, output_speed, characters: bytes };
    let host = &thread.interp().host;
    let result = thread.released(|lock| host.set_terminal(lock, fd.0, when, &new));
    or_raise(thread, result)
}

/// Send a break on file descriptor fd.
///
/// A zero duration sends a break for 0.25-0.5 seconds; a nonzero duration
/// has a system dependent meaning.
#[native(signature = "($module, fd, duration, /)")]
fn tcsendbreak(thread: &mut Thread, fd: FileNo, duration: i32) -> Outcome<()> {
    let host = &thread.interp().host;
    let result = thread.released(|lock| host.send_break(lock, fd.0, duration));
    or_raise(thread, result)
}

/// Wait until all output written to file descriptor fd has been transmitted.
#[native(signature = "($module, fd, /)")]
fn tcdrain(thread: &mut Thread, fd: FileNo) -> Outcome<()> {
    let host = &thread.interp().host;
    let result = thread.released(|lock| host.drain_terminal(lock, fd.0));
    or_raise(thread, result)
}

/// Discard queued data on file descriptor fd.
///
/// The queue selector specifies which queue: termios.TCIFLUSH for the input
/// queue, termios.TCOFLUSH for the output queue, or termios.TCIOFLUSH for
/// both queues.
#[native(signature = "($module, fd, queue, /)")]
fn tcflush(thread: &mut Thread, fd: FileNo, queue: i32) -> Outcome<()> {
    let host = &thread.interp().host;
    let result = thread.released(|lock| host.flush_terminal(lock, fd.0, queue));
    or_raise(thread, result)
}

/// Suspend or resume input or output on file descriptor fd.
///
/// The action argument can be termios.TCOOFF to suspend output,
/// termios.TCOON to restart output, termios.TCIOFF to suspend input,
/// or termios.TCION to restart input.
#[native(signature = "($module, fd, action, /)")]
fn tcflow(thread: &mut Thread, fd: FileNo, action: i32) -> Outcome<()> {
    let host = &thread.interp().host;
    let result = thread.released(|lock| host.control_flow(lock, fd.0, action));
    or_raise(thread, result)
}

/// Get the tty winsize for file descriptor fd.
///
/// Returns a tuple (ws_row, ws_col).
#[native(signature = "($module, fd, /)")]
fn tcgetwinsize(thread: &mut Thread, fd: FileNo) -> Outcome {
    let size = thread.interp().host.terminal_size(fd.0);
    let (columns, lines) = or_raise(thread, size)?;
    thread.tuple([lines, columns].map(|number| Value::small_int(i64::from(number))))
}

/// Set the tty winsize for file descriptor fd.
///
/// The winsize to be set is taken from the winsize argument, which
/// is a two-item tuple (ws_row, ws_col) like the one returned by
/// tcgetwinsize().
#[native(signature = "($module, fd, winsize, /)")]
fn tcsetwinsize(thread: &mut Thread, fd: FileNo, winsize: Ref<'_>) -> Outcome<()> {
    const WRONG: &str = "tcsetwinsize, arg 2: must be a two-item sequence";
    if !protocol::is_sequence(winsize) {
        return Err(thread.type_error(WRONG));
    }
    let items = protocol::collect(thread, winsize)?;
    let [lines, columns] = &items[..] else { return Err(thread.type_error(WRONG)) };
    let mut size = [0; 2];
    for (part, item) in size.iter_mut().zip([lines, columns]) {
        let number = i64::from_argument(thread, item.as_ref(), "tcsetwinsize", 2)?;
        *part = match u16::try_from(number) {
            Ok(number) => number,
            Err(_) => return Err(thread.overflow_error("winsize value(s) out of range.")),
        };
    }
    let result = thread.interp().host.set_terminal_size(fd.0, size[0], size[1]);
    or_raise(thread, result)
}
