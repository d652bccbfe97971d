//! Reading directories: `listdir`, `scandir`, `DirEntry`.

use std::cell::Cell;

use taipan_host::{DirectoryEntry, EntryKind, Metadata};
use taipan_macros::native;
use taipan_object::native::{Args, MemberDef, MethodDef};
use taipan_object::typeobject::{Slots, Type, TypeDef, TypeFlags};
use taipan_object::types::exception::FILE_NOT_FOUND_ERROR;
use taipan_object::types::genericalias::class_getitem;
use taipan_object::{Header, Inside, Outcome, Ref, Thread, Value, object, protocol};

use crate::failure::{OrRaise, os_error_about};
use crate::path::{Path, Target, path_of};
use crate::posix::stat::stat_result;

pub(super) const FUNCTIONS: &[MethodDef] = &[LISTDIR, SCANDIR];

/// The entries of what the path names, the working directory by default.
fn entries(thread: &mut Thread, path: &Path) -> Outcome<Vec<DirectoryEntry>> {
    let host = &thread.interp().host;
    let entries = thread.released(|lock| match &path.target {
        Target::Name(name) => host.read_directory(lock, name),
        Target::Descriptor(fd) => host.read_open_directory(lock, *fd),
        Target::Nothing => host.read_directory(lock, b"."),
    });
    entries.or_raise_for(thread, path)
}

/// Return a list containing the names of the files in the directory.
///
/// path can be specified as either str, bytes, or a path-like object.  If
/// path is bytes, the filenames returned will also be bytes; in all other
/// circumstances the filenames returned will be str.
/// If path is None, uses the path='.'.
/// On some platforms, path may also be specified as an open file
/// descriptor; the file descriptor must refer to a directory.  If this
/// functionality is unavailable, using it raises NotImplementedError.
///
/// The list is in arbitrary order.  It does not include the special
/// entries '.' and '..' even if they are present in the directory.
#[native(signature = "($module, /, path=None)")]
fn listdir(thread: &mut Thread, path: Option<Ref<'_>>) -> Outcome {
    let path = path_of("listdir").or_fd().or_none().get_or_nothing(thread, path)?;
    thread.audit("os.listdir", &[path.object.as_ref()])?;
    let mut names = Vec::new();
    for entry in entries(thread, &path)? {
        names.push(if path.is_bytes() {
            thread.bytes_from(entry.name)?
        } else {
            thread.fs_decode(&entry.name)?
        });
    }
    thread.list(names)
}

/// Return an iterator of DirEntry objects for given path.
///
/// path can be specified as either str, bytes, or a path-like object.  If
/// path is bytes, the names of yielded DirEntry objects will also be bytes;
/// in all other circumstances they will be str.
///
/// If path is None, uses the path='.'.
#[native(signature = "($module, /, path=None)")]
fn scandir(thread: &mut Thread, path: Option<Ref<'_>>) -> Outcome {
    let path = path_of("scandir").or_fd().or_none().get_or_nothing(thread, path)?;
    thread.audit("os.scandir", &[path.object.as_ref()])?;
    let mut entries = entries(thread, &path)?;
    entries.reverse();
    thread.new_object(|head| ScandirIterator { head, directory: path, rest: Inside::new(Some(entries)) })
}

/// The iterator that `scandir` answers. The directory was read as a whole, so nothing stays open.
#[repr(C)]
struct ScandirIterator {
    head: Header,
    directory: Path,
    /// The entries not yet given, the next one last; none once closed.
    rest: Inside<Option<Vec<DirectoryEntry>>>,
}
object!(ScandirIterator, SCANDIR_ITERATOR);

static SCANDIR_ITERATOR: Type = Type::new::<ScandirIterator>(
    &TypeDef { methods: &[&[__ENTER__, __EXIT__, CLOSE]], ..TypeDef::new("posix.ScandirIterator") },
    TypeFlags::FINALIZES.union(TypeFlags::NO_NEW),
    Slots {
        new: None,
        iter: Some(|_, object| Ok(object.to_value())),
        next: Some(next_entry),
        finalize: Some(finalize),
        ..Slots::plain::<ScandirIterator>()
    },
);

fn next_entry(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = object.downcast::<ScandirIterator>().expect("the slot of scandir iterators");
    let Some(entry) = own.rest.change(thread).as_mut().and_then(Vec::pop) else {
        close_iterator(thread, own);
        return Ok(None);
    };
    let mut joined = match &own.directory.target {
        Target::Name(name) => name.clone(),
        _ => b".".to_vec(),
    };
    if joined.last().is_some_and(|&last| last != b'/') {
        joined.push(b'/');
    }
    joined.extend_from_slice(&entry.name);
    let name =
        if own.directory.is_bytes() { thread.bytes(&entry.name)? } else { thread.fs_decode(&entry.name)? };
    let directory = own.directory.fd();
    let path = match directory {
        Some(_) => name.clone(),
        None if own.directory.is_bytes() => thread.bytes_from(joined)?,
        None => thread.fs_decode(&joined)?,
    };
    let made = thread.new_object(|head| DirEntry {
        head,
        name,
        path,
        directory,
        inode: entry.inode,
        kind: entry.kind,
        followed: Cell::new(None),
        own: Cell::new(None),
    })?;
    Ok(Some(made))
}

/// Says that an iterator was neither closed nor exhausted, as one that holds a directory open has to.
fn finalize(thread: &mut Thread, object: Ref<'_>) {
    let own = object.downcast::<ScandirIterator>().expect("the slot of scandir iterators");
    if own.rest.view(thread).is_none() {
        return;
    }
    close_iterator(thread, own);
    let saved = thread.take_exception();
    if let Ok(shown) = protocol::repr_string(thread, object) {
        crate::warning::resource_warning(thread, object, &format!("unclosed scandir iterator {shown}"));
    }
    drop(thread.take_exception());
    thread.exception = saved;
}

fn close_iterator(thread: &mut Thread, this: &ScandirIterator) {
    drop(this.rest.change(thread).take());
}

#[native(signature = "($self, /)", hidden)]
fn __enter__(_: &mut Thread, this: Ref<'_>) -> Value {
    this.to_value()
}

#[native(signature = "($self, *args)", hidden)]
fn __exit__(thread: &mut Thread, this: &ScandirIterator, _: Args<'_>) {
    close_iterator(thread, this);
}

#[native(signature = "($self, /)", hidden)]
fn close(thread: &mut Thread, this: &ScandirIterator) {
    close_iterator(thread, this);
}

/// What `scandir` gives: a name, and what is known of the file.
#[repr(C)]
struct DirEntry {
    head: Header,
    name: Value,
    path: Value,
    /// What the path is relative to, if that is not the working directory.
    directory: Option<i32>,
    inode: u64,
    kind: EntryKind,
    /// Metadata that was asked for before: of what the link leads to, of the link.
    followed: Cell<Option<Metadata>>,
    own: Cell<Option<Metadata>>,
}
object!(DirEntry, DIR_ENTRY, holds: name, path);

/// The type `os.DirEntry`.
pub(super) static DIR_ENTRY: Type = Type::new::<DirEntry>(
    &TypeDef {
        methods: &[
            METHODS,
            &[class_getitem(Some("DirEntry is generic over the type of the path (str or bytes)"))],
        ],
        members: &[
            MemberDef {
                name: "name",
                doc: Some("the entry's base filename, relative to scandir() \"path\" argument"),
                get: |_, object| Ok(Some(dir_entry(object).name.clone())),
            },
            MemberDef {
                name: "path",
                doc: Some(
                    "the entry's full path name; equivalent to\nos.path.join(scandir_path, entry.name)",
                ),
                get: |_, object| Ok(Some(dir_entry(object).path.clone())),
            },
        ],
        ..TypeDef::new("posix.DirEntry")
    },
    TypeFlags::CONTAINER.union(TypeFlags::NO_NEW),
    Slots { new: None, repr: Some(repr), ..Slots::holding::<DirEntry>() },
);

fn dir_entry(object: Ref<'_>) -> &DirEntry {
    object.downcast::<DirEntry>().expect("an attribute of entries")
}

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let name = protocol::repr_string(thread, dir_entry(object).name.as_ref())?;
    thread.str(&format!("<DirEntry {name}>"))
}

const METHODS: &[MethodDef] = &[IS_DIR, IS_FILE, IS_SYMLINK, IS_JUNCTION, STAT, INODE, __FSPATH__];

impl DirEntry {
    fn metadata(&self, thread: &mut Thread, follow: bool) -> Outcome<Metadata> {
        let follow = follow && self.is_link(thread)?;
        let known = if follow { &self.followed } else { &self.own };
        if let Some(metadata) = known.get() {
            return Ok(metadata);
        }
        let path = thread.fs_bytes(self.path.as_ref())?;
        let host = &thread.interp().host;
        let metadata = thread.released(|lock| host.stat(lock, self.directory, &path, follow));
        let metadata = metadata.map_err(|errno| os_error_about(thread, errno, &self.path))?;
        known.set(Some(metadata));
        Ok(metadata)
    }

    fn is_link(&self, thread: &mut Thread) -> Outcome<bool> {
        match self.kind {
            EntryKind::Unknown => self.has_mode(thread, false, LINK),
            kind => Ok(kind == EntryKind::Link),
        }
    }

    /// Whether the file is of a kind, by its metadata; a file that is gone is of none.
    fn has_mode(&self, thread: &mut Thread, follow: bool, mode: u32) -> Outcome<bool> {
        match self.metadata(thread, follow) {
            Ok(metadata) => Ok(metadata.mode & FORMAT == mode),
            Err(_) if thread.exception_is(&FILE_NOT_FOUND_ERROR) => {
                drop(thread.take_exception());
                Ok(false)
            }
            Err(raised) => Err(raised),
        }
    }

    fn is_kind(&self, thread: &mut Thread, follow: bool, kind: EntryKind, mode: u32) -> Outcome<bool> {
        let unsure = self.kind == EntryKind::Unknown || (follow && self.kind == EntryKind::Link);
        if unsure { self.has_mode(thread, follow, mode) } else { Ok(self.kind == kind) }
    }
}

/// The bits of a mode that tell the kind of a file, and some kinds.
const FORMAT: u32 = 0o170_000;
const LINK: u32 = 0o120_000;
const DIRECTORY: u32 = 0o040_000;
const REGULAR: u32 = 0o100_000;

/// Return True if the entry is a directory; cached per entry.
#[native(signature = "($self, /, *, follow_symlinks=True)")]
fn is_dir(thread: &mut Thread, this: &DirEntry, follow_symlinks: Option<bool>) -> Outcome<bool> {
    this.is_kind(thread, follow_symlinks.unwrap_or(true), EntryKind::Directory, DIRECTORY)
}

/// Return True if the entry is a file; cached per entry.
#[native(signature = "($self, /, *, follow_symlinks=True)")]
fn is_file(thread: &mut Thread, this: &DirEntry, follow_symlinks: Option<bool>) -> Outcome<bool> {
    this.is_kind(thread, follow_symlinks.unwrap_or(true), EntryKind::File, REGULAR)
}

/// Return True if the entry is a symbolic link; cached per entry.
#[native(signature = "($self, /)")]
fn is_symlink(thread: &mut Thread, this: &DirEntry) -> Outcome<bool> {
    this.is_link(thread)
}

/// Return True if the entry is a junction; cached per entry.
#[native(signature = "($self, /)")]
fn is_junction(_: &mut Thread, _: &DirEntry) -> bool {
    false
}

/// Return stat_result object for the entry; cached per entry.
#[native(signature = "($self, /, *, follow_symlinks=True)")]
fn stat(thread: &mut Thread, this: &DirEntry, follow_symlinks: Option<bool>) -> Outcome {
    let metadata = this.metadata(thread, follow_symlinks.unwrap_or(true))?;
    stat_result(thread, &metadata)
}

/// Return inode of the entry; cached per entry.
#[native(signature = "($self, /)")]
fn inode(_: &mut Thread, this: &DirEntry) -> u64 {
    this.inode
}

/// Returns the path for the entry.
#[native(signature = "($self, /)")]
fn __fspath__(_: &mut Thread, this: &DirEntry) -> Value {
    this.path.clone()
}
