//! `range` and its iterator.
//!
//! Answers for CPython's `Objects/rangeobject.c`.

mod long;
mod sequence;

use std::cell::Cell;

use taipan_layout::{Header, Word};
use taipan_macros::native;

use crate::native::{Args, MemberDef, MethodDef};
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{Slots, Type, TypeDef, TypeFlags, drop_object};
use crate::types::object::OBJECT_SLOTS;
use crate::value::{Object, Outcome, Ref, Value};

/// A range object. The parts are integers of any size.
#[repr(C)]
pub struct Range {
    head: Header,
    /// `start`
    pub start: Value,
    /// `stop`
    pub stop: Value,
    /// `step`
    pub step: Value,
}

/// The iterator of a range whose numbers are all immediates. `repr(C)`: the loop reads it.
#[repr(C)]
pub struct RangeIterator {
    head: Header,
    /// The next number.
    pub next: Cell<i64>,
    /// How many are left.
    pub left: Cell<i64>,
    /// The step.
    pub step: i64,
}

// SAFETY: `repr(C)`, the header first.
#[allow(unsafe_code)]
unsafe impl Object for Range {
    const TYPE: &'static Type = &RANGE;
}

// SAFETY: `repr(C)`, the header first.
#[allow(unsafe_code)]
unsafe impl Object for RangeIterator {
    const TYPE: &'static Type = &RANGE_ITERATOR;
}

/// The type `range`.
pub static RANGE: Type = Type::new::<Range>(
    &TypeDef {
        doc: Some(
            "range(stop) -> range object\nrange(start, stop[, step]) -> range object\n\nReturn an object that produces a sequence of integers from start (inclusive)\nto stop (exclusive) by step.  range(i, j) produces i, i+1, i+2, ..., j-1.\nstart defaults to 0, and stop is omitted!  range(4) produces 0, 1, 2, 3.\nThese are exactly the valid indices for a list of 4 elements.\nWhen step is given, it specifies the increment (or decrement).",
        ),
        methods: &[sequence::METHODS],
        members: &[
            MemberDef { name: "start", doc: None, get: |_, object| Ok(Some(range(object).start.clone())) },
            MemberDef { name: "stop", doc: None, get: |_, object| Ok(Some(range(object).stop.clone())) },
            MemberDef { name: "step", doc: None, get: |_, object| Ok(Some(range(object).step.clone())) },
        ],
        ..TypeDef::new("range")
    },
    TypeFlags::SEQUENCE,
    Slots {
        drop: drop_object::<Range>,
        new: Some(new),
        iter: Some(iter),
        hash: Some(sequence::hash),
        compare: Some(sequence::compare),
        length: Some(sequence::length),
        subscript: Some(sequence::subscript),
        item: Some(|thread, object, index| {
            sequence::subscript(thread, object, Value::small_int(index as i64).as_ref())
        }),
        contains: Some(sequence::contains),
        bool: Some(|_, object| Ok(!sequence::count_of(range(object)).is_zero())),
        repr: Some(|thread, object| {
            let own = range(object);
            let start = protocol::repr_string(thread, own.start.as_ref())?;
            let stop = protocol::repr_string(thread, own.stop.as_ref())?;
            if own.step.word() == Word::from_small(1) {
                return thread.str(&format!("range({start}, {stop})"));
            }
            let step = protocol::repr_string(thread, own.step.as_ref())?;
            thread.str(&format!("range({start}, {stop}, {step})"))
        }),
        ..OBJECT_SLOTS
    },
);

/// The type `range_iterator`.
pub static RANGE_ITERATOR: Type = Type::new::<RangeIterator>(
    &TypeDef { methods: &[ITERATOR_METHODS], ..TypeDef::new("range_iterator") },
    TypeFlags::empty(),
    Slots {
        new: None,
        iter: Some(|_, object| Ok(object.to_value())),
        next: Some(|_, object| {
            let own = object.downcast::<RangeIterator>().expect("the slot of range iterators");
            if own.left.get() <= 0 {
                return Ok(None);
            }
            own.left.set(own.left.get() - 1);
            let value = own.next.get();
            own.next.set(value + own.step);
            Ok(Some(Value::small_int(value)))
        }),
        ..OBJECT_SLOTS
    },
);

const ITERATOR_METHODS: &[MethodDef] = &[__LENGTH_HINT__, __REDUCE__, __SETSTATE__];

/// Private method returning an estimate of len(list(it)).
#[native(signature = "($self, /)")]
fn __length_hint__(_: &mut Thread, this: &RangeIterator) -> i64 {
    this.left.get().max(0)
}

/// Return state information for pickling.
#[native(signature = "($self, /)")]
fn __reduce__(thread: &mut Thread, this: &RangeIterator) -> Outcome {
    let (next, step) = (i128::from(this.next.get()), i128::from(this.step));
    let stop = next + i128::from(this.left.get().max(0)) * step;
    let bounds = [thread.int(next)?, thread.int(stop)?, thread.int(step)?];
    let bounds = bounds.each_ref().map(Value::as_ref);
    let left = protocol::call(thread, RANGE.as_ref(), &bounds)?;
    let make = protocol::library_attribute(thread, "builtins", "iter")?;
    let arguments = thread.tuple([left])?;
    thread.tuple([make, arguments, Value::none()])
}

/// Set state information for unpickling.
#[native(signature = "($self, object, /)")]
fn __setstate__(thread: &mut Thread, this: &RangeIterator, object: Ref<'_>) -> Outcome<()> {
    if object.is_none() {
        return Ok(());
    }
    let given = protocol::index_i64(thread, object)?;
    let skip = given.clamp(0, this.left.get().max(0));
    this.left.set(this.left.get() - skip);
    this.next.set(this.next.get() + skip * this.step);
    Ok(())
}

fn range(object: Ref<'_>) -> &Range {
    object.downcast::<Range>().expect("the slot of ranges")
}

fn new<'a>(thread: &mut Thread, _: &'a Type, args: Args<'a>) -> Outcome {
    args.no_keywords(thread, "range")?;
    let (start, stop, step) = match args.all() {
        [stop] => (Value::small_int(0), protocol::index(thread, *stop)?, Value::small_int(1)),
        [start, stop] => {
            (protocol::index(thread, *start)?, protocol::index(thread, *stop)?, Value::small_int(1))
        }
        [start, stop, step] => (
            protocol::index(thread, *start)?,
            protocol::index(thread, *stop)?,
            protocol::index(thread, *step)?,
        ),
        [] => return Err(thread.type_error("range expected at least 1 argument, got 0")),
        more => {
            let count = more.len();
            return Err(thread.type_error(format!("range expected at most 3 arguments, got {count}")));
        }
    };
    if step.word() == Word::from_small(0) {
        return Err(thread.value_error("range() arg 3 must not be zero"));
    }
    thread.new_object(|head| Range { head, start, stop, step })
}

fn iter(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    iterate(thread, range(object))
}

/// The iterator of a range.
fn iterate(thread: &mut Thread, own: &Range) -> Outcome {
    let (start, stop, step) = (own.start.word(), own.stop.word(), own.step.word());
    if !(start.is_int() && stop.is_int() && step.is_int()) {
        let length = sequence::count_of(own);
        return long::iterate(thread, Ref::of(own).to_value(), length);
    }
    let (start, stop, step) = (start.int(), stop.int(), step.int());
    let left = match step {
        1.. if start < stop => (stop - start - 1) / step + 1,
        i64::MIN..=-1 if start > stop => (start - stop - 1) / -step + 1,
        _ => 0,
    };
    thread.new_object(|head| RangeIterator { head, next: Cell::new(start), left: Cell::new(left), step })
}
