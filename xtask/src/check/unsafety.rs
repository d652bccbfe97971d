//! `unsafe` stands only where the machine's core needs it.
//!
//! The compiler denies it unless a module opens it; this rule says which crates may.

use super::Report;
use crate::tree::File;
use std::collections::BTreeMap;

/// The crates that may hold `unsafe`.
const OPEN: &[&str] = &["num", "text", "layout", "object", "vm", "jit", "host", "mods-ext"];

pub fn check(files: &[File], report: &mut Report) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for file in files.iter().filter(|file| file.is_rust() && !file.path.starts_with("xtask/")) {
        let count = file.text.lines().filter(|line| opens_unsafe(line)).count();
        if count == 0 {
            continue;
        }
        let name = file.crate_name().unwrap_or(&file.path);
        if !OPEN.contains(&name) {
            report.complain(format!("{}: {count} uses of unsafe in a crate that needs none", file.path));
        }
        *counts.entry(name).or_default() += count;
    }
    let total: usize = counts.values().sum();
    let by_crate: Vec<String> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
    report.note(format!("{total} uses: {}", by_crate.join(", ")));
}

fn opens_unsafe(line: &str) -> bool {
    let code = line.split("//").next().unwrap_or(line);
    ["unsafe {", "unsafe fn", "unsafe impl", "unsafe extern", "unsafe trait"]
        .iter()
        .any(|form| code.contains(form))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_attributes_do_not_count() {
        assert!(opens_unsafe("    let x = unsafe { y };"));
        assert!(!opens_unsafe("// unsafe { } is explained here"));
        assert!(!opens_unsafe("#![deny(unsafe_op_in_unsafe_fn)]"));
    }
}
