//! What functions of complex numbers answer where a part is infinite or no number: the special values
//! of C's Annex G.
//!
//! A table has a row for each kind of real part and in it a pair for each kind of imaginary part,
//! both in the order of [`kind`]; each letter of a pair is explained in [`value`]. `..` is computed,
//! `!!` a domain error.

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};

use taipan_num::complex::Complex;

/// Rows of pairs of letters, a blank between pairs.
pub type Table = [&'static [u8; 20]; 7];

/// The row or column of a number.
const fn kind(x: f64) -> usize {
    if x.is_nan() {
        6
    } else if x.is_infinite() {
        if x > 0.0 { 5 } else { 0 }
    } else if x == 0.0 {
        if x.is_sign_positive() { 3 } else { 2 }
    } else if x > 0.0 {
        4
    } else {
        1
    }
}

const fn value(letter: u8) -> f64 {
    match letter {
        b'i' => f64::INFINITY,
        b'I' => f64::NEG_INFINITY,
        b'0' => 0.0,
        b'o' => -0.0,
        b'1' => 1.0,
        b'j' => -1.0,
        b'p' => PI,
        b'P' => -PI,
        b'h' => FRAC_PI_2,
        b'H' => -FRAC_PI_2,
        b'q' => FRAC_PI_4,
        b'Q' => -FRAC_PI_4,
        b't' => 3.0 * FRAC_PI_4,
        b'T' => -3.0 * FRAC_PI_4,
        _ => f64::NAN,
    }
}

/// What a table says.
pub enum Special {
    /// The value.
    Value(Complex),
    /// There is none.
    Domain,
    /// It is to be computed.
    Computed,
}

/// Looks a number up.
pub fn look_up(table: &Table, z: Complex) -> Special {
    if z.real.is_finite() && z.imag.is_finite() {
        return Special::Computed;
    }
    let at = kind(z.imag) * 3;
    match &table[kind(z.real)][at..at + 2] {
        b".." => Special::Computed,
        b"!!" => Special::Domain,
        pair => Special::Value(Complex { real: value(pair[0]), imag: value(pair[1]) }),
    }
}

/// Special values of `acos`.
pub const ACOS: Table = [
    b"ti pi pi pI pI tI ni",
    b"hi .. .. .. .. hI nn",
    b"hi .. .. .. .. hI hn",
    b"hi .. .. .. .. hI hn",
    b"hi .. .. .. .. hI nn",
    b"qi 0i 0i 0I 0I qI ni",
    b"ni nn nn nn nn nI nn",
];

/// Special values of `acosh`.
pub const ACOSH: Table = [
    b"iT iP iP ip ip it in",
    b"iH .. .. .. .. ih nn",
    b"iH .. .. .. .. ih nh",
    b"iH .. .. .. .. ih nh",
    b"iH .. .. .. .. ih nn",
    b"iQ io io i0 i0 iq in",
    b"in nn nn nn nn in nn",
];

/// Special values of `asinh`.
pub const ASINH: Table = [
    b"IQ Io Io I0 I0 Iq In",
    b"IH .. .. .. .. Ih nn",
    b"IH .. .. .. .. Ih nn",
    b"iH .. .. .. .. ih nn",
    b"iH .. .. .. .. ih nn",
    b"iQ io io i0 i0 iq in",
    b"in nn no n0 nn in nn",
];

/// Special values of `atanh`.
pub const ATANH: Table = [
    b"oH oH oH oh oh oh on",
    b"oH .. .. .. .. oh nn",
    b"oH .. .. .. .. oh on",
    b"0H .. .. .. .. 0h 0n",
    b"0H .. .. .. .. 0h nn",
    b"0H 0H 0H 0h 0h 0h 0n",
    b"0H nn nn nn nn 0h nn",
];

/// Special values of `cosh`.
pub const COSH: Table = [
    b"!! .. i0 io .. !! in",
    b"!! .. .. .. .. !! nn",
    b"!! .. .. .. .. !! n0",
    b"!! .. .. .. .. !! n0",
    b"!! .. .. .. .. !! nn",
    b"!! .. io i0 .. !! in",
    b"nn nn n0 n0 nn nn nn",
];

/// Special values of `exp`.
pub const EXP: Table = [
    b"00 .. 0o 00 .. 00 00",
    b"!! .. .. .. .. !! nn",
    b"!! .. .. .. .. !! nn",
    b"!! .. .. .. .. !! nn",
    b"!! .. .. .. .. !! nn",
    b"!! .. io i0 .. !! in",
    b"nn nn no n0 nn nn nn",
];

/// Special values of `log`.
pub const LOG: Table = [
    b"iT iP iP ip ip it in",
    b"iH .. .. .. .. ih nn",
    b"iH .. .. .. .. ih nn",
    b"iH .. .. .. .. ih nn",
    b"iH .. .. .. .. ih nn",
    b"iQ io io i0 i0 iq in",
    b"in nn nn nn nn in nn",
];

/// Special values of `sinh`.
pub const SINH: Table = [
    b"!! .. Io I0 .. !! in",
    b"!! .. .. .. .. !! nn",
    b"!! .. .. .. .. !! 0n",
    b"!! .. .. .. .. !! 0n",
    b"!! .. .. .. .. !! nn",
    b"!! .. io i0 .. !! in",
    b"nn nn no n0 nn nn nn",
];

/// Special values of `sqrt`.
pub const SQRT: Table = [
    b"iI 0I 0I 0i 0i ii ni",
    b"iI .. .. .. .. ii nn",
    b"iI .. .. .. .. ii nn",
    b"iI .. .. .. .. ii nn",
    b"iI .. .. .. .. ii nn",
    b"iI io io i0 i0 ii in",
    b"iI nn nn nn nn ii nn",
];

/// Special values of `tanh`.
pub const TANH: Table = [
    b"j0 .. jo j0 .. j0 j0",
    b"!! .. .. .. .. !! nn",
    b"!! .. .. .. .. !! on",
    b"!! .. .. .. .. !! 0n",
    b"!! .. .. .. .. !! nn",
    b"10 .. 1o 10 .. 10 10",
    b"nn nn no n0 nn nn nn",
];

/// Special values of `rect`.
pub const RECT: Table = [
    b"!! .. I0 Io .. !! in",
    b"!! .. .. .. .. !! nn",
    b"00 .. .. .. .. 00 00",
    b"00 .. .. .. .. 00 00",
    b"!! .. .. .. .. !! nn",
    b"!! .. io i0 .. !! in",
    b"nn nn n0 n0 nn nn nn",
];
