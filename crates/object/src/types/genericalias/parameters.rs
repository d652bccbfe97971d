//! The type variables of an alias's arguments, and the arguments with other things in their place.
//!
//! What a type variable is, is asked of the object: it has `__typing_subst__`.

use super::GenericAlias;
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::Type;
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::value::{Outcome, Ref, Value};

/// The items of a tuple or list, as an argument that is looked into.
fn sequence(thread: &Thread, object: Ref<'_>) -> Option<Vec<Value>> {
    if let Some(tuple) = object.downcast::<Tuple>() {
        return Some(tuple.items().iter().map(|item| item.to_value()).collect());
    }
    let list = object.downcast::<List>()?;
    let mut items = Vec::new();
    while let Some(item) = list.get(thread, items.len()) {
        items.push(item);
    }
    Some(items)
}

fn find(thread: &mut Thread, object: Ref<'_>, name: &str) -> Outcome<Option<Value>> {
    let name = thread.intern(name)?;
    protocol::find_attribute(thread, object, name.as_ref())
}

fn position(all: &[Value], item: Ref<'_>) -> Option<usize> {
    all.iter().position(|own| own.as_ref().is(item))
}

/// The type variables in a tuple or list of arguments, in the order of their first appearance.
pub fn make_parameters(thread: &mut Thread, args: Ref<'_>) -> Outcome {
    let mut found = Vec::new();
    gather(thread, args, &mut found)?;
    thread.tuple(found)
}

fn gather(thread: &mut Thread, args: Ref<'_>, found: &mut Vec<Value>) -> Outcome<()> {
    thread.check_native_stack()?;
    for arg in sequence(thread, args).unwrap_or_default() {
        // The descriptor `__parameters__` of a class says nothing about the class.
        if arg.downcast::<Type>().is_some() {
            continue;
        }
        if arg.downcast::<Tuple>().is_some() || arg.downcast::<List>().is_some() {
            gather(thread, arg.as_ref(), found)?;
            continue;
        }
        if find(thread, arg.as_ref(), "__typing_subst__")?.is_some() {
            if position(found, arg.as_ref()).is_none() {
                found.push(arg);
            }
            continue;
        }
        let inner = find(thread, arg.as_ref(), "__parameters__")?;
        if let Some(inner) = inner.as_ref().and_then(|inner| inner.downcast::<Tuple>()) {
            for item in inner.items() {
                if position(found, *item).is_none() {
                    found.push(item.to_value());
                }
            }
        }
    }
    Ok(())
}

/// `args` with what `item` says in the place of `parameters`; `object` is what is subscripted.
pub fn substitute(
    thread: &mut Thread,
    object: Ref<'_>,
    args: Ref<'_>,
    parameters: Ref<'_>,
    item: Ref<'_>,
) -> Outcome {
    thread.check_native_stack()?;
    let parameters = sequence(thread, parameters).unwrap_or_default();
    if parameters.is_empty() {
        let text = protocol::repr_string(thread, object)?;
        return Err(thread.type_error(format!("{text} is not a generic class")));
    }
    let mut item = unpack(thread, item)?;
    for parameter in &parameters {
        let prepare = find(thread, parameter.as_ref(), "__typing_prepare_subst__")?;
        if let Some(prepare) = prepare.filter(|prepare| !prepare.as_ref().is_none()) {
            let given = match item.downcast::<Tuple>() {
                Some(_) => item,
                None => thread.tuple([item])?,
            };
            item = protocol::call(thread, prepare.as_ref(), &[object, given.as_ref()])?;
        }
    }
    let items = match item.downcast::<Tuple>() {
        Some(tuple) => tuple.items().iter().map(|item| item.to_value()).collect(),
        None => vec![item.clone()],
    };
    if items.len() != parameters.len() {
        let bound = if items.len() > parameters.len() { "many" } else { "few" };
        let text = protocol::repr_string(thread, object)?;
        let (given, wanted) = (items.len(), parameters.len());
        return Err(
            thread.type_error(format!("Too {bound} arguments for {text}; actual {given}, expected {wanted}"))
        );
    }
    let new = replace_all(thread, args, &parameters, &items)?;
    thread.tuple(new)
}

fn replace_all(
    thread: &mut Thread,
    args: Ref<'_>,
    parameters: &[Value],
    items: &[Value],
) -> Outcome<Vec<Value>> {
    thread.check_native_stack()?;
    let mut new = Vec::new();
    for arg in sequence(thread, args).unwrap_or_default() {
        if arg.downcast::<Type>().is_some() {
            new.push(arg);
            continue;
        }
        if arg.downcast::<Tuple>().is_some() || arg.downcast::<List>().is_some() {
            let inner = replace_all(thread, arg.as_ref(), parameters, items)?;
            new.push(match arg.downcast::<Tuple>() {
                Some(_) => thread.tuple(inner)?,
                None => thread.list(inner)?,
            });
            continue;
        }
        let unpack = match find(thread, arg.as_ref(), "__typing_is_unpacked_typevartuple__")? {
            Some(unpack) => protocol::is_true(thread, unpack.as_ref())?,
            None => false,
        };
        let replaced = match find(thread, arg.as_ref(), "__typing_subst__")? {
            Some(subst) => {
                let Some(place) = position(parameters, arg.as_ref()) else {
                    return Err(thread.type_error("type variable is not among the parameters"));
                };
                protocol::call(thread, subst.as_ref(), &[items[place].as_ref()])?
            }
            None => replace_inside(thread, arg.as_ref(), parameters, items)?,
        };
        match replaced.downcast::<Tuple>().filter(|_| unpack) {
            Some(tuple) => new.extend(tuple.items().iter().map(|item| item.to_value())),
            None if unpack => {
                let (class, text) = (
                    replaced.as_ref().ty().name().into_owned(),
                    protocol::repr_string(thread, arg.as_ref())?,
                );
                return Err(thread.type_error(format!(
                    "expected __typing_subst__ of {text} objects to return a tuple, not {class}"
                )));
            }
            None => new.push(replaced),
        }
    }
    Ok(new)
}

/// An argument that is generic itself, with its own parameters replaced.
fn replace_inside(thread: &mut Thread, arg: Ref<'_>, parameters: &[Value], items: &[Value]) -> Outcome {
    let inner = find(thread, arg, "__parameters__")?;
    let Some(inner) = inner.as_ref().and_then(|inner| inner.downcast::<Tuple>()).filter(|i| !i.is_empty())
    else {
        return Ok(arg.to_value());
    };
    let mut arguments = Vec::new();
    for own in inner.items() {
        let Some(place) = position(parameters, *own) else {
            arguments.push(own.to_value());
            continue;
        };
        let item = &items[place];
        match item.downcast::<Tuple>() {
            // What stands for a type variable tuple.
            Some(tuple) if parameters[place].as_ref().ty().slots().iter.is_some() => {
                arguments.extend(tuple.items().iter().map(|item| item.to_value()));
            }
            _ => arguments.push(item.clone()),
        }
    }
    let arguments = thread.tuple(arguments)?;
    protocol::get_item(thread, arg, arguments.as_ref())
}

/// The arguments of a subscription, those of `*tuple[…]` put in its place.
fn unpack(thread: &mut Thread, item: Ref<'_>) -> Outcome {
    let given = match item.downcast::<Tuple>() {
        Some(tuple) => tuple.items().iter().map(|item| item.to_value()).collect(),
        None => vec![item.to_value()],
    };
    let mut all = Vec::new();
    for item in given {
        if item.downcast::<Type>().is_none() {
            let inner = match item.as_ref().exact::<GenericAlias>().and_then(GenericAlias::unpacked_args) {
                Some(inner) => Some(inner.to_value()),
                None => find(thread, item.as_ref(), "__typing_unpacked_tuple_args__")?,
            };
            if let Some(inner) = inner.as_ref().and_then(|inner| inner.downcast::<Tuple>())
                && !inner.items().last().is_some_and(|last| last.is(Ref::ellipsis()))
            {
                all.extend(inner.items().iter().map(|item| item.to_value()));
                continue;
            }
        }
        all.push(item);
    }
    thread.tuple(all)
}
