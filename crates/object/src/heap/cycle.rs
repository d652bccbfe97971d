//! Finding cycles: generations, and trial deletion over a set of objects.
//!
//! An object's generation is two bits of its byte in the page's side table; a page that got a new
//! object, or one that survived a young collection, is on a list, so that young collections look at
//! few pages. Trial deletion counts in the upper half of the header's count word, which is zero at
//! any other time.
//!
//! Not here: what runs Python (callbacks, finalisers, weak references): `taipan_vm::gc`.
//!
//! Invariants: nothing here runs Python or frees an object; `COLLECTING` is clear outside a
//! collection.
//!
//! Answers for the first half of CPython's `Python/gc.c`.

use std::cell::{Cell, RefCell};
use std::sync::atomic::Ordering;

use taipan_layout::Header;

use super::Heap;
use super::page::{Kind, Page, flags, page_of, side};
use crate::thread::events;
use crate::typeobject::{Type, Visitor};
use crate::types::tuple::{TUPLE, Tuple};

/// How many generations `gc` tells of.
pub const GENERATIONS: usize = 3;
/// The generation that is never collected.
const PERMANENT: u8 = 3;

/// What was done to a generation.
#[derive(Clone, Copy, Default)]
pub struct GenerationStats {
    /// How often it was collected.
    pub collections: usize,
    /// How many objects were freed.
    pub collected: usize,
    /// How many could not be.
    pub uncollectable: usize,
}

/// What the collector knows between two collections.
pub struct Collector {
    enabled: Cell<bool>,
    /// Whether a collection is in progress.
    pub collecting: Cell<bool>,
    /// `gc.get_debug()`
    pub debug: Cell<i32>,
    thresholds: [Cell<i32>; GENERATIONS],
    /// Collections of the next younger generation since the last of this one; the first is not used.
    counts: [Cell<i32>; GENERATIONS],
    /// `gc.get_stats()`
    pub stats: [Cell<GenerationStats>; GENERATIONS],
    /// Objects that survived the last full collection.
    long_lived_total: Cell<usize>,
    /// Objects that have not seen a full collection since they survived the others.
    long_lived_pending: Cell<usize>,
    /// Pages with objects of the youngest generation, and with those of the next.
    young_pages: RefCell<Vec<*mut Page>>,
    middle_pages: RefCell<Vec<*mut Page>>,
}

/// A page is on the list of pages with young objects.
const ON_YOUNG: u8 = 1;
/// A page is on the list of pages with objects of the middle generation.
const ON_MIDDLE: u8 = 2;

impl Collector {
    pub(super) fn new() -> Collector {
        Collector {
            enabled: Cell::new(true),
            collecting: Cell::new(false),
            debug: Cell::new(0),
            thresholds: [2000, 10, 10].map(Cell::new),
            counts: [0; GENERATIONS].map(Cell::new),
            stats: [GenerationStats::default(); GENERATIONS].map(Cell::new),
            long_lived_total: Cell::new(0),
            long_lived_pending: Cell::new(0),
            young_pages: RefCell::default(),
            middle_pages: RefCell::default(),
        }
    }

    /// `gc.isenabled()`
    pub fn is_enabled(&self) -> bool {
        self.enabled.get()
    }
}

/// The generation of an object; three is the permanent one.
///
/// # Safety
/// The object lives on a heap.
pub unsafe fn generation(object: *const Header) -> u8 {
    // SAFETY: the caller's promise.
    unsafe { (side(object).get() & flags::GENERATION) >> flags::GENERATION_SHIFT }
}

unsafe fn set_generation(object: *const Header, generation: u8) {
    // SAFETY: the caller's promise.
    unsafe {
        let rest = side(object).get() & !flags::GENERATION;
        side(object).set(rest | generation << flags::GENERATION_SHIFT);
    }
}

unsafe fn has(object: *const Header, flag: u8) -> bool {
    // SAFETY: the caller's promise.
    unsafe { side(object).get() & flag != 0 }
}

unsafe fn set_flag(object: *const Header, flag: u8, on: bool) {
    // SAFETY: the caller's promise.
    unsafe {
        let byte = side(object).get();
        side(object).set(if on { byte | flag } else { byte & !flag });
    }
}

/// Calls `each` with every counted reference that an object holds.
///
/// # Safety
/// The object is live, and `each` frees nothing.
pub unsafe fn traverse(object: *const Header, each: &mut dyn FnMut(*mut Header)) {
    // SAFETY: a live object's type is alive.
    unsafe {
        let ty = &*((*object).ty.get() as *const Type);
        (ty.slots().traverse)(object, &mut Visitor::new(each));
    }
}

/// Whether the collector may look at an object.
pub fn is_tracked(object: &Header) -> bool {
    // SAFETY: what is not immortal lives on a heap.
    !object.is_immortal()
        && unsafe {
            (*page_of(object)).kind == Kind::Container
                && !has(object, flags::UNTRACKED)
                && !(is_tuple(object) && holds_atoms(&*std::ptr::from_ref(object).cast(), NESTING))
        }
}

/// How deep nested tuples are looked at.
const NESTING: u32 = 16;

/// Whether a tuple holds nothing that could be part of a cycle.
///
/// # Safety
/// The tuple is alive.
unsafe fn holds_atoms(tuple: &Tuple, depth: u32) -> bool {
    tuple.items().iter().all(|item| match item.header() {
        // SAFETY: what is not immortal lives on a heap.
        Some(header) if !header.is_immortal() => unsafe {
            (*page_of(header)).kind == Kind::Atom
                || (is_tuple(header)
                    && (has(header, flags::UNTRACKED)
                        || depth > 0 && holds_atoms(&*std::ptr::from_ref(header).cast(), depth - 1)))
        },
        _ => true,
    })
}

/// Whether the object's finaliser ran.
pub fn is_finalized(object: &Header) -> bool {
    // SAFETY: as above.
    !object.is_immortal()
        && unsafe { (*page_of(object)).kind == Kind::Container && has(object, flags::FINALIZED) }
}

fn is_tuple(object: &Header) -> bool {
    std::ptr::eq(object.ty.get() as *const Type, &raw const TUPLE)
}

/// Tells the collector that a tuple that holds nothing but atoms needs no look.
///
/// # Safety
/// The object lives on a heap.
unsafe fn untrack_tuple(object: *const Header) {
    // SAFETY: the caller's promise.
    unsafe {
        if is_tuple(&*object) && holds_atoms(&*object.cast(), 0) {
            set_flag(object, flags::UNTRACKED, true);
        }
    }
}

/// A set of objects that was taken apart into those that something outside leads to and the rest.
pub struct Parted {
    /// Objects that something outside the set leads to.
    pub reachable: Vec<*mut Header>,
    /// Objects that only objects of this list lead to; each has the flag `COLLECTING`.
    pub unreachable: Vec<*mut Header>,
}

/// Takes a set of objects apart. Each may have `held` counts that do not matter.
///
/// # Safety
/// The objects are live and differ, and nothing changes meanwhile.
pub unsafe fn part(objects: Vec<*mut Header>, held: u32) -> Parted {
    // SAFETY: the caller's promise: everything that is followed is alive.
    unsafe {
        for &object in &objects {
            set_flag(object, flags::COLLECTING, true);
            (*object).scratch.set((*object).count.get() - held);
        }
        for &object in &objects {
            traverse(object, &mut |held| {
                if !(*held).is_immortal() && has(held, flags::COLLECTING) {
                    debug_assert!((*held).scratch.get() != 0, "{} reports too much", type_name(object));
                    (*held).scratch.set((*held).scratch.get().wrapping_sub(1));
                }
            });
        }
        let mut todo = Vec::new();
        for &object in &objects {
            if has(object, flags::COLLECTING) && (*object).scratch.get() != 0 {
                set_flag(object, flags::COLLECTING, false);
                todo.push(object);
            }
            while let Some(object) = todo.pop() {
                traverse(object, &mut |held| {
                    if !(*held).is_immortal() && has(held, flags::COLLECTING) {
                        set_flag(held, flags::COLLECTING, false);
                        todo.push(held);
                    }
                });
            }
        }
        objects.iter().for_each(|&object| (*object).scratch.set(0));
        let (unreachable, reachable) =
            objects.into_iter().partition(|&object| has(object, flags::COLLECTING));
        Parted { reachable, unreachable }
    }
}

unsafe fn type_name(object: *const Header) -> String {
    // SAFETY: a live object's type is alive.
    unsafe { (*((*object).ty.get() as *const Type)).name().into_owned() }
}

/// Whether trial deletion found the object unreachable.
///
/// # Safety
/// The object is immortal or lives on a heap.
pub unsafe fn is_unreachable(object: *const Header) -> bool {
    // SAFETY: the caller's promise.
    unsafe { !(*object).is_immortal() && has(object, flags::COLLECTING) }
}

/// Ends what [`part`] began.
///
/// # Safety
/// The objects are live.
pub unsafe fn unmark(objects: &[*mut Header]) {
    // SAFETY: the caller's promise.
    unsafe { objects.iter().for_each(|&object| set_flag(object, flags::COLLECTING, false)) }
}

impl Heap {
    /// Notes a new container on a page.
    #[inline(always)]
    pub(super) fn note_container(&self, at: *mut u8) {
        let young = self.young.get() + 1;
        self.young.set(young);
        // SAFETY: the memory lies in a page of this heap.
        let listed = unsafe { (*page_of(at.cast())).lists.get() } & ON_YOUNG != 0;
        if young > self.threshold.get() || !listed {
            self.note_container_slow(at);
        }
    }

    #[cold]
    #[inline(never)]
    fn note_container_slow(&self, at: *mut u8) {
        let page = page_of(at.cast()).cast_mut();
        // SAFETY: the memory lies in a page of this heap. Spans are few and looked at each time.
        unsafe {
            if (*page).lists.get() & ON_YOUNG == 0 {
                (*page).lists.set((*page).lists.get() | ON_YOUNG);
                if (*page).class != u8::MAX {
                    self.collector.young_pages.borrow_mut().push(page);
                }
            }
        }
        if self.young.get() > self.threshold.get() && !self.collector.collecting.get() {
            self.wants_collection.set(true);
            match self.breaker.get() {
                // SAFETY: the thread detaches itself when it ends.
                breaker if !breaker.is_null() => unsafe {
                    (*breaker).fetch_or(events::COLLECT, Ordering::Relaxed);
                },
                _ => self.unsettled.set(true),
            }
        }
    }

    /// `gc.enable()`, `gc.disable()`
    pub fn set_collector_enabled(&self, on: bool) {
        self.collector.enabled.set(on);
        self.update_threshold();
    }

    fn update_threshold(&self) {
        let first = self.collector.thresholds[0].get();
        let on = self.collector.enabled.get() && first > 0;
        self.threshold.set(if on { i64::from(first) } else { i64::MAX });
    }

    /// `gc.get_threshold()`
    pub fn collector_thresholds(&self) -> [i32; GENERATIONS] {
        [0, 1, 2].map(|index: usize| self.collector.thresholds[index].get())
    }

    /// `gc.set_threshold()`
    pub fn set_collector_thresholds(&self, thresholds: [i32; GENERATIONS]) {
        for (own, new) in self.collector.thresholds.iter().zip(thresholds) {
            own.set(new);
        }
        self.update_threshold();
    }

    /// `gc.get_count()`
    pub fn collector_counts(&self) -> [i32; GENERATIONS] {
        let [_, middle, old] = &self.collector.counts;
        [i32::try_from(self.young.get()).unwrap_or(i32::MAX), middle.get(), old.get()]
    }

    /// The generation whose turn it is.
    pub fn due_generation(&self) -> Option<usize> {
        self.wants_collection.set(false);
        let collector = &self.collector;
        if !collector.enabled.get() || collector.collecting.get() {
            return None;
        }
        let (counts, thresholds) = (self.collector_counts(), self.collector_thresholds());
        (0..GENERATIONS).rev().find(|&index| {
            // Full collections are put off while little has come to the old objects.
            let worth = index + 1 < GENERATIONS
                || collector.long_lived_pending.get() >= collector.long_lived_total.get() / 4;
            counts[index] > thresholds[index] && worth
        })
    }

    /// Finds the garbage among the objects of a generation and the younger ones; the others grow older.
    pub fn find_garbage(&self, generation: usize) -> Vec<*mut Header> {
        let collector = &self.collector;
        self.young.set(0);
        for (index, count) in collector.counts.iter().enumerate() {
            if index <= generation {
                count.set(0);
            } else if index == generation + 1 {
                count.set(count.get() + 1);
            }
        }
        let objects = self.members(generation as u8);
        self.turn_pages(generation);
        // SAFETY: what pages tell is live and differs; nothing runs meanwhile.
        let Parted { reachable, unreachable } = unsafe { part(objects, 0) };
        let older = (generation + 1).min(GENERATIONS - 1);
        for &object in reachable.iter().chain(&unreachable) {
            // SAFETY: live objects of this heap.
            unsafe { set_generation(object, older as u8) };
        }
        for &object in &reachable {
            // SAFETY: as above.
            unsafe { untrack_tuple(object) };
        }
        if generation + 1 == GENERATIONS {
            collector.long_lived_total.set(reachable.len());
            collector.long_lived_pending.set(0);
        } else if generation + 2 == GENERATIONS {
            collector.long_lived_pending.set(collector.long_lived_pending.get() + reachable.len());
        }
        unreachable
    }

    /// The objects of a generation and the younger ones.
    fn members(&self, generation: u8) -> Vec<*mut Header> {
        let mut objects = Vec::new();
        let mut add = |object: *mut Header| {
            // SAFETY: a live object of this heap.
            unsafe {
                let byte = side(object).get();
                if (byte & flags::GENERATION) >> flags::GENERATION_SHIFT <= generation
                    && byte & flags::UNTRACKED == 0
                {
                    objects.push(object);
                }
            }
        };
        if generation as usize + 1 >= GENERATIONS {
            self.for_each_container(&mut add);
            return objects;
        }
        let (young, middle) = (self.collector.young_pages.borrow(), self.collector.middle_pages.borrow());
        let middle = middle.iter().filter(|_| generation == 1);
        // SAFETY: pages on the lists are formatted and are never given back; a page that is on both
        // is looked at once.
        unsafe {
            let middle = middle.filter(|&&page| (*page).lists.get() & ON_YOUNG == 0);
            for &page in young.iter().chain(middle) {
                Page::for_each_live(page, &mut add);
            }
            for &span in self.spans.borrow().iter() {
                if (*span).kind == Kind::Container {
                    Page::for_each_live(span, &mut add);
                }
            }
        }
        objects
    }

    /// Moves pages between the lists as their objects grow older.
    fn turn_pages(&self, generation: usize) {
        let mut young = self.collector.young_pages.borrow_mut();
        let mut middle = self.collector.middle_pages.borrow_mut();
        // SAFETY: pages on the lists are formatted and are never given back.
        unsafe {
            if generation > 0 {
                for page in middle.drain(..) {
                    (*page).lists.set((*page).lists.get() & !ON_MIDDLE);
                }
            }
            for page in young.drain(..) {
                (*page).lists.set((*page).lists.get() & !ON_YOUNG);
                if generation == 0 && (*page).lists.get() & ON_MIDDLE == 0 {
                    (*page).lists.set((*page).lists.get() | ON_MIDDLE);
                    middle.push(page);
                }
            }
        }
    }

    /// How many objects there are in each generation, the permanent one last.
    pub fn generation_sizes(&self) -> [usize; GENERATIONS + 1] {
        let mut sizes = [0; GENERATIONS + 1];
        // SAFETY: live objects of this heap.
        self.for_each_container(&mut |object| unsafe {
            if is_tracked(&*object) {
                sizes[generation(object) as usize] += 1;
            }
        });
        sizes
    }

    /// `gc.freeze()`
    pub fn freeze(&self) {
        self.young.set(0);
        // SAFETY: live objects of this heap.
        self.for_each_container(&mut |object| unsafe { set_generation(object, PERMANENT) });
    }

    /// `gc.unfreeze()`
    pub fn unfreeze(&self) {
        // SAFETY: live objects of this heap.
        self.for_each_container(&mut |object| unsafe {
            if generation(object) == PERMANENT {
                set_generation(object, GENERATIONS as u8 - 1);
            }
        });
    }

    /// Calls `each` with every live container.
    pub fn for_each_container(&self, each: &mut dyn FnMut(*mut Header)) {
        for &page in self.pages.borrow().iter().chain(self.spans.borrow().iter()) {
            // SAFETY: pages and spans in the lists are formatted and alive.
            unsafe {
                if (*page).kind == Kind::Container {
                    Page::for_each_live(page, each);
                }
            }
        }
    }
}
