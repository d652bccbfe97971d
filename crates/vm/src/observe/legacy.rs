//! `sys.settrace` and `sys.setprofile` as tools of monitoring.

use taipan_object::types::builtin::{METHOD_DESCRIPTOR, NATIVE_FUNCTION};
use taipan_object::types::exception::Exception;
use taipan_object::types::frame::FrameObject;
use taipan_object::types::method::BoundMethod;
use taipan_object::{Outcome, Ref, Thread, Value, protocol};

use super::{Answer, Observers, PROFILE, TRACE, event, trace_opcodes};

const TRACED: u32 = 1 << event::PY_START
    | 1 << event::PY_RESUME
    | 1 << event::PY_RETURN
    | 1 << event::PY_YIELD
    | 1 << event::RAISE
    | 1 << event::LINE
    | 1 << event::JUMP
    | 1 << event::PY_UNWIND
    | 1 << event::PY_THROW
    | 1 << event::STOP_ITERATION;

const PROFILED: u32 = 1 << event::PY_START
    | 1 << event::PY_RESUME
    | 1 << event::PY_RETURN
    | 1 << event::PY_YIELD
    | 1 << event::CALL
    | 1 << event::PY_UNWIND
    | 1 << event::PY_THROW;

/// `sys.settrace`
pub(super) fn set_trace(thread: &mut Thread, function: Option<Value>) -> Outcome<()> {
    let on = function.is_some();
    let old = std::mem::replace(&mut thread.trace, function);
    drop(old);
    if on
        && let Some(frame) = thread.frame_at(0)?
        && let Some(frame) = frame.downcast::<FrameObject>()
        && frame.trace_opcodes.get()
    {
        trace_opcodes(thread, frame.code(), true)?;
    }
    Observers::of(thread).set_events(thread, TRACE, if on { TRACED } else { 0 });
    Ok(())
}

/// `sys.setprofile`
pub(super) fn set_profile(thread: &mut Thread, function: Option<Value>) {
    let on = function.is_some();
    let old = std::mem::replace(&mut thread.profile, function);
    drop(old);
    Observers::of(thread).set_events(thread, PROFILE, if on { PROFILED } else { 0 });
}

/// The frame that an event is about.
fn running_frame(thread: &mut Thread, what: &str) -> Outcome {
    match thread.frame_at(0)? {
        Some(frame) => Ok(frame),
        None => Err(thread.system_error(format!("Missing frame when calling {what} function."))),
    }
}

/// Calls the trace function, or the local one of the frame, and keeps what it answers.
fn trampoline(thread: &mut Thread, frame: &Value, what: &str, argument: Ref<'_>) -> Outcome<()> {
    let own = frame.downcast::<FrameObject>().expect("a frame");
    let callback = if what == "call" { thread.trace.clone() } else { own.trace.view(thread).clone() };
    let Some(callback) = callback else { return Ok(()) };
    let name = thread.intern(what)?;
    match protocol::call(thread, callback.as_ref(), &[frame.as_ref(), name.as_ref(), argument]) {
        Ok(answer) if answer.as_ref().is_none() => Ok(()),
        Ok(answer) => {
            let old = own.trace.change(thread).replace(answer);
            drop(old);
            Ok(())
        }
        Err(raised) => {
            let exception = thread.take_exception();
            let _ = set_trace(thread, None);
            let old = own.trace.change(thread).take();
            drop(old);
            thread.exception = exception;
            Err(raised)
        }
    }
}

/// Calls the trace function as for any event but those of lines.
fn call_trace(thread: &mut Thread, what: &str, argument: Ref<'_>) -> Outcome<()> {
    let frame = running_frame(thread, "trace")?;
    let own = frame.downcast::<FrameObject>().expect("a frame");
    if own.trace_opcodes.get() {
        trace_opcodes(thread, own.code(), true)?;
    }
    let told = trampoline(thread, &frame, what, argument);
    own.line.set(0);
    told
}

fn call_trace_line(thread: &mut Thread, frame: &Value, line: i32) -> Outcome<()> {
    let own = frame.downcast::<FrameObject>().expect("a frame");
    if !own.trace_lines.get() || line < 0 {
        return Ok(());
    }
    own.line.set(line);
    let told = trampoline(thread, frame, "line", Ref::none());
    own.line.set(0);
    told
}

/// Tells the trace function. `arguments` are those of the event.
pub(super) fn trace_event(thread: &mut Thread, which: usize, arguments: &[Ref<'_>]) -> Outcome<Answer> {
    if thread.trace.is_none() {
        return Ok(Answer::Heard);
    }
    match which {
        event::PY_START | event::PY_RESUME | event::PY_THROW => call_trace(thread, "call", Ref::none())?,
        event::PY_RETURN | event::PY_YIELD => call_trace(thread, "return", arguments[2])?,
        event::PY_UNWIND => call_trace(thread, "return", Ref::none())?,
        event::RAISE | event::STOP_ITERATION => {
            let exception = arguments[2];
            let traceback = exception.downcast::<Exception>().and_then(|own| own.traceback(thread));
            let ty = exception.ty().as_ref().to_value();
            let parts = [ty, exception.to_value(), traceback.unwrap_or_else(Value::none)];
            let argument = thread.tuple(parts)?;
            call_trace(thread, "exception", argument.as_ref())?;
        }
        event::LINE => {
            let line = protocol::index_i64(thread, arguments[1])? as i32;
            let frame = running_frame(thread, "trace")?;
            call_trace_line(thread, &frame, line)?;
        }
        event::JUMP => return jump(thread, arguments),
        event::INSTRUCTION => {
            let frame = running_frame(thread, "trace")?;
            let own = frame.downcast::<FrameObject>().expect("a frame");
            if !own.trace_opcodes.get() {
                trace_opcodes(thread, own.code(), false)?;
                return Ok(Answer::Heard);
            }
            let told = trampoline(thread, &frame, "opcode", Ref::none());
            own.line.set(0);
            told?;
        }
        _ => {}
    }
    Ok(Answer::Heard)
}

/// A backward jump within a line is a new line to the trace function.
fn jump(thread: &mut Thread, arguments: &[Ref<'_>]) -> Outcome<Answer> {
    let from = protocol::index_i64(thread, arguments[1])?;
    let to = protocol::index_i64(thread, arguments[2])?;
    if to > from {
        return Ok(Answer::Disable);
    }
    let frame = running_frame(thread, "trace")?;
    let own = frame.downcast::<FrameObject>().expect("a frame");
    let code = &own.code().source;
    let lines = [from, to].map(|at| code.location_at(at as usize).lineno);
    if lines[0] != lines[1] {
        return Ok(Answer::Disable);
    }
    call_trace_line(thread, &frame, lines[1])?;
    Ok(Answer::Heard)
}

/// Tells the profile function.
pub(super) fn profile_event(thread: &mut Thread, which: usize, arguments: &[Ref<'_>]) -> Outcome<()> {
    match which {
        event::PY_START | event::PY_RESUME | event::PY_THROW => call_profile(thread, "call", Ref::none()),
        event::PY_RETURN | event::PY_YIELD => call_profile(thread, "return", arguments[2]),
        event::PY_UNWIND => call_profile(thread, "return", Ref::none()),
        event::CALL => native_call(thread, "c_call", arguments),
        event::C_RETURN => native_call(thread, "c_return", arguments),
        event::C_RAISE => native_call(thread, "c_exception", arguments),
        _ => Ok(()),
    }
}

fn call_profile(thread: &mut Thread, what: &str, argument: Ref<'_>) -> Outcome<()> {
    let Some(callback) = thread.profile.clone() else { return Ok(()) };
    let frame = running_frame(thread, "profile")?;
    let name = thread.intern(what)?;
    match protocol::call(thread, callback.as_ref(), &[frame.as_ref(), name.as_ref(), argument]) {
        Ok(_) => Ok(()),
        Err(raised) => {
            let exception = thread.take_exception();
            set_profile(thread, None);
            thread.exception = exception;
            Err(raised)
        }
    }
}

/// Calls of native functions; a method of a native type is shown bound.
fn native_call(thread: &mut Thread, what: &str, arguments: &[Ref<'_>]) -> Outcome<()> {
    let callable = arguments[2];
    if callable.ty().is(&NATIVE_FUNCTION) {
        return call_profile(thread, what, callable);
    }
    if callable.ty().is(&METHOD_DESCRIPTOR) {
        let receiver = arguments[3];
        let missing = Observers::of(thread).missing(thread)?;
        if receiver.is(missing.as_ref()) {
            return Ok(());
        }
        if let Some(get) = callable.ty().slots().descr_get {
            let bound = get(thread, callable, Some(receiver), Some(receiver.ty().as_ref()))?;
            return call_profile(thread, what, bound.as_ref());
        }
    }
    if let Some(method) = callable.downcast::<BoundMethod>()
        && method.function.as_ref().ty().is(&NATIVE_FUNCTION)
    {
        let function = method.function.clone();
        return call_profile(thread, what, function.as_ref());
    }
    Ok(())
}
