//! One value of a struct.

use taipan_num::packing::{Field, Kind, PackError};
use taipan_num::{ByteOrder, Int};
use taipan_object::protocol;
use taipan_object::types::bytes::{Bytes, is_bytes_or_bytearray};
use taipan_object::types::int::to_int;
use taipan_object::{Outcome, Raised, Ref, Thread, Value};

use super::error;

#[cold]
fn refused(thread: &mut Thread, refusal: PackError) -> Raised {
    match refusal {
        PackError::Float { .. } => thread.overflow_error(refusal.to_string()),
        _ => error(thread, &refusal.to_string()),
    }
}

fn integer(thread: &mut Thread, value: Ref<'_>) -> Outcome<Int> {
    if value.word().is_int() {
        return Ok(Int::Small(value.word().int()));
    }
    if value.ty().slots().index.is_none() {
        return Err(error(thread, "required argument is not an integer"));
    }
    let value = protocol::index(thread, value)?;
    Ok(to_int(value.as_ref()).expect("an integer").into_owned())
}

fn float(thread: &mut Thread, value: Ref<'_>) -> Outcome<f64> {
    protocol::to_f64(thread, value).map_err(|raised| {
        if !thread.exception_is(&taipan_object::types::exception::TYPE_ERROR) {
            return raised;
        }
        drop(thread.take_exception());
        error(thread, "required argument is not a float")
    })
}

fn part(thread: &mut Thread, complex: &Value, name: &str) -> Outcome<f64> {
    let name = thread.intern(name)?;
    let part = protocol::get_attribute(thread, complex.as_ref(), name.as_ref())?;
    protocol::to_f64(thread, part.as_ref())
}

fn complex(thread: &mut Thread, value: Ref<'_>) -> Outcome<(f64, f64)> {
    let class = crate::library::builtin(thread, "complex")?;
    let slots = value.ty().slots();
    let name = thread.intern("__complex__")?;
    let is_number = slots.float.is_some()
        || slots.index.is_some()
        || protocol::is_instance(thread, value, class.as_ref())?
        || value.ty().lookup_value(thread, &name).is_some();
    if !is_number {
        return Err(error(thread, "required argument is not a complex"));
    }
    let number = protocol::call(thread, class.as_ref(), &[value])?;
    Ok((part(thread, &number, "real")?, part(thread, &number, "imag")?))
}

/// Packs one value into `out`, which is as long as it takes.
pub(super) fn pack(
    thread: &mut Thread,
    field: &Field,
    order: ByteOrder,
    value: Ref<'_>,
    out: &mut [u8],
) -> Outcome<()> {
    match field.kind {
        Kind::Signed | Kind::Unsigned => {
            let number = integer(thread, value)?;
            field.pack_int(&number, order, out).map_err(|refusal| refused(thread, refusal))
        }
        Kind::Float => {
            let number = float(thread, value)?;
            field.pack_float(number, order, out).map_err(|refusal| refused(thread, refusal))
        }
        Kind::Complex => {
            let number = complex(thread, value)?;
            field.pack_complex(number, order, out).map_err(|refusal| refused(thread, refusal))
        }
        Kind::Bool => {
            out[0] = u8::from(protocol::is_true(thread, value)?);
            Ok(())
        }
        Kind::Char => match value.downcast::<Bytes>().map(Bytes::content) {
            Some([byte]) => {
                out[0] = *byte;
                Ok(())
            }
            _ => Err(error(thread, "char format requires a bytes object of length 1")),
        },
        Kind::Bytes | Kind::Pascal => {
            if !is_bytes_or_bytearray(value) {
                let letter = char::from(field.letter);
                return Err(error(thread, &format!("argument for '{letter}' must be a bytes object")));
            }
            let content = taipan_object::types::bytes::bytes_like(thread, value)?;
            field.pack_bytes(&content, out);
            Ok(())
        }
    }
}

/// Unpacks one value.
pub(super) fn unpack(thread: &mut Thread, field: &Field, order: ByteOrder, bytes: &[u8]) -> Outcome {
    match field.kind {
        Kind::Signed | Kind::Unsigned => {
            let mut word = [0_u8; 8];
            word[..bytes.len()].copy_from_slice(bytes);
            if order == ByteOrder::Big {
                word[..bytes.len()].reverse();
            }
            let number = u64::from_le_bytes(word);
            if field.kind == Kind::Unsigned {
                return thread.int(i128::from(number));
            }
            let unused = 64 - 8 * bytes.len() as u32;
            thread.int(i128::from((number << unused) as i64 >> unused))
        }
        Kind::Float => thread.float(field.unpack_float(bytes, order)),
        Kind::Complex => {
            let (real, imag) = field.unpack_complex(bytes, order);
            let class = crate::library::builtin(thread, "complex")?;
            let (real, imag) = (thread.float(real)?, thread.float(imag)?);
            protocol::call(thread, class.as_ref(), &[real.as_ref(), imag.as_ref()])
        }
        Kind::Bool => Ok(Value::bool(bytes[0] != 0)),
        Kind::Char => thread.bytes(bytes),
        Kind::Bytes | Kind::Pascal => thread.bytes(field.unpack_bytes(bytes)),
    }
}
