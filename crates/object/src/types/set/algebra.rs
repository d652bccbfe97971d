//! Union, intersection, difference, and comparison of sets, in CPython's order of steps.

use super::{FROZENSET, SET, Set, Table, any_set, empty_of, set_of};
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{CompareOp, Type};
use crate::types::dict::Dict;
use crate::value::{Outcome, Ref, Value};

fn own<'a>(object: Ref<'a>) -> &'a Set {
    any_set(object).expect("the slot of sets")
}

/// The builtin type that results of operations on `object` have.
pub(super) fn base_type(object: Ref<'_>) -> &'static Type {
    if object.ty().has_layout_of(&SET) { &SET } else { &FROZENSET }
}

/// A set of the builtin type with the elements of `object`.
pub(super) fn copy(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    set_of(thread, base_type(object), Some(object))
}

pub(super) fn intersection(thread: &mut Thread, object: Ref<'_>, other: Ref<'_>) -> Outcome {
    if object.is(other) {
        return copy(thread, object);
    }
    let result = empty_of(thread, base_type(object))?;
    let into = own(result.as_ref());
    if let Some(set) = any_set(other) {
        let own = own(object);
        let (small, large) = if set.len(thread) > own.len(thread) { (own, set) } else { (set, own) };
        small.for_each(thread, |thread, key, hash| {
            if large.contains_hashed(thread, key, hash)? {
                into.add_hashed(thread, key, hash)?;
            }
            Ok(())
        })?;
        return Ok(result);
    }
    protocol::for_each(thread, other, |thread, item| {
        let hash = protocol::hash(thread, item.as_ref())?;
        if own(object).contains_hashed(thread, item.as_ref(), hash)? {
            into.add_hashed(thread, item.as_ref(), hash)?;
        }
        Ok(())
    })?;
    Ok(result)
}

/// Replaces the elements of `object` by those of `other`, which goes.
pub(super) fn take_over(thread: &mut Thread, object: Ref<'_>, other: &Value) {
    let taken = std::mem::take(own(other.as_ref()).table.change(thread));
    let old = std::mem::replace(own(object).table.change(thread), taken);
    let heap = thread.heap();
    old.release(heap);
}

pub(super) fn difference_update(thread: &mut Thread, object: Ref<'_>, other: Ref<'_>) -> Outcome<()> {
    let set = own(object);
    if object.is(other) {
        set.clear(thread);
        return Ok(());
    }
    if let Some(gone) = any_set(other) {
        let mut common = None;
        if gone.len(thread) >> 3 > set.len(thread) {
            common = Some(intersection(thread, object, other)?);
        }
        let gone = common.as_ref().map_or(gone, |common| own(common.as_ref()));
        gone.for_each(thread, |thread, key, hash| set.discard_hashed(thread, key, hash).map(drop))?;
    } else {
        protocol::for_each(thread, other, |thread, item| {
            let hash = protocol::hash(thread, item.as_ref())?;
            set.discard_hashed(thread, item.as_ref(), hash).map(drop)
        })?;
    }
    let heap = thread.heap();
    let tidied = set.table.change(thread).tidy(heap);
    thread.or_no_memory(tidied)
}

pub(super) fn difference(thread: &mut Thread, object: Ref<'_>, other: Ref<'_>) -> Outcome {
    let set = own(object);
    if set.len(thread) == 0 {
        return copy(thread, object);
    }
    let size = match (any_set(other), other.exact::<Dict>()) {
        (Some(other), _) => other.len(thread),
        (None, Some(dict)) => dict.len(thread),
        (None, None) => usize::MAX,
    };
    if set.len(thread) >> 2 > size || size == usize::MAX {
        let result = copy(thread, object)?;
        difference_update(thread, result.as_ref(), other)?;
        return Ok(result);
    }
    let result = empty_of(thread, base_type(object))?;
    let into = own(result.as_ref());
    set.for_each(thread, |thread, key, hash| {
        let found = match (any_set(other), other.exact::<Dict>()) {
            (Some(other), _) => other.contains_hashed(thread, key, hash)?,
            (None, Some(dict)) => dict.find(thread, key, hash)?.is_some(),
            (None, None) => false,
        };
        if found { Ok(()) } else { into.add_hashed(thread, key, hash) }
    })?;
    Ok(result)
}

pub(super) fn symmetric_difference_update(
    thread: &mut Thread,
    object: Ref<'_>,
    other: Ref<'_>,
) -> Outcome<()> {
    let set = own(object);
    if object.is(other) {
        set.clear(thread);
        return Ok(());
    }
    let toggle = |thread: &mut Thread, key: Ref<'_>, hash: i64| {
        if !set.discard_hashed(thread, key, hash)? {
            set.add_hashed(thread, key, hash)?;
        }
        Ok(())
    };
    if let Some(dict) = other.exact::<Dict>() {
        let mut position = 0;
        while let Some((after, key, _)) = dict.next_entry(thread, position) {
            let hash = protocol::hash(thread, key.as_ref())?;
            toggle(thread, key.as_ref(), hash)?;
            position = after;
        }
        return Ok(());
    }
    if let Some(elements) = any_set(other) {
        return elements.for_each(thread, toggle);
    }
    let elements = set_of(thread, base_type(object), Some(other))?;
    own(elements.as_ref()).for_each(thread, toggle)
}

pub(super) fn symmetric_difference(thread: &mut Thread, object: Ref<'_>, other: Ref<'_>) -> Outcome {
    let result = set_of(thread, base_type(object), Some(other))?;
    symmetric_difference_update(thread, result.as_ref(), object)?;
    Ok(result)
}

pub(super) fn is_disjoint(thread: &mut Thread, object: Ref<'_>, other: Ref<'_>) -> Outcome<bool> {
    let set = own(object);
    if object.is(other) {
        return Ok(set.len(thread) == 0);
    }
    let Some(other) = any_set(other) else {
        // Stops at the first common element: the iterable is asked for no more.
        let iterator = protocol::iter(thread, other)?;
        while let Some(item) = protocol::next(thread, iterator.as_ref())? {
            thread.poll()?;
            if set.contains(thread, item.as_ref())? {
                return Ok(false);
            }
        }
        return Ok(true);
    };
    let (small, large) = if other.len(thread) < set.len(thread) { (other, set) } else { (set, other) };
    let mut place = 0;
    while let Some((after, key, hash)) = small.next(thread, place) {
        if large.contains_hashed(thread, key.as_ref(), hash)? {
            return Ok(false);
        }
        place = after;
    }
    Ok(true)
}

pub(super) fn is_subset(thread: &mut Thread, object: Ref<'_>, other: Ref<'_>) -> Outcome<bool> {
    let set = own(object);
    let Some(large) = any_set(other) else {
        let common = intersection(thread, object, other)?;
        return Ok(own(common.as_ref()).len(thread) == set.len(thread));
    };
    if set.len(thread) > large.len(thread) {
        return Ok(false);
    }
    let mut place = 0;
    while let Some((after, key, hash)) = set.next(thread, place) {
        if !large.contains_hashed(thread, key.as_ref(), hash)? {
            return Ok(false);
        }
        place = after;
    }
    Ok(true)
}

pub(super) fn is_superset(thread: &mut Thread, object: Ref<'_>, other: Ref<'_>) -> Outcome<bool> {
    if any_set(other).is_some() {
        return is_subset(thread, other, object);
    }
    let iterator = protocol::iter(thread, other)?;
    while let Some(item) = protocol::next(thread, iterator.as_ref())? {
        thread.poll()?;
        if !own(object).contains(thread, item.as_ref())? {
            return Ok(false);
        }
    }
    Ok(true)
}

pub(super) fn compare(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>, op: CompareOp) -> Outcome {
    let (Some(a), Some(b)) = (any_set(left), any_set(right)) else {
        return Ok(Value::not_implemented());
    };
    let (a_len, b_len) = (a.len(thread), b.len(thread));
    let (known_a, known_b) = (a.hash.get(), b.hash.get());
    let differ = known_a != super::NO_HASH && known_b != super::NO_HASH && known_a != known_b;
    let answer = match op {
        CompareOp::Eq => a_len == b_len && !differ && is_subset(thread, left, right)?,
        CompareOp::Ne => !(a_len == b_len && !differ && is_subset(thread, left, right)?),
        CompareOp::Le => is_subset(thread, left, right)?,
        CompareOp::Ge => is_subset(thread, right, left)?,
        CompareOp::Lt => a_len < b_len && is_subset(thread, left, right)?,
        CompareOp::Gt => a_len > b_len && is_subset(thread, right, left)?,
    };
    Ok(Value::bool(answer))
}

/// The hash of a frozen set: independent of the order, so the elements' hashes are combined by a
/// symmetric function.
pub(super) fn hash(thread: &Thread, set: &Set) -> i64 {
    const fn shuffle(hash: i64) -> u64 {
        let hash = hash as u64;
        ((hash ^ 89_869_747) ^ (hash << 16)).wrapping_mul(3_644_798_167)
    }
    if set.hash.get() != super::NO_HASH {
        return set.hash.get();
    }
    let table: &Table = set.table.view(thread);
    // CPython mixes every place in and takes the free ones and the holes out again, which leaves
    // the same as mixing the elements alone.
    let mut hash = table.iter().fold(0, |hash, (_, own)| hash ^ shuffle(own));
    hash ^= (table.len() as u64 + 1).wrapping_mul(1_927_868_237);
    hash ^= (hash >> 11) ^ (hash >> 25);
    hash = hash.wrapping_mul(69_069).wrapping_add(907_133_923);
    let hash = if hash == u64::MAX { 590_923_713 } else { hash as i64 };
    set.hash.set(hash);
    hash
}
