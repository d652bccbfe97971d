//! Functions of attributes and of what an object is: `callable`, `delattr`, `dir`, `getattr`,
//! `hasattr`, `hash`, `id`, `isinstance`, `issubclass`, `setattr`, `vars`.

use taipan_macros::native;
use taipan_object::native::{Binding, MethodDef, NativeCall};
use taipan_object::typeobject::call_special;
use taipan_object::types::list::{List, sort_list};
use taipan_object::types::str::Str;
use taipan_object::types::type_::is_subclass;
use taipan_object::{Args, Outcome, Ref, Thread, Value, protocol};

use crate::locals;

pub(super) const FUNCTIONS: &[MethodDef] =
    &[CALLABLE, DELATTR, DIR, GETATTR, HASATTR, HASH, ID, ISINSTANCE, ISSUBCLASS, SETATTR, VARS];

/// Return whether the object is callable (i.e., some kind of function).
///
/// Note that classes are callable, as are instances of classes with a
/// __call__() method.
#[native(signature = "($module, obj, /)")]
fn callable(_: &mut Thread, obj: Ref<'_>) -> bool {
    obj.ty().slots().call.is_some()
}

/// The name of an attribute, interned as far as it can be.
fn attribute_name(thread: &mut Thread, name: Ref<'_>) -> Outcome<Value> {
    if name.downcast::<Str>().is_none() {
        let ty = name.ty().name().into_owned();
        return Err(thread.type_error(format!("attribute name must be string, not '{ty}'")));
    }
    Ok(name.to_value())
}

const GETATTR: MethodDef = MethodDef {
    name: "getattr",
    doc: Some(
        "getattr(object, name[, default]) -> value\n\nGet a named attribute from an object.\n\ngetattr(x, 'y') is equivalent to x.y.\nWhen a default argument is given, it is returned when the attribute\ndoesn't exist; without it, an exception is raised in that case.",
    ),
    signature: None,
    call: NativeCall::Many(getattr),
    binding: Binding::Instance,
};

fn getattr<'a>(thread: &mut Thread, _: Ref<'a>, args: Args<'a>) -> Outcome {
    args.no_keywords(thread, "getattr")?;
    let (object, name, default) = match *args.all() {
        [object, name] => (object, name, None),
        [object, name, default] => (object, name, Some(default)),
        ref all => return Err(wrong_count(thread, "getattr", 2, 3, all.len())),
    };
    let name = attribute_name(thread, name)?;
    match default {
        Some(default) => {
            let found = protocol::find_attribute(thread, object, name.as_ref())?;
            Ok(found.unwrap_or_else(|| default.to_value()))
        }
        None => protocol::get_attribute(thread, object, name.as_ref()),
    }
}

/// TypeError about the number of arguments, as `PyArg_UnpackTuple` words it.
pub(super) fn wrong_count(
    thread: &mut Thread,
    function: &str,
    least: usize,
    most: usize,
    given: usize,
) -> taipan_object::Raised {
    let (bound, count) = match given < least {
        _ if least == most => ("", least),
        true => ("at least ", least),
        false => ("at most ", most),
    };
    let plural = if count == 1 { "" } else { "s" };
    thread.type_error(format!("{function} expected {bound}{count} argument{plural}, got {given}"))
}

/// Sets the named attribute on the given object to the specified value.
///
/// setattr(x, 'y', v) is equivalent to ``x.y = v``
#[native(signature = "($module, obj, name, value, /)")]
fn setattr(thread: &mut Thread, obj: Ref<'_>, name: Ref<'_>, value: Ref<'_>) -> Outcome<()> {
    let name = attribute_name(thread, name)?;
    let name = thread.interp().interned.intern(thread.interp(), name);
    protocol::set_attribute(thread, obj, name.as_ref(), Some(value))
}

/// Deletes the named attribute from the given object.
///
/// delattr(x, 'y') is equivalent to ``del x.y``
#[native(signature = "($module, obj, name, /)")]
fn delattr(thread: &mut Thread, obj: Ref<'_>, name: Ref<'_>) -> Outcome<()> {
    let name = attribute_name(thread, name)?;
    protocol::set_attribute(thread, obj, name.as_ref(), None)
}

/// Return whether the object has an attribute with the given name.
///
/// This is done by calling getattr(obj, name) and catching AttributeError.
#[native(signature = "($module, obj, name, /)")]
fn hasattr(thread: &mut Thread, obj: Ref<'_>, name: Ref<'_>) -> Outcome<bool> {
    let name = attribute_name(thread, name)?;
    Ok(protocol::find_attribute(thread, obj, name.as_ref())?.is_some())
}

/// Return the integer hash value for the given object.
///
/// Two objects that compare equal must also have the same hash value, but
/// the reverse is not necessarily true.  Hash values may differ between
/// Python processes.  Not all objects are hashable; calling hash() on an
/// unhashable object raises TypeError.
#[native(signature = "($module, obj, /)")]
fn hash(thread: &mut Thread, obj: Ref<'_>) -> Outcome<i64> {
    protocol::hash(thread, obj)
}

/// Return the identity of an object.
///
/// This is guaranteed to be unique among simultaneously existing objects.
/// (CPython uses the object's memory address.)
#[native(signature = "($module, obj, /)")]
fn id(_: &mut Thread, obj: Ref<'_>) -> u64 {
    protocol::id(obj)
}

/// Return whether an object is an instance of a class or of a subclass thereof.
///
/// A tuple, as in ``isinstance(x, (A, B, ...))``, may be given as the
/// target to check against.  This is equivalent to ``isinstance(x, A) or
/// isinstance(x, B) or ...`` etc.
#[native(signature = "($module, obj, class_or_tuple, /)")]
fn isinstance(thread: &mut Thread, obj: Ref<'_>, class_or_tuple: Ref<'_>) -> Outcome<bool> {
    protocol::is_instance(thread, obj, class_or_tuple)
}

/// Return whether 'cls' is derived from another class or is the same class.
///
/// A tuple, as in ``issubclass(x, (A, B, ...))``, may be given as the
/// target to check against.  This is equivalent to ``issubclass(x, A) or
/// issubclass(x, B) or ...``.
#[native(signature = "($module, cls, class_or_tuple, /)")]
fn issubclass(thread: &mut Thread, cls: Ref<'_>, class_or_tuple: Ref<'_>) -> Outcome<bool> {
    is_subclass(thread, cls, class_or_tuple)
}

const DIR: MethodDef = MethodDef {
    name: "dir",
    doc: Some(
        "dir([object]) -> list of strings\n\nIf called without an argument, return the names in the current scope.\nElse, return an alphabetized list of names comprising (some of) the\nattributes of the given object, and of attributes reachable from it.\nIf the object supplies a method named __dir__, it will be used;\notherwise the default dir() logic is used and returns:\n  for a module object: the module's attributes.\n  for a class object:  its attributes, and recursively the attributes\n    of its bases.\n  for any other object: its attributes, its class's attributes, and\n    recursively the attributes of its class's base classes.",
    ),
    signature: None,
    call: NativeCall::Many(dir),
    binding: Binding::Instance,
};

fn dir<'a>(thread: &mut Thread, _: Ref<'a>, args: Args<'a>) -> Outcome {
    args.no_keywords(thread, "dir")?;
    let names = match *args.all() {
        [] => {
            let locals = locals::current_locals(thread)?;
            let keys = protocol::call_method(thread, locals.as_ref(), "keys", &[])?;
            protocol::collect(thread, keys.as_ref())?
        }
        [object] => {
            let name = thread.names().__dir__.clone();
            let Some(names) = call_special(thread, object, &name, &[])? else {
                return Err(thread.type_error("object does not provide __dir__"));
            };
            protocol::collect(thread, names.as_ref())?
        }
        ref all => return Err(wrong_count(thread, "dir", 0, 1, all.len())),
    };
    sorted_list(thread, names)
}

/// A sorted list of the values.
fn sorted_list(thread: &mut Thread, values: Vec<Value>) -> Outcome {
    let list = thread.list(values)?;
    sort_list(thread, list.downcast::<List>().expect("a list"), None, false)?;
    Ok(list)
}

const VARS: MethodDef = MethodDef {
    name: "vars",
    doc: Some(
        "vars([object]) -> dictionary\n\nWithout arguments, equivalent to locals().\nWith an argument, equivalent to object.__dict__.",
    ),
    signature: None,
    call: NativeCall::Many(vars),
    binding: Binding::Instance,
};

fn vars<'a>(thread: &mut Thread, _: Ref<'a>, args: Args<'a>) -> Outcome {
    args.no_keywords(thread, "vars")?;
    match *args.all() {
        [] => locals::current_locals(thread),
        [object] => {
            let name = thread.names().__dict__.clone();
            match protocol::find_attribute(thread, object, name.as_ref())? {
                Some(dict) => Ok(dict),
                None => Err(thread.type_error("vars() argument must have __dict__ attribute")),
            }
        }
        ref all => Err(wrong_count(thread, "vars", 0, 1, all.len())),
    }
}
