//! Taking strings apart and putting them together: `split`, `partition`, `join`.

use std::ops::Range;

use taipan_macros::native;
use taipan_text::algorithm::search::{find, rfind};
use taipan_text::algorithm::split as algorithm;
use taipan_text::{CharsBuf, with_units};

use super::slots::{part, unchanged};
use super::{Chars, Str};
use crate::native::MethodDef;
use crate::protocol;
use crate::thread::Thread;
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::value::{Outcome, Raised, Ref, Value};

pub(super) const METHODS: &[MethodDef] = &[SPLIT, RSPLIT, SPLITLINES, PARTITION, RPARTITION, JOIN];

/// Calls `each` for the parts that `tell` names, and makes a list of what it makes.
struct Parts<'t, 's> {
    thread: &'t mut Thread,
    own: &'s Str,
    parts: Vec<Value>,
}

impl Parts<'_, '_> {
    fn push(&mut self, range: Range<usize>) -> Outcome<()> {
        let value = part(self.thread, self.own, range)?;
        if self.parts.try_reserve(1).is_err() {
            return Err(self.thread.no_memory());
        }
        self.parts.push(value);
        Ok(())
    }
}

/// How often to split.
fn limit(max: Option<isize>) -> usize {
    usize::try_from(max.unwrap_or(-1)).unwrap_or(usize::MAX)
}

/// The separator, none for `None`.
fn separator<'a>(thread: &mut Thread, value: Option<Ref<'a>>) -> Outcome<Option<&'a Str>> {
    let Some(value) = value.filter(|value| !value.is_none()) else { return Ok(None) };
    match value.downcast::<Str>() {
        Some(text) if text.is_empty() => Err(thread.value_error("empty separator")),
        Some(text) => Ok(Some(text)),
        None => {
            let ty = value.ty().name().into_owned();
            Err(thread.type_error(format!("must be str or None, not {ty}")))
        }
    }
}

/// The separator in the width of the string; none if it can't be in it.
macro_rules! split_at {
    ($parts:ident, $text:expr, $separator:expr, $split:path, $max:expr) => {{
        let whole = 0..$parts.own.len();
        let separator = CharsBuf::from($separator);
        let mut push = |range| $parts.push(range);
        match ($text, separator.as_chars()) {
            (Chars::One(text), Chars::One(separator)) => $split(text, separator, $max, push),
            (Chars::Two(text), Chars::Two(separator)) => $split(text, separator, $max, push),
            (Chars::Four(text), Chars::Four(separator)) => $split(text, separator, $max, push),
            (Chars::Two(text), Chars::One(separator)) => {
                let separator: Vec<u16> = separator.iter().map(|&unit| unit.into()).collect();
                $split(text, &separator, $max, push)
            }
            (Chars::Four(text), separator) => {
                let separator: Vec<u32> = separator.iter().collect();
                $split(text, &separator, $max, push)
            }
            _ => push(whole),
        }
    }};
}

/// Return a list of the substrings in the string, using sep as the separator string.
///
///   sep
///     The separator used to split the string.
///
///     When set to None (the default value), will split on any
///     whitespace character (including \n \r \t \f and spaces) and
///     will discard empty strings from the result.
///   maxsplit
///     Maximum number of splits.
///     -1 (the default value) means no limit.
///
/// Splitting starts at the front of the string and works to the end.
///
/// Note, str.split() is mainly useful for data that has been
/// intentionally delimited.  With natural text that includes
/// punctuation, consider using the regular expression module.
#[native(signature = "($self, /, sep=None, maxsplit=-1)")]
fn split(thread: &mut Thread, this: &Str, sep: Option<Ref<'_>>, maxsplit: Option<isize>) -> Outcome {
    let (sep, max) = (separator(thread, sep)?, limit(maxsplit));
    let mut parts = Parts { thread, own: this, parts: Vec::new() };
    match sep {
        Some(sep) => split_at!(parts, this.chars(), sep.chars(), algorithm::split, max)?,
        None => with_units!(this.chars(), units => {
            algorithm::split_blanks(units, algorithm::is_space, max, |range| parts.push(range))
        })?,
    }
    let parts = parts.parts;
    thread.list(parts)
}

/// Return a list of the substrings in the string, using sep as the separator string.
///
///   sep
///     The separator used to split the string.
///
///     When set to None (the default value), will split on any
///     whitespace character (including \n \r \t \f and spaces) and
///     will discard empty strings from the result.
///   maxsplit
///     Maximum number of splits.
///     -1 (the default value) means no limit.
///
/// Splitting starts at the end of the string and works to the front.
#[native(signature = "($self, /, sep=None, maxsplit=-1)")]
fn rsplit(thread: &mut Thread, this: &Str, sep: Option<Ref<'_>>, maxsplit: Option<isize>) -> Outcome {
    let (sep, max) = (separator(thread, sep)?, limit(maxsplit));
    let mut parts = Parts { thread, own: this, parts: Vec::new() };
    match sep {
        Some(sep) => split_at!(parts, this.chars(), sep.chars(), algorithm::rsplit, max)?,
        None => with_units!(this.chars(), units => {
            algorithm::rsplit_blanks(units, algorithm::is_space, max, |range| parts.push(range))
        })?,
    }
    let mut parts = parts.parts;
    parts.reverse();
    thread.list(parts)
}

/// Return a list of the lines in the string, breaking at line boundaries.
///
/// Line breaks are not included in the resulting list unless keepends
/// is given and true.
#[native(signature = "($self, /, keepends=False)")]
fn splitlines(thread: &mut Thread, this: &Str, keepends: Option<bool>) -> Outcome {
    let keep = keepends.unwrap_or(false);
    let mut parts = Parts { thread, own: this, parts: Vec::new() };
    with_units!(this.chars(), units => {
        algorithm::split_lines(units, algorithm::is_line_break, keep, |range| parts.push(range))
    })?;
    let parts = parts.parts;
    thread.list(parts)
}

fn partition_separator<'a>(thread: &mut Thread, sep: Ref<'a>) -> Outcome<&'a Str> {
    match sep.downcast::<Str>() {
        Some(text) if text.is_empty() => Err(thread.value_error("empty separator")),
        Some(text) => Ok(text),
        None => {
            let ty = sep.ty().name().into_owned();
            Err(thread.type_error(format!("must be str, not {ty}")))
        }
    }
}

/// Partition the string into three parts using the given separator.
///
/// This will search for the separator in the string.  If the separator
/// is found, returns a 3-tuple containing the part before the
/// separator, the separator itself, and the part after it.
///
/// If the separator is not found, returns a 3-tuple containing
/// the original string and two empty strings.
#[native(signature = "($self, sep, /)")]
fn partition(thread: &mut Thread, this: &Str, sep: Ref<'_>) -> Outcome {
    let text = partition_separator(thread, sep)?;
    let empty = thread.str("")?;
    let parts = match find(this.chars(), text.chars(), 0..this.len()) {
        Some(at) => {
            [part(thread, this, 0..at)?, sep.to_value(), part(thread, this, at + text.len()..this.len())?]
        }
        None => [unchanged(thread, this)?, empty.clone(), empty],
    };
    thread.tuple(parts)
}

/// Partition the string into three parts using the given separator.
///
/// This will search for the separator in the string, starting at the
/// end.  If the separator is found, returns a 3-tuple containing the
/// part before the separator, the separator itself, and the part after
/// it.
///
/// If the separator is not found, returns a 3-tuple containing two
/// empty strings and the original string.
#[native(signature = "($self, sep, /)")]
fn rpartition(thread: &mut Thread, this: &Str, sep: Ref<'_>) -> Outcome {
    let text = partition_separator(thread, sep)?;
    let empty = thread.str("")?;
    let parts = match rfind(this.chars(), text.chars(), 0..this.len()) {
        Some(at) => {
            [part(thread, this, 0..at)?, sep.to_value(), part(thread, this, at + text.len()..this.len())?]
        }
        None => [empty.clone(), empty, unchanged(thread, this)?],
    };
    thread.tuple(parts)
}

/// Concatenate any number of strings.
///
/// The string whose method is called is inserted in between each given
/// string.  The result is returned as a new string.
///
/// Example: '.'.join(['ab', 'pq', 'rs']) -> 'ab.pq.rs'
#[native(signature = "($self, iterable, /)")]
fn join(thread: &mut Thread, this: &Str, iterable: Ref<'_>) -> Outcome {
    if let Some(tuple) = iterable.exact::<Tuple>() {
        return join_items(thread, this, tuple.items());
    }
    let items = gather(thread, iterable)?;
    join_items(thread, this, refs(&items))
}

/// Owned values as borrowed ones.
fn refs(values: &[Value]) -> &[Ref<'_>] {
    // SAFETY: both types are one word of the same meaning, and the values live as long as the borrow.
    unsafe { std::slice::from_raw_parts(values.as_ptr().cast(), values.len()) }
}

/// The elements of what `join` is given.
pub(crate) fn gather(thread: &mut Thread, iterable: Ref<'_>) -> Outcome<Vec<Value>> {
    if let Some(list) = iterable.exact::<List>() {
        return Ok(list.view(thread).iter().map(|item| item.to_value()).collect());
    }
    if iterable.ty().slots().iter.is_none() && !protocol::is_sequence(iterable) {
        return Err(thread.type_error("can only join an iterable"));
    }
    protocol::collect(thread, iterable)
}

fn join_items(thread: &mut Thread, separator: &Str, items: &[Ref<'_>]) -> Outcome {
    if let [one] = items
        && one.exact::<Str>().is_some()
    {
        return Ok(one.to_value());
    }
    let mut length = separator.len().checked_mul(items.len().saturating_sub(1));
    let mut max = if items.len() > 1 { separator.bound() } else { 0 };
    for (index, item) in items.iter().enumerate() {
        let Some(text) = item.downcast::<Str>() else { return Err(not_text(thread, index, *item)) };
        length = length.and_then(|length| length.checked_add(text.len()));
        max |= text.bound();
    }
    let Some(length) = length.filter(|&length| length <= isize::MAX as usize) else {
        return Err(thread.overflow_error("join() result is too long for a Python string"));
    };
    if length == 0 {
        return thread.str("");
    }
    let texts = items.iter().enumerate().flat_map(|(index, item)| {
        let text = item.downcast::<Str>().expect("checked above");
        (index > 0).then_some(separator).into_iter().chain([text])
    });
    let made = Str::from_parts(thread.interp(), length, max.min(0x10_ffff), texts);
    thread.or_no_memory(made)
}

#[cold]
fn not_text(thread: &mut Thread, index: usize, item: Ref<'_>) -> Raised {
    let ty = item.ty().name().into_owned();
    thread.type_error(format!("sequence item {index}: expected str instance, {ty} found"))
}
