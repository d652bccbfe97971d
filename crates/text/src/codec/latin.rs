//! ASCII and Latin-1.

use super::{CodecError, DecodeHandler, EncodeHandler, Replaced};
use crate::{Chars, CharsBuf};

/// Decodes ASCII.
pub fn decode_ascii<H: DecodeHandler>(
    input: &[u8],
    out: &mut CharsBuf,
    handler: &mut H,
) -> Result<(), H::Error> {
    let mut at = 0;
    while at < input.len() && !out.failed() {
        let good = input[at..].iter().position(|byte| !byte.is_ascii()).unwrap_or(input.len() - at);
        out.push_bytes(&input[at..at + good]);
        at += good;
        if at < input.len() {
            let reason = "ordinal not in range(128)";
            let error = CodecError { encoding: "ascii", start: at, end: at + 1, reason };
            at = handler.handle(&error, input, out)?;
        }
    }
    Ok(())
}

/// Decodes Latin-1, which all bytes are.
pub fn decode_latin1(input: &[u8], out: &mut CharsBuf) {
    out.push_bytes(input);
}

/// Encodes as ASCII.
pub fn encode_ascii<H: EncodeHandler>(input: Chars<'_>, handler: &mut H) -> Result<Vec<u8>, H::Error> {
    encode(input, 0x80, "ascii", "ordinal not in range(128)", handler)
}

/// Encodes as Latin-1.
pub fn encode_latin1<H: EncodeHandler>(input: Chars<'_>, handler: &mut H) -> Result<Vec<u8>, H::Error> {
    encode(input, 0x100, "latin-1", "ordinal not in range(256)", handler)
}

fn encode<H: EncodeHandler>(
    input: Chars<'_>,
    limit: u32,
    encoding: &'static str,
    reason: &'static str,
    handler: &mut H,
) -> Result<Vec<u8>, H::Error> {
    if let Chars::One(units) = input
        && (limit == 0x100 || units.is_ascii())
    {
        return Ok(units.to_vec());
    }
    let mut out = Vec::with_capacity(input.len());
    let mut at = 0;
    while at < input.len() {
        let point = input.get(at);
        if point < limit {
            out.push(point as u8);
            at += 1;
            continue;
        }
        let end = (at + 1..input.len()).find(|&i| input.get(i) < limit).unwrap_or(input.len());
        let error = CodecError { encoding, start: at, end, reason };
        let replacement = handler.handle(&error, input)?;
        match &replacement.replaced {
            Replaced::Bytes(bytes) => out.extend_from_slice(bytes),
            Replaced::Text(text) => {
                if text.as_chars().iter().any(|p| p >= limit) {
                    return Err(handler.refuse(&error, input));
                }
                out.extend(text.as_chars().iter().map(|p| p as u8));
            }
        }
        at = replacement.resume;
    }
    Ok(out)
}
