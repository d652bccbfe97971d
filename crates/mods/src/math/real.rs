//! Functions of real numbers.

use taipan_macros::native;
use taipan_num::Int;
use taipan_num::float::libm;
use taipan_object::native::{Args, MethodDef};
use taipan_object::protocol;
use taipan_object::typeobject::call_special;
use taipan_object::types::float::Float;
use taipan_object::types::int::to_int;
use taipan_object::{Outcome, Raised, Ref, Thread, Value};

use super::gamma::{self, Failure};

pub(super) const FUNCTIONS: &[MethodDef] = &[
    ACOS, ACOSH, ASIN, ASINH, ATAN, ATANH, CBRT, COS, COSH, ERF, ERFC, EXP, EXP2, EXPM1, FABS, LOG1P, SIN,
    SINH, SQRT, TAN, TANH, GAMMA_, LGAMMA, CEIL, FLOOR, TRUNC, ATAN2, COPYSIGN, DEGREES, RADIANS, FMA, FMOD,
    REMAINDER, POW, FREXP, LDEXP, MODF, LOG, LOG10, LOG2, ISCLOSE, ISFINITE, ISINF, ISNAN, ULP, NEXTAFTER,
];

/// Return the arc cosine (measured in radians) of x.
///
/// The result is between 0 and pi.
#[native(signature = "($module, x, /)")]
fn acos(thread: &mut Thread, x: f64) -> Outcome<f64> {
    let r = x.acos();
    checked(thread, x, r, false, "expected a number in range from -1 up to 1, got {}")
}

/// Return the inverse hyperbolic cosine of x.
#[native(signature = "($module, x, /)")]
fn acosh(thread: &mut Thread, x: f64) -> Outcome<f64> {
    let r = libm::acosh(x);
    checked(thread, x, r, false, "expected argument value not less than 1, got {}")
}

/// Return the arc sine (measured in radians) of x.
///
/// The result is between -pi/2 and pi/2.
#[native(signature = "($module, x, /)")]
fn asin(thread: &mut Thread, x: f64) -> Outcome<f64> {
    let r = x.asin();
    checked(thread, x, r, false, "expected a number in range from -1 up to 1, got {}")
}

/// Return the inverse hyperbolic sine of x.
#[native(signature = "($module, x, /)")]
fn asinh(_: &mut Thread, x: f64) -> f64 {
    libm::asinh(x)
}

/// Return the arc tangent (measured in radians) of x.
///
/// The result is between -pi/2 and pi/2.
#[native(signature = "($module, x, /)")]
fn atan(_: &mut Thread, x: f64) -> f64 {
    x.atan()
}

/// Return the inverse hyperbolic tangent of x.
#[native(signature = "($module, x, /)")]
fn atanh(thread: &mut Thread, x: f64) -> Outcome<f64> {
    let r = libm::atanh(x);
    checked(thread, x, r, false, "expected a number between -1 and 1, got {}")
}

/// Return the cube root of x.
#[native(signature = "($module, x, /)")]
fn cbrt(_: &mut Thread, x: f64) -> f64 {
    x.cbrt()
}

/// Return the cosine of x (measured in radians).
#[native(signature = "($module, x, /)")]
fn cos(thread: &mut Thread, x: f64) -> Outcome<f64> {
    let r = x.cos();
    checked(thread, x, r, false, "expected a finite input, got {}")
}

/// Return the hyperbolic cosine of x.
#[native(signature = "($module, x, /)")]
fn cosh(thread: &mut Thread, x: f64) -> Outcome<f64> {
    let r = x.cosh();
    checked(thread, x, r, true, "math domain error")
}

/// Error function at x.
#[native(signature = "($module, x, /)")]
fn erf(_: &mut Thread, x: f64) -> f64 {
    libm::erf(x)
}

/// Complementary error function at x.
#[native(signature = "($module, x, /)")]
fn erfc(_: &mut Thread, x: f64) -> f64 {
    libm::erfc(x)
}

/// Return e raised to the power of x.
#[native(signature = "($module, x, /)")]
fn exp(thread: &mut Thread, x: f64) -> Outcome<f64> {
    let r = x.exp();
    checked(thread, x, r, true, "math domain error")
}

/// Return 2 raised to the power of x.
#[native(signature = "($module, x, /)")]
fn exp2(thread: &mut Thread, x: f64) -> Outcome<f64> {
    let r = x.exp2();
    checked(thread, x, r, true, "math domain error")
}

/// Return exp(x)-1.
///
/// This function avoids the loss of precision involved in the direct evaluation of exp(x)-1 for small x.
#[native(signature = "($module, x, /)")]
fn expm1(thread: &mut Thread, x: f64) -> Outcome<f64> {
    let r = x.exp_m1();
    checked(thread, x, r, true, "math domain error")
}

/// Return the absolute value of the float x.
#[native(signature = "($module, x, /)")]
fn fabs(_: &mut Thread, x: f64) -> f64 {
    x.abs()
}

/// Return the natural logarithm of 1+x (base e).
///
/// The result is computed in a way which is accurate for x near zero.
#[native(signature = "($module, x, /)")]
fn log1p(thread: &mut Thread, x: f64) -> Outcome<f64> {
    let r = if x == 0.0 { x } else { x.ln_1p() };
    checked(thread, x, r, false, "expected argument value > -1, got {}")
}

/// Return the sine of x (measured in radians).
#[native(signature = "($module, x, /)")]
fn sin(thread: &mut Thread, x: f64) -> Outcome<f64> {
    let r = x.sin();
    checked(thread, x, r, false, "expected a finite input, got {}")
}

/// Return the hyperbolic sine of x.
#[native(signature = "($module, x, /)")]
fn sinh(thread: &mut Thread, x: f64) -> Outcome<f64> {
    let r = x.sinh();
    checked(thread, x, r, true, "math domain error")
}

/// Return the square root of x.
#[native(signature = "($module, x, /)")]
fn sqrt(thread: &mut Thread, x: f64) -> Outcome<f64> {
    let r = x.sqrt();
    checked(thread, x, r, false, "expected a nonnegative input, got {}")
}

/// Return the tangent of x (measured in radians).
#[native(signature = "($module, x, /)")]
fn tan(thread: &mut Thread, x: f64) -> Outcome<f64> {
    let r = x.tan();
    checked(thread, x, r, false, "expected a finite input, got {}")
}

/// Return the hyperbolic tangent of x.
#[native(signature = "($module, x, /)")]
fn tanh(_: &mut Thread, x: f64) -> f64 {
    x.tanh()
}

/// What went wrong, told by the result: a result that is no number from one that is, or an infinite
/// one from a finite one.
#[inline]
fn checked(thread: &mut Thread, x: f64, r: f64, can_overflow: bool, domain: &str) -> Outcome<f64> {
    if r.is_finite() || x.is_nan() {
        return Ok(r);
    }
    if r.is_nan() {
        return Err(domain_error(thread, domain, x));
    }
    if x.is_finite() {
        return Err(if can_overflow { range_error(thread) } else { domain_error(thread, domain, x) });
    }
    Ok(r)
}

#[cold]
fn domain_error(thread: &mut Thread, words: &str, x: f64) -> Raised {
    thread.value_error(words.replace("{}", &taipan_num::float::repr(x)))
}

#[cold]
fn range_error(thread: &mut Thread) -> Raised {
    thread.overflow_error("math range error")
}

#[cold]
fn plain_domain_error(thread: &mut Thread) -> Raised {
    thread.value_error("math domain error")
}

fn gamma_result(thread: &mut Thread, x: f64, result: Result<f64, Failure>) -> Outcome<f64> {
    result.map_err(|failure| match failure {
        Failure::Domain => domain_error(thread, "expected a noninteger or positive integer, got {}", x),
        Failure::Range => range_error(thread),
    })
}

/// Gamma function at x.
#[native(signature = "($module, x, /)")]
fn gamma_(thread: &mut Thread, x: f64) -> Outcome<f64> {
    gamma_result(thread, x, gamma::gamma(x))
}

/// Natural logarithm of absolute value of Gamma function at x.
#[native(signature = "($module, x, /)")]
fn lgamma(thread: &mut Thread, x: f64) -> Outcome<f64> {
    gamma_result(thread, x, gamma::lgamma(x))
}

/// What the method of a special name answers.
fn by_method(thread: &mut Thread, x: Ref<'_>, name: &str) -> Outcome<Option<Value>> {
    let name = thread.intern(name)?;
    call_special(thread, x, &name, &[])
}

fn rounded(thread: &mut Thread, x: Ref<'_>, name: &str, round: fn(f64) -> f64) -> Outcome {
    let exact = taipan_object::types::float::FLOAT.as_ref().is(x.ty().as_ref());
    if !exact && let Some(value) = by_method(thread, x, name)? {
        return Ok(value);
    }
    let value = round(protocol::to_f64(thread, x)?);
    match Int::from_f64(value) {
        Some(value) => thread.int_value(value),
        None if value.is_nan() => Err(thread.value_error("cannot convert float NaN to integer")),
        None => Err(thread.overflow_error("cannot convert float infinity to integer")),
    }
}

/// Return the ceiling of x as an Integral.
///
/// This is the smallest integer >= x.
#[native(signature = "($module, x, /)")]
fn ceil(thread: &mut Thread, x: Ref<'_>) -> Outcome {
    rounded(thread, x, "__ceil__", f64::ceil)
}

/// Return the floor of x as an Integral.
///
/// This is the largest integer <= x.
#[native(signature = "($module, x, /)")]
fn floor(thread: &mut Thread, x: Ref<'_>) -> Outcome {
    rounded(thread, x, "__floor__", f64::floor)
}

/// Truncates the Real x to the nearest Integral toward 0.
///
/// Uses the __trunc__ magic method.
#[native(signature = "($module, x, /)")]
fn trunc(thread: &mut Thread, x: Ref<'_>) -> Outcome {
    if taipan_object::types::float::FLOAT.as_ref().is(x.ty().as_ref()) {
        return rounded(thread, x, "__trunc__", f64::trunc);
    }
    match by_method(thread, x, "__trunc__")? {
        Some(value) => Ok(value),
        None => {
            let ty = x.ty().name().into_owned();
            Err(thread.type_error(format!("type {ty} doesn't define __trunc__ method")))
        }
    }
}

/// Return the arc tangent (measured in radians) of y/x.
///
/// Unlike atan(y/x), the signs of both x and y are considered.
#[native(signature = "($module, y, x, /)")]
fn atan2(_: &mut Thread, y: f64, x: f64) -> f64 {
    y.atan2(x)
}

/// Return a float with the magnitude (absolute value) of x but the sign of y.
///
/// On platforms that support signed zeros, copysign(1.0, -0.0)
/// returns -1.0.
///
#[native(signature = "($module, x, y, /)")]
fn copysign(_: &mut Thread, x: f64, y: f64) -> f64 {
    x.copysign(y)
}

/// Convert angle x from radians to degrees.
#[native(signature = "($module, x, /)")]
fn degrees(_: &mut Thread, x: f64) -> f64 {
    x * (180.0 / std::f64::consts::PI)
}

/// Convert angle x from degrees to radians.
#[native(signature = "($module, x, /)")]
fn radians(_: &mut Thread, x: f64) -> f64 {
    x * (std::f64::consts::PI / 180.0)
}

/// Fused multiply-add operation.
///
/// Compute (x * y) + z with a single round.
#[native(signature = "($module, x, y, z, /)")]
fn fma(thread: &mut Thread, x: f64, y: f64, z: f64) -> Outcome<f64> {
    let r = x.mul_add(y, z);
    if r.is_finite() {
        return Ok(r);
    }
    if r.is_nan() {
        if !x.is_nan() && !y.is_nan() && !z.is_nan() {
            return Err(thread.value_error("invalid operation in fma"));
        }
    } else if x.is_finite() && y.is_finite() && z.is_finite() {
        return Err(thread.overflow_error("overflow in fma"));
    }
    Ok(r)
}

/// Return fmod(x, y), according to platform C.
///
/// x % y may differ.
#[native(signature = "($module, x, y, /)")]
fn fmod(thread: &mut Thread, x: f64, y: f64) -> Outcome<f64> {
    if y.is_infinite() && x.is_finite() {
        return Ok(x);
    }
    let r = x % y;
    if r.is_nan() && !x.is_nan() && !y.is_nan() {
        return Err(plain_domain_error(thread));
    }
    Ok(r)
}

/// Difference between x and the closest integer multiple of y.
///
/// Return x - n*y where n*y is the closest integer multiple of y.
/// In the case where x is exactly halfway between two multiples of
/// y, the nearest even value of n is used. The result is always exact.
#[native(signature = "($module, x, y, /)")]
fn remainder(thread: &mut Thread, x: f64, y: f64) -> Outcome<f64> {
    if x.is_nan() {
        return Ok(x);
    }
    if y.is_nan() {
        return Ok(y);
    }
    if x.is_infinite() || y == 0.0 {
        return Err(plain_domain_error(thread));
    }
    if y.is_infinite() {
        return Ok(x);
    }
    let (absx, absy) = (x.abs(), y.abs());
    let m = absx % absy;
    let c = absy - m;
    let r = if m < c {
        m
    } else if m > c {
        -c
    } else {
        // In the middle of two multiples: the even one.
        m - 2.0 * ((0.5 * (absx - m)) % absy)
    };
    Ok(1f64.copysign(x) * r)
}

/// Return x**y (x to the power of y).
#[native(signature = "($module, x, y, /)")]
fn pow(thread: &mut Thread, x: f64, y: f64) -> Outcome<f64> {
    let r = x.powf(y);
    if !x.is_finite() || !y.is_finite() || r.is_finite() {
        return Ok(r);
    }
    if r.is_nan() || x == 0.0 {
        return Err(plain_domain_error(thread));
    }
    Err(range_error(thread))
}

/// Return the mantissa and exponent of x, as pair (m, e).
///
/// If x is a finite nonzero number, then m is a float with
/// 0.5 <= abs(m) < 1.0 and an integer e is such that
/// x == m * 2**e exactly.  Else, return (x, 0).
#[native(signature = "($module, x, /)")]
fn frexp(thread: &mut Thread, x: f64) -> Outcome {
    let (mantissa, exponent) = if x.is_finite() && x != 0.0 { taipan_num::float::frexp(x) } else { (x, 0) };
    let mantissa = thread.float(mantissa)?;
    thread.tuple([mantissa, Value::small_int(i64::from(exponent))])
}

/// Return x * (2**i).
///
/// This is essentially the inverse of frexp().
#[native(signature = "($module, x, i, /)")]
fn ldexp(thread: &mut Thread, x: f64, i: Ref<'_>) -> Outcome<f64> {
    let Some(exponent) = to_int(i) else {
        return Err(thread.type_error("Expected an int as second argument to ldexp."));
    };
    if x == 0.0 || !x.is_finite() {
        return Ok(x);
    }
    let huge = if exponent.is_negative() { i32::MIN } else { i32::MAX };
    let exponent = exponent.to_i64().and_then(|exponent| i32::try_from(exponent).ok()).unwrap_or(huge);
    if exponent < -3000 {
        return Ok(0f64.copysign(x));
    }
    let r = if exponent > 3000 { f64::INFINITY } else { taipan_num::float::ldexp(x, exponent) };
    if r.is_infinite() { Err(range_error(thread)) } else { Ok(r) }
}

/// Return the fractional and integer parts of x.
///
/// Both results carry the sign of x and are floats.
#[native(signature = "($module, x, /)")]
fn modf(thread: &mut Thread, x: f64) -> Outcome {
    let (fraction, whole) = if x.is_infinite() {
        (0f64.copysign(x), x)
    } else if x.is_nan() {
        (x, x)
    } else {
        ((x - x.trunc()).copysign(x), x.trunc())
    };
    let (fraction, whole) = (thread.float(fraction)?, thread.float(whole)?);
    thread.tuple([fraction, whole])
}

/// A logarithm of a number of any size.
fn logarithm(thread: &mut Thread, x: Ref<'_>, log: fn(f64) -> f64) -> Outcome<f64> {
    if let Some(value) = Float::value_of(x) {
        return log_of_float(thread, value, log);
    }
    let index = match to_int(x) {
        Some(_) => x.to_value(),
        None if x.ty().slots().float.is_none() && x.ty().slots().index.is_some() => {
            protocol::index(thread, x)?
        }
        None => {
            let value = protocol::to_f64(thread, x)?;
            return log_of_float(thread, value, log);
        }
    };
    let number = to_int(index.as_ref()).expect("an integer");
    if number.is_negative() || number.is_zero() {
        return Err(thread.value_error("expected a positive input"));
    }
    match number.to_f64() {
        Some(value) => Ok(log(value)),
        None => {
            let shift = number.bit_length() - 64;
            let top = number.shr(shift).to_f64().unwrap_or(f64::INFINITY);
            let (mantissa, exponent) = taipan_num::float::frexp(top);
            Ok(log(mantissa) + log(2.0) * (shift as f64 + f64::from(exponent)))
        }
    }
}

fn log_of_float(thread: &mut Thread, x: f64, log: fn(f64) -> f64) -> Outcome<f64> {
    if x > 0.0 || x.is_nan() {
        return Ok(log(x));
    }
    Err(domain_error(thread, "expected a positive input, got {}", x))
}

/// log(x, [base=math.e])
/// Return the logarithm of x to the given base.
///
/// If the base is not specified, returns the natural logarithm (base e) of x.
#[native(signature = "($module, *args)", hidden)]
fn log<'a>(thread: &mut Thread, args: Args<'a>) -> Outcome {
    args.no_keywords(thread, "math.log")?;
    let (x, base) = match args.all() {
        [x] => (*x, None),
        [x, base] => (*x, Some(*base)),
        other => {
            let count = other.len();
            let bound = if count == 0 { "at least 1 argument" } else { "at most 2 arguments" };
            return Err(thread.type_error(format!("log expected {bound}, got {count}")));
        }
    };
    let number = logarithm(thread, x, f64::ln)?;
    let Some(base) = base else { return thread.float(number) };
    let base = logarithm(thread, base, f64::ln)?;
    if base == 0.0 {
        return Err(thread.zero_division_error("division by zero"));
    }
    thread.float(number / base)
}

/// Return the base 10 logarithm of x.
#[native(signature = "($module, x, /)")]
fn log10(thread: &mut Thread, x: Ref<'_>) -> Outcome<f64> {
    logarithm(thread, x, f64::log10)
}

/// Return the base 2 logarithm of x.
#[native(signature = "($module, x, /)")]
fn log2(thread: &mut Thread, x: Ref<'_>) -> Outcome<f64> {
    logarithm(thread, x, f64::log2)
}

/// Determine whether two floating-point numbers are close in value.
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
/// For the values to be considered close, the difference between them
/// must be smaller than at least one of the tolerances.
///
/// -inf, inf and NaN behave similarly to the IEEE 754 Standard.  That
/// is, NaN is not close to anything, even itself.  inf and -inf are
/// only close to themselves.
#[native(signature = "($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
fn isclose(thread: &mut Thread, a: f64, b: f64, rel_tol: Option<f64>, abs_tol: Option<f64>) -> Outcome<bool> {
    let (relative, absolute) = (rel_tol.unwrap_or(1e-9), abs_tol.unwrap_or(0.0));
    if relative < 0.0 || absolute < 0.0 {
        return Err(thread.value_error("tolerances must be non-negative"));
    }
    if a == b {
        return Ok(true);
    }
    if a.is_infinite() || b.is_infinite() {
        return Ok(false);
    }
    let difference = (b - a).abs();
    Ok(difference <= (relative * b).abs() || difference <= (relative * a).abs() || difference <= absolute)
}

/// Return True if x is neither an infinity nor a NaN, and False otherwise.
#[native(signature = "($module, x, /)")]
fn isfinite(_: &mut Thread, x: f64) -> bool {
    x.is_finite()
}

/// Return True if x is a positive or negative infinity, and False otherwise.
#[native(signature = "($module, x, /)")]
fn isinf(_: &mut Thread, x: f64) -> bool {
    x.is_infinite()
}

/// Return True if x is a NaN (not a number), and False otherwise.
#[native(signature = "($module, x, /)")]
fn isnan(_: &mut Thread, x: f64) -> bool {
    x.is_nan()
}

/// Return the value of the least significant bit of the float x.
#[native(signature = "($module, x, /)")]
fn ulp(_: &mut Thread, x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    let x = x.abs();
    if x.is_infinite() {
        return x;
    }
    let above = x.next_up();
    if above.is_infinite() { x - x.next_down() } else { above - x }
}

/// Return the floating-point value the given number of steps after x towards y.
///
/// If steps is not specified or is None, it defaults to 1.
///
/// Raises a TypeError, if x or y is not a double, or if steps is not
/// an integer.  Raises ValueError if steps is negative.
#[native(signature = "($module, x, y, /, *, steps=None)")]
fn nextafter(thread: &mut Thread, x: f64, y: f64, steps: Option<Ref<'_>>) -> Outcome<f64> {
    let steps = steps.filter(|steps| !steps.is_none());
    let one = steps.is_none();
    let steps = match steps {
        None => 1,
        Some(steps) => {
            let steps = protocol::index(thread, steps)?;
            let steps = to_int(steps.as_ref()).expect("an integer");
            if steps.is_negative() {
                return Err(thread.value_error("steps must be a non-negative integer"));
            }
            steps.to_u64().unwrap_or(u64::MAX)
        }
    };
    if steps == 0 || x.is_nan() {
        return Ok(x);
    }
    if y.is_nan() || x == y {
        return Ok(y);
    }
    const SIGN: u64 = 1 << 63;
    if one {
        let bits = x.to_bits();
        return Ok(f64::from_bits(match x == 0.0 {
            true => 1 | y.to_bits() & SIGN,
            false if (x < y) == (x > 0.0) => bits + 1,
            false => bits - 1,
        }));
    }
    // The numbers in their order, zeros together.
    let (a, b) = (x.to_bits(), y.to_bits());
    let (ax, ay) = (a & !SIGN, b & !SIGN);
    if (a ^ b) & SIGN != 0 {
        if ax.checked_add(ay).is_none_or(|distance| distance <= steps) {
            return Ok(y);
        }
        if ax < steps {
            return Ok(f64::from_bits((steps - ax) | b & SIGN));
        }
        return Ok(f64::from_bits(a - steps));
    }
    if ay > ax {
        return Ok(if ay - ax <= steps { y } else { f64::from_bits(a + steps) });
    }
    Ok(if ax - ay <= steps { y } else { f64::from_bits(a - steps) })
}
