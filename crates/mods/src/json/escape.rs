//! Strings in JSON's notation.

use taipan_macros::native;
use taipan_object::types::str::{Chars, Str};
use taipan_object::{Outcome, Ref, Thread};
use taipan_text::CharsBuf;

/// Which characters are escaped.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Escapes {
    /// Everything that is not ASCII.
    Ascii,
    /// What JSON asks for.
    Least,
}

fn is_plain(byte: u8) -> bool {
    byte >= b' ' && byte != b'"' && byte != b'\\'
}

/// Writes a string with its quotes.
pub(super) fn write(out: &mut CharsBuf, text: &Str, escapes: Escapes) {
    out.push(u32::from('"'));
    match text.chars() {
        Chars::One(units)
            if units.iter().all(|&byte| is_plain(byte)) && (text.is_ascii() || escapes == Escapes::Least) =>
        {
            out.push_chars(Chars::One(units));
        }
        chars => chars.iter().for_each(|point| write_point(out, point, escapes)),
    }
    out.push(u32::from('"'));
}

fn write_point(out: &mut CharsBuf, point: u32, escapes: Escapes) {
    let short = match point {
        0x22 => "\\\"",
        0x5c => "\\\\",
        0x08 => "\\b",
        0x0c => "\\f",
        0x0a => "\\n",
        0x0d => "\\r",
        0x09 => "\\t",
        _ => {
            let direct =
                if escapes == Escapes::Ascii { (0x20..0x7f).contains(&point) } else { point >= 0x20 };
            if direct {
                out.push(point);
                return;
            }
            match point.checked_sub(0x10000) {
                None => write_unit(out, point),
                Some(rest) => {
                    write_unit(out, 0xd800 | rest >> 10);
                    write_unit(out, 0xdc00 | rest & 0x3ff);
                }
            }
            return;
        }
    };
    out.push_str(short);
}

fn write_unit(out: &mut CharsBuf, unit: u32) {
    out.push_bytes(b"\\u");
    for shift in [12, 8, 4, 0] {
        out.push(u32::from(b"0123456789abcdef"[(unit >> shift & 15) as usize]));
    }
}

fn encoded(thread: &mut Thread, object: Ref<'_>, escapes: Escapes) -> Outcome {
    let Some(text) = object.downcast::<Str>() else {
        let ty = object.ty().name().into_owned();
        return Err(thread.type_error(format!("first argument must be a string, not {ty}")));
    };
    let mut out = CharsBuf::new();
    write(&mut out, text, escapes);
    thread.str_from_buf(out)
}

/// encode_basestring(string) -> string
///
/// Return a JSON representation of a Python string
#[native(signature = "($module, object, /)")]
pub(super) fn encode_basestring(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    encoded(thread, object, Escapes::Least)
}

/// encode_basestring_ascii(string) -> string
///
/// Return an ASCII-only JSON representation of a Python string
#[native(signature = "($module, object, /)")]
pub(super) fn encode_basestring_ascii(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    encoded(thread, object, Escapes::Ascii)
}
