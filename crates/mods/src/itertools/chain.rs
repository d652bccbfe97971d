//! `chain`, `zip_longest`, `compress`, `starmap`, `pairwise`, `batched`.

use std::cell::Cell;

use smallvec::SmallVec;
use taipan_macros::native;
use taipan_object::native::{Args, Parameters};
use taipan_object::protocol;
use taipan_object::typeobject::{TypeDef, allocate_instance};
use taipan_object::types::genericalias::class_getitem;
use taipan_object::types::tuple::Tuple;
use taipan_object::{Header, Inside, Outcome, Ref, Thread, Type, Value, object};

use super::{exactly, iterator_type, parameters};

pub(super) const TYPES: &[&Type] = &[&CHAIN, &ZIP_LONGEST, &COMPRESS, &STARMAP, &PAIRWISE, &BATCHED];

/// A chain object.
#[repr(C)]
pub struct Chain {
    head: Header,
    /// The iterator over the iterables; none once exhausted.
    source: Inside<Option<Value>>,
    active: Inside<Option<Value>>,
}
object!(Chain, CHAIN, holds: source, active);

iterator_type!(
    /// The type `itertools.chain`.
    CHAIN Chain
    TypeDef {
        doc: Some("Return a chain object whose .__next__() method returns elements from the\nfirst iterable until it is exhausted, then elements from the next\niterable, until all of the iterables are exhausted."),
        signature: Some("(*iterables)"),
        methods: &[&[FROM_ITERABLE, class_getitem(Some("See PEP 585"))]],
        ..TypeDef::new("itertools.chain")
    },
    |thread, ty, args| {
        if !super::has_own_init(ty, &CHAIN) {
            args.no_keywords(thread, "chain")?;
        }
        let all = thread.tuple_from_refs(args.positionals())?;
        new_chain(thread, ty, all.as_ref())
    },
    next_chain);

fn new_chain(thread: &mut Thread, ty: &Type, iterables: Ref<'_>) -> Outcome {
    let source = Inside::new(Some(protocol::iter(thread, iterables)?));
    allocate_instance(thread, ty, |head| Chain { head, source, active: Inside::new(None) })
}

/// Alternative chain() constructor taking a single iterable argument that evaluates lazily.
#[native(signature = "($type, iterable, /)")]
fn from_iterable(thread: &mut Thread, class: &Type, iterable: Ref<'_>) -> Outcome {
    new_chain(thread, class, iterable)
}

fn next_chain(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = Chain::of(object);
    loop {
        if let Some(active) = own.active.view(thread).clone() {
            if let Some(item) = protocol::next(thread, active.as_ref())? {
                return Ok(Some(item));
            }
            let ended = own.active.change(thread).take();
            drop(ended);
        }
        thread.poll()?;
        let Some(source) = own.source.view(thread).clone() else { return Ok(None) };
        let following = match protocol::next(thread, source.as_ref()) {
            Ok(Some(iterable)) => protocol::iter(thread, iterable.as_ref()),
            Ok(None) => {
                let ended = own.source.change(thread).take();
                drop(ended);
                return Ok(None);
            }
            Err(raised) => Err(raised),
        };
        match following {
            Ok(iterator) => {
                let old = own.active.change(thread).replace(iterator);
                drop(old);
            }
            Err(raised) => {
                let ended = own.source.change(thread).take();
                drop(ended);
                return Err(raised);
            }
        }
    }
}

/// A zip_longest object.
#[repr(C)]
pub struct ZipLongest {
    head: Header,
    /// The iterators; none where one has ended.
    iterators: Inside<Vec<Option<Value>>>,
    active: Cell<usize>,
    fill: Value,
}
object!(ZipLongest, ZIP_LONGEST, holds: iterators, fill);

iterator_type!(
    /// The type `itertools.zip_longest`.
    ZIP_LONGEST ZipLongest
    TypeDef {
        doc: Some("Return a zip_longest object whose .__next__() method returns a tuple where\nthe i-th element comes from the i-th iterable argument.  The .__next__()\nmethod continues until the longest iterable in the argument sequence\nis exhausted and then it raises StopIteration.  When the shorter iterables\nare exhausted, the fillvalue is substituted in their place.  The fillvalue\ndefaults to None or can be specified by a keyword argument.\n"),
        signature: Some("(*iterables, fillvalue=None)"),
        ..TypeDef::new("itertools.zip_longest")
    },
    new_zip_longest, next_zip_longest);

fn new_zip_longest<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    let mut fill = Value::none();
    for (name, value) in args.keywords() {
        if !name.downcast::<taipan_object::types::str::Str>().is_some_and(|name| name.is("fillvalue")) {
            return Err(thread.type_error("zip_longest() got an unexpected keyword argument"));
        }
        fill = value.to_value();
    }
    let mut iterators = Vec::new();
    for iterable in args.positionals() {
        iterators.push(Some(protocol::iter(thread, *iterable)?));
    }
    let active = Cell::new(iterators.len());
    allocate_instance(thread, ty, |head| ZipLongest { head, iterators: Inside::new(iterators), active, fill })
}

fn next_zip_longest(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = ZipLongest::of(object);
    let count = own.iterators.view(thread).len();
    if own.active.get() == 0 {
        return Ok(None);
    }
    let mut items: SmallVec<[Value; 4]> = SmallVec::new();
    for index in 0..count {
        let item = match own.iterators.view(thread).get(index).cloned().flatten() {
            None => None,
            Some(iterator) => match protocol::next(thread, iterator.as_ref()) {
                Ok(Some(item)) => Some(item),
                Ok(None) => {
                    own.active.set(own.active.get().saturating_sub(1));
                    if own.active.get() == 0 {
                        return Ok(None);
                    }
                    let ended = own.iterators.change(thread)[index].take();
                    drop(ended);
                    None
                }
                Err(raised) => {
                    own.active.set(0);
                    return Err(raised);
                }
            },
        };
        items.push(item.unwrap_or_else(|| own.fill.clone()));
    }
    thread.tuple(items).map(Some)
}

/// A compress object.
#[repr(C)]
pub struct Compress {
    head: Header,
    data: Value,
    selectors: Value,
}
object!(Compress, COMPRESS, holds: data, selectors);

iterator_type!(
/// The type `itertools.compress`.
COMPRESS Compress
TypeDef {
    doc: Some("Return data elements corresponding to true selector elements.\n\nForms a shorter iterator from selected data elements using the selectors\nto choose the data elements."),
    signature: Some("(data, selectors)"),
    ..TypeDef::new("itertools.compress")
},
|thread, ty, args| {
    static PARAMETERS: Parameters = parameters!("compress" ["data", "selectors"] positional_only 0 positional 2 required 2);
    let [data, selectors] = PARAMETERS.parse::<2>(thread, args)?;
    let data = protocol::iter(thread, data.expect("required"))?;
    let selectors = protocol::iter(thread, selectors.expect("required"))?;
    allocate_instance(thread, ty, |head| Compress { head, data, selectors })
},
|thread, object| {
    let own = Compress::of(object);
    loop {
        thread.poll()?;
        let Some(datum) = protocol::next(thread, own.data.as_ref())? else { return Ok(None) };
        let Some(selector) = protocol::next(thread, own.selectors.as_ref())? else { return Ok(None) };
        if protocol::is_true(thread, selector.as_ref())? {
            return Ok(Some(datum));
        }
    }
});

/// A starmap object.
#[repr(C)]
pub struct StarMap {
    head: Header,
    function: Value,
    iterator: Value,
}
object!(StarMap, STARMAP, holds: function, iterator);

iterator_type!(
/// The type `itertools.starmap`.
STARMAP StarMap
TypeDef {
    doc: Some("Return an iterator whose values are returned from the function evaluated with an argument tuple taken from the given sequence."),
    signature: Some("(function, iterable, /)"),
    ..TypeDef::new("itertools.starmap")
},
|thread, ty, args| {
    let [function, iterable] = exactly(thread, ty, &STARMAP, args)?;
    let iterator = protocol::iter(thread, iterable)?;
    allocate_instance(thread, ty, |head| StarMap { head, function: function.to_value(), iterator })
},
|thread, object| {
    let own = StarMap::of(object);
    let Some(arguments) = protocol::next(thread, own.iterator.as_ref())? else { return Ok(None) };
    if let Some(tuple) = arguments.as_ref().exact::<Tuple>() {
        return protocol::call(thread, own.function.as_ref(), tuple.items()).map(Some);
    }
    let all = protocol::collect(thread, arguments.as_ref())?;
    let refs: SmallVec<[Ref<'_>; 4]> = all.iter().map(Value::as_ref).collect();
    protocol::call(thread, own.function.as_ref(), &refs).map(Some)
});

/// A pairwise object.
#[repr(C)]
pub struct Pairwise {
    head: Header,
    iterator: Inside<Option<Value>>,
    old: Inside<Option<Value>>,
}
object!(Pairwise, PAIRWISE, holds: iterator, old);

iterator_type!(
    /// The type `itertools.pairwise`.
    PAIRWISE Pairwise
    TypeDef {
        doc: Some("Return an iterator of overlapping pairs taken from the input iterator.\n\n    s -> (s0,s1), (s1,s2), (s2, s3), ..."),
        signature: Some("(iterable, /)"),
        ..TypeDef::new("itertools.pairwise")
    },
    |thread, ty, args| {
        let [iterable] = exactly(thread, ty, &PAIRWISE, args)?;
        let iterator = Inside::new(Some(protocol::iter(thread, iterable)?));
        allocate_instance(thread, ty, |head| Pairwise { head, iterator, old: Inside::new(None) })
    },
    next_pairwise);

fn end_pairwise(thread: &mut Thread, own: &Pairwise) {
    let ended = (own.iterator.change(thread).take(), own.old.change(thread).take());
    drop(ended);
}

fn step_pairwise(thread: &mut Thread, own: &Pairwise, iterator: &Value) -> Outcome<Option<Value>> {
    match protocol::next(thread, iterator.as_ref()) {
        Ok(Some(item)) => Ok(Some(item)),
        other => {
            end_pairwise(thread, own);
            other
        }
    }
}

fn next_pairwise(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = Pairwise::of(object);
    let Some(iterator) = own.iterator.view(thread).clone() else { return Ok(None) };
    let old = match own.old.view(thread).clone() {
        Some(old) => old,
        None => {
            let Some(first) = step_pairwise(thread, own, &iterator)? else { return Ok(None) };
            let replaced = own.old.change(thread).replace(first.clone());
            drop(replaced);
            if own.iterator.view(thread).is_none() {
                end_pairwise(thread, own);
                return Ok(None);
            }
            first
        }
    };
    let Some(new) = step_pairwise(thread, own, &iterator)? else { return Ok(None) };
    let replaced = own.old.change(thread).replace(new.clone());
    drop(replaced);
    thread.tuple([old, new]).map(Some)
}

/// A batched object.
#[repr(C)]
pub struct Batched {
    head: Header,
    iterator: Inside<Option<Value>>,
    size: usize,
    strict: bool,
}
object!(Batched, BATCHED, holds: iterator);

iterator_type!(
    /// The type `itertools.batched`.
    BATCHED Batched
    TypeDef {
        doc: Some("Batch data into tuples of length n. The last batch may be shorter than n.\n\nLoops over the input iterable and accumulates data into tuples\nup to size n.  The input is consumed lazily, just enough to\nfill a batch.  The result is yielded as soon as a batch is full\nor when the input iterable is exhausted.\n\n    >>> for batch in batched('ABCDEFG', 3):\n    ...     print(batch)\n    ...\n    ('A', 'B', 'C')\n    ('D', 'E', 'F')\n    ('G',)\n\nIf \"strict\" is True, raises a ValueError if the final batch is shorter\nthan n."),
        signature: Some("(iterable, n, *, strict=False)"),
        ..TypeDef::new("itertools.batched")
    },
    |thread, ty, args| {
        static PARAMETERS: Parameters = parameters!("batched" ["iterable", "n", "strict"] positional_only 0 positional 2 required 2);
        let [iterable, size, strict] = PARAMETERS.parse::<3>(thread, args)?;
        let size = protocol::index_isize(thread, size.expect("required"))?;
        let strict = match strict {
            Some(strict) => protocol::is_true(thread, strict)?,
            None => false,
        };
        if size < 1 {
            return Err(thread.value_error("n must be at least one"));
        }
        let iterator = Inside::new(Some(protocol::iter(thread, iterable.expect("required"))?));
        allocate_instance(thread, ty, |head| Batched { head, iterator, size: size as usize, strict })
    },
    next_batched);

fn next_batched(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = Batched::of(object);
    let Some(iterator) = own.iterator.view(thread).clone() else { return Ok(None) };
    let mut items: Vec<Value> = Vec::new();
    while items.len() < own.size {
        thread.poll()?;
        match protocol::next(thread, iterator.as_ref()) {
            Ok(Some(item)) => {
                if items.try_reserve(1).is_err() {
                    return Err(thread.no_memory());
                }
                items.push(item);
            }
            Ok(None) => {
                let ended = own.iterator.change(thread).take();
                drop(ended);
                if items.is_empty() {
                    return Ok(None);
                }
                if own.strict {
                    return Err(thread.value_error("batched(): incomplete batch"));
                }
                break;
            }
            Err(raised) => {
                let ended = own.iterator.change(thread).take();
                drop(ended);
                return Err(raised);
            }
        }
    }
    thread.tuple(items).map(Some)
}
