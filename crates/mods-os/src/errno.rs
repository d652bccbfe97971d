//! The module `errno`: the names of error numbers.
//!
//! Answers for CPython's `Modules/errnomodule.c`.

use taipan_host::Errno;
use taipan_object::native::ModuleDef;
use taipan_object::types::dict::Dict;
use taipan_object::{Outcome, Ref, Thread, Value};

/// The module `errno`.
pub static ERRNO: ModuleDef = ModuleDef {
    name: "errno",
    doc: Some(
        "This module makes available standard errno system symbols.\n\nThe value of each symbol is the corresponding integer value,\ne.g., on most systems, errno.ENOENT equals the integer 2.\n\nThe dictionary errno.errorcode maps numeric codes to symbol names,\ne.g., errno.errorcode[2] could be the string 'ENOENT'.\n\nSymbols that are not relevant to the underlying system are not defined.\n\nTo map error codes to error messages, use the function os.strerror(),\ne.g. os.strerror(2) could return 'No such file or directory'.",
    ),
    functions: &[],
    exec: Some(exec),
};

/// Names that stand beside others for the same number, and are not what the number is called.
const SYNONYMS: &[&str] = &["EWOULDBLOCK", "EDEADLK", "EOPNOTSUPP"];

fn exec(thread: &mut Thread, module: Ref<'_>) -> Outcome<()> {
    let names = thread.dict()?;
    for (name, errno) in Errno::ALL {
        let number = Value::small_int(i64::from(errno.0));
        thread.module_add(module, name, number.clone())?;
        if !SYNONYMS.contains(name) {
            let name = thread.intern(name)?;
            names.downcast::<Dict>().expect("a dict").set(thread, number.as_ref(), name)?;
        }
    }
    thread.module_add(module, "errorcode", names)
}
