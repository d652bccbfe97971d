//! Codecs that map single characters, by a table or by whatever the caller asks.

use super::{CodecError, DecodeHandler, EncodeHandler, Replaced};
use crate::{Chars, CharsBuf};

const REASON: &str = "character maps to <undefined>";
/// What marks a byte without a character.
const UNDEFINED: u32 = 0xfffe;

/// What a byte stands for.
pub enum Mapped {
    /// Nothing.
    Undefined,
    /// A code point.
    Point(u32),
    /// More than one, or none.
    Text(CharsBuf),
}

/// Decodes by a mapping.
pub fn decode<H: DecodeHandler>(
    input: &[u8],
    mut map: impl FnMut(&mut H, u8) -> Result<Mapped, H::Error>,
    out: &mut CharsBuf,
    handler: &mut H,
) -> Result<(), H::Error> {
    let mut at = 0;
    while at < input.len() && !out.failed() {
        match map(handler, input[at])? {
            Mapped::Point(UNDEFINED) | Mapped::Undefined => {
                let error = CodecError { encoding: "charmap", start: at, end: at + 1, reason: REASON };
                at = handler.handle(&error, input, out)?;
                continue;
            }
            Mapped::Point(point) => out.push(point),
            Mapped::Text(text) => out.push_chars(text.as_chars()),
        }
        at += 1;
    }
    Ok(())
}

/// Decodes by a string, in which each byte's code point is.
pub fn decode_table<H: DecodeHandler>(
    input: &[u8],
    table: Chars<'_>,
    out: &mut CharsBuf,
    handler: &mut H,
) -> Result<(), H::Error> {
    let map = |_: &mut H, byte: u8| {
        let known = usize::from(byte) < table.len();
        Ok(if known { Mapped::Point(table.get(byte.into())) } else { Mapped::Undefined })
    };
    decode(input, map, out, handler)
}

/// Encodes by a mapping, which appends what a code point becomes, or says that it becomes nothing.
pub fn encode<H: EncodeHandler>(
    input: Chars<'_>,
    mut map: impl FnMut(&mut H, u32, &mut Vec<u8>) -> Result<bool, H::Error>,
    handler: &mut H,
) -> Result<Vec<u8>, H::Error> {
    let mut out = Vec::with_capacity(input.len());
    let mut at = 0;
    while at < input.len() {
        if map(handler, input.get(at), &mut out)? {
            at += 1;
            continue;
        }
        let mut end = at + 1;
        while end < input.len() && !map(handler, input.get(end), &mut Vec::new())? {
            end += 1;
        }
        let error = CodecError { encoding: "charmap", start: at, end, reason: REASON };
        let replacement = handler.handle(&error, input)?;
        match &replacement.replaced {
            Replaced::Bytes(bytes) => out.extend_from_slice(bytes),
            Replaced::Text(text) => {
                for point in text.as_chars().iter() {
                    if !map(handler, point, &mut out)? {
                        return Err(handler.refuse(&error, input));
                    }
                }
            }
        }
        at = replacement.resume;
    }
    Ok(out)
}
