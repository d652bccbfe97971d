//! Resuming generators and coroutines: `send`, `throw`, `close`.

use taipan_macros::native;

use super::{Generator, State, find, generator};
use crate::native::{Args, Binding, MethodDef, NativeCall};
use crate::protocol;
use crate::thread::{Resumed, Thread};
use crate::typeobject::{Type, TypeFlags};
use crate::types::exception::{
    DEPRECATION_WARNING, Exception, GENERATOR_EXIT, STOP_ASYNC_ITERATION, STOP_ITERATION, stop_value,
};
use crate::types::traceback::Traceback;
use crate::value::{Outcome, Raised, Ref, Value};

/// The methods of generators.
pub(super) const GENERATOR_METHODS: &[MethodDef] = &[SEND, THROW_GENERATOR, CLOSE_GENERATOR];
/// The methods of coroutines.
pub(super) const COROUTINE_METHODS: &[MethodDef] = &[SEND_COROUTINE, THROW_COROUTINE, CLOSE_COROUTINE];

const THROW_GENERATOR: MethodDef = MethodDef {
    name: "throw",
    doc: Some(
        "throw(value)\nthrow(type[,value[,tb]])\n\nRaise exception in generator, return next yielded value or raise\nStopIteration.\nthe (type, val, tb) signature is deprecated, \nand may be removed in a future version of Python.",
    ),
    signature: None,
    call: NativeCall::Many(throw),
    binding: Binding::Instance,
};

const THROW_COROUTINE: MethodDef = MethodDef {
    name: "throw",
    doc: Some(
        "throw(value)\nthrow(type[,value[,traceback]])\n\nRaise exception in coroutine, return next iterated value or raise\nStopIteration.\nthe (type, val, tb) signature is deprecated, \nand may be removed in a future version of Python.",
    ),
    signature: None,
    call: NativeCall::Many(throw),
    binding: Binding::Instance,
};

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
            if own.is_coroutine() {
                drop(thread.take_exception());
                return Err(thread.runtime_error("cannot reuse already awaited coroutine"));
            }
            if value.is_none() {
                return Err(Raised::assume());
            }
            return Ok(Resumed::Returned(Value::none()));
        }
        State::Created if value.as_ref().is_some_and(|value| !value.as_ref().is_none()) => {
            let kind = own.kind();
            return Err(thread.type_error(format!("can't send non-None value to a just-started {kind}")));
        }
        _ => {}
    }
    thread.check_native_stack()?;
    (thread.interp().engine.resume)(thread, object, value)
}

pub(super) fn next(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    match resume(thread, object, Some(Value::none()))? {
        Resumed::Yielded(value) => Ok(Some(value)),
        Resumed::Returned(value) if value.as_ref().is_none() => Ok(None),
        Resumed::Returned(value) => Err(thread.stop_iteration(Some(value))),
    }
}

/// What a resumed generator's method answers: the value, or StopIteration with what was returned.
pub fn stopped(thread: &mut Thread, object: Ref<'_>, resumed: Resumed) -> Outcome {
    match resumed {
        Resumed::Yielded(value) => Ok(value),
        Resumed::Returned(_) if generator(object).is_async() => Err(thread.raise_bare(&STOP_ASYNC_ITERATION)),
        Resumed::Returned(value) if value.as_ref().is_none() => Err(thread.stop_iteration(None)),
        Resumed::Returned(value) => Err(thread.stop_iteration(Some(value))),
    }
}

/// send(value) -> send 'value' into generator,
/// return next yielded value or raise StopIteration.
#[native(signature = "($self, object, /)")]
fn send(thread: &mut Thread, this: Ref<'_>, object: Ref<'_>) -> Outcome {
    let resumed = resume(thread, this, Some(object.to_value()))?;
    stopped(thread, this, resumed)
}

/// send(arg) -> send 'arg' into coroutine,
/// return next iterated value or raise StopIteration.
#[native(signature = "($self, object, /)", name = "send")]
pub(super) fn send_coroutine(thread: &mut Thread, this: Ref<'_>, object: Ref<'_>) -> Outcome {
    send(thread, this, object)
}

/// The exception that `throw` is called with; `method` names it in messages.
pub(super) fn thrown(thread: &mut Thread, method: &str, args: Args<'_>) -> Outcome {
    args.no_keywords(thread, method)?;
    let given = args.all();
    if given.is_empty() {
        return Err(thread.type_error(format!("{method} expected at least 1 argument, got 0")));
    }
    if given.len() > 3 {
        let count = given.len();
        return Err(thread.type_error(format!("{method} expected at most 3 arguments, got {count}")));
    }
    if given.len() > 1 {
        let message = format!(
            "the (type, exc, tb) signature of {method}() is deprecated, use the single-arg signature instead."
        );
        protocol::warn(thread, &DEPRECATION_WARNING, &message, 1)?;
    }
    thrown_silently(thread, given)
}

/// The exception that one to three arguments name.
pub(super) fn thrown_silently(thread: &mut Thread, given: &[Ref<'_>]) -> Outcome {
    let first = given[0];
    let traceback = given.get(2).filter(|traceback| !traceback.is_none());
    if traceback.is_some_and(|traceback| traceback.downcast::<Traceback>().is_none()) {
        return Err(thread.type_error("throw() third argument must be a traceback object"));
    }
    let value = given.get(1).filter(|value| !value.is_none());
    let exception = match first.downcast::<Type>() {
        Some(ty) if ty.flags().contains(TypeFlags::EXCEPTION) => match value {
            Some(value) if value.ty().is_subtype(thread, ty) => value.to_value(),
            Some(value) => match value.downcast::<crate::types::tuple::Tuple>() {
                Some(arguments) => protocol::call(thread, first, arguments.items())?,
                None => protocol::call(thread, first, &[*value])?,
            },
            None => protocol::call(thread, first, &[])?,
        },
        _ if first.downcast::<Exception>().is_some() => {
            if value.is_some() {
                return Err(thread.type_error("instance exception may not have a separate value"));
            }
            first.to_value()
        }
        _ => {
            let ty = first.ty().name().into_owned();
            return Err(thread.type_error(format!(
                "exceptions must be classes or instances deriving from BaseException, not {ty}"
            )));
        }
    };
    if let (Some(traceback), Some(own)) = (traceback, exception.downcast::<Exception>()) {
        own.set_traceback(thread, Some(traceback.to_value()));
    }
    Ok(exception)
}

pub(super) fn throw<'a>(thread: &mut Thread, this: Ref<'a>, args: Args<'a>) -> Outcome {
    let exception = thrown(thread, "throw", args)?;
    let resumed = throw_exception(thread, this, exception, true)?;
    stopped(thread, this, resumed)
}

/// Raises an exception where a generator waits, or in what it delegates to.
/// GeneratorExit closes what it delegates to, unless `close_on_exit` is off.
pub fn throw_exception(
    thread: &mut Thread,
    object: Ref<'_>,
    exception: Value,
    close_on_exit: bool,
) -> Outcome<Resumed> {
    let own = generator(object);
    if let Some(inner) = own.delegate() {
        thread.check_native_stack()?;
        if close_on_exit && exception.as_ref().ty().is_subtype(thread, &GENERATOR_EXIT) {
            own.state.set(State::Running);
            let closed = close_iterator(thread, inner.as_ref());
            own.state.set(State::Delegating);
            if closed.is_err() {
                return resume(thread, object, None);
            }
        } else if let Some(answer) = throw_inner(thread, own, inner.as_ref(), &exception, close_on_exit)? {
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
    close_on_exit: bool,
) -> Outcome<Option<Value>> {
    if find(inner).is_some_and(|inner| !inner.is_async()) {
        own.state.set(State::Running);
        let resumed = throw_exception(thread, inner, exception.clone(), close_on_exit);
        let answer = resumed.and_then(|resumed| stopped(thread, inner, resumed));
        own.state.set(State::Delegating);
        return Ok(answer.ok());
    }
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

/// `close()`: ends a generator by GeneratorExit; answers what it returned then.
pub fn close_generator(thread: &mut Thread, object: Ref<'_>) -> Outcome {
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
    match throw_exception(thread, object, exit, true) {
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
#[native(signature = "($self, /)", name = "close")]
fn close_generator_(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    close_generator(thread, this)
}
const CLOSE_GENERATOR: MethodDef = CLOSE_GENERATOR_;

/// close() -> raise GeneratorExit inside coroutine.
#[native(signature = "($self, /)", name = "close")]
pub(super) fn close_coroutine(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    close_generator(thread, this)
}
