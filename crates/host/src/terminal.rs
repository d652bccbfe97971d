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
