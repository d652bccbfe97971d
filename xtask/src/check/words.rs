//! Words that must not stand in the tree: what is unfinished, names that say nothing, and paths of
//! somebody's machine.

use super::Report;
use crate::tree::File;

/// Unfinished work is absent, not marked.
const UNFINISHED: &[&str] = &["todo!(", "unimplemented!(", "dbg!(", "// TODO", "// FIXME", "// XXX"];
/// Folders that exist on one machine only.
const PATHS: &[&str] = &["/work/", "/root/", "/home/", "/Users/"];
/// Names of files and folders that say nothing about what they hold.
const VAGUE: &[&str] = &["utils", "util", "common", "misc", "helpers"];

pub fn check(files: &[File], report: &mut Report) {
    for file in files {
        let stem = file.path.trim_end_matches(".rs");
        if let Some(word) = stem.split('/').find(|part| VAGUE.contains(part)) {
            report.complain(format!("{}: `{word}` says nothing about what it holds", file.path));
        }
        // Test data is the world's text, not ours; and this file has to name the words.
        if file.path.starts_with("tests/") || file.path.ends_with("check/words.rs") {
            continue;
        }
        for (number, line) in file.text.lines().enumerate() {
            let ours = if file.is_rust() { UNFINISHED } else { &[] };
            for word in ours.iter().chain(PATHS).filter(|word| line.contains(**word)) {
                report.complain(format!("{}:{}: `{word}`", file.path, number + 1));
            }
        }
    }
}
