//! The methods of arrays.

use taipan_macros::{getter, native};
use taipan_object::native::{Buffer, BufferFlags, GetSetDef, MethodDef};
use taipan_object::protocol;
use taipan_object::typeobject::CompareOp;
use taipan_object::types::bytes::Bytes;
use taipan_object::types::exception::EOF_ERROR;
use taipan_object::types::genericalias::class_getitem;
use taipan_object::types::list::List;
use taipan_object::types::slice::bound;
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Ref, Thread, Value};

use super::object::{Array, array, new_array};
use super::pickle::__REDUCE_EX__;
use super::slots::ARRAY;

pub(super) const METHODS: &[MethodDef] = &[
    APPEND,
    BUFFER_INFO,
    BYTESWAP,
    CLEAR,
    __COPY__,
    COUNT,
    __DEEPCOPY__,
    EXTEND,
    FROMFILE,
    FROMLIST,
    FROMBYTES,
    FROMUNICODE,
    INDEX,
    INSERT,
    POP,
    __REDUCE_EX__,
    REMOVE,
    REVERSE,
    TOFILE,
    TOLIST,
    TOBYTES,
    TOUNICODE,
    __SIZEOF__,
    class_getitem(Some("See PEP 585")),
];

pub(super) const ATTRIBUTES: &[GetSetDef] = &[TYPECODE, ITEMSIZE];

/// Adds bytes, which are those of whole items.
pub(super) fn append_bytes(thread: &mut Thread, own: &Array, bytes: &[u8]) -> Outcome<()> {
    if !bytes.len().is_multiple_of(own.kind.size) {
        return Err(thread.value_error("bytes length not a multiple of item size"));
    }
    own.append(thread, bytes)
}

/// The items as a list.
pub(super) fn list_of(thread: &mut Thread, own: &Array) -> Outcome {
    let length = own.len(thread);
    let made = thread.list_with_room(length)?;
    let list = made.downcast::<List>().expect("just made");
    for index in 0..length {
        let Some(item) = own.get(thread, index)? else { break };
        list.push(thread, item)?;
    }
    Ok(made)
}

/// The items, characters, as a string.
pub(super) fn text_of(thread: &mut Thread, own: &Array) -> Outcome {
    let points: Vec<u32> = own
        .content
        .view(thread)
        .chunks_exact(4)
        .map(|item| u32::from_ne_bytes([item[0], item[1], item[2], item[3]]))
        .collect();
    if let Some(wrong) = points.iter().find(|&&point| point > 0x10_ffff) {
        return Err(thread.value_error(format!("character U+{wrong:x} is not in range [U+0000; U+10ffff]")));
    }
    thread.str_from_points(&points)
}

/// Append new value v to the end of the array.
#[native(signature = "($self, v, /)")]
fn append(thread: &mut Thread, this: &Array, v: Ref<'_>) -> Outcome<()> {
    this.push(thread, v)
}

/// Return a tuple (address, length) giving the current memory address and the length in items of the buffer used to hold array's contents.
///
/// The length should be multiplied by the itemsize attribute to
/// calculate the buffer length in bytes.
#[native(signature = "($self, /)")]
fn buffer_info(thread: &mut Thread, this: &Array) -> Outcome {
    let address = thread.int(this.content.view(thread).as_ptr() as i128)?;
    let length = thread.int(this.len(thread) as i128)?;
    thread.tuple([address, length])
}

/// Byteswap all items of the array.
///
/// If the items in the array are not 1, 2, 4, or 8 bytes in size,
/// RuntimeError is raised.
#[native(signature = "($self, /)")]
fn byteswap(thread: &mut Thread, this: &Array) {
    let size = this.kind.size;
    this.content.change(thread).chunks_exact_mut(size).for_each(<[u8]>::reverse);
}

/// Remove all items from the array.
#[native(signature = "($self, /)")]
fn clear(thread: &mut Thread, this: &Array) -> Outcome<()> {
    let length = this.len(thread);
    this.splice(thread, 0, length, &[])
}

/// Return a copy of the array.
#[native(signature = "($self, /)", name = "__copy__")]
fn __copy__(thread: &mut Thread, this: &Array) -> Outcome {
    let length = this.len(thread);
    let content = this.copy(thread, 0, length)?;
    new_array(thread, &ARRAY, this.kind, content)
}

/// Return a copy of the array.
#[native(signature = "($self, unused, /)", name = "__deepcopy__")]
fn __deepcopy__(thread: &mut Thread, this: &Array, _unused: Ref<'_>) -> Outcome {
    __copy__(thread, this)
}

/// Return number of occurrences of v in the array.
#[native(signature = "($self, v, /)")]
fn count(thread: &mut Thread, this: &Array, v: Ref<'_>) -> Outcome<usize> {
    let (mut found, mut index) = (0, 0);
    while let Some(item) = this.get(thread, index)? {
        found += usize::from(protocol::compare_bool(thread, item.as_ref(), v, CompareOp::Eq)?);
        index += 1;
    }
    Ok(found)
}

/// Append items to the end of the array.
#[native(signature = "($self, bb, /)")]
fn extend(thread: &mut Thread, this: &Array, bb: Ref<'_>) -> Outcome<()> {
    this.extend(thread, bb)
}

/// Read n objects from the file object f and append them to the end of the array.
#[native(signature = "($self, f, n, /)")]
fn fromfile(thread: &mut Thread, this: &Array, f: Ref<'_>, n: isize) -> Outcome<()> {
    let Ok(n) = usize::try_from(n) else { return Err(thread.value_error("negative count")) };
    let Some(bytes) = n.checked_mul(this.kind.size).filter(|&bytes| bytes < isize::MAX as usize) else {
        return Err(thread.no_memory());
    };
    let wanted = thread.int(bytes as i128)?;
    let read = protocol::call_method(thread, f, "read", &[wanted.as_ref()])?;
    let Some(content) = read.downcast::<Bytes>() else {
        return Err(thread.type_error("read() didn't return bytes"));
    };
    let enough = content.content().len() == bytes;
    append_bytes(thread, this, content.content())?;
    if !enough {
        return Err(thread.raise_new(&EOF_ERROR, "read() didn't return enough bytes"));
    }
    Ok(())
}

/// Append items to array from list.
#[native(signature = "($self, list, /)")]
fn fromlist(thread: &mut Thread, this: &Array, list: Ref<'_>) -> Outcome<()> {
    let Some(items) = list.downcast::<List>() else { return Err(thread.type_error("arg must be list")) };
    let length = items.len(thread);
    let mut bytes = Vec::with_capacity(length * this.kind.size);
    for index in 0..length {
        let Some(item) = items.get(thread, index) else { break };
        let packed = this.kind.pack(thread, item.as_ref())?;
        bytes.extend_from_slice(&packed[..this.kind.size]);
        if items.len(thread) != length {
            return Err(thread.runtime_error("list changed size during iteration"));
        }
    }
    this.append(thread, &bytes)
}

/// Appends items from the string, interpreting it as an array of machine values, as if it had been read from a file using the fromfile() method.
#[native(signature = "($self, buffer, /)")]
fn frombytes(thread: &mut Thread, this: &Array, buffer: Ref<'_>) -> Outcome<()> {
    let buffer = Buffer::of(thread, buffer, BufferFlags::SIMPLE)?;
    if buffer.item_size() != 1 {
        return Err(thread.type_error("a bytes-like object is required"));
    }
    let bytes = buffer.stable_bytes(thread)?.into_owned();
    drop(buffer);
    append_bytes(thread, this, &bytes)
}

/// Extends this array with data from the unicode string ustr.
///
/// The array must be a unicode type array; otherwise a ValueError is
/// raised.  Use array.frombytes(ustr.encode(...)) to append Unicode
/// data to an array of some other type.
#[native(signature = "($self, ustr, /)")]
fn fromunicode(thread: &mut Thread, this: &Array, ustr: Ref<'_>) -> Outcome<()> {
    let Some(text) = ustr.downcast::<Str>() else {
        let ty = ustr.ty().name().into_owned();
        return Err(thread.type_error(format!("fromunicode() argument must be str, not {ty}")));
    };
    if !this.kind.is_text() {
        return Err(
            thread.value_error("fromunicode() may only be called on unicode type arrays ('u' or 'w')")
        );
    }
    let bytes: Vec<u8> = text.chars().iter().flat_map(u32::to_ne_bytes).collect();
    this.append(thread, &bytes)
}

/// Return index of first occurrence of v in the array.
///
/// Raise ValueError if the value is not present.
#[native(signature = "($self, v, start=0, stop=sys.maxsize, /)")]
fn index(
    thread: &mut Thread,
    this: &Array,
    v: Ref<'_>,
    start: Option<Ref<'_>>,
    stop: Option<Ref<'_>>,
) -> Outcome<usize> {
    let start = bound(thread, start, 0)?;
    let stop = bound(thread, stop, isize::MAX)?;
    let length = this.len(thread) as isize;
    let clamp = |at: isize| if at < 0 { (at + length).max(0) } else { at } as usize;
    let (mut at, stop) = (clamp(start), clamp(stop));
    while at < stop {
        let Some(item) = this.get(thread, at)? else { break };
        if protocol::compare_bool(thread, item.as_ref(), v, CompareOp::Eq)? {
            return Ok(at);
        }
        at += 1;
    }
    Err(thread.value_error("array.index(x): x not in array"))
}

/// Insert a new item v into the array before position i.
#[native(signature = "($self, i, v, /)")]
fn insert(thread: &mut Thread, this: &Array, i: isize, v: Ref<'_>) -> Outcome<()> {
    let bytes = this.kind.pack(thread, v)?;
    let length = this.len(thread) as isize;
    let at = if i < 0 { (i + length).max(0) } else { i.min(length) } as usize;
    this.splice(thread, at, at, &bytes[..this.kind.size])
}

/// Return the i-th element and delete it from the array.
///
/// i defaults to -1.
#[native(signature = "($self, i=-1, /)")]
fn pop(thread: &mut Thread, this: &Array, i: Option<isize>) -> Outcome {
    let (i, length) = (i.unwrap_or(-1), this.len(thread) as isize);
    if length == 0 {
        return Err(thread.index_error("pop from empty array"));
    }
    let at = if i < 0 { i + length } else { i };
    if at < 0 || at >= length {
        return Err(thread.index_error("pop index out of range"));
    }
    let item = this.get(thread, at as usize)?;
    this.splice(thread, at as usize, at as usize + 1, &[])?;
    item.ok_or_else(|| thread.index_error("pop index out of range"))
}

/// Remove the first occurrence of v in the array.
#[native(signature = "($self, v, /)")]
fn remove(thread: &mut Thread, this: &Array, v: Ref<'_>) -> Outcome<()> {
    let mut index = 0;
    while let Some(item) = this.get(thread, index)? {
        if protocol::compare_bool(thread, item.as_ref(), v, CompareOp::Eq)? {
            return this.splice(thread, index, index + 1, &[]);
        }
        index += 1;
    }
    Err(thread.value_error("array.remove(x): x not in array"))
}

/// Reverse the order of the items in the array.
#[native(signature = "($self, /)")]
fn reverse(thread: &mut Thread, this: &Array) {
    let size = this.kind.size;
    let content = this.content.change(thread);
    content.reverse();
    content.chunks_exact_mut(size).for_each(<[u8]>::reverse);
}

/// Write all items (as machine values) to the file object f.
#[native(signature = "($self, f, /)")]
fn tofile(thread: &mut Thread, this: &Array, f: Ref<'_>) -> Outcome<()> {
    const BLOCK: usize = 64 << 10;
    let length = this.content.view(thread).len();
    for start in (0..length).step_by(BLOCK) {
        let content = this.content.view(thread);
        let part = content[start.min(content.len())..(start + BLOCK).min(content.len())].to_vec();
        let part = thread.bytes_from(part)?;
        protocol::call_method(thread, f, "write", &[part.as_ref()])?;
    }
    Ok(())
}

/// Convert array to an ordinary list with the same items.
#[native(signature = "($self, /)")]
fn tolist(thread: &mut Thread, this: &Array) -> Outcome {
    list_of(thread, this)
}

/// Convert the array to an array of machine values and return the bytes representation.
#[native(signature = "($self, /)")]
fn tobytes(thread: &mut Thread, this: &Array) -> Outcome {
    let length = this.len(thread);
    let content = this.copy(thread, 0, length)?;
    thread.bytes_from(content)
}

/// Extends this array with data from the unicode string ustr.
///
/// Convert the array to a unicode string.  The array must be a unicode
/// type array; otherwise a ValueError is raised.  Use
/// array.tobytes().decode() to obtain a unicode string from an array of
/// some other type.
#[native(signature = "($self, /)")]
fn tounicode(thread: &mut Thread, this: &Array) -> Outcome {
    if !this.kind.is_text() {
        return Err(thread.value_error("tounicode() may only be called on unicode type arrays ('u' or 'w')"));
    }
    text_of(thread, this)
}

/// Size of the array in memory, in bytes.
#[native(signature = "($self, /)", name = "__sizeof__")]
fn __sizeof__(thread: &mut Thread, this: &Array) -> usize {
    Ref::of(this).ty().size.get() as usize + this.content.capacity(thread)
}

/// the typecode character used to create the array
#[getter]
fn typecode(thread: &mut Thread, this: &Array) -> Outcome {
    thread.character(u32::from(this.kind.code))
}

/// the size, in bytes, of one array item
#[getter]
fn itemsize(_: &mut Thread, this: Ref<'_>) -> Value {
    Value::small_int(array(this).kind.size as i64)
}
