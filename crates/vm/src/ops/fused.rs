//! Super-instructions over locals: several canonical instructions in one handler, where all
//! operands are immediates. Nothing here raises, runs Python or frees; whatever does not fit does
//! the first instruction alone and leaves the rest to their own handlers. A conditional jump that is
//! not taken steps over the `NOT_TAKEN` behind it, too.

use taipan_layout::Word;
use taipan_object::types::list::{LIST, List};
use taipan_object::value::duplicate;

use super::arith::is_exact;
use super::local::{load_fast_borrow, load_fast_borrow_load_fast_borrow, own_operand};
use crate::dispatch::{arg, handlers, next, tail};

#[inline(always)]
fn add(a: Word, b: Word) -> Option<Word> {
    let (bits, overflowed) = (a.0 as i64).overflowing_add((b.0 - 7) as i64);
    if overflowed { None } else { Some(Word(bits as u64)) }
}

#[inline(always)]
fn subtract(a: Word, b: Word) -> Option<Word> {
    let (bits, overflowed) = (a.0 as i64).overflowing_sub((b.0 - 7) as i64);
    if overflowed { None } else { Some(Word(bits as u64)) }
}

#[inline(always)]
fn multiply(a: Word, b: Word) -> Option<Word> {
    let (bits, overflowed) = ((a.0 - 7) as i64).overflowing_mul(b.int());
    if overflowed { None } else { Some(Word(bits as u64 | 7)) }
}

/// A float result in self-tagged form.
#[inline(always)]
fn tagged(value: f64) -> Option<Word> {
    let bits = value.to_bits().rotate_left(4);
    if bits.wrapping_add(5) & 6 == 0 { Some(Word(bits.wrapping_add(2))) } else { None }
}

/// Comparisons with the conditional jump behind them, a handler for each condition that jumps.
macro_rules! compare_jumps {
    ($($(#[$doc:meta])* $small:ident $locals:ident $operands:ident $test:tt;)*) => {
        handlers! {$(
            $(#[$doc])*
            $small(pc, sp, fp, th, unit) {
                let a = *fp.add(arg(unit));
                if a.is_int() {
                    let b = Word::from_small(i64::from((*pc.add(1)).arg()));
                    if (a.0 as i64) $test (b.0 as i64) {
                        next!(pc.add(6 + (*pc.add(4)).arg() as usize), sp, fp, th)
                    }
                    next!(pc.add(7), sp, fp, th)
                }
                tail!(load_fast_borrow, pc, sp, fp, th, unit)
            }

            /// The same of two locals.
            $locals(pc, sp, fp, th, unit) {
                let (a, b) = (*fp.add(arg(unit) >> 4), *fp.add(arg(unit) & 15));
                if a.both_int(b) {
                    if (a.0 as i64) $test (b.0 as i64) {
                        next!(pc.add(5 + (*pc.add(3)).arg() as usize), sp, fp, th)
                    }
                    next!(pc.add(6), sp, fp, th)
                }
                tail!(load_fast_borrow_load_fast_borrow, pc, sp, fp, th, unit)
            }

            /// The same of two operands.
            $operands(pc, sp, fp, th, unit) {
                let (a, b) = (*sp.sub(2), *sp.sub(1));
                if a.both_int(b) {
                    if (a.0 as i64) $test (b.0 as i64) {
                        next!(pc.add(4 + (*pc.add(2)).arg() as usize), sp.sub(2), fp, th)
                    }
                    next!(pc.add(5), sp.sub(2), fp, th)
                }
                tail!(super::compare::compare_op_miss, pc, sp, fp, th, unit)
            }
        )*}
    };
}

compare_jumps! {
    /// A local compared with a small integer; jumps if it is less.
    local_small_jump_less locals_jump_less operands_jump_less <;
    /// A local compared with a small integer; jumps if it is less or equal.
    local_small_jump_less_equal locals_jump_less_equal operands_jump_less_equal <=;
    /// A local compared with a small integer; jumps if they are equal.
    local_small_jump_equal locals_jump_equal operands_jump_equal ==;
    /// A local compared with a small integer; jumps if they are not equal.
    local_small_jump_not_equal locals_jump_not_equal operands_jump_not_equal !=;
    /// A local compared with a small integer; jumps if it is greater.
    local_small_jump_greater locals_jump_greater operands_jump_greater >;
    /// A local compared with a small integer; jumps if it is greater or equal.
    local_small_jump_greater_equal locals_jump_greater_equal operands_jump_greater_equal >=;
}

handlers! {
    /// An item of a list, both in locals.
    locals_subscript(pc, sp, fp, th, unit) {
        let (container, key) = (*fp.add(arg(unit) >> 4), *fp.add(arg(unit) & 15));
        if key.is_int() && is_exact(container, &LIST) {
            let items = &*(*container.header().cast::<List>()).items.get();
            let index = key.int() as usize;
            if index < items.len() {
                sp.write(duplicate(items.as_slice().get_unchecked(index).word()));
                next!(pc.add(7), sp.add(1), fp, th)
            }
        }
        tail!(load_fast_borrow_load_fast_borrow, pc, sp, fp, th, unit)
    }

    /// The operand stored as an item of a list, both in locals.
    locals_store_subscript(pc, sp, fp, th, unit) {
        let (container, key) = (*fp.add(arg(unit) >> 4), *fp.add(arg(unit) & 15));
        if key.is_int() && is_exact(container, &LIST) {
            let items = &mut *(*container.header().cast::<List>()).items.get();
            let index = key.int() as usize;
            if index < items.len() {
                let item = items.words().as_mut_ptr().add(index);
                if !(*item).is_counted() {
                    item.write(own_operand(*sp.sub(1)));
                    next!(pc.add(3), sp.sub(1), fp, th)
                }
            }
        }
        tail!(load_fast_borrow_load_fast_borrow, pc, sp, fp, th, unit)
    }
}

macro_rules! small {
    ($($(#[$doc:meta])* $push:ident $store:ident $op:ident;)*) => {
        handlers! {$(
            $(#[$doc])*
            $push(pc, sp, fp, th, unit) {
                let a = *fp.add(arg(unit));
                if a.is_int() {
                    if let Some(word) = $op(a, Word::from_small(i64::from((*pc.add(1)).arg()))) {
                        sp.write(word);
                        next!(pc.add(8), sp.add(1), fp, th)
                    }
                }
                tail!(load_fast_borrow, pc, sp, fp, th, unit)
            }

            /// The same, and the store behind.
            $store(pc, sp, fp, th, unit) {
                let a = *fp.add(arg(unit));
                let target = fp.add((*pc.add(8)).arg() as usize);
                if a.is_int() && !(*target).is_counted() {
                    if let Some(word) = $op(a, Word::from_small(i64::from((*pc.add(1)).arg()))) {
                        target.write(word);
                        next!(pc.add(9), sp, fp, th)
                    }
                }
                tail!(load_fast_borrow, pc, sp, fp, th, unit)
            }
        )*}
    };
}

small! {
    /// A local plus a small integer.
    local_small_add local_small_add_store add;
    /// A local minus a small integer.
    local_small_subtract local_small_subtract_store subtract;
}

macro_rules! pairs {
    ($($(#[$doc:meta])* $push:ident $store:ident $op:ident $symbol:tt;)*) => {
        handlers! {$(
            $(#[$doc])*
            $push(pc, sp, fp, th, unit) {
                let (a, b) = (*fp.add(arg(unit) >> 4), *fp.add(arg(unit) & 15));
                if a.both_int(b) {
                    if let Some(word) = $op(a, b) {
                        sp.write(word);
                        next!(pc.add(7), sp.add(1), fp, th)
                    }
                } else if a.both_float(b) {
                    if let Some(word) = tagged(a.float() $symbol b.float()) {
                        sp.write(word);
                        next!(pc.add(7), sp.add(1), fp, th)
                    }
                }
                tail!(load_fast_borrow_load_fast_borrow, pc, sp, fp, th, unit)
            }

            /// The same, and the store behind.
            $store(pc, sp, fp, th, unit) {
                let (a, b) = (*fp.add(arg(unit) >> 4), *fp.add(arg(unit) & 15));
                let target = fp.add((*pc.add(7)).arg() as usize);
                if !(*target).is_counted() {
                    if a.both_int(b) {
                        if let Some(word) = $op(a, b) {
                            target.write(word);
                            next!(pc.add(8), sp, fp, th)
                        }
                    } else if a.both_float(b) {
                        if let Some(word) = tagged(a.float() $symbol b.float()) {
                            target.write(word);
                            next!(pc.add(8), sp, fp, th)
                        }
                    }
                }
                tail!(load_fast_borrow_load_fast_borrow, pc, sp, fp, th, unit)
            }
        )*}
    };
}

pairs! {
    /// The sum of two locals.
    locals_add locals_add_store add +;
    /// The difference of two locals.
    locals_subtract locals_subtract_store subtract -;
    /// The product of two locals.
    locals_multiply locals_multiply_store multiply *;
}
