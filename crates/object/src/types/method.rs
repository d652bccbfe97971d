//! `method`, `staticmethod` and `classmethod`.
//!
//! Answers for CPython's `Objects/classobject.c` and the end of `Objects/funcobject.c`.
#![allow(unsafe_code)] // traversal

use std::cell::Cell;

use taipan_layout::{Header, Word};

use crate::inside::Inside;
use crate::native::{Args, GetSetDef, MemberDef, MethodDef};
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{
    CompareOp, NO_ATTRIBUTES, Slots, Type, TypeDef, TypeFlags, Visitor, drop_object, generic_lookup,
};
use crate::types::dict::Dict;
use crate::types::object::{DICT_ATTRIBUTE, OBJECT_SLOTS};
use crate::value::{Object, Outcome, Ref, Value};

/// A function bound to its first argument. `repr(C)`: the interpreter loop reads it.
#[repr(C)]
pub struct BoundMethod {
    head: Header,
    /// `__func__`
    pub function: Value,
    /// `__self__`
    pub receiver: Value,
}

// SAFETY: `repr(C)`, the header first.
unsafe impl Object for BoundMethod {
    const TYPE: &'static Type = &METHOD;
}

/// The type `method`.
pub static METHOD: Type = Type::new::<BoundMethod>(
    &TypeDef {
        doc: Some("Create a bound instance method object."),
        members: &[
            MemberDef {
                name: "__func__",
                doc: Some("the function (or other callable) implementing a method"),
                get: |_, object| Ok(Some(method(object).function.clone())),
            },
            MemberDef {
                name: "__self__",
                doc: Some("the instance to which a method is bound"),
                get: |_, object| Ok(Some(method(object).receiver.clone())),
            },
        ],
        methods: &[&[METHOD_REDUCE]],
        getset: &[&[GetSetDef {
            name: "__doc__",
            doc: None,
            get: Some(|thread, object| {
                let name = thread.names().__doc__.clone();
                protocol::get_attribute(thread, method(object).function.as_ref(), name.as_ref())
            }),
            set: None,
        }]],
        ..TypeDef::new("method")
    },
    TypeFlags::CONTAINER.union(TypeFlags::WEAKREF),
    Slots {
        drop: drop_object::<BoundMethod>,
        traverse: traverse_method,
        new: Some(new_method),
        call: Some(call_bound),
        repr: Some(repr_method),
        compare: Some(|_, left, right, op| {
            let (Some(a), Some(b)) = (left.exact::<BoundMethod>(), right.exact::<BoundMethod>()) else {
                return Ok(Value::not_implemented());
            };
            let same =
                a.function.as_ref().is(b.function.as_ref()) && a.receiver.as_ref().is(b.receiver.as_ref());
            match op {
                CompareOp::Eq => Ok(Value::bool(same)),
                CompareOp::Ne => Ok(Value::bool(!same)),
                _ => Ok(Value::not_implemented()),
            }
        }),
        hash: Some(|thread, object| {
            let own = method(object);
            Ok(protocol::identity_hash(own.receiver.as_ref())
                ^ protocol::hash(thread, own.function.as_ref())?)
        }),
        getattr: Some(getattr_method),
        ..OBJECT_SLOTS
    },
);

const METHOD_REDUCE: MethodDef = MethodDef {
    name: "__reduce__",
    doc: None,
    signature: Some("($self, /)"),
    call: crate::native::NativeCall::NoArgs(|thread, object| {
        let own = method(object);
        let name = thread.names().__name__.as_ref();
        let name = protocol::get_attribute(thread, own.function.as_ref(), name)?;
        crate::types::builtin::reduce_attribute(thread, own.receiver.clone(), name)
    }),
    binding: crate::native::Binding::Instance,
};

fn method(object: Ref<'_>) -> &BoundMethod {
    object.downcast::<BoundMethod>().expect("an attribute of methods")
}

unsafe fn traverse_method(object: *const Header, visitor: &mut Visitor<'_>) {
    // SAFETY: the object is a live method.
    let own = unsafe { &*object.cast::<BoundMethod>() };
    visitor.visit(&own.function);
    visitor.visit(&own.receiver);
}

fn new_method<'a>(thread: &mut Thread, _: &'a Type, args: Args<'a>) -> Outcome {
    args.no_keywords(thread, "method")?;
    let &[function, receiver] = args.all() else {
        let count = args.all().len();
        return Err(thread.type_error(format!("method expected 2 arguments, got {count}")));
    };
    if function.ty().slots().call.is_none() {
        return Err(thread.type_error("first argument must be callable"));
    }
    if receiver.is_none() {
        return Err(thread.type_error("instance must not be None"));
    }
    bound_method(thread, function, receiver)
}

fn call_bound<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome {
    let own = method(object);
    let mut values = smallvec::SmallVec::<[Ref<'_>; 8]>::with_capacity(args.all().len() + 1);
    values.push(own.receiver.as_ref());
    values.extend_from_slice(args.all());
    protocol::call_args(thread, own.function.as_ref(), Args::with_names(&values, args.names()))
}

fn repr_method(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let own = method(object);
    let name = thread.names().__qualname__.clone();
    let name = match protocol::find_attribute(thread, own.function.as_ref(), name.as_ref())? {
        Some(name) => protocol::str_string(thread, name.as_ref())?,
        None => "?".to_owned(),
    };
    let receiver = protocol::repr_string(thread, own.receiver.as_ref())?;
    thread.str(&format!("<bound method {name} of {receiver}>"))
}

fn getattr_method(thread: &mut Thread, object: Ref<'_>, name: Ref<'_>) -> Outcome {
    let text = thread.text(name)?;
    if object.ty().lookup(thread, text).is_some() {
        return crate::typeobject::generic_getattr(thread, object, name);
    }
    match generic_lookup(thread, object, name)? {
        Some(value) => Ok(value),
        None => protocol::get_attribute(thread, method(object).function.as_ref(), name),
    }
}

/// A bound method.
pub fn bound_method(thread: &mut Thread, function: Ref<'_>, receiver: Ref<'_>) -> Outcome {
    let (function, receiver) = (function.to_value(), receiver.to_value());
    thread.new_object(|head| BoundMethod { head, function, receiver })
}

/// A `staticmethod` or `classmethod`.
#[repr(C)]
pub struct Wrapped {
    head: Header,
    attributes: Cell<Word>,
    callable: Inside<Option<Value>>,
}

// SAFETY: `repr(C)`, the header first.
unsafe impl Object for Wrapped {
    const TYPE: &'static Type = &STATIC_METHOD;
}

const WRAPPED_SLOTS: Slots = Slots {
    drop: drop_wrapped,
    traverse: traverse_wrapped,
    new: Some(new_wrapped),
    init: Some(init_wrapped),
    ..OBJECT_SLOTS
};

const WRAPPED_FLAGS: TypeFlags = TypeFlags::BASE.union(TypeFlags::CONTAINER).union(TypeFlags::HAS_DICT);

const WRAPPED_METHODS: &[MethodDef] = &[crate::types::genericalias::class_getitem(None)];

const WRAPPED_MEMBERS: &[MemberDef] = &[
    MemberDef { name: "__func__", doc: None, get: |thread, object| Ok(wrapped(thread, object)) },
    MemberDef { name: "__wrapped__", doc: None, get: |thread, object| Ok(wrapped(thread, object)) },
];

const WRAPPED_GETSET: &[GetSetDef] = &[
    GetSetDef {
        name: "__annotations__",
        doc: None,
        get: Some(|thread, object| copied(thread, object, "__annotations__")),
        set: Some(|thread, object, value| set_copied(thread, object, "__annotations__", value)),
    },
    GetSetDef {
        name: "__annotate__",
        doc: None,
        get: Some(|thread, object| copied(thread, object, "__annotate__")),
        set: Some(|thread, object, value| set_copied(thread, object, "__annotate__", value)),
    },
    GetSetDef {
        name: "__isabstractmethod__",
        doc: None,
        get: Some(|thread, object| {
            let Some(callable) = wrapped(thread, object) else { return Ok(Value::bool(false)) };
            let name = thread.names().__isabstractmethod__.clone();
            match protocol::find_attribute(thread, callable.as_ref(), name.as_ref())? {
                Some(value) => protocol::is_true(thread, value.as_ref()).map(Value::bool),
                None => Ok(Value::bool(false)),
            }
        }),
        set: None,
    },
    GetSetDef {
        name: DICT_ATTRIBUTE.name,
        doc: DICT_ATTRIBUTE.doc,
        get: DICT_ATTRIBUTE.get,
        set: DICT_ATTRIBUTE.set,
    },
];

/// An attribute of the callable, kept in the wrapper's own dictionary from then on.
fn copied(thread: &mut Thread, object: Ref<'_>, name: &str) -> Outcome {
    let key = thread.intern(name)?;
    let dict = crate::typeobject::instance_dict(thread, object)?;
    let dict = dict.as_ref().and_then(|dict| dict.downcast::<Dict>()).expect("wrappers have a dictionary");
    if let Some(own) = dict.get(thread, key.as_ref())? {
        return Ok(own);
    }
    let callable = wrapped(thread, object).unwrap_or_else(Value::none);
    let value = protocol::get_attribute(thread, callable.as_ref(), key.as_ref())?;
    dict.set(thread, key.as_ref(), value.clone())?;
    Ok(value)
}

fn set_copied(thread: &mut Thread, object: Ref<'_>, name: &str, value: Option<Ref<'_>>) -> Outcome<()> {
    let key = thread.intern(name)?;
    let dict = crate::typeobject::instance_dict(thread, object)?;
    let dict = dict.as_ref().and_then(|dict| dict.downcast::<Dict>()).expect("wrappers have a dictionary");
    match value {
        Some(value) => dict.set(thread, key.as_ref(), value.to_value()),
        None => {
            if dict.remove(thread, key.as_ref())?.is_none() {
                return Err(thread.attribute_error(object, key.as_ref(), name.to_owned()));
            }
            Ok(())
        }
    }
}

/// The type `staticmethod`.
pub static STATIC_METHOD: Type = Type::new::<Wrapped>(
    &TypeDef {
        doc: Some(include_str!("method_static.txt")),
        signature: Some("(function, /)"),
        members: WRAPPED_MEMBERS,
        methods: &[WRAPPED_METHODS],
        getset: &[WRAPPED_GETSET],
        ..TypeDef::new("staticmethod")
    },
    WRAPPED_FLAGS,
    Slots {
        descr_get: Some(|thread, object, _, _| bound_or_error(thread, object, "staticmethod")),
        call: Some(|thread, object, args| {
            let callable = bound_or_error(thread, object, "staticmethod")?;
            protocol::call_args(thread, callable.as_ref(), args)
        }),
        repr: Some(|thread, object| repr_wrapped(thread, object, "staticmethod")),
        ..WRAPPED_SLOTS
    },
)
.with_attributes(std::mem::offset_of!(Wrapped, attributes));

/// The type `classmethod`.
pub static CLASS_METHOD: Type = Type::new::<Wrapped>(
    &TypeDef {
        doc: Some(include_str!("method_class.txt")),
        signature: Some("(function, /)"),
        members: WRAPPED_MEMBERS,
        methods: &[WRAPPED_METHODS],
        getset: &[WRAPPED_GETSET],
        ..TypeDef::new("classmethod")
    },
    WRAPPED_FLAGS,
    Slots {
        descr_get: Some(|thread, object, instance, owner| {
            let callable = bound_or_error(thread, object, "classmethod")?;
            let owner = owner.or(instance.map(|instance| instance.ty().as_ref()));
            bound_method(thread, callable.as_ref(), owner.unwrap_or(Ref::none()))
        }),
        repr: Some(|thread, object| repr_wrapped(thread, object, "classmethod")),
        ..WRAPPED_SLOTS
    },
)
.with_attributes(std::mem::offset_of!(Wrapped, attributes));

fn wrapped_struct(object: Ref<'_>) -> &Wrapped {
    let header = object.header().expect("an object");
    debug_assert!(object.ty().has_layout_of(&STATIC_METHOD) || object.ty().has_layout_of(&CLASS_METHOD));
    // SAFETY: both types have this layout, and only their slots and attributes lead here.
    unsafe { &*std::ptr::from_ref(header).cast() }
}

fn wrapped(thread: &Thread, object: Ref<'_>) -> Option<Value> {
    wrapped_struct(object).callable.view(thread).clone()
}

fn bound_or_error(thread: &mut Thread, object: Ref<'_>, kind: &str) -> Outcome {
    match wrapped(thread, object) {
        Some(callable) => Ok(callable),
        None => Err(thread.runtime_error(format!("uninitialized {kind} object"))),
    }
}

fn repr_wrapped(thread: &mut Thread, object: Ref<'_>, kind: &str) -> Outcome {
    let callable = wrapped(thread, object).unwrap_or_else(Value::none);
    let text = protocol::repr_string(thread, callable.as_ref())?;
    thread.str(&format!("<{kind}({text})>"))
}

unsafe fn drop_wrapped(object: *mut Header) {
    // SAFETY: the object is dead; its counts are given up once.
    unsafe {
        let own = &mut *object.cast::<Wrapped>();
        drop(own.callable.get_mut().take());
        let attributes = own.attributes.get();
        if attributes.0 & 1 == 0 {
            crate::heap::release(attributes);
        }
    }
}

unsafe fn traverse_wrapped(object: *const Header, visitor: &mut Visitor<'_>) {
    // SAFETY: the object is live, not changed meanwhile.
    unsafe {
        let own = &*object.cast::<Wrapped>();
        visitor.option(&*own.callable.get());
        if own.attributes.get().0 & 1 == 0 {
            visitor.word(own.attributes.get());
        }
    }
}

fn new_wrapped<'a>(thread: &mut Thread, ty: &'a Type, _: Args<'a>) -> Outcome {
    crate::typeobject::allocate_instance(thread, ty, |head| Wrapped {
        head,
        attributes: Cell::new(NO_ATTRIBUTES),
        callable: Inside::new(None),
    })
}

fn init_wrapped<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    let name = if object.ty().has_layout_of(&CLASS_METHOD) { "classmethod" } else { "staticmethod" };
    args.no_keywords(thread, name)?;
    let &[callable] = args.all() else {
        let count = args.all().len();
        return Err(thread.type_error(format!("{name} expected 1 argument, got {count}")));
    };
    let old = wrapped_struct(object).callable.change(thread).replace(callable.to_value());
    drop(old);
    copy_names(thread, object, callable)
}

/// Copies what `functools.wraps` would copy.
fn copy_names(thread: &mut Thread, to: Ref<'_>, from: Ref<'_>) -> Outcome<()> {
    let names = thread.names();
    for name in [&names.__module__, &names.__name__, &names.__qualname__, &names.__doc__] {
        if let Some(value) = protocol::find_attribute(thread, from, name.as_ref())? {
            protocol::set_attribute(thread, to, name.as_ref(), Some(value.as_ref()))?;
        }
    }
    Ok(())
}

fn make(thread: &mut Thread, ty: &'static Type, callable: Value) -> Outcome {
    let object = new_wrapped(thread, ty, Args::NONE)?;
    init_wrapped(thread, object.as_ref(), Args::positional(&[callable.as_ref()]))?;
    Ok(object)
}

/// `staticmethod(callable)`
pub fn static_method(thread: &mut Thread, callable: Value) -> Outcome {
    make(thread, &STATIC_METHOD, callable)
}

/// `classmethod(callable)`
pub fn class_method(thread: &mut Thread, callable: Value) -> Outcome {
    make(thread, &CLASS_METHOD, callable)
}
