//! Reading strings.

use taipan_macros::native;
use taipan_object::protocol;
use taipan_object::types::str::{Chars, Str};
use taipan_object::{Outcome, Raised, Ref, Thread};
use taipan_text::CharsBuf;

/// A character of a string's array.
pub(super) trait Unit: Copy + Into<u32> {
    /// The array as characters.
    fn chars(units: &[Self]) -> Chars<'_>;
}

impl Unit for u8 {
    fn chars(units: &[u8]) -> Chars<'_> {
        Chars::One(units)
    }
}

impl Unit for u16 {
    fn chars(units: &[u16]) -> Chars<'_> {
        Chars::Two(units)
    }
}

impl Unit for u32 {
    fn chars(units: &[u32]) -> Chars<'_> {
        Chars::Four(units)
    }
}

/// Raises JSONDecodeError about a place of a document.
#[cold]
pub(super) fn decode_error(thread: &mut Thread, message: &str, document: Ref<'_>, at: usize) -> Raised {
    let made = (|| {
        let class = crate::library::attribute_of(thread, "json.decoder", "JSONDecodeError")?;
        let message = thread.str(message)?;
        let at = thread.int(at as i128)?;
        protocol::call(thread, class.as_ref(), &[message.as_ref(), document, at.as_ref()])
    })();
    match made {
        Ok(exception) => thread.raise(exception),
        Err(raised) => raised,
    }
}

fn hex4<U: Unit>(units: &[U]) -> Option<u32> {
    units.iter().try_fold(0, |value, &unit| Some(value << 4 | char::from_u32(unit.into())?.to_digit(16)?))
}

/// The string that begins behind the quote before `start`, and where it ends.
pub(super) fn scan<U: Unit>(
    thread: &mut Thread,
    document: Ref<'_>,
    units: &[U],
    start: usize,
    strict: bool,
) -> Outcome<(taipan_object::Value, usize)> {
    let begin = start.wrapping_sub(1);
    let special = |unit: &U| {
        let c: u32 = (*unit).into();
        c == 0x22 || c == 0x5c || (strict && c < 0x20)
    };
    let mut out: Option<CharsBuf> = None;
    let mut at = start;
    loop {
        let Some(length) = units[at..].iter().position(special) else {
            return Err(decode_error(thread, "Unterminated string starting at", document, begin));
        };
        let part = &units[at..at + length];
        at += length;
        let c: u32 = units[at].into();
        if c == 0x22 {
            let text = match out {
                None => thread.str_from_chars(U::chars(part))?,
                Some(mut out) => {
                    out.push_chars(U::chars(part));
                    thread.str_from_buf(out)?
                }
            };
            return Ok((text, at + 1));
        }
        if c != 0x5c {
            return Err(decode_error(thread, "Invalid control character at", document, at));
        }
        let out = out.get_or_insert_with(CharsBuf::new);
        out.push_chars(U::chars(part));
        let Some(&escape) = units.get(at + 1) else {
            return Err(decode_error(thread, "Unterminated string starting at", document, begin));
        };
        let escape: u32 = escape.into();
        let point = match escape as u8 as char {
            _ if escape > 0x7f => None,
            '"' => Some(0x22),
            '\\' => Some(0x5c),
            '/' => Some(0x2f),
            'b' => Some(8),
            'f' => Some(12),
            'n' => Some(10),
            'r' => Some(13),
            't' => Some(9),
            'u' => {
                let (point, after) = scan_unicode(thread, document, units, at + 2)?;
                out.push(point);
                at = after;
                continue;
            }
            _ => None,
        };
        match point {
            Some(point) => out.push(point),
            None => return Err(decode_error(thread, "Invalid \\escape", document, at)),
        }
        at += 2;
    }
}

/// The character of four digits at `at`, or of two halves, and the place behind.
fn scan_unicode<U: Unit>(
    thread: &mut Thread,
    document: Ref<'_>,
    units: &[U],
    at: usize,
) -> Outcome<(u32, usize)> {
    const WRONG: &str = "Invalid \\uXXXX escape";
    let end = at + 4;
    if end >= units.len() {
        return Err(decode_error(thread, WRONG, document, at - 1));
    }
    let Some(first) = hex4(&units[at..end]) else {
        return Err(decode_error(thread, WRONG, document, at - 1));
    };
    let is = |index: usize, c: char| units.get(index).is_some_and(|&unit| unit.into() == u32::from(c));
    if (0xd800..0xdc00).contains(&first) && end + 6 < units.len() && is(end, '\\') && is(end + 1, 'u') {
        let Some(second) = hex4(&units[end + 2..end + 6]) else {
            return Err(decode_error(thread, WRONG, document, end + 1));
        };
        if (0xdc00..0xe000).contains(&second) {
            return Ok((0x10000 + ((first - 0xd800) << 10 | (second - 0xdc00)), end + 6));
        }
    }
    Ok((first, end))
}

/// scanstring(string, end, strict=True) -> (string, end)
///
/// Scan the string s for a JSON string. End is the index of the
/// character in s after the quote that started the JSON string.
/// Unescapes all valid JSON string escape sequences and raises ValueError
/// on attempt to decode an invalid string. If strict is False then literal
/// control characters are allowed in the string.
///
/// Returns a tuple of the decoded string and the index of the character in s
/// after the end quote.
#[native(signature = "($module, pystr, end, strict=True, /)", hidden)]
pub(super) fn scanstring(thread: &mut Thread, pystr: Ref<'_>, end: isize, strict: Option<bool>) -> Outcome {
    let strict = strict.unwrap_or(true);
    let Some(text) = pystr.downcast::<Str>() else {
        let ty = pystr.ty().name().into_owned();
        return Err(thread.type_error(format!("first argument must be a string, not {ty}")));
    };
    let Some(start) = usize::try_from(end).ok().filter(|&start| start <= text.len()) else {
        return Err(thread.value_error("end is out of bounds"));
    };
    let (string, end) = match text.chars() {
        Chars::One(units) => scan(thread, pystr, units, start, strict)?,
        Chars::Two(units) => scan(thread, pystr, units, start, strict)?,
        Chars::Four(units) => scan(thread, pystr, units, start, strict)?,
    };
    let end = thread.int(end as i128)?;
    thread.tuple([string, end])
}
