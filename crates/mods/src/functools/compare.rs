//! `cmp_to_key`.

use taipan_macros::native;
use taipan_object::native::{MemberDef, Parameters};
use taipan_object::typeobject::{CompareOp, Slots, Type, TypeDef, TypeFlags};
use taipan_object::{Header, Outcome, Ref, Thread, Value, object, protocol};

/// A key that compares by a function.
#[repr(C)]
pub struct KeyWrapper {
    head: Header,
    compare: Value,
    object: Option<Value>,
}
object!(KeyWrapper, KEY_WRAPPER, holds: compare, object);

static KEY_WRAPPER: Type = Type::new::<KeyWrapper>(
    &TypeDef {
        members: &[MemberDef {
            name: "obj",
            doc: Some("Value wrapped by a key function."),
            get: |_, object| Ok(Some(wrapper(object).object.clone().unwrap_or_else(Value::none))),
        }],
        ..TypeDef::new("functools.KeyWrapper")
    },
    TypeFlags::CONTAINER.union(TypeFlags::NO_NEW),
    Slots {
        new: None,
        hash: Some(protocol::not_hashable),
        call: Some(|thread, object, args| {
            static PARAMETERS: Parameters = Parameters {
                function: "K",
                names: &["obj"],
                positional_only: 0,
                positional: 1,
                required: 1,
                required_keywords: 0,
            };
            let [given] = PARAMETERS.parse::<1>(thread, args)?;
            let compare = wrapper(object).compare.clone();
            let given = given.map(|given| given.to_value());
            thread.new_object(|head| KeyWrapper { head, compare, object: given })
        }),
        compare: Some(compare),
        ..Slots::holding::<KeyWrapper>()
    },
);

fn wrapper<'a>(object: Ref<'a>) -> &'a KeyWrapper {
    object.downcast::<KeyWrapper>().expect("the slot of key wrappers")
}

fn compare(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>, op: CompareOp) -> Outcome {
    let (own, Some(other)) = (wrapper(left), right.downcast::<KeyWrapper>()) else {
        return Err(thread.type_error("other argument must be K instance"));
    };
    let (Some(x), Some(y)) = (&own.object, &other.object) else {
        return Err(thread.raise_new(&taipan_object::types::exception::ATTRIBUTE_ERROR, "object"));
    };
    let (function, x, y) = (own.compare.clone(), x.clone(), y.clone());
    let answer = protocol::call(thread, function.as_ref(), &[x.as_ref(), y.as_ref()])?;
    if answer.word().is_int() {
        return Ok(Value::bool(op.holds(answer.word().int().cmp(&0))));
    }
    protocol::compare(thread, answer.as_ref(), Value::small_int(0).as_ref(), op)
}

/// Convert a cmp= function into a key= function.
///
///   mycmp
///     Function that compares two objects.
#[native(signature = "($module, /, mycmp)")]
pub(super) fn cmp_to_key(thread: &mut Thread, mycmp: Ref<'_>) -> Outcome {
    let compare = mycmp.to_value();
    thread.new_object(|head| KeyWrapper { head, compare, object: None })
}
