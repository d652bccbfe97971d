//! `groupby`.

use std::cell::Cell;

use taipan_object::native::Parameters;
use taipan_object::protocol;
use taipan_object::typeobject::{CompareOp, Slots, TypeDef, TypeFlags, allocate_instance};
use taipan_object::{Header, Inside, Outcome, Ref, Thread, Type, Value, object};

use super::{iterator_type, parameters};

pub(super) const TYPES: &[&Type] = &[&GROUPBY, &GROUPER];

/// A groupby object.
#[repr(C)]
pub struct GroupBy {
    head: Header,
    iterator: Value,
    key_function: Option<Value>,
    target: Inside<Option<Value>>,
    key: Inside<Option<Value>>,
    value: Inside<Option<Value>>,
    /// The number of the group that may be read.
    group: Cell<u64>,
}
object!(GroupBy, GROUPBY, holds: iterator, key_function, target, key, value);

iterator_type!(
    /// The type `itertools.groupby`.
    GROUPBY GroupBy
    TypeDef {
        doc: Some("make an iterator that returns consecutive keys and groups from the iterable\n\n  iterable\n    Elements to divide into groups according to the key function.\n  key\n    A function for computing the group category for each element.\n    If the key function is not specified or is None, the element itself\n    is used for grouping."),
        signature: Some("(iterable, key=None)"),
        ..TypeDef::new("itertools.groupby")
    },
    |thread, ty, args| {
        static PARAMETERS: Parameters = parameters!("groupby" ["iterable", "key"] positional_only 0 positional 2 required 1);
        let [iterable, key] = PARAMETERS.parse::<2>(thread, args)?;
        let iterator = protocol::iter(thread, iterable.expect("required"))?;
        let key_function = key.filter(|key| !key.is_none()).map(|key| key.to_value());
        allocate_instance(thread, ty, |head| GroupBy {
            head,
            iterator,
            key_function,
            target: Inside::new(None),
            key: Inside::new(None),
            value: Inside::new(None),
            group: Cell::new(0),
        })
    },
    next_groupby);

/// Reads the next item and its key; false at the end.
fn step(thread: &mut Thread, own: &GroupBy) -> Outcome<bool> {
    let Some(value) = protocol::next(thread, own.iterator.as_ref())? else { return Ok(false) };
    let key = match &own.key_function {
        None => value.clone(),
        Some(function) => protocol::call(thread, function.as_ref(), &[value.as_ref()])?,
    };
    let old = (own.value.change(thread).replace(value), own.key.change(thread).replace(key));
    drop(old);
    Ok(true)
}

fn next_groupby(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = GroupBy::of(object);
    own.group.set(own.group.get() + 1);
    let key = loop {
        thread.poll()?;
        match (own.key.view(thread).clone(), own.target.view(thread).clone()) {
            (None, _) => {}
            (Some(key), None) => break key,
            (Some(key), Some(target)) => {
                if !protocol::compare_bool(thread, target.as_ref(), key.as_ref(), CompareOp::Eq)? {
                    break key;
                }
            }
        }
        if !step(thread, own)? {
            return Ok(None);
        }
    };
    let old = own.target.change(thread).replace(key.clone());
    drop(old);
    let group = own.group.get();
    let grouper = make_grouper(thread, object, key.clone(), group)?;
    thread.tuple([key, grouper]).map(Some)
}

/// The items of one group.
#[repr(C)]
pub struct Grouper {
    head: Header,
    parent: Inside<Option<Value>>,
    target: Value,
    group: u64,
}
object!(Grouper, GROUPER, holds: parent, target);

/// The type `itertools._grouper`.
pub static GROUPER: Type = Type::new::<Grouper>(
    &TypeDef::new("itertools._grouper"),
    TypeFlags::CONTAINER,
    Slots {
        new: Some(|thread, _, args| {
            args.no_keywords(thread, "_grouper")?;
            let [parent, key] = args.all() else {
                let count = args.all().len();
                return Err(thread.type_error(format!("_grouper expected 2 arguments, got {count}")));
            };
            let Some(own) = parent.downcast::<GroupBy>() else {
                let ty = parent.ty().name().into_owned();
                return Err(
                    thread.type_error(format!("_grouper() argument 1 must be itertools.groupby, not {ty}"))
                );
            };
            own.group.set(own.group.get() + 1);
            let group = own.group.get();
            make_grouper(thread, *parent, key.to_value(), group)
        }),
        iter: Some(|_, object| Ok(object.to_value())),
        next: Some(next_grouper),
        ..Slots::holding::<Grouper>()
    },
);

fn make_grouper(thread: &mut Thread, parent: Ref<'_>, target: Value, group: u64) -> Outcome {
    let parent = Inside::new(Some(parent.to_value()));
    thread.new_object(|head| Grouper { head, parent, target, group })
}

fn next_grouper(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = object.downcast::<Grouper>().expect("the slot of groupers");
    let Some(parent) = own.parent.view(thread).clone() else { return Ok(None) };
    let parent = GroupBy::of(parent.as_ref());
    if parent.group.get() != own.group {
        return Ok(None);
    }
    if parent.value.view(thread).is_none() && !step(thread, parent)? {
        return Ok(None);
    }
    let Some(key) = parent.key.view(thread).clone() else { return Ok(None) };
    if !protocol::compare_bool(thread, own.target.as_ref(), key.as_ref(), CompareOp::Eq)? {
        return Ok(None);
    }
    let value = parent.value.change(thread).take();
    let old = parent.key.change(thread).take();
    drop(old);
    Ok(value)
}
