//! `container[key]`, `container[key] = value`, `key in container`: the forms for builtin containers.
//!
//! Answers for the `BINARY_OP_SUBSCR_`, `STORE_SUBSCR_` and `CONTAINS_OP_` families of CPython's
//! `Python/bytecodes.c`.

use taipan_layout::Word;
use taipan_object::types::dict::{DICT, Dict, Plain};
use taipan_object::types::function::Function;
use taipan_object::types::list::{LIST, List};
use taipan_object::types::set::{FROZENSET, SET, Set};
use taipan_object::types::str::{STR, Str};
use taipan_object::types::tuple::{TUPLE, Tuple};
use taipan_object::value::{duplicate, own};
use taipan_object::{Ref, Value, heap, protocol};
use taipan_opcode::Opcode;

use super::arith::{UNITS, binary_op_free, binary_op_miss, binary_op_slow, is_exact};
use super::attr::version_of;
use super::local::own_operand;
use crate::dispatch::{arg, attempt, cold_handlers, handlers, leave, next, tail};
use crate::{frame, specialize};

/// Units of `STORE_SUBSCR` and `CONTAINS_OP` with their caches.
const STORE: usize = 2;

/// Releases operands that may be counted, and runs what that made wait.
macro_rules! release_operands {
    ([$($word:expr),*], $pc:expr, $sp:expr, $th:expr) => {
        if $($word.is_counted())||* {
            $(heap::release($word);)*
            if (*$th).heap().unsettled.get() {
                leave($th, $pc, $sp).settle();
            }
        }
    };
}

handlers! {
    /// `BINARY_OP_SUBSCR_LIST_INT`
    subscr_list_int(pc, sp, fp, th, unit) {
        let (container, key) = (*sp.sub(2), *sp.sub(1));
        if is_exact(container, &LIST) && key.is_int() {
            let items = &*(*container.header().cast::<List>()).items.get();
            let index = key.int();
            let index = (if index < 0 { index + items.len() as i64 } else { index }) as usize;
            if index < items.len() {
                sp.sub(2).write(duplicate(items.as_slice().get_unchecked(index).word()));
                if container.is_counted() && (*container.header()).decrement() {
                    tail!(binary_op_free, pc, sp, fp, th, container.0)
                }
                next!(pc.add(UNITS), sp.sub(1), fp, th)
            }
            tail!(binary_op_slow, pc, sp, fp, th, unit)
        }
        tail!(binary_op_miss, pc, sp, fp, th, unit)
    }

    /// `BINARY_OP_SUBSCR_TUPLE_INT`
    subscr_tuple_int(pc, sp, fp, th, unit) {
        let (container, key) = (*sp.sub(2), *sp.sub(1));
        if is_exact(container, &TUPLE) && key.is_int() {
            let items = (*container.header().cast::<Tuple>()).items();
            let index = key.int();
            let index = (if index < 0 { index + items.len() as i64 } else { index }) as usize;
            if index < items.len() {
                sp.sub(2).write(duplicate(items.get_unchecked(index).word()));
                if container.is_counted() && (*container.header()).decrement() {
                    tail!(binary_op_free, pc, sp, fp, th, container.0)
                }
                next!(pc.add(UNITS), sp.sub(1), fp, th)
            }
            tail!(binary_op_slow, pc, sp, fp, th, unit)
        }
        tail!(binary_op_miss, pc, sp, fp, th, unit)
    }

    /// `BINARY_OP_SUBSCR_STR_INT`
    subscr_str_int(pc, sp, fp, th, unit) {
        let (container, key) = (*sp.sub(2), *sp.sub(1));
        if is_exact(container, &STR) && key.is_int() {
            let text = &*container.header().cast::<Str>();
            let index = key.int();
            let index = (if index < 0 { index + text.len() as i64 } else { index }) as usize;
            if index < text.len() {
                let point = text.chars().get(index);
                let made = attempt!(leave(th, pc, sp).character(point), pc, sp, fp, th).into_word();
                sp.sub(2).write(made);
                heap::release(container);
                next!(pc.add(UNITS), sp.sub(1), fp, th)
            }
            tail!(binary_op_slow, pc, sp, fp, th, unit)
        }
        tail!(binary_op_miss, pc, sp, fp, th, unit)
    }

    /// `BINARY_OP_SUBSCR_DICT`
    subscr_dict(pc, sp, fp, th, unit) {
        let (container, key) = (*sp.sub(2), *sp.sub(1));
        if is_exact(container, &DICT) {
            let table = &*(*container.header().cast::<Dict>()).table.get();
            if let Plain::Found(place) = table.find_plain((*th).interp(), Ref::from_word(key)) {
                sp.sub(2).write(duplicate(table.entries().get_unchecked(place).value));
                release_operands!([container, key], pc, sp.sub(1), th);
                next!(pc.add(UNITS), sp.sub(1), fp, th)
            }
            tail!(binary_op_slow, pc, sp, fp, th, unit)
        }
        tail!(binary_op_miss, pc, sp, fp, th, unit)
    }

    /// `BINARY_OP_SUBSCR_GETITEM`: a `__getitem__` in Python, entered without native recursion.
    subscr_getitem(pc, sp, fp, th, unit) {
        let (container, key) = (*sp.sub(2), *sp.sub(1));
        let ty = version_of(container, (*pc.add(2)).0);
        if !ty.is_null() {
            let function = (u64::from((*pc.add(4)).0) | u64::from((*pc.add(5)).0) << 32) as *const Function;
            let code = (*function).code.get();
            let slot = sp.sub(2);
            if (*function).version.get() == (*pc.add(3)).0
                && frame::fits(th, code, sp)
                && (*(*th).frame).flags & taipan_layout::frame_flags::GENERATOR == 0
            {
                sp.write(key);
                sp.sub(1).write(container);
                slot.write(own(Word::counted(function.cast())));
                let caller = (*th).frame;
                (*caller).pc = pc;
                (*caller).sp = slot;
                (*caller).resume = UNITS as u32;
                let (pc, sp, fp) = frame::push(th, function, code, slot.add(1), 2, 0);
                next!(pc, sp, fp, th)
            }
            tail!(binary_op_slow, pc, sp, fp, th, unit)
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
                let old = slot.replace(own_operand(value));
                if old.is_counted() && (*old.header()).decrement() {
                    tail!(super::jump::jump_free, pc.add(STORE), sp.sub(3), fp, th, old.0)
                }
                next!(pc.add(STORE), sp.sub(3), fp, th)
            }
        }
        tail!(store_subscr_miss, pc, sp, fp, th, unit)
    }

    /// `STORE_SUBSCR_DICT`
    store_subscr_dict(pc, sp, fp, th, unit) {
        let (value, container, key) = (*sp.sub(3), *sp.sub(2), *sp.sub(1));
        if is_exact(container, &DICT) {
            let dict = &*container.header().cast::<Dict>();
            match (*dict.table.get()).find_plain((*th).interp(), Ref::from_word(key)) {
                Plain::Found(place) => {
                    let new = Value::from_word(own_operand(value));
                    let old = (*dict.table.get()).replace(place, new).into_word();
                    release_operands!([old, container, key], pc, sp.sub(3), th);
                    next!(pc.add(STORE), sp.sub(3), fp, th)
                }
                Plain::Absent => {
                    let thread = leave(th, pc, sp);
                    let new = Value::from_word(own(value));
                    attempt!(dict.add_plain(thread, Ref::from_word(key), new), pc, sp, fp, th);
                    release_operands!([value, container, key], pc, sp.sub(3), th);
                    next!(pc.add(STORE), sp.sub(3), fp, th)
                }
                Plain::Unknown => tail!(store_subscr_slow, pc, sp, fp, th, unit),
            }
        }
        tail!(store_subscr_miss, pc, sp, fp, th, unit)
    }

    /// `CONTAINS_OP_DICT`
    contains_op_dict(pc, sp, fp, th, unit) {
        let (key, container) = (*sp.sub(2), *sp.sub(1));
        if is_exact(container, &DICT) {
            let table = &*(*container.header().cast::<Dict>()).table.get();
            let found = table.find_plain((*th).interp(), Ref::from_word(key));
            if found != Plain::Unknown {
                let found = (found != Plain::Absent) != (arg(unit) != 0);
                sp.sub(2).write(Ref::bool(found).word());
                release_operands!([key, container], pc, sp.sub(1), th);
                next!(pc.add(STORE), sp.sub(1), fp, th)
            }
            tail!(contains_op_slow, pc, sp, fp, th, unit)
        }
        tail!(contains_op_miss, pc, sp, fp, th, unit)
    }

    /// `CONTAINS_OP_SET`
    contains_op_set(pc, sp, fp, th, unit) {
        let (key, container) = (*sp.sub(2), *sp.sub(1));
        if is_exact(container, &SET) || is_exact(container, &FROZENSET) {
            let table = &*(*container.header().cast::<Set>()).table.get();
            if let Some(found) = table.contains_plain((*th).interp(), Ref::from_word(key)) {
                sp.sub(2).write(Ref::bool(found != (arg(unit) != 0)).word());
                release_operands!([key, container], pc, sp.sub(1), th);
                next!(pc.add(STORE), sp.sub(1), fp, th)
            }
            tail!(contains_op_slow, pc, sp, fp, th, unit)
        }
        tail!(contains_op_miss, pc, sp, fp, th, unit)
    }
}

cold_handlers! {
    /// `STORE_SUBSCR`: chooses a form for the container that it sees.
    store_subscr(pc, sp, fp, th, unit) {
        specialize::store_subscr(pc, *sp.sub(2), *sp.sub(1));
        tail!(store_subscr_slow, pc, sp, fp, th, unit)
    }

    /// A form of `STORE_SUBSCR` that does not fit its operands this time.
    store_subscr_miss(pc, sp, fp, th, unit) {
        specialize::miss(pc, Opcode::StoreSubscr as u16);
        tail!(store_subscr_slow, pc, sp, fp, th, unit)
    }

    /// `STORE_SUBSCR` in general.
    store_subscr_slow(pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        let (value, container, key) =
            (Ref::from_word(*sp.sub(3)), Ref::from_word(*sp.sub(2)), Ref::from_word(*sp.sub(1)));
        attempt!(protocol::set_item(thread, container, key, value), pc, sp, fp, th);
        frame::release_operands(sp.sub(3), sp);
        if (*th).heap().unsettled.get() {
            leave(th, pc, sp.sub(3)).settle();
        }
        next!(pc.add(STORE), sp.sub(3), fp, th)
    }

    /// `DELETE_SUBSCR`
    delete_subscr(pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        let (container, key) = (Ref::from_word(*sp.sub(2)), Ref::from_word(*sp.sub(1)));
        attempt!(protocol::delete_item(thread, container, key), pc, sp, fp, th);
        frame::release_operands(sp.sub(2), sp);
        if (*th).heap().unsettled.get() {
            leave(th, pc, sp.sub(2)).settle();
        }
        next!(pc.add(1), sp.sub(2), fp, th)
    }

    /// `CONTAINS_OP`: chooses a form for the container that it sees.
    contains_op(pc, sp, fp, th, unit) {
        specialize::contains_op(pc, *sp.sub(1));
        tail!(contains_op_slow, pc, sp, fp, th, unit)
    }

    /// A form of `CONTAINS_OP` that does not fit its container this time.
    contains_op_miss(pc, sp, fp, th, unit) {
        specialize::miss(pc, Opcode::ContainsOp as u16);
        tail!(contains_op_slow, pc, sp, fp, th, unit)
    }

    /// `CONTAINS_OP` in general.
    contains_op_slow(pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        let (item, container) = (Ref::from_word(*sp.sub(2)), Ref::from_word(*sp.sub(1)));
        let found = attempt!(protocol::contains(thread, container, item), pc, sp, fp, th);
        let (a, b) = (*sp.sub(2), *sp.sub(1));
        sp.sub(2).write(Ref::bool(found != (arg(unit) != 0)).word());
        heap::release(a);
        heap::release(b);
        if (*th).heap().unsettled.get() {
            leave(th, pc, sp.sub(1)).settle();
        }
        next!(pc.add(STORE), sp.sub(1), fp, th)
    }
}
