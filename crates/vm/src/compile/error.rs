//! The front end's errors as exceptions.

use taipan_asdl::diagnostic::{Error, ErrorKind, ErrorLocation};
use taipan_object::types::exception;
use taipan_object::{Outcome, Raised, Thread, Type, Value, protocol};
use taipan_text::{Text, TextBuf};

use crate::frontend::{Source, front_end};

/// `O_RDONLY | O_CLOEXEC`
const OPEN_READ: i32 = libc::O_RDONLY | libc::O_CLOEXEC;

/// Raises what the front end answered with.
#[cold]
pub fn raise_error(thread: &mut Thread, error: &Error, filename: &Text) -> Raised {
    let ty = class_of(error.kind);
    let made = arguments(thread, error, filename).and_then(|arguments| {
        let arguments: Vec<_> = arguments.iter().map(Value::as_ref).collect();
        protocol::call(thread, ty.as_ref(), &arguments)
    });
    match made {
        Ok(value) => thread.raise(value),
        Err(raised) => raised,
    }
}

/// The exception class of an error.
fn class_of(kind: ErrorKind) -> &'static Type {
    // What needs more arguments than a message is one of their base classes here.
    let name = match kind {
        ErrorKind::UnicodeDecodeError | ErrorKind::UnicodeEncodeError => "UnicodeError",
        kind => kind.class_name(),
    };
    exception::all().find(|ty| ty.name() == name).unwrap_or(&exception::EXCEPTION)
}

/// The arguments of the exception: the message and, with a position, its details.
fn arguments(thread: &mut Thread, error: &Error, filename: &Text) -> Outcome<Vec<Value>> {
    let mut all = vec![thread.str_from_text(&error.message)?];
    if let Some(location) = error.location {
        all.push(details(thread, error, location, filename)?);
    }
    Ok(all)
}

fn details(thread: &mut Thread, error: &Error, location: ErrorLocation, filename: &Text) -> Outcome {
    let number = |number: i32| match number {
        ErrorLocation::NONE => Value::none(),
        number => Value::small_int(number.into()),
    };
    let text = match &error.text {
        Some(text) => thread.str_from_text(text)?,
        None => match line_of_file(thread, filename, location.lineno) {
            Some(line) => thread.str_from_text(&line)?,
            None => Value::none(),
        },
    };
    let filename = thread.str_from_text(filename)?;
    let mut parts = vec![filename, number(location.lineno), number(location.offset), text];
    if (location.end_lineno, location.end_offset) != (ErrorLocation::NONE, ErrorLocation::NONE) {
        parts.extend([number(location.end_lineno), number(location.end_offset)]);
    }
    thread.tuple(parts)
}

/// A line of the file that a source came from, if there is one: errors of the later stages know
/// positions only.
fn line_of_file(thread: &mut Thread, filename: &Text, lineno: i32) -> Option<TextBuf> {
    let name = filename.as_bytes();
    if lineno < 1 || name.is_empty() || name.starts_with(b"<") {
        return None;
    }
    let content = read_file(thread, name)?;
    front_end(thread).source_line(Source::Bytes(&content), lineno)
}

fn read_file(thread: &mut Thread, name: &[u8]) -> Option<Vec<u8>> {
    let host = thread.interp().host.clone();
    let fd = thread.released(|released| host.open(released, None, name, OPEN_READ, 0)).ok()?;
    let mut content = Vec::new();
    let mut chunk = vec![0; 1 << 16];
    let complete = loop {
        match thread.released(|released| host.read(released, fd, &mut chunk)) {
            Ok(0) => break true,
            Ok(count) => content.extend_from_slice(&chunk[..count]),
            Err(_) => break false,
        }
    };
    let _ = thread.released(|released| host.close(released, fd));
    complete.then_some(content)
}

/// SyntaxError with nothing but a message.
#[cold]
pub fn plain_syntax_error(thread: &mut Thread, message: &str) -> Raised {
    thread.raise_new(class_of(ErrorKind::SyntaxError), message)
}
