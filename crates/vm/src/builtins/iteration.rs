//! Functions of iterables: `aiter`, `all`, `anext`, `any`, `iter`, `len`, `max`, `min`, `next`,
//! `sorted`.

use taipan_macros::native;
use taipan_object::native::{Binding, MethodDef, NativeCall};
use taipan_object::typeobject::CompareOp;
use taipan_object::types::exception::STOP_ITERATION;
use taipan_object::types::list::{List, sort_list};
use taipan_object::types::str::Str;
use taipan_object::{Args, Outcome, Ref, Thread, Value, protocol};

use super::anext_awaitable::anext_awaitable;
use super::attributes::wrong_count;
use super::callable_iterator::callable_iterator;

pub(super) const FUNCTIONS: &[MethodDef] = &[AITER, ALL, ANEXT, ANY, ITER, LEN, MAX, MIN, NEXT, SORTED];

/// Return True if bool(x) is True for all values x in the iterable.
///
/// If the iterable is empty, return True.
#[native(signature = "($module, iterable, /)")]
fn all(thread: &mut Thread, iterable: Ref<'_>) -> Outcome<bool> {
    let iterator = protocol::iter(thread, iterable)?;
    while let Some(item) = protocol::next(thread, iterator.as_ref())? {
        if !protocol::is_true(thread, item.as_ref())? {
            return Ok(false);
        }
        thread.poll()?;
    }
    Ok(true)
}

/// Return True if bool(x) is True for any x in the iterable.
///
/// If the iterable is empty, return False.
#[native(signature = "($module, iterable, /)")]
fn any(thread: &mut Thread, iterable: Ref<'_>) -> Outcome<bool> {
    let iterator = protocol::iter(thread, iterable)?;
    while let Some(item) = protocol::next(thread, iterator.as_ref())? {
        if protocol::is_true(thread, item.as_ref())? {
            return Ok(true);
        }
        thread.poll()?;
    }
    Ok(false)
}

/// Return the number of items in a container.
#[native(signature = "($module, obj, /)")]
fn len(thread: &mut Thread, obj: Ref<'_>) -> Outcome<usize> {
    protocol::length(thread, obj)
}

/// Return an AsyncIterator for an AsyncIterable object.
#[native(signature = "($module, async_iterable, /)")]
fn aiter(thread: &mut Thread, async_iterable: Ref<'_>) -> Outcome {
    let Some(aiter) = async_iterable.ty().slots().aiter else {
        let ty = async_iterable.ty().name().into_owned();
        return Err(thread.type_error(format!("'{ty}' object is not an async iterable")));
    };
    let iterator = aiter(thread, async_iterable)?;
    if iterator.as_ref().ty().slots().anext.is_none() {
        let ty = iterator.as_ref().ty().name().into_owned();
        return Err(thread.type_error(format!("aiter() returned not an async iterator of type '{ty}'")));
    }
    Ok(iterator)
}

/// Return the next item from the async iterator.
///
/// If default is given and the async iterator is exhausted,
/// it is returned instead of raising StopAsyncIteration.
#[native(signature = "($module, aiterator, default=<unrepresentable>, /)")]
fn anext(thread: &mut Thread, aiterator: Ref<'_>, default: Option<Ref<'_>>) -> Outcome {
    let Some(anext) = aiterator.ty().slots().anext else {
        let ty = aiterator.ty().name().into_owned();
        return Err(thread.type_error(format!("'{ty}' object is not an async iterator")));
    };
    let awaitable = anext(thread, aiterator)?;
    match default {
        None => Ok(awaitable),
        Some(default) => anext_awaitable(thread, awaitable, default),
    }
}

const ITER: MethodDef = MethodDef {
    name: "iter",
    doc: Some(
        "iter(iterable) -> iterator\niter(callable, sentinel) -> iterator\n\nGet an iterator from an object.  In the first form, the argument must\nsupply its own iterator, or be a sequence.\nIn the second form, the callable is called until it returns the\nsentinel.",
    ),
    signature: None,
    call: NativeCall::Many(iter),
    binding: Binding::Instance,
};

fn iter<'a>(thread: &mut Thread, _: Ref<'a>, args: Args<'a>) -> Outcome {
    args.no_keywords(thread, "iter")?;
    match *args.all() {
        [iterable] => protocol::iter(thread, iterable),
        [callable, sentinel] => {
            if callable.ty().slots().call.is_none() {
                return Err(thread.type_error("iter(v, w): v must be callable"));
            }
            callable_iterator(thread, callable, sentinel)
        }
        ref all => Err(wrong_count(thread, "iter", 1, 2, all.len())),
    }
}

const NEXT: MethodDef = MethodDef {
    name: "next",
    doc: Some(
        "next(iterator[, default])\n\nReturn the next item from the iterator.  If default is given and the\niterator is exhausted, it is returned instead of raising StopIteration.",
    ),
    signature: None,
    call: NativeCall::Many(next),
    binding: Binding::Instance,
};

fn next<'a>(thread: &mut Thread, _: Ref<'a>, args: Args<'a>) -> Outcome {
    args.no_keywords(thread, "next")?;
    let (iterator, default) = match *args.all() {
        [iterator] => (iterator, None),
        [iterator, default] => (iterator, Some(default)),
        ref all => return Err(wrong_count(thread, "next", 1, 2, all.len())),
    };
    match (protocol::next_or_end(thread, iterator), default) {
        (Ok(Some(item)), _) => Ok(item),
        (Ok(None), Some(default)) => Ok(default.to_value()),
        (Ok(None), None) => Err(thread.stop_iteration(None)),
        (Err(_), Some(default)) if thread.exception_is(&STOP_ITERATION) => {
            drop(thread.take_exception());
            Ok(default.to_value())
        }
        (Err(raised), _) => Err(raised),
    }
}

const MAX: MethodDef = MethodDef {
    name: "max",
    doc: Some(
        "max(iterable, *[, default=obj, key=func]) -> value\nmax(arg1, arg2, *args, *[, key=func]) -> value\n\nWith a single iterable argument, return its biggest item. The\ndefault keyword-only argument specifies an object to return if\nthe provided iterable is empty.\nWith two or more positional arguments, return the largest argument.",
    ),
    signature: None,
    call: NativeCall::Many(|thread, _, args| extremum(thread, args, "max", CompareOp::Gt)),
    binding: Binding::Instance,
};

const MIN: MethodDef = MethodDef {
    name: "min",
    doc: Some(
        "min(iterable, *[, default=obj, key=func]) -> value\nmin(arg1, arg2, *args, *[, key=func]) -> value\n\nWith a single iterable argument, return its smallest item. The\ndefault keyword-only argument specifies an object to return if\nthe provided iterable is empty.\nWith two or more positional arguments, return the smallest argument.",
    ),
    signature: None,
    call: NativeCall::Many(|thread, _, args| extremum(thread, args, "min", CompareOp::Lt)),
    binding: Binding::Instance,
};

/// `max` and `min`: the first of those items that no other one is `better` than.
fn extremum<'a>(thread: &mut Thread, args: Args<'a>, name: &str, better: CompareOp) -> Outcome {
    let given = args.positionals();
    if given.is_empty() {
        return Err(thread.type_error(format!("{name} expected at least 1 argument, got 0")));
    }
    let (mut key, mut default) = (None, None);
    for (keyword, value) in args.keywords() {
        match keyword.downcast::<Str>() {
            Some(keyword) if keyword.is("key") => key = Some(value).filter(|key| !key.is_none()),
            Some(keyword) if keyword.is("default") => default = Some(value),
            other => {
                let text = other.map(|other| other.to_string_lossy().into_owned()).unwrap_or_default();
                return Err(
                    thread.type_error(format!("{name}() got an unexpected keyword argument '{text}'"))
                );
            }
        }
    }
    let mut search = Search { best: None, key, better };
    if given.len() > 1 {
        if default.is_some() {
            return Err(thread.type_error(format!(
                "Cannot specify a default for {name}() with multiple positional arguments"
            )));
        }
        for item in given {
            search.see(thread, item.to_value())?;
        }
    } else {
        let iterator = protocol::iter(thread, given[0])?;
        while let Some(item) = protocol::next(thread, iterator.as_ref())? {
            search.see(thread, item)?;
            thread.poll()?;
        }
    }
    match (search.best, default) {
        (Some((item, _)), _) => Ok(item),
        (None, Some(default)) => Ok(default.to_value()),
        (None, None) => Err(thread.value_error(format!("{name}() iterable argument is empty"))),
    }
}

struct Search<'a> {
    /// The item and, with a key function, its key.
    best: Option<(Value, Option<Value>)>,
    key: Option<Ref<'a>>,
    better: CompareOp,
}

impl Search<'_> {
    fn see(&mut self, thread: &mut Thread, item: Value) -> Outcome<()> {
        let key = match self.key {
            Some(function) => Some(protocol::call(thread, function, &[item.as_ref()])?),
            None => None,
        };
        let wins = match &self.best {
            None => true,
            Some((best, best_key)) => {
                let new = key.as_ref().unwrap_or(&item).as_ref();
                let old = best_key.as_ref().unwrap_or(best).as_ref();
                if new.word().is_int() && old.word().is_int() {
                    self.better.holds(new.word().int().cmp(&old.word().int()))
                } else {
                    let answer = protocol::compare(thread, new, old, self.better)?;
                    protocol::is_true(thread, answer.as_ref())?
                }
            }
        };
        if wins {
            self.best = Some((item, key));
        }
        Ok(())
    }
}

const SORTED: MethodDef = MethodDef {
    name: "sorted",
    doc: Some(
        "Return a new list containing all items from the iterable in ascending order.\n\nA custom key function can be supplied to customize the sort order, and the\nreverse flag can be set to request the result in descending order.",
    ),
    signature: Some("($module, iterable, /, *, key=None, reverse=False)"),
    call: NativeCall::Many(sorted),
    binding: Binding::Instance,
};

fn sorted<'a>(thread: &mut Thread, _: Ref<'a>, args: Args<'a>) -> Outcome {
    let [iterable] = *args.positionals() else {
        let given = args.positionals().len();
        return Err(thread.type_error(format!("sorted expected 1 argument, got {given}")));
    };
    let (mut key, mut reverse) = (None, false);
    for (keyword, value) in args.keywords() {
        match keyword.downcast::<Str>() {
            Some(keyword) if keyword.is("key") => key = Some(value).filter(|key| !key.is_none()),
            Some(keyword) if keyword.is("reverse") => reverse = protocol::is_true(thread, value)?,
            other => {
                // `list.sort` reads the keywords.
                let text = other.map(|other| other.to_string_lossy().into_owned()).unwrap_or_default();
                let message = format!("sort() got an unexpected keyword argument '{text}'");
                return Err(thread.type_error(message));
            }
        }
    }
    let items = protocol::collect(thread, iterable)?;
    let list = thread.list(items)?;
    sort_list(thread, list.downcast::<List>().expect("a list"), key, reverse)?;
    Ok(list)
}
