//! Setting `f_lineno`: jumps of a debugger to another line of the running code.
//!
//! What lies on the operand stack is modelled at every instruction; a jump is allowed where the
//! target's stack is what remains of the present one after pops.
//!
//! Answers for `frame_setlineno` in CPython's `Objects/frameobject.c`.
#![allow(unsafe_code)] // the operands of the record

use taipan_code::CodeObject;
use taipan_layout::{Frame, Word};
use taipan_num::Int;
use taipan_opcode::Opcode;

use super::{FrameObject, generator_state};
use crate::heap;
use crate::protocol;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::generator::State;
use crate::types::int::{INT, to_int};
use crate::value::{Outcome, Raised, Ref};

/// What an operand is, as far as jumps care.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Iterator,
    Except,
    Object,
    Null,
    Lasti,
}

/// The operands at an instruction; none where it cannot be reached.
type Stack = Option<Vec<Kind>>;

fn compatible(from: Kind, to: Kind) -> bool {
    match to {
        Kind::Object => from != Kind::Null,
        Kind::Null => true,
        to => from == to,
    }
}

/// Whether popping the present operands gives those of the target.
fn reachable(from: &Stack, to: &Stack) -> bool {
    let (Some(from), Some(to)) = (from, to) else { return false };
    from.len() >= to.len() && from.iter().zip(to).all(|(from, to)| compatible(*from, *to))
}

fn why_not(to: &Stack) -> &'static str {
    match to.as_ref().map(|to| to.last()) {
        None => "can't jump into an exception handler, or code may be unreachable",
        Some(Some(Kind::Except)) => "can't jump into an 'except' block as there's no exception",
        Some(Some(Kind::Lasti)) => "can't jump into a re-raising block as there's no location",
        Some(Some(Kind::Iterator)) => "can't jump into the body of a for loop",
        Some(Some(Kind::Object | Kind::Null) | None) => "incompatible stacks",
    }
}

/// The operands at each unit.
struct Model<'a> {
    code: &'a CodeObject,
    stacks: Vec<Stack>,
    again: bool,
}

impl Model<'_> {
    #[allow(clippy::new_ret_no_self)]
    fn new(code: &CodeObject) -> Vec<Stack> {
        let mut stacks = vec![None; code.code.len() / 2 + 1];
        stacks[0] = Some(Vec::new());
        let mut model = Model { code, stacks, again: true };
        while std::mem::take(&mut model.again) {
            model.scan();
            model.handlers();
        }
        model.stacks
    }

    fn set(&mut self, at: usize, stack: &[Kind]) {
        if let Some(slot) = self.stacks.get_mut(at) {
            *slot = Some(stack.to_vec());
        }
    }

    /// One pass over the instructions.
    fn scan(&mut self) {
        let code = self.code;
        let unit = |at: usize| (code.code[at * 2], u32::from(code.code[at * 2 + 1]));
        let count = code.code.len() / 2;
        let mut at = 0;
        while at < count {
            let stack = self.stacks[at].clone();
            let mut arg = 0;
            let (mut op, mut low) = unit(at);
            while op == Opcode::ExtendedArg as u8 && at + 1 < count {
                arg = (arg | low) << 8;
                at += 1;
                (op, low) = unit(at);
                self.stacks[at] = stack.clone();
            }
            arg |= low;
            let opcode = Opcode::from_u8(op);
            let next = at + 1 + opcode.map_or(0, |opcode| opcode.caches());
            if let (Some(opcode), Some(mut stack)) = (opcode, stack) {
                self.step(opcode, arg as usize, at, next, &mut stack);
            }
            at = next;
        }
    }

    /// What one instruction leaves, for those that may follow it.
    fn step(&mut self, opcode: Opcode, arg: usize, at: usize, next: usize, stack: &mut Vec<Kind>) {
        match opcode {
            Opcode::PopJumpIfFalse
            | Opcode::PopJumpIfTrue
            | Opcode::PopJumpIfNone
            | Opcode::PopJumpIfNotNone => {
                stack.pop();
                self.set(next + arg, stack);
            }
            Opcode::Send => self.set(next + arg, stack),
            Opcode::JumpForward => {
                self.set(next + arg, stack);
                return;
            }
            Opcode::JumpBackward | Opcode::JumpBackwardNoInterrupt => {
                if let Some(target) = next.checked_sub(arg) {
                    self.again |= self.stacks[target].is_none() && target < at;
                    self.set(target, stack);
                }
                return;
            }
            Opcode::GetIter | Opcode::GetAiter => {
                stack.pop();
                stack.push(Kind::Iterator);
            }
            Opcode::ForIter => {
                stack.push(Kind::Object);
                self.set(next + arg, stack);
            }
            Opcode::EndAsyncFor => {
                stack.pop();
                stack.pop();
            }
            Opcode::PushExcInfo => stack.push(Kind::Except),
            Opcode::PopExcept => drop(stack.pop()),
            Opcode::ReturnValue | Opcode::RaiseVarargs | Opcode::Reraise => return,
            Opcode::PushNull => stack.push(Kind::Null),
            Opcode::LoadGlobal => {
                stack.push(Kind::Object);
                if arg & 1 == 1 {
                    stack.push(Kind::Null);
                }
            }
            Opcode::LoadAttr => {
                if arg & 1 == 1 {
                    stack.push(Kind::Null);
                }
            }
            Opcode::Swap => {
                let (top, other) = (stack.len().wrapping_sub(1), stack.len().wrapping_sub(arg));
                if other < stack.len() && top < stack.len() {
                    stack.swap(top, other);
                }
            }
            Opcode::Copy => {
                let copied = stack.len().checked_sub(arg).map(|index| stack[index]);
                stack.push(copied.unwrap_or(Kind::Object));
            }
            _ => {
                let delta = opcode.stack_effect(arg as i32, Some(false)).unwrap_or(0);
                for _ in 0..-delta {
                    stack.pop();
                }
                for _ in 0..delta {
                    stack.push(Kind::Object);
                }
            }
        }
        self.set(next, stack);
    }

    /// What exception handlers find.
    fn handlers(&mut self) {
        for entry in self.code.handlers() {
            let Some(Some(stack)) = self.stacks.get(entry.start as usize).cloned() else { continue };
            let target = entry.target as usize;
            if self.stacks.get(target).is_none_or(|slot| slot.is_some()) {
                continue;
            }
            let mut stack = stack;
            stack.truncate(entry.depth as usize);
            if entry.lasti {
                stack.push(Kind::Lasti);
            }
            stack.push(Kind::Except);
            self.set(target, &stack);
            self.again = true;
        }
    }
}

/// Where lines begin: the unit, and the line.
fn line_starts(code: &CodeObject) -> Vec<(usize, i32)> {
    let mut last = -1;
    let mut starts = Vec::new();
    for entry in code.locations() {
        let line = entry.location.lineno;
        if line != last && line != -1 {
            starts.push((entry.start, line));
            last = line;
        }
    }
    starts
}

/// Whether the event that tools are being told of allows a jump.
fn check_event(thread: &mut Thread) -> Outcome<()> {
    let message = match thread.what_event {
        ..0 => "f_lineno can only be set in a trace function",
        // PY_RESUME, PY_YIELD, LINE, JUMP, BRANCH_LEFT, BRANCH_RIGHT
        1 | 3 | 5 | 7 | 8 | 9 => return Ok(()),
        // PY_START
        0 => "can't jump from the 'call' trace event of a new frame",
        // CALL, C_RETURN
        4 | 16 => "can't jump during a call",
        _ => "can only jump from a 'line' trace event",
    };
    Err(thread.value_error(message))
}

fn wanted_line(thread: &mut Thread, value: Ref<'_>) -> Outcome<i32> {
    if !value.ty().is(&INT) {
        return Err(thread.value_error("lineno must be an integer"));
    }
    check_event(thread)?;
    let line = match to_int(value).as_deref() {
        Some(Int::Small(line)) => i32::try_from(*line).ok(),
        _ => None,
    };
    line.ok_or_else(|| thread.value_error("lineno out of range"))
}

/// Where a jump leads: the unit, and how many operands stay.
fn destination(thread: &mut Thread, frame: &FrameObject, wanted: i32) -> Outcome<(usize, Vec<Kind>, usize)> {
    let code = &*frame.code().source;
    if wanted < code.firstlineno {
        return Err(thread.value_error(format!("line {wanted} comes before the current code block")));
    }
    let starts = line_starts(code);
    let line = starts.iter().map(|(_, line)| *line).filter(|line| *line >= wanted).min();
    let Some(line) = line else {
        return Err(thread.value_error(format!("line {wanted} comes after the current code block")));
    };
    let stacks = Model::new(code);
    let present = stacks[frame.offset()].clone();
    let mut best: Option<(usize, usize)> = None;
    let mut message = "cannot find bytecode for specified line";
    let mut explained = false;
    for (at, _) in starts.iter().filter(|(_, own)| *own == line) {
        let target = &stacks[*at];
        if reachable(&present, target) {
            let depth = target.as_ref().map_or(0, Vec::len);
            if best.is_none_or(|(_, most)| depth > most) {
                best = Some((*at, depth));
            }
        } else if best.is_none() && !explained {
            if present.is_none() {
                message = "can't jump from unreachable code";
            } else {
                message = why_not(target);
                explained = true;
            }
        }
    }
    match (best, present) {
        (Some((at, depth)), Some(present)) => Ok((at, present, depth)),
        _ => Err(thread.value_error(message)),
    }
}

/// The setter of `f_lineno`.
pub(super) fn set_line(thread: &mut Thread, object: Ref<'_>, value: Option<Ref<'_>>) -> Outcome<()> {
    let frame = object.downcast::<FrameObject>().expect("the descriptor checks the receiver");
    let Some(value) = value else { return Err(cannot_delete(thread)) };
    let wanted = wanted_line(thread, value)?;
    if frame.is_over() {
        return Err(thread.value_error("can't jump from unreachable code"));
    }
    let (target, mut present, depth) = destination(thread, frame, wanted)?;
    bind_none(thread, frame)?;
    let record = frame.record();
    let suspended = matches!(generator_state(frame), Some(State::Suspended | State::Delegating));
    if suspended {
        present.pop(); // What `yield` took.
    }
    // SAFETY: the record is live and at an instruction whose operands the model knows.
    unsafe {
        while present.len() > depth {
            let kind = present.pop().expect("longer than what stays");
            pop(thread, record, kind);
        }
        (*record).pc = frame.code().units.add(target);
    }
    frame.line.set(0);
    Ok(())
}

#[cold]
fn cannot_delete(thread: &mut Thread) -> Raised {
    thread.raise_new(
        &crate::types::exception::ATTRIBUTE_ERROR,
        "attribute 'f_lineno' of 'frame' objects cannot be deleted",
    )
}

/// Drops the topmost operand; the exception that a handler was entered for is handled no more.
unsafe fn pop(thread: &mut Thread, record: *mut Frame, kind: Kind) {
    // SAFETY: the caller knows that there is an operand.
    unsafe {
        (*record).sp = (*record).sp.sub(1);
        let word = (*record).sp.replace(Word::NULL);
        if kind == Kind::Except {
            let handled = thread.handled;
            let old = (*handled).value;
            (*handled).value = if word.same(Ref::none().word()) { Word::NULL } else { word };
            heap::release(old);
        } else {
            heap::release(word);
        }
    }
}

/// Gives unbound variables None: the compiler may have proved that they are bound where it goes.
fn bind_none(thread: &mut Thread, frame: &FrameObject) -> Outcome<()> {
    let unbound: Vec<usize> =
        (0..frame.code().locals as usize).filter(|index| frame.variable(thread, *index).is_none()).collect();
    if unbound.is_empty() {
        return Ok(());
    }
    let plural = if unbound.len() == 1 { "" } else { "s" };
    let message = format!("assigning None to {} unbound local{plural}", unbound.len());
    warn(thread, &message)?;
    for index in unbound {
        frame.set_variable(thread, index, crate::value::Value::none());
    }
    Ok(())
}

/// RuntimeWarning, if warnings have been imported.
fn warn(thread: &mut Thread, message: &str) -> Outcome<()> {
    let name = thread.intern("_warnings")?;
    let modules = thread.interp().modules().to_value();
    let Some(modules) = modules.downcast::<Dict>() else { return Ok(()) };
    let Some(module) = modules.get(thread, name.as_ref())? else { return Ok(()) };
    let message = thread.str(message)?;
    let category = crate::types::exception::RUNTIME_WARNING.as_ref();
    protocol::call_method(thread, module.as_ref(), "warn", &[message.as_ref(), category]).map(drop)
}
