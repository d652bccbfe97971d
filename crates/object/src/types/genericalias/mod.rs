//! `types.GenericAlias`: `list[int]`, and the iterator that makes `*list[int]`.
//!
//! Not here: what the parameters of an alias are and how they are replaced (`parameters`).
//!
//! Answers for CPython's `Objects/genericaliasobject.c`.
#![allow(unsafe_code)] // the object layout, which `object!` checks

mod parameters;

use std::cell::Cell;

use taipan_layout::Header;
use taipan_macros::native;

pub use parameters::{make_parameters, substitute};

use crate::inside::Inside;
use crate::native::{Args, Binding, GetSetDef, MemberDef, MethodDef, NativeCall};
use crate::object;
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{CompareOp, Slots, Type, TypeDef, TypeFlags, allocate_instance, generic_getattr};
use crate::types::dict::Dict;
use crate::types::exception::{ATTRIBUTE_ERROR, TYPE_ERROR};
use crate::types::list::List;
use crate::types::singleton::NONE_TYPE;
use crate::types::str::Str;
use crate::types::tuple::{TUPLE, Tuple};
use crate::types::union;
use crate::value::{Outcome, Ref, Value};

/// A parameterised type.
#[repr(C)]
pub struct GenericAlias {
    head: Header,
    origin: Value,
    args: Value,
    parameters: Inside<Option<Value>>,
    /// Whether it stands for `*origin[args]`.
    starred: Cell<bool>,
}

object!(GenericAlias, GENERIC_ALIAS, holds: origin, args, parameters);

/// The type `types.GenericAlias`.
pub static GENERIC_ALIAS: Type = Type::new::<GenericAlias>(
    &TypeDef {
        doc: Some(
            "Represent a PEP 585 generic type\n\nFor example, for t = list[int], t.__origin__ is list and t.__args__\nis (int,).",
        ),
        signature: Some("(origin, args, /)"),
        methods: &[METHODS],
        members: MEMBERS,
        getset: &[GETSET],
        ..TypeDef::new("types.GenericAlias")
    },
    TypeFlags::BASE.union(TypeFlags::CONTAINER).union(TypeFlags::WEAKREF),
    Slots {
        new: Some(new),
        call: Some(call),
        repr: Some(repr),
        hash: Some(|thread, object| {
            let own = alias(object);
            Ok(protocol::hash(thread, own.origin.as_ref())? ^ protocol::hash(thread, own.args.as_ref())?)
        }),
        compare: Some(compare),
        getattr: Some(getattr),
        iter: Some(|thread, object| {
            let alias = object.to_value();
            thread.new_object(|head| AliasIterator { head, alias: Inside::new(Some(alias)) })
        }),
        subscript: Some(subscript),
        or: Some(union::or),
        ..Slots::holding::<GenericAlias>()
    },
);

fn alias<'a>(object: Ref<'a>) -> &'a GenericAlias {
    object.downcast::<GenericAlias>().expect("the slot of generic aliases")
}

/// What is not looked up in the origin.
const OWN_ATTRIBUTES: &[&str] = &[
    "__class__",
    "__origin__",
    "__args__",
    "__unpacked__",
    "__parameters__",
    "__typing_unpacked_tuple_args__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
];

/// What an alias does not have although its origin does.
const BLOCKED_ATTRIBUTES: &[&str] = &["__bases__", "__copy__", "__deepcopy__"];

fn getattr(thread: &mut Thread, object: Ref<'_>, name: Ref<'_>) -> Outcome {
    let own = alias(object);
    if let Some(text) = name.downcast::<Str>() {
        let is = |names: &[&str]| names.iter().any(|own| text.is(own));
        if !is(OWN_ATTRIBUTES) && !is(BLOCKED_ATTRIBUTES) {
            return protocol::get_attribute(thread, own.origin.as_ref(), name);
        }
    }
    generic_getattr(thread, object, name)
}

fn compare(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>, op: CompareOp) -> Outcome {
    let (Some(a), Some(b)) = (left.downcast::<GenericAlias>(), right.downcast::<GenericAlias>()) else {
        return Ok(Value::not_implemented());
    };
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::not_implemented());
    }
    let equal = a.starred.get() == b.starred.get()
        && protocol::compare_bool(thread, a.origin.as_ref(), b.origin.as_ref(), CompareOp::Eq)?
        && protocol::compare_bool(thread, a.args.as_ref(), b.args.as_ref(), CompareOp::Eq)?;
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}

fn new<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    args.no_keywords(thread, "GenericAlias")?;
    let &[origin, args] = args.all() else {
        let count = args.all().len();
        return Err(thread.type_error(format!("GenericAlias expected 2 arguments, got {count}")));
    };
    make(thread, ty, origin, args, false)
}

fn make(thread: &mut Thread, ty: &Type, origin: Ref<'_>, args: Ref<'_>, starred: bool) -> Outcome {
    let args = match args.downcast::<Tuple>() {
        Some(_) => args.to_value(),
        None => thread.tuple_from_refs(&[args])?,
    };
    let origin = origin.to_value();
    allocate_instance(thread, ty, |head| GenericAlias {
        head,
        origin,
        args,
        parameters: Inside::new(None),
        starred: Cell::new(starred),
    })
}

/// `origin[args]`: `args` is a tuple or the only argument.
pub fn generic_alias(thread: &mut Thread, origin: Ref<'_>, args: Ref<'_>) -> Outcome {
    make(thread, &GENERIC_ALIAS, origin, args, false)
}

/// `__class_getitem__` of a builtin type that is generic at most in annotations; `doc` is its docstring.
pub const fn class_getitem(doc: Option<&'static str>) -> MethodDef {
    MethodDef {
        name: "__class_getitem__",
        doc,
        signature: Some("($type, object, /)"),
        call: NativeCall::One(generic_alias),
        binding: Binding::Class,
    }
}

fn call<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome {
    let made = protocol::call_args(thread, alias(object).origin.as_ref(), args)?;
    let name = thread.names().__orig_class__.as_ref();
    if let Err(raised) = protocol::set_attribute(thread, made.as_ref(), name, Some(object)) {
        if !thread.exception_is(&ATTRIBUTE_ERROR) && !thread.exception_is(&TYPE_ERROR) {
            return Err(raised);
        }
        drop(thread.take_exception());
    }
    Ok(made)
}

fn subscript(thread: &mut Thread, object: Ref<'_>, item: Ref<'_>) -> Outcome {
    let own = alias(object);
    let parameters = own.parameters(thread)?;
    let args = substitute(thread, object, own.args.as_ref(), parameters.as_ref(), item)?;
    make(thread, &GENERIC_ALIAS, own.origin.as_ref(), args.as_ref(), own.starred.get())
}

impl GenericAlias {
    /// `__origin__`
    pub fn origin(&self) -> Ref<'_> {
        self.origin.as_ref()
    }

    /// `__args__`
    pub fn args(&self) -> Ref<'_> {
        self.args.as_ref()
    }

    /// The arguments of `*tuple[args]`.
    fn unpacked_args(&self) -> Option<Ref<'_>> {
        (self.starred.get() && self.origin.as_ref().is(TUPLE.as_ref())).then(|| self.args.as_ref())
    }

    fn parameters(&self, thread: &mut Thread) -> Outcome {
        if let Some(parameters) = self.parameters.view(thread).clone() {
            return Ok(parameters);
        }
        let made = make_parameters(thread, self.args.as_ref())?;
        let old = self.parameters.change(thread).replace(made.clone());
        drop(old);
        Ok(made)
    }
}

/// How an argument is shown inside an alias or a union.
pub fn repr_item(thread: &mut Thread, item: Ref<'_>) -> Outcome<String> {
    if item.is(Ref::ellipsis()) {
        return Ok("...".to_owned());
    }
    if item.is(NONE_TYPE.as_ref()) {
        return Ok("None".to_owned());
    }
    thread.check_native_stack()?;
    let (origin, args) = (thread.intern("__origin__")?, thread.names().__args__.clone());
    if protocol::find_attribute(thread, item, origin.as_ref())?.is_some()
        && protocol::find_attribute(thread, item, args.as_ref())?.is_some()
    {
        return protocol::repr_string(thread, item);
    }
    let names = thread.names();
    let Some(qualname) = protocol::find_attribute(thread, item, names.__qualname__.as_ref())? else {
        return protocol::repr_string(thread, item);
    };
    let module = protocol::find_attribute(thread, item, names.__module__.as_ref())?;
    let Some(module) = module.filter(|module| !module.as_ref().is_none()) else {
        return protocol::repr_string(thread, item);
    };
    let qualname = protocol::str_string(thread, qualname.as_ref())?;
    if module.downcast::<Str>().is_some_and(|module| module.is("builtins")) {
        return Ok(qualname);
    }
    let module = protocol::str_string(thread, module.as_ref())?;
    Ok(format!("{module}.{qualname}"))
}

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let own = alias(object);
    let mut text = String::new();
    if own.starred.get() {
        text.push('*');
    }
    text.push_str(&repr_item(thread, own.origin.as_ref())?);
    text.push('[');
    let items = own.args.downcast::<Tuple>().expect("made with a tuple").items();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.push_str(", ");
        }
        match item.exact::<List>() {
            // The arguments of a parameter specification.
            Some(list) => text.push_str(&repr_list(thread, list)?),
            None => text.push_str(&repr_item(thread, *item)?),
        }
    }
    if items.is_empty() {
        text.push_str("()");
    }
    text.push(']');
    thread.str(&text)
}

fn repr_list(thread: &mut Thread, list: &List) -> Outcome<String> {
    let mut parts = Vec::new();
    while let Some(item) = list.get(thread, parts.len()) {
        parts.push(repr_item(thread, item.as_ref())?);
    }
    Ok(format!("[{}]", parts.join(", ")))
}

const MEMBERS: &[MemberDef] = &[
    MemberDef { name: "__origin__", doc: None, get: |_, object| Ok(Some(alias(object).origin.clone())) },
    MemberDef { name: "__args__", doc: None, get: |_, object| Ok(Some(alias(object).args.clone())) },
    MemberDef {
        name: "__unpacked__",
        doc: None,
        get: |_, object| Ok(Some(Value::bool(alias(object).starred.get()))),
    },
];

const GETSET: &[GetSetDef] = &[
    GetSetDef {
        name: "__parameters__",
        doc: Some("Type variables in the GenericAlias."),
        get: Some(|thread, object| alias(object).parameters(thread)),
        set: None,
    },
    GetSetDef {
        name: "__typing_unpacked_tuple_args__",
        doc: None,
        get: Some(|_, object| {
            Ok(alias(object).unpacked_args().map_or_else(Value::none, |args| args.to_value()))
        }),
        set: None,
    },
];

const METHODS: &[MethodDef] = &[MRO_ENTRIES, INSTANCECHECK, SUBCLASSCHECK, REDUCE, DIR];

#[native(signature = "($self, object, /)", name = "__mro_entries__")]
fn mro_entries(thread: &mut Thread, this: &GenericAlias, _: Ref<'_>) -> Outcome {
    thread.tuple([this.origin.clone()])
}

#[native(signature = "($self, object, /)", name = "__instancecheck__")]
fn instancecheck(thread: &mut Thread, _: &GenericAlias, _: Ref<'_>) -> Outcome<bool> {
    Err(thread.type_error("isinstance() argument 2 cannot be a parameterized generic"))
}

#[native(signature = "($self, object, /)", name = "__subclasscheck__")]
fn subclasscheck(thread: &mut Thread, _: &GenericAlias, _: Ref<'_>) -> Outcome<bool> {
    Err(thread.type_error("issubclass() argument 2 cannot be a parameterized generic"))
}

/// A function of `builtins`.
fn builtin_function(thread: &mut Thread, name: &str) -> Outcome {
    let name = thread.intern(name)?;
    let builtins = thread.interp().builtins().downcast::<Dict>().expect("a dictionary");
    match builtins.get(thread, name.as_ref())? {
        Some(function) => Ok(function),
        None => Err(thread.attribute_error(thread.interp().builtins(), name.as_ref(), String::new())),
    }
}

#[native(signature = "($self, /)", name = "__reduce__")]
fn reduce(thread: &mut Thread, this: &GenericAlias) -> Outcome {
    if this.starred.get() {
        let plain = generic_alias(thread, this.origin.as_ref(), this.args.as_ref())?;
        let iterator = protocol::iter(thread, plain.as_ref())?;
        let arguments = thread.tuple([iterator])?;
        let next = builtin_function(thread, "next")?;
        return thread.tuple([next, arguments]);
    }
    let arguments = thread.tuple([this.origin.clone(), this.args.clone()])?;
    thread.tuple([Ref::of(this).ty().as_ref().to_value(), arguments])
}

#[native(signature = "($self, /)", name = "__dir__")]
fn dir(thread: &mut Thread, this: &GenericAlias) -> Outcome {
    let function = builtin_function(thread, "dir")?;
    let names = protocol::call(thread, function.as_ref(), &[this.origin.as_ref()])?;
    let mut kept = Vec::new();
    for name in protocol::collect(thread, names.as_ref())? {
        if !name.downcast::<Str>().is_some_and(|name| BLOCKED_ATTRIBUTES.iter().any(|own| name.is(own))) {
            kept.push(name);
        }
    }
    for own in OWN_ATTRIBUTES {
        if !kept.iter().any(|name| name.downcast::<Str>().is_some_and(|name| name.is(own))) {
            kept.push(thread.intern(own)?);
        }
    }
    thread.list(kept)
}

/// What `*alias` iterates over: the starred alias, once.
#[repr(C)]
pub struct AliasIterator {
    head: Header,
    alias: Inside<Option<Value>>,
}

object!(AliasIterator, ALIAS_ITERATOR, holds: alias);

/// The type `generic_alias_iterator`.
pub static ALIAS_ITERATOR: Type = Type::new::<AliasIterator>(
    &TypeDef { methods: &[&[ITERATOR_REDUCE]], ..TypeDef::new("generic_alias_iterator") },
    TypeFlags::CONTAINER,
    Slots {
        new: None,
        iter: Some(|_, object| Ok(object.to_value())),
        next: Some(|thread, object| {
            let own = object.downcast::<AliasIterator>().expect("the slot of alias iterators");
            let Some(plain) = own.alias.change(thread).take() else { return Ok(None) };
            let plain = alias(plain.as_ref());
            make(thread, &GENERIC_ALIAS, plain.origin.as_ref(), plain.args.as_ref(), true).map(Some)
        }),
        ..Slots::holding::<AliasIterator>()
    },
);

#[native(signature = "($self, /)", name = "__reduce__")]
fn iterator_reduce(thread: &mut Thread, this: &AliasIterator) -> Outcome {
    let iter = builtin_function(thread, "iter")?;
    let argument = match this.alias.view(thread).clone() {
        Some(alias) => alias,
        None => thread.tuple([])?,
    };
    let arguments = thread.tuple([argument])?;
    thread.tuple([iter, arguments])
}
