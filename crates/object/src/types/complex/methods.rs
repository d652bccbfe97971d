//! Methods and attributes of `complex`.

use taipan_macros::native;
use taipan_num::format::{Context, format_complex};
use taipan_text::CharsBuf;

use super::{COMPLEX, Complex, ComplexObject, to_complex};
use crate::native::{MemberDef, MethodDef};
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::Type;
use crate::types::str::Str;
use crate::types::str::format::format_error;
use crate::value::{Outcome, Ref};

pub(super) const METHODS: &[MethodDef] = &[FROM_NUMBER, CONJUGATE, __COMPLEX__, __GETNEWARGS__, __FORMAT__];

pub(super) const MEMBERS: &[MemberDef] = &[
    MemberDef {
        name: "real",
        doc: Some("the real part of a complex number"),
        get: |thread, object| thread.float(super::number(object).real).map(Some),
    },
    MemberDef {
        name: "imag",
        doc: Some("the imaginary part of a complex number"),
        get: |thread, object| thread.float(super::number(object).imag).map(Some),
    },
];

/// Convert number to a complex floating-point number.
#[native(signature = "($type, number, /)")]
fn from_number(thread: &mut Thread, class: &Type, number: Ref<'_>) -> Outcome {
    if number.ty().is(&COMPLEX) && class.is(&COMPLEX) {
        return Ok(number.to_value());
    }
    let Complex { real, imag } = to_complex(thread, number)?;
    let made = thread.complex(real, imag)?;
    if class.is(&COMPLEX) {
        return Ok(made);
    }
    protocol::call(thread, class.as_ref(), &[made.as_ref()])
}

/// Return the complex conjugate of its argument. (3-4j).conjugate() == 3+4j.
#[native(signature = "($self, /)")]
fn conjugate(thread: &mut Thread, this: &ComplexObject) -> Outcome {
    thread.complex(this.value.real, -this.value.imag)
}

/// Convert this value to exact type complex.
#[native(signature = "($self, /)", name = "__complex__")]
fn __complex__(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    if this.ty().is(&COMPLEX) {
        return Ok(this.to_value());
    }
    let Complex { real, imag } = super::number(this);
    thread.complex(real, imag)
}

#[native(signature = "($self, /)", name = "__getnewargs__")]
fn __getnewargs__(thread: &mut Thread, this: &ComplexObject) -> Outcome {
    let real = thread.float(this.value.real)?;
    let imag = thread.float(this.value.imag)?;
    thread.tuple([real, imag])
}

/// Convert to a string according to format_spec.
#[native(signature = "($self, format_spec, /)", name = "__format__")]
fn __format__(thread: &mut Thread, this: Ref<'_>, format_spec: &Str) -> Outcome {
    if format_spec.is_empty() {
        return protocol::str(thread, this);
    }
    let name = this.ty().name().into_owned();
    let context = Context { type_name: &name, ..Context::of("complex") };
    let Complex { real, imag } = super::number(this);
    let mut out = CharsBuf::new();
    match format_complex(&mut out, (real, imag), format_spec.chars(), &context) {
        Ok(()) => thread.str_from_buf(out),
        Err(error) => Err(format_error(thread, &error)),
    }
}
