//! Strings, codecs and Unicode data, free of any notion of objects.
//!
//! A string comes in two shapes: [`Text`], generalised UTF-8, for names, messages and syntax trees;
//! [`Chars`], an array of code points of one width, for what programs compute with.
//!
//! Answers for CPython's `Objects/unicodeobject.c`, `Objects/stringlib`, `Python/codecs.c` and
//! `Modules/unicodedata.c` as far as they do not touch Python objects.
#![forbid(unsafe_op_in_unsafe_fn)]

pub mod algorithm;
mod chars;
pub mod codec;
pub mod format;
pub mod identifier;
mod number;
pub mod repr;
mod text;
pub mod unicode;

pub use chars::{Chars, CharsBuf, CharsIter, OutOfMemory, Unit};
pub use number::number_text;
pub use text::{Text, TextBuf};
