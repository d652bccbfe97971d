//! Makes the embedded library: corrects each file, compiles it, and packs code and sources.
//!
//! Files are found where cargo put the crate that carries them; no path of the building machine
//! reaches the result, whose code objects name files relative to the library.

mod corrections;
mod pack;

use rustpython_pylib::LIB_PATH;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use taipan_asdl::diagnostic::Warning;
use taipan_asdl::{Bump, NameTable};
use taipan_code::Const;
use taipan_code::marshal::{WriteOptions, dumps};
use taipan_syntax::{Mode, Source};
use taipan_text::Text;

/// Modules that are loaded before imports work; their code names itself as CPython's does.
const BOOTSTRAP: &[(&str, &str)] = &[
    ("importlib/_bootstrap.py", "<frozen importlib._bootstrap>"),
    ("importlib/_bootstrap_external.py", "<frozen importlib._bootstrap_external>"),
    ("zipimport.py", "<frozen zipimport>"),
];

fn main() {
    println!("cargo::rerun-if-changed=build");
    let root = Path::new(LIB_PATH);
    let mut paths = Vec::new();
    collect(root, root, &mut paths);
    paths.sort();
    // Compiling recurses over trees; the library's deepest need more than a small main thread has.
    let work = move || paths.iter().filter_map(|path| entry(root, path)).collect::<Vec<_>>();
    let entries = std::thread::Builder::new()
        .stack_size(256 << 20)
        .spawn(work)
        .expect("a thread starts")
        .join()
        .expect("every file compiles");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::write(out.join("library.bin"), pack::pack(&entries)).expect("the result can be written");
}

/// The files below `folder` as paths relative to `root`, but for what is left out.
fn collect(root: &Path, folder: &Path, paths: &mut Vec<String>) {
    for item in fs::read_dir(folder).expect("the library's folder can be read") {
        let path = item.expect("the library's folder can be read").path();
        let relative = path.strip_prefix(root).expect("below the root");
        let name = relative.to_str().expect("the library's names are ASCII").replace('\\', "/");
        let is_folder = path.is_dir();
        let omitted = corrections::OMITTED.iter().any(|(prefix, _)| match prefix.strip_suffix('/') {
            Some(folder) => name == folder,
            None => name == *prefix,
        });
        if omitted || name.ends_with("__pycache__") || name.ends_with(".pyc") {
            continue;
        }
        if is_folder {
            collect(root, &path, paths);
        } else {
            paths.push(name);
        }
    }
}

fn entry(root: &Path, path: &str) -> Option<pack::Entry> {
    let mut source = fs::read(root.join(path)).expect("the library's files can be read");
    let mut code = Vec::new();
    if path.ends_with(".py") {
        if let Ok(text) = String::from_utf8(source.clone()) {
            source = corrections::correct(path, text).into_bytes();
        }
        let filename = BOOTSTRAP.iter().find(|(own, _)| *own == path).map_or(path, |(_, name)| name);
        code = compile(&source, filename);
    }
    Some(pack::Entry { path: path.to_owned(), code, source })
}

/// The code object of a source, as `marshal` data.
fn compile(source: &[u8], filename: &str) -> Vec<u8> {
    let arena = Bump::new();
    let mut names = NameTable::new();
    let mut warnings: Vec<Warning> = Vec::new();
    let options = taipan_syntax::Options::default();
    let tree =
        taipan_syntax::parse(Source::Bytes(source), Mode::Exec, options, &arena, &mut names, &mut warnings)
            .unwrap_or_else(|error| panic!("{filename}: {error:?}"));
    let options = taipan_compile::Options { stack_budget: 128 << 20, ..Default::default() };
    let filename = Text::new(filename).to_rc();
    let code = taipan_compile::compile(tree, &arena, &mut names, &filename, options, &mut warnings)
        .unwrap_or_else(|error| panic!("{filename}: {error:?}"));
    dumps(&Const::Code(Rc::clone(&code)), WriteOptions::default()).expect("code objects can be written")
}
