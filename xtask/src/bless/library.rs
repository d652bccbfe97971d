//! Digests of what the modules of the standard library compile to.

use super::ask;
use crate::tree;
use std::path::{Path, PathBuf};
use std::process::Command;

pub fn record(folder: &Path, interpreter: &str) -> Result<(), String> {
    let library = sources()?;
    let root = library.to_str().ok_or("the library's folder has a strange name")?;
    let mut names = Vec::new();
    collect(&library, "", &mut names)?;
    names.sort();
    let list = names.iter().map(|name| format!("{name}\n")).collect::<String>();
    let write = |name: &str, facts: Vec<u8>| {
        std::fs::write(folder.join(name), facts).map_err(|error| error.to_string())
    };
    for level in ["0", "1", "2"] {
        write(&format!("code-{level}.tsv"), ask(interpreter, &["code", root, level], list.as_bytes())?)?;
    }
    write("ast.tsv", ask(interpreter, &["ast", root], list.as_bytes())?)
}

/// The folder of the library's sources: those of the package that the tests depend on.
fn sources() -> Result<PathBuf, String> {
    let output = Command::new("cargo")
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(tree::root())
        .output()
        .map_err(|error| error.to_string())?;
    let metadata = String::from_utf8_lossy(&output.stdout).into_owned();
    let manifest = metadata
        .split("\"manifest_path\":\"")
        .filter_map(|rest| rest.split('"').next())
        .find(|path| path.contains("/rustpython-pylib-"))
        .ok_or("the workspace does not depend on rustpython-pylib")?;
    Ok(Path::new(manifest).with_file_name("Lib"))
}

fn collect(root: &Path, below: &str, names: &mut Vec<String>) -> Result<(), String> {
    let folder = root.join(below);
    for entry in std::fs::read_dir(&folder).map_err(|error| error.to_string())? {
        let entry = entry.map_err(|error| error.to_string())?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if below.is_empty() { name } else { format!("{below}/{name}") };
        if entry.path().is_dir() {
            collect(root, &path, names)?;
        } else if path.ends_with(".py") {
            names.push(path);
        }
    }
    Ok(())
}
