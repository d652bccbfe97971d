//! `Placeholder`: stands for an argument of `partial` that is to come.

use taipan_macros::native;
use taipan_object::typeobject::{Slots, Type, TypeDef, TypeFlags};
use taipan_object::{Header, Outcome, Thread, Value, object};

/// The type of `Placeholder`.
#[repr(C)]
pub struct Placeholder {
    head: Header,
}
object!(Placeholder, PLACEHOLDER_TYPE);

/// The type `functools._PlaceholderType`.
pub static PLACEHOLDER_TYPE: Type = Type::new::<Placeholder>(
    &TypeDef {
        doc: Some("The type of the Placeholder singleton.\n\nUsed as a placeholder for partial arguments."),
        methods: &[&[__REDUCE__]],
        ..TypeDef::new("functools._PlaceholderType")
    },
    TypeFlags::empty(),
    Slots {
        new: Some(|thread, _, args| {
            if !args.is_empty() {
                return Err(thread.type_error("_PlaceholderType takes no arguments"));
            }
            placeholder(thread)
        }),
        repr: Some(|thread, _| thread.str("Placeholder")),
        ..Slots::plain::<Placeholder>()
    },
);

/// Where an interpreter keeps its placeholder.
static PLACEHOLDER: u8 = 0;

/// The only instance.
pub(super) fn placeholder(thread: &mut Thread) -> Outcome {
    if let Some(placeholder) = thread.interp().slot(&PLACEHOLDER) {
        return Ok(placeholder);
    }
    let made = thread.new_object(|head| Placeholder { head })?;
    thread.interp().set_slot(&PLACEHOLDER, made.clone());
    Ok(made)
}

#[native(signature = "($self, /)", name = "__reduce__")]
fn __reduce__(_: &mut Thread, _this: &Placeholder) -> &'static str {
    "Placeholder"
}

/// Whether a value is the placeholder.
pub(super) fn is_placeholder(value: &Value) -> bool {
    value.downcast::<Placeholder>().is_some()
}
