//! Native functions: what is known of one, how its arguments arrive, how they are parsed.
//!
//! Arguments arrive as in CPython's vectorcall: one slice of borrowed values, keyword arguments
//! last, their names in a tuple. The attributes of `taipan-macros` write the definitions here.
//!
//! Answers for CPython's `Python/getargs.c`, `Objects/call.c` and `Include/methodobject.h`.

mod args;
mod buffer;
mod convert;

pub use args::{Args, Parameters};
pub use buffer::{Buffer, BufferFlags, ExportedBytes, Exports, View, WritableBuffer};
pub use convert::{FromArgument, IntoOutcome};

use crate::thread::Thread;
use crate::typeobject::Type;
use crate::value::{Outcome, Ref, Value};

/// How a native function is entered.
#[derive(Clone, Copy)]
pub enum NativeCall {
    /// The receiver alone.
    NoArgs(fn(&mut Thread, Ref<'_>) -> Outcome),
    /// The receiver and one positional argument.
    One(fn(&mut Thread, Ref<'_>, Ref<'_>) -> Outcome),
    /// The receiver and any arguments.
    Many(for<'a> fn(&mut Thread, Ref<'a>, Args<'a>) -> Outcome),
}

/// What a method of a type is bound to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Binding {
    /// The instance.
    Instance,
    /// The class: `classmethod`.
    Class,
    /// Nothing: `staticmethod`.
    Static,
}

/// A native function or method.
pub struct MethodDef {
    /// Its name.
    pub name: &'static str,
    /// The docstring, without the signature.
    pub doc: Option<&'static str>,
    /// `__text_signature__`.
    pub signature: Option<&'static str>,
    /// How it is entered.
    pub call: NativeCall,
    /// What it is bound to.
    pub binding: Binding,
}

/// Sets an attribute of an object, or deletes it when there is no value.
pub type Setter = fn(&mut Thread, Ref<'_>, Option<Ref<'_>>) -> Outcome<()>;

/// A computed attribute of a native type.
pub struct GetSetDef {
    /// Its name.
    pub name: &'static str,
    /// The docstring.
    pub doc: Option<&'static str>,
    /// Reads it.
    pub get: Option<fn(&mut Thread, Ref<'_>) -> Outcome>,
    /// Sets it, or deletes it when there is no value.
    pub set: Option<Setter>,
}

/// A plain, read-only attribute of a native type: a field of the Rust struct.
pub struct MemberDef {
    /// Its name.
    pub name: &'static str,
    /// The docstring.
    pub doc: Option<&'static str>,
    /// Reads the field; nothing when it is unset.
    pub get: fn(&mut Thread, Ref<'_>) -> Outcome<Option<Value>>,
}

/// A native module.
pub struct ModuleDef {
    /// Its name.
    pub name: &'static str,
    /// The docstring.
    pub doc: Option<&'static str>,
    /// Its functions.
    pub functions: &'static [&'static [MethodDef]],
    /// Adds what is not a function.
    pub exec: Option<fn(&mut Thread, Ref<'_>) -> Outcome<()>>,
}

/// The receiver of a class method: a type.
pub fn class_of<'a>(receiver: Ref<'a>) -> &'a Type {
    receiver.downcast::<Type>().expect("class methods are bound to types")
}
