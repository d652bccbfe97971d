//! `"…" % (…)` with simple conversions as a formatted string.

use super::Preprocessor;
use crate::instruction_sequence::NO_LOCATION;
use taipan_asdl::{Constant, Expr, ExprKind, Location};
use taipan_text::{Text, TextBuf};

/// Width and precision have fewer digits than this.
const MAX_DIGITS: usize = 3;

impl<'a> Preprocessor<'a, '_> {
    /// The formatted string that is the same as `format % elts`, if the conversions are simple and
    /// as many as the elements.
    pub(super) fn format(
        &self,
        location: Location,
        format: &Text,
        elts: &'a [&'a Expr<'a>],
    ) -> Option<&'a Expr<'a>> {
        let mut rest = format.as_bytes();
        let mut elts = elts.iter();
        let mut values: Vec<&'a Expr<'a>> = Vec::new();
        loop {
            let literal_length = literal_length(rest);
            let (literal, after) = rest.split_at(literal_length);
            if !literal.is_empty() {
                values.push(self.literal(literal));
            }
            if after.is_empty() {
                break;
            }
            let value = elts.next()?;
            let (conversion, after) = Conversion::parse(&after[1..])?;
            values.push(self.converted(value, &conversion));
            rest = after;
        }
        if elts.next().is_some() {
            return None;
        }
        let values = self.arena.alloc_slice_copy(&values);
        Some(self.arena.alloc(Expr { kind: ExprKind::JoinedStr { values }, location }))
    }

    fn literal(&self, literal: &[u8]) -> &'a Expr<'a> {
        let mut text = Vec::with_capacity(literal.len());
        let mut bytes = literal.iter();
        while let Some(&byte) = bytes.next() {
            text.push(byte);
            if byte == b'%' {
                bytes.next(); // `%%`
            }
        }
        self.string(&text, NO_LOCATION)
    }

    fn string(&self, text: &[u8], location: Location) -> &'a Expr<'a> {
        let text = Text::from_bytes(self.arena.alloc_slice_copy(text));
        let kind = ExprKind::Constant { value: Constant::Str(text), kind: None };
        self.arena.alloc(Expr { kind, location })
    }

    fn converted(&self, value: &'a Expr<'a>, conversion: &Conversion) -> &'a Expr<'a> {
        let mut spec = TextBuf::new();
        if let Some(width) = conversion.width {
            if !conversion.left && width > 0 {
                spec.push_str(">");
            }
            spec.push_str(&width.to_string());
        }
        if let Some(precision) = conversion.precision {
            spec.push_str(&format!(".{precision}"));
        }
        let format_spec = (!spec.is_empty()).then(|| self.string(spec.as_bytes(), NO_LOCATION));
        let kind = ExprKind::FormattedValue { value, conversion: i32::from(conversion.letter), format_spec };
        self.arena.alloc(Expr { kind, location: value.location })
    }
}

/// How long the text before the next conversion is.
fn literal_length(text: &[u8]) -> usize {
    let mut i = 0;
    while i < text.len() {
        match (text[i], text.get(i + 1)) {
            (b'%', Some(b'%')) => i += 2,
            (b'%', _) => break,
            _ => i += 1,
        }
    }
    i
}

/// `%s`, `%r` or `%a` with flags, width and precision.
struct Conversion {
    letter: u8,
    left: bool,
    width: Option<u32>,
    precision: Option<u32>,
}

impl Conversion {
    /// Reads what follows `%`; answers with the text behind it.
    fn parse(mut text: &[u8]) -> Option<(Conversion, &[u8])> {
        let mut left = false;
        while let [flag @ (b'-' | b'+' | b' ' | b'#' | b'0'), rest @ ..] = text {
            left |= *flag == b'-';
            text = rest;
        }
        let mut width = None;
        if text.first()?.is_ascii_digit() {
            width = Some(number(&mut text)?);
        }
        let mut precision = None;
        if let [b'.', rest @ ..] = text {
            text = rest;
            precision = Some(if text.first()?.is_ascii_digit() { number(&mut text)? } else { 0 });
        }
        match text {
            [letter @ (b's' | b'r' | b'a'), rest @ ..] => {
                Some((Conversion { letter: *letter, left, width, precision }, rest))
            }
            _ => None,
        }
    }
}

/// A number that something follows.
fn number(text: &mut &[u8]) -> Option<u32> {
    let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
    if digits >= MAX_DIGITS {
        return None;
    }
    let value = text[..digits].iter().fold(0, |value, b| value * 10 + u32::from(b - b'0'));
    *text = &text[digits..];
    (!text.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simple_conversions_are_read() {
        let parse = |text: &'static str| {
            Conversion::parse(text.as_bytes())
                .map(|(c, rest)| (c.letter, c.left, c.width, c.precision, rest.len()))
        };
        assert_eq!(parse("s!"), Some((b's', false, None, None, 1)));
        assert_eq!(parse("-12.3r"), Some((b'r', true, Some(12), Some(3), 0)));
        assert_eq!(parse(".a"), Some((b'a', false, None, Some(0), 0)));
        assert_eq!(parse("123s"), None);
        assert_eq!(parse("d"), None);
        assert_eq!(parse(""), None);
    }
}
