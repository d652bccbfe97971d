//! Pages: 64 KiB, aligned, of one size class; a larger object has a span with the same head.

use std::alloc::Layout;
use std::cell::Cell;

use taipan_layout::Header;

use super::Heap;

pub(super) const PAGE_SIZE: usize = 1 << 16;
pub(super) const SEGMENT_SIZE: usize = 1 << 20;
/// Up to here classes are 16 bytes apart.
pub(super) const FINE_LIMIT: usize = 512;
const FINE_CLASSES: usize = FINE_LIMIT / 16 + 1;
/// Up to here an object lives in a page, in classes of which there are four to each doubling.
pub(super) const CLASS_LIMIT: usize = 16 << 10;
pub(super) const CLASSES: usize = FINE_CLASSES + 5 * 4;
const GRANULES: usize = PAGE_SIZE / 16;
/// Where the first slot of a page lies.
pub(super) const SLOTS_START: usize = size_of::<Page>();

/// What the objects of a page are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Kind {
    /// Holds no reference that could be part of a cycle.
    Atom,
    /// May be part of a cycle.
    Container,
}

/// Bits of an object's byte in the side table. All clear when an object is made.
pub mod flags {
    /// Weak references to the object exist.
    pub const WEAKLY_REFERENCED: u8 = 1;
    /// Its finaliser ran.
    pub const FINALIZED: u8 = 2;
    /// Its generation, from the youngest on; the last is never collected (`gc.freeze`).
    pub const GENERATION: u8 = 4 | 8;
    /// Where the generation begins.
    pub const GENERATION_SHIFT: u8 = 2;
    /// It is waiting on the queue of observable ends.
    pub const PENDING: u8 = 16;
    /// It holds nothing that could be part of a cycle: the collector does not look at it.
    pub const UNTRACKED: u8 = 32;
    /// It belongs to the set that is being collected and has not been found reachable.
    pub const COLLECTING: u8 = 64;
}

/// A slot on a free list.
pub(super) struct FreeSlot {
    pub(super) next: *mut FreeSlot,
    /// Over the header's type: null, so the slot is not live. Read as part of a header only.
    #[allow(dead_code)]
    pub(super) ty: *const (),
}

/// The head of a page or span.
#[repr(C, align(64))]
pub struct Page {
    pub(super) heap: *const Heap,
    /// The size class; `u8::MAX` for a span.
    pub(super) class: u8,
    pub(super) kind: Kind,
    /// Bytes of a slot, or of the whole span.
    pub(super) size: usize,
    /// Where memory that was never used begins.
    pub(super) used_end: Cell<usize>,
    /// On which of the collector's lists the page is.
    pub(super) lists: Cell<u8>,
    /// Place in the heap's list of spans.
    pub(super) index: Cell<usize>,
    side: [Cell<u8>; GRANULES],
}

#[inline(always)]
pub(super) const fn class_of(size: usize) -> usize {
    if size <= FINE_LIMIT {
        return size.div_ceil(16);
    }
    let top = (size - 1).ilog2() as usize;
    let quarter = ((size - 1) >> (top - 2)) & 3;
    FINE_CLASSES + (top - 9) * 4 + quarter
}

pub(super) const fn class_size(class: usize) -> usize {
    if class < FINE_CLASSES {
        return class * 16;
    }
    let coarse = class - FINE_CLASSES;
    (5 + coarse % 4) << (coarse / 4 + 7)
}

/// The page or span of an object.
#[inline(always)]
pub(super) fn page_of(object: *const Header) -> *const Page {
    (object as usize & !(PAGE_SIZE - 1)) as *const Page
}

/// The object's byte in the side table.
///
/// # Safety
/// `object` lives on a heap, and the reference is dropped before the object is freed.
#[inline(always)]
pub unsafe fn side<'a>(object: *const Header) -> &'a Cell<u8> {
    // SAFETY: heap objects lie in a page or begin a span, both with a head at the aligned address.
    unsafe { (*page_of(object)).side.get_unchecked(object as usize >> 4 & (GRANULES - 1)) }
}

/// How many bytes an object has for itself: at least what was asked for.
///
/// # Safety
/// `object` lives on a heap.
#[inline]
pub unsafe fn room(object: *const Header) -> usize {
    // SAFETY: as for `side`.
    unsafe {
        let page = page_of(object);
        if (*page).class == u8::MAX { (*page).size - SLOTS_START } else { (*page).size }
    }
}

impl Page {
    /// Makes a page of class `class`.
    ///
    /// # Safety
    /// `page` is `PAGE_SIZE` bytes of exclusive memory, aligned to its size.
    pub(super) unsafe fn format(page: *mut Page, heap: &Heap, class: usize, kind: Kind) {
        // SAFETY: the caller's promise.
        unsafe {
            page.cast::<u8>().write_bytes(0, size_of::<Page>());
            (*page).heap = heap;
            (*page).class = class as u8;
            (*page).kind = kind;
            (*page).size = class_size(class);
            (*page).used_end.set(page as usize + SLOTS_START);
        }
    }

    /// Makes the head of a span of `total` bytes.
    ///
    /// # Safety
    /// `page` is `total` bytes of exclusive memory, aligned to `PAGE_SIZE`.
    pub(super) unsafe fn format_span(page: *mut Page, heap: &Heap, total: usize, kind: Kind, index: usize) {
        // SAFETY: the caller's promise.
        unsafe {
            page.cast::<u8>().write_bytes(0, size_of::<Page>());
            (*page).heap = heap;
            (*page).class = u8::MAX;
            (*page).kind = kind;
            (*page).size = total;
            (*page).used_end.set(page as usize + total);
            (*page).index.set(index);
        }
    }

    /// Calls `each` with every live object.
    ///
    /// # Safety
    /// `page` is formatted and all objects up to `used_end` are either live or free slots.
    pub(super) unsafe fn for_each_live(page: *mut Page, each: &mut dyn FnMut(*mut Header)) {
        // SAFETY: slots between the start and `used_end` have headers, live or free.
        unsafe {
            let step = (*page).size;
            let mut at = page as usize + SLOTS_START;
            let end = (*page).used_end.get();
            while at < end {
                let object = at as *mut Header;
                if !(*object).ty.get().is_null() {
                    each(object);
                }
                if (*page).class == u8::MAX {
                    break;
                }
                at += step;
            }
        }
    }
}

const SEGMENT: Layout = match Layout::from_size_align(SEGMENT_SIZE, SEGMENT_SIZE) {
    Ok(layout) => layout,
    Err(_) => panic!("a power of two"),
};

pub(super) fn allocate_segment() -> Option<*mut Page> {
    // SAFETY: the size is not zero.
    let memory = unsafe { std::alloc::alloc(SEGMENT) };
    (!memory.is_null()).then_some(memory.cast())
}

/// # Safety
/// `segment` came from [`allocate_segment`] and nothing in it is used any more.
pub(super) unsafe fn free_segment(segment: *mut Page) {
    // SAFETY: the caller's promise.
    unsafe { std::alloc::dealloc(segment.cast(), SEGMENT) };
}

pub(super) fn allocate_span(total: usize) -> Option<*mut Page> {
    let layout = Layout::from_size_align(total, PAGE_SIZE).ok()?;
    // SAFETY: the size is not zero.
    let memory = unsafe { std::alloc::alloc(layout) };
    (!memory.is_null()).then_some(memory.cast())
}

/// # Safety
/// `span` came from [`allocate_span`] and is formatted; nothing in it is used any more.
pub(super) unsafe fn free_span(span: *mut Page) {
    // SAFETY: the size is the one it was allocated with.
    unsafe {
        let layout = Layout::from_size_align_unchecked((*span).size, PAGE_SIZE);
        std::alloc::dealloc(span.cast(), layout);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_cover_their_sizes() {
        for size in 1..=CLASS_LIMIT {
            let class = class_of(size);
            assert!(class < CLASSES, "{size}");
            assert!(class_size(class) >= size, "{size} in {class}: {}", class_size(class));
            assert!(class_size(class).is_multiple_of(16));
            assert!(class == 1 || class_size(class - 1) < size, "{size} in {class}");
        }
    }
}
