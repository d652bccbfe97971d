//! Making the errors that symbol table and code generation answer with.
//!
//! Columns of a syntax tree are bytes from 0; CPython reports them plus one, without turning bytes
//! into characters, and so do we. The text of the line is for the caller to add, who can read files.

use taipan_asdl::Location;
use taipan_asdl::diagnostic::{Error, ErrorKind, ErrorLocation};
use taipan_text::TextBuf;

/// What every step of the compiler returns.
pub type Result<T = ()> = std::result::Result<T, Box<Error>>;

/// A `SyntaxError` at `location`.
pub fn syntax_error(location: Location, message: impl Into<TextBuf>) -> Box<Error> {
    let mut error = Error::new(ErrorKind::SyntaxError, message);
    error.location = Some(ErrorLocation {
        lineno: location.lineno,
        offset: location.col_offset.wrapping_add(1),
        end_lineno: location.end_lineno,
        end_offset: location.end_col_offset.wrapping_add(1),
    });
    error
}

/// A `SystemError`: the tree is one that no parser makes and no validation lets through.
pub fn system_error(message: impl Into<TextBuf>) -> Box<Error> {
    Error::new(ErrorKind::SystemError, message)
}
