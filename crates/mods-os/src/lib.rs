//! The native modules that reach the operating system, all of it through the host crate
//! (`thread.interp().host`). Safe code, a file or folder for each module.
#![forbid(unsafe_code)]

use taipan_object::native::ModuleDef;

/// The modules, sorted by name.
pub static MODULES: &[&ModuleDef] = &[];
