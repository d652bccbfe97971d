//! Warnings issued by native code, through the module `_warnings`.
//!
//! Answers for `PyErr_WarnEx` of CPython's `Python/_warnings.c`.

use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::Type;
use crate::types::dict::Dict;
use crate::value::{Outcome, Ref, Value};

impl Thread {
    /// `warnings.warn(message, category, stack_level)`. Before `_warnings` is there, nobody is warned.
    pub fn warn(&mut self, category: &Type, message: &str, stack_level: i64) -> Outcome<()> {
        self.warn_about(category, message, stack_level, None)
    }

    /// As [`Thread::warn`], about an object that is the source of a leak.
    pub fn warn_about(
        &mut self,
        category: &Type,
        message: &str,
        stack_level: i64,
        source: Option<Ref<'_>>,
    ) -> Outcome<()> {
        let name = self.intern("_warnings")?;
        let modules = self.interp().modules().to_value();
        let Some(modules) = modules.downcast::<Dict>() else { return Ok(()) };
        let Some(module) = modules.get(self, name.as_ref())? else { return Ok(()) };
        let message = self.str(message)?;
        let level = Value::small_int(stack_level);
        let source = source.unwrap_or(Ref::none());
        let arguments = [message.as_ref(), category.as_ref(), level.as_ref(), source];
        protocol::call_method(self, module.as_ref(), "warn", &arguments).map(drop)
    }
}
