//! Running source text as a program does: compile, execute, report what was not caught.
//!
//! Answers for CPython's `Python/pythonrun.c`.

use taipan_asdl::diagnostic::{Error, Warning, WarningOutcome, WarningSink};
use taipan_host::Released;
use taipan_object::types::dict::Dict;
use taipan_object::types::exception;
use taipan_object::types::module::Module;
use taipan_object::{Outcome, Raised, Ref, Thread, Value, protocol};

use crate::call::eval_code;
use crate::frontend::{Options, Source, front_end, stack_budget};

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
pub fn run_source(thread: &mut Thread, source: Source<'_>, mut options: Options) -> Outcome {
    options.stack_budget = stack_budget(thread);
    let code = match front_end(thread).compile(source, &options, &mut Unfiltered) {
        Ok(code) => code,
        Err(error) => return Err(raise_error(thread, &error)),
    };
    let code = thread.code(&code)?;
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

/// Raises what the front end answered with.
fn raise_error(thread: &mut Thread, error: &Error) -> Raised {
    let name = error.kind.class_name();
    let ty = exception::all().find(|ty| ty.name() == name).unwrap_or(&exception::VALUE_ERROR);
    let made = thread
        .str_from_text(&error.message)
        .and_then(|message| protocol::call(thread, ty.as_ref(), &[message.as_ref()]));
    match made {
        Ok(value) => thread.raise(value),
        Err(raised) => raised,
    }
}

/// A sink for warnings that no filter sees.
struct Unfiltered;

impl WarningSink for Unfiltered {
    fn warn(&mut self, _: Warning) -> WarningOutcome {
        WarningOutcome::Reported
    }
}
