//! Finding one string in another, in linear time.
//!
//! One-byte units go to `memchr::memmem`; the others, and searches from the end, to the two-way
//! algorithm of Crochemore and Perrin. Answers for `Objects/stringlib/fastsearch.h`.

use std::ops::Range;

use crate::chars::{Unit, in_width};
use crate::{Chars, with_units};

/// Where `needle` first starts inside `range` of `hay`.
pub fn find(hay: Chars<'_>, needle: Chars<'_>, range: Range<usize>) -> Option<usize> {
    let hay = hay.slice(range.clone());
    if needle.len() > hay.len() {
        return None;
    }
    let at = match (hay, needle) {
        (Chars::One(hay), Chars::One(needle)) => find_units(hay, needle),
        (Chars::Two(hay), Chars::Two(needle)) => find_units(hay, needle),
        (Chars::Four(hay), Chars::Four(needle)) => find_units(hay, needle),
        (hay, needle) => with_units!(hay, hay => find_units(hay, &in_width(needle)?)),
    }?;
    Some(range.start + at)
}

/// Where `needle` last starts inside `range` of `hay`.
pub fn rfind(hay: Chars<'_>, needle: Chars<'_>, range: Range<usize>) -> Option<usize> {
    let hay = hay.slice(range.clone());
    if needle.len() > hay.len() {
        return None;
    }
    let at = match (hay, needle) {
        (Chars::One(hay), Chars::One(needle)) => rfind_units(hay, needle),
        (Chars::Two(hay), Chars::Two(needle)) => rfind_units(hay, needle),
        (Chars::Four(hay), Chars::Four(needle)) => rfind_units(hay, needle),
        (hay, needle) => with_units!(hay, hay => rfind_units(hay, &in_width(needle)?)),
    }?;
    Some(range.start + at)
}

/// How often `needle` is inside `range` of `hay`, without overlaps; an empty one is once before each
/// unit and once at the end.
pub fn count(hay: Chars<'_>, needle: Chars<'_>, range: Range<usize>) -> usize {
    let hay = hay.slice(range);
    let needle_fits = |hay| match (hay, needle) {
        (Chars::One(hay), Chars::One(needle)) => Some(count_units(hay, needle)),
        (hay, needle) => with_units!(hay, hay => Some(count_units(hay, &in_width(needle)?))),
    };
    needle_fits(hay).unwrap_or(0)
}

/// Whether `part` stands at `at`.
pub fn matches_at(hay: Chars<'_>, part: Chars<'_>, at: usize) -> bool {
    let Some(end) = at.checked_add(part.len()).filter(|&end| end <= hay.len()) else { return false };
    match (hay, part) {
        (Chars::One(hay), Chars::One(part)) => hay[at..end] == *part,
        (Chars::Two(hay), Chars::Two(part)) => hay[at..end] == *part,
        (Chars::Four(hay), Chars::Four(part)) => hay[at..end] == *part,
        (hay, part) => hay.slice(at..end).iter().eq(part.iter()),
    }
}

/// Where `needle` first is.
pub fn find_units<T: Unit>(hay: &[T], needle: &[T]) -> Option<usize> {
    match needle {
        [] => Some(0),
        [one] => T::find_one(hay, *one),
        _ if needle.len() > hay.len() => None,
        _ => match (T::as_bytes(hay), T::as_bytes(needle)) {
            (Some(hay), Some(needle)) => memchr::memmem::find(hay, needle),
            _ => find_wide(hay, needle),
        },
    }
}

/// Searches the memory of wide units, as long as what is found there is seldom between two units.
fn find_wide<T: Unit>(hay: &[T], needle: &[T]) -> Option<usize> {
    let memory = T::memory(hay);
    let finder = memchr::memmem::Finder::new(T::memory(needle));
    let mut start = 0;
    for _ in 0..16 {
        let at = start + finder.find(&memory[start..])?;
        if at % size_of::<T>() == 0 {
            return Some(at / size_of::<T>());
        }
        start = at + 1;
    }
    let start = start / size_of::<T>();
    TwoWay::new(needle, false).find(&hay[start..]).map(|at| start + at)
}

/// Where `needle` last is.
pub fn rfind_units<T: Unit>(hay: &[T], needle: &[T]) -> Option<usize> {
    match needle {
        [] => Some(hay.len()),
        [one] => T::rfind_one(hay, *one),
        _ if needle.len() > hay.len() => None,
        _ => match (T::as_bytes(hay), T::as_bytes(needle)) {
            (Some(hay), Some(needle)) => memchr::memmem::rfind(hay, needle),
            _ => TwoWay::new(needle, true).find(hay),
        },
    }
}

/// How often `needle` is there, without overlaps.
pub fn count_units<T: Unit>(hay: &[T], needle: &[T]) -> usize {
    if needle.is_empty() {
        return hay.len() + 1;
    }
    if let ([one], Some(hay)) = (needle, T::as_bytes(hay)) {
        let one = one.point() as u8;
        return memchr::memchr_iter(one, hay).count();
    }
    let mut count = 0;
    for_each_match(hay, needle, usize::MAX, |_| count += 1);
    count
}

/// Tells where `needle`, which is not empty, is: at most `max` times, without overlaps.
pub fn for_each_match<T: Unit>(hay: &[T], needle: &[T], max: usize, mut tell: impl FnMut(usize)) {
    if needle.len() > hay.len() || max == 0 {
        return;
    }
    if let [one] = needle {
        let mut start = 0;
        for _ in 0..max {
            let Some(at) = T::find_one(&hay[start..], *one) else { return };
            tell(start + at);
            start += at + 1;
        }
    } else if let (Some(hay), Some(needle)) = (T::as_bytes(hay), T::as_bytes(needle)) {
        memchr::memmem::find_iter(hay, needle).take(max).for_each(tell);
    } else {
        let finder = TwoWay::new(needle, false);
        let mut start = 0;
        for _ in 0..max {
            let Some(at) = finder.find(&hay[start..]) else { return };
            tell(start + at);
            start += at + needle.len();
        }
    }
}

/// Tells where `needle`, which is not empty, is, from the end: at most `max` times.
pub fn for_each_match_from_end<T: Unit>(hay: &[T], needle: &[T], max: usize, mut tell: impl FnMut(usize)) {
    let mut end = hay.len();
    if let [one] = needle {
        for _ in 0..max {
            let Some(at) = T::rfind_one(&hay[..end], *one) else { return };
            tell(at);
            end = at;
        }
        return;
    }
    if needle.len() > hay.len() {
        return;
    }
    let finder = TwoWay::new(needle, true);
    for _ in 0..max {
        let Some(at) = finder.find(&hay[..end]) else { return };
        tell(at);
        end = at;
    }
}

/// A needle, prepared: the two-way algorithm, on the reversed strings when searching from the end.
struct TwoWay<'n, T> {
    needle: &'n [T],
    reversed: bool,
    /// Where the critical factorisation cuts.
    cut: usize,
    period: usize,
    /// Whether the whole needle has that period.
    periodic: bool,
}

impl<'n, T: Unit> TwoWay<'n, T> {
    fn new(needle: &'n [T], reversed: bool) -> TwoWay<'n, T> {
        let mut it = TwoWay { needle, reversed, cut: 0, period: 1, periodic: false };
        let (cut, period) = it.maximal_suffix(false);
        let (other_cut, other_period) = it.maximal_suffix(true);
        (it.cut, it.period) = if cut > other_cut { (cut, period) } else { (other_cut, other_period) };
        let length = needle.len();
        it.periodic = it.cut + it.period <= length && (0..it.cut).all(|i| it.at(i) == it.at(i + it.period));
        if !it.periodic {
            it.period = it.cut.max(length - it.cut) + 1;
        }
        it
    }

    #[inline(always)]
    fn at(&self, index: usize) -> T {
        self.needle[if self.reversed { self.needle.len() - 1 - index } else { index }]
    }

    /// Where the largest suffix starts, by the order of units or by its reverse, and its period.
    fn maximal_suffix(&self, inverted: bool) -> (usize, usize) {
        let (mut start, mut candidate, mut offset, mut period) = (0, 1, 0, 1);
        while candidate + offset < self.needle.len() {
            let (a, b) = (self.at(candidate + offset), self.at(start + offset));
            if a == b {
                if offset + 1 == period {
                    candidate += period;
                    offset = 0;
                } else {
                    offset += 1;
                }
            } else if (a < b) != inverted {
                candidate += offset + 1;
                offset = 0;
                period = candidate - start;
            } else {
                start = candidate;
                candidate += 1;
                offset = 0;
                period = 1;
            }
        }
        (start, period)
    }

    fn find(&self, hay: &[T]) -> Option<usize> {
        let length = self.needle.len();
        let last = hay.len().checked_sub(length)?;
        let hay_at = |index: usize| hay[if self.reversed { hay.len() - 1 - index } else { index }];
        let found = |at: usize| Some(if self.reversed { last - at } else { at });
        let mut at = 0;
        // How much of the front is known to match.
        let mut known = 0;
        while at <= last {
            let right = self.cut.max(known);
            if let Some(wrong) = (right..length).find(|&i| self.at(i) != hay_at(at + i)) {
                at += wrong - self.cut + 1;
                known = 0;
            } else if (known..self.cut).rev().any(|i| self.at(i) != hay_at(at + i)) {
                at += self.period;
                known = if self.periodic { length - self.period } else { 0 };
            } else {
                return found(at);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CharsBuf;

    #[test]
    fn across_widths() {
        let hay = CharsBuf::from("añb\u{1f40d}añb");
        let chars = hay.as_chars();
        let all = 0..chars.len();
        for (needle, first, last, times) in [
            ("ñb", Some(1), Some(5), 2),
            ("", Some(0), Some(7), 8),
            ("x", None, None, 0),
            ("\u{1f40d}", Some(3), Some(3), 1),
        ] {
            let needle = CharsBuf::from(needle);
            assert_eq!(find(chars, needle.as_chars(), all.clone()), first);
            assert_eq!(rfind(chars, needle.as_chars(), all.clone()), last);
            assert_eq!(count(chars, needle.as_chars(), all.clone()), times);
        }
        let wide = CharsBuf::from("\u{1f40d}");
        assert_eq!(find(Chars::One(b"abc"), wide.as_chars(), 0..3), None);
        assert_eq!(find(chars, Chars::One(b"a"), 1..7), Some(4));
    }

    #[test]
    fn every_string_over_two_letters() {
        let words = |length: u32| {
            (0..1_u32 << length).map(move |n| (0..length).map(|i| (n >> i & 1) as u16).collect::<Vec<_>>())
        };
        for hay in (0..9).flat_map(words) {
            for needle in (1..5).flat_map(words) {
                let starts: Vec<usize> = (0..hay.len()).filter(|&i| hay[i..].starts_with(&needle)).collect();
                assert_eq!(find_units(&hay, &needle), starts.first().copied(), "{needle:?} in {hay:?}");
                assert_eq!(rfind_units(&hay, &needle), starts.last().copied(), "{needle:?} in {hay:?}");
            }
        }
    }

    #[test]
    fn linear_time() {
        let hay = vec![1_u16; 1 << 20];
        let mut needle = vec![1_u16; 1 << 19];
        needle[0] = 2;
        assert_eq!(find_units(&hay, &needle), None);
        assert_eq!(rfind_units(&hay, &needle), None);
        *needle.last_mut().expect("it has units") = 2;
        assert_eq!(find_units(&hay, &needle), None);
    }
}
