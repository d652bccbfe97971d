//! What `dict` can do.

use taipan_macros::native;

use super::iterator::{dict_iterator, reversed_iterator};
use super::proxy::is_dict;
use super::update::{copy_of, from_keys, update};
use super::view::view;
use super::{Dict, Table, clear_dict, drop_dict, traverse_dict};
use crate::inside::Inside;
use crate::native::{Args, Binding, MethodDef, NativeCall};
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{CompareOp, Slots, Type, TypeDef, TypeFlags};
use crate::types::object::OBJECT_SLOTS;
use crate::value::{Outcome, Ref, Value};

/// The type `dict`.
pub static DICT: Type = Type::new::<Dict>(
    &TypeDef {
        doc: Some(
            "dict() -> new empty dictionary\ndict(mapping) -> new dictionary initialized from a mapping object's\n    (key, value) pairs\ndict(iterable) -> new dictionary initialized as if via:\n    d = {}\n    for k, v in iterable:\n        d[k] = v\ndict(**kwargs) -> new dictionary initialized with the name=value pairs\n    in the keyword argument list.  For example:  dict(one=1, two=2)",
        ),
        methods: &[METHODS, &[CLASS_GETITEM]],
        ..TypeDef::new("dict")
    },
    TypeFlags::BASE.union(TypeFlags::CONTAINER).union(TypeFlags::MAPPING).union(TypeFlags::MATCH_SELF),
    DICT_SLOTS,
);

const CLASS_GETITEM: MethodDef = crate::types::genericalias::class_getitem(Some(
    "dicts are generic over two types, signifying (respectively) the types of their keys and values",
));

/// The slots of `dict`, for types derived from it.
pub const DICT_SLOTS: Slots = Slots {
    drop: drop_dict,
    traverse: traverse_dict,
    clear: Some(clear_dict),
    new: Some(|thread, ty, _| {
        crate::typeobject::allocate_instance(thread, ty, |head| Dict {
            head,
            table: Inside::new(Table::default()),
        })
    }),
    init: Some(|thread, object, args| update(thread, object, args, "dict")),
    repr: Some(repr),
    hash: Some(protocol::not_hashable),
    compare: Some(compare),
    iter: Some(dict_iterator::<0>),
    length: Some(|thread, object| Ok(dict(object).len(thread))),
    subscript: Some(subscript),
    set_subscript: Some(set_subscript),
    contains: Some(|thread, object, key| Ok(dict(object).get(thread, key)?.is_some())),
    or: Some(|thread, left, right| {
        if !is_dict(left) || !is_dict(right) {
            return Ok(Value::not_implemented());
        }
        let result = dict(left).copy(thread)?;
        super::update::merge(thread, dict(result.as_ref()), right)?;
        Ok(result)
    }),
    inplace_or: Some(|thread, left, right| {
        super::update::merge(thread, dict(left), right)?;
        Ok(left.to_value())
    }),
    ..OBJECT_SLOTS
};

const METHODS: &[MethodDef] = &[
    MethodDef {
        name: "__getitem__",
        doc: Some("Return self[key]."),
        signature: Some("($self, key, /)"),
        call: NativeCall::One(subscript),
        binding: Binding::Instance,
    },
    __CONTAINS__,
    __SIZEOF__,
    GET,
    SETDEFAULT,
    MethodDef {
        name: "pop",
        doc: Some(
            "D.pop(k[,d]) -> v, remove specified key and return the corresponding value.\n\nIf the key is not found, return the default if given; otherwise,\nraise a KeyError.",
        ),
        signature: Some("($self, key, default=<unrepresentable>, /)"),
        call: NativeCall::Many(pop),
        binding: Binding::Instance,
    },
    POPITEM,
    KEYS,
    ITEMS,
    VALUES,
    MethodDef {
        name: "update",
        doc: Some(
            "D.update([E, ]**F) -> None.  Update D from mapping/iterable E and F.\nIf E is present and has a .keys() method, then does:  for k in E.keys(): D[k] = E[k]\nIf E is present and lacks a .keys() method, then does:  for k, v in E: D[k] = v\nIn either case, this is followed by: for k in F:  D[k] = F[k]",
        ),
        signature: None,
        call: NativeCall::Many(|thread, object, args| {
            update(thread, object, args, "update")?;
            Ok(Value::none())
        }),
        binding: Binding::Instance,
    },
    FROMKEYS,
    CLEAR,
    COPY,
    __REVERSED__,
];

/// True if the dictionary has the specified key, else False.
#[native(signature = "($self, key, /)", name = "__contains__")]
fn __contains__(thread: &mut Thread, this: &Dict, key: Ref<'_>) -> Outcome<bool> {
    Ok(this.get(thread, key)?.is_some())
}

/// Return the size of the dict in memory, in bytes.
#[native(signature = "($self, /)", name = "__sizeof__")]
fn __sizeof__(thread: &mut Thread, this: &Dict) -> usize {
    Ref::of(this).ty().size.get() as usize + this.table.view(thread).bytes()
}

/// Return the value for key if key is in the dictionary, else default.
#[native(signature = "($self, key, default=None, /)")]
fn get(thread: &mut Thread, this: &Dict, key: Ref<'_>, default: Option<Ref<'_>>) -> Outcome {
    let found = this.get(thread, key)?;
    Ok(found.unwrap_or_else(|| default.unwrap_or(Ref::none()).to_value()))
}

/// Insert key with a value of default if key is not in the dictionary.
///
/// Return the value for key if key is in the dictionary, else default.
#[native(signature = "($self, key, default=None, /)")]
fn setdefault(thread: &mut Thread, this: &Dict, key: Ref<'_>, default: Option<Ref<'_>>) -> Outcome {
    let hash = super::hash_key(thread, key)?;
    if let Some(index) = this.find(thread, key, hash)? {
        return Ok(this.table.view(thread).value(index).to_value());
    }
    let value = default.unwrap_or(Ref::none()).to_value();
    this.insert_new(thread, key, hash, value.clone())?;
    Ok(value)
}

/// Remove and return a (key, value) pair as a 2-tuple.
///
/// Pairs are returned in LIFO (last-in, first-out) order.
/// Raises KeyError if the dict is empty.
#[native(signature = "($self, /)")]
fn popitem(thread: &mut Thread, this: &Dict) -> Outcome {
    match this.table.change(thread).pop() {
        Some((key, value)) => thread.tuple([key, value]),
        None => {
            let message = thread.str("popitem(): dictionary is empty")?;
            Err(thread.key_error(message.as_ref()))
        }
    }
}

/// Return a set-like object providing a view on the dict's keys.
#[native(signature = "($self, /)")]
fn keys(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    view::<0>(thread, this)
}

/// Return a set-like object providing a view on the dict's items.
#[native(signature = "($self, /)")]
fn items(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    view::<2>(thread, this)
}

/// Return an object providing a view on the dict's values.
#[native(signature = "($self, /)")]
fn values(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    view::<1>(thread, this)
}

/// Create a new dictionary with keys from iterable and values set to value.
#[native(signature = "($type, iterable, value=None, /)")]
fn fromkeys(thread: &mut Thread, class: &Type, iterable: Ref<'_>, value: Option<Ref<'_>>) -> Outcome {
    from_keys(thread, class, iterable, value.unwrap_or(Ref::none()))
}

/// Remove all items from the dict.
#[native(signature = "($self, /)")]
fn clear(thread: &mut Thread, this: &Dict) {
    this.clear(thread);
}

/// Return a shallow copy of the dict.
#[native(signature = "($self, /)")]
fn copy(thread: &mut Thread, this: &Dict) -> Outcome {
    copy_of(thread, this)
}

/// Return a reverse iterator over the dict keys.
#[native(signature = "($self, /)", name = "__reversed__")]
fn __reversed__(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    reversed_iterator::<3>(thread, this)
}

fn dict<'a>(object: Ref<'a>) -> &'a Dict {
    object.downcast::<Dict>().expect("the slot of dictionaries")
}

fn pop<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome {
    args.no_keywords(thread, "dict.pop")?;
    let (key, default) = match args.all() {
        [key] => (*key, None),
        [key, default] => (*key, Some(*default)),
        other => {
            let (bound, count) = if other.is_empty() {
                ("at least 1 argument", 0)
            } else {
                ("at most 2 arguments", other.len())
            };
            return Err(thread.type_error(format!("pop expected {bound}, got {count}")));
        }
    };
    let own = dict(object);
    // An empty dictionary does not ask for the key's hash.
    let found = if own.len(thread) == 0 { None } else { own.remove(thread, key)? };
    match (found, default) {
        (Some(value), _) => Ok(value),
        (None, Some(default)) => Ok(default.to_value()),
        (None, None) => Err(thread.key_error(key)),
    }
}

fn subscript(thread: &mut Thread, object: Ref<'_>, key: Ref<'_>) -> Outcome {
    if let Some(value) = dict(object).get(thread, key)? {
        return Ok(value);
    }
    if object.exact::<Dict>().is_none() {
        let name = thread.names().__missing__.clone();
        if let Some(value) = crate::typeobject::call_special(thread, object, &name, &[key])? {
            return Ok(value);
        }
    }
    Err(thread.key_error(key))
}

fn set_subscript(thread: &mut Thread, object: Ref<'_>, key: Ref<'_>, value: Option<Ref<'_>>) -> Outcome<()> {
    match value {
        Some(value) => dict(object).set(thread, key, value.to_value()),
        None => match dict(object).remove(thread, key)? {
            Some(old) => {
                drop(old);
                Ok(())
            }
            None => Err(thread.key_error(key)),
        },
    }
}

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    if dict(object).len(thread) == 0 {
        return thread.str("{}");
    }
    if !thread.enter_repr(object) {
        return thread.str("{...}");
    }
    let text = repr_entries(thread, dict(object));
    thread.leave_repr(object);
    let text = text?;
    thread.str(&text)
}

fn repr_entries(thread: &mut Thread, own: &Dict) -> Outcome<String> {
    let mut text = String::from("{");
    let mut position = 0;
    while let Some((after, key, value)) = own.next_entry(thread, position) {
        if text.len() > 1 {
            text.push_str(", ");
        }
        text.push_str(&protocol::repr_string(thread, key.as_ref())?);
        text.push_str(": ");
        text.push_str(&protocol::repr_string(thread, value.as_ref())?);
        position = after;
    }
    text.push('}');
    Ok(text)
}

fn compare(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>, op: CompareOp) -> Outcome {
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) || !is_dict(right) {
        return Ok(Value::not_implemented());
    }
    let equal = equal(thread, dict(left), dict(right))?;
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}

fn equal(thread: &mut Thread, left: &Dict, right: &Dict) -> Outcome<bool> {
    if left.len(thread) != right.len(thread) {
        return Ok(false);
    }
    let mut position = 0;
    while let Some((after, key, value)) = left.next_entry(thread, position) {
        let hash = left.table.view(thread).entries()[after - 1].hash;
        let Some(index) = right.find(thread, key.as_ref(), hash)? else { return Ok(false) };
        let other = right.table.view(thread).value(index).to_value();
        if !protocol::compare_bool(thread, value.as_ref(), other.as_ref(), CompareOp::Eq)? {
            return Ok(false);
        }
        position = after;
    }
    Ok(true)
}
