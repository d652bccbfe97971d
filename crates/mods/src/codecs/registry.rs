//! The functions of `_codecs` that register and look up.

use taipan_macros::native;
use taipan_object::codec;
use taipan_object::native::MethodDef;
use taipan_object::{Outcome, Ref, Thread};

use super::CodecName;

pub(super) const FUNCTIONS: &[MethodDef] =
    &[REGISTER, UNREGISTER, LOOKUP, ENCODE, DECODE, REGISTER_ERROR, _UNREGISTER_ERROR, LOOKUP_ERROR];

/// Register a codec search function.
///
/// Search functions are expected to take one argument, the encoding
/// name in all lower case letters, and either return None, or a tuple
/// of functions (encoder, decoder, stream_reader, stream_writer) (or
/// a CodecInfo object).
#[native(signature = "($module, search_function, /)")]
fn register(thread: &mut Thread, search_function: Ref<'_>) -> Outcome<()> {
    codec::register(thread, search_function)
}

/// Unregister a codec search function and clear the registry's cache.
///
/// If the search function is not registered, do nothing.
#[native(signature = "($module, search_function, /)")]
fn unregister(thread: &mut Thread, search_function: Ref<'_>) -> Outcome<()> {
    codec::unregister(thread, search_function)
}

/// Looks up a codec tuple in the Python codec registry and returns a CodecInfo object.
#[native(signature = "($module, encoding, /)")]
fn lookup(thread: &mut Thread, encoding: CodecName) -> Outcome {
    codec::lookup(thread, &encoding.0)
}

/// Encodes obj using the codec registered for encoding.
///
/// The default encoding is 'utf-8'.  errors may be given to set a
/// different error handling scheme.  Default is 'strict' meaning that
/// encoding errors raise a ValueError.  Other possible values are 'ignore',
/// 'replace' and 'backslashreplace' as well as any other name registered
/// with codecs.register_error that can handle ValueErrors.
#[native(signature = "($module, /, obj, encoding='utf-8', errors='strict')")]
fn encode(
    thread: &mut Thread,
    obj: Ref<'_>,
    encoding: Option<CodecName>,
    errors: Option<CodecName>,
) -> Outcome {
    let encoding = encoding.map_or("utf-8".to_owned(), |encoding| encoding.0);
    codec::encode(thread, obj, &encoding, errors.as_ref().map(|errors| errors.0.as_str()))
}

/// Decodes obj using the codec registered for encoding.
///
/// Default encoding is 'utf-8'.  errors may be given to set a
/// different error handling scheme.  Default is 'strict' meaning that
/// encoding errors raise a ValueError.  Other possible values are 'ignore',
/// 'replace' and 'backslashreplace' as well as any other name registered
/// with codecs.register_error that can handle ValueErrors.
#[native(signature = "($module, /, obj, encoding='utf-8', errors='strict')")]
fn decode(
    thread: &mut Thread,
    obj: Ref<'_>,
    encoding: Option<CodecName>,
    errors: Option<CodecName>,
) -> Outcome {
    let encoding = encoding.map_or("utf-8".to_owned(), |encoding| encoding.0);
    codec::decode(thread, obj, &encoding, errors.as_ref().map(|errors| errors.0.as_str()))
}

/// Register the specified error handler under the name errors.
///
/// handler must be a callable object, that will be called with an exception
/// instance containing information about the location of the
/// encoding/decoding error and must return a (replacement, new position)
/// tuple.
#[native(signature = "($module, errors, handler, /)")]
fn register_error(thread: &mut Thread, errors: CodecName, handler: Ref<'_>) -> Outcome<()> {
    codec::register_error(thread, &errors.0, handler)
}

/// Un-register the specified error handler for the error handling `errors'.
///
/// Only custom error handlers can be un-registered. An exception is raised
/// if the error handling is a built-in one (e.g., 'strict'), or if an error
/// occurs.
///
/// Otherwise, this returns True if a custom handler has been successfully
/// un-registered, and False if no custom handler for the specified error
/// handling exists.
#[native(signature = "($module, errors, /)")]
fn _unregister_error(thread: &mut Thread, errors: CodecName) -> Outcome<bool> {
    codec::unregister_error(thread, &errors.0)
}

/// lookup_error(errors) -> handler
///
/// Return the error handler for the specified error handling name or raise
/// a LookupError, if no handler exists under this name.
#[native(signature = "($module, name, /)")]
fn lookup_error(thread: &mut Thread, name: CodecName) -> Outcome {
    codec::lookup_error(thread, &name.0)
}
