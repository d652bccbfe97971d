//! `typing.TypeVarTuple`.

use taipan_layout::Header;
use taipan_macros::{getter, native};

use super::{
    Lazy, call_typing, default_value, evaluator, given_default, has_default, iterate_unpacked, set_module,
    text_name,
};
use crate::inside::Inside;
use crate::native::{Args, GetSetDef, MemberDef, MethodDef, Parameters};
use crate::object;
use crate::thread::Thread;
use crate::typeobject::{AttributeWord, Slots, Type, TypeDef, TypeFlags};
use crate::value::{Outcome, Ref, Value};

/// A type variable tuple.
#[repr(C)]
pub struct TypeVarTuple {
    head: Header,
    attributes: AttributeWord,
    name: Value,
    default: Inside<Lazy>,
}

object!(TypeVarTuple, TYPE_VAR_TUPLE, holds: attributes, name, default);

/// The type `typing.TypeVarTuple`.
pub static TYPE_VAR_TUPLE: Type = Type::new::<TypeVarTuple>(
    &TypeDef {
        doc: Some(include_str!("typevartuple.txt")),
        methods: &[METHODS],
        members: &[MemberDef {
            name: "__name__",
            doc: None,
            get: |_, object| Ok(Some(own(object).name.clone())),
        }],
        getset: &[GETSET],
        from_spec: true,
        ..TypeDef::new("typing.TypeVarTuple")
    },
    TypeFlags::CONTAINER.union(TypeFlags::HAS_DICT).union(TypeFlags::WEAKREF),
    Slots {
        new: Some(new),
        repr: Some(|_, object| Ok(own(object).name.clone())),
        iter: Some(iterate_unpacked),
        ..Slots::holding::<TypeVarTuple>()
    },
)
.with_attributes(std::mem::offset_of!(TypeVarTuple, attributes));

fn own<'a>(object: Ref<'a>) -> &'a TypeVarTuple {
    object.downcast::<TypeVarTuple>().expect("an attribute of type variable tuples")
}

impl TypeVarTuple {
    pub(super) fn default(&self) -> &Inside<Lazy> {
        &self.default
    }
}

/// A type variable tuple of a type parameter list.
pub fn type_var_tuple(thread: &mut Thread, name: Ref<'_>) -> Outcome {
    make(thread, name.to_value(), Inside::default())
}

fn make(thread: &mut Thread, name: Value, default: Inside<Lazy>) -> Outcome {
    thread.new_object(|head| TypeVarTuple { head, attributes: AttributeWord::new(), name, default })
}

fn new<'a>(thread: &mut Thread, _: &'a Type, args: Args<'a>) -> Outcome {
    static PARAMETERS: Parameters = Parameters {
        function: "typevartuple",
        names: &["name", "default"],
        positional_only: 0,
        positional: 1,
        required: 1,
        required_keywords: 0,
    };
    let [name, default] = PARAMETERS.parse::<2>(thread, args)?;
    let name = text_name(thread, PARAMETERS.function, name.expect("required"))?;
    let made = make(thread, Ref::of(name).to_value(), given_default(default))?;
    set_module(thread, made.as_ref())?;
    Ok(made)
}

const GETSET: &[GetSetDef] = &[__DEFAULT__, EVALUATE_DEFAULT];

/// The default value for this TypeVarTuple.
#[getter]
fn __default__(thread: &mut Thread, this: &TypeVarTuple) -> Outcome {
    default_value(thread, &this.default)
}

#[getter]
fn evaluate_default(thread: &mut Thread, this: &TypeVarTuple) -> Outcome {
    evaluator(thread, &this.default)
}

const METHODS: &[MethodDef] = &[TYPING_SUBST, TYPING_PREPARE_SUBST, REDUCE, HAS_DEFAULT, MRO_ENTRIES];

#[native(signature = "($self, arg, /)", name = "__typing_subst__")]
fn typing_subst(thread: &mut Thread, _: &TypeVarTuple, _: Ref<'_>) -> Outcome {
    Err(thread.type_error("Substitution of bare TypeVarTuple is not supported"))
}

#[native(signature = "($self, alias, args, /)", name = "__typing_prepare_subst__")]
fn typing_prepare_subst(thread: &mut Thread, this: &TypeVarTuple, alias: Ref<'_>, args: Ref<'_>) -> Outcome {
    call_typing(thread, "_typevartuple_prepare_subst", &[Ref::of(this), alias, args])
}

#[native(signature = "($self, /)", name = "__reduce__")]
fn reduce(_: &mut Thread, this: &TypeVarTuple) -> Value {
    this.name.clone()
}

#[native(signature = "($self, /)", name = "has_default")]
fn has_default_(thread: &mut Thread, this: &TypeVarTuple) -> bool {
    has_default(thread, &this.default)
}
const HAS_DEFAULT: MethodDef = HAS_DEFAULT_;

#[native(signature = "($self, object, /)", name = "__mro_entries__")]
fn mro_entries(thread: &mut Thread, _: &TypeVarTuple, _: Ref<'_>) -> Outcome {
    Err(thread.type_error("Cannot subclass an instance of TypeVarTuple"))
}
