//! Values in bytes as C lays them out: the formats of module `struct`, also used by `array` and
//! `memoryview`.
//!
//! Answers for `prepare_s` and the packing functions of CPython's `Modules/_struct.c`. Native sizes
//! and alignments are those of 64-bit Unix.

use std::fmt;

use crate::{ByteOrder, Int};

/// What is wrong with a format: the words of a `struct.error`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // each is its message
pub enum FormatError {
    EmbeddedNull,
    BadChar,
    CountWithoutFormat,
    TooLong,
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FormatError::EmbeddedNull => "embedded null character",
            FormatError::BadChar => "bad char in struct format",
            FormatError::CountWithoutFormat => "repeat count given without format specifier",
            FormatError::TooLong => "total struct size too long",
        })
    }
}

/// What kind of value a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `c`: bytes of length 1.
    Char,
    /// `s`: bytes, cut or filled up with zeros.
    Bytes,
    /// `p`: bytes behind their length.
    Pascal,
    /// `?`
    Bool,
    /// `b h i l q n`
    Signed,
    /// `B H I L Q N`, and `P`.
    Unsigned,
    /// `e f d`
    Float,
    /// `F D`
    Complex,
}

/// Values of one kind, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// What they are.
    pub kind: Kind,
    /// The letter.
    pub letter: u8,
    /// Where the first one is.
    pub offset: usize,
    /// How many bytes each takes.
    pub size: usize,
    /// How many there are.
    pub repeat: usize,
}

/// A parsed format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The fields, but for padding.
    pub fields: Vec<Field>,
    /// How many bytes there are.
    pub size: usize,
    /// How many values there are.
    pub count: usize,
    /// The order of bytes.
    pub order: ByteOrder,
}

const NATIVE: ByteOrder = if cfg!(target_endian = "little") { ByteOrder::Little } else { ByteOrder::Big };

/// Kind, size and alignment for a letter.
fn entry(letter: u8, native: bool) -> Option<(Kind, usize, usize)> {
    let (kind, size, align) = match letter {
        b'x' | b's' => (Kind::Bytes, 1, 1),
        b'p' => (Kind::Pascal, 1, 1),
        b'c' => (Kind::Char, 1, 1),
        b'?' => (Kind::Bool, 1, 1),
        b'b' => (Kind::Signed, 1, 1),
        b'B' => (Kind::Unsigned, 1, 1),
        b'h' => (Kind::Signed, 2, 2),
        b'H' => (Kind::Unsigned, 2, 2),
        b'i' => (Kind::Signed, 4, 4),
        b'I' => (Kind::Unsigned, 4, 4),
        b'l' if native => (Kind::Signed, 8, 8),
        b'L' if native => (Kind::Unsigned, 8, 8),
        b'l' => (Kind::Signed, 4, 4),
        b'L' => (Kind::Unsigned, 4, 4),
        b'q' => (Kind::Signed, 8, 8),
        b'Q' => (Kind::Unsigned, 8, 8),
        b'n' if native => (Kind::Signed, 8, 8),
        b'N' | b'P' if native => (Kind::Unsigned, 8, 8),
        b'e' => (Kind::Float, 2, 2),
        b'f' => (Kind::Float, 4, 4),
        b'd' => (Kind::Float, 8, 8),
        b'F' => (Kind::Complex, 8, 4),
        b'D' => (Kind::Complex, 16, 8),
        _ => return None,
    };
    Some((kind, size, if native { align } else { 1 }))
}

impl Layout {
    /// Parses a format.
    pub fn parse(format: &[u8]) -> Result<Layout, FormatError> {
        if memchr::memchr(0, format).is_some() {
            return Err(FormatError::EmbeddedNull);
        }
        let (native, order, mut rest) = match format {
            [b'<', rest @ ..] => (false, ByteOrder::Little, rest),
            [b'>' | b'!', rest @ ..] => (false, ByteOrder::Big, rest),
            [b'=', rest @ ..] => (false, NATIVE, rest),
            [b'@', rest @ ..] => (true, NATIVE, rest),
            rest => (true, NATIVE, rest),
        };
        let mut layout = Layout { fields: Vec::new(), size: 0, count: 0, order };
        while let [letter, after @ ..] = rest {
            if matches!(letter, b' ' | b'\t'..=b'\r') {
                rest = after;
                continue;
            }
            let (repeat, after) = repeat_count(rest)?;
            let [letter, after @ ..] = after else { return Err(FormatError::CountWithoutFormat) };
            layout.push(*letter, repeat, native)?;
            rest = after;
        }
        Ok(layout)
    }

    fn push(&mut self, letter: u8, repeat: usize, native: bool) -> Result<(), FormatError> {
        let (kind, size, align) = entry(letter, native).ok_or(FormatError::BadChar)?;
        let offset = self.size.checked_next_multiple_of(align);
        let end = offset.and_then(|at| at.checked_add(repeat.checked_mul(size)?));
        let within = end.filter(|&end| end <= isize::MAX as usize);
        let (Some(offset), Some(end)) = (offset, within) else { return Err(FormatError::TooLong) };
        self.size = end;
        match letter {
            b'x' => return Ok(()),
            b's' | b'p' => {
                self.fields.push(Field { kind, letter, offset, size: repeat, repeat: 1 });
                self.count += 1;
            }
            _ if repeat == 0 => return Ok(()),
            _ => {
                self.fields.push(Field { kind, letter, offset, size, repeat });
                self.count += repeat;
            }
        }
        Ok(())
    }
}

/// The number at the front, 1 if there is none, and what follows.
fn repeat_count(text: &[u8]) -> Result<(usize, &[u8]), FormatError> {
    let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
    let (digits, rest) = text.split_at(digits);
    if digits.is_empty() {
        return Ok((1, rest));
    }
    let count = digits.iter().try_fold(0_usize, |count, &digit| {
        count.checked_mul(10)?.checked_add(usize::from(digit - b'0')).filter(|&n| n <= isize::MAX as usize)
    });
    Ok((count.ok_or(FormatError::TooLong)?, rest))
}

/// Why a value does not go into a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PackError {
    /// A `struct.error`: out of the range of the field's integers.
    Range {
        /// The field's letter.
        letter: u8,
        /// The size of its integers.
        size: usize,
        /// Whether they have a sign.
        signed: bool,
    },
    /// A `struct.error`, of `P`.
    Pointer,
    /// An OverflowError.
    Float {
        /// The field's letter.
        letter: u8,
    },
}

impl fmt::Display for PackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            PackError::Range { letter, size, signed } => {
                let most = u64::MAX >> (64 - 8 * size);
                let letter = char::from(letter);
                if signed {
                    let most = (most >> 1) as i64;
                    write!(f, "'{letter}' format requires {} <= number <= {most}", !most)
                } else {
                    write!(f, "'{letter}' format requires 0 <= number <= {most}")
                }
            }
            PackError::Pointer => f.write_str("int too large to convert"),
            PackError::Float { letter } => {
                write!(f, "float too large to pack with {} format", char::from(letter))
            }
        }
    }
}

impl Field {
    /// Packs an integer into `out`, which is as long as the field's values.
    pub fn pack_int(&self, value: &Int, order: ByteOrder, out: &mut [u8]) -> Result<(), PackError> {
        let mut signed = self.kind == Kind::Signed;
        if self.letter == b'P' {
            signed = value.is_negative();
        }
        value.to_bytes(out, order, signed).map_err(|_| match self.letter {
            b'P' => PackError::Pointer,
            letter => PackError::Range { letter, size: self.size, signed },
        })
    }

    /// Packs a float into `out`, which is as long as the field's values.
    pub fn pack_float(&self, value: f64, order: ByteOrder, out: &mut [u8]) -> Result<(), PackError> {
        pack_float(value, self.letter, order, out)
    }

    /// Packs both parts of a complex number. What is too large becomes infinite in the machine's
    /// order of bytes, and is an error in the other, as it is in CPython.
    pub fn pack_complex(
        &self,
        (real, imag): (f64, f64),
        order: ByteOrder,
        out: &mut [u8],
    ) -> Result<(), PackError> {
        let (first, second) = out.split_at_mut(self.size / 2);
        for (part, out) in [(real, first), (imag, second)] {
            let part = if self.size == 8 && order == NATIVE { f64::from(part as f32) } else { part };
            pack_float(part, b'f', order, out)?;
        }
        Ok(())
    }

    /// Packs bytes, for the kinds that take them.
    pub fn pack_bytes(&self, value: &[u8], out: &mut [u8]) {
        match (self.kind, &mut *out) {
            (Kind::Pascal, []) => {}
            (Kind::Pascal, [length, rest @ ..]) => {
                let count = value.len().min(rest.len());
                rest[..count].copy_from_slice(&value[..count]);
                *length = count.min(255) as u8;
            }
            _ => {
                let count = value.len().min(out.len());
                out[..count].copy_from_slice(&value[..count]);
            }
        }
    }

    /// Unpacks an integer.
    pub fn unpack_int(&self, bytes: &[u8], order: ByteOrder) -> Int {
        Int::from_bytes(bytes, order, self.kind == Kind::Signed)
    }

    /// Unpacks a float.
    pub fn unpack_float(&self, bytes: &[u8], order: ByteOrder) -> f64 {
        unpack_float(bytes, order)
    }

    /// Unpacks a complex number.
    pub fn unpack_complex(&self, bytes: &[u8], order: ByteOrder) -> (f64, f64) {
        let (real, imag) = bytes.split_at(bytes.len() / 2);
        (unpack_float(real, order), unpack_float(imag, order))
    }

    /// Unpacks bytes, for the kinds that hold them.
    pub fn unpack_bytes<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        match (self.kind, bytes) {
            (Kind::Pascal, [length, rest @ ..]) => &rest[..rest.len().min((*length).into())],
            _ => bytes,
        }
    }
}

/// Packs a float in the format `e`, `f` or `d`, by the length of `out`.
pub fn pack_float(value: f64, letter: u8, order: ByteOrder, out: &mut [u8]) -> Result<(), PackError> {
    match out.len() {
        2 => out.copy_from_slice(&to_half(value).ok_or(PackError::Float { letter })?.to_le_bytes()),
        4 => {
            let single = value as f32;
            if single.is_infinite() && value.is_finite() {
                return Err(PackError::Float { letter });
            }
            out.copy_from_slice(&single.to_le_bytes());
        }
        _ => out.copy_from_slice(&value.to_le_bytes()),
    }
    if order == ByteOrder::Big {
        out.reverse();
    }
    Ok(())
}

/// Unpacks a float of 2, 4 or 8 bytes.
pub fn unpack_float(bytes: &[u8], order: ByteOrder) -> f64 {
    let mut copy = [0; 8];
    let copy = &mut copy[..bytes.len()];
    copy.copy_from_slice(bytes);
    if order == ByteOrder::Big {
        copy.reverse();
    }
    match *copy {
        [a, b] => from_half(u16::from_le_bytes([a, b])),
        [a, b, c, d] => f32::from_le_bytes([a, b, c, d]).into(),
        [a, b, c, d, e, f, g, h] => f64::from_le_bytes([a, b, c, d, e, f, g, h]),
        _ => 0.0,
    }
}

/// The bits of the nearest number of half precision, to even when two are; `None` when it is too
/// large for one.
fn to_half(x: f64) -> Option<u16> {
    let sign = u16::from(x.is_sign_negative()) << 15;
    if x.is_nan() {
        return Some(sign | 0x7e00);
    }
    if x.is_infinite() {
        return Some(sign | 0x7c00);
    }
    // In units of the last place: below 2⁻¹⁴ that is 2⁻²⁴, above it grows with the number.
    let exponent = if x == 0.0 { i32::MIN } else { crate::float::frexp(x).1 };
    let unit = exponent.saturating_sub(11).max(-24);
    let rounded = crate::float::ldexp(x.abs(), -unit).round_ties_even() as u16;
    // A carry out of the digits is a carry into the exponent.
    let biased = (unit + 24) as u16;
    let bits = u32::from(biased) * 1024 + u32::from(rounded);
    u16::try_from(bits).ok().filter(|&bits| bits < 0x7c00).map(|bits| sign | bits)
}

fn from_half(bits: u16) -> f64 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let fraction = f64::from(bits & 0x3ff);
    let magnitude = match i32::from(bits >> 10 & 0x1f) {
        0 => crate::float::ldexp(fraction, -24),
        0x1f if bits & 0x3ff == 0 => f64::INFINITY,
        // The payload stays, at the front of the larger one.
        0x1f => f64::from_bits(0x7ff8_0000_0000_0000 | u64::from(bits & 0x3ff) << 42),
        exponent => crate::float::ldexp(fraction + 1024.0, exponent - 25),
    };
    magnitude.copysign(sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats() {
        let layout = Layout::parse(b"bhi 3s 2x2q0d").expect("it is right");
        assert_eq!((layout.size, layout.count), (32, 6));
        assert_eq!(
            layout.fields[4],
            Field { kind: Kind::Signed, letter: b'q', offset: 16, size: 8, repeat: 2 }
        );
        assert_eq!(Layout::parse(b"<bhl").map(|l| l.size), Ok(7));
        assert_eq!(Layout::parse(b"b0D").map(|l| l.size), Ok(8));
        for (format, message) in [
            (b"3".as_slice(), "repeat count given without format specifier"),
            (b"z", "bad char in struct format"),
            (b"<n", "bad char in struct format"),
            (b"i\0", "embedded null character"),
            (b"99999999999999999999i", "total struct size too long"),
            (b"9999999999999999999i", "total struct size too long"),
        ] {
            assert_eq!(Layout::parse(format).map_err(|e| e.to_string()), Err(message.into()));
        }
    }

    #[test]
    fn integers() {
        let field = Layout::parse(b">h").expect("it is right").fields[0];
        let mut out = [0; 2];
        assert_eq!(field.pack_int(&Int::Small(-2), ByteOrder::Big, &mut out), Ok(()));
        assert_eq!(out, [0xff, 0xfe]);
        assert_eq!(field.unpack_int(&out, ByteOrder::Big), Int::Small(-2));
        let error = field.pack_int(&Int::Small(40000), ByteOrder::Big, &mut out);
        let message = "'h' format requires -32768 <= number <= 32767";
        assert_eq!(error.map_err(|e| e.to_string()), Err(message.into()));
    }

    #[test]
    fn floats_of_half_precision() {
        for (x, bits) in [
            (0.0, 0),
            (-0.0, 0x8000),
            (1.0, 0x3c00),
            (65504.0, 0x7bff),
            (65519.99, 0x7bff),
            (5.960464477539063e-08, 1),
            (2.9802322387695312e-08, 0),
            (6.103515625e-05, 0x0400),
            (f64::NEG_INFINITY, 0xfc00),
        ] {
            assert_eq!(to_half(x), Some(bits), "{x}");
        }
        assert_eq!(to_half(65520.0), None);
        for bits in (0..=u16::MAX).filter(|bits| bits & 0x7fff <= 0x7c00) {
            assert_eq!(to_half(from_half(bits)), Some(bits));
        }
        let error = pack_float(1e40, b'f', ByteOrder::Big, &mut [0; 4]);
        assert_eq!(error.map_err(|e| e.to_string()), Err("float too large to pack with f format".into()));
    }

    #[test]
    fn bytes() {
        let pascal = Layout::parse(b"5p").expect("it is right").fields[0];
        let mut out = [0; 5];
        pascal.pack_bytes(b"abcdef", &mut out);
        assert_eq!(&out, b"\x04abcd");
        assert_eq!(pascal.unpack_bytes(b"\xffabcd"), b"abcd");
    }
}
