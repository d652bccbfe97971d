//! What literals mean: numbers and escape sequences.

pub(crate) mod escape;
pub(crate) mod number;
