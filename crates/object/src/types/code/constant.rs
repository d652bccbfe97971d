//! Objects as constants of code objects.

use std::rc::Rc;

use crate::protocol;
use crate::thread::Thread;
use crate::types::bytes::Bytes;
use crate::types::code::Code;
use crate::types::float::Float;
use crate::types::int::{INT, to_int};
use crate::types::set::{any_set, is_frozen};
use crate::types::slice::Slice;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::{Outcome, Ref};
use taipan_code::Const;

/// The constant that an object is; none if it is of a type that code objects don't hold.
pub fn to_const(thread: &mut Thread, value: Ref<'_>) -> Outcome<Option<Const>> {
    thread.check_native_stack()?;
    if value.is_none() {
        return Ok(Some(Const::None));
    }
    if value.is(Ref::ellipsis()) {
        return Ok(Some(Const::Ellipsis));
    }
    if value.is(Ref::bool(true)) || value.is(Ref::bool(false)) {
        return Ok(Some(Const::Bool(value.is(Ref::bool(true)))));
    }
    if let Some(text) = value.exact::<Str>() {
        return Ok(Some(Const::Str(text.to_text().to_rc())));
    }
    if let Some(bytes) = value.exact::<Bytes>() {
        return Ok(Some(Const::Bytes(bytes.content().into())));
    }
    if let Some(code) = value.exact::<Code>() {
        return Ok(Some(Const::Code(code.source.clone())));
    }
    if let Some(items) = value.exact::<Tuple>() {
        return Ok(all(thread, items.items())?.map(|items| Const::Tuple(items.into())));
    }
    if value.ty().is(&INT) {
        return Ok(to_int(value).map(|int| Const::Int(int.into_owned())));
    }
    if value.ty().is(&crate::types::float::FLOAT) {
        return Ok(Float::value_of(value).map(Const::Float));
    }
    if let Some(slice) = value.exact::<Slice>() {
        let parts = slice.parts.each_ref().map(|part| part.as_ref());
        let Some(parts) = all(thread, &parts)? else { return Ok(None) };
        let parts: Option<[Const; 3]> = parts.try_into().ok();
        return Ok(parts.map(|parts| Const::Slice(Rc::new(parts))));
    }
    if is_frozen(value) && any_set(value).is_some() {
        let items = protocol::collect(thread, value)?;
        let items: Vec<Ref<'_>> = items.iter().map(|item| item.as_ref()).collect();
        return Ok(all(thread, &items)?.map(|items| Const::FrozenSet(items.into())));
    }
    if let Some((real, imag)) = complex_parts(thread, value)? {
        return Ok(Some(Const::Complex { real, imag }));
    }
    Ok(None)
}

fn all(thread: &mut Thread, items: &[Ref<'_>]) -> Outcome<Option<Vec<Const>>> {
    let mut constants = Vec::with_capacity(items.len());
    for item in items {
        let Some(constant) = to_const(thread, *item)? else { return Ok(None) };
        constants.push(constant);
    }
    Ok(Some(constants))
}

/// The parts of a complex number.
pub fn complex_parts(thread: &mut Thread, value: Ref<'_>) -> Outcome<Option<(f64, f64)>> {
    let ty = value.ty();
    if ty.is_heap() || ty.name() != "complex" {
        return Ok(None);
    }
    let mut part = |name: &str| -> Outcome<f64> {
        let name = thread.intern(name)?;
        let part = protocol::get_attribute(thread, value, name.as_ref())?;
        protocol::to_f64(thread, part.as_ref())
    };
    Ok(Some((part("real")?, part("imag")?)))
}
