//! The attributes of types.
//!
//! Not here: annotations (`annotations`).

use super::{TYPE, TypeFlags, changeable, class, own_dict};
use crate::native::{GetSetDef, MemberDef};
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{Type, set_bases, type_modified};
use crate::types::str::Str;
use crate::value::{Outcome, Ref, Value};

pub const GETSET: &[GetSetDef] = &[
    GetSetDef {
        name: "__name__",
        doc: None,
        get: Some(|thread, object| {
            let ty = class(object);
            let own = ty.state(thread).name.borrow().clone();
            match own {
                Some(name) => Ok(name),
                None => thread.str(&ty.short_name()),
            }
        }),
        set: Some(|thread, object, value| {
            let ty = changeable(thread, object, "__name__", value)?;
            let name = assigned_name(thread, ty, "__name__", value)?;
            let old = ty.state(thread).name.replace(Some(name));
            drop(old);
            type_modified(thread, ty);
            Ok(())
        }),
    },
    GetSetDef {
        name: "__qualname__",
        doc: None,
        get: Some(|thread, object| {
            let ty = class(object);
            let own = ty.state(thread).qualname.borrow().clone();
            match own {
                Some(name) => Ok(name),
                None => thread.str(&ty.short_name()),
            }
        }),
        set: Some(|thread, object, value| {
            let ty = changeable(thread, object, "__qualname__", value)?;
            let name = assigned_name(thread, ty, "__qualname__", value)?;
            let old = ty.state(thread).qualname.replace(Some(name));
            drop(old);
            Ok(())
        }),
    },
    GetSetDef {
        name: "__module__",
        doc: None,
        get: Some(|thread, object| {
            let ty = class(object);
            if ty.is_heap() {
                let name = thread.names().__module__.clone();
                let key = name.downcast::<Str>().expect("a name");
                if let Some(module) = ty.dict(thread).get_str(thread, key).map(|module| module.to_value()) {
                    return Ok(module);
                }
                return thread.str("builtins");
            }
            thread.str(ty.static_module())
        }),
        set: Some(|thread, object, value| {
            let ty = changeable(thread, object, "__module__", value)?;
            let value = value.expect("checked");
            type_modified(thread, ty);
            let name = thread.names().__module__.as_ref();
            let dict = own_dict(thread, object);
            dict.remove(thread, thread.names().__firstlineno__.as_ref()).map(drop)?;
            dict.set_str(thread, name, value.to_value())
        }),
    },
    GetSetDef {
        name: "__dict__",
        doc: None,
        get: Some(|thread, object| crate::types::dict::mapping_proxy(thread, class(object))),
        set: None,
    },
    GetSetDef {
        name: "__bases__",
        doc: None,
        get: Some(|thread, object| class(object).bases(thread)),
        set: Some(|thread, object, value| {
            let ty = changeable(thread, object, "__bases__", value)?;
            set_bases(thread, ty, value.expect("checked"))
        }),
    },
    GetSetDef {
        name: "__mro__",
        doc: None,
        get: Some(|thread, object| class(object).mro_tuple(thread)),
        set: None,
    },
    GetSetDef {
        name: "__abstractmethods__",
        doc: None,
        get: Some(|thread, object| {
            let name = thread.names().__abstractmethods__.clone();
            let key = name.downcast::<Str>().expect("a name");
            let ty = class(object);
            match ty.dict(thread).get_str(thread, key).map(|found| found.to_value()) {
                Some(found) if !ty.is(&TYPE) => Ok(found),
                _ => Err(thread.attribute_error(object, name.as_ref(), "__abstractmethods__".to_owned())),
            }
        }),
        set: Some(|thread, object, value| {
            let ty = class(object);
            let name = thread.names().__abstractmethods__.as_ref();
            let dict = own_dict(thread, object);
            let on = match value {
                Some(value) => {
                    let on = protocol::is_true(thread, value)?;
                    dict.set_str(thread, name, value.to_value())?;
                    on
                }
                None => {
                    if dict.remove(thread, name)?.is_none() {
                        let message = "__abstractmethods__".to_owned();
                        return Err(thread.attribute_error(object, name, message));
                    }
                    false
                }
            };
            type_modified(thread, ty);
            ty.set_abstract(on);
            Ok(())
        }),
    },
    GetSetDef {
        name: "__doc__",
        doc: None,
        get: Some(|thread, object| {
            let ty = class(object);
            if let Some(doc) = ty.def().and_then(|def| def.doc) {
                return thread.str(doc);
            }
            let name = thread.names().__doc__.clone();
            let key = name.downcast::<Str>().expect("a name");
            let Some(doc) = ty.dict(thread).get_str(thread, key).map(|found| found.to_value()) else {
                return Ok(Value::none());
            };
            match doc.as_ref().ty().slots().descr_get {
                Some(get) => get(thread, doc.as_ref(), None, Some(object)),
                None => Ok(doc),
            }
        }),
        set: Some(|thread, object, value| {
            let ty = changeable(thread, object, "__doc__", value)?;
            let value = value.expect("checked");
            let name = thread.names().__doc__.clone();
            let dict = own_dict(thread, object);
            type_modified(thread, ty);
            dict.set_str(thread, name.as_ref(), value.to_value())
        }),
    },
    GetSetDef {
        name: "__text_signature__",
        doc: None,
        get: Some(|thread, object| match class(object).def().and_then(|def| def.signature) {
            Some(signature) => thread.str(signature),
            None => Ok(Value::none()),
        }),
        set: None,
    },
];

/// The attributes that CPython reads from the struct.
pub const MEMBERS: &[MemberDef] = &[
    MemberDef {
        name: "__base__",
        doc: None,
        get: |_, object| {
            Ok(Some(class(object).base().map_or(Value::none(), |base| base.as_ref().to_value())))
        },
    },
    MemberDef {
        name: "__flags__",
        doc: None,
        get: |thread, object| Ok(Some(Value::small_int(flags(thread, class(object))))),
    },
    MemberDef {
        name: "__basicsize__",
        doc: None,
        get: |_, object| Ok(Some(Value::small_int(basic_size(class(object))))),
    },
    MemberDef {
        name: "__itemsize__",
        doc: None,
        get: |_, object| Ok(Some(Value::small_int(item_size(class(object))))),
    },
    MemberDef {
        name: "__dictoffset__",
        doc: None,
        get: |_, object| {
            let ty = class(object);
            let has = ty.flags().contains(TypeFlags::HAS_DICT);
            let own = has && ty.layout().flags().contains(TypeFlags::HAS_DICT);
            let offset = i64::from(ty.values_offset.get());
            Ok(Some(Value::small_int(if own { offset } else { -i64::from(has) })))
        },
    },
    MemberDef {
        name: "__weakrefoffset__",
        doc: None,
        get: |_, object| {
            let ty = class(object);
            let has = ty.flags().contains(TypeFlags::WEAKREF);
            let own = has && ty.layout().flags().contains(TypeFlags::WEAKREF);
            // An object's weak references are found by its address; 8 stands for "somewhere in it".
            Ok(Some(Value::small_int(if own {
                8
            } else if has {
                -32
            } else {
                0
            })))
        },
    },
];

fn assigned_name(thread: &mut Thread, ty: &Type, attribute: &str, value: Option<Ref<'_>>) -> Outcome {
    let value = value.expect("checked");
    let Some(name) = value.downcast::<Str>() else {
        let (class, got) = (ty.name().into_owned(), value.ty().name().into_owned());
        return Err(thread.type_error(format!("can only assign string to {class}.{attribute}, not '{got}'")));
    };
    if attribute == "__name__" && name.chars().iter().any(|c| c == 0) {
        return Err(thread.value_error("type name must not contain null characters"));
    }
    Ok(value.to_value())
}

/// `__flags__`, in the bits of CPython's `Py_TPFLAGS_*`.
fn flags(thread: &Thread, ty: &Type) -> i64 {
    use crate::types::{bytes, dict, exception, int, list, str, tuple};
    const READY: i64 = 1 << 12;
    let own = ty.flags();
    let managed = |flag| ty.is_heap() && own.contains(flag) && !ty.layout().flags().contains(flag);
    let plain = [
        (managed(TypeFlags::HAS_DICT) && item_size(ty) == 0, 2),
        (managed(TypeFlags::WEAKREF), 3),
        (managed(TypeFlags::HAS_DICT), 4),
        (own.contains(TypeFlags::SEQUENCE), 5),
        (own.contains(TypeFlags::MAPPING), 6),
        (own.contains(TypeFlags::NO_NEW) || ty.slots().new.is_none(), 7),
        (own.contains(TypeFlags::IMMUTABLE), 8),
        (ty.is_heap() || ty.def().is_some_and(|def| def.from_spec), 9),
        (own.contains(TypeFlags::BASE), 10),
        (own.contains(TypeFlags::CONTAINER), 14),
        (own.contains(TypeFlags::METHOD_DESCRIPTOR), 17),
        (own.contains(TypeFlags::ABSTRACT), 20),
        (own.contains(TypeFlags::MATCH_SELF), 22),
    ];
    let derived: [(&Type, u32); 8] = [
        (&int::INT, 24),
        (&list::LIST, 25),
        (&tuple::TUPLE, 26),
        (&bytes::BYTES, 27),
        (&str::STR, 28),
        (&dict::DICT, 29),
        (&exception::BASE_EXCEPTION, 30),
        (&TYPE, 31),
    ];
    let plain = plain.iter().filter(|(is, _)| *is).fold(READY, |bits, (_, bit)| bits | 1 << bit);
    derived
        .iter()
        .filter(|(base, _)| ty.is_subtype(thread, base))
        .fold(plain, |bits, (_, bit)| bits | 1 << bit)
}

/// Bytes of an instance without what CPython keeps before the object.
fn basic_size(ty: &Type) -> i64 {
    if !ty.is_heap() {
        return i64::from(ty.size.get());
    }
    let slots = i64::from(ty.own_slots()) * 8;
    ty.base().map_or(0, basic_size) + slots
}

fn item_size(ty: &Type) -> i64 {
    use crate::types::{bytes, int, tuple};
    let layout = ty.layout();
    let sizes: [(&Type, i64); 4] = [(&tuple::TUPLE, 8), (&int::INT, 4), (&bytes::BYTES, 1), (&TYPE, 40)];
    sizes.iter().find(|(of, _)| layout.is(of)).map_or(0, |(_, size)| *size)
}
