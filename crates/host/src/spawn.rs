//! Starting programs by `posix_spawn`.

use crate::process::{pointers, strings};
use crate::{Capability, Errno, Host, Result, c_path};
use std::ffi::{c_char, c_int};
use std::mem::MaybeUninit;

/// Something to be done with a descriptor in the new process.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum FileAction {
    /// Opens a file under a number.
    Open { fd: i32, path: Vec<u8>, flags: i32, mode: u32 },
    /// Closes one.
    Close(i32),
    /// Makes the second one for the file of the first.
    Duplicate(i32, i32),
    /// Closes this one and all above.
    CloseFrom(i32),
}

/// How a program is started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spawn {
    /// The arguments, the program's name first.
    pub arguments: Vec<Vec<u8>>,
    /// `NAME=value`; none for the environment of this process.
    pub environment: Option<Vec<Vec<u8>>>,
    /// Whether the program is looked for on `PATH`.
    pub search: bool,
    /// What is done with descriptors, in this order.
    pub actions: Vec<FileAction>,
    /// The process group; 0 is one of its own.
    pub group: Option<i32>,
    /// Whether the effective user and group become the real ones.
    pub reset_ids: bool,
    /// Whether it gets a session of its own.
    pub new_session: bool,
    /// The signals that are blocked.
    pub mask: Option<Vec<i32>>,
    /// The signals whose default is restored.
    pub default: Option<Vec<i32>>,
    /// Policy and priority of scheduling.
    pub scheduler: Option<(Option<i32>, i32)>,
}

const fn number(status: c_int) -> Result<()> {
    if status == 0 { Ok(()) } else { Err(Errno(status)) }
}

/// A set of signals for C.
pub(crate) fn signal_set(signals: &[i32]) -> libc::sigset_t {
    // SAFETY: the set is emptied before signals are added; wrong numbers are refused.
    unsafe {
        let mut set: libc::sigset_t = MaybeUninit::zeroed().assume_init();
        libc::sigemptyset(&raw mut set);
        for &signal in signals {
            libc::sigaddset(&raw mut set, signal);
        }
        set
    }
}

struct Actions(libc::posix_spawn_file_actions_t);

impl Actions {
    fn new() -> Result<Actions> {
        let mut actions = MaybeUninit::zeroed();
        // SAFETY: on success the structure was written.
        unsafe {
            number(libc::posix_spawn_file_actions_init(actions.as_mut_ptr()))?;
            Ok(Actions(actions.assume_init()))
        }
    }

    fn add(&mut self, action: &FileAction) -> Result<()> {
        unsafe extern "C" {
            fn posix_spawn_file_actions_addclosefrom_np(
                actions: *mut libc::posix_spawn_file_actions_t,
                from: c_int,
            ) -> c_int;
        }
        let actions = &raw mut self.0;
        // SAFETY: the structure was initialised; the library copies the path.
        number(unsafe {
            match action {
                FileAction::Open { fd, path, flags, mode } => {
                    let path = c_path(path)?;
                    libc::posix_spawn_file_actions_addopen(actions, *fd, path.as_ptr(), *flags, *mode)
                }
                FileAction::Close(fd) => libc::posix_spawn_file_actions_addclose(actions, *fd),
                FileAction::Duplicate(from, to) => {
                    libc::posix_spawn_file_actions_adddup2(actions, *from, *to)
                }
                FileAction::CloseFrom(fd) => posix_spawn_file_actions_addclosefrom_np(actions, *fd),
            }
        })
    }
}

impl Drop for Actions {
    fn drop(&mut self) {
        // SAFETY: the structure was initialised.
        unsafe { libc::posix_spawn_file_actions_destroy(&raw mut self.0) };
    }
}

struct Attributes(libc::posix_spawnattr_t);

impl Attributes {
    fn new(spawn: &Spawn) -> Result<Attributes> {
        let mut attributes = MaybeUninit::zeroed();
        // SAFETY: on success the structure was written.
        let mut attributes = unsafe {
            number(libc::posix_spawnattr_init(attributes.as_mut_ptr()))?;
            Attributes(attributes.assume_init())
        };
        let own = &raw mut attributes.0;
        let mut flags = 0;
        // SAFETY: the structure was initialised; what is passed lives through the calls.
        unsafe {
            if let Some(group) = spawn.group {
                number(libc::posix_spawnattr_setpgroup(own, group))?;
                flags |= libc::POSIX_SPAWN_SETPGROUP;
            }
            if spawn.reset_ids {
                flags |= libc::POSIX_SPAWN_RESETIDS;
            }
            if spawn.new_session {
                flags |= c_int::from(libc::POSIX_SPAWN_SETSID);
            }
            if let Some(mask) = &spawn.mask {
                let set = signal_set(mask);
                number(libc::posix_spawnattr_setsigmask(own, &raw const set))?;
                flags |= libc::POSIX_SPAWN_SETSIGMASK;
            }
            if let Some(default) = &spawn.default {
                let set = signal_set(default);
                number(libc::posix_spawnattr_setsigdefault(own, &raw const set))?;
                flags |= libc::POSIX_SPAWN_SETSIGDEF;
            }
            if let Some((policy, priority)) = spawn.scheduler {
                if let Some(policy) = policy {
                    number(libc::posix_spawnattr_setschedpolicy(own, policy))?;
                    flags |= libc::POSIX_SPAWN_SETSCHEDULER;
                }
                let param = libc::sched_param { sched_priority: priority };
                number(libc::posix_spawnattr_setschedparam(own, &raw const param))?;
                flags |= libc::POSIX_SPAWN_SETSCHEDPARAM;
            }
            number(libc::posix_spawnattr_setflags(own, flags as _))?;
        }
        Ok(attributes)
    }
}

impl Drop for Attributes {
    fn drop(&mut self) {
        // SAFETY: the structure was initialised.
        unsafe { libc::posix_spawnattr_destroy(&raw mut self.0) };
    }
}

impl Host {
    /// Starts a program; its process.
    pub fn spawn(&self, path: &[u8], spawn: &Spawn) -> Result<i32> {
        unsafe extern "C" {
            static environ: *const *mut c_char;
        }
        self.allow(Capability::PROCESSES)?;
        let path = c_path(path)?;
        let arguments = strings(&spawn.arguments)?;
        let arguments = pointers(&arguments);
        let environment = spawn.environment.as_deref().map(strings).transpose()?;
        let environment = environment.as_deref().map(pointers);
        let mut actions = Actions::new()?;
        for action in &spawn.actions {
            actions.add(action)?;
        }
        let attributes = Attributes::new(spawn)?;
        let call = if spawn.search { libc::posix_spawnp } else { libc::posix_spawn };
        let mut process = 0;
        // SAFETY: all strings, both null-ended lists and both structures live through the call.
        number(unsafe {
            let environment = environment.as_ref().map_or(environ, |list| list.as_ptr().cast());
            call(
                &raw mut process,
                path.as_ptr(),
                &raw const actions.0,
                &raw const attributes.0,
                arguments.as_ptr().cast(),
                environment,
            )
        })?;
        Ok(process)
    }
}
