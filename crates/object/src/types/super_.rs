//! `super`.
//!
//! Answers for the end of CPython's `Objects/typeobject.c`.
#![allow(unsafe_code)] // the object layout, which `object!` checks

use taipan_layout::Header;

use crate::inside::Inside;
use crate::native::{Args, MemberDef};
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{
    Slots, Traverse, Type, TypeDef, TypeFlags, Visitor, allocate_instance, drop_object, generic_getattr,
    traverse_object,
};
use crate::types::cell::Cell;
use crate::types::code::Code;
use crate::types::object::OBJECT_SLOTS;
use crate::types::str::Str;
use crate::value::{Outcome, Ref, Value};

/// What a `super` object looks at.
#[derive(Clone)]
struct Bound {
    class: Value,
    object: Option<Value>,
    object_type: Option<Value>,
}

/// A `super` object.
#[repr(C)]
pub struct Super {
    head: Header,
    bound: Inside<Option<Bound>>,
}

crate::object!(Super, SUPER);

impl Traverse for Super {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        if let Some(bound) = self.bound.traversed(visitor) {
            let (class, rest) = (&bound.class, [&bound.object, &bound.object_type]);
            visitor.visit(class);
            rest.into_iter().for_each(|value| visitor.option(value));
        }
    }
}

/// The type `super`.
pub static SUPER: Type = Type::new::<Super>(
    &TypeDef {
        members: &[
            MemberDef {
                name: "__thisclass__",
                doc: Some("the class invoking super()"),
                get: |thread, object| Ok(bound(thread, object).map(|bound| bound.class)),
            },
            MemberDef {
                name: "__self__",
                doc: Some("the instance invoking super(); may be None"),
                get: |thread, object| {
                    Ok(bound(thread, object).map(|bound| bound.object.unwrap_or_else(Value::none)))
                },
            },
            MemberDef {
                name: "__self_class__",
                doc: Some("the type of the instance invoking super(); may be None"),
                get: |thread, object| {
                    Ok(bound(thread, object).map(|bound| bound.object_type.unwrap_or_else(Value::none)))
                },
            },
        ],
        ..TypeDef::new("super")
    },
    TypeFlags::BASE.union(TypeFlags::CONTAINER),
    Slots {
        drop: drop_object::<Super>,
        traverse: traverse_object::<Super>,
        new: Some(|thread, ty, _| {
            allocate_instance(thread, ty, |head| Super { head, bound: Inside::new(None) })
        }),
        init: Some(init),
        getattr: Some(getattr),
        descr_get: Some(descr_get),
        repr: Some(repr),
        ..OBJECT_SLOTS
    },
);

fn bound(thread: &Thread, object: Ref<'_>) -> Option<Bound> {
    object.downcast::<Super>().expect("the slot of super").bound.view(thread).clone()
}

/// The type whose order is searched for `object`, or TypeError.
fn check(thread: &mut Thread, class: &Type, object: Ref<'_>) -> Outcome {
    if let Some(ty) = object.downcast::<Type>()
        && ty.is_subtype(thread, class)
    {
        return Ok(object.to_value());
    }
    if object.ty().is_subtype(thread, class) {
        return Ok(object.ty().as_ref().to_value());
    }
    let name = thread.names().__class__.clone();
    if let Some(claimed) = protocol::find_attribute(thread, object, name.as_ref())?
        && let Some(ty) = claimed.downcast::<Type>()
        && !ty.is(object.ty())
        && ty.is_subtype(thread, class)
    {
        return Ok(claimed);
    }
    let (kind, got) = match object.downcast::<Type>() {
        Some(ty) => ("type", ty.name().into_owned()),
        None => ("instance of", object.ty().name().into_owned()),
    };
    let class = class.name().into_owned();
    Err(thread.type_error(format!(
        "super(type, obj): obj ({kind} {got}) is not an instance or subtype of type ({class})."
    )))
}

fn init<'a>(thread: &mut Thread, own: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    args.no_keywords(thread, "super")?;
    let (class, object) = match args.all() {
        [] => from_frame(thread)?,
        [class] => (class.to_value(), None),
        [class, object] => (class.to_value(), (!object.is_none()).then(|| object.to_value())),
        more => {
            let count = more.len();
            return Err(thread.type_error(format!("super() expected at most 2 arguments, got {count}")));
        }
    };
    let Some(ty) = class.downcast::<Type>() else {
        let ty = class.as_ref().ty().name().into_owned();
        return Err(thread.type_error(format!("super() argument 1 must be a type, not {ty}")));
    };
    let object_type = match &object {
        Some(object) => Some(check(thread, ty, object.as_ref())?),
        None => None,
    };
    let new = Some(Bound { class: class.clone(), object, object_type });
    let old = std::mem::replace(own.downcast::<Super>().expect("checked").bound.change(thread), new);
    drop(old);
    Ok(())
}

/// The class and the first argument of the method that calls `super()`.
fn from_frame(thread: &mut Thread) -> Outcome<(Value, Option<Value>)> {
    let frame = thread.frame;
    if frame.is_null() {
        return Err(thread.runtime_error("super(): no current frame"));
    }
    #[allow(unsafe_code)]
    // SAFETY: the running frame's code is alive; its locals are as many as the code says, each null
    // or a live value, which is counted before anything else happens.
    let (code, first, cell) = unsafe {
        let code = &*(*frame).code.cast::<Code>();
        let word = |index: usize| Ref::from_slot(*(*frame).locals.add(index)).map(|value| value.to_value());
        let first = if code.argcount == 0 { None } else { word(0) };
        let index = code.local_names().iter().enumerate().find(|(index, name)| {
            code.source.localspluskinds[*index] & taipan_code::co::FAST_FREE != 0
                && name.downcast::<Str>().is_some_and(|name| name.is("__class__"))
        });
        (code, first, index.and_then(|(index, _)| word(index)))
    };
    if code.argcount == 0 {
        return Err(thread.runtime_error("super(): no arguments"));
    }
    // The first argument may have moved into a cell.
    let first = match &first {
        Some(value) => match value.downcast::<Cell>() {
            Some(cell) => cell.get(thread),
            None => Some(value.clone()),
        },
        None => None,
    };
    let Some(first) = first else { return Err(thread.runtime_error("super(): arg[0] deleted")) };
    let Some(cell) = cell.as_ref().and_then(|cell| cell.downcast::<Cell>()) else {
        return Err(thread.runtime_error("super(): __class__ cell not found"));
    };
    match cell.get(thread) {
        Some(class) => Ok((class, Some(first))),
        None => Err(thread.runtime_error("super(): empty __class__ cell")),
    }
}

fn getattr(thread: &mut Thread, own: Ref<'_>, name: Ref<'_>) -> Outcome {
    let text = thread.text(name)?;
    if let Some(Bound { class, object: Some(object), object_type: Some(start) }) = bound(thread, own)
        && !text.is("__class__")
    {
        let (ty, class) =
            (start.downcast::<Type>().expect("a type"), class.downcast::<Type>().expect("a type"));
        if let Some(found) = ty.lookup_after(thread, class, text).map(|found| found.to_value()) {
            let on_class = object.as_ref().is(start.as_ref());
            let instance = if on_class { None } else { Some(object.as_ref()) };
            return match found.as_ref().ty().slots().descr_get {
                Some(get) => get(thread, found.as_ref(), instance, Some(start.as_ref())),
                None => Ok(found),
            };
        }
    }
    generic_getattr(thread, own, name)
}

fn descr_get(thread: &mut Thread, own: Ref<'_>, object: Option<Ref<'_>>, _: Option<Ref<'_>>) -> Outcome {
    match (bound(thread, own), object) {
        (Some(Bound { class, object: None, .. }), Some(object)) => {
            protocol::call(thread, own.ty().as_ref(), &[class.as_ref(), object])
        }
        _ => Ok(own.to_value()),
    }
}

fn repr(thread: &mut Thread, own: Ref<'_>) -> Outcome {
    let Some(bound) = bound(thread, own) else { return thread.str("<super: NULL, NULL>") };
    let class = bound.class.downcast::<Type>().map(|ty| ty.name().into_owned()).unwrap_or_default();
    let text = match bound.object_type.as_ref().and_then(|ty| ty.downcast::<Type>()) {
        Some(ty) => format!("<super: <class '{class}'>, <{} object>>", ty.name()),
        None => format!("<super: <class '{class}'>, NULL>"),
    };
    thread.str(&text)
}
