//! The module `cmath`.
//!
//! Answers for CPython's `Modules/cmathmodule.c`.

mod engine;
mod special;

use taipan_macros::native;
use taipan_num::complex::{Operand, divide};
use taipan_object::native::{FromArgument, MethodDef, ModuleDef};
use taipan_object::types::complex::{Complex, to_complex};
use taipan_object::{Outcome, Raised, Ref, Thread};

use engine::{Answer, Failure};

/// The module `cmath`.
pub static CMATH: ModuleDef = ModuleDef {
    name: "cmath",
    doc: Some("This module provides access to mathematical functions for complex\nnumbers."),
    functions: &[FUNCTIONS],
    exec: Some(|thread, module| {
        let numbers = [
            ("pi", std::f64::consts::PI),
            ("e", std::f64::consts::E),
            ("tau", std::f64::consts::TAU),
            ("inf", f64::INFINITY),
            ("nan", f64::NAN),
        ];
        for (name, number) in numbers {
            let number = thread.float(number)?;
            thread.module_add(module, name, number)?;
        }
        for (name, imag) in [("infj", f64::INFINITY), ("nanj", f64::NAN)] {
            let number = thread.complex(0.0, imag)?;
            thread.module_add(module, name, number)?;
        }
        Ok(())
    }),
};

const FUNCTIONS: &[MethodDef] = &[
    ACOS, ACOSH, ASIN, ASINH, ATAN, ATANH, COS, COSH, EXP, ISCLOSE, ISFINITE, ISINF, ISNAN, LOG, LOG10,
    PHASE, POLAR, RECT, SIN, SINH, SQRT, TAN, TANH,
];

/// A parameter that takes any number.
#[derive(Clone, Copy)]
struct Number(Complex);

impl<'a> FromArgument<'a> for Number {
    fn from_argument(thread: &mut Thread, value: Ref<'a>, _: &str, _: usize) -> Outcome<Number> {
        to_complex(thread, value).map(Number)
    }
}

#[cold]
fn failed(thread: &mut Thread, failure: Failure) -> Raised {
    match failure {
        Failure::Domain => thread.value_error("math domain error"),
        Failure::Range => thread.overflow_error("math range error"),
    }
}

fn answer(thread: &mut Thread, answer: Answer) -> Outcome {
    match answer {
        Ok(Complex { real, imag }) => thread.complex(real, imag),
        Err(failure) => Err(failed(thread, failure)),
    }
}

macro_rules! functions {
    ($($(#[$meta:meta])* $name:ident;)*) => { $(
        $(#[$meta])*
        #[native(signature = "($module, z, /)")]
        fn $name(thread: &mut Thread, z: Number) -> Outcome {
            answer(thread, engine::$name(z.0))
        }
    )* };
}

functions! {
    /// Return the arc cosine of z.
    acos;
    /// Return the inverse hyperbolic cosine of z.
    acosh;
    /// Return the arc sine of z.
    asin;
    /// Return the inverse hyperbolic sine of z.
    asinh;
    /// Return the arc tangent of z.
    atan;
    /// Return the inverse hyperbolic tangent of z.
    atanh;
    /// Return the cosine of z.
    cos;
    /// Return the hyperbolic cosine of z.
    cosh;
    /// Return the exponential value e**z.
    exp;
    /// Return the base-10 logarithm of z.
    log10;
    /// Return the sine of z.
    sin;
    /// Return the hyperbolic sine of z.
    sinh;
    /// Return the square root of z.
    sqrt;
    /// Return the tangent of z.
    tan;
    /// Return the hyperbolic tangent of z.
    tanh;
}

/// log(z[, base]) -> the logarithm of z to the given base.
///
/// If the base is not specified, returns the natural logarithm (base e)
/// of z.
#[native(signature = "($module, z, base=<unrepresentable>, /)")]
fn log(thread: &mut Thread, z: Number, base: Option<Number>) -> Outcome {
    let mut result = engine::log(z.0);
    if let (Ok(numerator), Some(base)) = (result, base) {
        result = engine::log(base.0).and_then(|base| {
            divide(Operand::Complex(numerator), Operand::Complex(base)).map_err(|_| Failure::Domain)
        });
    }
    answer(thread, result)
}

/// Return argument, also known as the phase angle, of a complex.
#[native(signature = "($module, z, /)")]
fn phase(_: &mut Thread, z: Number) -> f64 {
    engine::phase(z.0)
}

/// Convert a complex from rectangular coordinates to polar coordinates.
///
/// r is the distance from 0 and phi the phase angle.
#[native(signature = "($module, z, /)")]
fn polar(thread: &mut Thread, z: Number) -> Outcome {
    let Ok(length) = z.0.abs() else { return Err(failed(thread, Failure::Range)) };
    let length = thread.float(length)?;
    let angle = thread.float(engine::phase(z.0))?;
    thread.tuple([length, angle])
}

/// Convert from polar coordinates to rectangular coordinates.
#[native(signature = "($module, r, phi, /)")]
fn rect(thread: &mut Thread, r: f64, phi: f64) -> Outcome {
    answer(thread, engine::rect(r, phi))
}

/// Return True if both the real and imaginary parts of z are finite, else False.
#[native(signature = "($module, z, /)")]
fn isfinite(_: &mut Thread, z: Number) -> bool {
    z.0.real.is_finite() && z.0.imag.is_finite()
}

/// Checks if the real or imaginary part of z not a number (NaN).
#[native(signature = "($module, z, /)")]
fn isnan(_: &mut Thread, z: Number) -> bool {
    z.0.real.is_nan() || z.0.imag.is_nan()
}

/// Checks if the real or imaginary part of z is infinite.
#[native(signature = "($module, z, /)")]
fn isinf(_: &mut Thread, z: Number) -> bool {
    z.0.real.is_infinite() || z.0.imag.is_infinite()
}

/// Determine whether two complex numbers are close in value.
///
///   rel_tol
///     maximum difference for being considered "close", relative to the
///     magnitude of the input values
///   abs_tol
///     maximum difference for being considered "close", regardless of the
///     magnitude of the input values
///
/// Return True if a is close in value to b, and False otherwise.
///
/// For the values to be considered close, the difference between them must
/// be smaller than at least one of the tolerances.
///
/// -inf, inf and NaN behave similarly to the IEEE 754 Standard.  That is,
/// NaN is not close to anything, even itself. inf and -inf are only close
/// to themselves.
#[native(signature = "($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
fn isclose(
    thread: &mut Thread,
    a: Number,
    b: Number,
    rel_tol: Option<f64>,
    abs_tol: Option<f64>,
) -> Outcome<bool> {
    let (relative, absolute) = (rel_tol.unwrap_or(1e-9), abs_tol.unwrap_or(0.0));
    if relative < 0.0 || absolute < 0.0 {
        return Err(thread.value_error("tolerances must be non-negative"));
    }
    let (a, b) = (a.0, b.0);
    if a == b {
        return Ok(true);
    }
    if [a.real, a.imag, b.real, b.imag].iter().any(|part| part.is_infinite()) {
        return Ok(false);
    }
    let length = |z: Complex| z.abs().unwrap_or(f64::INFINITY);
    let distance = length(Complex { real: a.real - b.real, imag: a.imag - b.imag });
    Ok(distance <= relative * length(b) || distance <= relative * length(a) || distance <= absolute)
}
