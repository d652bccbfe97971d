//! Decimal digits of a `float`, correctly rounded: the three modes of `_Py_dg_dtoa` that CPython
//! uses (`Python/dtoa.c`), on top of Ryū and of Rust's exact formatting.

use std::fmt::Write;

use smallvec::SmallVec;

/// The most significant digits that any double has: the exact value of the largest subnormal.
const EXACT_DIGITS: usize = 767;
/// The most digits after the point that any double has.
const EXACT_FRACTION: usize = 1074;

/// The decimal digits of a finite magnitude: 0.`digits` × 10^`point`, without trailing zeros; no
/// digit at all when the value was rounded to zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digits {
    /// ASCII digits; the first is not 0, unless the value is zero itself (`0`, with `point` 1).
    pub digits: SmallVec<[u8; 24]>,
    /// Where the decimal point stands, counted from the front of the digits.
    pub point: i32,
}

/// Collects what the formatter writes; the text of `{:e}` without its point.
#[derive(Default)]
struct Collector(SmallVec<[u8; 24]>);

impl Write for Collector {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

impl Digits {
    fn zero() -> Digits {
        Digits { digits: SmallVec::from_slice(b"0"), point: 1 }
    }

    /// From `d.ddde±x` as Rust writes it.
    fn from_scientific(mut text: SmallVec<[u8; 24]>) -> Digits {
        let e = memchr::memrchr(b'e', &text).expect("`{:e}` writes an exponent");
        let exponent = text[e + 1..].iter().fold(0_i32, |value, &b| match b {
            b'-' => value,
            digit => value * 10 + i32::from(digit - b'0'),
        });
        let point = 1 + if text[e + 1] == b'-' { -exponent } else { exponent };
        text.truncate(e);
        if text.len() > 1 {
            text.remove(1);
        }
        while text.len() > 1 && text.last() == Some(&b'0') {
            text.pop();
        }
        Digits { digits: text, point }
    }

    /// Mode 0: the shortest digits that read back as the same double.
    pub fn shortest(x: f64) -> Digits {
        if x == 0.0 {
            return Digits::zero();
        }
        // Ryū, unlike Rust's own formatting, breaks ties to even, as CPython does.
        let mut buffer = ryu::Buffer::new();
        let text = buffer.format_finite(x.abs());
        let (number, exponent) = match text.split_once('e') {
            Some((number, exponent)) => (number, exponent.parse().expect("Ryū writes an exponent")),
            None => (text, 0),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let mut digits = SmallVec::from_slice(whole.as_bytes());
        digits.extend_from_slice(fraction.as_bytes());
        let leading = digits.iter().take_while(|&&b| b == b'0').count();
        digits.drain(..leading);
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        Digits { digits, point: exponent + whole.len() as i32 - leading as i32 }
    }

    /// Mode 2: at most `count` significant digits, `count` at least 1.
    pub fn significant(x: f64, count: usize) -> Digits {
        if x == 0.0 {
            return Digits::zero();
        }
        let mut out = Collector::default();
        let places = count.clamp(1, EXACT_DIGITS) - 1;
        write!(out, "{:.places$e}", x.abs()).expect("a collector takes everything");
        Digits::from_scientific(out.0)
    }

    /// From `ddd.ddd` as Rust writes it.
    fn fixed(x: f64, places: usize) -> Digits {
        let mut out = Collector::default();
        write!(out, "{:.places$}", x.abs()).expect("a collector takes everything");
        let mut digits = out.0;
        let whole = memchr::memchr(b'.', &digits).unwrap_or(digits.len());
        if whole < digits.len() {
            digits.remove(whole);
        }
        let leading = digits.iter().take_while(|&&b| b == b'0').count();
        if leading == digits.len() {
            return Digits { digits: SmallVec::new(), point: -(places as i32) };
        }
        digits.drain(..leading);
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        Digits { digits, point: whole as i32 - leading as i32 }
    }

    /// Mode 3: rounded to `places` digits after the point; before it, when negative.
    pub fn fraction(x: f64, places: i64) -> Digits {
        if x == 0.0 {
            return Digits::zero();
        }
        if let Ok(places @ 0..) = usize::try_from(places) {
            return Digits::fixed(x, places.min(EXACT_FRACTION));
        }
        // All digits of a double end within these bounds.
        let places = places.clamp(-400, EXACT_FRACTION as i64);
        let exact = Digits::significant(x, EXACT_DIGITS);
        let count = i64::from(exact.point) + places;
        let empty = Digits { digits: SmallVec::new(), point: -places as i32 };
        if count >= exact.digits.len() as i64 {
            exact
        } else if count > 0 {
            Digits::significant(x, count as usize)
        } else if count == 0 && exact.digits.as_slice() > b"5" {
            Digits { digits: SmallVec::from_slice(b"1"), point: exact.point + 1 }
        } else {
            empty
        }
    }
}
