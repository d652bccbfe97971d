//! Whether memoryviews and other exporters hold equal items.

use taipan_num::packing::Layout;

use super::item::{equal, native_letter, unpack_struct};
use super::{MemoryView, bytes_at, for_each_offset};
use crate::native::{Buffer, BufferFlags, View};
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::CompareOp;
use crate::value::{Outcome, Ref, Value};

/// `==` and `!=`
pub(super) fn compare(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>, op: CompareOp) -> Outcome {
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::not_implemented());
    }
    let own = left.downcast::<MemoryView>().expect("the slot of memoryviews");
    let answer = |same: bool| Ok(Value::bool(same == (op == CompareOp::Eq)));
    if !own.is_accessible(thread) {
        return answer(left.is(right));
    }
    if right.downcast::<MemoryView>().is_some_and(|other| !other.is_accessible(thread)) {
        return answer(left.is(right));
    }
    if right.ty().slots().buffer.is_none() {
        return Ok(Value::not_implemented());
    }
    // Both buffers are held, so that comparing items, which may run Python, cannot release them.
    let Ok(other) = Buffer::of(thread, right, BufferFlags::FULL_RO) else {
        drop(thread.take_exception());
        return Ok(Value::not_implemented());
    };
    let held = Buffer::of(thread, left, BufferFlags::FULL_RO)?;
    let same = same_items(thread, &held.view, &other.view)?;
    answer(same)
}

fn same_shape(left: &View, right: &View) -> bool {
    if left.shape.len() != right.shape.len() {
        return false;
    }
    for (a, b) in left.shape.iter().zip(&right.shape) {
        if a != b {
            return false;
        }
        if *a == 0 {
            break;
        }
    }
    true
}

fn same_items(thread: &mut Thread, left: &View, right: &View) -> Outcome<bool> {
    if !same_shape(left, right) {
        return Ok(false);
    }
    let (letter, other) = (native_letter(&left.format), native_letter(&right.format));
    if let (Some(letter), true) = (letter, letter == other) {
        return Ok(same_letter(left, right, letter));
    }
    let parsed = (Layout::parse(left.format.as_bytes()), Layout::parse(right.format.as_bytes()));
    let (Ok(own), Ok(other)) = parsed else { return Ok(false) };
    let mut pairs = Vec::new();
    each_pair(left, right, &mut |a, b| {
        pairs.push((a.to_vec(), b.to_vec()));
        true
    });
    for (a, b) in pairs {
        let a = unpack_struct(thread, &a, &own)?;
        let b = unpack_struct(thread, &b, &other)?;
        let (a, b) = (single(thread, a)?, single(thread, b)?);
        if !protocol::compare_bool(thread, a.as_ref(), b.as_ref(), CompareOp::Eq)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn single(thread: &mut Thread, mut values: Vec<Value>) -> Outcome {
    if values.len() == 1 {
        return Ok(values.remove(0));
    }
    thread.tuple(values)
}

fn same_letter(left: &View, right: &View, letter: u8) -> bool {
    let exact = matches!(letter, b'f' | b'd' | b'e' | b'?');
    if !exact && left.is_c_contiguous() && right.is_c_contiguous() {
        // SAFETY: contiguous views reach exactly their lengths; the caller holds both buffers.
        return unsafe {
            std::slice::from_raw_parts(left.start, left.length)
                == std::slice::from_raw_parts(right.start, right.length)
        };
    }
    let mut same = true;
    each_pair(left, right, &mut |a, b| {
        same = equal(a, b, letter);
        same
    });
    same
}

/// Calls `each` with the bytes of items at the same indices, until it answers no.
fn each_pair(left: &View, right: &View, each: &mut dyn FnMut(&[u8], &[u8]) -> bool) {
    let mut others = Vec::new();
    for_each_offset(&right.shape, &right.strides, 0, &mut |offset| others.push(offset));
    let mut others = others.into_iter();
    let mut go_on = true;
    for_each_offset(&left.shape, &left.strides, 0, &mut |offset| {
        if let (true, Some(other)) = (go_on, others.next()) {
            // SAFETY: both offsets lead to items; the caller holds both buffers and no Python runs.
            go_on = unsafe { each(bytes_at(left, offset), bytes_at(right, other)) };
        }
    });
}
