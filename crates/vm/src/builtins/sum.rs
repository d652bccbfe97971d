//! `sum`: integers without overflow, floats and complex numbers with compensation.

use taipan_macros::native;
use taipan_object::native::MethodDef;
use taipan_object::protocol::{self, BinaryOp};
use taipan_object::types::boolean::is_bool;
use taipan_object::types::bytearray::ByteArray;
use taipan_object::types::bytes::Bytes;
use taipan_object::types::complex::ComplexObject;
use taipan_object::types::float::{FLOAT, Float};
use taipan_object::types::int::{INT, int_to_f64, to_int};
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Ref, Thread, Value};

pub(super) const FUNCTIONS: &[MethodDef] = &[SUM];

/// Return the sum of a 'start' value (default: 0) plus an iterable of numbers
///
/// When the iterable is empty, return the start value.
/// This function is intended specifically for use with numeric values and
/// may reject non-numeric types.
#[native(signature = "($module, iterable, /, start=0)")]
fn sum(thread: &mut Thread, iterable: Ref<'_>, start: Option<Ref<'_>>) -> Outcome {
    let iterator = protocol::iter(thread, iterable)?;
    if let Some(start) = start {
        refuse_text(thread, start)?;
    }
    let mut adder = Adder { iterator, pending: None };
    let mut total = start.map_or_else(|| Value::small_int(0), |start| start.to_value());
    if total.as_ref().ty().is(&INT) {
        total = match to_int(total.as_ref()).and_then(|total| total.to_i64()) {
            Some(start) => adder.integers(thread, start)?,
            None => total,
        };
    }
    if total.as_ref().ty().is(&FLOAT) && adder.goes_on(thread)? {
        let start = Float::value_of(total.as_ref()).expect("a float");
        total = adder.floats(thread, start)?;
    }
    if let Some(start) = total.as_ref().exact::<ComplexObject>().map(|start| start.value)
        && adder.goes_on(thread)?
    {
        total = adder.complex_numbers(thread, start.real, start.imag)?;
    }
    while let Some(item) = adder.take(thread)? {
        total = protocol::binary(thread, total.as_ref(), item.as_ref(), BinaryOp::Add)?;
        thread.poll()?;
    }
    Ok(total)
}

/// What can be joined is not summed up.
fn refuse_text(thread: &mut Thread, start: Ref<'_>) -> Outcome<()> {
    let message = if start.downcast::<Str>().is_some() {
        "sum() can't sum strings [use ''.join(seq) instead]"
    } else if start.downcast::<Bytes>().is_some() {
        "sum() can't sum bytes [use b''.join(seq) instead]"
    } else if start.downcast::<ByteArray>().is_some() {
        "sum() can't sum bytearray [use b''.join(seq) instead]"
    } else {
        return Ok(());
    };
    Err(thread.type_error(message))
}

struct Adder {
    iterator: Value,
    /// An item that was taken and could not be added in the fast way.
    pending: Option<Value>,
}

impl Adder {
    fn take(&mut self, thread: &mut Thread) -> Outcome<Option<Value>> {
        match self.pending.take() {
            Some(item) => Ok(Some(item)),
            None => protocol::next(thread, self.iterator.as_ref()),
        }
    }

    /// Whether there is one more item.
    fn goes_on(&mut self, thread: &mut Thread) -> Outcome<bool> {
        self.pending = self.take(thread)?;
        Ok(self.pending.is_some())
    }

    /// Adds integers as long as the sum fits.
    fn integers(&mut self, thread: &mut Thread, start: i64) -> Outcome {
        let mut total = start;
        while let Some(item) = self.take(thread)? {
            let number = item.as_ref();
            let small = if number.word().is_int() {
                Some(number.word().int())
            } else if number.ty().is(&INT) || is_bool(number) {
                to_int(number).and_then(|number| number.to_i64())
            } else {
                None
            };
            match small.and_then(|small| total.checked_add(small)) {
                Some(sum) => total = sum,
                None => {
                    let sum = thread.int(total.into())?;
                    return protocol::binary(thread, sum.as_ref(), number, BinaryOp::Add);
                }
            }
            thread.poll()?;
        }
        thread.int(total.into())
    }

    /// Adds floats and integers, keeping the bits that rounding would lose.
    fn floats(&mut self, thread: &mut Thread, start: f64) -> Outcome {
        let mut total = Compensated::new(start);
        while let Some(item) = self.take(thread)? {
            let number = item.as_ref();
            if number.ty().is(&FLOAT) {
                total.add(Float::value_of(number).expect("a float"));
            } else if to_int(number).is_some() {
                total.add(int_to_f64(thread, number)?);
            } else {
                let sum = thread.float(total.value())?;
                return protocol::binary(thread, sum.as_ref(), number, BinaryOp::Add);
            }
            thread.poll()?;
        }
        thread.float(total.value())
    }

    /// Adds complex numbers, floats and integers, with compensation in both parts.
    fn complex_numbers(&mut self, thread: &mut Thread, real: f64, imag: f64) -> Outcome {
        let (mut real, mut imag) = (Compensated::new(real), Compensated::new(imag));
        while let Some(item) = self.take(thread)? {
            let number = item.as_ref();
            if let Some(number) = number.exact::<ComplexObject>() {
                real.add(number.value.real);
                imag.add(number.value.imag);
            } else if to_int(number).is_some() {
                real.add(int_to_f64(thread, number)?);
            } else if let Some(number) = Float::value_of(number) {
                real.add(number);
            } else {
                let sum = thread.complex(real.value(), imag.value())?;
                return protocol::binary(thread, sum.as_ref(), number, BinaryOp::Add);
            }
            thread.poll()?;
        }
        thread.complex(real.value(), imag.value())
    }
}

/// A sum with what rounding took from it (Neumaier).
#[derive(Clone, Copy)]
struct Compensated {
    high: f64,
    low: f64,
}

impl Compensated {
    fn new(start: f64) -> Compensated {
        Compensated { high: start, low: 0.0 }
    }

    fn add(&mut self, x: f64) {
        let sum = self.high + x;
        self.low += if self.high.abs() >= x.abs() { (self.high - sum) + x } else { (x - sum) + self.high };
        self.high = sum;
    }

    fn value(self) -> f64 {
        // An infinite or undefined correction says nothing.
        if self.low != 0.0 && self.low.is_finite() { self.high + self.low } else { self.high }
    }
}
