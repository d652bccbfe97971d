//! What an interpreter does around a program: codecs, standard streams and `site` before it; threads,
//! exit functions, flushing and the end of all modules after it.
//!
//! Answers for `init_interp_main` and `Py_FinalizeEx` of CPython's `Python/pylifecycle.c`, and for
//! `finalize_modules` of its `Python/import.c`.

use taipan_object::types::dict::Dict;
use taipan_object::types::module::Module;
use taipan_object::types::str::Str;
use taipan_object::{Args, Outcome, Ref, Thread, Value, protocol};

use crate::gc;
use crate::import::{import_module, modules};
use crate::pythonrun;
use crate::state::State;
use crate::sys;

/// The exit status of a program whose output could not be written.
pub const OUTPUT_LOST: i32 = 120;

/// Makes an interpreter ready for a program.
pub fn initialize(thread: &mut Thread) -> Outcome<()> {
    let config = &State::of(thread).config;
    if !has_module(thread, "_io") {
        return Ok(());
    }
    import_module(thread, "encodings")?;
    if config.install_signal_handlers {
        crate::signal::start(thread);
    }
    make_streams(thread)?;
    pythonrun::main_module(thread)?;
    if !config.warnoptions.is_empty() {
        import_module(thread, "warnings")?;
    }
    if !config.flags.no_site
        && let Err(raised) = import_module(thread, "site")
    {
        pythonrun::write_stderr(thread, "Failed to import the site module\n");
        return Err(raised);
    }
    Ok(())
}

fn has_module(thread: &Thread, name: &str) -> bool {
    thread.interp().native_modules.borrow().iter().any(|def| def.name == name)
}

/// `builtins.open` and the standard streams.
fn make_streams(thread: &mut Thread) -> Outcome<()> {
    let io = import_module(thread, "_io")?;
    let open = thread.intern("open")?;
    let function = protocol::get_attribute(thread, io.as_ref(), open.as_ref())?;
    let builtins = thread.interp().builtins().to_value();
    protocol::set_item(thread, builtins.as_ref(), open.as_ref(), function.as_ref())?;
    for (fd, name) in [(0, "stdin"), (1, "stdout"), (2, "stderr")] {
        let stream = make_stream(thread, &io, fd, name)?;
        sys::set(thread, &format!("__{name}__"), stream.clone())?;
        sys::set(thread, name, stream)?;
    }
    Ok(())
}

/// Calls with keyword arguments.
fn call_with(
    thread: &mut Thread,
    callable: &Value,
    positional: &[&Value],
    keywords: &[(&str, Value)],
) -> Outcome {
    let names = keywords.iter().map(|(name, _)| thread.intern(name)).collect::<Outcome<Vec<_>>>()?;
    let names = thread.tuple(names)?;
    let values: Vec<Ref<'_>> = positional
        .iter()
        .map(|value| value.as_ref())
        .chain(keywords.iter().map(|(_, value)| value.as_ref()))
        .collect();
    protocol::call_args(thread, callable.as_ref(), Args::with_names(&values, names.downcast()))
}

fn attribute(thread: &mut Thread, object: &Value, name: &str) -> Outcome {
    let name = thread.intern(name)?;
    protocol::get_attribute(thread, object.as_ref(), name.as_ref())
}

/// The stream of a descriptor; `None` if that is closed.
fn make_stream(thread: &mut Thread, io: &Value, fd: i32, name: &str) -> Outcome {
    let config = &State::of(thread).config;
    let host = thread.interp().host.clone();
    if thread.released(|released| host.fstat(released, fd)).is_err() {
        return Ok(Value::none());
    }
    let writes = fd != 0;
    let buffered = !(config.unbuffered && writes);
    let open = attribute(thread, io, "open")?;
    let mode = thread.str(if writes { "wb" } else { "rb" })?;
    let buffering = Value::small_int(if buffered { -1 } else { 0 });
    let keywords = [("closefd", Value::bool(false))];
    let number = Value::small_int(fd.into());
    let buffer = call_with(thread, &open, &[&number, &mode, &buffering], &keywords)?;
    let raw = if buffered { attribute(thread, &buffer, "raw")? } else { buffer.clone() };
    let shown = thread.str(&format!("<{name}>"))?;
    let key = thread.names().name.clone();
    protocol::set_attribute(thread, raw.as_ref(), key.as_ref(), Some(shown.as_ref()))?;
    let is_terminal = protocol::call_method(thread, raw.as_ref(), "isatty", &[])?;
    let is_terminal = protocol::is_true(thread, is_terminal.as_ref())?;
    let (encoding, errors) = &config.stdio_encoding;
    let encoding = thread.str(encoding.as_deref().unwrap_or("utf-8"))?;
    let errors = match fd {
        2 => "backslashreplace",
        _ => errors.as_deref().unwrap_or("strict"),
    };
    let keywords = [
        ("encoding", encoding),
        ("errors", thread.str(errors)?),
        ("newline", thread.str("\n")?),
        ("line_buffering", Value::bool(!config.unbuffered && (is_terminal || fd == 2))),
        ("write_through", Value::bool(config.unbuffered)),
    ];
    let wrapper = attribute(thread, io, "TextIOWrapper")?;
    let stream = call_with(thread, &wrapper, &[&buffer], &keywords)?;
    let mode = thread.str(if writes { "w" } else { "r" })?;
    let key = thread.intern("mode")?;
    protocol::set_attribute(thread, stream.as_ref(), key.as_ref(), Some(mode.as_ref()))?;
    Ok(stream)
}

/// Ends a program: whether its output was written.
pub fn finalize(thread: &mut Thread) -> bool {
    call_if_imported(thread, "threading", "_shutdown");
    crate::atexit::run_exit_functions(thread);
    let mut written = flush_streams(thread);
    State::of(thread).finalizing.set(true);
    thread.interp().gil.end();
    if clear_modules(thread).is_err() {
        drop(thread.take_exception());
    }
    if written {
        written = flush_streams(thread);
    }
    written
}

/// Calls a function of a module that was imported; what it raises is reported and forgotten.
fn call_if_imported(thread: &mut Thread, module: &str, function: &str) {
    let called = (|| -> Outcome<()> {
        let name = thread.intern(module)?;
        let Some(found) = modules(thread).get(thread, name.as_ref())? else { return Ok(()) };
        if found.as_ref().is_none() {
            return Ok(());
        }
        protocol::call_method(thread, found.as_ref(), function, &[]).map(drop)
    })();
    if called.is_err()
        && let Some(exception) = thread.take_exception()
    {
        let message = format!("Exception ignored in {module}.{function}");
        sys::hooks::report_unraisable(thread, exception, Some(&message), Ref::none());
    }
}

/// Flushes standard output and standard error; whether the former went well.
fn flush_streams(thread: &mut Thread) -> bool {
    let mut written = true;
    for name in ["stdout", "stderr"] {
        let Ok(Some(stream)) = sys::get(thread, name) else { continue };
        if stream.as_ref().is_none() || is_closed(thread, &stream) {
            continue;
        }
        if protocol::call_method(thread, stream.as_ref(), "flush", &[]).is_err()
            && let Some(exception) = thread.take_exception()
            && name == "stdout"
        {
            let message = "Exception ignored while flushing sys.stdout";
            sys::hooks::report_unraisable(thread, exception, Some(message), Ref::none());
            written = false;
        }
    }
    written
}

fn is_closed(thread: &mut Thread, stream: &Value) -> bool {
    let closed =
        attribute(thread, stream, "closed").and_then(|closed| protocol::is_true(thread, closed.as_ref()));
    closed.unwrap_or_else(|_| {
        drop(thread.take_exception());
        false
    })
}

/// What `sys` gives up first, so that nothing is kept alive by it.
const SYS_ATTRIBUTES: &[&str] = &[
    "path",
    "argv",
    "ps1",
    "ps2",
    "last_exc",
    "last_type",
    "last_value",
    "last_traceback",
    "path_hooks",
    "path_importer_cache",
    "meta_path",
];

/// Ends all modules: first those that nobody else holds, then the rest, newest first, `sys` and
/// `builtins` at the end.
fn clear_modules(thread: &mut Thread) -> Outcome<()> {
    let builtins = thread.interp().builtins().to_value();
    let name = thread.intern("_")?;
    protocol::set_item(thread, builtins.as_ref(), name.as_ref(), Ref::none())?;
    for name in SYS_ATTRIBUTES {
        sys::set(thread, name, Value::none())?;
    }
    for name in ["stdin", "stdout", "stderr"] {
        let own = sys::get(thread, &format!("__{name}__"))?;
        sys::set(thread, name, own.unwrap_or_else(Value::none))?;
    }
    let table = modules(thread);
    let mut loaded = Vec::new();
    let mut position = 0;
    while let Some((next, _, module)) = table.next_entry(thread, position) {
        position = next;
        loaded.push(module);
    }
    table.clear(thread);
    thread.settle();
    gc::collect(thread, 2, gc::Reason::Shutdown);
    let builtins_module = loaded.iter().position(|module| is_dict_of(module, &builtins));
    let keep = [builtins_module.map(|index| loaded[index].clone()), State::of(thread).sys.get().cloned()];
    while let Some(module) = loaded.pop() {
        let is_kept = keep.iter().flatten().any(|kept| kept.as_ref().is(module.as_ref()));
        if is_kept || module.downcast::<Module>().is_none() {
            continue;
        }
        // Ours is the last reference, unless somebody else still needs the module.
        if module.as_ref().header().is_some_and(|header| header.count.get() > 1) {
            clear_module(thread, &module);
        }
        drop(module);
        thread.settle();
    }
    gc::collect(thread, 2, gc::Reason::Shutdown);
    Ok(())
}

fn is_dict_of(module: &Value, dict: &Value) -> bool {
    module.downcast::<Module>().is_some_and(|module| Ref::of(module.dict()).is(dict.as_ref()))
}

/// Sets a module's variables to `None`, those with one leading underscore first.
fn clear_module(thread: &mut Thread, module: &Value) {
    let dict = module.downcast::<Module>().expect("checked by the caller").dict();
    for private in [true, false] {
        let mut position = 0;
        while let Some((next, key, value)) = dict.next_entry(thread, position) {
            position = next;
            if value.as_ref().is_none() {
                continue;
            }
            let Some(name) = key.downcast::<Str>() else { continue };
            let name = name.to_string_lossy();
            let chosen = match private {
                true => name.starts_with('_') && !name.starts_with("__"),
                false => name != "__builtins__",
            };
            if chosen {
                drop(value);
                if set_none(thread, dict, &key).is_err() {
                    drop(thread.take_exception());
                }
                thread.settle();
            }
        }
    }
}

fn set_none(thread: &mut Thread, dict: &Dict, key: &Value) -> Outcome<()> {
    dict.set(thread, key.as_ref(), Value::none())
}
