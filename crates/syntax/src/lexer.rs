//! The tokenizer: decoded text in, the array of all its tokens out.
//!
//! Reads the whole source before anything is parsed. Where CPython's tokenizer would stop, the
//! array ends in an `Error` token and the error is kept beside it, so that whoever walks the array
//! decides whether an earlier error of the parser wins. Line ends are expected to be line feeds
//! (see [`crate::source`]); only under `extra_tokens` may carriage returns remain.
//!
//! Answers for CPython's `Parser/lexer/lexer.c` and for `_PyPegen_fill_token` of `Parser/pegen.c`.

mod cursor;
mod error;
mod indentation;
mod interpolated;
mod names;
mod numbers;
mod operators;
mod strings;

pub use error::{LexicalCause, LexicalError, OpenParen};

use crate::source::Mode;
use crate::token::{Token, TokenKind, Tokens, TypeIgnoreComment};
use cursor::is_identifier_start;
use indentation::Indentation;
use interpolated::InterpolatedMode;
use taipan_asdl::node::Location;

/// How deep parentheses may be nested.
pub const MAX_PAREN_LEVEL: usize = 200;

/// What the tokenizer is asked for beyond the plain tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LexerOptions {
    /// What is read.
    pub mode: Mode,
    /// Deliver type comments and collect `# type: ignore` (`PyCF_TYPE_COMMENTS`).
    pub type_comments: bool,
    /// Deliver comments and blank lines, and be lenient, as the `tokenize` module wants.
    pub extra_tokens: bool,
    /// In `single` mode do not close open blocks at the end (`PyCF_DONT_IMPLY_DEDENT`).
    pub dont_imply_dedent: bool,
}

impl LexerOptions {
    /// The plain tokens of a source of the kind `mode`.
    pub const fn new(mode: Mode) -> LexerOptions {
        LexerOptions { mode, type_comments: false, extra_tokens: false, dont_imply_dedent: false }
    }
}

/// Tokenizes `bytes`, which [`SourceText`](crate::source::SourceText) holds.
pub fn tokenize(bytes: &[u8], options: LexerOptions) -> Tokens {
    let mut lexer = Lexer::new(bytes, options);
    if lexer.run().is_err() {
        lexer.finish_with_error();
    }
    if lexer.output.end_of_source_seen_at == u32::MAX {
        lexer.output.end_of_source_seen_at = lexer.output.tokens.len() as u32 - 1;
    }
    lexer.output
}

/// The tokenizer stopped: [`Lexer::output`] holds the error.
struct Stop;

type Step<T = ()> = Result<T, Stop>;

struct Lexer<'s> {
    bytes: &'s [u8],
    options: LexerOptions,
    /// The next byte to read.
    pos: usize,
    /// The first byte of the current line.
    line_start: usize,
    lineno: i32,
    /// Where the buffer begins that CPython holds: the first of the lines joined by backslashes or
    /// by a string.
    buffer_start: usize,
    /// Whether the next token is the first of a line.
    at_line_start: bool,
    indentation: Indentation,
    parens: Vec<OpenParen>,
    /// The f- and t-strings around the current place, the innermost last.
    modes: Vec<InterpolatedMode>,
    /// Where the comment before the next line end begins: CPython's line end begins there too.
    comment_start: Option<usize>,
    /// Under `extra_tokens`: the line holds a comment only.
    comment_newline: bool,
    output: Tokens,
}

impl<'s> Lexer<'s> {
    fn new(bytes: &'s [u8], options: LexerOptions) -> Lexer<'s> {
        let output = Tokens {
            tokens: Vec::with_capacity(bytes.len() / 4 + 8),
            end_of_source_seen_at: u32::MAX,
            ..Tokens::default()
        };
        Lexer {
            bytes,
            options,
            pos: 0,
            line_start: 0,
            lineno: i32::from(!bytes.is_empty()),
            buffer_start: 0,
            at_line_start: true,
            indentation: Indentation::new(),
            parens: Vec::new(),
            modes: Vec::new(),
            comment_start: None,
            comment_newline: false,
            output,
        }
    }

    fn run(&mut self) -> Step {
        loop {
            let in_text = self.modes.last().is_some_and(|mode| mode.in_text);
            let ended = if in_text { self.read_interpolated_text()? } else { self.read_line()? };
            if ended {
                return self.finish();
            }
        }
    }

    /// Reads tokens until the text of an f-string begins (false) or the source ends (true).
    fn read_line(&mut self) -> Step<bool> {
        loop {
            let mut blank_line = false;
            if self.at_line_start {
                self.at_line_start = false;
                blank_line = self.read_indentation()?;
            }
            // Within the line.
            loop {
                let mut byte = self.peek();
                while matches!(byte, b' ' | b'\t' | b'\x0c') {
                    self.pos += 1;
                    byte = self.peek();
                }
                if is_identifier_start(byte) {
                    if self.read_name_or_string()? {
                        return Ok(false);
                    }
                    continue;
                }
                let start = self.pos;
                match byte {
                    b'\n' | b'\r' => {
                        if self.read_newline(byte, blank_line)? {
                            break;
                        }
                    }
                    b'#' => {
                        if self.read_comment(&mut blank_line) {
                            break;
                        }
                    }
                    0 if self.pos >= self.bytes.len() => {
                        if !self.parens.is_empty() {
                            return Err(self.stop_at(LexicalCause::EndOfSource));
                        }
                        return Ok(true);
                    }
                    b'0'..=b'9' => self.read_number(start)?,
                    b'.' => self.read_dot(start)?,
                    b'\'' | b'"' => self.read_string(start, start)?,
                    b'\\' => {
                        self.pos += 1;
                        self.read_continuation()?;
                    }
                    _ => {
                        if self.read_operator(byte)? {
                            return Ok(false);
                        }
                    }
                }
            }
        }
    }

    /// Reads a line end. True when a new line of tokens begins.
    fn read_newline(&mut self, byte: u8, blank_line: bool) -> Step<bool> {
        let start = self.pos;
        if byte == b'\r' {
            if self.peek_at(1) != b'\n' {
                // Only `tokenize` meets one: CPython makes an operator of it and what follows.
                self.pos += 2;
                self.push(TokenKind::Op, start, self.pos);
                return Ok(false);
            }
            self.pos += 1;
        }
        self.pos += 1;
        let in_parens = !self.parens.is_empty();
        let silent = blank_line || in_parens;
        if self.options.extra_tokens && (silent || self.comment_newline) {
            self.comment_newline = false;
            self.push(TokenKind::NonLogicalNewline, start, self.pos);
        } else if !silent {
            let column = (self.comment_start.unwrap_or(start) - self.line_start) as i32;
            let location = Location {
                lineno: self.lineno,
                col_offset: column,
                end_lineno: self.lineno,
                end_col_offset: (self.pos - self.line_start) as i32,
            };
            self.output.tokens.push(Token {
                start: start as u32,
                end: (self.pos - 1) as u32,
                location,
                kind: TokenKind::Newline,
                level: 0,
            });
        }
        self.comment_start = None;
        self.next_line();
        self.buffer_start = self.pos;
        self.at_line_start = true;
        Ok(true)
    }

    /// Skips a comment or makes a token of it. True when a new line of tokens begins.
    fn read_comment(&mut self, blank_line: &mut bool) -> bool {
        let start = self.pos;
        let rest = &self.bytes[start..];
        let length = if self.options.extra_tokens {
            memchr::memchr2(b'\n', b'\r', rest)
        } else {
            memchr::memchr(b'\n', rest)
        };
        self.pos = start + length.unwrap_or(rest.len());
        if self.options.type_comments {
            return self.read_type_comment(start, blank_line);
        }
        if !self.options.extra_tokens {
            self.comment_start = Some(start);
        }
        if self.options.extra_tokens {
            self.comment_newline = std::mem::take(blank_line);
            self.push(TokenKind::Comment, start, self.pos);
        }
        false
    }

    /// Looks whether the comment from `start` to here is a type comment.
    fn read_type_comment(&mut self, start: usize, blank_line: &mut bool) -> bool {
        let comment = &self.bytes[start..self.pos];
        let skip_blanks =
            |at: usize| at + comment[at..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        let at = skip_blanks(1);
        if !comment[at..].starts_with(b"type:") {
            self.comment_start = Some(start);
            return false;
        }
        let at = skip_blanks(at + b"type:".len());
        let tail = comment[at..].strip_prefix(b"ignore");
        let Some(tail) =
            tail.filter(|tail| !tail.first().is_some_and(|&b| b >= 128 || b.is_ascii_alphanumeric()))
        else {
            // The line is no longer blank: its end makes a token.
            *blank_line = false;
            self.push(TokenKind::TypeComment, start + at, self.pos);
            return false;
        };
        let start = (self.pos - tail.len()) as u32;
        let lineno = self.lineno;
        // Alone on its line, the comment takes the line end with it, or the end of the source.
        let takes_line = *blank_line;
        self.pos += usize::from(takes_line && self.peek() == b'\n');
        self.output.type_ignores.push(TypeIgnoreComment { lineno, start, end: self.pos as u32 });
        if takes_line {
            self.next_line();
            self.buffer_start = self.pos;
            self.at_line_start = true;
        }
        takes_line
    }

    /// Behind a backslash that was read: goes on in the next line.
    fn read_continuation(&mut self) -> Step {
        if self.peek() == b'\r' {
            self.pos += 1;
        }
        if self.peek() != b'\n' {
            if self.pos < self.bytes.len() {
                self.pos += 1;
            }
            return Err(self.stop_at(LexicalCause::LineContinuation));
        }
        if self.pos + 1 >= self.bytes.len() {
            // The line behind does not exist: the place is the end of this one.
            self.pos += 1;
            return Err(self.stop_at(LexicalCause::EndOfSource));
        }
        self.pos += 1;
        self.next_line();
        Ok(())
    }

    /// Makes the last tokens when the source has ended well.
    fn finish(&mut self) -> Step {
        // An end inside a line leaves no chance for the next line's dedents.
        self.note_end_of_source();
        if self.options.mode == Mode::Single && !self.output.tokens.is_empty() {
            self.push_bare(TokenKind::Newline);
            if self.indentation.depth() > 0 && !self.options.dont_imply_dedent {
                self.close_blocks();
                self.push_bare(TokenKind::Newline);
            }
        }
        self.push_bare(TokenKind::EndMarker);
        Ok(())
    }

    /// Appends a token that begins and ends on the current line and ends here or before.
    #[inline]
    fn push(&mut self, kind: TokenKind, start: usize, end: usize) {
        let location = Location {
            lineno: self.lineno,
            col_offset: (start - self.line_start) as i32,
            end_lineno: self.lineno,
            end_col_offset: (end - self.line_start) as i32,
        };
        self.push_at(kind, start, end, location);
    }

    #[inline]
    fn push_at(&mut self, kind: TokenKind, start: usize, end: usize, location: Location) {
        let level = self.parens.len() as u8;
        self.output.tokens.push(Token { start: start as u32, end: end as u32, location, kind, level });
    }

    /// Appends a token without text, which has no columns.
    fn push_bare(&mut self, kind: TokenKind) {
        let location =
            Location { lineno: self.lineno, col_offset: -1, end_lineno: self.lineno, end_col_offset: -1 };
        self.push_at(kind, self.pos, self.pos, location);
    }
}
