//! How objects are taken apart for pickling and copying: `__reduce_ex__`, `__reduce__`,
//! `__getstate__`.
//!
//! Protocols before 2 are the business of the module `copyreg`.

use taipan_macros::native;

use crate::protocol::{self, library_attribute};
use crate::thread::Thread;
use crate::typeobject::{Attributes, Type, TypeFlags, attributes, call_special, instance_dict};
use crate::types::builtin;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::object::{OBJECT, PlainObject};
use crate::types::tuple::Tuple;
use crate::value::{Outcome, Raised, Ref, Value};

/// Helper for pickle.
#[native(signature = "($self, protocol, /)", name = "__reduce_ex__")]
pub fn reduce_ex(thread: &mut Thread, this: Ref<'_>, protocol: i32) -> Outcome {
    let name = thread.names().__reduce__.as_ref();
    if let Some(reduce) = protocol::find_attribute(thread, this, name)? {
        let of_class = protocol::get_attribute(thread, this.ty().as_ref(), name)?;
        if !builtin::is_method_of(of_class.as_ref(), &OBJECT, "__reduce__") {
            return protocol::call(thread, reduce.as_ref(), &[]);
        }
    }
    common_reduce(thread, this, protocol)
}

/// Helper for pickle.
#[native(signature = "($self, /)", name = "__reduce__")]
pub fn reduce(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    common_reduce(thread, this, 0)
}

/// Helper for pickle.
#[native(signature = "($self, /)", name = "__getstate__")]
pub fn getstate(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    default_state(thread, this, false)
}

fn common_reduce(thread: &mut Thread, object: Ref<'_>, protocol: i32) -> Outcome {
    if protocol >= 2 {
        return reduce_newobj(thread, object);
    }
    let function = library_attribute(thread, "copyreg", "_reduce_ex")?;
    let protocol = Value::small_int(i64::from(protocol));
    protocol::call(thread, function.as_ref(), &[object, protocol.as_ref()])
}

#[cold]
fn cannot_pickle(thread: &mut Thread, ty: &Type) -> Raised {
    let name = ty.name();
    thread.type_error(format!("cannot pickle '{name}' object"))
}

/// `copyreg.__newobj__`, its arguments, state, items of a list and of a dictionary.
fn reduce_newobj(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let ty = object.ty();
    if ty.slots().new.is_none() || ty.flags().contains(TypeFlags::NO_NEW) {
        return Err(cannot_pickle(thread, ty));
    }
    let (args, kwargs) = new_arguments(thread, object)?;
    let keywords = kwargs.as_ref().and_then(|kwargs| kwargs.downcast::<Dict>());
    let has_keywords = keywords.is_some_and(|keywords| keywords.len(thread) != 0);
    let class = ty.as_ref().to_value();
    let (function, arguments) = match (&args, kwargs) {
        (Some(args), Some(kwargs)) if has_keywords => {
            let function = library_attribute(thread, "copyreg", "__newobj_ex__")?;
            (function, thread.tuple([class, args.clone(), kwargs])?)
        }
        _ => {
            let function = library_attribute(thread, "copyreg", "__newobj__")?;
            let mut all = vec![class];
            if let Some(args) = args.as_ref().and_then(|args| args.downcast::<Tuple>()) {
                all.extend(args.items().iter().map(|arg| arg.to_value()));
            }
            (function, thread.tuple(all)?)
        }
    };
    let is_list = object.downcast::<List>().is_some();
    let is_dict = object.downcast::<Dict>().is_some();
    let state = state_of(thread, object, !(args.is_some() || is_list || is_dict))?;
    let list_items = if is_list { protocol::iter(thread, object)? } else { Value::none() };
    let dict_items = if is_dict {
        let items = protocol::call_method(thread, object, "items", &[])?;
        protocol::iter(thread, items.as_ref())?
    } else {
        Value::none()
    };
    thread.tuple([function, arguments, state, list_items, dict_items])
}

/// The arguments for `__new__`: positional ones and a dictionary, as far as the object tells them.
fn new_arguments(thread: &mut Thread, object: Ref<'_>) -> Outcome<(Option<Value>, Option<Value>)> {
    let names = thread.names();
    if let Some(both) = call_special(thread, object, &names.__getnewargs_ex__, &[])? {
        let Some(pair) = both.downcast::<Tuple>() else {
            let ty = both.as_ref().ty().name();
            return Err(thread.type_error(format!("__getnewargs_ex__ should return a tuple, not '{ty}'")));
        };
        let &[args, kwargs] = pair.items() else {
            let count = pair.len();
            return Err(thread
                .value_error(format!("__getnewargs_ex__ should return a tuple of length 2, not {count}")));
        };
        if args.downcast::<Tuple>().is_none() {
            let ty = args.ty().name();
            return Err(thread.type_error(format!(
                "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{ty}'"
            )));
        }
        if kwargs.downcast::<Dict>().is_none() {
            let ty = kwargs.ty().name();
            return Err(thread.type_error(format!(
                "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{ty}'"
            )));
        }
        return Ok((Some(args.to_value()), Some(kwargs.to_value())));
    }
    let Some(args) = call_special(thread, object, &names.__getnewargs__, &[])? else {
        return Ok((None, None));
    };
    if args.downcast::<Tuple>().is_none() {
        let ty = args.as_ref().ty().name();
        return Err(thread.type_error(format!("__getnewargs__ should return a tuple, not '{ty}'")));
    }
    Ok((Some(args), None))
}

/// What `__getstate__` answers. With `required`, the state must tell all of the object.
fn state_of(thread: &mut Thread, object: Ref<'_>, required: bool) -> Outcome {
    let name = thread.names().__getstate__.as_ref();
    let getstate = protocol::get_attribute(thread, object, name)?;
    let of_class = object.ty().lookup_value(thread, &thread.names().__getstate__);
    if of_class.is_some_and(|found| builtin::is_method_of(found.as_ref(), &OBJECT, "__getstate__"))
        && builtin::is_bound_method(getstate.as_ref(), object, "__getstate__")
    {
        return default_state(thread, object, required);
    }
    protocol::call(thread, getstate.as_ref(), &[])
}

fn default_state(thread: &mut Thread, object: Ref<'_>, required: bool) -> Outcome {
    let ty = object.ty();
    if required && is_variable(ty) {
        let name = ty.name();
        return Err(thread.type_error(format!("cannot pickle {name} objects")));
    }
    let state = match attributes(object) {
        None | Some(Attributes::Inline(0)) => Value::none(),
        Some(Attributes::Dict(dict)) if dict.len(thread) == 0 => Value::none(),
        Some(_) => instance_dict(thread, object)?.unwrap_or_else(Value::none),
    };
    let slot_names = slot_names(thread, ty)?;
    if required && hides_state(ty) {
        return Err(cannot_pickle(thread, ty));
    }
    let Some(list) = slot_names.downcast::<List>() else { return Ok(state) };
    let count = list.len(thread);
    let slots = thread.dict()?;
    let dict = slots.downcast::<Dict>().expect("just made");
    for index in 0..count {
        let Some(name) = list.get(thread, index) else { break };
        if let Some(value) = protocol::find_attribute(thread, object, name.as_ref())? {
            dict.set(thread, name.as_ref(), value)?;
        }
        if list.len(thread) != count {
            return Err(thread.runtime_error("__slotsname__ changed size during iteration"));
        }
    }
    if dict.len(thread) == 0 {
        return Ok(state);
    }
    thread.tuple([state, slots])
}

/// Whether instances have items behind their struct.
fn is_variable(ty: &Type) -> bool {
    use crate::types::{bytes, int, tuple, type_};
    [&tuple::TUPLE, &int::INT, &bytes::BYTES, &type_::TYPE].iter().any(|of| ty.has_layout_of(of))
}

/// Whether the native part of instances holds more than attributes.
fn hides_state(ty: &Type) -> bool {
    let layout = ty.layout();
    let word = if layout.flags().contains(TypeFlags::HAS_DICT) { 8 } else { 0 };
    layout.size.get() as usize > size_of::<PlainObject>() + word
}

/// The names of the slots of a class, as `copyreg` finds them: a list or None.
fn slot_names(thread: &mut Thread, ty: &Type) -> Outcome {
    if !ty.is_heap() {
        return Ok(Value::none()); // Only classes of Python's have slots.
    }
    let key = thread.intern("__slotnames__")?;
    // SAFETY: the type is alive, and so is its dictionary.
    #[allow(unsafe_code)]
    let dict = unsafe { &*std::ptr::from_ref(ty.dict(thread)) };
    if let Some(names) = dict.get(thread, key.as_ref())? {
        if !names.as_ref().is_none() && names.downcast::<List>().is_none() {
            let (ty, got) = (ty.name().into_owned(), names.as_ref().ty().name());
            return Err(thread.type_error(format!("{ty}.__slotnames__ should be a list or None, not {got}")));
        }
        return Ok(names);
    }
    let function = library_attribute(thread, "copyreg", "_slotnames")?;
    let names = protocol::call(thread, function.as_ref(), &[ty.as_ref()])?;
    if !names.as_ref().is_none() && names.downcast::<List>().is_none() {
        return Err(thread.type_error("copyreg._slotnames didn't return a list or None"));
    }
    Ok(names)
}
