//! What `BaseException` can do: slots, methods and attributes that all exceptions share.

use taipan_macros::native;

use super::{Exception, args_of, exception, family, set_args};
use crate::native::{Args, GetSetDef, MethodDef};
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{Type, allocate_instance};
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::object::DICT_ATTRIBUTE;
use crate::types::str::Str;
use crate::types::traceback::Traceback;
use crate::types::tuple::Tuple;
use crate::value::{Outcome, Ref, Value};

/// `__new__`: the arguments become `args`.
pub(super) fn new<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    let args = thread.tuple_from_refs(args.positionals())?;
    allocate_instance(thread, ty, |head| Exception::fresh(head, args))
}

/// `__init__`: positional arguments alone.
pub(super) fn init<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    if args.keyword_count() != 0 {
        let name = object.ty().name().into_owned();
        return Err(thread.type_error(format!("{name}() takes no keyword arguments")));
    }
    set_args(thread, object, args)
}

/// `__str__`: nothing, the one argument, or all of them.
pub(super) fn str(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let args = args_of(thread, object);
    match args.downcast::<Tuple>().map(|args| args.items()) {
        Some([]) | None => thread.str(""),
        Some([one]) => protocol::str(thread, *one),
        Some(_) => protocol::str(thread, args.as_ref()),
    }
}

/// `__repr__`
pub(super) fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let name = object.ty().name().into_owned();
    let args = args_of(thread, object);
    let text = match args.downcast::<Tuple>().map(|args| args.items()) {
        Some([one]) => format!("({})", protocol::repr_string(thread, *one)?),
        _ => protocol::repr_string(thread, args.as_ref())?,
    };
    thread.str(&format!("{name}{text}"))
}

pub(super) const METHODS: &[MethodDef] = &[__REDUCE__, __SETSTATE__, WITH_TRACEBACK, ADD_NOTE];

#[native(signature = "($self, /)", name = "__reduce__")]
fn __reduce__(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    family::reduce_plain(thread, this)
}

#[native(signature = "($self, state, /)", name = "__setstate__")]
fn __setstate__(thread: &mut Thread, this: Ref<'_>, state: Ref<'_>) -> Outcome<()> {
    if state.is_none() {
        return Ok(());
    }
    let Some(dict) = state.downcast::<Dict>() else {
        return Err(thread.type_error("state is not a dictionary"));
    };
    let mut position = 0;
    while let Some((next, key, value)) = dict.next_entry(thread, position) {
        position = next;
        protocol::set_attribute(thread, this, key.as_ref(), Some(value.as_ref()))?;
    }
    Ok(())
}

/// Set self.__traceback__ to tb and return self.
#[native(signature = "($self, tb, /)")]
fn with_traceback(thread: &mut Thread, this: Ref<'_>, tb: Ref<'_>) -> Outcome {
    set_traceback(thread, this, Some(tb))?;
    Ok(this.to_value())
}

/// Add a note to the exception
#[native(signature = "($self, note, /)")]
fn add_note(thread: &mut Thread, this: Ref<'_>, note: &Str) -> Outcome<()> {
    let name = thread.names().__notes__.clone();
    let notes = match protocol::find_attribute(thread, this, name.as_ref())? {
        Some(notes) => notes,
        None => {
            let notes = thread.list(Vec::new())?;
            protocol::set_attribute(thread, this, name.as_ref(), Some(notes.as_ref()))?;
            notes
        }
    };
    match notes.downcast::<List>() {
        Some(list) => list.push(thread, Ref::of(note).to_value()),
        None => Err(thread.type_error("Cannot add note: __notes__ is not a list")),
    }
}

fn set_traceback(thread: &mut Thread, object: Ref<'_>, value: Option<Ref<'_>>) -> Outcome<()> {
    let Some(value) = value else {
        return Err(thread.type_error("__traceback__ may not be deleted"));
    };
    if !value.is_none() && value.downcast::<Traceback>().is_none() {
        return Err(thread.type_error("__traceback__ must be a traceback or None"));
    }
    let value = (!value.is_none()).then(|| value.to_value());
    exception(object).set_traceback(thread, value);
    Ok(())
}

pub(super) const GETSET: &[GetSetDef] = &[
    GetSetDef {
        name: DICT_ATTRIBUTE.name,
        doc: DICT_ATTRIBUTE.doc,
        get: DICT_ATTRIBUTE.get,
        set: DICT_ATTRIBUTE.set,
    },
    GetSetDef {
        name: "args",
        doc: None,
        get: Some(|thread, object| Ok(args_of(thread, object))),
        set: Some(|thread, object, value| {
            let Some(value) = value else { return Err(thread.type_error("args may not be deleted")) };
            let all = protocol::collect(thread, value)?;
            let tuple = thread.tuple(all)?;
            let old = std::mem::replace(&mut exception(object).parts.change(thread).args, tuple);
            drop(old);
            Ok(())
        }),
    },
    GetSetDef {
        name: "__traceback__",
        doc: None,
        get: Some(|thread, object| Ok(exception(object).traceback(thread).unwrap_or_else(Value::none))),
        set: Some(set_traceback),
    },
    GetSetDef {
        name: "__context__",
        doc: Some("exception context"),
        get: Some(|thread, object| Ok(exception(object).context(thread).unwrap_or_else(Value::none))),
        set: Some(|thread, object, value| {
            let value = linked(thread, value, "context")?;
            exception(object).set_context(thread, value);
            Ok(())
        }),
    },
    GetSetDef {
        name: "__cause__",
        doc: Some("exception cause"),
        get: Some(|thread, object| {
            Ok(exception(object).parts.view(thread).cause.clone().unwrap_or_else(Value::none))
        }),
        set: Some(|thread, object, value| {
            let value = linked(thread, value, "cause")?;
            exception(object).set_cause(thread, value);
            Ok(())
        }),
    },
    GetSetDef {
        name: "__suppress_context__",
        doc: None,
        get: Some(|thread, object| Ok(Value::bool(exception(object).parts.view(thread).suppress_context))),
        set: Some(|thread, object, value| {
            let Some(value) = value else {
                return Err(thread.type_error("can't delete numeric/char attribute"));
            };
            let on = if value.is(Ref::bool(true)) {
                true
            } else if value.is(Ref::bool(false)) {
                false
            } else {
                return Err(thread.type_error("attribute value type must be bool"));
            };
            exception(object).parts.change(thread).suppress_context = on;
            Ok(())
        }),
    },
];

fn linked(thread: &mut Thread, value: Option<Ref<'_>>, what: &str) -> Outcome<Option<Value>> {
    let Some(value) = value else { return Err(thread.type_error(format!("__{what}__ may not be deleted"))) };
    if value.is_none() {
        return Ok(None);
    }
    if value.downcast::<Exception>().is_none() {
        return Err(thread.type_error(format!("exception {what} must be None or derive from BaseException")));
    }
    Ok(Some(value.to_value()))
}
