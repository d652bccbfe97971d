//! `mappingproxy`: a mapping that cannot be changed through it.
//!
//! Answers for the proxy of CPython's `Objects/descrobject.c`.
#![allow(unsafe_code)] // `repr(C)`

use taipan_layout::Header;

use taipan_macros::native;

use super::Dict;
use crate::native::{Args, MethodDef, Parameters};
use crate::protocol::{self, BinaryOp};
use crate::thread::Thread;
use crate::typeobject::{Slots, Traverse, Type, TypeDef, TypeFlags, Visitor, drop_object, traverse_object};
use crate::types::list::List;
use crate::types::object::OBJECT_SLOTS;
use crate::types::tuple::Tuple;
use crate::value::{Object, Outcome, Ref, Value};

/// A proxy object.
#[repr(C)]
pub struct MappingProxy {
    head: Header,
    mapping: Value,
}

// SAFETY: `repr(C)`, the header first.
unsafe impl Object for MappingProxy {
    const TYPE: &'static Type = &MAPPING_PROXY;
}

impl Traverse for MappingProxy {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        visitor.visit(&self.mapping);
    }
}

/// The type `mappingproxy`.
pub static MAPPING_PROXY: Type = Type::new::<MappingProxy>(
    &TypeDef {
        doc: Some("Read-only proxy of a mapping."),
        signature: Some("(mapping)"),
        methods: &[METHODS, &[CLASS_GETITEM]],
        ..TypeDef::new("mappingproxy")
    },
    TypeFlags::CONTAINER.union(TypeFlags::MAPPING),
    Slots {
        drop: drop_object::<MappingProxy>,
        traverse: traverse_object::<MappingProxy>,
        new: Some(new),
        repr: Some(|thread, object| {
            let text = protocol::repr_string(thread, mapping(object))?;
            thread.str(&format!("mappingproxy({text})"))
        }),
        str: Some(|thread, object| protocol::str(thread, mapping(object))),
        hash: Some(|thread, object| protocol::hash(thread, mapping(object))),
        compare: Some(|thread, left, right, op| protocol::compare(thread, mapping(left), right, op)),
        iter: Some(|thread, object| protocol::iter(thread, mapping(object))),
        length: Some(|thread, object| protocol::length(thread, mapping(object))),
        subscript: Some(|thread, object, key| protocol::get_item(thread, mapping(object), key)),
        contains: Some(|thread, object, key| protocol::contains(thread, mapping(object), key)),
        or: Some(|thread, left, right| {
            let bare = |side: Ref<'_>| side.downcast::<MappingProxy>().map(|own| own.mapping.clone());
            let left = bare(left).unwrap_or_else(|| left.to_value());
            let right = bare(right).unwrap_or_else(|| right.to_value());
            protocol::binary(thread, left.as_ref(), right.as_ref(), BinaryOp::Or)
        }),
        inplace_or: Some(|thread, left, _| {
            let name = left.ty().name().into_owned();
            Err(thread.type_error(format!("'|=' is not supported by {name}; use '|' instead")))
        }),
        ..OBJECT_SLOTS
    },
);

const CLASS_GETITEM: MethodDef = crate::types::genericalias::class_getitem(Some(
    "mappingproxy objects are generic over two types, signifying (respectively) the types of their keys and values",
));

const METHODS: &[MethodDef] = &[GET, KEYS, VALUES, ITEMS, COPY, __REVERSED__];

/// Return the value for key if key is in the mapping, else default.
#[native(signature = "($self, key, default=None, /)")]
fn get(thread: &mut Thread, this: &MappingProxy, key: Ref<'_>, default: Option<Ref<'_>>) -> Outcome {
    let default = default.unwrap_or(Ref::none());
    protocol::call_method(thread, this.mapping.as_ref(), "get", &[key, default])
}

/// D.keys() -> a set-like object providing a view on D's keys
#[native(signature = "($self, /)")]
fn keys(thread: &mut Thread, this: &MappingProxy) -> Outcome {
    protocol::call_method(thread, this.mapping.as_ref(), "keys", &[])
}

/// D.values() -> an object providing a view on D's values
#[native(signature = "($self, /)")]
fn values(thread: &mut Thread, this: &MappingProxy) -> Outcome {
    protocol::call_method(thread, this.mapping.as_ref(), "values", &[])
}

/// D.items() -> a set-like object providing a view on D's items
#[native(signature = "($self, /)")]
fn items(thread: &mut Thread, this: &MappingProxy) -> Outcome {
    protocol::call_method(thread, this.mapping.as_ref(), "items", &[])
}

/// D.copy() -> a shallow copy of D
#[native(signature = "($self, /)")]
fn copy(thread: &mut Thread, this: &MappingProxy) -> Outcome {
    protocol::call_method(thread, this.mapping.as_ref(), "copy", &[])
}

/// D.__reversed__() -> reverse iterator
#[native(signature = "($self, /)", name = "__reversed__")]
fn __reversed__(thread: &mut Thread, this: &MappingProxy) -> Outcome {
    protocol::call_method(thread, this.mapping.as_ref(), "__reversed__", &[])
}

fn mapping<'a>(object: Ref<'a>) -> Ref<'a> {
    object.downcast::<MappingProxy>().expect("the slot of mapping proxies").mapping.as_ref()
}

/// Whether the object is a dictionary or an instance of a class derived from `dict`.
pub(super) fn is_dict(object: Ref<'_>) -> bool {
    object.downcast::<Dict>().is_some()
}

fn new<'a>(thread: &mut Thread, _: &'a Type, args: Args<'a>) -> Outcome {
    const PARAMETERS: Parameters = Parameters {
        function: "mappingproxy",
        names: &["mapping"],
        positional_only: 0,
        positional: 1,
        required: 1,
        required_keywords: 0,
    };
    let [mapping] = PARAMETERS.parse::<1>(thread, args)?;
    let mapping = mapping.expect("required");
    let sequence = mapping.downcast::<List>().is_some() || mapping.downcast::<Tuple>().is_some();
    if mapping.ty().slots().subscript.is_none() || sequence {
        let name = mapping.ty().name().into_owned();
        return Err(thread.type_error(format!("mappingproxy() argument must be a mapping, not {name}")));
    }
    proxy_of(thread, mapping.to_value())
}

/// A proxy of any mapping.
pub(super) fn proxy_of(thread: &mut Thread, mapping: Value) -> Outcome {
    thread.new_object(|head| MappingProxy { head, mapping })
}

/// A proxy of a class's dictionary.
pub fn mapping_proxy(thread: &mut Thread, class: &Type) -> Outcome {
    let mapping = Ref::of(class.dict(thread)).to_value();
    proxy_of(thread, mapping)
}
