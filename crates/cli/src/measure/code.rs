//! Digests of code objects, field by field.

use super::filename;
use std::ffi::OsString;
use taipan::code::digest::digest_lines;
use taipan::frontend::{Ignore, Options, Source, compile};

/// The lines of a file: one for each code object, or one with the name of the exception.
pub fn lines(name: &OsString, source: &[u8], optimize: u8) -> Vec<u8> {
    let filename = filename(name);
    let options = Options { optimize, ..Options::new(&filename) };
    let shown = name.to_string_lossy();
    match compile(Source::Bytes(source), &options, &mut Ignore) {
        Ok(code) => digest_lines(&shown, &code).into_bytes(),
        Err(error) => {
            let mark = if super::answers::is_expected(error.kind) { '-' } else { '!' };
            format!("{shown}\t{mark}\t{}\n", error.kind.class_name()).into_bytes()
        }
    }
}
