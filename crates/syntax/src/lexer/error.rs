//! What the tokenizer finds wrong, in CPython's words and at CPython's places.

use super::{Lexer, Stop};
use crate::source::character_offset;
use crate::token::TokenKind;
use taipan_asdl::diagnostic::{Error, ErrorKind, ErrorLocation};
use taipan_text::{Text, TextBuf};

/// A parenthesis that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenParen {
    /// `(`, `[` or `{`.
    pub byte: u8,
    /// Its line.
    pub lineno: i32,
    /// Its byte column.
    pub col_offset: i32,
    /// Its place in the source.
    pub start: u32,
}

/// Which way the tokenizer failed: the values of `tok->done`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LexicalCause {
    /// `E_ERROR`: the tokenizer raised a SyntaxError itself. Only these errors surface when
    /// CPython reads on behind an error of the parser to look for errors of the tokenizer.
    Raised,
    /// `E_EOF`: the source ended behind a backslash or within parentheses.
    EndOfSource,
    /// `E_DEDENT`
    Dedent,
    /// `E_TABSPACE`
    TabsAndSpaces,
    /// `E_TOODEEP`
    TooDeep,
    /// `E_LINECONT`
    LineContinuation,
}

/// The error that ends the token array.
#[derive(Clone, Debug)]
pub struct LexicalError {
    /// What CPython raises when its parser fetches the `Error` token.
    pub error: Box<Error>,
    /// The kind of failure.
    pub cause: LexicalCause,
    /// Whether it was found at the end of the source (`E_EOF`, `E_EOFS`, `E_EOLS`), so that more
    /// input might mend it.
    pub at_end_of_source: bool,
    /// The innermost parenthesis open at the error.
    pub open_paren: Option<OpenParen>,
    /// How many f- and t-strings the error lies within (`tok->tok_mode_stack_index`).
    pub interpolated_depth: usize,
}

impl LexicalError {
    /// The error `'(' was never closed` for `paren`. `end_lineno` is the last line the tokenizer has
    /// read, on which the text of the line depends.
    pub fn never_closed(source: &[u8], paren: OpenParen, current_lineno: i32) -> Box<Error> {
        let line_start = paren.start as usize - paren.col_offset as usize;
        let line = line_at(source, line_start);
        let is_current = current_lineno <= paren.lineno;
        let mut error =
            Error::new(ErrorKind::SyntaxError, format!("'{}' was never closed", char::from(paren.byte)));
        error.location = Some(ErrorLocation {
            lineno: paren.lineno,
            offset: character_offset(line, paren.col_offset as usize) + 1,
            end_lineno: paren.lineno,
            end_offset: 0,
        });
        error.text = Some(Text::from_bytes(if is_current { line } else { without_newline(line) }).to_owned());
        error
    }
}

/// The line that begins at `start`, with its line feed.
fn line_at(source: &[u8], start: usize) -> &[u8] {
    let end = memchr::memchr(b'\n', &source[start..]).map_or(source.len(), |newline| start + newline + 1);
    &source[start..end]
}

fn without_newline(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\n").unwrap_or(line)
}

impl Lexer<'_> {
    /// The tokenizer raises a SyntaxError for all of the line up to here
    /// (`_PyTokenizer_syntaxerror`).
    #[cold]
    pub(super) fn raise(&mut self, message: impl Into<TextBuf>) -> Stop {
        let offset = self.offset_of(self.pos);
        self.raise_range(offset, offset, message)
    }

    /// How many characters of the current line precede the byte `pos`.
    pub(super) fn offset_of(&self, pos: usize) -> i32 {
        character_offset(&self.bytes[self.line_start..], pos - self.line_start)
    }

    /// The tokenizer raises a SyntaxError for the offsets given
    /// (`_PyTokenizer_syntaxerror_known_range`).
    #[cold]
    pub(super) fn raise_range(&mut self, offset: i32, end_offset: i32, message: impl Into<TextBuf>) -> Stop {
        let mut error = Error::new(ErrorKind::SyntaxError, message);
        error.location =
            Some(ErrorLocation { lineno: self.lineno, offset, end_lineno: self.lineno, end_offset });
        error.text = Some(Text::from_bytes(without_newline(line_at(self.bytes, self.line_start))).to_owned());
        self.fail(LexicalCause::Raised, error)
    }

    /// The tokenizer stops without raising; the parser finds the words.
    #[cold]
    pub(super) fn stop_at(&mut self, cause: LexicalCause) -> Stop {
        const TABS: &str = "inconsistent use of tabs and spaces in indentation";
        let error = match cause {
            LexicalCause::Raised => unreachable!("raise() makes these"),
            LexicalCause::EndOfSource => match self.parens.last() {
                Some(&paren) => LexicalError::never_closed(self.bytes, paren, self.lineno),
                None => self.bare_error(ErrorKind::SyntaxError, "unexpected EOF while parsing"),
            },
            LexicalCause::Dedent => {
                self.pos = self.line_end();
                let message = "unindent does not match any outer indentation level";
                self.bare_error(ErrorKind::IndentationError, message)
            }
            LexicalCause::TabsAndSpaces => self.whole_line_error(ErrorKind::TabError, 1, TABS),
            LexicalCause::TooDeep => {
                self.whole_line_error(ErrorKind::IndentationError, 1, "too many levels of indentation")
            }
            LexicalCause::LineContinuation => {
                let column = self.pos - self.buffer_start;
                let line = line_at(self.bytes, self.line_start);
                let offset = character_offset(line, column);
                let message = "unexpected character after line continuation character";
                self.whole_line_error(ErrorKind::SyntaxError, offset, message)
            }
        };
        self.fail(cause, error)
    }

    /// An error at the Error token, which has no columns: the tokenizer's place counts.
    fn bare_error(&self, kind: ErrorKind, message: &str) -> Box<Error> {
        let line = line_at(self.bytes, self.line_start);
        let mut error = Error::new(kind, message);
        error.location = Some(ErrorLocation {
            lineno: self.lineno,
            offset: character_offset(line, self.pos - self.line_start),
            end_lineno: self.lineno,
            end_offset: -1,
        });
        error.text = Some(Text::from_bytes(line).to_owned());
        error
    }

    /// An error for the current line.
    fn whole_line_error(&self, kind: ErrorKind, offset: i32, message: &str) -> Box<Error> {
        let line = line_at(self.bytes, self.line_start);
        let mut error = Error::new(kind, message);
        error.location =
            Some(ErrorLocation { lineno: self.lineno, offset, end_lineno: self.lineno, end_offset: 0 });
        error.text = Some(Text::from_bytes(line).to_owned());
        error
    }

    fn fail(&mut self, cause: LexicalCause, error: Box<Error>) -> Stop {
        self.output.error = Some(Box::new(LexicalError {
            error,
            cause,
            at_end_of_source: cause == LexicalCause::EndOfSource,
            open_paren: self.parens.last().copied(),
            interpolated_depth: self.modes.len(),
        }));
        Stop
    }

    /// Marks the error just raised as one that more input might mend.
    pub(super) fn at_end_of_source(&mut self, stop: Stop) -> Stop {
        if let Some(error) = &mut self.output.error {
            error.at_end_of_source = true;
        }
        stop
    }

    /// Ends the array with the Error token.
    pub(super) fn finish_with_error(&mut self) {
        if self.output.error.as_ref().is_some_and(|error| error.at_end_of_source) {
            self.note_end_of_source();
        }
        self.push_bare(TokenKind::Error);
    }
}
