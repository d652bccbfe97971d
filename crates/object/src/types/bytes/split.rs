//! Taking bytes apart and putting them together: `split`, `partition`, `join`.

use std::borrow::Cow;
use std::ops::Range;

use taipan_macros::native;
use taipan_text::algorithm::search::{find_units, rfind_units};
use taipan_text::algorithm::split as algorithm;

use super::slots::reserved;
use super::{bytes_like, like, view, whole};
use crate::thread::Thread;
use crate::types::str::split::gather;
use crate::value::{Outcome, Ref, Value};

fn limit(max: Option<isize>) -> usize {
    usize::try_from(max.unwrap_or(-1)).unwrap_or(usize::MAX)
}

fn separator<'a>(thread: &mut Thread, sep: Option<Ref<'a>>) -> Outcome<Option<Cow<'a, [u8]>>> {
    let Some(sep) = sep.filter(|sep| !sep.is_none()) else { return Ok(None) };
    let sep = bytes_like(thread, sep)?;
    if sep.is_empty() {
        return Err(thread.value_error("empty separator"));
    }
    Ok(Some(sep))
}

/// The parts as a list of objects of the receiver's type.
fn list_of(thread: &mut Thread, this: Ref<'_>, ranges: &[Range<usize>]) -> Outcome {
    if let [one] = ranges
        && one.len() == view(thread, this).len()
    {
        let all = whole(thread, this)?;
        return thread.list(vec![all]);
    }
    let mut parts = Vec::with_capacity(ranges.len());
    for range in ranges {
        let part = view(thread, this)[range.clone()].to_vec();
        parts.push(like(thread, this, part)?);
    }
    thread.list(parts)
}

type Never = std::convert::Infallible;

/// Gathers the ranges that an algorithm tells.
fn gathered(
    tell: impl FnOnce(&mut dyn FnMut(Range<usize>) -> Result<(), Never>) -> Result<(), Never>,
) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let Ok(()) = tell(&mut |range| {
        ranges.push(range);
        Ok(())
    });
    ranges
}

/// Return a list of the sections in the bytes, using sep as the delimiter.
///
///   sep
///     The delimiter according which to split the bytes.
///     None (the default value) means split on ASCII whitespace
///     characters (space, tab, return, newline, formfeed, vertical tab).
///   maxsplit
///     Maximum number of splits to do.
///     -1 (the default value) means no limit.
#[native(signature = "($self, /, sep=None, maxsplit=-1)")]
pub(crate) fn split(
    thread: &mut Thread,
    this: Ref<'_>,
    sep: Option<Ref<'_>>,
    maxsplit: Option<isize>,
) -> Outcome {
    let (sep, max) = (separator(thread, sep)?, limit(maxsplit));
    let own = view(thread, this);
    let ranges = gathered(|tell| match &sep {
        Some(sep) => algorithm::split(own, sep, max, tell),
        None => algorithm::split_blanks(own, algorithm::is_byte_space, max, tell),
    });
    list_of(thread, this, &ranges)
}

/// Return a list of the sections in the bytes, using sep as the delimiter.
///
///   sep
///     The delimiter according which to split the bytes.
///     None (the default value) means split on ASCII whitespace
///     characters (space, tab, return, newline, formfeed, vertical tab).
///   maxsplit
///     Maximum number of splits to do.
///     -1 (the default value) means no limit.
///
/// Splitting is done starting at the end of the bytes and working to
/// the front.
#[native(signature = "($self, /, sep=None, maxsplit=-1)")]
pub(crate) fn rsplit(
    thread: &mut Thread,
    this: Ref<'_>,
    sep: Option<Ref<'_>>,
    maxsplit: Option<isize>,
) -> Outcome {
    let (sep, max) = (separator(thread, sep)?, limit(maxsplit));
    let own = view(thread, this);
    let mut ranges = gathered(|tell| match &sep {
        Some(sep) => algorithm::rsplit(own, sep, max, tell),
        None => algorithm::rsplit_blanks(own, algorithm::is_byte_space, max, tell),
    });
    ranges.reverse();
    list_of(thread, this, &ranges)
}

/// Return a list of the lines in the bytes, breaking at line boundaries.
///
/// Line breaks are not included in the resulting list unless keepends
/// is given and true.
#[native(signature = "($self, /, keepends=False)")]
pub(crate) fn splitlines(thread: &mut Thread, this: Ref<'_>, keepends: Option<bool>) -> Outcome {
    let keep = keepends.unwrap_or(false);
    let own = view(thread, this);
    let ranges = gathered(|tell| algorithm::split_lines(own, algorithm::is_byte_line_break, keep, tell));
    list_of(thread, this, &ranges)
}

/// Before, separator and behind; none if there is no separator.
fn cut(
    thread: &mut Thread,
    this: Ref<'_>,
    sep: Ref<'_>,
    find: fn(&[u8], &[u8]) -> Option<usize>,
) -> Outcome<Option<[Value; 3]>> {
    let wanted = bytes_like(thread, sep)?;
    if wanted.is_empty() {
        return Err(thread.value_error("empty separator"));
    }
    let own = view(thread, this);
    let Some(at) = find(own, &wanted) else { return Ok(None) };
    let (before, behind) = (own[..at].to_vec(), own[at + wanted.len()..].to_vec());
    let same = super::is_bytes(this) && super::is_bytes(sep);
    let middle = if same { sep.to_value() } else { like(thread, this, wanted.to_vec())? };
    Ok(Some([like(thread, this, before)?, middle, like(thread, this, behind)?]))
}

/// Partition the bytes into three parts using the given separator.
///
/// This will search for the separator sep in the bytes.  If the
/// separator is found, returns a 3-tuple containing the part before the
/// separator, the separator itself, and the part after it.
///
/// If the separator is not found, returns a 3-tuple containing the
/// original bytes object and two empty bytes objects.
#[native(signature = "($self, sep, /)")]
pub(crate) fn partition(thread: &mut Thread, this: Ref<'_>, sep: Ref<'_>) -> Outcome {
    let parts = match cut(thread, this, sep, find_units)? {
        Some(parts) => parts,
        None => [whole(thread, this)?, like(thread, this, Vec::new())?, like(thread, this, Vec::new())?],
    };
    thread.tuple(parts)
}

/// Partition the bytes into three parts using the given separator.
///
/// This will search for the separator sep in the bytes, starting at the
/// end.  If the separator is found, returns a 3-tuple containing the
/// part before the separator, the separator itself, and the part after
/// it.
///
/// If the separator is not found, returns a 3-tuple containing two
/// empty bytes objects and the original bytes object.
#[native(signature = "($self, sep, /)")]
pub(crate) fn rpartition(thread: &mut Thread, this: Ref<'_>, sep: Ref<'_>) -> Outcome {
    let parts = match cut(thread, this, sep, rfind_units)? {
        Some(parts) => parts,
        None => [like(thread, this, Vec::new())?, like(thread, this, Vec::new())?, whole(thread, this)?],
    };
    thread.tuple(parts)
}

/// Concatenate any number of bytes objects.
///
/// The bytes whose method is called is inserted in between each pair.
///
/// The result is returned as a new bytes object.
///
/// Example: b'.'.join([b'ab', b'pq', b'rs']) -> b'ab.pq.rs'.
#[native(signature = "($self, iterable_of_bytes, /)")]
pub(crate) fn join(thread: &mut Thread, this: Ref<'_>, iterable_of_bytes: Ref<'_>) -> Outcome {
    let items = gather(thread, iterable_of_bytes)?;
    if let [one] = &*items
        && super::is_bytes(this)
        && super::is_bytes(one.as_ref())
    {
        return Ok(one.clone());
    }
    let separator = view(thread, this).to_vec();
    let mut parts = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        if item.as_ref().ty().slots().buffer.is_none() {
            let ty = item.as_ref().ty().name().into_owned();
            let message = format!("sequence item {index}: expected a bytes-like object, {ty} found");
            return Err(thread.type_error(message));
        }
        parts.push(bytes_like(thread, item.as_ref())?);
    }
    let separators = separator.len().saturating_mul(parts.len().saturating_sub(1));
    let length = parts.iter().fold(separators, |length, part| length.saturating_add(part.len()));
    let mut all = reserved(thread, length)?;
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            all.extend_from_slice(&separator);
        }
        all.extend_from_slice(part);
    }
    like(thread, this, all)
}
