//! Importing: what `import` statements and `__import__` do.
//!
//! The work is done by the library's own `importlib`, which [`bootstrap`] starts; here are the way to
//! it and the short cuts for modules that are there already. [`imp`] is the module `_imp` that it
//! stands on, [`library`] the library inside the program.
//!
//! Answers for CPython's `Python/import.c`.

pub(crate) mod bootstrap;
mod from;
mod frozen;
pub(crate) mod imp;
pub mod library;
mod loader;
mod relative;
mod trim;

pub(crate) use from::import_from;

use taipan_object::native::Args;
use taipan_object::types::dict::Dict;
use taipan_object::types::exception::{IMPORT_ERROR, MODULE_NOT_FOUND_ERROR};
use taipan_object::types::module::Module;
use taipan_object::types::str::Str;
use taipan_object::types::tuple::Tuple;
use taipan_object::{Outcome, Raised, Ref, Thread, Value, protocol};

use crate::state::State;
use crate::sys;

/// The dictionary `sys.modules`.
pub(crate) fn modules<'i>(thread: &Thread) -> &'i Dict {
    thread.interp().modules().downcast::<Dict>().expect("the interpreter makes it a dict")
}

/// Imports a module by its full name; answers that module, not the package in front.
pub(crate) fn import_module(thread: &mut Thread, name: &str) -> Outcome {
    let name = thread.intern(name)?;
    find_module(thread, name.as_ref())
}

/// What `__import__` answers: the module, or the first package of a dotted name.
pub fn import_module_level(
    thread: &mut Thread,
    name: Ref<'_>,
    globals: Ref<'_>,
    fromlist: Ref<'_>,
    level: i32,
) -> Outcome {
    let imported = import_level(thread, name, globals, fromlist, level);
    if imported.is_err() {
        trim::trim(thread);
    }
    imported
}

fn import_level(
    thread: &mut Thread,
    name: Ref<'_>,
    globals: Ref<'_>,
    fromlist: Ref<'_>,
    level: i32,
) -> Outcome {
    let Some(text) = name.downcast::<Str>() else {
        return Err(thread.type_error("module name must be a string"));
    };
    if level < 0 {
        return Err(thread.value_error("level must be >= 0"));
    }
    let absolute = if level > 0 {
        relative::resolve(thread, name, globals, level)?
    } else if text.is_empty() {
        return Err(thread.value_error("Empty module name"));
    } else {
        name.to_value()
    };
    let module = find_module(thread, absolute.as_ref())?;
    if !fromlist.is_none() && protocol::is_true(thread, fromlist)? {
        return submodules(thread, module, fromlist);
    }
    if level > 0 && text.is_empty() {
        return Ok(module);
    }
    let Some(dot) = text.chars().iter().position(|point| point == u32::from('.')) else { return Ok(module) };
    if level == 0 {
        let front = thread.str_from_chars(text.chars().slice(0..dot))?;
        return find_module(thread, front.as_ref());
    }
    let full = absolute.downcast::<Str>().expect("names are strings");
    let front = thread.str_from_chars(full.chars().slice(0..full.len() - (text.len() - dot)))?;
    match modules(thread).get(thread, front.as_ref())? {
        Some(found) => Ok(found),
        None => {
            let shown = protocol::repr_string(thread, front.as_ref())?;
            let message = format!("{shown} not in sys.modules as expected");
            Err(thread.raise_new(&taipan_object::types::exception::KEY_ERROR, message))
        }
    }
}

/// The module of a full name: from `sys.modules`, or loaded.
fn find_module(thread: &mut Thread, name: Ref<'_>) -> Outcome {
    match modules(thread).get(thread, name)? {
        Some(found) if !found.as_ref().is_none() => {
            wait_until_initialized(thread, &found, name)?;
            Ok(found)
        }
        _ => find_and_load(thread, name),
    }
}

/// Another thread may be at it: then its lock is waited for.
fn wait_until_initialized(thread: &mut Thread, module: &Value, name: Ref<'_>) -> Outcome<()> {
    let Some(own) = module.as_ref().exact::<Module>() else { return Ok(()) };
    let key = thread.names().__spec__.downcast::<Str>().expect("a name");
    let Some(spec) = own.dict().get_str(thread, key).map(|spec| spec.to_value()) else { return Ok(()) };
    if !is_initializing(thread, &spec)? {
        return Ok(());
    }
    let Some(importlib) = State::of(thread).importlib.get() else { return Ok(()) };
    protocol::call_method(thread, importlib.as_ref(), "_lock_unlock_module", &[name]).map(drop)
}

/// Whether the module of a specification is being loaded.
pub(crate) fn is_initializing(thread: &mut Thread, spec: &Value) -> Outcome<bool> {
    if spec.as_ref().is_none() {
        return Ok(false);
    }
    let name = thread.intern("_initializing")?;
    match protocol::find_attribute(thread, spec.as_ref(), name.as_ref())? {
        Some(value) => protocol::is_true(thread, value.as_ref()),
        None => Ok(false),
    }
}

fn find_and_load(thread: &mut Thread, name: Ref<'_>) -> Outcome {
    if thread.is_audited() {
        let mut known = vec![name.to_value(), Value::none()];
        for attribute in ["path", "meta_path", "path_hooks"] {
            known.push(sys::get(thread, attribute)?.unwrap_or_else(Value::none));
        }
        let known: Vec<Ref<'_>> = known.iter().map(Value::as_ref).collect();
        thread.audit("import", &known)?;
    }
    let Some(importlib) = State::of(thread).importlib.get() else {
        return load_native(thread, name);
    };
    let builtins = thread.interp().builtins().downcast::<Dict>().expect("a dict");
    let key = thread.names().__import__.downcast::<Str>().expect("a name");
    let Some(import) = builtins.get_str(thread, key).map(|import| import.to_value()) else {
        return Err(thread.import_error("__import__ not found"));
    };
    protocol::call_method(thread, importlib.as_ref(), "_find_and_load", &[name, import.as_ref()])
}

/// A native module, while there is no importlib.
fn load_native(thread: &mut Thread, name: Ref<'_>) -> Outcome {
    let text = name.downcast::<Str>().expect("names are strings").to_string_lossy().into_owned();
    let Some(module) = imp::create_native(thread, &text)? else {
        return Err(not_found(thread, name, &text));
    };
    modules(thread).set(thread, name, module.clone())?;
    Ok(module)
}

fn not_found(thread: &mut Thread, name: Ref<'_>, text: &str) -> Raised {
    let made = thread.str(&format!("No module named '{text}'")).and_then(|message| {
        let key = thread.names().name.clone();
        let keys = thread.tuple([key])?;
        let values = [message.as_ref(), name];
        let args = Args::with_names(&values, keys.downcast::<Tuple>());
        protocol::call_args(thread, MODULE_NOT_FOUND_ERROR.as_ref(), args)
    });
    match made {
        Ok(exception) => thread.raise(exception),
        Err(raised) => raised,
    }
}

/// `from package import names`: what is no attribute yet may be a submodule.
fn submodules(thread: &mut Thread, module: Value, fromlist: Ref<'_>) -> Outcome {
    let path = thread.names().__path__.clone();
    if protocol::find_attribute(thread, module.as_ref(), path.as_ref())?.is_none() {
        return Ok(module);
    }
    let Some(importlib) = State::of(thread).importlib.get() else { return Ok(module) };
    let builtins = thread.interp().builtins().downcast::<Dict>().expect("a dict");
    let key = thread.names().__import__.downcast::<Str>().expect("a name");
    let import = builtins.get_str(thread, key).map(|import| import.to_value()).unwrap_or_else(Value::none);
    let arguments = [module.as_ref(), fromlist, import.as_ref()];
    protocol::call_method(thread, importlib.as_ref(), "_handle_fromlist", &arguments)
}

/// ImportError with `name`, `path` and `name_from`.
pub(crate) fn import_error_from(
    thread: &mut Thread,
    message: &str,
    name: Ref<'_>,
    path: Ref<'_>,
    name_from: Ref<'_>,
) -> Raised {
    let made = thread.str(message).and_then(|message| {
        let names = thread.names();
        let keys = [names.name.clone(), names.path.clone(), names.name_from.clone()];
        let keys = thread.tuple(keys)?;
        let values = [message.as_ref(), name, path, name_from];
        let args = Args::with_names(&values, keys.downcast::<Tuple>());
        protocol::call_args(thread, IMPORT_ERROR.as_ref(), args)
    });
    match made {
        Ok(exception) => thread.raise(exception),
        Err(raised) => raised,
    }
}
