//! Encoding: the functions of `_codecs` that make bytes of strings.

use taipan_macros::native;
use taipan_object::codec::Handler;
use taipan_object::native::MethodDef;
use taipan_object::types::bytes::{Bytes, bytes_like};
use taipan_object::types::str::{Chars, Str};
use taipan_object::{Outcome, Ref, Thread};
use taipan_text::codec::{self, ByteOrder, escape};

use super::{ErrorsName, with_length};

pub(super) const FUNCTIONS: &[MethodDef] = &[
    READBUFFER_ENCODE,
    ESCAPE_ENCODE,
    UTF_16_ENCODE,
    UTF_32_ENCODE,
    UTF_8_ENCODE,
    UTF_16_LE_ENCODE,
    UTF_16_BE_ENCODE,
    UTF_32_LE_ENCODE,
    UTF_32_BE_ENCODE,
    ASCII_ENCODE,
    LATIN_1_ENCODE,
    UTF_7_ENCODE,
    UNICODE_ESCAPE_ENCODE,
    RAW_UNICODE_ESCAPE_ENCODE,
];

type Encode = fn(Chars<'_>, &mut Handler<'_, '_>) -> Outcome<Vec<u8>>;

/// The bytes, and how many characters they stand for.
fn encoded(thread: &mut Thread, text: &Str, errors: Option<ErrorsName>, encode: Encode) -> Outcome {
    let errors = errors.and_then(|errors| errors.0);
    let worst = text.len().saturating_mul(4);
    thread.charge(worst)?;
    thread.heap().discharge(worst);
    let bytes = encode(text.chars(), &mut Handler::new(thread, errors.as_deref(), Some(Ref::of(text))))?;
    let bytes = thread.bytes_from(bytes)?;
    with_length(thread, bytes, text.len())
}

/// From the argument `byteorder`: negative little, positive big, 0 the machine's with a mark.
fn byte_order(order: Option<i32>) -> ByteOrder {
    match order.unwrap_or(0) {
        0 => ByteOrder::Marked,
        ..0 => ByteOrder::Little,
        _ => ByteOrder::Big,
    }
}

#[native(signature = "($module, data, errors=None, /)")]
fn readbuffer_encode(thread: &mut Thread, data: Ref<'_>, _errors: Option<ErrorsName>) -> Outcome {
    let content = match data.downcast::<Str>() {
        Some(text) => text.to_text().into_bytes(),
        None => bytes_like(thread, data)?.into_owned(),
    };
    let length = content.len();
    let bytes = thread.bytes_from(content)?;
    with_length(thread, bytes, length)
}

#[native(signature = "($module, data, errors=None, /)")]
fn escape_encode(thread: &mut Thread, data: &Bytes, _errors: Option<ErrorsName>) -> Outcome {
    let text = escape::encode_bytes_escape(data.content());
    let bytes = thread.bytes(text.as_bytes())?;
    with_length(thread, bytes, data.content().len())
}

#[native(signature = "($module, str, errors=None, byteorder=0, /)")]
fn utf_16_encode(
    thread: &mut Thread,
    text: &Str,
    errors: Option<ErrorsName>,
    byteorder: Option<i32>,
) -> Outcome {
    encoded(
        thread,
        text,
        errors,
        match byte_order(byteorder) {
            ByteOrder::Marked => |chars, handler| codec::encode_utf16(chars, ByteOrder::Marked, handler),
            ByteOrder::Little => |chars, handler| codec::encode_utf16(chars, ByteOrder::Little, handler),
            ByteOrder::Big => |chars, handler| codec::encode_utf16(chars, ByteOrder::Big, handler),
        },
    )
}

#[native(signature = "($module, str, errors=None, byteorder=0, /)")]
fn utf_32_encode(
    thread: &mut Thread,
    text: &Str,
    errors: Option<ErrorsName>,
    byteorder: Option<i32>,
) -> Outcome {
    encoded(
        thread,
        text,
        errors,
        match byte_order(byteorder) {
            ByteOrder::Marked => |chars, handler| codec::encode_utf32(chars, ByteOrder::Marked, handler),
            ByteOrder::Little => |chars, handler| codec::encode_utf32(chars, ByteOrder::Little, handler),
            ByteOrder::Big => |chars, handler| codec::encode_utf32(chars, ByteOrder::Big, handler),
        },
    )
}

/// Functions that take a string and the name of an error handler.
macro_rules! encoders {
    ($($name:ident |$chars:ident, $handler:ident| $encode:expr;)*) => {$(
        #[native(signature = "($module, str, errors=None, /)")]
        fn $name(thread: &mut Thread, text: &Str, errors: Option<ErrorsName>) -> Outcome {
            encoded(thread, text, errors, |$chars, $handler| $encode)
        }
    )*};
}

encoders! {
    utf_8_encode |chars, handler| codec::encode_utf8(chars, handler);
    utf_16_le_encode |chars, handler| codec::encode_utf16(chars, ByteOrder::Little, handler);
    utf_16_be_encode |chars, handler| codec::encode_utf16(chars, ByteOrder::Big, handler);
    utf_32_le_encode |chars, handler| codec::encode_utf32(chars, ByteOrder::Little, handler);
    utf_32_be_encode |chars, handler| codec::encode_utf32(chars, ByteOrder::Big, handler);
    ascii_encode |chars, handler| codec::encode_ascii(chars, handler);
    latin_1_encode |chars, handler| codec::encode_latin1(chars, handler);
    utf_7_encode |chars, _handler| Ok(codec::encode_utf7(chars));
    unicode_escape_encode |chars, _handler| Ok(escape::encode_unicode_escape(chars));
    raw_unicode_escape_encode |chars, _handler| Ok(escape::encode_raw_unicode_escape(chars));
}
