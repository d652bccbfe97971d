//! The methods of `float`.

use taipan_macros::native;
use taipan_num::Int;
use taipan_num::float::{self, FromHexError};
use taipan_num::format::{Context, format_float};
use taipan_text::CharsBuf;

use super::{FLOAT, Float};
use crate::native::{GetSetDef, MethodDef};
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::Type;
use crate::types::str::Str;
use crate::types::str::format::format_error;
use crate::value::{Outcome, Ref};

pub(super) const METHODS: &[MethodDef] = &[
    FROM_NUMBER,
    CONJUGATE,
    __TRUNC__,
    __FLOOR__,
    __CEIL__,
    __ROUND__,
    AS_INTEGER_RATIO,
    FROMHEX,
    HEX,
    IS_INTEGER,
    __GETNEWARGS__,
    __GETFORMAT__,
    __FORMAT__,
];

pub(super) const ATTRIBUTES: &[GetSetDef] = &[
    GetSetDef {
        name: "real",
        doc: Some("the real part of a complex number"),
        get: Some(|thread, object| thread.float(number(object))),
        set: None,
    },
    GetSetDef {
        name: "imag",
        doc: Some("the imaginary part of a complex number"),
        get: Some(|thread, _| thread.float(0.0)),
        set: None,
    },
];

fn number(object: Ref<'_>) -> f64 {
    Float::value_of(object).expect("the method of floats")
}

/// A float of `class`.
fn made_of(thread: &mut Thread, class: &Type, value: f64) -> Outcome {
    let value = thread.float(value)?;
    if class.is(&FLOAT) { Ok(value) } else { protocol::call(thread, class.as_ref(), &[value.as_ref()]) }
}

/// An integer from a float that has no fraction.
pub(super) fn whole(thread: &mut Thread, value: f64) -> Outcome {
    match Int::from_f64(value) {
        Some(value) => thread.int_value(value),
        None if value.is_nan() => Err(thread.value_error("cannot convert float NaN to integer")),
        None => Err(thread.overflow_error("cannot convert float infinity to integer")),
    }
}

/// Convert real number to a floating-point number.
#[native(signature = "($type, number, /)")]
fn from_number(thread: &mut Thread, class: &Type, number: Ref<'_>) -> Outcome {
    let value = protocol::to_f64(thread, number)?;
    made_of(thread, class, value)
}

/// Return self, the complex conjugate of any float.
#[native(signature = "($self, /)")]
fn conjugate(_thread: &mut Thread, this: Ref<'_>) -> f64 {
    number(this)
}

/// Return the Integral closest to x between 0 and x.
#[native(signature = "($self, /)", name = "__trunc__")]
fn __trunc__(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    whole(thread, number(this).trunc())
}

/// Return the floor as an Integral.
#[native(signature = "($self, /)", name = "__floor__")]
fn __floor__(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    whole(thread, number(this).floor())
}

/// Return the ceiling as an Integral.
#[native(signature = "($self, /)", name = "__ceil__")]
fn __ceil__(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    whole(thread, number(this).ceil())
}

/// Return the Integral closest to x, rounding half toward even.
///
/// When an argument is passed, work like built-in round(x, ndigits).
#[native(signature = "($self, ndigits=None, /)", name = "__round__")]
fn __round__(thread: &mut Thread, this: Ref<'_>, ndigits: Option<Ref<'_>>) -> Outcome {
    let Some(digits) = ndigits.filter(|digits| !digits.is_none()) else {
        return whole(thread, number(this).round_ties_even());
    };
    let digits = protocol::index(thread, digits)?;
    let digits = crate::types::int::to_int(digits.as_ref()).expect("an index is an integer");
    let far = if digits.is_negative() { i64::MIN } else { i64::MAX };
    match float::round(number(this), digits.to_i64().unwrap_or(far)) {
        Some(value) => thread.float(value),
        None => Err(thread.overflow_error("rounded value too large to represent")),
    }
}

/// Return a pair of integers, whose ratio is exactly equal to the original float.
///
/// The ratio is in lowest terms and has a positive denominator.  Raise
/// OverflowError on infinities and a ValueError on NaNs.
///
/// >>> (10.0).as_integer_ratio()
/// (10, 1)
/// >>> (0.0).as_integer_ratio()
/// (0, 1)
/// >>> (-.25).as_integer_ratio()
/// (-1, 4)
#[native(signature = "($self, /)")]
fn as_integer_ratio(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    let value = number(this);
    match float::as_integer_ratio(value) {
        Some((numerator, denominator)) => {
            let numerator = thread.int_value(numerator)?;
            let denominator = thread.int_value(denominator)?;
            thread.tuple([numerator, denominator])
        }
        None if value.is_nan() => Err(thread.value_error("cannot convert NaN to integer ratio")),
        None => Err(thread.overflow_error("cannot convert Infinity to integer ratio")),
    }
}

/// Create a floating-point number from a hexadecimal string.
///
/// >>> float.fromhex('0x1.ffffp10')
/// 2047.984375
/// >>> float.fromhex('-0x1p-1074')
/// -5e-324
#[native(signature = "($type, string, /)")]
fn fromhex(thread: &mut Thread, class: &Type, string: Ref<'_>) -> Outcome {
    let Some(text) = string.downcast::<Str>() else {
        let ty = string.ty().name().into_owned();
        return Err(thread.type_error(format!("bad argument type for built-in operation: {ty}")));
    };
    match float::from_hex(text.to_text().as_bytes()) {
        Ok(value) => made_of(thread, class, value),
        Err(FromHexError::Invalid) => Err(thread.value_error("invalid hexadecimal floating-point string")),
        Err(FromHexError::TooLarge) => {
            Err(thread.overflow_error("hexadecimal value too large to represent as a float"))
        }
    }
}

/// Return a hexadecimal representation of a floating-point number.
///
/// >>> (-0.1).hex()
/// '-0x1.999999999999ap-4'
/// >>> 3.14159.hex()
/// '0x1.921f9f01b866ep+1'
#[native(signature = "($self, /)")]
fn hex(_thread: &mut Thread, this: Ref<'_>) -> String {
    float::hex(number(this))
}

/// Return True if the float is an integer.
#[native(signature = "($self, /)")]
fn is_integer(_thread: &mut Thread, this: Ref<'_>) -> bool {
    let value = number(this);
    value.is_finite() && value.floor() == value
}

#[native(signature = "($self, /)", name = "__getnewargs__")]
fn __getnewargs__(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    let value = thread.float(number(this))?;
    thread.tuple([value])
}

/// You probably don't want to use this function.
///
///   typestr
///     Must be 'double' or 'float'.
///
/// It exists mainly to be used in Python's test suite.
///
/// This function returns whichever of 'unknown', 'IEEE, big-endian' or
/// 'IEEE, little-endian' best describes the format of floating-point
/// numbers used by the C type named by typestr.
#[native(signature = "($type, typestr, /)", name = "__getformat__")]
fn __getformat__(thread: &mut Thread, _class: &Type, typestr: &Str) -> Outcome {
    if !typestr.is("double") && !typestr.is("float") {
        return Err(thread.value_error("__getformat__() argument 1 must be 'double' or 'float'"));
    }
    thread.str(if cfg!(target_endian = "big") { "IEEE, big-endian" } else { "IEEE, little-endian" })
}

/// Formats the float according to format_spec.
#[native(signature = "($self, format_spec, /)", name = "__format__")]
fn __format__(thread: &mut Thread, this: Ref<'_>, format_spec: &Str) -> Outcome {
    if format_spec.is_empty() {
        return protocol::str(thread, this);
    }
    let name = this.ty().name().into_owned();
    let context = Context { type_name: &name, ..Context::of("float") };
    let mut out = CharsBuf::new();
    match format_float(&mut out, number(this), format_spec.chars(), &context) {
        Ok(()) => thread.str_from_buf(out),
        Err(error) => Err(format_error(thread, &error)),
    }
}
