//! Where a warning comes from: file, line, module and registry of the code to blame.

use taipan_object::types::dict::Dict;
use taipan_object::types::frame::FrameObject;
use taipan_object::types::str::Str;
use taipan_object::types::tuple::Tuple;
use taipan_object::{Outcome, Ref, Thread, Value, protocol};

use crate::state::State;

/// The code to blame.
pub(super) struct Origin {
    /// The file's name.
    pub(super) filename: Value,
    /// The line.
    pub(super) lineno: i32,
    /// The module's name.
    pub(super) module: Value,
    /// What was reported there before.
    pub(super) registry: Option<Value>,
}

/// Whether a frame is of the import machinery, which is never to blame.
fn is_internal(frame: &FrameObject) -> bool {
    let filename = frame.code().filename();
    let Some(name) = filename.downcast::<Str>() else { return false };
    let name = name.to_string_lossy();
    name.contains("importlib") && name.contains("_bootstrap")
}

/// Whether a frame's file begins with one of the prefixes.
fn is_skipped(thread: &mut Thread, frame: &FrameObject, prefixes: Option<&Tuple>) -> Outcome<bool> {
    let Some(prefixes) = prefixes else { return Ok(false) };
    let filename = frame.code().filename();
    let Some(name) = filename.downcast::<Str>() else { return Ok(false) };
    let name = name.to_string_lossy().into_owned();
    for prefix in prefixes.items() {
        let Some(prefix) = prefix.downcast::<Str>() else {
            let ty = prefix.ty().name().into_owned();
            return Err(thread.type_error(format!("Found non-str '{ty}' in skip_file_prefixes.")));
        };
        if name.starts_with(&*prefix.to_string_lossy()) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn frame(value: &Value) -> &FrameObject {
    value.downcast::<FrameObject>().expect("frames link to frames")
}

/// The frame `level - 1` above the running one.
fn find_frame(thread: &mut Thread, level: isize, prefixes: Option<&Tuple>) -> Outcome<Option<Value>> {
    let mut at = thread.frame_at(0)?;
    let mut left = level;
    let inside = at.as_ref().is_some_and(|at| is_internal(frame(at)));
    if level <= 0 || inside {
        while left > 1 {
            let Some(current) = at else { break };
            at = frame(&current).back(thread)?;
            left -= 1;
        }
        return Ok(at);
    }
    while left > 1 {
        loop {
            let Some(current) = at else { return Ok(None) };
            at = frame(&current).back(thread)?;
            let Some(next) = &at else { break };
            if !is_internal(frame(next)) && !is_skipped(thread, frame(next), prefixes)? {
                break;
            }
        }
        left -= 1;
    }
    Ok(at)
}

/// The code that a warning of `level` blames.
pub(super) fn origin(thread: &mut Thread, level: isize, prefixes: Option<&Tuple>) -> Outcome<Origin> {
    let found = find_frame(thread, level, prefixes)?;
    let (globals, filename, lineno) = match &found {
        Some(found) => {
            let found = frame(found);
            let name = thread.intern("f_globals")?;
            let globals = protocol::get_attribute(thread, Ref::of(found), name.as_ref())?;
            (globals, found.code().filename(), found.line().unwrap_or(0))
        }
        None => {
            let sys = State::of(thread).sys.get().expect("made when the interpreter started").clone();
            let name = thread.names().__dict__.clone();
            let globals = protocol::get_attribute(thread, sys.as_ref(), name.as_ref())?;
            (globals, thread.str("<sys>")?, 0)
        }
    };
    let globals = globals.downcast::<Dict>().expect("globals are a dict");
    let key = thread.intern("__warningregistry__")?;
    let registry = match globals.get(thread, key.as_ref())? {
        Some(registry) => registry,
        None => {
            let registry = thread.dict()?;
            globals.set(thread, key.as_ref(), registry.clone())?;
            registry
        }
    };
    let name = thread.names().__name__.clone();
    let module = globals.get(thread, name.as_ref())?;
    let module = match module {
        Some(module) if module.as_ref().is_none() || module.downcast::<Str>().is_some() => module,
        _ => thread.str("<string>")?,
    };
    let registry = Some(registry).filter(|registry| !registry.as_ref().is_none());
    Ok(Origin { filename, lineno, module, registry })
}

/// The module that a file's name suggests.
pub(super) fn module_of_file(thread: &mut Thread, filename: &Str) -> Outcome {
    let length = filename.len();
    if length == 0 {
        return thread.str("<unknown>");
    }
    let text = filename.to_string_lossy();
    if text.ends_with(".py") {
        return thread.str_from_chars(filename.chars().slice(0..length - 3));
    }
    Ok(Ref::of(filename).to_value())
}
