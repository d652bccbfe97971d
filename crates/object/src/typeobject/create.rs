//! Making classes: `type(name, bases, namespace)`.
#![allow(unsafe_code)] // the object layout: see the module head and the notes at each block

use std::cell::{Cell, UnsafeCell};
use std::sync::atomic::AtomicU32;

use taipan_layout::Header;

use super::dunder::fill_slots;
use super::lookup::call_special;
use super::new::{clear_instance, drop_instance, traverse_instance};
use super::state::{SharedKeys, TypeState};
use super::{Type, TypeFlags};
use crate::native::Args;
use crate::protocol;
use crate::thread::Thread;
use crate::types::builtin;
use crate::types::dict::Dict;
use crate::types::object::OBJECT;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::TYPE;
use crate::value::{Outcome, Ref, Value};

/// The greatest number of values that instances keep inline.
const MAX_INLINE: usize = 30;

/// `type.__new__` with three arguments.
pub fn new_type<'a>(thread: &mut Thread, metatype: &'a Type, args: Args<'a>) -> Outcome {
    let given = args.positionals();
    if given.len() != 3 {
        return Err(thread.type_error("type() takes 1 or 3 arguments"));
    }
    let Some(name) = given[0].downcast::<Str>() else {
        let ty = given[0].ty().name().into_owned();
        return Err(thread.type_error(format!("type.__new__() argument 1 must be str, not {ty}")));
    };
    let Some(bases) = given[1].downcast::<Tuple>() else {
        let ty = given[1].ty().name().into_owned();
        return Err(thread.type_error(format!("type.__new__() argument 2 must be tuple, not {ty}")));
    };
    let Some(namespace) = given[2].downcast::<Dict>() else {
        let ty = given[2].ty().name().into_owned();
        return Err(thread.type_error(format!("type.__new__() argument 3 must be dict, not {ty}")));
    };
    for base in bases.items().iter().filter(|base| base.downcast::<Type>().is_none()) {
        let name = thread.names().__mro_entries__.as_ref();
        if protocol::find_attribute(thread, *base, name)?.is_some() {
            return Err(
                thread.type_error("type() doesn't support MRO entry resolution; use types.new_class()")
            );
        }
    }
    let winner = calculate_metatype(thread, metatype, bases)?;
    if !winner.is(metatype)
        && let Some(new) = winner.slots().new
        && new as usize != crate::types::type_::type_new as *const () as usize
    {
        return new(thread, winner, args);
    }
    build_type(thread, winner, Ref::of(name), bases, namespace, args)
}

/// The most derived metatype of `metatype` and those of the bases.
pub fn calculate_metatype<'a>(
    thread: &mut Thread,
    metatype: &'a Type,
    bases: &'a Tuple,
) -> Outcome<&'a Type> {
    let mut winner = metatype;
    for base in bases.items() {
        let candidate = base.ty();
        if winner.is_subtype(thread, candidate) {
            continue;
        }
        if candidate.is_subtype(thread, winner) {
            winner = candidate;
            continue;
        }
        return Err(thread.type_error(
            "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases",
        ));
    }
    Ok(winner)
}

/// The base whose layout the new type extends.
fn best_base<'a>(thread: &mut Thread, bases: &[Ref<'a>]) -> Outcome<&'a Type> {
    let mut best: Option<&Type> = None;
    for base in bases {
        let Some(base) = base.downcast::<Type>() else {
            return Err(thread.type_error("bases must be types"));
        };
        if !base.flags().contains(TypeFlags::BASE) {
            let name = base.qualified_name(thread);
            return Err(thread.type_error(format!("type '{name}' is not an acceptable base type")));
        }
        match best {
            None => best = Some(base),
            Some(current) => {
                let (a, b) = (solid(current), solid(base));
                if !extends(a, b) {
                    if !extends(b, a) {
                        return Err(thread.type_error("multiple bases have instance lay-out conflict"));
                    }
                    best = Some(base);
                }
            }
        }
    }
    Ok(best.unwrap_or(&OBJECT))
}

/// The ancestor that last added something to the layout other than an attribute word.
fn solid(ty: &Type) -> &Type {
    let mut ty = ty;
    while let Some(base) = ty.base() {
        let adds = if ty.is_heap() { ty.own_slots() != 0 } else { ty.size.get() != base.size.get() };
        if adds {
            break;
        }
        ty = base;
    }
    ty
}

fn extends(ty: &Type, other: &Type) -> bool {
    let mut next = Some(ty);
    while let Some(ty) = next {
        if ty.is(other) {
            return true;
        }
        next = ty.base();
    }
    false
}

/// The C3 order of `ty` over `bases`.
pub(super) fn compute_mro(
    thread: &mut Thread,
    ty: *const Type,
    bases: &[&Type],
) -> Outcome<Vec<*const Type>> {
    for (index, base) in bases.iter().enumerate() {
        if bases[..index].iter().any(|other| other.is(base)) {
            let name = base.short_name();
            return Err(thread.type_error(format!("duplicate base class {name}")));
        }
    }
    let mut result = vec![ty];
    let mut sequences: Vec<Vec<*const Type>> =
        bases.iter().map(|base| base.state(thread).mro.borrow().clone()).collect();
    sequences.push(bases.iter().map(|&base| std::ptr::from_ref(base)).collect());
    let mut heads = vec![0; sequences.len()];
    loop {
        let mut done = true;
        let mut chosen = None;
        for (sequence, &head) in sequences.iter().zip(&heads) {
            let Some(&candidate) = sequence.get(head) else { continue };
            done = false;
            let blocked = sequences
                .iter()
                .zip(&heads)
                .any(|(other, &head)| other.iter().skip(head + 1).any(|&ty| ty == candidate));
            if !blocked {
                chosen = Some(candidate);
                break;
            }
        }
        if done {
            return Ok(result);
        }
        let Some(chosen) = chosen else {
            let mut names = Vec::new();
            for (sequence, &head) in sequences.iter().zip(&heads) {
                if let Some(&ty) = sequence.get(head) {
                    // SAFETY: bases are alive: the caller holds them.
                    let name = unsafe { (*ty).short_name().into_owned() };
                    if !names.contains(&name) {
                        names.push(name);
                    }
                }
            }
            return Err(thread.type_error(format!(
                "Cannot create a consistent method resolution order (MRO) for bases {}",
                names.join(", ")
            )));
        };
        result.push(chosen);
        for (sequence, head) in sequences.iter().zip(&mut heads) {
            if sequence.get(*head) == Some(&chosen) {
                *head += 1;
            }
        }
    }
}

/// What the namespace says about instance layout.
struct Layout {
    slots: Vec<Value>,
    wants_dict: bool,
    wants_weakref: bool,
}

fn read_slots(thread: &mut Thread, base: &Type, namespace: &Dict, class: &str) -> Outcome<Layout> {
    // An instance of a metaclass is a class and has its dictionary.
    let may_dict = !base.flags().intersects(TypeFlags::HAS_DICT | TypeFlags::TYPE);
    let may_weakref = !base.flags().contains(TypeFlags::WEAKREF) && !base.has_items();
    let name = thread.names().__slots__.clone();
    let Some(slots) = namespace.get(thread, name.as_ref())? else {
        return Ok(Layout { slots: Vec::new(), wants_dict: may_dict, wants_weakref: may_weakref });
    };
    let all = if slots.downcast::<Str>().is_some() {
        vec![slots.clone()]
    } else {
        protocol::collect(thread, slots.as_ref())?
    };
    let mut layout = Layout { slots: Vec::new(), wants_dict: false, wants_weakref: false };
    if !all.is_empty() && base.has_items() {
        let ty = base.name().into_owned();
        return Err(thread.type_error(format!("nonempty __slots__ not supported for subtype of '{ty}'")));
    }
    for slot in all {
        let Some(text) = slot.downcast::<Str>() else {
            let ty = slot.as_ref().ty().name().into_owned();
            return Err(thread.type_error(format!("__slots__ items must be strings, not '{ty}'")));
        };
        let text = text.to_string_lossy().into_owned();
        if text == "__dict__" {
            if !may_dict || layout.wants_dict {
                return Err(thread.type_error("__dict__ slot disallowed: we already got one"));
            }
            layout.wants_dict = true;
        } else if text == "__weakref__" {
            if !may_weakref || layout.wants_weakref {
                return Err(thread.type_error("__weakref__ slot disallowed: we already got one"));
            }
            layout.wants_weakref = true;
        } else if !is_identifier(&text) {
            return Err(thread.type_error("__slots__ must be identifiers"));
        } else {
            let mangled = mangle(class, &text);
            let key = thread.intern(&mangled)?;
            let is_own = matches!(&*text, "__qualname__" | "__classcell__" | "__classdictcell__");
            if !is_own && namespace.get(thread, key.as_ref())?.is_some() {
                return Err(
                    thread.value_error(format!("'{text}' in __slots__ conflicts with class variable"))
                );
            }
            layout.slots.push(key);
        }
    }
    layout.slots.sort_by(|a, b| {
        let text = |value: &Value| value.downcast::<Str>().map(|s| s.to_string_lossy().into_owned());
        text(a).cmp(&text(b))
    });
    Ok(layout)
}

fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c == '_' || c.is_alphabetic())
        && chars.all(|c| c == '_' || c.is_alphanumeric())
}

fn mangle(class: &str, name: &str) -> String {
    let class = class.trim_start_matches('_');
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') || class.is_empty() {
        return name.to_owned();
    }
    format!("_{class}{name}")
}

/// Makes a class of metatype `metatype`.
pub fn build_type(
    thread: &mut Thread,
    metatype: &Type,
    name: Ref<'_>,
    bases: &Tuple,
    namespace: &Dict,
    args: Args<'_>,
) -> Outcome {
    let default = [OBJECT.as_ref()];
    let base_refs = if bases.is_empty() { &default[..] } else { bases.items() };
    let base = best_base(thread, base_refs)?;
    let dict = namespace.copy(thread)?;
    let dict_ref = dict.downcast::<Dict>().expect("a copy of a dict");
    let text = name.downcast::<Str>().expect("checked by the caller").to_string_lossy().into_owned();
    if text.contains('\0') {
        return Err(thread.value_error("type name must not contain null characters"));
    }
    let layout = read_slots(thread, base, dict_ref, &text)?;
    let value = allocate_type(thread, metatype, base, &layout)?;
    let ty = value.downcast::<Type>().expect("just made");
    let base_types: Vec<&Type> = base_refs.iter().filter_map(|base| base.downcast::<Type>()).collect();
    for other in &base_types {
        for flag in [TypeFlags::HAS_DICT, TypeFlags::WEAKREF, TypeFlags::SEQUENCE, TypeFlags::MAPPING] {
            if other.flags().contains(flag) && (flag != TypeFlags::HAS_DICT || base.flags().contains(flag)) {
                ty.set_flag(flag, true);
            }
        }
    }
    let mut state = TypeState::empty();
    state.slots_offset = Cell::new(base.size.get());
    state.slot_count = Cell::new(layout.slots.len() as u32);
    state.slot_names = layout.slots.clone().into_boxed_slice();
    plan_instance(thread, ty, base, &layout, dict_ref, &mut state)?;
    let _ = state.dict.set(dict.clone());
    *state.name.borrow_mut() = Some(name.to_value());
    let bases_value = thread.tuple_from_refs(base_refs)?;
    *state.bases.borrow_mut() = Some(bases_value);
    ty.set_state(state);
    finish_namespace(thread, ty, dict_ref, name, &layout)?;
    let order = if metatype.is(&TYPE) {
        compute_mro(thread, ty, &base_types)?
    } else {
        custom_mro(thread, ty, &base_types)?
    };
    *ty.state(thread).mro.borrow_mut() = order;
    for other in &base_types {
        other.state(thread).subclasses.borrow_mut().push(ty);
    }
    fill_slots(thread, ty);
    set_names(thread, ty, dict_ref)?;
    init_subclass(thread, ty, args)?;
    Ok(value)
}

fn custom_mro(thread: &mut Thread, ty: &Type, bases: &[&Type]) -> Outcome<Vec<*const Type>> {
    let order = compute_mro(thread, ty, bases)?;
    *ty.state(thread).mro.borrow_mut() = order.clone();
    let name = thread.names().mro.clone();
    let method = ty.as_ref().ty().lookup_value(thread, &name);
    if method.is_none_or(|method| builtin::is_native_method(method.as_ref())) {
        return Ok(order);
    }
    let Some(result) = call_special(thread, ty.as_ref(), &name, &[])? else { return Ok(order) };
    let all = protocol::collect(thread, result.as_ref())?;
    let mut order = Vec::new();
    for item in &all {
        let Some(item) = item.downcast::<Type>() else {
            let ty = item.as_ref().ty().name().into_owned();
            return Err(thread.type_error(format!("mro() returned a non-class ('{ty}')")));
        };
        if !extends(solid(ty), solid(item)) {
            let name = item.name();
            return Err(thread.type_error(format!("mro() returned base with unsuitable layout ('{name}')")));
        }
        order.push(std::ptr::from_ref(item));
    }
    let kept = thread.tuple(all)?;
    *ty.state(thread).mro_tuple.borrow_mut() = Some(kept);
    Ok(order)
}

/// What `type.mro` answers: the order by the bases of `ty`.
pub fn computed_mro(thread: &mut Thread, ty: &Type) -> Outcome<Vec<Value>> {
    let bases = ty.bases(thread)?;
    let bases: Vec<&Type> = bases
        .downcast::<Tuple>()
        .map_or(&[][..], Tuple::items)
        .iter()
        .filter_map(|base| base.downcast())
        .collect();
    let order = compute_mro(thread, ty, &bases)?;
    // SAFETY: the types of the order are alive: the bases hold them.
    Ok(order.into_iter().map(|ty| unsafe { &*ty }.as_ref().to_value()).collect())
}

fn allocate_type(thread: &mut Thread, metatype: &Type, base: &Type, layout: &Layout) -> Outcome {
    let mut slots = *base.slots();
    slots.drop = drop_instance;
    slots.traverse = traverse_instance;
    slots.clear = Some(clear_instance);
    let mut flags = base.flags()
        & (TypeFlags::EXCEPTION
            | TypeFlags::TYPE
            | TypeFlags::SEQUENCE
            | TypeFlags::MAPPING
            | TypeFlags::HAS_DICT
            | TypeFlags::WEAKREF
            | TypeFlags::MATCH_SELF);
    flags |= TypeFlags::HEAP | TypeFlags::BASE | TypeFlags::CONTAINER;
    flags.set(TypeFlags::BEHIND_ITEMS, base.is_variable_sized());
    flags.set(TypeFlags::HAS_DICT, flags.contains(TypeFlags::HAS_DICT) || layout.wants_dict);
    flags.set(TypeFlags::WEAKREF, flags.contains(TypeFlags::WEAKREF) || layout.wants_weakref);
    super::allocate_instance(thread, metatype, |head: Header| Type {
        head,
        version: AtomicU32::new(0),
        keys_version: Cell::new(0),
        flags: Cell::new(flags),
        size: Cell::new(base.size.get()),
        values_offset: Cell::new(base.values_offset.get()),
        values_capacity: Cell::new(base.values_capacity.get()),
        init_cache: Cell::new(std::ptr::null()),
        number: AtomicU32::new(0),
        base: Cell::new(base),
        layout: Cell::new(base.layout()),
        slots: UnsafeCell::new(slots),
        def: None,
        state: UnsafeCell::new(None),
    })
}

/// Decides where slots, attribute word and inline values of instances lie.
fn plan_instance(
    thread: &mut Thread,
    ty: &Type,
    base: &Type,
    layout: &Layout,
    namespace: &Dict,
    state: &mut TypeState,
) -> Outcome<()> {
    let mut size = base.size.get() as usize + layout.slots.len() * 8;
    let name = thread.names().__static_attributes__.clone();
    let own = namespace.get(thread, name.as_ref())?;
    let own = own.and_then(|names| names.downcast::<Tuple>().map(Tuple::len)).unwrap_or(0);
    if layout.wants_dict {
        ty.values_offset.set(size as u32);
        let capacity = if base.is_variable_sized() { 0 } else { own.clamp(2, MAX_INLINE) };
        // The object ends at a multiple of 16, so that no byte of its slot is wasted.
        let capacity = if base.is_variable_sized() { 0 } else { capacity + (size / 8 + 1 + capacity) % 2 };
        size += 8 + capacity * 8;
        ty.values_capacity.set(capacity as u32);
        state.keys = Some(SharedKeys::new(capacity));
    } else if base.values_offset.get() != 0 && layout.slots.is_empty() && ends_with_values(base) {
        // Derived from a class that keeps values inline at its end: room for the names added here.
        let known = base.state(thread).keys.as_ref().map_or(0, |keys| keys.names(thread).len());
        let capacity = (base.values_capacity.get() as usize).max((known + own).min(MAX_INLINE));
        let capacity = capacity + (base.values_offset.get() as usize / 8 + 1 + capacity) % 2;
        size = base.values_offset.get() as usize + 8 + capacity * 8;
        ty.values_capacity.set(capacity as u32);
        let keys = SharedKeys::new(capacity);
        let names: Vec<Value> =
            base.state(thread).keys.as_ref().map_or(Vec::new(), |keys| keys.names(thread).to_vec());
        for name in names {
            keys.add(thread, ty, name.as_ref());
        }
        state.keys = Some(keys);
    } else if base.values_capacity.get() != 0 {
        let keys = SharedKeys::new(base.values_capacity.get() as usize);
        state.keys = Some(keys);
    }
    ty.size.set(size as u32);
    Ok(())
}

fn ends_with_values(base: &Type) -> bool {
    base.values_capacity.get() != 0
        && base.size.get() == base.values_offset.get() + 8 + base.values_capacity.get() * 8
}

/// Sets what `type.__new__` adds to the namespace, and makes the descriptors of slots.
fn finish_namespace(
    thread: &mut Thread,
    ty: &Type,
    dict: &Dict,
    name: Ref<'_>,
    layout: &Layout,
) -> Outcome<()> {
    let names = thread.names();
    if dict.get_str(thread, names.__module__.downcast::<Str>().expect("a name")).is_none()
        && let Some(module) = thread.current_module()
    {
        dict.set_str(thread, names.__module__.as_ref(), module)?;
    }
    let qualname = match dict.remove(thread, names.__qualname__.as_ref())? {
        Some(qualname) if qualname.downcast::<Str>().is_some() => qualname,
        Some(other) => {
            let ty = other.as_ref().ty().name().into_owned();
            return Err(thread.type_error(format!("type __qualname__ must be a str, not {ty}")));
        }
        None => name.to_value(),
    };
    *ty.state(thread).qualname.borrow_mut() = Some(qualname);
    for (name, as_class) in
        [(&names.__new__, false), (&names.__init_subclass__, true), (&names.__class_getitem__, true)]
    {
        if let Some(value) = dict.get(thread, name.as_ref())?
            && value.as_ref().ty().is(&crate::types::function::FUNCTION)
        {
            let wrapped = if as_class {
                crate::types::method::class_method(thread, value)?
            } else {
                crate::types::method::static_method(thread, value)?
            };
            dict.set_str(thread, name.as_ref(), wrapped)?;
        }
    }
    let start = ty.state(thread).slots_offset.get();
    for (index, slot) in layout.slots.iter().enumerate() {
        let descriptor =
            builtin::slot_descriptor(thread, ty.as_ref(), slot.clone(), start + index as u32 * 8)?;
        dict.set_str(thread, slot.as_ref(), descriptor)?;
    }
    if layout.wants_dict {
        let descriptor =
            builtin::getset_descriptor(thread, ty.as_ref(), &crate::types::object::DICT_ATTRIBUTE)?;
        dict.set_str(thread, names.__dict__.as_ref(), descriptor)?;
    }
    if layout.wants_weakref {
        let descriptor =
            builtin::getset_descriptor(thread, ty.as_ref(), &crate::types::object::WEAKREF_ATTRIBUTE)?;
        dict.set_str(thread, names.__weakref__.as_ref(), descriptor)?;
    }
    if dict.get(thread, names.__doc__.as_ref())?.is_none() {
        dict.set_str(thread, names.__doc__.as_ref(), Value::none())?;
    }
    let eq = dict.get(thread, names.__eq__.as_ref())?.is_some();
    if eq && dict.get(thread, names.__hash__.as_ref())?.is_none() {
        dict.set_str(thread, names.__hash__.as_ref(), Value::none())?;
    }
    for (name, drop_it) in [(&names.__classcell__, true), (&names.__classdictcell__, true)] {
        if let Some(cell) = dict.get(thread, name.as_ref())? {
            let Some(cell) = cell.downcast::<crate::types::cell::Cell>() else {
                return Err(thread.type_error(format!(
                    "{} must be a nonlocal cell, not {:?}",
                    name.downcast::<Str>().expect("a name").to_string_lossy(),
                    cell.as_ref().ty().as_ref()
                )));
            };
            let content = if name.as_ref().is(names.__classcell__.as_ref()) {
                ty.as_ref().to_value()
            } else {
                Ref::of(dict).to_value()
            };
            drop(cell.set(thread, Some(content)));
            if drop_it {
                dict.remove(thread, name.as_ref())?;
            }
        }
    }
    Ok(())
}

fn set_names(thread: &mut Thread, ty: &Type, dict: &Dict) -> Outcome<()> {
    let entries: Vec<(Value, Value)> =
        dict.table.view(thread).iter().map(|(key, value)| (key.to_value(), value.to_value())).collect();
    let set_name = thread.names().__set_name__.clone();
    for (key, value) in entries {
        if let Err(raised) = call_special(thread, value.as_ref(), &set_name, &[ty.as_ref(), key.as_ref()]) {
            let kind = value.as_ref().ty().name().into_owned();
            let key = protocol::repr_string(thread, key.as_ref()).unwrap_or_default();
            let note = format!("Error calling __set_name__ on '{kind}' instance {key} in '{}'", ty.name());
            crate::types::exception::add_note(thread, &note);
            return Err(raised);
        }
    }
    Ok(())
}

fn init_subclass(thread: &mut Thread, ty: &Type, args: Args<'_>) -> Outcome<()> {
    let name = thread.names().__init_subclass__.clone();
    let text = name.downcast::<Str>().expect("a name");
    let Some(method) = ty.lookup_after(thread, ty, text).map(|found| found.to_value()) else { return Ok(()) };
    let bound = match method.as_ref().ty().slots().descr_get {
        Some(get) => get(thread, method.as_ref(), None, Some(ty.as_ref()))?,
        None => method,
    };
    let values: Vec<Ref<'_>> = args.keywords().map(|(_, value)| value).collect();
    protocol::call_args(thread, bound.as_ref(), Args::with_names(&values, args.names())).map(drop)
}

impl Type {
    /// Whether instances are of different sizes to CPython: then they have no slots of `__slots__`
    /// and no weak references.
    fn has_items(&self) -> bool {
        use crate::types::{bytes::BYTES, int::INT, tuple::TUPLE};
        [&INT, &BYTES, &TUPLE, &TYPE].into_iter().any(|ty| self.has_layout_of(ty))
    }

    /// Whether instances have parts behind their struct, so that nothing can be added there.
    pub fn is_variable_sized(&self) -> bool {
        let layout = self.layout();
        layout.is(&crate::types::tuple::TUPLE) || layout.is(&crate::types::str::STR)
    }

    pub(crate) fn own_slots(&self) -> u32 {
        // SAFETY: heap types have their state.
        unsafe { (*self.state.get()).as_deref().map_or(0, |state| state.slot_count.get()) }
    }

    /// The name with its module, as messages show it.
    pub fn qualified_name(&self, thread: &Thread) -> String {
        if let Some(def) = self.def() {
            return def.name.to_owned();
        }
        let module =
            self.dict(thread).get_str(thread, thread.names().__module__.downcast::<Str>().expect("a name"));
        let module = module.and_then(|module| module.downcast::<Str>());
        match module {
            Some(module) if !module.is("builtins") => format!("{}.{}", module.to_string_lossy(), self.name()),
            _ => self.name().into_owned(),
        }
    }
}

/// Whether instances of both are laid out alike, so that `__class__` may change from one to the
/// other. They may differ in how many inline values end them: those are empty when a class changes.
pub fn same_layout(thread: &Thread, a: &Type, b: &Type) -> bool {
    let shape = |ty: &Type| (ty.values_offset.get(), std::ptr::from_ref(ty.layout()));
    let sizes = a.size.get() == b.size.get() || (ends_with_values(a) && ends_with_values(b));
    let (mut a_slots, mut b_slots) = (slots_of(thread, a), slots_of(thread, b));
    shape(a) == shape(b)
        && sizes
        && has_weakref(a) == has_weakref(b)
        && loop {
            match (a_slots.next(), b_slots.next()) {
                (None, None) => break true,
                (Some(a), Some(b)) if a == b => {}
                _ => break false,
            }
        }
}

fn has_weakref(ty: &Type) -> bool {
    ty.flags().contains(TypeFlags::WEAKREF)
}

/// The slots that the heap types of a line of bases add: where they begin, and their names.
fn slots_of<'a>(thread: &'a Thread, ty: &'a Type) -> impl Iterator<Item = (u32, Vec<u64>)> + use<'a> {
    let line = std::iter::successors(Some(ty), |ty| ty.base()).take_while(|ty| ty.is_heap());
    line.filter_map(|ty| {
        let state = ty.state(thread);
        let names: Vec<u64> = state.slot_names.iter().map(|name| protocol::id(name.as_ref())).collect();
        (!names.is_empty()).then(|| (state.slots_offset.get(), names))
    })
}

/// Whether a class derived from `old` could derive from `new` instead, as far as layout goes.
fn compatible_bases(thread: &Thread, old: &Type, new: &Type) -> bool {
    fn adds_nothing(ty: &Type) -> bool {
        let flags = TypeFlags::HAS_DICT.union(TypeFlags::WEAKREF);
        ty.is_heap()
            && ty.own_slots() == 0
            && ty.base().is_some_and(|base| base.flags() & flags == ty.flags() & flags)
    }
    let reduced = |ty| std::iter::successors(Some(ty), |ty: &&Type| ty.base()).find(|ty| !adds_nothing(ty));
    match (reduced(old), reduced(new)) {
        (Some(a), Some(b)) => {
            let same_base = match (a.base(), b.base()) {
                (Some(a), Some(b)) => a.is(b),
                (a, b) => a.is_none() && b.is_none(),
            };
            a.is(b) || (same_base && a.is_heap() && b.is_heap() && same_layout(thread, a, b))
        }
        _ => false,
    }
}

/// Sets `__bases__`.
pub fn set_bases(thread: &mut Thread, ty: &Type, value: Ref<'_>) -> Outcome<()> {
    let name = ty.name().into_owned();
    let Some(bases) = value.downcast::<Tuple>() else {
        let got = value.ty().name();
        return Err(thread.type_error(format!("can only assign tuple to {name}.__bases__, not {got}")));
    };
    if bases.is_empty() {
        return Err(thread.type_error(format!("can only assign non-empty tuple to {name}.__bases__, not ()")));
    }
    for base in bases.items() {
        let Some(base) = base.downcast::<Type>() else {
            let got = base.ty().name();
            return Err(thread.type_error(format!("{name}.__bases__ must be tuple of classes, not '{got}'")));
        };
        if base.is_subtype(thread, ty) {
            return Err(thread.type_error("a __bases__ item causes an inheritance cycle"));
        }
    }
    let new_base = best_base(thread, bases.items())?;
    let old_base = ty.base().expect("only object has none");
    if !compatible_bases(thread, old_base, new_base) {
        let (new, old) = (new_base.name(), old_base.name());
        return Err(
            thread.type_error(format!("__bases__ assignment: '{new}' object layout differs from '{old}'"))
        );
    }
    let old_bases = ty.bases(thread)?;
    let new_bases = thread.tuple_from_refs(bases.items())?;
    replace_bases(thread, ty, new_bases.clone(), new_base);
    let mut changed = Vec::new();
    if let Err(raised) = renew_orders(thread, ty, &mut changed) {
        for (class, order) in changed {
            *class.state(thread).mro.borrow_mut() = order;
            drop(class.state(thread).mro_tuple.borrow_mut().take());
        }
        replace_bases(thread, ty, old_bases, old_base);
        return Err(raised);
    }
    for (bases, add) in [(&old_bases, false), (&new_bases, true)] {
        for base in bases.downcast::<Tuple>().map_or(&[][..], Tuple::items) {
            let base = base.downcast::<Type>().expect("checked");
            if add {
                base.state(thread).subclasses.borrow_mut().push(ty);
            } else {
                base.forget_subclass(ty);
            }
        }
    }
    super::type_modified(thread, ty);
    super::update_slots(thread, ty);
    Ok(())
}

fn replace_bases(thread: &Thread, ty: &Type, bases: Value, base: &Type) {
    ty.base.set(base);
    let old = ty.state(thread).bases.replace(Some(bases));
    drop(old);
}

/// Computes the orders of a class and of all that derive from it again; `changed` gets the old ones.
fn renew_orders<'a>(
    thread: &mut Thread,
    ty: &'a Type,
    changed: &mut Vec<(&'a Type, Vec<*const Type>)>,
) -> Outcome<()> {
    thread.check_native_stack()?;
    let bases = ty.bases(thread)?;
    let bases: Vec<&Type> =
        bases.downcast::<Tuple>().map_or(&[][..], Tuple::items).iter().filter_map(|b| b.downcast()).collect();
    let old = ty.state(thread).mro.borrow().clone();
    let order = if ty.as_ref().ty().is(&TYPE) {
        compute_mro(thread, ty, &bases)
    } else {
        custom_mro(thread, ty, &bases)
    };
    let order = match order {
        Ok(order) => order,
        Err(raised) => {
            *ty.state(thread).mro.borrow_mut() = old;
            return Err(raised);
        }
    };
    *ty.state(thread).mro.borrow_mut() = order;
    if ty.as_ref().ty().is(&TYPE) {
        drop(ty.state(thread).mro_tuple.borrow_mut().take());
    }
    changed.push((ty, old));
    for class in ty.subclasses(thread) {
        // SAFETY: the classes derived from a class that is alive now live as long as this call: their
        // bases are not released in it.
        let class: &'a Type = unsafe { &*std::ptr::from_ref(class.downcast::<Type>().expect("a class")) };
        renew_orders(thread, class, changed)?;
    }
    Ok(())
}

impl Type {
    /// Takes a class that dies off the list of the classes that derive from this one.
    pub(crate) fn forget_subclass(&self, ty: &Type) {
        let state = match self.own_state() {
            Some(state) => state,
            // SAFETY: the dying class lives on a heap; its interpreter is there or is null. What is
            // no heap type is static.
            None => unsafe {
                let interp = crate::heap::heap_of((&raw const *ty).cast()).interp.get();
                if interp.is_null() || self.is_heap() {
                    return;
                }
                (*interp).static_state(&*std::ptr::from_ref(self))
            },
        };
        let mut subclasses = state.subclasses.borrow_mut();
        // Classes that die are mostly young.
        if let Some(place) = subclasses.iter().rposition(|&other| std::ptr::eq(other, ty)) {
            subclasses.remove(place);
        }
    }

    pub(crate) fn own_state(&self) -> Option<&TypeState> {
        // SAFETY: set when the type is made, taken when it dies.
        unsafe { (*self.state.get()).as_deref() }
    }
}
