//! `str.encode`, and the arguments that name codecs.

use taipan_macros::native;

use super::Str;
use crate::codec::encode_object;
use crate::native::MethodDef;
use crate::thread::Thread;
use crate::value::{Outcome, Ref};

pub use crate::codec::{decode_object, encode_text};

pub(super) const METHODS: &[MethodDef] = &[ENCODE];

/// Encode the string using the codec registered for encoding.
///
///   encoding
///     The encoding in which to encode the string.
///   errors
///     The error handling scheme to use for encoding errors.
///     The default is 'strict' meaning that encoding errors raise a
///     UnicodeEncodeError.  Other possible values are 'ignore', 'replace'
///     and 'xmlcharrefreplace' as well as any other name registered with
///     codecs.register_error that can handle UnicodeEncodeErrors.
#[native(signature = "($self, /, encoding='utf-8', errors='strict')")]
fn encode(thread: &mut Thread, this: &Str, encoding: Option<Ref<'_>>, errors: Option<Ref<'_>>) -> Outcome {
    let encoding = name_argument(thread, "encode", "encoding", encoding)?;
    let errors = name_argument(thread, "encode", "errors", errors)?;
    encode_object(thread, this, encoding.as_deref().unwrap_or("utf-8"), errors.as_deref())
}

/// The name of an encoding or of an error handler, given as an argument.
pub fn name_argument(
    thread: &mut Thread,
    function: &str,
    argument: &str,
    value: Option<Ref<'_>>,
) -> Outcome<Option<String>> {
    let Some(value) = value else { return Ok(None) };
    let Some(text) = value.downcast::<Str>() else {
        let ty = if value.is_none() { "None".into() } else { value.ty().name() };
        let message = format!("{function}() argument '{argument}' must be str, not {ty}");
        return Err(thread.type_error(message));
    };
    if text.chars().iter().any(|point| point == 0) {
        return Err(thread.value_error("embedded null character"));
    }
    Ok(Some(text.to_string_lossy().into_owned()))
}
