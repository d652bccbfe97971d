//! The iterator of a range whose numbers do not all fit a word.

#![allow(unsafe_code)] // the object layout

use taipan_layout::Header;
use taipan_macros::native;
use taipan_num::Int;

use crate::inside::Inside;
use crate::native::MethodDef;
use crate::object;
use crate::thread::Thread;
use crate::typeobject::{Slots, Type, TypeDef, TypeFlags};
use crate::types::int::to_int;
use crate::value::{Outcome, Ref, Value};

use super::Range;

/// A `longrange_iterator`.
#[repr(C)]
pub struct LongRangeIterator {
    head: Header,
    /// The range, whose numbers never change.
    range: Value,
    /// How many numbers it has.
    length: Value,
    /// How many were produced.
    index: Inside<Option<Value>>,
}

object!(LongRangeIterator, LONG_RANGE_ITERATOR, holds: range, length, index);

/// The type `longrange_iterator`.
pub static LONG_RANGE_ITERATOR: Type = Type::new::<LongRangeIterator>(
    &TypeDef { methods: &[METHODS], ..TypeDef::new("longrange_iterator") },
    TypeFlags::CONTAINER,
    Slots {
        new: None,
        iter: Some(|_, object| Ok(object.to_value())),
        next: Some(next),
        ..Slots::holding::<LongRangeIterator>()
    },
);

const METHODS: &[MethodDef] = &[__LENGTH_HINT__, __REDUCE__, __SETSTATE__];

/// The iterator of a range that has `length` numbers.
pub(super) fn iterate(thread: &mut Thread, range: Value, length: Int) -> Outcome {
    let length = thread.int_value(length)?;
    let index = Inside::new(Some(Value::small_int(0)));
    thread.new_object(|head| LongRangeIterator { head, range, length, index })
}

fn own(object: Ref<'_>) -> &LongRangeIterator {
    object.downcast().expect("the slot of long range iterators")
}

fn number(value: &Value) -> Int {
    to_int(value.as_ref()).expect("parts of ranges are integers").into_owned()
}

fn index_of(thread: &Thread, this: &LongRangeIterator) -> Int {
    this.index.view(thread).as_ref().map_or(Int::Small(0), number)
}

fn next(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let this = own(object);
    let index = index_of(thread, this);
    if index >= number(&this.length) {
        return Ok(None);
    }
    let range = this.range.downcast::<Range>().expect("made of a range");
    let value = number(&range.start).add(&index.mul(&number(&range.step)));
    let value = thread.int_value(value)?;
    let following = thread.int_value(index.add(&Int::Small(1)))?;
    let old = this.index.change(thread).replace(following);
    drop(old);
    Ok(Some(value))
}

/// Private method returning an estimate of len(list(it)).
#[native(signature = "($self, /)")]
fn __length_hint__(thread: &mut Thread, this: &LongRangeIterator) -> Outcome {
    let left = number(&this.length).sub(&index_of(thread, this));
    thread.int_value(left)
}

/// Return state information for pickling.
#[native(signature = "($self, /)")]
fn __reduce__(thread: &mut Thread, this: &LongRangeIterator) -> Outcome {
    let name = thread.intern("iter")?;
    let builtins = thread.interp().builtins().to_value();
    let iter = crate::protocol::get_item(thread, builtins.as_ref(), name.as_ref())?;
    let arguments = thread.tuple([this.range.clone()])?;
    let index = index_of(thread, this);
    let index = thread.int_value(index)?;
    thread.tuple([iter, arguments, index])
}

/// Set state information for unpickling.
#[native(signature = "($self, object, /)")]
fn __setstate__(thread: &mut Thread, this: &LongRangeIterator, object: Ref<'_>) -> Outcome<()> {
    let Some(state) = to_int(object) else {
        let ty = object.ty().name().into_owned();
        return Err(thread.type_error(format!("state must be an int, not {ty}")));
    };
    let state = state.into_owned().max(Int::Small(0)).min(number(&this.length));
    let state = thread.int_value(state)?;
    let old = this.index.change(thread).replace(state);
    drop(old);
    Ok(())
}
