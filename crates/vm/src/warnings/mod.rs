//! The module `_warnings`: issuing warnings, with filters and registries as `warnings` keeps them.
//!
//! [`issue`] decides what becomes of a warning, [`context`] where it came from, [`filters`] holds the
//! filters until the module `warnings` is there.
//!
//! Answers for CPython's `Python/_warnings.c`.

mod context;
mod filters;
mod issue;

use std::cell::Cell;

use taipan_macros::native;
use taipan_object::native::{MethodDef, ModuleDef};
use taipan_object::types::dict::Dict;
use taipan_object::types::exception::{USER_WARNING, WARNING};
use taipan_object::types::str::Str;
use taipan_object::types::tuple::Tuple;
use taipan_object::{Outcome, Ref, Thread, Type, Value, protocol};

use context::Origin;
use issue::Warning;

/// The module `_warnings`.
pub static WARNINGS: ModuleDef = ModuleDef {
    name: "_warnings",
    doc: Some(
        "_warnings provides basic warning filtering support.\nIt is a helper module to speed up interpreter start-up.",
    ),
    functions: &[FUNCTIONS],
    exec: Some(filters::add),
};

const FUNCTIONS: &[MethodDef] =
    &[_ACQUIRE_LOCK, _FILTERS_MUTATED_LOCK_HELD, _RELEASE_LOCK, WARN_, WARN_EXPLICIT];

/// What an interpreter keeps for warnings besides the module's attributes.
#[derive(Default)]
pub(crate) struct WarningsState {
    /// Changes with the filters: what registries remember counts only for the same version.
    version: Cell<i64>,
    /// How often the lock is held.
    lock: Cell<u32>,
}

/// Issues a warning on behalf of native code. `stack_level` 1 blames the Python code that runs.
pub(crate) fn warn(thread: &mut Thread, category: &Type, message: &str, stack_level: isize) -> Outcome<()> {
    let message = thread.str(message)?;
    let origin = context::origin(thread, stack_level, None)?;
    let warning =
        Warning { category: category.as_ref(), message: message.as_ref(), origin: &origin, source: None };
    issue::issue(thread, &warning, None)
}

#[native(signature = "($module, /)")]
fn _acquire_lock(thread: &mut Thread) {
    let lock = &crate::state::State::of(thread).warnings.lock;
    lock.set(lock.get() + 1);
}

#[native(signature = "($module, /)")]
fn _release_lock(thread: &mut Thread) -> Outcome<()> {
    let lock = &crate::state::State::of(thread).warnings.lock;
    if lock.get() == 0 {
        return Err(thread.runtime_error("cannot release un-acquired lock"));
    }
    lock.set(lock.get() - 1);
    Ok(())
}

#[native(signature = "($module, /)")]
fn _filters_mutated_lock_held(thread: &mut Thread) -> Outcome<()> {
    let state = &crate::state::State::of(thread).warnings;
    if state.lock.get() == 0 {
        return Err(thread.runtime_error("warnings._lock is not held"));
    }
    state.version.set(state.version.get() + 1);
    Ok(())
}

/// The class of a warning: given, or that of the message.
fn category_of<'a>(thread: &mut Thread, message: Ref<'a>, category: Option<Ref<'a>>) -> Outcome<Ref<'a>> {
    let is_warning = message.ty().is_subtype(thread, &WARNING);
    let category = match category.filter(|category| !category.is_none()) {
        _ if is_warning => message.ty().as_ref(),
        Some(category) => category,
        None => return Ok(USER_WARNING.as_ref()),
    };
    match category.downcast::<Type>() {
        Some(class) if class.is_subtype(thread, &WARNING) => Ok(category),
        _ => {
            let ty = category.ty().name().into_owned();
            Err(thread.type_error(format!("category must be a Warning subclass, not '{ty}'")))
        }
    }
}

/// Issue a warning, or maybe ignore it or raise an exception.
///
///   message
///     Text of the warning message.
///   category
///     The Warning category subclass. Defaults to UserWarning.
///   stacklevel
///     How far up the call stack to make this warning appear. A value of 2 for
///     example attributes the warning to the caller of the code calling warn().
///   source
///     If supplied, the destroyed object which emitted a ResourceWarning
///   skip_file_prefixes
///     An optional tuple of module filename prefixes indicating frames to skip
///     during stacklevel computations for stack frame attribution.
#[native(
    signature = "($module, /, message, category=None, stacklevel=1, source=None, *,\n     skip_file_prefixes=())",
    name = "warn"
)]
fn warn_(
    thread: &mut Thread,
    message: Ref<'_>,
    category: Option<Ref<'_>>,
    stacklevel: Option<isize>,
    source: Option<Ref<'_>>,
    skip_file_prefixes: Option<&Tuple>,
) -> Outcome<()> {
    let category = category_of(thread, message, category)?;
    let mut level = stacklevel.unwrap_or(1);
    let prefixes = skip_file_prefixes.filter(|prefixes| !prefixes.is_empty());
    if prefixes.is_some() && level < 2 {
        level = 2;
    }
    let origin = context::origin(thread, level, prefixes)?;
    let warning = Warning { category, message, origin: &origin, source };
    issue::issue(thread, &warning, None)
}

/// Issue a warning, or maybe ignore it or raise an exception.
#[native(
    signature = "($module, /, message, category, filename, lineno,\n              module=<unrepresentable>, registry=None,\n              module_globals=None, source=None)"
)]
#[allow(clippy::too_many_arguments)] // the parameters are Python's
fn warn_explicit(
    thread: &mut Thread,
    message: Ref<'_>,
    category: Ref<'_>,
    filename: &Str,
    lineno: i32,
    module: Option<Ref<'_>>,
    registry: Option<Ref<'_>>,
    module_globals: Option<Ref<'_>>,
    source: Option<Ref<'_>>,
) -> Outcome<()> {
    let category = category_of(thread, message, Some(category))?;
    if let Some(globals) = module_globals.filter(|globals| !globals.is_none())
        && globals.downcast::<Dict>().is_none()
    {
        let ty = globals.ty().name().into_owned();
        return Err(thread.type_error(format!("module_globals must be a dict, not '{ty}'")));
    }
    let line = match module_globals.and_then(|globals| globals.downcast::<Dict>()) {
        Some(globals) => issue::source_line(thread, globals, lineno)?,
        None => None,
    };
    let module = match module {
        Some(module) if module.is_none() => return Ok(()),
        Some(module) => module.to_value(),
        None => context::module_of_file(thread, filename)?,
    };
    let registry = match registry.filter(|registry| !registry.is_none()) {
        Some(registry) if registry.downcast::<Dict>().is_none() => {
            return Err(thread.type_error("'registry' must be a dict or None"));
        }
        registry => registry.map(|registry| registry.to_value()),
    };
    let origin = Origin { filename: Ref::of(filename).to_value(), lineno, module, registry };
    let warning = Warning { category, message, origin: &origin, source };
    issue::issue(thread, &warning, line)
}

/// An attribute of the module `warnings`, if it is imported; `import` says whether to do that.
fn attribute_of_warnings(thread: &mut Thread, name: &str, import: bool) -> Outcome<Option<Value>> {
    let key = thread.intern("warnings")?;
    let module = match crate::import::modules(thread).get(thread, key.as_ref())? {
        Some(module) => module,
        None if import && !crate::state::State::of(thread).finalizing.get() => {
            match crate::import::import_module(thread, "warnings") {
                Ok(module) => module,
                Err(_) => {
                    drop(thread.take_exception());
                    return Ok(None);
                }
            }
        }
        None => return Ok(None),
    };
    let name = thread.intern(name)?;
    protocol::find_attribute(thread, module.as_ref(), name.as_ref())
}
