//! The iterators of `str`, `bytes` and `bytearray`: by index, over what has no references inside.
//!
//! Answers for the iterators of CPython's `unicodeobject.c`, `bytesobject.c` and
//! `bytearrayobject.c`.

use std::cell::Cell;

use taipan_layout::{Header, Word};

use super::Str;
use crate::inside::Inside;
use crate::native::{Binding, MethodDef, NativeCall};
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{Next, Slots, Type, TypeDef, TypeFlags, Visitor, drop_object};
use crate::types::bytes::byte_at;
use crate::types::dict::Dict;
use crate::types::object::OBJECT_SLOTS;
use crate::value::{Object, Outcome, Ref, Value};

/// An iterator by index.
#[repr(C)]
struct TextIterator {
    head: Header,
    index: Cell<usize>,
    /// What is iterated; none once exhausted.
    sequence: Inside<Option<Value>>,
}

// SAFETY: `repr(C)`, the header first.
unsafe impl Object for TextIterator {
    const TYPE: &'static Type = &STR_ITERATOR;
}

const fn iterator_type(def: &'static TypeDef, next: Next) -> Type {
    Type::new::<TextIterator>(
        def,
        TypeFlags::CONTAINER.union(TypeFlags::NO_NEW),
        Slots {
            drop: drop_object::<TextIterator>,
            traverse: traverse_iterator,
            new: None,
            iter: Some(|_, object| Ok(object.to_value())),
            next: Some(next),
            ..OBJECT_SLOTS
        },
    )
}

/// The type `str_ascii_iterator`.
static STR_ASCII_ITERATOR: Type =
    iterator_type(&TypeDef { methods: &[METHODS], ..TypeDef::new("str_ascii_iterator") }, next_character);

/// The type `str_iterator`.
static STR_ITERATOR: Type =
    iterator_type(&TypeDef { methods: &[METHODS], ..TypeDef::new("str_iterator") }, next_character);

/// The type `bytes_iterator`.
static BYTES_ITERATOR: Type =
    iterator_type(&TypeDef { methods: &[METHODS], ..TypeDef::new("bytes_iterator") }, next_byte);

/// The type `bytearray_iterator`.
static BYTEARRAY_ITERATOR: Type =
    iterator_type(&TypeDef { methods: &[METHODS], ..TypeDef::new("bytearray_iterator") }, next_byte);

const METHODS: &[MethodDef] = &[
    method(
        "__length_hint__",
        "Private method returning an estimate of len(list(it)).",
        "($self, /)",
        NativeCall::NoArgs(|thread, object| {
            let own = iterator(object);
            let Some(sequence) = own.sequence.view(thread).clone() else { return Ok(Value::small_int(0)) };
            let length = protocol::length(thread, sequence.as_ref())?;
            thread.int(length.saturating_sub(own.index.get()) as i128)
        }),
    ),
    method("__reduce__", "Return state information for pickling.", "($self, /)", NativeCall::NoArgs(reduce)),
    method(
        "__setstate__",
        "Set state information for unpickling.",
        "($self, object, /)",
        NativeCall::One(|thread, object, state| {
            let index = protocol::index_isize(thread, state)?;
            let own = iterator(object);
            if let Some(sequence) = own.sequence.view(thread).clone() {
                let length = protocol::length(thread, sequence.as_ref())?;
                own.index.set(usize::try_from(index).unwrap_or(0).min(length));
            }
            Ok(Value::none())
        }),
    ),
];

const fn method(
    name: &'static str,
    doc: &'static str,
    signature: &'static str,
    call: NativeCall,
) -> MethodDef {
    MethodDef { name, doc: Some(doc), signature: Some(signature), call, binding: Binding::Instance }
}

unsafe fn traverse_iterator(object: *const Header, visitor: &mut Visitor<'_>) {
    // SAFETY: the object is a live iterator, not changed meanwhile.
    unsafe { visitor.option(&*(*object.cast::<TextIterator>()).sequence.get()) }
}

/// The struct behind an iterator of one of the types.
fn iterator<'a>(object: Ref<'a>) -> &'a TextIterator {
    let header = object.header().expect("an object");
    // SAFETY: the types have this layout, cannot be derived from, and only their slots lead here.
    unsafe { &*std::ptr::from_ref(header).cast() }
}

fn finish(thread: &mut Thread, own: &TextIterator) -> Outcome<Option<Value>> {
    let done = own.sequence.change(thread).take();
    drop(done);
    Ok(None)
}

fn next_character(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = iterator(object);
    let Some(sequence) = own.sequence.view(thread) else { return Ok(None) };
    let text = sequence.downcast::<Str>().expect("made with a string");
    let index = own.index.get();
    if index >= text.len() {
        return finish(thread, own);
    }
    let point = text.chars().get(index);
    own.index.set(index + 1);
    thread.character(point).map(Some)
}

fn next_byte(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = iterator(object);
    let Some(sequence) = own.sequence.view(thread) else { return Ok(None) };
    let index = own.index.get();
    match byte_at(thread, sequence.as_ref(), index) {
        Some(byte) => {
            own.index.set(index + 1);
            Ok(Some(Value::small_int(byte.into())))
        }
        None => finish(thread, own),
    }
}

fn reduce(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let own = iterator(object);
    let name = thread.intern("iter")?;
    let builtins = thread.interp().builtins().downcast::<Dict>().expect("a dictionary");
    let function = builtins.get(thread, name.as_ref())?;
    let function = function.unwrap_or_else(Value::none);
    let sequence = own.sequence.view(thread).clone();
    let parts = match sequence {
        Some(sequence) => {
            let arguments = thread.tuple([sequence])?;
            let index = thread.int(own.index.get() as i128)?;
            vec![function, arguments, index]
        }
        None => {
            let is_text = object.ty().is(&STR_ITERATOR) || object.ty().is(&STR_ASCII_ITERATOR);
            let empty = if is_text { thread.str("")? } else { thread.tuple([])? };
            vec![function, thread.tuple([empty])?]
        }
    };
    thread.tuple(parts)
}

fn make(thread: &mut Thread, ty: &'static Type, sequence: Ref<'_>) -> Outcome {
    let sequence = Inside::new(Some(sequence.to_value()));
    let Some(memory) = thread.heap().allocate(size_of::<TextIterator>(), ty.kind()) else {
        return Err(thread.no_memory());
    };
    // SAFETY: fresh memory of the right size; the count goes to the value.
    unsafe {
        memory.cast::<TextIterator>().write(TextIterator {
            head: Header::new(std::ptr::from_ref(ty).cast()),
            index: Cell::new(0),
            sequence,
        });
        Ok(Value::from_word(Word::counted(memory.cast())))
    }
}

/// `iter(str)`
pub(super) fn str_iterator(thread: &mut Thread, text: Ref<'_>) -> Outcome {
    let ascii = text.downcast::<Str>().is_some_and(Str::is_ascii);
    make(thread, if ascii { &STR_ASCII_ITERATOR } else { &STR_ITERATOR }, text)
}

/// `iter(bytes)`
pub fn bytes_iterator(thread: &mut Thread, bytes: Ref<'_>) -> Outcome {
    make(thread, &BYTES_ITERATOR, bytes)
}

/// `iter(bytearray)`
pub fn bytearray_iterator(thread: &mut Thread, bytes: Ref<'_>) -> Outcome {
    make(thread, &BYTEARRAY_ITERATOR, bytes)
}
