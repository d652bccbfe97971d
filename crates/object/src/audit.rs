//! Audit events: native code tells what it is about to do, hooks may refuse by raising.
//!
//! Hooks are added by `sys.addaudithook` and never removed.
//!
//! Answers for PEP 578 and `sys_audit_tstate` in CPython's `Python/sysmodule.c`.

use crate::protocol;
use crate::thread::Thread;
use crate::types::list::List;
use crate::value::{Outcome, Ref};

/// Where an interpreter keeps its hooks, a list.
static HOOKS: u8 = 0;

impl Thread {
    /// Whether anybody listens: what an event costs to describe is spent for nobody else.
    pub fn is_audited(&self) -> bool {
        self.interp().slot(&HOOKS).is_some()
    }

    /// Tells the hooks of an event.
    pub fn audit(&mut self, event: &str, arguments: &[Ref<'_>]) -> Outcome<()> {
        let Some(hooks) = self.interp().slot(&HOOKS) else { return Ok(()) };
        let hooks = hooks.downcast::<List>().expect("the hooks are a list");
        let event = self.str(event)?;
        let arguments = self.tuple_from_refs(arguments)?;
        let mut index = 0;
        while let Some(hook) = hooks.get(self, index) {
            protocol::call(self, hook.as_ref(), &[event.as_ref(), arguments.as_ref()])?;
            index += 1;
        }
        Ok(())
    }

    /// `sys.addaudithook`, once the hooks there are have agreed.
    pub fn add_audit_hook(&mut self, hook: Ref<'_>) -> Outcome<()> {
        let hooks = match self.interp().slot(&HOOKS) {
            Some(hooks) => hooks,
            None => {
                let hooks = self.list(Vec::new())?;
                self.interp().set_slot(&HOOKS, hooks.clone());
                hooks
            }
        };
        hooks.downcast::<List>().expect("the hooks are a list").push(self, hook.to_value())
    }
}
