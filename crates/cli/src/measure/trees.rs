//! Digests of syntax trees.

use super::filename;
use md5::{Digest, Md5};
use std::ffi::OsString;
use taipan::asdl::dump::{DumpOptions, dump};
use taipan::asdl::{Bump, NameTable};
use taipan::frontend::{Flags, Ignore, Options, Source, parse};

/// The line of a file: the MD5 of its dumped tree, or the name of the exception.
pub fn line(name: &OsString, source: &[u8], types: bool) -> Vec<u8> {
    let filename = filename(name);
    let flags = if types { Flags::ONLY_AST | Flags::TYPE_COMMENTS } else { Flags::ONLY_AST };
    let options = Options { flags, ..Options::new(&filename) };
    let arena = Bump::new();
    let mut names = NameTable::new();
    let form = DumpOptions { include_attributes: true, ..DumpOptions::default() };
    let text = parse(Source::Bytes(source), &options, &arena, &mut names, &mut Ignore)
        .and_then(|tree| dump(tree, &names, form));
    let row = match text {
        Ok(text) => Md5::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect(),
        Err(error) => error.kind.class_name().to_owned(),
    };
    format!("{}\t{row}\n", name.display()).into_bytes()
}
