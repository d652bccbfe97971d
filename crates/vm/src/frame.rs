//! Frames on the value stack: entering and leaving an activation.

use taipan_layout::{Frame, Unit, Word, frame_flags};
use taipan_object::types::code::Code;
use taipan_object::types::function::Function;
use taipan_object::{Thread, heap};

/// Where an activation starts: instruction, operand stack, first local.
pub type Entry = (*mut Unit, *mut Word, *mut Word);

/// The code of a frame.
///
/// # Safety
/// `frame` is a live frame.
#[inline(always)]
pub unsafe fn code_of<'a>(frame: *const Frame) -> &'a Code {
    // SAFETY: a live frame's function keeps its code alive.
    unsafe { &*(*frame).code.cast::<Code>() }
}

/// The function of a frame.
///
/// # Safety
/// `frame` is a live frame.
#[inline(always)]
pub unsafe fn function_of<'a>(frame: *const Frame) -> &'a Function {
    // SAFETY: see `Frame::function`.
    unsafe { &*(*frame).function.cast::<Function>() }
}

/// The bottom of a frame's operand stack.
///
/// # Safety
/// `frame` is a live frame.
#[inline(always)]
pub unsafe fn operands_of(frame: *mut Frame) -> *mut Word {
    // SAFETY: operands follow the record.
    unsafe { frame.add(1).cast() }
}

/// Whether an activation of `code` at `locals` fits the value stack and the recursion limit.
///
/// # Safety
/// `th` is the running thread.
#[inline(always)]
pub unsafe fn fits(th: *mut Thread, code: *const Code, locals: *mut Word) -> bool {
    // SAFETY: the addition stays inside the reserve behind the limit or is seen to pass it.
    unsafe {
        locals.wrapping_add((*code).frame_words as usize) < (*th).stack_limit && (*th).recursion_left > 0
    }
}

/// Makes the activation of `function` whose first `given` locals are at `locals`; the caller made
/// sure that it [`fits`].
///
/// # Safety
/// `th` is the running thread; the words from `locals` on are the callee's.
#[inline(always)]
pub unsafe fn push(
    th: *mut Thread,
    function: *const Function,
    code: *const Code,
    locals: *mut Word,
    given: usize,
    flags: u32,
) -> Entry {
    // SAFETY: the caller's promise.
    unsafe {
        let count = (*code).locals as usize;
        let mut index = given;
        while index < count {
            locals.add(index).write_volatile(Word::NULL);
            index += 1;
        }
        let frame: *mut Frame = locals.add(count).cast();
        (*frame).prev = (*th).frame;
        (*frame).code = code.cast();
        (*frame).function = function.cast();
        (*frame).locals = locals;
        (*frame).consts = (*code).consts;
        (*frame).object = std::ptr::null_mut();
        (*frame).namespace = Word::NULL;
        (*frame).flags = flags;
        (*th).frame = frame;
        (*th).recursion_left -= 1;
        ((*code).units, frame.add(1).cast(), locals)
    }
}

/// Gives the locals of a frame back.
///
/// # Safety
/// The frame is done with them.
#[inline(always)]
pub unsafe fn clear_locals(locals: *mut Word, code: *const Code) {
    // SAFETY: each local holds one count or none.
    unsafe {
        // From the last one on, as CPython does: finalisers show it.
        let mut at = locals.add((*code).locals as usize);
        while at != locals {
            at = at.sub(1);
            let word = *at;
            if word.is_counted() && (*word.header()).decrement() {
                release_local(word);
            }
        }
    }
}

#[cold]
#[inline(never)]
unsafe fn release_local(word: Word) {
    // SAFETY: the count has reached zero.
    unsafe { heap::release_cold(word.header()) };
}

/// Parts an ending frame from its object, which may keep the locals, and gives back what it holds
/// besides locals and operands.
///
/// # Safety
/// The frame is ending; its locals are still there.
#[cold]
#[inline(never)]
pub unsafe fn clear_observed(th: *mut Thread, frame: *mut Frame) {
    // SAFETY: the words hold a count each.
    unsafe {
        if !(*frame).object.is_null() {
            taipan_object::types::frame::leave(Some(&mut *th), frame);
        }
        let namespace = (*frame).namespace;
        (*frame).namespace = Word::NULL;
        heap::release(namespace);
        (*frame).flags &= !frame_flags::OBSERVED;
    }
}

/// Releases the operands above `base`.
///
/// # Safety
/// `sp` is the frame's top, not below `base`.
pub unsafe fn release_operands(base: *mut Word, mut sp: *mut Word) {
    // SAFETY: each operand holds one count or none.
    unsafe {
        while sp > base {
            sp = sp.sub(1);
            heap::release(*sp);
        }
    }
}
