//! Warnings from native code.

use crate::thread::Thread;
use crate::typeobject::Type;
use crate::types::exception::IMPORT_ERROR;
use crate::value::{Outcome, Value};

/// Issues a warning; a filter may turn it into an exception. `stack_level` 1 blames the Python code that
/// runs. Without the module `_warnings` nothing is warned of.
pub fn warn(thread: &mut Thread, category: &Type, message: &str, stack_level: i64) -> Outcome<()> {
    let function = match super::library_attribute(thread, "_warnings", "warn") {
        Ok(function) => function,
        Err(raised) => {
            if !thread.exception_is(&IMPORT_ERROR) {
                return Err(raised);
            }
            drop(thread.take_exception());
            return Ok(());
        }
    };
    let (message, level) = (thread.str(message)?, Value::small_int(stack_level));
    super::call(thread, function.as_ref(), &[message.as_ref(), category.as_ref(), level.as_ref()]).map(drop)
}
