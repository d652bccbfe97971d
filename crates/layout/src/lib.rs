//! The shapes that the interpreter, the objects and compiled code share: the tagged [`Word`], the
//! object [`Header`], the [`Unit`] of private code and the interpreter's [`Frame`].
//!
//! Not here: what owns a word (`taipan_object::Value`), what a type is, how memory is found.
//! Nothing here allocates, counts or runs Python; every type is plain data.
//!
//! Answers for CPython's `Include/object.h` and `Include/internal/pycore_interpframe_structs.h`.
#![allow(unsafe_code)] // shapes shared with machine code: each block states what it relies on

mod frame;
mod header;
mod unit;
mod word;

pub use frame::{Frame, RESERVED_WORDS, frame_flags};
pub use header::{Header, IMMORTAL};
pub use unit::Unit;
pub use word::{FLOAT_MINUS_ZERO, FLOAT_ZERO, MAX_INT, MIN_INT, StaticFloat, Word};
