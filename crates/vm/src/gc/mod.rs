//! The module `gc`.
//!
//! Not here: how garbage is found (`taipan_object::heap::cycle`), how it is ended ([`mod@collect`]).
//!
//! Answers for CPython's `Modules/gcmodule.c`.

mod collect;
mod report;

use taipan_layout::{Header, Word};
use taipan_macros::native;
use taipan_object::heap::cycle::{self, GENERATIONS, GenerationStats};
use taipan_object::heap::{flags, side};
use taipan_object::native::{Args, Binding, MethodDef, ModuleDef, NativeCall};
use taipan_object::typeobject::Visitor;
use taipan_object::types::dict::Dict;
use taipan_object::types::frame::FrameObject;
use taipan_object::{Outcome, Ref, Thread, Value, protocol};

pub use collect::{Reason, collect, collect_due};

const DEBUG_STATS: i32 = 1;
const DEBUG_COLLECTABLE: i32 = 2;
const DEBUG_UNCOLLECTABLE: i32 = 4;
const DEBUG_SAVEALL: i32 = 32;

/// Keys of the lists `gc.callbacks` and `gc.garbage`.
static CALLBACKS: u8 = 0;
static GARBAGE: u16 = 0;

/// The module `gc`.
pub static GC: ModuleDef = ModuleDef {
    name: "gc",
    doc: Some(
        "This module provides access to the garbage collector for reference cycles.\n\nenable() -- Enable automatic garbage collection.\ndisable() -- Disable automatic garbage collection.\nisenabled() -- Returns true if automatic collection is enabled.\ncollect() -- Do a full collection right now.\nget_count() -- Return the current collection counts.\nget_stats() -- Return list of dictionaries containing per-generation stats.\nset_debug() -- Set debugging flags.\nget_debug() -- Get debugging flags.\nset_threshold() -- Set the collection thresholds.\nget_threshold() -- Return the current collection thresholds.\nget_objects() -- Return a list of all objects tracked by the collector.\nis_tracked() -- Returns true if a given object is tracked.\nis_finalized() -- Returns true if a given object has been already finalized.\nget_referrers() -- Return the list of objects that refer to an object.\nget_referents() -- Return the list of objects that an object refers to.\nfreeze() -- Freeze all tracked objects and ignore them for future collections.\nunfreeze() -- Unfreeze all objects in the permanent generation.\nget_freeze_count() -- Return the number of objects in the permanent generation.\n",
    ),
    functions: &[FUNCTIONS],
    exec: Some(|thread, module| {
        for (name, list) in [("callbacks", true), ("garbage", false)] {
            let made = thread.list(Vec::new())?;
            if list {
                thread.interp().set_slot(&CALLBACKS, made.clone());
            } else {
                thread.interp().set_slot(&GARBAGE, made.clone());
            }
            thread.module_add(module, name, made)?;
        }
        let numbers = [
            ("DEBUG_STATS", DEBUG_STATS),
            ("DEBUG_COLLECTABLE", DEBUG_COLLECTABLE),
            ("DEBUG_UNCOLLECTABLE", DEBUG_UNCOLLECTABLE),
            ("DEBUG_SAVEALL", DEBUG_SAVEALL),
            ("DEBUG_LEAK", DEBUG_COLLECTABLE | DEBUG_UNCOLLECTABLE | DEBUG_SAVEALL),
        ];
        for (name, number) in numbers {
            thread.module_add(module, name, Value::small_int(number.into()))?;
        }
        Ok(())
    }),
};

const FUNCTIONS: &[MethodDef] = &[
    ENABLE,
    DISABLE,
    ISENABLED,
    SET_DEBUG,
    GET_DEBUG,
    GET_COUNT,
    SET_THRESHOLD,
    GET_THRESHOLD,
    COLLECT_NOW,
    GET_OBJECTS,
    GET_STATS,
    IS_TRACKED,
    GET_REFERRERS,
    GET_REFERENTS,
    IS_FINALIZED,
    FREEZE,
    UNFREEZE,
    GET_FREEZE_COUNT,
];

/// Enable automatic garbage collection.
#[native(signature = "($module, /)")]
fn enable(thread: &mut Thread) {
    thread.heap().set_collector_enabled(true);
}

/// Disable automatic garbage collection.
#[native(signature = "($module, /)")]
fn disable(thread: &mut Thread) {
    thread.heap().set_collector_enabled(false);
}

/// Returns true if automatic garbage collection is enabled.
#[native(signature = "($module, /)")]
fn isenabled(thread: &mut Thread) -> bool {
    thread.heap().collector.is_enabled()
}

/// Run the garbage collector.
///
/// With no arguments, run a full collection.  The optional argument
/// may be an integer specifying which generation to collect.  A ValueError
/// is raised if the generation number is invalid.
///
/// The number of unreachable objects is returned.
#[native(signature = "($module, /, generation=2)", name = "collect")]
fn collect_now(thread: &mut Thread, generation: Option<i32>) -> Outcome<usize> {
    let generation = generation.map_or(Ok(GENERATIONS - 1), usize::try_from);
    match generation {
        Ok(generation) if generation < GENERATIONS => Ok(collect(thread, generation, Reason::Manual)),
        _ => Err(thread.value_error("invalid generation")),
    }
}

/// Set the garbage collection debugging flags.
///
///   flags
///     An integer that can have the following bits turned on:
///       DEBUG_STATS - Print statistics during collection.
///       DEBUG_COLLECTABLE - Print collectable objects found.
///       DEBUG_UNCOLLECTABLE - Print unreachable but uncollectable objects
///         found.
///       DEBUG_SAVEALL - Save objects to gc.garbage rather than freeing them.
///       DEBUG_LEAK - Debug leaking programs (everything but STATS).
///
/// Debugging information is written to sys.stderr.
#[native(signature = "($module, flags, /)")]
fn set_debug(thread: &mut Thread, flags: i32) {
    thread.heap().collector.debug.set(flags);
}

/// Get the garbage collection debugging flags.
#[native(signature = "($module, /)")]
fn get_debug(thread: &mut Thread) -> i32 {
    thread.heap().collector.debug.get()
}

const SET_THRESHOLD: MethodDef = MethodDef {
    name: "set_threshold",
    doc: Some(
        "set_threshold(threshold0, [threshold1, [threshold2]])\nSet the collection thresholds (the collection frequency).\n\nSetting 'threshold0' to zero disables collection.",
    ),
    signature: None,
    call: NativeCall::Many(set_threshold),
    binding: Binding::Instance,
};

fn set_threshold<'a>(thread: &mut Thread, _: Ref<'a>, args: Args<'a>) -> Outcome {
    args.no_keywords(thread, "gc.set_threshold")?;
    let given = args.all();
    if given.is_empty() || given.len() > GENERATIONS {
        return Err(thread.type_error("gc.set_threshold requires 1 to 3 arguments"));
    }
    let mut thresholds = thread.heap().collector_thresholds();
    for (own, new) in thresholds.iter_mut().zip(given) {
        *own = number(thread, *new)?;
    }
    thread.heap().set_collector_thresholds(thresholds);
    Ok(Value::none())
}

fn number(thread: &mut Thread, value: Ref<'_>) -> Outcome<i32> {
    let number = protocol::index_i64(thread, value)?;
    i32::try_from(number).map_err(|_| thread.overflow_error("Python int too large to convert to C int"))
}

fn numbers(thread: &mut Thread, numbers: [i32; GENERATIONS]) -> Outcome {
    thread.tuple(numbers.map(|number| Value::small_int(number.into())))
}

/// Return the current collection thresholds.
#[native(signature = "($module, /)")]
fn get_threshold(thread: &mut Thread) -> Outcome {
    let thresholds = thread.heap().collector_thresholds();
    numbers(thread, thresholds)
}

/// Return a three-tuple of the current collection counts.
#[native(signature = "($module, /)")]
fn get_count(thread: &mut Thread) -> Outcome {
    let counts = thread.heap().collector_counts();
    numbers(thread, counts)
}

fn count(thread: &mut Thread, dict: &Value, name: &str, count: usize) -> Outcome<()> {
    let name = thread.intern(name)?;
    dict.downcast::<Dict>().expect("made as a dict").set(
        thread,
        name.as_ref(),
        Value::small_int(count as i64),
    )
}

/// What `gc.callbacks` are called with.
fn event(
    thread: &mut Thread,
    phase: &str,
    generation: usize,
    stats: GenerationStats,
) -> Outcome<(Value, Value)> {
    let info = thread.dict()?;
    count(thread, &info, "generation", generation)?;
    count(thread, &info, "collected", stats.collected)?;
    count(thread, &info, "uncollectable", stats.uncollectable)?;
    Ok((thread.str(phase)?, info))
}

fn standard_error(thread: &mut Thread) -> Outcome {
    let names = thread.names();
    let modules = thread.interp().modules().to_value();
    let sys = protocol::get_item(thread, modules.as_ref(), names.sys.as_ref())?;
    protocol::get_attribute(thread, sys.as_ref(), names.stderr.as_ref())
}

/// Return a list of dictionaries containing per-generation statistics.
#[native(signature = "($module, /)")]
fn get_stats(thread: &mut Thread) -> Outcome {
    let all: Vec<GenerationStats> = thread.heap().collector.stats.iter().map(|stats| stats.get()).collect();
    let mut list = Vec::with_capacity(GENERATIONS);
    for stats in all {
        let dict = thread.dict()?;
        count(thread, &dict, "collections", stats.collections)?;
        count(thread, &dict, "collected", stats.collected)?;
        count(thread, &dict, "uncollectable", stats.uncollectable)?;
        list.push(dict);
    }
    thread.list(list)
}

fn is_seen(object: Ref<'_>) -> bool {
    // The frame object of an activation that goes on is not looked at.
    object.header().is_some_and(cycle::is_tracked)
        && object.exact::<FrameObject>().is_none_or(FrameObject::is_over)
}

/// Returns true if the object is tracked by the garbage collector.
///
/// Simple atomic objects will return false.
#[native(signature = "($module, obj, /)")]
fn is_tracked(_: &mut Thread, obj: Ref<'_>) -> bool {
    is_seen(obj)
}

/// Returns true if the object has been already finalized by the GC.
#[native(signature = "($module, obj, /)")]
fn is_finalized(_: &mut Thread, obj: Ref<'_>) -> bool {
    obj.header().is_some_and(cycle::is_finalized)
}

/// The tracked objects of the heap for which `wanted` holds.
fn tracked(thread: &Thread, mut wanted: impl FnMut(*mut Header) -> bool) -> Vec<Value> {
    let mut found = Vec::new();
    thread.heap().for_each_container(&mut |object| {
        // SAFETY: live objects of the heap; the one that waits for its end has a count for that.
        unsafe {
            let value = Ref::from_word(Word::uncounted(object));
            if is_seen(value) && side(object).get() & flags::PENDING == 0 && wanted(object) {
                found.push(value.to_value());
            }
        }
    });
    found
}

/// Return a list of objects tracked by the collector (excluding the list returned).
///
///   generation
///     Generation to extract the objects from.
///
/// If generation is not None, return only the objects tracked by the
/// collector that are in that generation.
#[native(signature = "($module, /, generation=None)")]
fn get_objects(thread: &mut Thread, generation: Option<Ref<'_>>) -> Outcome {
    let wanted = match generation.filter(|generation| !generation.is_none()) {
        None => None,
        Some(given) if given.ty().slots().index.is_none() => {
            let ty = given.ty().name().into_owned();
            return Err(thread.type_error(format!("argument should be integer or None, not '{ty}'")));
        }
        Some(given) => match protocol::index_isize(thread, given)? {
            -1 => None,
            ..-1 => return Err(thread.value_error("generation parameter cannot be negative")),
            3.. => {
                return Err(thread.value_error(
                    "generation parameter must be less than the number of available generations (3)",
                ));
            }
            wanted => Some(wanted as u8),
        },
    };
    thread.audit("gc.get_objects", &[generation.unwrap_or(Value::small_int(-1).as_ref())])?;
    let found = tracked(thread, |object| {
        // SAFETY: a live object of the heap.
        let own = unsafe { cycle::generation(object) };
        wanted.map_or(usize::from(own) < GENERATIONS, |wanted| own == wanted)
    });
    thread.list(found)
}

const GET_REFERRERS: MethodDef = MethodDef {
    name: "get_referrers",
    doc: Some("Return the list of objects that directly refer to any of 'objs'."),
    signature: Some("($module, /, *objs)"),
    call: NativeCall::Many(get_referrers),
    binding: Binding::Instance,
};

fn get_referrers<'a>(thread: &mut Thread, _: Ref<'a>, args: Args<'a>) -> Outcome {
    args.no_keywords(thread, "gc.get_referrers")?;
    let wanted = args.all();
    thread.audit("gc.get_referrers", wanted)?;
    let found = tracked(thread, |object| {
        let mut hit = false;
        report_all(object, &mut |held| hit |= wanted.iter().any(|own| own.word().same(held)));
        hit
    });
    thread.list(found)
}

const GET_REFERENTS: MethodDef = MethodDef {
    name: "get_referents",
    doc: Some("Return the list of objects that are directly referred to by 'objs'."),
    signature: Some("($module, /, *objs)"),
    call: NativeCall::Many(get_referents),
    binding: Binding::Instance,
};

fn get_referents<'a>(thread: &mut Thread, _: Ref<'a>, args: Args<'a>) -> Outcome {
    args.no_keywords(thread, "gc.get_referents")?;
    thread.audit("gc.get_referents", args.all())?;
    let mut found = Vec::new();
    for object in args.all() {
        let Some(header) = object.header().filter(|header| !header.is_immortal()) else { continue };
        report_all(std::ptr::from_ref(header).cast_mut(), &mut |held| {
            // SAFETY: the object, which is alive, holds the value.
            found.push(unsafe { Ref::from_word(held) }.to_value());
        });
    }
    thread.list(found)
}

/// Calls `each` with everything that a live object of the heap holds.
fn report_all(object: *mut Header, each: &mut dyn FnMut(Word)) {
    let each = std::cell::RefCell::new(each);
    let mut counted = |held: *mut Header| (*each.borrow_mut())(Word::uncounted(held));
    let mut uncounted = |held: Word| (*each.borrow_mut())(held);
    // SAFETY: the object is alive and nothing changes meanwhile.
    unsafe {
        let ty = Ref::from_word(Word::uncounted(object)).ty();
        (ty.slots().traverse)(object, &mut Visitor::of_all(&mut counted, &mut uncounted));
    }
}

/// Freeze all current tracked objects and ignore them for future collections.
///
/// This can be used before a POSIX fork() call to make the gc copy-on-write
/// friendly.
/// Note: collection before a POSIX fork() call may free pages for future
/// allocation which can cause copy-on-write.
#[native(signature = "($module, /)")]
fn freeze(thread: &mut Thread) {
    thread.heap().freeze();
}

/// Unfreeze all objects in the permanent generation.
///
/// Put all objects in the permanent generation back into oldest generation.
#[native(signature = "($module, /)")]
fn unfreeze(thread: &mut Thread) {
    thread.heap().unfreeze();
}

/// Return the number of objects in the permanent generation.
#[native(signature = "($module, /)")]
fn get_freeze_count(thread: &mut Thread) -> usize {
    thread.heap().generation_sizes()[GENERATIONS]
}
