//! The module `_sysconfigdata__linux_x86_64-linux-gnu`: what `sysconfig` knows of the build.
//!
//! CPython writes it as a Python file when it is built; here it is made for the installation that
//! runs. There is no C compiler and no library to link against behind it, so only what programs ask
//! for on their own is here.

use taipan_object::native::ModuleDef;
use taipan_object::types::dict::Dict;
use taipan_object::{Outcome, Ref, Thread, Value};

use crate::state::State;

/// The module.
pub static SYSCONFIGDATA: ModuleDef =
    ModuleDef { name: "_sysconfigdata__linux_x86_64-linux-gnu", doc: None, functions: &[], exec: Some(exec) };

/// Variables that are texts.
const TEXTS: &[(&str, &str)] = &[
    ("ABIFLAGS", ""),
    ("AR", "ar"),
    ("BUILD_GNU_TYPE", "x86_64-pc-linux-gnu"),
    ("CC", "cc"),
    ("CCSHARED", "-fPIC"),
    ("CFLAGS", ""),
    ("CXX", "c++"),
    ("EXE", ""),
    ("EXT_SUFFIX", ".so"),
    ("HOST_GNU_TYPE", "x86_64-pc-linux-gnu"),
    ("LDSHARED", "cc -shared"),
    ("LIBRARY", "libpython3.14.a"),
    ("MACHDEP", "linux"),
    ("MULTIARCH", "x86_64-linux-gnu"),
    ("PLATLIBDIR", "lib"),
    ("SHLIB_SUFFIX", ".so"),
    ("TZPATH", "/usr/share/zoneinfo:/usr/lib/zoneinfo:/usr/share/lib/zoneinfo:/etc/zoneinfo"),
    ("VERSION", "3.14"),
];

/// Variables that are numbers.
const NUMBERS: &[(&str, i64)] = &[
    ("HAVE_FORK", 1),
    ("Py_DEBUG", 0),
    ("Py_ENABLE_SHARED", 0),
    ("Py_GIL_DISABLED", 0),
    ("SIZEOF_VOID_P", 8),
    ("SIZEOF_LONG", 8),
    ("SIZEOF_SIZE_T", 8),
    ("WITH_DOC_STRINGS", 1),
];

fn exec(thread: &mut Thread, module: Ref<'_>) -> Outcome<()> {
    let variables = thread.dict()?;
    let dict = variables.downcast::<Dict>().expect("just made");
    for (name, text) in TEXTS {
        let (name, text) = (thread.str(name)?, thread.str(text)?);
        dict.set(thread, name.as_ref(), text)?;
    }
    for (name, number) in NUMBERS {
        let name = thread.str(name)?;
        dict.set(thread, name.as_ref(), Value::small_int(*number))?;
    }
    let paths = &State::of(thread).config.paths;
    let below = |folder: &str| [&paths.base_prefix[..], folder.as_bytes()].concat();
    for (name, path) in [
        ("prefix", below("")),
        ("exec_prefix", below("")),
        ("BINDIR", below("/bin")),
        ("LIBDIR", below("/lib")),
        ("LIBDEST", below("/lib/python3.14")),
        ("BINLIBDEST", below("/lib/python3.14")),
        ("INCLUDEPY", below("/include/python3.14")),
        ("CONFINCLUDEPY", below("/include/python3.14")),
    ] {
        let (name, path) = (thread.str(name)?, thread.fs_decode(&path)?);
        dict.set(thread, name.as_ref(), path)?;
    }
    thread.module_add(module, "build_time_vars", variables)
}
