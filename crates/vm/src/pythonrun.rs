//! Running source text as a program does: compile, execute, report what was not caught.
//!
//! Answers for CPython's `Python/pythonrun.c`.

use taipan_host::Released;
use taipan_object::types::dict::Dict;
use taipan_object::types::module::Module;
use taipan_object::{Outcome, Ref, Thread, Value, protocol};

use crate::call::eval_code;
use crate::compile::compile_source;
use crate::frontend::{Options, Source};

/// The module `__main__`, made if it is not there.
pub fn main_module(thread: &mut Thread) -> Outcome {
    let modules = thread.interp().modules().downcast::<Dict>().expect("a dict");
    let name = thread.names().__main__.clone();
    if let Some(found) = modules.get(thread, name.as_ref())? {
        return Ok(found);
    }
    let module = thread.module("__main__", None)?;
    modules.set_str(thread, name.as_ref(), module.clone())?;
    let builtins = thread.names().builtins.clone();
    if let Some(builtins) = modules.get(thread, builtins.as_ref())? {
        thread.module_add(module.as_ref(), "__builtins__", builtins)?;
    }
    Ok(module)
}

/// Compiles a source and runs it in the module `__main__`.
pub fn run_source(thread: &mut Thread, source: Source<'_>, options: Options) -> Outcome {
    let code = compile_source(thread, source, options)?;
    let module = main_module(thread)?;
    let globals = Ref::of(module.downcast::<Module>().expect("a module").dict()).to_value();
    eval_code(thread, code.as_ref(), globals.as_ref(), globals.as_ref())
}

/// Says on standard error what was not caught.
pub fn print_error(thread: &mut Thread) {
    let Some(exception): Option<Value> = thread.take_exception() else { return };
    let name = exception.as_ref().ty().name().into_owned();
    let text = match protocol::str_string(thread, exception.as_ref()) {
        Ok(text) if text.is_empty() => String::new(),
        Ok(text) => format!(": {text}"),
        Err(_) => {
            drop(thread.take_exception());
            ": <exception str() failed>".to_owned()
        }
    };
    let line = format!("{name}{text}\n");
    let _ = thread.interp().host.write(Released::assert(), 2, line.as_bytes());
}
