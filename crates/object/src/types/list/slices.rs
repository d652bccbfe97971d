//! Assigning to slices of lists, and deleting them.

use super::List;
use crate::protocol;
use crate::thread::Thread;
use crate::types::slice::{Indices, Slice, adjust};
use crate::value::{Outcome, Ref, Value};

/// `list[slice] = value`, or `del list[slice]` without a value.
pub(super) fn set_slice(
    thread: &mut Thread,
    own: &List,
    slice: &Slice,
    value: Option<Ref<'_>>,
) -> Outcome<()> {
    let parts = slice.unpack(thread)?;
    let Some(value) = value else {
        let indices = adjust(parts, own.len(thread));
        return delete(thread, own, indices);
    };
    if value.ty().slots().iter.is_none() && !protocol::is_sequence(value) {
        return Err(thread.type_error("must assign iterable to extended slice"));
    }
    let new = protocol::collect(thread, value)?;
    // The length is asked for now: making the new items may have changed the list.
    let indices = adjust(parts, own.len(thread));
    if indices.step == 1 {
        let (low, high) = (indices.start as usize, indices.stop.max(indices.start) as usize);
        return splice(thread, own, low, high, new);
    }
    if new.len() != indices.count {
        let (size, count) = (new.len(), indices.count);
        return Err(thread.value_error(format!(
            "attempt to assign sequence of size {size} to extended slice of size {count}"
        )));
    }
    let items = own.items.change(thread);
    let old: Vec<Value> = new
        .into_iter()
        .enumerate()
        .map(|(n, item)| items.replace((indices.start + n as isize * indices.step) as usize, item))
        .collect();
    drop(old);
    Ok(())
}

fn splice(thread: &mut Thread, own: &List, low: usize, high: usize, new: Vec<Value>) -> Outcome<()> {
    let heap = thread.heap();
    let old = own.items.change(thread).splice(heap, low, high, new);
    // From the last one on, as CPython does: finalisers show it.
    thread.or_no_memory(old)?.into_iter().rev().for_each(drop);
    Ok(())
}

fn delete(thread: &mut Thread, own: &List, indices: Indices) -> Outcome<()> {
    if indices.count == 0 {
        return Ok(());
    }
    let last = indices.start + (indices.count as isize - 1) * indices.step;
    let (low, high) = (indices.start.min(last) as usize, indices.start.max(last) as usize + 1);
    let step = indices.step.unsigned_abs();
    // What stays between the deleted items.
    let kept: Vec<Value> = own.view(thread)[low..high]
        .iter()
        .enumerate()
        .filter(|(n, _)| n % step != 0)
        .map(|(_, item)| item.to_value())
        .collect();
    splice(thread, own, low, high, kept)
}
