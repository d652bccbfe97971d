//! `type`: the type of types.
//!
//! Answers for the first half of CPython's `Objects/typeobject.c`.
#![allow(unsafe_code)] // dropping and traversing types

pub mod annotations;
mod attributes;
mod check;
mod methods;

use std::sync::atomic::Ordering;

use taipan_layout::Header;

pub use check::{is_instance, is_subclass};

use crate::native::Args;
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{
    Slots, Type, TypeDef, TypeFlags, Visitor, new_type, type_call, type_modified, update_slots,
};
use crate::types::dict::Dict;
use crate::types::module::MODULE;
use crate::types::object::OBJECT_SLOTS;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::weakref;
use crate::value::{Outcome, Ref, Value};

/// The type `type`.
pub static TYPE: Type = Type::new::<Type>(
    &TypeDef {
        doc: Some("type(object) -> the object's type\ntype(name, bases, dict, **kwds) -> a new type"),
        methods: &[methods::METHODS],
        members: attributes::MEMBERS,
        getset: &[attributes::GETSET, annotations::CLASS_GETSET],
        ..TypeDef::new("type")
    },
    TypeFlags::BASE.union(TypeFlags::TYPE).union(TypeFlags::CONTAINER).union(TypeFlags::WEAKREF),
    Slots {
        drop: drop_type,
        traverse: traverse_type,
        new: Some(type_new),
        init: Some(|thread, _, args| {
            if matches!(args.positionals().len(), 1 | 3) {
                return Ok(());
            }
            Err(thread.type_error("type.__init__() takes 1 or 3 arguments"))
        }),
        call: Some(type_call),
        or: Some(crate::types::union::or),
        repr: Some(repr),
        getattr: Some(getattr),
        setattr: Some(setattr),
        ..OBJECT_SLOTS
    },
);

/// `type.__new__`
pub fn type_new<'a>(thread: &mut Thread, metatype: &'a Type, args: Args<'a>) -> Outcome {
    new_type(thread, metatype, args)
}

unsafe fn drop_type(object: *mut Header) {
    // SAFETY: the object is a dead heap type.
    unsafe {
        let ty = &*object.cast::<Type>();
        if let Some(state) = ty.take_state() {
            if let Some(bases) = state.bases.borrow().as_ref().and_then(|bases| bases.downcast::<Tuple>()) {
                for base in bases.items().iter().filter_map(|base| base.downcast::<Type>()) {
                    base.forget_subclass(ty);
                }
            }
            drop(state);
        }
    }
}

unsafe fn traverse_type(object: *const Header, visitor: &mut Visitor<'_>) {
    // SAFETY: the object is a live type; static types hold nothing.
    unsafe { (*object.cast::<Type>()).visit_state(visitor) }
}

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let name = object.downcast::<Type>().expect("the slot of types").dotted_name(thread);
    thread.str(&format!("<class '{name}'>"))
}

/// `type.__getattribute__`
pub fn getattr(thread: &mut Thread, object: Ref<'_>, name: Ref<'_>) -> Outcome {
    let ty = object.downcast::<Type>().expect("the slot of types");
    let text = thread.text(name)?;
    let meta = object.ty();
    let of_meta = meta.lookup(thread, text).map(|found| found.to_value());
    if let Some(descriptor) = &of_meta {
        let slots = descriptor.as_ref().ty().slots();
        if let (Some(get), Some(_)) = (slots.descr_get, slots.descr_set) {
            return get(thread, descriptor.as_ref(), Some(object), Some(meta.as_ref()));
        }
    }
    if let Some(found) = ty.lookup(thread, text).map(|found| found.to_value()) {
        return match found.as_ref().ty().slots().descr_get {
            Some(get) => get(thread, found.as_ref(), None, Some(object)),
            None => Ok(found),
        };
    }
    if let Some(found) = of_meta {
        return match found.as_ref().ty().slots().descr_get {
            Some(get) => get(thread, found.as_ref(), Some(object), Some(meta.as_ref())),
            None => Ok(found),
        };
    }
    let (class, text) = (ty.name().into_owned(), text.to_string_lossy().into_owned());
    Err(thread.attribute_error(object, name, format!("type object '{class}' has no attribute '{text}'")))
}

fn setattr(thread: &mut Thread, object: Ref<'_>, name: Ref<'_>, value: Option<Ref<'_>>) -> Outcome<()> {
    let ty = object.downcast::<Type>().expect("the slot of types");
    let text = thread.text(name)?;
    if ty.flags().contains(TypeFlags::IMMUTABLE) {
        let (class, text) = (ty.qualified_name(thread), text.to_string_lossy().into_owned());
        return Err(thread.type_error(format!("cannot set '{text}' attribute of immutable type '{class}'")));
    }
    let of_meta = object.ty().lookup(thread, text).map(|found| found.to_value());
    if let Some(descriptor) = &of_meta
        && let Some(set) = descriptor.as_ref().ty().slots().descr_set
    {
        return set(thread, descriptor.as_ref(), object, value);
    }
    let key = thread.interp().interned.intern(thread.interp(), name.to_value());
    // SAFETY: the type is alive; its dictionary too.
    let dict = unsafe { &*std::ptr::from_ref(ty.dict(thread)) };
    let old = match value {
        Some(value) => {
            let old = dict.get_str(thread, text).map(|old| old.to_value());
            type_modified(thread, ty);
            dict.set_str(thread, key.as_ref(), value.to_value())?;
            old
        }
        None => {
            type_modified(thread, ty);
            let old = dict.remove(thread, key.as_ref())?;
            if old.is_none() {
                let (class, text) = (ty.name().into_owned(), text.to_string_lossy().into_owned());
                return Err(thread.attribute_error(
                    object,
                    name,
                    format!("type object '{class}' has no attribute '{text}'"),
                ));
            }
            old
        }
    };
    drop(old);
    let text = text.to_string_lossy();
    if text.starts_with("__") && text.ends_with("__") {
        update_slots(thread, ty);
        if text == "__abstractmethods__" {
            let on = match value {
                Some(value) => protocol::is_true(thread, value)?,
                None => false,
            };
            ty.set_abstract(on);
        }
    }
    Ok(())
}

fn class<'a>(object: Ref<'a>) -> &'a Type {
    object.downcast::<Type>().expect("an attribute of types")
}

/// The class's own dictionary.
fn own_dict<'a>(thread: &Thread, object: Ref<'a>) -> &'a Dict {
    // SAFETY: a type holds its dictionary as long as it lives.
    unsafe { &*std::ptr::from_ref(class(object).dict(thread)) }
}

/// The class, if its attribute may be set to the value, which is there.
fn changeable<'a>(
    thread: &mut Thread,
    object: Ref<'a>,
    name: &str,
    value: Option<Ref<'_>>,
) -> Outcome<&'a Type> {
    let ty = class(object);
    let verb = match value {
        Some(_) if !ty.flags().contains(TypeFlags::IMMUTABLE) => return Ok(ty),
        Some(_) => "set",
        None => "delete",
    };
    let class = ty.name().into_owned();
    Err(thread.type_error(format!("cannot {verb} '{name}' attribute of immutable type '{class}'")))
}

impl Type {
    /// `__bases__`
    pub fn bases(&self, thread: &mut Thread) -> Outcome {
        if let Some(bases) = self.state(thread).bases.borrow().clone() {
            return Ok(bases);
        }
        let bases = match self.base() {
            Some(base) => thread.tuple([base.as_ref().to_value()])?,
            None => thread.tuple([])?,
        };
        *self.state(thread).bases.borrow_mut() = Some(bases.clone());
        Ok(bases)
    }

    /// The classes that derive from the type directly.
    pub fn subclasses(&self, thread: &Thread) -> Vec<Value> {
        // SAFETY: a class leaves the lists of its bases before it is freed.
        let alive = |&class: &*const Type| unsafe { weakref::if_alive(class.cast()) };
        self.state(thread).subclasses.borrow().iter().filter_map(alive).collect()
    }

    /// `__mro__`
    pub fn mro_tuple(&self, thread: &mut Thread) -> Outcome {
        if let Some(mro) = self.state(thread).mro_tuple.borrow().clone() {
            return Ok(mro);
        }
        let all: Vec<Value> = self.mro(thread).into_iter().map(|ty| ty.as_ref().to_value()).collect();
        let mro = thread.tuple(all)?;
        if !self.is_heap() {
            *self.state(thread).mro_tuple.borrow_mut() = Some(mro.clone());
        }
        Ok(mro)
    }

    /// `module.qualname`, as `repr` shows it.
    pub fn dotted_name(&self, thread: &Thread) -> String {
        let qualname = self.state(thread).qualname.borrow().clone();
        let qualname = match qualname.as_ref().and_then(|name| name.downcast::<Str>()) {
            Some(name) => name.to_string_lossy().into_owned(),
            None => return self.qualified_name(thread),
        };
        let key = thread.names().__module__.downcast::<Str>().expect("a name");
        match self.dict(thread).get_str(thread, key).and_then(|module| module.downcast::<Str>()) {
            Some(module) if !module.is("builtins") => format!("{}.{qualname}", module.to_string_lossy()),
            _ => qualname,
        }
    }

    /// The name as error messages show it, `%T` in CPython: the module `__main__` is left out, too.
    pub fn fully_qualified_name(&self, thread: &Thread) -> String {
        let name = self.dotted_name(thread);
        match name.strip_prefix("__main__.") {
            Some(rest) => rest.to_owned(),
            None => name,
        }
    }

    fn visit_state(&self, visitor: &mut Visitor<'_>) {
        let Some(state) = self.own_state() else { return };
        if let Some(dict) = state.dict.get() {
            visitor.visit(dict);
        }
        visitor.option(&state.bases.borrow());
        visitor.option(&state.mro_tuple.borrow());
    }

    fn set_abstract(&self, on: bool) {
        self.set_flag(TypeFlags::ABSTRACT, on);
        self.version.store(self.version.load(Ordering::Relaxed), Ordering::Relaxed);
    }
}

/// Sets `__class__`.
pub fn set_class(thread: &mut Thread, object: Ref<'_>, value: Option<Ref<'_>>) -> Outcome<()> {
    let Some(value) = value else { return Err(thread.type_error("can't delete __class__ attribute")) };
    let Some(new) = value.downcast::<Type>() else {
        let ty = value.ty().name().into_owned();
        return Err(thread.type_error(format!("__class__ must be set to a class, not '{ty}' object")));
    };
    let old = object.ty();
    let changeable = |ty: &Type| !ty.flags().contains(TypeFlags::IMMUTABLE);
    let modules = new.has_layout_of(&MODULE) && old.has_layout_of(&MODULE);
    if !modules && !(changeable(old) && changeable(new)) {
        return Err(thread
            .type_error("__class__ assignment only supported for mutable types or ModuleType subclasses"));
    }
    if !crate::typeobject::same_layout(thread, old, new) {
        let (old, new) = (old.name().into_owned(), new.name().into_owned());
        return Err(
            thread.type_error(format!("__class__ assignment: '{new}' object layout differs from '{old}'"))
        );
    }
    if old.is(new) {
        return Ok(());
    }
    // Inline values are named by the old class's keys.
    let has_dict = crate::typeobject::instance_dict(thread, object)?.is_some();
    let header = object.header().expect("an instance of a heap type or a module");
    if has_dict && new.values_capacity.get() != 0 {
        // SAFETY: the object has its dictionary, and the layouts are the same.
        unsafe { crate::typeobject::empty_inline_values(std::ptr::from_ref(header).cast_mut(), new) };
    }
    new.count_instance();
    header.ty.set(std::ptr::from_ref(new).cast());
    // SAFETY: the old class's count of this instance is given up.
    unsafe { old.uncount_instance() };
    Ok(())
}
