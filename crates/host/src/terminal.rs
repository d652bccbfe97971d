//! Terminals.

use crate::{Errno, Fd, Host, Result, check};
use std::mem::MaybeUninit;

impl Host {
    /// Columns and lines of a terminal.
    pub fn terminal_size(&self, fd: Fd) -> Result<(u16, u16)> {
        let mut size = MaybeUninit::<libc::winsize>::zeroed();
        // SAFETY: TIOCGWINSZ writes one `winsize`, of which all zeros is a value.
        let size = unsafe {
            check(libc::ioctl(fd, libc::TIOCGWINSZ, size.as_mut_ptr()))?;
            size.assume_init()
        };
        Ok((size.ws_col, size.ws_row))
    }

    /// The file name of a terminal.
    pub fn terminal_name(&self, fd: Fd) -> Result<Vec<u8>> {
        let mut buffer = [0u8; 256];
        // SAFETY: the buffer is as long as stated; on success it ends with a null byte.
        let status = unsafe { libc::ttyname_r(fd, buffer.as_mut_ptr().cast(), buffer.len()) };
        if status != 0 {
            return Err(Errno(status));
        }
        let length = buffer.iter().position(|&byte| byte == 0).unwrap_or(buffer.len());
        Ok(buffer[..length].to_vec())
    }

    /// The process group in the foreground of a terminal.
    pub fn foreground_group(&self, fd: Fd) -> Result<i32> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::tcgetpgrp(fd) })
    }

    /// Sets the process group in the foreground of a terminal.
    pub fn set_foreground_group(&self, fd: Fd, group: i32) -> Result<()> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::tcsetpgrp(fd, group) }).map(drop)
    }
}

/// How many control characters a terminal has.
pub const CONTROL_CHARACTERS: usize = 32;

/// The settings of a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct TerminalSettings {
    pub input: u32,
    pub output: u32,
    pub control: u32,
    pub local: u32,
    pub input_speed: u32,
    pub output_speed: u32,
    pub characters: [u8; CONTROL_CHARACTERS],
}

impl TerminalSettings {
    /// Whether lines are edited before they are read; otherwise two of the characters are numbers.
    pub const fn is_canonical(&self) -> bool {
        self.local & libc::ICANON != 0
    }
}

/// Where the number of bytes and the time of a read are among the control characters.
pub const NUMERIC_CHARACTERS: [usize; 2] = [libc::VMIN, libc::VTIME];

impl Host {
    /// The settings of a terminal.
    pub fn terminal_settings(&self, fd: Fd) -> Result<TerminalSettings> {
        let mut settings = MaybeUninit::<libc::termios>::zeroed();
        // SAFETY: on success the structure was written; the speeds are read from it.
        unsafe {
            check(libc::tcgetattr(fd, settings.as_mut_ptr()))?;
            let settings = settings.assume_init();
            Ok(TerminalSettings {
                input: settings.c_iflag,
                output: settings.c_oflag,
                control: settings.c_cflag,
                local: settings.c_lflag,
                input_speed: libc::cfgetispeed(&raw const settings),
                output_speed: libc::cfgetospeed(&raw const settings),
                characters: settings.c_cc,
            })
        }
    }

    /// Sets a terminal; `when` is now, after what was written, or after that without what was typed.
    pub fn set_terminal(
        &self,
        _: crate::Released<'_>,
        fd: Fd,
        when: i32,
        new: &TerminalSettings,
    ) -> Result<()> {
        let mut settings = MaybeUninit::<libc::termios>::zeroed();
        // SAFETY: the structure begins as the terminal's own, and lives through the calls.
        unsafe {
            check(libc::tcgetattr(fd, settings.as_mut_ptr()))?;
            let mut settings = settings.assume_init();
            settings.c_iflag = new.input;
            settings.c_oflag = new.output;
            settings.c_cflag = new.control;
            settings.c_lflag = new.local;
            settings.c_cc = new.characters;
            check(libc::cfsetispeed(&raw mut settings, new.input_speed))?;
            check(libc::cfsetospeed(&raw mut settings, new.output_speed))?;
            check(libc::tcsetattr(fd, when, &raw const settings)).map(drop)
        }
    }

    /// Sends zeros for some time.
    pub fn send_break(&self, _: crate::Released<'_>, fd: Fd, duration: i32) -> Result<()> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::tcsendbreak(fd, duration) }).map(drop)
    }

    /// Waits until everything was sent.
    pub fn drain_terminal(&self, _: crate::Released<'_>, fd: Fd) -> Result<()> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::tcdrain(fd) }).map(drop)
    }

    /// Throws away what waits.
    pub fn flush_terminal(&self, _: crate::Released<'_>, fd: Fd, queue: i32) -> Result<()> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::tcflush(fd, queue) }).map(drop)
    }

    /// Stops and resumes the flow.
    pub fn control_flow(&self, _: crate::Released<'_>, fd: Fd, action: i32) -> Result<()> {
        // SAFETY: no memory is passed.
        check(unsafe { libc::tcflow(fd, action) }).map(drop)
    }

    /// Sets lines and columns of a terminal, what else belongs to its size stays.
    pub fn set_terminal_size(&self, fd: Fd, lines: u16, columns: u16) -> Result<()> {
        let mut size = MaybeUninit::<libc::winsize>::zeroed();
        // SAFETY: the structure lives through both calls, the first of which writes it.
        unsafe {
            check(libc::ioctl(fd, libc::TIOCGWINSZ, size.as_mut_ptr()))?;
            let mut size = size.assume_init();
            size.ws_row = lines;
            size.ws_col = columns;
            check(libc::ioctl(fd, libc::TIOCSWINSZ, &raw const size)).map(drop)
        }
    }
}
