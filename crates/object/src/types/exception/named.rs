//! `NameError` and `AttributeError`, which tell what was looked for, so that a traceback can
//! suggest what was meant.

use taipan_macros::native;

use super::args_of;
use super::family::{self, attributes, family, family_type};
use crate::native::{Args, MethodDef};
use crate::thread::Thread;
use crate::value::{Outcome, Ref, Value};

family!(
    /// A `NameError`: the name.
    NameError, NAME_ERROR, 1
);
family!(
    /// An `AttributeError`: the name and the object.
    AttributeError, ATTRIBUTE_ERROR, 2
);

const NAME: usize = 0;
const OBJECT: usize = 1;

attributes!(NAME_ATTRIBUTES: NameError { NAME => "name" Some("name"); });
attributes!(ATTRIBUTE_ATTRIBUTES: AttributeError {
    NAME => "name" Some("attribute name");
    OBJECT => "obj" Some("object");
});

family_type! {
    /// The type `NameError`.
    NAME_ERROR "NameError" EXCEPTION "Name not found globally." NameError {
        methods: &[], getset: &[NAME_ATTRIBUTES], init: Some(init_name),
    }
}

family_type! {
    /// The type `UnboundLocalError`.
    UNBOUND_LOCAL_ERROR "UnboundLocalError" NAME_ERROR "Local name referenced but not bound to a value." NameError {
        methods: &[], getset: &[], init: Some(init_name),
    }
}

family_type! {
    /// The type `AttributeError`.
    ATTRIBUTE_ERROR "AttributeError" EXCEPTION "Attribute not found." AttributeError {
        methods: &[METHODS], getset: &[ATTRIBUTE_ATTRIBUTES], init: Some(init_attribute),
    }
}

fn init_name<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    family::init_keywords::<NameError>(thread, object, args, "NameError", &[("name", NAME)])
}

fn init_attribute<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    let names = [("name", NAME), ("obj", OBJECT)];
    family::init_keywords::<AttributeError>(thread, object, args, "AttributeError", &names)
}

const METHODS: &[MethodDef] = &[__GETSTATE__, __REDUCE__];

/// What pickling keeps: everything but the object, which often cannot be pickled.
fn state(thread: &mut Thread, this: &AttributeError) -> Outcome<Option<Value>> {
    let object = Ref::of(this);
    let name = family::get(thread, this, NAME);
    let args = args_of(thread, object);
    family::state_with(thread, object, &[("name", name), ("args", Some(args))])
}

#[native(signature = "($self, /)", name = "__getstate__")]
fn __getstate__(thread: &mut Thread, this: &AttributeError) -> Outcome {
    Ok(state(thread, this)?.unwrap_or_else(Value::none))
}

#[native(signature = "($self, /)", name = "__reduce__")]
fn __reduce__(thread: &mut Thread, this: &AttributeError) -> Outcome {
    let state = state(thread, this)?;
    let args = args_of(thread, Ref::of(this));
    family::reduced(thread, Ref::of(this), args, state)
}

/// Notes what was looked for in a NameError or AttributeError just made.
pub(super) fn note_name(thread: &mut Thread, error: Ref<'_>, name: Ref<'_>, object: Option<Ref<'_>>) {
    if let Some(own) = error.downcast::<AttributeError>() {
        family::set(thread, own, NAME, Some(name));
        family::set(thread, own, OBJECT, object);
    } else if let Some(own) = error.downcast::<NameError>() {
        family::set(thread, own, NAME, Some(name));
    }
}
