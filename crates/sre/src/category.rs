//! Character classes and cases as patterns see them: ASCII, Unicode, and those of the C locale.

use crate::opcode::class;
use taipan_text::unicode;

/// The case-folded form of a character under the flag `ASCII`.
pub fn ascii_to_lower(c: u32) -> u32 {
    if (u32::from(b'A')..=u32::from(b'Z')).contains(&c) { c + 32 } else { c }
}

/// Whether a character changes with case under the flag `ASCII`.
pub fn ascii_is_cased(c: u32) -> bool {
    u8::try_from(c).is_ok_and(|c| c.is_ascii_alphabetic())
}

/// The case-folded form of a character.
pub fn unicode_to_lower(c: u32) -> u32 {
    if c < 128 { ascii_to_lower(c) } else { unicode::simple_lower(c) }
}

/// Whether a character changes with case.
pub fn unicode_is_cased(c: u32) -> bool {
    unicode_to_lower(c) != c || unicode_to_upper(c) != c
}

pub(crate) fn unicode_to_upper(c: u32) -> u32 {
    // Of an upper case of several characters, CPython takes the first.
    if let Some(mut full) = char::from_u32(c).map(char::to_uppercase).filter(|full| full.len() > 1) {
        return full.next().map_or(c, u32::from);
    }
    unicode::simple_upper(c)
}

/// The lower case of a byte in the locale, which is always C's with UTF-8: that of ASCII.
pub(crate) fn locale_to_lower(c: u32) -> u32 {
    ascii_to_lower(c)
}

/// The upper case of a byte in the locale.
pub(crate) fn locale_to_upper(c: u32) -> u32 {
    if (u32::from(b'a')..=u32::from(b'z')).contains(&c) { c - 32 } else { c }
}

fn ascii(c: u32, test: impl Fn(&u8) -> bool) -> bool {
    u8::try_from(c).is_ok_and(|c| test(&c))
}

fn is_ascii_space(c: u32) -> bool {
    matches!(c, 9..=13 | 32)
}

fn is_ascii_word(c: u32) -> bool {
    ascii(c, |c| c.is_ascii_alphanumeric() || *c == b'_')
}

fn is_unicode_word(c: u32) -> bool {
    if c < 128 { is_ascii_word(c) } else { unicode::is_alnum(c) }
}

/// Whether `c` is of the class, a number of [`class`].
pub(crate) fn in_class(number: u32, c: u32) -> bool {
    match number {
        class::DIGIT => ascii(c, u8::is_ascii_digit),
        class::NOT_DIGIT => !ascii(c, u8::is_ascii_digit),
        class::SPACE => is_ascii_space(c),
        class::NOT_SPACE => !is_ascii_space(c),
        class::WORD | class::LOC_WORD => is_ascii_word(c),
        class::NOT_WORD | class::LOC_NOT_WORD => !is_ascii_word(c),
        class::LINEBREAK => c == 10,
        class::NOT_LINEBREAK => c != 10,
        class::UNI_DIGIT => unicode::is_decimal(c),
        class::UNI_NOT_DIGIT => !unicode::is_decimal(c),
        class::UNI_SPACE => unicode::is_space(c),
        class::UNI_NOT_SPACE => !unicode::is_space(c),
        class::UNI_WORD => is_unicode_word(c),
        class::UNI_NOT_WORD => !is_unicode_word(c),
        class::UNI_LINEBREAK => unicode::is_line_break(c),
        class::UNI_NOT_LINEBREAK => !unicode::is_line_break(c),
        _ => false,
    }
}
