//! Stripping: what remains when blanks or other units are taken off the ends.

use std::ops::Range;

use crate::chars::Unit;
use crate::{Chars, with_units};

/// Which ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Only the front: `lstrip`.
    Left,
    /// Only the end: `rstrip`.
    Right,
    /// Both: `strip`.
    Both,
}

/// What remains when units that `strips` says yes to are taken off.
#[inline]
pub fn strip<T: Unit>(units: &[T], side: Side, strips: impl Fn(T) -> bool) -> Range<usize> {
    let start = match side {
        Side::Right => 0,
        _ => units.iter().position(|&u| !strips(u)).unwrap_or(units.len()),
    };
    let end = match side {
        Side::Left => units.len(),
        _ => units[start..].iter().rposition(|&u| !strips(u)).map_or(start, |last| start + last + 1),
    };
    start..end
}

/// What remains when code points that are in `set` are taken off.
pub fn strip_set(chars: Chars<'_>, set: Chars<'_>, side: Side) -> Range<usize> {
    // One bit for each Latin-1 character; the others are looked for.
    let mut latin = [0_u64; 4];
    for point in set.iter().filter(|&p| p < 0x100) {
        latin[point as usize / 64] |= 1 << (point % 64);
    }
    let strips = |point: u32| match point {
        0..0x100 => latin[point as usize / 64] >> (point % 64) & 1 == 1,
        _ => set.iter().any(|p| p == point),
    };
    with_units!(chars, units => strip(units, side, |u| strips(u.point())))
}

/// What remains when blanks are taken off.
pub fn strip_blanks(chars: Chars<'_>, side: Side) -> Range<usize> {
    with_units!(chars, units => strip(units, side, super::split::is_space))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CharsBuf;

    #[test]
    fn ends_are_taken_off() {
        let text = CharsBuf::from("\u{2003} aπa \u{85}");
        assert_eq!(strip_blanks(text.as_chars(), Side::Both), 2..5);
        assert_eq!(strip_blanks(text.as_chars(), Side::Left), 2..7);
        assert_eq!(strip_blanks(text.as_chars(), Side::Right), 0..5);
        let set = CharsBuf::from("πa");
        assert_eq!(strip_set(CharsBuf::from("aπbπa").as_chars(), set.as_chars(), Side::Both), 2..3);
        assert_eq!(strip_set(Chars::One(b"aaa"), set.as_chars(), Side::Both), 3..3);
    }
}
