//! `int`: immediates up to 61 bits, objects beyond; instances of derived classes are objects.
//!
//! Invariant: an exact `int` that fits an immediate is one. Results are bounded and charged before
//! the library computes them.
//!
//! Answers for CPython's `Objects/longobject.c`.
#![allow(unsafe_code)] // the object layout: see the module head and the notes at each block

mod methods;

use std::borrow::Cow;

use taipan_layout::{Header, Word};
use taipan_num::Int;
use taipan_num::IntParseError;

use crate::native::{Args, Parameters};
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{CompareOp, Slots, Type, TypeDef, TypeFlags, drop_object};

use crate::types::bytes::{bytes_like, is_bytes_or_bytearray};
use crate::types::object::OBJECT_SLOTS;
use crate::types::str::ascii_digits;
use crate::value::{Object, Outcome, Ref, Value};

/// An integer object.
#[repr(C)]
pub struct BigInt {
    pub(crate) head: Header,
    /// The number.
    pub value: Int,
}

// SAFETY: `repr(C)`, the header first.
unsafe impl Object for BigInt {
    const TYPE: &'static Type = &INT;
}

/// The type `int`.
pub static INT: Type = Type::new::<BigInt>(
    &TypeDef {
        doc: Some(
            "int([x]) -> integer\nint(x, base=10) -> integer\n\nConvert a number or string to an integer, or return 0 if no arguments\nare given.  If x is a number, return x.__int__().  For floating-point\nnumbers, this truncates towards zero.\n\nIf x is not a number or if base is given, then x must be a string,\nbytes, or bytearray instance representing an integer literal in the\ngiven base.  The literal can be preceded by '+' or '-' and be surrounded\nby whitespace.  The base defaults to 10.  Valid bases are 0 and 2-36.\nBase 0 means to interpret the base from the string as an integer\niteral.\n>>> int('0b100', base=0)\n4",
        ),
        methods: &[methods::METHODS],
        getset: &[methods::ATTRIBUTES],
        ..TypeDef::new("int")
    },
    TypeFlags::BASE.union(TypeFlags::MATCH_SELF),
    INT_SLOTS,
);

/// The hash of an immediate: itself, since it lies below the modulus; -1 means an error in C.
#[inline(always)]
pub const fn hash_of_immediate(value: i64) -> i64 {
    if value == -1 { -2 } else { value }
}

/// The slots of `int`, for `bool`.
pub const INT_SLOTS: Slots = Slots {
    drop: drop_object::<BigInt>,
    repr: Some(repr),
    hash: Some(|_, object| {
        if object.word().is_int() {
            return Ok(hash_of_immediate(object.word().int()));
        }
        Ok(match to_int(object) {
            Some(value) => taipan_num::hash::hash_int(&value),
            None => 0,
        })
    }),
    compare: Some(compare),
    add: Some(add),
    subtract: Some(subtract),
    multiply: Some(multiply),
    remainder: Some(remainder),
    divmod: Some(divmod),
    power: Some(power),
    floor_divide: Some(floor_divide),
    true_divide: Some(true_divide),
    lshift: Some(lshift),
    rshift: Some(rshift),
    and: Some(and),
    or: Some(or),
    xor: Some(xor),
    negative: Some(|thread, object| unary(thread, object, Int::neg)),
    positive: Some(|thread, object| unary(thread, object, Int::clone)),
    absolute: Some(|thread, object| unary(thread, object, Int::abs)),
    invert: Some(|thread, object| unary(thread, object, Int::invert)),
    bool: Some(|_, object| Ok(to_int(object).is_some_and(|value| !value.is_zero()))),
    int: Some(|thread, object| unary(thread, object, Int::clone)),
    index: Some(|thread, object| unary(thread, object, Int::clone)),
    float: Some(|thread, object| {
        let value = int_to_f64(thread, object)?;
        thread.float(value)
    }),
    new: Some(new),
    ..OBJECT_SLOTS
};

/// The number of an `int` or of an instance of a class derived from it.
#[inline]
pub fn to_int<'a>(object: Ref<'a>) -> Option<Cow<'a, Int>> {
    if object.word().is_int() {
        return Some(Cow::Owned(Int::Small(object.word().int())));
    }
    object.downcast::<BigInt>().map(|big| Cow::Borrowed(&big.value))
}

/// The number as a float; OverflowError if it is too large.
pub fn int_to_f64(thread: &mut Thread, object: Ref<'_>) -> Outcome<f64> {
    match to_int(object).and_then(|value| value.to_f64()) {
        Some(value) => Ok(value),
        None => Err(thread.overflow_error("int too large to convert to float")),
    }
}

impl Thread {
    /// An integer.
    #[inline]
    pub fn int(&mut self, value: i128) -> Outcome {
        if let Ok(small) = i64::try_from(value) {
            if let Some(word) = Word::from_int(small) {
                // SAFETY: an immediate.
                return Ok(unsafe { Value::from_word(word) });
            }
            return self.new_object(|head| BigInt { head, value: Int::Small(small) });
        }
        self.int_value(Int::from(value))
    }

    /// An integer from the library's.
    pub fn int_value(&mut self, value: Int) -> Outcome {
        if let Int::Small(small) = value
            && let Some(word) = Word::from_int(small)
        {
            // SAFETY: an immediate.
            return Ok(unsafe { Value::from_word(word) });
        }
        self.new_object(|head| BigInt { head, value })
    }

    /// Makes sure that a number of `bits` bits may be computed.
    fn bound_bits(&mut self, bits: u64) -> Outcome<()> {
        const UNQUESTIONED: u64 = 1 << 16;
        if bits <= UNQUESTIONED {
            return Ok(());
        }
        let bytes = usize::try_from(bits / 8).unwrap_or(usize::MAX).saturating_mul(3);
        if bytes > isize::MAX as usize / 4 {
            return Err(self.no_memory());
        }
        self.charge(bytes)?;
        self.heap().discharge(bytes);
        // The library panics where the system has no such memory, so the system is asked first.
        if Vec::<u8>::new().try_reserve_exact(bytes).is_err() {
            return Err(self.no_memory());
        }
        Ok(())
    }
}

fn unary(thread: &mut Thread, object: Ref<'_>, op: impl Fn(&Int) -> Int) -> Outcome {
    let value = op(&to_int(object).expect("the slot of integers"));
    thread.int_value(value)
}

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    if object.word().is_int() {
        let text = object.word().int().to_string();
        return thread.str(&text);
    }
    let value = to_int(object).expect("the slot of integers");
    let limit = thread.interp().int_max_str_digits.get();
    match value.to_decimal(limit) {
        Ok(text) => thread.str(&text),
        Err(_) => Err(thread.value_error(format!(
            "Exceeds the limit ({limit} digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit",
        ))),
    }
}

fn compare(_: &mut Thread, left: Ref<'_>, right: Ref<'_>, op: CompareOp) -> Outcome {
    match (to_int(left), to_int(right)) {
        (Some(a), Some(b)) => Ok(Value::bool(op.holds(a.cmp(&b)))),
        _ => Ok(Value::not_implemented()),
    }
}

macro_rules! arithmetic {
    ($($name:ident |$thread:ident, $a:ident, $b:ident| $body:expr;)*) => {$(
        fn $name($thread: &mut Thread, left: Ref<'_>, right: Ref<'_>) -> Outcome {
            let (Some($a), Some($b)) = (to_int(left), to_int(right)) else { return Ok(Value::not_implemented()) };
            let ($a, $b): (&Int, &Int) = (&$a, &$b);
            let value = $body;
            $thread.int_value(value)
        }
    )*};
}

const BY_ZERO: &str = "division by zero";

arithmetic! {
    add |thread, a, b| a.add(b);
    subtract |thread, a, b| a.sub(b);
    multiply |thread, a, b| {
        thread.bound_bits(a.bit_length().saturating_add(b.bit_length()))?;
        a.mul(b)
    };
    remainder |thread, a, b| match a.modulo(b) {
        Some(value) => value,
        None => return Err(thread.zero_division_error(BY_ZERO)),
    };
    floor_divide |thread, a, b| match a.floor_div(b) {
        Some(value) => value,
        None => return Err(thread.zero_division_error(BY_ZERO)),
    };
    and |thread, a, b| a.and(b);
    or |thread, a, b| a.or(b);
    xor |thread, a, b| a.xor(b);
    lshift |thread, a, b| {
        if b.is_negative() {
            return Err(thread.value_error("negative shift count"));
        }
        if a.is_zero() {
            return Ok(Value::small_int(0));
        }
        let Some(count) = b.to_u64() else { return Err(thread.overflow_error("too many digits in integer")) };
        thread.bound_bits(a.bit_length().saturating_add(count))?;
        a.shl(count)
    };
    rshift |thread, a, b| {
        if b.is_negative() {
            return Err(thread.value_error("negative shift count"));
        }
        a.shr(b.to_u64().unwrap_or(u64::MAX))
    };
}

fn divmod(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>) -> Outcome {
    let (Some(a), Some(b)) = (to_int(left), to_int(right)) else { return Ok(Value::not_implemented()) };
    match a.div_mod(&b) {
        Some((quotient, rest)) => {
            let quotient = thread.int_value(quotient)?;
            let rest = thread.int_value(rest)?;
            thread.tuple([quotient, rest])
        }
        None => Err(thread.zero_division_error(BY_ZERO)),
    }
}

fn true_divide(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>) -> Outcome {
    let (Some(a), Some(b)) = (to_int(left), to_int(right)) else { return Ok(Value::not_implemented()) };
    if b.is_zero() {
        return Err(thread.zero_division_error(BY_ZERO));
    }
    match a.true_div(&b) {
        Ok(value) => thread.float(value),
        Err(_) => Err(thread.overflow_error("integer division result too large for a float")),
    }
}

fn power(thread: &mut Thread, base: Ref<'_>, exponent: Ref<'_>, modulus: Ref<'_>) -> Outcome {
    let (Some(a), Some(b)) = (to_int(base), to_int(exponent)) else { return Ok(Value::not_implemented()) };
    if !modulus.is_none() {
        let Some(m) = to_int(modulus) else { return Ok(Value::not_implemented()) };
        return match a.pow_mod(&b, &m) {
            Ok(value) => thread.int_value(value),
            Err(_) if m.is_zero() => Err(thread.value_error("pow() 3rd argument cannot be 0")),
            Err(_) => Err(thread.value_error("base is not invertible for the given modulus")),
        };
    }
    if b.is_negative() {
        let (x, y) = (int_to_f64(thread, base)?, int_to_f64(thread, exponent)?);
        if x == 0.0 {
            return Err(thread.zero_division_error("zero to a negative power"));
        }
        return thread.float(x.powf(y));
    }
    let count = b.to_u64().unwrap_or(u64::MAX);
    if a.bit_length() > 1 {
        thread.bound_bits(a.bit_length().saturating_mul(count))?;
    }
    let count = if a.bit_length() <= 1 { count & 1 | u64::from(count != 0) << 1 } else { count };
    let value = a.pow(count);
    thread.int_value(value)
}

fn new<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    const PARAMETERS: Parameters = Parameters {
        function: "int",
        names: &["", "base"],
        positional_only: 1,
        positional: 2,
        required: 0,
        required_keywords: 0,
    };
    let value = match PARAMETERS.parse::<2>(thread, args)? {
        [None, None] => Value::small_int(0),
        [Some(one), None] => from_object(thread, one)?,
        [Some(text), Some(base)] => from_text(thread, text, base)?,
        [None, Some(_)] => return Err(thread.type_error("int() missing string argument")),
    };
    if ty.is(&INT) {
        return Ok(value);
    }
    let number = to_int(value.as_ref()).expect("an integer").into_owned();
    crate::typeobject::allocate_instance(thread, ty, |head| BigInt { head, value: number })
}

fn from_object(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    if let Some(int) = object.ty().slots().int {
        let value = int(thread, object)?;
        return exact(thread, value.as_ref());
    }
    if object.ty().slots().index.is_some() {
        let value = protocol::index(thread, object)?;
        return exact(thread, value.as_ref());
    }
    if object.downcast::<crate::types::str::Str>().is_some() || object.ty().slots().buffer.is_some() {
        return from_text(thread, object, Value::small_int(10).as_ref());
    }
    let ty = object.ty().name().into_owned();
    Err(thread.type_error(format!(
        "int() argument must be a string, a bytes-like object or a real number, not '{ty}'"
    )))
}

fn exact(thread: &mut Thread, value: Ref<'_>) -> Outcome {
    match to_int(value) {
        Some(number) => thread.int_value(number.into_owned()),
        None => {
            let ty = value.ty().name().into_owned();
            Err(thread.type_error(format!("__int__ returned non-int (type {ty})")))
        }
    }
}

fn from_text(thread: &mut Thread, text: Ref<'_>, base: Ref<'_>) -> Outcome {
    let base = protocol::index_i64(thread, base)?;
    let content = match text.downcast::<crate::types::str::Str>() {
        Some(string) => ascii_digits(string).into_owned(),
        None if is_bytes_or_bytearray(text) || text.ty().slots().buffer.is_some() => {
            bytes_like(thread, text)?.into_owned()
        }
        None => return Err(thread.type_error("int() can't convert non-string with explicit base")),
    };
    if base != 0 && !(2..=36).contains(&base) {
        return Err(thread.value_error("int() base must be >= 2 and <= 36, or 0"));
    }
    let limit = thread.interp().int_max_str_digits.get();
    match Int::parse(&content, base as u32, limit) {
        Ok(value) => thread.int_value(value),
        Err(IntParseError::TooManyDigits { digits }) => Err(thread.value_error(format!(
            "Exceeds the limit ({limit} digits) for integer string conversion: value has {digits} digits; use sys.set_int_max_str_digits() to increase the limit"
        ))),
        Err(_) => {
            let repr = protocol::repr_string(thread, text)?;
            Err(thread.value_error(format!("invalid literal for int() with base {base}: {repr}")))
        }
    }
}
