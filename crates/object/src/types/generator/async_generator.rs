//! `async_generator`, and what its `__anext__`, `asend`, `athrow` and `aclose` answer.
//!
//! A value that the body yields to its caller is wrapped; what passes unwrapped goes on to whoever runs
//! the event loop. One awaitable at a time may run a generator.

use std::cell::Cell;

use taipan_layout::Header;
use taipan_macros::native;

use super::resume::{resume, stopped, throw_exception, thrown};
use super::{
    Generator, SIZEOF, State, attributes, drop_generator, finalize, generator, repr, traverse_generator,
};
use crate::native::{Args, Binding, MethodDef, NativeCall};
use crate::object;
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{Slots, Type, TypeDef, TypeFlags};
use crate::types::exception::{GENERATOR_EXIT, RUNTIME_WARNING, STOP_ASYNC_ITERATION, STOP_ITERATION};
use crate::types::object::OBJECT_SLOTS;
use crate::value::{Outcome, Raised, Ref, Value};

generator_type!(
/// The type `async_generator`.
ASYNC_GENERATOR "async_generator"
[METHODS]
[attributes::ASYNC_GETSET]
attributes::ASYNC_MEMBERS,
Slots {
    aiter: Some(|_, object| Ok(object.to_value())),
    anext: Some(|thread, object| {
        meet_hooks(thread, object)?;
        awaitable(thread, object, Request::Send(Value::none()))
    }),
    ..OBJECT_SLOTS
});

const METHODS: &[MethodDef] = &[ASEND_METHOD, ATHROW_METHOD, ACLOSE, CLASS_GETITEM];

const CLASS_GETITEM: MethodDef = crate::types::genericalias::class_getitem(Some(
    "async generators are generic over the types of their yield and send values",
));

/// asend(v) -> send 'v' in generator.
#[native(signature = "($self, object, /)", name = "asend")]
fn asend_method(thread: &mut Thread, this: Ref<'_>, object: Ref<'_>) -> Outcome {
    meet_hooks(thread, this)?;
    awaitable(thread, this, Request::Send(object.to_value()))
}

const ATHROW_METHOD: MethodDef = MethodDef {
    name: "athrow",
    doc: Some(
        "athrow(value)\nathrow(type[,value[,tb]])\n\nraise exception in generator.\nthe (type, val, tb) signature is deprecated, \nand may be removed in a future version of Python.",
    ),
    signature: None,
    call: NativeCall::Many(athrow),
    binding: Binding::Instance,
};

fn athrow<'a>(thread: &mut Thread, this: Ref<'a>, args: Args<'a>) -> Outcome {
    args.no_keywords(thread, "athrow")?;
    let count = args.all().len();
    if count == 0 || count > 3 {
        let bound = if count == 0 { "at least 1 argument" } else { "at most 3 arguments" };
        return Err(thread.type_error(format!("athrow expected {bound}, got {count}")));
    }
    if count > 1 {
        let message =
            "the (type, exc, tb) signature of athrow() is deprecated, use the single-arg signature instead.";
        protocol::warn(thread, &crate::types::exception::DEPRECATION_WARNING, message, 1)?;
    }
    meet_hooks(thread, this)?;
    let arguments = thread.tuple_from_refs(args.all())?;
    awaitable(thread, this, Request::Throw(arguments))
}

/// aclose() -> raise GeneratorExit inside generator.
#[native(signature = "($self, /)")]
fn aclose(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    meet_hooks(thread, this)?;
    awaitable(thread, this, Request::Close)
}

/// Before a generator is first iterated, the hooks of `sys.set_asyncgen_hooks` hear of it.
fn meet_hooks(thread: &mut Thread, object: Ref<'_>) -> Outcome<()> {
    let own = generator(object);
    if own.hooked.replace(true) {
        return Ok(());
    }
    let [first_iteration, finalizer] = thread.asyncgen_hooks.clone();
    if finalizer.is_some() {
        let old = std::mem::replace(own.extra.change(thread), finalizer);
        drop(old);
    }
    match first_iteration {
        Some(hook) => protocol::call(thread, hook.as_ref(), &[object]).map(drop),
        None => Ok(()),
    }
}

/// A value that the body of an asynchronous generator yields.
#[repr(C)]
pub struct WrappedValue {
    head: Header,
    value: Value,
}

object!(WrappedValue, WRAPPED_VALUE, holds: value);

/// The type `async_generator_wrapped_value`.
pub static WRAPPED_VALUE: Type = Type::new::<WrappedValue>(
    &TypeDef::new("async_generator_wrapped_value"),
    TypeFlags::CONTAINER,
    Slots { new: None, ..Slots::holding::<WrappedValue>() },
);

/// Wraps a value that an asynchronous generator yields.
pub fn wrap(thread: &mut Thread, value: Ref<'_>) -> Outcome {
    let value = value.to_value();
    thread.new_object(|head| WrappedValue { head, value })
}

/// What an awaitable asks of its generator.
enum Request {
    /// `__anext__` or `asend`.
    Send(Value),
    /// `athrow`, with its arguments.
    Throw(Value),
    /// `aclose`.
    Close,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// Not awaited yet.
    New,
    /// At work.
    Iterating,
    /// Over.
    Closed,
}

/// What `asend`, `athrow` and their kin answer.
#[repr(C)]
pub struct Awaitable {
    head: Header,
    generator: Value,
    request: Request,
    progress: Cell<Progress>,
}

object!(Awaitable, ASEND);

impl crate::typeobject::Traverse for Awaitable {
    fn traverse(&self, visitor: &mut crate::typeobject::Visitor<'_>) {
        visitor.visit(&self.generator);
        match &self.request {
            Request::Send(value) | Request::Throw(value) => visitor.visit(value),
            Request::Close => {}
        }
    }
}

macro_rules! awaitable_type {
    ($(#[$doc:meta])* $ty:ident $name:literal) => {
        $(#[$doc])*
        pub static $ty: Type = Type::new::<Awaitable>(
            &TypeDef { methods: &[AWAITABLE_METHODS], ..TypeDef::new($name) },
            TypeFlags::CONTAINER.union(TypeFlags::WEAKREF).union(TypeFlags::FINALIZES),
            Slots {
                new: None,
                finalize: Some(finalize_awaitable),
                iter: Some(|_, object| Ok(object.to_value())),
                next: Some(|thread, object| advance(thread, object, Ref::none()).map(Some)),
                r#await: Some(|_, object| Ok(object.to_value())),
                ..Slots::holding::<Awaitable>()
            },
        );
    };
}

awaitable_type!(
    /// The type `async_generator_asend`.
    ASEND "async_generator_asend");
awaitable_type!(
    /// The type `async_generator_athrow`.
    ATHROW "async_generator_athrow");

/// The struct of `async_generator_athrow`: that of `async_generator_asend`, of another type.
#[repr(transparent)]
struct Throwing(Awaitable);

// SAFETY: `repr(C)` within, the header first.
unsafe impl crate::value::Object for Throwing {
    const TYPE: &'static Type = &ATHROW;
}

fn awaitable(thread: &mut Thread, generator: Ref<'_>, request: Request) -> Outcome {
    let generator = generator.to_value();
    let progress = Cell::new(Progress::New);
    match request {
        Request::Send(_) => thread.new_object(|head| Awaitable { head, generator, request, progress }),
        _ => thread.new_object(|head| Throwing(Awaitable { head, generator, request, progress })),
    }
}

fn own<'a>(object: Ref<'a>) -> &'a Awaitable {
    let header = object.header().expect("an object");
    debug_assert!(object.ty().is(&ASEND) || object.ty().is(&ATHROW));
    // SAFETY: both types have this layout and cannot be derived from; only their slots lead here.
    unsafe { &*std::ptr::from_ref(header).cast() }
}

impl Awaitable {
    fn method(&self) -> &'static str {
        match self.request {
            Request::Send(_) => "asend",
            Request::Throw(_) => "athrow",
            Request::Close => "aclose",
        }
    }

    fn of(&self) -> &Generator {
        generator(self.generator.as_ref())
    }

    fn reused(&self, thread: &mut Thread) -> Raised {
        thread.runtime_error(match self.request {
            Request::Send(_) => "cannot reuse already awaited __anext__()/asend()",
            _ => "cannot reuse already awaited aclose()/athrow()",
        })
    }

    /// Begins, unless something else runs the generator.
    fn begin(&self, thread: &mut Thread) -> Outcome<()> {
        if self.of().iterating.get() {
            self.progress.set(Progress::Closed);
            let method = if self.method() == "asend" { "anext" } else { self.method() };
            return Err(
                thread.runtime_error(format!("{method}(): asynchronous generator is already running"))
            );
        }
        Ok(())
    }

    fn started(&self) {
        self.progress.set(Progress::Iterating);
        self.of().iterating.set(true);
    }

    /// The end: the generator may be run by others again.
    fn over(&self) {
        self.of().iterating.set(false);
        self.progress.set(Progress::Closed);
    }

    /// What came out of the generator, for who awaits: a wrapped value ends the waiting.
    fn unwrap(&self, thread: &mut Thread, outcome: Outcome) -> Outcome {
        let generator = self.of();
        let outcome = match outcome {
            Ok(value) => match value.as_ref().exact::<WrappedValue>() {
                Some(wrapped) => {
                    generator.iterating.set(false);
                    Err(thread.stop_iteration(Some(wrapped.value.clone())))
                }
                None => Ok(value),
            },
            Err(raised) => {
                if thread.exception_is(&STOP_ASYNC_ITERATION) || thread.exception_is(&GENERATOR_EXIT) {
                    generator.exhausted.set(true);
                }
                generator.iterating.set(false);
                Err(raised)
            }
        };
        if outcome.is_err() {
            self.progress.set(Progress::Closed);
        }
        outcome
    }

    /// What came out of a generator that is being closed.
    fn closing(&self, thread: &mut Thread, outcome: Outcome) -> Outcome {
        match outcome {
            Ok(value) if value.as_ref().exact::<WrappedValue>().is_some() => {
                self.over();
                Err(thread.runtime_error("async generator ignored GeneratorExit"))
            }
            Ok(value) => Ok(value),
            Err(raised) => Err(self.ended(thread, raised)),
        }
    }

    /// The end of `aclose` or of `athrow` that was just begun.
    fn ended(&self, thread: &mut Thread, raised: Raised) -> Raised {
        self.over();
        let closes = matches!(self.request, Request::Close);
        if closes && (thread.exception_is(&STOP_ASYNC_ITERATION) || thread.exception_is(&GENERATOR_EXIT)) {
            drop(thread.take_exception());
            return thread.stop_iteration(None);
        }
        raised
    }
}

fn run(thread: &mut Thread, generator: Ref<'_>, value: Ref<'_>) -> Outcome {
    let resumed = resume(thread, generator, Some(value.to_value()))?;
    stopped(thread, generator, resumed)
}

fn throw_into(thread: &mut Thread, generator: Ref<'_>, exception: Value, close_on_exit: bool) -> Outcome {
    let resumed = throw_exception(thread, generator, exception, close_on_exit)?;
    stopped(thread, generator, resumed)
}

/// `send(argument)`
fn advance(thread: &mut Thread, object: Ref<'_>, argument: Ref<'_>) -> Outcome {
    let own = own(object);
    let generator = own.generator.as_ref();
    if own.progress.get() == Progress::Closed {
        return Err(own.reused(thread));
    }
    match &own.request {
        Request::Send(first) => {
            let mut argument = argument;
            if own.progress.get() == Progress::New {
                own.begin(thread)?;
                if argument.is_none() {
                    argument = first.as_ref();
                }
            }
            own.started();
            let outcome = run(thread, generator, argument);
            own.unwrap(thread, outcome)
        }
        Request::Throw(_) | Request::Close if own.of().state.get() == State::Closed => {
            own.progress.set(Progress::Closed);
            Err(thread.stop_iteration(None))
        }
        Request::Throw(arguments) => {
            if own.progress.get() == Progress::New {
                begin_throwing(thread, own, argument)?;
                let arguments = arguments.downcast::<crate::types::tuple::Tuple>().expect("made as a tuple");
                let outcome = match exception_of(thread, arguments.items()) {
                    Ok(exception) => throw_into(thread, generator, exception, false),
                    Err(raised) => Err(raised),
                };
                return own.unwrap(thread, outcome).map_err(|raised| own.ended(thread, raised));
            }
            let outcome = run(thread, generator, argument);
            own.unwrap(thread, outcome)
        }
        Request::Close => {
            let outcome = if own.progress.get() == Progress::New {
                begin_throwing(thread, own, argument)?;
                own.of().exhausted.set(true);
                let exit = protocol::call(thread, GENERATOR_EXIT.as_ref(), &[])?;
                throw_into(thread, generator, exit, false)
            } else {
                run(thread, generator, argument)
            };
            own.closing(thread, outcome)
        }
    }
}

/// The exception that the arguments of `athrow`, already warned of, name.
fn exception_of(thread: &mut Thread, arguments: &[Ref<'_>]) -> Outcome {
    match arguments {
        [_] => thrown(thread, "athrow", Args::positional(arguments)),
        _ => super::resume::thrown_silently(thread, arguments),
    }
}

fn begin_throwing(thread: &mut Thread, own: &Awaitable, argument: Ref<'_>) -> Outcome<()> {
    own.begin(thread)?;
    if own.of().exhausted.get() {
        own.progress.set(Progress::Closed);
        return Err(thread.raise_bare(&STOP_ASYNC_ITERATION));
    }
    if !argument.is_none() {
        return Err(thread.runtime_error("can't send non-None value to a just-started coroutine"));
    }
    own.started();
    Ok(())
}

const AWAITABLE_METHODS: &[MethodDef] = &[SEND, THROW, CLOSE];

/// send(value) -> send 'value' into generator,
/// return next yielded value or raise StopIteration.
#[native(signature = "($self, object, /)")]
fn send(thread: &mut Thread, this: Ref<'_>, object: Ref<'_>) -> Outcome {
    advance(thread, this, object)
}

const THROW: MethodDef = MethodDef {
    name: "throw",
    doc: Some(
        "throw(value)\nthrow(type[,value[,tb]])\n\nRaise exception in generator, return next yielded value or raise\nStopIteration.\nthe (type, val, tb) signature is deprecated, \nand may be removed in a future version of Python.",
    ),
    signature: None,
    call: NativeCall::Many(throw),
    binding: Binding::Instance,
};

fn throw<'a>(thread: &mut Thread, this: Ref<'a>, args: Args<'a>) -> Outcome {
    let own = own(this);
    if own.progress.get() == Progress::Closed {
        return Err(own.reused(thread));
    }
    if own.progress.get() == Progress::New {
        own.begin(thread)?;
        own.started();
    }
    let outcome = match thrown(thread, "throw", args) {
        Ok(exception) => throw_into(thread, own.generator.as_ref(), exception, true),
        Err(raised) => Err(raised),
    };
    match own.request {
        Request::Close => own.closing(thread, outcome),
        _ => own.unwrap(thread, outcome),
    }
}

/// close() -> raise GeneratorExit inside generator.
#[native(signature = "($self, /)")]
fn close(thread: &mut Thread, this: Ref<'_>) -> Outcome<()> {
    if own(this).progress.get() == Progress::Closed {
        return Ok(());
    }
    let exit = protocol::call(thread, GENERATOR_EXIT.as_ref(), &[])?;
    let arguments = [exit.as_ref()];
    match throw(thread, this, Args::positional(&arguments)) {
        Ok(_) => Err(thread.runtime_error("coroutine ignored GeneratorExit")),
        Err(raised) => {
            let expected = [&STOP_ITERATION, &STOP_ASYNC_ITERATION, &GENERATOR_EXIT];
            if !expected.iter().any(|ty| thread.exception_is(ty)) {
                return Err(raised);
            }
            drop(thread.take_exception());
            Ok(())
        }
    }
}

/// Warns of an awaitable that was never awaited.
fn finalize_awaitable(thread: &mut Thread, object: Ref<'_>) {
    let own = own(object);
    if own.progress.get() != Progress::New || own.of().state.get() == State::Closed {
        return;
    }
    let outer = thread.take_exception();
    if warn(thread, own).is_err() {
        thread.unraisable(own.generator.as_ref());
    }
    thread.exception = outer;
}

fn warn(thread: &mut Thread, own: &Awaitable) -> Outcome<()> {
    let qualname = own.of().names.view(thread)[1].clone();
    let qualname = protocol::repr_string(thread, qualname.as_ref())?;
    let message = format!("coroutine method '{}' of {qualname} was never awaited", own.method());
    protocol::warn(thread, &RUNTIME_WARNING, &message, 1)
}
