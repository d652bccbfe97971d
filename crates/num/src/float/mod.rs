//! `float`: to text and back, arithmetic where Python's differs from the processor's.

mod arith;
mod digits;
pub mod libm;
mod parse;
mod ratio;
mod text;

pub use arith::{PowError, div_mod, floor_div, modulo, pow, round, round_to_int};
pub use digits::Digits;
pub(crate) use parse::without_underscores;
pub use parse::{parse, parse_prefix};
pub use ratio::{FromHexError, as_integer_ratio, frexp, from_hex, hex, ldexp};
pub use text::{Form, Style, format, repr, write_repr};
