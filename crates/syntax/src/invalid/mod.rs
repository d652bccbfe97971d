//! The error pass: CPython's words for a source that does not parse.
//!
//! CPython parses a source once, and when that fails once more with rules for mistakes added to its
//! grammar; the first such rule that matches names the error, otherwise it is "invalid syntax" at the
//! furthest token the first pass fetched. This module does the same, from the grammar as a table
//! ([`table`], read from `grammar/*.peg` by [`notation`]), with a packrat machine ([`engine`]) over
//! the token array. It builds no tree: [`node`] keeps what messages need.
//!
//! It needs nothing from the parser of valid sources and repeats its verdict, so it also tells what
//! to answer where that one gave up for a reason of its own. It is slow beside it; only sources that
//! failed come here. Nesting costs it memory, not stack.
//!
//! Answers for CPython's `Grammar/python.gram`, `Parser/pegen.c`, `Parser/pegen_errors.c` and
//! `Parser/action_helpers.c`.

mod act;
mod engine;
mod first;
mod literal;
mod node;
mod notation;
mod raise;
mod table;

use crate::lexer::{LexicalCause, LexicalError};
use crate::source::Mode;
use crate::token::{TokenKind, Tokens};
use crate::warning::tokenizer_error;
use engine::{Machine, Raised, Step};
use node::Value;
use taipan_asdl::diagnostic::{Error, ErrorKind, WarningOutcome, WarningSink};

/// What the error pass looks at.
#[derive(Clone, Copy, Debug)]
pub struct ErrorPassInput<'a> {
    /// The decoded source.
    pub source: &'a [u8],
    /// All its tokens.
    pub tokens: &'a Tokens,
    /// What it was read as.
    pub mode: Mode,
    /// `CO_FUTURE_BARRY_AS_BDFL`
    pub barry_as_flufl: bool,
    /// `PyCF_ALLOW_INCOMPLETE_INPUT`
    pub allow_incomplete_input: bool,
    /// The minor version of Python 3 whose syntax is allowed.
    pub feature_version: u8,
    /// How many digits a decimal literal may have; 0 for any number.
    pub max_int_digits: usize,
}

/// What the error pass finds.
#[derive(Debug)]
pub enum Verdict {
    /// The grammar accepts the source.
    Accepted,
    /// What CPython raises.
    Refused(Box<Error>),
    /// The sink for warnings holds an exception.
    Raised,
}

/// What ended a pass.
#[derive(Debug)]
enum Failure {
    Error(Box<Error>),
    /// The sink for warnings holds an exception.
    Sink,
}

/// Finds what CPython's parser says of a source, warnings included.
pub fn explain(input: &ErrorPassInput<'_>, sink: &mut dyn WarningSink) -> Verdict {
    let mut machine = Machine::new(input, sink);
    let outcome = match machine.run() {
        Ok(true) => machine.check_single_statement(),
        Ok(false) | Err(Raised) => machine.find_error(),
    };
    if outcome.is_ok() {
        return Verdict::Accepted;
    }
    match machine.error {
        Some(Failure::Error(error)) => Verdict::Refused(error),
        Some(Failure::Sink) => Verdict::Raised,
        None => Verdict::Accepted,
    }
}

impl Machine<'_> {
    /// After the first pass failed: the error it leads to (`_PyPegen_run_parser`).
    fn find_error(&mut self) -> Step<()> {
        if self.input.allow_incomplete_input && self.is_end_of_source() {
            self.error = None;
            return self.raise_at_last_token(ErrorKind::IncompleteInputError, "incomplete input");
        }
        let last_token = self.fill - 1;
        if self.error.is_none() {
            self.begin_second_pass();
            // Its result is the error it leaves.
            let _ = self.run();
        }
        match &self.error {
            Some(Failure::Error(error)) => {
                if is_syntax_error(error.kind) && !self.tokenizer_is_done() {
                    self.look_for_lexical_errors()?;
                }
                return Err(Raised);
            }
            Some(Failure::Sink) => return Err(Raised),
            None => {}
        }
        match self.token(last_token).kind {
            TokenKind::Indent => self.raise_at_last_token(ErrorKind::IndentationError, "unexpected indent"),
            TokenKind::Dedent => self.raise_at_last_token(ErrorKind::IndentationError, "unexpected unindent"),
            _ => {
                let token = Value::token(last_token);
                let generic: Step<()> =
                    self.raise_range(ErrorKind::SyntaxError, token, token, "invalid syntax");
                self.look_for_lexical_errors()?;
                generic
            }
        }
    }

    /// Passes on what the tokenizer warned of while it read the token `index`.
    pub fn report_lexer_warnings(&mut self, index: u32) -> Step<()> {
        while let Some((at, warning)) = self.input.tokens.warnings.get(self.lexer_warnings)
            && *at <= index
        {
            self.lexer_warnings += 1;
            match self.sink.warn(warning.warning.clone()) {
                WarningOutcome::Reported => {}
                WarningOutcome::Raised => {
                    self.error = Some(Failure::Sink);
                    return Err(Raised);
                }
                WarningOutcome::Error => {
                    self.tokenizer_failed = true;
                    return self.fail(tokenizer_error(self.input.source, warning));
                }
            }
        }
        Ok(())
    }

    /// The `Error` token was fetched.
    pub fn raise_lexical_error(&mut self) {
        if let Some(lexical) = &self.input.tokens.error {
            self.error = Some(Failure::Error(lexical.error.clone()));
        }
    }

    fn lexical_error_fetched(&self) -> Option<&LexicalError> {
        let all = self.fetched() as usize == self.input.tokens.tokens.len();
        self.input.tokens.error.as_deref().filter(|_| all)
    }

    /// Whether the tokenizer has met an error or the end of the source (`tok->done`).
    fn tokenizer_is_done(&self) -> bool {
        self.tokenizer_failed
            || self.lexical_error_fetched().is_some()
            || self.fetched() > self.input.tokens.end_of_source_seen_at
    }

    /// Whether it was the end of the source that stopped the tokenizer.
    fn is_end_of_source(&self) -> bool {
        match self.lexical_error_fetched() {
            Some(lexical) => lexical.at_end_of_source,
            None => self.fetched() > self.input.tokens.end_of_source_seen_at,
        }
    }

    /// Errors of the tokenizer behind the place where the parser stopped win over the parser's
    /// (`_PyPegen_tokenize_full_source_to_check_for_errors`).
    fn look_for_lexical_errors(&mut self) -> Step<()> {
        let current = self.known_error_token.unwrap_or(self.fill - 1);
        let current_line = self.token(current).location.lineno;
        let ahead = self.lexical_error_fetched().is_none();
        self.report_lexer_warnings(u32::MAX)?;
        let Some(lexical) = self.input.tokens.error.as_deref().filter(|_| ahead) else { return Ok(()) };
        if lexical.interpolated_depth > 0 {
            return Ok(());
        }
        if lexical.cause == LexicalCause::Raised {
            self.error = Some(Failure::Error(lexical.error.clone()));
        } else if let Some(paren) = lexical.open_paren
            && current_line > paren.lineno
        {
            let line = self.input.tokens.tokens.last().map_or(0, |token| token.location.end_lineno);
            let error = LexicalError::never_closed(self.input.source, paren, line);
            self.error = Some(Failure::Error(error));
        }
        Ok(())
    }

    /// In `single` mode only blanks and comments may follow the statement
    /// (`bad_single_statement`).
    fn check_single_statement(&mut self) -> Step<()> {
        if self.input.mode != Mode::Single {
            return Ok(());
        }
        let token = self.token(self.fill - 1);
        let mut rest = &self.input.source[token.end as usize..];
        loop {
            rest = rest.trim_ascii_start();
            match rest.first() {
                None => return Ok(()),
                Some(b'#') => {
                    rest = memchr::memchr(b'\n', rest).map_or(&[], |at| &rest[at..]);
                }
                Some(_) => {
                    let words = "multiple statements found while compiling a single statement";
                    return self.raise_at_last_token(ErrorKind::SyntaxError, words);
                }
            }
        }
    }
}

fn is_syntax_error(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::SyntaxError | ErrorKind::IndentationError | ErrorKind::TabError)
}
