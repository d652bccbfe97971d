//! A collection: what is found unreachable is told to weak references, finalised, and taken apart.
//!
//! Not here: finding it (`taipan_object::heap::cycle`).
//!
//! Answers for the second half of CPython's `Python/gc.c`.

use taipan_layout::{Header, Word};
use taipan_object::heap::cycle::{self, GENERATIONS, GenerationStats, Parted};
use taipan_object::heap::{self, flags, side};
use taipan_object::typeobject::{Type, type_modified};
use taipan_object::types::list::List;
use taipan_object::types::weakref;
use taipan_object::{Ref, Thread, Value};

use super::{CALLBACKS, DEBUG_COLLECTABLE, DEBUG_SAVEALL, DEBUG_STATS, GARBAGE, report};

/// Why a collection begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// Many containers were made.
    Allocation,
    /// The interpreter ends: nobody is told.
    Shutdown,
    /// The program asked.
    Manual,
}

/// Collects a generation and the younger ones; how many objects were unreachable.
pub fn collect(thread: &mut Thread, generation: usize, reason: Reason) -> usize {
    let heap = thread.heap();
    if heap.collector.collecting.replace(true) {
        return 0;
    }
    let outer = thread.take_exception();
    let start = GenerationStats::default();
    if reason != Reason::Shutdown {
        call_callbacks(thread, "start", generation, start);
    }
    let clock = report::begin(thread, generation);
    // The callbacks may have freed much.
    thread.settle();
    let garbage = Garbage::find(thread, generation);
    if heap.collector.debug.get() & DEBUG_COLLECTABLE != 0 {
        report::collectable(thread, &garbage.0);
    }
    let collected = garbage.end(thread);
    if heap.collector.debug.get() & DEBUG_STATS != 0 {
        report::end(thread, clock, collected);
    }
    let stats = &heap.collector.stats[generation];
    let own = stats.get();
    stats.set(GenerationStats {
        collections: own.collections + 1,
        collected: own.collected + collected,
        ..own
    });
    if reason != Reason::Shutdown {
        call_callbacks(thread, "stop", generation, GenerationStats { collected, ..start });
    }
    thread.exception = outer;
    heap.collector.collecting.set(false);
    collected
}

/// Collects the generation whose turn it is, if one's is.
pub fn collect_due(thread: &mut Thread) {
    if let Some(generation) = thread.heap().due_generation() {
        collect(thread, generation, Reason::Allocation);
    }
}

/// Unreachable objects; one count of each is held.
struct Garbage(Vec<*mut Header>);

impl Garbage {
    fn find(thread: &Thread, generation: usize) -> Garbage {
        let objects = thread.heap().find_garbage(generation);
        // SAFETY: live objects; the counts are given up by `drop_counts`.
        unsafe { objects.iter().for_each(|&object| (*object).increment()) };
        Garbage(objects)
    }

    /// Weak references, finalisers, contents; how many objects were unreachable to the end.
    fn end(self, thread: &mut Thread) -> usize {
        self.end_weak_references(thread);
        // SAFETY: a count of each object is held.
        unsafe { cycle::unmark(&self.0) };
        let finalised = self.finalise(thread);
        let dead = if finalised { self.without_freed().without_resurrected() } else { self };
        let count = dead.0.len();
        if finalised {
            dead.forget_new_references(thread);
        }
        dead.take_apart(thread);
        count
    }

    /// Kills the weak references to the objects, and calls the callbacks of those that are not
    /// garbage themselves.
    fn end_weak_references(&self, thread: &mut Thread) {
        let mut calls: Vec<(Value, Value)> = Vec::new();
        for &object in &self.0 {
            // SAFETY: a count of each object is held.
            unsafe {
                if side(object).get() & flags::WEAKLY_REFERENCED == 0 {
                    continue;
                }
                let object = Ref::from_word(Word::uncounted(object));
                let told = |reference: &Header| !cycle::is_unreachable(reference);
                calls.extend(weakref::take_references(thread, object, told));
            }
        }
        for (reference, callback) in calls {
            weakref::call_back(thread, reference.as_ref(), callback.as_ref());
        }
    }

    /// Kills the weak references that finalisers made: nobody may see what is being taken apart.
    fn forget_new_references(&self, thread: &mut Thread) {
        for &object in &self.0 {
            // SAFETY: a count of each object is held.
            unsafe {
                if side(object).get() & flags::WEAKLY_REFERENCED != 0 {
                    let object = Ref::from_word(Word::uncounted(object));
                    drop(weakref::take_references(thread, object, |_| false));
                }
            }
        }
    }

    /// Runs the finalisers; whether there was any.
    fn finalise(&self, thread: &mut Thread) -> bool {
        let mut any = false;
        for &header in &self.0 {
            // SAFETY: a count of each object is held.
            unsafe {
                let object = Ref::from_word(Word::uncounted(header));
                let Some(finalize) = object.ty().slots().finalize else { continue };
                if side(header).get() & flags::FINALIZED == 0 {
                    side(header).set(side(header).get() | flags::FINALIZED);
                    any = true;
                    finalize(thread, object);
                    thread.settle();
                }
            }
        }
        any
    }

    /// Leaves out what nothing refers to since finalisers cut references.
    fn without_freed(mut self) -> Garbage {
        const PASSES: usize = 8; // What is left then ends with the rest.
        for _ in 0..PASSES {
            let before = self.0.len();
            // SAFETY: a count of each object is held; the last one is given up here.
            self.0.retain(|&object| unsafe {
                let referred = (*object).count.get() != 1;
                if !referred {
                    heap::release(Word::counted(object));
                }
                referred
            });
            if self.0.len() == before {
                break;
            }
        }
        self
    }

    /// Leaves out what finalisers brought back to life, and all that it leads to.
    fn without_resurrected(self) -> Garbage {
        // SAFETY: a count of each object is held; nothing runs meanwhile.
        unsafe {
            let Parted { reachable, unreachable } = cycle::part(self.0, 1);
            cycle::unmark(&unreachable);
            Garbage(reachable).drop_counts();
            Garbage(unreachable)
        }
    }

    /// Empties the objects, so that they drop each other.
    fn take_apart(self, thread: &mut Thread) {
        let saved = thread.heap().collector.debug.get() & DEBUG_SAVEALL != 0;
        if saved {
            let garbage = thread.interp().slot(&GARBAGE);
            for &object in &self.0 {
                // SAFETY: a count of each object is held.
                let object = unsafe { Ref::from_word(Word::uncounted(object)) }.to_value();
                let list = garbage.as_ref().and_then(|list| list.downcast::<List>());
                if let Some(list) = list
                    && list.push(thread, object).is_err()
                {
                    drop(thread.take_exception());
                }
            }
            return self.drop_counts();
        }
        for &object in &self.0 {
            // SAFETY: a count of each object is held.
            unsafe {
                let value = Ref::from_word(Word::uncounted(object));
                if let Some(class) = value.downcast::<Type>() {
                    // What is cached by its version must not outlive its dictionary.
                    type_modified(thread, class);
                }
                if let Some(clear) = value.ty().slots().clear {
                    clear(object, thread);
                }
            }
        }
        self.drop_counts();
    }

    fn drop_counts(self) {
        for object in self.0 {
            // SAFETY: the count was taken by `find`.
            unsafe { heap::release(Word::counted(object)) };
        }
    }
}

/// Calls `gc.callbacks`.
fn call_callbacks(thread: &mut Thread, phase: &str, generation: usize, stats: GenerationStats) {
    debug_assert!(generation < GENERATIONS);
    let Some(callbacks) = thread.interp().slot(&CALLBACKS) else { return };
    let Some(list) = callbacks.downcast::<List>() else { return };
    if list.len(thread) == 0 {
        return;
    }
    let made = super::event(thread, phase, generation, stats);
    let Ok((phase, info)) = made else {
        thread.unraisable(Ref::none());
        return;
    };
    let mut index = 0;
    while let Some(callback) = list.get(thread, index) {
        let called =
            taipan_object::protocol::call(thread, callback.as_ref(), &[phase.as_ref(), info.as_ref()]);
        if called.is_err() {
            thread.unraisable_while("while calling GC callback", callback.as_ref());
        }
        index += 1;
    }
}
