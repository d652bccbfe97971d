//! `format()` of numbers.
//!
//! Answers for `format_long_internal`, `format_float_internal` and `format_complex_internal` of
//! CPython's `Python/formatter_unicode.c`.

use taipan_text::format::{Align, FormatError, Locale, Number, Sign, Spec, write_number, write_padded};
use taipan_text::{Chars, CharsBuf};

use crate::Int;
use crate::float::{self, Form, Style};

/// What formatting depends on besides value and specification.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The name of the value's type, for messages.
    pub type_name: &'a str,
    /// The limit on digits (`sys.set_int_max_str_digits`); 0 means none.
    pub max_digits: usize,
    /// The current locale, for type `n`.
    pub locale: Locale<'a>,
}

impl Context<'static> {
    /// For a value of the type with that name, in the C locale.
    pub fn of(type_name: &'static str) -> Context<'static> {
        Context { type_name, max_digits: 4300, locale: Locale::C }
    }
}

const N: u32 = b'n' as u32;

/// The presentation type as a letter; one that is none for all that is not ASCII.
fn letter(spec: &Spec) -> char {
    char::from_u32(spec.kind).filter(char::is_ascii).unwrap_or('\u{fffd}')
}

/// Appends `format(value, spec)` of an integer; `spec` is not empty.
pub fn format_int(
    out: &mut CharsBuf,
    value: &Int,
    spec: Chars<'_>,
    context: &Context<'_>,
) -> Result<(), FormatError> {
    let spec = Spec::parse(spec, b'd'.into(), Align::Right, context.type_name)?;
    match letter(&spec) {
        'b' | 'c' | 'd' | 'o' | 'x' | 'X' | 'n' => write_int(out, value, &spec, context),
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%' => {
            let value = value.to_f64().ok_or(FormatError::IntTooLargeForFloat)?;
            write_float(out, value, &spec, context)
        }
        _ => Err(spec.unknown_code(context.type_name)),
    }?;
    done(out)
}

/// Appends `format(value, spec)` of a float; `spec` is not empty.
pub fn format_float(
    out: &mut CharsBuf,
    value: f64,
    spec: Chars<'_>,
    context: &Context<'_>,
) -> Result<(), FormatError> {
    let spec = Spec::parse(spec, 0, Align::Right, context.type_name)?;
    match letter(&spec) {
        '\0' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n' | '%' => write_float(out, value, &spec, context)?,
        _ => return Err(spec.unknown_code(context.type_name)),
    }
    done(out)
}

/// Appends `format(complex(real, imag), spec)`; `spec` is not empty.
pub fn format_complex(
    out: &mut CharsBuf,
    (real, imag): (f64, f64),
    spec: Chars<'_>,
    context: &Context<'_>,
) -> Result<(), FormatError> {
    let spec = Spec::parse(spec, 0, Align::Right, context.type_name)?;
    match letter(&spec) {
        '\0' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n' => write_complex(out, (real, imag), &spec, context)?,
        _ => return Err(spec.unknown_code(context.type_name)),
    }
    done(out)
}

/// Appends `format(text, spec)` of a string; `spec` is not empty.
pub fn format_str(
    out: &mut CharsBuf,
    text: Chars<'_>,
    spec: Chars<'_>,
    type_name: &str,
) -> Result<(), FormatError> {
    let spec = Spec::parse(spec, b's'.into(), Align::Left, type_name)?;
    match letter(&spec) {
        's' => taipan_text::format::format_str(out, text, &spec)?,
        _ => return Err(spec.unknown_code(type_name)),
    }
    done(out)
}

fn done(out: &CharsBuf) -> Result<(), FormatError> {
    if out.failed() { Err(FormatError::OutOfMemory) } else { Ok(()) }
}

fn write_int(out: &mut CharsBuf, value: &Int, spec: &Spec, context: &Context<'_>) -> Result<(), FormatError> {
    if spec.precision.is_some() {
        return Err(FormatError::PrecisionOfInt);
    }
    if spec.no_negative_zero {
        return Err(FormatError::NegativeZeroOfInt);
    }
    let base = match letter(spec) {
        'c' => return write_char(out, value, spec),
        'b' => 2,
        'o' => 8,
        'x' | 'X' => 16,
        _ => 10,
    };
    let mut digits = if base == 10 {
        let limit = context.max_digits;
        value.to_decimal(limit).map_err(|_| FormatError::TooManyDigits { limit })?
    } else {
        value.magnitude_digits(base)
    };
    if base == 10 && is_plain(spec) {
        out.push_bytes(digits.as_bytes());
        return Ok(());
    }
    if letter(spec) == 'X' {
        digits.make_ascii_uppercase();
    }
    let prefix = match (spec.alternate, letter(spec)) {
        (true, 'b') => "0b",
        (true, 'o') => "0o",
        (true, 'x') => "0x",
        (true, 'X') => "0X",
        _ => "",
    };
    let whole = digits.strip_prefix('-').unwrap_or(&digits);
    let number =
        Number { negative: value.is_negative(), prefix, whole, point: false, fraction: "", rest: "" };
    write_number(out, &number, spec, (spec.kind == N).then_some(&context.locale));
    Ok(())
}

fn write_char(out: &mut CharsBuf, value: &Int, spec: &Spec) -> Result<(), FormatError> {
    if spec.sign.is_some() {
        return Err(FormatError::SignOfChar);
    }
    if spec.alternate {
        return Err(FormatError::AlternateOfChar);
    }
    let point = value.to_i64().ok_or(FormatError::IntTooLargeForLong)?;
    let point = u32::try_from(point).ok().filter(|&p| p <= 0x10_ffff).ok_or(FormatError::CharOutOfRange)?;
    // Padding behind a sign is padding in front.
    let align = if spec.align == Align::AfterSign { Align::Right } else { spec.align };
    write_padded(out, Chars::Four(&[point]), &Spec { align, ..*spec });
    Ok(())
}

/// The layout and the style that a specification asks for.
fn float_form(spec: &Spec, dot_0: bool) -> Result<(Form, Style), FormatError> {
    if spec.precision.is_some_and(|precision| precision > i32::MAX as usize) {
        return Err(FormatError::PrecisionTooBig);
    }
    let precision = spec.precision.unwrap_or(6);
    let style = Style {
        upper: matches!(letter(spec), 'E' | 'F' | 'G'),
        alternate: spec.alternate,
        no_negative_zero: spec.no_negative_zero,
        add_dot_0: dot_0 && spec.kind == 0,
        ..Style::default()
    };
    let form = match (letter(spec), spec.precision) {
        ('e' | 'E', _) => Form::Exponent(precision),
        ('f' | 'F' | '%', _) => Form::Fixed(precision),
        ('\0', None) => Form::Repr,
        _ => Form::General(precision),
    };
    Ok((form, style))
}

/// Makes sure that there is room for so many digits before they are made.
fn room(out: &mut CharsBuf, spec: &Spec) -> Result<(), FormatError> {
    let padded = matches!(letter(spec), 'e' | 'E' | 'f' | 'F' | '%') || spec.alternate;
    match spec.precision {
        // Below this it is not worth looking.
        Some(0..4096) | None => Ok(()),
        Some(precision) if padded && !out.reserve(precision.saturating_add(400), 0) => {
            Err(FormatError::OutOfMemory)
        }
        _ => Ok(()),
    }
}

fn write_float(
    out: &mut CharsBuf,
    value: f64,
    spec: &Spec,
    context: &Context<'_>,
) -> Result<(), FormatError> {
    let (form, style) = float_form(spec, true)?;
    room(out, spec)?;
    let percent = letter(spec) == '%';
    let mut text = float::format(if percent { value * 100.0 } else { value }, form, style);
    if percent {
        text.push('%');
    }
    if is_plain(spec) {
        out.push_bytes(text.as_bytes());
        return Ok(());
    }
    let number = Number::from_float(&text);
    write_number(out, &number, spec, (spec.kind == N).then_some(&context.locale));
    Ok(())
}

/// Whether the digits are written as they are.
fn is_plain(spec: &Spec) -> bool {
    spec.width.is_none()
        && matches!(spec.sign, None | Some(Sign::Minus))
        && spec.grouping.is_none()
        && spec.fraction_grouping.is_none()
        && spec.kind != N
}

fn write_complex(
    out: &mut CharsBuf,
    (real, imag): (f64, f64),
    spec: &Spec,
    context: &Context<'_>,
) -> Result<(), FormatError> {
    let (form, style) = float_form(spec, false)?;
    if spec.fill == u32::from(b'0') {
        return Err(FormatError::ZeroPaddingOfComplex);
    }
    if spec.align == Align::AfterSign {
        return Err(FormatError::AlignOfComplex);
    }
    room(out, spec)?;
    let locale = (spec.kind == N).then_some(&context.locale);
    let only_imag = spec.kind == 0 && real == 0.0 && real.is_sign_positive();
    let parentheses = spec.kind == 0 && !only_imag;
    // The parts without padding first.
    let mut part = Spec { fill: 0, align: Align::Left, width: None, ..*spec };
    let mut text = CharsBuf::new();
    if parentheses {
        text.push_str("(");
    }
    if !only_imag {
        write_number(&mut text, &Number::from_float(&float::format(real, form, style)), &part, locale);
        part.sign = Some(Sign::Plus);
    }
    write_number(&mut text, &Number::from_float(&float::format(imag, form, style)), &part, locale);
    text.push_str(if parentheses { "j)" } else { "j" });
    write_padded(out, text.as_chars(), spec);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &str, format: impl FnOnce(&mut CharsBuf, Chars<'_>) -> Result<(), FormatError>) -> String {
        let mut out = CharsBuf::new();
        match format(&mut out, CharsBuf::from(text).as_chars()) {
            Ok(()) => out.to_text().to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn integers() {
        for (value, spec, expected) in [
            (1234567, ",", "1,234,567"),
            (1234567, "012_", "0_001_234_567"),
            (-255, "#010x", "-0x00000ff"),
            (255, "#_X", "0XFF"),
            (65535, "_b", "1111_1111_1111_1111"),
            (-5, "^+7", "  -5   "),
            (5, "*=+6", "+****5"),
            (65, "c", "A"),
            (0x1f40d, "03c", "00\u{1f40d}"),
            (3, ".2f", "3.00"),
            (-1, "c", "%c arg not in range(0x110000)"),
            (1, ".2d", "Precision not allowed in integer format specifier"),
            (1, "s", "Unknown format code 's' for object of type 'int'"),
            (1, "\u{20ac}", "Unknown format code '\\x20ac' for object of type 'int'"),
            (1, ",x", "Cannot specify ',' with 'x'."),
            (1, ",_", "Cannot specify both ',' and '_'."),
            (1, "dd", "Invalid format specifier 'dd' for object of type 'int'"),
            (1, "99999999999999999999", "Too many decimal digits in format string"),
        ] {
            let text = run(spec, |out, spec| format_int(out, &Int::Small(value), spec, &Context::of("int")));
            assert_eq!(text, expected, "format({value}, {spec:?})");
        }
    }

    #[test]
    fn floats() {
        for (value, spec, expected) in [
            (1234567.891, ",.2f", "1,234,567.89"),
            (1234567.891, "020,.6_f", "0,001,234,567.891_000"),
            (1234567.891, ".10_e", "1.234_567_891_0e+06"),
            (0.5, "%", "50.000000%"),
            (-0.001, "z.1f", "0.0"),
            (1.0, "", "1.0"),
            (1e16, "010", "000001e+16"),
            (f64::NAN, "08", "00000nan"),
            (1.5, ".3", "1.5"),
            (1.0, ".", "Format specifier missing precision"),
            (1.0, ".6_n", "Cannot specify '_' with 'n'."),
            (1.0, ".9999999999f", "precision too big"),
        ] {
            let text = run(spec, |out, spec| format_float(out, value, spec, &Context::of("float")));
            assert_eq!(text, expected, "format({value}, {spec:?})");
        }
    }

    #[test]
    fn complex_numbers_and_strings() {
        for (real, imag, spec, expected) in [
            (1.5, -2.0, "", "(1.5-2j)"),
            (0.0, 2.0, ">8", "      2j"),
            (1.0, 2.0, "<10.1f", "1.0+2.0j  "),
            (1.0, 2.0, "010", "Zero padding is not allowed in complex format specifier"),
        ] {
            let context = Context::of("complex");
            assert_eq!(run(spec, |out, spec| format_complex(out, (real, imag), spec, &context)), expected);
        }
        for (text, spec, expected) in [
            ("añb", "^7.2", "  añ   "),
            ("x", "010", "x000000000"),
            ("x", "=3", "'=' alignment not allowed in string format specifier"),
            ("x", " s", "Space not allowed in string format specifier"),
        ] {
            let text = CharsBuf::from(text);
            assert_eq!(run(spec, |out, spec| format_str(out, text.as_chars(), spec, "str")), expected);
        }
    }

    #[test]
    fn locales_group_their_way() {
        let locale = Locale { decimal_point: ",", separator: "\u{a0}", sizes: &[3, 2, 127] };
        let context = Context { locale, ..Context::of("int") };
        let text = run("n", |out, spec| format_int(out, &Int::Small(123456789), spec, &context));
        assert_eq!(text, "1234\u{a0}56\u{a0}789");
        let text = run("014n", |out, spec| format_float(out, 1234.5, spec, &context));
        assert_eq!(text, "00000\u{a0}01\u{a0}234,5");
    }

    #[test]
    fn memory_is_limited() {
        let mut out = CharsBuf::with_limit(1000);
        let wide = format_int(&mut out, &Int::Small(1), Chars::One(b"9999999999999"), &Context::of("int"));
        assert_eq!(wide, Err(FormatError::OutOfMemory));
        let mut out = CharsBuf::with_limit(1000);
        let grouped =
            format_int(&mut out, &Int::Small(1), Chars::One(b"09999999999999,"), &Context::of("int"));
        assert_eq!(grouped, Err(FormatError::OutOfMemory));
        let mut out = CharsBuf::with_limit(1000);
        let long = format_float(&mut out, 1.0, Chars::One(b".2000000000f"), &Context::of("float"));
        assert_eq!(long, Err(FormatError::OutOfMemory));
    }
}
