//! Functions that lead to other modules: `__import__`, `breakpoint`.

use taipan_macros::native;
use taipan_object::native::{Args, MethodDef};
use taipan_object::{Outcome, Ref, Thread, protocol};

use super::print::sys_attribute;
use crate::import;

pub(super) const FUNCTIONS: &[MethodDef] = &[__IMPORT__, BREAKPOINT];

/// Import a module.
///
/// Because this function is meant for use by the Python
/// interpreter and not for general use, it is better to use
/// importlib.import_module() to programmatically import a module.
///
/// The globals argument is only used to determine the context;
/// they are not modified.  The locals argument is unused.  The fromlist
/// should be a list of names to emulate ``from name import ...``, or an
/// empty list to emulate ``import name``.
/// When importing a module from a package, note that __import__('A.B', ...)
/// returns package A when fromlist is empty, but its submodule B when
/// fromlist is not empty.  The level argument is used to determine whether
/// to perform absolute or relative imports: 0 is absolute, while a positive
/// number is the number of parent directories to search relative to the
/// current module.
#[native(signature = "($module, /, name, globals=None, locals=None, fromlist=(),\n           level=0)")]
fn __import__(
    thread: &mut Thread,
    name: Ref<'_>,
    globals: Option<Ref<'_>>,
    _locals: Option<Ref<'_>>,
    fromlist: Option<Ref<'_>>,
    level: Option<i32>,
) -> Outcome {
    let none = Ref::none();
    import::import_module_level(
        thread,
        name,
        globals.unwrap_or(none),
        fromlist.unwrap_or(none),
        level.unwrap_or(0),
    )
}

/// Call sys.breakpointhook(*args, **kws).  sys.breakpointhook() must accept
/// whatever arguments are passed.
///
/// By default, this drops you into the pdb debugger.
#[native(signature = "($module, /, *args, **kws)")]
fn breakpoint(thread: &mut Thread, args: Args<'_>) -> Outcome {
    let Some(hook) = sys_attribute(thread, "breakpointhook")? else {
        return Err(thread.runtime_error("lost sys.breakpointhook"));
    };
    thread.audit("builtins.breakpoint", &[hook.as_ref()])?;
    protocol::call_args(thread, hook.as_ref(), args)
}
