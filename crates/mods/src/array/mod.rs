//! The module `array`.
//!
//! Answers for CPython's `Modules/arraymodule.c`.

mod item;
mod iterator;
mod methods;
mod object;
mod pickle;
mod slots;

use taipan_object::native::ModuleDef;
use taipan_object::protocol;

/// The module `array`.
pub static ARRAY_MODULE: ModuleDef = ModuleDef {
    name: "array",
    doc: Some(
        "This module defines an object type which can efficiently represent\nan array of basic values: characters, integers, floating-point\nnumbers.  Arrays are sequence types and behave very much like lists,\nexcept that the type of objects stored in them is constrained.\n",
    ),
    functions: &[&[pickle::_ARRAY_RECONSTRUCTOR]],
    exec: Some(|thread, module| {
        thread.module_add(module, "array", slots::ARRAY.as_ref().to_value())?;
        thread.module_add(module, "ArrayType", slots::ARRAY.as_ref().to_value())?;
        let sequence = crate::library::attribute_of(thread, "collections.abc", "MutableSequence")?;
        protocol::call_method(thread, sequence.as_ref(), "register", &[slots::ARRAY.as_ref()])?;
        let codes: String = item::KINDS.iter().map(|kind| char::from(kind.code)).collect();
        let codes = thread.str(&codes)?;
        thread.module_add(module, "typecodes", codes)
    }),
};
