//! Taking off and putting in: `strip`, `replace`.

use taipan_macros::native;
use taipan_text::CharsBuf;
use taipan_text::algorithm::replace::replace as replace_all;
use taipan_text::algorithm::strip::{Side, strip_blanks, strip_set};

use super::Str;
use super::slots::{part, unchanged};
use crate::native::MethodDef;
use crate::thread::Thread;
use crate::value::{Outcome, Ref};

pub(super) const METHODS: &[MethodDef] = &[STRIP, LSTRIP, RSTRIP, REPLACE];

fn strip_side(thread: &mut Thread, own: &Str, chars: Option<Ref<'_>>, side: Side, function: &str) -> Outcome {
    let range = match chars.filter(|chars| !chars.is_none()) {
        None => strip_blanks(own.chars(), side),
        Some(chars) => match chars.downcast::<Str>() {
            Some(chars) => strip_set(own.chars(), chars.chars(), side),
            None => return Err(thread.type_error(format!("{function} arg must be None or str"))),
        },
    };
    part(thread, own, range)
}

/// Return a copy of the string with leading and trailing whitespace removed.
///
/// If chars is given and not None, remove characters in chars instead.
#[native(signature = "($self, chars=None, /)")]
fn strip(thread: &mut Thread, this: &Str, chars: Option<Ref<'_>>) -> Outcome {
    strip_side(thread, this, chars, Side::Both, "strip")
}

/// Return a copy of the string with leading whitespace removed.
///
/// If chars is given and not None, remove characters in chars instead.
#[native(signature = "($self, chars=None, /)")]
fn lstrip(thread: &mut Thread, this: &Str, chars: Option<Ref<'_>>) -> Outcome {
    strip_side(thread, this, chars, Side::Left, "lstrip")
}

/// Return a copy of the string with trailing whitespace removed.
///
/// If chars is given and not None, remove characters in chars instead.
#[native(signature = "($self, chars=None, /)")]
fn rstrip(thread: &mut Thread, this: &Str, chars: Option<Ref<'_>>) -> Outcome {
    strip_side(thread, this, chars, Side::Right, "rstrip")
}

/// Return a copy with all occurrences of substring old replaced by new.
///
///   count
///     Maximum number of occurrences to replace.
///     -1 (the default value) means replace all occurrences.
///
/// If the optional argument count is given, only the first count occurrences are
/// replaced.
#[native(signature = "($self, old, new, /, count=-1)")]
fn replace(thread: &mut Thread, this: &Str, old: &Str, new: &Str, count: Option<isize>) -> Outcome {
    let max = usize::try_from(count.unwrap_or(-1)).unwrap_or(usize::MAX);
    let mut out = CharsBuf::new();
    if old.eq(new) || !replace_all(this.chars(), old.chars(), new.chars(), max, &mut out) {
        return unchanged(thread, this);
    }
    thread.str_from_buf(out)
}
