//! What `set` and `frozenset` can do.

use super::iterator::set_iterator;
use super::{Frozen, Set, algebra, any_set, clear_set, drop_set, empty_of, is_frozen, set_of, traverse_set};
use crate::native::{Args, Binding, MethodDef, NativeCall};
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{Binary, Slots, Type, TypeDef, TypeFlags};
use crate::types::exception::TYPE_ERROR;
use crate::types::object::OBJECT_SLOTS;
use crate::value::{Outcome, Ref, Value};

const FLAGS: TypeFlags =
    TypeFlags::BASE.union(TypeFlags::CONTAINER).union(TypeFlags::WEAKREF).union(TypeFlags::MATCH_SELF);

/// The type `set`.
pub static SET: Type = Type::new::<Set>(
    &TypeDef {
        doc: Some("Build an unordered collection of unique elements."),
        signature: Some("(iterable=(), /)"),
        methods: &[SHARED_METHODS, SET_METHODS, &[SET_CLASS_GETITEM]],
        ..TypeDef::new("set")
    },
    FLAGS,
    Slots {
        clear: Some(clear_set),
        new: Some(|thread, ty, _| empty_of(thread, ty)),
        init: Some(init),
        hash: Some(protocol::not_hashable),
        inplace_or: Some(|thread, left, right| {
            inplace(thread, left, right, |thread, left, right| set(left).update(thread, right))
        }),
        inplace_and: Some(|thread, left, right| {
            inplace(thread, left, right, |thread, left, right| {
                let common = algebra::intersection(thread, left, right)?;
                algebra::take_over(thread, left, &common);
                Ok(())
            })
        }),
        inplace_subtract: Some(|thread, left, right| {
            inplace(thread, left, right, algebra::difference_update)
        }),
        inplace_xor: Some(|thread, left, right| {
            inplace(thread, left, right, algebra::symmetric_difference_update)
        }),
        ..SHARED_SLOTS
    },
);

/// The type `frozenset`.
pub static FROZENSET: Type = Type::new::<Frozen>(
    &TypeDef {
        doc: Some("Build an immutable unordered collection of unique elements."),
        signature: Some("(iterable=(), /)"),
        methods: &[SHARED_METHODS, FROZENSET_METHODS, &[FROZENSET_CLASS_GETITEM]],
        ..TypeDef::new("frozenset")
    },
    FLAGS,
    Slots {
        new: Some(new_frozen),
        hash: Some(|thread, object| Ok(algebra::hash(thread, set(object)))),
        ..SHARED_SLOTS
    },
);

const SHARED_SLOTS: Slots = Slots {
    drop: drop_set,
    traverse: traverse_set,
    repr: Some(repr),
    compare: Some(algebra::compare),
    iter: Some(set_iterator),
    length: Some(|thread, object| Ok(set(object).len(thread))),
    contains: Some(contains),
    and: Some(|thread, left, right| operate(thread, left, right, algebra::intersection)),
    subtract: Some(|thread, left, right| operate(thread, left, right, algebra::difference)),
    xor: Some(|thread, left, right| operate(thread, left, right, algebra::symmetric_difference)),
    or: Some(|thread, left, right| operate(thread, left, right, union)),
    ..OBJECT_SLOTS
};

const SET_CLASS_GETITEM: MethodDef =
    crate::types::genericalias::class_getitem(Some("sets are generic over the type of their elements"));

const FROZENSET_CLASS_GETITEM: MethodDef =
    crate::types::genericalias::class_getitem(Some("frozensets are generic over the type of their elements"));

const SHARED_METHODS: &[MethodDef] = &[
    method(
        "__contains__",
        "x.__contains__(y) <==> y in x.",
        "($self, object, /)",
        NativeCall::One(|thread, object, key| Ok(Value::bool(contains(thread, object, key)?))),
    ),
    method(
        "difference",
        "Return a new set with elements in the set that are not in the others.",
        "($self, /, *others)",
        NativeCall::Many(|thread, object, args| {
            args.no_keywords(thread, "set.difference")?;
            let [first, rest @ ..] = args.all() else { return copy(thread, object) };
            let result = algebra::difference(thread, object, *first)?;
            for other in rest {
                algebra::difference_update(thread, result.as_ref(), *other)?;
            }
            Ok(result)
        }),
    ),
    method(
        "intersection",
        "Return a new set with elements common to the set and all others.",
        "($self, /, *others)",
        NativeCall::Many(intersection_of_all),
    ),
    method(
        "isdisjoint",
        "Return True if two sets have a null intersection.",
        "($self, other, /)",
        NativeCall::One(|thread, object, other| {
            Ok(Value::bool(algebra::is_disjoint(thread, object, other)?))
        }),
    ),
    method(
        "issubset",
        "Report whether another set contains this set.",
        "($self, other, /)",
        NativeCall::One(|thread, object, other| Ok(Value::bool(algebra::is_subset(thread, object, other)?))),
    ),
    method(
        "issuperset",
        "Report whether this set contains another set.",
        "($self, other, /)",
        NativeCall::One(|thread, object, other| {
            Ok(Value::bool(algebra::is_superset(thread, object, other)?))
        }),
    ),
    method("__reduce__", "Return state information for pickling.", "($self, /)", NativeCall::NoArgs(reduce)),
    method(
        "__sizeof__",
        "S.__sizeof__() -> size of S in memory, in bytes.",
        "($self, /)",
        NativeCall::NoArgs(|thread, object| {
            let table = set(object).table.view(thread).outside_bytes();
            let size = object.ty().size.get() as usize + table;
            Ok(Value::small_int(size as i64))
        }),
    ),
    method(
        "symmetric_difference",
        "Return a new set with elements in either the set or other but not both.",
        "($self, other, /)",
        NativeCall::One(algebra::symmetric_difference),
    ),
    method(
        "union",
        "Return a new set with elements from the set and all others.",
        "($self, /, *others)",
        NativeCall::Many(|thread, object, args| {
            args.no_keywords(thread, "set.union")?;
            let result = algebra::copy(thread, object)?;
            for other in args.all().iter().filter(|other| !other.is(object)) {
                set(result.as_ref()).update(thread, *other)?;
            }
            Ok(result)
        }),
    ),
];

const FROZENSET_METHODS: &[MethodDef] =
    &[method("copy", "Return a shallow copy of a set.", "($self, /)", NativeCall::NoArgs(copy))];

const SET_METHODS: &[MethodDef] = &[
    method(
        "add",
        "Add an element to a set.\n\nThis has no effect if the element is already present.",
        "($self, object, /)",
        NativeCall::One(|thread, object, key| {
            set(object).add(thread, key)?;
            Ok(Value::none())
        }),
    ),
    method(
        "clear",
        "Remove all elements from this set.",
        "($self, /)",
        NativeCall::NoArgs(|thread, object| {
            set(object).clear(thread);
            Ok(Value::none())
        }),
    ),
    method("copy", "Return a shallow copy of a set.", "($self, /)", NativeCall::NoArgs(algebra::copy)),
    method(
        "discard",
        "Remove an element from a set if it is a member.\n\nUnlike set.remove(), the discard() method does not raise\nan exception when an element is missing from the set.",
        "($self, object, /)",
        NativeCall::One(|thread, object, key| {
            discard(thread, object, key)?;
            Ok(Value::none())
        }),
    ),
    method(
        "difference_update",
        "Update the set, removing elements found in others.",
        "($self, /, *others)",
        NativeCall::Many(|thread, object, args| {
            args.no_keywords(thread, "set.difference_update")?;
            for other in args.all() {
                algebra::difference_update(thread, object, *other)?;
            }
            Ok(Value::none())
        }),
    ),
    method(
        "intersection_update",
        "Update the set, keeping only elements found in it and all others.",
        "($self, /, *others)",
        NativeCall::Many(|thread, object, args| {
            let common = intersection_of_all(thread, object, args)?;
            algebra::take_over(thread, object, &common);
            Ok(Value::none())
        }),
    ),
    method(
        "pop",
        "Remove and return an arbitrary set element.\n\nRaises KeyError if the set is empty.",
        "($self, /)",
        NativeCall::NoArgs(|thread, object| match set(object).table.change(thread).pop() {
            Some(key) => Ok(key),
            None => {
                let message = thread.str("pop from an empty set")?;
                Err(thread.key_error(message.as_ref()))
            }
        }),
    ),
    method(
        "remove",
        "Remove an element from a set; it must be a member.\n\nIf the element is not a member, raise a KeyError.",
        "($self, object, /)",
        NativeCall::One(|thread, object, key| {
            if discard(thread, object, key)? { Ok(Value::none()) } else { Err(thread.key_error(key)) }
        }),
    ),
    method(
        "symmetric_difference_update",
        "Update the set, keeping only elements found in either set, but not in both.",
        "($self, other, /)",
        NativeCall::One(|thread, object, other| {
            algebra::symmetric_difference_update(thread, object, other)?;
            Ok(Value::none())
        }),
    ),
    method(
        "update",
        "Update the set, adding elements from all others.",
        "($self, /, *others)",
        NativeCall::Many(|thread, object, args| {
            args.no_keywords(thread, "set.update")?;
            for other in args.all() {
                set(object).update(thread, *other)?;
            }
            Ok(Value::none())
        }),
    ),
];

const fn method(
    name: &'static str,
    doc: &'static str,
    signature: &'static str,
    call: NativeCall,
) -> MethodDef {
    MethodDef { name, doc: Some(doc), signature: Some(signature), call, binding: Binding::Instance }
}

fn set<'a>(object: Ref<'a>) -> &'a Set {
    any_set(object).expect("the slot of sets")
}

fn init<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    if args.keyword_count() != 0 && object.ty().is(&SET) {
        args.no_keywords(thread, "set")?;
    }
    match args.positionals() {
        [] => {
            set(object).clear(thread);
            Ok(())
        }
        [one] => {
            set(object).clear(thread);
            set(object).update(thread, *one)
        }
        more => {
            let count = more.len();
            Err(thread.type_error(format!("set expected at most 1 argument, got {count}")))
        }
    }
}

fn new_frozen<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    if ty.is(&FROZENSET) {
        args.no_keywords(thread, "frozenset")?;
    }
    match args.positionals() {
        [] => empty_of(thread, ty),
        [one] if ty.is(&FROZENSET) && one.ty().is(&FROZENSET) => Ok(one.to_value()),
        [one] => set_of(thread, ty, Some(*one)),
        more => {
            let count = more.len();
            Err(thread.type_error(format!("frozenset expected at most 1 argument, got {count}")))
        }
    }
}

/// `copy`, which gives an exact frozen set itself.
fn copy(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    if object.ty().is(&FROZENSET) { Ok(object.to_value()) } else { algebra::copy(thread, object) }
}

fn union(thread: &mut Thread, object: Ref<'_>, other: Ref<'_>) -> Outcome {
    let result = algebra::copy(thread, object)?;
    if !object.is(other) {
        set(result.as_ref()).update(thread, other)?;
    }
    Ok(result)
}

fn intersection_of_all<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome {
    args.no_keywords(thread, "set.intersection")?;
    let [first, rest @ ..] = args.all() else { return copy(thread, object) };
    let mut result = algebra::intersection(thread, object, *first)?;
    for other in rest {
        result = algebra::intersection(thread, result.as_ref(), *other)?;
    }
    Ok(result)
}

/// An operator of sets: both sides are sets, or the other side is asked.
fn operate(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>, operation: Binary) -> Outcome {
    if any_set(left).is_none() || any_set(right).is_none() {
        return Ok(Value::not_implemented());
    }
    operation(thread, left, right)
}

fn inplace(
    thread: &mut Thread,
    left: Ref<'_>,
    right: Ref<'_>,
    operation: fn(&mut Thread, Ref<'_>, Ref<'_>) -> Outcome<()>,
) -> Outcome {
    if any_set(right).is_none() {
        return Ok(Value::not_implemented());
    }
    operation(thread, left, right)?;
    Ok(left.to_value())
}

/// The hash of a key; a set is looked for as the frozen set it equals.
fn key_hash(thread: &mut Thread, key: Ref<'_>) -> Outcome<(Value, i64)> {
    match super::element_hash(thread, key) {
        Ok(hash) => Ok((key.to_value(), hash)),
        Err(raised) => {
            if !key.ty().has_layout_of(&SET) || !thread.exception_is(&TYPE_ERROR) || is_frozen(key) {
                return Err(raised);
            }
            thread.exception = None;
            let frozen = set_of(thread, &FROZENSET, Some(key))?;
            let hash = algebra::hash(thread, set(frozen.as_ref()));
            Ok((frozen, hash))
        }
    }
}

fn contains(thread: &mut Thread, object: Ref<'_>, key: Ref<'_>) -> Outcome<bool> {
    let (key, hash) = key_hash(thread, key)?;
    set(object).contains_hashed(thread, key.as_ref(), hash)
}

fn discard(thread: &mut Thread, object: Ref<'_>, key: Ref<'_>) -> Outcome<bool> {
    let (key, hash) = key_hash(thread, key)?;
    set(object).discard_hashed(thread, key.as_ref(), hash)
}

fn elements(thread: &mut Thread, own: &Set) -> Vec<Value> {
    own.table.view(thread).iter().map(|(key, _)| key.to_value()).collect()
}

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let name = object.ty().name().into_owned();
    if set(object).len(thread) == 0 {
        return thread.str(&format!("{name}()"));
    }
    if !thread.enter_repr(object) {
        return thread.str(&format!("{name}(...)"));
    }
    let listed = elements(thread, set(object));
    let mut text = String::new();
    let mut result = Ok(());
    for (index, element) in listed.iter().enumerate() {
        match protocol::repr_string(thread, element.as_ref()) {
            Ok(own) => {
                text.push_str(if index == 0 { "" } else { ", " });
                text.push_str(&own);
            }
            Err(raised) => {
                result = Err(raised);
                break;
            }
        }
    }
    thread.leave_repr(object);
    result?;
    thread.str(&if object.ty().is(&SET) { format!("{{{text}}}") } else { format!("{name}({{{text}}})") })
}

fn reduce(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let listed = elements(thread, set(object));
    let listed = thread.list(listed)?;
    let arguments = thread.tuple([listed])?;
    let state = protocol::call_method(thread, object, "__getstate__", &[])?;
    let class = Ref::of(object.ty()).to_value();
    thread.tuple([class, arguments, state])
}
