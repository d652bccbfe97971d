//! The native modules that stand on large libraries or large tables: digests, the character database.
//! Safe code, a file or folder for each module.
#![forbid(unsafe_code)]
// The doc comments of native functions are Python's docstrings, whose brackets are no links.
#![allow(rustdoc::broken_intra_doc_links, rustdoc::invalid_html_tags, rustdoc::bare_urls)]
#![allow(clippy::doc_lazy_continuation, clippy::doc_overindented_list_items)]

pub mod digest;
pub mod unicodedata;

use taipan_object::native::ModuleDef;

/// The modules, sorted by name.
pub static MODULES: &[&ModuleDef] = &[
    &digest::blake2::BLAKE2,
    &digest::MD5,
    &digest::SHA1,
    &digest::SHA2,
    &digest::SHA3,
    &unicodedata::UNICODEDATA,
];
