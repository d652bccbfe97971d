//! `repr` of nodes: three levels deep, of lists the ends.

use taipan_object::types::list::List;
use taipan_object::types::tuple::Tuple;
use taipan_object::{Outcome, Ref, Thread, Value, protocol};

use super::base::AstNode;

/// How many levels are shown.
const DEPTH: usize = 3;

pub(super) fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let text = node(thread, object, DEPTH)?;
    thread.str(&text)
}

fn node(thread: &mut Thread, object: Ref<'_>, depth: usize) -> Outcome<String> {
    thread.check_native_stack()?;
    let name = object.ty().name().into_owned();
    if depth == 0 || !thread.enter_repr(object) {
        return Ok(format!("{name}(...)"));
    }
    let text = fields(thread, object, &name, depth);
    thread.leave_repr(object);
    text
}

fn fields(thread: &mut Thread, object: Ref<'_>, name: &str, depth: usize) -> Outcome<String> {
    let key = thread.intern("_fields")?;
    let names = protocol::get_attribute(thread, object.ty().as_ref(), key.as_ref())?;
    let names = protocol::collect(thread, names.as_ref())?;
    let mut parts = Vec::with_capacity(names.len());
    for field in &names {
        let value = protocol::get_attribute(thread, object, field.as_ref())?;
        let text = if let Some(list) = value.downcast::<List>() {
            let items: Vec<Value> = list.view(thread).iter().map(|item| item.to_value()).collect();
            sequence(thread, value.as_ref(), &items, ('[', ']'), depth - 1)?
        } else if let Some(tuple) = value.downcast::<Tuple>() {
            let items: Vec<Value> = tuple.items().iter().map(|item| item.to_value()).collect();
            sequence(thread, value.as_ref(), &items, ('(', ')'), depth - 1)?
        } else {
            item(thread, &value, depth - 1)?
        };
        parts.push(format!("{}={text}", protocol::str_string(thread, field.as_ref())?));
    }
    Ok(format!("{name}({})", parts.join(", ")))
}

fn item(thread: &mut Thread, value: &Value, depth: usize) -> Outcome<String> {
    match value.downcast::<AstNode>() {
        Some(_) => node(thread, value.as_ref(), depth),
        None => protocol::repr_string(thread, value.as_ref()),
    }
}

/// The first item and the last one.
fn sequence(
    thread: &mut Thread,
    value: Ref<'_>,
    items: &[Value],
    (open, close): (char, char),
    depth: usize,
) -> Outcome<String> {
    let (first, last) = match items {
        [] => return protocol::repr_string(thread, value),
        [only] => return Ok(format!("{open}{}{close}", item(thread, only, depth)?)),
        [first, .., last] => (item(thread, first, depth)?, item(thread, last, depth)?),
    };
    let gap = if items.len() > 2 { ", ..." } else { "" };
    Ok(format!("{open}{first}{gap}, {last}{close}"))
}
