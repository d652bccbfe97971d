//! The iterators of lists, tuples and of anything with `__getitem__`.
//!
//! Answers for CPython's `Objects/iterobject.c` and the iterators of `listobject.c` and
//! `tupleobject.c`.
#![allow(unsafe_code)] // traversal

use std::cell::Cell;

use taipan_layout::Header;
use taipan_macros::native;

use crate::inside::Inside;
use crate::native::MethodDef;
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{Slots, Type, TypeDef, TypeFlags, Visitor, drop_object};
use crate::types::exception::{INDEX_ERROR, STOP_ITERATION};
use crate::types::list::List;
use crate::types::object::OBJECT_SLOTS;
use crate::types::tuple::Tuple;
use crate::value::{Object, Outcome, Ref, Value};

/// An iterator by index. `repr(C)`: the interpreter loop reads it.
#[repr(C)]
pub struct SequenceIterator {
    head: Header,
    /// The next index.
    pub index: Cell<usize>,
    /// The sequence; none once exhausted.
    pub sequence: Inside<Option<Value>>,
}

// SAFETY: `repr(C)`, the header first.
unsafe impl Object for SequenceIterator {
    const TYPE: &'static Type = &ITERATOR;
}

macro_rules! iterator_type {
    ($(#[$doc:meta])* $ty:ident $name:literal $next:expr) => {
        $(#[$doc])*
        pub static $ty: Type = Type::new::<SequenceIterator>(
            &TypeDef { methods: &[METHODS], ..TypeDef::new($name) },
            TypeFlags::CONTAINER,
            Slots {
                drop: drop_object::<SequenceIterator>,
                traverse: traverse_iterator,
                new: None,
                iter: Some(|_, object| Ok(object.to_value())),
                next: Some($next),
                ..OBJECT_SLOTS
            },
        );
    };
}

iterator_type!(
    /// The type `iterator`.
    ITERATOR "iterator" next_item);
iterator_type!(
    /// The type `list_iterator`.
    LIST_ITERATOR "list_iterator" next_of_list);
iterator_type!(
    /// The type `list_reverseiterator`; its index is one more than the next item's.
    LIST_REVERSE_ITERATOR "list_reverseiterator" next_of_reversed_list);
iterator_type!(
    /// The type `tuple_iterator`.
    TUPLE_ITERATOR "tuple_iterator" next_of_tuple);

unsafe fn traverse_iterator(object: *const Header, visitor: &mut Visitor<'_>) {
    // SAFETY: the object is a live iterator, not changed meanwhile.
    unsafe { visitor.option(&*(*object.cast::<SequenceIterator>()).sequence.get()) }
}

/// The struct behind an iterator of one of the three types.
fn iterator<'a>(object: Ref<'a>) -> &'a SequenceIterator {
    let header = object.header().expect("an object");
    // SAFETY: the three types have this layout, and only their slots lead here.
    unsafe { &*std::ptr::from_ref(header).cast() }
}

const METHODS: &[MethodDef] = &[__LENGTH_HINT__, __REDUCE__, __SETSTATE__];

/// How many items the sequence has now.
fn length(thread: &mut Thread, sequence: Ref<'_>) -> Outcome<usize> {
    if let Some(list) = sequence.downcast::<List>() {
        return Ok(list.len(thread));
    }
    if let Some(tuple) = sequence.downcast::<Tuple>() {
        return Ok(tuple.len());
    }
    protocol::length(thread, sequence)
}

/// Private method returning an estimate of len(list(it)).
#[native(signature = "($self, /)")]
fn __length_hint__(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    let own = iterator(this);
    let Some(sequence) = own.sequence.view(thread).clone() else { return Ok(Value::small_int(0)) };
    if this.ty().is(&LIST_REVERSE_ITERATOR) {
        let left = own.index.get();
        let fits = left <= length(thread, sequence.as_ref())?;
        return thread.int(if fits { left as i128 } else { 0 });
    }
    if sequence.as_ref().ty().slots().length.is_none() {
        return Ok(Value::not_implemented());
    }
    let left = length(thread, sequence.as_ref())?.saturating_sub(own.index.get());
    thread.int(left as i128)
}

/// Return state information for pickling.
#[native(signature = "($self, /)")]
fn __reduce__(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    let own = iterator(this);
    let reversed = this.ty().is(&LIST_REVERSE_ITERATOR);
    let Some(sequence) = own.sequence.view(thread).clone() else {
        let of_lists = reversed || this.ty().is(&LIST_ITERATOR);
        let empty = if of_lists { thread.list(Vec::new())? } else { thread.tuple([])? };
        let arguments = thread.tuple([empty])?;
        let make = protocol::library_attribute(thread, "builtins", "iter")?;
        return thread.tuple([make, arguments]);
    };
    let make = protocol::library_attribute(thread, "builtins", if reversed { "reversed" } else { "iter" })?;
    let arguments = thread.tuple([sequence])?;
    // The next item's index; a reversed iterator counts from one more.
    let index = thread.int(own.index.get() as i128 - i128::from(reversed))?;
    thread.tuple([make, arguments, index])
}

/// Set state information for unpickling.
#[native(signature = "($self, object, /)")]
fn __setstate__(thread: &mut Thread, this: Ref<'_>, object: Ref<'_>) -> Outcome<()> {
    let index = protocol::index_isize(thread, object)?;
    let own = iterator(this);
    let Some(sequence) = own.sequence.view(thread).clone() else { return Ok(()) };
    let index = if this.ty().is(&LIST_REVERSE_ITERATOR) {
        let length = length(thread, sequence.as_ref())?;
        (index.max(-1) + 1).min(length as isize)
    } else if this.ty().is(&ITERATOR) {
        index.max(0)
    } else {
        let length = length(thread, sequence.as_ref())?;
        index.max(0).min(length as isize)
    };
    own.index.set(index as usize);
    Ok(())
}

fn next_of_list(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = iterator(object);
    let Some(sequence) = own.sequence.view(thread) else { return Ok(None) };
    let list = sequence.downcast::<List>().expect("made with a list");
    match list.get(thread, own.index.get()) {
        Some(item) => {
            own.index.set(own.index.get() + 1);
            Ok(Some(item))
        }
        None => {
            let done = own.sequence.change(thread).take();
            drop(done);
            Ok(None)
        }
    }
}

fn next_of_reversed_list(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = iterator(object);
    let Some(sequence) = own.sequence.view(thread) else { return Ok(None) };
    let list = sequence.downcast::<List>().expect("made with a list");
    let index = own.index.get().wrapping_sub(1);
    match list.get(thread, index) {
        Some(item) => {
            own.index.set(index);
            Ok(Some(item))
        }
        None => {
            let done = own.sequence.change(thread).take();
            drop(done);
            Ok(None)
        }
    }
}

fn next_of_tuple(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = iterator(object);
    let Some(sequence) = own.sequence.view(thread) else { return Ok(None) };
    let tuple = sequence.downcast::<Tuple>().expect("made with a tuple");
    match tuple.items().get(own.index.get()) {
        Some(item) => {
            own.index.set(own.index.get() + 1);
            Ok(Some(item.to_value()))
        }
        None => {
            let done = own.sequence.change(thread).take();
            drop(done);
            Ok(None)
        }
    }
}

fn next_item(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = iterator(object);
    let Some(sequence) = own.sequence.view(thread).clone() else { return Ok(None) };
    let index = own.index.get();
    let slots = sequence.as_ref().ty().slots();
    let result = match (slots.item, slots.subscript) {
        (Some(item), _) => item(thread, sequence.as_ref(), index as isize),
        (None, Some(subscript)) => {
            let key = thread.int(index as i128)?;
            subscript(thread, sequence.as_ref(), key.as_ref())
        }
        _ => return Err(thread.type_error("object is not a sequence")),
    };
    match result {
        Ok(value) => {
            own.index.set(index + 1);
            Ok(Some(value))
        }
        Err(raised) => {
            if !thread.exception_is(&INDEX_ERROR) && !thread.exception_is(&STOP_ITERATION) {
                return Err(raised);
            }
            drop(thread.take_exception());
            let done = own.sequence.change(thread).take();
            drop(done);
            Ok(None)
        }
    }
}

fn make(thread: &mut Thread, ty: &'static Type, sequence: Ref<'_>) -> Outcome {
    let sequence = Inside::new(Some(sequence.to_value()));
    let Some(memory) = thread.heap().allocate(size_of::<SequenceIterator>(), ty.kind()) else {
        return Err(thread.no_memory());
    };
    // SAFETY: fresh memory of the right size; the count goes to the value.
    unsafe {
        memory.cast::<SequenceIterator>().write(SequenceIterator {
            head: Header::new(std::ptr::from_ref(ty).cast()),
            index: Cell::new(0),
            sequence,
        });
        Ok(Value::from_word(taipan_layout::Word::counted(memory.cast())))
    }
}

/// `iter` of anything that can be indexed.
pub fn sequence_iterator(thread: &mut Thread, sequence: Ref<'_>) -> Outcome {
    make(thread, &ITERATOR, sequence)
}

/// `iter(list)`
pub fn list_iterator(thread: &mut Thread, list: Ref<'_>) -> Outcome {
    make(thread, &LIST_ITERATOR, list)
}

/// `reversed(list)`
pub fn list_reverse_iterator(thread: &mut Thread, list: Ref<'_>) -> Outcome {
    let length = list.downcast::<List>().map_or(0, |own| own.len(thread));
    let made = make(thread, &LIST_REVERSE_ITERATOR, list)?;
    iterator(made.as_ref()).index.set(length);
    Ok(made)
}

/// `iter(tuple)`
pub fn tuple_iterator(thread: &mut Thread, tuple: Ref<'_>) -> Outcome {
    make(thread, &TUPLE_ITERATOR, tuple)
}

/// Whether both are equal, element by element.
pub fn equal_elements(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>) -> Outcome<bool> {
    protocol::compare_bool(thread, left, right, crate::typeobject::CompareOp::Eq)
}
