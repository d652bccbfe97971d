//! The matching engine of `re`: runs the code that the library's `re._compiler` makes.
//!
//! It knows no objects: a [`Program`] is checked code, a [`Matcher`] the state of a search over an
//! array of 1-, 2- or 4-byte characters. It never recurses natively over the subject, asks a
//! callback every few thousand steps whether to go on, and answers [`Error::Memory`] instead of
//! growing past its bound.
//!
//! Answers for CPython's `Modules/_sre/sre_lib.h` and the validator in `Modules/_sre/sre.c`.
#![forbid(unsafe_code)]

mod category;
mod count;
mod engine;
mod opcode;
mod search;
mod validate;

pub use category::{ascii_is_cased, ascii_to_lower, unicode_is_cased, unicode_to_lower};
pub use opcode::{CODESIZE, MAGIC, MAXGROUPS, MAXREPEAT};

/// Why a match ended without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// The code is not what the compiler makes.
    Illegal,
    /// A repeat operator ran outside its repeat.
    State,
    /// The backtracking stack would grow past its bound.
    Memory,
    /// The callback asked to stop.
    Interrupted,
}

/// The code is not a pattern that the engine can run safely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidCode;

/// The character types of the strings that can be searched.
pub trait Unit: Copy + Eq + Into<u32> {
    /// The unit that stands for `code`, if it fits.
    fn from_code(code: u32) -> Option<Self>;
}

impl Unit for u8 {
    fn from_code(code: u32) -> Option<u8> {
        u8::try_from(code).ok()
    }
}

impl Unit for u16 {
    fn from_code(code: u32) -> Option<u16> {
        u16::try_from(code).ok()
    }
}

impl Unit for u32 {
    fn from_code(code: u32) -> Option<u32> {
        Some(code)
    }
}

/// A compiled pattern that was checked: every skip lands inside, every group exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    code: Box<[u32]>,
    groups: usize,
}

impl Program {
    /// Checks `code` for a pattern with `groups` groups.
    ///
    /// # Errors
    /// When the code is not of the form that `re._compiler` makes.
    pub fn new(code: impl Into<Box<[u32]>>, groups: usize) -> Result<Program, InvalidCode> {
        let code = code.into();
        validate::validate(&code, groups)?;
        Ok(Program { code, groups })
    }

    /// The code.
    pub fn code(&self) -> &[u32] {
        &self.code
    }

    /// The number of groups, without group 0.
    pub fn groups(&self) -> usize {
        self.groups
    }
}

/// Whether a pattern must match the whole of the slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// As `match`: at the start.
    Start,
    /// As `fullmatch`: from start to end.
    Both,
}

/// The state of matching one pattern against one string; kept between the steps of `finditer`.
#[derive(Clone, Debug)]
pub struct Matcher {
    /// Where the search starts; after a match, where the match starts.
    pub start: usize,
    /// After a match, where it ends.
    pub position: usize,
    /// The end of the slice that is searched.
    pub end: usize,
    /// Whether the next match at `start` must not be empty (set between the matches of `finditer`).
    pub must_advance: bool,
    pub(crate) match_all: bool,
    pub(crate) marks: Vec<usize>,
    pub(crate) lastmark: isize,
    pub(crate) lastindex: isize,
    pub(crate) stack: engine::Stack,
}

impl Matcher {
    /// A matcher of `string[start..end]`; both bounds are clamped to `len`, the string's length.
    pub fn new(program: &Program, len: usize, start: usize, end: usize) -> Matcher {
        let end = end.min(len);
        Matcher {
            start: start.min(end),
            position: start.min(end),
            end,
            must_advance: false,
            match_all: false,
            marks: vec![engine::UNSET; 2 * program.groups],
            lastmark: -1,
            lastindex: -1,
            stack: engine::Stack::default(),
        }
    }

    /// Forgets the groups of the last match, before the next one is looked for.
    pub fn reset(&mut self) {
        self.lastmark = -1;
        self.lastindex = -1;
        self.stack.clear();
    }

    /// The span of a group after a match; group 0 is the whole match.
    pub fn span(&self, group: usize) -> Option<(usize, usize)> {
        if group == 0 {
            return Some((self.start, self.position));
        }
        let mark = 2 * (group - 1);
        if isize::try_from(mark + 1).is_ok_and(|close| close <= self.lastmark) {
            let (start, end) = (self.marks[mark], self.marks[mark + 1]);
            if start != engine::UNSET && end != engine::UNSET {
                return Some((start, end));
            }
        }
        None
    }

    /// The index of the last group that was closed, if any (`Match.lastindex`).
    pub fn lastindex(&self) -> Option<usize> {
        usize::try_from(self.lastindex).ok()
    }

    /// Matches at the start of the slice.
    ///
    /// # Errors
    /// See [`Error`]; the matcher is then of no further use.
    pub fn match_at_start<U: Unit>(
        &mut self,
        program: &Program,
        string: &[U],
        anchor: Anchor,
        poll: &mut dyn FnMut() -> bool,
    ) -> Result<bool, Error> {
        self.match_all = anchor == Anchor::Both;
        self.position = self.start;
        engine::run(self, program, string, 0, true, poll)
    }

    /// Looks for the leftmost match in the slice.
    ///
    /// # Errors
    /// See [`Error`]; the matcher is then of no further use.
    pub fn search<U: Unit>(
        &mut self,
        program: &Program,
        string: &[U],
        poll: &mut dyn FnMut() -> bool,
    ) -> Result<bool, Error> {
        self.match_all = false;
        search::search(self, program, string, poll)
    }
}
