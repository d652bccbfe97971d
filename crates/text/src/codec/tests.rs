//! Results of all codecs, as CPython gives them.

use super::escape::{BytesErrors, InvalidEscape};
use super::*;
use crate::{Chars, CharsBuf};

type Decoded = Result<(String, usize), CodecError>;

fn decode(
    run: impl FnOnce(&mut CharsBuf, &mut ErrorHandler) -> Result<usize, CodecError>,
    handler: &str,
) -> Decoded {
    let mut out = CharsBuf::new();
    let used = run(&mut out, &mut ErrorHandler::from_name(handler).expect("it is one"))?;
    let shown: Vec<String> = out.as_chars().iter().map(escape_or_char).collect();
    Ok((shown.concat(), used))
}

fn escape_or_char(point: u32) -> String {
    match char::from_u32(point) {
        Some(c) => c.to_string(),
        None => escape_point(point),
    }
}

fn error(encoding: &'static str, start: usize, end: usize, reason: &'static str) -> CodecError {
    CodecError { encoding, start, end, reason }
}

fn ok(text: &str, used: usize) -> Decoded {
    Ok((text.into(), used))
}

fn points(points: &[u32]) -> CharsBuf {
    let mut out = CharsBuf::new();
    out.push_points(points);
    out
}

#[test]
fn utf8() {
    let run = |input: &[u8], last, handler| decode(|out, h| decode_utf8(input, last, out, h), handler);
    assert_eq!(run("añ€🐍".as_bytes(), true, "strict"), ok("añ€🐍", 10));
    assert_eq!(run(b"a\xff", true, "strict"), Err(error("utf-8", 1, 2, "invalid start byte")));
    assert_eq!(run(b"\xe2\x82a", true, "strict"), Err(error("utf-8", 0, 2, "invalid continuation byte")));
    assert_eq!(run(b"\xe2\x82", true, "strict"), Err(error("utf-8", 0, 2, "unexpected end of data")));
    assert_eq!(run(b"a\xe2\x82", false, "strict"), ok("a", 1));
    assert_eq!(run(b"\xed\xa0", false, "strict"), ok("", 0));
    assert_eq!(run(b"\xf0\x9fa\x80", true, "replace"), ok("\u{fffd}a\u{fffd}", 4));
    assert_eq!(run(b"a\x80\xe9", true, "surrogateescape"), ok("a\\udc80\\udce9", 3));
    assert_eq!(run(b"\xed\xa0\x80", true, "surrogatepass"), ok("\\ud800", 3));
    assert_eq!(run(b"\x80\n", true, "backslashreplace"), ok("\\x80\n", 2));
}

#[test]
fn utf8_from_text() {
    let lone = points(&[0x61, 0xd800, 0xdc80, 0x20ac]);
    let run =
        |handler| encode_utf8(lone.as_chars(), &mut ErrorHandler::from_name(handler).expect("it is one"));
    assert_eq!(run("strict"), Err(error("utf-8", 1, 3, "surrogates not allowed")));
    assert_eq!(run("replace"), Ok(b"a??\xe2\x82\xac".to_vec()));
    assert_eq!(run("surrogatepass"), Ok(b"a\xed\xa0\x80\xed\xb2\x80\xe2\x82\xac".to_vec()));
    assert_eq!(run("surrogateescape"), Err(error("utf-8", 1, 3, "surrogates not allowed")));
    assert_eq!(run("xmlcharrefreplace"), Ok(b"a&#55296;&#56448;\xe2\x82\xac".to_vec()));
    let latin = encode_utf8(Chars::One(b"a\xe9"), &mut ErrorHandler::Strict);
    assert_eq!(latin, Ok(b"a\xc3\xa9".to_vec()));
}

#[test]
fn utf16_and_utf32() {
    let sixteen = |input: &[u8], last| {
        decode(|out, h| decode_utf16(input, &mut ByteOrder::Marked, last, out, h), "strict")
    };
    assert_eq!(sixteen(b"\xfe\xff\0a\xd8=\xdc\r", true), ok("a🐍", 8));
    assert_eq!(sixteen(b"a\0b", true), Err(error("utf-16-le", 2, 3, "truncated data")));
    assert_eq!(sixteen(b"a\0\0\xd8", false), ok("a", 2));
    assert_eq!(sixteen(b"\0\xd8", true), Err(error("utf-16-le", 0, 2, "unexpected end of data")));
    assert_eq!(sixteen(b"\0\xdc", true), Err(error("utf-16-le", 0, 2, "illegal encoding")));
    assert_eq!(sixteen(b"\0\xd8a\0", true), Err(error("utf-16-le", 0, 2, "illegal UTF-16 surrogate")));
    let thirty_two =
        |input: &[u8]| decode(|out, h| decode_utf32(input, &mut ByteOrder::Big, true, out, h), "strict");
    assert_eq!(thirty_two(b"\0\x01\xf4\r"), ok("🐍", 4));
    let reason = "code point in surrogate code point range(0xd800, 0xe000)";
    assert_eq!(thirty_two(b"\0\0\xd8\0"), Err(error("utf-32-be", 0, 4, reason)));
    let reason = "code point not in range(0x110000)";
    assert_eq!(thirty_two(b"\0\x11\0\0"), Err(error("utf-32-be", 0, 4, reason)));
    let snake = points(&[0x1f40d]);
    let encoded = encode_utf16(snake.as_chars(), ByteOrder::Marked, &mut ErrorHandler::Strict);
    assert_eq!(encoded, Ok(b"\xff\xfe=\xd8\r\xdc".to_vec()));
    let lone = points(&[0xd800]);
    let encoded = encode_utf32(lone.as_chars(), ByteOrder::Big, &mut ErrorHandler::Strict);
    assert_eq!(encoded, Err(error("utf-32-be", 0, 1, "surrogates not allowed")));
}

#[test]
fn utf7() {
    let run = |input: &[u8], last| decode(|out, h| decode_utf7(input, last, out, h), "strict");
    assert_eq!(run(b"a+AOk-b+2D3cDQ", true), ok("aéb🐍", 14));
    assert_eq!(run(b"a+AOkA", false), ok("a", 1));
    assert_eq!(run(b"+A", true), Err(error("utf7", 0, 2, "unterminated shift sequence")));
    assert_eq!(run(b"+!", true), Err(error("utf7", 0, 2, "ill-formed sequence")));
    assert_eq!(run(b"a\x80", true), Err(error("utf7", 1, 2, "unexpected special character")));
    assert_eq!(encode_utf7(CharsBuf::from("a+é-\\~").as_chars()), b"a+-+AOk--+AFwAfg-");
}

#[test]
fn single_bytes() {
    let ascii = |handler| decode(|out, h| decode_ascii(b"a\xe9", out, h).map(|()| 2), handler);
    assert_eq!(ascii("strict"), Err(error("ascii", 1, 2, "ordinal not in range(128)")));
    assert_eq!(ascii("surrogateescape"), ok("a\\udce9", 2));
    let text = CharsBuf::from("a€🐍b");
    let latin =
        |handler| encode_latin1(text.as_chars(), &mut ErrorHandler::from_name(handler).expect("it is one"));
    assert_eq!(latin("strict"), Err(error("latin-1", 1, 3, "ordinal not in range(256)")));
    assert_eq!(latin("namereplace"), Ok(b"a\\N{EURO SIGN}\\N{SNAKE}b".to_vec()));
    assert_eq!(latin("backslashreplace"), Ok(b"a\\u20ac\\U0001f40db".to_vec()));
    let table = CharsBuf::from("a\u{fffe}€");
    let mapped = |input: &[u8]| {
        let run =
            |out: &mut CharsBuf, h: &mut ErrorHandler| charmap::decode_table(input, table.as_chars(), out, h);
        decode(|out, h| run(out, h).map(|()| input.len()), "strict")
    };
    assert_eq!(mapped(b"\x02\x00"), ok("€a", 2));
    assert_eq!(mapped(b"\x01"), Err(error("charmap", 0, 1, "character maps to <undefined>")));
    assert_eq!(mapped(b"\x03"), Err(error("charmap", 0, 1, "character maps to <undefined>")));
}

#[test]
fn escapes() {
    let run = |input: &[u8], last| {
        decode(|out, h| escape::decode_unicode_escape(input, last, out, h).map(|used| used.0), "strict")
    };
    assert_eq!(run(br"a\n\x41\u20ac\U0001f40d\N{snake}\101\q", true), ok("a\nA€🐍🐍A\\q", 38));
    assert_eq!(run(br"\x4", false), ok("", 0));
    assert_eq!(run(br"\x4", true), Err(error("unicodeescape", 0, 3, "truncated \\xXX escape")));
    assert_eq!(run(br"\N{x}", true), Err(error("unicodeescape", 0, 5, "unknown Unicode character name")));
    assert_eq!(run(br"\N{}", true), Err(error("unicodeescape", 0, 3, "malformed \\N character escape")));
    assert_eq!(run(br"\U00110000", true), Err(error("unicodeescape", 0, 10, "illegal Unicode character")));
    assert_eq!(run(b"\\", true), Err(error("unicodeescape", 0, 1, "\\ at end of string")));
    let raw =
        |input: &[u8]| decode(|out, h| escape::decode_raw_unicode_escape(input, true, out, h), "strict");
    assert_eq!(raw(br"\n\u20ac\"), ok("\\n€\\", 9));
    assert_eq!(raw(br"\U00110000"), Err(error("rawunicodeescape", 0, 10, "\\Uxxxxxxxx out of range")));
    let bytes = |input: &[u8]| escape::decode_bytes_escape(input, BytesErrors::Strict);
    let invalid = Some(InvalidEscape::Letter { letter: b'q', at: 1 });
    assert_eq!(bytes(br"a\q\x41\0"), Ok((b"a\\qA\0".to_vec(), invalid)));
    assert_eq!(bytes(br"a\x4").map_err(|e| e.to_string()), Err("invalid \\x escape at position 1".into()));
    assert_eq!(bytes(br"\").map_err(|e| e.to_string()), Err("Trailing \\ in string".into()));
}
