//! What this crate keeps for an interpreter besides objects.

use taipan_object::Thread;

use crate::frontend::FrontEnd;

/// The parts that an interpreter was built with.
pub(crate) struct State {
    /// The way from source text to code objects.
    pub(crate) front_end: Box<dyn FrontEnd>,
}

impl State {
    /// The state of the running interpreter.
    pub(crate) fn of<'i>(thread: &Thread) -> &'i State {
        let state = thread.interp().above.get().and_then(|state| state.downcast_ref());
        state.expect("set when the interpreter is made")
    }
}
