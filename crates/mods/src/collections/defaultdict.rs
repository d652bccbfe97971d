//! `defaultdict`.

use taipan_macros::{getter, native};
use taipan_object::native::{Args, MethodDef};
use taipan_object::typeobject::{Slots, Type, TypeDef, TypeFlags, allocate_instance};
use taipan_object::types::dict::{DICT, DICT_SLOTS, Dict};
use taipan_object::types::genericalias::class_getitem;
use taipan_object::{Header, Inside, Outcome, Ref, Thread, Value, object, protocol};

/// A defaultdict object.
#[repr(C)]
pub struct DefaultDict {
    base: Dict,
    factory: Inside<Option<Value>>,
}
object!(DefaultDict, DEFAULT_DICT, dict: base, holds: factory);

/// The type `collections.defaultdict`.
pub static DEFAULT_DICT: Type = Type::derived::<DefaultDict>(
    &TypeDef {
        doc: Some(
            "defaultdict(default_factory=None, /, [...]) --> dict with default factory\n\nThe default factory is called without arguments to produce\na new value when a key is not present, in __getitem__ only.\nA defaultdict compares equal to a dict with the same items.\nAll remaining arguments are treated the same as if they were\npassed to the dict constructor, including keyword arguments.\n",
        ),
        methods: &[METHODS],
        getset: &[&[DEFAULT_FACTORY]],
        ..TypeDef::new("collections.defaultdict")
    },
    &raw const DICT,
    TypeFlags::BASE.union(TypeFlags::CONTAINER).union(TypeFlags::MAPPING).union(TypeFlags::MATCH_SELF),
    Slots {
        new: Some(|thread, ty, _| {
            allocate_instance(thread, ty, |head: Header| DefaultDict {
                base: Dict::new(head),
                factory: Inside::new(None),
            })
        }),
        init: Some(init),
        repr: Some(repr),
        or: Some(or),
        ..Slots::deriving_dict::<DefaultDict>()
    },
);

const METHODS: &[MethodDef] = &[__MISSING__, COPY, __COPY__, __REDUCE__, class_getitem(Some("See PEP 585"))];

fn defaultdict<'a>(object: Ref<'a>) -> &'a DefaultDict {
    object.downcast::<DefaultDict>().expect("the slot of defaultdicts")
}

fn factory_of(thread: &Thread, object: Ref<'_>) -> Value {
    defaultdict(object).factory.view(thread).clone().unwrap_or_else(Value::none)
}

fn is_callable(thread: &mut Thread, object: Ref<'_>) -> bool {
    let _ = thread;
    object.ty().slots().call.is_some()
}

fn init<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    let all = args.all();
    let factory = args.positionals().first().copied();
    if let Some(factory) = factory
        && !factory.is_none()
        && !is_callable(thread, factory)
    {
        return Err(thread.type_error("first argument must be callable or None"));
    }
    let new = factory.map(|factory| factory.to_value());
    let old = std::mem::replace(defaultdict(object).factory.change(thread), new);
    drop(old);
    let rest = if factory.is_some() { &all[1..] } else { all };
    let init = DICT_SLOTS.init.expect("dictionaries are initialised");
    init(thread, object, Args::with_names(rest, args.names()))
}

/// __missing__(key) # Called by __getitem__ for missing key; pseudo-code:
///   if self.default_factory is None: raise KeyError((key,))
///   self[key] = value = self.default_factory()
///   return value
///
#[native(signature = "($self, object, /)", name = "__missing__")]
fn __missing__(thread: &mut Thread, this: Ref<'_>, key: Ref<'_>) -> Outcome {
    let factory = factory_of(thread, this);
    if factory.as_ref().is_none() {
        return Err(thread.key_error(key));
    }
    let value = protocol::call(thread, factory.as_ref(), &[])?;
    // What the factory itself has set stays.
    let own = &defaultdict(this).base;
    if let Some(found) = own.get(thread, key)? {
        return Ok(found);
    }
    own.set(thread, key, value.clone())?;
    Ok(value)
}

fn new_like(thread: &mut Thread, like: Ref<'_>, source: Ref<'_>) -> Outcome {
    let factory = factory_of(thread, like);
    protocol::call(thread, like.ty().as_ref(), &[factory.as_ref(), source])
}

/// D.copy() -> a shallow copy of D.
#[native(signature = "($self, /)")]
fn copy(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    new_like(thread, this, this)
}

/// D.copy() -> a shallow copy of D.
#[native(signature = "($self, /)", name = "__copy__")]
fn __copy__(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    new_like(thread, this, this)
}

/// Return state information for pickling.
#[native(signature = "($self, /)", name = "__reduce__")]
fn __reduce__(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    let factory = factory_of(thread, this);
    let arguments = if factory.as_ref().is_none() { thread.tuple([])? } else { thread.tuple([factory])? };
    let items = protocol::call_method(thread, this, "items", &[])?;
    let items = protocol::iter(thread, items.as_ref())?;
    thread.tuple([this.ty().as_ref().to_value(), arguments, Value::none(), Value::none(), items])
}

fn set_factory(thread: &mut Thread, this: &DefaultDict, value: Option<Ref<'_>>) -> Outcome<()> {
    let value = value.map(|value| value.to_value());
    let old = std::mem::replace(this.factory.change(thread), value);
    drop(old);
    Ok(())
}

/// Factory for default value called by __missing__().
#[getter(set = set_factory)]
fn default_factory(thread: &mut Thread, this: &DefaultDict) -> Value {
    this.factory.view(thread).clone().unwrap_or_else(Value::none)
}

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let base = DICT_SLOTS.repr.expect("dictionaries have a repr");
    let base = base(thread, object)?;
    let base = protocol::str_string(thread, base.as_ref())?;
    let factory = factory_of(thread, object);
    let factory = if factory.as_ref().is_none() {
        "None".to_owned()
    } else if thread.enter_repr(factory.as_ref()) {
        let text = protocol::repr_string(thread, factory.as_ref());
        thread.leave_repr(factory.as_ref());
        text?
    } else {
        "...".to_owned()
    };
    let name = object.ty().short_name().into_owned();
    thread.str(&format!("{name}({factory}, {base})"))
}

fn or(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>) -> Outcome {
    let (own, other) = if left.downcast::<DefaultDict>().is_some() { (left, right) } else { (right, left) };
    if other.downcast::<Dict>().is_none() {
        return Ok(Value::not_implemented());
    }
    let made = new_like(thread, own, left)?;
    protocol::call_method(thread, made.as_ref(), "update", &[right])?;
    Ok(made)
}
