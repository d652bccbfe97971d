//! What the classes of `_io` share: errors, conversions of arguments, calls of methods.

use taipan_host::Errno;
use taipan_object::native::FromArgument;
use taipan_object::types::exception::{
    ATTRIBUTE_ERROR, BLOCKING_IO_ERROR, OS_ERROR, RESOURCE_WARNING, TYPE_ERROR,
};
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Raised, Ref, Thread, Value, protocol};

/// Where an interpreter keeps the class `UnsupportedOperation`.
pub static UNSUPPORTED_OPERATION: u8 = 0;

/// UnsupportedOperation
#[cold]
pub fn unsupported(thread: &mut Thread, message: &str) -> Raised {
    let Some(class) = thread.interp().slot(&UNSUPPORTED_OPERATION) else {
        return thread.system_error("the module _io is not initialized");
    };
    let made = thread.str(message).and_then(|text| protocol::call(thread, class.as_ref(), &[text.as_ref()]));
    match made {
        Ok(value) => thread.raise(value),
        Err(raised) => raised,
    }
}

/// OSError with a message alone.
#[cold]
pub fn os_message(thread: &mut Thread, message: impl Into<String>) -> Raised {
    thread.raise_new(&OS_ERROR, message.into())
}

/// BlockingIOError: how much was written before the stream would have blocked.
#[cold]
pub fn would_block(thread: &mut Thread, message: &str, written: usize) -> Raised {
    drop(thread.take_exception());
    let made = (|| {
        let number = thread.int(Errno::EAGAIN.0.into())?;
        let message = thread.str(message)?;
        let written = thread.int(written as i128)?;
        protocol::call(
            thread,
            BLOCKING_IO_ERROR.as_ref(),
            &[number.as_ref(), message.as_ref(), written.as_ref()],
        )
    })();
    match made {
        Ok(value) => thread.raise(value),
        Err(raised) => raised,
    }
}

/// Puts an exception that was set aside back: as context of the one that came meanwhile, or itself.
pub fn chain(thread: &mut Thread, earlier: Option<Value>) {
    let Some(earlier) = earlier else { return };
    match thread.take_exception() {
        None => thread.exception = Some(earlier),
        Some(later) => {
            let name = thread.names().__context__.clone();
            let set = protocol::set_attribute(thread, later.as_ref(), name.as_ref(), Some(earlier.as_ref()));
            if set.is_err() {
                drop(thread.take_exception());
            }
            thread.exception = Some(later);
        }
    }
}

/// The outcome of two steps that both had to be tried: the first error, with the second on top.
pub fn both<T>(thread: &mut Thread, first: Option<Value>, second: Outcome<T>) -> Outcome<T> {
    if first.is_none() {
        return second;
    }
    chain(thread, first);
    Err(Raised::assume())
}

/// Takes the exception of a failed step, to go on with the next.
pub fn set_aside<T>(thread: &mut Thread, step: Outcome<T>) -> Option<Value> {
    match step {
        Ok(_) => None,
        Err(_) => thread.take_exception(),
    }
}

/// Whether the exception is an OSError about a signal; it is forgotten then.
pub fn trap_interrupt(thread: &mut Thread) -> bool {
    if !thread.exception_is(&OS_ERROR) {
        return false;
    }
    let exception = thread.take_exception();
    let name = thread.str("errno");
    let number = match (&exception, name) {
        (Some(exception), Ok(name)) => protocol::get_attribute(thread, exception.as_ref(), name.as_ref()),
        _ => Err(Raised::assume()),
    };
    let interrupted =
        number.is_ok_and(|number| number.word().is_int() && number.word().int() == i64::from(Errno::EINTR.0));
    drop(thread.take_exception());
    if !interrupted {
        thread.exception = exception;
    }
    interrupted
}

/// Calls a method without arguments.
pub fn call0(thread: &mut Thread, object: Ref<'_>, name: &str) -> Outcome {
    protocol::call_method(thread, object, name, &[])
}

/// An attribute by its name.
pub fn attribute(thread: &mut Thread, object: Ref<'_>, name: &str) -> Outcome {
    let name = thread.intern(name)?;
    protocol::get_attribute(thread, object, name.as_ref())
}

/// An attribute by its name, if there is one.
pub fn find_attribute(thread: &mut Thread, object: Ref<'_>, name: &str) -> Outcome<Option<Value>> {
    let name = thread.intern(name)?;
    match protocol::find_attribute(thread, object, name.as_ref()) {
        Err(_) if thread.exception_is(&ATTRIBUTE_ERROR) => {
            drop(thread.take_exception());
            Ok(None)
        }
        found => found,
    }
}

/// Sets an attribute by its name.
pub fn set_attribute(thread: &mut Thread, object: Ref<'_>, name: &str, value: Ref<'_>) -> Outcome<()> {
    let name = thread.intern(name)?;
    protocol::set_attribute(thread, object, name.as_ref(), Some(value))
}

/// The truth of an attribute.
pub fn attribute_is_true(thread: &mut Thread, object: Ref<'_>, name: &str) -> Outcome<bool> {
    let value = attribute(thread, object, name)?;
    protocol::is_true(thread, value.as_ref())
}

/// Warns of a file that nobody closed.
pub fn warn_unclosed(thread: &mut Thread, source: Ref<'_>) -> Outcome<()> {
    let text = protocol::repr_string(thread, source)?;
    thread.warn_about(&RESOURCE_WARNING, &format!("unclosed file {text}"), 1, Some(source))
}

/// A parameter that is a number or `None`, which is -1.
#[derive(Clone, Copy)]
pub struct Size(pub isize);

impl<'a> FromArgument<'a> for Size {
    fn from_argument(thread: &mut Thread, value: Ref<'a>, _: &str, _: usize) -> Outcome<Size> {
        if value.is_none() {
            return Ok(Size(-1));
        }
        if value.ty().slots().index.is_none() {
            let ty = value.ty().name().into_owned();
            return Err(thread.type_error(format!("argument should be integer or None, not '{ty}'")));
        }
        protocol::index_isize(thread, value).map(Size)
    }
}

impl Size {
    /// The size of an optional argument.
    pub fn of(size: Option<Size>) -> isize {
        size.map_or(-1, |size| size.0)
    }
}

/// A position in a file, from any object with `__index__`; ValueError if it is too large.
pub fn offset(thread: &mut Thread, value: Ref<'_>) -> Outcome<i64> {
    if value.ty().slots().index.is_none() {
        let ty = value.ty().name().into_owned();
        return Err(thread.type_error(format!("'{ty}' object cannot be interpreted as an integer")));
    }
    match protocol::index_i64(thread, value) {
        Ok(number) => Ok(number),
        Err(raised) => {
            if thread.exception_is(&TYPE_ERROR) {
                return Err(raised);
            }
            drop(thread.take_exception());
            Err(thread.value_error("cannot fit 'int' into an offset-sized integer"))
        }
    }
}

/// A string argument; TypeError with CPython's words otherwise.
pub fn text_argument<'a>(
    thread: &mut Thread,
    function: &str,
    name: &str,
    value: Ref<'a>,
    or_none: bool,
) -> Outcome<Option<&'a Str>> {
    if or_none && value.is_none() {
        return Ok(None);
    }
    match value.downcast::<Str>() {
        Some(text) => Ok(Some(text)),
        None => {
            let ty = if value.is_none() { "None".into() } else { value.ty().name() };
            let wanted = if or_none { "str or None" } else { "str" };
            Err(thread.type_error(format!("{function}() argument '{name}' must be {wanted}, not {ty}")))
        }
    }
}

/// The name of an object's class, as messages and reprs show it: with its module.
pub fn full_name(thread: &Thread, object: Ref<'_>) -> String {
    let ty = object.ty();
    if ty.is_heap() { ty.name().into_owned() } else { ty.qualified_name(thread) }
}
