//! The module `_contextvars`: contexts, their variables and tokens.
//!
//! A context shares its map with its copies until one of them sets a variable. The current context
//! hangs off the thread.
//!
//! Answers for CPython's `Python/context.c`; PEP 567.

use std::cell::Cell;

use rustc_hash::FxHashMap;
use taipan_macros::{getter, native};
use taipan_object::native::{Args, MemberDef, MethodDef, ModuleDef};
use taipan_object::typeobject::{CompareOp, Held, Slots, Type, TypeDef, TypeFlags, Visitor};
use taipan_object::types::dict::Dict;
use taipan_object::types::exception::LOOKUP_ERROR;
use taipan_object::types::genericalias::class_getitem;
use taipan_object::types::str::Str;
use taipan_object::{Header, Inside, Outcome, Raised, Ref, Thread, Value, object, protocol};

/// The module `_contextvars`.
pub static CONTEXTVARS: ModuleDef = ModuleDef {
    name: "_contextvars",
    doc: Some("Context Variables"),
    functions: &[&[COPY_CONTEXT]],
    exec: Some(|thread, module| {
        crate::library::add_types(thread, module, &[&CONTEXT, &CONTEXT_VAR, &TOKEN])?;
        let missing = missing(thread)?;
        let name = thread.intern("MISSING")?;
        let dict = Ref::of(TOKEN.dict(thread)).to_value();
        dict.downcast::<Dict>().expect("a type's dictionary").set_str(thread, name.as_ref(), missing)
    }),
};

/// Variables and their values, by the variables' identity.
#[derive(Default, Clone)]
struct Variables(FxHashMap<u64, (Value, Value)>);

impl Held for Variables {
    fn report(&self, visitor: &mut Visitor<'_>) {
        self.0.values().for_each(|pair| pair.report(visitor));
    }
}

/// A map that several contexts may share.
#[repr(C)]
pub struct VariableMap {
    head: Header,
    variables: Inside<Variables>,
    /// Whether more than one context may hold it: then it does not change any more.
    shared: Cell<bool>,
}
object!(VariableMap, VARIABLE_MAP, holds: variables);

static VARIABLE_MAP: Type = Type::new::<VariableMap>(
    &TypeDef::new("hamt"),
    TypeFlags::CONTAINER.union(TypeFlags::NO_NEW),
    Slots { new: None, ..Slots::holding::<VariableMap>() },
);

/// A context object.
#[repr(C)]
pub struct Context {
    head: Header,
    map: Inside<Value>,
    previous: Inside<Option<Value>>,
    entered: Cell<bool>,
}
object!(Context, CONTEXT, holds: map, previous);

/// The type `_contextvars.Context`.
pub static CONTEXT: Type = Type::new::<Context>(
    &TypeDef { methods: &[CONTEXT_METHODS], ..TypeDef::new("_contextvars.Context") },
    TypeFlags::CONTAINER.union(TypeFlags::MAPPING).union(TypeFlags::WEAKREF),
    Slots {
        new: Some(|thread, _, args| {
            if !args.is_empty() {
                return Err(thread.type_error("Context() does not accept any arguments"));
            }
            new_context(thread)
        }),
        hash: Some(protocol::not_hashable),
        compare: Some(compare),
        iter: Some(|thread, object| {
            let keys = pairs(thread, context(object)).into_iter().map(|(variable, _)| variable).collect();
            list_iterator(thread, keys)
        }),
        length: Some(|thread, object| Ok(with_map(thread, context(object), |variables| variables.0.len()))),
        subscript: Some(|thread, object, key| match lookup(thread, context(object), key)? {
            Some(value) => Ok(value),
            None => Err(thread.key_error(key)),
        }),
        contains: Some(|thread, object, key| Ok(lookup(thread, context(object), key)?.is_some())),
        ..Slots::holding::<Context>()
    },
);

const CONTEXT_METHODS: &[MethodDef] = &[GET, ITEMS, KEYS, VALUES, COPY, RUN];

fn context<'a>(object: Ref<'a>) -> &'a Context {
    object.downcast::<Context>().expect("the slot of contexts")
}

fn new_map(thread: &mut Thread, variables: Variables) -> Outcome {
    thread.new_object(|head| VariableMap {
        head,
        variables: Inside::new(variables),
        shared: Cell::new(false),
    })
}

fn context_with(thread: &mut Thread, map: Value) -> Outcome {
    thread.new_object(|head| Context {
        head,
        map: Inside::new(map),
        previous: Inside::new(None),
        entered: Cell::new(false),
    })
}

/// A new, empty context.
pub fn new_context(thread: &mut Thread) -> Outcome {
    let map = new_map(thread, Variables::default())?;
    context_with(thread, map)
}

/// The thread's current context, made now if there is none.
pub fn current_context(thread: &mut Thread) -> Outcome {
    if let Some(context) = &thread.context {
        return Ok(context.clone());
    }
    let made = new_context(thread)?;
    thread.context = Some(made.clone());
    Ok(made)
}

fn copy_of(thread: &mut Thread, own: &Context) -> Outcome {
    let map = own.map.view(thread).clone();
    if let Some(map) = map.downcast::<VariableMap>() {
        map.shared.set(true);
    }
    context_with(thread, map)
}

#[native(signature = "($module, /)")]
fn copy_context(thread: &mut Thread) -> Outcome {
    let current = current_context(thread)?;
    copy_of(thread, context(current.as_ref()))
}

fn with_map<T>(thread: &Thread, own: &Context, look: impl FnOnce(&Variables) -> T) -> T {
    match own.map.view(thread).downcast::<VariableMap>() {
        Some(map) => look(map.variables.view(thread)),
        None => look(&Variables::default()),
    }
}

fn pairs(thread: &Thread, own: &Context) -> Vec<(Value, Value)> {
    with_map(thread, own, |variables| variables.0.values().cloned().collect())
}

fn find(thread: &Thread, own: &Context, variable: Ref<'_>) -> Option<Value> {
    with_map(thread, own, |variables| {
        variables.0.get(&protocol::id(variable)).map(|(_, value)| value.clone())
    })
}

/// Sets or removes the value of a variable.
fn change(thread: &mut Thread, own: &Context, variable: Ref<'_>, value: Option<Value>) -> Outcome<()> {
    let held = own.map.view(thread).clone();
    let shared = held.downcast::<VariableMap>().is_none_or(|map| map.shared.get());
    let held = if shared {
        let copy = with_map(thread, own, Variables::clone);
        let fresh = new_map(thread, copy)?;
        let old = std::mem::replace(own.map.change(thread), fresh.clone());
        drop(old);
        fresh
    } else {
        held
    };
    let map = held.downcast::<VariableMap>().expect("just made");
    let variables = &mut map.variables.change(thread).0;
    let old = match value {
        Some(value) => variables.insert(protocol::id(variable), (variable.to_value(), value)),
        None => variables.remove(&protocol::id(variable)),
    };
    drop(old);
    Ok(())
}

fn lookup(thread: &mut Thread, own: &Context, key: Ref<'_>) -> Outcome<Option<Value>> {
    if key.downcast::<ContextVar>().is_none() {
        let repr = protocol::repr_string(thread, key)?;
        return Err(thread.type_error(format!("a ContextVar key was expected, got {repr}")));
    }
    Ok(find(thread, own, key))
}

fn list_iterator(thread: &mut Thread, all: Vec<Value>) -> Outcome {
    let list = thread.list(all)?;
    protocol::iter(thread, list.as_ref())
}

/// Return the value for `key` if `key` has the value in the context object.
///
/// If `key` does not exist, return `default`.  If `default` is not
/// given, return None.
#[native(signature = "($self, key, default=None, /)")]
fn get(thread: &mut Thread, this: &Context, key: Ref<'_>, default: Option<Ref<'_>>) -> Outcome {
    let found = lookup(thread, this, key)?;
    Ok(found.unwrap_or_else(|| default.unwrap_or(Ref::none()).to_value()))
}

/// Return all variables and their values in the context object.
///
/// The result is returned as a list of 2-tuples (variable, value).
#[native(signature = "($self, /)")]
fn items(thread: &mut Thread, this: &Context) -> Outcome {
    let tuples: Outcome<Vec<Value>> =
        pairs(thread, this).into_iter().map(|(variable, value)| thread.tuple([variable, value])).collect();
    list_iterator(thread, tuples?)
}

/// Return a list of all variables in the context object.
#[native(signature = "($self, /)")]
fn keys(thread: &mut Thread, this: &Context) -> Outcome {
    let keys = pairs(thread, this).into_iter().map(|(variable, _)| variable).collect();
    list_iterator(thread, keys)
}

/// Return a list of all variables' values in the context object.
#[native(signature = "($self, /)")]
fn values(thread: &mut Thread, this: &Context) -> Outcome {
    let values = pairs(thread, this).into_iter().map(|(_, value)| value).collect();
    list_iterator(thread, values)
}

/// Return a shallow copy of the context object.
#[native(signature = "($self, /)")]
fn copy(thread: &mut Thread, this: &Context) -> Outcome {
    copy_of(thread, this)
}

/// Makes a context the current one.
pub fn enter(thread: &mut Thread, object: Ref<'_>) -> Outcome<()> {
    let own = context(object);
    if own.entered.get() {
        let repr = protocol::repr_string(thread, object)?;
        return Err(thread.runtime_error(format!("cannot enter context: {repr} is already entered")));
    }
    let previous = thread.context.replace(object.to_value());
    own.entered.set(true);
    *own.previous.change(thread) = previous;
    Ok(())
}

/// Makes the context that was current before the current one again.
pub fn exit(thread: &mut Thread, object: Ref<'_>) -> Outcome<()> {
    let own = context(object);
    if !own.entered.get() {
        let repr = protocol::repr_string(thread, object)?;
        return Err(thread.runtime_error(format!("cannot exit context: {repr} has not been entered")));
    }
    if !thread.context.as_ref().is_some_and(|current| current.as_ref().is(object)) {
        return Err(
            thread.runtime_error("cannot exit context: thread state references a different context object")
        );
    }
    let previous = own.previous.change(thread).take();
    own.entered.set(false);
    let old = std::mem::replace(&mut thread.context, previous);
    drop(old);
    Ok(())
}

#[native(signature = "($self, *args, **kwargs)", hidden)]
fn run<'a>(thread: &mut Thread, this: Ref<'a>, args: Args<'a>) -> Outcome {
    let Some(callable) = args.positionals().first() else {
        return Err(thread.type_error("run() missing 1 required positional argument"));
    };
    enter(thread, this)?;
    let result = protocol::call_args(thread, *callable, Args::with_names(&args.all()[1..], args.names()));
    exit(thread, this)?;
    result
}

fn compare(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>, op: CompareOp) -> Outcome {
    let (Some(a), Some(b)) = (left.downcast::<Context>(), right.downcast::<Context>()) else {
        return Ok(Value::not_implemented());
    };
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::not_implemented());
    }
    let (first, count) = (pairs(thread, a), pairs(thread, b).len());
    let mut equal = first.len() == count;
    for (variable, value) in first {
        if !equal {
            break;
        }
        equal = match find(thread, b, variable.as_ref()) {
            Some(other) => protocol::compare_bool(thread, value.as_ref(), other.as_ref(), CompareOp::Eq)?,
            None => false,
        };
    }
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}

/// A context variable.
#[repr(C)]
pub struct ContextVar {
    head: Header,
    name: Value,
    default: Option<Value>,
}
object!(ContextVar, CONTEXT_VAR, holds: name, default);

/// The type `_contextvars.ContextVar`.
pub static CONTEXT_VAR: Type = Type::new::<ContextVar>(
    &TypeDef {
        methods: &[&[VAR_GET, SET, RESET, class_getitem(Some("See PEP 585"))]],
        members: &[MemberDef {
            name: "name",
            doc: None,
            get: |_, object| Ok(Some(variable(object).name.clone())),
        }],
        ..TypeDef::new("_contextvars.ContextVar")
    },
    TypeFlags::CONTAINER.union(TypeFlags::WEAKREF),
    Slots { new: Some(new_variable), repr: Some(repr_variable), ..Slots::holding::<ContextVar>() },
);

fn variable<'a>(object: Ref<'a>) -> &'a ContextVar {
    object.downcast::<ContextVar>().expect("the slot of context variables")
}

fn new_variable<'a>(thread: &mut Thread, _: &'a Type, args: Args<'a>) -> Outcome {
    static PARAMETERS: taipan_object::native::Parameters = taipan_object::native::Parameters {
        function: "ContextVar",
        names: &["", "default"],
        positional_only: 1,
        positional: 1,
        required: 1,
        required_keywords: 0,
    };
    let [name, default] = PARAMETERS.parse::<2>(thread, args)?;
    let name = name.expect("required");
    if name.downcast::<Str>().is_none() {
        return Err(thread.type_error("context variable name must be a str"));
    }
    protocol::hash(thread, name)?;
    let default = default.map(|default| default.to_value());
    thread.new_object(|head| ContextVar { head, name: name.to_value(), default })
}

fn repr_variable(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let own = variable(object);
    let mut text = format!("<ContextVar name={}", protocol::repr_string(thread, own.name.as_ref())?);
    if let Some(default) = &own.default {
        text.push_str(&format!(" default={}", protocol::repr_string(thread, default.as_ref())?));
    }
    text.push_str(&format!(" at {:#x}>", protocol::id(object)));
    thread.str(&text)
}

/// Return a value for the context variable for the current context.
///
/// If there is no value for the variable in the current context, the
/// method will:
///  * return the value of the default argument of the method, if
///    provided; or
///  * return the default value for the context variable, if it was
///    created with one; or
///  * raise a LookupError.
#[native(signature = "($self, default=<unrepresentable>, /)", name = "get")]
fn var_get(thread: &mut Thread, this: Ref<'_>, default: Option<Ref<'_>>) -> Outcome {
    if let Some(current) = thread.context.clone()
        && let Some(value) = find(thread, context(current.as_ref()), this)
    {
        return Ok(value);
    }
    if let Some(default) = default {
        return Ok(default.to_value());
    }
    if let Some(default) = &variable(this).default {
        return Ok(default.clone());
    }
    let exception = protocol::call(thread, LOOKUP_ERROR.as_ref(), &[this])?;
    Err(thread.raise(exception))
}

/// Call to set a new value for the context variable in the current context.
///
/// The required value argument is the new value for the context
/// variable.
///
/// Returns a Token object that can be used to restore the variable to
/// its previous value via the `ContextVar.reset()` method.
#[native(signature = "($self, value, /)")]
fn set(thread: &mut Thread, this: Ref<'_>, value: Ref<'_>) -> Outcome {
    let current = current_context(thread)?;
    let own = context(current.as_ref());
    let old = find(thread, own, this);
    change(thread, own, this, Some(value.to_value()))?;
    let variable = this.to_value();
    thread.new_object(|head| Token { head, context: current.clone(), variable, old, used: Cell::new(false) })
}

/// Reset the context variable.
///
/// The variable is reset to the value it had before the
/// `ContextVar.set()` that created the token was used.
#[native(signature = "($self, token, /)")]
fn reset(thread: &mut Thread, this: Ref<'_>, token: Ref<'_>) -> Outcome<()> {
    let Some(own) = token.downcast::<Token>() else {
        let repr = protocol::repr_string(thread, token)?;
        return Err(thread.type_error(format!("expected an instance of Token, got {repr}")));
    };
    let complaint = |thread: &mut Thread, words: &str| -> Outcome<Raised> {
        let repr = protocol::repr_string(thread, token)?;
        Ok(if words.starts_with("has") {
            thread.runtime_error(format!("{repr} {words}"))
        } else {
            thread.value_error(format!("{repr} {words}"))
        })
    };
    if own.used.get() {
        return Err(complaint(thread, "has already been used once")?);
    }
    if !own.variable.as_ref().is(this) {
        return Err(complaint(thread, "was created by a different ContextVar")?);
    }
    let current = current_context(thread)?;
    if !own.context.as_ref().is(current.as_ref()) {
        return Err(complaint(thread, "was created in a different Context")?);
    }
    own.used.set(true);
    change(thread, context(current.as_ref()), this, own.old.clone())
}

/// A token object.
#[repr(C)]
pub struct Token {
    head: Header,
    context: Value,
    variable: Value,
    old: Option<Value>,
    used: Cell<bool>,
}
object!(Token, TOKEN, holds: context, variable, old);

/// The type `_contextvars.Token`.
pub static TOKEN: Type = Type::new::<Token>(
    &TypeDef {
        methods: &[&[class_getitem(Some("See PEP 585")), __ENTER__, __EXIT__]],
        getset: &[&[VAR, OLD_VALUE]],
        ..TypeDef::new("_contextvars.Token")
    },
    TypeFlags::CONTAINER.union(TypeFlags::WEAKREF),
    Slots {
        new: Some(|thread, _, _| Err(thread.runtime_error("Tokens can only be created by ContextVars"))),
        hash: Some(protocol::not_hashable),
        repr: Some(|thread, object| {
            let own = object.downcast::<Token>().expect("the slot of tokens");
            let variable = protocol::repr_string(thread, own.variable.as_ref())?;
            let used = if own.used.get() { " used" } else { "" };
            thread.str(&format!("<Token{used} var={variable} at {:#x}>", protocol::id(object)))
        }),
        ..Slots::holding::<Token>()
    },
);

#[getter]
fn var(_: &mut Thread, this: &Token) -> Value {
    this.variable.clone()
}

#[getter]
fn old_value(thread: &mut Thread, this: &Token) -> Outcome {
    match &this.old {
        Some(old) => Ok(old.clone()),
        None => missing(thread),
    }
}

/// Enter into Token context manager.
#[native(signature = "($self, /)", name = "__enter__")]
fn __enter__(_: &mut Thread, this: Ref<'_>) -> Value {
    this.to_value()
}

/// Exit from Token context manager, restore the linked ContextVar.
#[native(signature = "($self, type, val, tb, /)", name = "__exit__")]
fn __exit__(thread: &mut Thread, this: Ref<'_>, r#type: Ref<'_>, val: Ref<'_>, tb: Ref<'_>) -> Outcome<()> {
    let _ = (r#type, val, tb);
    let variable = this.downcast::<Token>().expect("the method of tokens").variable.clone();
    reset(thread, variable.as_ref(), this)
}

/// What stands for no old value.
#[repr(C)]
pub struct Missing {
    head: Header,
}
object!(Missing, MISSING_TYPE);

static MISSING_TYPE: Type = Type::new::<Missing>(
    &TypeDef::new("Token.MISSING"),
    TypeFlags::NO_NEW,
    Slots { new: None, repr: Some(|thread, _| thread.str("<Token.MISSING>")), ..Slots::plain::<Missing>() },
);

/// Where an interpreter keeps `Token.MISSING`.
static MISSING: u8 = 0;

fn missing(thread: &mut Thread) -> Outcome {
    if let Some(missing) = thread.interp().slot(&MISSING) {
        return Ok(missing);
    }
    let made = thread.new_object(|head| Missing { head })?;
    thread.interp().set_slot(&MISSING, made.clone());
    Ok(made)
}
