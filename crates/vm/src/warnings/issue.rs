//! What becomes of a warning: raised, ignored, or shown.

use taipan_object::types::dict::Dict;
use taipan_object::types::exception::WARNING;
use taipan_object::types::int::to_int;
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Ref, Thread, Type, Value, protocol};

use super::attribute_of_warnings;
use super::context::Origin;
use super::filters::{self, Question};
use crate::pythonrun::write_stderr;
use crate::state::State;

/// A warning on its way.
pub(super) struct Warning<'a> {
    pub(super) category: Ref<'a>,
    /// A text, or a warning object.
    pub(super) message: Ref<'a>,
    pub(super) origin: &'a Origin,
    /// The destroyed object that emitted a ResourceWarning.
    pub(super) source: Option<Ref<'a>>,
}

/// Does with a warning what the filters say.
pub(super) fn issue(thread: &mut Thread, warning: &Warning<'_>, line: Option<Value>) -> Outcome<()> {
    let origin = warning.origin;
    if origin.module.as_ref().is_none() {
        return Ok(());
    }
    let is_object = warning.message.ty().is_subtype(thread, &WARNING);
    let (text, object) = if is_object {
        (protocol::str(thread, warning.message)?, warning.message.to_value())
    } else {
        let object = protocol::call(thread, warning.category, &[warning.message])?;
        (warning.message.to_value(), object)
    };
    let lineno = Value::small_int(origin.lineno.into());
    let registry = origin.registry.as_ref().map(|registry| registry.downcast::<Dict>().expect("checked"));
    let key = thread.tuple([text.clone(), warning.category.to_value(), lineno.clone()])?;
    if let Some(registry) = registry
        && already_warned(thread, registry, &key, false)?
    {
        return Ok(());
    }
    let question = Question {
        category: warning.category,
        text: text.as_ref(),
        lineno: origin.lineno,
        module: origin.module.as_ref(),
    };
    let (action, filter) = filters::action(thread, &question)?;
    let name = action.downcast::<Str>().expect("checked").to_string_lossy().into_owned();
    match name.as_str() {
        "error" => return Err(thread.raise(object)),
        "ignore" => return Ok(()),
        "always" | "all" => {}
        other => {
            if let Some(registry) = registry {
                registry.set(thread, key.as_ref(), Value::bool(true))?;
            }
            let seen = match other {
                "once" => {
                    let once = match registry {
                        Some(_) => origin.registry.clone().expect("it is there"),
                        None => filters::once_registry(thread)?,
                    };
                    note(thread, &once, &text, warning.category, false)?
                }
                "module" => match &origin.registry {
                    Some(registry) => note(thread, registry, &text, warning.category, false)?,
                    None => false,
                },
                "default" => false,
                _ => {
                    let action = protocol::repr_string(thread, action.as_ref())?;
                    let filter = protocol::repr_string(thread, filter.as_ref())?;
                    let message = format!("Unrecognized action ({action}) in warnings.filters:\n {filter}");
                    return Err(thread.runtime_error(message));
                }
            };
            if seen {
                return Ok(());
            }
        }
    }
    show(thread, warning, &text, &object, line)
}

/// Whether a registry knows a key; what it knew under other filters is forgotten.
fn already_warned(thread: &mut Thread, registry: &Dict, key: &Value, add: bool) -> Outcome<bool> {
    let version = State::of(thread).warnings.version.get();
    let name = thread.intern("version")?;
    let known = registry.get(thread, name.as_ref())?;
    let same =
        known.is_some_and(|known| to_int(known.as_ref()).is_some_and(|known| *known == version.into()));
    if !same {
        registry.clear(thread);
        let version = thread.int(version.into())?;
        registry.set(thread, name.as_ref(), version)?;
    } else if let Some(found) = registry.get(thread, key.as_ref())? {
        return protocol::is_true(thread, found.as_ref());
    }
    if add {
        registry.set(thread, key.as_ref(), Value::bool(true))?;
    }
    Ok(false)
}

/// Notes a text and its class whatever the line; whether they were known.
fn note(thread: &mut Thread, registry: &Value, text: &Value, category: Ref<'_>, zero: bool) -> Outcome<bool> {
    let mut parts = vec![text.clone(), category.to_value()];
    if zero {
        parts.push(Value::small_int(0));
    }
    let key = thread.tuple(parts)?;
    already_warned(thread, registry.downcast::<Dict>().expect("checked"), &key, true)
}

/// Shows a warning by `warnings._showwarnmsg`, or itself while that is not there.
fn show(
    thread: &mut Thread,
    warning: &Warning<'_>,
    text: &Value,
    object: &Value,
    line: Option<Value>,
) -> Outcome<()> {
    let show = attribute_of_warnings(thread, "_showwarnmsg", warning.source.is_some())?;
    let Some(show) = show else { return show_plainly(thread, warning, text, line) };
    if show.as_ref().ty().slots().call.is_none() {
        return Err(thread.type_error("warnings._showwarnmsg() must be set to a callable"));
    }
    let Some(class) = attribute_of_warnings(thread, "WarningMessage", false)? else {
        return Err(thread.runtime_error("unable to get warnings.WarningMessage"));
    };
    let origin = warning.origin;
    let lineno = Value::small_int(origin.lineno.into());
    let none = Ref::none();
    let source = warning.source.unwrap_or(none);
    let arguments =
        [object.as_ref(), warning.category, origin.filename.as_ref(), lineno.as_ref(), none, none, source];
    let message = protocol::call(thread, class.as_ref(), &arguments)?;
    protocol::call(thread, show.as_ref(), &[message.as_ref()]).map(drop)
}

/// One line with file, line, class and text, and the line of the source if it is known.
fn show_plainly(
    thread: &mut Thread,
    warning: &Warning<'_>,
    text: &Value,
    line: Option<Value>,
) -> Outcome<()> {
    let name = match warning.category.downcast::<Type>() {
        Some(class) => class.name().into_owned(),
        None => "Warning".to_owned(),
    };
    let text = protocol::str_string(thread, text.as_ref())?;
    let filename = protocol::str_string(thread, warning.origin.filename.as_ref())?;
    let mut shown = format!("{filename}:{}: {name}: {text}\n", warning.origin.lineno);
    let line = match line {
        Some(line) => Some(protocol::str_string(thread, line.as_ref())?),
        None => line_of_file(thread, &filename, warning.origin.lineno),
    };
    if let Some(line) = line {
        shown.push_str(&format!("  {}\n", line.trim_matches([' ', '\t', '\x0c', '\n'])));
    }
    write_stderr(thread, &shown);
    Ok(())
}

/// A line of a file.
fn line_of_file(thread: &mut Thread, filename: &str, lineno: i32) -> Option<String> {
    let index = usize::try_from(lineno).ok()?.checked_sub(1)?;
    let source = crate::pythonrun::read_file(thread, filename.as_bytes()).ok()?;
    let line = source.split(|&byte| byte == b'\n').nth(index)?;
    Some(String::from_utf8_lossy(line).into_owned())
}

/// The line of a module's source that its loader knows.
pub(super) fn source_line(thread: &mut Thread, globals: &Dict, lineno: i32) -> Outcome<Option<Value>> {
    let names = thread.names();
    let (Some(loader), Some(name)) =
        (globals.get(thread, names.__loader__.as_ref())?, globals.get(thread, names.__name__.as_ref())?)
    else {
        return Ok(None);
    };
    let key = thread.intern("get_source")?;
    let Some(get_source) = protocol::find_attribute(thread, loader.as_ref(), key.as_ref())? else {
        return Ok(None);
    };
    let source = protocol::call(thread, get_source.as_ref(), &[name.as_ref()])?;
    let Some(text) = source.downcast::<Str>() else { return Ok(None) };
    let text = text.to_string_lossy().into_owned();
    let index = usize::try_from(lineno).ok().and_then(|lineno| lineno.checked_sub(1));
    match index.and_then(|index| text.lines().nth(index)) {
        Some(line) => thread.str(line).map(Some),
        None => Err(thread.index_error("list index out of range")),
    }
}
