//! `list`: a growing array of values.
//!
//! Answers for CPython's `Objects/listobject.c`.
#![allow(unsafe_code)] // traversal, and the array that the interpreter loop reads

mod methods;
mod slices;
mod sort;

use taipan_layout::{Header, Word};

pub use methods::LIST;
pub use sort::sort_list;

use crate::heap;
use crate::inside::Inside;
use crate::thread::Thread;
use crate::typeobject::{Type, Visitor};
use crate::value::{Object, Outcome, Ref, Value};

/// The array of a list. `repr(C)`: the interpreter loop reads it.
#[repr(C)]
pub struct Items {
    start: *mut Word,
    length: usize,
    capacity: usize,
}

/// A list object.
#[repr(C)]
pub struct List {
    head: Header,
    /// The items.
    pub items: Inside<Items>,
}

// SAFETY: `repr(C)`, the header first.
unsafe impl Object for List {
    const TYPE: &'static Type = &LIST;
}

impl Items {
    /// No items.
    pub const fn new() -> Items {
        Items { start: std::ptr::dangling_mut(), length: 0, capacity: 0 }
    }

    /// The items.
    #[inline(always)]
    pub fn as_slice(&self) -> &[Ref<'_>] {
        // SAFETY: `length` words are initialised, each holding a count while borrowed.
        unsafe { std::slice::from_raw_parts(self.start.cast(), self.length) }
    }

    /// The words of the items; whoever changes one keeps each holding one count.
    #[inline(always)]
    pub fn words(&mut self) -> &mut [Word] {
        // SAFETY: as above.
        unsafe { std::slice::from_raw_parts_mut(self.start, self.length) }
    }

    /// How many there are.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there is none.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// How many fit without growing.
    #[inline(always)]
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// Makes room for `more` items; `None` when memory has run out.
    pub fn reserve(&mut self, heap: &heap::Heap, more: usize) -> Option<()> {
        let wanted = self.length.checked_add(more)?;
        if wanted <= self.capacity {
            return Some(());
        }
        // CPython's growth: about an eighth more than asked for, a multiple of four.
        let capacity = (wanted.checked_add(wanted >> 3)?.checked_add(6)?) & !3;
        self.resize(heap, capacity)
    }

    /// Sets the capacity, not below the length.
    pub fn resize(&mut self, heap: &heap::Heap, capacity: usize) -> Option<()> {
        debug_assert!(capacity >= self.length);
        let bytes = capacity.checked_mul(8).filter(|&bytes| bytes <= isize::MAX as usize)?;
        heap.charge(bytes)?;
        // SAFETY: the memory was made here with the capacity as its size.
        unsafe {
            let memory = heap::resize_buffer(self.start.cast(), self.capacity * 8, bytes);
            if memory.is_null() {
                heap.discharge(bytes);
                return None;
            }
            heap.discharge(self.capacity * 8);
            self.start = memory.cast();
            self.capacity = capacity;
        }
        Some(())
    }

    /// Adds an item at the end, for which there is room.
    #[inline(always)]
    pub fn push_within(&mut self, value: Value) {
        debug_assert!(self.length < self.capacity);
        // SAFETY: there is room.
        unsafe { self.start.add(self.length).write(value.into_word()) };
        self.length += 1;
    }

    /// Takes the last item.
    #[inline(always)]
    pub fn pop(&mut self) -> Option<Value> {
        if self.length == 0 {
            return None;
        }
        self.length -= 1;
        // SAFETY: the word was initialised and is not reached any more.
        Some(unsafe { Value::from_word(*self.start.add(self.length)) })
    }

    /// Puts an item in, for which there is room; `index` is at most the length.
    pub fn insert_within(&mut self, index: usize, value: Value) {
        debug_assert!(self.length < self.capacity && index <= self.length);
        // SAFETY: there is room for one word more.
        unsafe {
            let at = self.start.add(index);
            at.copy_to(at.add(1), self.length - index);
            at.write(value.into_word());
        }
        self.length += 1;
    }

    /// Takes the item at `index`.
    pub fn remove(&mut self, index: usize) -> Value {
        debug_assert!(index < self.length);
        // SAFETY: the word was initialised; the others close the gap.
        unsafe {
            let at = self.start.add(index);
            let value = Value::from_word(*at);
            at.add(1).copy_to(at, self.length - index - 1);
            self.length -= 1;
            value
        }
    }

    /// Puts `value` at `index` and gives back what was there.
    #[inline(always)]
    pub fn replace(&mut self, index: usize, value: Value) -> Value {
        let slot = &mut self.words()[index];
        // SAFETY: the word's count goes to the caller, the new one's to the list.
        unsafe { Value::from_word(std::mem::replace(slot, value.into_word())) }
    }

    /// Puts `new` in the place of the items from `low` to `high` and gives those back; `None` when
    /// memory has run out, and then nothing has changed.
    pub fn splice(
        &mut self,
        heap: &heap::Heap,
        low: usize,
        high: usize,
        new: Vec<Value>,
    ) -> Option<Vec<Value>> {
        debug_assert!(low <= high && high <= self.length);
        let mut old = Vec::new();
        old.try_reserve_exact(high - low).ok()?;
        self.reserve(heap, new.len().saturating_sub(high - low))?;
        // SAFETY: words `low..high` go to the caller, the tail moves within the reserved room, and
        // the gap is filled with the new items, each with its count.
        unsafe {
            old.extend((low..high).map(|index| Value::from_word(*self.start.add(index))));
            let count = new.len();
            self.start.add(high).copy_to(self.start.add(low + count), self.length - high);
            self.length = self.length - (high - low) + count;
            for (index, value) in new.into_iter().enumerate() {
                self.start.add(low + index).write(value.into_word());
            }
        }
        Some(old)
    }

    /// Takes everything out.
    pub fn take(&mut self) -> Items {
        std::mem::take(self)
    }

    /// Gives the memory of an emptied array back.
    pub fn release(mut self, heap: &heap::Heap) {
        while self.pop().is_some() {}
        let _ = self.resize(heap, 0);
    }
}

impl Default for Items {
    fn default() -> Items {
        Items::new()
    }
}

impl List {
    /// The items, while the thread is borrowed.
    #[inline(always)]
    pub fn view<'a>(&'a self, thread: &'a Thread) -> &'a [Ref<'a>] {
        self.items.view(thread).as_slice()
    }

    /// How many items there are.
    #[inline(always)]
    pub fn len(&self, thread: &Thread) -> usize {
        self.items.view(thread).length
    }

    /// The item at `index`, counted.
    #[inline(always)]
    pub fn get(&self, thread: &Thread, index: usize) -> Option<Value> {
        self.view(thread).get(index).map(|item| item.to_value())
    }

    /// Adds an item at the end.
    #[inline(always)]
    pub fn push(&self, thread: &mut Thread, value: Value) -> Outcome<()> {
        let heap = thread.heap();
        let items = self.items.change(thread);
        if items.length == items.capacity && items.reserve(heap, 1).is_none() {
            return Err(thread.no_memory());
        }
        items.push_within(value);
        Ok(())
    }
}

pub(crate) unsafe fn drop_list(object: *mut Header) {
    // SAFETY: the object is a dead list, alive on its heap until this returns.
    unsafe {
        let list = &mut *object.cast::<List>();
        let items = list.items.get_mut().take();
        items.release(heap::heap_of(object));
    }
}

pub(crate) unsafe fn traverse_list(object: *const Header, visitor: &mut Visitor<'_>) {
    // SAFETY: the object is a live list, not changed meanwhile.
    for item in unsafe { (*(*object.cast::<List>()).items.get()).as_slice() }.iter().rev() {
        visitor.word(item.word());
    }
}

pub(crate) unsafe fn clear_list(object: *mut Header, thread: &mut Thread) {
    // SAFETY: the object is a list that only its cycle refers to.
    let items = unsafe { (*object.cast::<List>()).items.change(thread).take() };
    items.release(thread.heap());
}

impl Thread {
    /// A new list.
    pub fn list(&mut self, values: Vec<Value>) -> Outcome {
        let list = self.list_with_room(values.len())?;
        let items = list.downcast::<List>().expect("just made").items.change(self);
        values.into_iter().for_each(|value| items.push_within(value));
        Ok(list)
    }

    /// A new, empty list with room for `capacity` items.
    pub fn list_with_room(&mut self, capacity: usize) -> Outcome {
        let mut items = Items::new();
        if capacity != 0 && items.resize(self.heap(), capacity).is_none() {
            return Err(self.no_memory());
        }
        self.new_object(|head| List { head, items: Inside::new(items) })
    }
}
