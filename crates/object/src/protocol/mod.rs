//! What can be done with any object, whatever its type.
//!
//! Answers for CPython's `Objects/abstract.c`, `Objects/object.c` and `Objects/call.c`.

mod binary;
mod format;
mod import;
mod iterate;
mod number;
mod subscript;
mod warn;

pub use binary::{BinaryOp, binary, divmod, inplace, power};
pub use format::format;
pub use import::{import_module, library_attribute};
pub use iterate::{
    collect, contains, contains_by_iteration, end_of_iteration, for_each, is_sequence, iter, next,
    next_or_end,
};
pub use number::{
    absolute, from_int, index, index_i64, index_isize, to_f64, unary_invert, unary_negative, unary_positive,
};
pub use subscript::{delete_item, get_item, length, set_item};
pub use warn::warn;

use crate::native::Args;
use crate::thread::Thread;
use crate::typeobject::CompareOp;
use crate::types::int::BigInt;
use crate::types::str::Str;
use crate::value::{Outcome, Ref, Value};

/// Calls with positional arguments.
pub fn call(thread: &mut Thread, callable: Ref<'_>, arguments: &[Ref<'_>]) -> Outcome {
    call_args(thread, callable, Args::positional(arguments))
}

/// Calls with any arguments.
pub fn call_args<'a>(thread: &mut Thread, callable: Ref<'a>, args: Args<'a>) -> Outcome {
    let Some(call) = callable.ty().slots().call else {
        let ty = callable.ty().name().into_owned();
        return Err(thread.type_error(format!("'{ty}' object is not callable")));
    };
    thread.check_native_stack()?;
    call(thread, callable, args)
}

/// Calls a method by name.
pub fn call_method(thread: &mut Thread, object: Ref<'_>, name: &str, arguments: &[Ref<'_>]) -> Outcome {
    let name = thread.intern(name)?;
    let method = get_attribute(thread, object, name.as_ref())?;
    call(thread, method.as_ref(), arguments)
}

/// `getattr(object, name)`
#[inline]
pub fn get_attribute(thread: &mut Thread, object: Ref<'_>, name: Ref<'_>) -> Outcome {
    match object.ty().slots().getattr {
        Some(getattr) => getattr(thread, object, name),
        None => Err(thread.no_attribute(object, name)),
    }
}

/// `getattr(object, name, None)`, with none for what is not there.
pub fn find_attribute(thread: &mut Thread, object: Ref<'_>, name: Ref<'_>) -> Outcome<Option<Value>> {
    let getattr = object.ty().slots().getattr;
    let generic = getattr
        .is_some_and(|getattr| getattr as usize == crate::typeobject::generic_getattr as *const () as usize);
    let found = if generic {
        crate::typeobject::generic_lookup(thread, object, name)
    } else {
        get_attribute(thread, object, name).map(Some)
    };
    match found {
        // What computes an attribute may say that there is none.
        Err(_) if thread.exception_is(&crate::types::exception::ATTRIBUTE_ERROR) => {
            drop(thread.take_exception());
            Ok(None)
        }
        found => found,
    }
}

/// `setattr(object, name, value)`, or `delattr` without a value.
#[inline]
pub fn set_attribute(
    thread: &mut Thread,
    object: Ref<'_>,
    name: Ref<'_>,
    value: Option<Ref<'_>>,
) -> Outcome<()> {
    match object.ty().slots().setattr {
        Some(setattr) => setattr(thread, object, name, value),
        None => {
            let ty = object.ty().name().into_owned();
            let text = thread.text(name)?.to_string_lossy().into_owned();
            let which = if object.ty().slots().getattr.is_none() { "no" } else { "only read-only" };
            let verb = if value.is_none() { "del" } else { "assign to" };
            Err(thread.type_error(format!("'{ty}' object has {which} attributes ({verb} .{text})")))
        }
    }
}

/// `bool(object)`
#[inline]
pub fn is_true(thread: &mut Thread, object: Ref<'_>) -> Outcome<bool> {
    if object.is(Ref::bool(true)) {
        return Ok(true);
    }
    if object.is(Ref::bool(false)) || object.is_none() {
        return Ok(false);
    }
    let slots = object.ty().slots();
    if let Some(truth) = slots.bool {
        return truth(thread, object);
    }
    match slots.length {
        Some(length) => Ok(length(thread, object)? != 0),
        None => Ok(true),
    }
}

/// `hash(object)`
#[inline]
pub fn hash(thread: &mut Thread, object: Ref<'_>) -> Outcome<i64> {
    if let Some(text) = object.exact::<Str>() {
        return Ok(text.hash(thread.interp()));
    }
    match object.ty().slots().hash {
        Some(hash) => hash(thread, object),
        None => not_hashable(thread, object),
    }
}

/// The hash slot of types whose instances cannot be hashed.
pub fn not_hashable(thread: &mut Thread, object: Ref<'_>) -> Outcome<i64> {
    let ty = object.ty().name().into_owned();
    Err(thread.type_error(format!("unhashable type: '{ty}'")))
}

/// The hash of an integer of any size, as `__hash__` may answer it.
pub fn wrapped_hash(thread: &mut Thread, value: Ref<'_>) -> Outcome<i64> {
    if let Some(big) = value.downcast::<BigInt>()
        && let taipan_num::Int::Small(small) = big.value
    {
        return Ok(small);
    }
    if value.word().is_int() {
        return Ok(value.word().int());
    }
    hash(thread, value)
}

/// The hash of an address, for objects that are equal to themselves alone.
pub fn identity_hash(object: Ref<'_>) -> i64 {
    let address = object.word().borrowed().0 & !7;
    address.rotate_right(4) as i64
}

/// `left op right`
pub fn compare(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>, op: CompareOp) -> Outcome {
    thread.check_native_stack()?;
    let (a, b) = (left.ty(), right.ty());
    let mut reflected_first = false;
    if !a.is(b)
        && let Some(compare) = b.slots().compare
        && b.is_subtype(thread, a)
    {
        reflected_first = true;
        let result = compare(thread, right, left, op.swapped())?;
        if !result.as_ref().is(Ref::not_implemented()) {
            return Ok(result);
        }
    }
    if let Some(compare) = a.slots().compare {
        let result = compare(thread, left, right, op)?;
        if !result.as_ref().is(Ref::not_implemented()) {
            return Ok(result);
        }
    }
    if !reflected_first && let Some(compare) = b.slots().compare {
        let result = compare(thread, right, left, op.swapped())?;
        if !result.as_ref().is(Ref::not_implemented()) {
            return Ok(result);
        }
    }
    match op {
        CompareOp::Eq => Ok(Value::bool(left.is(right))),
        CompareOp::Ne => Ok(Value::bool(!left.is(right))),
        _ => {
            let (a, b) = (a.name().into_owned(), b.name().into_owned());
            Err(thread
                .type_error(format!("'{}' not supported between instances of '{a}' and '{b}'", op.symbol())))
        }
    }
}

/// `bool(left op right)`, identity counting as equality.
pub fn compare_bool(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>, op: CompareOp) -> Outcome<bool> {
    if left.is(right) && matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(op == CompareOp::Eq);
    }
    let result = compare(thread, left, right, op)?;
    is_true(thread, result.as_ref())
}

/// `repr(object)`
pub fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    thread.check_native_stack()?;
    let value = match object.ty().slots().repr {
        Some(repr) => repr(thread, object)?,
        None => {
            let text = format!("<{} object at {:#x}>", object.ty().qualified_name(thread), id(object));
            return thread.str(&text);
        }
    };
    if value.downcast::<Str>().is_none() {
        let ty = value.as_ref().ty().name().into_owned();
        return Err(thread.type_error(format!("__repr__ returned non-string (type {ty})")));
    }
    Ok(value)
}

/// `str(object)`
pub fn str(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    if object.exact::<Str>().is_some() {
        return Ok(object.to_value());
    }
    thread.check_native_stack()?;
    let Some(str) = object.ty().slots().str else { return repr(thread, object) };
    let value = str(thread, object)?;
    if value.downcast::<Str>().is_none() {
        let ty = value.as_ref().ty().name().into_owned();
        return Err(thread.type_error(format!("__str__ returned non-string (type {ty})")));
    }
    Ok(value)
}

/// `ascii(object)`
pub fn ascii(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let value = repr(thread, object)?;
    let text = value.downcast::<Str>().expect("checked by repr");
    if text.is_ascii() {
        return Ok(value);
    }
    let mut out = String::new();
    for c in text.chars().iter() {
        match c {
            0..0x80 => out.push(c as u8 as char),
            0x80..0x100 => out.push_str(&format!("\\x{c:02x}")),
            0x100..0x10000 => out.push_str(&format!("\\u{c:04x}")),
            _ => out.push_str(&format!("\\U{c:08x}")),
        }
    }
    thread.str(&out)
}

/// `repr(object)` as Rust's string.
pub fn repr_string(thread: &mut Thread, object: Ref<'_>) -> Outcome<String> {
    let value = repr(thread, object)?;
    Ok(value.downcast::<Str>().expect("checked by repr").to_string_lossy().into_owned())
}

/// `str(object)` as Rust's string.
pub fn str_string(thread: &mut Thread, object: Ref<'_>) -> Outcome<String> {
    let value = str(thread, object)?;
    Ok(value.downcast::<Str>().expect("checked by str").to_string_lossy().into_owned())
}

/// `id(object)`: the address, or the bits of an immediate.
pub fn id(object: Ref<'_>) -> u64 {
    let word = object.word();
    if word.is_pointer() { word.0 & !7 } else { word.0 }
}

/// `isinstance(object, class)`
pub fn is_instance(thread: &mut Thread, object: Ref<'_>, class: Ref<'_>) -> Outcome<bool> {
    crate::types::type_::is_instance(thread, object, class)
}
