//! `complex(…)`: from text, from numbers, from what has `__complex__`.

use taipan_num::complex;

use super::{COMPLEX, Complex, ComplexObject};
use crate::native::{Args, Parameters};
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{Type, allocate_instance, call_special};
use crate::types::exception::DEPRECATION_WARNING;
use crate::types::str::{Str, ascii_digits};
use crate::value::{Outcome, Ref};

/// What `object.__complex__()` answers, if there is such a method.
fn by_method(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Complex>> {
    let name = thread.names().__complex__.clone();
    let Some(made) = call_special(thread, object, &name, &[])? else { return Ok(None) };
    let ty = made.as_ref().ty();
    let Some(number) = made.downcast::<ComplexObject>() else {
        let ty = ty.name().into_owned();
        return Err(thread.type_error(format!("__complex__ returned non-complex (type {ty})")));
    };
    if !ty.is(&COMPLEX) {
        let ty = ty.name().into_owned();
        thread.warn(
            &DEPRECATION_WARNING,
            &format!(
                "__complex__ returned non-complex (type {ty}).  The ability to return an instance of a strict \
                 subclass of complex is deprecated, and may be removed in a future version of Python."
            ),
            1,
        )?;
    }
    Ok(Some(number.value))
}

/// Any number as a complex one, as functions of `cmath` take it.
pub fn to_complex(thread: &mut Thread, object: Ref<'_>) -> Outcome<Complex> {
    if let Some(own) = object.downcast::<ComplexObject>() {
        return Ok(own.value);
    }
    if let Some(value) = by_method(thread, object)? {
        return Ok(value);
    }
    Ok(Complex { real: protocol::to_f64(thread, object)?, imag: 0.0 })
}

pub(super) fn new<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    static PARAMETERS: Parameters = Parameters {
        function: "complex",
        names: &["real", "imag"],
        positional_only: 0,
        positional: 2,
        required: 0,
        required_keywords: 0,
    };
    let value = match (args.all(), args.keyword_count()) {
        ([one], 0) => {
            if one.ty().is(&COMPLEX) && ty.is(&COMPLEX) {
                return Ok(one.to_value());
            }
            from_one(thread, *one)?
        }
        _ => {
            let [real, imag] = PARAMETERS.parse::<2>(thread, args)?;
            from_parts(thread, real, imag)?
        }
    };
    allocate_instance(thread, ty, |head| ComplexObject { head, value })
}

/// `complex(object)`
fn from_one(thread: &mut Thread, object: Ref<'_>) -> Outcome<Complex> {
    if let Some(text) = object.downcast::<Str>() {
        return match complex::parse(&ascii_digits(text)) {
            Some((real, imag)) => Ok(Complex { real, imag }),
            None => Err(thread.value_error("complex() arg is a malformed string")),
        };
    }
    if let Some(own) = object.downcast::<ComplexObject>().filter(|_| object.ty().is(&COMPLEX)) {
        return Ok(own.value);
    }
    if let Some(value) = by_method(thread, object)? {
        return Ok(value);
    }
    if !is_real(object) {
        let ty = object.ty().name().into_owned();
        return Err(thread.type_error(format!("complex() argument must be a string or a number, not {ty}")));
    }
    Ok(Complex { real: protocol::to_f64(thread, object)?, imag: 0.0 })
}

fn is_real(object: Ref<'_>) -> bool {
    object.ty().slots().float.is_some() || object.ty().slots().index.is_some()
}

#[cold]
fn not_real(argument: &str, object: Ref<'_>) -> String {
    let ty = object.ty().name().into_owned();
    format!("complex() argument '{argument}' must be a real number, not {ty}")
}

/// `complex(real, imag)`. Complex parts are deprecated, but added up.
fn from_parts(thread: &mut Thread, real: Option<Ref<'_>>, imag: Option<Ref<'_>>) -> Outcome<Complex> {
    let mut value = Complex { real: 0.0, imag: 0.0 };
    let mut imag_of_real = None;
    if let Some(real) = real {
        let whole = match real.downcast::<ComplexObject>() {
            Some(own) => Some(own.value),
            None => by_method(thread, real)?,
        };
        match whole {
            Some(whole) => {
                thread.warn(&DEPRECATION_WARNING, &not_real("real", real), 1)?;
                value.real = whole.real;
                imag_of_real = Some(whole.imag);
            }
            None if is_real(real) => value.real = protocol::to_f64(thread, real)?,
            None => return Err(thread.type_error(not_real("real", real))),
        }
    }
    if let Some(imag) = imag {
        if let Some(own) = imag.downcast::<ComplexObject>() {
            thread.warn(&DEPRECATION_WARNING, &not_real("imag", imag), 1)?;
            value.real -= own.value.imag;
            value.imag = own.value.real;
        } else if is_real(imag) {
            value.imag = protocol::to_f64(thread, imag)?;
        } else {
            return Err(thread.type_error(not_real("imag", imag)));
        }
    }
    if let Some(more) = imag_of_real {
        value.imag = if imag.is_some() { value.imag + more } else { more };
    }
    Ok(value)
}
