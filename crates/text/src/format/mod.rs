//! Formatting: the specification of `format()`, the fields of `str.format`, the conversions of `%`.
//!
//! What numbers look like is told by the crate of numbers; this one parses, pads and groups.
//! Answers for CPython's `Python/formatter_unicode.c`, `Objects/stringlib/unicode_format.h` and
//! `Objects/unicode_format.c`.

mod field;
pub mod markup;
pub mod percent;
mod spec;

pub use field::{Locale, Number, format_str, write_number, write_padded};
pub use spec::{Align, FormatError, Grouping, Sign, Spec};
