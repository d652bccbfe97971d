//! Pseudo-terminals, and timers as descriptors.

use crate::{Capability, Errno, Fd, ForkOutcome, Host, Result, check};

/// A timer: nanoseconds until it runs out next, and from then on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimerSetting {
    /// Until the next time; 0 when it does not run.
    pub next: i64,
    /// From one time to the next; 0 when it runs out once.
    pub interval: i64,
}

const SECOND: i64 = 1_000_000_000;

impl TimerSetting {
    fn to_spec(self) -> libc::itimerspec {
        let time = |ns: i64| libc::timespec { tv_sec: ns.div_euclid(SECOND), tv_nsec: ns.rem_euclid(SECOND) };
        libc::itimerspec { it_value: time(self.next), it_interval: time(self.interval) }
    }

    fn from_spec(spec: &libc::itimerspec) -> TimerSetting {
        let nanoseconds = |time: libc::timespec| time.tv_sec.saturating_mul(SECOND) + time.tv_nsec;
        TimerSetting { next: nanoseconds(spec.it_value), interval: nanoseconds(spec.it_interval) }
    }
}

impl Host {
    /// A timer as a descriptor that programs that are started do not inherit.
    pub fn timer_create(&self, clock: i32, flags: i32) -> Result<Fd> {
        self.allow(Capability::CLOCK)?;
        // SAFETY: no memory is passed.
        check(unsafe { libc::timerfd_create(clock, flags | libc::TFD_CLOEXEC) })
    }

    /// Sets a timer; what was set.
    pub fn timer_set(&self, fd: Fd, flags: i32, setting: TimerSetting) -> Result<TimerSetting> {
        let new = setting.to_spec();
        let mut old = TimerSetting { next: 0, interval: 0 }.to_spec();
        // SAFETY: both structures live through the call.
        check(unsafe { libc::timerfd_settime(fd, flags, &raw const new, &raw mut old) })?;
        Ok(TimerSetting::from_spec(&old))
    }

    /// What is left of a timer.
    pub fn timer_get(&self, fd: Fd) -> Result<TimerSetting> {
        let mut now = TimerSetting { next: 0, interval: 0 }.to_spec();
        // SAFETY: the structure lives through the call.
        check(unsafe { libc::timerfd_gettime(fd, &raw mut now) })?;
        Ok(TimerSetting::from_spec(&now))
    }

    /// The commanding side of a new pseudo-terminal.
    pub fn open_terminal_master(&self, flags: i32) -> Result<Fd> {
        self.allow(Capability::PROCESSES)?;
        // SAFETY: no memory is passed.
        let fd = check(unsafe { libc::posix_openpt(flags) })?;
        self.set_inheritable(fd, false)?;
        Ok(fd)
    }

    /// Makes the other side of a pseudo-terminal usable by the user.
    pub fn grant_terminal(&self, fd: Fd) -> Result<()> {
        self.allow(Capability::PROCESSES)?;
        // SAFETY: no memory is passed.
        check(unsafe { libc::grantpt(fd) }).map(drop)
    }

    /// Unlocks the other side of a pseudo-terminal.
    pub fn unlock_terminal(&self, fd: Fd) -> Result<()> {
        self.allow(Capability::PROCESSES)?;
        // SAFETY: no memory is passed.
        check(unsafe { libc::unlockpt(fd) }).map(drop)
    }

    /// The file name of the other side of a pseudo-terminal.
    pub fn slave_name(&self, fd: Fd) -> Result<Vec<u8>> {
        let mut buffer = [0u8; 256];
        // SAFETY: the buffer is as long as stated.
        match unsafe { libc::ptsname_r(fd, buffer.as_mut_ptr().cast(), buffer.len()) } {
            0 => {
                let length = buffer.iter().position(|&byte| byte == 0).unwrap_or(buffer.len());
                Ok(buffer[..length].to_vec())
            }
            error => Err(Errno(error)),
        }
    }

    /// Both sides of a new pseudo-terminal, neither inherited by programs that are started.
    pub fn open_terminal_pair(&self) -> Result<(Fd, Fd)> {
        self.allow(Capability::PROCESSES)?;
        let (mut master, mut slave) = (-1, -1);
        let none = std::ptr::null_mut();
        // SAFETY: the numbers live through the call, the rest is not asked for.
        check(unsafe { libc::openpty(&raw mut master, &raw mut slave, none, none.cast(), none.cast()) })?;
        self.set_inheritable(master, false)?;
        self.set_inheritable(slave, false)?;
        Ok((master, slave))
    }

    /// Starts a session on a terminal, which becomes the standard descriptors.
    pub fn login_terminal(&self, fd: Fd) -> Result<()> {
        self.allow(Capability::PROCESSES)?;
        // SAFETY: no memory is passed.
        check(unsafe { libc::login_tty(fd) }).map(drop)
    }

    /// As [`Host::fork`], with a pseudo-terminal as the child's terminal; the parent gets the
    /// descriptor that commands it.
    ///
    /// # Safety
    /// As for [`Host::fork`].
    pub unsafe fn fork_with_terminal(&self) -> Result<(ForkOutcome, Fd)> {
        self.allow(Capability::PROCESSES)?;
        let mut master = -1;
        let none = std::ptr::null_mut();
        // SAFETY: the number lives through the call, the rest is not asked for; else as the caller
        // states.
        let process = check(unsafe { libc::forkpty(&raw mut master, none, none.cast(), none.cast()) })?;
        match process {
            0 => Ok((ForkOutcome::Child, -1)),
            _ => {
                self.set_inheritable(master, false)?;
                Ok((ForkOutcome::Parent(process), master))
            }
        }
    }
}
