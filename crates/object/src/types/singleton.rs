//! `None`, `Ellipsis`, `NotImplemented` and `NoDefault`: immortal objects of the program's image.
#![allow(unsafe_code)] // the object layout: see the module head and the notes at each block

use taipan_layout::{Header, Word};

use crate::native::{Binding, MethodDef, NativeCall};
use crate::typeobject::{Slots, Type, TypeDef, TypeFlags};
use crate::types::object::OBJECT_SLOTS;
use crate::value::{Object, Ref};

/// An object that is nothing but its identity.
#[repr(C)]
pub struct Singleton {
    head: Header,
}

// SAFETY: immortal; the header is never written.
unsafe impl Sync for Singleton {}

// SAFETY: `repr(C)`, the header first.
unsafe impl Object for Singleton {
    const TYPE: &'static Type = &NONE_TYPE;
}

macro_rules! singletons {
    ($($object:ident $ty:ident $name:literal $doc:literal $takes:literal $methods:expr, $slots:expr;)*) => {$(
        static $object: Singleton = Singleton { head: Header::immortal((&raw const $ty).cast()) };
        /// The type of the singleton.
        pub static $ty: Type = Type::new::<Singleton>(
            &TypeDef { doc: Some($doc), signature: Some("()"), methods: &[$methods], ..TypeDef::new($name) },
            TypeFlags::empty(),
            Slots {
                new: Some(|thread, _, args| {
                    if !args.is_empty() {
                        return Err(thread.type_error(concat!($takes, " takes no arguments")));
                    }
                    Ok(of(&$object).to_value())
                }),
                ..$slots
            },
        );
    )*};
}

/// `__reduce__` that answers the name under which the singleton is found.
macro_rules! reduced {
    ($name:literal) => {
        const {
            &[MethodDef {
                name: "__reduce__",
                doc: None,
                signature: Some("($self, /)"),
                call: NativeCall::NoArgs(|thread, _| thread.intern($name)),
                binding: Binding::Instance,
            }]
        }
    };
}

singletons! {
    NONE NONE_TYPE "NoneType" "The type of the None singleton." "NoneType" &[], Slots {
        repr: Some(|thread, _| thread.intern("None")),
        hash: Some(|_, _| Ok(0xfca8_6420)),
        bool: Some(|_, _| Ok(false)),
        ..OBJECT_SLOTS
    };
    ELLIPSIS ELLIPSIS_TYPE "ellipsis" "The type of the Ellipsis singleton." "EllipsisType" reduced!("Ellipsis"),
    Slots { repr: Some(|thread, _| thread.intern("Ellipsis")), ..OBJECT_SLOTS };
    NOT_IMPLEMENTED NOT_IMPLEMENTED_TYPE "NotImplementedType" "The type of the NotImplemented singleton."
        "NotImplementedType" reduced!("NotImplemented"), Slots {
        repr: Some(|thread, _| thread.intern("NotImplemented")),
        bool: Some(|thread, _| {
            Err(thread.type_error("NotImplemented should not be used in a boolean context"))
        }),
        ..OBJECT_SLOTS
    };
    NO_DEFAULT NO_DEFAULT_TYPE "NoDefaultType" "The type of the NoDefault singleton." "NoDefaultType"
        reduced!("NoDefault"), Slots { repr: Some(|thread, _| thread.intern("typing.NoDefault")), ..OBJECT_SLOTS };
}

fn of(object: &'static Singleton) -> Ref<'static> {
    // SAFETY: static and immortal.
    unsafe { Ref::from_word(Word::uncounted(&raw const object.head)) }
}

impl Ref<'static> {
    /// `None`.
    #[inline(always)]
    pub fn none() -> Ref<'static> {
        of(&NONE)
    }

    /// `Ellipsis`.
    #[inline(always)]
    pub fn ellipsis() -> Ref<'static> {
        of(&ELLIPSIS)
    }

    /// `NotImplemented`.
    #[inline(always)]
    pub fn not_implemented() -> Ref<'static> {
        of(&NOT_IMPLEMENTED)
    }

    /// `typing.NoDefault`.
    pub fn no_default() -> Ref<'static> {
        of(&NO_DEFAULT)
    }

    /// `True` or `False`.
    #[inline(always)]
    pub fn bool(value: bool) -> Ref<'static> {
        crate::types::boolean::of(value)
    }
}
