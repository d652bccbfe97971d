//! The module `_io`: streams of bytes and text, over files and in memory.
//!
//! One file or folder for each class; `support` holds what they share. A class that is derived in
//! Python is reached through its methods, a plain one directly: that is what makes reading lines and
//! writing text fast.
//!
//! Answers for CPython's `Modules/_io/`.

mod base;
mod buffered;
mod bytesio;
mod fileio;
mod open;
mod state;
mod stringio;
mod support;
mod text;

use taipan_macros::native;
use taipan_object::native::ModuleDef;
use taipan_object::types::exception::{BLOCKING_IO_ERROR, ENCODING_WARNING, OS_ERROR, VALUE_ERROR};
use taipan_object::types::type_::TYPE;
use taipan_object::{Outcome, Ref, Thread, Type, protocol};

/// Bytes of a buffer, unless asked for otherwise.
pub const DEFAULT_BUFFER_SIZE: usize = 128 * 1024;

/// The module `_io`.
pub static IO: ModuleDef = ModuleDef {
    name: "_io",
    doc: Some(include_str!("doc/module.txt")),
    functions: &[open::FUNCTIONS],
    exec: Some(exec),
};

static TYPES: &[(&str, &Type)] = &[
    ("_IOBase", &base::IO_BASE),
    ("_RawIOBase", &base::RAW_IO_BASE),
    ("_BufferedIOBase", &buffered::BUFFERED_IO_BASE),
    ("_TextIOBase", &text::TEXT_IO_BASE),
    ("FileIO", &fileio::FILE_IO),
    ("BufferedReader", &buffered::BUFFERED_READER),
    ("BufferedWriter", &buffered::BUFFERED_WRITER),
    ("BufferedRWPair", &buffered::BUFFERED_RW_PAIR),
    ("BufferedRandom", &buffered::BUFFERED_RANDOM),
    ("BytesIO", &bytesio::BYTES_IO),
    ("_BytesIOBuffer", &bytesio::BYTES_IO_BUFFER),
    ("StringIO", &stringio::STRING_IO),
    ("IncrementalNewlineDecoder", &text::NEWLINE_DECODER),
    ("TextIOWrapper", &text::TEXT_IO_WRAPPER),
];

fn exec(thread: &mut Thread, module: Ref<'_>) -> Outcome<()> {
    let size = thread.int(DEFAULT_BUFFER_SIZE as i128)?;
    thread.module_add(module, "DEFAULT_BUFFER_SIZE", size)?;
    let unsupported = match thread.interp().slot(&support::UNSUPPORTED_OPERATION) {
        Some(class) => class,
        None => {
            let name = thread.str("UnsupportedOperation")?;
            let bases = thread.tuple([OS_ERROR.as_ref().to_value(), VALUE_ERROR.as_ref().to_value()])?;
            let dict = thread.dict()?;
            let (key, home) = (thread.intern("__module__")?, thread.intern("io")?);
            protocol::set_item(thread, dict.as_ref(), key.as_ref(), home.as_ref())?;
            let arguments = [name.as_ref(), bases.as_ref(), dict.as_ref()];
            let class = protocol::call(thread, TYPE.as_ref(), &arguments)?;
            thread.interp().set_slot(&support::UNSUPPORTED_OPERATION, class.clone());
            class
        }
    };
    thread.module_add(module, "UnsupportedOperation", unsupported)?;
    thread.module_add(module, "BlockingIOError", BLOCKING_IO_ERROR.as_ref().to_value())?;
    for (name, ty) in TYPES {
        thread.module_add(module, name, ty.as_ref().to_value())?;
    }
    Ok(())
}

#[native(signature = "($self, /)", name = "__getstate__")]
fn getstate(thread: &mut Thread, this: Ref<'_>) -> Outcome<()> {
    let ty = this.ty().name().into_owned();
    Err(thread.type_error(format!("cannot pickle '{ty}' instances")))
}

/// The value that a flag of a C struct is set to.
fn flag_value(thread: &mut Thread, value: Option<Ref<'_>>) -> Outcome<bool> {
    match value {
        Some(value) if value.is(Ref::bool(true)) => Ok(true),
        Some(value) if value.is(Ref::bool(false)) => Ok(false),
        Some(_) => Err(thread.type_error("attribute value type must be bool")),
        None => Err(thread.type_error("can't delete numeric/char attribute")),
    }
}

/// A flag of `sys.flags`.
fn system_flag(thread: &mut Thread, name: &str) -> Outcome<bool> {
    let modules = thread.interp().modules().to_value();
    let key = thread.intern("sys")?;
    let Ok(sys) = protocol::get_item(thread, modules.as_ref(), key.as_ref()) else {
        drop(thread.take_exception());
        return Ok(false);
    };
    let Some(flags) = support::find_attribute(thread, sys.as_ref(), "flags")? else { return Ok(false) };
    match support::find_attribute(thread, flags.as_ref(), name)? {
        Some(flag) => protocol::is_true(thread, flag.as_ref()),
        None => Ok(false),
    }
}

fn is_dev_mode(thread: &mut Thread) -> bool {
    let on = system_flag(thread, "dev_mode");
    if on.is_err() {
        drop(thread.take_exception());
    }
    on == Ok(true)
}

/// Warns, if asked for, that an encoding was left out.
fn warn_default_encoding(thread: &mut Thread, stack_level: i64) -> Outcome<()> {
    if system_flag(thread, "warn_default_encoding")? {
        let message = "'encoding' argument not specified";
        thread.warn(&ENCODING_WARNING, message, stack_level)?;
    }
    Ok(())
}

/// The name of the locale's encoding, as `TextIOWrapper.encoding` shows it.
fn locale_encoding(thread: &mut Thread) -> Outcome {
    if system_flag(thread, "utf8_mode")? {
        return thread.intern("utf-8");
    }
    let host = &thread.interp().host;
    let of = |name: &str| host.variable(name.as_bytes()).filter(|value| !value.is_empty());
    let locale = of("LC_ALL").or_else(|| of("LC_CTYPE")).or_else(|| of("LANG")).unwrap_or_default();
    let locale = String::from_utf8_lossy(&locale).into_owned();
    let codeset = locale.split('.').nth(1).map(|rest| rest.split('@').next().unwrap_or(rest));
    match codeset {
        Some(codeset) if !codeset.to_ascii_lowercase().replace('-', "").eq("utf8") => {
            let codeset = codeset.to_ascii_uppercase();
            thread.str(&codeset)
        }
        _ => thread.intern("UTF-8"),
    }
}

/// The functions that other modules and the command line use to open streams.
pub use open::open as open_stream;
/// The types of the standard streams.
pub use {buffered::BUFFERED_READER, buffered::BUFFERED_WRITER, fileio::FILE_IO, text::TEXT_IO_WRAPPER};
