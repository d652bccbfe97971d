//! The module `_json`: what reads and writes JSON for the module `json`.
//!
//! Answers for CPython's `Modules/_json.c`.

mod encoder;
mod escape;
mod scanner;
mod scanstring;

use taipan_object::native::ModuleDef;

/// The module `_json`.
pub static JSON: ModuleDef = ModuleDef {
    name: "_json",
    doc: Some("json speedups\n"),
    functions: &[&[scanstring::SCANSTRING, escape::ENCODE_BASESTRING, escape::ENCODE_BASESTRING_ASCII]],
    exec: Some(|thread, module| {
        thread.module_add(module, "make_scanner", scanner::SCANNER.as_ref().to_value())?;
        thread.module_add(module, "make_encoder", encoder::ENCODER.as_ref().to_value())
    }),
};
