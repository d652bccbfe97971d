//! `_typing._ConstEvaluator`: what stands in the place of an evaluation function where the value is
//! known.

use taipan_layout::Header;

use crate::native::Args;
use crate::object;
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{Slots, Type, TypeDef, TypeFlags};
use crate::types::genericalias::repr_item;
use crate::types::tuple::Tuple;
use crate::value::{Outcome, Ref, Value};

/// `annotationlib.Format.STRING`
const FORMAT_STRING: i32 = 4;

/// An evaluation function that answers what it was made with.
#[repr(C)]
pub struct ConstEvaluator {
    head: Header,
    value: Value,
}

object!(ConstEvaluator, CONST_EVALUATOR, holds: value);

/// The type `_typing._ConstEvaluator`.
pub static CONST_EVALUATOR: Type = Type::new::<ConstEvaluator>(
    &TypeDef {
        doc: Some("Internal type for implementing evaluation functions."),
        signature: Some("()"),
        from_spec: true,
        ..TypeDef::new("_typing._ConstEvaluator")
    },
    TypeFlags::CONTAINER,
    Slots {
        new: None,
        call: Some(call),
        repr: Some(|thread, object| {
            let text = protocol::repr_string(thread, own(object).value.as_ref())?;
            thread.str(&format!("<constevaluator {text}>"))
        }),
        ..Slots::holding::<ConstEvaluator>()
    },
);

fn own<'a>(object: Ref<'a>) -> &'a ConstEvaluator {
    object.downcast::<ConstEvaluator>().expect("the slot of evaluators")
}

pub(super) fn const_evaluator(thread: &mut Thread, value: Value) -> Outcome {
    thread.new_object(|head| ConstEvaluator { head, value })
}

fn call<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome {
    args.no_keywords(thread, "constevaluator.__call__")?;
    let &[format] = args.all() else {
        let count = args.all().len();
        return Err(
            thread.type_error(format!("constevaluator.__call__() takes exactly 1 argument ({count} given)"))
        );
    };
    let format = <i32 as crate::native::FromArgument>::from_argument(thread, format, "", 0)?;
    let value = &own(object).value;
    if format != FORMAT_STRING {
        return Ok(value.clone());
    }
    let Some(tuple) = value.downcast::<Tuple>() else {
        let text = repr_item(thread, value.as_ref())?;
        return thread.str(&text);
    };
    let parts =
        tuple.items().iter().map(|item| repr_item(thread, *item)).collect::<Outcome<Vec<String>>>()?;
    thread.str(&format!("({})", parts.join(", ")))
}
