//! `isinstance` and `issubclass`.

use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{Type, call_special};
use crate::types::tuple::Tuple;
use crate::types::union::Union;
use crate::value::{Outcome, Ref, Value};

/// `isinstance(object, class)`
pub fn is_instance(thread: &mut Thread, object: Ref<'_>, class: Ref<'_>) -> Outcome<bool> {
    if class.is(object.ty().as_ref()) {
        return Ok(true);
    }
    if class.exact::<Type>().is_some() {
        return real_is_instance(thread, object, class);
    }
    if let Some(classes) = alternatives(class) {
        thread.check_native_stack()?;
        for class in classes {
            if is_instance(thread, object, *class)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    thread.check_native_stack()?;
    let name = &thread.names().__instancecheck__;
    if let Some(answer) = call_special(thread, class, name, &[object])? {
        return protocol::is_true(thread, answer.as_ref());
    }
    real_is_instance(thread, object, class)
}

/// `issubclass(derived, class)`
pub fn is_subclass(thread: &mut Thread, derived: Ref<'_>, class: Ref<'_>) -> Outcome<bool> {
    if class.exact::<Type>().is_some() {
        if derived.is(class) {
            return Ok(true);
        }
        return real_is_subclass(thread, derived, class);
    }
    if let Some(classes) = alternatives(class) {
        thread.check_native_stack()?;
        for class in classes {
            if is_subclass(thread, derived, *class)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    thread.check_native_stack()?;
    let name = &thread.names().__subclasscheck__;
    if let Some(answer) = call_special(thread, class, name, &[derived])? {
        return protocol::is_true(thread, answer.as_ref());
    }
    real_is_subclass(thread, derived, class)
}

fn alternatives<'a>(class: Ref<'a>) -> Option<&'a [Ref<'a>]> {
    class.downcast::<Tuple>().map(Tuple::items).or_else(|| class.downcast::<Union>().map(Union::args))
}

/// `type.__instancecheck__`: what is so whatever the class's metaclass says.
pub fn real_is_instance(thread: &mut Thread, object: Ref<'_>, class: Ref<'_>) -> Outcome<bool> {
    let name = thread.names().__class__.as_ref();
    let Some(ty) = class.downcast::<Type>() else {
        let words = "isinstance() arg 2 must be a type, a tuple of types, or a union";
        check_class(thread, class, words)?;
        return match protocol::find_attribute(thread, object, name)? {
            Some(claimed) => by_bases(thread, claimed.as_ref(), class),
            None => Ok(false),
        };
    };
    if object.ty().is_subtype(thread, ty) {
        return Ok(true);
    }
    let claimed = protocol::find_attribute(thread, object, name)?;
    let claimed = claimed.as_ref().and_then(|claimed| claimed.downcast::<Type>());
    Ok(claimed.is_some_and(|claimed| !claimed.is(object.ty()) && claimed.is_subtype(thread, ty)))
}

/// `type.__subclasscheck__`: what is so whatever the class's metaclass says.
pub fn real_is_subclass(thread: &mut Thread, derived: Ref<'_>, class: Ref<'_>) -> Outcome<bool> {
    if let (Some(derived), Some(class)) = (derived.downcast::<Type>(), class.downcast::<Type>()) {
        return Ok(derived.is_subtype(thread, class));
    }
    check_class(thread, derived, "issubclass() arg 1 must be a class")?;
    check_class(thread, class, "issubclass() arg 2 must be a class, a tuple of classes, or a union")?;
    by_bases(thread, derived, class)
}

/// `__bases__`, if it is a tuple.
fn abstract_bases(thread: &mut Thread, class: Ref<'_>) -> Outcome<Option<Value>> {
    let name = thread.names().__bases__.as_ref();
    let bases = protocol::find_attribute(thread, class, name)?;
    Ok(bases.filter(|bases| bases.downcast::<Tuple>().is_some()))
}

fn check_class(thread: &mut Thread, class: Ref<'_>, words: &str) -> Outcome<()> {
    match abstract_bases(thread, class)? {
        Some(_) => Ok(()),
        None => Err(thread.type_error(words)),
    }
}

/// Whether `class` is reached from `derived` over `__bases__`.
fn by_bases(thread: &mut Thread, derived: Ref<'_>, class: Ref<'_>) -> Outcome<bool> {
    thread.check_native_stack()?;
    if derived.is(class) {
        return Ok(true);
    }
    let Some(bases) = abstract_bases(thread, derived)? else { return Ok(false) };
    for base in bases.downcast::<Tuple>().expect("a tuple").items() {
        if by_bases(thread, *base, class)? {
            return Ok(true);
        }
    }
    Ok(false)
}
