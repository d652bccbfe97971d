//! `_weakref`: weak references and proxies.
//!
//! Not here: the types themselves (`taipan_object::types::weakref`).
//!
//! Answers for CPython's `Modules/_weakref.c`.

use taipan_macros::native;
use taipan_object::native::{MethodDef, ModuleDef};
use taipan_object::types::dict::Dict;
use taipan_object::types::weakref::{self, CALLABLE_PROXY, PROXY, REFERENCE};
use taipan_object::{Outcome, Ref, Thread};

/// The module `_weakref`.
pub static WEAKREF: ModuleDef = ModuleDef {
    name: "_weakref",
    doc: Some("Weak-reference support module."),
    functions: &[FUNCTIONS],
    exec: Some(|thread, module| {
        let types = [
            ("ref", &REFERENCE),
            ("ReferenceType", &REFERENCE),
            ("ProxyType", &PROXY),
            ("CallableProxyType", &CALLABLE_PROXY),
        ];
        for (name, ty) in types {
            thread.module_add(module, name, ty.as_ref().to_value())?;
        }
        Ok(())
    }),
};

const FUNCTIONS: &[MethodDef] = &[GETWEAKREFCOUNT, _REMOVE_DEAD_WEAKREF, GETWEAKREFS, PROXY_OF];

/// Return the number of weak references to 'object'.
#[native(signature = "($module, object, /)")]
fn getweakrefcount(thread: &mut Thread, object: Ref<'_>) -> usize {
    weakref::references(thread, object).len()
}

/// Return a list of all weak reference objects pointing to 'object'.
#[native(signature = "($module, object, /)")]
fn getweakrefs(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let all = weakref::references(thread, object);
    thread.list(all)
}

/// Atomically remove key from dict if it points to a dead weakref.
#[native(signature = "($module, dct, key, /)")]
fn _remove_dead_weakref(thread: &mut Thread, dct: &Dict, key: Ref<'_>) -> Outcome<()> {
    let Some(value) = dct.get(thread, key)? else { return Ok(()) };
    match weakref::as_reference(value.as_ref()) {
        Some(reference) if reference.is_dead() => dct.remove(thread, key).map(drop),
        Some(_) => Ok(()),
        None => Err(thread.type_error("not a weakref")),
    }
}

/// Create a proxy object that weakly references 'object'.
///
/// 'callback', if given, is called with a reference to the
/// proxy when 'object' is about to be finalized.
#[native(signature = "($module, object, callback=None, /)", name = "proxy")]
fn proxy_of(thread: &mut Thread, object: Ref<'_>, callback: Option<Ref<'_>>) -> Outcome {
    weakref::new_proxy(thread, object, callback)
}
