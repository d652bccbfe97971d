//! Newlines of text as it comes in chunks: noting which kinds appear, translating them to `\n`, and
//! finding the ends of lines.

use taipan_object::types::str::{Chars, Str};
use taipan_object::{Outcome, Thread, Value};
use taipan_text::CharsBuf;

const CR: u8 = 1;
const LF: u8 = 2;
const CRLF: u8 = 4;

/// The state between two chunks.
#[derive(Clone, Copy, Default, Debug)]
pub struct Newlines {
    /// Whether all newlines become `\n`.
    pub translate: bool,
    /// Whether the last chunk ended with a `\r`, which waits for a `\n`.
    pub pending_cr: bool,
    seen: u8,
}

impl Newlines {
    /// Nothing seen yet.
    pub const fn new(translate: bool) -> Newlines {
        Newlines { translate, pending_cr: false, seen: 0 }
    }

    /// Forgets what was seen.
    pub fn reset(&mut self) {
        (self.pending_cr, self.seen) = (false, 0);
    }

    /// The kinds of newlines that were seen: a string, a tuple of strings, or nothing.
    pub fn seen(self, thread: &mut Thread) -> Outcome {
        let kinds = [(CR, "\r"), (LF, "\n"), (CRLF, "\r\n")];
        let mut found = Vec::new();
        for (_, text) in kinds.iter().filter(|(kind, _)| self.seen & kind != 0) {
            found.push(thread.str(text)?);
        }
        match found.len() {
            0 => Ok(Value::none()),
            1 => Ok(found.remove(0)),
            _ => thread.tuple(found),
        }
    }

    /// Whether a chunk passes as it is: no `\r` in it, none waiting. Notes a `\n`.
    pub fn passes(&mut self, chars: Chars<'_>, last: bool) -> bool {
        if self.pending_cr && (last || !chars.is_empty()) {
            return false;
        }
        if find(chars, 0, b'\r').is_some() {
            return false;
        }
        if self.seen & LF == 0 && find(chars, 0, b'\n').is_some() {
            self.seen |= LF;
        }
        true
    }

    /// The chunk with its newlines noted and translated. A `\r` at the end is kept back.
    pub fn process(&mut self, thread: &mut Thread, text: Value, last: bool) -> Outcome {
        let chars = text.downcast::<Str>().expect("a chunk of text").chars();
        if self.passes(chars, last) {
            return Ok(text);
        }
        let mut out = CharsBuf::new();
        self.translate_into(chars, last, &mut out);
        thread.str_from_buf(out)
    }

    fn translate_into(&mut self, chars: Chars<'_>, last: bool, out: &mut CharsBuf) {
        let mut cr = self.pending_cr;
        self.pending_cr = false;
        let end = match chars.len() {
            0 => 0,
            length if !last && chars.get(length - 1) == u32::from(b'\r') => {
                self.pending_cr = true;
                length - 1
            }
            length => length,
        };
        let mut at = 0;
        loop {
            if cr {
                let crlf = at < end && chars.get(at) == u32::from(b'\n');
                self.seen |= if crlf { CRLF } else { CR };
                if !self.translate {
                    out.push(u32::from(b'\r'));
                }
                if self.translate || crlf {
                    out.push(u32::from(b'\n'));
                }
                at += usize::from(crlf);
            }
            let Some(next) = find(chars.slice(0..end), at, b'\r') else { break };
            self.take(chars, at..next, out);
            (at, cr) = (next + 1, true);
        }
        self.take(chars, at..end, out);
    }

    /// Takes a part without `\r` over.
    fn take(&mut self, chars: Chars<'_>, part: std::ops::Range<usize>, out: &mut CharsBuf) {
        let part = chars.slice(part);
        if self.seen & LF == 0 && find(part, 0, b'\n').is_some() {
            self.seen |= LF;
        }
        out.push_chars(part);
    }
}

/// Where an ASCII character is, from `start` on.
pub fn find(chars: Chars<'_>, start: usize, character: u8) -> Option<usize> {
    match chars {
        Chars::One(units) => memchr::memchr(character, &units[start..]).map(|at| at + start),
        Chars::Two(units) => {
            units[start..].iter().position(|unit| *unit == character.into()).map(|at| at + start)
        }
        Chars::Four(units) => {
            units[start..].iter().position(|unit| *unit == character.into()).map(|at| at + start)
        }
    }
}

/// What ends a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LineEnd {
    /// `\n`, be it since the others were translated.
    Lf,
    /// `\r`
    Cr,
    /// `\r\n`
    CrLf,
    /// Any of the three.
    Universal,
}

/// How far a line goes.
pub enum Found {
    /// The index behind its end.
    End(usize),
    /// The line does not end here; from this index on its end may begin.
    Open(usize),
}

/// The end of the line that begins at `start`.
pub fn line_end(chars: Chars<'_>, start: usize, kind: LineEnd) -> Found {
    let length = chars.len();
    let single = |character| match find(chars, start, character) {
        Some(at) => Found::End(at + 1),
        None => Found::Open(length),
    };
    match kind {
        LineEnd::Lf => single(b'\n'),
        LineEnd::Cr => single(b'\r'),
        LineEnd::Universal => {
            let at = match chars {
                Chars::One(units) => memchr::memchr2(b'\r', b'\n', &units[start..]).map(|at| at + start),
                wide => (start..length).find(|at| matches!(wide.get(*at), 10 | 13)),
            };
            match at {
                None => Found::Open(length),
                Some(at) if chars.get(at) == u32::from(b'\n') => Found::End(at + 1),
                Some(at) => {
                    let crlf = at + 1 < length && chars.get(at + 1) == u32::from(b'\n');
                    Found::End(at + 1 + usize::from(crlf))
                }
            }
        }
        LineEnd::CrLf => {
            let mut from = start;
            while let Some(at) = find(chars, from, b'\r') {
                if at + 1 == length {
                    return Found::Open(at);
                }
                if chars.get(at + 1) == u32::from(b'\n') {
                    return Found::End(at + 2);
                }
                from = at + 1;
            }
            Found::Open(length)
        }
    }
}

/// Checks the argument `newline`.
pub fn check_newline(thread: &mut Thread, newline: Option<&Str>) -> Outcome<Option<&'static str>> {
    let Some(newline) = newline else { return Ok(None) };
    for known in ["", "\n", "\r", "\r\n"] {
        if newline.is(known) {
            return Ok(Some(known));
        }
    }
    let text = newline.to_string_lossy().into_owned();
    Err(thread.value_error(format!("illegal newline value: {text}")))
}
