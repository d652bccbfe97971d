//! Text that spells a number, in ASCII.
//!
//! Answers for `_PyUnicode_TransformDecimalAndSpaceToASCII` in CPython's `Objects/unicodeobject.c`.

use std::borrow::Cow;

use taipan_text::unicode::{decimal_value, is_space};

use super::Str;

/// The text with decimal digits and blanks of all scripts as those of ASCII, and a question mark for
/// whatever else is not ASCII: what `int()`, `float()` and `complex()` read.
pub fn ascii_digits(text: &Str) -> Cow<'_, [u8]> {
    if text.is_ascii() {
        return Cow::Borrowed(text.raw_bytes());
    }
    let translate = |point: u32| match u8::try_from(point) {
        Ok(byte) if byte.is_ascii() => byte,
        _ if is_space(point) => b' ',
        _ => decimal_value(point).map_or(b'?', |digit| b'0' + digit),
    };
    Cow::Owned(text.chars().iter().map(translate).collect())
}
