//! `Struct` and the iterator of `iter_unpack`.

use std::cell::Cell;
use std::rc::Rc;

use taipan_macros::{getter, native};
use taipan_num::packing::Layout;
use taipan_object::native::{Args, Buffer, BufferFlags, FromArgument, MethodDef, Parameters, WritableBuffer};
use taipan_object::protocol;
use taipan_object::typeobject::{Slots, Type, TypeDef, TypeFlags, allocate_instance};
use taipan_object::types::bytes::Bytes;
use taipan_object::types::str::Str;
use taipan_object::{Header, Inside, Outcome, Ref, Thread, Value, object};

use super::error;
use super::item;

struct Content {
    format: Value,
    layout: Rc<Layout>,
}

impl taipan_object::typeobject::Held for Content {
    fn report(&self, visitor: &mut taipan_object::typeobject::Visitor<'_>) {
        self.format.report(visitor);
    }
}

/// A struct object; without content until it is initialised.
#[repr(C)]
pub struct Struct {
    head: Header,
    content: Inside<Option<Content>>,
}
object!(Struct, STRUCT, holds: content);

/// The type `_struct.Struct`.
pub static STRUCT: Type = Type::new::<Struct>(
    &TypeDef {
        doc: Some("Struct(fmt) --> compiled struct object\n\n"),
        methods: &[&[ITER_UNPACK, PACK, PACK_INTO, UNPACK, UNPACK_FROM, __SIZEOF__]],
        getset: &[&[FORMAT, SIZE]],
        ..TypeDef::new("_struct.Struct")
    },
    TypeFlags::BASE.union(TypeFlags::CONTAINER).union(TypeFlags::WEAKREF),
    Slots {
        new: Some(|thread, ty, _| {
            allocate_instance(thread, ty, |head| Struct { head, content: Inside::new(None) })
        }),
        init: Some(init),
        repr: Some(|thread, object| {
            let own = object.downcast::<Struct>().expect("the slot of structs");
            own.layout(thread)?;
            let format =
                own.content.view(thread).as_ref().map_or_else(Value::none, |content| content.format.clone());
            let name = object.ty().short_name().into_owned();
            let format = protocol::repr_string(thread, format.as_ref())?;
            thread.str(&format!("{name}({format})"))
        }),
        ..Slots::holding::<Struct>()
    },
);

fn init<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    static PARAMETERS: Parameters = Parameters {
        function: "Struct",
        names: &["format"],
        positional_only: 0,
        positional: 1,
        required: 1,
        required_keywords: 0,
    };
    let [format] = PARAMETERS.parse::<1>(thread, args)?;
    let format = format.expect("required");
    let (text, format) = if let Some(text) = format.downcast::<Str>() {
        if !text.is_ascii() {
            let encoding = thread.str("ascii")?;
            protocol::call_method(thread, format, "encode", &[encoding.as_ref()])?;
        }
        (text.raw_bytes().to_vec(), format.to_value())
    } else if let Some(bytes) = format.downcast::<Bytes>() {
        let text: String = bytes.content().iter().map(|&byte| char::from(byte)).collect();
        (bytes.content().to_vec(), thread.str(&text)?)
    } else {
        let ty = format.ty().name().into_owned();
        return Err(thread.type_error(format!("Struct() argument 1 must be a str or bytes object, not {ty}")));
    };
    let layout = match Layout::parse(&text) {
        Ok(layout) => Rc::new(layout),
        Err(complaint) => return Err(error(thread, &complaint.to_string())),
    };
    let own = object.downcast::<Struct>().expect("the slot of structs");
    let old = own.content.change(thread).replace(Content { format, layout });
    drop(old);
    Ok(())
}

impl Struct {
    fn layout(&self, thread: &mut Thread) -> Outcome<Rc<Layout>> {
        match self.content.view(thread) {
            Some(content) => Ok(content.layout.clone()),
            None => Err(thread.runtime_error("Struct object is not initialized")),
        }
    }

    /// How many bytes it takes.
    pub(super) fn size(&self, thread: &mut Thread) -> Outcome<usize> {
        Ok(self.layout(thread)?.size)
    }
}

fn unpack_bytes(thread: &mut Thread, layout: &Layout, bytes: &[u8]) -> Outcome {
    let mut values = Vec::new();
    if values.try_reserve_exact(layout.count).is_err() {
        return Err(thread.no_memory());
    }
    for field in &layout.fields {
        let mut at = field.offset;
        for _ in 0..field.repeat {
            values.push(item::unpack(thread, field, layout.order, &bytes[at..at + field.size])?);
            at += field.size;
        }
    }
    thread.tuple(values)
}

/// Unpacks a part of a buffer, whose bytes nobody changes while values are made.
fn unpack_part(thread: &mut Thread, layout: &Layout, buffer: &Buffer, at: usize) -> Outcome {
    if let Some(bytes) = buffer.constant_bytes() {
        return unpack_bytes(thread, layout, &bytes[at..at + layout.size]);
    }
    let bytes = buffer.bytes(thread)[at..at + layout.size].to_vec();
    unpack_bytes(thread, layout, &bytes)
}

pub(super) fn unpack_all(thread: &mut Thread, own: &Struct, buffer: &Buffer) -> Outcome {
    let layout = own.layout(thread)?;
    if buffer.len() != layout.size {
        let size = layout.size;
        return Err(error(thread, &format!("unpack requires a buffer of {size} bytes")));
    }
    unpack_part(thread, &layout, buffer, 0)
}

pub(super) fn unpack_at(thread: &mut Thread, own: &Struct, buffer: &Buffer, offset: isize) -> Outcome {
    let layout = own.layout(thread)?;
    let (size, length) = (layout.size as isize, buffer.len() as isize);
    let mut at = offset;
    if at < 0 {
        if at + size > 0 {
            return Err(error(thread, &format!("not enough data to unpack {size} bytes at offset {offset}")));
        }
        if at + length < 0 {
            return Err(error(thread, &format!("offset {offset} out of range for {length}-byte buffer")));
        }
        at += length;
    }
    if length - at < size {
        let least = size as i128 + at as i128;
        return Err(error(
            thread,
            &format!(
                "unpack_from requires a buffer of at least {least} bytes for unpacking {size} bytes at offset {at} (actual buffer size is {length})"
            ),
        ));
    }
    unpack_part(thread, &layout, buffer, at as usize)
}

fn pack_bytes(thread: &mut Thread, layout: &Layout, values: &[Ref<'_>]) -> Outcome<Vec<u8>> {
    thread.charge(layout.size)?;
    thread.heap().discharge(layout.size);
    let mut out = vec![0; layout.size];
    let mut values = values.iter();
    for field in &layout.fields {
        let mut at = field.offset;
        for _ in 0..field.repeat {
            let value = values.next().expect("as many as the layout has");
            item::pack(thread, field, layout.order, *value, &mut out[at..at + field.size])?;
            at += field.size;
        }
    }
    Ok(out)
}

pub(super) fn pack_values(thread: &mut Thread, own: &Struct, values: &[Ref<'_>]) -> Outcome {
    let layout = own.layout(thread)?;
    if values.len() != layout.count {
        let (wanted, got) = (layout.count, values.len());
        return Err(error(thread, &format!("pack expected {wanted} items for packing (got {got})")));
    }
    let packed = pack_bytes(thread, &layout, values)?;
    thread.bytes_from(packed)
}

pub(super) fn pack_values_into(thread: &mut Thread, own: &Struct, args: &[Ref<'_>]) -> Outcome<()> {
    let layout = own.layout(thread)?;
    let (buffer, offset, values) = match args {
        [buffer, offset, values @ ..] if values.len() == layout.count => (*buffer, *offset, values),
        [] => return Err(error(thread, "pack_into expected buffer argument")),
        [_] => return Err(error(thread, "pack_into expected offset argument")),
        [_, _, values @ ..] => {
            let (wanted, got) = (layout.count, values.len());
            return Err(error(thread, &format!("pack_into expected {wanted} items for packing (got {got})")));
        }
    };
    let target = match WritableBuffer::from_argument(thread, buffer, "pack_into", 0) {
        Ok(WritableBuffer(target)) => target,
        Err(_) => {
            drop(thread.take_exception());
            let ty = if buffer.is_none() { "None".into() } else { buffer.ty().name() };
            return Err(thread.type_error(format!("argument must be read-write bytes-like object, not {ty}")));
        }
    };
    let given = protocol::index_isize(thread, offset)?;
    let (size, length) = (layout.size as isize, target.len() as isize);
    let mut at = given;
    if at < 0 {
        if at + size > 0 {
            return Err(error(thread, &format!("no space to pack {size} bytes at offset {given}")));
        }
        if at + length < 0 {
            return Err(error(thread, &format!("offset {given} out of range for {length}-byte buffer")));
        }
        at += length;
    }
    if length - at < size {
        let least = size as i128 + at as i128;
        return Err(error(
            thread,
            &format!(
                "pack_into requires a buffer of at least {least} bytes for packing {size} bytes at offset {at} (actual buffer size is {length})"
            ),
        ));
    }
    let packed = pack_bytes(thread, &layout, values)?;
    let at = at as usize;
    target.bytes_mut(thread)[at..at + packed.len()].copy_from_slice(&packed);
    Ok(())
}

/// Return an iterator yielding tuples.
///
/// Tuples are unpacked from the given bytes source, like a repeated
/// invocation of unpack_from().
///
/// Requires that the bytes length be a multiple of the struct size.
#[native(signature = "($self, buffer, /)")]
fn iter_unpack(thread: &mut Thread, this: Ref<'_>, buffer: Ref<'_>) -> Outcome {
    iterate(thread, &this.to_value(), buffer)
}

/// Return a tuple containing unpacked values.
///
/// Unpack according to the format string Struct.format. The buffer's size
/// in bytes must be Struct.size.
///
/// See help(struct) for more on format strings.
#[native(signature = "($self, buffer, /)")]
fn unpack(thread: &mut Thread, this: &Struct, buffer: Buffer) -> Outcome {
    unpack_all(thread, this, &buffer)
}

/// Return a tuple containing unpacked values.
///
/// Values are unpacked according to the format string Struct.format.
///
/// The buffer's size in bytes, starting at position offset, must be
/// at least Struct.size.  A negative offset counts from the end of the
/// buffer.
///
/// See help(struct) for more on format strings.
#[native(signature = "($self, /, buffer, offset=0)")]
fn unpack_from(thread: &mut Thread, this: &Struct, buffer: Buffer, offset: Option<isize>) -> Outcome {
    unpack_at(thread, this, &buffer, offset.unwrap_or(0))
}

/// S.pack(v1, v2, ...) -> bytes
///
/// Return a bytes object containing values v1, v2, ... packed according
/// to the format string S.format.  See help(struct) for more on format
/// strings.
#[native(signature = "($self, *args)", hidden)]
fn pack<'a>(thread: &mut Thread, this: &'a Struct, args: Args<'a>) -> Outcome {
    args.no_keywords(thread, "_struct.Struct.pack")?;
    pack_values(thread, this, args.all())
}

/// S.pack_into(buffer, offset, v1, v2, ...)
///
/// Pack the values v1, v2, ... according to the format string S.format
/// and write the packed bytes into the writable buffer buf starting at
/// offset.  Note that the offset is a required argument.  A negative
/// offset counts from the end of the buffer.  See help(struct) for more
/// on format strings.
#[native(signature = "($self, *args)", hidden)]
fn pack_into<'a>(thread: &mut Thread, this: &'a Struct, args: Args<'a>) -> Outcome<()> {
    args.no_keywords(thread, "_struct.Struct.pack_into")?;
    pack_values_into(thread, this, args.all())
}

/// S.__sizeof__() -> size of S in memory, in bytes
#[native(signature = "($self, /)", name = "__sizeof__")]
fn __sizeof__(thread: &mut Thread, this: &Struct) -> usize {
    let fields = this.content.view(thread).as_ref().map_or(0, |content| content.layout.fields.len());
    56 + (fields + 1) * 32
}

/// struct format string
#[getter]
fn format(thread: &mut Thread, this: &Struct) -> Outcome {
    this.layout(thread)?;
    Ok(this.content.view(thread).as_ref().map_or_else(Value::none, |content| content.format.clone()))
}

/// struct size in bytes
#[getter]
fn size(thread: &mut Thread, this: &Struct) -> i64 {
    this.content.view(thread).as_ref().map_or(-1, |content| content.layout.size as i64)
}

/// An iterator over the structs in a buffer.
#[repr(C)]
pub struct UnpackIterator {
    head: Header,
    of: Value,
    buffer: Inside<Option<Buffer>>,
    layout: Rc<Layout>,
    at: Cell<usize>,
}
object!(UnpackIterator, UNPACK_ITERATOR, holds: of, buffer);

static UNPACK_ITERATOR: Type = Type::new::<UnpackIterator>(
    &TypeDef { methods: &[METHODS], ..TypeDef::new("_struct.unpack_iterator") },
    TypeFlags::CONTAINER.union(TypeFlags::NO_NEW),
    Slots {
        new: None,
        iter: Some(|_, object| Ok(object.to_value())),
        next: Some(|thread, object| {
            let own = object.downcast::<UnpackIterator>().expect("the slot of unpack iterators");
            let Some(buffer) = own.buffer.change(thread).take() else { return Ok(None) };
            let at = own.at.get();
            if at >= buffer.len() {
                return Ok(None);
            }
            own.at.set(at + own.layout.size);
            let item = unpack_part(thread, &own.layout, &buffer, at);
            *own.buffer.change(thread) = Some(buffer);
            item.map(Some)
        }),
        ..Slots::holding::<UnpackIterator>()
    },
);

const METHODS: &[MethodDef] = &[__LENGTH_HINT__];

/// Private method returning an estimate of len(list(it)).
#[native(signature = "($self, /)", hidden)]
fn __length_hint__(thread: &mut Thread, this: &UnpackIterator) -> usize {
    this.buffer.view(thread).as_ref().map_or(0, |buffer| (buffer.len() - this.at.get()) / this.layout.size)
}

pub(super) fn iterate(thread: &mut Thread, of: &Value, buffer: Ref<'_>) -> Outcome {
    let layout = of.downcast::<Struct>().expect("a struct").layout(thread)?;
    if layout.size == 0 {
        return Err(error(thread, "cannot iteratively unpack with a struct of length 0"));
    }
    let buffer = Buffer::of(thread, buffer, BufferFlags::SIMPLE)?;
    if buffer.len() % layout.size != 0 {
        let size = layout.size;
        return Err(error(
            thread,
            &format!("iterative unpacking requires a buffer of a multiple of {size} bytes"),
        ));
    }
    let of = of.clone();
    thread.new_object(|head| UnpackIterator {
        head,
        of,
        buffer: Inside::new(Some(buffer)),
        layout,
        at: Cell::new(0),
    })
}
