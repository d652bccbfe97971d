//! Names of characters, their aliases, and named sequences.

use super::tables::{
    LONGEST_NAME, NAME_COUNT, NAME_ORDER, NAME_POINTS, NAME_RANGES, NAME_STARTS, NAME_WORDS, ONE_BYTE_WORDS,
    SEQUENCES, WORD_STARTS, WORD_TEXT,
};
use super::{POINTS, normalize::hangul};

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// A character's name.
    Character(u32),
    /// Another name of a character, such as a control's.
    Alias(u32),
    /// A sequence of characters, which `\N{…}` does not take.
    Sequence(&'static [u32]),
}

const JAMO: [&[&str]; 3] = [
    &["G", "GG", "N", "D", "DD", "R", "M", "B", "BB", "S", "SS", "", "J", "JJ", "C", "K", "T", "P", "H"],
    &[
        "A", "AE", "YA", "YAE", "EO", "E", "YEO", "YE", "O", "WA", "WAE", "OE", "YO", "U", "WEO", "WE", "WI",
        "YU", "EU", "YI", "I",
    ],
    &[
        "", "G", "GG", "GS", "N", "NJ", "NH", "D", "L", "LG", "LM", "LB", "LS", "LT", "LP", "LH", "M", "B",
        "BS", "S", "SS", "NG", "J", "C", "K", "T", "P", "H",
    ],
];
const HANGUL: &str = "HANGUL SYLLABLE ";

/// The name of a character; aliases are no answer.
pub fn name(point: u32) -> Option<String> {
    if let Some(parts) = hangul::parts(point) {
        let [first, vowel, last] = [0, 1, 2].map(|i| JAMO[i][parts[i] as usize]);
        return Some(format!("{HANGUL}{first}{vowel}{last}"));
    }
    for &(start, end, prefix) in &NAME_RANGES {
        if (start..=end).contains(&point) {
            return Some(format!("{prefix}{point:04X}"));
        }
    }
    let number = NAME_POINTS[..NAME_COUNT].binary_search(&point).ok()?;
    let mut text = Vec::with_capacity(LONGEST_NAME);
    for word in words(number) {
        text.extend_from_slice(word);
    }
    String::from_utf8(text).ok()
}

/// What a name stands for; letters in any case.
pub fn lookup(name: &[u8]) -> Option<Name> {
    if name.len() > LONGEST_NAME {
        return None;
    }
    let mut upper = [0; LONGEST_NAME];
    let name = {
        let copy = &mut upper[..name.len()];
        copy.copy_from_slice(name);
        copy.make_ascii_uppercase();
        &*copy
    };
    if let Some(rest) = name.strip_prefix(HANGUL.as_bytes()) {
        return lookup_hangul(rest).map(Name::Character);
    }
    for &(start, end, prefix) in &NAME_RANGES {
        if let Some(digits) = name.strip_prefix(prefix.as_bytes())
            && let Some(point) = hexadecimal(digits)
            && (start..=end).contains(&point)
        {
            return Some(Name::Character(point));
        }
    }
    let order = |&number: &u16| words(usize::from(number)).flatten().copied().cmp(name.iter().copied());
    let at = NAME_ORDER.binary_search_by(order).ok()?;
    let number = usize::from(NAME_ORDER[at]);
    let point = NAME_POINTS[number];
    Some(if number < NAME_COUNT {
        Name::Character(point)
    } else if point < POINTS {
        Name::Alias(point)
    } else {
        Name::Sequence(SEQUENCES[(point - POINTS) as usize])
    })
}

/// The words of a name, each with the blank or hyphen after it.
fn words(number: usize) -> impl Iterator<Item = &'static [u8]> {
    let mut codes = NAME_WORDS[NAME_STARTS[number] as usize..NAME_STARTS[number + 1] as usize].iter();
    std::iter::from_fn(move || {
        let first = u32::from(*codes.next()?);
        let word = match first.checked_sub(ONE_BYTE_WORDS) {
            None => first,
            Some(high) => ONE_BYTE_WORDS + (high << 8) + u32::from(*codes.next()?),
        } as usize;
        Some(&WORD_TEXT[WORD_STARTS[word] as usize..WORD_STARTS[word + 1] as usize])
    })
}

/// Upper-case hexadecimal, with no more zeros in front than make it four digits.
fn hexadecimal(digits: &[u8]) -> Option<u32> {
    if !(4..=5).contains(&digits.len()) || (digits.len() == 5 && digits[0] == b'0') {
        return None;
    }
    digits.iter().try_fold(0, |value, &digit| Some(value << 4 | char::from(digit).to_digit(16)?))
}

fn lookup_hangul(mut name: &[u8]) -> Option<u32> {
    let mut parts = [0; 3];
    for (part, names) in parts.iter_mut().zip(JAMO) {
        let (best, text) = (names.iter().enumerate())
            .filter(|(_, text)| name.starts_with(text.as_bytes()))
            .max_by_key(|(_, text)| text.len())?;
        *part = best as u32;
        name = &name[text.len()..];
    }
    name.is_empty().then(|| hangul::syllable(parts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_back() {
        for (point, expected) in [
            (0x20, "SPACE"),
            (0x41, "LATIN CAPITAL LETTER A"),
            (0xac01, "HANGUL SYLLABLE GAG"),
            (0xc544, "HANGUL SYLLABLE A"),
            (0x4e00, "CJK UNIFIED IDEOGRAPH-4E00"),
            (0x13460, "EGYPTIAN HIEROGLYPH-13460"),
            (0x1f40d, "SNAKE"),
            (0xf900, "CJK COMPATIBILITY IDEOGRAPH-F900"),
        ] {
            assert_eq!(name(point).as_deref(), Some(expected));
            assert_eq!(lookup(expected.as_bytes()), Some(Name::Character(point)));
            assert_eq!(lookup(expected.to_lowercase().as_bytes()), Some(Name::Character(point)));
        }
        for point in [0, 0x0a, 0x378, 0xd800, 0xe000, 0x10_ffff] {
            assert_eq!(name(point), None);
        }
        assert_eq!(lookup(b"NUL"), Some(Name::Alias(0)));
        assert_eq!(lookup(b"KEYCAP DIGIT ONE"), Some(Name::Sequence(&[0x31, 0xfe0f, 0x20e3])));
        for wrong in ["", " SPACE", "SPACE ", "CJK UNIFIED IDEOGRAPH-04E00", "HANGUL SYLLABLE ", "SPAC"] {
            assert_eq!(lookup(wrong.as_bytes()), None, "{wrong:?}");
        }
    }
}
