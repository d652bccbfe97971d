//! UTF-32.

use super::{ByteOrder, CodecError, DecodeHandler, EncodeHandler, Replaced, ascii_replacement};
use crate::{Chars, CharsBuf};

/// Decodes UTF-32. `order` becomes what a byte order mark tells; the result is how many bytes were
/// used.
pub fn decode_utf32<H: DecodeHandler>(
    input: &[u8],
    order: &mut ByteOrder,
    last: bool,
    out: &mut CharsBuf,
    handler: &mut H,
) -> Result<usize, H::Error> {
    let mut at = 0;
    if *order == ByteOrder::Marked {
        match input {
            [0xff, 0xfe, 0, 0, ..] => (*order, at) = (ByteOrder::Little, 4),
            [0, 0, 0xfe, 0xff, ..] => (*order, at) = (ByteOrder::Big, 4),
            _ => {}
        }
    }
    let big = order.or_native() == ByteOrder::Big;
    let encoding = if big { "utf-32-be" } else { "utf-32-le" };
    while at < input.len() && !out.failed() {
        let (end, reason) = match input[at..].first_chunk() {
            None if !last => return Ok(at),
            None => (input.len(), "truncated data"),
            Some(&bytes) => match if big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) } {
                0xd800..0xe000 => (at + 4, "code point in surrogate code point range(0xd800, 0xe000)"),
                0x11_0000.. => (at + 4, "code point not in range(0x110000)"),
                point => {
                    out.push(point);
                    at += 4;
                    continue;
                }
            },
        };
        at = handler.handle(&CodecError { encoding, start: at, end, reason }, input, out)?;
    }
    Ok(at)
}

/// Encodes as UTF-32.
pub fn encode_utf32<H: EncodeHandler>(
    input: Chars<'_>,
    order: ByteOrder,
    handler: &mut H,
) -> Result<Vec<u8>, H::Error> {
    let big = order.or_native() == ByteOrder::Big;
    let encoding = match order {
        ByteOrder::Marked => "utf-32",
        ByteOrder::Little => "utf-32-le",
        ByteOrder::Big => "utf-32-be",
    };
    let push = |out: &mut Vec<u8>, point: u32| {
        out.extend_from_slice(&if big { point.to_be_bytes() } else { point.to_le_bytes() });
    };
    let mut out = Vec::with_capacity(4 * input.len() + 4);
    if order == ByteOrder::Marked {
        push(&mut out, 0xfeff);
    }
    let mut at = 0;
    while at < input.len() {
        let point = input.get(at);
        if !(0xd800..0xe000).contains(&point) {
            push(&mut out, point);
            at += 1;
            continue;
        }
        let error = CodecError { encoding, start: at, end: at + 1, reason: "surrogates not allowed" };
        let replacement = handler.handle(&error, input)?;
        match (&replacement.replaced, ascii_replacement(&replacement.replaced)) {
            (Replaced::Bytes(bytes), _) if bytes.len() % 4 == 0 => out.extend_from_slice(bytes),
            (Replaced::Text(_), Some(text)) => text.iter().for_each(|&b| push(&mut out, b.into())),
            _ => return Err(handler.refuse(&error, input)),
        }
        at = replacement.resume;
    }
    Ok(out)
}
