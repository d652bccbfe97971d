//! How arguments become Rust values and results become Python's.

use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::Type;
use crate::types::str::Str;
use crate::value::{Object, Outcome, Raised, Ref, Value};

/// A Rust type that a parameter of a native function can have.
pub trait FromArgument<'a>: Sized {
    /// The argument as `Self`, or TypeError. `function` and `place` name the parameter.
    fn from_argument(thread: &mut Thread, value: Ref<'a>, function: &str, place: usize) -> Outcome<Self>;

    /// As [`FromArgument::from_argument`], for a parameter that can be passed by name, which the
    /// message then tells.
    #[inline(always)]
    fn from_named_argument(
        thread: &mut Thread,
        value: Ref<'a>,
        function: &str,
        _name: &str,
        place: usize,
    ) -> Outcome<Self> {
        Self::from_argument(thread, value, function, place)
    }
}

impl<'a> FromArgument<'a> for Ref<'a> {
    #[inline(always)]
    fn from_argument(_: &mut Thread, value: Ref<'a>, _: &str, _: usize) -> Outcome<Ref<'a>> {
        Ok(value)
    }
}

impl<'a, T: Object> FromArgument<'a> for &'a T {
    #[inline]
    fn from_argument(thread: &mut Thread, value: Ref<'a>, function: &str, place: usize) -> Outcome<&'a T> {
        if let Some(object) = value.downcast::<T>() {
            return Ok(object);
        }
        let place = if place == 0 { String::new() } else { format!(" {place}") };
        Err(wrong_type(thread, value, T::TYPE, function, &place))
    }

    #[inline]
    fn from_named_argument(
        thread: &mut Thread,
        value: Ref<'a>,
        function: &str,
        name: &str,
        _: usize,
    ) -> Outcome<&'a T> {
        match value.downcast::<T>() {
            Some(object) => Ok(object),
            None => Err(wrong_type(thread, value, T::TYPE, function, &format!(" '{name}'"))),
        }
    }
}

#[cold]
fn wrong_type(thread: &mut Thread, value: Ref<'_>, wanted: &Type, function: &str, place: &str) -> Raised {
    let got = if value.is_none() { "None".into() } else { value.ty().name() };
    let wanted = wanted.name();
    thread.type_error(format!("{function}() argument{place} must be {wanted}, not {got}"))
}

impl<'a> FromArgument<'a> for bool {
    fn from_argument(thread: &mut Thread, value: Ref<'a>, _: &str, _: usize) -> Outcome<bool> {
        protocol::is_true(thread, value)
    }
}

macro_rules! integers {
    ($($ty:ident $name:literal),*) => {$(
        impl<'a> FromArgument<'a> for $ty {
            fn from_argument(thread: &mut Thread, value: Ref<'a>, _: &str, _: usize) -> Outcome<$ty> {
                let number = protocol::index(thread, value)?;
                let small = match crate::types::int::to_int(number.as_ref()).as_deref() {
                    Some(taipan_num::Int::Small(small)) => $ty::try_from(*small).ok(),
                    Some(taipan_num::Int::Big(big)) => $ty::try_from(&**big).ok(),
                    None => None,
                };
                small.ok_or_else(|| {
                    thread.overflow_error(concat!("Python int too large to convert to C ", $name))
                })
            }
        }
    )*};
}
integers!(i32 "int", u32 "unsigned int", i64 "long", isize "ssize_t", usize "size_t", u64 "unsigned long");

impl<'a> FromArgument<'a> for f64 {
    fn from_argument(thread: &mut Thread, value: Ref<'a>, _: &str, _: usize) -> Outcome<f64> {
        protocol::to_f64(thread, value)
    }
}

impl<'a> FromArgument<'a> for String {
    fn from_argument(thread: &mut Thread, value: Ref<'a>, function: &str, place: usize) -> Outcome<String> {
        Ok(<&Str>::from_argument(thread, value, function, place)?.to_string_lossy().into_owned())
    }

    fn from_named_argument(
        thread: &mut Thread,
        value: Ref<'a>,
        function: &str,
        name: &str,
        place: usize,
    ) -> Outcome<String> {
        let text = <&Str>::from_named_argument(thread, value, function, name, place)?;
        Ok(text.to_string_lossy().into_owned())
    }
}

/// What a native function may return.
pub trait IntoOutcome {
    /// The result as a value, or the exception.
    fn into_outcome(self, thread: &mut Thread) -> Outcome;
}

impl IntoOutcome for Value {
    #[inline(always)]
    fn into_outcome(self, _: &mut Thread) -> Outcome {
        Ok(self)
    }
}

impl IntoOutcome for () {
    #[inline(always)]
    fn into_outcome(self, _: &mut Thread) -> Outcome {
        Ok(Value::none())
    }
}

impl IntoOutcome for bool {
    #[inline(always)]
    fn into_outcome(self, _: &mut Thread) -> Outcome {
        Ok(Value::bool(self))
    }
}

impl IntoOutcome for f64 {
    #[inline(always)]
    fn into_outcome(self, thread: &mut Thread) -> Outcome {
        thread.float(self)
    }
}

macro_rules! integer_results {
    ($($ty:ident),*) => {$(
        impl IntoOutcome for $ty {
            #[inline(always)]
            fn into_outcome(self, thread: &mut Thread) -> Outcome {
                thread.int(i128::from(self))
            }
        }
    )*};
}
integer_results!(i32, u32, i64, u64);

impl IntoOutcome for usize {
    #[inline(always)]
    fn into_outcome(self, thread: &mut Thread) -> Outcome {
        thread.int(self as i128)
    }
}

impl IntoOutcome for isize {
    #[inline(always)]
    fn into_outcome(self, thread: &mut Thread) -> Outcome {
        thread.int(self as i128)
    }
}

impl IntoOutcome for &str {
    fn into_outcome(self, thread: &mut Thread) -> Outcome {
        thread.str(self)
    }
}

impl IntoOutcome for String {
    fn into_outcome(self, thread: &mut Thread) -> Outcome {
        thread.str(&self)
    }
}

impl<T: IntoOutcome> IntoOutcome for Option<T> {
    #[inline(always)]
    fn into_outcome(self, thread: &mut Thread) -> Outcome {
        match self {
            Some(value) => value.into_outcome(thread),
            None => Ok(Value::none()),
        }
    }
}

impl<T: IntoOutcome> IntoOutcome for Outcome<T> {
    #[inline(always)]
    fn into_outcome(self, thread: &mut Thread) -> Outcome {
        self?.into_outcome(thread)
    }
}
