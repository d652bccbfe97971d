//! `_lru_cache_wrapper`.
//!
//! Invariant: the values of `index` are places in `entries`, one for each key.

use std::cell::Cell;

use taipan_macros::native;
use taipan_object::native::{Args, Parameters};
use taipan_object::typeobject::{
    AttributeWord, Held, Slots, Type, TypeDef, TypeFlags, Visitor, allocate_instance,
};
use taipan_object::types::dict::Dict;
use taipan_object::types::int::BigInt;
use taipan_object::types::object::DICT_GETSET;
use taipan_object::types::str::Str;
use taipan_object::{Header, Inside, Outcome, Ref, Thread, Value, object, protocol};

const NIL: u32 = u32::MAX;

struct Entry {
    key: Value,
    hash: i64,
    result: Value,
    previous: u32,
    next: u32,
}

/// The entries of a bounded cache from the least to the most recently used.
#[derive(Default)]
struct Entries {
    slots: Vec<Entry>,
    first: u32,
    last: u32,
}

impl Held for Entries {
    fn report(&self, visitor: &mut Visitor<'_>) {
        for entry in &self.slots {
            entry.key.report(visitor);
            entry.result.report(visitor);
        }
    }
}

impl Entries {
    fn unlink(&mut self, at: u32) {
        let (previous, next) = (self.slots[at as usize].previous, self.slots[at as usize].next);
        match previous {
            NIL => self.first = next,
            previous => self.slots[previous as usize].next = next,
        }
        match next {
            NIL => self.last = previous,
            next => self.slots[next as usize].previous = previous,
        }
    }

    fn link_last(&mut self, at: u32) {
        let last = if self.slots.len() == 1 { NIL } else { self.last };
        self.slots[at as usize].previous = last;
        self.slots[at as usize].next = NIL;
        match last {
            NIL => self.first = at,
            last => self.slots[last as usize].next = at,
        }
        self.last = at;
    }

    fn touch(&mut self, at: u32) {
        if self.last != at {
            self.unlink(at);
            self.link_last(at);
        }
    }
}

/// A cached function.
#[repr(C)]
pub struct LruCache {
    head: Header,
    function: Inside<Value>,
    info: Inside<Value>,
    /// A dictionary: results, or in a bounded cache places of entries.
    index: Inside<Value>,
    entries: Inside<Entries>,
    /// Stands between positional and keyword arguments in a key.
    mark: Value,
    /// `None` for a cache without bound.
    maxsize: Option<usize>,
    typed: bool,
    hits: Cell<u64>,
    misses: Cell<u64>,
    attributes: AttributeWord,
}
object!(LruCache, LRU_CACHE_WRAPPER, holds: function, info, index, entries, attributes);

/// The type `functools._lru_cache_wrapper`.
pub static LRU_CACHE_WRAPPER: Type = Type::new::<LruCache>(
    &TypeDef {
        doc: Some("Create a cached callable that wraps another function.\n\nuser_function:      the function being cached\n\nmaxsize:  0         for no caching\n          None      for unlimited cache size\n          n         for a bounded cache\n\ntyped:    False     cache f(3) and f(3.0) as identical calls\n          True      cache f(3) and f(3.0) as distinct calls\n\ncache_info_type:    namedtuple class with the fields:\n                        hits misses currsize maxsize\n"),
        methods: &[&[CACHE_INFO, CACHE_CLEAR, __REDUCE__, __COPY__, __DEEPCOPY__]],
        getset: &[DICT_GETSET],
        ..TypeDef::new("functools._lru_cache_wrapper")
    },
    TypeFlags::BASE
        .union(TypeFlags::CONTAINER)
        .union(TypeFlags::HAS_DICT)
        .union(TypeFlags::WEAKREF)
        .union(TypeFlags::METHOD_DESCRIPTOR),
    Slots {
        new: Some(new),
        call: Some(call),
        descr_get: Some(|thread, object, instance, _| match instance.filter(|instance| !instance.is_none()) {
            Some(instance) => taipan_object::types::method::bound_method(thread, object, instance),
            None => Ok(object.to_value()),
        }),
        ..Slots::holding::<LruCache>()
    },
)
.with_attributes(std::mem::offset_of!(LruCache, attributes));

fn lru_cache<'a>(object: Ref<'a>) -> &'a LruCache {
    object.downcast::<LruCache>().expect("the slot of cached functions")
}

fn new<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    static PARAMETERS: Parameters = Parameters {
        function: "lru_cache",
        names: &["user_function", "maxsize", "typed", "cache_info_type"],
        positional_only: 0,
        positional: 4,
        required: 4,
        required_keywords: 0,
    };
    let [function, maxsize, typed, info] =
        PARAMETERS.parse::<4>(thread, args)?.map(|value| value.expect("required"));
    let typed = protocol::is_true(thread, typed)?;
    if function.ty().slots().call.is_none() {
        return Err(thread.type_error("the first argument must be callable"));
    }
    let maxsize = if maxsize.is_none() {
        None
    } else if maxsize.ty().slots().index.is_some() {
        Some(protocol::index_isize(thread, maxsize)?.max(0) as usize)
    } else {
        return Err(thread.type_error("maxsize should be integer or None"));
    };
    let mark = protocol::call(thread, taipan_object::types::object::OBJECT.as_ref(), &[])?;
    let index = thread.dict()?;
    allocate_instance(thread, ty, |head| LruCache {
        head,
        function: Inside::new(function.to_value()),
        info: Inside::new(info.to_value()),
        index: Inside::new(index),
        entries: Inside::new(Entries::default()),
        mark,
        maxsize,
        typed,
        hits: Cell::new(0),
        misses: Cell::new(0),
        attributes: AttributeWord::new(),
    })
}

fn make_key(thread: &mut Thread, own: &LruCache, args: Args<'_>) -> Outcome {
    let given = args.positionals();
    if !own.typed
        && args.keyword_count() == 0
        && let [one] = given
        && (one.word().is_int() || one.exact::<Str>().is_some() || one.exact::<BigInt>().is_some())
    {
        return Ok(one.to_value());
    }
    if !own.typed && args.keyword_count() == 0 {
        return thread.tuple_from_refs(given);
    }
    let mut parts: Vec<Value> = given.iter().map(|value| value.to_value()).collect();
    if args.keyword_count() != 0 {
        parts.push(own.mark.clone());
        for (name, value) in args.keywords() {
            parts.push(name.to_value());
            parts.push(value.to_value());
        }
    }
    if own.typed {
        parts.extend(args.all().iter().map(|value| value.ty().as_ref().to_value()));
    }
    thread.tuple(parts)
}

fn call<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome {
    let own = lru_cache(object);
    let function = own.function.view(thread).clone();
    if own.maxsize == Some(0) {
        own.misses.set(own.misses.get() + 1);
        return protocol::call_args(thread, function.as_ref(), args);
    }
    let key = make_key(thread, own, args)?;
    let hash = protocol::hash(thread, key.as_ref())?;
    let held = own.index.view(thread).clone();
    let Some(index) = held.downcast::<Dict>() else {
        return protocol::call_args(thread, function.as_ref(), args);
    };
    if let Some(found) = index.find(thread, key.as_ref(), hash)? {
        own.hits.set(own.hits.get() + 1);
        let found = index.table.view(thread).value(found).to_value();
        if own.maxsize.is_none() {
            return Ok(found);
        }
        let at = found.word().int() as u32;
        let entries = own.entries.change(thread);
        entries.touch(at);
        return Ok(entries.slots[at as usize].result.clone());
    }
    own.misses.set(own.misses.get() + 1);
    let result = protocol::call_args(thread, function.as_ref(), args)?;
    match own.maxsize {
        None => index.set_hashed(thread, key.as_ref(), hash, result.clone())?,
        Some(maxsize) => {
            // The call may have cached the same key, or cleared the cache.
            if index.find(thread, key.as_ref(), hash)?.is_none() {
                remember(thread, own, index, (key, hash), result.clone(), maxsize)?;
            }
        }
    }
    Ok(result)
}

fn remember(
    thread: &mut Thread,
    own: &LruCache,
    index: &Dict,
    (key, hash): (Value, i64),
    result: Value,
    maxsize: usize,
) -> Outcome<()> {
    let entries = own.entries.change(thread);
    if entries.slots.len() < maxsize {
        let at = entries.slots.len() as u32;
        if entries.slots.try_reserve(1).is_err() {
            return Err(thread.no_memory());
        }
        entries.slots.push(Entry { key: key.clone(), hash, result, previous: NIL, next: NIL });
        entries.link_last(at);
        return index.set_hashed(thread, key.as_ref(), hash, Value::small_int(i64::from(at)));
    }
    // The entry that was used longest ago gives its place.
    let at = entries.first;
    let (old_key, old_hash) = {
        let entry = &entries.slots[at as usize];
        (entry.key.clone(), entry.hash)
    };
    if let Some(place) = index.find(thread, old_key.as_ref(), old_hash)? {
        let old = index.table.change(thread).remove(place);
        drop(old);
    }
    let entries = own.entries.change(thread);
    if entries.slots.len() <= at as usize {
        return Ok(()); // A comparison has cleared the cache.
    }
    let entry = &mut entries.slots[at as usize];
    let old = (std::mem::replace(&mut entry.key, key.clone()), std::mem::replace(&mut entry.result, result));
    entry.hash = hash;
    entries.touch(at);
    drop(old);
    index.set_hashed(thread, key.as_ref(), hash, Value::small_int(i64::from(at)))
}

/// Report cache statistics
#[native(signature = "($self, /)")]
fn cache_info(thread: &mut Thread, this: &LruCache) -> Outcome {
    let size = match this.index.view(thread).downcast::<Dict>() {
        Some(index) => index.len(thread),
        None => 0,
    };
    let info = this.info.view(thread).clone();
    let hits = thread.int(i128::from(this.hits.get()))?;
    let misses = thread.int(i128::from(this.misses.get()))?;
    let maxsize = match this.maxsize {
        Some(maxsize) => thread.int(maxsize as i128)?,
        None => Value::none(),
    };
    let size = thread.int(size as i128)?;
    protocol::call(thread, info.as_ref(), &[hits.as_ref(), misses.as_ref(), maxsize.as_ref(), size.as_ref()])
}

/// Clear the cache and cache statistics
#[native(signature = "($self, /)")]
fn cache_clear(thread: &mut Thread, this: &LruCache) -> Outcome<()> {
    this.hits.set(0);
    this.misses.set(0);
    let empty = thread.dict()?;
    let old =
        (std::mem::replace(this.index.change(thread), empty), std::mem::take(this.entries.change(thread)));
    drop(old);
    Ok(())
}

#[native(signature = "($self, /)", name = "__reduce__")]
fn __reduce__(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    let name = thread.names().__qualname__.clone();
    protocol::get_attribute(thread, this, name.as_ref())
}

#[native(signature = "($self, /)", name = "__copy__", hidden)]
fn __copy__(_: &mut Thread, this: Ref<'_>) -> Value {
    this.to_value()
}

#[native(signature = "($self, memo, /)", name = "__deepcopy__", hidden)]
fn __deepcopy__(_: &mut Thread, this: Ref<'_>, _memo: Ref<'_>) -> Value {
    this.to_value()
}
