//! The module `posix`: the system calls behind `os`.
//!
//! A file for each family of functions; what they share about paths is in `crate::path`.
//!
//! Answers for CPython's `Modules/posixmodule.c`.

mod descriptor;
mod directory;
mod environ;
mod files;
mod identity;
mod pathname;
mod process;
mod schedule;
mod spawn;
mod stat;
mod status;
mod terminal;
mod timer;
mod xattr;

pub(crate) use descriptor::{BitwiseUnsigned, room};

use taipan_host::{constants, limits};
use taipan_object::native::ModuleDef;
use taipan_object::types::exception::OS_ERROR;
use taipan_object::{Outcome, Ref, Thread, Type};

/// The module `posix`.
pub static POSIX: ModuleDef = ModuleDef {
    name: "posix",
    doc: Some(
        "This module provides access to operating system functionality that is\nstandardized by the C Standard and the POSIX standard (a thinly\ndisguised Unix interface).  Refer to the library manual and\ncorresponding Unix manual entries for more information on calls.",
    ),
    functions: &[
        descriptor::FUNCTIONS,
        directory::FUNCTIONS,
        environ::FUNCTIONS,
        files::FUNCTIONS,
        identity::FUNCTIONS,
        pathname::FUNCTIONS,
        process::FUNCTIONS,
        schedule::FUNCTIONS,
        spawn::FUNCTIONS,
        stat::FUNCTIONS,
        status::FUNCTIONS,
        terminal::FUNCTIONS,
        timer::FUNCTIONS,
        xattr::FUNCTIONS,
    ],
    exec: Some(exec),
};

/// The types, by the names under which the module shows them.
static TYPES: &[(&str, &Type)] = &[
    ("DirEntry", &directory::DIR_ENTRY),
    ("error", &OS_ERROR),
    ("sched_param", &schedule::SCHED_PARAM),
    ("stat_result", &stat::STAT_RESULT),
    ("statvfs_result", &stat::STATVFS_RESULT),
    ("terminal_size", &terminal::TERMINAL_SIZE),
    ("times_result", &process::TIMES_RESULT),
    ("uname_result", &environ::UNAME_RESULT),
    ("waitid_result", &process::WAITID_RESULT),
];

/// What the C library has, for `os.supports_dir_fd` and its companions.
const HAVE_FUNCTIONS: &[&str] = &[
    "HAVE_EVENTFD",
    "HAVE_TIMERFD_CREATE",
    "HAVE_FACCESSAT",
    "HAVE_FCHDIR",
    "HAVE_FCHMOD",
    "HAVE_FCHMODAT",
    "HAVE_FCHOWN",
    "HAVE_FCHOWNAT",
    "HAVE_FEXECVE",
    "HAVE_FDOPENDIR",
    "HAVE_FPATHCONF",
    "HAVE_FSTATAT",
    "HAVE_FSTATVFS",
    "HAVE_FTRUNCATE",
    "HAVE_FUTIMENS",
    "HAVE_FUTIMES",
    "HAVE_FUTIMESAT",
    "HAVE_LINKAT",
    "HAVE_LCHOWN",
    "HAVE_LSTAT",
    "HAVE_LUTIMES",
    "HAVE_MEMFD_CREATE",
    "HAVE_MKDIRAT",
    "HAVE_MKFIFOAT",
    "HAVE_MKNODAT",
    "HAVE_OPENAT",
    "HAVE_READLINKAT",
    "HAVE_RENAMEAT",
    "HAVE_SYMLINKAT",
    "HAVE_UNLINKAT",
    "HAVE_UTIMENSAT",
    "HAVE_PTSNAME_R",
];

fn exec(thread: &mut Thread, module: Ref<'_>) -> Outcome<()> {
    crate::add_numbers(thread, module, constants::POSIX)?;
    for (name, ty) in TYPES {
        thread.module_add(module, name, ty.as_ref().to_value())?;
    }
    let environ = environ::environment(thread)?;
    thread.module_add(module, "environ", environ)?;
    let tables = [
        ("confstr_names", limits::CONFSTR_NAMES),
        ("pathconf_names", limits::PATHCONF_NAMES),
        ("sysconf_names", limits::SYSCONF_NAMES),
    ];
    for (name, table) in tables {
        let table = environ::name_table(thread, table)?;
        thread.module_add(module, name, table)?;
    }
    let mut have = Vec::with_capacity(HAVE_FUNCTIONS.len());
    for name in HAVE_FUNCTIONS {
        have.push(thread.str(name)?);
    }
    let have = thread.list(have)?;
    thread.module_add(module, "_have_functions", have)
}
