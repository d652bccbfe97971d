//! The object heap: pages of size classes, spans for larger objects, counting, cycles.
//!
//! Objects never move. Small ones live in 64 KiB pages of one size class and one [`Kind`]; a page's
//! side table holds one byte of [`flags`] per 16-byte granule, at the object's first. Larger ones
//! have a span of their own, aligned the same way, so an address leads to its page and heap. Pages
//! are enumerable: a slot is live when its header has a type. Memory is charged to the
//! interpreter's limit when pages, spans and buffers are taken, and asking can fail.
//!
//! Invariants: freeing never recurses natively deeper than [`free::MAX_DEPTH`]; dropping never runs
//! Python. One thread at a time uses a heap: the one that holds the interpreter lock.
//!
//! Answers for CPython's `Objects/obmalloc.c`, the trash can of `Objects/object.c` and
//! `Python/gc.c`.
#![allow(unsafe_code)] // memory management; see the invariants above

pub mod cycle;
mod free;
mod large;
mod page;

use std::cell::{Cell, RefCell};
use std::ptr;
use std::sync::atomic::AtomicU32;

use taipan_layout::{Header, Word};

use cycle::Collector;

use crate::thread::Interpreter;
use crate::types::weakref::WeakLists;
pub use free::{free_memory, release, release_cold};
pub use large::resize_buffer;
use page::{CLASSES, FreeSlot, Page, SLOTS_START, class_of, class_size};
pub use page::{Kind, flags, room, side};

/// How many bytes may be in use before allocation fails, unless told otherwise.
const NO_LIMIT: usize = usize::MAX;

/// One interpreter's objects.
pub struct Heap {
    /// Slots to reuse, by kind and class.
    free: [[Cell<*mut FreeSlot>; CLASSES]; 2],
    /// The part of the newest page of each kind and class that was never used.
    fresh: [[Cell<(usize, usize)>; CLASSES]; 2],
    pages: RefCell<Vec<*mut Page>>,
    spare: RefCell<Vec<*mut Page>>,
    spans: RefCell<Vec<*mut Page>>,
    used: Cell<usize>,
    limit: Cell<usize>,
    /// Containers made minus containers freed since the last collection.
    pub young: Cell<i64>,
    /// `young` above this asks for a collection.
    pub threshold: Cell<i64>,
    /// What the collector knows.
    pub collector: Collector,
    /// Set when `young` passed the threshold.
    pub wants_collection: Cell<bool>,
    depth: Cell<u32>,
    trash: RefCell<Vec<*mut Header>>,
    /// Objects whose end somebody may observe; each holds one count.
    pending: RefCell<Vec<Word>>,
    /// The safepoint word of the thread that uses the heap, told when a collection is due.
    pub breaker: Cell<*const AtomicU32>,
    /// The interpreter whose heap it is, while that is whole.
    pub(crate) interp: Cell<*const Interpreter>,
    /// The weak references of objects.
    pub(crate) weak: WeakLists,
    /// Whether `pending` has an element: what the loop looks at.
    pub unsettled: Cell<bool>,
    fail_after: Cell<u64>,
}

impl Heap {
    /// An empty heap. It must not move once an object was made, hence the box.
    pub fn new() -> Box<Heap> {
        Box::new(Heap {
            free: [const { [const { Cell::new(ptr::null_mut()) }; CLASSES] }; 2],
            fresh: [const { [const { Cell::new((0, 0)) }; CLASSES] }; 2],
            pages: RefCell::default(),
            spare: RefCell::default(),
            spans: RefCell::default(),
            used: Cell::new(0),
            limit: Cell::new(NO_LIMIT),
            young: Cell::new(0),
            threshold: Cell::new(2000),
            collector: Collector::new(),
            wants_collection: Cell::new(false),
            depth: Cell::new(0),
            trash: RefCell::default(),
            pending: RefCell::default(),
            breaker: Cell::new(ptr::null()),
            interp: Cell::new(ptr::null()),
            weak: WeakLists::default(),
            unsettled: Cell::new(false),
            fail_after: Cell::new(u64::MAX),
        })
    }

    /// Memory for an object, its contents undefined; `None` when the limit is reached.
    #[inline(always)]
    pub fn allocate(&self, size: usize, kind: Kind) -> Option<*mut u8> {
        if size <= page::FINE_LIMIT {
            let class = class_of(size);
            let head = &self.free[kind as usize][class];
            let slot = head.get();
            if !slot.is_null() {
                // SAFETY: a slot on the list is free memory of this class that holds the next link.
                head.set(unsafe { (*slot).next });
                if kind == Kind::Container {
                    self.note_container(slot.cast());
                }
                return Some(slot.cast());
            }
        }
        self.allocate_slow(size, kind)
    }

    #[cold]
    #[inline(never)]
    fn allocate_slow(&self, size: usize, kind: Kind) -> Option<*mut u8> {
        match self.fail_after.get() {
            0 => return None,
            u64::MAX => {}
            n => self.fail_after.set(n - 1),
        }
        let memory = self.allocate_fresh(size, kind)?;
        if kind == Kind::Container {
            self.note_container(memory);
        }
        Some(memory)
    }

    fn allocate_fresh(&self, size: usize, kind: Kind) -> Option<*mut u8> {
        if size > page::CLASS_LIMIT {
            return self.allocate_span(size, kind);
        }
        let class = class_of(size);
        let head = &self.free[kind as usize][class];
        if !head.get().is_null() {
            let slot = head.get();
            // SAFETY: as in `allocate`.
            head.set(unsafe { (*slot).next });
            return Some(slot.cast());
        }
        let fresh = &self.fresh[kind as usize][class];
        let (mut at, mut end) = fresh.get();
        let step = class_size(class);
        if at + step > end {
            let page = self.take_page()?;
            // SAFETY: the page is ours alone.
            unsafe { Page::format(page, self, class, kind) };
            self.pages.borrow_mut().push(page);
            at = page as usize + SLOTS_START;
            end = page as usize + page::PAGE_SIZE;
        }
        fresh.set((at + step, end));
        // SAFETY: `at` lies inside a page of ours.
        unsafe { (*page::page_of(at as *const Header)).used_end.set(at + step) };
        Some(at as *mut u8)
    }

    fn take_page(&self) -> Option<*mut Page> {
        if let Some(page) = self.spare.borrow_mut().pop() {
            return Some(page);
        }
        self.charge(page::SEGMENT_SIZE)?;
        let Some(segment) = page::allocate_segment() else {
            self.discharge(page::SEGMENT_SIZE);
            return None;
        };
        let mut spare = self.spare.borrow_mut();
        for index in (1..page::SEGMENT_SIZE / page::PAGE_SIZE).rev() {
            spare.push((segment as usize + index * page::PAGE_SIZE) as *mut Page);
        }
        Some(segment)
    }

    fn allocate_span(&self, size: usize, kind: Kind) -> Option<*mut u8> {
        let total = size.checked_add(SLOTS_START)?;
        self.charge(total)?;
        let Some(span) = page::allocate_span(total) else {
            self.discharge(total);
            return None;
        };
        let mut spans = self.spans.borrow_mut();
        // SAFETY: the span is ours alone and at least `SLOTS_START` long.
        unsafe { Page::format_span(span, self, total, kind, spans.len()) };
        spans.push(span);
        Some((span as usize + SLOTS_START) as *mut u8)
    }

    /// Runs `body` with a little more than the limit allows, so that MemoryError itself can be made.
    pub fn with_reserve<T>(&self, body: impl FnOnce() -> T) -> T {
        let (limit, fail_after) = (self.limit.get(), self.fail_after.get());
        self.limit.set(limit.saturating_add(page::SEGMENT_SIZE * 2));
        self.fail_after.set(u64::MAX);
        let result = body();
        self.limit.set(limit);
        self.fail_after.set(fail_after);
        result
    }

    /// Charges `bytes` of a buffer to the limit; `None` when it would be passed.
    pub fn charge(&self, bytes: usize) -> Option<()> {
        let used = self.used.get().checked_add(bytes)?;
        if used > self.limit.get() || self.fail_after.get() == 0 {
            return None;
        }
        self.used.set(used);
        Some(())
    }

    /// Gives back what [`Heap::charge`] took.
    pub fn discharge(&self, bytes: usize) {
        self.used.set(self.used.get().saturating_sub(bytes));
    }

    /// Bytes charged.
    pub fn used(&self) -> usize {
        self.used.get()
    }

    /// Sets how many bytes may be charged.
    pub fn set_limit(&self, bytes: usize) {
        self.limit.set(bytes);
    }

    /// For tests: the `n`-th request from now on fails, and all after it.
    pub fn fail_after(&self, n: u64) {
        self.fail_after.set(n);
    }

    /// Moves the objects whose end may be observed to `stack`, the first to end last; each holds a
    /// count.
    pub fn take_pending(&self, stack: &mut Vec<Word>) {
        stack.extend(self.pending.borrow_mut().drain(..).rev());
        self.unsettled.set(false);
    }
}

impl Drop for Heap {
    fn drop(&mut self) {
        for &span in self.spans.borrow().iter() {
            // SAFETY: every span came from `allocate_span` and is freed once, with its heap.
            unsafe { page::free_span(span) };
        }
        let pages = self.pages.borrow();
        let spare = self.spare.borrow();
        for &page in pages.iter().chain(spare.iter()) {
            if (page as usize).is_multiple_of(page::SEGMENT_SIZE) {
                // SAFETY: segments are aligned to their size, so these are their first pages.
                unsafe { page::free_segment(page) };
            }
        }
    }
}

/// The heap that an object lives on.
///
/// # Safety
/// The object lives on a heap, which outlives the use of the reference.
pub unsafe fn heap_of<'a>(object: *const Header) -> &'a Heap {
    // SAFETY: the caller's promise.
    unsafe { &*(*page::page_of(object)).heap }
}
