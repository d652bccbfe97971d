//! What `bytearray` can do as an operand.

use taipan_text::repr::{preferred_quote, repr_bytes_quoted};

use super::{ByteArray, bytearray, bytearray_of};
use crate::native::Args;
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{CompareOp, Slots, Type, TypeDef, TypeFlags, drop_object};
use crate::types::bytes::bytes_like;
use crate::types::bytes::slots::{byte_value, contains, content_of, from_iterable, joined, picked, repeated};
use crate::types::memoryview::release_view;
use crate::types::object::OBJECT_SLOTS;
use crate::types::slice::{Slice, adjust};
use crate::types::str::percent::format_bytes;
use crate::types::str::{Str, bytearray_iterator};
use crate::value::{Outcome, Ref, Value};

/// The words for a number that is no byte.
pub(super) const RANGE: &str = "byte must be in range(0, 256)";

/// The type `bytearray`.
pub static BYTEARRAY: Type = Type::new::<ByteArray>(
    &TypeDef {
        doc: Some(include_str!("doc.txt")),
        methods: &[super::methods::METHODS],
        ..TypeDef::new("bytearray")
    },
    TypeFlags::BASE.union(TypeFlags::MATCH_SELF),
    Slots {
        drop: drop_object::<ByteArray>,
        new: Some(|thread, ty, _| bytearray_of(thread, ty, Vec::new())),
        init: Some(init),
        repr: Some(repr),
        str: Some(repr),
        hash: Some(protocol::not_hashable),
        compare: Some(compare),
        iter: Some(bytearray_iterator),
        length: Some(|thread, object| Ok(bytearray(object).content(thread).len())),
        concat: Some(concat),
        repeat: Some(|thread, object, count| {
            let own = bytearray(object).content(thread).to_vec();
            let all = repeated(thread, &own, count)?;
            thread.bytearray_from(all)
        }),
        inplace_concat: Some(|thread, left, right| {
            check_concat(thread, right)?;
            let more = bytes_like(thread, right)?;
            bytearray(left).content.append(thread, &more)?;
            Ok(left.to_value())
        }),
        inplace_repeat: Some(|thread, object, count| {
            let own = bytearray(object).content(thread).to_vec();
            let all = repeated(thread, &own, count)?;
            bytearray(object).content.set(thread, all)?;
            Ok(object.to_value())
        }),
        subscript: Some(subscript),
        set_subscript: Some(set_subscript),
        item: Some(|thread, object, index| match bytearray(object).content(thread).get(index as usize) {
            Some(byte) => Ok(Value::small_int((*byte).into())),
            None => Err(thread.index_error("bytearray index out of range")),
        }),
        contains: Some(|thread, object, item| {
            if item.ty().slots().index.is_some() {
                let byte = byte_value(thread, item, RANGE)?;
                return Ok(bytearray(object).content(thread).contains(&byte));
            }
            let own = bytearray(object).content(thread).to_vec();
            contains(thread, &own, item)
        }),
        remainder: Some(|thread, left, right| match left.downcast::<ByteArray>() {
            Some(own) => {
                let own = own.content(thread).to_vec();
                let made = format_bytes(thread, &own, right)?;
                thread.bytearray_from(made)
            }
            None => Ok(Value::not_implemented()),
        }),
        buffer: Some(|thread, object, _| Ok(bytearray(object).content.export(thread, object, "B", 1))),
        release_buffer: Some(release_view),
        ..OBJECT_SLOTS
    },
);

/// `bytearray(source, encoding, errors)`
fn init<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    let content = content_of(thread, args, "bytearray", RANGE)?;
    bytearray(object).content.set(thread, content)
}

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let content = bytearray(object).content(thread);
    let quote = preferred_quote(content);
    let mut literal = repr_bytes_quoted(content, quote);
    if quote == b'"' {
        // Single quotes are escaped between double ones too, other than in the literal of bytes.
        literal = literal.replace('\'', "\\'");
    }
    let text = format!("{}({literal})", object.ty().name());
    thread.str(&text)
}

fn compare(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>, op: CompareOp) -> Outcome {
    if right.ty().slots().buffer.is_none() {
        return Ok(Value::not_implemented());
    }
    let other = bytes_like(thread, right)?;
    Ok(Value::bool(op.holds(bytearray(left).content(thread).cmp(&other))))
}

fn check_concat(thread: &mut Thread, right: Ref<'_>) -> Outcome<()> {
    if right.ty().slots().buffer.is_none() {
        let ty = right.ty().name().into_owned();
        return Err(thread.type_error(format!("can't concat {ty} to bytearray")));
    }
    Ok(())
}

fn concat(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>) -> Outcome {
    check_concat(thread, right)?;
    let other = bytes_like(thread, right)?;
    let own = bytearray(left).content(thread).to_vec();
    let both = joined(thread, &[&own, &other])?;
    thread.bytearray_from(both)
}

/// The place that an index means.
fn place(thread: &mut Thread, own: &ByteArray, key: Ref<'_>) -> Outcome<usize> {
    if key.ty().slots().index.is_none() {
        let ty = key.ty().name().into_owned();
        return Err(thread.type_error(format!("bytearray indices must be integers or slices, not {ty}")));
    }
    let index = protocol::index_isize(thread, key)?;
    let length = own.content(thread).len();
    let index = if index < 0 { index.saturating_add(length as isize) } else { index };
    match usize::try_from(index) {
        Ok(index) if index < length => Ok(index),
        _ => Err(thread.index_error("bytearray index out of range")),
    }
}

fn subscript(thread: &mut Thread, object: Ref<'_>, key: Ref<'_>) -> Outcome {
    let own = bytearray(object);
    if let Some(slice) = key.downcast::<Slice>() {
        let parts = slice.unpack(thread)?;
        let content = own.content(thread);
        let part = picked(content, adjust(parts, content.len()));
        return thread.bytearray_from(part);
    }
    let place = place(thread, own, key)?;
    Ok(Value::small_int(own.content(thread)[place].into()))
}

fn set_subscript(thread: &mut Thread, object: Ref<'_>, key: Ref<'_>, value: Option<Ref<'_>>) -> Outcome<()> {
    let own = bytearray(object);
    if let Some(slice) = key.downcast::<Slice>() {
        let parts = slice.unpack(thread)?;
        return set_slice(thread, own, parts, value);
    }
    let at = place(thread, own, key)?;
    let Some(value) = value else { return own.content.replace(thread, at..at + 1, &[]) };
    let byte = byte_value(thread, value, RANGE)?;
    // Making the number may have run Python.
    match own.content.change(thread).get_mut(at) {
        Some(place) => {
            *place = byte;
            Ok(())
        }
        None => Err(thread.index_error("bytearray index out of range")),
    }
}

fn set_slice(
    thread: &mut Thread,
    own: &ByteArray,
    parts: (isize, isize, isize),
    value: Option<Ref<'_>>,
) -> Outcome<()> {
    const WANTED: &str = "can assign only bytes, buffers, or iterables of ints in range(0, 256)";
    let new = match value {
        None => None,
        Some(value) if value.ty().slots().buffer.is_some() => Some(bytes_like(thread, value)?.into_owned()),
        Some(value) if value.downcast::<Str>().is_some() || value.ty().slots().index.is_some() => {
            return Err(thread.type_error(WANTED));
        }
        Some(value) => match from_iterable(thread, value, RANGE)? {
            Some(new) => Some(new),
            None => return Err(thread.type_error(WANTED)),
        },
    };
    let indices = adjust(parts, own.content(thread).len());
    if indices.step == 1 {
        let start = indices.start as usize;
        let part = start..start + indices.count;
        return own.content.replace(thread, part, new.as_deref().unwrap_or(&[]));
    }
    let place = |n: usize| (indices.start + n as isize * indices.step) as usize;
    let Some(new) = new else {
        if indices.count == 0 {
            return Ok(());
        }
        let mut gone = vec![false; own.content(thread).len()];
        (0..indices.count).for_each(|n| gone[place(n)] = true);
        let kept = own.content(thread).iter().zip(gone).filter(|(_, gone)| !gone);
        let kept = kept.map(|(byte, _)| *byte).collect();
        return own.content.set(thread, kept);
    };
    if new.len() != indices.count {
        let (size, count) = (new.len(), indices.count);
        return Err(thread.value_error(format!(
            "attempt to assign bytes of size {size} to extended slice of size {count}"
        )));
    }
    let content = own.content.change(thread);
    new.iter().enumerate().for_each(|(n, byte)| content[place(n)] = *byte);
    Ok(())
}
