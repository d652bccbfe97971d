//! `count`, `cycle`, `repeat`.

use std::cell::Cell;

use taipan_macros::native;
use taipan_object::native::{Args, Parameters};
use taipan_object::protocol::{self, BinaryOp};
use taipan_object::typeobject::TypeDef;
use taipan_object::{Header, Inside, Outcome, Ref, Thread, Type, Value, object};

use super::{exactly, iterator_type, parameters};

pub(super) const TYPES: &[&Type] = &[&COUNT, &CYCLE, &REPEAT];

/// A count object.
#[repr(C)]
pub struct Count {
    head: Header,
    next: Inside<Value>,
    step: Value,
}
object!(Count, COUNT, holds: next, step);

iterator_type!(
    /// The type `itertools.count`.
    COUNT Count
    TypeDef {
        doc: Some("Return a count object whose .__next__() method returns consecutive values.\n\nEquivalent to:\n    def count(firstval=0, step=1):\n        x = firstval\n        while 1:\n            yield x\n            x += step"),
        signature: Some("(start=0, step=1)"),
        ..TypeDef::new("itertools.count")
    },
    new_count, next_count, repr: repr_count);

fn is_number(object: Ref<'_>) -> bool {
    let slots = object.ty().slots();
    slots.index.is_some() || slots.int.is_some() || slots.float.is_some() || object.ty().name() == "complex"
}

fn new_count<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    static PARAMETERS: Parameters =
        parameters!("count" ["start", "step"] positional_only 0 positional 2 required 0);
    let [start, step] = PARAMETERS.parse::<2>(thread, args)?;
    if start.into_iter().chain(step).any(|given| !is_number(given)) {
        return Err(thread.type_error("a number is required"));
    }
    let next = Inside::new(start.map_or_else(|| Value::small_int(0), |start| start.to_value()));
    let step = step.map_or_else(|| Value::small_int(1), |step| step.to_value());
    taipan_object::typeobject::allocate_instance(thread, ty, |head| Count { head, next, step })
}

fn next_count(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = Count::of(object);
    let current = own.next.view(thread).clone();
    let following = if current.word().is_int() && own.step.word().is_int() {
        thread.int(i128::from(current.word().int()) + i128::from(own.step.word().int()))?
    } else {
        protocol::binary(thread, current.as_ref(), own.step.as_ref(), BinaryOp::Add)?
    };
    let old = std::mem::replace(own.next.change(thread), following);
    drop(old);
    Ok(Some(current))
}

fn repr_count(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let own = Count::of(object);
    let name = object.ty().short_name().into_owned();
    let current = own.next.view(thread).clone();
    let current = protocol::repr_string(thread, current.as_ref())?;
    if own.step.word().is_int() && own.step.word().int() == 1 {
        return thread.str(&format!("{name}({current})"));
    }
    let step = protocol::repr_string(thread, own.step.as_ref())?;
    thread.str(&format!("{name}({current}, {step})"))
}

/// A cycle object.
#[repr(C)]
pub struct Cycle {
    head: Header,
    /// None once it has ended.
    iterator: Inside<Option<Value>>,
    saved: Inside<Vec<Value>>,
    index: Cell<usize>,
}
object!(Cycle, CYCLE, holds: iterator, saved);

iterator_type!(
    /// The type `itertools.cycle`.
    CYCLE Cycle
    TypeDef {
        doc: Some("Return elements from the iterable until it is exhausted. Then repeat the sequence indefinitely."),
        signature: Some("(iterable, /)"),
        ..TypeDef::new("itertools.cycle")
    },
    new_cycle, next_cycle);

fn new_cycle<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    let [iterable] = exactly(thread, ty, &CYCLE, args)?;
    let iterator = Inside::new(Some(protocol::iter(thread, iterable)?));
    taipan_object::typeobject::allocate_instance(thread, ty, |head| Cycle {
        head,
        iterator,
        saved: Inside::new(Vec::new()),
        index: Cell::new(0),
    })
}

fn next_cycle(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = Cycle::of(object);
    if let Some(iterator) = own.iterator.view(thread).clone() {
        if let Some(item) = protocol::next(thread, iterator.as_ref())? {
            let saved = own.saved.change(thread);
            if saved.try_reserve(1).is_err() {
                return Err(thread.no_memory());
            }
            saved.push(item.clone());
            return Ok(Some(item));
        }
        let ended = own.iterator.change(thread).take();
        drop(ended);
    }
    let saved = own.saved.view(thread);
    if saved.is_empty() {
        return Ok(None);
    }
    let index = own.index.get() % saved.len();
    let item = saved[index].clone();
    own.index.set(if index + 1 == saved.len() { 0 } else { index + 1 });
    Ok(Some(item))
}

/// A repeat object.
#[repr(C)]
pub struct Repeat {
    head: Header,
    element: Value,
    /// How often it will be given; `None` for ever.
    left: Cell<Option<u64>>,
}
object!(Repeat, REPEAT, holds: element);

iterator_type!(
    /// The type `itertools.repeat`.
    REPEAT Repeat
    TypeDef {
        doc: Some("repeat(object [,times]) -> create an iterator which returns the object\nfor the specified number of times.  If not specified, returns the object\nendlessly."),
        methods: &[&[__LENGTH_HINT__]],
        ..TypeDef::new("itertools.repeat")
    },
    new_repeat, next_repeat, repr: repr_repeat);

fn new_repeat<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    static PARAMETERS: Parameters =
        parameters!("repeat" ["object", "times"] positional_only 0 positional 2 required 1);
    let [element, times] = PARAMETERS.parse::<2>(thread, args)?;
    let left = match times {
        Some(times) => {
            let times = protocol::index(thread, times)?;
            let Some(times) =
                taipan_object::types::int::to_int(times.as_ref()).and_then(|times| times.to_i64())
            else {
                return Err(thread.overflow_error("Python int too large to convert to C ssize_t"));
            };
            Some(times.max(0) as u64)
        }
        None => None,
    };
    let element = element.expect("required").to_value();
    taipan_object::typeobject::allocate_instance(thread, ty, |head| Repeat {
        head,
        element,
        left: Cell::new(left),
    })
}

fn next_repeat(_: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = Repeat::of(object);
    match own.left.get() {
        Some(0) => return Ok(None),
        Some(left) => own.left.set(Some(left - 1)),
        None => {}
    }
    Ok(Some(own.element.clone()))
}

fn repr_repeat(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let own = Repeat::of(object);
    let name = object.ty().short_name().into_owned();
    let element = protocol::repr_string(thread, own.element.as_ref())?;
    match own.left.get() {
        None => thread.str(&format!("{name}({element})")),
        Some(left) => thread.str(&format!("{name}({element}, {left})")),
    }
}

/// Private method returning an estimate of len(list(it)).
#[native(signature = "($self, /)", name = "__length_hint__")]
fn __length_hint__(thread: &mut Thread, this: &Repeat) -> Outcome<u64> {
    this.left.get().ok_or_else(|| thread.type_error("len() of unsized object"))
}
