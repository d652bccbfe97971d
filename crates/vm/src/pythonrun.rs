//! Running source text as a program does: compile, execute, report what was not caught.
//!
//! Answers for CPython's `Python/pythonrun.c`.

use taipan_code::pyc::HEADER_LEN;
use taipan_num::Int;
use taipan_object::types::exception::{BASE_EXCEPTION, KEYBOARD_INTERRUPT, SYSTEM_EXIT};
use taipan_object::types::int::to_int;
use taipan_object::types::module::Module;
use taipan_object::types::str::Str;
use taipan_object::types::traceback::Traceback;
use taipan_object::{Outcome, Ref, Thread, Value, protocol};
use taipan_text::Text;

use crate::call::eval_code;
use crate::compile::compile_source;
use crate::frontend::{Options, Source};
use crate::import::{import_module, modules};
use crate::state::State;
use crate::sys;

/// The module `__main__`, made if it is not there.
pub fn main_module(thread: &mut Thread) -> Outcome {
    let table = modules(thread);
    let name = thread.names().__main__.clone();
    if let Some(found) = table.get(thread, name.as_ref())? {
        return Ok(found);
    }
    let module = thread.module("__main__", None)?;
    table.set_str(thread, name.as_ref(), module.clone())?;
    let builtins = thread.names().builtins.clone();
    if let Some(builtins) = table.get(thread, builtins.as_ref())? {
        thread.module_add(module.as_ref(), "__builtins__", builtins)?;
    }
    if let Some(importlib) = State::of(thread).importlib.get() {
        let name = thread.intern("BuiltinImporter")?;
        let loader = protocol::get_attribute(thread, importlib.as_ref(), name.as_ref())?;
        thread.module_add(module.as_ref(), "__loader__", loader)?;
    }
    Ok(module)
}

fn main_dict(thread: &mut Thread) -> Outcome {
    let module = main_module(thread)?;
    Ok(Ref::of(module.downcast::<Module>().expect("a module").dict()).to_value())
}

/// Compiles a source and runs it in the module `__main__`.
pub fn run_source(thread: &mut Thread, source: Source<'_>, options: Options) -> Outcome {
    let code = compile_source(thread, source, options)?;
    let globals = main_dict(thread)?;
    eval_code(thread, code.as_ref(), globals.as_ref(), globals.as_ref())
}

/// Runs the text of `-c`. `linecache` keeps it, so that tracebacks can show its lines.
pub fn run_command(thread: &mut Thread, text: &Text) -> Outcome {
    let options = options_for(thread, "<string>");
    let code = compile_source(thread, Source::Text(text), options)?;
    if State::of(thread).importlib.get().is_some() {
        let registered = (|| -> Outcome<()> {
            let linecache = import_module(thread, "linecache")?;
            let source = thread.str_from_text(text)?;
            let name = thread.str("<string>")?;
            let arguments = [code.as_ref(), source.as_ref(), name.as_ref()];
            protocol::call_method(thread, linecache.as_ref(), "_register_code", &arguments).map(drop)
        })();
        if registered.is_err() {
            drop(thread.take_exception());
        }
    }
    let globals = main_dict(thread)?;
    eval_code(thread, code.as_ref(), globals.as_ref(), globals.as_ref())
}

/// Runs the contents of a file, or of standard input, as the program.
pub fn run_file(thread: &mut Thread, contents: &[u8], filename: &str, is_file: bool) -> Outcome {
    let module = main_module(thread)?;
    let name = thread.str(filename)?;
    thread.module_add(module.as_ref(), "__file__", name.clone())?;
    thread.module_add(module.as_ref(), "__cached__", Value::none())?;
    let external = thread.intern("_frozen_importlib_external")?;
    if is_file && let Some(external) = modules(thread).get(thread, external.as_ref())? {
        let is_compiled = filename.ends_with(".pyc");
        let class = if is_compiled { "SourcelessFileLoader" } else { "SourceFileLoader" };
        let main = thread.names().__main__.clone();
        let loader =
            protocol::call_method(thread, external.as_ref(), class, &[main.as_ref(), name.as_ref()])?;
        thread.module_add(module.as_ref(), "__loader__", loader)?;
    }
    let code = match contents {
        _ if contents.starts_with(&taipan_code::pyc::MAGIC) && contents.len() > HEADER_LEN => {
            crate::marshal::loads_bytes(thread, &contents[HEADER_LEN..], true)?.0
        }
        _ => {
            let options = options_for(thread, filename);
            compile_source(thread, Source::Bytes(contents), options)?
        }
    };
    let globals = main_dict(thread)?;
    eval_code(thread, code.as_ref(), globals.as_ref(), globals.as_ref())
}

/// Runs a module as the program: `runpy._run_module_as_main`.
pub fn run_module(thread: &mut Thread, name: &str, alter_argv: bool) -> Outcome {
    let runpy = import_module(thread, "runpy")?;
    let name = thread.str(name)?;
    let arguments = [name.as_ref(), Ref::bool(alter_argv)];
    protocol::call_method(thread, runpy.as_ref(), "_run_module_as_main", &arguments)
}

/// Imports a module by its full name.
pub fn import(thread: &mut Thread, name: &str) -> Outcome {
    import_module(thread, name)
}

/// An attribute of an object.
pub fn attribute(thread: &mut Thread, object: &Value, name: &str) -> Outcome {
    let name = thread.intern(name)?;
    protocol::get_attribute(thread, object.as_ref(), name.as_ref())
}

/// How the program's own sources are compiled.
pub fn options_for(thread: &Thread, filename: &str) -> Options {
    let flags = &State::of(thread).config.flags;
    let mut options = Options::new(Text::new(filename));
    options.optimize = flags.optimize.min(2) as u8;
    options.int_max_str_digits = thread.interp().int_max_str_digits.get();
    options
}

/// Deals with the exception that ended a program: `SystemExit` gives the exit status, what else it is
/// goes to `sys.excepthook`.
pub fn handle_uncaught(thread: &mut Thread) -> i32 {
    let Some(exception): Option<Value> = thread.take_exception() else { return 1 };
    let is_exit = exception.as_ref().ty().is_subtype(thread, &SYSTEM_EXIT);
    if is_exit {
        return exit_status(thread, &exception);
    }
    let is_interrupt = exception.as_ref().ty().is_subtype(thread, &KEYBOARD_INTERRUPT);
    let status = print_exception(thread, exception);
    match status {
        Some(status) => status,
        None if is_interrupt => INTERRUPTED,
        None => 1,
    }
}

/// The status of a program that Ctrl-C ended: no exit status, it ends by the signal.
pub const INTERRUPTED: i32 = i32::MIN;

/// What `SystemExit` asks for.
fn exit_status(thread: &mut Thread, exception: &Value) -> i32 {
    let code = thread
        .intern("code")
        .and_then(|name| protocol::get_attribute(thread, exception.as_ref(), name.as_ref()))
        .unwrap_or_else(|_| {
            drop(thread.take_exception());
            exception.clone()
        });
    if code.as_ref().is_none() {
        return 0;
    }
    if let Some(number) = to_int(code.as_ref()) {
        return match *number {
            Int::Small(small) => small as i32,
            Int::Big(_) => -1,
        };
    }
    let text = protocol::str_string(thread, code.as_ref()).unwrap_or_else(|_| {
        drop(thread.take_exception());
        String::new()
    });
    write_stderr(thread, &format!("{text}\n"));
    1
}

/// Hands an exception to `sys.excepthook`; a status if the hook asks for the end of the program.
fn print_exception(thread: &mut Thread, exception: Value) -> Option<i32> {
    let key = thread.names().__traceback__.clone();
    let traceback = protocol::find_attribute(thread, exception.as_ref(), key.as_ref());
    let traceback = traceback.ok().flatten().unwrap_or_else(Value::none);
    if sys::hooks::set_last(thread, &exception, &traceback).is_err() {
        drop(thread.take_exception());
    }
    let hook = sys::get(thread, "excepthook").ok().flatten();
    let ty = exception.as_ref().ty().as_ref().to_value();
    let none = Value::none();
    let arguments = [ty.as_ref(), exception.as_ref(), traceback.as_ref()];
    let told = hook.as_ref().unwrap_or(&none).as_ref();
    let audited = thread.audit("sys.excepthook", &[told, arguments[0], arguments[1], arguments[2]]);
    if audited.is_err() {
        drop(thread.take_exception());
        return None;
    }
    let Some(hook) = hook.filter(|hook| !hook.as_ref().is_none()) else {
        write_stderr(thread, "sys.excepthook is missing\n");
        display(thread, exception.as_ref(), traceback.as_ref());
        return None;
    };
    if protocol::call(thread, hook.as_ref(), &arguments).is_err() {
        let failure = thread.take_exception()?;
        if failure.as_ref().ty().is_subtype(thread, &SYSTEM_EXIT) {
            return Some(exit_status(thread, &failure));
        }
        write_stderr(thread, "Error in sys.excepthook:\n");
        display(thread, failure.as_ref(), Ref::none());
        write_stderr(thread, "\nOriginal exception was:\n");
        display(thread, exception.as_ref(), traceback.as_ref());
    }
    None
}

/// Says on standard error what was not caught.
pub fn print_error(thread: &mut Thread) {
    let Some(exception): Option<Value> = thread.take_exception() else { return };
    display(thread, exception.as_ref(), Ref::none());
}

/// Writes to `sys.stderr`, or to the descriptor while there is none.
pub(crate) fn write_stderr(thread: &mut Thread, text: &str) {
    let stream = sys::get(thread, "stderr").ok().flatten().filter(|stream| !stream.as_ref().is_none());
    let written = match stream {
        Some(stream) => thread
            .str(text)
            .and_then(|text| protocol::call_method(thread, stream.as_ref(), "write", &[text.as_ref()]))
            .is_ok(),
        None => false,
    };
    if !written {
        drop(thread.take_exception());
        let mut rest = text.as_bytes();
        let host = thread.interp().host.clone();
        while let Ok(count @ 1..) = thread.released(|released| host.write(released, 2, rest)) {
            rest = &rest[count..];
        }
    }
}

/// Shows an exception on standard error, with its traceback: by the module `traceback`, or plainly if
/// that does not work.
pub(crate) fn display(thread: &mut Thread, exception: Ref<'_>, traceback: Ref<'_>) {
    let exception = exception.to_value();
    let shown = (|| -> Outcome<()> {
        if exception.as_ref().ty().is_subtype(thread, &BASE_EXCEPTION)
            && traceback.downcast::<Traceback>().is_some()
        {
            let name = thread.names().__traceback__.clone();
            let own = protocol::get_attribute(thread, exception.as_ref(), name.as_ref())?;
            if own.as_ref().is_none() {
                protocol::set_attribute(thread, exception.as_ref(), name.as_ref(), Some(traceback))?;
            }
        }
        let module = import_module(thread, "traceback")?;
        protocol::call_method(thread, module.as_ref(), "_print_exception_bltin", &[exception.as_ref()])
            .map(drop)
    })();
    if shown.is_err() {
        drop(thread.take_exception());
        display_plainly(thread, &exception);
    }
    if let Ok(Some(stream)) = sys::get(thread, "stderr")
        && !stream.as_ref().is_none()
        && protocol::call_method(thread, stream.as_ref(), "flush", &[]).is_err()
    {
        drop(thread.take_exception());
    }
}

/// The frames, and the exception's class and text.
fn display_plainly(thread: &mut Thread, exception: &Value) {
    let key = thread.names().__traceback__.clone();
    let mut next = protocol::find_attribute(thread, exception.as_ref(), key.as_ref()).ok().flatten();
    let mut lines = String::new();
    while let Some(own) = next.as_ref().and_then(|next| next.downcast::<Traceback>()) {
        let code = own.frame().code();
        let file = code.filename().downcast::<Str>().map(|file| file.to_string_lossy().into_owned());
        let name = code.name().downcast::<Str>().map(|name| name.to_string_lossy().into_owned());
        let (file, name) = (file.unwrap_or_default(), name.unwrap_or_default());
        lines.push_str(&format!("  File \"{file}\", line {}, in {name}\n", own.line().unwrap_or(-1)));
        next = own.next(thread);
    }
    if !lines.is_empty() {
        write_stderr(thread, &format!("Traceback (most recent call last):\n{lines}"));
    }
    let name = exception.as_ref().ty().qualified_name(thread);
    let text = match protocol::str_string(thread, exception.as_ref()) {
        Ok(text) if text.is_empty() => String::new(),
        Ok(text) => format!(": {text}"),
        Err(_) => {
            drop(thread.take_exception());
            ": <exception str() failed>".to_owned()
        }
    };
    write_stderr(thread, &format!("{name}{text}\n"));
}

/// The contents of a file.
pub fn read_file(thread: &mut Thread, path: &[u8]) -> taipan_host::Result<Vec<u8>> {
    let host = thread.interp().host.clone();
    thread.released(|released| {
        let fd = host.open(released, None, path, libc::O_RDONLY | libc::O_CLOEXEC, 0)?;
        let mut contents = Vec::new();
        let mut chunk = [0u8; 1 << 15];
        let result = loop {
            match host.read(released, fd, &mut chunk) {
                Ok(0) => break Ok(contents),
                Ok(count) => contents.extend_from_slice(&chunk[..count]),
                Err(error) => break Err(error),
            }
        };
        let _ = host.close(released, fd);
        result
    })
}
