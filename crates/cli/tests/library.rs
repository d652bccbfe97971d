//! Every module of the standard library compiles to what CPython makes of it.
//!
//! The sources are those of the published copy that this crate's tests depend on; the digests were
//! recorded from CPython over the same files.

use crate::command::{facts, run, taipan};
use std::collections::BTreeMap;

#[test]
fn code_objects() {
    for level in ["0", "1", "2"] {
        let digests = recorded(&format!("code-{level}.tsv"));
        let mut actual: BTreeMap<String, u64> = BTreeMap::new();
        for line in measure(&["code", "--optimize", level], &digests).lines() {
            let file = line.split('\t').next().expect("a line begins with its file");
            let digest = actual.entry(file.to_owned()).or_insert(0xcbf2_9ce4_8422_2325);
            for byte in line.bytes().chain(*b"\n") {
                *digest = (*digest ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
            }
        }
        let actual = actual.into_iter().map(|(file, digest)| (file, format!("{digest:016x}"))).collect();
        compare(&format!("code objects at level {level}"), &digests, &actual);
    }
}

#[test]
fn trees() {
    let digests = recorded("ast.tsv");
    let output = measure(&["ast", "--types"], &digests);
    let actual = output.lines().filter_map(|line| line.split_once('\t'));
    let actual = actual.map(|(file, digest)| (file.to_owned(), digest.to_owned())).collect();
    compare("trees", &digests, &actual);
}

fn recorded(name: &str) -> BTreeMap<String, String> {
    let path = facts().join("library").join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let lines = text.lines().filter_map(|line| line.split_once('\t'));
    lines.map(|(file, digest)| (file.to_owned(), digest.to_owned())).collect()
}

fn measure(arguments: &[&str], files: &BTreeMap<String, String>) -> String {
    let (figure, options) = arguments.split_first().expect("a figure");
    let list: String = files.keys().map(|file| format!("{file}\n")).collect();
    let mut command = taipan();
    command.args(["measure", figure, rustpython_pylib::LIB_PATH]).args(options);
    let output = run(&mut command, list.as_bytes());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("the output is UTF-8")
}

fn compare(what: &str, expected: &BTreeMap<String, String>, actual: &BTreeMap<String, String>) {
    assert!(expected.len() > 600, "{what}: the record is incomplete");
    let differing: Vec<&String> = expected
        .iter()
        .filter(|(file, digest)| actual.get(*file) != Some(digest))
        .map(|(file, _)| file)
        .collect();
    assert!(
        differing.is_empty(),
        "{what}: {} of {} files differ: {differing:?}",
        differing.len(),
        expected.len()
    );
}
