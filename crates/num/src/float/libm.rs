//! Functions of the platform's mathematics library that Rust does not offer, or computes by other
//! formulas: results are those of any C program on the machine.
#![allow(unsafe_code)] // functions of numbers alone

unsafe extern "C" {
    /// The inverse hyperbolic cosine.
    pub safe fn acosh(x: f64) -> f64;
    /// The inverse hyperbolic sine.
    pub safe fn asinh(x: f64) -> f64;
    /// The inverse hyperbolic tangent.
    pub safe fn atanh(x: f64) -> f64;
    /// The error function.
    pub safe fn erf(x: f64) -> f64;
    /// The complementary error function.
    pub safe fn erfc(x: f64) -> f64;
}
