//! `except*`: the part of a group that a clause handles.
//!
//! Answers for `_PyEval_ExceptionGroupMatch` and its relatives in CPython's `Python/ceval.c`.

use taipan_object::types::exception::{BASE_EXCEPTION_GROUP, Exception, ExceptionGroup};
use taipan_object::types::list::List;
use taipan_object::types::traceback;
use taipan_object::types::tuple::Tuple;
use taipan_object::value::own;
use taipan_object::{Outcome, Ref, Thread, Type, Value, heap, protocol};

use super::exception::matches;
use crate::dispatch::{leave, native_handlers};

/// Raises TypeError if a clause names a type of groups.
fn check_type(thread: &mut Thread, wanted: Ref<'_>) -> Outcome<()> {
    let is_group =
        |ty: &Ref<'_>| ty.downcast::<Type>().is_some_and(|ty| ty.is_subtype(thread, &BASE_EXCEPTION_GROUP));
    let any = match wanted.downcast::<Tuple>() {
        Some(all) => all.items().iter().any(is_group),
        None => is_group(&wanted),
    };
    if any {
        return Err(
            thread.type_error("catching ExceptionGroup with except* is not allowed. Use except instead.")
        );
    }
    Ok(())
}

/// What matches of an exception, and the rest; None each where there is nothing.
fn match_group(thread: &mut Thread, exception: Ref<'_>, wanted: Ref<'_>) -> Outcome<(Value, Value)> {
    // Whether all are exceptions is told first; nothing is matched against None.
    let whole = matches(thread, exception, wanted)?;
    check_type(thread, wanted)?;
    if exception.is_none() {
        return Ok((Value::none(), Value::none()));
    }
    if whole {
        if exception.downcast::<ExceptionGroup>().is_some() {
            return Ok((exception.to_value(), Value::none()));
        }
        return Ok((wrap(thread, exception)?, Value::none()));
    }
    if exception.downcast::<ExceptionGroup>().is_none() {
        return Ok((Value::none(), exception.to_value()));
    }
    let pair = protocol::call_method(thread, exception, "split", &[wanted])?;
    let ty = exception.ty().name().into_owned();
    let Some(parts) = pair.as_ref().exact::<Tuple>() else {
        let got = pair.as_ref().ty().name().into_owned();
        return Err(thread.type_error(format!("{ty}.split must return a tuple, not {got}")));
    };
    match parts.items() {
        [matched, rest, ..] => Ok((matched.to_value(), rest.to_value())),
        few => {
            let count = few.len();
            Err(thread.type_error(format!("{ty}.split must return a 2-tuple, got tuple of size {count}")))
        }
    }
}

/// A group around an exception that was none, as if raised here.
fn wrap(thread: &mut Thread, exception: Ref<'_>) -> Outcome {
    let message = thread.str("")?;
    let all = thread.tuple_from_refs(&[exception])?;
    let group = protocol::call(thread, BASE_EXCEPTION_GROUP.as_ref(), &[message.as_ref(), all.as_ref()])?;
    let raised = thread.exception.replace(group.clone());
    // SAFETY: the running frame is live and noted where it stands.
    unsafe { traceback::here(thread, thread.frame) };
    thread.exception = raised;
    Ok(group)
}

/// What `try`-`except*` raises at its end.
pub(super) fn prepare_reraise_star(thread: &mut Thread, original: Ref<'_>, raised: Ref<'_>) -> Outcome {
    let Some(list) = raised.downcast::<List>() else {
        return Err(thread.system_error("except* collects exceptions in a list"));
    };
    if original.downcast::<Exception>().is_none() {
        return Err(thread.system_error("except* handles an exception"));
    }
    let all: Vec<Value> = list.view(thread).iter().map(|item| item.to_value()).collect();
    taipan_object::types::exception::prepare_reraise_star(thread, original, &all)
}

native_handlers! {
    /// `CHECK_EG_MATCH`: `exception, type` become `rest, matched`, the handled one if there is any.
    check_eg_match[1](pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        let outcome = match_group(thread, Ref::from_word(*sp.sub(2)), Ref::from_word(*sp.sub(1)));
        let (matched, rest) = (outcome)?;
        if !matched.as_ref().is_none() {
            let handled = (*th).handled;
            let old = (*handled).value;
            (*handled).value = own(matched.word());
            heap::release(old);
        }
        let (matched, rest) = (matched.into_word(), rest.into_word());
        heap::release(sp.sub(2).replace(rest));
        heap::release(sp.sub(1).replace(matched));
        leave(th, pc, sp).settle();
        Ok(sp)
    }
}
