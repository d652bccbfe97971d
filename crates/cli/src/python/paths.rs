//! Where the program, its installation and the library are.
//!
//! Answers for CPython's `Modules/getpath.py`. The library is inside the program, so there are no
//! landmarks to look for: the prefix is the folder above that of the program, and the library appears
//! as an archive below it.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use taipan::vm::config::Paths;

/// Fills in the paths. `home` is `PYTHONHOME`, `search` `PYTHONPATH`, `stdlib` the folder that
/// replaces the library.
pub fn find(
    program: &OsString,
    environment_path: Option<OsString>,
    home: Option<Vec<u8>>,
    search: Option<Vec<u8>>,
    stdlib: Option<Vec<u8>>,
) -> Paths {
    let executable = executable(program, environment_path.as_deref());
    let folder = executable.parent().map(Path::to_path_buf).unwrap_or_default();
    let venv = virtual_environment(&folder);
    let base = match &venv {
        Some(venv) => venv.home.join(program_name(&executable)),
        None => executable.clone(),
    };
    let real = base.canonicalize().unwrap_or_else(|_| base.clone());
    let base_folder = match &venv {
        Some(venv) => venv.home.clone(),
        None => real.parent().map(Path::to_path_buf).unwrap_or_default(),
    };
    let base_prefix = match &home {
        Some(home) => PathBuf::from(OsString::from_vec(home.clone())),
        None => base_folder.parent().map(Path::to_path_buf).unwrap_or_else(|| PathBuf::from("/")),
    };
    let prefix = venv.as_ref().map_or_else(|| base_prefix.clone(), |venv| venv.prefix.clone());
    let stdlib = stdlib.map_or_else(
        || base_prefix.join("lib").join("python314.zip"),
        |stdlib| std::path::absolute(OsStr::from_bytes(&stdlib)).unwrap_or_default(),
    );
    let mut paths: Vec<Vec<u8>> = Vec::new();
    if let Some(search) = search.filter(|search| !search.is_empty()) {
        paths.extend(search.split(|&byte| byte == b':').map(<[u8]>::to_vec));
    }
    paths.push(bytes(&stdlib));
    Paths {
        executable: bytes(&executable),
        base_executable: bytes(&base),
        exec_prefix: bytes(&prefix),
        prefix: bytes(&prefix),
        base_exec_prefix: bytes(&base_prefix),
        base_prefix: bytes(&base_prefix),
        home: venv.map(|venv| bytes(&venv.home)),
        stdlib: Some(bytes(&stdlib)),
        search: paths,
    }
}

fn bytes(path: &Path) -> Vec<u8> {
    path.as_os_str().as_bytes().to_vec()
}

fn program_name(executable: &Path) -> OsString {
    executable.file_name().map(OsStr::to_os_string).unwrap_or_default()
}

/// The path by which the program was started, made absolute but not resolved.
fn executable(program: &OsString, path: Option<&OsStr>) -> PathBuf {
    if program.as_bytes().contains(&b'/') {
        return std::path::absolute(program).unwrap_or_else(|_| PathBuf::from(program));
    }
    let candidates = path.map(std::env::split_paths).into_iter().flatten();
    let found = candidates.map(|folder| folder.join(program)).find(|path| path.is_file());
    match found {
        Some(found) => std::path::absolute(&found).unwrap_or(found),
        None => std::env::current_exe().unwrap_or_default(),
    }
}

/// A virtual environment.
struct Venv {
    prefix: PathBuf,
    /// The folder of the program that it was made from.
    home: PathBuf,
}

/// The virtual environment that a program's folder belongs to: `pyvenv.cfg` lies there or above.
fn virtual_environment(folder: &Path) -> Option<Venv> {
    for candidate in [Some(folder), folder.parent()].into_iter().flatten() {
        let Ok(text) = std::fs::read_to_string(candidate.join("pyvenv.cfg")) else { continue };
        let home = text.lines().find_map(|line| {
            let (key, value) = line.split_once('=')?;
            key.trim().eq_ignore_ascii_case("home").then(|| PathBuf::from(value.trim()))
        });
        if let Some(home) = home {
            let prefix = folder.parent().map(Path::to_path_buf).unwrap_or_default();
            return Some(Venv { prefix, home });
        }
    }
    None
}
