//! What `bytes` can do as an operand.

use taipan_text::repr::repr_bytes;

use super::{Bytes, bytes_like, bytes_of, call_bytes, change, drop_bytes, search, split};
use crate::native::{Args, Buffer, BufferFlags, MethodDef, Parameters};
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{CompareOp, Slots, Type, TypeDef, TypeFlags};
use crate::types::int::to_int;
use crate::types::list::List;
use crate::types::object::OBJECT_SLOTS;
use crate::types::slice::{Slice, adjust};
use crate::types::str::codec;
use crate::types::str::percent::format_bytes;
use crate::types::str::{Str, bytes_iterator, hash_bytes};
use crate::types::tuple::Tuple;
use crate::value::{Outcome, Ref, Value};

/// The type `bytes`.
pub static BYTES: Type = Type::new::<Bytes>(
    &TypeDef { doc: Some(include_str!("doc.txt")), methods: &[METHODS], ..TypeDef::new("bytes") },
    TypeFlags::BASE.union(TypeFlags::MATCH_SELF),
    Slots {
        drop: drop_bytes,
        new: Some(new),
        repr: Some(|thread, object| thread.str(&repr_bytes(bytes(object).content()))),
        str: Some(|thread, object| thread.str(&repr_bytes(bytes(object).content()))),
        hash: Some(|thread, object| {
            let own = bytes(object);
            if own.hash.get() == -1 {
                own.hash.set(hash_bytes(thread.interp(), own.content()));
            }
            Ok(own.hash.get())
        }),
        compare: Some(compare),
        iter: Some(bytes_iterator),
        length: Some(|_, object| Ok(bytes(object).content().len())),
        concat: Some(concat),
        repeat: Some(repeat),
        subscript: Some(subscript),
        item: Some(|thread, object, index| match bytes(object).content().get(index as usize) {
            Some(byte) => Ok(Value::small_int((*byte).into())),
            None => Err(thread.index_error("index out of range")),
        }),
        contains: Some(|thread, object, item| contains(thread, bytes(object).content(), item)),
        remainder: Some(|thread, left, right| match left.downcast::<Bytes>() {
            Some(own) => {
                let made = format_bytes(thread, own.content(), right)?;
                thread.bytes_from(made)
            }
            None => Ok(Value::not_implemented()),
        }),
        buffer: Some(|_, object, _| {
            // SAFETY: the content of bytes never changes.
            Ok(unsafe { Buffer::constant(object, bytes(object).content()) })
        }),
        ..OBJECT_SLOTS
    },
);

const METHODS: &[MethodDef] = &[
    change::GETNEWARGS,
    change::DUNDER_BYTES,
    change::CAPITALIZE,
    change::CENTER,
    search::COUNT,
    change::DECODE,
    search::ENDSWITH,
    change::EXPANDTABS,
    search::FIND,
    change::FROMHEX,
    change::HEX,
    search::INDEX,
    change::ISALNUM,
    change::ISALPHA,
    change::ISASCII,
    change::ISDIGIT,
    change::ISLOWER,
    change::ISSPACE,
    change::ISTITLE,
    change::ISUPPER,
    split::JOIN,
    change::LJUST,
    change::LOWER,
    change::LSTRIP,
    change::MAKETRANS,
    split::PARTITION,
    change::REPLACE,
    search::REMOVEPREFIX,
    search::REMOVESUFFIX,
    search::RFIND,
    search::RINDEX,
    change::RJUST,
    split::RPARTITION,
    split::RSPLIT,
    change::RSTRIP,
    split::SPLIT,
    split::SPLITLINES,
    search::STARTSWITH,
    change::STRIP,
    change::SWAPCASE,
    change::TITLE,
    change::TRANSLATE,
    change::UPPER,
    change::ZFILL,
];

fn bytes<'a>(object: Ref<'a>) -> &'a Bytes {
    object.downcast::<Bytes>().expect("the slot of bytes")
}

/// A number as a byte.
pub(crate) fn byte_value(thread: &mut Thread, value: Ref<'_>, range_error: &str) -> Outcome<u8> {
    let number = protocol::index(thread, value)?;
    match to_int(number.as_ref()).as_deref() {
        Some(taipan_num::Int::Small(byte @ 0..256)) => Ok(*byte as u8),
        _ => Err(thread.value_error(range_error)),
    }
}

/// What `bytes(source)` and `bytearray(source)` put into a new object.
pub(crate) fn content_of(
    thread: &mut Thread,
    args: Args<'_>,
    ty: &'static str,
    range_error: &str,
) -> Outcome<Vec<u8>> {
    let parameters = Parameters {
        function: ty,
        names: &["source", "encoding", "errors"],
        positional_only: 0,
        positional: 3,
        required: 0,
        required_keywords: 0,
    };
    let [source, encoding, errors] = parameters.parse::<3>(thread, args)?;
    let encoding = codec::name_argument(thread, ty, "encoding", encoding)?;
    let errors = codec::name_argument(thread, ty, "errors", errors)?;
    let text = source.and_then(|source| source.downcast::<Str>());
    if let Some(text) = text {
        return match encoding {
            Some(encoding) => codec::encode_text(thread, text, &encoding, errors.as_deref()),
            None => Err(thread.type_error("string argument without an encoding")),
        };
    }
    if encoding.is_some() {
        return Err(thread.type_error("encoding without a string argument"));
    }
    if errors.is_some() {
        return Err(thread.type_error("errors without a string argument"));
    }
    match source {
        None => Ok(Vec::new()),
        Some(source) => from_source(thread, source, ty, range_error),
    }
}

fn from_source(thread: &mut Thread, source: Ref<'_>, ty: &str, range_error: &str) -> Outcome<Vec<u8>> {
    if source.ty().slots().index.is_some() {
        match protocol::index(thread, source) {
            Ok(count) => return zeros(thread, count.as_ref()),
            Err(raised) => {
                if !thread.exception_is(&crate::types::exception::TYPE_ERROR) {
                    return Err(raised);
                }
                drop(thread.take_exception());
            }
        }
    }
    if source.ty().slots().buffer.is_some() {
        return Buffer::of(thread, source, BufferFlags::FULL_RO)?.to_vec(thread);
    }
    from_iterable(thread, source, range_error)?.map_or_else(
        || {
            let own = source.ty().name().into_owned();
            Err(thread.type_error(format!("cannot convert '{own}' object to {ty}")))
        },
        Ok,
    )
}

fn zeros(thread: &mut Thread, count: Ref<'_>) -> Outcome<Vec<u8>> {
    let count = match to_int(count).as_deref() {
        Some(taipan_num::Int::Small(count)) => *count,
        _ => {
            return Err(thread.overflow_error("cannot fit 'int' into an index-sized integer"));
        }
    };
    let Ok(count) = usize::try_from(count) else { return Err(thread.value_error("negative count")) };
    thread.charge(count)?;
    thread.heap().discharge(count);
    let mut content = Vec::new();
    if content.try_reserve_exact(count).is_err() {
        return Err(thread.no_memory());
    }
    content.resize(count, 0);
    Ok(content)
}

/// The bytes that an iterable of numbers gives; none if it is not iterable.
pub(crate) fn from_iterable(
    thread: &mut Thread,
    source: Ref<'_>,
    range_error: &str,
) -> Outcome<Option<Vec<u8>>> {
    let mut content = Vec::new();
    if let Some(tuple) = source.exact::<Tuple>() {
        for item in tuple.items() {
            content.push(byte_value(thread, *item, range_error)?);
        }
    } else if let Some(list) = source.exact::<List>() {
        let mut index = 0;
        while let Some(item) = list.get(thread, index) {
            content.push(byte_value(thread, item.as_ref(), range_error)?);
            index += 1;
        }
    } else if source.ty().slots().iter.is_none() && !protocol::is_sequence(source) {
        return Ok(None);
    } else {
        protocol::for_each(thread, source, |thread, item| {
            let byte = byte_value(thread, item.as_ref(), range_error)?;
            if content.try_reserve(1).is_err() {
                return Err(thread.no_memory());
            }
            content.push(byte);
            Ok(())
        })?;
    }
    Ok(Some(content))
}

/// `bytes(source, encoding, errors)`
fn new<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    if let ([source], 0) = (args.positionals(), args.keyword_count()) {
        if ty.is(&BYTES) && source.exact::<Bytes>().is_some() {
            return Ok(source.to_value());
        }
        if source.downcast::<Str>().is_none()
            && let Some(made) = call_bytes(thread, *source)?
        {
            if ty.is(&BYTES) {
                return Ok(made);
            }
            return bytes_of(thread, ty, bytes(made.as_ref()).content().to_vec());
        }
    }
    let content = content_of(thread, args, "bytes", "bytes must be in range(0, 256)")?;
    bytes_of(thread, ty, content)
}

fn compare(_: &mut Thread, left: Ref<'_>, right: Ref<'_>, op: CompareOp) -> Outcome {
    let own = bytes(left).content();
    let ordering = match right.downcast::<Bytes>() {
        Some(other) => own.cmp(other.content()),
        None => return Ok(Value::not_implemented()),
    };
    Ok(Value::bool(op.holds(ordering)))
}

fn concat(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>) -> Outcome {
    let own = bytes(left).content();
    if right.downcast::<Bytes>().is_none() && right.ty().slots().buffer.is_none() {
        let ty = right.ty().name().into_owned();
        return Err(thread.type_error(format!("can't concat {ty} to bytes")));
    }
    let other = bytes_like(thread, right)?;
    if own.is_empty() && right.exact::<Bytes>().is_some() {
        return Ok(right.to_value());
    }
    if other.is_empty() && left.exact::<Bytes>().is_some() {
        return Ok(left.to_value());
    }
    let both = joined(thread, &[own, &other])?;
    thread.bytes_from(both)
}

/// The parts in one vector.
pub(crate) fn joined(thread: &mut Thread, parts: &[&[u8]]) -> Outcome<Vec<u8>> {
    let length = parts.iter().fold(0_usize, |length, part| length.saturating_add(part.len()));
    let mut all = reserved(thread, length)?;
    parts.iter().for_each(|part| all.extend_from_slice(part));
    Ok(all)
}

/// An empty vector with room.
pub(crate) fn reserved(thread: &mut Thread, length: usize) -> Outcome<Vec<u8>> {
    thread.charge(length)?;
    thread.heap().discharge(length);
    let mut all = Vec::new();
    match all.try_reserve_exact(length) {
        Ok(()) => Ok(all),
        Err(_) => Err(thread.no_memory()),
    }
}

/// The content so many times.
pub(crate) fn repeated(thread: &mut Thread, content: &[u8], count: isize) -> Outcome<Vec<u8>> {
    let count = usize::try_from(count).unwrap_or(0);
    let Some(length) = content.len().checked_mul(count) else { return Err(thread.no_memory()) };
    let mut all = reserved(thread, length)?;
    match content {
        [byte] => all.resize(count, *byte),
        _ => (0..count).for_each(|_| all.extend_from_slice(content)),
    }
    Ok(all)
}

fn repeat(thread: &mut Thread, object: Ref<'_>, count: isize) -> Outcome {
    if count == 1 && object.exact::<Bytes>().is_some() {
        return Ok(object.to_value());
    }
    let all = repeated(thread, bytes(object).content(), count)?;
    thread.bytes_from(all)
}

/// The bytes at the indices of a slice.
pub(crate) fn picked(content: &[u8], indices: crate::types::slice::Indices) -> Vec<u8> {
    let start = indices.start as usize;
    match indices.step {
        1 => content[start..start + indices.count].to_vec(),
        step => {
            let place = |n: usize| (indices.start + n as isize * step) as usize;
            (0..indices.count).map(|n| content[place(n)]).collect()
        }
    }
}

fn subscript(thread: &mut Thread, object: Ref<'_>, key: Ref<'_>) -> Outcome {
    let content = bytes(object).content();
    if let Some(slice) = key.downcast::<Slice>() {
        let indices = adjust(slice.unpack(thread)?, content.len());
        if indices.step == 1 && indices.count == content.len() && object.exact::<Bytes>().is_some() {
            return Ok(object.to_value());
        }
        return thread.bytes_from(picked(content, indices));
    }
    if key.ty().slots().index.is_none() {
        let ty = key.ty().name().into_owned();
        return Err(thread.type_error(format!("byte indices must be integers or slices, not {ty}")));
    }
    let index = protocol::index_isize(thread, key)?;
    let index = if index < 0 { index + content.len() as isize } else { index };
    match usize::try_from(index).ok().and_then(|index| content.get(index)) {
        Some(byte) => Ok(Value::small_int((*byte).into())),
        None => Err(thread.index_error("index out of range")),
    }
}

/// `item in content`: a number or a part.
pub(crate) fn contains(thread: &mut Thread, content: &[u8], item: Ref<'_>) -> Outcome<bool> {
    if item.ty().slots().index.is_some() {
        let byte = byte_value(thread, item, "byte must be in range(0, 256)")?;
        return Ok(content.contains(&byte));
    }
    let part = bytes_like(thread, item)?;
    Ok(taipan_text::algorithm::search::find_units(content, &part).is_some())
}
