//! Environment, command line, names of machine and user.

use crate::{Capability, Errno, Host, Result};
use std::ffi::{CStr, OsStr};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

impl Host {
    /// The environment as the process got it, `NAME` and value.
    pub fn environment(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        if self.allow(Capability::ENVIRONMENT).is_err() {
            return Vec::new();
        }
        std::env::vars_os().map(|(name, value)| (name.into_vec(), value.into_vec())).collect()
    }

    /// One variable of the environment.
    pub fn variable(&self, name: &[u8]) -> Option<Vec<u8>> {
        self.allow(Capability::ENVIRONMENT).ok()?;
        std::env::var_os(OsStr::from_bytes(name)).map(OsStringExt::into_vec)
    }

    /// Sets or removes a variable. The caller holds the interpreter lock, as every Python program
    /// that changes the environment does; code outside Python that reads it at the same moment is
    /// the embedder's concern, as it is in C.
    pub fn set_variable(&self, name: &[u8], value: Option<&[u8]>) -> Result<()> {
        self.allow(Capability::ENVIRONMENT)?;
        let name = crate::c_path(name)?;
        let status = match value {
            Some(value) => {
                let value = crate::c_path(value)?;
                // SAFETY: both strings live through the call, which copies them.
                unsafe { libc::setenv(name.as_ptr(), value.as_ptr(), 1) }
            }
            // SAFETY: the string lives through the call.
            None => unsafe { libc::unsetenv(name.as_ptr()) },
        };
        crate::check(status).map(drop)
    }

    /// The command line, the program's name first.
    pub fn arguments(&self) -> Vec<Vec<u8>> {
        if self.allow(Capability::ENVIRONMENT).is_err() {
            return Vec::new();
        }
        std::env::args_os().map(OsStringExt::into_vec).collect()
    }

    /// The file of the running program.
    pub fn executable(&self) -> Option<Vec<u8>> {
        self.allow(Capability::ENVIRONMENT).ok()?;
        std::env::current_exe().ok().map(|path| path.into_os_string().into_vec())
    }

    /// The machine's name in the network.
    pub fn host_name(&self) -> Result<Vec<u8>> {
        self.allow(Capability::ENVIRONMENT)?;
        let mut buffer = [0u8; 256];
        // SAFETY: the buffer is as long as stated.
        crate::check(unsafe { libc::gethostname(buffer.as_mut_ptr().cast(), buffer.len()) })?;
        let name = CStr::from_bytes_until_nul(&buffer).map_err(|_| Errno::ENAMETOOLONG)?;
        Ok(name.to_bytes().to_vec())
    }

    /// The number of processors that the process may use, at least 1.
    pub fn processors(&self) -> usize {
        std::thread::available_parallelism().map_or(1, Into::into)
    }
}
