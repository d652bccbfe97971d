//! Padding and tabs: `center`, `zfill`, `expandtabs`.

use taipan_macros::native;
use taipan_text::CharsBuf;
use taipan_text::algorithm::layout;

use super::Str;
use super::slots::unchanged;
use crate::native::MethodDef;
use crate::thread::Thread;
use crate::value::{Outcome, Ref};

pub(super) const METHODS: &[MethodDef] = &[CENTER, LJUST, RJUST, ZFILL, EXPANDTABS, SIZEOF, GETNEWARGS];

fn fill_character(thread: &mut Thread, fill: Option<Ref<'_>>) -> Outcome<u32> {
    let Some(fill) = fill else { return Ok(b' '.into()) };
    match fill.downcast::<Str>() {
        Some(text) if text.len() == 1 => Ok(text.chars().get(0)),
        Some(_) => Err(thread.type_error("The fill character must be exactly one character long")),
        None => {
            let ty = fill.ty().name().into_owned();
            Err(thread.type_error(format!("The fill character must be a unicode character, not {ty}")))
        }
    }
}

fn pad(thread: &mut Thread, own: &Str, before: usize, behind: usize, fill: u32) -> Outcome {
    if before == 0 && behind == 0 {
        return unchanged(thread, own);
    }
    let mut out = CharsBuf::new();
    let length = own.len().saturating_add(before).saturating_add(behind);
    if out.reserve(length, fill.max(own.bound())) {
        out.push_n(fill, before);
        out.push_chars(own.chars());
        out.push_n(fill, behind);
    }
    thread.str_from_buf(out)
}

/// How much is missing to a width.
fn missing(own: &Str, width: isize) -> usize {
    usize::try_from(width).unwrap_or(0).saturating_sub(own.len())
}

/// Return a centered string of length width.
///
/// Padding is done using the specified fill character (default is
/// a space).
#[native(signature = "($self, width, fillchar=' ', /)")]
fn center(thread: &mut Thread, this: &Str, width: isize, fillchar: Option<Ref<'_>>) -> Outcome {
    let fill = fill_character(thread, fillchar)?;
    let (before, behind) = match missing(this, width) {
        0 => (0, 0),
        _ => layout::center_padding(this.len(), width as usize),
    };
    pad(thread, this, before, behind, fill)
}

/// Return a left-justified string of length width.
///
/// Padding is done using the specified fill character (default is
/// a space).
#[native(signature = "($self, width, fillchar=' ', /)")]
fn ljust(thread: &mut Thread, this: &Str, width: isize, fillchar: Option<Ref<'_>>) -> Outcome {
    let fill = fill_character(thread, fillchar)?;
    pad(thread, this, 0, missing(this, width), fill)
}

/// Return a right-justified string of length width.
///
/// Padding is done using the specified fill character (default is
/// a space).
#[native(signature = "($self, width, fillchar=' ', /)")]
fn rjust(thread: &mut Thread, this: &Str, width: isize, fillchar: Option<Ref<'_>>) -> Outcome {
    let fill = fill_character(thread, fillchar)?;
    pad(thread, this, missing(this, width), 0, fill)
}

/// Pad a numeric string with zeros on the left, to fill a field of the given width.
///
/// The string is never truncated.
#[native(signature = "($self, width, /)")]
fn zfill(thread: &mut Thread, this: &Str, width: isize) -> Outcome {
    if missing(this, width) == 0 {
        return unchanged(thread, this);
    }
    let mut out = CharsBuf::new();
    if out.reserve(width as usize, 0) {
        layout::zfill(this.chars(), width as usize, &mut out);
    }
    thread.str_from_buf(out)
}

/// Return a copy where all tab characters are expanded using spaces.
///
/// If tabsize is not given, a tab size of 8 characters is assumed.
#[native(signature = "($self, /, tabsize=8)")]
fn expandtabs(thread: &mut Thread, this: &Str, tabsize: Option<i32>) -> Outcome {
    if !this.chars().iter().any(|point| point == u32::from(b'\t')) {
        return unchanged(thread, this);
    }
    let mut out = CharsBuf::new();
    layout::expand_tabs(this.chars(), usize::try_from(tabsize.unwrap_or(8)).unwrap_or(0), &mut out);
    thread.str_from_buf(out)
}

/// Return the size of the string in memory, in bytes.
#[native(signature = "($self, /)", name = "__sizeof__")]
fn sizeof(_: &mut Thread, this: &Str) -> usize {
    let own = Ref::of(this).ty().size.get() as usize;
    own.max(size_of::<Str>()) + this.raw_bytes().len() + 1
}

#[native(signature = "($self, /)", name = "__getnewargs__")]
fn getnewargs(thread: &mut Thread, this: &Str) -> Outcome {
    let copy = thread.str_from_chars(this.chars())?;
    thread.tuple([copy])
}
