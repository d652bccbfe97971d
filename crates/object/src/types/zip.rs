//! `map`, `filter` and `zip`: iterators over other iterators.
//!
//! Answers for the types in CPython's `Python/bltinmodule.c`.
#![allow(unsafe_code)] // traversal

use std::cell::Cell;

use smallvec::SmallVec;
use taipan_layout::Header;

use crate::native::{Args, Binding, MethodDef, NativeCall};
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{Slots, Type, TypeDef, TypeFlags, Visitor, allocate_instance, drop_object};
use crate::types::object::OBJECT_SLOTS;
use crate::types::str::Str;
use crate::value::{Object, Outcome, Ref, Value};

const FLAGS: TypeFlags = TypeFlags::BASE.union(TypeFlags::CONTAINER);

/// A `map` or `zip`: iterators that are asked in step; `zip` has no function.
#[repr(C)]
pub struct Parallel {
    head: Header,
    function: Option<Value>,
    iterators: Box<[Value]>,
    strict: Cell<bool>,
}

/// The struct of `zip`: that of [`Parallel`], of another type.
#[repr(transparent)]
struct Zip(Parallel);

// SAFETY: `repr(C)`, the header first.
unsafe impl Object for Parallel {
    const TYPE: &'static Type = &MAP;
}

// SAFETY: `repr(C)` within, the header first.
unsafe impl Object for Zip {
    const TYPE: &'static Type = &ZIP;
}

/// The type `map`.
pub static MAP: Type = Type::new::<Parallel>(
    &TypeDef {
        doc: Some(
            "Make an iterator that computes the function using arguments from\neach of the iterables.  Stops when the shortest iterable is exhausted.\n\nIf strict is true and one of the arguments is exhausted before the\nothers, raise a ValueError.",
        ),
        signature: Some("(function, iterable, /, *iterables, strict=False)"),
        methods: &[PARALLEL_METHODS],
        ..TypeDef::new("map")
    },
    FLAGS,
    Slots { new: Some(new_map), next: Some(next_mapped), ..PARALLEL_SLOTS },
);

/// The type `zip`.
pub static ZIP: Type = Type::new::<Zip>(
    &TypeDef {
        doc: Some(
            "The zip object yields n-length tuples, where n is the number of\niterables passed as positional arguments to zip().  The i-th element\nin every tuple comes from the i-th iterable argument to zip().  This\ncontinues until the shortest argument is exhausted.\n\nIf strict is true and one of the arguments is exhausted before the\nothers, raise a ValueError.\n\n   >>> list(zip('abcdefg', range(3), range(4)))\n   [('a', 0, 0), ('b', 1, 1), ('c', 2, 2)]",
        ),
        signature: Some("(*iterables, strict=False)"),
        methods: &[PARALLEL_METHODS],
        ..TypeDef::new("zip")
    },
    FLAGS,
    Slots { new: Some(new_zip), next: Some(next_zipped), ..PARALLEL_SLOTS },
);

const PARALLEL_SLOTS: Slots = Slots {
    drop: drop_object::<Parallel>,
    traverse: traverse_parallel,
    iter: Some(|_, object| Ok(object.to_value())),
    ..OBJECT_SLOTS
};

const PARALLEL_METHODS: &[MethodDef] = &[
    MethodDef {
        name: "__reduce__",
        doc: Some("Return state information for pickling."),
        signature: Some("($self, /)"),
        call: NativeCall::NoArgs(|thread, object| {
            let own = parallel(object);
            let parts: Vec<Value> = own.function.iter().chain(&*own.iterators).cloned().collect();
            let arguments = thread.tuple(parts)?;
            let class = Ref::of(object.ty()).to_value();
            if own.strict.get() {
                thread.tuple([class, arguments, Value::bool(true)])
            } else {
                thread.tuple([class, arguments])
            }
        }),
        binding: Binding::Instance,
    },
    MethodDef {
        name: "__setstate__",
        doc: Some("Set state information for unpickling."),
        signature: Some("($self, object, /)"),
        call: NativeCall::One(|thread, object, state| {
            parallel(object).strict.set(protocol::is_true(thread, state)?);
            Ok(Value::none())
        }),
        binding: Binding::Instance,
    },
];

unsafe fn traverse_parallel(object: *const Header, visitor: &mut Visitor<'_>) {
    // SAFETY: the object is a live `map` or `zip`.
    unsafe {
        let own = &*object.cast::<Parallel>();
        visitor.option(&own.function);
        own.iterators.iter().for_each(|iterator| visitor.visit(iterator));
    }
}

fn parallel<'a>(object: Ref<'a>) -> &'a Parallel {
    let zip = || object.downcast::<Zip>().map(|zip| &zip.0);
    object.downcast::<Parallel>().or_else(zip).expect("the slot of map or zip")
}

/// The value of the only keyword argument that `map` and `zip` have.
fn strict<'a>(thread: &mut Thread, args: Args<'a>, function: &str) -> Outcome<bool> {
    let mut strict = false;
    for (name, value) in args.keywords() {
        let text = name.downcast::<Str>().map(|name| name.to_string_lossy().into_owned());
        if text.as_deref() != Some("strict") {
            let text = text.unwrap_or_default();
            return Err(
                thread.type_error(format!("{function}() got an unexpected keyword argument '{text}'"))
            );
        }
        strict = protocol::is_true(thread, value)?;
    }
    Ok(strict)
}

fn iterators(thread: &mut Thread, iterables: &[Ref<'_>]) -> Outcome<Box<[Value]>> {
    iterables.iter().map(|iterable| protocol::iter(thread, *iterable)).collect()
}

fn new_map<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    let strict = if ty.is(&MAP) { strict(thread, args, "map")? } else { false };
    let [function, iterables @ ..] = args.positionals() else {
        return Err(thread.type_error("map() must have at least two arguments."));
    };
    if iterables.is_empty() {
        return Err(thread.type_error("map() must have at least two arguments."));
    }
    let iterators = iterators(thread, iterables)?;
    let function = Some(function.to_value());
    allocate_instance(thread, ty, |head| Parallel { head, function, iterators, strict: Cell::new(strict) })
}

fn new_zip<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    let strict = if ty.is(&ZIP) { strict(thread, args, "zip")? } else { false };
    let mut all = Vec::with_capacity(args.positionals().len());
    for (index, iterable) in args.positionals().iter().enumerate() {
        match protocol::iter(thread, *iterable) {
            Ok(iterator) => all.push(iterator),
            Err(raised) => {
                let slots = iterable.ty().slots();
                if slots.iter.is_some() || protocol::is_sequence(*iterable) {
                    return Err(raised);
                }
                drop(thread.take_exception());
                let name = iterable.ty().name().into_owned();
                return Err(thread
                    .type_error(format!("'{name}' object is not iterable (zip argument #{})", index + 1)));
            }
        }
    }
    let iterators = all.into_boxed_slice();
    allocate_instance(thread, ty, |head| {
        Zip(Parallel { head, function: None, iterators, strict: Cell::new(strict) })
    })
}

/// One item of each iterator, or none when one has ended.
fn step(thread: &mut Thread, own: &Parallel, function: &str) -> Outcome<Option<SmallVec<[Value; 4]>>> {
    let mut items = SmallVec::new();
    for (index, iterator) in own.iterators.iter().enumerate() {
        match protocol::next(thread, iterator.as_ref())? {
            Some(item) => items.push(item),
            None if own.strict.get() => return Err(uneven(thread, own, function, index)?),
            None => return Ok(None),
        }
    }
    Ok(Some(items))
}

/// The complaint of a strict iteration in which iterator `ended` is the first to have ended; the
/// end of all of them is no reason to complain.
fn uneven(
    thread: &mut Thread,
    own: &Parallel,
    function: &str,
    ended: usize,
) -> Outcome<crate::value::Raised> {
    let range = |last: usize| if last == 1 { " 1".to_owned() } else { format!("s 1-{last}") };
    if ended > 0 {
        let (argument, others) = (ended + 1, range(ended));
        return Ok(
            thread.value_error(format!("{function}() argument {argument} is shorter than argument{others}"))
        );
    }
    for (index, iterator) in own.iterators.iter().enumerate().skip(1) {
        if protocol::next(thread, iterator.as_ref())?.is_some() {
            let (argument, others) = (index + 1, range(index));
            return Ok(thread
                .value_error(format!("{function}() argument {argument} is longer than argument{others}")));
        }
    }
    Ok(thread.stop_iteration(None))
}

/// Whether the exception is the end that [`uneven`] found.
fn or_end<T>(thread: &mut Thread, result: Outcome<Option<T>>, own: &Parallel) -> Outcome<Option<T>> {
    match result {
        Err(raised) if own.strict.get() => {
            protocol::end_of_iteration(thread, raised)?;
            Ok(None)
        }
        other => other,
    }
}

fn next_mapped(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = parallel(object);
    let items = step(thread, own, "map");
    let Some(items) = or_end(thread, items, own)? else { return Ok(None) };
    let function = own.function.as_ref().expect("map has a function");
    let arguments: SmallVec<[Ref<'_>; 4]> = items.iter().map(Value::as_ref).collect();
    protocol::call(thread, function.as_ref(), &arguments).map(Some)
}

fn next_zipped(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = parallel(object);
    if own.iterators.is_empty() {
        return Ok(None);
    }
    let items = step(thread, own, "zip");
    let Some(items) = or_end(thread, items, own)? else { return Ok(None) };
    thread.tuple(items).map(Some)
}

/// A `filter` object.
#[repr(C)]
pub struct Filter {
    head: Header,
    function: Value,
    iterator: Value,
}

// SAFETY: `repr(C)`, the header first.
unsafe impl Object for Filter {
    const TYPE: &'static Type = &FILTER;
}

/// The type `filter`.
pub static FILTER: Type = Type::new::<Filter>(
    &TypeDef {
        doc: Some(
            "Return an iterator yielding those items of iterable for which\nfunction(item) is true.  If function is None, return the items that\nare true.",
        ),
        signature: Some("(function, iterable, /)"),
        methods: &[FILTER_METHODS],
        ..TypeDef::new("filter")
    },
    FLAGS,
    Slots {
        drop: drop_object::<Filter>,
        traverse: traverse_filter,
        new: Some(new_filter),
        iter: Some(|_, object| Ok(object.to_value())),
        next: Some(next_filtered),
        ..OBJECT_SLOTS
    },
);

const FILTER_METHODS: &[MethodDef] = &[MethodDef {
    name: "__reduce__",
    doc: Some("Return state information for pickling."),
    signature: Some("($self, /)"),
    call: NativeCall::NoArgs(|thread, object| {
        let own = filter(object);
        let arguments = thread.tuple([own.function.clone(), own.iterator.clone()])?;
        thread.tuple([Ref::of(object.ty()).to_value(), arguments])
    }),
    binding: Binding::Instance,
}];

unsafe fn traverse_filter(object: *const Header, visitor: &mut Visitor<'_>) {
    // SAFETY: the object is a live `filter`.
    unsafe {
        let own = &*object.cast::<Filter>();
        visitor.visit(&own.function);
        visitor.visit(&own.iterator);
    }
}

fn filter<'a>(object: Ref<'a>) -> &'a Filter {
    object.downcast::<Filter>().expect("the slot of filter")
}

fn new_filter<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    if ty.is(&FILTER) {
        args.no_keywords(thread, "filter")?;
    }
    let [function, iterable] = args.positionals() else {
        let count = args.positionals().len();
        return Err(thread.type_error(format!("filter expected 2 arguments, got {count}")));
    };
    let iterator = protocol::iter(thread, *iterable)?;
    let function = function.to_value();
    allocate_instance(thread, ty, |head| Filter { head, function, iterator })
}

fn next_filtered(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = filter(object);
    while let Some(item) = protocol::next(thread, own.iterator.as_ref())? {
        thread.poll()?;
        let good = if own.function.as_ref().is_none() {
            protocol::is_true(thread, item.as_ref())?
        } else {
            let good = protocol::call(thread, own.function.as_ref(), &[item.as_ref()])?;
            protocol::is_true(thread, good.as_ref())?
        };
        if good {
            return Ok(Some(item));
        }
    }
    Ok(None)
}
