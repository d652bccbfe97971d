//! What native modules take from the library's Python part.

use taipan_object::types::dict::Dict;
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Thread, Value, protocol};

/// `import name`: the module of that name, also if it lies in a package.
pub fn import(thread: &mut Thread, name: &str) -> Outcome {
    let key = thread.intern(name)?;
    let builtins = thread.interp().builtins().to_value();
    let import = thread.intern("__import__")?;
    let import = builtins
        .downcast::<Dict>()
        .and_then(|dict| dict.get_str(thread, import.downcast::<Str>()?).map(|found| found.to_value()));
    let Some(import) = import else { return Err(thread.import_error("__import__ not found")) };
    let top = protocol::call(thread, import.as_ref(), &[key.as_ref()])?;
    let modules = thread.interp().modules().to_value();
    match modules.downcast::<Dict>() {
        Some(modules) => Ok(modules.get(thread, key.as_ref())?.unwrap_or(top)),
        None => Ok(top),
    }
}

/// An attribute of a module of the library.
pub fn attribute_of(thread: &mut Thread, module: &str, name: &str) -> Outcome<Value> {
    let module = import(thread, module)?;
    let name = thread.intern(name)?;
    protocol::get_attribute(thread, module.as_ref(), name.as_ref())
}
