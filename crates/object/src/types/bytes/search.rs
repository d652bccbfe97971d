//! Finding in bytes: `find`, `count`, `startswith` and their like.

use std::borrow::Cow;
use std::ops::Range;

use taipan_macros::native;
use taipan_text::algorithm::search::{count_units, find_units, rfind_units};

use super::slots::byte_value;
use super::{bytes_like, like, view, whole};
use crate::native::{Args, MethodDef, NativeCall};
use crate::thread::Thread;
use crate::types::exception::TYPE_ERROR;
use crate::types::str::search::{index, method, with_bounds};
use crate::types::tuple::Tuple;
use crate::value::{Outcome, Ref, Value};

pub(crate) const COUNT: MethodDef = method(
    "count",
    Some(
        "Return the number of non-overlapping occurrences of subsection 'sub' in bytes B[start:end].\n\n  start\n    Optional start position. Default: start of the bytes.\n  end\n    Optional stop position. Default: end of the bytes.",
    ),
    Some("($self, sub[, start[, end]], /)"),
    NativeCall::Many(count),
);
pub(crate) const FIND: MethodDef = method(
    "find",
    Some(
        "Return the lowest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].\n\n  start\n    Optional start position. Default: start of the bytes.\n  end\n    Optional stop position. Default: end of the bytes.\n\nReturn -1 on failure.",
    ),
    Some("($self, sub[, start[, end]], /)"),
    NativeCall::Many(|thread, object, args| {
        let at = found(thread, object, args, "find", find_units)?;
        index(thread, at)
    }),
);
pub(crate) const RFIND: MethodDef = method(
    "rfind",
    Some(
        "Return the highest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].\n\n  start\n    Optional start position. Default: start of the bytes.\n  end\n    Optional stop position. Default: end of the bytes.\n\nReturn -1 on failure.",
    ),
    Some("($self, sub[, start[, end]], /)"),
    NativeCall::Many(|thread, object, args| {
        let at = found(thread, object, args, "rfind", rfind_units)?;
        index(thread, at)
    }),
);
pub(crate) const INDEX: MethodDef = method(
    "index",
    Some(
        "Return the lowest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].\n\n  start\n    Optional start position. Default: start of the bytes.\n  end\n    Optional stop position. Default: end of the bytes.\n\nRaise ValueError if the subsection is not found.",
    ),
    Some("($self, sub[, start[, end]], /)"),
    NativeCall::Many(|thread, object, args| {
        let at = found(thread, object, args, "index", find_units)?;
        some_index(thread, at)
    }),
);
pub(crate) const RINDEX: MethodDef = method(
    "rindex",
    Some(
        "Return the highest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].\n\n  start\n    Optional start position. Default: start of the bytes.\n  end\n    Optional stop position. Default: end of the bytes.\n\nRaise ValueError if the subsection is not found.",
    ),
    Some("($self, sub[, start[, end]], /)"),
    NativeCall::Many(|thread, object, args| {
        let at = found(thread, object, args, "rindex", rfind_units)?;
        some_index(thread, at)
    }),
);
pub(crate) const STARTSWITH: MethodDef = method(
    "startswith",
    Some(
        "Return True if the bytes starts with the specified prefix, False otherwise.\n\n  prefix\n    A bytes or a tuple of bytes to try.\n  start\n    Optional start position. Default: start of the bytes.\n  end\n    Optional stop position. Default: end of the bytes.",
    ),
    Some("($self, prefix[, start[, end]], /)"),
    NativeCall::Many(|thread, object, args| {
        ends(thread, object, args, "startswith", |own, part| own.starts_with(part))
    }),
);
pub(crate) const ENDSWITH: MethodDef = method(
    "endswith",
    Some(
        "Return True if the bytes ends with the specified suffix, False otherwise.\n\n  suffix\n    A bytes or a tuple of bytes to try.\n  start\n    Optional start position. Default: start of the bytes.\n  end\n    Optional stop position. Default: end of the bytes.",
    ),
    Some("($self, suffix[, start[, end]], /)"),
    NativeCall::Many(|thread, object, args| {
        ends(thread, object, args, "endswith", |own, part| own.ends_with(part))
    }),
);

/// What is looked for: a number stands for one byte.
fn wanted<'a>(thread: &mut Thread, value: Ref<'a>) -> Outcome<Cow<'a, [u8]>> {
    let slots = value.ty().slots();
    if slots.buffer.is_some() {
        return bytes_like(thread, value);
    }
    if slots.index.is_none() {
        let ty = value.ty().name().into_owned();
        let message = format!("argument should be integer or bytes-like object, not '{ty}'");
        return Err(thread.type_error(message));
    }
    Ok(Cow::Owned(vec![byte_value(thread, value, "byte must be in range(0, 256)")?]))
}

fn found<'a>(
    thread: &mut Thread,
    object: Ref<'a>,
    args: Args<'a>,
    function: &str,
    finder: fn(&[u8], &[u8]) -> Option<usize>,
) -> Outcome<Option<usize>> {
    let (value, bounds) = with_bounds(thread, args, &object.ty().name(), function)?;
    let wanted = wanted(thread, value)?;
    let own = view(thread, object);
    Ok(bounds
        .of(own.len())
        .and_then(|Range { start, end }| finder(&own[start..end], &wanted).map(|at| start + at)))
}

fn count<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome {
    let (value, bounds) = with_bounds(thread, args, &object.ty().name(), "count")?;
    let wanted = wanted(thread, value)?;
    let own = view(thread, object);
    let count = bounds.of(own.len()).map_or(0, |range| count_units(&own[range], &wanted));
    thread.int(count as i128)
}

fn some_index(thread: &mut Thread, at: Option<usize>) -> Outcome {
    match at {
        Some(at) => thread.int(at as i128),
        None => Err(thread.value_error("subsection not found")),
    }
}

fn ends<'a>(
    thread: &mut Thread,
    object: Ref<'a>,
    args: Args<'a>,
    function: &str,
    matches: fn(&[u8], &[u8]) -> bool,
) -> Outcome {
    let (value, bounds) = with_bounds(thread, args, &object.ty().name(), function)?;
    let holds = |thread: &Thread, part: &[u8]| {
        let own = view(thread, object);
        bounds.of(own.len()).is_some_and(|range| matches(&own[range], part))
    };
    if let Some(all) = value.downcast::<Tuple>() {
        for part in all.items() {
            let part = bytes_like(thread, *part)?;
            if holds(thread, &part) {
                return Ok(Value::bool(true));
            }
        }
        return Ok(Value::bool(false));
    }
    match bytes_like(thread, value) {
        Ok(part) => Ok(Value::bool(holds(thread, &part))),
        Err(_) if thread.exception_is(&TYPE_ERROR) => {
            drop(thread.take_exception());
            let ty = value.ty().name().into_owned();
            let message = format!("{function} first arg must be bytes or a tuple of bytes, not {ty}");
            Err(thread.type_error(message))
        }
        Err(raised) => Err(raised),
    }
}

/// Return a bytes object with the given prefix string removed if present.
///
/// If the bytes starts with the prefix string, return
/// bytes[len(prefix):].  Otherwise, return a copy of the original
/// bytes.
#[native(signature = "($self, prefix, /)")]
pub(crate) fn removeprefix(thread: &mut Thread, this: Ref<'_>, prefix: Ref<'_>) -> Outcome {
    let prefix = bytes_like(thread, prefix)?;
    match view(thread, this).strip_prefix(&*prefix).map(<[u8]>::to_vec) {
        Some(rest) if !prefix.is_empty() => like(thread, this, rest),
        _ => whole(thread, this),
    }
}

/// Return a bytes object with the given suffix string removed if present.
///
/// If the bytes ends with the suffix string and that suffix is not
/// empty, return bytes[:-len(prefix)].  Otherwise, return a copy of the
/// original bytes.
#[native(signature = "($self, suffix, /)")]
pub(crate) fn removesuffix(thread: &mut Thread, this: Ref<'_>, suffix: Ref<'_>) -> Outcome {
    let suffix = bytes_like(thread, suffix)?;
    match view(thread, this).strip_suffix(&*suffix).map(<[u8]>::to_vec) {
        Some(rest) if !suffix.is_empty() => like(thread, this, rest),
        _ => whole(thread, this),
    }
}
