//! [`Family`]: exceptions with attributes of their own, which lie behind the common part.
#![allow(unsafe_code)] // the slots of the collector

use taipan_layout::Header;

use super::{Exception, SLOTS, args_of};
use crate::native::Args;
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{Slots, Type, Visitor, allocate_instance, drop_object, instance_dict};
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::value::{Object, Outcome, Ref, Value};

/// A struct that begins with an [`Exception`] and continues with places for attributes.
pub trait Family: Object {
    /// A new one without attributes.
    fn make(base: Exception) -> Self;
    /// The common part.
    fn base(&self) -> &Exception;
    /// The attributes.
    fn places<'a>(&'a self, thread: &'a Thread) -> &'a [Option<Value>];
    /// The attributes, to be changed.
    fn places_mut<'a>(&'a self, thread: &'a mut Thread) -> &'a mut [Option<Value>];
    /// The attributes during traversal.
    fn traversed<'a>(&'a self, visitor: &Visitor<'_>) -> &'a [Option<Value>];
}

/// Declares the struct of a family with so many places.
macro_rules! family {
    ($(#[$doc:meta])* $name:ident, $ty:ident, $count:literal) => {
        $(#[$doc])*
        #[repr(C)]
        pub struct $name {
            base: $crate::types::exception::Exception,
            places: $crate::inside::Inside<[Option<$crate::value::Value>; $count]>,
        }

        // SAFETY: `repr(C)`, and the common part begins with the header.
        #[allow(unsafe_code)]
        unsafe impl $crate::value::Object for $name {
            const TYPE: &'static $crate::typeobject::Type = &$ty;
        }

        impl $crate::types::exception::Family for $name {
            fn make(base: $crate::types::exception::Exception) -> $name {
                $name { base, places: $crate::inside::Inside::new([const { None }; $count]) }
            }
            fn base(&self) -> &$crate::types::exception::Exception {
                &self.base
            }
            fn places<'a>(&'a self, thread: &'a $crate::thread::Thread) -> &'a [Option<$crate::value::Value>] {
                self.places.view(thread)
            }
            fn places_mut<'a>(
                &'a self,
                thread: &'a mut $crate::thread::Thread,
            ) -> &'a mut [Option<$crate::value::Value>] {
                self.places.change(thread)
            }
            fn traversed<'a>(
                &'a self,
                visitor: &$crate::typeobject::Visitor<'_>,
            ) -> &'a [Option<$crate::value::Value>] {
                self.places.traversed(visitor)
            }
        }
    };
}

/// Attributes that read and write a family's places; an empty place reads as None.
macro_rules! attributes {
    ($name:ident: $family:ident { $($place:path => $attribute:literal $doc:expr;)* }) => {
        const $name: &[$crate::native::GetSetDef] = &[$($crate::native::GetSetDef {
            name: $attribute,
            doc: $doc,
            get: Some(|thread, object| {
                let own = $crate::types::exception::family::own::<$family>(object);
                Ok($crate::types::exception::family::get(thread, own, $place).unwrap_or_else($crate::value::Value::none))
            }),
            set: Some(|thread, object, value| {
                let own = $crate::types::exception::family::own::<$family>(object);
                $crate::types::exception::family::set(thread, own, $place, value);
                Ok(())
            }),
        }),*];
    };
}

/// A type of a family: `name base doc, family, slots changed`.
macro_rules! family_type {
    ($(#[$meta:meta])* $ty:ident $name:literal $base:ident $doc:literal $family:ident {
        methods: $methods:expr, getset: $getset:expr, $($slot:ident: $value:expr),* $(,)?
    }) => {
        $(#[$meta])*
        pub static $ty: $crate::typeobject::Type = $crate::typeobject::Type::derived::<$family>(
            &$crate::typeobject::TypeDef {
                doc: Some($doc),
                methods: $methods,
                getset: $getset,
                ..$crate::typeobject::TypeDef::new($name)
            },
            &raw const $crate::types::exception::$base,
            $crate::types::exception::FLAGS,
            $crate::typeobject::Slots {
                $($slot: $value,)*
                ..$crate::types::exception::family::slots::<$family>()
            },
        )
        .with_attributes($crate::types::exception::ATTRIBUTES);
    };
}

pub(super) use {attributes, family, family_type};

/// The slots of a type of the family.
pub(super) const fn slots<T: Family>() -> Slots {
    Slots {
        drop: drop_object::<T>,
        traverse: traverse::<T>,
        clear: Some(clear::<T>),
        new: Some(new::<T>),
        ..SLOTS
    }
}

unsafe fn traverse<T: Family>(object: *const Header, visitor: &mut Visitor<'_>) {
    // SAFETY: the object is live and begins with a `T`.
    let own = unsafe { &*object.cast::<T>() };
    own.base().traverse(visitor);
    own.traversed(visitor).iter().for_each(|place| visitor.option(place));
}

unsafe fn clear<T: Family>(object: *mut Header, thread: &mut Thread) {
    // SAFETY: only the object's cycle refers to it, and it begins with a `T`.
    let own = unsafe { &*object.cast::<T>() };
    own.base().clear(thread);
    let taken: Vec<Option<Value>> = own.places_mut(thread).iter_mut().map(Option::take).collect();
    drop(taken);
}

/// A new exception of the family with these `args`.
pub(super) fn allocate<T: Family>(thread: &mut Thread, ty: &Type, args: Value) -> Outcome {
    allocate_instance(thread, ty, |head| T::make(Exception::fresh(head, args)))
}

/// `__new__`
pub(super) fn new<'a, T: Family>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    let args = thread.tuple_from_refs(args.positionals())?;
    allocate::<T>(thread, ty, args)
}

/// The receiver of an attribute or slot of the family.
pub(super) fn own<T: Family>(object: Ref<'_>) -> &T {
    object.downcast::<T>().expect("a slot or attribute of the family")
}

/// What a place holds.
pub(super) fn get<T: Family>(thread: &Thread, own: &T, place: usize) -> Option<Value> {
    own.places(thread)[place].clone()
}

/// Fills a place, or empties it.
pub(super) fn set<T: Family>(thread: &mut Thread, own: &T, place: usize, value: Option<Ref<'_>>) {
    let value = value.map(|value| value.to_value());
    let old = std::mem::replace(&mut own.places_mut(thread)[place], value);
    drop(old);
}

/// `__init__` of a type that takes some attributes as keyword arguments.
pub(super) fn init_keywords<T: Family>(
    thread: &mut Thread,
    object: Ref<'_>,
    args: Args<'_>,
    function: &str,
    names: &[(&str, usize)],
) -> Outcome<()> {
    super::set_args(thread, object, args)?;
    let mut given = vec![None; names.len()];
    if args.keyword_count() > names.len() {
        let (most, count) = (names.len(), args.keyword_count());
        let plural = if most == 1 { "" } else { "s" };
        return Err(thread.type_error(format!(
            "{function}() takes at most {most} keyword argument{plural} ({count} given)"
        )));
    }
    for (name, value) in args.keywords() {
        let text = name.downcast::<Str>().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        match names.iter().position(|(known, _)| *known == text) {
            Some(index) => given[index] = Some(value),
            None => {
                return Err(
                    thread.type_error(format!("{function}() got an unexpected keyword argument '{text}'"))
                );
            }
        }
    }
    let own = own::<T>(object);
    for ((_, place), value) in names.iter().zip(given) {
        set(thread, own, *place, value);
    }
    Ok(())
}

/// A copy of the instance's dictionary, or a new one, with `entries` added.
pub(super) fn state_with(
    thread: &mut Thread,
    object: Ref<'_>,
    entries: &[(&str, Option<Value>)],
) -> Outcome<Option<Value>> {
    let dict = existing_dict(thread, object)?;
    if entries.iter().all(|(_, value)| value.is_none()) {
        return Ok(dict);
    }
    let state = match dict {
        Some(dict) => dict.downcast::<Dict>().expect("a dictionary").copy(thread)?,
        None => thread.dict()?,
    };
    for (name, value) in entries {
        if let Some(value) = value {
            let name = thread.intern(name)?;
            state.downcast::<Dict>().expect("a dictionary").set(thread, name.as_ref(), value.clone())?;
        }
    }
    Ok(Some(state))
}

/// `(type, args)` or `(type, args, state)`.
pub(super) fn reduced(thread: &mut Thread, object: Ref<'_>, args: Value, state: Option<Value>) -> Outcome {
    let ty = object.ty().as_ref().to_value();
    match state {
        Some(state) => thread.tuple([ty, args, state]),
        None => thread.tuple([ty, args]),
    }
}

/// `args` and dictionary of an exception as `__reduce__` gives them.
pub(super) fn reduce_plain(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let dict = existing_dict(thread, object)?;
    let args = args_of(thread, object);
    reduced(thread, object, args, dict)
}

/// The instance's dictionary, if it has ever been needed.
pub(super) fn existing_dict(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    match crate::typeobject::attributes(object) {
        Some(crate::typeobject::Attributes::Inline(0)) | None => Ok(None),
        Some(_) => instance_dict(thread, object),
    }
}

/// `str()` of a part that may be missing.
pub(super) fn text_or_none(thread: &mut Thread, value: &Option<Value>) -> Outcome<String> {
    match value {
        Some(value) => protocol::str_string(thread, value.as_ref()),
        None => Ok("None".to_owned()),
    }
}
