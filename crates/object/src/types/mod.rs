//! The builtin types, one folder or file each.

pub mod boolean;
pub mod builtin;
pub mod bytearray;
pub mod bytes;
pub mod capsule;
pub mod cell;
pub mod code;
pub mod complex;
pub mod dict;
pub mod enumerate;
pub mod exception;
pub mod float;
pub mod frame;
pub mod function;
pub mod generator;
pub mod genericalias;
pub mod int;
pub mod list;
pub mod memoryview;
pub mod method;
pub mod module;
pub mod namespace;
pub mod object;
pub mod property;
pub mod range;
pub mod seqiter;
pub mod set;
pub mod singleton;
pub mod slice;
pub mod str;
pub mod structseq;
pub mod super_;
pub mod template;
pub mod traceback;
pub mod tuple;
pub mod type_;
pub mod typevar;
pub mod union;
pub mod weakref;
pub mod zip;

use crate::typeobject::Type;

/// The types that `builtins` shows under their names. A new one is one line here.
pub static BUILTIN_TYPES: &[&Type] = &[
    &boolean::BOOL,
    &bytearray::BYTEARRAY,
    &bytes::BYTES,
    &complex::COMPLEX,
    &dict::DICT,
    &enumerate::ENUMERATE,
    &enumerate::REVERSED,
    &float::FLOAT,
    &int::INT,
    &list::LIST,
    &memoryview::MEMORYVIEW,
    &method::CLASS_METHOD,
    &method::STATIC_METHOD,
    &object::OBJECT,
    &property::PROPERTY,
    &range::RANGE,
    &set::FROZENSET,
    &set::SET,
    &slice::SLICE,
    &str::STR,
    &super_::SUPER,
    &tuple::TUPLE,
    &type_::TYPE,
    &zip::FILTER,
    &zip::MAP,
    &zip::ZIP,
];
