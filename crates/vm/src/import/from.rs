//! `from module import name`.
//!
//! Answers for `_PyEval_ImportFrom` of CPython's `Python/ceval.c`.

use taipan_object::types::module::Module;
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Raised, Ref, Thread, Value, protocol};

use super::{import_error_from, is_initializing, modules};
use crate::state::State;
use crate::sys;

/// An attribute of a module, or its submodule of that name.
pub(crate) fn import_from(thread: &mut Thread, module: Ref<'_>, name: Ref<'_>) -> Outcome {
    if let Some(value) = protocol::find_attribute(thread, module, name)? {
        return Ok(value);
    }
    let key = thread.names().__name__.clone();
    let own = protocol::find_attribute(thread, module, key.as_ref())?;
    let own = own.filter(|own| own.downcast::<Str>().is_some());
    if let Some(own) = &own {
        let full = format!(
            "{}.{}",
            protocol::str_string(thread, own.as_ref())?,
            protocol::str_string(thread, name)?
        );
        let full = thread.str(&full)?;
        if let Some(found) = modules(thread).get(thread, full.as_ref())? {
            return Ok(found);
        }
    }
    Err(cannot_import(thread, module, name, own)?)
}

/// The file that a module's specification names.
fn file_origin(thread: &mut Thread, spec: &Value) -> Outcome<Option<Value>> {
    if spec.as_ref().is_none() {
        return Ok(None);
    }
    let key = thread.intern("has_location")?;
    let Some(has_location) = protocol::find_attribute(thread, spec.as_ref(), key.as_ref())? else {
        return Ok(None);
    };
    if !protocol::is_true(thread, has_location.as_ref())? {
        return Ok(None);
    }
    let key = thread.intern("origin")?;
    let origin = protocol::find_attribute(thread, spec.as_ref(), key.as_ref())?;
    Ok(origin.filter(|origin| origin.downcast::<Str>().is_some()))
}

/// Whether a module lies in the program's own folder, where it may hide one of another library.
fn may_shadow(thread: &mut Thread, origin: Option<&Value>) -> Outcome<bool> {
    let state = State::of(thread);
    let (Some(origin), Some(first), false) = (origin, state.first_path.get(), state.config.flags.safe_path)
    else {
        return Ok(false);
    };
    let origin = protocol::str_string(thread, origin.as_ref())?;
    let Some((mut folder, file)) = origin.rsplit_once('/') else { return Ok(false) };
    if file == "__init__.py" {
        let Some((outer, _)) = folder.rsplit_once('/') else { return Ok(false) };
        folder = outer;
    }
    if !first.is_empty() {
        return Ok(folder.as_bytes() == &first[..]);
    }
    let host = thread.interp().host.clone();
    let here = thread.released(|released| host.getcwd(released));
    Ok(here.is_ok_and(|here| here == folder.as_bytes()))
}

fn is_stdlib_name(thread: &mut Thread, name: &Value) -> Outcome<bool> {
    match sys::get(thread, "stdlib_module_names")? {
        Some(names) => protocol::contains(thread, names.as_ref(), name.as_ref()),
        None => Ok(false),
    }
}

/// The ImportError, in the words that fit best.
fn cannot_import(thread: &mut Thread, module: Ref<'_>, name: Ref<'_>, own: Option<Value>) -> Outcome<Raised> {
    let key = thread.names().__spec__.clone();
    let spec = protocol::find_attribute(thread, module, key.as_ref())?.unwrap_or_else(Value::none);
    let mut origin = file_origin(thread, &spec)?;
    let shadows = may_shadow(thread, origin.as_ref())?;
    let hides_stdlib = match &own {
        Some(own) if shadows => is_stdlib_name(thread, own)?,
        _ => false,
    };
    if origin.is_none() && module.downcast::<Module>().is_some() {
        let key = thread.names().__file__.clone();
        let file = protocol::find_attribute(thread, module, key.as_ref())?;
        origin = file.filter(|file| file.downcast::<Str>().is_some());
    }
    let wanted = protocol::repr_string(thread, name)?;
    let unknown = thread.str("<unknown module name>")?;
    let from = protocol::repr_string(thread, own.as_ref().unwrap_or(&unknown).as_ref())?;
    let start = format!("cannot import name {wanted} from");
    let message = match &origin {
        Some(origin) if hides_stdlib => {
            let file = protocol::repr_string(thread, origin.as_ref())?;
            format!(
                "{start} {from} (consider renaming {file} since it has the same name as the standard library module named {from} and prevents importing that standard library module)"
            )
        }
        _ if is_initializing(thread, &spec)? => match &origin {
            Some(origin) if shadows => {
                let file = protocol::repr_string(thread, origin.as_ref())?;
                format!(
                    "{start} {from} (consider renaming {file} if it has the same name as a library you intended to import)"
                )
            }
            Some(origin) => {
                let file = protocol::str_string(thread, origin.as_ref())?;
                format!(
                    "{start} partially initialized module {from} (most likely due to a circular import) ({file})"
                )
            }
            None => {
                format!("{start} partially initialized module {from} (most likely due to a circular import)")
            }
        },
        Some(origin) => {
            let file = protocol::str_string(thread, origin.as_ref())?;
            format!("{start} {from} ({file})")
        }
        None => format!("{start} {from} (unknown location)"),
    };
    let own = own.unwrap_or_else(Value::none);
    let origin = origin.unwrap_or_else(Value::none);
    Ok(import_error_from(thread, &message, own.as_ref(), origin.as_ref(), name))
}
