//! `types.SimpleNamespace`.
//!
//! Answers for CPython's `Objects/namespaceobject.c`.
#![allow(unsafe_code)] // the attribute word

use std::cell::Cell;

use taipan_layout::{Header, Word};
use taipan_macros::native;

use crate::native::{Args, MemberDef, MethodDef};
use crate::object;
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{Slots, Type, TypeDef, TypeFlags, Visitor, allocate_instance};
use crate::types::dict::{DICT, Dict};
use crate::types::object::OBJECT_SLOTS;
use crate::types::str::Str;
use crate::value::{Outcome, Ref, Value};

/// A namespace object. Its attribute word always points to the dictionary.
#[repr(C)]
pub struct Namespace {
    head: Header,
    dict: Cell<Word>,
}

object!(Namespace, NAMESPACE);

/// The type `types.SimpleNamespace`.
pub static NAMESPACE: Type = Type::new::<Namespace>(
    &TypeDef {
        doc: Some("A simple attribute-based namespace."),
        signature: Some("(mapping_or_iterable=(), /, **kwargs)"),
        methods: &[METHODS],
        members: &[MemberDef {
            name: "__dict__",
            doc: None,
            get: |_, object| Ok(Some(Ref::of(namespace(object).dict()).to_value())),
        }],
        ..TypeDef::new("types.SimpleNamespace")
    },
    TypeFlags::BASE.union(TypeFlags::CONTAINER).union(TypeFlags::HAS_DICT),
    Slots {
        drop: drop_namespace,
        traverse: traverse_namespace,
        clear: Some(clear_namespace),
        new: Some(|thread, ty, _| {
            let dict = thread.dict()?;
            allocate_instance(thread, ty, |head| Namespace { head, dict: Cell::new(dict.into_word()) })
        }),
        init: Some(init),
        repr: Some(repr),
        hash: Some(protocol::not_hashable),
        compare: Some(|thread, left, right, op| {
            let (Some(a), Some(b)) = (left.downcast::<Namespace>(), right.downcast::<Namespace>()) else {
                return Ok(Value::not_implemented());
            };
            protocol::compare(thread, Ref::of(a.dict()), Ref::of(b.dict()), op)
        }),
        ..OBJECT_SLOTS
    },
)
.with_attributes(std::mem::offset_of!(Namespace, dict));

fn namespace<'a>(object: Ref<'a>) -> &'a Namespace {
    object.downcast::<Namespace>().expect("the slot of namespaces")
}

impl Namespace {
    /// The dictionary.
    pub fn dict(&self) -> &Dict {
        // SAFETY: the word points to the namespace's dictionary as long as it lives.
        unsafe { &*self.dict.get().header().cast() }
    }
}

unsafe fn drop_namespace(object: *mut Header) {
    // SAFETY: the object is a dead namespace; the dictionary's count is given up.
    unsafe { crate::heap::release((*object.cast::<Namespace>()).dict.get()) }
}

unsafe fn traverse_namespace(object: *const Header, visitor: &mut Visitor<'_>) {
    // SAFETY: the object is a live namespace.
    visitor.word(unsafe { (*object.cast::<Namespace>()).dict.get() });
}

unsafe fn clear_namespace(object: *mut Header, thread: &mut Thread) {
    // SAFETY: the object is a namespace that only its cycle refers to.
    unsafe { (*object.cast::<Namespace>()).dict().clear(thread) }
}

/// Copies the items of a dictionary whose keys must be strings.
fn update(thread: &mut Thread, to: &Dict, from: &Dict) -> Outcome<()> {
    let mut position = 0;
    while let Some((next, key, _)) = from.next_entry(thread, position) {
        position = next;
        if key.downcast::<Str>().is_none() {
            return Err(thread.type_error("keywords must be strings"));
        }
    }
    position = 0;
    while let Some((next, key, value)) = from.next_entry(thread, position) {
        position = next;
        to.set(thread, key.as_ref(), value)?;
    }
    Ok(())
}

fn add_keywords(thread: &mut Thread, to: &Dict, args: Args<'_>) -> Outcome<()> {
    for (name, value) in args.keywords() {
        let name = thread.interp().interned.intern(thread.interp(), name.to_value());
        to.set(thread, name.as_ref(), value.to_value())?;
    }
    Ok(())
}

fn init<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    let own = namespace(object).dict();
    match args.positionals() {
        [] => {}
        [one] => {
            let dict = match one.exact::<Dict>() {
                Some(_) => one.to_value(),
                None => protocol::call(thread, DICT.as_ref(), &[*one])?,
            };
            update(thread, own, dict.downcast::<Dict>().expect("made by dict"))?;
        }
        many => {
            let (name, count) = (object.ty().short_name().into_owned(), many.len());
            return Err(thread.type_error(format!("{name} expected at most 1 argument, got {count}")));
        }
    }
    add_keywords(thread, own, args)
}

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let ty = object.ty();
    let name = if ty.is(&NAMESPACE) { "namespace".to_owned() } else { ty.name().into_owned() };
    if !thread.enter_repr(object) {
        return thread.str(&format!("{name}(...)"));
    }
    let outcome = repr_items(thread, namespace(object).dict());
    thread.leave_repr(object);
    let items = outcome?;
    thread.str(&format!("{name}({items})"))
}

fn repr_items(thread: &mut Thread, dict: &Dict) -> Outcome<String> {
    let mut parts = Vec::new();
    let mut position = 0;
    while let Some((next, key, value)) = dict.next_entry(thread, position) {
        position = next;
        if let Some(key) = key.downcast::<Str>().filter(|key| !key.is_empty()) {
            let value = protocol::repr_string(thread, value.as_ref())?;
            parts.push(format!("{}={value}", key.to_string_lossy()));
        }
    }
    Ok(parts.join(", "))
}

const METHODS: &[MethodDef] = &[REDUCE, REPLACE];

/// Return state information for pickling
#[native(signature = "($self, /)", name = "__reduce__")]
fn reduce(thread: &mut Thread, this: &Namespace) -> Outcome {
    let arguments = thread.tuple([])?;
    thread.tuple([Ref::of(this).ty().as_ref().to_value(), arguments, Ref::of(this.dict()).to_value()])
}

/// Return a copy of the namespace object with new values for the specified attributes.
#[native(signature = "($self, /, **changes)", name = "__replace__")]
fn replace(thread: &mut Thread, this: &Namespace, args: Args<'_>) -> Outcome {
    if !args.positionals().is_empty() {
        return Err(thread.type_error("__replace__() takes no positional arguments"));
    }
    let made = protocol::call(thread, Ref::of(this).ty().as_ref(), &[])?;
    if let Some(new) = made.downcast::<Namespace>() {
        update(thread, new.dict(), this.dict())?;
        add_keywords(thread, new.dict(), args)?;
    }
    Ok(made)
}

impl Thread {
    /// A new, empty namespace.
    pub fn namespace(&mut self) -> Outcome {
        protocol::call(self, NAMESPACE.as_ref(), &[])
    }
}
