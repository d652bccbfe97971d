//! `generator` and `coroutine`: an activation that owns its frame and runs in place.
//!
//! The frame lies behind the struct, laid out as on the value stack: locals, record, operands.
//! Running it is the interpreter loop's business (`thread::Engine::resume`).
//!
//! Answers for CPython's `Objects/genobject.c`.
#![allow(unsafe_code)] // the frame lies behind the struct

use std::cell::Cell;

use taipan_layout::{Frame, Header, Word};
use taipan_macros::{getter, native};

use crate::native::{Args, GetSetDef, MethodDef};
use crate::protocol;
use crate::thread::{Handled, Resumed, Thread};
use crate::typeobject::{Slots, Type, TypeDef, TypeFlags, Visitor};
use crate::types::code::Code;
use crate::types::exception::{Exception, GENERATOR_EXIT, STOP_ITERATION, stop_value};
use crate::types::object::OBJECT_SLOTS;
use crate::value::{Outcome, Raised, Ref, Value};

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
    /// `__name__`
    pub name: Value,
    /// `__qualname__`
    pub qualname: Value,
    // The frame's words follow.
}

crate::object!(Generator, GENERATOR);

macro_rules! generator_type {
    ($(#[$doc:meta])* $ty:ident $name:literal [$($methods:expr),*] $slots:expr) => {
        $(#[$doc])*
        pub static $ty: Type = Type::new::<Generator>(
            &TypeDef { methods: &[METHODS, $($methods),*], getset: &[GETSET], ..TypeDef::new($name) },
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

generator_type!(
    /// The type `generator`.
    GENERATOR "generator" [&[GENERATOR_CLASS_GETITEM]]
    Slots { iter: Some(|_, object| Ok(object.to_value())), next: Some(next), ..OBJECT_SLOTS });
generator_type!(
    /// The type `coroutine`.
    COROUTINE "coroutine" [&[COROUTINE_CLASS_GETITEM]]
    Slots { r#await: Some(|_, object| Ok(object.to_value())), ..OBJECT_SLOTS });

const GENERATOR_CLASS_GETITEM: MethodDef = crate::types::genericalias::class_getitem(Some(
    "generators are generic over the types of their yield, send, and return values",
));

const COROUTINE_CLASS_GETITEM: MethodDef = crate::types::genericalias::class_getitem(Some(
    "coroutines are generic over the types of their yield, send, and return values",
));

const METHODS: &[MethodDef] = &[SEND, THROW, CLOSE];
const GETSET: &[GetSetDef] = &[NAME, QUALNAME, GI_CODE, GI_RUNNING, GI_SUSPENDED, GI_YIELDFROM];

/// The generator behind an object of one of the types, which share a layout.
pub fn find<'a>(object: Ref<'a>) -> Option<&'a Generator> {
    let header = object.header()?;
    let ty = object.ty();
    // SAFETY: both types have this layout and cannot be derived from.
    (ty.is(&GENERATOR) || ty.is(&COROUTINE)).then(|| unsafe { &*std::ptr::from_ref(header).cast() })
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

    fn kind(&self) -> &'static str {
        if std::ptr::eq(self.head.ty.get().cast(), &COROUTINE) { "coroutine" } else { "generator" }
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
        visitor.visit(&own.name);
        visitor.visit(&own.qualname);
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
    if own.state.get() == State::Created {
        own.finish();
        return;
    }
    if matches!(own.state.get(), State::Closed | State::Running) {
        return;
    }
    let outer = thread.take_exception();
    if close_generator(thread, object).is_err() {
        thread.unraisable(object);
    }
    thread.exception = outer;
}

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let own = generator(object);
    let name = protocol::str_string(thread, own.qualname.as_ref())?;
    thread.str(&format!("<{} object {name} at {:#x}>", own.kind(), protocol::id(object)))
}

/// Resumes a generator with a value, or with the exception that the thread holds.
pub fn resume(thread: &mut Thread, object: Ref<'_>, value: Option<Value>) -> Outcome<Resumed> {
    let own = generator(object);
    match own.state.get() {
        State::Running => {
            let kind = own.kind();
            drop(thread.take_exception());
            return Err(thread.value_error(format!("{kind} already executing")));
        }
        State::Closed => {
            if value.is_none() {
                return Err(Raised::assume());
            }
            if own.kind() == "coroutine" {
                return Err(thread.runtime_error("cannot reuse already awaited coroutine"));
            }
            return Ok(Resumed::Returned(Value::none()));
        }
        State::Created if value.as_ref().is_some_and(|value| !value.as_ref().is_none()) => {
            let kind = own.kind();
            return Err(thread.type_error(format!("can't send non-None value to a just-started {kind}")));
        }
        State::Created if value.is_none() => {
            own.finish();
            return Err(Raised::assume());
        }
        _ => {}
    }
    thread.check_native_stack()?;
    (thread.interp().engine.resume)(thread, object, value)
}

fn next(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    match resume(thread, object, Some(Value::none()))? {
        Resumed::Yielded(value) => Ok(Some(value)),
        Resumed::Returned(value) if value.as_ref().is_none() => Ok(None),
        Resumed::Returned(value) => Err(thread.stop_iteration(Some(value))),
    }
}

fn result(thread: &mut Thread, resumed: Resumed) -> Outcome {
    match resumed {
        Resumed::Yielded(value) => Ok(value),
        Resumed::Returned(value) if value.as_ref().is_none() => Err(thread.stop_iteration(None)),
        Resumed::Returned(value) => Err(thread.stop_iteration(Some(value))),
    }
}

/// send(arg) -> send 'arg' into generator,
/// return next yielded value or raise StopIteration.
#[native(signature = "($self, arg, /)")]
fn send(thread: &mut Thread, this: Ref<'_>, arg: Ref<'_>) -> Outcome {
    let resumed = resume(thread, this, Some(arg.to_value()))?;
    result(thread, resumed)
}

/// throw(value)
/// throw(type[,value[,tb]])
///
/// Raise exception in generator, return next yielded value or raise
/// StopIteration.
#[native(signature = "($self, *args)")]
fn throw(thread: &mut Thread, this: Ref<'_>, args: Args<'_>) -> Outcome {
    args.no_keywords(thread, "throw")?;
    let &[first, ..] = args.all() else {
        return Err(thread.type_error("throw expected at least 1 argument, got 0"));
    };
    let exception = match first.downcast::<Type>() {
        Some(ty) if ty.flags().contains(TypeFlags::EXCEPTION) => match args.all().get(1) {
            Some(value) if value.downcast::<Exception>().is_some() => value.to_value(),
            Some(value) if !value.is_none() => protocol::call(thread, first, &[*value])?,
            _ => protocol::call(thread, first, &[])?,
        },
        _ if first.downcast::<Exception>().is_some() => first.to_value(),
        _ => {
            let ty = first.ty().name().into_owned();
            return Err(thread.type_error(format!(
                "exceptions must be classes or instances deriving from BaseException, not {ty}"
            )));
        }
    };
    let resumed = throw_exception(thread, this, exception)?;
    result(thread, resumed)
}

/// Raises an exception where a generator waits, or in what it delegates to.
fn throw_exception(thread: &mut Thread, object: Ref<'_>, exception: Value) -> Outcome<Resumed> {
    let own = generator(object);
    if let Some(inner) = own.delegate() {
        thread.check_native_stack()?;
        if exception.as_ref().ty().is_subtype(thread, &GENERATOR_EXIT) {
            own.state.set(State::Running);
            let closed = close_iterator(thread, inner.as_ref());
            own.state.set(State::Delegating);
            if closed.is_err() {
                return resume(thread, object, None);
            }
        } else if let Some(answer) = throw_inner(thread, own, inner.as_ref(), &exception)? {
            return Ok(Resumed::Yielded(answer));
        } else if thread.exception.is_some() {
            return finish_delegation(thread, object);
        }
    }
    thread.raise(exception);
    resume(thread, object, None)
}

/// Throws into what a generator delegates to; none with no exception if that cannot take one.
fn throw_inner(
    thread: &mut Thread,
    own: &Generator,
    inner: Ref<'_>,
    exception: &Value,
) -> Outcome<Option<Value>> {
    let name = thread.names().throw.clone();
    let Some(method) = protocol::find_attribute(thread, inner, name.as_ref())? else { return Ok(None) };
    own.state.set(State::Running);
    let answer = protocol::call(thread, method.as_ref(), &[exception.as_ref()]);
    own.state.set(State::Delegating);
    Ok(answer.ok())
}

/// What a generator delegated to has ended with the thread's exception: its value goes on, or the
/// exception does.
fn finish_delegation(thread: &mut Thread, object: Ref<'_>) -> Outcome<Resumed> {
    if !thread.exception_is(&STOP_ITERATION) {
        return resume(thread, object, None);
    }
    let stop = thread.take_exception().expect("just tested");
    let value = stop_value(thread, stop.as_ref());
    thread.deliver = Some(value.clone());
    resume(thread, object, Some(value))
}

/// `close()` of anything that is delegated to.
fn close_iterator(thread: &mut Thread, inner: Ref<'_>) -> Outcome<()> {
    if find(inner).is_some() {
        return close_generator(thread, inner).map(drop);
    }
    let name = thread.names().close.clone();
    match protocol::find_attribute(thread, inner, name.as_ref())? {
        Some(close) => protocol::call(thread, close.as_ref(), &[]).map(drop),
        None => Ok(()),
    }
}

fn close_generator(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let own = generator(object);
    match own.state.get() {
        State::Created => {
            own.finish();
            return Ok(Value::none());
        }
        State::Closed => return Ok(Value::none()),
        _ => {}
    }
    let exit = protocol::call(thread, GENERATOR_EXIT.as_ref(), &[])?;
    match throw_exception(thread, object, exit) {
        Ok(Resumed::Yielded(_)) => {
            let kind = own.kind();
            Err(thread.runtime_error(format!("{kind} ignored GeneratorExit")))
        }
        Ok(Resumed::Returned(value)) => Ok(value),
        Err(raised) => {
            if thread.exception_is(&GENERATOR_EXIT) || thread.exception_is(&STOP_ITERATION) {
                drop(thread.take_exception());
                return Ok(Value::none());
            }
            Err(raised)
        }
    }
}

/// close() -> raise GeneratorExit inside generator.
#[native(signature = "($self, /)")]
fn close(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    close_generator(thread, this)
}

/// name of the generator
#[getter(name = "__name__")]
fn name(_: &mut Thread, this: Ref<'_>) -> Value {
    generator(this).name.clone()
}

/// qualified name of the generator
#[getter(name = "__qualname__")]
fn qualname(_: &mut Thread, this: Ref<'_>) -> Value {
    generator(this).qualname.clone()
}

#[getter]
fn gi_code(_: &mut Thread, this: Ref<'_>) -> Value {
    generator(this).code.clone()
}

#[getter]
fn gi_running(_: &mut Thread, this: Ref<'_>) -> bool {
    generator(this).state.get() == State::Running
}

#[getter]
fn gi_suspended(_: &mut Thread, this: Ref<'_>) -> bool {
    matches!(generator(this).state.get(), State::Suspended | State::Delegating)
}

/// object being iterated by yield from, or None
#[getter]
fn gi_yieldfrom(_: &mut Thread, this: Ref<'_>) -> Option<Value> {
    generator(this).delegate()
}

impl Thread {
    /// A generator with room for the frame of `code`; its record and words are not set yet.
    pub fn generator(&mut self, ty: &'static Type, code: &Code, names: [Value; 2]) -> Outcome {
        let size = size_of::<Generator>() + code.frame_words as usize * 8 + 8;
        let Some(memory) = self.heap().allocate(size, ty.kind()) else { return Err(self.no_memory()) };
        let [name, qualname] = names;
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
                name,
                qualname,
            });
            Ok(Value::from_word(Word::counted(own.cast())))
        }
    }
}
