//! Sums, products and norms.

use taipan_macros::native;
use taipan_object::native::{Args, MethodDef};
use taipan_object::protocol::{self, BinaryOp};
use taipan_object::types::float::Float;
use taipan_object::types::int::to_int;
use taipan_object::{Outcome, Ref, Thread, Value};

pub(super) const FUNCTIONS: &[MethodDef] = &[DIST, FSUM, HYPOT, PROD, SUMPROD];

/// The exact product of two numbers, as two.
fn exact_product(x: f64, y: f64) -> (f64, f64) {
    let high = x * y;
    (high, x.mul_add(y, -high))
}

/// The exact sum of two numbers of which the first is the larger, as two.
fn fast_sum(a: f64, b: f64) -> (f64, f64) {
    let x = a + b;
    (x, (a - x) + b)
}

/// The exact sum of two numbers, as two.
fn exact_sum(a: f64, b: f64) -> (f64, f64) {
    let x = a + b;
    let z = x - a;
    (x, (a - (x - z)) + (b - z))
}

/// The Euclidean norm; nearly always correctly rounded.
fn norm(values: &mut [f64]) -> f64 {
    let max = values.iter().fold(0.0, |max, &x| if x > max { x } else { max });
    if max == f64::INFINITY {
        return max;
    }
    if values.iter().any(|x| x.is_nan()) {
        return f64::NAN;
    }
    if max == 0.0 || values.len() <= 1 {
        return max;
    }
    let (_, exponent) = taipan_num::float::frexp(max);
    if exponent < -1023 {
        values.iter_mut().for_each(|x| *x /= f64::MIN_POSITIVE);
        return f64::MIN_POSITIVE * norm(values);
    }
    let scale = taipan_num::float::ldexp(1.0, -exponent);
    let (mut sum, mut first, mut second) = (1.0, 0.0, 0.0);
    for x in values {
        let x = *x * scale;
        let product = exact_product(x, x);
        let partial = fast_sum(sum, product.0);
        sum = partial.0;
        first += product.1;
        second += partial.1;
    }
    let mut h = (sum - 1.0 + (first + second)).sqrt();
    let product = exact_product(-h, h);
    let partial = fast_sum(sum, product.0);
    sum = partial.0;
    first += product.1;
    second += partial.1;
    let x = sum - 1.0 + (first + second);
    h += x / (2.0 * h);
    h / scale
}

/// Multidimensional Euclidean distance from the origin to a point.
///
/// Roughly equivalent to:
///     sqrt(sum(x**2 for x in coordinates))
///
/// For a two dimensional point (x, y), gives the hypotenuse
/// using the Pythagorean theorem:  sqrt(x*x + y*y).
///
/// For example, the hypotenuse of a 3/4/5 right triangle is:
///
///     >>> hypot(3.0, 4.0)
///     5.0
#[native(signature = "($module, /, *coordinates)")]
fn hypot<'a>(thread: &mut Thread, args: Args<'a>) -> Outcome<f64> {
    args.no_keywords(thread, "math.hypot")?;
    let mut values = Vec::with_capacity(args.all().len());
    for value in args.all() {
        values.push(protocol::to_f64(thread, *value)?.abs());
    }
    Ok(norm(&mut values))
}

/// Return the Euclidean distance between two points p and q.
///
/// The points should be specified as sequences (or iterables) of
/// coordinates.  Both inputs must have the same dimension.
///
/// Roughly equivalent to:
///     sqrt(sum((px - qx) ** 2.0 for px, qx in zip(p, q)))
#[native(signature = "($module, p, q, /)")]
fn dist(thread: &mut Thread, p: Ref<'_>, q: Ref<'_>) -> Outcome<f64> {
    let p = protocol::collect(thread, p)?;
    let q = protocol::collect(thread, q)?;
    if p.len() != q.len() {
        return Err(thread.value_error("both points must have the same number of dimensions"));
    }
    let mut values = Vec::with_capacity(p.len());
    for (p, q) in p.iter().zip(&q) {
        let (p, q) = (protocol::to_f64(thread, p.as_ref())?, protocol::to_f64(thread, q.as_ref())?);
        values.push((p - q).abs());
    }
    Ok(norm(&mut values))
}

/// Return an accurate floating-point sum of values in the iterable seq.
///
/// Assumes IEEE-754 floating-point arithmetic.
#[native(signature = "($module, seq, /)")]
fn fsum(thread: &mut Thread, seq: Ref<'_>) -> Outcome<f64> {
    let mut partials: Vec<f64> = Vec::new();
    let (mut special, mut infinite) = (0.0, 0.0);
    protocol::for_each(thread, seq, |thread, item| {
        let given = protocol::to_f64(thread, item.as_ref())?;
        let mut x = given;
        let mut kept = 0;
        for index in 0..partials.len() {
            let mut y = partials[index];
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y);
            }
            let high = x + y;
            let low = y - (high - x);
            if low != 0.0 {
                partials[kept] = low;
                kept += 1;
            }
            x = high;
        }
        partials.truncate(kept);
        if x != 0.0 {
            if x.is_finite() {
                partials.push(x);
            } else {
                if given.is_finite() {
                    return Err(thread.overflow_error("intermediate overflow in fsum"));
                }
                if given.is_infinite() {
                    infinite += given;
                }
                special += given;
                partials.clear();
            }
        }
        Ok(())
    })?;
    if special != 0.0 {
        if f64::is_nan(infinite) {
            return Err(thread.value_error("-inf + inf in fsum"));
        }
        return Ok(special);
    }
    let Some(mut high) = partials.pop() else { return Ok(0.0) };
    let mut low = 0.0;
    while let Some(y) = partials.pop() {
        let x = high;
        high = x + y;
        low = y - (high - x);
        if low != 0.0 {
            break;
        }
    }
    // Half-even rounding across several partials.
    if let Some(&next) = partials.last()
        && ((low < 0.0 && next < 0.0) || (low > 0.0 && next > 0.0))
    {
        let y = low * 2.0;
        let x = high + y;
        if y == x - high {
            high = x;
        }
    }
    Ok(high)
}

/// Calculate the product of all the elements in the input iterable.
///
/// The default start value for the product is 1.
///
/// When the iterable is empty, return the start value.  This function is
/// intended specifically for use with numeric values and may reject
/// non-numeric types.
#[native(signature = "($module, iterable, /, *, start=1)")]
fn prod(thread: &mut Thread, iterable: Ref<'_>, start: Option<Ref<'_>>) -> Outcome {
    let mut result = start.map_or_else(|| Value::small_int(1), |start| start.to_value());
    protocol::for_each(thread, iterable, |thread, item| {
        if let (Some(a), Some(b)) = (exact_float(&result), exact_float(&item)) {
            result = thread.float(a * b)?;
        } else {
            result = protocol::binary(thread, result.as_ref(), item.as_ref(), BinaryOp::Multiply)?;
        }
        Ok(())
    })?;
    Ok(result)
}

fn exact_float(value: &Value) -> Option<f64> {
    if !value.as_ref().ty().is(&taipan_object::types::float::FLOAT) {
        return None;
    }
    Float::value_of(value.as_ref())
}

/// A float of a pair of which one is a float and the other a float, int or bool.
fn float_pair(p: &Value, q: &Value) -> Option<(f64, f64)> {
    let number = |value: &Value| {
        let ty = value.as_ref().ty();
        let whole = ty.is(&taipan_object::types::int::INT) || ty.is(&taipan_object::types::boolean::BOOL);
        if whole { to_int(value.as_ref())?.to_f64() } else { exact_float(value) }
    };
    match (exact_float(p), exact_float(q)) {
        (None, None) => None,
        _ => Some((number(p)?, number(q)?)),
    }
}

/// A sum in three times the precision.
#[derive(Clone, Copy, Default)]
struct Triple(f64, f64, f64);

impl Triple {
    fn add_product(self, x: f64, y: f64) -> Triple {
        let product = exact_product(x, y);
        let sum = exact_sum(self.0, product.0);
        let first = exact_sum(self.1, product.1);
        let second = exact_sum(first.0, sum.1);
        Triple(sum.0, second.0, self.2 + first.1 + second.1)
    }

    fn value(self) -> f64 {
        let last = exact_sum(self.2, self.1);
        let first = exact_sum(self.0, last.0);
        (last.1 + first.1) + first.0
    }
}

/// Return the sum of products of values from two iterables p and q.
///
/// Roughly equivalent to:
///
///     sum(map(operator.mul, p, q, strict=True))
///
/// For float and mixed int/float inputs, the intermediate products
/// and sums are computed with extended precision.
#[native(signature = "($module, p, q, /)")]
fn sumprod(thread: &mut Thread, p: Ref<'_>, q: Ref<'_>) -> Outcome {
    let p_items = protocol::iter(thread, p)?;
    let q_items = protocol::iter(thread, q)?;
    let mut total = Value::small_int(0);
    let (mut ints, mut floats) = (Some(0_i64), Some(Triple::default()));
    let (mut int_used, mut float_used) = (false, false);
    loop {
        thread.poll()?;
        let x = protocol::next(thread, p_items.as_ref())?;
        let y = protocol::next(thread, q_items.as_ref())?;
        let pair = match (x, y) {
            (Some(x), Some(y)) => Some((x, y)),
            (None, None) => None,
            _ => return Err(thread.value_error("Inputs are not the same length")),
        };
        if let Some(sum) = ints {
            let next = pair.as_ref().and_then(|(x, y)| {
                let both = x.word().is_int() && y.word().is_int();
                both.then(|| x.word().int().checked_mul(y.word().int())?.checked_add(sum)).flatten()
            });
            if let Some(next) = next {
                (ints, int_used) = (Some(next), true);
                continue;
            }
            ints = None;
            if std::mem::take(&mut int_used) {
                let sum = thread.int(i128::from(sum))?;
                total = protocol::binary(thread, total.as_ref(), sum.as_ref(), BinaryOp::Add)?;
            }
        }
        if let Some(sum) = floats {
            let next = pair.as_ref().and_then(|(x, y)| float_pair(x, y)).map(|(x, y)| sum.add_product(x, y));
            if let Some(next) = next.filter(|next| next.0.is_finite()) {
                (floats, float_used) = (Some(next), true);
                continue;
            }
            floats = None;
            if std::mem::take(&mut float_used) {
                let sum = thread.float(sum.value())?;
                total = protocol::binary(thread, total.as_ref(), sum.as_ref(), BinaryOp::Add)?;
            }
        }
        let Some((x, y)) = pair else { return Ok(total) };
        let term = protocol::binary(thread, x.as_ref(), y.as_ref(), BinaryOp::Multiply)?;
        total = protocol::binary(thread, total.as_ref(), term.as_ref(), BinaryOp::Add)?;
    }
}
