//! `_sre.SRE_Scanner`.

use taipan_macros::native;
use taipan_object::native::{Buffer, MemberDef};
use taipan_object::typeobject::{Slots, Type, TypeDef, TypeFlags};
use taipan_object::{Header, Inside, Outcome, Ref, Thread, Value, object};
use taipan_sre::Matcher;

use super::found::new_match;
use super::pattern::{Pattern, advance};
use super::subject::{Bound, Mode, matcher};

/// Where a scanner stands.
enum Stage {
    /// Its matcher, ready to go on.
    Ready(Box<Matcher>),
    /// Its matcher is at work.
    Executing,
    Ended,
}

/// A scanner object.
#[repr(C)]
pub struct Scanner {
    head: Header,
    pattern: Value,
    string: Value,
    buffer: Inside<Option<Buffer>>,
    copy: Inside<Option<Vec<u8>>>,
    stage: Inside<Stage>,
    pos: usize,
}
object!(Scanner, SCANNER, holds: pattern, string, buffer);

static SCANNER: Type = Type::new::<Scanner>(
    &TypeDef {
        methods: &[&[MATCH_, SEARCH]],
        members: &[MemberDef {
            name: "pattern",
            doc: None,
            get: |_, object| {
                Ok(Some(object.downcast::<Scanner>().expect("an attribute of scanners").pattern.clone()))
            },
        }],
        ..TypeDef::new("_sre.SRE_Scanner")
    },
    TypeFlags::CONTAINER.union(TypeFlags::NO_NEW),
    Slots { new: None, ..Slots::holding::<Scanner>() },
);

/// A scanner of a part of a string.
pub(super) fn new_scanner(
    thread: &mut Thread,
    pattern: &Pattern,
    string: Ref<'_>,
    pos: isize,
    endpos: isize,
) -> Outcome {
    let bound = Bound::new(thread, string, pattern.is_bytes)?;
    let length = bound.subject(string).len();
    let matcher = matcher(&pattern.program, length, pos, endpos);
    let pos = matcher.start;
    let stage = if matcher.start > matcher.end { Stage::Ended } else { Stage::Ready(Box::new(matcher)) };
    let (buffer, copy) = bound.into_buffer();
    let (pattern, string) = (Ref::of(pattern).to_value(), string.to_value());
    thread.new_object(|head| Scanner {
        head,
        pattern,
        string,
        buffer: Inside::new(buffer),
        copy: Inside::new(copy),
        stage: Inside::new(stage),
        pos,
    })
}

fn step(thread: &mut Thread, own: &Scanner, mode: Mode) -> Outcome {
    let mut matcher = match std::mem::replace(own.stage.change(thread), Stage::Executing) {
        Stage::Ready(matcher) => matcher,
        Stage::Executing => {
            return Err(thread.value_error("regular expression scanner already executing"));
        }
        Stage::Ended => {
            *own.stage.change(thread) = Stage::Ended;
            return Ok(Value::none());
        }
    };
    let pattern = own.pattern.downcast::<Pattern>().expect("made with a pattern");
    let kept = (own.buffer.change(thread).take(), own.copy.change(thread).take());
    let bound = Bound::from_parts(kept.0, kept.1);
    matcher.reset();
    let subject = bound.subject(own.string.as_ref());
    let found = subject.run(thread, &pattern.program, &mut matcher, mode);
    let result = match found {
        Ok(true) => new_match(thread, pattern, own.string.as_ref(), &matcher, own.pos),
        Ok(false) => Ok(Value::none()),
        Err(raised) => Err(raised),
    };
    let (buffer, copy) = bound.into_buffer();
    *own.buffer.change(thread) = buffer;
    *own.copy.change(thread) = copy;
    *own.stage.change(thread) = match found {
        Ok(true) => {
            advance(&mut matcher);
            if matcher.start > matcher.end { Stage::Ended } else { Stage::Ready(matcher) }
        }
        _ => Stage::Ended,
    };
    result
}

#[native(signature = "($self, /)", name = "match")]
fn match_(thread: &mut Thread, this: &Scanner) -> Outcome {
    step(thread, this, Mode::Match)
}

#[native(signature = "($self, /)")]
fn search(thread: &mut Thread, this: &Scanner) -> Outcome {
    step(thread, this, Mode::Search)
}
