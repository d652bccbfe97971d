//! `_abc`: what `abc.ABCMeta` keeps and asks.
//!
//! A class's registry and caches are sets of weak references, each with a callback that takes it
//! out of its set again.
//!
//! Answers for CPython's `Modules/_abc.c`.

use taipan_macros::native;
use taipan_object::native::{MethodDef, ModuleDef};
use taipan_object::protocol;
use taipan_object::typeobject::{Held, Slots, Type, TypeDef, TypeFlags, Visitor};
use taipan_object::types::builtin::native_function;
use taipan_object::types::dict::Dict;
use taipan_object::types::exception::{ASSERTION_ERROR, TYPE_ERROR};
use taipan_object::types::list::List;
use taipan_object::types::set::Set;
use taipan_object::types::str::Str;
use taipan_object::types::tuple::Tuple;
use taipan_object::types::type_::is_subclass;
use taipan_object::types::weakref;
use taipan_object::{Header, Inside, Outcome, Ref, Thread, Value, object};

/// The module `_abc`.
pub static ABC: ModuleDef = ModuleDef {
    name: "_abc",
    doc: Some("Module contains faster C implementation of abc.ABCMeta"),
    functions: &[FUNCTIONS],
    exec: None,
};

const FUNCTIONS: &[MethodDef] = &[
    GET_CACHE_TOKEN,
    _ABC_INIT,
    _RESET_REGISTRY,
    _RESET_CACHES,
    _GET_DUMP,
    _ABC_REGISTER,
    _ABC_INSTANCECHECK,
    _ABC_SUBCLASSCHECK,
];

/// What a class keeps under `_abc_impl`.
#[repr(C)]
struct AbcData {
    head: Header,
    sets: Inside<Sets>,
}

object!(AbcData, ABC_DATA, holds: sets);

#[derive(Default)]
struct Sets {
    registry: Option<Value>,
    cache: Option<Value>,
    negative_cache: Option<Value>,
    negative_cache_version: i64,
}

/// One of the sets of a class.
#[derive(Clone, Copy)]
enum Which {
    Registry,
    Cache,
    NegativeCache,
}

impl Sets {
    fn slot(&mut self, which: Which) -> &mut Option<Value> {
        match which {
            Which::Registry => &mut self.registry,
            Which::Cache => &mut self.cache,
            Which::NegativeCache => &mut self.negative_cache,
        }
    }
}

static ABC_DATA: Type = Type::new::<AbcData>(
    &TypeDef { doc: Some("Internal state held by ABC machinery."), ..TypeDef::new("_abc._abc_data") },
    TypeFlags::CONTAINER,
    Slots { new: Some(|thread, _, _| new_data(thread)), ..Slots::holding::<AbcData>() },
);

impl Held for Sets {
    fn report(&self, visitor: &mut Visitor<'_>) {
        let all = [&self.registry, &self.cache, &self.negative_cache];
        all.into_iter().for_each(|set| set.report(visitor));
    }
}

/// Key of the interpreter's invalidation counter.
static COUNTER: u8 = 0;

fn invalidation_counter(thread: &Thread) -> i64 {
    thread.interp().slot(&COUNTER).map_or(0, |count| count.word().int())
}

fn new_data(thread: &mut Thread) -> Outcome {
    let negative_cache_version = invalidation_counter(thread);
    thread.new_object(|head| AbcData {
        head,
        sets: Inside::new(Sets { negative_cache_version, ..Sets::default() }),
    })
}

fn attribute(thread: &mut Thread, object: Ref<'_>, name: &str) -> Outcome {
    let name = thread.intern(name)?;
    protocol::get_attribute(thread, object, name.as_ref())
}

/// The state of a class.
fn implementation(thread: &mut Thread, class: Ref<'_>) -> Outcome {
    let data = attribute(thread, class, "_abc_impl")?;
    if data.downcast::<AbcData>().is_none() {
        return Err(thread.type_error("_abc_impl is set to a wrong type"));
    }
    Ok(data)
}

fn state(data: &Value) -> &AbcData {
    data.downcast::<AbcData>().expect("checked by `implementation`")
}

fn set_of(set: &Value) -> &Set {
    set.downcast::<Set>().expect("the sets of a class are sets")
}

impl AbcData {
    fn set(&self, thread: &mut Thread, which: Which) -> Option<Value> {
        self.sets.change(thread).slot(which).clone()
    }

    fn contains(&self, thread: &mut Thread, which: Which, object: Ref<'_>) -> Outcome<bool> {
        let Some(set) = self.set(thread, which) else { return Ok(false) };
        if set_of(&set).len(thread) == 0 {
            return Ok(false);
        }
        match weakref::new_reference(thread, object, None) {
            Ok(reference) => set_of(&set).contains(thread, reference.as_ref()),
            Err(raised) => {
                if !thread.exception_is(&TYPE_ERROR) {
                    return Err(raised);
                }
                drop(thread.take_exception());
                Ok(false)
            }
        }
    }

    fn add(&self, thread: &mut Thread, which: Which, object: Ref<'_>) -> Outcome<()> {
        let set = match self.set(thread, which) {
            Some(set) => set,
            None => {
                let set = thread.set()?;
                *self.sets.change(thread).slot(which) = Some(set.clone());
                set
            }
        };
        let weak_set = weakref::new_reference(thread, set.as_ref(), None)?;
        let destroy = native_function(thread, &DESTROY, Some(weak_set.as_ref()), None)?;
        let reference = weakref::new_reference(thread, object, Some(destroy.as_ref()))?;
        set_of(&set).add(thread, reference.as_ref())
    }

    fn clear_set(&self, thread: &mut Thread, which: Which) {
        if let Some(set) = self.set(thread, which) {
            set_of(&set).clear(thread);
        }
    }
}

/// The callback of the references in a set, bound to a reference to the set.
static DESTROY: MethodDef = MethodDef {
    name: "_destroy",
    doc: None,
    signature: None,
    call: taipan_object::native::NativeCall::One(|thread, weak_set, gone| {
        if let Some(set) = weakref::as_reference(weak_set).and_then(weakref::WeakRef::get) {
            let hash = protocol::hash(thread, gone)?;
            set_of(&set).discard_hashed(thread, gone, hash)?;
        }
        Ok(Value::none())
    }),
    binding: taipan_object::native::Binding::Instance,
};

/// Returns the current ABC cache token.
///
/// The token is an opaque object (supporting equality testing) identifying
/// the current version of the ABC cache for virtual subclasses.  The token
/// changes with every call to register() on any ABC.
#[native(signature = "($module, /)")]
fn get_cache_token(thread: &mut Thread) -> i64 {
    invalidation_counter(thread)
}

/// Internal ABC helper to reset registry of a given class.
///
/// Should be only used by refleak.py
#[native(signature = "($module, self, /)")]
fn _reset_registry(thread: &mut Thread, class: Ref<'_>) -> Outcome<()> {
    let data = implementation(thread, class)?;
    state(&data).clear_set(thread, Which::Registry);
    Ok(())
}

/// Internal ABC helper to reset both caches of a given class.
///
/// Should be only used by refleak.py
#[native(signature = "($module, self, /)")]
fn _reset_caches(thread: &mut Thread, class: Ref<'_>) -> Outcome<()> {
    let data = implementation(thread, class)?;
    state(&data).clear_set(thread, Which::Cache);
    state(&data).clear_set(thread, Which::NegativeCache);
    Ok(())
}

/// Internal ABC helper for cache and registry debugging.
///
/// Return shallow copies of registry, of both caches, and
/// negative cache version. Don't call this function directly,
/// instead use ABC._dump_registry() for a nice repr.
#[native(signature = "($module, self, /)")]
fn _get_dump(thread: &mut Thread, class: Ref<'_>) -> Outcome {
    let data = implementation(thread, class)?;
    let mut parts = Vec::with_capacity(4);
    for which in [Which::Registry, Which::Cache, Which::NegativeCache] {
        let copy = thread.set()?;
        if let Some(set) = state(&data).set(thread, which) {
            set_of(&copy).update(thread, set.as_ref())?;
        }
        parts.push(copy);
    }
    let version = state(&data).sets.view(thread).negative_cache_version;
    parts.push(thread.int(i128::from(version))?);
    thread.tuple(parts)
}

fn is_abstract(thread: &mut Thread, object: Ref<'_>) -> Outcome<bool> {
    let name = thread.names().__isabstractmethod__.clone();
    match protocol::find_attribute(thread, object, name.as_ref())? {
        Some(value) => protocol::is_true(thread, value.as_ref()),
        None => Ok(false),
    }
}

/// Sets `__abstractmethods__` to the names of the abstract methods, its own and inherited ones.
fn compute_abstract_methods(thread: &mut Thread, class: Ref<'_>) -> Outcome<()> {
    let names = thread.names();
    let found = thread.set()?;
    let namespace = protocol::get_attribute(thread, class, names.__dict__.as_ref())?;
    let items = protocol::call_method(thread, namespace.as_ref(), "items", &[])?;
    for item in protocol::collect(thread, items.as_ref())? {
        if item.as_ref().ty().slots().iter.is_none() {
            return Err(thread.type_error("items() returned non-iterable"));
        }
        let [name, value] = &protocol::collect(thread, item.as_ref())?[..] else {
            return Err(thread.type_error("items() returned item which size is not 2"));
        };
        if is_abstract(thread, value.as_ref())? {
            set_of(&found).add(thread, name.as_ref())?;
        }
    }
    let bases = protocol::get_attribute(thread, class, names.__bases__.as_ref())?;
    let Some(bases) = bases.downcast::<Tuple>() else {
        return Err(thread.type_error("__bases__ is not tuple"));
    };
    for base in bases.items() {
        let Some(inherited) = protocol::find_attribute(thread, *base, names.__abstractmethods__.as_ref())?
        else {
            continue;
        };
        for name in protocol::collect(thread, inherited.as_ref())? {
            if name.downcast::<Str>().is_none() {
                let ty = name.as_ref().ty().name().into_owned();
                return Err(thread.type_error(format!("attribute name must be string, not '{ty}'")));
            }
            let Some(value) = protocol::find_attribute(thread, class, name.as_ref())? else { continue };
            if is_abstract(thread, value.as_ref())? {
                set_of(&found).add(thread, name.as_ref())?;
            }
        }
    }
    let frozen = thread.frozenset(found.as_ref())?;
    protocol::set_attribute(thread, class, names.__abstractmethods__.as_ref(), Some(frozen.as_ref()))
}

const SEQUENCE_FLAG: i64 = 1 << 5;
const MAPPING_FLAG: i64 = 1 << 6;

/// Internal ABC helper for class set-up. Should be never used outside abc module.
#[native(signature = "($module, self, /)")]
fn _abc_init(thread: &mut Thread, class: Ref<'_>) -> Outcome<()> {
    compute_abstract_methods(thread, class)?;
    let data = new_data(thread)?;
    let name = thread.intern("_abc_impl")?;
    protocol::set_attribute(thread, class, name.as_ref(), Some(data.as_ref()))?;
    let Some(class) = class.downcast::<Type>() else { return Ok(()) };
    let name = thread.intern("__abc_tpflags__")?;
    let own = class.dict(thread).get_str(thread, name.downcast::<Str>().expect("just interned"));
    if own.is_none() {
        return Ok(());
    }
    let flags = Ref::of::<Dict>(class.dict(thread)).to_value();
    let flags = flags.downcast::<Dict>().expect("a dict").remove(thread, name.as_ref())?;
    let bits = flags.filter(|flags| flags.word().is_int()).map_or(0, |flags| flags.word().int());
    match (bits & SEQUENCE_FLAG != 0, bits & MAPPING_FLAG != 0) {
        (true, true) => {
            Err(thread
                .type_error("__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING"))
        }
        (true, false) => {
            class.set_pattern_kind(TypeFlags::SEQUENCE);
            Ok(())
        }
        (false, true) => {
            class.set_pattern_kind(TypeFlags::MAPPING);
            Ok(())
        }
        (false, false) => Ok(()),
    }
}

/// Internal ABC helper for subclasss registration. Should be never used outside abc module.
#[native(signature = "($module, self, subclass, /)")]
fn _abc_register(thread: &mut Thread, class: Ref<'_>, subclass: Ref<'_>) -> Outcome {
    let Some(registered) = subclass.downcast::<Type>() else {
        return Err(thread.type_error("Can only register classes"));
    };
    if is_subclass(thread, subclass, class)? {
        return Ok(subclass.to_value());
    }
    if is_subclass(thread, class, subclass)? {
        return Err(thread.runtime_error("Refusing to create an inheritance cycle"));
    }
    let data = implementation(thread, class)?;
    state(&data).add(thread, Which::Registry, subclass)?;
    let next = thread.int(i128::from(invalidation_counter(thread)) + 1)?;
    thread.interp().set_slot(&COUNTER, next);
    if let Some(class) = class.downcast::<Type>() {
        let kind = class.flags() & (TypeFlags::SEQUENCE | TypeFlags::MAPPING);
        if !kind.is_empty() {
            registered.inherit_pattern_kind(thread, kind);
        }
    }
    Ok(subclass.to_value())
}

fn ask_class(thread: &mut Thread, class: Ref<'_>, subclass: Ref<'_>) -> Outcome {
    let method = protocol::get_attribute(thread, class, thread.names().__subclasscheck__.as_ref())?;
    protocol::call(thread, method.as_ref(), &[subclass])
}

/// Internal ABC helper for instance checks. Should be never used outside abc module.
#[native(signature = "($module, self, instance, /)")]
fn _abc_instancecheck(thread: &mut Thread, class: Ref<'_>, instance: Ref<'_>) -> Outcome {
    let data = implementation(thread, class)?;
    let own = state(&data);
    let subclass = protocol::get_attribute(thread, instance, thread.names().__class__.as_ref())?;
    if own.contains(thread, Which::Cache, subclass.as_ref())? {
        return Ok(Value::bool(true));
    }
    let ty = instance.ty().as_ref().to_value();
    if ty.as_ref().is(subclass.as_ref()) {
        if own.sets.view(thread).negative_cache_version == invalidation_counter(thread)
            && own.contains(thread, Which::NegativeCache, subclass.as_ref())?
        {
            return Ok(Value::bool(false));
        }
        return ask_class(thread, class, subclass.as_ref());
    }
    let answer = ask_class(thread, class, subclass.as_ref())?;
    if protocol::is_true(thread, answer.as_ref())? {
        return Ok(answer);
    }
    ask_class(thread, class, ty.as_ref())
}

/// Internal ABC helper for subclasss checks. Should be never used outside abc module.
#[native(signature = "($module, self, subclass, /)")]
fn _abc_subclasscheck(thread: &mut Thread, class: Ref<'_>, subclass: Ref<'_>) -> Outcome<bool> {
    let Some(candidate) = subclass.downcast::<Type>() else {
        return Err(thread.type_error("issubclass() arg 1 must be a class"));
    };
    let data = implementation(thread, class)?;
    let own = state(&data);
    if own.contains(thread, Which::Cache, subclass)? {
        return Ok(true);
    }
    let counter = invalidation_counter(thread);
    if own.sets.view(thread).negative_cache_version < counter {
        own.clear_set(thread, Which::NegativeCache);
        own.sets.change(thread).negative_cache_version = counter;
    } else if own.contains(thread, Which::NegativeCache, subclass)? {
        return Ok(false);
    }
    let hook = attribute(thread, class, "__subclasshook__")?;
    let hooked = protocol::call(thread, hook.as_ref(), &[subclass])?;
    let answer = match hooked.as_ref() {
        yes if yes.is(Ref::bool(true)) => true,
        no if no.is(Ref::bool(false)) => false,
        open if open.is(Ref::not_implemented()) => {
            if class.downcast::<Type>().is_some_and(|class| candidate.is_subtype(thread, class)) {
                true
            } else if own.contains(thread, Which::Registry, subclass)? {
                return Ok(true); // It needs no place in the cache.
            } else {
                derives_from_known(thread, class, own, subclass)?
            }
        }
        _ => {
            let message = "__subclasshook__ must return either False, True, or NotImplemented";
            return Err(thread.raise_new(&ASSERTION_ERROR, message));
        }
    };
    let which = if answer { Which::Cache } else { Which::NegativeCache };
    own.add(thread, which, subclass)?;
    Ok(answer)
}

/// Whether `subclass` derives from a class that is registered with `class` or derives from it.
fn derives_from_known(
    thread: &mut Thread,
    class: Ref<'_>,
    own: &AbcData,
    subclass: Ref<'_>,
) -> Outcome<bool> {
    if let Some(registry) = own.set(thread, Which::Registry) {
        // A copy: what is asked may register more.
        for reference in protocol::collect(thread, registry.as_ref())? {
            let Some(reference) = weakref::as_reference(reference.as_ref()) else {
                return Err(thread.type_error("expected a weakref"));
            };
            if let Some(registered) = reference.get()
                && is_subclass(thread, subclass, registered.as_ref())?
            {
                return Ok(true);
            }
        }
    }
    let subclasses = protocol::call_method(thread, class, "__subclasses__", &[])?;
    let Some(subclasses) = subclasses.downcast::<List>() else {
        return Err(thread.type_error("__subclasses__() must return a list"));
    };
    let mut index = 0;
    while let Some(derived) = subclasses.get(thread, index) {
        if is_subclass(thread, subclass, derived.as_ref())? {
            return Ok(true);
        }
        index += 1;
    }
    Ok(false)
}
