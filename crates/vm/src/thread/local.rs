//! `_thread._local`: attributes that each thread has for itself.

use taipan_layout::Header;
use taipan_object::native::{Args, GetSetDef};
use taipan_object::typeobject::{Slots, TypeDef, TypeFlags, allocate_instance, generic_lookup};
use taipan_object::types::dict::Dict;
use taipan_object::{Inside, Outcome, Ref, Thread, Type, Value, object};

/// An object whose attributes are a thread's own.
#[repr(C)]
pub struct Local {
    head: Header,
    /// The arguments that each thread's first use initialises with.
    arguments: Inside<Vec<Value>>,
    keywords: Option<Value>,
    /// The dictionaries of the threads that used it, by identity.
    dicts: Inside<Vec<(Value, Value)>>,
}

object!(Local, LOCAL, holds: arguments, keywords, dicts);

/// The type `_thread._local`.
pub static LOCAL: Type = Type::new::<Local>(
    &TypeDef {
        doc: Some("Thread-local data"),
        getset: &[&[GetSetDef { name: "__dict__", doc: None, get: Some(dict_of), set: None }]],
        ..TypeDef::new("_thread._local")
    },
    TypeFlags::BASE.union(TypeFlags::CONTAINER).union(TypeFlags::WEAKREF),
    Slots { new: Some(new), getattr: Some(getattr), setattr: Some(setattr), ..Slots::holding::<Local>() },
);

fn own(object: Ref<'_>) -> &Local {
    object.downcast().expect("the slots of thread-local data")
}

fn new<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    let has_init = ty.slots().init.map(|init| init as usize)
        != taipan_object::types::object::OBJECT.slots().init.map(|init| init as usize);
    if !args.is_empty() && !has_init {
        return Err(thread.type_error("Initialization arguments are not supported"));
    }
    let arguments = args.all().iter().map(|value| value.to_value()).collect();
    let keywords = args.names().map(|names| Ref::of(names).to_value());
    let made = allocate_instance(thread, ty, |head| Local {
        head,
        arguments: Inside::new(arguments),
        keywords,
        dicts: Inside::default(),
    })?;
    // The thread that makes it is initialised by whoever calls the class.
    let dict = thread.dict()?;
    add_dict(thread, own(made.as_ref()), dict)?;
    Ok(made)
}

fn add_dict(thread: &mut Thread, this: &Local, dict: Value) -> Outcome<()> {
    let ident = thread.interp().host.thread_id();
    let ident = thread.int(ident.into())?;
    this.dicts.change(thread).push((ident, dict));
    Ok(())
}

/// The running thread's dictionary; its first use calls `__init__`.
fn dict_of(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let this = own(object);
    let ident = thread.interp().host.thread_id();
    let ident = thread.int(ident.into())?;
    let known = this.dicts.view(thread).iter().find_map(|(of, dict)| {
        let same = of.as_ref().word() == ident.as_ref().word();
        same.then(|| dict.clone())
    });
    if let Some(dict) = known {
        return Ok(dict);
    }
    let dict = thread.dict()?;
    add_dict(thread, this, dict.clone())?;
    if let Some(init) = object.ty().slots().init {
        let values: Vec<Value> = this.arguments.view(thread).to_vec();
        let values: Vec<Ref<'_>> = values.iter().map(Value::as_ref).collect();
        let names = this.keywords.as_ref().and_then(|names| names.downcast());
        init(thread, object, Args::with_names(&values, names))?;
    }
    Ok(dict)
}

fn getattr(thread: &mut Thread, object: Ref<'_>, name: Ref<'_>) -> Outcome {
    let dict = dict_of(thread, object)?;
    let text = thread.text(name)?;
    let found = object.ty().lookup(thread, text).map(|found| found.to_value());
    if let Some(found) = &found
        && found.as_ref().ty().slots().descr_set.is_some()
        && let Some(value) = generic_lookup(thread, object, name)?
    {
        return Ok(value);
    }
    let own =
        dict.downcast::<Dict>().expect("made by us").get_str(thread, text).map(|value| value.to_value());
    if let Some(value) = own {
        return Ok(value);
    }
    match generic_lookup(thread, object, name)? {
        Some(value) => Ok(value),
        None => Err(thread.no_attribute(object, name)),
    }
}

fn setattr(thread: &mut Thread, object: Ref<'_>, name: Ref<'_>, value: Option<Ref<'_>>) -> Outcome<()> {
    let dict = dict_of(thread, object)?;
    let text = thread.text(name)?;
    if text.is("__dict__") {
        let ty = object.ty().name().into_owned();
        let message = format!("'{ty}' object attribute '__dict__' is read-only");
        return Err(thread.attribute_error(object, name, message));
    }
    let found = object.ty().lookup(thread, text).map(|found| found.to_value());
    if let Some(found) = found
        && let Some(set) = found.as_ref().ty().slots().descr_set
    {
        return set(thread, found.as_ref(), object, value);
    }
    let dict = dict.downcast::<Dict>().expect("made by us");
    match value {
        Some(value) => dict.set(thread, name, value.to_value()),
        None => match dict.remove(thread, name)? {
            Some(_) => Ok(()),
            None => Err(thread.no_attribute(object, name)),
        },
    }
}
