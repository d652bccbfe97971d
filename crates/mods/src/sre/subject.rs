//! [`Subject`]: what is searched, a string or bytes, and how the engine runs over it.

use std::borrow::Cow;

use taipan_object::native::{Buffer, BufferFlags};
use taipan_object::types::bytes::Bytes;
use taipan_object::types::str::{Chars, Str};
use taipan_object::{Outcome, Raised, Ref, Thread, Value};
use taipan_sre::{Anchor, Error, Matcher, Program, Unit};

/// How a pattern is applied.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Match,
    FullMatch,
    Search,
}

/// A string or bytes that nobody changes meanwhile.
pub(super) enum Subject<'a> {
    Text(&'a Str),
    Bytes(&'a [u8]),
}

/// What keeps the bytes of a subject in place.
pub(super) struct Bound {
    /// None for a string.
    buffer: Option<Buffer>,
    /// A copy of bytes that could change.
    copy: Option<Vec<u8>>,
}

#[cold]
fn not_a_subject(thread: &mut Thread, object: Ref<'_>) -> Raised {
    drop(thread.take_exception());
    let ty = object.ty().name().into_owned();
    thread.type_error(format!("expected string or bytes-like object, got '{ty}'"))
}

impl Bound {
    /// Looks at a subject, and checks that it is of the pattern's kind.
    pub(super) fn new(
        thread: &mut Thread,
        object: Ref<'_>,
        pattern_is_bytes: Option<bool>,
    ) -> Outcome<Bound> {
        let is_text = object.downcast::<Str>().is_some();
        let bound = if is_text || object.downcast::<Bytes>().is_some() {
            Bound { buffer: None, copy: None }
        } else {
            let buffer = match Buffer::of(thread, object, BufferFlags::SIMPLE) {
                Ok(buffer) => buffer,
                Err(_) => return Err(not_a_subject(thread, object)),
            };
            let copy = match buffer.stable_bytes(thread)? {
                Cow::Borrowed(_) => None,
                Cow::Owned(copy) => Some(copy),
            };
            Bound { buffer: Some(buffer), copy }
        };
        match pattern_is_bytes {
            Some(false) if !is_text => {
                Err(thread.type_error("cannot use a string pattern on a bytes-like object"))
            }
            Some(true) if is_text => {
                Err(thread.type_error("cannot use a bytes pattern on a string-like object"))
            }
            _ => Ok(bound),
        }
    }

    /// The subject itself.
    pub(super) fn subject<'a>(&'a self, object: Ref<'a>) -> Subject<'a> {
        if let Some(text) = object.downcast::<Str>() {
            return Subject::Text(text);
        }
        if let Some(bytes) = object.downcast::<Bytes>() {
            return Subject::Bytes(bytes.content());
        }
        let constant = self.buffer.as_ref().and_then(Buffer::constant_bytes);
        Subject::Bytes(self.copy.as_deref().or(constant).unwrap_or_default())
    }

    /// The view to be kept while a scanner lives.
    pub(super) fn into_buffer(self) -> (Option<Buffer>, Option<Vec<u8>>) {
        (self.buffer, self.copy)
    }

    /// From what a scanner kept.
    pub(super) fn from_parts(buffer: Option<Buffer>, copy: Option<Vec<u8>>) -> Bound {
        Bound { buffer, copy }
    }
}

impl Subject<'_> {
    /// How many characters there are.
    pub(super) fn len(&self) -> usize {
        match self {
            Subject::Text(text) => text.len(),
            Subject::Bytes(bytes) => bytes.len(),
        }
    }

    /// A part as a new object, the whole as itself.
    pub(super) fn slice(&self, thread: &mut Thread, whole: Ref<'_>, start: usize, end: usize) -> Outcome {
        let (start, end) = (start.min(self.len()), end.min(self.len()));
        match self {
            Subject::Text(text) => {
                if start == 0 && end == text.len() && whole.exact::<Str>().is_some() {
                    return Ok(whole.to_value());
                }
                thread.str_from_chars(text.chars().slice(start..end.max(start)))
            }
            Subject::Bytes(bytes) => {
                if start == 0 && end == bytes.len() && whole.exact::<Bytes>().is_some() {
                    return Ok(whole.to_value());
                }
                thread.bytes(&bytes[start..end.max(start)])
            }
        }
    }

    /// Runs the engine once.
    pub(super) fn run(
        &self,
        thread: &mut Thread,
        program: &Program,
        matcher: &mut Matcher,
        mode: Mode,
    ) -> Outcome<bool> {
        let result = {
            let poll = &mut || thread.poll().is_ok();
            match self {
                Subject::Bytes(bytes) => apply(program, matcher, bytes, mode, poll),
                Subject::Text(text) => match text.chars() {
                    Chars::One(units) => apply(program, matcher, units, mode, poll),
                    Chars::Two(units) => apply(program, matcher, units, mode, poll),
                    Chars::Four(units) => apply(program, matcher, units, mode, poll),
                },
            }
        };
        result.map_err(|error| match error {
            Error::Interrupted => Raised::assume(),
            Error::Memory => thread.no_memory(),
            Error::Illegal | Error::State => {
                thread.runtime_error("internal error in regular expression engine")
            }
        })
    }
}

#[inline]
fn apply<U: Unit>(
    program: &Program,
    matcher: &mut Matcher,
    units: &[U],
    mode: Mode,
    poll: &mut dyn FnMut() -> bool,
) -> Result<bool, Error> {
    match mode {
        Mode::Match => matcher.match_at_start(program, units, Anchor::Start, poll),
        Mode::FullMatch => matcher.match_at_start(program, units, Anchor::Both, poll),
        Mode::Search => matcher.search(program, units, poll),
    }
}

/// A matcher of a part of a subject, whose bounds are clamped.
pub(super) fn matcher(program: &Program, length: usize, start: isize, end: isize) -> Matcher {
    let length = length as isize;
    let (start, end) = (start.clamp(0, length), end.clamp(0, length));
    if start > end {
        // Nothing matches there, not even the empty string.
        let mut matcher = Matcher::new(program, length as usize, end as usize, end as usize);
        (matcher.start, matcher.position) = (start as usize, start as usize);
        return matcher;
    }
    Matcher::new(program, length as usize, start as usize, end as usize)
}

/// `separator.join(parts)` with the empty string or bytes as separator.
pub(super) fn join(thread: &mut Thread, parts: Vec<Value>, bytes: bool) -> Outcome {
    if let [one] = &parts[..]
        && (one.as_ref().exact::<Str>().is_some() && !bytes
            || one.as_ref().exact::<Bytes>().is_some() && bytes)
    {
        return Ok(one.clone());
    }
    let separator = if bytes { thread.bytes(b"")? } else { thread.str("")? };
    let list = thread.list(parts)?;
    taipan_object::protocol::call_method(thread, separator.as_ref(), "join", &[list.as_ref()])
}
