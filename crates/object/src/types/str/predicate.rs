//! `isalpha` and its like.

use taipan_macros::native;
use taipan_text::algorithm::bytes;
use taipan_text::algorithm::predicate::{Predicate, is};

use super::Str;
use crate::native::MethodDef;
use crate::thread::Thread;

pub(super) const METHODS: &[MethodDef] = &[
    ISASCII,
    ISLOWER,
    ISUPPER,
    ISTITLE,
    ISSPACE,
    ISDECIMAL,
    ISDIGIT,
    ISNUMERIC,
    ISALPHA,
    ISALNUM,
    ISIDENTIFIER,
    ISPRINTABLE,
];

fn ask(own: &Str, predicate: Predicate) -> bool {
    // Of the blanks of ASCII, bytes know but some.
    if own.is_ascii() && predicate != Predicate::Space {
        return bytes::is(own.raw_bytes(), predicate);
    }
    is(own.chars(), predicate)
}

/// Return True if all characters in the string are ASCII, False otherwise.
///
/// ASCII characters have code points in the range U+0000-U+007F.
/// Empty string is ASCII too.
#[native(signature = "($self, /)")]
fn isascii(_: &mut Thread, this: &Str) -> bool {
    this.is_ascii()
}

/// Return True if the string is a lowercase string, False otherwise.
///
/// A string is lowercase if all cased characters in the string are
/// lowercase and there is at least one cased character in the string.
#[native(signature = "($self, /)")]
fn islower(_: &mut Thread, this: &Str) -> bool {
    ask(this, Predicate::Lower)
}

/// Return True if the string is an uppercase string, False otherwise.
///
/// A string is uppercase if all cased characters in the string are
/// uppercase and there is at least one cased character in the string.
#[native(signature = "($self, /)")]
fn isupper(_: &mut Thread, this: &Str) -> bool {
    ask(this, Predicate::Upper)
}

/// Return True if the string is a title-cased string, False otherwise.
///
/// In a title-cased string, upper- and title-case characters may only
/// follow uncased characters and lowercase characters only cased ones.
#[native(signature = "($self, /)")]
fn istitle(_: &mut Thread, this: &Str) -> bool {
    ask(this, Predicate::Title)
}

/// Return True if the string is a whitespace string, False otherwise.
///
/// A string is whitespace if all characters in the string are
/// whitespace and there is at least one character in the string.
#[native(signature = "($self, /)")]
fn isspace(_: &mut Thread, this: &Str) -> bool {
    ask(this, Predicate::Space)
}

/// Return True if the string is a decimal string, False otherwise.
///
/// A string is a decimal string if all characters in the string are
/// decimal and there is at least one character in the string.
#[native(signature = "($self, /)")]
fn isdecimal(_: &mut Thread, this: &Str) -> bool {
    ask(this, Predicate::Decimal)
}

/// Return True if the string is a digit string, False otherwise.
///
/// A string is a digit string if all characters in the string are
/// digits and there is at least one character in the string.
#[native(signature = "($self, /)")]
fn isdigit(_: &mut Thread, this: &Str) -> bool {
    ask(this, Predicate::Digit)
}

/// Return True if the string is a numeric string, False otherwise.
///
/// A string is numeric if all characters in the string are numeric and
/// there is at least one character in the string.
#[native(signature = "($self, /)")]
fn isnumeric(_: &mut Thread, this: &Str) -> bool {
    ask(this, Predicate::Numeric)
}

/// Return True if the string is an alphabetic string, False otherwise.
///
/// A string is alphabetic if all characters in the string are
/// alphabetic and there is at least one character in the string.
#[native(signature = "($self, /)")]
fn isalpha(_: &mut Thread, this: &Str) -> bool {
    ask(this, Predicate::Alpha)
}

/// Return True if the string is an alpha-numeric string, False otherwise.
///
/// A string is alpha-numeric if all characters in the string are
/// alpha-numeric and there is at least one character in the string.
#[native(signature = "($self, /)")]
fn isalnum(_: &mut Thread, this: &Str) -> bool {
    ask(this, Predicate::Alnum)
}

/// Return True if the string is a valid Python identifier, False otherwise.
///
/// Call keyword.iskeyword(s) to test whether string s is a reserved
/// identifier, such as "def" or "class".
#[native(signature = "($self, /)")]
fn isidentifier(_: &mut Thread, this: &Str) -> bool {
    ask(this, Predicate::Identifier)
}

/// Return True if all characters in the string are printable, False otherwise.
///
/// A character is printable if repr() may use it in its output.
#[native(signature = "($self, /)")]
fn isprintable(_: &mut Thread, this: &Str) -> bool {
    ask(this, Predicate::Printable)
}
