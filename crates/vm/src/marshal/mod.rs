//! The module `marshal`: objects to bytes and back.
//!
//! The format itself is `taipan_code::marshal`; here are the builder that makes objects ([`read`])
//! and the walk that turns objects into the neutral form ([`mod@write`]).
//!
//! Answers for CPython's `Python/marshal.c`.

mod read;
mod write;

use taipan_code::marshal::{VERSION, WriteOptions};
use taipan_macros::native;
use taipan_object::native::{Buffer, BufferFlags, MethodDef, ModuleDef};
use taipan_object::{Outcome, Ref, Thread, protocol};

pub(crate) use read::{load_code_as, loads as loads_bytes};

/// The module `marshal`.
pub static MARSHAL: ModuleDef = ModuleDef {
    name: "marshal",
    doc: Some(include_str!("marshal.txt")),
    functions: &[FUNCTIONS],
    exec: Some(|thread, module| {
        let version = thread.int(VERSION.into())?;
        thread.module_add(module, "version", version)
    }),
};

const FUNCTIONS: &[MethodDef] = &[DUMP, LOAD, DUMPS, LOADS];

fn options(version: Option<i32>, allow_code: Option<bool>) -> WriteOptions {
    WriteOptions { version: version.unwrap_or(VERSION), allow_code: allow_code.unwrap_or(true) }
}

/// Write the value on the open file.
///
///   value
///     Must be a supported type.
///   file
///     Must be a writeable binary file.
///   version
///     Indicates the data format that dump should use.
///   allow_code
///     Allow to write code objects.
///
/// If the value has (or contains an object that has) an unsupported type, a
/// ValueError exception is raised - but garbage data will also be written
/// to the file. The object will not be properly read back by load().
#[native(signature = "($module, value, file, version=version, /, *, allow_code=True)")]
fn dump(
    thread: &mut Thread,
    value: Ref<'_>,
    file: Ref<'_>,
    version: Option<i32>,
    allow_code: Option<bool>,
) -> Outcome {
    let data = write::dumps(thread, value, options(version, allow_code))?;
    let data = thread.bytes_from(data)?;
    protocol::call_method(thread, file, "write", &[data.as_ref()])
}

/// Return the bytes object that would be written to a file by dump(value, file).
///
///   value
///     Must be a supported type.
///   version
///     Indicates the data format that dumps should use.
///   allow_code
///     Allow to write code objects.
///
/// Raise a ValueError exception if value has (or contains an object that
/// has) an unsupported type.
#[native(signature = "($module, value, version=version, /, *, allow_code=True)")]
fn dumps(thread: &mut Thread, value: Ref<'_>, version: Option<i32>, allow_code: Option<bool>) -> Outcome {
    let data = write::dumps(thread, value, options(version, allow_code))?;
    thread.bytes_from(data)
}

/// Read one value from the open file and return it.
///
///   file
///     Must be readable binary file.
///   allow_code
///     Allow to load code objects.
///
/// If no valid value is read (e.g. because the data has a different Python
/// version's incompatible marshal format), raise EOFError, ValueError or
/// TypeError.
///
/// Note: If an object containing an unsupported type was marshalled with
/// dump(), load() will substitute None for the unmarshallable type.
#[native(signature = "($module, file, /, *, allow_code=True)")]
fn load(thread: &mut Thread, file: Ref<'_>, allow_code: Option<bool>) -> Outcome {
    read::load(thread, file, allow_code.unwrap_or(true))
}

/// Convert the bytes-like object to a value.
///
///   allow_code
///     Allow to load code objects.
///
/// If no valid value is found, raise EOFError, ValueError or TypeError.
/// Extra bytes in the input are ignored.
#[native(signature = "($module, bytes, /, *, allow_code=True)")]
fn loads(thread: &mut Thread, bytes: Ref<'_>, allow_code: Option<bool>) -> Outcome {
    let buffer = Buffer::of(thread, bytes, BufferFlags::SIMPLE)?;
    let data = buffer.stable_bytes(thread)?;
    loads_bytes(thread, &data, allow_code.unwrap_or(true)).map(|(value, _)| value)
}
