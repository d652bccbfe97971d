//! What waits for the loop: finalisers of dropped objects, and the safepoint's requests.

use std::sync::atomic::Ordering;

use taipan_layout::Word;
use taipan_object::heap::{self, flags, side};
use taipan_object::typeobject::TypeFlags;
use taipan_object::{Outcome, Ref, Thread};

/// Ends every object on the queue: finaliser, weak references, memory.
pub fn settle(thread: &mut Thread) {
    while let Some(word) = thread.heap().next_pending() {
        finish(thread, word);
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
        heap::release(word);
    }
}

/// Does what the safepoint word asks for.
pub fn safepoint(thread: &mut Thread) -> Outcome<()> {
    thread.breaker.store(0, Ordering::Relaxed);
    thread.settle();
    Ok(())
}
