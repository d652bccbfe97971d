//! Splitting: at blanks, at a separator, at line ends.
//!
//! Each function tells the parts as ranges, in order, or from the end for the `r` forms; an error of
//! `tell` ends it. Answers for `Objects/stringlib/split.h`.

use std::ops::Range;

use super::search::{find_units, rfind_units};
use crate::chars::Unit;

/// What a byte string takes as a blank.
#[inline]
pub fn is_byte_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// What a string takes as a blank.
#[inline]
pub fn is_space<T: Unit>(unit: T) -> bool {
    let point = unit.point();
    if point < 0x80 {
        matches!(point, 0x20 | 0x09..=0x0d | 0x1c..=0x1f)
    } else {
        crate::unicode::is_space(point)
    }
}

/// `split()` with no separator, at most `max` times.
pub fn split_blanks<T: Unit, E>(
    units: &[T],
    is_space: impl Fn(T) -> bool,
    max: usize,
    mut tell: impl FnMut(Range<usize>) -> Result<(), E>,
) -> Result<(), E> {
    let length = units.len();
    let word = |from: usize| from + units[from..].iter().take_while(|&&u| is_space(u)).count();
    let mut start = word(0);
    for _ in 0..max {
        if start == length {
            return Ok(());
        }
        let end = start + units[start..].iter().take_while(|&&u| !is_space(u)).count();
        tell(start..end)?;
        start = word(end);
    }
    if start < length {
        tell(start..length)?;
    }
    Ok(())
}

/// `rsplit()` with no separator; the last part first.
pub fn rsplit_blanks<T: Unit, E>(
    units: &[T],
    is_space: impl Fn(T) -> bool,
    max: usize,
    mut tell: impl FnMut(Range<usize>) -> Result<(), E>,
) -> Result<(), E> {
    let word = |to: usize| to - units[..to].iter().rev().take_while(|&&u| is_space(u)).count();
    let mut end = word(units.len());
    for _ in 0..max {
        if end == 0 {
            return Ok(());
        }
        let start = end - units[..end].iter().rev().take_while(|&&u| !is_space(u)).count();
        tell(start..end)?;
        end = word(start);
    }
    if end > 0 {
        tell(0..end)?;
    }
    Ok(())
}

/// `split(separator)`, which is not empty.
pub fn split<T: Unit, E>(
    units: &[T],
    separator: &[T],
    max: usize,
    mut tell: impl FnMut(Range<usize>) -> Result<(), E>,
) -> Result<(), E> {
    let mut start = 0;
    let mut result = Ok(());
    super::search::for_each_match(units, separator, max, |at| {
        if result.is_ok() {
            result = tell(start..at);
        }
        start = at + separator.len();
    });
    result?;
    tell(start..units.len())
}

/// `rsplit(separator)`, which is not empty; the last part first.
pub fn rsplit<T: Unit, E>(
    units: &[T],
    separator: &[T],
    max: usize,
    mut tell: impl FnMut(Range<usize>) -> Result<(), E>,
) -> Result<(), E> {
    let mut end = units.len();
    let mut result = Ok(());
    super::search::for_each_match_from_end(units, separator, max, |at| {
        if result.is_ok() {
            result = tell(at + separator.len()..end);
        }
        end = at;
    });
    result?;
    tell(0..end)
}

/// Where `partition` cuts: the ends of what is before, and of the separator.
pub fn partition<T: Unit>(units: &[T], separator: &[T]) -> Option<Range<usize>> {
    find_units(units, separator).map(|at| at..at + separator.len())
}

/// Where `rpartition` cuts.
pub fn rpartition<T: Unit>(units: &[T], separator: &[T]) -> Option<Range<usize>> {
    rfind_units(units, separator).map(|at| at..at + separator.len())
}

/// What a byte string takes as the end of a line, besides `\r\n`.
#[inline]
pub fn is_byte_line_break(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// What a string takes as the end of a line, besides `\r\n`.
#[inline]
pub fn is_line_break<T: Unit>(unit: T) -> bool {
    let point = unit.point();
    if point < 0x80 {
        matches!(point, 0x0a..=0x0d | 0x1c..=0x1e)
    } else {
        matches!(point, 0x85 | 0x2028 | 0x2029)
    }
}

/// `splitlines`, with the ends of lines or without.
pub fn split_lines<T: Unit, E>(
    units: &[T],
    is_break: impl Fn(T) -> bool,
    keep_ends: bool,
    mut tell: impl FnMut(Range<usize>) -> Result<(), E>,
) -> Result<(), E> {
    let mut start = 0;
    while start < units.len() {
        let text = units[start..].iter().position(|&u| is_break(u)).map_or(units.len(), |at| start + at);
        let point = |at: usize| units.get(at).map(|&u| u.point());
        let end = match (point(text), point(text + 1)) {
            (None, _) => text,
            (Some(0x0d), Some(0x0a)) => text + 2,
            _ => text + 1,
        };
        tell(start..if keep_ends { end } else { text })?;
        start = end;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collect(
        run: impl FnOnce(&mut dyn FnMut(Range<usize>) -> Result<(), ()>) -> Result<(), ()>,
        text: &[u8],
    ) -> Vec<String> {
        let mut parts = Vec::new();
        let mut tell = |range: Range<usize>| {
            parts.push(String::from_utf8_lossy(&text[range]).into_owned());
            Ok(())
        };
        run(&mut tell).expect("nothing fails");
        parts
    }

    #[test]
    fn at_blanks() {
        let text = b"  a b\tc  ";
        assert_eq!(
            collect(|tell| split_blanks(text, is_byte_space, usize::MAX, tell), text),
            ["a", "b", "c"]
        );
        assert_eq!(collect(|tell| split_blanks(text, is_byte_space, 1, tell), text), ["a", "b\tc  "]);
        assert_eq!(collect(|tell| rsplit_blanks(text, is_byte_space, 1, tell), text), ["c", "  a b"]);
        assert_eq!(collect(|tell| split_blanks(text, is_byte_space, 0, tell), text), ["a b\tc  "]);
        assert!(collect(|tell| split_blanks(b"  ", is_byte_space, 0, tell), b"  ").is_empty());
    }

    #[test]
    fn at_a_separator() {
        let text = b"a--b----c";
        assert_eq!(collect(|tell| split(text, b"--", usize::MAX, tell), text), ["a", "b", "", "c"]);
        assert_eq!(collect(|tell| rsplit(text, b"--", 1, tell), text), ["c", "a--b--"]);
        assert_eq!(collect(|tell| split(text, b"x", 5, tell), text), ["a--b----c"]);
        assert_eq!(partition(text, b"--"), Some(1..3));
        assert_eq!(rpartition(text, b"--"), Some(6..8));
    }

    #[test]
    fn at_line_ends() {
        let text = b"a\nb\r\n\rc\x0bd";
        assert_eq!(
            collect(|tell| split_lines(text, is_byte_line_break, false, tell), text),
            ["a", "b", "", "c\u{b}d"]
        );
        assert_eq!(
            collect(|tell| split_lines(text, is_line_break, true, tell), text),
            ["a\n", "b\r\n", "\r", "c\u{b}", "d"]
        );
    }
}
