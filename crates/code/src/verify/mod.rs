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
//! It accepts all that CPython's compiler emits. It does *not* prove types of values. Where CPython
//! takes a type for granted because its compiler saw to it, the interpreter has to look: the list,
//! set or dictionary of LIST_APPEND, LIST_EXTEND, SET_ADD, SET_UPDATE, MAP_ADD, DICT_UPDATE and
//! DICT_MERGE; the iterator of FOR_ITER and SEND; the strings of BUILD_STRING, BUILD_INTERPOLATION
//! and BUILD_TEMPLATE; the bool of UNARY_NOT and of the conditional jumps; the tuples of names of
//! CALL_KW, MATCH_CLASS and MATCH_KEYS; the tuple and dictionary of CALL_FUNCTION_EX; the code object
//! of MAKE_FUNCTION, the function and attribute of SET_FUNCTION_ATTRIBUTE, the cells in a closure;
//! the exception of RERAISE, PUSH_EXC_INFO, WITH_EXCEPT_START, CHECK_EXC_MATCH, CHECK_EG_MATCH and
//! END_ASYNC_FOR, and what POP_EXCEPT restores; the operands of intrinsics. Nor does it ask whether
//! a function that uses LOAD_NAME or STORE_NAME has a dictionary of locals.
//!
//! Location tables need no check, since their readers accept anything.

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
