//! From error numbers of the host to `OSError`.

use taipan_host::Errno;
use taipan_object::{Outcome, Raised, Thread, Value};

use crate::path::Path;

/// Raises `OSError` for a number, as the subclass that belongs to it.
#[cold]
pub fn os_error(thread: &mut Thread, errno: Errno) -> Raised {
    thread.os_error(errno, None, None)
}

/// As [`os_error`], about a path.
#[cold]
pub fn os_error_about(thread: &mut Thread, errno: Errno, path: &Value) -> Raised {
    let name = (!path.as_ref().is_none()).then(|| path.as_ref());
    thread.os_error(errno, name, None)
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
        self.map_err(|errno| os_error_about(thread, errno, &path.object))
    }

    #[inline]
    fn or_raise_for_two(self, thread: &mut Thread, from: &Path, to: &Path) -> Outcome<T> {
        self.map_err(|errno| thread.os_error(errno, Some(from.object.as_ref()), Some(to.object.as_ref())))
    }
}
