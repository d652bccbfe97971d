//! `typing.ParamSpec`, and its `args` and `kwargs`.

use taipan_layout::Header;
use taipan_macros::{getter, native};

use super::{
    Lazy, Options, Variance, call_typing, default_value, evaluator, given_default, has_default,
    parse_options, repr_name, set_module,
};
use crate::inside::Inside;
use crate::native::{Args, GetSetDef, MemberDef, MethodDef, Parameters};
use crate::object;
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{AttributeWord, CompareOp, Slots, Type, TypeDef, TypeFlags};
use crate::types::union;
use crate::value::{Outcome, Ref, Value};

/// A parameter specification.
#[repr(C)]
pub struct ParamSpec {
    head: Header,
    attributes: AttributeWord,
    name: Value,
    bound: Option<Value>,
    default: Inside<Lazy>,
    variance: Variance,
}

object!(ParamSpec, PARAM_SPEC, holds: attributes, name, bound, default);

/// The type `typing.ParamSpec`.
pub static PARAM_SPEC: Type = Type::new::<ParamSpec>(
    &TypeDef {
        doc: Some(include_str!("paramspec.txt")),
        methods: &[METHODS],
        members: MEMBERS,
        getset: &[GETSET],
        from_spec: true,
        ..TypeDef::new("typing.ParamSpec")
    },
    TypeFlags::CONTAINER.union(TypeFlags::HAS_DICT).union(TypeFlags::WEAKREF),
    Slots {
        new: Some(new),
        repr: Some(|thread, object| {
            let own = own(object);
            repr_name(thread, own.variance, &own.name)
        }),
        or: Some(union::any_or),
        ..Slots::holding::<ParamSpec>()
    },
)
.with_attributes(std::mem::offset_of!(ParamSpec, attributes));

fn own<'a>(object: Ref<'a>) -> &'a ParamSpec {
    object.downcast::<ParamSpec>().expect("an attribute of parameter specifications")
}

impl ParamSpec {
    pub(super) fn default(&self) -> &Inside<Lazy> {
        &self.default
    }
}

/// A parameter specification of a type parameter list.
pub fn param_spec(thread: &mut Thread, name: Ref<'_>) -> Outcome {
    let name = name.to_value();
    thread.new_object(|head| ParamSpec {
        head,
        attributes: AttributeWord::new(),
        name,
        bound: None,
        default: Inside::default(),
        variance: Variance::INFERRED,
    })
}

fn new<'a>(thread: &mut Thread, _: &'a Type, args: Args<'a>) -> Outcome {
    static PARAMETERS: Parameters = Parameters {
        function: "paramspec",
        names: &["name", "bound", "default", "covariant", "contravariant", "infer_variance"],
        positional_only: 0,
        positional: 1,
        required: 1,
        required_keywords: 0,
    };
    let Options { name, bound, default, variance } = parse_options(thread, &PARAMETERS, args)?;
    let name = Ref::of(name).to_value();
    let made = thread.new_object(|head| ParamSpec {
        head,
        attributes: AttributeWord::new(),
        name,
        bound,
        default: given_default(default),
        variance,
    })?;
    set_module(thread, made.as_ref())?;
    Ok(made)
}

const MEMBERS: &[MemberDef] = &[
    MemberDef { name: "__name__", doc: None, get: |_, object| Ok(Some(own(object).name.clone())) },
    MemberDef {
        name: "__bound__",
        doc: None,
        get: |_, object| Ok(Some(own(object).bound.clone().unwrap_or_else(Value::none))),
    },
    MemberDef {
        name: "__covariant__",
        doc: None,
        get: |_, object| Ok(Some(Value::bool(own(object).variance.covariant))),
    },
    MemberDef {
        name: "__contravariant__",
        doc: None,
        get: |_, object| Ok(Some(Value::bool(own(object).variance.contravariant))),
    },
    MemberDef {
        name: "__infer_variance__",
        doc: None,
        get: |_, object| Ok(Some(Value::bool(own(object).variance.infer))),
    },
];

const GETSET: &[GetSetDef] = &[ARGS, KWARGS, __DEFAULT__, EVALUATE_DEFAULT];

/// Represents positional arguments.
#[getter]
fn args(thread: &mut Thread, this: &ParamSpec) -> Outcome {
    part(thread, &PARAM_SPEC_ARGS, Ref::of(this))
}

/// Represents keyword arguments.
#[getter]
fn kwargs(thread: &mut Thread, this: &ParamSpec) -> Outcome {
    part(thread, &PARAM_SPEC_KWARGS, Ref::of(this))
}

/// The default value for this ParamSpec.
#[getter]
fn __default__(thread: &mut Thread, this: &ParamSpec) -> Outcome {
    default_value(thread, &this.default)
}

#[getter]
fn evaluate_default(thread: &mut Thread, this: &ParamSpec) -> Outcome {
    evaluator(thread, &this.default)
}

const METHODS: &[MethodDef] = &[TYPING_SUBST, TYPING_PREPARE_SUBST, HAS_DEFAULT, REDUCE, MRO_ENTRIES];

#[native(signature = "($self, arg, /)", name = "__typing_subst__")]
fn typing_subst(thread: &mut Thread, this: &ParamSpec, arg: Ref<'_>) -> Outcome {
    call_typing(thread, "_paramspec_subst", &[Ref::of(this), arg])
}

#[native(signature = "($self, alias, args, /)", name = "__typing_prepare_subst__")]
fn typing_prepare_subst(thread: &mut Thread, this: &ParamSpec, alias: Ref<'_>, args: Ref<'_>) -> Outcome {
    call_typing(thread, "_paramspec_prepare_subst", &[Ref::of(this), alias, args])
}

#[native(signature = "($self, /)", name = "has_default")]
fn has_default_(thread: &mut Thread, this: &ParamSpec) -> bool {
    has_default(thread, &this.default)
}
const HAS_DEFAULT: MethodDef = HAS_DEFAULT_;

#[native(signature = "($self, /)", name = "__reduce__")]
fn reduce(_: &mut Thread, this: &ParamSpec) -> Value {
    this.name.clone()
}

#[native(signature = "($self, object, /)", name = "__mro_entries__")]
fn mro_entries(thread: &mut Thread, _: &ParamSpec, _: Ref<'_>) -> Outcome {
    Err(thread.type_error("Cannot subclass an instance of ParamSpec"))
}

/// `P.args` or `P.kwargs`.
#[repr(C)]
pub struct ParamSpecPart {
    head: Header,
    origin: Value,
}

object!(ParamSpecPart, PARAM_SPEC_ARGS, holds: origin);

/// The struct of `P.kwargs`: that of `P.args`, of another type.
#[repr(C)]
struct KwargsPart {
    head: Header,
    origin: Value,
}

object!(KwargsPart, PARAM_SPEC_KWARGS, holds: origin);

fn part(thread: &mut Thread, ty: &'static Type, origin: Ref<'_>) -> Outcome {
    let origin = origin.to_value();
    if ty.is(&PARAM_SPEC_ARGS) {
        return thread.new_object(|head| ParamSpecPart { head, origin });
    }
    thread.new_object(|head| KwargsPart { head, origin })
}

/// What the part belongs to.
fn origin<'a>(object: Ref<'a>) -> Option<&'a Value> {
    let args = object.exact::<ParamSpecPart>().map(|part| &part.origin);
    args.or_else(|| object.exact::<KwargsPart>().map(|part| &part.origin))
}

macro_rules! part_type {
    ($(#[$doc:meta])* $ty:ident $part:ident $name:literal $file:literal $function:literal $attribute:literal) => {
        $(#[$doc])*
        pub static $ty: Type = Type::new::<$part>(
            &TypeDef {
                doc: Some(include_str!($file)),
                methods: &[&[MethodDef {
                    name: "__mro_entries__",
                    doc: None,
                    signature: Some("($self, object, /)"),
                    call: crate::native::NativeCall::One(|thread, _, _| {
                        Err(thread.type_error(concat!("Cannot subclass an instance of ", $name)))
                    }),
                    binding: crate::native::Binding::Instance,
                }]],
                members: &[MemberDef {
                    name: "__origin__",
                    doc: None,
                    get: |_, object| Ok(origin(object).cloned()),
                }],
                from_spec: true,
                ..TypeDef::new(concat!("typing.", $name))
            },
            TypeFlags::CONTAINER.union(TypeFlags::WEAKREF),
            Slots {
                new: Some(|thread, _, args| {
                    static PARAMETERS: Parameters = Parameters {
                        function: $function,
                        names: &["origin"],
                        positional_only: 0,
                        positional: 1,
                        required: 1,
                        required_keywords: 0,
                    };
                    let [origin] = PARAMETERS.parse::<1>(thread, args)?;
                    part(thread, &$ty, origin.expect("required"))
                }),
                repr: Some(|thread, object| {
                    let origin = origin(object).expect("the slot of parts");
                    let text = match origin.as_ref().exact::<ParamSpec>() {
                        Some(own) => protocol::str_string(thread, own.name.as_ref())?,
                        None => protocol::repr_string(thread, origin.as_ref())?,
                    };
                    thread.str(&format!(concat!("{}.", $attribute), text))
                }),
                hash: Some(protocol::not_hashable),
                compare: Some(compare_parts),
                ..Slots::holding::<$part>()
            },
        );
    };
}

fn compare_parts(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>, op: CompareOp) -> Outcome {
    let (Some(a), Some(b)) = (origin(left), origin(right)) else { return Ok(Value::not_implemented()) };
    if !left.ty().is(right.ty()) || !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::not_implemented());
    }
    protocol::compare(thread, a.as_ref(), b.as_ref(), op)
}

part_type!(
    /// The type `typing.ParamSpecArgs`.
    PARAM_SPEC_ARGS ParamSpecPart "ParamSpecArgs" "paramspecargs.txt" "paramspecargs" "args");
part_type!(
    /// The type `typing.ParamSpecKwargs`.
    PARAM_SPEC_KWARGS KwargsPart "ParamSpecKwargs" "paramspeckwargs.txt" "paramspeckwargs" "kwargs");
