//! Arithmetic of `complex`, alone and mixed with real numbers.
//!
//! A real operand stays real, as in C's Annex G: it is not given an imaginary part of zero, so
//! that the signs of zeros come out as there.
//!
//! Answers for CPython's `Objects/complexobject.c`.

use taipan_code::Const;
use taipan_opcode::BinaryOperator;

#[derive(Clone, Copy)]
pub(super) struct Complex {
    pub real: f64,
    pub imag: f64,
}

impl From<Complex> for Const {
    fn from(value: Complex) -> Const {
        Const::Complex { real: value.real, imag: value.imag }
    }
}

/// An operand of an operation with a complex result.
#[derive(Clone, Copy)]
pub(super) enum Operand {
    Real(f64),
    Complex(Complex),
}

impl Operand {
    fn widen(self) -> Complex {
        match self {
            Operand::Real(real) => Complex { real, imag: 0.0 },
            Operand::Complex(value) => value,
        }
    }
}

pub(super) fn binary(operator: BinaryOperator, left: Operand, right: Operand) -> Option<Complex> {
    match operator {
        BinaryOperator::Add => Some(add(left, right)),
        BinaryOperator::Subtract => Some(subtract(left, right)),
        BinaryOperator::Multiply => Some(multiply(left, right)),
        BinaryOperator::TrueDivide => divide(left, right),
        BinaryOperator::Power => power(left.widen(), right.widen()),
        _ => None,
    }
}

fn add(left: Operand, right: Operand) -> Complex {
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

fn subtract(left: Operand, right: Operand) -> Complex {
    match (left, right) {
        (Operand::Complex(z), Operand::Real(x)) => Complex { real: z.real - x, imag: z.imag },
        (Operand::Real(x), Operand::Complex(z)) => Complex { real: x - z.real, imag: -z.imag },
        _ => {
            let (z, w) = (left.widen(), right.widen());
            Complex { real: z.real - w.real, imag: z.imag - w.imag }
        }
    }
}

fn multiply(left: Operand, right: Operand) -> Complex {
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

fn divide(left: Operand, right: Operand) -> Option<Complex> {
    match (left, right) {
        (_, Operand::Real(0.0)) => None,
        (_, Operand::Complex(Complex { real: 0.0, imag: 0.0 })) => None,
        (Operand::Complex(z), Operand::Real(x)) => Some(Complex { real: z.real / x, imag: z.imag / x }),
        (Operand::Real(x), Operand::Complex(w)) => Some(real_quotient(x, w)),
        _ => Some(quotient(left.widen(), right.widen())),
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

fn power(base: Complex, exponent: Complex) -> Option<Complex> {
    let small_int =
        exponent.imag == 0.0 && exponent.real == exponent.real.floor() && exponent.real.abs() <= 100.0;
    let result =
        if small_int { integer_power(base, exponent.real as i32)? } else { general_power(base, exponent)? };
    // CPython raises OverflowError for infinite results, whatever their operands.
    (!result.real.is_infinite() && !result.imag.is_infinite()).then_some(result)
}

fn integer_power(base: Complex, exponent: i32) -> Option<Complex> {
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
    if exponent > 0 { Some(result) } else { divide(Operand::Complex(ONE), Operand::Complex(result)) }
}

fn general_power(base: Complex, exponent: Complex) -> Option<Complex> {
    if base.real == 0.0 && base.imag == 0.0 {
        let raises = exponent.imag != 0.0 || exponent.real < 0.0;
        return (!raises).then_some(Complex { real: 0.0, imag: 0.0 });
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
    (!phase.is_infinite()).then(|| Complex { real: length * phase.cos(), imag: length * phase.sin() })
}
