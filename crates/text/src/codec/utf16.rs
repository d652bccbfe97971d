//! UTF-16.

use super::{ByteOrder, CodecError, DecodeHandler, EncodeHandler, ascii_replacement};
use crate::{Chars, CharsBuf};

/// Decodes UTF-16. `order` becomes what a byte order mark tells; the result is how many bytes were
/// used.
pub fn decode_utf16<H: DecodeHandler>(
    input: &[u8],
    order: &mut ByteOrder,
    last: bool,
    out: &mut CharsBuf,
    handler: &mut H,
) -> Result<usize, H::Error> {
    let mut at = 0;
    if *order == ByteOrder::Marked {
        match input {
            [0xff, 0xfe, ..] => (*order, at) = (ByteOrder::Little, 2),
            [0xfe, 0xff, ..] => (*order, at) = (ByteOrder::Big, 2),
            _ => {}
        }
    }
    let big = order.or_native() == ByteOrder::Big;
    let encoding = if big { "utf-16-be" } else { "utf-16-le" };
    let unit = |at: usize| -> Option<u32> {
        let bytes = [*input.get(at)?, *input.get(at + 1)?];
        Some(if big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) }.into())
    };
    while at < input.len() && !out.failed() {
        let (end, reason) = match (unit(at), unit(at + 2)) {
            (Some(high @ 0xd800..0xdc00), Some(low @ 0xdc00..0xe000)) => {
                out.push(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00));
                at += 4;
                continue;
            }
            (Some(0xd800..0xdc00), Some(_)) => (at + 2, "illegal UTF-16 surrogate"),
            (Some(0xd800..0xdc00), None) if !last => return Ok(at),
            (Some(0xd800..0xdc00), None) => (input.len(), "unexpected end of data"),
            (Some(0xdc00..0xe000), _) => (at + 2, "illegal encoding"),
            (Some(point), _) => {
                out.push(point);
                at += 2;
                continue;
            }
            (None, _) if !last => return Ok(at),
            (None, _) => (input.len(), "truncated data"),
        };
        at = handler.handle(&CodecError { encoding, start: at, end, reason }, input, out)?;
    }
    Ok(at)
}

/// Encodes as UTF-16.
pub fn encode_utf16<H: EncodeHandler>(
    input: Chars<'_>,
    order: ByteOrder,
    handler: &mut H,
) -> Result<Vec<u8>, H::Error> {
    let big = order.or_native() == ByteOrder::Big;
    let encoding = match order {
        ByteOrder::Marked => "utf-16",
        ByteOrder::Little => "utf-16-le",
        ByteOrder::Big => "utf-16-be",
    };
    let push = |out: &mut Vec<u8>, unit: u32| {
        let unit = unit as u16;
        out.extend_from_slice(&if big { unit.to_be_bytes() } else { unit.to_le_bytes() });
    };
    let mut out = Vec::with_capacity(2 * input.len() + 2);
    if order == ByteOrder::Marked {
        push(&mut out, 0xfeff);
    }
    let mut at = 0;
    while at < input.len() {
        match input.get(at) {
            0xd800..0xe000 => {}
            point @ 0x1_0000.. => {
                push(&mut out, 0xd800 + ((point - 0x1_0000) >> 10));
                push(&mut out, 0xdc00 + (point & 0x3ff));
                at += 1;
                continue;
            }
            point => {
                push(&mut out, point);
                at += 1;
                continue;
            }
        }
        let error = CodecError { encoding, start: at, end: at + 1, reason: "surrogates not allowed" };
        let replacement = handler.handle(&error, input)?;
        match (&replacement.replaced, ascii_replacement(&replacement.replaced)) {
            (super::Replaced::Bytes(bytes), _) if bytes.len() % 2 == 0 => out.extend_from_slice(bytes),
            (super::Replaced::Text(_), Some(text)) => text.iter().for_each(|&b| push(&mut out, b.into())),
            _ => return Err(handler.refuse(&error, input)),
        }
        at = replacement.resume;
    }
    Ok(out)
}
