//! Importing: what `import` statements and `__import__` do.
//!
//! Answers for CPython's `Python/import.c`.

use taipan_object::types::dict::Dict;
use taipan_object::types::exception::MODULE_NOT_FOUND_ERROR;
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Ref, Thread, Value};

/// What `__import__` answers: the module, or the first package of a dotted name.
pub fn import_module_level(
    thread: &mut Thread,
    name: Ref<'_>,
    _globals: Ref<'_>,
    _fromlist: Ref<'_>,
    _level: i32,
) -> Outcome {
    if name.downcast::<Str>().is_none() {
        return Err(thread.type_error("module name must be a string"));
    }
    if let Some(found) = loaded(thread, name)? {
        return Ok(found);
    }
    let text = name.downcast::<Str>().expect("checked").to_string_lossy().into_owned();
    let def = thread.interp().native_modules.borrow().iter().copied().find(|def| def.name == text);
    let Some(def) = def else {
        return Err(thread.raise_new(&MODULE_NOT_FOUND_ERROR, format!("No module named '{text}'")));
    };
    let module = thread.native_module(def)?;
    let modules = thread.interp().modules();
    modules.downcast::<Dict>().expect("a dict").set(thread, name, module.clone())?;
    Ok(module)
}

/// The entry of `sys.modules`.
fn loaded(thread: &mut Thread, name: Ref<'_>) -> Outcome<Option<Value>> {
    thread.interp().modules().downcast::<Dict>().expect("a dict").get(thread, name)
}
