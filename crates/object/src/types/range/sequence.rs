//! What a range can do as a sequence. Its numbers may be of any size.

use std::cmp::Ordering;

use taipan_macros::native;
use taipan_num::Int;

use super::{RANGE, Range, iterate, range};
use crate::native::MethodDef;
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::CompareOp;
use crate::types::boolean::is_bool;
use crate::types::int::{INT, to_int};
use crate::types::slice::{Slice, adjust};
use crate::value::{Outcome, Ref, Value};

pub(super) const METHODS: &[MethodDef] = &[__REVERSED__, __REDUCE__, COUNT, INDEX];

fn number(value: &Value) -> Int {
    to_int(value.as_ref()).expect("the parts of a range are integers").into_owned()
}

/// How many numbers there are.
pub(super) fn count_of(own: &Range) -> Int {
    let (start, stop, step) = (number(&own.start), number(&own.stop), number(&own.step));
    let (low, high, step) = if step.is_negative() { (stop, start, step.neg()) } else { (start, stop, step) };
    if low.cmp(&high) != Ordering::Less {
        return Int::Small(0);
    }
    let one = Int::Small(1);
    high.sub(&low).sub(&one).floor_div(&step).expect("the step is not zero").add(&one)
}

/// The number at a place, which need not be inside.
fn at(own: &Range, place: &Int) -> Int {
    number(&own.start).add(&number(&own.step).mul(place))
}

fn make(thread: &mut Thread, start: Int, stop: Int, step: Int) -> Outcome {
    let (start, stop, step) = (thread.int_value(start)?, thread.int_value(stop)?, thread.int_value(step)?);
    thread.new_object(|head| Range { head, start, stop, step })
}

pub(super) fn length(thread: &mut Thread, object: Ref<'_>) -> Outcome<usize> {
    match count_of(range(object)).to_i64() {
        Some(count) => Ok(count as usize),
        None => Err(thread.overflow_error("Python int too large to convert to C ssize_t")),
    }
}

pub(super) fn subscript(thread: &mut Thread, object: Ref<'_>, key: Ref<'_>) -> Outcome {
    let own = range(object);
    if let Some(slice) = key.downcast::<Slice>() {
        let parts = slice.unpack(thread)?;
        let count = length(thread, object)?;
        let indices = adjust(parts, count);
        let start = at(own, &Int::Small(indices.start as i64));
        let stop = at(own, &Int::Small(indices.stop as i64));
        let step = number(&own.step).mul(&Int::Small(indices.step as i64));
        return make(thread, start, stop, step);
    }
    if key.ty().slots().index.is_none() {
        let ty = key.ty().name().into_owned();
        return Err(thread.type_error(format!("range indices must be integers or slices, not {ty}")));
    }
    let key = protocol::index(thread, key)?;
    let (mut place, count) = (number(&key), count_of(own));
    if place.is_negative() {
        place = place.add(&count);
    }
    if place.is_negative() || place.cmp(&count) != Ordering::Less {
        return Err(thread.index_error("range object index out of range"));
    }
    thread.int_value(at(own, &place))
}

/// The place of a number, if it is in the range.
fn place_of(own: &Range, value: &Int) -> Option<Int> {
    let (quotient, rest) = value.sub(&number(&own.start)).div_mod(&number(&own.step))?;
    let inside = rest.is_zero() && !quotient.is_negative() && quotient.cmp(&count_of(own)) == Ordering::Less;
    inside.then_some(quotient)
}

fn is_plain_int(object: Ref<'_>) -> bool {
    object.ty().is(&INT) || is_bool(object)
}

pub(super) fn contains(thread: &mut Thread, object: Ref<'_>, item: Ref<'_>) -> Outcome<bool> {
    match to_int(item) {
        Some(value) if is_plain_int(item) => Ok(place_of(range(object), &value).is_some()),
        _ => protocol::contains_by_iteration(thread, object, item),
    }
}

pub(super) fn compare(_: &mut Thread, left: Ref<'_>, right: Ref<'_>, op: CompareOp) -> Outcome {
    let Some(other) = right.downcast::<Range>() else { return Ok(Value::not_implemented()) };
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::not_implemented());
    }
    let own = range(left);
    let (count, one) = (count_of(own), Int::Small(1));
    let equal = count == count_of(other)
        && (count.is_zero()
            || (number(&own.start) == number(&other.start)
                && (count == one || number(&own.step) == number(&other.step))));
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}

pub(super) fn hash(thread: &mut Thread, object: Ref<'_>) -> Outcome<i64> {
    let own = range(object);
    let count = count_of(own);
    let (empty, single) = (count.is_zero(), count == Int::Small(1));
    let count = thread.int_value(count)?;
    let start = if empty { Value::none() } else { own.start.clone() };
    let step = if empty || single { Value::none() } else { own.step.clone() };
    let key = thread.tuple([count, start, step])?;
    protocol::hash(thread, key.as_ref())
}

/// Return a reverse iterator.
#[native(signature = "($self, /)", name = "__reversed__")]
fn __reversed__(thread: &mut Thread, this: &Range) -> Outcome {
    let (count, step) = (count_of(this), number(&this.step));
    let start = at(this, &count.sub(&Int::Small(1)));
    let stop = number(&this.start).sub(&step);
    let backwards = make(thread, start, stop, step.neg())?;
    iterate(thread, range(backwards.as_ref()))
}

#[native(signature = "($self, /)", name = "__reduce__")]
fn __reduce__(thread: &mut Thread, this: &Range) -> Outcome {
    let arguments = thread.tuple([this.start.clone(), this.stop.clone(), this.step.clone()])?;
    thread.tuple([RANGE.as_ref().to_value(), arguments])
}

/// rangeobject.count(value) -> integer -- return number of occurrences of value
#[native(signature = "($self, object, /)")]
fn count(thread: &mut Thread, this: &Range, object: Ref<'_>) -> Outcome<u64> {
    if let Some(value) = to_int(object)
        && is_plain_int(object)
    {
        return Ok(u64::from(place_of(this, &value).is_some()));
    }
    let mut count = 0;
    protocol::for_each(thread, Ref::of(this), |thread, item| {
        count += u64::from(protocol::compare_bool(thread, item.as_ref(), object, CompareOp::Eq)?);
        Ok(())
    })?;
    Ok(count)
}

/// rangeobject.index(value) -> integer -- return index of value.
/// Raise ValueError if the value is not present.
#[native(signature = "($self, object, /)")]
fn index(thread: &mut Thread, this: &Range, object: Ref<'_>) -> Outcome {
    if let Some(value) = to_int(object)
        && is_plain_int(object)
    {
        return match place_of(this, &value) {
            Some(place) => thread.int_value(place),
            None => Err(thread.value_error("range.index(x): x not in range")),
        };
    }
    let iterator = iterate(thread, this)?;
    let mut place = 0;
    while let Some(item) = protocol::next(thread, iterator.as_ref())? {
        thread.poll()?;
        if protocol::compare_bool(thread, item.as_ref(), object, CompareOp::Eq)? {
            return thread.int(place);
        }
        place += 1;
    }
    Err(thread.value_error("sequence.index(x): x not in sequence"))
}
