//! The module `_struct`.
//!
//! Answers for CPython's `Modules/_struct.c`; formats and bytes are `taipan_num::packing`'s.

mod item;
mod object;

use taipan_macros::native;
use taipan_object::native::{Args, Buffer, ModuleDef};
use taipan_object::protocol;
use taipan_object::types::dict::Dict;
use taipan_object::types::exception::EXCEPTION;
use taipan_object::{Outcome, Raised, Ref, Thread, Value};

use object::{STRUCT, Struct};

/// The module `_struct`.
pub static STRUCTS: ModuleDef = ModuleDef {
    name: "_struct",
    doc: Some(
        "Functions to convert between Python values and C structs.\nPython bytes objects are used to hold the data representing the C struct.\nThe format string (explained below) describes the layout of data\nin the C struct.\n\nThe optional first format char indicates byte order, size and alignment:\n  @: native order, size & alignment (default)\n  =: native order, std. size & alignment\n  <: little-endian, std. size & alignment\n  >: big-endian, std. size & alignment\n  !: same as >\n\nThe remaining characters indicate types of args and must match exactly;\nthese can be preceded by a decimal repeat count:\n  x: pad byte (no data); c: char; b: signed byte; B: unsigned byte;\n  ?: _Bool; h: short; H: unsigned short; i: int; I: unsigned int;\n  l: long; L: unsigned long; q: long long; Q: unsigned long long;\n  f: float; d: double; e: half-float;\n  F: float complex; D: double complex.\nSpecial cases (preceding decimal count indicates length):\n  s: byte string (array of char); p: Pascal string (with count byte).\nSpecial cases (only available in native format):\n  n: ssize_t; N: size_t;\n  P: an integer type that is wide enough to hold a pointer.\nWhitespace between formats is ignored.\n\nThe variable struct.error is an exception raised on errors.\n",
    ),
    functions: &[&[_CLEARCACHE, CALCSIZE, ITER_UNPACK, PACK, PACK_INTO, UNPACK, UNPACK_FROM]],
    exec: Some(|thread, module| {
        crate::library::add_types(thread, module, &[&STRUCT])?;
        let error = error_class(thread)?;
        thread.module_add(module, "error", error)
    }),
};

/// Where an interpreter keeps `struct.error`.
static ERROR: u8 = 0;
/// Where an interpreter keeps the structs of recent formats.
static CACHE: u8 = 1;

fn error_class(thread: &mut Thread) -> Outcome {
    crate::library::kept_exception(thread, &ERROR, ("struct", "error"), &EXCEPTION, None)
}

/// Raises `struct.error`.
#[cold]
fn error(thread: &mut Thread, message: &str) -> Raised {
    let class = error_class(thread);
    crate::library::raise(thread, class, message)
}

/// The struct of a format, from the cache if it is there.
fn cached(thread: &mut Thread, format: Ref<'_>) -> Outcome {
    const MOST: usize = 100;
    let cache = match thread.interp().slot(&CACHE) {
        Some(cache) => cache,
        None => {
            let cache = thread.dict()?;
            thread.interp().set_slot(&CACHE, cache.clone());
            cache
        }
    };
    let cache = cache.downcast::<Dict>().expect("made as one");
    if format.ty().slots().hash.is_some()
        && let Some(found) = cache.get(thread, format)?
    {
        return Ok(found);
    }
    let made = protocol::call(thread, STRUCT.as_ref(), &[format])?;
    if cache.len(thread) >= MOST {
        cache.clear(thread);
    }
    cache.set(thread, format, made.clone())?;
    Ok(made)
}

fn as_struct(value: &Value) -> &Struct {
    value.downcast::<Struct>().expect("made as one")
}

/// Clear the internal cache.
#[native(signature = "($module, /)")]
fn _clearcache(thread: &mut Thread) {
    let cache = thread.interp().slot(&CACHE);
    if let Some(cache) = cache.as_ref().and_then(|cache| cache.downcast::<Dict>()) {
        cache.clear(thread);
    }
}

/// Return size in bytes of the struct described by the format string.
#[native(signature = "($module, format, /)")]
fn calcsize(thread: &mut Thread, format: Ref<'_>) -> Outcome<usize> {
    let made = cached(thread, format)?;
    as_struct(&made).size(thread)
}

/// Return an iterator yielding tuples unpacked from the given bytes.
///
/// The bytes are unpacked according to the format string, like
/// a repeated invocation of unpack_from().
///
/// Requires that the bytes length be a multiple of the format struct size.
#[native(signature = "($module, format, buffer, /)")]
fn iter_unpack(thread: &mut Thread, format: Ref<'_>, buffer: Ref<'_>) -> Outcome {
    let made = cached(thread, format)?;
    object::iterate(thread, &made, buffer)
}

/// Return a tuple containing values unpacked according to the format string.
///
/// The buffer's size in bytes must be calcsize(format).
///
/// See help(struct) for more on format strings.
#[native(signature = "($module, format, buffer, /)")]
fn unpack(thread: &mut Thread, format: Ref<'_>, buffer: Buffer) -> Outcome {
    let made = cached(thread, format)?;
    object::unpack_all(thread, as_struct(&made), &buffer)
}

/// Return a tuple containing values unpacked according to the format string.
///
/// The buffer's size, minus offset, must be at least calcsize(format).
/// A negative offset counts from the end of the buffer.
///
/// See help(struct) for more on format strings.
#[native(signature = "($module, format, /, buffer, offset=0)")]
fn unpack_from(thread: &mut Thread, format: Ref<'_>, buffer: Buffer, offset: Option<isize>) -> Outcome {
    let made = cached(thread, format)?;
    object::unpack_at(thread, as_struct(&made), &buffer, offset.unwrap_or(0))
}

/// pack(format, v1, v2, ...) -> bytes
///
/// Return a bytes object containing the values v1, v2, ... packed according
/// to the format string.  See help(struct) for more on format strings.
#[native(signature = "($module, *args)", hidden)]
fn pack<'a>(thread: &mut Thread, args: Args<'a>) -> Outcome {
    args.no_keywords(thread, "_struct.pack")?;
    let Some((format, values)) = args.all().split_first() else {
        return Err(thread.type_error("missing format argument"));
    };
    let made = cached(thread, *format)?;
    object::pack_values(thread, as_struct(&made), values)
}

/// pack_into(format, buffer, offset, v1, v2, ...)
///
/// Pack the values v1, v2, ... according to the format string and write
/// the packed bytes into the writable buffer buf starting at offset.  Note
/// that the offset is a required argument.  A negative offset counts from
/// the end of the buffer.  See help(struct) for more on format strings.
#[native(signature = "($module, *args)", hidden)]
fn pack_into<'a>(thread: &mut Thread, args: Args<'a>) -> Outcome<()> {
    args.no_keywords(thread, "_struct.pack_into")?;
    let Some((format, values)) = args.all().split_first() else {
        return Err(thread.type_error("missing format argument"));
    };
    let made = cached(thread, *format)?;
    object::pack_values_into(thread, as_struct(&made), values)
}
