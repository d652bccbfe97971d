//! The module `sys._jit`: what programs may ask about compilation to machine code, of which there is
//! none yet.

use taipan_macros::native;
use taipan_object::Thread;
use taipan_object::native::ModuleDef;

/// The module `sys._jit`.
pub(super) static JIT: ModuleDef = ModuleDef {
    name: "sys._jit",
    doc: Some("Utilities for observing just-in-time compilation."),
    functions: &[&[IS_ACTIVE, IS_AVAILABLE, IS_ENABLED]],
    exec: None,
};

/// Return True if the topmost Python frame is currently executing JIT code (implies sys._jit.is_enabled()), and False otherwise.
#[native(signature = "($module, /)")]
fn is_active(_: &mut Thread) -> bool {
    false
}

/// Return True if the current Python executable supports JIT compilation, and False otherwise.
#[native(signature = "($module, /)")]
fn is_available(_: &mut Thread) -> bool {
    false
}

/// Return True if JIT compilation is enabled for the current Python process (implies sys._jit.is_available()), and False otherwise.
#[native(signature = "($module, /)")]
fn is_enabled(_: &mut Thread) -> bool {
    false
}
