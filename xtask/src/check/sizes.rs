//! Files that read in one sitting.
//!
//! A Rust file of more than [`MOST`] lines fails, one of more than [`MANY`] is named. A file that
//! is data, not code, says so: its name is, or ends in, `data` or `table`.

use super::Report;
use crate::tree::File;

const MANY: usize = 600;
const MOST: usize = 1500;

pub fn check(files: &[File], report: &mut Report) {
    let mut lines = 0;
    let mut long = Vec::new();
    for file in files.iter().filter(|file| file.is_rust()) {
        let count = file.text.lines().count();
        lines += count;
        if is_data(&file.path) {
            continue;
        }
        if count > MOST {
            report.complain(format!("{}: {count} lines; split it", file.path));
        } else if count > MANY {
            long.push(format!("{} ({count})", file.path));
        }
    }
    report.note(format!("{lines} lines of Rust"));
    if !long.is_empty() {
        report.note(format!("{} files have more than {MANY} lines: {}", long.len(), long.join(", ")));
    }
}

fn is_data(path: &str) -> bool {
    let stem = path.rsplit('/').next().and_then(|name| name.strip_suffix(".rs")).unwrap_or(path);
    path.contains("/data/") || ["data", "table", "tables"].iter().any(|word| stem.ends_with(word))
}
