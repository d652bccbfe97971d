//! Dictionaries of static types: descriptors of their methods, attributes and slots.

use super::{Type, dunder};
use crate::native::Binding;
use crate::thread::Thread;
use crate::types::builtin;
use crate::types::dict::Dict;
use crate::value::{Outcome, Ref, Value};

/// Makes the dictionary of a static type.
pub(super) fn static_dict(thread: &mut Thread, ty: &Type) -> Outcome {
    let value = thread.dict()?;
    let dict = value.downcast::<Dict>().expect("just made");
    let Some(def) = ty.def() else { return Ok(value) };
    let put = |thread: &mut Thread, name: &str, value: Value| -> Outcome<()> {
        let name = thread.intern(name)?;
        dict.set_str(thread, name.as_ref(), value)
    };
    let own = ty.as_ref();
    if ty.slots().new.is_some() && dunder::defines_new(ty) {
        let new = builtin::new_method(thread, ty)?;
        put(thread, "__new__", new)?;
    }
    dunder::reflect(thread, ty, dict)?;
    for method in def.methods.iter().copied().flatten() {
        let value = match method.binding {
            Binding::Instance => builtin::method_descriptor(thread, own, method)?,
            Binding::Class => builtin::class_method_descriptor(thread, own, method)?,
            Binding::Static => {
                let function = builtin::native_function(thread, method, Some(own), None)?;
                crate::types::method::static_method(thread, function)?
            }
        };
        put(thread, method.name, value)?;
    }
    for getset in def.getset.iter().copied().flatten() {
        let value = builtin::getset_descriptor(thread, own, getset)?;
        put(thread, getset.name, value)?;
    }
    for member in def.members {
        let value = builtin::member_descriptor(thread, own, member)?;
        put(thread, member.name, value)?;
    }
    for (name, count) in def.structseq.into_iter().flat_map(crate::types::structseq::counts) {
        let count = thread.int(count as i128)?;
        put(thread, name, count)?;
    }
    if !def.match_args.is_empty() {
        let names = def.match_args.iter().map(|name| thread.intern(name)).collect::<Outcome<Vec<_>>>()?;
        let names = thread.tuple(names)?;
        put(thread, "__match_args__", names)?;
    }
    if let Some(slots) = dunder::unhashable(ty) {
        put(thread, "__hash__", slots)?;
    }
    if def.from_spec {
        let module = thread.intern(ty.static_module())?;
        put(thread, "__module__", module)?;
    }
    let computed = def.getset.iter().copied().flatten().any(|getset| getset.name == "__doc__");
    match def.doc {
        Some(_) if computed => {}
        Some(doc) => {
            let doc = thread.str(doc)?;
            put(thread, "__doc__", doc)?;
        }
        // The type's own lack of one must not hide that of its instances.
        None if computed => {}
        None => put(thread, "__doc__", Value::none())?,
    }
    Ok(value)
}

/// Whether a value is `None`, as dunders that are switched off are.
pub(super) fn is_off(value: &Value) -> bool {
    value.as_ref().is(Ref::none())
}
