//! `FrameLocalsProxy`: the variables of a function's frame as a mapping that writes through
//! (PEP 667).

use taipan_code::co;
use taipan_layout::Header;
use taipan_macros::native;

use super::FrameObject;
use crate::native::{Args, MethodDef};
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{CompareOp, Slots, Type, TypeDef, TypeFlags};
use crate::types::cell::Cell;
use crate::types::dict::Dict;
use crate::types::exception::KEY_ERROR;
use crate::types::str::Str;
use crate::value::{Outcome, Ref, Value};

/// A proxy object.
#[repr(C)]
pub struct FrameLocalsProxy {
    head: Header,
    frame: Value,
}

crate::object!(FrameLocalsProxy, FRAME_LOCALS_PROXY, holds: frame);

/// The type `FrameLocalsProxy`.
pub static FRAME_LOCALS_PROXY: Type = Type::new::<FrameLocalsProxy>(
    &TypeDef { methods: &[METHODS], ..TypeDef::new("FrameLocalsProxy") },
    TypeFlags::CONTAINER.union(TypeFlags::MAPPING),
    Slots {
        new: Some(new),
        repr: Some(repr),
        hash: Some(protocol::not_hashable),
        compare: Some(compare),
        iter: Some(|thread, object| {
            let keys = keys(thread, proxied(object))?;
            protocol::iter(thread, keys.as_ref())
        }),
        or: Some(or),
        inplace_or: Some(inplace_or),
        length: Some(|thread, object| Ok(entries(thread, proxied(object).frame())?.len())),
        subscript: Some(|thread, object, key| get_item(thread, proxied(object), key)),
        set_subscript: Some(|thread, object, key, value| set_item(thread, proxied(object), key, value)),
        contains: Some(|thread, object, key| contains(thread, proxied(object), key)),
        ..Slots::holding::<FrameLocalsProxy>()
    },
);

fn proxied(object: Ref<'_>) -> &FrameLocalsProxy {
    object.downcast::<FrameLocalsProxy>().expect("the slot of proxies")
}

impl FrameLocalsProxy {
    fn frame(&self) -> &FrameObject {
        self.frame.downcast::<FrameObject>().expect("made with a frame")
    }
}

/// A proxy of a frame's variables.
pub(super) fn proxy(thread: &mut Thread, frame: Ref<'_>) -> Outcome {
    let frame = frame.to_value();
    thread.new_object(|head| FrameLocalsProxy { head, frame })
}

fn new<'a>(thread: &mut Thread, _: &'a Type, args: Args<'a>) -> Outcome {
    let given = args.positionals();
    let &[frame] = given else {
        let count = given.len();
        return Err(thread.type_error(format!("FrameLocalsProxy expected 1 argument, got {count}")));
    };
    if frame.downcast::<FrameObject>().is_none() {
        let ty = frame.ty().qualified_name(thread);
        return Err(thread.type_error(format!("expect frame, not {ty}")));
    }
    if args.keyword_count() != 0 {
        return Err(thread.type_error("FrameLocalsProxy takes no keyword arguments"));
    }
    proxy(thread, frame)
}

/// The variable that a slot means: a cell's content, where the slot is one's.
fn content(thread: &Thread, frame: &FrameObject, index: usize) -> Option<Value> {
    let value = frame.variable(thread, index)?;
    let kind = frame.code().source.localspluskinds[index];
    match value.as_ref().exact::<Cell>() {
        Some(cell) if kind & (co::FAST_CELL | co::FAST_FREE) != 0 => cell.get(thread),
        _ => Some(value),
    }
}

/// Names and values of what is set, the variables first.
fn entries(thread: &mut Thread, frame: &FrameObject) -> Outcome<Vec<(Value, Value)>> {
    let mut all = Vec::new();
    for index in 0..frame.code().locals as usize {
        if let Some(value) = content(thread, frame, index) {
            all.push((frame.code().local_name(index).clone(), value));
        }
    }
    if let Some(extra) = frame.extra.view(thread).clone() {
        let extra = extra.downcast::<Dict>().expect("a dictionary");
        let mut position = 0;
        while let Some((next, key, value)) = extra.next_entry(thread, position) {
            position = next;
            all.push((key, value));
        }
    }
    Ok(all)
}

/// A new dictionary of a frame's variables.
pub fn locals_dict(thread: &mut Thread, frame: &FrameObject) -> Outcome {
    let made = thread.dict()?;
    let dict = made.downcast::<Dict>().expect("just made");
    for (key, value) in entries(thread, frame)? {
        dict.set(thread, key.as_ref(), value)?;
    }
    Ok(made)
}

/// What one wants of a variable found by name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// A value: the variable must be set.
    Reading,
    /// A place: the variable must not be that of an inlined comprehension.
    Writing,
}

fn usable(thread: &Thread, frame: &FrameObject, index: usize, wanted: Wanted) -> bool {
    match wanted {
        Wanted::Reading => content(thread, frame, index).is_some(),
        Wanted::Writing => frame.code().source.localspluskinds[index] & co::FAST_HIDDEN == 0,
    }
}

/// The variable of a name.
fn find(thread: &mut Thread, frame: &FrameObject, key: Ref<'_>, wanted: Wanted) -> Outcome<Option<usize>> {
    let hash = protocol::hash(thread, key)?;
    let names = frame.code().local_names();
    let mut known = false;
    for (index, name) in names.iter().enumerate() {
        if name.as_ref().is(key) {
            if usable(thread, frame, index, wanted) {
                return Ok(Some(index));
            }
            known = true;
        }
    }
    if known {
        return Ok(None);
    }
    for (index, name) in names.iter().enumerate() {
        let text = name.downcast::<Str>().expect("a name");
        if text.hash(thread.interp()) == hash
            && protocol::compare_bool(thread, name.as_ref(), key, CompareOp::Eq)?
            && usable(thread, frame, index, wanted)
        {
            return Ok(Some(index));
        }
    }
    Ok(None)
}

fn extra(thread: &Thread, frame: &FrameObject) -> Option<Value> {
    frame.extra.view(thread).clone()
}

fn look_up(thread: &mut Thread, this: &FrameLocalsProxy, key: Ref<'_>) -> Outcome<Option<Value>> {
    let frame = this.frame();
    if let Some(index) = find(thread, frame, key, Wanted::Reading)? {
        return Ok(content(thread, frame, index));
    }
    match extra(thread, frame) {
        Some(extra) => extra.downcast::<Dict>().expect("a dictionary").get(thread, key),
        None => Ok(None),
    }
}

fn get_item(thread: &mut Thread, this: &FrameLocalsProxy, key: Ref<'_>) -> Outcome {
    match look_up(thread, this, key)? {
        Some(value) => Ok(value),
        None => {
            let key = protocol::repr_string(thread, key)?;
            Err(thread.raise_new(&KEY_ERROR, format!("local variable '{key}' is not defined")))
        }
    }
}

fn set_item(
    thread: &mut Thread,
    this: &FrameLocalsProxy,
    key: Ref<'_>,
    value: Option<Ref<'_>>,
) -> Outcome<()> {
    let frame = this.frame();
    if let Some(index) = find(thread, frame, key, Wanted::Writing)? {
        let Some(value) = value else {
            return Err(thread.value_error("cannot remove local variables from FrameLocalsProxy"));
        };
        let kind = frame.code().source.localspluskinds[index];
        let slot = frame.variable(thread, index);
        let cell = slot.as_ref().and_then(|slot| slot.as_ref().exact::<Cell>());
        match cell.filter(|_| kind & (co::FAST_CELL | co::FAST_FREE) != 0) {
            Some(cell) => drop(cell.set(thread, Some(value.to_value()))),
            None => frame.set_variable(thread, index, value.to_value()),
        }
        return Ok(());
    }
    let extra = match extra(thread, frame) {
        Some(extra) => extra,
        None if value.is_none() => return Err(thread.key_error(key)),
        None => {
            let made = thread.dict()?;
            *frame.extra.change(thread) = Some(made.clone());
            made
        }
    };
    let extra = extra.downcast::<Dict>().expect("a dictionary");
    match value {
        Some(value) => extra.set(thread, key, value.to_value()),
        None => match extra.remove(thread, key)? {
            Some(_) => Ok(()),
            None => Err(thread.key_error(key)),
        },
    }
}

fn contains(thread: &mut Thread, this: &FrameLocalsProxy, key: Ref<'_>) -> Outcome<bool> {
    Ok(look_up(thread, this, key)?.is_some())
}

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    if !thread.enter_repr(object) {
        return thread.str("{...}");
    }
    let text =
        locals_dict(thread, proxied(object).frame()).and_then(|dict| protocol::repr(thread, dict.as_ref()));
    thread.leave_repr(object);
    text
}

fn compare(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>, op: CompareOp) -> Outcome {
    let own = proxied(left);
    if let Some(other) = right.downcast::<FrameLocalsProxy>() {
        let same = own.frame.as_ref().is(other.frame.as_ref());
        return Ok(match op {
            CompareOp::Eq => Value::bool(same),
            CompareOp::Ne => Value::bool(!same),
            _ => Value::not_implemented(),
        });
    }
    if right.downcast::<Dict>().is_some() {
        let dict = locals_dict(thread, own.frame())?;
        return protocol::compare(thread, dict.as_ref(), right, op);
    }
    Ok(Value::not_implemented())
}

/// What can be merged with a proxy: a dictionary or another proxy.
fn mergeable(thread: &mut Thread, other: Ref<'_>) -> Outcome<Option<Vec<(Value, Value)>>> {
    if let Some(other) = other.downcast::<FrameLocalsProxy>() {
        return entries(thread, other.frame()).map(Some);
    }
    let Some(dict) = other.downcast::<Dict>() else { return Ok(None) };
    let mut all = Vec::new();
    let mut position = 0;
    while let Some((next, key, value)) = dict.next_entry(thread, position) {
        position = next;
        all.push((key, value));
    }
    Ok(Some(all))
}

fn or(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>) -> Outcome {
    let (Some(first), Some(second)) = (mergeable(thread, left)?, mergeable(thread, right)?) else {
        return Ok(Value::not_implemented());
    };
    let made = thread.dict()?;
    let dict = made.downcast::<Dict>().expect("just made");
    for (key, value) in first.into_iter().chain(second) {
        dict.set(thread, key.as_ref(), value)?;
    }
    Ok(made)
}

fn merge(thread: &mut Thread, this: &FrameLocalsProxy, other: Ref<'_>) -> Outcome<bool> {
    let Some(all) = mergeable(thread, other)? else { return Ok(false) };
    for (key, value) in all {
        set_item(thread, this, key.as_ref(), Some(value.as_ref()))?;
    }
    Ok(true)
}

fn inplace_or(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>) -> Outcome {
    Ok(if merge(thread, proxied(left), right)? { left.to_value() } else { Value::not_implemented() })
}

const METHODS: &[MethodDef] =
    &[__CONTAINS__, __GETITEM__, UPDATE, __REVERSED__, COPY, KEYS, VALUES, ITEMS, GET, POP, SETDEFAULT];

#[native(signature = "($self, object, /)", name = "__contains__")]
fn __contains__(thread: &mut Thread, this: &FrameLocalsProxy, key: Ref<'_>) -> Outcome<bool> {
    contains(thread, this, key)
}

#[native(signature = "($self, object, /)", name = "__getitem__")]
fn __getitem__(thread: &mut Thread, this: &FrameLocalsProxy, key: Ref<'_>) -> Outcome {
    get_item(thread, this, key)
}

#[native(signature = "($self, object, /)")]
fn update(thread: &mut Thread, this: &FrameLocalsProxy, other: Ref<'_>) -> Outcome<()> {
    if merge(thread, this, other)? {
        return Ok(());
    }
    Err(thread.type_error("update() argument must be dict or another FrameLocalsProxy"))
}

#[native(signature = "($self, /)", name = "__reversed__")]
fn __reversed__(thread: &mut Thread, this: &FrameLocalsProxy) -> Outcome {
    let mut names: Vec<Value> = entries(thread, this.frame())?.into_iter().map(|(key, _)| key).collect();
    names.reverse();
    thread.list(names)
}

#[native(signature = "($self, /)")]
fn copy(thread: &mut Thread, this: &FrameLocalsProxy) -> Outcome {
    locals_dict(thread, this.frame())
}

#[native(signature = "($self, /)")]
fn keys(thread: &mut Thread, this: &FrameLocalsProxy) -> Outcome {
    let names: Vec<Value> = entries(thread, this.frame())?.into_iter().map(|(key, _)| key).collect();
    thread.list(names)
}

#[native(signature = "($self, /)")]
fn values(thread: &mut Thread, this: &FrameLocalsProxy) -> Outcome {
    let values: Vec<Value> = entries(thread, this.frame())?.into_iter().map(|(_, value)| value).collect();
    thread.list(values)
}

#[native(signature = "($self, /)")]
fn items(thread: &mut Thread, this: &FrameLocalsProxy) -> Outcome {
    let mut pairs = Vec::new();
    for (key, value) in entries(thread, this.frame())? {
        pairs.push(thread.tuple([key, value])?);
    }
    thread.list(pairs)
}

/// One or two positional arguments.
fn one_or_two<'a>(
    thread: &mut Thread,
    args: Args<'a>,
    name: &str,
    words: &str,
) -> Outcome<(Ref<'a>, Option<Ref<'a>>)> {
    args.no_keywords(thread, &format!("FrameLocalsProxy.{name}"))?;
    match *args.positionals() {
        [key] => Ok((key, None)),
        [key, default] => Ok((key, Some(default))),
        _ => Err(thread.type_error(words)),
    }
}

#[native(signature = "($self, *args)")]
fn get(thread: &mut Thread, this: &FrameLocalsProxy, args: Args<'_>) -> Outcome {
    let (key, default) = one_or_two(thread, args, "get", "get expected 1 or 2 arguments")?;
    Ok(match look_up(thread, this, key)? {
        Some(value) => value,
        None => default.map_or_else(Value::none, |default| default.to_value()),
    })
}

#[native(signature = "($self, *args)")]
fn setdefault(thread: &mut Thread, this: &FrameLocalsProxy, args: Args<'_>) -> Outcome {
    let (key, default) = one_or_two(thread, args, "setdefault", "setdefault expected 1 or 2 arguments")?;
    if let Some(value) = look_up(thread, this, key)? {
        return Ok(value);
    }
    let default = default.unwrap_or(Ref::none());
    set_item(thread, this, key, Some(default))?;
    Ok(default.to_value())
}

#[native(signature = "($self, *args)")]
fn pop(thread: &mut Thread, this: &FrameLocalsProxy, args: Args<'_>) -> Outcome {
    let words = match args.positionals().len() {
        0 => "pop expected at least 1 argument, got 0".to_owned(),
        count => format!("pop expected at most 2 arguments, got {count}"),
    };
    let (key, default) = one_or_two(thread, args, "pop", &words)?;
    let frame = this.frame();
    if find(thread, frame, key, Wanted::Writing)?.is_some() {
        return Err(thread.value_error("cannot remove local variables from FrameLocalsProxy"));
    }
    let removed = match extra(thread, frame) {
        Some(extra) => extra.downcast::<Dict>().expect("a dictionary").remove(thread, key)?,
        None => None,
    };
    match (removed, default) {
        (Some(value), _) => Ok(value),
        (None, Some(default)) => Ok(default.to_value()),
        (None, None) => Err(thread.key_error(key)),
    }
}
