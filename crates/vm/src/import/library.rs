//! The library inside the program, as this crate sees it.
//!
//! A seam: whoever builds a [`Runtime`](crate::Runtime) gives it a [`Library`]. Paths are relative to
//! the library, with `/`.

/// The Python part of the library.
pub trait Library {
    /// The compiled code of a module's file, as `marshal` data; none for what is no module.
    fn code(&self, path: &str) -> Option<&'static [u8]>;

    /// The contents of a file.
    fn contents(&self, path: &str) -> Option<Vec<u8>>;

    /// Whether there is a file with this path.
    fn has_file(&self, path: &str) -> bool;

    /// The files and folders of a folder, each with whether it is a folder; none if there is no such
    /// folder. The empty path is the library itself.
    fn list(&self, folder: &str) -> Option<Vec<(String, bool)>>;
}
