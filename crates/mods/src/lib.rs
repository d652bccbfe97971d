//! The native modules that do not reach outside the process: numbers, text, containers, helpers of
//! the library. Safe code, a file or folder for each module.
//!
//! Not here: what reaches files, processes or clocks (`taipan_mods_os`), what needs the loop
//! (`taipan_vm`).
#![forbid(unsafe_code)]
// The doc comments of native functions are Python's docstrings, whose brackets are no links.
#![allow(rustdoc::broken_intra_doc_links, rustdoc::invalid_html_tags, rustdoc::bare_urls)]
#![allow(clippy::doc_lazy_continuation, clippy::doc_overindented_list_items)]

pub mod abc;
pub mod array;
pub mod binascii;
pub mod bisect;
pub mod cmath;
pub mod codecs;
pub mod collections;
pub mod contextvars;
pub mod csv;
pub mod functools;
pub mod heapq;
pub mod itertools;
pub mod json;
pub mod library;
pub mod math;
pub mod opcode;
pub mod operator;
pub mod random;
pub mod sre;
pub mod stat;
pub mod statistics;
pub mod string;
pub mod structs;
pub mod types;
pub mod typing;
pub mod weakref;

use taipan_object::native::ModuleDef;

/// The modules, sorted by name.
pub static MODULES: &[&ModuleDef] = &[
    &abc::ABC,
    &array::ARRAY_MODULE,
    &binascii::BINASCII,
    &bisect::BISECT,
    &cmath::CMATH,
    &codecs::CODECS,
    &collections::COLLECTIONS,
    &contextvars::CONTEXTVARS,
    &csv::CSV,
    &functools::FUNCTOOLS,
    &heapq::HEAPQ,
    &itertools::ITERTOOLS,
    &json::JSON,
    &math::MATH,
    &opcode::OPCODE,
    &operator::OPERATOR,
    &random::RANDOM_MODULE,
    &sre::SRE,
    &stat::STAT,
    &statistics::STATISTICS,
    &string::STRING,
    &structs::STRUCTS,
    &types::TYPES,
    &typing::TYPING,
    &weakref::WEAKREF,
];
