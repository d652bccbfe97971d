//! Numbers without objects: `int` of any size, `float` to text and back, `complex`.
//!
//! Answers for the arithmetic of CPython's `Objects/longobject.c`, `Objects/floatobject.c`,
//! `Objects/complexobject.c`, `Python/dtoa.c` and `Python/formatter_unicode.c`.
#![deny(unsafe_code)]

pub mod complex;
pub mod float;
pub mod format;
pub mod hash;
mod int;

pub mod packing;
pub mod percent;

pub use dashu_int::IBig;
pub use int::{ByteOrder, Int, IntParseError, PowModError, ToBytesError, TooManyDigits, TrueDivError, bound};
