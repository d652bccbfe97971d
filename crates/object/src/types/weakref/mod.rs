//! `weakref.ReferenceType`, `weakref.ProxyType` and `weakref.CallableProxyType`: references that do
//! not keep their object alive.
//!
//! Invariants: a reference whose `referent` is not null is in its referent's list ([`WeakLists`]),
//! and an object's list is emptied ([`take_references`]) before the object's memory is. An object
//! that waits for its end is dead to its weak references.
//!
//! Answers for CPython's `Objects/weakrefobject.c`.
#![allow(unsafe_code)] // references that are not counted: see the invariants above

mod lists;
mod proxy;

use std::cell::Cell;
use std::ptr;

use taipan_layout::{Header, Word};

use lists::Place;
pub use lists::WeakLists;
pub use proxy::{CALLABLE_PROXY, PROXY, new_proxy};

use crate::heap::{flags, heap_of, side};
use crate::inside::Inside;
use crate::native::{Args, MemberDef, MethodDef};
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{
    CompareOp, Slots, Traverse, Type, TypeDef, TypeFlags, Visitor, allocate_instance, clear_object,
    traverse_object,
};
use crate::types::object::OBJECT_SLOTS;
use crate::types::str::Str;
use crate::value::{Outcome, Ref, Value};

/// A weak reference or proxy.
#[repr(C)]
pub struct WeakRef {
    head: Header,
    /// The object, not counted; null once it is gone.
    referent: Cell<*mut Header>,
    previous: Cell<*const WeakRef>,
    next: Cell<*const WeakRef>,
    place: Cell<Place>,
    /// The hash of the object, once it was asked for.
    hash: Cell<Option<i64>>,
    callback: Inside<Option<Value>>,
}

crate::object!(WeakRef, REFERENCE);

/// The type `weakref.ReferenceType`, also called `weakref.ref`.
pub static REFERENCE: Type = Type::new::<WeakRef>(
    &TypeDef {
        methods: &[&[CLASS_GETITEM]],
        members: &[MemberDef {
            name: "__callback__",
            doc: None,
            get: |thread, object| Ok(Some(reference(object).callback(thread).unwrap_or_else(Value::none))),
        }],
        ..TypeDef::new("weakref.ReferenceType")
    },
    TypeFlags::BASE.union(TypeFlags::CONTAINER),
    Slots {
        drop: drop_reference,
        traverse: traverse_object::<WeakRef>,
        clear: Some(clear_object::<WeakRef>),
        new: Some(new),
        init: Some(init),
        call: Some(call),
        repr: Some(repr),
        hash: Some(hash),
        compare: Some(compare),
        ..OBJECT_SLOTS
    },
);

const CLASS_GETITEM: MethodDef = crate::types::genericalias::class_getitem(Some(
    "Weakrefs are generic over the type of the referenced object.",
));

impl Traverse for WeakRef {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        let callback = self.callback.traversed(visitor).as_ref().map(Value::word);
        visitor.word(callback.unwrap_or(Word::NULL));
    }

    fn clear(&self, thread: &mut Thread) {
        thread.heap().weak.unlink(self);
        let callback = self.callback.change(thread).take();
        drop(callback);
    }
}

unsafe fn drop_reference(object: *mut Header) {
    // SAFETY: the object is a dead reference on a heap; its callback is dropped once.
    unsafe {
        heap_of(object).weak.unlink(&*object.cast::<WeakRef>());
        ptr::drop_in_place(object.cast::<WeakRef>());
    }
}

impl WeakRef {
    /// The object; none if it is gone.
    #[inline]
    pub fn get(&self) -> Option<Value> {
        let referent = self.referent.get();
        // SAFETY: a referent that is not null is in memory, since its list was not emptied.
        if referent.is_null() { None } else { unsafe { if_alive(referent) } }
    }

    /// Whether the object is gone.
    pub fn is_dead(&self) -> bool {
        self.get().is_none()
    }

    /// `__callback__`, while the object lives.
    pub fn callback(&self, thread: &Thread) -> Option<Value> {
        self.callback.view(thread).clone()
    }
}

/// The object at an address, unless it waits for its end.
///
/// # Safety
/// The object was not freed yet.
pub(crate) unsafe fn if_alive(object: *const Header) -> Option<Value> {
    // SAFETY: the caller's promise; an object whose count is zero is being freed and has left all
    // lists, or waits on the heap's list of objects to be freed.
    unsafe {
        let gone = !(*object).is_immortal()
            && ((*object).count.get() == 0 || side(object).get() & flags::PENDING != 0);
        if gone { None } else { Some(Ref::from_word(Word::uncounted(object)).to_value()) }
    }
}

fn reference<'a>(object: Ref<'a>) -> &'a WeakRef {
    object.downcast::<WeakRef>().expect("an attribute of references")
}

/// The object as a weak reference, if it is one; proxies are none.
pub fn as_reference<'a>(object: Ref<'a>) -> Option<&'a WeakRef> {
    object.downcast::<WeakRef>()
}

/// A reference of type `ty` to `object`; the plain one that exists already if there is one.
fn find_or_make(thread: &mut Thread, ty: &Type, object: Ref<'_>, callback: Option<Ref<'_>>) -> Outcome {
    let referent = match object.header() {
        Some(header) if object.ty().flags().contains(TypeFlags::WEAKREF) => ptr::from_ref(header).cast_mut(),
        _ => {
            let name = object.ty().name().into_owned();
            return Err(thread.type_error(format!("cannot create weak reference to '{name}' object")));
        }
    };
    let callback = callback.filter(|callback| !callback.is_none());
    let place = Place::of(ty, callback.is_some());
    let (plain, proxy) = thread.heap().weak.plain(referent);
    let existing = match place {
        Place::Reference => plain,
        Place::Proxy => proxy,
        Place::Other => ptr::null(),
    };
    if !existing.is_null() {
        // SAFETY: what is in a list is alive.
        return Ok(unsafe { Ref::from_word(Word::uncounted(existing.cast())) }.to_value());
    }
    let callback = callback.map(Ref::to_value);
    let value = allocate_instance(thread, ty, |head| WeakRef {
        head,
        referent: Cell::new(referent),
        previous: Cell::new(ptr::null()),
        next: Cell::new(ptr::null()),
        place: Cell::new(place),
        hash: Cell::new(None),
        callback: Inside::new(callback),
    })?;
    let header = value.as_ref().header().expect("just made");
    // SAFETY: references and proxies have the same struct.
    thread.heap().weak.link(unsafe { &*ptr::from_ref(header).cast::<WeakRef>() });
    Ok(value)
}

/// `weakref.ref(object, callback)`
pub fn new_reference(thread: &mut Thread, object: Ref<'_>, callback: Option<Ref<'_>>) -> Outcome {
    find_or_make(thread, &REFERENCE, object, callback)
}

/// All references and proxies of `object`, in the order of its list.
pub fn references(thread: &Thread, object: Ref<'_>) -> Vec<Value> {
    let mut all = Vec::new();
    let Some(header) = object.header() else { return all };
    let mut next = thread.heap().weak.first(header);
    while !next.is_null() {
        // SAFETY: what is in a list is alive.
        unsafe {
            all.push(Ref::from_word(Word::uncounted(next.cast())).to_value());
            next = (*next).next.get();
        }
    }
    all
}

/// Makes `object` dead to all its references, and answers those for which `wanted` holds with
/// their callbacks, in order; the others keep theirs.
pub fn take_references(
    thread: &mut Thread,
    object: Ref<'_>,
    wanted: impl Fn(&Header) -> bool,
) -> Vec<(Value, Value)> {
    let mut taken = Vec::new();
    for value in references(thread, object) {
        let header = value.as_ref().header().expect("an object");
        // SAFETY: references and proxies have the same struct.
        let own = unsafe { &*ptr::from_ref(header).cast::<WeakRef>() };
        thread.heap().weak.unlink(own);
        if wanted(header)
            && let Some(callback) = own.callback.change(thread).take()
        {
            taken.push((value, callback));
        }
    }
    taken
}

/// Calls the callback of a reference whose object is gone.
pub fn call_back(thread: &mut Thread, reference: Ref<'_>, callback: Ref<'_>) {
    let outer = thread.take_exception();
    if protocol::call(thread, callback, &[reference]).is_err() {
        thread.unraisable_while("while calling weakref callback", callback);
    }
    thread.exception = outer;
}

fn one_or_two<'a>(
    thread: &mut Thread,
    function: &str,
    args: Args<'a>,
) -> Outcome<(Ref<'a>, Option<Ref<'a>>)> {
    match args.positionals() {
        [object] => Ok((*object, None)),
        [object, callback] => Ok((*object, Some(*callback))),
        [] => Err(thread.type_error(format!("{function} expected at least 1 argument, got 0"))),
        many => {
            let count = many.len();
            Err(thread.type_error(format!("{function} expected at most 2 arguments, got {count}")))
        }
    }
}

fn new<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    let (object, callback) = one_or_two(thread, "__new__", args)?;
    find_or_make(thread, ty, object, callback)
}

fn init<'a>(thread: &mut Thread, _: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    args.no_keywords(thread, "ref")?;
    one_or_two(thread, "__init__", args).map(drop)
}

fn call<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome {
    args.no_keywords(thread, "weakref")?;
    if !args.is_empty() {
        let count = args.all().len();
        return Err(thread.type_error(format!("weakref expected 0 arguments, got {count}")));
    }
    Ok(reference(object).get().unwrap_or_else(Value::none))
}

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let own = protocol::id(object);
    let Some(referent) = reference(object).get() else {
        return thread.str(&format!("<weakref at {own:#x}; dead>"));
    };
    let name = thread.names().__name__.clone();
    let name = protocol::find_attribute(thread, referent.as_ref(), name.as_ref())?;
    let class = referent.as_ref().ty().dotted_name(thread);
    let class = class.strip_prefix("__main__.").unwrap_or(&class);
    let to = protocol::id(referent.as_ref());
    match name.as_ref().and_then(|name| name.downcast::<Str>()) {
        Some(name) => {
            let name = name.to_string_lossy();
            thread.str(&format!("<weakref at {own:#x}; to '{class}' at {to:#x} ({name})>"))
        }
        None => thread.str(&format!("<weakref at {own:#x}; to '{class}' at {to:#x}>")),
    }
}

fn hash(thread: &mut Thread, object: Ref<'_>) -> Outcome<i64> {
    let own = reference(object);
    if let Some(hash) = own.hash.get() {
        return Ok(hash);
    }
    let Some(referent) = own.get() else { return Err(thread.type_error("weak object has gone away")) };
    let hash = protocol::hash(thread, referent.as_ref())?;
    own.hash.set(Some(hash));
    Ok(hash)
}

fn compare(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>, op: CompareOp) -> Outcome {
    let (Some(a), Some(b)) = (as_reference(left), as_reference(right)) else {
        return Ok(Value::not_implemented());
    };
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::not_implemented());
    }
    match (a.get(), b.get()) {
        (Some(a), Some(b)) => protocol::compare(thread, a.as_ref(), b.as_ref(), op),
        _ => Ok(Value::bool(left.is(right) == (op == CompareOp::Eq))),
    }
}
