//! The module `_operator`.
//!
//! Answers for CPython's `Modules/_operator.c`.

mod functions;
mod getters;

use taipan_object::native::ModuleDef;

/// The module `_operator`.
pub static OPERATOR: ModuleDef = ModuleDef {
    name: "_operator",
    doc: Some(
        "Operator interface.\n\nThis module exports a set of functions implemented in C corresponding\nto the intrinsic operators of Python.  For example, operator.add(x, y)\nis equivalent to the expression x+y.  The function names are those\nused for special methods; variants without leading and trailing\n'__' are also provided for convenience.",
    ),
    functions: &[functions::FUNCTIONS],
    exec: Some(|thread, module| {
        for ty in [&getters::ITEM_GETTER, &getters::ATTR_GETTER, &getters::METHOD_CALLER] {
            let name = ty.short_name().into_owned();
            thread.module_add(module, &name, ty.as_ref().to_value())?;
        }
        Ok(())
    }),
};
