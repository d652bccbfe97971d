//! What a front end is given: a source and its mode.
//!
//! Not decoded here, not read from files here.

use taipan_text::Text;

/// A source as `compile()` takes it.
#[derive(Clone, Copy, Debug)]
pub enum Source<'s> {
    /// A `str`: no byte order mark is skipped and encoding declarations mean nothing
    /// (`PyCF_SOURCE_IS_UTF8 | PyCF_IGNORE_COOKIE`).
    Text(&'s Text),
    /// A bytes-like object: the encoding is found out.
    Bytes(&'s [u8]),
}

/// What kind of input the source is, `compile()`'s `mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// `exec`: a file.
    Exec,
    /// `eval`: an expression.
    Eval,
    /// `single`: one interactive statement.
    Single,
    /// `func_type`: a function's type comment.
    FuncType,
}
