//! What `list` can do.

use taipan_macros::native;

use super::slices::set_slice;
use super::sort::sort_list;
use super::{Items, List, clear_list, drop_list, traverse_list};
use crate::inside::Inside;
use crate::native::{Args, Binding, MethodDef, NativeCall};
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{CompareOp, Slots, Type, TypeDef, TypeFlags};
use crate::types::object::OBJECT_SLOTS;
use crate::types::seqiter::{list_iterator, list_reverse_iterator};
use crate::types::slice::bound;
use crate::types::tuple::Tuple;
use crate::value::{Outcome, Ref, Value};

/// The type `list`.
pub static LIST: Type = Type::new::<List>(
    &TypeDef {
        doc: Some(
            "Built-in mutable sequence.\n\nIf no argument is given, the constructor creates a new empty list.\nThe argument must be an iterable if specified.",
        ),
        signature: Some("(iterable=(), /)"),
        methods: &[METHODS, &[CLASS_GETITEM]],
        ..TypeDef::new("list")
    },
    TypeFlags::BASE.union(TypeFlags::CONTAINER).union(TypeFlags::SEQUENCE).union(TypeFlags::MATCH_SELF),
    Slots {
        drop: drop_list,
        traverse: traverse_list,
        clear: Some(clear_list),
        new: Some(|thread, ty, _| {
            crate::typeobject::allocate_instance(thread, ty, |head| List {
                head,
                items: Inside::new(Items::new()),
            })
        }),
        init: Some(init),
        repr: Some(repr),
        hash: Some(protocol::not_hashable),
        compare: Some(compare),
        iter: Some(list_iterator),
        length: Some(|thread, object| Ok(list(object).len(thread))),
        subscript: Some(subscript),
        set_subscript: Some(set_subscript),
        contains: Some(|thread, object, item| Ok(find(thread, list(object), item, 0, usize::MAX)?.is_some())),
        concat: Some(concat),
        repeat: Some(repeat),
        inplace_concat: Some(|thread, left, right| {
            extend_list(thread, list(left), right)?;
            Ok(left.to_value())
        }),
        inplace_repeat: Some(repeat_in_place),
        ..OBJECT_SLOTS
    },
);

const CLASS_GETITEM: MethodDef =
    crate::types::genericalias::class_getitem(Some("lists are generic over the type of their contents"));

const METHODS: &[MethodDef] = &[
    MethodDef {
        name: "__getitem__",
        doc: Some("Return self[index]."),
        signature: Some("($self, index, /)"),
        call: NativeCall::One(subscript),
        binding: Binding::Instance,
    },
    __REVERSED__,
    __SIZEOF__,
    CLEAR,
    COPY,
    APPEND,
    INSERT,
    EXTEND,
    POP,
    REMOVE,
    INDEX,
    COUNT,
    REVERSE,
    SORT,
];

/// Return a reverse iterator over the list.
#[native(signature = "($self, /)", name = "__reversed__")]
fn __reversed__(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    list_reverse_iterator(thread, this)
}

/// Return the size of the list in memory, in bytes.
#[native(signature = "($self, /)", name = "__sizeof__")]
fn __sizeof__(thread: &mut Thread, this: &List) -> usize {
    Ref::of(this).ty().size.get() as usize + this.items.view(thread).capacity() * 8
}

/// Remove all items from list.
#[native(signature = "($self, /)")]
fn clear(thread: &mut Thread, this: &List) {
    let old = this.items.change(thread).take();
    old.release(thread.heap());
}

/// Return a shallow copy of the list.
#[native(signature = "($self, /)")]
fn copy(thread: &mut Thread, this: &List) -> Outcome {
    joined(thread, this, &[])
}

/// Insert object before index.
#[native(signature = "($self, index, object, /)")]
fn insert(thread: &mut Thread, this: &List, index: isize, object: Ref<'_>) -> Outcome<()> {
    let heap = thread.heap();
    let items = this.items.change(thread);
    let length = items.len() as isize;
    let at = if index < 0 { (index + length).max(0) } else { index.min(length) };
    let reserved = items.reserve(heap, 1);
    thread.or_no_memory(reserved)?;
    this.items.change(thread).insert_within(at as usize, object.to_value());
    Ok(())
}

/// Extend list by appending elements from the iterable.
#[native(signature = "($self, iterable, /)")]
fn extend(thread: &mut Thread, this: &List, iterable: Ref<'_>) -> Outcome<()> {
    extend_list(thread, this, iterable)
}

/// Remove and return item at index (default last).
///
/// Raises IndexError if list is empty or index is out of range.
#[native(signature = "($self, index=-1, /)")]
fn pop(thread: &mut Thread, this: &List, index: Option<isize>) -> Outcome {
    let length = this.len(thread) as isize;
    if length == 0 {
        return Err(thread.index_error("pop from empty list"));
    }
    let index = index.unwrap_or(-1);
    let index = if index < 0 { index + length } else { index };
    if index < 0 || index >= length {
        return Err(thread.index_error("pop index out of range"));
    }
    Ok(this.items.change(thread).remove(index as usize))
}

/// Remove first occurrence of value.
///
/// Raises ValueError if the value is not present.
#[native(signature = "($self, value, /)")]
fn remove(thread: &mut Thread, this: &List, value: Ref<'_>) -> Outcome<()> {
    match find(thread, this, value, 0, usize::MAX)? {
        Some(index) => {
            if index < this.len(thread) {
                drop(this.items.change(thread).remove(index));
            }
            Ok(())
        }
        None => Err(thread.value_error("list.remove(x): x not in list")),
    }
}

/// Return first index of value.
///
/// Raises ValueError if the value is not present.
#[native(signature = "($self, value, start=0, stop=sys.maxsize, /)")]
fn index(
    thread: &mut Thread,
    this: &List,
    value: Ref<'_>,
    start: Option<Ref<'_>>,
    stop: Option<Ref<'_>>,
) -> Outcome<usize> {
    let start = bound(thread, start, 0)?;
    let stop = bound(thread, stop, isize::MAX)?;
    let length = this.len(thread) as isize;
    let clip = |at: isize| if at < 0 { at.saturating_add(length).max(0) } else { at } as usize;
    match find(thread, this, value, clip(start), clip(stop))? {
        Some(index) => Ok(index),
        None => Err(thread.value_error("list.index(x): x not in list")),
    }
}

/// Return number of occurrences of value.
#[native(signature = "($self, value, /)")]
fn count(thread: &mut Thread, this: &List, value: Ref<'_>) -> Outcome<usize> {
    let (mut count, mut from) = (0, 0);
    while let Some(index) = find(thread, this, value, from, usize::MAX)? {
        count += 1;
        from = index + 1;
    }
    Ok(count)
}

/// Reverse *IN PLACE*.
#[native(signature = "($self, /)")]
fn reverse(thread: &mut Thread, this: &List) {
    this.items.change(thread).words().reverse();
}

/// Sort the list in ascending order and return None.
///
/// The sort is in-place (i.e. the list itself is modified) and stable
/// (i.e. the order of two equal elements is maintained).
///
/// If a key function is given, apply it once to each list item and sort
/// them, ascending or descending, according to their function values.
///
/// The reverse flag can be set to sort in descending order.
#[native(signature = "($self, /, *, key=None, reverse=False)")]
fn sort(thread: &mut Thread, this: &List, key: Option<Ref<'_>>, reverse: Option<bool>) -> Outcome<()> {
    let key = key.filter(|key| !key.is_none());
    sort_list(thread, this, key, reverse.unwrap_or(false))
}

/// The first index from `start` to `stop` whose item equals `value`.
fn find(
    thread: &mut Thread,
    own: &List,
    value: Ref<'_>,
    start: usize,
    stop: usize,
) -> Outcome<Option<usize>> {
    let mut index = start;
    while index < stop
        && let Some(item) = own.get(thread, index)
    {
        if protocol::compare_bool(thread, item.as_ref(), value, CompareOp::Eq)? {
            return Ok(Some(index));
        }
        thread.poll()?;
        index += 1;
    }
    Ok(None)
}

/// Adds the elements of any iterable at the end.
fn extend_list(thread: &mut Thread, own: &List, iterable: Ref<'_>) -> Outcome<()> {
    if iterable.exact::<List>().is_some() || iterable.exact::<Tuple>().is_some() {
        // Collected first: it may be the list itself.
        let more = protocol::collect(thread, iterable)?;
        let heap = thread.heap();
        let end = own.len(thread);
        let added = own.items.change(thread).splice(heap, end, end, more);
        return thread.or_no_memory(added).map(drop);
    }
    protocol::for_each(thread, iterable, |thread, item| own.push(thread, item))
}

/// A plain list with the items of `own` and `more`.
fn joined(thread: &mut Thread, own: &List, more: &[Value]) -> Outcome {
    let made = thread.list_with_room(own.len(thread) + more.len())?;
    let target = made.downcast::<List>().expect("just made");
    for index in 0..own.len(thread) {
        let item = own.get(thread, index).expect("nobody changes it meanwhile");
        target.items.change(thread).push_within(item);
    }
    for item in more {
        target.items.change(thread).push_within(item.clone());
    }
    Ok(made)
}

fn concat(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>) -> Outcome {
    let Some(other) = right.downcast::<List>() else {
        let ty = right.ty().name().into_owned();
        return Err(thread.type_error(format!("can only concatenate list (not \"{ty}\") to list")));
    };
    let more: Vec<Value> = other.view(thread).iter().map(|item| item.to_value()).collect();
    joined(thread, list(left), &more)
}

fn repeat_in_place(thread: &mut Thread, object: Ref<'_>, count: isize) -> Outcome {
    let own = list(object);
    let (heap, length) = (thread.heap(), own.len(thread));
    if count <= 0 {
        let old = own.items.change(thread).take();
        old.release(heap);
        return Ok(object.to_value());
    }
    let Some(more) = length.checked_mul(count as usize - 1) else { return Err(thread.no_memory()) };
    let reserved = own.items.change(thread).reserve(heap, more);
    thread.or_no_memory(reserved)?;
    for index in 0..more {
        let item = own.get(thread, index % length).expect("nobody changes it meanwhile");
        own.items.change(thread).push_within(item);
    }
    Ok(object.to_value())
}

/// Append object to the end of the list.
#[native(signature = "($self, object, /)")]
fn append(thread: &mut Thread, this: &List, object: Ref<'_>) -> Outcome<()> {
    this.push(thread, object.to_value())
}

fn list<'a>(object: Ref<'a>) -> &'a List {
    object.downcast::<List>().expect("the slot of lists")
}

fn init<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    args.no_keywords(thread, "list")?;
    let own = list(object);
    let old = own.items.change(thread).take();
    old.release(thread.heap());
    match args.all() {
        [] => Ok(()),
        [one] => protocol::for_each(thread, *one, |thread, item| own.push(thread, item)),
        more => {
            let count = more.len();
            Err(thread.type_error(format!("list expected at most 1 argument, got {count}")))
        }
    }
}

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let own = list(object);
    if own.len(thread) == 0 {
        return thread.str("[]");
    }
    if !thread.enter_repr(object) {
        return thread.str("[...]");
    }
    let text = repr_items(thread, own);
    thread.leave_repr(object);
    let text = text?;
    thread.str(&text)
}

fn repr_items(thread: &mut Thread, own: &List) -> Outcome<String> {
    let mut text = String::from("[");
    let mut index = 0;
    while let Some(item) = own.get(thread, index) {
        if index > 0 {
            text.push_str(", ");
        }
        text.push_str(&protocol::repr_string(thread, item.as_ref())?);
        index += 1;
    }
    text.push(']');
    Ok(text)
}

fn compare(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>, op: CompareOp) -> Outcome {
    let (Some(a), Some(b)) = (left.downcast::<List>(), right.downcast::<List>()) else {
        return Ok(Value::not_implemented());
    };
    if a.len(thread) != b.len(thread) && matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::bool(op == CompareOp::Ne));
    }
    let mut index = 0;
    while let (Some(x), Some(y)) = (a.get(thread, index), b.get(thread, index)) {
        if !protocol::compare_bool(thread, x.as_ref(), y.as_ref(), CompareOp::Eq)? {
            return match op {
                CompareOp::Eq => Ok(Value::bool(false)),
                CompareOp::Ne => Ok(Value::bool(true)),
                _ => protocol::compare(thread, x.as_ref(), y.as_ref(), op),
            };
        }
        index += 1;
    }
    Ok(Value::bool(op.holds(a.len(thread).cmp(&b.len(thread)))))
}

fn index_of(thread: &mut Thread, own: &List, key: Ref<'_>, what: &str) -> Outcome<usize> {
    if key.ty().slots().index.is_none() {
        let ty = key.ty().name().into_owned();
        return Err(thread.type_error(format!("list indices must be integers or slices, not {ty}")));
    }
    let index = protocol::index_isize(thread, key)?;
    let length = own.len(thread) as isize;
    let index = if index < 0 { index + length } else { index };
    if index < 0 || index >= length {
        return Err(thread.index_error(format!("list {what} out of range")));
    }
    Ok(index as usize)
}

fn subscript(thread: &mut Thread, object: Ref<'_>, key: Ref<'_>) -> Outcome {
    let own = list(object);
    if let Some(slice) = key.downcast::<crate::types::slice::Slice>() {
        let parts = slice.unpack(thread)?;
        let indices = crate::types::slice::adjust(parts, own.len(thread));
        let items = own.view(thread);
        let picked: Vec<Value> = (0..indices.count as isize)
            .map(|n| items[(indices.start + n * indices.step) as usize].to_value())
            .collect();
        return thread.list(picked);
    }
    let index = index_of(thread, own, key, "index")?;
    Ok(own.get(thread, index).expect("checked"))
}

fn set_subscript(thread: &mut Thread, object: Ref<'_>, key: Ref<'_>, value: Option<Ref<'_>>) -> Outcome<()> {
    let own = list(object);
    if let Some(slice) = key.downcast::<crate::types::slice::Slice>() {
        return set_slice(thread, own, slice, value);
    }
    let index = index_of(thread, own, key, "assignment index")?;
    let old = match value {
        Some(value) => own.items.change(thread).replace(index, value.to_value()),
        None => own.items.change(thread).remove(index),
    };
    drop(old);
    Ok(())
}

fn repeat(thread: &mut Thread, object: Ref<'_>, count: isize) -> Outcome {
    let own = list(object);
    let count = count.max(0) as usize;
    let Some(length) = own.len(thread).checked_mul(count) else { return Err(thread.no_memory()) };
    let made = thread.list_with_room(length)?;
    let target = made.downcast::<List>().expect("just made");
    for _ in 0..count {
        for index in 0..own.len(thread) {
            let item = own.get(thread, index).expect("nobody changes it meanwhile");
            target.items.change(thread).push_within(item);
        }
    }
    Ok(made)
}
