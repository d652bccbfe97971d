//! The native modules that do not reach outside the process: numbers, text, containers, helpers of
//! the library. Safe code, a file or folder for each module.
//!
//! Not here: what reaches files, processes or clocks (`taipan_mods_os`), what needs the loop
//! (`taipan_vm`).
#![forbid(unsafe_code)]

use taipan_object::native::ModuleDef;

/// The modules, sorted by name.
pub static MODULES: &[&ModuleDef] = &[];
