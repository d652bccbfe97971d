//! `typing.TypeAliasType`: what `type X = …` makes.

use taipan_layout::Header;
use taipan_macros::{getter, native};

use super::{
    Lazy, caller, default_of, evaluator, force, has_default, iterate_unpacked, text_name, unpack_variadics,
};
use crate::inside::Inside;
use crate::native::{Args, GetSetDef, MemberDef, Parameters};
use crate::object;
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{Slots, Type, TypeDef, TypeFlags};
use crate::types::function::Function;
use crate::types::genericalias::generic_alias;
use crate::types::tuple::Tuple;
use crate::types::union;
use crate::value::{Outcome, Ref, Value};

/// A type alias.
#[repr(C)]
pub struct TypeAlias {
    head: Header,
    name: Value,
    /// None where there are none.
    type_params: Option<Value>,
    value: Inside<Lazy>,
    module: Option<Value>,
}

object!(TypeAlias, TYPE_ALIAS, holds: name, type_params, value, module);

/// The type `typing.TypeAliasType`.
pub static TYPE_ALIAS: Type = Type::new::<TypeAlias>(
    &TypeDef {
        doc: Some(include_str!("typealias.txt")),
        methods: &[&[REDUCE]],
        members: &[MemberDef {
            name: "__name__",
            doc: None,
            get: |_, object| Ok(Some(own(object).name.clone())),
        }],
        getset: &[GETSET],
        ..TypeDef::new("typing.TypeAliasType")
    },
    TypeFlags::CONTAINER,
    Slots {
        new: Some(new),
        repr: Some(|_, object| Ok(own(object).name.clone())),
        iter: Some(iterate_unpacked),
        subscript: Some(|thread, object, item| {
            if own(object).type_params.is_none() {
                return Err(thread.type_error("Only generic type aliases are subscriptable"));
            }
            generic_alias(thread, object, item)
        }),
        or: Some(union::or),
        ..Slots::holding::<TypeAlias>()
    },
);

fn own<'a>(object: Ref<'a>) -> &'a TypeAlias {
    object.downcast::<TypeAlias>().expect("an attribute of type aliases")
}

/// The alias that a `type` statement makes of name, type parameters and function.
pub fn type_alias(thread: &mut Thread, parts: Ref<'_>) -> Outcome {
    let Some(&[name, type_params, compute]) = parts.downcast::<Tuple>().map(Tuple::items) else {
        return Err(thread.system_error("a type alias is made of three parts"));
    };
    let value = Lazy::computed(Some(compute.to_value()));
    make(thread, name, Some(type_params), value, None)
}

fn make(
    thread: &mut Thread,
    name: Ref<'_>,
    type_params: Option<Ref<'_>>,
    value: Inside<Lazy>,
    module: Option<Value>,
) -> Outcome {
    let empty = |params: &Ref<'_>| params.downcast::<Tuple>().is_some_and(Tuple::is_empty);
    let type_params = type_params.filter(|params| !params.is_none() && !empty(params));
    let (name, type_params) = (name.to_value(), type_params.map(|params| params.to_value()));
    thread.new_object(|head| TypeAlias { head, name, type_params, value, module })
}

fn new<'a>(thread: &mut Thread, _: &'a Type, args: Args<'a>) -> Outcome {
    static PARAMETERS: Parameters = Parameters {
        function: "typealias",
        names: &["name", "value", "type_params"],
        positional_only: 0,
        positional: 2,
        required: 2,
        required_keywords: 0,
    };
    let [name, value, type_params] = PARAMETERS.parse::<3>(thread, args)?;
    let (name, value) = (name.expect("required"), value.expect("required"));
    text_name(thread, PARAMETERS.function, name)?;
    if let Some(type_params) = type_params {
        check_type_params(thread, type_params)?;
    }
    let module = caller(thread);
    make(thread, name, type_params, Lazy::known(Some(value.to_value())), Some(module))
}

fn check_type_params(thread: &mut Thread, type_params: Ref<'_>) -> Outcome<()> {
    let Some(type_params) = type_params.downcast::<Tuple>() else {
        return Err(thread.type_error("type_params must be a tuple"));
    };
    let mut defaults = false;
    for parameter in type_params.items() {
        let Some(default) = default_of(*parameter) else {
            let text = protocol::repr_string(thread, *parameter)?;
            return Err(thread.type_error(format!("Expected a type param, got {text}")));
        };
        if has_default(thread, default) {
            defaults = true;
        } else if defaults {
            let text = protocol::repr_string(thread, *parameter)?;
            return Err(thread
                .type_error(format!("non-default type parameter '{text}' follows default type parameter")));
        }
    }
    Ok(())
}

#[native(signature = "($self, /)", name = "__reduce__")]
fn reduce(_: &mut Thread, this: &TypeAlias) -> Value {
    this.name.clone()
}

const GETSET: &[GetSetDef] = &[__PARAMETERS__, __TYPE_PARAMS__, __VALUE__, EVALUATE_VALUE, __MODULE__];

#[getter]
fn __parameters__(thread: &mut Thread, this: &TypeAlias) -> Outcome {
    match &this.type_params {
        Some(params) => unpack_variadics(thread, params.as_ref()),
        None => thread.tuple([]),
    }
}

#[getter]
fn __type_params__(thread: &mut Thread, this: &TypeAlias) -> Outcome {
    match &this.type_params {
        Some(params) => Ok(params.clone()),
        None => thread.tuple([]),
    }
}

#[getter]
fn __value__(thread: &mut Thread, this: &TypeAlias) -> Outcome<Option<Value>> {
    force(thread, &this.value)
}

#[getter]
fn evaluate_value(thread: &mut Thread, this: &TypeAlias) -> Outcome {
    evaluator(thread, &this.value)
}

#[getter]
fn __module__(thread: &mut Thread, this: &TypeAlias) -> Value {
    if let Some(module) = &this.module {
        return module.clone();
    }
    let compute = this.value.view(thread).evaluate.as_ref();
    let function = compute.and_then(|compute| compute.downcast::<Function>());
    function.map_or_else(Value::none, |function| function.parts.view(thread).module.clone())
}
