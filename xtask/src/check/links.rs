//! Links between pages lead somewhere.

use super::Report;
use crate::tree::{self, File};
use std::path::Path;

pub fn check(files: &[File], report: &mut Report) {
    let root = tree::root();
    let mut count = 0;
    for page in files.iter().filter(|file| file.path.ends_with(".md") && !file.path.starts_with("tests/")) {
        let folder = root.join(&page.path).parent().map(Path::to_path_buf).unwrap_or_default();
        for target in targets(&page.text) {
            count += 1;
            let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
            let linked = if path.is_empty() { root.join(&page.path) } else { folder.join(path) };
            if !linked.exists() {
                report.complain(format!("{}: {target} leads nowhere", page.path));
            } else if !anchor.is_empty() {
                let text = std::fs::read_to_string(&linked).unwrap_or_default();
                if !headings(&text).any(|heading| heading == anchor) {
                    report.complain(format!("{}: {target}: no such heading", page.path));
                }
            }
        }
    }
    report.note(format!("{count} links between pages"));
}

/// The targets of `[text](target)` that name files of the repository.
fn targets(text: &str) -> impl Iterator<Item = &str> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .filter(|target| !target.contains("://"))
}

/// The anchors that headings get.
fn headings(text: &str) -> impl Iterator<Item = String> {
    text.lines().filter_map(|line| line.strip_prefix('#')).map(|line| {
        let heading = line.trim_start_matches('#').trim().to_lowercase();
        heading
            .chars()
            .filter_map(|c| match c {
                ' ' => Some('-'),
                '-' | '_' => Some(c),
                _ => c.is_alphanumeric().then_some(c),
            })
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_become_the_anchors_that_readers_click() {
        assert_eq!(headings("## 1. Crates' order\ntext").collect::<Vec<_>>(), ["1-crates-order"]);
        assert_eq!(targets("[a](b.md#c) and [d](https://e)").collect::<Vec<_>>(), ["b.md#c"]);
    }
}
