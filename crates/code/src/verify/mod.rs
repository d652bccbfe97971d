//! The verifier for code objects that our compiler did not make in this process.
//!
//! [`verify`] proves, in time linear in the size of the code:
//!
//! - every instruction is known and is one that a compiler emits, caches are whole, operands are in
//!   range, jumps and handlers lead to the start of an instruction, control never runs off the end;
//! - each offset has one stack depth, never below zero nor above `co_stacksize`; an instruction that
//!   may raise leaves what its handler expects on the stack;
//! - an absent value (PUSH_NULL and its like) reaches only instructions that expect one;
//! - a local that LOAD_FAST or LOAD_FAST_BORROW reads is set on every path;
//! - a variable that is read as a cell holds one;
//! - a borrowed operand is gone before its local changes;
//! - only generators yield, and their frame becomes one before anything else happens.
//!
//! It accepts all that CPython's compiler emits. It does *not* prove types of values on the stack:
//! the interpreter has to check that a closure's items are cells, that POP_EXCEPT restores an
//! exception or None, that RERAISE raises an exception. Location tables need no check, since their
//! readers accept anything.

mod assigned;
mod layout;
mod operand;
mod stack;

use crate::CodeObject;

/// Why a code object is not fit to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyError {
    /// The byte offset, where there is one.
    pub offset: Option<usize>,
    /// What is wrong.
    pub reason: &'static str,
}

impl VerifyError {
    fn new(reason: &'static str) -> VerifyError {
        VerifyError { offset: None, reason }
    }

    fn at(unit: usize, reason: &'static str) -> VerifyError {
        VerifyError { offset: Some(unit * 2), reason }
    }
}

impl std::fmt::Display for VerifyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.offset {
            Some(offset) => write!(f, "code: {} at offset {offset}", self.reason),
            None => write!(f, "code: {}", self.reason),
        }
    }
}

impl std::error::Error for VerifyError {}

/// Checks that `code` itself is fit to run; code objects among its constants are checked when they
/// are about to run.
pub fn verify(code: &CodeObject) -> Result<(), VerifyError> {
    if code.check_shape().is_err() {
        return Err(VerifyError::new("its fields contradict each other"));
    }
    let layout = layout::Layout::new(code)?;
    let flow = stack::check(code, &layout)?;
    assigned::check(code, &layout, &flow)
}
