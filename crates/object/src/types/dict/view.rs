//! The views of dictionaries: `dict_keys`, `dict_values`, `dict_items`.
//!
//! A kind is 0 for keys, 1 for values, 2 for items.
#![allow(unsafe_code)] // `repr(C)`

use taipan_layout::Header;

use super::Dict;
use super::iterator::{dict_iterator, reversed_iterator};
use super::proxy::proxy_of;
use crate::native::{Binding, GetSetDef, MethodDef, NativeCall};
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{
    CompareOp, Slots, Traverse, Type, TypeDef, TypeFlags, Visitor, drop_object, traverse_object,
};
use crate::types::object::OBJECT_SLOTS;
use crate::types::set::{Set, any_set};
use crate::types::tuple::Tuple;
use crate::value::{Object, Outcome, Ref, Value};

/// A view of a kind.
#[repr(C)]
pub struct DictView<const KIND: u8> {
    head: Header,
    /// The dictionary.
    pub dict: Value,
}

impl<const KIND: u8> DictView<KIND> {
    /// The view that begins an object of a derived type.
    pub fn new(head: Header, dict: Value) -> DictView<KIND> {
        DictView { head, dict }
    }
}

// SAFETY: `repr(C)`, the header first.
unsafe impl<const KIND: u8> Object for DictView<KIND> {
    const TYPE: &'static Type = match KIND {
        0 => &DICT_KEYS,
        1 => &DICT_VALUES,
        _ => &DICT_ITEMS,
    };
}

impl<const KIND: u8> Traverse for DictView<KIND> {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        visitor.visit(&self.dict);
    }
}

/// The slots of a view of values.
pub const fn base_slots<const KIND: u8>(reversed: Slots) -> Slots {
    Slots {
        drop: drop_object::<DictView<KIND>>,
        traverse: traverse_object::<DictView<KIND>>,
        new: None,
        repr: Some(repr::<KIND>),
        iter: Some(|thread, object| {
            let dict = view_of::<KIND>(object).dict.clone();
            dict_iterator::<KIND>(thread, dict.as_ref())
        }),
        length: Some(|thread, object| Ok(dict_of(&view_of::<KIND>(object).dict).len(thread))),
        ..reversed
    }
}

/// The slots of a view of keys or items.
pub const fn set_slots<const KIND: u8>() -> Slots {
    Slots {
        hash: Some(protocol::not_hashable),
        contains: Some(contains::<KIND>),
        compare: Some(compare),
        and: Some(intersection),
        or: Some(|thread, left, right| {
            let result = set_of(thread, left)?;
            as_set(&result).update(thread, right)?;
            Ok(result)
        }),
        xor: Some(|thread, left, right| {
            let result = set_of(thread, left)?;
            protocol::call_method(thread, result.as_ref(), "symmetric_difference_update", &[right])?;
            Ok(result)
        }),
        subtract: Some(|thread, left, right| {
            let result = set_of(thread, left)?;
            protocol::call_method(thread, result.as_ref(), "difference_update", &[right])?;
            Ok(result)
        }),
        ..base_slots::<KIND>(OBJECT_SLOTS)
    }
}

const MAPPING: &[GetSetDef] = &[GetSetDef {
    name: "mapping",
    doc: Some("dictionary that this view refers to"),
    get: Some(|thread, object| {
        let dict = view_dict(object).expect("the attribute of views").clone();
        proxy_of(thread, dict)
    }),
    set: None,
}];

const ISDISJOINT: MethodDef = MethodDef {
    name: "isdisjoint",
    doc: Some("Return True if the view and the given iterable have a null intersection."),
    signature: Some("($self, object, /)"),
    call: NativeCall::One(is_disjoint),
    binding: Binding::Instance,
};

macro_rules! reversed {
    ($what:literal $kind:literal) => {
        MethodDef {
            name: "__reversed__",
            doc: Some(concat!("Return a reverse iterator over the dict ", $what, ".")),
            signature: Some("($self, /)"),
            call: NativeCall::NoArgs(|thread, object| {
                let dict = view_dict(object).expect("the method of views").clone();
                reversed_iterator::<$kind>(thread, dict.as_ref())
            }),
            binding: Binding::Instance,
        }
    };
}

const FLAGS: TypeFlags = TypeFlags::CONTAINER.union(TypeFlags::NO_NEW);

/// The type `dict_keys`.
pub static DICT_KEYS: Type = Type::new::<DictView<0>>(
    &TypeDef {
        methods: &[&[ISDISJOINT, reversed!("keys" 3)]],
        getset: &[MAPPING],
        ..TypeDef::new("dict_keys")
    },
    FLAGS,
    set_slots::<0>(),
);

/// The type `dict_values`.
pub static DICT_VALUES: Type = Type::new::<DictView<1>>(
    &TypeDef { methods: &[&[reversed!("values" 4)]], getset: &[MAPPING], ..TypeDef::new("dict_values") },
    FLAGS,
    base_slots::<1>(OBJECT_SLOTS),
);

/// The type `dict_items`.
pub static DICT_ITEMS: Type = Type::new::<DictView<2>>(
    &TypeDef {
        methods: &[&[ISDISJOINT, reversed!("items" 5)]],
        getset: &[MAPPING],
        ..TypeDef::new("dict_items")
    },
    FLAGS,
    set_slots::<2>(),
);

/// A view of a kind.
pub(super) fn view<const KIND: u8>(thread: &mut Thread, dict: Ref<'_>) -> Outcome {
    thread.new_object(|head| DictView::<KIND> { head, dict: dict.to_value() })
}

fn view_of<'a, const KIND: u8>(object: Ref<'a>) -> &'a DictView<KIND> {
    object.downcast::<DictView<KIND>>().expect("the slot of views")
}

fn dict_of(dict: &Value) -> &Dict {
    dict.downcast::<Dict>().expect("made with a dictionary")
}

/// The dictionary behind a view of any kind.
fn view_dict<'a>(object: Ref<'a>) -> Option<&'a Value> {
    if let Some(values) = object.downcast::<DictView<1>>() {
        return Some(&values.dict);
    }
    set_view(object)
}

/// The dictionary behind a view that is like a set.
fn set_view<'a>(object: Ref<'a>) -> Option<&'a Value> {
    match object.downcast::<DictView<0>>() {
        Some(keys) => Some(&keys.dict),
        None => object.downcast::<DictView<2>>().map(|items| &items.dict),
    }
}

fn as_set(value: &Value) -> &Set {
    any_set(value.as_ref()).expect("just made")
}

fn set_of(thread: &mut Thread, elements: Ref<'_>) -> Outcome {
    let set = thread.set()?;
    as_set(&set).update(thread, elements)?;
    Ok(set)
}

fn repr<const KIND: u8>(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    if !thread.enter_repr(object) {
        return thread.str("...");
    }
    let text = protocol::collect(thread, object).and_then(|items| {
        let list = thread.list(items)?;
        protocol::repr_string(thread, list.as_ref())
    });
    thread.leave_repr(object);
    let (text, name) = (text?, object.ty().name().into_owned());
    thread.str(&format!("{name}({text})"))
}

fn contains<const KIND: u8>(thread: &mut Thread, object: Ref<'_>, item: Ref<'_>) -> Outcome<bool> {
    let dict = dict_of(&view_of::<KIND>(object).dict);
    if KIND == 0 {
        return Ok(dict.get(thread, item)?.is_some());
    }
    let Some([key, value]) = item.downcast::<Tuple>().map(Tuple::items) else { return Ok(false) };
    match dict.get(thread, *key)? {
        Some(found) => protocol::compare_bool(thread, found.as_ref(), *value, CompareOp::Eq),
        None => Ok(false),
    }
}

fn intersection(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>) -> Outcome {
    // A view on the right side was asked because the left one could not answer.
    let (mut own, mut other) = if set_view(left).is_some() { (left, right) } else { (right, left) };
    if set_view(other).is_some() && protocol::length(thread, other)? > protocol::length(thread, own)? {
        (own, other) = (other, own);
    }
    let result = thread.set()?;
    protocol::for_each(thread, other, |thread, item| {
        if protocol::contains(thread, own, item.as_ref())? {
            as_set(&result).add(thread, item.as_ref())?;
        }
        Ok(())
    })?;
    Ok(result)
}

fn all_contained(thread: &mut Thread, own: Ref<'_>, other: Ref<'_>) -> Outcome<bool> {
    let iterator = protocol::iter(thread, own)?;
    while let Some(item) = protocol::next(thread, iterator.as_ref())? {
        thread.poll()?;
        if !protocol::contains(thread, other, item.as_ref())? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn compare(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>, op: CompareOp) -> Outcome {
    if any_set(right).is_none() && set_view(right).is_none() {
        return Ok(Value::not_implemented());
    }
    let (a, b) = (protocol::length(thread, left)?, protocol::length(thread, right)?);
    let answer = match op {
        CompareOp::Eq => a == b && all_contained(thread, left, right)?,
        CompareOp::Ne => !(a == b && all_contained(thread, left, right)?),
        CompareOp::Lt => a < b && all_contained(thread, left, right)?,
        CompareOp::Le => a <= b && all_contained(thread, left, right)?,
        CompareOp::Gt => a > b && all_contained(thread, right, left)?,
        CompareOp::Ge => a >= b && all_contained(thread, right, left)?,
    };
    Ok(Value::bool(answer))
}

fn is_disjoint(thread: &mut Thread, object: Ref<'_>, other: Ref<'_>) -> Outcome {
    if object.is(other) {
        return Ok(Value::bool(protocol::length(thread, object)? == 0));
    }
    let (mut own, mut other) = (object, other);
    if (any_set(other).is_some() || set_view(other).is_some())
        && protocol::length(thread, other)? > protocol::length(thread, own)?
    {
        (own, other) = (other, own);
    }
    let iterator = protocol::iter(thread, other)?;
    while let Some(item) = protocol::next(thread, iterator.as_ref())? {
        thread.poll()?;
        if protocol::contains(thread, own, item.as_ref())? {
            return Ok(Value::bool(false));
        }
    }
    Ok(Value::bool(true))
}
