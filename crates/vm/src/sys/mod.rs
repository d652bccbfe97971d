//! The module `sys`.
//!
//! [`attributes`] is what is set when the interpreter starts, [`functions`] what can be asked and
//! changed, [`hooks`] what prints values and errors, [`info`] the struct sequences.
//!
//! Answers for CPython's `Python/sysmodule.c`.

mod attributes;
mod functions;
pub(crate) mod hooks;
pub(crate) mod info;
mod jit;

use taipan_object::native::ModuleDef;

/// The module `sys`.
pub static SYS: ModuleDef = ModuleDef {
    name: "sys",
    doc: Some(include_str!("doc.txt")),
    functions: &[functions::FUNCTIONS, hooks::FUNCTIONS, crate::observe::FUNCTIONS],
    exec: Some(attributes::add),
};

pub(crate) use attributes::CACHE_TAG;
pub use attributes::{get, prepend_path, set};
