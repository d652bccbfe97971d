//! The token stream of the `tokenize` module: CPython's `_tokenize.TokenizerIter` over a decoded text.
//!
//! Columns count characters here, and each token carries the text of its lines. Not the `tokenize`
//! module itself, which finds out the encoding and makes exceptions of its own. Answers for CPython's
//! `Python/Python-tokenize.c`.

use crate::lexer::{self, LexerOptions, LexicalCause, LexicalError};
use crate::source::{Mode, SourceText, character_offset};
use crate::token::{Token, TokenKind, Tokens};
use taipan_asdl::diagnostic::{Error, ErrorKind, ErrorLocation};
use taipan_text::Text;

/// One token as the iterator yields it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenInfo<'s> {
    /// The number of its type in the `token` module; that of `OP` for all operators, if
    /// `extra_tokens` was asked for.
    pub number: u8,
    /// The number of its exact type.
    pub exact_number: u8,
    /// Its text.
    pub string: &'s Text,
    /// Line, from 1, and column in characters, from 0.
    pub start: (i32, i32),
    /// The same of its end.
    pub end: (i32, i32),
    /// The lines it stands in.
    pub line: &'s Text,
}

/// The tokens of a text, and the error that ends them.
pub struct Tokenizer<'s> {
    text: &'s SourceText<'s>,
    tokens: Tokens,
    extra_tokens: bool,
    next: usize,
    /// The line of the last token, from its first byte; and how many lines lie before it.
    line: Line,
}

/// The line that tokens are read from.
#[derive(Clone, Copy, Default)]
struct Line {
    lineno: i32,
    start: usize,
    end: usize,
    is_ascii: bool,
}

impl<'s> Tokenizer<'s> {
    /// Tokenizes `text`, which [`SourceText::for_tokenize`] made. `extra_tokens` adds comments and
    /// line ends that end no statement and makes the tokenizer lenient, as `tokenize` wants it.
    pub fn new(text: &'s SourceText<'s>, extra_tokens: bool) -> Tokenizer<'s> {
        let options = LexerOptions { extra_tokens, ..LexerOptions::new(Mode::Exec) };
        let tokens = lexer::tokenize(text.bytes(), options);
        Tokenizer { text, tokens, extra_tokens, next: 0, line: Line::default() }
    }

    /// The line that begins at `start`, with its line feed.
    fn line_at(&self, lineno: i32, start: usize) -> Line {
        let bytes = self.text.bytes();
        let end = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |newline| start + newline + 1);
        Line { lineno, start, end, is_ascii: bytes[start..end].is_ascii() }
    }

    /// The column of byte `at` in characters.
    fn column(&self, line: &Line, at: usize) -> i32 {
        if line.is_ascii {
            return (at - line.start) as i32;
        }
        character_offset(&self.text.bytes()[line.start..], at - line.start)
    }

    fn token_info(&mut self, token: Token) -> TokenInfo<'s> {
        let (start, end) = (token.start as usize, token.end as usize);
        let location = token.location;
        let trailing = token.kind == TokenKind::EndMarker
            || (token.kind == TokenKind::Dedent && start >= self.text.bytes().len());
        let string = self.token_string(&token);
        let number = match token.kind.number() {
            number if self.extra_tokens && (7..=54).contains(&number) => TokenKind::Op as u8,
            number => number,
        };
        let exact_number = token.kind.number();
        if trailing && self.extra_tokens {
            let place = (location.lineno + 1, 0);
            return TokenInfo { number, exact_number, string, start: place, end: place, line: Text::new("") };
        }
        let bare = location.col_offset < 0;
        let first = self.enter_line(location.lineno, start, location.col_offset);
        let start_column =
            if bare { -1 } else { self.column(&first, first.start + location.col_offset as usize) };
        let bytes = self.text.bytes();
        let last = if location.end_lineno == location.lineno {
            first
        } else {
            let line_start = memchr::memrchr(b'\n', &bytes[..end]).map_or(0, |newline| newline + 1);
            self.line = self.line_at(location.end_lineno, line_start);
            self.line
        };
        let end_column = match token.kind {
            _ if bare => -1,
            // What stands here is the text without the second of two braces.
            TokenKind::FStringMiddle | TokenKind::TStringMiddle => self.column(&last, end),
            _ => self.column(&last, last.start + location.end_col_offset as usize),
        };
        let implicit = usize::from(self.text.has_implicit_newline() && last.end == bytes.len());
        TokenInfo {
            number,
            exact_number,
            string,
            start: (location.lineno, start_column),
            end: (location.end_lineno, end_column),
            line: self.text.slice(first.start as u32, (last.end - implicit) as u32),
        }
    }

    /// The text of `token`. A line end shows as it is written, unless it was added.
    fn token_string(&self, token: &Token) -> &'s Text {
        if !matches!(token.kind, TokenKind::Newline | TokenKind::NonLogicalNewline) || !self.extra_tokens {
            return self.text.slice(token.start, token.end);
        }
        let bytes = self.text.bytes();
        let end = token.end as usize + usize::from(token.kind == TokenKind::Newline);
        let added = self.text.has_implicit_newline() && end >= bytes.len();
        if added { Text::new("") } else { self.text.slice(token.start, end as u32) }
    }

    /// The line `lineno`, in which the byte `at` has the byte column `column`.
    fn enter_line(&mut self, lineno: i32, at: usize, column: i32) -> Line {
        if self.line.lineno != lineno {
            let bytes = self.text.bytes();
            let start = match usize::try_from(column) {
                Ok(column) => at - column.min(at),
                // Tokens without columns stand where the tokenizer had read to.
                Err(_) => {
                    memchr::memrchr(b'\n', &bytes[..at.min(bytes.len() - 1)]).map_or(0, |newline| newline + 1)
                }
            };
            self.line = self.line_at(lineno, start);
        }
        self.line
    }

    /// The error that the iterator raises for `lexical`.
    fn error(&self, lexical: &LexicalError) -> Box<Error> {
        if lexical.cause == LexicalCause::Raised {
            return lexical.error.clone();
        }
        let mut error = lexical.error.clone();
        let last = self.tokens.tokens.last().expect("the array never is empty");
        let bytes = self.text.bytes();
        let before = &bytes[..(last.end as usize).min(bytes.len().saturating_sub(1))];
        let start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
        let line = self.line_at(last.location.lineno, start);
        let (lineno, length) = (last.location.lineno, line.end - line.start);
        if lexical.cause == LexicalCause::EndOfSource {
            let mut error = Error::new(ErrorKind::SyntaxError, "unexpected EOF in multi-line statement");
            // Behind a backslash CPython's buffer still holds the line.
            let offset = if bytes.ends_with(b"\\\n") { length as i32 } else { 0 };
            error.location =
                Some(ErrorLocation { lineno, offset, end_lineno: lineno, end_offset: ErrorLocation::NONE });
            return error;
        }
        let content = &bytes[line.start..line.end.max(line.start + 1) - 1];
        error.location = Some(ErrorLocation {
            lineno,
            offset: character_offset(content, length),
            end_lineno: ErrorLocation::NONE,
            end_offset: ErrorLocation::NONE,
        });
        error.text = Some(Text::from_bytes(content).to_owned());
        error
    }
}

impl<'s> Iterator for Tokenizer<'s> {
    type Item = Result<TokenInfo<'s>, Box<Error>>;

    fn next(&mut self) -> Option<Self::Item> {
        let token = *self.tokens.tokens.get(self.next)?;
        self.next += 1;
        let ends = matches!(token.kind, TokenKind::Error | TokenKind::EndMarker)
            || (token.kind == TokenKind::Dedent && token.start as usize >= self.text.bytes().len());
        if let (true, Some(error)) = (ends, self.text.null_byte_error()) {
            self.next = self.tokens.tokens.len();
            return Some(Err(Box::new(error.clone())));
        }
        if token.kind == TokenKind::Error {
            let lexical = self.tokens.error.take()?;
            return Some(Err(self.error(&lexical)));
        }
        Some(Ok(self.token_info(token)))
    }
}
