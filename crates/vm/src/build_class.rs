//! `__build_class__`: what a `class` statement calls.
//!
//! Answers for `builtin___build_class__` of CPython's `Python/bltinmodule.c`.

use taipan_object::native::{Binding, MethodDef, NativeCall};
use taipan_object::types::cell::Cell;
use taipan_object::types::dict::Dict;
use taipan_object::types::function::Function;
use taipan_object::types::str::Str;
use taipan_object::types::tuple::Tuple;
use taipan_object::types::type_::TYPE;
use taipan_object::{Args, Outcome, Ref, Thread, Type, Value, protocol};

use crate::call::eval_function;

/// The function's definition, for the module `builtins`.
pub static BUILD_CLASS: MethodDef = MethodDef {
    name: "__build_class__",
    doc: Some(
        "__build_class__(func, name, /, *bases, [metaclass], **kwds) -> class\n\nInternal helper function used by the class statement.",
    ),
    signature: None,
    call: NativeCall::Many(build_class),
    binding: Binding::Instance,
};

fn build_class<'a>(thread: &mut Thread, _: Ref<'a>, args: Args<'a>) -> Outcome {
    let [function, name, bases @ ..] = args.positionals() else {
        return Err(thread.type_error("__build_class__: not enough arguments"));
    };
    if function.exact::<Function>().is_none() {
        return Err(thread.type_error("__build_class__: func must be a function"));
    }
    if name.downcast::<Str>().is_none() {
        return Err(thread.type_error("__build_class__: name is not a string"));
    }
    let original = thread.tuple_from_refs(bases)?;
    let bases = update_bases(thread, &original)?;
    let mut keywords: Vec<(Value, Value)> =
        args.keywords().map(|(name, value)| (name.to_value(), value.to_value())).collect();
    let given = keywords.iter().position(|(name, _)| name.as_ref().is(thread.names().metaclass.as_ref()));
    let given = given.map(|index| keywords.remove(index).1);
    let tuple = bases.downcast::<Tuple>().expect("a tuple");
    let metaclass = metaclass(thread, given, tuple)?;
    let names: Vec<Value> = keywords.iter().map(|(name, _)| name.clone()).collect();
    let names = thread.tuple(names)?;
    let names = names.downcast::<Tuple>().filter(|names| !names.is_empty());
    let with_keywords = |first: &[Ref<'a>]| -> Vec<Value> {
        first
            .iter()
            .map(|value| value.to_value())
            .chain(keywords.iter().map(|(_, value)| value.clone()))
            .collect()
    };
    let namespace = prepare(thread, &metaclass, *name, &bases, names, &with_keywords(&[]))?;
    let cell = eval_function(thread, *function, namespace.as_ref())?;
    if !bases.as_ref().is(original.as_ref()) {
        let key = thread.names().__orig_bases__.clone();
        protocol::set_item(thread, namespace.as_ref(), key.as_ref(), original.as_ref())?;
    }
    let mut values = vec![*name, bases.as_ref(), namespace.as_ref()];
    values.extend(keywords.iter().map(|(_, value)| value.as_ref()));
    let class = protocol::call_args(thread, metaclass.as_ref(), Args::with_names(&values, names))?;
    check_cell(thread, &cell, &class)?;
    Ok(class)
}

/// Lets objects that are no classes name the bases that they stand for.
fn update_bases(thread: &mut Thread, original: &Value) -> Outcome {
    let bases = original.downcast::<Tuple>().expect("a tuple");
    let mut result: Vec<Value> = Vec::new();
    let mut changed = false;
    for base in bases.items() {
        let name = thread.names().__mro_entries__.clone();
        let entries = match base.downcast::<Type>() {
            Some(_) => None,
            None => protocol::find_attribute(thread, *base, name.as_ref())?,
        };
        let Some(entries) = entries else {
            result.push(base.to_value());
            continue;
        };
        let more = protocol::call(thread, entries.as_ref(), &[original.as_ref()])?;
        let Some(more) = more.downcast::<Tuple>() else {
            return Err(thread.type_error("__mro_entries__ must return a tuple"));
        };
        changed = true;
        result.extend(more.items().iter().map(|base| base.to_value()));
    }
    if changed { thread.tuple(result) } else { Ok(original.clone()) }
}

fn metaclass(thread: &mut Thread, given: Option<Value>, bases: &Tuple) -> Outcome {
    let start = match given {
        Some(given) if given.downcast::<Type>().is_none() => return Ok(given),
        Some(given) => given,
        None => match bases.items().first() {
            Some(first) => first.ty().as_ref().to_value(),
            None => TYPE.as_ref().to_value(),
        },
    };
    let start = start.downcast::<Type>().expect("checked");
    let winner = taipan_object::typeobject::calculate_metatype(thread, start, bases)?;
    Ok(winner.as_ref().to_value())
}

fn prepare(
    thread: &mut Thread,
    metaclass: &Value,
    name: Ref<'_>,
    bases: &Value,
    names: Option<&Tuple>,
    keywords: &[Value],
) -> Outcome {
    if metaclass.as_ref().is(TYPE.as_ref()) {
        return thread.dict();
    }
    let key = thread.names().__prepare__.clone();
    let Some(prepare) = protocol::find_attribute(thread, metaclass.as_ref(), key.as_ref())? else {
        return thread.dict();
    };
    let mut values = vec![name, bases.as_ref()];
    values.extend(keywords.iter().map(Value::as_ref));
    let namespace = protocol::call_args(thread, prepare.as_ref(), Args::with_names(&values, names))?;
    if namespace.downcast::<Dict>().is_none() && namespace.as_ref().ty().slots().subscript.is_none() {
        let meta = match metaclass.downcast::<Type>() {
            Some(metaclass) => metaclass.name().into_owned(),
            None => "<metaclass>".to_owned(),
        };
        let ty = namespace.as_ref().ty().name().into_owned();
        return Err(thread.type_error(format!("{meta}.__prepare__() must return a mapping, not {ty}")));
    }
    Ok(namespace)
}

/// The class body's `__class__` must have become the class.
fn check_cell(thread: &mut Thread, cell: &Value, class: &Value) -> Outcome<()> {
    let (Some(cell), Some(_)) = (cell.downcast::<Cell>(), class.downcast::<Type>()) else { return Ok(()) };
    match cell.get(thread) {
        Some(content) if content.as_ref().is(class.as_ref()) => Ok(()),
        Some(content) => {
            let name = protocol::repr_string(thread, class.as_ref())?;
            let content = protocol::repr_string(thread, content.as_ref())?;
            Err(thread.type_error(format!("__class__ set to {content} defining {name} as {name}")))
        }
        None => {
            let name = protocol::repr_string(thread, class.as_ref())?;
            Err(thread.runtime_error(format!(
                "__class__ not set defining {name} as {name}. Was __classcell__ propagated to type.__new__?"
            )))
        }
    }
}
