//! The four normal forms.
//!
//! Answers for `nfd_nfkd`, `nfc_nfkc` and `is_normalized_quickcheck` of CPython's
//! `Modules/unicodedata.c`.

use super::database::{self, Version};
use super::tables::{
    COMPOSITION_FIRST, COMPOSITION_RESULT, COMPOSITION_SECOND, DECOMPOSITION, DECOMPOSITION_BLOCKS,
    DECOMPOSITION_SHIFT, DECOMPOSITION_WORDS,
};

/// A normal form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Canonical decomposition.
    Nfd,
    /// Compatibility decomposition.
    Nfkd,
    /// Canonical decomposition, then composition.
    Nfc,
    /// Compatibility decomposition, then composition.
    Nfkc,
}

/// What a look at the single characters tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuickCheck {
    /// In normal form.
    Yes,
    /// Only normalising tells.
    Maybe,
    /// Not in normal form.
    No,
}

/// Hangul syllables, which are computed.
pub(super) mod hangul {
    use smallvec::SmallVec;

    const SYLLABLES: u32 = 0xac00;
    const FIRST: u32 = 0x1100;
    const VOWEL: u32 = 0x1161;
    const LAST: u32 = 0x11a7;
    const VOWELS: u32 = 21;
    const LASTS: u32 = 28;
    const COUNT: u32 = 19 * VOWELS * LASTS;

    /// The numbers of the syllable's consonant, vowel and last consonant (0 is none).
    pub fn parts(point: u32) -> Option<[u32; 3]> {
        let number = point.checked_sub(SYLLABLES).filter(|&n| n < COUNT)?;
        Some([number / (VOWELS * LASTS), number / LASTS % VOWELS, number % LASTS])
    }

    pub fn syllable([first, vowel, last]: [u32; 3]) -> u32 {
        SYLLABLES + (first * VOWELS + vowel) * LASTS + last
    }

    pub fn decompose(point: u32) -> Option<SmallVec<[u32; 4]>> {
        let [first, vowel, last] = parts(point)?;
        let mut points = SmallVec::from_slice(&[FIRST + first, VOWEL + vowel]);
        if last > 0 {
            points.push(LAST + last);
        }
        Some(points)
    }

    pub fn compose(first: u32, second: u32) -> Option<u32> {
        if let Some(number) = first.checked_sub(FIRST).filter(|&n| n < 19) {
            let vowel = second.checked_sub(VOWEL).filter(|&n| n < VOWELS)?;
            return Some(syllable([number, vowel, 0]));
        }
        let [.., 0] = parts(first)? else { return None };
        let last = second.checked_sub(LAST).filter(|&n| 0 < n && n < LASTS)?;
        Some(first + last)
    }
}

/// The number of the tag and the code points of a decomposition; Hangul is not in the table.
#[inline]
pub(super) fn table_decomposition(point: u32) -> Option<(usize, &'static [u32])> {
    let block = usize::from(*DECOMPOSITION_BLOCKS.get((point >> DECOMPOSITION_SHIFT) as usize)?);
    let at = (block << DECOMPOSITION_SHIFT) + (point as usize & ((1 << DECOMPOSITION_SHIFT) - 1));
    let start = usize::from(DECOMPOSITION[at]);
    if start == 0 {
        return None;
    }
    let head = DECOMPOSITION_WORDS[start] as usize;
    Some((head >> 8, &DECOMPOSITION_WORDS[start + 1..start + 1 + (head & 0xff)]))
}

/// Decompositions that were wrong in version 3.2.0.
const OLD_CORRECTIONS: [(u32, u32); 5] =
    [(0x2f868, 0x2136a), (0x2f874, 0x5f33), (0x2f91f, 0x43ab), (0x2f95f, 0x7aae), (0x2f9bf, 0x4d57)];

/// What two characters compose to.
pub fn compose_pair(first: u32, second: u32) -> Option<u32> {
    if let Some(syllable) = hangul::compose(first, second) {
        return Some(syllable);
    }
    let start = COMPOSITION_FIRST.partition_point(|&p| p < first);
    let count = COMPOSITION_FIRST[start..].iter().take_while(|&&p| p == first).count();
    let at = COMPOSITION_SECOND[start..start + count].binary_search(&second).ok()?;
    Some(COMPOSITION_RESULT[start + at])
}

/// Whether a string is in a normal form, as far as its single characters tell.
pub fn quick_check(form: Form, points: impl Iterator<Item = u32>) -> QuickCheck {
    let shift = match form {
        Form::Nfd => 0,
        Form::Nfkd => 2,
        Form::Nfc => 4,
        Form::Nfkc => 6,
    };
    let mut result = QuickCheck::Yes;
    let mut previous = 0;
    for point in points {
        if point < 0x80 {
            previous = 0;
            continue;
        }
        let class = database::combining(point);
        if class != 0 && previous > class {
            return QuickCheck::No;
        }
        previous = class;
        match database::quick_checks(point) >> shift & 3 {
            0 => {}
            1 => result = QuickCheck::Maybe,
            _ => return QuickCheck::No,
        }
    }
    result
}

/// The string in a normal form.
pub fn normalize(version: Version, form: Form, points: impl Iterator<Item = u32>) -> Vec<u32> {
    let compatibility = matches!(form, Form::Nfkd | Form::Nfkc);
    let mut out = Vec::with_capacity(points.size_hint().0);
    for point in points {
        decompose(version, compatibility, point, &mut out);
    }
    order(&mut out);
    if matches!(form, Form::Nfc | Form::Nfkc) {
        compose(version, &mut out);
    }
    out
}

fn decompose(version: Version, compatibility: bool, point: u32, out: &mut Vec<u32>) {
    if point < 0x80 {
        out.push(point);
        return;
    }
    if let Some(parts) = hangul::decompose(point) {
        out.extend_from_slice(&parts);
        return;
    }
    if version == Version::V3_2 {
        if database::is_new(point) {
            out.push(point);
            return;
        }
        if let Some((_, wrong)) = OLD_CORRECTIONS.iter().find(|(from, _)| *from == point) {
            out.push(*wrong);
            return;
        }
    }
    match table_decomposition(point) {
        // The first tag is the empty one of canonical decompositions.
        Some((tag, parts)) if tag == 0 || compatibility => {
            for &part in parts {
                // At most four levels deep: the table's own nesting.
                decompose(version, compatibility, part, out);
            }
        }
        _ => out.push(point),
    }
}

/// Sorts each run of characters that combine by their class, keeping the order of equal ones.
fn order(points: &mut [u32]) {
    let mut start = 0;
    while start < points.len() {
        if points[start] < 0x300 || database::combining(points[start]) == 0 {
            start += 1;
            continue;
        }
        let run = points[start..].iter().take_while(|&&p| database::combining(p) != 0).count();
        points[start..start + run].sort_by_key(|&p| database::combining(p));
        start += run;
    }
}

/// Joins what combines with the starter before it, in place.
fn compose(version: Version, points: &mut Vec<u32>) {
    let mut starter: Option<usize> = None;
    let mut kept = 0;
    // The class of the last character kept after the starter; 0 right behind it.
    let mut last_class = 0;
    for i in 0..points.len() {
        let point = points[i];
        let class = if point < 0x300 { 0 } else { database::combining(point) };
        let adjacent = starter.is_some_and(|at| at + 1 == kept);
        let blocked = !adjacent && (last_class == 0 || last_class >= class);
        // The first character that composes with one before it is the grave accent.
        if let Some(at) = starter
            && point >= 0x300
            && !blocked
            && let Some(composed) = compose_pair(points[at], point)
            && !(version == Version::V3_2 && database::is_new(composed))
        {
            points[at] = composed;
            continue;
        }
        if class == 0 {
            starter = Some(kept);
        }
        last_class = class;
        points[kept] = point;
        kept += 1;
    }
    points.truncate(kept);
}
