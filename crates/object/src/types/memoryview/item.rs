//! Items of memoryviews: bytes to values and back, by the native formats of one letter.

use taipan_num::packing::{Field, Kind, Layout, unpack_float};
use taipan_num::{ByteOrder, Int};

use super::MemoryView;
use crate::native::View;
use crate::protocol;
use crate::thread::Thread;
use crate::types::bytes::Bytes;
use crate::types::exception::{OVERFLOW_ERROR, TYPE_ERROR, VALUE_ERROR};
use crate::types::int::to_int;
use crate::value::{Outcome, Raised, Ref, Value};

/// The letter of a format that is one native letter, with or without `@`.
pub(super) fn native_letter(format: &str) -> Option<u8> {
    match format.strip_prefix('@').unwrap_or(format).as_bytes() {
        [
            letter @ (b'c' | b'b' | b'B' | b'h' | b'H' | b'i' | b'I' | b'l' | b'L' | b'q' | b'Q' | b'n'
            | b'N' | b'f' | b'd' | b'e' | b'?' | b'P'),
        ] => Some(*letter),
        _ => None,
    }
}

/// How many bytes an item of a native letter takes.
pub(super) const fn letter_size(letter: u8) -> usize {
    match letter {
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' | b'q' | b'Q' | b'n' | b'N' | b'd' | b'P' => 8,
        _ => 1,
    }
}

/// Whether an item of the letter is a byte.
pub(super) const fn is_byte(letter: u8) -> bool {
    matches!(letter, b'b' | b'B' | b'c')
}

/// The letter of a view's items; NotImplementedError for formats of several.
pub(super) fn letter(thread: &mut Thread, view: &View) -> Outcome<u8> {
    match view.format.strip_prefix('@').unwrap_or(&view.format).as_bytes() {
        [letter] => Ok(*letter),
        _ => {
            let message = format!("memoryview: unsupported format {}", view.format);
            Err(thread.not_implemented_error(message))
        }
    }
}

#[cold]
fn unsupported(thread: &mut Thread, letter: u8) -> Raised {
    thread.not_implemented_error(format!("memoryview: format {} not supported", letter as char))
}

fn array<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    bytes.try_into().ok()
}

/// What an item's bytes mean; none where the letter or the length is none of ours.
enum Item {
    Int(i128),
    Float(f64),
    Bool(bool),
    Char(u8),
}

fn decode(bytes: &[u8], letter: u8) -> Option<Item> {
    Some(match letter {
        b'B' => Item::Int(bytes.first().copied()?.into()),
        b'b' => Item::Int((*bytes.first()? as i8).into()),
        b'c' => Item::Char(*bytes.first()?),
        b'?' => Item::Bool(*bytes.first()? != 0),
        b'h' => Item::Int(i16::from_ne_bytes(array(bytes)?).into()),
        b'H' => Item::Int(u16::from_ne_bytes(array(bytes)?).into()),
        b'i' => Item::Int(i32::from_ne_bytes(array(bytes)?).into()),
        b'I' => Item::Int(u32::from_ne_bytes(array(bytes)?).into()),
        b'l' | b'q' | b'n' => Item::Int(i64::from_ne_bytes(array(bytes)?).into()),
        b'L' | b'Q' | b'N' | b'P' => Item::Int(u64::from_ne_bytes(array(bytes)?).into()),
        b'f' => Item::Float(f32::from_ne_bytes(array(bytes)?).into()),
        b'd' => Item::Float(f64::from_ne_bytes(array(bytes)?)),
        b'e' => Item::Float(unpack_float(&array::<2>(bytes)?, NATIVE)),
        _ => return None,
    })
}

const NATIVE: ByteOrder = if cfg!(target_endian = "big") { ByteOrder::Big } else { ByteOrder::Little };

/// The value of the item at `offset`.
pub(super) fn unpack(thread: &mut Thread, own: &MemoryView, offset: isize, letter: u8) -> Outcome {
    own.check_released(thread)?;
    match decode(own.item_at(thread, offset), letter) {
        Some(Item::Int(number)) => thread.int(number),
        Some(Item::Float(number)) => thread.float(number),
        Some(Item::Bool(truth)) => Ok(Value::bool(truth)),
        Some(Item::Char(byte)) => thread.bytes(&[byte]),
        None => Err(unsupported(thread, letter)),
    }
}

/// Whether two items of the same native letter are equal.
pub(super) fn equal(left: &[u8], right: &[u8], letter: u8) -> bool {
    match (decode(left, letter), decode(right, letter)) {
        (Some(Item::Int(a)), Some(Item::Int(b))) => a == b,
        (Some(Item::Float(a)), Some(Item::Float(b))) => a == b,
        (Some(Item::Bool(a)), Some(Item::Bool(b))) => a == b,
        (Some(Item::Char(a)), Some(Item::Char(b))) => a == b,
        _ => false,
    }
}

/// The values of an item of any format of the `struct` module, or none if the format is none.
pub(super) fn unpack_struct(thread: &mut Thread, bytes: &[u8], layout: &Layout) -> Outcome<Vec<Value>> {
    let mut values = Vec::new();
    for field in &layout.fields {
        for index in 0..field.repeat {
            let start = field.offset + index * field.size;
            let Some(part) = bytes.get(start..start + field.size) else { continue };
            values.push(unpack_field(thread, field, part, layout.order)?);
        }
    }
    Ok(values)
}

fn unpack_field(thread: &mut Thread, field: &Field, part: &[u8], order: ByteOrder) -> Outcome {
    match field.kind {
        Kind::Char | Kind::Bytes | Kind::Pascal => thread.bytes(field.unpack_bytes(part)),
        Kind::Bool => Ok(Value::bool(part.iter().any(|byte| *byte != 0))),
        Kind::Signed | Kind::Unsigned => {
            let number = field.unpack_int(part, order);
            protocol::from_int(thread, number)
        }
        Kind::Float => {
            let number = field.unpack_float(part, order);
            thread.float(number)
        }
        Kind::Complex => {
            // Equal parts are equal numbers.
            let (real, imaginary) = field.unpack_complex(part, order);
            let real = thread.float(real)?;
            let imaginary = thread.float(imaginary)?;
            thread.tuple([real, imaginary])
        }
    }
}

fn wrong(thread: &mut Thread, what: &str, letter: u8) -> Raised {
    let message = format!("memoryview: invalid {what} for format '{}'", letter as char);
    if what == "type" { thread.type_error(message) } else { thread.value_error(message) }
}

/// CPython's words for an error of a conversion.
fn reworded(thread: &mut Thread, raised: Raised, letter: u8) -> Raised {
    if thread.exception_is(&TYPE_ERROR) {
        drop(thread.take_exception());
        return wrong(thread, "type", letter);
    }
    if thread.exception_is(&OVERFLOW_ERROR) || thread.exception_is(&VALUE_ERROR) {
        drop(thread.take_exception());
        return wrong(thread, "value", letter);
    }
    raised
}

fn integer(thread: &mut Thread, value: Ref<'_>, letter: u8) -> Outcome<i128> {
    let number = match protocol::index(thread, value) {
        Ok(number) => number,
        Err(raised) => return Err(reworded(thread, raised, letter)),
    };
    match to_int(number.as_ref()).as_deref() {
        Some(Int::Small(number)) => Ok((*number).into()),
        Some(Int::Big(number)) => match u64::try_from(&**number) {
            Ok(number) => Ok(number.into()),
            Err(_) => Err(wrong(thread, "value", letter)),
        },
        None => Err(wrong(thread, "type", letter)),
    }
}

/// Puts a value into the item at `offset`. May run Python before it does.
pub(super) fn pack(
    thread: &mut Thread,
    own: &MemoryView,
    offset: isize,
    value: Ref<'_>,
    letter: u8,
) -> Outcome<()> {
    let mut packed = [0; 8];
    let size = letter_size(letter);
    match letter {
        b'b' | b'h' | b'i' | b'l' | b'q' | b'n' => {
            let number = integer(thread, value, letter)?;
            let bound = 1_i128 << (size * 8 - 1);
            if number < -bound || number >= bound {
                return Err(wrong(thread, "value", letter));
            }
            packed = (number as i64).to_ne_bytes();
        }
        b'B' | b'H' | b'I' | b'L' | b'Q' | b'N' | b'P' => {
            let number = integer(thread, value, letter)?;
            if number < 0 || number >= 1_i128 << (size * 8) {
                return Err(wrong(thread, "value", letter));
            }
            packed = (number as u64).to_ne_bytes();
        }
        b'f' | b'd' | b'e' => {
            let number = match protocol::to_f64(thread, value) {
                Ok(number) => number,
                Err(raised) => return Err(reworded(thread, raised, letter)),
            };
            match letter {
                b'd' => packed = number.to_ne_bytes(),
                b'f' => packed[..4].copy_from_slice(&(number as f32).to_ne_bytes()),
                _ => {
                    if taipan_num::packing::pack_float(number, b'e', NATIVE, &mut packed[..2]).is_err() {
                        return Err(wrong(thread, "value", letter));
                    }
                }
            }
        }
        b'?' => packed[0] = protocol::is_true(thread, value)?.into(),
        b'c' => match value.downcast::<Bytes>().map(Bytes::content) {
            None => return Err(wrong(thread, "type", letter)),
            Some([byte]) => packed[0] = *byte,
            Some(_) => return Err(wrong(thread, "value", letter)),
        },
        _ => return Err(unsupported(thread, letter)),
    }
    own.check_released(thread)?;
    let part = if cfg!(target_endian = "big") && !matches!(letter, b'f' | b'e' | b'?' | b'c') {
        &packed[8 - size..]
    } else {
        &packed[..size]
    };
    own.item_mut(thread, offset).copy_from_slice(part);
    Ok(())
}
