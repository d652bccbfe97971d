//! The operating system, as far as Python programs reach it: files, processes, clocks, randomness,
//! environment, terminals, signals. The only crate that makes system calls, so it is the wall that
//! a sandbox stands on: every call first asks whether the [`Host`] has the [`Capability`].
//!
//! A call that may block takes a [`Released`], the proof that the interpreter lock is not held, and
//! comes back with `EINTR` when a signal arrives: whether to go on is the caller's decision
//! (PEP 475). File descriptors are plain numbers, as Python shows them; one that is closed answers
//! `EBADF`, as in C.
//!
//! It knows no Python objects. Answers for the system calls in CPython's `Modules/posixmodule.c`,
//! `Modules/timemodule.c`, `Python/fileutils.c`, `Python/bootstrap_hash.c` and `Python/pytime.c`.
#![allow(unsafe_code)] // system calls; each block passes only pointers that live through the call

mod account;
mod capability;
mod clock;
pub mod constants;
mod descriptor;
mod directory;
mod environment;
mod errno;
mod files;
mod fork_exec;
mod identity;
pub mod limits;
mod metadata;
mod poll;
mod process;
mod pseudo_terminal;
mod random;
mod schedule;
mod shared;
mod signal;
mod signal_mask;
pub mod socket;
pub mod spawn;
mod terminal;
mod thread;
mod transfer;

pub use account::{Group, User};
pub use capability::{Capability, Released};
pub use clock::{ClockInfo, LocalTime};
pub use descriptor::{Fd, MAX_TRANSFER, OwnedDescriptor, SeekFrom};
pub use directory::{DirectoryEntry, EntryKind};
pub use errno::Errno;
pub use fork_exec::ForkExec;
pub use identity::{ProcessTimes, SystemName};
pub use metadata::{FileSystemStatus, FileTime, Metadata};
pub use poll::{PollFd, SELECT_LIMIT};
pub use process::{ChildUsage, ForkOutcome, WaitInfo, WaitStatus};
pub use pseudo_terminal::TimerSetting;
pub use schedule::RESOURCE_LIMITS;
pub use shared::{Semaphore, thread_number};
pub use signal::Disposition;
pub use signal_mask::SignalInfo;
pub use terminal::{CONTROL_CHARACTERS, NUMERIC_CHARACTERS, TerminalSettings};
pub use thread::Parker;
pub use transfer::{FileLock, device_major, device_minor, make_device};

/// The result of a system call.
pub type Result<T> = std::result::Result<T, Errno>;

/// Access to the operating system, with the capabilities that were granted.
#[derive(Clone, Debug)]
pub struct Host {
    granted: Capability,
}

impl Host {
    /// A host with every capability: what the command line uses.
    pub const fn unrestricted() -> Host {
        Host { granted: Capability::all() }
    }

    /// A host with these capabilities only.
    pub const fn with(granted: Capability) -> Host {
        Host { granted }
    }

    /// What was granted.
    pub const fn granted(&self) -> Capability {
        self.granted
    }

    /// Answers `EPERM` unless `capability` was granted.
    pub(crate) const fn allow(&self, capability: Capability) -> Result<()> {
        if self.granted.contains(capability) { Ok(()) } else { Err(Errno::EPERM) }
    }
}

/// The result of a call that answers -1 on failure.
fn check<T: Copy + Default + PartialOrd>(value: T) -> Result<T> {
    if value < T::default() { Err(Errno::last()) } else { Ok(value) }
}

/// A path as C wants it. A path with a null byte names nothing; Python refuses it before.
fn c_path(path: &[u8]) -> Result<std::ffi::CString> {
    std::ffi::CString::new(path).map_err(|_| Errno::EINVAL)
}
