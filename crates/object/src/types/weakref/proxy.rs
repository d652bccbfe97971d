//! Proxies: objects that do with a weakly referenced object what is done with them.

use taipan_layout::Header;

use super::{WeakRef, drop_reference, find_or_make};
use crate::native::{Binding, MethodDef, NativeCall};
use crate::protocol::{self, BinaryOp};
use crate::thread::Thread;
use crate::typeobject::{Slots, Type, TypeDef, TypeFlags, clear_object, traverse_object};
use crate::types::float::FLOAT;
use crate::types::int::INT;
use crate::types::object::{NO_NEW, OBJECT_SLOTS};
use crate::value::{Outcome, Raised, Ref, Value};

/// The type `weakref.ProxyType`.
pub static PROXY: Type = Type::new::<WeakRef>(
    &TypeDef { methods: &[METHODS], ..TypeDef::new("weakref.ProxyType") },
    TypeFlags::CONTAINER,
    PROXY_SLOTS,
);

/// The type `weakref.CallableProxyType`.
pub static CALLABLE_PROXY: Type = Type::new::<WeakRef>(
    &const { TypeDef::new("weakref.CallableProxyType") },
    TypeFlags::CONTAINER,
    Slots {
        call: Some(|thread, proxy, args| {
            let object = alive(thread, proxy)?;
            protocol::call_args(thread, object.as_ref(), args)
        }),
        ..PROXY_SLOTS
    },
);

const METHODS: &[MethodDef] = &[forwarded("__bytes__", bytes), forwarded("__reversed__", reversed)];

const fn forwarded(name: &'static str, call: fn(&mut Thread, Ref<'_>) -> Outcome) -> MethodDef {
    MethodDef { name, doc: None, signature: None, call: NativeCall::NoArgs(call), binding: Binding::Instance }
}

fn bytes(thread: &mut Thread, proxy: Ref<'_>) -> Outcome {
    let object = alive(thread, proxy)?;
    protocol::call_method(thread, object.as_ref(), "__bytes__", &[])
}

fn reversed(thread: &mut Thread, proxy: Ref<'_>) -> Outcome {
    let object = alive(thread, proxy)?;
    protocol::call_method(thread, object.as_ref(), "__reversed__", &[])
}

/// `weakref.proxy(object, callback)`
pub fn new_proxy(thread: &mut Thread, object: Ref<'_>, callback: Option<Ref<'_>>) -> Outcome {
    let ty = if object.ty().slots().call.is_some() { &CALLABLE_PROXY } else { &PROXY };
    find_or_make(thread, ty, object, callback)
}

fn as_proxy<'a>(object: Ref<'a>) -> Option<&'a WeakRef> {
    let ty = object.ty();
    if !ty.is(&PROXY) && !ty.is(&CALLABLE_PROXY) {
        return None;
    }
    let header = std::ptr::from_ref(object.header()?);
    // SAFETY: both types of proxies have this struct, and no class derives from them.
    Some(unsafe { &*header.cast::<WeakRef>() })
}

#[cold]
fn gone(thread: &mut Thread) -> Raised {
    thread.reference_error("weakly-referenced object no longer exists")
}

/// The object of a proxy, or ReferenceError; what is no proxy stands for itself.
fn alive(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    match as_proxy(object) {
        Some(proxy) => proxy.get().ok_or_else(|| gone(thread)),
        None => Ok(object.to_value()),
    }
}

macro_rules! unary {
    ($($name:ident $body:expr;)*) => { $(
        fn $name(thread: &mut Thread, proxy: Ref<'_>) -> Outcome {
            let object = alive(thread, proxy)?;
            let body: fn(&mut Thread, Ref<'_>) -> Outcome = $body;
            body(thread, object.as_ref())
        }
    )* };
}

unary! {
    str protocol::str;
    iter protocol::iter;
    negative protocol::unary_negative;
    positive protocol::unary_positive;
    absolute protocol::absolute;
    invert protocol::unary_invert;
    int |thread, object| protocol::call(thread, INT.as_ref(), &[object]);
    float |thread, object| protocol::call(thread, FLOAT.as_ref(), &[object]);
    index protocol::index;
}

macro_rules! binary {
    ($($name:ident $body:expr;)*) => { $(
        fn $name(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>) -> Outcome {
            let left = alive(thread, left)?;
            let right = alive(thread, right)?;
            let body: fn(&mut Thread, Ref<'_>, Ref<'_>) -> Outcome = $body;
            body(thread, left.as_ref(), right.as_ref())
        }
    )* };
}

binary! {
    getattr protocol::get_attribute;
    subscript protocol::get_item;
    divmod protocol::divmod;
}

macro_rules! operators {
    ($($name:ident $inplace:ident $op:ident;)*) => { $(
        binary! {
            $name |thread, left, right| protocol::binary(thread, left, right, BinaryOp::$op);
            $inplace |thread, left, right| protocol::inplace(thread, left, right, BinaryOp::$op);
        }
    )* };
}

operators! {
    add inplace_add Add;
    subtract inplace_subtract Subtract;
    multiply inplace_multiply Multiply;
    remainder inplace_remainder Remainder;
    lshift inplace_lshift Lshift;
    rshift inplace_rshift Rshift;
    and inplace_and And;
    xor inplace_xor Xor;
    or inplace_or Or;
    floor_divide inplace_floor_divide FloorDivide;
    true_divide inplace_true_divide TrueDivide;
    matrix_multiply inplace_matrix_multiply MatrixMultiply;
}

fn power(thread: &mut Thread, base: Ref<'_>, exponent: Ref<'_>, modulus: Ref<'_>) -> Outcome {
    let base = alive(thread, base)?;
    let exponent = alive(thread, exponent)?;
    let modulus = alive(thread, modulus)?;
    protocol::power(thread, base.as_ref(), exponent.as_ref(), modulus.as_ref())
}

fn inplace_power(thread: &mut Thread, base: Ref<'_>, exponent: Ref<'_>, _: Ref<'_>) -> Outcome {
    let base = alive(thread, base)?;
    let exponent = alive(thread, exponent)?;
    protocol::inplace(thread, base.as_ref(), exponent.as_ref(), BinaryOp::Power)
}

fn repr(thread: &mut Thread, proxy: Ref<'_>) -> Outcome {
    let own = protocol::id(proxy);
    let Some(object) = as_proxy(proxy).and_then(WeakRef::get) else {
        return thread.str(&format!("<weakproxy at {own:#x}; dead>"));
    };
    let class = object.as_ref().ty().dotted_name(thread);
    let class = class.strip_prefix("__main__.").unwrap_or(&class);
    let to = protocol::id(object.as_ref());
    thread.str(&format!("<weakproxy at {own:#x}; to '{class}' at {to:#x}>"))
}

fn next(thread: &mut Thread, proxy: Ref<'_>) -> Outcome<Option<Value>> {
    let object = alive(thread, proxy)?;
    if object.as_ref().ty().slots().next.is_none() {
        let ty = object.as_ref().ty().name().into_owned();
        return Err(thread.type_error(format!("Weakref proxy referenced a non-iterator '{ty}' object")));
    }
    protocol::next_or_end(thread, object.as_ref())
}

const PROXY_SLOTS: Slots = Slots {
    drop: drop_reference as unsafe fn(*mut Header),
    traverse: traverse_object::<WeakRef>,
    clear: Some(clear_object::<WeakRef>),
    new: NO_NEW,
    repr: Some(repr),
    str: Some(str),
    hash: Some(protocol::not_hashable),
    compare: Some(|thread, left, right, op| {
        let left = alive(thread, left)?;
        let right = alive(thread, right)?;
        protocol::compare(thread, left.as_ref(), right.as_ref(), op)
    }),
    getattr: Some(getattr),
    setattr: Some(|thread, proxy, name, value| {
        let object = alive(thread, proxy)?;
        protocol::set_attribute(thread, object.as_ref(), name, value)
    }),
    iter: Some(iter),
    next: Some(next),
    add: Some(add),
    subtract: Some(subtract),
    multiply: Some(multiply),
    remainder: Some(remainder),
    divmod: Some(divmod),
    power: Some(power),
    lshift: Some(lshift),
    rshift: Some(rshift),
    and: Some(and),
    xor: Some(xor),
    or: Some(or),
    floor_divide: Some(floor_divide),
    true_divide: Some(true_divide),
    matrix_multiply: Some(matrix_multiply),
    inplace_add: Some(inplace_add),
    inplace_subtract: Some(inplace_subtract),
    inplace_multiply: Some(inplace_multiply),
    inplace_remainder: Some(inplace_remainder),
    inplace_power: Some(inplace_power),
    inplace_lshift: Some(inplace_lshift),
    inplace_rshift: Some(inplace_rshift),
    inplace_and: Some(inplace_and),
    inplace_xor: Some(inplace_xor),
    inplace_or: Some(inplace_or),
    inplace_floor_divide: Some(inplace_floor_divide),
    inplace_true_divide: Some(inplace_true_divide),
    inplace_matrix_multiply: Some(inplace_matrix_multiply),
    negative: Some(negative),
    positive: Some(positive),
    absolute: Some(absolute),
    invert: Some(invert),
    bool: Some(|thread, proxy| {
        let object = alive(thread, proxy)?;
        protocol::is_true(thread, object.as_ref())
    }),
    int: Some(int),
    float: Some(float),
    index: Some(index),
    length: Some(|thread, proxy| {
        let object = alive(thread, proxy)?;
        protocol::length(thread, object.as_ref())
    }),
    subscript: Some(subscript),
    set_subscript: Some(|thread, proxy, key, value| {
        let object = alive(thread, proxy)?;
        match value {
            Some(value) => protocol::set_item(thread, object.as_ref(), key, value),
            None => protocol::delete_item(thread, object.as_ref(), key),
        }
    }),
    contains: Some(|thread, proxy, item| {
        let object = alive(thread, proxy)?;
        protocol::contains(thread, object.as_ref(), item)
    }),
    ..OBJECT_SLOTS
};
