//! Exceptions: `BaseException` and the tree below it, raising from native code.
//!
//! Answers for CPython's `Objects/exceptions.c` and `Python/errors.c`.
#![allow(unsafe_code)] // traversal

mod unicode;

use std::cell::Cell;

use taipan_layout::{Header, Word};

use crate::inside::Inside;
use crate::native::{Args, GetSetDef};
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{NO_ATTRIBUTES, Slots, Type, TypeDef, TypeFlags, Visitor};
use crate::types::object::{DICT_ATTRIBUTE, OBJECT_SLOTS};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::{Object, Outcome, Raised, Ref, Value};

pub use unicode::unicode_error;
use unicode::{init_unicode, str_unicode};

/// What can be set on an exception.
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
    /// Attributes of the subclasses with their own: `name`, `obj`, `value`, `path`, …, by the place
    /// that the subclass gives them.
    pub extra: [Option<Value>; 6],
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

const FLAGS: TypeFlags =
    TypeFlags::BASE.union(TypeFlags::CONTAINER).union(TypeFlags::HAS_DICT).union(TypeFlags::EXCEPTION);

const SLOTS: Slots = Slots {
    drop: drop_exception,
    traverse: traverse_exception,
    clear: Some(clear_exception),
    new: Some(new),
    init: Some(init),
    str: Some(str),
    repr: Some(repr),
    ..OBJECT_SLOTS
};

macro_rules! tree {
    ($($ty:ident $name:literal $base:ident $doc:literal;)*) => {
        $(
            #[doc = concat!("The type `", $name, "`.")]
            pub static $ty: Type = Type::derived::<Exception>(
                &TypeDef { doc: Some($doc), ..TypeDef::new($name) },
                &raw const $base,
                FLAGS,
                SLOTS,
            )
            .with_attributes(std::mem::offset_of!(Exception, attributes));
        )*
        /// The exceptions without attributes of their own.
        pub static EXCEPTIONS: &[&Type] = &[&BASE_EXCEPTION, $(&$ty),*];
    };
}

/// The type `BaseException`.
pub static BASE_EXCEPTION: Type = Type::new::<Exception>(
    &TypeDef {
        doc: Some("Common base class for all exceptions"),
        getset: &[GETSET],
        ..TypeDef::new("BaseException")
    },
    FLAGS,
    SLOTS,
)
.with_attributes(std::mem::offset_of!(Exception, attributes));

tree! {
    EXCEPTION "Exception" BASE_EXCEPTION "Common base class for all non-exit exceptions.";
    GENERATOR_EXIT "GeneratorExit" BASE_EXCEPTION "Request that a generator exit.";
    KEYBOARD_INTERRUPT "KeyboardInterrupt" BASE_EXCEPTION "Program interrupted by user.";
    ARITHMETIC_ERROR "ArithmeticError" EXCEPTION "Base class for arithmetic errors.";
    FLOATING_POINT_ERROR "FloatingPointError" ARITHMETIC_ERROR "Floating-point operation failed.";
    OVERFLOW_ERROR "OverflowError" ARITHMETIC_ERROR "Result too large to be represented.";
    ZERO_DIVISION_ERROR "ZeroDivisionError" ARITHMETIC_ERROR "Second argument to a division or modulo operation was zero.";
    ASSERTION_ERROR "AssertionError" EXCEPTION "Assertion failed.";
    BUFFER_ERROR "BufferError" EXCEPTION "Buffer error.";
    EOF_ERROR "EOFError" EXCEPTION "Read beyond end of file.";
    LOOKUP_ERROR "LookupError" EXCEPTION "Base class for lookup errors.";
    INDEX_ERROR "IndexError" LOOKUP_ERROR "Sequence index out of range.";
    MEMORY_ERROR "MemoryError" EXCEPTION "Out of memory.";
    REFERENCE_ERROR "ReferenceError" EXCEPTION "Weak ref proxy used after referent went away.";
    RUNTIME_ERROR "RuntimeError" EXCEPTION "Unspecified run-time error.";
    NOT_IMPLEMENTED_ERROR "NotImplementedError" RUNTIME_ERROR "Method or function hasn't been implemented yet.";
    RECURSION_ERROR "RecursionError" RUNTIME_ERROR "Recursion limit exceeded.";
    PYTHON_FINALIZATION_ERROR "PythonFinalizationError" RUNTIME_ERROR "Operation blocked during Python finalization.";
    STOP_ASYNC_ITERATION "StopAsyncIteration" EXCEPTION "Signal the end from iterator.__anext__().";
    SYSTEM_ERROR "SystemError" EXCEPTION "Internal error in the Python interpreter.\n\nPlease report this to the Python maintainer, along with the traceback,\nthe Python version, and the hardware/OS platform and version.";
    TYPE_ERROR "TypeError" EXCEPTION "Inappropriate argument type.";
    VALUE_ERROR "ValueError" EXCEPTION "Inappropriate argument value (of correct type).";
    UNICODE_ERROR "UnicodeError" VALUE_ERROR "Unicode related error.";
    WARNING "Warning" EXCEPTION "Base class for warning categories.";
    BYTES_WARNING "BytesWarning" WARNING "Base class for warnings about bytes and buffer related problems, mostly\nrelated to conversion from str or comparing to str.";
    DEPRECATION_WARNING "DeprecationWarning" WARNING "Base class for warnings about deprecated features.";
    ENCODING_WARNING "EncodingWarning" WARNING "Base class for warnings about encodings.";
    FUTURE_WARNING "FutureWarning" WARNING "Base class for warnings about constructs that will change semantically\nin the future.";
    IMPORT_WARNING "ImportWarning" WARNING "Base class for warnings about probable mistakes in module imports";
    PENDING_DEPRECATION_WARNING "PendingDeprecationWarning" WARNING "Base class for warnings about features which will be deprecated\nin the future.";
    RESOURCE_WARNING "ResourceWarning" WARNING "Base class for warnings about resource usage.";
    RUNTIME_WARNING "RuntimeWarning" WARNING "Base class for warnings about dubious runtime behavior.";
    SYNTAX_WARNING "SyntaxWarning" WARNING "Base class for warnings about dubious syntax.";
    UNICODE_WARNING "UnicodeWarning" WARNING "Base class for warnings about Unicode related problems, mostly\nrelated to conversion problems.";
    USER_WARNING "UserWarning" WARNING "Base class for warnings generated by user code.";
}

macro_rules! with_attributes {
    ($($ty:ident $name:literal $base:ident $doc:literal $init:expr, $str:expr, [$($place:literal $attribute:literal),*];)*) => {
        $(
            #[doc = concat!("The type `", $name, "`.")]
            pub static $ty: Type = Type::derived::<Exception>(
                &TypeDef {
                    doc: Some($doc),
                    getset: &[&[$(GetSetDef {
                        name: $attribute,
                        doc: None,
                        get: Some(|thread, object| {
                            Ok(exception(object).parts.view(thread).extra[$place].clone().unwrap_or_else(Value::none))
                        }),
                        set: Some(|thread, object, value| {
                            let value = value.map(|value| value.to_value());
                            let old = std::mem::replace(&mut exception(object).parts.change(thread).extra[$place], value);
                            drop(old);
                            Ok(())
                        }),
                    }),*]],
                    ..TypeDef::new($name)
                },
                &raw const $base,
                FLAGS,
                Slots { init: Some($init), str: Some($str), ..SLOTS },
            )
            .with_attributes(std::mem::offset_of!(Exception, attributes));
        )*
        /// The exceptions with attributes of their own.
        pub static EXCEPTIONS_WITH_ATTRIBUTES: &[&Type] = &[$(&$ty),*];
    };
}

with_attributes! {
    STOP_ITERATION "StopIteration" EXCEPTION "Signal the end from iterator.__next__()." init_value, str, [0 "value"];
    SYSTEM_EXIT "SystemExit" BASE_EXCEPTION "Request to exit from the interpreter." init_code, str, [0 "code"];
    ATTRIBUTE_ERROR "AttributeError" EXCEPTION "Attribute not found." init_named, str, [0 "name", 1 "obj"];
    NAME_ERROR "NameError" EXCEPTION "Name not found globally." init_named, str, [0 "name"];
    IMPORT_ERROR "ImportError" EXCEPTION "Import can't find module, or can't find name in module." init_import, str_import, [0 "name", 1 "path", 2 "name_from", 3 "msg"];
    UNICODE_ENCODE_ERROR "UnicodeEncodeError" UNICODE_ERROR "Unicode encoding error." init_unicode, str_unicode, [0 "encoding", 1 "object", 2 "start", 3 "end", 4 "reason"];
    UNICODE_DECODE_ERROR "UnicodeDecodeError" UNICODE_ERROR "Unicode decoding error." init_unicode, str_unicode, [0 "encoding", 1 "object", 2 "start", 3 "end", 4 "reason"];
    UNICODE_TRANSLATE_ERROR "UnicodeTranslateError" UNICODE_ERROR "Unicode translation error." init_unicode, str_unicode, [1 "object", 2 "start", 3 "end", 4 "reason"];
}

/// The type `UnboundLocalError`.
pub static UNBOUND_LOCAL_ERROR: Type = Type::derived::<Exception>(
    &TypeDef {
        doc: Some("Local name referenced but not bound to a value."),
        ..TypeDef::new("UnboundLocalError")
    },
    &NAME_ERROR,
    FLAGS,
    Slots { init: Some(init_named), ..SLOTS },
)
.with_attributes(std::mem::offset_of!(Exception, attributes));

/// The type `ModuleNotFoundError`.
pub static MODULE_NOT_FOUND_ERROR: Type = Type::derived::<Exception>(
    &TypeDef { doc: Some("Module not found."), ..TypeDef::new("ModuleNotFoundError") },
    &IMPORT_ERROR,
    FLAGS,
    Slots { init: Some(init_import), str: Some(str_import), ..SLOTS },
)
.with_attributes(std::mem::offset_of!(Exception, attributes));

/// The type `KeyError`.
pub static KEY_ERROR: Type = Type::derived::<Exception>(
    &TypeDef { doc: Some("Mapping key not found."), ..TypeDef::new("KeyError") },
    &LOOKUP_ERROR,
    FLAGS,
    Slots { str: Some(str_key), ..SLOTS },
)
.with_attributes(std::mem::offset_of!(Exception, attributes));

fn exception(object: Ref<'_>) -> &Exception {
    object.downcast::<Exception>().expect("an attribute of exceptions")
}

unsafe fn drop_exception(object: *mut Header) {
    // SAFETY: the object is dead; its counts are given up once.
    unsafe {
        let own = &mut *object.cast::<Exception>();
        let attributes = own.attributes.get();
        std::ptr::drop_in_place(own.parts.get());
        if attributes.0 & 1 == 0 {
            crate::heap::release(attributes);
        }
    }
}

unsafe fn traverse_exception(object: *const Header, visitor: &mut Visitor<'_>) {
    // SAFETY: the object is live, not changed meanwhile.
    unsafe {
        let own = &*object.cast::<Exception>();
        let parts = &*own.parts.get();
        visitor.visit(&parts.args);
        for part in [&parts.traceback, &parts.context, &parts.cause].into_iter().chain(&parts.extra) {
            visitor.option(part);
        }
        if own.attributes.get().0 & 1 == 0 {
            visitor.word(own.attributes.get());
        }
    }
}

unsafe fn clear_exception(object: *mut Header, thread: &mut Thread) {
    // SAFETY: the object is an exception that only its cycle refers to.
    let own = unsafe { &*object.cast::<Exception>() };
    let parts = own.parts.change(thread);
    let taken =
        (parts.traceback.take(), parts.context.take(), parts.cause.take(), std::mem::take(&mut parts.extra));
    drop(taken);
    let attributes = own.attributes.replace(NO_ATTRIBUTES);
    if attributes.0 & 1 == 0 {
        // SAFETY: the word's count is given up.
        unsafe { crate::heap::release(attributes) };
    }
}

fn new<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    let args = thread.tuple_from_refs(args.positionals())?;
    crate::typeobject::allocate_instance(thread, ty, |head| Exception {
        head,
        attributes: Cell::new(NO_ATTRIBUTES),
        parts: Inside::new(Parts {
            args,
            traceback: None,
            context: None,
            cause: None,
            suppress_context: false,
            extra: Default::default(),
        }),
    })
}

fn set_args(thread: &mut Thread, object: Ref<'_>, args: Args<'_>) -> Outcome<()> {
    let tuple = thread.tuple_from_refs(args.positionals())?;
    let old = std::mem::replace(&mut exception(object).parts.change(thread).args, tuple);
    drop(old);
    Ok(())
}

fn init<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    if args.keyword_count() != 0 {
        let name = object.ty().name().into_owned();
        return Err(thread.type_error(format!("{name}() takes no keyword arguments")));
    }
    set_args(thread, object, args)
}

fn set_extra(thread: &mut Thread, object: Ref<'_>, place: usize, value: Option<Ref<'_>>) {
    let value = value.map(|value| value.to_value());
    let old = std::mem::replace(&mut exception(object).parts.change(thread).extra[place], value);
    drop(old);
}

fn init_value<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    init(thread, object, args)?;
    set_extra(thread, object, 0, args.positionals().first().copied());
    Ok(())
}

fn init_code<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    init(thread, object, args)?;
    match args.positionals() {
        [] => {}
        [one] => set_extra(thread, object, 0, Some(*one)),
        many => {
            let tuple = thread.tuple_from_refs(many)?;
            set_extra(thread, object, 0, Some(tuple.as_ref()));
        }
    }
    Ok(())
}

/// Takes keyword arguments into the attributes of the same names.
fn init_keywords(
    thread: &mut Thread,
    object: Ref<'_>,
    args: Args<'_>,
    names: &[(&str, usize)],
) -> Outcome<()> {
    for (name, value) in args.keywords() {
        let text = name.downcast::<Str>().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        match names.iter().find(|(known, _)| *known == text) {
            Some((_, place)) => set_extra(thread, object, *place, Some(value)),
            None => {
                let ty = object.ty().name().into_owned();
                return Err(thread.type_error(format!("{ty}() got an unexpected keyword argument '{text}'")));
            }
        }
    }
    set_args(thread, object, args)
}

fn init_named<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    let with_object = object.ty().has_layout_of(&ATTRIBUTE_ERROR);
    let names: &[_] = if with_object { &[("name", 0), ("obj", 1)] } else { &[("name", 0)] };
    init_keywords(thread, object, args, names)
}

fn init_import<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    init_keywords(thread, object, args, &[("name", 0), ("path", 1), ("name_from", 2)])?;
    if let [message] = args.positionals() {
        set_extra(thread, object, 3, Some(*message));
    }
    Ok(())
}

fn args_of(thread: &Thread, object: Ref<'_>) -> Value {
    exception(object).parts.view(thread).args.clone()
}

fn str(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let args = args_of(thread, object);
    match args.downcast::<Tuple>().map(|args| args.items()) {
        Some([]) | None => thread.str(""),
        Some([one]) => protocol::str(thread, *one),
        Some(_) => protocol::str(thread, args.as_ref()),
    }
}

fn str_key(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let args = args_of(thread, object);
    match args.downcast::<Tuple>().map(|args| args.items()) {
        Some([one]) => protocol::repr(thread, *one),
        _ => str(thread, object),
    }
}

fn str_import(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    match exception(object).parts.view(thread).extra[3].clone() {
        Some(message) if message.downcast::<Str>().is_some() => Ok(message),
        _ => str(thread, object),
    }
}

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let name = object.ty().name().into_owned();
    let args = args_of(thread, object);
    let text = match args.downcast::<Tuple>().map(|args| args.items()) {
        Some([one]) => format!("({})", protocol::repr_string(thread, *one)?),
        _ => protocol::repr_string(thread, args.as_ref())?,
    };
    thread.str(&format!("{name}{text}"))
}

const GETSET: &[GetSetDef] = &[
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
        get: Some(|thread, object| {
            Ok(exception(object).parts.view(thread).traceback.clone().unwrap_or_else(Value::none))
        }),
        set: Some(|thread, object, value| {
            let Some(value) = value else {
                return Err(thread.type_error("__traceback__ may not be deleted"));
            };
            let value = (!value.is_none()).then(|| value.to_value());
            let old = std::mem::replace(&mut exception(object).parts.change(thread).traceback, value);
            drop(old);
            Ok(())
        }),
    },
    GetSetDef {
        name: "__context__",
        doc: None,
        get: Some(|thread, object| {
            Ok(exception(object).parts.view(thread).context.clone().unwrap_or_else(Value::none))
        }),
        set: Some(|thread, object, value| {
            let value = linked(thread, value, "context")?;
            let old = std::mem::replace(&mut exception(object).parts.change(thread).context, value);
            drop(old);
            Ok(())
        }),
    },
    GetSetDef {
        name: "__cause__",
        doc: None,
        get: Some(|thread, object| {
            Ok(exception(object).parts.view(thread).cause.clone().unwrap_or_else(Value::none))
        }),
        set: Some(|thread, object, value| {
            let value = linked(thread, value, "cause")?;
            let parts = exception(object).parts.change(thread);
            parts.suppress_context = true;
            let old = std::mem::replace(&mut parts.cause, value);
            drop(old);
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
            let on = protocol::is_true(thread, value)?;
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

impl Thread {
    /// Raises an exception object. The handled exception becomes its context.
    #[cold]
    pub fn raise(&mut self, value: Value) -> Raised {
        if let Some(context) = self.handled_exception()
            && !context.as_ref().is(value.as_ref())
        {
            self.set_context(&value, context);
        }
        self.exception = Some(value);
        Raised::assume()
    }

    /// Sets the context of `value`, cutting the cycle that this could make.
    fn set_context(&mut self, value: &Value, context: Value) {
        let mut link = context.clone();
        while let Some(own) = link.downcast::<Exception>() {
            let Some(next) = own.parts.view(self).context.clone() else { break };
            if next.as_ref().is(value.as_ref()) {
                let old = own.parts.change(self).context.take();
                drop(old);
                break;
            }
            link = next;
        }
        if let Some(own) = value.downcast::<Exception>() {
            let old = own.parts.change(self).context.replace(context);
            drop(old);
        }
    }

    /// Raises a new exception with a message.
    #[cold]
    pub fn raise_new(&mut self, ty: &Type, message: impl Into<String>) -> Raised {
        let message: String = message.into();
        let made = self.str(&message).and_then(|text| {
            let arguments = [text.as_ref()];
            protocol::call(self, ty.as_ref(), &arguments)
        });
        match made {
            Ok(value) => self.raise(value),
            Err(raised) => raised,
        }
    }

    /// MemoryError, made without asking for much.
    #[cold]
    pub fn no_memory(&mut self) -> Raised {
        self.heap().with_reserve(|| {
            let made = new(self, &MEMORY_ERROR, Args::NONE);
            match made {
                Ok(value) => self.raise(value),
                Err(raised) => raised,
            }
        })
    }

    /// `None` means that memory has run out.
    #[inline(always)]
    pub fn or_no_memory<T>(&mut self, made: Option<T>) -> Outcome<T> {
        match made {
            Some(made) => Ok(made),
            None => Err(self.no_memory()),
        }
    }

    /// Whether the exception being raised is an instance of `ty`.
    pub fn exception_is(&self, ty: &Type) -> bool {
        self.exception.as_ref().is_some_and(|value| value.as_ref().ty().is_subtype(self, ty))
    }

    /// AttributeError about `name` of `object`.
    #[cold]
    pub fn attribute_error(&mut self, object: Ref<'_>, name: Ref<'_>, message: String) -> Raised {
        let raised = self.raise_new(&ATTRIBUTE_ERROR, message);
        if let Some(value) = self.exception.clone()
            && value.downcast::<Exception>().is_some()
        {
            set_extra(self, value.as_ref(), 0, Some(name));
            set_extra(self, value.as_ref(), 1, Some(object));
        }
        raised
    }

    /// AttributeError in the usual words.
    #[cold]
    pub fn no_attribute(&mut self, object: Ref<'_>, name: Ref<'_>) -> Raised {
        let ty = object.ty().name().into_owned();
        let text = name.downcast::<Str>().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        self.attribute_error(object, name, format!("'{ty}' object has no attribute '{text}'"))
    }

    /// NameError about `name`.
    #[cold]
    pub fn name_error(&mut self, ty: &Type, name: Ref<'_>, message: String) -> Raised {
        let raised = self.raise_new(ty, message);
        if let Some(value) = self.exception.clone()
            && value.downcast::<Exception>().is_some()
        {
            set_extra(self, value.as_ref(), 0, Some(name));
        }
        raised
    }

    /// KeyError with the key.
    #[cold]
    pub fn key_error(&mut self, key: Ref<'_>) -> Raised {
        match protocol::call(self, KEY_ERROR.as_ref(), &[key]) {
            Ok(value) => self.raise(value),
            Err(raised) => raised,
        }
    }

    /// StopIteration with the value that a generator returned.
    #[cold]
    pub fn stop_iteration(&mut self, value: Option<Value>) -> Raised {
        let arguments: &[Ref<'_>] = match &value {
            Some(value) => &[value.as_ref()],
            None => &[],
        };
        match protocol::call(self, STOP_ITERATION.as_ref(), arguments) {
            Ok(value) => self.raise(value),
            Err(raised) => raised,
        }
    }

    /// Reports an exception that nobody can handle, and forgets it.
    pub fn unraisable(&mut self, culprit: Ref<'_>) {
        let Some(exception) = self.take_exception() else { return };
        let hook = self.interp().slot(&UNRAISABLE);
        if let Some(hook) = hook {
            let _ = protocol::call(self, hook.as_ref(), &[exception.as_ref(), culprit]);
            drop(self.take_exception());
        }
    }

    /// `__name__` of the module whose code runs.
    pub fn current_module(&mut self) -> Option<Value> {
        let frame = self.frame;
        if frame.is_null() {
            return None;
        }
        // SAFETY: a live frame's function is alive.
        let function = unsafe { &*(*frame).function.cast::<crate::types::function::Function>() };
        let name = self.names().__name__.downcast::<Str>().expect("a name");
        function.globals().get_str(self, name).map(|name| name.to_value())
    }
}

/// Every exception of this file, for `builtins`.
pub fn all() -> impl Iterator<Item = &'static Type> {
    const OTHERS: &[&Type] = &[&UNBOUND_LOCAL_ERROR, &MODULE_NOT_FOUND_ERROR, &KEY_ERROR];
    EXCEPTIONS.iter().chain(EXCEPTIONS_WITH_ATTRIBUTES).chain(OTHERS).copied()
}

/// Where the interpreter keeps what prints unraisable exceptions.
pub static UNRAISABLE: u8 = 0;

/// Adds a note to the exception being raised.
pub fn add_note(thread: &mut Thread, note: &str) {
    let Some(exception) = thread.take_exception() else { return };
    let name = thread.names().__notes__.clone();
    let added = (|| -> Outcome<()> {
        let note = thread.str(note)?;
        let notes = match protocol::find_attribute(thread, exception.as_ref(), name.as_ref())? {
            Some(notes) => notes,
            None => {
                let notes = thread.list(Vec::new())?;
                protocol::set_attribute(thread, exception.as_ref(), name.as_ref(), Some(notes.as_ref()))?;
                notes
            }
        };
        match notes.downcast::<crate::types::list::List>() {
            Some(list) => list.push(thread, note),
            None => Ok(()),
        }
    })();
    let _ = added;
    thread.exception = Some(exception);
}

macro_rules! shorthands {
    ($($(#[$doc:meta])* $name:ident $ty:ident;)*) => {
        impl Thread {$(
            $(#[$doc])*
            #[cold]
            pub fn $name(&mut self, message: impl Into<String>) -> Raised {
                self.raise_new(&$ty, message)
            }
        )*}
    };
}

shorthands! {
    /// TypeError
    type_error TYPE_ERROR;
    /// ValueError
    value_error VALUE_ERROR;
    /// IndexError
    index_error INDEX_ERROR;
    /// OverflowError
    overflow_error OVERFLOW_ERROR;
    /// ZeroDivisionError
    zero_division_error ZERO_DIVISION_ERROR;
    /// RuntimeError
    runtime_error RUNTIME_ERROR;
    /// RecursionError
    recursion_error RECURSION_ERROR;
    /// SystemError
    system_error SYSTEM_ERROR;
    /// NotImplementedError
    not_implemented_error NOT_IMPLEMENTED_ERROR;
    /// BufferError
    buffer_error BUFFER_ERROR;
    /// ImportError
    import_error IMPORT_ERROR;
}
