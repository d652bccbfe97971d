//! String and bytes literals, and the concatenation of adjacent ones.

use super::{Parse, Parser};
use crate::literal::escape::{self, EscapeError, InvalidEscape};
use crate::token::TokenKind;
use crate::warning;
use taipan_asdl::Constant;
use taipan_asdl::node::*;
use taipan_text::Text;

/// What adjacent literals are.
#[derive(Clone, Copy, Default)]
struct Found {
    text: bool,
    bytes: bool,
    interpolated: bool,
}

impl<'a> Parser<'_, 'a> {
    /// `strings`: one or more adjacent literals.
    pub(super) fn parse_strings(&mut self) -> Parse<&'a Expr<'a>> {
        let start = self.pos;
        // What was read before has warned before.
        let fresh = start >= self.decoded_until;
        let result = match self.peek() {
            TokenKind::TStringStart => self.parse_templates(start, fresh),
            TokenKind::String if !matches!(self.peek_at(1), TokenKind::String | TokenKind::FStringStart) => {
                self.parse_string_token(fresh)
            }
            _ => self.parse_concatenation(start, fresh),
        };
        self.decoded_until = self.decoded_until.max(self.pos);
        result
    }

    /// Several literals, f-strings among them, or one f-string.
    fn parse_concatenation(&mut self, start: usize, fresh: bool) -> Parse<&'a Expr<'a>> {
        let mark = self.exprs.len();
        let mut found = Found::default();
        loop {
            match self.peek() {
                TokenKind::String => {
                    let part = self.parse_string_token(fresh)?;
                    match part.kind {
                        ExprKind::Constant { value: Constant::Bytes(_), .. } => found.bytes = true,
                        _ => found.text = true,
                    }
                    self.exprs.push(part);
                }
                TokenKind::FStringStart => {
                    found.interpolated = true;
                    self.parse_interpolated_string(fresh)?;
                }
                _ => break,
            }
        }
        if found.bytes && (found.text || found.interpolated) {
            return self.raise();
        }
        if found.interpolated {
            self.fold_constants(mark);
            let values = self.take_exprs(mark);
            return Ok(self.expr(start, ExprKind::JoinedStr { values }));
        }
        let whole = self.join_constants(mark, self.exprs.len(), self.span(start));
        self.exprs.truncate(mark);
        Ok(whole)
    }

    fn parse_templates(&mut self, start: usize, fresh: bool) -> Parse<&'a Expr<'a>> {
        let mark = self.exprs.len();
        while self.peek() == TokenKind::TStringStart {
            self.parse_interpolated_string(fresh)?;
            self.check_version(14)?;
        }
        self.fold_constants(mark);
        let values = self.take_exprs(mark);
        Ok(self.expr(start, ExprKind::TemplateStr { values }))
    }

    /// Among the parts of an f-string read since `mark`, joins adjacent constants and drops empty ones.
    pub(super) fn fold_constants(&mut self, mark: usize) {
        let is_constant = |part: &Expr<'_>| matches!(part.kind, ExprKind::Constant { .. });
        let (mut read, mut written) = (mark, mark);
        while read < self.exprs.len() {
            let mut part = self.exprs[read];
            let mut end = read + 1;
            if is_constant(part) {
                while self.exprs.get(end).is_some_and(|next| is_constant(next)) {
                    end += 1;
                }
                if end > read + 1 {
                    let last = self.exprs[end - 1].location;
                    let location = Location {
                        end_lineno: last.end_lineno,
                        end_col_offset: last.end_col_offset,
                        ..part.location
                    };
                    part = self.join_constants(read, end, location);
                }
            }
            read = end;
            if !is_empty_text(part) {
                self.exprs[written] = part;
                written += 1;
            }
        }
        self.exprs.truncate(written);
    }

    /// One constant of the parts `first..end`, which are constants of one type. The first one decides
    /// on the kind.
    fn join_constants(&self, first: usize, end: usize, location: Location) -> &'a Expr<'a> {
        let bytes_of = |part: &Expr<'a>| match part.kind {
            ExprKind::Constant { value: Constant::Str(text), .. } => text.as_bytes(),
            ExprKind::Constant { value: Constant::Bytes(bytes), .. } => bytes,
            _ => &[],
        };
        let parts = &self.exprs[first..end];
        let mut joined = bumpalo::collections::Vec::with_capacity_in(
            parts.iter().map(|part| bytes_of(part).len()).sum(),
            self.arena,
        );
        for part in parts {
            joined.extend_from_slice(bytes_of(part));
        }
        let joined: &'a [u8] = joined.into_bump_slice();
        let ExprKind::Constant { value, kind } = parts[0].kind else {
            unreachable!("only constants are joined")
        };
        let value = match value {
            Constant::Bytes(_) => Constant::Bytes(joined),
            _ => Constant::Str(Text::from_bytes(joined)),
        };
        self.arena.alloc(Expr { kind: ExprKind::Constant { value, kind }, location })
    }

    /// One literal without replacement fields.
    #[inline]
    fn parse_string_token(&mut self, fresh: bool) -> Parse<&'a Expr<'a>> {
        let index = self.expect(TokenKind::String)?;
        let literal = self.token_bytes(index);
        let prefix = literal.iter().take_while(|b| b.is_ascii_alphabetic()).count();
        let (mut raw, mut is_bytes) = (false, false);
        for letter in &literal[..prefix] {
            raw |= matches!(letter, b'r' | b'R');
            is_bytes |= matches!(letter, b'b' | b'B');
        }
        let kind = if literal[0] == b'u' { Some(Text::new("u")) } else { None };
        let quoted = &literal[prefix..];
        let quotes =
            if quoted.len() >= 6 && quoted[1] == quoted[0] && quoted[2] == quoted[0] { 3 } else { 1 };
        let inside = &quoted[quotes..quoted.len() - quotes];
        raw = raw || memchr::memchr(b'\\', inside).is_none();
        let value = if is_bytes {
            Constant::Bytes(self.decode_bytes_literal(index, inside, raw, fresh)?)
        } else if raw {
            Constant::Str(Text::from_bytes(self.arena.alloc_slice_copy(inside)))
        } else {
            Constant::Str(self.decode_text_literal(index, index, inside, fresh)?)
        };
        let location = self.tokens[index].location;
        Ok(self.arena.alloc(Expr { kind: ExprKind::Constant { value, kind }, location }))
    }

    fn decode_bytes_literal(
        &mut self,
        index: usize,
        inside: &[u8],
        raw: bool,
        fresh: bool,
    ) -> Parse<&'a [u8]> {
        if !inside.is_ascii() {
            return self.raise();
        }
        if raw {
            return Ok(self.arena.alloc_slice_copy(inside));
        }
        match escape::decode_bytes(inside) {
            Ok((bytes, invalid)) => {
                if let (Some(invalid), true) = (invalid, fresh) {
                    self.warn_invalid_escape(index, index, inside, invalid);
                }
                Ok(self.arena.alloc_slice_copy(&bytes))
            }
            Err(EscapeError(_)) => self.raise(),
        }
    }

    /// Decodes text with escapes. Errors and warnings are about the token at `blamed`; the token at
    /// `fetched` is the last CPython's parser has seen.
    pub(super) fn decode_text_literal(
        &mut self,
        blamed: usize,
        fetched: usize,
        inside: &[u8],
        fresh: bool,
    ) -> Parse<&'a Text> {
        match escape::decode_text(inside) {
            Ok((text, invalid)) => {
                if let (Some(invalid), true) = (invalid, fresh) {
                    self.warn_invalid_escape(blamed, fetched, inside, invalid);
                }
                Ok(self.copy_text(&text))
            }
            Err(EscapeError(_)) => self.raise(),
        }
    }

    /// Keeps the warning of an escape sequence in `inside`, the text of the token at `blamed`.
    fn warn_invalid_escape(&mut self, blamed: usize, fetched: usize, inside: &[u8], invalid: InvalidEscape) {
        let (token, text) = (&self.tokens[blamed], self.token_bytes(blamed));
        let version = self.options.feature_version;
        self.warnings.extend(warning::invalid_escape(token, text, inside, invalid, fetched, version));
    }
}

pub(super) fn is_empty_text(part: &Expr<'_>) -> bool {
    matches!(part.kind, ExprKind::Constant { value: Constant::Str(text), .. } if text.is_empty())
}
