//! Running source text as a program does: compile, execute, report what was not caught.
//!
//! Answers for CPython's `Python/pythonrun.c`.

use taipan_object::types::dict::Dict;
use taipan_object::types::module::Module;
use taipan_object::types::str::Str;
use taipan_object::types::traceback::Traceback;
use taipan_object::{Outcome, Ref, Thread, Value, protocol};

use crate::call::eval_code;
use crate::compile::compile_source;
use crate::frontend::{Options, Source};
use crate::sys;

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

/// Shows an exception on standard error, with its traceback.
pub(crate) fn display(thread: &mut Thread, exception: Ref<'_>, _traceback: Ref<'_>) {
    let key = thread.names().__traceback__.clone();
    let mut next = protocol::find_attribute(thread, exception, key.as_ref()).ok().flatten();
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
    let name = exception.ty().name().into_owned();
    let text = match protocol::str_string(thread, exception) {
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
pub(crate) fn read_file(thread: &mut Thread, path: &[u8]) -> taipan_host::Result<Vec<u8>> {
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
