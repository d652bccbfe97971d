//! `float`: self-tagged for common exponents, objects for the rest.
//!
//! Answers for CPython's `Objects/floatobject.c`.
#![allow(unsafe_code)] // the object layout: see the module head and the notes at each block

mod methods;

use taipan_layout::{Header, Word};
use taipan_num::float;

use crate::native::Args;
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{CompareOp, Slots, Type, TypeDef, TypeFlags};
use crate::types::bytes::bytes_like;
use crate::types::int::to_int;
use crate::types::object::OBJECT_SLOTS;
use crate::types::str::ascii_digits;
use crate::value::{Object, Outcome, Ref, Value};

/// A float object.
#[repr(C)]
pub struct Float {
    head: Header,
    /// The number.
    pub value: f64,
}

// SAFETY: `repr(C)`, the header first.
unsafe impl Object for Float {
    const TYPE: &'static Type = &FLOAT;
}

/// The type `float`.
pub static FLOAT: Type = Type::new::<Float>(
    &TypeDef {
        doc: Some("Convert a string or number to a floating-point number, if possible."),
        signature: Some("(x=0, /)"),
        methods: &[methods::METHODS],
        getset: &[methods::ATTRIBUTES],
        ..TypeDef::new("float")
    },
    TypeFlags::BASE.union(TypeFlags::MATCH_SELF),
    Slots {
        new: Some(new),
        repr: Some(|thread, object| {
            let text = float::repr(Float::value_of(object).expect("the slot of floats"));
            thread.str(&text)
        }),
        hash: Some(|_, object| {
            let value = Float::value_of(object).expect("the slot of floats");
            Ok(taipan_num::hash::hash_f64(value).unwrap_or_else(|| protocol::identity_hash(object)))
        }),
        compare: Some(compare),
        add: Some(|thread, a, b| arithmetic(thread, a, b, |a, b| a + b)),
        subtract: Some(|thread, a, b| arithmetic(thread, a, b, |a, b| a - b)),
        multiply: Some(|thread, a, b| arithmetic(thread, a, b, |a, b| a * b)),
        true_divide: Some(|thread, a, b| {
            dividing(thread, a, b, "division by zero", |a, b| (b != 0.0).then(|| a / b))
        }),
        floor_divide: Some(|thread, a, b| dividing(thread, a, b, "division by zero", float::floor_div)),
        remainder: Some(|thread, a, b| dividing(thread, a, b, "division by zero", float::modulo)),
        divmod: Some(|thread, left, right| {
            let (Some(a), Some(b)) = (operand(thread, left)?, operand(thread, right)?) else {
                return Ok(Value::not_implemented());
            };
            let Some((quotient, rest)) = float::div_mod(a, b) else {
                return Err(thread.zero_division_error("division by zero"));
            };
            let quotient = thread.float(quotient)?;
            let rest = thread.float(rest)?;
            thread.tuple([quotient, rest])
        }),
        power: Some(power),
        negative: Some(|thread, object| {
            let value = -Float::value_of(object).expect("the slot of floats");
            thread.float(value)
        }),
        positive: Some(|thread, object| {
            let value = Float::value_of(object).expect("the slot of floats");
            thread.float(value)
        }),
        absolute: Some(|thread, object| {
            let value = Float::value_of(object).expect("the slot of floats").abs();
            thread.float(value)
        }),
        bool: Some(|_, object| Ok(Float::value_of(object) != Some(0.0))),
        float: Some(|thread, object| {
            let value = Float::value_of(object).expect("the slot of floats");
            thread.float(value)
        }),
        int: Some(|thread, object| {
            let value = Float::value_of(object).expect("the slot of floats");
            match taipan_num::Int::from_f64(value) {
                Some(value) => thread.int_value(value),
                None if value.is_nan() => Err(thread.value_error("cannot convert float NaN to integer")),
                None => Err(thread.overflow_error("cannot convert float infinity to integer")),
            }
        }),
        ..OBJECT_SLOTS
    },
);

impl Float {
    /// The number of a `float` or of an instance of a class derived from it.
    #[inline]
    pub fn value_of(object: Ref<'_>) -> Option<f64> {
        if object.word().is_float() {
            return Some(object.word().float());
        }
        if !object.word().is_pointer() {
            return None;
        }
        if object.ty().is(&FLOAT) || object.ty().has_layout_of(&FLOAT) {
            // SAFETY: the type says that the object is a float; the static zeros have its layout.
            #[allow(unsafe_code)]
            return Some(unsafe { (*object.word().header().cast::<Float>()).value });
        }
        None
    }
}

impl Thread {
    /// A float.
    #[inline(always)]
    pub fn float(&mut self, value: f64) -> Outcome {
        match Word::from_float(value) {
            // SAFETY: an immediate or a static object.
            #[allow(unsafe_code)]
            Some(word) => Ok(unsafe { Value::from_word(word) }),
            None => self.new_object(|head| Float { head, value }),
        }
    }
}

/// A number as a float; none for what is no number here.
fn operand(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<f64>> {
    if let Some(value) = Float::value_of(object) {
        return Ok(Some(value));
    }
    if to_int(object).is_some() {
        return crate::types::int::int_to_f64(thread, object).map(Some);
    }
    Ok(None)
}

fn arithmetic(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>, op: impl Fn(f64, f64) -> f64) -> Outcome {
    let (Some(a), Some(b)) = (operand(thread, left)?, operand(thread, right)?) else {
        return Ok(Value::not_implemented());
    };
    thread.float(op(a, b))
}

fn dividing(
    thread: &mut Thread,
    left: Ref<'_>,
    right: Ref<'_>,
    message: &str,
    op: impl Fn(f64, f64) -> Option<f64>,
) -> Outcome {
    let (Some(a), Some(b)) = (operand(thread, left)?, operand(thread, right)?) else {
        return Ok(Value::not_implemented());
    };
    match op(a, b) {
        Some(value) => thread.float(value),
        None => Err(thread.zero_division_error(message)),
    }
}

fn power(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>, modulus: Ref<'_>) -> Outcome {
    if !modulus.is_none() {
        return Err(thread.type_error("pow() 3rd argument not allowed unless all arguments are integers"));
    }
    let (Some(a), Some(b)) = (operand(thread, left)?, operand(thread, right)?) else {
        return Ok(Value::not_implemented());
    };
    match float::pow(a, b) {
        Ok(value) => thread.float(value),
        Err(float::PowError::Complex) => crate::types::complex::power(thread, left, right, modulus),
        Err(_) if a == 0.0 => Err(thread.zero_division_error("zero to a negative power")),
        Err(_) => Err(thread.overflow_error("(34, 'Numerical result out of range')")),
    }
}

fn compare(_: &mut Thread, left: Ref<'_>, right: Ref<'_>, op: CompareOp) -> Outcome {
    let a = Float::value_of(left).expect("the slot of floats");
    let ordering = match Float::value_of(right) {
        Some(b) => a.partial_cmp(&b),
        None => match to_int(right) {
            Some(b) => b.partial_cmp_f64(a).map(std::cmp::Ordering::reverse),
            None => return Ok(Value::not_implemented()),
        },
    };
    Ok(Value::bool(ordering.map_or(op == CompareOp::Ne, |ordering| op.holds(ordering))))
}

fn new<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    args.no_keywords(thread, "float")?;
    let value = match args.all() {
        [] => 0.0,
        [one] => from_object(thread, *one)?,
        more => {
            let count = more.len();
            return Err(thread.type_error(format!("float expected at most 1 argument, got {count}")));
        }
    };
    if ty.is(&FLOAT) {
        return thread.float(value);
    }
    crate::typeobject::allocate_instance(thread, ty, |head| Float { head, value })
}

fn from_object(thread: &mut Thread, object: Ref<'_>) -> Outcome<f64> {
    let text = if let Some(text) = object.downcast::<crate::types::str::Str>() {
        ascii_digits(text)
    } else if object.ty().slots().float.is_none()
        && object.ty().slots().index.is_none()
        && object.ty().slots().buffer.is_some()
    {
        bytes_like(thread, object)?
    } else {
        if object.ty().slots().float.is_none() && object.ty().slots().index.is_none() {
            let ty = object.ty().name().into_owned();
            return Err(
                thread.type_error(format!("float() argument must be a string or a real number, not '{ty}'"))
            );
        }
        return protocol::to_f64(thread, object);
    };
    match float::parse(&text) {
        Some(value) => Ok(value),
        None => {
            let repr = protocol::repr_string(thread, object)?;
            Err(thread.value_error(format!("could not convert string to float: {repr}")))
        }
    }
}
