//! What happens when the last reference goes: content dropped, memory back on its list, without
//! native recursion and without running Python.

use taipan_layout::{Header, Word};

use super::page::{self, FreeSlot, Kind, flags, side};
use crate::typeobject::{Type, TypeFlags};

/// How deep freeing may nest natively before it goes through the list.
pub(super) const MAX_DEPTH: u32 = 64;

/// Gives back one count of `word`, if it is counted.
///
/// # Safety
/// A counted `word` holds one count, which is given up.
#[inline(always)]
pub unsafe fn release(word: Word) {
    if word.is_counted() {
        let header = word.header();
        // SAFETY: a counted word points to a live object.
        unsafe {
            if (*header).decrement() {
                release_cold(header);
            }
        }
    }
}

/// Frees an object whose count has reached zero, or queues it if its end can be observed.
///
/// # Safety
/// The object's count is zero, and nobody refers to it.
#[inline(never)]
pub unsafe fn release_cold(object: *mut Header) {
    // SAFETY: the object is still intact; its type outlives it; it lives on a heap, since immortal
    // objects are never counted.
    unsafe {
        let ty = &*((*object).ty.get() as *const Type);
        let byte = side(object).get();
        if byte & flags::WEAKLY_REFERENCED != 0
            || (ty.flags().contains(TypeFlags::FINALIZES) && byte & flags::FINALIZED == 0)
        {
            return queue(object);
        }
        let heap = &*(*page::page_of(object)).heap;
        let depth = heap.depth.get();
        if depth >= MAX_DEPTH {
            heap.trash.borrow_mut().push(object);
            return;
        }
        heap.depth.set(depth + 1);
        bury(object, ty);
        if depth == 0 {
            loop {
                let Some(next) = heap.trash.borrow_mut().pop() else { break };
                let ty = &*((*next).ty.get() as *const Type);
                bury(next, ty);
            }
        }
        heap.depth.set(depth);
    }
}

/// Drops the content of a dead object, gives its memory back and its count of its type.
#[inline]
unsafe fn bury(object: *mut Header, ty: &Type) {
    // SAFETY: as for `release_cold`; the instance's count keeps the type alive until the end.
    unsafe {
        (ty.slots().drop)(object);
        free_memory(object);
        ty.uncount_instance();
    }
}

/// Puts an object whose end somebody may observe on the queue, with one count.
#[cold]
unsafe fn queue(object: *mut Header) {
    // SAFETY: as for `release_cold`.
    unsafe {
        let heap = &*(*page::page_of(object)).heap;
        (*object).count.set(1);
        side(object).set(side(object).get() | flags::PENDING);
        heap.pending.borrow_mut().push(Word::counted(object));
        heap.unsettled.set(true);
    }
}

/// Puts the memory of an object back on its list.
///
/// # Safety
/// The object's content was dropped; nothing of it is used any more.
#[inline]
pub unsafe fn free_memory(object: *mut Header) {
    // SAFETY: the object lives on a heap and is dead.
    unsafe {
        let page = page::page_of(object);
        let heap = &*(*page).heap;
        if side(object).get() != 0 {
            side(object).set(0);
        }
        if (*page).kind == Kind::Container {
            let young = heap.young.get();
            heap.young.set(young - i64::from(young > 0));
        }
        if (*page).class == u8::MAX {
            return free_span(page.cast_mut());
        }
        let list = &heap.free[(*page).kind as usize][(*page).class as usize];
        let slot = object.cast::<FreeSlot>();
        slot.write(FreeSlot { next: list.get(), ty: std::ptr::null() });
        list.set(slot);
    }
}

#[cold]
unsafe fn free_span(span: *mut page::Page) {
    // SAFETY: the span is in the heap's list at its index.
    unsafe {
        let heap = &*(*span).heap;
        let mut spans = heap.spans.borrow_mut();
        let index = (*span).index.get();
        spans.swap_remove(index);
        if let Some(&moved) = spans.get(index) {
            (*moved).index.set(index);
        }
        heap.discharge((*span).size);
        page::free_span(span);
    }
}
