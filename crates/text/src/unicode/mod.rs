//! Unicode data: character types and case, names, normalisation, the character database.
//!
//! All facts are in `tables.rs` and `data/`, which `unicode/generate.py` writes; this is code that
//! reads them. Answers for CPython's `Objects/unicodectype.c` and `Modules/unicodedata.c`.

mod case;
mod database;
mod names;
mod normalize;
mod tables;
mod types;

pub use case::{Case, case_fold, final_sigma, lower, simple_lower, simple_upper, title, upper};
pub use database::{Database, Version};
pub use names::{Name, lookup, name};
pub use normalize::{Form, QuickCheck, compose_pair, normalize, quick_check};
pub use tables::VERSION;
pub use types::{
    decimal_value, digit_value, is_alnum, is_alpha, is_cased, is_decimal, is_digit, is_line_break, is_lower,
    is_numeric, is_printable, is_space, is_title, is_upper, is_xid_continue, is_xid_start, numeric_value,
};

/// The number of code points.
pub const POINTS: u32 = 0x11_0000;

const fn le_u16<const BYTES: usize, const N: usize>(bytes: &[u8; BYTES]) -> [u16; N] {
    assert!(BYTES == 2 * N);
    let mut out = [0; N];
    let mut i = 0;
    while i < N {
        out[i] = u16::from_le_bytes([bytes[2 * i], bytes[2 * i + 1]]);
        i += 1;
    }
    out
}

const fn le_u32<const BYTES: usize, const N: usize>(bytes: &[u8; BYTES]) -> [u32; N] {
    assert!(BYTES == 4 * N);
    let mut out = [0; N];
    let mut i = 0;
    while i < N {
        let at = 4 * i;
        out[i] = u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        i += 1;
    }
    out
}
