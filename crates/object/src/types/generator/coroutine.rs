//! What is a coroutine's alone: the iterator that `__await__` answers, the warning about one that was
//! never awaited, and what `await` takes.

use taipan_code::co;
use taipan_layout::Header;
use taipan_macros::native;

use super::{COROUTINE, find, generator, resume};
use crate::native::{Args, Binding, MethodDef, NativeCall};
use crate::object;
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{Slots, Type, TypeDef, TypeFlags};
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::exception::RUNTIME_WARNING;
use crate::value::{Outcome, Ref, Value};

/// What `coroutine.__await__()` answers.
#[repr(C)]
pub struct CoroutineWrapper {
    head: Header,
    coroutine: Value,
}

object!(CoroutineWrapper, COROUTINE_WRAPPER, holds: coroutine);

/// The type `coroutine_wrapper`.
pub static COROUTINE_WRAPPER: Type = Type::new::<CoroutineWrapper>(
    &TypeDef {
        doc: Some("A wrapper object implementing __await__ for coroutines."),
        methods: &[METHODS],
        ..TypeDef::new("coroutine_wrapper")
    },
    TypeFlags::CONTAINER,
    Slots {
        new: None,
        iter: Some(|_, object| Ok(object.to_value())),
        next: Some(|thread, object| resume::next(thread, inner(object).as_ref())),
        ..Slots::holding::<CoroutineWrapper>()
    },
);

fn inner<'a>(object: Ref<'a>) -> &'a Value {
    &object.downcast::<CoroutineWrapper>().expect("the slot of coroutine wrappers").coroutine
}

pub(super) fn wrapper(thread: &mut Thread, coroutine: Ref<'_>) -> Outcome {
    let coroutine = coroutine.to_value();
    thread.new_object(|head| CoroutineWrapper { head, coroutine })
}

const METHODS: &[MethodDef] = &[SEND, THROW, CLOSE];

/// send(arg) -> send 'arg' into coroutine,
/// return next iterated value or raise StopIteration.
#[native(signature = "($self, object, /)")]
fn send(thread: &mut Thread, this: Ref<'_>, object: Ref<'_>) -> Outcome {
    resume::send_coroutine(thread, inner(this).as_ref(), object)
}

const THROW: MethodDef = MethodDef {
    name: "throw",
    doc: Some(
        "throw(value)\nthrow(type[,value[,traceback]])\n\nRaise exception in coroutine, return next iterated value or raise\nStopIteration.\nthe (type, val, tb) signature is deprecated, \nand may be removed in a future version of Python.",
    ),
    signature: None,
    call: NativeCall::Many(throw),
    binding: Binding::Instance,
};

fn throw<'a>(thread: &mut Thread, this: Ref<'a>, args: Args<'a>) -> Outcome {
    resume::throw(thread, inner(this).as_ref(), args)
}

/// close() -> raise GeneratorExit inside coroutine.
#[native(signature = "($self, /)")]
fn close(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    resume::close_coroutine(thread, inner(this).as_ref())
}

/// Warns of a coroutine that ends without having been awaited.
pub(super) fn warn_never_awaited(thread: &mut Thread, coroutine: Ref<'_>) {
    if warn(thread, coroutine).is_err() {
        thread.unraisable_while("while finalizing coroutine", coroutine);
    }
}

fn warn(thread: &mut Thread, coroutine: Ref<'_>) -> Outcome<()> {
    let key = thread.intern("warnings")?;
    let modules = thread.interp().modules().downcast::<Dict>();
    if let Some(module) = match modules {
        Some(modules) => modules.get(thread, key.as_ref())?,
        None => None,
    } {
        let name = thread.intern("_warn_unawaited_coroutine")?;
        if let Some(function) = protocol::find_attribute(thread, module.as_ref(), name.as_ref())? {
            return protocol::call(thread, function.as_ref(), &[coroutine]).map(drop);
        }
    }
    let name = generator(coroutine).names.view(thread)[1].clone();
    let name = protocol::str_string(thread, name.as_ref())?;
    protocol::warn(thread, &RUNTIME_WARNING, &format!("coroutine '{name}' was never awaited"), 1)
}

/// The iterator that `await object` runs; `what` words the error for what cannot be awaited.
pub fn await_iterator(thread: &mut Thread, object: Ref<'_>, what: impl FnOnce(&str) -> String) -> Outcome {
    if is_awaitable_generator(object) {
        return Ok(object.to_value());
    }
    let Some(get) = object.ty().slots().r#await else {
        let message = what(&object.ty().name());
        return Err(thread.type_error(message));
    };
    let value = get(thread, object)?;
    let iterator = value.as_ref();
    if is_awaitable_generator(iterator) {
        return Err(thread.type_error("__await__() returned a coroutine"));
    }
    if iterator.ty().slots().next.is_none() {
        let ty = iterator.ty().name();
        return Err(thread.type_error(format!("__await__() returned non-iterator of type '{ty}'")));
    }
    Ok(value)
}

/// Whether the object is a coroutine, or a generator that `types.coroutine` marked.
fn is_awaitable_generator(object: Ref<'_>) -> bool {
    object.ty().is(&COROUTINE)
        || find(object)
            .and_then(|own| own.code.downcast::<Code>())
            .is_some_and(|code| code.flags & co::ITERABLE_COROUTINE != 0)
}
