//! The text encodings in which sources may be written. Not the `codecs` module: no error handlers,
//! no streams, nothing registered by programs.

/// Decodes `bytes` from the encoding that a declaration calls `name`. The error is the message of
/// the exception CPython's codec raises.
pub(super) fn decode(name: &str, bytes: &[u8]) -> Result<Vec<u8>, String> {
    let normal = name.to_ascii_lowercase().replace(['-', '.'], "_");
    match normal.as_str() {
        "utf8" | "u8" | "utf" | "utf_8" | "cp65001" => decode_utf8(bytes),
        "utf_8_sig" => decode_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)),
        "ascii" | "646" | "us_ascii" | "us" | "ansi_x3_4_1968" | "iso646_us" | "cp367" | "ibm367" => {
            decode_ascii(bytes)
        }
        "latin" | "latin1" | "latin_1" | "l1" | "iso8859" | "iso8859_1" | "iso_8859_1" | "iso_ir_100"
        | "8859" | "cp819" | "ibm819" => {
            Ok(decode_table(bytes, |byte| Some(u32::from(byte))).expect("Latin-1 has all 256 characters"))
        }
        "iso8859_15" | "iso_8859_15" | "latin9" | "l9" => {
            Ok(decode_table(bytes, |byte| Some(latin9(byte))).expect("Latin-9 has all 256 characters"))
        }
        "cp1252" | "1252" | "windows_1252" => decode_table(bytes, cp1252),
        _ => Err(format!("unknown encoding: {name}")),
    }
}

fn decode_utf8(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let Err(error) = std::str::from_utf8(bytes) else { return Ok(bytes.to_vec()) };
    let at = error.valid_up_to();
    let reason = match (bytes[at], error.error_len()) {
        (0x80..=0xc1 | 0xf5.., _) => "invalid start byte",
        (_, None) => "unexpected end of data",
        (_, Some(_)) => "invalid continuation byte",
    };
    let length = error.error_len().unwrap_or(bytes.len() - at);
    Err(if length == 1 {
        format!("'utf-8' codec can't decode byte 0x{:02x} in position {at}: {reason}", bytes[at])
    } else {
        format!("'utf-8' codec can't decode bytes in position {at}-{}: {reason}", at + length - 1)
    })
}

fn decode_ascii(bytes: &[u8]) -> Result<Vec<u8>, String> {
    match bytes.iter().position(|b| !b.is_ascii()) {
        None => Ok(bytes.to_vec()),
        Some(at) => Err(format!(
            "'ascii' codec can't decode byte 0x{:02x} in position {at}: ordinal not in range(128)",
            bytes[at]
        )),
    }
}

/// Decodes a single-byte encoding.
fn decode_table(bytes: &[u8], character: impl Fn(u8) -> Option<u32>) -> Result<Vec<u8>, String> {
    let mut decoded = String::with_capacity(bytes.len() + bytes.len() / 8);
    for (at, &byte) in bytes.iter().enumerate() {
        match character(byte).and_then(char::from_u32) {
            Some(c) => decoded.push(c),
            None => {
                return Err(format!(
                    "'charmap' codec can't decode byte 0x{byte:02x} in position {at}: character maps to <undefined>"
                ));
            }
        }
    }
    Ok(decoded.into_bytes())
}

fn latin9(byte: u8) -> u32 {
    match byte {
        0xa4 => 0x20ac,
        0xa6 => 0x160,
        0xa8 => 0x161,
        0xb4 => 0x17d,
        0xb8 => 0x17e,
        0xbc => 0x152,
        0xbd => 0x153,
        0xbe => 0x178,
        _ => u32::from(byte),
    }
}

fn cp1252(byte: u8) -> Option<u32> {
    /// 0x80 to 0x9f; 0 where nothing is defined.
    const HIGH: [u16; 32] = [
        0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,
        0x017d, 0, 0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a,
        0x0153, 0, 0x017e, 0x0178,
    ];
    match byte {
        0x80..=0x9f => Some(u32::from(HIGH[usize::from(byte - 0x80)])).filter(|&c| c != 0),
        _ => Some(u32::from(byte)),
    }
}
