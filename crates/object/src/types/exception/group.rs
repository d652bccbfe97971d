//! `BaseExceptionGroup` and `ExceptionGroup`: several unrelated exceptions as one (PEP 654).

use taipan_macros::native;

use super::family::{self, Family, family, family_type};
use super::{EXCEPTION, Exception, args_of, base, exception};
use crate::native::{Args, GetSetDef, MethodDef};
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{Type, TypeFlags, build_type};
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::TYPE;
use crate::value::{Outcome, Ref, Value};

family!(
    /// A group of exceptions.
    ExceptionGroup, BASE_EXCEPTION_GROUP, 3
);

const MESSAGE: usize = 0;
const EXCEPTIONS: usize = 1;
/// What `repr` shows of a sequence that is neither list nor tuple, taken when the group was made.
const SHOWN: usize = 2;

const GETSET: &[GetSetDef] = &[
    GetSetDef {
        name: "message",
        doc: Some("exception message"),
        get: Some(|thread, object| Ok(place(thread, object, MESSAGE))),
        set: None,
    },
    GetSetDef {
        name: "exceptions",
        doc: Some("nested exceptions"),
        get: Some(|thread, object| Ok(place(thread, object, EXCEPTIONS))),
        set: None,
    },
];

family_type! {
    /// The type `BaseExceptionGroup`.
    BASE_EXCEPTION_GROUP "BaseExceptionGroup" BASE_EXCEPTION "A combination of multiple unrelated exceptions." ExceptionGroup {
        methods: &[METHODS], getset: &[GETSET],
        new: Some(new), init: Some(base::init), str: Some(str), repr: Some(repr),
    }
}

/// Where an interpreter keeps its type `ExceptionGroup`.
static EXCEPTION_GROUP: u8 = 0;

/// The type `ExceptionGroup`, made when it is first needed.
pub fn exception_group(thread: &mut Thread) -> Outcome {
    if let Some(found) = thread.interp().slot(&EXCEPTION_GROUP) {
        return Ok(found);
    }
    let name = thread.intern("ExceptionGroup")?;
    let bases = thread.tuple_from_refs(&[BASE_EXCEPTION_GROUP.as_ref(), EXCEPTION.as_ref()])?;
    let namespace = thread.dict()?;
    let module = thread.names().__module__.clone();
    let builtins = thread.intern("builtins")?;
    let dict = namespace.downcast::<Dict>().expect("just made");
    dict.set(thread, module.as_ref(), builtins)?;
    let bases = bases.downcast::<Tuple>().expect("just made");
    let made = build_type(thread, &TYPE, name.as_ref(), bases, dict, Args::NONE)?;
    thread.interp().set_slot(&EXCEPTION_GROUP, made.clone());
    Ok(made)
}

fn place(thread: &Thread, object: Ref<'_>, place: usize) -> Value {
    family::get(thread, family::own::<ExceptionGroup>(object), place).unwrap_or_else(Value::none)
}

impl ExceptionGroup {
    /// The exceptions in the group.
    pub fn exceptions(&self, thread: &Thread) -> Vec<Value> {
        let all = family::get(thread, self, EXCEPTIONS);
        let all = all.as_ref().and_then(|all| all.downcast::<Tuple>());
        all.map_or_else(Vec::new, |all| all.items().iter().map(|item| item.to_value()).collect())
    }
}

fn new<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    const NAME: &str = "BaseExceptionGroup.__new__()";
    let given = args.positionals();
    let &[message, sequence] = given else {
        let count = given.len();
        return Err(thread.type_error(format!("{NAME} takes exactly 2 arguments ({count} given)")));
    };
    if message.downcast::<Str>().is_none() {
        let got = if message.is_none() { "None".into() } else { message.ty().name() };
        return Err(thread.type_error(format!("{NAME} argument 1 must be str, not {got}")));
    }
    if !protocol::is_sequence(sequence) {
        return Err(thread.type_error("second argument (exceptions) must be a sequence"));
    }
    let shown = if sequence.downcast::<List>().is_none() && sequence.downcast::<Tuple>().is_none() {
        Some(protocol::repr(thread, sequence)?)
    } else {
        None
    };
    let exceptions = protocol::collect(thread, sequence)?;
    if exceptions.is_empty() {
        return Err(thread.value_error("second argument (exceptions) must be a non-empty sequence"));
    }
    let mut nests_base = false;
    for (index, one) in exceptions.iter().enumerate() {
        if one.downcast::<Exception>().is_none() {
            return Err(thread
                .value_error(format!("Item {index} of second argument (exceptions) is not an exception")));
        }
        nests_base |= !one.as_ref().ty().is_subtype(thread, &EXCEPTION);
    }
    let narrow = exception_group(thread)?;
    let narrow = narrow.downcast::<Type>().expect("a type");
    let class = if ty.is(&BASE_EXCEPTION_GROUP) && !nests_base { narrow } else { ty };
    if nests_base && class.is_subtype(thread, &EXCEPTION) {
        let message = if class.is(narrow) {
            "Cannot nest BaseExceptions in an ExceptionGroup".to_owned()
        } else {
            format!("Cannot nest BaseExceptions in '{}'", class.name())
        };
        return Err(thread.type_error(message));
    }
    let args = thread.tuple_from_refs(given)?;
    let exceptions = thread.tuple(exceptions)?;
    let object = family::allocate::<ExceptionGroup>(thread, class, args)?;
    let own = family::own::<ExceptionGroup>(object.as_ref());
    family::set(thread, own, MESSAGE, Some(message));
    family::set(thread, own, EXCEPTIONS, Some(exceptions.as_ref()));
    family::set(thread, own, SHOWN, shown.as_ref().map(Value::as_ref));
    Ok(object)
}

fn str(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let message = place(thread, object, MESSAGE);
    let message = protocol::str_string(thread, message.as_ref())?;
    let count = family::own::<ExceptionGroup>(object).exceptions(thread).len();
    let plural = if count > 1 { "s" } else { "" };
    thread.str(&format!("{message} ({count} sub-exception{plural})"))
}

/// Shows the exceptions as the kind of sequence that was given, but those that it had then.
fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let own = family::own::<ExceptionGroup>(object);
    let shown = match family::get(thread, own, SHOWN) {
        Some(shown) => protocol::str_string(thread, shown.as_ref())?,
        None => {
            let args = args_of(thread, object);
            let second = args.downcast::<Tuple>().and_then(|args| args.items().get(1).copied());
            let sequence = if second.is_some_and(|second| second.downcast::<List>().is_some()) {
                let exceptions = own.exceptions(thread);
                thread.list(exceptions)?
            } else {
                place(thread, object, EXCEPTIONS)
            };
            protocol::repr_string(thread, sequence.as_ref())?
        }
    };
    let message = place(thread, object, MESSAGE);
    let message = protocol::repr_string(thread, message.as_ref())?;
    let name = object.ty().name().into_owned();
    thread.str(&format!("{name}({message}, {shown})"))
}

const METHODS: &[MethodDef] =
    &[crate::types::genericalias::class_getitem(Some("See PEP 585")), DERIVE, SPLIT, SUBGROUP];

#[native(signature = "($self, object, /)")]
fn derive(thread: &mut Thread, this: &ExceptionGroup, excs: Ref<'_>) -> Outcome {
    let message = place(thread, Ref::of(this), MESSAGE);
    protocol::call(thread, BASE_EXCEPTION_GROUP.as_ref(), &[message.as_ref(), excs])
}

#[native(signature = "($self, object, /)", name = "split")]
fn split_(thread: &mut Thread, this: &ExceptionGroup, matcher: Ref<'_>) -> Outcome {
    let matcher = Matcher::from_argument(thread, matcher)?;
    let (matched, rest) = split(thread, Ref::of(this), &matcher, true)?;
    thread.tuple([matched.unwrap_or_else(Value::none), rest.unwrap_or_else(Value::none)])
}

const SPLIT: MethodDef = SPLIT_;

#[native(signature = "($self, object, /)")]
fn subgroup(thread: &mut Thread, this: &ExceptionGroup, matcher: Ref<'_>) -> Outcome {
    let matcher = Matcher::from_argument(thread, matcher)?;
    let (matched, _) = split(thread, Ref::of(this), &matcher, false)?;
    Ok(matched.unwrap_or_else(Value::none))
}

/// Which exceptions of a group are meant.
pub enum Matcher<'a> {
    /// Those of a type, or of one of a tuple's types.
    Types(Ref<'a>),
    /// Those that a function says yes to.
    Predicate(Ref<'a>),
    /// These leaves, by identity, sorted.
    Leaves(Vec<u64>),
}

fn is_exception_class(object: Ref<'_>) -> bool {
    object.downcast::<Type>().is_some_and(|ty| ty.flags().contains(TypeFlags::EXCEPTION))
}

impl<'a> Matcher<'a> {
    fn from_argument(thread: &mut Thread, value: Ref<'a>) -> Outcome<Matcher<'a>> {
        if value.ty().slots().call.is_some() && value.downcast::<Type>().is_none() {
            return Ok(Matcher::Predicate(value));
        }
        let all = value.exact::<Tuple>().map(|all| all.items().iter().all(|ty| is_exception_class(*ty)));
        if all.unwrap_or_else(|| is_exception_class(value)) {
            return Ok(Matcher::Types(value));
        }
        Err(thread.type_error(
            "expected an exception type, a tuple of exception types, or a callable (other than a class)",
        ))
    }

    fn matches(&self, thread: &mut Thread, one: Ref<'_>) -> Outcome<bool> {
        match self {
            Matcher::Types(wanted) => {
                let is = |wanted: &Ref<'_>| {
                    wanted.downcast::<Type>().is_some_and(|wanted| one.ty().is_subtype(thread, wanted))
                };
                Ok(match wanted.downcast::<Tuple>() {
                    Some(all) => all.items().iter().any(is),
                    None => is(wanted),
                })
            }
            Matcher::Predicate(function) => {
                let answer = protocol::call(thread, *function, &[one])?;
                protocol::is_true(thread, answer.as_ref())
            }
            Matcher::Leaves(leaves) => Ok(one.downcast::<ExceptionGroup>().is_none()
                && leaves.binary_search(&protocol::id(one)).is_ok()),
        }
    }
}

/// The part of `one` that matches, and, if wanted, the rest; both keep the nesting.
pub fn split(
    thread: &mut Thread,
    one: Ref<'_>,
    matcher: &Matcher<'_>,
    want_rest: bool,
) -> Outcome<(Option<Value>, Option<Value>)> {
    thread.check_native_stack()?;
    if matcher.matches(thread, one)? {
        return Ok((Some(one.to_value()), None));
    }
    let Some(group) = one.downcast::<ExceptionGroup>() else {
        return Ok((None, want_rest.then(|| one.to_value())));
    };
    let (mut matched, mut rest) = (Vec::new(), Vec::new());
    for inner in group.exceptions(thread) {
        let (yes, no) = split(thread, inner.as_ref(), matcher, want_rest)?;
        matched.extend(yes);
        rest.extend(no);
    }
    let matched = subset(thread, group, matched)?;
    let rest = subset(thread, group, rest)?;
    Ok((matched, rest))
}

/// A group of these exceptions with what else `original` has; none if there are none.
fn subset(thread: &mut Thread, original: &ExceptionGroup, exceptions: Vec<Value>) -> Outcome<Option<Value>> {
    if exceptions.is_empty() {
        return Ok(None);
    }
    let object = Ref::of(original);
    let list = thread.list(exceptions)?;
    let made = protocol::call_method(thread, object, "derive", &[list.as_ref()])?;
    let Some(group) = made.downcast::<ExceptionGroup>() else {
        return Err(thread.type_error("derive must return an instance of BaseExceptionGroup"));
    };
    let parts = original.base().parts.view(thread);
    let (traceback, context, cause) = (parts.traceback.clone(), parts.context.clone(), parts.cause.clone());
    if traceback.is_some() {
        group.base().set_traceback(thread, traceback);
    }
    group.base().set_context(thread, context);
    group.base().set_cause(thread, cause);
    let name = thread.names().__notes__.clone();
    if let Some(notes) = protocol::find_attribute(thread, object, name.as_ref())?
        && protocol::is_sequence(notes.as_ref())
    {
        let copy = protocol::collect(thread, notes.as_ref())?;
        let copy = thread.list(copy)?;
        protocol::set_attribute(thread, made.as_ref(), name.as_ref(), Some(copy.as_ref()))?;
    }
    Ok(Some(made))
}

fn collect_leaves(thread: &mut Thread, one: Ref<'_>, leaves: &mut Vec<u64>) -> Outcome<()> {
    thread.check_native_stack()?;
    let Some(group) = one.downcast::<ExceptionGroup>() else {
        if !one.is_none() {
            leaves.push(protocol::id(one));
        }
        return Ok(());
    };
    for inner in group.exceptions(thread) {
        collect_leaves(thread, inner.as_ref(), leaves)?;
    }
    Ok(())
}

/// Whether traceback, cause, context and notes of both are the same objects.
fn same_metadata(thread: &mut Thread, a: Ref<'_>, b: Ref<'_>) -> Outcome<bool> {
    let same = |a: &Option<Value>, b: &Option<Value>| match (a, b) {
        (Some(a), Some(b)) => a.as_ref().is(b.as_ref()),
        (a, b) => a.is_none() && b.is_none(),
    };
    let name = thread.names().__notes__.clone();
    let notes = [a, b].map(|one| {
        let name = name.downcast::<Str>().expect("a name");
        crate::typeobject::own_attribute(thread, one, name)
    });
    let (a, b) = (exception(a).parts.view(thread), exception(b).parts.view(thread));
    Ok(same(&notes[0], &notes[1])
        && same(&a.traceback, &b.traceback)
        && same(&a.cause, &b.cause)
        && same(&a.context, &b.context))
}

/// What is raised at the end of `try`-`except*`: `exceptions` are those that its clauses raised,
/// and None; those that were raised again keep the nesting of `original`.
pub fn prepare_reraise_star(thread: &mut Thread, original: Ref<'_>, exceptions: &[Value]) -> Outcome {
    if exceptions.is_empty() {
        return Ok(Value::none());
    }
    if original.downcast::<ExceptionGroup>().is_none() {
        return Ok(exceptions[0].clone());
    }
    let (mut raised, mut leaves) = (Vec::new(), Vec::new());
    for one in exceptions.iter().filter(|one| !one.as_ref().is_none()) {
        if same_metadata(thread, one.as_ref(), original)? {
            collect_leaves(thread, one.as_ref(), &mut leaves)?;
        } else {
            raised.push(one.clone());
        }
    }
    leaves.sort_unstable();
    let (again, _) = split(thread, original, &Matcher::Leaves(leaves), false)?;
    if raised.is_empty() {
        return Ok(again.unwrap_or_else(Value::none));
    }
    raised.extend(again);
    if raised.len() == 1 {
        return Ok(raised.swap_remove(0));
    }
    let message = thread.str("")?;
    let list = thread.list(raised)?;
    protocol::call(thread, BASE_EXCEPTION_GROUP.as_ref(), &[message.as_ref(), list.as_ref()])
}
