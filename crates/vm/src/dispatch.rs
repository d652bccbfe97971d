//! How one handler passes control to the next.
//!
//! A handler is a function of five machine words: the instruction, the top of the operand stack,
//! the first local, the thread, and the instruction's unit. On x86-64, without debug assertions,
//! it ends in a call through the table in tail position, which becomes a jump; elsewhere it leaves
//! the registers in the thread and returns to [`run`], which calls the next.
//!
//! Rules for handlers: nothing with `Drop` across the dispatch, no address of a local that
//! escapes (a result too large for registers is one), no loop that the compiler turns into vectors;
//! what is slow is a cold handler of the same signature, reached by a tail call, and what needs
//! memory of its own is one of [`native_handlers!`]. A handler that breaks these rules leaves a few
//! bytes on the native stack each time: `tests/run/native_stack.py` finds it. `sp` covers every operand that is still alive when an
//! error is raised: unwinding releases them.

use taipan_layout::{Unit, Word};
use taipan_object::Thread;

use crate::ops::TABLE;

/// The operand's part of a unit, with what `EXTENDED_ARG` adds.
pub type Instruction = u64;

/// A handler.
pub type Handler =
    unsafe extern "sysv64-unwind" fn(*mut Unit, *mut Word, *mut Word, *mut Thread, Instruction) -> u64;

/// What a handler returns when the outermost frame of the loop returned a value.
pub const RETURNED: u64 = 1;
/// What a handler returns when an exception left the outermost frame of the loop.
pub const RAISED: u64 = 2;
/// What a handler returns when a generator's frame yielded.
pub const YIELDED: u64 = 3;
#[cfg(not(all(target_arch = "x86_64", not(debug_assertions))))]
const CONTINUE: u64 = 0;

/// Hands over to the handler of `unit`.
#[cfg(all(target_arch = "x86_64", not(debug_assertions)))]
#[inline(always)]
pub unsafe fn enter(pc: *mut Unit, sp: *mut Word, fp: *mut Word, th: *mut Thread, unit: Instruction) -> u64 {
    // SAFETY: private code holds numbers of the table only.
    unsafe { TABLE.get_unchecked(unit as u16 as usize)(pc, sp, fp, th, unit) }
}

/// Leaves the registers for [`run`].
#[cfg(not(all(target_arch = "x86_64", not(debug_assertions))))]
#[inline(always)]
pub unsafe fn enter(pc: *mut Unit, sp: *mut Word, fp: *mut Word, th: *mut Thread, unit: Instruction) -> u64 {
    // SAFETY: the thread is alive.
    unsafe { (*th).registers = [pc as usize, sp as usize, fp as usize, unit as usize] };
    CONTINUE
}

/// Runs until the frame that the loop was entered with returns, raises or yields.
#[cfg(all(target_arch = "x86_64", not(debug_assertions)))]
pub unsafe fn run(pc: *mut Unit, sp: *mut Word, fp: *mut Word, th: *mut Thread) -> u64 {
    // SAFETY: the caller set a frame up.
    unsafe { enter(pc, sp, fp, th, u64::from((*pc).0)) }
}

/// Runs until the frame that the loop was entered with returns, raises or yields.
#[cfg(not(all(target_arch = "x86_64", not(debug_assertions))))]
pub unsafe fn run(pc: *mut Unit, sp: *mut Word, fp: *mut Word, th: *mut Thread) -> u64 {
    // SAFETY: the caller set a frame up; handlers leave valid registers.
    unsafe { resume_loop(pc, sp, fp, th, u64::from((*pc).0)) }
}

#[cfg(not(all(target_arch = "x86_64", not(debug_assertions))))]
unsafe fn resume_loop(pc: *mut Unit, sp: *mut Word, fp: *mut Word, th: *mut Thread, unit: u64) -> u64 {
    // SAFETY: as for `run`.
    unsafe {
        enter(pc, sp, fp, th, unit);
        loop {
            let [pc, sp, fp, unit] = (*th).registers;
            let handler = TABLE[unit as u16 as usize];
            let status = handler(pc as *mut Unit, sp as *mut Word, fp as *mut Word, th, unit as u64);
            if status != CONTINUE {
                return status;
            }
        }
    }
}

/// Goes on where a handler left the registers, unless it ended the loop.
#[cfg(all(target_arch = "x86_64", not(debug_assertions)))]
pub unsafe fn finish_run(status: u64, _: *mut Thread) -> u64 {
    status
}

/// Goes on where a handler left the registers, unless it ended the loop.
#[cfg(not(all(target_arch = "x86_64", not(debug_assertions))))]
pub unsafe fn finish_run(status: u64, th: *mut Thread) -> u64 {
    if status != CONTINUE {
        return status;
    }
    // SAFETY: the handler left valid registers.
    unsafe {
        let [pc, sp, fp, unit] = (*th).registers;
        resume_loop(pc as *mut Unit, sp as *mut Word, fp as *mut Word, th, unit as u64)
    }
}

/// Defines handlers: `name(pc, sp, fp, th, unit) { body }`.
macro_rules! handlers {
    ($($(#[$meta:meta])* $name:ident($pc:ident, $sp:ident, $fp:ident, $th:ident, $unit:ident) $body:block)*) => {$(
        $(#[$meta])*
        #[allow(unused_variables, clippy::missing_safety_doc)]
        pub unsafe extern "sysv64-unwind" fn $name(
            $pc: *mut taipan_layout::Unit,
            $sp: *mut taipan_layout::Word,
            $fp: *mut taipan_layout::Word,
            $th: *mut taipan_object::Thread,
            $unit: $crate::dispatch::Instruction,
        ) -> u64 {
            // SAFETY: the rules of `dispatch`: `pc` is an instruction of verified code, `sp` and `fp`
            // lie in the frame's part of the value stack, `th` is the running thread.
            unsafe { $body }
        }
    )*};
}

/// As [`handlers!`], out of the way of the fast paths.
macro_rules! cold_handlers {
    ($($(#[$meta:meta])* $name:ident($pc:ident, $sp:ident, $fp:ident, $th:ident, $unit:ident) $body:block)*) => {
        $crate::dispatch::handlers! {$(
            $(#[$meta])* #[cold] #[inline(never)] $name($pc, $sp, $fp, $th, $unit) $body
        )*}
    };
}

/// As [`handlers!`], for work that needs memory of its own on the native stack: it is done in a function
/// apart, which answers where the operands end then, so that the dispatch stays a jump. The number in
/// brackets is how many units the instruction has. Where it fails, the frame's `sp` covers the operands
/// that are still alive: `leave` notes it.
macro_rules! native_handlers {
    ($($(#[$meta:meta])* $name:ident[$units:expr]($pc:ident, $sp:ident, $fp:ident, $th:ident, $unit:ident) $body:block)*) => {
        $crate::dispatch::handlers! {$(
            $(#[$meta])*
            $name($pc, $sp, $fp, $th, $unit) {
                #[inline(never)]
                #[allow(unused_variables)]
                unsafe fn work(
                    $pc: *mut taipan_layout::Unit,
                    $sp: *mut taipan_layout::Word,
                    $fp: *mut taipan_layout::Word,
                    $th: *mut taipan_object::Thread,
                    $unit: $crate::dispatch::Instruction,
                ) -> taipan_object::Outcome<*mut taipan_layout::Word> {
                    // SAFETY: as for handlers.
                    unsafe { $body }
                }
                match work($pc, $sp, $fp, $th, $unit) {
                    Ok(sp) => $crate::dispatch::next!($pc.add($units), sp, $fp, $th),
                    Err(_) => {
                        let sp = (*(*$th).frame).sp;
                        return $crate::unwind::unwind($pc, sp, $fp, $th, 0);
                    }
                }
            }
        )*}
    };
}

/// Continues at an instruction.
macro_rules! next {
    ($pc:expr, $sp:expr, $fp:expr, $th:expr) => {{
        let pc = $pc;
        let unit = u64::from((*pc).0);
        return $crate::dispatch::enter(pc, $sp, $fp, $th, unit);
    }};
}

/// Continues with another handler for the same instruction.
macro_rules! tail {
    ($handler:path, $pc:expr, $sp:expr, $fp:expr, $th:expr, $unit:expr) => {
        return $handler($pc, $sp, $fp, $th, $unit)
    };
}

/// Unwraps an outcome, or unwinds from here.
macro_rules! attempt {
    ($outcome:expr, $pc:expr, $sp:expr, $fp:expr, $th:expr) => {
        match $outcome {
            Ok(value) => value,
            Err(_) => return $crate::unwind::unwind($pc, $sp, $fp, $th, 0),
        }
    };
}

pub(crate) use {attempt, cold_handlers, handlers, native_handlers, next, tail};

/// The operand.
#[inline(always)]
pub const fn arg(unit: Instruction) -> usize {
    (unit >> 16) as usize
}

/// The thread as native code takes it, after noting where the frame stands.
///
/// # Safety
/// `th` is the running thread with a current frame; the reference is dropped before the dispatch.
#[inline(always)]
pub unsafe fn leave<'a>(th: *mut Thread, pc: *mut Unit, sp: *mut Word) -> &'a mut Thread {
    // SAFETY: the caller's promise.
    unsafe {
        let frame = (*th).frame;
        (*frame).pc = pc;
        (*frame).sp = sp;
        &mut *th
    }
}
