//! `module`.
//!
//! Answers for CPython's `Objects/moduleobject.c`.
#![allow(unsafe_code)] // traversal

use std::cell::Cell;

use taipan_layout::{Header, Word};

use crate::native::{Args, ModuleDef};
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{Slots, Type, TypeDef, TypeFlags, Visitor, generic_lookup};
use crate::types::builtin;
use crate::types::dict::Dict;
use crate::types::object::OBJECT_SLOTS;
use crate::types::str::Str;
use crate::value::{Object, Outcome, Ref, Value};

/// A module object. Its attribute word always points to the dictionary.
#[repr(C)]
pub struct Module {
    head: Header,
    dict: Cell<Word>,
}

// SAFETY: `repr(C)`, the header first.
unsafe impl Object for Module {
    const TYPE: &'static Type = &MODULE;
}

/// The type `module`.
pub static MODULE: Type = Type::new::<Module>(
    &TypeDef {
        doc: Some(
            "Create a module object.\n\nThe name must be a string; the optional docstring can have any type.",
        ),
        signature: Some("(name, doc=None)"),
        methods: &[&[__DIR__]],
        getset: &[
            crate::types::type_::annotations::MODULE_GETSET,
            &[crate::native::GetSetDef {
                name: "__dict__",
                doc: None,
                get: Some(|_, object| Ok(Ref::of(module(object).dict()).to_value())),
                set: None,
            }],
        ],
        ..TypeDef::new("module")
    },
    TypeFlags::BASE.union(TypeFlags::CONTAINER).union(TypeFlags::HAS_DICT).union(TypeFlags::WEAKREF),
    Slots {
        drop: drop_module,
        traverse: traverse_module,
        new: Some(|thread, ty, _| allocate(thread, ty)),
        init: Some(init),
        repr: Some(repr),
        getattr: Some(getattr),
        ..OBJECT_SLOTS
    },
)
.with_attributes(std::mem::offset_of!(Module, dict));

fn module(object: Ref<'_>) -> &Module {
    object.downcast::<Module>().expect("the slot of modules")
}

/// `__dir__`: the names of the module's dictionary, or what its own `__dir__` answers.
const __DIR__: crate::native::MethodDef = crate::native::MethodDef {
    name: "__dir__",
    doc: Some("__dir__() -> list\nspecialized dir() implementation"),
    signature: None,
    call: crate::native::NativeCall::NoArgs(|thread, object| {
        let name = thread.names().__dict__.clone();
        let found = protocol::get_attribute(thread, object, name.as_ref())?;
        let Some(dict) = found.downcast::<Dict>() else {
            return Err(thread.type_error("<module>.__dict__ is not a dictionary"));
        };
        let name = thread.names().__dir__.clone();
        match dict.get(thread, name.as_ref())? {
            Some(hook) => protocol::call(thread, hook.as_ref(), &[]),
            None => {
                let names = protocol::collect(thread, found.as_ref())?;
                thread.list(names)
            }
        }
    }),
    binding: crate::native::Binding::Instance,
};

impl Module {
    /// The dictionary.
    #[inline(always)]
    pub fn dict(&self) -> &Dict {
        // SAFETY: the word points to the module's dictionary as long as it lives.
        unsafe { &*self.dict.get().header().cast() }
    }
}

unsafe fn drop_module(object: *mut Header) {
    // SAFETY: the object is a dead module; the dictionary's count is given up.
    unsafe { crate::heap::release((*object.cast::<Module>()).dict.get()) }
}

unsafe fn traverse_module(object: *const Header, visitor: &mut Visitor<'_>) {
    // SAFETY: the object is a live module.
    visitor.word(unsafe { (*object.cast::<Module>()).dict.get() });
}

fn allocate(thread: &mut Thread, ty: &Type) -> Outcome {
    let dict = thread.dict()?;
    crate::typeobject::allocate_instance(thread, ty, |head| Module {
        head,
        dict: Cell::new(dict.into_word()),
    })
}

fn init<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    const PARAMETERS: crate::native::Parameters = crate::native::Parameters {
        function: "module",
        names: &["name", "doc"],
        positional_only: 0,
        positional: 2,
        required: 1,
        required_keywords: 0,
    };
    let [name, doc] = PARAMETERS.parse::<2>(thread, args)?;
    let name = name.expect("required");
    if name.downcast::<Str>().is_none() {
        let ty = name.ty().name().into_owned();
        return Err(thread.type_error(format!("module() argument 'name' must be str, not {ty}")));
    }
    fill(thread, module(object).dict(), name, doc.unwrap_or(Ref::none()))
}

fn fill(thread: &mut Thread, dict: &Dict, name: Ref<'_>, doc: Ref<'_>) -> Outcome<()> {
    let names = thread.names();
    dict.set_str(thread, names.__name__.as_ref(), name.to_value())?;
    dict.set_str(thread, names.__doc__.as_ref(), doc.to_value())?;
    for name in [&names.__package__, &names.__loader__, &names.__spec__] {
        dict.set_str(thread, name.as_ref(), Value::none())?;
    }
    Ok(())
}

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let own = module(object).dict();
    let names = thread.names();
    let part = |thread: &mut Thread, name: &Value| -> Outcome<Option<String>> {
        let found =
            own.get_str(thread, name.downcast::<Str>().expect("a name")).map(|found| found.to_value());
        found.map(|found| protocol::repr_string(thread, found.as_ref())).transpose()
    };
    let name = part(thread, &names.__name__)?.unwrap_or_else(|| "'?'".to_owned());
    let origin = match part(thread, &names.__file__)? {
        Some(file) => format!(" from {file}"),
        None => " (built-in)".to_owned(),
    };
    thread.str(&format!("<module {name}{origin}>"))
}

fn getattr(thread: &mut Thread, object: Ref<'_>, name: Ref<'_>) -> Outcome {
    if let Some(value) = generic_lookup(thread, object, name)? {
        return Ok(value);
    }
    let dict = module(object).dict();
    let hook = thread.names().__getattr__.downcast::<Str>().expect("a name");
    if let Some(hook) = dict.get_str(thread, hook).map(|hook| hook.to_value()) {
        return protocol::call(thread, hook.as_ref(), &[name]);
    }
    let own = thread.names().__name__.downcast::<Str>().expect("a name");
    let own = dict
        .get_str(thread, own)
        .and_then(|own| own.downcast::<Str>())
        .map(|own| own.to_string_lossy().into_owned());
    let text = thread.text(name)?.to_string_lossy().into_owned();
    let message = match own {
        Some(own) => format!("module '{own}' has no attribute '{text}'"),
        None => format!("module has no attribute '{text}'"),
    };
    Err(thread.attribute_error(object, name, message))
}

impl Thread {
    /// A new, empty module.
    pub fn module(&mut self, name: &str, doc: Option<&str>) -> Outcome {
        let name = self.intern(name)?;
        let doc = match doc {
            Some(doc) => self.str(doc)?,
            None => Value::none(),
        };
        let value = allocate(self, &MODULE)?;
        fill(self, module(value.as_ref()).dict(), name.as_ref(), doc.as_ref())?;
        Ok(value)
    }

    /// Makes a native module from its definition.
    pub fn native_module(&mut self, def: &'static ModuleDef) -> Outcome {
        let value = self.module(def.name, def.doc)?;
        let dict = module(value.as_ref()).dict();
        let name = self.intern(def.name)?;
        for function in def.functions.iter().copied().flatten() {
            let native = builtin::native_function(self, function, Some(value.as_ref()), Some(name.as_ref()))?;
            let key = self.intern(function.name)?;
            dict.set_str(self, key.as_ref(), native)?;
        }
        if let Some(exec) = def.exec {
            exec(self, value.as_ref())?;
        }
        Ok(value)
    }

    /// Sets an attribute of a module that is being made.
    pub fn module_add(&mut self, module_value: Ref<'_>, name: &str, value: Value) -> Outcome<()> {
        let name = self.intern(name)?;
        module(module_value).dict().set_str(self, name.as_ref(), value)
    }
}
