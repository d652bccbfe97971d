//! The text encodings in which sources may be written: UTF-8, ASCII, Latin-1 and the single-byte
//! encodings. Not the `codecs` module: no error handlers, no streams, nothing registered by programs.

use super::charmaps::CHARMAPS;

/// Decodes `bytes` from the encoding that a declaration calls `name`. The error is the message of
/// the exception CPython's codec raises.
pub(super) fn decode(name: &str, bytes: &[u8]) -> Result<Vec<u8>, String> {
    let normal = normalize(name);
    match normal.as_str() {
        "utf_8" | "utf8" | "u8" | "utf" | "utf8_ucs2" | "utf8_ucs4" | "cp65001" => return decode_utf8(bytes),
        "utf_8_sig" => return decode_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)),
        "ascii" | "646" | "ansi_x3.4_1968" | "ansi_x3_4_1968" | "ansi_x3.4_1986" | "cp367" | "csascii"
        | "ibm367" | "iso646_us" | "iso_646.irv_1991" | "iso_ir_6" | "us" | "us_ascii" => {
            return decode_ascii(bytes);
        }
        "latin_1" | "8859" | "cp819" | "csisolatin1" | "ibm819" | "iso8859" | "iso8859_1" | "iso_8859_1"
        | "iso_8859_1_1987" | "iso_ir_100" | "l1" | "latin" | "latin1" => {
            return Ok(bytes.iter().map(|&byte| char::from(byte)).collect::<String>().into_bytes());
        }
        "hex_codec" | "hex" | "base64_codec" | "base64" | "base_64" | "bz2_codec" | "bz2"
        | "quopri_codec" | "quopri" | "quoted_printable" | "quotedprintable" | "rot_13" | "rot13"
        | "uu_codec" | "uu" | "zlib_codec" | "zip" | "zlib" => {
            return Err(format!(
                "'{name}' is not a text encoding; use codecs.decode() to handle arbitrary codecs"
            ));
        }
        _ => {}
    }
    match CHARMAPS.iter().find(|charmap| charmap.names.contains(&normal.as_str())) {
        Some(charmap) => decode_charmap(bytes, charmap.high),
        None => Err(format!("unknown encoding: {name}")),
    }
}

/// The name as CPython's `encodings` package looks it up: runs of punctuation become one underscore.
fn normalize(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    let mut gap = false;
    for c in name.chars() {
        if c.is_ascii_alphanumeric() || c == '.' {
            if gap && !normal.is_empty() {
                normal.push('_');
            }
            normal.push(c.to_ascii_lowercase());
            gap = false;
        } else {
            gap = true;
        }
    }
    normal
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

/// Decodes a single-byte encoding whose upper half is `high`.
fn decode_charmap(bytes: &[u8], high: &str) -> Result<Vec<u8>, String> {
    let high: Vec<char> = high.chars().collect();
    let mut decoded = String::with_capacity(bytes.len() + bytes.len() / 4);
    for (at, &byte) in bytes.iter().enumerate() {
        match byte {
            0..0x80 => decoded.push(char::from(byte)),
            _ => match high[usize::from(byte) - 0x80] {
                '\0' => {
                    return Err(format!(
                        "'charmap' codec can't decode byte 0x{byte:02x} in position {at}: \
                         character maps to <undefined>"
                    ));
                }
                c => decoded.push(c),
            },
        }
    }
    Ok(decoded.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_charmap_is_whole() {
        for charmap in CHARMAPS {
            assert_eq!(charmap.high.chars().count(), 128, "{:?}", charmap.names);
        }
    }

    #[test]
    fn names_are_found_in_any_spelling() {
        assert_eq!(decode("KOI8-R", b"\xd0").as_deref(), Ok("п".as_bytes()));
        assert_eq!(decode("Windows-1252", b"\x80").as_deref(), Ok("€".as_bytes()));
        assert_eq!(decode("latin9", b"\xa4").as_deref(), Ok("€".as_bytes()));
        assert_eq!(decode("nonsense", b""), Err("unknown encoding: nonsense".to_owned()));
    }
}
