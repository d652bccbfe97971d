//! Iteration.

use crate::thread::Thread;
use crate::typeobject::{CompareOp, TypeFlags};
use crate::types::dict::Dict;
use crate::types::exception::STOP_ITERATION;
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::value::{Outcome, Raised, Ref, Value};

/// `iter(object)`
pub fn iter(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let slots = object.ty().slots();
    let Some(iter) = slots.iter else {
        if is_sequence(object) {
            return crate::types::seqiter::sequence_iterator(thread, object);
        }
        let ty = object.ty().name().into_owned();
        return Err(thread.type_error(format!("'{ty}' object is not iterable")));
    };
    let value = iter(thread, object)?;
    if value.as_ref().ty().slots().next.is_none() {
        let ty = value.as_ref().ty().name().into_owned();
        return Err(thread.type_error(format!("iter() returned non-iterator of type '{ty}'")));
    }
    Ok(value)
}

/// Whether the object can be indexed with integers, as `PySequence_Check` tells.
pub fn is_sequence(object: Ref<'_>) -> bool {
    if object.downcast::<Dict>().is_some() {
        return false;
    }
    let slots = object.ty().slots();
    let flags = object.ty().flags();
    slots.item.is_some()
        || (slots.subscript.is_some() && (object.ty().is_heap() || !flags.contains(TypeFlags::MAPPING)))
}

/// `next(iterator)`; none at the end, whatever the iterator ended with.
#[inline]
pub fn next(thread: &mut Thread, iterator: Ref<'_>) -> Outcome<Option<Value>> {
    match next_or_end(thread, iterator) {
        Err(raised) => end_of_iteration(thread, raised).map(|()| None),
        item => item,
    }
}

/// As [`next`], but an end with a value raises StopIteration with it.
#[inline]
pub fn next_or_end(thread: &mut Thread, iterator: Ref<'_>) -> Outcome<Option<Value>> {
    match iterator.ty().slots().next {
        Some(next) => next(thread, iterator),
        None => {
            let ty = iterator.ty().name().into_owned();
            Err(thread.type_error(format!("'{ty}' object is not an iterator")))
        }
    }
}

/// Turns StopIteration into the end of an iteration; passes everything else on.
pub fn end_of_iteration(thread: &mut Thread, raised: Raised) -> Outcome<()> {
    if thread.exception_is(&STOP_ITERATION) {
        drop(thread.take_exception());
        return Ok(());
    }
    Err(raised)
}

/// Calls `each` with every element.
pub fn for_each(
    thread: &mut Thread,
    iterable: Ref<'_>,
    mut each: impl FnMut(&mut Thread, Value) -> Outcome<()>,
) -> Outcome<()> {
    if let Some(list) = iterable.exact::<List>() {
        let mut index = 0;
        while let Some(item) = list.get(thread, index) {
            each(thread, item)?;
            index += 1;
        }
        return Ok(());
    }
    if let Some(tuple) = iterable.exact::<Tuple>() {
        for item in tuple.items() {
            each(thread, item.to_value())?;
        }
        return Ok(());
    }
    let iterator = iter(thread, iterable)?;
    while let Some(item) = next(thread, iterator.as_ref())? {
        thread.poll()?;
        each(thread, item)?;
    }
    Ok(())
}

/// All elements.
pub fn collect(thread: &mut Thread, iterable: Ref<'_>) -> Outcome<Vec<Value>> {
    let mut all = Vec::new();
    for_each(thread, iterable, |thread, item| {
        if all.try_reserve(1).is_err() || (all.len() == all.capacity()) {
            return Err(thread.no_memory());
        }
        all.push(item);
        Ok(())
    })?;
    Ok(all)
}

/// `item in object`
pub fn contains(thread: &mut Thread, object: Ref<'_>, item: Ref<'_>) -> Outcome<bool> {
    match object.ty().slots().contains {
        Some(contains) => contains(thread, object, item),
        None => contains_by_iteration(thread, object, item),
    }
}

/// `item in object`, by looking at one element after the other.
pub fn contains_by_iteration(thread: &mut Thread, object: Ref<'_>, item: Ref<'_>) -> Outcome<bool> {
    if object.ty().slots().iter.is_none() && !is_sequence(object) {
        let ty = object.ty().name().into_owned();
        return Err(thread.type_error(format!("argument of type '{ty}' is not a container or iterable")));
    }
    let iterator = iter(thread, object)?;
    while let Some(candidate) = next(thread, iterator.as_ref())? {
        thread.poll()?;
        if super::compare_bool(thread, candidate.as_ref(), item, CompareOp::Eq)? {
            return Ok(true);
        }
    }
    Ok(false)
}
