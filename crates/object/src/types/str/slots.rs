//! What `str` can do as an operand.

use std::ops::Range;

use taipan_text::CharsBuf;
use taipan_text::algorithm::search;
use taipan_text::repr::{Keep, repr_points};

use super::iterator::str_iterator;
use super::{Str, case, codec, format, pad, percent, predicate, split, strip, translate};
use crate::native::{Args, Parameters};
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{CompareOp, Slots, Type, TypeDef, TypeFlags};
use crate::types::object::OBJECT_SLOTS;
use crate::types::slice::{Slice, adjust};
use crate::value::{Outcome, Ref, Value};

/// The type `str`.
pub static STR: Type = Type::new::<Str>(
    &TypeDef {
        doc: Some(include_str!("doc.txt")),
        methods: &[
            super::search::METHODS,
            split::METHODS,
            strip::METHODS,
            case::METHODS,
            pad::METHODS,
            predicate::METHODS,
            translate::METHODS,
            format::METHODS,
            codec::METHODS,
        ],
        ..TypeDef::new("str")
    },
    TypeFlags::BASE.union(TypeFlags::MATCH_SELF),
    Slots {
        new: Some(new),
        repr: Some(|thread, object| {
            let mut out = CharsBuf::new();
            let own = text(object);
            out.reserve(own.len() + 2, 0);
            repr_points(own.chars().iter(), Keep::Printable, |point| out.push(point));
            thread.str_from_buf(out)
        }),
        str: Some(|thread, object| unchanged(thread, text(object))),
        hash: Some(|thread, object| Ok(text(object).hash(thread.interp()))),
        compare: Some(|_, left, right, op| {
            let (Some(a), Some(b)) = (left.downcast::<Str>(), right.downcast::<Str>()) else {
                return Ok(Value::not_implemented());
            };
            Ok(Value::bool(match op {
                CompareOp::Eq => a.eq(b),
                CompareOp::Ne => !a.eq(b),
                _ => op.holds(a.chars().compare(b.chars())),
            }))
        }),
        length: Some(|_, object| Ok(text(object).len())),
        concat: Some(|thread, left, right| {
            let Some(other) = right.downcast::<Str>() else {
                let ty = right.ty().name().into_owned();
                return Err(thread.type_error(format!("can only concatenate str (not \"{ty}\") to str")));
            };
            thread.concat(text(left), other)
        }),
        repeat: Some(repeat),
        remainder: Some(remainder),
        iter: Some(str_iterator),
        subscript: Some(subscript),
        item: Some(|thread, object, index| match text(object) {
            own if (0..own.len() as isize).contains(&index) => {
                thread.character(own.chars().get(index as usize))
            }
            _ => Err(thread.index_error("string index out of range")),
        }),
        contains: Some(|thread, object, item| {
            let Some(item) = item.downcast::<Str>() else {
                let ty = item.ty().name().into_owned();
                return Err(
                    thread.type_error(format!("'in <string>' requires string as left operand, not {ty}"))
                );
            };
            let own = text(object);
            Ok(search::find(own.chars(), item.chars(), 0..own.len()).is_some())
        }),
        ..OBJECT_SLOTS
    },
);

fn text<'a>(object: Ref<'a>) -> &'a Str {
    object.downcast::<Str>().expect("the slot of strings")
}

/// The same text as a `str` proper: the string itself unless its class is derived.
pub(super) fn unchanged(thread: &mut Thread, own: &Str) -> Outcome {
    match Ref::of(own).exact::<Str>() {
        Some(_) => Ok(Ref::of(own).to_value()),
        None => thread.str_from_chars(own.chars()),
    }
}

/// A part of a string as a `str` proper.
pub(super) fn part(thread: &mut Thread, own: &Str, range: Range<usize>) -> Outcome {
    if range.len() == own.len() {
        return unchanged(thread, own);
    }
    if let Some(ascii) = own.as_ascii() {
        return thread.str_from_ascii(&ascii.as_bytes()[range]);
    }
    thread.str_from_chars(own.chars().slice(range))
}

/// `str(object)`, `str(bytes, encoding, errors)`
fn new<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    static PARAMETERS: Parameters = Parameters {
        function: "str",
        names: &["object", "encoding", "errors"],
        positional_only: 0,
        positional: 3,
        required: 0,
        required_keywords: 0,
    };
    if args.positionals().len() > 3 {
        let given = args.positionals().len();
        return Err(thread.type_error(format!("str expected at most 3 arguments, got {given}")));
    }
    let [object, encoding, errors] = PARAMETERS.parse::<3>(thread, args)?;
    let encoding = codec::name_argument(thread, "str", "encoding", encoding)?;
    let errors = codec::name_argument(thread, "str", "errors", errors)?;
    let value = match object {
        None => thread.str("")?,
        Some(object) if encoding.is_none() && errors.is_none() => protocol::str(thread, object)?,
        Some(object) if object.downcast::<Str>().is_some() => {
            return Err(thread.type_error("decoding str is not supported"));
        }
        Some(object) => {
            let encoding = encoding.unwrap_or("utf-8".into());
            codec::decode_object(thread, object, &encoding, errors.as_deref())?
        }
    };
    if ty.is(&STR) {
        return Ok(value);
    }
    let own = value.downcast::<Str>().expect("str() makes strings");
    let made = Str::build_instance(thread.interp(), ty, own);
    thread.or_no_memory(made)
}

fn repeat(thread: &mut Thread, object: Ref<'_>, count: isize) -> Outcome {
    let own = text(object);
    if count <= 0 || own.is_empty() {
        return thread.str("");
    }
    if count == 1 && object.exact::<Str>().is_some() {
        return Ok(object.to_value());
    }
    let count = count as usize;
    let Some(length) = own.len().checked_mul(count) else { return Err(thread.no_memory()) };
    let made = own.repeated(thread.interp(), length, count);
    thread.or_no_memory(made)
}

fn subscript(thread: &mut Thread, object: Ref<'_>, key: Ref<'_>) -> Outcome {
    let own = text(object);
    if key.word().is_int() {
        let index = key.word().int();
        let index = if index < 0 { index + own.len() as i64 } else { index };
        return match usize::try_from(index) {
            Ok(index) if index < own.len() => thread.character(own.chars().get(index)),
            _ => Err(thread.index_error("string index out of range")),
        };
    }
    if let Some(slice) = key.downcast::<Slice>() {
        let parts = slice.unpack(thread)?;
        let indices = adjust(parts, own.len());
        if indices.step == 1 {
            let start = indices.start as usize;
            return part(thread, own, start..start + indices.count);
        }
        let chars = own.chars();
        let place = |n: usize| (indices.start + n as isize * indices.step) as usize;
        let max = (0..indices.count).fold(0, |max, n| max | chars.get(place(n))).min(0x10_ffff);
        let points = (0..indices.count).map(|n| chars.get(place(n)));
        return match indices.count {
            0 => thread.str(""),
            1 => thread.character(chars.get(place(0))),
            count => {
                let made = Str::from_points(thread.interp(), count, max, points);
                thread.or_no_memory(made)
            }
        };
    }
    if key.ty().slots().index.is_none() {
        let ty = key.ty().name().into_owned();
        return Err(thread.type_error(format!("string indices must be integers, not '{ty}'")));
    }
    let index = protocol::index_isize(thread, key)?;
    let index = if index < 0 { index + own.len() as isize } else { index };
    if index < 0 || index as usize >= own.len() {
        return Err(thread.index_error("string index out of range"));
    }
    thread.character(own.chars().get(index as usize))
}

/// `left % right`
fn remainder(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>) -> Outcome {
    match left.downcast::<Str>() {
        Some(own) => percent::format_str(thread, own, right),
        None => Ok(Value::not_implemented()),
    }
}
