//! `complex`.
//!
//! The engines are in `taipan_num::complex`; a real operand of arithmetic stays real.
//!
//! Answers for CPython's `Objects/complexobject.c`.
#![allow(unsafe_code)] // the object layout, which `object!` checks

mod methods;
mod new;

use taipan_layout::Header;
use taipan_num::complex::{self, ComplexError, Operand};
use taipan_num::hash::{hash_complex, hash_f64};

pub use new::to_complex;
pub use taipan_num::complex::Complex;

use crate::object;
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{CompareOp, Slots, Type, TypeDef, TypeFlags};
use crate::types::float::Float;
use crate::types::int::{int_to_f64, to_int};
use crate::value::{Outcome, Raised, Ref, Value};

/// A complex object.
#[repr(C)]
pub struct ComplexObject {
    head: Header,
    /// The number.
    pub value: Complex,
}
object!(ComplexObject, COMPLEX);

/// The type `complex`.
pub static COMPLEX: Type = Type::new::<ComplexObject>(
    &TypeDef {
        doc: Some(
            "Create a complex number from a string or numbers.\n\nIf a string is given, parse it as a complex number.\nIf a single number is given, convert it to a complex number.\nIf the 'real' or 'imag' arguments are given, create a complex number\nwith the specified real and imaginary components.",
        ),
        signature: Some("(real=0, imag=0)"),
        methods: &[methods::METHODS],
        members: methods::MEMBERS,
        ..TypeDef::new("complex")
    },
    TypeFlags::BASE,
    Slots {
        new: Some(new::new),
        repr: Some(|thread, object| {
            let Complex { real, imag } = number(object);
            thread.str(&complex::repr(real, imag))
        }),
        hash: Some(hash),
        compare: Some(compare),
        add: Some(|thread, a, b| arithmetic(thread, a, b, complex::add)),
        subtract: Some(|thread, a, b| arithmetic(thread, a, b, complex::subtract)),
        multiply: Some(|thread, a, b| arithmetic(thread, a, b, complex::multiply)),
        true_divide: Some(divide),
        power: Some(power),
        negative: Some(|thread, object| {
            let Complex { real, imag } = number(object);
            thread.complex(-real, -imag)
        }),
        positive: Some(|thread, object| {
            let Complex { real, imag } = number(object);
            if object.ty().is(&COMPLEX) { Ok(object.to_value()) } else { thread.complex(real, imag) }
        }),
        absolute: Some(|thread, object| match number(object).abs() {
            Ok(length) => thread.float(length),
            Err(_) => Err(thread.overflow_error("absolute value too large")),
        }),
        bool: Some(|_, object| Ok(number(object) != Complex { real: 0.0, imag: 0.0 })),
        ..Slots::plain::<ComplexObject>()
    },
);

fn number(object: Ref<'_>) -> Complex {
    object.downcast::<ComplexObject>().expect("the slot of complex numbers").value
}

impl Thread {
    /// A complex number.
    pub fn complex(&mut self, real: f64, imag: f64) -> Outcome {
        self.new_object(|head| ComplexObject { head, value: Complex { real, imag } })
    }
}

fn hash(_: &mut Thread, object: Ref<'_>) -> Outcome<i64> {
    let Complex { real, imag } = number(object);
    let part = |part| hash_f64(part).unwrap_or_else(|| protocol::identity_hash(object));
    Ok(hash_complex(part(real), part(imag)))
}

fn compare(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>, op: CompareOp) -> Outcome {
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::not_implemented());
    }
    let own = number(left);
    let equal = if let Some(other) = right.downcast::<ComplexObject>() {
        own == other.value
    } else if let Some(other) = Float::value_of(right) {
        own.real == other && own.imag == 0.0
    } else if to_int(right).is_some() {
        let real = thread.float(own.real)?;
        own.imag == 0.0 && protocol::compare_bool(thread, real.as_ref(), right, CompareOp::Eq)?
    } else {
        return Ok(Value::not_implemented());
    };
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}

/// A number as an operand; none for what is no number here.
fn operand(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Operand>> {
    if let Some(own) = object.downcast::<ComplexObject>() {
        return Ok(Some(Operand::Complex(own.value)));
    }
    if let Some(value) = Float::value_of(object) {
        return Ok(Some(Operand::Real(value)));
    }
    if to_int(object).is_some() {
        return int_to_f64(thread, object).map(|value| Some(Operand::Real(value)));
    }
    Ok(None)
}

fn arithmetic(
    thread: &mut Thread,
    left: Ref<'_>,
    right: Ref<'_>,
    op: fn(Operand, Operand) -> Complex,
) -> Outcome {
    let Some(a) = operand(thread, left)? else { return Ok(Value::not_implemented()) };
    let Some(b) = operand(thread, right)? else { return Ok(Value::not_implemented()) };
    let Complex { real, imag } = op(a, b);
    thread.complex(real, imag)
}

fn divide(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>) -> Outcome {
    let Some(a) = operand(thread, left)? else { return Ok(Value::not_implemented()) };
    let Some(b) = operand(thread, right)? else { return Ok(Value::not_implemented()) };
    match complex::divide(a, b) {
        Ok(Complex { real, imag }) => thread.complex(real, imag),
        Err(error) => Err(raised(thread, error)),
    }
}

/// `left ** right` of numbers of which one is complex, or a negative base and a fraction.
pub(crate) fn power(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>, modulus: Ref<'_>) -> Outcome {
    let Some(a) = operand(thread, left)? else { return Ok(Value::not_implemented()) };
    let Some(b) = operand(thread, right)? else { return Ok(Value::not_implemented()) };
    if !modulus.is_none() {
        return Err(thread.value_error("complex modulo"));
    }
    match complex::power(a.widen(), b.widen()) {
        Ok(Complex { real, imag }) => thread.complex(real, imag),
        Err(error) => Err(raised(thread, error)),
    }
}

#[cold]
fn raised(thread: &mut Thread, error: ComplexError) -> Raised {
    match error {
        ComplexError::DivisionByZero => thread.zero_division_error("division by zero"),
        ComplexError::ZeroPower => thread.zero_division_error("zero to a negative or complex power"),
        ComplexError::Overflow => thread.overflow_error("complex exponentiation"),
    }
}
