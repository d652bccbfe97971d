//! `partial`.

use taipan_macros::native;
use taipan_object::native::{Args, MemberDef};
use taipan_object::typeobject::{
    AttributeWord, Attributes, Held, Slots, Type, TypeDef, TypeFlags, Visitor, allocate_instance, attributes,
    instance_dict, set_instance_dict,
};
use taipan_object::types::dict::Dict;
use taipan_object::types::genericalias::class_getitem;
use taipan_object::types::object::DICT_GETSET;
use taipan_object::types::tuple::Tuple;
use taipan_object::{Header, Inside, Outcome, Ref, Thread, Value, object, protocol};

use super::placeholder::is_placeholder;

/// What a partial object calls.
#[derive(Clone, Default)]
struct Parts {
    function: Value,
    /// A tuple.
    args: Value,
    /// A dictionary.
    keywords: Value,
    /// How many of `args` are placeholders.
    placeholders: usize,
}

impl Held for Parts {
    fn report(&self, visitor: &mut Visitor<'_>) {
        self.function.report(visitor);
        self.args.report(visitor);
        self.keywords.report(visitor);
    }
}

/// A partial object.
#[repr(C)]
pub struct Partial {
    head: Header,
    parts: Inside<Parts>,
    attributes: AttributeWord,
}
object!(Partial, PARTIAL, holds: parts, attributes);

/// The type `functools.partial`.
pub static PARTIAL: Type = Type::new::<Partial>(
    &TypeDef {
        doc: Some("Create a new function with partial application of the given arguments\nand keywords."),
        signature: Some("(func, /, *args, **keywords)"),
        methods: &[&[__REDUCE__, __SETSTATE__, class_getitem(Some("See PEP 585"))]],
        getset: &[DICT_GETSET],
        members: &[
            MemberDef {
                name: "func",
                doc: Some("function object to use in future partial calls"),
                get: |thread, object| Ok(Some(partial(object).parts.view(thread).function.clone())),
            },
            MemberDef {
                name: "args",
                doc: Some("tuple of arguments to future partial calls"),
                get: |thread, object| Ok(Some(partial(object).parts.view(thread).args.clone())),
            },
            MemberDef {
                name: "keywords",
                doc: Some("dictionary of keyword arguments to future partial calls"),
                get: |thread, object| Ok(Some(partial(object).parts.view(thread).keywords.clone())),
            },
        ],
        ..TypeDef::new("functools.partial")
    },
    TypeFlags::BASE.union(TypeFlags::CONTAINER).union(TypeFlags::HAS_DICT).union(TypeFlags::WEAKREF),
    Slots {
        new: Some(new),
        call: Some(call),
        repr: Some(repr),
        descr_get: Some(|thread, object, instance, _| {
            match instance.filter(|instance| !instance.is_none()) {
                Some(instance) => taipan_object::types::method::bound_method(thread, object, instance),
                None => Ok(object.to_value()),
            }
        }),
        ..Slots::holding::<Partial>()
    },
)
.with_attributes(std::mem::offset_of!(Partial, attributes));

fn partial<'a>(object: Ref<'a>) -> &'a Partial {
    object.downcast::<Partial>().expect("the slot of partial objects")
}

fn items(tuple: &Value) -> &[Ref<'_>] {
    tuple.downcast::<Tuple>().map_or(&[], Tuple::items)
}

fn has_attributes(object: Ref<'_>) -> bool {
    !matches!(attributes(object), None | Some(Attributes::Inline(0)))
}

fn new<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    let [function, given @ ..] = args.positionals() else {
        return Err(thread.type_error("type 'partial' takes at least one argument"));
    };
    if function.ty().slots().call.is_none() {
        return Err(thread.type_error("the first argument must be callable"));
    }
    let given: Vec<Value> = given.iter().map(|value| value.to_value()).collect();
    if given.last().is_some_and(is_placeholder) {
        return Err(thread.type_error("trailing Placeholders are not allowed"));
    }
    for (_, value) in args.keywords() {
        if is_placeholder(&value.to_value()) {
            return Err(thread.type_error("Placeholder cannot be passed as a keyword argument"));
        }
    }
    let inner = function.downcast::<Partial>().filter(|_| !has_attributes(*function));
    let inner = inner.map(|inner| inner.parts.view(thread).clone());
    let mut merged = Vec::new();
    let mut given = given.into_iter();
    if let Some(inner) = &inner {
        for item in items(&inner.args) {
            let item = item.to_value();
            merged.push(if is_placeholder(&item) { given.next().unwrap_or(item) } else { item });
        }
    }
    merged.extend(given);
    let placeholders = merged.iter().filter(|item| is_placeholder(item)).count();
    let merged = thread.tuple(merged)?;
    let keywords = match &inner {
        Some(inner) => inner.keywords.downcast::<Dict>().expect("a dictionary").copy(thread)?,
        None => thread.dict()?,
    };
    for (name, value) in args.keywords() {
        keywords.downcast::<Dict>().expect("just made").set(thread, name, value.to_value())?;
    }
    let function = inner.map_or_else(|| function.to_value(), |inner| inner.function);
    let parts = Inside::new(Parts { function, args: merged, keywords, placeholders });
    allocate_instance(thread, ty, |head| Partial { head, parts, attributes: AttributeWord::new() })
}

fn call<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome {
    let parts = partial(object).parts.view(thread).clone();
    let given = args.positionals();
    if given.len() < parts.placeholders {
        let (wanted, got) = (parts.placeholders, given.len());
        return Err(thread.type_error(format!(
            "missing positional arguments in 'partial' call; expected at least {wanted}, got {got}"
        )));
    }
    let own = items(&parts.args);
    let (entries, names): (Vec<(Value, Value)>, Value);
    let mut all: smallvec::SmallVec<[Ref<'_>; 8]> = smallvec::SmallVec::new();
    let mut rest = given;
    if parts.placeholders == 0 {
        all.extend_from_slice(own);
    } else {
        for item in own {
            match (is_placeholder(&item.to_value()), rest.split_first()) {
                (true, Some((first, others))) => {
                    all.push(*first);
                    rest = others;
                }
                _ => all.push(*item),
            }
        }
    }
    all.extend_from_slice(rest);
    let keywords = parts.keywords.downcast::<Dict>().expect("a dictionary");
    if keywords.len(thread) == 0 {
        all.extend(args.keywords().map(|(_, value)| value));
        return protocol::call_args(thread, parts.function.as_ref(), Args::with_names(&all, args.names()));
    }
    // The call's keywords take the places of those given before.
    let merged = keywords.copy(thread)?;
    let merged = merged.downcast::<Dict>().expect("just made");
    for (name, value) in args.keywords() {
        merged.set(thread, name, value.to_value())?;
    }
    entries =
        merged.table.view(thread).iter().map(|(name, value)| (name.to_value(), value.to_value())).collect();
    names = thread.tuple(entries.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>())?;
    all.extend(entries.iter().map(|(_, value)| value.as_ref()));
    let names = names.downcast::<Tuple>();
    protocol::call_args(thread, parts.function.as_ref(), Args::with_names(&all, names))
}

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    if !thread.enter_repr(object) {
        return thread.str("...");
    }
    let text = repr_parts(thread, object);
    thread.leave_repr(object);
    let text = text?;
    thread.str(&text)
}

fn repr_parts(thread: &mut Thread, object: Ref<'_>) -> Outcome<String> {
    let parts = partial(object).parts.view(thread).clone();
    let mut text = format!(
        "{}({}",
        object.ty().dotted_name(thread),
        protocol::repr_string(thread, parts.function.as_ref())?
    );
    for item in items(&parts.args) {
        text.push_str(", ");
        text.push_str(&protocol::repr_string(thread, *item)?);
    }
    let keywords = parts.keywords.downcast::<Dict>().expect("a dictionary");
    let mut position = 0;
    while let Some((after, name, value)) = keywords.next_entry(thread, position) {
        position = after;
        let value = protocol::repr_string(thread, value.as_ref())?;
        text.push_str(&format!(", {}={value}", protocol::str_string(thread, name.as_ref())?));
    }
    text.push(')');
    Ok(text)
}

#[native(signature = "($self, /)", name = "__reduce__")]
fn __reduce__(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    let parts = partial(this).parts.view(thread).clone();
    let dict = match has_attributes(this) {
        true => instance_dict(thread, this)?.unwrap_or_else(Value::none),
        false => Value::none(),
    };
    let arguments = thread.tuple([parts.function.clone()])?;
    let state = thread.tuple([parts.function, parts.args, parts.keywords, dict])?;
    thread.tuple([this.ty().as_ref().to_value(), arguments, state])
}

#[native(signature = "($self, object, /)", name = "__setstate__")]
fn __setstate__(thread: &mut Thread, this: Ref<'_>, state: Ref<'_>) -> Outcome<()> {
    let parts = state.downcast::<Tuple>().map(Tuple::items);
    let Some([function, args, keywords, dict]) = parts else {
        return Err(thread.type_error("invalid partial state"));
    };
    let valid = function.ty().slots().call.is_some()
        && args.downcast::<Tuple>().is_some()
        && (keywords.is_none() || keywords.downcast::<Dict>().is_some());
    if !valid {
        return Err(thread.type_error("invalid partial state"));
    }
    let all: Vec<Value> = items(&args.to_value()).iter().map(|item| item.to_value()).collect();
    if all.last().is_some_and(is_placeholder) {
        return Err(thread.type_error("trailing Placeholders are not allowed"));
    }
    let placeholders = all.iter().filter(|item| is_placeholder(item)).count();
    let args = if args.exact::<Tuple>().is_some() { args.to_value() } else { thread.tuple(all)? };
    if !dict.is_none() && dict.downcast::<Dict>().is_none() {
        let ty = dict.ty().name().into_owned();
        return Err(thread.type_error(format!("__dict__ must be set to a dictionary, not a '{ty}'")));
    }
    let keywords = match keywords.downcast::<Dict>() {
        None => thread.dict()?,
        Some(_) if keywords.exact::<Dict>().is_some() => keywords.to_value(),
        Some(dict) => dict.copy(thread)?,
    };
    let new = Parts { function: function.to_value(), args, keywords, placeholders };
    let old = std::mem::replace(partial(this).parts.change(thread), new);
    drop(old);
    if dict.is_none() {
        if has_attributes(this) {
            let empty = thread.dict()?;
            set_instance_dict(thread, this, empty)?;
        }
        return Ok(());
    }
    set_instance_dict(thread, this, dict.to_value())
}
