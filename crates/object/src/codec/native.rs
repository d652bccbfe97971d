//! Encoding and decoding by the name of an encoding: the common codecs at once, all others through
//! the registry.

use taipan_text::CharsBuf;
use taipan_text::codec::{self, ByteOrder};

use super::handler::{Handler, decode_by};
use super::registry;
use crate::thread::Thread;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::{Bytes, bytes_like, is_bytes_or_bytearray};
use crate::types::exception::RUNTIME_WARNING;
use crate::types::str::Str;
use crate::value::{Outcome, Ref, Value};

/// A codec that needs no registry.
#[derive(Clone, Copy)]
enum Codec {
    Utf8,
    Utf16(ByteOrder),
    Utf32(ByteOrder),
    Ascii,
    Latin1,
    Utf7,
    UnicodeEscape,
    RawUnicodeEscape,
}

impl Codec {
    fn find(encoding: &str) -> Option<Codec> {
        if encoding == "utf-8" {
            return Some(Codec::Utf8);
        }
        Some(match &*registry::normalize(encoding) {
            "utf8" | "utf_8" => Codec::Utf8,
            "utf16" | "utf_16" => Codec::Utf16(ByteOrder::Marked),
            "utf32" | "utf_32" => Codec::Utf32(ByteOrder::Marked),
            "ascii" | "us_ascii" => Codec::Ascii,
            "latin1" | "latin_1" | "iso_8859_1" | "iso8859_1" => Codec::Latin1,
            _ => return None,
        })
    }

    /// One of those that the library's package `encodings` leads to, for programs without it.
    fn without_library(thread: &mut Thread, encoding: &str) -> Outcome<Option<Codec>> {
        let codec = match &*registry::normalize(encoding) {
            "u8" | "utf" => Codec::Utf8,
            "utf_7" | "utf7" | "u7" => Codec::Utf7,
            "u16" => Codec::Utf16(ByteOrder::Marked),
            "u32" => Codec::Utf32(ByteOrder::Marked),
            "646" | "us" => Codec::Ascii,
            "latin" | "l1" | "iso8859" | "8859" => Codec::Latin1,
            "utf_16_le" => Codec::Utf16(ByteOrder::Little),
            "utf_16_be" => Codec::Utf16(ByteOrder::Big),
            "utf_32_le" => Codec::Utf32(ByteOrder::Little),
            "utf_32_be" => Codec::Utf32(ByteOrder::Big),
            "unicode_escape" => Codec::UnicodeEscape,
            "raw_unicode_escape" => Codec::RawUnicodeEscape,
            _ => return Ok(None),
        };
        Ok(registry::is_empty(thread)?.then_some(codec))
    }
}

fn encode_natively(thread: &mut Thread, text: &Str, codec: Codec, errors: Option<&str>) -> Outcome<Vec<u8>> {
    let worst = text.len().saturating_mul(4);
    thread.charge(worst)?;
    thread.heap().discharge(worst);
    let chars = text.chars();
    let handler = &mut Handler::new(thread, errors, Some(Ref::of(text)));
    match codec {
        Codec::Utf8 => codec::encode_utf8(chars, handler),
        Codec::Utf16(order) => codec::encode_utf16(chars, order, handler),
        Codec::Utf32(order) => codec::encode_utf32(chars, order, handler),
        Codec::Ascii => codec::encode_ascii(chars, handler),
        Codec::Latin1 => codec::encode_latin1(chars, handler),
        Codec::Utf7 => Ok(codec::encode_utf7(chars)),
        Codec::UnicodeEscape => Ok(codec::escape::encode_unicode_escape(chars)),
        Codec::RawUnicodeEscape => Ok(codec::escape::encode_raw_unicode_escape(chars)),
    }
}

/// The string in an encoding, as Rust's bytes.
pub fn encode_text(
    thread: &mut Thread,
    text: &Str,
    encoding: &str,
    errors: Option<&str>,
) -> Outcome<Vec<u8>> {
    if let Some(codec) = Codec::find(encoding) {
        return encode_natively(thread, text, codec, errors);
    }
    let made = encode_object(thread, text, encoding, errors)?;
    Ok(made.downcast::<Bytes>().expect("checked by encode_object").content().to_vec())
}

/// `text.encode(encoding, errors)`
pub fn encode_object(thread: &mut Thread, text: &Str, encoding: &str, errors: Option<&str>) -> Outcome {
    if let Some(codec) = Codec::find(encoding) {
        let bytes = encode_natively(thread, text, codec, errors)?;
        return thread.bytes_from(bytes);
    }
    if let Some(codec) = Codec::without_library(thread, encoding)? {
        let bytes = encode_natively(thread, text, codec, errors)?;
        return thread.bytes_from(bytes);
    }
    let codec = registry::lookup_text_encoding(thread, encoding, "codecs.encode()")?;
    let made = registry::encode_with(thread, &codec, Ref::of(text), encoding, errors)?;
    if made.downcast::<Bytes>().is_some() {
        return Ok(made);
    }
    if let Some(array) = made.downcast::<ByteArray>() {
        let content = array.content(thread).to_vec();
        thread.warn(
            &RUNTIME_WARNING,
            &format!(
                "encoder {encoding} returned bytearray instead of bytes; use codecs.encode() to encode to arbitrary types"
            ),
            1,
        )?;
        return thread.bytes_from(content);
    }
    let ty = made.as_ref().ty().name().into_owned();
    Err(thread.type_error(format!(
        "'{encoding}' encoder returned '{ty}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types"
    )))
}

/// The string that a bytes-like object spells in an encoding.
pub fn decode_object(thread: &mut Thread, object: Ref<'_>, encoding: &str, errors: Option<&str>) -> Outcome {
    if !is_bytes_or_bytearray(object) && object.ty().slots().buffer.is_none() {
        let ty = object.ty().name().into_owned();
        return Err(thread.type_error(format!("decoding to str: need a bytes-like object, {ty} found")));
    }
    let codec = match Codec::find(encoding) {
        Some(codec) => codec,
        None => match Codec::without_library(thread, encoding)? {
            Some(codec) => codec,
            None => return decode_by_registry(thread, object, encoding, errors),
        },
    };
    let input = bytes_like(thread, object)?;
    if input.is_empty() {
        return thread.str("");
    }
    let mut out = CharsBuf::new();
    decode_by(thread, object, &input, errors, &mut out, |input, out, handler| {
        match codec {
            Codec::Utf8 => codec::decode_utf8(input, true, out, handler).map(drop)?,
            Codec::Utf16(mut order) => {
                codec::decode_utf16(input, &mut order, true, out, handler).map(drop)?
            }
            Codec::Utf32(mut order) => {
                codec::decode_utf32(input, &mut order, true, out, handler).map(drop)?
            }
            Codec::Utf7 => codec::decode_utf7(input, true, out, handler).map(drop)?,
            Codec::UnicodeEscape => {
                codec::escape::decode_unicode_escape(input, true, out, handler).map(drop)?;
            }
            Codec::RawUnicodeEscape => {
                codec::escape::decode_raw_unicode_escape(input, true, out, handler).map(drop)?;
            }
            Codec::Ascii => codec::decode_ascii(input, out, handler)?,
            Codec::Latin1 => codec::decode_latin1(input, out),
        }
        Ok(())
    })?;
    thread.str_from_buf(out)
}

fn decode_by_registry(thread: &mut Thread, object: Ref<'_>, encoding: &str, errors: Option<&str>) -> Outcome {
    let codec = registry::lookup_text_encoding(thread, encoding, "codecs.decode()")?;
    let made: Value = registry::decode_with(thread, &codec, object, encoding, errors)?;
    if made.downcast::<Str>().is_some() {
        return Ok(made);
    }
    let ty = made.as_ref().ty().name().into_owned();
    Err(thread.type_error(format!(
        "'{encoding}' decoder returned '{ty}' instead of 'str'; use codecs.decode() to decode to arbitrary types"
    )))
}
