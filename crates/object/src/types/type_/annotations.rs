//! `__annotations__`, `__annotate__` and `__type_params__` of classes and modules.
//!
//! Annotations are computed by `__annotate__` when they are first asked for. A class keeps the
//! function as `__annotate_func__` and the result as `__annotations_cache__`, so that derived classes
//! do not inherit them; a module keeps both under their own names.
//!
//! Answers for PEP 649 and 749.

use super::{TypeFlags, changeable, class, own_dict};
use crate::native::GetSetDef;
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::type_modified;
use crate::types::dict::Dict;
use crate::types::module::Module;
use crate::value::{Outcome, Raised, Ref, Value};

/// `annotationlib.Format.VALUE`
const FORMAT_VALUE: i64 = 1;

/// The attributes of classes.
pub const CLASS_GETSET: &[GetSetDef] = &[
    GetSetDef {
        name: "__annotations__",
        doc: None,
        get: Some(class_annotations),
        set: Some(set_class_annotations),
    },
    GetSetDef { name: "__annotate__", doc: None, get: Some(class_annotate), set: Some(set_class_annotate) },
    GetSetDef {
        name: "__type_params__",
        doc: None,
        get: Some(|thread, object| match item(thread, own_dict(thread, object), "__type_params__")? {
            Some(params) if class(object).is_heap() => Ok(params),
            _ => thread.tuple([]),
        }),
        set: Some(|thread, object, value| {
            let ty = changeable(thread, object, "__type_params__", value)?;
            let value = value.expect("checked");
            set_item(thread, own_dict(thread, ty.as_ref()), "__type_params__", value.to_value())?;
            type_modified(thread, ty);
            Ok(())
        }),
    },
];

/// The attributes of modules.
pub const MODULE_GETSET: &[GetSetDef] = &[
    GetSetDef {
        name: "__annotations__",
        doc: None,
        get: Some(|thread, object| {
            let dict = module_dict(object);
            if let Some(annotations) = item(thread, dict, "__annotations__")? {
                return Ok(annotations);
            }
            let annotate = item(thread, dict, "__annotate__")?;
            let made = evaluate(thread, annotate)?;
            set_item(thread, dict, "__annotations__", made.clone())?;
            Ok(made)
        }),
        set: Some(|thread, object, value| {
            let dict = module_dict(object);
            match value {
                Some(value) => set_item(thread, dict, "__annotations__", value.to_value())?,
                None => {
                    if !take(thread, dict, "__annotations__")? {
                        return Err(nothing(thread, object));
                    }
                }
            }
            take(thread, dict, "__annotate__").map(drop)
        }),
    },
    GetSetDef {
        name: "__annotate__",
        doc: None,
        get: Some(|thread, object| {
            let dict = module_dict(object);
            if let Some(annotate) = item(thread, dict, "__annotate__")? {
                return Ok(annotate);
            }
            set_item(thread, dict, "__annotate__", Value::none())?;
            Ok(Value::none())
        }),
        set: Some(|thread, object, value| {
            let value = checked_annotate(thread, value)?;
            let dict = module_dict(object);
            set_item(thread, dict, "__annotate__", value.to_value())?;
            if value.is_none() { Ok(()) } else { take(thread, dict, "__annotations__").map(drop) }
        }),
    },
];

fn module_dict<'a>(object: Ref<'a>) -> &'a Dict {
    object.downcast::<Module>().expect("an attribute of modules").dict()
}

fn item(thread: &mut Thread, dict: &Dict, name: &str) -> Outcome<Option<Value>> {
    let name = thread.intern(name)?;
    dict.get(thread, name.as_ref())
}

fn set_item(thread: &mut Thread, dict: &Dict, name: &str, value: Value) -> Outcome<()> {
    let name = thread.intern(name)?;
    dict.set(thread, name.as_ref(), value)
}

/// Takes a key out; whether it was there.
fn take(thread: &mut Thread, dict: &Dict, name: &str) -> Outcome<bool> {
    let name = thread.intern(name)?;
    Ok(dict.remove(thread, name.as_ref())?.is_some())
}

fn nothing(thread: &mut Thread, object: Ref<'_>) -> Raised {
    let name = thread.names().__annotations__.as_ref();
    thread.attribute_error(object, name, "__annotations__".to_owned())
}

fn checked_annotate<'a>(thread: &mut Thread, value: Option<Ref<'a>>) -> Outcome<Ref<'a>> {
    let Some(value) = value else { return Err(thread.type_error("cannot delete __annotate__ attribute")) };
    if !value.is_none() && value.ty().slots().call.is_none() {
        return Err(thread.type_error("__annotate__ must be callable or None"));
    }
    Ok(value)
}

/// What the function answers, or an empty dictionary if there is none.
fn evaluate(thread: &mut Thread, annotate: Option<Value>) -> Outcome {
    let Some(annotate) = annotate.filter(|annotate| annotate.as_ref().ty().slots().call.is_some()) else {
        return thread.dict();
    };
    let made = protocol::call(thread, annotate.as_ref(), &[Value::small_int(FORMAT_VALUE).as_ref()])?;
    if made.downcast::<Dict>().is_none() {
        let ty = made.as_ref().ty().name().into_owned();
        return Err(thread.type_error(format!("__annotate__ returned non-dict of type '{ty}'")));
    }
    Ok(made)
}

/// What is found in a class's own dictionary, as descriptors show it.
fn shown(thread: &mut Thread, object: Ref<'_>, found: Value) -> Outcome {
    match found.as_ref().ty().slots().descr_get {
        Some(get) => get(thread, found.as_ref(), None, Some(object)),
        None => Ok(found),
    }
}

fn only_heap(thread: &mut Thread, object: Ref<'_>, name: &str) -> Outcome<()> {
    if class(object).is_heap() {
        return Ok(());
    }
    let key = thread.intern(name)?;
    let ty = class(object).name().into_owned();
    Err(thread.attribute_error(object, key.as_ref(), format!("type object '{ty}' has no attribute '{name}'")))
}

fn class_annotate(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    only_heap(thread, object, "__annotate__")?;
    for name in ["__annotate__", "__annotate_func__"] {
        let dict = own_dict(thread, object);
        if let Some(found) = item(thread, dict, name)? {
            return shown(thread, object, found);
        }
    }
    let dict = own_dict(thread, object);
    set_item(thread, dict, "__annotate_func__", Value::none())?;
    type_modified(thread, class(object));
    Ok(Value::none())
}

fn set_class_annotate(thread: &mut Thread, object: Ref<'_>, value: Option<Ref<'_>>) -> Outcome<()> {
    if value.is_none() {
        return Err(thread.type_error("cannot delete __annotate__ attribute"));
    }
    let ty = changeable(thread, object, "__annotate__", value)?;
    let value = checked_annotate(thread, value)?;
    let dict = own_dict(thread, object);
    set_item(thread, dict, "__annotate_func__", value.to_value())?;
    if !value.is_none() {
        take(thread, dict, "__annotations_cache__")?;
    }
    type_modified(thread, ty);
    Ok(())
}

fn class_annotations(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    only_heap(thread, object, "__annotations__")?;
    for name in ["__annotations__", "__annotations_cache__"] {
        let dict = own_dict(thread, object);
        if let Some(found) = item(thread, dict, name)? {
            return shown(thread, object, found);
        }
    }
    let name = thread.names().__annotate__.as_ref();
    let annotate = protocol::get_attribute(thread, object, name)?;
    let made = evaluate(thread, Some(annotate))?;
    let dict = own_dict(thread, object);
    set_item(thread, dict, "__annotations_cache__", made.clone())?;
    type_modified(thread, class(object));
    Ok(made)
}

fn set_class_annotations(thread: &mut Thread, object: Ref<'_>, value: Option<Ref<'_>>) -> Outcome<()> {
    let ty = class(object);
    if ty.flags().contains(TypeFlags::IMMUTABLE) {
        let class = ty.name().into_owned();
        return Err(
            thread.type_error(format!("cannot set '__annotations__' attribute of immutable type '{class}'"))
        );
    }
    let dict = own_dict(thread, object);
    match value {
        Some(value) => {
            let own = item(thread, dict, "__annotations__")?.is_some();
            let name = if own { "__annotations__" } else { "__annotations_cache__" };
            set_item(thread, dict, name, value.to_value())?;
        }
        None => {
            if !take(thread, dict, "__annotations__")? && !take(thread, dict, "__annotations_cache__")? {
                return Err(nothing(thread, object));
            }
        }
    }
    take(thread, dict, "__annotate_func__")?;
    take(thread, dict, "__annotate__")?;
    type_modified(thread, ty);
    Ok(())
}
