//! The module `errno`: the names of error numbers.
//!
//! Answers for CPython's `Modules/errnomodule.c`.

use taipan_host::Errno;
use taipan_object::native::ModuleDef;
use taipan_object::types::dict::Dict;
use taipan_object::{Outcome, Ref, Thread, Value};

/// The module `errno`.
pub static ERRNO: ModuleDef =
    ModuleDef { name: "errno", doc: DOC_OF("errno"), functions: &[], exec: Some(exec) };

/// Names that stand beside others for the same number, and are not what the number is called.
const SYNONYMS: &[&str] = &["EWOULDBLOCK", "EDEADLOCK", "ENOTSUP"];

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
