//! What happens when an exception is raised: handlers found, frames left.

use taipan_code::co;
use taipan_layout::{Frame, Unit, Word, frame_flags};
use taipan_object::types::exception::{Exception, STOP_ASYNC_ITERATION, STOP_ITERATION};
use taipan_object::types::traceback;
use taipan_object::{Ref, Thread, Value, heap};

use crate::dispatch::{RAISED, cold_handlers, next};
use crate::frame::{self, code_of, operands_of};
use crate::observe::{self, event};

/// What [`unwind`] takes for an exception that is raised again: the traceback has the frame already.
pub const AGAIN: u64 = 1;

/// As [`AGAIN`], and tools are not told: a tool raised it.
const UNTOLD: u64 = u64::MAX;

/// What [`unwind`] takes for a new exception in a frame that stands at the unit at `offset`, not at
/// the instruction whose handlers are asked.
pub const fn fresh_at(offset: u32) -> u64 {
    (offset as u64 + 1) << 1
}

/// As [`AGAIN`], and the frame stands where it was raised first: the unit at `offset`.
pub const fn again_at(offset: u32) -> u64 {
    AGAIN | (offset as u64 + 1) << 1
}

cold_handlers! {
    /// Goes to the handler of the instruction at `pc`; without one, leaves the frame and asks its
    /// caller's, down to the frame that the loop was entered with. In the place of the unit comes 0,
    /// or what [`AGAIN`] tells.
    unwind(pc, sp, fp, th, unit) {
        let mut pc = pc;
        let mut sp = sp;
        let mut how = unit;
        loop {
            let frame = (*th).frame;
            let code = code_of(frame);
            let offset = code.offset_of(pc);
            (*frame).pc = if how > AGAIN && how != UNTOLD { code.units.add((how >> 1) as usize - 1) } else { pc };
            let fresh = how & AGAIN == 0;
            (*frame).sp = sp;
            let watched = observe::watching(&*th);
            if fresh {
                traceback::here(&mut *th, frame);
            }
            if watched && how != UNTOLD {
                let which = if fresh { event::RAISE } else { event::RERAISE };
                observe::exception(&mut *th, frame, code.offset_of((*frame).pc), which);
            }
            how = 0;
            settle(th);
            if let Some(entry) = code.handler(offset) {
                let target = operands_of(frame).add(entry.depth as usize);
                frame::release_operands(target, sp);
                sp = target;
                if entry.lasti {
                    sp.write(Word::from_small(code.offset_of((*frame).pc) as i64));
                    sp = sp.add(1);
                }
                sp.write((*th).exception.take().map_or(Word::NULL, Value::into_word));
                sp = sp.add(1);
                (*frame).sp = sp;
                settle(th);
                if watched {
                    let raised = Ref::from_word(*sp.sub(1));
                    if observe::handled(&mut *th, frame, entry.target as usize, raised).is_err() {
                        // As if the instruction before the handler had raised.
                        pc = code.units.add((entry.target as usize).saturating_sub(1));
                        how = UNTOLD;
                        continue;
                    }
                }
                next!(code.units.add(entry.target as usize), sp, (*frame).locals, th);
            }
            frame::release_operands(operands_of(frame), sp);
            (*frame).sp = operands_of(frame);
            if watched {
                observe::exception(&mut *th, frame, code.offset_of((*frame).pc), event::PY_UNWIND);
            }
            let flags = (*frame).flags;
            if flags & frame_flags::GENERATOR != 0 {
                let caller = (*frame).prev;
                if crate::ops::generator::leave_raising(th, frame) {
                    return RAISED;
                }
                pc = (*caller).pc;
                sp = (*caller).sp;
                continue;
            }
            if flags & frame_flags::OBSERVED != 0 {
                frame::clear_observed(th, frame);
            }
            frame::clear_locals((*frame).locals, code);
            if flags & frame_flags::OWNS_FUNCTION != 0 {
                heap::release(Word::counted((*frame).function));
            }
            let caller: *mut Frame = (*frame).prev;
            (*th).frame = caller;
            (*th).recursion_left += 1;
            if flags & frame_flags::ENTRY != 0 {
                return RAISED;
            }
            // The slot that receives results still holds the callable.
            sp = (*caller).sp;
            heap::release(*sp);
            pc = (*caller).pc;
        }
    }
}

/// Runs finalisers that wait, the exception put aside.
unsafe fn settle(th: *mut Thread) {
    // SAFETY: the current frame noted where it stands.
    unsafe {
        if !(*th).heap().unsettled.get() {
            return;
        }
        let exception = (*th).exception.take();
        (*th).settle();
        (*th).exception = exception;
    }
}

/// Where a generator goes on after what it delegated to has ended: behind the `SEND` whose loop the
/// `YIELD_VALUE` at `pc` belongs to.
///
/// # Safety
/// `pc` is the `YIELD_VALUE` of a delegation in `code`.
pub unsafe fn after_delegation(code: &taipan_object::types::code::Code, pc: *mut Unit) -> *mut Unit {
    // SAFETY: the compiler puts SEND, with one cache, right before YIELD_VALUE.
    unsafe {
        debug_assert!(code.offset_of(pc) >= 2);
        let send = pc.sub(2);
        send.add(2 + usize::from((*send).arg()))
    }
}

/// What a generator raises when StopIteration leaves its body: RuntimeError with it as cause.
pub fn stop_iteration_error(thread: &mut Thread, exception: Ref<'_>) -> Value {
    let kinds = [
        (&STOP_ITERATION, "generator raised StopIteration", "coroutine raised StopIteration"),
        (&STOP_ASYNC_ITERATION, "async generator raised StopAsyncIteration", ""),
    ];
    // SAFETY: a frame is running.
    let flags = unsafe { code_of(thread.frame).flags };
    let message = if exception.ty().is_subtype(thread, &STOP_ITERATION) {
        if flags & co::ASYNC_GENERATOR != 0 {
            "async generator raised StopIteration"
        } else if flags & co::COROUTINE != 0 {
            kinds[0].2
        } else {
            kinds[0].1
        }
    } else if flags & co::ASYNC_GENERATOR != 0 && exception.ty().is_subtype(thread, &STOP_ASYNC_ITERATION) {
        kinds[1].1
    } else {
        return exception.to_value();
    };
    thread.runtime_error(message);
    let Some(error) = thread.take_exception() else { return exception.to_value() };
    if let Some(own) = error.downcast::<Exception>() {
        let parts = own.parts.change(thread);
        let old = (parts.cause.replace(exception.to_value()), parts.context.replace(exception.to_value()));
        parts.suppress_context = true;
        drop(old);
    }
    error
}
