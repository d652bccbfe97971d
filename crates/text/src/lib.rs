//! Strings, codecs and Unicode data, free of any notion of objects.
//!
//! Answers for CPython's `Objects/unicodeobject.c`, `Objects/stringlib`, `Python/codecs.c` and
//! `Modules/unicodedata.c` as far as they do not touch Python objects.
#![forbid(unsafe_op_in_unsafe_fn)]

pub mod identifier;
pub mod repr;
mod text;
pub mod unicode;

pub use text::{Text, TextBuf};
