//! The iterators and views of `OrderedDict`.
//!
//! A kind is 0 for keys, 1 for values, 2 for items.

use std::cell::Cell;

use taipan_object::native::{Binding, MethodDef, NativeCall};
use taipan_object::typeobject::{Slots, Type, TypeDef, TypeFlags, Visitor};
use taipan_object::types::dict::Dict;
use taipan_object::types::dict::view::{DICT_ITEMS, DICT_KEYS, DICT_VALUES, DictView, base_slots, set_slots};
use taipan_object::types::object::OBJECT_SLOTS;
use taipan_object::{Header, Inside, Outcome, Ref, Thread, Value, object, protocol};

use super::order::NIL;
use super::ordered_dict::{OrderedDict, ordered};

/// An iterator over an ordered dictionary.
#[repr(C)]
pub struct OrderedIterator {
    head: Header,
    /// The dictionary; none once exhausted.
    dict: Inside<Option<Value>>,
    /// The key to give next.
    current: Inside<Option<Value>>,
    kind: u8,
    reversed: bool,
    size: Cell<usize>,
    state: usize,
}
object!(OrderedIterator, ORDERED_ITERATOR, holds: dict, current);

static ORDERED_ITERATOR: Type = Type::new::<OrderedIterator>(
    &TypeDef { methods: &[&[REDUCE]], ..TypeDef::new("odict_iterator") },
    TypeFlags::CONTAINER.union(TypeFlags::NO_NEW),
    Slots {
        new: None,
        iter: Some(|_, object| Ok(object.to_value())),
        next: Some(next),
        ..Slots::holding::<OrderedIterator>()
    },
);

const REDUCE: MethodDef = MethodDef {
    name: "__reduce__",
    doc: Some("Return state information for pickling"),
    signature: None,
    call: NativeCall::NoArgs(|thread, object| {
        let own = iterator(object);
        let copy = thread.new_object(|head| OrderedIterator {
            head,
            dict: Inside::new(None),
            current: Inside::new(None),
            kind: own.kind,
            reversed: own.reversed,
            size: Cell::new(own.size.get()),
            state: own.state,
        })?;
        let (dict, current) = (own.dict.view(thread).clone(), own.current.view(thread).clone());
        let clone = iterator(copy.as_ref());
        *clone.dict.change(thread) = dict;
        *clone.current.change(thread) = current;
        let all = protocol::collect(thread, copy.as_ref())?;
        let list = thread.list(all)?;
        let arguments = thread.tuple([list])?;
        let name = thread.intern("iter")?;
        let builtins = thread.interp().builtins().to_value();
        let iter = match builtins.downcast::<Dict>() {
            Some(builtins) => builtins.get(thread, name.as_ref())?.unwrap_or_else(Value::none),
            None => Value::none(),
        };
        thread.tuple([iter, arguments])
    }),
    binding: Binding::Instance,
};

fn iterator<'a>(object: Ref<'a>) -> &'a OrderedIterator {
    object.downcast::<OrderedIterator>().expect("the slot of iterators of ordered dictionaries")
}

/// An iterator of a kind.
pub(super) fn iterate(thread: &mut Thread, object: Ref<'_>, kind: u8, reversed: bool) -> Outcome {
    let own = ordered(object);
    let order = own.order.view(thread);
    let node = order.end(reversed);
    let current = (node != NIL).then(|| order.key(node).0);
    let (size, state) = (own.base.len(thread), order.state());
    thread.new_object(|head| OrderedIterator {
        head,
        dict: Inside::new(Some(object.to_value())),
        current: Inside::new(current),
        kind,
        reversed,
        size: Cell::new(size),
        state,
    })
}

fn finish(thread: &mut Thread, own: &OrderedIterator) {
    let done = (own.dict.change(thread).take(), own.current.change(thread).take());
    drop(done);
}

fn next(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = iterator(object);
    let Some(held) = own.dict.view(thread).clone() else { return Ok(None) };
    let dict: &OrderedDict = ordered(held.as_ref());
    let Some(key) = own.current.view(thread).clone() else {
        finish(thread, own);
        return Ok(None);
    };
    if dict.order.view(thread).state() != own.state {
        finish(thread, own);
        return Err(thread.runtime_error("OrderedDict mutated during iteration"));
    }
    if dict.base.len(thread) != own.size.get() {
        own.size.set(usize::MAX);
        return Err(thread.runtime_error("OrderedDict changed size during iteration"));
    }
    // A key whose hash has changed is not found again.
    let hash = protocol::hash(thread, key.as_ref())?;
    let place = dict.base.find(thread, key.as_ref(), hash)?;
    let found = place.and_then(|place| {
        let table = dict.base.table.view(thread);
        dict.order.view(thread).find(table.key(place))
    });
    let node = match found {
        Some(node) if dict.order.view(thread).state() == own.state => node,
        _ => {
            drop(own.current.change(thread).take());
            return Err(thread.key_error(key.as_ref()));
        }
    };
    let after = dict.order.view(thread).step(node, own.reversed);
    let following = (after != NIL).then(|| dict.order.view(thread).key(after).0);
    let old = std::mem::replace(own.current.change(thread), following);
    drop(old);
    if own.kind == 0 {
        return Ok(Some(key));
    }
    let Some(index) = place else {
        finish(thread, own);
        return Err(thread.key_error(key.as_ref()));
    };
    let value = dict.base.table.view(thread).value(index).to_value();
    if own.kind == 1 {
        return Ok(Some(value));
    }
    thread.tuple([key, value]).map(Some)
}

macro_rules! views {
    ($($ty:ident $object:ident $kind:literal $base:ident $name:literal $slots:expr;)*) => {$(
        /// A view of an ordered dictionary.
        #[repr(C)]
        pub struct $object {
            head: DictView<$kind>,
        }
        object!($object, $ty);

        impl taipan_object::typeobject::Traverse for $object {
            fn traverse(&self, visitor: &mut Visitor<'_>) {
                visitor.visit(&self.head.dict);
            }
        }

        static $ty: Type = Type::derived::<$object>(
            &TypeDef { methods: &[&[MethodDef {
                name: "__reversed__",
                doc: None,
                signature: None,
                call: NativeCall::NoArgs(|thread, object| {
                    let dict = object.downcast::<$object>().expect("the method of views").head.dict.clone();
                    iterate(thread, dict.as_ref(), $kind, true)
                }),
                binding: Binding::Instance,
            }]], ..TypeDef::new($name) },
            &raw const $base,
            TypeFlags::CONTAINER,
            Slots {
                drop: Slots::holding::<$object>().drop,
                traverse: Slots::holding::<$object>().traverse,
                new: Some(|thread, _, args| {
                    args.no_keywords(thread, $name)?;
                    match args.all() {
                        [dict] if dict.downcast::<OrderedDict>().is_some() => view::<$kind>(thread, *dict),
                        _ => Err(thread.type_error(concat!("cannot create '", $name, "' instances"))),
                    }
                }),
                iter: Some(|thread, object| {
                    let dict = object.downcast::<$object>().expect("the slot of views").head.dict.clone();
                    iterate(thread, dict.as_ref(), $kind, false)
                }),
                ..$slots
            },
        );
    )*};
}

views! {
    ORDERED_KEYS OrderedKeys 0 DICT_KEYS "odict_keys" set_slots::<0>();
    ORDERED_VALUES OrderedValues 1 DICT_VALUES "odict_values" base_slots::<1>(OBJECT_SLOTS);
    ORDERED_ITEMS OrderedItems 2 DICT_ITEMS "odict_items" set_slots::<2>();
}

/// A view of a kind.
pub(super) fn view<const KIND: u8>(thread: &mut Thread, dict: Ref<'_>) -> Outcome {
    let dict = dict.to_value();
    match KIND {
        0 => thread.new_object(|head| OrderedKeys { head: DictView::new(head, dict) }),
        1 => thread.new_object(|head| OrderedValues { head: DictView::new(head, dict) }),
        _ => thread.new_object(|head| OrderedItems { head: DictView::new(head, dict) }),
    }
}
