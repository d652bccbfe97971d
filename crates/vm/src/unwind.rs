//! What happens when an exception is raised: handlers found, frames left.

use taipan_layout::{Frame, Word, frame_flags};
use taipan_object::{Thread, Value, heap};

use crate::dispatch::{RAISED, cold_handlers, next};
use crate::frame::{self, code_of, operands_of};

cold_handlers! {
    /// Goes to the handler of the instruction at `pc`; without one, leaves the frame and asks its
    /// caller's, down to the frame that the loop was entered with.
    unwind(pc, sp, fp, th, unit) {
        let mut pc = pc;
        let mut sp = sp;
        loop {
            let frame = (*th).frame;
            (*frame).pc = pc;
            (*frame).sp = sp;
            settle(th);
            let code = code_of(frame);
            let offset = code.offset_of(pc);
            if let Some(entry) = code.handler(offset) {
                let target = operands_of(frame).add(entry.depth as usize);
                frame::release_operands(target, sp);
                sp = target;
                if entry.lasti {
                    sp.write(Word::from_small(offset as i64));
                    sp = sp.add(1);
                }
                sp.write((*th).exception.take().map_or(Word::NULL, Value::into_word));
                sp = sp.add(1);
                (*frame).sp = sp;
                settle(th);
                next!(code.units.add(entry.target as usize), sp, (*frame).locals, th);
            }
            frame::release_operands(operands_of(frame), sp);
            (*frame).sp = operands_of(frame);
            let flags = (*frame).flags;
            frame::clear_locals((*frame).locals, code);
            if flags & frame_flags::OBSERVED != 0 {
                frame::clear_observed(th, frame);
            }
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
