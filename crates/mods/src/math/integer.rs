//! Functions of integers of any size.

use taipan_macros::native;
use taipan_num::Int;
use taipan_object::native::{Args, MethodDef};
use taipan_object::protocol;
use taipan_object::types::int::to_int;
use taipan_object::{Outcome, Ref, Thread, Value};

pub(super) const FUNCTIONS: &[MethodDef] = &[COMB, FACTORIAL, GCD, ISQRT, LCM, PERM];

fn integer(thread: &mut Thread, value: Ref<'_>) -> Outcome<Int> {
    let value = protocol::index(thread, value)?;
    Ok(to_int(value.as_ref()).expect("an integer").into_owned())
}

/// The product of the numbers from `low` to `high`, by halves so that the factors stay of one size.
fn product(thread: &mut Thread, low: u64, high: u64, step: u64) -> Outcome<Int> {
    if low > high {
        return Ok(Int::Small(1));
    }
    let count = (high - low) / step + 1;
    if count <= 8 {
        thread.poll()?;
        let mut result = Int::Small(1);
        let mut factor = low;
        for _ in 0..count {
            result = result.mul(&Int::from(i128::from(factor)));
            factor = factor.saturating_add(step);
        }
        return Ok(result);
    }
    let middle = low + (count / 2) * step;
    let left = product(thread, low, middle - step, step)?;
    let right = product(thread, middle, high, step)?;
    thread.charge((left.bit_length() + right.bit_length()) as usize / 8)?;
    thread.heap().discharge((left.bit_length() + right.bit_length()) as usize / 8);
    Ok(left.mul(&right))
}

/// Find n!.
#[native(signature = "($module, n, /)")]
fn factorial(thread: &mut Thread, n: Ref<'_>) -> Outcome {
    let n = integer(thread, n)?;
    if n.is_negative() {
        return Err(thread.value_error("factorial() not defined for negative values"));
    }
    let Some(n) = n.to_i64() else {
        let most = i64::MAX;
        return Err(thread.overflow_error(format!("factorial() argument should not exceed {most}")));
    };
    let result = factorial_of(thread, n as u64)?;
    thread.int_value(result)
}

/// The odd parts of the factors, then the powers of two at once.
fn factorial_of(thread: &mut Thread, n: u64) -> Outcome<Int> {
    if n > 1 << 34 {
        return Err(thread.no_memory());
    }
    let mut outer = Int::Small(1);
    let mut inner = Int::Small(1);
    let mut low = 1;
    for shift in (0..64 - n.leading_zeros()).rev() {
        let high = n >> shift;
        if high > 2 {
            let first = (low + 1) | 1;
            let part = product(thread, first, if high.is_multiple_of(2) { high - 1 } else { high }, 2)?;
            inner = inner.mul(&part);
            outer = outer.mul(&inner);
            low = if high.is_multiple_of(2) { high - 1 } else { high };
        }
    }
    Ok(outer.shl(n - u64::from(n.count_ones())))
}

/// Number of ways to choose k items from n items without repetition and with order.
///
/// Evaluates to n! / (n - k)! when k <= n and evaluates
/// to zero when k > n.
///
/// If k is not specified or is None, then k defaults to n
/// and the function returns n!.
///
/// Raises TypeError if either of the arguments are not integers.
/// Raises ValueError if either of the arguments are negative.
#[native(signature = "($module, n, k=None, /)")]
fn perm(thread: &mut Thread, n: Ref<'_>, k: Option<Ref<'_>>) -> Outcome {
    let Some(k) = k.filter(|k| !k.is_none()) else { return factorial(thread, n) };
    let (n, k) = (integer(thread, n)?, integer(thread, k)?);
    if n.is_negative() {
        return Err(thread.value_error("n must be a non-negative integer"));
    }
    if k.is_negative() {
        return Err(thread.value_error("k must be a non-negative integer"));
    }
    if k > n {
        return Ok(Value::small_int(0));
    }
    let Some(count) = k.to_i64() else {
        let most = i64::MAX;
        return Err(thread.overflow_error(format!("k must not exceed {most}")));
    };
    let result = falling(thread, &n, count as u64)?;
    thread.int_value(result)
}

/// `n * (n - 1) * … ` of `count` factors.
fn falling(thread: &mut Thread, n: &Int, count: u64) -> Outcome<Int> {
    if count == 0 {
        return Ok(Int::Small(1));
    }
    if let Some(n) = n.to_u64().filter(|&n| n < u64::MAX / 2) {
        return product(thread, n - count + 1, n, 1);
    }
    if count == 1 {
        return Ok(n.clone());
    }
    thread.poll()?;
    let half = count / 2;
    let left = falling(thread, n, half)?;
    let rest = n.sub(&Int::from(i128::from(half)));
    let right = falling(thread, &rest, count - half)?;
    thread.charge((left.bit_length() + right.bit_length()) as usize / 8)?;
    thread.heap().discharge((left.bit_length() + right.bit_length()) as usize / 8);
    Ok(left.mul(&right))
}

/// Number of ways to choose k items from n items without repetition and without order.
///
/// Evaluates to n! / (k! * (n - k)!) when k <= n and evaluates
/// to zero when k > n.
///
/// Also called the binomial coefficient because it is equivalent
/// to the coefficient of k-th term in polynomial expansion of the
/// expression (1 + x)**n.
///
/// Raises TypeError if either of the arguments are not integers.
/// Raises ValueError if either of the arguments are negative.
#[native(signature = "($module, n, k, /)")]
fn comb(thread: &mut Thread, n: Ref<'_>, k: Ref<'_>) -> Outcome {
    let (n, k) = (integer(thread, n)?, integer(thread, k)?);
    if n.is_negative() {
        return Err(thread.value_error("n must be a non-negative integer"));
    }
    if k.is_negative() {
        return Err(thread.value_error("k must be a non-negative integer"));
    }
    if k > n {
        return Ok(Value::small_int(0));
    }
    let other = n.sub(&k);
    let least = if other < k { other } else { k };
    let Some(count) = least.to_i64() else {
        let most = i64::MAX;
        return Err(thread.overflow_error(format!("min(n - k, k) must not exceed {most}")));
    };
    let result = combinations(thread, &n, count as u64)?;
    thread.int_value(result)
}

/// `C(n, k) = C(n, j) * C(n - j, k - j) / C(k, j)`, by halves.
fn combinations(thread: &mut Thread, n: &Int, k: u64) -> Outcome<Int> {
    if k == 0 {
        return Ok(Int::Small(1));
    }
    if k == 1 {
        return Ok(n.clone());
    }
    thread.poll()?;
    if let Some(small) = n.to_u64().filter(|&n| n < 1 << 60 && k <= 24) {
        let mut result = Int::Small(1);
        for index in 0..k {
            result = result.mul(&Int::from(i128::from(small - index)));
            result = result.floor_div(&Int::from(i128::from(index + 1))).expect("not by zero");
        }
        return Ok(result);
    }
    let half = k / 2;
    let left = combinations(thread, n, half)?;
    let rest = n.sub(&Int::from(i128::from(half)));
    let right = combinations(thread, &rest, k - half)?;
    let divisor = combinations(thread, &Int::from(i128::from(k)), half)?;
    thread.charge((left.bit_length() + right.bit_length()) as usize / 8)?;
    thread.heap().discharge((left.bit_length() + right.bit_length()) as usize / 8);
    Ok(left.mul(&right).floor_div(&divisor).expect("not by zero"))
}

fn fold(
    thread: &mut Thread,
    args: Args<'_>,
    function: &str,
    start: i64,
    op: fn(&Int, &Int) -> Int,
) -> Outcome {
    args.no_keywords(thread, function)?;
    let mut result: Option<Int> = None;
    for value in args.all() {
        let value = integer(thread, *value)?;
        result = Some(match result {
            None => value.abs(),
            Some(result) => op(&result, &value),
        });
    }
    thread.int_value(result.unwrap_or(Int::Small(start)))
}

/// Greatest Common Divisor.
#[native(signature = "($module, /, *integers)")]
fn gcd<'a>(thread: &mut Thread, args: Args<'a>) -> Outcome {
    fold(thread, args, "math.gcd", 0, |a, b| a.gcd(b))
}

/// Least Common Multiple.
#[native(signature = "($module, /, *integers)")]
fn lcm<'a>(thread: &mut Thread, args: Args<'a>) -> Outcome {
    fold(thread, args, "math.lcm", 1, |a, b| a.lcm(b))
}

/// Return the integer part of the square root of the input.
#[native(signature = "($module, n, /)")]
fn isqrt(thread: &mut Thread, n: Ref<'_>) -> Outcome {
    let n = integer(thread, n)?;
    match n.isqrt() {
        Some(root) => thread.int_value(root),
        None => Err(thread.value_error("isqrt() argument must be nonnegative")),
    }
}
