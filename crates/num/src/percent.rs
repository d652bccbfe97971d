//! The conversions of `%` that take numbers.
//!
//! Answers for `_PyUnicode_FormatLong` and `formatfloat` of CPython's `Objects/unicodeobject.c`.

use taipan_text::format::percent::Conversion;
use taipan_text::{CharsBuf, OutOfMemory};

use crate::float::{self, Form, Style};
use crate::{Int, TooManyDigits};

/// Why an integer is not formatted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PercentIntError {
    /// OverflowError: "precision too large".
    PrecisionTooLarge,
    /// Over the limit on digits.
    TooManyDigits,
    /// MemoryError.
    OutOfMemory,
}

impl From<OutOfMemory> for PercentIntError {
    fn from(_: OutOfMemory) -> PercentIntError {
        PercentIntError::OutOfMemory
    }
}

/// Appends an integer by `%d`, `%i`, `%u`, `%o`, `%x` or `%X`.
pub fn write_int(
    out: &mut CharsBuf,
    value: &Int,
    conversion: &Conversion,
    max_digits: usize,
) -> Result<(), PercentIntError> {
    let precision = conversion.precision.unwrap_or(0);
    if precision > i32::MAX as usize - 3 {
        return Err(PercentIntError::PrecisionTooLarge);
    }
    if !out.reserve(precision, 0) {
        return Err(PercentIntError::OutOfMemory);
    }
    let (prefix, mut digits) = match conversion.letter() {
        'o' => ("0o", value.magnitude_digits(8)),
        'x' => ("0x", value.magnitude_digits(16)),
        'X' => ("0X", value.magnitude_digits(16)),
        _ => {
            let text = value.to_decimal(max_digits);
            let text = text.map_err(|TooManyDigits| PercentIntError::TooManyDigits)?;
            ("", text.strip_prefix('-').map(str::to_owned).unwrap_or(text))
        }
    };
    if conversion.letter() == 'X' {
        digits.make_ascii_uppercase();
    }
    let zeros = precision.saturating_sub(digits.len());
    let mut text = String::with_capacity(digits.len() + zeros + 3);
    text.push_str(if value.is_negative() { "-" } else { "" });
    text.push_str(if conversion.alternate { prefix } else { "" });
    text.extend(std::iter::repeat_n('0', zeros));
    text.push_str(&digits);
    conversion.write_number(out, &text);
    if out.failed() { Err(PercentIntError::OutOfMemory) } else { Ok(()) }
}

/// Appends a float by `%e`, `%E`, `%f`, `%F`, `%g` or `%G`.
pub fn write_float(out: &mut CharsBuf, value: f64, conversion: &Conversion) -> Result<(), OutOfMemory> {
    let precision = conversion.precision.unwrap_or(6);
    let letter = conversion.letter();
    if (!matches!(letter, 'g' | 'G') || conversion.alternate)
        && !out.reserve(precision.saturating_add(400), 0)
    {
        return Err(OutOfMemory);
    }
    let form = match letter {
        'e' | 'E' => Form::Exponent(precision),
        'f' | 'F' => Form::Fixed(precision),
        _ => Form::General(precision),
    };
    let style =
        Style { upper: letter.is_ascii_uppercase(), alternate: conversion.alternate, ..Style::default() };
    conversion.write_number(out, &float::format(value, form, style));
    if out.failed() { Err(OutOfMemory) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conversion(kind: char) -> Conversion {
        Conversion { kind: kind.into(), ..Conversion::default() }
    }

    #[test]
    fn numbers() {
        let wide = Conversion { zero: true, width: Some(8), alternate: true, ..conversion('x') };
        let precise = Conversion { width: Some(8), precision: Some(4), plus: true, ..conversion('d') };
        let left = Conversion { left: true, zero: true, width: Some(6), ..conversion('d') };
        for (conversion, value, expected) in
            [(wide, -255, "-0x000ff"), (precise, 42, "   +0042"), (left, -7, "-7    ")]
        {
            let mut out = CharsBuf::new();
            assert_eq!(write_int(&mut out, &Int::Small(value), &conversion, 4300), Ok(()));
            assert_eq!(out.to_text().to_str(), Some(expected));
        }
        let mut out = CharsBuf::new();
        let blank = Conversion { blank: true, width: Some(9), precision: Some(2), ..conversion('f') };
        assert_eq!(write_float(&mut out, 2.675, &blank), Ok(()));
        assert_eq!(out.to_text().to_str(), Some("     2.67"));
        let long = Conversion { precision: Some(i32::MAX as usize), ..conversion('f') };
        assert_eq!(write_float(&mut CharsBuf::with_limit(100), 1.0, &long), Err(OutOfMemory));
    }
}
