//! `print` and `input`: the standard streams.
//!
//! Answers for `builtin_print` and `builtin_input` of CPython's `Python/bltinmodule.c`. Prompting at a
//! terminal goes through the streams as well: there is no line editor below them.

use taipan_macros::native;
use taipan_object::native::{Binding, MethodDef, NativeCall};
use taipan_object::types::builtin::NativeFunction;
use taipan_object::types::dict::Dict;
use taipan_object::types::exception::{EOF_ERROR, RUNTIME_ERROR};
use taipan_object::types::module::Module;
use taipan_object::types::str::Str;
use taipan_object::{Args, Outcome, Ref, Thread, Value, protocol};

pub(super) const FUNCTIONS: &[MethodDef] = &[INPUT, PRINT];

/// An attribute of the module `sys`, if it is there.
pub(crate) fn sys_attribute(thread: &mut Thread, name: &str) -> Outcome<Option<Value>> {
    let modules = thread.interp().modules().to_value();
    let key = thread.names().sys.clone();
    let found = match modules.downcast::<Dict>() {
        Some(modules) => modules.get(thread, key.as_ref())?,
        None => None,
    };
    let Some(sys) = found else { return Ok(None) };
    let name = thread.intern(name)?;
    if let Some(module) = sys.as_ref().exact::<Module>() {
        return module.dict().get(thread, name.as_ref());
    }
    protocol::find_attribute(thread, sys.as_ref(), name.as_ref())
}

/// A stream of the module `sys`; RuntimeError if it is gone.
fn stream(thread: &mut Thread, name: &str) -> Outcome {
    match sys_attribute(thread, name)? {
        Some(stream) => Ok(stream),
        None => Err(thread.runtime_error(format!("lost sys.{name}"))),
    }
}

const PRINT: MethodDef = MethodDef {
    name: "print",
    doc: Some(
        "Prints the values to a stream, or to sys.stdout by default.\n\n  sep\n    string inserted between values, default a space.\n  end\n    string appended after the last value, default a newline.\n  file\n    a file-like object (stream); defaults to the current sys.stdout.\n  flush\n    whether to forcibly flush the stream.",
    ),
    signature: Some("($module, /, *args, sep=' ', end='\\n', file=None, flush=False)"),
    call: NativeCall::Many(print),
    binding: Binding::Instance,
};

/// The keyword arguments of `print`.
struct Layout<'a> {
    separator: Option<&'a Str>,
    end: Option<&'a Str>,
    file: Option<Ref<'a>>,
    flush: bool,
}

impl<'a> Layout<'a> {
    fn parse(thread: &mut Thread, args: Args<'a>) -> Outcome<Layout<'a>> {
        let mut layout = Layout { separator: None, end: None, file: None, flush: false };
        for (name, value) in args.keywords() {
            let given = (!value.is_none()).then_some(value);
            match name.downcast::<Str>().and_then(Str::as_ascii) {
                Some("sep") => layout.separator = text(thread, "sep", given)?,
                Some("end") => layout.end = text(thread, "end", given)?,
                Some("file") => layout.file = given,
                Some("flush") => layout.flush = protocol::is_true(thread, value)?,
                _ => {
                    let name = protocol::str_string(thread, name)?;
                    let message = format!("print() got an unexpected keyword argument '{name}'");
                    return Err(thread.type_error(message));
                }
            }
        }
        Ok(layout)
    }
}

fn text<'a>(thread: &mut Thread, name: &str, value: Option<Ref<'a>>) -> Outcome<Option<&'a Str>> {
    let Some(value) = value else { return Ok(None) };
    match value.downcast::<Str>() {
        Some(text) => Ok(Some(text)),
        None => {
            let ty = value.ty().name().into_owned();
            Err(thread.type_error(format!("{name} must be None or a string, not {ty}")))
        }
    }
}

fn print<'a>(thread: &mut Thread, _: Ref<'a>, args: Args<'a>) -> Outcome {
    let layout = Layout::parse(thread, args)?;
    let file = match layout.file {
        Some(file) => file.to_value(),
        None => match sys_attribute(thread, "stdout")? {
            Some(stdout) if stdout.as_ref().is_none() => return Ok(Value::none()),
            Some(stdout) => stdout,
            None if streams_are_made(thread)? => return Err(thread.runtime_error("lost sys.stdout")),
            None => return print_early(thread, args.positionals(), &layout),
        },
    };
    let write = thread.names().write.clone();
    let write = protocol::get_attribute(thread, file.as_ref(), write.as_ref())?;
    match whole_line(args.positionals(), &layout, &write) {
        Some(line) => {
            let line = thread.str(&line)?;
            protocol::call(thread, write.as_ref(), &[line.as_ref()])?;
        }
        None => print_parts(thread, args.positionals(), &layout, &file)?,
    }
    if layout.flush {
        protocol::call_method(thread, file.as_ref(), "flush", &[])?;
    }
    Ok(Value::none())
}

/// Whether the interpreter got as far as its standard streams.
fn streams_are_made(thread: &mut Thread) -> Outcome<bool> {
    Ok(sys_attribute(thread, "__stdout__")?.is_some())
}

/// Prints before there are streams: straight to the operating system.
fn print_early(thread: &mut Thread, values: &[Ref<'_>], layout: &Layout<'_>) -> Outcome {
    let mut line = String::new();
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            line.push_str(&layout.separator.map_or(" ".into(), Str::to_string_lossy));
        }
        line.push_str(&protocol::str_string(thread, *value)?);
    }
    line.push_str(&layout.end.map_or("\n".into(), Str::to_string_lossy));
    let mut rest = line.as_bytes();
    let host = thread.interp().host.clone();
    while let Ok(written @ 1..) = thread.released(|released| host.write(released, 1, rest)) {
        rest = &rest[written..];
    }
    Ok(Value::none())
}

/// Writes part after part, as a program can observe.
fn print_parts(thread: &mut Thread, values: &[Ref<'_>], layout: &Layout<'_>, file: &Value) -> Outcome<()> {
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            match layout.separator {
                Some(separator) => write_object(thread, file, Ref::of(separator))?,
                None => write_text(thread, file, " ")?,
            }
        }
        write_object(thread, file, *value)?;
    }
    match layout.end {
        Some(end) => write_object(thread, file, Ref::of(end)),
        None => write_text(thread, file, "\n"),
    }
}

/// `file.write(str(value))`, the method looked up each time.
fn write_object(thread: &mut Thread, file: &Value, value: Ref<'_>) -> Outcome<()> {
    let name = thread.names().write.clone();
    let write = protocol::get_attribute(thread, file.as_ref(), name.as_ref())?;
    let text = protocol::str(thread, value)?;
    protocol::call(thread, write.as_ref(), &[text.as_ref()]).map(drop)
}

fn write_text(thread: &mut Thread, file: &Value, text: &str) -> Outcome<()> {
    let text = thread.str(text)?;
    write_object(thread, file, text.as_ref())
}

/// All that `print` writes, if nobody can tell one write from many: the stream is the library's own,
/// and each value is a plain one whose text is ASCII.
fn whole_line(values: &[Ref<'_>], layout: &Layout<'_>, write: &Value) -> Option<String> {
    let write = write.as_ref().exact::<NativeFunction>()?;
    let stream = write.receiver.as_ref()?.as_ref().ty();
    if stream.is_heap() || stream.name() != "TextIOWrapper" {
        return None;
    }
    let mut line = String::new();
    let separator = layout.separator.map_or(Some(" "), Str::as_ascii)?;
    let end = layout.end.map_or(Some("\n"), Str::as_ascii)?;
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            line.push_str(separator);
        }
        if let Some(text) = value.exact::<Str>() {
            line.push_str(text.as_ascii()?);
        } else if value.word().is_int() {
            use std::fmt::Write;
            let _ = write!(line, "{}", value.word().int());
        } else if value.word().is_float() {
            taipan_num::float::write_repr(&mut line, value.word().float());
        } else if value.is_none() {
            line.push_str("None");
        } else if value.is(Ref::bool(true)) {
            line.push_str("True");
        } else if value.is(Ref::bool(false)) {
            line.push_str("False");
        } else {
            return None;
        }
    }
    line.push_str(end);
    Some(line)
}

/// Read a string from standard input.  The trailing newline is stripped.
///
/// The prompt string, if given, is printed to standard output without a
/// trailing newline before reading input.
///
/// If the user hits EOF (*nix: Ctrl-D, Windows: Ctrl-Z+Return), raise
/// EOFError.
/// On *nix systems, readline is used if available.
#[native(signature = "($module, prompt='', /)")]
fn input(thread: &mut Thread, prompt: Option<Ref<'_>>) -> Outcome {
    let mut streams = Vec::new();
    for name in ["stdin", "stdout", "stderr"] {
        let found = stream(thread, name)?;
        if found.as_ref().is_none() {
            return Err(thread.raise_new(&RUNTIME_ERROR, format!("lost sys.{name}")));
        }
        streams.push(found);
    }
    let [stdin, stdout, stderr] = &streams[..] else { unreachable!("three streams were asked for") };
    thread.audit("builtins.input", &[prompt.unwrap_or(Ref::none())])?;
    flush_anyhow(thread, stderr);
    if let Some(prompt) = prompt {
        write_object(thread, stdout, prompt)?;
    }
    flush_anyhow(thread, stdout);
    read_line(thread, stdin)
}

/// Flushes; that a stream cannot be flushed is no reason to stop.
fn flush_anyhow(thread: &mut Thread, file: &Value) {
    if protocol::call_method(thread, file.as_ref(), "flush", &[]).is_err() {
        drop(thread.take_exception());
    }
}

/// One line without its end.
fn read_line(thread: &mut Thread, file: &Value) -> Outcome {
    let line = protocol::call_method(thread, file.as_ref(), "readline", &[])?;
    let Some(text) = line.downcast::<Str>() else {
        return Err(thread.type_error("object.readline() returned non-string"));
    };
    let length = text.len();
    if length == 0 {
        return Err(thread.raise_new(&EOF_ERROR, "EOF when reading a line"));
    }
    if text.chars().get(length - 1) != u32::from('\n') {
        return Ok(line);
    }
    thread.str_from_chars(text.chars().slice(0..length - 1))
}
