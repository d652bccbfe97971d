//! What a hash object is fed with.

use std::borrow::Cow;
use std::fmt::Write;

use taipan_object::native::{Buffer, BufferFlags};
use taipan_object::types::bytes::Bytes;
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Ref, Thread};

/// The bytes of any object with a buffer; a string has none.
pub fn bytes<'a>(thread: &mut Thread, value: Ref<'a>) -> Outcome<Cow<'a, [u8]>> {
    if let Some(bytes) = value.downcast::<Bytes>() {
        return Ok(Cow::Borrowed(bytes.content()));
    }
    if value.downcast::<Str>().is_some() {
        return Err(thread.type_error("Strings must be encoded before hashing"));
    }
    if value.ty().slots().buffer.is_none() {
        return Err(thread.type_error("object supporting the buffer API required"));
    }
    let buffer = Buffer::of(thread, value, BufferFlags::SIMPLE)?;
    Ok(Cow::Owned(buffer.to_vec(thread)?))
}

/// What a constructor was given: `data`, or `string` as it was once called.
pub fn initial<'a>(
    thread: &mut Thread,
    data: Option<Ref<'a>>,
    string: Option<Ref<'a>>,
) -> Outcome<Cow<'a, [u8]>> {
    match (data, string.filter(|string| !string.is_none())) {
        (Some(_), Some(_)) => Err(thread.type_error(
            "'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated for removal in a future version.",
        )),
        (Some(value), None) | (None, Some(value)) => bytes(thread, value),
        (None, None) => Ok(Cow::Borrowed(&[])),
    }
}

/// Bytes in hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
