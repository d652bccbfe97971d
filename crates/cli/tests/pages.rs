//! What the pages show is what happens.
//!
//! A block marked `python NAME.py` is that file; a block marked `console` is a transcript that runs
//! in a folder with the page's files.

use crate::command::{facts, run, scratch, taipan};
use crate::transcript::{assert_same, parse};

const PAGES: &[&str] = &["README.md"];

#[test]
fn blocks() {
    for page in PAGES {
        let text = std::fs::read_to_string(facts().join("..").join(page)).expect("the page is there");
        let folder = scratch("pages");
        let mut count = 0;
        for (mark, body) in fenced(&text) {
            if let Some(name) = mark.strip_prefix("python ") {
                std::fs::write(folder.join(name), body).expect("the folder is ours");
            } else if mark == "console" {
                for entry in parse(body) {
                    assert_eq!(entry.command[0], "taipan", "{page}");
                    let output = run(taipan().args(&entry.command[1..]).current_dir(&folder), b"");
                    let shown = [output.stdout, output.stderr].concat();
                    let shown = String::from_utf8(shown).expect("the output is UTF-8");
                    assert_same(&format!("{page}: {}", entry.command.join(" ")), &entry.output, &shown);
                    count += 1;
                }
            }
        }
        assert!(count > 0, "{page}: no command is shown");
    }
}

/// The fenced blocks of a page: what stands behind the fence, and the lines.
fn fenced(text: &str) -> Vec<(&str, &str)> {
    let mut parts = text.split("```");
    parts.next();
    let mut blocks = Vec::new();
    while let (Some(block), Some(_)) = (parts.next(), parts.next()) {
        blocks.extend(block.split_once('\n'));
    }
    blocks
}
