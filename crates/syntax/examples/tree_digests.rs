//! Prints a digest of the tree of every file named on standard input, in the form that comparing
//! with CPython's trees needs: the MD5 sum of `ast.dump(tree, include_attributes=True)`.
//!
//! usage: tree_digests ROOT [--types] <files; with `--dump FILE` prints the text instead.

use md5::{Digest, Md5};
use std::io::{BufRead, Write};
use taipan_asdl::dump::{DumpOptions, dump};
use taipan_asdl::{Bump, NameTable};
use taipan_syntax::{Mode, Options, Source, parse};

fn dump_file(path: &str, types: bool) -> Result<Vec<u8>, String> {
    let bytes = std::fs::read(path).map_err(|_| "FileNotFoundError".to_owned())?;
    let arena = Bump::new();
    let mut names = NameTable::new();
    let options = Options { type_comments: types, ..Options::default() };
    let tree = parse(Source::Bytes(&bytes), Mode::Exec, options, &arena, &mut names, &mut Vec::new())
        .map_err(|error| format!("{}\t{:?}", error.kind.class_name(), error))?;
    let options = DumpOptions { include_attributes: true, ..DumpOptions::default() };
    let text = dump(tree, &names, options).map_err(|error| error.kind.class_name().to_owned())?;
    Ok(text.into_bytes())
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let types = args.iter().any(|arg| arg == "--types");
    let mut out = std::io::BufWriter::new(std::io::stdout());
    if args[0] == "--dump" {
        let text = dump_file(&args[1], types).unwrap_or_else(|error| error.into_bytes());
        out.write_all(&text).expect("standard output takes it");
        return;
    }
    for name in std::io::stdin().lock().lines() {
        let name = name.expect("names are text");
        let row = match dump_file(&format!("{}/{name}", args[0]), types) {
            Ok(text) => Md5::digest(&text).iter().map(|byte| format!("{byte:02x}")).collect(),
            Err(error) => error.split('\t').next().unwrap_or_default().to_owned(),
        };
        writeln!(out, "{name}\t{row}").expect("standard output takes it");
    }
}
