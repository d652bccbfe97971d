//! A crate depends only on crates above it.
//!
//! The order is that of the `taipan…` lines of `[workspace.dependencies]` in the root's
//! `Cargo.toml`; the command stands below all of them. Dependencies of tests are held to it too.

use super::Report;
use crate::tree::File;

pub fn check(files: &[File], report: &mut Report) {
    let Some(root) = files.iter().find(|file| file.path == "Cargo.toml") else {
        return report.complain("the root has no Cargo.toml".to_owned());
    };
    let order: Vec<&str> = our_keys(&root.text).collect();
    let mut crates = 0;
    for manifest in files {
        let Some(name) = manifest.crate_name() else { continue };
        if manifest.path != format!("crates/{name}/Cargo.toml") {
            continue;
        }
        crates += 1;
        let package = if name == "taipan" { name.to_owned() } else { format!("taipan-{name}") };
        if !manifest.text.contains(&format!("name = \"{package}\"")) {
            report.complain(format!("{}: the package in crates/{name} is called {package}", manifest.path));
        }
        let place = match order.iter().position(|&known| known == package) {
            Some(place) => place,
            None if name == "cli" => order.len(),
            None => {
                report.complain(format!("{package} has no place in [workspace.dependencies]"));
                continue;
            }
        };
        for dependency in our_keys(&manifest.text) {
            if !order[..place].contains(&dependency) {
                report.complain(format!("{package} depends on {dependency}, which does not stand above it"));
            }
        }
    }
    report.note(format!("{crates} crates in order"));
}

/// The keys of a manifest that name crates of ours.
fn our_keys(manifest: &str) -> impl Iterator<Item = &str> {
    let mut in_dependencies = false;
    manifest.lines().filter_map(move |line| {
        if line.starts_with('[') {
            in_dependencies = line.trim_end().ends_with("dependencies]");
            return None;
        }
        let key = line.split(['=', '.', ' ']).next().filter(|_| in_dependencies)?;
        (key == "taipan" || key.starts_with("taipan-")).then_some(key)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(manifest: &str) -> Vec<String> {
        let root =
            "[workspace.dependencies]\ntaipan-text = { path = \"a\" }\ntaipan-num = { path = \"b\" }\n";
        let files = [("Cargo.toml", root), ("crates/text/Cargo.toml", manifest)]
            .map(|(path, text)| File { path: path.to_owned(), text: text.to_owned() });
        let mut report = Report::default();
        check(&files, &mut report);
        report.complaints
    }

    #[test]
    fn an_arrow_upwards_is_found() {
        let package = "[package]\nname = \"taipan-text\"\n";
        assert!(complaints(package).is_empty());
        assert_eq!(
            complaints(&format!("{package}[dev-dependencies]\ntaipan-num.workspace = true\n")),
            ["taipan-text depends on taipan-num, which does not stand above it"]
        );
    }
}
