//! Randomness of the operating system.

use crate::{Capability, Host, Released, Result, check};

impl Host {
    /// Fills the buffer with bytes that nobody can foresee; waits until the system has some.
    pub fn random_bytes(&self, _: Released<'_>, buffer: &mut [u8]) -> Result<()> {
        let mut filled = 0;
        while filled < buffer.len() {
            filled += self.getrandom(Released::assert(), &mut buffer[filled..], 0)?;
        }
        Ok(())
    }

    /// One call of `getrandom` with its flags; how much was filled.
    pub fn getrandom(&self, _: Released<'_>, buffer: &mut [u8], flags: u32) -> Result<usize> {
        self.allow(Capability::RANDOM)?;
        // SAFETY: the buffer is as long as stated.
        check(unsafe { libc::getrandom(buffer.as_mut_ptr().cast(), buffer.len(), flags) }).map(|n| n as usize)
    }
}
