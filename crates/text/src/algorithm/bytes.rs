//! What bytes and bytearrays can do and strings can't, or do differently.
//!
//! Answers for CPython's `Objects/bytes_methods.c`, `Python/pystrhex.c` and `_PyBytes_FromHex`.

use super::predicate::Predicate;

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// The bytes in hexadecimal, with `separator`, if any, after every `group` bytes counted from the
/// end, or from the front when negative.
pub fn hex(bytes: &[u8], separator: Option<u8>, group: isize) -> Vec<u8> {
    let size = group.unsigned_abs();
    let (Some(separator), 1.., false) = (separator, size, bytes.is_empty()) else {
        return bytes.iter().flat_map(hex_digits).collect();
    };
    let mut out = Vec::with_capacity(bytes.len() * 2 + (bytes.len() - 1) / size);
    // From the end, the first group is the short one.
    let first = match bytes.len() % size {
        rest @ 1.. if group > 0 => rest,
        _ => size.min(bytes.len()),
    };
    out.extend(bytes[..first].iter().flat_map(hex_digits));
    for part in bytes[first..].chunks(size) {
        out.push(separator);
        out.extend(part.iter().flat_map(hex_digits));
    }
    out
}

fn hex_digits(byte: &u8) -> [u8; 2] {
    [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 0xf)]]
}

/// Why a text is not bytes in hexadecimal: the words of a ValueError.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FromHexError {
    /// Something else than a digit.
    NotHexadecimal {
        /// Where it is.
        at: usize,
    },
    /// Half a byte at the end.
    Odd,
}

impl std::fmt::Display for FromHexError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            FromHexError::NotHexadecimal { at } => {
                write!(f, "non-hexadecimal number found in fromhex() arg at position {at}")
            }
            FromHexError::Odd => {
                f.write_str("fromhex() arg must contain an even number of hexadecimal digits")
            }
        }
    }
}

/// The bytes that a text spells in hexadecimal; there may be blanks between bytes.
pub fn from_hex(text: impl Iterator<Item = u32> + Clone) -> Result<Vec<u8>, FromHexError> {
    // What is not ASCII is told first.
    if let Some(at) = text.clone().position(|point| point >= 0x80) {
        return Err(FromHexError::NotHexadecimal { at });
    }
    let mut text = text.enumerate();
    let mut out = Vec::with_capacity(text.size_hint().0 / 2);
    let digit = |at: usize, point: u32| {
        let value = char::from_u32(point).and_then(|c| c.to_digit(16));
        value.map(|v| v as u8).ok_or(FromHexError::NotHexadecimal { at })
    };
    while let Some((at, point)) = text.next() {
        if matches!(point, 0x20 | 0x09..=0x0d) {
            continue;
        }
        let high = digit(at, point)?;
        let (at, point) = text.next().ok_or(FromHexError::Odd)?;
        out.push(high << 4 | digit(at, point)?);
    }
    Ok(out)
}

/// What bytes answer; only ASCII counts.
pub fn is(bytes: &[u8], predicate: Predicate) -> bool {
    let all = |test: fn(&u8) -> bool| !bytes.is_empty() && bytes.iter().all(test);
    let cased = |wanted: fn(&u8) -> bool, other: fn(&u8) -> bool| {
        bytes.iter().any(wanted) && !bytes.iter().any(other)
    };
    match predicate {
        Predicate::Alpha => all(u8::is_ascii_alphabetic),
        Predicate::Alnum => all(u8::is_ascii_alphanumeric),
        Predicate::Decimal | Predicate::Digit | Predicate::Numeric => all(u8::is_ascii_digit),
        Predicate::Space => all(|&byte| super::split::is_byte_space(byte)),
        Predicate::Printable => bytes.iter().all(|byte| matches!(byte, 0x20..0x7f)),
        Predicate::Lower => cased(u8::is_ascii_lowercase, u8::is_ascii_uppercase),
        Predicate::Upper => cased(u8::is_ascii_uppercase, u8::is_ascii_lowercase),
        Predicate::Title => is_title(bytes),
        Predicate::Identifier => crate::identifier::is_identifier(bytes.iter().map(|&b| b.into())),
        Predicate::Ascii => bytes.is_ascii(),
    }
}

fn is_title(bytes: &[u8]) -> bool {
    let mut found = false;
    let mut inside = false;
    for byte in bytes {
        let (upper, lower) = (byte.is_ascii_uppercase(), byte.is_ascii_lowercase());
        if (upper && inside) || (lower && !inside) {
            return false;
        }
        inside = upper || lower;
        found |= inside;
    }
    found
}

/// `bytes.title`, in place.
pub fn title(bytes: &mut [u8]) {
    let mut inside = false;
    for byte in bytes {
        let letter = byte.is_ascii_alphabetic();
        if inside {
            byte.make_ascii_lowercase();
        } else {
            byte.make_ascii_uppercase();
        }
        inside = letter;
    }
}

/// `bytes.capitalize`, in place.
pub fn capitalize(bytes: &mut [u8]) {
    bytes.make_ascii_lowercase();
    if let Some(first) = bytes.first_mut() {
        first.make_ascii_uppercase();
    }
}

/// `bytes.swapcase`, in place.
pub fn swapcase(bytes: &mut [u8]) {
    for byte in bytes {
        if byte.is_ascii_alphabetic() {
            *byte ^= 0x20;
        }
    }
}

/// `bytes.translate`: without the bytes in `delete`, the others looked up in `table`.
pub fn translate(bytes: &[u8], table: Option<&[u8; 256]>, delete: &[u8]) -> Vec<u8> {
    let mut deleted = [false; 256];
    delete.iter().for_each(|&byte| deleted[usize::from(byte)] = true);
    let kept = bytes.iter().filter(|&&byte| !deleted[usize::from(byte)]);
    match table {
        Some(table) => kept.map(|&byte| table[usize::from(byte)]).collect(),
        None => kept.copied().collect(),
    }
}

/// What remains when bytes in `set` are taken off.
pub fn strip_set(bytes: &[u8], set: &[u8], side: super::strip::Side) -> std::ops::Range<usize> {
    super::strip::strip(bytes, side, |byte| memchr::memchr(byte, set).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal() {
        let bytes = b"\x01\xab\xcd\xef\x12";
        for (group, expected) in [
            (1, "01:ab:cd:ef:12"),
            (2, "01:abcd:ef12"),
            (-2, "01ab:cdef:12"),
            (0, "01abcdef12"),
            (99, "01abcdef12"),
        ] {
            assert_eq!(hex(bytes, Some(b':'), group), expected.as_bytes(), "{group}");
        }
        assert_eq!(hex(b"", Some(b':'), 1), b"");
        let read = |text: &str| from_hex(text.chars().map(u32::from));
        assert_eq!(read(" 01 aB\t"), Ok(vec![1, 0xab]));
        assert_eq!(read("01 2"), Err(FromHexError::Odd));
        assert_eq!(read("1 2"), Err(FromHexError::NotHexadecimal { at: 1 }));
        assert_eq!(read("01\u{e9}"), Err(FromHexError::NotHexadecimal { at: 2 }));
    }

    #[test]
    fn only_ascii_has_case() {
        let mut bytes = *b"they're aB\xe9c";
        title(&mut bytes);
        assert_eq!(&bytes, b"They'Re Ab\xe9C");
        assert!(is(&bytes, Predicate::Title));
        swapcase(&mut bytes);
        assert_eq!(&bytes, b"tHEY'rE aB\xe9c");
        capitalize(&mut bytes);
        assert_eq!(&bytes, b"They're ab\xe9c");
        assert!(!is(b"\xe9", Predicate::Alpha));
        assert!(is(b"a1", Predicate::Lower));
        assert!(!is(b"", Predicate::Space));
    }

    #[test]
    fn translated() {
        let mut table = std::array::from_fn(|i| i as u8);
        table[usize::from(b'a')] = b'b';
        assert_eq!(translate(b"abcab", Some(&table), b"c"), b"bbbb");
        assert_eq!(translate(b"abcab", None, b"a"), b"bcb");
    }
}
