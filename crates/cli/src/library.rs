//! The embedded library as the interpreter reaches it.

use taipan::vm::import::library::Library;

/// The Python part of the library, as `taipan_pylib` embeds it.
pub struct Embedded;

impl Library for Embedded {
    fn code(&self, path: &str) -> Option<&'static [u8]> {
        taipan_pylib::file(path)?.code()
    }

    fn contents(&self, path: &str) -> Option<Vec<u8>> {
        Some(taipan_pylib::file(path)?.contents())
    }

    fn has_file(&self, path: &str) -> bool {
        taipan_pylib::file(path).is_some()
    }

    fn list(&self, folder: &str) -> Option<Vec<(String, bool)>> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let mut entries: Vec<(String, bool)> = Vec::new();
        for file in taipan_pylib::files() {
            let Some(rest) = file.path().strip_prefix(&prefix) else { continue };
            let entry = match rest.split_once('/') {
                Some((name, _)) => (name.to_owned(), true),
                None => (rest.to_owned(), false),
            };
            if entries.last() != Some(&entry) {
                entries.push(entry);
            }
        }
        (!entries.is_empty()).then_some(entries)
    }
}
