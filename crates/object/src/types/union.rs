//! `typing.Union`, which `types.UnionType` is another name of: `int | str`.
//!
//! Answers for CPython's `Objects/unionobject.c`.
#![allow(unsafe_code)] // the object layout, which `object!` checks

use taipan_layout::Header;
use taipan_macros::native;

use crate::inside::Inside;
use crate::native::{GetSetDef, MemberDef, MethodDef};
use crate::object;
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{CompareOp, Slots, Type, TypeDef, TypeFlags};
use crate::types::exception::TYPE_ERROR;
use crate::types::genericalias::{self, GenericAlias};
use crate::types::set::any_set;
use crate::types::singleton::NONE_TYPE;
use crate::types::tuple::Tuple;
use crate::types::typevar::TypeAlias;
use crate::value::{Outcome, Ref, Value};

/// A union of types.
#[repr(C)]
pub struct Union {
    head: Header,
    args: Value,
    /// The arguments that have a hash, as a frozen set.
    hashable: Value,
    /// The others, as a tuple.
    unhashable: Option<Value>,
    parameters: Inside<Option<Value>>,
}

object!(Union, UNION, holds: args, hashable, unhashable, parameters);

/// The type `typing.Union`.
pub static UNION: Type = Type::new::<Union>(
    &TypeDef {
        doc: Some("Represent a union type\n\nE.g. for int | str"),
        methods: &[METHODS],
        members: &[MemberDef {
            name: "__args__",
            doc: None,
            get: |_, object| Ok(Some(union(object).args.clone())),
        }],
        getset: &[GETSET],
        ..TypeDef::new("typing.Union")
    },
    TypeFlags::CONTAINER.union(TypeFlags::WEAKREF),
    Slots {
        new: None,
        repr: Some(repr),
        hash: Some(hash),
        compare: Some(compare),
        subscript: Some(subscript),
        or: Some(or),
        ..Slots::holding::<Union>()
    },
);

fn union<'a>(object: Ref<'a>) -> &'a Union {
    object.downcast::<Union>().expect("the slot of unions")
}

/// `a | b` where one of them is a type or something that stands for one.
pub fn or(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>) -> Outcome {
    if left.downcast::<Union>().is_none()
        && right.downcast::<Union>().is_none()
        && !(is_unionable(left) && is_unionable(right))
    {
        return Ok(Value::not_implemented());
    }
    any_or(thread, left, right)
}

/// `a | b` of type parameters, whatever the other side is.
pub fn any_or(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>) -> Outcome {
    let mut builder = Builder::default();
    builder.add_checked(thread, left)?;
    builder.add_checked(thread, right)?;
    builder.finish(thread)
}

fn is_unionable(object: Ref<'_>) -> bool {
    object.is_none()
        || object.downcast::<Type>().is_some()
        || object.downcast::<GenericAlias>().is_some()
        || object.downcast::<Union>().is_some()
        || object.downcast::<TypeAlias>().is_some()
}

/// The union of the types in a tuple, or of one.
pub fn union_of(thread: &mut Thread, args: Ref<'_>) -> Outcome {
    let mut builder = Builder::default();
    match args.exact::<Tuple>() {
        Some(args) => {
            for arg in args.items() {
                builder.add_checked(thread, *arg)?;
            }
        }
        None => builder.add_checked(thread, args)?,
    }
    builder.finish(thread)
}

/// The arguments of a union that is being made: each one once.
#[derive(Default)]
struct Builder {
    all: Vec<Value>,
    hashable: Option<Value>,
    unhashable: Vec<Value>,
}

impl Builder {
    /// Adds an argument that a program gave: strings become forward references.
    fn add_checked(&mut self, thread: &mut Thread, arg: Ref<'_>) -> Outcome<()> {
        if is_unionable(arg) {
            return self.add(thread, arg);
        }
        let checked = type_check(thread, arg)?;
        self.add(thread, checked.as_ref())
    }

    fn add(&mut self, thread: &mut Thread, arg: Ref<'_>) -> Outcome<()> {
        if let Some(other) = arg.downcast::<Union>() {
            for arg in other.args.downcast::<Tuple>().expect("made with a tuple").items() {
                self.add(thread, *arg)?;
            }
            return Ok(());
        }
        let arg = if arg.is_none() { NONE_TYPE.as_ref() } else { arg };
        let hash = match protocol::hash(thread, arg) {
            Ok(hash) => hash,
            Err(raised) => {
                if !thread.exception_is(&TYPE_ERROR) {
                    return Err(raised);
                }
                drop(thread.take_exception());
                for own in &self.unhashable {
                    if protocol::compare_bool(thread, own.as_ref(), arg, CompareOp::Eq)? {
                        return Ok(());
                    }
                }
                self.unhashable.push(arg.to_value());
                self.all.push(arg.to_value());
                return Ok(());
            }
        };
        let seen = match &self.hashable {
            Some(seen) => seen.clone(),
            None => self.hashable.insert(thread.set()?).clone(),
        };
        let seen = any_set(seen.as_ref()).expect("made as a set");
        if !seen.contains_hashed(thread, arg, hash)? {
            seen.add_hashed(thread, arg, hash)?;
            self.all.push(arg.to_value());
        }
        Ok(())
    }

    fn finish(self, thread: &mut Thread) -> Outcome {
        if self.all.is_empty() {
            return Err(thread.type_error("Cannot take a Union of no types."));
        }
        if let [only] = &self.all[..] {
            return Ok(only.clone());
        }
        let hashable = match self.hashable {
            Some(set) => set,
            None => thread.set()?,
        };
        let hashable = thread.frozenset(hashable.as_ref())?;
        let args = thread.tuple(self.all)?;
        let unhashable = if self.unhashable.is_empty() { None } else { Some(thread.tuple(self.unhashable)?) };
        thread.new_object(|head| Union { head, args, hashable, unhashable, parameters: Inside::new(None) })
    }
}

/// What `typing` makes of an argument: a forward reference of a string, an error of what is no type.
fn type_check(thread: &mut Thread, arg: Ref<'_>) -> Outcome {
    let function = protocol::library_attribute(thread, "typing", "_type_check")?;
    let message = thread.str("Union[arg, ...]: each arg must be a type.")?;
    protocol::call(thread, function.as_ref(), &[arg, message.as_ref()])
}

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let mut parts = Vec::new();
    for item in union(object).args.downcast::<Tuple>().expect("made with a tuple").items() {
        parts.push(genericalias::repr_item(thread, *item)?);
    }
    thread.str(&parts.join(" | "))
}

fn hash(thread: &mut Thread, object: Ref<'_>) -> Outcome<i64> {
    let own = union(object);
    if let Some(unhashable) = own.unhashable.as_ref().and_then(|items| items.downcast::<Tuple>()) {
        for item in unhashable.items() {
            protocol::hash(thread, *item)?;
        }
        let count = unhashable.len();
        return Err(thread.type_error(format!("union contains {count} unhashable elements")));
    }
    protocol::hash(thread, own.hashable.as_ref())
}

fn compare(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>, op: CompareOp) -> Outcome {
    let (Some(a), Some(b)) = (left.downcast::<Union>(), right.downcast::<Union>()) else {
        return Ok(Value::not_implemented());
    };
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::not_implemented());
    }
    let equal = protocol::compare_bool(thread, a.hashable.as_ref(), b.hashable.as_ref(), CompareOp::Eq)?
        && match (&a.unhashable, &b.unhashable) {
            (None, None) => true,
            (Some(a), Some(b)) => same_items(thread, a, b)?,
            _ => false,
        };
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}

fn same_items(thread: &mut Thread, a: &Value, b: &Value) -> Outcome<bool> {
    let (a, b) = (a.downcast::<Tuple>().expect("a tuple"), b.downcast::<Tuple>().expect("a tuple"));
    if a.len() != b.len() {
        return Ok(false);
    }
    for item in a.items() {
        if !protocol::contains(thread, Ref::of(b), *item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn subscript(thread: &mut Thread, object: Ref<'_>, item: Ref<'_>) -> Outcome {
    let own = union(object);
    let parameters = own.parameters(thread)?;
    let args = genericalias::substitute(thread, object, own.args.as_ref(), parameters.as_ref(), item)?;
    union_of(thread, args.as_ref())
}

impl Union {
    fn parameters(&self, thread: &mut Thread) -> Outcome {
        if let Some(parameters) = self.parameters.view(thread).clone() {
            return Ok(parameters);
        }
        let made = genericalias::make_parameters(thread, self.args.as_ref())?;
        let old = self.parameters.change(thread).replace(made.clone());
        drop(old);
        Ok(made)
    }

    /// The types of the union.
    pub fn args(&self) -> &[Ref<'_>] {
        self.args.downcast::<Tuple>().expect("made with a tuple").items()
    }
}

const METHODS: &[MethodDef] = &[MRO_ENTRIES, CLASS_GETITEM];

#[native(signature = "($self, object, /)", name = "__mro_entries__")]
fn mro_entries(thread: &mut Thread, this: &Union, _: Ref<'_>) -> Outcome {
    let text = protocol::repr_string(thread, Ref::of(this))?;
    Err(thread.type_error(format!("Cannot subclass {text}")))
}

/// Create a union containing the given types
#[native(signature = "($type, object, /)", name = "__class_getitem__")]
fn class_getitem(thread: &mut Thread, _: &Type, object: Ref<'_>) -> Outcome {
    union_of(thread, object)
}

const GETSET: &[GetSetDef] = &[
    GetSetDef {
        name: "__name__",
        doc: Some("Name of the type"),
        get: Some(|thread, _| thread.str("Union")),
        set: None,
    },
    GetSetDef {
        name: "__qualname__",
        doc: Some("Qualified name of the type"),
        get: Some(|thread, _| thread.str("Union")),
        set: None,
    },
    GetSetDef {
        name: "__origin__",
        doc: Some("Always returns the type"),
        get: Some(|_, _| Ok(UNION.as_ref().to_value())),
        set: None,
    },
    GetSetDef {
        name: "__parameters__",
        doc: Some("Type variables in the types.UnionType."),
        get: Some(|thread, object| union(object).parameters(thread)),
        set: None,
    },
];
