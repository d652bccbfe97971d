//! The format strings of `str.format` and `string.Formatter`: literals, fields, names of fields.
//!
//! Answers for `MarkupIterator` and `FieldNameIterator` of `Objects/stringlib/unicode_format.h`.
//! Looking up names and formatting values is the caller's.

use std::fmt;
use std::ops::Range;

use crate::{Chars, unicode};

/// What is wrong with a format string: the words of a ValueError.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // each is its message
pub enum MarkupError {
    SingleClose,
    SingleOpen,
    OpenInName,
    NoClose,
    EndInConversion,
    NoColon,
    OpenInSpec,
    TooManyDigits,
    MissingBracket,
    AfterBracket,
    EmptyAttribute,
    ManualToAutomatic,
    AutomaticToManual,
}

impl fmt::Display for MarkupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            MarkupError::SingleClose => "Single '}' encountered in format string",
            MarkupError::SingleOpen => "Single '{' encountered in format string",
            MarkupError::OpenInName => "unexpected '{' in field name",
            MarkupError::NoClose => "expected '}' before end of string",
            MarkupError::EndInConversion => "end of string while looking for conversion specifier",
            MarkupError::NoColon => "expected ':' after conversion specifier",
            MarkupError::OpenInSpec => "unmatched '{' in format spec",
            MarkupError::TooManyDigits => "Too many decimal digits in format string",
            MarkupError::MissingBracket => "Missing ']' in format string",
            MarkupError::AfterBracket => "Only '.' or '[' may follow ']' in format field specifier",
            MarkupError::EmptyAttribute => "Empty attribute in format string",
            MarkupError::ManualToAutomatic => {
                "cannot switch from manual field specification to automatic field numbering"
            }
            MarkupError::AutomaticToManual => {
                "cannot switch from automatic field numbering to manual field specification"
            }
        })
    }
}

/// A field: `{name!conversion:spec}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name, which may be empty.
    pub name: Range<usize>,
    /// The letter behind `!`.
    pub conversion: Option<u32>,
    /// The specification, empty if there is none.
    pub spec: Range<usize>,
    /// Whether there are fields in the specification.
    pub nested: bool,
}

/// A literal, and the field behind it; none where the literal ends in an escaped brace or the string
/// ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Markup {
    /// The literal, which may be empty.
    pub literal: Range<usize>,
    /// The field.
    pub field: Option<Field>,
}

/// Iterator over the pieces of a part of a format string; over after an error.
#[derive(Clone)]
pub struct MarkupIter<'a> {
    text: Chars<'a>,
    rest: Range<usize>,
}

const OPEN: u32 = b'{' as u32;
const CLOSE: u32 = b'}' as u32;
const BRACKET: u32 = b'[' as u32;
const CLOSE_BRACKET: u32 = b']' as u32;
const DOT: u32 = b'.' as u32;
const COLON: u32 = b':' as u32;
const BANG: u32 = b'!' as u32;

impl<'a> MarkupIter<'a> {
    /// Over the pieces of that part of `text`.
    pub fn new(text: Chars<'a>, part: Range<usize>) -> MarkupIter<'a> {
        MarkupIter { text, rest: part }
    }

    /// What is not looked at yet, for [`MarkupIter::new`].
    pub fn rest(&self) -> Range<usize> {
        self.rest.clone()
    }

    fn peek(&self) -> Option<u32> {
        (!self.rest.is_empty()).then(|| self.text.get(self.rest.start))
    }

    fn next_point(&mut self) -> Option<u32> {
        self.rest.next().map(|at| self.text.get(at))
    }

    fn markup(&mut self) -> Result<Markup, MarkupError> {
        let start = self.rest.start;
        loop {
            let here = self.rest.start;
            let brace = match self.next_point() {
                None => return Ok(Markup { literal: start..here, field: None }),
                Some(point @ (OPEN | CLOSE)) => point,
                Some(_) => continue,
            };
            if self.peek() == Some(brace) {
                self.rest.start += 1;
                return Ok(Markup { literal: start..here + 1, field: None });
            }
            if brace == CLOSE {
                return Err(MarkupError::SingleClose);
            }
            if self.rest.is_empty() {
                return Err(MarkupError::SingleOpen);
            }
            let field = Some(self.field()?);
            return Ok(Markup { literal: start..here, field });
        }
    }

    fn field(&mut self) -> Result<Field, MarkupError> {
        let start = self.rest.start;
        let end = loop {
            match self.next_point() {
                None => return Err(MarkupError::NoClose),
                Some(OPEN) => return Err(MarkupError::OpenInName),
                Some(BRACKET) => {
                    while self.peek().is_some_and(|p| p != CLOSE_BRACKET) {
                        self.rest.start += 1;
                    }
                }
                Some(point @ (CLOSE | COLON | BANG)) => break point,
                Some(_) => {}
            }
        };
        let mut field =
            Field { name: start..self.rest.start - 1, conversion: None, spec: 0..0, nested: false };
        if end == CLOSE {
            return Ok(field);
        }
        if end == BANG {
            field.conversion = Some(self.next_point().ok_or(MarkupError::EndInConversion)?);
            match self.next_point() {
                Some(CLOSE) => return Ok(field),
                Some(COLON) | None => {}
                Some(_) => return Err(MarkupError::NoColon),
            }
        }
        let start = self.rest.start;
        let mut depth = 1;
        while depth > 0 {
            match self.next_point() {
                None => return Err(MarkupError::OpenInSpec),
                Some(OPEN) => {
                    field.nested = true;
                    depth += 1;
                }
                Some(CLOSE) => depth -= 1,
                Some(_) => {}
            }
        }
        field.spec = start..self.rest.start - 1;
        Ok(field)
    }
}

impl Iterator for MarkupIter<'_> {
    type Item = Result<Markup, MarkupError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let result = self.markup();
        if result.is_err() {
            self.rest.start = self.rest.end;
        }
        Some(result)
    }
}

/// What the name of a field begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum First {
    /// Nothing: numbered automatically.
    Empty,
    /// A number: a positional argument.
    Index(usize),
    /// A name: a keyword argument.
    Name(Range<usize>),
}

/// What follows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// `.name`
    Attribute(Range<usize>),
    /// `[3]`
    Index(usize),
    /// `[name]`
    Item(Range<usize>),
}

/// Iterator over the steps of a field's name.
#[derive(Clone)]
pub struct Steps<'a> {
    text: Chars<'a>,
    rest: Range<usize>,
}

impl<'a> Steps<'a> {
    /// The steps that a part of a field's name spells.
    pub fn new(text: Chars<'a>, part: Range<usize>) -> Steps<'a> {
        Steps { text, rest: part }
    }

    /// What is not looked at yet, for [`Steps::new`].
    pub fn rest(&self) -> Range<usize> {
        self.rest.clone()
    }
}

/// Takes the name of a field apart.
pub fn split_name<'a>(text: Chars<'a>, name: Range<usize>) -> Result<(First, Steps<'a>), MarkupError> {
    let end = name.clone().find(|&at| matches!(text.get(at), DOT | BRACKET)).unwrap_or(name.end);
    let first = name.start..end;
    let first = match integer(text, first.clone())? {
        Some(index) => First::Index(index),
        None if first.is_empty() => First::Empty,
        None => First::Name(first),
    };
    Ok((first, Steps { text, rest: end..name.end }))
}

fn integer(text: Chars<'_>, range: Range<usize>) -> Result<Option<usize>, MarkupError> {
    let mut value = None;
    for at in range {
        let Some(digit) = unicode::decimal_value(text.get(at)) else { return Ok(None) };
        let next = (value.unwrap_or(0_usize).checked_mul(10))
            .and_then(|v| v.checked_add(usize::from(digit)))
            .filter(|&v| v <= isize::MAX as usize);
        value = Some(next.ok_or(MarkupError::TooManyDigits)?);
    }
    Ok(value)
}

impl Iterator for Steps<'_> {
    type Item = Result<Step, MarkupError>;

    fn next(&mut self) -> Option<Self::Item> {
        let opening = self.text.get(self.rest.next()?);
        let start = self.rest.start;
        let find = |wanted: &[u32]| self.rest.clone().find(|&at| wanted.contains(&self.text.get(at)));
        let (name, after) = match opening {
            DOT => {
                let end = find(&[DOT, BRACKET]).unwrap_or(self.rest.end);
                (start..end, end)
            }
            BRACKET => match find(&[CLOSE_BRACKET]) {
                Some(end) => (start..end, end + 1),
                None => return Some(Err(MarkupError::MissingBracket)),
            },
            _ => return Some(Err(MarkupError::AfterBracket)),
        };
        self.rest.start = after;
        let step = if opening == DOT {
            Ok(Step::Attribute(name.clone()))
        } else {
            integer(self.text, name.clone()).map(|i| i.map_or(Step::Item(name.clone()), Step::Index))
        };
        Some(step.and_then(|step| if name.is_empty() { Err(MarkupError::EmptyAttribute) } else { Ok(step) }))
    }
}

/// Numbers fields without names.
#[derive(Clone, Copy, Debug, Default)]
pub struct AutoNumber {
    automatic: Option<bool>,
    next: usize,
}

impl AutoNumber {
    /// The index of the positional argument that the field wants, if it wants one.
    pub fn index(&mut self, first: &First) -> Result<Option<usize>, MarkupError> {
        let empty = match first {
            First::Name(_) => return Ok(None),
            first => *first == First::Empty,
        };
        match (*self.automatic.get_or_insert(empty), first) {
            (true, First::Index(_)) => Err(MarkupError::AutomaticToManual),
            (false, First::Empty) => Err(MarkupError::ManualToAutomatic),
            (_, First::Index(index)) => Ok(Some(*index)),
            _ => {
                self.next += 1;
                Ok(Some(self.next - 1))
            }
        }
    }
}

/// The words of the ValueError for a conversion other than `r`, `s`, `a`.
pub fn unknown_conversion(conversion: u32) -> String {
    match conversion {
        33..127 => format!("Unknown conversion specifier {}", char::from(conversion as u8)),
        _ => format!("Unknown conversion specifier \\x{conversion:x}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Result<Vec<String>, MarkupError> {
        let chars = Chars::One(text.as_bytes());
        MarkupIter::new(chars, 0..text.len())
            .map(|markup| {
                let Markup { literal, field } = markup?;
                let field = field.map(|f| {
                    let conversion = f.conversion.and_then(char::from_u32).unwrap_or('-');
                    format!("|{}|{conversion}|{}", &text[f.name], &text[f.spec])
                });
                Ok(text[literal].to_owned() + &field.unwrap_or_default())
            })
            .collect()
    }

    #[test]
    fn strings_are_taken_apart() {
        assert_eq!(pieces("a{{b}}c"), Ok(vec!["a{".into(), "b}".into(), "c".into()]));
        assert_eq!(pieces("x{0.a[}]!r:>{1}}y"), Ok(vec!["x|0.a[}]|r|>{1}".into(), "y".into()]));
        for (text, error) in [
            ("}", "Single '}' encountered in format string"),
            ("{", "Single '{' encountered in format string"),
            ("{a{", "unexpected '{' in field name"),
            ("{a", "expected '}' before end of string"),
            ("{a!", "end of string while looking for conversion specifier"),
            ("{a!rr}", "expected ':' after conversion specifier"),
            ("{a:{", "unmatched '{' in format spec"),
        ] {
            assert_eq!(pieces(text).map_err(|e| e.to_string()), Err(error.into()), "{text}");
        }
    }

    #[test]
    fn names_are_taken_apart() {
        let text = "12.ab[3][x]";
        let (first, steps) = split_name(Chars::One(text.as_bytes()), 0..text.len()).expect("it is right");
        assert_eq!(first, First::Index(12));
        let steps: Result<Vec<_>, _> = steps.collect();
        assert_eq!(steps, Ok(vec![Step::Attribute(3..5), Step::Index(3), Step::Item(9..10)]));
        let wrong = |text: &str| {
            let (_, mut steps) = split_name(Chars::One(text.as_bytes()), 0..text.len()).expect("so far");
            steps.find_map(Result::err)
        };
        assert_eq!(wrong("a."), Some(MarkupError::EmptyAttribute));
        assert_eq!(wrong("a[1"), Some(MarkupError::MissingBracket));
        assert_eq!(wrong("a[1]b"), Some(MarkupError::AfterBracket));
    }

    #[test]
    fn fields_are_numbered() {
        let mut numbers = AutoNumber::default();
        assert_eq!(numbers.index(&First::Empty), Ok(Some(0)));
        assert_eq!(numbers.index(&First::Name(0..1)), Ok(None));
        assert_eq!(numbers.index(&First::Empty), Ok(Some(1)));
        assert_eq!(numbers.index(&First::Index(0)), Err(MarkupError::AutomaticToManual));
    }
}
