//! f-strings and t-strings: their parts.

use super::atom::constant;
use super::string::is_empty_text;
use super::{Parse, Parser};
use crate::token::TokenKind;
use smallvec::SmallVec;
use std::borrow::Cow;
use taipan_asdl::Constant;
use taipan_asdl::node::*;
use taipan_text::Text;

/// What a replacement field adds to the depth of CPython's parser.
const FIELD_COST: u32 = 30;

/// Which string a part belongs to.
#[derive(Clone, Copy)]
struct Literal {
    /// A t-string.
    template: bool,
    /// It has the prefix `r`.
    raw: bool,
    /// It was not read before, so that it may warn.
    fresh: bool,
}

impl Literal {
    fn middle(self) -> TokenKind {
        if self.template { TokenKind::TStringMiddle } else { TokenKind::FStringMiddle }
    }
}

/// A part of the string, in the order of the source.
enum Part<'a> {
    /// The text at a token.
    Text(usize),
    Field(Field<'a>),
}

/// A replacement field, and the text that `=` makes of it.
struct Field<'a> {
    debug: Option<&'a Expr<'a>>,
    value: &'a Expr<'a>,
}

/// What a replacement field becomes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FieldKind {
    FormattedValue,
    Interpolation,
}

impl<'a> Parser<'_, 'a> {
    /// Reads one f- or t-string and appends its parts to the expressions read.
    pub(super) fn parse_interpolated_string(&mut self, fresh: bool) -> Parse<()> {
        let template = self.peek() == TokenKind::TStringStart;
        let raw = self.token_bytes(self.pos).iter().any(|b| matches!(b, b'r' | b'R'));
        let literal = Literal { template, raw, fresh };
        let (end_kind, field_kind) = if template {
            (TokenKind::TStringEnd, FieldKind::Interpolation)
        } else {
            (TokenKind::FStringEnd, FieldKind::FormattedValue)
        };
        self.pos += 1;
        let mut parts = SmallVec::<[Part<'a>; 8]>::new();
        while !self.accept(end_kind) {
            if self.accept(literal.middle()) {
                parts.push(Part::Text(self.pos - 1));
            } else {
                parts.push(Part::Field(self.parse_replacement_field(literal, field_kind)?));
            }
        }
        // Text is decoded when the whole string was read.
        let end = self.pos - 1;
        for part in parts {
            match part {
                Part::Text(index) => {
                    let value = self.decode_middle(literal, index, end)?;
                    if !is_empty_text(value) {
                        self.exprs.push(value);
                    }
                }
                Part::Field(field) => self.push_field(field),
            }
        }
        Ok(())
    }

    fn push_field(&mut self, field: Field<'a>) {
        self.exprs.extend(field.debug);
        self.exprs.push(field.value);
    }

    /// The text at the token at `index`; errors are about the string's end.
    fn decode_middle(&mut self, literal: Literal, index: usize, end: usize) -> Parse<&'a Expr<'a>> {
        let bytes = self.token_bytes(index);
        let text = if literal.raw || memchr::memchr(b'\\', bytes).is_none() {
            self.copy_text(Text::from_bytes(bytes))
        } else {
            self.decode_text_literal(end, end, bytes, literal.fresh)?
        };
        let location = self.tokens[index].location;
        Ok(self.arena.alloc(Expr { kind: constant(Constant::Str(text)), location }))
    }

    /// `fstring_replacement_field` and its likes.
    fn parse_replacement_field(&mut self, literal: Literal, kind: FieldKind) -> Parse<Field<'a>> {
        let start = self.expect(TokenKind::LeftBrace)?;
        self.enter(FIELD_COST)?;
        let value = self.parse_annotated_rhs()?;
        let expression_end = self.pos;
        let debug = self.accept(TokenKind::Equal);
        let text_end = self.pos;
        let conversion = self.parse_conversion()?;
        let colon = self.pos;
        let format_spec =
            if self.peek() == TokenKind::Colon { Some(self.parse_format_spec(literal)?) } else { None };
        let close = self.expect(TokenKind::RightBrace)?;
        self.leave(FIELD_COST);

        let location = self.span(start);
        let debug_text = if debug {
            let end = if conversion.is_some() {
                text_end
            } else if format_spec.is_some() {
                colon
            } else {
                close
            };
            Some(self.debug_text(start, text_end, end))
        } else {
            None
        };
        let conversion = match conversion {
            Some(letter) => i32::from(letter),
            None if debug && format_spec.is_none() => i32::from(b'r'),
            None => -1,
        };
        let node = match kind {
            FieldKind::FormattedValue => ExprKind::FormattedValue { value, conversion, format_spec },
            FieldKind::Interpolation => {
                let str = Constant::Str(self.expression_text(start, expression_end));
                ExprKind::Interpolation { value, str, conversion, format_spec }
            }
        };
        Ok(Field { debug: debug_text, value: self.arena.alloc(Expr { kind: node, location }) })
    }

    /// `[fstring_conversion]`
    fn parse_conversion(&mut self) -> Parse<Option<u8>> {
        if !self.accept(TokenKind::Exclamation) {
            return Ok(None);
        }
        let mark = self.pos - 1;
        let name = self.expect(TokenKind::Name)?;
        let (mark_at, name_at) = (&self.tokens[mark].location, &self.tokens[name].location);
        if mark_at.lineno != name_at.lineno || mark_at.end_col_offset != name_at.col_offset {
            return self.raise();
        }
        match self.token_bytes(name) {
            &[conversion @ (b's' | b'r' | b'a')] => Ok(Some(conversion)),
            _ => self.raise(),
        }
    }

    /// `fstring_full_format_spec`, at its colon.
    fn parse_format_spec(&mut self, literal: Literal) -> Parse<&'a Expr<'a>> {
        let start = self.expect(TokenKind::Colon)?;
        let mark = self.exprs.len();
        loop {
            if self.accept(literal.middle()) {
                let index = self.pos - 1;
                let bytes = self.token_bytes(index);
                let text = if literal.raw || memchr::memchr(b'\\', bytes).is_none() {
                    self.copy_text(Text::from_bytes(bytes))
                } else {
                    self.decode_text_literal(index, index, bytes, literal.fresh)?
                };
                let location = self.tokens[index].location;
                let part = self.arena.alloc(Expr { kind: constant(Constant::Str(text)), location });
                self.exprs.push(part);
            } else if self.peek() == TokenKind::LeftBrace {
                let field = self.parse_replacement_field(literal, FieldKind::FormattedValue)?;
                self.push_field(field);
            } else {
                break;
            }
        }
        self.fold_constants(mark);
        let values = self.take_exprs(mark);
        Ok(self.expr(start, ExprKind::JoinedStr { values }))
    }

    /// The constant that `=` puts before a field: the source from behind the brace at `start` up to
    /// the token at `end`. `text_end` is the token behind the equals sign.
    fn debug_text(&mut self, start: usize, text_end: usize, end: usize) -> &'a Expr<'a> {
        let text = self.expression_text(start, text_end);
        let (open, end) = (&self.tokens[start].location, &self.tokens[end].location);
        let location = Location {
            lineno: open.lineno,
            col_offset: open.col_offset + 1,
            end_lineno: end.lineno,
            end_col_offset: end.col_offset,
        };
        self.arena.alloc(Expr { kind: constant(Constant::Str(text)), location })
    }

    /// The source between the brace at `start` and the token at `end`, without comments.
    fn expression_text(&self, start: usize, end: usize) -> &'a Text {
        let (first, last) = (self.tokens[start].end as usize, self.tokens[end].start as usize);
        let text = without_comments(&self.source.bytes()[first..last]);
        self.copy_text(Text::from_bytes(&text))
    }
}

/// `source` without its comments; quotes are taken as CPython takes them.
fn without_comments(source: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'#', source).is_none() {
        return Cow::Borrowed(source);
    }
    let mut text = Vec::with_capacity(source.len());
    let mut quote = None;
    let mut at = 0;
    while let Some(&byte) = source.get(at) {
        match byte {
            b'\\' => {
                text.push(byte);
                at += 1;
                text.extend(source.get(at));
                at += 1;
                continue;
            }
            b'\'' | b'"' if quote.is_none() => quote = Some(byte),
            _ if quote == Some(byte) => quote = None,
            b'#' if quote.is_none() => {
                at += memchr::memchr(b'\n', &source[at..]).unwrap_or(source.len() - at);
                continue;
            }
            _ => {}
        }
        text.push(byte);
        at += 1;
    }
    Cow::Owned(text)
}
