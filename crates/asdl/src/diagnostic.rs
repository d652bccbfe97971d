//! What tokenizer, parser, symbol table and code generator say about a source: errors and warnings.
//!
//! Data, not exceptions: the layer that has Python objects turns an [`Error`] into the exception
//! it names. Answers for CPython's `Parser/pegen_errors.c` and `_PyCompile_Error`.

use taipan_text::TextBuf;

/// The exception class an [`Error`] becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum ErrorKind {
    SyntaxError,
    IndentationError,
    TabError,
    /// `_IncompleteInputError`, raised under `PyCF_ALLOW_INCOMPLETE_INPUT`.
    IncompleteInputError,
    ValueError,
    TypeError,
    OverflowError,
    RecursionError,
    MemoryError,
    SystemError,
    UnicodeDecodeError,
    UnicodeEncodeError,
}

impl ErrorKind {
    /// The name of the exception class.
    pub const fn class_name(self) -> &'static str {
        match self {
            ErrorKind::SyntaxError => "SyntaxError",
            ErrorKind::IndentationError => "IndentationError",
            ErrorKind::TabError => "TabError",
            ErrorKind::IncompleteInputError => "_IncompleteInputError",
            ErrorKind::ValueError => "ValueError",
            ErrorKind::TypeError => "TypeError",
            ErrorKind::OverflowError => "OverflowError",
            ErrorKind::RecursionError => "RecursionError",
            ErrorKind::MemoryError => "MemoryError",
            ErrorKind::SystemError => "SystemError",
            ErrorKind::UnicodeDecodeError => "UnicodeDecodeError",
            ErrorKind::UnicodeEncodeError => "UnicodeEncodeError",
        }
    }
}

/// The position attributes of a `SyntaxError`, numbered as Python shows them: lines from 1, offsets
/// in characters from 1; 0 and -1 have CPython's special meanings and are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorLocation {
    /// `lineno`
    pub lineno: i32,
    /// `offset`
    pub offset: i32,
    /// `end_lineno`
    pub end_lineno: i32,
    /// `end_offset`
    pub end_offset: i32,
}

impl ErrorLocation {
    /// In `end_lineno` or `end_offset`: the attribute is `None`.
    pub const NONE: i32 = i32::MIN;
}

/// Why a source does not compile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The exception class.
    pub kind: ErrorKind,
    /// `str(exception)`, for syntax errors `msg`.
    pub message: TextBuf,
    /// The position, for syntax errors that have one.
    pub location: Option<ErrorLocation>,
    /// `text`, the offending line, where CPython knows it.
    pub text: Option<TextBuf>,
}

impl Error {
    /// An error without a position.
    pub fn new(kind: ErrorKind, message: impl Into<TextBuf>) -> Box<Error> {
        Box::new(Error { kind, message: message.into(), location: None, text: None })
    }
}

/// The class of a [`Warning`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum WarningCategory {
    SyntaxWarning,
    DeprecationWarning,
}

/// Something that CPython warns of while compiling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The warning's class.
    pub category: WarningCategory,
    /// What it says.
    pub message: TextBuf,
    /// The line it is reported for.
    pub lineno: i32,
}

/// What a [`WarningSink`] made of a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WarningOutcome {
    /// Shown, collected or ignored: compiling goes on.
    Reported,
    /// A filter turned it into an exception: the compiler answers with a `SyntaxError` of the same
    /// words at the place it knows, as CPython does.
    Error,
    /// The sink holds another exception, which ends the compilation as it is.
    Raised,
}

/// Receives warnings in the order in which CPython issues them.
pub trait WarningSink {
    /// Takes one warning.
    fn warn(&mut self, warning: Warning) -> WarningOutcome;
}

/// Collects warnings, for tools and tests.
impl WarningSink for Vec<Warning> {
    fn warn(&mut self, warning: Warning) -> WarningOutcome {
        self.push(warning);
        WarningOutcome::Reported
    }
}
