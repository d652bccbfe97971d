//! Escape sequences of string and bytes literals.
//!
//! Answers for `_PyUnicode_DecodeUnicodeEscapeInternal2`, `_PyBytes_DecodeEscape2` and
//! `decode_unicode_with_escapes` of CPython's `Parser/string_parser.c`.

use taipan_text::unicode::{self, Name};
use taipan_text::{Text, TextBuf};

/// An escape sequence that means nothing, of which there is a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct InvalidEscape {
    /// Where the character behind the backslash stands in the literal's text.
    pub(crate) at: usize,
    /// Whether it is an octal number beyond `\377`.
    pub(crate) octal: bool,
}

/// Why a literal does not decode: CPython's message, without the kind of error before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EscapeError(pub(crate) String);

/// Decodes the inside of a `str` literal with escapes. The first invalid escape is reported.
pub(crate) fn decode_text(source: &[u8]) -> Result<(TextBuf, Option<InvalidEscape>), EscapeError> {
    let mut decoded = TextBuf::new();
    let mut invalid = None;
    let mut at = 0;
    while let Some(length) = memchr::memchr(b'\\', &source[at..]) {
        decoded.push_text(Text::from_bytes(&source[at..at + length]));
        at += length;
        at = decode_escape(source, at, &mut decoded, &mut invalid)?;
    }
    decoded.push_text(Text::from_bytes(&source[at..]));
    Ok((decoded, invalid))
}

/// Decodes the escape sequence at `start` and returns the place behind it.
fn decode_escape(
    source: &[u8],
    start: usize,
    decoded: &mut TextBuf,
    invalid: &mut Option<InvalidEscape>,
) -> Result<usize, EscapeError> {
    let at = start + 1;
    let Some(&byte) = source.get(at) else {
        // Before a replacement field: the backslash stands for itself.
        decoded.push(u32::from(b'\\'));
        return Ok(at);
    };
    let simple = match byte {
        b'\n' => return Ok(at + 1),
        b'\\' | b'\'' | b'"' => byte,
        b'n' => b'\n',
        b't' => b'\t',
        b'r' => b'\r',
        b'b' => 0x08,
        b'f' => 0x0c,
        b'v' => 0x0b,
        b'a' => 0x07,
        b'0'..=b'7' => {
            let (value, end) = octal(source, at);
            if value > 0o377 {
                invalid.get_or_insert(InvalidEscape { at, octal: true });
            }
            decoded.push(value);
            return Ok(end);
        }
        b'x' => return decode_hex(source, start, 2, "truncated \\xXX escape", decoded),
        b'u' => return decode_hex(source, start, 4, "truncated \\uXXXX escape", decoded),
        b'U' => return decode_hex(source, start, 8, "truncated \\UXXXXXXXX escape", decoded),
        b'N' => return decode_name(source, start, decoded),
        _ => {
            // A backslash before a character beyond ASCII stays without a warning.
            if byte.is_ascii() {
                invalid.get_or_insert(InvalidEscape { at, octal: false });
            }
            decoded.push(u32::from(b'\\'));
            return Ok(at);
        }
    };
    decoded.push(u32::from(simple));
    Ok(at + 1)
}

/// Reads up to three octal digits.
fn octal(source: &[u8], at: usize) -> (u32, usize) {
    let digits = source[at..].iter().take(3).take_while(|b| matches!(b, b'0'..=b'7'));
    let (value, count) =
        digits.fold((0, 0), |(value, count), b| (value * 8 + u32::from(b - b'0'), count + 1));
    (value, at + count)
}

fn decode_hex(
    source: &[u8],
    start: usize,
    count: usize,
    message: &str,
    decoded: &mut TextBuf,
) -> Result<usize, EscapeError> {
    let first = start + 2;
    let mut value = 0;
    for at in first..first + count {
        match source.get(at).and_then(|&b| char::from(b).to_digit(16)) {
            Some(digit) => value = value << 4 | digit,
            None => return Err(unicode_error(source, start, at, message)),
        }
    }
    if value > 0x10_ffff {
        return Err(unicode_error(source, start, first + count, "illegal Unicode character"));
    }
    decoded.push(value);
    Ok(first + count)
}

fn decode_name(source: &[u8], start: usize, decoded: &mut TextBuf) -> Result<usize, EscapeError> {
    const MALFORMED: &str = "malformed \\N character escape";
    let open = start + 2;
    if source.get(open) != Some(&b'{') {
        return Err(unicode_error(source, start, open, MALFORMED));
    }
    let Some(length) = memchr::memchr(b'}', &source[open + 1..]) else {
        return Err(unicode_error(source, start, source.len(), MALFORMED));
    };
    let close = open + 1 + length;
    if length == 0 {
        return Err(unicode_error(source, start, close, MALFORMED));
    }
    match unicode::lookup(&source[open + 1..close]) {
        Some(Name::Character(point) | Name::Alias(point)) => {
            decoded.push(point);
            Ok(close + 1)
        }
        Some(Name::Sequence(_)) | None => {
            Err(unicode_error(source, start, close + 1, "unknown Unicode character name"))
        }
    }
}

/// CPython decodes a copy of the literal in which characters beyond ASCII are escapes already; its
/// errors count the bytes of that copy.
fn unicode_error(source: &[u8], start: usize, end: usize, message: &str) -> EscapeError {
    let start = offset_in_copy(source, start);
    let end = offset_in_copy(source, end);
    EscapeError(if end == start + 1 {
        format!("'unicodeescape' codec can't decode byte 0x5c in position {start}: {message}")
    } else {
        format!("'unicodeescape' codec can't decode bytes in position {start}-{}: {message}", end - 1)
    })
}

/// Where byte `at` of a literal stands in the copy: a character beyond ASCII takes ten bytes there,
/// a backslash before one takes six.
pub(crate) fn offset_in_copy(source: &[u8], at: usize) -> usize {
    let mut offset = 0;
    let mut i = 0;
    while i < at.min(source.len()) {
        if source[i] == b'\\' {
            i += 1;
            offset += 1;
            if source.get(i).is_none_or(|b| !b.is_ascii()) {
                offset += 5;
                continue;
            }
        }
        if i >= at {
            break;
        }
        if source[i].is_ascii() {
            offset += 1;
        } else if source[i] & 0xc0 != 0x80 {
            offset += 10;
        }
        i += 1;
    }
    offset
}

/// Decodes the inside of a `bytes` literal with escapes. The first invalid escape is reported.
pub(crate) fn decode_bytes(source: &[u8]) -> Result<(Vec<u8>, Option<InvalidEscape>), EscapeError> {
    let mut decoded = Vec::with_capacity(source.len());
    let mut invalid = None;
    let mut at = 0;
    while let Some(length) = memchr::memchr(b'\\', &source[at..]) {
        decoded.extend_from_slice(&source[at..at + length]);
        at += length + 1;
        let Some(&byte) = source.get(at) else {
            return Err(EscapeError("Trailing \\ in string".to_owned()));
        };
        at += 1;
        let simple = match byte {
            b'\n' => continue,
            b'\\' | b'\'' | b'"' => byte,
            b'n' => b'\n',
            b't' => b'\t',
            b'r' => b'\r',
            b'b' => 0x08,
            b'f' => 0x0c,
            b'v' => 0x0b,
            b'a' => 0x07,
            b'0'..=b'7' => {
                let (value, end) = octal(source, at - 1);
                if value > 0o377 {
                    invalid.get_or_insert(InvalidEscape { at: at - 1, octal: true });
                }
                at = end;
                value as u8
            }
            b'x' => {
                let digit = |at: usize| source.get(at).and_then(|&b| char::from(b).to_digit(16));
                let (Some(high), Some(low)) = (digit(at), digit(at + 1)) else {
                    return Err(EscapeError(format!("invalid \\x escape at position {}", at - 2)));
                };
                at += 2;
                (high << 4 | low) as u8
            }
            _ => {
                invalid.get_or_insert(InvalidEscape { at: at - 1, octal: false });
                decoded.push(b'\\');
                byte
            }
        };
        decoded.push(simple);
    }
    decoded.extend_from_slice(&source[at..]);
    Ok((decoded, invalid))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_mean_what_they_mean_in_python() {
        let (text, invalid) = decode_text(
            br"\x41\u00e9\ud83d\N{DIGIT ONE}\101\
z\d\q",
        )
        .expect("all escapes are whole");
        assert_eq!(text.as_bytes(), "A\u{e9}".bytes().chain(*b"\xed\xa0\xbd1Az\\d\\q").collect::<Vec<_>>());
        assert_eq!(invalid, Some(InvalidEscape { at: 37, octal: false }));
    }

    #[test]
    fn errors_count_as_cpython_counts() {
        let error = |source: &str| decode_text(source.as_bytes()).expect_err("the escape is broken").0;
        assert_eq!(
            error("\\x1"),
            "'unicodeescape' codec can't decode bytes in position 0-2: truncated \\xXX escape"
        );
        assert_eq!(
            error("é\\x1"),
            "'unicodeescape' codec can't decode bytes in position 10-12: truncated \\xXX escape"
        );
        assert_eq!(
            error("\\é\\x1"),
            "'unicodeescape' codec can't decode bytes in position 16-18: truncated \\xXX escape"
        );
        assert_eq!(
            error("\\N{foo}"),
            "'unicodeescape' codec can't decode bytes in position 0-6: unknown Unicode character name"
        );
    }
}
