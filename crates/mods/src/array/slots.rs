//! What arrays can do by operators, and how they are made.

use taipan_object::native::Args;
use taipan_object::protocol;
use taipan_object::typeobject::{CompareOp, Slots, Type, TypeDef, TypeFlags};
use taipan_object::types::bytes::{bytes_like, is_bytes_or_bytearray};
use taipan_object::types::exception::DEPRECATION_WARNING;
use taipan_object::types::slice::{Slice, adjust};
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Ref, Thread, Value};

use super::item::Kind;
use super::iterator::iterate;
use super::methods;
use super::object::{Array, array, new_array};

/// The type `array.array`.
pub static ARRAY: Type = Type::new::<Array>(
    &TypeDef {
        doc: Some(
            "array(typecode [, initializer]) -> array\n\nReturn a new array whose items are restricted by typecode, and\ninitialized from the optional initializer value, which must be a list,\nstring or iterable over elements of the appropriate type.\n\nArrays represent basic values and behave very much like lists, except\nthe type of objects stored in them is constrained. The type is specified\nat object creation time by using a type code, which is a single character.\nThe following type codes are defined:\n\n    Type code   C Type             Minimum size in bytes\n    'b'         signed integer     1\n    'B'         unsigned integer   1\n    'u'         Unicode character  2 (see note)\n    'h'         signed integer     2\n    'H'         unsigned integer   2\n    'i'         signed integer     2\n    'I'         unsigned integer   2\n    'l'         signed integer     4\n    'L'         unsigned integer   4\n    'q'         signed integer     8 (see note)\n    'Q'         unsigned integer   8 (see note)\n    'f'         floating-point     4\n    'd'         floating-point     8\n\nNOTE: The 'u' typecode corresponds to Python's unicode character. On\nnarrow builds this is 2-bytes on wide builds this is 4-bytes.\n\nNOTE: The 'q' and 'Q' type codes are only available if the platform\nC compiler used to build Python supports 'long long', or, on Windows,\n'__int64'.\n\nMethods:\n\nappend() -- append a new item to the end of the array\nbuffer_info() -- return information giving the current memory info\nbyteswap() -- byteswap all the items of the array\ncount() -- return number of occurrences of an object\nextend() -- extend array by appending multiple elements from an iterable\nfromfile() -- read items from a file object\nfromlist() -- append items from the list\nfrombytes() -- append items from the string\nindex() -- return index of first occurrence of an object\ninsert() -- insert a new item into the array at a provided position\npop() -- remove and return item (default last)\nremove() -- remove first occurrence of an object\nreverse() -- reverse the order of the items in the array\ntofile() -- write all items to a file object\ntolist() -- return the array converted to an ordinary list\ntobytes() -- return the array converted to a string\n\nAttributes:\n\ntypecode -- the typecode character used to create the array\nitemsize -- the length in bytes of one array item\n",
        ),
        methods: &[methods::METHODS],
        getset: &[methods::ATTRIBUTES],
        ..TypeDef::new("array.array")
    },
    TypeFlags::BASE.union(TypeFlags::SEQUENCE).union(TypeFlags::WEAKREF),
    Slots {
        new: Some(new),
        repr: Some(repr),
        hash: Some(protocol::not_hashable),
        compare: Some(compare),
        iter: Some(iterate),
        length: Some(|thread, object| Ok(array(object).len(thread))),
        subscript: Some(subscript),
        set_subscript: Some(set_subscript),
        item: Some(|thread, object, index| {
            let found = match usize::try_from(index) {
                Ok(index) => array(object).get(thread, index)?,
                Err(_) => None,
            };
            found.ok_or_else(|| thread.index_error("array index out of range"))
        }),
        contains: Some(|thread, object, value| {
            let mut index = 0;
            while let Some(item) = array(object).get(thread, index)? {
                if protocol::compare_bool(thread, item.as_ref(), value, CompareOp::Eq)? {
                    return Ok(true);
                }
                index += 1;
            }
            Ok(false)
        }),
        concat: Some(concat),
        repeat: Some(repeat),
        inplace_concat: Some(|thread, left, right| {
            if right.downcast::<Array>().is_none() {
                let ty = right.ty().name().into_owned();
                return Err(thread.type_error(format!("can only extend array with array (not \"{ty}\")")));
            }
            array(left).extend(thread, right)?;
            Ok(left.to_value())
        }),
        inplace_repeat: Some(|thread, object, count| {
            let made = repeat(thread, object, count)?;
            let own = array(object);
            let length = array(made.as_ref()).len(thread);
            if length != own.len(thread) {
                own.check_resizable(thread)?;
            }
            let content = array(made.as_ref()).copy(thread, 0, length)?;
            own.content.set(thread, content)?;
            Ok(object.to_value())
        }),
        buffer: Some(|thread, object, _| {
            let own = array(object);
            Ok(own.content.export(thread, object, own.kind.format, own.kind.size))
        }),
        ..Slots::plain::<Array>()
    },
);

/// The kind that a type code argument names.
pub(super) fn kind_of(thread: &mut Thread, code: Ref<'_>, function: &str) -> Outcome<Option<&'static Kind>> {
    match code.downcast::<Str>() {
        Some(text) if text.len() == 1 => Ok(Kind::of(text.chars().get(0))),
        Some(text) => {
            let length = text.len();
            Err(thread.type_error(format!(
                "{function} must be a unicode character, not a string of length {length}"
            )))
        }
        None => {
            let ty = code.ty().name().into_owned();
            Err(thread.type_error(format!("{function} must be a unicode character, not {ty}")))
        }
    }
}

fn new<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    if ty.is(&ARRAY) {
        args.no_keywords(thread, "array.array")?;
    }
    let (code, initial) = match args.positionals() {
        [code] => (*code, None),
        [code, initial] => (*code, Some(*initial).filter(|initial| !initial.is_none())),
        other => {
            let count = other.len();
            let bound = if count == 0 { "at least 1 argument" } else { "at most 2 arguments" };
            return Err(thread.type_error(format!("array() takes {bound} ({count} given)")));
        }
    };
    let kind = kind_of(thread, code, "array() argument 1")?;
    if kind.is_some_and(|kind| kind.code == b'u') {
        let warn = crate::library::attribute_of(thread, "_warnings", "warn")?;
        let message = thread.str("The 'u' type code is deprecated and will be removed in Python 3.16")?;
        protocol::call(
            thread,
            warn.as_ref(),
            &[message.as_ref(), DEPRECATION_WARNING.as_ref(), Value::small_int(1).as_ref()],
        )?;
    }
    let letter = code.downcast::<Str>().map(|code| code.to_string_lossy().into_owned()).unwrap_or_default();
    let text = initial.and_then(|initial| initial.downcast::<Str>());
    let is_text_array =
        initial.and_then(|initial| initial.downcast::<Array>()).is_some_and(|other| other.kind.is_text());
    if !matches!(&*letter, "u" | "w") {
        if text.is_some() {
            return Err(thread
                .type_error(format!("cannot use a str to initialize an array with typecode '{letter}'")));
        }
        if is_text_array {
            return Err(thread.type_error(format!(
                "cannot use a unicode array to initialize an array with typecode '{letter}'"
            )));
        }
    }
    let Some(kind) = kind else {
        return Err(thread.value_error("bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)"));
    };
    let made = new_array(thread, ty, kind, Vec::new())?;
    let own = array(made.as_ref());
    let Some(initial) = initial else { return Ok(made) };
    if let Some(text) = text {
        let bytes: Vec<u8> = text.chars().iter().flat_map(u32::to_ne_bytes).collect();
        own.append(thread, &bytes)?;
    } else if is_bytes_or_bytearray(initial) {
        let bytes = bytes_like(thread, initial)?;
        methods::append_bytes(thread, own, &bytes)?;
    } else if let Some(other) =
        initial.downcast::<Array>().filter(|other| other.kind.code == kind.code || is_text_array)
    {
        let length = other.len(thread);
        let bytes = other.copy(thread, 0, length)?;
        own.append(thread, &bytes)?;
    } else {
        protocol::for_each(thread, initial, |thread, item| own.push(thread, item.as_ref()))?;
    }
    Ok(made)
}

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let own = array(object);
    let name = object.ty().short_name().into_owned();
    let code = char::from(own.kind.code);
    if own.len(thread) == 0 {
        return thread.str(&format!("{name}('{code}')"));
    }
    let content =
        if own.kind.is_text() { methods::text_of(thread, own)? } else { methods::list_of(thread, own)? };
    let content = protocol::repr(thread, content.as_ref())?;
    let start = thread.str(&format!("{name}('{code}', "))?;
    let end = thread.str(")")?;
    let text = |value: &Value| value.as_ref().to_value();
    let parts = vec![text(&start), content, end];
    let list = thread.list(parts)?;
    let empty = thread.str("")?;
    protocol::call_method(thread, empty.as_ref(), "join", &[list.as_ref()])
}

fn compare(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>, op: CompareOp) -> Outcome {
    let (Some(a), Some(b)) = (left.downcast::<Array>(), right.downcast::<Array>()) else {
        return Ok(Value::not_implemented());
    };
    let by_equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
    if by_equality && a.len(thread) != b.len(thread) {
        return Ok(Value::bool(op == CompareOp::Ne));
    }
    if by_equality && a.kind.code == b.kind.code && !matches!(a.kind.code, b'f' | b'd') {
        let equal = a.content.view(thread) == b.content.view(thread);
        return Ok(Value::bool(equal == (op == CompareOp::Eq)));
    }
    let mut index = 0;
    loop {
        let (Some(x), Some(y)) = (a.get(thread, index)?, b.get(thread, index)?) else {
            return Ok(Value::bool(op.holds(a.len(thread).cmp(&b.len(thread)))));
        };
        if !protocol::compare_bool(thread, x.as_ref(), y.as_ref(), CompareOp::Eq)? {
            return match op {
                CompareOp::Eq => Ok(Value::bool(false)),
                CompareOp::Ne => Ok(Value::bool(true)),
                _ => protocol::compare(thread, x.as_ref(), y.as_ref(), op),
            };
        }
        index += 1;
    }
}

fn concat(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>) -> Outcome {
    let own = array(left);
    let Some(other) = right.downcast::<Array>() else {
        let ty = right.ty().name().into_owned();
        return Err(thread.type_error(format!("can only append array (not \"{ty}\") to array")));
    };
    if own.kind.code != other.kind.code {
        return Err(thread.type_error("bad argument type for built-in operation"));
    }
    let (first, second) = (own.len(thread), other.len(thread));
    let mut content = own.copy(thread, 0, first)?;
    content.extend(other.copy(thread, 0, second)?);
    new_array(thread, &ARRAY, own.kind, content)
}

fn repeat(thread: &mut Thread, object: Ref<'_>, count: isize) -> Outcome {
    let own = array(object);
    let count = count.max(0) as usize;
    let bytes =
        own.content.view(thread).len().checked_mul(count).filter(|&bytes| bytes < isize::MAX as usize);
    let Some(bytes) = bytes else { return Err(thread.no_memory()) };
    thread.charge(bytes)?;
    thread.heap().discharge(bytes);
    let mut content = Vec::new();
    if content.try_reserve_exact(bytes).is_err() {
        return Err(thread.no_memory());
    }
    (0..count).for_each(|_| content.extend_from_slice(own.content.view(thread)));
    new_array(thread, &ARRAY, own.kind, content)
}

fn index_of(thread: &mut Thread, own: &Array, key: Ref<'_>, words: &str) -> Outcome<usize> {
    if key.ty().slots().index.is_none() {
        return Err(thread.type_error("array indices must be integers"));
    }
    let index = protocol::index_isize(thread, key)?;
    let length = own.len(thread) as isize;
    let at = if index < 0 { index + length } else { index };
    if at < 0 || at >= length {
        return Err(thread.index_error(words));
    }
    Ok(at as usize)
}

fn subscript(thread: &mut Thread, object: Ref<'_>, key: Ref<'_>) -> Outcome {
    let own = array(object);
    let Some(slice) = key.downcast::<Slice>() else {
        let index = index_of(thread, own, key, "array index out of range")?;
        let item = own.get(thread, index)?;
        return item.ok_or_else(|| thread.index_error("array index out of range"));
    };
    let parts = slice.unpack(thread)?;
    let indices = adjust(parts, own.len(thread));
    if indices.step == 1 {
        let low = indices.start as usize;
        let content = own.copy(thread, low, low + indices.count)?;
        return new_array(thread, &ARRAY, own.kind, content);
    }
    let (size, all) = (own.kind.size, own.content.view(thread));
    let mut content = Vec::with_capacity(indices.count * size);
    for n in 0..indices.count as isize {
        let at = (indices.start + n * indices.step) as usize * size;
        content.extend_from_slice(&all[at..at + size]);
    }
    new_array(thread, &ARRAY, own.kind, content)
}

fn set_subscript(thread: &mut Thread, object: Ref<'_>, key: Ref<'_>, value: Option<Ref<'_>>) -> Outcome<()> {
    let own = array(object);
    let size = own.kind.size;
    let Some(slice) = key.downcast::<Slice>() else {
        let index = index_of(thread, own, key, "array assignment index out of range")?;
        let Some(value) = value else { return own.splice(thread, index, index + 1, &[]) };
        let bytes = own.kind.pack(thread, value)?;
        if index >= own.len(thread) {
            return Err(thread.index_error("array assignment index out of range"));
        }
        own.content.change(thread)[index * size..(index + 1) * size].copy_from_slice(&bytes[..size]);
        return Ok(());
    };
    let parts = slice.unpack(thread)?;
    let new = match value {
        None => Vec::new(),
        Some(value) => {
            let Some(other) = value.downcast::<Array>() else {
                let ty = value.ty().name().into_owned();
                return Err(thread.type_error(format!("can only assign array (not \"{ty}\") to array slice")));
            };
            if other.kind.code != own.kind.code {
                return Err(thread.type_error("bad argument type for built-in operation"));
            }
            let length = other.len(thread);
            other.copy(thread, 0, length)?
        }
    };
    let indices = adjust(parts, own.len(thread));
    if indices.step == 1 {
        let low = indices.start as usize;
        return own.splice(thread, low, low + indices.count, &new);
    }
    if value.is_some() {
        let (got, wanted) = (new.len() / size, indices.count);
        if got != wanted {
            return Err(thread.value_error(format!(
                "attempt to assign array of size {got} to extended slice of size {wanted}"
            )));
        }
        let all = own.content.change(thread);
        for (n, item) in new.chunks_exact(size).enumerate() {
            let at = (indices.start + n as isize * indices.step) as usize * size;
            all[at..at + size].copy_from_slice(item);
        }
        return Ok(());
    }
    if indices.count == 0 {
        return Ok(());
    }
    own.check_resizable(thread)?;
    let mut gone: Vec<usize> =
        (0..indices.count as isize).map(|n| (indices.start + n * indices.step) as usize).collect();
    gone.sort_unstable();
    let (mut kept, mut next) = (Vec::new(), gone.iter().peekable());
    for (index, item) in own.content.view(thread).chunks_exact(size).enumerate() {
        if next.peek() == Some(&&index) {
            next.next();
        } else {
            kept.extend_from_slice(item);
        }
    }
    own.content.set(thread, kept)
}
