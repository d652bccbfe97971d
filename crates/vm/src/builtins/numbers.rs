//! Functions of numbers: `abs`, `bin`, `divmod`, `hex`, `oct`, `pow`, `round`, `chr`, `ord`.

use taipan_macros::native;
use taipan_object::native::MethodDef;
use taipan_object::protocol::{self, BinaryOp};
use taipan_object::typeobject::call_special;
use taipan_object::types::bytearray::ByteArray;
use taipan_object::types::bytes::Bytes;
use taipan_object::types::int::to_int;
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Ref, Thread};

pub(super) const FUNCTIONS: &[MethodDef] = &[ABS, BIN, CHR, DIVMOD, HEX, OCT, ORD, POW, ROUND];

/// Return the absolute value of the argument.
#[native(signature = "($module, x, /)")]
fn abs(thread: &mut Thread, x: Ref<'_>) -> Outcome {
    protocol::absolute(thread, x)
}

fn prefixed(thread: &mut Thread, number: Ref<'_>, base: u8) -> Outcome<String> {
    let value = protocol::index(thread, number)?;
    let value = to_int(value.as_ref()).expect("index() answers an integer");
    thread.charge(value.bit_length() as usize)?;
    thread.heap().discharge(value.bit_length() as usize);
    Ok(value.to_prefixed(base))
}

/// Return the binary representation of an integer.
///
///    >>> bin(2796202)
///    '0b1010101010101010101010'
#[native(signature = "($module, number, /)")]
fn bin(thread: &mut Thread, number: Ref<'_>) -> Outcome<String> {
    prefixed(thread, number, 2)
}

/// Return the octal representation of an integer.
///
///    >>> oct(342391)
///    '0o1234567'
#[native(signature = "($module, number, /)")]
fn oct(thread: &mut Thread, number: Ref<'_>) -> Outcome<String> {
    prefixed(thread, number, 8)
}

/// Return the hexadecimal representation of an integer.
///
///    >>> hex(12648430)
///    '0xc0ffee'
#[native(signature = "($module, number, /)")]
fn hex(thread: &mut Thread, number: Ref<'_>) -> Outcome<String> {
    prefixed(thread, number, 16)
}

/// Return a Unicode string of one character with ordinal i; 0 <= i <= 0x10ffff.
#[native(signature = "($module, i, /)")]
fn chr(thread: &mut Thread, i: Ref<'_>) -> Outcome {
    let value = protocol::index(thread, i)?;
    let point = to_int(value.as_ref()).and_then(|value| value.to_i64());
    match point.and_then(|point| u32::try_from(point).ok()) {
        Some(point) if point <= 0x10_ffff => thread.character(point),
        _ => Err(thread.value_error("chr() arg not in range(0x110000)")),
    }
}

/// Return the ordinal value of a character.
///
/// If the argument is a one-character string, return the Unicode code
/// point of that character.
///
/// If the argument is a bytes or bytearray object of length 1, return its
/// single byte value.
#[native(signature = "($module, character, /)")]
fn ord(thread: &mut Thread, character: Ref<'_>) -> Outcome<i64> {
    let (length, first) = if let Some(text) = character.downcast::<Str>() {
        (text.len(), text.chars().iter().next())
    } else if let Some(bytes) = character.downcast::<Bytes>() {
        (bytes.content().len(), bytes.content().first().map(|&byte| byte.into()))
    } else if let Some(bytes) = character.downcast::<ByteArray>() {
        let content = bytes.content(thread);
        (content.len(), content.first().map(|&byte| byte.into()))
    } else {
        let ty = character.ty().name().into_owned();
        return Err(thread.type_error(format!("ord() expected string of length 1, but {ty} found")));
    };
    match first {
        Some(point) if length == 1 => Ok(i64::from(point)),
        _ => {
            Err(thread.type_error(format!("ord() expected a character, but string of length {length} found")))
        }
    }
}

/// Return the tuple (x//y, x%y).  Invariant: div*y + mod == x.
#[native(signature = "($module, x, y, /)")]
fn divmod(thread: &mut Thread, x: Ref<'_>, y: Ref<'_>) -> Outcome {
    protocol::divmod(thread, x, y)
}

/// Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments
///
/// Some types, such as ints, are able to use a more efficient algorithm
/// when invoked using the three argument form.
#[native(signature = "($module, /, base, exp, mod=None)")]
fn pow(thread: &mut Thread, base: Ref<'_>, exp: Ref<'_>, modulus: Option<Ref<'_>>) -> Outcome {
    match modulus.filter(|modulus| !modulus.is_none()) {
        Some(modulus) => protocol::power(thread, base, exp, modulus),
        None => protocol::binary(thread, base, exp, BinaryOp::Power),
    }
}

/// Round a number to a given precision in decimal digits.
///
/// The return value is an integer if ndigits is omitted or None.
/// Otherwise the return value has the same type as the number.  ndigits
/// may be negative.
#[native(signature = "($module, /, number, ndigits=None)")]
fn round(thread: &mut Thread, number: Ref<'_>, ndigits: Option<Ref<'_>>) -> Outcome {
    let name = thread.names().__round__.clone();
    let places = ndigits.filter(|places| !places.is_none());
    match call_special(thread, number, &name, places.as_slice())? {
        Some(rounded) => Ok(rounded),
        None => {
            let ty = number.ty().name().into_owned();
            Err(thread.type_error(format!("type {ty} doesn't define __round__ method")))
        }
    }
}
