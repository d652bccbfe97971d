//! The filters: those there are from the start, and looking for the one that matches.

use taipan_object::types::exception::{
    BYTES_WARNING, DEPRECATION_WARNING, IMPORT_WARNING, PENDING_DEPRECATION_WARNING, RESOURCE_WARNING,
};
use taipan_object::types::list::List;
use taipan_object::types::str::Str;
use taipan_object::types::tuple::Tuple;
use taipan_object::{Outcome, Ref, Thread, Type, Value, protocol};

use super::attribute_of_warnings;

/// The module's own filters, the registry of what is shown once, and the default action, for the
/// time before the module `warnings` is imported.
static OWN: [u8; 4] = [0; 4];
const FILTERS: usize = 0;
const ONCE: usize = 1;
const DEFAULT: usize = 2;
const CONTEXT: usize = 3;

fn own(thread: &Thread, which: usize) -> Option<Value> {
    thread.interp().slot(&OWN[which])
}

/// Adds what is no function to the module.
pub(super) fn add(thread: &mut Thread, module: Ref<'_>) -> Outcome<()> {
    let filters = initial(thread)?;
    let once = thread.dict()?;
    let default = thread.str("default")?;
    for (which, name, value) in
        [(FILTERS, "filters", filters), (ONCE, "_onceregistry", once), (DEFAULT, "_defaultaction", default)]
    {
        thread.interp().set_slot(&OWN[which], value.clone());
        thread.module_add(module, name, value)?;
    }
    // The module is made before anything can be imported.
    let known =
        thread.interp().native_modules.borrow().iter().copied().find(|def| def.name == "_contextvars");
    let Some(known) = known else { return Ok(()) };
    let variables = thread.native_module(known)?;
    let name = thread.intern("ContextVar")?;
    let make = protocol::get_attribute(thread, variables.as_ref(), name.as_ref())?;
    let name = thread.str("_warnings_context")?;
    let variable = protocol::call(thread, make.as_ref(), &[name.as_ref()])?;
    thread.interp().set_slot(&OWN[CONTEXT], variable.clone());
    thread.module_add(module, "_warnings_context", variable)
}

fn filter(thread: &mut Thread, category: &Type, action: &str, module: Option<&str>) -> Outcome {
    let action = thread.intern(action)?;
    let module = match module {
        Some(module) => thread.intern(module)?,
        None => Value::none(),
    };
    thread.tuple([action, Value::none(), category.as_ref().to_value(), module, Value::small_int(0)])
}

/// The filters of an interpreter that nobody configured.
fn initial(thread: &mut Thread) -> Outcome {
    let filters = vec![
        filter(thread, &DEPRECATION_WARNING, "default", Some("__main__"))?,
        filter(thread, &DEPRECATION_WARNING, "ignore", None)?,
        filter(thread, &PENDING_DEPRECATION_WARNING, "ignore", None)?,
        filter(thread, &IMPORT_WARNING, "ignore", None)?,
        filter(thread, &RESOURCE_WARNING, "ignore", None)?,
    ];
    let _ = &BYTES_WARNING; // `-b` comes as a warning option
    thread.list(filters)
}

/// What is asked of the filters.
pub(super) struct Question<'a> {
    pub(super) category: Ref<'a>,
    pub(super) text: Ref<'a>,
    pub(super) lineno: i32,
    pub(super) module: Ref<'a>,
}

/// The action for a warning, and the filter that says so.
pub(super) fn action(thread: &mut Thread, question: &Question<'_>) -> Outcome<(Value, Value)> {
    match context_filters(thread)? {
        Some(filters) => {
            if let Some(found) = search(thread, &filters, question)? {
                return Ok(found);
            }
        }
        None => {
            let given = attribute_of_warnings(thread, "filters", false)?;
            let filters = given.or_else(|| own(thread, FILTERS));
            let Some(filters) = filters.filter(|filters| filters.downcast::<List>().is_some()) else {
                return Err(thread.value_error("_warnings.filters must be a list"));
            };
            if let Some(found) = search(thread, &filters, question)? {
                return Ok(found);
            }
        }
    }
    let default = attribute_of_warnings(thread, "defaultaction", false)?;
    let Some(default) = default.or_else(|| own(thread, DEFAULT)) else {
        return Err(thread.value_error("_warnings.defaultaction not found"));
    };
    if default.downcast::<Str>().is_none() {
        let ty = default.as_ref().ty().name().into_owned();
        let message = format!("_warnings.defaultaction must be a string, not '{ty}'");
        return Err(thread.type_error(message));
    }
    Ok((default, Value::none()))
}

/// The filters of the current context, if there are any.
fn context_filters(thread: &mut Thread) -> Outcome<Option<Value>> {
    let Some(variable) = own(thread, CONTEXT) else { return Ok(None) };
    let context = protocol::call_method(thread, variable.as_ref(), "get", &[Ref::none()])?;
    if context.as_ref().is_none() {
        return Ok(None);
    }
    let name = thread.intern("_filters")?;
    let filters = protocol::get_attribute(thread, context.as_ref(), name.as_ref())?;
    if filters.downcast::<List>().is_none() {
        return Err(thread.value_error("_filters of warnings._warnings_context must be a list"));
    }
    Ok(Some(filters))
}

fn search(thread: &mut Thread, filters: &Value, question: &Question<'_>) -> Outcome<Option<(Value, Value)>> {
    let list = filters.downcast::<List>().expect("checked by the caller");
    let mut index = 0;
    while let Some(item) = list.get(thread, index) {
        let Some(parts) = item.downcast::<Tuple>().filter(|parts| parts.len() == 5) else {
            return Err(thread.value_error(format!("warnings.filters item {index} isn't a 5-tuple")));
        };
        let &[action, message, category, module, lineno] = parts.items() else {
            unreachable!("the length was checked")
        };
        if action.downcast::<Str>().is_none() {
            let ty = action.ty().name().into_owned();
            return Err(thread.type_error(format!("action must be a string, not '{ty}'")));
        }
        if matches(thread, message, question.text)?
            && is_subclass(thread, question.category, category)?
            && matches(thread, module, question.module)?
        {
            let line = protocol::index_i64(thread, lineno)?;
            if line == 0 || line == i64::from(question.lineno) {
                return Ok(Some((action.to_value(), item.clone())));
            }
        }
        index += 1;
    }
    Ok(None)
}

fn is_subclass(thread: &mut Thread, class: Ref<'_>, of: Ref<'_>) -> Outcome<bool> {
    taipan_object::types::type_::is_subclass(thread, class, of)
}

/// Whether a text fits a pattern: none fits all, a string itself, other objects are asked.
fn matches(thread: &mut Thread, pattern: Ref<'_>, text: Ref<'_>) -> Outcome<bool> {
    if pattern.is_none() {
        return Ok(true);
    }
    if let Some(own) = pattern.exact::<Str>() {
        return Ok(text.downcast::<Str>().is_some_and(|text| own.eq(text)));
    }
    let found = protocol::call_method(thread, pattern, "match", &[text])?;
    protocol::is_true(thread, found.as_ref())
}

/// The registry of what is shown once.
pub(super) fn once_registry(thread: &mut Thread) -> Outcome {
    let given = attribute_of_warnings(thread, "onceregistry", false)?;
    match given.or_else(|| own(thread, ONCE)) {
        Some(registry) if registry.downcast::<taipan_object::types::dict::Dict>().is_some() => Ok(registry),
        Some(registry) => {
            let ty = registry.as_ref().ty().name().into_owned();
            Err(thread.type_error(format!("_warnings.onceregistry must be a dict, not '{ty}'")))
        }
        None => Err(thread.value_error("_warnings.onceregistry not found")),
    }
}
