//! The codec by a mapping: `charmap_encode`, `charmap_decode`, `charmap_build` and what it answers.

use taipan_macros::native;
use taipan_object::codec::{Handler, decode_by};
use taipan_object::native::MethodDef;
use taipan_object::protocol;
use taipan_object::typeobject::{Slots, Type, TypeDef, TypeFlags};
use taipan_object::types::bytes::{Bytes, bytes_like};
use taipan_object::types::dict::Dict;
use taipan_object::types::exception::LOOKUP_ERROR;
use taipan_object::types::int::to_int;
use taipan_object::types::str::Str;
use taipan_object::{Header, Outcome, Ref, Thread, Value, object};
use taipan_text::CharsBuf;
use taipan_text::codec::charmap::{self, Mapped};
use taipan_text::codec::{self};

use super::{ErrorsName, with_length};

pub(super) const FUNCTIONS: &[MethodDef] = &[CHARMAP_BUILD, CHARMAP_DECODE, CHARMAP_ENCODE];

/// What `charmap_build` answers: the bytes of code points, sorted by code point.
#[repr(C)]
pub struct EncodingMap {
    head: Header,
    bytes: Box<[(u16, u8)]>,
}

object!(EncodingMap, ENCODING_MAP);

/// The type `EncodingMap`.
pub static ENCODING_MAP: Type = Type::new::<EncodingMap>(
    &TypeDef { methods: &[&[SIZE]], ..TypeDef::new("EncodingMap") },
    TypeFlags::empty(),
    Slots { new: None, ..Slots::plain::<EncodingMap>() },
);

/// Return the size (in bytes) of this object.
#[native(signature = "($self, /)")]
fn size(_: &mut Thread, this: &EncodingMap) -> usize {
    size_of::<EncodingMap>() + size_of_val(&*this.bytes)
}

impl EncodingMap {
    fn byte(&self, point: u32) -> Option<u8> {
        let point = u16::try_from(point).ok()?;
        let index = self.bytes.binary_search_by_key(&point, |(point, _)| *point).ok()?;
        Some(self.bytes[index].1)
    }
}

#[native(signature = "($module, map, /)")]
fn charmap_build(thread: &mut Thread, map: &Str) -> Outcome {
    const UNMAPPED: u32 = 0xfffe;
    if map.is_empty() {
        return Err(thread.type_error("bad argument type for built-in operation"));
    }
    let points: Vec<u32> = map.chars().iter().take(256).collect();
    // Only what maps NUL to 0, and nothing beyond the BMP, fits the compact form.
    let compact = points[0] == 0 && points[1..].iter().all(|&point| point != 0 && point <= 0xffff);
    if !compact {
        let made = thread.dict()?;
        let dict = made.downcast::<Dict>().expect("a dictionary");
        for (index, &point) in points.iter().enumerate() {
            let key = Value::small_int(point.into());
            dict.set(thread, key.as_ref(), Value::small_int(index as i64))?;
        }
        return Ok(made);
    }
    let mut bytes: Vec<(u16, u8)> = Vec::with_capacity(points.len());
    for (index, &point) in points.iter().enumerate().filter(|(_, point)| **point != UNMAPPED) {
        bytes.push((point as u16, index as u8));
    }
    // Of several bytes for one code point, the last one counts.
    bytes.reverse();
    bytes.sort_by_key(|(point, _)| *point);
    bytes.dedup_by_key(|(point, _)| *point);
    let bytes = bytes.into_boxed_slice();
    thread.new_object(|head| EncodingMap { head, bytes })
}

#[native(signature = "($module, data, errors=None, mapping=None, /)")]
fn charmap_decode(
    thread: &mut Thread,
    data: Ref<'_>,
    errors: Option<ErrorsName>,
    mapping: Option<Ref<'_>>,
) -> Outcome {
    let input = bytes_like(thread, data)?;
    let errors = errors.and_then(|errors| errors.0);
    let mut out = CharsBuf::new();
    match mapping.filter(|mapping| !mapping.is_none()) {
        None => codec::decode_latin1(&input, &mut out),
        Some(mapping) => {
            decode_by(
                thread,
                data,
                &input,
                errors.as_deref(),
                &mut out,
                |input, out, handler| match mapping.exact::<Str>() {
                    Some(table) => charmap::decode_table(input, table.chars(), out, handler),
                    None => charmap::decode(
                        input,
                        |handler, byte| mapped_byte(handler.thread(), mapping, byte),
                        out,
                        handler,
                    ),
                },
            )?;
        }
    }
    let text = thread.str_from_buf(out)?;
    with_length(thread, text, input.len())
}

/// `mapping[key]`; none if there is no such item.
fn item(thread: &mut Thread, mapping: Ref<'_>, key: u32) -> Outcome<Option<Value>> {
    let key = Value::small_int(key.into());
    match protocol::get_item(thread, mapping, key.as_ref()) {
        Ok(item) => Ok(Some(item).filter(|item| !item.as_ref().is_none())),
        Err(raised) => {
            if !thread.exception_is(&LOOKUP_ERROR) {
                return Err(raised);
            }
            drop(thread.take_exception());
            Ok(None)
        }
    }
}

fn mapped_byte(thread: &mut Thread, mapping: Ref<'_>, byte: u8) -> Outcome<Mapped> {
    let Some(item) = item(thread, mapping, byte.into())? else { return Ok(Mapped::Undefined) };
    if let Some(number) = to_int(item.as_ref()) {
        return match number.to_i64().and_then(|number| u32::try_from(number).ok()) {
            Some(point) if point <= 0x10_ffff => Ok(Mapped::Point(point)),
            _ => Err(thread.type_error("character mapping must be in range(0x110000)")),
        };
    }
    let Some(text) = item.downcast::<Str>() else {
        return Err(thread.type_error("character mapping must return integer, None or str"));
    };
    if text.len() == 1 {
        return Ok(Mapped::Point(text.chars().get(0)));
    }
    let mut buf = CharsBuf::new();
    buf.push_chars(text.chars());
    Ok(Mapped::Text(buf))
}

#[native(signature = "($module, str, errors=None, mapping=None, /)")]
fn charmap_encode(
    thread: &mut Thread,
    text: &Str,
    errors: Option<ErrorsName>,
    mapping: Option<Ref<'_>>,
) -> Outcome {
    let errors = errors.and_then(|errors| errors.0);
    let handler = &mut Handler::new(thread, errors.as_deref(), Some(Ref::of(text)));
    let bytes = match mapping.filter(|mapping| !mapping.is_none()) {
        None => codec::encode_latin1(text.chars(), handler)?,
        Some(mapping) => match mapping.exact::<EncodingMap>() {
            Some(map) => {
                let encode = |_: &mut _, point, out: &mut Vec<u8>| {
                    let byte = map.byte(point);
                    out.extend(byte);
                    Ok(byte.is_some())
                };
                charmap::encode(text.chars(), encode, handler)?
            }
            None => {
                let encode = |handler: &mut Handler<'_, '_>, point, out: &mut Vec<u8>| {
                    mapped_point(handler.thread(), mapping, point, out)
                };
                charmap::encode(text.chars(), encode, handler)?
            }
        },
    };
    let bytes = thread.bytes_from(bytes)?;
    with_length(thread, bytes, text.len())
}

fn mapped_point(thread: &mut Thread, mapping: Ref<'_>, point: u32, out: &mut Vec<u8>) -> Outcome<bool> {
    let Some(item) = item(thread, mapping, point)? else { return Ok(false) };
    if let Some(number) = to_int(item.as_ref()) {
        match number.to_i64().and_then(|number| u8::try_from(number).ok()) {
            Some(byte) => out.push(byte),
            None => return Err(thread.type_error("character mapping must be in range(256)")),
        }
    } else if let Some(bytes) = item.downcast::<Bytes>() {
        out.extend_from_slice(bytes.content());
    } else {
        let ty = item.as_ref().ty().name().into_owned();
        return Err(
            thread.type_error(format!("character mapping must return integer, bytes or None, not {ty}"))
        );
    }
    Ok(true)
}
