//! `enumerate` and `reversed`.
//!
//! Answers for CPython's `Objects/enumobject.c`.
#![allow(unsafe_code)] // traversal

use std::cell::Cell;

use taipan_layout::Header;
use taipan_num::Int;

use crate::inside::Inside;
use crate::native::{Args, Binding, MethodDef, NativeCall, Parameters};
use crate::protocol::{self, BinaryOp};
use crate::thread::Thread;
use crate::typeobject::{
    Slots, Type, TypeDef, TypeFlags, Visitor, allocate_instance, call_special, drop_object,
};
use crate::types::exception::{INDEX_ERROR, STOP_ITERATION};
use crate::types::object::OBJECT_SLOTS;
use crate::value::{Object, Outcome, Ref, Value};

const FLAGS: TypeFlags = TypeFlags::BASE.union(TypeFlags::CONTAINER);

/// An `enumerate` object.
#[repr(C)]
pub struct Enumerate {
    head: Header,
    iterator: Value,
    /// The next number, an `int`.
    next: Inside<Value>,
}

// SAFETY: `repr(C)`, the header first.
unsafe impl Object for Enumerate {
    const TYPE: &'static Type = &ENUMERATE;
}

/// The type `enumerate`.
pub static ENUMERATE: Type = Type::new::<Enumerate>(
    &TypeDef {
        doc: Some(
            "Return an enumerate object.\n\n  iterable\n    an object supporting iteration\n\nThe enumerate object yields pairs containing a count (from start, which\ndefaults to zero) and a value yielded by the iterable argument.\n\nenumerate is useful for obtaining an indexed list:\n    (0, seq[0]), (1, seq[1]), (2, seq[2]), ...",
        ),
        signature: Some("(iterable, start=0)"),
        methods: &[ENUMERATE_METHODS, &[CLASS_GETITEM]],
        ..TypeDef::new("enumerate")
    },
    FLAGS,
    Slots {
        drop: drop_object::<Enumerate>,
        traverse: traverse_enumerate,
        new: Some(new_enumerate),
        iter: Some(|_, object| Ok(object.to_value())),
        next: Some(next_pair),
        ..OBJECT_SLOTS
    },
);

const CLASS_GETITEM: MethodDef = crate::types::genericalias::class_getitem(Some(
    "'enumerate' objects are generic over the type of their values",
));

const ENUMERATE_METHODS: &[MethodDef] = &[MethodDef {
    name: "__reduce__",
    doc: Some("Return state information for pickling."),
    signature: Some("($self, /)"),
    call: NativeCall::NoArgs(|thread, object| {
        let own = enumerate(object);
        let next = own.next.view(thread).clone();
        let arguments = thread.tuple([own.iterator.clone(), next])?;
        thread.tuple([Ref::of(object.ty()).to_value(), arguments])
    }),
    binding: Binding::Instance,
}];

const ENUMERATE_PARAMETERS: Parameters = Parameters {
    function: "enumerate",
    names: &["iterable", "start"],
    positional_only: 0,
    positional: 2,
    required: 1,
    required_keywords: 0,
};

unsafe fn traverse_enumerate(object: *const Header, visitor: &mut Visitor<'_>) {
    // SAFETY: the object is a live `Enumerate`, not changed meanwhile.
    unsafe {
        let own = &*object.cast::<Enumerate>();
        visitor.visit(&own.iterator);
        visitor.visit(&*own.next.get());
    }
}

fn enumerate<'a>(object: Ref<'a>) -> &'a Enumerate {
    object.downcast::<Enumerate>().expect("the slot of enumerate")
}

fn new_enumerate<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    let [iterable, start] = ENUMERATE_PARAMETERS.parse(thread, args)?;
    let next = match start {
        Some(start) => protocol::index(thread, start)?,
        None => Value::small_int(0),
    };
    let iterator = protocol::iter(thread, iterable.expect("required"))?;
    allocate_instance(thread, ty, |head| Enumerate { head, iterator, next: Inside::new(next) })
}

fn next_pair(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = enumerate(object);
    let Some(item) = protocol::next(thread, own.iterator.as_ref())? else { return Ok(None) };
    let number = own.next.view(thread).clone();
    let successor = protocol::binary(thread, number.as_ref(), Value::small_int(1).as_ref(), BinaryOp::Add)?;
    *own.next.change(thread) = successor;
    thread.tuple([number, item]).map(Some)
}

/// A `reversed` object over a sequence.
#[repr(C)]
pub struct Reversed {
    head: Header,
    /// The sequence; none once exhausted.
    sequence: Inside<Option<Value>>,
    /// The next index; below 0 at the end.
    index: Cell<isize>,
}

// SAFETY: `repr(C)`, the header first.
unsafe impl Object for Reversed {
    const TYPE: &'static Type = &REVERSED;
}

/// The type `reversed`.
pub static REVERSED: Type = Type::new::<Reversed>(
    &TypeDef {
        doc: Some("Return a reverse iterator over the values of the given sequence."),
        signature: Some("(sequence, /)"),
        methods: &[REVERSED_METHODS],
        ..TypeDef::new("reversed")
    },
    FLAGS,
    Slots {
        drop: drop_object::<Reversed>,
        traverse: traverse_reversed,
        new: Some(new_reversed),
        iter: Some(|_, object| Ok(object.to_value())),
        next: Some(next_reversed),
        ..OBJECT_SLOTS
    },
);

const REVERSED_METHODS: &[MethodDef] = &[
    MethodDef {
        name: "__length_hint__",
        doc: Some("Private method returning an estimate of len(list(it))."),
        signature: Some("($self, /)"),
        call: NativeCall::NoArgs(|thread, object| {
            let own = reversed(object);
            let Some(sequence) = own.sequence.view(thread).clone() else { return Ok(Value::small_int(0)) };
            let length = protocol::length(thread, sequence.as_ref())? as isize;
            let left = own.index.get() + 1;
            Ok(Value::small_int(if length < left { 0 } else { left as i64 }))
        }),
        binding: Binding::Instance,
    },
    MethodDef {
        name: "__reduce__",
        doc: Some("Return state information for pickling."),
        signature: Some("($self, /)"),
        call: NativeCall::NoArgs(|thread, object| {
            let own = reversed(object);
            let class = Ref::of(object.ty()).to_value();
            match own.sequence.view(thread).clone() {
                Some(sequence) => {
                    let arguments = thread.tuple([sequence])?;
                    thread.tuple([class, arguments, Value::small_int(own.index.get() as i64)])
                }
                None => {
                    let nothing = thread.tuple([])?;
                    let arguments = thread.tuple([nothing])?;
                    thread.tuple([class, arguments])
                }
            }
        }),
        binding: Binding::Instance,
    },
    MethodDef {
        name: "__setstate__",
        doc: Some("Set state information for unpickling."),
        signature: Some("($self, object, /)"),
        call: NativeCall::One(|thread, object, state| {
            let own = reversed(object);
            let index = protocol::index_isize(thread, state)?;
            if let Some(sequence) = own.sequence.view(thread).clone() {
                let last = protocol::length(thread, sequence.as_ref())? as isize - 1;
                own.index.set(index.clamp(-1, last));
            }
            Ok(Value::none())
        }),
        binding: Binding::Instance,
    },
];

unsafe fn traverse_reversed(object: *const Header, visitor: &mut Visitor<'_>) {
    // SAFETY: the object is a live `Reversed`, not changed meanwhile.
    unsafe { visitor.option(&*(*object.cast::<Reversed>()).sequence.get()) }
}

fn reversed<'a>(object: Ref<'a>) -> &'a Reversed {
    object.downcast::<Reversed>().expect("the slot of reversed")
}

fn new_reversed<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    if ty.is(&REVERSED) {
        args.no_keywords(thread, "reversed")?;
    }
    let [sequence] = args.positionals() else {
        let count = args.positionals().len();
        return Err(thread.type_error(format!("reversed expected 1 argument, got {count}")));
    };
    let name = &thread.names().__reversed__;
    let own = sequence.ty().lookup_value(thread, name);
    if own.as_ref().is_some_and(|own| !own.as_ref().is_none())
        && let Some(iterator) = call_special(thread, *sequence, name, &[])?
    {
        return Ok(iterator);
    }
    if own.is_none() && protocol::is_sequence(*sequence) {
        let index = protocol::length(thread, *sequence)? as isize - 1;
        return allocate_instance(thread, ty, |head| Reversed {
            head,
            sequence: Inside::new(Some(sequence.to_value())),
            index: Cell::new(index),
        });
    }
    let name = sequence.ty().name().into_owned();
    Err(thread.type_error(format!("'{name}' object is not reversible")))
}

fn next_reversed(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = reversed(object);
    let Some(sequence) = own.sequence.view(thread).clone() else { return Ok(None) };
    let index = own.index.get();
    if index >= 0 {
        match protocol::get_item(thread, sequence.as_ref(), Value::small_int(index as i64).as_ref()) {
            Ok(item) => {
                own.index.set(index - 1);
                return Ok(Some(item));
            }
            Err(raised) => {
                if !thread.exception_is(&INDEX_ERROR) && !thread.exception_is(&STOP_ITERATION) {
                    return Err(raised);
                }
                drop(thread.take_exception());
            }
        }
    }
    own.index.set(-1);
    let done = own.sequence.change(thread).take();
    drop(done);
    Ok(None)
}

impl Thread {
    /// An `enumerate` from a number on; for native code.
    pub fn enumerate(&mut self, iterable: Ref<'_>, start: i64) -> Outcome {
        let iterator = protocol::iter(self, iterable)?;
        let next = self.int_value(Int::from(start))?;
        self.new_object(|head| Enumerate { head, iterator, next: Inside::new(next) })
    }
}
