//! The iterator of sets.

use std::cell::Cell;

use taipan_layout::Header;

use super::any_set;
use crate::inside::Inside;
use crate::native::{Binding, MethodDef, NativeCall};
use crate::thread::Thread;
use crate::typeobject::{Slots, Type, TypeDef, TypeFlags, Visitor, drop_object};
use crate::types::object::OBJECT_SLOTS;
use crate::value::{Object, Outcome, Ref, Value};

#[repr(C)]
struct SetIterator {
    head: Header,
    /// The set; none once exhausted.
    set: Inside<Option<Value>>,
    place: Cell<usize>,
    /// How many elements the set had when the iteration began.
    size: Cell<usize>,
    left: Cell<usize>,
}

// SAFETY: `repr(C)`, the header first.
unsafe impl Object for SetIterator {
    const TYPE: &'static Type = &SET_ITERATOR;
}

/// The type `set_iterator`.
static SET_ITERATOR: Type = Type::new::<SetIterator>(
    &TypeDef { methods: &[METHODS], ..TypeDef::new("set_iterator") },
    TypeFlags::CONTAINER.union(TypeFlags::NO_NEW),
    Slots {
        drop: drop_object::<SetIterator>,
        traverse: traverse_iterator,
        new: None,
        iter: Some(|_, object| Ok(object.to_value())),
        next: Some(next),
        ..OBJECT_SLOTS
    },
);

const METHODS: &[MethodDef] = &[MethodDef {
    name: "__length_hint__",
    doc: Some("Private method returning an estimate of len(list(it))."),
    signature: None,
    call: NativeCall::NoArgs(|thread, object| {
        let own = iterator(object);
        let set = own.set.view(thread).as_ref().and_then(|set| any_set(set.as_ref()));
        let left = if set.is_some_and(|set| set.len(thread) == own.size.get()) { own.left.get() } else { 0 };
        Ok(Value::small_int(left as i64))
    }),
    binding: Binding::Instance,
}];

unsafe fn traverse_iterator(object: *const Header, visitor: &mut Visitor<'_>) {
    // SAFETY: the object is a live iterator, not changed meanwhile.
    unsafe { visitor.option(&*(*object.cast::<SetIterator>()).set.get()) }
}

fn iterator<'a>(object: Ref<'a>) -> &'a SetIterator {
    object.downcast::<SetIterator>().expect("the slot of set iterators")
}

/// `iter(set)`
pub(super) fn set_iterator(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let size = any_set(object).expect("the slot of sets").len(thread);
    thread.new_object(|head| SetIterator {
        head,
        set: Inside::new(Some(object.to_value())),
        place: Cell::new(0),
        size: Cell::new(size),
        left: Cell::new(size),
    })
}

fn next(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = iterator(object);
    let Some(set) = own.set.view(thread).clone() else { return Ok(None) };
    let elements = any_set(set.as_ref()).expect("made with a set");
    if elements.len(thread) != own.size.get() {
        own.size.set(usize::MAX); // It stays broken.
        return Err(thread.runtime_error("Set changed size during iteration"));
    }
    match elements.next(thread, own.place.get()) {
        Some((after, key, _)) => {
            own.place.set(after);
            own.left.set(own.left.get().saturating_sub(1));
            Ok(Some(key))
        }
        None => {
            let done = own.set.change(thread).take();
            drop(done);
            Ok(None)
        }
    }
}
