//! The bound on native recursion over deep trees.
//!
//! Each recursive function of the compiler asks first; near the limit it answers with CPython's
//! `RecursionError` instead of overflowing the stack. No counter: what is compared is the address
//! of a local variable, so frames may be as large as they like.

use crate::error::Result;
use taipan_asdl::diagnostic::{Error, ErrorKind};

/// How much native stack a compilation may use if nobody says otherwise. Fits the two megabytes
/// that Rust gives to a thread.
pub const DEFAULT_STACK_BUDGET: usize = 1 << 20;

/// The lowest address that the stack may grow down to.
#[derive(Clone, Copy, Debug)]
pub struct StackLimit {
    lowest: usize,
    budget: usize,
}

impl StackLimit {
    /// Allows `budget` bytes more than what is in use now.
    pub fn from_here(budget: usize) -> StackLimit {
        let marker = 0u8;
        StackLimit { lowest: std::ptr::from_ref(&marker).addr().saturating_sub(budget), budget }
    }

    /// Fails if the stack has grown beyond the limit.
    #[inline]
    pub fn check(&self) -> Result {
        let marker = 0u8;
        if std::ptr::from_ref(&marker).addr() < self.lowest { Err(self.exceeded()) } else { Ok(()) }
    }

    #[cold]
    fn exceeded(&self) -> Box<Error> {
        let message = format!("Stack overflow (used {} kB) during compilation", self.budget / 1024);
        Error::new(ErrorKind::RecursionError, message)
    }
}
