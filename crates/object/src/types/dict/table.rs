//! [`Table`]: entries in order of insertion, and an index of them by hash.
//!
//! Invariants: a removed entry stays as a hole until the table is rebuilt; `keys_version` becomes 0
//! when a key appears or goes; `stamp` changes with every change that moves or removes entries.
#![allow(unsafe_code)] // the object layout: see the module head and the notes at each block

use taipan_layout::Word;

use crate::heap::Heap;
use crate::thread::Interpreter;
use crate::typeobject::Visitor;
use crate::types::int::hash_of_immediate;
use crate::types::str::Str;
use crate::value::{Ref, Value};

const FREE: u32 = u32::MAX;
const DELETED: u32 = u32::MAX - 1;

/// A key and its value; a hole has a null value.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Entry {
    /// The key's hash.
    pub hash: i64,
    /// The key.
    pub key: Word,
    /// The value. The interpreter loop reads it by index.
    pub value: Word,
}

/// The table of a dictionary.
pub struct Table {
    entries: Vec<Entry>,
    index: Box<[u32]>,
    live: usize,
    /// Places of the index that are not free.
    filled: usize,
    /// Version of the set of keys; 0: none was given since it changed.
    pub keys_version: u32,
    stamp: u32,
    strings: bool,
}

/// What a search that runs no Python finds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Plain {
    /// The key's place.
    Found(usize),
    /// The key is not there.
    Absent,
    /// Only a comparison that may run Python can tell.
    Unknown,
}

/// Where a search stands.
pub struct Probe {
    at: usize,
    perturb: u64,
}

impl Default for Table {
    fn default() -> Table {
        Table {
            entries: Vec::new(),
            index: Box::default(),
            live: 0,
            filled: 0,
            keys_version: 0,
            stamp: 0,
            strings: true,
        }
    }
}

impl Table {
    /// How many keys there are.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.live
    }

    /// Whether there is none.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.live == 0
    }

    /// Whether all keys ever inserted are exact strings.
    #[inline(always)]
    pub fn only_strings(&self) -> bool {
        self.strings
    }

    /// Whether the entry at `index` is there and has this very key.
    pub fn holds(&self, index: usize, key: Ref<'_>) -> bool {
        self.entries.get(index).is_some_and(|entry| !entry.value.is_null() && entry.key.same(key.word()))
    }

    /// Changes when entries move or go.
    #[inline(always)]
    pub fn stamp(&self) -> u32 {
        self.stamp
    }

    /// The entries, holes among them.
    #[inline(always)]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The key at a place that [`Table`] gave.
    #[inline(always)]
    pub fn key(&self, index: usize) -> Ref<'_> {
        // SAFETY: live entries hold counts while the table is borrowed.
        unsafe { Ref::from_word(self.entries[index].key) }
    }

    /// The value at a place that [`Table`] gave.
    #[inline(always)]
    pub fn value(&self, index: usize) -> Ref<'_> {
        // SAFETY: as above.
        unsafe { Ref::from_word(self.entries[index].value) }
    }

    /// The keys and values in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (Ref<'_>, Ref<'_>)> {
        self.entries.iter().filter(|entry| !entry.value.is_null()).map(|entry| {
            // SAFETY: as above.
            unsafe { (Ref::from_word(entry.key), Ref::from_word(entry.value)) }
        })
    }

    /// The first live place at or after `position`.
    #[inline]
    pub fn next_index(&self, position: usize) -> Option<usize> {
        (position..self.entries.len()).find(|&index| !self.entries[index].value.is_null())
    }

    /// The last live place before `position`.
    pub fn previous_index(&self, position: usize) -> Option<usize> {
        (0..position.min(self.entries.len())).rev().find(|&index| !self.entries[index].value.is_null())
    }

    /// Starts a search.
    #[inline(always)]
    pub fn probe(&self, hash: i64) -> Probe {
        Probe { at: hash as usize & self.index.len().wrapping_sub(1), perturb: hash as u64 }
    }

    #[inline(always)]
    fn step(&self, probe: &mut Probe) {
        probe.perturb >>= 5;
        probe.at = (probe.at * 5 + probe.perturb as usize + 1) & (self.index.len() - 1);
    }

    /// The next entry whose hash is `hash`.
    #[inline]
    pub fn next_candidate(&self, probe: &mut Probe, hash: i64) -> Option<usize> {
        if self.index.is_empty() {
            return None;
        }
        loop {
            let found = self.index[probe.at];
            if found == FREE {
                return None;
            }
            self.step(probe);
            if found != DELETED && self.entries[found as usize].hash == hash {
                return Some(found as usize);
            }
        }
    }

    /// The place of a string among exact strings.
    #[inline]
    pub fn find_str(&self, key: &Str, hash: i64) -> Option<usize> {
        let mut probe = self.probe(hash);
        while let Some(index) = self.next_candidate(&mut probe, hash) {
            let candidate = self.key(index);
            if candidate.is(Ref::of(key)) {
                return Some(index);
            }
            if let Some(text) = candidate.exact::<Str>()
                && text.eq(key)
            {
                return Some(index);
            }
        }
        None
    }

    /// The place of a key that is an exact string or an immediate integer.
    pub fn find_plain(&self, interp: &Interpreter, key: Ref<'_>) -> Plain {
        let found = |place: Option<usize>| place.map_or(Plain::Absent, Plain::Found);
        if let Some(text) = key.exact::<Str>() {
            let hash = text.hash(interp);
            if self.strings {
                return found(self.find_str(text, hash));
            }
            return self.find_among_plain(hash, |candidate| {
                candidate.is(key) || candidate.exact::<Str>().is_some_and(|own| own.eq(text))
            });
        }
        if !key.word().is_int() {
            return Plain::Unknown;
        }
        if self.strings {
            return Plain::Absent;
        }
        self.find_among_plain(hash_of_immediate(key.word().int()), |candidate| candidate.is(key))
    }

    /// Compares the candidates, as long as they are exact strings and immediate integers.
    #[inline]
    fn find_among_plain(&self, hash: i64, same: impl Fn(Ref<'_>) -> bool) -> Plain {
        let mut probe = self.probe(hash);
        while let Some(index) = self.next_candidate(&mut probe, hash) {
            let candidate = self.key(index);
            if same(candidate) {
                return Plain::Found(index);
            }
            if !candidate.word().is_int() && candidate.exact::<Str>().is_none() {
                return Plain::Unknown;
            }
        }
        Plain::Absent
    }

    /// Puts another value at a place and gives back the old one.
    #[inline]
    pub fn replace(&mut self, index: usize, value: Value) -> Value {
        let slot = &mut self.entries[index].value;
        // SAFETY: the old word's count goes to the caller, the new one's to the table.
        unsafe { Value::from_word(std::mem::replace(slot, value.into_word())) }
    }

    /// Adds a key that is not there; `None` when memory has run out.
    pub fn insert(&mut self, heap: &Heap, hash: i64, key: Value, value: Value) -> Option<()> {
        if self.filled.max(self.entries.len()) >= self.index.len() / 3 * 2 {
            self.rebuild(heap)?;
        }
        if self.strings && key.as_ref().exact::<Str>().is_none() {
            self.strings = false;
        }
        let mut probe = self.probe(hash);
        while self.index[probe.at] < DELETED {
            self.step(&mut probe);
        }
        self.filled += usize::from(self.index[probe.at] == FREE);
        self.index[probe.at] = self.entries.len() as u32;
        self.entries.push(Entry { hash, key: key.into_word(), value: value.into_word() });
        self.live += 1;
        self.keys_version = 0;
        Some(())
    }

    /// Takes the key and value at a place out.
    pub fn remove(&mut self, index: usize) -> (Value, Value) {
        let mut probe = self.probe(self.entries[index].hash);
        while self.index[probe.at] != index as u32 {
            self.step(&mut probe);
        }
        self.index[probe.at] = DELETED;
        let entry = self.entries[index];
        self.entries[index].value = Word::NULL;
        self.entries[index].key = Word::NULL;
        self.live -= 1;
        self.keys_version = 0;
        self.stamp = self.stamp.wrapping_add(1);
        // SAFETY: the entry's counts go to the caller.
        unsafe { (Value::from_word(entry.key), Value::from_word(entry.value)) }
    }

    /// Takes the last key and value out, with the holes behind them, so that taking the last again
    /// and again is cheap.
    pub fn pop(&mut self) -> Option<(Value, Value)> {
        let index = self.previous_index(self.entries.len())?;
        let taken = self.remove(index);
        self.entries.truncate(index);
        Some(taken)
    }

    /// Bytes that the table takes.
    pub fn bytes(&self) -> usize {
        if self.index.is_empty() { 0 } else { Table::bytes_for(self.index.len()) }
    }

    const fn bytes_for(slots: usize) -> usize {
        slots * 4 + slots / 3 * 2 * size_of::<Entry>()
    }

    /// Makes the table as large as its live keys want, without holes.
    fn rebuild(&mut self, heap: &Heap) -> Option<()> {
        let slots = (self.live.max(3) * 3).next_power_of_two().max(8);
        if slots > DELETED as usize / 2 {
            return None;
        }
        heap.charge(Table::bytes_for(slots))?;
        let mut entries = Vec::new();
        let mut index = Vec::new();
        if entries.try_reserve_exact(slots / 3 * 2 + 1).is_err() || index.try_reserve_exact(slots).is_err() {
            heap.discharge(Table::bytes_for(slots));
            return None;
        }
        index.resize(slots, FREE);
        entries.extend(self.entries.iter().filter(|entry| !entry.value.is_null()));
        heap.discharge(Table::bytes_for(self.index.len()));
        if entries.len() != self.entries.len() {
            self.stamp = self.stamp.wrapping_add(1);
            self.keys_version = 0;
        }
        self.entries = entries;
        self.index = index.into_boxed_slice();
        self.filled = self.entries.len();
        for place in 0..self.entries.len() {
            let mut probe = self.probe(self.entries[place].hash);
            while self.index[probe.at] != FREE {
                self.step(&mut probe);
            }
            self.index[probe.at] = place as u32;
        }
        Some(())
    }

    /// A copy with the same order, without holes.
    pub fn copy(&self, heap: &Heap) -> Option<Table> {
        let mut copy = Table::default();
        for entry in self.entries.iter().filter(|entry| !entry.value.is_null()) {
            // SAFETY: live entries hold counts while the table is borrowed.
            let (key, value) = unsafe { (Ref::from_word(entry.key), Ref::from_word(entry.value)) };
            if copy.insert(heap, entry.hash, key.to_value(), value.to_value()).is_none() {
                copy.release(heap);
                return None;
            }
        }
        Some(copy)
    }

    /// Drops everything and gives the memory back.
    pub fn release(mut self, heap: &Heap) {
        heap.discharge(if self.index.is_empty() { 0 } else { Table::bytes_for(self.index.len()) });
        for entry in std::mem::take(&mut self.entries) {
            if !entry.value.is_null() {
                // SAFETY: the entry's counts are given up once.
                drop(unsafe { (Value::from_word(entry.key), Value::from_word(entry.value)) });
            }
        }
    }

    /// Reports values, and keys unless all are strings, which cannot be part of a cycle.
    pub fn visit(&self, visitor: &mut Visitor<'_>) {
        for entry in self.entries.iter().filter(|entry| !entry.value.is_null()) {
            visitor.word(entry.value);
            if !self.strings {
                visitor.word(entry.key);
            }
        }
    }
}
