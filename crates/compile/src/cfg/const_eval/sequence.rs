//! Concatenation, repetition and subscripts of `str`, `bytes` and `tuple`.

use taipan_code::{Const, Consts};
use taipan_num::Int;
use taipan_text::{Text, TextBuf};

/// A tuple of at most so many items is made by repetition.
const MAX_COLLECTION_SIZE: i64 = 256;
/// A string of at most so many characters is made by repetition.
const MAX_STR_SIZE: i64 = 4096;
/// A tuple of at most so many items, those of tuples inside included, is made by repetition.
const MAX_TOTAL_ITEMS: i64 = 1024;

pub(super) fn concatenate(left: &Const, right: &Const) -> Option<Const> {
    match (left, right) {
        (Const::Str(left), Const::Str(right)) => {
            let mut text = TextBuf::clone(&left.as_ref().to_owned());
            text.push_text(right);
            Some(Const::Str(text.to_rc()))
        }
        (Const::Bytes(left), Const::Bytes(right)) => Some(Const::Bytes([&**left, &**right].concat().into())),
        (Const::Tuple(left), Const::Tuple(right)) => {
            Some(Const::Tuple(left.iter().chain(right).cloned().collect()))
        }
        _ => None,
    }
}

pub(super) fn repeat(sequence: &Const, count: &Int) -> Option<Const> {
    // Only a count that is an index can be used, even with nothing to repeat.
    let Int::Small(count) = *count else { return None };
    let fits = |size: usize, limit: i64| size == 0 || (0..=limit / size as i64).contains(&count);
    let times = count.max(0) as usize;
    match sequence {
        Const::Str(text) => {
            let size = text.code_points().count();
            if !fits(size, MAX_STR_SIZE) {
                return None;
            }
            let times = if size == 0 { 0 } else { times };
            Some(Const::Str(Text::from_bytes(&text.as_bytes().repeat(times)).to_rc()))
        }
        Const::Bytes(bytes) => {
            let times = if bytes.is_empty() { 0 } else { times };
            fits(bytes.len(), MAX_STR_SIZE).then(|| Const::Bytes(bytes.repeat(times).into()))
        }
        Const::Tuple(items) => {
            if !fits(items.len(), MAX_COLLECTION_SIZE) {
                return None;
            }
            if items.is_empty() || times == 0 {
                return Some(Const::Tuple(Consts::new()));
            }
            if !has_at_most(items, MAX_TOTAL_ITEMS / count) {
                return None;
            }
            Some(Const::Tuple((0..times).flat_map(|_| items.iter().cloned()).collect()))
        }
        _ => None,
    }
}

/// Whether there are at most `limit` items, those of tuples inside included.
fn has_at_most(items: &Consts, limit: i64) -> bool {
    let mut left = limit;
    let mut pending = vec![items];
    while let Some(items) = pending.pop() {
        left -= items.len() as i64;
        if left < 0 {
            return false;
        }
        pending.extend(items.iter().filter_map(|item| match item {
            Const::Tuple(nested) => Some(nested),
            _ => None,
        }));
    }
    true
}

pub(super) fn subscript(container: &Const, key: &Const) -> Option<Const> {
    if let Const::Slice(slice) = key {
        return subscript_slice(container, slice);
    }
    let index = match super::as_int(key)? {
        Int::Small(index) => index,
        Int::Big(_) => return None,
    };
    let at = |len: usize| {
        let index = if index < 0 { index.checked_add(len as i64)? } else { index };
        usize::try_from(index).ok().filter(|&index| index < len)
    };
    match container {
        Const::Str(text) => {
            let point = text.code_points().nth(at(text.code_points().count())?)?;
            let mut result = TextBuf::new();
            result.push(point);
            Some(Const::Str(result.to_rc()))
        }
        Const::Bytes(bytes) => Some(Const::from(i64::from(bytes[at(bytes.len())?]))),
        Const::Tuple(items) => Some(items[at(items.len())?].clone()),
        _ => None,
    }
}

fn subscript_slice(container: &Const, slice: &[Const; 3]) -> Option<Const> {
    match container {
        Const::Str(text) => {
            let points: Vec<u32> = text.code_points().collect();
            let mut result = TextBuf::new();
            for index in slice_indices(slice, points.len())? {
                result.push(points[index]);
            }
            Some(Const::Str(result.to_rc()))
        }
        Const::Bytes(bytes) => {
            let result: Vec<u8> = slice_indices(slice, bytes.len())?.map(|index| bytes[index]).collect();
            Some(Const::Bytes(result.into()))
        }
        Const::Tuple(items) => {
            Some(Const::Tuple(slice_indices(slice, items.len())?.map(|index| items[index].clone()).collect()))
        }
        _ => None,
    }
}

/// The indices that a slice selects of `len` items.
fn slice_indices(slice: &[Const; 3], len: usize) -> Option<impl Iterator<Item = usize> + use<>> {
    // Integers that do not fit are cut off, as by `PySlice_Unpack`.
    let part = |constant: &Const| match constant {
        Const::None => Some(None),
        _ => super::as_int(constant).map(|value| {
            Some(match value {
                Int::Small(value) => value,
                Int::Big(_) if value.is_negative() => i64::MIN,
                Int::Big(_) => i64::MAX,
            })
        }),
    };
    let [start, stop, step] = [part(&slice[0])?, part(&slice[1])?, part(&slice[2])?];
    let step = i128::from(step.unwrap_or(1));
    if step == 0 {
        return None;
    }
    let len = len as i128;
    let (lowest, highest) = if step > 0 { (0, len) } else { (-1, len - 1) };
    let clamp = |value: Option<i64>, default: i128| match value {
        None => default,
        Some(value) if value < 0 => (i128::from(value) + len).max(lowest),
        Some(value) => i128::from(value).min(highest),
    };
    let (first, last) = if step > 0 { (lowest, highest) } else { (highest, lowest) };
    let (start, stop) = (clamp(start, first), clamp(stop, last));
    let mut index = start;
    Some(std::iter::from_fn(move || {
        if if step > 0 { index >= stop } else { index <= stop } {
            return None;
        }
        let this = index as usize;
        index += step;
        Some(this)
    }))
}
