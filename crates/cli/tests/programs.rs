//! Runs the programs of `tests/run` and compares what they print with what CPython prints.
//!
//! A program with a `.err` beside it also has its standard error compared.

use std::path::Path;
use std::sync::Mutex;

use crate::command::{facts, files, run, taipan};

/// Programs that run side by side.
const WORKERS: usize = 4;

#[test]
fn programs_print_what_cpython_prints() {
    let programs = Mutex::new(files(&facts().join("run"), "py").into_iter());
    let wrong = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                loop {
                    let next = programs.lock().expect("no worker panics").next();
                    let Some(path) = next else { break };
                    wrong.lock().expect("no worker panics").extend(check(&path));
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("no worker panics");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is wrong with a program's output.
fn check(path: &Path) -> Vec<String> {
    let folder = path.parent().expect("in a folder");
    let name = path.file_name().expect("a file");
    let output = run(taipan().current_dir(folder).arg(name), b"");
    let expected = std::fs::read_to_string(path.with_extension("out")).expect("recorded output");
    let mut pairs = vec![(expected, output.stdout, "out")];
    if let Ok(errors) = std::fs::read_to_string(path.with_extension("err")) {
        pairs.push((errors, output.stderr, "err"));
    }
    let differing = pairs.into_iter().filter_map(|(expected, got, what)| {
        let got = String::from_utf8_lossy(&got).into_owned();
        (got != expected).then(|| difference(&path.with_extension(what), &expected, &got))
    });
    differing.collect()
}

/// The first line that differs.
fn difference(path: &Path, expected: &str, got: &str) -> String {
    let line = got.lines().zip(expected.lines()).position(|(a, b)| a != b);
    let line = line.unwrap_or(got.lines().count().min(expected.lines().count()));
    let show = |text: &str| text.lines().nth(line).unwrap_or("<nothing>").to_owned();
    format!("{}, line {}:\n  expected {}\n  got      {}", path.display(), line + 1, show(expected), show(got))
}
