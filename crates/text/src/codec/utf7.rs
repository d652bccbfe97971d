//! UTF-7 (RFC 2152).

use super::{CodecError, DecodeHandler};
use crate::{Chars, CharsBuf};

fn from_base64(byte: u8) -> Option<u32> {
    Some(
        match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        }
        .into(),
    )
}

fn to_base64(value: u32) -> u8 {
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[(value & 0x3f) as usize]
}

/// A section in base 64 while it is read.
#[derive(Default)]
struct Shift {
    buffer: u32,
    bits: u32,
    /// A high surrogate that waits for its low one; 0 is none.
    surrogate: u32,
}

impl Shift {
    /// Takes six bits.
    fn push(&mut self, value: u32, out: &mut CharsBuf) {
        self.buffer = self.buffer << 6 | value;
        self.bits += 6;
        if self.bits < 16 {
            return;
        }
        self.bits -= 16;
        let unit = self.buffer >> self.bits;
        self.buffer &= (1 << self.bits) - 1;
        if self.surrogate != 0 {
            let high = std::mem::take(&mut self.surrogate);
            if (0xdc00..0xe000).contains(&unit) {
                out.push(0x1_0000 + ((high - 0xd800) << 10) + (unit - 0xdc00));
                return;
            }
            out.push(high);
        }
        if (0xd800..0xdc00).contains(&unit) {
            self.surrogate = unit;
        } else {
            out.push(unit);
        }
    }

    /// What is wrong with the bits left over.
    fn rest(&self) -> Option<&'static str> {
        match self.bits {
            0 => None,
            6.. => Some("partial character in shift sequence"),
            _ if self.buffer != 0 => Some("non-zero padding bits in shift sequence"),
            _ => None,
        }
    }
}

/// Decodes UTF-7; the result is how many bytes were used.
pub fn decode_utf7<H: DecodeHandler>(
    input: &[u8],
    last: bool,
    out: &mut CharsBuf,
    handler: &mut H,
) -> Result<usize, H::Error> {
    let mut at = 0;
    // Where the latest section or error starts.
    let mut start = 0;
    let mut shift: Option<Shift> = None;
    // How much had been decoded when the section began.
    let mut before = 0;
    loop {
        while at < input.len() && !out.failed() {
            let byte = input[at];
            let mut reason = None;
            if let Some(section) = &mut shift {
                if let Some(value) = from_base64(byte) {
                    section.push(value, out);
                    at += 1;
                    continue;
                }
                reason = section.rest();
                if reason.is_some() {
                    at += 1;
                } else {
                    if section.surrogate != 0 && byte < 0x80 {
                        out.push(section.surrogate);
                    }
                    at += usize::from(byte == b'-');
                }
                shift = None;
            } else if byte == b'+' {
                start = at;
                at += 1;
                match input.get(at) {
                    Some(b'-') => {
                        at += 1;
                        out.push(b'+'.into());
                    }
                    Some(&next) if from_base64(next).is_none() => {
                        at += 1;
                        reason = Some("ill-formed sequence");
                    }
                    _ => {
                        shift = Some(Shift::default());
                        before = out.len();
                    }
                }
            } else if byte < 0x80 {
                out.push(byte.into());
                at += 1;
            } else {
                start = at;
                at += 1;
                reason = Some("unexpected special character");
            }
            if let Some(reason) = reason {
                let error = CodecError { encoding: "utf7", start, end: at, reason };
                at = handler.handle(&error, input, out)?;
            }
        }
        match shift.take() {
            Some(_) if !last => {
                out.truncate(before);
                return Ok(start);
            }
            Some(section) if section.surrogate != 0 || section.rest().is_some() => {
                let reason = "unterminated shift sequence";
                let error = CodecError { encoding: "utf7", start, end: input.len(), reason };
                at = handler.handle(&error, input, out)?;
                if at < input.len() {
                    continue;
                }
            }
            _ => {}
        }
        return Ok(at);
    }
}

/// Whether the encoder writes the character as it is: RFC 2152's sets D and O, and blanks.
fn is_direct(point: u32) -> bool {
    matches!(u8::try_from(point), Ok(b'\t' | b'\n' | b'\r' | b' '..=b'}')) && !matches!(point, 0x2b | 0x5c)
}

/// Encodes as UTF-7, as which everything can be.
pub fn encode_utf7(input: Chars<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(input.len());
    let mut buffer = 0_u32;
    let mut bits = 0;
    let mut inside = false;
    for point in input.iter() {
        if is_direct(point) {
            if inside {
                if bits > 0 {
                    out.push(to_base64(buffer << (6 - bits)));
                    (buffer, bits) = (0, 0);
                }
                inside = false;
                if from_base64(point as u8).is_some() || point == u32::from(b'-') {
                    out.push(b'-');
                }
            }
            out.push(point as u8);
            continue;
        }
        if !inside {
            out.push(b'+');
            if point == u32::from(b'+') {
                out.push(b'-');
                continue;
            }
            inside = true;
        }
        let mut units = [0; 2];
        let units: &[u16] = match char::from_u32(point) {
            Some(c) => c.encode_utf16(&mut units),
            None => {
                units[0] = point as u16;
                &units[..1]
            }
        };
        for &unit in units {
            buffer = buffer << 16 | u32::from(unit);
            bits += 16;
            while bits >= 6 {
                bits -= 6;
                out.push(to_base64(buffer >> bits));
            }
            buffer &= (1 << bits) - 1;
        }
    }
    if bits > 0 {
        out.push(to_base64(buffer << (6 - bits)));
    }
    if inside {
        out.push(b'-');
    }
    out
}
