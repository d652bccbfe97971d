//! What a frame's code can see: its variables, globals and builtins, for native functions that ask
//! about their caller.
//!
//! Answers for `PyEval_GetFrameLocals` and its relatives in CPython's `Python/ceval.c`.

use taipan_code::co;
use taipan_layout::Frame;
use taipan_object::types::cell::Cell;
use taipan_object::types::dict::Dict;
use taipan_object::types::frame::{FrameObject, locals_dict};
use taipan_object::{Outcome, Ref, Thread, Value};

use crate::frame::{code_of, function_of};

/// `globals()` of whoever called; none if no Python code runs.
pub(crate) fn current_globals(thread: &Thread) -> Option<Value> {
    if thread.frame.is_null() {
        return None;
    }
    // SAFETY: the running frame is live.
    let function = unsafe { function_of(thread.frame) };
    Some(Ref::of(function.globals()).to_value())
}

/// The builtins of whoever called; the interpreter's if no Python code runs.
pub(crate) fn current_builtins(thread: &Thread) -> Value {
    if thread.frame.is_null() {
        return thread.interp().builtins().to_value();
    }
    // SAFETY: the running frame is live.
    let function = unsafe { function_of(thread.frame) };
    Ref::of(function.builtins()).to_value()
}

/// The flags of the running code; 0 if no Python code runs.
pub(crate) fn current_code_flags(thread: &Thread) -> u32 {
    if thread.frame.is_null() {
        return 0;
    }
    // SAFETY: the running frame is live.
    unsafe { code_of(thread.frame).flags }
}

/// `locals()` of whoever called: the namespace of a module or class body, a new dictionary of the
/// variables of a function.
pub(crate) fn current_locals(thread: &mut Thread) -> Outcome {
    if thread.frame.is_null() {
        return Err(thread.system_error("frame does not exist"));
    }
    // SAFETY: the running frame is live and holds its namespace.
    unsafe {
        let frame = thread.frame;
        if let Some(namespace) = Ref::from_slot((*frame).namespace)
            && !has_hidden(frame)
        {
            return Ok(namespace.to_value());
        }
        if let Some(object) = (*frame).object.cast::<FrameObject>().as_ref() {
            return locals_dict(thread, object); // What was stored through `f_locals` counts, too.
        }
        variables(thread, frame)
    }
}

/// Whether the variables of an inlined comprehension are in use.
unsafe fn has_hidden(frame: *const Frame) -> bool {
    // SAFETY: the caller's frame is live; its locals hold a value or null each.
    unsafe {
        let code = code_of(frame);
        code.source
            .localspluskinds
            .iter()
            .enumerate()
            .any(|(index, kind)| kind & co::FAST_HIDDEN != 0 && !(*(*frame).locals.add(index)).is_null())
    }
}

/// The variables of a function that are set, by name.
unsafe fn variables(thread: &mut Thread, frame: *const Frame) -> Outcome {
    let made = thread.dict()?;
    let dict = made.downcast::<Dict>().expect("a dictionary");
    // SAFETY: the caller's frame is live; its locals hold a value or null each.
    unsafe {
        let code = code_of(frame);
        for (index, kind) in code.source.localspluskinds.iter().enumerate() {
            let Some(value) = Ref::from_slot(*(*frame).locals.add(index)) else { continue };
            let is_cell = kind & (co::FAST_CELL | co::FAST_FREE) != 0;
            let value = match value.exact::<Cell>() {
                Some(cell) if is_cell => match cell.get(thread) {
                    Some(content) => content,
                    None => continue,
                },
                _ => value.to_value(),
            };
            dict.set_str(thread, code.local_name(index).as_ref(), value)?;
        }
    }
    Ok(made)
}
