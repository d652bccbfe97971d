//! Numbers in general: `__index__`, `__float__`, unary operators.

use taipan_num::Int;

use crate::thread::Thread;
use crate::types::float::Float;
use crate::types::int::BigInt;
use crate::value::{Outcome, Ref, Value};

/// `operator.index(object)`: an `int` or an instance of a class derived from it.
pub fn index(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    if object.word().is_int()
        || object.downcast::<BigInt>().is_some()
        || crate::types::boolean::is_bool(object)
    {
        return Ok(object.to_value());
    }
    let Some(index) = object.ty().slots().index else {
        let ty = object.ty().name().into_owned();
        return Err(thread.type_error(format!("'{ty}' object cannot be interpreted as an integer")));
    };
    let value = index(thread, object)?;
    if !value.word().is_int() && value.downcast::<BigInt>().is_none() {
        let ty = value.as_ref().ty().name().into_owned();
        return Err(thread.type_error(format!("__index__ returned non-int (type {ty})")));
    }
    Ok(value)
}

/// The object as a Rust integer; OverflowError if it does not fit.
pub fn index_i64(thread: &mut Thread, object: Ref<'_>) -> Outcome<i64> {
    if object.word().is_int() {
        return Ok(object.word().int());
    }
    let value = index(thread, object)?;
    match crate::types::int::to_int(value.as_ref()).as_deref() {
        Some(Int::Small(small)) => Ok(*small),
        _ => Err(thread.overflow_error("Python int too large to convert to C long")),
    }
}

/// The object as an index; IndexError if it does not fit.
pub fn index_isize(thread: &mut Thread, object: Ref<'_>) -> Outcome<isize> {
    if object.word().is_int() {
        return Ok(object.word().int() as isize);
    }
    let value = index(thread, object)?;
    match crate::types::int::to_int(value.as_ref()).as_deref() {
        Some(Int::Small(small)) => Ok(*small as isize),
        _ => {
            let ty = object.ty().name().into_owned();
            Err(thread.index_error(format!("cannot fit '{ty}' into an index-sized integer")))
        }
    }
}

/// `float(object)`, strings excluded.
pub fn to_f64(thread: &mut Thread, object: Ref<'_>) -> Outcome<f64> {
    if let Some(value) = Float::value_of(object) {
        return Ok(value);
    }
    if let Some(float) = object.ty().slots().float {
        let value = float(thread, object)?;
        if let Some(value) = Float::value_of(value.as_ref()) {
            return Ok(value);
        }
        let (a, b) = (object.ty().name().into_owned(), value.as_ref().ty().name().into_owned());
        return Err(thread.type_error(format!("{a}.__float__ returned non-float (type {b})")));
    }
    if object.ty().slots().index.is_some() {
        let value = index(thread, object)?;
        return crate::types::int::int_to_f64(thread, value.as_ref());
    }
    let ty = object.ty().name().into_owned();
    Err(thread.type_error(format!("must be real number, not {ty}")))
}

macro_rules! unary {
    ($($(#[$doc:meta])* $name:ident $slot:ident $symbol:literal;)*) => {$(
        $(#[$doc])*
        pub fn $name(thread: &mut Thread, object: Ref<'_>) -> Outcome {
            match object.ty().slots().$slot {
                Some(slot) => slot(thread, object),
                None => {
                    let ty = object.ty().name().into_owned();
                    Err(thread.type_error(format!(concat!("bad operand type for ", $symbol, ": '{}'"), ty)))
                }
            }
        }
    )*};
}

unary! {
    /// `-object`
    unary_negative negative "unary -";
    /// `+object`
    unary_positive positive "unary +";
    /// `~object`
    unary_invert invert "unary ~";
    /// `abs(object)`
    absolute absolute "abs()";
}

/// An integer result.
pub fn from_int(thread: &mut Thread, value: Int) -> Outcome<Value> {
    thread.int_value(value)
}
