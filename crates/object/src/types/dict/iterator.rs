//! The iterators of dictionaries and of their views.
//!
//! A kind is 0 for keys, 1 for values, 2 for items; 3 more for the reversed ones.
#![allow(unsafe_code)] // `repr(C)`

use std::cell::Cell;

use taipan_layout::Header;

use super::Dict;
use crate::inside::Inside;
use crate::native::{Binding, MethodDef, NativeCall};
use crate::thread::Thread;
use crate::typeobject::{Slots, Traverse, Type, TypeDef, TypeFlags, Visitor, drop_object, traverse_object};
use crate::types::object::OBJECT_SLOTS;
use crate::value::{Object, Outcome, Ref, Value};

#[repr(C)]
struct DictIterator<const KIND: u8> {
    head: Header,
    /// The dictionary; none once exhausted.
    dict: Inside<Option<Value>>,
    /// The place to look at next; one more than that for the reversed kinds.
    place: Cell<usize>,
    /// How many keys the dictionary had when the iteration began.
    size: Cell<usize>,
    left: Cell<usize>,
}

// SAFETY: `repr(C)`, the header first.
unsafe impl<const KIND: u8> Object for DictIterator<KIND> {
    const TYPE: &'static Type = match KIND {
        0 => &KEY_ITERATOR,
        1 => &VALUE_ITERATOR,
        2 => &ITEM_ITERATOR,
        3 => &REVERSE_KEY_ITERATOR,
        4 => &REVERSE_VALUE_ITERATOR,
        _ => &REVERSE_ITEM_ITERATOR,
    };
}

impl<const KIND: u8> Traverse for DictIterator<KIND> {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        if let Some(dict) = self.dict.traversed(visitor) {
            visitor.visit(dict);
        }
    }
}

macro_rules! iterator_types {
    ($($ty:ident $name:literal $kind:literal,)*) => {$(
        static $ty: Type = Type::new::<DictIterator<$kind>>(
            &TypeDef { methods: &[&methods::<$kind>()], ..TypeDef::new($name) },
            TypeFlags::CONTAINER.union(TypeFlags::NO_NEW),
            Slots {
                drop: drop_object::<DictIterator<$kind>>,
                traverse: traverse_object::<DictIterator<$kind>>,
                new: None,
                iter: Some(|_, object| Ok(object.to_value())),
                next: Some(next::<$kind>),
                ..OBJECT_SLOTS
            },
        );
    )*};
}

iterator_types! {
    KEY_ITERATOR "dict_keyiterator" 0,
    VALUE_ITERATOR "dict_valueiterator" 1,
    ITEM_ITERATOR "dict_itemiterator" 2,
    REVERSE_KEY_ITERATOR "dict_reversekeyiterator" 3,
    REVERSE_VALUE_ITERATOR "dict_reversevalueiterator" 4,
    REVERSE_ITEM_ITERATOR "dict_reverseitemiterator" 5,
}

const fn methods<const KIND: u8>() -> [MethodDef; 2] {
    [
        MethodDef {
            name: "__length_hint__",
            doc: Some("Private method returning an estimate of len(list(it))."),
            signature: Some("($self, /)"),
            call: NativeCall::NoArgs(|thread, object| {
                let own = iterator::<KIND>(object);
                let size = own.dict.view(thread).as_ref().map(|dict| dict_of(dict).len(thread));
                let left = if size == Some(own.size.get()) { own.left.get() } else { 0 };
                Ok(Value::small_int(left as i64))
            }),
            binding: Binding::Instance,
        },
        MethodDef {
            name: "__reduce__",
            doc: Some("Return state information for pickling."),
            signature: Some("($self, /)"),
            call: NativeCall::NoArgs(reduce::<KIND>),
            binding: Binding::Instance,
        },
    ]
}

fn iterator<'a, const KIND: u8>(object: Ref<'a>) -> &'a DictIterator<KIND> {
    object.downcast::<DictIterator<KIND>>().expect("the slot of iterators of dictionaries")
}

fn dict_of(dict: &Value) -> &Dict {
    dict.downcast::<Dict>().expect("made with a dictionary")
}

/// An iterator of a kind from the beginning.
pub(super) fn dict_iterator<const KIND: u8>(thread: &mut Thread, dict: Ref<'_>) -> Outcome {
    make::<KIND>(thread, dict, 0)
}

/// An iterator of a reversed kind.
pub(super) fn reversed_iterator<const KIND: u8>(thread: &mut Thread, dict: Ref<'_>) -> Outcome {
    let end = dict.downcast::<Dict>().map_or(0, |own| own.table.view(thread).entries().len());
    make::<KIND>(thread, dict, end)
}

fn make<const KIND: u8>(thread: &mut Thread, dict: Ref<'_>, place: usize) -> Outcome {
    let size = dict.downcast::<Dict>().expect("iterated").len(thread);
    thread.new_object(|head| DictIterator::<KIND> {
        head,
        dict: Inside::new(Some(dict.to_value())),
        place: Cell::new(place),
        size: Cell::new(size),
        left: Cell::new(size),
    })
}

fn next<const KIND: u8>(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = iterator::<KIND>(object);
    let Some(held) = own.dict.view(thread).clone() else { return Ok(None) };
    let dict = dict_of(&held);
    if dict.len(thread) != own.size.get() {
        own.size.set(usize::MAX); // It stays broken.
        return Err(thread.runtime_error("dictionary changed size during iteration"));
    }
    let table = dict.table.view(thread);
    let found =
        if KIND < 3 { table.next_index(own.place.get()) } else { table.previous_index(own.place.get()) };
    let Some(index) = found else {
        let done = own.dict.change(thread).take();
        drop(done);
        return Ok(None);
    };
    if KIND < 3 && own.left.get() == 0 {
        let done = own.dict.change(thread).take();
        drop(done);
        return Err(thread.runtime_error("dictionary keys changed during iteration"));
    }
    own.place.set(if KIND < 3 { index + 1 } else { index });
    own.left.set(own.left.get().saturating_sub(1));
    let (key, value) = (table.key(index), table.value(index));
    match KIND % 3 {
        0 => Ok(Some(key.to_value())),
        1 => Ok(Some(value.to_value())),
        _ => {
            let (key, value) = (key.to_value(), value.to_value());
            thread.tuple([key, value]).map(Some)
        }
    }
}

/// What is left, as a list to iterate over. The iterator itself does not move.
fn reduce<const KIND: u8>(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let own = iterator::<KIND>(object);
    let twin = thread.new_object(|head| DictIterator::<KIND> {
        head,
        dict: Inside::new(None),
        place: Cell::new(own.place.get()),
        size: Cell::new(own.size.get()),
        left: Cell::new(own.left.get()),
    })?;
    let held = own.dict.view(thread).clone();
    *iterator::<KIND>(twin.as_ref()).dict.change(thread) = held;
    let mut items = Vec::new();
    while let Some(item) = next::<KIND>(thread, twin.as_ref())? {
        items.push(item);
    }
    let list = thread.list(items)?;
    let arguments = thread.tuple([list])?;
    let name = thread.intern("iter")?;
    let builtins = thread.interp().builtins();
    let iter = protocol_get(thread, builtins, name.as_ref())?;
    thread.tuple([iter, arguments])
}

fn protocol_get(thread: &mut Thread, dict: Ref<'_>, name: Ref<'_>) -> Outcome {
    crate::protocol::get_item(thread, dict, name)
}
