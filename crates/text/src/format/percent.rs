//! The conversions of `%`, of strings and of bytes: `%[(key)][flags][width][.precision]type`.
//!
//! Answers for `unicode_format_arg_parse` and `unicode_format_arg_output` of CPython's
//! `Objects/unicodeobject.c`, and their like in `Objects/bytesobject.c`. Looking up values and
//! converting them is the caller's.

use std::fmt;
use std::ops::Range;

use crate::{Chars, CharsBuf};

/// A conversion.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conversion {
    /// `-`: padding behind.
    pub left: bool,
    /// `+`: a sign before all numbers.
    pub plus: bool,
    /// A blank before numbers that have no sign.
    pub blank: bool,
    /// `#`.
    pub alternate: bool,
    /// `0`: padding of numbers with zeros.
    pub zero: bool,
    /// The least width.
    pub width: Option<usize>,
    /// The precision.
    pub precision: Option<usize>,
    /// The letter.
    pub kind: u32,
    /// Where in the format the letter is.
    pub index: usize,
}

/// What is wrong with a format: the words of a ValueError.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // each is its message
pub enum PercentError {
    IncompleteKey,
    Incomplete,
    WidthTooBig,
    PrecisionTooBig,
    Unsupported { kind: u32, index: usize },
}

impl fmt::Display for PercentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PercentError::IncompleteKey => "incomplete format key",
            PercentError::Incomplete => "incomplete format",
            PercentError::WidthTooBig => "width too big",
            PercentError::PrecisionTooBig => "precision too big",
            PercentError::Unsupported { kind, index } => {
                let shown = if (31..=126).contains(kind) { char::from(*kind as u8) } else { '?' };
                return write!(f, "unsupported format character '{shown}' (0x{kind:x}) at index {index}");
            }
        })
    }
}

/// Where conversions that need more than the format get it from.
pub trait Source {
    /// What goes wrong there.
    type Error;

    /// Makes the item with that key, a part of the format, the next argument.
    fn key(&mut self, key: Range<usize>) -> Result<(), Self::Error>;

    /// The next argument as width, for `*`.
    fn width(&mut self) -> Result<isize, Self::Error>;

    /// The next argument as precision, for `.*`.
    fn precision(&mut self) -> Result<i32, Self::Error>;

    /// The error for a wrong format.
    fn wrong(&mut self, error: PercentError) -> Self::Error;
}

/// The rest of a format.
#[derive(Clone)]
pub struct Percent<'a> {
    text: Chars<'a>,
    at: usize,
}

/// A piece of a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Taken as it is.
    Literal(Range<usize>),
    /// A conversion, of the next argument.
    Conversion(Conversion),
    /// `%%`.
    Percent,
}

impl<'a> Percent<'a> {
    /// The pieces of a format.
    pub fn new(text: Chars<'a>) -> Percent<'a> {
        Percent { text, at: 0 }
    }

    /// The next piece; `None` at the end. No more may be asked for after an error.
    pub fn next<S: Source>(&mut self, source: &mut S) -> Option<Result<Piece, S::Error>> {
        let start = self.at;
        let length = self.text.len();
        if start == length {
            return None;
        }
        if self.text.get(start) == u32::from(b'%') {
            self.at += 1;
            return Some(self.conversion(source));
        }
        let next = crate::algorithm::search::find(self.text, Chars::One(b"%"), start..length);
        self.at = next.unwrap_or(length);
        Some(Ok(Piece::Literal(start..self.at)))
    }

    /// The next code point, as ASCII where it is.
    fn point<S: Source>(&mut self, source: &mut S) -> Result<u32, S::Error> {
        if self.at == self.text.len() {
            return Err(source.wrong(PercentError::Incomplete));
        }
        self.at += 1;
        Ok(self.text.get(self.at - 1))
    }

    fn conversion<S: Source>(&mut self, source: &mut S) -> Result<Piece, S::Error> {
        let mut conversion = Conversion::default();
        let mut point = self.point(source)?;
        if point == u32::from(b'%') {
            return Ok(Piece::Percent);
        }
        if point == u32::from(b'(') {
            let key = self.key().ok_or(PercentError::IncompleteKey).map_err(|e| source.wrong(e))?;
            source.key(key)?;
            point = self.point(source)?;
        }
        loop {
            match u8::try_from(point) {
                Ok(b'-') => conversion.left = true,
                Ok(b'+') => conversion.plus = true,
                Ok(b' ') => conversion.blank = true,
                Ok(b'#') => conversion.alternate = true,
                Ok(b'0') => conversion.zero = true,
                _ => break,
            }
            point = self.point(source)?;
        }
        if point == u32::from(b'*') {
            let width = source.width()?;
            conversion.left |= width < 0;
            conversion.width = Some(width.unsigned_abs());
            point = self.point(source)?;
        } else if let Some(first) = digit(point) {
            (conversion.width, point) =
                self.number(source, first, isize::MAX as usize, PercentError::WidthTooBig)?;
        }
        if point == u32::from(b'.') {
            conversion.precision = Some(0);
            point = self.point(source)?;
            if point == u32::from(b'*') {
                conversion.precision = Some(usize::try_from(source.precision()?).unwrap_or(0));
                point = self.point(source)?;
            } else if let Some(first) = digit(point) {
                (conversion.precision, point) =
                    self.number(source, first, i32::MAX as usize, PercentError::PrecisionTooBig)?;
            }
        }
        if matches!(u8::try_from(point), Ok(b'h' | b'l' | b'L')) {
            point = self.point(source)?;
        }
        conversion.kind = point;
        conversion.index = self.at - 1;
        Ok(Piece::Conversion(conversion))
    }

    /// A key up to its closing parenthesis.
    fn key(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        let mut depth = 1;
        while depth > 0 {
            if self.at == self.text.len() {
                return None;
            }
            match u8::try_from(self.text.get(self.at)) {
                Ok(b')') => depth -= 1,
                Ok(b'(') => depth += 1,
                _ => {}
            }
            self.at += 1;
        }
        Some(start..self.at - 1)
    }

    /// A number, and the code point behind it.
    fn number<S: Source>(
        &mut self,
        source: &mut S,
        first: usize,
        max: usize,
        error: PercentError,
    ) -> Result<(Option<usize>, u32), S::Error> {
        let mut value = first;
        loop {
            let point = self.point(source)?;
            let Some(digit) = digit(point) else { return Ok((Some(value), point)) };
            if value > (max - digit) / 10 {
                return Err(source.wrong(error));
            }
            value = value * 10 + digit;
        }
    }
}

fn digit(point: u32) -> Option<usize> {
    char::from_u32(point)?.to_digit(10).map(|digit| digit as usize)
}

impl Conversion {
    /// The letter, if it is ASCII.
    pub fn letter(&self) -> char {
        char::from_u32(self.kind).filter(char::is_ascii).unwrap_or('\u{fffd}')
    }

    /// The error for a letter that is no conversion.
    pub fn unsupported(&self) -> PercentError {
        PercentError::Unsupported { kind: self.kind, index: self.index }
    }

    /// Whether the value is appended as it is.
    pub fn is_plain(&self) -> bool {
        self.width.is_none() && self.precision.is_none() && !self.plus && !self.blank
    }

    /// Appends a text: cut to the precision, which only `s`, `r`, `a` and `b` have.
    pub fn write_text(&self, out: &mut CharsBuf, text: Chars<'_>) {
        let cut = matches!(self.letter(), 's' | 'r' | 'a' | 'b');
        let length = if cut { text.len().min(self.precision.unwrap_or(usize::MAX)) } else { text.len() };
        let missing = self.width.unwrap_or(0).saturating_sub(length);
        if !self.left {
            out.push_n(b' '.into(), missing);
        }
        out.push_chars(text.slice(0..length));
        if self.left {
            out.push_n(b' '.into(), missing);
        }
    }

    /// Appends a number, given as text with its minus and its prefix.
    pub fn write_number(&self, out: &mut CharsBuf, text: &str) {
        let (sign, text) = match text.as_bytes().first() {
            Some(b'-') => text.split_at(1),
            Some(b'+') => text.split_at(1),
            _ if self.plus => ("+", text),
            _ if self.blank => (" ", text),
            _ => ("", text),
        };
        let prefixed = self.alternate && matches!(self.letter(), 'x' | 'X' | 'o');
        let (prefix, digits) = text.split_at(if prefixed { 2 } else { 0 });
        let missing = self.width.unwrap_or(0).saturating_sub(sign.len() + text.len());
        let zeros = self.zero && !self.left;
        if !self.left && !zeros {
            out.push_n(b' '.into(), missing);
        }
        out.push_str(sign);
        out.push_str(prefix);
        if zeros {
            out.push_n(b'0'.into(), missing);
        }
        out.push_str(digits);
        if self.left {
            out.push_n(b' '.into(), missing);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Arguments(Vec<isize>);

    impl Source for Arguments {
        type Error = String;

        fn key(&mut self, key: Range<usize>) -> Result<(), String> {
            self.0.push(key.len() as isize);
            Ok(())
        }

        fn width(&mut self) -> Result<isize, String> {
            self.0.pop().ok_or("none".into())
        }

        fn precision(&mut self) -> Result<i32, String> {
            self.width().map(|n| n as i32)
        }

        fn wrong(&mut self, error: PercentError) -> String {
            error.to_string()
        }
    }

    fn pieces(text: &str, arguments: &[isize]) -> Result<Vec<Piece>, String> {
        let mut source = Arguments(arguments.to_vec());
        let mut percent = Percent::new(Chars::One(text.as_bytes()));
        std::iter::from_fn(|| percent.next(&mut source)).collect()
    }

    #[test]
    fn formats_are_taken_apart() {
        let number = Conversion {
            left: true,
            width: Some(5),
            precision: Some(2),
            kind: 'd'.into(),
            index: 7,
            ..Conversion::default()
        };
        let expected = vec![Piece::Literal(0..2), Piece::Conversion(number), Piece::Percent];
        assert_eq!(pieces("a %*.*ld%%", &[2, -5]), Ok(expected));
        for (text, error) in [
            ("%", "incomplete format"),
            ("%5", "incomplete format"),
            ("%(a", "incomplete format key"),
            ("%(a)", "incomplete format"),
            ("%99999999999999999999d", "width too big"),
            ("%.9999999999d", "precision too big"),
        ] {
            assert_eq!(pieces(text, &[]), Err(error.into()), "{text}");
        }
        let unknown = Conversion { kind: 0x20ac, index: 3, ..Conversion::default() };
        assert_eq!(unknown.unsupported().to_string(), "unsupported format character '?' (0x20ac) at index 3");
    }
}
