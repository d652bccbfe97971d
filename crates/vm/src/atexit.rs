//! The module `atexit`: functions that are called when the interpreter ends.
//!
//! Answers for CPython's `Modules/atexitmodule.c`.

use taipan_macros::native;
use taipan_object::native::{Args, Binding, MethodDef, ModuleDef, NativeCall};
use taipan_object::typeobject::CompareOp;
use taipan_object::types::dict::Dict;
use taipan_object::types::list::List;
use taipan_object::types::str::Str;
use taipan_object::types::tuple::Tuple;
use taipan_object::{Outcome, Ref, Thread, Value, protocol};

/// The module `atexit`.
pub static ATEXIT: ModuleDef = ModuleDef {
    name: "atexit",
    doc: Some(
        "allow programmer to define multiple exit functions to be executed\nupon normal program termination.\n\nTwo public functions, register and unregister, are defined.\n",
    ),
    functions: &[&[REGISTER, _CLEAR, UNREGISTER, _RUN_EXITFUNCS, _NCALLBACKS]],
    exec: None,
};

/// Key of the interpreter's list: a tuple of function, arguments and keyword arguments for each.
static FUNCTIONS: u8 = 0;

fn functions(thread: &mut Thread) -> Outcome {
    if let Some(list) = thread.interp().slot(&FUNCTIONS) {
        return Ok(list);
    }
    let list = thread.list(Vec::new())?;
    thread.interp().set_slot(&FUNCTIONS, list.clone());
    Ok(list)
}

fn as_list(list: &Value) -> &List {
    list.downcast::<List>().expect("made as a list")
}

const REGISTER: MethodDef = MethodDef {
    name: "register",
    doc: Some(
        "Register a function to be executed upon normal program termination\n\n    func - function to be called at exit\n    args - optional arguments to pass to func\n    kwargs - optional keyword arguments to pass to func\n\n    func is returned to facilitate usage as a decorator.",
    ),
    signature: Some("($module, func, /, *args, **kwargs)"),
    call: NativeCall::Many(register),
    binding: Binding::Instance,
};

fn register<'a>(thread: &mut Thread, _: Ref<'a>, args: Args<'a>) -> Outcome {
    let Some((&function, rest)) = args.positionals().split_first() else {
        return Err(thread.type_error("register() takes at least 1 argument (0 given)"));
    };
    if function.ty().slots().call.is_none() {
        return Err(thread.type_error("the first argument must be callable"));
    }
    let positional = thread.tuple_from_refs(rest)?;
    let keywords = thread.dict()?;
    for (name, value) in args.keywords() {
        keywords.downcast::<Dict>().expect("just made").set(thread, name, value.to_value())?;
    }
    let entry = thread.tuple([function.to_value(), positional, keywords])?;
    let list = functions(thread)?;
    as_list(&list).push(thread, entry)?;
    Ok(function.to_value())
}

/// Clear the list of previously registered exit functions.
#[native(signature = "($module, /)")]
fn _clear(thread: &mut Thread) -> Outcome<()> {
    let list = functions(thread)?;
    let old = as_list(&list).items.change(thread).take();
    old.release(thread.heap());
    Ok(())
}

const UNREGISTER: MethodDef = MethodDef {
    name: "unregister",
    doc: Some(
        "Unregister an exit function which was previously registered using\natexit.register\n\n    func - function to be unregistered",
    ),
    signature: Some("($module, func, /)"),
    call: NativeCall::Many(|thread, _, args| {
        args.no_keywords(thread, "atexit.unregister")?;
        let &[function] = args.all() else {
            let count = args.all().len();
            let message = format!("atexit.unregister() takes exactly one argument ({count} given)");
            return Err(thread.type_error(message));
        };
        unregister(thread, function).map(|()| Value::none())
    }),
    binding: Binding::Instance,
};

fn unregister(thread: &mut Thread, function: Ref<'_>) -> Outcome<()> {
    let list = functions(thread)?;
    let list = as_list(&list);
    // Counted from the latest: what is asked may take others out.
    for place in (0..list.len(thread)).rev() {
        let Some(index) = list.len(thread).checked_sub(place + 1) else { continue };
        let Some(entry) = list.get(thread, index) else { continue };
        let own = entry.downcast::<Tuple>().expect("an entry").items()[0].to_value();
        let equal = protocol::compare_bool(thread, own.as_ref(), function, CompareOp::Eq)?;
        if !equal {
            continue;
        }
        if let Some(now) = list.view(thread).iter().position(|other| other.is(entry.as_ref())) {
            let removed = list.items.change(thread).remove(now);
            drop(removed);
        }
    }
    Ok(())
}

/// Run all registered exit functions.
///
/// If a callback raises an exception, it is logged with sys.unraisablehook.
#[native(signature = "($module, /)")]
fn _run_exitfuncs(thread: &mut Thread) -> Outcome<()> {
    run_exit_functions(thread);
    Ok(())
}

/// Return the number of registered exit functions.
#[native(signature = "($module, /)")]
fn _ncallbacks(thread: &mut Thread) -> Outcome<usize> {
    let list = functions(thread)?;
    Ok(as_list(&list).len(thread))
}

/// Calls what was registered, the latest first, and forgets it with all that is registered meanwhile.
pub fn run_exit_functions(thread: &mut Thread) {
    let Some(list) = thread.interp().slot(&FUNCTIONS) else { return };
    let entries: Vec<Value> =
        as_list(&list).view(thread).iter().rev().map(|entry| entry.to_value()).collect();
    for entry in entries {
        let [function, positional, keywords] = entry.downcast::<Tuple>().expect("an entry").items() else {
            continue;
        };
        if call(thread, *function, *positional, *keywords).is_err() {
            thread.unraisable_while("in atexit callback", *function);
        }
    }
    let old = as_list(&list).items.change(thread).take();
    old.release(thread.heap());
    thread.settle();
}

fn call(thread: &mut Thread, function: Ref<'_>, positional: Ref<'_>, keywords: Ref<'_>) -> Outcome {
    let positional = positional.downcast::<Tuple>().expect("an entry's arguments").items();
    let keywords = keywords.downcast::<Dict>().expect("an entry's keyword arguments");
    let mut position = 0;
    let (mut names, mut values) = (Vec::new(), Vec::new());
    while let Some((after, name, value)) = keywords.next_entry(thread, position) {
        debug_assert!(name.downcast::<Str>().is_some());
        names.push(name);
        values.push(value);
        position = after;
    }
    let names = thread.tuple(names)?;
    let all: Vec<Ref<'_>> = positional.iter().copied().chain(values.iter().map(Value::as_ref)).collect();
    let names = names.downcast::<Tuple>().filter(|names| !names.is_empty());
    protocol::call_args(thread, function, Args::with_names(&all, names))
}
