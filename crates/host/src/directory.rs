//! Reading directories.

use crate::{Capability, Errno, Fd, Host, Released, Result};
use std::ffi::{CStr, OsStr};
use std::os::unix::ffi::OsStrExt;

/// What a directory says an entry is, without asking for its metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Link,
    /// A device, pipe or socket.
    Other,
    /// The file system does not say.
    Unknown,
}

/// An entry of a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryEntry {
    /// The name, without the directory.
    pub name: Vec<u8>,
    /// The inode.
    pub inode: u64,
    /// The kind, as far as it is known.
    pub kind: EntryKind,
}

/// An open directory stream.
struct Stream(*mut libc::DIR);

impl Stream {
    fn next(&mut self) -> Result<Option<DirectoryEntry>> {
        loop {
            // SAFETY: the stream is open; errno is the thread's own. The entry lives until the
            // next call on the stream, and its name ends with a null byte.
            let entry = unsafe {
                *libc::__errno_location() = 0;
                let entry = libc::readdir(self.0);
                if entry.is_null() {
                    return match Errno::last() {
                        Errno(0) => Ok(None),
                        error => Err(error),
                    };
                }
                let name = CStr::from_ptr((*entry).d_name.as_ptr());
                DirectoryEntry {
                    name: name.to_bytes().to_vec(),
                    inode: (*entry).d_ino,
                    kind: kind_of((*entry).d_type),
                }
            };
            if entry.name != b"." && entry.name != b".." {
                return Ok(Some(entry));
            }
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: opened by `Host` and closed here only.
        unsafe { libc::closedir(self.0) };
    }
}

const fn kind_of(kind: u8) -> EntryKind {
    match kind {
        libc::DT_REG => EntryKind::File,
        libc::DT_DIR => EntryKind::Directory,
        libc::DT_LNK => EntryKind::Link,
        libc::DT_UNKNOWN => EntryKind::Unknown,
        _ => EntryKind::Other,
    }
}

impl Host {
    /// The entries of a directory but `.` and `..`, in the order of the file system.
    pub fn read_directory(&self, _: Released<'_>, path: &[u8]) -> Result<Vec<DirectoryEntry>> {
        self.allow(Capability::READ_FILES)?;
        let path = crate::c_path(path)?;
        // SAFETY: the path lives through the call.
        let stream = unsafe { libc::opendir(path.as_ptr()) };
        collect(stream)
    }

    /// The entries of an open directory; its position is put back to the start first.
    pub fn read_open_directory(&self, _: Released<'_>, fd: Fd) -> Result<Vec<DirectoryEntry>> {
        // The stream takes the descriptor over, so it gets one of its own.
        let own = self.dup(fd)?;
        // SAFETY: no memory is passed; on failure the descriptor is still ours.
        let stream = unsafe { libc::fdopendir(own) };
        if stream.is_null() {
            let error = Errno::last();
            // SAFETY: no memory is passed.
            unsafe { libc::close(own) };
            return Err(error);
        }
        // SAFETY: the stream is open.
        unsafe { libc::rewinddir(stream) };
        collect(stream)
    }

    /// The canonical form of a path, without links, `.` and `..`.
    pub fn canonical_path(&self, _: Released<'_>, path: &[u8]) -> Result<Vec<u8>> {
        self.allow(Capability::READ_FILES)?;
        match std::fs::canonicalize(OsStr::from_bytes(path)) {
            Ok(path) => Ok(path.as_os_str().as_bytes().to_vec()),
            Err(error) => Err(Errno(error.raw_os_error().unwrap_or(libc::EINVAL))),
        }
    }
}

fn collect(stream: *mut libc::DIR) -> Result<Vec<DirectoryEntry>> {
    if stream.is_null() {
        return Err(Errno::last());
    }
    let mut stream = Stream(stream);
    let mut entries = Vec::new();
    while let Some(entry) = stream.next()? {
        entries.push(entry);
    }
    Ok(entries)
}
