//! What processes share by name: memory and semaphores.

use crate::{Capability, Errno, Fd, Host, Released, Result, c_path, check};
use std::ptr::NonNull;

/// A semaphore that has a name. Closed when it is dropped.
#[derive(Debug)]
pub struct Semaphore {
    handle: NonNull<libc::sem_t>,
    is_owned: bool,
}

impl Semaphore {
    /// The number that another process gets as the handle; it has no meaning but for its name.
    pub fn handle(&self) -> usize {
        self.handle.as_ptr() as usize
    }
}

impl Drop for Semaphore {
    fn drop(&mut self) {
        if self.is_owned {
            // SAFETY: the semaphore was opened, and nobody uses it any more.
            unsafe { libc::sem_close(self.handle.as_ptr()) };
        }
    }
}

fn opened(handle: *mut libc::sem_t) -> Result<Semaphore> {
    match NonNull::new(handle) {
        Some(handle) if handle.as_ptr() != libc::SEM_FAILED => Ok(Semaphore { handle, is_owned: true }),
        _ => Err(Errno::last()),
    }
}

impl Host {
    /// Opens memory that is shared by name.
    pub fn open_shared_memory(&self, _: Released<'_>, name: &[u8], flags: i32, mode: u32) -> Result<Fd> {
        self.allow(Capability::WRITE_FILES)?;
        let name = c_path(name)?;
        // SAFETY: the name lives through the call.
        check(unsafe { libc::shm_open(name.as_ptr(), flags, mode) })
    }

    /// Removes the name of shared memory.
    pub fn unlink_shared_memory(&self, _: Released<'_>, name: &[u8]) -> Result<()> {
        self.allow(Capability::WRITE_FILES)?;
        let name = c_path(name)?;
        // SAFETY: the name lives through the call.
        check(unsafe { libc::shm_unlink(name.as_ptr()) }).map(drop)
    }

    /// Makes a semaphore that had no name yet.
    pub fn create_semaphore(&self, name: &[u8], value: u32) -> Result<Semaphore> {
        self.allow(Capability::PROCESSES)?;
        let name = c_path(name)?;
        // SAFETY: the name lives through the call.
        opened(unsafe { libc::sem_open(name.as_ptr(), libc::O_CREAT | libc::O_EXCL, 0o600, value) })
    }

    /// Opens a semaphore by its name.
    pub fn open_semaphore(&self, name: &[u8]) -> Result<Semaphore> {
        self.allow(Capability::PROCESSES)?;
        let name = c_path(name)?;
        // SAFETY: the name lives through the call.
        opened(unsafe { libc::sem_open(name.as_ptr(), 0) })
    }

    /// Removes the name of a semaphore.
    pub fn unlink_semaphore(&self, name: &[u8]) -> Result<()> {
        self.allow(Capability::PROCESSES)?;
        let name = c_path(name)?;
        // SAFETY: the name lives through the call.
        check(unsafe { libc::sem_unlink(name.as_ptr()) }).map(drop)
    }

    /// Takes one off a semaphore, waiting until the real time `deadline` in nanoseconds, none for
    /// ever; `EAGAIN` or `ETIMEDOUT` when it was zero.
    pub fn wait_semaphore(
        &self,
        _: Released<'_>,
        semaphore: &Semaphore,
        deadline: Option<i64>,
    ) -> Result<()> {
        // SAFETY: the semaphore is open; the time lives through the call.
        check(unsafe {
            match deadline {
                None => libc::sem_wait(semaphore.handle.as_ptr()),
                Some(deadline) => {
                    let time = libc::timespec {
                        tv_sec: deadline.div_euclid(1_000_000_000),
                        tv_nsec: deadline.rem_euclid(1_000_000_000),
                    };
                    libc::sem_timedwait(semaphore.handle.as_ptr(), &raw const time)
                }
            }
        })
        .map(drop)
    }

    /// Takes one off a semaphore if it is not zero.
    pub fn try_semaphore(&self, semaphore: &Semaphore) -> Result<()> {
        // SAFETY: the semaphore is open.
        check(unsafe { libc::sem_trywait(semaphore.handle.as_ptr()) }).map(drop)
    }

    /// Adds one to a semaphore.
    pub fn post_semaphore(&self, semaphore: &Semaphore) -> Result<()> {
        // SAFETY: the semaphore is open.
        check(unsafe { libc::sem_post(semaphore.handle.as_ptr()) }).map(drop)
    }

    /// The value of a semaphore.
    pub fn semaphore_value(&self, semaphore: &Semaphore) -> Result<i32> {
        let mut value = 0;
        // SAFETY: the semaphore is open, the number lives through the call.
        check(unsafe { libc::sem_getvalue(semaphore.handle.as_ptr(), &raw mut value) })?;
        Ok(value)
    }
}

/// A number that tells the calling thread from the others.
pub fn thread_number() -> u64 {
    // SAFETY: no memory is passed.
    unsafe { libc::pthread_self() }
}
