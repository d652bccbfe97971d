//! `PyCapsule`: the type that extension modules pass pointers in. Nothing here makes one.

use crate::typeobject::{Slots, Type, TypeDef, TypeFlags};
use crate::types::object::{OBJECT_SLOTS, PlainObject};

/// The type `PyCapsule`.
pub static CAPSULE: Type = Type::new::<PlainObject>(
    &TypeDef {
        doc: Some(
            "Capsule objects let you wrap a C \"void *\" pointer in a Python\nobject.  They're a way of passing data through the Python interpreter\nwithout creating your own custom type.\n\nCapsules are used for communication between extension modules.\nThey provide a way for an extension module to export a C interface\nto other extension modules, so that extension modules can use the\nPython import mechanism to link to one another.\n",
        ),
        ..TypeDef::new("PyCapsule")
    },
    TypeFlags::empty(),
    Slots { new: None, ..OBJECT_SLOTS },
);
