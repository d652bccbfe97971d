//! The functions of complex numbers, as C's Annex G recommends them, each for finite numbers behind a
//! look at its table of special values.
//!
//! Answers for the functions without Python in CPython's `Modules/cmathmodule.c`.

use std::f64::consts::{E, FRAC_PI_2, LN_2, LN_10};

use taipan_num::complex::Complex;
use taipan_num::float::libm;

use super::special::{self, Special, Table, look_up};

/// Why there is no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The function has no value there.
    Domain,
    /// The value is too large.
    Range,
}

/// A value or none.
pub type Answer = Result<Complex, Failure>;

const LARGE: f64 = f64::MAX / 4.0;
const SQRT_LARGE: f64 = 6.703_903_964_971_298e153;
const LOG_LARGE: f64 = 708.396_418_532_264_1;
const SQRT_MIN: f64 = 1.491_668_146_240_041_3e-154;

const fn complex(real: f64, imag: f64) -> Complex {
    Complex { real, imag }
}

/// The value of the table, or what is computed.
fn or_special(table: &Table, z: Complex, compute: impl FnOnce() -> Answer) -> Answer {
    match look_up(table, z) {
        Special::Value(value) => Ok(value),
        Special::Domain => Err(Failure::Domain),
        Special::Computed => compute(),
    }
}

/// `i * z`
const fn turned(z: Complex) -> Complex {
    complex(-z.imag, z.real)
}

/// `-i * z`
const fn turned_back(z: Complex) -> Complex {
    complex(z.imag, -z.real)
}

fn is_large(z: Complex) -> bool {
    z.real.abs() > LARGE || z.imag.abs() > LARGE
}

/// The logarithm of the length of a large number.
fn log_of_large(z: Complex) -> f64 {
    (z.real / 2.0).hypot(z.imag / 2.0).ln() + LN_2 * 2.0
}

fn in_range(value: Complex) -> Answer {
    if value.real.is_infinite() || value.imag.is_infinite() { Err(Failure::Range) } else { Ok(value) }
}

/// `sqrt`
pub fn sqrt(z: Complex) -> Answer {
    or_special(&special::SQRT, z, || Ok(finite_sqrt(z)))
}

fn finite_sqrt(z: Complex) -> Complex {
    if z.real == 0.0 && z.imag == 0.0 {
        return complex(0.0, z.imag);
    }
    let (x, y) = (z.real.abs(), z.imag.abs());
    // Scaled up where numbers lose digits, scaled down where they might overflow.
    let s = if x < f64::MIN_POSITIVE && y < f64::MIN_POSITIVE {
        let scale = 2f64.powi(53);
        let x = x * scale;
        (x + x.hypot(y * scale)).sqrt() * 2f64.powi(-27)
    } else {
        let x = x / 8.0;
        2.0 * (x + x.hypot(y / 8.0)).sqrt()
    };
    let d = y / (2.0 * s);
    if z.real >= 0.0 { complex(s, d.copysign(z.imag)) } else { complex(d, s.copysign(z.imag)) }
}

/// `acos`
pub fn acos(z: Complex) -> Answer {
    or_special(&special::ACOS, z, || {
        if is_large(z) {
            let sign = if z.real < 0.0 { -(1f64.copysign(z.imag)) } else { 1f64.copysign(-z.imag) };
            return Ok(complex(z.imag.abs().atan2(z.real), sign * log_of_large(z)));
        }
        let a = finite_sqrt(complex(1.0 - z.real, -z.imag));
        let b = finite_sqrt(complex(1.0 + z.real, z.imag));
        Ok(complex(2.0 * a.real.atan2(b.real), libm::asinh(b.real * a.imag - b.imag * a.real)))
    })
}

/// `acosh`
pub fn acosh(z: Complex) -> Answer {
    or_special(&special::ACOSH, z, || {
        if is_large(z) {
            return Ok(complex(log_of_large(z), z.imag.atan2(z.real)));
        }
        let a = finite_sqrt(complex(z.real - 1.0, z.imag));
        let b = finite_sqrt(complex(z.real + 1.0, z.imag));
        Ok(complex(libm::asinh(a.real * b.real + a.imag * b.imag), 2.0 * a.imag.atan2(b.real)))
    })
}

/// `asin`
pub fn asin(z: Complex) -> Answer {
    asinh(turned(z)).map(turned_back)
}

/// `asinh`
pub fn asinh(z: Complex) -> Answer {
    or_special(&special::ASINH, z, || {
        if is_large(z) {
            let length = log_of_large(z);
            let real = if z.imag >= 0.0 { length.copysign(z.real) } else { -length.copysign(-z.real) };
            return Ok(complex(real, z.imag.atan2(z.real.abs())));
        }
        let a = finite_sqrt(complex(1.0 + z.imag, -z.real));
        let b = finite_sqrt(complex(1.0 - z.imag, z.real));
        let real = libm::asinh(a.real * b.imag - b.real * a.imag);
        Ok(complex(real, z.imag.atan2(a.real * b.real - a.imag * b.imag)))
    })
}

/// `atan`
pub fn atan(z: Complex) -> Answer {
    atanh(turned(z)).map(turned_back)
}

/// `atanh`
pub fn atanh(z: Complex) -> Answer {
    or_special(&special::ATANH, z, || {
        if z.real < 0.0 {
            let Complex { real, imag } = atanh(complex(-z.real, -z.imag))?;
            return Ok(complex(-real, -imag));
        }
        let y = z.imag.abs();
        if z.real > SQRT_LARGE || y > SQRT_LARGE {
            let half = (z.real / 2.0).hypot(z.imag / 2.0);
            return Ok(complex(z.real / 4.0 / half / half, -FRAC_PI_2.copysign(-z.imag)));
        }
        if z.real == 1.0 && y < SQRT_MIN {
            if y == 0.0 {
                return Err(Failure::Domain);
            }
            let real = -(y.sqrt() / y.hypot(2.0).sqrt()).ln();
            return Ok(complex(real, (2f64.atan2(-y) / 2.0).copysign(z.imag)));
        }
        let one_less = 1.0 - z.real;
        let real = (4.0 * z.real / (one_less * one_less + y * y)).ln_1p() / 4.0;
        let imag = -(-2.0 * z.imag).atan2(one_less * (1.0 + z.real) - y * y) / 2.0;
        Ok(complex(real, imag))
    })
}

/// `cos`
pub fn cos(z: Complex) -> Answer {
    cosh(turned(z))
}

/// `cosh`
pub fn cosh(z: Complex) -> Answer {
    or_special(&special::COSH, z, || {
        let (sin, cos) = (z.imag.sin(), z.imag.cos());
        if z.real.is_infinite() {
            return Ok(complex(f64::INFINITY.copysign(cos), f64::INFINITY.copysign(sin) * z.real.signum()));
        }
        if z.real.abs() > LOG_LARGE {
            let x = z.real - 1f64.copysign(z.real);
            return in_range(complex(cos * x.cosh() * E, sin * x.sinh() * E));
        }
        in_range(complex(cos * z.real.cosh(), sin * z.real.sinh()))
    })
}

/// `exp`
pub fn exp(z: Complex) -> Answer {
    or_special(&special::EXP, z, || {
        let (sin, cos) = (z.imag.sin(), z.imag.cos());
        if z.real.is_infinite() {
            let length = if z.real > 0.0 { f64::INFINITY } else { 0.0 };
            return Ok(complex(length.copysign(cos), length.copysign(sin)));
        }
        if z.real > LOG_LARGE {
            let length = (z.real - 1.0).exp();
            return in_range(complex(length * cos * E, length * sin * E));
        }
        let length = z.real.exp();
        in_range(complex(length * cos, length * sin))
    })
}

/// The natural logarithm.
pub fn log(z: Complex) -> Answer {
    or_special(&special::LOG, z, || {
        let (x, y) = (z.real.abs(), z.imag.abs());
        let real = if x > LARGE || y > LARGE {
            (x / 2.0).hypot(y / 2.0).ln() + LN_2
        } else if x < f64::MIN_POSITIVE && y < f64::MIN_POSITIVE {
            if x == 0.0 && y == 0.0 {
                return Err(Failure::Domain);
            }
            let scale = 2f64.powi(53);
            (x * scale).hypot(y * scale).ln() - 53.0 * LN_2
        } else {
            let length = x.hypot(y);
            if (0.71..=1.73).contains(&length) {
                let (more, less) = (x.max(y), x.min(y));
                ((more - 1.0) * (more + 1.0) + less * less).ln_1p() / 2.0
            } else {
                length.ln()
            }
        };
        Ok(complex(real, z.imag.atan2(z.real)))
    })
}

/// `log10`
pub fn log10(z: Complex) -> Answer {
    log(z).map(|log| complex(log.real / LN_10, log.imag / LN_10))
}

/// `sin`
pub fn sin(z: Complex) -> Answer {
    sinh(turned(z)).map(turned_back)
}

/// `sinh`
pub fn sinh(z: Complex) -> Answer {
    or_special(&special::SINH, z, || {
        let (sin, cos) = (z.imag.sin(), z.imag.cos());
        if z.real.is_infinite() {
            return Ok(complex(f64::INFINITY.copysign(cos) * z.real.signum(), f64::INFINITY.copysign(sin)));
        }
        if z.real.abs() > LOG_LARGE {
            let x = z.real - 1f64.copysign(z.real);
            return in_range(complex(cos * x.sinh() * E, sin * x.cosh() * E));
        }
        in_range(complex(cos * z.real.sinh(), sin * z.real.cosh()))
    })
}

/// `tan`
pub fn tan(z: Complex) -> Answer {
    tanh(turned(z)).map(turned_back)
}

/// `tanh`
pub fn tanh(z: Complex) -> Answer {
    or_special(&special::TANH, z, || {
        if z.real.is_infinite() {
            let imag = 0f64.copysign(2.0 * z.imag.sin() * z.imag.cos());
            return Ok(complex(z.real.signum(), imag));
        }
        if z.real.abs() > LOG_LARGE {
            let imag = 4.0 * z.imag.sin() * z.imag.cos() * (-2.0 * z.real.abs()).exp();
            return Ok(complex(1f64.copysign(z.real), imag));
        }
        let (tx, ty) = (z.real.tanh(), z.imag.tan());
        let cx = 1.0 / z.real.cosh();
        let product = tx * ty;
        let denominator = 1.0 + product * product;
        Ok(complex(tx * (1.0 + ty * ty) / denominator, ((ty / denominator) * cx) * cx))
    })
}

/// The angle of a number.
pub fn phase(z: Complex) -> f64 {
    if z.real.is_nan() || z.imag.is_nan() {
        return f64::NAN;
    }
    z.imag.atan2(z.real)
}

/// The number of a length and an angle.
pub fn rect(length: f64, angle: f64) -> Answer {
    or_special(&special::RECT, complex(length, angle), || {
        let (sin, cos) = (angle.sin(), angle.cos());
        if length.is_infinite() {
            let sign = length.signum();
            return Ok(complex(f64::INFINITY.copysign(cos) * sign, f64::INFINITY.copysign(sin) * sign));
        }
        if angle == 0.0 {
            return Ok(complex(length, length * angle));
        }
        Ok(complex(length * cos, length * sin))
    })
}
