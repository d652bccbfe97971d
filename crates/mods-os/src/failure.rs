//! From error numbers of the host to `OSError`.

use taipan_host::Errno;
use taipan_object::types::dict::Dict;
use taipan_object::{Outcome, Raised, Thread, Value, protocol};

use crate::path::Path;

/// Raises `OSError` for a number; its type answers with the subclass that belongs to the number.
#[cold]
pub fn os_error(thread: &mut Thread, errno: Errno) -> Raised {
    raise(thread, errno, &[])
}

/// As [`os_error`], about a path.
#[cold]
pub fn os_error_about(thread: &mut Thread, errno: Errno, path: &Value) -> Raised {
    raise(thread, errno, std::slice::from_ref(path))
}

#[cold]
fn raise(thread: &mut Thread, errno: Errno, names: &[Value]) -> Raised {
    match make(thread, errno, names) {
        Ok(exception) => thread.raise(exception),
        Err(raised) => raised,
    }
}

fn make(thread: &mut Thread, errno: Errno, names: &[Value]) -> Outcome {
    let number = Value::small_int(i64::from(errno.0));
    let message = thread.fs_decode(errno.message().as_bytes())?;
    let (none, name) = (Value::none(), thread.intern("OSError")?);
    let builtins = thread.interp().builtins();
    let class = builtins.downcast::<Dict>().expect("the dictionary of builtins").get(thread, name.as_ref())?;
    let Some(class) = class else { return Err(thread.runtime_error("builtins.OSError is gone")) };
    let mut arguments = vec![number.as_ref(), message.as_ref()];
    if let Some(first) = names.first() {
        arguments.push(first.as_ref());
    }
    if let Some(second) = names.get(1) {
        arguments.extend([none.as_ref(), second.as_ref()]);
    }
    protocol::call(thread, class.as_ref(), &arguments)
}

/// Results of the host that become Python's.
pub trait OrRaise<T> {
    /// The value, or `OSError`.
    fn or_raise(self, thread: &mut Thread) -> Outcome<T>;
    /// The value, or `OSError` about a path.
    fn or_raise_for(self, thread: &mut Thread, path: &Path) -> Outcome<T>;
    /// The value, or `OSError` about two paths.
    fn or_raise_for_two(self, thread: &mut Thread, from: &Path, to: &Path) -> Outcome<T>;
}

impl<T> OrRaise<T> for taipan_host::Result<T> {
    #[inline]
    fn or_raise(self, thread: &mut Thread) -> Outcome<T> {
        self.map_err(|errno| os_error(thread, errno))
    }

    #[inline]
    fn or_raise_for(self, thread: &mut Thread, path: &Path) -> Outcome<T> {
        self.map_err(|errno| raise(thread, errno, std::slice::from_ref(&path.object)))
    }

    #[inline]
    fn or_raise_for_two(self, thread: &mut Thread, from: &Path, to: &Path) -> Outcome<T> {
        self.map_err(|errno| raise(thread, errno, &[from.object.clone(), to.object.clone()]))
    }
}
