//! Constants and the operand stack itself.

use taipan_layout::Word;
use taipan_object::heap;
use taipan_object::value::own;

use crate::dispatch::{arg, cold_handlers, enter, handlers, next, tail};

handlers! {
    /// `NOP`, `NOT_TAKEN`
    nop(pc, sp, fp, th, unit) { next!(pc.add(1), sp, fp, th) }

    /// `EXTENDED_ARG`: its operand is what the next instruction's unit has no room for.
    extended_arg(pc, sp, fp, th, unit) {
        let next = u64::from((*pc.add(1)).0) | (arg(unit) as u64) << 32;
        return enter(pc.add(1), sp, fp, th, next);
    }

    /// `POP_TOP`, `END_FOR`, `POP_ITER`
    pop_top(pc, sp, fp, th, unit) {
        let word = *sp.sub(1);
        if word.is_counted() && (*word.header()).decrement() {
            tail!(pop_top_free, pc, sp, fp, th, word.0)
        }
        next!(pc.add(1), sp.sub(1), fp, th)
    }

    /// `PUSH_NULL`
    push_null(pc, sp, fp, th, unit) {
        sp.write(Word::NULL);
        next!(pc.add(1), sp.add(1), fp, th)
    }

    /// `COPY`
    copy(pc, sp, fp, th, unit) {
        sp.write(own(*sp.sub(arg(unit))));
        next!(pc.add(1), sp.add(1), fp, th)
    }

    /// `SWAP`
    swap(pc, sp, fp, th, unit) {
        let other = sp.sub(arg(unit));
        let top = *sp.sub(1);
        sp.sub(1).write(*other);
        other.write(top);
        next!(pc.add(1), sp, fp, th)
    }

    /// `LOAD_CONST`: the code keeps its constants alive, so they need no count.
    load_const(pc, sp, fp, th, unit) {
        let word = *(*(*th).frame).consts.add(arg(unit));
        sp.write(word.borrowed());
        next!(pc.add(1), sp.add(1), fp, th)
    }

    /// `LOAD_SMALL_INT`
    load_small_int(pc, sp, fp, th, unit) {
        sp.write(Word::from_small(arg(unit) as i64));
        next!(pc.add(1), sp.add(1), fp, th)
    }
}

cold_handlers! {
    /// `POP_TOP` of the last reference; the word comes in the place of the unit.
    pop_top_free(pc, sp, fp, th, word) {
        heap::release_cold(Word(word).header());
        if (*th).heap().unsettled.get() {
            crate::dispatch::leave(th, pc, sp.sub(1)).settle();
        }
        next!(pc.add(1), sp.sub(1), fp, th)
    }
}
