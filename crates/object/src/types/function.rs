//! `function`: code with its globals, defaults and cells.
//!
//! Answers for CPython's `Objects/funcobject.c`.
#![allow(unsafe_code)] // the interpreter loop reads the fields

use std::cell::Cell;

use taipan_layout::{Header, Word};

use crate::inside::Inside;
use crate::thread::Thread;
use crate::typeobject::{NO_ATTRIBUTES, Slots, Type, TypeDef, TypeFlags, Visitor};
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::method;
use crate::types::object::{DICT_ATTRIBUTE, OBJECT_SLOTS};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::{Object, Outcome, Ref, Value};

/// What can be set on a function.
#[repr(C)]
pub struct Parts {
    /// `__defaults__`
    pub defaults: Option<Value>,
    /// `__kwdefaults__`
    pub kwdefaults: Option<Value>,
    /// `__closure__`: a tuple of cells.
    pub closure: Option<Value>,
    /// `__annotations__`
    pub annotations: Option<Value>,
    /// `__annotate__`
    pub annotate: Option<Value>,
    /// `__type_params__`
    pub type_params: Option<Value>,
    /// `__name__`
    pub name: Value,
    /// `__qualname__`
    pub qualname: Value,
    /// `__doc__`
    pub doc: Value,
    /// `__module__`
    pub module: Value,
    /// Code that was replaced: activations of it may still run.
    pub retired: Vec<Value>,
}

/// A function object. `repr(C)`: the interpreter loop reads it.
#[repr(C)]
pub struct Function {
    head: Header,
    /// Version of code and defaults; 0: do not cache.
    pub version: Cell<u32>,
    /// The code object.
    pub code: Cell<*const Code>,
    /// The globals: a dictionary.
    pub globals: *const Dict,
    /// The builtins: a dictionary.
    pub builtins: *const Dict,
    /// The attribute word.
    pub attributes: Cell<Word>,
    /// The rest.
    pub parts: Inside<Parts>,
}

// SAFETY: `repr(C)`, the header first.
unsafe impl Object for Function {
    const TYPE: &'static Type = &FUNCTION;
}

/// The type `function`.
pub static FUNCTION: Type = {
    let ty = Type::new::<Function>(
        &TypeDef {
            doc: Some(
                "Create a function object.\n\n  code\n    a code object\n  globals\n    the globals dictionary\n  name\n    a string that overrides the name from the code object\n  argdefs\n    a tuple that specifies the default argument values\n  closure\n    a tuple that supplies the bindings for free variables\n  kwdefaults\n    a dictionary that specifies the default keyword argument values",
            ),
            signature: Some(
                "(code, globals, name=None, argdefs=None, closure=None,\n         kwdefaults=None)",
            ),
            getset: &[GETSET, &[copy_of(&DICT_ATTRIBUTE)]],
            ..TypeDef::new("function")
        },
        TypeFlags::CONTAINER
            .union(TypeFlags::METHOD_DESCRIPTOR)
            .union(TypeFlags::HAS_DICT)
            .union(TypeFlags::WEAKREF),
        Slots {
            drop: drop_function,
            traverse: traverse_function,
            clear: Some(clear_function),
            call: Some(|thread, function, args| {
                (thread.interp().engine.call_function)(thread, function, args)
            }),
            descr_get: Some(|thread, function, object, _| match object {
                Some(object) => method::bound_method(thread, function, object),
                None => Ok(function.to_value()),
            }),
            repr: Some(repr),
            new: Some(new),
            ..OBJECT_SLOTS
        },
    );
    ty.with_attributes(std::mem::offset_of!(Function, attributes))
};

const fn copy_of(def: &'static crate::native::GetSetDef) -> crate::native::GetSetDef {
    crate::native::GetSetDef { name: def.name, doc: def.doc, get: def.get, set: def.set }
}

unsafe fn drop_function(object: *mut Header) {
    // SAFETY: the object is a dead function; its counts are given up once.
    unsafe {
        let function = object.cast::<Function>();
        let words = [
            Word::counted((*function).code.get().cast()),
            Word::counted((*function).globals.cast()),
            Word::counted((*function).builtins.cast()),
        ];
        let attributes = (*function).attributes.get();
        std::ptr::drop_in_place((*function).parts.get());
        for word in words {
            crate::heap::release(word);
        }
        if attributes.0 & 1 == 0 {
            crate::heap::release(attributes);
        }
    }
}

unsafe fn traverse_function(object: *const Header, visitor: &mut Visitor<'_>) {
    // SAFETY: the object is a live function, not changed meanwhile.
    unsafe {
        let function = &*object.cast::<Function>();
        (visitor.each)(function.code.get().cast_mut().cast());
        (visitor.each)(function.globals.cast_mut().cast());
        (visitor.each)(function.builtins.cast_mut().cast());
        if function.attributes.get().0 & 1 == 0 {
            visitor.word(function.attributes.get());
        }
        let parts = &*function.parts.get();
        for part in [
            &parts.defaults,
            &parts.kwdefaults,
            &parts.closure,
            &parts.annotations,
            &parts.annotate,
            &parts.type_params,
        ] {
            visitor.option(part);
        }
        for part in [&parts.name, &parts.qualname, &parts.doc, &parts.module] {
            visitor.visit(part);
        }
    }
}

unsafe fn clear_function(object: *mut Header, thread: &mut Thread) {
    // SAFETY: the object is a function that only its cycle refers to.
    let function = unsafe { &*object.cast::<Function>() };
    let parts = function.parts.change(thread);
    let taken = (
        parts.defaults.take(),
        parts.kwdefaults.take(),
        parts.closure.take(),
        parts.annotations.take(),
        parts.annotate.take(),
        parts.type_params.take(),
        std::mem::take(&mut parts.doc),
        std::mem::take(&mut parts.module),
    );
    drop(taken);
    let attributes = function.attributes.replace(NO_ATTRIBUTES);
    if attributes.0 & 1 == 0 {
        // SAFETY: the word's count is given up.
        unsafe { crate::heap::release(attributes) };
    }
}

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let function = object.downcast::<Function>().expect("the slot of functions");
    let name = function
        .parts
        .view(thread)
        .qualname
        .downcast::<Str>()
        .map(|name| name.to_string_lossy().into_owned());
    thread.str(&format!("<function {} at {:#x}>", name.unwrap_or_default(), crate::protocol::id(object)))
}

/// `function(code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)`
fn new<'a>(thread: &mut Thread, _: &'a Type, args: crate::native::Args<'a>) -> Outcome {
    static PARAMETERS: crate::native::Parameters = crate::native::Parameters {
        function: "function",
        names: &["code", "globals", "name", "argdefs", "closure", "kwdefaults"],
        positional_only: 0,
        positional: 6,
        required: 2,
        required_keywords: 0,
    };
    let [code, globals, name, defaults, closure, kwdefaults] = PARAMETERS.parse::<6>(thread, args)?;
    let code =
        <&Code as crate::native::FromArgument>::from_argument(thread, code.expect("required"), "function", 0)
            .map_err(|raised| named(thread, raised, "code"))?;
    let globals = <&Dict as crate::native::FromArgument>::from_argument(
        thread,
        globals.expect("required"),
        "function",
        0,
    )
    .map_err(|raised| named(thread, raised, "globals"))?;
    let given = |value: Option<Ref<'a>>| value.filter(|value| !value.is_none());
    let (name, defaults, closure, kwdefaults) =
        (given(name), given(defaults), given(closure), given(kwdefaults));
    if name.is_some_and(|name| name.downcast::<Str>().is_none()) {
        return Err(thread.type_error("arg 3 (name) must be None or string"));
    }
    if defaults.is_some_and(|defaults| defaults.downcast::<Tuple>().is_none()) {
        return Err(thread.type_error("arg 4 (defaults) must be None or tuple"));
    }
    check_closure(thread, code, closure)?;
    if kwdefaults.is_some_and(|defaults| defaults.downcast::<Dict>().is_none()) {
        return Err(thread.type_error("arg 6 (kwdefaults) must be None or dict"));
    }
    let made = thread.function(Ref::of(code), Ref::of(globals))?;
    let parts = function(made.as_ref()).parts.change(thread);
    if let Some(name) = name {
        parts.name = name.to_value();
    }
    parts.defaults = defaults.map(|defaults| defaults.to_value());
    parts.closure = closure.filter(|_| code.source.nfreevars() != 0).map(|closure| closure.to_value());
    parts.kwdefaults = kwdefaults.map(|defaults| defaults.to_value());
    Ok(made)
}

/// The error about an argument's type, which names the argument.
#[cold]
fn named(thread: &mut Thread, raised: crate::value::Raised, argument: &str) -> crate::value::Raised {
    let Some(exception) = thread.take_exception() else { return raised };
    match crate::protocol::str_string(thread, exception.as_ref()) {
        Ok(words) => {
            thread.type_error(words.replacen("argument must", &format!("argument '{argument}' must"), 1))
        }
        Err(raised) => raised,
    }
}

fn check_closure(thread: &mut Thread, code: &Code, closure: Option<Ref<'_>>) -> Outcome<()> {
    let wanted = code.source.nfreevars();
    let cells = match closure {
        None if wanted != 0 => return Err(thread.type_error("arg 5 (closure) must be tuple")),
        None => &[][..],
        Some(closure) => match closure.downcast::<Tuple>() {
            Some(closure) => closure.items(),
            None => return Err(thread.type_error("arg 5 (closure) must be None or tuple")),
        },
    };
    if cells.len() != wanted {
        let (name, given) = (code.name(), cells.len());
        let name = crate::protocol::str_string(thread, name.as_ref())?;
        return Err(thread.value_error(format!("{name} requires closure of length {wanted}, not {given}")));
    }
    for cell in cells {
        if cell.exact::<crate::types::cell::Cell>().is_none() {
            let got = cell.ty().name();
            return Err(thread.type_error(format!("arg 5 (closure) expected cell, found {got}")));
        }
    }
    Ok(())
}

impl Function {
    /// The code object.
    #[inline(always)]
    pub fn code(&self) -> &Code {
        // SAFETY: the function holds a count of its code.
        unsafe { &*self.code.get() }
    }

    /// The globals.
    #[inline(always)]
    pub fn globals(&self) -> &Dict {
        // SAFETY: the function holds a count of its globals.
        unsafe { &*self.globals }
    }

    /// The builtins.
    #[inline(always)]
    pub fn builtins(&self) -> &Dict {
        // SAFETY: the function holds a count of its builtins.
        unsafe { &*self.builtins }
    }

    /// The defaults.
    pub fn defaults<'a>(&'a self, thread: &'a Thread) -> &'a [Ref<'a>] {
        let defaults = self.parts.view(thread).defaults.as_ref();
        defaults.and_then(|defaults| defaults.downcast::<Tuple>()).map_or(&[], |defaults| defaults.items())
    }

    /// A version for caches; 0 when there is none to give.
    pub fn assign_version(&self, thread: &Thread) -> u32 {
        if self.version.get() == 0 {
            self.version.set(thread.interp().take_function_version());
        }
        self.version.get()
    }
}

fn function(object: Ref<'_>) -> &Function {
    object.downcast::<Function>().expect("an attribute of functions")
}

macro_rules! part {
    ($name:literal, $field:ident) => {
        crate::native::GetSetDef {
            name: $name,
            doc: None,
            get: Some(|thread, object| Ok(function(object).parts.view(thread).$field.clone())),
            set: Some(|thread, object, value| {
                let value = value.map_or(Value::none(), |value| value.to_value());
                let old = std::mem::replace(&mut function(object).parts.change(thread).$field, value);
                drop(old);
                Ok(())
            }),
        }
    };
    ($name:literal, $field:ident, $kind:ty, $message:literal) => {
        crate::native::GetSetDef {
            name: $name,
            doc: None,
            get: Some(|thread, object| {
                Ok(function(object).parts.view(thread).$field.clone().unwrap_or_else(Value::none))
            }),
            set: Some(|thread, object, value| {
                let value = value.filter(|value| !value.is_none());
                if value.is_some_and(|value| value.downcast::<$kind>().is_none()) {
                    return Err(thread.type_error($message));
                }
                function(object).version.set(0);
                let value = value.map(|value| value.to_value());
                let old = std::mem::replace(&mut function(object).parts.change(thread).$field, value);
                drop(old);
                Ok(())
            }),
        }
    };
}

macro_rules! name_part {
    ($name:literal, $field:ident) => {
        crate::native::GetSetDef {
            name: $name,
            doc: None,
            get: Some(|thread, object| Ok(function(object).parts.view(thread).$field.clone())),
            set: Some(|thread, object, value| {
                let Some(value) = value.filter(|value| value.downcast::<Str>().is_some()) else {
                    return Err(thread.type_error(concat!($name, " must be set to a string object")));
                };
                let old =
                    std::mem::replace(&mut function(object).parts.change(thread).$field, value.to_value());
                drop(old);
                Ok(())
            }),
        }
    };
}

const GETSET: &[crate::native::GetSetDef] = &[
    name_part!("__name__", name),
    name_part!("__qualname__", qualname),
    part!("__doc__", doc),
    part!("__module__", module),
    part!("__defaults__", defaults, Tuple, "__defaults__ must be set to a tuple object"),
    part!("__kwdefaults__", kwdefaults, Dict, "__kwdefaults__ must be set to a dict object"),
    crate::native::GetSetDef {
        name: "__code__",
        doc: None,
        get: Some(|_, object| Ok(Ref::of(function(object).code()).to_value())),
        set: Some(|thread, object, value| {
            let Some(code) = value.and_then(|value| value.downcast::<Code>()) else {
                return Err(thread.type_error("__code__ must be set to a code object"));
            };
            let own = function(object);
            let cells = own
                .parts
                .view(thread)
                .closure
                .as_ref()
                .and_then(|c| c.downcast::<Tuple>())
                .map_or(0, Tuple::len);
            let wanted = code.source.nfreevars();
            if wanted != cells {
                let name = own.parts.view(thread).name.clone();
                let name = crate::protocol::str_string(thread, name.as_ref())?;
                return Err(thread.value_error(format!(
                    "{name}() requires a code object with {cells} free vars, not {wanted}"
                )));
            }
            own.version.set(0);
            let new = Ref::of(code).to_value().into_word();
            let old = own.code.replace(new.header().cast());
            // SAFETY: the old code's count goes to the list.
            let old = unsafe { Value::from_word(Word::counted(old.cast())) };
            own.parts.change(thread).retired.push(old);
            Ok(())
        }),
    },
    crate::native::GetSetDef {
        name: "__globals__",
        doc: None,
        get: Some(|_, object| Ok(Ref::of(function(object).globals()).to_value())),
        set: None,
    },
    crate::native::GetSetDef {
        name: "__builtins__",
        doc: None,
        get: Some(|_, object| Ok(Ref::of(function(object).builtins()).to_value())),
        set: None,
    },
    crate::native::GetSetDef {
        name: "__closure__",
        doc: None,
        get: Some(|thread, object| {
            Ok(function(object).parts.view(thread).closure.clone().unwrap_or_else(Value::none))
        }),
        set: None,
    },
    crate::native::GetSetDef {
        name: "__annotations__",
        doc: Some("Dict of annotations in a function object."),
        get: Some(|thread, object| {
            let own = function(object);
            if let Some(annotations) = own.parts.view(thread).annotations.clone() {
                return Ok(annotations);
            }
            let annotate = own.parts.view(thread).annotate.clone();
            let annotations = match annotate.filter(|annotate| !annotate.as_ref().is_none()) {
                Some(annotate) => {
                    let made =
                        crate::protocol::call(thread, annotate.as_ref(), &[Value::small_int(1).as_ref()])?;
                    if made.downcast::<Dict>().is_none() {
                        let ty = made.as_ref().ty().name().into_owned();
                        return Err(
                            thread.type_error(format!("__annotate__ returned non-dict of type '{ty}'"))
                        );
                    }
                    made
                }
                None => thread.dict()?,
            };
            own.parts.change(thread).annotations = Some(annotations.clone());
            Ok(annotations)
        }),
        set: Some(|thread, object, value| {
            let value = value.filter(|value| !value.is_none());
            if value.is_some_and(|value| value.downcast::<Dict>().is_none()) {
                return Err(thread.type_error("__annotations__ must be set to a dict object"));
            }
            let value = value.map(|value| value.to_value());
            let parts = function(object).parts.change(thread);
            let old = (std::mem::replace(&mut parts.annotations, value), parts.annotate.take());
            drop(old);
            Ok(())
        }),
    },
    crate::native::GetSetDef {
        name: "__annotate__",
        doc: Some("Get the code object for a function."),
        get: Some(|thread, object| {
            Ok(function(object).parts.view(thread).annotate.clone().unwrap_or_else(Value::none))
        }),
        set: Some(|thread, object, value| {
            let Some(value) = value else {
                return Err(thread.type_error("__annotate__ cannot be deleted"));
            };
            if !value.is_none() && value.ty().slots().call.is_none() {
                return Err(thread.type_error("__annotate__ must be callable or None"));
            }
            let parts = function(object).parts.change(thread);
            let annotations = if value.is_none() { None } else { parts.annotations.take() };
            let old = parts.annotate.replace(value.to_value());
            drop((annotations, old));
            Ok(())
        }),
    },
    crate::native::GetSetDef {
        name: "__type_params__",
        doc: Some("Get the declared type parameters for a function."),
        get: Some(|thread, object| match function(object).parts.view(thread).type_params.clone() {
            Some(params) => Ok(params),
            None => thread.tuple([]),
        }),
        set: Some(|thread, object, value| {
            if value.is_none_or(|value| value.downcast::<Tuple>().is_none()) {
                return Err(thread.type_error("__type_params__ must be set to a tuple"));
            }
            let value = value.map(|value| value.to_value());
            let old = std::mem::replace(&mut function(object).parts.change(thread).type_params, value);
            drop(old);
            Ok(())
        }),
    },
];

impl Thread {
    /// A new function.
    pub fn function(&mut self, code: Ref<'_>, globals: Ref<'_>) -> Outcome {
        let source = code.downcast::<Code>().expect("made from code");
        let dict = globals.downcast::<Dict>().expect("globals are a dict");
        let builtins = self.builtins_of(dict);
        let module = dict.get_str(self, self.names().__name__.downcast::<Str>().expect("a name"));
        let module = module.map_or(Value::none(), |module| module.to_value());
        let doc = source.docstring();
        let (name, qualname) = (source.name(), source.qualname());
        let keep = |value: Value| value.into_word().header();
        self.new_object(|head| Function {
            head,
            version: Cell::new(0),
            code: Cell::new(keep(code.to_value()).cast()),
            globals: keep(globals.to_value()).cast(),
            builtins: keep(builtins).cast(),
            attributes: Cell::new(NO_ATTRIBUTES),
            parts: Inside::new(Parts {
                defaults: None,
                kwdefaults: None,
                closure: None,
                annotations: None,
                annotate: None,
                type_params: None,
                name,
                qualname,
                doc,
                module,
                retired: Vec::new(),
            }),
        })
    }

    /// The builtins that code with these globals sees.
    pub fn builtins_of(&mut self, globals: &Dict) -> Value {
        let name = self.names().__builtins__.downcast::<Str>().expect("a name");
        let found = globals.get_str(self, name).map(|found| found.to_value());
        if let Some(found) = found {
            if found.downcast::<Dict>().is_some() {
                return found;
            }
            if let Some(module) = found.downcast::<crate::types::module::Module>() {
                return Ref::of(module.dict()).to_value();
            }
        }
        self.interp().builtins().to_value()
    }
}
