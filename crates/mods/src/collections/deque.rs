//! `deque`: a ring buffer with a bound.
//!
//! Invariant: `state` changes with every change of the number or the places of items; what iterates
//! compares it.

use std::cell::Cell;
use std::collections::VecDeque;

use taipan_macros::{getter, native};
use taipan_object::native::{Args, GetSetDef, MethodDef, Parameters};
use taipan_object::typeobject::{CompareOp, Slots, Type, TypeDef, TypeFlags, allocate_instance};
use taipan_object::types::exception::INDEX_ERROR;
use taipan_object::types::genericalias::class_getitem;
use taipan_object::types::slice::bound;
use taipan_object::{Header, Inside, Outcome, Ref, Thread, Value, object, protocol};

use super::deque_iterator::{DEQUE_ITERATOR, DEQUE_REVERSE_ITERATOR, iterate};

/// A deque object.
#[repr(C)]
pub struct Deque {
    head: Header,
    /// The items.
    pub items: Inside<VecDeque<Value>>,
    /// Changes when items come, go or move.
    pub state: Cell<usize>,
    maxlen: Cell<Option<usize>>,
}
object!(Deque, DEQUE, holds: items);

/// The type `collections.deque`.
pub static DEQUE: Type = Type::new::<Deque>(
    &TypeDef {
        doc: Some("A list-like sequence optimized for data accesses near its endpoints."),
        signature: Some("([iterable[, maxlen]])"),
        methods: &[METHODS],
        getset: &[ATTRIBUTES],
        ..TypeDef::new("collections.deque")
    },
    TypeFlags::BASE.union(TypeFlags::CONTAINER).union(TypeFlags::SEQUENCE).union(TypeFlags::WEAKREF),
    Slots {
        new: Some(|thread, ty, _| empty(thread, ty, None)),
        init: Some(init),
        repr: Some(repr),
        hash: Some(protocol::not_hashable),
        compare: Some(compare),
        iter: Some(|thread, object| iterate::<false>(thread, object, 0)),
        length: Some(|thread, object| Ok(deque(object).len(thread))),
        bool: None,
        subscript: Some(|thread, object, key| {
            let index = index_of(thread, object, key)?;
            item(thread, object, index)
        }),
        set_subscript: Some(|thread, object, key, value| {
            let index = index_of(thread, object, key)?;
            set_item(thread, object, index, value)
        }),
        item: Some(item),
        set_item: Some(set_item),
        contains: Some(contains),
        concat: Some(concat),
        repeat: Some(|thread, object, count| {
            let made = copy_of(thread, object)?;
            repeat_in_place(thread, made.as_ref(), count)
        }),
        inplace_concat: Some(|thread, left, right| {
            extend_with(thread, deque(left), right, Deque::push)?;
            Ok(left.to_value())
        }),
        inplace_repeat: Some(repeat_in_place),
        ..Slots::holding::<Deque>()
    },
);

const METHODS: &[MethodDef] = &[
    APPEND,
    APPENDLEFT,
    CLEAR,
    __COPY__,
    COPY,
    COUNT,
    EXTEND,
    EXTENDLEFT,
    INDEX,
    INSERT,
    POP,
    POPLEFT,
    __REDUCE__,
    REMOVE,
    __REVERSED__,
    REVERSE,
    ROTATE,
    __SIZEOF__,
    class_getitem(Some("See PEP 585")),
];

const ATTRIBUTES: &[GetSetDef] = &[MAXLEN];

fn deque<'a>(object: Ref<'a>) -> &'a Deque {
    object.downcast::<Deque>().expect("the slot of deques")
}

fn empty(thread: &mut Thread, ty: &Type, maxlen: Option<usize>) -> Outcome {
    allocate_instance(thread, ty, |head| Deque {
        head,
        items: Inside::default(),
        state: Cell::new(0),
        maxlen: Cell::new(maxlen),
    })
}

impl Deque {
    /// How many items there are.
    #[inline]
    pub fn len(&self, thread: &Thread) -> usize {
        self.items.view(thread).len()
    }

    /// The item at a place, counted.
    #[inline]
    pub fn get(&self, thread: &Thread, index: usize) -> Option<Value> {
        self.items.view(thread).get(index).cloned()
    }

    #[inline]
    fn changed(&self) {
        self.state.set(self.state.get().wrapping_add(1));
    }

    /// Makes room for one more, in large steps that are charged.
    #[inline]
    fn reserve(&self, thread: &mut Thread) -> Outcome<()> {
        let items = self.items.change(thread);
        if items.len() < items.capacity() {
            return Ok(());
        }
        let more = items.len().max(8);
        if items.try_reserve(more).is_err() {
            return Err(thread.no_memory());
        }
        Ok(())
    }

    /// Adds at the right end; the left-most item goes when the bound is passed.
    #[inline]
    pub fn push(&self, thread: &mut Thread, value: Value) -> Outcome<()> {
        self.reserve(thread)?;
        let items = self.items.change(thread);
        items.push_back(value);
        let surplus =
            if self.maxlen.get().is_some_and(|most| items.len() > most) { items.pop_front() } else { None };
        self.changed();
        drop(surplus);
        Ok(())
    }

    /// Adds at the left end; the right-most item goes when the bound is passed.
    #[inline]
    fn push_left(&self, thread: &mut Thread, value: Value) -> Outcome<()> {
        self.reserve(thread)?;
        let items = self.items.change(thread);
        items.push_front(value);
        let surplus =
            if self.maxlen.get().is_some_and(|most| items.len() > most) { items.pop_back() } else { None };
        self.changed();
        drop(surplus);
        Ok(())
    }
}

fn init<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    static PARAMETERS: Parameters = Parameters {
        function: "deque",
        names: &["iterable", "maxlen"],
        positional_only: 0,
        positional: 2,
        required: 0,
        required_keywords: 0,
    };
    let [iterable, maxlen] = PARAMETERS.parse::<2>(thread, args)?;
    let maxlen = match maxlen.filter(|maxlen| !maxlen.is_none()) {
        Some(maxlen) => {
            if !maxlen.word().is_int() && taipan_object::types::int::to_int(maxlen).is_none() {
                return Err(thread.type_error("an integer is required"));
            }
            let bound = protocol::index_isize(thread, maxlen)?;
            if bound < 0 {
                return Err(thread.value_error("maxlen must be non-negative"));
            }
            Some(bound as usize)
        }
        None => None,
    };
    let own = deque(object);
    own.maxlen.set(maxlen);
    clear(thread, own);
    match iterable {
        Some(iterable) => extend_with(thread, own, iterable, Deque::push),
        None => Ok(()),
    }
}

type Push = fn(&Deque, &mut Thread, Value) -> Outcome<()>;

fn extend_with(thread: &mut Thread, own: &Deque, iterable: Ref<'_>, push: Push) -> Outcome<()> {
    if iterable.is(Ref::of(own)) {
        let all: Vec<Value> = own.items.view(thread).iter().cloned().collect();
        return all.into_iter().try_for_each(|item| push(own, thread, item));
    }
    protocol::for_each(thread, iterable, |thread, item| push(own, thread, item))
}

/// Add an element to the right side of the deque.
#[native(signature = "($self, item, /)")]
fn append(thread: &mut Thread, this: &Deque, item: Ref<'_>) -> Outcome<()> {
    this.push(thread, item.to_value())
}

/// Add an element to the left side of the deque.
#[native(signature = "($self, item, /)")]
fn appendleft(thread: &mut Thread, this: &Deque, item: Ref<'_>) -> Outcome<()> {
    this.push_left(thread, item.to_value())
}

/// Remove all elements from the deque.
#[native(signature = "($self, /)")]
fn clear(thread: &mut Thread, this: &Deque) {
    let old = std::mem::take(this.items.change(thread));
    if !old.is_empty() {
        this.changed();
    }
    drop(old);
}

fn copy_of(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let own = deque(object);
    if object.ty().is(&DEQUE) {
        let made = empty(thread, &DEQUE, own.maxlen.get())?;
        extend_with(thread, deque(made.as_ref()), object, Deque::push)?;
        return Ok(made);
    }
    let class = object.ty();
    let made = match own.maxlen.get() {
        None => protocol::call(thread, class.as_ref(), &[object])?,
        Some(maxlen) => {
            let maxlen = thread.int(maxlen as i128)?;
            protocol::call(thread, class.as_ref(), &[object, maxlen.as_ref()])?
        }
    };
    if made.downcast::<Deque>().is_none() {
        let (class, other) = (class.name().into_owned(), made.as_ref().ty().name().into_owned());
        return Err(thread.type_error(format!("{class}() must return a deque, not {other}")));
    }
    Ok(made)
}

/// Return a shallow copy of a deque.
#[native(signature = "($self, /)")]
fn copy(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    copy_of(thread, this)
}

/// Return a shallow copy of a deque.
#[native(signature = "($self, /)", name = "__copy__")]
fn __copy__(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    copy_of(thread, this)
}

const MUTATED: &str = "deque mutated during iteration";

/// Return number of occurrences of value.
#[native(signature = "($self, value, /)")]
fn count(thread: &mut Thread, this: &Deque, value: Ref<'_>) -> Outcome<usize> {
    let (state, mut found, mut index) = (this.state.get(), 0, 0);
    while let Some(item) = this.get(thread, index) {
        if protocol::compare_bool(thread, item.as_ref(), value, CompareOp::Eq)? {
            found += 1;
        }
        if this.state.get() != state {
            return Err(thread.runtime_error(MUTATED));
        }
        index += 1;
    }
    Ok(found)
}

/// Extend the right side of the deque with elements from the iterable.
#[native(signature = "($self, iterable, /)")]
fn extend(thread: &mut Thread, this: &Deque, iterable: Ref<'_>) -> Outcome<()> {
    extend_with(thread, this, iterable, Deque::push)
}

/// Extend the left side of the deque with elements from the iterable.
#[native(signature = "($self, iterable, /)")]
fn extendleft(thread: &mut Thread, this: &Deque, iterable: Ref<'_>) -> Outcome<()> {
    extend_with(thread, this, iterable, Deque::push_left)
}

/// Return first index of value.
///
/// Raises ValueError if the value is not present.
#[native(signature = "($self, value, start=0, stop=sys.maxsize, /)")]
fn index(
    thread: &mut Thread,
    this: &Deque,
    value: Ref<'_>,
    start: Option<Ref<'_>>,
    stop: Option<Ref<'_>>,
) -> Outcome<usize> {
    let start = bound(thread, start, 0)?;
    let stop = bound(thread, stop, isize::MAX)?;
    let length = this.len(thread) as isize;
    let clamp = |at: isize| if at < 0 { (at + length).max(0) } else { at.min(length) } as usize;
    let (start, stop, state) = (clamp(start), clamp(stop), this.state.get());
    for at in start..stop.max(start) {
        let Some(item) = this.get(thread, at) else { break };
        let equal = protocol::compare_bool(thread, item.as_ref(), value, CompareOp::Eq)?;
        if this.state.get() != state {
            return Err(thread.runtime_error(MUTATED));
        }
        if equal {
            return Ok(at);
        }
    }
    let text = protocol::repr_string(thread, value)?;
    Err(thread.value_error(format!("{text} is not in deque")))
}

/// Insert value before index.
#[native(signature = "($self, index, value, /)")]
fn insert(thread: &mut Thread, this: &Deque, index: isize, value: Ref<'_>) -> Outcome<()> {
    let length = this.len(thread);
    if this.maxlen.get() == Some(length) {
        return Err(thread.index_error("deque already at its maximum size"));
    }
    this.reserve(thread)?;
    let at = if index < 0 { (index + length as isize).max(0) } else { index.min(length as isize) };
    this.items.change(thread).insert(at as usize, value.to_value());
    this.changed();
    Ok(())
}

/// Remove and return the rightmost element.
#[native(signature = "($self, /)")]
fn pop(thread: &mut Thread, this: &Deque) -> Outcome {
    match this.items.change(thread).pop_back() {
        Some(value) => {
            this.changed();
            Ok(value)
        }
        None => Err(thread.index_error("pop from an empty deque")),
    }
}

/// Remove and return the leftmost element.
#[native(signature = "($self, /)")]
fn popleft(thread: &mut Thread, this: &Deque) -> Outcome {
    match this.items.change(thread).pop_front() {
        Some(value) => {
            this.changed();
            Ok(value)
        }
        None => Err(thread.index_error("pop from an empty deque")),
    }
}

/// Return state information for pickling.
#[native(signature = "($self, /)", name = "__reduce__")]
fn __reduce__(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    let state = protocol::call_method(thread, this, "__getstate__", &[])?;
    let iterator = protocol::iter(thread, this)?;
    let class = this.ty().as_ref().to_value();
    let arguments = match deque(this).maxlen.get() {
        None => thread.tuple([])?,
        Some(maxlen) => {
            let nothing = thread.tuple([])?;
            let maxlen = thread.int(maxlen as i128)?;
            thread.tuple([nothing, maxlen])?
        }
    };
    thread.tuple([class, arguments, state, iterator])
}

/// Remove first occurrence of value.
#[native(signature = "($self, value, /)")]
fn remove(thread: &mut Thread, this: &Deque, value: Ref<'_>) -> Outcome<()> {
    let state = this.state.get();
    let mut at = 0;
    while let Some(item) = this.get(thread, at) {
        let equal = protocol::compare_bool(thread, item.as_ref(), value, CompareOp::Eq)?;
        if this.state.get() != state {
            return Err(thread.index_error("deque mutated during remove()."));
        }
        if equal {
            let old = this.items.change(thread).remove(at);
            this.changed();
            drop(old);
            return Ok(());
        }
        at += 1;
    }
    let text = protocol::repr_string(thread, value)?;
    Err(thread.value_error(format!("{text} is not in deque")))
}

/// Return a reverse iterator over the deque.
#[native(signature = "($self, /)", name = "__reversed__")]
fn __reversed__(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    iterate::<true>(thread, this, 0)
}

/// Reverse *IN PLACE*.
#[native(signature = "($self, /)")]
fn reverse(thread: &mut Thread, this: &Deque) {
    this.items.change(thread).make_contiguous().reverse();
}

/// Rotate the deque n steps to the right.  If n is negative, rotates left.
#[native(signature = "($self, n=1, /)")]
fn rotate(thread: &mut Thread, this: &Deque, n: Option<isize>) {
    let items = this.items.change(thread);
    let n = n.unwrap_or(1);
    if items.len() > 1 {
        let by = n.rem_euclid(items.len() as isize) as usize;
        items.rotate_right(by);
        if n != 0 {
            this.changed();
        }
    }
}

/// Return the size of the deque in memory, in bytes.
#[native(signature = "($self, /)", name = "__sizeof__")]
fn __sizeof__(thread: &mut Thread, this: &Deque) -> usize {
    // As CPython counts: whole blocks of 64 items.
    let blocks = this.len(thread).div_ceil(64);
    Ref::of(this).ty().size.get() as usize + blocks.max(1) * (64 + 2) * 8
}

/// maximum size of a deque or None if unbounded
#[getter]
fn maxlen(thread: &mut Thread, this: &Deque) -> Outcome {
    match this.maxlen.get() {
        Some(maxlen) => thread.int(maxlen as i128),
        None => Ok(Value::none()),
    }
}

/// An index, counted from the left.
fn index_of(thread: &mut Thread, object: Ref<'_>, key: Ref<'_>) -> Outcome<isize> {
    if key.ty().slots().index.is_none() {
        let ty = key.ty().name().into_owned();
        return Err(thread.type_error(format!("sequence index must be integer, not '{ty}'")));
    }
    let index = protocol::index_isize(thread, key)?;
    Ok(if index < 0 { index + deque(object).len(thread) as isize } else { index })
}

fn item(thread: &mut Thread, object: Ref<'_>, index: isize) -> Outcome {
    let found = usize::try_from(index).ok().and_then(|index| deque(object).get(thread, index));
    found.ok_or_else(|| thread.index_error("deque index out of range"))
}

fn set_item(thread: &mut Thread, object: Ref<'_>, index: isize, value: Option<Ref<'_>>) -> Outcome<()> {
    let own = deque(object);
    let Some(at) = usize::try_from(index).ok().filter(|&at| at < own.len(thread)) else {
        return Err(thread.raise_new(&INDEX_ERROR, "deque index out of range"));
    };
    let items = own.items.change(thread);
    let old = match value {
        Some(value) => Some(std::mem::replace(&mut items[at], value.to_value())),
        None => {
            let old = items.remove(at);
            own.changed();
            old
        }
    };
    drop(old);
    Ok(())
}

fn contains(thread: &mut Thread, object: Ref<'_>, value: Ref<'_>) -> Outcome<bool> {
    let own = deque(object);
    let (state, mut at) = (own.state.get(), 0);
    while let Some(item) = own.get(thread, at) {
        let equal = protocol::compare_bool(thread, item.as_ref(), value, CompareOp::Eq)?;
        if equal {
            return Ok(true);
        }
        if own.state.get() != state {
            return Err(thread.runtime_error(MUTATED));
        }
        at += 1;
    }
    Ok(false)
}

fn concat(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>) -> Outcome {
    if right.downcast::<Deque>().is_none() {
        let ty = right.ty().name().into_owned();
        return Err(thread.type_error(format!("can only concatenate deque (not \"{ty}\") to deque")));
    }
    let made = copy_of(thread, left)?;
    extend_with(thread, deque(made.as_ref()), right, Deque::push)?;
    Ok(made)
}

fn repeat_in_place(thread: &mut Thread, object: Ref<'_>, count: isize) -> Outcome {
    let own = deque(object);
    let length = own.len(thread);
    if count <= 0 {
        clear(thread, own);
        return Ok(object.to_value());
    }
    let mut times = count as usize - 1;
    if let Some(most) = own.maxlen.get().filter(|_| length != 0) {
        // Only the last items stay.
        times = times.min(most.div_ceil(length));
    }
    let Some(bytes) = length.checked_mul(times).and_then(|more| more.checked_mul(8)) else {
        return Err(thread.no_memory());
    };
    thread.charge(bytes)?;
    thread.heap().discharge(bytes);
    let all: Vec<Value> = own.items.view(thread).iter().cloned().collect();
    for _ in 0..times {
        thread.poll()?;
        for item in &all {
            own.push(thread, item.clone())?;
        }
    }
    Ok(object.to_value())
}

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    if !thread.enter_repr(object) {
        return thread.str("[...]");
    }
    let list = protocol::collect(thread, object).and_then(|all| thread.list(all));
    let text = list.and_then(|list| protocol::repr_string(thread, list.as_ref()));
    thread.leave_repr(object);
    let text = text?;
    let name = object.ty().short_name().into_owned();
    match deque(object).maxlen.get() {
        Some(maxlen) => thread.str(&format!("{name}({text}, maxlen={maxlen})")),
        None => thread.str(&format!("{name}({text})")),
    }
}

fn compare(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>, op: CompareOp) -> Outcome {
    let (Some(a), Some(b)) = (left.downcast::<Deque>(), right.downcast::<Deque>()) else {
        return Ok(Value::not_implemented());
    };
    if left.is(right) {
        return Ok(Value::bool(matches!(op, CompareOp::Eq | CompareOp::Le | CompareOp::Ge)));
    }
    if a.len(thread) != b.len(thread) && matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::bool(op == CompareOp::Ne));
    }
    let first = iterate::<false>(thread, left, 0)?;
    let second = iterate::<false>(thread, right, 0)?;
    loop {
        let x = protocol::next(thread, first.as_ref())?;
        let y = protocol::next(thread, second.as_ref())?;
        let (Some(x), Some(y)) = (&x, &y) else {
            return Ok(Value::bool(op.holds(x.is_some().cmp(&y.is_some()))));
        };
        if !protocol::compare_bool(thread, x.as_ref(), y.as_ref(), CompareOp::Eq)? {
            return match op {
                CompareOp::Eq => Ok(Value::bool(false)),
                CompareOp::Ne => Ok(Value::bool(true)),
                _ => protocol::compare(thread, x.as_ref(), y.as_ref(), op),
            };
        }
    }
}

/// The types of this file and of its iterators, for the module.
pub static TYPES: &[&Type] = &[&DEQUE, &DEQUE_ITERATOR, &DEQUE_REVERSE_ITERATOR];
