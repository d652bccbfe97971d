//! Strings, slices, merging displays, imports, patterns, intrinsics: what runs native code anyway.

use taipan_layout::Word;
use taipan_object::typeobject::{Type, TypeFlags};
use taipan_object::types::cell::Cell;
use taipan_object::types::dict::Dict;
use taipan_object::types::exception::{ATTRIBUTE_ERROR, KEY_ERROR};
use taipan_object::types::function::Function;
use taipan_object::types::generator;
use taipan_object::types::list::List;
use taipan_object::types::str::Str;
use taipan_object::types::tuple::Tuple;
use taipan_object::types::typevar;
use taipan_object::value::own;
use taipan_object::{Outcome, Raised, Ref, Thread, Value, heap, protocol};

use crate::dispatch::{arg, attempt, cold_handlers, leave, native_handlers, next};
use crate::frame::{code_of, function_of, release_operands};

/// Joins the strings of an f-string.
fn join(thread: &mut Thread, parts: &[Ref<'_>]) -> Outcome {
    let mut points = Vec::new();
    let mut ascii = String::new();
    let strings: Vec<&Str> = parts.iter().filter_map(|part| part.downcast::<Str>()).collect();
    if strings.iter().all(|part| part.is_ascii()) {
        strings.iter().filter_map(|part| part.as_ascii()).for_each(|part| ascii.push_str(part));
        return thread.str(&ascii);
    }
    for part in strings {
        points.extend(part.chars().iter());
    }
    thread.str_from_points(&points)
}

/// `format(value, spec)`
pub fn format(thread: &mut Thread, value: Ref<'_>, spec: Ref<'_>) -> Outcome {
    let empty = spec.downcast::<Str>().is_some_and(Str::is_empty);
    if empty && (value.exact::<Str>().is_some() || value.word().is_int()) {
        return protocol::str(thread, value);
    }
    let name = thread.names().__format__.clone();
    match taipan_object::typeobject::call_special(thread, value, &name, &[spec])? {
        Some(text) if text.downcast::<Str>().is_some() => Ok(text),
        Some(other) => {
            let ty = other.as_ref().ty().name().into_owned();
            Err(thread.type_error(format!("__format__ must return a str, not {ty}")))
        }
        None if empty => protocol::str(thread, value),
        None => {
            let ty = value.ty().name().into_owned();
            Err(thread.type_error(format!("unsupported format string passed to {ty}.__format__")))
        }
    }
}

/// A call of `container[start:stop]` and its kin.
fn sliced(thread: &mut Thread, start: Ref<'_>, stop: Ref<'_>) -> Outcome {
    thread.slice([start.to_value(), stop.to_value(), Value::none()])
}

fn extend(thread: &mut Thread, list: &List, iterable: Ref<'_>) -> Outcome<()> {
    let outcome = protocol::for_each(thread, iterable, |thread, item| list.push(thread, item));
    if outcome.is_err() && iterable.ty().slots().iter.is_none() && !protocol::is_sequence(iterable) {
        drop(thread.take_exception());
        let ty = iterable.ty().name().into_owned();
        return Err(thread.type_error(format!("Value after * must be an iterable, not {ty}")));
    }
    outcome
}

/// Copies the items of a mapping into a dictionary; with `function`, a repeated key is an error.
fn merge(thread: &mut Thread, dict: &Dict, mapping: Ref<'_>, function: Option<Ref<'_>>) -> Outcome<()> {
    let put = |thread: &mut Thread, key: Ref<'_>, value: Value| -> Outcome<()> {
        if let Some(function) = function {
            let text = match key.downcast::<Str>() {
                Some(text) => text.to_string_lossy().into_owned(),
                None => return Err(thread.type_error("keywords must be strings")),
            };
            if dict.get(thread, key)?.is_some() {
                let name = function_name(thread, function)?;
                return Err(
                    thread.type_error(format!("{name} got multiple values for keyword argument '{text}'"))
                );
            }
        }
        dict.set(thread, key, value)
    };
    if let Some(other) = mapping.exact::<Dict>() {
        let mut position = 0;
        while let Some((next, key, value)) = other.next_entry(thread, position) {
            position = next;
            put(thread, key.as_ref(), value)?;
        }
        return Ok(());
    }
    let keys = thread.names().keys.clone();
    let Some(method) = protocol::find_attribute(thread, mapping, keys.as_ref())? else {
        let ty = mapping.ty().name().into_owned();
        return Err(match function {
            Some(function) => {
                let name = function_name(thread, function)?;
                thread.type_error(format!("{name} argument after ** must be a mapping, not {ty}"))
            }
            None => thread.type_error(format!("'{ty}' object is not a mapping")),
        });
    };
    let keys = protocol::call(thread, method.as_ref(), &[])?;
    protocol::for_each(thread, keys.as_ref(), |thread, key| {
        let value = protocol::get_item(thread, mapping, key.as_ref())?;
        put(thread, key.as_ref(), value)
    })
}

/// What messages call a callable: `_PyObject_FunctionStr`.
fn function_name(thread: &mut Thread, function: Ref<'_>) -> Outcome<String> {
    let names = thread.names();
    let Some(qualname) = protocol::find_attribute(thread, function, names.__qualname__.as_ref())? else {
        return protocol::str_string(thread, function);
    };
    let qualname = protocol::str_string(thread, qualname.as_ref())?;
    let module = protocol::find_attribute(thread, function, names.__module__.as_ref())?;
    match module {
        Some(module) if !module.as_ref().is_none() => match protocol::str_string(thread, module.as_ref())? {
            module if module == "builtins" => Ok(format!("{qualname}()")),
            module => Ok(format!("{module}.{qualname}()")),
        },
        _ => Ok(format!("{qualname}()")),
    }
}

/// The names of keyword arguments, a tuple, and their values.
pub type Keywords = (Value, Vec<Value>);

/// The arguments of `callable(*args, **kwargs)`: a tuple, and the names and values of keywords.
pub fn spread(
    thread: &mut Thread,
    callable: Ref<'_>,
    arguments: Ref<'_>,
    keywords: Option<Ref<'_>>,
) -> Outcome<(Value, Option<Keywords>)> {
    let tuple = match arguments.downcast::<Tuple>() {
        Some(_) => arguments.to_value(),
        None => {
            if arguments.ty().slots().iter.is_none() && !protocol::is_sequence(arguments) {
                let (name, ty) = (function_name(thread, callable)?, arguments.ty().name().into_owned());
                return Err(
                    thread.type_error(format!("{name} argument after * must be an iterable, not {ty}"))
                );
            }
            let all = protocol::collect(thread, arguments)?;
            thread.tuple(all)?
        }
    };
    let Some(keywords) = keywords else { return Ok((tuple, None)) };
    // The compiler merges into a new dictionary, whose keys were checked then.
    let merged = match keywords.exact::<Dict>() {
        Some(dict) if dict.table.view(thread).only_strings() => keywords.to_value(),
        _ => {
            let merged = thread.dict()?;
            merge(thread, merged.downcast::<Dict>().expect("just made"), keywords, Some(callable))?;
            merged
        }
    };
    let table = merged.downcast::<Dict>().expect("a dictionary").table.view(thread);
    if table.is_empty() {
        return Ok((tuple, None));
    }
    let (names, values): (Vec<Value>, Vec<Value>) =
        table.iter().map(|(key, value)| (key.to_value(), value.to_value())).unzip();
    let names = thread.tuple(names)?;
    Ok((tuple, Some((names, values))))
}

/// `import name`
fn import(thread: &mut Thread, th: *mut Thread, name: Ref<'_>, fromlist: Ref<'_>, level: Ref<'_>) -> Outcome {
    // SAFETY: a frame is running.
    let (function, namespace) = unsafe {
        let frame = (*th).frame;
        (function_of(frame), Ref::from_slot((*frame).namespace).unwrap_or(Ref::none()))
    };
    let key = thread.names().__import__.clone();
    let found = function.builtins().get_str(thread, key.downcast::<Str>().expect("a name"));
    let Some(import) = found.map(|found| found.to_value()) else {
        return Err(thread.import_error("__import__ not found"));
    };
    protocol::call(thread, import.as_ref(), &[name, Ref::of(function.globals()), namespace, fromlist, level])
}

/// `super().name` without a `super` object: the next definition after the class.
fn super_attribute(
    thread: &mut Thread,
    global: Ref<'_>,
    class: Ref<'_>,
    receiver: Ref<'_>,
    name: Ref<'_>,
    operand: usize,
) -> Outcome<(Value, bool)> {
    let (method, explicit) = (operand & 1 == 1, operand & 2 != 0);
    let own = class.downcast::<Type>();
    let start = match receiver.downcast::<Type>() {
        Some(ty) if own.is_some_and(|own| ty.is_subtype(thread, own)) => Some((ty, true)),
        _ if own.is_some_and(|own| receiver.ty().is_subtype(thread, own)) => Some((receiver.ty(), false)),
        _ => None,
    };
    if let (Some(own), Some((start, on_class)), Some(text)) = (own, start, name.downcast::<Str>())
        && global.is(taipan_object::types::super_::SUPER.as_ref())
        && text.as_ascii() != Some("__class__")
        && let Some(found) = start.lookup_after(thread, own, text).map(|found| found.to_value())
    {
        if method && !on_class && found.as_ref().ty().flags().contains(TypeFlags::METHOD_DESCRIPTOR) {
            return Ok((found, true));
        }
        let get = found.as_ref().ty().slots().descr_get;
        return match get {
            Some(get) => {
                let object = if on_class { None } else { Some(receiver) };
                Ok((get(thread, found.as_ref(), object, Some(start.as_ref()))?, false))
            }
            None => Ok((found, false)),
        };
    }
    let plain = if explicit {
        protocol::call(thread, global, &[class, receiver])?
    } else {
        protocol::call(thread, global, &[])?
    };
    let object = plain;
    Ok((protocol::get_attribute(thread, object.as_ref(), name)?, false))
}

fn intrinsic_1(thread: &mut Thread, th: *mut Thread, which: usize, value: Ref<'_>) -> Outcome {
    match which {
        2 => import_star(thread, th, value).map(|()| Value::none()),
        3 => Ok(crate::unwind::stop_iteration_error(thread, value)),
        4 => generator::wrap(thread, value),
        5 => protocol::unary_positive(thread, value),
        6 => {
            let all = protocol::collect(thread, value)?;
            thread.tuple(all)
        }
        7 => typevar::type_var(thread, value, None, None),
        8 => typevar::param_spec(thread, value),
        9 => typevar::type_var_tuple(thread, value),
        10 => typevar::subscript_generic(thread, value),
        11 => typevar::type_alias(thread, value),
        1 => helper(thread, ("sys", "displayhook"), &[value]),
        _ => Err(thread.system_error(format!("unknown intrinsic {which}"))),
    }
}

fn intrinsic_2(thread: &mut Thread, which: usize, first: Ref<'_>, second: Ref<'_>) -> Outcome {
    match which {
        1 => super::except_star::prepare_reraise_star(thread, first, second),
        2 => typevar::type_var(thread, first, Some(second), None),
        3 => typevar::type_var(thread, first, None, Some(second)),
        4 => {
            if let Some(function) = first.downcast::<Function>() {
                let params = Some(second.to_value());
                let old = std::mem::replace(&mut function.parts.change(thread).type_params, params);
                drop(old);
            }
            Ok(first.to_value())
        }
        _ => typevar::set_default(thread, first, second),
    }
}

/// Calls a function of a module in `sys.modules`.
fn helper(thread: &mut Thread, (module, function): (&str, &str), values: &[Ref<'_>]) -> Outcome {
    let key = thread.str(module)?;
    let modules = thread.interp().modules();
    let module = protocol::get_item(thread, modules, key.as_ref())?;
    let name = thread.intern(function)?;
    let function = protocol::get_attribute(thread, module.as_ref(), name.as_ref())?;
    protocol::call(thread, function.as_ref(), values)
}

/// `from module import *`
fn import_star(thread: &mut Thread, th: *mut Thread, module: Ref<'_>) -> Outcome<()> {
    let names = thread.names();
    let all = protocol::find_attribute(thread, module, names.__all__.as_ref())?;
    let skip_private = all.is_none();
    let listed = match all {
        Some(all) => protocol::collect(thread, all.as_ref())?,
        None => {
            let Some(dict) = protocol::find_attribute(thread, module, names.__dict__.as_ref())? else {
                return Err(thread.import_error("from-import-* object has no __dict__ and no __all__"));
            };
            let keys = protocol::call_method(thread, dict.as_ref(), "keys", &[])?;
            protocol::collect(thread, keys.as_ref())?
        }
    };
    for name in listed {
        let Some(text) = name.downcast::<Str>() else {
            let ty = name.as_ref().ty().name().into_owned();
            return Err(thread.type_error(format!("Item in __all__ must be str, not {ty}")));
        };
        if skip_private && text.chars().iter().next() == Some(u32::from('_')) {
            continue;
        }
        let value = protocol::get_attribute(thread, module, name.as_ref())?;
        // SAFETY: a frame is running, and holds its namespace.
        let namespace = unsafe { Ref::from_slot((*(*th).frame).namespace) };
        if let Some(namespace) = namespace {
            protocol::set_item(thread, namespace, name.as_ref(), value.as_ref())?;
        }
    }
    Ok(())
}

/// The attributes that a class pattern asks for; none if the subject does not match.
fn match_class(
    thread: &mut Thread,
    subject: Ref<'_>,
    class: Ref<'_>,
    count: usize,
    keywords: Ref<'_>,
) -> Outcome<Option<Value>> {
    let Some(ty) = class.downcast::<Type>() else {
        return Err(thread.type_error("called match pattern must be a class"));
    };
    if !protocol::is_instance(thread, subject, class)? {
        return Ok(None);
    }
    let mut values = Vec::new();
    let mut seen: Vec<Value> = Vec::new();
    let attribute = |thread: &mut Thread, name: Ref<'_>, seen: &mut Vec<Value>| -> Outcome<Option<Value>> {
        let text = protocol::str_string(thread, name)?;
        if seen.iter().any(|own| own.downcast::<Str>().is_some_and(|own| own.is(&text))) {
            let ty = ty.name().into_owned();
            return Err(thread.type_error(format!("{ty}() got multiple sub-patterns for attribute '{text}'")));
        }
        seen.push(name.to_value());
        match protocol::get_attribute(thread, subject, name) {
            Ok(value) => Ok(Some(value)),
            Err(raised) => missing(thread, raised, &ATTRIBUTE_ERROR),
        }
    };
    if count > 0 {
        let names = thread.names();
        let match_args = protocol::find_attribute(thread, class, names.__match_args__.as_ref())?;
        let match_self = match_args.is_none() && ty.flags().contains(TypeFlags::MATCH_SELF);
        let match_args = match match_args {
            Some(match_args) if match_args.downcast::<Tuple>().is_none() => {
                let (ty, got) = (ty.name().into_owned(), match_args.as_ref().ty().name().into_owned());
                return Err(thread.type_error(format!("{ty}.__match_args__ must be a tuple (got {got})")));
            }
            Some(match_args) => match_args,
            None => thread.tuple([])?,
        };
        let items = match_args.downcast::<Tuple>().expect("checked").items();
        let allowed = if match_self { 1 } else { items.len() };
        if count > allowed {
            let ty = ty.name().into_owned();
            let plural = if allowed == 1 { "" } else { "s" };
            return Err(thread.type_error(format!(
                "{ty}() accepts {allowed} positional sub-pattern{plural} ({count} given)"
            )));
        }
        if match_self {
            values.push(subject.to_value());
        } else {
            for name in &items[..count] {
                if name.exact::<Str>().is_none() {
                    let got = name.ty().name().into_owned();
                    return Err(
                        thread.type_error(format!("__match_args__ elements must be strings (got {got})"))
                    );
                }
                match attribute(thread, *name, &mut seen)? {
                    Some(value) => values.push(value),
                    None => return Ok(None),
                }
            }
        }
    }
    for name in keywords.downcast::<Tuple>().expect("the compiler pushes a tuple").items() {
        match attribute(thread, *name, &mut seen)? {
            Some(value) => values.push(value),
            None => return Ok(None),
        }
    }
    thread.tuple(values).map(Some)
}

fn missing(thread: &mut Thread, raised: Raised, ty: &Type) -> Outcome<Option<Value>> {
    if !thread.exception_is(ty) {
        return Err(raised);
    }
    drop(thread.take_exception());
    Ok(None)
}

/// The values of a mapping pattern's keys; none if one is missing.
fn match_keys(thread: &mut Thread, subject: Ref<'_>, keys: Ref<'_>) -> Outcome<Option<Value>> {
    let names = thread.names();
    let keys = keys.downcast::<Tuple>().expect("the compiler pushes a tuple").items();
    let seen = thread.dict()?;
    let get = protocol::get_attribute(thread, subject, names.get.as_ref())?;
    let dummy = thread.list(Vec::new())?;
    let mut values = Vec::new();
    for key in keys {
        if seen.downcast::<Dict>().expect("a dict").get(thread, *key)?.is_some() {
            let key = protocol::repr_string(thread, *key)?;
            return Err(thread.value_error(format!("mapping pattern checks duplicate key ({key})")));
        }
        seen.downcast::<Dict>().expect("a dict").set(thread, *key, Value::none())?;
        let value = protocol::call(thread, get.as_ref(), &[*key, dummy.as_ref()])?;
        if value.as_ref().is(dummy.as_ref()) {
            return Ok(None);
        }
        values.push(value);
    }
    thread.tuple(values).map(Some)
}

/// The parts of a starred assignment: those before, the rest as a list, those after.
fn unpack_ex(thread: &mut Thread, iterable: Ref<'_>, before: usize, after: usize) -> Outcome<Vec<Value>> {
    if iterable.ty().slots().iter.is_none() && !protocol::is_sequence(iterable) {
        let ty = iterable.ty().name().into_owned();
        return Err(thread.type_error(format!("cannot unpack non-iterable {ty} object")));
    }
    let mut items = protocol::collect(thread, iterable)?;
    if items.len() < before + after {
        let (wanted, got) = (before + after, items.len());
        return Err(thread
            .value_error(format!("not enough values to unpack (expected at least {wanted}, got {got})")));
    }
    let tail = items.split_off(items.len() - after);
    let rest = items.split_off(before);
    items.push(thread.list(rest)?);
    items.extend(tail);
    Ok(items)
}

/// Replaces the upper `$count` operands by the value of an outcome.
macro_rules! replace {
    ($outcome:expr, $count:expr, $pc:ident, $sp:ident, $th:ident) => {{
        let word = $outcome?.into_word();
        let start = $sp.sub($count);
        release_operands(start, $sp);
        start.write(word);
        leave($th, $pc, start.add(1)).settle();
        Ok(start.add(1))
    }};
}

cold_handlers! {
    /// `LOAD_FROM_DICT_OR_DEREF`
    load_from_dict_or_deref(pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        let name = code_of((*th).frame).local_name(arg(unit)).as_ref();
        let found = match protocol::get_item(thread, Ref::from_word(*sp.sub(1)), name) {
            Ok(value) => Ok(Some(value)),
            Err(raised) => missing(thread, raised, &KEY_ERROR),
        };
        let mut found = attempt!(found, pc, sp, fp, th);
        if found.is_none() {
            found = (*(*fp.add(arg(unit))).header().cast::<Cell>()).get(thread);
        }
        match found {
            Some(value) => {
                let word = value.into_word();
                heap::release(sp.sub(1).replace(word));
                next!(pc.add(1), sp, fp, th)
            }
            None => return super::local::unbound(pc, sp, fp, th, unit),
        }
    }

    /// `DELETE_DEREF`
    delete_deref(pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        let old = (*(*fp.add(arg(unit))).header().cast::<Cell>()).set(thread, None);
        match old {
            Some(old) => {
                heap::release(old.into_word());
                leave(th, pc, sp).settle();
                next!(pc.add(1), sp, fp, th)
            }
            None => return super::local::unbound(pc, sp, fp, th, unit),
        }
    }
}

native_handlers! {
    /// `BUILD_STRING`
    build_string[1](pc, sp, fp, th, unit) {
        let parts = std::slice::from_raw_parts(sp.sub(arg(unit)).cast::<Ref<'_>>(), arg(unit));
        replace!(join(leave(th, pc, sp), parts), arg(unit), pc, sp, th)
    }

    /// `FORMAT_SIMPLE`
    format_simple[1](pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        let value = Ref::from_word(*sp.sub(1));
        if value.exact::<Str>().is_some() {
            return Ok(sp);
        }
        let empty = thread.names().empty.as_ref();
        replace!(format(thread, value, empty), 1, pc, sp, th)
    }

    /// `FORMAT_WITH_SPEC`
    format_with_spec[1](pc, sp, fp, th, unit) {
        let (value, spec) = (Ref::from_word(*sp.sub(2)), Ref::from_word(*sp.sub(1)));
        replace!(format(leave(th, pc, sp), value, spec), 2, pc, sp, th)
    }

    /// `CONVERT_VALUE`
    convert_value[1](pc, sp, fp, th, unit) {
        let value = Ref::from_word(*sp.sub(1));
        let thread = leave(th, pc, sp);
        let outcome = match arg(unit) {
            1 => protocol::str(thread, value),
            2 => protocol::repr(thread, value),
            _ => protocol::ascii(thread, value),
        };
        replace!(outcome, 1, pc, sp, th)
    }

    /// `BUILD_SLICE`
    build_slice[1](pc, sp, fp, th, unit) {
        let count = arg(unit);
        let part = |index: usize| {
            if index < count { Ref::from_word(*sp.sub(count - index)).to_value() } else { Value::none() }
        };
        let outcome = leave(th, pc, sp).slice([part(0), part(1), part(2)]);
        replace!(outcome, count, pc, sp, th)
    }

    /// `BINARY_SLICE`
    binary_slice[1](pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        let (container, start, stop) =
            (Ref::from_word(*sp.sub(3)), Ref::from_word(*sp.sub(2)), Ref::from_word(*sp.sub(1)));
        let outcome = match sliced(thread, start, stop) {
            Ok(slice) => protocol::get_item(thread, container, slice.as_ref()),
            Err(raised) => Err(raised),
        };
        replace!(outcome, 3, pc, sp, th)
    }

    /// `STORE_SLICE`
    store_slice[1](pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        let (value, container) = (Ref::from_word(*sp.sub(4)), Ref::from_word(*sp.sub(3)));
        let outcome = match sliced(thread, Ref::from_word(*sp.sub(2)), Ref::from_word(*sp.sub(1))) {
            Ok(slice) => protocol::set_item(thread, container, slice.as_ref(), value),
            Err(raised) => Err(raised),
        };
        (outcome)?;
        release_operands(sp.sub(4), sp);
        leave(th, pc, sp.sub(4)).settle();
        Ok(sp.sub(4))
    }

    /// `LIST_EXTEND`
    list_extend[1](pc, sp, fp, th, unit) {
        let list = *sp.sub(1 + arg(unit));
        let outcome = extend(leave(th, pc, sp), &*list.header().cast::<List>(), Ref::from_word(*sp.sub(1)));
        (outcome)?;
        release_operands(sp.sub(1), sp);
        Ok(sp.sub(1))
    }

    /// `MAP_ADD`
    map_add[1](pc, sp, fp, th, unit) {
        let dict = *sp.sub(2 + arg(unit));
        let (key, value) = (Ref::from_word(*sp.sub(2)), Ref::from_word(*sp.sub(1)).to_value());
        let outcome = (*dict.header().cast::<Dict>()).set(leave(th, pc, sp), key, value);
        (outcome)?;
        release_operands(sp.sub(2), sp);
        Ok(sp.sub(2))
    }

    /// `DICT_UPDATE`
    dict_update[1](pc, sp, fp, th, unit) {
        let dict = *sp.sub(1 + arg(unit));
        let outcome = merge(leave(th, pc, sp), &*dict.header().cast::<Dict>(), Ref::from_word(*sp.sub(1)), None);
        (outcome)?;
        release_operands(sp.sub(1), sp);
        Ok(sp.sub(1))
    }

    /// `DICT_MERGE`
    dict_merge[1](pc, sp, fp, th, unit) {
        let dict = *sp.sub(1 + arg(unit));
        let callable = Ref::from_word(*sp.sub(4 + arg(unit)));
        let update = Ref::from_word(*sp.sub(1));
        let outcome = merge(leave(th, pc, sp), &*dict.header().cast::<Dict>(), update, Some(callable));
        (outcome)?;
        release_operands(sp.sub(1), sp);
        Ok(sp.sub(1))
    }

    /// `CALL_INTRINSIC_1`
    call_intrinsic_1[1](pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        let outcome = intrinsic_1(thread, th, arg(unit), Ref::from_word(*sp.sub(1)));
        replace!(outcome, 1, pc, sp, th)
    }

    /// `CALL_INTRINSIC_2`
    call_intrinsic_2[1](pc, sp, fp, th, unit) {
        let (a, b) = (Ref::from_word(*sp.sub(2)), Ref::from_word(*sp.sub(1)));
        let outcome = intrinsic_2(leave(th, pc, sp), arg(unit), a, b);
        replace!(outcome, 2, pc, sp, th)
    }

    /// `IMPORT_NAME`
    import_name[1](pc, sp, fp, th, unit) {
        let name = code_of((*th).frame).name_at(arg(unit)).as_ref();
        let (level, fromlist) = (Ref::from_word(*sp.sub(2)), Ref::from_word(*sp.sub(1)));
        let outcome = import(leave(th, pc, sp), th, name, fromlist, level);
        replace!(outcome, 2, pc, sp, th)
    }

    /// `IMPORT_FROM`
    import_from_name[1](pc, sp, fp, th, unit) {
        let name = code_of((*th).frame).name_at(arg(unit)).as_ref();
        let outcome = crate::import::import_from(leave(th, pc, sp), Ref::from_word(*sp.sub(1)), name);
        sp.write((outcome)?.into_word());
        Ok(sp.add(1))
    }

    /// `LOAD_SUPER_ATTR`
    load_super_attr[2](pc, sp, fp, th, unit) {
        let name = code_of((*th).frame).name_at(arg(unit) >> 2).as_ref();
        let (global, class, receiver) =
            (Ref::from_word(*sp.sub(3)), Ref::from_word(*sp.sub(2)), Ref::from_word(*sp.sub(1)));
        let method = arg(unit) & 1 == 1;
        let outcome = super_attribute(leave(th, pc, sp), global, class, receiver, name, arg(unit));
        let (value, unbound) = (outcome)?;
        let value = value.into_word();
        let receiver = if unbound { own(*sp.sub(1)) } else { Word::NULL };
        let start = sp.sub(3);
        release_operands(start, sp);
        start.write(value);
        start.add(1).write(receiver);
        leave(th, pc, start.add(2)).settle();
        Ok(start.add(1 + usize::from(method)))
    }

    /// `UNPACK_EX`
    unpack_ex_op[1](pc, sp, fp, th, unit) {
        let (before, after) = (arg(unit) & 0xff, arg(unit) >> 8);
        let items = unpack_ex(leave(th, pc, sp), Ref::from_word(*sp.sub(1)), before, after);
        let items = (items)?;
        let start = sp.sub(1);
        release_operands(start, sp);
        let count = items.len();
        for (index, item) in items.into_iter().rev().enumerate() {
            start.add(index).write(item.into_word());
        }
        Ok(start.add(count))
    }

    /// `GET_LEN`
    get_len[1](pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        let length = (protocol::length(thread, Ref::from_word(*sp.sub(1))))?;
        sp.write(Word::from_small(length as i64));
        Ok(sp.add(1))
    }

    /// `MATCH_MAPPING`
    match_mapping[1](pc, sp, fp, th, unit) {
        let is = Ref::from_word(*sp.sub(1)).ty().flags().contains(TypeFlags::MAPPING);
        sp.write(Ref::bool(is).word());
        Ok(sp.add(1))
    }

    /// `MATCH_SEQUENCE`
    match_sequence[1](pc, sp, fp, th, unit) {
        let is = Ref::from_word(*sp.sub(1)).ty().flags().contains(TypeFlags::SEQUENCE);
        sp.write(Ref::bool(is).word());
        Ok(sp.add(1))
    }

    /// `MATCH_KEYS`
    match_keys_op[1](pc, sp, fp, th, unit) {
        let outcome = match_keys(leave(th, pc, sp), Ref::from_word(*sp.sub(2)), Ref::from_word(*sp.sub(1)));
        let values = (outcome)?.unwrap_or_else(Value::none);
        sp.write(values.into_word());
        Ok(sp.add(1))
    }

    /// `MATCH_CLASS`
    match_class_op[1](pc, sp, fp, th, unit) {
        let (subject, class, names) =
            (Ref::from_word(*sp.sub(3)), Ref::from_word(*sp.sub(2)), Ref::from_word(*sp.sub(1)));
        let outcome = match_class(leave(th, pc, sp), subject, class, arg(unit), names);
        replace!(outcome.map(|values| values.unwrap_or_else(Value::none)), 3, pc, sp, th)
    }

    /// `LOAD_FROM_DICT_OR_GLOBALS`
    load_from_dict_or_globals[1](pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        let name = code_of((*th).frame).name_at(arg(unit)).as_ref();
        let function = function_of((*th).frame);
        let found = match protocol::get_item(thread, Ref::from_word(*sp.sub(1)), name) {
            Ok(value) => Ok(Some(value)),
            Err(raised) => missing(thread, raised, &KEY_ERROR),
        };
        let outcome = match found {
            Ok(Some(value)) => Ok(value),
            Ok(None) => super::global::lookup(thread, function.globals(), function.builtins(), name),
            Err(raised) => Err(raised),
        };
        replace!(outcome, 1, pc, sp, th)
    }

    /// `SETUP_ANNOTATIONS`
    setup_annotations[1](pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        let name = thread.names().__annotations__.as_ref();
        let outcome = match Ref::from_slot((*(*th).frame).namespace) {
            Some(namespace) => match protocol::get_item(thread, namespace, name) {
                Ok(_) => Ok(()),
                Err(raised) => match missing(thread, raised, &KEY_ERROR) {
                    Ok(_) => match thread.dict() {
                        Ok(dict) => protocol::set_item(thread, namespace, name, dict.as_ref()),
                        Err(raised) => Err(raised),
                    },
                    Err(raised) => Err(raised),
                },
            },
            None => Err(thread.system_error("no locals found when setting up annotations")),
        };
        (outcome)?;
        Ok(sp)
    }
}
