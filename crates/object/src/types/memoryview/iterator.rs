//! The iterator of one-dimensional memoryviews.

use std::cell::Cell;

use taipan_layout::Header;

use super::MemoryView;
use super::item::{letter, unpack};
use crate::inside::Inside;
use crate::object;
use crate::thread::Thread;
use crate::typeobject::{Slots, Type, TypeDef, TypeFlags};
use crate::value::{Outcome, Ref, Value};

#[repr(C)]
struct MemoryIterator {
    head: Header,
    index: Cell<usize>,
    letter: u8,
    /// None once exhausted.
    sequence: Inside<Option<Value>>,
}
object!(MemoryIterator, MEMORY_ITERATOR, holds: sequence);

static MEMORY_ITERATOR: Type = Type::new::<MemoryIterator>(
    &TypeDef::new("memory_iterator"),
    TypeFlags::CONTAINER.union(TypeFlags::NO_NEW),
    Slots {
        new: None,
        iter: Some(|_, object| Ok(object.to_value())),
        next: Some(next),
        ..Slots::holding::<MemoryIterator>()
    },
);

/// `iter(view)`
pub(super) fn iter(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let own = object.downcast::<MemoryView>().expect("the slot of memoryviews");
    own.check_released(thread)?;
    match own.view.shape.len() {
        0 => return Err(thread.type_error("invalid indexing of 0-dim memory")),
        1 => {}
        _ => {
            return Err(thread.not_implemented_error("multi-dimensional sub-views are not implemented"));
        }
    }
    let letter = letter(thread, &own.view)?;
    thread.new_object(|head| MemoryIterator {
        head,
        index: Cell::new(0),
        letter,
        sequence: Inside::new(Some(object.to_value())),
    })
}

fn next(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = object.downcast::<MemoryIterator>().expect("the slot of memory iterators");
    let Some(sequence) = own.sequence.view(thread).clone() else { return Ok(None) };
    let memory = sequence.downcast::<MemoryView>().expect("made with a memoryview");
    let index = own.index.get();
    if index >= memory.view.shape[0] {
        let done = own.sequence.change(thread).take();
        drop(done);
        return Ok(None);
    }
    memory.check_released(thread)?;
    own.index.set(index + 1);
    unpack(thread, memory, index as isize * memory.view.strides[0], own.letter).map(Some)
}
