//! Code objects: what the compiler makes and the interpreter runs, as plain data.
//!
//! A [`CodeObject`] holds the sixteen fields that CPython 3.14 keeps, byte for byte; the rest of
//! this crate reads and writes the tables inside it. It knows nothing of Python objects, frames or
//! interpreters: constants are [`Const`]s, out of which the machine makes its objects.
//!
//! Invariant of the crate: nothing here recurses natively over data whose depth a program chooses.
//!
//! Answers for CPython's `Objects/codeobject.c`.
#![forbid(unsafe_code)]

pub mod co;
mod code_object;
mod constant;
mod construct;
pub mod digest;
pub mod dis;
mod exception;
mod instruction;
mod location;
pub mod marshal;
pub mod pyc;
pub mod repr;
mod sameness;
mod set_order;
pub mod verify;

pub use code_object::CodeObject;
pub use constant::{Const, Consts};
pub use construct::{CodeError, CodeFields, Entrance};
pub use exception::{ExceptionEntries, ExceptionEntry, ExceptionWriter};
pub use instruction::{Instruction, Instructions};
pub use location::{Location, LocationEntries, LocationEntry, LocationWriter};
