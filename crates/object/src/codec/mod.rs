//! Codecs between strings and bytes: the registry, the error handlers, and the codecs that need no
//! registry.
//!
//! Not here: the engines (`taipan_text::codec`), the module `_codecs` that shows all this to Python.
//!
//! Answers for CPython's `Python/codecs.c`, `PyUnicode_AsEncodedString` and `PyUnicode_Decode`.

mod builtin_handlers;
mod handler;
mod native;
mod registry;

pub use handler::{Handler, decode_by};
pub use native::{decode_object, encode_object, encode_text};
pub use registry::{
    decode, encode, lookup, lookup_error, lookup_text_encoding, register, register_error, unregister,
    unregister_error,
};
