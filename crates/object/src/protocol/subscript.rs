//! `object[key]`

use crate::native::class_of;
use crate::thread::Thread;
use crate::typeobject::Type;
use crate::value::{Outcome, Ref};

/// `object[key]`
pub fn get_item(thread: &mut Thread, object: Ref<'_>, key: Ref<'_>) -> Outcome {
    let slots = object.ty().slots();
    if let Some(subscript) = slots.subscript {
        return subscript(thread, object, key);
    }
    if let Some(item) = slots.item {
        let index = sequence_index(thread, object, key)?;
        return item(thread, object, index);
    }
    if object.downcast::<Type>().is_some() {
        let class = class_of(object);
        if class.is(&crate::types::type_::TYPE) {
            return crate::types::genericalias::generic_alias(thread, object, key);
        }
        let name = thread.names().__class_getitem__.clone();
        if let Some(method) = super::find_attribute(thread, object, name.as_ref())?
            && !method.as_ref().is_none()
        {
            return super::call(thread, method.as_ref(), &[key]);
        }
        let name = class.name().into_owned();
        return Err(thread.type_error(format!("type '{name}' is not subscriptable")));
    }
    let ty = object.ty().name().into_owned();
    Err(thread.type_error(format!("'{ty}' object is not subscriptable")))
}

fn sequence_index(thread: &mut Thread, object: Ref<'_>, key: Ref<'_>) -> Outcome<isize> {
    if key.ty().slots().index.is_none() {
        let ty = key.ty().name().into_owned();
        return Err(thread.type_error(format!("sequence index must be integer, not '{ty}'")));
    }
    let index = super::index_isize(thread, key)?;
    if index < 0
        && let Some(length) = object.ty().slots().length
    {
        return Ok(index + length(thread, object)? as isize);
    }
    Ok(index)
}

/// `object[key] = value`
pub fn set_item(thread: &mut Thread, object: Ref<'_>, key: Ref<'_>, value: Ref<'_>) -> Outcome<()> {
    assign(thread, object, key, Some(value), "assignment")
}

/// `del object[key]`
pub fn delete_item(thread: &mut Thread, object: Ref<'_>, key: Ref<'_>) -> Outcome<()> {
    assign(thread, object, key, None, "deletion")
}

fn assign(
    thread: &mut Thread,
    object: Ref<'_>,
    key: Ref<'_>,
    value: Option<Ref<'_>>,
    what: &str,
) -> Outcome<()> {
    let slots = object.ty().slots();
    if let Some(set) = slots.set_subscript {
        return set(thread, object, key, value);
    }
    if let Some(set) = slots.set_item {
        let index = sequence_index(thread, object, key)?;
        return set(thread, object, index, value);
    }
    let ty = object.ty().name().into_owned();
    let not = if value.is_some() { " not" } else { "n't" };
    Err(thread.type_error(format!("'{ty}' object does{not} support item {what}")))
}

/// `len(object)`
pub fn length(thread: &mut Thread, object: Ref<'_>) -> Outcome<usize> {
    match object.ty().slots().length {
        Some(length) => length(thread, object),
        None => {
            let ty = object.ty().name().into_owned();
            Err(thread.type_error(format!("object of type '{ty}' has no len()")))
        }
    }
}
