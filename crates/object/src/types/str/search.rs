//! Finding: `find`, `count`, `startswith` and their like.

use std::ops::Range;

use taipan_macros::native;
use taipan_text::algorithm::search::{self, matches_at};

use super::Str;
use super::slots::part;
use crate::native::{Args, Binding, MethodDef, NativeCall};
use crate::thread::Thread;
use crate::types::slice::clamped;
use crate::types::tuple::Tuple;
use crate::value::{Outcome, Ref, Value};

/// A method whose definition is written out, since its signature has optional groups.
pub(crate) const fn method(
    name: &'static str,
    doc: Option<&'static str>,
    signature: Option<&'static str>,
    call: NativeCall,
) -> MethodDef {
    MethodDef { name, doc, signature, call, binding: Binding::Instance }
}

pub(super) const METHODS: &[MethodDef] = &[
    method(
        "count",
        Some(
            "Return the number of non-overlapping occurrences of substring sub in string S[start:end].\n\nOptional arguments start and end are interpreted as in slice\nnotation.",
        ),
        Some("($self, sub[, start[, end]], /)"),
        NativeCall::Many(count),
    ),
    method(
        "find",
        Some(
            "Return the lowest index in S where substring sub is found, such that sub is contained within S[start:end].\n\nOptional arguments start and end are interpreted as in slice\nnotation.  Return -1 on failure.",
        ),
        Some("($self, sub[, start[, end]], /)"),
        NativeCall::Many(|thread, object, args| {
            let at = found(thread, object, args, "find", search::find)?;
            index(thread, at)
        }),
    ),
    method(
        "rfind",
        Some(
            "Return the highest index in S where substring sub is found, such that sub is contained within S[start:end].\n\nOptional arguments start and end are interpreted as in slice\nnotation.  Return -1 on failure.",
        ),
        Some("($self, sub[, start[, end]], /)"),
        NativeCall::Many(|thread, object, args| {
            let at = found(thread, object, args, "rfind", search::rfind)?;
            index(thread, at)
        }),
    ),
    method(
        "index",
        Some(
            "Return the lowest index in S where substring sub is found, such that sub is contained within S[start:end].\n\nOptional arguments start and end are interpreted as in slice\nnotation.  Raises ValueError when the substring is not found.",
        ),
        Some("($self, sub[, start[, end]], /)"),
        NativeCall::Many(|thread, object, args| {
            let at = found(thread, object, args, "index", search::find)?;
            some_index(thread, at)
        }),
    ),
    method(
        "rindex",
        Some(
            "Return the highest index in S where substring sub is found, such that sub is contained within S[start:end].\n\nOptional arguments start and end are interpreted as in slice\nnotation.  Raises ValueError when the substring is not found.",
        ),
        Some("($self, sub[, start[, end]], /)"),
        NativeCall::Many(|thread, object, args| {
            let at = found(thread, object, args, "rindex", search::rfind)?;
            some_index(thread, at)
        }),
    ),
    method(
        "startswith",
        Some(
            "Return True if the string starts with the specified prefix, False otherwise.\n\n  prefix\n    A string or a tuple of strings to try.\n  start\n    Optional start position. Default: start of the string.\n  end\n    Optional stop position. Default: end of the string.",
        ),
        Some("($self, prefix[, start[, end]], /)"),
        NativeCall::Many(|thread, object, args| {
            ends(thread, object, args, "startswith", |own, wanted, range| {
                matches_at(own.chars(), wanted.chars(), range.start)
            })
        }),
    ),
    method(
        "endswith",
        Some(
            "Return True if the string ends with the specified suffix, False otherwise.\n\n  suffix\n    A string or a tuple of strings to try.\n  start\n    Optional start position. Default: start of the string.\n  end\n    Optional stop position. Default: end of the string.",
        ),
        Some("($self, suffix[, start[, end]], /)"),
        NativeCall::Many(|thread, object, args| {
            ends(thread, object, args, "endswith", |own, wanted, range| {
                matches_at(own.chars(), wanted.chars(), range.end - wanted.len())
            })
        }),
    ),
    REMOVEPREFIX,
    REMOVESUFFIX,
];

/// Which part of a sequence is asked for: the arguments `start` and `end`.
pub(crate) struct Bounds {
    start: isize,
    end: isize,
}

impl Bounds {
    /// The part that they mean; none if it starts behind its end.
    pub(crate) fn of(&self, length: usize) -> Option<Range<usize>> {
        let length = length as isize;
        let from_end = |at: isize| if at < 0 { at.saturating_add(length).max(0) } else { at };
        let (start, end) = (from_end(self.start), from_end(self.end).min(length));
        (start <= end).then_some(start as usize..end as usize)
    }
}

/// Takes the arguments `(sub[, start[, end]])` apart. May run Python.
pub(crate) fn with_bounds<'a>(
    thread: &mut Thread,
    args: Args<'a>,
    ty: &str,
    function: &str,
) -> Outcome<(Ref<'a>, Bounds)> {
    if args.keyword_count() != 0 {
        return Err(thread.type_error(format!("{ty}.{function}() takes no keyword arguments")));
    }
    let (wanted, bounds) = match args.all() {
        [] => return Err(thread.type_error(format!("{function} expected at least 1 argument, got 0"))),
        [wanted, bounds @ ..] if bounds.len() <= 2 => (*wanted, bounds),
        more => {
            let given = more.len();
            return Err(thread.type_error(format!("{function} expected at most 3 arguments, got {given}")));
        }
    };
    let mut bound = |place: usize, default: isize| match bounds.get(place) {
        Some(bound) if !bound.is_none() => clamped(thread, *bound),
        _ => Ok(default),
    };
    Ok((wanted, Bounds { start: bound(0, 0)?, end: bound(1, isize::MAX)? }))
}

fn text<'a>(object: Ref<'a>) -> &'a Str {
    object.downcast::<Str>().expect("the descriptor checks the receiver")
}

type Finder = fn(super::Chars<'_>, super::Chars<'_>, Range<usize>) -> Option<usize>;

fn found<'a>(
    thread: &mut Thread,
    object: Ref<'a>,
    args: Args<'a>,
    function: &str,
    finder: Finder,
) -> Outcome<Option<usize>> {
    let (wanted, bounds) = with_bounds(thread, args, "str", function)?;
    let wanted = <&Str as crate::native::FromArgument>::from_argument(thread, wanted, function, 1)?;
    let own = text(object);
    Ok(bounds.of(own.len()).and_then(|range| finder(own.chars(), wanted.chars(), range)))
}

fn count<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome {
    let (wanted, bounds) = with_bounds(thread, args, "str", "count")?;
    let wanted = <&Str as crate::native::FromArgument>::from_argument(thread, wanted, "count", 1)?;
    let own = text(object);
    let count = bounds.of(own.len()).map_or(0, |range| search::count(own.chars(), wanted.chars(), range));
    thread.int(count as i128)
}

/// What `find` answers.
pub(crate) fn index(thread: &mut Thread, at: Option<usize>) -> Outcome {
    thread.int(at.map_or(-1, |at| at as i128))
}

fn some_index(thread: &mut Thread, at: Option<usize>) -> Outcome {
    match at {
        Some(at) => thread.int(at as i128),
        None => Err(thread.value_error("substring not found")),
    }
}

fn ends<'a>(
    thread: &mut Thread,
    object: Ref<'a>,
    args: Args<'a>,
    function: &str,
    matches: fn(&Str, &Str, &Range<usize>) -> bool,
) -> Outcome {
    let (wanted, bounds) = with_bounds(thread, args, "str", function)?;
    let own = text(object);
    let range = bounds.of(own.len());
    let holds = |wanted: &Str| {
        range.as_ref().is_some_and(|range| wanted.len() <= range.len() && matches(own, wanted, range))
    };
    if let Some(wanted) = wanted.downcast::<Str>() {
        return Ok(Value::bool(holds(wanted)));
    }
    let Some(all) = wanted.downcast::<Tuple>() else {
        let ty = wanted.ty().name().into_owned();
        let message = format!("{function} first arg must be str or a tuple of str, not {ty}");
        return Err(thread.type_error(message));
    };
    for wanted in all.items() {
        let Some(wanted) = wanted.downcast::<Str>() else {
            let ty = wanted.ty().name().into_owned();
            return Err(thread.type_error(format!("tuple for {function} must only contain str, not {ty}")));
        };
        if holds(wanted) {
            return Ok(Value::bool(true));
        }
    }
    Ok(Value::bool(false))
}

/// Return a str with the given prefix string removed if present.
///
/// If the string starts with the prefix string, return
/// string[len(prefix):].  Otherwise, return a copy of the original
/// string.
#[native(signature = "($self, prefix, /)")]
fn removeprefix(thread: &mut Thread, this: &Str, prefix: &Str) -> Outcome {
    let cut = if matches_at(this.chars(), prefix.chars(), 0) { prefix.len() } else { 0 };
    part(thread, this, cut..this.len())
}

/// Return a str with the given suffix string removed if present.
///
/// If the string ends with the suffix string and that suffix is not
/// empty, return string[:-len(suffix)].  Otherwise, return a copy of
/// the original string.
#[native(signature = "($self, suffix, /)")]
fn removesuffix(thread: &mut Thread, this: &Str, suffix: &Str) -> Outcome {
    let end = match this.len().checked_sub(suffix.len()) {
        Some(at) if matches_at(this.chars(), suffix.chars(), at) => at,
        _ => this.len(),
    };
    part(thread, this, 0..end)
}
