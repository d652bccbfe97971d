//! The module `_typing`: what `typing` has in native code.
//!
//! Not here: the types (`taipan_object::types::{typevar, union}`).
//!
//! Answers for CPython's `Modules/_typingmodule.c`.

use taipan_macros::native;
use taipan_object::native::ModuleDef;
use taipan_object::types::{typevar, union};
use taipan_object::{Outcome, Ref, Thread, Type, Value};

/// The module `_typing`.
pub static TYPING: ModuleDef = ModuleDef {
    name: "_typing",
    doc: Some("Primitives and accelerators for the typing module.\n"),
    functions: &[&[IDFUNC]],
    exec: Some(exec),
};

#[native(signature = "($module, x, /)", name = "_idfunc")]
fn idfunc(_: &mut Thread, x: Ref<'_>) -> Value {
    x.to_value()
}

fn exec(thread: &mut Thread, module: Ref<'_>) -> Outcome<()> {
    const TYPES: &[&Type] = &[
        &typevar::TYPE_VAR,
        &typevar::TYPE_VAR_TUPLE,
        &typevar::PARAM_SPEC,
        &typevar::PARAM_SPEC_ARGS,
        &typevar::PARAM_SPEC_KWARGS,
        &typevar::GENERIC,
        &typevar::TYPE_ALIAS,
        &union::UNION,
    ];
    for ty in TYPES {
        thread.module_add(module, &ty.short_name(), ty.as_ref().to_value())?;
    }
    thread.module_add(module, "NoDefault", Ref::no_default().to_value())
}
