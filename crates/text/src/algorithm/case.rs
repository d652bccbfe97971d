//! Case of whole strings.
//!
//! Answers for `do_upper_or_lower`, `do_title`, `do_capitalize`, `do_swapcase`, `do_casefold` of
//! CPython's `Objects/unicodeobject.c`.

use crate::{Chars, CharsBuf, unicode};

const CAPITAL_SIGMA: u32 = 0x3a3;
const SIGMA: u32 = 0x3c3;
const FINAL_SIGMA: u32 = 0x3c2;

/// The lower case of the code point at `index`; the sigma's depends on where it stands.
fn push_lower(chars: Chars<'_>, index: usize, out: &mut CharsBuf) {
    let point = chars.get(index);
    if point == CAPITAL_SIGMA {
        let before = chars.slice(0..index).iter().rev();
        let after = chars.slice(index + 1..chars.len()).iter();
        out.push(if unicode::final_sigma(before, after) { FINAL_SIGMA } else { SIGMA });
    } else {
        out.push_points(unicode::lower(point).as_slice());
    }
}

/// ASCII as bytes, with `change` applied.
fn ascii(chars: Chars<'_>, out: &mut CharsBuf, change: impl FnOnce(&mut Vec<u8>)) -> bool {
    match chars {
        Chars::One(units) if units.is_ascii() => {
            if out.reserve(units.len(), 0) {
                let mut copy = units.to_vec();
                change(&mut copy);
                out.push_bytes(&copy);
            }
            true
        }
        _ => {
            out.reserve(chars.len(), 0);
            false
        }
    }
}

/// `str.lower`.
pub fn lower(chars: Chars<'_>, out: &mut CharsBuf) {
    if !ascii(chars, out, |bytes| bytes.make_ascii_lowercase()) {
        (0..chars.len()).for_each(|index| push_lower(chars, index, out));
    }
}

/// `str.upper`.
pub fn upper(chars: Chars<'_>, out: &mut CharsBuf) {
    if !ascii(chars, out, |bytes| bytes.make_ascii_uppercase()) {
        chars.iter().for_each(|point| out.push_points(unicode::upper(point).as_slice()));
    }
}

/// `str.casefold`.
pub fn casefold(chars: Chars<'_>, out: &mut CharsBuf) {
    if !ascii(chars, out, |bytes| bytes.make_ascii_lowercase()) {
        chars.iter().for_each(|point| out.push_points(unicode::case_fold(point).as_slice()));
    }
}

/// `str.swapcase`.
pub fn swapcase(chars: Chars<'_>, out: &mut CharsBuf) {
    for (index, point) in chars.iter().enumerate() {
        if unicode::is_upper(point) {
            push_lower(chars, index, out);
        } else if unicode::is_lower(point) {
            out.push_points(unicode::upper(point).as_slice());
        } else {
            out.push(point);
        }
    }
}

/// `str.capitalize`.
pub fn capitalize(chars: Chars<'_>, out: &mut CharsBuf) {
    for (index, point) in chars.iter().enumerate() {
        if index == 0 {
            out.push_points(unicode::title(point).as_slice());
        } else {
            push_lower(chars, index, out);
        }
    }
}

/// `str.title`.
pub fn title(chars: Chars<'_>, out: &mut CharsBuf) {
    let mut inside = false;
    for (index, point) in chars.iter().enumerate() {
        if inside {
            push_lower(chars, index, out);
        } else {
            out.push_points(unicode::title(point).as_slice());
        }
        inside = unicode::is_cased(point);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_strings() {
        type Change = fn(Chars<'_>, &mut CharsBuf);
        for (change, text, expected) in [
            (lower as Change, "ABC É", "abc é"),
            (lower, "ΑΣ ΑΣΑ Σ", "ας ασα σ"),
            (lower, "İ", "i̇"),
            (upper, "straße ﬁ", "STRASSE FI"),
            (casefold, "Straße ς", "strasse σ"),
            (swapcase, "aBß ΑΣ", "AbSS ας"),
            (capitalize, "ǆABC", "ǅabc"),
            (title, "they're ΌΣΟΣ ǆ", "They'Re Όσος ǅ"),
        ] {
            let mut out = CharsBuf::new();
            change(CharsBuf::from(text).as_chars(), &mut out);
            assert_eq!(out.to_text().to_str(), Some(expected));
        }
    }
}
