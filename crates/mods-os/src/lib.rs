//! The native modules that reach the operating system, all of it through the host crate
//! (`thread.interp().host`). Safe code, a file or folder for each module.
//!
//! What several modules need lies beside them: paths and descriptors as arguments (`path`), times
//! (`timestamp`), `OSError` (`failure`).
#![forbid(unsafe_code)]
// The doc comments of native functions are Python's docstrings.
#![allow(rustdoc::broken_intra_doc_links, rustdoc::invalid_html_tags, rustdoc::bare_urls)]
#![allow(clippy::doc_lazy_continuation, clippy::doc_overindented_list_items)]

pub mod errno;
mod failure;
pub mod fcntl;
pub mod grp;
pub mod io;
pub mod multiprocessing;
mod path;
pub mod posix;
pub mod posixshmem;
pub mod posixsubprocess;
pub mod pwd;
pub mod resource;
pub mod select;
pub mod socket;
pub mod termios;
pub mod time;
mod timestamp;
mod warning;

use taipan_object::native::ModuleDef;
use taipan_object::{Outcome, Ref, Thread, Value};

/// The modules, sorted by name.
pub static MODULES: &[&ModuleDef] = &[
    &io::IO,
    &multiprocessing::MULTIPROCESSING,
    &posixshmem::POSIXSHMEM,
    &posixsubprocess::POSIXSUBPROCESS,
    &socket::SOCKET_MODULE,
    &errno::ERRNO,
    &fcntl::FCNTL,
    &grp::GRP,
    &posix::POSIX,
    &pwd::PWD,
    &resource::RESOURCE,
    &select::SELECT,
    &termios::TERMIOS,
    &time::TIME,
];

/// Adds a table of numbers to a module.
fn add_numbers(thread: &mut Thread, module: Ref<'_>, table: &[(&str, i64)]) -> Outcome<()> {
    for (name, number) in table {
        thread.module_add(module, name, Value::small_int(*number))?;
    }
    Ok(())
}
