//! `itemgetter`, `attrgetter`, `methodcaller`.

use taipan_macros::native;
use taipan_object::native::Args;
use taipan_object::typeobject::{Slots, Type, TypeDef, TypeFlags};
use taipan_object::types::dict::Dict;
use taipan_object::types::list::List;
use taipan_object::types::str::Str;
use taipan_object::types::tuple::Tuple;
use taipan_object::{Header, Outcome, Ref, Thread, Value, object, protocol};

/// An itemgetter object.
#[repr(C)]
pub struct ItemGetter {
    head: Header,
    items: Box<[Value]>,
    /// The only item, if it is a number that is not negative.
    index: Option<usize>,
}
object!(ItemGetter, ITEM_GETTER, holds: items);

/// An attrgetter object.
#[repr(C)]
pub struct AttrGetter {
    head: Header,
    /// The arguments as they were given.
    names: Box<[Value]>,
    /// Their parts between dots, interned.
    paths: Box<[Box<[Value]>]>,
}
object!(AttrGetter, ATTR_GETTER, holds: names);

/// A methodcaller object.
#[repr(C)]
pub struct MethodCaller {
    head: Header,
    name: Value,
    /// Positional arguments, then the values of keyword arguments.
    values: Box<[Value]>,
    /// A tuple of their names.
    names: Option<Value>,
}
object!(MethodCaller, METHOD_CALLER, holds: name, values, names);

macro_rules! getter_type {
    ($(#[$doc:meta])* $ty:ident $object:ident $def:expr, $new:ident $call:ident $repr:ident) => {
        $(#[$doc])*
        pub static $ty: Type = Type::new::<$object>(
            &$def,
            TypeFlags::CONTAINER,
            Slots { new: Some($new), call: Some($call), repr: Some($repr), ..Slots::holding::<$object>() },
        );
    };
}

getter_type!(
    /// The type `operator.itemgetter`.
    ITEM_GETTER ItemGetter
    TypeDef {
        doc: Some("Return a callable object that fetches the given item(s) from its operand.\nAfter f = itemgetter(2), the call f(r) returns r[2].\nAfter g = itemgetter(2, 5, 3), the call g(r) returns (r[2], r[5], r[3])"),
        signature: Some("(item, /, *items)"),
        methods: &[&[REDUCE_ITEMGETTER]],
        ..TypeDef::new("operator.itemgetter")
    },
    new_itemgetter call_itemgetter repr_itemgetter);
getter_type!(
    /// The type `operator.attrgetter`.
    ATTR_GETTER AttrGetter
    TypeDef {
        doc: Some("Return a callable object that fetches the given attribute(s) from its operand.\nAfter f = attrgetter('name'), the call f(r) returns r.name.\nAfter g = attrgetter('name', 'date'), the call g(r) returns (r.name, r.date).\nAfter h = attrgetter('name.first', 'name.last'), the call h(r) returns\n(r.name.first, r.name.last)."),
        signature: Some("(attr, /, *attrs)"),
        methods: &[&[REDUCE_ATTRGETTER]],
        ..TypeDef::new("operator.attrgetter")
    },
    new_attrgetter call_attrgetter repr_attrgetter);
getter_type!(
    /// The type `operator.methodcaller`.
    METHOD_CALLER MethodCaller
    TypeDef {
        doc: Some("Return a callable object that calls the given method on its operand.\nAfter f = methodcaller('name'), the call f(r) returns r.name().\nAfter g = methodcaller('name', 'date', foo=1), the call g(r) returns\nr.name('date', foo=1)."),
        signature: Some("(name, /, *args, **kwargs)"),
        methods: &[&[REDUCE_METHODCALLER]],
        ..TypeDef::new("operator.methodcaller")
    },
    new_methodcaller call_methodcaller repr_methodcaller);

fn values(refs: &[Ref<'_>]) -> Box<[Value]> {
    refs.iter().map(|value| value.to_value()).collect()
}

/// The only argument of a call.
fn the_argument<'a>(thread: &mut Thread, args: Args<'a>, function: &str) -> Outcome<Ref<'a>> {
    args.no_keywords(thread, function)?;
    match args.all() {
        [one] => Ok(*one),
        other => {
            let count = other.len();
            Err(thread.type_error(format!("{function} expected 1 argument, got {count}")))
        }
    }
}

fn new_itemgetter<'a>(thread: &mut Thread, _: &'a Type, args: Args<'a>) -> Outcome {
    args.no_keywords(thread, "itemgetter")?;
    let items = args.all();
    let index = match items {
        [] => return Err(thread.type_error("itemgetter expected at least 1 argument, got 0")),
        [one] if one.word().is_int() => usize::try_from(one.word().int()).ok(),
        _ => None,
    };
    let items = values(items);
    thread.new_object(|head| ItemGetter { head, items, index })
}

fn item_getter<'a>(object: Ref<'a>) -> &'a ItemGetter {
    object.downcast::<ItemGetter>().expect("the slot of item getters")
}

fn call_itemgetter<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome {
    let own = item_getter(object);
    let subject = the_argument(thread, args, "itemgetter")?;
    if let Some(index) = own.index {
        if let Some(item) = subject.exact::<Tuple>().and_then(|tuple| tuple.items().get(index)) {
            return Ok(item.to_value());
        }
        if let Some(item) = subject.exact::<List>().and_then(|list| list.get(thread, index)) {
            return Ok(item);
        }
    }
    if let [one] = &*own.items {
        return protocol::get_item(thread, subject, one.as_ref());
    }
    let mut found = Vec::with_capacity(own.items.len());
    for item in &own.items {
        found.push(protocol::get_item(thread, subject, item.as_ref())?);
    }
    thread.tuple(found)
}

fn repr_all(thread: &mut Thread, object: Ref<'_>, name: String, all: &[Value]) -> Outcome {
    if !thread.enter_repr(object) {
        return thread.str(&format!("{name}(...)"));
    }
    let texts: Outcome<Vec<String>> =
        all.iter().map(|item| protocol::repr_string(thread, item.as_ref())).collect();
    thread.leave_repr(object);
    let texts = texts?;
    thread.str(&format!("{name}({})", texts.join(", ")))
}

fn repr_itemgetter(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let name = object.ty().dotted_name(thread);
    repr_all(thread, object, name, &item_getter(object).items)
}

/// Return state information for pickling
#[native(signature = "($self, /)", name = "__reduce__")]
fn reduce_itemgetter(thread: &mut Thread, this: &ItemGetter) -> Outcome {
    let arguments = thread.tuple(this.items.to_vec())?;
    thread.tuple([Ref::of(this).ty().as_ref().to_value(), arguments])
}

fn new_attrgetter<'a>(thread: &mut Thread, _: &'a Type, args: Args<'a>) -> Outcome {
    args.no_keywords(thread, "attrgetter")?;
    if args.is_empty() {
        return Err(thread.type_error("attrgetter expected at least 1 argument, got 0"));
    }
    let mut paths = Vec::new();
    for name in args.all() {
        let Some(name) = name.downcast::<Str>() else {
            return Err(thread.type_error("attribute name must be a string"));
        };
        let text = name.to_string_lossy().into_owned();
        let parts: Outcome<Box<[Value]>> = text.split('.').map(|part| thread.intern(part)).collect();
        paths.push(parts?);
    }
    let (names, paths) = (values(args.all()), paths.into_boxed_slice());
    thread.new_object(|head| AttrGetter { head, names, paths })
}

fn attr_getter<'a>(object: Ref<'a>) -> &'a AttrGetter {
    object.downcast::<AttrGetter>().expect("the slot of attribute getters")
}

fn follow(thread: &mut Thread, subject: Ref<'_>, path: &[Value]) -> Outcome {
    let mut found = protocol::get_attribute(thread, subject, path[0].as_ref())?;
    for name in &path[1..] {
        found = protocol::get_attribute(thread, found.as_ref(), name.as_ref())?;
    }
    Ok(found)
}

fn call_attrgetter<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome {
    let own = attr_getter(object);
    let subject = the_argument(thread, args, "attrgetter")?;
    if let [one] = &*own.paths {
        return follow(thread, subject, one);
    }
    let mut found = Vec::with_capacity(own.paths.len());
    for path in &own.paths {
        found.push(follow(thread, subject, path)?);
    }
    thread.tuple(found)
}

fn repr_attrgetter(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let name = object.ty().dotted_name(thread);
    repr_all(thread, object, name, &attr_getter(object).names)
}

/// Return state information for pickling
#[native(signature = "($self, /)", name = "__reduce__")]
fn reduce_attrgetter(thread: &mut Thread, this: &AttrGetter) -> Outcome {
    let arguments = thread.tuple(this.names.to_vec())?;
    thread.tuple([Ref::of(this).ty().as_ref().to_value(), arguments])
}

fn new_methodcaller<'a>(thread: &mut Thread, _: &'a Type, args: Args<'a>) -> Outcome {
    let Some(name) = args.positionals().first() else {
        return Err(thread.type_error("methodcaller needs at least one argument, the method name"));
    };
    let Some(text) = name.downcast::<Str>() else {
        return Err(thread.type_error("method name must be a string"));
    };
    let name = match text.to_str() {
        Some(text) => thread.intern(&text)?,
        None => name.to_value(),
    };
    let values = values(&args.all()[1..]);
    let names = args.names().map(|names| Ref::of(names).to_value());
    thread.new_object(|head| MethodCaller { head, name, values, names })
}

fn method_caller<'a>(object: Ref<'a>) -> &'a MethodCaller {
    object.downcast::<MethodCaller>().expect("the slot of method callers")
}

fn call_methodcaller<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome {
    let own = method_caller(object);
    let subject = the_argument(thread, args, "methodcaller")?;
    let method = protocol::get_attribute(thread, subject, own.name.as_ref())?;
    let refs: Vec<Ref<'_>> = own.values.iter().map(Value::as_ref).collect();
    let names = own.names.as_ref().and_then(|names| names.downcast::<Tuple>());
    protocol::call_args(thread, method.as_ref(), Args::with_names(&refs, names))
}

fn keyword_names(own: &MethodCaller) -> &[Ref<'_>] {
    own.names.as_ref().and_then(|names| names.downcast::<Tuple>()).map_or(&[], Tuple::items)
}

fn repr_methodcaller(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let own = method_caller(object);
    let name = object.ty().dotted_name(thread);
    if !thread.enter_repr(object) {
        return thread.str(&format!("{name}(...)"));
    }
    let texts = (|| -> Outcome<Vec<String>> {
        let mut texts = vec![protocol::repr_string(thread, own.name.as_ref())?];
        let names = keyword_names(own);
        let first = own.values.len() - names.len();
        for (index, value) in own.values.iter().enumerate() {
            let text = protocol::repr_string(thread, value.as_ref())?;
            texts.push(match index.checked_sub(first) {
                Some(at) => format!("{}={text}", protocol::str_string(thread, names[at])?),
                None => text,
            });
        }
        Ok(texts)
    })();
    thread.leave_repr(object);
    let texts = texts?;
    thread.str(&format!("{name}({})", texts.join(", ")))
}

/// Return state information for pickling
#[native(signature = "($self, /)", name = "__reduce__")]
fn reduce_methodcaller(thread: &mut Thread, this: &MethodCaller) -> Outcome {
    let class = Ref::of(this).ty().as_ref().to_value();
    let names = keyword_names(this);
    let first = this.values.len() - names.len();
    let mut positional = vec![this.name.clone()];
    if names.is_empty() {
        positional.extend(this.values.iter().cloned());
        let arguments = thread.tuple(positional)?;
        return thread.tuple([class, arguments]);
    }
    let functools = crate::library::import(thread, "functools")?;
    let partial = thread.intern("partial")?;
    let partial = protocol::get_attribute(thread, functools.as_ref(), partial.as_ref())?;
    let made = thread.dict()?;
    let keywords = made.downcast::<Dict>().expect("just made");
    for (name, value) in names.iter().zip(&this.values[first..]) {
        keywords.set(thread, *name, value.clone())?;
    }
    let mut all: Vec<Ref<'_>> = vec![class.as_ref(), this.name.as_ref()];
    all.extend(this.values[first..].iter().map(Value::as_ref));
    let name_tuple = this.names.as_ref().and_then(|names| names.downcast::<Tuple>());
    let constructor = protocol::call_args(thread, partial.as_ref(), Args::with_names(&all, name_tuple))?;
    let arguments = thread.tuple(this.values[..first].to_vec())?;
    thread.tuple([constructor, arguments])
}
