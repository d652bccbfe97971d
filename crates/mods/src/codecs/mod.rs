//! The module `_codecs`: the registry and the native codecs.
//!
//! Answers for CPython's `Modules/_codecsmodule.c`.

mod charmap;
mod decode;
mod encode;
mod registry;

use taipan_object::native::{FromArgument, ModuleDef};
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Ref, Thread, Value};

/// The module `_codecs`.
pub static CODECS: ModuleDef = ModuleDef {
    name: "_codecs",
    doc: None,
    functions: &[registry::FUNCTIONS, encode::FUNCTIONS, decode::FUNCTIONS, charmap::FUNCTIONS],
    exec: None,
};

/// The name of an error handler, or None.
struct ErrorsName(Option<String>);

impl<'a> FromArgument<'a> for ErrorsName {
    fn from_argument(
        thread: &mut Thread,
        value: Ref<'a>,
        function: &str,
        place: usize,
    ) -> Outcome<ErrorsName> {
        if value.is_none() {
            return Ok(ErrorsName(None));
        }
        match value.downcast::<Str>() {
            Some(name) => checked_name(thread, name).map(|name| ErrorsName(Some(name))),
            None => {
                let ty = value.ty().name().into_owned();
                let message = format!("{function}() argument {place} must be str or None, not {ty}");
                Err(thread.type_error(message))
            }
        }
    }
}

/// A name of an encoding or of an error handler.
struct CodecName(String);

impl<'a> FromArgument<'a> for CodecName {
    fn from_argument(
        thread: &mut Thread,
        value: Ref<'a>,
        function: &str,
        place: usize,
    ) -> Outcome<CodecName> {
        let name = <&Str>::from_argument(thread, value, function, place)?;
        checked_name(thread, name).map(CodecName)
    }

    fn from_named_argument(
        thread: &mut Thread,
        value: Ref<'a>,
        function: &str,
        name: &str,
        place: usize,
    ) -> Outcome<CodecName> {
        let name = <&Str>::from_named_argument(thread, value, function, name, place)?;
        checked_name(thread, name).map(CodecName)
    }
}

fn checked_name(thread: &mut Thread, name: &Str) -> Outcome<String> {
    if name.chars().iter().any(|point| point == 0) {
        return Err(thread.value_error("embedded null character"));
    }
    Ok(name.to_string_lossy().into_owned())
}

/// The pair that most functions answer: what was made, and of how much.
fn with_length(thread: &mut Thread, made: Value, length: usize) -> Outcome {
    let length = thread.int(length as i128)?;
    thread.tuple([made, length])
}
