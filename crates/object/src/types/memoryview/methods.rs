//! Methods and attributes of memoryviews.

use std::borrow::Cow;

use smallvec::{SmallVec, smallvec};
use taipan_macros::{getter, native};

use super::item::{is_byte, letter, letter_size, native_letter, unpack};
use super::slots::item;
use super::{MemoryView, for_each_item, from_object};
use crate::native::{Args, Buffer, BufferFlags, GetSetDef, MethodDef, View};
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{CompareOp, Type};
use crate::types::bytes::change::hex_separator;
use crate::types::int::to_int;
use crate::types::list::List;
use crate::types::str::{Chars, Str};
use crate::types::tuple::Tuple;
use crate::value::{Outcome, Ref, Value};

pub(super) const METHODS: &[MethodDef] =
    &[RELEASE, TOBYTES, HEX, TOLIST, CAST, TOREADONLY, _FROM_FLAGS, COUNT, INDEX, __ENTER__, __EXIT__];

pub(super) const GETSET: &[GetSetDef] = &[
    OBJ,
    NBYTES,
    READONLY,
    ITEMSIZE,
    FORMAT,
    NDIM,
    SHAPE,
    STRIDES,
    SUBOFFSETS,
    C_CONTIGUOUS,
    F_CONTIGUOUS,
    CONTIGUOUS,
];

/// Release the underlying buffer exposed by the memoryview object.
#[native(signature = "($self, /)")]
pub(super) fn release(thread: &mut Thread, this: &MemoryView) -> Outcome<()> {
    let count = this.exports.count();
    if count != 0 {
        let plural = if count == 1 { "" } else { "s" };
        return Err(thread.buffer_error(format!("memoryview has {count} exported buffer{plural}")));
    }
    this.end();
    Ok(())
}

#[native(signature = "($self, /)", name = "__enter__")]
fn __enter__(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    this.downcast::<MemoryView>().expect("the method of memoryviews").check_released(thread)?;
    Ok(this.to_value())
}

/// Release the underlying buffer exposed by the memoryview object.
#[native(signature = "($self, /, *exc_info)", name = "__exit__")]
fn __exit__(thread: &mut Thread, this: &MemoryView, args: Args<'_>) -> Outcome<()> {
    args.no_keywords(thread, "memoryview.__exit__")?;
    release(thread, this)
}

/// Return the data in the buffer as a byte string.
///
/// Order can be {'C', 'F', 'A'}.  When order is 'C' or 'F', the data of
/// the original array is converted to C or Fortran order.  For
/// contiguous views, 'A' returns an exact copy of the physical memory.
/// In particular, in-memory Fortran order is preserved.  For
/// non-contiguous views, the data is converted to C first.  order=None
/// is the same as order='C'.
#[native(signature = "($self, /, order='C')")]
fn tobytes(thread: &mut Thread, this: &MemoryView, order: Option<Ref<'_>>) -> Outcome {
    this.check_released(thread)?;
    let order = match order.filter(|order| !order.is_none()) {
        None => "C".into(),
        Some(order) => match order.downcast::<Str>() {
            Some(order) => order.to_string_lossy(),
            None => {
                let ty = order.ty().name().into_owned();
                let message = format!("tobytes() argument 'order' must be str or None, not {ty}");
                return Err(thread.type_error(message));
            }
        },
    };
    let fortran = match &*order {
        "C" => false,
        "F" => true,
        "A" => this.view.is_f_contiguous(),
        _ => return Err(thread.value_error("order must be 'C', 'F' or 'A'")),
    };
    let content = if fortran {
        let mut view = this.view.clone();
        view.shape.reverse();
        view.strides.reverse();
        copied(thread, &view)?
    } else {
        copied(thread, &this.view)?
    };
    thread.bytes_from(content)
}

/// The items in C's order. The caller checked that the view is not released.
pub(super) fn copied(thread: &mut Thread, view: &View) -> Outcome<Vec<u8>> {
    thread.charge(view.length)?;
    thread.heap().discharge(view.length);
    let mut copy = Vec::new();
    if copy.try_reserve_exact(view.length).is_err() {
        return Err(thread.no_memory());
    }
    if view.is_c_contiguous() {
        // SAFETY: a contiguous view reaches exactly `length` bytes, in place since it is not released.
        copy.extend_from_slice(unsafe { std::slice::from_raw_parts(view.start, view.length) });
    } else {
        for_each_item(thread, view, &mut |item| copy.extend_from_slice(item));
    }
    Ok(copy)
}

/// Return the data in the buffer as a str of hexadecimal numbers.
///
///   sep
///     An optional single character or byte to separate hex bytes.
///   bytes_per_sep
///     How many bytes between separators.  Positive values count from
///     the right, negative values count from the left.
///
/// Example:
/// >>> value = memoryview(b'\xb9\x01\xef')
/// >>> value.hex()
/// 'b901ef'
/// >>> value.hex(':')
/// 'b9:01:ef'
/// >>> value.hex(':', 2)
/// 'b9:01ef'
/// >>> value.hex(':', -2)
/// 'b901:ef'
#[native(signature = "($self, /, sep=<unrepresentable>, bytes_per_sep=1)")]
fn hex(thread: &mut Thread, this: &MemoryView, sep: Option<Ref<'_>>, bytes_per_sep: Option<i32>) -> Outcome {
    this.check_released(thread)?;
    // The separator's length may be asked for in Python, which cannot release what is exported.
    let held = Buffer::of(thread, Ref::of(this), BufferFlags::FULL_RO)?;
    let separator = match sep {
        Some(sep) => Some(hex_separator(thread, sep)?),
        None => None,
    };
    let content = copied(thread, &this.view)?;
    drop(held);
    let room = content.len().saturating_mul(3);
    thread.charge(room)?;
    thread.heap().discharge(room);
    let text = taipan_text::algorithm::bytes::hex(&content, separator, bytes_per_sep.unwrap_or(1) as isize);
    thread.str_from_chars(Chars::One(&text))
}

/// Return the data in the buffer as a list of elements.
#[native(signature = "($self, /)")]
fn tolist(thread: &mut Thread, this: &MemoryView) -> Outcome {
    this.check_released(thread)?;
    let letter = letter(thread, &this.view)?;
    nested(thread, this, 0, 0, letter)
}

fn nested(thread: &mut Thread, own: &MemoryView, dimension: usize, offset: isize, letter: u8) -> Outcome {
    let Some(&count) = own.view.shape.get(dimension) else { return unpack(thread, own, offset, letter) };
    let mut items = Vec::new();
    if items.try_reserve_exact(count).is_err() {
        return Err(thread.no_memory());
    }
    for index in 0..count {
        let offset = offset + index as isize * own.view.strides[dimension];
        items.push(nested(thread, own, dimension + 1, offset, letter)?);
    }
    thread.list(items)
}

/// Cast a memoryview to a new format or shape.
#[native(signature = "($self, /, format, shape=<unrepresentable>)")]
fn cast(thread: &mut Thread, this: &MemoryView, format: Ref<'_>, shape: Option<Ref<'_>>) -> Outcome {
    let Some(format) = format.downcast::<Str>() else {
        let ty = if format.is_none() { "None".into() } else { format.ty().name() };
        let message = format!("cast() argument 'format' must be str, not {ty}");
        return Err(thread.type_error(message));
    };
    this.check_released(thread)?;
    this.check_restricted(thread)?;
    let own = &this.view;
    if !own.is_c_contiguous() {
        return Err(thread.type_error("memoryview: casts are restricted to C-contiguous views"));
    }
    if (shape.is_some() || own.shape.len() != 1) && own.shape.contains(&0) {
        return Err(thread.type_error("memoryview: cannot cast view with zeros in shape or strides"));
    }
    let mut sizes = None;
    if let Some(shape) = shape {
        let given: Vec<Value> = if let Some(list) = shape.downcast::<List>() {
            list.view(thread).iter().map(|item| item.to_value()).collect()
        } else if let Some(tuple) = shape.downcast::<Tuple>() {
            tuple.items().iter().map(|item| item.to_value()).collect()
        } else {
            return Err(thread.type_error("shape must be a list or a tuple"));
        };
        if given.len() > 64 {
            return Err(thread.value_error("memoryview: number of dimensions must not exceed 64"));
        }
        if own.shape.len() != 1 && given.len() != 1 {
            return Err(thread.type_error("memoryview: cast must be 1D -> ND or ND -> 1D"));
        }
        sizes = Some(given);
    }
    let mut view = cast_to_1d(thread, own, format)?;
    if let Some(sizes) = sizes {
        cast_to_nd(thread, &mut view, &sizes)?;
    }
    this.derive(thread, view)
}

fn cast_to_1d(thread: &mut Thread, own: &View, format: &Str) -> Outcome<View> {
    let wanted = format.as_ascii().and_then(native_letter);
    let Some(letter) = wanted else {
        return Err(thread.value_error(
            "memoryview: destination format must be a native single character format prefixed with an \
             optional '@'",
        ));
    };
    if !native_letter(&own.format).is_some_and(is_byte) && !is_byte(letter) {
        return Err(thread.type_error("memoryview: cannot cast between two non-byte formats"));
    }
    let item_size = letter_size(letter);
    if !own.length.is_multiple_of(item_size) {
        return Err(thread.type_error("memoryview: length is not a multiple of itemsize"));
    }
    Ok(View {
        format: Cow::Owned(format.to_string_lossy().into_owned()),
        item_size,
        shape: smallvec![own.length / item_size],
        strides: smallvec![item_size as isize],
        ..own.clone()
    })
}

fn cast_to_nd(thread: &mut Thread, view: &mut View, sizes: &[Value]) -> Outcome<()> {
    let mut shape = SmallVec::new();
    let mut length = view.item_size;
    for size in sizes {
        if to_int(size.as_ref()).is_none() {
            return Err(thread.type_error("memoryview.cast(): elements of shape must be integers"));
        }
        let size = protocol::index_isize(thread, size.as_ref())?;
        if size <= 0 {
            return Err(thread.value_error("memoryview.cast(): elements of shape must be integers > 0"));
        }
        let product = length.checked_mul(size as usize).filter(|product| *product <= isize::MAX as usize);
        let Some(product) = product else {
            return Err(thread.value_error("memoryview.cast(): product(shape) > SSIZE_MAX"));
        };
        length = product;
        shape.push(size as usize);
    }
    if length != view.length {
        return Err(thread.type_error("memoryview: product(shape) * itemsize != buffer size"));
    }
    let mut stride = view.item_size as isize;
    let mut strides = SmallVec::new();
    for &size in shape.iter().rev() {
        strides.push(stride);
        stride *= size as isize;
    }
    strides.reverse();
    (view.shape, view.strides) = (shape, strides);
    Ok(())
}

/// Return a readonly version of the memoryview.
#[native(signature = "($self, /)")]
fn toreadonly(thread: &mut Thread, this: &MemoryView) -> Outcome {
    this.check_released(thread)?;
    this.check_restricted(thread)?;
    this.derive(thread, View { readonly: true, ..this.view.clone() })
}

/// Create a new memoryview object which references the given object.
#[native(signature = "($type, /, object, flags)")]
fn _from_flags(thread: &mut Thread, _class: &Type, object: Ref<'_>, flags: i32) -> Outcome {
    from_object(thread, object, BufferFlags::from_bits_retain(flags))
}

/// Count the number of occurrences of a value.
#[native(signature = "($self, value, /)")]
fn count(thread: &mut Thread, this: Ref<'_>, value: Ref<'_>) -> Outcome<usize> {
    let iterator = protocol::iter(thread, this)?;
    let mut count = 0;
    while let Some(item) = protocol::next(thread, iterator.as_ref())? {
        if item.as_ref().is(value) || protocol::compare_bool(thread, item.as_ref(), value, CompareOp::Eq)? {
            count += 1;
        }
    }
    Ok(count)
}

/// Return the index of the first occurrence of a value.
///
/// Raises ValueError if the value is not present.
#[native(signature = "($self, value, start=0, stop=sys.maxsize, /)")]
fn index(
    thread: &mut Thread,
    this: Ref<'_>,
    value: Ref<'_>,
    start: Option<Ref<'_>>,
    stop: Option<Ref<'_>>,
) -> Outcome<isize> {
    let own = this.downcast::<MemoryView>().expect("the method of memoryviews");
    let mut bound = |value: Option<Ref<'_>>, default: isize| match value {
        Some(value) => crate::types::slice::clamped(thread, value),
        None => Ok(default),
    };
    let (start, stop) = (bound(start, 0)?, bound(stop, isize::MAX)?);
    own.check_released(thread)?;
    match own.view.shape.len() {
        0 => return Err(thread.type_error("invalid lookup on 0-dim memory")),
        1 => {}
        _ => {
            return Err(thread.not_implemented_error("multi-dimensional lookup is not implemented"));
        }
    }
    let length = own.view.shape[0] as isize;
    let from = |place: isize| if place < 0 { (place + length).max(0) } else { place };
    for index in from(start)..from(stop).min(length) {
        let item = item(thread, this, index)?;
        if item.as_ref().is(value) || protocol::compare_bool(thread, item.as_ref(), value, CompareOp::Eq)? {
            return Ok(index);
        }
    }
    Err(thread.value_error("memoryview.index(x): x not found"))
}

/// The underlying object of the memoryview.
#[getter]
fn obj(thread: &mut Thread, this: &MemoryView) -> Outcome<Option<Value>> {
    this.check_released(thread)?;
    Ok(this.owner(thread))
}

/// The amount of space in bytes that the array would use in
///  a contiguous representation.
#[getter]
fn nbytes(thread: &mut Thread, this: &MemoryView) -> Outcome<usize> {
    this.check_released(thread)?;
    Ok(this.view.length)
}

/// A bool indicating whether the memory is read only.
#[getter]
fn readonly(thread: &mut Thread, this: &MemoryView) -> Outcome<bool> {
    this.check_released(thread)?;
    Ok(this.view.readonly)
}

/// The size in bytes of each element of the memoryview.
#[getter]
fn itemsize(thread: &mut Thread, this: &MemoryView) -> Outcome<usize> {
    this.check_released(thread)?;
    Ok(this.view.item_size)
}

/// A string containing the format (in struct module style)
///  for each element in the view.
#[getter]
fn format(thread: &mut Thread, this: &MemoryView) -> Outcome {
    this.check_released(thread)?;
    thread.str(&this.view.format)
}

/// An integer indicating how many dimensions of a multi-dimensional
///  array the memory represents.
#[getter]
fn ndim(thread: &mut Thread, this: &MemoryView) -> Outcome<usize> {
    this.check_released(thread)?;
    Ok(this.view.shape.len())
}

/// A tuple of ndim integers giving the shape of the memory
///  as an N-dimensional array.
#[getter]
fn shape(thread: &mut Thread, this: &MemoryView) -> Outcome {
    this.check_released(thread)?;
    let sizes: Outcome<Vec<Value>> = this.view.shape.iter().map(|size| thread.int(*size as i128)).collect();
    thread.tuple(sizes?)
}

/// A tuple of ndim integers giving the size in bytes to access
///  each element for each dimension of the array.
#[getter]
fn strides(thread: &mut Thread, this: &MemoryView) -> Outcome {
    this.check_released(thread)?;
    let sizes: Outcome<Vec<Value>> = this.view.strides.iter().map(|size| thread.int(*size as i128)).collect();
    thread.tuple(sizes?)
}

/// A tuple of integers used internally for PIL-style arrays.
#[getter]
fn suboffsets(thread: &mut Thread, this: &MemoryView) -> Outcome {
    this.check_released(thread)?;
    thread.tuple([])
}

/// A bool indicating whether the memory is C contiguous.
#[getter]
fn c_contiguous(thread: &mut Thread, this: &MemoryView) -> Outcome<bool> {
    this.check_released(thread)?;
    Ok(this.view.is_c_contiguous())
}

/// A bool indicating whether the memory is Fortran contiguous.
#[getter]
fn f_contiguous(thread: &mut Thread, this: &MemoryView) -> Outcome<bool> {
    this.check_released(thread)?;
    Ok(this.view.is_f_contiguous())
}

/// A bool indicating whether the memory is contiguous.
#[getter]
fn contiguous(thread: &mut Thread, this: &MemoryView) -> Outcome<bool> {
    this.check_released(thread)?;
    Ok(this.view.is_c_contiguous() || this.view.is_f_contiguous())
}
