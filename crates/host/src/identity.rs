//! Who the process is and what it may use: numbers of process, user and group, priorities, times.

use crate::{Capability, Errno, Host, Released, Result, check};
use std::ffi::CStr;
use std::mem::MaybeUninit;

/// What `uname` says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct SystemName {
    pub system: Vec<u8>,
    pub node: Vec<u8>,
    pub release: Vec<u8>,
    pub version: Vec<u8>,
    pub machine: Vec<u8>,
}

/// Processor times in seconds, and a wall clock.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct ProcessTimes {
    pub user: f64,
    pub system: f64,
    pub children_user: f64,
    pub children_system: f64,
    pub elapsed: f64,
}

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident = $call:ident;)*) => {
        $($(#[$doc])*
        pub fn $name(&self) -> u32 {
            // SAFETY: no memory is passed; it cannot fail.
            (unsafe { libc::$call() }) as u32
        })*
    };
}

macro_rules! changes {
    ($($(#[$doc:meta])* $name:ident($($argument:ident: $ty:ty),*) = $call:ident;)*) => {
        $($(#[$doc])*
        pub fn $name(&self, $($argument: $ty),*) -> Result<()> {
            self.allow(Capability::PROCESSES)?;
            // SAFETY: no memory is passed.
            check(unsafe { libc::$call($($argument),*) }).map(drop)
        })*
    };
}

impl Host {
    numbers! {
        /// The number of the process.
        process_id = getpid;
        /// The number of the process that started this one.
        parent_id = getppid;
        /// The real user.
        user_id = getuid;
        /// The effective user.
        effective_user_id = geteuid;
        /// The real group.
        group_id = getgid;
        /// The effective group.
        effective_group_id = getegid;
        /// The process group.
        process_group = getpgrp;
    }

    changes! {
        /// Sets the user.
        set_user_id(user: u32) = setuid;
        /// Sets the effective user.
        set_effective_user_id(user: u32) = seteuid;
        /// Sets the group.
        set_group_id(group: u32) = setgid;
        /// Sets the effective group.
        set_effective_group_id(group: u32) = setegid;
        /// Sets real and effective user; `u32::MAX` leaves one as it is.
        set_user_ids(real: u32, effective: u32) = setreuid;
        /// Sets real and effective group; `u32::MAX` leaves one as it is.
        set_group_ids(real: u32, effective: u32) = setregid;
        /// Sets real, effective and saved user.
        set_all_user_ids(real: u32, effective: u32, saved: u32) = setresuid;
        /// Sets real, effective and saved group.
        set_all_group_ids(real: u32, effective: u32, saved: u32) = setresgid;
        /// Moves a process into a process group.
        set_process_group(process: i32, group: i32) = setpgid;
        /// Starts a session of its own.
        start_session() = setsid;
    }

    /// Real, effective and saved user.
    pub fn all_user_ids(&self) -> Result<(u32, u32, u32)> {
        let (mut real, mut effective, mut saved) = (0, 0, 0);
        // SAFETY: the numbers live through the call.
        check(unsafe { libc::getresuid(&raw mut real, &raw mut effective, &raw mut saved) })?;
        Ok((real, effective, saved))
    }

    /// Real, effective and saved group.
    pub fn all_group_ids(&self) -> Result<(u32, u32, u32)> {
        let (mut real, mut effective, mut saved) = (0, 0, 0);
        // SAFETY: the numbers live through the call.
        check(unsafe { libc::getresgid(&raw mut real, &raw mut effective, &raw mut saved) })?;
        Ok((real, effective, saved))
    }

    /// The supplementary groups.
    pub fn groups(&self) -> Result<Vec<u32>> {
        // SAFETY: with size 0 nothing is written.
        let count = check(unsafe { libc::getgroups(0, std::ptr::null_mut()) })?;
        let mut groups = vec![0; count as usize];
        // SAFETY: room for `count` numbers.
        let count = check(unsafe { libc::getgroups(count, groups.as_mut_ptr()) })?;
        groups.truncate(count as usize);
        Ok(groups)
    }

    /// Sets the supplementary groups.
    pub fn set_groups(&self, groups: &[u32]) -> Result<()> {
        self.allow(Capability::PROCESSES)?;
        // SAFETY: the list is as long as stated.
        check(unsafe { libc::setgroups(groups.len(), groups.as_ptr()) }).map(drop)
    }

    /// The process group of a process.
    pub fn process_group_of(&self, process: i32) -> Result<i32> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::getpgid(process) })
    }

    /// The session of a process.
    pub fn session_of(&self, process: i32) -> Result<i32> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::getsid(process) })
    }

    /// Adds to the niceness; the new one.
    pub fn nice(&self, increment: i32) -> Result<i32> {
        self.allow(Capability::PROCESSES)?;
        // SAFETY: errno is the thread's own; no memory is passed.
        let value = unsafe {
            *libc::__errno_location() = 0;
            libc::nice(increment)
        };
        // -1 is an answer too.
        match Errno::last() {
            error if value == -1 && error != Errno(0) => Err(error),
            _ => Ok(value),
        }
    }

    /// The scheduling priority of a process, group or user.
    pub fn priority(&self, which: u32, who: u32) -> Result<i32> {
        // SAFETY: errno is the thread's own; no memory is passed.
        let value = unsafe {
            *libc::__errno_location() = 0;
            libc::getpriority(which as _, who)
        };
        match Errno::last() {
            error if value == -1 && error != Errno(0) => Err(error),
            _ => Ok(value),
        }
    }

    /// Sets the scheduling priority of a process, group or user.
    pub fn set_priority(&self, which: u32, who: u32, priority: i32) -> Result<()> {
        self.allow(Capability::PROCESSES)?;
        // SAFETY: no memory is passed.
        check(unsafe { libc::setpriority(which as _, who, priority) }).map(drop)
    }

    /// What `uname` says.
    pub fn system_name(&self) -> Result<SystemName> {
        let mut name = MaybeUninit::<libc::utsname>::zeroed();
        // SAFETY: on success the structure was written, each field ended by a null byte.
        let name = unsafe {
            check(libc::uname(name.as_mut_ptr()))?;
            name.assume_init()
        };
        let text = |field: &[libc::c_char]| {
            // SAFETY: the field ends with a null byte.
            unsafe { CStr::from_ptr(field.as_ptr()) }.to_bytes().to_vec()
        };
        Ok(SystemName {
            system: text(&name.sysname),
            node: if self.allow(Capability::ENVIRONMENT).is_ok() { text(&name.nodename) } else { Vec::new() },
            release: text(&name.release),
            version: text(&name.version),
            machine: text(&name.machine),
        })
    }

    /// Processor times of the process and of its children.
    pub fn process_times(&self) -> Result<ProcessTimes> {
        self.allow(Capability::CLOCK)?;
        let mut times = MaybeUninit::<libc::tms>::zeroed();
        // SAFETY: on success the structure was written.
        let (elapsed, times) = unsafe { (check(libc::times(times.as_mut_ptr()))?, times.assume_init()) };
        // SAFETY: no memory is passed.
        let ticks = unsafe { libc::sysconf(libc::_SC_CLK_TCK) } as f64;
        Ok(ProcessTimes {
            user: times.tms_utime as f64 / ticks,
            system: times.tms_stime as f64 / ticks,
            children_user: times.tms_cutime as f64 / ticks,
            children_system: times.tms_cstime as f64 / ticks,
            elapsed: elapsed as f64 / ticks,
        })
    }

    /// The system's load over 1, 5 and 15 minutes.
    pub fn load_average(&self) -> Result<[f64; 3]> {
        let mut load = [0.0; 3];
        // SAFETY: room for three numbers.
        if unsafe { libc::getloadavg(load.as_mut_ptr(), 3) } == 3 { Ok(load) } else { Err(Errno::EINVAL) }
    }

    /// A limit of the system, `sysconf`; `None` where it has none.
    pub fn system_limit(&self, name: i32) -> Result<Option<i64>> {
        // SAFETY: errno is the thread's own; no memory is passed.
        let value = unsafe {
            *libc::__errno_location() = 0;
            libc::sysconf(name)
        };
        match Errno::last() {
            error if value == -1 && error != Errno(0) => Err(error),
            _ if value == -1 => Ok(None),
            _ => Ok(Some(value)),
        }
    }

    /// A limit of an open file, `fpathconf`; `None` where it has none.
    pub fn file_limit(&self, _: Released<'_>, fd: i32, name: i32) -> Result<Option<i64>> {
        // SAFETY: errno is the thread's own; no memory is passed.
        let value = unsafe {
            *libc::__errno_location() = 0;
            libc::fpathconf(fd, name)
        };
        match Errno::last() {
            error if value == -1 && error != Errno(0) => Err(error),
            _ if value == -1 => Ok(None),
            _ => Ok(Some(value)),
        }
    }
}

impl Host {
    /// The number of the calling thread for the C library.
    pub fn thread_id(&self) -> u64 {
        // SAFETY: no memory is involved.
        unsafe { libc::pthread_self() }
    }

    /// The number of the calling thread for the operating system.
    pub fn native_thread_id(&self) -> u64 {
        // SAFETY: no memory is involved.
        unsafe { libc::gettid() as u64 }
    }

    /// The name that the operating system shows for the calling thread.
    pub fn thread_name(&self) -> Vec<u8> {
        let mut name = [0u8; 16];
        // SAFETY: the buffer has the length that the call asks for.
        unsafe { libc::prctl(libc::PR_GET_NAME, name.as_mut_ptr()) };
        name.iter().copied().take_while(|&byte| byte != 0).collect()
    }

    /// Sets that name; what does not fit is cut off.
    pub fn set_thread_name(&self, name: &[u8]) {
        let mut buffer = [0u8; 16];
        let length = name.len().min(15);
        buffer[..length].copy_from_slice(&name[..length]);
        // SAFETY: the buffer ends in a zero byte.
        unsafe { libc::prctl(libc::PR_SET_NAME, buffer.as_ptr()) };
    }
}
