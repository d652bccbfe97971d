//! What a host may do, and the proof that the interpreter lock is released.

use std::marker::PhantomData;

bitflags::bitflags! {
    /// Kinds of access to the operating system.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Capability: u32 {
        /// Reading files and directories by path.
        const READ_FILES = 1 << 0;
        /// Creating, changing and removing files and directories by path.
        const WRITE_FILES = 1 << 1;
        /// Sockets and name resolution.
        const NETWORK = 1 << 2;
        /// Starting, signalling and waiting for processes; changing this one's identity.
        const PROCESSES = 1 << 3;
        /// Real time and local time; without it clocks answer `EPERM`.
        const CLOCK = 1 << 4;
        /// Randomness that differs from run to run.
        const RANDOM = 1 << 5;
        /// The environment, the command line, the names of machine and user.
        const ENVIRONMENT = 1 << 6;
        /// Signal dispositions and masks.
        const SIGNALS = 1 << 7;
    }
}

/// Proof that the calling thread does not hold the interpreter lock, so it may block. Only the
/// interpreter's function that releases the lock makes one.
#[derive(Clone, Copy, Debug)]
pub struct Released<'a>(PhantomData<&'a ()>);

impl Released<'_> {
    /// States that the lock is not held, for the function that released it and for programs that
    /// have no interpreter.
    pub const fn assert() -> Released<'static> {
        Released(PhantomData)
    }
}
