//! `OrderedDict`: a dictionary with an order of its own beside the table's.
//!
//! Invariant: each key of the order is an object that the table held when it was added; who changes
//! the table behind the type's back finds keys missing, and gets KeyError.
//!
//! Answers for CPython's `Objects/odictobject.c`.

use taipan_macros::native;
use taipan_object::native::{Args, Binding, MethodDef, NativeCall};
use taipan_object::typeobject::{
    AttributeWord, CompareOp, Slots, Type, TypeDef, TypeFlags, allocate_instance,
};
use taipan_object::types::dict::{DICT, DICT_SLOTS, Dict, hash_key};
use taipan_object::types::exception::KEY_ERROR;
use taipan_object::types::object::DICT_GETSET;
use taipan_object::types::tuple::Tuple;
use taipan_object::{Header, Inside, Outcome, Ref, Thread, Value, object, protocol};

use super::order::{NIL, NodeId, Order};
use super::ordered_iterator::{iterate, view};

/// An OrderedDict object.
#[repr(C)]
pub struct OrderedDict {
    pub(super) base: Dict,
    pub(super) order: Inside<Order>,
    attributes: AttributeWord,
}
object!(OrderedDict, ORDERED_DICT, dict: base, holds: order, attributes);

/// The type `collections.OrderedDict`.
pub static ORDERED_DICT: Type = Type::derived::<OrderedDict>(
    &TypeDef {
        doc: Some("Dictionary that remembers insertion order"),
        methods: &[METHODS],
        getset: &[DICT_GETSET],
        ..TypeDef::new("collections.OrderedDict")
    },
    &raw const DICT,
    TypeFlags::BASE
        .union(TypeFlags::CONTAINER)
        .union(TypeFlags::MAPPING)
        .union(TypeFlags::MATCH_SELF)
        .union(TypeFlags::HAS_DICT)
        .union(TypeFlags::WEAKREF),
    Slots {
        new: Some(|thread, ty, _| {
            allocate_instance(thread, ty, |head: Header| OrderedDict {
                base: Dict::new(head),
                order: Inside::new(Order::default()),
                attributes: AttributeWord::new(),
            })
        }),
        init: Some(init),
        repr: Some(repr),
        compare: Some(compare),
        iter: Some(|thread, object| iterate(thread, object, 0, false)),
        set_subscript: Some(set_subscript),
        or: Some(or),
        inplace_or: Some(|thread, left, right| {
            update_from(thread, left, right)?;
            Ok(left.to_value())
        }),
        ..Slots::deriving_dict::<OrderedDict>()
    },
)
.with_attributes(std::mem::offset_of!(OrderedDict, attributes));

const METHODS: &[MethodDef] = &[
    FROMKEYS,
    __SIZEOF__,
    __REDUCE__,
    SETDEFAULT,
    POP,
    POPITEM,
    KEYS,
    VALUES,
    ITEMS,
    MethodDef {
        name: "update",
        doc: Some(""),
        signature: None,
        call: NativeCall::Many(|thread, object, args| {
            update(thread, object, args, "update() takes at most 1 positional argument")?;
            Ok(Value::none())
        }),
        binding: Binding::Instance,
    },
    CLEAR,
    COPY,
    __REVERSED__,
    MOVE_TO_END,
];

pub(super) fn ordered<'a>(object: Ref<'a>) -> &'a OrderedDict {
    object.downcast::<OrderedDict>().expect("the slot of ordered dictionaries")
}

impl OrderedDict {
    /// The node of a key. May run Python.
    pub(super) fn node(&self, thread: &mut Thread, key: Ref<'_>) -> Outcome<Option<NodeId>> {
        let hash = hash_key(thread, key)?;
        self.node_hashed(thread, key, hash)
    }

    fn node_hashed(&self, thread: &mut Thread, key: Ref<'_>, hash: i64) -> Outcome<Option<NodeId>> {
        let Some(index) = self.base.find(thread, key, hash)? else { return Ok(None) };
        let stored = self.base.table.view(thread).key(index);
        Ok(self.order.view(thread).find(stored))
    }

    /// Sets the value of a key, which is added at the end if it is not there.
    fn set_hashed(&self, thread: &mut Thread, key: Ref<'_>, hash: i64, value: Value) -> Outcome<()> {
        let before = self.base.len(thread);
        self.base.set_hashed(thread, key, hash, value)?;
        if self.base.len(thread) == before && self.node_hashed(thread, key, hash)?.is_some() {
            return Ok(());
        }
        let Some(index) = self.base.find(thread, key, hash)? else { return Ok(()) };
        let stored = self.base.table.view(thread).key(index).to_value();
        if !self.order.change(thread).push(stored, hash) {
            return Err(thread.no_memory());
        }
        Ok(())
    }

    fn set(&self, thread: &mut Thread, key: Ref<'_>, value: Value) -> Outcome<()> {
        let hash = hash_key(thread, key)?;
        self.set_hashed(thread, key, hash, value)
    }

    /// Takes a key out of the order and of the table; the value that was there.
    fn remove(&self, thread: &mut Thread, key: Ref<'_>, hash: i64) -> Outcome<Option<Value>> {
        if let Some(node) = self.node_hashed(thread, key, hash)? {
            let old = self.order.change(thread).remove(node);
            drop(old);
        }
        let found = self.base.find(thread, key, hash)?;
        Ok(found.map(|index| self.base.table.change(thread).remove(index).1))
    }

    fn is_exact(&self) -> bool {
        Ref::of(self).ty().is(&ORDERED_DICT)
    }
}

fn init<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    update(thread, object, args, "expected at most 1 arguments")
}

fn update<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>, complaint: &str) -> Outcome<()> {
    match args.positionals() {
        [] => {}
        [source] => update_from(thread, object, *source)?,
        more => {
            let count = more.len();
            let end = if complaint.ends_with(')') || complaint.ends_with("argument") {
                format!(" ({count} given)")
            } else {
                format!(", got {count}")
            };
            return Err(thread.type_error(format!("{complaint}{end}")));
        }
    }
    for (name, value) in args.keywords() {
        protocol::set_item(thread, object, name, value)?;
    }
    Ok(())
}

/// `MutableMapping.update` with one argument.
fn update_from(thread: &mut Thread, object: Ref<'_>, source: Ref<'_>) -> Outcome<()> {
    let set = |thread: &mut Thread, key: Ref<'_>, value: Ref<'_>| match object.ty().is(&ORDERED_DICT) {
        true => ordered(object).set(thread, key, value.to_value()),
        false => protocol::set_item(thread, object, key, value),
    };
    if source.ty().is(&DICT) {
        let items = protocol::call_method(thread, source, "items", &[])?;
        return update_pairs(thread, items.as_ref(), &set);
    }
    let keys = thread.names().keys.clone();
    if let Some(keys) = protocol::find_attribute(thread, source, keys.as_ref())? {
        let keys = protocol::call(thread, keys.as_ref(), &[])?;
        return protocol::for_each(thread, keys.as_ref(), |thread, key| {
            let value = protocol::get_item(thread, source, key.as_ref())?;
            set(thread, key.as_ref(), value.as_ref())
        });
    }
    let items = thread.intern("items")?;
    if let Some(items) = protocol::find_attribute(thread, source, items.as_ref())? {
        let items = protocol::call(thread, items.as_ref(), &[])?;
        return update_pairs(thread, items.as_ref(), &set);
    }
    update_pairs(thread, source, &set)
}

fn update_pairs(
    thread: &mut Thread,
    pairs: Ref<'_>,
    set: &dyn Fn(&mut Thread, Ref<'_>, Ref<'_>) -> Outcome<()>,
) -> Outcome<()> {
    protocol::for_each(thread, pairs, |thread, pair| {
        if let Some([key, value]) = pair.as_ref().exact::<Tuple>().map(Tuple::items) {
            return set(thread, *key, *value);
        }
        let parts = protocol::iter(thread, pair.as_ref())?;
        let mut all = Vec::new();
        while let Some(part) = protocol::next(thread, parts.as_ref())? {
            if all.len() == 2 {
                return Err(thread.value_error("too many values to unpack (expected 2)"));
            }
            all.push(part);
        }
        match &all[..] {
            [key, value] => set(thread, key.as_ref(), value.as_ref()),
            few => {
                let count = few.len();
                let plural = if count == 1 { "" } else { "s" };
                Err(thread.value_error(format!("need more than {count} value{plural} to unpack")))
            }
        }
    })
}

/// Create a new ordered dictionary with keys from iterable and values set to value.
#[native(signature = "($type, /, iterable, value=None)")]
fn fromkeys(thread: &mut Thread, class: &Type, iterable: Ref<'_>, value: Option<Ref<'_>>) -> Outcome {
    let value = value.unwrap_or(Ref::none());
    let made = protocol::call(thread, class.as_ref(), &[])?;
    protocol::for_each(thread, iterable, |thread, key| {
        protocol::set_item(thread, made.as_ref(), key.as_ref(), value)
    })?;
    Ok(made)
}

#[native(signature = "($self, /)", name = "__sizeof__")]
fn __sizeof__(thread: &mut Thread, this: &OrderedDict) -> usize {
    let own = Ref::of(this).ty().size.get() as usize;
    own + this.base.table.view(thread).bytes() + this.order.view(thread).bytes()
}

/// Return state information for pickling
#[native(signature = "($self, /)", name = "__reduce__")]
fn __reduce__(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    let state = protocol::call_method(thread, this, "__getstate__", &[])?;
    let arguments = thread.tuple([])?;
    let items = protocol::call_method(thread, this, "items", &[])?;
    let items = protocol::iter(thread, items.as_ref())?;
    thread.tuple([this.ty().as_ref().to_value(), arguments, state, Value::none(), items])
}

/// Insert key with a value of default if key is not in the dictionary.
///
/// Return the value for key if key is in the dictionary, else default.
#[native(signature = "($self, /, key, default=None)")]
fn setdefault(thread: &mut Thread, this: &OrderedDict, key: Ref<'_>, default: Option<Ref<'_>>) -> Outcome {
    let default = default.unwrap_or(Ref::none());
    if this.is_exact() {
        let hash = hash_key(thread, key)?;
        if let Some(index) = this.base.find(thread, key, hash)? {
            return Ok(this.base.table.view(thread).value(index).to_value());
        }
        this.set_hashed(thread, key, hash, default.to_value())?;
        return Ok(default.to_value());
    }
    let object = Ref::of(this);
    if protocol::contains(thread, object, key)? {
        return protocol::get_item(thread, object, key);
    }
    protocol::set_item(thread, object, key, default)?;
    Ok(default.to_value())
}

/// od.pop(key[,default]) -> v, remove specified key and return the corresponding value.
///
/// If the key is not found, return the default if given; otherwise,
/// raise a KeyError.
#[native(signature = "($self, /, key, default=<unrepresentable>)")]
fn pop(thread: &mut Thread, this: &OrderedDict, key: Ref<'_>, default: Option<Ref<'_>>) -> Outcome {
    let hash = protocol::hash(thread, key)?;
    pop_hashed(thread, this, key, hash, default)
}

fn pop_hashed(
    thread: &mut Thread,
    this: &OrderedDict,
    key: Ref<'_>,
    hash: i64,
    default: Option<Ref<'_>>,
) -> Outcome {
    if this.node_hashed(thread, key, hash)?.is_some()
        && let Some(value) = this.remove(thread, key, hash)?
    {
        return Ok(value);
    }
    match default {
        Some(default) => Ok(default.to_value()),
        None => Err(thread.key_error(key)),
    }
}

/// Remove and return a (key, value) pair from the dictionary.
///
/// Pairs are returned in LIFO order if last is true or FIFO order if
/// false.
#[native(signature = "($self, /, last=True)")]
fn popitem(thread: &mut Thread, this: &OrderedDict, last: Option<bool>) -> Outcome {
    let order = this.order.view(thread);
    let node = order.end(last.unwrap_or(true));
    if node == NIL {
        return Err(thread.raise_new(&KEY_ERROR, "dictionary is empty"));
    }
    let (key, hash) = order.key(node);
    let value = pop_hashed(thread, this, key.as_ref(), hash, None)?;
    thread.tuple([key, value])
}

#[native(signature = "($self, /)")]
fn keys(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    view::<0>(thread, this)
}

#[native(signature = "($self, /)")]
fn values(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    view::<1>(thread, this)
}

#[native(signature = "($self, /)")]
fn items(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    view::<2>(thread, this)
}

/// Remove all items from ordered dict.
#[native(signature = "($self, /)")]
fn clear(thread: &mut Thread, this: &OrderedDict) {
    this.base.clear(thread);
    let old = this.order.change(thread).clear();
    drop(old);
}

/// A shallow copy of ordered dict.
#[native(signature = "($self, /)")]
fn copy(thread: &mut Thread, this: &OrderedDict) -> Outcome {
    let object = Ref::of(this);
    let made = protocol::call(thread, object.ty().as_ref(), &[])?;
    let exact = this.is_exact();
    let mut node = this.order.view(thread).end(false);
    while node != NIL {
        let state = this.order.view(thread).state();
        let (key, hash) = this.order.view(thread).key(node);
        if exact {
            let current = protocol::hash(thread, key.as_ref())?;
            let Some(index) = this.base.find(thread, key.as_ref(), current)? else {
                return Err(thread.key_error(key.as_ref()));
            };
            let value = this.base.table.view(thread).value(index).to_value();
            ordered(made.as_ref()).set_hashed(thread, key.as_ref(), hash, value)?;
        } else {
            let value = protocol::get_item(thread, object, key.as_ref())?;
            protocol::set_item(thread, made.as_ref(), key.as_ref(), value.as_ref())?;
        }
        if this.order.view(thread).state() != state {
            return Err(thread.runtime_error("OrderedDict mutated during iteration"));
        }
        node = this.order.view(thread).step(node, false);
    }
    Ok(made)
}

/// od.__reversed__() <==> reversed(od)
#[native(signature = "($self, /)", name = "__reversed__")]
fn __reversed__(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    iterate(thread, this, 0, true)
}

/// Move an existing element to the end (or beginning if last is false).
///
/// Raise KeyError if the element does not exist.
#[native(signature = "($self, /, key, last=True)")]
fn move_to_end(thread: &mut Thread, this: &OrderedDict, key: Ref<'_>, last: Option<bool>) -> Outcome<()> {
    let last = last.unwrap_or(true);
    let order = this.order.view(thread);
    let end = order.end(last);
    if end == NIL {
        return Err(thread.key_error(key));
    }
    if order.key(end).0.as_ref().is(key) {
        return Ok(());
    }
    match this.node(thread, key)? {
        Some(node) => {
            this.order.change(thread).shift(node, last);
            Ok(())
        }
        None => Err(thread.key_error(key)),
    }
}

fn set_subscript(thread: &mut Thread, object: Ref<'_>, key: Ref<'_>, value: Option<Ref<'_>>) -> Outcome<()> {
    let own = ordered(object);
    match value {
        Some(value) => own.set(thread, key, value.to_value()),
        None => {
            let hash = protocol::hash(thread, key)?;
            match own.remove(thread, key, hash)? {
                Some(old) => {
                    drop(old);
                    Ok(())
                }
                None => Err(thread.key_error(key)),
            }
        }
    }
}

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let name = object.ty().short_name().into_owned();
    if ordered(object).base.len(thread) == 0 {
        return thread.str(&format!("{name}()"));
    }
    if !thread.enter_repr(object) {
        return thread.str("...");
    }
    let text = plain_copy(thread, object).and_then(|copy| protocol::repr_string(thread, copy.as_ref()));
    thread.leave_repr(object);
    let text = text?;
    thread.str(&format!("{name}({text})"))
}

/// `dict(ordered)`
fn plain_copy(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    protocol::call(thread, DICT.as_ref(), &[object])
}

fn or(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>) -> Outcome {
    let (own, other) = if left.downcast::<OrderedDict>().is_some() { (left, right) } else { (right, left) };
    if other.downcast::<Dict>().is_none() {
        return Ok(Value::not_implemented());
    }
    let made = protocol::call(thread, own.ty().as_ref(), &[left])?;
    update_from(thread, made.as_ref(), right)?;
    Ok(made)
}

fn compare(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>, op: CompareOp) -> Outcome {
    let (Some(a), Some(_)) = (left.downcast::<OrderedDict>(), right.downcast::<Dict>()) else {
        return Ok(Value::not_implemented());
    };
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::not_implemented());
    }
    let base = DICT_SLOTS.compare.expect("dictionaries compare");
    let same = base(thread, left, right, CompareOp::Eq)?;
    let mut equal = protocol::is_true(thread, same.as_ref())?;
    if equal && let Some(b) = right.downcast::<OrderedDict>() {
        equal = same_order(thread, a, b)?;
    }
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}

fn same_order(thread: &mut Thread, a: &OrderedDict, b: &OrderedDict) -> Outcome<bool> {
    let states = (a.order.view(thread).state(), b.order.view(thread).state());
    let (mut x, mut y) = (a.order.view(thread).end(false), b.order.view(thread).end(false));
    loop {
        if x == NIL || y == NIL {
            return Ok(x == y);
        }
        let (first, second) = (a.order.view(thread).key(x).0, b.order.view(thread).key(y).0);
        let equal = protocol::compare_bool(thread, first.as_ref(), second.as_ref(), CompareOp::Eq)?;
        if states != (a.order.view(thread).state(), b.order.view(thread).state()) {
            return Err(thread.runtime_error("OrderedDict mutated during iteration"));
        }
        if !equal {
            return Ok(false);
        }
        x = a.order.view(thread).step(x, false);
        y = b.order.view(thread).step(y, false);
    }
}
