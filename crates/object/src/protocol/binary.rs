//! Binary operators.

use crate::thread::Thread;
use crate::typeobject::{Binary, Slots, Ternary};
use crate::value::{Outcome, Ref, Value};

/// A binary operator, in CPython's numbering of `BINARY_OP`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum BinaryOp {
    Add,
    And,
    FloorDivide,
    Lshift,
    MatrixMultiply,
    Multiply,
    Remainder,
    Or,
    Power,
    Rshift,
    Subtract,
    TrueDivide,
    Xor,
}

impl BinaryOp {
    const ALL: [BinaryOp; 13] = [
        BinaryOp::Add,
        BinaryOp::And,
        BinaryOp::FloorDivide,
        BinaryOp::Lshift,
        BinaryOp::MatrixMultiply,
        BinaryOp::Multiply,
        BinaryOp::Remainder,
        BinaryOp::Or,
        BinaryOp::Power,
        BinaryOp::Rshift,
        BinaryOp::Subtract,
        BinaryOp::TrueDivide,
        BinaryOp::Xor,
    ];

    /// From the operand of `BINARY_OP`, modulo the number of operators.
    pub const fn from_index(index: usize) -> BinaryOp {
        BinaryOp::ALL[index % 13]
    }

    /// The operator as written.
    pub const fn symbol(self) -> &'static str {
        ["+", "&", "//", "<<", "@", "*", "%", "|", "** or pow()", ">>", "-", "/", "^"][self as usize]
    }

    fn slot(self, slots: &Slots) -> Option<Binary> {
        match self {
            BinaryOp::Add => slots.add,
            BinaryOp::And => slots.and,
            BinaryOp::FloorDivide => slots.floor_divide,
            BinaryOp::Lshift => slots.lshift,
            BinaryOp::MatrixMultiply => slots.matrix_multiply,
            BinaryOp::Multiply => slots.multiply,
            BinaryOp::Remainder => slots.remainder,
            BinaryOp::Or => slots.or,
            BinaryOp::Power => None,
            BinaryOp::Rshift => slots.rshift,
            BinaryOp::Subtract => slots.subtract,
            BinaryOp::TrueDivide => slots.true_divide,
            BinaryOp::Xor => slots.xor,
        }
    }

    fn inplace_slot(self, slots: &Slots) -> Option<Binary> {
        match self {
            BinaryOp::Add => slots.inplace_add,
            BinaryOp::And => slots.inplace_and,
            BinaryOp::FloorDivide => slots.inplace_floor_divide,
            BinaryOp::Lshift => slots.inplace_lshift,
            BinaryOp::MatrixMultiply => slots.inplace_matrix_multiply,
            BinaryOp::Multiply => slots.inplace_multiply,
            BinaryOp::Remainder => slots.inplace_remainder,
            BinaryOp::Or => slots.inplace_or,
            BinaryOp::Power => None,
            BinaryOp::Rshift => slots.inplace_rshift,
            BinaryOp::Subtract => slots.inplace_subtract,
            BinaryOp::TrueDivide => slots.inplace_true_divide,
            BinaryOp::Xor => slots.inplace_xor,
        }
    }
}

fn implemented(value: &Value) -> bool {
    !value.as_ref().is(Ref::not_implemented())
}

fn by_slots(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>, op: BinaryOp) -> Outcome<Option<Value>> {
    by_slot(thread, left, right, |slots| op.slot(slots))
}

/// Asks both operands' slots, the right one first if its type derives from the left one's.
#[inline]
fn by_slot(
    thread: &mut Thread,
    left: Ref<'_>,
    right: Ref<'_>,
    slot_of: impl Fn(&Slots) -> Option<Binary>,
) -> Outcome<Option<Value>> {
    let (a, b) = (left.ty(), right.ty());
    let first = slot_of(a.slots());
    let mut second = if a.is(b) { None } else { slot_of(b.slots()) };
    if let (Some(f), Some(s)) = (first, second)
        && f as usize == s as usize
    {
        second = None;
    }
    if let Some(first) = first {
        if let Some(slot) = second
            && b.is_subtype(thread, a)
        {
            let value = slot(thread, left, right)?;
            if implemented(&value) {
                return Ok(Some(value));
            }
            second = None;
        }
        let value = first(thread, left, right)?;
        if implemented(&value) {
            return Ok(Some(value));
        }
    }
    if let Some(slot) = second {
        let value = slot(thread, left, right)?;
        if implemented(&value) {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

/// `left op right`
pub fn binary(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>, op: BinaryOp) -> Outcome {
    thread.check_native_stack()?;
    if op == BinaryOp::Power {
        return power(thread, left, right, Ref::none());
    }
    if let Some(value) = by_slots(thread, left, right, op)? {
        return Ok(value);
    }
    if let Some(value) = sequence(thread, left, right, op, false)? {
        return Ok(value);
    }
    Err(unsupported(thread, left, right, op.symbol()))
}

/// `divmod(left, right)`
pub fn divmod(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>) -> Outcome {
    thread.check_native_stack()?;
    match by_slot(thread, left, right, |slots| slots.divmod)? {
        Some(value) => Ok(value),
        None => Err(unsupported(thread, left, right, "divmod()")),
    }
}

/// `left op= right`
pub fn inplace(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>, op: BinaryOp) -> Outcome {
    thread.check_native_stack()?;
    if op == BinaryOp::Power {
        if let Some(slot) = left.ty().slots().inplace_power {
            let value = slot(thread, left, right, Ref::none())?;
            if implemented(&value) {
                return Ok(value);
            }
        }
        return power(thread, left, right, Ref::none());
    }
    if let Some(slot) = op.inplace_slot(left.ty().slots()) {
        let value = slot(thread, left, right)?;
        if implemented(&value) {
            return Ok(value);
        }
    }
    if let Some(value) = by_slots(thread, left, right, op)? {
        return Ok(value);
    }
    if let Some(value) = sequence(thread, left, right, op, true)? {
        return Ok(value);
    }
    Err(unsupported(thread, left, right, &format!("{}=", op.symbol().split(' ').next().unwrap_or(""))))
}

/// `+` and `*` of sequences.
fn sequence(
    thread: &mut Thread,
    left: Ref<'_>,
    right: Ref<'_>,
    op: BinaryOp,
    in_place: bool,
) -> Outcome<Option<Value>> {
    let slots = left.ty().slots();
    match op {
        BinaryOp::Add => {
            let concat = if in_place { slots.inplace_concat.or(slots.concat) } else { slots.concat };
            concat.map(|concat| concat(thread, left, right)).transpose()
        }
        BinaryOp::Multiply => {
            let repeat = if in_place { slots.inplace_repeat.or(slots.repeat) } else { slots.repeat };
            if let Some(repeat) = repeat {
                let count = repeat_count(thread, right)?;
                return repeat(thread, left, count).map(Some);
            }
            if let Some(repeat) = right.ty().slots().repeat {
                let count = repeat_count(thread, left)?;
                return repeat(thread, right, count).map(Some);
            }
            Ok(None)
        }
        _ => Ok(None),
    }
}

fn repeat_count(thread: &mut Thread, count: Ref<'_>) -> Outcome<isize> {
    if count.ty().slots().index.is_none() {
        let ty = count.ty().name().into_owned();
        return Err(thread.type_error(format!("can't multiply sequence by non-int of type '{ty}'")));
    }
    super::index_isize(thread, count)
}

/// `pow(base, exponent, modulus)`
pub fn power(thread: &mut Thread, base: Ref<'_>, exponent: Ref<'_>, modulus: Ref<'_>) -> Outcome {
    let (a, b) = (base.ty(), exponent.ty());
    let first = a.slots().power;
    let mut second = if a.is(b) { None } else { b.slots().power };
    if let Some(slot) = second
        && first.is_some_and(|first| first as usize != slot as usize)
        && b.is_subtype(thread, a)
    {
        let value = slot(thread, base, exponent, modulus)?;
        if implemented(&value) {
            return Ok(value);
        }
        second = None;
    }
    let third = modulus.ty().slots().power.filter(|third| {
        let known = |slot: &Option<Ternary>| slot.is_some_and(|slot| slot as usize == *third as usize);
        !modulus.is_none() && !known(&first) && !known(&second)
    });
    for slot in [first, second, third].into_iter().flatten() {
        let value = slot(thread, base, exponent, modulus)?;
        if implemented(&value) {
            return Ok(value);
        }
    }
    if !modulus.is_none() {
        let (a, b, c) = (a.name().into_owned(), b.name().into_owned(), modulus.ty().name().into_owned());
        return Err(
            thread.type_error(format!("unsupported operand type(s) for ** or pow(): '{a}', '{b}', '{c}'"))
        );
    }
    Err(unsupported(thread, base, exponent, BinaryOp::Power.symbol()))
}

#[cold]
fn unsupported(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>, symbol: &str) -> crate::value::Raised {
    let (a, b) = (left.ty().name().into_owned(), right.ty().name().into_owned());
    thread.type_error(format!("unsupported operand type(s) for {symbol}: '{a}' and '{b}'"))
}
