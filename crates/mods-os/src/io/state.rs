//! The attributes of in-memory streams, as pickling takes and gives them.

use taipan_object::typeobject::{Attributes, attributes, instance_dict};
use taipan_object::types::dict::Dict;
use taipan_object::types::int::to_int;
use taipan_object::types::tuple::Tuple;
use taipan_object::{Outcome, Ref, Thread, Value, protocol};

/// A copy of the instance's dictionary, or `None` if there is nothing in it.
pub fn attributes_copy(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    if matches!(attributes(object), None | Some(Attributes::Inline(0))) {
        return Ok(Value::none());
    }
    match instance_dict(thread, object)? {
        Some(dict) => protocol::call_method(thread, dict.as_ref(), "copy", &[]),
        None => Ok(Value::none()),
    }
}

/// The items of a state, at least `count` of them.
pub fn items<'s>(
    thread: &mut Thread,
    object: Ref<'_>,
    state: Ref<'s>,
    count: usize,
) -> Outcome<&'s [Ref<'s>]> {
    match state.downcast::<Tuple>().map(Tuple::items) {
        Some(items) if items.len() >= count => Ok(items),
        _ => {
            let (ty, got) = (super::support::full_name(thread, object), state.ty().name().into_owned());
            Err(thread.type_error(format!("{ty}.__setstate__ argument should be {count}-tuple, got {got}")))
        }
    }
}

/// The position of a state.
pub fn position(thread: &mut Thread, value: Ref<'_>, message: &str) -> Outcome<usize> {
    if to_int(value).is_none() {
        let ty = value.ty().name().into_owned();
        return Err(thread.type_error(format!("{message} {ty}")));
    }
    match usize::try_from(protocol::index_isize(thread, value)?) {
        Ok(position) => Ok(position),
        Err(_) => Err(thread.value_error("position value cannot be negative")),
    }
}

/// Takes the attributes of a state over.
pub fn set_attributes(thread: &mut Thread, object: Ref<'_>, dict: Ref<'_>, which: &str) -> Outcome<()> {
    if dict.is_none() {
        return Ok(());
    }
    if dict.downcast::<Dict>().is_none() {
        let ty = dict.ty().name().into_owned();
        return Err(thread.type_error(format!("{which} item of state should be a dict, got a {ty}")));
    }
    match instance_dict(thread, object)? {
        Some(own) => protocol::call_method(thread, own.as_ref(), "update", &[dict]).map(drop),
        None => Ok(()),
    }
}
