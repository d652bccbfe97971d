//! The methods of `int`.

use taipan_macros::native;
use taipan_num::Int;
use taipan_num::format::{Context, format_int};
use taipan_num::{ByteOrder, ToBytesError};
use taipan_text::CharsBuf;

use super::to_int;
use crate::native::{GetSetDef, MethodDef};
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::Type;
use crate::types::bytes::{BYTES, bytes_like};
use crate::types::int::INT;
use crate::types::str::Str;
use crate::types::str::format::format_error;
use crate::value::{Outcome, Ref, Value};

pub(super) const METHODS: &[MethodDef] = &[
    CONJUGATE,
    BIT_LENGTH,
    BIT_COUNT,
    TO_BYTES,
    FROM_BYTES,
    AS_INTEGER_RATIO,
    __TRUNC__,
    __FLOOR__,
    __CEIL__,
    __ROUND__,
    __GETNEWARGS__,
    __FORMAT__,
    __SIZEOF__,
    IS_INTEGER,
];

pub(super) const ATTRIBUTES: &[GetSetDef] = &[
    attribute("real", "the real part of a complex number", plain),
    attribute("imag", "the imaginary part of a complex number", |_, _| Ok(Value::small_int(0))),
    attribute("numerator", "the numerator of a rational number in lowest terms", plain),
    attribute("denominator", "the denominator of a rational number in lowest terms", |_, _| {
        Ok(Value::small_int(1))
    }),
];

const fn attribute(
    name: &'static str,
    doc: &'static str,
    get: fn(&mut Thread, Ref<'_>) -> Outcome,
) -> GetSetDef {
    GetSetDef { name, doc: Some(doc), get: Some(get), set: None }
}

fn number<'a>(object: Ref<'a>) -> std::borrow::Cow<'a, Int> {
    to_int(object).expect("the method of integers")
}

/// The number as an exact `int`.
fn plain(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let value = number(object).into_owned();
    thread.int_value(value)
}

/// Returns self, the complex conjugate of any int.
#[native(signature = "($self, /)")]
fn conjugate(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    plain(thread, this)
}

/// Number of bits necessary to represent self in binary.
///
/// >>> bin(37)
/// '0b100101'
/// >>> (37).bit_length()
/// 6
#[native(signature = "($self, /)")]
fn bit_length(_thread: &mut Thread, this: Ref<'_>) -> u64 {
    number(this).bit_length()
}

/// Number of ones in the binary representation of the absolute value of self.
///
/// Also known as the population count.
///
/// >>> bin(13)
/// '0b1101'
/// >>> (13).bit_count()
/// 3
#[native(signature = "($self, /)")]
fn bit_count(_thread: &mut Thread, this: Ref<'_>) -> u64 {
    number(this).bit_count()
}

fn byte_order(thread: &mut Thread, order: Option<&Str>) -> Outcome<ByteOrder> {
    match order {
        None => Ok(ByteOrder::Big),
        Some(order) if order.is("big") => Ok(ByteOrder::Big),
        Some(order) if order.is("little") => Ok(ByteOrder::Little),
        Some(_) => Err(thread.value_error("byteorder must be either 'little' or 'big'")),
    }
}

/// Return an array of bytes representing an integer.
///
///   length
///     Length of bytes object to use.  An OverflowError is raised if
///     the integer is not representable with the given number of bytes.
///     Default is length 1.
///   byteorder
///     The byte order used to represent the integer.  If byteorder is
///     'big', the most significant byte is at the beginning of the byte
///     array.  If byteorder is 'little', the most significant byte is at
///     the end of the byte array.  To request the native byte order of
///     the host system, use sys.byteorder as the byte order value.
///     Default is to use 'big'.
///   signed
///     Determines whether two's complement is used to represent the
///     integer.  If signed is False and a negative integer is given,
///     an OverflowError is raised.
#[native(signature = "($self, /, length=1, byteorder='big', *, signed=False)")]
fn to_bytes(
    thread: &mut Thread,
    this: Ref<'_>,
    length: Option<isize>,
    byteorder: Option<&Str>,
    signed: Option<bool>,
) -> Outcome {
    let order = byte_order(thread, byteorder)?;
    let Ok(length) = usize::try_from(length.unwrap_or(1)) else {
        return Err(thread.value_error("length argument must be non-negative"));
    };
    let mut content = Vec::new();
    if content.try_reserve_exact(length).is_err() {
        return Err(thread.no_memory());
    }
    thread.charge(length)?;
    thread.heap().discharge(length);
    content.resize(length, 0);
    match number(this).to_bytes(&mut content, order, signed.unwrap_or(false)) {
        Ok(()) => thread.bytes_from(content),
        Err(ToBytesError::Negative) => Err(thread.overflow_error("can't convert negative int to unsigned")),
        Err(ToBytesError::TooBig) => Err(thread.overflow_error("int too big to convert")),
    }
}

/// Return the integer represented by the given array of bytes.
///
///   bytes
///     Holds the array of bytes to convert.  The argument must either
///     support the buffer protocol or be an iterable object producing
///     bytes.  Bytes and bytearray are examples of built-in objects that
///     support the buffer protocol.
///   byteorder
///     The byte order used to represent the integer.  If byteorder is
///     'big', the most significant byte is at the beginning of the byte
///     array.  If byteorder is 'little', the most significant byte is at
///     the end of the byte array.  To request the native byte order of
///     the host system, use sys.byteorder as the byte order value.
///     Default is to use 'big'.
///   signed
///     Indicates whether two's complement is used to represent the
///     integer.
#[native(signature = "($type, /, bytes, byteorder='big', *, signed=False)")]
fn from_bytes(
    thread: &mut Thread,
    class: &Type,
    bytes: Ref<'_>,
    byteorder: Option<&Str>,
    signed: Option<bool>,
) -> Outcome {
    let order = byte_order(thread, byteorder)?;
    if bytes.ty().slots().index.is_some() || bytes.downcast::<Str>().is_some() {
        return Err(not_bytes(thread, bytes));
    }
    let content = protocol::call(thread, BYTES.as_ref(), &[bytes])?;
    let content = bytes_like(thread, content.as_ref())?;
    let value = Int::from_bytes(&content, order, signed.unwrap_or(false));
    let value = thread.int_value(value)?;
    if class.is(&INT) { Ok(value) } else { protocol::call(thread, class.as_ref(), &[value.as_ref()]) }
}

fn not_bytes(thread: &mut Thread, object: Ref<'_>) -> crate::value::Raised {
    let ty = object.ty().name().into_owned();
    thread.type_error(format!("cannot convert '{ty}' object to bytes"))
}

/// Return a pair of integers, whose ratio is equal to the original int.
///
/// The ratio is in lowest terms and has a positive denominator.
///
/// >>> (10).as_integer_ratio()
/// (10, 1)
/// >>> (-10).as_integer_ratio()
/// (-10, 1)
/// >>> (0).as_integer_ratio()
/// (0, 1)
#[native(signature = "($self, /)")]
fn as_integer_ratio(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    let value = plain(thread, this)?;
    thread.tuple([value, Value::small_int(1)])
}

/// Truncating an Integral returns itself.
#[native(signature = "($self, /)", name = "__trunc__")]
fn __trunc__(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    plain(thread, this)
}

/// Flooring an Integral returns itself.
#[native(signature = "($self, /)", name = "__floor__")]
fn __floor__(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    plain(thread, this)
}

/// Ceiling of an Integral returns itself.
#[native(signature = "($self, /)", name = "__ceil__")]
fn __ceil__(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    plain(thread, this)
}

/// Rounding an Integral returns itself.
///
/// Rounding with an ndigits argument also returns an integer.
#[native(signature = "($self, ndigits=None, /)", name = "__round__")]
fn __round__(thread: &mut Thread, this: Ref<'_>, ndigits: Option<Ref<'_>>) -> Outcome {
    let Some(digits) = ndigits.filter(|digits| !digits.is_none()) else { return plain(thread, this) };
    let digits = protocol::index(thread, digits)?;
    let digits = to_int(digits.as_ref()).expect("an index is an integer").into_owned();
    if !digits.is_negative() {
        return plain(thread, this);
    }
    let places = digits.neg().to_u64().unwrap_or(u64::MAX);
    let value = number(this).round(places);
    thread.int_value(value)
}

#[native(signature = "($self, /)", name = "__getnewargs__")]
fn __getnewargs__(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    let value = plain(thread, this)?;
    thread.tuple([value])
}

/// Convert to a string according to format_spec.
#[native(signature = "($self, format_spec, /)", name = "__format__")]
fn __format__(thread: &mut Thread, this: Ref<'_>, format_spec: &Str) -> Outcome {
    if format_spec.is_empty() {
        return protocol::str(thread, this);
    }
    let name = this.ty().name().into_owned();
    let context = Context {
        type_name: &name,
        max_digits: thread.interp().int_max_str_digits.get(),
        ..Context::of("int")
    };
    let mut out = CharsBuf::new();
    match format_int(&mut out, &number(this), format_spec.chars(), &context) {
        Ok(()) => thread.str_from_buf(out),
        Err(error) => Err(format_error(thread, &error)),
    }
}

/// Returns size in memory, in bytes.
#[native(signature = "($self, /)", name = "__sizeof__")]
fn __sizeof__(_thread: &mut Thread, this: Ref<'_>) -> u64 {
    // As CPython counts: a head of 24 bytes and four for each 30 bits, one digit at least.
    24 + 4 * number(this).bit_length().div_ceil(30).max(1)
}

/// Returns True. Exists for duck type compatibility with float.is_integer.
#[native(signature = "($self, /)")]
fn is_integer(_thread: &mut Thread, _this: Ref<'_>) -> bool {
    true
}
