//! Calls from native code into Python.

use taipan_code::co;
use taipan_layout::{Word, frame_flags};
use taipan_object::types::code::Code;
use taipan_object::types::function::Function;
use taipan_object::value::own;
use taipan_object::{Args, Outcome, Raised, Ref, Thread, Value, heap};

use crate::bind::bind;
use crate::dispatch::{RETURNED, run};
use crate::frame;

/// The first free word of the value stack.
pub fn top(thread: &Thread) -> *mut Word {
    if thread.frame.is_null() {
        return thread.stack_base;
    }
    // SAFETY: the running frame noted its top before native code was entered. A generator's frame
    // runs in its object, and its caller's operands end below.
    unsafe {
        let mut at = thread.frame;
        while !at.is_null() && (*at).flags & frame_flags::GENERATOR != 0 {
            at = (*at).prev;
        }
        if at.is_null() { thread.stack_base } else { (*at).sp }
    }
}

/// Calls a Python function from native code.
pub fn call_function<'a>(thread: &mut Thread, callable: Ref<'a>, args: Args<'a>) -> Outcome {
    let function = callable.downcast::<Function>().expect("the slot of functions");
    thread.check_native_stack()?;
    let locals = top(thread).wrapping_add(1);
    let code = function.code();
    // SAFETY: the words above the top are free; the frame is set up completely before it runs.
    unsafe {
        if !frame::fits(thread, code, locals) || locals.wrapping_add(args.all().len()) >= thread.stack_limit {
            return Err(too_deep(thread));
        }
        for (index, value) in args.all().iter().enumerate() {
            locals.add(index).write(value.word().borrowed());
        }
        let given = bind(thread, function, code, locals, args.positionals().len(), args.names())?;
        run_frame(thread, function, code, locals, given, Word::NULL)
    }
}

/// Runs an activation whose locals are ready, up to its end.
unsafe fn run_frame(
    thread: &mut Thread,
    function: &Function,
    code: &Code,
    locals: *mut Word,
    given: usize,
    namespace: Word,
) -> Outcome {
    // SAFETY: the caller made sure that the frame fits.
    unsafe {
        let th: *mut Thread = thread;
        // The function is kept alive by whoever calls it; the slot below the locals holds nothing.
        locals.sub(1).write(Word::NULL);
        let (pc, sp, fp) = frame::push(th, function, code, locals, given, frame_flags::ENTRY);
        if !namespace.is_null() {
            (*(*th).frame).namespace = namespace;
            (*(*th).frame).flags |= frame_flags::OBSERVED;
        }
        let status = run(pc, sp, fp, th);
        if status == RETURNED {
            let result = Word((*th).registers[0] as u64);
            return Ok(Value::from_word(result));
        }
        Err(Raised::assume())
    }
}

/// Runs a code object with a namespace: a module, a class body, `exec`.
pub fn eval_code(thread: &mut Thread, code: Ref<'_>, globals: Ref<'_>, namespace: Ref<'_>) -> Outcome {
    let function_value = thread.function(code, globals)?;
    eval_function(thread, function_value.as_ref(), namespace)
}

/// Runs a function of no arguments with a namespace, as class bodies are run.
pub fn eval_function(thread: &mut Thread, function: Ref<'_>, namespace: Ref<'_>) -> Outcome {
    let function = function.downcast::<Function>().expect("made from code");
    thread.check_native_stack()?;
    let code = function.code();
    let locals = top(thread).wrapping_add(1);
    // SAFETY: as in `call_function`.
    unsafe {
        if !frame::fits(thread, code, locals) {
            return Err(too_deep(thread));
        }
        let namespace = if code.flags & co::OPTIMIZED != 0 { Word::NULL } else { own(namespace.word()) };
        run_frame(thread, function, code, locals, 0, namespace)
    }
}

/// RecursionError about Python calls, or about the value stack.
#[cold]
pub fn too_deep(thread: &mut Thread) -> Raised {
    // What makes the exception may call Python itself.
    thread.recursion_left += 50;
    let raised = thread.recursion_error("maximum recursion depth exceeded");
    thread.recursion_left -= 50;
    raised
}

/// Releases arguments that a failed call leaves behind.
///
/// # Safety
/// The words from `from` to `to` hold a count each or none.
pub unsafe fn release_range(from: *mut Word, to: *mut Word) {
    let mut at = from;
    // SAFETY: the caller's promise.
    unsafe {
        while at < to {
            heap::release(*at);
            at = at.add(1);
        }
    }
}
