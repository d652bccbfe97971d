//! `format(value, spec)`.

use crate::thread::Thread;
use crate::typeobject::call_special;
use crate::types::str::Str;
use crate::value::{Outcome, Ref};

/// `format(value, spec)`; `spec` is a string.
pub fn format(thread: &mut Thread, value: Ref<'_>, spec: Ref<'_>) -> Outcome {
    let empty = spec.downcast::<Str>().is_some_and(Str::is_empty);
    if empty && (value.exact::<Str>().is_some() || value.word().is_int()) {
        return super::str(thread, value);
    }
    thread.check_native_stack()?;
    let name = thread.names().__format__.clone();
    match call_special(thread, value, &name, &[spec])? {
        Some(text) if text.downcast::<Str>().is_some() => Ok(text),
        Some(other) => {
            let ty = other.as_ref().ty().name().into_owned();
            Err(thread.type_error(format!("__format__ must return a str, not {ty}")))
        }
        None if empty => super::str(thread, value),
        None => {
            let ty = value.ty().name().into_owned();
            Err(thread.type_error(format!("unsupported format string passed to {ty}.__format__")))
        }
    }
}
