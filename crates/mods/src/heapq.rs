//! The module `_heapq`.
//!
//! Answers for CPython's `Modules/_heapqmodule.c`.

use taipan_macros::native;
use taipan_object::native::ModuleDef;
use taipan_object::protocol;
use taipan_object::typeobject::CompareOp;
use taipan_object::types::list::List;
use taipan_object::{Outcome, Ref, Thread, Value};

/// The module `_heapq`.
pub static HEAPQ: ModuleDef = ModuleDef {
    name: "_heapq",
    doc: Some(
        "Heap queue algorithm (a.k.a. priority queue).\n\nHeaps are arrays for which a[k] <= a[2*k+1] and a[k] <= a[2*k+2] for\nall k, counting elements from 0.  For the sake of comparison,\nnon-existing elements are considered to be infinite.  The interesting\nproperty of a heap is that a[0] is always its smallest element.\n\nUsage:\n\nheap = []            # creates an empty heap\nheappush(heap, item) # pushes a new item on the heap\nitem = heappop(heap) # pops the smallest item from the heap\nitem = heap[0]       # smallest item on the heap without popping it\nheapify(x)           # transforms list into a heap, in-place, in linear time\nitem = heapreplace(heap, item) # pops and returns smallest item, and adds\n                               # new item; the heap size is unchanged\n\nOur API differs from textbook heap algorithms as follows:\n\n- We use 0-based indexing.  This makes the relationship between the\n  index for a node and the indexes for its children slightly less\n  obvious, but is more suitable since Python uses 0-based indexing.\n\n- Our heappop() method returns the smallest item, not the largest.\n\nThese two make it possible to view the heap as a regular Python list\nwithout surprises: heap[0] is the smallest item, and heap.sort()\nmaintains the heap invariant!\n",
    ),
    functions: &[&[
        HEAPPUSH,
        HEAPPUSHPOP,
        HEAPPOP,
        HEAPREPLACE,
        HEAPIFY,
        HEAPPUSH_MAX,
        HEAPPUSHPOP_MAX,
        HEAPPOP_MAX,
        HEAPREPLACE_MAX,
        HEAPIFY_MAX,
    ]],
    exec: Some(|thread, module| {
        let about = thread.str(include_str!("heapq_about.txt"))?;
        thread.module_add(module, "__about__", about)
    }),
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Min,
    Max,
}

/// Whether `a` belongs above `b`.
fn before(thread: &mut Thread, a: &Value, b: &Value, order: Order) -> Outcome<bool> {
    if a.word().is_int() && b.word().is_int() {
        let (a, b) = (a.word().int(), b.word().int());
        return Ok(if order == Order::Min { a < b } else { b < a });
    }
    let (a, b) = if order == Order::Min { (a, b) } else { (b, a) };
    let answer = protocol::compare(thread, a.as_ref(), b.as_ref(), CompareOp::Lt)?;
    protocol::is_true(thread, answer.as_ref())
}

fn item(thread: &mut Thread, heap: &List, at: usize) -> Outcome {
    match heap.get(thread, at) {
        Some(item) => Ok(item),
        None => Err(thread.index_error("index out of range")),
    }
}

fn check_size(thread: &mut Thread, heap: &List, size: usize) -> Outcome<()> {
    if heap.len(thread) != size {
        return Err(thread.runtime_error("list changed size during iteration"));
    }
    Ok(())
}

fn swap(thread: &mut Thread, heap: &List, a: usize, b: usize) {
    heap.items.change(thread).words().swap(a, b);
}

fn sift_down(thread: &mut Thread, heap: &List, start: usize, mut at: usize, order: Order) -> Outcome<()> {
    let size = heap.len(thread);
    if at >= size {
        return Err(thread.index_error("index out of range"));
    }
    while at > start {
        let parent = (at - 1) / 2;
        let (own, above) = (item(thread, heap, at)?, item(thread, heap, parent)?);
        let goes_up = before(thread, &own, &above, order)?;
        check_size(thread, heap, size)?;
        if !goes_up {
            break;
        }
        swap(thread, heap, at, parent);
        at = parent;
    }
    Ok(())
}

fn sift_up(thread: &mut Thread, heap: &List, start: usize, order: Order) -> Outcome<()> {
    let size = heap.len(thread);
    if start >= size {
        return Err(thread.index_error("index out of range"));
    }
    let mut at = start;
    while at < size / 2 {
        let mut child = 2 * at + 1;
        if child + 1 < size {
            let (left, right) = (item(thread, heap, child)?, item(thread, heap, child + 1)?);
            let left_first = before(thread, &left, &right, order)?;
            check_size(thread, heap, size)?;
            child += usize::from(!left_first);
        }
        swap(thread, heap, at, child);
        at = child;
    }
    sift_down(thread, heap, start, at, order)
}

fn push(thread: &mut Thread, heap: &List, value: Ref<'_>, order: Order) -> Outcome<()> {
    heap.push(thread, value.to_value())?;
    let last = heap.len(thread) - 1;
    sift_down(thread, heap, 0, last, order)
}

fn pop(thread: &mut Thread, heap: &List, order: Order) -> Outcome {
    let Some(last) = heap.items.change(thread).pop() else {
        return Err(thread.index_error("index out of range"));
    };
    if heap.len(thread) == 0 {
        return Ok(last);
    }
    let top = heap.items.change(thread).replace(0, last);
    sift_up(thread, heap, 0, order)?;
    Ok(top)
}

fn replace(thread: &mut Thread, heap: &List, value: Ref<'_>, order: Order) -> Outcome {
    if heap.len(thread) == 0 {
        return Err(thread.index_error("index out of range"));
    }
    let top = heap.items.change(thread).replace(0, value.to_value());
    sift_up(thread, heap, 0, order)?;
    Ok(top)
}

fn push_pop(thread: &mut Thread, heap: &List, value: Ref<'_>, order: Order) -> Outcome {
    let Some(top) = heap.get(thread, 0) else { return Ok(value.to_value()) };
    let value = value.to_value();
    if !before(thread, &top, &value, order)? {
        return Ok(value);
    }
    if heap.len(thread) == 0 {
        return Err(thread.index_error("index out of range"));
    }
    let top = heap.items.change(thread).replace(0, value);
    sift_up(thread, heap, 0, order)?;
    Ok(top)
}

fn arrange(thread: &mut Thread, heap: &List, order: Order) -> Outcome<()> {
    for at in (0..heap.len(thread) / 2).rev() {
        thread.poll()?;
        sift_up(thread, heap, at, order)?;
    }
    Ok(())
}

/// Push item onto heap, maintaining the heap invariant.
#[native(signature = "($module, heap, item, /)")]
fn heappush(thread: &mut Thread, heap: &List, item: Ref<'_>) -> Outcome<()> {
    push(thread, heap, item, Order::Min)
}

/// Push item on the heap, then pop and return the smallest item from the heap.
///
/// The combined action runs more efficiently than heappush() followed by
/// a separate call to heappop().
#[native(signature = "($module, heap, item, /)")]
fn heappushpop(thread: &mut Thread, heap: &List, item: Ref<'_>) -> Outcome {
    push_pop(thread, heap, item, Order::Min)
}

/// Pop the smallest item off the heap, maintaining the heap invariant.
#[native(signature = "($module, heap, /)")]
fn heappop(thread: &mut Thread, heap: &List) -> Outcome {
    pop(thread, heap, Order::Min)
}

/// Pop and return the current smallest value, and add the new item.
///
/// This is more efficient than heappop() followed by heappush(), and can be
/// more appropriate when using a fixed-size heap.  Note that the value
/// returned may be larger than item!  That constrains reasonable uses of
/// this routine unless written as part of a conditional replacement:
///
///     if item > heap[0]:
///         item = heapreplace(heap, item)
#[native(signature = "($module, heap, item, /)")]
fn heapreplace(thread: &mut Thread, heap: &List, item: Ref<'_>) -> Outcome {
    replace(thread, heap, item, Order::Min)
}

/// Transform list into a heap, in-place, in O(len(heap)) time.
#[native(signature = "($module, heap, /)")]
fn heapify(thread: &mut Thread, heap: &List) -> Outcome<()> {
    arrange(thread, heap, Order::Min)
}

/// Push item onto max heap, maintaining the heap invariant.
#[native(signature = "($module, heap, item, /)")]
fn heappush_max(thread: &mut Thread, heap: &List, item: Ref<'_>) -> Outcome<()> {
    push(thread, heap, item, Order::Max)
}

/// Maxheap variant of heappushpop.
///
/// The combined action runs more efficiently than heappush_max()
/// followed by a separate call to heappop_max().
#[native(signature = "($module, heap, item, /)")]
fn heappushpop_max(thread: &mut Thread, heap: &List, item: Ref<'_>) -> Outcome {
    push_pop(thread, heap, item, Order::Max)
}

/// Maxheap variant of heappop.
#[native(signature = "($module, heap, /)")]
fn heappop_max(thread: &mut Thread, heap: &List) -> Outcome {
    pop(thread, heap, Order::Max)
}

/// Maxheap variant of heapreplace.
#[native(signature = "($module, heap, item, /)")]
fn heapreplace_max(thread: &mut Thread, heap: &List, item: Ref<'_>) -> Outcome {
    replace(thread, heap, item, Order::Max)
}

/// Maxheap variant of heapify.
#[native(signature = "($module, heap, /)")]
fn heapify_max(thread: &mut Thread, heap: &List) -> Outcome<()> {
    arrange(thread, heap, Order::Max)
}
