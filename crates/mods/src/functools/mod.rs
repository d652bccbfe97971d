//! The module `_functools`.
//!
//! Answers for CPython's `Modules/_functoolsmodule.c`.

mod compare;
mod lru_cache;
mod partial;
mod placeholder;

use taipan_macros::native;
use taipan_object::native::ModuleDef;
use taipan_object::types::exception::TYPE_ERROR;
use taipan_object::{Outcome, Ref, Thread, protocol};

/// The module `_functools`.
pub static FUNCTOOLS: ModuleDef = ModuleDef {
    name: "_functools",
    doc: Some("Tools that operate on functions."),
    functions: &[&[REDUCE, compare::CMP_TO_KEY]],
    exec: Some(|thread, module| {
        for ty in [&partial::PARTIAL, &lru_cache::LRU_CACHE_WRAPPER, &placeholder::PLACEHOLDER_TYPE] {
            let name = ty.short_name().into_owned();
            thread.module_add(module, &name, ty.as_ref().to_value())?;
        }
        let placeholder = placeholder::placeholder(thread)?;
        thread.module_add(module, "Placeholder", placeholder)
    }),
};

/// Apply a function of two arguments cumulatively to the items of an iterable, from left to right.
///
/// This effectively reduces the iterable to a single value.  If initial is
/// present, it is placed before the items of the iterable in the
/// calculation, and serves as a default when the iterable is empty.
///
/// For example, reduce(lambda x, y: x+y, [1, 2, 3, 4, 5])
/// calculates ((((1 + 2) + 3) + 4) + 5).
#[native(signature = "($module, function, iterable, /, initial=<unrepresentable>)")]
fn reduce(thread: &mut Thread, function: Ref<'_>, iterable: Ref<'_>, initial: Option<Ref<'_>>) -> Outcome {
    let iterator = match protocol::iter(thread, iterable) {
        Ok(iterator) => iterator,
        Err(raised) => {
            if thread.exception_is(&TYPE_ERROR) {
                drop(thread.take_exception());
                return Err(thread.type_error("reduce() arg 2 must support iteration"));
            }
            return Err(raised);
        }
    };
    let mut result = initial.map(|initial| initial.to_value());
    while let Some(item) = protocol::next(thread, iterator.as_ref())? {
        thread.poll()?;
        result = Some(match result {
            None => item,
            Some(result) => protocol::call(thread, function, &[result.as_ref(), item.as_ref()])?,
        });
    }
    result.ok_or_else(|| thread.type_error("reduce() of empty iterable with no initial value"))
}
