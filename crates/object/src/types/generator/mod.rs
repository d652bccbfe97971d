//! `generator`, `coroutine` and `async_generator`: an activation that owns its frame and runs in place.
//!
//! The frame lies behind the struct, laid out as on the value stack: locals, record, operands.
//! Running it is the interpreter loop's business (`thread::Engine::resume`).
//!
//! Answers for CPython's `Objects/genobject.c`.
#![allow(unsafe_code)] // the frame lies behind the struct

mod attributes;
mod coroutine;
mod resume;

use std::cell::Cell;

use taipan_layout::{Frame, Header, Word};

pub use async_generator::{ASYNC_GENERATOR, WrappedValue, wrap};
pub use coroutine::{COROUTINE_WRAPPER, await_iterator};
pub use resume::{close_generator, resume, stopped, throw_exception};

use crate::inside::Inside;
use crate::native::MethodDef;
use crate::protocol;
use crate::thread::{Handled, Thread};
use crate::typeobject::{Held, Slots, Type, TypeDef, TypeFlags, Visitor};
use crate::types::code::Code;
use crate::types::object::OBJECT_SLOTS;
use crate::value::{Outcome, Ref, Value};

/// Where a generator stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum State {
    /// Not started.
    Created,
    /// At a `yield`.
    Suspended,
    /// At a `yield from` or `await`.
    Delegating,
    /// Running.
    Running,
    /// Finished.
    Closed,
}

/// A generator object. `repr(C)`: the interpreter loop reads it.
#[repr(C)]
pub struct Generator {
    head: Header,
    /// The frame's record, behind the struct.
    pub frame: *mut Frame,
    /// Its entry in the chain of handled exceptions.
    pub handled: Handled,
    /// Where it stands.
    pub state: Cell<State>,
    /// The code, kept after the frame is gone.
    pub code: Value,
    /// `__name__` and `__qualname__`
    pub names: Inside<[Value; 2]>,
    /// `cr_origin` of a coroutine; what an asynchronous generator calls instead of ending by itself.
    pub extra: Inside<Option<Value>>,
    /// Whether an asynchronous generator has met the hooks.
    hooked: Cell<bool>,
    /// Whether an asynchronous generator was closed or has ended.
    exhausted: Cell<bool>,
    /// Whether something awaits the next value of an asynchronous generator: `ag_running`.
    iterating: Cell<bool>,
    // The frame's words follow.
}

crate::object!(Generator, GENERATOR);

macro_rules! generator_type {
    ($(#[$doc:meta])* $ty:ident $name:literal [$($methods:expr),*] [$($getset:expr),*] $members:expr, $slots:expr) => {
        $(#[$doc])*
        pub static $ty: Type = Type::new::<Generator>(
            &TypeDef {
                methods: &[&[SIZEOF], $($methods),*],
                getset: &[$($getset),*],
                members: $members,
                ..TypeDef::new($name)
            },
            TypeFlags::CONTAINER.union(TypeFlags::WEAKREF).union(TypeFlags::FINALIZES),
            Slots {
                drop: drop_generator,
                traverse: traverse_generator,
                new: None,
                finalize: Some(finalize),
                repr: Some(repr),
                ..$slots
            },
        );
    };
}

mod async_generator; // behind the macro, which it uses

generator_type!(
    /// The type `generator`.
    GENERATOR "generator"
    [resume::GENERATOR_METHODS, &[GENERATOR_CLASS_GETITEM]]
    [attributes::GENERATOR_GETSET, attributes::GENERATOR_RUNNING]
    &[],
    Slots { iter: Some(|_, object| Ok(object.to_value())), next: Some(resume::next), ..OBJECT_SLOTS });
generator_type!(
    /// The type `coroutine`.
    COROUTINE "coroutine"
    [resume::COROUTINE_METHODS, &[COROUTINE_CLASS_GETITEM]]
    [attributes::COROUTINE_GETSET, attributes::COROUTINE_RUNNING]
    attributes::COROUTINE_MEMBERS,
    Slots { r#await: Some(coroutine::wrapper), ..OBJECT_SLOTS });

const GENERATOR_CLASS_GETITEM: MethodDef = crate::types::genericalias::class_getitem(Some(
    "generators are generic over the types of their yield, send, and return values",
));

const COROUTINE_CLASS_GETITEM: MethodDef = crate::types::genericalias::class_getitem(Some(
    "coroutines are generic over the types of their yield, send, and return values",
));

/// gen.__sizeof__() -> size of gen in memory, in bytes
#[taipan_macros::native(signature = "($self, /)", name = "__sizeof__")]
fn sizeof(_: &mut Thread, this: Ref<'_>) -> usize {
    let own = generator(this);
    let words = own.code.downcast::<Code>().map_or(0, |code| code.frame_words as usize + 1);
    size_of::<Generator>() + words * 8
}

/// The generator behind an object of one of the types, which share a layout.
pub fn find<'a>(object: Ref<'a>) -> Option<&'a Generator> {
    let header = object.header()?;
    let ty = object.ty();
    let known = ty.is(&GENERATOR) || ty.is(&COROUTINE) || ty.is(&ASYNC_GENERATOR);
    // SAFETY: the three types have this layout and cannot be derived from.
    known.then(|| unsafe { &*std::ptr::from_ref(header).cast() })
}

fn generator<'a>(object: Ref<'a>) -> &'a Generator {
    find(object).expect("the descriptor checks the receiver")
}

impl Generator {
    /// The words that the frame holds: locals, then operands.
    unsafe fn words(&self) -> impl Iterator<Item = *mut Word> {
        // SAFETY: the frame is suspended or was never started, so its record is up to date.
        unsafe {
            let frame = self.frame;
            let code = &*(*frame).code.cast::<Code>();
            let locals = (*frame).locals;
            let operands: *mut Word = frame.add(1).cast();
            let count = (*frame).sp.offset_from(operands) as usize;
            (0..code.locals as usize)
                .map(move |index| locals.add(index))
                .chain((0..count).map(move |index| operands.add(index)))
        }
    }

    /// Gives back what the frame holds, which will not run again.
    pub fn finish(&self) {
        self.state.set(State::Closed);
        // SAFETY: the frame does not run; each word is given up once.
        unsafe {
            if !(*self.frame).object.is_null() {
                crate::types::frame::leave(None, self.frame);
            }
            for word in self.words() {
                crate::heap::release(word.replace(Word::NULL));
            }
            (*self.frame).sp = self.frame.add(1).cast();
            let function = std::mem::replace(&mut (*self.frame).function, std::ptr::null());
            if !function.is_null() {
                crate::heap::release(Word::counted(function));
            }
        }
    }

    /// What a delegating generator waits for.
    pub fn delegate(&self) -> Option<Value> {
        if self.state.get() != State::Delegating {
            return None;
        }
        // SAFETY: a delegating frame's topmost operand is what it waits for.
        unsafe { Ref::from_slot(*(*self.frame).sp.sub(1)).map(|receiver| receiver.to_value()) }
    }

    fn is_coroutine(&self) -> bool {
        std::ptr::eq(self.head.ty.get().cast(), &COROUTINE)
    }

    fn is_async(&self) -> bool {
        std::ptr::eq(self.head.ty.get().cast(), &ASYNC_GENERATOR)
    }

    fn kind(&self) -> &'static str {
        if self.is_async() {
            "async generator"
        } else if self.is_coroutine() {
            "coroutine"
        } else {
            "generator"
        }
    }
}

unsafe fn drop_generator(object: *mut Header) {
    // SAFETY: the object is dead; each count is given up once.
    unsafe {
        let own = object.cast::<Generator>();
        if (*own).state.get() != State::Closed {
            (*own).finish();
        }
        crate::heap::release((*own).handled.value);
        std::ptr::drop_in_place(own);
    }
}

unsafe fn traverse_generator(object: *const Header, visitor: &mut Visitor<'_>) {
    // SAFETY: the object is live.
    unsafe {
        let own = &*object.cast::<Generator>();
        visitor.visit(&own.code);
        own.names.traversed(visitor).report(visitor);
        visitor.option(own.extra.traversed(visitor));
        visitor.word(own.handled.value);
        if matches!(own.state.get(), State::Created | State::Suspended | State::Delegating) {
            (visitor.each)((*own.frame).function.cast_mut());
            if !(*own.frame).object.is_null() {
                (visitor.each)((*own.frame).object);
            }
            for word in own.words() {
                visitor.word(*word);
            }
        }
    }
}

fn finalize(thread: &mut Thread, object: Ref<'_>) {
    let own = generator(object);
    if matches!(own.state.get(), State::Closed | State::Running) {
        return;
    }
    let outer = thread.take_exception();
    if own.is_async()
        && !own.exhausted.get()
        && let Some(finalizer) = own.extra.view(thread).clone()
    {
        // Whoever runs the generator ends it.
        if protocol::call(thread, finalizer.as_ref(), &[object]).is_err() {
            thread.unraisable(object);
        }
        thread.exception = outer;
        return;
    }
    if own.state.get() == State::Created {
        if own.is_coroutine() {
            coroutine::warn_never_awaited(thread, object);
        }
        own.finish();
    } else if close_generator(thread, object).is_err() {
        thread.unraisable_while("while closing generator", object);
    }
    thread.exception = outer;
}

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let own = generator(object);
    let name = own.names.view(thread)[1].clone();
    let (name, kind) = (protocol::str_string(thread, name.as_ref())?, object.ty().name());
    thread.str(&format!("<{kind} object {name} at {:#x}>", protocol::id(object)))
}

impl Thread {
    /// A generator with room for the frame of `code`; its record and words are not set yet.
    pub fn generator(&mut self, ty: &'static Type, code: &Code, names: [Value; 2]) -> Outcome {
        let size = size_of::<Generator>() + code.frame_words as usize * 8 + 8;
        let Some(memory) = self.heap().allocate(size, ty.kind()) else { return Err(self.no_memory()) };
        let code_value = Ref::of(code).to_value();
        // SAFETY: fresh memory of the right size; the count goes to the value. The record lies behind
        // the locals, in the words that follow the struct.
        unsafe {
            let own = memory.cast::<Generator>();
            let words: *mut Word = own.add(1).cast();
            own.write(Generator {
                head: Header::new(std::ptr::from_ref(ty).cast()),
                frame: words.add(code.locals as usize).cast(),
                handled: Handled { value: Word::NULL, previous: std::ptr::null_mut() },
                state: Cell::new(State::Created),
                code: code_value,
                names: Inside::new(names),
                extra: Inside::new(None),
                hooked: Cell::new(false),
                exhausted: Cell::new(false),
                iterating: Cell::new(false),
            });
            Ok(Value::from_word(Word::counted(own.cast())))
        }
    }
}
