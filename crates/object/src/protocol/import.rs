//! Importing from native code.

use crate::thread::Thread;
use crate::value::{Outcome, Value};

/// The module of that name, which has no dot, imported now if it was not.
pub fn import_module(thread: &mut Thread, name: &str) -> Outcome {
    let name = thread.intern(name)?;
    let modules = thread.interp().modules();
    if let Some(modules) = modules.downcast::<crate::types::dict::Dict>()
        && let Some(module) = modules.get(thread, name.as_ref())?
        && !module.as_ref().is_none()
    {
        return Ok(module);
    }
    let import = thread.names().__import__.clone();
    let builtins = thread.interp().builtins();
    let import = super::get_item(thread, builtins, import.as_ref())?;
    super::call(thread, import.as_ref(), &[name.as_ref()])
}

/// An attribute of a module of the library.
pub fn library_attribute(thread: &mut Thread, module: &str, name: &str) -> Outcome<Value> {
    let module = import_module(thread, module)?;
    let name = thread.intern(name)?;
    super::get_attribute(thread, module.as_ref(), name.as_ref())
}
