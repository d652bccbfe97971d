//! `object`: the base of all classes.
//!
//! Answers for the second half of CPython's `Objects/typeobject.c`.
#![allow(unsafe_code)] // the object layout: see the module head and the notes at each block

mod methods;
mod reduce;

use taipan_layout::Header;

pub use methods::{key_list, merge_class};

use crate::native::{Args, Binding, GetSetDef, MethodDef, NativeCall, class_of};
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{
    CompareOp, Slots, Type, TypeDef, TypeFlags, generic_getattr, generic_setattr, instance_dict, object_init,
    object_new, set_instance_dict,
};
use crate::types::dict::Dict;
use crate::value::{Object, Outcome, Ref, Value};

/// An object that is nothing but a header.
#[repr(C)]
pub struct PlainObject {
    pub(crate) head: Header,
}

impl PlainObject {
    /// A plain object with this head.
    pub const fn new(head: Header) -> PlainObject {
        PlainObject { head }
    }
}

// SAFETY: `repr(C)`, the header first.
unsafe impl Object for PlainObject {
    const TYPE: &'static Type = &OBJECT;
}

/// The type `object`.
pub static OBJECT: Type = Type::raw(
    &TypeDef {
        doc: Some(
            "The base class of the class hierarchy.\n\nWhen called, it accepts no arguments and returns a new featureless\ninstance that has no instance attributes and cannot be given any.\n",
        ),
        signature: Some("()"),
        methods: &[methods::METHODS],
        getset: &[&[GetSetDef {
            name: "__class__",
            doc: Some("the object's class"),
            get: Some(|_, object| Ok(object.ty().as_ref().to_value())),
            set: Some(crate::types::type_::set_class),
        }]],
        ..TypeDef::new("object")
    },
    std::ptr::null(),
    &raw const crate::types::type_::TYPE,
    size_of::<PlainObject>(),
    TypeFlags::BASE,
    OBJECT_SLOTS,
);

const INIT_SUBCLASS: MethodDef = MethodDef {
    name: "__init_subclass__",
    doc: Some(
        "This method is called when a class is subclassed.\n\nThe default implementation does nothing. It may be\noverridden to extend subclasses.\n",
    ),
    signature: Some("($type, /)"),
    call: NativeCall::Many(|thread, class, args| {
        let name = class_of(class).name();
        if args.keyword_count() != 0 {
            let message = format!("{name}.__init_subclass__() takes no keyword arguments");
            return Err(thread.type_error(message));
        }
        if !args.is_empty() {
            let count = args.all().len();
            let message = format!("{name}.__init_subclass__() takes no arguments ({count} given)");
            return Err(thread.type_error(message));
        }
        Ok(Value::none())
    }),
    binding: Binding::Class,
};

const SUBCLASS_HOOK: MethodDef = MethodDef {
    name: "__subclasshook__",
    doc: Some(
        "Abstract classes can override this to customize issubclass().\n\nThis is invoked early on by abc.ABCMeta.__subclasscheck__().\nIt should return True, False or NotImplemented.  If it returns\nNotImplemented, the normal algorithm is used.  Otherwise, it\noverrides the normal algorithm (and the outcome is cached).\n",
    ),
    signature: Some("($type, object, /)"),
    call: NativeCall::Many(|thread, class, args| {
        if args.all().len() == 1 && args.keyword_count() == 0 {
            return Ok(Value::not_implemented());
        }
        let (name, count) = (class_of(class).name(), args.all().len());
        let message = format!("{name}.__subclasshook__() takes exactly one argument ({count} given)");
        Err(thread.type_error(message))
    }),
    binding: Binding::Class,
};

/// What every type can do.
pub const OBJECT_SLOTS: Slots = Slots {
    new: Some(object_new),
    init: Some(object_init),
    str: Some(protocol::repr),
    repr: Some(repr),
    hash: Some(|_, object| Ok(protocol::identity_hash(object))),
    compare: Some(compare),
    getattr: Some(generic_getattr),
    setattr: Some(generic_setattr),
    ..Slots::EMPTY
};

/// For slots of types whose values cannot be instantiated: `new` is missing.
pub const NO_NEW: Option<for<'a> fn(&mut Thread, &'a Type, Args<'a>) -> Outcome> = None;

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let name = object.ty().dotted_name(thread);
    let text = format!("<{name} object at {:#x}>", protocol::id(object));
    thread.str(&text)
}

fn compare(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>, op: CompareOp) -> Outcome {
    match op {
        CompareOp::Eq if left.is(right) => Ok(Value::bool(true)),
        CompareOp::Ne => {
            let Some(compare) = left.ty().slots().compare else { return Ok(Value::not_implemented()) };
            let equal = compare(thread, left, right, CompareOp::Eq)?;
            if equal.as_ref().is(Ref::not_implemented()) {
                return Ok(equal);
            }
            Ok(Value::bool(!protocol::is_true(thread, equal.as_ref())?))
        }
        _ => Ok(Value::not_implemented()),
    }
}

/// `__dict__` of instances.
pub static DICT_ATTRIBUTE: GetSetDef = GetSetDef {
    name: "__dict__",
    doc: Some("dictionary for instance variables"),
    get: Some(|thread, object| match instance_dict(thread, object)? {
        Some(dict) => Ok(dict),
        None => Err(thread.no_attribute(object, thread.names().__dict__.as_ref())),
    }),
    set: Some(|thread, object, value| {
        let fresh = match value {
            None if object.ty().is_heap() => Some(thread.dict()?),
            _ => None,
        };
        let Some(value) = value.or(fresh.as_ref().map(Value::as_ref)) else {
            return Err(thread.type_error("cannot delete __dict__"));
        };
        if value.downcast::<Dict>().is_none() {
            let ty = value.ty().name().into_owned();
            return Err(thread.type_error(format!("__dict__ must be set to a dictionary, not a '{ty}'")));
        }
        set_instance_dict(thread, object, value.to_value())
    }),
};

/// `__dict__`, for the attributes of a native type whose instances have one.
pub const DICT_GETSET: &[GetSetDef] =
    &[GetSetDef { name: DICT_ATTRIBUTE.name, doc: None, get: DICT_ATTRIBUTE.get, set: DICT_ATTRIBUTE.set }];

/// `__weakref__` of instances.
pub static WEAKREF_ATTRIBUTE: GetSetDef = GetSetDef {
    name: "__weakref__",
    doc: Some("list of weak references to the object"),
    get: Some(|thread, object| {
        Ok(crate::types::weakref::references(thread, object).into_iter().next().unwrap_or_else(Value::none))
    }),
    set: None,
};
