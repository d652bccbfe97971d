//! What `dict` can do.

use super::{Dict, Table, clear_dict, drop_dict, traverse_dict};
use crate::inside::Inside;
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{Slots, Type, TypeDef, TypeFlags};
use crate::types::object::OBJECT_SLOTS;
use crate::value::{Outcome, Ref};

/// The type `dict`.
pub static DICT: Type = Type::new::<Dict>(
    &TypeDef { ..TypeDef::new("dict") },
    TypeFlags::BASE.union(TypeFlags::CONTAINER).union(TypeFlags::MAPPING).union(TypeFlags::MATCH_SELF),
    Slots {
        drop: drop_dict,
        traverse: traverse_dict,
        clear: Some(clear_dict),
        new: Some(|thread, ty, _| {
            crate::typeobject::allocate_instance(thread, ty, |head| Dict {
                head,
                table: Inside::new(Table::default()),
            })
        }),
        hash: Some(protocol::not_hashable),
        length: Some(|thread, object| Ok(dict(object).len(thread))),
        subscript: Some(subscript),
        set_subscript: Some(|thread, object, key, value| match value {
            Some(value) => dict(object).set(thread, key, value.to_value()),
            None => match dict(object).remove(thread, key)? {
                Some(old) => {
                    drop(old);
                    Ok(())
                }
                None => Err(thread.key_error(key)),
            },
        }),
        contains: Some(|thread, object, key| Ok(dict(object).get(thread, key)?.is_some())),
        ..OBJECT_SLOTS
    },
);

fn dict<'a>(object: Ref<'a>) -> &'a Dict {
    object.downcast::<Dict>().expect("the slot of dictionaries")
}

fn subscript(thread: &mut Thread, object: Ref<'_>, key: Ref<'_>) -> Outcome {
    if let Some(value) = dict(object).get(thread, key)? {
        return Ok(value);
    }
    if object.exact::<Dict>().is_none() {
        let name = thread.names().__missing__.clone();
        if let Some(value) = crate::typeobject::call_special(thread, object, &name, &[key])? {
            return Ok(value);
        }
    }
    Err(thread.key_error(key))
}

/// A copy of a class's dictionary.
pub fn mapping_proxy(thread: &mut Thread, class: &Type) -> Outcome {
    #[allow(unsafe_code)]
    // SAFETY: the class is alive during the call, and so is its dictionary.
    let dict = unsafe { &*std::ptr::from_ref(class.dict(thread)) };
    dict.copy(thread)
}
