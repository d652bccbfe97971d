//! Replacing one string by another.

use super::search::for_each_match;
use crate::chars::{Unit, in_width};
use crate::{Chars, CharsBuf, with_units};

/// `text.replace(old, new, max)` appended to `out`; false, with nothing appended, if nothing is to be
/// replaced.
pub fn replace(text: Chars<'_>, old: Chars<'_>, new: Chars<'_>, max: usize, out: &mut CharsBuf) -> bool {
    if max == 0 || old.len() > text.len() {
        return false;
    }
    if old.is_empty() {
        insert_between(text, new, max, out);
        return true;
    }
    if let (Chars::One(text), Chars::One(old), Chars::One(new)) = (text, old, new) {
        let bound = |length| if out.reserve(length, 0) { Ok(()) } else { Err(()) };
        return match replace_bytes(text, old, new, max, bound) {
            Ok(Some(bytes)) => {
                out.push_bytes(&bytes);
                true
            }
            Ok(None) => false,
            Err(()) => true,
        };
    }
    let replace_in = |text: Chars<'_>| -> Option<Vec<usize>> {
        let mut found = Vec::new();
        with_units!(text, units => for_each_match(units, &in_width(old)?, max, |at| found.push(at)));
        Some(found)
    };
    let Some(found) = replace_in(text).filter(|found| !found.is_empty()) else { return false };
    let kept = text.len() - found.len() * old.len();
    let length = new.len().checked_mul(found.len()).and_then(|added| added.checked_add(kept));
    if !out.reserve(length.unwrap_or(usize::MAX), 0) {
        return true;
    }
    let mut start = 0;
    for at in found {
        out.push_chars(text.slice(start..at));
        out.push_chars(new);
        start = at + old.len();
    }
    out.push_chars(text.slice(start..text.len()));
    true
}

/// An empty string is before each code point, and at the end.
fn insert_between(text: Chars<'_>, new: Chars<'_>, max: usize, out: &mut CharsBuf) {
    let times = max.min(text.len() + 1);
    let length = new.len().checked_mul(times).and_then(|added| added.checked_add(text.len()));
    if !out.reserve(length.unwrap_or(usize::MAX), 0) {
        return;
    }
    for index in 0..times {
        out.push_chars(new);
        if index < text.len() {
            out.push(text.get(index));
        }
    }
    out.push_chars(text.slice(times.min(text.len())..text.len()));
}

/// `text.replace(old, new, max)` of bytes; `None` if nothing is to be replaced. `bound` says whether
/// a result of that length may be made.
pub fn replace_bytes<E>(
    text: &[u8],
    old: &[u8],
    new: &[u8],
    max: usize,
    bound: impl FnOnce(usize) -> Result<(), E>,
) -> Result<Option<Vec<u8>>, E> {
    let mut found = Vec::new();
    if old.is_empty() {
        found.extend(0..max.min(text.len() + 1));
    } else {
        for_each_match(text, old, max, |at| found.push(at));
    }
    if found.is_empty() {
        return Ok(None);
    }
    let kept = text.len() - found.len() * old.len();
    let length = new.len().saturating_mul(found.len()).saturating_add(kept);
    bound(length)?;
    let mut out = Vec::with_capacity(length);
    let mut start = 0;
    for at in found {
        out.extend_from_slice(&text[start..at]);
        out.extend_from_slice(new);
        start = at + old.len();
    }
    out.extend_from_slice(&text[start..]);
    Ok(Some(out))
}

/// Replaces single units by others of the same width, in place.
pub fn replace_one<T: Unit>(units: &mut [T], old: T, new: T, max: usize) {
    units.iter_mut().filter(|u| **u == old).take(max).for_each(|u| *u = new);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings() {
        for (text, old, new, max, expected) in [
            ("aXbXc", "X", "--", usize::MAX, Some("a--b--c")),
            ("aXbXc", "X", "π", 1, Some("aπbXc")),
            ("aπb", "π", "", usize::MAX, Some("ab")),
            ("ab", "", "-", usize::MAX, Some("-a-b-")),
            ("ab", "", "-", 2, Some("-a-b")),
            ("", "", "-", usize::MAX, Some("-")),
            ("ab", "x", "y", usize::MAX, None),
            ("ab", "\u{1f40d}", "y", usize::MAX, None),
            ("ab", "a", "y", 0, None),
        ] {
            let [text, old, new] = [text, old, new].map(CharsBuf::from);
            let mut out = CharsBuf::new();
            let done = replace(text.as_chars(), old.as_chars(), new.as_chars(), max, &mut out);
            assert_eq!(done.then(|| out.to_text().to_string()).as_deref(), expected);
        }
    }

    #[test]
    fn bytes() {
        let done = |length| if length < 10 { Ok(()) } else { Err(length) };
        assert_eq!(replace_bytes(b"aXb", b"X", b"12", 9, done), Ok(Some(b"a12b".to_vec())));
        assert_eq!(replace_bytes(b"ab", b"", b"-", 9, done), Ok(Some(b"-a-b-".to_vec())));
        assert_eq!(replace_bytes(b"aXb", b"X", b"1234567890", 9, done), Err(12));
        assert_eq!(replace_bytes(b"ab", b"X", b"", 9, done), Ok(None));
    }
}
