//! The module `_stat`: what the bits of a file's mode mean.
//!
//! Answers for CPython's `Modules/_stat.c`.

use taipan_macros::native;
use taipan_object::native::{MethodDef, ModuleDef};
use taipan_object::protocol;
use taipan_object::{Outcome, Ref, Thread};

/// The module `_stat`.
pub static STAT: ModuleDef = ModuleDef {
    name: "_stat",
    doc: Some(
        "S_IFMT_: file type bits\nS_IFDIR: directory\nS_IFCHR: character device\nS_IFBLK: block device\nS_IFREG: regular file\nS_IFIFO: fifo (named pipe)\nS_IFLNK: symbolic link\nS_IFSOCK: socket file\nS_IFDOOR: door\nS_IFPORT: event port\nS_IFWHT: whiteout\n\nS_ISUID: set UID bit\nS_ISGID: set GID bit\nS_ENFMT: file locking enforcement\nS_ISVTX: sticky bit\nS_IREAD: Unix V7 synonym for S_IRUSR\nS_IWRITE: Unix V7 synonym for S_IWUSR\nS_IEXEC: Unix V7 synonym for S_IXUSR\nS_IRWXU: mask for owner permissions\nS_IRUSR: read by owner\nS_IWUSR: write by owner\nS_IXUSR: execute by owner\nS_IRWXG: mask for group permissions\nS_IRGRP: read by group\nS_IWGRP: write by group\nS_IXGRP: execute by group\nS_IRWXO: mask for others (not in group) permissions\nS_IROTH: read by others\nS_IWOTH: write by others\nS_IXOTH: execute by others\n\nUF_SETTABLE: mask of owner changeable flags\nUF_NODUMP: do not dump file\nUF_IMMUTABLE: file may not be changed\nUF_APPEND: file may only be appended to\nUF_OPAQUE: directory is opaque when viewed through a union stack\nUF_NOUNLINK: file may not be renamed or deleted\nUF_COMPRESSED: macOS: file is hfs-compressed\nUF_TRACKED: used for dealing with document IDs\nUF_DATAVAULT: entitlement required for reading and writing\nUF_HIDDEN: macOS: file should not be displayed\nSF_SETTABLE: mask of super user changeable flags\nSF_ARCHIVED: file may be archived\nSF_IMMUTABLE: file may not be changed\nSF_APPEND: file may only be appended to\nSF_RESTRICTED: entitlement required for writing\nSF_NOUNLINK: file may not be renamed or deleted\nSF_SNAPSHOT: file is a snapshot file\nSF_FIRMLINK: file is a firmlink\nSF_DATALESS: file is a dataless object\n\nOn macOS:\nSF_SUPPORTED: mask of super user supported flags\nSF_SYNTHETIC: mask of read-only synthetic flags\n\nST_MODE\nST_INO\nST_DEV\nST_NLINK\nST_UID\nST_GID\nST_SIZE\nST_ATIME\nST_MTIME\nST_CTIME\n\nFILE_ATTRIBUTE_*: Windows file attribute constants\n                   (only present on Windows)\n",
    ),
    functions: &[FUNCTIONS],
    exec: Some(|thread, module| {
        CONSTANTS.iter().try_for_each(|(name, value)| {
            let value = thread.int(i128::from(*value))?;
            thread.module_add(module, name, value)
        })
    }),
};

const FMT: u32 = 0o170000;

const CONSTANTS: &[(&str, u32)] = &[
    ("S_IFDIR", 0o40000),
    ("S_IFCHR", 0o20000),
    ("S_IFBLK", 0o60000),
    ("S_IFREG", 0o100000),
    ("S_IFIFO", 0o10000),
    ("S_IFLNK", 0o120000),
    ("S_IFSOCK", 0o140000),
    ("S_IFDOOR", 0o0),
    ("S_IFPORT", 0o0),
    ("S_IFWHT", 0o0),
    ("S_ISUID", 0o4000),
    ("S_ISGID", 0o2000),
    ("S_ISVTX", 0o1000),
    ("S_ENFMT", 0o2000),
    ("S_IREAD", 0o400),
    ("S_IWRITE", 0o200),
    ("S_IEXEC", 0o100),
    ("S_IRWXU", 0o700),
    ("S_IRUSR", 0o400),
    ("S_IWUSR", 0o200),
    ("S_IXUSR", 0o100),
    ("S_IRWXG", 0o70),
    ("S_IRGRP", 0o40),
    ("S_IWGRP", 0o20),
    ("S_IXGRP", 0o10),
    ("S_IRWXO", 0o7),
    ("S_IROTH", 0o4),
    ("S_IWOTH", 0o2),
    ("S_IXOTH", 0o1),
    ("UF_SETTABLE", 0xffff),
    ("UF_NODUMP", 1),
    ("UF_IMMUTABLE", 2),
    ("UF_APPEND", 4),
    ("UF_OPAQUE", 8),
    ("UF_NOUNLINK", 0x10),
    ("UF_COMPRESSED", 0x20),
    ("UF_TRACKED", 0x40),
    ("UF_DATAVAULT", 0x80),
    ("UF_HIDDEN", 0x8000),
    ("SF_SETTABLE", 0xffff0000),
    ("SF_ARCHIVED", 0x10000),
    ("SF_IMMUTABLE", 0x20000),
    ("SF_APPEND", 0x40000),
    ("SF_NOUNLINK", 0x100000),
    ("SF_SNAPSHOT", 0x200000),
    ("SF_FIRMLINK", 0x800000),
    ("SF_DATALESS", 0x40000000),
    ("ST_MODE", 0),
    ("ST_INO", 1),
    ("ST_DEV", 2),
    ("ST_NLINK", 3),
    ("ST_UID", 4),
    ("ST_GID", 5),
    ("ST_SIZE", 6),
    ("ST_ATIME", 7),
    ("ST_MTIME", 8),
    ("ST_CTIME", 9),
];

/// A mode, as CPython takes it: an integer that fits.
fn mode_of(thread: &mut Thread, object: Ref<'_>) -> Outcome<u32> {
    let number = protocol::index_i64(thread, object)?;
    if number < 0 {
        return Err(thread.overflow_error("can't convert negative value to unsigned int"));
    }
    u32::try_from(number).map_err(|_| thread.overflow_error("mode out of range"))
}

const FUNCTIONS: &[MethodDef] = &[
    S_ISBLK, S_ISCHR, S_ISDIR, S_ISFIFO, S_ISLNK, S_ISREG, S_ISSOCK, S_ISDOOR, S_ISPORT, S_ISWHT, S_IMODE,
    S_IFMT, FILEMODE,
];

/// S_ISBLK(mode) -> bool
///
/// Return True if mode is from a block special device file.
#[native(signature = "($module, object, /)", name = "S_ISBLK")]
fn s_isblk(thread: &mut Thread, object: Ref<'_>) -> Outcome<bool> {
    Ok(mode_of(thread, object)? & FMT == 0o060000)
}

/// S_ISCHR(mode) -> bool
///
/// Return True if mode is from a character special device file.
#[native(signature = "($module, object, /)", name = "S_ISCHR")]
fn s_ischr(thread: &mut Thread, object: Ref<'_>) -> Outcome<bool> {
    Ok(mode_of(thread, object)? & FMT == 0o020000)
}

/// S_ISDIR(mode) -> bool
///
/// Return True if mode is from a directory.
#[native(signature = "($module, object, /)", name = "S_ISDIR")]
fn s_isdir(thread: &mut Thread, object: Ref<'_>) -> Outcome<bool> {
    Ok(mode_of(thread, object)? & FMT == 0o040000)
}

/// S_ISFIFO(mode) -> bool
///
/// Return True if mode is from a FIFO (named pipe).
#[native(signature = "($module, object, /)", name = "S_ISFIFO")]
fn s_isfifo(thread: &mut Thread, object: Ref<'_>) -> Outcome<bool> {
    Ok(mode_of(thread, object)? & FMT == 0o010000)
}

/// S_ISLNK(mode) -> bool
///
/// Return True if mode is from a symbolic link.
#[native(signature = "($module, object, /)", name = "S_ISLNK")]
fn s_islnk(thread: &mut Thread, object: Ref<'_>) -> Outcome<bool> {
    Ok(mode_of(thread, object)? & FMT == 0o120000)
}

/// S_ISREG(mode) -> bool
///
/// Return True if mode is from a regular file.
#[native(signature = "($module, object, /)", name = "S_ISREG")]
fn s_isreg(thread: &mut Thread, object: Ref<'_>) -> Outcome<bool> {
    Ok(mode_of(thread, object)? & FMT == 0o100000)
}

/// S_ISSOCK(mode) -> bool
///
/// Return True if mode is from a socket.
#[native(signature = "($module, object, /)", name = "S_ISSOCK")]
fn s_issock(thread: &mut Thread, object: Ref<'_>) -> Outcome<bool> {
    Ok(mode_of(thread, object)? & FMT == 0o140000)
}

/// S_ISDOOR(mode) -> bool
///
/// Return True if mode is from a door.
#[native(signature = "($module, object, /)", name = "S_ISDOOR")]
fn s_isdoor(thread: &mut Thread, object: Ref<'_>) -> Outcome<bool> {
    mode_of(thread, object)?;
    Ok(false) // There is no such thing here.
}

/// S_ISPORT(mode) -> bool
///
/// Return True if mode is from an event port.
#[native(signature = "($module, object, /)", name = "S_ISPORT")]
fn s_isport(thread: &mut Thread, object: Ref<'_>) -> Outcome<bool> {
    mode_of(thread, object)?;
    Ok(false) // There is no such thing here.
}

/// S_ISWHT(mode) -> bool
///
/// Return True if mode is from a whiteout.
#[native(signature = "($module, object, /)", name = "S_ISWHT")]
fn s_iswht(thread: &mut Thread, object: Ref<'_>) -> Outcome<bool> {
    mode_of(thread, object)?;
    Ok(false) // There is no such thing here.
}

/// Return the portion of the file's mode that can be set by os.chmod().
#[native(signature = "($module, object, /)", name = "S_IMODE")]
fn s_imode(thread: &mut Thread, object: Ref<'_>) -> Outcome<u32> {
    Ok(mode_of(thread, object)? & 0o7777)
}

/// Return the portion of the file's mode that describes the file type.
#[native(signature = "($module, object, /)", name = "S_IFMT")]
fn s_ifmt(thread: &mut Thread, object: Ref<'_>) -> Outcome<u32> {
    Ok(mode_of(thread, object)? & FMT)
}

/// Convert a file's mode to a string of the form '-rwxrwxrwx'
#[native(signature = "($module, object, /)")]
fn filemode(thread: &mut Thread, object: Ref<'_>) -> Outcome<String> {
    let mode = mode_of(thread, object)?;
    let kind = match mode & FMT {
        0o100000 => '-',
        0o040000 => 'd',
        0o120000 => 'l',
        0o060000 => 'b',
        0o020000 => 'c',
        0o010000 => 'p',
        0o140000 => 's',
        _ => '?',
    };
    let mut text = String::from(kind);
    for (shift, special, letter) in [(6, 0o4000, 's'), (3, 0o2000, 's'), (0, 0o1000, 't')] {
        let bits = mode >> shift;
        text.push(if bits & 4 != 0 { 'r' } else { '-' });
        text.push(if bits & 2 != 0 { 'w' } else { '-' });
        text.push(match (mode & special != 0, bits & 1 != 0) {
            (true, true) => letter,
            (true, false) => letter.to_ascii_uppercase(),
            (false, true) => 'x',
            (false, false) => '-',
        });
    }
    Ok(text)
}
