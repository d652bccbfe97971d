//! Watching execution: `sys.monitoring` (PEP 669), `sys.settrace` and `sys.setprofile`.
//!
//! Tools ask for events; code objects are instrumented for them ([`mod@instrument`]) when they are
//! entered, and the handler in `ops::observed` tells the tools. While any tool asks for events
//! everywhere, the safepoint word has the bit `INSTRUMENT`, so that function entries and handled
//! exceptions look here; otherwise nothing is paid.
//!
//! Answers for CPython's `Python/instrumentation.c` and `Python/legacy_tracing.c`.

mod functions;
mod instrument;
mod legacy;
mod monitoring;

use std::cell::{Cell, OnceCell, RefCell};
use std::sync::atomic::Ordering;

use taipan_layout::Frame;
use taipan_object::thread::events as safepoint;
use taipan_object::types::code::Code;
use taipan_object::types::code::monitoring::LOCAL_EVENTS;
use taipan_object::types::exception::STOP_ITERATION;
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Ref, Thread, Value, protocol};

pub use functions::FUNCTIONS;
pub(crate) use instrument::{branch_source, instrument, is_current};
pub use monitoring::make_namespace;

use crate::frame::code_of;

/// The events, by number.
#[allow(missing_docs)]
pub(crate) mod event {
    pub const PY_START: usize = 0;
    pub const PY_RESUME: usize = 1;
    pub const PY_RETURN: usize = 2;
    pub const PY_YIELD: usize = 3;
    pub const CALL: usize = 4;
    pub const LINE: usize = 5;
    pub const INSTRUCTION: usize = 6;
    pub const JUMP: usize = 7;
    pub const BRANCH_LEFT: usize = 8;
    pub const BRANCH_RIGHT: usize = 9;
    pub const STOP_ITERATION: usize = 10;
    pub const RAISE: usize = 11;
    pub const EXCEPTION_HANDLED: usize = 12;
    pub const PY_UNWIND: usize = 13;
    pub const PY_THROW: usize = 14;
    pub const RERAISE: usize = 15;
    pub const C_RETURN: usize = 16;
    pub const C_RAISE: usize = 17;
    pub const BRANCH: usize = 18;

    pub const NAMES: [&str; 19] = [
        "PY_START",
        "PY_RESUME",
        "PY_RETURN",
        "PY_YIELD",
        "CALL",
        "LINE",
        "INSTRUCTION",
        "JUMP",
        "BRANCH_LEFT",
        "BRANCH_RIGHT",
        "STOP_ITERATION",
        "RAISE",
        "EXCEPTION_HANDLED",
        "PY_UNWIND",
        "PY_THROW",
        "RERAISE",
        "C_RETURN",
        "C_RAISE",
        "BRANCH",
    ];
}

/// How many events are not made of others.
const UNGROUPED: usize = 16;
/// How many events there are.
const EVENTS: usize = 19;
/// How many tools there are; the last two are the functions of `sys`.
const TOOLS: usize = 8;
/// The tool that stands for `sys.setprofile`.
pub(crate) const PROFILE: usize = 6;
/// The tool that stands for `sys.settrace`.
pub(crate) const TRACE: usize = 7;

/// What a tool wants to be called with an event.
#[derive(Clone)]
struct Callback {
    function: Value,
    /// Registered for `BRANCH`, so that it is told of both ways.
    both_ways: bool,
}

/// The tools of an interpreter.
#[derive(Default)]
pub(crate) struct Observers {
    /// Changes whenever code may have to be instrumented otherwise.
    version: Cell<u32>,
    /// Code that was instrumented before this version forgets what was disabled.
    last_restart: Cell<u32>,
    /// For each event, the tools that want it everywhere: a bit each.
    global: Cell<[u8; UNGROUPED]>,
    callbacks: RefCell<[[Option<Callback>; EVENTS]; TOOLS]>,
    names: RefCell<[Option<Value>; TOOLS]>,
    /// How often each tool has been cleared: what it wanted in single code objects before is void.
    uses: Cell<[u32; TOOLS]>,
    disable: OnceCell<Value>,
    missing: OnceCell<Value>,
}

impl Observers {
    /// Those of the running interpreter.
    pub(crate) fn of<'i>(thread: &Thread) -> &'i Observers {
        let kept = thread.interp().observers.get_or_init(|| Box::new(Observers::default()));
        kept.downcast_ref().expect("set here alone")
    }

    /// `sys.monitoring.MISSING`: the argument of a call without arguments.
    pub(crate) fn missing(&self, thread: &mut Thread) -> Outcome {
        marker(&self.missing, thread)
    }

    /// `sys.monitoring.DISABLE`: what a callback returns to hear no more.
    pub(crate) fn disable(&self, thread: &mut Thread) -> Outcome {
        marker(&self.disable, thread)
    }

    fn global_tools(&self, which: usize) -> u8 {
        self.global.get().get(which).copied().unwrap_or(0)
    }

    /// Makes every code object look again at what it is instrumented for.
    fn advance(&self, thread: &mut Thread) {
        self.version.set(self.version.get() + 1);
        let watched = self.global.get().iter().any(|tools| *tools != 0);
        if watched {
            thread.breaker.fetch_or(safepoint::INSTRUMENT, Ordering::Relaxed);
        } else {
            thread.breaker.fetch_and(!safepoint::INSTRUMENT, Ordering::Relaxed);
        }
        instrument::instrument_running(thread);
    }

    /// Sets what a tool wants everywhere.
    pub(crate) fn set_events(&self, thread: &mut Thread, tool: usize, wanted: u32) {
        let mut global = self.global.get();
        for (which, tools) in global.iter_mut().enumerate() {
            *tools = *tools & !(1 << tool) | ((wanted >> which & 1) as u8) << tool;
        }
        if global != self.global.get() {
            self.global.set(global);
            self.advance(thread);
        }
    }

    /// What a tool wants everywhere.
    pub(crate) fn events(&self, tool: usize) -> u32 {
        let global = self.global.get();
        (0..UNGROUPED).filter(|which| global[*which] >> tool & 1 == 1).fold(0, |all, which| all | 1 << which)
    }

    /// Sets what a tool wants in one code object.
    pub(crate) fn set_local_events(&self, thread: &mut Thread, code: &Code, tool: usize, wanted: u32) {
        instrument::prepare(thread, code);
        let uses = self.uses.get();
        let monitoring = code.monitoring.change(thread).as_mut().expect("just prepared");
        instrument::forget_old_uses(monitoring, &uses);
        let before = monitoring.local;
        for (which, tools) in monitoring.local.iter_mut().enumerate() {
            *tools = *tools & !(1 << tool) | ((wanted >> which & 1) as u8) << tool;
        }
        if before != monitoring.local {
            instrument::update(thread, code);
        }
    }

    /// Makes void what a tool wants in single code objects.
    pub(crate) fn end_use(&self, thread: &mut Thread, tool: usize) {
        let mut uses = self.uses.get();
        uses[tool] += 1;
        self.uses.set(uses);
        self.advance(thread);
    }

    /// What a tool wants in one code object.
    pub(crate) fn local_events(&self, thread: &Thread, code: &Code, tool: usize) -> u32 {
        let Some(monitoring) = code.monitoring.view(thread) else { return 0 };
        if monitoring.uses[tool] != self.uses.get()[tool] {
            return 0;
        }
        (0..LOCAL_EVENTS)
            .filter(|which| monitoring.local[*which] >> tool & 1 == 1)
            .fold(0, |all, which| all | 1 << which)
    }
}

fn marker(cell: &OnceCell<Value>, thread: &mut Thread) -> Outcome {
    if let Some(made) = cell.get() {
        return Ok(made.clone());
    }
    let made = protocol::call(thread, taipan_object::types::object::OBJECT.as_ref(), &[])?;
    Ok(cell.get_or_init(|| made).clone())
}

/// Whether tools watch everything, so that exceptions and entries have to be told of.
#[inline]
pub(crate) fn watching(thread: &Thread) -> bool {
    thread.breaker.load(Ordering::Relaxed) & safepoint::INSTRUMENT != 0
}

/// What came of telling one tool.
enum Answer {
    Heard,
    Disable,
}

/// Calls one tool's callback.
fn tell_one(thread: &mut Thread, tool: usize, which: usize, arguments: &[Ref<'_>]) -> Outcome<Answer> {
    let observers = Observers::of(thread);
    let callback = observers.callbacks.borrow()[tool][which].clone();
    if callback.is_none() && tool < PROFILE {
        return Ok(Answer::Heard);
    }
    let outer = std::mem::replace(&mut thread.what_event, which as i32);
    thread.tracing += 1;
    let answer = match &callback {
        Some(callback) => protocol::call(thread, callback.function.as_ref(), arguments).and_then(|answer| {
            let disable = observers.disable(thread)?;
            Ok(if answer.as_ref().is(disable.as_ref()) { Answer::Disable } else { Answer::Heard })
        }),
        None if tool == PROFILE => legacy::profile_event(thread, which, arguments).map(|()| Answer::Heard),
        None => legacy::trace_event(thread, which, arguments),
    };
    thread.tracing -= 1;
    thread.what_event = outer;
    answer
}

/// Tells tools of an event at `offset`: the arguments follow the code object and, unless `place` is
/// given, the offset in bytes.
fn tell(
    thread: &mut Thread,
    code: &Code,
    offset: usize,
    which: usize,
    tools: u8,
    place: Option<i64>,
    more: &[Ref<'_>],
) -> Outcome<()> {
    if thread.tracing != 0 || tools == 0 {
        return Ok(());
    }
    // The callback may drop what runs.
    let code_value = Ref::of(code).to_value();
    let place = Value::small_int(place.unwrap_or(offset as i64 * 2));
    let mut arguments: Vec<Ref<'_>> = vec![code_value.as_ref(), place.as_ref()];
    arguments.extend_from_slice(more);
    for tool in (0..TOOLS).rev().filter(|tool| tools >> tool & 1 == 1) {
        if let Answer::Heard = tell_one(thread, tool, which, &arguments)? {
            continue;
        }
        if which >= LOCAL_EVENTS {
            let observers = Observers::of(thread);
            let removed = observers.callbacks.borrow_mut()[tool][which].take();
            drop(removed);
            let name = event::NAMES[which];
            return Err(thread.value_error(format!("Cannot disable {name} events. Callback removed.")));
        }
        let both =
            Observers::of(thread).callbacks.borrow()[tool][which].as_ref().is_some_and(|c| c.both_ways);
        instrument::disable(thread, code, offset, which, tool, both);
    }
    Ok(())
}

/// Tells of an event of the instruction at `offset` of the running frame.
pub(crate) fn local(
    thread: &mut Thread,
    code: &Code,
    offset: usize,
    which: usize,
    tools: u8,
    more: &[Ref<'_>],
) -> Outcome<()> {
    tell(thread, code, offset, which, tools, None, more)
}

/// Tells of a branch that was taken at `source`; the watched instruction at `offset` is where it
/// leads.
pub(crate) fn branch(
    thread: &mut Thread,
    code: &Code,
    offset: usize,
    source: usize,
    which: usize,
    tools: u8,
) -> Outcome<()> {
    let to = Value::small_int(offset as i64 * 2 + 2);
    tell(thread, code, offset, which, tools, Some(source as i64 * 2), &[to.as_ref()])
}

/// Tells of a line that begins, and of an instruction, at `offset`; `previous` is where the frame
/// stood before.
pub(crate) fn line_and_instruction(
    thread: &mut Thread,
    code: &Code,
    offset: usize,
    previous: Option<usize>,
) -> Outcome<()> {
    let Some(monitoring) = code.monitoring.view(thread) else { return Ok(()) };
    let watch = monitoring.units[offset];
    if watch.starts_line && watch.line != 0 && watch.lineno >= 0 {
        let same = previous.is_some_and(|previous| {
            monitoring.units[previous].lineno == watch.lineno
                && code.canonical(previous) != taipan_opcode::Opcode::Resume as u16
        });
        if !same {
            let line = Some(i64::from(watch.lineno));
            tell(thread, code, offset, event::LINE, watch.line, line, &[])?;
        }
    }
    tell(thread, code, offset, event::INSTRUCTION, watch.instruction, None, &[])
}

/// Tells of an event about the exception being raised, which a callback's error replaces.
///
/// # Safety
/// `frame` is live.
#[cold]
pub(crate) unsafe fn exception(thread: &mut Thread, frame: *mut Frame, offset: usize, which: usize) {
    let tools = Observers::of(thread).global_tools(which);
    if tools == 0 || thread.tracing != 0 {
        return;
    }
    let Some(raised) = thread.take_exception() else { return };
    // SAFETY: the caller's promise.
    let code = unsafe { code_of(frame) };
    let told = tell(thread, code, offset, which, tools, None, &[raised.as_ref()]);
    if told.is_ok() {
        thread.exception = Some(raised);
    }
}

/// The next item of a loop at `pc`; tools are told of a StopIteration that ends it.
pub(crate) fn next_told(
    thread: &mut Thread,
    pc: *const taipan_layout::Unit,
    iterator: Ref<'_>,
) -> Outcome<Option<Value>> {
    let Some(next) = iterator.ty().slots().next else { return protocol::next(thread, iterator) };
    let item = next(thread, iterator);
    let Err(raised) = item else { return item };
    if !thread.exception_is(&STOP_ITERATION) {
        return Err(raised);
    }
    let frame = thread.frame;
    // SAFETY: the running frame is live.
    unsafe {
        let offset = code_of(frame).offset_of(pc);
        exception(thread, frame, offset, event::RAISE);
    }
    protocol::end_of_iteration(thread, raised).map(|()| None)
}

/// Tells of an exception that is handled; `Err` if a callback raised.
///
/// # Safety
/// `frame` is live.
#[cold]
pub(crate) unsafe fn handled(
    thread: &mut Thread,
    frame: *mut Frame,
    offset: usize,
    exception: Ref<'_>,
) -> Outcome<()> {
    let tools = Observers::of(thread).global_tools(event::EXCEPTION_HANDLED);
    // SAFETY: the caller's promise.
    let code = unsafe { code_of(frame) };
    tell(thread, code, offset, event::EXCEPTION_HANDLED, tools, None, &[exception])
}

/// Makes the trace function see each instruction of a code object, or no more.
pub(crate) fn trace_opcodes(thread: &mut Thread, code: &Code, on: bool) -> Outcome<()> {
    let observers = Observers::of(thread);
    let bit = 1 << event::INSTRUCTION;
    let wanted = observers.local_events(thread, code, TRACE);
    let wanted = if on { wanted | bit } else { wanted & !bit };
    observers.set_local_events(thread, code, TRACE, wanted);
    Ok(())
}

/// The name of a tool that is in use.
fn tool_name(thread: &Thread, tool: usize) -> Option<Value> {
    let name = Observers::of(thread).names.borrow()[tool].clone();
    debug_assert!(name.as_ref().is_none_or(|name| name.downcast::<Str>().is_some()));
    name
}
