//! The format specification mini-language:
//! `[[fill]align][sign]["z"]["#"]["0"][width][grouping]["." precision [grouping]][type]`.

use std::fmt;

use crate::{Chars, unicode};

/// Where the padding goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// `<`: behind.
    Left,
    /// `>`: before.
    Right,
    /// `^`: on both sides.
    Center,
    /// `=`: between sign and digits.
    AfterSign,
}

/// Which numbers have a sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// `-`: negative ones.
    Minus,
    /// `+`: all.
    Plus,
    /// A blank: the others have a blank.
    Space,
}

/// What stands between groups of digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// `,` after three digits.
    Comma,
    /// `_` after three digits.
    Underscore,
    /// `_` after four digits: bases other than ten.
    UnderscoreFour,
}

/// A format specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spec {
    /// What fills up the width.
    pub fill: u32,
    /// Where it goes.
    pub align: Align,
    /// The sign asked for, if any.
    pub sign: Option<Sign>,
    /// `z`: what is rounded to zero loses its minus.
    pub no_negative_zero: bool,
    /// `#`.
    pub alternate: bool,
    /// The least width.
    pub width: Option<usize>,
    /// Between groups of digits before the point.
    pub grouping: Option<Grouping>,
    /// The precision.
    pub precision: Option<usize>,
    /// Between groups of digits behind the point.
    pub fraction_grouping: Option<Grouping>,
    /// The presentation type; 0 stands for none.
    pub kind: u32,
}

/// Why something is not formatted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // each is its message
pub enum FormatError {
    UnknownCode {
        code: u32,
        type_name: Box<str>,
    },
    InvalidSpecifier {
        spec: crate::TextBuf,
        type_name: Box<str>,
    },
    SeparatorWithType {
        separator: char,
        code: u32,
    },
    CommaAndUnderscore,
    MissingPrecision,
    TooManyDigitsInFormat,
    PrecisionTooBig,
    PrecisionOfInt,
    NegativeZeroOfInt,
    NegativeZeroOfStr,
    SignOfStr,
    SpaceOfStr,
    AlternateOfStr,
    AlignOfStr,
    SignOfChar,
    AlternateOfChar,
    ZeroPaddingOfComplex,
    AlignOfComplex,
    /// OverflowError.
    CharOutOfRange,
    /// OverflowError.
    IntTooLargeForLong,
    /// OverflowError.
    IntTooLargeForFloat,
    TooManyDigits {
        limit: usize,
    },
    /// MemoryError.
    OutOfMemory,
}

impl FormatError {
    /// Whether it is an OverflowError; the others, but for the one of memory, are ValueErrors.
    pub fn is_overflow(&self) -> bool {
        matches!(
            self,
            FormatError::CharOutOfRange | FormatError::IntTooLargeForLong | FormatError::IntTooLargeForFloat
        )
    }
}

/// A code as messages show it.
struct Code(u32);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            code @ 33..128 => write!(f, "{}", char::from(code as u8)),
            code => write!(f, "\\x{code:x}"),
        }
    }
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FormatError::UnknownCode { code, type_name } => {
                return write!(
                    f,
                    "Unknown format code '{}' for object of type '{type_name:.200}'",
                    Code(*code)
                );
            }
            FormatError::InvalidSpecifier { spec, type_name } => {
                return write!(
                    f,
                    "Invalid format specifier '{}' for object of type '{type_name:.200}'",
                    &**spec
                );
            }
            FormatError::SeparatorWithType { separator, code } => {
                return write!(f, "Cannot specify '{separator}' with '{}'.", Code(*code));
            }
            FormatError::TooManyDigits { limit } => {
                return write!(
                    f,
                    "Exceeds the limit ({limit} digits) for integer string conversion; \
                     use sys.set_int_max_str_digits() to increase the limit"
                );
            }
            FormatError::CommaAndUnderscore => "Cannot specify both ',' and '_'.",
            FormatError::MissingPrecision => "Format specifier missing precision",
            FormatError::TooManyDigitsInFormat => "Too many decimal digits in format string",
            FormatError::PrecisionTooBig => "precision too big",
            FormatError::PrecisionOfInt => "Precision not allowed in integer format specifier",
            FormatError::NegativeZeroOfInt => {
                "Negative zero coercion (z) not allowed in integer format specifier"
            }
            FormatError::NegativeZeroOfStr => {
                "Negative zero coercion (z) not allowed in string format specifier"
            }
            FormatError::SignOfStr => "Sign not allowed in string format specifier",
            FormatError::SpaceOfStr => "Space not allowed in string format specifier",
            FormatError::AlternateOfStr => "Alternate form (#) not allowed in string format specifier",
            FormatError::AlignOfStr => "'=' alignment not allowed in string format specifier",
            FormatError::SignOfChar => "Sign not allowed with integer format specifier 'c'",
            FormatError::AlternateOfChar => {
                "Alternate form (#) not allowed with integer format specifier 'c'"
            }
            FormatError::ZeroPaddingOfComplex => "Zero padding is not allowed in complex format specifier",
            FormatError::AlignOfComplex => "'=' alignment flag is not allowed in complex format specifier",
            FormatError::CharOutOfRange => "%c arg not in range(0x110000)",
            FormatError::IntTooLargeForLong => "Python int too large to convert to C long",
            FormatError::IntTooLargeForFloat => "int too large to convert to float",
            FormatError::OutOfMemory => "",
        })
    }
}

/// The rest of a specification while it is parsed.
struct Cursor<'a> {
    text: Chars<'a>,
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        let at = self.at + ahead;
        (at < self.text.len()).then(|| char::from_u32(self.text.get(at)).unwrap_or('\u{fffd}'))
    }

    fn eat(&mut self, wanted: char) -> bool {
        let found = self.peek(0) == Some(wanted);
        self.at += usize::from(found);
        found
    }

    /// A number, if a digit is next: of any decimal system.
    fn integer(&mut self) -> Result<Option<usize>, FormatError> {
        let mut value = None;
        while self.at < self.text.len() {
            let Some(digit) = unicode::decimal_value(self.text.get(self.at)) else { break };
            let next = (value.unwrap_or(0_usize).checked_mul(10))
                .and_then(|v| v.checked_add(usize::from(digit)))
                .filter(|&v| v <= isize::MAX as usize);
            value = Some(next.ok_or(FormatError::TooManyDigitsInFormat)?);
            self.at += 1;
        }
        Ok(value)
    }

    fn align(&self, ahead: usize) -> Option<Align> {
        Some(match self.peek(ahead)? {
            '<' => Align::Left,
            '>' => Align::Right,
            '^' => Align::Center,
            '=' => Align::AfterSign,
            _ => return None,
        })
    }

    /// `,` or `_`, but not one after the other.
    fn grouping(&mut self) -> Result<Option<Grouping>, FormatError> {
        let comma = self.eat(',');
        let underscore = self.eat('_');
        if underscore && (comma || self.peek(0) == Some(',')) {
            return Err(FormatError::CommaAndUnderscore);
        }
        Ok(match (comma, underscore) {
            (true, _) => Some(Grouping::Comma),
            (_, true) => Some(Grouping::Underscore),
            _ => None,
        })
    }
}

impl Spec {
    /// Parses a specification for a value of a type, whose presentation type is `kind` and whose
    /// alignment is `align` unless the specification tells.
    pub fn parse(text: Chars<'_>, kind: u32, align: Align, type_name: &str) -> Result<Spec, FormatError> {
        let mut cursor = Cursor { text, at: 0 };
        let mut spec = Spec {
            fill: b' '.into(),
            align,
            sign: None,
            no_negative_zero: false,
            alternate: false,
            width: None,
            grouping: None,
            precision: None,
            fraction_grouping: None,
            kind,
        };
        let mut aligned = true;
        let mut filled = false;
        if let Some(align) = cursor.align(1) {
            spec.align = align;
            spec.fill = text.get(0);
            filled = true;
            cursor.at = 2;
        } else if let Some(align) = cursor.align(0) {
            spec.align = align;
            cursor.at = 1;
        } else {
            aligned = false;
        }
        spec.sign = match cursor.peek(0) {
            Some('+') => Some(Sign::Plus),
            Some('-') => Some(Sign::Minus),
            Some(' ') => Some(Sign::Space),
            _ => None,
        };
        cursor.at += usize::from(spec.sign.is_some());
        spec.no_negative_zero = cursor.eat('z');
        spec.alternate = cursor.eat('#');
        if !filled && cursor.eat('0') {
            spec.fill = b'0'.into();
            if !aligned && align == Align::Right {
                spec.align = Align::AfterSign;
            }
        }
        spec.width = cursor.integer()?;
        spec.grouping = cursor.grouping()?;
        if cursor.eat('.') {
            spec.precision = cursor.integer()?;
            spec.fraction_grouping = cursor.grouping()?;
            if spec.precision.is_none() && spec.fraction_grouping.is_none() {
                return Err(FormatError::MissingPrecision);
            }
        }
        match text.len() - cursor.at {
            0 => {}
            1 => spec.kind = text.get(cursor.at),
            _ => {
                return Err(FormatError::InvalidSpecifier {
                    spec: text.to_text(),
                    type_name: type_name.into(),
                });
            }
        }
        spec.check_grouping()?;
        Ok(spec)
    }

    fn check_grouping(&mut self) -> Result<(), FormatError> {
        let separator = |grouping| if grouping == Grouping::Comma { ',' } else { '_' };
        let kind = char::from_u32(self.kind).unwrap_or('\u{fffd}');
        if let Some(grouping) = self.grouping {
            match kind {
                'd' | 'e' | 'f' | 'g' | 'E' | 'G' | '%' | 'F' | '\0' => {}
                'b' | 'o' | 'x' | 'X' if grouping != Grouping::Comma => {
                    self.grouping = Some(Grouping::UnderscoreFour);
                }
                _ => {
                    let separator = separator(grouping);
                    return Err(FormatError::SeparatorWithType { separator, code: self.kind });
                }
            }
        }
        match self.fraction_grouping {
            Some(grouping) if kind == 'n' => {
                let separator = separator(grouping);
                Err(FormatError::SeparatorWithType { separator, code: self.kind })
            }
            _ => Ok(()),
        }
    }

    /// The error for a presentation type that the value's type does not have.
    pub fn unknown_code(&self, type_name: &str) -> FormatError {
        FormatError::UnknownCode { code: self.kind, type_name: type_name.into() }
    }
}
