//! `slice`.
//!
//! Answers for CPython's `Objects/sliceobject.c`.
#![allow(unsafe_code)] // traversal

use taipan_layout::Header;
use taipan_macros::native;
use taipan_num::Int;

use crate::native::MemberDef;
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{Slots, Type, TypeDef, TypeFlags, Visitor, drop_object};
use crate::types::int::to_int;
use crate::types::object::OBJECT_SLOTS;
use crate::value::{Object, Outcome, Ref, Value};

/// A slice object.
#[repr(C)]
pub struct Slice {
    head: Header,
    /// Start, stop and step.
    pub parts: [Value; 3],
}

// SAFETY: `repr(C)`, the header first.
unsafe impl Object for Slice {
    const TYPE: &'static Type = &SLICE;
}

/// The type `slice`.
pub static SLICE: Type = Type::new::<Slice>(
    &TypeDef {
        members: &[
            MemberDef { name: "start", doc: None, get: |_, object| Ok(Some(slice(object).parts[0].clone())) },
            MemberDef { name: "stop", doc: None, get: |_, object| Ok(Some(slice(object).parts[1].clone())) },
            MemberDef { name: "step", doc: None, get: |_, object| Ok(Some(slice(object).parts[2].clone())) },
        ],
        doc: Some(
            "slice(stop)\nslice(start, stop[, step])\n\nCreate a slice object.\n\nThis is used for extended slicing (e.g. a[0:10:2]).",
        ),
        methods: &[&[__REDUCE__, INDICES]],
        ..TypeDef::new("slice")
    },
    TypeFlags::CONTAINER,
    Slots {
        hash: Some(hash),
        compare: Some(|thread, left, right, op| {
            let (Some(a), Some(b)) = (left.downcast::<Slice>(), right.downcast::<Slice>()) else {
                return Ok(Value::not_implemented());
            };
            let a = thread.tuple(a.parts.clone())?;
            let b = thread.tuple(b.parts.clone())?;
            protocol::compare(thread, a.as_ref(), b.as_ref(), op)
        }),
        drop: drop_object::<Slice>,
        traverse: traverse_slice,
        new: Some(|thread, _, args| {
            args.no_keywords(thread, "slice")?;
            let none = Value::none;
            let parts = match args.all() {
                [stop] => [none(), stop.to_value(), none()],
                [start, stop] => [start.to_value(), stop.to_value(), none()],
                [start, stop, step] => [start.to_value(), stop.to_value(), step.to_value()],
                [] => return Err(thread.type_error("slice expected at least 1 argument, got 0")),
                more => {
                    let count = more.len();
                    return Err(thread.type_error(format!("slice expected at most 3 arguments, got {count}")));
                }
            };
            thread.slice(parts)
        }),
        repr: Some(|thread, object| {
            let own = slice(object);
            let mut texts = Vec::new();
            for part in &own.parts {
                texts.push(protocol::repr_string(thread, part.as_ref())?);
            }
            thread.str(&format!("slice({})", texts.join(", ")))
        }),
        ..OBJECT_SLOTS
    },
);

/// xxHash of the parts' hashes, as CPython computes it.
fn hash(thread: &mut Thread, object: Ref<'_>) -> Outcome<i64> {
    const P1: u64 = 11_400_714_785_074_694_791;
    const P2: u64 = 14_029_467_366_897_019_727;
    const P5: u64 = 2_870_177_450_012_600_261;
    let mut acc = P5;
    for part in &slice(object).parts {
        let lane = protocol::hash(thread, part.as_ref())? as u64;
        acc = acc.wrapping_add(lane.wrapping_mul(P2)).rotate_left(31).wrapping_mul(P1);
    }
    Ok(if acc == u64::MAX { 1_546_275_796 } else { acc as i64 })
}

/// Return state information for pickling.
#[native(signature = "($self, /)", name = "__reduce__")]
fn __reduce__(thread: &mut Thread, this: &Slice) -> Outcome {
    let arguments = thread.tuple(this.parts.clone())?;
    thread.tuple([SLICE.as_ref().to_value(), arguments])
}

/// A part as a number of any size; none for `None`. May run Python.
fn whole(thread: &mut Thread, part: Ref<'_>) -> Outcome<Option<Int>> {
    if part.is_none() {
        return Ok(None);
    }
    if part.ty().slots().index.is_none() {
        return Err(thread.type_error("slice indices must be integers or None or have an __index__ method"));
    }
    let index = protocol::index(thread, part)?;
    Ok(to_int(index.as_ref()).map(|index| index.into_owned()))
}

/// S.indices(len) -> (start, stop, stride)
///
/// Assuming a sequence of length len, calculate the start and stop
/// indices, and the stride length of the extended slice described by
/// S. Out of bounds indices are clipped in a manner consistent with the
/// handling of normal slices.
#[native(signature = "($self, object, /)")]
fn indices(thread: &mut Thread, this: &Slice, object: Ref<'_>) -> Outcome {
    let length = protocol::index(thread, object)?;
    let length = to_int(length.as_ref()).map_or(Int::from(0i64), |length| length.into_owned());
    if length.is_negative() {
        return Err(thread.value_error("length should not be negative"));
    }
    let (zero, one) = (Int::from(0i64), Int::from(1i64));
    let step = whole(thread, this.parts[2].as_ref())?.unwrap_or_else(|| one.clone());
    if step == zero {
        return Err(thread.value_error("slice step cannot be zero"));
    }
    // The least and the greatest that a bound can be.
    let (lower, upper) =
        if step.is_negative() { (one.neg(), length.sub(&one)) } else { (zero, length.clone()) };
    let clip = |bound: Int| {
        if bound.is_negative() { bound.add(&length).max(lower.clone()) } else { bound.min(upper.clone()) }
    };
    let (first, last) = if step.is_negative() { (&upper, &lower) } else { (&lower, &upper) };
    let start = whole(thread, this.parts[0].as_ref())?.map_or_else(|| first.clone(), clip);
    let stop = whole(thread, this.parts[1].as_ref())?.map_or_else(|| last.clone(), clip);
    let parts = [thread.int_value(start)?, thread.int_value(stop)?, thread.int_value(step)?];
    thread.tuple(parts)
}

fn slice(object: Ref<'_>) -> &Slice {
    object.downcast::<Slice>().expect("the slot of slices")
}

unsafe fn traverse_slice(object: *const Header, visitor: &mut Visitor<'_>) {
    // SAFETY: the object is a live slice.
    unsafe { (*object.cast::<Slice>()).parts.iter().for_each(|part| visitor.visit(part)) }
}

/// A slice applied to a length: the indices that it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Indices {
    /// The first index.
    pub start: isize,
    /// The index after the last, or before it when the step is negative.
    pub stop: isize,
    /// The distance.
    pub step: isize,
    /// How many indices there are.
    pub count: usize,
}

impl Slice {
    /// The parts as numbers, clamped: `PySlice_Unpack`. May run Python.
    pub fn unpack(&self, thread: &mut Thread) -> Outcome<(isize, isize, isize)> {
        let step =
            if self.parts[2].as_ref().is_none() { 1 } else { clamped(thread, self.parts[2].as_ref())? };
        if step == 0 {
            return Err(thread.value_error("slice step cannot be zero"));
        }
        let step = step.max(-isize::MAX);
        let (low, high) = if step < 0 { (isize::MAX, isize::MIN) } else { (0, isize::MAX) };
        let start =
            if self.parts[0].as_ref().is_none() { low } else { clamped(thread, self.parts[0].as_ref())? };
        let stop =
            if self.parts[1].as_ref().is_none() { high } else { clamped(thread, self.parts[1].as_ref())? };
        Ok((start, stop, step))
    }
}

/// Applies unpacked parts to a length: `PySlice_AdjustIndices`.
pub fn adjust((start, stop, step): (isize, isize, isize), length: usize) -> Indices {
    let length = length as isize;
    let clamp = |index: isize| {
        if index < 0 {
            let index = index.saturating_add(length);
            if index < 0 { if step < 0 { -1 } else { 0 } } else { index }
        } else if index >= length {
            if step < 0 { length - 1 } else { length }
        } else {
            index
        }
    };
    let (start, stop) = (clamp(start), clamp(stop));
    let count = if step < 0 {
        if stop < start { (start - stop - 1) / -step + 1 } else { 0 }
    } else if start < stop {
        (stop - start - 1) / step + 1
    } else {
        0
    };
    Indices { start, stop, step, count: count as usize }
}

/// An optional bound of a search, as a clamped number. May run Python.
pub fn bound(thread: &mut Thread, given: Option<Ref<'_>>, default: isize) -> Outcome<isize> {
    let Some(given) = given else { return Ok(default) };
    if !given.word().is_int() && given.ty().slots().index.is_none() {
        return Err(thread.type_error("slice indices must be integers or have an __index__ method"));
    }
    clamped(thread, given)
}

/// A bound of a slice or of a search, clamped: `_PyEval_SliceIndex`. May run Python.
pub(crate) fn clamped(thread: &mut Thread, part: Ref<'_>) -> Outcome<isize> {
    if part.word().is_int() {
        return Ok(part.word().int() as isize);
    }
    if part.ty().slots().index.is_none() {
        return Err(thread.type_error("slice indices must be integers or None or have an __index__ method"));
    }
    let value = protocol::index(thread, part)?;
    Ok(match crate::types::int::to_int(value.as_ref()).as_deref() {
        Some(taipan_num::Int::Small(small)) => *small as isize,
        Some(big) if big.is_negative() => isize::MIN,
        _ => isize::MAX,
    })
}

impl Thread {
    /// A new slice.
    pub fn slice(&mut self, parts: [Value; 3]) -> Outcome {
        self.new_object(|head| Slice { head, parts })
    }
}
