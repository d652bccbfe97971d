//! Arithmetic of complex numbers, alone and mixed with real ones.
//!
//! A real operand stays real, as in C's Annex G: it is not given an imaginary part of zero, so that
//! the signs of zeros come out as there.
//!
//! Answers for CPython's `Objects/complexobject.c`.

/// A complex number.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Complex {
    pub real: f64,
    pub imag: f64,
}

/// An operand of an operation with a complex result.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub enum Operand {
    Real(f64),
    Complex(Complex),
}

/// Why there is no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComplexError {
    /// The divisor is zero.
    DivisionByZero,
    /// Zero to a negative or complex power.
    ZeroPower,
    /// The result is too large.
    Overflow,
}

impl Operand {
    /// The operand with both parts.
    pub fn widen(self) -> Complex {
        match self {
            Operand::Real(real) => Complex { real, imag: 0.0 },
            Operand::Complex(value) => value,
        }
    }
}

impl Complex {
    /// The distance from zero; overflow if it is too large.
    pub fn abs(self) -> Result<f64, ComplexError> {
        if self.real.is_infinite() || self.imag.is_infinite() {
            return Ok(f64::INFINITY);
        }
        if self.real.is_nan() || self.imag.is_nan() {
            return Ok(f64::NAN);
        }
        let length = self.real.hypot(self.imag);
        if length.is_infinite() { Err(ComplexError::Overflow) } else { Ok(length) }
    }
}

/// `left + right`
pub fn add(left: Operand, right: Operand) -> Complex {
    match (left, right) {
        (Operand::Complex(z), Operand::Real(x)) | (Operand::Real(x), Operand::Complex(z)) => {
            Complex { real: z.real + x, imag: z.imag }
        }
        _ => {
            let (z, w) = (left.widen(), right.widen());
            Complex { real: z.real + w.real, imag: z.imag + w.imag }
        }
    }
}

/// `left - right`
pub fn subtract(left: Operand, right: Operand) -> Complex {
    match (left, right) {
        (Operand::Complex(z), Operand::Real(x)) => Complex { real: z.real - x, imag: z.imag },
        (Operand::Real(x), Operand::Complex(z)) => Complex { real: x - z.real, imag: -z.imag },
        _ => {
            let (z, w) = (left.widen(), right.widen());
            Complex { real: z.real - w.real, imag: z.imag - w.imag }
        }
    }
}

/// `left * right`
pub fn multiply(left: Operand, right: Operand) -> Complex {
    match (left, right) {
        (Operand::Complex(z), Operand::Real(x)) | (Operand::Real(x), Operand::Complex(z)) => {
            Complex { real: z.real * x, imag: z.imag * x }
        }
        _ => product(left.widen(), right.widen()),
    }
}

/// 1 for infinities, else 0, with the sign of `x`.
fn boxed(x: f64) -> f64 {
    (if x.is_infinite() { 1.0f64 } else { 0.0 }).copysign(x)
}

/// 0 in place of NaN, with its sign.
fn nan_to_zero(x: f64) -> f64 {
    if x.is_nan() { 0.0f64.copysign(x) } else { x }
}

fn product(z: Complex, w: Complex) -> Complex {
    let (mut a, mut b, mut c, mut d) = (z.real, z.imag, w.real, w.imag);
    let (ac, bd, ad, bc) = (a * c, b * d, a * d, b * c);
    let result = Complex { real: ac - bd, imag: ad + bc };
    if !(result.real.is_nan() && result.imag.is_nan()) {
        return result;
    }
    // Infinite factors make an infinite product, though it was computed as NaN.
    let mut recalculate = false;
    if a.is_infinite() || b.is_infinite() {
        (a, b) = (boxed(a), boxed(b));
        (c, d) = (nan_to_zero(c), nan_to_zero(d));
        recalculate = true;
    }
    if c.is_infinite() || d.is_infinite() {
        (c, d) = (boxed(c), boxed(d));
        (a, b) = (nan_to_zero(a), nan_to_zero(b));
        recalculate = true;
    }
    if !recalculate && [ac, bd, ad, bc].iter().any(|x| x.is_infinite()) {
        (a, b, c, d) = (nan_to_zero(a), nan_to_zero(b), nan_to_zero(c), nan_to_zero(d));
        recalculate = true;
    }
    if !recalculate {
        return result;
    }
    Complex { real: f64::INFINITY * (a * c - b * d), imag: f64::INFINITY * (a * d + b * c) }
}

/// `left / right`
pub fn divide(left: Operand, right: Operand) -> Result<Complex, ComplexError> {
    match (left, right) {
        (_, Operand::Real(0.0)) => Err(ComplexError::DivisionByZero),
        (_, Operand::Complex(Complex { real: 0.0, imag: 0.0 })) => Err(ComplexError::DivisionByZero),
        (Operand::Complex(z), Operand::Real(x)) => Ok(Complex { real: z.real / x, imag: z.imag / x }),
        (Operand::Real(x), Operand::Complex(w)) => Ok(real_quotient(x, w)),
        _ => Ok(quotient(left.widen(), right.widen())),
    }
}

fn quotient(z: Complex, w: Complex) -> Complex {
    let mut result = if w.real.abs() >= w.imag.abs() {
        let ratio = w.imag / w.real;
        let denominator = w.real + w.imag * ratio;
        Complex {
            real: (z.real + z.imag * ratio) / denominator,
            imag: (z.imag - z.real * ratio) / denominator,
        }
    } else if w.imag.abs() >= w.real.abs() {
        let ratio = w.real / w.imag;
        let denominator = w.real * ratio + w.imag;
        Complex {
            real: (z.real * ratio + z.imag) / denominator,
            imag: (z.imag * ratio - z.real) / denominator,
        }
    } else {
        Complex { real: f64::NAN, imag: f64::NAN }
    };
    if result.real.is_nan() && result.imag.is_nan() {
        let z_infinite = z.real.is_infinite() || z.imag.is_infinite();
        let w_infinite = w.real.is_infinite() || w.imag.is_infinite();
        if z_infinite && w.real.is_finite() && w.imag.is_finite() {
            let (x, y) = (boxed(z.real), boxed(z.imag));
            result.real = f64::INFINITY * (x * w.real + y * w.imag);
            result.imag = f64::INFINITY * (y * w.real - x * w.imag);
        } else if w_infinite && z.real.is_finite() && z.imag.is_finite() {
            let (x, y) = (boxed(w.real), boxed(w.imag));
            result.real = 0.0 * (z.real * x + z.imag * y);
            result.imag = 0.0 * (z.imag * x - z.real * y);
        }
    }
    result
}

fn real_quotient(a: f64, w: Complex) -> Complex {
    let mut result = if w.real.abs() >= w.imag.abs() {
        let ratio = w.imag / w.real;
        let denominator = w.real + w.imag * ratio;
        Complex { real: a / denominator, imag: -a * ratio / denominator }
    } else if w.imag.abs() >= w.real.abs() {
        let ratio = w.real / w.imag;
        let denominator = w.real * ratio + w.imag;
        Complex { real: a * ratio / denominator, imag: -a / denominator }
    } else {
        Complex { real: f64::NAN, imag: f64::NAN }
    };
    let w_infinite = w.real.is_infinite() || w.imag.is_infinite();
    if result.real.is_nan() && result.imag.is_nan() && a.is_finite() && w_infinite {
        let (x, y) = (boxed(w.real), boxed(w.imag));
        result.real = 0.0 * (a * x);
        result.imag = 0.0 * (-a * y);
    }
    result
}

/// `base ** exponent`
pub fn power(base: Complex, exponent: Complex) -> Result<Complex, ComplexError> {
    let small_int =
        exponent.imag == 0.0 && exponent.real == exponent.real.floor() && exponent.real.abs() <= 100.0;
    let result =
        if small_int { integer_power(base, exponent.real as i32)? } else { general_power(base, exponent)? };
    // CPython raises OverflowError for infinite results, whatever their operands.
    if result.real.is_infinite() || result.imag.is_infinite() {
        return Err(ComplexError::Overflow);
    }
    Ok(result)
}

fn integer_power(base: Complex, exponent: i32) -> Result<Complex, ComplexError> {
    const ONE: Complex = Complex { real: 1.0, imag: 0.0 };
    let mut result = ONE;
    let mut factor = base;
    let mut bits = exponent.unsigned_abs();
    while bits != 0 {
        if bits & 1 != 0 {
            result = product(result, factor);
        }
        bits >>= 1;
        factor = product(factor, factor);
    }
    if exponent > 0 {
        return Ok(result);
    }
    divide(Operand::Complex(ONE), Operand::Complex(result)).map_err(|_| ComplexError::ZeroPower)
}

fn general_power(base: Complex, exponent: Complex) -> Result<Complex, ComplexError> {
    if base.real == 0.0 && base.imag == 0.0 {
        if exponent.imag != 0.0 || exponent.real < 0.0 {
            return Err(ComplexError::ZeroPower);
        }
        return Ok(Complex { real: 0.0, imag: 0.0 });
    }
    let magnitude = base.real.hypot(base.imag);
    let mut length = magnitude.powf(exponent.real);
    let angle = base.imag.atan2(base.real);
    let mut phase = angle * exponent.real;
    if exponent.imag != 0.0 {
        length *= (-angle * exponent.imag).exp();
        phase += exponent.imag * magnitude.ln();
    }
    // The sine of infinity is a domain error to C, which CPython takes for a division by zero.
    if phase.is_infinite() {
        return Err(ComplexError::ZeroPower);
    }
    Ok(Complex { real: length * phase.cos(), imag: length * phase.sin() })
}
