//! Case of characters, one of which may become up to three.

use super::tables::{CASED, IGNORABLE, SPECIAL_CASES};
use super::types::record;

/// One to three code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Case {
    points: [u32; 3],
    length: u8,
}

impl Case {
    const fn one(point: u32) -> Case {
        Case { points: [point, 0, 0], length: 1 }
    }

    fn special(record: u8, column: usize) -> Case {
        let from = SPECIAL_CASES[usize::from(record)][column];
        let mut points = [0; 3];
        points[..from.len()].copy_from_slice(from);
        Case { points, length: from.len() as u8 }
    }

    /// The code points.
    #[inline]
    pub fn as_slice(&self) -> &[u32] {
        &self.points[..usize::from(self.length)]
    }
}

macro_rules! mappings {
    ($($(#[$doc:meta])* $name:ident $column:literal $ascii:ident $field:ident;)*) => {$(
        $(#[$doc])*
        #[inline]
        pub fn $name(point: u32) -> Case {
            if point < 0x80 {
                return Case::one(u32::from((point as u8).$ascii()));
            }
            let record = record(point);
            match record.special {
                0 => Case::one(point.wrapping_add_signed(record.$field)),
                special => Case::special(special, $column),
            }
        }
    )*};
}

mappings! {
    /// The lower case, but for the final sigma's: see [`final_sigma`].
    lower 0 to_ascii_lowercase lower;
    /// The upper case.
    upper 1 to_ascii_uppercase upper;
    /// The title case.
    title 2 to_ascii_uppercase title;
    /// The case fold.
    case_fold 3 to_ascii_lowercase fold;
}

/// The one code point that is the lower case where contexts and lengths don't count, as in `re`.
#[inline]
pub fn simple_lower(point: u32) -> u32 {
    point.wrapping_add_signed(record(point).lower)
}

/// The one code point that is the upper case where contexts and lengths don't count.
#[inline]
pub fn simple_upper(point: u32) -> u32 {
    point.wrapping_add_signed(record(point).upper)
}

/// Whether a capital sigma becomes `ς`: a cased letter stands before it and none after it, where
/// characters that case ignores are skipped. `before` runs backwards from it, `after` forwards.
pub fn final_sigma(before: impl Iterator<Item = u32>, after: impl Iterator<Item = u32>) -> bool {
    let cased = |points: &mut dyn Iterator<Item = u32>| {
        let other = points.map(|point| record(point).flags).find(|flags| flags & IGNORABLE == 0);
        other.is_some_and(|flags| flags & CASED != 0)
    };
    let (mut before, mut after) = (before, after);
    cased(&mut before) && !cased(&mut after)
}
