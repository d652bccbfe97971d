//! The functions of `_operator`: each an operator of the language.

use taipan_macros::native;
use taipan_object::native::{Args, MethodDef};
use taipan_object::protocol::{self, BinaryOp};
use taipan_object::typeobject::{CompareOp, call_special};
use taipan_object::types::str::Str;
use taipan_object::types::{bytes, int};
use taipan_object::{Outcome, Ref, Thread};

/// All of them.
pub(super) const FUNCTIONS: &[MethodDef] = &[
    ADD,
    AND_,
    FLOORDIV,
    LSHIFT,
    MATMUL,
    MOD_,
    MUL,
    OR_,
    POW,
    RSHIFT,
    SUB,
    TRUEDIV,
    XOR,
    IADD,
    IAND,
    IFLOORDIV,
    ILSHIFT,
    IMATMUL,
    IMOD,
    IMUL,
    IOR,
    IPOW,
    IRSHIFT,
    ISUB,
    ITRUEDIV,
    IXOR,
    LT,
    LE,
    EQ,
    NE,
    GT,
    GE,
    ABS,
    NEG,
    POS,
    INV,
    INVERT,
    INDEX,
    TRUTH,
    NOT_,
    IS_,
    IS_NOT,
    IS_NONE,
    IS_NOT_NONE,
    CONTAINS,
    GETITEM,
    SETITEM,
    DELITEM,
    CONCAT,
    ICONCAT,
    COUNTOF,
    INDEXOF,
    LENGTH_HINT,
    CALL,
    _COMPARE_DIGEST,
];

/// Same as a + b.
#[native(signature = "($module, a, b, /)")]
fn add(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome {
    protocol::binary(thread, a, b, BinaryOp::Add)
}

/// Same as a & b.
#[native(signature = "($module, a, b, /)", name = "and_")]
fn and_(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome {
    protocol::binary(thread, a, b, BinaryOp::And)
}

/// Same as a // b.
#[native(signature = "($module, a, b, /)")]
fn floordiv(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome {
    protocol::binary(thread, a, b, BinaryOp::FloorDivide)
}

/// Same as a << b.
#[native(signature = "($module, a, b, /)")]
fn lshift(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome {
    protocol::binary(thread, a, b, BinaryOp::Lshift)
}

/// Same as a @ b.
#[native(signature = "($module, a, b, /)")]
fn matmul(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome {
    protocol::binary(thread, a, b, BinaryOp::MatrixMultiply)
}

/// Same as a % b.
#[native(signature = "($module, a, b, /)")]
fn mod_(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome {
    protocol::binary(thread, a, b, BinaryOp::Remainder)
}

/// Same as a * b.
#[native(signature = "($module, a, b, /)")]
fn mul(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome {
    protocol::binary(thread, a, b, BinaryOp::Multiply)
}

/// Same as a | b.
#[native(signature = "($module, a, b, /)", name = "or_")]
fn or_(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome {
    protocol::binary(thread, a, b, BinaryOp::Or)
}

/// Same as a ** b.
#[native(signature = "($module, a, b, /)")]
fn pow(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome {
    protocol::binary(thread, a, b, BinaryOp::Power)
}

/// Same as a >> b.
#[native(signature = "($module, a, b, /)")]
fn rshift(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome {
    protocol::binary(thread, a, b, BinaryOp::Rshift)
}

/// Same as a - b.
#[native(signature = "($module, a, b, /)")]
fn sub(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome {
    protocol::binary(thread, a, b, BinaryOp::Subtract)
}

/// Same as a / b.
#[native(signature = "($module, a, b, /)")]
fn truediv(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome {
    protocol::binary(thread, a, b, BinaryOp::TrueDivide)
}

/// Same as a ^ b.
#[native(signature = "($module, a, b, /)")]
fn xor(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome {
    protocol::binary(thread, a, b, BinaryOp::Xor)
}

/// Same as a += b.
#[native(signature = "($module, a, b, /)")]
fn iadd(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome {
    protocol::inplace(thread, a, b, BinaryOp::Add)
}

/// Same as a &= b.
#[native(signature = "($module, a, b, /)")]
fn iand(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome {
    protocol::inplace(thread, a, b, BinaryOp::And)
}

/// Same as a //= b.
#[native(signature = "($module, a, b, /)")]
fn ifloordiv(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome {
    protocol::inplace(thread, a, b, BinaryOp::FloorDivide)
}

/// Same as a <<= b.
#[native(signature = "($module, a, b, /)")]
fn ilshift(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome {
    protocol::inplace(thread, a, b, BinaryOp::Lshift)
}

/// Same as a @= b.
#[native(signature = "($module, a, b, /)")]
fn imatmul(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome {
    protocol::inplace(thread, a, b, BinaryOp::MatrixMultiply)
}

/// Same as a %= b.
#[native(signature = "($module, a, b, /)")]
fn imod(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome {
    protocol::inplace(thread, a, b, BinaryOp::Remainder)
}

/// Same as a *= b.
#[native(signature = "($module, a, b, /)")]
fn imul(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome {
    protocol::inplace(thread, a, b, BinaryOp::Multiply)
}

/// Same as a |= b.
#[native(signature = "($module, a, b, /)")]
fn ior(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome {
    protocol::inplace(thread, a, b, BinaryOp::Or)
}

/// Same as a **= b.
#[native(signature = "($module, a, b, /)")]
fn ipow(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome {
    protocol::inplace(thread, a, b, BinaryOp::Power)
}

/// Same as a >>= b.
#[native(signature = "($module, a, b, /)")]
fn irshift(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome {
    protocol::inplace(thread, a, b, BinaryOp::Rshift)
}

/// Same as a -= b.
#[native(signature = "($module, a, b, /)")]
fn isub(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome {
    protocol::inplace(thread, a, b, BinaryOp::Subtract)
}

/// Same as a /= b.
#[native(signature = "($module, a, b, /)")]
fn itruediv(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome {
    protocol::inplace(thread, a, b, BinaryOp::TrueDivide)
}

/// Same as a ^= b.
#[native(signature = "($module, a, b, /)")]
fn ixor(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome {
    protocol::inplace(thread, a, b, BinaryOp::Xor)
}

/// Same as a < b.
#[native(signature = "($module, a, b, /)")]
fn lt(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome {
    protocol::compare(thread, a, b, CompareOp::Lt)
}

/// Same as a <= b.
#[native(signature = "($module, a, b, /)")]
fn le(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome {
    protocol::compare(thread, a, b, CompareOp::Le)
}

/// Same as a == b.
#[native(signature = "($module, a, b, /)")]
fn eq(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome {
    protocol::compare(thread, a, b, CompareOp::Eq)
}

/// Same as a != b.
#[native(signature = "($module, a, b, /)")]
fn ne(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome {
    protocol::compare(thread, a, b, CompareOp::Ne)
}

/// Same as a > b.
#[native(signature = "($module, a, b, /)")]
fn gt(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome {
    protocol::compare(thread, a, b, CompareOp::Gt)
}

/// Same as a >= b.
#[native(signature = "($module, a, b, /)")]
fn ge(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome {
    protocol::compare(thread, a, b, CompareOp::Ge)
}

/// Same as abs(a).
#[native(signature = "($module, a, /)")]
fn abs(thread: &mut Thread, a: Ref<'_>) -> Outcome {
    protocol::absolute(thread, a)
}

/// Same as -a.
#[native(signature = "($module, a, /)")]
fn neg(thread: &mut Thread, a: Ref<'_>) -> Outcome {
    protocol::unary_negative(thread, a)
}

/// Same as +a.
#[native(signature = "($module, a, /)")]
fn pos(thread: &mut Thread, a: Ref<'_>) -> Outcome {
    protocol::unary_positive(thread, a)
}

/// Same as ~a.
#[native(signature = "($module, a, /)")]
fn inv(thread: &mut Thread, a: Ref<'_>) -> Outcome {
    protocol::unary_invert(thread, a)
}

/// Same as ~a.
#[native(signature = "($module, a, /)")]
fn invert(thread: &mut Thread, a: Ref<'_>) -> Outcome {
    protocol::unary_invert(thread, a)
}

/// Same as a.__index__()
#[native(signature = "($module, a, /)")]
fn index(thread: &mut Thread, a: Ref<'_>) -> Outcome {
    let value = protocol::index(thread, a)?;
    // An int, and not of a derived class.
    match int::to_int(value.as_ref()) {
        Some(number) => thread.int_value(number.into_owned()),
        None => Ok(value),
    }
}

/// Return True if a is true, False otherwise.
#[native(signature = "($module, a, /)")]
fn truth(thread: &mut Thread, a: Ref<'_>) -> Outcome<bool> {
    protocol::is_true(thread, a)
}

/// Same as not a.
#[native(signature = "($module, a, /)", name = "not_")]
fn not_(thread: &mut Thread, a: Ref<'_>) -> Outcome<bool> {
    Ok(!protocol::is_true(thread, a)?)
}

/// Same as a is b.
#[native(signature = "($module, a, b, /)", name = "is_")]
fn is_(_: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> bool {
    a.is(b)
}

/// Same as a is not b.
#[native(signature = "($module, a, b, /)")]
fn is_not(_: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> bool {
    !a.is(b)
}

/// Same as a is None.
#[native(signature = "($module, a, /)")]
fn is_none(_: &mut Thread, a: Ref<'_>) -> bool {
    a.is_none()
}

/// Same as a is not None.
#[native(signature = "($module, a, /)")]
fn is_not_none(_: &mut Thread, a: Ref<'_>) -> bool {
    !a.is_none()
}

/// Same as b in a (note reversed operands).
#[native(signature = "($module, a, b, /)")]
fn contains(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome<bool> {
    protocol::contains(thread, a, b)
}

/// Same as a[b].
#[native(signature = "($module, a, b, /)")]
fn getitem(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome {
    protocol::get_item(thread, a, b)
}

/// Same as a[b] = c.
#[native(signature = "($module, a, b, c, /)")]
fn setitem(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>, c: Ref<'_>) -> Outcome<()> {
    protocol::set_item(thread, a, b, c)
}

/// Same as del a[b].
#[native(signature = "($module, a, b, /)")]
fn delitem(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome<()> {
    protocol::delete_item(thread, a, b)
}

/// Same as a + b, for a and b sequences.
#[native(signature = "($module, a, b, /)")]
fn concat(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome {
    join(thread, a, b, false)
}

/// Same as a += b, for a and b sequences.
#[native(signature = "($module, a, b, /)")]
fn iconcat(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome {
    join(thread, a, b, true)
}

/// `a + b` of sequences.
fn join(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>, in_place: bool) -> Outcome {
    let slots = a.ty().slots();
    if let Some(concat) = slots.inplace_concat.filter(|_| in_place).or(slots.concat) {
        return concat(thread, a, b);
    }
    if protocol::is_sequence(a) && protocol::is_sequence(b) {
        return match in_place {
            true => protocol::inplace(thread, a, b, BinaryOp::Add),
            false => protocol::binary(thread, a, b, BinaryOp::Add),
        };
    }
    let ty = a.ty().name().into_owned();
    Err(thread.type_error(format!("'{ty}' object can't be concatenated")))
}

/// Return the number of items in a which are, or which equal, b.
#[native(signature = "($module, a, b, /)", name = "countOf")]
fn countof(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome<usize> {
    let mut count = 0;
    protocol::for_each(thread, a, |thread, item| {
        count += usize::from(protocol::compare_bool(thread, item.as_ref(), b, CompareOp::Eq)?);
        Ok(())
    })?;
    Ok(count)
}

/// Return the first index of b in a.
#[native(signature = "($module, a, b, /)", name = "indexOf")]
fn indexof(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome<usize> {
    let iterator = protocol::iter(thread, a)?;
    let mut index = 0;
    while let Some(item) = protocol::next(thread, iterator.as_ref())? {
        thread.poll()?;
        if protocol::compare_bool(thread, item.as_ref(), b, CompareOp::Eq)? {
            return Ok(index);
        }
        index += 1;
    }
    Err(thread.value_error("sequence.index(x): x not in sequence"))
}

/// Return an estimate of the number of items in obj.
///
/// This is useful for presizing containers when building from an iterable.
///
/// If the object supports len(), the result will be exact.
/// Otherwise, it may over- or under-estimate by an arbitrary amount.
/// The result will be an integer >= 0.
#[native(signature = "($module, obj, default=0, /)")]
fn length_hint(thread: &mut Thread, obj: Ref<'_>, default: Option<Ref<'_>>) -> Outcome<isize> {
    let default = match default {
        Some(default) => protocol::index_isize(thread, default)?,
        None => 0,
    };
    length_hint_of(thread, obj, default)
}

/// `PyObject_LengthHint`
fn length_hint_of(thread: &mut Thread, object: Ref<'_>, default: isize) -> Outcome<isize> {
    if let Some(length) = object.ty().slots().length {
        match length(thread, object) {
            Ok(length) => return Ok(length as isize),
            Err(raised) => pass_type_error(thread, raised)?,
        }
    }
    let name = thread.names().__length_hint__.clone();
    let hint = match call_special(thread, object, &name, &[]) {
        Ok(Some(hint)) => hint,
        Ok(None) => return Ok(default),
        Err(raised) => {
            pass_type_error(thread, raised)?;
            return Ok(default);
        }
    };
    if hint.as_ref().is(Ref::not_implemented()) {
        return Ok(default);
    }
    if int::to_int(hint.as_ref()).is_none() {
        let ty = hint.as_ref().ty().name().into_owned();
        return Err(thread.type_error(format!("__length_hint__ must be an integer, not {ty}")));
    }
    let hint = protocol::index_isize(thread, hint.as_ref())?;
    if hint < 0 {
        return Err(thread.value_error("__length_hint__() should return >= 0"));
    }
    Ok(hint)
}

fn pass_type_error(thread: &mut Thread, raised: taipan_object::Raised) -> Outcome<()> {
    if !thread.exception_is(&taipan_object::types::exception::TYPE_ERROR) {
        return Err(raised);
    }
    drop(thread.take_exception());
    Ok(())
}

/// Same as obj(*args, **kwargs).
#[native(signature = "($module, obj, /, *args, **kwargs)")]
fn call<'a>(thread: &mut Thread, args: Args<'a>) -> Outcome {
    let Some(function) = args.positionals().first() else {
        return Err(thread.type_error("call expected at least 1 argument, got 0"));
    };
    protocol::call_args(thread, *function, Args::with_names(&args.all()[1..], args.names()))
}

/// Return 'a == b'.
///
/// This function uses an approach designed to prevent
/// timing analysis, making it appropriate for cryptography.
///
/// a and b must both be of the same type: either str (ASCII only),
/// or any bytes-like object.
///
/// Note: If a and b are of different lengths, or if an error occurs,
/// a timing attack could theoretically reveal information about the
/// types and lengths of a and b--but not their values.
#[native(signature = "($module, a, b, /)")]
fn _compare_digest(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome<bool> {
    if let (Some(a), Some(b)) = (a.downcast::<Str>(), b.downcast::<Str>()) {
        if !a.is_ascii() || !b.is_ascii() {
            return Err(thread.type_error("comparing strings with non-ASCII characters is not supported"));
        }
        return Ok(same_bytes(a.raw_bytes(), b.raw_bytes()));
    }
    let has_buffer = |object: Ref<'_>| object.ty().slots().buffer.is_some();
    if !has_buffer(a) || !has_buffer(b) {
        let (a, b) = (a.ty().name().into_owned(), b.ty().name().into_owned());
        return Err(thread
            .type_error(format!("unsupported operand types(s) or combination of types: '{a}' and '{b}'")));
    }
    let a = bytes::bytes_like(thread, a)?.into_owned();
    let b = bytes::bytes_like(thread, b)?;
    Ok(same_bytes(&a, &b))
}

/// Compares in a time that does not depend on the content.
fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    let mut difference = u8::from(a.len() != b.len());
    let left = if a.len() == b.len() { a } else { b };
    for (x, y) in left.iter().zip(b) {
        difference |= std::hint::black_box(x ^ y);
    }
    difference == 0
}
