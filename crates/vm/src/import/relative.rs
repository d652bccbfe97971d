//! Names of relative imports made absolute.

use taipan_object::typeobject::CompareOp;
use taipan_object::types::dict::Dict;
use taipan_object::types::exception::{DEPRECATION_WARNING, IMPORT_WARNING, KEY_ERROR};
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Raised, Ref, Thread, Value, protocol};

use crate::warnings;

/// The full name of `name`, `level` packages up from where `globals` says that it is.
pub(super) fn resolve(thread: &mut Thread, name: Ref<'_>, globals: Ref<'_>, level: i32) -> Outcome {
    if globals.is_none() {
        return Err(thread.raise_new(&KEY_ERROR, "'__name__' not in globals"));
    }
    let Some(globals) = globals.downcast::<Dict>() else {
        return Err(thread.type_error("globals must be a dict"));
    };
    let package = package(thread, globals)?;
    let text = package.downcast::<Str>().expect("checked");
    let mut end = text.len();
    if end == 0 {
        return Err(no_parent(thread));
    }
    for _ in 1..level {
        match text.chars().slice(0..end).iter().rposition(|point| point == u32::from('.')) {
            Some(dot) => end = dot,
            None => return Err(thread.import_error("attempted relative import beyond top-level package")),
        }
    }
    let base = thread.str_from_chars(text.chars().slice(0..end))?;
    let own = name.downcast::<Str>().expect("checked by the caller");
    if own.is_empty() {
        return Ok(base);
    }
    let dot = thread.str(".")?;
    let base =
        thread.concat(base.downcast::<Str>().expect("a string"), dot.downcast::<Str>().expect("a string"))?;
    thread.concat(base.downcast::<Str>().expect("a string"), own)
}

fn no_parent(thread: &mut Thread) -> Raised {
    thread.import_error("attempted relative import with no known parent package")
}

fn look_up(thread: &mut Thread, globals: &Dict, name: &Value) -> Option<Value> {
    let found = globals.get_str(thread, name.downcast::<Str>().expect("a name"));
    found.map(|found| found.to_value()).filter(|found| !found.as_ref().is_none())
}

/// The package that a module's globals say it is in.
fn package(thread: &mut Thread, globals: &Dict) -> Outcome {
    let names = thread.names();
    let package = look_up(thread, globals, &names.__package__);
    let spec = look_up(thread, globals, &names.__spec__);
    if let Some(package) = package {
        if package.downcast::<Str>().is_none() {
            return Err(thread.type_error("package must be a string"));
        }
        if let Some(spec) = spec {
            let parent = parent_of(thread, &spec)?;
            if !protocol::compare_bool(thread, package.as_ref(), parent.as_ref(), CompareOp::Eq)? {
                warnings::warn(thread, &DEPRECATION_WARNING, "__package__ != __spec__.parent", 1)?;
            }
        }
        return Ok(package);
    }
    if let Some(spec) = spec {
        let parent = parent_of(thread, &spec)?;
        if parent.downcast::<Str>().is_none() {
            return Err(thread.type_error("__spec__.parent must be a string"));
        }
        return Ok(parent);
    }
    let message = "can't resolve package from __spec__ or __package__, falling back on __name__ and __path__";
    warnings::warn(thread, &IMPORT_WARNING, message, 1)?;
    let Some(name) = look_up(thread, globals, &names.__name__) else {
        return Err(thread.raise_new(&KEY_ERROR, "'__name__' not in globals"));
    };
    let Some(text) = name.downcast::<Str>() else {
        return Err(thread.type_error("__name__ must be a string"));
    };
    let path = names.__path__.downcast::<Str>().expect("a name");
    if globals.get_str(thread, path).is_some() {
        return Ok(name);
    }
    match text.chars().iter().rposition(|point| point == u32::from('.')) {
        Some(dot) => thread.str_from_chars(text.chars().slice(0..dot)),
        None => Err(no_parent(thread)),
    }
}

fn parent_of(thread: &mut Thread, spec: &Value) -> Outcome {
    let name = thread.intern("parent")?;
    protocol::get_attribute(thread, spec.as_ref(), name.as_ref())
}
