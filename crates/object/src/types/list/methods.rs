//! What `list` can do.

use taipan_macros::native;

use super::{Items, List, clear_list, drop_list, traverse_list};
use crate::inside::Inside;
use crate::native::{Args, MethodDef};
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{CompareOp, Slots, Type, TypeDef, TypeFlags};
use crate::types::object::OBJECT_SLOTS;
use crate::types::seqiter::list_iterator;
use crate::value::{Outcome, Ref, Value};

/// The type `list`.
pub static LIST: Type = Type::new::<List>(
    &TypeDef {
        doc: Some(
            "Built-in mutable sequence.\n\nIf no argument is given, the constructor creates a new empty list.\nThe argument must be an iterable if specified.",
        ),
        signature: Some("(iterable=(), /)"),
        methods: &[METHODS],
        ..TypeDef::new("list")
    },
    TypeFlags::BASE.union(TypeFlags::CONTAINER).union(TypeFlags::SEQUENCE).union(TypeFlags::MATCH_SELF),
    Slots {
        drop: drop_list,
        traverse: traverse_list,
        clear: Some(clear_list),
        new: Some(|thread, ty, _| {
            crate::typeobject::allocate_instance(thread, ty, |head| List {
                head,
                items: Inside::new(Items::new()),
            })
        }),
        init: Some(init),
        repr: Some(repr),
        hash: Some(protocol::not_hashable),
        compare: Some(compare),
        iter: Some(list_iterator),
        length: Some(|thread, object| Ok(list(object).len(thread))),
        subscript: Some(subscript),
        set_subscript: Some(set_subscript),
        repeat: Some(repeat),
        ..OBJECT_SLOTS
    },
);

const METHODS: &[MethodDef] = &[APPEND];

/// Append object to the end of the list.
#[native(signature = "($self, object, /)")]
fn append(thread: &mut Thread, this: &List, object: Ref<'_>) -> Outcome<()> {
    this.push(thread, object.to_value())
}

fn list<'a>(object: Ref<'a>) -> &'a List {
    object.downcast::<List>().expect("the slot of lists")
}

fn init<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    args.no_keywords(thread, "list")?;
    let own = list(object);
    let old = own.items.change(thread).take();
    old.release(thread.heap());
    match args.all() {
        [] => Ok(()),
        [one] => protocol::for_each(thread, *one, |thread, item| own.push(thread, item)),
        more => {
            let count = more.len();
            Err(thread.type_error(format!("list expected at most 1 argument, got {count}")))
        }
    }
}

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let own = list(object);
    if own.len(thread) == 0 {
        return thread.str("[]");
    }
    if !thread.enter_repr(object) {
        return thread.str("[...]");
    }
    let text = repr_items(thread, own);
    thread.leave_repr(object);
    let text = text?;
    thread.str(&text)
}

fn repr_items(thread: &mut Thread, own: &List) -> Outcome<String> {
    let mut text = String::from("[");
    let mut index = 0;
    while let Some(item) = own.get(thread, index) {
        if index > 0 {
            text.push_str(", ");
        }
        text.push_str(&protocol::repr_string(thread, item.as_ref())?);
        index += 1;
    }
    text.push(']');
    Ok(text)
}

fn compare(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>, op: CompareOp) -> Outcome {
    let (Some(a), Some(b)) = (left.downcast::<List>(), right.downcast::<List>()) else {
        return Ok(Value::not_implemented());
    };
    if a.len(thread) != b.len(thread) && matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::bool(op == CompareOp::Ne));
    }
    let mut index = 0;
    while let (Some(x), Some(y)) = (a.get(thread, index), b.get(thread, index)) {
        if !protocol::compare_bool(thread, x.as_ref(), y.as_ref(), CompareOp::Eq)? {
            return match op {
                CompareOp::Eq => Ok(Value::bool(false)),
                CompareOp::Ne => Ok(Value::bool(true)),
                _ => protocol::compare(thread, x.as_ref(), y.as_ref(), op),
            };
        }
        index += 1;
    }
    Ok(Value::bool(op.holds(a.len(thread).cmp(&b.len(thread)))))
}

fn index_of(thread: &mut Thread, own: &List, key: Ref<'_>, what: &str) -> Outcome<usize> {
    if key.ty().slots().index.is_none() {
        let ty = key.ty().name().into_owned();
        return Err(thread.type_error(format!("list indices must be integers or slices, not {ty}")));
    }
    let index = protocol::index_isize(thread, key)?;
    let length = own.len(thread) as isize;
    let index = if index < 0 { index + length } else { index };
    if index < 0 || index >= length {
        return Err(thread.index_error(format!("list {what} out of range")));
    }
    Ok(index as usize)
}

fn subscript(thread: &mut Thread, object: Ref<'_>, key: Ref<'_>) -> Outcome {
    let own = list(object);
    if let Some(slice) = key.downcast::<crate::types::slice::Slice>() {
        let parts = slice.unpack(thread)?;
        let indices = crate::types::slice::adjust(parts, own.len(thread));
        let items = own.view(thread);
        let picked: Vec<Value> = (0..indices.count as isize)
            .map(|n| items[(indices.start + n * indices.step) as usize].to_value())
            .collect();
        return thread.list(picked);
    }
    let index = index_of(thread, own, key, "index")?;
    Ok(own.get(thread, index).expect("checked"))
}

fn set_subscript(thread: &mut Thread, object: Ref<'_>, key: Ref<'_>, value: Option<Ref<'_>>) -> Outcome<()> {
    let own = list(object);
    let index = index_of(thread, own, key, "assignment index")?;
    let old = match value {
        Some(value) => own.items.change(thread).replace(index, value.to_value()),
        None => own.items.change(thread).remove(index),
    };
    drop(old);
    Ok(())
}

fn repeat(thread: &mut Thread, object: Ref<'_>, count: isize) -> Outcome {
    let own = list(object);
    let count = count.max(0) as usize;
    let Some(length) = own.len(thread).checked_mul(count) else { return Err(thread.no_memory()) };
    let made = thread.list_with_room(length)?;
    let target = made.downcast::<List>().expect("just made");
    for _ in 0..count {
        for index in 0..own.len(thread) {
            let item = own.get(thread, index).expect("nobody changes it meanwhile");
            target.items.change(thread).push_within(item);
        }
    }
    Ok(made)
}
