//! What the stages show of the programs in `tests/show`, as CPython's tools show it.

use crate::command::{facts, files, run, taipan};
use crate::transcript::{assert_same, parse};

#[test]
fn transcripts() {
    let folder = facts().join("show");
    for path in files(&folder, "out") {
        let text = std::fs::read_to_string(&path).expect("a transcript is UTF-8");
        for entry in parse(&text) {
            assert_eq!(entry.command[0], "taipan", "{}", path.display());
            let output = run(taipan().args(&entry.command[1..]).current_dir(&folder), b"");
            let shown = String::from_utf8(output.stdout).expect("the output is UTF-8");
            let what = format!("{}: {}", path.display(), entry.command.join(" "));
            assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{what}");
            assert_same(&what, &entry.output, &without_addresses(&shown));
        }
    }
}

#[test]
fn every_program_has_a_transcript() {
    for path in files(&facts().join("show"), "py") {
        assert!(path.with_extension("out").exists(), "{} has no transcript", path.display());
    }
}

/// The text without the numbers that stand for addresses.
fn without_addresses(text: &str) -> String {
    let mut parts = text.split(" at 0x");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(" at 0x");
        out.push_str(part.trim_start_matches(|c: char| c.is_ascii_hexdigit()));
    }
    out
}
