//! The iterators of `deque`.

use std::cell::Cell;

use taipan_object::native::{Args, Binding, MethodDef, NativeCall};
use taipan_object::typeobject::{Slots, Type, TypeDef, TypeFlags};
use taipan_object::{Header, Inside, Outcome, Ref, Thread, Value, object, protocol};

use super::deque::Deque;

/// An iterator over a deque.
#[repr(C)]
pub struct DequeIterator {
    head: Header,
    deque: Inside<Option<Value>>,
    state: Cell<usize>,
    /// How many items were given.
    given: Cell<usize>,
    left: Cell<usize>,
}
object!(DequeIterator, DEQUE_ITERATOR, holds: deque);

/// An iterator over a deque from its right end.
#[repr(C)]
pub struct ReverseIterator {
    head: Header,
    deque: Inside<Option<Value>>,
    state: Cell<usize>,
    given: Cell<usize>,
    left: Cell<usize>,
}
object!(ReverseIterator, DEQUE_REVERSE_ITERATOR, holds: deque);

macro_rules! parts {
    ($object:expr) => {
        if let Some(own) = $object.downcast::<DequeIterator>() {
            (&own.deque, &own.state, &own.given, &own.left, false)
        } else {
            let own = $object.downcast::<ReverseIterator>().expect("the slot of iterators of deques");
            (&own.deque, &own.state, &own.given, &own.left, true)
        }
    };
}

macro_rules! iterator_type {
    ($(#[$doc:meta])* $ty:ident $object:ident $name:literal $reversed:literal) => {
        $(#[$doc])*
        pub static $ty: Type = Type::new::<$object>(
            &TypeDef { methods: &[METHODS], ..TypeDef::new($name) },
            TypeFlags::CONTAINER,
            Slots {
                new: Some(new::<$reversed>),
                iter: Some(|_, object| Ok(object.to_value())),
                next: Some(next),
                ..Slots::holding::<$object>()
            },
        );
    };
}

iterator_type!(
    /// The type `collections._deque_iterator`.
    DEQUE_ITERATOR DequeIterator "collections._deque_iterator" false);
iterator_type!(
    /// The type `collections._deque_reverse_iterator`.
    DEQUE_REVERSE_ITERATOR ReverseIterator "collections._deque_reverse_iterator" true);

const METHODS: &[MethodDef] = &[
    MethodDef {
        name: "__length_hint__",
        doc: Some("Private method returning an estimate of len(list(it))."),
        signature: Some("($self, /)"),
        call: NativeCall::NoArgs(|_, object| {
            let (_, _, _, left, _) = parts!(object);
            Ok(Value::small_int(left.get() as i64))
        }),
        binding: Binding::Instance,
    },
    MethodDef {
        name: "__reduce__",
        doc: Some("Return state information for pickling."),
        signature: Some("($self, /)"),
        call: NativeCall::NoArgs(|thread, object| {
            let (deque, _, given, _, _) = parts!(object);
            let deque = match deque.view(thread).clone() {
                Some(deque) => deque,
                None => thread.list(Vec::new())?,
            };
            let given = thread.int(given.get() as i128)?;
            let arguments = thread.tuple([deque, given])?;
            thread.tuple([object.ty().as_ref().to_value(), arguments])
        }),
        binding: Binding::Instance,
    },
];

/// An iterator that has given `given` items already.
pub(super) fn iterate<const REVERSED: bool>(thread: &mut Thread, object: Ref<'_>, given: usize) -> Outcome {
    let own = object.downcast::<Deque>().expect("iterated");
    let left = own.len(thread).saturating_sub(given);
    let (state, given) = (Cell::new(own.state.get()), Cell::new(given));
    let deque = Inside::new(Some(object.to_value()));
    let left = Cell::new(left);
    if REVERSED {
        thread.new_object(|head| ReverseIterator { head, deque, state, given, left })
    } else {
        thread.new_object(|head| DequeIterator { head, deque, state, given, left })
    }
}

fn new<'a, const REVERSED: bool>(thread: &mut Thread, _: &'a Type, args: Args<'a>) -> Outcome {
    let (deque, given) = match args.positionals() {
        [deque] => (*deque, 0),
        [deque, given] => (*deque, protocol::index_isize(thread, *given)?.max(0) as usize),
        other => {
            let (bound, count) = if other.is_empty() {
                ("at least 1 argument", 0)
            } else {
                ("at most 2 arguments", other.len())
            };
            return Err(thread.type_error(format!("function takes {bound} ({count} given)")));
        }
    };
    if deque.downcast::<Deque>().is_none() {
        let ty = deque.ty().name().into_owned();
        return Err(thread.type_error(format!("argument 1 must be collections.deque, not {ty}")));
    }
    iterate::<REVERSED>(thread, deque, given)
}

fn next(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let (held, state, given, left, reversed) = parts!(object);
    let Some(deque) = held.view(thread).as_ref().and_then(|deque| deque.downcast::<Deque>()) else {
        return Ok(None);
    };
    if deque.state.get() != state.get() {
        left.set(0);
        return Err(thread.runtime_error("deque mutated during iteration"));
    }
    if left.get() == 0 {
        return Ok(None);
    }
    let at = if reversed { left.get() - 1 } else { given.get() };
    let item = deque.get(thread, at);
    left.set(left.get() - 1);
    given.set(given.get() + 1);
    Ok(item)
}
