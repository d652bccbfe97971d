//! [`Table`]: open addressing in CPython's order, so that sets of equal hashes iterate alike.
//!
//! Invariants: the number of places is a power of two, one at least is free; a place is free (null
//! key, hash 0), a hole that a removed element left (null key, hash -1), or live with one count of
//! its key; `stamp` changes with every change.
#![allow(unsafe_code)] // live places hold one count each

use taipan_layout::Word;

use crate::heap::Heap;
use crate::thread::Interpreter;
use crate::typeobject::Visitor;
use crate::types::int::hash_of_immediate;
use crate::types::str::Str;
use crate::value::{Ref, Value};

const LEAST_PLACES: usize = 8;
const LINEAR_PROBES: usize = 9;
const PERTURB_SHIFT: u32 = 5;
const HOLE: i64 = -1;

/// A place of the table.
#[derive(Clone, Copy)]
struct Place {
    hash: i64,
    key: Word,
}

const FREE: Place = Place { hash: 0, key: Word::NULL };

/// The table of a set.
#[derive(Default)]
pub struct Table {
    places: Box<[Place]>,
    live: usize,
    /// Live places and holes.
    filled: usize,
    finger: usize,
    stamp: u64,
}

/// The places where a hash is looked for, in order.
pub(super) struct Probe {
    mask: usize,
    group: usize,
    /// How many places of the group were given.
    given: usize,
    perturb: u64,
}

impl Probe {
    fn new(hash: i64, mask: usize) -> Probe {
        Probe { mask, group: hash as usize & mask, given: 0, perturb: hash as u64 }
    }

    pub(super) fn next_place(&mut self) -> usize {
        let room = if self.group + LINEAR_PROBES <= self.mask { LINEAR_PROBES } else { 0 };
        if self.given > room {
            self.perturb >>= PERTURB_SHIFT;
            let next = self.group.wrapping_mul(5).wrapping_add(1).wrapping_add(self.perturb as usize);
            self.group = next & self.mask;
            self.given = 0;
        }
        self.given += 1;
        self.group + self.given - 1
    }
}

impl Table {
    /// How many elements there are.
    pub fn len(&self) -> usize {
        self.live
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.live == 0
    }

    /// Changes with every change.
    pub fn stamp(&self) -> u64 {
        self.stamp
    }

    /// The places; CPython's smallest table when there is none yet.
    fn mask(&self) -> usize {
        self.places.len().max(LEAST_PLACES) - 1
    }

    /// How many holes there are.
    pub(super) fn holes(&self) -> usize {
        self.filled - self.live
    }

    /// Bytes that the table takes beside the object, as CPython counts them: its least table is
    /// part of the object.
    pub(super) fn outside_bytes(&self) -> usize {
        if self.places.len() <= LEAST_PLACES { 0 } else { self.places.len() * size_of::<Place>() }
    }

    /// The elements and their hashes, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Ref<'_>, i64)> {
        self.places.iter().filter(|place| !place.key.is_null()).map(|place| {
            // SAFETY: live places hold counts while the table is borrowed.
            (unsafe { Ref::from_word(place.key) }, place.hash)
        })
    }

    /// The element at or after a place, and the place after it.
    pub fn next(&self, from: usize) -> Option<(usize, Ref<'_>, i64)> {
        let at = (from..self.places.len()).find(|&at| !self.places[at].key.is_null())?;
        // SAFETY: as in `iter`.
        Some((at + 1, unsafe { Ref::from_word(self.places[at].key) }, self.places[at].hash))
    }

    pub(super) fn probe(&self, hash: i64) -> Option<Probe> {
        (!self.places.is_empty()).then(|| Probe::new(hash, self.places.len() - 1))
    }

    /// The next live place with this hash, or none when the search met a free one.
    pub(super) fn next_candidate(&self, probe: &mut Probe, hash: i64) -> Option<(usize, Ref<'_>)> {
        loop {
            let at = probe.next_place();
            let place = self.places[at];
            if place.key.is_null() {
                if place.hash == 0 {
                    return None;
                }
            } else if place.hash == hash {
                // SAFETY: as in `iter`.
                return Some((at, unsafe { Ref::from_word(place.key) }));
            }
        }
    }

    /// Whether an exact string or an immediate integer is there; none if only a comparison that may
    /// run Python can tell.
    pub fn contains_plain(&self, interp: &Interpreter, key: Ref<'_>) -> Option<bool> {
        let text = key.exact::<Str>();
        let hash = match text {
            Some(text) => text.hash(interp),
            None if !key.word().is_int() => return None,
            None => hash_of_immediate(key.word().int()),
        };
        let Some(mut probe) = self.probe(hash) else { return Some(false) };
        while let Some((_, candidate)) = self.next_candidate(&mut probe, hash) {
            if candidate.is(key) {
                return Some(true);
            }
            match (candidate.exact::<Str>(), text) {
                (Some(own), Some(text)) if own.eq(text) => return Some(true),
                (Some(_), _) => {}
                (None, _) if candidate.word().is_int() => {}
                _ => return None,
            }
        }
        Some(false)
    }

    /// Adds an element that is not there; `None` when memory has run out.
    pub(super) fn insert(&mut self, heap: &Heap, key: Value, hash: i64) -> Option<()> {
        if self.places.is_empty() {
            self.resize(heap, 0)?;
        }
        let mut probe = Probe::new(hash, self.mask());
        // A new element never takes a hole: a search for it must have passed to a free place.
        let at = loop {
            let at = probe.next_place();
            if self.places[at].key.is_null() && self.places[at].hash == 0 {
                break at;
            }
        };
        self.places[at] = Place { hash, key: key.into_word() };
        self.live += 1;
        self.filled += 1;
        self.stamp += 1;
        if self.filled * 5 < self.mask() * 3 {
            return Some(());
        }
        self.grow(heap)
    }

    /// Adds an element to a table without holes that has room.
    fn insert_clean(places: &mut [Place], place: Place) {
        let mut probe = Probe::new(place.hash, places.len() - 1);
        loop {
            let at = probe.next_place();
            if places[at].key.is_null() {
                places[at] = place;
                return;
            }
        }
    }

    fn grow(&mut self, heap: &Heap) -> Option<()> {
        self.resize(heap, if self.live > 50_000 { self.live * 2 } else { self.live * 4 })
    }

    /// Makes the table larger than `least` places, without holes.
    fn resize(&mut self, heap: &Heap, least: usize) -> Option<()> {
        let mut size = LEAST_PLACES;
        while size <= least {
            size = size.checked_mul(2)?;
        }
        let bytes = size.checked_mul(size_of::<Place>())?;
        heap.charge(bytes)?;
        let mut places = Vec::new();
        if places.try_reserve_exact(size).is_err() {
            heap.discharge(bytes);
            return None;
        }
        places.resize(size, FREE);
        let mut places = places.into_boxed_slice();
        for &place in self.places.iter().filter(|place| !place.key.is_null()) {
            Table::insert_clean(&mut places, place);
        }
        heap.discharge(size_of_val(&*self.places));
        self.places = places;
        self.filled = self.live;
        self.stamp += 1;
        Some(())
    }

    /// Makes room for the elements of another collection, as CPython does before it merges.
    pub(super) fn reserve(&mut self, heap: &Heap, more: usize) -> Option<()> {
        if (self.filled + more) * 5 >= self.mask() * 3 {
            return self.resize(heap, (self.live + more) * 2);
        }
        Some(())
    }

    /// Makes the empty table `self` a copy of `other`; the room was reserved.
    pub(super) fn copy_from(&mut self, heap: &Heap, other: &Table) -> Option<()> {
        if self.places.is_empty() {
            self.resize(heap, 0)?;
        }
        let same = self.places.len() == other.places.len() && other.holes() == 0;
        for (at, &place) in other.places.iter().enumerate().filter(|(_, place)| !place.key.is_null()) {
            // SAFETY: live places hold counts while the table is borrowed; the copy gets its own.
            let key = unsafe { Ref::from_word(place.key) }.to_value().into_word();
            let own = Place { hash: place.hash, key };
            if same {
                self.places[at] = own;
            } else {
                Table::insert_clean(&mut self.places, own);
            }
        }
        self.live = other.live;
        self.filled = other.live;
        self.stamp += 1;
        Some(())
    }

    /// Takes the element at a place out.
    pub(super) fn remove(&mut self, at: usize) -> Value {
        let key = self.places[at].key;
        self.places[at] = Place { hash: HOLE, key: Word::NULL };
        self.live -= 1;
        self.stamp += 1;
        // SAFETY: the place's count goes to the caller.
        unsafe { Value::from_word(key) }
    }

    /// Takes some element out, walking round so that emptying a set is linear.
    pub(super) fn pop(&mut self) -> Option<Value> {
        if self.live == 0 {
            return None;
        }
        let mut at = self.finger & self.mask();
        while self.places[at].key.is_null() {
            at = (at + 1) & self.mask();
        }
        let key = self.remove(at);
        self.finger = at + 1;
        Some(key)
    }

    /// Drops the holes if they are more than a quarter of the table.
    pub(super) fn tidy(&mut self, heap: &Heap) -> Option<()> {
        if self.holes() > self.mask() / 4 { self.grow(heap) } else { Some(()) }
    }

    /// Drops everything and gives the memory back.
    pub(super) fn release(mut self, heap: &Heap) {
        heap.discharge(size_of_val(&*self.places));
        for place in std::mem::take(&mut self.places) {
            if !place.key.is_null() {
                // SAFETY: the place's count is given up once.
                drop(unsafe { Value::from_word(place.key) });
            }
        }
    }

    /// Reports the elements.
    pub(super) fn visit(&self, visitor: &mut Visitor<'_>) {
        self.places.iter().for_each(|place| visitor.word(place.key));
    }
}
