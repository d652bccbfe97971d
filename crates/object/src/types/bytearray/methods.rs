//! What only `bytearray` can do, and its list of methods.

use taipan_macros::native;

use super::ByteArray;
use super::slots::RANGE;
use crate::native::MethodDef;
use crate::thread::Thread;
use crate::types::bytes::slots::{byte_value, from_iterable, reserved};
use crate::types::bytes::{bytes_like, change, search, split};
use crate::types::str::Str;
use crate::value::{Outcome, Ref, Value};

pub(super) const METHODS: &[MethodDef] = &[
    ALLOC,
    REDUCE,
    REDUCE_EX,
    SIZEOF,
    APPEND,
    change::CAPITALIZE,
    change::CENTER,
    CLEAR,
    COPY,
    search::COUNT,
    MethodDef {
        doc: Some(
            "Decode the bytearray using the codec registered for encoding.\n\n  encoding\n    The encoding with which to decode the bytearray.\n  errors\n    The error handling scheme to use for the handling of decoding\n    errors.  The default is 'strict' meaning that decoding errors\n    raise a UnicodeDecodeError.  Other possible values are 'ignore'\n    and 'replace' as well as any other name registered with\n    codecs.register_error that can handle UnicodeDecodeErrors.",
        ),
        ..change::DECODE
    },
    MethodDef {
        doc: Some(
            "Return True if the bytearray ends with the specified suffix, False otherwise.\n\n  suffix\n    A bytes or a tuple of bytes to try.\n  start\n    Optional start position. Default: start of the bytearray.\n  end\n    Optional stop position. Default: end of the bytearray.",
        ),
        ..search::ENDSWITH
    },
    change::EXPANDTABS,
    EXTEND,
    MethodDef {
        doc: Some(
            "Return the lowest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start:end].\n\n  start\n    Optional start position. Default: start of the bytes.\n  end\n    Optional stop position. Default: end of the bytes.\n\nReturn -1 on failure.",
        ),
        ..search::FIND
    },
    MethodDef {
        doc: Some(
            "Create a bytearray object from a string of hexadecimal numbers.\n\nSpaces between two numbers are accepted.\nExample:\n    bytearray.fromhex('B9 01EF') -> bytearray(b'\\\\xb9\\\\x01\\\\xef')",
        ),
        ..change::FROMHEX
    },
    MethodDef {
        doc: Some(
            "Create a string of hexadecimal numbers from a bytearray object.\n\n  sep\n    An optional single character or byte to separate hex bytes.\n  bytes_per_sep\n    How many bytes between separators.  Positive values count from\n    the right, negative values count from the left.\n\nExample:\n>>> value = bytearray([0xb9, 0x01, 0xef])\n>>> value.hex()\n'b901ef'\n>>> value.hex(':')\n'b9:01:ef'\n>>> value.hex(':', 2)\n'b9:01ef'\n>>> value.hex(':', -2)\n'b901:ef'",
        ),
        ..change::HEX
    },
    MethodDef {
        doc: Some(
            "Return the lowest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start:end].\n\n  start\n    Optional start position. Default: start of the bytes.\n  end\n    Optional stop position. Default: end of the bytes.\n\nRaise ValueError if the subsection is not found.",
        ),
        ..search::INDEX
    },
    INSERT,
    change::ISALNUM,
    change::ISALPHA,
    change::ISASCII,
    change::ISDIGIT,
    change::ISLOWER,
    change::ISSPACE,
    change::ISTITLE,
    change::ISUPPER,
    MethodDef {
        doc: Some(
            "Concatenate any number of bytes/bytearray objects.\n\nThe bytearray whose method is called is inserted in between each\npair.\n\nThe result is returned as a new bytearray object.",
        ),
        ..split::JOIN
    },
    change::LJUST,
    change::LOWER,
    MethodDef {
        doc: Some(
            "Strip leading bytes contained in the argument.\n\nIf the argument is omitted or None, strip leading ASCII whitespace.",
        ),
        ..change::LSTRIP
    },
    change::MAKETRANS,
    MethodDef {
        doc: Some(
            "Partition the bytearray into three parts using the given separator.\n\nThis will search for the separator sep in the bytearray.  If the\nseparator is found, returns a 3-tuple containing the part before the\nseparator, the separator itself, and the part after it as new\nbytearray objects.\n\nIf the separator is not found, returns a 3-tuple containing the copy\nof the original bytearray object and two empty bytearray objects.",
        ),
        ..split::PARTITION
    },
    POP,
    REMOVE,
    change::REPLACE,
    MethodDef {
        doc: Some(
            "Return a bytearray with the given prefix string removed if present.\n\nIf the bytearray starts with the prefix string, return\nbytearray[len(prefix):].  Otherwise, return a copy of the original\nbytearray.",
        ),
        ..search::REMOVEPREFIX
    },
    MethodDef {
        doc: Some(
            "Return a bytearray with the given suffix string removed if present.\n\nIf the bytearray ends with the suffix string and that suffix is not\nempty, return bytearray[:-len(suffix)].  Otherwise, return a copy of\nthe original bytearray.",
        ),
        ..search::REMOVESUFFIX
    },
    RESIZE,
    REVERSE,
    MethodDef {
        doc: Some(
            "Return the highest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start:end].\n\n  start\n    Optional start position. Default: start of the bytes.\n  end\n    Optional stop position. Default: end of the bytes.\n\nReturn -1 on failure.",
        ),
        ..search::RFIND
    },
    MethodDef {
        doc: Some(
            "Return the highest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start:end].\n\n  start\n    Optional start position. Default: start of the bytes.\n  end\n    Optional stop position. Default: end of the bytes.\n\nRaise ValueError if the subsection is not found.",
        ),
        ..search::RINDEX
    },
    change::RJUST,
    MethodDef {
        doc: Some(
            "Partition the bytearray into three parts using the given separator.\n\nThis will search for the separator sep in the bytearray, starting at\nthe end.  If the separator is found, returns a 3-tuple containing\nthe part before the separator, the separator itself, and the part\nafter it as new bytearray objects.\n\nIf the separator is not found, returns a 3-tuple containing two\nempty bytearray objects and the copy of the original bytearray\nobject.",
        ),
        ..split::RPARTITION
    },
    MethodDef {
        doc: Some(
            "Return a list of the sections in the bytearray, using sep as the delimiter.\n\n  sep\n    The delimiter according which to split the bytearray.\n    None (the default value) means split on ASCII whitespace\n    characters (space, tab, return, newline, formfeed, vertical tab).\n  maxsplit\n    Maximum number of splits to do.\n    -1 (the default value) means no limit.\n\nSplitting is done starting at the end of the bytearray and working\nto the front.",
        ),
        ..split::RSPLIT
    },
    change::RSTRIP,
    MethodDef {
        doc: Some(
            "Return a list of the sections in the bytearray, using sep as the delimiter.\n\n  sep\n    The delimiter according which to split the bytearray.\n    None (the default value) means split on ASCII whitespace\n    characters (space, tab, return, newline, formfeed, vertical tab).\n  maxsplit\n    Maximum number of splits to do.\n    -1 (the default value) means no limit.",
        ),
        ..split::SPLIT
    },
    MethodDef {
        doc: Some(
            "Return a list of the lines in the bytearray, breaking at line boundaries.\n\nLine breaks are not included in the resulting list unless keepends\nis given and true.",
        ),
        ..split::SPLITLINES
    },
    MethodDef {
        doc: Some(
            "Return True if the bytearray starts with the specified prefix, False otherwise.\n\n  prefix\n    A bytes or a tuple of bytes to try.\n  start\n    Optional start position. Default: start of the bytearray.\n  end\n    Optional stop position. Default: end of the bytearray.",
        ),
        ..search::STARTSWITH
    },
    change::STRIP,
    change::SWAPCASE,
    change::TITLE,
    change::TRANSLATE,
    change::UPPER,
    change::ZFILL,
];

/// B.__alloc__() -> int
///
/// Return the number of bytes actually allocated.
#[native(signature = "($self, /)", name = "__alloc__")]
fn alloc(thread: &mut Thread, this: &ByteArray) -> usize {
    match this.content.capacity(thread) {
        0 => 0,
        capacity => capacity + 1,
    }
}

/// Returns the size of the bytearray object in memory, in bytes.
#[native(signature = "($self, /)", name = "__sizeof__")]
fn sizeof(thread: &mut Thread, this: &ByteArray) -> usize {
    Ref::of(this).ty().size.get() as usize + this.content.capacity(thread)
}

/// Return state information for pickling.
#[native(signature = "($self, /)", name = "__reduce__")]
fn reduce(thread: &mut Thread, this: &ByteArray) -> Outcome {
    reduced(thread, this, 2)
}

/// Return state information for pickling.
#[native(signature = "($self, proto=0, /)", name = "__reduce_ex__")]
fn reduce_ex(thread: &mut Thread, this: &ByteArray, proto: Option<i32>) -> Outcome {
    reduced(thread, this, proto.unwrap_or(0))
}

fn reduced(thread: &mut Thread, own: &ByteArray, protocol: i32) -> Outcome {
    let object = Ref::of(own);
    let name = thread.names().__getstate__.clone();
    let state = crate::typeobject::call_special(thread, object, &name, &[])?;
    let content = own.content(thread).to_vec();
    let arguments = if content.is_empty() {
        thread.tuple([])?
    } else if protocol < 3 {
        let text = thread.str_from_chars(crate::types::str::Chars::One(&content))?;
        let encoding = thread.str("latin-1")?;
        thread.tuple([text, encoding])?
    } else {
        let bytes = thread.bytes_from(content)?;
        thread.tuple([bytes])?
    };
    thread.tuple([object.ty().as_ref().to_value(), arguments, state.unwrap_or_else(Value::none)])
}

/// Append a single item to the end of the bytearray.
///
///   item
///     The item to be appended.
#[native(signature = "($self, item, /)")]
fn append(thread: &mut Thread, this: &ByteArray, item: Ref<'_>) -> Outcome<()> {
    let byte = byte_value(thread, item, RANGE)?;
    this.content.append(thread, &[byte])
}

/// Remove all items from the bytearray.
#[native(signature = "($self, /)")]
fn clear(thread: &mut Thread, this: &ByteArray) -> Outcome<()> {
    this.content.check_resizable(thread)?;
    this.content.set(thread, Vec::new())
}

/// Return a copy of B.
#[native(signature = "($self, /)")]
fn copy(thread: &mut Thread, this: &ByteArray) -> Outcome {
    let content = this.content(thread).to_vec();
    thread.bytearray_from(content)
}

/// Append all the items from the iterator or sequence to the end of the bytearray.
///
///   iterable_of_ints
///     The iterable of items to append.
#[native(signature = "($self, iterable_of_ints, /)")]
fn extend(thread: &mut Thread, this: &ByteArray, iterable_of_ints: Ref<'_>) -> Outcome<()> {
    if iterable_of_ints.ty().slots().buffer.is_some() {
        let more = bytes_like(thread, iterable_of_ints)?;
        return this.content.append(thread, &more);
    }
    if iterable_of_ints.downcast::<Str>().is_some() {
        return Err(thread.type_error("expected iterable of integers; got: 'str'"));
    }
    match from_iterable(thread, iterable_of_ints, RANGE)? {
        Some(more) => this.content.append(thread, &more),
        None => {
            let ty = iterable_of_ints.ty().name().into_owned();
            Err(thread.type_error(format!("can't extend bytearray with {ty}")))
        }
    }
}

/// Insert a single item into the bytearray before the given index.
///
///   index
///     The index where the value is to be inserted.
///   item
///     The item to be inserted.
#[native(signature = "($self, index, item, /)")]
fn insert(thread: &mut Thread, this: &ByteArray, index: isize, item: Ref<'_>) -> Outcome<()> {
    let byte = byte_value(thread, item, RANGE)?;
    let length = this.content(thread).len();
    let index = if index < 0 { index.saturating_add(length as isize).max(0) } else { index };
    let at = (index as usize).min(length);
    this.content.replace(thread, at..at, &[byte])
}

/// Remove and return a single item from B.
///
///   index
///     The index from where to remove the item.
///     -1 (the default value) means remove the last item.
///
/// If no index argument is given, will pop the last item.
#[native(signature = "($self, index=-1, /)")]
fn pop(thread: &mut Thread, this: &ByteArray, index: Option<isize>) -> Outcome {
    let length = this.content(thread).len();
    if length == 0 {
        return Err(thread.index_error("pop from empty bytearray"));
    }
    let index = index.unwrap_or(-1);
    let index = if index < 0 { index.saturating_add(length as isize) } else { index };
    let Some(at) = usize::try_from(index).ok().filter(|&at| at < length) else {
        return Err(thread.index_error("pop index out of range"));
    };
    let byte = this.content(thread)[at];
    this.content.check_resizable(thread)?;
    this.content.replace(thread, at..at + 1, &[])?;
    Ok(Value::small_int(byte.into()))
}

/// Remove the first occurrence of a value in the bytearray.
///
///   value
///     The value to remove.
#[native(signature = "($self, value, /)")]
fn remove(thread: &mut Thread, this: &ByteArray, value: Ref<'_>) -> Outcome<()> {
    let byte = byte_value(thread, value, RANGE)?;
    match memchr::memchr(byte, this.content(thread)) {
        Some(at) => this.content.replace(thread, at..at + 1, &[]),
        None => Err(thread.value_error("value not found in bytearray")),
    }
}

/// Resize the internal buffer of bytearray to len.
///
///   size
///     New size to resize to.
#[native(signature = "($self, size, /)")]
fn resize(thread: &mut Thread, this: &ByteArray, size: isize) -> Outcome<()> {
    let Ok(wanted) = usize::try_from(size) else {
        return Err(thread.value_error(format!("Can only resize to positive sizes, got {size}")));
    };
    if wanted > this.content(thread).len() {
        drop(reserved(thread, wanted)?);
    }
    this.content.resize(thread, wanted)
}

/// Reverse the order of the values in B in place.
#[native(signature = "($self, /)")]
fn reverse(thread: &mut Thread, this: &ByteArray) {
    this.content.change(thread).reverse();
}
