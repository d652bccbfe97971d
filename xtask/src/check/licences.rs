//! Everything that is linked has a permissive licence.
//!
//! Reads what `cargo tree` says of this platform's dependencies, so it needs no network.

use super::Report;
use crate::tree::{self, File};
use std::collections::BTreeSet;
use std::process::Command;

const PERMISSIVE: &[&str] = &[
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "0BSD",
    "ISC",
    "Zlib",
    "BSL-1.0",
    "CC0-1.0",
    "Unlicense",
    "PSF-2.0",
    "Python-2.0",
    "Unicode-3.0",
    "Unicode-DFS-2016",
];

/// Packages that carry their licence as a file: the package, and what the file is.
const BY_FILE: &[(&str, &str)] = &[("rustpython-pylib", "PSF-2.0")];

pub fn check(_files: &[File], report: &mut Report) {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["tree", "--workspace", "--locked", "--edges", "normal,build,dev", "--prefix", "none"])
        .args(["--format", "{p}\t{l}"])
        .current_dir(tree::root())
        .output();
    let listing = match output {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout).into_owned(),
        Ok(output) => return report.complain(String::from_utf8_lossy(&output.stderr).into_owned()),
        Err(error) => return report.complain(format!("cargo tree: {error}")),
    };
    let packages: BTreeSet<(&str, &str)> = listing
        .lines()
        .filter_map(|line| line.trim_end_matches(" (*)").split_once('\t'))
        // A repeated package loses its licence's column to the mark; it was listed in full before.
        .map(|(package, licence)| (package.split(" (").next().unwrap_or(package), licence.trim()))
        .collect();
    for (package, licence) in &packages {
        let name = package.split(' ').next().unwrap_or(package);
        let by_file = BY_FILE.iter().find(|(known, _)| *known == name).map(|(_, licence)| *licence);
        if !is_permissive(by_file.unwrap_or(licence)) {
            report.complain(format!("{package}: licence `{licence}`"));
        }
    }
    report.note(format!("{} packages, all of them permissive", packages.len()));
}

/// Whether an SPDX expression can be met with permissive licences alone.
fn is_permissive(expression: &str) -> bool {
    let expression = expression.trim().replace('/', " OR ");
    if PERMISSIVE.contains(&expression.as_str()) {
        return true;
    }
    // AND binds tighter, so OR is taken apart first.
    if let Some(parts) = split_outside(&expression, " OR ") {
        return parts.iter().any(|part| is_permissive(part));
    }
    if let Some(parts) = split_outside(&expression, " AND ") {
        return parts.iter().all(|part| is_permissive(part));
    }
    expression.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).is_some_and(is_permissive)
}

/// The parts of `text` between occurrences of `operator` that no parenthesis encloses.
fn split_outside<'t>(text: &'t str, operator: &str) -> Option<Vec<&'t str>> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if depth == 0 && at >= start && text[at..].starts_with(operator) => {
                parts.push(&text[start..at]);
                start = at + operator.len();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    (parts.len() > 1).then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions() {
        assert!(is_permissive("MIT OR LGPL-3.0"));
        assert!(is_permissive("(MIT OR Apache-2.0) AND Unicode-3.0"));
        assert!(is_permissive("(MIT OR GPL-2.0) AND (ISC OR GPL-2.0)"));
        assert!(is_permissive("MIT OR GPL-2.0 AND LGPL-3.0"));
        assert!(is_permissive("MIT/Apache-2.0"));
        assert!(!is_permissive("LGPL-3.0"));
        assert!(!is_permissive("MIT AND GPL-2.0"));
        assert!(!is_permissive(""));
    }
}
