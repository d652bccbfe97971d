//! Filling dictionaries from mappings, from pairs and from keywords.

use super::{DICT, Dict};
use crate::native::Args;
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::Type;
use crate::types::exception::{TYPE_ERROR, add_note};
use crate::value::{Outcome, Ref, Value};

/// `dict(…)` and `update(…)`: a mapping or pairs, then keywords.
pub(super) fn update<'a>(
    thread: &mut Thread,
    object: Ref<'a>,
    args: Args<'a>,
    function: &str,
) -> Outcome<()> {
    let own = object.downcast::<Dict>().expect("the slot of dictionaries");
    match args.positionals() {
        [] => {}
        [source] => merge(thread, own, *source)?,
        more => {
            let count = more.len();
            return Err(thread.type_error(format!("{function} expected at most 1 argument, got {count}")));
        }
    }
    for (name, value) in args.keywords() {
        own.set(thread, name, value.to_value())?;
    }
    Ok(())
}

/// Whether iterating over the object is iterating over the table.
fn iterates_as_dict(object: Ref<'_>) -> bool {
    let own = DICT.slots().iter.expect("dictionaries iterate");
    object.ty().slots().iter.is_some_and(|iter| iter as usize == own as usize)
}

/// Adds what a mapping or an iterable of pairs holds; later ones win.
pub(super) fn merge(thread: &mut Thread, own: &Dict, source: Ref<'_>) -> Outcome<()> {
    if let Some(dict) = source.downcast::<Dict>()
        && iterates_as_dict(source)
    {
        return merge_dict(thread, own, dict);
    }
    let name = thread.names().keys.clone();
    match protocol::find_attribute(thread, source, name.as_ref())? {
        Some(keys) => {
            let keys = protocol::call(thread, keys.as_ref(), &[])?;
            protocol::for_each(thread, keys.as_ref(), |thread, key| {
                let value = protocol::get_item(thread, source, key.as_ref())?;
                own.set(thread, key.as_ref(), value)
            })
        }
        None => merge_pairs(thread, own, source),
    }
}

fn merge_dict(thread: &mut Thread, own: &Dict, other: &Dict) -> Outcome<()> {
    if std::ptr::eq(own, other) {
        return Ok(());
    }
    let size = other.len(thread);
    let mut position = 0;
    while let Some((after, key, value)) = other.next_entry(thread, position) {
        let hash = other.table.view(thread).entries()[after - 1].hash;
        own.set_hashed(thread, key.as_ref(), hash, value)?;
        if other.len(thread) != size {
            return Err(thread.runtime_error("dict mutated during update"));
        }
        position = after;
    }
    Ok(())
}

fn merge_pairs(thread: &mut Thread, own: &Dict, pairs: Ref<'_>) -> Outcome<()> {
    let mut index = 0;
    protocol::for_each(thread, pairs, |thread, pair| {
        let parts = match pair_of(thread, pair.as_ref()) {
            Ok(parts) => parts,
            Err(raised) => {
                if thread.exception_is(&TYPE_ERROR) {
                    let note =
                        format!("Cannot convert dictionary update sequence element #{index} to a sequence");
                    add_note(thread, &note);
                }
                return Err(raised);
            }
        };
        let [key, value] = &parts[..] else {
            let length = parts.len();
            return Err(thread.value_error(format!(
                "dictionary update sequence element #{index} has length {length}; 2 is required"
            )));
        };
        own.set(thread, key.as_ref(), value.clone())?;
        index += 1;
        Ok(())
    })
}

fn pair_of(thread: &mut Thread, pair: Ref<'_>) -> Outcome<Vec<Value>> {
    if pair.ty().slots().iter.is_none() && !protocol::is_sequence(pair) {
        return Err(thread.type_error("object is not iterable"));
    }
    protocol::collect(thread, pair)
}

/// A plain dictionary with the entries of `own`.
pub(super) fn copy_of(thread: &mut Thread, own: &Dict) -> Outcome {
    if iterates_as_dict(Ref::of(own)) {
        return own.copy(thread);
    }
    let copy = thread.dict()?;
    merge(thread, copy.downcast::<Dict>().expect("just made"), Ref::of(own))?;
    Ok(copy)
}

/// `class.fromkeys(iterable, value)`
pub(super) fn from_keys(thread: &mut Thread, class: &Type, iterable: Ref<'_>, value: Ref<'_>) -> Outcome {
    let made = protocol::call(thread, class.as_ref(), &[])?;
    match made.as_ref().exact::<Dict>() {
        Some(dict) => protocol::for_each(thread, iterable, |thread, key| {
            dict.set(thread, key.as_ref(), value.to_value())
        })?,
        None => protocol::for_each(thread, iterable, |thread, key| {
            protocol::set_item(thread, made.as_ref(), key.as_ref(), value)
        })?,
    }
    Ok(made)
}
