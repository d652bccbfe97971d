//! Programs and mistakes, compared with what CPython 3.14 makes of them.

mod deep;
mod diagnostics;
mod programs;
mod validate;

use std::path::PathBuf;
use std::rc::Rc;
use taipan_asdl::diagnostic::{Error, Warning};
use taipan_asdl::{Bump, NameTable};
use taipan_code::CodeObject;
use taipan_compile::Options;
use taipan_syntax::{Mode, Source};
use taipan_text::Text;

/// The folder with the programs.
fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/compile")
}

/// Compiles a source.
fn compile(
    source: &str,
    file: &str,
    mode: Mode,
    options: Options,
    warnings: &mut Vec<Warning>,
) -> Result<Rc<CodeObject>, Box<Error>> {
    let arena = Bump::new();
    let mut names = NameTable::new();
    let source = Source::Text(Text::new(source));
    let syntax = taipan_syntax::Options::default();
    let tree = taipan_syntax::parse(source, mode, syntax, &arena, &mut names, warnings)?;
    taipan_compile::compile(tree, &arena, &mut names, &Text::new(file).to_rc(), options, warnings)
}
