//! Algorithms over strings and bytes, generic over the width of their units.
//!
//! Ranges and positions count units. Answers for CPython's `Objects/stringlib`.

pub mod bytes;
pub mod case;
pub mod hash;
pub mod layout;
pub mod predicate;
pub mod replace;
pub mod search;
pub mod split;
pub mod strip;
