//! The namespace `sys.monitoring`.

use taipan_macros::native;
use taipan_object::native::{MethodDef, ModuleDef};
use taipan_object::types::code::Code;
use taipan_object::types::code::monitoring::LOCAL_EVENTS;
use taipan_object::types::dict::Dict;
use taipan_object::types::namespace::{NAMESPACE, Namespace};
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Ref, Thread, Value, protocol};

use super::{Callback, EVENTS, Observers, PROFILE, UNGROUPED, event, tool_name};

const C_RETURN_EVENTS: i32 = 1 << event::C_RETURN | 1 << event::C_RAISE;
const C_CALL_EVENTS: i32 = C_RETURN_EVENTS | 1 << event::CALL;
const BRANCH_EVENTS: i32 = 1 << event::BRANCH_LEFT | 1 << event::BRANCH_RIGHT;

/// The module behind the namespace.
static MONITORING: ModuleDef =
    ModuleDef { name: "sys.monitoring", doc: None, functions: &[FUNCTIONS], exec: Some(exec) };

/// The value of `sys.monitoring`.
pub fn make_namespace(thread: &mut Thread) -> Outcome {
    thread.native_module(&MONITORING)
}

fn exec(thread: &mut Thread, module: Ref<'_>) -> Outcome<()> {
    let observers = Observers::of(thread);
    let (disable, missing) = (observers.disable(thread)?, observers.missing(thread)?);
    thread.module_add(module, "DISABLE", disable)?;
    thread.module_add(module, "MISSING", missing)?;
    let mut names: Vec<(&str, i64)> =
        event::NAMES.iter().enumerate().map(|(which, name)| (*name, 1 << which)).collect();
    names.push(("NO_EVENTS", 0));
    let events = namespace(thread, &names)?;
    thread.module_add(module, "events", events)?;
    for (name, tool) in [("DEBUGGER_ID", 0), ("COVERAGE_ID", 1), ("PROFILER_ID", 2), ("OPTIMIZER_ID", 5)] {
        thread.module_add(module, name, Value::small_int(tool))?;
    }
    Ok(())
}

fn namespace(thread: &mut Thread, names: &[(&str, i64)]) -> Outcome {
    let made = protocol::call(thread, NAMESPACE.as_ref(), &[])?;
    let own = made.downcast::<Namespace>().expect("just made").dict();
    for (name, value) in names {
        let name = thread.intern(name)?;
        own.set(thread, name.as_ref(), Value::small_int(*value))?;
    }
    Ok(made)
}

const FUNCTIONS: &[MethodDef] = &[
    USE_TOOL_ID,
    CLEAR_TOOL_ID,
    FREE_TOOL_ID,
    GET_TOOL,
    REGISTER_CALLBACK,
    GET_EVENTS,
    SET_EVENTS,
    GET_LOCAL_EVENTS,
    SET_LOCAL_EVENTS,
    RESTART_EVENTS,
    _ALL_EVENTS,
];

fn valid_tool(thread: &mut Thread, tool: i32) -> Outcome<usize> {
    match usize::try_from(tool) {
        Ok(tool) if tool < PROFILE => Ok(tool),
        _ => Err(thread.value_error(format!("invalid tool {tool} (must be between 0 and 5)"))),
    }
}

fn used_tool(thread: &mut Thread, tool: usize) -> Outcome<()> {
    match tool_name(thread, tool) {
        Some(_) => Ok(()),
        None => Err(thread.value_error(format!("tool {tool} is not in use"))),
    }
}

#[native(signature = "($module, tool_id, name, /)")]
fn use_tool_id(thread: &mut Thread, tool_id: i32, name: Ref<'_>) -> Outcome<()> {
    let tool = valid_tool(thread, tool_id)?;
    if name.downcast::<Str>().is_none() {
        return Err(thread.value_error("tool name must be a str"));
    }
    if tool_name(thread, tool).is_some() {
        return Err(thread.value_error(format!("tool {tool} is already in use")));
    }
    Observers::of(thread).names.borrow_mut()[tool] = Some(name.to_value());
    Ok(())
}

/// Forgets events and callbacks of a tool.
fn clear(thread: &mut Thread, tool: usize) {
    let observers = Observers::of(thread);
    observers.set_events(thread, tool, 0);
    let callbacks: Vec<Option<Callback>> =
        observers.callbacks.borrow_mut()[tool].iter_mut().map(Option::take).collect();
    drop(callbacks);
    observers.end_use(thread, tool);
}

#[native(signature = "($module, tool_id, /)")]
fn clear_tool_id(thread: &mut Thread, tool_id: i32) -> Outcome<()> {
    let tool = valid_tool(thread, tool_id)?;
    if tool_name(thread, tool).is_some() {
        clear(thread, tool);
    }
    Ok(())
}

#[native(signature = "($module, tool_id, /)")]
fn free_tool_id(thread: &mut Thread, tool_id: i32) -> Outcome<()> {
    let tool = valid_tool(thread, tool_id)?;
    if tool_name(thread, tool).is_some() {
        clear(thread, tool);
        let name = Observers::of(thread).names.borrow_mut()[tool].take();
        drop(name);
    }
    Ok(())
}

#[native(signature = "($module, tool_id, /)")]
fn get_tool(thread: &mut Thread, tool_id: i32) -> Outcome<Option<Value>> {
    let tool = valid_tool(thread, tool_id)?;
    Ok(tool_name(thread, tool))
}

#[native(signature = "($module, tool_id, event, func, /)")]
fn register_callback(thread: &mut Thread, tool_id: i32, event: i32, func: Ref<'_>) -> Outcome<Option<Value>> {
    let tool = valid_tool(thread, tool_id)?;
    if event.count_ones() != 1 {
        return Err(thread.value_error("The callback can only be set for one event at a time"));
    }
    let which = event.trailing_zeros() as usize;
    if which >= EVENTS {
        return Err(thread.value_error(format!("invalid event {event}")));
    }
    thread.audit("sys.monitoring.register_callback", &[func])?;
    let both_ways = which == event::BRANCH;
    let callback = (!func.is_none()).then(|| Callback { function: func.to_value(), both_ways });
    let mut old = None;
    let places: &[usize] =
        if both_ways { &[event::BRANCH, event::BRANCH_LEFT, event::BRANCH_RIGHT] } else { &[which] };
    for place in places {
        let replaced = {
            let mut all = Observers::of(thread).callbacks.borrow_mut();
            std::mem::replace(&mut all[tool][*place], callback.clone())
        };
        old = old.or(replaced);
    }
    Ok(old.map(|callback| callback.function))
}

#[native(signature = "($module, tool_id, /)")]
fn get_events(thread: &mut Thread, tool_id: i32) -> Outcome<u32> {
    let tool = valid_tool(thread, tool_id)?;
    Ok(Observers::of(thread).events(tool))
}

/// Takes `BRANCH` apart, and checks that events of native calls come together.
fn ungrouped(thread: &mut Thread, events: i32) -> Outcome<i32> {
    let mut events = events;
    if events & C_RETURN_EVENTS != 0 && events & C_CALL_EVENTS != C_CALL_EVENTS {
        return Err(thread.value_error("cannot set C_RETURN or C_RAISE events independently"));
    }
    events &= !C_RETURN_EVENTS;
    if events & 1 << event::BRANCH != 0 {
        events = events & !(1 << event::BRANCH) | BRANCH_EVENTS;
    }
    Ok(events)
}

#[native(signature = "($module, tool_id, event_set, /)")]
fn set_events(thread: &mut Thread, tool_id: i32, event_set: i32) -> Outcome<()> {
    let tool = valid_tool(thread, tool_id)?;
    if !(0..1 << EVENTS).contains(&event_set) {
        return Err(thread.value_error(format!("invalid event set 0x{event_set:x}")));
    }
    let events = ungrouped(thread, event_set)?;
    used_tool(thread, tool)?;
    Observers::of(thread).set_events(thread, tool, events as u32);
    Ok(())
}

fn code_of<'a>(thread: &mut Thread, code: Ref<'a>) -> Outcome<&'a Code> {
    match code.downcast::<Code>() {
        Some(code) => Ok(code),
        None => Err(thread.type_error("code must be a code object")),
    }
}

#[native(signature = "($module, tool_id, code, /)")]
fn get_local_events(thread: &mut Thread, tool_id: i32, code: Ref<'_>) -> Outcome<u32> {
    let code = code_of(thread, code)?;
    let tool = valid_tool(thread, tool_id)?;
    Ok(Observers::of(thread).local_events(thread, code, tool))
}

#[native(signature = "($module, tool_id, code, event_set, /)")]
fn set_local_events(thread: &mut Thread, tool_id: i32, code: Ref<'_>, event_set: i32) -> Outcome<()> {
    let code = code_of(thread, code)?;
    let tool = valid_tool(thread, tool_id)?;
    let events = ungrouped(thread, event_set)?;
    if !(0..1 << LOCAL_EVENTS).contains(&events) {
        return Err(thread.value_error(format!("invalid local event set 0x{events:x}")));
    }
    used_tool(thread, tool)?;
    Observers::of(thread).set_local_events(thread, code, tool, events as u32);
    Ok(())
}

#[native(signature = "($module, /)")]
fn restart_events(thread: &mut Thread) {
    let observers = Observers::of(thread);
    // Later than the version of any instrumented code, and earlier than the one to come.
    let restart = observers.version.get() + 1;
    observers.version.set(restart);
    observers.last_restart.set(restart);
    observers.advance(thread);
}

#[native(signature = "($module, /)")]
fn _all_events(thread: &mut Thread) -> Outcome {
    let made = thread.dict()?;
    let dict = made.downcast::<Dict>().expect("just made");
    for which in 0..UNGROUPED {
        let tools = Observers::of(thread).global_tools(which);
        if tools != 0 {
            let name = thread.intern(event::NAMES[which])?;
            dict.set(thread, name.as_ref(), Value::small_int(i64::from(tools)))?;
        }
    }
    Ok(made)
}
