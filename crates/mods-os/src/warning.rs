//! Warnings that native code gives.

use taipan_object::types::dict::Dict;
use taipan_object::types::exception::{RESOURCE_WARNING, WARNING};
use taipan_object::{Outcome, Ref, Thread, Type, Value, protocol};

/// `warnings.warn`, if the module has been imported: before that nobody can have asked for it.
pub fn warn(thread: &mut Thread, category: &Type, message: &str, source: Option<Ref<'_>>) -> Outcome<()> {
    let name = thread.intern("_warnings")?;
    let modules = thread.interp().modules();
    let Some(modules) = modules.downcast::<Dict>() else { return Ok(()) };
    let Some(module) = modules.get(thread, name.as_ref())? else { return Ok(()) };
    let message = thread.str(message)?;
    let level = Value::small_int(1);
    let category = category.as_ref();
    match source {
        Some(source) => {
            let arguments = [message.as_ref(), category, level.as_ref(), source];
            protocol::call_method(thread, module.as_ref(), "warn", &arguments).map(drop)
        }
        None => {
            let arguments = [message.as_ref(), category, level.as_ref()];
            protocol::call_method(thread, module.as_ref(), "warn", &arguments).map(drop)
        }
    }
}

/// Says that an object should have been closed. Where warnings are errors, nobody can handle this
/// one, and it is reported.
pub fn resource_warning(thread: &mut Thread, object: Ref<'_>, message: &str) {
    if warn(thread, &RESOURCE_WARNING, message, Some(object)).is_err() {
        if thread.exception_is(&WARNING) {
            thread.unraisable(object);
        }
        drop(thread.take_exception());
    }
}
