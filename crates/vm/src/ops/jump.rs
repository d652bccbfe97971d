//! Jumps, and the safepoints at backward jumps and function entry.

use std::sync::atomic::Ordering;

use taipan_object::Ref;
use taipan_opcode::Opcode;

use crate::dispatch::{arg, attempt, cold_handlers, handlers, leave, next, tail};
use crate::quicken;

handlers! {
    /// `JUMP_FORWARD`
    jump_forward(pc, sp, fp, th, unit) { next!(pc.add(1 + arg(unit)), sp, fp, th) }

    /// `JUMP_BACKWARD`
    jump_backward(pc, sp, fp, th, unit) {
        if (*th).breaker.load(Ordering::Relaxed) != 0 {
            tail!(jump_backward_stop, pc, sp, fp, th, unit)
        }
        next!(pc.add(2).sub(arg(unit)), sp, fp, th)
    }

    /// `JUMP_BACKWARD_NO_INTERRUPT`
    jump_backward_no_interrupt(pc, sp, fp, th, unit) { next!(pc.add(1).sub(arg(unit)), sp, fp, th) }

    /// `POP_JUMP_IF_FALSE`
    pop_jump_if_false(pc, sp, fp, th, unit) {
        let taken = (*sp.sub(1)).same(Ref::bool(false).word());
        next!(pc.add(if taken { 2 + arg(unit) } else { 2 }), sp.sub(1), fp, th)
    }

    /// `POP_JUMP_IF_TRUE`
    pop_jump_if_true(pc, sp, fp, th, unit) {
        let taken = (*sp.sub(1)).same(Ref::bool(true).word());
        next!(pc.add(if taken { 2 + arg(unit) } else { 2 }), sp.sub(1), fp, th)
    }

    /// `POP_JUMP_IF_NONE`
    pop_jump_if_none(pc, sp, fp, th, unit) {
        let word = *sp.sub(1);
        if word.same(Ref::none().word()) {
            next!(pc.add(2 + arg(unit)), sp.sub(1), fp, th)
        }
        if word.is_counted() && (*word.header()).decrement() {
            tail!(jump_free, pc.add(2), sp.sub(1), fp, th, word.0)
        }
        next!(pc.add(2), sp.sub(1), fp, th)
    }

    /// `POP_JUMP_IF_NOT_NONE`
    pop_jump_if_not_none(pc, sp, fp, th, unit) {
        let word = *sp.sub(1);
        if word.same(Ref::none().word()) {
            next!(pc.add(2), sp.sub(1), fp, th)
        }
        if word.is_counted() && (*word.header()).decrement() {
            tail!(jump_free, pc.add(2 + arg(unit)), sp.sub(1), fp, th, word.0)
        }
        next!(pc.add(2 + arg(unit)), sp.sub(1), fp, th)
    }

    /// `RESUME`, once the code is quickened
    resume_check(pc, sp, fp, th, unit) {
        if (*th).breaker.load(Ordering::Relaxed) != 0 {
            tail!(resume_stop, pc, sp, fp, th, unit)
        }
        next!(pc.add(1), sp, fp, th)
    }
}

cold_handlers! {
    /// Frees a condition that was not `None`; the word comes in the place of the unit.
    jump_free(pc, sp, fp, th, word) {
        taipan_object::heap::release_cold(taipan_layout::Word(word).header());
        if (*th).heap().unsettled.get() {
            leave(th, pc, sp).settle();
        }
        next!(pc, sp, fp, th)
    }

    /// A backward jump with something waiting.
    jump_backward_stop(pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        let target = pc.add(2).sub(arg(unit));
        attempt!(thread.poll(), pc, sp, fp, th);
        next!(target, sp, fp, th)
    }

    /// Function entry with something waiting.
    resume_stop(pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        if crate::observe::watching(thread) {
            let code = crate::frame::code_of(thread.frame);
            if !crate::observe::is_current(thread, code) {
                crate::observe::instrument(thread, code);
                if code.observed.get() {
                    next!(pc, sp, fp, th)
                }
            }
        }
        if arg(unit) & 3 < 2 {
            attempt!(thread.poll(), pc, sp, fp, th);
        }
        next!(pc.add(1), sp, fp, th)
    }

    /// `RESUME`: the first time, the code is quickened.
    resume(pc, sp, fp, th, unit) {
        quicken::quicken(crate::frame::code_of((*th).frame));
        (*pc) = taipan_layout::Unit::new(Opcode::ResumeCheck as u16, arg(unit) as u16);
        tail!(resume_check, pc, sp, fp, th, unit)
    }
}
