//! Warnings of the tokenizer and the parser, brought into CPython's order.

use crate::literal::escape::{self, InvalidEscape};
use crate::source::character_offset;
use crate::token::{Token, TokenKind, TokenWarning, Tokens};
use taipan_asdl::diagnostic::{
    Error, ErrorKind, ErrorLocation, Warning, WarningCategory, WarningOutcome, WarningSink,
};
use taipan_asdl::node::Location;
use taipan_text::Text;

/// A warning of the parser that has not been issued.
#[derive(Clone, Debug)]
pub(crate) struct PendingWarning {
    /// The last token CPython's parser has fetched when it warns.
    pub(crate) fetched: u32,
    pub(crate) warning: Warning,
    /// What the error says that the warning becomes under a filter, and where it stands.
    pub(crate) error_message: String,
    pub(crate) location: Location,
}

impl PendingWarning {
    /// The warning of an escape sequence, `shown` without its backslash.
    pub(crate) fn invalid_escape(
        shown: &str,
        octal: bool,
        fetched: usize,
        category: WarningCategory,
        location: Location,
    ) -> PendingWarning {
        let kind = if octal { "an invalid octal escape sequence" } else { "an invalid escape sequence" };
        let advice = format!("Did you mean \"\\\\{shown}\"? A raw string is also an option.");
        let message =
            format!("\"\\{shown}\" is {kind}. Such sequences will not work in the future. {advice}");
        PendingWarning {
            fetched: fetched as u32,
            warning: Warning { category, message: message.into(), lineno: location.lineno },
            error_message: format!("\"\\{shown}\" is {kind}. {advice}"),
            location,
        }
    }
}

/// The warning of an escape sequence in `inside`, the text of the token `blamed` or of a part of it.
/// `token_text` is all of the token's text. None if the tokenizer has warned.
pub(crate) fn invalid_escape(
    blamed: &Token,
    token_text: &[u8],
    inside: &[u8],
    invalid: InvalidEscape,
    fetched: usize,
    feature_version: u8,
) -> Option<PendingWarning> {
    let byte = inside[invalid.at];
    let interpolated = blamed.kind != TokenKind::String;
    if interpolated && matches!(byte, b'{' | b'}') {
        return None;
    }
    let length = if invalid.octal { 3 } else { 1 };
    let shown = String::from_utf8_lossy(&inside[invalid.at..invalid.at + length]);
    let before = &inside[..invalid.at];
    let newlines = memchr::memchr_iter(b'\n', before).count();
    let line_start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
    // CPython counts columns in its copy with escapes for characters beyond ASCII.
    let is_text = interpolated || !literal_is_bytes(token_text);
    let column = if is_text {
        escape::offset_in_copy(inside, invalid.at) - escape::offset_in_copy(inside, line_start)
    } else {
        invalid.at - line_start
    };
    let mut column = column as i32;
    if newlines == 0 {
        column += blamed.location.col_offset + leading_quotes(token_text);
    }
    let lineno = blamed.location.lineno + newlines as i32;
    let location =
        Location { lineno, col_offset: column - 1, end_lineno: lineno, end_col_offset: column + 1 };
    let category = if feature_version >= 12 {
        WarningCategory::SyntaxWarning
    } else {
        WarningCategory::DeprecationWarning
    };
    Some(PendingWarning::invalid_escape(&shown, invalid.octal, fetched, category, location))
}

fn literal_is_bytes(literal: &[u8]) -> bool {
    literal.iter().take_while(|b| b.is_ascii_alphabetic()).any(|b| matches!(b, b'b' | b'B'))
}

/// How many quotes equal to the first a token begins with.
fn leading_quotes(token: &[u8]) -> i32 {
    let Some(&first @ (b'\'' | b'"')) = token.first() else { return 0 };
    token.iter().take_while(|b| matches!(b, b'\'' | b'"')).filter(|&&b| b == first).count() as i32
}

/// Issues the warnings of a source that parses. Those of the tokenizer stop at the token `until`.
pub(crate) fn issue(
    source: &[u8],
    tokens: &Tokens,
    until: usize,
    pending: Vec<PendingWarning>,
    sink: &mut dyn WarningSink,
) -> Result<(), Box<Error>> {
    let mut of_tokenizer =
        tokens.warnings.iter().take_while(|(index, _)| *index as usize <= until).peekable();
    let mut of_parser = pending.into_iter().peekable();
    loop {
        let tokenizer_first = match (of_tokenizer.peek(), of_parser.peek()) {
            (Some((index, _)), Some(pending)) => *index <= pending.fetched,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (None, None) => return Ok(()),
        };
        if tokenizer_first {
            if let Some((_, warning)) = of_tokenizer.next() {
                let outcome = sink.warn(warning.warning.clone());
                settle(outcome, || tokenizer_error(source, warning))?;
            }
        } else if let Some(pending) = of_parser.next() {
            let PendingWarning { fetched, warning, error_message, location } = pending;
            let outcome = sink.warn(warning);
            settle(outcome, || {
                let current_lineno = tokens.tokens[fetched as usize].location.end_lineno;
                parser_error(source, current_lineno, location, error_message)
            })?;
        }
    }
}

fn settle(outcome: WarningOutcome, error: impl FnOnce() -> Box<Error>) -> Result<(), Box<Error>> {
    match outcome {
        WarningOutcome::Reported => Ok(()),
        WarningOutcome::Error => Err(error()),
        WarningOutcome::Raised => Err(raised()),
    }
}

/// What stands for the exception that the sink holds.
pub(crate) fn raised() -> Box<Error> {
    Error::new(ErrorKind::SystemError, "a warning raised an exception")
}

/// The error that a warning of the parser becomes when the tokenizer is at the line `current_lineno`.
fn parser_error(source: &[u8], current_lineno: i32, location: Location, message: String) -> Box<Error> {
    let mut line = source;
    // CPython may count the lines of an f-string twice; then it quotes the current one.
    for _ in 1..location.lineno.min(current_lineno) {
        line = memchr::memchr(b'\n', line).map_or(&[], |at| &line[at + 1..]);
    }
    let end = memchr::memchr(b'\n', line).unwrap_or(line.len());
    // Only the current line is quoted with its line feed.
    let with_newline = current_lineno <= location.lineno && end < line.len();
    let line = &line[..end + usize::from(with_newline)];
    let offset = |column: i32| character_offset(line, usize::try_from(column + 1).unwrap_or(0));
    let mut error = Error::new(ErrorKind::SyntaxError, message);
    error.location = Some(ErrorLocation {
        lineno: location.lineno,
        offset: offset(location.col_offset),
        end_lineno: location.end_lineno,
        end_offset: offset(location.end_col_offset),
    });
    error.text = Some(Text::from_bytes(line).to_owned());
    error
}

/// The error that a warning of the tokenizer becomes.
pub(crate) fn tokenizer_error(source: &[u8], warning: &TokenWarning) -> Box<Error> {
    let start = warning.line_start as usize;
    let end = memchr::memchr(b'\n', &source[start..]).map_or(source.len(), |length| start + length);
    let offset = character_offset(&source[start..end], warning.cursor as usize - start);
    let message =
        warning.warning.message.to_string_lossy().replace("Such sequences will not work in the future. ", "");
    let mut error = Error::new(ErrorKind::SyntaxError, message);
    let lineno = warning.warning.lineno;
    error.location = Some(ErrorLocation { lineno, offset, end_lineno: lineno, end_offset: offset });
    error.text = Some(Text::from_bytes(&source[start..end]).to_owned());
    error
}
