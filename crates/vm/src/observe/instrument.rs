//! Instrumenting code: which units hold the observing handler, and for which tools.

use taipan_layout::{Frame, Unit};
use taipan_object::Thread;
use taipan_object::types::code::Code;
use taipan_object::types::code::monitoring::{LOCAL_EVENTS, Monitoring, Watch};
use taipan_opcode::Opcode;

use super::{Observers, TOOLS, event};
use crate::frame::code_of;
use crate::ops::OBSERVED;

/// The event of an instruction, if it has one.
fn event_of(opcode: Opcode, arg: u16) -> Option<usize> {
    Some(match opcode {
        Opcode::Resume if arg & 3 == 0 => event::PY_START,
        Opcode::Resume => event::PY_RESUME,
        Opcode::ReturnValue => event::PY_RETURN,
        Opcode::YieldValue => event::PY_YIELD,
        Opcode::Call | Opcode::CallKw | Opcode::CallFunctionEx | Opcode::LoadSuperAttr => event::CALL,
        Opcode::JumpForward | Opcode::JumpBackward => event::JUMP,
        Opcode::PopJumpIfFalse
        | Opcode::PopJumpIfTrue
        | Opcode::PopJumpIfNone
        | Opcode::PopJumpIfNotNone
        | Opcode::PopIter
        | Opcode::EndAsyncFor => event::BRANCH_RIGHT,
        Opcode::NotTaken | Opcode::ForIter => event::BRANCH_LEFT,
        Opcode::EndFor | Opcode::EndSend => event::STOP_ITERATION,
        _ => return None,
    })
}

/// Offset, instruction and its own operand of each instruction.
fn instructions(code: &Code) -> impl Iterator<Item = (usize, Opcode, u16)> {
    let bytes = &code.source.code;
    let mut at = 0;
    std::iter::from_fn(move || {
        let (op, arg) = (*bytes.get(at * 2)?, bytes[at * 2 + 1]);
        let opcode = Opcode::from_u8(op)?;
        let found = (at, opcode, u16::from(arg));
        at += 1 + opcode.caches();
        Some(found)
    })
}

/// Where tracing begins: what sets the frame up is not seen.
fn first_traceable(code: &Code) -> usize {
    instructions(code)
        .find(|(_, opcode, _)| *opcode == Opcode::Resume)
        .map_or(code.unit_count(), |(at, _, _)| at)
}

/// Lines, and where they begin: where the line changes, where jumps and exceptions arrive.
fn lines(code: &Code) -> Box<[Watch]> {
    let count = code.unit_count();
    let mut units = vec![Watch { lineno: -1, ..Watch::default() }; count].into_boxed_slice();
    for entry in code.source.locations() {
        for unit in units.iter_mut().take(entry.end).skip(entry.start) {
            unit.lineno = entry.location.lineno;
        }
    }
    let first = first_traceable(code);
    let mut current = -1;
    let mut wide = 0;
    let mut targets = Vec::new();
    for (at, opcode, arg) in instructions(code) {
        let line = units[at].lineno;
        let hidden = matches!(
            opcode,
            Opcode::EndAsyncFor | Opcode::EndFor | Opcode::EndSend | Opcode::Resume | Opcode::PopIter
        );
        if at >= first && !hidden {
            units[at].starts_line = line != current && line >= 0;
            current = line;
        }
        let arg = wide << 8 | usize::from(arg);
        wide = if opcode == Opcode::ExtendedArg { arg } else { 0 };
        let next = at + 1 + opcode.caches();
        match opcode {
            _ if at < first => {}
            Opcode::PopJumpIfFalse
            | Opcode::PopJumpIfTrue
            | Opcode::PopJumpIfNone
            | Opcode::PopJumpIfNotNone
            | Opcode::JumpForward => targets.push(next + arg),
            Opcode::ForIter => targets.push(next + arg + 2),
            Opcode::Send => targets.push(next + arg + 1),
            Opcode::JumpBackward | Opcode::JumpBackwardNoInterrupt => targets.extend(next.checked_sub(arg)),
            _ => {}
        }
    }
    let handlers = code.source.handlers().map(|entry| entry.target as usize);
    let handlers = handlers.filter(|at| code.canonical(*at) != Opcode::EndAsyncFor as u16);
    for target in targets.into_iter().chain(handlers.collect::<Vec<_>>()) {
        if let Some(unit) = units.get_mut(target)
            && unit.lineno >= 0
        {
            unit.starts_line = true;
        }
    }
    units
}

/// Gives a code object its table, if it has none.
pub(super) fn prepare(thread: &mut Thread, code: &Code) {
    if code.monitoring.view(thread).is_none() {
        let monitoring = Monitoring {
            version: 0,
            local: [0; LOCAL_EVENTS],
            uses: Observers::of(thread).uses.get(),
            active: [0; LOCAL_EVENTS],
            units: lines(code),
        };
        *code.monitoring.change(thread) = Some(Box::new(monitoring));
    }
}

/// Whether the code is instrumented for what tools want now.
pub(crate) fn is_current(thread: &Thread, code: &Code) -> bool {
    let version = Observers::of(thread).version.get();
    match code.monitoring.view(thread) {
        Some(monitoring) => monitoring.version == version,
        None => version == 0,
    }
}

/// Instruments a code object for what tools want now.
pub(crate) fn instrument(thread: &mut Thread, code: &Code) {
    if is_current(thread, code) {
        return;
    }
    let anything = Observers::of(thread).global.get()[..LOCAL_EVENTS].iter().any(|tools| *tools != 0);
    if code.monitoring.view(thread).is_none() && !anything {
        return;
    }
    prepare(thread, code);
    update(thread, code);
}

/// Drops what tools wanted in the code before they were cleared.
pub(super) fn forget_old_uses(monitoring: &mut Monitoring, uses: &[u32; TOOLS]) {
    for tool in 0..TOOLS {
        if monitoring.uses[tool] != uses[tool] {
            monitoring.uses[tool] = uses[tool];
            monitoring.local.iter_mut().for_each(|tools| *tools &= !(1 << tool));
        }
    }
}

/// As [`instrument`], also if the version did not change.
pub(super) fn update(thread: &mut Thread, code: &Code) {
    if !code.verified.get() {
        if taipan_code::verify::verify(&code.source).is_err() {
            return; // It is not going to run.
        }
        code.admit();
    }
    let observers = Observers::of(thread);
    let global = observers.global.get();
    let monitoring = code.monitoring.change(thread).as_mut().expect("prepared before");
    forget_old_uses(monitoring, &observers.uses.get());
    let mut wanted = monitoring.local;
    for (own, everywhere) in wanted.iter_mut().zip(global) {
        *own |= everywhere;
    }
    let restart = monitoring.version <= observers.last_restart.get();
    let active = monitoring.active;
    let change = |old: u8, which: usize| -> u8 {
        if restart {
            return wanted[which];
        }
        old & wanted[which] | wanted[which] & !active[which]
    };
    let first = first_traceable(code);
    for (at, opcode, arg) in instructions(code).filter(|(at, _, _)| *at >= first) {
        let unit = &mut monitoring.units[at];
        if let Some(which) = event_of(opcode, arg) {
            unit.event = change(unit.event, which);
        }
        unit.line = change(unit.line, event::LINE);
        if !matches!(opcode, Opcode::Resume | Opcode::EndFor) {
            unit.instruction = change(unit.instruction, event::INSTRUCTION);
        }
    }
    monitoring.active = wanted;
    monitoring.version = observers.version.get();
    apply(thread, code);
}

/// Puts the observing handler where somebody wants to see something. While lines are wanted, it is
/// everywhere, so that each instruction knows which came before.
fn apply(thread: &Thread, code: &Code) {
    let monitoring = code.monitoring.view(thread).as_ref().expect("prepared before");
    let any = monitoring.active.iter().any(|tools| *tools != 0);
    if !any && !code.observed.get() {
        return;
    }
    code.reset_units(any);
    if !any {
        return;
    }
    let all = monitoring.active[event::LINE] != 0;
    let first = first_traceable(code);
    for (at, _, _) in instructions(code).filter(|(at, _, _)| *at >= first) {
        let watch = &monitoring.units[at];
        if all || watch.event | watch.instruction != 0 {
            // SAFETY: the offset is one of the code's instructions; the operand stays.
            #[allow(unsafe_code)]
            unsafe {
                let unit = code.units.add(at);
                unit.write(Unit::new(OBSERVED, (*unit).arg()));
            }
        }
    }
}

/// A tool wants no more of an event at one instruction.
pub(super) fn disable(
    thread: &mut Thread,
    code: &Code,
    offset: usize,
    which: usize,
    tool: usize,
    both_ways: bool,
) {
    let other = if both_ways { other_way(code, offset, which) } else { None };
    let Some(monitoring) = code.monitoring.change(thread).as_mut() else { return };
    let mask = !(1 << tool);
    let unit = &mut monitoring.units[offset];
    match which {
        event::LINE => unit.line &= mask,
        event::INSTRUCTION => unit.instruction &= mask,
        _ => unit.event &= mask,
    }
    if let Some(other) = other {
        monitoring.units[other].event &= mask;
    }
}

/// The instruction that tells of the other way of a branch.
fn other_way(code: &Code, offset: usize, which: usize) -> Option<usize> {
    let op = code.canonical(offset);
    if op == Opcode::ForIter as u16 {
        return exhausted_by(code, offset);
    }
    if op == Opcode::PopIter as u16 {
        return loops(code).find(|(_, target)| *target == offset).map(|(at, _)| at);
    }
    if which == event::BRANCH_LEFT {
        return instructions(code).take_while(|(at, _, _)| *at < offset).last().map(|(at, _, _)| at);
    }
    let next = instructions(code).find(|(at, _, _)| *at > offset);
    next.filter(|(_, opcode, _)| *opcode == Opcode::NotTaken).map(|(at, _, _)| at)
}

/// The `POP_ITER` that the `FOR_ITER` at `source` goes to at the end.
fn exhausted_by(code: &Code, source: usize) -> Option<usize> {
    loops(code).find(|(at, _)| *at == source).map(|(_, target)| target)
}

/// Each `FOR_ITER` with the `POP_ITER` that it goes to at the end.
fn loops(code: &Code) -> impl Iterator<Item = (usize, usize)> {
    let mut wide = 0;
    instructions(code).filter_map(move |(at, opcode, arg)| {
        let arg = wide << 8 | usize::from(arg);
        wide = if opcode == Opcode::ExtendedArg { arg } else { 0 };
        (opcode == Opcode::ForIter).then(|| (at, at + 2 + arg + 1))
    })
}

/// Where a branch was taken that is told of at `offset`: the instruction before `NOT_TAKEN`, the
/// loop that a `POP_ITER` ends.
pub(crate) fn branch_source(code: &Code, offset: usize, previous: Option<usize>) -> usize {
    if code.canonical(offset) == Opcode::PopIter as u16 {
        let source = loops(code).find(|(_, target)| *target == offset).map(|(at, _)| at);
        return source.or(previous).unwrap_or(offset);
    }
    let before = instructions(code).take_while(|(at, _, _)| *at < offset).last();
    before.map_or(offset, |(at, _, _)| at)
}

/// Instruments what runs now; what is entered later sees to itself.
pub(super) fn instrument_running(thread: &mut Thread) {
    let mut frame: *mut Frame = thread.frame;
    while !frame.is_null() {
        // SAFETY: the frames of the running chain are live.
        #[allow(unsafe_code)]
        let code = unsafe { code_of(frame) };
        instrument(thread, code);
        // SAFETY: as above.
        #[allow(unsafe_code)]
        unsafe {
            frame = (*frame).prev;
        }
    }
}
