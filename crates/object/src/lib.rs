//! Objects: heap, values, types, and what can be done with them.
//!
//! Not here: the interpreter loop (`taipan_vm`), which this crate reaches through
//! [`thread::Engine`].
//!
//! Invariants: see the module heads of `heap`, `value` and `inside`.
// The doc comments of native functions are Python's docstrings, whose brackets are no links.
#![allow(rustdoc::broken_intra_doc_links)]

extern crate self as taipan_object; // the macros name the crate from outside

mod audit;
mod blocking;
pub mod codec;
mod file_name;
pub mod fork;
pub mod gil;
pub mod heap;
pub mod inside;
pub mod native;
pub mod protocol;
pub mod thread;
pub mod typeobject;
pub mod types;
pub mod value;
mod warning;

pub use inside::Inside;
pub use native::Args;
pub use thread::{Interpreter, Thread};
pub use typeobject::Type;
pub use value::{Object, Outcome, Raised, Ref, Value};

/// Declares that a struct is the layout of a type's instances: `object!(Counter, COUNTER)`. The
/// struct is `repr(C)` and its first field is its `head`, a [`taipan_layout::Header`]. With
/// `holds: items, default`, the collector is told of these fields, each a
/// [`typeobject::Held`]; name every field that holds references. With `dict: base` before that, the
/// struct is one of a type derived from `dict`, and `base` its first field, a `Dict`.
///
/// Usable where unsafe code is forbidden: what is promised is checked here.
#[macro_export]
macro_rules! object {
    ($object:ty, $ty:expr) => {
        const _: () = assert!(std::mem::offset_of!($object, head) == 0);
        // SAFETY: the header comes first, as the line above checks, and the type is made for it.
        unsafe impl $crate::Object for $object {
            const TYPE: &'static $crate::Type = &$ty;
        }
    };
    ($object:ty, $ty:expr, dict: $base:ident, holds: $($field:ident),+ $(,)?) => {
        const _: () = {
            assert!(std::mem::offset_of!($object, $base) == 0);
            let _: fn(&$object) -> &$crate::types::dict::Dict = |object| &object.$base;
        };
        // SAFETY: the dictionary, whose header comes first, comes first, as the lines above check.
        unsafe impl $crate::Object for $object {
            const TYPE: &'static $crate::Type = &$ty;
        }
        // SAFETY: as above.
        unsafe impl $crate::types::dict::DerivedDict for $object {}
        $crate::object!(@traverse $object, $base, $($field),+);
    };
    ($object:ty, $ty:expr, holds: $($field:ident),+ $(,)?) => {
        $crate::object!($object, $ty);
        $crate::object!(@traverse $object, $($field),+);
    };
    (@traverse $object:ty, $($field:ident),+) => {

        impl $crate::typeobject::Traverse for $object {
            fn traverse(&self, visitor: &mut $crate::typeobject::Visitor<'_>) {
                $($crate::typeobject::Held::report(&self.$field, visitor);)+
            }

            fn clear(&self, thread: &mut $crate::Thread) {
                $($crate::typeobject::Held::forget(&self.$field, thread);)+
            }
        }
    };
}

pub use taipan_layout::Header;
