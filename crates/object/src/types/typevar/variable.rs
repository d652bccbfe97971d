//! `typing.TypeVar`.

use taipan_layout::Header;
use taipan_macros::{getter, native};

use super::{
    Lazy, Options, Variance, call_typing, default_value, evaluator, force, given_default, has_default,
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

/// A type variable.
#[repr(C)]
pub struct TypeVar {
    head: Header,
    attributes: AttributeWord,
    name: Value,
    bound: Inside<Lazy>,
    constraints: Inside<Lazy>,
    default: Inside<Lazy>,
    variance: Variance,
}

object!(TypeVar, TYPE_VAR, holds: attributes, name, bound, constraints, default);

/// The type `typing.TypeVar`.
pub static TYPE_VAR: Type = Type::new::<TypeVar>(
    &TypeDef {
        doc: Some(include_str!("typevar.txt")),
        methods: &[METHODS],
        members: MEMBERS,
        getset: &[GETSET],
        from_spec: true,
        ..TypeDef::new("typing.TypeVar")
    },
    TypeFlags::CONTAINER.union(TypeFlags::HAS_DICT).union(TypeFlags::WEAKREF),
    Slots {
        new: Some(new),
        repr: Some(|thread, object| {
            let own = own(object);
            repr_name(thread, own.variance, &own.name)
        }),
        or: Some(union::any_or),
        ..Slots::holding::<TypeVar>()
    },
)
.with_attributes(std::mem::offset_of!(TypeVar, attributes));

fn own<'a>(object: Ref<'a>) -> &'a TypeVar {
    object.downcast::<TypeVar>().expect("an attribute of type variables")
}

impl TypeVar {
    pub(super) fn default(&self) -> &Inside<Lazy> {
        &self.default
    }
}

/// A type variable of a type parameter list; its bound or constraints are computed.
pub fn type_var(
    thread: &mut Thread,
    name: Ref<'_>,
    evaluate_bound: Option<Ref<'_>>,
    evaluate_constraints: Option<Ref<'_>>,
) -> Outcome {
    let name = name.to_value();
    let bound = Lazy::computed(evaluate_bound.map(|evaluate| evaluate.to_value()));
    let constraints = Lazy::computed(evaluate_constraints.map(|evaluate| evaluate.to_value()));
    thread.new_object(|head| TypeVar {
        head,
        attributes: AttributeWord::new(),
        name,
        bound,
        constraints,
        default: Inside::default(),
        variance: Variance::INFERRED,
    })
}

fn new<'a>(thread: &mut Thread, _: &'a Type, args: Args<'a>) -> Outcome {
    static PARAMETERS: Parameters = Parameters {
        function: "typevar",
        names: &["name", "bound", "default", "covariant", "contravariant", "infer_variance"],
        positional_only: 0,
        positional: 1,
        required: 1,
        required_keywords: 0,
    };
    // Positional arguments behind the name are constraints.
    let positionals = args.positionals();
    let (first, constraints) = positionals.split_at(positionals.len().min(1));
    let values: Vec<Ref<'a>> = first.iter().copied().chain(args.keywords().map(|(_, value)| value)).collect();
    let args = Args::with_names(&values, args.names());
    let Options { name, bound, default, variance } = parse_options(thread, &PARAMETERS, args)?;
    if constraints.len() == 1 {
        return Err(thread.type_error("A single constraint is not allowed"));
    }
    if !constraints.is_empty() && bound.is_some() {
        return Err(thread.type_error("Constraints cannot be combined with bound=..."));
    }
    let constraints = if constraints.is_empty() { None } else { Some(thread.tuple_from_refs(constraints)?) };
    let name = Ref::of(name).to_value();
    let made = thread.new_object(|head| TypeVar {
        head,
        attributes: AttributeWord::new(),
        name,
        bound: Lazy::known(bound),
        constraints: Lazy::known(constraints),
        default: given_default(default),
        variance,
    })?;
    set_module(thread, made.as_ref())?;
    Ok(made)
}

const MEMBERS: &[MemberDef] = &[
    MemberDef { name: "__name__", doc: None, get: |_, object| Ok(Some(own(object).name.clone())) },
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

const GETSET: &[GetSetDef] =
    &[__BOUND__, __CONSTRAINTS__, __DEFAULT__, EVALUATE_BOUND, EVALUATE_CONSTRAINTS, EVALUATE_DEFAULT];

#[getter]
fn __bound__(thread: &mut Thread, this: &TypeVar) -> Outcome<Option<Value>> {
    force(thread, &this.bound)
}

#[getter]
fn __constraints__(thread: &mut Thread, this: &TypeVar) -> Outcome {
    match force(thread, &this.constraints)? {
        Some(constraints) => Ok(constraints),
        None => thread.tuple([]),
    }
}

#[getter]
fn __default__(thread: &mut Thread, this: &TypeVar) -> Outcome {
    default_value(thread, &this.default)
}

#[getter]
fn evaluate_bound(thread: &mut Thread, this: &TypeVar) -> Outcome {
    evaluator(thread, &this.bound)
}

#[getter]
fn evaluate_constraints(thread: &mut Thread, this: &TypeVar) -> Outcome {
    evaluator(thread, &this.constraints)
}

#[getter]
fn evaluate_default(thread: &mut Thread, this: &TypeVar) -> Outcome {
    evaluator(thread, &this.default)
}

const METHODS: &[MethodDef] = &[TYPING_SUBST, TYPING_PREPARE_SUBST, REDUCE, HAS_DEFAULT, MRO_ENTRIES];

#[native(signature = "($self, arg, /)", name = "__typing_subst__")]
fn typing_subst(thread: &mut Thread, this: &TypeVar, arg: Ref<'_>) -> Outcome {
    call_typing(thread, "_typevar_subst", &[Ref::of(this), arg])
}

#[native(signature = "($self, alias, args, /)", name = "__typing_prepare_subst__")]
fn typing_prepare_subst(thread: &mut Thread, this: &TypeVar, alias: Ref<'_>, args: Ref<'_>) -> Outcome {
    let name = thread.intern("__parameters__")?;
    let parameters = protocol::get_attribute(thread, alias, name.as_ref())?;
    let mut place = None;
    for (index, parameter) in protocol::collect(thread, parameters.as_ref())?.iter().enumerate() {
        if protocol::compare_bool(thread, parameter.as_ref(), Ref::of(this), CompareOp::Eq)? {
            place = Some(index);
            break;
        }
    }
    let Some(place) = place else {
        return Err(thread.value_error("tuple.index(x): x not in tuple"));
    };
    let count = protocol::length(thread, args)?;
    if place < count {
        return Ok(args.to_value());
    }
    if place == count {
        let default = default_value(thread, &this.default)?;
        if !default.as_ref().is(Ref::no_default()) {
            let more = thread.tuple([default])?;
            return protocol::binary(thread, args, more.as_ref(), protocol::BinaryOp::Add);
        }
    }
    let text = protocol::str_string(thread, alias)?;
    let wanted = place + 1;
    Err(thread
        .type_error(format!("Too few arguments for {text}; actual {count}, expected at least {wanted}")))
}

#[native(signature = "($self, /)", name = "__reduce__")]
fn reduce(_: &mut Thread, this: &TypeVar) -> Value {
    this.name.clone()
}

#[native(signature = "($self, /)", name = "has_default")]
fn has_default_(thread: &mut Thread, this: &TypeVar) -> bool {
    has_default(thread, &this.default)
}
const HAS_DEFAULT: MethodDef = HAS_DEFAULT_;

#[native(signature = "($self, object, /)", name = "__mro_entries__")]
fn mro_entries(thread: &mut Thread, _: &TypeVar, _: Ref<'_>) -> Outcome {
    Err(thread.type_error("Cannot subclass an instance of TypeVar"))
}
