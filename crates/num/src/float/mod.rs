//! `float`: to text and back, arithmetic where Python's differs from the processor's.

mod digits;
mod parse;
mod text;

pub use digits::Digits;
pub(crate) use parse::without_underscores;
pub use parse::{parse, parse_prefix};
pub use text::{Form, Style, format, repr, write_repr};
