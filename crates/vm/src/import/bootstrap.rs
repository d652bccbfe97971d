//! Starting `importlib`: `_frozen_importlib` first, then, when the modules that it needs are there,
//! the part that reaches files.
//!
//! Answers for `init_importlib` and `init_importlib_external` of CPython's `Python/pylifecycle.c`
//! and `Python/import.c`.

use taipan_object::types::list::List;
use taipan_object::types::module::Module;
use taipan_object::{Outcome, Ref, Thread, Value, protocol};

use super::{frozen, imp, import_module, loader, modules};
use crate::call::eval_code;
use crate::state::State;
use crate::sys;

/// Runs `_frozen_importlib` and hands `sys` and `_imp` to it. Without a library there is nothing to
/// run, and only native modules can be imported.
pub(crate) fn start(thread: &mut Thread) -> Outcome<()> {
    let name = thread.intern("_frozen_importlib")?;
    let Some((found, data)) = frozen::find(thread, name.as_ref()) else { return Ok(()) };
    let code = frozen::code(thread, found, data)?;
    let importlib = thread.module("_frozen_importlib", None)?;
    modules(thread).set_str(thread, name.as_ref(), importlib.clone())?;
    let dict = Ref::of(importlib.downcast::<Module>().expect("a module").dict()).to_value();
    let builtins = thread.names().builtins.clone();
    if let Some(builtins) = modules(thread).get(thread, builtins.as_ref())? {
        thread.module_add(importlib.as_ref(), "__builtins__", builtins)?;
    }
    eval_code(thread, code.as_ref(), dict.as_ref(), dict.as_ref())?;
    let origin = frozen::origin(thread, found)?;
    thread.module_add(importlib.as_ref(), "__origname__", origin)?;
    let imp = thread.native_module(&imp::IMP)?;
    let key = thread.intern("_imp")?;
    modules(thread).set_str(thread, key.as_ref(), imp.clone())?;
    let sys = State::of(thread).sys.get().expect("made before").clone();
    let _ = State::of(thread).importlib.set(importlib.clone());
    protocol::call_method(thread, importlib.as_ref(), "_install", &[sys.as_ref(), imp.as_ref()])?;
    Ok(())
}

/// Whether the native modules are there that importing files needs.
fn files_are_reachable(thread: &Thread) -> bool {
    let known = thread.interp().native_modules.borrow();
    ["posix", "_io"].iter().all(|name| known.iter().any(|def| def.name == *name))
}

/// Puts the finders in place that look into `sys.path`.
pub(crate) fn start_external(thread: &mut Thread) -> Outcome<()> {
    let Some(importlib) = State::of(thread).importlib.get() else { return Ok(()) };
    let own = loader::LIBRARY_IMPORTER.as_ref();
    if !files_are_reachable(thread) {
        let Some(finder) = loader::of_library(thread)? else { return Ok(()) };
        return append(thread, "meta_path", finder);
    }
    protocol::call_method(thread, importlib.as_ref(), "_install_external_importers", &[])?;
    let zipimport = import_module(thread, "zipimport")?;
    let name = thread.intern("zipimporter")?;
    let zipimporter = protocol::get_attribute(thread, zipimport.as_ref(), name.as_ref())?;
    let hooks = sys::get(thread, "path_hooks")?.unwrap_or_else(Value::none);
    if let Some(hooks) = hooks.downcast::<List>() {
        let rest: Vec<Value> = hooks.view(thread).iter().map(|hook| hook.to_value()).collect();
        let mut all = vec![zipimporter];
        if State::of(thread).library.is_some() {
            all.insert(0, own.to_value());
        }
        all.extend(rest);
        let all = thread.list(all)?;
        sys::set(thread, "path_hooks", all)?;
    }
    Ok(())
}

fn append(thread: &mut Thread, name: &str, value: Value) -> Outcome<()> {
    let list = sys::get(thread, name)?.unwrap_or_else(Value::none);
    match list.downcast::<List>() {
        Some(list) => list.push(thread, value),
        None => Ok(()),
    }
}
