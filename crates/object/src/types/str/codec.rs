//! `encode` and `decode`: the codecs that are built in, and their errors.
//!
//! Answers for `PyUnicode_AsEncodedString` and `PyUnicode_Decode`.

use taipan_macros::native;
use taipan_text::codec::{
    self, ByteOrder, CodecError, DecodeHandler, EncodeHandler, ErrorHandler, Replacement,
};
use taipan_text::{Chars, CharsBuf};

use super::Str;
use crate::native::MethodDef;
use crate::thread::Thread;
use crate::types::bytes::{bytes_like, is_bytes_or_bytearray};
use crate::types::exception::{LOOKUP_ERROR, UNICODE_DECODE_ERROR, UNICODE_ENCODE_ERROR, unicode_error};
use crate::value::{Outcome, Raised, Ref};

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
    let bytes = encode_text(thread, this, encoding.as_deref().unwrap_or("utf-8"), errors.as_deref())?;
    thread.bytes_from(bytes)
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

/// A codec that is built in.
#[derive(Clone, Copy)]
enum Codec {
    Utf8,
    Utf7,
    Utf16(ByteOrder),
    Utf32(ByteOrder),
    Ascii,
    Latin1,
    UnicodeEscape,
    RawUnicodeEscape,
}

impl Codec {
    fn find(thread: &mut Thread, encoding: &str) -> Outcome<Codec> {
        let mut name = encoding.to_ascii_lowercase();
        name.retain(|c| c.is_ascii_alphanumeric() || !c.is_ascii());
        Ok(match &*name {
            "utf8" | "u8" | "utf" | "utf8ucs2" | "utf8ucs4" | "cp65001" => Codec::Utf8,
            "utf7" | "u7" | "unicode11utf7" => Codec::Utf7,
            "utf16" | "u16" => Codec::Utf16(ByteOrder::Marked),
            "utf16le" | "unicodelittleunmarked" => Codec::Utf16(ByteOrder::Little),
            "utf16be" | "unicodebigunmarked" => Codec::Utf16(ByteOrder::Big),
            "utf32" | "u32" => Codec::Utf32(ByteOrder::Marked),
            "utf32le" => Codec::Utf32(ByteOrder::Little),
            "utf32be" => Codec::Utf32(ByteOrder::Big),
            "ascii" | "usascii" | "646" | "us" | "iso646us" | "ansix341968" | "cp367" => Codec::Ascii,
            "latin1" | "iso88591" | "latin" | "l1" | "88591" | "cp819" | "ibm819" => Codec::Latin1,
            "unicodeescape" => Codec::UnicodeEscape,
            "rawunicodeescape" => Codec::RawUnicodeEscape,
            _ => {
                let message = format!("unknown encoding: {encoding}");
                return Err(thread.raise_new(&LOOKUP_ERROR, message));
            }
        })
    }
}

/// Decides about errors by the name of a handler, and raises for those that it does not accept.
struct Handler<'t, 'a> {
    thread: &'t mut Thread,
    name: &'a str,
    object: Ref<'a>,
}

impl Handler<'_, '_> {
    fn handler(&mut self) -> Outcome<ErrorHandler> {
        match ErrorHandler::from_name(self.name) {
            Some(handler) => Ok(handler),
            None => {
                let message = format!("unknown error handler name '{}'", self.name);
                Err(self.thread.raise_new(&LOOKUP_ERROR, message))
            }
        }
    }
}

impl DecodeHandler for Handler<'_, '_> {
    type Error = Raised;

    fn handle(&mut self, error: &CodecError, input: &[u8], out: &mut CharsBuf) -> Result<usize, Raised> {
        match self.handler()?.decode(error, input, out) {
            Some(resume) => Ok(resume),
            None => Err(unicode_error(self.thread, &UNICODE_DECODE_ERROR, error, self.object)),
        }
    }
}

impl EncodeHandler for Handler<'_, '_> {
    type Error = Raised;

    fn handle(&mut self, error: &CodecError, input: Chars<'_>) -> Result<Replacement, Raised> {
        let mut handler = self.handler()?;
        EncodeHandler::handle(&mut handler, error, input).map_err(|error| self.refuse(&error, input))
    }

    fn refuse(&mut self, error: &CodecError, _: Chars<'_>) -> Raised {
        unicode_error(self.thread, &UNICODE_ENCODE_ERROR, error, self.object)
    }
}

/// The string in an encoding.
pub fn encode_text(
    thread: &mut Thread,
    text: &Str,
    encoding: &str,
    errors: Option<&str>,
) -> Outcome<Vec<u8>> {
    let codec = Codec::find(thread, encoding)?;
    let worst = text.len().saturating_mul(4);
    thread.charge(worst)?;
    thread.heap().discharge(worst);
    let chars = text.chars();
    let handler = &mut Handler { thread, name: errors.unwrap_or("strict"), object: Ref::of(text) };
    match codec {
        Codec::Utf8 => codec::encode_utf8(chars, handler),
        Codec::Utf7 => Ok(codec::encode_utf7(chars)),
        Codec::Utf16(order) => codec::encode_utf16(chars, order, handler),
        Codec::Utf32(order) => codec::encode_utf32(chars, order, handler),
        Codec::Ascii => codec::encode_ascii(chars, handler),
        Codec::Latin1 => codec::encode_latin1(chars, handler),
        Codec::UnicodeEscape => Ok(codec::escape::encode_unicode_escape(chars)),
        Codec::RawUnicodeEscape => Ok(codec::escape::encode_raw_unicode_escape(chars)),
    }
}

/// The string that a bytes-like object spells in an encoding.
pub fn decode_object(thread: &mut Thread, object: Ref<'_>, encoding: &str, errors: Option<&str>) -> Outcome {
    if !is_bytes_or_bytearray(object) && object.ty().slots().buffer.is_none() {
        let ty = object.ty().name().into_owned();
        return Err(thread.type_error(format!("decoding to str: need a bytes-like object, {ty} found")));
    }
    let codec = Codec::find(thread, encoding)?;
    let input = bytes_like(thread, object)?.to_vec();
    let mut out = CharsBuf::new();
    let source = thread.bytes(&input)?;
    let handler = &mut Handler { thread, name: errors.unwrap_or("strict"), object: source.as_ref() };
    match codec {
        Codec::Utf8 => codec::decode_utf8(&input, true, &mut out, handler).map(drop)?,
        Codec::Utf7 => codec::decode_utf7(&input, true, &mut out, handler).map(drop)?,
        Codec::Utf16(mut order) => {
            codec::decode_utf16(&input, &mut order, true, &mut out, handler).map(drop)?;
        }
        Codec::Utf32(mut order) => {
            codec::decode_utf32(&input, &mut order, true, &mut out, handler).map(drop)?;
        }
        Codec::Ascii => codec::decode_ascii(&input, &mut out, handler)?,
        Codec::Latin1 => codec::decode_latin1(&input, &mut out),
        Codec::UnicodeEscape => {
            codec::escape::decode_unicode_escape(&input, true, &mut out, handler).map(drop)?;
        }
        Codec::RawUnicodeEscape => {
            codec::escape::decode_raw_unicode_escape(&input, true, &mut out, handler).map(drop)?;
        }
    }
    thread.str_from_buf(out)
}
