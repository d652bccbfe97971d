//! What can be asked of the interpreter and changed in it.

use taipan_layout::frame_flags;
use taipan_macros::native;
use taipan_object::native::{Args, Binding, MethodDef, NativeCall, Parameters};
use taipan_object::typeobject::type_modified;
use taipan_object::types::dict::Dict;
use taipan_object::types::exception::{RECURSION_ERROR, SYSTEM_EXIT, TYPE_ERROR};
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Ref, Thread, Type, Value, protocol};

use super::info::ASYNCGEN_HOOKS;
use crate::frame::function_of;
use crate::state::State;

pub(super) const FUNCTIONS: &[MethodDef] = &[
    _CLEAR_INTERNAL_CACHES,
    _CLEAR_TYPE_CACHE,
    _CLEAR_TYPE_DESCRIPTORS,
    _GET_CPU_COUNT_CONFIG,
    _GETFRAME,
    _GETFRAMEMODULENAME,
    _CURRENT_EXCEPTIONS,
    _CURRENT_FRAMES,
    _IS_GIL_ENABLED,
    _IS_IMMORTAL,
    _IS_INTERNED,
    ADDAUDITHOOK,
    AUDIT,
    EXC_INFO,
    EXCEPTION,
    EXIT,
    GET_ASYNCGEN_HOOKS,
    GET_COROUTINE_ORIGIN_TRACKING_DEPTH,
    GET_INT_MAX_STR_DIGITS,
    GETALLOCATEDBLOCKS,
    GETDEFAULTENCODING,
    GETDLOPENFLAGS,
    GETFILESYSTEMENCODEERRORS,
    GETFILESYSTEMENCODING,
    GETRECURSIONLIMIT,
    GETREFCOUNT,
    GETSIZEOF,
    GETSWITCHINTERVAL,
    GETUNICODEINTERNEDSIZE,
    INTERN,
    IS_FINALIZING,
    IS_REMOTE_DEBUG_ENABLED,
    IS_STACK_TRAMPOLINE_ACTIVE,
    SET_ASYNCGEN_HOOKS,
    SET_COROUTINE_ORIGIN_TRACKING_DEPTH,
    SET_INT_MAX_STR_DIGITS,
    SETRECURSIONLIMIT,
    SETSWITCHINTERVAL,
];

/// The count that immortal objects show.
const IMMORTAL_COUNT: i64 = 3 << 30;
/// The lowest limit but none for decimal digits.
const DIGITS_THRESHOLD: usize = 640;

/// Clear all internal performance-related caches.
#[native(signature = "($module, /)")]
fn _clear_internal_caches(_: &mut Thread) {}

/// Clear the internal type lookup cache.
#[native(signature = "($module, /)")]
fn _clear_type_cache(_: &mut Thread) {}

/// Private function for clearing certain descriptors from a type's dictionary.
///
/// See gh-135228 for context.
#[native(signature = "($module, type, /)")]
fn _clear_type_descriptors(thread: &mut Thread, r#type: &Type) -> Outcome<()> {
    if !r#type.is_heap() {
        return Err(thread.type_error("argument is immutable"));
    }
    for name in ["__dict__", "__weakref__"] {
        let name = thread.intern(name)?;
        let dict = Ref::of(r#type.dict(thread)).to_value();
        drop(dict.downcast::<Dict>().expect("a type's dictionary").remove(thread, name.as_ref())?);
    }
    type_modified(thread, r#type);
    Ok(())
}

/// Private function for getting PyConfig.cpu_count
#[native(signature = "($module, /)")]
fn _get_cpu_count_config(thread: &mut Thread) -> i64 {
    State::of(thread).config.cpu_count.unwrap_or(-1)
}

/// Return a frame object from the call stack.
///
/// If optional integer depth is given, return the frame object that many
/// calls below the top of the stack.  If that is deeper than the call
/// stack, ValueError is raised.  The default for depth is zero, returning
/// the frame at the top of the call stack.
///
/// This function should be used for internal and specialized purposes
/// only.
#[native(signature = "($module, depth=0, /)")]
fn _getframe(thread: &mut Thread, depth: Option<i32>) -> Outcome {
    let found = thread.frame_at(depth.unwrap_or(0).max(0) as usize)?;
    let Some(frame) = found else { return Err(thread.value_error("call stack is not deep enough")) };
    thread.audit("sys._getframe", &[frame.as_ref()])?;
    Ok(frame)
}

/// Return a dict mapping each thread's identifier to its current raised exception.
///
/// This function should be used for specialized purposes only.
#[native(signature = "($module, /)")]
fn _current_exceptions(thread: &mut Thread) -> Outcome {
    thread.audit("sys._current_exceptions", &[])?;
    let exception = thread.handled_exception().unwrap_or_else(Value::none);
    of_this_thread(thread, exception)
}

/// Return a dict mapping each thread's thread id to its current stack frame.
///
/// This function should be used for specialized purposes only.
#[native(signature = "($module, /)")]
fn _current_frames(thread: &mut Thread) -> Outcome {
    thread.audit("sys._current_frames", &[])?;
    let frame = thread.frame_at(0)?.unwrap_or_else(Value::none);
    of_this_thread(thread, frame)
}

/// A dictionary with a value for each thread.
fn of_this_thread(thread: &mut Thread, value: Value) -> Outcome {
    let ident = thread.interp().host.thread_id();
    let ident = thread.int(ident.into())?;
    let dict = thread.dict()?;
    dict.downcast::<Dict>().expect("just made").set(thread, ident.as_ref(), value)?;
    Ok(dict)
}

/// Return the name of the module for a calling frame.
///
/// The default depth returns the module containing the call to this API.
/// A more typical use in a library will pass a depth of 1 to get the user's
/// module rather than the library module.
///
/// If no frame, module, or name can be found, returns None.
#[native(signature = "($module, /, depth=0)")]
fn _getframemodulename(thread: &mut Thread, depth: Option<i32>) -> Outcome {
    let depth = depth.unwrap_or(0);
    if thread.is_audited() {
        let depth = Value::small_int(depth.into());
        thread.audit("sys._getframemodulename", &[depth.as_ref()])?;
    }
    let mut frame = thread.frame;
    let mut left = depth;
    // SAFETY: the chain of frames is live while native code runs.
    unsafe {
        while !frame.is_null() && left > 0 {
            frame = (*frame).prev;
            left -= 1;
        }
        if frame.is_null() {
            return Ok(Value::none());
        }
        let _ = frame_flags::ENTRY;
        let function = Ref::of(function_of(frame)).to_value();
        let name = thread.names().__module__.clone();
        Ok(protocol::find_attribute(thread, function.as_ref(), name.as_ref())?.unwrap_or_else(Value::none))
    }
}

/// Return True if the GIL is currently enabled and False otherwise.
#[native(signature = "($module, /)")]
fn _is_gil_enabled(_: &mut Thread) -> bool {
    true
}

/// Return True if the given object is "immortal" per PEP 683.
///
/// This function should be used for specialized purposes only.
#[native(signature = "($module, op, /)")]
fn _is_immortal(_: &mut Thread, op: Ref<'_>) -> bool {
    count(op) == IMMORTAL_COUNT
}

/// Return True if the given string is "interned".
#[native(signature = "($module, string, /)")]
fn _is_interned(_: &mut Thread, string: &Str) -> bool {
    string.is_interned()
}

/// Adds a new audit hook callback.
#[native(signature = "($module, /, hook)")]
fn addaudithook(thread: &mut Thread, hook: Ref<'_>) -> Outcome<()> {
    if let Err(raised) = thread.audit("sys.addaudithook", &[]) {
        // A hook may refuse its successors; only what derives from Exception means that.
        if !thread.exception_is(&taipan_object::types::exception::EXCEPTION) {
            return Err(raised);
        }
        drop(thread.take_exception());
        return Ok(());
    }
    thread.add_audit_hook(hook)
}

/// Passes the event to any audit hooks that are attached.
#[native(signature = "($module, event, /, *args)")]
fn audit(thread: &mut Thread, args: Args<'_>) -> Outcome<()> {
    let Some((event, arguments)) = args.positionals().split_first() else {
        return Err(thread.type_error("audit expected at least 1 argument, got 0"));
    };
    let Some(event) = event.downcast::<Str>() else {
        let ty = event.ty().name().into_owned();
        return Err(thread.type_error(format!("expected str for argument 'event', not {ty}")));
    };
    let event = event.to_string_lossy().into_owned();
    thread.audit(&event, arguments)
}

/// Return current exception information: (type, value, traceback).
///
/// Return information about the most recent exception caught by an except
/// clause in the current stack frame or in an older stack frame.
#[native(signature = "($module, /)")]
fn exc_info(thread: &mut Thread) -> Outcome {
    let Some(value) = thread.handled_exception() else {
        return thread.tuple([Value::none(), Value::none(), Value::none()]);
    };
    let ty = value.as_ref().ty().as_ref().to_value();
    let traceback = thread.names().__traceback__.clone();
    let traceback = protocol::get_attribute(thread, value.as_ref(), traceback.as_ref())?;
    thread.tuple([ty, value, traceback])
}

/// Return the current exception.
///
/// Return the most recent exception caught by an except clause
/// in the current stack frame or in an older stack frame, or None
/// if no such exception exists.
#[native(signature = "($module, /)")]
fn exception(thread: &mut Thread) -> Option<Value> {
    thread.handled_exception()
}

/// Exit the interpreter by raising SystemExit(status).
///
/// If the status is omitted or None, it defaults to zero (i.e., success).
/// If the status is an integer, it will be used as the system exit status.
/// If it is another kind of object, it will be printed and the system
/// exit status will be one (i.e., failure).
#[native(signature = "($module, status=None, /)")]
fn exit(thread: &mut Thread, status: Option<Ref<'_>>) -> Outcome {
    let made = match status {
        // What is a tuple becomes the arguments, as when a class and a value are raised.
        Some(status) => match status.downcast::<taipan_object::types::tuple::Tuple>() {
            Some(arguments) => protocol::call(thread, SYSTEM_EXIT.as_ref(), arguments.items())?,
            None if status.is_none() => protocol::call(thread, SYSTEM_EXIT.as_ref(), &[])?,
            None => protocol::call(thread, SYSTEM_EXIT.as_ref(), &[status])?,
        },
        None => protocol::call(thread, SYSTEM_EXIT.as_ref(), &[])?,
    };
    Err(thread.raise(made))
}

/// Return the installed asynchronous generators hooks.
///
/// This returns a namedtuple of the form (firstiter, finalizer).
#[native(signature = "($module, /)")]
fn get_asyncgen_hooks(thread: &mut Thread) -> Outcome {
    let hooks = thread.asyncgen_hooks.clone().map(|hook| hook.unwrap_or_else(Value::none));
    thread.structseq(&ASYNCGEN_HOOKS, hooks.into())
}

const SET_ASYNCGEN_HOOKS: MethodDef = MethodDef {
    name: "set_asyncgen_hooks",
    doc: Some(
        "set_asyncgen_hooks([firstiter] [, finalizer])\n\nSet a finalizer for async generators objects.",
    ),
    signature: None,
    call: NativeCall::Many(set_asyncgen_hooks),
    binding: Binding::Instance,
};

fn set_asyncgen_hooks<'a>(thread: &mut Thread, _: Ref<'a>, args: Args<'a>) -> Outcome {
    const PARAMETERS: Parameters = Parameters {
        function: "set_asyncgen_hooks",
        names: &["firstiter", "finalizer"],
        positional_only: 0,
        positional: 2,
        required: 0,
        required_keywords: 0,
    };
    let given = PARAMETERS.parse::<2>(thread, args)?;
    for (hook, name) in given.iter().zip(PARAMETERS.names).rev() {
        if let Some(hook) = hook
            && !hook.is_none()
            && hook.ty().slots().call.is_none()
        {
            let ty = hook.ty().name().into_owned();
            return Err(thread.type_error(format!("callable {name} expected, got {ty}")));
        }
    }
    for (place, hook) in given.iter().enumerate().rev() {
        let Some(hook) = hook else { continue };
        let event = ["sys.set_asyncgen_hooks_firstiter", "sys.set_asyncgen_hooks_finalizer"][place];
        thread.audit(event, &[])?;
        let new = (!hook.is_none()).then(|| hook.to_value());
        let old = std::mem::replace(&mut thread.asyncgen_hooks[place], new);
        drop(old);
    }
    Ok(Value::none())
}

/// Check status of origin tracking for coroutine objects in this thread.
#[native(signature = "($module, /)")]
fn get_coroutine_origin_tracking_depth(thread: &mut Thread) -> i32 {
    State::of(thread).coroutine_origin_depth.get()
}

/// Enable or disable origin tracking for coroutine objects in this thread.
///
/// Coroutine objects will track 'depth' frames of traceback information
/// about where they came from, available in their cr_origin attribute.
///
/// Set a depth of 0 to disable.
#[native(signature = "($module, /, depth)")]
fn set_coroutine_origin_tracking_depth(thread: &mut Thread, depth: i32) -> Outcome<()> {
    if depth < 0 {
        return Err(thread.value_error("depth must be >= 0"));
    }
    State::of(thread).coroutine_origin_depth.set(depth);
    Ok(())
}

/// Return the maximum string digits limit for non-binary int<->str conversions.
#[native(signature = "($module, /)")]
fn get_int_max_str_digits(thread: &mut Thread) -> usize {
    thread.interp().int_max_str_digits.get()
}

/// Set the maximum string digits limit for non-binary int<->str conversions.
#[native(signature = "($module, /, maxdigits)")]
fn set_int_max_str_digits(thread: &mut Thread, maxdigits: i32) -> Outcome<()> {
    let digits = usize::try_from(maxdigits).ok();
    match digits.filter(|&digits| digits == 0 || digits >= DIGITS_THRESHOLD) {
        Some(digits) => {
            thread.interp().int_max_str_digits.set(digits);
            Ok(())
        }
        None => Err(thread.value_error(format!("maxdigits must be 0 or larger than {DIGITS_THRESHOLD}"))),
    }
}

/// Return the number of memory blocks currently allocated.
#[native(signature = "($module, /)")]
fn getallocatedblocks(thread: &mut Thread) -> usize {
    let mut count = 0;
    thread.heap().for_each_container(&mut |_| count += 1);
    count
}

/// Return the current default encoding used by the Unicode implementation.
#[native(signature = "($module, /)")]
fn getdefaultencoding(_: &mut Thread) -> &'static str {
    "utf-8"
}

/// Return the current value of the flags that are used for dlopen calls.
///
/// The flag constants are defined in the os module.
#[native(signature = "($module, /)")]
fn getdlopenflags(_: &mut Thread) -> i32 {
    2 // RTLD_NOW
}

/// Return the error mode used Unicode to OS filename conversion.
#[native(signature = "($module, /)")]
fn getfilesystemencodeerrors(_: &mut Thread) -> &'static str {
    "surrogateescape"
}

/// Return the encoding used to convert Unicode filenames to OS filenames.
#[native(signature = "($module, /)")]
fn getfilesystemencoding(_: &mut Thread) -> &'static str {
    "utf-8"
}

/// Return the current value of the recursion limit.
///
/// The recursion limit is the maximum depth of the Python interpreter
/// stack.  This limit prevents infinite recursion from causing an overflow
/// of the C stack and crashing Python.
#[native(signature = "($module, /)")]
fn getrecursionlimit(thread: &mut Thread) -> i32 {
    thread.interp().recursion_limit()
}

/// Set the maximum depth of the Python interpreter stack to n.
///
/// This limit prevents infinite recursion from causing an overflow of the C
/// stack and crashing Python.  The highest possible limit is platform-
/// dependent.
#[native(signature = "($module, limit, /)")]
fn setrecursionlimit(thread: &mut Thread, limit: i32) -> Outcome<()> {
    if limit < 1 {
        return Err(thread.value_error("recursion limit must be greater or equal than 1"));
    }
    let old = thread.interp().recursion_limit();
    let depth = old - thread.recursion_left;
    if depth >= limit {
        let message = format!(
            "cannot set the recursion limit to {limit} at the recursion depth {depth}: the limit is too low"
        );
        return Err(thread.raise_new(&RECURSION_ERROR, message));
    }
    thread.interp().set_recursion_limit(limit);
    thread.recursion_left = limit - depth;
    Ok(())
}

/// How many references to an object are counted.
fn count(object: Ref<'_>) -> i64 {
    match object.header() {
        Some(header) => match header.count.get() {
            count if count >> 31 & 1 == 1 => IMMORTAL_COUNT,
            count => i64::from(count),
        },
        None => IMMORTAL_COUNT,
    }
}

/// Return the reference count of object.
///
/// The count returned is generally one higher than you might expect,
/// because it includes the (temporary) reference as an argument to
/// getrefcount().
#[native(signature = "($module, object, /)")]
fn getrefcount(_: &mut Thread, object: Ref<'_>) -> i64 {
    count(object)
}

const GETSIZEOF: MethodDef = MethodDef {
    name: "getsizeof",
    doc: Some("getsizeof(object [, default]) -> int\n\nReturn the size of object in bytes."),
    signature: None,
    call: NativeCall::Many(getsizeof),
    binding: Binding::Instance,
};

fn getsizeof<'a>(thread: &mut Thread, _: Ref<'a>, args: Args<'a>) -> Outcome {
    const PARAMETERS: Parameters = Parameters {
        function: "getsizeof",
        names: &["object", "default"],
        positional_only: 0,
        positional: 2,
        required: 1,
        required_keywords: 0,
    };
    let [object, default] = PARAMETERS.parse::<2>(thread, args)?;
    match (size_of(thread, object.expect("required")), default) {
        (Err(_), Some(default)) if thread.exception_is(&TYPE_ERROR) => {
            drop(thread.take_exception());
            Ok(default.to_value())
        }
        (size, _) => size,
    }
}

/// What `__sizeof__` of the object's type says.
fn size_of(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let name = thread.names().__sizeof__.clone();
    let Some(size) = taipan_object::typeobject::call_special(thread, object, &name, &[])? else {
        let ty = object.ty().name().into_owned();
        return Err(thread.type_error(format!("Type {ty} doesn't define __sizeof__")));
    };
    let bytes = protocol::index_i64(thread, size.as_ref())?;
    if bytes < 0 {
        return Err(thread.value_error("__sizeof__() should return >= 0"));
    }
    thread.int(bytes.into())
}

/// Return the current thread switch interval; see sys.setswitchinterval().
#[native(signature = "($module, /)")]
fn getswitchinterval(thread: &mut Thread) -> f64 {
    State::of(thread).switch_interval.get()
}

/// Set the ideal thread switching delay inside the Python interpreter.
///
/// The actual frequency of switching threads can be lower if the
/// interpreter executes long sequences of uninterruptible code
/// (this is implementation-specific and workload-dependent).
///
/// The parameter must represent the desired switching delay in seconds
/// A typical value is 0.005 (5 milliseconds).
#[native(signature = "($module, interval, /)")]
fn setswitchinterval(thread: &mut Thread, interval: f64) -> Outcome<()> {
    if interval <= 0.0 {
        return Err(thread.value_error("switch interval must be strictly positive"));
    }
    State::of(thread).switch_interval.set(interval);
    thread.interp().gil.set_interval(std::time::Duration::from_secs_f64(interval));
    Ok(())
}

/// Return the number of elements of the unicode interned dictionary
#[native(signature = "($module, /, *, _only_immortal=False)")]
fn getunicodeinternedsize(thread: &mut Thread, _only_immortal: Option<bool>) -> usize {
    if _only_immortal.unwrap_or(false) { 0 } else { thread.interp().interned.len() }
}

/// ``Intern'' the given string.
///
/// This enters the string in the (global) table of interned strings whose
/// purpose is to speed up dictionary lookups. Return the string itself or
/// the previously interned string object with the same value.
#[native(signature = "($module, string, /)")]
fn intern(thread: &mut Thread, string: &Str) -> Outcome {
    let value = Ref::of(string).to_value();
    if value.as_ref().exact::<Str>().is_none() {
        let ty = value.as_ref().ty().name().into_owned();
        return Err(thread.type_error(format!("can't intern {ty}")));
    }
    let interp = thread.interp();
    Ok(interp.interned.intern(interp, value))
}

/// Return True if Python is exiting.
#[native(signature = "($module, /)")]
fn is_finalizing(thread: &mut Thread) -> bool {
    State::of(thread).finalizing.get()
}

/// Return True if remote debugging is enabled, False otherwise.
#[native(signature = "($module, /)")]
fn is_remote_debug_enabled(_: &mut Thread) -> bool {
    false
}

/// Return *True* if a stack profiler trampoline is active.
#[native(signature = "($module, /)")]
fn is_stack_trampoline_active(_: &mut Thread) -> bool {
    false
}
