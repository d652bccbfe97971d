//! From a failed parse to the error CPython raises.

use crate::options::Options;
use crate::source::{Mode, SourceText, character_offset};
use crate::token::{TokenKind, Tokens};
use taipan_asdl::diagnostic::{Error, ErrorKind, ErrorLocation};
use taipan_asdl::node::Location;
use taipan_text::{Text, TextBuf};

/// A source that the fast parser could not read.
#[derive(Clone, Copy)]
pub struct Failure<'f> {
    /// The source.
    pub source: &'f SourceText<'f>,
    /// Its tokens.
    pub tokens: &'f Tokens,
    /// What it was read as.
    pub mode: Mode,
    /// How it was read.
    pub options: Options,
    /// The token at which the fast parser failed. CPython's parser may have looked further.
    pub failed_at: usize,
}

/// The error for a source that does not parse.
pub(crate) fn explain(failure: &Failure<'_>) -> Box<Error> {
    let Failure { source, tokens, failed_at, .. } = *failure;
    let token = &tokens.tokens[failed_at.min(tokens.tokens.len() - 1)];
    if let (TokenKind::Error, Some(lexical)) = (token.kind, &tokens.error) {
        return lexical.error.clone();
    }
    let site = ErrorSite { source: source.bytes(), current_lineno: token.location.end_lineno };
    override_by_tokenizer(tokens, token.location.lineno, site.error(token.location, "invalid syntax"))
}

/// The error that wins when the parser has raised `error`, standing at the line `lineno`: CPython
/// then reads all remaining tokens, and an error its tokenizer raises goes first.
pub(crate) fn override_by_tokenizer(tokens: &Tokens, lineno: i32, error: Box<Error>) -> Box<Error> {
    let Some(lexical) = &tokens.error else { return error };
    if lexical.interpolated_depth == 0 && lexical.overrides(lineno) { lexical.error.clone() } else { error }
}

/// Where an error is raised: what the text of its line depends on.
#[derive(Clone, Copy)]
pub struct ErrorSite<'s> {
    /// The source.
    pub source: &'s [u8],
    /// The line the tokenizer has reached. Only the text of this line ends in its line feed.
    pub current_lineno: i32,
}

impl ErrorSite<'_> {
    /// A SyntaxError for the place `location` (`RAISE_ERROR_KNOWN_LOCATION`).
    pub fn error(&self, location: Location, message: impl Into<TextBuf>) -> Box<Error> {
        let Location { lineno, col_offset, end_lineno, end_col_offset } = location;
        let line = self.line(lineno);
        let offset = |column: i32| match usize::try_from(column + 1) {
            Ok(column) => character_offset(line, column),
            Err(_) => column + 1,
        };
        let mut error = Error::new(ErrorKind::SyntaxError, message);
        error.location = Some(ErrorLocation {
            lineno,
            offset: offset(col_offset),
            end_lineno,
            end_offset: offset(end_col_offset),
        });
        error.text = Some(Text::from_bytes(line).to_owned());
        error
    }

    /// The text of line `lineno` as CPython's parser would quote it now.
    pub fn line(&self, lineno: i32) -> &[u8] {
        let mut rest = self.source;
        for _ in 1..lineno {
            match memchr::memchr(b'\n', rest) {
                Some(at) => rest = &rest[at + 1..],
                None => return b"",
            }
        }
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let with_newline = self.current_lineno <= lineno && end < rest.len();
        &rest[..end + usize::from(with_newline)]
    }
}
