//! Upper, lower and title case.

use taipan_macros::native;
use taipan_text::CharsBuf;
use taipan_text::algorithm::{bytes, case};

use super::{Chars, Str};
use crate::native::MethodDef;
use crate::thread::Thread;
use crate::value::Outcome;

pub(super) const METHODS: &[MethodDef] = &[UPPER, LOWER, TITLE, CASEFOLD, SWAPCASE, CAPITALIZE];

/// ASCII is changed in the new string's own memory; the rest may grow and is gathered first.
fn change(
    thread: &mut Thread,
    own: &Str,
    ascii: fn(&mut [u8]),
    others: fn(Chars<'_>, &mut CharsBuf),
) -> Outcome {
    if own.is_empty() {
        return thread.str("");
    }
    if own.is_ascii() {
        let text = own.raw_bytes();
        // SAFETY: `build` made room for as many bytes; all are written before they are seen.
        let made = Str::build(thread.interp(), text.len(), 1, true, |to| unsafe {
            to.copy_from_nonoverlapping(text.as_ptr(), text.len());
            ascii(std::slice::from_raw_parts_mut(to, text.len()));
        });
        return thread.or_no_memory(made);
    }
    let mut out = CharsBuf::new();
    others(own.chars(), &mut out);
    thread.str_from_buf(out)
}

/// Return a copy of the string converted to uppercase.
#[native(signature = "($self, /)")]
fn upper(thread: &mut Thread, this: &Str) -> Outcome {
    change(thread, this, |text| text.make_ascii_uppercase(), case::upper)
}

/// Return a copy of the string converted to lowercase.
#[native(signature = "($self, /)")]
fn lower(thread: &mut Thread, this: &Str) -> Outcome {
    change(thread, this, |text| text.make_ascii_lowercase(), case::lower)
}

/// Return a version of the string where each word is titlecased.
///
/// More specifically, words start with uppercased characters and all
/// remaining cased characters have lower case.
#[native(signature = "($self, /)")]
fn title(thread: &mut Thread, this: &Str) -> Outcome {
    change(thread, this, bytes::title, case::title)
}

/// Return a version of the string suitable for caseless comparisons.
#[native(signature = "($self, /)")]
fn casefold(thread: &mut Thread, this: &Str) -> Outcome {
    change(thread, this, |text| text.make_ascii_lowercase(), case::casefold)
}

/// Convert uppercase characters to lowercase and lowercase characters to uppercase.
#[native(signature = "($self, /)")]
fn swapcase(thread: &mut Thread, this: &Str) -> Outcome {
    change(thread, this, bytes::swapcase, case::swapcase)
}

/// Return a capitalized version of the string.
///
/// More specifically, make the first character have upper case and the
/// rest lower case.
#[native(signature = "($self, /)")]
fn capitalize(thread: &mut Thread, this: &Str) -> Outcome {
    change(thread, this, bytes::capitalize, case::capitalize)
}
