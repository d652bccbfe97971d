//! `None`, `Ellipsis` and `NotImplemented`: immortal objects of the program's image.
#![allow(unsafe_code)] // the object layout: see the module head and the notes at each block

use taipan_layout::{Header, Word};

use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{Slots, Type, TypeDef, TypeFlags};
use crate::types::object::OBJECT_SLOTS;
use crate::value::{Object, Outcome, Ref};

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
    ($($object:ident $ty:ident $slots:ident $name:literal $text:literal $repr:ident;)*) => {$(
        static $object: Singleton = Singleton { head: Header::immortal((&raw const $ty).cast()) };
        /// The type of the singleton.
        pub static $ty: Type = Type::new::<Singleton>(&const { TypeDef::new($name) }, TypeFlags::empty(), $slots);
        fn $repr(thread: &mut Thread, _: Ref<'_>) -> Outcome {
            thread.intern($text)
        }
    )*};
}

singletons! {
    NONE NONE_TYPE NONE_SLOTS "NoneType" "None" repr_none;
    ELLIPSIS ELLIPSIS_TYPE ELLIPSIS_SLOTS "ellipsis" "Ellipsis" repr_ellipsis;
    NOT_IMPLEMENTED NOT_IMPLEMENTED_TYPE NOT_IMPLEMENTED_SLOTS "NotImplementedType" "NotImplemented" repr_not_implemented;
}

const NONE_SLOTS: Slots = Slots {
    repr: Some(repr_none),
    hash: Some(|_, _| Ok(0xfca8_6420)),
    bool: Some(|_, _| Ok(false)),
    ..OBJECT_SLOTS
};
const ELLIPSIS_SLOTS: Slots = Slots { repr: Some(repr_ellipsis), ..OBJECT_SLOTS };
const NOT_IMPLEMENTED_SLOTS: Slots = Slots {
    repr: Some(repr_not_implemented),
    bool: Some(|thread, _| Err(thread.type_error("NotImplemented should not be used in a boolean context"))),
    hash: Some(|_, object| Ok(protocol::identity_hash(object))),
    ..OBJECT_SLOTS
};

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

    /// `True` or `False`.
    #[inline(always)]
    pub fn bool(value: bool) -> Ref<'static> {
        crate::types::boolean::of(value)
    }
}
