//! Arithmetic, and subscripts: `BINARY_OP` and its family.

use taipan_layout::{Unit, Word};
use taipan_object::protocol::{self, BinaryOp};
use taipan_object::types::list::{LIST, List};
use taipan_object::types::tuple::{TUPLE, Tuple};
use taipan_object::value::own;
use taipan_object::{Ref, Type, heap};

use crate::dispatch::{arg, attempt, cold_handlers, handlers, leave, next, tail};
use crate::specialize;

/// Units of `BINARY_OP` with its caches.
const UNITS: usize = 6;

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
                    if value.ty().is(&taipan_object::types::float::FLOAT) {
                        taipan_object::types::float::Float::value_of(value)
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

handlers! {
    /// `BINARY_OP_SUBSCR_LIST_INT`
    subscr_list_int(pc, sp, fp, th, unit) {
        let (container, key) = (*sp.sub(2), *sp.sub(1));
        if is_exact(container, &LIST) && key.is_int() {
            let items = &*(*container.header().cast::<List>()).items.get();
            let index = key.int() as usize;
            if index < items.len() {
                sp.sub(2).write(own(items.as_slice().get_unchecked(index).word()));
                if container.is_counted() && (*container.header()).decrement() {
                    tail!(binary_op_free, pc, sp, fp, th, container.0)
                }
                next!(pc.add(UNITS), sp.sub(1), fp, th)
            }
        }
        tail!(binary_op_miss, pc, sp, fp, th, unit)
    }

    /// `BINARY_OP_SUBSCR_TUPLE_INT`
    subscr_tuple_int(pc, sp, fp, th, unit) {
        let (container, key) = (*sp.sub(2), *sp.sub(1));
        if is_exact(container, &TUPLE) && key.is_int() {
            let items = (*container.header().cast::<Tuple>()).items();
            let index = key.int() as usize;
            if index < items.len() {
                sp.sub(2).write(own(items.get_unchecked(index).word()));
                if container.is_counted() && (*container.header()).decrement() {
                    tail!(binary_op_free, pc, sp, fp, th, container.0)
                }
                next!(pc.add(UNITS), sp.sub(1), fp, th)
            }
        }
        tail!(binary_op_miss, pc, sp, fp, th, unit)
    }

    /// `STORE_SUBSCR_LIST_INT`
    store_subscr_list_int(pc, sp, fp, th, unit) {
        let (value, container, key) = (*sp.sub(3), *sp.sub(2), *sp.sub(1));
        if is_exact(container, &LIST) && key.is_int() && !container.is_counted() {
            let items = &mut *(*container.header().cast::<List>()).items.get();
            let index = key.int() as usize;
            if index < items.len() {
                let slot = items.words().as_mut_ptr().add(index);
                let old = slot.replace(super::local::own_operand(value));
                if old.is_counted() && (*old.header()).decrement() {
                    tail!(super::jump::jump_free, pc.add(2), sp.sub(3), fp, th, old.0)
                }
                next!(pc.add(2), sp.sub(3), fp, th)
            }
        }
        tail!(store_subscr_slow, pc, sp, fp, th, unit)
    }
}

cold_handlers! {
    /// `BINARY_OP`: chooses a form for the operands that it sees.
    binary_op(pc, sp, fp, th, unit) {
        specialize::binary_op(pc, *sp.sub(2), *sp.sub(1), arg(unit));
        let op = (*pc).op();
        if op != taipan_opcode::Opcode::BinaryOp as u16 {
            let unit = (unit & !0xffff) | u64::from(op);
            return crate::dispatch::enter(pc, sp, fp, th, unit);
        }
        tail!(binary_op_slow, pc, sp, fp, th, unit)
    }

    /// A form of `BINARY_OP` that does not fit its operands this time.
    binary_op_miss(pc, sp, fp, th, unit) {
        specialize::miss(pc, taipan_opcode::Opcode::BinaryOp as u16);
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

    /// `STORE_SUBSCR`
    store_subscr(pc, sp, fp, th, unit) {
        if is_exact(*sp.sub(2), &LIST) && (*sp.sub(1)).is_int() {
            *pc = Unit::new(taipan_opcode::Opcode::StoreSubscrListInt as u16, 0);
        }
        tail!(store_subscr_slow, pc, sp, fp, th, unit)
    }

    /// `STORE_SUBSCR` in general.
    store_subscr_slow(pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        let (value, container, key) =
            (Ref::from_word(*sp.sub(3)), Ref::from_word(*sp.sub(2)), Ref::from_word(*sp.sub(1)));
        attempt!(protocol::set_item(thread, container, key, value), pc, sp, fp, th);
        crate::frame::release_operands(sp.sub(3), sp);
        if (*th).heap().unsettled.get() {
            leave(th, pc, sp.sub(3)).settle();
        }
        next!(pc.add(2), sp.sub(3), fp, th)
    }

    /// `DELETE_SUBSCR`
    delete_subscr(pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        let (container, key) = (Ref::from_word(*sp.sub(2)), Ref::from_word(*sp.sub(1)));
        attempt!(protocol::delete_item(thread, container, key), pc, sp, fp, th);
        crate::frame::release_operands(sp.sub(2), sp);
        if (*th).heap().unsettled.get() {
            leave(th, pc, sp.sub(2)).settle();
        }
        next!(pc.add(1), sp.sub(2), fp, th)
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
