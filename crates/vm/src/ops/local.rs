//! Locals, cells and free variables.

use taipan_layout::Word;
use taipan_object::types::cell::Cell;
use taipan_object::types::code::Code;
use taipan_object::types::exception::{NAME_ERROR, UNBOUND_LOCAL_ERROR};
use taipan_object::types::str::Str;
use taipan_object::types::tuple::Tuple;
use taipan_object::value::{duplicate, own};
use taipan_object::{Thread, Value, heap};

use crate::dispatch::{arg, attempt, cold_handlers, handlers, leave, next, tail};
use crate::frame::{code_of, function_of};

handlers! {
    /// `LOAD_FAST`
    load_fast(pc, sp, fp, th, unit) {
        sp.write(own(*fp.add(arg(unit))));
        next!(pc.add(1), sp.add(1), fp, th)
    }

    /// `LOAD_FAST_BORROW`: not counted; the compiler proved that the local outlives the operand.
    load_fast_borrow(pc, sp, fp, th, unit) {
        sp.write((*fp.add(arg(unit))).borrowed());
        next!(pc.add(1), sp.add(1), fp, th)
    }

    /// `LOAD_FAST_BORROW_LOAD_FAST_BORROW`
    load_fast_borrow_load_fast_borrow(pc, sp, fp, th, unit) {
        sp.write((*fp.add(arg(unit) >> 4)).borrowed());
        sp.add(1).write((*fp.add(arg(unit) & 15)).borrowed());
        next!(pc.add(1), sp.add(2), fp, th)
    }

    /// `LOAD_FAST_LOAD_FAST`
    load_fast_load_fast(pc, sp, fp, th, unit) {
        sp.write(own(*fp.add(arg(unit) >> 4)));
        sp.add(1).write(own(*fp.add(arg(unit) & 15)));
        next!(pc.add(1), sp.add(2), fp, th)
    }

    /// `LOAD_FAST_AND_CLEAR`
    load_fast_and_clear(pc, sp, fp, th, unit) {
        let local = fp.add(arg(unit));
        sp.write(own(*local));
        let old = local.replace(Word::NULL);
        heap::release(old);
        next!(pc.add(1), sp.add(1), fp, th)
    }

    /// `LOAD_FAST_CHECK`
    load_fast_check(pc, sp, fp, th, unit) {
        let word = *fp.add(arg(unit));
        if word.is_null() {
            tail!(unbound, pc, sp, fp, th, unit)
        }
        sp.write(own(word));
        next!(pc.add(1), sp.add(1), fp, th)
    }

    /// `STORE_FAST`
    store_fast(pc, sp, fp, th, unit) {
        let local = fp.add(arg(unit));
        let old = *local;
        let word = *sp.sub(1);
        local.write(if word.0 & 7 == 4 { own(word) } else { word });
        if old.is_counted() && (*old.header()).decrement() {
            tail!(store_free, pc, sp.sub(1), fp, th, old.0)
        }
        next!(pc.add(1), sp.sub(1), fp, th)
    }

    /// `STORE_FAST_LOAD_FAST`
    store_fast_load_fast(pc, sp, fp, th, unit) {
        let local = fp.add(arg(unit) >> 4);
        let old = local.replace(own_operand(*sp.sub(1)));
        sp.sub(1).write(own(*fp.add(arg(unit) & 15)));
        if old.is_counted() && (*old.header()).decrement() {
            tail!(store_free, pc, sp, fp, th, old.0)
        }
        next!(pc.add(1), sp, fp, th)
    }

    /// `STORE_FAST_STORE_FAST`
    store_fast_store_fast(pc, sp, fp, th, unit) {
        let first = (*fp.add(arg(unit) >> 4), own_operand(*sp.sub(1)));
        fp.add(arg(unit) >> 4).write(first.1);
        let second = (*fp.add(arg(unit) & 15), own_operand(*sp.sub(2)));
        fp.add(arg(unit) & 15).write(second.1);
        heap::release(first.0);
        let old = second.0;
        if (old.is_counted() && (*old.header()).decrement()) || (*th).heap().unsettled.get() {
            tail!(store_free, pc, sp.sub(2), fp, th, if old.is_counted() && (*old.header()).count.get() == 0 { old.0 } else { Word::NULL.0 })
        }
        next!(pc.add(1), sp.sub(2), fp, th)
    }

    /// `DELETE_FAST`
    delete_fast(pc, sp, fp, th, unit) {
        let old = (*fp.add(arg(unit)), fp.add(arg(unit)).write(Word::NULL)).0;
        if old.is_null() {
            tail!(unbound, pc, sp, fp, th, unit)
        }
        if old.is_counted() && (*old.header()).decrement() {
            tail!(store_free, pc, sp, fp, th, old.0)
        }
        next!(pc.add(1), sp, fp, th)
    }

    /// `MAKE_CELL`
    make_cell(pc, sp, fp, th, unit) {
        let local = fp.add(arg(unit));
        let word = local.replace(Word::NULL);
        let content = if word.is_null() { None } else { Some(Value::from_word(own_operand(word))) };
        let cell = attempt!(leave(th, pc, sp).cell(content), pc, sp, fp, th);
        local.write(cell.into_word());
        next!(pc.add(1), sp, fp, th)
    }

    /// `LOAD_DEREF`
    load_deref(pc, sp, fp, th, unit) {
        let cell = (*fp.add(arg(unit))).header().cast::<Cell>();
        let content = (*cell).content.get();
        match &*content {
            Some(value) => sp.write(duplicate(value.word())),
            None => tail!(unbound, pc, sp, fp, th, unit),
        }
        next!(pc.add(1), sp.add(1), fp, th)
    }

    /// `STORE_DEREF`
    store_deref(pc, sp, fp, th, unit) {
        let cell = (*fp.add(arg(unit))).header().cast::<Cell>();
        let new = Value::from_word(own_operand(*sp.sub(1)));
        let old = (*(*cell).content.get()).replace(new).map_or(Word::NULL, Value::into_word);
        if old.is_counted() && (*old.header()).decrement() {
            tail!(store_free, pc, sp.sub(1), fp, th, old.0)
        }
        next!(pc.add(1), sp.sub(1), fp, th)
    }

    /// `COPY_FREE_VARS`
    copy_free_vars(pc, sp, fp, th, unit) {
        let frame = (*th).frame;
        let thread = &*th;
        let count = arg(unit);
        let start = code_of(frame).locals as usize - count;
        let closure = function_of(frame).parts.view(thread).closure.as_ref();
        if let Some(cells) = closure.and_then(|closure| closure.downcast::<Tuple>()) {
            for (index, cell) in cells.items().iter().enumerate().take(count) {
                fp.add(start + index).write(duplicate(cell.word()));
            }
        }
        next!(pc.add(1), sp, fp, th)
    }
}

/// An operand that moves to where it must be owned.
#[inline(always)]
pub unsafe fn own_operand(word: Word) -> Word {
    // SAFETY: a counted word moves with its count; a borrowed one gets its own.
    unsafe { if word.0 & 7 == 4 { own(word) } else { word } }
}

#[inline(never)]
fn raise_unbound(thread: &mut Thread, code: &Code, index: usize) {
    let name = code.local_name(index).clone();
    let text = name.downcast::<Str>().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if code.source.localspluskinds[index] & taipan_code::co::FAST_FREE != 0 {
        let message = format!(
            "cannot access free variable '{text}' where it is not associated with a value in enclosing scope"
        );
        thread.name_error(&NAME_ERROR, name.as_ref(), message);
    } else {
        let message =
            format!("cannot access local variable '{text}' where it is not associated with a value");
        thread.name_error(&UNBOUND_LOCAL_ERROR, name.as_ref(), message);
    }
}

cold_handlers! {
    /// Frees what a store replaced; the word comes in the place of the unit.
    store_free(pc, sp, fp, th, word) {
        if Word(word).is_counted() {
            heap::release_cold(Word(word).header());
        }
        if (*th).heap().unsettled.get() {
            leave(th, pc, sp).settle();
        }
        next!(pc.add(1), sp, fp, th)
    }

    /// A local or cell that is not bound.
    unbound(pc, sp, fp, th, unit) {
        raise_unbound(leave(th, pc, sp), code_of((*th).frame), arg(unit));
        return crate::unwind::unwind(pc, sp, fp, th, 0);
    }
}
