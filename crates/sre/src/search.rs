//! The search for the leftmost match, with the shortcuts that the pattern's `INFO` block allows.

use crate::count::in_set;
use crate::engine::run;
use crate::opcode::{at, info, op};
use crate::{Error, Matcher, Program, Unit};

/// Characters that are skipped between two polls.
const CHUNK: usize = 1 << 14;

pub(crate) fn search<U: Unit>(
    matcher: &mut Matcher,
    program: &Program,
    string: &[U],
    poll: &mut dyn FnMut() -> bool,
) -> Result<bool, Error> {
    let code = program.code();
    if code[0] != op::INFO {
        return scan(matcher, program, string, 0, matcher.end, poll);
    }
    let (flags, minimum) = (code[2], code[3] as usize);
    if matcher.end - matcher.start < minimum {
        return Ok(false);
    }
    let pc = 1 + code[1] as usize;
    if flags & info::PREFIX != 0 {
        return prefixed(matcher, program, string, pc, poll);
    }
    if flags & info::CHARSET != 0 {
        return in_charset(matcher, program, string, pc, poll);
    }
    // A match needs `minimum` characters, so none starts behind `last`.
    let last = matcher.end - minimum.saturating_sub(1);
    scan(matcher, program, string, pc, last.max(matcher.start), poll)
}

/// Whether the pattern matches at `start`, where nothing was tried before.
fn try_at<U: Unit>(
    matcher: &mut Matcher,
    program: &Program,
    string: &[U],
    pc: usize,
    (start, position): (usize, usize),
    poll: &mut dyn FnMut() -> bool,
) -> Result<bool, Error> {
    matcher.lastmark = -1;
    matcher.lastindex = -1;
    matcher.start = start;
    matcher.position = position;
    run(matcher, program, string, pc, false, poll)
}

/// The first position from `from` on that satisfies `test`.
fn find<U: Unit>(
    string: &[U],
    mut from: usize,
    end: usize,
    poll: &mut dyn FnMut() -> bool,
    mut test: impl FnMut(U) -> bool,
) -> Result<Option<usize>, Error> {
    while from < end {
        let stop = end.min(from + CHUNK);
        if let Some(offset) = string[from..stop].iter().position(|&c| test(c)) {
            return Ok(Some(from + offset));
        }
        if stop < end && !poll() {
            return Err(Error::Interrupted);
        }
        from = stop;
    }
    Ok(None)
}

fn scan<U: Unit>(
    matcher: &mut Matcher,
    program: &Program,
    string: &[U],
    pc: usize,
    last: usize,
    poll: &mut dyn FnMut() -> bool,
) -> Result<bool, Error> {
    let mut ptr = matcher.start;
    matcher.position = ptr;
    let matched = run(matcher, program, string, pc, true, poll)?;
    matcher.must_advance = false;
    if matched {
        return Ok(true);
    }
    let code = program.code();
    if code[pc] == op::AT && matches!(code[pc + 1], at::BEGINNING | at::BEGINNING_STRING) {
        return Ok(false);
    }
    while ptr < last {
        ptr += 1;
        if try_at(matcher, program, string, pc, (ptr, ptr), poll)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The pattern starts with a character of a known set.
fn in_charset<U: Unit>(
    matcher: &mut Matcher,
    program: &Program,
    string: &[U],
    pc: usize,
    poll: &mut dyn FnMut() -> bool,
) -> Result<bool, Error> {
    matcher.must_advance = false;
    let set = &program.code()[5..];
    let mut from = matcher.start;
    while let Some(ptr) = find(string, from, matcher.end, poll, |c| in_set(set, c.into()))? {
        if try_at(matcher, program, string, pc, (ptr, ptr), poll)? {
            return Ok(true);
        }
        from = ptr + 1;
    }
    Ok(false)
}

/// The pattern starts with known characters; finds them by the overlap table of the `INFO` block
/// (Knuth, Morris and Pratt), so that no character is read twice.
fn prefixed<U: Unit>(
    matcher: &mut Matcher,
    program: &Program,
    string: &[U],
    pc: usize,
    poll: &mut dyn FnMut() -> bool,
) -> Result<bool, Error> {
    let code = program.code();
    let (length, skip) = (code[5] as usize, code[6] as usize);
    let overlap = &code[7 + length..7 + 2 * length];
    let mut prefix = Vec::with_capacity(length);
    for &c in &code[7..7 + length] {
        match U::from_code(c) {
            Some(unit) => prefix.push(unit),
            None => return Ok(false),
        }
    }
    let literal = code[2] & info::LITERAL != 0;
    matcher.must_advance = false;
    let (mut ptr, mut known) = (matcher.start, 0);
    loop {
        if known == 0 {
            match find(string, ptr, matcher.end, poll, |c| c == prefix[0])? {
                Some(found) => (ptr, known) = (found + 1, 1),
                None => return Ok(false),
            }
        }
        while known > 0 && known < length {
            match string[..matcher.end].get(ptr) {
                None => return Ok(false),
                Some(&c) if c == prefix[known] => (ptr, known) = (ptr + 1, known + 1),
                // overlap[i]: how much of the prefix still stands when character i does not match.
                Some(_) => known = overlap[known - 1] as usize,
            }
        }
        if known == length {
            let start = ptr - length;
            if literal {
                matcher.start = start;
                matcher.position = start + skip;
                return Ok(true);
            }
            // The prefix's literals need not be matched again: two code units each.
            if try_at(matcher, program, string, pc + 2 * skip, (start, start + skip), poll)? {
                return Ok(true);
            }
            known = overlap[length - 1] as usize;
            if !poll_every(ptr, poll) {
                return Err(Error::Interrupted);
            }
        }
    }
}

/// Polls when a search reaches a multiple of the chunk.
fn poll_every(ptr: usize, poll: &mut dyn FnMut() -> bool) -> bool {
    !ptr.is_multiple_of(CHUNK) || poll()
}
