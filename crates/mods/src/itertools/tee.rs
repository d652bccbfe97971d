//! `tee`: iterators that share what was read, in blocks.

use std::cell::Cell;

use taipan_macros::native;
use taipan_object::protocol;
use taipan_object::typeobject::{Slots, TypeDef, TypeFlags};
use taipan_object::types::list::List;
use taipan_object::{Header, Inside, Outcome, Ref, Thread, Type, Value, object};

pub(super) const TYPES: &[&Type] = &[&TEE, &TEE_DATA];

/// How many values a block holds.
const BLOCK: usize = 57;

/// A block of values that were read.
#[repr(C)]
pub struct TeeData {
    head: Header,
    iterator: Inside<Value>,
    values: Inside<Vec<Value>>,
    next: Inside<Option<Value>>,
    running: Cell<bool>,
}
object!(TeeData, TEE_DATA, holds: iterator, values, next);

/// The type `itertools._tee_dataobject`.
pub static TEE_DATA: Type = Type::new::<TeeData>(
    &TypeDef {
        doc: Some(
            "teedataobject(iterable, values, next, /)\n--\n\nData container common to multiple tee objects.",
        ),
        ..TypeDef::new("itertools._tee_dataobject")
    },
    TypeFlags::CONTAINER,
    Slots {
        new: Some(|thread, _, args| {
            args.no_keywords(thread, "teedataobject")?;
            let [iterator, values, next] = args.all() else {
                let count = args.all().len();
                return Err(thread.type_error(format!("teedataobject expected 3 arguments, got {count}")));
            };
            let Some(list) = values.downcast::<List>() else {
                let ty = values.ty().name().into_owned();
                return Err(thread.type_error(format!("teedataobject() argument 2 must be list, not {ty}")));
            };
            let values: Vec<Value> = list.view(thread).iter().map(|value| value.to_value()).collect();
            let linked = next.downcast::<TeeData>().is_some();
            if values.len() > BLOCK
                || (values.len() < BLOCK && !next.is_none())
                || (!next.is_none() && !linked)
            {
                return Err(thread.value_error("Invalid arguments"));
            }
            let made = new_data(thread, iterator.to_value())?;
            let own = data(made.as_ref());
            *own.values.change(thread) = values;
            *own.next.change(thread) = linked.then(|| next.to_value());
            Ok(made)
        }),
        ..Slots::holding::<TeeData>()
    },
);

fn data<'a>(object: Ref<'a>) -> &'a TeeData {
    object.downcast::<TeeData>().expect("a block")
}

fn new_data(thread: &mut Thread, iterator: Value) -> Outcome {
    thread.new_object(|head| TeeData {
        head,
        iterator: Inside::new(iterator),
        values: Inside::new(Vec::new()),
        next: Inside::new(None),
        running: Cell::new(false),
    })
}

/// A tee object.
#[repr(C)]
pub struct Tee {
    head: Header,
    block: Inside<Option<Value>>,
    index: Cell<usize>,
}
object!(Tee, TEE, holds: block);

/// The type `itertools._tee`.
pub static TEE: Type = Type::new::<Tee>(
    &TypeDef {
        doc: Some("Iterator wrapped to make it copyable."),
        signature: Some("(iterable, /)"),
        methods: &[&[__COPY__]],
        ..TypeDef::new("itertools._tee")
    },
    TypeFlags::CONTAINER.union(TypeFlags::WEAKREF),
    Slots {
        new: Some(|thread, ty, args| {
            let [iterable] = super::exactly(thread, ty, &TEE, args)?;
            from_iterable(thread, iterable)
        }),
        iter: Some(|_, object| Ok(object.to_value())),
        next: Some(next),
        ..Slots::holding::<Tee>()
    },
);

fn from_iterable(thread: &mut Thread, iterable: Ref<'_>) -> Outcome {
    let iterator = protocol::iter(thread, iterable)?;
    if let Some(tee) = iterator.downcast::<Tee>() {
        return copy_of(thread, tee);
    }
    let block = new_data(thread, iterator)?;
    thread.new_object(|head| Tee { head, block: Inside::new(Some(block)), index: Cell::new(0) })
}

fn copy_of(thread: &mut Thread, own: &Tee) -> Outcome {
    let block = Inside::new(own.block.view(thread).clone());
    let index = own.index.clone();
    thread.new_object(|head| Tee { head, block, index })
}

/// Returns an independent iterator.
#[native(signature = "($self, /)", name = "__copy__")]
fn __copy__(thread: &mut Thread, this: &Tee) -> Outcome {
    copy_of(thread, this)
}

fn next(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = object.downcast::<Tee>().expect("the slot of tees");
    let Some(mut block) = own.block.view(thread).clone() else { return Ok(None) };
    if own.index.get() >= BLOCK {
        let this = data(block.as_ref());
        let following = match this.next.view(thread).clone() {
            Some(following) => following,
            None => {
                let iterator = this.iterator.view(thread).clone();
                let made = new_data(thread, iterator)?;
                *this.next.change(thread) = Some(made.clone());
                made
            }
        };
        let old = own.block.change(thread).replace(following.clone());
        drop(old);
        own.index.set(0);
        block = following;
    }
    let this = data(block.as_ref());
    let index = own.index.get();
    if let Some(value) = this.values.view(thread).get(index).cloned() {
        own.index.set(index + 1);
        return Ok(Some(value));
    }
    if this.running.get() {
        return Err(thread.runtime_error("cannot re-enter the tee iterator"));
    }
    this.running.set(true);
    let iterator = this.iterator.view(thread).clone();
    let value = protocol::next(thread, iterator.as_ref());
    this.running.set(false);
    let Some(value) = value? else { return Ok(None) };
    this.values.change(thread).push(value.clone());
    own.index.set(index + 1);
    Ok(Some(value))
}

/// Returns a tuple of n independent iterators.
#[native(signature = "($module, iterable, n=2, /)", name = "tee")]
fn tee_function(thread: &mut Thread, iterable: Ref<'_>, n: Option<isize>) -> Outcome {
    let count = n.unwrap_or(2);
    if count < 0 {
        return Err(thread.value_error("n must be >= 0"));
    }
    if count == 0 {
        return thread.tuple([]);
    }
    let iterator = protocol::iter(thread, iterable)?;
    let name = thread.intern("__copy__")?;
    let copy = protocol::find_attribute(thread, iterator.as_ref(), name.as_ref())?;
    let first = match (&copy, iterator.downcast::<Tee>()) {
        (Some(_), None) => iterator,
        _ => from_iterable(thread, iterator.as_ref())?,
    };
    let mut all = vec![first];
    for _ in 1..count {
        let first = all[0].clone();
        let copy = protocol::call_method(thread, first.as_ref(), "__copy__", &[])?;
        all.push(copy);
    }
    thread.tuple(all)
}
