//! The iterator of arrays.

use std::cell::Cell;

use taipan_object::native::{Binding, MethodDef, NativeCall};
use taipan_object::protocol;
use taipan_object::typeobject::{Slots, Type, TypeDef, TypeFlags};
use taipan_object::{Header, Inside, Outcome, Ref, Thread, Value, object};

use super::object::Array;

/// An iterator over an array.
#[repr(C)]
pub struct ArrayIterator {
    head: Header,
    array: Inside<Option<Value>>,
    index: Cell<usize>,
}
object!(ArrayIterator, ARRAY_ITERATOR, holds: array);

static ARRAY_ITERATOR: Type = Type::new::<ArrayIterator>(
    &TypeDef { methods: &[METHODS], ..TypeDef::new("array.arrayiterator") },
    TypeFlags::CONTAINER.union(TypeFlags::NO_NEW),
    Slots {
        new: None,
        iter: Some(|_, object| Ok(object.to_value())),
        next: Some(|thread, object| {
            let own = iterator(object);
            let Some(array) = own.array.view(thread).clone() else { return Ok(None) };
            let item = array.downcast::<Array>().expect("made with one").get(thread, own.index.get())?;
            if item.is_none() {
                let done = own.array.change(thread).take();
                drop(done);
            }
            own.index.set(own.index.get() + 1);
            Ok(item)
        }),
        ..Slots::holding::<ArrayIterator>()
    },
);

const METHODS: &[MethodDef] = &[
    MethodDef {
        name: "__reduce__",
        doc: Some("Return state information for pickling."),
        signature: Some("($self, /)"),
        call: NativeCall::NoArgs(|thread, object| {
            let own = iterator(object);
            let iter = crate::library::builtin(thread, "iter")?;
            match own.array.view(thread).clone() {
                None => {
                    let empty = thread.tuple([])?;
                    let arguments = thread.tuple([empty])?;
                    thread.tuple([iter, arguments])
                }
                Some(array) => {
                    let arguments = thread.tuple([array])?;
                    let index = thread.int(own.index.get() as i128)?;
                    thread.tuple([iter, arguments, index])
                }
            }
        }),
        binding: Binding::Instance,
    },
    MethodDef {
        name: "__setstate__",
        doc: Some("Set state information for unpickling."),
        signature: Some("($self, state, /)"),
        call: NativeCall::One(|thread, object, state| {
            let own = iterator(object);
            let index = protocol::index_isize(thread, state)?.max(0) as usize;
            let length = own.array.view(thread).as_ref().and_then(|array| array.downcast::<Array>());
            let length = length.map_or(0, |array| array.len(thread));
            own.index.set(index.min(length));
            Ok(Value::none())
        }),
        binding: Binding::Instance,
    },
];

fn iterator<'a>(object: Ref<'a>) -> &'a ArrayIterator {
    object.downcast::<ArrayIterator>().expect("the slot of iterators of arrays")
}

/// `iter(array)`
pub(super) fn iterate(thread: &mut Thread, array: Ref<'_>) -> Outcome {
    let array = Inside::new(Some(array.to_value()));
    thread.new_object(|head| ArrayIterator { head, array, index: Cell::new(0) })
}
