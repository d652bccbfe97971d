//! Type parameters and what is generic over them: `TypeVar`, `ParamSpec`, `TypeVarTuple`,
//! `TypeAliasType`, `Generic`, `NoDefault`.
//!
//! What needs judgement about types is asked of the module `typing`, which is imported when it is
//! first needed. Bounds, constraints, defaults and values are computed when they are asked for.
//!
//! Answers for CPython's `Objects/typevarobject.c` and for PEP 695 and 696.
#![allow(unsafe_code)] // the object layouts, which `object!` checks

mod alias;
mod evaluator;
mod generic;
mod paramspec;
mod variable;
mod variadic;

pub use alias::{TYPE_ALIAS, TypeAlias, type_alias};
pub use evaluator::{CONST_EVALUATOR, ConstEvaluator};
pub use generic::{GENERIC, subscript_generic};
pub use paramspec::{PARAM_SPEC, PARAM_SPEC_ARGS, PARAM_SPEC_KWARGS, ParamSpec, param_spec};
pub use variable::{TYPE_VAR, TypeVar, type_var};
pub use variadic::{TYPE_VAR_TUPLE, TypeVarTuple, type_var_tuple};

use crate::inside::Inside;
use crate::native::{Args, Parameters};
use crate::protocol::{self, library_attribute};
use crate::thread::Thread;
use crate::typeobject::{Held, Visitor};
use crate::types::function::Function;
use crate::types::singleton::NO_DEFAULT_TYPE;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::{Outcome, Ref, Value};

/// A value that is known, or computed by a function when it is first asked for.
#[derive(Default)]
struct Lazy {
    value: Option<Value>,
    evaluate: Option<Value>,
}

impl Held for Lazy {
    fn report(&self, visitor: &mut Visitor<'_>) {
        visitor.option(&self.value);
        visitor.option(&self.evaluate);
    }
}

impl Lazy {
    fn known(value: Option<Value>) -> Inside<Lazy> {
        Inside::new(Lazy { value, evaluate: None })
    }

    fn computed(evaluate: Option<Value>) -> Inside<Lazy> {
        Inside::new(Lazy { value: None, evaluate })
    }
}

/// The value; none if there is neither one nor a function.
fn force(thread: &mut Thread, lazy: &Inside<Lazy>) -> Outcome<Option<Value>> {
    if let Some(value) = lazy.view(thread).value.clone() {
        return Ok(Some(value));
    }
    let Some(evaluate) = lazy.view(thread).evaluate.clone() else { return Ok(None) };
    let value = protocol::call(thread, evaluate.as_ref(), &[])?;
    let old = lazy.change(thread).value.replace(value.clone());
    drop(old);
    Ok(Some(value))
}

/// The function that computes the value in a format of annotations; None if there is nothing.
fn evaluator(thread: &mut Thread, lazy: &Inside<Lazy>) -> Outcome {
    let Lazy { value, evaluate } = lazy.view(thread);
    match (evaluate.clone(), value.clone()) {
        (Some(evaluate), _) => Ok(evaluate),
        (None, Some(value)) => evaluator::const_evaluator(thread, value),
        (None, None) => Ok(Value::none()),
    }
}

/// `__default__`
fn default_value(thread: &mut Thread, lazy: &Inside<Lazy>) -> Outcome {
    Ok(force(thread, lazy)?.unwrap_or_else(|| Ref::no_default().to_value()))
}

fn has_default(thread: &Thread, lazy: &Inside<Lazy>) -> bool {
    let lazy = lazy.view(thread);
    lazy.evaluate.is_some()
        || lazy.value.as_ref().is_some_and(|value| !value.as_ref().ty().is(&NO_DEFAULT_TYPE))
}

/// A default that was given to a constructor.
fn given_default(given: Option<Ref<'_>>) -> Inside<Lazy> {
    Lazy::known(Some(given.unwrap_or(Ref::no_default()).to_value()))
}

/// A bound that was given to a constructor, as `typing` sees it.
fn checked_bound(thread: &mut Thread, bound: Option<Ref<'_>>) -> Outcome<Option<Value>> {
    match bound.filter(|bound| !bound.is_none()) {
        Some(bound) => {
            let message = thread.str("Bound must be a type.")?;
            call_typing(thread, "_type_check", &[bound, message.as_ref()]).map(Some)
        }
        None => Ok(None),
    }
}

/// Calls a function of the module `typing`.
fn call_typing(thread: &mut Thread, name: &str, arguments: &[Ref<'_>]) -> Outcome {
    let function = library_attribute(thread, "typing", name)?;
    protocol::call(thread, function.as_ref(), arguments)
}

/// The module of the function that runs, or None.
fn caller(thread: &Thread) -> Value {
    let frame = thread.frame;
    if frame.is_null() {
        return Value::none();
    }
    // SAFETY: a live frame's function is alive.
    let function = unsafe { &*(*frame).function.cast::<Function>() };
    function.parts.view(thread).module.clone()
}

/// Notes where a type parameter was made by a call.
fn set_module(thread: &mut Thread, parameter: Ref<'_>) -> Outcome<()> {
    let module = caller(thread);
    let name = thread.names().__module__.as_ref();
    protocol::set_attribute(thread, parameter, name, Some(module.as_ref()))
}

fn text_name<'a>(thread: &mut Thread, function: &str, name: Ref<'a>) -> Outcome<&'a Str> {
    match name.downcast::<Str>() {
        Some(name) => Ok(name),
        None => {
            let ty = if name.is_none() { "None".into() } else { name.ty().name() };
            Err(thread.type_error(format!("{function}() argument 'name' must be str, not {ty}")))
        }
    }
}

/// What the constructors of a type variable and a parameter specification take by keyword.
struct Options<'a> {
    name: &'a Str,
    bound: Option<Value>,
    default: Option<Ref<'a>>,
    variance: Variance,
}

/// How a type variable varies.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Variance {
    covariant: bool,
    contravariant: bool,
    infer: bool,
}

impl Variance {
    const INFERRED: Variance = Variance { covariant: false, contravariant: false, infer: true };

    fn prefix(self) -> &'static str {
        match self {
            Variance { infer: true, .. } => "",
            Variance { covariant: true, .. } => "+",
            Variance { contravariant: true, .. } => "-",
            _ => "~",
        }
    }
}

fn parse_options<'a>(
    thread: &mut Thread,
    parameters: &'static Parameters,
    args: Args<'a>,
) -> Outcome<Options<'a>> {
    let [name, bound, default, covariant, contravariant, infer] = parameters.parse::<6>(thread, args)?;
    let name = text_name(thread, parameters.function, name.expect("required"))?;
    let mut flag = |value: Option<Ref<'_>>| value.map_or(Ok(false), |value| protocol::is_true(thread, value));
    let variance =
        Variance { covariant: flag(covariant)?, contravariant: flag(contravariant)?, infer: flag(infer)? };
    if variance.covariant && variance.contravariant {
        return Err(thread.value_error("Bivariant types are not supported."));
    }
    if variance.infer && (variance.covariant || variance.contravariant) {
        return Err(thread.value_error("Variance cannot be specified with infer_variance."));
    }
    let bound = checked_bound(thread, bound)?;
    Ok(Options { name, bound, default, variance })
}

/// The text before the name and the name.
fn repr_name(thread: &mut Thread, variance: Variance, name: &Value) -> Outcome {
    let name = protocol::str_string(thread, name.as_ref())?;
    thread.str(&format!("{}{name}", variance.prefix()))
}

/// `*parameter`, for a type variable tuple or an alias.
fn unpacked(thread: &mut Thread, parameter: Ref<'_>) -> Outcome {
    let unpack = library_attribute(thread, "typing", "Unpack")?;
    protocol::get_item(thread, unpack.as_ref(), parameter)
}

/// The iterator over `*parameter` alone.
fn iterate_unpacked(thread: &mut Thread, parameter: Ref<'_>) -> Outcome {
    let unpacked = unpacked(thread, parameter)?;
    let tuple = thread.tuple([unpacked])?;
    protocol::iter(thread, tuple.as_ref())
}

/// Type parameters with the type variable tuples among them unpacked, as `Generic` takes them.
fn unpack_variadics(thread: &mut Thread, parameters: Ref<'_>) -> Outcome {
    let mut all = Vec::new();
    for parameter in parameters.downcast::<Tuple>().map_or(&[][..], Tuple::items) {
        all.push(match parameter.exact::<TypeVarTuple>() {
            Some(_) => unpacked(thread, *parameter)?,
            None => parameter.to_value(),
        });
    }
    thread.tuple(all)
}

/// Sets the function that computes the default of a type parameter; answers the parameter.
pub fn set_default(thread: &mut Thread, parameter: Ref<'_>, evaluate: Ref<'_>) -> Outcome {
    let Some(lazy) = default_of(parameter) else {
        let text = protocol::repr_string(thread, parameter)?;
        return Err(thread.type_error(format!("Expected a type param, got {text}")));
    };
    let old = lazy.change(thread).evaluate.replace(evaluate.to_value());
    drop(old);
    Ok(parameter.to_value())
}

/// The default of an object, if it is a type parameter.
fn default_of<'a>(parameter: Ref<'a>) -> Option<&'a Inside<Lazy>> {
    if let Some(variable) = parameter.exact::<TypeVar>() {
        return Some(variable.default());
    }
    if let Some(specification) = parameter.exact::<ParamSpec>() {
        return Some(specification.default());
    }
    parameter.exact::<TypeVarTuple>().map(TypeVarTuple::default)
}
