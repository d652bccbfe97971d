//! Streams of text: `_TextIOBase`, `TextIOWrapper`, `IncrementalNewlineDecoder`.
//!
//! Answers for CPython's `Modules/_io/textio.c`.

mod base;
mod codec;
mod newline_decoder;
pub mod newlines;
mod read;
mod seek;
mod wrapper;
mod wrapper_methods;
mod write;

pub use base::TEXT_IO_BASE;
pub use newline_decoder::NEWLINE_DECODER;
pub use wrapper::TEXT_IO_WRAPPER;
