//! What `str` can do as an operand.

use std::cmp::Ordering;

use super::{Chars, Str};
use crate::native::Args;
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{CompareOp, Slots, Type, TypeDef, TypeFlags};
use crate::types::object::OBJECT_SLOTS;
use crate::types::slice::{Slice, adjust};
use crate::value::{Outcome, Ref, Value};

/// The type `str`.
pub static STR: Type = Type::new::<Str>(
    &TypeDef { doc: Some(include_str!("doc.txt")), ..TypeDef::new("str") },
    TypeFlags::BASE.union(TypeFlags::MATCH_SELF),
    Slots {
        new: Some(new),
        repr: Some(|thread, object| {
            let text =
                taipan_text::repr::repr_text(&text(object).to_text(), taipan_text::repr::Keep::Printable);
            thread.str_from_text(&text)
        }),
        str: Some(|_, object| Ok(object.to_value())),
        hash: Some(|thread, object| Ok(text(object).hash(thread.interp()))),
        compare: Some(|_, left, right, op| {
            let (Some(a), Some(b)) = (left.downcast::<Str>(), right.downcast::<Str>()) else {
                return Ok(Value::not_implemented());
            };
            Ok(Value::bool(match op {
                CompareOp::Eq => a.eq(b),
                CompareOp::Ne => !a.eq(b),
                _ => op.holds(compare_text(a, b)),
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
        subscript: Some(subscript),
        contains: Some(|thread, object, item| {
            let Some(item) = item.downcast::<Str>() else {
                let ty = item.ty().name().into_owned();
                return Err(
                    thread.type_error(format!("'in <string>' requires string as left operand, not {ty}"))
                );
            };
            Ok(find(text(object).chars(), item.chars()).is_some())
        }),
        ..OBJECT_SLOTS
    },
);

fn text<'a>(object: Ref<'a>) -> &'a Str {
    object.downcast::<Str>().expect("the slot of strings")
}

/// The order of two strings by code point.
pub fn compare_text(left: &Str, right: &Str) -> Ordering {
    match (left.chars(), right.chars()) {
        (Chars::One(a), Chars::One(b)) => a.cmp(b),
        (Chars::Two(a), Chars::Two(b)) => a.cmp(b),
        (Chars::Four(a), Chars::Four(b)) => a.cmp(b),
        (a, b) => a.iter().cmp(b.iter()),
    }
}

fn find(text: Chars<'_>, part: Chars<'_>) -> Option<usize> {
    let (Chars::One(a), Chars::One(b)) = (text, part) else {
        let (points, wanted): (Vec<u32>, Vec<u32>) = (text.iter().collect(), part.iter().collect());
        if wanted.is_empty() {
            return Some(0);
        }
        return points.windows(wanted.len()).position(|window| window == wanted);
    };
    memchr::memmem::find(a, b)
}

fn new<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    let value = match args.positionals() {
        [] => thread.str("")?,
        [one] if args.keyword_count() == 0 => protocol::str(thread, *one)?,
        _ => return Err(thread.type_error("decoding to str: need a bytes-like object")),
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
    if let Some(slice) = key.downcast::<Slice>() {
        let parts = slice.unpack(thread)?;
        let indices = adjust(parts, own.len());
        if indices.count == own.len() && indices.step == 1 && object.exact::<Str>().is_some() {
            return Ok(object.to_value());
        }
        let chars = own.chars();
        if let (Some(ascii), 1) = (own.as_ascii(), indices.step) {
            let start = indices.start as usize;
            return thread.str(&ascii[start..start + indices.count]);
        }
        let points: Vec<u32> = (0..indices.count as isize)
            .map(|n| chars.get((indices.start + n * indices.step) as usize))
            .collect();
        return thread.str_from_points(&points);
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
