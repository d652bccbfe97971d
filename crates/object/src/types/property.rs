//! `property`.
//!
//! Answers for the end of CPython's `Objects/descrobject.c`.
#![allow(unsafe_code)] // the object layout, which `object!` checks

use taipan_layout::Header;
use taipan_macros::{getter, native};

use crate::inside::Inside;
use crate::native::{Args, GetSetDef, MemberDef, MethodDef, Parameters};
use crate::object;
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{
    Slots, Traverse, Type, TypeDef, TypeFlags, Visitor, allocate_instance, drop_object, traverse_object,
};
use crate::types::exception::ATTRIBUTE_ERROR;
use crate::types::object::OBJECT_SLOTS;
use crate::value::{Outcome, Ref, Value};

/// A property object.
#[repr(C)]
pub struct Property {
    head: Header,
    parts: Inside<Parts>,
}

#[derive(Default)]
struct Parts {
    get: Option<Value>,
    set: Option<Value>,
    delete: Option<Value>,
    doc: Option<Value>,
    name: Option<Value>,
    /// Whether the docstring is the getter's.
    getter_doc: bool,
}

object!(Property, PROPERTY);

impl Traverse for Property {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        let parts = self.parts.traversed(visitor);
        for part in [&parts.get, &parts.set, &parts.delete, &parts.doc, &parts.name] {
            visitor.option(part);
        }
    }

    fn clear(&self, thread: &mut Thread) {
        drop(std::mem::take(self.parts.change(thread)));
    }
}

/// The type `property`.
pub static PROPERTY: Type = Type::new::<Property>(
    &TypeDef {
        doc: Some(include_str!("property.txt")),
        signature: Some("(fget=None, fset=None, fdel=None, doc=None)"),
        methods: &[METHODS],
        members: &[
            MemberDef {
                name: "fget",
                doc: None,
                get: |thread, object| Ok(Some(or_none(&property(object).parts.view(thread).get))),
            },
            MemberDef {
                name: "fset",
                doc: None,
                get: |thread, object| Ok(Some(or_none(&property(object).parts.view(thread).set))),
            },
            MemberDef {
                name: "fdel",
                doc: None,
                get: |thread, object| Ok(Some(or_none(&property(object).parts.view(thread).delete))),
            },
        ],
        getset: &[GETSET],
        ..TypeDef::new("property")
    },
    TypeFlags::BASE.union(TypeFlags::CONTAINER),
    Slots {
        drop: drop_object::<Property>,
        traverse: traverse_object::<Property>,
        clear: Some(crate::typeobject::clear_object::<Property>),
        new: Some(|thread, ty, _| {
            allocate_instance(thread, ty, |head| Property { head, parts: Inside::default() })
        }),
        init: Some(init),
        descr_get: Some(descr_get),
        descr_set: Some(descr_set),
        ..OBJECT_SLOTS
    },
);

fn property<'a>(object: Ref<'a>) -> &'a Property {
    object.downcast::<Property>().expect("the slot of properties")
}

fn or_none(part: &Option<Value>) -> Value {
    part.clone().unwrap_or_else(Value::none)
}

fn init<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    const PARAMETERS: Parameters = Parameters {
        function: "property",
        names: &["fget", "fset", "fdel", "doc"],
        positional_only: 0,
        positional: 4,
        required: 0,
        required_keywords: 0,
    };
    let [get, set, delete, doc] = PARAMETERS.parse::<4>(thread, args)?;
    let given = |value: Option<Ref<'_>>| value.filter(|value| !value.is_none()).map(|value| value.to_value());
    let (get, set, delete, mut doc) = (given(get), given(set), given(delete), given(doc));
    let own = property(object);
    let parts = Parts { get: get.clone(), set, delete, ..Parts::default() };
    drop(std::mem::replace(own.parts.change(thread), parts));
    let name = thread.names().__doc__.as_ref();
    if let (None, Some(get)) = (&doc, &get) {
        doc = protocol::find_attribute(thread, get.as_ref(), name)?.filter(|doc| !doc.as_ref().is_none());
        own.parts.change(thread).getter_doc = doc.is_some();
    }
    if object.ty().is(&PROPERTY) {
        let old = std::mem::replace(&mut own.parts.change(thread).doc, doc);
        drop(old);
        return Ok(());
    }
    // The docstring of the class would hide what lies in the struct.
    let doc = doc.unwrap_or_else(Value::none);
    match protocol::set_attribute(thread, object, name, Some(doc.as_ref())) {
        Err(_) if !own.parts.view(thread).getter_doc && thread.exception_is(&ATTRIBUTE_ERROR) => {
            drop(thread.take_exception());
            Ok(())
        }
        outcome => outcome,
    }
}

impl Property {
    fn name(&self, thread: &mut Thread) -> Outcome<Option<Value>> {
        let parts = self.parts.view(thread);
        if let Some(name) = &parts.name {
            return Ok(Some(name.clone()));
        }
        let Some(get) = parts.get.clone() else { return Ok(None) };
        let name = thread.names().__name__.as_ref();
        protocol::find_attribute(thread, get.as_ref(), name)
    }

    #[cold]
    fn lacks<T>(&self, thread: &mut Thread, object: Ref<'_>, what: &str) -> Outcome<T> {
        let name = self.name(thread)?;
        let qualname = thread.names().__qualname__.as_ref();
        let class = protocol::get_attribute(thread, object.ty().as_ref(), qualname)?;
        let class = protocol::repr_string(thread, class.as_ref())?;
        let name = match name {
            Some(name) => format!(" {}", protocol::repr_string(thread, name.as_ref())?),
            None => String::new(),
        };
        Err(thread.raise_new(&ATTRIBUTE_ERROR, format!("property{name} of {class} object has no {what}")))
    }
}

fn descr_get(thread: &mut Thread, own: Ref<'_>, object: Option<Ref<'_>>, _: Option<Ref<'_>>) -> Outcome {
    let Some(object) = object else { return Ok(own.to_value()) };
    let property = property(own);
    match property.parts.view(thread).get.clone() {
        Some(get) => protocol::call(thread, get.as_ref(), &[object]),
        None => property.lacks(thread, object, "getter"),
    }
}

fn descr_set(thread: &mut Thread, own: Ref<'_>, object: Ref<'_>, value: Option<Ref<'_>>) -> Outcome<()> {
    let property = property(own);
    let parts = property.parts.view(thread);
    match (value, parts.set.clone(), parts.delete.clone()) {
        (Some(value), Some(set), _) => protocol::call(thread, set.as_ref(), &[object, value]).map(drop),
        (None, _, Some(delete)) => protocol::call(thread, delete.as_ref(), &[object]).map(drop),
        (Some(_), None, _) => property.lacks(thread, object, "setter"),
        (None, _, None) => property.lacks(thread, object, "deleter"),
    }
}

const METHODS: &[MethodDef] = &[GETTER, SETTER, DELETER, SET_NAME];

/// A property like `own` with one function replaced.
fn copy(thread: &mut Thread, own: &Property, place: usize, function: Ref<'_>) -> Outcome {
    let parts = own.parts.view(thread);
    let (name, getter_doc, doc) = (parts.name.clone(), parts.getter_doc, or_none(&parts.doc));
    let mut functions = [or_none(&parts.get), or_none(&parts.set), or_none(&parts.delete)];
    if !function.is_none() {
        functions[place] = function.to_value();
    }
    let [get, set, delete] = &functions;
    // The constructor then asks the getter for its docstring.
    let doc = if getter_doc && !get.as_ref().is_none() { Value::none() } else { doc };
    let arguments = [get.as_ref(), set.as_ref(), delete.as_ref(), doc.as_ref()];
    let made = protocol::call(thread, Ref::of(own).ty().as_ref(), &arguments)?;
    if let Some(made) = made.downcast::<Property>() {
        let old = std::mem::replace(&mut made.parts.change(thread).name, name);
        drop(old);
    }
    Ok(made)
}

/// Descriptor to obtain a copy of the property with a different getter.
#[native(signature = "($self, object, /)")]
fn getter(thread: &mut Thread, this: &Property, object: Ref<'_>) -> Outcome {
    copy(thread, this, 0, object)
}

/// Descriptor to obtain a copy of the property with a different setter.
#[native(signature = "($self, object, /)")]
fn setter(thread: &mut Thread, this: &Property, object: Ref<'_>) -> Outcome {
    copy(thread, this, 1, object)
}

/// Descriptor to obtain a copy of the property with a different deleter.
#[native(signature = "($self, object, /)")]
fn deleter(thread: &mut Thread, this: &Property, object: Ref<'_>) -> Outcome {
    copy(thread, this, 2, object)
}

const SET_NAME: MethodDef = MethodDef {
    name: "__set_name__",
    doc: Some("Method to set name of a property."),
    signature: Some("($self, owner, name, /)"),
    call: crate::native::NativeCall::Many(set_name),
    binding: crate::native::Binding::Instance,
};

fn set_name<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome {
    args.no_keywords(thread, "property.__set_name__")?;
    let &[_, name] = args.all() else {
        let count = args.all().len();
        return Err(
            thread.type_error(format!("__set_name__() takes 2 positional arguments but {count} were given"))
        );
    };
    let old = property(object).parts.change(thread).name.replace(name.to_value());
    drop(old);
    Ok(Value::none())
}

const GETSET: &[GetSetDef] = &[__NAME__, __DOC__, __ISABSTRACTMETHOD__];

#[getter(set = set_own_name)]
fn __name__(thread: &mut Thread, this: &Property) -> Outcome {
    match this.name(thread)? {
        Some(name) => Ok(name),
        None => {
            let name = thread.names().__name__.as_ref();
            let message = "'property' object has no attribute '__name__'".to_owned();
            Err(thread.attribute_error(Ref::of(this), name, message))
        }
    }
}

fn set_own_name(thread: &mut Thread, this: &Property, value: Option<Ref<'_>>) -> Outcome<()> {
    let value = value.map(|value| value.to_value());
    let old = std::mem::replace(&mut this.parts.change(thread).name, value);
    drop(old);
    Ok(())
}

#[getter(set = set_doc)]
fn __doc__(thread: &mut Thread, this: &Property) -> Value {
    or_none(&this.parts.view(thread).doc)
}

fn set_doc(thread: &mut Thread, this: &Property, value: Option<Ref<'_>>) -> Outcome<()> {
    let value = value.map(|value| value.to_value());
    let old = std::mem::replace(&mut this.parts.change(thread).doc, value);
    drop(old);
    Ok(())
}

#[getter]
fn __isabstractmethod__(thread: &mut Thread, this: &Property) -> Outcome<bool> {
    let parts = this.parts.view(thread);
    let functions = [parts.get.clone(), parts.set.clone(), parts.delete.clone()];
    let name = thread.names().__isabstractmethod__.as_ref();
    for function in functions.iter().flatten() {
        if let Some(is) = protocol::find_attribute(thread, function.as_ref(), name)?
            && protocol::is_true(thread, is.as_ref())?
        {
            return Ok(true);
        }
    }
    Ok(false)
}
