//! Decoding: the functions of `_codecs` that make strings of bytes.

use std::borrow::Cow;

use taipan_macros::native;
use taipan_object::codec::{Handler, decode_by};
use taipan_object::native::MethodDef;
use taipan_object::types::bytes::bytes_like;
use taipan_object::types::exception::DEPRECATION_WARNING;
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Ref, Thread, Value};
use taipan_text::CharsBuf;
use taipan_text::codec::escape::{self, BytesErrors, InvalidEscape};
use taipan_text::codec::{self, ByteOrder};

use super::{ErrorsName, with_length};

pub(super) const FUNCTIONS: &[MethodDef] = &[
    UTF_7_DECODE,
    UTF_8_DECODE,
    UTF_16_DECODE,
    UTF_16_LE_DECODE,
    UTF_16_BE_DECODE,
    UTF_16_EX_DECODE,
    UTF_32_DECODE,
    UTF_32_LE_DECODE,
    UTF_32_BE_DECODE,
    UTF_32_EX_DECODE,
    ASCII_DECODE,
    LATIN_1_DECODE,
    UNICODE_ESCAPE_DECODE,
    RAW_UNICODE_ESCAPE_DECODE,
    ESCAPE_DECODE,
];

/// Decodes; the result is how many bytes were used.
type Decode<T = usize> = fn(&[u8], bool, &mut CharsBuf, &mut Handler<'_, '_>) -> Outcome<T>;

fn decoded<T>(
    thread: &mut Thread,
    data: Ref<'_>,
    input: &[u8],
    errors: Option<ErrorsName>,
    last: bool,
    decode: Decode<T>,
) -> Outcome<(Value, T)> {
    let errors = errors.and_then(|errors| errors.0);
    let mut out = CharsBuf::new();
    let used = decode_by(thread, data, input, errors.as_deref(), &mut out, |input, out, handler| {
        decode(input, last, out, handler)
    })?;
    Ok((thread.str_from_buf(out)?, used))
}

/// Functions that take bytes, the name of an error handler, and whether no more bytes follow.
macro_rules! decoders {
    ($($name:ident $decode:expr;)*) => {$(
        #[native(signature = "($module, data, errors=None, final=False, /)")]
        fn $name(
            thread: &mut Thread,
            data: Ref<'_>,
            errors: Option<ErrorsName>,
            last: Option<bool>,
        ) -> Outcome {
            let input = bytes_like(thread, data)?;
            let (text, used) = decoded(thread, data, &input, errors, last.unwrap_or(false), $decode)?;
            with_length(thread, text, used)
        }
    )*};
}

decoders! {
    utf_7_decode |input, last, out, handler| codec::decode_utf7(input, last, out, handler);
    utf_8_decode |input, last, out, handler| codec::decode_utf8(input, last, out, handler);
    utf_16_decode |input, last, out, handler| {
        codec::decode_utf16(input, &mut ByteOrder::Marked, last, out, handler)
    };
    utf_16_le_decode |input, last, out, handler| {
        codec::decode_utf16(input, &mut ByteOrder::Little, last, out, handler)
    };
    utf_16_be_decode |input, last, out, handler| {
        codec::decode_utf16(input, &mut ByteOrder::Big, last, out, handler)
    };
    utf_32_decode |input, last, out, handler| {
        codec::decode_utf32(input, &mut ByteOrder::Marked, last, out, handler)
    };
    utf_32_le_decode |input, last, out, handler| {
        codec::decode_utf32(input, &mut ByteOrder::Little, last, out, handler)
    };
    utf_32_be_decode |input, last, out, handler| {
        codec::decode_utf32(input, &mut ByteOrder::Big, last, out, handler)
    };
}

/// From the argument `byteorder`.
fn byte_order(order: Option<i32>) -> ByteOrder {
    match order.unwrap_or(0) {
        0 => ByteOrder::Marked,
        ..0 => ByteOrder::Little,
        _ => ByteOrder::Big,
    }
}

/// Text, bytes used, and the byte order that a mark told.
fn with_order(thread: &mut Thread, text: Value, used: usize, order: ByteOrder) -> Outcome {
    let used = thread.int(used as i128)?;
    let order = Value::small_int(match order {
        ByteOrder::Marked => 0,
        ByteOrder::Little => -1,
        ByteOrder::Big => 1,
    });
    thread.tuple([text, used, order])
}

#[native(signature = "($module, data, errors=None, byteorder=0, final=False,\n                 /)")]
fn utf_16_ex_decode(
    thread: &mut Thread,
    data: Ref<'_>,
    errors: Option<ErrorsName>,
    byteorder: Option<i32>,
    last: Option<bool>,
) -> Outcome {
    let input = bytes_like(thread, data)?;
    let mut order = byte_order(byteorder);
    let errors = errors.and_then(|errors| errors.0);
    let mut out = CharsBuf::new();
    let handler = &mut Handler::new(thread, errors.as_deref(), Some(data));
    let used = codec::decode_utf16(&input, &mut order, last.unwrap_or(false), &mut out, handler)?;
    let text = thread.str_from_buf(out)?;
    with_order(thread, text, used, order)
}

#[native(signature = "($module, data, errors=None, byteorder=0, final=False,\n                 /)")]
fn utf_32_ex_decode(
    thread: &mut Thread,
    data: Ref<'_>,
    errors: Option<ErrorsName>,
    byteorder: Option<i32>,
    last: Option<bool>,
) -> Outcome {
    let input = bytes_like(thread, data)?;
    let mut order = byte_order(byteorder);
    let errors = errors.and_then(|errors| errors.0);
    let mut out = CharsBuf::new();
    let handler = &mut Handler::new(thread, errors.as_deref(), Some(data));
    let used = codec::decode_utf32(&input, &mut order, last.unwrap_or(false), &mut out, handler)?;
    let text = thread.str_from_buf(out)?;
    with_order(thread, text, used, order)
}

#[native(signature = "($module, data, errors=None, /)")]
fn ascii_decode(thread: &mut Thread, data: Ref<'_>, errors: Option<ErrorsName>) -> Outcome {
    let input = bytes_like(thread, data)?;
    let (text, ()) = decoded(thread, data, &input, errors, true, |input, _, out, handler| {
        codec::decode_ascii(input, out, handler)
    })?;
    with_length(thread, text, input.len())
}

#[native(signature = "($module, data, errors=None, /)")]
fn latin_1_decode(thread: &mut Thread, data: Ref<'_>, errors: Option<ErrorsName>) -> Outcome {
    let input = bytes_like(thread, data)?;
    let (text, ()) = decoded(thread, data, &input, errors, true, |input, _, out, _| {
        codec::decode_latin1(input, out);
        Ok(())
    })?;
    with_length(thread, text, input.len())
}

/// Bytes, or the UTF-8 of a string.
fn text_or_bytes<'a>(thread: &mut Thread, data: Ref<'a>) -> Outcome<Cow<'a, [u8]>> {
    match data.downcast::<Str>() {
        Some(text) => match text.as_ascii() {
            Some(ascii) => Ok(Cow::Borrowed(ascii.as_bytes())),
            None => taipan_object::codec::encode_text(thread, text, "utf-8", None).map(Cow::Owned),
        },
        None => bytes_like(thread, data),
    }
}

#[native(signature = "($module, data, errors=None, final=True, /)")]
fn unicode_escape_decode(
    thread: &mut Thread,
    data: Ref<'_>,
    errors: Option<ErrorsName>,
    last: Option<bool>,
) -> Outcome {
    let input = text_or_bytes(thread, data)?;
    let last = last.unwrap_or(true);
    let (text, (used, invalid)) =
        decoded(thread, data, &input, errors, last, |input, last, out, handler| {
            escape::decode_unicode_escape(input, last, out, handler)
        })?;
    warn_of_escape(thread, invalid, "")?;
    with_length(thread, text, used)
}

#[native(signature = "($module, data, errors=None, final=True, /)")]
fn raw_unicode_escape_decode(
    thread: &mut Thread,
    data: Ref<'_>,
    errors: Option<ErrorsName>,
    last: Option<bool>,
) -> Outcome {
    let input = text_or_bytes(thread, data)?;
    let last = last.unwrap_or(true);
    let (text, used) = decoded(thread, data, &input, errors, last, |input, last, out, handler| {
        escape::decode_raw_unicode_escape(input, last, out, handler)
    })?;
    with_length(thread, text, used)
}

#[native(signature = "($module, data, errors=None, /)")]
fn escape_decode(thread: &mut Thread, data: Ref<'_>, errors: Option<ErrorsName>) -> Outcome {
    let input = text_or_bytes(thread, data)?;
    let errors = match errors.and_then(|errors| errors.0).as_deref() {
        None | Some("strict") => BytesErrors::Strict,
        Some("replace") => BytesErrors::Replace,
        Some("ignore") => BytesErrors::Ignore,
        Some(other) => {
            let message = format!("decoding error; unknown error handling code: {other}");
            return match escape::decode_bytes_escape(&input, BytesErrors::Strict) {
                Err(escape::BytesEscapeError::InvalidHex { .. }) => Err(thread.value_error(message)),
                Err(error) => Err(thread.value_error(error.to_string())),
                Ok((bytes, invalid)) => finish_escape(thread, bytes, invalid, input.len()),
            };
        }
    };
    match escape::decode_bytes_escape(&input, errors) {
        Ok((bytes, invalid)) => finish_escape(thread, bytes, invalid, input.len()),
        Err(error) => Err(thread.value_error(error.to_string())),
    }
}

fn finish_escape(
    thread: &mut Thread,
    bytes: Vec<u8>,
    invalid: Option<InvalidEscape>,
    length: usize,
) -> Outcome {
    warn_of_escape(thread, invalid, "b")?;
    let bytes = thread.bytes_from(bytes)?;
    with_length(thread, bytes, length)
}

/// Warns of the first escape that is none.
fn warn_of_escape(thread: &mut Thread, invalid: Option<InvalidEscape>, prefix: &str) -> Outcome<()> {
    let escape = match invalid {
        None => return Ok(()),
        Some(InvalidEscape::Letter { letter, .. }) => {
            format!("{prefix}\"\\{}\" is an invalid escape sequence.", char::from(letter))
        }
        Some(InvalidEscape::Octal { value, .. }) => {
            format!("{prefix}\"\\{value:o}\" is an invalid octal escape sequence.")
        }
    };
    let message = format!("{escape} Such sequences will not work in the future. ");
    thread.warn(&DEPRECATION_WARNING, &message, 1)
}
