//! Generators and coroutines: made, resumed in place, suspended.

use taipan_code::co;
use taipan_layout::{Frame, Unit, Word, frame_flags};
use taipan_object::thread::Resumed;
use taipan_object::types::exception::Exception;
use taipan_object::types::frame::FrameObject;
use taipan_object::types::generator::{self, ASYNC_GENERATOR, COROUTINE, GENERATOR, Generator, State};
use taipan_object::{Outcome, Raised, Ref, Thread, Value, heap, protocol};
use taipan_opcode::Opcode;

use super::local::own_operand;
use crate::dispatch::{
    RETURNED, YIELDED, arg, attempt, cold_handlers, enter, handlers, leave, next, run, tail,
};
use crate::frame::{code_of, function_of};
use crate::unwind::{AGAIN, fresh_at, unwind};

/// Makes a generator from the running frame, whose locals move into it.
#[inline(never)]
unsafe fn make(th: *mut Thread, pc: *mut Unit, sp: *mut Word, fp: *mut Word) -> Outcome {
    // SAFETY: the frame is running; its locals move, each with its count.
    unsafe {
        let thread = leave(th, pc, sp);
        let frame = (*th).frame;
        let code = code_of(frame);
        let ty = match code.flags & (co::COROUTINE | co::ASYNC_GENERATOR) {
            0 => &GENERATOR,
            flags if flags & co::COROUTINE != 0 => &COROUTINE,
            _ => &ASYNC_GENERATOR,
        };
        let function = function_of(frame);
        let parts = function.parts.view(thread);
        let names = [parts.name.clone(), parts.qualname.clone()];
        let origin = if ty.is(&COROUTINE) { origin(thread)? } else { None };
        let value = thread.generator(ty, code, names)?;
        if let (Some(origin), Some(own)) = (origin, generator::find(value.as_ref())) {
            *own.extra.change(thread) = Some(origin);
        }
        let own = value.word().header().cast::<Generator>();
        let words: *mut Word = own.add(1).cast();
        for index in 0..code.locals as usize {
            words.add(index).write(own_operand(*fp.add(index)));
            fp.add(index).write(Word::NULL);
        }
        (*Ref::of(function).word().header()).increment();
        (*own).frame.write(Frame {
            prev: std::ptr::null_mut(),
            pc,
            code: (*frame).code,
            function: (*frame).function,
            locals: words,
            sp: (*own).frame.add(1).cast(),
            consts: (*frame).consts,
            object: std::ptr::null_mut(),
            namespace: Word::NULL,
            flags: frame_flags::GENERATOR,
            resume: 0,
        });
        Ok(value)
    }
}

/// `cr_origin` of a coroutine that the running frame makes, if origins are asked for: where it was
/// made, innermost first.
fn origin(thread: &mut Thread) -> Outcome<Option<Value>> {
    let depth = crate::state::State::of(thread).coroutine_origin_depth.get();
    if depth <= 0 {
        return Ok(None);
    }
    let mut places = Vec::new();
    for level in 1..=depth as usize {
        let Some(frame) = thread.frame_at(level)? else { break };
        let frame = frame.downcast::<FrameObject>().expect("a frame");
        let line = frame.line().map_or(Value::none(), |line| Value::small_int(i64::from(line)));
        let code = frame.code();
        places.push(thread.tuple([code.filename(), line, code.name()])?);
    }
    thread.tuple(places).map(Some)
}

/// The generator that a frame belongs to.
unsafe fn owner_of(frame: *mut Frame) -> *mut Generator {
    // SAFETY: a generator's locals follow its struct.
    unsafe { (*frame).locals.cast::<Generator>().sub(1) }
}

/// Links a suspended generator's frame as the running one; `value` is what its `yield` gives.
unsafe fn link(th: *mut Thread, own: *mut Generator, entry: bool, value: Option<Word>) -> *mut Frame {
    // SAFETY: the generator is suspended.
    unsafe {
        let frame = (*own).frame;
        (*frame).prev = (*th).frame;
        (*frame).flags = frame_flags::GENERATOR | if entry { frame_flags::ENTRY } else { 0 };
        (*own).handled.previous = (*th).handled;
        (*th).handled = &raw mut (*own).handled;
        (*own).state.set(State::Running);
        // A running generator keeps itself alive.
        (*own.cast::<taipan_layout::Header>()).increment();
        (*th).frame = frame;
        (*th).recursion_left -= 1;
        if let Some(value) = value {
            (*frame).sp.write(value);
            (*frame).sp = (*frame).sp.add(1);
        }
        frame
    }
}

/// Unlinks the running generator's frame; answers the caller's.
unsafe fn unlink(th: *mut Thread, frame: *mut Frame) -> *mut Frame {
    // SAFETY: the frame is the running one.
    unsafe {
        let own = owner_of(frame);
        (*th).handled = (*own).handled.previous;
        let caller = (*frame).prev;
        (*frame).prev = std::ptr::null_mut();
        (*th).frame = caller;
        (*th).recursion_left += 1;
        caller
    }
}

/// Ends the running generator; its own count goes.
unsafe fn finish(own: *mut Generator) {
    // SAFETY: the generator was just unlinked.
    unsafe {
        (*own).finish();
        heap::release(Word::counted(own.cast()));
    }
}

/// Parts the ending frame from its object, if it has one, while its caller is still known.
unsafe fn leave_object(th: *mut Thread, frame: *mut Frame) {
    // SAFETY: the frame is the running one, a generator's.
    unsafe {
        if !(*frame).object.is_null() {
            taipan_object::types::frame::leave(Some(&mut *th), frame);
        }
    }
}

/// Leaves the running generator with an exception: `true` if native code resumed it.
///
/// # Safety
/// The frame is the running one, a generator's.
pub unsafe fn leave_raising(th: *mut Thread, frame: *mut Frame) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        let entry = (*frame).flags & frame_flags::ENTRY != 0;
        leave_object(th, frame);
        unlink(th, frame);
        finish(owner_of(frame));
        entry
    }
}

unsafe fn is_send(frame: *mut Frame, pc: *mut Unit) -> bool {
    // SAFETY: `pc` is the instruction of `frame` that resumed a generator.
    unsafe {
        let op = (*pc).op();
        if op == super::OBSERVED {
            let code = code_of(frame);
            return code.canonical(code.offset_of(pc)) == Opcode::Send as u16;
        }
        op == Opcode::Send as u16 || op == Opcode::SendGen as u16
    }
}

/// Resumes a generator from native code.
pub fn resume(thread: &mut Thread, object: Ref<'_>, value: Option<Value>) -> Outcome<Resumed> {
    let own = std::ptr::from_ref(generator::find(object).expect("checked by the caller")).cast_mut();
    // SAFETY: the generator is suspended; the loop runs it until it yields, returns or raises.
    unsafe {
        let th: *mut Thread = thread;
        if (*th).recursion_left <= 0 {
            return Err(crate::call::too_deep(thread));
        }
        let delivered = (*th).deliver.take();
        let pc = (*(*own).frame).pc;
        let status = match value {
            Some(value) if delivered.is_some() => {
                // What it delegated to has ended: its value lies above the receiver, as `SEND` leaves
                // it for `END_SEND`.
                let frame = link(th, own, true, Some(value.into_word()));
                let target = crate::unwind::after_delegation(code_of(frame), pc);
                run(target, (*frame).sp, (*frame).locals, th)
            }
            Some(value) => {
                let frame = link(th, own, true, Some(value.into_word()));
                run(pc.add(1), (*frame).sp, (*frame).locals, th)
            }
            None => {
                // Handlers count on the operand that `yield` leaves.
                let frame = link(th, own, true, Some(Ref::none().word()));
                if crate::observe::watching(&*th) {
                    let offset = code_of(frame).offset_of(pc);
                    crate::observe::exception(&mut *th, frame, offset, crate::observe::event::PY_THROW);
                }
                // A suspended frame stands at the RESUME behind its `yield`.
                let place =
                    code_of(frame).offset_of(pc) + usize::from((*pc).op() != Opcode::ReturnGenerator as u16);
                let status = unwind(pc, (*frame).sp, (*frame).locals, th, fresh_at(place as u32));
                crate::dispatch::finish_run(status, th)
            }
        };
        drop(delivered);
        match status {
            YIELDED => Ok(Resumed::Yielded(Value::from_word(Word((*th).registers[0] as u64)))),
            RETURNED => Ok(Resumed::Returned(Value::from_word(Word((*th).registers[0] as u64)))),
            _ => Err(Raised::assume()),
        }
    }
}

/// The suspended generator of a word, if it is one that the loop can enter.
#[inline(always)]
unsafe fn suspended(th: *mut Thread, word: Word) -> Option<*mut Generator> {
    // SAFETY: the word is a live operand.
    unsafe {
        let own = generator::find(Ref::from_word(word))?;
        let ready = matches!(own.state.get(), State::Created | State::Suspended | State::Delegating);
        (ready && (*th).recursion_left > 0).then(|| std::ptr::from_ref(own).cast_mut())
    }
}

handlers! {
    /// `FOR_ITER_GEN`
    for_iter_gen(pc, sp, fp, th, unit) {
        match suspended(th, *sp.sub(1)) {
            Some(own) => {
                leave(th, pc, sp);
                let frame = link(th, own, false, Some(Ref::none().word()));
                next!((*frame).pc.add(1), (*frame).sp, (*frame).locals, th)
            }
            None => tail!(super::iter::for_iter_slow, pc, sp, fp, th, unit),
        }
    }

    /// `SEND`: the receiver below, the value on top.
    send(pc, sp, fp, th, unit) {
        match suspended(th, *sp.sub(2)) {
            Some(own) if (*own).state.get() != State::Created || (*sp.sub(1)).same(Ref::none().word()) => {
                let value = own_operand(*sp.sub(1));
                sp.sub(1).write(Ref::none().word());
                leave(th, pc, sp);
                let frame = link(th, own, false, Some(value));
                next!((*frame).pc.add(1), (*frame).sp, (*frame).locals, th)
            }
            _ => tail!(send_slow, pc, sp, fp, th, unit),
        }
    }

    /// `YIELD_VALUE`
    yield_value(pc, sp, fp, th, unit) {
        let frame = (*th).frame;
        let value = own_operand(*sp.sub(1));
        (*frame).pc = pc;
        (*frame).sp = sp.sub(1);
        let own = owner_of(frame);
        let delegating = arg(unit) != 0;
        let entry = (*frame).flags & frame_flags::ENTRY != 0;
        let caller = unlink(th, frame);
        (*own).state.set(if delegating { State::Delegating } else { State::Suspended });
        heap::release(Word::counted(own.cast()));
        if entry {
            (*th).registers[0] = value.0 as usize;
            return YIELDED;
        }
        let (pc, sp, fp) = ((*caller).pc, (*caller).sp, (*caller).locals);
        if is_send(caller, pc) {
            sp.sub(1).write(value);
            next!(pc.add(2), sp, fp, th)
        }
        sp.write(value);
        next!(pc.add(2), sp.add(1), fp, th)
    }
}

/// `receiver.send(value)` of anything that can be delegated to.
fn send_to(thread: &mut Thread, receiver: Ref<'_>, value: Ref<'_>) -> Outcome<Resumed> {
    if generator::find(receiver).is_some() {
        return generator::resume(thread, receiver, Some(value.to_value()));
    }
    if value.is_none()
        && let Some(next) = receiver.ty().slots().next
    {
        return Ok(match next(thread, receiver) {
            Ok(Some(value)) => Resumed::Yielded(value),
            Ok(None) => Resumed::Returned(Value::none()),
            Err(raised) => Resumed::Returned(ended(thread, raised)?),
        });
    }
    match protocol::call_method(thread, receiver, "send", &[value]) {
        Ok(value) => Ok(Resumed::Yielded(value)),
        Err(raised) => Ok(Resumed::Returned(ended(thread, raised)?)),
    }
}

/// As [`returned`]; tools are told of the StopIteration.
fn ended(thread: &mut Thread, raised: Raised) -> Outcome {
    let stop = &taipan_object::types::exception::STOP_ITERATION;
    if crate::observe::watching(thread) && thread.exception_is(stop) {
        // SAFETY: the running frame is live and noted where it stands.
        unsafe {
            let frame = thread.frame;
            let offset = code_of(frame).offset_of((*frame).pc);
            crate::observe::exception(thread, frame, offset, crate::observe::event::RAISE);
        }
    }
    returned(thread, raised)
}

/// The value of StopIteration, if that is what was raised.
fn returned(thread: &mut Thread, raised: Raised) -> Outcome {
    if !thread.exception_is(&taipan_object::types::exception::STOP_ITERATION) {
        return Err(raised);
    }
    let stop = thread.take_exception().expect("just tested");
    Ok(taipan_object::types::exception::stop_value(thread, stop.as_ref()))
}

/// `iter` of what `await` waits for.
#[inline(never)]
fn awaitable(thread: &mut Thread, object: Ref<'_>, unit: usize) -> Outcome {
    let iterator = generator::await_iterator(thread, object, |ty| match unit {
        1 => {
            format!("'async with' received an object from __aenter__ that does not implement __await__: {ty}")
        }
        2 => {
            format!("'async with' received an object from __aexit__ that does not implement __await__: {ty}")
        }
        _ => format!("'{ty}' object can't be awaited"),
    })?;
    let own = generator::find(iterator.as_ref()).filter(|_| iterator.as_ref().ty().is(&COROUTINE));
    if own.is_some_and(|own| own.delegate().is_some()) {
        return Err(thread.runtime_error("coroutine is being awaited already"));
    }
    Ok(iterator)
}

/// The iterator of `async for`.
#[inline(never)]
fn async_iterator(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let Some(aiter) = object.ty().slots().aiter else {
        let ty = object.ty().name();
        return Err(
            thread.type_error(format!("'async for' requires an object with __aiter__ method, got {ty}"))
        );
    };
    let iterator = aiter(thread, object)?;
    if iterator.as_ref().ty().slots().anext.is_none() {
        let ty = iterator.as_ref().ty().name();
        return Err(thread.type_error(format!(
            "'async for' received an object from __aiter__ that does not implement __anext__: {ty}"
        )));
    }
    Ok(iterator)
}

/// What `async for` awaits next.
#[inline(never)]
fn async_next(thread: &mut Thread, iterator: Ref<'_>) -> Outcome {
    let Some(anext) = iterator.ty().slots().anext else {
        let ty = iterator.ty().name();
        return Err(
            thread.type_error(format!("'async for' requires an iterator with __anext__ method, got {ty}"))
        );
    };
    let next = anext(thread, iterator)?;
    if iterator.ty().is(&ASYNC_GENERATOR) {
        return Ok(next);
    }
    match generator::await_iterator(thread, next.as_ref(), |ty| format!("'{ty}' object can't be awaited")) {
        Ok(iterator) => Ok(iterator),
        Err(_) => {
            let cause = thread.take_exception();
            let ty = next.as_ref().ty().name();
            let raised =
                thread.type_error(format!("'async for' received an invalid object from __anext__: {ty}"));
            let error = thread.exception.clone();
            if let Some(own) = error.as_ref().and_then(|error| error.downcast::<Exception>()) {
                let parts = own.parts.change(thread);
                let old = (
                    std::mem::replace(&mut parts.cause, cause.clone()),
                    std::mem::replace(&mut parts.context, cause),
                );
                parts.suppress_context = true;
                drop(old);
            }
            Err(raised)
        }
    }
}

/// Sends the value on top to what lies below, and puts what comes back in its place; tells whether that
/// was the end.
#[inline(never)]
unsafe fn send_in_place(thread: &mut Thread, sp: *mut Word) -> Outcome<bool> {
    // SAFETY: as for handlers.
    unsafe {
        let resumed = send_to(thread, Ref::from_word(*sp.sub(2)), Ref::from_word(*sp.sub(1)))?;
        let (word, ended) = match resumed {
            Resumed::Yielded(value) => (value.into_word(), false),
            Resumed::Returned(value) => (value.into_word(), true),
        };
        heap::release(sp.sub(1).replace(word));
        Ok(ended)
    }
}

cold_handlers! {
    /// Leaves the running generator with the value that it returned, which comes in the place of
    /// the unit.
    leave_returning(pc, sp, fp, th, word) {
        let result = Word(word);
        let frame = (*th).frame;
        (*frame).pc = pc;
        (*frame).sp = sp.sub(1);
        let entry = (*frame).flags & frame_flags::ENTRY != 0;
        leave_object(th, frame);
        let caller = unlink(th, frame);
        finish(owner_of(frame));
        if entry {
            (*th).registers[0] = result.0 as usize;
            return RETURNED;
        }
        let (pc, sp, fp) = ((*caller).pc, (*caller).sp, (*caller).locals);
        if is_send(caller, pc) {
            heap::release(sp.sub(1).replace(result));
            (*caller).sp = sp;
            (*th).settle();
            next!(pc.add(2 + usize::from((*pc).arg())), sp, fp, th);
        }
        heap::release(result);
        (*th).settle();
        next!(pc.add(2 + usize::from((*pc).arg()) + 1), sp, fp, th)
    }

    /// `RETURN_GENERATOR`
    return_generator(pc, sp, fp, th, unit) {
        let value = attempt!(make(th, pc, sp, fp), pc, sp, fp, th);
        sp.write(value.into_word());
        return enter(pc, sp.add(1), fp, th, Opcode::ReturnValue as u64);
    }

    /// `SEND` to anything else.
    send_slow(pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        let ended = attempt!(send_in_place(thread, sp), pc, sp, fp, th);
        leave(th, pc, sp).settle();
        next!(pc.add(if ended { 2 + arg(unit) } else { 2 }), sp, fp, th)
    }

    /// `END_SEND`: the receiver goes, the value stays.
    end_send(pc, sp, fp, th, unit) {
        let value = *sp.sub(1);
        let receiver = sp.sub(2).replace(value);
        heap::release(receiver);
        leave(th, pc, sp.sub(1)).settle();
        next!(pc.add(1), sp.sub(1), fp, th)
    }

    /// `GET_YIELD_FROM_ITER`
    get_yield_from_iter(pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        let object = Ref::from_word(*sp.sub(1));
        if object.ty().is(&GENERATOR) {
            next!(pc.add(1), sp, fp, th)
        }
        let allowed = code_of((*th).frame).flags & (co::COROUTINE | co::ITERABLE_COROUTINE) != 0;
        let outcome = if !object.ty().is(&COROUTINE) {
            protocol::iter(thread, object)
        } else if allowed {
            Ok(object.to_value())
        } else {
            Err(thread.type_error("cannot 'yield from' a coroutine object in a non-coroutine generator"))
        };
        let iterator = attempt!(outcome, pc, sp, fp, th).into_word();
        heap::release(sp.sub(1).replace(iterator));
        next!(pc.add(1), sp, fp, th)
    }

    /// `GET_AWAITABLE`
    get_awaitable(pc, sp, fp, th, unit) {
        let outcome = awaitable(leave(th, pc, sp), Ref::from_word(*sp.sub(1)), arg(unit));
        let iterator = attempt!(outcome, pc, sp, fp, th).into_word();
        heap::release(sp.sub(1).replace(iterator));
        next!(pc.add(1), sp, fp, th)
    }

    /// `CLEANUP_THROW`: `receiver, last sent, exception` become `None, value` of StopIteration.
    cleanup_throw(pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        let exception = Ref::from_word(*sp.sub(1));
        if exception.ty().is_subtype(thread, &taipan_object::types::exception::STOP_ITERATION) {
            thread.exception = Some(exception.to_value());
            let value = attempt!(returned(thread, Raised::assume()), pc, sp, fp, th).into_word();
            crate::frame::release_operands(sp.sub(3), sp);
            sp.sub(3).write(Ref::none().word());
            sp.sub(2).write(value);
            next!(pc.add(1), sp.sub(1), fp, th)
        }
        thread.exception = Some(exception.to_value());
        return unwind(pc, sp, fp, th, AGAIN);
    }

    /// `GET_AITER`
    get_aiter(pc, sp, fp, th, unit) {
        let outcome = async_iterator(leave(th, pc, sp), Ref::from_word(*sp.sub(1)));
        let iterator = attempt!(outcome, pc, sp, fp, th).into_word();
        heap::release(sp.sub(1).replace(iterator));
        leave(th, pc, sp).settle();
        next!(pc.add(1), sp, fp, th)
    }

    /// `GET_ANEXT`: the iterator stays below.
    get_anext(pc, sp, fp, th, unit) {
        let outcome = async_next(leave(th, pc, sp), Ref::from_word(*sp.sub(1)));
        sp.write(attempt!(outcome, pc, sp, fp, th).into_word());
        next!(pc.add(1), sp.add(1), fp, th)
    }

    /// `END_ASYNC_FOR`: `iterator, exception` go if that is StopAsyncIteration.
    end_async_for(pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        let exception = Ref::from_word(*sp.sub(1));
        if exception.ty().is_subtype(thread, &taipan_object::types::exception::STOP_ASYNC_ITERATION) {
            crate::frame::release_operands(sp.sub(2), sp);
            leave(th, pc, sp.sub(2)).settle();
            next!(pc.add(1), sp.sub(2), fp, th)
        }
        thread.exception = Some(exception.to_value());
        return unwind(pc, sp, fp, th, AGAIN);
    }
}
