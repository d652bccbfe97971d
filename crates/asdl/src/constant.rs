//! The values that `Constant` and `MatchSingleton` nodes hold.

use taipan_text::Text;

/// An integer in a tree. Digits instead of a big-integer object, since the arena frees nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Int<'a> {
    /// A value that fits; always this form when it does.
    Small(i64),
    /// Any other.
    Big {
        /// Whether the value is below zero. The parser never makes one that is.
        negative: bool,
        /// The magnitude in base 2⁶⁴, least digit first, no leading zero.
        digits: &'a [u64],
    },
}

/// A constant of a tree: what the parser makes of literals, and what user-built trees may add
/// (tuples, frozensets, any complex number).
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Constant<'a> {
    None,
    Ellipsis,
    Bool(bool),
    Int(Int<'a>),
    Float(f64),
    Complex { real: f64, imag: f64 },
    Str(&'a Text),
    Bytes(&'a [u8]),
    Tuple(&'a [Constant<'a>]),
    FrozenSet(&'a [Constant<'a>]),
}
