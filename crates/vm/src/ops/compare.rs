//! Comparisons, identity, truth. Membership is in `subscript`.

use taipan_object::protocol;
use taipan_object::typeobject::CompareOp;
use taipan_object::types::list::{LIST, List};
use taipan_object::types::str::{STR, Str};
use taipan_object::{Ref, Value, heap};
use taipan_opcode::Opcode;

use super::arith::is_exact;
use crate::dispatch::{Instruction, arg, attempt, cold_handlers, handlers, leave, next, tail};
use crate::specialize;

/// What two immediates compare to: immediates keep the order of their numbers.
#[inline(always)]
fn holds(unit: Instruction, a: i64, b: i64) -> bool {
    // The low bits of the operand tell which outcomes count: 2 unordered is not used here, 2, 4
    // and 8 are less, greater and equal, as in CPython's COMPARISON_ bits.
    arg(unit) & (8 >> (2 * usize::from(a < b) + usize::from(a > b))) != 0
}

handlers! {
    /// `COMPARE_OP_INT`
    compare_op_int(pc, sp, fp, th, unit) {
        let (a, b) = (*sp.sub(2), *sp.sub(1));
        if a.both_int(b) {
            sp.sub(2).write(Ref::bool(holds(unit, a.0 as i64, b.0 as i64)).word());
            next!(pc.add(2), sp.sub(1), fp, th)
        }
        tail!(compare_op_miss, pc, sp, fp, th, unit)
    }

    /// `COMPARE_OP_FLOAT`
    compare_op_float(pc, sp, fp, th, unit) {
        let (a, b) = (*sp.sub(2), *sp.sub(1));
        if a.both_float(b) {
            let (x, y) = (a.float(), b.float());
            let outcome = if x < y { 2 } else if x > y { 4 } else { 8 };
            sp.sub(2).write(Ref::bool(arg(unit) & outcome != 0).word());
            next!(pc.add(2), sp.sub(1), fp, th)
        }
        tail!(compare_op_miss, pc, sp, fp, th, unit)
    }

    /// `COMPARE_OP_FLOAT` and the conditional jump behind it.
    compare_float_jump(pc, sp, fp, th, unit) {
        let (a, b) = (*sp.sub(2), *sp.sub(1));
        if a.both_float(b) {
            let (x, y) = (a.float(), b.float());
            let truth = arg(unit) & (8 >> (2 * usize::from(x < y) + usize::from(x > y))) != 0;
            let jump = *pc.add(2);
            let taken = truth == (jump.op() == Opcode::PopJumpIfTrue as u16);
            next!(pc.add(if taken { 4 + jump.arg() as usize } else { 5 }), sp.sub(2), fp, th)
        }
        tail!(compare_op_miss, pc, sp, fp, th, unit)
    }

    /// `COMPARE_OP_STR`: `==` and `!=`
    compare_op_str(pc, sp, fp, th, unit) {
        let (a, b) = (*sp.sub(2), *sp.sub(1));
        if is_exact(a, &STR) && is_exact(b, &STR) {
            let equal = a.same(b) || (*a.header().cast::<Str>()).eq(&*b.header().cast::<Str>());
            // The form is chosen for `==` (2) and `!=` (3) only.
            sp.sub(2).write(Ref::bool(equal == (arg(unit) >> 5 == 2)).word());
            heap::release(a);
            heap::release(b);
            next!(pc.add(2), sp.sub(1), fp, th)
        }
        tail!(compare_op_miss, pc, sp, fp, th, unit)
    }

    /// `IS_OP`
    is_op(pc, sp, fp, th, unit) {
        let (a, b) = (*sp.sub(2), *sp.sub(1));
        let result = a.same(b) != (arg(unit) != 0);
        sp.sub(2).write(Ref::bool(result).word());
        if a.is_counted() || b.is_counted() {
            heap::release(a);
            heap::release(b);
            if (*th).heap().unsettled.get() {
                leave(th, pc, sp.sub(1)).settle();
            }
        }
        next!(pc.add(1), sp.sub(1), fp, th)
    }

    /// `TO_BOOL_BOOL`
    to_bool_bool(pc, sp, fp, th, unit) {
        let word = *sp.sub(1);
        if word.same(Ref::bool(true).word()) || word.same(Ref::bool(false).word()) {
            next!(pc.add(4), sp, fp, th)
        }
        tail!(to_bool_miss, pc, sp, fp, th, unit)
    }

    /// `TO_BOOL_INT`
    to_bool_int(pc, sp, fp, th, unit) {
        let word = *sp.sub(1);
        if word.is_int() {
            sp.sub(1).write(Ref::bool(word.int() != 0).word());
            next!(pc.add(4), sp, fp, th)
        }
        tail!(to_bool_miss, pc, sp, fp, th, unit)
    }

    /// `TO_BOOL_NONE`
    to_bool_none(pc, sp, fp, th, unit) {
        if (*sp.sub(1)).same(Ref::none().word()) {
            sp.sub(1).write(Ref::bool(false).word());
            next!(pc.add(4), sp, fp, th)
        }
        tail!(to_bool_miss, pc, sp, fp, th, unit)
    }

    /// `TO_BOOL_LIST`
    to_bool_list(pc, sp, fp, th, unit) {
        let word = *sp.sub(1);
        if is_exact(word, &LIST) {
            let empty = (*(*word.header().cast::<List>()).items.get()).is_empty();
            sp.sub(1).write(Ref::bool(!empty).word());
            if word.is_counted() && (*word.header()).decrement() {
                tail!(to_bool_free, pc, sp, fp, th, word.0)
            }
            next!(pc.add(4), sp, fp, th)
        }
        tail!(to_bool_miss, pc, sp, fp, th, unit)
    }

    /// `TO_BOOL_STR`
    to_bool_str(pc, sp, fp, th, unit) {
        let word = *sp.sub(1);
        if is_exact(word, &STR) {
            let empty = (*word.header().cast::<Str>()).is_empty();
            sp.sub(1).write(Ref::bool(!empty).word());
            if word.is_counted() && (*word.header()).decrement() {
                tail!(to_bool_free, pc, sp, fp, th, word.0)
            }
            next!(pc.add(4), sp, fp, th)
        }
        tail!(to_bool_miss, pc, sp, fp, th, unit)
    }

    /// `TO_BOOL_ALWAYS_TRUE`: the type has neither `__bool__` nor `__len__`.
    to_bool_always_true(pc, sp, fp, th, unit) {
        let word = *sp.sub(1);
        if !super::attr::version_of(word, (*pc.add(2)).0).is_null() {
            sp.sub(1).write(Ref::bool(true).word());
            if word.is_counted() && (*word.header()).decrement() {
                tail!(to_bool_free, pc, sp, fp, th, word.0)
            }
            next!(pc.add(4), sp, fp, th)
        }
        tail!(to_bool_miss, pc, sp, fp, th, unit)
    }

    /// `TO_BOOL_INT` and the conditional jump behind it.
    to_bool_int_jump(pc, sp, fp, th, unit) {
        let word = *sp.sub(1);
        if word.is_int() {
            let jump = *pc.add(4);
            let taken = (word.int() != 0) == (jump.op() == Opcode::PopJumpIfTrue as u16);
            next!(pc.add(if taken { 6 + jump.arg() as usize } else { 7 }), sp.sub(1), fp, th)
        }
        tail!(to_bool_miss, pc, sp, fp, th, unit)
    }

    /// `TO_BOOL_BOOL` and the conditional jump behind it.
    to_bool_bool_jump(pc, sp, fp, th, unit) {
        let word = *sp.sub(1);
        let truth = word.same(Ref::bool(true).word());
        if truth || word.same(Ref::bool(false).word()) {
            let jump = *pc.add(4);
            let taken = truth == (jump.op() == Opcode::PopJumpIfTrue as u16);
            next!(pc.add(if taken { 6 + jump.arg() as usize } else { 7 }), sp.sub(1), fp, th)
        }
        tail!(to_bool_miss, pc, sp, fp, th, unit)
    }
}

cold_handlers! {
    /// Frees what was asked for its truth; the word comes in the place of the unit.
    to_bool_free(pc, sp, fp, th, word) {
        heap::release_cold(taipan_layout::Word(word).header());
        if (*th).heap().unsettled.get() {
            leave(th, pc, sp).settle();
        }
        next!(pc.add(4), sp, fp, th)
    }

    /// `COMPARE_OP`: chooses a form for the operands that it sees.
    compare_op(pc, sp, fp, th, unit) {
        specialize::compare_op(pc, *sp.sub(2), *sp.sub(1));
        if (*pc).op() != Opcode::CompareOp as u16 {
            return crate::dispatch::enter(pc, sp, fp, th, (unit & !0xffff) | u64::from((*pc).op()));
        }
        tail!(compare_op_slow, pc, sp, fp, th, unit)
    }

    /// A form of `COMPARE_OP` that does not fit its operands this time.
    compare_op_miss(pc, sp, fp, th, unit) {
        specialize::miss(pc, Opcode::CompareOp as u16);
        tail!(compare_op_slow, pc, sp, fp, th, unit)
    }

    /// `COMPARE_OP` in general.
    compare_op_slow(pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        let (left, right) = (Ref::from_word(*sp.sub(2)), Ref::from_word(*sp.sub(1)));
        let op = CompareOp::from_index((arg(unit) >> 5) as u32);
        let mut result = attempt!(protocol::compare(thread, left, right, op), pc, sp, fp, th).into_word();
        if arg(unit) & 16 != 0 {
            let value = Value::from_word(result);
            let truth = protocol::is_true(thread, value.as_ref());
            drop(value);
            result = Ref::bool(attempt!(truth, pc, sp, fp, th)).word();
        }
        let (a, b) = (*sp.sub(2), *sp.sub(1));
        sp.sub(2).write(result);
        heap::release(a);
        heap::release(b);
        if (*th).heap().unsettled.get() {
            leave(th, pc, sp.sub(1)).settle();
        }
        next!(pc.add(2), sp.sub(1), fp, th)
    }

    /// `TO_BOOL`: chooses a form for the operand that it sees.
    to_bool(pc, sp, fp, th, unit) {
        specialize::to_bool(leave(th, pc, sp), pc, *sp.sub(1));
        if (*pc).op() != Opcode::ToBool as u16 {
            return crate::dispatch::enter(pc, sp, fp, th, (unit & !0xffff) | u64::from((*pc).op()));
        }
        tail!(to_bool_slow, pc, sp, fp, th, unit)
    }

    /// A form of `TO_BOOL` that does not fit its operand this time.
    to_bool_miss(pc, sp, fp, th, unit) {
        specialize::miss(pc, Opcode::ToBool as u16);
        tail!(to_bool_slow, pc, sp, fp, th, unit)
    }

    /// `TO_BOOL` in general.
    to_bool_slow(pc, sp, fp, th, unit) {
        let truth = protocol::is_true(leave(th, pc, sp), Ref::from_word(*sp.sub(1)));
        let truth = attempt!(truth, pc, sp, fp, th);
        heap::release(sp.sub(1).replace(Ref::bool(truth).word()));
        if (*th).heap().unsettled.get() {
            leave(th, pc, sp).settle();
        }
        next!(pc.add(4), sp, fp, th)
    }
}
