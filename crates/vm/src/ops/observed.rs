//! The observing handler: tells tools of what an instruction is about to do, then does it.
//!
//! A unit that somebody wants to see holds [`super::OBSERVED`]; the instruction is the canonical
//! one. A callback may make the frame jump (`f_lineno`), so after each the place is read again.

use taipan_layout::{Unit, Word};
use taipan_object::types::code::Code;
use taipan_object::types::exception::{Exception, STOP_ITERATION};
use taipan_object::types::function::FUNCTION;
use taipan_object::types::method::METHOD;
use taipan_object::types::tuple::Tuple;
use taipan_object::{Args, Outcome, Ref, Thread, Value, protocol};
use taipan_opcode::Opcode;

use super::TABLE;
use crate::call::release_range;
use crate::dispatch::{Handler, Instruction, arg, cold_handlers, leave, next, tail};
use crate::frame::code_of;
use crate::observe::{self, Observers, event};

/// The handler of the canonical instruction; forms that choose a specialised one are left out.
fn plain(op: u16) -> Handler {
    const RESUME: u16 = Opcode::Resume as u16;
    const BINARY_OP: u16 = Opcode::BinaryOp as u16;
    const COMPARE_OP: u16 = Opcode::CompareOp as u16;
    const TO_BOOL: u16 = Opcode::ToBool as u16;
    const CALL: u16 = Opcode::Call as u16;
    match op {
        RESUME => super::jump::resume_check,
        BINARY_OP => super::arith::binary_op_slow,
        COMPARE_OP => super::compare::compare_op_slow,
        TO_BOOL => super::compare::to_bool_slow,
        CALL => super::call::call_slow,
        op => TABLE[op as usize],
    }
}

/// The offset at which the frame stood before, if it is one of this code.
unsafe fn standing(code: &Code, pc: *mut Unit) -> Option<usize> {
    let start = code.units as usize;
    let inside = (start..start + code.unit_count() * size_of::<Unit>()).contains(&(pc as usize));
    inside.then(|| code.offset_of(pc))
}

cold_handlers! {
    /// The instruction at a unit that is watched.
    observed(pc, sp, fp, th, unit) {
        let frame = (*th).frame;
        let previous = (*frame).pc;
        let code = code_of(frame);
        let offset = code.offset_of(pc);
        if !observe::is_current(&*th, code) {
            observe::instrument(&mut *th, code);
            if (*pc).op() != super::OBSERVED {
                let unit = (unit & !0xffff) | u64::from((*pc).op());
                return crate::dispatch::enter(pc, sp, fp, th, unit);
            }
        }
        let thread = leave(th, pc, sp);
        let op = code.canonical(offset);
        let unit = (unit & !0xffff) | u64::from(op);
        if thread.tracing != 0 {
            return plain(op)(pc, sp, fp, th, unit);
        }
        let previous = standing(code, previous);
        if observe::line_and_instruction(thread, code, offset, previous).is_err() {
            return crate::unwind::unwind(pc, (*frame).sp, fp, th, 0);
        }
        if (*frame).pc != pc {
            next!((*frame).pc, (*frame).sp, fp, th)
        }
        let tools = match code.monitoring.view(&*th) {
            Some(monitoring) => monitoring.units[offset].event,
            None => 0,
        };
        if tools == 0 {
            return plain(op)(pc, sp, fp, th, unit);
        }
        (*th).registers[3] = previous.map_or(usize::MAX, |previous| previous);
        match Opcode::from_u16(op) {
            Some(Opcode::Call | Opcode::CallKw) => tail!(observed_call, pc, sp, fp, th, unit),
            Some(Opcode::LoadSuperAttr) => tail!(observed_super, pc, sp, fp, th, unit),
            Some(Opcode::ForIter) => tail!(observed_for_iter, pc, sp, fp, th, unit),
            Some(Opcode::CallFunctionEx) => tail!(observed_call_spread, pc, sp, fp, th, unit),
            _ => tail!(observed_event, pc, sp, fp, th, unit),
        }
    }

    /// Tells of the instruction's own event and goes on.
    observed_event(pc, sp, fp, th, unit) {
        let frame = (*th).frame;
        let previous = (*th).registers[3];
        let code = code_of(frame);
        let offset = code.offset_of(pc);
        let told = event_at(th, code, offset, previous, sp, unit);
        if told.is_err() {
            return crate::unwind::unwind(pc, (*frame).sp, fp, th, 0);
        }
        if (*frame).pc != pc {
            next!((*frame).pc, (*frame).sp, fp, th)
        }
        return plain(unit as u16)(pc, sp, fp, th, unit);
    }

    /// `CALL`, `CALL_KW`: the call, and what came of it if the callable is native.
    observed_call(pc, sp, fp, th, unit) {
        let with_names = unit as u16 == Opcode::CallKw as u16;
        let top = if with_names { sp.sub(1) } else { sp };
        let slot = top.sub(arg(unit) + 2);
        if super::arith::is_exact(*slot, &METHOD) && (*slot.add(1)).is_null() {
            super::call::take_apart(slot);
        }
        let receiver = usize::from(!(*slot.add(1)).is_null());
        let first = slot.add(2 - receiver);
        let count = arg(unit) + receiver;
        let argument = if count > 0 { Ref::from_slot(*first) } else { None };
        let thread = leave(th, pc, sp);
        let frame = thread.frame;
        let callable = Ref::from_word(*slot);
        if tell_call(thread, pc, event::CALL, callable, argument).is_err() {
            return crate::unwind::unwind(pc, (*frame).sp, fp, th, 0);
        }
        if super::arith::is_exact(*slot, &FUNCTION) {
            return plain(unit as u16)(pc, sp, fp, th, unit);
        }
        let names = if with_names { Ref::from_slot(*sp.sub(1)).and_then(|names| names.downcast::<Tuple>()) } else { None };
        let values = std::slice::from_raw_parts(first.cast::<Ref<'_>>(), count);
        let result = protocol::call_args(thread, callable, Args::with_names(values, names));
        let result = tell_result(thread, pc, callable, argument, result);
        let Ok(result) = result else { return crate::unwind::unwind(pc, sp, fp, th, 0) };
        release_range(slot, sp);
        slot.write(result.into_word());
        tail!(super::call::call_finish, pc, slot.add(1), fp, th, 0)
    }

    /// `LOAD_SUPER_ATTR`: the call of `super`, what came of it, and the attribute, never unbound.
    observed_super(pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        let Ok(value) = super_attribute(thread, pc, sp, unit) else {
            return crate::unwind::unwind(pc, sp, fp, th, 0)
        };
        let start = sp.sub(3);
        release_range(start, sp);
        start.write(value.into_word());
        start.add(1).write(Word::NULL);
        let sp = start.add(1 + (arg(unit) & 1));
        leave(th, pc, sp).settle();
        next!(pc.add(2), sp, fp, th)
    }

    /// `FOR_ITER`: an item means that the loop goes on.
    observed_for_iter(pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        let frame = thread.frame;
        let Ok(item) = observe::next_told(thread, pc, Ref::from_word(*sp.sub(1))) else {
            return crate::unwind::unwind(pc, sp, fp, th, 0)
        };
        thread.settle();
        let Some(item) = item else { next!(pc.add(2 + arg(unit) + 1), sp, fp, th) };
        sp.write(item.into_word());
        let sp = sp.add(1);
        let thread = leave(th, pc, sp);
        let code = code_of(frame);
        let offset = code.offset_of(pc);
        let tools = code.monitoring.view(thread).as_ref().map_or(0, |monitoring| monitoring.units[offset].event);
        let to = Value::small_int(offset as i64 * 2 + 4);
        let told = observe::local(thread, code, offset, event::BRANCH_LEFT, tools, &[to.as_ref()]);
        drop(to);
        if told.is_err() {
            return crate::unwind::unwind(pc, (*frame).sp, fp, th, 0);
        }
        if (*frame).pc != pc {
            next!((*frame).pc, (*frame).sp, fp, th)
        }
        next!(pc.add(2), sp, fp, th)
    }

    /// `CALL_FUNCTION_EX`
    observed_call_spread(pc, sp, fp, th, unit) {
        let slot = sp.sub(4);
        if super::arith::is_exact(*slot, &METHOD) && (*slot.add(1)).is_null() {
            super::call::take_apart(slot);
        }
        let thread = leave(th, pc, sp);
        let frame = thread.frame;
        let callable = Ref::from_word(*slot);
        let first = Ref::from_word(*sp.sub(2)).downcast::<Tuple>().and_then(|all| all.items().first().copied());
        let argument = Ref::from_slot(*slot.add(1)).or(first);
        if tell_call(thread, pc, event::CALL, callable, argument).is_err() {
            return crate::unwind::unwind(pc, (*frame).sp, fp, th, 0);
        }
        if super::arith::is_exact(*slot, &FUNCTION) {
            return plain(unit as u16)(pc, sp, fp, th, unit);
        }
        let result = call_spread(thread, slot, sp);
        let result = tell_result(thread, pc, callable, argument, result);
        let Ok(result) = result else { return crate::unwind::unwind(pc, sp, fp, th, 0) };
        release_range(slot, sp);
        slot.write(result.into_word());
        let thread = leave(th, pc, slot.add(1));
        thread.settle();
        next!(pc.add(1), slot.add(1), fp, th)
    }
}

/// `super(...)` as a call that tools are told of, and the attribute of what it makes.
unsafe fn super_attribute(thread: &mut Thread, pc: *mut Unit, sp: *mut Word, unit: Instruction) -> Outcome {
    // SAFETY: the operands of `LOAD_SUPER_ATTR`.
    unsafe {
        let name = code_of(thread.frame).name_at(arg(unit) >> 2).clone();
        let callable = Ref::from_word(*sp.sub(3));
        let operands = [Ref::from_word(*sp.sub(2)), Ref::from_word(*sp.sub(1))];
        let given = if arg(unit) & 2 != 0 { &operands[..] } else { &[] };
        tell_call(thread, pc, event::CALL, callable, given.first().copied())?;
        let result = protocol::call(thread, callable, given);
        let result = tell_result(thread, pc, callable, given.first().copied(), result)?;
        protocol::get_attribute(thread, result.as_ref(), name.as_ref())
    }
}

/// Calls natively with a tuple and a mapping of arguments.
unsafe fn call_spread(thread: &mut Thread, slot: *mut Word, sp: *mut Word) -> Outcome {
    // SAFETY: the operands of `CALL_FUNCTION_EX`.
    unsafe {
        let callable = Ref::from_word(*slot);
        let (arguments, mapping) = (Ref::from_word(*sp.sub(2)), Ref::from_slot(*sp.sub(1)));
        let (tuple, keywords) = super::various::spread(thread, callable, arguments, mapping)?;
        let values = keywords.as_ref().map_or(&[][..], |(_, values)| values);
        let names = keywords.as_ref().and_then(|(names, _)| names.downcast::<Tuple>());
        let mut all: Vec<Ref<'_>> = Ref::from_slot(*slot.add(1)).into_iter().collect();
        all.extend_from_slice(tuple.downcast::<Tuple>().expect("a tuple").items());
        all.extend(values.iter().map(Value::as_ref));
        protocol::call_args(thread, callable, Args::with_names(&all, names))
    }
}

/// Tells of a call, or of its end: what is called, and its first argument.
unsafe fn tell_call(
    thread: &mut Thread,
    pc: *mut Unit,
    which: usize,
    callable: Ref<'_>,
    argument: Option<Ref<'_>>,
) -> Outcome<()> {
    // SAFETY: the running frame is live.
    let code = unsafe { code_of(thread.frame) };
    let offset = code.offset_of(pc);
    let tools = code.monitoring.view(thread).as_ref().map_or(0, |monitoring| monitoring.units[offset].event);
    if tools == 0 {
        return Ok(());
    }
    let missing = Observers::of(thread).missing(thread)?;
    observe::local(thread, code, offset, which, tools, &[callable, argument.unwrap_or(missing.as_ref())])
}

/// Tells what came of a native call.
unsafe fn tell_result(
    thread: &mut Thread,
    pc: *mut Unit,
    callable: Ref<'_>,
    argument: Option<Ref<'_>>,
    result: Outcome,
) -> Outcome {
    // SAFETY: as for `tell_call`.
    unsafe {
        match result {
            Ok(result) => {
                tell_call(thread, pc, event::C_RETURN, callable, argument)?;
                Ok(result)
            }
            Err(raised) => {
                let exception = thread.take_exception();
                tell_call(thread, pc, event::C_RAISE, callable, argument)?;
                thread.exception = exception;
                Err(raised)
            }
        }
    }
}

/// Tells of the event that belongs to the instruction at `offset`.
unsafe fn event_at(
    th: *mut Thread,
    code: &Code,
    offset: usize,
    previous: usize,
    sp: *mut Word,
    unit: Instruction,
) -> Outcome<()> {
    // SAFETY: the operands are those that the instruction finds.
    unsafe {
        let tools =
            code.monitoring.view(&*th).as_ref().map_or(0, |monitoring| monitoring.units[offset].event);
        let opcode = Opcode::from_u16(unit as u16).expect("canonical");
        let top = || Ref::from_word(*sp.sub(1)).to_value();
        let tell = |thread: &mut Thread, which: usize, more: &[Ref<'_>]| {
            observe::local(thread, code, offset, which, tools, more)
        };
        let place = |offset: usize| Value::small_int(offset as i64 * 2);
        match opcode {
            Opcode::Resume => {
                tell(&mut *th, if arg(unit) & 3 == 0 { event::PY_START } else { event::PY_RESUME }, &[])
            }
            Opcode::ReturnValue => tell(&mut *th, event::PY_RETURN, &[top().as_ref()]),
            Opcode::YieldValue => tell(&mut *th, event::PY_YIELD, &[top().as_ref()]),
            Opcode::JumpForward => tell(&mut *th, event::JUMP, &[place(offset + 1 + arg(unit)).as_ref()]),
            Opcode::JumpBackward => tell(&mut *th, event::JUMP, &[place(offset + 2 - arg(unit)).as_ref()]),
            Opcode::PopJumpIfFalse
            | Opcode::PopJumpIfTrue
            | Opcode::PopJumpIfNone
            | Opcode::PopJumpIfNotNone => {
                let condition = *sp.sub(1);
                let taken = match opcode {
                    Opcode::PopJumpIfFalse => condition.same(Ref::bool(false).word()),
                    Opcode::PopJumpIfTrue => condition.same(Ref::bool(true).word()),
                    Opcode::PopJumpIfNone => condition.same(Ref::none().word()),
                    _ => !condition.same(Ref::none().word()),
                };
                if !taken {
                    return Ok(());
                }
                tell(&mut *th, event::BRANCH_RIGHT, &[place(offset + 2 + arg(unit)).as_ref()])
            }
            Opcode::NotTaken | Opcode::PopIter | Opcode::EndAsyncFor => {
                let which = if opcode == Opcode::NotTaken { event::BRANCH_LEFT } else { event::BRANCH_RIGHT };
                let before = (previous != usize::MAX).then_some(previous);
                let source = match (offset + 1).checked_sub(arg(unit)) {
                    Some(source) if opcode == Opcode::EndAsyncFor => source,
                    _ => observe::branch_source(code, offset, before),
                };
                observe::branch(&mut *th, code, offset, source, which, tools)
            }
            Opcode::EndSend => {
                stop_iteration(&mut *th, code, offset, tools, Ref::from_word(*sp.sub(2)), top())
            }
            _ => Ok(()),
        }
    }
}

/// Tells of the StopIteration that a delegation would have ended with.
fn stop_iteration(
    thread: &mut Thread,
    code: &Code,
    offset: usize,
    tools: u8,
    receiver: Ref<'_>,
    value: Value,
) -> Outcome<()> {
    if taipan_object::types::generator::find(receiver).is_none() {
        return Ok(());
    }
    let stop = protocol::call(thread, STOP_ITERATION.as_ref(), &[value.as_ref()])?;
    debug_assert!(stop.downcast::<Exception>().is_some());
    observe::local(thread, code, offset, event::STOP_ITERATION, tools, &[stop.as_ref()])
}
