//! Raising and handling exceptions, context managers.

use taipan_layout::Word;
use taipan_object::typeobject::{Type, TypeFlags};
use taipan_object::types::exception::{ASSERTION_ERROR, Exception, NOT_IMPLEMENTED_ERROR};
use taipan_object::types::tuple::{TUPLE, Tuple};
use taipan_object::value::own;
use taipan_object::{Outcome, Ref, Thread, Value, heap, protocol};

use super::local::own_operand;
use crate::dispatch::{arg, attempt, cold_handlers, leave, native_handlers, next};
use crate::unwind::AGAIN;

/// Whether `object` is a class of exceptions.
fn is_exception_class(object: Ref<'_>) -> bool {
    object.downcast::<Type>().is_some_and(|ty| ty.flags().contains(TypeFlags::EXCEPTION))
}

/// The exception that `raise object` means: an instance, made from a class if need be.
fn instance_of(thread: &mut Thread, object: Ref<'_>, message: &str) -> Outcome {
    if is_exception_class(object) {
        let value = protocol::call(thread, object, &[])?;
        if value.downcast::<Exception>().is_none() {
            let class = protocol::repr_string(thread, object)?;
            let ty = protocol::repr_string(thread, value.as_ref().ty().as_ref())?;
            return Err(thread.type_error(format!(
                "calling {class} should have returned an instance of BaseException, not {ty}"
            )));
        }
        return Ok(value);
    }
    if object.downcast::<Exception>().is_some() {
        return Ok(object.to_value());
    }
    Err(thread.type_error(message))
}

/// `raise exception from cause`
fn raise(thread: &mut Thread, exception: Option<Ref<'_>>, cause: Option<Ref<'_>>) -> Outcome<()> {
    let Some(exception) = exception else {
        return match thread.handled_exception() {
            Some(value) => {
                thread.exception = Some(value);
                Err(taipan_object::Raised::assume())
            }
            None => Err(thread.runtime_error("No active exception to reraise")),
        };
    };
    let value = instance_of(thread, exception, "exceptions must derive from BaseException")?;
    if let Some(cause) = cause {
        let fixed = if cause.is_none() {
            None
        } else {
            Some(instance_of(thread, cause, "exception causes must derive from BaseException")?)
        };
        let parts = value.downcast::<Exception>().expect("checked").parts.change(thread);
        parts.suppress_context = true;
        let old = std::mem::replace(&mut parts.cause, fixed);
        drop(old);
    }
    Err(thread.raise(value))
}

/// Whether the exception matches what an `except` clause names.
pub(super) fn matches(thread: &mut Thread, exception: Ref<'_>, wanted: Ref<'_>) -> Outcome<bool> {
    const MESSAGE: &str = "catching classes that do not inherit from BaseException is not allowed";
    if let Some(all) = wanted.downcast::<Tuple>() {
        for one in all.items() {
            if !is_exception_class(*one) {
                return Err(thread.type_error(MESSAGE));
            }
        }
        for one in all.items() {
            if exception.ty().is_subtype(thread, one.downcast::<Type>().expect("checked")) {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if !is_exception_class(wanted) {
        return Err(thread.type_error(MESSAGE));
    }
    Ok(exception.ty().is_subtype(thread, wanted.downcast::<Type>().expect("checked")))
}

/// The method behind `LOAD_SPECIAL`: looked up on the type, unbound where it is a plain function.
fn special(thread: &mut Thread, owner: Ref<'_>, which: usize) -> Outcome<(Value, bool)> {
    let names = thread.names();
    let name = [&names.__enter__, &names.__exit__, &names.__aenter__, &names.__aexit__][which & 3];
    if let Some(found) = owner.ty().lookup_value(thread, name) {
        if found.as_ref().ty().flags().contains(TypeFlags::METHOD_DESCRIPTOR) {
            return Ok((found, true));
        }
        let get = found.as_ref().ty().slots().descr_get;
        return match get {
            Some(get) => Ok((get(thread, found.as_ref(), Some(owner), Some(owner.ty().as_ref()))?, false)),
            None => Ok((found, false)),
        };
    }
    let ty = owner.ty().fully_qualified_name(thread);
    let (protocol, missing) = match which {
        0 => ("context manager", "__enter__"),
        1 => ("context manager", "__exit__"),
        2 => ("asynchronous context manager", "__aenter__"),
        _ => ("asynchronous context manager", "__aexit__"),
    };
    let (pair, hint) = if which < 2 {
        (
            [&names.__aenter__, &names.__aexit__],
            "but it supports the asynchronous context manager protocol. Did you mean to use 'async with'?",
        )
    } else {
        (
            [&names.__enter__, &names.__exit__],
            "but it supports the context manager protocol. Did you mean to use 'with'?",
        )
    };
    let other = pair.into_iter().all(|name| owner.ty().lookup_value(thread, name).is_some());
    let hint = if other { format!(" {hint}") } else { String::new() };
    Err(thread.type_error(format!(
        "'{ty}' object does not support the {protocol} protocol (missed {missing} method){hint}"
    )))
}

/// Puts a special method and its receiver, or a bound method and nothing, in the owner's place.
#[inline(never)]
unsafe fn load_special_in_place(thread: &mut Thread, sp: *mut Word, which: usize) -> Outcome<()> {
    // SAFETY: as for handlers.
    unsafe {
        let owner = *sp.sub(1);
        let (method, unbound) = special(thread, Ref::from_word(owner), which)?;
        sp.sub(1).write(method.into_word());
        if unbound {
            sp.write(owner);
        } else {
            sp.write(Word::NULL);
            heap::release(owner);
        }
        Ok(())
    }
}

cold_handlers! {
    /// `RAISE_VARARGS`
    raise_varargs(pc, sp, fp, th, unit) {
        let count = arg(unit);
        let thread = leave(th, pc, sp);
        let exception = if count > 0 { Some(Value::from_word(own(*sp.sub(count)))) } else { None };
        let cause = if count > 1 { Some(Value::from_word(own(*sp.sub(1)))) } else { None };
        let again = exception.is_none() && thread.handled_exception().is_some();
        let _ = raise(thread, exception.as_ref().map(Value::as_ref), cause.as_ref().map(Value::as_ref));
        drop((exception, cause));
        return crate::unwind::unwind(pc, sp, fp, th, if again { AGAIN } else { 0 });
    }

    /// `RERAISE`
    reraise(pc, sp, fp, th, unit) {
        let value = Value::from_word(own_operand(*sp.sub(1)));
        (*th).exception = Some(value);
        let below = sp.sub(1);
        let how = if arg(unit) > 0 {
            // The instruction that raised first, kept by the handler's entry.
            crate::unwind::again_at((*below.sub(arg(unit))).int() as u32)
        } else {
            AGAIN
        };
        return crate::unwind::unwind(pc, below, fp, th, how);
    }

    /// `PUSH_EXC_INFO`
    push_exc_info(pc, sp, fp, th, unit) {
        let exception = *sp.sub(1);
        let handled = (*th).handled;
        let outer = (*handled).value;
        sp.sub(1).write(if outer.is_null() { Ref::none().word() } else { outer });
        (*handled).value = own(exception);
        sp.write(exception);
        next!(pc.add(1), sp.add(1), fp, th)
    }

    /// `POP_EXCEPT`
    pop_except(pc, sp, fp, th, unit) {
        let handled = (*th).handled;
        let old = (*handled).value;
        let outer = *sp.sub(1);
        (*handled).value = outer;
        heap::release(old);
        leave(th, pc, sp.sub(1)).settle();
        next!(pc.add(1), sp.sub(1), fp, th)
    }

    /// `CHECK_EXC_MATCH`
    check_exc_match(pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        let outcome = matches(thread, Ref::from_word(*sp.sub(2)), Ref::from_word(*sp.sub(1)));
        let matched = attempt!(outcome, pc, sp, fp, th);
        heap::release(sp.sub(1).replace(Ref::bool(matched).word()));
        next!(pc.add(1), sp, fp, th)
    }

    /// `LOAD_SPECIAL`
    load_special(pc, sp, fp, th, unit) {
        attempt!(load_special_in_place(leave(th, pc, sp), sp, arg(unit)), pc, sp, fp, th);
        next!(pc.add(1), sp.add(1), fp, th)
    }

    /// `LOAD_COMMON_CONSTANT`
    load_common_constant(pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        let outcome = match arg(unit) {
            0 => Ok(ASSERTION_ERROR.as_ref().to_value()),
            1 => Ok(NOT_IMPLEMENTED_ERROR.as_ref().to_value()),
            2 => Ok(TUPLE.as_ref().to_value()),
            which => {
                let name = thread.intern(if which == 3 { "all" } else { "any" });
                match name {
                    Ok(name) => {
                        let builtins = thread.interp().builtins();
                        protocol::get_item(thread, builtins, name.as_ref())
                    }
                    Err(raised) => Err(raised),
                }
            }
        };
        sp.write(attempt!(outcome, pc, sp, fp, th).into_word());
        next!(pc.add(1), sp.add(1), fp, th)
    }
}

native_handlers! {
    /// `WITH_EXCEPT_START`: `exit, receiver or NULL, lasti, outer, exception`
    with_except_start[1](pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        let exception = Ref::from_word(*sp.sub(1));
        let exit = Ref::from_word(*sp.sub(5));
        let own_exception = exception.downcast::<Exception>();
        let traceback = own_exception.and_then(|e| e.parts.view(thread).traceback.clone()).unwrap_or_else(Value::none);
        let ty = exception.ty().as_ref();
        let receiver = Ref::from_slot(*sp.sub(4));
        let outcome = match receiver {
            Some(receiver) => protocol::call(thread, exit, &[receiver, ty, exception, traceback.as_ref()]),
            None => protocol::call(thread, exit, &[ty, exception, traceback.as_ref()]),
        };
        drop(traceback);
        sp.write((outcome)?.into_word());
        leave(th, pc, sp.add(1)).settle();
        Ok(sp.add(1))
    }
}
