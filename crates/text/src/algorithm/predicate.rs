//! `isalpha` and its like.

use crate::{Chars, unicode};

/// What a string may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Predicate {
    /// `isalpha`
    Alpha,
    /// `isalnum`
    Alnum,
    /// `isdecimal`
    Decimal,
    /// `isdigit`
    Digit,
    /// `isnumeric`
    Numeric,
    /// `isspace`
    Space,
    /// `isprintable`
    Printable,
    /// `islower`
    Lower,
    /// `isupper`
    Upper,
    /// `istitle`
    Title,
    /// `isidentifier`
    Identifier,
    /// `isascii`
    Ascii,
}

/// What the string answers.
pub fn is(chars: Chars<'_>, predicate: Predicate) -> bool {
    let all = |test: fn(u32) -> bool| !chars.is_empty() && chars.iter().all(test);
    match predicate {
        Predicate::Alpha => all(unicode::is_alpha),
        Predicate::Alnum => all(unicode::is_alnum),
        Predicate::Decimal => all(unicode::is_decimal),
        Predicate::Digit => all(unicode::is_digit),
        Predicate::Numeric => all(unicode::is_numeric),
        Predicate::Space => all(unicode::is_space),
        Predicate::Printable => chars.is_empty() || all(unicode::is_printable),
        Predicate::Lower => is_cased(chars, unicode::is_lower, unicode::is_upper),
        Predicate::Upper => is_cased(chars, unicode::is_upper, unicode::is_lower),
        Predicate::Title => is_title(chars),
        Predicate::Identifier => crate::identifier::is_identifier(chars.iter()),
        Predicate::Ascii => chars.is_ascii(),
    }
}

fn is_cased(chars: Chars<'_>, wanted: fn(u32) -> bool, other: fn(u32) -> bool) -> bool {
    let mut found = false;
    for point in chars.iter() {
        if other(point) || unicode::is_title(point) {
            return false;
        }
        found |= wanted(point);
    }
    found
}

fn is_title(chars: Chars<'_>) -> bool {
    let mut found = false;
    let mut inside = false;
    for point in chars.iter() {
        if unicode::is_upper(point) || unicode::is_title(point) {
            if inside {
                return false;
            }
            inside = true;
            found = true;
        } else if unicode::is_lower(point) {
            if !inside {
                return false;
            }
        } else {
            inside = false;
        }
    }
    found
}
