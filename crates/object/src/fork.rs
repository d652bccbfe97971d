//! Making a copy of the process: the hooks around it, and what the interpreter itself does.
//!
//! Not here: starting other programs, which touches no object in the new process.
//!
//! Answers for `PyOS_BeforeFork` and its companions in CPython's `Modules/posixmodule.c`.
#![allow(unsafe_code)] // the fork itself

use taipan_host::{ForkExec, ForkOutcome, Host};

use crate::protocol;
use crate::thread::Thread;
use crate::types::list::List;
use crate::value::{Outcome, Ref};

/// When a hook runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ForkMoment {
    /// Before the copy is made; the last hook first.
    Before,
    /// After it, in the process that goes on.
    Parent,
    /// After it, in the new process.
    Child,
}

/// Where an interpreter keeps its hooks, a list for each moment.
static HOOKS: [u8; 3] = [0, 1, 2];

impl Thread {
    /// `os.register_at_fork`, one hook.
    pub fn register_at_fork(&mut self, moment: ForkMoment, hook: Ref<'_>) -> Outcome<()> {
        let key = &HOOKS[moment as usize];
        let hooks = match self.interp().slot(key) {
            Some(hooks) => hooks,
            None => {
                let hooks = self.list(Vec::new())?;
                self.interp().set_slot(key, hooks.clone());
                hooks
            }
        };
        hooks.downcast::<List>().expect("the hooks are a list").push(self, hook.to_value())
    }

    /// Calls the hooks of a moment; what they raise is reported and forgotten.
    pub fn run_fork_hooks(&mut self, moment: ForkMoment) {
        let Some(hooks) = self.interp().slot(&HOOKS[moment as usize]) else { return };
        let list = hooks.downcast::<List>().expect("the hooks are a list");
        let mut hooks = Vec::new();
        while let Some(hook) = list.get(self, hooks.len()) {
            hooks.push(hook);
        }
        if moment == ForkMoment::Before {
            hooks.reverse();
        }
        for hook in hooks {
            if protocol::call(self, hook.as_ref(), &[]).is_err() {
                self.unraisable(hook.as_ref());
            }
        }
    }

    /// Makes a copy of the process, hooks and all; where it failed the hooks of the parent run.
    pub fn fork(&mut self) -> taipan_host::Result<ForkOutcome> {
        // SAFETY: as `fork_by` states.
        self.fork_by(|host| unsafe { host.fork() })
    }

    /// As [`Thread::fork`] with a pseudo-terminal as the child's terminal; the descriptor that
    /// leads to it.
    pub fn fork_with_terminal(&mut self) -> taipan_host::Result<(ForkOutcome, i32)> {
        let mut terminal = -1;
        // SAFETY: as `fork_by` states.
        let outcome = self.fork_by(|host| unsafe {
            let (outcome, fd) = host.fork_with_terminal()?;
            terminal = fd;
            Ok(outcome)
        })?;
        Ok((outcome, terminal))
    }

    /// Starts a program after a function of Python's ran in the new process; the process.
    pub fn fork_exec_after(&mut self, plan: &ForkExec, before: Ref<'_>) -> taipan_host::Result<i32> {
        // SAFETY: as `fork_by` states.
        match self.fork_by(|host| unsafe { host.fork() })? {
            ForkOutcome::Parent(process) => Ok(process),
            ForkOutcome::Child => {
                let host = &self.interp().host;
                host.become_program(plan, || protocol::call(self, before, &[]).is_ok())
            }
        }
    }

    /// The calling thread holds the interpreter lock, and with it everything that the child's only
    /// thread will touch: objects and heap. What other threads hold beside it is never asked for.
    fn fork_by(
        &mut self,
        fork: impl FnOnce(&Host) -> taipan_host::Result<ForkOutcome>,
    ) -> taipan_host::Result<ForkOutcome> {
        self.run_fork_hooks(ForkMoment::Before);
        let outcome = fork(&self.interp().host);
        if outcome == Ok(ForkOutcome::Child) {
            // SAFETY: no other thread came along.
            unsafe { self.interp().gil.after_fork() };
            self.is_main = true;
        }
        let moment = if outcome == Ok(ForkOutcome::Child) { ForkMoment::Child } else { ForkMoment::Parent };
        self.run_fork_hooks(moment);
        outcome
    }
}
