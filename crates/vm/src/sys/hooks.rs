//! The hooks: what shows values and errors, and what `breakpoint()` calls.
//!
//! Answers for the same parts of CPython's `Python/sysmodule.c` and for `Python/errors.c`.

use taipan_macros::native;
use taipan_object::native::{Args, MethodDef};
use taipan_object::types::exception::{ATTRIBUTE_ERROR, RUNTIME_ERROR, UNICODE_ENCODE_ERROR};
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Ref, Thread, Value, protocol};

use super::attributes::{get, set};
use super::info::UNRAISABLE_HOOK_ARGS;
use crate::import;
use crate::pythonrun;

pub(super) const FUNCTIONS: &[MethodDef] = &[BREAKPOINTHOOK, DISPLAYHOOK, EXCEPTHOOK, UNRAISABLEHOOK];

/// Print an object to sys.stdout and also save it in builtins._
#[native(signature = "($module, object, /)")]
fn displayhook(thread: &mut Thread, object: Ref<'_>) -> Outcome<()> {
    if object.is_none() {
        return Ok(());
    }
    let builtins = thread.interp().builtins().to_value();
    let name = thread.intern("_")?;
    protocol::set_item(thread, builtins.as_ref(), name.as_ref(), Ref::none())?;
    let Some(stdout) = get(thread, "stdout")?.filter(|stdout| !stdout.as_ref().is_none()) else {
        return Err(thread.raise_new(&RUNTIME_ERROR, "lost sys.stdout"));
    };
    let shown = protocol::repr(thread, object)?;
    if protocol::call_method(thread, stdout.as_ref(), "write", &[shown.as_ref()]).is_err() {
        display_encoded(thread, &stdout, &shown)?;
    }
    let end = thread.str("\n")?;
    protocol::call_method(thread, stdout.as_ref(), "write", &[end.as_ref()])?;
    protocol::set_item(thread, builtins.as_ref(), name.as_ref(), object)
}

/// What a stream's encoding cannot express is shown as escapes.
fn display_encoded(thread: &mut Thread, stdout: &Value, shown: &Value) -> Outcome<()> {
    if !thread.exception_is(&UNICODE_ENCODE_ERROR) {
        return Err(taipan_object::Raised::assume());
    }
    drop(thread.take_exception());
    let name = thread.intern("encoding")?;
    let encoding = protocol::get_attribute(thread, stdout.as_ref(), name.as_ref())?;
    let errors = thread.str("backslashreplace")?;
    let encoded =
        protocol::call_method(thread, shown.as_ref(), "encode", &[encoding.as_ref(), errors.as_ref()])?;
    let name = thread.intern("buffer")?;
    if let Some(buffer) = protocol::find_attribute(thread, stdout.as_ref(), name.as_ref())? {
        return protocol::call_method(thread, buffer.as_ref(), "write", &[encoded.as_ref()]).map(drop);
    }
    let strict = thread.str("strict")?;
    let escaped =
        protocol::call_method(thread, encoded.as_ref(), "decode", &[encoding.as_ref(), strict.as_ref()])?;
    protocol::call_method(thread, stdout.as_ref(), "write", &[escaped.as_ref()]).map(drop)
}

/// Handle an exception by displaying it with a traceback on sys.stderr.
#[native(signature = "($module, exctype, value, traceback, /)")]
fn excepthook(thread: &mut Thread, _exctype: Ref<'_>, value: Ref<'_>, traceback: Ref<'_>) -> Outcome<()> {
    pythonrun::display(thread, value, traceback);
    Ok(())
}

/// Handle an unraisable exception.
///
/// The unraisable argument has the following attributes:
///
/// * exc_type: Exception type.
/// * exc_value: Exception value, can be None.
/// * exc_traceback: Exception traceback, can be None.
/// * err_msg: Error message, can be None.
/// * object: Object causing the exception, can be None.
#[native(signature = "($module, unraisable, /)")]
fn unraisablehook(thread: &mut Thread, unraisable: Ref<'_>) -> Outcome<()> {
    if !unraisable.ty().is(&UNRAISABLE_HOOK_ARGS) {
        return Err(thread.type_error("sys.unraisablehook argument type must be UnraisableHookArgs"));
    }
    let mut part = |name: &str| -> Outcome {
        let name = thread.intern(name)?;
        protocol::get_attribute(thread, unraisable, name.as_ref())
    };
    let (value, traceback) = (part("exc_value")?, part("exc_traceback")?);
    let (message, object) = (part("err_msg")?, part("object")?);
    let heading = heading(thread, &message, &object);
    pythonrun::write_stderr(thread, &heading);
    pythonrun::display(thread, value.as_ref(), traceback.as_ref());
    Ok(())
}

/// The line above the traceback.
fn heading(thread: &mut Thread, message: &Value, object: &Value) -> String {
    let message = message.downcast::<Str>().map(|message| message.to_string_lossy().into_owned());
    if object.as_ref().is_none() {
        return message.map(|message| format!("{message}:\n")).unwrap_or_default();
    }
    let shown = protocol::repr_string(thread, object.as_ref()).unwrap_or_else(|_| {
        drop(thread.take_exception());
        "<object repr() failed>".to_owned()
    });
    match message {
        Some(message) => format!("{message}: {shown}\n"),
        None => format!("Exception ignored in: {shown}\n"),
    }
}

/// This hook function is called by built-in breakpoint().
#[native(signature = "($module, /, *args, **kwargs)")]
fn breakpointhook(thread: &mut Thread, args: Args<'_>) -> Outcome {
    let named = if crate::state::State::of(thread).config.flags.ignore_environment {
        None
    } else {
        thread.interp().host.variable(b"PYTHONBREAKPOINT")
    };
    let named = named.filter(|name| !name.is_empty()).unwrap_or_else(|| b"pdb.set_trace".to_vec());
    if named == b"0" {
        return Ok(Value::none());
    }
    let text = String::from_utf8_lossy(&named).into_owned();
    let (module, attribute) = text.rsplit_once('.').unwrap_or(("builtins", &text));
    let found = import::import_module(thread, module).and_then(|module| {
        let name = thread.intern(attribute)?;
        protocol::get_attribute(thread, module.as_ref(), name.as_ref())
    });
    match found {
        Ok(hook) => protocol::call_args(thread, hook.as_ref(), args),
        Err(raised) => {
            let unimportable = thread.exception_is(&taipan_object::types::exception::IMPORT_ERROR)
                || thread.exception_is(&ATTRIBUTE_ERROR);
            if !unimportable {
                return Err(raised);
            }
            drop(thread.take_exception());
            let message = format!("Ignoring unimportable $PYTHONBREAKPOINT: \"{text}\"");
            crate::warnings::warn(thread, &taipan_object::types::exception::RUNTIME_WARNING, &message, 0)?;
            Ok(Value::none())
        }
    }
}

/// Tells `sys.unraisablehook` of an exception that nobody can handle.
pub(crate) fn report_unraisable(
    thread: &mut Thread,
    exception: Value,
    message: Option<&str>,
    object: Ref<'_>,
) {
    let object = object.to_value();
    let reported = (|| -> Outcome<()> {
        let ty = exception.as_ref().ty().as_ref().to_value();
        let name = thread.names().__traceback__.clone();
        let traceback = protocol::find_attribute(thread, exception.as_ref(), name.as_ref())?;
        let message = match message {
            Some(message) => thread.str(message)?,
            None => Value::none(),
        };
        let traceback = traceback.unwrap_or_else(Value::none);
        let arguments = vec![ty, exception.clone(), traceback, message, object];
        let arguments = thread.structseq(&UNRAISABLE_HOOK_ARGS, arguments)?;
        match get(thread, "unraisablehook")?.filter(|hook| !hook.as_ref().is_none()) {
            Some(hook) => protocol::call(thread, hook.as_ref(), &[arguments.as_ref()]).map(drop),
            None => unraisablehook(thread, arguments.as_ref()),
        }
    })();
    if reported.is_err()
        && let Some(failure) = thread.take_exception()
    {
        pythonrun::write_stderr(thread, "Exception ignored in sys.unraisablehook:\n");
        pythonrun::display(thread, failure.as_ref(), Ref::none());
    }
}

/// Remembers an exception that was not caught, for post-mortem debugging.
pub(crate) fn set_last(thread: &mut Thread, exception: &Value, traceback: &Value) -> Outcome<()> {
    set(thread, "last_exc", exception.clone())?;
    set(thread, "last_type", exception.as_ref().ty().as_ref().to_value())?;
    set(thread, "last_value", exception.clone())?;
    set(thread, "last_traceback", traceback.clone())
}
