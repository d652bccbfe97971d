//! The functions of `sys` that set and show trace and profile functions.

use taipan_macros::native;
use taipan_object::native::MethodDef;
use taipan_object::{Args, Outcome, Ref, Thread, Value, protocol};

use super::legacy;

/// What `sys` shows.
pub const FUNCTIONS: &[MethodDef] =
    &[SETTRACE, GETTRACE, SETPROFILE, GETPROFILE, _SETTRACEALLTHREADS, _SETPROFILEALLTHREADS, CALL_TRACING];

fn given(function: Ref<'_>) -> Option<Value> {
    (!function.is_none()).then(|| function.to_value())
}

/// Set the global debug tracing function.
///
/// It will be called on each function call.  See the debugger chapter
/// in the library manual.
#[native(signature = "($module, function, /)")]
fn settrace(thread: &mut Thread, function: Ref<'_>) -> Outcome<()> {
    thread.audit("sys.settrace", &[])?;
    legacy::set_trace(thread, given(function))
}

/// Return the global debug tracing function set with sys.settrace.
///
/// See the debugger chapter in the library manual.
#[native(signature = "($module, /)")]
fn gettrace(thread: &mut Thread) -> Option<Value> {
    thread.trace.clone()
}

/// Set the profiling function.
///
/// It will be called on each function call and return.  See the profiler
/// chapter in the library manual.
#[native(signature = "($module, function, /)")]
fn setprofile(thread: &mut Thread, function: Ref<'_>) -> Outcome<()> {
    thread.audit("sys.setprofile", &[])?;
    legacy::set_profile(thread, given(function));
    Ok(())
}

/// Return the profiling function set with sys.setprofile.
///
/// See the profiler chapter in the library manual.
#[native(signature = "($module, /)")]
fn getprofile(thread: &mut Thread) -> Option<Value> {
    thread.profile.clone()
}

/// Set the global debug tracing function in all running threads belonging to the current interpreter.
///
/// It will be called on each function call. See the debugger chapter
/// in the library manual.
#[native(signature = "($module, function, /)")]
fn _settraceallthreads(thread: &mut Thread, function: Ref<'_>) -> Outcome<()> {
    thread.audit("sys.settrace", &[])?;
    legacy::set_trace(thread, given(function))
}

/// Set the profiling function in all running threads belonging to the current interpreter.
///
/// It will be called on each function call and return.  See the profiler
/// chapter in the library manual.
#[native(signature = "($module, function, /)")]
fn _setprofileallthreads(thread: &mut Thread, function: Ref<'_>) -> Outcome<()> {
    thread.audit("sys.setprofile", &[])?;
    legacy::set_profile(thread, given(function));
    Ok(())
}

/// Call func(*args), while tracing is enabled.
///
/// The tracing state is saved, and restored afterwards.  This is intended
/// to be called from a debugger from a checkpoint, to recursively debug
/// some other code.
#[native(signature = "($module, func, args, /)")]
fn call_tracing(thread: &mut Thread, func: Ref<'_>, args: &taipan_object::types::tuple::Tuple) -> Outcome {
    let tracing = std::mem::replace(&mut thread.tracing, 0);
    let result = protocol::call_args(thread, func, Args::positional(args.items()));
    thread.tracing = tracing;
    result
}
