//! The Python part of the standard library, compiled when Taipan is built and embedded.
//!
//! Code lies ready as `marshal` data and is read where it is; sources are compressed, since only
//! tracebacks, `inspect` and people ask for them. Nothing is decoded before it is asked for.
//!
//! The library itself is a build dependency; `build/corrections.rs` lists every difference between
//! what it brings and what is embedded.
#![forbid(unsafe_code)]

use std::io::Read;

/// The file `build/pack.rs` describes.
static LIBRARY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/library.bin"));

const HEADER: usize = 12;
const RECORD: usize = 28;

/// A file of the library.
#[derive(Clone, Copy)]
pub struct File {
    record: usize,
}

impl File {
    fn number(self, index: usize) -> usize {
        let at = self.record + 4 * index;
        let bytes = LIBRARY[at..at + 4].try_into().expect("four bytes");
        u32::from_le_bytes(bytes) as usize
    }

    fn part(self, index: usize) -> &'static [u8] {
        let start = self.number(index);
        &LIBRARY[start..start + self.number(index + 1)]
    }

    /// The path below the library's folder, with `/`.
    pub fn path(self) -> &'static str {
        std::str::from_utf8(self.part(0)).expect("paths are ASCII")
    }

    /// The module's code object as `marshal` data; `None` for a file that is no module.
    pub fn code(self) -> Option<&'static [u8]> {
        Some(self.part(2)).filter(|code| !code.is_empty())
    }

    /// The size of the contents, in bytes.
    pub fn size(self) -> usize {
        self.number(6)
    }

    /// The contents.
    pub fn contents(self) -> Vec<u8> {
        let mut contents = Vec::with_capacity(self.size());
        flate2::read::ZlibDecoder::new(self.part(4))
            .read_to_end(&mut contents)
            .expect("the build compressed it");
        contents
    }
}

/// How many files there are.
fn count() -> usize {
    u32::from_le_bytes(LIBRARY[8..12].try_into().expect("four bytes")) as usize
}

/// All files, sorted by path.
pub fn files() -> impl ExactSizeIterator<Item = File> {
    (0..count()).map(|index| File { record: HEADER + index * RECORD })
}

/// The file at `path`, such as `json/__init__.py`.
pub fn file(path: &str) -> Option<File> {
    let (mut low, mut high) = (0, count());
    while low < high {
        let middle = (low + high) / 2;
        let file = File { record: HEADER + middle * RECORD };
        match file.path().cmp(path) {
            std::cmp::Ordering::Equal => return Some(file),
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    None
}

/// The file of a module, by its full name, and whether it is a package.
pub fn module(name: &str) -> Option<(File, bool)> {
    let path = name.replace('.', "/");
    file(&format!("{path}/__init__.py"))
        .map(|file| (file, true))
        .or_else(|| file(&format!("{path}.py")).map(|file| (file, false)))
}

/// The licence of the library's Python part.
pub const LICENCE: &str = "Python Software Foundation License Version 2";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_can_be_found_and_read() {
        assert!(files().len() > 400);
        let mut before = "";
        for each in files() {
            assert!(before < each.path());
            before = each.path();
            assert_eq!(file(each.path()).map(|found| found.record), Some(each.record));
            assert_eq!(each.contents().len(), each.size(), "{}", each.path());
            assert_eq!(each.code().is_some(), each.path().ends_with(".py"), "{}", each.path());
        }
    }

    #[test]
    fn modules_have_their_names() {
        let (json, is_package) = module("json").expect("there");
        assert_eq!((json.path(), is_package), ("json/__init__.py", true));
        assert!(module("json.decoder").is_some_and(|(file, is_package)| {
            !is_package && file.contents().starts_with(b"\"\"\"Implementation of JSONDecoder\n\"\"\"")
        }));
        assert!(module("tkinter").is_none() && module("json.nothing").is_none());
    }

    #[test]
    fn nothing_speaks_of_another_interpreter() {
        for each in files().filter(|file| file.path().ends_with(".py")) {
            let contents = each.contents();
            let text = String::from_utf8_lossy(&contents);
            assert!(!text.to_lowercase().contains("rustpython"), "{}", each.path());
        }
    }

    #[test]
    fn no_path_of_the_building_machine_is_inside() {
        let needle = env!("CARGO_MANIFEST_DIR").as_bytes();
        assert!(!LIBRARY.windows(needle.len()).any(|window| window == needle));
    }
}
