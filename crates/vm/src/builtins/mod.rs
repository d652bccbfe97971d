//! The module `builtins`, a file for each group of functions.
//!
//! Not here: the types that it shows (`taipan_object::types`), `exit` and `quit` (the library's
//! `site`).
//!
//! Answers for CPython's `Python/bltinmodule.c`.

mod anext_awaitable;
mod attributes;
mod callable_iterator;
mod code;
mod import;
mod iteration;
mod numbers;
mod print;
mod sum;
mod text;

use taipan_object::native::ModuleDef;
use taipan_object::types::module::Module;
use taipan_object::types::{BUILTIN_TYPES, builtin, exception};
use taipan_object::{Outcome, Ref, Thread, Value};

pub use anext_awaitable::{ANEXT_AWAITABLE, AnextAwaitable};
pub use callable_iterator::{CALLABLE_ITERATOR, CallableIterator};
pub(crate) use code::{decoded_filename, source_text};

use crate::build_class::BUILD_CLASS;
use crate::state::State;

/// The module `builtins`.
pub static BUILTINS: ModuleDef = ModuleDef {
    name: "builtins",
    doc: Some(
        "Built-in functions, types, exceptions, and other objects.\n\nThis module provides direct access to all 'built-in'\nidentifiers of Python; for example, builtins.len is\nthe full name for the built-in function len().\n\nThis module is not normally accessed explicitly by most\napplications, but can be useful in modules that provide\nobjects with the same name as a built-in value, but in\nwhich the built-in of that name is also needed.",
    ),
    functions: &[
        attributes::FUNCTIONS,
        code::FUNCTIONS,
        import::FUNCTIONS,
        iteration::FUNCTIONS,
        numbers::FUNCTIONS,
        print::FUNCTIONS,
        sum::FUNCTIONS,
        text::FUNCTIONS,
    ],
    exec: Some(exec),
};

/// Adds the types, the exceptions and the constants.
fn exec(thread: &mut Thread, module: Ref<'_>) -> Outcome<()> {
    for ty in BUILTIN_TYPES {
        let name = ty.name().into_owned();
        thread.module_add(module, &name, ty.as_ref().to_value())?;
    }
    let dict = module.downcast::<Module>().expect("a module").dict();
    exception::install(thread, dict)?;
    let constants = [
        ("None", Ref::none()),
        ("Ellipsis", Ref::ellipsis()),
        ("NotImplemented", Ref::not_implemented()),
        ("False", Ref::bool(false)),
        ("True", Ref::bool(true)),
        ("__debug__", Ref::bool(State::of(thread).config.flags.optimize == 0)),
    ];
    for (name, value) in constants {
        thread.module_add(module, name, value.to_value())?;
    }
    let build: Value = builtin::native_function(thread, &BUILD_CLASS, Some(module), None)?;
    thread.module_add(module, "__build_class__", build)
}
