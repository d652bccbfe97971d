//! `_tuplegetter`: the attributes of named tuples, and `_count_elements`.

use taipan_macros::native;
use taipan_object::native::GetSetDef;
use taipan_object::typeobject::{Slots, Type, TypeDef, TypeFlags};
use taipan_object::types::dict::Dict;
use taipan_object::types::tuple::Tuple;
use taipan_object::{Header, Inside, Outcome, Ref, Thread, Value, object, protocol};

/// A descriptor that reads an item of a tuple.
#[repr(C)]
pub struct TupleGetter {
    head: Header,
    index: usize,
    doc: Inside<Value>,
}
object!(TupleGetter, TUPLE_GETTER, holds: doc);

/// The type `collections._tuplegetter`.
pub static TUPLE_GETTER: Type = Type::new::<TupleGetter>(
    &TypeDef { methods: &[&[__REDUCE__]], getset: &[&[DOC]], ..TypeDef::new("collections._tuplegetter") },
    TypeFlags::CONTAINER,
    Slots {
        new: Some(|thread, _, args| {
            args.no_keywords(thread, "_tuplegetter")?;
            let [index, doc] = args.all() else {
                let count = args.all().len();
                return Err(thread.type_error(format!("_tuplegetter expected 2 arguments, got {count}")));
            };
            let index = protocol::index_isize(thread, *index)?;
            let doc = Inside::new(doc.to_value());
            thread.new_object(|head| TupleGetter { head, index: index as usize, doc })
        }),
        repr: Some(|thread, object| {
            let own = getter(object);
            let doc = own.doc.view(thread).clone();
            let doc = protocol::repr_string(thread, doc.as_ref())?;
            let name = object.ty().short_name().into_owned();
            thread.str(&format!("{name}({}, {doc})", own.index))
        }),
        descr_get: Some(get),
        descr_set: Some(|thread, _, _, value| {
            let message = if value.is_some() { "can't set attribute" } else { "can't delete attribute" };
            let raised = thread.raise_new(&taipan_object::types::exception::ATTRIBUTE_ERROR, message);
            Err(raised)
        }),
        ..Slots::holding::<TupleGetter>()
    },
);

fn getter<'a>(object: Ref<'a>) -> &'a TupleGetter {
    object.downcast::<TupleGetter>().expect("the slot of tuple getters")
}

fn get(thread: &mut Thread, object: Ref<'_>, instance: Option<Ref<'_>>, _: Option<Ref<'_>>) -> Outcome {
    let own = getter(object);
    let Some(instance) = instance.filter(|instance| !instance.is_none()) else {
        return Ok(object.to_value());
    };
    let Some(tuple) = instance.downcast::<Tuple>() else {
        let (index, ty) = (own.index, instance.ty().name().into_owned());
        return Err(thread.type_error(format!(
            "descriptor for index '{index}' for tuple subclasses doesn't apply to '{ty}' object"
        )));
    };
    match tuple.items().get(own.index) {
        Some(item) => Ok(item.to_value()),
        None => Err(thread.index_error("tuple index out of range")),
    }
}

const DOC: GetSetDef = GetSetDef {
    name: "__doc__",
    doc: None,
    get: Some(|thread, object| Ok(getter(object).doc.view(thread).clone())),
    set: Some(|thread, object, value| {
        let value = value.map_or_else(Value::none, |value| value.to_value());
        let old = std::mem::replace(getter(object).doc.change(thread), value);
        drop(old);
        Ok(())
    }),
};

#[native(signature = "($self, /)", name = "__reduce__")]
fn __reduce__(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    let own = getter(this);
    let index = thread.int(own.index as i128)?;
    let doc = own.doc.view(thread).clone();
    let arguments = thread.tuple([index, doc])?;
    thread.tuple([this.ty().as_ref().to_value(), arguments])
}

/// Count elements in the iterable, updating the mapping
#[native(signature = "($module, mapping, iterable, /)")]
pub(super) fn _count_elements(thread: &mut Thread, mapping: Ref<'_>, iterable: Ref<'_>) -> Outcome<()> {
    let one = Value::small_int(1);
    if let Some(dict) = mapping.downcast::<Dict>()
        && counts_as_dict(thread, mapping)?
    {
        return protocol::for_each(thread, iterable, |thread, key| {
            let hash = protocol::hash(thread, key.as_ref())?;
            match dict.find(thread, key.as_ref(), hash)? {
                Some(index) => {
                    let count = dict.table.view(thread).value(index).to_value();
                    let next = add_one(thread, &count)?;
                    if count.word().is_int() {
                        drop(dict.table.change(thread).replace(index, next));
                        return Ok(());
                    }
                    dict.set_hashed(thread, key.as_ref(), hash, next)
                }
                None => dict.set_hashed(thread, key.as_ref(), hash, one.clone()),
            }
        });
    }
    let get = thread.names().get.clone();
    let get = protocol::get_attribute(thread, mapping, get.as_ref())?;
    let zero = Value::small_int(0);
    protocol::for_each(thread, iterable, |thread, key| {
        let count = protocol::call(thread, get.as_ref(), &[key.as_ref(), zero.as_ref()])?;
        let next = add_one(thread, &count)?;
        protocol::set_item(thread, mapping, key.as_ref(), next.as_ref())
    })
}

fn add_one(thread: &mut Thread, count: &Value) -> Outcome {
    if count.word().is_int() {
        return thread.int(i128::from(count.word().int()) + 1);
    }
    protocol::binary(thread, count.as_ref(), Value::small_int(1).as_ref(), protocol::BinaryOp::Add)
}

/// Whether `get` and `__setitem__` of the mapping are the dictionary's own.
fn counts_as_dict(thread: &mut Thread, mapping: Ref<'_>) -> Outcome<bool> {
    let dict = &taipan_object::types::dict::DICT;
    let ty = mapping.ty();
    if ty.is(dict) {
        return Ok(true);
    }
    let get = thread.names().get.clone();
    let own = ty.lookup_value(thread, &get).map(|found| found.word());
    let base = dict.lookup_value(thread, &get).map(|found| found.word());
    let same = matches!((own, base), (Some(a), Some(b)) if a.same(b));
    let set = |ty: &Type| ty.slots().set_subscript.map(|set| set as usize);
    Ok(same && set(ty) == set(dict))
}
