//! `takewhile`, `dropwhile`, `filterfalse`, `islice`, `accumulate`.

use std::cell::Cell;

use taipan_object::native::{Args, Parameters};
use taipan_object::protocol::{self, BinaryOp};
use taipan_object::typeobject::{TypeDef, allocate_instance};
use taipan_object::types::exception::{OVERFLOW_ERROR, TYPE_ERROR};
use taipan_object::{Header, Inside, Outcome, Ref, Thread, Type, Value, object};

use super::{exactly, iterator_type, parameters};

pub(super) const TYPES: &[&Type] = &[&TAKEWHILE, &DROPWHILE, &FILTERFALSE, &ISLICE, &ACCUMULATE];

macro_rules! filtering {
    ($($(#[$doc:meta])* $ty:ident $object:ident $def:expr, $next:expr;)*) => {$(
        /// An iterator with a predicate.
        #[repr(C)]
        pub struct $object {
            head: Header,
            function: Value,
            iterator: Value,
            /// Whether the predicate has decided for good.
            decided: Cell<bool>,
        }
        object!($object, $ty, holds: function, iterator);

        iterator_type!(
            $(#[$doc])*
            $ty $object $def,
            |thread, ty, args| {
                let [function, iterable] = exactly(thread, ty, &$ty, args)?;
                let iterator = protocol::iter(thread, iterable)?;
                let function = function.to_value();
                allocate_instance(thread, ty, |head| $object { head, function, iterator, decided: Cell::new(false) })
            },
            $next);
    )*};
}

fn holds(thread: &mut Thread, function: &Value, item: &Value) -> Outcome<bool> {
    let answer = protocol::call(thread, function.as_ref(), &[item.as_ref()])?;
    protocol::is_true(thread, answer.as_ref())
}

filtering! {
    /// The type `itertools.takewhile`.
    TAKEWHILE TakeWhile
    TypeDef {
        doc: Some("Return successive entries from an iterable as long as the predicate evaluates to true for each entry."),
        signature: Some("(predicate, iterable, /)"),
        ..TypeDef::new("itertools.takewhile")
    },
    |thread, object| {
        let own = TakeWhile::of(object);
        if own.decided.get() {
            return Ok(None);
        }
        let Some(item) = protocol::next(thread, own.iterator.as_ref())? else { return Ok(None) };
        if holds(thread, &own.function, &item)? {
            return Ok(Some(item));
        }
        own.decided.set(true);
        Ok(None)
    };
    /// The type `itertools.dropwhile`.
    DROPWHILE DropWhile
    TypeDef {
        doc: Some("Drop items from the iterable while predicate(item) is true.\n\nAfterwards, return every element until the iterable is exhausted."),
        signature: Some("(predicate, iterable, /)"),
        ..TypeDef::new("itertools.dropwhile")
    },
    |thread, object| {
        let own = DropWhile::of(object);
        loop {
            let Some(item) = protocol::next(thread, own.iterator.as_ref())? else { return Ok(None) };
            if own.decided.get() {
                return Ok(Some(item));
            }
            thread.poll()?;
            if !holds(thread, &own.function, &item)? {
                own.decided.set(true);
                return Ok(Some(item));
            }
        }
    };
    /// The type `itertools.filterfalse`.
    FILTERFALSE FilterFalse
    TypeDef {
        doc: Some("Return those items of iterable for which function(item) is false.\n\nIf function is None, return the items that are false."),
        signature: Some("(function, iterable, /)"),
        ..TypeDef::new("itertools.filterfalse")
    },
    |thread, object| {
        let own = FilterFalse::of(object);
        let by_truth = own.function.as_ref().is_none()
            || own.function.as_ref().is(taipan_object::types::boolean::BOOL.as_ref());
        loop {
            thread.poll()?;
            let Some(item) = protocol::next(thread, own.iterator.as_ref())? else { return Ok(None) };
            let good = match by_truth {
                true => protocol::is_true(thread, item.as_ref())?,
                false => holds(thread, &own.function, &item)?,
            };
            if !good {
                return Ok(Some(item));
            }
        }
    };
}

/// An islice object.
#[repr(C)]
pub struct ISlice {
    head: Header,
    iterator: Inside<Option<Value>>,
    next: Cell<usize>,
    /// `usize::MAX` without bound.
    stop: usize,
    step: usize,
    given: Cell<usize>,
}
object!(ISlice, ISLICE, holds: iterator);

iterator_type!(
    /// The type `itertools.islice`.
    ISLICE ISlice
    TypeDef {
        doc: Some("islice(iterable, stop) --> islice object\nislice(iterable, start, stop[, step]) --> islice object\n\nReturn an iterator whose next() method returns selected values from an\niterable.  If start is specified, will skip all preceding elements;\notherwise, start defaults to zero.  Step defaults to one.  If\nspecified as another value, step determines how many values are\nskipped between successive calls.  Works like a slice() on a list\nbut returns an iterator."),
        ..TypeDef::new("itertools.islice")
    },
    new_islice, next_islice);

/// A bound; none when it is no number that fits.
fn islice_bound(thread: &mut Thread, given: Ref<'_>) -> Outcome<Option<usize>> {
    if given.word().is_int() {
        return Ok(usize::try_from(given.word().int()).ok());
    }
    match protocol::index_i64(thread, given) {
        Ok(bound) => Ok(usize::try_from(bound).ok()),
        Err(raised) => {
            if !thread.exception_is(&TYPE_ERROR) && !thread.exception_is(&OVERFLOW_ERROR) {
                // Whatever an index method raises is forgotten as well.
                let _ = raised;
            }
            drop(thread.take_exception());
            Ok(None)
        }
    }
}

fn new_islice<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    if !super::has_own_init(ty, &ISLICE) {
        args.no_keywords(thread, "islice")?;
    }
    let (iterable, start, stop, step) = match args.positionals() {
        [iterable, stop] => (*iterable, None, *stop, None),
        [iterable, start, stop] => (*iterable, Some(*start), *stop, None),
        [iterable, start, stop, step] => (*iterable, Some(*start), *stop, Some(*step)),
        other => {
            let count = other.len();
            let (bound, most, plural) = if count < 2 { ("least", 2, "s") } else { ("most", 4, "s") };
            return Err(
                thread.type_error(format!("islice expected at {bound} {most} argument{plural}, got {count}"))
            );
        }
    };
    const STOP: &str = "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
    const INDICES: &str = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
    let stop = if stop.is_none() {
        usize::MAX
    } else {
        match islice_bound(thread, stop)? {
            Some(stop) => stop,
            None => return Err(thread.value_error(STOP)),
        }
    };
    let first = match start.filter(|start| !start.is_none()) {
        None => 0,
        Some(start) => match islice_bound(thread, start)? {
            Some(start) => start,
            None => return Err(thread.value_error(INDICES)),
        },
    };
    let step = match step.filter(|step| !step.is_none()) {
        None => 1,
        Some(step) => match islice_bound(thread, step)? {
            Some(step) if step > 0 => step,
            _ => return Err(thread.value_error("Step for islice() must be a positive integer or None.")),
        },
    };
    let iterator = Inside::new(Some(protocol::iter(thread, iterable)?));
    allocate_instance(thread, ty, |head| ISlice {
        head,
        iterator,
        next: Cell::new(first),
        stop,
        step,
        given: Cell::new(0),
    })
}

fn next_islice(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = ISlice::of(object);
    let Some(iterator) = own.iterator.view(thread).clone() else { return Ok(None) };
    let item = 'item: {
        while own.given.get() < own.next.get() {
            thread.poll()?;
            if protocol::next(thread, iterator.as_ref())?.is_none() {
                break 'item None;
            }
            own.given.set(own.given.get() + 1);
        }
        if own.given.get() >= own.stop {
            break 'item None;
        }
        protocol::next(thread, iterator.as_ref())?
    };
    if item.is_none() {
        let ended = own.iterator.change(thread).take();
        drop(ended);
        return Ok(None);
    }
    own.given.set(own.given.get() + 1);
    own.next.set(own.next.get().saturating_add(own.step).min(own.stop));
    Ok(item)
}

/// An accumulate object.
#[repr(C)]
pub struct Accumulate {
    head: Header,
    iterator: Value,
    function: Option<Value>,
    total: Inside<Option<Value>>,
    initial: Inside<Option<Value>>,
}
object!(Accumulate, ACCUMULATE, holds: iterator, function, total, initial);

iterator_type!(
    /// The type `itertools.accumulate`.
    ACCUMULATE Accumulate
    TypeDef {
        doc: Some("Return series of accumulated sums (or other binary function results)."),
        signature: Some("(iterable, func=None, *, initial=None)"),
        ..TypeDef::new("itertools.accumulate")
    },
    |thread, ty, args| {
        static PARAMETERS: Parameters = parameters!("accumulate" ["iterable", "func", "initial"] positional_only 0 positional 2 required 1);
        let [iterable, function, initial] = PARAMETERS.parse::<3>(thread, args)?;
        let iterator = protocol::iter(thread, iterable.expect("required"))?;
        let owned = |given: Option<Ref<'_>>| given.filter(|given| !given.is_none()).map(|given| given.to_value());
        let (function, initial) = (owned(function), Inside::new(owned(initial)));
        allocate_instance(thread, ty, |head| Accumulate { head, iterator, function, total: Inside::new(None), initial })
    },
    next_accumulate);

fn next_accumulate(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = Accumulate::of(object);
    if let Some(initial) = own.initial.change(thread).take() {
        let old = own.total.change(thread).replace(initial.clone());
        drop(old);
        return Ok(Some(initial));
    }
    let Some(item) = protocol::next(thread, own.iterator.as_ref())? else { return Ok(None) };
    let total = match (own.total.view(thread).clone(), &own.function) {
        (None, _) => item,
        (Some(total), None) => protocol::binary(thread, total.as_ref(), item.as_ref(), BinaryOp::Add)?,
        (Some(total), Some(function)) => {
            protocol::call(thread, function.as_ref(), &[total.as_ref(), item.as_ref()])?
        }
    };
    let old = own.total.change(thread).replace(total.clone());
    drop(old);
    Ok(Some(total))
}
