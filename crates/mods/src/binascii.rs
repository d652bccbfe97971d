//! The module `binascii`.
//!
//! Answers for CPython's `Modules/binascii.c`.

use std::borrow::Cow;

use taipan_macros::native;
use taipan_object::native::{Buffer, BufferFlags, FromArgument, ModuleDef};
use taipan_object::protocol;
use taipan_object::types::bytes::Bytes;
use taipan_object::types::exception::{EXCEPTION, VALUE_ERROR};
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Raised, Ref, Thread};

/// The module `binascii`.
pub static BINASCII: ModuleDef = ModuleDef {
    name: "binascii",
    doc: Some("Conversion between binary data and ASCII"),
    functions: &[&[
        A2B_BASE64, A2B_HEX, A2B_QP, A2B_UU, B2A_BASE64, B2A_HEX, B2A_QP, B2A_UU, CRC32, CRC_HQX, HEXLIFY,
        UNHEXLIFY,
    ]],
    exec: Some(|thread, module| {
        let class = error_class(thread)?;
        thread.module_add(module, "Error", class)?;
        let class =
            crate::library::new_exception(thread, ("binascii", "Incomplete"), EXCEPTION.as_ref(), None)?;
        thread.module_add(module, "Incomplete", class)
    }),
};

/// Where an interpreter keeps `binascii.Error`.
static ERROR: u8 = 0;

fn error_class(thread: &mut Thread) -> Outcome {
    crate::library::kept_exception(thread, &ERROR, ("binascii", "Error"), &VALUE_ERROR, None)
}

#[cold]
fn error(thread: &mut Thread, message: &str) -> Raised {
    let class = error_class(thread);
    crate::library::raise(thread, class, message)
}

/// Bytes, or a string of ASCII characters.
struct Ascii<'a>(Cow<'a, [u8]>);

impl<'a> FromArgument<'a> for Ascii<'a> {
    fn from_argument(thread: &mut Thread, value: Ref<'a>, _: &str, _: usize) -> Outcome<Ascii<'a>> {
        if let Some(text) = value.downcast::<Str>() {
            return match text.as_ascii() {
                Some(text) => Ok(Ascii(Cow::Borrowed(text.as_bytes()))),
                None => Err(thread.value_error("string argument should contain only ASCII characters")),
            };
        }
        if let Some(bytes) = value.downcast::<Bytes>() {
            return Ok(Ascii(Cow::Borrowed(bytes.content())));
        }
        match Buffer::of(thread, value, BufferFlags::SIMPLE) {
            Ok(buffer) => Ok(Ascii(Cow::Owned(buffer.to_vec(thread)?))),
            Err(_) => {
                drop(thread.take_exception());
                let ty = value.ty().name().into_owned();
                Err(thread
                    .type_error(format!("argument should be bytes, buffer or ASCII string, not '{ty}'")))
            }
        }
    }
}

/// Any bytes-like object, while nobody changes it.
struct Data<'a>(Cow<'a, [u8]>);

impl<'a> FromArgument<'a> for Data<'a> {
    fn from_argument(thread: &mut Thread, value: Ref<'a>, _: &str, _: usize) -> Outcome<Data<'a>> {
        if let Some(bytes) = value.downcast::<Bytes>() {
            return Ok(Data(Cow::Borrowed(bytes.content())));
        }
        let buffer = Buffer::of(thread, value, BufferFlags::SIMPLE)?;
        Ok(Data(Cow::Owned(buffer.to_vec(thread)?)))
    }
}

/// A vector with room, if there is memory.
fn room(thread: &mut Thread, bytes: usize) -> Outcome<Vec<u8>> {
    thread.charge(bytes)?;
    thread.heap().discharge(bytes);
    let mut out = Vec::new();
    match out.try_reserve_exact(bytes) {
        Ok(()) => Ok(out),
        Err(_) => Err(thread.no_memory()),
    }
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static FROM_BASE64: [u8; 256] = {
    let mut table = [64; 256];
    let mut index = 0;
    while index < 64 {
        table[BASE64[index] as usize] = index as u8;
        index += 1;
    }
    table
};

/// Decode a line of base64 data.
///
///   strict_mode
///     When set to True, bytes that are not part of the base64 standard are not allowed.
///     The same applies to excess data after padding (= / ==).
#[native(signature = "($module, data, /, *, strict_mode=False)")]
fn a2b_base64(thread: &mut Thread, data: Ascii<'_>, strict_mode: Option<bool>) -> Outcome {
    let (data, strict) = (&*data.0, strict_mode.unwrap_or(false));
    let mut out = room(thread, data.len().div_ceil(4) * 3)?;
    if strict && data.first() == Some(&b'=') {
        return Err(error(thread, "Leading padding not allowed"));
    }
    let (mut place, mut left, mut pads) = (0, 0_u8, 0);
    for &byte in data {
        if byte == b'=' {
            pads += 1;
            if strict && place == 1 {
                break;
            }
            if strict && (place == 0 || place + pads > 4) {
                return Err(error(thread, "Excess padding not allowed"));
            }
            continue;
        }
        let bits = FROM_BASE64[byte as usize];
        if bits >= 64 {
            if strict {
                return Err(error(thread, "Only base64 data is allowed"));
            }
            continue;
        }
        if strict && pads != 0 {
            let complete = place + pads == 4;
            let words =
                if complete { "Excess data after padding" } else { "Discontinuous padding not allowed" };
            return Err(error(thread, words));
        }
        pads = 0;
        match place {
            0 => left = bits,
            1 => {
                out.push(left << 2 | bits >> 4);
                left = bits & 0x0f;
            }
            2 => {
                out.push(left << 4 | bits >> 2);
                left = bits & 0x03;
            }
            _ => {
                out.push(left << 6 | bits);
                left = 0;
            }
        }
        place = (place + 1) % 4;
    }
    match place {
        0 => thread.bytes_from(out),
        1 => {
            let count = out.len() / 3 * 4 + 1;
            Err(error(
                thread,
                &format!(
                    "Invalid base64-encoded string: number of data characters ({count}) cannot be 1 more than a multiple of 4"
                ),
            ))
        }
        _ if place + pads >= 4 => thread.bytes_from(out),
        _ => Err(error(thread, "Incorrect padding")),
    }
}

/// Base64-code line of data.
#[native(signature = "($module, data, /, *, newline=True)")]
fn b2a_base64(thread: &mut Thread, data: Data<'_>, newline: Option<bool>) -> Outcome {
    let Some(length) = data.0.len().div_ceil(3).checked_mul(4) else {
        return Err(error(thread, "Too much data for base64 line"));
    };
    let mut out = room(thread, length + 1)?;
    for chunk in data.0.chunks(3) {
        let bits =
            chunk.iter().fold(0_u32, |bits, &byte| bits << 8 | u32::from(byte)) << (8 * (3 - chunk.len()));
        for index in 0..4 {
            let six = bits >> (18 - 6 * index) & 63;
            out.push(if index <= chunk.len() { BASE64[six as usize] } else { b'=' });
        }
    }
    if newline.unwrap_or(true) {
        out.push(b'\n');
    }
    thread.bytes_from(out)
}

fn hex_value(byte: u8) -> Option<u8> {
    (byte as char).to_digit(16).map(|digit| digit as u8)
}

fn from_hex(thread: &mut Thread, text: &[u8]) -> Outcome {
    if !text.len().is_multiple_of(2) {
        return Err(error(thread, "Odd-length string"));
    }
    let mut out = room(thread, text.len() / 2)?;
    for pair in text.chunks_exact(2) {
        match (hex_value(pair[0]), hex_value(pair[1])) {
            (Some(high), Some(low)) => out.push(high << 4 | low),
            _ => return Err(error(thread, "Non-hexadecimal digit found")),
        }
    }
    thread.bytes_from(out)
}

/// Binary data of hexadecimal representation.
///
/// hexstr must contain an even number of hex digits (upper or lower case).
/// This function is also available as "unhexlify()".
#[native(signature = "($module, hexstr, /)")]
fn a2b_hex(thread: &mut Thread, hexstr: Ascii<'_>) -> Outcome {
    from_hex(thread, &hexstr.0)
}

/// Binary data of hexadecimal representation.
///
/// hexstr must contain an even number of hex digits (upper or lower case).
#[native(signature = "($module, hexstr, /)")]
fn unhexlify(thread: &mut Thread, hexstr: Ascii<'_>) -> Outcome {
    from_hex(thread, &hexstr.0)
}

const HEX: &[u8; 16] = b"0123456789abcdef";

fn to_hex(thread: &mut Thread, data: &[u8], separator: Option<Ref<'_>>, group: Option<i32>) -> Outcome {
    let group = group.unwrap_or(1);
    let separator = match separator {
        None => None,
        Some(separator) => {
            if protocol::length(thread, separator)? != 1 {
                return Err(thread.value_error("sep must be length 1."));
            }
            if let Some(text) = separator.downcast::<Str>() {
                match u8::try_from(text.chars().get(0)) {
                    Ok(byte) => Some(byte),
                    Err(_) => return Err(thread.value_error("sep must be ASCII.")),
                }
            } else if let Some(bytes) = separator.downcast::<Bytes>() {
                Some(bytes.content()[0])
            } else {
                return Err(thread.type_error("sep must be str or bytes."));
            }
        }
    };
    let size = group.unsigned_abs() as usize;
    let Some(length) = data.len().checked_mul(3) else { return Err(thread.no_memory()) };
    let mut out = room(thread, length)?;
    // Groups are counted from the right, unless the number is negative.
    let first = if group > 0 && size != 0 { data.len() % size } else { 0 };
    for (index, &byte) in data.iter().enumerate() {
        if let Some(separator) =
            separator.filter(|_| size != 0 && index > 0 && (index + size - first).is_multiple_of(size))
        {
            out.push(separator);
        }
        out.push(HEX[usize::from(byte >> 4)]);
        out.push(HEX[usize::from(byte & 15)]);
    }
    thread.bytes_from(out)
}

/// Hexadecimal representation of binary data.
///
///   sep
///     An optional single character or byte to separate hex bytes.
///   bytes_per_sep
///     How many bytes between separators.  Positive values count from the
///     right, negative values count from the left.
///
/// The return value is a bytes object.  This function is also
/// available as "hexlify()".
///
/// Example:
/// >>> binascii.b2a_hex(b'\xb9\x01\xef')
/// b'b901ef'
/// >>> binascii.hexlify(b'\xb9\x01\xef', ':')
/// b'b9:01:ef'
/// >>> binascii.b2a_hex(b'\xb9\x01\xef', b'_', 2)
/// b'b9_01ef'
#[native(signature = "($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)")]
fn b2a_hex(thread: &mut Thread, data: Data<'_>, sep: Option<Ref<'_>>, bytes_per_sep: Option<i32>) -> Outcome {
    to_hex(thread, &data.0, sep, bytes_per_sep)
}

/// Hexadecimal representation of binary data.
///
///   sep
///     An optional single character or byte to separate hex bytes.
///   bytes_per_sep
///     How many bytes between separators.  Positive values count from the
///     right, negative values count from the left.
///
/// The return value is a bytes object.  This function is also
/// available as "b2a_hex()".
#[native(signature = "($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)")]
fn hexlify(thread: &mut Thread, data: Data<'_>, sep: Option<Ref<'_>>, bytes_per_sep: Option<i32>) -> Outcome {
    to_hex(thread, &data.0, sep, bytes_per_sep)
}

/// Decode a line of uuencoded data.
#[native(signature = "($module, data, /)")]
fn a2b_uu(thread: &mut Thread, data: Ascii<'_>) -> Outcome {
    let Some((&first, mut rest)) = data.0.split_first() else {
        return Err(error(thread, "Missing length byte"));
    };
    let length = usize::from(first.wrapping_sub(b' ') & 0o77);
    let mut out = Vec::with_capacity(length);
    let (mut bits, mut count) = (0_u32, 0);
    while out.len() < length {
        let six = match rest.split_first() {
            None => 0,
            Some((&byte, after)) => {
                rest = after;
                match byte {
                    b'\n' | b'\r' => 0,
                    b' '..=b'`' => (byte - b' ') & 0o77,
                    _ => return Err(error(thread, "Illegal char")),
                }
            }
        };
        bits = bits << 6 | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    if rest.iter().any(|byte| !matches!(byte, b' ' | b'`' | b'\n' | b'\r')) {
        return Err(error(thread, "Trailing garbage"));
    }
    thread.bytes_from(out)
}

/// Uuencode line of data.
#[native(signature = "($module, data, /, *, backtick=False)")]
fn b2a_uu(thread: &mut Thread, data: Data<'_>, backtick: Option<bool>) -> Outcome {
    let backtick = backtick.unwrap_or(false);
    if data.0.len() > 45 {
        return Err(error(thread, "At most 45 bytes at once"));
    }
    let letter = |six: u8| if backtick && six == 0 { b'`' } else { six + b' ' };
    let mut out = vec![letter(data.0.len() as u8)];
    for chunk in data.0.chunks(3) {
        let bits =
            chunk.iter().fold(0_u32, |bits, &byte| bits << 8 | u32::from(byte)) << (8 * (3 - chunk.len()));
        out.extend((0..4).map(|index| letter((bits >> (18 - 6 * index) & 63) as u8)));
    }
    out.push(b'\n');
    thread.bytes_from(out)
}

static CRC32_TABLE: [[u32; 256]; 8] = {
    let mut tables = [[0; 256]; 8];
    let mut index = 0;
    while index < 256 {
        let mut crc = index as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 != 0 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
            bit += 1;
        }
        tables[0][index] = crc;
        index += 1;
    }
    let mut table = 1;
    while table < 8 {
        let mut index = 0;
        while index < 256 {
            let previous = tables[table - 1][index];
            tables[table][index] = previous >> 8 ^ tables[0][(previous & 0xff) as usize];
            index += 1;
        }
        table += 1;
    }
    tables
};

/// The checksum of ZIP files, eight bytes at a time.
fn crc32_of(data: &[u8], start: u32) -> u32 {
    let t = &CRC32_TABLE;
    let mut crc = !start;
    let mut chunks = data.chunks_exact(8);
    for c in &mut chunks {
        let low = crc ^ u32::from_le_bytes([c[0], c[1], c[2], c[3]]);
        crc = t[7][(low & 0xff) as usize]
            ^ t[6][(low >> 8 & 0xff) as usize]
            ^ t[5][(low >> 16 & 0xff) as usize]
            ^ t[4][(low >> 24) as usize]
            ^ t[3][c[4] as usize]
            ^ t[2][c[5] as usize]
            ^ t[1][c[6] as usize]
            ^ t[0][c[7] as usize];
    }
    for &byte in chunks.remainder() {
        crc = crc >> 8 ^ t[0][((crc ^ u32::from(byte)) & 0xff) as usize];
    }
    !crc
}

/// The low bits of a number.
fn low_bits(thread: &mut Thread, number: Option<Ref<'_>>) -> Outcome<u32> {
    let Some(number) = number else { return Ok(0) };
    let number = protocol::index(thread, number)?;
    let number = taipan_object::types::int::to_int(number.as_ref()).expect("an integer");
    Ok(number.to_u64_wrapping() as u32)
}

/// Compute CRC-32 incrementally.
#[native(signature = "($module, data, crc=0, /)")]
fn crc32(thread: &mut Thread, data: Data<'_>, crc: Option<Ref<'_>>) -> Outcome<u32> {
    Ok(crc32_of(&data.0, low_bits(thread, crc)?))
}

/// Compute CRC-CCITT incrementally.
#[native(signature = "($module, data, crc, /)")]
fn crc_hqx(thread: &mut Thread, data: Data<'_>, crc: Ref<'_>) -> Outcome<u32> {
    let mut crc = low_bits(thread, Some(crc))? & 0xffff;
    for &byte in &*data.0 {
        crc ^= u32::from(byte) << 8;
        for _ in 0..8 {
            crc = if crc & 0x8000 != 0 { crc << 1 ^ 0x1021 } else { crc << 1 };
        }
        crc &= 0xffff;
    }
    Ok(crc)
}

/// Decode a string of qp-encoded data.
#[native(signature = "($module, /, data, header=False)")]
fn a2b_qp(thread: &mut Thread, data: Ascii<'_>, header: Option<bool>) -> Outcome {
    let (data, header) = (&*data.0, header.unwrap_or(false));
    let mut out = room(thread, data.len())?;
    let mut at = 0;
    while at < data.len() {
        match data[at] {
            b'=' => {
                at += 1;
                match data[at..] {
                    [] => break,
                    [b'\n', ..] => at += 1,
                    [b'\r', ..] => {
                        at += data[at..]
                            .iter()
                            .position(|&byte| byte == b'\n')
                            .map_or(data.len() - at, |n| n + 1);
                    }
                    [b'=', ..] => {
                        out.push(b'=');
                        at += 1;
                    }
                    [high, low, ..] if hex_value(high).is_some() && hex_value(low).is_some() => {
                        out.push(hex_value(high).unwrap_or(0) << 4 | hex_value(low).unwrap_or(0));
                        at += 2;
                    }
                    _ => out.push(b'='),
                }
            }
            b'_' if header => {
                out.push(b' ');
                at += 1;
            }
            byte => {
                out.push(byte);
                at += 1;
            }
        }
    }
    thread.bytes_from(out)
}

/// Encode a string using quoted-printable encoding.
///
/// On encoding, when istext is set, newlines are not encoded, and white
/// space at end of lines is.  When istext is not set, \r and \n (CR/LF)
/// are both encoded.  When quotetabs is set, space and tabs are encoded.
#[native(signature = "($module, /, data, quotetabs=False, istext=True, header=False)")]
fn b2a_qp(
    thread: &mut Thread,
    data: Data<'_>,
    quotetabs: Option<bool>,
    istext: Option<bool>,
    header: Option<bool>,
) -> Outcome {
    const MOST: usize = 76;
    let data = &*data.0;
    let (quotetabs, istext, header) =
        (quotetabs.unwrap_or(false), istext.unwrap_or(true), header.unwrap_or(false));
    let newline = data.iter().position(|&byte| byte == b'\n');
    let crlf = newline.is_some_and(|at| at > 0 && data[at - 1] == b'\r');
    let end: &[u8] = if crlf { b"\r\n" } else { b"\n" };
    let Some(most) = data.len().checked_mul(4) else { return Err(thread.no_memory()) };
    let mut out = room(thread, most)?;
    let quote = |out: &mut Vec<u8>, byte: u8| {
        const UPPER: &[u8; 16] = b"0123456789ABCDEF";
        out.extend([b'=', UPPER[usize::from(byte >> 4)], UPPER[usize::from(byte & 15)]]);
    };
    let (mut at, mut line) = (0, 0);
    while at < data.len() {
        let byte = data[at];
        let is_last = at + 1 == data.len();
        let quoted = byte > 126
            || byte == b'='
            || (header && byte == b'_')
            || (byte == b'.' && line == 0 && (is_last || matches!(data[at + 1], b'\n' | b'\r' | 0)))
            || (!istext && matches!(byte, b'\r' | b'\n'))
            || (matches!(byte, b'\t' | b' ') && is_last)
            || (byte < 33 && !matches!(byte, b'\r' | b'\n') && (quotetabs || !matches!(byte, b'\t' | b' ')));
        if quoted {
            if line + 3 >= MOST {
                out.push(b'=');
                out.extend(end);
                line = 0;
            }
            quote(&mut out, byte);
            at += 1;
            line += 3;
        } else if istext && (byte == b'\n' || (byte == b'\r' && !is_last && data[at + 1] == b'\n')) {
            line = 0;
            if let Some(&last) = out.last().filter(|last| matches!(last, b' ' | b'\t')) {
                out.pop();
                quote(&mut out, last);
            }
            out.extend(end);
            at += if byte == b'\r' { 2 } else { 1 };
        } else {
            if !is_last && data[at + 1] != b'\n' && line + 1 >= MOST {
                out.push(b'=');
                out.extend(end);
                line = 0;
            }
            line += 1;
            out.push(if header && byte == b' ' { b'_' } else { byte });
            at += 1;
        }
    }
    thread.bytes_from(out)
}
