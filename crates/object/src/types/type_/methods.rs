//! The methods of `type`.

use taipan_macros::native;

use super::check;
use crate::native::{Args, MethodDef};
use crate::thread::Thread;
use crate::typeobject::Type;
use crate::types::dict::Dict;
use crate::types::object::{key_list, merge_class};
use crate::value::{Outcome, Ref};

/// The methods.
pub const METHODS: &[MethodDef] = &[MRO, __SUBCLASSES__, PREPARE, INSTANCECHECK, SUBCLASSCHECK, DIR, SIZEOF];

/// Return a type's method resolution order.
#[native(signature = "($self, /)")]
fn mro(thread: &mut Thread, this: &Type) -> Outcome {
    let order = crate::typeobject::computed_mro(thread, this)?;
    thread.list(order)
}

/// Return a list of immediate subclasses.
#[native(signature = "($self, /)", name = "__subclasses__")]
fn __subclasses__(thread: &mut Thread, this: &Type) -> Outcome {
    let all = this.subclasses(thread);
    thread.list(all)
}

const PREPARE: MethodDef = MethodDef {
    name: "__prepare__",
    doc: Some("Create the namespace for the class statement"),
    signature: Some("($cls, name, bases, /, **kwds)"),
    call: crate::native::NativeCall::Many(prepare),
    binding: crate::native::Binding::Class,
};

fn prepare<'a>(thread: &mut Thread, _: Ref<'a>, _: Args<'a>) -> Outcome {
    thread.dict()
}

/// Check if an object is an instance.
#[native(signature = "($self, instance, /)", name = "__instancecheck__")]
fn instancecheck(thread: &mut Thread, this: &Type, instance: Ref<'_>) -> Outcome<bool> {
    check::real_is_instance(thread, instance, this.as_ref())
}

/// Check if a class is a subclass.
#[native(signature = "($self, subclass, /)", name = "__subclasscheck__")]
fn subclasscheck(thread: &mut Thread, this: &Type, subclass: Ref<'_>) -> Outcome<bool> {
    check::real_is_subclass(thread, subclass, this.as_ref())
}

/// Specialized __dir__ implementation for types.
#[native(signature = "($self, /)", name = "__dir__")]
fn dir(thread: &mut Thread, this: &Type) -> Outcome {
    let names = thread.dict()?;
    let dict = names.downcast::<Dict>().expect("just made");
    merge_class(thread, dict, this.as_ref())?;
    key_list(thread, dict)
}

/// Return memory consumption of the type object.
#[native(signature = "($self, /)", name = "__sizeof__")]
fn sizeof(_: &mut Thread, this: &Type) -> usize {
    let state = if this.is_heap() { size_of::<crate::typeobject::TypeState>() } else { 0 };
    size_of::<Type>() + state
}
