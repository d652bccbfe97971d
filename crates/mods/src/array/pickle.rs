//! Pickling of arrays, in a form that other machines can read.

use taipan_macros::native;
use taipan_num::{ByteOrder, Int};
use taipan_object::protocol;
use taipan_object::typeobject::Type;
use taipan_object::types::bytes::Bytes;
use taipan_object::types::int::to_int;
use taipan_object::{Outcome, Ref, Thread, Value};

use super::item::Kind;
use super::methods::list_of;
use super::object::{Array, array};
use super::slots::{ARRAY, kind_of};

/// What the items of a machine format are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Items {
    Int { signed: bool },
    Float,
    Text,
}

/// Size, kind and order of each machine format, by its number.
const FORMATS: [(usize, Items, ByteOrder); 22] = {
    use ByteOrder::{Big, Little};
    const S: Items = Items::Int { signed: true };
    const U: Items = Items::Int { signed: false };
    [
        (1, U, Little),
        (1, S, Little),
        (2, U, Little),
        (2, U, Big),
        (2, S, Little),
        (2, S, Big),
        (4, U, Little),
        (4, U, Big),
        (4, S, Little),
        (4, S, Big),
        (8, U, Little),
        (8, U, Big),
        (8, S, Little),
        (8, S, Big),
        (4, Items::Float, Little),
        (4, Items::Float, Big),
        (8, Items::Float, Little),
        (8, Items::Float, Big),
        (2, Items::Text, Little),
        (2, Items::Text, Big),
        (4, Items::Text, Little),
        (4, Items::Text, Big),
    ]
};

fn items_of(kind: &Kind) -> Items {
    match kind.code {
        b'u' | b'w' => Items::Text,
        b'f' | b'd' => Items::Float,
        code => Items::Int { signed: code.is_ascii_lowercase() },
    }
}

const NATIVE: ByteOrder = if cfg!(target_endian = "little") { ByteOrder::Little } else { ByteOrder::Big };

/// The number of a kind's machine format.
fn format_of(kind: &Kind) -> usize {
    let own = items_of(kind);
    FORMATS
        .iter()
        .position(|&(size, items, order)| size == kind.size && items == own && (size == 1 || order == NATIVE))
        .unwrap_or(0)
}

/// Return state information for pickling.
#[native(signature = "($self, value, /)", name = "__reduce_ex__")]
pub(super) fn __reduce_ex__(thread: &mut Thread, this: Ref<'_>, value: Ref<'_>) -> Outcome {
    let own = array(this);
    if to_int(value).is_none() {
        return Err(thread.type_error("__reduce_ex__ argument should be an integer"));
    }
    let protocol_version = protocol::index_i64(thread, value)?;
    let dict = thread.names().__dict__.clone();
    let dict = protocol::find_attribute(thread, this, dict.as_ref())?.unwrap_or_else(Value::none);
    let class = this.ty().as_ref().to_value();
    let code = thread.character(u32::from(own.kind.code))?;
    if protocol_version < 3 {
        let list = list_of(thread, own)?;
        let arguments = thread.tuple([code, list])?;
        return thread.tuple([class, arguments, dict]);
    }
    let function = crate::library::attribute_of(thread, "array", "_array_reconstructor")?;
    let length = own.len(thread);
    let content = own.copy(thread, 0, length)?;
    let content = thread.bytes_from(content)?;
    let format = Value::small_int(format_of(own.kind) as i64);
    let arguments = thread.tuple([class, code, format, content])?;
    thread.tuple([function, arguments, dict])
}

/// Internal. Used for pickling support.
#[native(signature = "($module, arraytype, typecode, mformat_code, items,\n                     /)")]
pub(super) fn _array_reconstructor(
    thread: &mut Thread,
    arraytype: Ref<'_>,
    typecode: Ref<'_>,
    mformat_code: i32,
    items: Ref<'_>,
) -> Outcome {
    let kind = kind_of(thread, typecode, "_array_reconstructor(): argument 2")?;
    let Some(class) = arraytype.downcast::<Type>() else {
        let ty = arraytype.ty().name().into_owned();
        return Err(thread.type_error(format!("first argument must be a type object, not {ty}")));
    };
    if !class.is_subtype(thread, &ARRAY) {
        let name = class.name().into_owned();
        return Err(thread.type_error(format!("{name} is not a subtype of array.array")));
    }
    let Some(kind) = kind else {
        return Err(thread.value_error("second argument must be a valid type code"));
    };
    let format = usize::try_from(mformat_code).ok().filter(|&format| format < FORMATS.len());
    let Some(format) = format else {
        return Err(thread.value_error("third argument must be a valid machine format code."));
    };
    let Some(bytes) = items.downcast::<Bytes>() else {
        let ty = items.ty().name().into_owned();
        return Err(thread.type_error(format!("fourth argument should be bytes, not {ty}")));
    };
    let bytes = bytes.content();
    if format == format_of(kind) {
        let made = protocol::call(thread, arraytype, &[typecode])?;
        let own = made.downcast::<Array>().expect("of a class of arrays");
        super::methods::append_bytes(thread, own, bytes)?;
        return Ok(made);
    }
    let (size, form, order) = FORMATS[format];
    if bytes.len() % size != 0 {
        return Err(thread.value_error("string length not a multiple of item size"));
    }
    if form == Items::Text {
        let name = match (size, order) {
            (2, ByteOrder::Little) => "utf-16-le",
            (2, ByteOrder::Big) => "utf-16-be",
            (_, ByteOrder::Little) => "utf-32-le",
            (_, ByteOrder::Big) => "utf-32-be",
        };
        let name = thread.str(name)?;
        let text = protocol::call_method(thread, items, "decode", &[name.as_ref()])?;
        return protocol::call(thread, arraytype, &[typecode, text.as_ref()]);
    }
    // Codes whose items have another size here take the smallest that fits.
    let mut wanted = kind;
    if let Items::Int { signed } = form {
        let fits = |kind: &&Kind| kind.size == size && items_of(kind) == Items::Int { signed };
        if let Some(found) = super::item::KINDS.iter().find(fits)
            && (kind.size != size || items_of(kind) != form)
        {
            wanted = found;
        }
    }
    let mut values = Vec::with_capacity(bytes.len() / size);
    for item in bytes.chunks_exact(size) {
        values.push(match form {
            Items::Float => thread.float(taipan_num::packing::unpack_float(item, order))?,
            Items::Int { signed } => thread.int_value(Int::from_bytes(item, order, signed))?,
            Items::Text => Value::none(),
        });
    }
    let values = thread.list(values)?;
    let code = thread.character(u32::from(wanted.code))?;
    protocol::call(thread, arraytype, &[code.as_ref(), values.as_ref()])
}
