//! UTF-8.

use super::{CodecError, DecodeHandler, EncodeHandler, ascii_replacement};
use crate::chars::Unit;
use crate::{Chars, CharsBuf, with_units};

/// Decodes UTF-8; the result is how many bytes were used.
pub fn decode_utf8<H: DecodeHandler>(
    input: &[u8],
    last: bool,
    out: &mut CharsBuf,
    handler: &mut H,
) -> Result<usize, H::Error> {
    if input.is_ascii() {
        out.push_bytes(input);
        return Ok(input.len());
    }
    let mut at = 0;
    while !out.failed() {
        let error = match std::str::from_utf8(&input[at..]) {
            Ok(text) => {
                out.push_str(text);
                return Ok(input.len());
            }
            Err(error) => error,
        };
        let valid = &input[at..at + error.valid_up_to()];
        out.push_str(std::str::from_utf8(valid).expect("it was found to be valid"));
        let start = at + error.valid_up_to();
        let (end, reason) = match error.error_len() {
            None if !last => return Ok(start),
            // The front of a surrogate, which a handler may want whole.
            Some(_) if !last && matches!(input[start..], [0xed, 0xa0..=0xbf]) => return Ok(start),
            None => (input.len(), "unexpected end of data"),
            Some(_) if matches!(input[start], 0x80..=0xc1 | 0xf5..) => (start + 1, "invalid start byte"),
            Some(length) => (start + length, "invalid continuation byte"),
        };
        at = handler.handle(&CodecError { encoding: "utf-8", start, end, reason }, input, out)?;
    }
    Ok(at)
}

/// Appends what is in front of the first surrogate, and tells how many units that were.
fn push_valid<T: Unit>(units: &[T], out: &mut Vec<u8>) -> usize {
    for (at, unit) in units.iter().enumerate() {
        let point = unit.point();
        let low = |shift: u32| 0x80 | (point >> shift & 0x3f) as u8;
        match point {
            0..0x80 => out.push(point as u8),
            0x80..0x800 => out.extend_from_slice(&[0xc0 | (point >> 6) as u8, low(0)]),
            0xd800..0xe000 => return at,
            0x800..0x1_0000 => out.extend_from_slice(&[0xe0 | (point >> 12) as u8, low(6), low(0)]),
            _ => out.extend_from_slice(&[0xf0 | (point >> 18) as u8, low(12), low(6), low(0)]),
        }
    }
    units.len()
}

/// Encodes as UTF-8.
pub fn encode_utf8<H: EncodeHandler>(input: Chars<'_>, handler: &mut H) -> Result<Vec<u8>, H::Error> {
    if let Chars::One(units) = input {
        if units.is_ascii() {
            return Ok(units.to_vec());
        }
        let mut out = Vec::with_capacity(units.len() + units.len() / 2);
        for &unit in units {
            if unit < 0x80 {
                out.push(unit);
            } else {
                out.extend_from_slice(&[0xc0 | unit >> 6, 0x80 | unit & 0x3f]);
            }
        }
        return Ok(out);
    }
    let mut out = Vec::with_capacity(input.len() * 3);
    let mut at = 0;
    while at < input.len() {
        at += with_units!(input, units => push_valid(&units[at..], &mut out));
        if at == input.len() {
            break;
        }
        let surrogates =
            input.slice(at..input.len()).iter().take_while(|p| (0xd800..0xe000).contains(p)).count();
        let reason = "surrogates not allowed";
        let error = CodecError { encoding: "utf-8", start: at, end: at + surrogates, reason };
        let replacement = handler.handle(&error, input)?;
        match ascii_replacement(&replacement.replaced) {
            Some(bytes) => out.extend_from_slice(bytes),
            None => return Err(handler.refuse(&error, input)),
        }
        at = replacement.resume;
    }
    Ok(out)
}
