//! Exceptions: `BaseException` and the tree below it, raising from native code.
//!
//! An exception object is an [`Exception`], followed, in the types that have attributes of their
//! own, by places for these ([`Family`]). Types whose structs differ cannot be bases of one class.
//!
//! Answers for CPython's `Objects/exceptions.c` and `Python/errors.c`.
#![allow(unsafe_code)] // the object layout and traversal

mod base;
mod family;
mod group;
mod import;
mod named;
mod os;
mod raise;
mod simple;
mod stop;
mod syntax;
mod unicode;

use std::cell::Cell;

use taipan_layout::{Header, Word};

use crate::inside::Inside;
use crate::native::Args;
use crate::thread::Thread;
use crate::typeobject::{NO_ATTRIBUTES, Slots, Type, TypeDef, TypeFlags, Visitor};
use crate::types::dict::Dict;
use crate::types::object::OBJECT_SLOTS;
use crate::value::{Object, Outcome, Ref, Value};

pub use family::Family;
pub use group::{
    BASE_EXCEPTION_GROUP, ExceptionGroup, Matcher, exception_group, prepare_reraise_star, split,
};
pub use import::{IMPORT_ERROR, ImportError, MODULE_NOT_FOUND_ERROR};
pub use named::{ATTRIBUTE_ERROR, AttributeError, NAME_ERROR, NameError, UNBOUND_LOCAL_ERROR};
pub use os::*;
pub use raise::add_note;
pub use simple::*;
pub use stop::{STOP_ITERATION, SYSTEM_EXIT, StopIteration, SystemExit, stop_value};
pub use syntax::{INCOMPLETE_INPUT_ERROR, INDENTATION_ERROR, SYNTAX_ERROR, SyntaxError, TAB_ERROR};
pub use unicode::{
    UNICODE_DECODE_ERROR, UNICODE_ENCODE_ERROR, UNICODE_TRANSLATE_ERROR, UnicodeDecodeError,
    UnicodeEncodeError, UnicodeTranslateError, unicode_error,
};

/// What every exception has.
pub struct Parts {
    /// `args`: a tuple.
    pub args: Value,
    /// `__traceback__`
    pub traceback: Option<Value>,
    /// `__context__`
    pub context: Option<Value>,
    /// `__cause__`
    pub cause: Option<Value>,
    /// `__suppress_context__`
    pub suppress_context: bool,
}

/// An exception object.
#[repr(C)]
pub struct Exception {
    head: Header,
    attributes: Cell<Word>,
    /// Its parts.
    pub parts: Inside<Parts>,
}

// SAFETY: `repr(C)`, the header first.
unsafe impl Object for Exception {
    const TYPE: &'static Type = &BASE_EXCEPTION;
}

impl Drop for Exception {
    fn drop(&mut self) {
        let attributes = self.attributes.get();
        if attributes.0 & 1 == 0 {
            // SAFETY: an even word holds a count of the dictionary, given up once.
            unsafe { crate::heap::release(attributes) };
        }
    }
}

const FLAGS: TypeFlags =
    TypeFlags::BASE.union(TypeFlags::CONTAINER).union(TypeFlags::HAS_DICT).union(TypeFlags::EXCEPTION);

const SLOTS: Slots = Slots {
    drop: crate::typeobject::drop_object::<Exception>,
    traverse: traverse_exception,
    clear: Some(clear_exception),
    new: Some(base::new),
    init: Some(base::init),
    str: Some(base::str),
    repr: Some(base::repr),
    ..OBJECT_SLOTS
};

/// Where an exception keeps its attribute word.
const ATTRIBUTES: usize = std::mem::offset_of!(Exception, attributes);

/// The type `BaseException`.
pub static BASE_EXCEPTION: Type = Type::new::<Exception>(
    &TypeDef {
        doc: Some("Common base class for all exceptions"),
        methods: &[base::METHODS],
        getset: &[base::GETSET],
        ..TypeDef::new("BaseException")
    },
    FLAGS,
    SLOTS,
)
.with_attributes(ATTRIBUTES);

impl Exception {
    /// The common part of a new exception.
    fn fresh(head: Header, args: Value) -> Exception {
        Exception {
            head,
            attributes: Cell::new(NO_ATTRIBUTES),
            parts: Inside::new(Parts {
                args,
                traceback: None,
                context: None,
                cause: None,
                suppress_context: false,
            }),
        }
    }

    fn traverse(&self, visitor: &mut Visitor<'_>) {
        // SAFETY: the collector traverses while nothing changes.
        let parts = unsafe { &*self.parts.get() };
        visitor.visit(&parts.args);
        for part in [&parts.traceback, &parts.context, &parts.cause] {
            visitor.option(part);
        }
        if self.attributes.get().0 & 1 == 0 {
            visitor.word(self.attributes.get());
        }
    }

    fn clear(&self, thread: &mut Thread) {
        let parts = self.parts.change(thread);
        drop((parts.traceback.take(), parts.context.take(), parts.cause.take()));
        let attributes = self.attributes.replace(NO_ATTRIBUTES);
        if attributes.0 & 1 == 0 {
            // SAFETY: the word's count is given up.
            unsafe { crate::heap::release(attributes) };
        }
    }

    /// `__traceback__`
    pub fn traceback(&self, thread: &Thread) -> Option<Value> {
        self.parts.view(thread).traceback.clone()
    }

    /// Sets `__traceback__`.
    pub fn set_traceback(&self, thread: &mut Thread, traceback: Option<Value>) {
        let old = std::mem::replace(&mut self.parts.change(thread).traceback, traceback);
        drop(old);
    }

    /// `__context__`
    pub fn context(&self, thread: &Thread) -> Option<Value> {
        self.parts.view(thread).context.clone()
    }

    /// Sets `__context__`.
    pub fn set_context(&self, thread: &mut Thread, context: Option<Value>) {
        let old = std::mem::replace(&mut self.parts.change(thread).context, context);
        drop(old);
    }

    /// Sets `__cause__`, which hides the context.
    pub fn set_cause(&self, thread: &mut Thread, cause: Option<Value>) {
        let parts = self.parts.change(thread);
        parts.suppress_context = true;
        let old = std::mem::replace(&mut parts.cause, cause);
        drop(old);
    }
}

unsafe fn traverse_exception(object: *const Header, visitor: &mut Visitor<'_>) {
    // SAFETY: the object is live, not changed meanwhile.
    unsafe { (*object.cast::<Exception>()).traverse(visitor) }
}

unsafe fn clear_exception(object: *mut Header, thread: &mut Thread) {
    // SAFETY: the object is an exception that only its cycle refers to.
    unsafe { (*object.cast::<Exception>()).clear(thread) }
}

fn exception(object: Ref<'_>) -> &Exception {
    object.downcast::<Exception>().expect("an attribute of exceptions")
}

/// `args` of an exception.
fn args_of(thread: &Thread, object: Ref<'_>) -> Value {
    exception(object).parts.view(thread).args.clone()
}

/// The exceptions of `builtins`; the type `ExceptionGroup`, which has two bases, is each
/// interpreter's own, see [`exception_group`].
pub fn all() -> impl Iterator<Item = &'static Type> {
    const OTHERS: &[&Type] = &[
        &BASE_EXCEPTION,
        &BASE_EXCEPTION_GROUP,
        &STOP_ITERATION,
        &SYSTEM_EXIT,
        &ATTRIBUTE_ERROR,
        &NAME_ERROR,
        &UNBOUND_LOCAL_ERROR,
        &IMPORT_ERROR,
        &MODULE_NOT_FOUND_ERROR,
        &KEY_ERROR,
        &SYNTAX_ERROR,
        &INDENTATION_ERROR,
        &TAB_ERROR,
        &INCOMPLETE_INPUT_ERROR,
        &UNICODE_ENCODE_ERROR,
        &UNICODE_DECODE_ERROR,
        &UNICODE_TRANSLATE_ERROR,
    ];
    OTHERS.iter().chain(SIMPLE).chain(OS_ERRORS).copied()
}

/// Puts every exception into the dictionary of `builtins`, `ExceptionGroup` and the old names of
/// `OSError` included.
pub fn install(thread: &mut Thread, builtins: &Dict) -> Outcome<()> {
    for ty in all() {
        let name = thread.intern(&ty.name())?;
        builtins.set(thread, name.as_ref(), ty.as_ref().to_value())?;
    }
    for alias in ["EnvironmentError", "IOError"] {
        let name = thread.intern(alias)?;
        builtins.set(thread, name.as_ref(), OS_ERROR.as_ref().to_value())?;
    }
    let group = exception_group(thread)?;
    let name = thread.intern("ExceptionGroup")?;
    builtins.set(thread, name.as_ref(), group)
}

/// Replaces what `object.args` is by the positional arguments.
fn set_args(thread: &mut Thread, object: Ref<'_>, args: Args<'_>) -> Outcome<()> {
    let tuple = thread.tuple_from_refs(args.positionals())?;
    let old = std::mem::replace(&mut exception(object).parts.change(thread).args, tuple);
    drop(old);
    Ok(())
}
