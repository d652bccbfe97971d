//! Arithmetic: `BINARY_OP` and its family; its subscripts are in `subscript`.

use taipan_layout::Word;
use taipan_object::protocol::{self, BinaryOp};
use taipan_object::types::float::{FLOAT, Float};
use taipan_object::types::str::{STR, Str};
use taipan_object::{Ref, Type, heap};
use taipan_opcode::Opcode;

use crate::dispatch::{arg, attempt, cold_handlers, handlers, leave, next, tail};
use crate::specialize;

/// Units of `BINARY_OP` with its caches.
pub const UNITS: usize = 6;

macro_rules! int_handlers {
    ($($(#[$doc:meta])* $name:ident |$a:ident, $b:ident| $result:expr;)*) => {
        handlers! {$(
            $(#[$doc])*
            $name(pc, sp, fp, th, unit) {
                let ($a, $b) = (*sp.sub(2), *sp.sub(1));
                if $a.both_int($b) {
                    if let Some(word) = $result {
                        sp.sub(2).write(word);
                        next!(pc.add(UNITS), sp.sub(1), fp, th)
                    }
                }
                tail!(binary_op_miss, pc, sp, fp, th, unit)
            }
        )*}
    };
}

#[inline(always)]
fn checked((bits, overflowed): (i64, bool)) -> Option<Word> {
    if overflowed { None } else { Some(Word(bits as u64)) }
}

int_handlers! {
    /// `BINARY_OP_ADD_INT`
    add_int |a, b| checked((a.0 as i64).overflowing_add((b.0 - 7) as i64));
    /// `BINARY_OP_SUBTRACT_INT`
    subtract_int |a, b| checked((a.0 as i64).overflowing_sub((b.0 - 7) as i64));
    /// `BINARY_OP_MULTIPLY_INT`
    multiply_int |a, b| {
        let (bits, overflowed) = ((a.0 - 7) as i64).overflowing_mul(b.int());
        if overflowed { None } else { Some(Word(bits as u64 | 7)) }
    };
    /// `&`
    and_int |a, b| Some(Word(a.0 & b.0));
    /// `|`
    or_int |a, b| Some(Word(a.0 | b.0));
    /// `^`
    xor_int |a, b| Some(Word((a.0 ^ b.0) | 7));
    /// `//` by a positive number.
    floor_divide_int |a, b| {
        if b.int() > 0 { Some(Word::from_small(a.int().div_euclid(b.int()))) } else { None }
    };
    /// `%` by a positive number.
    remainder_int |a, b| {
        if b.int() > 0 { Some(Word::from_small(a.int().rem_euclid(b.int()))) } else { None }
    };
    /// `<<` where nothing is lost.
    left_shift_int |a, b| {
        let (value, count) = (a.int(), b.int());
        let shifted = value << (count & 63);
        let fits = (0..61).contains(&count) && shifted >> (count & 63) == value;
        if fits { Word::from_int(shifted) } else { None }
    };
    /// `>>`
    right_shift_int |a, b| {
        if b.int() >= 0 { Some(Word::from_small(a.int() >> b.int().min(63))) } else { None }
    };
}

macro_rules! float_handlers {
    ($($(#[$doc:meta])* $name:ident $slow:ident $op:tt $check:expr;)*) => {
        handlers! {$(
            $(#[$doc])*
            $name(pc, sp, fp, th, unit) {
                let (a, b) = (*sp.sub(2), *sp.sub(1));
                if a.both_float(b) {
                    let bits = (a.float() $op b.float()).to_bits().rotate_left(4);
                    // Exponents that have a tag: 011 and 100.
                    if (bits.wrapping_add(5)) & 6 == 0 {
                        sp.sub(2).write(Word(bits.wrapping_add(2)));
                        next!(pc.add(UNITS), sp.sub(1), fp, th)
                    }
                }
                tail!($slow, pc, sp, fp, th, unit)
            }
        )*}
        cold_handlers! {$(
            /// The float operation where an operand or the result has no self-tagged form, or an
            /// operand is an immediate integer.
            $slow(pc, sp, fp, th, unit) {
                let (a, b) = (Ref::from_word(*sp.sub(2)), Ref::from_word(*sp.sub(1)));
                let number = |value: Ref<'_>| {
                    if value.ty().is(&FLOAT) {
                        Float::value_of(value)
                    } else {
                        None
                    }
                };
                if let (Some(x), Some(y)) = (number(a), number(b)) && $check(y) {
                    let result = attempt!(leave(th, pc, sp).float(x $op y), pc, sp, fp, th).into_word();
                    heap::release(*sp.sub(1));
                    heap::release(*sp.sub(2));
                    sp.sub(2).write(result);
                    next!(pc.add(UNITS), sp.sub(1), fp, th)
                }
                tail!(binary_op_miss, pc, sp, fp, th, unit)
            }
        )*}
    };
}

fn always(_: f64) -> bool {
    true
}

float_handlers! {
    /// `BINARY_OP_ADD_FLOAT`
    add_float add_float_slow + always;
    /// `BINARY_OP_SUBTRACT_FLOAT`
    subtract_float subtract_float_slow - always;
    /// `BINARY_OP_MULTIPLY_FLOAT`
    multiply_float multiply_float_slow * always;
    /// `/`: the zeros have no self-tagged form, so the fast path never divides by zero.
    divide_float divide_float_slow / |y: f64| y != 0.0;
}

/// Whether `word` is a pointer to an object of exactly this type.
#[inline(always)]
pub unsafe fn is_exact(word: Word, ty: &'static Type) -> bool {
    // SAFETY: a pointer word that is not null points to a live header.
    unsafe { word.is_pointer() && !word.is_null() && std::ptr::eq((*word.header()).ty.get().cast(), ty) }
}

/// The numbers of two operands of which one is a float and the other a float or an immediate.
#[inline(always)]
fn mixed(a: Word, b: Word) -> Option<(f64, f64)> {
    if a.is_float() && b.is_int() {
        return exact_float(b.int()).map(|b| (a.float(), b));
    }
    if a.is_int() && b.is_float() {
        return exact_float(a.int()).map(|a| (a, b.float()));
    }
    if a.both_float(b) { Some((a.float(), b.float())) } else { None }
}

/// An integer as a float, if none of it is lost.
#[inline(always)]
fn exact_float(value: i64) -> Option<f64> {
    if value.unsigned_abs() <= 1 << 53 { Some(value as f64) } else { None }
}

macro_rules! mixed_handlers {
    ($($(#[$doc:meta])* $name:ident |$a:ident, $b:ident| $result:expr;)*) => {
        handlers! {$(
            $(#[$doc])*
            $name(pc, sp, fp, th, unit) {
                if let Some(($a, $b)) = mixed(*sp.sub(2), *sp.sub(1)) {
                    if let Some(word) = Word::from_float($result) {
                        sp.sub(2).write(word);
                        next!(pc.add(UNITS), sp.sub(1), fp, th)
                    }
                }
                tail!(binary_op_miss, pc, sp, fp, th, unit)
            }
        )*}
    };
}

mixed_handlers! {
    /// `+` of a float and an integer.
    add_mixed |a, b| a + b;
    /// `-` of a float and an integer.
    subtract_mixed |a, b| a - b;
    /// `*` of a float and an integer.
    multiply_mixed |a, b| a * b;
}

handlers! {
    /// `/` of floats and integers, the divisor not zero.
    divide_mixed(pc, sp, fp, th, unit) {
        let (a, b) = (*sp.sub(2), *sp.sub(1));
        let numbers = if a.both_int(b) {
            exact_float(a.int()).zip(exact_float(b.int()))
        } else {
            mixed(a, b)
        };
        if let Some((a, b)) = numbers {
            if b != 0.0 {
                if let Some(word) = Word::from_float(a / b) {
                    sp.sub(2).write(word);
                    next!(pc.add(UNITS), sp.sub(1), fp, th)
                }
            }
        }
        tail!(binary_op_miss, pc, sp, fp, th, unit)
    }

    /// `BINARY_OP_ADD_UNICODE`, `BINARY_OP_INPLACE_ADD_UNICODE`: a string that nobody else holds
    /// grows where it is, so that adding to one again and again takes linear time.
    add_str(pc, sp, fp, th, unit) {
        let (a, b) = (*sp.sub(2), *sp.sub(1));
        if is_exact(a, &STR) && is_exact(b, &STR) && !a.same(b) {
            let thread = leave(th, pc, sp);
            let right = &*b.header().cast::<Str>();
            if a.is_counted() && (*a.header()).count.get() == 1 {
                let left = taipan_object::Value::from_word(a);
                sp.sub(2).write(Word::NULL);
                let sum = attempt!(thread.append_str(left, right), pc, sp, fp, th).into_word();
                sp.sub(2).write(sum);
                heap::release(b);
                next!(pc.add(UNITS), sp.sub(1), fp, th)
            }
            let store = *pc.add(UNITS);
            let local = fp.add(store.arg() as usize);
            if store.op() == Opcode::StoreFast as u16
                && (*local).same(a)
                && !a.is_counted()
                && (*local).is_counted()
                && (*a.header()).count.get() == 1
            {
                let left = taipan_object::Value::from_word(local.replace(Word::NULL));
                let sum = thread.append_str(left, right);
                let sum = attempt!(sum, pc, sp, fp, th).into_word();
                local.write(sum);
                heap::release(b);
                next!(pc.add(UNITS + 1), sp.sub(2), fp, th)
            }
            let sum = thread.concat(&*a.header().cast::<Str>(), right);
            let sum = attempt!(sum, pc, sp, fp, th).into_word();
            sp.sub(2).write(sum);
            heap::release(a);
            heap::release(b);
            next!(pc.add(UNITS), sp.sub(1), fp, th)
        }
        tail!(binary_op_miss, pc, sp, fp, th, unit)
    }
}

cold_handlers! {
    /// `BINARY_OP`: chooses a form for the operands that it sees.
    binary_op(pc, sp, fp, th, unit) {
        specialize::binary_op(leave(th, pc, sp), pc, *sp.sub(2), *sp.sub(1), arg(unit));
        let op = (*pc).op();
        if op != Opcode::BinaryOp as u16 {
            let unit = (unit & !0xffff) | u64::from(op);
            return crate::dispatch::enter(pc, sp, fp, th, unit);
        }
        tail!(binary_op_slow, pc, sp, fp, th, unit)
    }

    /// A form of `BINARY_OP` that does not fit its operands this time.
    binary_op_miss(pc, sp, fp, th, unit) {
        specialize::miss(pc, Opcode::BinaryOp as u16);
        tail!(binary_op_slow, pc, sp, fp, th, unit)
    }

    /// `BINARY_OP` in general.
    binary_op_slow(pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        let (left, right) = (Ref::from_word(*sp.sub(2)), Ref::from_word(*sp.sub(1)));
        let op = arg(unit);
        let outcome = match op {
            0..13 => protocol::binary(thread, left, right, BinaryOp::from_index(op)),
            13..26 => protocol::inplace(thread, left, right, BinaryOp::from_index(op)),
            _ => protocol::get_item(thread, left, right),
        };
        let result = attempt!(outcome, pc, sp, fp, th).into_word();
        let (a, b) = (*sp.sub(2), *sp.sub(1));
        sp.sub(2).write(result);
        heap::release(a);
        heap::release(b);
        if (*th).heap().unsettled.get() {
            leave(th, pc, sp.sub(1)).settle();
        }
        next!(pc.add(UNITS), sp.sub(1), fp, th)
    }

    /// Frees a container after its item was taken; the word comes in the place of the unit.
    binary_op_free(pc, sp, fp, th, word) {
        heap::release_cold(Word(word).header());
        if (*th).heap().unsettled.get() {
            leave(th, pc, sp.sub(1)).settle();
        }
        next!(pc.add(UNITS), sp.sub(1), fp, th)
    }

    /// `UNARY_NEGATIVE`
    unary_negative(pc, sp, fp, th, unit) {
        let outcome = protocol::unary_negative(leave(th, pc, sp), Ref::from_word(*sp.sub(1)));
        let result = attempt!(outcome, pc, sp, fp, th).into_word();
        heap::release(sp.sub(1).replace(result));
        next!(pc.add(1), sp, fp, th)
    }

    /// `UNARY_INVERT`
    unary_invert(pc, sp, fp, th, unit) {
        let outcome = protocol::unary_invert(leave(th, pc, sp), Ref::from_word(*sp.sub(1)));
        let result = attempt!(outcome, pc, sp, fp, th).into_word();
        heap::release(sp.sub(1).replace(result));
        next!(pc.add(1), sp, fp, th)
    }

    /// `UNARY_NOT`: the operand is a bool.
    unary_not(pc, sp, fp, th, unit) {
        let is_false = (*sp.sub(1)).same(Ref::bool(false).word());
        sp.sub(1).write(Ref::bool(is_false).word());
        next!(pc.add(1), sp, fp, th)
    }
}
