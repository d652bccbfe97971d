//! What waits for the loop: the ends of dropped objects, and the safepoint's requests.
//!
//! Answers for `subtype_dealloc` of CPython's `Objects/typeobject.c`, as far as Python sees it.

use std::sync::atomic::Ordering;

use taipan_layout::Word;
use taipan_object::heap::{self, flags, side};
use taipan_object::thread::events;
use taipan_object::typeobject::TypeFlags;
use taipan_object::types::weakref;
use taipan_object::{Outcome, Ref, Thread};

/// Ends every object on the queue: finaliser, weak references, memory. They end in the order in
/// which they were dropped, and what one of them drops ends before the next.
pub fn settle(thread: &mut Thread) {
    let mut stack = Vec::new();
    loop {
        thread.heap().take_pending(&mut stack);
        let Some(word) = stack.pop() else { break };
        finish(thread, word);
    }
    if thread.heap().wants_collection.get() {
        crate::gc::collect_due(thread);
    }
}

fn finish(thread: &mut Thread, word: Word) {
    let header = word.header();
    // SAFETY: the queue held one count of the object; it lives until that is given up.
    unsafe {
        side(header).set(side(header).get() & !flags::PENDING);
        let object = Ref::from_word(word);
        let ty = object.ty();
        if ty.flags().contains(TypeFlags::FINALIZES) && side(header).get() & flags::FINALIZED == 0 {
            side(header).set(side(header).get() | flags::FINALIZED);
            if let Some(finalize) = ty.slots().finalize {
                finalize(thread, object);
            }
        }
        // Unless the finaliser brought it back to life.
        if (*header).count.get() == 1 && side(header).get() & flags::WEAKLY_REFERENCED != 0 {
            for (reference, callback) in weakref::take_references(thread, object, |_| true) {
                weakref::call_back(thread, reference.as_ref(), callback.as_ref());
            }
        }
        heap::release(word);
    }
}

/// Does what the safepoint word asks for.
pub fn safepoint(thread: &mut Thread) -> Outcome<()> {
    // Whether tools watch is a state and not a request: the bit stays.
    let asked = thread.breaker.fetch_and(events::INSTRUMENT, Ordering::Relaxed);
    if asked & events::SWITCH != 0 {
        thread.yield_lock();
    }
    thread.settle();
    if thread.heap().wants_collection.get() {
        crate::gc::collect_due(thread);
    }
    if asked & events::ASYNC_EXCEPTION != 0
        && let Some(exception) = thread.async_exception.take()
    {
        return Err(thread.raise(exception));
    }
    if asked & events::SIGNAL != 0 {
        crate::signal::deliver(thread)?;
    }
    Ok(())
}
