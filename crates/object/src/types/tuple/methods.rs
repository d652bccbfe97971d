//! What `tuple` can do.

use taipan_macros::native;

use super::{Tuple, drop_tuple, traverse_tuple};
use crate::native::{Args, MethodDef};
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{CompareOp, Slots, Type, TypeDef, TypeFlags};
use crate::types::object::OBJECT_SLOTS;
use crate::types::seqiter::tuple_iterator;
use crate::types::slice::{Slice, adjust, bound};
use crate::value::{Outcome, Ref, Value};

/// The type `tuple`.
pub static TUPLE: Type = Type::new::<Tuple>(
    &TypeDef {
        doc: Some(
            "Built-in immutable sequence.\n\nIf no argument is given, the constructor returns an empty tuple.\nIf iterable is specified the tuple is initialized from iterable's items.\n\nIf the argument is a tuple, the return value is the same object.",
        ),
        signature: Some("(iterable=(), /)"),
        methods: &[METHODS, &[CLASS_GETITEM]],
        ..TypeDef::new("tuple")
    },
    TypeFlags::BASE.union(TypeFlags::CONTAINER).union(TypeFlags::SEQUENCE).union(TypeFlags::MATCH_SELF),
    TUPLE_SLOTS,
);

/// What tuples can do, for types derived from them.
pub const TUPLE_SLOTS: Slots = Slots {
    drop: drop_tuple,
    traverse: traverse_tuple,
    new: Some(new),
    repr: Some(repr),
    hash: Some(hash),
    compare: Some(compare),
    iter: Some(tuple_iterator),
    length: Some(|_, object| Ok(tuple(object).len())),
    subscript: Some(subscript),
    item: Some(|thread, object, index| match tuple(object).items().get(index as usize) {
        Some(item) => Ok(item.to_value()),
        None => Err(thread.index_error("tuple index out of range")),
    }),
    contains: Some(|thread, object, item| {
        for candidate in tuple(object).items() {
            if protocol::compare_bool(thread, *candidate, item, CompareOp::Eq)? {
                return Ok(true);
            }
        }
        Ok(false)
    }),
    concat: Some(|thread, left, right| {
        let Some(other) = right.downcast::<Tuple>() else {
            let ty = right.ty().name().into_owned();
            return Err(thread.type_error(format!("can only concatenate tuple (not \"{ty}\") to tuple")));
        };
        let items: Vec<Ref<'_>> = tuple(left).items().iter().chain(other.items()).copied().collect();
        thread.tuple_from_refs(&items)
    }),
    repeat: Some(repeat),
    ..OBJECT_SLOTS
};

const CLASS_GETITEM: MethodDef = crate::types::genericalias::class_getitem(Some(
    "Tuples are generic over the types of their contents.\n\nFor example, use ``tuple[int, str]`` for a pair whose first element\nis an int and second element is a string.\n\nTuples also support the form ``tuple[T, ...]`` to indicate\nan arbitrary length tuple of elements of type T.",
));

const METHODS: &[MethodDef] = &[__GETNEWARGS__, INDEX, COUNT];

#[native(signature = "($self, /)", name = "__getnewargs__")]
fn __getnewargs__(thread: &mut Thread, this: &Tuple) -> Outcome {
    let plain = thread.tuple_from_refs(this.items())?;
    thread.tuple([plain])
}

/// Return first index of value.
///
/// Raises ValueError if the value is not present.
#[native(signature = "($self, value, start=0, stop=sys.maxsize, /)")]
fn index(
    thread: &mut Thread,
    this: &Tuple,
    value: Ref<'_>,
    start: Option<Ref<'_>>,
    stop: Option<Ref<'_>>,
) -> Outcome<usize> {
    let start = bound(thread, start, 0)?;
    let stop = bound(thread, stop, isize::MAX)?;
    let length = this.len() as isize;
    let clip = |at: isize| if at < 0 { at.saturating_add(length).max(0) } else { at.min(length) } as usize;
    for index in clip(start)..clip(stop) {
        if protocol::compare_bool(thread, this.items()[index], value, CompareOp::Eq)? {
            return Ok(index);
        }
    }
    Err(thread.value_error("tuple.index(x): x not in tuple"))
}

/// Return number of occurrences of value.
#[native(signature = "($self, value, /)")]
fn count(thread: &mut Thread, this: &Tuple, value: Ref<'_>) -> Outcome<usize> {
    let mut count = 0;
    for item in this.items() {
        count += usize::from(protocol::compare_bool(thread, *item, value, CompareOp::Eq)?);
    }
    Ok(count)
}

fn tuple<'a>(object: Ref<'a>) -> &'a Tuple {
    object.downcast::<Tuple>().expect("the slot of tuples")
}

fn new<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    args.no_keywords(thread, "tuple")?;
    let items = match args.all() {
        [] => Vec::new(),
        [one] if ty.is(&TUPLE) && one.exact::<Tuple>().is_some() => return Ok(one.to_value()),
        [one] => protocol::collect(thread, *one)?,
        more => {
            let count = more.len();
            return Err(thread.type_error(format!("tuple expected at most 1 argument, got {count}")));
        }
    };
    thread.tuple_of(ty, items)
}

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let items = tuple(object).items();
    let mut text = String::from("(");
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.push_str(", ");
        }
        text.push_str(&protocol::repr_string(thread, *item)?);
    }
    text.push_str(if items.len() == 1 { ",)" } else { ")" });
    thread.str(&text)
}

/// xxHash of the items' hashes, as CPython computes it.
fn hash(thread: &mut Thread, object: Ref<'_>) -> Outcome<i64> {
    const P1: u64 = 11_400_714_785_074_694_791;
    const P2: u64 = 14_029_467_366_897_019_727;
    const P5: u64 = 2_870_177_450_012_600_261;
    let own = tuple(object);
    if own.hash.get() != -1 {
        return Ok(own.hash.get());
    }
    thread.check_native_stack()?;
    let mut acc = P5;
    for item in own.items() {
        let lane = protocol::hash(thread, *item)? as u64;
        acc = acc.wrapping_add(lane.wrapping_mul(P2)).rotate_left(31).wrapping_mul(P1);
    }
    acc = acc.wrapping_add(own.len() as u64 ^ (P5 ^ 3_527_539));
    let hash = if acc == u64::MAX { 1_546_275_796 } else { acc as i64 };
    own.hash.set(hash);
    Ok(hash)
}

fn compare(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>, op: CompareOp) -> Outcome {
    let (Some(a), Some(b)) = (left.downcast::<Tuple>(), right.downcast::<Tuple>()) else {
        return Ok(Value::not_implemented());
    };
    for (x, y) in a.items().iter().zip(b.items()) {
        if !protocol::compare_bool(thread, *x, *y, CompareOp::Eq)? {
            return match op {
                CompareOp::Eq => Ok(Value::bool(false)),
                CompareOp::Ne => Ok(Value::bool(true)),
                _ => protocol::compare(thread, *x, *y, op),
            };
        }
    }
    Ok(Value::bool(op.holds(a.len().cmp(&b.len()))))
}

fn subscript(thread: &mut Thread, object: Ref<'_>, key: Ref<'_>) -> Outcome {
    let own = tuple(object);
    if let Some(slice) = key.downcast::<Slice>() {
        let parts = slice.unpack(thread)?;
        let indices = adjust(parts, own.len());
        if indices.count == own.len() && indices.step == 1 && object.exact::<Tuple>().is_some() {
            return Ok(object.to_value());
        }
        let items = own.items();
        let picked: Vec<Ref<'_>> =
            (0..indices.count as isize).map(|n| items[(indices.start + n * indices.step) as usize]).collect();
        return thread.tuple_from_refs(&picked);
    }
    if key.ty().slots().index.is_none() {
        let ty = key.ty().name().into_owned();
        return Err(thread.type_error(format!("tuple indices must be integers or slices, not {ty}")));
    }
    let index = protocol::index_isize(thread, key)?;
    let index = if index < 0 { index + own.len() as isize } else { index };
    match own.items().get(index as usize) {
        Some(item) if index >= 0 => Ok(item.to_value()),
        _ => Err(thread.index_error("tuple index out of range")),
    }
}

fn repeat(thread: &mut Thread, object: Ref<'_>, count: isize) -> Outcome {
    let own = tuple(object);
    let count = count.max(0) as usize;
    if count == 1 && object.exact::<Tuple>().is_some() {
        return Ok(object.to_value());
    }
    let Some(length) = own.len().checked_mul(count) else { return Err(thread.no_memory()) };
    let items = own.items();
    thread.tuple(RepeatedItems { items, left: length, at: 0 })
}

struct RepeatedItems<'a> {
    items: &'a [Ref<'a>],
    left: usize,
    at: usize,
}

impl Iterator for RepeatedItems<'_> {
    type Item = Value;

    fn next(&mut self) -> Option<Value> {
        self.left = self.left.checked_sub(1)?;
        let item = self.items[self.at].to_value();
        self.at = (self.at + 1) % self.items.len();
        Some(item)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for RepeatedItems<'_> {}
