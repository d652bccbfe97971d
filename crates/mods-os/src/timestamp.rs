//! Times and durations as arguments: integers or floats of seconds to integers of nanoseconds.
//!
//! Answers for the conversions of CPython's `Python/pytime.c`.

use taipan_object::types::float::Float;
use taipan_object::types::int::to_int;
use taipan_object::{Outcome, Raised, Ref, Thread};

use crate::path::narrow;

/// Nanoseconds of a second.
pub const SECOND: i64 = 1_000_000_000;

/// How a fraction that does not fit becomes an integer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// Towards minus infinity: moments.
    Floor,
    /// Towards infinity.
    Ceiling,
    /// Away from zero: time-outs, which must not be cut short.
    Up,
}

impl Rounding {
    /// A float without fraction.
    fn round(self, value: f64) -> f64 {
        match self {
            Rounding::Floor => value.floor(),
            Rounding::Ceiling => value.ceil(),
            Rounding::Up if value < 0.0 => value.floor(),
            Rounding::Up => value.ceil(),
        }
    }

    /// A quotient of integers.
    pub fn divide(self, value: i64, by: i64) -> i64 {
        let (floor, rest) = (value.div_euclid(by), value.rem_euclid(by));
        let up = match self {
            Rounding::Floor => false,
            Rounding::Ceiling => true,
            Rounding::Up => value >= 0,
        };
        if up && rest != 0 { floor + 1 } else { floor }
    }
}

fn not_a_number(thread: &mut Thread) -> Raised {
    thread.value_error("Invalid value NaN (not a number)")
}

fn out_of_range(thread: &mut Thread, what: &str) -> Raised {
    thread.overflow_error(format!("timestamp out of range for {what}"))
}

/// Seconds, or anything that counts in `unit` nanoseconds, as nanoseconds.
pub fn nanoseconds_of(thread: &mut Thread, value: Ref<'_>, unit: i64, rounding: Rounding) -> Outcome<i64> {
    const WHAT: &str = "C PyTime_t";
    if let Some(number) = Float::value_of(value) {
        if number.is_nan() {
            return Err(not_a_number(thread));
        }
        let scaled = rounding.round(number * unit as f64);
        if scaled < i64::MIN as f64 || scaled >= -(i64::MIN as f64) {
            return Err(out_of_range(thread, WHAT));
        }
        return Ok(scaled as i64);
    }
    let number = if to_int(value).is_some() {
        value.to_value()
    } else if value.ty().slots().index.is_some() {
        taipan_object::protocol::index(thread, value)?
    } else {
        let ty = value.ty().name().into_owned();
        return Err(thread.type_error(format!("'{ty}' object cannot be interpreted as an integer or float")));
    };
    match narrow(number.as_ref()).and_then(|number| number.checked_mul(i128::from(unit))) {
        Some(scaled) if i64::try_from(scaled).is_ok() => Ok(scaled as i64),
        _ => Err(out_of_range(thread, WHAT)),
    }
}

/// Seconds as nanoseconds.
pub fn nanoseconds(thread: &mut Thread, value: Ref<'_>, rounding: Rounding) -> Outcome<i64> {
    nanoseconds_of(thread, value, SECOND, rounding)
}

const TIME_T: &str = "platform time_t";

/// A number as whole seconds.
pub fn whole_seconds(thread: &mut Thread, value: Ref<'_>, rounding: Rounding) -> Outcome<i64> {
    if let Some(number) = Float::value_of(value) {
        if number.is_nan() {
            return Err(not_a_number(thread));
        }
        let whole = rounding.round(number);
        if whole < i64::MIN as f64 || whole >= -(i64::MIN as f64) {
            return Err(out_of_range(thread, TIME_T));
        }
        return Ok(whole as i64);
    }
    let number = taipan_object::protocol::index(thread, value)?;
    integer_seconds(thread, number.as_ref())
}

/// An integer object as `time_t`.
pub fn integer_seconds(thread: &mut Thread, number: Ref<'_>) -> Outcome<i64> {
    match narrow(number).and_then(|number| i64::try_from(number).ok()) {
        Some(seconds) => Ok(seconds),
        None => Err(out_of_range(thread, TIME_T)),
    }
}

/// A number as whole seconds and the nanoseconds above them.
pub fn seconds_and_nanoseconds(thread: &mut Thread, value: Ref<'_>) -> Outcome<(i64, i64)> {
    if let Some(number) = Float::value_of(value) {
        if number.is_nan() {
            return Err(not_a_number(thread));
        }
        let mut whole = number.trunc();
        let mut fraction = ((number - whole) * SECOND as f64).floor();
        if fraction >= SECOND as f64 {
            fraction -= SECOND as f64;
            whole += 1.0;
        } else if fraction < 0.0 {
            fraction += SECOND as f64;
            whole -= 1.0;
        }
        if whole < i64::MIN as f64 || whole >= -(i64::MIN as f64) {
            return Err(out_of_range(thread, TIME_T));
        }
        return Ok((whole as i64, fraction as i64));
    }
    if to_int(value).is_none() {
        let ty = value.ty().name().into_owned();
        return Err(thread.type_error(format!("argument must be int or float, not {ty}")));
    }
    Ok((integer_seconds(thread, value)?, 0))
}
