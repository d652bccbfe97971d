//! `float` to text: `repr` and the types `e f g r` of formatting.
//!
//! Answers for `PyOS_double_to_string` and `format_float_short` of CPython's `Python/pystrtod.c`.

use std::fmt::Write;

use super::digits::Digits;

/// How a number is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `e`: always with an exponent; the number of digits after the point.
    Exponent(usize),
    /// `f`: never with an exponent; the number of digits after the point.
    Fixed(usize),
    /// `g`: as short as it goes; the number of significant digits.
    General(usize),
    /// `r`: the shortest digits that read back as the same number.
    Repr,
}

/// Details of the layout, all off by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Letters in upper case: `E`, `INF`, `NAN`.
    pub upper: bool,
    /// A plus before what is not negative.
    pub plus: bool,
    /// `.0` after a whole number.
    pub add_dot_0: bool,
    /// `#`: keep the point and the zeros behind it.
    pub alternate: bool,
    /// What is rounded to zero loses its minus.
    pub no_negative_zero: bool,
}

/// The text of `repr(x)`.
pub fn repr(x: f64) -> String {
    let mut out = String::with_capacity(24);
    write_repr(&mut out, x);
    out
}

/// Appends the text of `repr(x)`.
pub fn write_repr(out: &mut String, x: f64) {
    write(out, x, Form::Repr, Style { add_dot_0: true, ..Style::default() });
}

/// The text of `x`. Its length is about the precision asked for, which the caller bounds.
pub fn format(x: f64, form: Form, style: Style) -> String {
    let mut out = String::new();
    write(&mut out, x, form, style);
    out
}

fn write(out: &mut String, x: f64, form: Form, style: Style) {
    if !x.is_finite() {
        let negative = x == f64::NEG_INFINITY;
        out.push_str(if negative {
            "-"
        } else if style.plus {
            "+"
        } else {
            ""
        });
        out.push_str(match (x.is_nan(), style.upper) {
            (true, false) => "nan",
            (true, true) => "NAN",
            (false, false) => "inf",
            (false, true) => "INF",
        });
        return;
    }
    if let Form::Fixed(places @ ..=1074) = form {
        return write_fixed(out, x, places, style);
    }
    let number = match form {
        Form::Exponent(places) => Digits::significant(x, places.saturating_add(1)),
        Form::Fixed(places) => Digits::fraction(x, i64::try_from(places).unwrap_or(i64::MAX)),
        Form::General(count) => Digits::significant(x, count.max(1)),
        Form::Repr => Digits::shortest(x),
    };
    let zero = matches!(number.digits.as_slice(), b"" | b"0");
    if x.is_sign_negative() && !(zero && style.no_negative_zero) {
        out.push('-');
    } else if style.plus {
        out.push('+');
    }
    lay_out(out, &number, form, style);
}

/// Fixed notation with no more digits than any float has, as Rust itself lays it out.
fn write_fixed(out: &mut String, x: f64, places: usize, style: Style) {
    let start = out.len();
    if x.is_sign_negative() {
        out.push('-');
    } else if style.plus {
        out.push('+');
    }
    write!(out, "{:.places$}", x.abs()).expect("a string takes everything");
    let zero = || !out.as_bytes()[start..].iter().any(|b| matches!(b, b'1'..=b'9'));
    if style.no_negative_zero && x.is_sign_negative() && zero() {
        out.replace_range(start..=start, if style.plus { "+" } else { "" });
    }
    if places == 0 && style.alternate {
        out.push('.');
    }
    if style.add_dot_0 && places == 0 {
        out.push_str(if style.alternate { "0" } else { ".0" });
    }
}

/// Places the point, the padding zeros and the exponent.
fn lay_out(out: &mut String, number: &Digits, form: Form, style: Style) {
    let count = number.digits.len() as i64;
    let mut point = i64::from(number.point);
    let as_i64 = |n: usize| i64::try_from(n).unwrap_or(i64::MAX / 2);
    // `end` is where the digits end when padded with zeros.
    let (exponent, mut end) = match form {
        Form::Exponent(places) => (true, as_i64(places) + 1),
        Form::Fixed(places) => {
            // A value rounded away keeps as many zeros as were asked for.
            if count == 0 {
                point = -as_i64(places);
            }
            (false, point + as_i64(places))
        }
        Form::General(wanted) => {
            let wanted = as_i64(wanted.max(1));
            let limit = wanted - i64::from(style.add_dot_0);
            (point <= -4 || point > limit, if style.alternate { wanted } else { count })
        }
        Form::Repr => (point <= -4 || point > 16, count),
    };
    let power = point - 1;
    if exponent {
        point = 1;
    }
    end = end.max(point + i64::from(!exponent && style.add_dot_0));
    let zeros = |out: &mut String, n: i64| out.extend(std::iter::repeat_n('0', n.max(0) as usize));
    let text = std::str::from_utf8(&number.digits).expect("digits are ASCII");
    if point <= 0 {
        out.push_str("0.");
        zeros(out, -point);
        out.push_str(text);
        zeros(out, end - count);
    } else if point <= count {
        out.push_str(&text[..point as usize]);
        out.push('.');
        out.push_str(&text[point as usize..]);
        zeros(out, end - count);
    } else {
        out.push_str(text);
        zeros(out, point - count);
        out.push('.');
        zeros(out, end - point);
    }
    if out.ends_with('.') && !style.alternate {
        out.pop();
    }
    if exponent {
        out.push(if style.upper { 'E' } else { 'e' });
        out.push(if power < 0 { '-' } else { '+' });
        let power = power.unsigned_abs();
        if power < 10 {
            out.push('0');
        }
        out.push_str(itoa(power, &mut [0; 20]));
    }
}

fn itoa(mut value: u64, buffer: &mut [u8; 20]) -> &str {
    let mut at = buffer.len();
    loop {
        at -= 1;
        buffer[at] = b'0' + (value % 10) as u8;
        value /= 10;
        if value == 0 {
            break;
        }
    }
    std::str::from_utf8(&buffer[at..]).expect("digits are ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::float::parse;

    #[test]
    fn repr_as_python_writes_it() {
        for (x, expected) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (-1.5, "-1.5"),
            (0.1, "0.1"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (123456789012345680.0, "1.2345678901234568e+17"),
            (5e-324, "5e-324"),
            (1.7976931348623157e308, "1.7976931348623157e+308"),
            (2.0_f64.powi(-44), "5.684341886080802e-14"),
            (2.0_f64.powi(-25), "2.9802322387695312e-08"),
            (791519880527945.0 / 8.0, "98939985065993.12"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
            (f64::NAN, "nan"),
        ] {
            assert_eq!(repr(x), expected);
        }
    }

    #[test]
    fn forms_as_python_writes_them() {
        let plain = Style::default();
        for (x, form, style, expected) in [
            (1234.5678, Form::Exponent(3), plain, "1.235e+03"),
            (0.0, Form::Exponent(2), plain, "0.00e+00"),
            (2.5, Form::Fixed(0), plain, "2"),
            (3.5, Form::Fixed(0), plain, "4"),
            (0.5, Form::Fixed(0), plain, "0"),
            (0.5000001, Form::Fixed(0), plain, "1"),
            (0.001, Form::Fixed(2), plain, "0.00"),
            (-0.001, Form::Fixed(2), plain, "-0.00"),
            (-0.001, Form::Fixed(2), Style { no_negative_zero: true, ..plain }, "0.00"),
            (1e22, Form::Fixed(2), plain, "10000000000000000000000.00"),
            (1e5, Form::General(6), plain, "100000"),
            (1e6, Form::General(6), plain, "1e+06"),
            (1e6, Form::General(6), Style { upper: true, plus: true, ..plain }, "+1E+06"),
            (1.5, Form::General(6), Style { alternate: true, ..plain }, "1.50000"),
            (1.0, Form::Fixed(0), Style { alternate: true, ..plain }, "1."),
            (100000.0, Form::General(6), Style { add_dot_0: true, ..plain }, "1e+05"),
        ] {
            assert_eq!(format(x, form, style), expected, "{x} {form:?} {style:?}");
        }
        assert_eq!(format(0.1, Form::Fixed(60), plain).len(), 62);
        let long = format(0.1, Form::Fixed(70_000), plain);
        assert_eq!(long.trim_end_matches('0').len(), 57);
        assert_eq!(long.len(), 70_002);
    }

    #[test]
    fn parsed_as_float_reads() {
        for (text, expected) in [
            ("1", Some(1.0)),
            (" 1.5\n", Some(1.5)),
            (".5", Some(0.5)),
            ("5.", Some(5.0)),
            (".", None),
            ("", None),
            ("1e", None),
            ("1e5", Some(1e5)),
            ("1_0.0_1e1_0", Some(10.01e10)),
            ("1__0", None),
            ("_1", None),
            ("1_", None),
            ("1_.0", None),
            ("1._0", None),
            ("+inf", Some(f64::INFINITY)),
            ("-Infinity", Some(f64::NEG_INFINITY)),
            ("infin", None),
            ("1e999", Some(f64::INFINITY)),
            ("0x1", None),
            ("1 2", None),
        ] {
            assert_eq!(parse(text.as_bytes()), expected, "{text:?}");
        }
        assert!(parse(b"nan").is_some_and(f64::is_nan));
        assert!(parse(b"-nan").is_some_and(f64::is_sign_negative));
    }
}
